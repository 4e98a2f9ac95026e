/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of aggregations: all that any part of sbe knows of `counter`, `sum` and the others. The
 * IR asks it what a definition may say, the planner what to compute. Nothing else may name them.
 */
#include "core/ir/aggregation.h"

#include "core/base/string.h"

/* Shorter words for the table's sake. */
#define VALUE SBE_OPERAND_VALUE
#define WHERE SBE_OPERAND_WHERE
#define AT SBE_OPERAND_AT
#define ID SBE_OPERAND_EVENT_ID
#define PART_0 SBE_OPERAND_PART_0
#define WHERE_0 SBE_OPERAND_WHERE_PART_0

#define OF_VALUE 0
#define OF_SUM (-1)

/* clang-format off */
#define COUNT    {"count", SBE_TYPE_INT64, SBE_OP_COUNT_IF, {WHERE}, SBE_OP_SUM_IF, {VALUE, WHERE}}
#define N_VALUES {"n", SBE_TYPE_INT64, SBE_OP_COUNT_VALUES_IF, {VALUE, WHERE}, SBE_OP_SUM_IF, {VALUE, WHERE}}
#define SUM      {"sum", OF_SUM, SBE_OP_SUM_IF, {VALUE, WHERE}, SBE_OP_SUM_IF, {VALUE, WHERE}}
#define LEAST    {"min", OF_VALUE, SBE_OP_MIN_IF, {VALUE, WHERE}, SBE_OP_MIN_IF, {VALUE, WHERE}}
#define GREATEST {"max", OF_VALUE, SBE_OP_MAX_IF, {VALUE, WHERE}, SBE_OP_MAX_IF, {VALUE, WHERE}}

/* A pick is an instant, the event_id that decides among equal instants, and the value of that event. The
   value may be NULL, so it is the instant that tells whether there is a pick in a day. */
/* Of events at the same instant the event_id decides. They are on the same day, so a day's partial has
   decided it, and partials of different days are told apart by their instants alone. */
#define FIRST_AT {"first_at", SBE_TYPE_TIMESTAMP, SBE_OP_MIN_IF, {AT, WHERE}, SBE_OP_MIN_IF, {VALUE, WHERE}}
#define LAST_AT  {"last_at", SBE_TYPE_TIMESTAMP, SBE_OP_MAX_IF, {AT, WHERE}, SBE_OP_MAX_IF, {VALUE, WHERE}}
#define FIRST_VALUE {"first_value", OF_VALUE, SBE_OP_FIRST_IF, {VALUE, AT, ID, WHERE}, \
                     SBE_OP_FIRST_IF, {VALUE, PART_0, PART_0, WHERE_0}}
#define LAST_VALUE  {"last_value", OF_VALUE, SBE_OP_LAST_IF, {VALUE, AT, ID, WHERE}, \
                     SBE_OP_LAST_IF, {VALUE, PART_0, PART_0, WHERE_0}}

