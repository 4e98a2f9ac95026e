/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core/sql from below: names, literals, patterns, layers, reads by way of text; and that no text of a
 * definition, whatever is in it, leaves its quotes. Expected SQL is written by hand, in the recorder's dialect.
 */
#include <CUnit/CUnit.h>

#include "core/sql/layers.h"
#include "tests/unit/recorded.h"

#define PRINTED(out, print)                                                                                            \
  do {                                                                                                                 \
    sbe_text_clear(&(out));                                                                                            \
    print;                                                                                                             \
  } while (0)

/* --- names --------------------------------------------------------------------------------------- */

static const char *name_of(const char *name) {
  return sbe_sql_name(&fixture.sql, fixture.arena, NULL, name);
}

static char *repeated(const char *piece, size_t n, const char *end) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(10000);
  for (size_t i = 0; i < n; i++) sbe_text_puts(&out, piece);
  sbe_text_puts(&out, end);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

/* The recorder allows 63 bytes: 54 of the name, "_", and the last 8 digits of FNV-1a (64 bits) of all of it. */
static void names_are_cut_with_a_hash(void) {
  recorded_begin();
  const char *as = repeated("a", 54, "");
  SAME(name_of("plain"), "\"plain\"");
  SAME(name_of("a\"b"), "\"a\"\"b\"");
  SAME(name_of(repeated("a", 63, "")), sbe_arena_printf(fixture.arena, "\"%saaaaaaaaa\"", as));
  SAME(name_of(repeated("a", 63, "b")), sbe_arena_printf(fixture.arena, "\"%s_f35eb6cc\"", as));
  SAME(name_of(repeated("a", 63, "c")), sbe_arena_printf(fixture.arena, "\"%s_f35eb87f\"", as));
  SAME(sbe_sql_name(&fixture.sql, fixture.arena, "t", repeated("a", 63, "b")),
       sbe_arena_printf(fixture.arena, "t.\"%s_f35eb6cc\"", as));
  /* at a character, never within one: byte 54 is the second of the first é */
  SAME(name_of(repeated("a", 53, repeated("é", 10, ""))), sbe_arena_printf(fixture.arena, "\"%.53s_9ed50378\"", as));
  recorded_end();
}

/* A warehouse without schemas: `[database/schema/table]`. */
static void put_as_one(sbe_text *out, const sbe_name *name) {
  SBE_PRINT(out, "[", name->database ? name->database : "", "/", name->schema ? name->schema : "", "/", name->table,
            "]");
}

static void a_dialect_may_name_tables_itself(void) {
  recorded_begin();
  sbe_sql sql = fixture.sql;
  sbe_dialect own = *sql.dialect;
  own.table = put_as_one;
  own.scratch_database = "temp";
  sql.dialect = &own;
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_DERIVED, "t"), "[/shop_derived/t]");
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_SCRATCH, "t"), "[temp/shop_scratch/t]");
  /* as short as it asks, each part by itself, and not yet quoted: 11 bytes, `_`, and 8 digits of a hash */
  own.max_identifier = 20;
  const char *name = sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_DERIVED, "abcdefghijklmnopqrstuvwxyz");
  CU_ASSERT(strncmp(name, "[/shop_derived/abcdefghijk_", 27) == 0);
  CU_ASSERT_EQUAL(strlen(name), strlen("[/shop_derived/]") + 20);
  /* a schema is no table */
  sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
  sbe_print_schema(&sql, &out, SBE_SCHEMA_DERIVED);
  SAME(sbe_text_string(&out), "\"shop_derived\"");
  recorded_end();
}

