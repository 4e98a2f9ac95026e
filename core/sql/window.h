/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements of one window, step by step. They are the same for `run`, `compile` and `--dry-run`.
 * All of a window is computed in scratch tables first; publishing is DML from there, in one batch.
 */
#ifndef SBE_CORE_WINDOW_H
#define SBE_CORE_WINDOW_H

#include "core/sql/scan.h"

/* One window of one view, as the statements need it. Printed texts are over the scratch tables' names. */
typedef struct sbe_window {
  const sbe_sql *sql;
  sbe_arena *arena;
  const sbe_vars *vars;
  const sbe_shape *shape;
  const char *token; /* of the run; the scratch tables are named after it */
  sbe_timestamp lower, upper, now;
  sbe_date until; /* U: the windows of periods end before this day */
  bool every_day; /* a full refresh is under way: every day is processed */
  bool has_rollup;
  sbe_date rollup_through; /* days up to this one are in the roll-up */
  bool rollup_in_scratch;  /* it was made in this window, and is not published yet */
} sbe_window;

/* Scratch tables. The first two are of a scan, whose number goes with them. */
const char *sbe_scratch_scan(const sbe_sql *sql, sbe_arena *arena, const char *token, size_t scan);
const char *sbe_scratch_duplicates(const sbe_sql *sql, sbe_arena *arena, const char *token, size_t scan);
/* "new_events", "days", "daily_aggregates", "daily_values", "changed", … of a view. */
const char *sbe_scratch_view(const sbe_window *window, const char *what);

/* The slice between two printed timestamps. */
int32_t sbe_print_scan_table(const sbe_scan *scan, const sbe_columns *columns, const char *lower, const char *upper,
                             const char *token, size_t number, sbe_statements *out, sbe_error *error);
/* event_ids that occur more than once in the scan. */
int32_t sbe_print_duplicates(const sbe_scan *scan, const char *token, size_t number, sbe_statements *out,
                             sbe_error *error);
/* How often each named event matched in the scan, and how many rows each view may want: one row, a column each. */
void sbe_print_event_counts(const sbe_scan *scan, const char *token, size_t number, sbe_text *out);
/* Query: number of a view, and how many rows it may want that it has not taken already: those between `lower` and the
   views' position are read again. `lower`: as printed. */
void sbe_print_untaken_counts(const sbe_scan *scan, const char *token, size_t number, const char *lower, sbe_text *out);
/* vendor, name, version, rows of everything in the slice, the most frequent 1,000. */
int32_t sbe_print_slice_events(const sbe_sql *sql, sbe_arena *arena, const sbe_columns *columns, const char *lower,
                               const char *upper, sbe_text *out, sbe_error *error);

/* The view's new events, each once, none of them in filtered_events yet. */
int32_t sbe_print_new_events(const sbe_window *window, const sbe_scan *scan, size_t view, size_t number,
                             sbe_statements *out, sbe_error *error);
/* The dates that have new rows, with what becomes of each. */
int32_t sbe_print_days(const sbe_window *window, sbe_statements *out, sbe_error *error);
/* Query: the dates, ascending: event_date, is_processed, new_rows. */
void sbe_print_read_days(const sbe_window *window, sbe_text *out);
/* "IN (SELECT …)", and the same with literals. */
const char *sbe_days_relation(const sbe_window *window);
const char *sbe_days_literals(const sbe_window *window, size_t n, const sbe_date *days);

/* The days to process, aggregated anew. With literals, at most dialect->max_days of them in one statement. */
int32_t sbe_print_daily(const sbe_window *window, size_t n_days, const sbe_date *days, sbe_statements *out,
                        sbe_error *error);
/* `days` NULL: no day was processed. What differs from the attributes table goes into "changed". */
int32_t sbe_print_changed(const sbe_window *window, const char *days, sbe_statements *out, sbe_error *error);
/* Query: how many those are. */
void sbe_print_count_changed(const sbe_window *window, sbe_text *out);

/* DML of the batch. */
int32_t sbe_print_publish_events(const sbe_window *window, const char *days, sbe_statements *out, sbe_error *error);
int32_t sbe_print_publish_attributes(const sbe_window *window, sbe_statements *out, sbe_error *error);

/* Makes the view's tables; `anew` drops them first. */
int32_t sbe_print_view_tables(const sbe_sql *sql, sbe_arena *arena, const sbe_shape *shape, bool anew,
                              sbe_statements *out, sbe_error *error);

/* snowplow_daily_aggregation_manifest */
#define SBE_DAILY_MANIFEST "snowplow_daily_aggregation_manifest"
extern const sbe_column_spec sbe_daily_manifest_columns[5];

#endif
