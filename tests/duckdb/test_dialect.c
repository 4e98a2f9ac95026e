/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DuckDB dialect against DuckDB: what is DuckDB's own. Reads of its types, texts that not every warehouse holds,
 * what JSON it takes beside JSON. What every dialect must answer, whatever the warehouse, is asked by
 * sbe-adapter-check (kit/text_reads.c, layout_reads.c, operations.c), for this one by tests/kit/kit.sh. All expected
 * values are worked out by hand.
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
  value_read values[16]; /* value NULL at the end */
} read_table;

static const read_table reads[] = {
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "VARCHAR", {{"'12' || chr(0)", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'170141183460469231731687303715884105727'", "170141183460469231731687303715884105727"},
      {"'170141183460469231731687303715884105728'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'9999999999999999999999999999.999999999'", "9999999999999999999999999999.999999999"}, {"'1e30'", NULL}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "VARCHAR", {{"'1e-400'", "0.0"}, {"'-0.0'", "0.0"}}},
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "TIMESTAMP", {{"'infinity'", NULL}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "HUGEINT",
     {{"9007199254740993", "9007199254740993"}, {"9223372036854775808", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "UBIGINT", {{"7", "7"}, {"18446744073709551615", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "HUGEINT",
     {{"1735689600", "2025-01-01 00:00:00"},
      {"9223372036854775807", NULL},
      {"170141183460469231731687303715884105727", NULL}}},
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
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "DOUBLE", {{"-0.0", "0.0"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "DOUBLE", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "FLOAT", {{"1", "true"}, {"0", "false"}, {"0.5", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "DOUBLE",
     {{"1e20", "100000000000000000000.000000000"}, {"0.1", "0.100000000"}, {"1e300", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "TIMESTAMP",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'-infinity'", NULL}}},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "JSON", {{"'123456789012345678901234567890'", "123456789012345678901234567890"}}},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "JSON", {{"'1e400'", NULL}, {"'NaN'", NULL}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "JSON", {{"'1e999'", NULL}, {"'Infinity'", NULL}}},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, "JSON", {{"'true'", "1.000000000"}, {"'0.1'", "0.100000000"}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "JSON",
     {{"'[1,\"2\",2.5,true,\"x\",null,9007199254740993,1e300]'", "[1, 2, 3, 1, 9007199254740993]"}}},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "JSON", {{"'[1,\"2.5\",false,1e999]'", "[1.0, 2.5, 0.0]"}}},
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

/* ---- Nasty data: nothing may raise an error, on any class. Texts that are too long for sbe-adapter-check, or have a
   NUL in them, and what DuckDB's own types hold ---- */

static void test_nasty(void) {
  sql_do("nasty table",
         "CREATE TABLE nasty AS SELECT unnest(['', repeat('9', 400), repeat('9', 400) || 'e-390', repeat('1', 1000000),"
         " repeat('[', 100000), repeat('[', 5000) || repeat(']', 5000), chr(0), 'a' || chr(0) || 'b', '1e-2147483649',"
         " '0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '290309-12-22 (BC)', '253402300799',"
         " '-62135596801', 'infinity', 'NaN', 'null', '\"null\"', '[null,[null],{}]',"
         " '99999999999999999999999999999.9999999995']) AS t");
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

static void check_operation(const char *what, int32_t op, const char *a, const char *b, const char *from,
                            const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_pattern(&sql, operation(op), 2, (const char *const[]){a, b});
  text_format(&sql, " AS VARCHAR) %s", from);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

static void test_sums(void) {
  check_operation("sums of sums too", SBE_OP_SUM_IF, "v", "TRUE",
                  "FROM (SELECT CAST(9223372036854775807 AS HUGEINT) * 4 AS v FROM range(3))", "110680464442257309684");
  check_operation("a double sum overflows silently", SBE_OP_SUM_IF, "v", "TRUE",
                  "FROM (SELECT CAST(1e308 AS DOUBLE) AS v FROM range(3))", "inf");
  check_operation("DICT_OF over nothing", SBE_OP_DICT_OF, "k", "n", "FROM (SELECT 'a' AS k, 1 AS n FROM range(0))",
                  NULL);
}

static void test_clock_and_tables(void) {
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
  sbe_text sql = {0};
  text_put(&sql, "SELECT hex(");
  sbe_duckdb_dialect.literal(&sql, "'\0a\0", 4);
  text_put(&sql, ")");
  check_text("a NUL in a literal", "27006100", sql_one("literal", sql.data));
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
    test_clock_and_tables();
    test_sums();
    test_nasty();
    test_layouts();
    sql_close();
  }
  sbe_duckdb_pool_free(&sql_pool);
  printf("duckdb-dialect: %d passed, %d failed, %d skipped\n", sql_passed, sql_failed, sql_skipped);
  return sql_failed > 0;
}
