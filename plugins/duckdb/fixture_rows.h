/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture's type tree (fixture.c) and the way of its rows into DuckDB's vectors (fixture_rows.c).
 */
#ifndef SBE_DUCKDB_FIXTURE_ROWS_H
#define SBE_DUCKDB_FIXTURE_ROWS_H

#include "plugins/duckdb/duckdb_connection.h"
#include "plugins/duckdb/json.h"

#pragma GCC visibility push(hidden)

typedef struct sbe_duckdb_layout {
  const char *name;
  const char *nested; /* type of nested columns; NULL: STRUCT and LIST */
  bool snake;         /* members in snake case */
  const char *timestamp;
} sbe_duckdb_layout;

typedef enum sbe_duckdb_kind {
  SBE_DUCKDB_TEXT,
  SBE_DUCKDB_INTEGER,
  SBE_DUCKDB_DOUBLE,
  SBE_DUCKDB_BOOL,
  SBE_DUCKDB_TIMESTAMP,
  SBE_DUCKDB_RAW, /* JSON as it is written */
  SBE_DUCKDB_LIST,
  SBE_DUCKDB_STRUCT
} sbe_duckdb_kind;

typedef struct sbe_duckdb_spec {
  sbe_duckdb_kind kind;
  char *name;    /* as rows spell it */
  char *printed; /* as the table does */
  size_t n;
  struct sbe_duckdb_spec *children; /* 1 of a list, or the members */
} sbe_duckdb_spec;

/* Answered when the appender has the reason; no code of the interface. */
#define SBE_DUCKDB_APPENDER_FAILED (-1)

/* Append `rows`, JSON, to an appender that has just the columns of `spec`. */
int32_t sbe_duckdb_rows_append(sbe_connection *connection, duck_appender appender, const sbe_duckdb_layout *layout,
                               const sbe_duckdb_spec *spec, const char *rows, sbe_error *error);

#pragma GCC visibility pop

#endif
