/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "types": reading text as each type, and writing each type and reading it back. What is right stands
 * in the tables here, by hand, from dialect.h (sbe_read, "what must hold"). Called by main.c in a process of its
 * own. Reading what an events table holds is asked by layout_reads.c.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

typedef struct reading {
  const char *text, *value;
} reading;

static const reading int64s[] = {{"5", "5"},
                                 {"-5", "-5"},
                                 {"+5", "5"},
                                 {" 5 ", "5"},
                                 {"00012", "12"},
                                 {"5.5", "6"}, /* half away from zero */
                                 {"-5.5", "-6"},
                                 {"2.5", "3"},
                                 {"0.5", "1"},
                                 {"-0.5", "-1"},
                                 {"0.4999999999999999999", "0"},
                                 {"-0", "0"},
                                 {".5", "1"},
                                 {"5.", "5"},
                                 {"1e3", "1000"},
                                 {"1E+3", "1000"},
                                 {"15e-1", "2"},
                                 {"1e-400", "0"},
                                 {"9007199254740993", "9007199254740993"}, /* no double */
                                 {"9223372036854775807", "9223372036854775807"},
                                 {"-9223372036854775808", "-9223372036854775808"},
                                 {"9223372036854775807.4", "9223372036854775807"},
                                 {"9223372036854775808", "NULL"},
                                 {"-9223372036854775809", "NULL"},
                                 {"9223372036854775807.5", "NULL"},
                                 {"1e19", "NULL"},
                                 {"1e400", "NULL"},
                                 {"1e99999999999", "NULL"},
                                 {"", "NULL"},
                                 {" ", "NULL"},
                                 {"abc", "NULL"},
                                 {"5a", "NULL"},
                                 {"a5", "NULL"},
                                 {"1 2", "NULL"},
                                 {"--5", "NULL"},
                                 {"+-5", "NULL"},
                                 {"- 5", "NULL"},
                                 {".", "NULL"},
                                 {"e5", "NULL"},
                                 {"1e", "NULL"},
                                 {"1,000", "NULL"},
                                 {"1_000", "NULL"},
                                 {"0x10", "NULL"},
                                 {"NaN", "NULL"},
                                 {"Infinity", "NULL"},
                                 {"-inf", "NULL"},
                                 {"[1]", "NULL"},
                                 {"\xEF\xBC\x95", "NULL"}, /* a digit, but of full width */
                                 {"'", "NULL"},
                                 {"\\", "NULL"},
                                 {NULL, NULL}};

static const reading int32s[] = {{"2147483647", "2147483647"},
                                 {"-2147483648", "-2147483648"},
                                 {"2147483647.4", "2147483647"},
                                 {"2147483647.5", "NULL"},
                                 {"2147483648", "NULL"},
                                 {"-2147483649", "NULL"},
                                 {"9223372036854775808", "NULL"},
                                 {"1e3", "1000"},
                                 {"-1.5", "-2"},
                                 {" 7", "7"},
                                 {"abc", "NULL"},
                                 {"", "NULL"},
                                 {"NaN", "NULL"},
                                 {NULL, NULL}};

static const reading doubles[] = {{"1.5", "1.5"},        {"-1.5e10", "-15000000000"},
                                  {" 2.5 ", "2.5"},      {".5", "0.5"},
                                  {"5.", "5"},           {"+0.25", "0.25"},
                                  {"-0", "0"},           {"1e308", "1e+308"},
                                  {"-1e308", "-1e+308"}, {"1e-300", "1e-300"},
                                  {"1e309", "NULL"},     {"-1e400", "NULL"},
                                  {"NaN", "NULL"},       {"nan", "NULL"},
                                  {"Infinity", "NULL"},  {"inf", "NULL"},
                                  {"", "NULL"},          {"abc", "NULL"},
                                  {"1_0", "NULL"},       {"1,5", "NULL"},
                                  {"0x10", "NULL"},      {"1.5.5", "NULL"},
                                  {"1e", "NULL"},        {"--1", "NULL"},
                                  {NULL, NULL}};

