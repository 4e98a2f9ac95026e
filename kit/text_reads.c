/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading text as each type. What is right stands in the tables here, by hand, from dialect.h (sbe_read, "what must
 * hold"), with texts that have gone wrong somewhere; a detour through a double shows. Called by types.c. Each text is
 * asked twice: in a column, and as a literal, which a warehouse may compute before it begins, and in branches that no
 * row takes.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

/* In a text, "<9*400>" is 400 nines. */
typedef struct reading {
  const char *text, *value;
} reading;

/* Not a number: NULL as each of the types that are one. The last ones are an Arabic digit, digits of full width, a
   space that does not break, and one that is an em wide. */
static const char *const no_numbers[] = {"",
                                         " ",
                                         "x",
                                         "abc",
                                         "5a",
                                         "12abc",
                                         "12\nabc",
                                         "a5",
                                         "1 2",
                                         "-",
                                         "- ",
                                         " - ",
                                         " + ",
                                         "--5",
                                         "+-5",
                                         "- 5",
                                         ".",
                                         "e5",
                                         "1e",
                                         "1e5.",
                                         "-.e1",
                                         "1.5.5",
                                         "1,5",
                                         "1,000",
                                         "1_0",
                                         "1_000",
                                         "1_0.5",
                                         "0x10",
                                         "0x1F",
                                         "0x",
                                         "0b11",
                                         "nan",
                                         "NaN",
                                         "inf",
                                         "-inf",
                                         "Infinity",
                                         "-Infinity",
                                         "true",
                                         "null",
                                         "\"null\"",
                                         "[1]",
                                         "2025-01-01",
                                         "12\x01",
                                         "'",
                                         "\\",
                                         "\xD9\xA3",
                                         "\xEF\xBC\x91\xEF\xBC\x92",
                                         "12\xC2\xA0",
                                         "12\xE2\x80\x83"};
#define N_NO_NUMBERS (sizeof no_numbers / sizeof *no_numbers)

/* Read as every type, and no read may fail. */
static const char *const hostile[] = {"<9*400>",
                                      "<9*400>e-390",
                                      "1e<9*400>",
                                      "-1e-<9*400>",
                                      ".<0*1000>1",
                                      "<[*1000>",
                                      "<1*10000>",
                                      "2147483647e2147483647",
                                      "1e2147483648",
                                      "1e-2147483649",
                                      "1e30",
                                      "1e37",
                                      "1e38",
                                      "1.7976931348623157e308",
                                      "5e-324",
                                      "9223372036854775807",
                                      "-9223372036854775809",
                                      "-99999999999999999999999999999999999999",
                                      "99999999999999999999999999999.9999999995",
                                      "0000-00-00",
                                      "9999-99-99T99:99:99+99:99",
                                      "0000-01-01T00:00:00+23:59",
                                      "0001-01-01T00:00:00+23:59",
                                      "9999-12-31T23:59:59-23:59",
                                      "294276-12-31 23:59:59.999999",
                                      "290309-12-22 (BC)",
                                      "4714-11-24 BC",
                                      "253402300799",
                                      "253402300800",
                                      "-62135596800",
                                      "-62135596801",
                                      "+",
                                      "e",
                                      "{",
                                      "[",
                                      "\"",
                                      "\"\\",
                                      "{\"a\":",
                                      "[[[[[1]]]]]",
                                      "[null,[null],{}]",
                                      "\x01",
                                      "a\nb",
                                      "\xF0\x9F\x98\x80"};
#define N_HOSTILE (sizeof hostile / sizeof *hostile)

static const reading int64s[] = {
    {"5", "5"},
    {"12", "12"},
    {"-5", "-5"},
    {"+5", "5"},
    {" 5 ", "5"},
    {" +12 ", "12"},
    {"\t-7\n", "-7"},
    {"\v\f\r8", "8"},
    {"00012", "12"},
    {"000000000000000000000000000000000000000000000000042", "42"},
    {"5.5", "6"}, /* half away from zero */
    {"-5.5", "-6"},
    {"2.5", "3"},
    {"-2.5", "-3"},
    {"0.5", "1"},
    {"-0.5", "-1"},
    {"0.4999999999999999999", "0"},
    {"0.49999999999999999999", "0"},
    {"0.<4*60>", "0"},
    {"1.4<9*60>", "1"},
    {"-0", "0"},
    {".5", "1"},
    {"5.", "5"},
    {"1e3", "1000"},
    {"1E+3", "1000"},
    {"15e-1", "2"},
    {"-25E-1", "-3"},
    {"49e-2", "0"},
    {"5e-1", "1"},
    {"5e-2", "0"},
    {"1e-400", "0"},
    {"1e0000000000000000000000002", "100"},
    {"0e999999999999", "0"},
    {"1e-1000000", "0"},
    {"1e-99999999999999999999", "0"},
    {"0.<0*400>12e402", "12"},
    {"9007199254740993", "9007199254740993"}, /* no double */
    {"9007199254740993.0", "9007199254740993"},
    {"9007199254740992.5", "9007199254740993"},
    {"1e18", "1000000000000000000"},
    {"922337203685477580.7e1", "9223372036854775807"},
    {"92233720368547758070E-1", "9223372036854775807"},
    {"53553097652237601261E-4", "5355309765223760"},
    {"9223372036854775807000000000000000000000e-21", "9223372036854775807"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775807.4", "9223372036854775807"},
    {"9223372036854775807.5", "NULL"},
    {"9223372036854775808", "NULL"},
    {"-9223372036854775808.5", "NULL"},
    {"-9223372036854775809", "NULL"},
    {"1e19", "NULL"},
    {"1e400", "NULL"},
    {"1e1000000", "NULL"},
    {"-1e+2147483648", "NULL"},
    {"1e99999999999999999999", "NULL"},
    {"<1*400>", "NULL"},
    {NULL, NULL},
};

static const reading int32s[] = {
    {"2147483647", "2147483647"},
    {"-2147483648", "-2147483648"},
    {"2147483647.4", "2147483647"},
    {"2147483647.5", "NULL"},
    {"2147483648", "NULL"},
    {"-2147483648.5", "NULL"},
    {"-2147483649", "NULL"},
    {"9223372036854775808", "NULL"},
    {"999999999", "999999999"},
    {"2e9", "2000000000"},
    {"3e9", "NULL"},
    {"1e3", "1000"},
    {"-1.5", "-2"},
    {" 7", "7"},
    {NULL, NULL},
};

static const reading wides[] = {
    {"18446744073709551614", "18446744073709551614"}, /* 2 * (2^63 - 1) */
    {"-18446744073709551616", "-18446744073709551616"},
    {"9223372036854775808", "9223372036854775808"},
    {"-5.5", "-6"},
    {"-0.5", "-1"},
    {"1e3", "1000"},
    {"1.5e1", "15"},
    {NULL, NULL},
};

static const reading doubles[] = {
    {"1.5", "1.5"},
    {"-1.5e10", "-15000000000"},
    {" 1.5 ", "1.5"},
    {".5", "0.5"},
    {".5e1", "5"},
    {"5.", "5"},
    {"+0.25", "0.25"},
    {"+7", "7"},
    {"-0", "0"},
    {"-0.0", "0"},
    {"0.1", "0.1"},
    {"9007199254740993", "9007199254740992"},
    {"1e308", "1e+308"},
    {"-1e308", "-1e+308"},
    {"1e-300", "1e-300"},
    {"1e309", "NULL"},
    {"-1e400", "NULL"},
    {"-1e999", "NULL"},
    {"1e99999", "NULL"},
    {"<1*400>", "NULL"},
    {"<1*300>", "1.1111111111111112e+299"},
    {NULL, NULL},
};

/* Here only whether it is a number; decimals.c asks which. */
static const reading decimals[] = {{"1.5", "'a number'"}, {"12345678901.25", "'a number'"}, {NULL, NULL}};

static const reading bools[] = {
    {"true", "true"},   {"TRUE", "true"},       {"True", "true"}, {" True ", "true"}, {"false", "false"},
    {"FALSE", "false"}, {"\tfalse\n", "false"}, {"1", "true"},    {"0", "false"},     {"1.0", "true"},
    {"10e-1", "true"},  {"2", "NULL"},          {"-1", "NULL"},   {"0.5", "NULL"},    {"1e1000000", "NULL"},
    {"yes", "NULL"},    {"no", "NULL"},         {"t", "NULL"},    {"f", "NULL"},      {"y", "NULL"},
    {"on", "NULL"},     {"off", "NULL"},        {"", "NULL"},     {"truee", "NULL"},  {"null", "NULL"},
    {NULL, NULL},
};

static const reading timestamps[] = {
    {"2024-01-31T23:59:59.123456Z", "2024-01-31 23:59:59.123456"},
    {"2024-01-31T23:59:59.123456", "2024-01-31 23:59:59.123456"},
    {"2025-01-31T23:59:59.999999", "2025-01-31 23:59:59.999999"},
    {"2025-01-31 23:59:59.9999999", "2025-01-31 23:59:59.999999"},
    {"2025-01-31T23:59:59.123456789Z", "2025-01-31 23:59:59.123456"},
    {"2025-01-31T23:59:59,5", "2025-01-31 23:59:59.500000"},
    {"2024-01-31 23:59:59", "2024-01-31 23:59:59"},
    {"2024-01-31T10:00", "2024-01-31 10:00:00"},
    {"2024-01-31", "2024-01-31 00:00:00"},
    {" 2025-01-01 ", "2025-01-01 00:00:00"},
    {"2025-01-01Z", "2025-01-01 00:00:00"},
    {"2025-01-01T00:30Z", "2025-01-01 00:30:00"},
    {"2025-01-01T00:30 Z", "2025-01-01 00:30:00"},
    {"2025-01-01t00:30:00z", "2025-01-01 00:30:00"},
    {"2024-01-31T10:00:00+02:00", "2024-01-31 08:00:00"},
    {"2024-01-31T10:00:00-05:30", "2024-01-31 15:30:00"},
    {"2024-01-01T00:30:00+01:00", "2023-12-31 23:30:00"},
    {"2025-01-01T00:30:00+02:00", "2024-12-31 22:30:00"},
    {"2025-01-01T00:30:00+0200", "2024-12-31 22:30:00"},
    {"2025-01-01 00:30:00+02", "2024-12-31 22:30:00"},
    {"2025-01-01T00:30:00.25 -05:30", "2025-01-01 06:00:00.250000"},
    {"2025-01-01T00:30:00+23:59", "2024-12-31 00:31:00"},
    {"2025-01-01T00:30-01:00", "2025-01-01 01:30:00"},
    {"2025-01-01T00:30-0100", "2025-01-01 01:30:00"},
    {"0001-01-01", "0001-01-01 00:00:00"},
    {"0001-01-01T00:00:00", "0001-01-01 00:00:00"},
    {"0400-02-29", "0400-02-29 00:00:00"},
    {"1000-12-31", "1000-12-31 00:00:00"},
    {"2000-02-29", "2000-02-29 00:00:00"},
    {"2024-02-29", "2024-02-29 00:00:00"},
    {"9999-12-31T23:59:59Z", "9999-12-31 23:59:59"},
    {"9999-12-31T23:59:59.999999", "9999-12-31 23:59:59.999999"},
    {"1706745600", "2024-02-01 00:00:00"}, /* 19754 days of 86400 s */
    {"1706745600.5", "2024-02-01 00:00:00.500000"},
    {"1735689600", "2025-01-01 00:00:00"}, /* 20089 */
    {"000000000000001735689600", "2025-01-01 00:00:00"},
    {"1.7356896e9", "2025-01-01 00:00:00"},
    {"1735689600.1234567", "2025-01-01 00:00:00.123456"},
    {"1735689600.999999999", "2025-01-01 00:00:00.999999"},
    {"2025", "1970-01-01 00:33:45"},
    {"0", "1970-01-01 00:00:00"},
    {"-0.000001", "1969-12-31 23:59:59.999999"},
    {"-1", "1969-12-31 23:59:59"},
    {"-86400", "1969-12-31 00:00:00"},
    {"253402300799.999999", "9999-12-31 23:59:59.999999"},
    {"253402300800", "NULL"},
    {"-62135596800", "0001-01-01 00:00:00"},
    {"-62135596801", "NULL"},
    {"1735689600000", "NULL"},
    {"99999999999999999999", "NULL"},
    {"1e300", "NULL"},
    {"<1*400>", "NULL"},
    {"0000-01-01", "NULL"},
    {"0000-02-29", "NULL"},
    {"1900-02-29", "NULL"},
    {"2023-02-29", "NULL"},
    {"2024-02-30", "NULL"},
    {"2025-02-29", "NULL"},
    {"2025-02-30", "NULL"},
    {"2025-04-31", "NULL"},
    {"2025-00-01", "NULL"},
    {"2025-01-00", "NULL"},
    {"2025-01-32", "NULL"},
    {"2025-13-01", "NULL"},
    {"2025-01-01T", "NULL"},
    {"2025-01-01T24:00:00", "NULL"},
    {"2025-01-01T25:00:00", "NULL"},
    {"2025-01-01T10:61:00", "NULL"},
    {"2025-01-01T10:59:60", "NULL"},
    {"2025-01-01T10:00:00+25:00", "NULL"},
    {"2025-01-01 10:00:00 Europe/Berlin", "NULL"},
    {"2025-01-01 10:00:00 BC", "NULL"},
    {"2025-1-1", "NULL"},
    {"2025/01/01", "NULL"},
    {"31/01/2024", "NULL"},
    {"January 31, 2024", "NULL"},
    {"10:00:00", "NULL"},
    {"NaN", "NULL"},
    {"abc", "NULL"},
    {"true", "NULL"},
    {"", "NULL"},
    {"now", "NULL"},
    {"today", "NULL"},
    {"epoch", "NULL"},
    {"infinity", "NULL"},
    {"-infinity", "NULL"},
    {NULL, NULL},
};

static const reading dates[] = {
    {"2024-02-29", "2024-02-29"},
    {"2024-01-31T23:59:59Z", "2024-01-31"},
    {"2024-01-01T00:30:00+01:00", "2023-12-31"},
    {"2025-01-01T00:30:00+02:00", "2024-12-31"},
    {"2024-02-30", "NULL"},
    {"abc", "NULL"},
    {"x", "NULL"},
    {"", "NULL"},
    {"today", "NULL"},
    {NULL, NULL},
};

static const reading texts[] = {
    {"", "''"}, {" a ", "' a '"}, {"it's", "'it's'"}, {"\xF0\x9F\x98\x80", "'\xF0\x9F\x98\x80'"}, {NULL, NULL},
};

static const struct {
  int32_t type;
  const char *name;
  bool number; /* so no_numbers are NULL */
  const reading *readings;
} types[] = {
    {SBE_TYPE_TEXT, "TEXT", false, texts},         {SBE_TYPE_INT32, "INT32", true, int32s},
    {SBE_TYPE_INT64, "INT64", true, int64s},       {SBE_TYPE_DOUBLE, "DOUBLE", true, doubles},
    {SBE_TYPE_BOOL, "BOOL", false, bools},         {SBE_TYPE_TIMESTAMP, "TIMESTAMP", false, timestamps},
    {SBE_TYPE_DATE, "DATE", false, dates},         {SBE_TYPE_WIDE_INTEGER, "WIDE_INTEGER", true, wides},
    {SBE_TYPE_DECIMAL, "DECIMAL", true, decimals},
};
#define N_TYPES (sizeof types / sizeof *types)

const char *live_type_name(int32_t type) {
  for (size_t t = 0; t < N_TYPES; t++)
    if (types[t].type == (type & ~SBE_TYPE_LIST)) return types[t].name;
  return "DICT";
}

/* ---- the texts of a type ---- */

typedef struct question {
  const char *text;
  const char *value; /* NULL: whatever comes, if only no error does */
  bool is_long;      /* no literal: it would stand in a pattern a dozen times */
} question;

static question ask(live *l, const char *pattern, const char *value) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 16);
  char what, end;
  int times, size;
  bool is_long = false;
  for (const char *c = pattern; *c; c++)
    if (sscanf(c, "<%c*%d%c%n", &what, &times, &end, &size) == 3 && end == '>') {
      for (int i = 0; i < times; i++) sbe_text_putc(&text, what);
      c += size - 1;
      is_long = true;
    } else {
      sbe_text_putc(&text, *c);
    }
  return (question){sbe_arena_strdup(l->arena, sbe_text_string(&text)), value, is_long};
}

