/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties, `events` and criteria: rules.h. Called by the oracle for each event, the slow and
 * obvious way. Must never use anything of the engine.
 */
#include "tests/brute/rules.h"

#include "tests/brute/read.h"

#include <string.h>

/* ---- names ---- */

static bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

static bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* semantics, §2: `_` before a capital that follows a small letter or a digit, and before the last of
   several capitals when a small letter follows it; then all small; everything else becomes `_`. */
char *bf_snake(bf_arena *arena, const char *name) {
  size_t size = strlen(name), n = 0;
  char *out = bf_alloc(arena, 2 * size + 1);
  for (size_t i = 0; i < size; i++) {
    char c = name[i], before = i ? name[i - 1] : '\0', after = name[i + 1];
    if (is_capital(c) && (is_small(before) || is_digit(before))) out[n++] = '_';
    if (is_capital(c) && is_capital(before) && is_small(after)) out[n++] = '_';
    if (is_capital(c))
      out[n++] = (char)(c + 32);
    else
      out[n++] = is_small(c) || is_digit(c) ? c : '_';
  }
  return out;
}

/* semantics, §2: "A member is looked up by its exact spelling, else it is the one whose snake case
   equals the snake case of the name." */
static const bf_value *member(bf_arena *arena, const bf_value *object, const char *name) {
  const bf_value *exact = bf_get(object, name);
  if (exact) return exact;
  if (object->kind != BF_OBJECT) return bf_null();
  const char *snake = bf_snake(arena, name);
  for (size_t i = 0; i < object->count; i++)
    if (strcmp(bf_snake(arena, object->names[i]), snake) == 0) return object->items[i];
  return bf_null();
}

static const bf_value *item(const bf_value *array, int64_t index) {
  if (array->kind != BF_ARRAY || index < 0 || (size_t)index >= array->count) return bf_null();
  return array->items[index];
}

/* ---- property paths ---- */

static const bf_value *stored(bf_arena *arena, const bf_property *property, const bf_event *event) {
  const bf_value *value = bf_get(event->row, property->column);
  if (!value) return bf_null(); /* semantics, §1: a column that is missing is NULL */
  if (property->place == BF_ENTITY) value = item(value, property->index);
  for (size_t i = 0; i < property->step_count; i++) {
    const bf_step *step = &property->steps[i];
    value = step->name ? member(arena, value, step->name) : item(value, step->index);
  }
  return value;
}

/* semantics, §3: `date_part` "transforms the timestamp before anything else sees it". */
static const bf_value *part_of(bf_arena *arena, bf_part part, const bf_value *value) {
  int64_t time, year;
  int month, day;
  if (!bf_read_time(value, &time)) return bf_null();
  int64_t date = bf_date_of(time);
  /* The first of January 1970 was a Thursday, ISO day 4. */
  int64_t day_of_week = ((date + 3) % 7 + 7) % 7 + 1;
  bf_civil_of(date, &year, &month, &day);
  switch (part) {
  case BF_HOUR_OF_DAY:
    return bf_int(arena, (time - date * BF_DAY) / BF_HOUR);
  case BF_DAY_OF_WEEK:
    return bf_int(arena, day_of_week);
  case BF_MONTH_OF_YEAR:
    return bf_int(arena, month);
  case BF_ACTIVE_DAY:
    return bf_string(arena, bf_date_text(arena, date));
  case BF_ACTIVE_WEEK:
    return bf_string(arena, bf_date_text(arena, date - (day_of_week - 1)));
  case BF_ACTIVE_MONTH:
    return bf_string(arena, bf_date_text(arena, date - (day - 1)));
  case BF_NO_PART:
  case BF_PARTS:
    break;
  }
  return value;
}

/* ---- calculated properties ---- */

/* semantics, §2: "`concat` joins as text and skips NULLs (NULL when all are; no separator: nothing between)". */
static const bf_value *concatenated(bf_arena *arena, const bf_property *property, const bf_event *event) {
  const char *joined = NULL;
  for (size_t i = 0; i < property->part_count; i++) {
    const bf_value *text = bf_read(arena, BF_TYPE_STRING, bf_property_of(arena, property->parts[i], event));
    if (text->kind == BF_NULL) continue;
    const char *separator = property->separator ? property->separator : "";
    joined = joined ? bf_format(arena, "%s%s%s", joined, separator, text->text) : text->text;
  }
  return joined ? bf_string(arena, joined) : bf_null();
}

