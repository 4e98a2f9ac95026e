/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live part of the group "dialect": what the printed text means to the warehouse. Each operation is asked
 * for values that are written here by hand, from dialect.h. Called by main.c in a process of its own. Results
 * pass through a table with columns of their types, as the host's do.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"
#include "kit/sample.h"

/* An operand is "text …", "ts …", "date …" or "int …", which becomes a column, or "raw …", which stands as it is. */
typedef struct question {
  int32_t operation, type;
  const char *operands[4];
  const char *answer;
} question;

/* As types: a condition, and a double that must be NULL or infinite. */
#define YES_NO 0
#define YES_NO_OVERFLOW (-1)

static const question scalars[] = {
    {SBE_OP_DATE_OF, SBE_TYPE_DATE, {"ts 2024-02-29 23:59:59.999999"}, "2024-02-29"},
    {SBE_OP_DATE_OF, SBE_TYPE_DATE, {"ts 1969-12-31 23:59:59.5"}, "1969-12-31"},
    {SBE_OP_ADD_DAYS, SBE_TYPE_DATE, {"date 2024-02-28", "raw 2"}, "2024-03-01"},
    {SBE_OP_ADD_DAYS, SBE_TYPE_DATE, {"date 2024-01-01", "raw -1"}, "2023-12-31"},
    {SBE_OP_ADD_DAYS, SBE_TYPE_DATE, {"date 2025-03-01", "raw -1"}, "2025-02-28"},
    {SBE_OP_ADD_SECONDS, SBE_TYPE_TIMESTAMP, {"ts 2024-12-31 23:59:58.25", "raw 3"}, "2025-01-01 00:00:01.250000"},
    {SBE_OP_ADD_SECONDS, SBE_TYPE_TIMESTAMP, {"ts 2024-01-01 00:00:00", "raw -86400"}, "2023-12-31 00:00:00"},
    {SBE_OP_ADD_SECONDS, SBE_TYPE_TIMESTAMP, {"ts 2025-01-01 00:00:00.5", "raw -600"}, "2024-12-31 23:50:00.500000"},
    {SBE_OP_MICROSECONDS, SBE_TYPE_INT64, {"ts 2024-01-01 00:00:00", "ts 2024-01-01 00:00:00.000001"}, "1"},
    {SBE_OP_MICROSECONDS, SBE_TYPE_INT64, {"ts 2025-01-01 00:00:00", "ts 2025-01-02 00:00:00.000001"}, "86400000001"},
    {SBE_OP_MICROSECONDS, SBE_TYPE_INT64, {"ts 1900-01-01 00:00:00", "ts 2100-01-01 00:00:00"}, "6311433600000000"},
    {SBE_OP_MICROSECONDS,
     SBE_TYPE_INT64,
     {"ts 0001-01-01 00:00:00", "ts 9999-12-31 23:59:59.999999"},
     "315537897599999999"},
    {SBE_OP_MICROSECONDS, SBE_TYPE_INT64, {"ts 1970-01-01 00:00:00", "ts 2024-01-01 00:00:00.5"}, "1704067200500000"},
    {SBE_OP_MICROSECONDS, SBE_TYPE_INT64, {"ts 2024-01-01 00:00:01", "ts 2024-01-01 00:00:00"}, "-1000000"},
    {SBE_OP_DIVIDE_DOWN, SBE_TYPE_INT64, {"int 7", "raw 2"}, "3"},
    {SBE_OP_DIVIDE_DOWN, SBE_TYPE_INT64, {"int 9007199254740993", "raw 2"}, "4503599627370496"},
    {SBE_OP_DIVIDE_DOWN, SBE_TYPE_INT64, {"int 9223372036854775807", "raw 2"}, "4611686018427387903"},
    {SBE_OP_DIVIDE_DOWN, SBE_TYPE_INT64, {"int 0", "raw 3600000000"}, "0"},
    {SBE_OP_DIVIDE_DOWN, SBE_TYPE_INT64, {"int 86399999999", "raw 86400000000"}, "0"},
    {SBE_OP_HOUR, SBE_TYPE_INT64, {"ts 2024-01-01 00:59:59.999999"}, "0"},
    {SBE_OP_HOUR, SBE_TYPE_INT64, {"ts 2024-01-01 23:00:00"}, "23"},
    {SBE_OP_HOUR, SBE_TYPE_INT64, {"ts 2025-01-05 23:59:59.999999"}, "23"},
    {SBE_OP_ISO_DAY_OF_WEEK, SBE_TYPE_INT64, {"ts 2024-01-01 00:00:00"}, "1"}, /* a Monday */
    {SBE_OP_ISO_DAY_OF_WEEK, SBE_TYPE_INT64, {"ts 2024-01-07 23:59:59"}, "7"}, /* a Sunday */
    {SBE_OP_MONTH, SBE_TYPE_INT64, {"ts 2024-12-31 23:59:59.999999"}, "12"},
    {SBE_OP_DAY_TEXT, SBE_TYPE_TEXT, {"ts 2024-02-09 23:59:59"}, "'2024-02-09'"},
    {SBE_OP_DAY_TEXT, SBE_TYPE_TEXT, {"ts 0099-01-05 00:00:00"}, "'0099-01-05'"},
    {SBE_OP_WEEK_TEXT, SBE_TYPE_TEXT, {"ts 2024-03-03 23:59:59"}, "'2024-02-26'"}, /* of a Sunday: the Monday before */
    {SBE_OP_WEEK_TEXT, SBE_TYPE_TEXT, {"ts 2024-01-01 00:00:00"}, "'2024-01-01'"},
    {SBE_OP_WEEK_TEXT, SBE_TYPE_TEXT, {"ts 2023-01-01 12:00:00"}, "'2022-12-26'"}, /* in another year */
    {SBE_OP_MONTH_TEXT, SBE_TYPE_TEXT, {"ts 2024-02-29 23:59:59"}, "'2024-02-01'"},
    {SBE_OP_CONCAT, SBE_TYPE_TEXT, {"text a'", "text \\b "}, "'a'\\b '"},
    {SBE_OP_CONCAT, SBE_TYPE_TEXT, {"text ", "text b"}, "'b'"},
    {SBE_OP_ADD, SBE_TYPE_DOUBLE, {"double 0.25", "double -1.5"}, "-1.25"},
    {SBE_OP_ADD, YES_NO_OVERFLOW, {"double 1.7e308", "double 1.7e308"}, "'too large'"},
    {SBE_OP_MULTIPLY, SBE_TYPE_DOUBLE, {"double 0.5", "double -3"}, "-1.5"},
    {SBE_OP_MULTIPLY, YES_NO_OVERFLOW, {"double 1e200", "double 1e200"}, "'too large'"},
    {SBE_OP_MULTIPLY, SBE_TYPE_DOUBLE, {"double 1e-200", "double 1e-200"}, "0"},
    {SBE_OP_DIVIDE, SBE_TYPE_DOUBLE, {"double 1", "int 4"}, "0.25"},
    {SBE_OP_DIVIDE, SBE_TYPE_DOUBLE, {"double -7.5", "int 3"}, "-2.5"},
    {SBE_OP_LIKE, YES_NO, {"text abc", "quoted a%"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text abc", "quoted A%"}, "'no'"},
    {SBE_OP_LIKE, YES_NO, {"text aBc", "quoted a_C"}, "'no'"},
    {SBE_OP_LIKE, YES_NO, {"text abc", "quoted a_c"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text abc", "quoted b"}, "'no'"},
    {SBE_OP_LIKE, YES_NO, {"text xab", "quoted ab"}, "'no'"},
    {SBE_OP_LIKE, YES_NO, {"text a\\%", "quoted a\\%"}, "'yes'"}, /* no escape: a backslash is one */
    {SBE_OP_LIKE, YES_NO, {"text a\\bc", "quoted a\\%"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text a%", "quoted a\\%"}, "'no'"},
    {SBE_OP_LIKE, YES_NO, {"text a[b]c", "quoted a[b]%"}, "'yes'"}, /* no sets */
    {SBE_OP_LIKE, YES_NO, {"text a\nb", "quoted a_b"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text a\nb", "quoted a%"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text \xC3\xA9", "quoted _"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text \xF0\x9F\x98\x80", "quoted _"}, "'yes'"}, /* one character */
    {SBE_OP_LIKE, YES_NO, {"text ", "quoted %"}, "'yes'"},
    {SBE_OP_LIKE, YES_NO, {"text ", "quoted "}, "'yes'"},
    {SBE_OP_IS_DISTINCT, YES_NO, {"text a", "text b"}, "'yes'"},
    {SBE_OP_IS_DISTINCT, YES_NO, {"text a", "text a"}, "'no'"},
    {SBE_OP_IS_DISTINCT, YES_NO, {"text a", "null"}, "'yes'"},
    {SBE_OP_IS_DISTINCT, YES_NO, {"null", "null"}, "'no'"},
    {SBE_OP_IS_DISTINCT, YES_NO, {"text a", "text A"}, "'yes'"},
    {SBE_OP_TEXT_LESS, YES_NO, {"text B", "text a"}, "'yes'"},
    {SBE_OP_TEXT_LESS, YES_NO, {"text a", "text B"}, "'no'"},
    {SBE_OP_TEXT_LESS, YES_NO, {"text z", "text \xC3\xA4"}, "'yes'"},
    {SBE_OP_TEXT_LESS, YES_NO, {"text \xEF\xBF\xBD", "text \xF0\x9F\x98\x80"}, "'yes'"}, /* UTF-16 has it otherwise */
    {SBE_OP_TEXT_LESS, YES_NO, {"text a", "text a"}, "'no'"},
    {SBE_OP_TEXT_LESS, YES_NO, {"text a-c", "text ab"}, "'yes'"}, /* languages pass over the dash */
};
#define N_SCALARS (sizeof scalars / sizeof *scalars)

#define SMILEY "\xF0\x9F\x98\x80"
#define ODD "z\"q\\\xC3\xA9"

/* Rows: id, at, v, n, d, keep, who. Two are of one instant; the greatest n twice is more than an int64. What is not of
   "one" is of another group, and would show in every answer. */
static const char *const event_rows[][7] = {
    {"text a", "ts 2024-01-01 00:00:00", "text B", "int 9223372036854775807", "double 1.5", "true", "text one"},
    {"text b", "ts 2024-01-01 00:00:00", "null", "int 9223372036854775807", "double 2.5", "true", "text one"},
    {"text c", "ts 2024-01-02 00:00:00", "text a", "int -1", "null double", "true", "text one"},
    {"text d", "ts 2023-12-31 00:00:00", "text " ODD, "int 5", "double 7", "false", "text one"},
    {"text e", "ts 2024-01-03 00:00:00", "text " SMILEY, "null int", "double 0.25", "true", "text one"},
    {"text f", "ts 2024-01-04 00:00:00", "null", "int 7", "double 9", "null bool", "text one"},
    {"text g", "ts 2024-01-02 00:00:00", "text ", "int 3", "null double", "false", "text one"},
    {"text h", "ts 2023-01-01 00:00:00", "text A", "int -2", "double 99", "true", "text two"},
    {"text i", "ts 2025-01-01 00:00:00", "text \xF4\x8F\xBF\xBF", "int 1", "double -99", "true", "text two"},
};
static const sbe_column_spec event_columns[] = {
    {"id", SBE_TYPE_TEXT},  {"at", SBE_TYPE_TIMESTAMP}, {"v", SBE_TYPE_TEXT},  {"n", SBE_TYPE_INT64},
    {"d", SBE_TYPE_DOUBLE}, {"keep", SBE_TYPE_BOOL},    {"who", SBE_TYPE_TEXT}};
#define N_EVENT_COLUMNS (sizeof event_columns / sizeof *event_columns)

/* Operands: names of columns, or conditions. */
static const question aggregates[] = {
    {SBE_OP_COUNT_IF, SBE_TYPE_INT64, {"keep"}, "4"},
    {SBE_OP_COUNT_IF, SBE_TYPE_INT64, {"none"}, "0"},
    {SBE_OP_COUNT_VALUES_IF, SBE_TYPE_INT64, {"v", "keep"}, "3"},
    {SBE_OP_COUNT_VALUES_IF, SBE_TYPE_INT64, {"v", "none"}, "0"},
    {SBE_OP_SUM_IF, SBE_TYPE_WIDE_INTEGER, {"n", "keep"}, "18446744073709551613"}, /* 2 * (2^63 - 1) - 1 */
    {SBE_OP_SUM_IF, SBE_TYPE_WIDE_INTEGER, {"n", "none"}, "NULL"},
    {SBE_OP_SUM_IF, SBE_TYPE_DOUBLE, {"d", "keep"}, "4.25"}, /* 1.5 + 2.5 + 0.25 */
    {SBE_OP_MIN_IF, SBE_TYPE_TEXT, {"v", "keep"}, "'B'"},
    {SBE_OP_MAX_IF, SBE_TYPE_TEXT, {"v", "keep"}, "'" SMILEY "'"},
    {SBE_OP_MIN_IF, SBE_TYPE_TEXT, {"v", "none"}, "NULL"},
    {SBE_OP_MIN_IF, SBE_TYPE_INT64, {"n", "keep"}, "-1"},
    {SBE_OP_MAX_IF, SBE_TYPE_INT64, {"n", "keep"}, "9223372036854775807"},
    {SBE_OP_MIN_IF, SBE_TYPE_TIMESTAMP, {"at", "keep"}, "2024-01-01 00:00:00"},
    {SBE_OP_MAX_IF, SBE_TYPE_DOUBLE, {"d", "keep"}, "2.5"},
    {SBE_OP_FIRST_IF, SBE_TYPE_TEXT, {"v", "at", "id", "keep"}, "'B'"},
    {SBE_OP_FIRST_IF, SBE_TYPE_INT64, {"n", "at", "id", "keep"}, "9223372036854775807"},
    {SBE_OP_FIRST_IF, SBE_TYPE_TEXT, {"v", "at", "id", "but a"}, "NULL"}, /* the row's value, NULL included */
    {SBE_OP_FIRST_IF, SBE_TYPE_TEXT, {"v", "at", "id", "none"}, "NULL"},
    {SBE_OP_LAST_IF, SBE_TYPE_TEXT, {"v", "at", "id", "keep"}, "'" SMILEY "'"},
    {SBE_OP_LAST_IF, SBE_TYPE_INT64, {"n", "at", "id", "keep"}, "NULL"},
    {SBE_OP_LAST_IF, SBE_TYPE_DOUBLE, {"d", "at", "id", "of one instant"}, "2.5"}, /* a tie goes by {2} */
    {SBE_OP_FIRST_IF, SBE_TYPE_DOUBLE, {"d", "at", "id", "of one instant"}, "1.5"},
    {SBE_OP_FIRST_IF, SBE_TYPE_TIMESTAMP, {"at", "at", "id", "keep"}, "2024-01-01 00:00:00"},
    {SBE_OP_LIST_OF, SBE_TYPE_LIST + SBE_TYPE_TEXT, {"v"}, "[\"\",\"B\",\"a\",\"" ODD "\",\"" SMILEY "\"]"},
    {SBE_OP_LIST_OF, SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, {"at"}, NULL},
    {SBE_OP_DICT_OF, SBE_TYPE_DICT, {"v", "n"}, "{\"\":3,\"B\":9223372036854775807,\"a\":-1,\"" ODD "\":5}"},
};
#define N_AGGREGATES (sizeof aggregates / sizeof *aggregates)

/* ---- printing ---- */

static void put_cast(live *l, sbe_text *out, const char *value, int32_t type) {
  SBE_OPERATION(&l->sql, out, SBE_OP_CAST, value, sbe_physical_type(l->sql.dialect, type));
}

static const char *after_word(const char *operand) {
  const char *space = strchr(operand, ' ');
  return space ? space + 1 : "";
}

/* A typed value, as the host would print it. */
static void put_value(live *l, sbe_text *out, const char *operand) {
  const char *value = after_word(operand);
  sbe_timestamp at = 0;
  sbe_date date = 0;
  if (sbe_starts_with(operand, "text") || sbe_starts_with(operand, "quoted")) {
    sbe_print_text(&l->sql, out, value);
  } else if (sbe_starts_with(operand, "ts")) {
    (void)!sbe_timestamp_parse(value, strlen(value), &at);
    sbe_print_timestamp(&l->sql, out, at);
  } else if (sbe_starts_with(operand, "date")) {
    (void)!sbe_date_parse(value, strlen(value), &date);
    sbe_print_date(&l->sql, out, date);
  } else if (sbe_starts_with(operand, "int") || sbe_starts_with(operand, "double")) {
    put_cast(l, out, sbe_sql_text(&l->sql, l->arena, value), *operand == 'i' ? SBE_TYPE_INT64 : SBE_TYPE_DOUBLE);
  } else if (sbe_starts_with(operand, "null")) {
    sbe_print_null(&l->sql, out,
                   sbe_streq(value, "int")    ? SBE_TYPE_INT64
                   : sbe_streq(value, "bool") ? SBE_TYPE_BOOL
                   : *value                   ? SBE_TYPE_DOUBLE
                                              : SBE_TYPE_TEXT);
  } else if (sbe_streq(operand, "true") || sbe_streq(operand, "false")) {
    sbe_text_puts(out, sbe_sql_bool(&l->sql, *operand == 't'));
  } else {
    sbe_text_puts(out, value);
  }
}

static bool stands_as_it_is(const char *operand) {
  return sbe_starts_with(operand, "raw") || sbe_starts_with(operand, "quoted");
}

/* An operation with its operands: columns x.a<i>_<o> of scalar questions. */
static void put_operation(live *l, sbe_text *out, const question *q, size_t i) {
  const char *operands[4];
  size_t n = 0;
  for (; n < 4 && q->operands[n]; n++) {
    sbe_cleanup_text sbe_text operand = SBE_TEXT(4096);
    if (stands_as_it_is(q->operands[n]))
      put_value(l, &operand, q->operands[n]);
    else
      sbe_print_column(&l->sql, &operand, "x", sbe_arena_printf(l->arena, "a%zu_%zu", i, n));
    operands[n] = sbe_arena_strdup(l->arena, sbe_text_string(&operand));
  }
  if (q->type <= YES_NO) sbe_text_puts(out, "CASE WHEN ");
  sbe_print_operation(&l->sql, out, q->operation, n, operands);
  if (q->type == YES_NO) sbe_text_puts(out, " THEN 'yes' ELSE 'no' END");
  if (q->type == YES_NO_OVERFLOW) sbe_text_puts(out, " < 1e308 THEN 'a number' ELSE 'too large' END");
}

static bool can_ask(const live *l, const question *q) {
  return sbe_can_print(l->sql.dialect, q->operation) &&
         (q->type <= YES_NO || sbe_physical_type(l->sql.dialect, q->type));
}

/* SELECT op, op, … FROM (SELECT value AS a0_0, …) x */
static const char *scalar_select(live *l, size_t from, size_t to) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT), values = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = from; i < to; i++) {
    if (!can_ask(l, &scalars[i])) continue;
    sbe_text_puts(&select, select.size ? ", " : "SELECT ");
    put_operation(l, &select, &scalars[i], i);
    SBE_PRINT(&select, " AS ", sbe_arena_printf(l->arena, "r%zu", i));
    for (size_t o = 0; o < 4 && scalars[i].operands[o]; o++) {
      if (stands_as_it_is(scalars[i].operands[o])) continue;
      sbe_text_puts(&values, values.size ? ", " : "SELECT ");
      put_value(l, &values, scalars[i].operands[o]);
      sbe_text_puts(&values, " AS ");
      sbe_print_name(&l->sql, &values, sbe_arena_printf(l->arena, "a%zu_%zu", i, o));
    }
  }
  SBE_PRINT(&select, " FROM (", sbe_text_string(&values), ") x");
  return sbe_arena_strdup(l->arena, sbe_text_string(&select));
}

/* ---- asking ---- */

static size_t result_columns(live *l, const question *questions, size_t from, size_t to, sbe_column_spec *columns) {
  size_t n = 0;
  for (size_t i = from; i < to; i++)
    if (can_ask(l, &questions[i]))
      columns[n++] = (sbe_column_spec){sbe_arena_printf(l->arena, "r%zu", i),
                                       questions[i].type <= YES_NO ? SBE_TYPE_TEXT : questions[i].type};
  return n;
}

/* Fills a table with the answers and reads them back. */
static const char *ask(live *l, const question *questions, size_t from, size_t to, const char *select,
                       sbe_rows *ret_rows) {
  sbe_column_spec *columns = SBE_NEW_ARRAY(l->arena, sbe_column_spec, to - from);
  size_t n = result_columns(l, questions, from, to, columns);
  sbe_cleanup_text sbe_text query = SBE_TEXT(SBE_MAX_STATEMENT);
  const char *why = live_create(l, "answers", n, columns, select);
  for (size_t i = 0; i < n; i++)
    SBE_PRINT(&query, i ? ", " : "SELECT ", sbe_sql_name(&l->sql, l->arena, NULL, columns[i].name));
  SBE_PRINT(&query, " FROM ", live_table(l, "answers"));
  if (!why) why = live_query(l, sbe_text_string(&query), ret_rows);
  if (!why && (ret_rows->n != 1 || ret_rows->columns != n)) why = "not one row came";
  live_drop(l, "answers");
  return why;
}

static const char *show(live *l, const question *q) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  sbe_text_puts(&out, "of ");
  for (size_t o = 0; o < 4 && q->operands[o]; o++) SBE_PRINT(&out, o ? ", " : "", q->operands[o]);
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

/* All questions about one operation are one check. */
static void tell(live *l, const question *questions, size_t n, const char *const *answers) {
  static const char remedy[] = "dialect.h says what each operation answers";
  for (size_t i = 0; i < n; i++) {
    bool first = true;
    for (size_t e = 0; e < i; e++) first = first && questions[e].operation != questions[i].operation;
    if (!first || !sbe_can_print(l->sql.dialect, questions[i].operation)) continue;
    sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 16);
    for (size_t e = i; e < n; e++) {
      if (questions[e].operation != questions[i].operation || !answers[e] || !questions[e].answer) continue;
      if (canon_same(questions[e].answer, answers[e], true)) continue;
      SBE_PRINT(&wrong, wrong.size ? "\n" : "", show(l, &questions[e]), ": ", questions[e].answer,
                " is right; it came ", answers[e]);
    }
    report_check(l->report, sbe_arena_printf(l->arena, "SBE_OP_%s", sbe_operation_name(questions[i].operation)),
                 wrong.size ? sbe_text_string(&wrong) : NULL, remedy);
  }
}

/* One statement for all of them; where that fails, one for each, so that it shows which. */
static void ask_scalars(live *l) {
  const char *answers[N_SCALARS] = {NULL};
  sbe_rows rows;
  size_t n = 0;
  report_begin(l->report, "scalar operations can be asked at all");
  bool whole = ask(l, scalars, 0, N_SCALARS, scalar_select(l, 0, N_SCALARS), &rows) == NULL;
  for (size_t i = 0; i < N_SCALARS; i++) {
    if (!can_ask(l, &scalars[i])) continue;
    if (whole) {
      answers[i] = canon(SBE_CELL(&rows, 0, n++), l->arena);
      continue;
    }
    sbe_rows one;
    const char *why = ask(l, scalars, i, i + 1, scalar_select(l, i, i + 1), &one);
    answers[i] = why ? why : canon(one.values, l->arena);
  }
  report_end(l->report, NULL, NULL);
  tell(l, scalars, N_SCALARS, answers);
}

/* ---- aggregates ---- */

static const char *make_events(live *l) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t r = 0; r < sizeof event_rows / sizeof *event_rows; r++) {
    sbe_text_puts(&select, r ? " UNION ALL SELECT " : "SELECT ");
    for (size_t c = 0; c < N_EVENT_COLUMNS; c++) {
      if (c) sbe_text_puts(&select, ", ");
      put_value(l, &select, event_rows[r][c]);
      if (!r) SBE_PRINT(&select, " AS ", sbe_sql_name(&l->sql, l->arena, NULL, event_columns[c].name));
    }
  }
  return live_create(l, "events", N_EVENT_COLUMNS, event_columns, sbe_text_string(&select));
}

/* A column, or a condition in parentheses. */
static const char *where(live *l, const char *operand) {
  const char *id = sbe_sql_name(&l->sql, l->arena, "x", "id");
  if (sbe_streq(operand, "none"))
    return sbe_arena_printf(l->arena, "(%s = %s)", id, sbe_sql_text(&l->sql, l->arena, "nobody"));
  if (sbe_streq(operand, "but a"))
    return sbe_arena_printf(l->arena, "(%s <> %s AND %s <> %s)", id, sbe_sql_text(&l->sql, l->arena, "a"), id,
                            sbe_sql_text(&l->sql, l->arena, "d"));
  if (sbe_streq(operand, "of one instant"))
    return sbe_arena_printf(l->arena, "(%s IN (%s, %s))", id, sbe_sql_text(&l->sql, l->arena, "a"),
                            sbe_sql_text(&l->sql, l->arena, "b"));
  return sbe_sql_name(&l->sql, l->arena, "x", operand);
}

static const char *ask_aggregate(live *l, size_t i) {
  const question *q = &aggregates[i];
  const char *operands[5];
  sbe_rows rows;
  size_t n = 0;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (; n < 4 && q->operands[n]; n++) operands[n] = where(l, q->operands[n]);
  if (n == 4) operands[n++] = sbe_physical_type(l->sql.dialect, q->type); /* of a pick */
  sbe_text_puts(&select, "SELECT ");
  sbe_print_operation(&l->sql, &select, q->operation, n, operands);
  SBE_PRINT(&select, sbe_arena_printf(l->arena, " AS r%zu FROM ", i), live_table(l, "events"), " x");
  /* lists and dicts are never asked for NULLs */
  if (q->operation == SBE_OP_LIST_OF || q->operation == SBE_OP_DICT_OF)
    for (size_t o = 0; o < n; o++) SBE_PRINT(&select, o ? " AND " : " WHERE ", operands[o], " IS NOT NULL");
  const char *who = sbe_sql_name(&l->sql, l->arena, "x", "who");
  SBE_PRINT(&select, " GROUP BY ", who, " HAVING ", who, " = ", sbe_sql_text(&l->sql, l->arena, "one"));
  const char *why = ask(l, aggregates, i, i + 1, sbe_text_string(&select), &rows);
  return why ? why : canon(rows.values, l->arena);
}

static void ask_aggregates(live *l) {
  const char *answers[N_AGGREGATES] = {NULL};
  const char *why = make_events(l);
  report_check(l->report, "a table made of a query, with a column of each type", why, "dialect.h, create");
  if (why) return;
  for (size_t i = 0; i < N_AGGREGATES; i++)
    if (can_ask(l, &aggregates[i])) answers[i] = ask_aggregate(l, i);
  tell(l, aggregates, N_AGGREGATES, answers);
}

/* ---- order, names, texts ---- */

static const char *check_order(live *l) {
  static const char *const wanted[] = {"''", "'A'", "'B'", "'a'", "'" ODD "'", "'" SMILEY "'", "'\xF4\x8F\xBF\xBF'"};
  const size_t n = sizeof wanted / sizeof *wanted;
  sbe_rows rows;
  const char *v = sbe_sql_name(&l->sql, l->arena, NULL, "v");
  sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
  SBE_PRINT(&select, "SELECT ", v, " FROM ", live_table(l, "events"), " WHERE ", v, " IS NOT NULL ORDER BY ");
  SBE_OPERATION(&l->sql, &select, SBE_OP_TEXT_ORDER, v);
  const char *why = live_query(l, sbe_text_string(&select), &rows);
  if (why) return why;
  for (size_t i = 0; i < n && i < rows.n; i++)
    if (!sbe_streq(canon(&rows.values[i], l->arena), wanted[i]))
      return sbe_arena_printf(l->arena, "row %zu is %s, not %s", i + 1, canon(&rows.values[i], l->arena), wanted[i]);
  return rows.n == n ? NULL : "more or fewer rows came";
}

static const char *check_now(live *l) {
  sbe_rows rows;
  sbe_cleanup_text sbe_text select = SBE_TEXT(4096);
  sbe_text_puts(&select, "SELECT ");
  sbe_print_operation(&l->sql, &select, SBE_OP_NOW, 0, NULL);
  sbe_text_puts(&select, " AS r0");
  const char *why =
      live_create(l, "clock", 1, (sbe_column_spec[]){{"r0", SBE_TYPE_TIMESTAMP}}, sbe_text_string(&select));
  if (!why)
    why = live_query(l,
                     sbe_arena_printf(l->arena, "SELECT %s FROM %s", sbe_sql_name(&l->sql, l->arena, NULL, "r0"),
                                      live_table(l, "clock")),
                     &rows);
  if (why) return why;
  if (rows.n != 1 || rows.values->kind != SBE_VALUE_TIMESTAMP) return "it is no timestamp";
  int64_t off = (rows.values->integer - sbe_timestamp_now()) / SBE_SECOND_US;
  if (llabs(off) < 1000) return NULL;
  return sbe_arena_printf(l->arena, "it is %lld s off this machine's clock: is it UTC?", (long long)off);
}

/* SELECT each FROM (SELECT 0 AS a, 1 AS b, …): a name that does not parse back, or is another's, shows. */
static const char *check_columns(live *l) {
  sbe_rows rows;
  size_t n = 0;
  sbe_cleanup_text sbe_text select = SBE_TEXT(1 << 20), values = SBE_TEXT(1 << 20);
  for (; sample_names[n]; n++) {
    if (strlen(sample_names[n]) > l->sql.dialect->max_identifier) continue;
    sbe_text_puts(&select, n ? ", " : "SELECT ");
    sbe_print_column(&l->sql, &select, "x", sample_names[n]);
    SBE_PRINT(&values, n ? ", " : "SELECT ", sbe_arena_printf(l->arena, "%zu AS ", n));
    sbe_print_name(&l->sql, &values, sample_names[n]);
  }
  SBE_PRINT(&select, " FROM (", sbe_text_string(&values), ") x");
  const char *why = live_query(l, sbe_text_string(&select), &rows);
  if (why) return why;
  if (rows.n != 1 || rows.columns != n) return "not all of them came back";
  for (size_t i = 0; i < n; i++)
    if (!sbe_streq(canon(&rows.values[i], l->arena), sbe_arena_printf(l->arena, "%zu", i)))
      return sbe_arena_printf(l->arena, "the column >%s< has the value of >%s<", sample_names[i],
                              sample_names[(size_t)sbe_cell_int(&rows.values[i], 0) % n]);
  return NULL;
}

static bool is_listed(live *l, const sbe_rows *rows, const char *name) {
  for (size_t i = 0; i < rows->n; i++)
    if (sbe_streq(sbe_cell_text(SBE_CELL(rows, i, 0), ""), name)) return true;
  (void)l;
  return false;
}

/* Tables of these names, told again as they were given. */
static const char *check_table_names(live *l) {
  static const sbe_column_spec column[] = {{"c", SBE_TYPE_INT64}};
  static const char *const names[] = {
      "plain",     "Mixed Case", "quo\"te", "it's", "select", "dot.ted", "\xC3\xA4\xF0\x9F\x98\x80",
      "per%cent_", "back\\slash"};
  sbe_rows rows;
  sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *why = live_create(l, names[i], 1, column, NULL);
    if (why) return sbe_arena_printf(l->arena, "a table called >%s< cannot be made: %s", names[i], why);
  }
  SBE_OPERATION(&l->sql, &select, SBE_OP_LIST_TABLES,
                sbe_sql_text(&l->sql, l->arena, l->sql.schemas[SBE_SCHEMA_DERIVED]));
  const char *why = live_query(l, sbe_text_string(&select), &rows);
  for (size_t i = 0; !why && i < sizeof names / sizeof *names; i++) {
    if (!is_listed(l, &rows, names[i]))
      why = sbe_arena_printf(l->arena, "the table >%s< is not among those that SBE_OP_LIST_TABLES tells", names[i]);
    live_drop(l, names[i]);
  }
  if (!why) why = live_query(l, sbe_text_string(&select), &rows);
  for (size_t i = 0; !why && i < sizeof names / sizeof *names; i++)
    if (is_listed(l, &rows, names[i]))
      why = sbe_arena_printf(l->arena, "the table >%s< is still there after SBE_OP_DROP_TABLE", names[i]);
  return why;
}

static const char *check_text(live *l, const char *text) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&select, "SELECT ", sbe_sql_text(&l->sql, l->arena, text), " AS r0");
  const char *came = live_value(l, sbe_text_string(&select));
  if (sbe_streq(came, sbe_arena_printf(l->arena, "'%s'", text))) return NULL;
  return sbe_arena_printf(l->arena, "the text >%.100s< comes back as %.400s", text, came);
}

