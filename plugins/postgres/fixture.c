/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture: events tables for the demo shop and for tests, in both layouts in which events come to lie
 * in PostgreSQL. Rows go through COPY, so that no number passes through a double and 100,000 rows take
 * seconds. Must never be used on tables of the user's: `create` refuses an events table that is there, and
 * replaces tables of events and entities only where its own mark is on them.
 *
 * "tables": one table an event or entity beside the events table, as Snowplow's loaders for Redshift and PostgreSQL
 * make them: `com_acme_product_1`, columns in snake case, joined by root_id and root_tstamp; a row for each item
 * of a context. Nested members are jsonb. "jsonb": one column each, members as the schema spells them.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/common/fixture.h"
#include "plugins/postgres/postgres_connection.h"

static const char *const layout_names[] = {"tables", "jsonb", NULL};

#define MARK "made by the fixture of sbe"

/* Columns that every table of events or entities begins with; `value` as COPY has it, NULL: of the event. */
static const struct {
  const char *name, *type, *value;
} head[] = {
    {"schema_vendor", "varchar(128)", "\\N"},
    {"schema_name", "varchar(128)", "\\N"},
    {"schema_format", "varchar(16)", "jsonschema"},
    {"schema_version", "varchar(8)", "1-0-0"},
    {"root_id", "text", NULL},
    {"root_tstamp", "timestamp", NULL},
    {"ref_root", "varchar(255)", "events"},
    {"ref_tree", "varchar(1500)", "[\"events\"]"},
    {"ref_parent", "varchar(255)", "events"},
};
#define N_HEAD (sizeof head / sizeof head[0])

/* A table to be made or filled. */
typedef struct table {
  const char *name;             /* points into a column's name; NULL: the events table */
  const sbe_common_spec *shape; /* its columns, or of events the whole */
  sbe_common_buffer rows;       /* for COPY */
} table;

typedef struct fixture {
  sbe_connection *connection;
  const sbe_name *events;
  bool apart; /* layout "tables" */
  sbe_common_spec spec;
  table *tables; /* one a column of the events table, and the last one for events; unused ones have no shape */
  size_t row;    /* of all, from 1, for messages */
  const char *column;
  sbe_error *error;
} fixture;

static int32_t wrong(const fixture *f, const char *what, const char *value, size_t size) {
  return sbe_postgres_host->error(f->error, SBE_DATA, NULL, "The fixture's row %zu, column %s: %s: %.*s", f->row,
                                  f->column != NULL ? f->column : "(none yet)", what, size > 80 ? 80 : (int)size,
                                  value);
}

/* The name of the table that a column becomes; NULL: it stays a column. */
static const char *apart(const sbe_common_spec *column) {
  static const char event[] = "unstruct_event_", entity[] = "contexts_";
  bool object = column->kind == SBE_COMMON_STRUCT || column->kind == SBE_COMMON_RAW;
  if (strncmp(column->name, event, sizeof event - 1) == 0 && object) return column->name + sizeof event - 1;
  if (strncmp(column->name, entity, sizeof entity - 1) == 0 && column->kind == SBE_COMMON_LIST)
    return column->name + sizeof entity - 1;
  return NULL;
}

static int32_t fixture_start(fixture *f, sbe_connection *connection, const sbe_name *events, const char *layout,
                             const char *columns, sbe_error *error) {
  *f = (fixture){.connection = connection, .events = events, .error = error};
  f->apart = strcmp(layout, "tables") == 0;
  if (!f->apart && strcmp(layout, "jsonb") != 0)
    return sbe_postgres_host->error(error, SBE_INVALID, NULL, "PostgreSQL's fixture has no layout `%.40s`", layout);
  int32_t code = sbe_common_spec_read(sbe_postgres_host, columns, f->apart, !f->apart, &f->spec, error);
  if (code != SBE_OK) return code;
  f->tables = sbe_common_allocate(f->spec.n + 1, sizeof *f->tables);
  f->tables[f->spec.n].shape = &f->spec;
  for (size_t i = 0; i < f->spec.n && f->apart; i++) {
    const sbe_common_spec *column = &f->spec.children[i];
    f->tables[i].name = apart(column);
    if (f->tables[i].name == NULL) continue;
    f->tables[i].shape = column->kind == SBE_COMMON_LIST ? &column->children[0] : column;
  }
  return SBE_OK;
}

