/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PostgreSQL dialect against a server: what is PostgreSQL's own. Reads of its types, texts at its limits, what it
 * computes early or refuses with an error, names, tables. What every dialect must answer, whatever the warehouse, is
 * asked by sbe-adapter-check (kit/text_reads.c, layout_reads.c, operations.c), for this one by scenarios.sh. All
 * expected values are worked out by hand.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/postgres/sql.h"

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
    {SBE_TYPE_INT64,
     SBE_CLASS_TEXT,
     "text",
     {{"'1.4' || repeat('9', 100000)", "1"},
      {"'-1.5' || repeat('0', 100000)", "-2"},
      {"'0.' || repeat('0', 100000) || '12e100002'", "12"},
      {"repeat('0', 100000) || '42'", "42"},
      {"'7' || repeat('0', 100000) || 'e-100000'", "7"},
      {"repeat('9', 100000)", NULL},
      {"repeat('9', 1000000)", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_TEXT,
     "text",
     {{"'99999999999999999999999999999999999999'", "99999999999999999999999999999999999999"},
      {"'100000000000000000000000000000000000000'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_TEXT,
     "text",
     {{"'99999999999999999999999999999.999999999'", "99999999999999999999999999999.999999999"},
      {"'99999999999999999999999999999.9999999995'", NULL},
      {"'1e30'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_TEXT,
     "text",
     {{"'1.7976931348623157e308'", "1.7976931348623157e+308"},
      {"'1.7976931348623158e308'", "1.7976931348623157e+308"},
      {"'1.797693134862315809e308'", NULL},
      {"'1e-99999'", "0"},
      {"'1e-400'", "0"},
      {"'4.9e-324'", "5e-324"},
      {"'2.4e-324'", "0"},
      {"'-0.0'", "0"},
      {"'-0'", "0"}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_TEXT,
     "text",
     {{"'2025-01-31T23:59:59.' || repeat('9', 100000) || 'Z'", "2025-01-31 23:59:59.999999"}}},
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "timestamp", {{"'infinity'", NULL}, {"'-infinity'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_TIMESTAMP,
     "timestamp",
     {{"'infinity'", NULL}, {"'0044-03-15 BC'", NULL}, {"'10000-01-01'", NULL}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "numeric",
     {{"9007199254740993", "9007199254740993"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", NULL},
      {"-9223372036854775808", "-9223372036854775808"}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "smallint", {{"7", "7"}, {"-32768", "-32768"}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "smallint",
     {{"3600", "1970-01-01 01:00:00"}, {"-1", "1969-12-31 23:59:59"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "smallint", {{"5", "5"}}},
    {SBE_TYPE_DECIMAL, SBE_CLASS_INTEGER, "bigint", {{"5", "5.000000000"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"2.5", "3"},
      {"-2.5", "-3"},
      {"9007199254740993.00", "9007199254740993"},
      {"9223372036854775807.50", NULL},
      {"'NaN'", NULL},
      {"'Infinity'", NULL},
      {"'-Infinity'", NULL},
      {"repeat('9', 131000)", NULL},
      {"1e-16000", "0"}}},
    {SBE_TYPE_INT32, SBE_CLASS_DECIMAL, "numeric(12,2)", {{"2147483647.49", "2147483647"}, {"2147483647.50", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"1735689600.123456789", "2025-01-01 00:00:00.123456"},
      {"99999999999999999999", NULL},
      {"0.5", "1970-01-01 00:00:00.5"},
      {"'NaN'", NULL},
      {"'-Infinity'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "numeric", {{"0.5", NULL}, {"0", "false"}, {"1.000", "true"}, {"'NaN'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"12", "12.000000000"}, {"99999999999999999999999999999999999999", NULL}, {"'NaN'", NULL}, {"'Infinity'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"0.1", "0.1"}, {"1e400", NULL}, {"-1e400", NULL}, {"1e-400", "0"}, {"'NaN'", NULL}, {"'Infinity'", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"1.50", "1.50"}, {"'NaN'", NULL}, {"'Infinity'", NULL}, {"'-Infinity'", NULL}}},
    {SBE_TYPE_INT64, SBE_CLASS_DOUBLE, "double precision", {{"-9223372036854775808", "-9223372036854775808"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "double precision", {{"'-0.0'", "0"}, {"5e-324", "5e-324"}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}, {"0.1", "0.1"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1e20", "100000000000000000000.000000000"},
      {"0.1", "0.100000000"},
      {"5e-324", "0.000000000"},
      {"1e300", NULL},
      {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "boolean", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "timestamp",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'-infinity'", NULL}}},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "jsonb", {{"'123456789012345678901234567890'", "123456789012345678901234567890"}}},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "jsonb", {{"'1e400'", NULL}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "jsonb", {{"'1e999'", NULL}, {"'-1e-999'", "0"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "1.000000000"}, {"'0.1'", "0.100000000"}, {"'1e99'", NULL}}},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_JSON, "jsonb", {{"'9223372036854775808.5'", "9223372036854775809"}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'[1,\"2\",2.5,true,\"x\",null,9007199254740993,1e300]'", "{1,2,3,1,9007199254740993}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "jsonb", {{"'[1,\"2.5\",false,1e999]'", "{1,2.5,0}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'[\"2025-01-01\",0,\"x\"]'", "{\"2025-01-01 00:00:00\",\"1970-01-01 00:00:00\"}"}}},
};

static void label_of(char what[160], const read_table *table, const char *how) {
  snprintf(what, 160, "read %d from class %d (%s, %s)", table->type, table->class_, table->sql_type, how);
}

/* All values of a table in one query, as a column: a bad one must not spoil its neighbours. */
static void test_read(const read_table *table) {
  char what[160];
  label_of(what, table, "column");
  sbe_text sql = {0};
  text_format(&sql, "CREATE TEMP TABLE given (i integer, \"the column\" %s); INSERT INTO given VALUES ",
              table->sql_type);
  size_t n = 0;
  for (; table->values[n].value != NULL; n++)
    text_format(&sql, "%s(%zu, CAST(%s AS %s))", n > 0 ? ", " : "", n, table->values[n].value, table->sql_type);
  text_format(&sql, ", (%zu, NULL)", n);
  sql_do(what, sql.data);
  text_clear(&sql);
  text_put(&sql, "SELECT CAST(");
  put_read(&sql, table->type, table->class_, "\"the column\"");
  text_put(&sql, " AS text) FROM given ORDER BY i");
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
  sql_do(what, "DROP TABLE given");
}

/* The same of bare literals, for which the server computes as much as it can before it begins. */
static void test_literals(const read_table *table) {
  if (table->class_ != SBE_CLASS_TEXT) return;
  char what[160];
  label_of(what, table, "literal");
  for (size_t i = 0; table->values[i].value != NULL; i++) {
    const char *value = table->values[i].value;
    if ((*value != '\'' && *value != 'E') || strstr(value, "||") != NULL) continue;
    sbe_text sql = {0}, label = {0};
    text_put(&sql, "SELECT CAST(");
    put_read(&sql, table->type, table->class_, value);
    text_put(&sql, " AS text)");
    text_format(&label, "%s: %s", what, value);
    check_text(label.data, table->values[i].expected, sql_one(label.data, sql.data));
    text_clear(&sql);
    text_clear(&label);
  }
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
  for (int32_t t = SBE_TYPE_TEXT; t <= SBE_TYPE_TIMESTAMP; t++)
    check_true("a list read from JSON", read_pattern(SBE_TYPE_LIST + t, SBE_CLASS_JSON) != NULL);
}

/* ---- Nasty data: nothing may raise an error, on any class. Texts that are too long for sbe-adapter-check, and what
   PostgreSQL's own types hold ---- */

static const char nasty_table[] =
    "CREATE TEMP TABLE nasty AS SELECT t FROM unnest(ARRAY['', repeat('9', 400), repeat('9', 400) || 'e-390',"
    " '1e131071', '1e-16383', '-1e-16384', '1e131072', repeat('1', 1000000), repeat('[', 100000), '1e-2147483649',"
    " '0000-01-01T00:00:00+23:59', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59',"
    " '294276-12-31 23:59:59.999999', '290309-12-22 BC', '4714-11-24 BC', '253402300799', '-62135596801', 'infinity',"
    " '-infinity', 'NaN', 'null', '\"null\"', '[null,[null],{}]', '99999999999999999999999999999.9999999995',"
    " '9223372036854775807', '-9223372036854775808', '1.7976931348623157e308', '5e-324', '32767', '-32768',"
    " 'true']) AS u(t)";

static void test_nasty(void) {
  if (!sql_do("nasty table", nasty_table)) return;
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
  /* pg_temp.attempt is the cast that the server lacks: NULL where it fails. */
  sql_do("attempt",
         "CREATE FUNCTION pg_temp.attempt(t text, type text) RETURNS text LANGUAGE plpgsql AS $f$ DECLARE r text;"
         " BEGIN EXECUTE format('SELECT CAST(CAST(%L AS %s) AS text)', t, type) INTO r; RETURN r;"
         " EXCEPTION WHEN OTHERS THEN RETURN NULL; END $f$");
  static const struct {
    int32_t class_;
    const char *type;
    const char *of_text; /* NULL: cast to the type where that can be done */
  } classes[] = {
      {SBE_CLASS_TEXT, "text", "t"},
      {SBE_CLASS_DOUBLE, "double precision", NULL},
      {SBE_CLASS_INTEGER, "smallint", NULL},
      {SBE_CLASS_INTEGER, "integer", NULL},
      {SBE_CLASS_INTEGER, "bigint", NULL},
      {SBE_CLASS_DECIMAL, "numeric", NULL},
      {SBE_CLASS_DECIMAL, "numeric(38,38)", NULL},
      {SBE_CLASS_TIMESTAMP, "timestamp", NULL},
      {SBE_CLASS_BOOL, "boolean", NULL},
      {SBE_CLASS_JSON, "jsonb", NULL},
      {SBE_CLASS_JSON, "jsonb", "to_jsonb(t)"},
      {SBE_CLASS_JSON, "jsonb", "to_jsonb(ARRAY[t, t])"},
  };
  for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
    sbe_text sql = {0};
    text_format(&sql, "CREATE TEMP TABLE classed AS SELECT ");
    if (classes[c].of_text != NULL)
      text_put(&sql, classes[c].of_text);
    else
      text_format(&sql, "CAST(pg_temp.attempt(t, '%s') AS %s)", classes[c].type, classes[c].type);
    text_put(&sql, " AS x FROM nasty");
    sql_do("classed", sql.data);
    text_clear(&sql);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
      char what[120];
      snprintf(what, sizeof what, "no error: %d from %s", types[t], classes[c].type);
      text_put(&sql, "SELECT count(*) >= count(r) FROM (SELECT ");
      put_read(&sql, types[t], classes[c].class_, "x");
      text_put(&sql, " AS r FROM classed OFFSET 0) AS q");
      check_text(what, "t", sql_one(what, sql.data));
      text_clear(&sql);
    }
    sql_do("classed", "DROP TABLE classed");
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

static void check_aggregate(const char *what, int32_t op, const char *const operands[5], const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT string_agg(coalesce(CAST(r AS text), 'NULL'), ' ' ORDER BY g) FROM (SELECT g, ");
  put_pattern(&sql, operation(op), 5, operands);
  text_format(&sql, " AS r FROM %s GROUP BY g) AS q", events);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

static void check_operation(const char *what, int32_t op, const char *a, const char *b, const char *from,
                            const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_pattern(&sql, operation(op), 2, (const char *const[]){a, b});
  text_format(&sql, " AS text) %s", from);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

#define OPERANDS(...) ((const char *const[5]){__VA_ARGS__})

static void test_aggregates(void) {
  check_aggregate("MAX_IF of a condition", SBE_OP_MAX_IF, OPERANDS("v", "(m AND v < 9)"), "5 3 NULL");
  check_aggregate("MIN_IF of bools", SBE_OP_MIN_IF, OPERANDS("(v > 5)", "m"), "false false NULL");
  check_aggregate("MAX_IF of bools", SBE_OP_MAX_IF, OPERANDS("(v > 5)", "m"), "true false NULL");
  check_aggregate("MIN_IF of times", SBE_OP_MIN_IF, OPERANDS("t", "m"), "2025-01-01 00:00:00 2025-01-01 00:00:00 NULL");
  check_aggregate("FIRST_IF of lists", SBE_OP_FIRST_IF,
                  OPERANDS("ARRAY[id, NULL, 'a,\"b']", "t", "id", "(m AND v IS NOT NULL)", "text[]"),
                  "{b,NULL,\"a,\\\"b\"} {a,NULL,\"a,\\\"b\"} NULL");
  check_aggregate("LAST_IF of empty lists", SBE_OP_LAST_IF,
                  OPERANDS("CAST(ARRAY[] AS bigint[])", "t", "id", "m", "bigint[]"), "{} {} NULL");
  check_operation("picks go by microseconds, not by their texts", SBE_OP_MAX_IF, "t", "TRUE",
                  "FROM (VALUES (TIMESTAMP '2025-01-01 00:00:00'), ('2025-01-01 00:00:00.000001')) AS e(t)",
                  "2025-01-01 00:00:00.000001");
  sbe_text sql = {0};
  text_put(&sql, "SELECT ");
  put_pattern(&sql, operation(SBE_OP_LAST_IF), 5, OPERANDS("v", "t", "t", "TRUE", "double precision"));
  text_put(&sql, " FROM (VALUES (TIMESTAMP '2025-01-01 00:00:09', CAST(0.1 AS double precision)), ('2025-01-01 "
                 "00:00:09.000001', 0.30000000000000004), ('2025-01-01 00:00:08.999999', 3)) AS e(t, v)");
  check_text("a picked double is the one it was", "0.30000000000000004", sql_one("pick", sql.data));
  text_clear(&sql);
}

static void test_sums(void) {
  static const char *const from = "FROM (SELECT %s AS v FROM generate_series(1, 3)) AS e";
  static const struct {
    const char *what, *value, *expected;
  } sums[] = {
      {"sums of sums too", "CAST(9223372036854775807 AS numeric) * 4", "110680464442257309684"},
      {"of int32", "2147483647", "6442450941"},
      {"of doubles", "CAST(0.5 AS double precision)", "1.5"},
      {"a double sum that overflows is NULL", "CAST(1e308 AS double precision)", NULL},
      {"a large one that does not is exact", "CAST(5e307 AS double precision)", "1.5e+308"},
      {"negative", "CAST(-1e308 AS double precision)", NULL},
      {"of NULLs", "CAST(NULL AS double precision)", NULL},
  };
  for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
    char rows[160];
    snprintf(rows, sizeof rows, from, sums[i].value);
    check_operation(sums[i].what, SBE_OP_SUM_IF, "v", "TRUE", rows, sums[i].expected);
  }
  check_operation("large ones that cancel", SBE_OP_SUM_IF, "v", "(v <> 7)",
                  "FROM (VALUES (CAST(1e308 AS double precision)), (1e308), (-1e308), (-1e308), (2), (7)) AS e(v)",
                  "2");
  sbe_text sql = {0};
  text_put(&sql, "SELECT pg_typeof(");
  put_pattern(&sql, operation(SBE_OP_SUM_IF), 2, OPERANDS("v", "TRUE"));
  text_put(&sql, ") FROM (SELECT CAST(1 AS double precision) AS v) AS e");
  check_text("a sum of doubles is a double", "double precision", sql_one("type", sql.data));
  text_clear(&sql);
  check_operation("LIST_OF bools", SBE_OP_LIST_OF, "v", "", "FROM (VALUES (TRUE), (FALSE)) AS e(v)", "{f,t}");
  check_operation("DICT_OF over nothing", SBE_OP_DICT_OF, "k", "n", "FROM (SELECT 'a' AS k, 1 AS n WHERE FALSE) AS e",
                  NULL);
}

static void test_clock(void) {
  sbe_text sql = {0};
  text_format(&sql,
              "SELECT pg_typeof(%s) = CAST('timestamp' AS regtype) AND abs(EXTRACT(EPOCH FROM %s) - "
              "EXTRACT(EPOCH FROM now())) < 60",
              operation(SBE_OP_NOW), operation(SBE_OP_NOW));
  check_text("NOW is a timestamp in UTC", "t", sql_one("now", sql.data));
  text_clear(&sql);
}

static void test_doubles(void) {
  static const struct {
    int32_t op;
    const char *a, *b, *expected;
  } sums[] = {
      {SBE_OP_ADD, "1.5", "2", "3.5"},
      {SBE_OP_ADD, "1e308", "1e308", NULL},
      {SBE_OP_ADD, "1e308", "-1e308", "0"},
      {SBE_OP_ADD, "1e308", "7e307", "1.7e+308"},
      {SBE_OP_ADD, "-1e308", "-1e308", NULL},
      {SBE_OP_ADD, "NULL", "1", NULL},
      {SBE_OP_ADD, "5e-324", "5e-324", "1e-323"},
      {SBE_OP_ADD, "1e308", "0", "1e+308"},
      {SBE_OP_MULTIPLY, "1.5", "2", "3"},
      {SBE_OP_MULTIPLY, "1e200", "1e200", NULL},
      {SBE_OP_MULTIPLY, "1e200", "-1e200", NULL},
      {SBE_OP_MULTIPLY, "1e-200", "1e-200", "0"},
      {SBE_OP_MULTIPLY, "1e300", "1e-300", "1"},
      {SBE_OP_MULTIPLY, "0", "1e308", "0"},
      {SBE_OP_MULTIPLY, "NULL", "1e308", NULL},
      {SBE_OP_DIVIDE, "3", "2", "1.5"},
      {SBE_OP_DIVIDE, "5e-324", "3", "0"},
      {SBE_OP_DIVIDE, "1e308", "4", "2.5e+307"},
      {SBE_OP_DIVIDE, "NULL", "4", NULL},
  };
  for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
    char what[80], from[160];
    snprintf(what, sizeof what, "double operation %d of %s and %s", sums[i].op, sums[i].a, sums[i].b);
    snprintf(from, sizeof from, "FROM (SELECT CAST(%s AS double precision) AS a, CAST(%s AS %s) AS b OFFSET 0) AS e",
             sums[i].a, sums[i].b, sums[i].op == SBE_OP_DIVIDE ? "bigint" : "double precision");
    check_operation(what, sums[i].op, "a", "b", from, sums[i].expected);
  }
}

/* ---- Names, schemas, tables ---- */

static void test_names(void) {
  static const struct {
    const char *text;
    size_t size;
    const char *expected;
  } literals[] = {
      {"O'Brien", 7, "O'Brien"},
      {"\\'\\", 3, "\\'\\"},
      {"'\0a\0", 4,
       "'\xEF\xBF\xBD"
       "a\xEF\xBF\xBD"},
  };
  sbe_text sql = {0};
  for (int on = 0; on < 2; on++) { /* whatever the session says of backslashes */
    sql_do("strings", on ? "SET standard_conforming_strings = on"
                         : "SET standard_conforming_strings = off; SET escape_string_warning = off");
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
      text_put(&sql, "SELECT ");
      sbe_postgres_dialect.literal(&sql, literals[i].text, literals[i].size);
      check_text("a literal comes back as it was", literals[i].expected, sql_one("literal", sql.data));
      text_clear(&sql);
    }
  }
  for (const sbe_physical *row = sbe_postgres_dialect.physical; row->type != 0; row++) {
    text_format(&sql, "SELECT CAST('%s' AS regtype) IS NOT NULL",
                row->type == SBE_TYPE_DECIMAL ? "numeric" : row->name);
    check_text("a physical type is one", "t", sql_one(row->name, sql.data));
    text_clear(&sql);
  }
}

static void test_schemas(void) {
  sbe_text sql = {0};
  for (int i = 0; i < 2; i++) {
    put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1,
                (const char *const[]){i == 0 ? "\"Shop's\"" : "\"of \"\"it\".\"Shop's\""});
    sql_do("CREATE_SCHEMA", sql.data);
    text_clear(&sql);
  }
  sql_do("tables", "CREATE TABLE \"Shop's\".\"Orders_2_x\" (a integer); CREATE TABLE \"Shop's\".b (a integer);"
                   "CREATE VIEW \"Shop's\".v AS SELECT 1 AS a; CREATE INDEX i ON \"Shop's\".b (a)");
  text_put(&sql, "SELECT string_agg(t, ',' ORDER BY t) FROM (");
  put_pattern(&sql, operation(SBE_OP_LIST_TABLES), 1, (const char *const[]){"'Shop''s'"});
  text_put(&sql, ") AS q(t)");
  check_text("LIST_TABLES", "Orders_2_x,b", sql_one("tables", sql.data));
  text_clear(&sql);
  /* Who may not make schemas may use one that is there. */
  sql_do("role", "CREATE ROLE modest; GRANT USAGE ON SCHEMA \"Shop's\" TO modest; SET ROLE modest");
  put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1, (const char *const[]){"\"Shop's\""});
  sql_do("CREATE_SCHEMA without the right to", sql.data);
  text_clear(&sql);
  sql_do("role", "RESET ROLE; DROP SCHEMA \"Shop's\" CASCADE; DROP ROLE modest");
  /* A name that looks like the end of a quote is only a name. */
  put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1, (const char *const[]){"\"$name$); $sbe$\""});
  sql_do("CREATE_SCHEMA", sql.data);
  text_clear(&sql);
  sql_do("schema", "DROP SCHEMA \"$name$); $sbe$\"");
  put_pattern(&sql, operation(SBE_OP_HOLD), 1,
              (const char *const[]){"SELECT relname FROM pg_class WHERE relname = 'x'"});
  check_text("HOLD", "no row", sql_one("HOLD", sql.data));
  text_clear(&sql);
}

static const sbe_column_spec specs[] = {
    {"key", SBE_TYPE_TEXT},          {"event_date", SBE_TYPE_DATE},           {"n", SBE_TYPE_INT64},
    {"wide", SBE_TYPE_WIDE_INTEGER}, {"tags", SBE_TYPE_LIST + SBE_TYPE_TEXT}, {"d", SBE_TYPE_DICT},
};

static void run_create(const sbe_table *table) {
  sbe_statements list = {0};
  sbe_error error = {0};
  check_true("create", sbe_postgres_dialect.create(table, &list, &error) == SBE_OK);
  for (size_t i = 0; i < list.n; i++) {
    sql_do(table->name, list.items[i].data);
    text_clear(&list.items[i]);
  }
}

static void test_tables(void) {
  static const char *const long_name = "\"made\".\"ééééééééééééééééééééééééééééé_x\""; /* 60 bytes */
  sbe_table table = {.struct_size = sizeof table,
                     .name = "\"made\".\"a \"\"b\"\".c\"",
                     .kind = SBE_TABLE_PERMANENT,
                     .n_columns = 6,
                     .columns = specs,
                     .day_column = 1,
                     .key_column = 0,
                     .lookup_column = -1};
  sql_do("schema", "CREATE SCHEMA made");
  run_create(&table);
  run_create(&table);
  table.name = long_name;
  table.day_column = -1;
  run_create(&table);
  run_create(&table);
  table.lookup_column = 2;
  table.day_column = 1;
  table.name = "\"made\".\"both\"";
  run_create(&table);
  char *rows =
      sql_rows("indexes", "SELECT tablename, substr(indexdef, strpos(indexdef, ' USING ')), octet_length(indexname) "
                          "<= 63, indexname LIKE left(tablename, 20) || '%' FROM pg_indexes WHERE schemaname = "
                          "'made' ORDER BY tablename COLLATE \"C\", 2");
  check_text("an index for lookups, days or keys",
             "a \"b\".c| USING btree (event_date)|t|t\nboth| USING btree (event_date)|t|t\nboth| USING btree (n)|t|t\n"
             "ééééééééééééééééééééééééééééé_x| USING hash (key)|t|t",
             rows == NULL ? NULL : rows);
  free(rows);
  /* 6,400 digits, which nothing compresses: a B-tree would not take them */
  sql_do("a long key", "INSERT INTO \"made\".\"ééééééééééééééééééééééééééééé_x\" (key)"
                       " SELECT string_agg(md5(CAST(i AS text)), '') FROM generate_series(1, 200) AS i");
  table = (sbe_table){.struct_size = sizeof table,
                      .name = "\"made\".scratch",
                      .kind = SBE_TABLE_SCRATCH,
                      .n_columns = 6,
                      .columns = specs,
                      .day_column = 1,
                      .key_column = 0,
                      .lookup_column = -1,
                      .select = "SELECT 'a', DATE '2025-01-01', 1, 2, ARRAY['x'], '{}'"};
  run_create(&table);
  rows = sql_rows("columns", "SELECT attname, format_type(atttypid, atttypmod), COALESCE((SELECT collname FROM "
                             "pg_collation AS c WHERE c.oid = attcollation), '-'), relpersistence, reltuples FROM "
                             "pg_attribute JOIN pg_class AS r ON r.oid = attrelid WHERE attrelid = "
                             "CAST('made.scratch' AS regclass) AND attnum > 0 ORDER BY attnum");
  check_text("a scratch table has the declared types, sorts by code point, is not logged, and is analysed",
             "key|text|C|u|1\nevent_date|date|-|u|1\nn|bigint|-|u|1\nwide|numeric|-|u|1\ntags|text[]|C|u|1\n"
             "d|jsonb|-|u|1",
             rows);
  free(rows);
  rows =
      sql_rows("columns", "SELECT attname, (SELECT collname FROM pg_collation AS c WHERE c.oid = attcollation) FROM "
                          "pg_attribute WHERE attrelid = CAST('made.both' AS regclass) AND attcollation <> 0 ORDER BY "
                          "attnum");
  check_text("so do permanent ones", "key|C\ntags|C", rows);
  free(rows);
  sql_do("schema", "DROP SCHEMA made CASCADE");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  test_contract();
  test_types();
  if (sql_open()) {
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
      test_read(&reads[i]);
      test_literals(&reads[i]);
    }
    test_names();
    test_clock();
    test_doubles();
    test_aggregates();
    test_sums();
    test_schemas();
    test_tables();
    test_nasty();
    test_layouts();
    sql_close();
  }
  sbe_postgres_pool_free(&sql_pool);
  printf("postgres-dialect: %d passed, %d failed, %d skipped\n", sql_passed, sql_failed, sql_skipped);
  return sql_failed > 0;
}
