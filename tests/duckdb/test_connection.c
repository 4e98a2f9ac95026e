/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection half of the DuckDB adapter, through the public interface: values, errors, batches, and the end before
 * its time; and the program of all tests of it. The built library is loaded from $SBE_TEST_ADAPTER (or
 * adapters/sbe_adapter_duckdb.so of the build tree) with a host made for the test. Where there is no libduckdb every
 * test is skipped, by name.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/duckdb/test.h"

const sbe_adapter *adapter;
const sbe_connection_ops *ops;
char directory[256];
int failures_of_test;

bool check(bool good, const char *what, int line) {
  if (!good) {
    printf("    line %d: %s\n", line, what);
    failures_of_test++;
  }
  return good;
}

void check_text(const char *got, const char *wanted, int line) {
  if (strcmp(got, wanted) == 0) return;
  printf("    line %d: got      %s\n    %*s  expected %s\n", line, got, line > 99 ? 8 : 7, "", wanted);
  failures_of_test++;
}

const char *file_named(const char *name) {
  static char paths[4][512];
  static int turn;
  char *path = paths[turn++ % 4];
  snprintf(path, 512, "%s/%s", directory, name);
  return path;
}

sbe_connection *open_with(const char *const *pairs, sbe_run *run) {
  struct sbe_settings settings = {pairs};
  sbe_connection *connection = NULL;
  memset(&fake_error, 0, sizeof fake_error);
  if (ops->open(&settings, run, &connection, &fake_error) != SBE_OK && connection != NULL)
    CHECK(!"a failed open left a connection");
  return connection;
}

sbe_connection *open_path(const char *path, sbe_run *run) {
  const char *const pairs[] = {"path", path, NULL};
  return open_with(pairs, run);
}

int32_t run_all(sbe_connection *c, bool atomic, int64_t timeout_us, int64_t *counts, const char *const *sqls) {
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

const char *rows_of(sbe_connection *c, const char *sql) {
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

/* ---- all of them ---- */

static const test connection_tests[] = {
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
    {NULL, NULL},
};
static const test *const groups[] = {connection_tests, file_tests, fixture_tests};
#define N_GROUPS (sizeof groups / sizeof groups[0])

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

static bool play(const test *t) {
  failures_of_test = 0;
  t->run();
  printf("%s %s\n", failures_of_test == 0 ? "ok    " : "FAILED", t->name);
  return failures_of_test == 0;
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
    size_t n = 0;
    for (size_t g = 0; g < N_GROUPS; g++)
      for (const test *t = groups[g]; t->name != NULL; t++, n++)
        printf("SKIPPED %s: %s\n", t->name, fake_error.message);
    printf("duckdb-connection: 0 passed, 0 failed, %zu skipped\n", n);
    return getenv("SBE_TEST_REQUIRE_DUCKDB") != NULL ? 1 : 77;
  }
  if (argc == 3 && strcmp(argv[1], "--hold") == 0) return hold_file(argv[2]);
  printf("init took %lld us\n", (long long)(fake_now() - began));
  const char *parent = getenv("TMPDIR");
  snprintf(directory, sizeof directory, "%.200s/sbe-duckdb-XXXXXX",
           parent != NULL && parent[0] == '/' ? parent : "/tmp");
  if (mkdtemp(directory) == NULL) return 1;
  for (size_t g = 0; g < N_GROUPS; g++)
    for (const test *t = groups[g]; t->name != NULL; t++) {
      if (argc == 2 && strstr(t->name, argv[1]) == NULL) continue;
      if (play(t))
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
