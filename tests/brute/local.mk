# SPDX-License-Identifier: Apache-2.0
#
# The brute-force proof. Its programs link nothing of the core: what they judge, they may not use.

brute_model = \
	tests/brute/aggregate.c tests/brute/aggregate.h \
	tests/brute/json.c \
	tests/brute/model.c tests/brute/model.h \
	tests/brute/oracle.c tests/brute/oracle.h \
	tests/brute/read.c tests/brute/read.h \
	tests/brute/rules.c tests/brute/rules.h \
	tests/brute/value.c tests/brute/value.h

check_PROGRAMS += tests/brute/brute tests/brute/test_oracle

tests_brute_brute_SOURCES = $(brute_model) \
	tests/brute/brute.c \
	tests/brute/compare.c tests/brute/compare.h \
	tests/brute/coverage.c tests/brute/coverage.h \
	tests/brute/definitions.c \
	tests/brute/driver.h tests/brute/driver_duckdb.c \
	tests/brute/history.c tests/brute/history.h \
	tests/brute/play.c tests/brute/play.h \
	tests/brute/pool.c \
	tests/brute/project.c tests/brute/project.h
tests_brute_brute_LDADD = $(DLOPEN_LIBS) -lm

tests_brute_test_oracle_SOURCES = $(brute_model) tests/brute/test_oracle.c
tests_brute_test_oracle_LDADD = -lm

TESTS += tests/brute/test_oracle
if LONG_TESTS
TESTS += tests/brute/run.sh
endif
EXTRA_DIST += tests/brute/run.sh
SANITIZED_TESTS += tests/brute/test_oracle

# As many histories as time allows, beginning where the suite ends: make soak SOAK_HISTORIES=100000
SOAK_HISTORIES = 5000
soak: all $(check_PROGRAMS)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	BRUTE_SEED=1000000 BRUTE_HISTORIES=$(SOAK_HISTORIES) \
	$(SHELL) $(srcdir)/tests/brute/run.sh
.PHONY: soak