static question *ask_all(live *l, question *to, size_t n, const char *const *texts, const char *value) {
  for (size_t i = 0; i < n; i++) *to++ = ask(l, texts[i], value);
  return to;
}

/* The last one is NULL itself. */
static const question *questions_of(live *l, size_t t, size_t *ret_n) {
  size_t n = 0;
  while (types[t].readings[n].text) n++;
  *ret_n = n + N_NO_NUMBERS + N_HOSTILE + 1;
  question *all = SBE_NEW_ARRAY(l->arena, question, *ret_n), *end = all;
  for (size_t i = 0; i < n; i++) *end++ = ask(l, types[t].readings[i].text, types[t].readings[i].value);
  end = ask_all(l, end, N_NO_NUMBERS, no_numbers, types[t].number ? "NULL" : NULL);
  *ask_all(l, end, N_HOSTILE, hostile, NULL) = (question){NULL, "NULL", false};
  return all;
}

const char *const *live_hostile_texts(live *l, size_t *ret_n) {
  *ret_n = N_HOSTILE + N_NO_NUMBERS;
  const char **all = SBE_NEW_ARRAY(l->arena, const char *, *ret_n);
  for (size_t i = 0; i < N_HOSTILE; i++) all[i] = ask(l, hostile[i], NULL).text;
  for (size_t i = 0; i < N_NO_NUMBERS; i++) all[N_HOSTILE + i] = ask(l, no_numbers[i], NULL).text;
  return all;
}