static void fixture_end(fixture *f) {
  for (size_t i = 0; i < f->spec.n && f->tables != NULL; i++) sbe_common_buffer_free(&f->tables[i].rows);
  if (f->tables != NULL) sbe_common_buffer_free(&f->tables[f->spec.n].rows);
  free(f->tables);
  sbe_common_spec_free(&f->spec);
}

/* ---- names ---- */

/* NULL: that of the session's search path. */
static const char *schema_of(const fixture *f) {
  return f->events->schema != NULL ? f->events->schema : f->connection->schema;
}

static void put_table(const fixture *f, sbe_common_buffer *sql, const char *name) {
  const char *schema = schema_of(f);
  if (f->events->database != NULL && schema != NULL) {
    sbe_common_identifier(sql, f->events->database);
    sbe_common_putc(sql, '.');
  }
  if (schema != NULL) {
    sbe_common_identifier(sql, schema);
    sbe_common_putc(sql, '.');
  }
  sbe_common_identifier(sql, name != NULL ? name : f->events->table);
}

/* ---- create ---- */

static const char *type_of(const sbe_common_spec *spec) {
  switch (spec->kind) {
  case SBE_COMMON_TEXT:
    return "text";
  case SBE_COMMON_INTEGER:
    return "bigint";
  case SBE_COMMON_DOUBLE:
    return "double precision";
  case SBE_COMMON_BOOL:
    return "boolean";
  case SBE_COMMON_TIMESTAMP:
    return "timestamp";
  case SBE_COMMON_RAW:
  case SBE_COMMON_LIST:
  case SBE_COMMON_STRUCT:
    break;
  }
  return "jsonb";
}

static void put_column(sbe_common_buffer *sql, const char *name, const char *type, bool *first) {
  if (!*first) sbe_common_puts(sql, ", ");
  *first = false;
  sbe_common_identifier(sql, name);
  if (type == NULL) return;
  sbe_common_putc(sql, ' ');
  sbe_common_puts(sql, type);
}

/* Names of a table's columns, for COPY, or with their types. */
static void put_columns(const fixture *f, const table *t, sbe_common_buffer *sql, bool types) {
  bool first = true;
  for (size_t i = 0; i < N_HEAD && t->name != NULL; i++)
    put_column(sql, head[i].name, types ? head[i].type : NULL, &first);
  for (size_t i = 0; i < t->shape->n; i++) {
    const sbe_common_spec *column = &t->shape->children[i];
    if (t->name != NULL || f->tables[i].shape == NULL)
      put_column(sql, column->printed, types ? type_of(column) : NULL, &first);
  }
}

/* An event and an entity of one schema share a table: the first column's. */
static const table *owner_of(const fixture *f, const table *t) {
  for (const table *other = f->tables; t->name != NULL && other < t; other++)
    if (other->name != NULL && strcmp(other->name, t->name) == 0) return other;
  return t;
}

static int32_t drop_ours(const fixture *f, const table *t) {
  sbe_common_cleanup_buffer sbe_common_buffer name = {0}, sql = {0};
  sbe_postgres_guard ours = {false};
  put_table(f, &name, t->name);
  const char *values[] = {name.data, MARK};
  sbe_postgres_flight flight = {.connection = f->connection,
                                .sql = "SELECT pg_catalog.obj_description(pg_catalog.to_regclass($1), 'pg_class') = $2",
                                .n_values = 2,
                                .values = values,
                                .columns = sbe_postgres_guard_columns,
                                .row = sbe_postgres_guard_row,
                                .user = &ours};
  int32_t code = sbe_postgres_fly(&flight, f->error);
  if (code != SBE_OK || !ours.yes) return code;
  sbe_common_puts(&sql, "DROP TABLE ");
  sbe_common_puts(&sql, name.data);
  return sbe_postgres_do(f->connection, sql.data, f->error);
}