static void tables_lie_in_databases_and_schemas(void) {
  recorded_begin();
  sbe_sql sql = fixture.sql;
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_DERIVED, "t"), "\"shop_derived\".\"t\"");
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_SCRATCH, "t"), "\"shop_scratch\".\"t\"");
  sql.database = "d\"b";
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_MANIFEST, "t"), "\"d\"\"b\".\"shop_snowplow_manifest\".\"t\"");
  sbe_dialect apart = *sql.dialect;
  apart.scratch_database = "temp";
  sql.dialect = &apart;
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_SCRATCH, "t"), "\"temp\".\"shop_scratch\".\"t\"");
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_DERIVED, "t"), "\"d\"\"b\".\"shop_derived\".\"t\"");
  sql.database = NULL;
  SAME(sbe_sql_table(&sql, fixture.arena, SBE_SCHEMA_SCRATCH, "t"), "\"temp\".\"shop_scratch\".\"t\"");
  sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
  sbe_print_schema(&sql, &out, SBE_SCHEMA_SCRATCH);
  SAME(sbe_text_string(&out), "\"temp\".\"shop_scratch\"");
  PRINTED(out, sbe_print_schema(&sql, &out, SBE_SCHEMA_MANIFEST));
  SAME(sbe_text_string(&out), "\"shop_snowplow_manifest\"");
  PRINTED(out, sbe_print_table_name(&sql, &out, &(sbe_name){"c", "s", "t"}));
  SAME(sbe_text_string(&out), "\"c\".\"s\".\"t\"");
  recorded_end();
}

/* --- literals ------------------------------------------------------------------------------------ */

#define TEXT(string)                                                                                                   \
  { SBE_LITERAL_TEXT, string, sizeof(string) - 1 }
#define NUMBER(string)                                                                                                 \
  { SBE_LITERAL_NUMBER, string, sizeof(string) - 1 }
#define BOOL(string)                                                                                                   \
  { SBE_LITERAL_BOOL, string, sizeof(string) - 1 }

static void literals_of_every_type(void) {
  static const struct {
    int32_t type;
    size_t n;
    sbe_literal values[3];
    const char *sql;
  } rows[] = {
      {SBE_TYPE_TEXT, 1, {TEXT("O'Brien")}, "'O''Brien'"},
      {SBE_TYPE_TEXT, 1, {TEXT("")}, "''"},
      {SBE_TYPE_TEXT, 1, {TEXT("a\\'; DROP TABLE x --")}, "'a\\''; DROP TABLE x --'"},
      {SBE_TYPE_TEXT, 1, {TEXT("Zo\xC3\xAB \xF0\x9F\x9B\x92\n\t\"{0}\"")}, "'Zo\xC3\xAB \xF0\x9F\x9B\x92\n\t\"{0}\"'"},
      {SBE_TYPE_INT32, 1, {NUMBER("-2147483648")}, "CAST('-2147483648' AS INTEGER)"},
      {SBE_TYPE_INT64, 1, {NUMBER("9223372036854775807")}, "CAST('9223372036854775807' AS BIGINT)"},
      {SBE_TYPE_WIDE_INTEGER, 1, {NUMBER("18446744073709551616")}, "CAST('18446744073709551616' AS DECIMAL(38, 0))"},
      {SBE_TYPE_DECIMAL, 1, {NUMBER("0.1")}, "CAST('0.1' AS DECIMAL(38, 9))"},
      {SBE_TYPE_DOUBLE, 1, {NUMBER("1.5e-7")}, "CAST('1.5e-7' AS DOUBLE PRECISION)"},
      {SBE_TYPE_BOOL, 1, {BOOL("true")}, "TRUE"},
      {SBE_TYPE_BOOL, 1, {BOOL("false")}, "FALSE"},
      {SBE_TYPE_BOOL, 1, {NUMBER("1")}, "TRUE"},
      {SBE_TYPE_BOOL, 1, {NUMBER("0")}, "FALSE"},
      {SBE_TYPE_TIMESTAMP, 1, {TEXT("2025-01-31 23:59:59.000001")}, "TIMESTAMP '2025-01-31 23:59:59.000001'"},
      {SBE_TYPE_TIMESTAMP, 1, {TEXT("2025-01-31T01:00+02:00")}, "TIMESTAMP '2025-01-30 23:00:00'"},
      {SBE_TYPE_TIMESTAMP, 1, {NUMBER("86400")}, "TIMESTAMP '1970-01-02 00:00:00'"},
      {SBE_TYPE_TEXT | SBE_TYPE_LIST, 0, {TEXT("")}, "CAST(ARRAY[] AS VARCHAR ARRAY)"},
      {SBE_TYPE_TEXT | SBE_TYPE_LIST, 2, {TEXT("a'"), TEXT("b,c")}, "CAST(ARRAY['a''', 'b,c'] AS VARCHAR ARRAY)"},
      {SBE_TYPE_INT64 | SBE_TYPE_LIST,
       2,
       {NUMBER("1"), NUMBER("-2")},
       "CAST(ARRAY[CAST('1' AS BIGINT), CAST('-2' AS BIGINT)] AS BIGINT ARRAY)"},
      {SBE_TYPE_BOOL | SBE_TYPE_LIST, 2, {BOOL("true"), BOOL("false")}, "CAST(ARRAY[TRUE, FALSE] AS BOOLEAN ARRAY)"},
      {SBE_TYPE_TIMESTAMP | SBE_TYPE_LIST,
       1,
       {TEXT("2025-01-31")},
       "CAST(ARRAY[TIMESTAMP '2025-01-31 00:00:00'] AS TIMESTAMP ARRAY)"},
  };
  recorded_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_cleanup_text sbe_text out = SBE_TEXT(10000);
    sbe_print_literal(&fixture.sql, &out, rows[i].type, rows[i].n, rows[i].values, NULL);
    SAME(sbe_text_string(&out), rows[i].sql);
  }
  recorded_end();
}

