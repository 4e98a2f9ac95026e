/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness's own driver for PostgreSQL, over libpq: a database for each history, rows go in with COPY and
 * come out as text that is read by column type. The server is the one that PGHOST and its like name
 * (tests/postgres/with-server.sh). Called by the harness. This file alone holds SQL, and no SQL that computes
 * anything; it must never use anything of the engine.
 *
 * Events lie in the two layouts that Snowplow's loaders make: "tables", one for each event or entity, typed
 * columns in snake case, what nests further as jsonb or, as older loaders do, as text; and "json", a jsonb
 * column each, members as they are spelled.
 */
#include "tests/brute/driver.h"
#include "tests/brute/rules.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const bf_layout bf_driver_layouts[2] = {BF_LAYOUT_TABLES, BF_LAYOUT_JSON};
const bool bf_driver_lists_are_untyped = false;

struct bf_database {
  bf_arena *arena;
  PGconn *pg;
};

/* ---- connections ---- */

bool bf_driver_load(const char **ret_why) {
  static char why[512];
  PGconn *pg = PQconnectdb("");
  bool good = PQstatus(pg) == CONNECTION_OK;
  if (!good) snprintf(why, sizeof why, "no PostgreSQL server: %s", PQerrorMessage(pg));
  why[strcspn(why, "\n")] = '\0';
  PQfinish(pg);
  *ret_why = why;
  return good;
}

/* The database of a history: the last part of its folder's name. */
static const char *name_of(const char *folder) {
  const char *slash = strrchr(folder, '/');
  return slash ? slash + 1 : folder;
}

void bf_driver_profile(bf_text *out, const bf_history *history, const char *folder) {
  bf_print(out, "type: postgres\n      dbname: %s\n      schema: %s\n      threads: 1\n", name_of(folder),
           history->schema);
}

static bool execute(bf_database *database, const char *sql, const char **ret_error) {
  PGresult *result = PQexec(database->pg, sql);
  bool good = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
  if (!good) *ret_error = bf_format(database->arena, "%s in: %.4000s", PQerrorMessage(database->pg), sql);
  PQclear(result);
  return good;
}

static PGresult *query(bf_database *database, const char *sql, const char **ret_error) {
  PGresult *result = PQexec(database->pg, sql);
  if (PQresultStatus(result) == PGRES_TUPLES_OK) return result;
  *ret_error = bf_format(database->arena, "%s in: %.4000s", PQerrorMessage(database->pg), sql);
  PQclear(result);
  return NULL;
}

static void ignore(void *user, const PGresult *result) {
  (void)user, (void)result; /* that a name was cut, that a schema is there */
}

/* NULL: the server's own database, to make others. */
static bf_database *open_named(bf_arena *arena, const char *name, const char **ret_error) {
  static const char settings[] = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 3;"
                                 "SET standard_conforming_strings = on; SET quote_all_identifiers = off; SET "
                                 "default_transaction_isolation = 'read committed'";
  const char *const keywords[] = {"dbname", NULL}, *const values[] = {name, NULL};
  bf_database *database = bf_alloc(arena, sizeof *database);
  database->arena = arena;
  database->pg = PQconnectdbParams(keywords, values, 0);
  if (PQstatus(database->pg) == CONNECTION_OK) {
    PQsetNoticeReceiver(database->pg, ignore, NULL);
    if (execute(database, settings, ret_error)) return database;
  } else {
    *ret_error = bf_copy(arena, PQerrorMessage(database->pg));
  }
  PQfinish(database->pg);
  return NULL;
}

static bool in_server(bf_arena *arena, const char *what, const char *folder, const char **ret_error) {
  bf_database *server = open_named(arena, NULL, ret_error);
  if (!server) return false;
  bool good = execute(server, bf_format(arena, "%s \"%s\"", what, name_of(folder)), ret_error);
  bf_database_close(server);
  return good;
}

