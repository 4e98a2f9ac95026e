/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture: events tables for the demo shop and for tests, in both layouts in which Snowplow's loaders
 * write events: `variant` (OBJECT and ARRAY, members spelled as in the schema) and `lake` (the same in snake
 * case). Everything goes through the connection's own `run`: a table by two statements, rows by INSERTs of
 * many rows each. Must never be used on tables of the user's: `create` refuses a table that is there.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/common/fixture.h"
#include "plugins/snowflake/snowflake_adapter.h"

/* Snowflake reads statements of 1 MB, and 16,384 rows of VALUES. A single row may be longer than the rest. */
#define MOST_ROWS 1000
#define MOST_BYTES ((size_t)512 << 10)
#define MOST_COLUMNS 4096

static const char *const layout_names[] = {"variant", "lake", NULL};

static int32_t read_columns(const char *layout, const char *columns, bool *ret_snake, sbe_common_spec *ret_spec,
                            sbe_error *error) {
  bool snake = strcmp(layout, "lake") == 0;
  if (!snake && strcmp(layout, "variant") != 0)
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "Snowflake's fixture has no layout `%.40s`", layout);
  int32_t code = sbe_common_spec_read(sbe_snowflake_host, columns, snake, false, ret_spec, error);
  if (code == SBE_OK && ret_spec->n > MOST_COLUMNS) {
    sbe_common_spec_free(ret_spec);
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "The fixture's columns: more than %d", MOST_COLUMNS);
  }
  *ret_snake = snake;
  return code;
}

/* ---- Printing: into a buffer of our own, by the rules of dialect.c ---- */

static void put_name(sbe_common_buffer *sql, const char *name) {
  size_t size = strlen(name), letters = strcspn(name, "0123456789$");
  bool plain = size > 0 && letters > 0 &&
               strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789$") == size;
  sbe_common_putc(sql, '"');
  for (; *name != '\0'; name++) {
    char c = plain && *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
    sbe_common_putc(sql, c);
    if (c == '"') sbe_common_putc(sql, c);
  }
  sbe_common_putc(sql, '"');
}

/* No NUL is in it: the reader of JSON refuses it. */
static void put_literal(sbe_common_buffer *sql, const char *text, size_t size) {
  sbe_common_putc(sql, '\'');
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\'' || text[i] == '\\') sbe_common_putc(sql, text[i]);
    sbe_common_putc(sql, text[i]);
  }
  sbe_common_putc(sql, '\'');
}

static void put_schema(sbe_common_buffer *sql, const sbe_name *name) {
  if (name->database != NULL) {
    put_name(sql, name->database);
    sbe_common_putc(sql, '.');
  }
  put_name(sql, name->schema);
}

static void put_table(sbe_common_buffer *sql, const sbe_name *name) {
  if (name->schema != NULL) {
    put_schema(sql, name);
    sbe_common_putc(sql, '.');
  }
  put_name(sql, name->table);
}

static int32_t run(sbe_connection *connection, const sbe_common_buffer *sql, sbe_error *error) {
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql->data, .size = sql->size};
  const sbe_statement *list[] = {&statement};
  sbe_run_options options = {.struct_size = sizeof options};
  if (sql->overflow)
    return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "The fixture's statement is too long");
  return sbe_snowflake_connection.run(connection, list, 1, &options, NULL, error);
}

/* ---- create, drop ---- */

/* How a column is declared, and what makes a value of it from a text in column `%`. */
static const struct {
  const char *type, *before, *behind;
} kinds[] = {
    [SBE_COMMON_TEXT] = {"VARCHAR", "", ""},
    [SBE_COMMON_INTEGER] = {"NUMBER(38,0)", "CAST(", " AS NUMBER(38,0))"},
    [SBE_COMMON_DOUBLE] = {"FLOAT", "CAST(", " AS FLOAT)"},
    [SBE_COMMON_BOOL] = {"BOOLEAN", "CAST(", " AS BOOLEAN)"},
    [SBE_COMMON_TIMESTAMP] = {"TIMESTAMP_NTZ", "TO_TIMESTAMP_NTZ(", ", 'AUTO')"},
    [SBE_COMMON_RAW] = {"OBJECT", "CAST(PARSE_JSON(", ") AS OBJECT)"},
    [SBE_COMMON_LIST] = {"ARRAY", "CAST(PARSE_JSON(", ") AS ARRAY)"},
    [SBE_COMMON_STRUCT] = {"OBJECT", "CAST(PARSE_JSON(", ") AS OBJECT)"},
};

