/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle against cases that were computed by hand: each expected value has its reckoning beside
 * it. Called by run.sh before the oracle judges anything. Must never use anything of the engine.
 */
#include "tests/brute/oracle.h"
#include "tests/brute/read.h"
#include "tests/brute/rules.h"

#include <stdio.h>
#include <string.h>

static size_t passed, failed;

static void check_at(int line, bool good, const char *what) {
  if (good) {
    passed++;
    return;
  }
  failed++;
  printf("test_oracle.c:%d: not so: %s\n", line, what);
}
#define CHECK(condition) check_at(__LINE__, (condition), #condition)

static bf_arena *arena;

/* ---- building ---- */

static int64_t at(const char *text) {
  int64_t time = 0;
  if (!bf_read_time(bf_string(arena, text), &time)) printf("bad time %s\n", text);
  return time;
}

/* An event as JSON; columns that end in `_tstamp` are read as timestamps. Visible before run `visible`. */
static const bf_event *event(size_t visible, const char *json) {
  const bf_value *tree = bf_parse(arena, json);
  bf_value *row = bf_object(arena);
  if (!tree) printf("bad event %s\n", json);
  for (size_t i = 0; tree && i < tree->count; i++) {
    const char *name = tree->names[i], *end = strstr(name, "_tstamp");
    bool time = end && !end[7] && tree->items[i]->kind == BF_TEXT;
    bf_set(arena, row, name, time ? bf_time(arena, at(tree->items[i]->text)) : tree->items[i]);
  }
  bf_event *made = bf_alloc(arena, sizeof *made);
  *made = (bf_event){.row = row, .visible_before = visible};
  return made;
}

static const bf_property user = {.place = BF_ATOMIC, .column = "domain_userid", .class = BF_CLASS_TEXT};
static const bf_property value_column = {.place = BF_ATOMIC, .column = "v", .class = BF_CLASS_JSON};

/* A history of one view with one entity column; day 1 is 2025-01-01. */
typedef struct setting {
  bf_history history;
  bf_view view;
  const bf_view *views[1];
  const bf_attribute *attributes[8];
  const bf_event *events[40];
  bf_run runs[8];
} setting;

static setting *new_setting(void) {
  setting *made = bf_alloc(arena, sizeof *made);
  made->views[0] = &made->view;
  made->view =
      (bf_view){.name = "v", .version = 1, .key = &user, .key_column = "domain_userid", .attributes = made->attributes};
  made->history =
      (bf_history){.arena = arena, .views = made->views, .view_count = 1, .events = made->events, .runs = made->runs};
  made->history.variables =
      (bf_variables){.start_date = at("2025-01-01"), .backfill_days = 1, .lookback_days = 5, .min_late = 1};
  return made;
}

static void add_attribute(setting *to, bf_attribute attribute) {
  bf_attribute *copy = bf_alloc(arena, sizeof *copy);
  *copy = attribute;
  if (!copy->property) copy->property = &value_column;
  to->attributes[to->view.attribute_count++] = copy;
}

static void add(setting *to, size_t visible, const char *json) {
  to->events[to->history.event_count++] = event(visible, json);
}

/* An event of `u` whose load is a minute after it happened. */
static void add_simple(setting *to, const char *id, const char *derived, const char *value) {
  add(to, 0,
      bf_format(arena,
                "{\"event_id\": \"%s\", \"domain_userid\": \"u\", \"derived_tstamp\": \"%s\","
                " \"load_tstamp\": \"%s\", \"v\": %s}",
                id, derived, bf_time_text(arena, at(derived) + BF_MINUTE, 'T'), value));
}

static void add_run(setting *to, const char *clock, bool until_current) {
  to->runs[to->history.run_count++] = (bf_run){.clock = at(clock), .until_current = until_current};
}

static bf_view_state play(setting *of) {
  bf_oracle *oracle = bf_oracle_new(&of->history);
  for (size_t i = 0; i < of->history.run_count; i++) bf_oracle_run(oracle, i);
  return bf_oracle_state(oracle, 0);
}

/* The cell of the only row. */
static char *cell(bf_view_state state, size_t attribute) {
  if (state.row_count != 1) return bf_format(arena, "%zu rows", state.row_count);
  return bf_json_text(arena, state.rows[0].cells[attribute].value);
}

static bool is(const char *got, const char *expected) {
  if (strcmp(got, expected) != 0) printf("  got %s, expected %s\n", got, expected);
  return strcmp(got, expected) == 0;
}

