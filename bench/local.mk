# SPDX-License-Identifier: Apache-2.0
#
# The bench. `make bench` measures; `make check` only tries whether the bench works (bench/bench-smoke.sh).

BENCH_EVENTS = 2000000
BENCH_REPEAT = 3
BENCH_THREADS = 2
BENCH_VIEWS = 10
# Databases: 20 million events need about 25 GB here, most of it for the views. Events are kept for the next time.
BENCH_DIR = bench/work
BENCH_JSON = $(BENCH_DIR)/bench.json
# commands, pipeline, views; empty: all. BENCH_FLAGS: other options, see bench/README.md
BENCH_PARTS =
# Adapters whose costs are counted; empty: all
BENCH_ADAPTERS =
BENCH_FLAGS =

EXTRA_PROGRAMS += bench/bench
bench_bench_SOURCES = \
	bench/bench.c \
	bench/bench.h \
	bench/child.c \
	bench/data.c \
	bench/measure.c \
	bench/process.c \
	bench/projects.c \
	bench/report.c \
	bench/samples.c
bench_bench_LDADD = libsbe_core.la -lm
CLEANFILES += bench/bench$(EXEEXT)

# Stands in place of the adapter and counts time; never installed.
check_LTLIBRARIES += bench/sbe_adapter_duckdb.la
bench_sbe_adapter_duckdb_la_SOURCES = bench/timing_adapter.c
bench_sbe_adapter_duckdb_la_CPPFLAGS = $(adapter_cppflags)
bench_sbe_adapter_duckdb_la_CFLAGS = $(adapter_cflags)
bench_sbe_adapter_duckdb_la_LDFLAGS = $(adapter_ldflags) -rpath /nowhere
bench_sbe_adapter_duckdb_la_LIBADD = $(DLOPEN_LIBS)

# Copied to a directory as the loader wants it, see stage_adapter in Makefile.am.
bench/timing/sbe_adapter_duckdb.so: bench/sbe_adapter_duckdb.la
	$(AM_V_GEN)$(MKDIR_P) bench/timing && chmod 755 bench/timing && rm -f $@ \
	  && cp bench/.libs/sbe_adapter_duckdb.so $@ && chmod 755 $@
CLEANFILES += bench/timing/sbe_adapter_duckdb.so

# `all` is another make; what else is needed waits for it, or both would build the core at once.
bench: all
	@$(MAKE) $(AM_MAKEFLAGS) bench/bench$(EXEEXT) bench/timing/sbe_adapter_duckdb.so
	$(MKDIR_P) '$(BENCH_DIR)'
	bench/bench$(EXEEXT) --sbe '$(abs_top_builddir)/sbe$(EXEEXT)' --adapters '$(abs_top_builddir)/adapters' \
	  --timing '$(abs_top_builddir)/bench/timing' --sql '$(srcdir)/bench/duckdb' --dir '$(BENCH_DIR)' \
	  --events '$(BENCH_EVENTS)' --repeat '$(BENCH_REPEAT)' --threads '$(BENCH_THREADS)' \
	  --views '$(BENCH_VIEWS)' --json '$(BENCH_JSON)' $(BENCH_FLAGS) $(BENCH_PARTS)
	@echo
	@$(MAKE) $(AM_MAKEFLAGS) bench-costs

# What a run asks of each adapter's warehouse: counts, not times.
bench-costs: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) '$(srcdir)/bench/costs.sh' $(BENCH_ADAPTERS)
.PHONY: bench bench-costs

TESTS += bench/bench-smoke.sh
bench/bench-smoke.log: bench/bench$(EXEEXT) bench/timing/sbe_adapter_duckdb.so

EXTRA_DIST += \
	bench/README.md \
	bench/bench-smoke.sh \
	bench/costs.sh \
	bench/duckdb/check.sql \
	bench/duckdb/compare.sql \
	bench/duckdb/events.sql \
	bench/duckdb/generate.sql \
	bench/duckdb/hand.sql
