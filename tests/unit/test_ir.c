/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From definitions to the IR: aggregations with their types and members, periods, default values, the canonical text,
 * limits. Expectations are written by hand after the manual's words on definitions and aggregations.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/ir/build.h"
#include "tests/unit/ir_stage.h"

/* --- aggregations -------------------------------------------------------------------------------- */

static void aggregations_are_the_fourteen(void) {
  static const struct {
    const char *name;
    int parts, values;
    int32_t of_int64; /* the type the property is read as for an int64 (list) attribute */
  } rows[] = {{"counter", 1, 0, 0},
              {"sum", 1, 0, SBE_TYPE_INT64},
              {"min", 1, 0, SBE_TYPE_INT64},
              {"max", 1, 0, SBE_TYPE_INT64},
              {"mean", 2, 0, SBE_TYPE_DOUBLE},
              {"first", 2, 0, SBE_TYPE_INT64},
              {"last", 2, 0, SBE_TYPE_INT64},
              {"unique_list", 0, 1, SBE_TYPE_INT64},
              {"most_frequent", 0, 1, SBE_TYPE_INT64},
              {"least_frequent", 0, 1, SBE_TYPE_INT64},
              {"approx_count_distinct", 0, 1, SBE_TYPE_TEXT},
              {"category_count", 0, 1, SBE_TYPE_TEXT},
              {"time_since_last", 1, 0, 0},
              {"time_since_first", 1, 0, 0}};
  size_t n = 0;
  while (sbe_aggregations[n].name) n++;
  CU_ASSERT_EQUAL(n, 14);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const sbe_aggregation *a = sbe_aggregation_find(rows[i].name);
    if (!UNIT_CHECK(a != NULL, "%s is there", rows[i].name)) continue;
    int32_t type = SBE_TYPE_INT64 | (a->wants == SBE_WANTS_LIST ? SBE_TYPE_LIST : 0);
    UNIT_CHECK((int)a->n_parts == rows[i].parts && a->values == (bool)rows[i].values, "%s has its shape", a->name);
    UNIT_CHECK(sbe_aggregation_value_type(a, type) == rows[i].of_int64, "%s reads as it should", a->name);
  }
  CU_ASSERT_PTR_NULL(sbe_aggregation_find("median"));
  CU_ASSERT_EQUAL(sbe_aggregation_value_type(sbe_aggregation_find("first"), SBE_TYPE_TEXT | SBE_TYPE_LIST),
                  SBE_TYPE_TEXT | SBE_TYPE_LIST);
  /* time_since_first shares the first column of `first`: equal partials. */
  const sbe_part *a = &sbe_aggregation_find("first")->parts[0],
                 *b = &sbe_aggregation_find("time_since_first")->parts[0];
  CU_ASSERT(a->partial == b->partial && a->type == b->type && sbe_streq(a->name, b->name) &&
            memcmp(a->partial_operands, b->partial_operands, sizeof a->partial_operands) == 0);
}

/* Semantics §3, "wants": one letter a type, y where the pair is allowed. */
static void aggregations_and_types_fit(void) {
  static const char *const types[] = {"bytes", "string",    "int32",       "int64",       "double", "float",
                                      "bool",  "timestamp", "string_list", "double_list", "dict",   "unix_timestamp"};
  static const struct {
    const char *aggregation, *allowed;
  } rows[] = {/*                           bsiidfbtsddu */
              {"counter", "..yyyy......"},
              {"sum", "..yyyy......"},
              {"mean", "..yyyy......"},
              {"approx_count_distinct", "..yyyy......"},
              {"time_since_last", "..yyyy......"},
              {"time_since_first", "..yyyy......"},
              {"min", "yyyyyyyy...y"},
              {"max", "yyyyyyyy...y"},
              {"most_frequent", "yyyyyyyy...y"},
              {"least_frequent", "yyyyyyyy...y"},
              {"first", "yyyyyyyyyy.y"},
              {"last", "yyyyyyyyyy.y"},
              {"unique_list", "........yy.."},
              {"category_count", "..........y."}};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
      const char *a = rows[r].aggregation;
      bool counter = strcmp(a, "counter") == 0, since = sbe_starts_with(a, "time_since");
      char members[200];
      snprintf(members, sizeof members, "name: a, type: %s, aggregation: %s%s%s", types[t], a,
               counter || since ? "" : ", property: x", since ? ", time_unit: h" : "");
      bool good = ir_attribute(members) != NULL;
      UNIT_CHECK(good == (rows[r].allowed[t] == 'y'), "%s of %s: %s", a, types[t], ir_findings());
      if (!good) HAS(ir_findings(), "cannot have type");
    }
}