/* JSON first (quotes, backslashes, control characters), then SQL's quotes around it. */
static void dicts_are_json_in_quotes(void) {
  static const sbe_literal keys[] = {TEXT("O'Brien"), TEXT("a\"b\\c"), TEXT("tab\tnew\nbell\x07"),
                                     TEXT("Zo\xC3\xAB\x7F"), TEXT("")};
  static const sbe_literal values[] = {NUMBER("1"), NUMBER("-2"), NUMBER("3"), NUMBER("9223372036854775807"),
                                       NUMBER("0")};
  recorded_begin();
  sbe_cleanup_text sbe_text out = SBE_TEXT(10000);
  sbe_print_literal(&fixture.sql, &out, SBE_TYPE_DICT, 5, values, keys);
  SAME(sbe_text_string(&out), "CAST('{\"O''Brien\":1,\"a\\\"b\\\\c\":-2,\"tab\\u0009new\\u000abell\\u0007\":3,"
                              "\"Zo\xC3\xAB\x7F\":9223372036854775807,\"\":0}' AS JSON)");
  PRINTED(out, sbe_print_literal(&fixture.sql, &out, SBE_TYPE_DICT, 0, NULL, NULL));
  SAME(sbe_text_string(&out), "CAST('{}' AS JSON)");
  PRINTED(out, sbe_print_null(&fixture.sql, &out, SBE_TYPE_DICT));
  SAME(sbe_text_string(&out), "CAST(NULL AS JSON)");
  PRINTED(out, sbe_print_date(&fixture.sql, &out, recorded_date("0001-01-01")));
  SAME(sbe_text_string(&out), "DATE '0001-01-01'");
  recorded_end();
}

/* --- patterns ------------------------------------------------------------------------------------ */