static const bf_day *day(bf_view_state state, const char *date) {
  static const bf_day none = {.processed_events = -1, .skipped_events = -1};
  for (size_t i = 0; i < state.day_count; i++)
    if (state.days[i].date == bf_date_of(at(date))) return &state.days[i];
  return &none;
}

/* ---- reads ---- */

static bool reads_as(bf_type type, const char *json, const char *expected) {
  return is(bf_json_text(arena, bf_read(arena, type, bf_parse(arena, json))), expected);
}

static void test_numbers(void) {
  CHECK(reads_as(BF_TYPE_INT64, "\"9223372036854775807\"", "9223372036854775807"));   /* 2^63 − 1 fits */
  CHECK(reads_as(BF_TYPE_INT64, "\"9223372036854775808\"", "null"));                  /* 2^63 does not */
  CHECK(reads_as(BF_TYPE_INT64, "\"9223372036854775807.4\"", "9223372036854775807")); /* .4 rounds down */
  CHECK(reads_as(BF_TYPE_INT64, "\"9223372036854775807.5\"", "null"));                /* .5 rounds up: 2^63 */
  CHECK(reads_as(BF_TYPE_INT64, "\"9007199254740993\"", "9007199254740993"));         /* 2^53 + 1, exact */
  CHECK(reads_as(BF_TYPE_INT64, "\"-2.5\"", "-3"));                                   /* half away from zero */
  CHECK(reads_as(BF_TYPE_INT64, "2.5", "3"));
  CHECK(reads_as(BF_TYPE_INT64, "\"0.49\"", "0"));
  CHECK(reads_as(BF_TYPE_INT64, "\" +1.5e1 \"", "15")); /* 1.5 × 10 */
  CHECK(reads_as(BF_TYPE_INT64, "\"15e-1\"", "2"));     /* 1.5 rounds to 2 */
  CHECK(reads_as(BF_TYPE_INT64, "\"0.05e1\"", "1"));    /* 0.5 rounds to 1 */
  CHECK(reads_as(BF_TYPE_INT64, "\"1e2\"", "100"));
  CHECK(reads_as(BF_TYPE_INT64, "true", "1"));
  CHECK(reads_as(BF_TYPE_INT64, "\"1_000\"", "null"));
  CHECK(reads_as(BF_TYPE_INT64, "\"0x1F\"", "null"));
  CHECK(reads_as(BF_TYPE_INT64, "[1]", "null"));
  CHECK(reads_as(BF_TYPE_INT32, "2147483648", "null")); /* 2^31 */
  CHECK(reads_as(BF_TYPE_DOUBLE, "\"1e400\"", "null"));
  CHECK(reads_as(BF_TYPE_DOUBLE, "\"NaN\"", "null"));
  CHECK(reads_as(BF_TYPE_DOUBLE, "\"-0.25\"", "-0.25"));
}

static void test_other_types(void) {
  CHECK(reads_as(BF_TYPE_BOOL, "\"TRUE\"", "true"));
  CHECK(reads_as(BF_TYPE_BOOL, "\"t\"", "null"));
  CHECK(reads_as(BF_TYPE_BOOL, "0", "false"));
  CHECK(reads_as(BF_TYPE_BOOL, "2", "null"));
  CHECK(reads_as(BF_TYPE_STRING, "{\"a\": 1}", "null"));
  CHECK(reads_as(BF_TYPE_STRING, "-12", "\"-12\""));
  /* 12:00 at +02:00 is 10:00 UTC */
  CHECK(reads_as(BF_TYPE_TIMESTAMP, "\"2025-01-03T12:00:00+02:00\"", "\"2025-01-03 10:00:00.000000+00:00\""));
  CHECK(reads_as(BF_TYPE_TIMESTAMP, "\"2025-02-30\"", "null"));
  CHECK(reads_as(BF_TYPE_TIMESTAMP, "\"2024-02-29\"", "\"2024-02-29 00:00:00.000000+00:00\""));
  CHECK(reads_as(BF_TYPE_TIMESTAMP, "86400", "\"1970-01-02 00:00:00.000000+00:00\"")); /* one day of seconds */
  CHECK(is(bf_snake(arena, "IPAddress"), "ip_address"));
  CHECK(is(bf_snake(arena, "utm2Source"), "utm2_source"));
  CHECK(is(bf_snake(arena, "product-x"), "product_x"));
  CHECK(is(bf_snake(arena, "cartID"), "cart_id"));
}

