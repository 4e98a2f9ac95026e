/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection half of the DuckDB adapter, through the public interface: the built library is loaded
 * from $SBE_TEST_ADAPTER (or adapters/sbe_adapter_duckdb.so of the build tree) with a host made for the
 * test. Where there is no libduckdb every test is skipped, by name. Expected values are worked out by
 * hand: 2025-01-02 is day 20090, 1735776000 seconds after 1970.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/duckdb/fake_host.h"

static const sbe_adapter *adapter;
static const sbe_connection_ops *ops;
static char directory[256];
static int failures_of_test;

#define CHECK(condition) check((condition) != 0, #condition, __LINE__)
static bool check(bool good, const char *what, int line) {
  if (!good) {
    printf("    line %d: %s\n", line, what);
    failures_of_test++;
  }
  return good;
}

#define CHECK_TEXT(got, wanted) check_text((got), (wanted), __LINE__)
static void check_text(const char *got, const char *wanted, int line) {
  if (strcmp(got, wanted) == 0) return;
  printf("    line %d: got      %s\n    %*s  expected %s\n", line, got, line > 99 ? 8 : 7, "", wanted);
  failures_of_test++;
}

static const char *file_named(const char *name) {
  static char paths[4][512];
  static int turn;
  char *path = paths[turn++ % 4];
  snprintf(path, 512, "%s/%s", directory, name);
  return path;
}

static sbe_connection *open_with(const char *const *pairs, sbe_run *run) {
  struct sbe_settings settings = {pairs};
  sbe_connection *connection = NULL;
  memset(&fake_error, 0, sizeof fake_error);
  if (ops->open(&settings, run, &connection, &fake_error) != SBE_OK && connection != NULL)
    CHECK(!"a failed open left a connection");
  return connection;
}

static sbe_connection *open_path(const char *path, sbe_run *run) {
  const char *const pairs[] = {"path", path, NULL};
  return open_with(pairs, run);
}

/* Statements separated by nothing but arguments; `flags` hold for the one that is preceded by "?". */
static int32_t run_all(sbe_connection *c, bool atomic, int64_t timeout_us, int64_t *counts, const char *const *sqls) {
  sbe_statement statements[16];
  const sbe_statement *pointers[16];
  size_t n = 0;
  for (; sqls[n] != NULL && n < 16; n++) {
    bool guard = sqls[n][0] == '?';
    statements[n] = (sbe_statement){sizeof(sbe_statement), sqls[n] + guard, strlen(sqls[n] + guard),
                                    guard ? SBE_STATEMENT_GUARD : 0, NULL};
    pointers[n] = &statements[n];
  }
  sbe_run_options options = {.struct_size = sizeof options, .atomic = atomic, .timeout_us = timeout_us};
  memset(&fake_error, 0, sizeof fake_error);
  return ops->run(c, pointers, n, &options, counts, &fake_error);
}
#define RUN(c, atomic, ...) run_all(c, atomic, 0, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* The rows of a query as text, or the error. */
static const char *rows_of(sbe_connection *c, const char *sql) {
  static fake_rows rows;
  memset(&rows, 0, sizeof rows);
  sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  sbe_statement statement = {sizeof statement, sql, strlen(sql), 0, NULL};
  if (ops->query(c, &statement, NULL, &sink, &fake_error) != SBE_OK) {
    snprintf(rows.text, sizeof rows.text, "error %d: %s", fake_error.code, fake_error.message);
  }
  return rows.text;
}

/* ---- values ---- */

static void test_scalars(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK_TEXT(
      rows_of(c, "SELECT true, NULL::INTEGER, (-128)::TINYINT, 255::UTINYINT, (-32768)::SMALLINT, 65535::USMALLINT, "
                 "4294967295::UINTEGER, (-9223372036854775808)::BIGINT"),
      "b:1|null|i:-128|i:255|i:-32768|i:65535|i:4294967295|i:-9223372036854775808");
  CHECK_TEXT(rows_of(c, "SELECT 9223372036854775807::UBIGINT, 9223372036854775808::UBIGINT, 5::HUGEINT, "
                        "(-9223372036854775808)::HUGEINT, (-9223372036854775809)::HUGEINT, "
                        "170141183460469231731687303715884105727::HUGEINT, "
                        "340282366920938463463374607431768211455::UHUGEINT"),
             "i:9223372036854775807|n:9223372036854775808|i:5|i:-9223372036854775808|n:-9223372036854775809|"
             "n:170141183460469231731687303715884105727|n:340282366920938463463374607431768211455");
  CHECK_TEXT(rows_of(c, "SELECT 1.50::DECIMAL(4,2), (-0.05)::DECIMAL(9,2), 0::DECIMAL(18,3), 7::DECIMAL(10,0), "
                        "(-12345678901234567890.123456789)::DECIMAL(38,9)"),
             "n:1.50|n:-0.05|n:0.000|i:7|n:-12345678901234567890.123456789");
  CHECK_TEXT(rows_of(c, "SELECT 0.5::FLOAT, 0.1::DOUBLE, 'nan'::DOUBLE, '-inf'::DOUBLE, '-0.0'::DOUBLE"),
             "f:0.5|f:0.10000000000000001|f:nan|f:-inf|f:-0");
  CHECK_TEXT(rows_of(c, "SELECT 'a\"b', '', NULL::VARCHAR, 'x' || chr(0) || 'y', 'grüße 🦆', "
                        "'longer than twelve bytes', '\\xAA\\x00az\"'::BLOB, '0101'::BIT"),
             "t:a\"b|t:|null|t:x<NUL>y|t:grüße 🦆|t:longer than twelve bytes|t:\\xAA\\x00az\\x22|t:0101");
  CHECK_TEXT(rows_of(c, "SELECT '{\"a\": 1}'::JSON, 'b'::ENUM('a','b'), '01234567-89ab-cdef-8123-456789abcdef'::UUID, "
                        "'f0000000-0000-0000-0000-00000000000f'::UUID"),
             "j:{\"a\": 1}|t:b|t:01234567-89ab-cdef-8123-456789abcdef|t:f0000000-0000-0000-0000-00000000000f");
  CHECK_TEXT(rows_of(c, "SELECT sum(i) FROM (VALUES (9223372036854775807), (1)) t(i)"), "n:9223372036854775808");
  ops->close(c);
}

