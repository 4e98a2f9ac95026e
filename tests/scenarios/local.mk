# SPDX-License-Identifier: Apache-2.0
#
# The scenarios: one program that plays them, which the author of an adapter can use with his own, and a
# script that plays all of this folder on DuckDB. A new scenario is a new *.yml; no list names it.

check_PROGRAMS += tests/scenarios/scenarios
tests_scenarios_scenarios_SOURCES = \
	tests/scenarios/events.c \
	tests/scenarios/expect.c \
	tests/scenarios/play.c \
	tests/scenarios/read.c \
	tests/scenarios/scenario.h \
	tests/scenarios/scenarios.c
tests_scenarios_scenarios_LDADD = libsbe_core.la

TESTS += tests/scenarios/scenarios.sh
SANITIZED_TESTS += tests/scenarios/one-layout.sh
EXTRA_DIST += tests/scenarios/scenarios.sh tests/scenarios/one-layout.sh tests/scenarios/README.md

dist-hook:
	cp -p '$(top_srcdir)'/tests/scenarios/*.yml '$(distdir)/tests/scenarios'
