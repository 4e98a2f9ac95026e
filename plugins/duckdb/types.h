/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB's type texts, as `DESCRIBE` prints them, as trees: `STRUCT(a INTEGER, "b c" VARCHAR[])[3]`.
 * The layout of an events table is decided from them alone. Internal to the DuckDB adapter; the
 * memory of a tree belongs to a pool and goes with it, whole.
 */
#ifndef SBE_DUCKDB_TYPES_H
#define SBE_DUCKDB_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* Limits on what comes from outside. */
enum { SBE_DUCKDB_TYPE_DEPTH = 64, SBE_DUCKDB_TYPE_BYTES = 4 * 1024 * 1024 };

typedef struct sbe_duckdb_pool {
  struct sbe_duckdb_block *blocks;
  size_t used;
} sbe_duckdb_pool;

/* Zeroed memory. Ends the process with one line when there is none. */
void *sbe_duckdb_pool_get(sbe_duckdb_pool *pool, size_t size);
char *sbe_duckdb_pool_copy(sbe_duckdb_pool *pool, const char *text, size_t size);
void sbe_duckdb_pool_free(sbe_duckdb_pool *pool);

typedef enum {
  SBE_DUCKDB_TYPE_UNKNOWN, /* nobody has told: the standard layout is assumed */
  SBE_DUCKDB_TYPE_INTEGER,
  SBE_DUCKDB_TYPE_DECIMAL,
  SBE_DUCKDB_TYPE_DOUBLE,
  SBE_DUCKDB_TYPE_BOOL,
  SBE_DUCKDB_TYPE_TIMESTAMP,      /* TIMESTAMP, in microseconds */
  SBE_DUCKDB_TYPE_TIMESTAMP_ZONE, /* TIMESTAMP WITH TIME ZONE */
  SBE_DUCKDB_TYPE_TIMESTAMP_CAST, /* DATE, and timestamps of other precision: cast to TIMESTAMP */
  SBE_DUCKDB_TYPE_TEXT,
  SBE_DUCKDB_TYPE_JSON,
  SBE_DUCKDB_TYPE_VARIANT,
  SBE_DUCKDB_TYPE_OTHER, /* any other scalar: ENUM, UUID, BLOB, UNION, … */
  SBE_DUCKDB_TYPE_STRUCT,
  SBE_DUCKDB_TYPE_LIST, /* and ARRAY, the list of fixed size */
  SBE_DUCKDB_TYPE_MAP
} sbe_duckdb_type_kind;

typedef struct sbe_duckdb_type sbe_duckdb_type;

typedef struct sbe_duckdb_member {
  const char *name;
  const sbe_duckdb_type *type;
  struct sbe_duckdb_member *next;
} sbe_duckdb_member;

struct sbe_duckdb_type {
  sbe_duckdb_type_kind kind;
  sbe_duckdb_member *members;     /* STRUCT, in order */
  const sbe_duckdb_type *key;     /* MAP */
  const sbe_duckdb_type *element; /* LIST; value of a MAP */
};

/* NULL when the text is not a type, too long or too deep. */
const sbe_duckdb_type *sbe_duckdb_type_parse(sbe_duckdb_pool *pool, const char *text);

#endif
