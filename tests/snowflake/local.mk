# SPDX-License-Identifier: Apache-2.0
#
# Snowflake: units without a network, and the adapter against the stand-in (with-standin.sh), skipped by name
# where that cannot be had.

snowflake_standin = \
	tests/snowflake/builtin.py \
	tests/snowflake/calls.py \
	tests/snowflake/engine.py \
	tests/snowflake/functions.py \
	tests/snowflake/lexer.py \
	tests/snowflake/queries.py \
	tests/snowflake/requirements.txt \
	tests/snowflake/rewrite.py \
	tests/snowflake/sqltypes.py \
	tests/snowflake/standin.py \
	tests/snowflake/standin_client.py \
	tests/snowflake/statements.py \
	tests/snowflake/test_standin.py \
	tests/snowflake/test_standin_sql.py

# On the stand-in. In `make check` as a whole: the scenarios take 2 minutes of two processors' time, runs 1.
snowflake_scripts = \
	tests/snowflake/connection.sh \
	tests/snowflake/dialect.sh \
	tests/snowflake/runs.sh \
	tests/snowflake/scenarios.sh \
	tests/snowflake/show.sh \
	tests/snowflake/standin.sh

EXTRA_DIST += \
	$(snowflake_scripts) \
	$(snowflake_standin) \
	tests/snowflake/README.md \
	tests/snowflake/account.sh \
	tests/snowflake/crash.py \
	tests/snowflake/crash.sh \
	tests/snowflake/dialect.py \
	tests/snowflake/runs.py \
	tests/snowflake/shop.py \
	tests/snowflake/show.py \
	tests/snowflake/with-standin.sh

# Tokens; logins and profiles; cells, answers in pieces, codes of errors.
snowflake_units = \
	tests/snowflake/test_jwt \
	tests/snowflake/test_login \
	tests/snowflake/test_results
snowflake_units_libs = \
	plugins/common/libsbe_rest.la \
	plugins/common/libsbe_common.la \
	$(CUNIT_LIBS) $(LIBCURL_LIBS) $(LIBCRYPTO_LIBS) $(CJSON_LIBS)
snowflake_units_cppflags = $(AM_CPPFLAGS) $(CUNIT_CFLAGS) $(LIBCURL_CFLAGS) $(LIBCRYPTO_CFLAGS)
snowflake_fake_host = \
	tests/duckdb/fake_host.c \
	tests/duckdb/fake_host.h

tests_snowflake_test_jwt_SOURCES = $(snowflake_fake_host) tests/snowflake/test_jwt.c
tests_snowflake_test_jwt_CPPFLAGS = $(snowflake_units_cppflags)
tests_snowflake_test_jwt_LDADD = $(snowflake_units_libs)
tests_snowflake_test_login_SOURCES = $(snowflake_fake_host) $(snowflake_connection_sources) tests/snowflake/test_login.c
tests_snowflake_test_login_CPPFLAGS = $(snowflake_units_cppflags)
tests_snowflake_test_login_LDADD = $(snowflake_units_libs)
tests_snowflake_test_results_SOURCES = $(snowflake_fake_host) $(snowflake_connection_sources) tests/snowflake/test_results.c
tests_snowflake_test_results_CPPFLAGS = $(snowflake_units_cppflags)
tests_snowflake_test_results_LDADD = $(snowflake_units_libs)

# The dialect as it is printed; dialect.sh computes what it prints on the stand-in's engine.
tests_snowflake_test_dialect_SOURCES = \
	$(dialect_host) \
	tests/snowflake/sql.c \
	tests/snowflake/sql.h \
	tests/snowflake/test_dialect.c \
	tests/snowflake/values.c \
	$(snowflake_dialect_sources)
tests_snowflake_test_dialect_CPPFLAGS = $(AM_CPPFLAGS)
tests_snowflake_test_dialect_LDADD = plugins/common/libsbe_common.la

# The connection, through the adapter as it is built.
tests_snowflake_test_connection_SOURCES = \
	$(snowflake_fake_host) \
	tests/snowflake/control.c \
	tests/snowflake/test.h \
	tests/snowflake/test_connection.c \
	tests/snowflake/test_faults.c
tests_snowflake_test_connection_CPPFLAGS = $(AM_CPPFLAGS) $(LIBCURL_CFLAGS)
tests_snowflake_test_connection_LDADD = $(LIBCURL_LIBS) $(CJSON_LIBS) $(DLOPEN_LIBS)

if ADAPTER_SNOWFLAKE
check_PROGRAMS += tests/snowflake/test_connection tests/snowflake/test_dialect
TESTS += $(snowflake_scripts) tests/snowflake/test_dialect
if LONG_TESTS
TESTS += tests/snowflake/crash.sh
endif
if HAVE_CUNIT
check_PROGRAMS += $(snowflake_units)
TESTS += $(snowflake_units)
SANITIZED_TESTS += $(snowflake_units)
endif
endif