/* ---- criteria ---- */

static bool met(const char *value, bf_operator operator, const char * wanted, bf_class class) {
  bf_property property = value_column;
  property.class = class;
  bf_criterion criterion = {&property, operator, wanted ? bf_parse(arena, wanted) : NULL };
  return bf_criterion_met(arena, &criterion, event(0, bf_format(arena, "{\"v\": %s}", value)));
}

static void test_criteria(void) {
  CHECK(met("\"10\"", BF_GREATER, "9", BF_CLASS_TEXT));      /* as numbers 10 > 9 */
  CHECK(!met("\"10\"", BF_GREATER, "\"9\"", BF_CLASS_TEXT)); /* as text "1" < "9" */
  CHECK(met("10", BF_GREATER, "\"9\"", BF_CLASS_NUMBER));    /* a number and a string that reads as one */
  CHECK(!met("10", BF_GREATER, "\"9\"", BF_CLASS_JSON));     /* inside JSON as text */
  CHECK(met("\"05\"", BF_EQUAL, "5", BF_CLASS_JSON));        /* a number compares numerically */
  CHECK(met("5", BF_EQUAL, "\" 5.0 \"", BF_CLASS_NUMBER));   /* the string reads as 5 */
  CHECK(!met("5", BF_EQUAL, "\" 5.0 \"", BF_CLASS_JSON));    /* as text "5" is another one */
  CHECK(!met("null", BF_EQUAL, "\"x\"", BF_CLASS_TEXT));     /* NULL meets no `=` */
  CHECK(met("null", BF_UNEQUAL, "\"x\"", BF_CLASS_TEXT));    /* `!=` is its exact negation */
  CHECK(met("null", BF_NOT_IN, "[\"x\"]", BF_CLASS_TEXT));
  CHECK(met("null", BF_NOT_LIKE, "\"%\"", BF_CLASS_TEXT));
  CHECK(!met("null", BF_AT_MOST, "5", BF_CLASS_NUMBER));
  CHECK(!met("\"abc\"", BF_LESS, "5", BF_CLASS_TEXT)); /* not to be compared */
  CHECK(met("\"abc\"", BF_UNEQUAL, "5", BF_CLASS_TEXT));
  CHECK(!met("[1]", BF_IS_NULL, NULL, BF_CLASS_JSON)); /* an array is there … */
  CHECK(!met("[1]", BF_EQUAL, "1", BF_CLASS_JSON));    /* … and NULL to everything else */
  CHECK(met("\"a%b\"", BF_LIKE, "\"a_b\"", BF_CLASS_TEXT));
  CHECK(!met("\"xab\"", BF_LIKE, "\"a%\"", BF_CLASS_TEXT));                          /* nothing is added around it */
  CHECK(met("\"\\\\x\"", BF_LIKE, "\"\\\\_\"", BF_CLASS_TEXT));                      /* a backslash is no escape */
  CHECK(!met("\"Abc\"", BF_LIKE, "\"a%\"", BF_CLASS_TEXT));                          /* by case */
  CHECK(met("\"\xf0\x9f\x98\x80\"", BF_LIKE, "\"_\"", BF_CLASS_TEXT));               /* one character of four bytes */
  CHECK(met("\"\xf0\x9f\x98\x80\"", BF_GREATER, "\"\xef\xbf\xbd\"", BF_CLASS_TEXT)); /* U+1F600 > U+FFFD */
  CHECK(met("9223372036854775807", BF_GREATER, "9223372036854775806", BF_CLASS_NUMBER)); /* exact */
  CHECK(met("true", BF_EQUAL, "1", BF_CLASS_BOOL));
  CHECK(met("\"False\"", BF_EQUAL, "false", BF_CLASS_TEXT));
  CHECK(met("3", BF_IN, "[\"x\", 3]", BF_CLASS_JSON));
}

/* ---- aggregations, over one day ---- */

static bf_cell aggregated(bf_attribute attribute, const char *const *values, size_t count) {
  setting *made = new_setting();
  for (size_t i = 0; i < count; i++)
    add_simple(made, bf_format(arena, "e%zu", i), bf_format(arena, "2025-01-01T10:0%zu:00", i), values[i]);
  attribute.property = &value_column;
  return bf_aggregate(arena, &attribute, made->events, count, at("2025-01-02T10:00:00"));
}

