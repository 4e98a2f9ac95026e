/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the groups that connect share: a connection in a place of its own (connect.c), and values as text, so
 * that what came can be held against what is written here by hand (canon.c).
 */
#ifndef SBE_KIT_LIVE_H
#define SBE_KIT_LIVE_H

#include "core/run/run.h"
#include "kit/kit.h"

/* What `tick` answers is set by a check. Must begin with the run. */
typedef struct live_run {
  sbe_run run;
  int64_t ticks;
  int64_t cancel_at; /* of the clock that never goes back; 0: never */
  int64_t last, longest_silence;
} live_run;

typedef struct live {
  kit *k;
  kit_report *report;
  const sbe_plugin *plugin;
  sbe_arena *arena;
  kit_place place;
  sbe_project *project;
  sbe_settings *settings;
  sbe_sql sql;
  sbe_session session;
  live_run run;
  sbe_error error; /* of what failed last */
} live;

/* ---- connect.c ---- */

/* Connects, with schemas made. Answers false when there is nothing to go on with: that was reported. */
bool live_open(live *l, kit *k);
void live_close(live *l);
/* From another process, into the place that was opened there; makes and reports nothing. */
int32_t live_join(live *l, kit *k);
/* A further connection to the same place. */
int32_t live_second(live *l, sbe_session *ret_session, live_run *run);

/* "code name: message" of the last error. */
const char *live_error(live *l, int32_t code);
/* The printed name of a table of the derived schema. */
const char *live_table(live *l, const char *name);
/* Answer a why. Rows are emptied first. */
const char *live_query(live *l, const char *sql, sbe_rows *ret_rows);
const char *live_do(live *l, const char *sql);
/* One value, as text (canon.c); or the error. */
const char *live_value(live *l, const char *sql);
/* A permanent table of the derived schema, empty or with the rows of a query. */
const char *live_create(live *l, const char *name, size_t n, const sbe_column_spec *columns, const char *select);
/* Rows: "col, col, …" without FROM, one each. */
const char *live_insert(live *l, const char *name, size_t n, const sbe_column_spec *columns, const char *select);
void live_drop(live *l, const char *name);

/* ---- text_reads.c ---- */

void check_text_reads(live *l);
/* Texts that no read may fail over, whatever it makes of them. */
const char *const *live_hostile_texts(live *l, size_t *ret_n);
const char *live_type_name(int32_t type);

/* ---- decimals.c ---- */

void check_decimals(live *l);

/* ---- layout_reads.c ---- */

void check_layout_reads(live *l);

/* ---- canon.c ---- */

/*
 * NULL, true, 5, 1.5, 2025-01-31, 2025-01-31 10:00:00.5, 'text', and JSON without spaces and with its keys in order.
 * A decimal and a double that are whole are as the integer.
 */
const char *canon(const sbe_value *value, sbe_arena *arena);
/* Doubles at 1e-15 of themselves; all else to the letter. A bool may come as 1 and 0 when `loose`. */
bool canon_same(const char *expected, const char *actual, bool loose);

#endif
