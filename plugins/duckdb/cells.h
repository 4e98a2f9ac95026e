/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single cells of DuckDB's vectors: as values of the interface, as text, as JSON. results.c walks
 * rows with it; nobody else needs it.
 */
#ifndef SBE_DUCKDB_CELLS_H
#define SBE_DUCKDB_CELLS_H

#include "plugins/duckdb/duckdb_connection.h"

#pragma GCC visibility push(hidden)

/* A column's type, taken apart once a query. */
typedef struct sbe_duckdb_shape {
  int type;         /* DUCK_… */
  bool json;        /* a VARCHAR that DuckDB calls JSON */
  int internal;     /* of a DECIMAL or an ENUM: how it is stored */
  uint8_t scale;    /* of a DECIMAL */
  uint64_t width;   /* of an ARRAY */
  duck_type handle; /* of an ENUM, for its dictionary */
  size_t n;         /* children: 1 of lists, 2 of maps, members of structs and unions */
  struct sbe_duckdb_shape *children;
  char **names; /* of the members of a struct */
} sbe_duckdb_shape;

/* SBE_UNSUPPORTED for a type that nobody has heard of. */
int32_t sbe_duckdb_shape_read(duck_type type, int depth, sbe_duckdb_shape *ret_shape, sbe_error *error);
void sbe_duckdb_shape_free(sbe_duckdb_shape *shape);

/* One cell. `scratch` keeps text that had to be made; what `value->text` points to is in there at offset
   `value->integer` when the answer is true (it may move while more cells are made), else in the vector. */
bool sbe_duckdb_cell(const sbe_duckdb_shape *shape, duck_vector vector, void *data, const uint64_t *validity,
                     uint64_t row, sbe_common_buffer *scratch, sbe_value *value);

#pragma GCC visibility pop

#endif