static int32_t create(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                      sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer schema = {0}, sql = {0};
  sbe_common_spec spec;
  bool snake;
  int32_t code = read_columns(layout, columns, &snake, &spec, error);
  if (code != SBE_OK) return code;
  sbe_common_puts(&sql, "CREATE TABLE ");
  put_table(&sql, table);
  for (size_t i = 0; i < spec.n; i++) {
    sbe_common_puts(&sql, i == 0 ? " (" : ", ");
    put_name(&sql, spec.children[i].printed);
    sbe_common_putc(&sql, ' ');
    sbe_common_puts(&sql, kinds[spec.children[i].kind].type);
  }
  sbe_common_putc(&sql, ')');
  sbe_common_spec_free(&spec);
  if (table->schema != NULL) {
    sbe_common_puts(&schema, "CREATE SCHEMA IF NOT EXISTS ");
    put_schema(&schema, table);
    code = run(connection, &schema, error);
  }
  return code == SBE_OK ? run(connection, &sql, error) : code;
}

static int32_t drop(sbe_connection *connection, const sbe_name *name, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  if (name->schema == NULL)
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "The fixture is to drop a schema without a name");
  sbe_common_puts(&sql, "DROP SCHEMA IF EXISTS ");
  put_schema(&sql, name);
  sbe_common_puts(&sql, " CASCADE");
  return run(connection, &sql, error);
}

/* ---- insert ---- */

typedef struct writer {
  sbe_connection *connection;
  const sbe_name *table;
  const sbe_common_spec *spec; /* a struct of all columns */
  bool snake;
  sbe_common_reader reader;
  size_t row;                    /* of all, from 1, for messages */
  const sbe_common_json **cells; /* one a column */
  sbe_error *error;
} writer;

static int32_t wrong(const writer *w, const char *column, const char *what, const char *value, size_t size) {
  return sbe_snowflake_host->error(w->error, SBE_DATA, NULL, "The fixture's row %zu, column %.100s: %s: %.*s", w->row,
                                   column, what, size > 80 ? 80 : (int)size, value);
}

/* Strict, so that a slip in a test shows at once. Numbers stay the text they were. */
static int32_t put_cell(const writer *w, sbe_common_buffer *sql, const sbe_common_spec *column,
                        const sbe_common_json *value) {
  int64_t integer;
  double real;
  bool good = false;
  if (value == NULL || value->kind == SBE_JSON_NULL) {
    sbe_common_puts(sql, "NULL");
    return SBE_OK;
  }
  switch (column->kind) {
  case SBE_COMMON_TEXT:
    good = value->kind == SBE_JSON_STRING;
    break;
  case SBE_COMMON_INTEGER:
    good = sbe_common_read_integer(value, &integer);
    break;
  case SBE_COMMON_DOUBLE:
    good = sbe_common_read_double(value, &real);
    if (good && value->kind == SBE_JSON_STRING && value->text[0] != 'N') { /* Infinity is `inf` there */
      sbe_common_puts(sql, value->text[0] == '-' ? "'-inf'" : "'inf'");
      return SBE_OK;
    }
    break;
  case SBE_COMMON_BOOL:
    good = value->kind == SBE_JSON_TRUE || value->kind == SBE_JSON_FALSE;
    break;
  case SBE_COMMON_TIMESTAMP:
    good = sbe_common_read_timestamp(value, &integer);
    break;
  case SBE_COMMON_LIST:
    good = value->kind == SBE_JSON_ARRAY;
    break;
  case SBE_COMMON_RAW:
  case SBE_COMMON_STRUCT:
    good = value->kind == SBE_JSON_OBJECT;
    break;
  }
  if (!good) return wrong(w, column->name, "not a value of its type", value->raw, value->raw_size);
  bool nested = value->kind == SBE_JSON_ARRAY || value->kind == SBE_JSON_OBJECT;
  if (nested && w->snake) {
    sbe_common_cleanup_buffer sbe_common_buffer json = {0};
    sbe_common_put_snake(sbe_snowflake_host, &json, value);
    put_literal(sql, json.data, json.size);
  } else if (value->kind == SBE_JSON_STRING) {
    put_literal(sql, value->text, value->size);
  } else {
    put_literal(sql, value->raw, value->raw_size);
  }
  return SBE_OK;
}

