# SPDX-License-Identifier: Apache-2.0
#
# The adapter for Snowflake, over its SQL API.

EXTRA_DIST += plugins/snowflake/README.md

if ADAPTER_SNOWFLAKE
adapterexec_LTLIBRARIES += plugins/snowflake/sbe_adapter_snowflake.la
staged_adapters += adapters/sbe_adapter_snowflake.so
endif

# What talks to the service, also for the units.
snowflake_connection_sources = \
	plugins/snowflake/cells.c \
	plugins/snowflake/cells.h \
	plugins/snowflake/connection.c \
	plugins/snowflake/errors.c \
	plugins/snowflake/login.c \
	plugins/snowflake/profile.c \
	plugins/snowflake/results.c \
	plugins/snowflake/scan.c \
	plugins/snowflake/scan.h \
	plugins/snowflake/snowflake_connection.h \
	plugins/snowflake/statements.c

# What prints SQL.
snowflake_dialect_sources = \
	plugins/snowflake/dialect.c \
	plugins/snowflake/paths.c \
	plugins/snowflake/source.c \
	plugins/snowflake/source.h \
	plugins/snowflake/tables.c \
	plugins/snowflake/types.c \
	plugins/snowflake/types.h

plugins_snowflake_sbe_adapter_snowflake_la_SOURCES = \
	$(snowflake_connection_sources) \
	$(snowflake_dialect_sources) \
	plugins/snowflake/fixture.c \
	plugins/snowflake/snowflake.c \
	plugins/snowflake/snowflake_adapter.h
plugins_snowflake_sbe_adapter_snowflake_la_CPPFLAGS = $(adapter_cppflags) $(CJSON_CFLAGS) $(LIBCURL_CFLAGS)
plugins_snowflake_sbe_adapter_snowflake_la_CFLAGS = $(adapter_cflags)
plugins_snowflake_sbe_adapter_snowflake_la_LDFLAGS = $(adapter_ldflags)
plugins_snowflake_sbe_adapter_snowflake_la_LIBADD = \
	plugins/common/libsbe_rest.la \
	plugins/common/libsbe_common.la \
	$(LIBCURL_LIBS) $(LIBCRYPTO_LIBS) $(CJSON_LIBS)

adapters/sbe_adapter_snowflake.so: plugins/snowflake/sbe_adapter_snowflake.la
	$(AM_V_GEN)module=plugins/snowflake/.libs/sbe_adapter_snowflake.so; $(stage_adapter)