bool bf_database_make(bf_arena *arena, const char *folder, const char **ret_error) {
  return in_server(arena, "CREATE DATABASE", folder, ret_error);
}

void bf_database_remove(bf_arena *arena, const char *folder) {
  const char *ignored;
  in_server(arena, "DROP DATABASE IF EXISTS", folder, &ignored);
}

bf_database *bf_database_open(bf_arena *arena, const char *folder, const char **ret_error) {
  return open_named(arena, name_of(folder), ret_error);
}

void bf_database_close(bf_database *database) {
  if (database) PQfinish(database->pg);
}

/* ---- the events table, and those beside it ---- */

static void put_quoted(bf_text *out, const char *text, char quote) {
  bf_put_n(out, &quote, 1);
  for (; *text; text++) {
    if (*text == quote) bf_put_n(out, text, 1);
    bf_put_n(out, text, 1);
  }
  bf_put_n(out, &quote, 1);
}

static void put_table(bf_text *out, const char *schema, const char *table) {
  put_quoted(out, schema, '"');
  bf_put(out, ".");
  put_quoted(out, table, '"');
}

static const char *type_of(const bf_history *history, bf_shape shape) {
  switch (shape) {
  case BF_SHAPE_TEXT:
    return "text";
  case BF_SHAPE_INTEGER:
    return "bigint";
  case BF_SHAPE_DOUBLE:
    return "double precision";
  case BF_SHAPE_BOOL:
    return "boolean";
  case BF_SHAPE_TIME:
    return history->with_time_zone ? "timestamptz" : "timestamp";
  case BF_SHAPE_JSON:
    return "jsonb";
  case BF_SHAPE_LIST:
  case BF_SHAPE_OBJECT:
    break;
  }
  return history->with_time_zone ? "text" : "jsonb";
}

/* The type of what lies in a table of its own; NULL: the column is one of the events table. */
static const bf_column *apart(const bf_column *column) {
  if (column->shape == BF_SHAPE_OBJECT) return column;
  return column->shape == BF_SHAPE_LIST ? column->items[0] : NULL;
}

/* com_acme_checkout_1 */
static const char *table_of(const bf_column *column) {
  static const char *const prefixes[] = {"unstruct_event_", "contexts_"};
  for (size_t i = 0; i < 2; i++)
    if (strncmp(column->name, prefixes[i], strlen(prefixes[i])) == 0) return column->name + strlen(prefixes[i]);
  return column->name;
}

static const char standard_columns[] =
    "schema_vendor varchar(128), schema_name varchar(128), schema_format varchar(16), schema_version varchar(8),"
    " root_id text, root_tstamp %s, ref_root varchar(255), ref_tree varchar(1500), ref_parent varchar(255)";
static const char more_standard_cells[] = "events\t[\"events\"]\tevents";

static void put_create_apart(bf_text *sql, const bf_history *history, const bf_column *column) {
  const bf_column *type = apart(column);
  bf_put(sql, "CREATE TABLE ");
  put_table(sql, history->atomic_schema, table_of(column));
  bf_put(sql, " (");
  bf_print(sql, standard_columns, type_of(history, BF_SHAPE_TIME));
  for (size_t i = 0; i < type->item_count; i++) {
    bf_put(sql, ", ");
    put_quoted(sql, bf_snake(history->arena, type->items[i]->name), '"');
    bf_print(sql, " %s", type_of(history, type->items[i]->shape));
  }
  bf_put(sql, ");\n");
}

