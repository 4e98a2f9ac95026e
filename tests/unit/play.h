/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run (core/run) on the recorder: a script says what the warehouse answers, the log what it was asked.
 * Waits take no time here, and the monotonic clock can be put forward. Behind each script stands what makes an
 * ordinary run: attributes that differ from what is there.
 */
#ifndef SBE_TESTS_PLAY_H
#define SBE_TESTS_PLAY_H

#include "tests/unit/recorded.h"

/* What is played; members that are NULL or 0 are: one view `v` with a counter, no script, target dev, 2025-01-02T12:00.
 */
typedef struct play {
  const char *views;  /* YAML of a file */
  const char *vars;   /* as --vars */
  const char *script; /* of the recorder */
  const char *target;
  const char *now;
  bool until_current, full_refresh, dry_run;
  uint64_t without;            /* abilities that the adapter is played without */
  uint64_t with;               /* and those that it has beside its own */
  const sbe_pattern *patterns; /* of its dialect, before its own; closed by SBE_OP_END */
  int32_t (*create)(const sbe_table *, sbe_statements *, sbe_error *); /* of its dialect */
  const char *profile_threads;                                         /* of the profile; NULL: not given */
  int threads;                                                         /* of the project */
  int cancel_at_tick;                                                  /* the interrupt comes at this tick; 0: none */
  int seconds_per_tick; /* that the monotonic clock is put forward at each tick */
} play;

/* Plays, after a recorded_begin; answers the results, which live in fixture.arena. */
const sbe_run_results *play_run(const play *what);

/* Of the last play. */
extern struct played {
  const char *directory;  /* of the project, and its .sbe as well */
  const char *log;        /* whole */
  const char *statements; /* --dry-run: those shown, each with ";\n" */
  const char *notes;      /* "warning TEXT\n" */
  const char *steps; /* "begin, tables, scan …": steps that were started, "*" behind one that did not finish; of one
                        thread */
  int ticks;
  double slept; /* seconds that a real run would have waited */
} played;

/*
 * The log, a line a call: "run atomic: guard SELECT snowplow_run_lock, DELETE v_1_attributes", "query: SELECT
 * sbe_1_v_1_days", "describe: atomic.events", "answer: busy". Tables stand for statements.
 */
const char *play_outline(void);
/* That of one of several connections; from 1. */
const char *play_outline_of(int connection);
/* The lines of the outline that have `part`. */
const char *play_lines(const char *part);
/* The i-th statement of the log, from 0, that has `part`; NULL: there are fewer. */
const char *play_statement(const char *part, size_t i);

/* A block of script: the row of the incremental manifest of the first view, as the definition of `what` leaves it
 * behind. */
typedef struct play_state {
  const char *position; /* last_success; NULL: none */
  const char *refresh_until, *attributes_as_of, *attributes_until, *rollup_through;
  const char *definition, *hash; /* NULL: those of the views */
  int windows, layout;           /* layout 0: today's */
  bool all;                      /* a row for every view of the play, not just the first */
} play_state;
const char *play_manifest(const play *what, const play_state *state);
/* A block of script: the lock's row, of a holder since 08:00 on a day when it is 09:00. `host` NULL: this one;
   `start` of the process, -1: not known. */
const char *play_lock(long token, bool held, long pid, long start, const char *host, const char *expires);
/* Of a block that a statement of the lock matches: before it, somebody else, who is alive elsewhere, took the lock. */
const char *play_overtaken(long token);
/* A block of script: the columns of the events table, to a statement with `part`. */
const char *play_columns(const char *part);
/* A block of script: days, as "2025-01-01 true 5" with commas between them. */
const char *play_days(const char *days);

#endif
