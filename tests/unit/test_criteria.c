/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Criteria as SQL: each operator, with each kind of value, against each class of property. The rules are
 * those of the manual's words on criteria; the expected SQL is written by hand, in the recorder's dialect.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/recorded.h"

/* Columns of the events table, one of each class. */
static const char *const columns[] = {"event_id",
                                      "VARCHAR",
                                      "load_tstamp",
                                      "TIMESTAMP",
                                      "derived_tstamp",
                                      "TIMESTAMP",
                                      "domain_userid",
                                      "VARCHAR",
                                      "t",
                                      "VARCHAR",
                                      "i",
                                      "BIGINT",
                                      "c",
                                      "DECIMAL(18, 2)",
                                      "d",
                                      "DOUBLE",
                                      "b",
                                      "BOOLEAN",
                                      "ts",
                                      "TIMESTAMP",
                                      "j",
                                      "JSON",
                                      "l",
                                      "VARCHAR ARRAY",
                                      "contexts_a_b_1",
                                      "JSON",
                                      NULL};

/* The condition of a match with these criteria: what stands between WHEN and THEN. */
static const char *condition(const char *criteria) {
  recorded_begin();
  recorded_view(
      sbe_arena_printf(fixture.arena, "{name: n, type: int64, aggregation: counter, criteria: %s}", criteria));
  const char *sql = recorded_expression(recorded_scan(columns), "m0");
  static const char begin[] = "CASE WHEN ", end[] = " THEN TRUE ELSE FALSE END";
  if (!sql || strncmp(sql, begin, sizeof begin - 1) != 0) return sql;
  size_t size = strlen(sql) - (sizeof begin - 1) - (sizeof end - 1);
  CU_ASSERT_STRING_EQUAL(sql + sizeof begin - 1 + size, end);
  return sbe_arena_strndup(fixture.arena, sql + sizeof begin - 1, size);
}

typedef struct row {
  const char *criterion; /* "property operator value", as YAML's members */
  const char *sql;
} row;

static void check(size_t n, const row *rows) {
  for (size_t i = 0; i < n; i++) {
    char *criteria = NULL;
    if (asprintf(&criteria, "{all: [{%s}]}", rows[i].criterion) < 0) abort();
    const char *got = condition(criteria);
    UNIT_CHECK(sbe_streq(got, rows[i].sql), "%s\ngot  %s\nwant %s", criteria, got ? got : "(null)", rows[i].sql);
    free(criteria);
    recorded_end();
  }
}
#define CHECK(rows) check(sizeof(rows) / sizeof *(rows), rows)

#define P(property, operator_) "property: " property ", operator: '" operator_ "'"
#define V(property, operator_, value) P(property, operator_) ", value: " value
#define DOUBLE(x) "TRY_CAST(" x " AS DOUBLE PRECISION)"
#define AS_TEXT(x) "CAST(" x " AS VARCHAR)"
#define NUMBER(x) "CAST('" x "' AS DOUBLE PRECISION)"
#define NOT(x) "(CASE WHEN " x " THEN FALSE ELSE TRUE END)"

/* A number compares as one whatever the property is. */
static void numbers_compare_as_numbers(void) {
  static const row rows[] = {
      {V("t", "=", "5"), "(" DOUBLE("\"t\"") " = " NUMBER("5") ")"},
      {V("t", "=", "10.0"), "(" DOUBLE("\"t\"") " = " NUMBER("10") ")"},
      {V("i", "<", "5"), "(" DOUBLE(AS_TEXT("\"i\"")) " < " NUMBER("5") ")"},
      {V("c", "<=", "-2.5"), "(" DOUBLE(AS_TEXT("\"c\"")) " <= " NUMBER("-2.5") ")"},
      {V("d", ">", "1e3"), "(" DOUBLE(AS_TEXT("\"d\"")) " > " NUMBER("1000") ")"},
      {V("b", "=", "1"), "(" DOUBLE(AS_TEXT("\"b\"")) " = " NUMBER("1") ")"},
      {V("ts", ">=", "0"), "(" DOUBLE(AS_TEXT("\"ts\"")) " >= " NUMBER("0") ")"},
      {V("j", "=", "5"), "(" DOUBLE("JSON_SCALAR_TEXT(\"j\")") " = " NUMBER("5") ")"},
      {V("'contexts_a_b_1[2].x'", "=", "5"),
       "(" DOUBLE("JSON_VALUE(\"contexts_a_b_1\", '$[2].\"x\"')") " = " NUMBER("5") ")"},
      {V("l", "=", "5"), "(CAST(NULL AS DOUBLE PRECISION) = " NUMBER("5") ")"},
      {V("t", "!=", "5"), NOT(DOUBLE("\"t\"") " = " NUMBER("5"))},
  };
  CHECK(rows);
}

