# SPDX-License-Identifier: Apache-2.0

# The dialect and the layouts, on DuckDB itself where its library is found.
check_PROGRAMS += tests/duckdb/test_dialect
TESTS += tests/duckdb/test_dialect
tests_duckdb_test_dialect_SOURCES = \
	$(dialect_host) \
	tests/duckdb/sql.c \
	tests/duckdb/sql.h \
	tests/duckdb/test_dialect.c \
	tests/duckdb/test_layouts.c \
	plugins/duckdb/dialect.c \
	plugins/duckdb/duckdb_adapter.h \
	plugins/duckdb/paths.c \
	plugins/duckdb/source.c \
	plugins/duckdb/source.h \
	plugins/duckdb/types.c \
	plugins/duckdb/types.h
tests_duckdb_test_dialect_CPPFLAGS = $(AM_CPPFLAGS) $(DUCKDB_CPPFLAGS)
tests_duckdb_test_dialect_LDADD = $(DLOPEN_LIBS)

# The connection, results and fixture, through the adapter as it is built.
check_PROGRAMS += tests/duckdb/test_connection
TESTS += tests/duckdb/test_connection
tests_duckdb_test_connection_SOURCES = \
	tests/duckdb/fake_host.c \
	tests/duckdb/fake_host.h \
	tests/duckdb/test.h \
	tests/duckdb/test_connection.c \
	tests/duckdb/test_files.c \
	tests/duckdb/test_fixture.c
tests_duckdb_test_connection_CPPFLAGS = $(AM_CPPFLAGS) $(DUCKDB_CPPFLAGS)
tests_duckdb_test_connection_LDADD = $(DLOPEN_LIBS) -lm
