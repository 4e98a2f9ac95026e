/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `describe` tells of the columns of an events table, read back: PostgreSQL's own names of types, and
 * `TABLE "schema"."table" ("column" type, …)` for an event or entity that lies in a table of its own. The
 * layout of an events table is decided from them alone. Internal to the adapter; memory belongs to a pool.
 */
#ifndef SBE_POSTGRES_TYPES_H
#define SBE_POSTGRES_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#pragma GCC visibility push(hidden)

/* Limits on what comes from outside. */
enum { SBE_POSTGRES_TYPE_BYTES = 4 * 1024 * 1024, SBE_POSTGRES_TABLE_COLUMNS = 1600 };

typedef struct sbe_postgres_pool {
  struct sbe_postgres_block *blocks;
  size_t used;
} sbe_postgres_pool;

/* Zeroed memory. Ends the process with one line when there is none. */
void *sbe_postgres_pool_get(sbe_postgres_pool *pool, size_t size);
char *sbe_postgres_pool_copy(sbe_postgres_pool *pool, const char *text, size_t size);
void sbe_postgres_pool_free(sbe_postgres_pool *pool);

typedef enum sbe_postgres_kind {
  SBE_POSTGRES_UNKNOWN, /* nobody has told */
  SBE_POSTGRES_INTEGER,
  SBE_POSTGRES_NUMERIC,
  SBE_POSTGRES_MONEY,
  SBE_POSTGRES_REAL,
  SBE_POSTGRES_DOUBLE,
  SBE_POSTGRES_BOOL,
  SBE_POSTGRES_TIMESTAMP,
  SBE_POSTGRES_TIMESTAMP_ZONE,
  SBE_POSTGRES_DATE,
  SBE_POSTGRES_TEXT, /* may hold JSON in an entity's table */
  SBE_POSTGRES_JSON,
  SBE_POSTGRES_JSONB,
  SBE_POSTGRES_ARRAY,
  SBE_POSTGRES_RECORD, /* a composite type */
  SBE_POSTGRES_OTHER   /* any other scalar: uuid, inet, bytea, an enum, … */
} sbe_postgres_kind;

typedef struct sbe_postgres_member {
  const char *name;
  sbe_postgres_kind kind;
} sbe_postgres_member;

typedef struct sbe_postgres_table {
  const char *printed; /* its quoted name */
  size_t n;
  sbe_postgres_member *columns;
} sbe_postgres_table;

sbe_postgres_kind sbe_postgres_kind_of(const char *type);

/* Is it `TABLE …`? Then read it; NULL when it is not what describe writes. */
bool sbe_postgres_is_table(const char *type);
const sbe_postgres_table *sbe_postgres_table_read(sbe_postgres_pool *pool, const char *type);

#pragma GCC visibility pop

#endif