/* ---- asking ---- */

static const sbe_column_spec source_columns[] = {{"i", SBE_TYPE_INT64}, {"c", SBE_TYPE_TEXT}};

static void put_text(live *l, sbe_text *out, const question *q) {
  if (q->text)
    sbe_text_puts(out, sbe_sql_text(&l->sql, l->arena, q->text));
  else
    sbe_print_null(&l->sql, out, SBE_TYPE_TEXT);
}

static const char *make_texts(live *l, const question *questions, size_t n) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < n; i++) {
    SBE_PRINT(&select, i ? " UNION ALL " : "", sbe_arena_printf(l->arena, "SELECT %zu, ", i));
    put_text(l, &select, &questions[i]);
  }
  const char *why = live_create(l, "texts", 2, source_columns, NULL);
  return why ? why : live_insert(l, "texts", 2, source_columns, sbe_text_string(&select));
}

/* A decimal need not be a column's type. */
static void put_read(live *l, sbe_text *out, int32_t type, const char *operand) {
  if (type == SBE_TYPE_DECIMAL) sbe_text_puts(out, "CASE WHEN ");
  sbe_print_pattern(out, sbe_read_pattern(l->sql.dialect, type, SBE_CLASS_TEXT), 1, &operand);
  if (type == SBE_TYPE_DECIMAL) sbe_text_puts(out, " IS NOT NULL THEN 'a number' END");
}