static void patterns_take_operands(void) {
  static const struct {
    const char *pattern;
    size_t n;
    const char *operands[3];
    const char *sql;
  } rows[] = {
      {"f({1}, {0}, {1})", 2, {"a", "b"}, "f(b, a, b)"},
      {"CASE WHEN {0} = 0 THEN {0} END", 1, {"\"x\""}, "CASE WHEN \"x\" = 0 THEN \"x\" END"},
      {"MAP {{{0}: 1}", 1, {"a"}, "MAP {a: 1}"},
      {"'{{0}'", 1, {"a"}, "'{0}'"},
      {"{{{{", 0, {NULL}, "{{"},
      {"{0}", 1, {"'{1} {{ {0}'"}, "'{1} {{ {0}'"}, /* an operand is never read as a pattern */
      {"{0}{1}{2}", 3, {"a", "", "c"}, "ac"},
      {"no operand", 1, {"a"}, "no operand"},
      {"", 0, {NULL}, ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
    sbe_print_pattern(&out, rows[i].pattern, rows[i].n, rows[i].operands);
    SAME(sbe_text_string(&out), rows[i].sql);
  }
}

static void operations_come_from_the_dialect_or_ansi(void) {
  recorded_begin();
  sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
  SBE_OPERATION(&fixture.sql, &out, SBE_OP_ADD_DAYS, "d", "7"); /* the dialect's */
  SAME(sbe_text_string(&out), "ADD_DAYS(d, 7)");
  PRINTED(out, SBE_OPERATION(&fixture.sql, &out, SBE_OP_SUM_IF, "v", "w")); /* ANSI */
  SAME(sbe_text_string(&out), "SUM(CASE WHEN w THEN v END)");
  CU_ASSERT(sbe_can_print(fixture.sql.dialect, SBE_OP_LIST_OF) && sbe_can_print(fixture.sql.dialect, SBE_OP_LIKE));
  static const sbe_pattern none[] = {
      {SBE_OP_LIKE, "LIKE_EXACTLY({0}, {1})"}, {9999, "of a newer host"}, {SBE_OP_END, NULL}};
  sbe_dialect poor = *fixture.sql.dialect;
  poor.patterns = none;
  CU_ASSERT(!sbe_can_print(&poor, SBE_OP_LIST_OF) && !sbe_can_print(&poor, SBE_OP_NOW));
  CU_ASSERT(sbe_can_print(&poor, SBE_OP_SUM_IF) && !sbe_can_print(&poor, 4711));
  SAME(sbe_operation_name(SBE_OP_LIST_OF), "LIST_OF");
  poor.patterns = NULL;
  CU_ASSERT(sbe_can_print(&poor, SBE_OP_LIKE));
  recorded_end();
}

/* --- layers -------------------------------------------------------------------------------------- */

static const char *printed(sbe_layers *layers, const char *where) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  sbe_layers_print(layers, "t", where, &out);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

static void layers_may_be_of_base_columns_only(void) {
  recorded_begin();
  sbe_layers *l = sbe_layers_new(&fixture.sql, fixture.arena);
  sbe_layers_output(l, sbe_layers_base(l, "p0"), "key");
  sbe_layers_output(l, sbe_layers_base(l, "p1"), "other");
  sbe_layers_output(l, sbe_layers_base(l, "p0"), "again");
  SAME(printed(l, NULL), "SELECT \"p0\" AS \"key\", \"p1\" AS \"other\", \"p0\" AS \"again\"\nFROM t AS l");
  recorded_end();
}

/* Each expression one layer above its highest operand; what is needed later is passed on, the rest dropped. */
static void operands_are_columns_of_the_layer_below(void) {
  recorded_begin();
  sbe_layers *l = sbe_layers_new(&fixture.sql, fixture.arena);
  sbe_cell p0 = sbe_layers_base(l, "p0"), p1 = sbe_layers_base(l, "p1");
  sbe_cell a = sbe_layers_pattern(l, "f({0}, {0})", 1, &p0);                   /* layer 1 */
  sbe_cell b = sbe_layers_pattern(l, "g({0}, {1})", 2, (sbe_cell[]){a, p1});   /* layer 2: p1 is passed on */
  sbe_cell c = sbe_layers_operation(l, SBE_OP_CONCAT, 2, (sbe_cell[]){b, p0}); /* layer 3: so is p0, twice */
  sbe_layers_output(l, c, "c");
  sbe_layers_output(l, a, "a"); /* from layer 1 to the outermost */
  SAME(printed(l, "w"), "SELECT \"x4\" AS \"c\", \"x2\" AS \"a\"\n"
                        "FROM (SELECT \"x2\", (\"x3\" || \"p0\") AS \"x4\"\n"
                        "FROM (SELECT \"p0\", \"x2\", g(\"x2\", \"p1\") AS \"x3\"\n"
                        "FROM (SELECT \"p0\", \"p1\", f(\"p0\", \"p0\") AS \"x2\"\n"
                        "FROM t AS l1) AS l2) AS l3) AS l\nWHERE w");
  recorded_end();
}

static void equal_expressions_are_one_column(void) {
  recorded_begin();
  sbe_layers *l = sbe_layers_new(&fixture.sql, fixture.arena);
  sbe_cell p0 = sbe_layers_base(l, "p0"), p1 = sbe_layers_base(l, "p1");
  sbe_cell a = sbe_layers_operation(l, SBE_OP_DATE_OF, 1, &p0);
  CU_ASSERT_EQUAL(sbe_layers_operation(l, SBE_OP_DATE_OF, 1, &p0), a);
  CU_ASSERT_NOT_EQUAL(sbe_layers_operation(l, SBE_OP_DATE_OF, 1, &p1), a);
  sbe_cell literal = sbe_layers_add(l, "'x'", 0, NULL);
  CU_ASSERT_EQUAL(sbe_layers_add(l, "'x'", 0, NULL), literal);
  CU_ASSERT_EQUAL(sbe_layers_base(l, "p0"), p0);
  /* a base column is not an expression that looks like it */
  CU_ASSERT_NOT_EQUAL(sbe_layers_add(l, "\"p0\"", 1, &p0), p0);
  /* many, so that the arrays grow and buckets hold several */
  for (int round = 0; round < 2; round++)
    for (unsigned i = 0; i < 1000; i++) {
      sbe_cell cell = sbe_layers_add(l, sbe_arena_printf(fixture.arena, "f%u(\"p0\")", i), 1, &p0);
      CU_ASSERT_EQUAL(sbe_layers_add(l, sbe_arena_printf(fixture.arena, "f%u(\"p0\")", i), 1, &p0), cell);
    }
  recorded_end();
}

/* A condition of the outermost WHERE keeps its cells; a literal stands in layer 1. */
static void kept_cells_reach_the_where(void) {
  recorded_begin();
  sbe_layers *l = sbe_layers_new(&fixture.sql, fixture.arena);
  sbe_cell p0 = sbe_layers_base(l, "p0"), p1 = sbe_layers_base(l, "p1");
  sbe_cell a = sbe_layers_pattern(l, "f({0})", 1, &p0);
  sbe_layers_output(l, sbe_layers_add(l, "NULL", 0, NULL), "n");
  sbe_layers_keep(l, a);
  sbe_layers_keep(l, p1);
  SAME(printed(l, "\"x2\" = \"p1\""),
       "SELECT \"x3\" AS \"n\"\nFROM (SELECT \"p1\", f(\"p0\") AS \"x2\", NULL AS \"x3\"\n"
       "FROM t AS l1) AS l\nWHERE \"x2\" = \"p1\"");
  recorded_end();
}

/* --- reads --------------------------------------------------------------------------------------- */

static void reads_go_by_way_of_text(void) {
  static const struct {
    int32_t from, type;
    const char *layers; /* innermost last */
  } rows[] = {
      {SBE_CLASS_TEXT, SBE_TYPE_TEXT, "\"p0\" AS \"x1\""}, /* the pattern {0} */
      {SBE_CLASS_TEXT, SBE_TYPE_INT64, "TRY_CAST(\"p0\" AS BIGINT) AS \"x1\""},
      {SBE_CLASS_TIMESTAMP, SBE_TYPE_TIMESTAMP, "\"p0\" AS \"x1\""},
      {SBE_CLASS_INTEGER, SBE_TYPE_DOUBLE,
       "TRY_CAST(\"x1\" AS DOUBLE PRECISION) AS \"x2\"\nFROM (SELECT CAST(\"p0\" AS VARCHAR) AS \"x1\""},
      {SBE_CLASS_JSON, SBE_TYPE_BOOL,
       "TRY_CAST(\"x1\" AS BOOLEAN) AS \"x2\"\nFROM (SELECT JSON_SCALAR_TEXT(\"p0\") AS \"x1\""},
      {SBE_CLASS_JSON, SBE_TYPE_INT32 | SBE_TYPE_LIST, "JSON_TO_LIST(\"p0\", 'INTEGER') AS \"x1\""},
      {SBE_CLASS_LIST, SBE_TYPE_BOOL | SBE_TYPE_LIST, "LIST_AS(\"p0\", 'BOOLEAN') AS \"x1\""},
      /* what no read can do is NULL, of the type */
      {SBE_CLASS_MISSING, SBE_TYPE_INT64, "CAST(NULL AS BIGINT) AS \"x1\""},
      {SBE_CLASS_MISSING, SBE_TYPE_TEXT, "CAST(NULL AS VARCHAR) AS \"x1\""},
      {SBE_CLASS_LIST, SBE_TYPE_TEXT, "CAST(NULL AS VARCHAR) AS \"x1\""},
      {SBE_CLASS_OBJECT, SBE_TYPE_DOUBLE, "CAST(NULL AS DOUBLE PRECISION) AS \"x1\""},
      {SBE_CLASS_TEXT, SBE_TYPE_TEXT | SBE_TYPE_LIST, "CAST(NULL AS VARCHAR ARRAY) AS \"x1\""},
      {SBE_CLASS_INTEGER, SBE_TYPE_INT64 | SBE_TYPE_LIST, "CAST(NULL AS BIGINT ARRAY) AS \"x1\""},
  };
  recorded_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_layers *l = sbe_layers_new(&fixture.sql, fixture.arena);
    sbe_cell read = sbe_layers_read(l, sbe_layers_base(l, "p0"), rows[i].from, rows[i].type);
    sbe_layers_output(l, read, "v");
    HAS(printed(l, NULL), sbe_arena_printf(fixture.arena, "(SELECT %s\nFROM t", rows[i].layers));
  }
  recorded_end();
}

