/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of JSON into DuckDB's vectors. Strict: a value must be of its column's type, and a member must
 * be known, so that a slip in a test shows at once. Called by fixture.c, inside its transaction; an
 * error leaves chunks half filled, which are dropped.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/duckdb/fixture_rows.h"

typedef struct writer {
  sbe_connection *connection;
  const sbe_duckdb_layout *layout;
  const sbe_common_spec *spec; /* a struct of all columns */
  sbe_common_reader reader;
  size_t row;                    /* of all, from 1, for messages */
  const sbe_common_spec *column; /* being written, for messages */
  const sbe_common_json **cells; /* one a column */
  sbe_error *error;
} writer;

static int32_t wrong(writer *w, const char *what, const char *value, size_t size) {
  return sbe_duckdb_host->error(w->error, SBE_DATA, NULL, "The fixture's row %zu, column %s: %s: %.*s", w->row,
                                w->column != NULL ? w->column->name : "(none yet)", what, size > 80 ? 80 : (int)size,
                                value);
}

/* ---- vectors ---- */

static void set_null(const sbe_common_spec *spec, duck_vector vector, uint64_t row) {
  sbe_duck.vector_ensure_validity_writable(vector);
  sbe_duck.vector_get_validity(vector)[row / 64] &= ~(UINT64_C(1) << (row % 64));
  if (spec->kind == SBE_COMMON_LIST) ((duck_list *)sbe_duck.vector_get_data(vector))[row] = (duck_list){0, 0};
  for (size_t i = 0; spec->kind == SBE_COMMON_STRUCT && i < spec->n; i++)
    set_null(&spec->children[i], sbe_duck.struct_vector_get_child(vector, i), row);
}

static int32_t write_value(writer *w, const sbe_common_spec *spec, const sbe_common_json *value, duck_vector vector,
                           uint64_t row);

static int32_t write_list(writer *w, const sbe_common_spec *spec, const sbe_common_json *value, duck_vector vector,
                          uint64_t row) {
  if (value->kind != SBE_JSON_ARRAY) return wrong(w, "not a list", value->raw, value->raw_size);
  uint64_t from = sbe_duck.list_vector_get_size(vector), i = from;
  if (sbe_duck.list_vector_reserve(vector, from + value->n) != 0 ||
      sbe_duck.list_vector_set_size(vector, from + value->n) != 0)
    return wrong(w, "DuckDB has no room for a list", value->raw, value->raw_size);
  ((duck_list *)sbe_duck.vector_get_data(vector))[row] = (duck_list){from, value->n};
  duck_vector child = sbe_duck.list_vector_get_child(vector);
  for (const sbe_common_json *item = value->first; item != NULL; item = item->next) {
    int32_t code = write_value(w, &spec->children[0], item, child, i++);
    if (code != SBE_OK) return code;
  }
  return SBE_OK;
}

static int32_t write_struct(writer *w, const sbe_common_spec *spec, const sbe_common_json *value, duck_vector vector,
                            uint64_t row) {
  if (value->kind != SBE_JSON_OBJECT) return wrong(w, "not an object", value->raw, value->raw_size);
  for (size_t i = 0; i < spec->n; i++) set_null(&spec->children[i], sbe_duck.struct_vector_get_child(vector, i), row);
  size_t i = 0;
  for (const sbe_common_json *member = value->first; member != NULL; member = member->next, i++) {
    i = sbe_common_find_member(spec, member, i);
    if (i == spec->n) return wrong(w, "the type has no such member", member->key, member->key_size);
    int32_t code = write_value(w, &spec->children[i], member, sbe_duck.struct_vector_get_child(vector, i), row);
    if (code != SBE_OK) return code;
  }
  return SBE_OK;
}

static int32_t write_raw(writer *w, const sbe_common_json *value, duck_vector vector, uint64_t row) {
  if (!w->layout->snake) {
    sbe_duck.vector_assign_string_element_len(vector, row, value->raw, value->raw_size);
    return SBE_OK;
  }
  sbe_common_cleanup_buffer sbe_common_buffer text = {0};
  sbe_common_put_snake(sbe_duckdb_host, &text, value);
  sbe_duck.vector_assign_string_element_len(vector, row, text.data, text.size);
  return SBE_OK;
}