static bool gives(bf_aggregation aggregation, bf_type type, bool list, const char *const *values, size_t count,
                  const char *expected) {
  bf_attribute attribute = {.name = "a", .aggregation = aggregation, .type = type, .list = list, .unit = BF_HOUR};
  return is(bf_json_text(arena, aggregated(attribute, values, count).value), expected);
}

static void test_aggregations(void) {
  static const char *const ints[] = {"5", "\"x\"", "-2", "null", "\"2.5\"", "5"};
  static const char *const texts[] = {"\"b\"", "\"a\"", "\"b\"", "\"a\"", "null", "\"c\""};
  static const char *const big[] = {"9223372036854775807", "9223372036854775807", "-9223372036854775807"};
  static const char *const lists[] = {"\"a\"", "[\"a\", null, 1, {}]"};
  CHECK(gives(BF_COUNTER, BF_TYPE_INT64, false, ints, 6, "6"));
  CHECK(gives(BF_SUM, BF_TYPE_INT64, false, ints, 6, "11"));                 /* 5 − 2 + 3 (2.5 rounded) + 5 */
  CHECK(gives(BF_SUM, BF_TYPE_DOUBLE, false, ints, 6, "10.5"));              /* 5 − 2 + 2.5 + 5 */
  CHECK(gives(BF_SUM, BF_TYPE_INT64, false, big, 3, "9223372036854775807")); /* 2m − m, m = 2^63 − 1 */
  CHECK(gives(BF_SUM, BF_TYPE_INT64, false, big, 2, "null"));                /* 2m does not fit */
  CHECK(gives(BF_SUM, BF_TYPE_INT64, false, ints + 3, 1, "0"));              /* no value */
  CHECK(gives(BF_MEAN, BF_TYPE_DOUBLE, false, ints, 6, "2.625"));            /* 10.5 / 4 */
  CHECK(gives(BF_MEAN, BF_TYPE_INT32, false, ints, 6, "3"));                 /* 2.625 rounded */
  CHECK(gives(BF_MIN, BF_TYPE_INT32, false, ints, 6, "-2"));
  CHECK(gives(BF_MAX, BF_TYPE_STRING, false, ints, 5, "\"x\"")); /* "x" > "5" > "2.5" > "-2" */
  CHECK(gives(BF_MAX, BF_TYPE_DOUBLE, false, ints + 3, 1, "null"));
  CHECK(gives(BF_FIRST, BF_TYPE_INT32, false, ints, 6, "5"));
  CHECK(gives(BF_LAST, BF_TYPE_STRING, false, ints, 4, "null"));           /* the last one's is NULL */
  CHECK(gives(BF_LAST, BF_TYPE_STRING, true, lists, 2, "[\"a\", \"1\"]")); /* NULL and {} left out */
  CHECK(gives(BF_FIRST, BF_TYPE_STRING, true, lists, 2, "null"));          /* a scalar is NULL there */
  CHECK(gives(BF_UNIQUE_LIST, BF_TYPE_STRING, true, texts, 6, "[\"a\", \"b\", \"c\"]"));
  CHECK(gives(BF_UNIQUE_LIST, BF_TYPE_INT32, true, texts, 6, "[]"));
  CHECK(gives(BF_MOST_FREQUENT, BF_TYPE_STRING, false, texts, 6, "\"a\""));  /* a and b twice: the smaller */
  CHECK(gives(BF_LEAST_FREQUENT, BF_TYPE_STRING, false, texts, 6, "\"c\"")); /* once */
  CHECK(gives(BF_APPROX_COUNT_DISTINCT, BF_TYPE_INT64, false, texts, 6, "3"));
  CHECK(gives(BF_CATEGORY_COUNT, BF_TYPE_DICT, false, texts, 4, "{\"a\": 2, \"b\": 2}"));
  CHECK(gives(BF_TIME_SINCE_LAST, BF_TYPE_INT32, false, ints, 6, "23"));     /* from 10:05 to 10:00: 23 h 55 min */
  CHECK(gives(BF_TIME_SINCE_FIRST, BF_TYPE_DOUBLE, false, ints, 6, "24.0")); /* from 10:00 */
  bf_attribute last = {.aggregation = BF_LAST, .type = BF_TYPE_STRING, .ignore_nulls = true};
  CHECK(is(bf_json_text(arena, aggregated(last, ints, 4).value), "\"-2\"")); /* passes over the NULL */
  last.ignore_nulls = false;
  last.default_value = bf_string(arena, "none");
  CHECK(is(bf_json_text(arena, aggregated(last, ints, 4).value), "\"none\""));
}