static void types_are_read(void) {
  static const struct {
    const char *name;
    int32_t type;
  } rows[] = {{"bytes", SBE_TYPE_TEXT},
              {"string", SBE_TYPE_TEXT},
              {"int32", SBE_TYPE_INT32},
              {"int64", SBE_TYPE_INT64},
              {"double", SBE_TYPE_DOUBLE},
              {"float", SBE_TYPE_DOUBLE},
              {"bool", SBE_TYPE_BOOL},
              {"unix_timestamp", SBE_TYPE_TIMESTAMP},
              {"timestamp", SBE_TYPE_TIMESTAMP},
              {"bytes_list", SBE_TYPE_TEXT | SBE_TYPE_LIST},
              {"int32_list", SBE_TYPE_INT32 | SBE_TYPE_LIST},
              {"int64_list", SBE_TYPE_INT64 | SBE_TYPE_LIST},
              {"float_list", SBE_TYPE_DOUBLE | SBE_TYPE_LIST},
              {"bool_list", SBE_TYPE_BOOL | SBE_TYPE_LIST},
              {"unix_timestamp_list", SBE_TYPE_TIMESTAMP | SBE_TYPE_LIST}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[100];
    snprintf(members, sizeof members, "name: a, type: %s, aggregation: last, property: x", rows[i].name);
    const sbe_attribute *a = ir_attribute(members);
    UNIT_CHECK(a && a->type == rows[i].type && sbe_streq(a->type_name, rows[i].name), "%s", rows[i].name);
  }
  /* "each but the last with a _list form" */
  ir_attribute("name: a, type: timestamp_list, aggregation: last, property: x");
  HAS(ir_findings(), "type 'timestamp_list' is not known; did you mean 'unix_timestamp_list'?");
}