/* All in one query; the one that is wrong is told. */
static const char *check_texts(live *l) {
  sbe_rows rows;
  size_t n = 0;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (; sample_texts[n]; n++)
    SBE_PRINT(&select, n ? ", " : "SELECT ", sbe_sql_text(&l->sql, l->arena, sample_texts[n]),
              sbe_arena_printf(l->arena, " AS r%zu", n));
  const char *why = live_query(l, sbe_text_string(&select), &rows);
  bool good = !why && rows.n == 1 && rows.columns == n;
  for (size_t i = 0; good && i < n; i++)
    good = rows.values[i].kind == SBE_VALUE_TEXT && sbe_streq(rows.values[i].text, sample_texts[i]);
  if (good) return NULL;
  for (size_t i = 0; i < n; i++)
    if ((why = check_text(l, sample_texts[i])) != NULL) return why;
  return "together they are not what each is alone";
}

static const char *check_long_text(live *l) {
  char *text = sbe_arena_alloc(l->arena, 300001);
  for (size_t i = 0; i < 300000; i++) text[i] = i % 100 ? (char)('a' + i % 26) : '\'';
  return check_text(l, text);
}

/* ---- replacing ---- */

static const char *replace_rows(live *l, const char *days) {
  static const sbe_column_spec columns[] = {{"day", SBE_TYPE_DATE}, {"k", SBE_TYPE_TEXT}, {"v", SBE_TYPE_INT64}};
  static const int32_t by_day[] = {0}, by_key[] = {1};
  sbe_statements list = {0};
  const char *d1 = sbe_sql_date(&l->sql, l->arena, 19723), *d2 = sbe_sql_date(&l->sql, l->arena, 19724);
  const char *target = sbe_arena_printf(
      l->arena, "SELECT %s AS day, 'a' AS k, 1 AS v UNION ALL SELECT %s, 'b', 2 UNION ALL SELECT %s, 'c', 3", d1, d1,
      d2);
  const char *source =
      sbe_arena_printf(l->arena, "SELECT %s AS day, 'a' AS k, 10 AS v UNION ALL SELECT %s, 'd', 40", d1, d1);
  const char *why = live_create(l, "target", 3, columns, target);
  if (!why) why = live_create(l, "source", 3, columns, source);
  if (why) return why;
  sbe_replace rows = {.struct_size = sizeof rows,
                      .target = live_table(l, "target"),
                      .n_columns = 3,
                      .columns = columns,
                      .n_keys = 1,
                      .keys = days ? by_day : by_key,
                      .source = live_table(l, "source"),
                      .days = days};
  int32_t code = sbe_print_replace(&l->sql, &rows, &list, &l->error);
  if (!code) code = sbe_session_run(&l->session, &list, false, NULL, &l->error);
  if (!code) code = sbe_session_run(&l->session, &list, false, NULL, &l->error); /* again: the same outcome */
  sbe_statements_clear(&list);
  return code ? live_error(l, code) : NULL;
}