static void test_times(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK_TEXT(
      rows_of(c, "SELECT DATE '2025-01-02', DATE '1969-12-31', DATE '1970-01-01', 'infinity'::DATE, '-infinity'::DATE"),
      "d:20090|d:-1|d:0|t:infinity|t:-infinity");
  CHECK_TEXT(rows_of(c, "SELECT TIMESTAMP '2025-01-02 00:00:01.000002', TIMESTAMP_S '2025-01-02 00:00:01', "
                        "TIMESTAMP_MS '2025-01-02 00:00:01.5', '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS, "
                        "'infinity'::TIMESTAMP, '-infinity'::TIMESTAMP"),
             "s:1735776001000002|s:1735776001000000|s:1735776001500000|s:-1|t:infinity|t:-infinity");
  /* The machine's zone (New York, see main) must not show. */
  CHECK_TEXT(rows_of(c, "SELECT '2025-01-02 02:00:00+02'::TIMESTAMPTZ, '2025-01-02 00:00:00'::TIMESTAMPTZ, "
                        "CAST('2025-01-02 00:00:00'::TIMESTAMPTZ AS VARCHAR)"),
             "s:1735776000000000|s:1735776000000000|t:2025-01-02 00:00:00+00");
  CHECK_TEXT(rows_of(c, "SELECT TIME '01:02:03.5', '01:02:03+05:30'::TIMETZ, '01:02:03-08'::TIMETZ, "
                        "INTERVAL '14 months 3 days 4 hours', INTERVAL '-1 second', INTERVAL '0 days'"),
             "t:01:02:03.5|t:01:02:03+05:30|t:01:02:03-08|t:1 year 2 months 3 days 04:00:00|t:-00:00:01|t:00:00:00");
  ops->close(c);
}

static void test_nested(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK_TEXT(rows_of(c, "SELECT [1, NULL, 3], []::VARCHAR[], NULL::INTEGER[], [[1], [], [2, 3]], array_value(1, 2)"),
             "j:[1,null,3]|j:[]|null|j:[[1],[],[2,3]]|j:[1,2]");
  CHECK_TEXT(rows_of(c, "SELECT {'a': 9007199254740993, 'b q': 'x\"\\' || chr(10) || chr(1), 'c': {'d': NULL}}"),
             "j:{\"a\":9007199254740993,\"b q\":\"x\\\"\\\\\\u000a\\u0001\",\"c\":{\"d\":null}}");
  CHECK_TEXT(rows_of(c, "SELECT [0.1, 1e300, 'nan', 'inf', 3]::DOUBLE[], [0.1]::FLOAT[], [1.50]::DECIMAL(4,2)[], "
                        "[170141183460469231731687303715884105727]::HUGEINT[], [true, false]"),
             "j:[0.1,1e+300,null,null,3]|j:[0.1]|j:[1.50]|j:[170141183460469231731687303715884105727]|j:[true,false]");
  CHECK_TEXT(rows_of(c, "SELECT MAP {'k': 1, 'a\"': 2}, MAP {7: ['x']}, MAP {}, [DATE '2025-01-02', '0044-03-15'], "
                        "[TIMESTAMP '2025-01-02 03:04:05', '2025-01-02 03:04:05.5'], ['[1, 2]'::JSON]"),
             "j:{\"k\":1,\"a\\\"\":2}|j:{\"7\":[\"x\"]}|j:{}|j:[\"2025-01-02\",\"0044-03-15\"]|"
             "j:[\"2025-01-02 03:04:05\",\"2025-01-02 03:04:05.500000\"]|j:[[1, 2]]");
  CHECK_TEXT(rows_of(c, "SELECT union_value(n := 5), ['b'::ENUM('a','b')], [{'p': [1]}, NULL, {'p': NULL}]"),
             "j:5|j:[\"b\"]|j:[{\"p\":[1]},null,{\"p\":null}]");
  /* Several rows and chunks: each cell reads its own row. 0 + 1 + … + 4999 = 12497500. */
  CHECK_TEXT(rows_of(c, "SELECT sum(x), max(len(l)) FROM (SELECT i AS x, range(i % 7) AS l FROM range(5000) t(i))"),
             "i:12497500|i:6");
  CHECK_TEXT(rows_of(c, "SELECT range(i), {'v': i} FROM range(3) t(i) ORDER BY i"),
             "j:[]|j:{\"v\":0}\nj:[0]|j:{\"v\":1}\nj:[0,1]|j:{\"v\":2}");
  ops->close(c);
}

static void test_sink(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  static fake_rows rows;
  memset(&rows, 0, sizeof rows);
  rows.enough = 3;
  sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  const char *sql = "SELECT i AS first, i * 2 AS \"the second\" FROM range(100000) t(i) ORDER BY i";
  sbe_statement statement = {sizeof statement, sql, strlen(sql), 0, NULL};
  CHECK(ops->query(c, &statement, NULL, &sink, &fake_error) == SBE_OK);
  CHECK_TEXT(rows.columns, "first|the second");
  CHECK_TEXT(rows.text, "i:0|i:0\ni:1|i:2\ni:2|i:4");
  sink.columns = NULL;
  rows.enough = 0;
  rows.n = rows.size = 0;
  rows.text[0] = '\0';
  statement.size = strlen("SELECT i"); /* the length counts, not the NUL: no FROM, so no i */
  CHECK(ops->query(c, &statement, NULL, &sink, &fake_error) == SBE_NOT_FOUND);
  CHECK_TEXT(rows_of(c, "SELECT 1 WHERE false"), "");
  ops->close(c);
}

/* ---- errors ---- */