/* --- injection ----------------------------------------------------------------------------------- */

/* What stands outside of '…' and "…"; NULL when a quote is left open. */
static const char *outside_quotes(const char *sql) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  char open = 0;
  for (const char *c = sql; *c; c++) {
    if (open)
      open = *c == open ? 0 : open; /* a doubled quote closes and opens again */
    else if (*c == '\'' || *c == '"')
      open = *c;
    else
      sbe_text_putc(&out, *c);
  }
  return open ? NULL : sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

static void collect(void *user, const char *model, const char *step, const sbe_text *sql) {
  (void)model, (void)step;
  SBE_PRINT((sbe_text *)user, sbe_text_string(sql), ";\n");
}

/* EVIL stands in every place of a definition, behind what could end a quote. */
static const char evil_views[] =
    "- name: v\n"
    "  entity: {name: acct, property: {type: entity, vendor: com.x, name: y, major_version: 1, path: \"['k\\\"1 "
    "EVIL']\"}}\n"
    "  attributes:\n"
    "  - name: a\n"
    "    type: string\n"
    "    events:\n"
    "      - {vendor: \"v' EVIL 2 --\", name: \"n'' EVIL 3 /*\", version: '1-0-0'}\n"
    "      - {event_specification_id: \"s' OR EVIL 4\"}\n"
    "    aggregation: last\n"
    "    default_value: \"d'; EVIL 5 --\"\n"
    "    property: {type: event, vendor: com.x, name: y, major_version: 1, path: \"$.a[\\\"b' EVIL 6\\\"]\"}\n"
    "    criteria:\n"
    "      all:\n"
    "        - {property: mkt_source, operator: '=', value: \"x' OR EVIL 7 --\"}\n"
    "        - {property: mkt_source, operator: '!=', value: \"\\\\' EVIL 8\"}\n"
    "        - {property: mkt_source, operator: like, value: \"%' EVIL 9\"}\n"
    "        - {property: mkt_source, operator: not in, value: [\"') EVIL 10\", \"{0}' EVIL 11\"]}\n"
    "        - {property: mkt_source, operator: '<', value: \"z' EVIL 12\"}\n"
    "  - name: b\n"
    "    type: string_list\n"
    "    aggregation: unique_list\n"
    "    default_value: [\"l' EVIL 13\", \"\\\" EVIL 14\"]\n"
    "    property: {type: calculated, operation: concat, separator: \"' EVIL 15 '\", properties: [mkt_source, "
    "mkt_medium]}\n"
    "  - name: c\n"
    "    type: dict\n"
    "    aggregation: category_count\n"
    "    property: mkt_source\n"
    "    default_value: {\"k'\\\" EVIL 16\\n\": 1}\n"
    "  - {name: d, type: unix_timestamp, aggregation: last, property: derived_tstamp, default_value: '2025-01-31'}\n";