static void test_hundred_categories(void) {
  setting *made = new_setting();
  const bf_event **events = bf_alloc(arena, 102 * sizeof *events);
  bf_attribute attribute = {.aggregation = BF_CATEGORY_COUNT, .type = BF_TYPE_DICT, .property = &value_column};
  (void)made;
  /* c000 … c100 once each, and c100 once more: 101 values, and c099 is the greatest of those that occur once. */
  for (int i = 0; i < 101; i++) events[i] = event(0, bf_format(arena, "{\"v\": \"c%03d\"}", i));
  events[101] = event(0, "{\"v\": \"c100\"}");
  const bf_value *dict = bf_aggregate(arena, &attribute, events, 102, 0).value;
  CHECK(dict->count == 100);
  CHECK(bf_get(dict, "c100") && bf_get(dict, "c100")->i == 2);
  CHECK(bf_get(dict, "c098") && !bf_get(dict, "c099"));
}

/* ---- runs ---- */

static void test_windows_of_a_run(void) {
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "n", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64});
  add_simple(made, "a", "2025-01-01T10:00:00", "1");
  add_simple(made, "b", "2025-01-02T23:58:59", "1"); /* loaded at 23:59:59 */
  add_simple(made, "c", "2025-01-02T23:59:00", "1"); /* loaded at 00:00:00 of the 3rd: not below the bound */
  add_run(made, "2025-01-09", false);
  bf_view_state state = play(made);
  /* from the 1st, one day of backfill and one more: up to the 3rd */
  CHECK(state.last_success == at("2025-01-03") && state.first_success == at("2025-01-03"));
  CHECK(is(cell(state, 0), "2"));
  add_run(made, "2025-01-04T12:00:00", true);
  state = play(made);
  CHECK(state.last_success == at("2025-01-04T12:00:00") && state.first_success == at("2025-01-03"));
  CHECK(is(cell(state, 0), "3"));
  add_run(made, "2025-01-04T11:00:00", false); /* never moves back */
  CHECK(play(made).last_success == at("2025-01-04T12:00:00"));
}

static void test_periods(void) {
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "n", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64, .period = 2});
  add_attribute(made, (bf_attribute){.name = "all", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64});
  add_simple(made, "a", "2025-01-01T23:59:59.999999", "1");
  add_simple(made, "b", "2025-01-02T00:00:00", "1");
  add_simple(made, "c", "2025-01-03T12:00:00", "1");
  add_simple(made, "d", "2025-01-04T01:00:00", "1");
  add_run(made, "2025-01-04T02:00:00", true);
  bf_view_state state = play(made);
  CHECK(is(cell(state, 0), "2")); /* U is the 4th: the 2nd and the 3rd */
  CHECK(is(cell(state, 1), "4")); /* lifetime holds the current day */
  made->history.variables.include_current_day = true;
  CHECK(is(cell(play(made), 0), "2")); /* U is the 5th: the 3rd and the 4th */
  made->history.variables.include_current_day = false;
  add_run(made, "2025-01-20", false);
  state = play(made);
  CHECK(is(cell(state, 0), "0")); /* the entity stays when every window is empty */
  CHECK(state.rows[0].updated_at == at("2025-01-20"));
  add_run(made, "2025-01-21", false);
  CHECK(play(made).rows[0].updated_at == at("2025-01-20")); /* nothing changed any more */
}

static void test_duplicates(void) {
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "s", .aggregation = BF_SUM, .type = BF_TYPE_INT64});
  static const char *const form =
      "{\"event_id\": \"a\", \"domain_userid\": \"u\", \"derived_tstamp\": \"2025-01-01T10:00:00\","
      " \"load_tstamp\": \"%s\", %s\"v\": %s}";
  /* One load_tstamp: the earlier dvce_created_tstamp counts, and NULL is the last. */
  add(made, 0, bf_format(arena, form, "2025-01-01T11:00:00", "", "1"));
  add(made, 0,
      bf_format(arena, form, "2025-01-01T11:00:00", "\"dvce_created_tstamp\": \"2025-01-01T09:00:00\", ", "2"));
  add(made, 0,
      bf_format(arena, form, "2025-01-01T11:00:00", "\"dvce_created_tstamp\": \"2025-01-01T08:00:00\", ", "4"));
  add(made, 0, bf_format(arena, form, "2025-01-01T12:00:00", "", "8"));
  add(made, 0, bf_format(arena, form, "2025-01-01T11:00:00", "", "32"));
  add_run(made, "2025-01-02", false);
  CHECK(is(cell(play(made), 0), "4"));
  /* Across runs the one that was processed first counts, though this one's load_tstamp is smaller. */
  made->history.variables.overlap = BF_DAY;
  add(made, 1, bf_format(arena, form, "2025-01-01T10:30:00", "", "16"));
  add_run(made, "2025-01-03", false);
  CHECK(is(cell(play(made), 0), "4"));
}