/* From 16 digits on a double may be two integers: where the doubles are equal, the exact values decide. */
static void large_integers_compare_exactly(void) {
#define BIG "9007199254740993"
#define REAL DOUBLE("\"t\"")
#define EXACT "TRY_CAST(\"t\" AS DECIMAL(38, 9))"
#define BIG_REAL "CAST('" BIG "' AS DOUBLE PRECISION)"
#define BIG_EXACT "CAST('" BIG "' AS DECIMAL(38, 9))"
  static const row rows[] = {
      {V("t", "=", BIG), "(((" REAL " = " BIG_REAL " AND " EXACT " = " BIG_EXACT ")))"},
      {V("t", "<", BIG), "((" REAL " < " BIG_REAL " OR (" REAL " = " BIG_REAL " AND " EXACT " < " BIG_EXACT ")))"},
      {V("t", ">=", BIG), "((" REAL " > " BIG_REAL " OR (" REAL " = " BIG_REAL " AND " EXACT " >= " BIG_EXACT ")))"},
      {V("t", "<=", BIG), "((" REAL " < " BIG_REAL " OR (" REAL " = " BIG_REAL " AND " EXACT " <= " BIG_EXACT ")))"},
      {V("t", "!=", "-" BIG),
       NOT("("
           "(" REAL " = CAST('-" BIG "' AS DOUBLE PRECISION) AND " EXACT " = CAST('-" BIG "' AS DECIMAL(38, 9))"
           ")"
           ")")},
      /* a string is a number where the property is one */
      {V("i", "=", "'" BIG "'"), "(((" DOUBLE(AS_TEXT("\"i\"")) " = " BIG_REAL " AND TRY_CAST(" AS_TEXT(
                                     "\"i\"") " AS DECIMAL(38, 9)) = " BIG_EXACT ")))"},
      /* 15 digits are exact in a double; 29 are more than a decimal surely holds; nor is a fraction exact */
      {V("t", "=", "999999999999999"), "(" REAL " = " NUMBER("999999999999999") ")"},
      {V("t", "=", "12345678901234567890123456789"), "(" REAL " = " NUMBER("12345678901234567890123456789") ")"},
      {V("t", "=", "1234567890123456.5"), "(" REAL " = " NUMBER("1234567890123456.5") ")"},
      {V("t", "in", "[" BIG ", 2, 1]"),
       "((" REAL " IN (" NUMBER("1") ", " NUMBER("2") ") OR ("
                                                      "(" REAL " = " BIG_REAL " AND " EXACT " = " BIG_EXACT "))))"},
  };
  CHECK(rows);
}

/* A string is text, unless the property is a number and it reads as one, or a timestamp and it reads as one. */
static void strings_compare_as_the_property_is(void) {
  static const row rows[] = {
      {V("t", "=", "'5'"), "(\"t\" = '5')"},
      {V("t", "=", "''"), "(\"t\" = '')"},
      {V("j", "=", "'5'"), "(JSON_SCALAR_TEXT(\"j\") = '5')"},
      {V("'contexts_a_b_1.x'", "=", "'5'"), "(JSON_VALUE(\"contexts_a_b_1\", '$[0].\"x\"') = '5')"},
      {V("i", "=", "' 5 '"), "(" DOUBLE(AS_TEXT("\"i\"")) " = " NUMBER("5") ")"},
      {V("i", "=", "'5 6'"), "(" AS_TEXT("\"i\"") " = '5 6')"}, /* no number */
      {V("t", "=", "' 5 '"), "(\"t\" = ' 5 ')"},
      {V("i", "=", "'5'"), "(" DOUBLE(AS_TEXT("\"i\"")) " = " NUMBER("5") ")"},
      {V("c", ">", "'5e1'"), "(" DOUBLE(AS_TEXT("\"c\"")) " > " NUMBER("5e1") ")"},
      {V("d", "=", "five"), "(" AS_TEXT("\"d\"") " = 'five')"},
      {V("ts", ">=", "'2025-01-31'"), "(\"ts\" >= TIMESTAMP '2025-01-31 00:00:00')"},
      {V("ts", "=", "'2025-01-31T01:00:00+01:00'"), "(\"ts\" = TIMESTAMP '2025-01-31 00:00:00')"},
      {V("ts", "=", "yesterday"), "(" AS_TEXT("\"ts\"") " = 'yesterday')"},
      {V("t", "=", "'2025-01-31'"), "(\"t\" = '2025-01-31')"},
      {V("b", "=", "'true'"), "(" AS_TEXT("\"b\"") " = 'true')"},
      {V("t", "=", "O'Brien"), "(\"t\" = 'O''Brien')"},
      {V("t", "!=", "'x'"), NOT("\"t\" = 'x'")},
      {V("l", "=", "x"), "(CAST(NULL AS VARCHAR) = 'x')"},
      {V("'contexts_a_b_2.x'", "!=", "x"), NOT("CAST(NULL AS VARCHAR) = 'x'")}, /* no such column: meets != */
  };
  CHECK(rows);
}

