/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DuckDB dialect against DuckDB: every read of the contract with values that have gone wrong
 * somewhere, every operation, names and literals. All expected values are worked out by hand from
 * semantics §3; the numbers are chosen so that a detour through a double shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/duckdb/sql.h"

/* ---- Reads: a value of a class, written in SQL, and what it is as a type; NULL: NULL ---- */

typedef struct {
  const char *value;
  const char *expected;
} value_read;

typedef struct {
  int32_t type, class_;
  const char *sql_type;
  value_read values[96]; /* value NULL at the end */
} read_table;

#define DIGITS_400 "repeat('1', 400)"

static const read_table reads[] = {
    {SBE_TYPE_INT64,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {
         {"'12'", "12"},
         {"' +12 '", "12"},
         {"chr(9) || '-7' || chr(10)", "-7"},
         {"'.5'", "1"},
         {"'5.'", "5"},
         {"'0.5'", "1"},
         {"'-0.5'", "-1"},
         {"'2.5'", "3"},
         {"'-2.5'", "-3"},
         {"'0.49999999999999999999'", "0"},
         {"'0.' || repeat('4', 60)", "0"},
         {"'1.4' || repeat('9', 60)", "1"},
         {"'9007199254740993'", "9007199254740993"},
         {"'9007199254740993.0'", "9007199254740993"},
         {"'9007199254740992.5'", "9007199254740993"},
         {"'1e18'", "1000000000000000000"},
         {"'922337203685477580.7e1'", "9223372036854775807"},
         {"'92233720368547758070E-1'", "9223372036854775807"},
         {"'53553097652237601261E-4'", "5355309765223760"},
         {"'9223372036854775807000000000000000000000e-21'", "9223372036854775807"},
         {"'15e-1'", "2"},
         {"'-25E-1'", "-3"},
         {"'49e-2'", "0"},
         {"'5e-1'", "1"},
         {"'5e-2'", "0"},
         {"'1e-400'", "0"},
         {"'0e999999999999'", "0"},
         {"'1e-99999999999999999999'", "0"},
         {"'1e99999999999999999999'", NULL},
         {"'0.' || repeat('0', 400) || '12e402'", "12"},
         {"'000000000000000000000000000000000000000000000000042'", "42"},
         {"'9223372036854775807.4'", "9223372036854775807"},
         {"'9223372036854775807.5'", NULL},
         {"'9223372036854775808'", NULL},
         {"'-9223372036854775808'", "-9223372036854775808"},
         {"'-9223372036854775808.5'", NULL},
         {"'1e19'", NULL},
         {DIGITS_400, NULL},
         {"''", NULL},
         {"' '", NULL},
         {"'-'", NULL},
         {"'- '", NULL},
         {"' + '", NULL},
         {"'.'", NULL},
         {"'1e'", NULL},
         {"'1e5.'", NULL},
         {"'e5'", NULL},
         {"'1_000'", NULL},
         {"'0x1F'", NULL},
         {"'0b11'", NULL},
         {"'+-5'", NULL},
         {"'--5'", NULL},
         {"'1 2'", NULL},
         {"'1,5'", NULL},
         {"'nan'", NULL},
         {"'inf'", NULL},
         {"'true'", NULL},
         {"'٣'", NULL},
         {"'１２'", NULL},
         {"'12' || chr(0)", NULL},
         {"'12abc'", NULL},
         {"'2025-01-01'", NULL},
     }},
    {SBE_TYPE_INT32,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'2147483647.4'", "2147483647"},
      {"'2147483648'", NULL},
      {"'-2147483648'", "-2147483648"},
      {"'2e9'", "2000000000"},
      {"'3e9'", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'170141183460469231731687303715884105727'", "170141183460469231731687303715884105727"},
      {"'170141183460469231731687303715884105728'", NULL},
      {"'1.5e1'", "15"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'1.5'", "1.500000000"},
      {"'0.0000000005'", "0.000000001"},
      {"'0.00000000049999'", "0.000000000"},
      {"'5e-10'", "0.000000001"},
      {"'8418551761231981186614487.49E-131'", "0.000000000"},
      {"'191465186036341241876286317521025004876e-16'", "19146518603634124187628.631752103"},
      {"'9999999999999999999999999999.999999999'", "9999999999999999999999999999.999999999"},
      {"'1e30'", NULL},
      {"'12345678901.25'", "12345678901.250000000"},
      {"'0.9999999999'", "1.000000000"},
      {"'-'", NULL},
      {"' - '", NULL},
      {"'1_0'", NULL},
      {"'x'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"' 1.5 '", "1.5"}, {"'.5e1'", "5.0"},  {"'5.'", "5.0"},       {"'1e308'", "1e+308"}, {"'1e309'", NULL},
      {"'-1e999'", NULL}, {DIGITS_400, NULL}, {"'1e-400'", "0.0"},   {"'-0.0'", "0.0"},     {"'nan'", NULL},
      {"'NaN'", NULL},    {"'inf'", NULL},    {"'-Infinity'", NULL}, {"'1_0.5'", NULL},     {"'+-5'", NULL},
      {"'0x10'", NULL},   {"''", NULL},       {"'true'", NULL},      {"'1e'", NULL},        {"'+7'", "7.0"}}},
    {SBE_TYPE_BOOL,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'true'", "true"},
      {"'FALSE'", "false"},
      {"' True '", "true"},
      {"'1'", "true"},
      {"'0'", "false"},
      {"'1.0'", "true"},
      {"'2'", NULL},
      {"'t'", NULL},
      {"'yes'", NULL},
      {"''", NULL},
      {"'-1'", NULL},
      {"'0.5'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {
         {"'2025-01-31T23:59:59.999999'", "2025-01-31 23:59:59.999999"},
         {"'2025-01-31 23:59:59.9999999'", "2025-01-31 23:59:59.999999"},
         {"'2025-01-31T23:59:59.123456789Z'", "2025-01-31 23:59:59.123456"},
         {"'2025-01-31T23:59:59,5'", "2025-01-31 23:59:59.5"},
         {"'2025-01-01T00:30:00+02:00'", "2024-12-31 22:30:00"},
         {"'2025-01-01T00:30:00+0200'", "2024-12-31 22:30:00"},
         {"'2025-01-01 00:30:00+02'", "2024-12-31 22:30:00"},
         {"'2025-01-01T00:30:00.25 -05:30'", "2025-01-01 06:00:00.25"},
         {"'2025-01-01T00:30-01:00'", "2025-01-01 01:30:00"},
         {"'2025-01-01T00:30Z'", "2025-01-01 00:30:00"},
         {"'2025-01-01t00:30:00z'", "2025-01-01 00:30:00"},
         {"' 2025-01-01 '", "2025-01-01 00:00:00"},
         {"'2025-01-01Z'", "2025-01-01 00:00:00"},
         {"'2025-13-01'", NULL},
         {"'2025-02-29'", NULL},
         {"'2024-02-29'", "2024-02-29 00:00:00"},
         {"'2025-01-01T25:00:00'", NULL},
         {"'2025-01-01T10:61:00'", NULL},
         {"'2025-01-01T10:00:00+25:00'", NULL},
         {"'2025-1-1'", NULL},
         {"'2025/01/01'", NULL},
         {"'2025-01-01 10:00:00 Europe/Berlin'", NULL},
         {"'2025-01-01T'", NULL},
         {"'2025'", "1970-01-01 00:33:45"},
         {"'1735689600'", "2025-01-01 00:00:00"},
         {"'1735689600.999999999'", "2025-01-01 00:00:00.999999"},
         {"'000000000000001735689600'", "2025-01-01 00:00:00"},
         {"'1735689600.1234567'", "2025-01-01 00:00:00.123456"},
         {"'1.7356896e9'", "2025-01-01 00:00:00"},
         {"'-1'", "1969-12-31 23:59:59"},
         {"'1735689600000'", NULL},
         {"'1e300'", NULL},
         {DIGITS_400, NULL},
         {"'infinity'", NULL},
         {"'epoch'", NULL},
         {"'now'", NULL},
         {"''", NULL},
         {"'true'", NULL},
         {"'9999-12-31T23:59:59Z'", "9999-12-31 23:59:59"},
     }},
    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "VARCHAR", {{"'2025-01-01T00:30:00+02:00'", "2024-12-31"}, {"'x'", NULL}}},
    {SBE_TYPE_DATE,
     SBE_CLASS_TIMESTAMP,
     "TIMESTAMP",
     {{"'2025-01-01 23:59:59.999999'", "2025-01-01"}, {"'infinity'", NULL}}},

    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "HUGEINT",
     {{"9007199254740993", "9007199254740993"}, {"9223372036854775808", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "UBIGINT", {{"7", "7"}, {"18446744073709551615", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, "BIGINT", {{"0", "false"}, {"1", "true"}, {"2", NULL}, {"-1", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "HUGEINT",
     {{"1735689600", "2025-01-01 00:00:00"},
      {"9223372036854775807", NULL},
      {"170141183460469231731687303715884105727", NULL}}},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, "BIGINT", {{"-5", "-5"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "UHUGEINT", {{"5", "5.0"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DECIMAL,
     "DECIMAL(38,2)",
     {{"2.5", "3"}, {"-2.5", "-3"}, {"9007199254740993.00", "9007199254740993"}, {"9223372036854775807.50", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DECIMAL,
     "DECIMAL(38,9)",
     {{"1735689600.123456789", "2025-01-01 00:00:00.123456"}, {"99999999999999999999", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DECIMAL, "DECIMAL(38,38)", {{"0.5", "1970-01-01 00:00:00.5"}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "DECIMAL(38,38)", {{"0.5", NULL}, {"0", "false"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DECIMAL,
     "DECIMAL(38,0)",
     {{"12", "12.000000000"}, {"99999999999999999999999999999999999999", NULL}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DOUBLE,
     "DOUBLE",
     {{"2.5", "3"},
      {"-2.5", "-3"},
      {"0.49999999999999994", "0"},
      {"'nan'", NULL},
      {"'-inf'", NULL},
      {"9.3e18", NULL},
      {"9007199254740992", "9007199254740992"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "DOUBLE", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"-0.0", "0.0"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "DOUBLE", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "FLOAT", {{"1", "true"}, {"0", "false"}, {"0.5", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "DOUBLE",
     {{"1e20", "100000000000000000000.000000000"}, {"0.1", "0.100000000"}, {"1e300", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DOUBLE,
     "DOUBLE",
     {{"1735689600.5", "2025-01-01 00:00:00.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"1e300", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "1"}, {"FALSE", "0"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "1.0"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "true"}, {"FALSE", "false"}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "TIMESTAMP",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'-infinity'", NULL}}},
    {SBE_TYPE_INT64, SBE_CLASS_TIMESTAMP, "TIMESTAMP", {{"'2025-01-02'", NULL}}},

    {SBE_TYPE_TEXT,
     SBE_CLASS_JSON,
     "JSON",
     {{"'\"a\\\"b\\\\c\\u00e9\\n\"'", "a\"b\\cé\n"},
      {"'\"\"'", ""},
      {"'true'", "true"},
      {"'12'", "12"},
      {"'9007199254740993'", "9007199254740993"},
      {"'null'", NULL},
      {"'[1]'", NULL},
      {"'{}'", NULL},
      {"'\"{x\"'", "{x"},
      {"'123456789012345678901234567890'", "123456789012345678901234567890"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "JSON",
     {{"'true'", "1"},
      {"'false'", "0"},
      {"'\"true\"'", NULL},
      {"'9007199254740993'", "9007199254740993"},
      {"'\"9007199254740993.0\"'", "9007199254740993"},
      {"'\"\\u0031\\u0032\"'", "12"},
      {"'2.5'", "3"},
      {"'1e400'", NULL},
      {"'NaN'", NULL},
      {"'[1]'", NULL},
      {"'{\"a\":1}'", NULL},
      {"'null'", NULL},
      {"'-7'", "-7"}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_JSON,
     "JSON",
     {{"'true'", "1.0"},
      {"'1.5'", "1.5"},
      {"'\" 2.5 \"'", "2.5"},
      {"'1e999'", NULL},
      {"'Infinity'", NULL},
      {"'[]'", NULL}}},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, "JSON", {{"'true'", "1.000000000"}, {"'0.1'", "0.100000000"}}},
    {SBE_TYPE_BOOL,
     SBE_CLASS_JSON,
     "JSON",
     {{"'true'", "true"}, {"'0'", "false"}, {"'1.0'", "true"}, {"'\"FALSE\"'", "false"}, {"'[true]'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "JSON",
     {{"'\"2025-01-01T00:30:00+02:00\"'", "2024-12-31 22:30:00"},
      {"'1735689600'", "2025-01-01 00:00:00"},
      {"'true'", NULL},
      {"'[1]'", NULL}}},

    {SBE_TYPE_LIST + SBE_TYPE_TEXT,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[\"b\",null,1,true,[2],{\"x\":1},\"a\"]'", "[b, 1, true, a]"},
      {"'[]'", "[]"},
      {"'[null]'", "[]"},
      {"'\"a\"'", NULL},
      {"'{}'", NULL},
      {"'null'", NULL},
      {"'3'", NULL}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[1,\"2\",2.5,true,\"x\",null,9007199254740993,1e300]'", "[1, 2, 3, 1, 9007199254740993]"},
      {"'[\"x\"]'", "[]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, "JSON", {{"'[1,3000000000,-1]'", "[1, -1]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "JSON", {{"'[1,\"2.5\",false,1e999]'", "[1.0, 2.5, 0.0]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, "JSON", {{"'[true,0,\"false\",5]'", "[true, false, false]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[\"2025-01-01\",0,\"x\"]'", "['2025-01-01 00:00:00', '1970-01-01 00:00:00']"}}},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT,
     SBE_CLASS_LIST,
     "JSON[]",
     {{"['\"b\"', NULL, '1', '\"\"']", "[b, 1, '']"}, {"[]", "[]"}, {"NULL", NULL}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_LIST,
     "JSON[]",
     {{"['9007199254740993', '\"x\"', 'true']", "[9007199254740993, 1]"}}},
};

/* All values of a table in one query: a bad one must not spoil its neighbours. */
static void test_read(const read_table *table) {
  char what[160];
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_read(&sql, table->type, table->class_, "\"the column\"");
  text_format(&sql, " AS VARCHAR) FROM (SELECT i, CAST(v AS %s) AS \"the column\" FROM (VALUES ", table->sql_type);
  size_t n = 0;
  for (; table->values[n].value != NULL; n++)
    text_format(&sql, "%s(%zu, CAST(%s AS %s))", n > 0 ? ", " : "", n, table->values[n].value, table->sql_type);
  text_format(&sql, ", (%zu, NULL)) AS t(i, v)) ORDER BY i", n);
  snprintf(what, sizeof what, "read %d from class %d (%s)", table->type, table->class_, table->sql_type);
  char *rows = sql_rows(what, sql.data), *at = rows;
  for (size_t i = 0; i <= n; i++) {
    const char *expected = i == n || table->values[i].expected == NULL ? "NULL" : table->values[i].expected;
    size_t size = strlen(expected);
    bool holds = strncmp(at, expected, size) == 0 && (at[size] == '\n' || at[size] == '\0');
    char *end = holds ? at + size : at + strcspn(at, "\n");
    char stop = *end;
    *end = '\0';
    sbe_text label = {0};
    text_format(&label, "%s: %s", what, i == n ? "NULL" : table->values[i].value);
    check_text(label.data, expected, at);
    text_clear(&label);
    at = stop == '\0' ? end : end + 1;
  }
  free(rows);
  text_clear(&sql);
}

/* Every read of every class must exist or go through text, as the contract says. */
static void test_contract(void) {
  static const int32_t types[] = {SBE_TYPE_TEXT,   SBE_TYPE_INT32,        SBE_TYPE_INT64,
                                  SBE_TYPE_DOUBLE, SBE_TYPE_BOOL,         SBE_TYPE_TIMESTAMP,
                                  SBE_TYPE_DATE,   SBE_TYPE_WIDE_INTEGER, SBE_TYPE_DECIMAL};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    check_true("a read from TEXT", read_pattern(types[i], SBE_CLASS_TEXT) != NULL);
  for (int32_t c = SBE_CLASS_INTEGER; c <= SBE_CLASS_JSON; c++)
    check_true("a read as TEXT", read_pattern(SBE_TYPE_TEXT, c) != NULL);
  for (int32_t t = SBE_TYPE_TEXT; t <= SBE_TYPE_TIMESTAMP; t++) {
    check_true("a list read from JSON", read_pattern(SBE_TYPE_LIST + t, SBE_CLASS_JSON) != NULL);
    check_true("a list read from LIST", read_pattern(SBE_TYPE_LIST + t, SBE_CLASS_LIST) != NULL);
  }
}

/* ---- Nasty data: nothing may raise an error, on any class ---- */

static void test_nasty(void) {
  sql_do("nasty table", "CREATE TABLE nasty AS SELECT unnest(['', ' ', '-', '+', '.', 'e', '1e', '-.e1', '0x', '٣', "
                        "'１', repeat('9', 400),"
                        " repeat('9', 400) || 'e-390', '1e' || repeat('9', 400), '-1e-' || repeat('9', 400), '.' || "
                        "repeat('0', 1000) || '1',"
                        " repeat('1', 1000000), '{', '[', '\"', '\"\\', '{\"a\":', repeat('[', 100000), repeat('[', "
                        "5000) || repeat(']', 5000),"
                        " chr(0), 'a' || chr(0) || 'b', '😀', '2147483647e2147483647', '1e2147483648', '1e-2147483649', "
                        "'0000-00-00', '9999-99-99T99:99:99+99:99',"
                        " '0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '290309-12-22 (BC)', "
                        "'253402300799', '-62135596801', 'infinity', 'NaN', 'null', '\"null\"',"
                        " '[null,[null],{}]', '99999999999999999999999999999.9999999995']) AS t");
  static const int32_t types[] = {SBE_TYPE_TEXT,
                                  SBE_TYPE_INT32,
                                  SBE_TYPE_INT64,
                                  SBE_TYPE_DOUBLE,
                                  SBE_TYPE_BOOL,
                                  SBE_TYPE_TIMESTAMP,
                                  SBE_TYPE_DATE,
                                  SBE_TYPE_WIDE_INTEGER,
                                  SBE_TYPE_DECIMAL,
                                  SBE_TYPE_LIST + SBE_TYPE_TEXT,
                                  SBE_TYPE_LIST + SBE_TYPE_INT32,
                                  SBE_TYPE_LIST + SBE_TYPE_INT64,
                                  SBE_TYPE_LIST + SBE_TYPE_DOUBLE,
                                  SBE_TYPE_LIST + SBE_TYPE_BOOL,
                                  SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP};
  static const struct {
    int32_t class_;
    const char *of_text;
  } classes[] = {
      {SBE_CLASS_TEXT, "t"},
      {SBE_CLASS_DOUBLE, "TRY_CAST(t AS DOUBLE)"},
      {SBE_CLASS_INTEGER, "TRY_CAST(t AS HUGEINT)"},
      {SBE_CLASS_INTEGER, "TRY_CAST(t AS UHUGEINT)"},
      {SBE_CLASS_DECIMAL, "TRY_CAST(t AS DECIMAL(38,9))"},
      {SBE_CLASS_DECIMAL, "TRY_CAST(t AS DECIMAL(38,38))"},
      {SBE_CLASS_TIMESTAMP, "TRY_CAST(t AS TIMESTAMP)"},
      {SBE_CLASS_BOOL, "TRY_CAST(t AS BOOLEAN)"},
      {SBE_CLASS_JSON, "TRY_CAST(t AS JSON)"},
      {SBE_CLASS_JSON, "to_json(t)"},
      {SBE_CLASS_JSON, "to_json([t, t])"},
      {SBE_CLASS_LIST, "[to_json(t), TRY_CAST(t AS JSON)]"},
  };
  for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++)
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
      char what[120];
      snprintf(what, sizeof what, "no error: %d from %s", types[t], classes[c].of_text);
      sbe_text sql = {0};
      text_put(&sql, "SELECT CAST(count(*) >= count(r) AS VARCHAR) FROM (SELECT ");
      put_read(&sql, types[t], classes[c].class_, "x");
      text_format(&sql, " AS r FROM (SELECT %s AS x FROM nasty))", classes[c].of_text);
      check_text(what, "true", sql_one(what, sql.data));
      text_clear(&sql);
    }
}

/* ---- Operations ---- */

/* Over rows (g, v, t, id, m): a group g, a value, an instant, an id that breaks ties, a condition. */
static const char events[] =
    "(VALUES (1, 5, TIMESTAMP '2025-01-01', 'b', TRUE), (1, NULL, TIMESTAMP '2025-01-01', 'a', TRUE), (1, 7, TIMESTAMP "
    "'2024-12-31', 'z', FALSE),"
    " (1, 9, TIMESTAMP '2025-01-02', 'a', TRUE), (1, NULL, TIMESTAMP '2025-01-02', 'b', NULL), (2, 3, TIMESTAMP "
    "'2025-01-01', 'a', TRUE),"
    " (2, NULL, TIMESTAMP '2025-01-03', 'a', TRUE), (3, 1, TIMESTAMP '2025-01-01', 'a', FALSE)) AS e(g, v, t, id, m)";

static void check_aggregate(const char *what, int32_t op, const char *const operands[4], const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT string_agg(coalesce(CAST(r AS VARCHAR), 'NULL'), ' ' ORDER BY g) FROM (SELECT g, ");
  put_pattern(&sql, operation(op), 4, operands);
  text_format(&sql, " AS r FROM %s GROUP BY g)", events);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

static void check_operation(const char *what, int32_t op, const char *a, const char *b, const char *from,
                            const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_pattern(&sql, operation(op), 2, (const char *const[]){a, b});
  text_format(&sql, " AS VARCHAR) %s", from);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

static void test_aggregates(void) {
  check_aggregate("COUNT_IF", SBE_OP_COUNT_IF, (const char *const[]){"m", "", "", ""}, "3 2 0");
  check_aggregate("COUNT_VALUES_IF", SBE_OP_COUNT_VALUES_IF, (const char *const[]){"v", "m", "", ""}, "2 1 0");
  check_aggregate("SUM_IF", SBE_OP_SUM_IF, (const char *const[]){"v", "m", "", ""}, "14 3 NULL");
  check_aggregate("MIN_IF", SBE_OP_MIN_IF, (const char *const[]){"v", "m", "", ""}, "5 3 NULL");
  check_aggregate("MAX_IF", SBE_OP_MAX_IF, (const char *const[]){"v", "m", "", ""}, "9 3 NULL");
  /* Group 1: the earliest that counts is 2025-01-01 'a', whose value is NULL; the latest 2025-01-02 'a'. */
  check_aggregate("FIRST_IF keeps NULL, breaks ties", SBE_OP_FIRST_IF, (const char *const[]){"v", "t", "id", "m"},
                  "NULL 3 NULL");
  check_aggregate("LAST_IF keeps NULL, breaks ties", SBE_OP_LAST_IF, (const char *const[]){"v", "t", "id", "m"},
                  "9 NULL NULL");
  check_operation("a sum beyond int64 is exact", SBE_OP_SUM_IF, "v", "TRUE",
                  "FROM (SELECT 9223372036854775807 AS v FROM range(3))", "27670116110564327421");
  check_operation("sums of sums too", SBE_OP_SUM_IF, "v", "TRUE",
                  "FROM (SELECT CAST(9223372036854775807 AS HUGEINT) * 4 AS v FROM range(3))", "110680464442257309684");
  check_operation("a double sum overflows silently", SBE_OP_SUM_IF, "v", "TRUE",
                  "FROM (SELECT CAST(1e308 AS DOUBLE) AS v FROM range(3))", "inf");
  check_operation("texts compare by code point", SBE_OP_MAX_IF, "v", "TRUE",
                  "FROM (VALUES ('z'), ('Z'), ('é'), ('a')) AS e(v)", "é");
  check_operation("LIST_OF", SBE_OP_LIST_OF, "v", "", "FROM (VALUES ('b'), ('B'), ('é'), ('a')) AS e(v)",
                  "[B, a, b, é]");
  check_operation("DICT_OF", SBE_OP_DICT_OF, "k", "n",
                  "FROM (VALUES ('é😀', 2), ('a\"q\\', 1), ('', 9223372036854775807)) AS e(k, n)",
                  "{\"\":9223372036854775807,\"a\\\"q\\\\\":1,\"é😀\":2}");
  check_operation("DICT_OF over nothing", SBE_OP_DICT_OF, "k", "n", "FROM (SELECT 'a' AS k, 1 AS n FROM range(0))",
                  NULL);
}

static void test_scalars(void) {
  check_operation("LIST_LITERAL", SBE_OP_LIST_LITERAL, "'a', 'b'", "VARCHAR[]", "", "[a, b]");
  check_operation("LIST_LITERAL, empty", SBE_OP_LIST_LITERAL, "", "BIGINT[]", "", "[]");
  check_operation("DICT_LITERAL", SBE_OP_DICT_LITERAL, "'{\"a\":1}'", "", "", "{\"a\":1}");
  check_operation("ADD_DAYS", SBE_OP_ADD_DAYS, "DATE '2025-03-01'", "-1", "", "2025-02-28");
  check_operation("ADD_SECONDS", SBE_OP_ADD_SECONDS, "TIMESTAMP '2025-01-01 00:00:00.5'", "-600", "",
                  "2024-12-31 23:50:00.5");
  check_operation("MICROSECONDS", SBE_OP_MICROSECONDS, "TIMESTAMP '2025-01-01'",
                  "TIMESTAMP '2025-01-02 00:00:00.000001'", "", "86400000001");
  check_operation("DIVIDE_DOWN", SBE_OP_DIVIDE_DOWN, "9223372036854775807", "2", "", "4611686018427387903");
  check_operation("ISO_DAY_OF_WEEK of a Sunday", SBE_OP_ISO_DAY_OF_WEEK, "TIMESTAMP '2025-01-05'", "", "", "7");
  check_operation("DAY_TEXT", SBE_OP_DAY_TEXT, "TIMESTAMP '2025-01-05 23:59:59'", "", "", "2025-01-05");
  check_operation("WEEK_TEXT", SBE_OP_WEEK_TEXT, "TIMESTAMP '2025-01-05 23:59:59'", "", "", "2024-12-30");
  check_operation("MONTH_TEXT", SBE_OP_MONTH_TEXT, "TIMESTAMP '2025-01-31'", "", "", "2025-01-01");
  /* The session's zone is New York's, so a local time would be hours off. */
  sbe_text sql = {0};
  text_format(&sql, "SELECT CAST(typeof(%s) = 'TIMESTAMP' AND abs(epoch(%s) - epoch(now())) < 60 AS VARCHAR)",
              operation(SBE_OP_NOW), operation(SBE_OP_NOW));
  check_text("NOW is a TIMESTAMP in UTC", "true", sql_one("now", sql.data));
  text_clear(&sql);
  sql_do("schema",
         "CREATE SCHEMA \"Shop's\"; CREATE TABLE \"Shop's\".\"Orders_2_x\" (a INT); CREATE TABLE \"Shop's\".b (a INT)");
  text_put(&sql, "SELECT string_agg(table_name, ',' ORDER BY table_name) FROM (");
  put_pattern(&sql, operation(SBE_OP_LIST_TABLES), 1, (const char *const[]){"'shop''s'"});
  text_put(&sql, ")");
  check_text("LIST_TABLES", "Orders_2_x,b", sql_one("tables", sql.data));
  text_clear(&sql);
}

static void test_names(void) {
  static const struct {
    const char *text;
    size_t size;
    const char *expected;
  } literals[] = {
      {"O'Brien", 7, "O'Brien"},       {"'", 1, "'"}, {"''", 2, "''"}, {"\\'\\", 3, "\\'\\"},
      {"%_{0}\n;--", 9, "%_{0}\n;--"}, {"", 0, ""},   {"é😀", 6, "é😀"},
  };
  for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
    sbe_text sql = {0};
    text_put(&sql, "SELECT ");
    sbe_duckdb_dialect.literal(&sql, literals[i].text, literals[i].size);
    check_text("a literal comes back as it was", literals[i].expected, sql_one("literal", sql.data));
    text_clear(&sql);
  }
  sbe_text sql = {0};
  text_put(&sql, "SELECT hex(");
  sbe_duckdb_dialect.literal(&sql, "'\0a\0", 4);
  text_put(&sql, ")");
  check_text("a NUL in a literal", "27006100", sql_one("literal", sql.data));
  text_clear(&sql);
  text_put(&sql, "SELECT a.column_name FROM (DESCRIBE SELECT 1 AS ");
  sbe_duckdb_dialect.identifier(&sql, "a \"b\" é; \\");
  text_put(&sql, ") AS a");
  check_text("a name comes back as it was", "a \"b\" é; \\", sql_one("identifier", sql.data));
  text_clear(&sql);
  for (const sbe_physical *row = sbe_duckdb_dialect.physical; row->type != 0; row++) {
    text_format(&sql, "SELECT typeof(CAST(NULL AS %s))", row->name);
    check_text("a physical type is spelled as DuckDB spells it", row->name, sql_one(row->name, sql.data));
    text_clear(&sql);
  }
}

int main(void) {
  test_contract();
  test_types();
  if (sql_open()) {
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) test_read(&reads[i]);
    test_names();
    test_scalars();
    test_aggregates();
    test_nasty();
    test_layouts();
    sql_close();
  }
  sbe_duckdb_pool_free(&sql_pool);
  printf("duckdb-dialect: %d passed, %d failed, %d skipped\n", sql_passed, sql_failed, sql_skipped);
  return sql_failed > 0;
}
