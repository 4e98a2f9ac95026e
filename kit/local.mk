# SPDX-License-Identifier: Apache-2.0
#
# sbe-adapter-check: what the author of an adapter runs, installed with the scenarios; our own suite plays
# them with it too. A new scenario is a new *.yml in tests/scenarios; no list names it.

bin_PROGRAMS += sbe-adapter-check
sbe_adapter_check_SOURCES = \
	kit/abi.c \
	kit/canon.c \
	kit/connect.c \
	kit/decimals.c \
	kit/dialect.c \
	kit/differences.c \
	kit/edge.c \
	kit/elf.c \
	kit/elf.h \
	kit/events.c \
	kit/expect.c \
	kit/file.c \
	kit/kit.h \
	kit/layout_reads.c \
	kit/layouts.c \
	kit/live.c \
	kit/live.h \
	kit/live_parts.h \
	kit/live_run.c \
	kit/live_several.c \
	kit/live_wait.c \
	kit/main.c \
	kit/operations.c \
	kit/options.c \
	kit/place.c \
	kit/play.c \
	kit/read.c \
	kit/report.c \
	kit/sample.c \
	kit/sample.h \
	kit/scenario.h \
	kit/scenarios.c \
	kit/text_reads.c \
	kit/types.c
sbe_adapter_check_CPPFLAGS = $(AM_CPPFLAGS) -DSBE_SCENARIOS_DIR='"$(pkgdatadir)/scenarios"'
sbe_adapter_check_LDADD = libsbe_core.la $(DLOPEN_LIBS) -lm
dist_man_MANS += kit/sbe-adapter-check.1
