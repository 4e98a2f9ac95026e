/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the PostgreSQL adapter's connection share: the adapter as it was built, a host that
 * keeps what it is told, a second way to the server (libpq, as a superuser), and a proxy that loses
 * answers. The server is the one of with-server.sh. Expected values are worked out by hand: 2025-01-02 is
 * day 20090, 1735776000 seconds after 1970.
 */
#ifndef SBE_TESTS_POSTGRES_H
#define SBE_TESTS_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tests/duckdb/fake_host.h"

/* ---- test_connection.c ---- */

extern const sbe_adapter *adapter;
extern const sbe_connection_ops *ops;
extern int failures_of_test;
extern char logged[1 << 16]; /* all that the adapter has logged, one line each */

#define CHECK(condition) check((condition) != 0, #condition, __LINE__)
#define CHECK_TEXT(got, wanted) check_text((got), (wanted), __LINE__)
#define CHECK_CODE(call, wanted) check_code((call), (wanted), #call, __LINE__)
bool check(bool good, const char *what, int line);
void check_text(const char *got, const char *wanted, int line);
bool check_code(int32_t got, int32_t wanted, const char *what, int line);

/* Pairs of name and value, NULL at the end; NULL: refused, see fake_error. */
sbe_connection *open_with(const char *const *pairs, sbe_run *run);
/* What PGHOST and its like say. */
sbe_connection *open_plain(sbe_run *run);
#define OPEN(...) open_with((const char *const[]){__VA_ARGS__, NULL}, NULL)

/* "?" before a statement makes it a guard, "=" says that it may be repeated. */
int32_t run_with(sbe_connection *c, const sbe_run_options *options, int64_t *counts, const char *const *sqls);
int32_t run_all(sbe_connection *c, bool atomic, int64_t timeout_us, const char *const *sqls);
#define RUN(c, atomic, ...) run_all(c, atomic, 0, (const char *const[]){__VA_ARGS__, NULL})
#define RUN_WITHIN(c, atomic, us, ...) run_all(c, atomic, us, (const char *const[]){__VA_ARGS__, NULL})
/* The rows of a query as text, or "error CODE: …". */
const char *rows_of(sbe_connection *c, const char *sql);

/* Another session, a superuser's: a statement, whose first cell is answered, "" when there is none. Failing is a
   failure of the test. */
PGconn *other_session(void);
const char *ask(PGconn *other, const char *sql);
/* Starts a statement without waiting for it. */
void start(PGconn *other, const char *sql);
/* The pid of the session that this connection has. */
const char *pid_of(sbe_connection *c);

typedef struct test {
  const char *name;
  void (*run)(void);
} test;
extern const test login_tests[], fault_tests[], fixture_tests[]; /* NULL at the end; test_logins.c and so on */

/* ---- proxy.c ---- */

typedef enum proxy_mode {
  PROXY_PASS,
  PROXY_LOSE_ANSWER, /* what holds the mark reaches the server; then the client's connection ends without a word */
  PROXY_SILENT       /* what holds the mark reaches the server; from then on nothing is passed */
} proxy_mode;

/* Starts a process that stands before the server; answers the directory of its socket, NULL on failure. */
const char *proxy_start(void);
/* From now on, for the next bytes from a client that hold `mark`. */
void proxy_set(proxy_mode mode, const char *mark);
void proxy_stop(void);

#endif
