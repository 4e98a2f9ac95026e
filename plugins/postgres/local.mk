# SPDX-License-Identifier: Apache-2.0
#
# The adapter for PostgreSQL, over libpq, which it is linked with.

EXTRA_DIST += plugins/postgres/README.md

if ADAPTER_POSTGRES
adapterexec_LTLIBRARIES += plugins/postgres/sbe_adapter_postgres.la
staged_adapters += adapters/sbe_adapter_postgres.so
endif

plugins_postgres_sbe_adapter_postgres_la_SOURCES = \
	plugins/postgres/connection.c \
	plugins/postgres/create.c \
	plugins/postgres/describe.c \
	plugins/postgres/dialect.c \
	plugins/postgres/dialect.h \
	plugins/postgres/errors.c \
	plugins/postgres/fixture.c \
	plugins/postgres/flight.c \
	plugins/postgres/json_sql.h \
	plugins/postgres/plan.c \
	plugins/postgres/plan.h \
	plugins/postgres/postgres.c \
	plugins/postgres/postgres_adapter.h \
	plugins/postgres/postgres_connection.h \
	plugins/postgres/reads.c \
	plugins/postgres/results.c \
	plugins/postgres/session.c \
	plugins/postgres/source.c \
	plugins/postgres/types.c \
	plugins/postgres/types.h
plugins_postgres_sbe_adapter_postgres_la_CPPFLAGS = $(adapter_cppflags) $(LIBPQ_CFLAGS)
plugins_postgres_sbe_adapter_postgres_la_CFLAGS = $(adapter_cflags)
plugins_postgres_sbe_adapter_postgres_la_LDFLAGS = $(adapter_ldflags)
plugins_postgres_sbe_adapter_postgres_la_LIBADD = plugins/common/libsbe_common.la $(LIBPQ_LIBS)

adapters/sbe_adapter_postgres.so: plugins/postgres/sbe_adapter_postgres.la
	$(AM_V_GEN)module=plugins/postgres/.libs/sbe_adapter_postgres.so; $(stage_adapter)
