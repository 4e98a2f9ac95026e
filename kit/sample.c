/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dialects are asked to print by the checks: hostile names and texts, and one of each struct. Called by
 * the groups "abi" and "dialect". Constant, so that two answers can be compared byte by byte.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/sample.h"

const char *const sample_names[] = {"a",
                                    "select",
                                    "Order",
                                    "a b",
                                    "a\"b",
                                    "a\"\"b",
                                    "\"",
                                    "a'b",
                                    "a''b",
                                    "a`b",
                                    "a]b",
                                    "a[b",
                                    "a\\b",
                                    "a\\\"b",
                                    "a.b",
                                    "a;b",
                                    "a--b",
                                    "a/*b*/",
                                    "{0}",
                                    "{1}b",
                                    "a{",
                                    "a}",
                                    "%s",
                                    "a%b",
                                    "$1",
                                    "a?b",
                                    ":name",
                                    "@var",
                                    "#tmp",
                                    "1a",
                                    "\xC3\xA4",
                                    "\xE6\x97\xA5\xE6\x9C\xAC",
                                    "\xF0\x9F\x98\x80",
                                    "CamelCaseName",
                                    "with\ttab",
                                    "user",
                                    "group",
                                    "timestamp",
                                    "null",
                                    "p0_",
                                    "_",
                                    "trailing ",
                                    " leading",
                                    "a,b",
                                    "a(b)",
                                    "a \"b\" \xC3\xA9; \\",
                                    NULL};

const char *const sample_texts[] = {"",
                                    "a",
                                    "'",
                                    "''",
                                    "it's",
                                    "\\",
                                    "\\\\",
                                    "\\'",
                                    "\\'; DROP TABLE x; --",
                                    "a\\nb",
                                    "\"double\"",
                                    "`back`",
                                    "$$dollar$$",
                                    "$a$",
                                    "--comment",
                                    "/* comment */",
                                    "{0} {1} {{ }}",
                                    "%s %d %%",
                                    ":name ?1 @x $1",
                                    "${y} &z $x ??",
                                    ":a :1",
                                    "%_{0}\n;--",
                                    "line\nline\r\nline\ttab",
                                    " spaces around ",
                                    "E'x'",
                                    "X'00'",
                                    "u&'\\0041'",
                                    "\\u0041 \\x41 \\101",
                                    "NULL",
                                    "\xC3\xA4\xC3\xB6\xC3\xBC",
                                    "\xE2\x80\x99 \xE2\x80\x98 \xCA\xBC", /* quotes that are none */
                                    "\xEF\xBB\xBF",                       /* a byte order mark */
                                    "\xF0\x9F\x98\x80 \xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
                                    "e\xCC\x81", /* not to be composed */
                                    "\xC2\xA0",  /* a space that is none */
                                    "\x01\x02\x7F\x1B",
                                    "\xE2\x80\xA8\xE2\x80\xA9",
                                    NULL};

