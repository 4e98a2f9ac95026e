/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What breaks in between: Ctrl-C, limits of time, sessions that are ended, a backend that is killed or
 * stopped, answers that are lost, and locks. Every fault is made for real, on the server or by the proxy.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/postgres/test.h"

/* Something done by another session once the statement is under way. */
typedef struct event {
  PGconn *other;
  char sql[200];
  int64_t after_us, from;
  bool done;
  int stop; /* pid of a process to be sent `signal` instead */
  int signal;
} event;

static int32_t on_tick(sbe_run *run, double percent) {
  event *e = run->user;
  (void)percent;
  if (e->from == 0) e->from = fake_now();
  if (e->done || fake_now() - e->from < e->after_us) return 0;
  e->done = true;
  if (e->signal != 0)
    kill(e->stop, e->signal);
  else
    ask(e->other, e->sql);
  return 0;
}

static int32_t cancel_after_200_ms(sbe_run *run, double percent) {
  (void)percent;
  int64_t *from = run->user;
  if (*from == 0) *from = fake_now();
  return fake_now() - *from > 200000;
}

static void nap(int ms) {
  struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
}

static const char *count_of_t(PGconn *other) {
  return ask(other, "SELECT count(*) FROM t");
}

/* ---- cancelling ---- */

#define SLOW "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE (a # b) % 7 = 3"

static void test_cancel(void) {
  static const char *const slow[] = {"SELECT pg_sleep(30)", SLOW, ("INSERT INTO t " SLOW),
                                     "UPDATE locked SET i = i + 1"};
  int64_t from = 0;
  sbe_run run = {.user = &from};
  PGconn *other = other_session();
  ask(other, "CREATE TABLE t (i bigint)");
  ask(other, "CREATE TABLE locked AS SELECT 1 AS i");
  ask(other, "BEGIN");
  ask(other, "LOCK TABLE locked");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  char state[100];
  snprintf(state, sizeof state, "SELECT state FROM pg_stat_activity WHERE pid = %s", pid_of(c));
  for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++) {
    for (int atomic = 0; atomic <= 1; atomic++) {
      from = 0;
      run.ticks = 0;
      run.longest_us = 0;
      run.tick = cancel_after_200_ms;
      int64_t began = fake_now();
      CHECK_CODE(RUN(c, atomic, "INSERT INTO t VALUES (1)", slow[i], "INSERT INTO t VALUES (2)"), SBE_CANCELLED);
      int64_t took = fake_now() - began;
      run.tick = NULL;
      CHECK(took > 200000 && took < 2000000);
      CHECK(run.longest_us < 1000000);
      CHECK_TEXT(ask(other, state), "idle");
    }
  }
  ask(other, "COMMIT");
  /* Without a batch the first one stays; with it nothing does. */
  CHECK_TEXT(rows_of(c, "SELECT count(*), max(i) FROM t"), "i:4|i:1");
  CHECK_CODE(RUN(c, true, "UPDATE t SET i = 1"), SBE_OK);
  /* A query, before and while its rows come. */
  run.tick = cancel_after_200_ms;
  from = 0;
  CHECK(strncmp(rows_of(c, SLOW), "error 9:", 8) == 0);
  from = 0;
  CHECK(strncmp(rows_of(c, "SELECT generate_series(1, 1000000000)"), "error 9:", 8) == 0);
  CHECK_TEXT(ask(other, state), "idle");
  /* Before anything begins. */
  CHECK_CODE(RUN(c, false, "INSERT INTO t VALUES (3)"), SBE_CANCELLED);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (3)"), SBE_CANCELLED);
  run.tick = NULL;
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM t"), "i:4");
  ops->close(c);
  ask(other, "DROP TABLE t");
  ask(other, "DROP TABLE locked");
  PQfinish(other);
}

static int32_t cancel_when_told(sbe_run *run, double percent) {
  (void)percent;
  return --*(int *)run->user < 0;
}

