/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recorder's SQL: what the host prints by itself wherever there is such a thing, and plain
 * functions for the rest, so that golden files read easily. Nobody runs it.
 */
#include <string.h>
#include "recorder.h"

static const sbe_pattern patterns[] = {
    {SBE_OP_LIST_LITERAL, "CAST(ARRAY[{0}] AS {1})"},
    {SBE_OP_DICT_LITERAL, "CAST({0} AS JSON)"},
    {SBE_OP_NOW, "CURRENT_TIMESTAMP"},
    {SBE_OP_ADD_DAYS, "ADD_DAYS({0}, {1})"},
    {SBE_OP_ADD_SECONDS, "ADD_SECONDS({0}, {1})"},
    {SBE_OP_MICROSECONDS, "MICROSECONDS_BETWEEN({0}, {1})"},
    {SBE_OP_DIVIDE_DOWN, "DIV({0}, {1})"},
    {SBE_OP_ISO_DAY_OF_WEEK, "ISO_DAY_OF_WEEK({0})"},
    {SBE_OP_DAY_TEXT, "TO_CHAR({0}, 'YYYY-MM-DD')"},
    {SBE_OP_WEEK_TEXT, "TO_CHAR(DATE_TRUNC('week', {0}), 'YYYY-MM-DD')"},
    {SBE_OP_MONTH_TEXT, "TO_CHAR(DATE_TRUNC('month', {0}), 'YYYY-MM-DD')"},
    {SBE_OP_FIRST_IF, "FIRST_BY({0}, {1}, {2}) FILTER (WHERE {3})"},
    {SBE_OP_LAST_IF, "LAST_BY({0}, {1}, {2}) FILTER (WHERE {3})"},
    {SBE_OP_LIST_OF, "ARRAY_AGG({0} ORDER BY {0})"},
    {SBE_OP_DICT_OF, "JSON_OBJECTAGG({0} VALUE {1} ORDER BY {0})"},
    {SBE_OP_END, NULL},
};

static const sbe_physical physical[] = {
    {SBE_TYPE_TEXT, "VARCHAR"},
    {SBE_TYPE_INT32, "INTEGER"},
    {SBE_TYPE_INT64, "BIGINT"},
    {SBE_TYPE_DOUBLE, "DOUBLE PRECISION"},
    {SBE_TYPE_BOOL, "BOOLEAN"},
    {SBE_TYPE_TIMESTAMP, "TIMESTAMP"},
    {SBE_TYPE_DATE, "DATE"},
    {SBE_TYPE_WIDE_INTEGER, "DECIMAL(38, 0)"},
    {SBE_TYPE_DECIMAL, "DECIMAL(38, 9)"},
    {SBE_TYPE_DICT, "JSON"},
    {SBE_TYPE_TEXT + SBE_TYPE_LIST, "VARCHAR ARRAY"},
    {SBE_TYPE_INT32 + SBE_TYPE_LIST, "INTEGER ARRAY"},
    {SBE_TYPE_INT64 + SBE_TYPE_LIST, "BIGINT ARRAY"},
    {SBE_TYPE_DOUBLE + SBE_TYPE_LIST, "DOUBLE PRECISION ARRAY"},
    {SBE_TYPE_BOOL + SBE_TYPE_LIST, "BOOLEAN ARRAY"},
    {SBE_TYPE_TIMESTAMP + SBE_TYPE_LIST, "TIMESTAMP ARRAY"},
    {0, NULL},
};

#define LISTS(type, name)                                                                                              \
  {(type) + SBE_TYPE_LIST, SBE_CLASS_JSON, "JSON_TO_LIST({0}, '" name "')"}, {                                         \
    (type) + SBE_TYPE_LIST, SBE_CLASS_LIST, "LIST_AS({0}, '" name "')"                                                 \
  }

static const sbe_read reads[] = {
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_TEXT, SBE_CLASS_DECIMAL, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "JSON_SCALAR_TEXT({0})"},
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "TRY_CAST({0} AS INTEGER)"},
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "TRY_CAST({0} AS BIGINT)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "TRY_CAST({0} AS DOUBLE PRECISION)"},
    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, "TRY_CAST({0} AS BOOLEAN)"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "TRY_CAST({0} AS TIMESTAMP)"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "{0}"},
    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "TRY_CAST({0} AS DATE)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, "TRY_CAST({0} AS DECIMAL(38, 0))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_TEXT, "TRY_CAST({0} AS DECIMAL(38, 9))"},
    LISTS(SBE_TYPE_TEXT, "VARCHAR"),
    LISTS(SBE_TYPE_INT32, "INTEGER"),
    LISTS(SBE_TYPE_INT64, "BIGINT"),
    LISTS(SBE_TYPE_DOUBLE, "DOUBLE PRECISION"),
    LISTS(SBE_TYPE_BOOL, "BOOLEAN"),
    LISTS(SBE_TYPE_TIMESTAMP, "TIMESTAMP"),
    {0, 0, NULL},
};

static void puts_to(sbe_text *out, const char *text) {
  recorder_host->put(out, text, strlen(text));
}

static void put_quoted(sbe_text *out, const char *text, size_t size, char quote) {
  recorder_host->put(out, &quote, 1);
  for (size_t i = 0; i < size; i++) {
    if (text[i] == quote) recorder_host->put(out, &quote, 1);
    recorder_host->put(out, text + i, 1);
  }
  recorder_host->put(out, &quote, 1);
}