static int32_t put_row(writer *w, sbe_common_buffer *sql) {
  const sbe_common_spec *spec = w->spec;
  w->row++;
  sbe_common_json_reset(&w->reader);
  const sbe_common_json *row = sbe_common_json_next(&w->reader);
  if (row == NULL) return wrong(w, "(none yet)", w->reader.fault, w->reader.at, (size_t)(w->reader.end - w->reader.at));
  if (row->kind != SBE_JSON_OBJECT) return wrong(w, "(none yet)", "not an object", row->raw, row->raw_size);
  memset(w->cells, 0, spec->n * sizeof *w->cells);
  size_t i = 0;
  for (const sbe_common_json *member = row->first; member != NULL; member = member->next, i++) {
    i = sbe_common_find_member(spec, member, i);
    if (i == spec->n) return wrong(w, "(none yet)", "there is no such column", member->key, member->key_size);
    w->cells[i] = member;
  }
  for (i = 0; i < spec->n; i++) {
    sbe_common_puts(sql, i == 0 ? "(" : ", ");
    int32_t code = put_cell(w, sql, &spec->children[i], w->cells[i]);
    if (code != SBE_OK) return code;
  }
  sbe_common_putc(sql, ')');
  return SBE_OK;
}

/* Texts become values in the SELECT, since VALUES takes no function of JSON. */
static void put_head(const writer *w, sbe_common_buffer *sql) {
  sbe_common_puts(sql, "INSERT INTO ");
  put_table(sql, w->table);
  for (size_t i = 0; i < w->spec->n; i++) {
    sbe_common_puts(sql, i == 0 ? " (" : ", ");
    put_name(sql, w->spec->children[i].printed);
  }
  sbe_common_puts(sql, ")\nSELECT ");
  for (size_t i = 0; i < w->spec->n; i++) {
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    for (size_t rest = i + 1; rest > 0; rest /= 10) *--at = (char)('0' + rest % 10);
    if (i > 0) sbe_common_puts(sql, ", ");
    sbe_common_puts(sql, kinds[w->spec->children[i].kind].before);
    sbe_common_puts(sql, "column");
    sbe_common_puts(sql, at);
    sbe_common_puts(sql, kinds[w->spec->children[i].kind].behind);
  }
  sbe_common_puts(sql, "\nFROM VALUES ");
}

/* One INSERT of as many rows as fit, or of the rest. */
static int32_t insert_some(writer *w, bool *ret_more) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  put_head(w, &sql);
  *ret_more = true;
  for (size_t n = 0; n < MOST_ROWS && sql.size < MOST_BYTES && *ret_more; n++) {
    if (n > 0) sbe_common_puts(&sql, ",\n");
    int32_t code = put_row(w, &sql);
    if (code != SBE_OK) return code;
    if (sbe_common_json_take(&w->reader, ',')) continue;
    if (!sbe_common_json_take(&w->reader, ']'))
      return wrong(w, "(none)", "a comma or ] is missing", w->reader.at, (size_t)(w->reader.end - w->reader.at));
    *ret_more = false;
  }
  return run(w->connection, &sql, w->error);
}

static int32_t insert(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                      const char *rows, sbe_error *error) {
  writer w = {.connection = connection, .table = table, .error = error};
  sbe_common_spec spec;
  int32_t code = read_columns(layout, columns, &w.snake, &spec, error);
  if (code != SBE_OK) return code;
  w.spec = &spec;
  w.cells = sbe_common_allocate(spec.n, sizeof *w.cells);
  sbe_common_json_start(&w.reader, rows, strlen(rows));
  if (!sbe_common_json_take(&w.reader, '[')) {
    code = wrong(&w, "(none)", "rows must be a list", rows, strlen(rows));
  } else if (!sbe_common_json_take(&w.reader, ']')) {
    for (bool more = true; more && code == SBE_OK;) code = insert_some(&w, &more);
  }
  sbe_common_json_free(&w.reader);
  free(w.cells);
  sbe_common_spec_free(&spec);
  return code;
}

const sbe_fixture sbe_snowflake_fixture = {
    .struct_size = sizeof(sbe_fixture),
    .layouts = layout_names,
    .create = create,
    .insert = insert,
    .drop = drop,
};
