# SPDX-License-Identifier: Apache-2.0

# Tokens, cells, answers read byte by byte, and what errors mean: no network.
snowflake_units = tests/snowflake/test_jwt tests/snowflake/test_results

# The connection, through the adapter as it is built, against the stand-in.
tests_snowflake_test_jwt_SOURCES = tests/snowflake/test_jwt.c tests/duckdb/fake_host.c tests/duckdb/fake_host.h
tests_snowflake_test_jwt_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS) $(LIBCRYPTO_CFLAGS)
tests_snowflake_test_jwt_LDADD = \
	plugins/common/libsbe_rest.la plugins/common/libsbe_common.la \
	$(CUNIT_LIBS) $(LIBCURL_LIBS) $(LIBCRYPTO_LIBS)

tests_snowflake_test_results_SOURCES = \
	tests/duckdb/fake_host.c tests/duckdb/fake_host.h \
	tests/snowflake/test_results.c \
	$(snowflake_connection_sources)
tests_snowflake_test_results_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS) $(LIBCURL_CFLAGS)
tests_snowflake_test_results_LDADD = \
	plugins/common/libsbe_rest.la plugins/common/libsbe_common.la \
	$(CUNIT_LIBS) $(LIBCURL_LIBS) $(LIBCRYPTO_LIBS) $(CJSON_LIBS)

if ADAPTER_SNOWFLAKE
if HAVE_CUNIT
check_PROGRAMS += $(snowflake_units)
TESTS += $(snowflake_units)
SANITIZED_TESTS += $(snowflake_units)
endif
endif

# The dialect as it is printed, and its values on the stand-in's engine.
EXTRA_DIST += tests/snowflake/dialect.py tests/snowflake/dialect.sh
tests_snowflake_test_dialect_SOURCES = \
	tests/snowflake/sql.c \
	tests/snowflake/sql.h \
	tests/snowflake/test_dialect.c \
	tests/snowflake/values.c \
	plugins/snowflake/dialect.c \
	plugins/snowflake/paths.c \
	plugins/snowflake/snowflake_adapter.h \
	plugins/snowflake/source.c \
	plugins/snowflake/source.h \
	plugins/snowflake/tables.c \
	plugins/snowflake/types.c \
	plugins/snowflake/types.h
tests_snowflake_test_dialect_CPPFLAGS = $(AM_CPPFLAGS)
tests_snowflake_test_dialect_LDADD = plugins/common/libsbe_common.la

if ADAPTER_SNOWFLAKE
check_PROGRAMS += tests/snowflake/test_dialect
TESTS += tests/snowflake/test_dialect tests/snowflake/dialect.sh
SANITIZED_TESTS += tests/snowflake/test_dialect
endif