static const reading bools[] = {{"true", "true"},   {"TRUE", "true"},  {"True", "true"}, {"false", "false"},
                                {"FALSE", "false"}, {"1", "true"},     {"0", "false"},   {"2", "NULL"},
                                {"-1", "NULL"},     {"yes", "NULL"},   {"no", "NULL"},   {"t", "NULL"},
                                {"f", "NULL"},      {"y", "NULL"},     {"on", "NULL"},   {"off", "NULL"},
                                {"", "NULL"},       {"truee", "NULL"}, {"null", "NULL"}, {NULL, NULL}};

static const reading timestamps[] = {{"2024-01-31T23:59:59.123456Z", "2024-01-31 23:59:59.123456"},
                                     {"2024-01-31T23:59:59.123456", "2024-01-31 23:59:59.123456"},
                                     {"2024-01-31 23:59:59", "2024-01-31 23:59:59"},
                                     {"2024-01-31T10:00", "2024-01-31 10:00:00"},
                                     {"2024-01-31", "2024-01-31 00:00:00"},
                                     {"2024-01-31T10:00:00+02:00", "2024-01-31 08:00:00"},
                                     {"2024-01-31T10:00:00-05:30", "2024-01-31 15:30:00"},
                                     {"2024-01-01T00:30:00+01:00", "2023-12-31 23:30:00"},
                                     {"0001-01-01T00:00:00", "0001-01-01 00:00:00"},
                                     {"9999-12-31T23:59:59.999999", "9999-12-31 23:59:59.999999"},
                                     {"1706745600", "2024-02-01 00:00:00"}, /* 19754 days of 86400 s */
                                     {"1706745600.5", "2024-02-01 00:00:00.500000"},
                                     {"0", "1970-01-01 00:00:00"},
                                     {"-1", "1969-12-31 23:59:59"},
                                     {"2024-02-30", "NULL"},
                                     {"2023-02-29", "NULL"},
                                     {"2024-13-01", "NULL"},
                                     {"2024-01-31T25:00:00", "NULL"},
                                     {"99999999999999999999", "NULL"},
                                     {"1e300", "NULL"},
                                     {"NaN", "NULL"},
                                     {"10:00:00", "NULL"},
                                     {"abc", "NULL"},
                                     {"", "NULL"},
                                     {"now", "NULL"},
                                     {"today", "NULL"},
                                     {"epoch", "NULL"},
                                     {"infinity", "NULL"},
                                     {"-infinity", "NULL"},
                                     {"31/01/2024", "NULL"},
                                     {"January 31, 2024", "NULL"},
                                     {NULL, NULL}};

static const reading dates[] = {{"2024-02-29", "2024-02-29"},
                                {"2024-01-31T23:59:59Z", "2024-01-31"},
                                {"2024-01-01T00:30:00+01:00", "2023-12-31"},
                                {"2024-02-30", "NULL"},
                                {"abc", "NULL"},
                                {"", "NULL"},
                                {"today", "NULL"},
                                {NULL, NULL}};

static const reading wides[] = {{"18446744073709551614", "18446744073709551614"}, /* 2 * (2^63 - 1) */
                                {"-18446744073709551616", "-18446744073709551616"},
                                {"9223372036854775808", "9223372036854775808"},
                                {"-5.5", "-6"},
                                {"1e3", "1000"},
                                {"abc", "NULL"},
                                {"", "NULL"},
                                {"Infinity", "NULL"},
                                {NULL, NULL}};

static const reading texts[] = {
    {"", "''"}, {" a ", "' a '"}, {"it's", "'it's'"}, {"\xF0\x9F\x98\x80", "'\xF0\x9F\x98\x80'"}, {NULL, NULL}};

static const struct {
  int32_t type;
  const char *name;
  const reading *readings;
} types[] = {
    {SBE_TYPE_TEXT, "TEXT", texts},    {SBE_TYPE_INT32, "INT32", int32s},
    {SBE_TYPE_INT64, "INT64", int64s}, {SBE_TYPE_DOUBLE, "DOUBLE", doubles},
    {SBE_TYPE_BOOL, "BOOL", bools},    {SBE_TYPE_TIMESTAMP, "TIMESTAMP", timestamps},
    {SBE_TYPE_DATE, "DATE", dates},    {SBE_TYPE_WIDE_INTEGER, "WIDE_INTEGER", wides},
};
#define N_TYPES (sizeof types / sizeof *types)