static void test_errors(void) {
  static const struct {
    const char *sql;
    int32_t code;
    const char *says;
  } rows[] = {
      {"SELECT * FROM nowhere", SBE_NOT_FOUND, "nowhere"},
      {"SELECT * FROM no_schema.nowhere", SBE_NOT_FOUND, "nowhere"},
      {"SELECT nothing FROM t", SBE_NOT_FOUND, "nothing"},
      {"SELEC 1", SBE_SYNTAX, "syntax error"},
      {"SELECT no_such_function(1)", SBE_SYNTAX, "no_such_function"},
      {"SELECT a FROM t GROUP BY b", SBE_SYNTAX, "GROUP BY"},
      {"SELECT 1; SELECT 2", SBE_SYNTAX, "multiple statements"},
      {"", SBE_SYNTAX, "No statement"},
      {"SELECT CAST('x' AS INTEGER)", SBE_DATA, "Could not convert"},
      {"SELECT 2147483647::INTEGER + 1::INTEGER", SBE_DATA, "Overflow"},
      {"INSERT INTO t VALUES (1, 'again')", SBE_DATA, "Duplicate key"},
      {"INSERT INTO t VALUES (NULL, 'x')", SBE_DATA, "NOT NULL"},
      {"CREATE TABLE t (i INTEGER)", SBE_INVALID, "already exists"},
      {"SET no_such_setting = 1", SBE_INVALID, "no_such_setting"},
      {"SELECT * FROM read_csv('/no/such/file.csv')", SBE_IO, "/no/such/file.csv"},
  };
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR)", "INSERT INTO t VALUES (1, 'one')") ==
        SBE_OK);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int32_t code = RUN(c, false, rows[i].sql);
    if (code != rows[i].code || fake_error.code != code || strstr(fake_error.message, rows[i].says) == NULL ||
        strchr(fake_error.message, '\n') != NULL) {
      printf("    `%s`: %d, %s\n", rows[i].sql, code, fake_error.message);
      failures_of_test++;
    }
  }
  CHECK_TEXT(rows_of(c, "SELECT a, b FROM t"), "i:1|t:one"); /* it works on */
  /* A long literal is not repeated, and the statement's line is told. */
  static char sql[20000];
  snprintf(sql, sizeof sql, "SELECT 1,\n  CAST('%015000d' || 'x' AS INTEGER)", 0);
  CHECK(RUN(c, false, sql) == SBE_DATA);
  CHECK(strlen(fake_error.message) < 800);
  CHECK(RUN(c, false, "SELECT 1,\n nothing\nFROM t") == SBE_NOT_FOUND);
  CHECK(strstr(fake_error.message, "(line 2 of the statement)") != NULL);
  ops->close(c);
}

static void test_out_of_memory(void) {
  const char *const pairs[] = {"path", ":memory:small", "settings.memory_limit", "60MB", "settings.temp_directory", "",
                               NULL};
  sbe_connection *c = open_with(pairs, NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE big AS SELECT list(i::VARCHAR) AS l FROM range(20000000) t(i)") == SBE_DATA);
  CHECK(strstr(fake_error.message, "memory_limit: 8GB") != NULL);
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
  ops->close(c);
}

/* ---- run ---- */

static void test_atomic(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (i INTEGER PRIMARY KEY)") == SBE_OK);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)") == SBE_OK);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)") == SBE_DATA);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (4)", "SELECT nonsense") == SBE_NOT_FOUND);
  CHECK_TEXT(rows_of(c, "SELECT list(i ORDER BY i) FROM t"), "j:[1,2]");
  CHECK(RUN(c, false, "INSERT INTO t VALUES (5)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (6)") == SBE_DATA);
  CHECK_TEXT(rows_of(c, "SELECT list(i ORDER BY i) FROM t"), "j:[1,2,5]");
  ops->close(c);
}

static void test_guards(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (i INTEGER)") == SBE_OK);
  CHECK(RUN(c, true, "?SELECT COUNT(*) = 0 FROM t", "INSERT INTO t VALUES (1)") == SBE_OK);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (2)", "?SELECT COUNT(*) = 1 FROM t", "INSERT INTO t VALUES (3)") ==
        SBE_CONFLICT);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (4)", "?SELECT true FROM t WHERE i = 99") == SBE_CONFLICT);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (5)", "?SELECT NULL::BOOLEAN") == SBE_CONFLICT);
  CHECK(RUN(c, true, "INSERT INTO t VALUES (6)", "?SELECT 'yes'") == SBE_SYNTAX);
  CHECK_TEXT(rows_of(c, "SELECT list(i ORDER BY i) FROM t"), "j:[1]");
  CHECK(RUN(c, false, "?SELECT false") == SBE_CONFLICT);
  ops->close(c);
}

static void test_counts(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  int64_t n[8];
  const char *const sqls[] = {"CREATE TABLE t AS SELECT i FROM range(1000) r(i)",
                              "CREATE TABLE u (i BIGINT)",
                              "INSERT INTO u SELECT i FROM t WHERE i < 10",
                              "UPDATE u SET i = 0 WHERE i < 4",
                              "DELETE FROM u WHERE i = 0",
                              "?SELECT true",
                              "CREATE OR REPLACE TABLE u AS SELECT 1 AS i",
                              "SELECT * FROM t",
                              NULL};
  CHECK(run_all(c, true, 0, n, sqls) == SBE_OK);
  CHECK(n[0] == 1000 && n[1] == 0 && n[2] == 10 && n[3] == 4 && n[4] == 4 && n[5] == 0 && n[6] == 1 && n[7] == 0);
  const char *const broken[] = {"INSERT INTO t VALUES (1)", "SELECT nonsense", "INSERT INTO t VALUES (2)", NULL};
  CHECK(run_all(c, false, 0, n, broken) == SBE_NOT_FOUND);
  CHECK(n[0] == 1 && n[1] == -1 && n[2] == -1);
  ops->close(c);
}

/* ---- time ---- */

#define SLOW "SELECT COUNT(*) FROM range(3000000) a(i), range(3000) b(j) WHERE hash(i + j) % 7 = 3"
#define SLOW_WRITE                                                                                                     \
  "INSERT INTO t SELECT hash(i * 3 + j) % 1000 FROM range(3000000) a(i), range(3000) b(j) WHERE hash(i + j) % "        \
  "1000003 = 3"

static int32_t cancel_after_200_ms(sbe_run *run, double percent) {
  (void)percent;
  int64_t *from = run->user;
  if (*from == 0) *from = fake_now();
  return fake_now() - *from > 200000;
}