/* Texts are ordered by TEXT_LESS, by code point, and NULL is on no side of anything. */
static void texts_are_ordered_by_code_point(void) {
  static const row rows[] = {
      {V("t", "<", "m"), "(((\"t\" < 'm') AND \"t\" IS NOT NULL))"},
      {V("t", ">", "m"), "((('m' < \"t\") AND \"t\" IS NOT NULL))"},
      {V("t", "<=", "m"), "((NOT ('m' < \"t\") AND \"t\" IS NOT NULL))"},
      {V("t", ">=", "m"), "((NOT (\"t\" < 'm') AND \"t\" IS NOT NULL))"},
  };
  CHECK(rows);
}

static void bools_compare_as_bools(void) {
  static const row rows[] = {
      {V("b", "=", "true"), "(TRY_CAST(" AS_TEXT("\"b\"") " AS BOOLEAN) = TRUE)"},
      {V("t", "!=", "false"), NOT("TRY_CAST(\"t\" AS BOOLEAN) = FALSE")},
      {V("i", "in", "[true]"), "((TRY_CAST(" AS_TEXT("\"i\"") " AS BOOLEAN) IN (TRUE)))"},
  };
  CHECK(rows);
}

static void like_is_what_was_written(void) {
  static const row rows[] = {
      {V("t", "like", "'50%'"), "((\"t\" LIKE '50%') AND \"t\" IS NOT NULL)"},
      {V("t", "like", "abc"), "((\"t\" LIKE 'abc') AND \"t\" IS NOT NULL)"},
      {V("i", "like", "'1_'"), "((" AS_TEXT("\"i\"") " LIKE '1_') AND " AS_TEXT("\"i\"") " IS NOT NULL)"},
      {V("t", "not like", "\"\\\\%'\""), NOT("(\"t\" LIKE '\\%''') AND \"t\" IS NOT NULL")},
  };
  CHECK(rows);
}

/* Values that compare as one type share an IN. Sorted by the IR. */
static void in_takes_lists_of_any_kind(void) {
  static const row rows[] = {
      {V("t", "in", "[b, a, \"it's\"]"), "((\"t\" IN ('a', 'b', 'it''s')))"},
      {V("t", "in", "[]"), "(FALSE)"},
      {V("t", "not in", "[]"), NOT("FALSE")},
      {V("t", "not in", "[a]"), NOT("(\"t\" IN ('a'))")},
      {V("t", "in", "[a, 5]"), "((\"t\" IN ('a') OR " DOUBLE("\"t\"") " IN (" NUMBER("5") ")))"},
      {V("ts", "in", "['2025-01-31', never]"),
       "((" AS_TEXT("\"ts\"") " IN ('never') OR \"ts\" IN (TIMESTAMP '2025-01-31 00:00:00')))"},
      {V("i", "in", "['5', x]"),
       "((" AS_TEXT("\"i\"") " IN ('x') OR " DOUBLE(AS_TEXT("\"i\"")) " IN (" NUMBER("5") ")))"},
  };
  CHECK(rows);
}

/* An object or a list is there, though no scalar can be read from it. */
static void null_tests_see_the_raw_property(void) {
  static const row rows[] = {
      {P("t", "is null"), "(\"t\" IS NULL)"},
      {P("l", "is not null"), "(\"l\" IS NOT NULL)"},
      {P("'contexts_a_b_2.x'", "is null"), "(NULL IS NULL)"},
      {P("{type: atomic, name: ts, date_part: hour_of_day}", "is not null"), "(EXTRACT(HOUR FROM \"ts\") IS NOT NULL)"},
  };
  CHECK(rows);
}