static void no_text_leaves_its_quotes(void) {
  recorded_begin();
  recorded_vars("{app_id: [\"web') EVIL 17 --\", \"\\\" EVIL 18\"], atomic_schema: \"at\\\"omic EVIL 19\", "
                "events_table: \"ev'ents\\\" EVIL 20\", database: \"db\\\" EVIL 21\"}");
  recorded_build(evil_views);
  fixture.sql.database = "our\" EVIL 22";
  fixture.sql.schemas[SBE_SCHEMA_DERIVED] = "derived'\" EVIL 23";
  fixture.sql.schemas[SBE_SCHEMA_MANIFEST] = "\"manifest EVIL 24";
  fixture.sql.schemas[SBE_SCHEMA_SCRATCH] = "scratch\"\" EVIL 25";
  fixture.sql.events = (sbe_name){fixture.vars.database, fixture.vars.atomic_schema, fixture.vars.events_table};
  const sbe_shape *shape = recorded_shape(0);
  sbe_cleanup_text sbe_text all = SBE_TEXT(SBE_MAX_STATEMENT);
  const sbe_compile_sink sink = {&all, collect};
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_compile(&fixture.sql, &fixture.vars, 1, &shape, &(sbe_columns){0}, recorded_time("2025-02-01"),
                             &sink, &fixture.report, &error);
  UNIT_CHECK(code == SBE_OK, "%s", error.message);
  sbe_statements list = {0};
  const char *definition = sbe_definition_text(fixture.arena, fixture.ir->views[0], &fixture.sql, &fixture.vars);
  sbe_state state = {.model = "v_1", .definition_hash = "h", .definition = definition};
  CU_ASSERT_EQUAL(sbe_state_print_write(&fixture.sql, fixture.arena, &state, &list, &error), SBE_OK);
  sbe_log_row row = {"r'' EVIL 26", "m' EVIL 27", "s' EVIL 28", "x' EVIL 29", "e' EVIL 30", 0, 0, 1};
  sbe_state_print_log(&fixture.sql, fixture.arena, 1, &row, &list);
  sbe_text_puts(&all, recorded_text(&list));

  const char *sql = sbe_text_string(&all), *outside = outside_quotes(sql);
  CU_ASSERT_PTR_NOT_NULL_FATAL(outside);
  LACKS(outside, "EVIL");
  LACKS(outside, "--");
  LACKS(outside, "/*");
  for (unsigned i = 1; i <= 30; i++) HAS(sql, sbe_arena_printf(fixture.arena, "EVIL %u", i)); /* each was played */
  recorded_end();
}

int sbe_add_sql_suite(void) {
  static const sbe_unit_test tests[] = {
      {"names are cut with a hash", names_are_cut_with_a_hash},
      {"tables lie in databases and schemas", tables_lie_in_databases_and_schemas},
      {"a dialect may name tables itself", a_dialect_may_name_tables_itself},
      {"literals of every type", literals_of_every_type},
      {"dicts are JSON in quotes", dicts_are_json_in_quotes},
      {"patterns take operands", patterns_take_operands},
      {"operations come from the dialect or ANSI", operations_come_from_the_dialect_or_ansi},
      {"layers may be of base columns only", layers_may_be_of_base_columns_only},
      {"operands are columns of the layer below", operands_are_columns_of_the_layer_below},
      {"equal expressions are one column", equal_expressions_are_one_column},
      {"kept cells reach the WHERE", kept_cells_reach_the_where},
      {"reads go by way of text", reads_go_by_way_of_text},
      {"no text leaves its quotes", no_text_leaves_its_quotes},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("sql", tests);
}
