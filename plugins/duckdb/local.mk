# SPDX-License-Identifier: Apache-2.0
#
# The adapter for DuckDB. It links no DuckDB: the library is looked up at run time, first where the user
# says, then beside the adapter, then where configure saw one. Another adapter's local.mk looks like
# this one; its three places elsewhere are SBE_ADAPTER in configure.ac, `include` in Makefile.am, and
# core/plugin/known.c.

EXTRA_DIST += plugins/duckdb/README.md

if ADAPTER_DUCKDB
adapterexec_LTLIBRARIES += plugins/duckdb/sbe_adapter_duckdb.la
staged_adapters += adapters/sbe_adapter_duckdb.so
endif

plugins_duckdb_sbe_adapter_duckdb_la_SOURCES = \
	plugins/duckdb/api.c \
	plugins/duckdb/api.h \
	plugins/duckdb/cells.c \
	plugins/duckdb/cells.h \
	plugins/duckdb/connection.c \
	plugins/duckdb/dialect.c \
	plugins/duckdb/duckdb.c \
	plugins/duckdb/duckdb_adapter.h \
	plugins/duckdb/duckdb_connection.h \
	plugins/duckdb/errors.c \
	plugins/duckdb/fixture.c \
	plugins/duckdb/fixture_rows.c \
	plugins/duckdb/fixture_rows.h \
	plugins/duckdb/instance.c \
	plugins/duckdb/paths.c \
	plugins/duckdb/results.c \
	plugins/duckdb/source.c \
	plugins/duckdb/source.h \
	plugins/duckdb/types.c \
	plugins/duckdb/types.h \
	plugins/duckdb/worker.c \
	plugins/duckdb/worker.h
plugins_duckdb_sbe_adapter_duckdb_la_CPPFLAGS = $(adapter_cppflags) $(DUCKDB_CPPFLAGS)
plugins_duckdb_sbe_adapter_duckdb_la_CFLAGS = $(adapter_cflags)
plugins_duckdb_sbe_adapter_duckdb_la_LDFLAGS = $(adapter_ldflags)
plugins_duckdb_sbe_adapter_duckdb_la_LIBADD = plugins/common/libsbe_common.la $(DLOPEN_LIBS)

adapters/sbe_adapter_duckdb.so: plugins/duckdb/sbe_adapter_duckdb.la
	$(AM_V_GEN)module=plugins/duckdb/.libs/sbe_adapter_duckdb.so; $(stage_adapter)