/* At every tick in turn: nothing, or all of it. */
static void test_cancel_between(void) {
  int left = 0;
  sbe_run run = {.user = &left};
  PGconn *other = other_session();
  ask(other, "CREATE TABLE t (i bigint)");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  int cancelled = 0;
  for (int at = 0; at < 12; at++) {
    ask(other, "TRUNCATE t");
    left = at;
    run.tick = cancel_when_told;
    int32_t code = RUN(c, true, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
    run.tick = NULL;
    CHECK(code == SBE_OK || code == SBE_CANCELLED);
    cancelled += code == SBE_CANCELLED;
    CHECK_TEXT(count_of_t(other), code == SBE_OK ? "3" : "0");
  }
  CHECK(cancelled >= 5 && cancelled < 12); /* BEGIN, three, COMMIT */
  ops->close(c);
  ask(other, "DROP TABLE t");
  PQfinish(other);
}

/* ---- time ---- */

static void test_timeout(void) {
  sbe_run run = {.user = NULL};
  PGconn *other = other_session();
  ask(other, "CREATE TABLE t (i bigint)");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  for (int atomic = 0; atomic <= 1; atomic++) {
    int64_t began = fake_now();
    CHECK_CODE(RUN_WITHIN(c, atomic, 300000, "SELECT pg_sleep(30)"), SBE_TIMEOUT);
    CHECK(fake_now() - began > 290000 && fake_now() - began < 500000);
    CHECK(strstr(fake_error.message, "longer than it may") != NULL);
  }
  /* The limit is the whole call's. */
  CHECK_CODE(RUN_WITHIN(c, true, 300000, "INSERT INTO t VALUES (1)", "SELECT pg_sleep(0.2)", "SELECT pg_sleep(0.2)"),
             SBE_TIMEOUT);
  CHECK_TEXT(count_of_t(other), "0");
  /* A lock that is not given. */
  ask(other, "BEGIN");
  ask(other, "LOCK TABLE t");
  CHECK_CODE(RUN_WITHIN(c, true, 300000, "INSERT INTO t VALUES (1)"), SBE_TIMEOUT);
  ask(other, "COMMIT");
  CHECK_CODE(RUN_WITHIN(c, false, 1, "INSERT INTO t VALUES (1)"), SBE_TIMEOUT);
  CHECK_TEXT(count_of_t(other), "0");
  CHECK_CODE(RUN_WITHIN(c, true, INT64_MAX, "INSERT INTO t VALUES (1)"), SBE_OK);
  CHECK_TEXT(count_of_t(other), "1");
  /* A server that loses us ends by itself: its limits are somewhat longer, and only for that call. */
  sbe_run_options options = {.struct_size = sizeof options, .timeout_us = 2000000};
  const char *const sqls[] = {
      "?SELECT current_setting('statement_timeout') = '7s' AND current_setting('lock_timeout') = '7s'", NULL};
  CHECK_CODE(run_with(c, &options, NULL, sqls), SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"), "t:0|t:0");
  ops->close(c);
  ask(other, "DROP TABLE t");
  PQfinish(other);
}

/* Limits of the server, and an administrator, are told apart from our own. */
static void test_their_limits(void) {
  event e = {.other = other_session(), .after_us = 200000};
  sbe_run run = {.user = &e};
  ask(e.other, "CREATE ROLE limited LOGIN");
  ask(e.other, "ALTER ROLE limited SET statement_timeout = '300ms'");
  ask(e.other, "ALTER ROLE limited SET lock_timeout = '200ms'");
  const char *const pairs[] = {"user", "limited", NULL};
  sbe_connection *c = open_with(pairs, &run);
  CHECK_CODE(RUN(c, false, "SELECT pg_sleep(30)"), SBE_TIMEOUT);
  CHECK(strstr(fake_error.message, "server's, for this role or database") != NULL);
  /* Our own limit takes its place, and gives it back. */
  CHECK_CODE(RUN_WITHIN(c, false, 5000000, "SELECT pg_sleep(0.4)"), SBE_OK);
  CHECK_CODE(RUN(c, false, "SELECT pg_sleep(30)"), SBE_TIMEOUT);
  ask(e.other, "CREATE TABLE t (i int)");
  ask(e.other, "GRANT ALL ON t TO limited");
  ask(e.other, "BEGIN");
  ask(e.other, "LOCK TABLE t");
  CHECK_CODE(RUN(c, false, "SELECT * FROM public.t"), SBE_BUSY);
  ask(e.other, "COMMIT");
  ops->close(c);
  c = open_plain(&run);
  snprintf(e.sql, sizeof e.sql, "SELECT pg_cancel_backend(%s)", pid_of(c));
  run.tick = on_tick;
  e.done = false;
  e.from = 0;
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (1)", "SELECT pg_sleep(30)"), SBE_CANCELLED);
  CHECK(strstr(fake_error.message, "pg_cancel_backend") != NULL);
  run.tick = NULL;
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM t"), "i:0");
  ops->close(c);
  ask(e.other, "DROP TABLE t");
  ask(e.other, "DROP ROLE limited");
  PQfinish(e.other);
}

static void test_ticks(void) {
  sbe_run run = {.tick = NULL};
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  run.ticks = 0;
  run.longest_us = 0;
  CHECK_CODE(RUN(c, true, "SELECT pg_sleep(1)"), SBE_OK);
  CHECK(run.ticks >= 15 && run.longest_us < 1000000);
  /* While rows come, too. */
  run.ticks = 0;
  run.longest_us = 0;
  int64_t began = fake_now();
  CHECK_CODE(RUN(c, false, "SELECT i FROM generate_series(1, 2000000) i"), SBE_OK);
  CHECK(run.ticks >= (int)((fake_now() - began) / 1000000) && run.longest_us < 1000000);
  /* A statement that is larger than any buffer. */
  size_t size = 20 << 20;
  char *sql = malloc(size + 100);
  if (!CHECK(sql != NULL)) return;
  strcpy(sql, "SELECT length('");
  memset(sql + 15, 'x', size);
  strcpy(sql + 15 + size, "')");
  CHECK_TEXT(rows_of(c, sql), "i:20971520");
  free(sql);
  ops->close(c);
}

/* ---- sessions that end ---- */

static void test_terminated(void) {
  event e = {.other = other_session(), .after_us = 200000};
  sbe_run run = {.user = &e};
  ask(e.other, "CREATE TABLE t (i bigint)");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  /* At rest: the next call tells, whatever it is, for scratch tables may have gone; the one after it has a new
     session. */
  static const char *const next[] = {"SELECT 1", "INSERT INTO t VALUES (1)"};
  for (int i = 0; i < 2; i++) {
    snprintf(e.sql, sizeof e.sql, "SELECT pg_terminate_backend(%s, 5000)", pid_of(c));
    CHECK_TEXT(ask(e.other, e.sql), "t");
    CHECK_CODE(RUN(c, i == 1, next[i]), SBE_IO);
    CHECK_CODE(RUN(c, i == 1, next[i]), SBE_OK);
  }
  CHECK_TEXT(count_of_t(e.other), "1");
  /* Its settings are those of the first session. */
  CHECK_TEXT(rows_of(c, "SELECT current_setting('TimeZone'), current_setting('extra_float_digits')"), "t:UTC|t:3");
  static const struct {
    bool atomic, query;
    const char *sql;
    int32_t code;
  } rows[] = {
      {false, true, "SELECT pg_sleep(30)", SBE_IO},
      {false, false, "INSERT INTO t SELECT 1 FROM pg_sleep(30)", SBE_UNKNOWN_OUTCOME},
      {false, false, "=INSERT INTO t SELECT 1 FROM pg_sleep(30)", SBE_IO},
      {false, false, "?SELECT true FROM pg_sleep(30)", SBE_IO},
      {true, false, "INSERT INTO t SELECT 1 FROM pg_sleep(30)", SBE_IO},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    snprintf(e.sql, sizeof e.sql, "SELECT pg_terminate_backend(%s)", pid_of(c));
    e.done = false;
    e.from = 0;
    run.tick = on_tick;
    int32_t code = SBE_OK;
    if (rows[i].query)
      code = strncmp(rows_of(c, rows[i].sql), "error", 5) == 0 ? fake_error.code : SBE_OK;
    else
      code = RUN(c, rows[i].atomic, rows[i].sql);
    run.tick = NULL;
    CHECK_CODE(code, rows[i].code);
    CHECK(strstr(fake_error.message, "terminating connection") != NULL && strchr(fake_error.message, '\n') == NULL);
    CHECK_TEXT(rows_of(c, "SELECT count(*) FROM t"), "i:1"); /* the next call has a new session */
  }
  /* A server that is not there any more: one error, and no waiting. */
  ops->close(c);
  ask(e.other, "DROP TABLE t");
  PQfinish(e.other);
}

/* Dies as if the machine's memory had run out; the server throws everybody out and recovers. */
static void test_killed(void) {
  event e = {.other = other_session(), .after_us = 200000, .signal = SIGKILL};
  sbe_run run = {.user = &e};
  ask(e.other, "CREATE TABLE t (i bigint)");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  e.stop = atoi(pid_of(c));
  run.tick = on_tick;
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (1)", "SELECT pg_sleep(30)"), SBE_IO);
  run.tick = NULL;
  PQfinish(e.other);
  /* Until it has recovered, it says so or does not answer: both may be tried again. */
  int32_t code = SBE_IO;
  for (int i = 0; i < 100 && code != SBE_OK; i++) {
    code = RUN(c, true, "INSERT INTO t VALUES (2)");
    CHECK(code == SBE_OK || code == SBE_IO || code == SBE_BUSY);
    if (code != SBE_OK) nap(100);
  }
  CHECK_TEXT(rows_of(c, "SELECT array_agg(i) FROM t"), "j:[2]");
  CHECK_CODE(RUN(c, false, "DROP TABLE t"), SBE_OK);
  ops->close(c);
}

/* Answers nothing and hears no cancel: it is given up after a few seconds, and what is known is said. */
static void test_stopped(void) {
  static const struct {
    bool atomic;
    int64_t timeout;
    int32_t code;
  } rows[] = {{true, 0, SBE_CANCELLED}, {true, 500000, SBE_TIMEOUT}, {false, 0, SBE_UNKNOWN_OUTCOME}};
  PGconn *other = other_session();
  ask(other, "CREATE TABLE t (i bigint)");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t from = 0;
    sbe_run run = {.user = &from};
    sbe_connection *c = open_plain(&run);
    if (c == NULL) return;
    int pid = atoi(pid_of(c));
    if (rows[i].timeout == 0) run.tick = cancel_after_200_ms;
    kill(pid, SIGSTOP);
    int64_t began = fake_now();
    CHECK_CODE(RUN_WITHIN(c, rows[i].atomic, rows[i].timeout, "INSERT INTO t VALUES (1)"), rows[i].code);
    CHECK(fake_now() - began < 7000000);
    CHECK(run.longest_us < 150000);
    run.tick = NULL;
    CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
    kill(pid, SIGCONT);
    ops->close(c);
  }
  ask(other, "DROP TABLE t");
  PQfinish(other);
}

/* ---- lost answers ---- */

static void test_lost_answers(void) {
  static const struct {
    proxy_mode mode;
    bool atomic;
    const char *sql, *mark;
    int32_t code;
    const char *rows; /* what the server has in the end */
  } rows[] = {
      {PROXY_LOSE_ANSWER, true, "INSERT INTO t VALUES (1)", "COMMIT", SBE_UNKNOWN_OUTCOME, "1"},
      {PROXY_LOSE_ANSWER, true, "INSERT INTO t VALUES (1)", "INSERT", SBE_IO, "0"},
      {PROXY_LOSE_ANSWER, true, "INSERT INTO t VALUES (1)", "BEGIN", SBE_IO, "0"},
      {PROXY_LOSE_ANSWER, false, "INSERT INTO t VALUES (1)", "INSERT", SBE_UNKNOWN_OUTCOME, "1"},
      {PROXY_LOSE_ANSWER, false, "=DELETE FROM t", "DELETE", SBE_IO, "0"},
      {PROXY_LOSE_ANSWER, false, "?SELECT true", "SELECT", SBE_IO, "0"},
      {PROXY_SILENT, true, "INSERT INTO t VALUES (1)", "COMMIT", SBE_UNKNOWN_OUTCOME, "1"},
      {PROXY_SILENT, true, "INSERT INTO t VALUES (1)", "INSERT", SBE_TIMEOUT, "0"},
  };
  PGconn *other = other_session();
  const char *place = proxy_start();
  if (!CHECK(place != NULL)) return;
  ask(other, "CREATE TABLE t (i bigint)");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    ask(other, "TRUNCATE t");
    sbe_connection *c = OPEN("host", place);
    if (!CHECK(c != NULL)) return;
    proxy_set(rows[i].mode, rows[i].mark);
    int64_t began = fake_now();
    CHECK_CODE(RUN_WITHIN(c, rows[i].atomic, rows[i].mode == PROXY_SILENT ? 500000 : 0, rows[i].sql), rows[i].code);
    CHECK(fake_now() - began < 7000000);
    proxy_set(PROXY_PASS, "");
    CHECK_TEXT(count_of_t(other), rows[i].rows);
    CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1"); /* the next call connects again, and nothing is repeated */
    CHECK_TEXT(count_of_t(other), rows[i].rows);
    ops->close(c);
  }
  proxy_stop();
  sbe_connection *c = OPEN("host", place, "retries", "0");
  CHECK(c == NULL);
  CHECK_CODE(fake_error.code, SBE_IO);
  ask(other, "DROP TABLE t");
  PQfinish(other);
}