/* ---- reading ---- */

static const sbe_column_spec source_columns[] = {{"i", SBE_TYPE_INT64}, {"c", SBE_TYPE_TEXT}};

/* Numbered texts, the last one NULL. */
static const char *make_texts(live *l, const reading *readings) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  size_t n = 0;
  for (; readings[n].text; n++)
    SBE_PRINT(&select, n ? " UNION ALL " : "", sbe_arena_printf(l->arena, "SELECT %zu, ", n),
              sbe_sql_text(&l->sql, l->arena, readings[n].text));
  SBE_PRINT(&select, sbe_arena_printf(l->arena, " UNION ALL SELECT %zu, ", n));
  sbe_print_null(&l->sql, &select, SBE_TYPE_TEXT);
  const char *why = live_create(l, "texts", 2, source_columns, NULL);
  return why ? why : live_insert(l, "texts", 2, source_columns, sbe_text_string(&select));
}

/* Reads them into a table with a column of the type. `only` < 0: all of them. */
static const char *read_texts(live *l, int32_t type, int64_t only, sbe_rows *ret_rows) {
  sbe_column_spec columns[] = {{"i", SBE_TYPE_INT64}, {"r", type}};
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *r = sbe_sql_name(&l->sql, l->arena, NULL, "r");
  const char *c = sbe_sql_name(&l->sql, l->arena, NULL, "c");
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&select, "SELECT ", i, ", ");
  sbe_print_pattern(&select, sbe_read_pattern(l->sql.dialect, type, SBE_CLASS_TEXT), 1, &c);
  SBE_PRINT(&select, " AS ", r, " FROM ", live_table(l, "texts"));
  if (only >= 0) SBE_PRINT(&select, " WHERE ", i, sbe_arena_printf(l->arena, " = %lld", (long long)only));
  const char *why = live_create(l, "values", 2, columns, sbe_text_string(&select));
  if (!why)
    why = live_query(l, sbe_arena_printf(l->arena, "SELECT %s FROM %s ORDER BY %s", r, live_table(l, "values"), i),
                     ret_rows);
  live_drop(l, "values");
  return why;
}

static void compare(live *l, sbe_text *wrong, const char *text, const char *right, const char *came) {
  if (canon_same(right, came, false)) return;
  SBE_PRINT(wrong, wrong->size ? "\n" : "",
            sbe_arena_printf(l->arena, ">%s< is %s; it was read as %.300s", text, right, came));
}

static void check_type(live *l, size_t t) {
  const reading *readings = types[t].readings;
  sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 16);
  sbe_rows rows;
  size_t n = 0;
  while (readings[n].text) n++;
  report_begin(l->report, sbe_arena_printf(l->arena, "%s from text: %zu texts", types[t].name, n));
  const char *why = make_texts(l, readings);
  bool whole = !why && !read_texts(l, types[t].type, -1, &rows) && rows.n == n + 1;
  for (size_t i = 0; !why && i < n; i++) {
    sbe_rows one;
    const char *failed = whole ? NULL : read_texts(l, types[t].type, (int64_t)i, &one);
    const char *came = failed       ? failed
                       : whole      ? canon(SBE_CELL(&rows, i, 0), l->arena)
                       : one.n == 1 ? canon(one.values, l->arena)
                                    : "no row";
    compare(l, &wrong, readings[i].text, readings[i].value, came);
  }
  if (whole) compare(l, &wrong, "NULL", "NULL", canon(SBE_CELL(&rows, n, 0), l->arena));
  live_drop(l, "texts");
  report_end(l->report,
             why          ? why
             : wrong.size ? sbe_text_string(&wrong)
                          : NULL,
             "dialect.h, sbe_read: never fails, NULL when it cannot be read; what must hold stands there");
}

/* ---- writing ---- */

typedef struct writing {
  int32_t type;
  size_t n;
  const char *values[4];
  const char *keys[4]; /* of a dict */
  const char *right;   /* NULL: only its kind is looked at */
} writing;

