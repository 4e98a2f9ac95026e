/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows on their way to the host, each cell as what it means. Called by connection.c for `query`.
 *
 * SQLite's values are integers, reals, texts and NULL. What a cell means is told by the declared type of
 * the column that it comes from, which SQLite knows also through subqueries. An expression has none; of
 * these the host reads counts, conditions and times, so a text of just the fixed form is a time there.
 * (A user's own text always comes out of a column, and stays one.)
 *
 * To change: switch over the type codes of your client library. Integers and decimals must never
 * pass through a double, and timestamps must be UTC. Lists and dicts are handed on as JSON.
 */
#include <string.h>

#include "sqlite_adapter.h"

static int32_t kind_of(const char *declared) {
  static const struct {
    const char *name;
    int32_t kind;
  } kinds[] = {
      {"BOOLEAN", SBE_VALUE_BOOL},      {"TIMESTAMP", SBE_VALUE_TIMESTAMP}, {"DATE", SBE_VALUE_DATE},
      {"WIDE_BLOB", SBE_VALUE_DECIMAL}, {"DICT", SBE_VALUE_JSON},
  };
  if (declared == NULL) return SBE_VALUE_NULL; /* an expression: nothing is known */
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(declared, kinds[i].name) == 0) return kinds[i].kind;
  return strstr(declared, " LIST") != NULL ? SBE_VALUE_JSON : SBE_VALUE_TEXT;
}

/* Numbers in a list of booleans: SQLite has no others. */
static char *booleans(const char *json) {
  sqlite3_str *out = sqlite3_str_new(NULL);
  for (; *json != '\0'; json++) {
    if (*json == '0' || *json == '1')
      sqlite3_str_appendall(out, *json == '1' ? "true" : "false");
    else
      sqlite3_str_appendchar(out, 1, *json);
  }
  return sqlite3_str_finish(out);
}

/* A time or a date is a number from here on. */
static void set_number(sbe_value *value, int32_t kind) {
  value->kind = kind;
  value->text = NULL;
  value->size = 0;
}

static void set_text(sqlite3_stmt *statement, int column, int32_t kind, sbe_value *value, char **ret_owned) {
  value->text = (const char *)sqlite3_column_text(statement, column);
  value->size = (size_t)sqlite3_column_bytes(statement, column);
  value->kind = kind == SBE_VALUE_DECIMAL || kind == SBE_VALUE_JSON ? kind : SBE_VALUE_TEXT;
  bool unknown = kind == SBE_VALUE_NULL, right_size = value->size == TIMESTAMP_SIZE;
  if (kind == SBE_VALUE_TIMESTAMP || (unknown && right_size && value->text[10] == ' ')) {
    if (timestamp_parse(value->text, value->size, &value->integer)) set_number(value, SBE_VALUE_TIMESTAMP);
  } else if (kind == SBE_VALUE_DATE || (unknown && value->size == 10)) {
    if (date_parse(value->text, value->size, &value->integer)) set_number(value, SBE_VALUE_DATE);
  } else if (kind == SBE_VALUE_JSON && strcmp(sqlite3_column_decltype(statement, column), "BOOLEAN LIST") == 0) {
    value->text = *ret_owned = booleans(value->text);
    value->size = value->text != NULL ? strlen(value->text) : 0;
  }
}

/* `ret_owned` is what is to be freed when the sink has returned. */
static sbe_value cell(sqlite3_stmt *statement, int column, int32_t kind, char **ret_owned) {
  sbe_value value = {.kind = SBE_VALUE_NULL};
  switch (sqlite3_column_type(statement, column)) {
  case SQLITE_NULL:
    break;
  case SQLITE_INTEGER:
    value.kind = kind == SBE_VALUE_BOOL ? SBE_VALUE_BOOL : SBE_VALUE_INTEGER;
    value.integer = sqlite3_column_int64(statement, column);
    break;
  case SQLITE_FLOAT:
    value.kind = SBE_VALUE_DOUBLE;
    value.real = sqlite3_column_double(statement, column);
    break;
  default:
    set_text(statement, column, kind, &value, ret_owned);
  }
  return value;
}

typedef struct row {
  int n;
  int32_t *kinds;
  sbe_value *values;
  char **owned;
} row;

static bool row_begin(row *r, sqlite3_stmt *statement) {
  size_t n = (size_t)sqlite3_column_count(statement);
  r->n = (int)n;
  r->kinds = sqlite3_malloc64(n * sizeof *r->kinds + 1);
  r->values = sqlite3_malloc64(n * sizeof *r->values + 1);
  r->owned = sqlite3_malloc64(n * sizeof *r->owned + 1);
  if (r->kinds == NULL || r->values == NULL || r->owned == NULL) return false;
  memset(r->owned, 0, n * sizeof *r->owned);
  for (int i = 0; i < r->n; i++) r->kinds[i] = kind_of(sqlite3_column_decltype(statement, i));
  return true;
}

static void row_end(row *r) {
  sqlite3_free(r->kinds);
  sqlite3_free(r->values);
  sqlite3_free(r->owned);
}

static int32_t push_names(const sbe_sink *sink, sqlite3_stmt *statement, const row *r) {
  const char **names = sqlite3_malloc64((size_t)r->n * sizeof *names + 1);
  if (names == NULL) return 1;
  for (int i = 0; i < r->n; i++) names[i] = sqlite3_column_name(statement, i);
  int32_t ended = sink->columns(sink->user, (size_t)r->n, names);
  sqlite3_free(names);
  return ended;
}

static int32_t push_row(const sbe_sink *sink, sqlite3_stmt *statement, row *r) {
  for (int i = 0; i < r->n; i++) r->values[i] = cell(statement, i, r->kinds[i], &r->owned[i]);
  int32_t ended = sink->row(sink->user, (size_t)r->n, r->values);
  for (int i = 0; i < r->n; i++) {
    sqlite3_free(r->owned[i]);
    r->owned[i] = NULL;
  }
  return ended;
}

int32_t push_rows(sbe_connection *connection, sqlite3_stmt *statement, const sbe_sink *sink, sbe_error *error) {
  row r = {0};
  int code = SQLITE_ROW;
  if (!row_begin(&r, statement)) {
    row_end(&r);
    return host->error(error, SBE_INTERNAL, NULL, "Out of memory");
  }
  int32_t ended = sink->columns != NULL ? push_names(sink, statement, &r) : 0;
  while (ended == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW)
    ended = sink->row != NULL ? push_row(sink, statement, &r) : 0;
  row_end(&r);
  /* a sink that has seen enough ends the query without an error */
  return ended != 0 || code == SQLITE_DONE ? SBE_OK : sqlite_failed(connection, error);
}