static int32_t create_table(const fixture *f, const table *t) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0}, comment = {0};
  int32_t code = t->name != NULL ? drop_ours(f, t) : SBE_OK;
  if (code != SBE_OK) return code;
  sbe_common_puts(&sql, "CREATE TABLE ");
  put_table(f, &sql, t->name);
  sbe_common_puts(&sql, " (");
  put_columns(f, t, &sql, true);
  sbe_common_putc(&sql, ')');
  code = sbe_postgres_do(f->connection, sql.data, f->error);
  if (code != SBE_OK || t->name == NULL) return code;
  sbe_common_puts(&comment, "COMMENT ON TABLE ");
  put_table(f, &comment, t->name);
  sbe_common_puts(&comment, " IS '" MARK "'");
  return sbe_postgres_do(f->connection, comment.data, f->error);
}

static int32_t create_all(fixture *f) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  int32_t code = SBE_OK;
  if (schema_of(f) != NULL) {
    sbe_common_puts(&sql, "CREATE SCHEMA IF NOT EXISTS ");
    sbe_common_identifier(&sql, schema_of(f));
    code = sbe_postgres_do(f->connection, sql.data, f->error);
  }
  /* The events table first: where it is there already, nothing else is touched. */
  if (code == SBE_OK) code = create_table(f, &f->tables[f->spec.n]);
  for (size_t i = 0; i < f->spec.n && code == SBE_OK; i++)
    if (f->tables[i].shape != NULL && owner_of(f, &f->tables[i]) == &f->tables[i])
      code = create_table(f, &f->tables[i]);
  return code;
}

static int32_t in_batch(fixture *f, int32_t (*work)(fixture *f)) {
  int32_t code = sbe_postgres_ready(f->connection, NULL, 0, f->error);
  if (code == SBE_OK) code = sbe_postgres_begin(f->connection, 0, f->error);
  if (code != SBE_OK) return code;
  code = work(f);
  if (code == SBE_OK) return sbe_postgres_commit(f->connection, 0, f->error);
  sbe_postgres_rollback(f->connection);
  return code;
}

static int32_t create(sbe_connection *connection, const sbe_name *name, const char *layout, const char *columns,
                      sbe_error *error) {
  fixture f;
  int32_t code = fixture_start(&f, connection, name, layout, columns, error);
  if (code == SBE_OK) code = in_batch(&f, create_all);
  fixture_end(&f);
  return code;
}

/* ---- insert ---- */

/* As COPY wants text: what would end a cell or a row is escaped. */
static void put_text(sbe_common_buffer *out, const char *text, size_t size) {
  static const char special[] = "\\\t\n\r\b\f\v", letters[] = "\\tnrbfv";
  size_t from = 0;
  for (size_t i = 0; i < size; i++) {
    const char *at = text[i] != '\0' ? strchr(special, text[i]) : NULL;
    if (at == NULL) continue;
    sbe_common_put(out, text + from, i - from);
    sbe_common_putc(out, '\\');
    sbe_common_putc(out, letters[at - special]);
    from = i + 1;
  }
  sbe_common_put(out, text + from, size - from);
}

static int32_t put_value(const fixture *f, sbe_common_buffer *out, const sbe_common_spec *spec,
                         const sbe_common_json *value) {
  int64_t integer;
  double real;
  if (value == NULL || value->kind == SBE_JSON_NULL) {
    sbe_common_puts(out, "\\N");
    return SBE_OK;
  }
  switch (spec->kind) {
  case SBE_COMMON_TEXT:
    if (value->kind != SBE_JSON_STRING) return wrong(f, "not a text", value->raw, value->raw_size);
    put_text(out, value->text, value->size);
    return SBE_OK;
  case SBE_COMMON_INTEGER:
    if (!sbe_common_read_integer(value, &integer))
      return wrong(f, "not an integer of 64 bits", value->raw, value->raw_size);
    sbe_common_put(out, value->text, value->size);
    return SBE_OK;
  case SBE_COMMON_DOUBLE:
    if (!sbe_common_read_double(value, &real)) return wrong(f, "not a number", value->raw, value->raw_size);
    sbe_common_put(out, value->text, value->size);
    return SBE_OK;
  case SBE_COMMON_TIMESTAMP:
    if (!sbe_common_read_timestamp(value, &integer))
      return wrong(f, "not a timestamp in UTC", value->raw, value->raw_size);
    sbe_common_put(out, value->text, value->size);
    return SBE_OK;
  case SBE_COMMON_BOOL:
    if (value->kind != SBE_JSON_TRUE && value->kind != SBE_JSON_FALSE)
      return wrong(f, "neither true nor false", value->raw, value->raw_size);
    sbe_common_putc(out, value->kind == SBE_JSON_TRUE ? 't' : 'f');
    return SBE_OK;
  case SBE_COMMON_LIST:
    if (value->kind != SBE_JSON_ARRAY) return wrong(f, "not a list", value->raw, value->raw_size);
    break;
  case SBE_COMMON_STRUCT:
    if (value->kind != SBE_JSON_OBJECT) return wrong(f, "not an object", value->raw, value->raw_size);
    break;
  case SBE_COMMON_RAW:
    break;
  }
  put_text(out, value->raw, value->raw_size);
  return SBE_OK;
}

