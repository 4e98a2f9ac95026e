/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB for the crash matrix itself: filling an events table, reading cells, and taking snapshots of all
 * that a run has made. Nothing here is the engine's; no function may be called while a run has the file.
 */
#ifndef SBE_TESTS_CRASH_DATABASE_H
#define SBE_TESTS_CRASH_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

/* Is there a library? `ret_path` is for dlopen. Loads it only in a child process. */
bool database_find(char *ret_path, size_t size);
/* Once a process, after the last fork. */
bool database_load(const char *path);

/* Statements against a file, which is made if it is not there. */
bool database_do(const char *file, const char *const *statements, size_t n);
/* The only cell of a query's answer as text ("" for no row, "NULL" for NULL); to be freed. */
char *database_one(const char *file, const char *query);

/*
 * All tables of the derived and the manifest schema with all columns as sorted text, run log aside, and of
 * the lock only whether it is held; and a line for each table in the scratch schema. To be freed; NULL: told.
 */
char *database_snapshot(const char *file);
/* Without lock and scratch tables: what a run that was broken off has published. In place. */
void snapshot_reduce(char *snapshot);

/* Are they equal, doubles at 1e-9? If not, the first difference is written to `ret_difference`. */
bool snapshot_equal(const char *expected, const char *got, char *ret_difference, size_t size);

#endif
