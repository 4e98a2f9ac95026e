/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `source` on real rows: the same events in every layout that is told apart by the columns' types, asked
 * for the same properties, with the same expected values, worked out by hand. Then what is not nested:
 * kinds of timestamps, bounds, missing and odd columns, and columns that nobody has described.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/duckdb/sql.h"

/* ---- Asking ---- */

/* A property as the tests write it: `column`, `column:a/#1/b` or, of an entity, `column@0:a/b`. */
static const sbe_path *parse_path(const char *text) {
  sbe_path *path = sbe_duckdb_pool_get(&sql_pool, sizeof *path);
  sbe_step *steps = sbe_duckdb_pool_get(&sql_pool, 16 * sizeof *steps);
  char *copy = sbe_duckdb_pool_copy(&sql_pool, text, strlen(text)), *colon = strchr(copy, ':');
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

enum { MOST = 64, IS_THERE = -1 };

typedef struct {
  const char *path;
  int32_t type;         /* IS_THERE: whether it is not NULL */
  const char *expected; /* of all rows, in order of `n` */
} property;

/* Ask for all properties in one source, and check each. */
static void check_source(const char *name, sbe_source wanted, const property *properties, size_t n,
                         int32_t *ret_classes) {
  const sbe_path *paths[MOST];
  paths[0] = parse_path("n");
  for (size_t i = 0; i < n; i++) paths[i + 1] = parse_path(properties[i].path);
  wanted.struct_size = sizeof wanted;
  wanted.n_paths = n + 1;
  wanted.paths = paths;
  sbe_text from = {0}, sql = {0};
  sbe_error error = {0};
  int32_t classes[MOST];
  if (sbe_duckdb_dialect.source(&wanted, &from, classes, &error) != SBE_OK) {
    check_text(name, "a source", error.message);
    return;
  }
  if (getenv("SBE_TEST_PRINT") != NULL) printf("%s: %s\n", name, from.data);
  for (size_t i = 0; i < n; i++) {
    char what[200], column[32];
    snprintf(what, sizeof what, "%s: %s as %d", name, properties[i].path, properties[i].type);
    snprintf(column, sizeof column, "\"p%zu\"", i + 1);
    text_put(&sql,
             "SELECT string_agg(coalesce(CAST(v AS VARCHAR), 'NULL'), '|' ORDER BY n) FROM (SELECT \"p0\" AS n, ");
    if (properties[i].type == IS_THERE)
      text_format(&sql, "CASE WHEN %s IS NULL THEN 0 ELSE 1 END", column);
    else
      put_read(&sql, properties[i].type, classes[i + 1], column);
    text_format(&sql, " AS v FROM %s)", from.data);
    check_text(what, properties[i].expected, sql_one(what, sql.data));
    text_clear(&sql);
  }
  if (ret_classes != NULL) memcpy(ret_classes, classes + 1, n * sizeof *classes);
  text_clear(&from);
}

/* ---- The same events in every layout ---- */

#define CONTEXT "contexts_nl_acme_thing_1"
#define EVENT "unstruct_event_nl_acme_go_1"
#define NO_LIST "NULL|NULL|NULL|NULL"

static const property properties[] = {
    {CONTEXT "@0:deviceClass", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:device_class", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:device-class", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
    {CONTEXT "@0:deviceclass", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@1:deviceClass", SBE_TYPE_TEXT, "Second|NULL|NULL|NULL"},
    {CONTEXT "@5:deviceClass", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@9223372036854775807:deviceClass", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
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
    {CONTEXT "@0:tags", SBE_TYPE_LIST + SBE_TYPE_TEXT, "[b, a]|NULL|NULL|[]"},
    {CONTEXT "@0:tags", IS_THERE, "1|0|0|1"},
    {CONTEXT "@0:tags/#0", SBE_TYPE_TEXT, "b|NULL|NULL|NULL"},
    {CONTEXT "@0:tags/#1", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@0:tags/#2", SBE_TYPE_TEXT, "a|NULL|NULL|NULL"},
    {CONTEXT "@0:sizes", SBE_TYPE_LIST + SBE_TYPE_INT64, "[1, 20]|NULL|NULL|NULL"},
    {CONTEXT "@0:sizes", SBE_TYPE_LIST + SBE_TYPE_TEXT, "[1, 20]|NULL|NULL|NULL"},
    {CONTEXT "@0:deviceClass", SBE_TYPE_LIST + SBE_TYPE_TEXT, NO_LIST},
    {CONTEXT "@0:details/subKey", SBE_TYPE_TEXT, "v1|NULL|NULL|NULL"},
    {CONTEXT "@0:details/parts/#1/sku", SBE_TYPE_TEXT, "s1|NULL|NULL|NULL"},
    {CONTEXT "@0:details/parts/#1/nothing", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@0:details/#0", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@0:details", IS_THERE, "1|0|0|0"},
    {CONTEXT "@0:details/parts", IS_THERE, "1|0|0|0"},
    {CONTEXT "@0:nothing", IS_THERE, "0|0|0|0"},
    {CONTEXT "@0:nothing/deeper/#3", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
    {CONTEXT "@0:", IS_THERE, "1|0|0|1"},
    {CONTEXT "@1:", IS_THERE, "1|0|0|0"},
    {EVENT ":type", SBE_TYPE_TEXT, "add_to_cart|NULL|NULL|"},
    {EVENT ":type", IS_THERE, "1|0|0|1"},
    {EVENT ":stepNo", SBE_TYPE_INT32, "7|NULL|NULL|8"},
    {EVENT ":step_no", SBE_TYPE_DOUBLE, "7.0|NULL|NULL|7.5"},
    {EVENT ":", IS_THERE, "1|0|1|1"},
    {EVENT ":#0", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL"},
};

/* Four rows; member names as printf arguments, since they differ by spelling. */
typedef struct {
  const char *device_class, *ip_address, *price, *rate, *ok, *seen_at, *tags, *sizes, *details, *sub_key, *parts, *sku,
      *type, *step_no;
} spelling;

static const spelling camel = {"deviceClass", "IPAddress", "price",  "rate",  "ok",  "seenAt", "tags",
                               "sizes",       "details",   "subKey", "parts", "sku", "type",   "stepNo"};
static const spelling snake = {"device_class", "ip_address", "price",   "rate",  "ok",  "seen_at", "tags",
                               "sizes",        "details",    "sub_key", "parts", "sku", "type",    "step_no"};
/* Every name has the right snake case, and none is exact, in snake case or in plain camel case. */
static const spelling odd = {"Device-Class", "IP/address", "Price",   "RATE",  "Ok",  "SeenAt", "TAGS",
                             "Sizes",        "Details",    "Sub~Key", "Parts", "SKU", "TYPE",   "StepNo"};

#define STRUCT_TYPE                                                                                                    \
  "STRUCT(\"%s\" VARCHAR, \"%s\" VARCHAR, \"%s\" BIGINT, \"%s\" DOUBLE, \"%s\" BOOLEAN, \"%s\" TIMESTAMP WITH TIME "   \
  "ZONE,"                                                                                                              \
  " \"%s\" VARCHAR[], \"%s\" INTEGER[], \"%s\" STRUCT(\"%s\" VARCHAR, \"%s\" STRUCT(\"%s\" VARCHAR)[]))[]"
#define MIXED_TYPE                                                                                                     \
  "STRUCT(\"%s\" JSON, \"%s\" VARCHAR, \"%s\" JSON, \"%s\" DECIMAL(9,3), \"%s\" JSON, \"%s\" VARCHAR,"                 \
  " \"%s\" JSON, \"%s\" JSON[], \"%s\" STRUCT(\"%s\" VARCHAR, \"%s\" JSON[]))[]"
#define TEXTS_TYPE                                                                                                     \
  "STRUCT(\"%s\" VARCHAR, \"%s\" VARCHAR, \"%s\" HUGEINT, \"%s\" FLOAT, \"%s\" BOOLEAN, \"%s\" VARCHAR,"               \
  " \"%s\" VARCHAR[], \"%s\" HUGEINT[], \"%s\" MAP(VARCHAR, JSON))[]"

static const struct {
  const char *name;
  const spelling *spelled;
  const char *context, *event; /* types */
} layouts[] = {
    {"struct, snake", &snake, STRUCT_TYPE, "STRUCT(\"%s\" VARCHAR, \"%s\" VARCHAR)"},
    {"struct, camel", &camel, STRUCT_TYPE, "STRUCT(\"%s\" VARCHAR, \"%s\" DECIMAL(4,1))"},
    {"struct, odd", &odd, STRUCT_TYPE, "STRUCT(\"%s\" VARCHAR, \"%s\" DOUBLE)"},
    {"struct with JSON in it", &camel, MIXED_TYPE, "STRUCT(\"%s\" JSON, \"%s\" JSON)"},
    {"struct with maps in it", &odd, TEXTS_TYPE, "MAP(VARCHAR, VARCHAR)"},
    {"json, camel", &camel, "JSON", "JSON"},
    {"json, snake", &snake, "JSON", "JSON"},
    {"json, odd", &odd, "JSON", "JSON"},
    {"text, camel", &camel, "VARCHAR", "VARCHAR"},
    {"text, odd", &odd, "VARCHAR", "VARCHAR"},
    {"list of json", &camel, "JSON[]", "JSON"},
    {"list of text", &odd, "VARCHAR[]", "VARCHAR"},
    {"list of maps", &camel, "MAP(VARCHAR, JSON)[]", "MAP(VARCHAR, JSON)"},
    {"list of maps, odd", &odd, "MAP(VARCHAR, JSON)[]", "MAP(VARCHAR, JSON)"},
    {"variant", &camel, "VARIANT", "VARIANT"},
};

/* A cast to STRUCT wants every member to be there; elsewhere what is absent stays absent. */
static void put_nulls(sbe_text *sql, bool full, size_t n, const char *const *names) {
  for (size_t i = 0; full && i < n; i++) text_format(sql, ",\"%s\":null", names[i]);
}

static void make_table(const char *context, const char *event, const spelling *s) {
  sbe_text sql = {0};
  text_put(&sql, "CREATE OR REPLACE TABLE events (n INTEGER, " CONTEXT " ");
  text_format(&sql, context, s->device_class, s->ip_address, s->price, s->rate, s->ok, s->seen_at, s->tags, s->sizes,
              s->details, s->sub_key, s->parts, s->sku);
  text_put(&sql, ", " EVENT " ");
  text_format(&sql, event, s->type, s->step_no);
  text_put(&sql, ", " CONTEXT "_0_1_recovered_8a7b JSON)");
  sql_do("create", sql.data);
  text_clear(&sql);

  bool full = strncmp(context, "STRUCT", 6) == 0, full_event = strncmp(event, "STRUCT", 6) == 0;
  sbe_column columns[4];
  sql_describe("events", columns, 4);
  text_format(&sql,
              "INSERT INTO events SELECT n, CAST(CAST(c AS JSON) AS %s), CAST(CAST(e AS JSON) AS %s), "
              "'{\"deviceClass\":\"wrong\"}' FROM (VALUES ",
              columns[1].type, columns[2].type);
  text_format(
      &sql,
      "(1, ' [{\"%s\":\"Phone \\\"\\u00e9\\\"\",\"%s\":\"10.0.0.1\",\"%s\":9007199254740993,\"%s\":2.5,\"%s\":true,",
      s->device_class, s->ip_address, s->price, s->rate, s->ok);
  text_format(&sql, "\"%s\":\"2025-01-01T00:30:00+02:00\",\"%s\":[\"b\",null,\"a\"],\"%s\":[1,20],", s->seen_at,
              s->tags, s->sizes);
  text_format(&sql, "\"%s\":{\"%s\":\"v1\",\"%s\":[{\"%s\":\"s0\"},{\"%s\":\"s1\"}]}},{\"%s\":\"Second\"", s->details,
              s->sub_key, s->parts, s->sku, s->sku, s->device_class);
  put_nulls(&sql, full, 8,
            (const char *const[]){s->ip_address, s->price, s->rate, s->ok, s->seen_at, s->tags, s->sizes, s->details});
  text_format(&sql, "}]', '{\"%s\":\"add_to_cart\",\"%s\":7}'), (2, NULL, NULL), (3, '[]', '{\"%s\":null", s->type,
              s->step_no, s->type);
  put_nulls(&sql, full_event, 1, &s->step_no);
  text_format(&sql, "}'), (4, '[{\"%s\":null,\"%s\":null,\"%s\":[],\"%s\":null", s->device_class, s->price, s->tags,
              s->details);
  put_nulls(&sql, full, 5, (const char *const[]){s->ip_address, s->rate, s->ok, s->seen_at, s->sizes});
  text_format(&sql, "}]', '{\"%s\":\"\",\"%s\":\"7.5\"}')) AS t(n, c, e)", s->type, s->step_no);
  sql_do("insert", sql.data);
  text_clear(&sql);
}

static void test_same_in_all(void) {
  for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
    make_table(layouts[i].context, layouts[i].event, layouts[i].spelled);
    sbe_column columns[8];
    sbe_source wanted = {.table = "events", .n_columns = sql_describe("events", columns, 8), .columns = columns};
    check_source(layouts[i].name, wanted, properties, sizeof properties / sizeof properties[0], NULL);
    /* Alone: the layers above must not be needed for what does not use them. */
    check_source(layouts[i].name, wanted, properties, 1, NULL);
  }
}

/* ---- JSON: the finer points ---- */

static void test_json(void) {
  sql_do("json", "CREATE OR REPLACE TABLE events AS SELECT n, j AS json_1, CAST(TRY_CAST(j AS JSON) AS JSON) AS json_2 "
                 "FROM (VALUES "
                 "(1, '{\"deviceClass\":null,\"device_class\":\"second\",\"a\":{\"x "
                 "y\":1,\"q\\\"r\":2,\"*\":3,\"\":4,\"a/b~c\":5,\"0\":6}}'),"
                 "(2, '{\"other\":1,\"DEVICE_CLASS\":\"third\",\"price\":\"device_class\",\"a\":[7]}'),"
                 "(3, '{\"device\\u005fclass\":\"escaped\"}'), (4, "
                 "'{\"deviceclass\":\"no\",\"x\":{\"device_class\":\"deeper\"}}'),"
                 "(5, '{bad'), (6, ''), (7, 'null'), (8, '\"text\"'), (9, '[{\"device_class\":\"in a list\"}]'), (10, "
                 "NULL)) AS t(n, j)");
  static const property wanted_of_text[] = {
      /* Exact, even if it is null, comes before any other spelling. */
      {"json_1:deviceClass", SBE_TYPE_TEXT, "NULL|third|escaped|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:device_class", SBE_TYPE_TEXT, "second|third|escaped|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:deviceclass", SBE_TYPE_TEXT, "NULL|NULL|NULL|no|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:#0/deviceClass", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|in a list|NULL"},
      {"json_1:a/x y", SBE_TYPE_INT32, "1|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:a/q\"r", SBE_TYPE_INT32, "2|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:a/*", SBE_TYPE_INT32, "3|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:a/0", SBE_TYPE_INT32, "6|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:a/#0", SBE_TYPE_INT32, "NULL|7|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"},
      {"json_1:a", IS_THERE, "1|1|0|0|0|0|0|0|0|0"},
      {"json_1", IS_THERE, "1|1|1|1|1|1|1|1|1|0"}, /* an atomic text */
      {"json_2", IS_THERE, "1|1|1|1|0|0|0|1|1|0"}, /* an atomic JSON value */
      {"json_2", SBE_TYPE_TEXT, "NULL|NULL|NULL|NULL|NULL|NULL|NULL|text|NULL|NULL"},
  };
  sbe_column columns[] = {{"n", "INTEGER"}, {"json_1", "VARCHAR"}, {"json_2", "JSON"}};
  sbe_source wanted = {.table = "events", .n_columns = 3, .columns = columns};
  size_t n = sizeof wanted_of_text / sizeof wanted_of_text[0];
  check_source("json in text", wanted, wanted_of_text, n, NULL);
  sql_do(
      "deep json",
      "CREATE OR REPLACE TABLE deep AS SELECT 1 AS n, repeat('{\"a\":', 20000) || '1' || repeat('}', 20000) AS json_1 "
      "UNION ALL "
      "SELECT 2, '[' || repeat('[', 100000) UNION ALL SELECT 3, repeat('[', 100000) || repeat(']', 100000) UNION ALL "
      "SELECT 4, '{\"b\":\"' || repeat('x', 3000000) || '\",\"A\":{\"a\":' || repeat('9', 400) || '}}'");
  static const property wanted_of_deep[] = {
      {"json_1:a/a/a", IS_THERE, "1|0|0|0"},
      {"json_1:a", IS_THERE, "1|0|0|1"},
      {"json_1:a/a", SBE_TYPE_DOUBLE, "NULL|NULL|NULL|NULL"},
      {"json_1:#0/#0", IS_THERE, "0|0|1|0"},
  };
  check_source("deep and long json", (sbe_source){.table = "deep", .n_columns = 2, .columns = columns}, wanted_of_deep,
               4, NULL);
  /* As a Parquet file may have it: a column of type JSON whose texts nobody has checked. */
  columns[1].type = "JSON";
  check_source("json that is not valid", wanted, wanted_of_text, n - 3, NULL);
}

/* ---- Columns ---- */

static void test_columns(void) {
  sql_do("columns", "CREATE OR REPLACE TABLE events AS SELECT 1 AS n, TIMESTAMPTZ '2025-01-01 00:30:00.123456+02' AS "
                    "\"Derived_Tstamp\","
                    " TIMESTAMP_S '2025-01-01 00:00:01' AS s, TIMESTAMP_MS '2025-01-01 00:00:01.5' AS ms, TIMESTAMP_NS "
                    "'2025-01-01 00:00:01.123456789' AS ns,"
                    " DATE '2025-01-02' AS d, TIMESTAMP '2025-01-03' AS t, CAST('b' AS ENUM('a', 'b')) AS e, "
                    "CAST('1e-1' AS DECIMAL(10,3)) AS de,"
                    " CAST(9007199254740993 AS UHUGEINT) AS h, UUID '12345678-1234-1234-1234-123456789abc' AS u, "
                    "CAST(['1.5', 'nan', NULL] AS DOUBLE[]) AS dl, [[1]] AS ll,"
                    " CAST([10, 20] AS INTEGER[2]) AS a, [TIMESTAMPTZ '2025-01-01 00:30:00+02', NULL] AS zl, [DATE "
                    "'2025-01-02'] AS datel,"
                    " [CAST('b' AS ENUM('a', 'b'))] AS el, '2025-01-01T00:30:00+02:00' AS text_tstamp, TRUE AS b, "
                    "CAST(2.5 AS FLOAT) AS f, [TRUE] AS bl,"
                    " ['x\"y', NULL, ''] AS xl, union_value(num := 2) AS un, '\\x00A'::BLOB AS bb, TIMESTAMPTZ "
                    "'infinity' AS zinf, TIME '01:02:03' AS tm");
  static const property wanted_of_columns[] = {
      {"DERIVED_TSTAMP", SBE_TYPE_TIMESTAMP, "2024-12-31 22:30:00.123456"},
      {"s", SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:01"},
      {"ms", SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:01.5"},
      {"ns", SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:01.123456"},
      {"d", SBE_TYPE_TIMESTAMP, "2025-01-02 00:00:00"},
      {"t", SBE_TYPE_TEXT, "2025-01-03 00:00:00"},
      {"e", SBE_TYPE_TEXT, "b"},
      {"de", SBE_TYPE_DOUBLE, "0.1"},
      {"h", SBE_TYPE_INT64, "9007199254740993"},
      {"u", SBE_TYPE_TEXT, "12345678-1234-1234-1234-123456789abc"},
      {"dl", SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "[1.5]"},
      {"dl", SBE_TYPE_LIST + SBE_TYPE_TEXT, "[1.5]"},
      {"dl", SBE_TYPE_LIST + SBE_TYPE_INT32, "[2]"},
      {"ll", IS_THERE, "1"},
      {"a", SBE_TYPE_LIST + SBE_TYPE_INT64, "[10, 20]"},
      {"a:#1", SBE_TYPE_INT64, "20"},
      {"a:#2", SBE_TYPE_INT64, "NULL"},
      {"zl", SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "['2024-12-31 22:30:00']"},
      {"datel", SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "['2025-01-02 00:00:00']"},
      {"el", SBE_TYPE_LIST + SBE_TYPE_TEXT, "[b]"},
      {"text_tstamp", SBE_TYPE_TIMESTAMP, "2024-12-31 22:30:00"},
      {"text_tstamp", SBE_TYPE_TEXT, "2025-01-01T00:30:00+02:00"},
      {"b", SBE_TYPE_INT32, "1"},
      {"f", SBE_TYPE_DOUBLE, "2.5"},
      {"bl", SBE_TYPE_LIST + SBE_TYPE_INT32, "[1]"},
      {"xl", SBE_TYPE_LIST + SBE_TYPE_TEXT, "['x\"y', '']"},
      {"un", SBE_TYPE_INT64, "2"},
      {"bb", SBE_TYPE_TEXT, "\\x00A"},
      {"zinf", SBE_TYPE_TIMESTAMP, "NULL"},
      {"tm", SBE_TYPE_TEXT, "01:02:03"},
      {"absent", IS_THERE, "0"},
      {"contexts_not_there_1@0:a", SBE_TYPE_TEXT, "NULL"},
      {"de:member", SBE_TYPE_TEXT, "NULL"},
  };
  static const int32_t classes[] = {
      SBE_CLASS_TIMESTAMP, SBE_CLASS_TIMESTAMP, SBE_CLASS_TIMESTAMP, SBE_CLASS_TIMESTAMP, SBE_CLASS_TIMESTAMP,
      SBE_CLASS_TIMESTAMP, SBE_CLASS_TEXT,      SBE_CLASS_DECIMAL,   SBE_CLASS_INTEGER,   SBE_CLASS_TEXT,
      SBE_CLASS_LIST,      SBE_CLASS_LIST,      SBE_CLASS_LIST,      SBE_CLASS_OBJECT,    SBE_CLASS_LIST,
      SBE_CLASS_INTEGER,   SBE_CLASS_INTEGER,   SBE_CLASS_LIST,      SBE_CLASS_LIST,      SBE_CLASS_LIST,
      SBE_CLASS_TEXT,      SBE_CLASS_TEXT,      SBE_CLASS_BOOL,      SBE_CLASS_DOUBLE,    SBE_CLASS_LIST,
      SBE_CLASS_LIST,      SBE_CLASS_TEXT,      SBE_CLASS_TEXT,      SBE_CLASS_TIMESTAMP, SBE_CLASS_TEXT,
      SBE_CLASS_MISSING,   SBE_CLASS_MISSING,   SBE_CLASS_MISSING};
  enum { N = sizeof classes / sizeof classes[0] };
  sbe_column columns[40];
  int32_t got[N];
  sbe_source wanted = {.table = "events", .n_columns = sql_describe("events", columns, 40), .columns = columns};
  check_source("columns", wanted, wanted_of_columns, N, got);
  for (size_t i = 0; i < N; i++) {
    sbe_text what = {0};
    text_format(&what, "class of %s", wanted_of_columns[i].path);
    check_true(what.data, got[i] == classes[i]);
    text_clear(&what);
  }
}

static void test_bounds(void) {
  static const char *const types[] = {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMP_S", "DATE"};
  static const property all[] = {{"n", SBE_TYPE_TEXT, "2|3"}};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    sbe_text sql = {0};
    text_format(&sql,
                "CREATE OR REPLACE TABLE events AS SELECT n, CAST(t || '+00' AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE "
                "'UTC' AS load_tstamp FROM "
                "(VALUES (1, '2025-01-01 23:59:59'), (2, '2025-01-02 00:00:00'), (3, '2025-01-03 00:00:00'), (4, "
                "'2025-01-04 00:00:00'), (5, NULL)) AS t(n, t);"
                "ALTER TABLE events ALTER load_tstamp TYPE %s USING %s",
                types[i], i == 1 ? "load_tstamp AT TIME ZONE 'UTC'" : "load_tstamp");
    sql_do("bounds", sql.data);
    sbe_column columns[4];
    sbe_source wanted = {.table = "events",
                         .n_columns = sql_describe("events", columns, 4),
                         .columns = columns,
                         .lower = "TIMESTAMP '2025-01-02 00:00:00'",
                         .upper = "TIMESTAMP '2025-01-04 00:00:00'"};
    check_source(types[i], wanted, all, 1, NULL);
    text_clear(&sql);
  }
  sbe_column columns[] = {{"n", "INTEGER"}};
  sbe_source wanted = {.struct_size = sizeof wanted,
                       .table = "events",
                       .n_columns = 1,
                       .columns = columns,
                       .upper = "TIMESTAMP '2025-01-04'"};
  sbe_text out = {0};
  sbe_error error = {0};
  check_true("no load_tstamp is an error", sbe_duckdb_dialect.source(&wanted, &out, NULL, &error) == SBE_NOT_FOUND);
  columns[0] = (sbe_column){"load_tstamp", "STRUCT(a"};
  check_true("a broken type is an error", sbe_duckdb_dialect.source(&wanted, &out, NULL, &error) == SBE_UNSUPPORTED);
  check_text("and says so", "Column load_tstamp of events has a type that cannot be understood: STRUCT(a",
             error.message);
  text_clear(&out);
}

/* Nobody has described the table: the lake loader's layout, so what is printed must run on it. */
static void test_standard(void) {
  make_table(STRUCT_TYPE, "STRUCT(\"%s\" VARCHAR, \"%s\" VARCHAR)", &snake);
  sql_do("atomic", "ALTER TABLE events ADD load_tstamp TIMESTAMP; ALTER TABLE events ADD geo_latitude DOUBLE; ALTER "
                   "TABLE events ADD app_id VARCHAR;"
                   "UPDATE events SET load_tstamp = TIMESTAMP '2025-01-01', geo_latitude = 1.5, app_id = 'web'");
  static const property wanted_of_standard[] = {
      {CONTEXT "@0:deviceClass", SBE_TYPE_TEXT, "Phone \"é\"|NULL|NULL|NULL"},
      {CONTEXT "@0:price", SBE_TYPE_INT64, "9007199254740993|NULL|NULL|NULL"},
      {CONTEXT "@0:details/parts/#1/sku", SBE_TYPE_TEXT, "s1|NULL|NULL|NULL"},
      {EVENT ":stepNo", SBE_TYPE_INT32, "7|NULL|NULL|8"},
      {"load_tstamp", SBE_TYPE_TEXT, "2025-01-01 00:00:00|2025-01-01 00:00:00|2025-01-01 00:00:00|2025-01-01 00:00:00"},
      {"geo_latitude", SBE_TYPE_DOUBLE, "1.5|1.5|1.5|1.5"},
      {"app_id", SBE_TYPE_TEXT, "web|web|web|web"},
  };
  int32_t classes[7];
  sbe_source wanted = {.table = "events", .lower = "TIMESTAMP '2025-01-01 00:00:00'"};
  check_source("not described", wanted, wanted_of_standard, 7, classes);
  check_true("a property of a nested column is TEXT", classes[0] == SBE_CLASS_TEXT && classes[3] == SBE_CLASS_TEXT);
  check_true("atomic columns have their own classes",
             classes[4] == SBE_CLASS_TIMESTAMP && classes[5] == SBE_CLASS_DOUBLE && classes[6] == SBE_CLASS_TEXT);
}

/* ---- Type texts ---- */

static void put_type(sbe_text *out, const sbe_duckdb_type *type) {
  static const char *const kinds[] = {"?", "i", "dec", "d", "b",      "ts",   "tz", "tc",
                                      "t", "j", "v",   "o", "struct", "list", "map"};
  if (type == NULL) {
    text_put(out, "none");
    return;
  }
  text_put(out, kinds[type->kind]);
  if (type->kind == SBE_DUCKDB_TYPE_LIST) {
    text_put(out, "<");
    put_type(out, type->element);
    text_put(out, ">");
  } else if (type->kind == SBE_DUCKDB_TYPE_MAP) {
    text_put(out, "<");
    put_type(out, type->key);
    text_put(out, ",");
    put_type(out, type->element);
    text_put(out, ">");
  }
  for (const sbe_duckdb_member *m = type->members; m != NULL; m = m->next) {
    text_format(out, "%s%s:", m == type->members ? "{" : " ", m->name);
    put_type(out, m->type);
    if (m->next == NULL) text_put(out, "}");
  }
}

void test_types(void) {
  static const struct {
    const char *text, *expected;
  } types[] = {
      {"INTEGER", "i"},
      {"UHUGEINT", "i"},
      {"DECIMAL(18,3)", "dec"},
      {"TIMESTAMP", "ts"},
      {"TIMESTAMP WITH TIME ZONE", "tz"},
      {"TIME WITH TIME ZONE", "o"},
      {"TIMESTAMP_NS", "tc"},
      {"DATE", "tc"},
      {"ENUM('a', 'b)''c', '\"')", "o"},
      {"ENUM('a')[]", "list<o>"},
      {"UNION(num INTEGER, str VARCHAR)", "o"},
      {"INTEGER[3]", "list<i>"},
      {"VARCHAR[][2]", "list<list<t>>"},
      {"MAP(VARCHAR, STRUCT(a JSON)[])", "map<t,list<struct{a:j}>>"},
      {"STRUCT(\"x y\" INTEGER, \"a\"\"b\" VARCHAR, \"select\" DECIMAL(18,3), e ENUM('x,y(', 'z'), s STRUCT(q "
       "DOUBLE)[], m MAP(VARCHAR, BOOLEAN))",
       "struct{x y:i a\"b:t select:dec e:o s:list<struct{q:d}> m:map<t,b>}"},
      {"STRUCT(\"a)\" VARCHAR, \"\" JSON)", "struct{a):t :j}"},
      {"VARIANT", "v"},
      {"SOMETHING_NEW(3, 'x')", "o"},
      {"varchar", "t"},
      {"", "none"},
      {"(", "none"},
      {"STRUCT(", "none"},
      {"STRUCT()", "none"},
      {"STRUCT(a)", "none"},
      {"STRUCT(a INTEGER", "none"},
      {"STRUCT(a INTEGER,)", "none"},
      {"STRUCT(\"a INTEGER)", "none"},
      {"MAP(VARCHAR)", "none"},
      {"INTEGER[", "none"},
      {"INTEGER]", "none"},
      {"ENUM('a", "none"},
      {"INTEGER; DROP TABLE x", "none"},
  };
  sbe_duckdb_pool pool = {0};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    sbe_text got = {0};
    put_type(&got, sbe_duckdb_type_parse(&pool, types[i].text));
    check_text(types[i].text, types[i].expected, got.data);
    text_clear(&got);
  }
  sbe_text deep = {0};
  for (int i = 0; i < 10000; i++) text_put(&deep, "STRUCT(a ");
  check_true("a type too deep is none", sbe_duckdb_type_parse(&pool, deep.data) == NULL);
  text_clear(&deep);
  text_put(&deep, "INTEGER");
  for (int i = 0; i < 10000; i++) text_put(&deep, "[]");
  check_true("and too many lists", sbe_duckdb_type_parse(&pool, deep.data) == NULL);
  text_clear(&deep);
  sbe_duckdb_pool_free(&pool);
}

void test_layouts(void) {
  test_same_in_all();
  test_json();
  test_columns();
  test_bounds();
  test_standard();
}
