/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside bench/: what its files share. The bench measures programs from outside, each as a whole process;
 * whatever needs a database (making events, the pipeline written by hand, comparing results) is done by
 * the bench itself started again as a child (child.c), so that it is measured like `sbe`.
 */
#ifndef SBE_BENCH_H
#define SBE_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/arena.h"

/* The first day of events, for the generator's SQL, sbe.yml and the pipeline by hand alike. */
#define BENCH_START "2025-01-01"
#define BENCH_MODEL "batch_ecommerce_attributes"

enum { PART_COMMANDS = 1, PART_PIPELINE = 2, PART_VIEWS = 4, PART_ALL = 7 };

typedef struct bench_options {
  const char *self;     /* this program */
  const char *sbe;      /* the program that is measured */
  const char *adapters; /* directory with the adapter for DuckDB */
  const char *timing;   /* directory with timing_adapter.c's */
  const char *sql;      /* directory of events.sql, generate.sql, hand.sql, compare.sql, check.sql */
  const char *dir;      /* where databases and projects are made */
  const char *json;     /* NULL: no JSON */
  int64_t events, days, users, threads, repeat, views;
  int64_t many; /* views to compile; and a tenth of it */
  unsigned parts;
} bench_options;

/* One measured quantity, each time it was measured. Seconds, bytes, or a plain number. */
typedef struct bench_series {
  struct bench_series *next;
  const char *name;
  size_t n, capacity;
  double *values;
} bench_series;

typedef struct bench {
  bench_options options;
  sbe_arena *arena;
  bench_series *first, **last; /* in the order in which they came */
  const char *run_dir;         /* emptied at the start and at the end */
  const char *events;          /* the database with nothing but events */
  const char *duckdb;          /* its version */
} bench;

/* --- samples.c ----------------------------------------------------------------------------------- */

void bench_sample(bench *b, double value, const char *format, ...) SBE_PRINTF(3, 4);
const bench_series *bench_find(const bench *b, const char *name);
/* The middle one, or the mean of the two in the middle; a series that is not there: NaN. */
double bench_median(const bench *b, const char *name);
double bench_least(const bench_series *series);
double bench_greatest(const bench_series *series);

/* --- process.c ----------------------------------------------------------------------------------- */

typedef struct bench_process {
  const char *const *arguments; /* NULL at the end */
  const char *output;           /* file for standard output; NULL: /dev/null */
  const char *errors;           /* file for standard error; shown when the process fails */
  double seconds;               /* from before it was started until it was gone */
  double rss;                   /* bytes, at its highest */
  double cpu;                   /* seconds of all processors, the system's for it included */
  int status;                   /* exit status, or -1 */
} bench_process;

/* False, after saying why on stderr, when it could not be started or did not end with 0. */
bool bench_run(bench_process *process);
_Noreturn void bench_die(const char *format, ...) SBE_PRINTF(1, 2);
void bench_say(const char *format, ...) SBE_PRINTF(1, 2);

/* --- child.c ------------------------------------------------------------------------------------- */

int bench_child(int argc, char **argv);
/* `main`'s side of it. Prints what was run, and dies when it failed. `parameters` are NAME=VALUE, NULL at the end. */
void bench_script(const bench *b, const char *database, const char *file, const char *const *parameters,
                  const char *output, bench_process *ret_process);

/* --- data.c -------------------------------------------------------------------------------------- */

void bench_make_dirs(const char *path);
void bench_remove(const char *path);               /* with all that is in it; not being there is fine */
void bench_copy(const char *from, const char *to); /* and written to disk before it answers */
void bench_write(const char *path, const char *text, size_t size);
/* Lines of a file, cut at tabs; the callback gets the cells. Missing ones are "". */
void bench_read_cells(const char *path, void (*row)(void *user, char *const cells[3]), void *user);
/* The events' database, made unless it is there, and its numbers (duplicates, late ones, users) as samples. */
void bench_make_events(bench *b);

/* --- projects.c ---------------------------------------------------------------------------------- */

/* A project with its profile; `n` views, 100 to a file, as "yml" or "json". The first is the four examples. */
void bench_make_project(const bench *b, const char *dir, int64_t n, const char *format);
/* "2025-03-02": so many days after the start. */
const char *bench_day(const bench *b, int64_t days);

/* --- measure.c ----------------------------------------------------------------------------------- */

void bench_commands(bench *b);
void bench_pipeline(bench *b);
void bench_views(bench *b);

/* --- report.c ------------------------------------------------------------------------------------ */

void bench_report(const bench *b);
/* False when the numbers that were measured are of results that are wrong. */
bool bench_right(const bench *b);
void bench_report_json(const bench *b, const char *path);

#endif