static void test_cancel(void) {
  int64_t from = 0, began;
  sbe_run run = {.user = &from, .percent = -1};
  const char *const pairs[] = {"path", ":memory:", "threads", "2", NULL};
  sbe_connection *c = open_with(pairs, &run);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (i UBIGINT)") == SBE_OK);
  for (int atomic = 0; atomic <= 1; atomic++) {
    from = 0;
    run.tick = cancel_after_200_ms;
    began = fake_now();
    CHECK(RUN(c, atomic, "INSERT INTO t VALUES (1)", SLOW_WRITE, "INSERT INTO t VALUES (2)") == SBE_CANCELLED);
    CHECK(fake_now() - began < 1500000);
    run.tick = NULL;
    /* Without a batch the first one stays; with it nothing does. Either way the connection works on. */
    CHECK_TEXT(rows_of(c, "SELECT COUNT(*), MAX(i) FROM t"), "i:1|i:1");
    CHECK(RUN(c, true, "UPDATE t SET i = 1") == SBE_OK);
  }
  from = 0;
  run.tick = cancel_after_200_ms;
  CHECK(strncmp(rows_of(c, SLOW), "error 9:", 8) == 0);
  run.tick = NULL;
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM t"), "i:1");
  ops->close(c);
}

static int32_t cancel_at_once(sbe_run *run, double percent) {
  (void)run;
  (void)percent;
  return 1;
}

static int32_t cancel_third_tick(sbe_run *run, double percent) {
  (void)percent;
  return ++*(int *)run->user == 3;
}

static void test_cancel_between(void) {
  int n = 0;
  sbe_run run = {.tick = NULL, .user = &n};
  sbe_connection *c = open_path(":memory:", &run);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (i INTEGER)") == SBE_OK);
  run.tick = cancel_at_once;
  CHECK(RUN(c, true, "INSERT INTO t VALUES (1)") == SBE_CANCELLED);
  run.tick = cancel_third_tick; /* BEGIN, INSERT, and then before COMMIT */
  CHECK(RUN(c, true, "INSERT INTO t VALUES (1)") == SBE_CANCELLED);
  run.tick = NULL;
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM t"), "i:0");
  ops->close(c);
}

static void test_timeout(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  const char *const sqls[] = {"CREATE TABLE t (i UBIGINT)", SLOW_WRITE, NULL};
  int64_t began = fake_now();
  CHECK(run_all(c, true, 300000, NULL, sqls) == SBE_TIMEOUT);
  int64_t took = fake_now() - began;
  CHECK(took >= 300000 && took < 1500000);
  CHECK(strncmp(rows_of(c, "SELECT * FROM t"), "error 3:", 8) == 0);
  const char *const quick[] = {"CREATE TABLE t (i UBIGINT)", NULL};
  CHECK(run_all(c, true, 10000000, NULL, quick) == SBE_OK);
  ops->close(c);
}

static void test_progress(void) {
  sbe_run run = {.percent = -1};
  const char *const pairs[] = {"path", ":memory:", "threads", "2", NULL};
  sbe_connection *c = open_with(pairs, &run);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE big AS SELECT i, hash(i) AS h FROM range(8000000) t(i)") == SBE_OK);
  run = (sbe_run){.percent = -1};
  int64_t began = fake_now();
  rows_of(c, "SELECT COUNT(*) FROM (SELECT h % 1000000, COUNT(*), SUM(i), MIN(h::VARCHAR) FROM big GROUP BY ALL)");
  int64_t took = fake_now() - began;
  printf("    %.2f s, %d ticks, longest pause %.0f ms, progress up to %.0f %%\n", (double)took / 1e6, run.ticks,
         (double)run.longest_us / 1e3, run.percent);
  CHECK(run.ticks >= took / 250000); /* far less than it should be, for slow machines */
  CHECK(run.percent > 0 && run.percent <= 100 && !run.went_down);
  ops->close(c);
}

static void test_tiny(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE TABLE t (i INTEGER)") == SBE_OK);
  int64_t began = fake_now();
  for (int i = 0; i < 500; i++) RUN(c, false, "INSERT INTO t VALUES (1)");
  double each = (double)(fake_now() - began) / 500;
  printf("    a tiny INSERT takes %.0f us\n", each);
  CHECK(each < 5000);
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM t"), "i:500");
  ops->close(c);
}

/* ---- files ---- */

/* This program again, holding a file until its input ends. */
static int hold(const char *path) {
  sbe_connection *c = open_path(path, NULL);
  if (c == NULL) fprintf(stderr, "%s\n", fake_error.message);
  if (write(1, c != NULL ? "y" : "n", 1) != 1) return 1;
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  ops->close(c);
  return 0;
}

static void test_two_processes(void) {
  const char *path = file_named("held.duckdb");
  int to[2], back[2];
  if (!CHECK(pipe(to) == 0 && pipe(back) == 0)) return;
  pid_t child = fork();
  if (child == 0) {
    dup2(to[0], 0);
    dup2(back[1], 1);
    close(to[1]);
    close(back[0]);
    execl("/proc/self/exe", "test_connection", "--hold", path, (char *)NULL);
    _exit(127);
  }
  close(to[0]);
  close(back[1]);
  char answer = 0;
  CHECK(read(back[0], &answer, 1) == 1 && answer == 'y');
  CHECK(open_path(path, NULL) == NULL);
  CHECK(fake_error.code == SBE_BUSY);
  char pid[32];
  snprintf(pid, sizeof pid, "(PID %ld)", (long)child);
  CHECK(strstr(fake_error.message, pid) != NULL);
  CHECK(strstr(fake_error.message, path) != NULL);
  /* Since when: in UTC, and not longer ago than a minute. */
  const char *since = strstr(fake_error.message, "running since ");
  struct tm utc;
  memset(&utc, 0, sizeof utc);
  if (CHECK(since != NULL && sscanf(since + 14, "%d-%d-%dT%d:%d:%dZ", &utc.tm_year, &utc.tm_mon, &utc.tm_mday,
                                    &utc.tm_hour, &utc.tm_min, &utc.tm_sec) == 6)) {
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    time_t ago = time(NULL) - timegm(&utc);
    CHECK(ago >= -2 && ago < 60);
  }
  printf("    %s\n", fake_error.message);
  close(to[1]);
  waitpid(child, NULL, 0);
  close(back[0]);
  sbe_connection *c = open_path(path, NULL);
  CHECK(c != NULL);
  ops->close(c);
}

