/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the Snowflake adapter's connection share: the adapter as it was built, a host that keeps what it is
 * told, and the control of the stand-in, which with-standin.sh has started.
 */
#ifndef SBE_TESTS_SNOWFLAKE_H
#define SBE_TESTS_SNOWFLAKE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "tests/duckdb/fake_host.h"

/* ---- test_connection.c ---- */

extern const sbe_connection_ops *ops;
extern int failures_of_test;
extern char logged[1 << 20]; /* every line of the adapter's log, and every error */

#define MOST_SILENT_US 1000000 /* ten ticks a second are asked for; a busy machine may be slower */
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)
#define CHECK_TEXT(got, wanted) check_text((got), (wanted), __LINE__)
bool check(bool good, const char *what, int line);
void check_text(const char *got, const char *wanted, int line);

/* Pairs of name and value, NULL at the end; NULL: refused, see fake_error. */
sbe_connection *open_with(sbe_run *run, const char *const *pairs);
#define ADDRESS                                                                                                        \
  "account", env("SBE_SNOWFLAKE_ACCOUNT"), "host", env("SBE_SNOWFLAKE_HOST"), "port", env("SBE_SNOWFLAKE_PORT"),       \
      "protocol", env("SBE_SNOWFLAKE_PROTOCOL"), "user", env("SBE_SNOWFLAKE_USER"), "database",                        \
      env("SBE_SNOWFLAKE_DATABASE"), "schema", env("SBE_SNOWFLAKE_SCHEMA"), "warehouse",                               \
      env("SBE_SNOWFLAKE_WAREHOUSE"), "role", env("SBE_SNOWFLAKE_ROLE")
#define OPEN(run, ...) open_with(run, (const char *const[]){ADDRESS, __VA_ARGS__, NULL})
#define OPEN_KEY(run) OPEN(run, "private_key_path", env("SBE_SNOWFLAKE_PRIVATE_KEY_PATH"))

extern fake_rows rows, more_rows;

/* A statement that begins with "?" is a guard; with "@" or "#" a query into `rows` or `more_rows`. */
int32_t run_all(sbe_connection *c, const sbe_run_options *options, int64_t *counts, const char *const *sqls);
#define LIST(...)                                                                                                      \
  (const char *const[]) {                                                                                              \
    __VA_ARGS__, NULL                                                                                                  \
  }
#define RUN(c, ...) run_all(c, &(sbe_run_options){.struct_size = sizeof(sbe_run_options)}, NULL, LIST(__VA_ARGS__))
#define ATOMIC(c, ...)                                                                                                 \
  run_all(c, &(sbe_run_options){.struct_size = sizeof(sbe_run_options), .atomic = 1}, NULL, LIST(__VA_ARGS__))

/* A query, into `rows`. */
int32_t ask(sbe_connection *c, const char *sql, int64_t timeout_us);
/* The rows of a query as text, or the error. */
const char *rows_of(sbe_connection *c, const char *sql);

typedef struct test {
  const char *name;
  void (*run)(void);
} test;
extern const test fault_tests[]; /* NULL at the end; test_faults.c */

/* ---- control.c ---- */

/* "" where it is not set. */
const char *env(const char *name);
/* The caller deletes the answer. */
cJSON *control(const char *what, const char *given);
void tell(const char *what, const char *given);
/* How many requests since the last `reset` had this in "POST /path?query". */
int requests_with(const char *part);
/* The first cell of a query that is run past the protocol. */
const char *look(const char *sql);

#endif