/* SELECT i, read FROM texts; `only` < 0: all of them. */
static const char *reads_of_column(live *l, int32_t type, int64_t only) {
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i");
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&out, "SELECT ", i, ", ");
  put_read(l, &out, type, sbe_sql_name(&l->sql, l->arena, NULL, "c"));
  SBE_PRINT(&out, " AS ", sbe_sql_name(&l->sql, l->arena, NULL, "r"), " FROM ", live_table(l, "texts"));
  if (only >= 0) SBE_PRINT(&out, " WHERE ", i, sbe_arena_printf(l->arena, " = %lld", (long long)only));
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

/* SELECT 0 AS i, read AS r UNION ALL SELECT 1, read … */
static const char *reads_of_literals(live *l, int32_t type, const question *questions, size_t n) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < n; i++) {
    sbe_cleanup_text sbe_text literal = SBE_TEXT(1 << 16);
    if (questions[i].is_long || !questions[i].text) continue;
    put_text(l, &literal, &questions[i]);
    SBE_PRINT(&out, out.size ? " UNION ALL " : "", sbe_arena_printf(l->arena, "SELECT %zu", i));
    if (!i) SBE_PRINT(&out, " AS ", sbe_sql_name(&l->sql, l->arena, NULL, "i"));
    sbe_text_puts(&out, ", ");
    put_read(l, &out, type, sbe_text_string(&literal));
    if (!i) SBE_PRINT(&out, " AS ", sbe_sql_name(&l->sql, l->arena, NULL, "r"));
  }
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