/* ---- locks ---- */

/* At the first tick that comes while row 1 is ours, the other session asks for it, and has row 2, which we want next.
 */
static int32_t on_deadlock(sbe_run *run, double percent) {
  event *e = run->user;
  (void)percent;
  if (e->from == 0) e->from = fake_now();
  if (e->done || fake_now() - e->from < e->after_us) return 0;
  e->done = true;
  start(e->other, "UPDATE t SET i = i WHERE i = 1");
  return 0;
}

static void end_start(PGconn *other) {
  for (PGresult *result; (result = PQgetResult(other)) != NULL;) PQclear(result);
}

static void test_locks(void) {
  event e = {.other = other_session(), .after_us = 200000};
  sbe_run run = {.user = &e};
  ask(e.other, "CREATE TABLE t AS SELECT i FROM generate_series(1, 2) i");
  /* Whose deadlock_timeout is over first is the one that is ended: us. */
  ask(e.other, "ALTER ROLE sbe SET deadlock_timeout = '300ms'");
  sbe_connection *c = open_plain(&run);
  if (c == NULL) return;
  ask(e.other, "SET deadlock_timeout = '30s'");
  ask(e.other, "BEGIN");
  ask(e.other, "UPDATE t SET i = i WHERE i = 2");
  CHECK_CODE(RUN(c, true, "SELECT * FROM t FOR UPDATE NOWAIT"), SBE_BUSY);
  run.tick = on_deadlock;
  CHECK_CODE(
      RUN(c, true, "UPDATE t SET i = i + 10 WHERE i = 1", "SELECT pg_sleep(0.5)", "UPDATE t SET i = 20 WHERE i = 2"),
      SBE_BUSY);
  CHECK(strstr(fake_error.message, "deadlock") != NULL);
  run.tick = NULL;
  end_start(e.other);
  ask(e.other, "COMMIT");
  CHECK_TEXT(rows_of(c, "SELECT array_agg(i ORDER BY i) FROM t"), "j:[1,2]");
  /* Two make the same schema at once, each IF NOT EXISTS: the second is told to try again, and then is right. */
  static const char *const made[] = {"CREATE SCHEMA IF NOT EXISTS twice", "CREATE TABLE IF NOT EXISTS twice.t (i int)"};
  ask(e.other, "DROP SCHEMA IF EXISTS twice CASCADE");
  for (int i = 0; i < 2; i++) {
    ask(e.other, "BEGIN");
    ask(e.other, made[i]);
    snprintf(e.sql, sizeof e.sql, "COMMIT");
    e.done = false;
    e.from = 0;
    run.tick = on_tick;
    CHECK_CODE(RUN(c, false, made[i]), SBE_BUSY);
    run.tick = NULL;
    CHECK_CODE(RUN(c, false, made[i]), SBE_OK);
  }
  /* What it finds may be the type that is made with the other's table. */
  ask(e.other, "CREATE TYPE twice.u AS ENUM ()");
  CHECK_CODE(RUN(c, false, "CREATE TABLE IF NOT EXISTS twice.u (i int)"), SBE_BUSY);
  CHECK_CODE(RUN(c, false, "CREATE TABLE twice.u (i int)"), SBE_INVALID);
  ask(e.other, "DROP TYPE twice.u");
  CHECK_CODE(RUN(c, false, "CREATE TABLE IF NOT EXISTS twice.u (i int)"), SBE_OK);
  ask(e.other, "DROP SCHEMA twice CASCADE");
  ask(e.other, "ALTER ROLE sbe RESET deadlock_timeout");
  ask(e.other, "DROP TABLE t");
  ops->close(c);
  PQfinish(e.other);
}

const test fault_tests[] = {
    {"cancel in mid-statement, then work on", test_cancel},
    {"cancel at every tick of a batch", test_cancel_between},
    {"timeout", test_timeout},
    {"the server's own limits", test_their_limits},
    {"ticks", test_ticks},
    {"sessions that are terminated", test_terminated},
    {"a backend that is stopped", test_stopped},
    {"answers that are lost", test_lost_answers},
    {"locks", test_locks},
    {"a backend that is killed", test_killed},
    {NULL, NULL},
};
