/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every read of the contract with values that have gone wrong somewhere, and every operation, as queries
 * with what they must answer: for dialect.py, which asks the stand-in or an account. All expected values
 * are worked out by hand from semantics §3; the numbers are chosen so that a detour through a double shows.
 *
 * A record is a label, a query of one column, and the rows' texts, between US characters; RS ends it. `\N`
 * is NULL.
 */
#include <stdio.h>
#include <string.h>

#include "tests/snowflake/sql.h"

#define US "\x1f"
#define RS "\x1e\n"

/* ---- Reads: a value of a class, written in SQL, and what it is as a type; NULL: NULL ---- */

typedef struct {
  const char *value;
  const char *expected;
} value_read;

typedef struct {
  int32_t type, class_;
  const char *sql_type;  /* JSON: the values are texts of it */
  value_read values[96]; /* value NULL at the end */
} read_table;

#define DIGITS_400 "REPEAT('1', 400)"

static const read_table reads[] = {
    {SBE_TYPE_INT64,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {
         {"'12'", "12"},
         {"' +12 '", "12"},
         {"CHR(9) || '-7' || CHR(10)", "-7"},
         {"'.5'", "1"},
         {"'5.'", "5"},
         {"'0.5'", "1"},
         {"'-0.5'", "-1"},
         {"'2.5'", "3"},
         {"'-2.5'", "-3"},
         {"'0.49999999999999999999'", "0"},
         {"'0.' || REPEAT('4', 60)", "0"},
         {"'1.4' || REPEAT('9', 60)", "1"},
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
         {"'0.' || REPEAT('0', 400) || '12e402'", "12"},
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
         {"'12' || CHR(0)", NULL},
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
     {{"'12345678901234567890123456789012345678'", "12345678901234567890123456789012345678"},
      {"'-12345678901234567890123456789012345678'", "-12345678901234567890123456789012345678"},
      {"'100000000000000000000000000000000000000'", NULL},
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
     {{"' 1.5 '", "1.5"},
      {"'.5e1'", "5"},
      {"'5.'", "5"},
      {"'1e308'", "1e+308"},
      {"'1e309'", NULL},
      {"'-1e999'", NULL},
      {DIGITS_400, NULL},
      {"'-0.0'", "0"},
      {"'nan'", NULL},
      {"'NaN'", NULL},
      {"'inf'", NULL},
      {"'-Infinity'", NULL},
      {"'1_0.5'", NULL},
      {"'+-5'", NULL},
      {"'0x10'", NULL},
      {"''", NULL},
      {"'true'", NULL},
      {"'1e'", NULL},
      {"'+7'", "7"}}},
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
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "TIMESTAMP_NTZ(6)", {{"'2025-01-01 23:59:59.999999'", "2025-01-01"}}},

    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "NUMBER(38,0)",
     {{"9007199254740993", "9007199254740993"}, {"9223372036854775808", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"7", "7"}, {"18446744073709551615", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"0", "false"}, {"1", "true"}, {"2", NULL}, {"-1", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "NUMBER(38,0)",
     {{"1735689600", "2025-01-01 00:00:00"},
      {"9223372036854775807", NULL},
      {"99999999999999999999999999999999999999", NULL}}},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"-5", "-5"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"5", "5"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DECIMAL,
     "NUMBER(38,2)",
     {{"2.5", "3"}, {"-2.5", "-3"}, {"9007199254740993.00", "9007199254740993"}, {"9223372036854775807.50", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DECIMAL,
     "NUMBER(38,9)",
     {{"1735689600.123456789", "2025-01-01 00:00:00.123456"}, {"99999999999999999999", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DECIMAL, "NUMBER(38,12)", {{"0.5", "1970-01-01 00:00:00.5"}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "NUMBER(38,12)", {{"0.5", NULL}, {"0", "false"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DECIMAL,
     "NUMBER(38,0)",
     {{"12", "12.000000000"}, {"99999999999999999999999999999999999999", NULL}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DOUBLE,
     "FLOAT",
     {{"2.5", "3"},
      {"-2.5", "-3"},
      {"0.49999999999999994", "0"},
      {"'nan'", NULL},
      {"'-inf'", NULL},
      {"9.3e18", NULL},
      {"9007199254740992", "9007199254740992"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "FLOAT", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"-0.0", "0"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "FLOAT", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "FLOAT", {{"1", "true"}, {"0", "false"}, {"0.5", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "FLOAT",
     {{"1e20", "100000000000000000000.000000000"}, {"0.1", "0.100000000"}, {"1e300", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DOUBLE,
     "FLOAT",
     {{"1735689600.5", "2025-01-01 00:00:00.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"1e300", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "1"}, {"FALSE", "0"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "1"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", "true"}, {"FALSE", "false"}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "TIMESTAMP_NTZ(6)",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'2025-01-02'", "2025-01-02 00:00:00"}}},
    {SBE_TYPE_INT64, SBE_CLASS_TIMESTAMP, "TIMESTAMP_NTZ(6)", {{"'2025-01-02'", NULL}}},

    {SBE_TYPE_TEXT,
     SBE_CLASS_JSON,
     "JSON",
     {{"'\"a\\\\\"b\\\\\\\\c\\\\u00e9\\\\n\"'", "a\"b\\cé\n"},
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
      {"'\"\\\\u0031\\\\u0032\"'", "12"},
      {"'2.5'", "3"},
      {"'[1]'", NULL},
      {"'{\"a\":1}'", NULL},
      {"'null'", NULL},
      {"'-7'", "-7"}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_JSON,
     "JSON",
     {{"'true'", "1"}, {"'1.5'", "1.5"}, {"'\" 2.5 \"'", "2.5"}, {"'[]'", NULL}}},
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
     {{"'[\"b\",null,1,true,[2],{\"x\":1},\"a\"]'", "[\"b\",\"1\",\"true\",\"a\"]"},
      {"'[]'", "[]"},
      {"'[null]'", "[]"},
      {"'\"a\"'", NULL},
      {"'{}'", NULL},
      {"'null'", NULL},
      {"'3'", NULL}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[1,\"2\",2.5,true,\"x\",null,9007199254740993]'", "[1,2,3,1,9007199254740993]"}, {"'[\"x\"]'", "[]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, "JSON", {{"'[1,3000000000,-1]'", "[1,-1]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "JSON", {{"'[1,\"2.5\",false]'", "[1,2.5,0]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, "JSON", {{"'[true,0,\"false\",5]'", "[true,false,false]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[\"2025-01-01\",0,\"x\"]'", "[\"2025-01-01 00:00:00.000\",\"1970-01-01 00:00:00.000\"]"}}},
};

static void begin(const char *label, const sbe_text *sql) {
  printf("%s" US "%s", label, sql->data);
}

static void answer(const char *expected) {
  printf(US "%s", expected == NULL ? "\\N" : expected);
}

static void end(void) {
  printf(RS);
}

/* The read as a text that does not depend on a session's formats. */
static void put_shown_read(sbe_text *sql, const read_table *table) {
  bool time = table->type == SBE_TYPE_TIMESTAMP, list = table->type >= SBE_TYPE_LIST;
  text_put(sql, time ? "TO_CHAR(" : list ? "TO_JSON(" : "CAST(");
  put_read(sql, table->type, table->class_, "\"X\"");
  text_put(sql, time ? ", 'YYYY-MM-DD HH24:MI:SS.FF6')" : list ? ")" : " AS VARCHAR)");
}

/* A timestamp's expectation is written without the zeros at its end. */
static const char *full(const read_table *table, const char *expected, char buffer[32]) {
  if (table->type != SBE_TYPE_TIMESTAMP || expected == NULL) return expected;
  size_t size = strlen(expected);
  snprintf(buffer, 32, "%s%s", expected, &".000000"[size > 19 ? size - 19 : 0]);
  return buffer;
}

/* All values of a table in one query: a bad one must not spoil its neighbours. */
static void print_read(const read_table *table) {
  char label[160], buffer[32];
  bool json = strcmp(table->sql_type, "JSON") == 0;
  sbe_text sql = {0};
  size_t n = 0;
  text_put(&sql, "SELECT ");
  put_shown_read(&sql, table);
  for (; n == 0 || table->values[n - 1].value != NULL; n++) {
    const char *value = table->values[n].value == NULL ? "NULL" : table->values[n].value;
    text_format(&sql, n == 0 ? " FROM (SELECT %zu AS i, " : " UNION ALL SELECT %zu, ", n);
    if (json)
      text_format(&sql, "TRY_PARSE_JSON(%s)", value);
    else
      text_format(&sql, "CAST(%s AS %s)", value, table->sql_type);
    if (n == 0) text_put(&sql, " AS \"X\"");
  }
  text_put(&sql, ") AS t ORDER BY i");
  snprintf(label, sizeof label, "read %d from class %d (%s)", table->type, table->class_, table->sql_type);
  begin(label, &sql);
  for (size_t i = 0; i < n; i++) answer(full(table, table->values[i].expected, buffer));
  end();
  text_clear(&sql);
}

/* ---- Operations ---- */

#define NTZ(text) "CAST('" text "' AS TIMESTAMP_NTZ(6))"

static const struct {
  const char *label;
  int32_t operation;
  const char *operands[2];
  const char *from;
  const char *expected;
} operations[] = {
    {"DATE_LITERAL", SBE_OP_DATE_LITERAL, {"'2025-01-31'"}, "", "2025-01-31"},
    {"LIST_LITERAL", SBE_OP_LIST_LITERAL, {"'a', 'b'", "ARRAY"}, "", "[\"a\",\"b\"]"},
    {"LIST_LITERAL, empty", SBE_OP_LIST_LITERAL, {"", "ARRAY"}, "", "[]"},
    {"DICT_LITERAL", SBE_OP_DICT_LITERAL, {"'{\"a\":1}'"}, "", "{\"a\":1}"},
    {"DATE_OF", SBE_OP_ADD_DAYS, {"CAST(" NTZ("2025-01-01 23:59:59") " AS DATE)", "0"}, "", "2025-01-01"},
    {"ADD_DAYS", SBE_OP_ADD_DAYS, {"TO_DATE('2025-03-01', 'YYYY-MM-DD')", "-1"}, "", "2025-02-28"},
    {"ADD_SECONDS", SBE_OP_ADD_SECONDS, {NTZ("2025-01-01 00:00:00.5"), "-600"}, "", "2024-12-31 23:50:00.500"},
    {"MICROSECONDS", SBE_OP_MICROSECONDS, {NTZ("2025-01-01"), NTZ("2025-01-02 00:00:00.000001")}, "", "86400000001"},
    {"MICROSECONDS of 200 years", SBE_OP_MICROSECONDS, {NTZ("1900-01-01"), NTZ("2100-01-01")}, "", "6311433600000000"},
    {"DIVIDE_DOWN", SBE_OP_DIVIDE_DOWN, {"9223372036854775807", "2"}, "", "4611686018427387903"},
    {"DIVIDE_DOWN, a hair below", SBE_OP_DIVIDE_DOWN, {"86399999999", "86400000000"}, "", "0"},
    {"ISO_DAY_OF_WEEK of a Sunday", SBE_OP_ISO_DAY_OF_WEEK, {NTZ("2025-01-05")}, "", "7"},
    {"DAY_TEXT", SBE_OP_DAY_TEXT, {NTZ("2025-01-05 23:59:59")}, "", "2025-01-05"},
    {"WEEK_TEXT of a Sunday", SBE_OP_WEEK_TEXT, {NTZ("2025-01-05 23:59:59")}, "", "2024-12-30"},
    {"WEEK_TEXT of a Monday", SBE_OP_WEEK_TEXT, {NTZ("2025-01-06")}, "", "2025-01-06"},
    {"MONTH_TEXT", SBE_OP_MONTH_TEXT, {NTZ("2025-01-31")}, "", "2025-01-01"},
    {"LIST_OF, by code point",
     SBE_OP_LIST_OF,
     {"column1"},
     " FROM VALUES ('b'), ('B'), ('é'), ('a')",
     "[\"B\",\"a\",\"b\",\"é\"]"},
    {"DICT_OF",
     SBE_OP_DICT_OF,
     {"column1", "column2"},
     " FROM VALUES ('é😀', 2), ('a\"q', 1), ('', 9223372036854775807)",
     "{\"\":9223372036854775807,\"a\\\"q\":1,\"é😀\":2}"},
};

static void print_operations(void) {
  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    sbe_text sql = {0};
    bool nested = *operations[i].expected == '[' || *operations[i].expected == '{';
    text_put(&sql, nested ? "SELECT TO_JSON(" : "SELECT CAST(");
    put_pattern(&sql, operation(operations[i].operation), 2, operations[i].operands);
    text_format(&sql, "%s%s", nested ? ")" : " AS VARCHAR)", operations[i].from);
    begin(operations[i].label, &sql);
    answer(operations[i].expected);
    end();
    text_clear(&sql);
  }
}

/* Over rows (g, v, t, id, m): a group, a value, an instant, an id that breaks ties, a condition. */
static const char events[] =
    " FROM (SELECT column1 AS g, column2 AS v, CAST(column3 AS TIMESTAMP_NTZ(6)) AS t, column4 AS id, column5 AS m"
    " FROM VALUES (1, 5, '2025-01-01', 'b', TRUE), (1, NULL, '2025-01-01', 'a', TRUE), (1, 7, '2024-12-31', 'z', "
    "FALSE), (1, 9, '2025-01-02', 'a', TRUE), (1, NULL, '2025-01-02', 'b', NULL), (2, 3, '2025-01-01', 'a', TRUE), "
    "(2, NULL, '2025-01-03', 'a', TRUE), (3, 1, '2025-01-01', 'a', FALSE)) AS e GROUP BY g ORDER BY g";

static void print_pick(const char *label, int32_t op, const char *value, const char *tie, const char *condition,
                       const char *const expected[3]) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_pattern(&sql, operation(op), 4, (const char *const[]){value, "t", tie, condition});
  text_format(&sql, " AS VARCHAR)%s", events);
  begin(label, &sql);
  for (int i = 0; i < 3; i++) answer(expected[i]);
  end();
  text_clear(&sql);
}

/* Group 1: the earliest that counts is 2025-01-01 `a`, whose value is NULL; the latest 2025-01-02 `a`. */
static void print_picks(void) {
  print_pick("FIRST_IF keeps NULL, breaks ties", SBE_OP_FIRST_IF, "v", "id", "m",
             (const char *const[]){NULL, "3", NULL});
  print_pick("LAST_IF keeps NULL, breaks ties", SBE_OP_LAST_IF, "v", "id", "m", (const char *const[]){"9", NULL, NULL});
  print_pick("FIRST_IF with a condition", SBE_OP_FIRST_IF, "v", "id", "(m AND v IS NOT NULL)",
             (const char *const[]){"5", "3", NULL});
  print_pick("FIRST_IF of merged days", SBE_OP_FIRST_IF, "v", "t", "(TRUE AND id <> 'a')",
             (const char *const[]){"7", NULL, NULL});
  print_pick("LAST_IF of an instant", SBE_OP_LAST_IF, "t", "t", "(TRUE AND v IS NOT NULL)",
             (const char *const[]){"2025-01-02 00:00:00.000", "2025-01-01 00:00:00.000", "2025-01-01 00:00:00.000"});
}

/* ---- Literals and names ---- */

static void print_literals(void) {
  static const char *const texts[] = {"O'Brien", "'",  "''",   "\\'\\", "%_{0}\n;--", "",   "é😀",
                                      "\\n",     "\\", "\t\r", "$x",    "${y} &z",    "??", ":a :1"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    sbe_text sql = {0};
    text_put(&sql, "SELECT ");
    sbe_snowflake_dialect.literal(&sql, texts[i], strlen(texts[i]));
    begin("a literal comes back as it was", &sql);
    answer(texts[i]);
    end();
    text_clear(&sql);
  }
  sbe_text sql = {0};
  text_put(&sql, "SELECT TO_CHAR(LENGTH(");
  sbe_snowflake_dialect.literal(&sql, "a\0001", 3);
  text_put(&sql, "))");
  begin("a NUL in a literal", &sql);
  answer("3");
  end();
  text_clear(&sql);
  text_put(&sql, "SELECT event_id FROM (SELECT 'x' AS ");
  sbe_snowflake_dialect.identifier(&sql, "event_id");
  text_put(&sql, ") AS t");
  begin("a name is found without quotes", &sql);
  answer("x");
  end();
  text_clear(&sql);
  static const struct {
    const char *text, *pattern;
    const char *expected;
  } likes[] = {{"a%b", "a\\%b", "false"}, {"a\\xb", "a\\%b", "true"}, {"AB", "a_", "false"},
               {"ab", "a_", "true"},      {"a\nb", "a%", "true"},     {"xab", "ab", "false"}};
  for (size_t i = 0; i < sizeof likes / sizeof likes[0]; i++) {
    text_put(&sql, "SELECT CAST((");
    sbe_snowflake_dialect.literal(&sql, likes[i].text, strlen(likes[i].text));
    text_put(&sql, " LIKE ");
    sbe_snowflake_dialect.literal(&sql, likes[i].pattern, strlen(likes[i].pattern));
    text_put(&sql, ") AS VARCHAR)");
    begin("LIKE has no escape", &sql);
    answer(likes[i].expected);
    end();
    text_clear(&sql);
  }
}

/* ---- Nasty data: nothing may raise an error, on any class ---- */

static const char *const nasty[] = {"''",
                                    "' '",
                                    "'-'",
                                    "'+'",
                                    "'.'",
                                    "'e'",
                                    "'1e'",
                                    "'-.e1'",
                                    "'0x'",
                                    "'٣'",
                                    "'１'",
                                    "REPEAT('9', 400)",
                                    "REPEAT('9', 400) || 'e-390'",
                                    "'1e' || REPEAT('9', 400)",
                                    "'-1e-' || REPEAT('9', 400)",
                                    "'.' || REPEAT('0', 1000) || '1'",
                                    "REPEAT('1', 100000)",
                                    "'{'",
                                    "'['",
                                    "'\"'",
                                    "'{\"a\":'",
                                    "'[[[[[1]]]]]'",
                                    "CHR(1)",
                                    "'a' || CHR(10) || 'b'",
                                    "'😀'",
                                    "'2147483647e2147483647'",
                                    "'1e2147483648'",
                                    "'1e-2147483649'",
                                    "'0000-00-00'",
                                    "'9999-99-99T99:99:99+99:99'",
                                    "'0000-01-01T00:00:00+23:59'",
                                    "'0001-01-01T00:00:00+23:59'",
                                    "'9999-12-31T23:59:59-23:59'",
                                    "'253402300799'",
                                    "'253402300800'",
                                    "'-62135596800'",
                                    "'-62135596801'",
                                    "'infinity'",
                                    "'NaN'",
                                    "'null'",
                                    "'\"null\"'",
                                    "'[null,[null],{}]'",
                                    "'99999999999999999999999999999.9999999995'",
                                    "'-9223372036854775809'",
                                    "'1e37'",
                                    "'1e38'",
                                    "'-99999999999999999999999999999999999999'"};

static const struct {
  int32_t class_;
  const char *of_text;
} nasty_classes[] = {
    {SBE_CLASS_TEXT, "t"},
    {SBE_CLASS_DOUBLE, "TRY_TO_DOUBLE(t)"},
    {SBE_CLASS_INTEGER, "TRY_TO_NUMBER(t, 38, 0)"},
    {SBE_CLASS_DECIMAL, "TRY_TO_NUMBER(t, 38, 2)"},
    {SBE_CLASS_DECIMAL, "TRY_TO_NUMBER(t, 38, 12)"},
    {SBE_CLASS_TIMESTAMP, "TRY_TO_TIMESTAMP_NTZ(t)"},
    {SBE_CLASS_BOOL, "TRY_TO_BOOLEAN(t)"},
    /* It is not documented what becomes of a JSON number beyond every double. */
    {SBE_CLASS_JSON, "TRY_PARSE_JSON(CASE WHEN NOT REGEXP_LIKE(t, '.*e-?[0-9][0-9][0-9].*') THEN t END)"},
    {SBE_CLASS_JSON, "TO_VARIANT(t)"},
    {SBE_CLASS_JSON, "TO_VARIANT(ARRAY_CONSTRUCT(t, t))"},
    {SBE_CLASS_JSON, "TO_VARIANT(OBJECT_CONSTRUCT('a', t))"},
};

static void print_nasty(void) {
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
  for (size_t c = 0; c < sizeof nasty_classes / sizeof nasty_classes[0]; c++)
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
      char label[160];
      sbe_text sql = {0};
      if (types[t] >= SBE_TYPE_LIST && nasty_classes[c].class_ != SBE_CLASS_JSON) continue;
      text_put(&sql, "SELECT CAST(COUNT(*) AS VARCHAR) FROM (SELECT ");
      put_read(&sql, types[t], nasty_classes[c].class_, "x");
      text_format(&sql, " AS r FROM (SELECT %s AS x FROM (", nasty_classes[c].of_text);
      for (size_t i = 0; i < sizeof nasty / sizeof nasty[0]; i++)
        text_format(&sql, i == 0 ? "SELECT %s AS t" : " UNION ALL SELECT %s", nasty[i]);
      text_put(&sql, ") AS n) AS x) AS r WHERE r IS NULL OR r IS NOT NULL");
      snprintf(label, sizeof label, "no error: %d from %s", types[t], nasty_classes[c].of_text);
      begin(label, &sql);
      snprintf(label, sizeof label, "%zu", sizeof nasty / sizeof nasty[0]);
      answer(label);
      end();
      text_clear(&sql);
    }
}

void print_values(void) {
  for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) print_read(&reads[i]);
  print_operations();
  print_picks();
  print_literals();
  print_nasty();
}