/* Through a table with a column of the type: (i, r), in the order of i. */
static const char *read_texts(live *l, int32_t type, const char *select, sbe_rows *ret_rows) {
  sbe_column_spec columns[] = {{"i", SBE_TYPE_INT64}, {"r", type == SBE_TYPE_DECIMAL ? SBE_TYPE_TEXT : type}};
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *r = sbe_sql_name(&l->sql, l->arena, NULL, "r");
  const char *why = live_create(l, "values", 2, columns, select);
  if (!why)
    why = live_query(
        l, sbe_arena_printf(l->arena, "SELECT %s, %s FROM %s ORDER BY %s", i, r, live_table(l, "values"), i), ret_rows);
  live_drop(l, "values");
  return why;
}

/* ---- the checks ---- */

/* What is not plain ASCII, as \xHH: a space may not be one. Of a long text both ends, for either may decide. */
static const char *shown(sbe_arena *arena, const char *text) {
  enum { HEAD = 120, TAIL = 40 };
  if (!text) return "NULL";
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  size_t size = strlen(text);
  for (size_t i = 0; i < size; i++) {
    if (size > HEAD + TAIL && i == HEAD) {
      sbe_text_printf(&out, "… (%zu bytes) …", size);
      i = size - TAIL;
    }
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c > 0x7E)
      sbe_text_printf(&out, "\\x%02X", c);
    else
      sbe_text_putc(&out, text[i]);
  }
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

