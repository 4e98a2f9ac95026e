/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture's layouts (fixture.c) and the way of its rows into DuckDB's vectors (fixture_rows.c).
 */
#ifndef SBE_DUCKDB_FIXTURE_ROWS_H
#define SBE_DUCKDB_FIXTURE_ROWS_H

#include "plugins/common/fixture.h"
#include "plugins/duckdb/duckdb_connection.h"

#pragma GCC visibility push(hidden)

typedef struct sbe_duckdb_layout {
  const char *name;
  const char *nested; /* type of nested columns; NULL: STRUCT and LIST */
  bool snake;         /* members in snake case */
  const char *timestamp;
} sbe_duckdb_layout;

/* Answered when the appender has the reason; no code of the interface. */
#define SBE_DUCKDB_APPENDER_FAILED (-1)

/* Append `rows`, JSON, to an appender that has just the columns of `spec`. */
int32_t sbe_duckdb_rows_append(sbe_connection *connection, duck_appender appender, const sbe_duckdb_layout *layout,
                               const sbe_common_spec *spec, const char *rows, sbe_error *error);

#pragma GCC visibility pop

#endif