static void calculated_and_date_parts_stand_in_criteria(void) {
  static const row rows[] = {
      {V("{type: atomic, name: ts, date_part: day_of_week}", "=", "7"),
       "(" DOUBLE(AS_TEXT("ISO_DAY_OF_WEEK(\"ts\")")) " = " NUMBER("7") ")"},
      {V("{type: atomic, name: t, date_part: active_week}", "=", "'2025-01-06'"),
       "(TO_CHAR(DATE_TRUNC('week', TRY_CAST(\"t\" AS TIMESTAMP)), 'YYYY-MM-DD') = '2025-01-06')"},
      {V("{type: calculated, operation: sum, properties: [i, t]}", ">", "5"),
       "(" DOUBLE(AS_TEXT("(" DOUBLE(AS_TEXT("\"i\"")) " + " DOUBLE("\"t\"") ")")) " > " NUMBER("5") ")"},
      {V("{type: calculated, operation: coalesce, properties: [i, t]}", "=", "x"),
       "(CASE WHEN " AS_TEXT("\"i\"") " IS NOT NULL THEN " AS_TEXT(
           "\"i\"") " WHEN \"t\" IS NOT NULL THEN \"t\" END = 'x')"},
      {V("{type: calculated, operation: concat, separator: '-', properties: [t, j]}", "=", "a-b"),
       "(CASE WHEN \"t\" IS NULL THEN JSON_SCALAR_TEXT(\"j\") WHEN JSON_SCALAR_TEXT(\"j\") IS NULL THEN \"t\" ELSE "
       "(\"t\" || ('-' || JSON_SCALAR_TEXT(\"j\"))) END = 'a-b')"},
  };
  CHECK(rows);
}

/* min and max of calculated properties: NULL if any is. */
static void least_and_greatest_are_null_with_null(void) {
#define LEFT DOUBLE(AS_TEXT("\"i\""))
#define RIGHT DOUBLE("\"t\"")
  static const row rows[] = {
      {P("{type: calculated, operation: min, properties: [i, t]}", "is null"),
       "(CASE WHEN " LEFT " < " RIGHT " THEN " LEFT " WHEN " RIGHT " IS NOT NULL AND " LEFT " IS NOT NULL THEN " RIGHT
       " END IS NULL)"},
      {P("{type: calculated, operation: max, properties: [i, t]}", "is null"),
       "(CASE WHEN " LEFT " > " RIGHT " THEN " LEFT " WHEN " RIGHT " IS NOT NULL AND " LEFT " IS NOT NULL THEN " RIGHT
       " END IS NULL)"},
      {P("{type: calculated, operation: product, properties: [i, t]}", "is null"), "((" LEFT " * " RIGHT ") IS NULL)"},
  };
  CHECK(rows);
}

/* The first of several alike: numbers stay numbers, so that 9 is less than 10. */
static void coalesce_keeps_one_native_class(void) {
  static const row rows[] = {
      {V("{type: calculated, operation: coalesce, properties: [ts, derived_tstamp]}", ">", "'2025-01-31'"),
       "(CASE WHEN " AS_TEXT("\"ts\"") " IS NOT NULL THEN \"ts\" WHEN " AS_TEXT(
           "\"derived_tstamp\"") " IS NOT NULL THEN "
                                 "\"derived_tstamp\" END > TIMESTAMP '2025-01-31 00:00:00')"},
  };
  CHECK(rows);
}

static void sides_are_joined(void) {
  SAME(condition("{all: [{property: t, operator: '=', value: a}, {property: i, operator: is null}]}"),
       "(\"i\" IS NULL)\n AND (\"t\" = 'a')");
  SAME(condition("{any: [{property: t, operator: '=', value: a}, {property: i, operator: is null}]}"),
       "((\"i\" IS NULL)\n OR (\"t\" = 'a'))");
  SAME(
      condition("{all: [{property: t, operator: '=', value: a}], any: [{property: b, operator: is null}, {property: i, "
                "operator: is null}]}"),
      "(\"t\" = 'a')\n AND ((\"b\" IS NULL)\n OR (\"i\" IS NULL))");
  SAME(condition("{all: [], any: []}"), "TRUE");
  recorded_end();
}

int sbe_add_criteria_suite(void) {
  static const sbe_unit_test tests[] = {
      {"numbers compare as numbers", numbers_compare_as_numbers},
      {"large integers compare exactly", large_integers_compare_exactly},
      {"strings compare as the property is", strings_compare_as_the_property_is},
      {"texts are ordered by code point", texts_are_ordered_by_code_point},
      {"bools compare as bools", bools_compare_as_bools},
      {"like is what was written", like_is_what_was_written},
      {"in takes lists of any kind", in_takes_lists_of_any_kind},
      {"null tests see the raw property", null_tests_see_the_raw_property},
      {"calculated and date parts stand in criteria", calculated_and_date_parts_stand_in_criteria},
      {"least and greatest are NULL with NULL", least_and_greatest_are_null_with_null},
      {"coalesce keeps one native class", coalesce_keeps_one_native_class},
      {"sides are joined", sides_are_joined},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("criteria", tests);
}