static bf_number combined(bf_operation operation, bf_number a, bf_number b) {
  bf_number result = {.exact = a.exact && b.exact};
  if (operation == BF_LEAST) return bf_compare_numbers(a, b) <= 0 ? a : b;
  if (operation == BF_GREATEST) return bf_compare_numbers(a, b) >= 0 ? a : b;
  /* Generated numbers are small and have few binary digits: nothing overflows, nothing is rounded. */
  if (result.exact) {
    result.i = operation == BF_ADD ? a.i + b.i : a.i * b.i;
    result.d = (double)result.i;
  } else {
    result.d = operation == BF_ADD ? a.d + b.d : a.d * b.d;
  }
  return result;
}

/* semantics, §2: "`sum`, `product`, `min`, `max` want numbers and are NULL if any is". */
static const bf_value *computed(bf_arena *arena, const bf_property *property, const bf_event *event) {
  bf_number total = {0};
  for (size_t i = 0; i < property->part_count; i++) {
    bf_number number;
    if (!bf_read_number(bf_property_of(arena, property->parts[i], event), &number)) return bf_null();
    total = i ? combined(property->operation, total, number) : number;
  }
  return total.exact ? bf_int(arena, total.i) : bf_real(arena, total.d);
}

static const bf_value *coalesced(bf_arena *arena, const bf_property *property, const bf_event *event) {
  for (size_t i = 0; i < property->part_count; i++) {
    const bf_value *value = bf_property_of(arena, property->parts[i], event);
    /* An array or object is NULL to everything but lists and `is null`. */
    if (value->kind != BF_NULL && value->kind != BF_ARRAY && value->kind != BF_OBJECT) return value;
  }
  return bf_null();
}

const bf_value *bf_property_of(bf_arena *arena, const bf_property *property, const bf_event *event) {
  const bf_value *value;
  if (property->place != BF_CALCULATED)
    value = stored(arena, property, event);
  else if (property->operation == BF_CONCAT)
    value = concatenated(arena, property, event);
  else if (property->operation == BF_COALESCE)
    value = coalesced(arena, property, event);
  else
    value = computed(arena, property, event);
  return property->part == BF_NO_PART ? value : part_of(arena, property->part, value);
}

/* ---- `events` ---- */

static bool column_is(const bf_event *event, const char *column, const char *wanted) {
  if (!wanted) return true; /* semantics, §2: "a missing one matches anything" */
  const bf_value *value = bf_get(event->row, column);
  return value && value->kind == BF_TEXT && strcmp(value->text, wanted) == 0;
}

static bool specification_is(const bf_event *event, const char *wanted) {
  if (!wanted) return true;
  const bf_value *list = bf_get(event->row, "contexts_com_snowplowanalytics_snowplow_event_specification_1");
  if (!list || list->kind != BF_ARRAY || list->count == 0) return false;
  const bf_value *id = bf_get(list->items[0], "id");
  return id && id->kind == BF_TEXT && strcmp(id->text, wanted) == 0;
}

/* semantics, §2 "events": "an empty list matches every event"; each member matches exactly. */
bool bf_matches(const bf_attribute *attribute, const bf_event *event) {
  if (attribute->event_count == 0) return true;
  for (size_t i = 0; i < attribute->event_count; i++) {
    const bf_event_match *match = &attribute->events[i];
    if (column_is(event, "event_vendor", match->vendor) && column_is(event, "event_name", match->name) &&
        column_is(event, "event_version", match->version) && specification_is(event, match->specification))
      return true;
  }
  return false;
}

/* ---- criteria ---- */

static const char *next_character(const char *at, const char *end) {
  at++;
  while (at < end && ((unsigned char)*at & 0xc0) == 0x80) at++;
  return at;
}

bool bf_like(const char *text, const char *text_end, const char *pattern, const char *pattern_end) {
  if (pattern == pattern_end) return text == text_end;
  if (*pattern == '%') {
    for (const char *at = text;; at = next_character(at, text_end)) {
      if (bf_like(at, text_end, pattern + 1, pattern_end)) return true;
      if (at == text_end) return false;
    }
  }
  if (text == text_end) return false;
  if (*pattern == '_') return bf_like(next_character(text, text_end), text_end, pattern + 1, pattern_end);
  return *text == *pattern && bf_like(text + 1, text_end, pattern + 1, pattern_end);
}

static const bf_value *as_text(bf_arena *arena, const bf_value *value) {
  return bf_read(arena, BF_TYPE_STRING, value);
}

/* Sets how `value` stands to the string `wanted`; false when they can't be compared. semantics, §2: "a
   string compares as a number where the property is a number and the string reads as one, as a
   timestamp where the property is a timestamp, else as text by code point (inside JSON …, as text)". */