static void compare(live *l, sbe_text *wrong, const question *q, const char *came) {
  if (!q->value || canon_same(q->value, came, false)) return;
  SBE_PRINT(wrong, wrong->size ? "\n" : "",
            sbe_arena_printf(l->arena, ">%s< is %s; it was read as %.300s", shown(l->arena, q->text), q->value, came));
}

/* All in one statement; where that fails, one by one, so that it shows which. */
static void ask_column(live *l, int32_t type, const question *questions, size_t n, sbe_text *wrong) {
  sbe_rows rows;
  bool whole = !read_texts(l, type, reads_of_column(l, type, -1), &rows) && rows.n == n;
  for (size_t i = 0; i < n; i++) {
    question q = questions[i];
    if (whole) {
      compare(l, wrong, &q, canon(SBE_CELL(&rows, i, 1), l->arena));
      continue;
    }
    const char *failed = read_texts(l, type, reads_of_column(l, type, (int64_t)i), &rows);
    if (!failed && rows.n != 1) failed = "no row";
    if (failed && !q.value) q.value = "no error";
    compare(l, wrong, &q, failed ? failed : canon(SBE_CELL(&rows, 0, 1), l->arena));
  }
}

static void ask_literals(live *l, int32_t type, const question *questions, size_t n, sbe_text *wrong) {
  sbe_rows rows;
  const char *failed = read_texts(l, type, reads_of_literals(l, type, questions, n), &rows);
  if (failed) sbe_text_puts(wrong, failed);
  for (size_t i = 0; !failed && i < rows.n; i++) {
    size_t of = (size_t)sbe_cell_int(SBE_CELL(&rows, i, 0), 0);
    compare(l, wrong, &questions[of % n], canon(SBE_CELL(&rows, i, 1), l->arena));
  }
}

static void check_type(live *l, size_t t) {
  static const char remedy[] =
      "dialect.h, sbe_read: never fails, NULL when it cannot be read; what must hold stands there";
  sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 18), literals = SBE_TEXT(1 << 18);
  size_t n;
  const question *questions = questions_of(l, t, &n);
  report_begin(l->report, sbe_arena_printf(l->arena, "%s from text: %zu texts", types[t].name, n - 1));
  const char *why = make_texts(l, questions, n);
  if (!why) ask_column(l, types[t].type, questions, n, &wrong);
  live_drop(l, "texts");
  report_end(l->report, why ? why : wrong.size ? sbe_text_string(&wrong) : NULL, remedy);
  report_begin(l->report, sbe_arena_printf(l->arena, "%s from literals", types[t].name));
  ask_literals(l, types[t].type, questions, n, &literals);
  report_end(l->report, literals.size ? sbe_text_string(&literals) : NULL, remedy);
}

void check_text_reads(live *l) {
  for (size_t t = 0; t < N_TYPES; t++)
    if (sbe_read_pattern(l->sql.dialect, types[t].type, SBE_CLASS_TEXT) &&
        sbe_physical_type(l->sql.dialect, types[t].type))
      check_type(l, t);
}
