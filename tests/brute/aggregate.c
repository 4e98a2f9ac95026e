/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 14 aggregations (semantics, §3), each over the raw values of the matching events and nothing
 * else: no partials, no merges, which is what the engine is to be compared with. Called by the
 * oracle. Must never use anything of the engine.
 */
#include "tests/brute/aggregate.h"

#include "tests/brute/read.h"
#include "tests/brute/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

int64_t bf_event_time(const bf_event *event, const char *column) {
  const bf_value *value = bf_get(event->row, column);
  return value && value->kind == BF_TIME ? value->i : BF_NO_TIME;
}

/* What the aggregation reads of one event: semantics, §3: "`approx_count_distinct` and `category_count`
   read `v` as text, lists as their element", and a list with `first` or `last` reads an array. */
static const bf_value *value_of(bf_arena *arena, const bf_attribute *attribute, const bf_event *event) {
  const bf_value *value = bf_property_of(arena, attribute->property, event);
  switch (attribute->aggregation) {
  case BF_APPROX_COUNT_DISTINCT:
  case BF_CATEGORY_COUNT:
    return bf_read(arena, BF_TYPE_STRING, value);
  case BF_MEAN:
    return bf_read(arena, BF_TYPE_DOUBLE, value); /* "`mean` reads `v` as a double" */
  case BF_FIRST:
  case BF_LAST:
    return attribute->list ? bf_read_list(arena, attribute->type, value) : bf_read(arena, attribute->type, value);
  default:
    return bf_read(arena, attribute->type, value);
  }
}

static bf_value *number_of_type(bf_arena *arena, bf_type type, int64_t number) {
  return bf_type_is_integer(type) ? bf_int(arena, number) : bf_real(arena, (double)number);
}

const bf_value *bf_no_value(bf_arena *arena, const bf_attribute *attribute) {
  const bf_value *given = attribute->default_value;
  if (given && attribute->list) return bf_read_list(arena, attribute->type, given);
  if (given && attribute->type == BF_TYPE_DICT) return given;
  if (given) return bf_read(arena, attribute->type, given);
  switch (attribute->aggregation) {
  case BF_COUNTER:
  case BF_SUM:
  case BF_APPROX_COUNT_DISTINCT:
    return number_of_type(arena, attribute->type, 0);
  case BF_UNIQUE_LIST:
    return bf_array(arena);
  case BF_CATEGORY_COUNT:
    return bf_object(arena);
  default:
    return bf_null();
  }
}

/* ---- sums ---- */

/* Integers add up exactly; a sum that does not fit its type is NULL. */
static bf_cell exact_sum(bf_arena *arena, bf_type type, const bf_value *const *values, size_t count) {
  wide sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i]->i;
  if (sum < bf_type_low(type) || sum > bf_type_high(type)) return (bf_cell){.value = bf_null()};
  return (bf_cell){.value = bf_int(arena, (int64_t)sum)};
}

static long double real_sum(const bf_value *const *values, size_t count, double *ret_magnitude) {
  long double sum = 0, magnitude = 0;
  for (size_t i = 0; i < count; i++) {
    sum += values[i]->d;
    magnitude += fabsl(values[i]->d);
  }
  *ret_magnitude = (double)magnitude;
  return sum;
}

static bf_cell sum_of(bf_arena *arena, const bf_attribute *attribute, const bf_value *const *values, size_t count) {
  double magnitude;
  if (bf_type_is_integer(attribute->type)) return exact_sum(arena, attribute->type, values, count);
  double sum = (double)real_sum(values, count, &magnitude);
  if (!isfinite(sum)) return (bf_cell){.value = bf_null()};
  return (bf_cell){.value = bf_real(arena, sum), .slack = magnitude * 1e-12};
}

static bf_cell mean_of(bf_arena *arena, const bf_attribute *attribute, const bf_value *const *values, size_t count) {
  double magnitude;
  int64_t rounded;
  double mean = (double)(real_sum(values, count, &magnitude) / (long double)count);
  if (!isfinite(mean) || !isfinite(magnitude)) return (bf_cell){.value = bf_null()};
  bf_cell cell = {.value = bf_real(arena, mean), .slack = magnitude / (double)count * 1e-12};
  if (!bf_type_is_integer(attribute->type)) return cell;
  /* "in an integer type the mean is rounded half away from zero" */
  bool fits = bf_round(mean, bf_type_low(attribute->type), bf_type_high(attribute->type), &rounded);
  cell.value = fits ? bf_int(arena, rounded) : bf_null();
  return cell;
}

/* ---- values and how often they occur ---- */

typedef struct tally {
  const bf_value *value;
  int64_t count;
} tally;

/* Ascending by value; `ret` has room for `count`. */
static size_t tally_up(const bf_value *const *values, size_t count, tally *ret) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    size_t at = 0;
    while (at < n && bf_compare(ret[at].value, values[i]) < 0) at++;
    if (at < n && bf_compare(ret[at].value, values[i]) == 0) {
      ret[at].count++;
      continue;
    }
    memmove(&ret[at + 1], &ret[at], (n++ - at) * sizeof *ret);
    ret[at] = (tally){values[i], 1};
  }
  return n;
}

/* "the `v` with most / fewest matching events; a tie goes to the smaller `v`" */
static const bf_value *frequent(const tally *tallies, size_t n, bool most) {
  const tally *best = &tallies[0];
  for (size_t i = 1; i < n; i++)
    if (most ? tallies[i].count > best->count : tallies[i].count < best->count) best = &tallies[i];
  return best->value;
}