static void set_valid(duck_vector vector, uint64_t row) {
  uint64_t *validity = sbe_duck.vector_get_validity(vector);
  if (validity != NULL) validity[row / 64] |= UINT64_C(1) << (row % 64);
}

static int32_t write_value(writer *w, const sbe_common_spec *spec, const sbe_common_json *value, duck_vector vector,
                           uint64_t row) {
  if (value == NULL || value->kind == SBE_JSON_NULL) {
    set_null(spec, vector, row);
    return SBE_OK;
  }
  set_valid(vector, row);
  void *data = spec->kind == SBE_COMMON_STRUCT ? NULL : sbe_duck.vector_get_data(vector);
  switch (spec->kind) {
  case SBE_COMMON_TEXT:
    if (value->kind != SBE_JSON_STRING) return wrong(w, "not a text", value->raw, value->raw_size);
    sbe_duck.vector_assign_string_element_len(vector, row, value->text, value->size);
    return SBE_OK;
  case SBE_COMMON_INTEGER:
    if (sbe_common_read_integer(value, &((int64_t *)data)[row])) return SBE_OK;
    return wrong(w, "not an integer of 64 bits", value->raw, value->raw_size);
  case SBE_COMMON_DOUBLE:
    if (sbe_common_read_double(value, &((double *)data)[row])) return SBE_OK;
    return wrong(w, "not a number", value->raw, value->raw_size);
  case SBE_COMMON_TIMESTAMP:
    if (sbe_common_read_timestamp(value, &((int64_t *)data)[row])) return SBE_OK;
    return wrong(w, "not a timestamp in UTC", value->raw, value->raw_size);
  case SBE_COMMON_BOOL:
    if (value->kind != SBE_JSON_TRUE && value->kind != SBE_JSON_FALSE)
      return wrong(w, "neither true nor false", value->raw, value->raw_size);
    ((bool *)data)[row] = value->kind == SBE_JSON_TRUE;
    return SBE_OK;
  case SBE_COMMON_RAW:
    return write_raw(w, value, vector, row);
  case SBE_COMMON_LIST:
    return write_list(w, spec, value, vector, row);
  case SBE_COMMON_STRUCT:
    return write_struct(w, spec, value, vector, row);
  }
  return SBE_OK;
}

/* ---- chunks ---- */

static duck_type type_of(const sbe_common_spec *spec, const sbe_duckdb_layout *layout) {
  bool zoned = strcmp(layout->timestamp, "TIMESTAMP") != 0;
  switch (spec->kind) {
  case SBE_COMMON_INTEGER:
    return sbe_duck.create_logical_type(DUCK_BIGINT);
  case SBE_COMMON_DOUBLE:
    return sbe_duck.create_logical_type(DUCK_DOUBLE);
  case SBE_COMMON_BOOL:
    return sbe_duck.create_logical_type(DUCK_BOOLEAN);
  case SBE_COMMON_TIMESTAMP:
    return sbe_duck.create_logical_type(zoned ? DUCK_TIMESTAMP_TZ : DUCK_TIMESTAMP);
  case SBE_COMMON_TEXT:
  case SBE_COMMON_RAW:
    break;
  case SBE_COMMON_LIST: {
    duck_type child = type_of(&spec->children[0], layout), list = sbe_duck.create_list_type(child);
    sbe_duck.destroy_logical_type(&child);
    return list;
  }
  case SBE_COMMON_STRUCT: {
    duck_type *types = sbe_common_allocate(spec->n, sizeof(duck_type));
    const char **names = sbe_common_allocate(spec->n, sizeof *names);
    for (size_t i = 0; i < spec->n; i++) {
      types[i] = type_of(&spec->children[i], layout);
      names[i] = spec->children[i].printed;
    }
    duck_type type = sbe_duck.create_struct_type(types, names, spec->n);
    for (size_t i = 0; i < spec->n; i++) sbe_duck.destroy_logical_type(&types[i]);
    free(types);
    free(names);
    return type;
  }
  }
  return sbe_duck.create_logical_type(DUCK_VARCHAR);
}

