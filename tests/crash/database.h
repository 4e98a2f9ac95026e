/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The warehouse for the crash matrix itself: filling an events table, copying a database, reading cells, and
 * taking snapshots of all that a run has made. A program has one implementation, database_duckdb.c or
 * database_postgres.c. A database is named by the project's directory. Nothing here is the engine's; where
 * the database is a file, no function may be called while a run has it.
 */
#ifndef SBE_TESTS_CRASH_DATABASE_H
#define SBE_TESTS_CRASH_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What the last line calls the test, the killer beside the program, and what more files a project has. */
extern const char *const database_test, *const database_killer, *const database_files[];
/* A server lives on when its client is killed: then what it was told last goes on for a moment. */
extern const bool database_is_server;

/* Is there all that is needed? NULL, or what is not. Called once, before any fork. */
const char *database_find(void);
/* Once a process, after the last fork. */
bool database_load(void);

/* The `outputs` of a profile: for the project's own database, or for that of another directory. */
void database_profile(FILE *out, const char *of);
/* In the process that becomes the program under test. */
void database_environment(const char *directory, const char *killer);

/* A new database with the events. */
bool database_make(const char *directory);
/* That of `from` in place of that of `to`; waits until nobody is in either. The files are copied already. */
bool database_copy(const char *from, const char *to);
/* Tests of this warehouse alone, in the process that plays the others. */
void database_others(void);
/* At the end. */
void database_remove_all(void);

/* scenarios.c: columns of the events table, and a FROM item with their cells and `sku` and `price` of an entity. */
extern const char event_columns[], event_cells[], event_rows[];

/* The only cell of a query's answer as text ("" for no row, "NULL" for NULL); to be freed. */
char *database_one(const char *directory, const char *query);

/*
 * All tables of the derived and the manifest schema with all columns as sorted text, run log aside, and of
 * the lock only whether it is held; and a line for each table in the scratch schema. Waits until nobody works there.
 * To be freed; NULL: told.
 */
char *database_snapshot(const char *directory);

/* ---- snapshot.c ---- */

/* Prints a snapshot: the rows of `query` of all tables, each heading and SELECT of text. `read` answers the rows
   of a query, cells between US characters (0x1f), each to be freed as the list is; NULL: told. */
typedef char **snapshot_reader(void *database, const char *sql, size_t *ret_n);
char *snapshot_take(void *database, snapshot_reader *read, const char *tables_query, const char *scratch_query);

/* Without lock and scratch tables: what a run that was broken off has published. In place. */
void snapshot_reduce(char *snapshot);

/* Are they equal, doubles at 1e-9? If not, the first difference is written to `ret_difference`. */
bool snapshot_equal(const char *expected, const char *got, char *ret_difference, size_t size);

#endif