static void test_rows_visible_late(void) {
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "n", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64});
  static const char *const form =
      "{\"event_id\": \"%s\", \"domain_userid\": \"u\", \"derived_tstamp\": \"2025-01-01T10:00:00\","
      " \"load_tstamp\": \"%s\"}";
  add(made, 0, bf_format(arena, form, "a", "2025-01-01T11:00:00"));
  add(made, 1, bf_format(arena, form, "b", "2025-01-01T23:50:00")); /* 10 minutes before the position: seen */
  add(made, 1, bf_format(arena, form, "c", "2025-01-01T23:49:59")); /* a second more: lost */
  add(made, 1, bf_format(arena, form, "d", "2025-01-02T00:00:00")); /* at the position */
  add_run(made, "2025-01-02", false);
  add_run(made, "2025-01-03", false);
  made->history.variables.overlap = 10 * BF_MINUTE;
  CHECK(is(cell(play(made), 0), "3")); /* a, b, d */
  made->history.variables.overlap = 0;
  CHECK(is(cell(play(made), 0), "2")); /* a, d */
}

static setting *late_setting(void) {
  setting *made = new_setting();
  static const char *const form =
      "{\"event_id\": \"%s\", \"domain_userid\": \"u\", \"derived_tstamp\": \"2025-01-02T10:00:00\","
      " \"load_tstamp\": \"%s\"}";
  add_attribute(made, (bf_attribute){.name = "n", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64});
  add(made, 0, bf_format(arena, form, "a", "2025-01-02T11:00:00"));
  add(made, 0, bf_format(arena, form, "b", "2025-01-05T11:00:00"));
  add(made, 0, bf_format(arena, form, "c", "2025-01-06T11:00:00"));
  add(made, 0, bf_format(arena, form, "d", "2025-01-08T11:00:00"));
  made->history.variables.backfill_days = 0; /* a window a day */
  return made;
}

static void test_late_days(void) {
  setting *made = late_setting();
  made->history.variables.min_late = 2;
  made->history.variables.lookback_days = 4;
  add_run(made, "2025-01-06", true);
  /* In the window of the 5th R is the 5th: the 2nd is late, within 4 days, one row, two are wanted. */
  bf_view_state state = play(made);
  CHECK(is(cell(state, 0), "1"));
  CHECK(day(state, "2025-01-02")->processed_events == 1 && day(state, "2025-01-02")->skipped_events == 1);
  CHECK(day(state, "2025-01-02")->last_load == at("2025-01-05T11:00:00")); /* skipped ones included */
  add_run(made, "2025-01-07", true);
  /* In that of the 6th: 6 − 4 = 2, one more row: two pending, so the whole day. */
  state = play(made);
  CHECK(is(cell(state, 0), "3"));
  CHECK(day(state, "2025-01-02")->processed_events == 3 && day(state, "2025-01-02")->skipped_events == 0);
  add_run(made, "2025-01-09", true);
  /* In that of the 8th the 2nd is beyond the lookback. */
  state = play(made);
  CHECK(is(cell(state, 0), "3"));
  CHECK(day(state, "2025-01-02")->skipped_events == 1);
}