static sbe_connection *other;
static int32_t other_code;

static int32_t write_on_the_other(sbe_run *run, double percent) {
  (void)percent;
  if (run->ticks > 5 && other_code < 0) other_code = RUN(other, false, "UPDATE t SET i = i + 10");
  return 0;
}

static void test_two_connections(void) {
  const char *path = file_named("two.duckdb"), *alias = file_named("alias.duckdb");
  sbe_run run = {.tick = NULL};
  sbe_connection *a = open_path(path, &run);
  if (!CHECK(a != NULL)) return;
  CHECK(RUN(a, false, "CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)") == SBE_OK);
  CHECK(symlink("two.duckdb", alias) == 0);
  other = open_path(alias, NULL); /* the same file by another name */
  if (!CHECK(other != NULL)) return;
  CHECK_TEXT(rows_of(other, "SELECT i FROM t"), "i:1");
  /* While the first one writes and waits, the other one changes the same row: refused, nothing lost. */
  other_code = -1;
  run.ticks = 0;
  run.tick = write_on_the_other;
  CHECK(RUN(a, true, "UPDATE t SET i = i + 100",
            "CREATE TABLE s AS SELECT COUNT(*) FROM range(300000000) r(i) WHERE hash(i) % 7 = 1") == SBE_OK);
  CHECK(other_code == SBE_CONFLICT);
  run.tick = NULL;
  CHECK_TEXT(rows_of(other, "SELECT i FROM t"), "i:101");
  ops->close(a);
  CHECK_TEXT(rows_of(other, "SELECT i FROM t"), "i:101"); /* outlives the first */
  ops->close(other);
  a = open_path(path, NULL);
  if (!CHECK(a != NULL)) return;
  CHECK_TEXT(rows_of(a, "SELECT i FROM t"), "i:101");
  ops->close(a);
  /* In memory: one database as long as somebody is there. */
  a = open_path(":memory:", NULL);
  other = open_path(":memory:", NULL);
  CHECK(RUN(a, false, "CREATE TABLE m AS SELECT 7 AS i") == SBE_OK);
  CHECK_TEXT(rows_of(other, "SELECT i FROM m"), "i:7");
  ops->close(a);
  ops->close(other);
  a = open_path(":memory:", NULL);
  CHECK(strncmp(rows_of(a, "SELECT i FROM m"), "error 3:", 8) == 0);
  ops->close(a);
  ops->close(NULL);
}

/* DuckDB's header: a checksum over 4,088 bytes, a magic word, a version. */
static void write_version(const char *from, const char *to, uint64_t version) {
  unsigned char head[12288];
  uint64_t sum = 5381, word;
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  if (!CHECK(in != NULL && out != NULL && fread(head, 1, sizeof head, in) == sizeof head)) return;
  memcpy(head + 12, &version, 8);
  for (int i = 8; i < 4096; i += 8) {
    memcpy(&word, head + i, 8);
    sum ^= word * UINT64_C(0xbf58476d1ce4e5b9);
  }
  memcpy(head, &sum, 8);
  CHECK(fwrite(head, 1, sizeof head, out) == sizeof head);
  fclose(in);
  fclose(out);
}

static void refused(const char *const *pairs, int32_t code, const char *says, int line) {
  sbe_connection *c = open_with(pairs, NULL);
  if (c == NULL && fake_error.code == code && strstr(fake_error.message, says) != NULL) return;
  printf("    line %d: %s, %d: %s\n", line, c != NULL ? "opened" : "refused", fake_error.code, fake_error.message);
  failures_of_test++;
  ops->close(c);
}
#define REFUSED(code, says, ...) refused((const char *const[]){__VA_ARGS__, NULL}, code, says, __LINE__)

static void test_open_errors(void) {
  FILE *text = fopen(file_named("text.duckdb"), "w");
  if (!CHECK(text != NULL)) return;
  for (int i = 0; i < 1000; i++) fputs("this is no database\n", text);
  fclose(text);
  sbe_connection *c = open_path(file_named("good.duckdb"), NULL);
  CHECK(c != NULL);
  ops->close(c);
  write_version(file_named("good.duckdb"), file_named("newer.duckdb"), 4711);
  write_version(file_named("good.duckdb"), file_named("older.duckdb"), 1);
  REFUSED(SBE_NOT_FOUND, "mkdir -p", "path", file_named("none/x.duckdb"));
  REFUSED(SBE_INVALID, "is not a DuckDB database", "path", file_named("text.duckdb"));
  REFUSED(SBE_INVALID, "name of a file", "path", directory);
  REFUSED(SBE_INVALID, "name of a file", "path", file_named(""));
  REFUSED(SBE_INVALID, "`path`", "path", "");
  REFUSED(SBE_UNSUPPORTED, "local file", "path", "s3://bucket/x.duckdb");
  REFUSED(SBE_INVALID, "written by a newer DuckDB", "path", file_named("newer.duckdb"));
  REFUSED(SBE_INVALID, "too old", "path", file_named("older.duckdb"));
  REFUSED(SBE_INVALID, "`threads`", "path", ":memory:", "threads", "many");
  REFUSED(SBE_INVALID, "`threads`", "path", ":memory:", "threads", "0");
  REFUSED(SBE_INVALID, "no_such_setting", "path", ":memory:", "settings.no_such_setting", "1");
  REFUSED(SBE_INVALID, "memory_limit", "path", ":memory:", "settings.memory_limit", "lots");
  REFUSED(SBE_NOT_FOUND, "INSTALL no_such", "path", ":memory:", "extensions.", "no_such");
  REFUSED(SBE_INVALID, "`extensions`", "path", ":memory:", "extensions.", "../evil.so");
  if (geteuid() != 0) {
    chmod(file_named("good.duckdb"), 0400);
    REFUSED(SBE_INVALID, "may not be written", "path", file_named("good.duckdb"));
  }
  CHECK(access(file_named("none"), F_OK) != 0);
}