static int32_t write_row(writer *w, duck_chunk chunk, uint64_t at) {
  const sbe_common_spec *spec = w->spec;
  w->row++;
  w->column = NULL;
  sbe_common_json_reset(&w->reader);
  const sbe_common_json *row = sbe_common_json_next(&w->reader);
  if (row == NULL) return wrong(w, w->reader.fault, w->reader.at, (size_t)(w->reader.end - w->reader.at));
  if (row->kind != SBE_JSON_OBJECT) return wrong(w, "not an object", row->raw, row->raw_size);
  memset(w->cells, 0, spec->n * sizeof *w->cells);
  size_t i = 0;
  for (const sbe_common_json *member = row->first; member != NULL; member = member->next, i++) {
    i = sbe_common_find_member(spec, member, i);
    if (i == spec->n) return wrong(w, "there is no such column", member->key, member->key_size);
    w->cells[i] = member;
  }
  for (i = 0; i < spec->n; i++) {
    w->column = &spec->children[i];
    int32_t code = write_value(w, w->column, w->cells[i], sbe_duck.data_chunk_get_vector(chunk, i), at);
    if (code != SBE_OK) return code;
  }
  return SBE_OK;
}

/* Rows until the chunk is full or the list over; `ret_n` of them. */
static int32_t fill(writer *w, duck_chunk chunk, uint64_t *ret_n, bool *ret_more) {
  uint64_t most = sbe_duck.vector_size();
  *ret_n = 0;
  while (*ret_n < most) {
    int32_t code = write_row(w, chunk, *ret_n);
    if (code != SBE_OK) return code;
    (*ret_n)++;
    if (sbe_common_json_take(&w->reader, ',')) continue;
    *ret_more = false;
    w->column = NULL;
    if (!sbe_common_json_take(&w->reader, ']'))
      return wrong(w, "a comma or ] is missing", w->reader.at, (size_t)(w->reader.end - w->reader.at));
    break;
  }
  return SBE_OK;
}

static int32_t append_chunks(writer *w, duck_appender appender, duck_type *types) {
  const sbe_host *host = sbe_duckdb_host;
  bool more = true;
  int32_t code = SBE_OK;
  while (code == SBE_OK && more) {
    uint64_t n = 0;
    duck_chunk chunk = sbe_duck.create_data_chunk(types, w->spec->n);
    code = fill(w, chunk, &n, &more);
    if (code == SBE_OK) {
      sbe_duck.data_chunk_set_size(chunk, n);
      if (sbe_duck.append_data_chunk(appender, chunk) != 0) code = SBE_DUCKDB_APPENDER_FAILED;
    }
    sbe_duck.destroy_data_chunk(&chunk);
    if (code == SBE_OK && host->tick(w->connection->run, -1) != 0)
      code = host->error(w->error, SBE_CANCELLED, NULL, "Cancelled while rows were written");
  }
  return code;
}

int32_t sbe_duckdb_rows_append(sbe_connection *connection, duck_appender appender, const sbe_duckdb_layout *layout,
                               const sbe_common_spec *spec, const char *rows, sbe_error *error) {
  writer w = {.connection = connection, .layout = layout, .spec = spec, .error = error};
  int32_t code = SBE_OK;
  sbe_common_json_start(&w.reader, rows, strlen(rows));
  if (!sbe_common_json_take(&w.reader, '[')) return wrong(&w, "rows must be a list", rows, strlen(rows));
  if (sbe_common_json_take(&w.reader, ']')) return SBE_OK;
  w.cells = sbe_common_allocate(spec->n, sizeof *w.cells);
  duck_type *types = sbe_common_allocate(spec->n, sizeof(duck_type));
  for (size_t i = 0; i < spec->n; i++) types[i] = type_of(&spec->children[i], layout);
  code = append_chunks(&w, appender, types);
  for (size_t i = 0; i < spec->n; i++) sbe_duck.destroy_logical_type(&types[i]);
  free(types);
  free(w.cells);
  sbe_common_json_free(&w.reader);
  return code;
}