const sbe_aggregation sbe_aggregations[] = {
  {.name = "counter", .help = "number of matching events",
   .wants = SBE_WANTS_NUMBER, .reading = SBE_READ_NOTHING,
   .n_parts = 1, .parts = {COUNT}, .final = SBE_FINAL_PART_0, .zero_is_empty = true, .empty = SBE_EMPTY_ZERO},
  {.name = "sum", .help = "sum of the property",
   .wants = SBE_WANTS_NUMBER, .wants_property = true, .reading = SBE_READ_AS_TYPE,
   .n_parts = 1, .parts = {SUM}, .final = SBE_FINAL_PART_0, .empty = SBE_EMPTY_ZERO},
  {.name = "min", .help = "least value of the property, compared as the attribute's type",
   .wants = SBE_WANTS_SCALAR, .wants_property = true, .reading = SBE_READ_AS_TYPE,
   .n_parts = 1, .parts = {LEAST}, .final = SBE_FINAL_PART_0, .empty = SBE_EMPTY_NULL},
  {.name = "max", .help = "greatest value of the property, compared as the attribute's type",
   .wants = SBE_WANTS_SCALAR, .wants_property = true, .reading = SBE_READ_AS_TYPE,
   .n_parts = 1, .parts = {GREATEST}, .final = SBE_FINAL_PART_0, .empty = SBE_EMPTY_NULL},
  {.name = "mean", .help = "mean of the property over the events that have it",
   .wants = SBE_WANTS_NUMBER, .wants_property = true, .reading = SBE_READ_AS_DOUBLE,
   .n_parts = 2, .parts = {SUM, N_VALUES}, .final = SBE_FINAL_RATIO, .empty = SBE_EMPTY_NULL},
  {.name = "first", .help = "the property in the earliest event",
   .wants = SBE_WANTS_SCALAR | SBE_WANTS_LIST, .wants_property = true, .takes_ignore_nulls = true,
   .reading = SBE_READ_AS_TYPE, .n_parts = 2, .parts = {FIRST_AT, FIRST_VALUE},
   .final = SBE_FINAL_PART_LAST, .empty = SBE_EMPTY_NULL},
  {.name = "last", .help = "the property in the latest event",
   .wants = SBE_WANTS_SCALAR | SBE_WANTS_LIST, .wants_property = true, .takes_ignore_nulls = true,
   .reading = SBE_READ_AS_TYPE, .n_parts = 2, .parts = {LAST_AT, LAST_VALUE},
   .final = SBE_FINAL_PART_LAST, .empty = SBE_EMPTY_NULL},
  {.name = "unique_list", .help = "the distinct values of the property, ascending",
   .wants = SBE_WANTS_LIST, .wants_property = true, .reading = SBE_READ_AS_ELEMENT,
   .values = true, .final = SBE_FINAL_LIST, .empty = SBE_EMPTY_LIST},
  {.name = "most_frequent", .help = "the value of the property that most events have",
   .wants = SBE_WANTS_SCALAR, .wants_property = true, .reading = SBE_READ_AS_TYPE,
   .values = true, .final = SBE_FINAL_MOST, .empty = SBE_EMPTY_NULL},
  {.name = "least_frequent", .help = "the value of the property that fewest events have",
   .wants = SBE_WANTS_SCALAR, .wants_property = true, .reading = SBE_READ_AS_TYPE,
   .values = true, .final = SBE_FINAL_LEAST, .empty = SBE_EMPTY_NULL},
  {.name = "approx_count_distinct", .help = "number of distinct values of the property",
   .wants = SBE_WANTS_NUMBER, .wants_property = true, .reading = SBE_READ_AS_TEXT,
   .values = true, .final = SBE_FINAL_DISTINCT, .empty = SBE_EMPTY_ZERO},
  {.name = "category_count", .help = "number of events for each value of the property, the 100 most frequent",
   .wants = SBE_WANTS_DICT, .wants_property = true, .reading = SBE_READ_AS_TEXT,
   .values = true, .final = SBE_FINAL_DICT, .empty = SBE_EMPTY_DICT},
  {.name = "time_since_last", .help = "time since the latest event",
   .wants = SBE_WANTS_NUMBER, .wants_time_unit = true, .reading = SBE_READ_NOTHING,
   .n_parts = 1, .parts = {LAST_AT}, .final = SBE_FINAL_ELAPSED, .empty = SBE_EMPTY_NULL},
  {.name = "time_since_first", .help = "time since the earliest event",
   .wants = SBE_WANTS_NUMBER, .wants_time_unit = true, .reading = SBE_READ_NOTHING,
   .n_parts = 1, .parts = {FIRST_AT}, .final = SBE_FINAL_ELAPSED, .empty = SBE_EMPTY_NULL},
  {.name = NULL},
};
/* clang-format on */

const sbe_aggregation *sbe_aggregation_find(const char *name) {
  for (const sbe_aggregation *a = sbe_aggregations; a->name; a++)
    if (sbe_streq(a->name, name)) return a;
  return NULL;
}

int32_t sbe_aggregation_value_type(const sbe_aggregation *aggregation, int32_t attribute_type) {
  switch (aggregation->reading) {
  case SBE_READ_NOTHING:
    return 0;
  case SBE_READ_AS_TYPE:
    return attribute_type;
  case SBE_READ_AS_DOUBLE:
    return SBE_TYPE_DOUBLE;
  case SBE_READ_AS_TEXT:
    return SBE_TYPE_TEXT;
  case SBE_READ_AS_ELEMENT:
    return attribute_type & ~SBE_TYPE_LIST;
  }
  return 0;
}
