/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the DuckDB adapter's connection share: the adapter as it was built, a host that keeps what it is
 * told, and a directory of their own.
 */
#ifndef SBE_TESTS_DUCKDB_H
#define SBE_TESTS_DUCKDB_H

#include <stdbool.h>

#include "tests/duckdb/fake_host.h"

/* ---- test_connection.c ---- */

extern const sbe_adapter *adapter;
extern const sbe_connection_ops *ops;
extern int failures_of_test;

#define CHECK(condition) check((condition) != 0, #condition, __LINE__)
#define CHECK_TEXT(got, wanted) check_text((got), (wanted), __LINE__)
bool check(bool good, const char *what, int line);
void check_text(const char *got, const char *wanted, int line);

extern char directory[256]; /* of this run */
/* In it. */
const char *file_named(const char *name);
/* Pairs of name and value, NULL at the end; NULL: refused, see fake_error. */
sbe_connection *open_with(const char *const *pairs, sbe_run *run);
sbe_connection *open_path(const char *path, sbe_run *run);

/* "?" before a statement makes it a guard. */
int32_t run_all(sbe_connection *c, bool atomic, int64_t timeout_us, int64_t *counts, const char *const *sqls);
#define RUN(c, atomic, ...) run_all(c, atomic, 0, NULL, (const char *const[]){__VA_ARGS__, NULL})
/* The rows of a query as text, or the error. */
const char *rows_of(sbe_connection *c, const char *sql);

typedef struct test {
  const char *name;
  void (*run)(void);
} test;
extern const test file_tests[], fixture_tests[]; /* NULL at the end; test_files.c and so on */

/* ---- test_files.c ---- */

/* What the program does in another process: it keeps a file open. */
int hold_file(const char *path);
/* What describe says of a table, as text. */
const char *description(sbe_connection *c, const char *schema, const char *table);

#endif