static const writing writings[] = {
    {SBE_TYPE_TEXT, 1, {""}, {NULL}, "''"},
    {SBE_TYPE_TEXT, 1, {"it's \\ \"x\"\n\t`"}, {NULL}, "'it's \\ \"x\"\n\t`'"},
    {SBE_TYPE_TEXT, 1, {"\xF0\x9F\x98\x80 e\xCC\x81 "}, {NULL}, "'\xF0\x9F\x98\x80 e\xCC\x81 '"},
    {SBE_TYPE_INT32, 1, {"2147483647"}, {NULL}, "2147483647"},
    {SBE_TYPE_INT32, 1, {"-2147483648"}, {NULL}, "-2147483648"},
    {SBE_TYPE_INT64, 1, {"9223372036854775807"}, {NULL}, "9223372036854775807"},
    {SBE_TYPE_INT64, 1, {"-9223372036854775808"}, {NULL}, "-9223372036854775808"},
    {SBE_TYPE_INT64, 1, {"9007199254740993"}, {NULL}, "9007199254740993"},
    {SBE_TYPE_WIDE_INTEGER, 1, {"18446744073709551614"}, {NULL}, "18446744073709551614"},
    {SBE_TYPE_DOUBLE, 1, {"1e308"}, {NULL}, "1e+308"},
    {SBE_TYPE_DOUBLE, 1, {"-1e308"}, {NULL}, "-1e+308"},
    {SBE_TYPE_DOUBLE, 1, {"0.1"}, {NULL}, "0.1"},
    {SBE_TYPE_DOUBLE, 1, {"1e-300"}, {NULL}, "1e-300"},
    {SBE_TYPE_DOUBLE, 1, {"0.30000000000000004"}, {NULL}, "0.30000000000000004"},
    {SBE_TYPE_BOOL, 1, {"true"}, {NULL}, "true"},
    {SBE_TYPE_BOOL, 1, {"false"}, {NULL}, "false"},
    {SBE_TYPE_TIMESTAMP, 1, {"0001-01-01 00:00:00"}, {NULL}, "0001-01-01 00:00:00"},
    {SBE_TYPE_TIMESTAMP, 1, {"1969-12-31 23:59:59.999999"}, {NULL}, "1969-12-31 23:59:59.999999"},
    {SBE_TYPE_TIMESTAMP, 1, {"2024-03-31 02:30:00"}, {NULL}, "2024-03-31 02:30:00"}, /* an hour that Berlin has not */
    {SBE_TYPE_TIMESTAMP, 1, {"9999-12-31 23:59:59.999999"}, {NULL}, "9999-12-31 23:59:59.999999"},
    {SBE_TYPE_DATE, 1, {"0001-01-01"}, {NULL}, "0001-01-01"},
    {SBE_TYPE_DATE, 1, {"1582-10-10"}, {NULL}, "1582-10-10"}, /* there in the proleptic calendar */
    {SBE_TYPE_DATE, 1, {"2024-02-29"}, {NULL}, "2024-02-29"},
    {SBE_TYPE_DATE, 1, {"9999-12-31"}, {NULL}, "9999-12-31"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, 0, {NULL}, {NULL}, "[]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT,
     3,
     {"b", "it's", "\xF0\x9F\x98\x80"},
     {NULL},
     "[\"b\",\"it's\",\"\xF0\x9F\x98\x80\"]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, 2, {"", "a,{b}"}, {NULL}, "[\"\",\"a,{b}\"]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, 2, {"2147483647", "-2147483648"}, {NULL}, "[2147483647,-2147483648]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     2,
     {"9223372036854775807", "-9223372036854775808"},
     {NULL},
     "[9223372036854775807,-9223372036854775808]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, 0, {NULL}, {NULL}, "[]"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, 2, {"0.5", "-2"}, {NULL}, "[0.5,-2]"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, 2, {"true", "false"}, {NULL}, "[true,false]"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, 1, {"2024-01-31 23:59:59.500000"}, {NULL}, NULL},
    {SBE_TYPE_DICT, 0, {NULL}, {NULL}, "{}"},
    {SBE_TYPE_DICT,
     3,
     {"1", "-5", "9223372036854775807"},
     {"a", "it's", "\xF0\x9F\x98\x80"},
     "{\"a\":1,\"it's\":-5,\"\xF0\x9F\x98\x80\":9223372036854775807}"},
};
#define N_WRITINGS (sizeof writings / sizeof *writings)

static void put_literal(live *l, sbe_text *out, const writing *w) {
  sbe_literal values[4] = {{0}}, keys[4] = {{0}};
  sbe_date date = 0;
  if (w->type == SBE_TYPE_DATE) {
    (void)!sbe_date_parse(w->values[0], strlen(w->values[0]), &date);
    sbe_print_date(&l->sql, out, date);
    return;
  }
  for (size_t i = 0; i < w->n; i++) {
    values[i] = (sbe_literal){SBE_LITERAL_TEXT, w->values[i], strlen(w->values[i])};
    if (w->keys[i]) keys[i] = (sbe_literal){SBE_LITERAL_TEXT, w->keys[i], strlen(w->keys[i])};
  }
  sbe_print_literal(&l->sql, out, w->type, w->n, values, keys);
}

static const char *write_one(live *l, const writing *w) {
  const sbe_column_spec columns[] = {{"i", SBE_TYPE_INT32}, {"v", w->type}};
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *v = sbe_sql_name(&l->sql, l->arena, NULL, "v");
  sbe_rows rows;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT 1, ");
  put_literal(l, &select, w);
  sbe_text_puts(&select, " UNION ALL SELECT 2, ");
  sbe_print_null(&l->sql, &select, w->type);
  const char *why = live_create(l, "written", 2, columns, NULL);
  if (!why) why = live_insert(l, "written", 2, columns, sbe_text_string(&select));
  if (!why)
    why = live_query(l, sbe_arena_printf(l->arena, "SELECT %s FROM %s ORDER BY %s", v, live_table(l, "written"), i),
                     &rows);
  live_drop(l, "written");
  if (why) return why;
  if (rows.n != 2 || rows.values[1].kind != SBE_VALUE_NULL) return "a NULL beside it does not come back as one";
  const char *came = canon(rows.values, l->arena);
  if (!w->right)
    return rows.values->kind == SBE_VALUE_JSON
               ? NULL
               : sbe_arena_printf(l->arena, "a list must come as JSON, not as %s", came);
  return canon_same(w->right, came, false) ? NULL
                                           : sbe_arena_printf(l->arena, "%s was written, %s came back", w->right, came);
}

static const char *type_name(int32_t type) {
  for (size_t t = 0; t < N_TYPES; t++)
    if (types[t].type == (type & ~SBE_TYPE_LIST)) return types[t].name;
  return "DICT";
}

static void check_writing(live *l) {
  for (size_t i = 0; i < N_WRITINGS; i++) {
    int32_t type = writings[i].type;
    if (i && writings[i - 1].type == type) continue;
    const char *what = sbe_arena_printf(l->arena, "%s%s: written and read back", type & SBE_TYPE_LIST ? "list of " : "",
                                        type_name(type));
    bool literal = !(type & SBE_TYPE_LIST) || sbe_can_print(l->sql.dialect, SBE_OP_LIST_LITERAL);
    if (type == SBE_TYPE_DICT) literal = sbe_can_print(l->sql.dialect, SBE_OP_DICT_LITERAL);
    if (!sbe_physical_type(l->sql.dialect, type) || !literal) {
      report_skipped(l->report, what, "the dialect has no such type or literal");
      continue;
    }
    sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 16);
    report_begin(l->report, what);
    for (size_t e = i; e < N_WRITINGS && writings[e].type == type; e++) {
      const char *why = write_one(l, &writings[e]);
      if (why) SBE_PRINT(&wrong, wrong.size ? "\n" : "", why);
    }
    report_end(l->report, wrong.size ? sbe_text_string(&wrong) : NULL,
               "dialect.h, sbe_physical and the literals; value.h: lists and dicts arrive as JSON, timestamps in "
               "microseconds");
  }
}

void check_types(void *user) {
  kit *k = user;
  live *l = SBE_NEW(k->arena, live);
  if (!live_open(l, k)) return;
  for (size_t t = 0; t < N_TYPES; t++)
    if (sbe_read_pattern(l->sql.dialect, types[t].type, SBE_CLASS_TEXT) &&
        sbe_physical_type(l->sql.dialect, types[t].type))
      check_type(l, t);
  check_decimals(l);
  check_writing(l);
  check_layout_reads(l);
  live_close(l);
}
