/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results: chunks of DuckDB's vectors, pushed row by row into the host's sink. A result is complete
 * when it gets here, so that no error can follow rows that were pushed. Called by connection.c.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/duckdb/cells.h"

#define TICK_US 50000

/* Everything that one push needs, so that there is one place to free it. */
typedef struct rows {
  size_t n;
  const char **names;
  sbe_duckdb_shape *shapes;
  sbe_value *values;
  bool *in_scratch;
  duck_vector *vectors;
  void **data;
  uint64_t **validity;
  sbe_common_buffer scratch;
} rows;

static void rows_free(rows *r) {
  for (size_t i = 0; r->shapes != NULL && i < r->n; i++) sbe_duckdb_shape_free(&r->shapes[i]);
  free(r->names);
  free(r->shapes);
  free(r->values);
  free(r->in_scratch);
  free(r->vectors);
  free(r->data);
  free(r->validity);
  sbe_common_buffer_free(&r->scratch);
}

static int32_t rows_start(rows *r, duck_result *result, sbe_error *error) {
  int32_t code = SBE_OK;
  memset(r, 0, sizeof *r);
  r->n = sbe_duck.column_count(result);
  r->names = sbe_common_allocate(r->n, sizeof *r->names);
  r->shapes = sbe_common_allocate(r->n, sizeof *r->shapes);
  r->values = sbe_common_allocate(r->n, sizeof *r->values);
  r->in_scratch = sbe_common_allocate(r->n, sizeof *r->in_scratch);
  r->vectors = sbe_common_allocate(r->n, sizeof *r->vectors);
  r->data = sbe_common_allocate(r->n, sizeof *r->data);
  r->validity = sbe_common_allocate(r->n, sizeof *r->validity);
  for (size_t i = 0; i < r->n && code == SBE_OK; i++) {
    r->names[i] = sbe_duck.column_name(result, i);
    duck_type type = sbe_duck.column_logical_type(result, i);
    code = sbe_duckdb_shape_read(type, 0, &r->shapes[i], error);
    sbe_duck.destroy_logical_type(&type);
  }
  return code;
}

static void rows_take(rows *r, duck_chunk chunk) {
  for (size_t i = 0; i < r->n; i++) {
    r->vectors[i] = sbe_duck.data_chunk_get_vector(chunk, i);
    r->data[i] = sbe_duck.vector_get_data(r->vectors[i]);
    r->validity[i] = sbe_duck.vector_get_validity(r->vectors[i]);
  }
}

/* One row into `values`. */
static int32_t rows_read(rows *r, uint64_t row, sbe_error *error) {
  r->scratch.size = 0;
  for (size_t i = 0; i < r->n; i++)
    r->in_scratch[i] =
        sbe_duckdb_cell(&r->shapes[i], r->vectors[i], r->data[i], r->validity[i], row, &r->scratch, &r->values[i]);
  for (size_t i = 0; i < r->n; i++) {
    if (!r->in_scratch[i]) continue;
    r->values[i].text = r->scratch.data != NULL ? r->scratch.data + r->values[i].integer : "";
    r->values[i].integer = 0;
  }
  if (!r->scratch.overflow) return SBE_OK;
  return sbe_duckdb_host->error(error, SBE_UNSUPPORTED, NULL, "A row is larger than %zu MiB",
                                SBE_COMMON_BUFFER_LIMIT >> 20);
}

/* `ret_more` false: the sink has had enough. */
static int32_t push_chunk(rows *r, duck_chunk chunk, const sbe_sink *sink, bool *ret_more, sbe_error *error) {
  uint64_t n = sbe_duck.data_chunk_get_size(chunk);
  rows_take(r, chunk);
  for (uint64_t row = 0; row < n && *ret_more; row++) {
    int32_t code = rows_read(r, row, error);
    if (code != SBE_OK) return code;
    if (sink->row(sink->user, r->n, r->values) != 0) *ret_more = false;
  }
  return SBE_OK;
}

int32_t sbe_duckdb_push(sbe_connection *connection, duck_result *result, const sbe_sink *sink, int64_t deadline,
                        sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  rows r;
  int64_t next = host->time() + TICK_US;
  bool more = true;
  int32_t code = rows_start(&r, result, error);
  if (code == SBE_OK && sink->columns != NULL && sink->columns(sink->user, r.n, r.names) != 0) more = false;
  while (code == SBE_OK && more) {
    duck_chunk chunk = sbe_duck.fetch_chunk(*result);
    if (chunk == NULL) break;
    code = push_chunk(&r, chunk, sink, &more, error);
    sbe_duck.destroy_data_chunk(&chunk);
    int64_t now = host->time();
    if (code != SBE_OK || now < next) continue;
    next = now + TICK_US;
    if (host->tick(connection->run, -1) != 0)
      code = host->error(error, SBE_CANCELLED, NULL, "Cancelled while rows were read");
    else if (deadline != 0 && now >= deadline)
      code = host->error(error, SBE_TIMEOUT, NULL, "The time was over before all rows were read");
  }
  rows_free(&r);
  return code;
}

/* The first cell of a result; false when there is no row. */
static bool first_cell(duck_result *result, int *ret_type, sbe_value *ret_value) {
  *ret_type = DUCK_INVALID;
  if (sbe_duck.column_count(result) < 1) return false;
  duck_type type = sbe_duck.column_logical_type(result, 0);
  *ret_type = sbe_duck.get_type_id(type);
  sbe_duck.destroy_logical_type(&type);
  if (*ret_type != DUCK_BOOLEAN && *ret_type != DUCK_BIGINT) return false;
  duck_chunk chunk = sbe_duck.fetch_chunk(*result);
  bool there = chunk != NULL && sbe_duck.data_chunk_get_size(chunk) > 0;
  if (there) {
    sbe_duckdb_shape shape = {.type = *ret_type};
    sbe_common_buffer none = {0};
    duck_vector vector = sbe_duck.data_chunk_get_vector(chunk, 0);
    sbe_duckdb_cell(&shape, vector, sbe_duck.vector_get_data(vector), sbe_duck.vector_get_validity(vector), 0, &none,
                    ret_value);
  }
  if (chunk != NULL) sbe_duck.destroy_data_chunk(&chunk);
  return there;
}

int32_t sbe_duckdb_first_bool(duck_result *result, bool *ret_value, sbe_error *error) {
  sbe_value value;
  int type;
  bool there = first_cell(result, &type, &value);
  if (type != DUCK_BOOLEAN)
    return sbe_duckdb_host->error(error, SBE_SYNTAX, NULL, "A guard must be a query of one boolean");
  *ret_value = there && value.kind == SBE_VALUE_BOOL && value.integer != 0;
  return SBE_OK;
}

int64_t sbe_duckdb_first_bigint(duck_result *result) {
  sbe_value value;
  int type;
  return first_cell(result, &type, &value) && value.kind == SBE_VALUE_INTEGER ? value.integer : -1;
}