static void test_settings(void) {
  const char *const pairs[] = {"path",
                               ":memory:",
                               "threads",
                               "3",
                               "settings.default_order",
                               "DESC", /* would turn round every order that does not say ASC */
                               "settings.TimeZone",
                               "Asia/Tokyo",
                               "settings.enable_progress_bar_print",
                               "true",
                               "extensions.",
                               "json",
                               "schema",
                               "shop",
                               NULL};
  sbe_connection *c = open_with(pairs, NULL);
  if (!CHECK(c != NULL)) return;
  CHECK_TEXT(
      rows_of(c, "SELECT current_setting('threads'), current_setting('default_order'), current_setting('TimeZone'), "
                 "current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"),
      "i:3|t:ASC|t:UTC|b:0|b:0");
  /* The schema is made later; names without one then mean it, on connections opened from then on. */
  CHECK(RUN(c, false, "CREATE SCHEMA shop", "CREATE TABLE shop.t AS SELECT 1 AS i") == SBE_OK);
  sbe_connection *d = open_with(pairs, NULL);
  CHECK_TEXT(rows_of(d, "SELECT i FROM t"), "i:1");
  ops->close(d);
  sbe_text text = {"", 0};
  CHECK(ops->about(c, &text, &fake_error) == SBE_OK);
  CHECK(strncmp(text.data, "DuckDB v1.", 10) == 0 && strstr(text.data, ", :memory:") != NULL);
  ops->close(c);
}

static const char *description(sbe_connection *c, const char *schema, const char *table) {
  static fake_rows rows;
  memset(&rows, 0, sizeof rows);
  sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  sbe_name name = {NULL, schema, table};
  int32_t code = ops->describe(c, &name, &sink, &fake_error);
  if (code != SBE_OK) snprintf(rows.text, sizeof rows.text, "error %d", code);
  return rows.text;
}

static void test_describe(void) {
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(RUN(c, false, "CREATE SCHEMA atomic",
            "CREATE TABLE atomic.events (event_id VARCHAR, load_tstamp TIMESTAMP, tz TIMESTAMPTZ, "
            "contexts_x_1 STRUCT(\"deviceClass\" VARCHAR, n BIGINT, \"odd name\" DOUBLE[])[], j JSON)",
            "CREATE VIEW atomic.v AS SELECT event_id AS id, j FROM atomic.events",
            "CREATE TABLE \"it\"\"s a table\" (\"q\"\"c\" INTEGER)",
            "CREATE TABLE \"real.csv\" (i INTEGER)") == SBE_OK);
  CHECK_TEXT(description(c, "atomic", "events"),
             "t:event_id|t:VARCHAR\nt:load_tstamp|t:TIMESTAMP\nt:tz|t:TIMESTAMP WITH TIME ZONE\n"
             "t:contexts_x_1|t:STRUCT(deviceClass VARCHAR, n BIGINT, \"odd name\" DOUBLE[])[]\nt:j|t:JSON");
  CHECK_TEXT(description(c, "atomic", "v"), "t:id|t:VARCHAR\nt:j|t:JSON");
  CHECK_TEXT(description(c, NULL, "it\"s a table"), "t:q\"c|t:INTEGER");
  CHECK_TEXT(description(c, "main", "real.csv"), "t:i|t:INTEGER");
  CHECK_TEXT(description(c, "atomic", "none"), "error 3");
  CHECK_TEXT(description(c, "none", "events"), "error 3");
  CHECK_TEXT(description(c, "main", "none.csv"), "error 3"); /* not taken for a file */
  ops->close(c);
}

/* ---- fixture ---- */

static const char columns[] =
    "{\"event_id\": \"text\", \"big\": \"integer\", \"price\": \"double\", \"ok\": \"bool\", \"at\": \"timestamp\",\n"
    " \"unstruct_event_a_1\": {\"IPAddress\": \"text\", \"maxN\": \"integer\", \"when\": \"timestamp\", \"tags\": "
    "[\"text\"]},\n"
    " \"contexts_b_1\": [{\"deviceClass\": \"text\", \"score\": \"double\"}]}";
static const char rows[] =
    "[{\"event_id\": \"e1\", \"big\": 9007199254740993, \"price\": -0.0, \"ok\": true, \"at\": "
    "\"2025-01-02T00:00:00.000001\",\n"
    "  \"unstruct_event_a_1\": {\"maxN\": 9223372036854775807, \"IPAddress\": \"\", \"when\": \"2025-01-02T00:00:00\", "
    "\"tags\": [\"x\", null, \"gr\\u00fc\\ud83e\\udd86 'q'\"]},\n"
    "  \"contexts_b_1\": [{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]},\n"
    " {\"event_id\": \"\", \"big\": -9223372036854775808, \"price\": \"NaN\", \"ok\": false, \"contexts_b_1\": []},\n"
    " {\"event_id\": null, \"contexts_b_1\": null, \"unstruct_event_a_1\": {}}, {}]";

/* What every layout holds: the columns that are not nested. */
static const char flat[] = "t:e1|i:9007199254740993|f:-0|b:1|s:1735776000000001\n"
                           "t:|i:-9223372036854775808|f:nan|b:0|null\n"
                           "null|null|null|null|null\nnull|null|null|null|null";