/* A window a day, that of the 5th: R is the 5th. */
static void test_borders_of_lateness(void) {
  static const char *const form = "{\"event_id\": \"%s\", \"domain_userid\": \"u\", \"derived_tstamp\": \"%s\","
                                  " \"load_tstamp\": \"%s\"}";
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "n", .aggregation = BF_COUNTER, .type = BF_TYPE_INT64});
  made->history.variables.backfill_days = 0;
  made->history.variables.min_late = 9;
  add(made, 0, bf_format(arena, form, "a", "2025-01-04T00:00:00", "2025-01-05T11:00:00"));        /* R − 1: on time */
  add(made, 0, bf_format(arena, form, "b", "2025-01-03T23:59:59.999999", "2025-01-05T11:00:00")); /* late */
  add_run(made, "2025-01-06", true);
  CHECK(is(cell(play(made), 0), "1"));
  CHECK(day(play(made), "2025-01-04")->processed_events == 1 && day(play(made), "2025-01-03")->processed_events == 0);
  made->history.variables.min_late = 1;
  made->history.variables.lookback_days = 2; /* the 3rd is R − 2 */
  CHECK(is(cell(play(made), 0), "2"));
  made->history.variables.lookback_days = 1; /* the 3rd is before R − 1 */
  CHECK(is(cell(play(made), 0), "1"));
}

static void test_wide_windows_and_refresh(void) {
  setting *made = late_setting();
  made->history.variables.min_late = 2;
  made->history.variables.backfill_days = 6; /* one window from the 1st to the 8th: R is the 1st, all on time */
  add_run(made, "2025-01-08", false);
  CHECK(is(cell(play(made), 0), "3"));
  setting *narrow = late_setting();
  narrow->history.variables.min_late = 9;
  add_run(narrow, "2025-01-09", true);
  CHECK(is(cell(play(narrow), 0), "1")); /* all late ones skipped */
  add_run(narrow, "2025-01-10", false);
  narrow->runs[1].full_refresh = true; /* one window, of the 1st */
  bf_view_state state = play(narrow);
  CHECK(state.row_count == 0 && state.last_success == at("2025-01-02") && state.first_success == at("2025-01-02"));
  add_run(narrow, "2025-01-10", true); /* goes on as a refresh: every day in every window */
  state = play(narrow);
  CHECK(is(cell(state, 0), "4"));
  CHECK(day(state, "2025-01-02")->processed_events == 4 && day(state, "2025-01-02")->skipped_events == 0);
}

static void test_candidates_and_entities(void) {
  setting *made = new_setting();
  static const char *const form =
      "{\"event_id\": \"%s\", \"domain_userid\": %s, \"derived_tstamp\": \"%s\","
      " \"load_tstamp\": \"2025-01-02T11:00:00\", \"app_id\": %s, \"event_name\": \"%s\", \"v\": 5}";
  static const bf_event_match pages[] = {{.name = "page_view"}};
  bf_property property = value_column;
  bf_criterion five = {&property, BF_EQUAL, bf_parse(arena, "5")}, six = {&property, BF_EQUAL, bf_parse(arena, "6")};
  const bf_criterion *all_five[] = {&five}, *all_six[] = {&six};
  const char *apps[] = {"web"};
  add_attribute(made, (bf_attribute){.name = "five",
                                     .aggregation = BF_COUNTER,
                                     .type = BF_TYPE_INT64,
                                     .events = pages,
                                     .event_count = 1,
                                     .criteria = {.all = all_five, .all_count = 1}});
  add_attribute(made, (bf_attribute){.name = "six",
                                     .aggregation = BF_COUNTER,
                                     .type = BF_TYPE_INT64,
                                     .events = pages,
                                     .event_count = 1,
                                     .criteria = {.all = all_six, .all_count = 1}});
  made->history.variables.apps = apps;
  made->history.variables.app_count = 1;
  add(made, 0,
      bf_format(arena, form, "a", "\"\"", "2025-01-02T10:00:00", "\"web\"", "page_view")); /* an empty key is one */
  add(made, 0, bf_format(arena, form, "b", "null", "2025-01-02T10:00:00", "\"web\"", "page_view"));    /* no key */
  add(made, 0, bf_format(arena, form, "c", "\"x\"", "2025-01-02T10:00:00", "\"other\"", "page_view")); /* another app */
  add(made, 0, bf_format(arena, form, "d", "\"y\"", "2025-01-02T10:00:00", "\"web\"", "page_ping")); /* another event */
  add(made, 0,
      bf_format(arena, form, "e", "\"z\"", "2024-12-31T10:00:00", "\"web\"", "page_view")); /* before start_date */
  add(made, 0, bf_format(arena, form, "f", "\"w\"", "2025-01-02T10:00:00", "null", "page_view")); /* no app */
  add_run(made, "2025-01-03", false);
  bf_view_state state = play(made);
  CHECK(is(cell(state, 0), "1") && is(cell(state, 1), "0"));
  CHECK(state.row_count == 1 && state.rows[0].key->size == 0);
  CHECK(state.day_count == 1 && day(state, "2025-01-02")->processed_events == 1);
  /* Criteria play no part in what is processed, but make the entity. */
  five.value = six.value;
  state = play(made);
  CHECK(state.row_count == 0 && day(state, "2025-01-02")->processed_events == 1);
}