bool bf_create_events(bf_database *database, const bf_history *history, const char **ret_error) {
  bf_text sql = {0};
  const char *comma = "";
  bf_put(&sql, "CREATE SCHEMA IF NOT EXISTS ");
  put_quoted(&sql, history->atomic_schema, '"');
  bf_put(&sql, ";\n");
  for (size_t i = 0; i < history->column_count; i++)
    if (apart(history->columns[i])) put_create_apart(&sql, history, history->columns[i]);
  bf_put(&sql, "CREATE TABLE ");
  put_table(&sql, history->atomic_schema, history->events_table);
  bf_put(&sql, " (");
  for (size_t i = 0; i < history->column_count; i++) {
    if (apart(history->columns[i])) continue;
    bf_put(&sql, comma);
    put_quoted(&sql, history->columns[i]->name, '"');
    bf_print(&sql, " %s", type_of(history, history->columns[i]->shape));
    comma = ", ";
  }
  bf_put(&sql, ")");
  bool done = execute(database, sql.data, ret_error);
  bf_text_free(&sql);
  return done;
}

/* ---- rows, as COPY reads them ---- */

static void put_escaped(bf_text *out, const char *text, size_t size) {
  static const char special[] = "\\\t\n\r", letters[] = "\\tnr";
  for (size_t i = 0; i < size; i++) {
    const char *at = text[i] ? strchr(special, text[i]) : NULL;
    if (at) bf_put(out, "\\");
    bf_put_n(out, at ? &letters[at - special] : &text[i], 1);
  }
}

static void put_cell(bf_text *out, const bf_history *history, const bf_column *column, const bf_value *value) {
  bool json = column->shape == BF_SHAPE_JSON || column->shape == BF_SHAPE_LIST || column->shape == BF_SHAPE_OBJECT;
  if (!value || value->kind == BF_NULL) {
    bf_put(out, "\\N");
  } else if (json) {
    const char *text = bf_json_text(history->arena, value);
    put_escaped(out, text, strlen(text));
  } else if (value->kind == BF_TIME) {
    bf_print(out, "%s%s", bf_time_text(history->arena, value->i, ' '), history->with_time_zone ? "+00" : "");
  } else if (value->kind == BF_TEXT) {
    put_escaped(out, value->text, value->size);
  } else if (value->kind == BF_REAL) {
    bf_print(out, "%.17g", value->d);
  } else if (value->kind == BF_BOOL) {
    bf_put(out, value->i ? "t" : "f");
  } else {
    bf_print(out, "%lld", (long long)value->i);
  }
}

static const bf_value *cell_of(const bf_event *event, const char *name) {
  return bf_get(event->row, name);
}

static void put_event(bf_text *out, const bf_history *history, const bf_event *event) {
  const char *tab = "";
  for (size_t i = 0; i < history->column_count; i++) {
    if (apart(history->columns[i])) continue;
    bf_put(out, tab);
    put_cell(out, history, history->columns[i], cell_of(event, history->columns[i]->name));
    tab = "\t";
  }
  bf_put(out, "\n");
}

static void put_entity(bf_text *out, const bf_history *history, const bf_event *event, const bf_column *column,
                       const bf_value *object) {
  static const bf_column text = {.shape = BF_SHAPE_TEXT}, time = {.shape = BF_SHAPE_TIME};
  const bf_column *type = apart(column);
  /* com_acme_checkout_1: where the vendor ends, the name does not say */
  const char *name = table_of(column), *major = strrchr(name, '_');
  bf_print(out, "com\t%.*s\tjsonschema\t%s-0-0\t", (int)(major - name) - 4, name + 4, major + 1);
  put_cell(out, history, &text, cell_of(event, "event_id"));
  bf_put(out, "\t");
  put_cell(out, history, &time, cell_of(event, "collector_tstamp"));
  bf_put(out, "\t");
  bf_put(out, more_standard_cells);
  for (size_t i = 0; i < type->item_count; i++) {
    bf_put(out, "\t");
    put_cell(out, history, type->items[i], bf_get(object, type->items[i]->name));
  }
  bf_put(out, "\n");
}

static void put_entities(bf_text *out, const bf_history *history, const bf_event *event, const bf_column *column) {
  const bf_value *value = cell_of(event, column->name);
  if (value && value->kind == BF_OBJECT) put_entity(out, history, event, column, value);
  /* the last one first: nothing may hang on where a row lies */
  for (size_t i = value && value->kind == BF_ARRAY ? value->count : 0; i-- > 0;)
    put_entity(out, history, event, column, value->items[i]);
}

