/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of one attribute over a given set of events (semantics, §3). Used by the oracle. Must
 * never use anything of the engine.
 */
#ifndef BRUTE_AGGREGATE_H
#define BRUTE_AGGREGATE_H

#include "tests/brute/model.h"

/* An expected cell. `slack` is how far a number may be off because doubles were added up in
   another order; 0 for everything that is no sum of doubles. */
typedef struct bf_cell {
  const bf_value *value;
  double slack;
} bf_cell;

/* `events`: those that match, meet the criteria and fall into the window, in any order. */
bf_cell bf_aggregate(bf_arena *arena, const bf_attribute *attribute, const bf_event *const *events, size_t count,
                     int64_t clock);

/* The value of an attribute's `default_value`, or the last column of the table of §3. */
const bf_value *bf_no_value(bf_arena *arena, const bf_attribute *attribute);

/* A column of a row that holds a timestamp; INT64_MIN for NULL. */
#define BF_NO_TIME INT64_MIN
int64_t bf_event_time(const bf_event *event, const char *column);

#endif
