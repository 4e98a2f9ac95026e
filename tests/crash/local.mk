# SPDX-License-Identifier: Apache-2.0
#
# The crash matrix: one program for each warehouse, which plays and compares, and one library, which is preloaded into
# what is played and kills. They link nothing of the core. Without DuckDB's library, or a PostgreSQL server, they
# skip, and say so.

crash_ldflags = -module -avoid-version -shared -Wl,-z,defs -pthread -rpath /nowhere
crash_sources = \
	tests/crash/child.c \
	tests/crash/crash.c \
	tests/crash/crash.h \
	tests/crash/database.h \
	tests/crash/matrix.c \
	tests/crash/others.c \
	tests/crash/points.c \
	tests/crash/scenarios.c \
	tests/crash/snapshot.c

# Preloaded into what they kill, so without any sanitizer of their own.
check_LTLIBRARIES += tests/crash/killer_duckdb.la
tests_crash_killer_duckdb_la_SOURCES = tests/crash/killer.c tests/crash/killer.h tests/crash/killer_duckdb.c
tests_crash_killer_duckdb_la_CPPFLAGS = $(adapter_cppflags)
tests_crash_killer_duckdb_la_CFLAGS = $(adapter_cflags) -fno-sanitize=all
tests_crash_killer_duckdb_la_LDFLAGS = $(crash_ldflags)
tests_crash_killer_duckdb_la_LIBADD = $(DLOPEN_LIBS)

check_PROGRAMS += tests/crash/crash
tests_crash_crash_SOURCES = $(crash_sources) tests/crash/database_duckdb.c
tests_crash_crash_CPPFLAGS = $(AM_CPPFLAGS) $(DUCKDB_CPPFLAGS)
tests_crash_crash_LDADD = $(DLOPEN_LIBS) -lm

if LONG_TESTS
TESTS += tests/crash/crash
endif

tests_crash_killer_postgres_la_SOURCES = tests/crash/killer.c tests/crash/killer.h tests/crash/killer_postgres.c
tests_crash_killer_postgres_la_CPPFLAGS = $(adapter_cppflags) $(LIBPQ_CFLAGS)
tests_crash_killer_postgres_la_CFLAGS = $(adapter_cflags) -fno-sanitize=all
tests_crash_killer_postgres_la_LDFLAGS = $(crash_ldflags)
tests_crash_killer_postgres_la_LIBADD = $(LIBPQ_LIBS) $(DLOPEN_LIBS)

tests_crash_crash_postgres_SOURCES = $(crash_sources) \
	tests/crash/database_postgres.c \
	tests/crash/database_postgres.h \
	tests/crash/postgres_others.c
tests_crash_crash_postgres_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_crash_crash_postgres_LDADD = $(LIBPQ_LIBS) -lm

if ADAPTER_POSTGRES
check_LTLIBRARIES += tests/crash/killer_postgres.la
check_PROGRAMS += tests/crash/crash_postgres
if LONG_TESTS
TESTS += tests/crash/postgres.sh
endif
endif
EXTRA_DIST += tests/crash/postgres.sh

# Every point of every run, each played to its end, and killed a second time on the way.
soak-crash: all $(check_PROGRAMS) $(check_LTLIBRARIES)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	tests/crash/crash$(EXEEXT) --all
soak-crash-postgres: all $(check_PROGRAMS) $(check_LTLIBRARIES)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	abs_top_srcdir='$(abs_top_srcdir)' $(SHELL) $(srcdir)/tests/crash/postgres.sh --all
soak: soak-crash
soak-postgres: soak-crash-postgres
.PHONY: soak-crash soak-crash-postgres