static bool compare_to_string(bf_arena *arena, bf_class class, const bf_value *value, const bf_value *wanted,
                              int *ret) {
  bf_number a, b;
  int64_t time, other;
  if (class == BF_CLASS_NUMBER && bf_read_number(wanted, &b)) {
    if (!bf_read_number(value, &a)) return false;
    *ret = bf_compare_numbers(a, b);
    return true;
  }
  if (class == BF_CLASS_TIME && bf_read_time(wanted, &other)) {
    if (!bf_read_time(value, &time)) return false;
    *ret = time < other ? -1 : time > other;
    return true;
  }
  const bf_value *text = as_text(arena, value);
  if (text->kind == BF_NULL) return false;
  *ret = bf_compare(text, wanted);
  return true;
}

/* The same for a value of any kind. "A number compares numerically even where the property is text or JSON." */
static bool compare(bf_arena *arena, bf_class class, const bf_value *value, const bf_value *wanted, int *ret) {
  bf_number a, b;
  bool truth;
  if (wanted->kind == BF_TEXT) return compare_to_string(arena, class, value, wanted, ret);
  if (wanted->kind == BF_BOOL) {
    if (!bf_read_bool(value, &truth)) return false;
    *ret = (int)truth - (int)wanted->i;
    return true;
  }
  if (!bf_read_number(value, &a) || !bf_read_number(wanted, &b)) return false;
  *ret = bf_compare_numbers(a, b);
  return true;
}

/* The operators that are not negations; false for NULL and for what can't be compared. */
static bool positive(bf_arena *arena, bf_operator operator, bf_class class, const bf_value *value,
                     const bf_value *wanted) {
  int order;
  if (operator== BF_IN) {
    for (size_t i = 0; i < wanted->count; i++)
      if (compare(arena, class, value, wanted->items[i], &order) && order == 0) return true;
    return false;
  }
  if (operator== BF_LIKE) {
    const bf_value *text = as_text(arena, value);
    return text->kind == BF_TEXT &&
           bf_like(text->text, text->text + text->size, wanted->text, wanted->text + wanted->size);
  }
  if (!compare(arena, class, value, wanted, &order)) return false;
  if (operator== BF_EQUAL) return order == 0;
  if (operator== BF_LESS) return order < 0;
  if (operator== BF_GREATER) return order > 0;
  if (operator== BF_AT_MOST) return order <= 0;
  return order >= 0; /* BF_AT_LEAST */
}

static bf_class class_of(const bf_property *property) {
  if (property->part == BF_HOUR_OF_DAY || property->part == BF_DAY_OF_WEEK || property->part == BF_MONTH_OF_YEAR)
    return BF_CLASS_NUMBER;
  if (property->part != BF_NO_PART) return BF_CLASS_TEXT;
  if (property->place != BF_CALCULATED) return property->class;
  if (property->operation == BF_CONCAT) return BF_CLASS_TEXT;
  if (property->operation == BF_COALESCE)
    return class_of(property->parts[0]); /* the generator takes parts of one class */
  return BF_CLASS_NUMBER;
}

bool bf_criterion_met(bf_arena *arena, const bf_criterion *criterion, const bf_event *event) {
  const bf_value *value = bf_property_of(arena, criterion->property, event);
  bf_operator operator= criterion->operator;
  bool negated = operator== BF_UNEQUAL || operator== BF_NOT_LIKE || operator== BF_NOT_IN;
  if (operator== BF_IS_NULL) return value->kind == BF_NULL;
  if (operator== BF_IS_NOT_NULL) return value->kind != BF_NULL;
  if (operator== BF_UNEQUAL) operator= BF_EQUAL;
  if (operator== BF_NOT_LIKE) operator= BF_LIKE;
  if (operator== BF_NOT_IN) operator= BF_IN;
  /* An array or object is NULL here (semantics, §2 "Property paths"). */
  bool met = value->kind != BF_NULL && value->kind != BF_ARRAY && value->kind != BF_OBJECT &&
             positive(arena, operator, class_of(criterion->property), value, criterion->value);
  return met != negated;
}

/* semantics, §2: "both must hold; an empty list is no condition". */
bool bf_meets(bf_arena *arena, const bf_criteria *criteria, const bf_event *event) {
  for (size_t i = 0; i < criteria->all_count; i++)
    if (!bf_criterion_met(arena, criteria->all[i], event)) return false;
  if (criteria->any_count == 0) return true;
  for (size_t i = 0; i < criteria->any_count; i++)
    if (bf_criterion_met(arena, criteria->any[i], event)) return true;
  return false;
}