static bool copy(bf_database *database, const char *schema, const char *table, const bf_text *rows,
                 const char **ret_error) {
  bf_text sql = {0};
  if (rows->size == 0) return true;
  bf_put(&sql, "COPY ");
  put_table(&sql, schema, table);
  bf_put(&sql, " FROM STDIN");
  PGresult *result = PQexec(database->pg, sql.data);
  bool good = PQresultStatus(result) == PGRES_COPY_IN;
  PQclear(result);
  good = good && PQputCopyData(database->pg, rows->data, (int)rows->size) == 1 && PQputCopyEnd(database->pg, NULL) == 1;
  while ((result = PQgetResult(database->pg)) != NULL) {
    good = good && PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
  }
  if (!good) *ret_error = bf_format(database->arena, "%s in: %s", PQerrorMessage(database->pg), sql.data);
  bf_text_free(&sql);
  return good;
}

bool bf_insert_events(bf_database *database, const bf_history *history, size_t run, const char *path,
                      const char **ret_error) {
  (void)path;
  bool good = execute(database, "BEGIN", ret_error);
  for (size_t i = 0; good && i <= history->column_count; i++) {
    const bf_column *column = i < history->column_count ? history->columns[i] : NULL;
    bf_text rows = {0};
    if (column && !apart(column)) continue;
    for (size_t j = 0; j < history->event_count; j++) {
      if (history->events[j]->visible_before != run) continue;
      if (column)
        put_entities(&rows, history, history->events[j], column);
      else
        put_event(&rows, history, history->events[j]);
    }
    good = copy(database, history->atomic_schema, column ? table_of(column) : history->events_table, &rows, ret_error);
    bf_text_free(&rows);
  }
  return good && execute(database, "COMMIT", ret_error);
}

/* ---- reading tables ---- */

typedef enum reading { AS_TEXT, AS_NUMBER, AS_REAL, AS_TRUTH, AS_INSTANT, AS_TREE, AS_INSTANTS } reading;

#define MICROSECONDS(x) "CAST(extract(epoch FROM " x ") * 1000000 AS bigint)"

/* By the beginning of the type's name; `%` is the column. */
static const struct {
  const char *type;
  const char *expression;
  reading reading;
} readings[] = {
    {"timestamp without time zone[]",
     "CASE WHEN % IS NOT NULL THEN to_jsonb(ARRAY(SELECT " MICROSECONDS(
         "x") " FROM unnest(%) WITH ORDINALITY AS u (x, i) ORDER BY i)) END",
     AS_INSTANTS},
    {"timestamp", MICROSECONDS("%"), AS_INSTANT},
    {"text[]", "to_jsonb(%)", AS_TREE},
    {"integer[]", "to_jsonb(%)", AS_TREE},
    {"bigint[]", "to_jsonb(%)", AS_TREE},
    {"double precision[]", "to_jsonb(%)", AS_TREE},
    {"boolean[]", "to_jsonb(%)", AS_TREE},
    {"date", "% - DATE '1970-01-01'", AS_NUMBER},
    {"boolean", "%", AS_TRUTH},
    {"double precision", "%", AS_REAL},
    {"smallint", "%", AS_NUMBER},
    {"integer", "%", AS_NUMBER},
    {"bigint", "%", AS_NUMBER},
    {"numeric", "%", AS_NUMBER},
    {"jsonb", "%", AS_TREE},
};

static reading put_reading(bf_text *out, const char *column, const char *type) {
  const char *expression = "%";
  reading how = AS_TEXT;
  for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
    if (strncmp(type, readings[i].type, strlen(readings[i].type)) != 0) continue;
    expression = readings[i].expression;
    how = readings[i].reading;
    break;
  }
  bf_put(out, "CAST(");
  for (; *expression; expression++) {
    if (*expression == '%')
      put_quoted(out, column, '"');
    else
      bf_put_n(out, expression, 1);
  }
  bf_put(out, " AS text)");
  return how;
}