static int by_count(const void *a, const void *b) {
  const tally *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return bf_compare(x->value, y->value); /* "Of equals at the 100th place … the smaller `v` stays" */
}

static const bf_value *categories(bf_arena *arena, tally *tallies, size_t n) {
  bf_value *dict = bf_object(arena);
  qsort(tallies, n, sizeof *tallies, by_count);
  for (size_t i = 0; i < n && i < 100; i++)
    bf_set(arena, dict, tallies[i].value->text, bf_int(arena, tallies[i].count));
  return dict;
}

static bf_cell from_tally(bf_arena *arena, const bf_attribute *attribute, const bf_value *const *values, size_t count) {
  tally *tallies = bf_alloc(arena, (count + 1) * sizeof *tallies);
  size_t n = tally_up(values, count, tallies);
  if (attribute->aggregation == BF_APPROX_COUNT_DISTINCT)
    return (bf_cell){.value = number_of_type(arena, attribute->type, (int64_t)n)};
  if (attribute->aggregation == BF_CATEGORY_COUNT) return (bf_cell){.value = categories(arena, tallies, n)};
  if (attribute->aggregation != BF_UNIQUE_LIST)
    return (bf_cell){.value = frequent(tallies, n, attribute->aggregation == BF_MOST_FREQUENT)};
  bf_value *list = bf_array(arena);
  for (size_t i = 0; i < n; i++) bf_add(arena, list, tallies[i].value);
  return (bf_cell){.value = list};
}

/* ---- the earliest and the latest ---- */

/* by (`derived_tstamp`, `event_id`) */
static bool is_earlier(const bf_event *a, const bf_event *b) {
  int64_t x = bf_event_time(a, "derived_tstamp"), y = bf_event_time(b, "derived_tstamp");
  if (x != y) return x < y;
  return bf_compare(bf_get(a->row, "event_id"), bf_get(b->row, "event_id")) < 0;
}

static const bf_event *extreme_event(const bf_event *const *events, size_t count, bool latest) {
  const bf_event *best = NULL;
  for (size_t i = 0; i < count; i++)
    if (!best || (latest ? is_earlier(best, events[i]) : is_earlier(events[i], best))) best = events[i];
  return best;
}

/* "It is that event's `v`, NULL included; with `ignore_nulls: true` the earliest / latest event that
   has a `v`"; no value: "for `first` and `last` also: that the event's `v` is NULL". */
static const bf_value *first_or_last(bf_arena *arena, const bf_attribute *attribute, const bf_event *const *events,
                                     size_t count) {
  const bf_event **kept = bf_alloc(arena, (count + 1) * sizeof *kept);
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (!attribute->ignore_nulls || value_of(arena, attribute, events[i])->kind != BF_NULL) kept[n++] = events[i];
  const bf_event *event = extreme_event(kept, n, attribute->aggregation == BF_LAST);
  return event ? value_of(arena, attribute, event) : bf_null();
}

/* "now − `derived_tstamp` of that event in `time_unit`, never below 0"; "elapsed time divided by the
   unit, rounded down for integer types". */
static const bf_value *time_since(bf_arena *arena, const bf_attribute *attribute, const bf_event *const *events,
                                  size_t count, int64_t clock) {
  const bf_event *event = extreme_event(events, count, attribute->aggregation == BF_TIME_SINCE_LAST);
  int64_t elapsed = clock - bf_event_time(event, "derived_tstamp");
  if (elapsed < 0) elapsed = 0;
  if (bf_type_is_integer(attribute->type)) return bf_int(arena, elapsed / attribute->unit);
  return bf_real(arena, (double)((long double)elapsed / (long double)attribute->unit));
}

/* ---- all together ---- */

static bf_cell over_values(bf_arena *arena, const bf_attribute *attribute, const bf_value *const *values,
                           size_t count) {
  switch (attribute->aggregation) {
  case BF_SUM:
    return sum_of(arena, attribute, values, count);
  case BF_MEAN:
    return mean_of(arena, attribute, values, count);
  case BF_MIN:
  case BF_MAX: {
    const bf_value *best = values[0];
    for (size_t i = 1; i < count; i++) {
      int order = bf_compare(values[i], best);
      if (attribute->aggregation == BF_MIN ? order < 0 : order > 0) best = values[i];
    }
    return (bf_cell){.value = best};
  }
  default:
    return from_tally(arena, attribute, values, count);
  }
}

bf_cell bf_aggregate(bf_arena *arena, const bf_attribute *attribute, const bf_event *const *events, size_t count,
                     int64_t clock) {
  bf_cell none = {.value = bf_no_value(arena, attribute)};
  if (count == 0) return none; /* nothing matched */
  switch (attribute->aggregation) {
  case BF_COUNTER:
    return (bf_cell){.value = number_of_type(arena, attribute->type, (int64_t)count)};
  case BF_TIME_SINCE_LAST:
  case BF_TIME_SINCE_FIRST:
    return (bf_cell){.value = time_since(arena, attribute, events, count, clock)};
  case BF_FIRST:
  case BF_LAST: {
    const bf_value *value = first_or_last(arena, attribute, events, count);
    return value->kind == BF_NULL ? none : (bf_cell){.value = value};
  }
  default:
    break;
  }
  const bf_value **values = bf_alloc(arena, count * sizeof *values);
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    const bf_value *value = value_of(arena, attribute, events[i]);
    if (value->kind != BF_NULL) values[n++] = value;
  }
  return n ? over_values(arena, attribute, values, n) : none;
}
