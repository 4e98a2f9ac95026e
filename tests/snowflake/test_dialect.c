/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Snowflake dialect as it is printed, against what the manual wants, written by hand: names, literals,
 * paths of each layout, tables. With `--values` it prints the queries of values.c instead.
 */
#include <stdio.h>
#include <string.h>

#include "plugins/snowflake/source.h"
#include "tests/snowflake/sql.h"

/* ---- The contract ---- */

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
  static const int32_t needed[] = {SBE_OP_LIST_LITERAL, SBE_OP_DICT_LITERAL,    SBE_OP_NOW,         SBE_OP_ADD_DAYS,
                                   SBE_OP_ADD_SECONDS,  SBE_OP_MICROSECONDS,    SBE_OP_DIVIDE_DOWN, SBE_OP_DAY_TEXT,
                                   SBE_OP_WEEK_TEXT,    SBE_OP_ISO_DAY_OF_WEEK, SBE_OP_MONTH_TEXT,  SBE_OP_FIRST_IF,
                                   SBE_OP_LAST_IF,      SBE_OP_LIST_OF,         SBE_OP_DICT_OF,     SBE_OP_DESCRIBE};
  for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
    check_true("an operation without ANSI spelling", operation(needed[i]) != NULL);
  check_true("no row can be held", operation(SBE_OP_HOLD) == NULL);
}

/* ---- Names and literals ---- */

static void check_name(const char *name, const char *expected) {
  sbe_text out = {0};
  sbe_snowflake_dialect.identifier(&out, name);
  check_text(name, expected, out.data);
  text_clear(&out);
}

static void check_literal(const char *text, size_t size, const char *expected) {
  sbe_text out = {0};
  sbe_snowflake_dialect.literal(&out, text, size);
  check_text(text, expected, out.data);
  text_clear(&out);
}

static void test_names(void) {
  check_name("event_id", "\"EVENT_ID\"");
  check_name("x3", "\"X3\"");
  check_name("_a$1", "\"_A$1\"");
  check_name("cartValue", "\"CARTVALUE\"");
  check_name("EVENT_id", "\"EVENT_ID\"");
  check_name("my-Shop", "\"my-Shop\"");
  check_name("2nd", "\"2nd\"");
  check_name("a b", "\"a b\"");
  check_name("", "\"\"");
  check_name("a\"b;c", "\"a\"\"b;c\"");
  check_name("stra\xc3\x9f"
             "e",
             "\"stra\xc3\x9f"
             "e\"");
  check_literal("plain", 5, "'plain'");
  check_literal("", 0, "''");
  check_literal("O'Brien", 7, "'O''Brien'");
  check_literal("a\\", 2, "'a\\\\'");
  check_literal("\\'; DROP", 8, "'\\\\''; DROP'");
  check_literal("a\nb", 3, "'a\nb'");
  check_literal("a\0001", 3, "('a' || CHR(0) || '1')");
}

/* ---- Types ---- */

