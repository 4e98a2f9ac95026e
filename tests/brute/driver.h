/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the harness needs of a warehouse: an events table, rows in it, and all rows of a table.
 * Implemented once for each warehouse (driver_duckdb.c); only there may SQL stand. Must never use
 * anything of the engine.
 */
#ifndef BRUTE_DRIVER_H
#define BRUTE_DRIVER_H

#include "tests/brute/model.h"

/* All rows of a table. A cell is what its column's type says: timestamps are BF_TIME, dates BF_INT (days
   since 1970), lists BF_ARRAY, maps and JSON objects BF_OBJECT. */
typedef struct bf_result {
  const char **columns;
  size_t column_count;
  const bf_value ***rows;
  size_t row_count;
} bf_result;

typedef struct bf_database bf_database;

/* Loads the client library; false: there is none, and `ret_why` says where it was looked for. */
bool bf_driver_load(const char **ret_why);
/* NULL on failure, with the reason in *ret_error (in the arena). */
bf_database *bf_database_open(bf_arena *arena, const char *path, const char **ret_error);
void bf_database_close(bf_database *database);
bool bf_create_events(bf_database *database, const bf_history *history, const char **ret_error);
/* `path`: a file of JSON lines, as bf_events_lines writes them. */
bool bf_insert_events(bf_database *database, const bf_history *history, const char *path, const char **ret_error);
bool bf_read_table(bf_database *database, bf_arena *arena, const char *schema, const char *table, bf_result *ret_result,
                   const char **ret_error);

#endif