static void members_belong_to_their_aggregation(void) {
  static const struct {
    const char *members, *message; /* NULL: good */
  } rows[] = {
      {"type: int32, aggregation: counter, property: x", "aggregation counter takes no property"},
      {"type: int32, aggregation: counter, date_part: active_day", "takes no date_part"},
      {"type: int32, aggregation: sum", "aggregation sum needs 'property'"},
      {"type: int32, aggregation: time_since_last", "needs 'time_unit': s, min, h or d"},
      {"type: int32, aggregation: time_since_last, time_unit: m", "time_unit 'm' is not known"},
      {"type: int32, aggregation: counter, time_unit: h", "aggregation counter takes no time_unit"},
      {"type: string, aggregation: first, property: x, ignore_nulls: true", NULL},
      {"type: string, aggregation: last, property: x, ignore_nulls: yes", "ignore_nulls must be true or false"},
      {"type: int32, aggregation: sum, property: x, ignore_nulls: true", "aggregation sum takes no ignore_nulls"},
      {"type: int32, aggregation: sum, property: x, ignore_nulls: false", NULL},
      {"type: int32, aggregation: sum, property: ~, events: ~", "needs 'property'"},
      {"type: int32, aggregation: median, property: x", "aggregation 'median' is not known"},
      {"type: int32, aggregation: cuonter", "did you mean 'counter'?"},
      {"aggregation: counter", "an attribute needs 'type'"},
      {"type: int32", "an attribute needs 'aggregation'"},
      {"type: 5, aggregation: counter", "type must be a string, not an integer"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: a, %s", rows[i].members);
    const sbe_attribute *a = ir_attribute(members);
    UNIT_CHECK((a != NULL) == (rows[i].message == NULL), "%s: %s", rows[i].members, ir_findings());
    if (rows[i].message) HAS(ir_findings(), rows[i].message);
  }
  /* A property is ignored here, whatever it is. */
  const sbe_attribute *a =
      ir_attribute("name: a, type: int64, aggregation: time_since_first, time_unit: min, property: 'not a ( path'");
  CU_ASSERT(a && !a->property && a->unit_us == 60000000);
}

/* --- periods ------------------------------------------------------------------------------------- */

static void periods_are_whole_days(void) {
  static const struct {
    const char *yaml;
    int64_t days; /* 0: refused with `message` */
    const char *message;
  } rows[] = {
      {"7", 7, NULL},
      {"7d", 7, NULL},
      {"'7'", 7, NULL},
      {"P7D", 7, NULL},
      {"P1W", 7, NULL},
      {"PT168H", 7, NULL},
      {"{days: 7}", 7, NULL},
      {"7.0", 7, NULL},
      {"P1Y", 365, NULL},
      {"P1M", 30, NULL},
      {"P1Y35D", 400, NULL},
      {"P1Y1D", 366, NULL},
      {"P2Y", 730, NULL},
      {"P1DT24H", 2, NULL},
      {"PT1440M", 1, NULL},
      {"PT86400S", 1, NULL},
      {"P0.5DT12H", 1, NULL},
      {"36500", 36500, NULL},
      {"PT5M", 0, "period PT5M is not a whole number of days; use days, such as 7d"},
      {"P1DT12H", 0, "period P1DT12H is not a whole number of days"},
      {"PT0.5S", 0, "period PT0.5S is not a whole number of days"},
      {"PT86400.0000001S", 0, "is not a whole number of days"},
      {"1.5", 0, "period 1.5 is not a whole number of days"},
      {"0", 0, "period 0 is no time at all"},
      {"PT0S", 0, "period PT0S is no time at all"},
      {"-7d", 0, "period -7d is negative"},
      {"-P1D", 0, "period -P1D is negative"},
      {"{days: -1}", 0, "period -1 is negative"},
      {"36501", 0, "period 36501 is longer than 36500 days"},
      {"P99999999999999999999Y", 0, "is longer than 36500 days"},
      {"99999999999999999999d", 0, "is longer than 36500 days"},
      {"P", 0, "period 'P' is no duration"},
      {"P1", 0, "is no duration"},
      {"PT", 0, "is no duration"},
      {"P7DT", 0, "is no duration"},
      {"P1D1W", 0, "is no duration"},
      {"P1H", 0, "is no duration"},
      {"7 days", 0, "period '7 days' is no duration; use days, such as 7d or P7D"},
      {"''", 0, "is no duration"},
      {"true", 0, "period must be a duration such as 7d or P7D, not a boolean"},
      {"{day: 7}", 0, "unknown member 'day' of period; did you mean 'days'?"},
      {"{days: 7d}", 0, "period needs a number of days"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: x, type: int32, aggregation: counter, period: %s", rows[i].yaml);
    const sbe_attribute *a = ir_attribute(members);
    if (rows[i].days) {
      UNIT_CHECK(a && a->period_days == rows[i].days, "period %s: %s", rows[i].yaml, ir_findings());
    } else {
      UNIT_CHECK(a == NULL, "period %s", rows[i].yaml);
      HAS(ir_findings(), rows[i].message);
      HAS(ir_findings(), "attribute 'x': ");
    }
  }
  const sbe_attribute *a = ir_attribute("name: x, type: int32, aggregation: counter, period: ~");
  CU_ASSERT(a && a->period_days == 0);
}

/* --- default values ------------------------------------------------------------------------------ */

static void defaults_fit_their_type(void) {
  static const struct {
    const char *members, *wanted; /* the end of the canonical text, or a message */
    bool good;
  } rows[] = {
      {"type: string, default_value: none", ", default \"none\"", true},
      {"type: string, default_value: ''", ", default \"\"", true},
      {"type: string, default_value: 5", "must be a string (in quotes) for type string, not an integer", false},
      {"type: string, default_value: [a]", "default_value must be one value for type string, not a list", false},
      {"type: int32, default_value: 0", ", default 0", true},
      {"type: int32, default_value: 5.0", ", default 5", true},
      {"type: int32, default_value: 2147483647", ", default 2147483647", true},
      {"type: int32, default_value: 2147483648", "default_value 2147483648 is no whole number that type int32", false},
      {"type: int32, default_value: 1.5", "is no whole number that type int32 can hold", false},
      {"type: int32, default_value: '1'", "must be a whole number for type int32, not a string", false},
      {"type: int64, default_value: -9223372036854775808", ", default -9223372036854775808", true},
      {"type: int64, default_value: 9223372036854775808", "is no whole number that type int64 can hold", false},
      {"type: float, default_value: 0.0", ", default 0", true},
      {"type: double, default_value: 1", ", default 1", true},
      {"type: double, default_value: 1e400", "too large or too small", false},
      {"type: double, default_value: true", "must be a number for type double", false},
      {"type: bool, default_value: false", ", default false", true},
      {"type: bool, default_value: 0", "must be true or false for type bool", false},
      {"type: timestamp, default_value: '2025-01-31T12:00:00+02:00'", ", default \"2025-01-31 10:00:00\"", true},
      {"type: unix_timestamp, default_value: 86400", ", default \"1970-01-02 00:00:00\"", true},
      {"type: timestamp, default_value: yesterday", "default_value must be a timestamp such as", false},
      {"type: timestamp, default_value: 99999999999999", "default_value must be a timestamp such as", false},
      {"type: string_list, default_value: [b, a]", ", default [\"b\", \"a\"]", true},
      {"type: string_list, default_value: []", ", default []", true},
      {"type: string_list, default_value: a", "default_value must be a list for type string_list, not a string", false},
      {"type: string_list, default_value: [~]", "default_value is null", false},
      {"type: double_list, default_value: [1, 2.5]", ", default [1, 2.5]", true},
      {"type: int32_list, default_value: [1, x]", "must be a whole number for type int32_list, not a string", false},
      {"type: string, default_value: ~", ", lifetime", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: a, aggregation: last, property: p, %s", rows[i].members);
    const sbe_attribute *a = ir_attribute(members);
    UNIT_CHECK((a != NULL) == rows[i].good, "%s: %s", rows[i].members, ir_findings());
    HAS(a ? a->text : ir_findings(), rows[i].wanted);
  }
  const sbe_attribute *a =
      ir_attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: {b: 2, a: 1}");
  CU_ASSERT_PTR_NOT_NULL_FATAL(a);
  CU_ASSERT(a->has_default && a->n_default == 2 && sbe_streq(a->default_keys[0].text, "a") &&
            sbe_streq(a->default_values[1].text, "2"));
  HAS(a->text, ", default {\"a\": 1, \"b\": 2}");
  CU_ASSERT_PTR_NULL(
      ir_attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: {b: x}"));
  CU_ASSERT_PTR_NULL(ir_attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: [1]"));
  HAS(ir_findings(), "must be a map of names to whole numbers for type dict");
}

/* --- the canonical text -------------------------------------------------------------------------- */

static void canonical_text_says_all_that_decides(void) {
  static const char base[] = "name: a, type: double, aggregation: last, property: p";
  const sbe_attribute *a = ir_attribute(base);
  SAME(a ? a->text : NULL, "a double = last(p) of any event, lifetime");
  a = ir_attribute("name: total, type: float, aggregation: last, property: p, ignore_nulls: true, period: 7, "
                   "events: [{vendor: com.acme, name: buy}], default_value: 0.5, "
                   "criteria: {all: [{property: q, operator: '=', value: x}]}");
  SAME(a ? a->text : NULL,
       "total double = last(p ignore nulls) of com.acme/buy/* where all(q = \"x\"), 7 days, default 0.5");
  a = ir_attribute("name: t, type: int32, aggregation: time_since_last, time_unit: min, period: P1D");
  SAME(a ? a->text : NULL, "t int32 = time_since_last() of any event, 1 day, in min");

  static const char *const same[] = {"name: a, type: float, aggregation: last, property: {type: atomic, name: p}",
                                     "name: a, type: double, aggregation: last, property: p, description: other, "
                                     "ttl: P1D, events: [], criteria: {all: []}, period: ~, ignore_nulls: false"};
  static const char *const other[] = {"name: A, type: double, aggregation: last, property: p",
                                      "name: a, type: int64, aggregation: last, property: p",
                                      "name: a, type: double, aggregation: first, property: p",
                                      "name: a, type: double, aggregation: last, property: P",
                                      "name: a, type: double, aggregation: last, property: p, date_part: day_of_week",
                                      "name: a, type: double, aggregation: last, property: p, events: [{name: x}]",
                                      "name: a, type: double, aggregation: last, property: p, period: 1",
                                      "name: a, type: double, aggregation: last, property: p, default_value: 0",
                                      "name: a, type: double, aggregation: last, property: p, ignore_nulls: true",
                                      ("name: a, type: double, aggregation: last, property: p, "
                                       "criteria: {all: [{property: q, operator: is null}]}")};
  char first[200];
  snprintf(first, sizeof first, "%s", "a double = last(p) of any event, lifetime");
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) SAME((a = ir_attribute(same[i])) ? a->text : NULL, first);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    UNIT_CHECK((a = ir_attribute(other[i])) && strcmp(a->text, first) != 0, "%s", other[i]);
}

/* --- limits -------------------------------------------------------------------------------------- */

/* `before`, then `item` n times with commas, then `after`. */
static const char *repeated(const char *before, const char *item, size_t n, const char *after) {
  static char *text;
  free(text);
  sbe_text out = SBE_TEXT(10000000);
  sbe_text_puts(&out, before);
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_puts(&out, ",");
    sbe_text_puts(&out, item);
  }
  sbe_text_puts(&out, after);
  return text = out.data;
}

static void limits_hold(void) {
  static const char counter[] = "name: a, type: int32, aggregation: counter, ";
  static const char last[] = "name: a, type: string, aggregation: last, ";
  static const struct {
    const char *start, *before, *item, *after;
    size_t most;
    const char *message;
  } rows[] = {
      {counter, "events: [", "{name: x}", "]", 10000, "events has 10001 members; at most 10000 are allowed"},
      {counter, "criteria: {all: [{property: p, operator: in, value: [", "1", "]}]}", 10000,
       "value has 10001 members; at most 10000 are allowed"},
      {counter, "criteria: {any: [", "{property: p, operator: is null}", "]}", 1000, "any has 1001 members"},
      {last, "property: {type: calculated, operation: min, properties: [", "p", "]}", 100,
       "properties has 101 members"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t more = 0; more < 2; more++) {
      char *members = NULL;
      const char *list = repeated(rows[i].before, rows[i].item, rows[i].most + more, rows[i].after);
      if (asprintf(&members, "%s%s", rows[i].start, list) < 0) abort();
      bool good = ir_attribute(members) != NULL;
      free(members);
      UNIT_CHECK(good == (more == 0), "row %zu with %zu more: %s", i, more, ir_findings());
      if (more) HAS(ir_findings(), rows[i].message);
    }
  for (size_t more = 0; more < 2; more++) { /* 64 steps: the column's members */
    char path[1000] = "'contexts_x_1";
    for (size_t i = 0; i < 64 + more; i++) strcat(path, ".m");
    strcat(path, "'");
    CU_ASSERT_EQUAL(ir_property(path) != NULL, more == 0);
    if (more) HAS(ir_findings(), "there are more than 64 steps");
  }
  char name[140];
  for (size_t size = 128; size <= 129; size++) {
    char members[300];
    memset(name, 'n', size);
    name[size] = '\0';
    snprintf(members, sizeof members, "name: %s, type: int32, aggregation: counter", name);
    CU_ASSERT_EQUAL(ir_attribute(members) != NULL, size == 128);
  }
  HAS(ir_findings(), "name has 129 bytes; at most 128 are allowed");
}

int sbe_add_ir_suite(void) {
  static const sbe_unit_test tests[] = {
      {"aggregations are the fourteen", aggregations_are_the_fourteen},
      {"aggregations and types fit", aggregations_and_types_fit},
      {"types are read", types_are_read},
      {"members belong to their aggregation", members_belong_to_their_aggregation},
      {"periods are whole days", periods_are_whole_days},
      {"defaults fit their type", defaults_fit_their_type},
      {"canonical text says all that decides", canonical_text_says_all_that_decides},
      {"limits hold", limits_hold},
      {NULL, NULL},
  };
  atexit(ir_end);
  return sbe_unit_add_suite("attributes", tests);
}