static const struct {
  const char *layout, *type, *query, *nested;
} layouts[] = {
    {"struct", "STRUCT(ip_address VARCHAR, max_n BIGINT, \"when\" TIMESTAMP, tags VARCHAR[])",
     "SELECT unstruct_event_a_1, contexts_b_1 FROM f.e ORDER BY rowid",
     "j:{\"ip_address\":\"\",\"max_n\":9223372036854775807,\"when\":\"2025-01-02 "
     "00:00:00\",\"tags\":[\"x\",null,\"grü🦆 'q'\"]}|"
     "j:[{\"device_class\":\"Phone\",\"score\":0.1},{\"device_class\":null,\"score\":null}]\n"
     "null|j:[]\nj:{\"ip_address\":null,\"max_n\":null,\"when\":null,\"tags\":null}|null\nnull|null"},
    {"struct_camel", "STRUCT(IPAddress VARCHAR, maxN BIGINT, \"when\" TIMESTAMP, tags VARCHAR[])",
     "SELECT unstruct_event_a_1.maxN, contexts_b_1 FROM f.e ORDER BY rowid",
     "i:9223372036854775807|j:[{\"deviceClass\":\"Phone\",\"score\":0.1},{\"deviceClass\":null,\"score\":null}]\n"
     "null|j:[]\nnull|null\nnull|null"},
    {"struct_tz", "STRUCT(ip_address VARCHAR, max_n BIGINT, \"when\" TIMESTAMP WITH TIME ZONE, tags VARCHAR[])",
     "SELECT unstruct_event_a_1.\"when\", typeof(\"at\") FROM f.e ORDER BY rowid LIMIT 1",
     "s:1735776000000000|t:TIMESTAMP WITH TIME ZONE"},
    {"json", "JSON",
     "SELECT unstruct_event_a_1->>'$.maxN', unstruct_event_a_1->>'$.tags[2]', contexts_b_1 FROM f.e ORDER BY rowid",
     "t:9223372036854775807|t:grü🦆 'q'|j:[{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]\n"
     "null|null|j:[]\nnull|null|null\nnull|null|null"},
    {"json_snake", "JSON",
     "SELECT unstruct_event_a_1->>'$.max_n', unstruct_event_a_1->>'$.ip_address', contexts_b_1 FROM f.e ORDER BY rowid "
     "LIMIT 1",
     "t:9223372036854775807|t:|j:[{\"device_class\":\"Phone\",\"score\":0.1},{\"device_class\":null}]"},
    {"text", "VARCHAR", "SELECT contexts_b_1 FROM f.e ORDER BY rowid",
     "t:[{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]\nt:[]\nnull\nnull"},
};

static void test_fixture(void) {
  const sbe_fixture *fixture = adapter->fixture;
  const sbe_name table = {NULL, "f", "e"};
  size_t n = sizeof layouts / sizeof layouts[0], known = 0;
  while (fixture->layouts[known] != NULL) known++;
  CHECK(known == n);
  for (size_t i = 0; i < n; i++) {
    char wanted[256];
    sbe_connection *c = open_path(":memory:", NULL);
    if (!CHECK(c != NULL)) return;
    CHECK_TEXT(fixture->layouts[i], layouts[i].layout);
    CHECK(fixture->create(c, &table, layouts[i].layout, columns, &fake_error) == SBE_OK);
    if (!CHECK(fixture->insert(c, &table, layouts[i].layout, columns, rows, &fake_error) == SBE_OK))
      puts(fake_error.message);
    CHECK_TEXT(rows_of(c, "SELECT event_id, big, price, ok, \"at\" FROM f.e ORDER BY rowid"), flat);
    CHECK_TEXT(rows_of(c, layouts[i].query), layouts[i].nested);
    snprintf(wanted, sizeof wanted, "t:unstruct_event_a_1|t:%s\n", layouts[i].type);
    CHECK(strstr(description(c, "f", "e"), wanted) != NULL);
    CHECK(fixture->insert(c, &table, layouts[i].layout, columns, " [ ] ", &fake_error) == SBE_OK);
    CHECK(fixture->create(c, &table, layouts[i].layout, columns, &fake_error) == SBE_INVALID);
    CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM f.e"), "i:4");
    ops->close(c);
  }
}

static void test_fixture_errors(void) {
  static const struct {
    const char *rows, *says;
  } bad[] = {
      {"[{\"event_id\": \"ok\"}, {\"event_id\": 5}]", "row 2, column event_id: not a text"},
      {"[{\"big\": 9223372036854775808}]", "not an integer of 64 bits"},
      {"[{\"big\": 1.0}]", "not an integer"},
      {"[{\"ok\": 1}]", "neither true nor false"},
      {"[{\"price\": \"1\"}]", "not a number"},
      {"[{\"at\": \"2025-02-29T00:00:00\"}]", "not a timestamp"},
      {"[{\"at\": \"2025-01-01T24:00:00\"}]", "not a timestamp"},
      {"[{\"nothing\": 1}]", "no such column"},
      {"[{\"contexts_b_1\": [{\"nothing\": 1}]}]", "no such member"},
      {"[{\"contexts_b_1\": {}}]", "not a list"},
      {"[{\"event_id\": \"a\\u0000b\"}]", "NUL"},
      {"[{\"event_id\": \"\\ud800\"}]", "surrogate"},
      {"[{\"big\": 01}]", "no JSON value"},
      {"[{\"ok\": tru}]", "no JSON value"},
      {"[{\"event_id\": \"x\"}", "a comma or ]"},
      {"[1]", "not an object"},
      {"{}", "rows must be a list"},
      {"[", "the text ends too early"},
  };
  const sbe_fixture *fixture = adapter->fixture;
  const sbe_name table = {NULL, "f", "e"};
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(fixture->create(c, &table, "struct", columns, &fake_error) == SBE_OK);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int32_t code = fixture->insert(c, &table, "struct", columns, bad[i].rows, &fake_error);
    if (code == SBE_DATA && strstr(fake_error.message, bad[i].says) != NULL) continue;
    printf("    %s: %d, %s\n", bad[i].rows, code, fake_error.message);
    failures_of_test++;
  }
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM f.e"), "i:0"); /* also what stood before a bad row */
  const sbe_name other_table = {NULL, "f", "x"};
  CHECK(fixture->create(c, &other_table, "no_layout", columns, &fake_error) == SBE_INVALID);
  CHECK(fixture->create(c, &other_table, "struct", "{\"a\": \"number\"}", &fake_error) == SBE_INVALID);
  CHECK(fixture->create(c, &other_table, "struct", "{\"a\": \"text\"} x", &fake_error) == SBE_INVALID);
  CHECK(fixture->insert(c, &other_table, "struct", "{\"a\": \"text\"}", "[{}]", &fake_error) == SBE_NOT_FOUND);
  CHECK(fixture->insert(c, &table, "struct", "{\"not_there\": \"text\"}", "[{}]", &fake_error) != SBE_OK);
  CHECK(fixture->insert(c, &table, "struct", "{\"big\": \"integer\"}", "[{\"big\": 5}]", &fake_error) == SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT event_id, big FROM f.e"), "null|i:5"); /* columns that are not named are NULL */
  ops->close(c);
}

