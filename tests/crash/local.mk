# SPDX-License-Identifier: Apache-2.0
#
# The crash matrix: killer.c is a libduckdb that kills, crash the program that plays and compares. It links
# nothing of the core. Without DuckDB's library it skips, and says so.

crash_ldflags = -module -avoid-version -shared -Wl,-z,defs -pthread -rpath /nowhere

# Preloaded into what it kills, so without any sanitizer of its own.
check_LTLIBRARIES += tests/crash/killer.la
tests_crash_killer_la_SOURCES = tests/crash/killer.c
tests_crash_killer_la_CPPFLAGS = $(adapter_cppflags)
tests_crash_killer_la_CFLAGS = $(adapter_cflags) -fno-sanitize=all
tests_crash_killer_la_LDFLAGS = $(crash_ldflags)
tests_crash_killer_la_LIBADD = $(DLOPEN_LIBS)

check_PROGRAMS += tests/crash/crash
tests_crash_crash_SOURCES = \
	tests/crash/child.c \
	tests/crash/crash.c \
	tests/crash/crash.h \
	tests/crash/database.c \
	tests/crash/database.h \
	tests/crash/matrix.c \
	tests/crash/others.c \
	tests/crash/points.c \
	tests/crash/scenarios.c
tests_crash_crash_CPPFLAGS = $(AM_CPPFLAGS) $(DUCKDB_CPPFLAGS)
tests_crash_crash_LDADD = $(DLOPEN_LIBS) -lm

if LONG_TESTS
TESTS += tests/crash/crash
endif

# Every point of every run, each played to its end, and killed a second time on the way.
soak-crash: all $(check_PROGRAMS) $(check_LTLIBRARIES)
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)' SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters' \
	tests/crash/crash$(EXEEXT) --all
soak: soak-crash
.PHONY: soak-crash