static void test_properties(void) {
  static const bf_step price[] = {{"unit_price", 0}}, sku[] = {{"items", 0}, {NULL, 1}, {"sku", 0}};
  bf_property second = {
      .place = BF_ENTITY, .column = "contexts_com_acme_product_1", .index = 1, .steps = price, .step_count = 1};
  bf_property nested = {
      .place = BF_EVENT, .column = "unstruct_event_com_acme_checkout_1", .steps = sku, .step_count = 3};
  const bf_property *both[] = {&second, &value_column};
  bf_property sum = {.place = BF_CALCULATED, .operation = BF_ADD, .parts = both, .part_count = 2};
  bf_property joined = {
      .place = BF_CALCULATED, .operation = BF_CONCAT, .parts = both, .part_count = 2, .separator = "-"};
  bf_property week = {.place = BF_ATOMIC, .column = "true_tstamp", .part = BF_ACTIVE_WEEK};
  const bf_event *one =
      event(0, "{\"contexts_com_acme_product_1\": [{\"unitPrice\": 1}, {\"unitPrice\": 25}], \"v\": \"4\","
               " \"unstruct_event_com_acme_checkout_1\": {\"items\": [{\"sku\": \"a\"}, {\"sku\": \"b\"}]},"
               " \"true_tstamp\": \"2025-01-05T23:59:59\"}");
  const bf_event *none = event(0, "{\"contexts_com_acme_product_1\": [{\"unitPrice\": 1}], \"v\": \"4\"}");
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &second, one)), "25")); /* snake case finds unitPrice */
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &nested, one)), "\"b\""));
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &sum, one)), "29")); /* 25 + 4 */
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &joined, one)), "\"25-4\""));
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &sum, none)), "null"));           /* NULL if any is */
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &joined, none)), "\"4\""));       /* NULLs are skipped */
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &week, one)), "\"2024-12-30\"")); /* a Sunday; its Monday */
  week.part = BF_DAY_OF_WEEK;
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &week, one)), "7"));
  week.part = BF_HOUR_OF_DAY;
  CHECK(is(bf_json_text(arena, bf_property_of(arena, &week, one)), "23"));
}

static void test_updated_at(void) {
  CHECK(bf_unchanged(bf_real(arena, 1.0), bf_real(arena, 1.0 + 4e-13)));
  CHECK(!bf_unchanged(bf_real(arena, 1.0), bf_real(arena, 1.0 + 4e-12)));
  CHECK(!bf_unchanged(bf_int(arena, INT64_MAX), bf_int(arena, INT64_MAX - 1)));
  setting *made = new_setting();
  add_attribute(made, (bf_attribute){.name = "m", .aggregation = BF_MAX, .type = BF_TYPE_INT64});
  add_simple(made, "a", "2025-01-01T10:00:00", "5");
  add_simple(made, "b", "2025-01-02T10:00:00", "4"); /* changes nothing */
  add_simple(made, "c", "2025-01-03T10:00:00", "6");
  add_run(made, "2025-01-02", false);
  add_run(made, "2025-01-03", false);
  CHECK(play(made).rows[0].updated_at == at("2025-01-02"));
  add_run(made, "2025-01-04", false);
  CHECK(play(made).rows[0].updated_at == at("2025-01-04"));
  add_run(made, "2025-01-05", true);
  made->runs[3].full_refresh = true; /* all rows have the clock of that run */
  CHECK(play(made).rows[0].updated_at == at("2025-01-05"));
}

int main(void) {
  arena = bf_arena_new();
  test_numbers();
  test_other_types();
  test_criteria();
  test_aggregations();
  test_hundred_categories();
  test_windows_of_a_run();
  test_periods();
  test_duplicates();
  test_rows_visible_late();
  test_late_days();
  test_borders_of_lateness();
  test_wide_windows_and_refresh();
  test_candidates_and_entities();
  test_properties();
  test_updated_at();
  bf_arena_free(arena);
  printf("oracle: %zu passed, %zu failed, 0 skipped\n", passed, failed);
  return failed != 0;
}