static void test_types(void) {
  static const struct {
    const char *text;
    sbe_snowflake_kind kind;
    bool structured;
  } cases[] = {
      {"NUMBER(38,0)", SBE_SNOWFLAKE_TYPE_INTEGER, false},
      {"NUMBER", SBE_SNOWFLAKE_TYPE_INTEGER, false},
      {"number( 18 , 2 )", SBE_SNOWFLAKE_TYPE_DECIMAL, false},
      {"NUMBER(18, 0)", SBE_SNOWFLAKE_TYPE_INTEGER, false},
      {"NUMBER(38,10)", SBE_SNOWFLAKE_TYPE_DECIMAL, false},
      {"NUMBER(38,12)", SBE_SNOWFLAKE_TYPE_DECIMAL, false},
      {"NUMBER(38,13)", SBE_SNOWFLAKE_TYPE_REAL, false},
      {"NUMBER(38,37)", SBE_SNOWFLAKE_TYPE_REAL, false},
      {"DECFLOAT", SBE_SNOWFLAKE_TYPE_REAL, false},
      {"FLOAT", SBE_SNOWFLAKE_TYPE_DOUBLE, false},
      {"DOUBLE PRECISION", SBE_SNOWFLAKE_TYPE_DOUBLE, false},
      {"BOOLEAN", SBE_SNOWFLAKE_TYPE_BOOL, false},
      {"DATE", SBE_SNOWFLAKE_TYPE_TIMESTAMP, false},
      {"TIMESTAMP_NTZ(9)", SBE_SNOWFLAKE_TYPE_TIMESTAMP, false},
      {"TIMESTAMP_LTZ(6)", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE, false},
      {"TIMESTAMP_TZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE, false},
      {"TEXT", SBE_SNOWFLAKE_TYPE_TEXT, false},
      {"VARCHAR(16777216)", SBE_SNOWFLAKE_TYPE_TEXT, false},
      {"VARIANT", SBE_SNOWFLAKE_TYPE_VARIANT, false},
      {"OBJECT", SBE_SNOWFLAKE_TYPE_OBJECT, false},
      {"OBJECT(a VARCHAR, b NUMBER(10,2))", SBE_SNOWFLAKE_TYPE_OBJECT, true},
      {"OBJECT(structured)", SBE_SNOWFLAKE_TYPE_OBJECT, true},
      {"ARRAY", SBE_SNOWFLAKE_TYPE_ARRAY, false},
      {"ARRAY(OBJECT(a VARCHAR))", SBE_SNOWFLAKE_TYPE_ARRAY, true},
      {"MAP(VARCHAR, NUMBER(38,0))", SBE_SNOWFLAKE_TYPE_OBJECT, true},
      {"BINARY(16)", SBE_SNOWFLAKE_TYPE_OTHER, false},
      {"GEOGRAPHY", SBE_SNOWFLAKE_TYPE_OTHER, false},
      {"NUMBER(", SBE_SNOWFLAKE_TYPE_INTEGER, false},
      {"", SBE_SNOWFLAKE_TYPE_OTHER, false},
      {NULL, SBE_SNOWFLAKE_TYPE_OTHER, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sbe_snowflake_type type = sbe_snowflake_type_read(cases[i].text);
    check_true(cases[i].text == NULL ? "no type" : cases[i].text,
               type.kind == cases[i].kind && type.structured == cases[i].structured);
  }
  check_true("derived_tstamp", sbe_snowflake_type_standard("derived_tstamp").kind == SBE_SNOWFLAKE_TYPE_TIMESTAMP);
  check_true("tstamp", sbe_snowflake_type_standard("tstamp").kind == SBE_SNOWFLAKE_TYPE_TEXT);
  check_true("tr_total", sbe_snowflake_type_standard("tr_total").kind == SBE_SNOWFLAKE_TYPE_DECIMAL);
  check_true("no name", sbe_snowflake_type_standard("").kind == SBE_SNOWFLAKE_TYPE_TEXT);
}

/* ---- Paths ---- */

static void test_spellings(void) {
  static const struct {
    const char *snake, *spellings;
    bool all;
  } cases[] = {
      {"price", "price Price PRICE", true},
      {"x", "x X", true},
      {"utm2", "utm2 Utm2 UTM2", true},
      {"device_class", "device_class deviceClass", false},
      {"a_b_c", "a_b_c", false}, /* the snake case of aBC is a_bc */
      {"_schema", "_schema", false},
      {"x__y", "x__y", false},
      {"2nd", "2nd", false},
      {"", "", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char names[256];
    bool all = !cases[i].all;
    int n = sbe_snowflake_spellings(cases[i].snake, names, &all);
    sbe_text got = {0};
    const char *name = names;
    for (int j = 0; j < n; j++, name += strlen(name) + 1) text_format(&got, j == 0 ? "%s" : " %s", name);
    check_text(cases[i].snake, cases[i].spellings, got.data == NULL ? "" : got.data);
    check_true("whether these are all", all == cases[i].all);
    text_clear(&got);
  }
}

#define COLUMN(name_, type_)                                                                                           \
  { .name = name_, .type = type_ }
static const sbe_column columns[] = {
    COLUMN("event_id", "TEXT"),
    COLUMN("load_tstamp", "TIMESTAMP_NTZ"),
    COLUMN("derived_tstamp", "TIMESTAMP_TZ(9)"),
    COLUMN("tr_total", "NUMBER(18,2)"),
    COLUMN("txn_id", "NUMBER(38,0)"),
    COLUMN("se_value", "FLOAT"),
    COLUMN("fine", "NUMBER(38,30)"),
    COLUMN("bytes", "BINARY"),
    COLUMN("unstruct_event_com_acme_buy_1", "OBJECT"),
    COLUMN("contexts_com_acme_item_1", "ARRAY"),
    COLUMN("contexts_com_acme_loose_1", "VARIANT"),
    COLUMN("unstruct_event_com_acme_text_1", "TEXT"),
    COLUMN("unstruct_event_com_acme_iced_1", "OBJECT(step OBJECT(name VARCHAR))"),
    COLUMN("contexts_com_acme_iced_1", "ARRAY(structured)"),
};
#define N_COLUMNS (sizeof columns / sizeof columns[0])

#define SEARCH(from, keys, snake)                                                                                      \
  ", GET(" from ", CAST(GET(FILTER(OBJECT_KEYS(" keys                                                                  \
  "), k VARCHAR -> LOWER(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(k, '([A-Z])([A-Z][a-z])', '\\\\1_\\\\2'), "      \
  "'([a-z0-9])([A-Z])', '\\\\1_\\\\2'), '[^A-Za-z0-9]', '_')) = '" snake "'), 0) AS VARCHAR)))"

static void check_source(const char *what, size_t n_columns, size_t n_paths, const sbe_path *const *paths,
                         const char *lower, const char *upper, const int32_t *classes, const char *expected) {
  int32_t got[8];
  sbe_text out = {0};
  sbe_error error = {0};
  sbe_source wanted = {.struct_size = sizeof wanted,
                       .table = "\"ATOMIC\".\"EVENTS\"",
                       .n_columns = n_columns,
                       .columns = columns,
                       .n_paths = n_paths,
                       .paths = paths,
                       .lower = lower,
                       .upper = upper};
  if (sbe_snowflake_source(&wanted, &out, got, &error) != SBE_OK) {
    check_text(what, expected, error.message);
  } else {
    check_text(what, expected, out.data);
    for (size_t i = 0; i < n_paths; i++) check_true("the class of a property", got[i] == classes[i]);
  }
  text_clear(&out);
}

#define ATOMIC(c)                                                                                                      \
  &(const sbe_path) {                                                                                                  \
    .struct_size = sizeof(sbe_path), .kind = SBE_PATH_ATOMIC, .column = c                                              \
  }
#define EVENT(c, ...)                                                                                                  \
  &(const sbe_path) {                                                                                                  \
    .struct_size = sizeof(sbe_path), .kind = SBE_PATH_EVENT, .column = c,                                              \
    .n_steps = sizeof((const sbe_step[]){__VA_ARGS__}) / sizeof(sbe_step), .steps = (const sbe_step[]) {               \
      __VA_ARGS__                                                                                                      \
    }                                                                                                                  \
  }
#define ENTITY(c, i, ...)                                                                                              \
  &(const sbe_path) {                                                                                                  \
    .struct_size = sizeof(sbe_path), .kind = SBE_PATH_ENTITY, .column = c, .index = i,                                 \
    .n_steps = sizeof((const sbe_step[]){__VA_ARGS__}) / sizeof(sbe_step), .steps = (const sbe_step[]) {               \
      __VA_ARGS__                                                                                                      \
    }                                                                                                                  \
  }
#define WHOLE(kind_, c)                                                                                                \
  &(const sbe_path) {                                                                                                  \
    .struct_size = sizeof(sbe_path), .kind = kind_, .column = c                                                        \
  }

static void check_one(const char *what, const sbe_path *path, int32_t class_, const char *expected) {
  check_source(what, N_COLUMNS, 1, &path, NULL, NULL, &class_, expected);
}

static void test_columns(void) {
  const sbe_path *paths[] = {ATOMIC("event_id"), ATOMIC("DERIVED_tstamp"), ATOMIC("tr_total"), ATOMIC("txn_id"),
                             ATOMIC("se_value"), ATOMIC("fine"),           ATOMIC("bytes"),    ATOMIC("gone")};
  static const int32_t classes[] = {SBE_CLASS_TEXT,   SBE_CLASS_TIMESTAMP, SBE_CLASS_DECIMAL, SBE_CLASS_INTEGER,
                                    SBE_CLASS_DOUBLE, SBE_CLASS_DOUBLE,    SBE_CLASS_TEXT,    SBE_CLASS_MISSING};
  check_source("atomic columns", N_COLUMNS, 8, paths, "LOW", "HIGH", classes,
               "(SELECT \"EVENT_ID\" AS \"P0\", CAST(CONVERT_TIMEZONE('UTC', \"DERIVED_TSTAMP\") AS TIMESTAMP_NTZ(6)) "
               "AS \"P1\", \"TR_TOTAL\" AS \"P2\", \"TXN_ID\" AS \"P3\", \"SE_VALUE\" AS \"P4\", CAST(\"FINE\" AS "
               "FLOAT) AS \"P5\", CAST(\"BYTES\" AS VARCHAR) AS \"P6\", CAST(NULL AS VARCHAR) AS \"P7\" FROM "
               "\"ATOMIC\".\"EVENTS\" WHERE \"LOAD_TSTAMP\" >= LOW AND \"LOAD_TSTAMP\" < HIGH)");
  check_source("no property, one bound", N_COLUMNS, 0, NULL, NULL, "HIGH", NULL,
               "(SELECT 1 AS none FROM \"ATOMIC\".\"EVENTS\" WHERE \"LOAD_TSTAMP\" < HIGH)");
  static const int32_t standard[] = {SBE_CLASS_TIMESTAMP, SBE_CLASS_TEXT, SBE_CLASS_BOOL};
  const sbe_path *unknown[] = {ATOMIC("derived_tstamp"), ATOMIC("app_id"), ATOMIC("dvce_ismobile")};
  check_source("nobody has told the columns", 0, 3, unknown, NULL, NULL, standard,
               "(SELECT CAST(\"DERIVED_TSTAMP\" AS TIMESTAMP_NTZ(6)) AS \"P0\", \"APP_ID\" AS \"P1\", "
               "\"DVCE_ISMOBILE\" AS \"P2\" FROM \"ATOMIC\".\"EVENTS\")");
  static const sbe_column zoned[] = {COLUMN("LOAD_TSTAMP", "TIMESTAMP_LTZ(6)")};
  sbe_text out = {0};
  sbe_source wanted = {.struct_size = sizeof wanted, .table = "T", .n_columns = 1, .columns = zoned, .lower = "LOW"};
  check_true("a bound with a zone", sbe_snowflake_source(&wanted, &out, NULL, NULL) == SBE_OK);
  check_text("a bound with a zone",
             "(SELECT 1 AS none FROM T WHERE \"LOAD_TSTAMP\" >= TO_TIMESTAMP_TZ(TO_CHAR(LOW, 'YYYY-MM-DD "
             "HH24:MI:SS.FF6') || ' +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'))",
             out.data);
  text_clear(&out);
}

static void test_members(void) {
  check_one("one word has three spellings", EVENT("unstruct_event_com_acme_buy_1", {"price", 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['price'], "
            "\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['Price'], \"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['PRICE'])) AS \"P0\" FROM "
            "\"ATOMIC\".\"EVENTS\")");
  check_one("the schema's spelling, the lake's, then any", ENTITY("contexts_com_acme_item_1", 2, {"deviceClass", 0}),
            SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"CONTEXTS_COM_ACME_ITEM_1\"[2]['deviceClass'], "
            "\"CONTEXTS_COM_ACME_ITEM_1\"[2]['device_class']" SEARCH("\"CONTEXTS_COM_ACME_ITEM_1\"[2]",
                                                                     "AS_OBJECT(\"CONTEXTS_COM_ACME_ITEM_1\"[2])",
                                                                     "device_class") ") AS \"P0\" FROM \"ATOMIC\"."
                                                                                     "\"EVENTS\")");
  check_one("a key that needs quoting", EVENT("unstruct_event_com_acme_buy_1", {"it's \"a\\b", 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['it''s \"a\\\\b'], "
            "\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['it_s__a_b']" SEARCH("\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"",
                                                                    "\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"",
                                                                    "it_s__a_b") ") AS \"P0\" FROM \"ATOMIC\"."
                                                                                 "\"EVENTS\")");
  const sbe_path *paths[] = {ATOMIC("event_id"), EVENT("unstruct_event_com_acme_buy_1", {"step", 0}, {"x", 0}),
                             EVENT("unstruct_event_com_acme_buy_1", {"step", 0}),
                             EVENT("unstruct_event_com_acme_buy_1", {"step", 0}, {NULL, 1})};
  static const int32_t classes[] = {SBE_CLASS_TEXT, SBE_CLASS_JSON, SBE_CLASS_JSON, SBE_CLASS_JSON};
  check_source("what others are taken from is computed once", N_COLUMNS, 4, paths, "LOW", NULL, classes,
               "(SELECT \"P0\", STRIP_NULL_VALUE(COALESCE(\"X2\"['x'], \"X2\"['X'])) AS \"P1\", "
               "STRIP_NULL_VALUE(\"X2\") AS \"P2\", STRIP_NULL_VALUE(\"X2\"[1]) AS \"P3\" FROM (SELECT \"EVENT_ID\" AS "
               "\"P0\", COALESCE(\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['step'], \"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['Step'], "
               "\"UNSTRUCT_EVENT_COM_ACME_BUY_1\"['STEP']) AS \"X2\" FROM \"ATOMIC\".\"EVENTS\" WHERE \"LOAD_TSTAMP\" "
               ">= LOW))");
}

static void test_layouts(void) {
  check_one("an item of a VARIANT", ENTITY("contexts_com_acme_loose_1", 0, {"x", 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"CONTEXTS_COM_ACME_LOOSE_1\"[0]['x'], "
            "\"CONTEXTS_COM_ACME_LOOSE_1\"[0]['X'])) AS \"P0\" FROM \"ATOMIC\".\"EVENTS\")");
  check_one("TEXT that holds JSON is parsed once", EVENT("unstruct_event_com_acme_text_1", {"x", 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"X1\"['x'], \"X1\"['X'])) AS \"P0\" FROM (SELECT "
            "TRY_PARSE_JSON(\"UNSTRUCT_EVENT_COM_ACME_TEXT_1\") AS \"X1\" FROM \"ATOMIC\".\"EVENTS\"))");
  check_one("a structured OBJECT becomes a loose one", EVENT("unstruct_event_com_acme_iced_1", {"x", 0}),
            SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"X1\"['x'], \"X1\"['X'])) AS \"P0\" FROM (SELECT "
            "CAST(\"UNSTRUCT_EVENT_COM_ACME_ICED_1\" AS OBJECT) AS \"X1\" FROM \"ATOMIC\".\"EVENTS\"))");
  check_one("so does a structured ARRAY", ENTITY("contexts_com_acme_iced_1", 0, {"x", 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(COALESCE(\"X1\"[0]['x'], \"X1\"[0]['X'])) AS \"P0\" FROM (SELECT "
            "CAST(\"CONTEXTS_COM_ACME_ICED_1\" AS ARRAY) AS \"X1\" FROM \"ATOMIC\".\"EVENTS\"))");
  check_one("a whole event is only asked whether it is there", WHOLE(SBE_PATH_EVENT, "unstruct_event_com_acme_buy_1"),
            SBE_CLASS_OBJECT,
            "(SELECT CASE WHEN \"UNSTRUCT_EVENT_COM_ACME_BUY_1\" IS NOT NULL THEN TRUE END AS \"P0\" FROM "
            "\"ATOMIC\".\"EVENTS\")");
  check_one("a whole entity", WHOLE(SBE_PATH_ENTITY, "contexts_com_acme_item_1"), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(\"CONTEXTS_COM_ACME_ITEM_1\"[0]) AS \"P0\" FROM \"ATOMIC\".\"EVENTS\")");
  static const char nothing[] = "(SELECT CAST(NULL AS VARCHAR) AS \"P0\" FROM \"ATOMIC\".\"EVENTS\")";
  check_one("an item of an OBJECT", EVENT("unstruct_event_com_acme_buy_1", {NULL, 0}), SBE_CLASS_MISSING, nothing);
  check_one("a member of a number", EVENT("tr_total", {"x", 0}), SBE_CLASS_MISSING, nothing);
  check_one("a column that is not there", ENTITY("contexts_com_acme_gone_1", 0, {"x", 0}), SBE_CLASS_MISSING, nothing);
  check_one("an index beyond every array", ENTITY("contexts_com_acme_item_1", INT64_MAX, {NULL, 0}), SBE_CLASS_JSON,
            "(SELECT STRIP_NULL_VALUE(\"CONTEXTS_COM_ACME_ITEM_1\"[2147483646][0]) AS \"P0\" FROM "
            "\"ATOMIC\".\"EVENTS\")");
  sbe_step steps[SBE_SNOWFLAKE_MAX_STEPS + 1] = {{"x", 0}};
  sbe_path deep = {.struct_size = sizeof deep,
                   .kind = SBE_PATH_EVENT,
                   .column = "unstruct_event_com_acme_buy_1",
                   .n_steps = SBE_SNOWFLAKE_MAX_STEPS + 1,
                   .steps = steps};
  check_one("too deep", &deep, 0, "A property path in unstruct_event_com_acme_buy_1 has more than 64 steps.");
  const sbe_path *path = ATOMIC("event_id");
  sbe_error error = {0};
  sbe_text out = {0};
  int32_t class_;
  sbe_source wanted = {.struct_size = sizeof wanted,
                       .table = "T",
                       .n_columns = 1,
                       .columns = columns,
                       .n_paths = 1,
                       .paths = &path,
                       .lower = "LOW"};
  check_true("no load_tstamp", sbe_snowflake_source(&wanted, &out, &class_, &error) == SBE_NOT_FOUND);
  check_text("no load_tstamp", "The events table T has no column load_tstamp.", error.message);
  text_clear(&out);
}

/* ---- Tables ---- */

static void check_create(const char *what, sbe_table table, const char *expected) {
  sbe_statements list = {0};
  sbe_error error = {0};
  table.struct_size = sizeof table;
  table.name = "\"D\".\"T\"";
  int32_t code = sbe_snowflake_dialect.create(&table, &list, &error);
  check_text(what, expected, code == SBE_OK ? list.items[0].data : error.message);
  check_true("one statement, which may be repeated",
             code != SBE_OK || (list.n == 1 && list.flags[0] == SBE_STATEMENT_REPEATABLE));
  text_clear(&list.items[0]);
}

static void test_create(void) {
  static const sbe_column_spec specs[] = {{"domain_userid", SBE_TYPE_TEXT},
                                          {"event_date", SBE_TYPE_DATE},
                                          {"n", SBE_TYPE_INT32},
                                          {"s", SBE_TYPE_WIDE_INTEGER},
                                          {"at", SBE_TYPE_TIMESTAMP},
                                          {"l", SBE_TYPE_LIST + SBE_TYPE_INT64},
                                          {"d", SBE_TYPE_DICT},
                                          {"f", SBE_TYPE_DOUBLE},
                                          {"b", SBE_TYPE_BOOL},
                                          {"i", SBE_TYPE_INT64}};
#define COLUMNS                                                                                                        \
  " (\"DOMAIN_USERID\" VARCHAR, \"EVENT_DATE\" DATE, \"N\" NUMBER(10,0), \"S\" NUMBER(38,0), \"AT\" "                  \
  "TIMESTAMP_NTZ(6), \"L\" ARRAY, \"D\" OBJECT, \"F\" FLOAT, \"B\" BOOLEAN, \"I\" NUMBER(19,0))"
  check_create("what lasts is clustered by its day",
               (sbe_table){.kind = SBE_TABLE_PERMANENT,
                           .n_columns = 10,
                           .columns = specs,
                           .day_column = 1,
                           .key_column = 0,
                           .lookup_column = -1},
               "CREATE TABLE IF NOT EXISTS \"D\".\"T\"" COLUMNS " CLUSTER BY (\"EVENT_DATE\")");
  check_create("a manifest",
               (sbe_table){.kind = SBE_TABLE_PERMANENT,
                           .n_columns = 1,
                           .columns = specs,
                           .day_column = -1,
                           .key_column = -1,
                           .lookup_column = 0},
               "CREATE TABLE IF NOT EXISTS \"D\".\"T\" (\"DOMAIN_USERID\" VARCHAR)");
  check_create("filled when it is made",
               (sbe_table){.kind = SBE_TABLE_PERMANENT,
                           .n_columns = 2,
                           .columns = specs,
                           .day_column = 1,
                           .key_column = 0,
                           .lookup_column = -1,
                           .select = "SELECT 1, 2"},
               "CREATE TABLE IF NOT EXISTS \"D\".\"T\" (\"DOMAIN_USERID\" VARCHAR, \"EVENT_DATE\" DATE) CLUSTER BY "
               "(\"EVENT_DATE\") AS\nSELECT 1, 2");
  check_create(
      "scratch is transient and not clustered",
      (sbe_table){.kind = SBE_TABLE_SCRATCH,
                  .n_columns = 2,
                  .columns = specs,
                  .day_column = 1,
                  .key_column = 0,
                  .lookup_column = -1,
                  .select = "SELECT 1, 2"},
      "CREATE OR REPLACE TRANSIENT TABLE \"D\".\"T\" (\"DOMAIN_USERID\" VARCHAR, \"EVENT_DATE\" DATE) AS\nSELECT 1, 2");
  static const sbe_column_spec odd[] = {{"x", 77}};
  check_create("an unknown type",
               (sbe_table){.kind = SBE_TABLE_SCRATCH,
                           .n_columns = 1,
                           .columns = odd,
                           .day_column = -1,
                           .key_column = -1,
                           .lookup_column = -1},
               "Column x of \"D\".\"T\" has the unknown type 77.");
}

/* ---- Operations: one of each kind as it is printed; sbe-adapter-check runs them all ---- */

static void check_operation(int32_t op, const char *const operands[4], const char *expected) {
  sbe_text out = {0};
  put_pattern(&out, operation(op), 4, operands);
  check_text("an operation", expected, out.data);
  text_clear(&out);
}

static void test_operations(void) {
  check_operation(SBE_OP_DATE_LITERAL, (const char *const[]){"'2025-01-31'", "", "", ""},
                  "TO_DATE('2025-01-31', 'YYYY-MM-DD')");
  check_operation(SBE_OP_TIMESTAMP_LITERAL, (const char *const[]){"'2025-01-31 10:00:00'", "", "", ""},
                  "TO_TIMESTAMP_NTZ('2025-01-31 10:00:00', 'AUTO')");
  check_operation(SBE_OP_LIST_OF, (const char *const[]){"v", "", "", ""}, "ARRAY_AGG(v) WITHIN GROUP (ORDER BY v ASC)");
  check_operation(
      SBE_OP_LAST_IF, (const char *const[]){"v", "t", "id", "m"},
      "CASE WHEN MAX(CASE WHEN m THEN TO_CHAR(t, 'YYYYMMDDHH24MISSFF6') || CAST(id AS VARCHAR) END) = MAX(CASE WHEN (m "
      "AND v IS NOT NULL) THEN TO_CHAR(t, 'YYYYMMDDHH24MISSFF6') || CAST(id AS VARCHAR) END) THEN MAX_BY(v, CASE WHEN "
      "(m AND v IS NOT NULL) THEN TO_CHAR(t, 'YYYYMMDDHH24MISSFF6') || CAST(id AS VARCHAR) ELSE '' END) END");
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--values") == 0) {
    print_values();
    return 0;
  }
  test_contract();
  test_names();
  test_types();
  test_spellings();
  test_columns();
  test_members();
  test_layouts();
  test_create();
  test_operations();
  printf("snowflake-dialect: %d passed, %d failed, 0 skipped\n", sql_passed, sql_failed);
  return sql_failed > 0;
}