static const char *check_replace(live *l, const char *days, const char *wanted) {
  sbe_rows rows;
  const char *why = replace_rows(l, days);
  const char *k = sbe_sql_name(&l->sql, l->arena, NULL, "k"), *v = sbe_sql_name(&l->sql, l->arena, NULL, "v");
  if (!why)
    why = live_query(
        l, sbe_arena_printf(l->arena, "SELECT %s, %s FROM %s ORDER BY %s", k, v, live_table(l, "target"), k), &rows);
  live_drop(l, "target");
  live_drop(l, "source");
  if (why) return why;
  sbe_cleanup_text sbe_text came = SBE_TEXT(4096);
  for (size_t i = 0; i < rows.n; i++)
    SBE_PRINT(&came, i ? " " : "", sbe_cell_text(SBE_CELL(&rows, i, 0), "?"), canon(SBE_CELL(&rows, i, 1), l->arena));
  if (sbe_streq(sbe_text_string(&came), wanted)) return NULL;
  return sbe_arena_printf(l->arena, "afterwards the rows are >%s<, not >%s<", sbe_text_string(&came), wanted);
}

void check_dialect_live(void *user) {
  kit *k = user;
  live *l = SBE_NEW(k->arena, live);
  if (!live_open(l, k)) return;
  report_check(l->report, "columns with odd names are found again", check_columns(l), "dialect.h, identifier");
  report_check(l->report, "tables with odd names are made, listed as they were given, and dropped",
               check_table_names(l), "dialect.h, SBE_OP_LIST_TABLES, SBE_OP_DROP_TABLE");
  report_check(l->report, "literals come back to the byte", check_texts(l), "dialect.h, literal");
  report_check(l->report, "a literal of every byte from 1 to 127, and of all lengths of UTF-8",
               check_text(l, sample_all_bytes(k->arena)),
               "dialect.h, literal: `text` holds `size` bytes of UTF-8, any of them");
  report_check(l->report, "a literal of 300,000 bytes", check_long_text(l), "dialect.h, literal");
  ask_scalars(l);
  if (sbe_can_print(l->sql.dialect, SBE_OP_NOW))
    report_check(l->report, "SBE_OP_NOW", check_now(l), "dialect.h: the warehouse's clock as a timestamp in UTC");
  ask_aggregates(l);
  report_check(l->report, "SBE_OP_TEXT_ORDER", check_order(l), "dialect.h: sorts by code point");
  report_check(l->report, "replace by key, twice", check_replace(l, NULL, "a10 b2 c3 d40"),
               "dialect.h, sbe_replace: rows whose keys occur in `source` go, then all of `source` come");
  const char *days = sbe_arena_printf(k->arena, "IN (%s)", sbe_sql_date(&l->sql, k->arena, 19723));
  report_check(l->report, "replace by days, twice", check_replace(l, days, "a10 c3 d40"),
               "dialect.h, sbe_replace.days: rows whose first key meets it go");
  live_close(l);
}
