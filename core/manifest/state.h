/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a project in its warehouse: what each view has reached. Read at the start of a run,
 * written in the same batch as what it says.
 */
#ifndef SBE_CORE_STATE_H
#define SBE_CORE_STATE_H

#include "core/config/project.h"
#include "core/plugin/session.h"
#include "core/sql/printer.h"
#include "core/sql/shape.h"

/* Version of the manifest's own layout. A run refuses one that is newer. */
#define SBE_MANIFEST_LAYOUT 1

#define SBE_INCREMENTAL_MANIFEST "snowplow_incremental_manifest"
#define SBE_RUN_LOG "snowplow_run_log"

/* A point in time that may not be there. */
typedef struct sbe_moment {
  bool known;
  sbe_timestamp at;
} sbe_moment;

/* One row of the incremental manifest. */
typedef struct sbe_state {
  const char *model;
  bool exists;               /* there is a row */
  sbe_moment first_success;  /* upper bound of the first window that completed */
  sbe_moment last_success;   /* of the last one: the position */
  sbe_moment refresh_until;  /* a full refresh is under way until the position reaches this */
  int64_t windows;           /* completed since the view began (again) */
  sbe_moment attributes_as_of; /* the clock for which attributes were last brought up to date */
  sbe_moment attributes_until; /* and the day, as its midnight, before which their windows ended */
  bool attributes_stale;     /* days were processed since */
  sbe_moment rollup_through; /* as midnight of the last day in the roll-up */
  const char *definition_hash;
  const char *definition;    /* what the hash is of, one line a thing, to say what changed */
} sbe_state;

/* Schemas and state tables, each made if it is not there. */
int32_t sbe_state_print_tables(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error);

/* The query of the incremental manifest, and the rows of the given models, in their order, from its answer. */
void sbe_state_print_read(const sbe_sql *sql, sbe_arena *arena, sbe_text *out);
int32_t sbe_state_take(const sbe_rows *rows, size_t n, const sbe_shape *const *shapes, sbe_state *ret_states,
                       sbe_error *error);
/* After SBE_NOT_FOUND: an error when the table is there, and only lacks columns. */
int32_t sbe_state_check_absent(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_error *error);
/* All of it at once. A missing manifest table means that no row is there. */
int32_t sbe_state_read(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, size_t n,
                       const sbe_shape *const *shapes, sbe_state *ret_states, sbe_error *error);
int32_t sbe_state_print_write(const sbe_sql *sql, sbe_arena *arena, const sbe_state *state, sbe_statements *out,
                              sbe_error *error);
/*
 * The condition that a view is still where it was: a batch whose answer was lost may have been done since, or may be
 * about to. Prints what holds its row, where a warehouse can, for the beginning of a batch.
 */
const char *sbe_state_unchanged(const sbe_sql *sql, sbe_arena *arena, const sbe_state *state, sbe_statements *out);
/* Forgets the days of a view. */
void sbe_state_print_forget_days(const sbe_sql *sql, sbe_arena *arena, const char *model, sbe_statements *out);

/* What a view's numbers depend on, as text, one line each, and the hash of that. */
const char *sbe_definition_text(sbe_arena *arena, const sbe_view *view, const sbe_sql *sql, const sbe_vars *vars);
const char *sbe_definition_hash(sbe_arena *arena, const char *text);
/* "attribute 'a' was added; start_date was 2025-01-01, is 2025-02-01" */
const char *sbe_definition_difference(sbe_arena *arena, const char *before, const char *after);

/* One row of the run log. */
typedef struct sbe_log_row {
  const char *run_id, *model, *step, *status, *error_text;
  sbe_timestamp started, finished;
  int64_t rows; /* -1: not known */
} sbe_log_row;
void sbe_state_print_log(const sbe_sql *sql, sbe_arena *arena, size_t n, const sbe_log_row *rows, sbe_statements *out);

#endif
