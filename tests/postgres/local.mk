# SPDX-License-Identifier: Apache-2.0
#
# PostgreSQL, on a real server of the tests' own (with-server.sh); without one they are skipped by name.

EXTRA_DIST += \
	tests/postgres/connection.sh \
	tests/postgres/dialect.sh \
	tests/postgres/drop-commit.py \
	tests/postgres/runs.sh \
	tests/postgres/scenarios.sh \
	tests/postgres/server.sh \
	tests/postgres/tls.sh \
	tests/postgres/with-server.sh

if ADAPTER_POSTGRES
# The dialect and the layouts of events, on the server itself.
check_PROGRAMS += tests/postgres/test_dialect
TESTS += tests/postgres/dialect.sh

# The connection, results and fixture, through the adapter as it is built.
check_PROGRAMS += tests/postgres/test_connection
TESTS += tests/postgres/connection.sh tests/postgres/runs.sh tests/postgres/scenarios.sh tests/postgres/tls.sh
endif
tests_postgres_test_connection_SOURCES = \
	tests/duckdb/fake_host.c \
	tests/duckdb/fake_host.h \
	tests/postgres/proxy.c \
	tests/postgres/test.h \
	tests/postgres/test_connection.c \
	tests/postgres/test_faults.c \
	tests/postgres/test_fixture.c \
	tests/postgres/test_logins.c
tests_postgres_test_connection_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_postgres_test_connection_LDADD = $(LIBPQ_LIBS) $(DLOPEN_LIBS) -lm
tests_postgres_test_dialect_SOURCES = \
	$(dialect_host) \
	tests/postgres/sql.c \
	tests/postgres/sql.h \
	tests/postgres/test_dialect.c \
	tests/postgres/test_layouts.c \
	plugins/common/buffer.c \
	plugins/common/buffer.h \
	plugins/postgres/create.c \
	plugins/postgres/describe.c \
	plugins/postgres/dialect.c \
	plugins/postgres/dialect.h \
	plugins/postgres/json_sql.h \
	plugins/postgres/plan.c \
	plugins/postgres/plan.h \
	plugins/postgres/postgres_adapter.h \
	plugins/postgres/reads.c \
	plugins/postgres/source.c \
	plugins/postgres/types.c \
	plugins/postgres/types.h
tests_postgres_test_dialect_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_postgres_test_dialect_LDADD = $(LIBPQ_LIBS)