/* The members of an object in the order of their columns; NULL where one is not given. */
static int32_t find_cells(const fixture *f, const sbe_common_spec *spec, const sbe_common_json *object,
                          const char *what, const sbe_common_json ***ret_cells) {
  const sbe_common_json **cells = sbe_common_allocate(spec->n, sizeof *cells);
  size_t i = 0;
  for (const sbe_common_json *member = object->first; member != NULL; member = member->next, i++) {
    i = sbe_common_find_member(spec, member, i);
    if (i == spec->n) {
      free(cells);
      return wrong(f, what, member->key, member->key_size);
    }
    cells[i] = member;
  }
  *ret_cells = cells;
  return SBE_OK;
}

static const sbe_common_json *cell_named(const fixture *f, const sbe_common_json *const *cells, const char *name) {
  for (size_t i = 0; i < f->spec.n; i++)
    if (strcmp(f->spec.children[i].name, name) == 0) return cells[i];
  return NULL;
}

/* One event or entity as a row of its own table. `of_event` are the cells of its event. */
static int32_t put_apart(fixture *f, table *t, const sbe_common_json *object, const sbe_common_json *const *of_event) {
  static const sbe_common_spec text = {.kind = SBE_COMMON_TEXT}, timestamp = {.kind = SBE_COMMON_TIMESTAMP};
  const sbe_common_json **cells;
  if (object->kind == SBE_JSON_NULL) return SBE_OK;
  if (object->kind != SBE_JSON_OBJECT) return wrong(f, "not an object", object->raw, object->raw_size);
  int32_t code = SBE_OK;
  for (size_t i = 0; i < N_HEAD && code == SBE_OK; i++) {
    if (i > 0) sbe_common_putc(&t->rows, '\t');
    if (head[i].value != NULL)
      sbe_common_puts(&t->rows, head[i].value);
    else if (strcmp(head[i].name, "root_id") == 0)
      code = put_value(f, &t->rows, &text, cell_named(f, of_event, "event_id"));
    else
      code = put_value(f, &t->rows, &timestamp, cell_named(f, of_event, "collector_tstamp"));
  }
  if (code == SBE_OK) code = find_cells(f, t->shape, object, "the type has no such member", &cells);
  if (code != SBE_OK) return code;
  for (size_t i = 0; i < t->shape->n && code == SBE_OK; i++) {
    sbe_common_putc(&t->rows, '\t');
    code = put_value(f, &t->rows, &t->shape->children[i], cells[i]);
  }
  sbe_common_putc(&t->rows, '\n');
  free(cells);
  return code;
}

static int32_t put_nested(fixture *f, size_t i, const sbe_common_json *const *cells) {
  const sbe_common_json *value = cells[i];
  if (value == NULL || value->kind == SBE_JSON_NULL) return SBE_OK;
  if (f->spec.children[i].kind != SBE_COMMON_LIST) return put_apart(f, &f->tables[i], value, cells);
  if (value->kind != SBE_JSON_ARRAY) return wrong(f, "not a list", value->raw, value->raw_size);
  int32_t code = SBE_OK;
  for (const sbe_common_json *item = value->first; item != NULL && code == SBE_OK; item = item->next)
    code = put_apart(f, &f->tables[i], item, cells);
  return code;
}