static const bf_value *read_cell(bf_arena *arena, reading how, const char *text) {
  const bf_value *tree = NULL;
  bf_value *list;
  if (!text) return bf_null();
  switch (how) {
  case AS_TEXT:
    return bf_string(arena, text);
  case AS_REAL:
    return bf_real(arena, strtod(text, NULL));
  case AS_TRUTH:
    return bf_bool(arena, strcmp(text, "true") == 0);
  case AS_INSTANT:
    return bf_time(arena, strtoll(text, NULL, 10));
  case AS_NUMBER:
  case AS_TREE:
    tree = bf_parse(arena, text);
    return tree ? tree : bf_string(arena, text);
  case AS_INSTANTS:
    list = bf_array(arena);
    tree = bf_parse(arena, text);
    for (size_t i = 0; tree && i < tree->count; i++)
      bf_add(arena, list, tree->items[i]->kind == BF_INT ? bf_time(arena, tree->items[i]->i) : bf_null());
    return list;
  }
  return bf_null();
}

/* Fills in the columns of `ret` and how each is read; the query in `sql`. */
static bool plan_reading(bf_database *database, const char *schema, const char *table, bf_result *ret,
                         reading **ret_how, bf_text *sql, const char **ret_error) {
  bf_text question = {0};
  bf_put(&question, "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute AS a"
                    " JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                    " WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ");
  put_quoted(&question, schema, '\'');
  bf_put(&question, " AND c.relname = ");
  put_quoted(&question, table, '\'');
  bf_put(&question, " ORDER BY a.attnum");
  PGresult *result = query(database, question.data, ret_error);
  bf_text_free(&question);
  if (!result) return false;
  ret->column_count = (size_t)PQntuples(result);
  ret->columns = bf_alloc(database->arena, (ret->column_count + 1) * sizeof *ret->columns);
  *ret_how = bf_alloc(database->arena, (ret->column_count + 1) * sizeof **ret_how);
  bf_put(sql, "SELECT ");
  for (size_t i = 0; i < ret->column_count; i++) {
    ret->columns[i] = bf_copy(database->arena, PQgetvalue(result, (int)i, 0));
    if (i) bf_put(sql, ", ");
    (*ret_how)[i] = put_reading(sql, ret->columns[i], PQgetvalue(result, (int)i, 1));
  }
  PQclear(result);
  bf_put(sql, " FROM ");
  put_table(sql, schema, table);
  if (ret->column_count == 0) *ret_error = bf_format(database->arena, "there is no table %s.%s", schema, table);
  return ret->column_count > 0;
}

bool bf_read_table(bf_database *database, bf_arena *arena, const char *schema, const char *table, bf_result *ret_result,
                   const char **ret_error) {
  reading *how = NULL;
  bf_text sql = {0};
  *ret_result = (bf_result){0};
  bool good = plan_reading(database, schema, table, ret_result, &how, &sql, ret_error);
  PGresult *result = good ? query(database, sql.data, ret_error) : NULL;
  bf_text_free(&sql);
  if (!result) return false;
  ret_result->row_count = (size_t)PQntuples(result);
  ret_result->rows = bf_alloc(arena, (ret_result->row_count + 1) * sizeof *ret_result->rows);
  for (size_t i = 0; i < ret_result->row_count; i++) {
    ret_result->rows[i] = bf_alloc(arena, ret_result->column_count * sizeof **ret_result->rows);
    for (size_t j = 0; j < ret_result->column_count; j++) {
      bool null = PQgetisnull(result, (int)i, (int)j);
      ret_result->rows[i][j] = read_cell(arena, how[j], null ? NULL : PQgetvalue(result, (int)i, (int)j));
    }
  }
  PQclear(result);
  return true;
}
