# SPDX-License-Identifier: Apache-2.0

# The dialect and the layouts, on DuckDB itself where its library is found.
check_PROGRAMS += tests/duckdb/test_dialect
TESTS += tests/duckdb/test_dialect
tests_duckdb_test_dialect_SOURCES = \
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