static void test_fixture_many(void) {
  const size_t n = 100000;
  char *text = malloc(n * 400 + 16), *p = text;
  const sbe_name table = {NULL, "f", "e"};
  sbe_connection *c = open_path(file_named("many.duckdb"), NULL);
  if (!CHECK(c != NULL && text != NULL)) return;
  *p++ = '[';
  for (size_t i = 0; i < n; i++)
    p += sprintf(
        p,
        "%s{\"event_id\": \"e%zu\", \"big\": %zu, \"price\": %zu.25, \"ok\": true, \"at\": \"2025-01-02T03:04:05\", "
        "\"unstruct_event_a_1\": {\"IPAddress\": \"10.0.0.1 some longer text\", \"maxN\": %zu, \"tags\": [\"a\", "
        "\"b\"]}, "
        "\"contexts_b_1\": [{\"deviceClass\": \"Phone\", \"score\": 0.5}, {\"deviceClass\": \"Desktop\", \"score\": "
        "1.5}]}",
        i > 0 ? "," : "", i, i, i, i);
  strcpy(p, "]");
  static const char *const some[] = {"struct", "json", "json_snake"};
  for (int l = 0; l < 3; l++) {
    CHECK(RUN(c, false, "DROP TABLE IF EXISTS f.e") == SBE_OK || l == 0);
    CHECK(adapter->fixture->create(c, &table, some[l], columns, &fake_error) == SBE_OK);
    int64_t began = fake_now();
    CHECK(adapter->fixture->insert(c, &table, some[l], columns, text, &fake_error) == SBE_OK);
    printf("    %s: %zu rows, %.1f MB, in %.2f s\n", some[l], n, (double)(p - text) / 1e6,
           (double)(fake_now() - began) / 1e6);
    /* 0 + 1 + … + 99999 = 4999950000 */
    CHECK_TEXT(rows_of(c, "SELECT COUNT(*), SUM(big), COUNT(DISTINCT event_id) FROM f.e"),
               "i:100000|i:4999950000|i:100000");
  }
  CHECK(RUN(c, false, "DROP TABLE f.e") == SBE_OK);
  CHECK(adapter->fixture->create(c, &table, "struct", columns, &fake_error) == SBE_OK);
  CHECK(adapter->fixture->insert(c, &table, "struct", columns, text, &fake_error) == SBE_OK);
  CHECK_TEXT(
      rows_of(c, "SELECT SUM(unstruct_event_a_1.max_n), SUM(len(contexts_b_1)), SUM(contexts_b_1[2].score) FROM f.e"),
      "i:4999950000|i:200000|f:150000");
  ops->close(c);
  free(text);
}

/* ---- all of them ---- */

static const struct {
  const char *name;
  void (*run)(void);
} tests[] = {
    {"scalars", test_scalars},
    {"dates and times", test_times},
    {"nested values as JSON", test_nested},
    {"the sink decides", test_sink},
    {"errors have codes", test_errors},
    {"out of memory says what to do", test_out_of_memory},
    {"atomic is all or nothing", test_atomic},
    {"guards roll back", test_guards},
    {"row counts", test_counts},
    {"cancel in mid-statement, then work on", test_cancel},
    {"cancel between statements", test_cancel_between},
    {"timeout", test_timeout},
    {"ticks and progress", test_progress},
    {"tiny statements stay fast", test_tiny},
    {"two processes on one file", test_two_processes},
    {"two connections on one file", test_two_connections},
    {"files that cannot be opened", test_open_errors},
    {"settings", test_settings},
    {"describe", test_describe},
    {"fixture, each layout", test_fixture},
    {"fixture refuses what is wrong", test_fixture_errors},
    {"fixture, 100,000 rows", test_fixture_many},
};
#define N_TESTS (sizeof tests / sizeof tests[0])

static const sbe_adapter *load(void) {
  const char *path = getenv("SBE_TEST_ADAPTER");
  void *library = dlopen(path != NULL ? path : "adapters/sbe_adapter_duckdb.so", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return NULL;
  }
  const sbe_adapter *(*entry)(void);
  void *address = dlsym(library, "sbe_adapter_duckdb");
  if (address == NULL) return NULL;
  memcpy(&entry, &address, sizeof address);
  return entry();
}

int main(int argc, char **argv) {
  size_t passed = 0, failed = 0;
  setenv("TZ", "America/New_York", 1);
  setvbuf(stdout, NULL, _IOLBF, 0);
  adapter = load();
  if (adapter == NULL) {
    printf("duckdb-connection: 0 passed, 1 failed, 0 skipped\n");
    return 1;
  }
  ops = adapter->connection;
  int64_t began = fake_now();
  if (adapter->init(&fake_host, &fake_error) != SBE_OK) {
    for (size_t i = 0; i < N_TESTS; i++) printf("SKIPPED %s: %s\n", tests[i].name, fake_error.message);
    printf("duckdb-connection: 0 passed, 0 failed, %zu skipped\n", N_TESTS);
    return getenv("SBE_TEST_REQUIRE_DUCKDB") != NULL ? 1 : 77;
  }
  if (argc == 3 && strcmp(argv[1], "--hold") == 0) return hold(argv[2]);
  printf("init took %lld us\n", (long long)(fake_now() - began));
  const char *parent = getenv("TMPDIR");
  snprintf(directory, sizeof directory, "%.200s/sbe-duckdb-XXXXXX",
           parent != NULL && parent[0] == '/' ? parent : "/tmp");
  if (mkdtemp(directory) == NULL) return 1;
  for (size_t i = 0; i < N_TESTS; i++) {
    if (argc == 2 && strstr(tests[i].name, argv[1]) == NULL) continue;
    failures_of_test = 0;
    tests[i].run();
    printf("%s %s\n", failures_of_test == 0 ? "ok    " : "FAILED", tests[i].name);
    if (failures_of_test == 0)
      passed++;
    else
      failed++;
  }
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", directory);
  if (system(command) != 0) failed++;
  printf("duckdb-connection: %zu passed, %zu failed, 0 skipped\n", passed, failed);
  return failed > 0;
}