static void identifier(sbe_text *out, const char *name) {
  put_quoted(out, name, strlen(name), '"');
}

static void literal(sbe_text *out, const char *text, size_t size) {
  put_quoted(out, text, size, '\'');
}

static int32_t class_of(const char *type) {
  static const struct {
    const char *begin;
    int32_t class;
  } rows[] = {{"STRUCT", SBE_CLASS_OBJECT},   {"ROW", SBE_CLASS_OBJECT},          {"BIGINT", SBE_CLASS_INTEGER},
              {"INT", SBE_CLASS_INTEGER},     {"SMALLINT", SBE_CLASS_INTEGER},    {"DECIMAL", SBE_CLASS_DECIMAL},
              {"NUMERIC", SBE_CLASS_DECIMAL}, {"DOUBLE", SBE_CLASS_DOUBLE},       {"REAL", SBE_CLASS_DOUBLE},
              {"BOOL", SBE_CLASS_BOOL},       {"TIMESTAMP", SBE_CLASS_TIMESTAMP}, {"DATE", SBE_CLASS_TIMESTAMP},
              {"JSON", SBE_CLASS_JSON}};
  if (strstr(type, "ARRAY") || strstr(type, "[]")) return strstr(type, "STRUCT") ? SBE_CLASS_OBJECT : SBE_CLASS_LIST;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strncmp(type, rows[i].begin, strlen(rows[i].begin)) == 0) return rows[i].class;
  }
  return SBE_CLASS_TEXT;
}

/* In the standard layout, atomic timestamps are such, and anything else is text. */
static int32_t assumed_class(const char *column) {
  size_t size = strlen(column);
  return size > 7 && strcmp(column + size - 7, "_tstamp") == 0 ? SBE_CLASS_TIMESTAMP : SBE_CLASS_TEXT;
}

/* `$[0]."step"."name"[1]`, as JSON_VALUE of standard SQL wants it. */
static void put_json_path(sbe_text *out, const sbe_path *path) {
  char number[32];
  puts_to(out, "'$");
  if (path->kind == SBE_PATH_ENTITY) {
    recorder_host->put(out, number, (size_t)snprintf(number, sizeof number, "[%lld]", (long long)path->index));
  }
  for (size_t i = 0; i < path->n_steps; i++) {
    const sbe_step *step = &path->steps[i];
    if (!step->name) {
      recorder_host->put(out, number, (size_t)snprintf(number, sizeof number, "[%lld]", (long long)step->index));
      continue;
    }
    puts_to(out, ".\"");
    for (const char *c = step->name; *c; c++) {
      if (*c == '\'') puts_to(out, "'");
      if (*c == '"' || *c == '\\') puts_to(out, "\\");
      recorder_host->put(out, c, 1);
    }
    puts_to(out, "\"");
  }
  puts_to(out, "'");
}

/* A property is a column, or a scalar of a column that holds JSON. */
static int32_t put_property(const sbe_source *wanted, const sbe_path *path, sbe_text *out) {
  int32_t class = path->kind == SBE_PATH_ATOMIC ? assumed_class(path->column) : SBE_CLASS_TEXT;
  if (wanted->n_columns > 0) {
    size_t i = 0;
    while (i < wanted->n_columns && strcmp(wanted->columns[i].name, path->column) != 0) i++;
    if (i == wanted->n_columns) {
      puts_to(out, "NULL");
      return SBE_CLASS_MISSING;
    }
    if (path->kind == SBE_PATH_ATOMIC) class = class_of(wanted->columns[i].type);
  }
  if (path->kind == SBE_PATH_ATOMIC && path->n_steps == 0) {
    identifier(out, path->column);
    return class;
  }
  puts_to(out, "JSON_VALUE(");
  identifier(out, path->column);
  puts_to(out, ", ");
  put_json_path(out, path);
  puts_to(out, ")");
  return SBE_CLASS_TEXT;
}

static int32_t source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  (void)error;
  char name[32];
  puts_to(out, "(SELECT ");
  for (size_t i = 0; i < wanted->n_paths; i++) {
    if (i) puts_to(out, ", ");
    ret_classes[i] = put_property(wanted, wanted->paths[i], out);
    snprintf(name, sizeof name, "p%zu", i);
    puts_to(out, " AS ");
    identifier(out, name);
  }
  if (wanted->n_paths == 0) puts_to(out, "1");
  puts_to(out, " FROM ");
  puts_to(out, wanted->table);
  const char *bounds[] = {wanted->lower, wanted->upper};
  const char *words[] = {"\"load_tstamp\" >= ", "\"load_tstamp\" < "};
  const char *separator = " WHERE ";
  for (size_t i = 0; i < 2; i++) {
    if (!bounds[i]) continue;
    puts_to(out, separator);
    puts_to(out, words[i]);
    puts_to(out, bounds[i]);
    separator = " AND ";
  }
  puts_to(out, ")");
  return SBE_OK;
}

const sbe_dialect recorder_dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 63,
    .patterns = patterns,
    .physical = physical,
    .reads = reads,
    .identifier = identifier,
    .literal = literal,
    .source = source,
};
