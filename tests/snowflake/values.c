/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the Snowflake dialect reads and computes that is Snowflake's own, as queries with what they must answer: for
 * dialect.py, which asks the stand-in or an account. What every dialect must answer, whatever the warehouse, is asked
 * by sbe-adapter-check (kit/text_reads.c, layout_reads.c, operations.c), for this one by scenarios.sh. All expected
 * values are worked out by hand.
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
  value_read values[16]; /* value NULL at the end */
} read_table;

static const read_table reads[] = {
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "VARCHAR", {{"'12' || CHR(0)", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'12345678901234567890123456789012345678'", "12345678901234567890123456789012345678"},
      {"'-12345678901234567890123456789012345678'", "-12345678901234567890123456789012345678"},
      {"'100000000000000000000000000000000000000'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_TEXT,
     "VARCHAR",
     {{"'9999999999999999999999999999.999999999'", "9999999999999999999999999999.999999999"}, {"'1e30'", NULL}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "VARCHAR", {{"'-0.0'", "0"}}},
    {SBE_TYPE_INT64, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"9223372036854775808", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"18446744073709551615", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_INTEGER, "NUMBER(38,0)", {{"99999999999999999999999999999999999999", NULL}}},
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
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "FLOAT", {{"-0.0", "0"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "FLOAT", {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "FLOAT", {{"1", "true"}, {"0", "false"}, {"0.5", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "FLOAT",
     {{"1e20", "100000000000000000000.000000000"}, {"0.1", "0.100000000"}, {"1e300", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "BOOLEAN", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "TIMESTAMP_NTZ(6)",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'2025-01-02'", "2025-01-02 00:00:00"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "JSON", {{"'123456789012345678901234567890'", "123456789012345678901234567890"}}},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, "JSON", {{"'true'", "1.000000000"}, {"'0.1'", "0.100000000"}}},
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

/* ---- Picks ---- */

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

static void print_picks(void) {
  print_pick("FIRST_IF with a condition", SBE_OP_FIRST_IF, "v", "id", "(m AND v IS NOT NULL)",
             (const char *const[]){"5", "3", NULL});
  print_pick("FIRST_IF of merged days", SBE_OP_FIRST_IF, "v", "t", "(TRUE AND id <> 'a')",
             (const char *const[]){"7", NULL, NULL});
  print_pick("LAST_IF of an instant", SBE_OP_LAST_IF, "t", "t", "(TRUE AND v IS NOT NULL)",
             (const char *const[]){"2025-01-02 00:00:00.000", "2025-01-01 00:00:00.000", "2025-01-01 00:00:00.000"});
}

/* ---- Literals and names ---- */

static void print_literals(void) {
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
}

/* ---- Nasty data: nothing may raise an error, on any class. Texts that are too long for sbe-adapter-check, and what
   Snowflake's own types hold ---- */

static const char *const nasty[] = {"''",
                                    "REPEAT('9', 400)",
                                    "REPEAT('9', 400) || 'e-390'",
                                    "REPEAT('1', 100000)",
                                    "'1e-2147483649'",
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
  print_picks();
  print_literals();
  print_nasty();
}