static int32_t put_row(fixture *f, const sbe_common_json *row) {
  const sbe_common_json **cells;
  sbe_common_buffer *out = &f->tables[f->spec.n].rows;
  bool first = true;
  f->column = NULL;
  if (row->kind != SBE_JSON_OBJECT) return wrong(f, "not an object", row->raw, row->raw_size);
  int32_t code = find_cells(f, &f->spec, row, "there is no such column", &cells);
  if (code != SBE_OK) return code;
  for (size_t i = 0; i < f->spec.n && code == SBE_OK; i++) {
    f->column = f->spec.children[i].name;
    if (f->tables[i].shape != NULL) {
      code = put_nested(f, i, cells);
      continue;
    }
    if (!first) sbe_common_putc(out, '\t');
    first = false;
    code = put_value(f, out, &f->spec.children[i], cells[i]);
  }
  sbe_common_putc(out, '\n');
  free(cells);
  return code;
}

static int32_t read_rows(fixture *f, sbe_common_reader *reader) {
  const sbe_host *host = sbe_postgres_host;
  int64_t next = host->time();
  if (!sbe_common_json_take(reader, '[')) return wrong(f, "rows must be a list", reader->at, 20);
  if (sbe_common_json_take(reader, ']')) return SBE_OK;
  do {
    f->row++;
    f->column = NULL;
    sbe_common_json_reset(reader);
    const sbe_common_json *row = sbe_common_json_next(reader);
    if (row == NULL) return wrong(f, reader->fault, reader->at, (size_t)(reader->end - reader->at));
    int32_t code = put_row(f, row);
    if (code != SBE_OK) return code;
    if (host->time() < next) continue;
    next = host->time() + SBE_POSTGRES_TICK_US;
    if (host->tick(f->connection->run, -1) != 0)
      return host->error(f->error, SBE_CANCELLED, NULL, "Cancelled while rows were read");
  } while (sbe_common_json_take(reader, ','));
  f->column = NULL;
  if (sbe_common_json_take(reader, ']')) return SBE_OK;
  return wrong(f, "a comma or ] is missing", reader->at, (size_t)(reader->end - reader->at));
}

static int32_t copy_all(fixture *f) {
  int32_t code = SBE_OK;
  for (size_t i = 0; i <= f->spec.n && code == SBE_OK; i++) {
    table *t = &f->tables[i];
    if (t->rows.size == 0) continue;
    if (t->rows.overflow)
      return sbe_postgres_host->error(f->error, SBE_UNSUPPORTED, NULL, "The fixture's rows are more than %zu MiB",
                                      SBE_COMMON_BUFFER_LIMIT >> 20);
    sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
    sbe_common_puts(&sql, "COPY ");
    put_table(f, &sql, t->name);
    sbe_common_puts(&sql, " (");
    put_columns(f, t, &sql, false);
    sbe_common_puts(&sql, ") FROM STDIN");
    sbe_postgres_flight flight = {
        .connection = f->connection, .sql = sql.data, .copy = t->rows.data, .copy_size = t->rows.size};
    code = sbe_postgres_fly(&flight, f->error);
  }
  return code;
}

static int32_t insert(sbe_connection *connection, const sbe_name *name, const char *layout, const char *columns,
                      const char *rows, sbe_error *error) {
  fixture f;
  int32_t code = fixture_start(&f, connection, name, layout, columns, error);
  if (code == SBE_OK) {
    sbe_common_reader reader;
    sbe_common_json_start(&reader, rows, strlen(rows));
    code = read_rows(&f, &reader);
    sbe_common_json_free(&reader);
  }
  if (code == SBE_OK) code = in_batch(&f, copy_all);
  fixture_end(&f);
  return code;
}

/* ---- drop ---- */

static int32_t drop(sbe_connection *connection, const sbe_name *name, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  if (name->schema == NULL || name->schema[0] == '\0')
    return sbe_postgres_host->error(error, SBE_INVALID, NULL, "Only a schema that is named can be removed");
  int32_t code = sbe_postgres_ready(connection, NULL, 0, error);
  if (code != SBE_OK) return code;
  sbe_common_puts(&sql, "DROP SCHEMA IF EXISTS ");
  sbe_common_identifier(&sql, name->schema);
  sbe_common_puts(&sql, " CASCADE");
  return sbe_postgres_do(connection, sql.data, error);
}

const sbe_fixture sbe_postgres_fixture = {
    .struct_size = sizeof(sbe_fixture),
    .layouts = layout_names,
    .create = create,
    .insert = insert,
    .drop = drop,
};