const char *sample_all_bytes(sbe_arena *arena) {
  char *text = sbe_arena_alloc(arena, 200);
  size_t n = 0;
  for (int c = 1; c < 128; c++) text[n++] = (char)c;
  strcpy(text + n, "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  return text;
}

void sample_sql(const sbe_dialect *dialect, sbe_sql *ret_sql) {
  *ret_sql = (sbe_sql){.dialect = dialect,
                       .schemas = {"sbe_check_manifest", "sbe_check_scratch", "sbe_check_derived"},
                       .events = {NULL, "sbe_check_atomic", "events"}};
}

static const char *table_name(const sbe_sql *sql, const sbe_name *name, sbe_arena *arena) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(8192);
  sbe_print_table_name(sql, &out, name);
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

sbe_source *sample_source(const sbe_sql *sql, sbe_arena *arena) {
  static const sbe_step member[] = {{"deviceClass", 0}}, nested[] = {{"items", 0}, {NULL, 2}, {"sku", 0}};
  static const sbe_path atomic = {.struct_size = sizeof atomic, .kind = SBE_PATH_ATOMIC, .column = "event_id"};
  static const sbe_path event = {.struct_size = sizeof event,
                                 .kind = SBE_PATH_EVENT,
                                 .column = "unstruct_event_com_acme_checkout_1",
                                 .n_steps = 3,
                                 .steps = nested,
                                 .vendor = "com.acme",
                                 .schema = "checkout",
                                 .major_version = 1};
  static const sbe_path entity = {.struct_size = sizeof entity,
                                  .kind = SBE_PATH_ENTITY,
                                  .column = "contexts_com_acme_product_2",
                                  .index = 1,
                                  .n_steps = 1,
                                  .steps = member,
                                  .vendor = "com.acme",
                                  .schema = "product",
                                  .major_version = 2};
  static const sbe_path *const paths[] = {&atomic, &event, &entity};
  sbe_source *source = SBE_NEW(arena, sbe_source);
  *source = (sbe_source){.struct_size = sizeof *source,
                         .table = table_name(sql, &sql->events, arena),
                         .name = sql->events,
                         .n_paths = 3,
                         .paths = paths,
                         .lower = sbe_sql_timestamp(sql, arena, 0),
                         .upper = sbe_sql_timestamp(sql, arena, SBE_DAY_US)};
  return source;
}

static const int32_t types[] = {SBE_TYPE_TEXT,
                                SBE_TYPE_INT32,
                                SBE_TYPE_INT64,
                                SBE_TYPE_DOUBLE,
                                SBE_TYPE_BOOL,
                                SBE_TYPE_TIMESTAMP,
                                SBE_TYPE_DATE,
                                SBE_TYPE_WIDE_INTEGER,
                                SBE_TYPE_DICT,
                                SBE_TYPE_LIST + SBE_TYPE_TEXT,
                                SBE_TYPE_LIST + SBE_TYPE_INT64};
#define N_TYPES (sizeof types / sizeof *types)

static size_t sample_columns(const sbe_sql *sql, sbe_arena *arena, const sbe_column_spec **ret_columns) {
  sbe_column_spec *columns = SBE_NEW_ARRAY(arena, sbe_column_spec, N_TYPES);
  size_t n = 0;
  for (size_t i = 0; i < N_TYPES; i++) {
    if (!sbe_physical_type(sql->dialect, types[i])) continue;
    columns[n] = (sbe_column_spec){sbe_arena_printf(arena, "c%zu", n), types[i]};
    n++;
  }
  *ret_columns = columns;
  return n;
}

sbe_table *sample_table(const sbe_sql *sql, sbe_arena *arena) {
  sbe_table *table = SBE_NEW(arena, sbe_table);
  *table = (sbe_table){.struct_size = sizeof *table,
                       .name = sbe_sql_table(sql, arena, SBE_SCHEMA_SCRATCH, "sample"),
                       .kind = SBE_TABLE_SCRATCH,
                       .day_column = -1,
                       .key_column = 0,
                       .lookup_column = -1};
  table->n_columns = sample_columns(sql, arena, &table->columns);
  return table;
}

sbe_replace *sample_replace(const sbe_sql *sql, sbe_arena *arena) {
  static const int32_t keys[] = {0};
  sbe_replace *rows = SBE_NEW(arena, sbe_replace);
  *rows = (sbe_replace){.struct_size = sizeof *rows,
                        .target = sbe_sql_table(sql, arena, SBE_SCHEMA_DERIVED, "sample"),
                        .n_keys = 1,
                        .keys = keys,
                        .source = sbe_sql_table(sql, arena, SBE_SCHEMA_SCRATCH, "sample")};
  rows->n_columns = sample_columns(sql, arena, &rows->columns);
  return rows;
}

static void print_statements(sbe_statements *list, sbe_text *out) {
  for (size_t i = 0; i < list->n; i++) SBE_PRINT(out, sbe_text_string(list->items[i].text), "\n");
  sbe_statements_clear(list);
}

void sample_print_all(const sbe_sql *sql, sbe_arena *arena, sbe_text *out, const char **ret_why) {
  sbe_error error = SBE_NO_ERROR;
  sbe_statements list = {0};
  int32_t classes[3] = {-1, -1, -1};
  const char *failed = NULL;
  for (size_t i = 0; sample_names[i]; i++) {
    sql->dialect->identifier(out, sample_names[i]);
    sbe_text_putc(out, '\n');
  }
  for (size_t i = 0; sample_texts[i]; i++) {
    sql->dialect->literal(out, sample_texts[i], strlen(sample_texts[i]));
    sbe_text_putc(out, '\n');
  }
  if (sql->dialect->source(sample_source(sql, arena), out, classes, &error)) failed = "source";
  for (size_t i = 0; i < 3; i++) sbe_text_printf(out, " %d", (int)classes[i]);
  if (sbe_print_create(sql, sample_table(sql, arena), &list, &error)) failed = "create";
  print_statements(&list, out);
  if (sbe_print_replace(sql, sample_replace(sql, arena), &list, &error)) failed = "replace";
  print_statements(&list, out);
  if (failed && ret_why) *ret_why = sbe_arena_printf(arena, "%s: %s", failed, error.message);
}
