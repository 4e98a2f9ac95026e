/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the harness needs of a warehouse: an events table, rows in it, and all rows of a table.
 * Implemented once for each warehouse (driver_duckdb.c, driver_postgres.c, driver_snowflake.c), of which a
 * program has one; only there may SQL stand. Must never use anything of the engine.
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

/* One of them is drawn for a history. */
extern const bf_layout bf_driver_layouts[2];
/* The warehouse has no lists of a type: a timestamp in one is shown as a text, "2025-01-31 23:59:59.000", with six
   digits where it needs them. */
extern const bool bf_driver_lists_are_untyped;

/* Is there what is needed? If not, `ret_why` says what was looked for, and where. */
bool bf_driver_load(const char **ret_why);
/* The fields of a profile's output, for the database of `folder`. */
void bf_driver_profile(bf_text *out, const bf_history *history, const char *folder);
/* The database of a history, which has a folder of its own. */
bool bf_database_make(bf_arena *arena, const char *folder, const char **ret_error);
void bf_database_remove(bf_arena *arena, const char *folder);
/* NULL on failure, with the reason in *ret_error (in the arena). */
bf_database *bf_database_open(bf_arena *arena, const char *folder, const char **ret_error);
void bf_database_close(bf_database *database);
bool bf_create_events(bf_database *database, const bf_history *history, const char **ret_error);
/* The rows that become visible before a run. `path`: a file of JSON lines with them, as bf_events_lines writes it. */
bool bf_insert_events(bf_database *database, const bf_history *history, size_t run, const char *path,
                      const char **ret_error);
bool bf_read_table(bf_database *database, bf_arena *arena, const char *schema, const char *table, bf_result *ret_result,
                   const char **ret_error);

#endif
