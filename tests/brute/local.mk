# SPDX-License-Identifier: Apache-2.0
#
# The brute-force proof. Its programs link nothing of the core: what they judge, they may not use. One program for
# each warehouse, which differ in their driver.

brute_model = \
	tests/brute/aggregate.c tests/brute/aggregate.h \
	tests/brute/json.c \
	tests/brute/model.c tests/brute/model.h \
	tests/brute/oracle.c tests/brute/oracle.h \
	tests/brute/read.c tests/brute/read.h \
	tests/brute/rules.c tests/brute/rules.h \
	tests/brute/value.c tests/brute/value.h
brute_sources = $(brute_model) \
	tests/brute/brute.c \
	tests/brute/compare.c tests/brute/compare.h \
	tests/brute/coverage.c tests/brute/coverage.h \
	tests/brute/definitions.c \
	tests/brute/driver.h \
	tests/brute/history.c tests/brute/history.h \
	tests/brute/play.c tests/brute/play.h \
	tests/brute/pool.c \
	tests/brute/project.c tests/brute/project.h \
	tests/brute/tables.c

check_PROGRAMS += tests/brute/brute tests/brute/test_oracle

tests_brute_brute_SOURCES = $(brute_sources) tests/brute/driver_duckdb.c
tests_brute_brute_LDADD = $(DLOPEN_LIBS) -lm

tests_brute_brute_postgres_SOURCES = $(brute_sources) tests/brute/driver_postgres.c
tests_brute_brute_postgres_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_brute_brute_postgres_LDADD = $(LIBPQ_LIBS) -lm

tests_brute_brute_snowflake_SOURCES = $(brute_sources) tests/brute/driver_snowflake.c
tests_brute_brute_snowflake_CPPFLAGS = $(AM_CPPFLAGS) $(LIBCURL_CFLAGS) $(CJSON_CFLAGS)
tests_brute_brute_snowflake_LDADD = $(LIBCURL_LIBS) $(CJSON_LIBS) -lm

tests_brute_test_oracle_SOURCES = $(brute_model) tests/brute/test_oracle.c
tests_brute_test_oracle_LDADD = -lm

TESTS += tests/brute/test_oracle
if LONG_TESTS
TESTS += tests/brute/run.sh
endif
if ADAPTER_POSTGRES
check_PROGRAMS += tests/brute/brute_postgres
if LONG_TESTS
TESTS += tests/brute/run-postgres.sh
endif
endif
if ADAPTER_SNOWFLAKE
check_PROGRAMS += tests/brute/brute_snowflake
if LONG_TESTS
TESTS += tests/brute/run-snowflake.sh
endif
endif
EXTRA_DIST += tests/brute/run.sh tests/brute/run-postgres.sh tests/brute/run-snowflake.sh
SANITIZED_TESTS += tests/brute/test_oracle

# As many histories as time allows, beginning where the suite ends: make soak SOAK_HISTORIES=100000
SOAK_HISTORIES = 5000
soak: all $(check_PROGRAMS)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	BRUTE_SEED=1000000 BRUTE_HISTORIES=$(SOAK_HISTORIES) \
	$(SHELL) $(srcdir)/tests/brute/run.sh
# The same on PostgreSQL, where a history takes several times as long.
SOAK_HISTORIES_POSTGRES = 500
soak-postgres: all $(check_PROGRAMS)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	abs_top_srcdir='$(abs_top_srcdir)' BRUTE_SEED=1000000 BRUTE_HISTORIES=$(SOAK_HISTORIES_POSTGRES) \
	$(SHELL) $(srcdir)/tests/brute/run-postgres.sh
# And on the stand-in of Snowflake, where a history takes three seconds.
SOAK_HISTORIES_SNOWFLAKE = 100
soak-snowflake: all $(check_PROGRAMS)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	abs_top_srcdir='$(abs_top_srcdir)' abs_top_builddir='$(abs_top_builddir)' \
	BRUTE_SEED=1000000 BRUTE_HISTORIES=$(SOAK_HISTORIES_SNOWFLAKE) \
	$(SHELL) $(srcdir)/tests/brute/run-snowflake.sh
.PHONY: soak soak-postgres soak-snowflake
