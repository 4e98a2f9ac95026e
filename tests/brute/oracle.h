/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tables must hold after each run, computed from the raw events in memory (semantics, §1
 * and §4–§7). Used by the harness and by test_oracle.c. Must never use anything of the engine, and
 * no SQL.
 */
#ifndef BRUTE_ORACLE_H
#define BRUTE_ORACLE_H

#include "tests/brute/aggregate.h"

/* A row of `<view>_attributes`. */
typedef struct bf_row {
  const bf_value *key; /* text */
  bf_cell *cells;      /* one an attribute */
  /* semantics, §6: `--until-current` "may rebuild `attributes` once, after the last" window, or after
     each: a value that changed and changed back may or may not have moved `updated_at`. */
  int64_t updated_at;
  int64_t updated_at_each;
} bf_row;

/* A row of `snowplow_daily_aggregation_manifest`. */
typedef struct bf_day {
  int64_t date; /* days since 1970 */
  int64_t processed_events;
  int64_t skipped_events;
  int64_t last_load;
} bf_day;

/* What happened, for the coverage that the harness prints. */
typedef struct bf_statistics {
  size_t windows, backward_runs, refreshes, refresh_windows_later, duplicates_in_scan, duplicates_across, days_on_time,
      days_late_processed, days_late_skipped, skipped_then_processed, lost_rows, unchanged_rows, changed_rows,
      ambiguous_stamps, lowered_by_overlap;
} bf_statistics;

typedef struct bf_view_state {
  bool exists; /* a run has named the view */
  int64_t first_success, last_success;
  const bf_row *rows;
  size_t row_count;
  const bf_day *days;
  size_t day_count;
} bf_view_state;

typedef struct bf_oracle bf_oracle;
bf_oracle *bf_oracle_new(const bf_history *history);
/* The run of that index; runs are computed in order. */
void bf_oracle_run(bf_oracle *oracle, size_t run);
bf_view_state bf_oracle_state(const bf_oracle *oracle, size_t view);
const bf_statistics *bf_oracle_statistics(const bf_oracle *oracle);

/* Whether the row is a candidate for the view, and the text of its key (else the C NULL). */
const bf_value *bf_candidate_key(bf_arena *arena, const bf_history *history, const bf_view *view,
                                 const bf_event *event);

/* semantics, §5: "a double that differs by less than 1e-12 of itself has not changed". */
bool bf_unchanged(const bf_value *before, const bf_value *after);

#endif
