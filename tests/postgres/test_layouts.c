/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `source` on real rows: the same events in every layout that the types tell apart, asked for the same
 * properties, with the same expected values, worked out by hand. Then what is PostgreSQL's alone: tables of
 * entities with duplicates on both sides, bounds that reach an index, JSON that jsonb cannot hold, names that
 * were cut, and columns of every type.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/postgres/sql.h"

/* ---- Types ---- */

void test_types(void) {
  static const struct {
    const char *type;
    sbe_postgres_kind kind;
  } kinds[] = {
      {"bigint", SBE_POSTGRES_INTEGER},
      {"numeric(38,9)", SBE_POSTGRES_NUMERIC},
      {"character varying(255)", SBE_POSTGRES_TEXT},
      {"character(36)", SBE_POSTGRES_TEXT},
      {"timestamp(3) without time zone", SBE_POSTGRES_TIMESTAMP},
      {"timestamp with time zone", SBE_POSTGRES_TIMESTAMP_ZONE},
      {"jsonb", SBE_POSTGRES_JSONB},
      {"jsonb[]", SBE_POSTGRES_ARRAY},
      {"record", SBE_POSTGRES_RECORD},
      {"uuid", SBE_POSTGRES_OTHER},
      {"other.text", SBE_POSTGRES_OTHER},
      {"", SBE_POSTGRES_OTHER},
      {"(((((((((((", SBE_POSTGRES_OTHER},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    check_true(kinds[i].type, sbe_postgres_kind_of(kinds[i].type) == kinds[i].kind);
  const sbe_postgres_table *table = sbe_postgres_table_read(
      &sql_pool,
      "TABLE \"a \"\"b\"\"\".\"c (d)\" (\"sku\" numeric(10,2), \"x\"\", \" public.\"odd, (type\", \"é\" text)");
  check_true("a table's description", table != NULL && table->n == 3);
  if (table != NULL && table->n == 3) {
    check_text("its name", "\"a \"\"b\"\"\".\"c (d)\"", table->printed);
    check_text("a column", "x\", ", table->columns[1].name);
    check_true("its type", table->columns[0].kind == SBE_POSTGRES_NUMERIC &&
                               table->columns[1].kind == SBE_POSTGRES_OTHER &&
                               table->columns[2].kind == SBE_POSTGRES_TEXT);
  }
  static const char *const wrong[] = {"TABLE ",
                                      "TABLE \"a",
                                      "TABLE \"a\"",
                                      "TABLE \"a\" (",
                                      "TABLE \"a\" ()",
                                      "TABLE \"a\" (\"b\"",
                                      "TABLE \"a\" (\"b\" text",
                                      "TABLE \"a\" (\"b\" text,",
                                      "TABLE \"a\" (\"b\" text))",
                                      "TABLE \"a\".b (\"b\" text)",
                                      "text"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    check_true(wrong[i], sbe_postgres_table_read(&sql_pool, wrong[i]) == NULL);
}

/* ---- Asking ---- */

/* A property as the tests write it: `column`, `column:a/#1/b` or, of an entity, `column@0:a/b`. */
static const sbe_path *parse_path(const char *text) {
  sbe_path *path = sbe_postgres_pool_get(&sql_pool, sizeof *path);
  sbe_step *steps = sbe_postgres_pool_get(&sql_pool, 16 * sizeof *steps);
  char *copy = sbe_postgres_pool_copy(&sql_pool, text, strlen(text)), *colon = strchr(copy, ':');
  *path = (sbe_path){.struct_size = sizeof *path, .kind = SBE_PATH_ATOMIC, .column = copy, .steps = steps};
  if (colon != NULL) {
    path->kind = SBE_PATH_EVENT;
    *colon++ = '\0';
    char *rest = colon;
    for (char *step; *colon != '\0' && (step = strsep(&rest, "/")) != NULL;)
      steps[path->n_steps++] = *step == '#' ? (sbe_step){NULL, atoll(step + 1)} : (sbe_step){step, 0};
  }
  char *at = strchr(copy, '@');
  if (at != NULL) {
    path->kind = SBE_PATH_ENTITY;
    *at = '\0';
    path->index = atoll(at + 1);
  }
  return path;
}

enum { MOST = 96, IS_THERE = -1, MOST_COLUMNS = 256 };

typedef struct {
  const char *path;
  int32_t type;         /* IS_THERE: whether it is not NULL */
  const char *expected; /* of all rows, in order of `n` */
} property;

/* Print a source for all properties and `n` before them. */
static bool print_source(const char *name, sbe_source wanted, const property *properties, size_t n, sbe_text *from,
                         int32_t *classes) {
  const sbe_path *paths[MOST];
  paths[0] = parse_path("n");
  for (size_t i = 0; i < n; i++) paths[i + 1] = parse_path(properties[i].path);
  wanted.struct_size = sizeof wanted;
  wanted.n_paths = n + 1;
  wanted.paths = paths;
  sbe_error error = {0};
  if (sbe_postgres_dialect.source(&wanted, from, classes, &error) != SBE_OK) {
    check_text(name, "a source", error.message);
    return false;
  }
  if (getenv("SBE_TEST_PRINT") != NULL) printf("%s: %s\n", name, from->data);
  return true;
}

/* Ask for all properties in one source, and check each. */
static void check_source(const char *name, sbe_source wanted, const property *properties, size_t n) {
  sbe_text from = {0}, sql = {0};
  int32_t classes[MOST];
  if (!print_source(name, wanted, properties, n, &from, classes)) return;
  for (size_t i = 0; i < n; i++) {
    char what[200], column[32];
    snprintf(what, sizeof what, "%s: %s as %d", name, properties[i].path, properties[i].type);
    snprintf(column, sizeof column, "\"p%zu\"", i + 1);
    text_put(&sql, "SELECT string_agg(coalesce(CAST(v AS text), 'NULL'), '|' ORDER BY n) FROM (SELECT \"p0\" AS n, ");
    if (properties[i].type == IS_THERE)
      text_format(&sql, "CASE WHEN %s IS NULL THEN 0 ELSE 1 END", column);
    else
      put_read(&sql, properties[i].type, classes[i + 1], column);
    text_format(&sql, " AS v FROM %s AS s) AS q", from.data);
    check_text(what, properties[i].expected, sql_one(what, sql.data));
    text_clear(&sql);
  }
  text_clear(&from);
}

static sbe_source of_table(const char *schema, const char *table) {
  sbe_column *columns = sbe_postgres_pool_get(&sql_pool, MOST_COLUMNS * sizeof *columns);
  sbe_text printed = {0};
  text_format(&printed, "\"%s\".\"%s\"", schema, table);
  const char *name = sbe_postgres_pool_copy(&sql_pool, printed.data, printed.size);
  text_clear(&printed);
  return (sbe_source){.table = name,
                      .name = {NULL, schema, table},
                      .n_columns = sql_describe(schema, table, columns, MOST_COLUMNS),
                      .columns = columns};
}

/* ---- The same events in every layout ---- */

#define CONTEXT "contexts_nl_acme_thing_1"
#define EVENT "unstruct_event_nl_acme_go_1"
#define NO_LIST "NULL|NULL|NULL|NULL"

static const property properties[] = {
    {CONTEXT "@0:deviceClass", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:device_class", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:device-class", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:deviceclass", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@1:deviceClass", SBE_TYPE_TEXT, "Second|NULL|NULL|NULL"},
    {CONTEXT "@5:deviceClass", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@9223372036854775807:deviceClass", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:ip_address", SBE_TYPE_TEXT, "10.0.0.1|NULL|NULL|NULL"},
    {CONTEXT "@0:IPAddress", SBE_TYPE_TEXT, "10.0.0.1|NULL|NULL|NULL"},
    {CONTEXT "@0:ipAddress", SBE_TYPE_TEXT, "10.0.0.1|NULL|NULL|NULL"},
    {CONTEXT "@0:price", SBE_TYPE_INT64, "9007199254740993|NULL|NULL|NULL"},
    {CONTEXT "@0:price", SBE_TYPE_TEXT, "9007199254740993|NULL|NULL|NULL"},
    {CONTEXT "@0:rate", SBE_TYPE_INT32, "3|NULL|NULL|NULL"},
    {CONTEXT "@0:rate", SBE_TYPE_DOUBLE, "2.5|NULL|NULL|NULL"},
    {CONTEXT "@0:ok", SBE_TYPE_BOOL, "true|NULL|NULL|NULL"},
    {CONTEXT "@0:ok", SBE_TYPE_INT64, "1|NULL|NULL|NULL"},
    {CONTEXT "@0:ok", SBE_TYPE_TEXT, "true|NULL|NULL|NULL"},
    {CONTEXT "@0:seenAt", SBE_TYPE_TIMESTAMP, "2024-12-31 22:30:00|NULL|NULL|NULL"},
    {CONTEXT "@0:tags", SBE_TYPE_LIST + SBE_TYPE_TEXT, "{b,a}|NULL|NULL|{}"},
    {CONTEXT "@0:tags", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:tags", IS_THERE, "1|0|0|1"},
    {CONTEXT "@0:tags/#0", SBE_TYPE_TEXT, "b|NULL|NULL|NULL"},
    {CONTEXT "@0:tags/#1", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:tags/#2", SBE_TYPE_TEXT, "a|NULL|NULL|NULL"},
    {CONTEXT "@0:sizes", SBE_TYPE_LIST + SBE_TYPE_INT64, "{1,20}|NULL|NULL|NULL"},
    {CONTEXT "@0:deviceClass", SBE_TYPE_LIST + SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:deviceClass/#0", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:details/subKey", SBE_TYPE_TEXT, "v1|NULL|NULL|NULL"},
    {CONTEXT "@0:details/parts/#1/sku", SBE_TYPE_TEXT, "s1|NULL|NULL|NULL"},
    {CONTEXT "@0:details/parts/#1/nothing", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:details/#0", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:details", IS_THERE, "1|0|0|0"},
    {CONTEXT "@0:details", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:details/parts", IS_THERE, "1|0|0|0"},
    {CONTEXT "@0:nothing", IS_THERE, "0|0|0|0"},
    {CONTEXT "@0:nothing/deeper/#3", SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:", IS_THERE, "1|0|0|1"},
    {CONTEXT "@1:", IS_THERE, "1|0|0|0"},
    {EVENT ":type", SBE_TYPE_TEXT, "add_to_cart|NULL|NULL|"},
    {EVENT ":type", IS_THERE, "1|0|0|1"},
    {EVENT ":stepNo", SBE_TYPE_INT32, "7|NULL|NULL|8"},
    {EVENT ":step_no", SBE_TYPE_DOUBLE, "7|NULL|NULL|7.5"},
    {EVENT ":", IS_THERE, "1|0|1|1"},
    {EVENT ":#0", SBE_TYPE_TEXT, NO_LIST},
    {"unstruct_event_nl_acme_gone_1:x", SBE_TYPE_TEXT, NO_LIST},
};
#define N_PROPERTIES (sizeof properties / sizeof *properties)

/* Member names as the schema spells them, in snake case, and as neither, though their snake case is right. */
static const char *const spellings[][12] = {
    {"deviceClass", "IPAddress", "seenAt", "subKey", "parts", "sku", "type", "stepNo", "price", "rate", "tags",
     "details"},
    {"device_class", "ip_address", "seen_at", "sub_key", "parts", "sku", "type", "step_no", "price", "rate", "tags",
     "details"},
    {"Device-Class", "IP/address", "SeenAt", "Sub~Key", "Parts", "SKU", "TYPE", "StepNo", "Price", "RATE", "TAGS",
     "Details"},
};

static void test_json(const char *type, size_t spelling) {
  const char *const *m = spellings[spelling];
  sbe_text sql = {0};
  text_format(&sql,
              "CREATE TABLE lay.events (n integer, event_id text, load_tstamp timestamp, \"" EVENT "\" %s, \"" CONTEXT
              "\" %s); INSERT INTO lay.events VALUES\n",
              type, type);
  text_format(&sql, "(1, 'a', '2025-01-01', '{\"%s\": \"add_to_cart\", \"%s\": 7}', ", m[6], m[7]);
  text_format(&sql,
              "'[{\"%s\": \"Phone \\\"\\u00e9\\\"\", \"%s\": \"10.0.0.1\", \"%s\": 9007199254740993, \"%s\": 2.5, "
              "\"ok\": true, \"%s\": "
              "\"2025-01-01T00:30:00+02:00\", \"%s\": [\"b\", null, \"a\"], \"sizes\": [1, 20], \"%s\": {\"%s\": "
              "\"v1\", \"%s\": "
              "[{\"%s\": \"s0\"}, {\"%s\": \"s1\"}]}}, {\"%s\": \"Second\"}]'),\n",
              m[0], m[1], m[8], m[9], m[2], m[10], m[11], m[3], m[4], m[5], m[5], m[0]);
  text_put(&sql, "(2, 'b', '2025-01-02', NULL, NULL),\n(3, 'c', '2025-01-03', '{}', '[]'),\n");
  text_format(&sql, "(4, 'd', '2025-01-04', '{\"%s\": \"\", \"%s\": 7.5}', '[{\"%s\": [], \"%s\": null}]')", m[6], m[7],
              m[10], m[0]);
  sql_do(type, sql.data);
  text_clear(&sql);
  char name[64];
  snprintf(name, sizeof name, "%s, spelling %zu", type, spelling);
  check_source(name, of_table("lay", "events"), properties, N_PROPERTIES);
  sql_do(type, "DROP TABLE lay.events");
}

/* The same in tables of their own; `text` is the type of what is nested there. */
static void test_tables(const char *text) {
  sbe_text sql = {0};
  text_put(&sql,
           "CREATE TABLE lay.events (n integer, event_id char(36), load_tstamp timestamp, collector_tstamp timestamp);"
           "INSERT INTO lay.events VALUES (1, 'a', '2025-01-01', '2025-01-01'), (2, 'b', '2025-01-02', '2025-01-02'),"
           "(3, 'c', '2025-01-03', '2025-01-03'), (4, 'd', '2025-01-04', '2025-01-04');");
  text_put(&sql,
           "CREATE TABLE lay.nl_acme_go_1 (schema_vendor text, root_id char(36), root_tstamp timestamp, ref_root text,"
           " type varchar(20), step_no double precision);"
           "INSERT INTO lay.nl_acme_go_1 VALUES ('x', 'a', '2025-01-01', 'events', 'add_to_cart', 7),"
           "('x', 'c', '2025-01-03', 'events', NULL, NULL), ('x', 'd', '2025-01-04', 'events', '', 7.5);");
  text_format(&sql,
              "CREATE TABLE lay.nl_acme_thing_1 (schema_vendor text, root_id char(36), root_tstamp timestamp, "
              "device_class text,"
              " ip_address inet, price bigint, rate numeric(10,3), ok boolean, seen_at timestamptz, tags %s, sizes %s,"
              " \"details.sub_key\" text, details_parts %s);",
              text, text, text);
  text_put(
      &sql,
      "INSERT INTO lay.nl_acme_thing_1 VALUES ('x', 'a', '2025-01-01', 'Second', NULL, NULL, NULL, NULL, NULL, NULL,"
      " NULL, NULL, NULL), ('x', 'a', '2025-01-01', 'Phone \"é\"', '10.0.0.1', 9007199254740993, 2.5, true,"
      " '2025-01-01T00:30:00+02:00', '[\"b\", null, \"a\"]', '[1, 20]', 'v1',"
      " '[{\"sku\": \"s0\"}, {\"sku\": \"s1\"}]'),"
      " ('x', 'd', '2025-01-04', NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL)");
  sql_do("tables", sql.data);
  text_clear(&sql);
  char name[64];
  snprintf(name, sizeof name, "tables with %s", text);
  property asked[N_PROPERTIES];
  size_t n = 0;
  for (size_t i = 0; i < N_PROPERTIES; i++) { /* a flattened object is no thing of its own */
    if (strcmp(properties[i].path, CONTEXT "@0:details") == 0) continue;
    asked[n++] = properties[i];
  }
  check_source(name, of_table("lay", "events"), asked, n);
  sbe_source unknown = {.table = "lay.events", .name = {NULL, "lay", "events"}, .lower = "TIMESTAMP '2025-01-01'"};
  static const property assumed[] = {
      {CONTEXT "@0:deviceClass", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
      {CONTEXT "@1:deviceClass", SBE_TYPE_TEXT, "Second|NULL|NULL|NULL"},
      {EVENT ":stepNo", SBE_TYPE_INT32, "7|NULL|NULL|8"},
      {"event_id", SBE_TYPE_TEXT, "a|b|c|d"},
      {"load_tstamp", SBE_TYPE_DATE, "2025-01-01|2025-01-02|2025-01-03|2025-01-04"},
  };
  check_source("columns that nobody has described", unknown, assumed, sizeof assumed / sizeof *assumed);
  sql_do("tables", "DROP TABLE lay.events, lay.nl_acme_go_1, lay.nl_acme_thing_1");
}

/* ---- Tables: duplicates, bounds, types of keys ---- */

#define ITEM "contexts_item_1"

static void test_duplicates(void) {
  /* a: there once; two equal items and one other.  b: twice, each with its items x, x, y.  c: twice, with x, x, x, y,
     which is not twice anything.  d: twice, but at another time: two events.  e: no time.  f: none. */
  sql_do(
      "duplicates",
      "CREATE TABLE lay.events (n integer, event_id uuid, load_tstamp timestamptz, collector_tstamp timestamptz);"
      "INSERT INTO lay.events SELECT n, CAST(id || '0000000-0000-0000-0000-000000000000' AS uuid), "
      "CAST(l AS timestamptz), CAST(c AS timestamptz) FROM (VALUES"
      " (1, 'a', '2025-01-01 00:00+00', '2025-01-01 00:00+00'), (2, 'b', '2025-01-01 12:00+00', '2025-01-01 01:00+00'),"
      " (3, 'b', '2025-01-02 00:00+00', '2025-01-01 01:00+00'), (4, 'c', '2025-01-02 00:00+00', '2025-01-01 02:00+00'),"
      " (5, 'c', '2025-01-02 00:00+00', '2025-01-01 02:00+00'), (6, 'd', '2025-01-02 00:00+00', '2025-01-01 03:00+00'),"
      " (7, 'd', '2025-01-02 00:00+00', '2025-01-01 04:00+00'), (8, 'e', '2025-01-02 00:00+00', NULL),"
      " (9, 'f', '2025-01-03 00:00+00', '2025-01-01 05:00+00')) AS v(n, id, l, c);"
      "CREATE TABLE lay.item_1 (root_id varchar(36), root_tstamp timestamp, name text, j json);"
      "INSERT INTO lay.item_1 SELECT id || '0000000-0000-0000-0000-000000000000', CAST(c AS timestamp), v.name, '{}' "
      "FROM (VALUES"
      " ('a', '2025-01-01 00:00', 'x'), ('a', '2025-01-01 00:00', 'x'), ('a', '2025-01-01 00:00', 'Y'),"
      " ('b', '2025-01-01 01:00', 'x'), ('b', '2025-01-01 01:00', 'x'), ('b', '2025-01-01 01:00', 'x'),"
      " ('b', '2025-01-01 01:00', 'x'), ('b', '2025-01-01 01:00', 'Y'), ('b', '2025-01-01 01:00', 'Y'),"
      " ('c', '2025-01-01 02:00', 'y'), ('c', '2025-01-01 02:00', 'x'), ('c', '2025-01-01 02:00', 'x'), ('c', "
      "'2025-01-01 02:00', 'x'),"
      " ('d', '2025-01-01 03:00', '3'), ('d', '2025-01-01 04:00', '4'), ('e', '2025-01-01 00:00', 'e')) AS v(id, c, "
      "name);"
      "CREATE INDEX ON lay.events (load_tstamp)");
  static const property all[] = {
      {ITEM "@0:name", SBE_TYPE_TEXT, "Y|Y|Y|x|x|3|4|NULL|NULL"},
      {ITEM "@1:name", SBE_TYPE_TEXT, "x|x|x|x|x|NULL|NULL|NULL|NULL"},
      {ITEM "@2:name", SBE_TYPE_TEXT, "x|x|x|x|x|NULL|NULL|NULL|NULL"},
      {ITEM "@3:name", SBE_TYPE_TEXT, "NULL|NULL|NULL|y|y|NULL|NULL|NULL|NULL"},
  };
  check_source("duplicates", of_table("lay", "events"), all, 4);
  /* One of the two b: how often it is there is counted beyond the bounds. */
  sbe_source some = of_table("lay", "events");
  some.lower = "TIMESTAMP '2025-01-01 06:00:00'";
  some.upper = "TIMESTAMP '2025-01-02 00:00:00'";
  static const property within[] = {
      {ITEM "@0:name", SBE_TYPE_TEXT, "Y"},
      {ITEM "@1:name", SBE_TYPE_TEXT, "x"},
      {ITEM "@2:name", SBE_TYPE_TEXT, "x"},
      {ITEM "@3:name", SBE_TYPE_TEXT, "NULL"},
      {"load_tstamp", SBE_TYPE_TIMESTAMP, "2025-01-01 12:00:00"},
  };
  check_source("duplicates within bounds", some, within, 5);
  sbe_text from = {0}, sql = {0};
  int32_t classes[MOST];
  if (print_source("plan", some, within, 5, &from, classes)) {
    text_format(&sql, "SET enable_seqscan = off; EXPLAIN SELECT * FROM %s AS s", from.data);
    char *plan = sql_rows("plan", sql.data);
    check_true("the bounds reach an index", strstr(plan, "Index Cond: ((load_tstamp >= ") != NULL);
    check_true("only rows of these events are read", strstr(plan, "CTE w") != NULL);
    free(plan);
    sql_do("plan", "SET enable_seqscan = on");
  }
  text_clear(&from);
  text_clear(&sql);
  sql_do("duplicates", "DROP TABLE lay.events, lay.item_1");
}

/* Tables without root_tstamp, and times as text on either side, with and without bounds. */
static void test_keys(void) {
  sql_do("keys", "CREATE TABLE lay.events (n integer, event_id text, load_tstamp timestamp, collector_tstamp text);"
                 "INSERT INTO lay.events VALUES (1, 'a', '2025-01-01', '2025-01-01T01:00:00Z'),"
                 " (2, 'a', '2025-01-01', '2025-01-01 01:00'), (3, 'b', '2025-01-01', NULL);"
                 "CREATE TABLE lay.untimed_1 (root_id text, name text);"
                 "INSERT INTO lay.untimed_1 VALUES ('a', 'x'), ('a', 'x'), ('a', 'y'), ('a', 'y'), ('b', 'z');"
                 "CREATE TABLE lay.timed_1 (root_id text, root_tstamp timestamptz, name text);"
                 "INSERT INTO lay.timed_1 VALUES ('a', '2025-01-01 01:00+00', 'x'), ('a', '2025-01-02 01:00+00', 'a')");
  static const property of_texts[] = {
      {"contexts_untimed_1@0:name", SBE_TYPE_TEXT, "x|x|z"},
      {"contexts_untimed_1@1:name", SBE_TYPE_TEXT, "y|y|NULL"},
      {"contexts_timed_1@0:name", SBE_TYPE_TEXT, "x|x|NULL"},
  };
  sbe_source some = of_table("lay", "events");
  check_source("no root_tstamp, and a text", some, of_texts, 3);
  some.lower = "TIMESTAMP '2025-01-01 00:00:00'";
  check_source("no root_tstamp, and a text, within bounds", some, of_texts, 3);
  sql_do("keys",
         "ALTER TABLE lay.events ALTER collector_tstamp TYPE timestamptz USING collector_tstamp::timestamp AT "
         "TIME ZONE 'UTC'; ALTER TABLE lay.timed_1 ALTER root_tstamp TYPE text USING replace(CAST(root_tstamp AT "
         "TIME ZONE 'UTC' AS text), ' ', 'T')");
  some = of_table("lay", "events");
  some.lower = "TIMESTAMP '2025-01-01 00:00:00'";
  check_source("a root_tstamp of text", some, of_texts, 3);
  sql_do("keys", "DROP TABLE lay.events, lay.untimed_1, lay.timed_1");
}

/* ---- JSON that jsonb does not hold, and text that is no JSON ---- */

typedef struct {
  const char *json;     /* in SQL */
  const char *expected; /* of member a, as text */
} hostile;

static const hostile hostiles[] = {
    {"'{\"a\": \"x\"}'", "x"},
    {"'{\"a\": \"x\\u0000y\", \"b\": 1}'", NULL},
    {"'{\"b\": \"x\\u0000y\", \"a\": 1}'", "1"},
    {"'{\"b\\u0000\": 2, \"a\": 1}'", "1"},
    {"'{\"a\": \"\\\\\\\\u0000\"}'", "\\\\u0000"},
    {"'{\"a\": \"\\\\u0000\"}'", "\\u0000"},
    {"'{\"a\": \"\\ud83d\\ude00\"}'", "😀"},
    {"'{\"a\": \"\\ud83d\"}'", NULL},
    {"'{\"a\": \"\\ude00\\ud83d\"}'", NULL},
    {"'{\"a\": \"\\ude00\", \"b\": \"\\ud83d\\ude00\"}'", NULL},
    {"'{\"b\": \"\\ude00\", \"a\": \"\\ud83d\\ude00\"}'", "😀"},
    {"'{\"a\": 1e1000000}'", "1e1000000"},
    {"'{\"a\": [], \"b\": -1E-1000000}'", NULL},
    {"'{\"b\": 1e1000000, \"a\": \"1e1000000, [1e1000000]\"}'", "1e1000000, [1e1000000]"},
    {"'{\"a\": ' || repeat('7', 200000) || '}'", "200000"},
    {"'{\"a\": 0.' || repeat('7', 20000) || ', \"b\": \"' || repeat('8', 400) || '\"}'", "20002"},
    {"'{\"a\": 1, \"a\": 2}'", "2"},
    {"'{\"a\": {\"a\": 1}}'", NULL},
    {"'[{\"a\": 1}]'", NULL},
    {"'\"a\"'", NULL},
    {"'null'", NULL},
    {"' {\"a\" : [ ] } '", NULL},
    {"repeat('[', 5000) || repeat(']', 5000)", NULL},
};

/* Only as text. */
static const hostile no_json[] = {
    {"''", NULL},
    {"' '", NULL},
    {"'{\"a\": 1'", NULL},
    {"'{\"a\": 1}}'", NULL},
    {"'{\"a\": 1},'", NULL},
    {"'{\"a\" 1}'", NULL},
    {"'{\"a\": 1,}'", NULL},
    {"'{\"a\": 01}'", NULL},
    {"'{\"a\": 1.}'", NULL},
    {"'{\"a\": .5}'", NULL},
    {"'{\"a\": +5}'", NULL},
    {"'{\"a\": 1 2}'", NULL},
    {"'{\"a\": tr ue}'", NULL},
    {"'{\"a\": truefalse}'", NULL},
    {"'{\"a\": \"\t\"}'", NULL},
    {"'{\"a\": \"\\x\"}'", NULL},
    {"'{\"a\": \"\\u12g4\"}'", NULL},
    {"'{\"a\": ''x''}'", NULL},
    {"'{a: 1}'", NULL},
    {"'{1: 1}'", NULL},
    {"'{\"a\": [1, {\"b\": [2, {}]}, 3], \"c\": {}}x'", NULL},
    {"'{\"a\":' || chr(4) || '}'", NULL},
    {"'{' || chr(3) || ':1}'", NULL},
    {"repeat('[', 100000)", NULL},
    {"'{\"a\": \"60\", \"b\":' || repeat('[', 60) || repeat(']', 60) || '}'", "60"},
    {"'{\"a\": \"70\", \"b\":' || repeat('[', 70) || repeat(']', 70) || '}'", NULL},
    {"'{\"b\": [1, {\"c\": [[], {}, \"]\"]}], \"a\": \"deep\"}'", "deep"},
    {"'{\"b\":' || repeat('[', 100000) || '}'", NULL},
    {"'not json at all'", NULL},
    {"repeat('\"', 100001)", NULL},
};

static void test_hostile(const char *type, const hostile *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    sbe_text sql = {0};
    text_format(&sql,
                "CREATE TABLE lay.events (n integer, load_tstamp timestamp, \"" EVENT "\" %s); INSERT INTO lay.events "
                "VALUES (1, '2025-01-01', CAST(%s AS %s)), (2, '2025-01-01', '{\"a\": \"ok\"}')",
                type, values[i].json, type);
    sql_do(type, sql.data);
    text_clear(&sql);
    char name[200], expected[120];
    snprintf(name, sizeof name, "%s %.100s", type, values[i].json);
    bool length =
        values[i].expected != NULL && strlen(values[i].expected) > 4 && strspn(values[i].expected, "0123456789") > 4;
    sbe_text from = {0};
    int32_t classes[MOST];
    static const property a = {EVENT ":a", SBE_TYPE_TEXT, NULL};
    if (print_source(name, of_table("lay", "events"), &a, 1, &from, classes)) {
      text_put(&sql,
               length ? "SELECT string_agg(CASE WHEN p0 = 1 THEN CAST(octet_length(" : "SELECT string_agg(coalesce(");
      put_read(&sql, SBE_TYPE_TEXT, classes[1], "p1");
      text_put(&sql, length ? ") AS text) ELSE 'ok' END, '|' ORDER BY p0) FROM " : ", 'NULL'), '|' ORDER BY p0) FROM ");
      text_format(&sql, "%s AS s", from.data);
      snprintf(expected, sizeof expected, "%s|ok", values[i].expected != NULL ? values[i].expected : "NULL");
      check_text(name, expected, sql_one(name, sql.data));
    }
    text_clear(&sql);
    text_clear(&from);
    sql_do(type, "DROP TABLE lay.events");
  }
}

/* ---- Columns of every type, views, partitions, long names ---- */

static void test_kinds(void) {
  sql_do(
      "kinds",
      "CREATE TYPE lay.colour AS ENUM ('red', 'green'); CREATE TYPE lay.pair AS (a integer, \"subKey\" text);"
      "CREATE DOMAIN lay.positive AS integer CHECK (VALUE > 0); CREATE DOMAIN lay.small AS lay.positive;"
      "CREATE TABLE lay.base (n integer, load_tstamp timestamp, c_enum lay.colour, c_domain lay.small, c_uuid uuid,"
      " c_char char(5), c_inet inet, c_money money, c_date date, c_time time, c_bytea bytea, c_texts text[],"
      " c_ints bigint[], c_doubles double precision[], c_jsons json[], c_pair lay.pair, c_pairs lay.pair[],"
      " c_range int4range, c_real real, c_zone timestamptz(3), c_json json, c_interval interval, c_xml text,"
      " \"Odd \"\"Name\" integer, c_late date, c_numeric numeric) PARTITION BY RANGE (load_tstamp);"
      "CREATE TABLE lay.base_1 PARTITION OF lay.base FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');"
      "CREATE TABLE lay.base_2 PARTITION OF lay.base DEFAULT;"
      "INSERT INTO lay.base VALUES (1, '2025-01-01', 'green', 7, 'A0000000-0000-0000-0000-000000000000', 'ab', "
      "'10.0.0.1',"
      " 12.5, '2025-01-02', '10:00', '\\x6162', ARRAY['b', NULL, 'a'], ARRAY[9007199254740993, 2], ARRAY['NaN', 1.5],"
      " ARRAY[CAST('{\"a\": \"x\\u0000\"}' AS json), '{\"a\": \"y\"}'], ROW(5, NULL), ARRAY[CAST(ROW(1, 'q') AS "
      "lay.pair)],"
      " '[1,3)', 0.5, '2025-01-01 00:30:00+02', '{\"a\":[1]}', '1 day', '', 3, '5874897-12-31', 'NaN');"
      "INSERT INTO lay.base (n, load_tstamp) VALUES (2, '2025-03-01');"
      "CREATE VIEW lay.events AS SELECT * FROM lay.base");
  static const property kinds[] = {
      {"c_enum", SBE_TYPE_TEXT, "green|NULL"},
      {"c_domain", SBE_TYPE_INT64, "7|NULL"},
      {"c_domain", SBE_TYPE_BOOL, "NULL|NULL"},
      {"c_uuid", SBE_TYPE_TEXT, "a0000000-0000-0000-0000-000000000000|NULL"},
      {"c_char", SBE_TYPE_TEXT, "ab|NULL"},
      {"c_inet", SBE_TYPE_TEXT, "10.0.0.1|NULL"},
      {"c_money", SBE_TYPE_DOUBLE, "12.5|NULL"},
      {"c_date", SBE_TYPE_TIMESTAMP, "2025-01-02 00:00:00|NULL"},
      {"c_late", SBE_TYPE_TIMESTAMP, "NULL|NULL"},
      {"c_time", SBE_TYPE_TEXT, "10:00:00|NULL"},
      {"c_bytea", SBE_TYPE_TEXT, "\\x6162|NULL"},
      {"c_texts", SBE_TYPE_LIST + SBE_TYPE_TEXT, "{b,a}|NULL"},
      {"c_texts", SBE_TYPE_TEXT, "NULL|NULL"},
      {"c_ints", SBE_TYPE_LIST + SBE_TYPE_INT64, "{9007199254740993,2}|NULL"},
      {"c_doubles", SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "{1.5}|NULL"},
      {"c_jsons", IS_THERE, "1|0"},
      {"c_jsons:#1/a", SBE_TYPE_TEXT, "y|NULL"},
      {"c_jsons:#0/a", SBE_TYPE_TEXT, "NULL|NULL"},
      {"c_pair", IS_THERE, "1|0"},
      {"c_pair", SBE_TYPE_TEXT, "NULL|NULL"},
      {"c_pair:a", SBE_TYPE_INT32, "5|NULL"},
      {"c_pairs:#0/sub_key", SBE_TYPE_TEXT, "q|NULL"},
      {"c_range", SBE_TYPE_TEXT, "[1,3)|NULL"},
      {"c_real", SBE_TYPE_DOUBLE, "0.5|NULL"},
      {"c_zone", SBE_TYPE_TIMESTAMP, "2024-12-31 22:30:00|NULL"},
      {"c_json:a/#0", SBE_TYPE_INT32, "1|NULL"},
      {"c_interval", SBE_TYPE_TEXT, "1 day|NULL"},
      {"c_numeric", SBE_TYPE_DOUBLE, "NULL|NULL"},
      {"C_REAL", SBE_TYPE_DOUBLE, "0.5|NULL"},
      {"Odd \"Name", SBE_TYPE_INT32, "3|NULL"},
      {"c_gone", SBE_TYPE_TEXT, "NULL|NULL"},
  };
  check_source("a view", of_table("lay", "events"), kinds, sizeof kinds / sizeof *kinds);
  check_source("a partitioned table", of_table("lay", "base"), kinds, sizeof kinds / sizeof *kinds);
  sbe_source some = of_table("lay", "base");
  some.upper = "TIMESTAMP '2025-02-01 00:00:00'";
  check_source("one partition", some, &(property){"c_domain", SBE_TYPE_INT64, "7"}, 1);
  sql_do("kinds",
         "DROP VIEW lay.events; DROP TABLE lay.base CASCADE; DROP TYPE lay.pair, lay.colour; DROP DOMAIN lay.small, "
         "lay.positive");
}

#define LONG_NAME "com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1" /* 68 bytes */

static void test_long_names(void) {
  sql_do("long names",
         "CREATE TABLE lay.events (n integer, event_id text, load_tstamp text, collector_tstamp timestamp,"
         " \"contexts_" LONG_NAME "\" jsonb);"
         "CREATE TABLE lay.\"" LONG_NAME "\" (root_id text, root_tstamp timestamp, type text);"
         "INSERT INTO lay.events VALUES (1, 'a', '2025-01-01T00:00:00Z', '2025-01-01', '[{\"type\": \"c\"}]'),"
         " (2, 'b', 'soon', '2025-01-01', NULL);"
         "INSERT INTO lay.\"" LONG_NAME "\" VALUES ('a', '2025-01-01', 'add')");
  static const property cut[] = {
      {"unstruct_event_" LONG_NAME ":type", SBE_TYPE_TEXT, "add|NULL"},
      {"contexts_" LONG_NAME "@0:type", SBE_TYPE_TEXT, "c|NULL"},
  };
  check_source("names that were cut", of_table("lay", "events"), cut, 2);
  sbe_source some = of_table("lay", "events");
  some.lower = "TIMESTAMP '2025-01-01 00:00:00'";
  check_source("bounds of a text", some, &(property){cut[0].path, SBE_TYPE_TEXT, "add"}, 1);
  sql_do("long names", "DROP TABLE lay.events, lay.\"" LONG_NAME "\"");
  sbe_column column;
  check_true("no table, no column", sql_describe("lay", "events", &column, 1) == 0);
}

/* Two versions of a schema and another schema, whose tables' names are cut alike: the rows tell. */
static void test_names_cut_alike(void) {
#define CUT_VENDOR "com_snowplowanalytics_snowplow_ecommerce"
  sql_do("names cut alike",
         "CREATE TABLE lay.events (n integer, event_id text, load_tstamp timestamp, collector_tstamp timestamp);"
         "CREATE TABLE lay.\"" LONG_NAME "\" (schema_vendor text, schema_name text, schema_version text, root_id text,"
         " root_tstamp timestamp, type text);"
         "INSERT INTO lay.events VALUES (1, 'a', '2025-01-01', '2025-01-01'), (2, 'b', '2025-01-01', '2025-01-01');"
         "INSERT INTO lay.\"" LONG_NAME "\" SELECT 'com.snowplowanalytics.snowplow.ecommerce', v.name, v.version, v.id,"
         " '2025-01-01', v.type FROM (VALUES ('snowplow_ecommerce_action', '2-0-0', 'a', 'a2'),"
         " ('snowplow_ecommerce_action', '1-0-3', 'a', 'b1'), ('snowplowEcommerceActivity', '1-0-0', 'a', 'c'),"
         " ('snowplow_ecommerce_action', '1-0-0', 'a', 'd1'), (NULL, '1-0-0', 'b', 'untold'),"
         " ('snowplow_ecommerce_action', '12-0-0', 'b', 'a12')) AS v(name, version, id, type)");
  static const property alike[] = {
      {"unstruct_event_" LONG_NAME ":type", SBE_TYPE_TEXT, "b1|untold"},
      {"contexts_" LONG_NAME "@1:type", SBE_TYPE_TEXT, "d1|NULL"},
      {"unstruct_event_" CUT_VENDOR "_snowplow_ecommerce_action_2:type", SBE_TYPE_TEXT, "a2|NULL"},
      {"unstruct_event_" CUT_VENDOR "_snowplow_ecommerce_activity_1:type", SBE_TYPE_TEXT, "c|untold"},
      {"unstruct_event_" CUT_VENDOR "_snowplow_ecommerce_actuary_1:type", SBE_TYPE_TEXT, "NULL|untold"},
  };
  check_source("names cut alike", of_table("lay", "events"), alike, 5);
  sbe_source some = of_table("lay", "events");
  some.lower = "TIMESTAMP '2025-01-01 00:00:00'";
  check_source("names cut alike, within bounds", some, alike, 5);
  sql_do("names cut alike", "DROP TABLE lay.events, lay.\"" LONG_NAME "\"");
}

void test_layouts(void) {
  sql_do("schema", "CREATE SCHEMA lay");
  static const char *const types[] = {"jsonb", "json", "text"};
  for (size_t t = 0; t < 3; t++)
    for (size_t s = 0; s < 3; s++) test_json(types[t], s);
  test_tables("text");
  test_tables("jsonb");
  test_tables("json");
  test_duplicates();
  test_keys();
  for (size_t t = 1; t < 3; t++) test_hostile(types[t], hostiles, sizeof hostiles / sizeof *hostiles);
  test_hostile("text", no_json, sizeof no_json / sizeof *no_json);
  test_kinds();
  test_long_names();
  test_names_cut_alike();
  sql_do("schema", "DROP SCHEMA lay CASCADE");
}
