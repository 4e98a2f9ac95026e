/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection half of the PostgreSQL adapter, through the public interface: the built library is loaded
 * from $SBE_TEST_ADAPTER (or adapters/sbe_adapter_postgres.so of the build tree) with a host made for the
 * test, against the server that with-server.sh has started. Values, statements, batches and sessions are
 * here; logins in test_logins.c, what breaks in between in test_faults.c, the fixture in test_fixture.c.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/postgres/test.h"

const sbe_adapter *adapter;
const sbe_connection_ops *ops;
int failures_of_test;
char logged[1 << 16];
static size_t logged_size;

/* ---- what all tests use ---- */

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

bool check_code(int32_t got, int32_t wanted, const char *what, int line) {
  if (got == wanted) return true;
  printf("    line %d: %s: %d (%s), not %d\n", line, what, got, got != SBE_OK ? fake_error.message : "", wanted);
  failures_of_test++;
  return false;
}

/* Tests do not say the schema of their tables: unless `pairs` begin with it, the path is "public". */
sbe_connection *open_with(const char *const *pairs, sbe_run *run) {
  const char *all[24];
  size_t n = 0;
  for (; n < 20 && pairs[n] != NULL; n++) all[n] = pairs[n];
  if (n == 0 || (strcmp(pairs[0], "schema") != 0 && strcmp(pairs[0], "search_path") != 0)) {
    all[n++] = "search_path";
    all[n++] = "public";
  }
  all[n] = NULL;
  struct sbe_settings settings = {all};
  sbe_connection *connection = NULL;
  memset(&fake_error, 0, sizeof fake_error);
  if (ops->open(&settings, run, &connection, &fake_error) != SBE_OK && connection != NULL)
    CHECK(!"a failed open left a connection");
  return connection;
}

sbe_connection *open_plain(sbe_run *run) {
  const char *const none[] = {NULL};
  sbe_connection *c = open_with(none, run);
  if (c == NULL) printf("    cannot connect: %s\n", fake_error.message);
  CHECK(c != NULL);
  return c;
}

int32_t run_with(sbe_connection *c, const sbe_run_options *options, int64_t *counts, const char *const *sqls) {
  sbe_statement statements[16];
  const sbe_statement *pointers[16];
  size_t n = 0;
  for (; sqls[n] != NULL && n < 16; n++) {
    uint32_t flags = sqls[n][0] == '?' ? SBE_STATEMENT_GUARD : sqls[n][0] == '=' ? SBE_STATEMENT_REPEATABLE : 0;
    const char *sql = sqls[n] + (flags != 0);
    statements[n] =
        (sbe_statement){.struct_size = sizeof(sbe_statement), .sql = sql, .size = strlen(sql), .flags = flags};
    pointers[n] = &statements[n];
  }
  memset(&fake_error, 0, sizeof fake_error);
  return ops->run(c, pointers, n, options, counts, &fake_error);
}

int32_t run_all(sbe_connection *c, bool atomic, int64_t timeout_us, const char *const *sqls) {
  sbe_run_options options = {.struct_size = sizeof options, .atomic = atomic, .timeout_us = timeout_us};
  return run_with(c, &options, NULL, sqls);
}

const char *rows_of(sbe_connection *c, const char *sql) {
  static fake_rows rows;
  memset(&rows, 0, sizeof rows);
  sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql, .size = strlen(sql)};
  if (ops->query(c, &statement, NULL, &sink, &fake_error) != SBE_OK)
    snprintf(rows.text, sizeof rows.text, "error %d: %s", fake_error.code, fake_error.message);
  return rows.text;
}

PGconn *other_session(void) {
  PGconn *other = PQconnectdb("options='-c client_min_messages=warning'");
  if (PQstatus(other) != CONNECTION_OK) printf("    the other session: %s\n", PQerrorMessage(other));
  return other;
}

const char *ask(PGconn *other, const char *sql) {
  static char answers[4][256];
  static int turn;
  char *answer = answers[turn++ % 4];
  answer[0] = '\0';
  PGresult *result = PQexec(other, sql);
  if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
    snprintf(answer, sizeof answers[0], "%s", PQgetvalue(result, 0, 0));
  else if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
    printf("    %s: %s", sql, PQresultErrorMessage(result));
    failures_of_test++;
  }
  PQclear(result);
  return answer;
}

void start(PGconn *other, const char *sql) {
  CHECK(PQsendQuery(other, sql) == 1);
}

const char *pid_of(sbe_connection *c) {
  static char pid[32];
  const char *text = rows_of(c, "SELECT pg_backend_pid()");
  snprintf(pid, sizeof pid, "%.30s", strncmp(text, "i:", 2) == 0 ? text + 2 : "0");
  return pid;
}

/* ---- values ---- */

static void test_scalars(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_TEXT(
      rows_of(c, "SELECT true, NULL::int, (-32768)::smallint, 2147483647, (-9223372036854775808)::bigint, 7::oid"),
      "b:1|null|i:-32768|i:2147483647|i:-9223372036854775808|i:7");
  CHECK_TEXT(rows_of(c,
                     "SELECT 1.50::numeric(4,2), (-0.05)::numeric, 7::numeric, 9223372036854775807::numeric, "
                     "9223372036854775808::numeric, (-9223372036854775808)::numeric, (-9223372036854775809)::numeric, "
                     "12345678901234567890.123456789::numeric, 'NaN'::numeric, 0.000::numeric"),
             "n:1.50|n:-0.05|i:7|i:9223372036854775807|n:9223372036854775808|i:-9223372036854775808|"
             "n:-9223372036854775809|n:12345678901234567890.123456789|f:nan|n:0.000");
  CHECK_TEXT(rows_of(c, "SELECT 0.5::real, 0.1::float8, 'NaN'::float8, '-Infinity'::float8, '-0'::float8, "
                        "1.7976931348623157e308::float8, 5e-324::float8, 0.30000000000000004::float8"),
             "f:0.5|f:0.10000000000000001|f:nan|f:-inf|f:-0|f:1.7976931348623157e+308|f:4.9406564584124654e-324|"
             "f:0.30000000000000004");
  CHECK_TEXT(
      rows_of(c, "SELECT 'a\"b', '', NULL::text, 'grüße 🦆', 'back\\slash', 'x'::char(3), 'v'::varchar, 'n'::name, "
                 "'c'::\"char\", '\\xde00ad'::bytea, '01234567-89AB-cdef-8123-456789abcdef'::uuid"),
      "t:a\"b|t:|null|t:grüße 🦆|t:back\\slash|t:x  |t:v|t:n|t:c|t:\\xde00ad|"
      "t:01234567-89ab-cdef-8123-456789abcdef");
  CHECK_TEXT(
      rows_of(c, "SELECT '{\"a\": 1.0, \"b\" : \"\\u00fc\"}'::json, '{\"b\": 9007199254740993, \"a\": null}'::jsonb, "
                 "interval '1 year 2 days 03:04:05', time '01:02:03.5', int4range(1, 3), (1, 'a')"),
      "j:{\"a\": 1.0, \"b\" : \"\\u00fc\"}|j:{\"a\": null, \"b\": 9007199254740993}|t:1 year 2 days 03:04:05|"
      "t:01:02:03.5|t:[1,3)|t:(1,a)");
  CHECK_TEXT(rows_of(c, "SELECT sum(i) FROM (VALUES (9223372036854775807), (1)) t(i)"), "n:9223372036854775808");
  CHECK_TEXT(rows_of(c, "SELECT"), "");
  ops->close(c);
}

static void test_times(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  /* 0001-01-01 is day -719162, the day before it -719163, in 1 BC, which is year 0 and a leap year:
     1 BC-02-29 is 307 days before 0001-01-01. 9999-12-31 is day 2932896, so the next one 2932897. */
  CHECK_TEXT(rows_of(c, "SELECT date '2025-01-02', date '1969-12-31', date '0001-01-01', date '0001-12-31 BC', "
                        "date '0001-02-29 BC', date '10000-01-01', 'infinity'::date, '-infinity'::date"),
             "d:20090|d:-1|d:-719162|d:-719163|d:-719469|d:2932897|t:infinity|t:-infinity");
  CHECK_TEXT(rows_of(c, "SELECT timestamp '2025-01-02 00:00:01.000002', timestamp '1969-12-31 23:59:59.999999', "
                        "timestamp '2025-01-02 00:00:01.5', timestamp '0001-12-31 23:00:00 BC', 'infinity'::timestamp, "
                        "timestamp '294276-12-31 23:59:59'"),
             /* -719163 days are -62135683200 s, and 23 hours 82800 s: -62135600400 */
             "s:1735776001000002|s:-1|s:1735776001500000|s:-62135600400000000|t:infinity|t:294276-12-31 23:59:59");
  /* Neither the machine's zone nor the server's shows. */
  CHECK_TEXT(rows_of(c, "SELECT '2025-01-02 02:00:00+02'::timestamptz, '2025-01-02 00:00:00'::timestamptz, "
                        "'2025-01-02 00:00:00'::timestamptz::text, '1800-01-01 00:00:00'::timestamptz::text"),
             "s:1735776000000000|s:1735776000000000|t:2025-01-02 00:00:00+00|t:1800-01-01 00:00:00+00");
  ops->close(c);
}

static void test_arrays(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_TEXT(rows_of(c, "SELECT ARRAY[1, NULL, 3], '{}'::text[], NULL::int[], '{{1,2},{3,4}}'::int[], "
                        "'[0:1]={7,8}'::int[], ARRAY[true, false, NULL]"),
             "j:[1,null,3]|j:[]|null|j:[[1,2],[3,4]]|j:[7,8]|j:[true,false,null]");
  CHECK_TEXT(
      rows_of(c, "SELECT ARRAY['a', 'NULL', NULL, 'null', '', 'x,y', 'q\"', 'b\\s', '{', ' s ', 'new' || chr(10) || "
                 "'line', 'ü🦆']"),
      "j:[\"a\",\"NULL\",null,\"null\",\"\",\"x,y\",\"q\\\"\",\"b\\\\s\",\"{\",\" s \",\"new\\u000aline\",\"ü🦆\"]");
  CHECK_TEXT(rows_of(c, "SELECT ARRAY[0.1, 1e300, 'NaN', 'Infinity', 3, '-0']::float8[], ARRAY[0.1]::real[], "
                        "ARRAY[1.50, 9007199254740993, 'NaN']::numeric[], ARRAY[9223372036854775807]"),
             "j:[0.1,1e+300,null,null,3,-0]|j:[0.1]|j:[1.50,9007199254740993,null]|j:[9223372036854775807]");
  CHECK_TEXT(rows_of(c, "SELECT ARRAY['{\"a\": [1, \"}\"]}', 'null', NULL]::jsonb[], ARRAY['[1,2]']::json[], "
                        "ARRAY[date '2025-01-02', 'infinity'], "
                        "ARRAY[timestamp '2025-01-02 03:04:05', '2025-01-02 03:04:05.5', 'infinity'], "
                        "ARRAY['2025-01-02 03:04:05+01'::timestamptz]"),
             "j:[{\"a\": [1, \"}\"]},null,null]|j:[[1,2]]|j:[\"2025-01-02\",\"infinity\"]|"
             "j:[\"2025-01-02 03:04:05\",\"2025-01-02 03:04:05.500000\",\"infinity\"]|j:[\"2025-01-02 02:04:05\"]");
  /* Several rows, each with its own cells. */
  CHECK_TEXT(
      rows_of(c, "SELECT array_agg(j), i FROM generate_series(1, 3) i, generate_series(1, i) j GROUP BY i ORDER BY i"),
      "j:[1]|i:1\nj:[1,2]|i:2\nj:[1,2,3]|i:3");
  ops->close(c);
}

static void test_sink(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  static fake_rows rows;
  memset(&rows, 0, sizeof rows);
  rows.enough = 3;
  sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  const char *sql =
      "SELECT i AS first, i * 2 AS \"the second\" FROM (SELECT generate_series(0::bigint, 1000000000) i) t";
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql, .size = strlen(sql)};
  int64_t began = fake_now();
  CHECK_CODE(ops->query(c, &statement, NULL, &sink, &fake_error), SBE_OK);
  CHECK(fake_now() - began < 2000000); /* a thousand million rows are not read */
  CHECK_TEXT(rows.columns, "first|the second");
  CHECK_TEXT(rows.text, "i:0|i:0\ni:1|i:2\ni:2|i:4");
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1"); /* it works on */
  /* A result that was over before the cancel arrived: the next statement must not be hit by it. */
  statement.sql = "SELECT generate_series(1, 2)";
  statement.size = strlen(statement.sql);
  for (int i = 0; i < 200; i++) {
    rows.n = rows.size = 0;
    rows.enough = 1;
    if (!CHECK_CODE(ops->query(c, &statement, NULL, &sink, &fake_error), SBE_OK)) break;
    if (!CHECK_CODE(RUN(c, false, "SELECT pg_sleep(0.005)"), SBE_OK)) break;
  }
  statement.sql = sql;
  sink.columns = NULL;
  rows.enough = 0;
  rows.n = rows.size = 0;
  statement.size = strlen("SELECT i"); /* the length counts, not the NUL: no FROM, so no i */
  CHECK_CODE(ops->query(c, &statement, NULL, &sink, &fake_error), SBE_NOT_FOUND);
  memset(&rows, 0, sizeof rows);
  sink.columns = fake_columns;
  statement.sql = "SELECT 1 AS a WHERE false";
  statement.size = strlen(statement.sql);
  CHECK_CODE(ops->query(c, &statement, NULL, &sink, &fake_error), SBE_OK);
  CHECK_TEXT(rows.columns, "a");
  CHECK(rows.n == 0);
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
      {"SELECT * FROM no_schema.nowhere", SBE_NOT_FOUND, "no_schema"},
      {"SELECT nothing FROM t", SBE_NOT_FOUND, "nothing"},
      {"CREATE TABLE no_schema.t (i int)", SBE_NOT_FOUND, "no_schema"},
      {"SELEC 1", SBE_SYNTAX, "syntax error"},
      {"SELECT no_such_function(1)", SBE_SYNTAX, "`search_path`"},
      {"SELECT a FROM t GROUP BY b", SBE_SYNTAX, "GROUP BY"},
      {"SELECT 1; SELECT 2", SBE_SYNTAX, "multiple commands"},
      {"", SBE_SYNTAX, "no statement"},
      {"SELECT CAST('x' AS int)", SBE_DATA, "invalid input syntax"},
      {"SELECT 2147483647 + 1", SBE_DATA, "out of range"},
      {"SELECT 1 / 0", SBE_DATA, "division by zero"},
      {"INSERT INTO t VALUES (1, 'again')", SBE_DATA, "(a)=(1) already exists"},
      {"INSERT INTO t VALUES (NULL, 'x')", SBE_DATA, "null value"},
      {"CREATE TABLE t (i int)", SBE_INVALID, "already exists"},
      {"SET no_such_setting = 1", SBE_NOT_FOUND, "no_such_setting"},
      {"SELECT * FROM other_database.public.t", SBE_UNSUPPORTED, "cross-database"},
      {"COPY t FROM STDIN", SBE_UNSUPPORTED, "COPY"},
      {"DO $$ BEGIN EXECUTE 'CREATE TABLE wide (' || (SELECT string_agg('c' || i || ' int', ', ') FROM "
       "generate_series(1, 1601) AS i) || ')'; END $$",
       SBE_UNSUPPORTED, "at most 1600 columns. PostgreSQL's tables hold no more: divide"},
      {"DO $$ BEGIN EXECUTE 'CREATE TABLE wide AS SELECT ' || (SELECT string_agg('1.5::float8 AS c' || i, ', ') FROM "
       "generate_series(1, 1100) AS i); END $$",
       SBE_UNSUPPORTED, "maximum size 8160. PostgreSQL's tables hold no more: divide"},
      {"DO $$ BEGIN RAISE EXCEPTION 'my own' USING HINT = 'do that'; END $$", SBE_DATA, "my own. do that"},
  };
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_CODE(RUN(c, false, "CREATE TABLE t (a int PRIMARY KEY, b text)", "INSERT INTO t VALUES (1, 'one')"), SBE_OK);
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
  snprintf(sql, sizeof sql, "SELECT 1,\n  CAST('%015000d' || 'x' AS int)", 0);
  CHECK_CODE(RUN(c, false, sql), SBE_DATA);
  CHECK(strlen(fake_error.message) < 900);
  CHECK_CODE(RUN(c, false, "SELECT 1,\n 'ü', nothing\nFROM t"), SBE_NOT_FOUND);
  CHECK(strstr(fake_error.message, "(line 2 of the statement)") != NULL);
  sbe_statement nul = {.struct_size = sizeof nul, .sql = "SELECT '\0'", .size = 10};
  const sbe_statement *one = &nul;
  CHECK_CODE(ops->run(c, &one, 1, NULL, NULL, &fake_error), SBE_UNSUPPORTED);
  /* COPY … TO costs the connection, and the next statement has a new one. */
  CHECK_CODE(RUN(c, false, "=COPY t TO STDOUT"), SBE_UNSUPPORTED);
  CHECK_TEXT(rows_of(c, "SELECT a FROM t"), "i:1");
  CHECK_CODE(RUN(c, false, "DROP TABLE t"), SBE_OK);
  ops->close(c);
}

static void test_permissions(void) {
  PGconn *other = other_session();
  ask(other, "CREATE ROLE weak LOGIN");
  ask(other, "CREATE SCHEMA hidden CREATE TABLE t (i int) CREATE TABLE \"T t\" (i int)");
  sbe_connection *c = OPEN("user", "weak");
  if (!CHECK(c != NULL)) return;
  static const struct {
    const char *before, *statement, *message;
  } rows[] = {
      {"SELECT 1", "SELECT * FROM \"hidden\".\"t\"",
       "permission denied for schema hidden. Its owner can allow that: GRANT USAGE ON SCHEMA \"hidden\" TO \"weak\""},
      {"GRANT USAGE ON SCHEMA hidden TO weak", "CREATE TABLE \"hidden\".\"x\" AS SELECT 1 AS \"a\"",
       "permission denied for schema hidden. Its owner can allow that: GRANT USAGE, CREATE ON SCHEMA \"hidden\" TO "
       "\"weak\""},
      {"SELECT 1", "SELECT \"a\"\"b\".* FROM \"hidden\".\"T t\" AS \"a\"\"b\"",
       "permission denied for table T t. Its owner can allow that: GRANT SELECT ON TABLE \"hidden\".\"T t\" TO "
       "\"weak\""},
      {"SELECT 1", "SELECT * FROM hidden.\"T t\"",
       "permission denied for table T t. Its owner can allow that: GRANT SELECT ON TABLE \"T t\" TO \"weak\""},
      {"SELECT 1", "INSERT INTO \"hidden\".\"t\" VALUES (1)",
       "permission denied for table t. Its owner can allow that: GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "
       "\"hidden\".\"t\" TO \"weak\""},
      {"GRANT INSERT ON hidden.t TO weak", "INSERT INTO \"hidden\".\"t\" SELECT i FROM \"hidden\".\"T t\"",
       "permission denied for table T t. Its owner can allow that: GRANT SELECT ON TABLE \"hidden\".\"T t\" TO "
       "\"weak\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ask(other, rows[i].before);
    CHECK_CODE(RUN(c, false, rows[i].statement), SBE_AUTH);
    CHECK_TEXT(fake_error.message, rows[i].message);
  }
  CHECK_CODE(RUN(c, false, "DROP TABLE hidden.t"), SBE_AUTH);
  CHECK(strstr(fake_error.message, "OWNER TO \"weak\"") != NULL);
  CHECK_CODE(RUN(c, false, "CREATE SCHEMA mine"), SBE_AUTH);
  CHECK(strstr(fake_error.message, "ON DATABASE \"sbe\" TO \"weak\"") != NULL);
  ops->close(c);
  /* Roles. */
  ask(other, "CREATE ROLE strong");
  CHECK(OPEN("user", "weak", "role", "strong") == NULL);
  CHECK_CODE(fake_error.code, SBE_AUTH);
  CHECK(strstr(fake_error.message, "GRANT \"strong\" TO \"weak\"") != NULL);
  ask(other, "GRANT strong TO weak");
  c = OPEN("user", "weak", "role", "strong");
  CHECK_TEXT(rows_of(c, "SELECT current_user, session_user"), "t:strong|t:weak");
  ops->close(c);
  CHECK(OPEN("user", "weak", "role", "nobody at all") == NULL);
  CHECK_CODE(fake_error.code, SBE_INVALID);
  CHECK(strstr(fake_error.message, "nobody at all") != NULL);
  /* A session that may only read says why. */
  c = OPEN("read_only", "true");
  CHECK_CODE(RUN(c, false, "CREATE TABLE x (i int)"), SBE_INVALID);
  CHECK(strstr(fake_error.message, "read") != NULL);
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
  ops->close(c);
  ask(other, "DROP SCHEMA hidden CASCADE");
  ask(other, "DROP ROLE weak");
  ask(other, "DROP ROLE strong");
  PQfinish(other);
}

/* ---- run ---- */

static void test_atomic(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_CODE(RUN(c, false, "CREATE TABLE t (i int PRIMARY KEY)"), SBE_OK);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)"), SBE_OK);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)"), SBE_DATA);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (4)", "SELECT nonsense"), SBE_NOT_FOUND);
  CHECK_CODE(RUN(c, true, "CREATE TABLE u (i int)", "SELECT 1 / 0"), SBE_DATA);
  CHECK_CODE(RUN(c, false, "SELECT * FROM u"), SBE_NOT_FOUND);
  CHECK_TEXT(rows_of(c, "SELECT array_agg(i ORDER BY i) FROM t"), "j:[1,2]");
  CHECK_CODE(RUN(c, false, "INSERT INTO t VALUES (5)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (6)"),
             SBE_DATA);
  CHECK_TEXT(rows_of(c, "SELECT array_agg(i ORDER BY i) FROM t"), "j:[1,2,5]");
  /* An error that only COMMIT finds. */
  CHECK_CODE(RUN(c, false, "CREATE TABLE v (i int REFERENCES t DEFERRABLE INITIALLY DEFERRED)"), SBE_OK);
  CHECK_CODE(RUN(c, true, "INSERT INTO v VALUES (99)"), SBE_DATA);
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM v"), "i:0");
  CHECK_CODE(RUN(c, false, "INSERT INTO v VALUES (99)"), SBE_DATA);
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM v"), "i:0");
  CHECK_CODE(RUN(c, true, "SELECT 1 WHERE current_setting('transaction_isolation') = 'read committed'"), SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT current_setting('transaction_isolation')"), "t:read committed");
  CHECK_CODE(RUN(c, false, "DROP TABLE v", "DROP TABLE t"), SBE_OK);
  ops->close(c);
}

static void test_guards(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_CODE(RUN(c, false, "CREATE TABLE t (i int)"), SBE_OK);
  CHECK_CODE(RUN(c, true, "?SELECT COUNT(*) = 0 FROM t", "INSERT INTO t VALUES (1)"), SBE_OK);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (2)", "?SELECT COUNT(*) = 1 FROM t", "INSERT INTO t VALUES (3)"),
             SBE_CONFLICT);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (4)", "?SELECT true FROM t WHERE i = 99"), SBE_CONFLICT);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (5)", "?SELECT NULL::boolean"), SBE_CONFLICT);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (6)", "?SELECT 'yes'"), SBE_SYNTAX);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (7)", "?SELECT ARRAY[true]"), SBE_SYNTAX);
  CHECK_CODE(RUN(c, true, "INSERT INTO t VALUES (8)", "?SELECT true, true"), SBE_SYNTAX);
  CHECK_TEXT(rows_of(c, "SELECT array_agg(i ORDER BY i) FROM t"), "j:[1]");
  CHECK_CODE(RUN(c, false, "?SELECT false"), SBE_CONFLICT);
  CHECK_CODE(RUN(c, false, "DROP TABLE t"), SBE_OK);
  ops->close(c);
}

static void test_counts(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  int64_t n[10];
  const char *const sqls[] = {"CREATE TABLE t AS SELECT i FROM generate_series(0, 999) i",
                              "CREATE TABLE u (i bigint)",
                              "INSERT INTO u SELECT i FROM t WHERE i < 10",
                              "UPDATE u SET i = 0 WHERE i < 4",
                              "DELETE FROM u WHERE i = 0",
                              "?SELECT true",
                              "INSERT INTO u VALUES (1), (2) RETURNING i",
                              "SELECT * FROM t",
                              "DROP TABLE t",
                              NULL};
  sbe_run_options options = {.struct_size = sizeof options, .atomic = 1};
  CHECK_CODE(run_with(c, &options, n, sqls), SBE_OK);
  /* 0, 1, 2 and 3 become 0 and go. */
  CHECK(n[0] == 1000 && n[1] == 0 && n[2] == 10 && n[3] == 4 && n[4] == 4 && n[5] == 0 && n[6] == 2 && n[7] == 0 &&
        n[8] == 0);
  const char *const broken[] = {"INSERT INTO u VALUES (1)", "SELECT nonsense", "INSERT INTO u VALUES (2)", NULL};
  options.atomic = 0;
  CHECK_CODE(run_with(c, &options, n, broken), SBE_NOT_FOUND);
  CHECK(n[0] == 1 && n[1] == -1 && n[2] == -1);
  CHECK_CODE(RUN(c, false, "DROP TABLE u"), SBE_OK);
  ops->close(c);
}

static void test_usage(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  sbe_usage before = {.struct_size = sizeof before}, after = before;
  ops->usage(c, &before);
  CHECK(before.round_trips > 0);
  CHECK_TEXT(rows_of(c, "SELECT 'abc', 12"), "t:abc|i:12");
  ops->usage(c, &after);
  CHECK(after.statements - before.statements == 1 && after.requests - before.requests == 1);
  CHECK(after.round_trips - before.round_trips == 1);
  /* The comment and the statement; abc and 12. */
  CHECK(after.bytes_sent - before.bytes_sent == (int64_t)strlen("/* sbe */ SELECT 'abc', 12"));
  CHECK(after.bytes_received - before.bytes_received == 5);
  before = after;
  CHECK_CODE(RUN(c, true, "SELECT 1", "SELECT 2"), SBE_OK);
  ops->usage(c, &after);
  CHECK(after.statements - before.statements == 4); /* with BEGIN and COMMIT */
  sbe_usage small = {.struct_size = sizeof(size_t) + sizeof(int64_t), .requests = -7};
  ops->usage(c, &small);
  CHECK(small.statements == after.statements && small.requests == -7);
  ops->close(c);
}

/* ---- sessions ---- */

static void test_session(void) {
  sbe_connection *c = OPEN("schema", "shop", "threads", "4");
  if (!CHECK(c != NULL)) return;
  CHECK_TEXT(
      rows_of(c, "SELECT current_setting('TimeZone'), current_setting('DateStyle'), current_setting('IntervalStyle'), "
                 "current_setting('client_encoding'), current_setting('standard_conforming_strings'), "
                 "current_setting('extra_float_digits'), current_setting('bytea_output'), "
                 "current_setting('transform_null_equals'), current_setting('search_path')"),
      "t:UTC|t:ISO, YMD|t:postgres|t:UTF8|t:on|t:3|t:hex|t:off|t:pg_catalog");
  CHECK_TEXT(rows_of(c, "SELECT current_setting('idle_in_transaction_session_timeout'), "
                        "current_setting('client_connection_check_interval'), current_setting('application_name'), "
                        "current_setting('statement_timeout'), current_setting('default_transaction_read_only')"),
             "t:1min|t:10s|t:sbe|t:0|t:off");
  sbe_text text = {"", 0};
  CHECK_CODE(ops->about(c, &text, &fake_error), SBE_OK);
  char wanted[512];
  snprintf(wanted, sizeof wanted, ", database sbe as user sbe at %s:5432", getenv("PGHOST"));
  CHECK(strncmp(text.data, "PostgreSQL 1", 12) == 0 && strchr(text.data, '(') == NULL);
  CHECK(strstr(text.data, wanted) != NULL);
  ops->close(c);
  c = OPEN("search_path", "public", "application_name", "nightly");
  CHECK_TEXT(rows_of(c, "SELECT current_setting('search_path'), current_setting('application_name')"),
             "t:public|t:nightly");
  ops->close(c);
  c = OPEN("search_path", "public, pg_catalog"); /* nobody's functions come before the server's */
  CHECK_TEXT(rows_of(c, "SELECT CAST(current_schemas(true) AS text)"), "t:{pg_catalog,public}");
  ops->close(c);
  ops->close(NULL);
}

static void test_tag(void) {
  PGconn *other = other_session();
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  char sql[200];
  sbe_run_options options = {.struct_size = sizeof options, .tag = "shop 1 */ DROP TABLE t; -- 'ü'"};
  const char *const one[] = {"SELECT 1", NULL};
  CHECK_CODE(run_with(c, &options, NULL, one), SBE_OK);
  char pid[32];
  snprintf(pid, sizeof pid, "%s", pid_of(c)); /* without a tag: the last one stays */
  CHECK_CODE(run_with(c, &options, NULL, one), SBE_OK);
  snprintf(sql, sizeof sql, "SELECT application_name FROM pg_stat_activity WHERE pid = %s", pid);
  CHECK(strstr(ask(other, sql), "shop 1 __ DROP TABLE t") != NULL);
  CHECK(strpbrk(ask(other, sql), "*/'\"") == NULL);
  snprintf(sql, sizeof sql, "SELECT query FROM pg_stat_activity WHERE pid = %s", pid);
  CHECK(strncmp(ask(other, sql), "/* sbe: shop 1 __ DROP TABLE t; -- ", 35) == 0);
  CHECK(strstr(ask(other, sql), " */ SELECT 1") != NULL);
  /* It costs one request when it changes, and none when it does not. */
  sbe_usage before = {.struct_size = sizeof before}, after = before;
  ops->usage(c, &before);
  CHECK_CODE(run_with(c, &options, NULL, one), SBE_OK);
  ops->usage(c, &after);
  CHECK(after.requests - before.requests == 1);
  options.tag = "a name of many more bytes than the sixty-three that the server's names may have";
  CHECK_CODE(run_with(c, &options, NULL, one), SBE_OK);
  snprintf(sql, sizeof sql, "SELECT length(application_name) FROM pg_stat_activity WHERE pid = %s", pid);
  CHECK_TEXT(ask(other, sql), "63");
  ops->close(c);
  PQfinish(other);
}

/* ---- size ---- */

static int32_t count_bytes(void *user, size_t n, const sbe_value *values) {
  (void)n;
  *(int64_t *)user += (int64_t)values[0].size;
  return 0;
}

/* 2^20 rows of 1,024 bytes are 1 GiB; the process may have 256 MiB. */
static void test_stream(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
#if !defined(__SANITIZE_ADDRESS__) /* which takes terabytes of addresses */
    struct rlimit limit = {256 << 20, 256 << 20};
    setrlimit(RLIMIT_AS, &limit);
#endif
    int64_t bytes = 0;
    sbe_connection *c = open_plain(NULL);
    sbe_sink sink = {sizeof sink, &bytes, NULL, count_bytes};
    const char *sql = "SELECT repeat('x', 1024) FROM generate_series(1, 1048576)";
    sbe_statement statement = {.struct_size = sizeof statement, .sql = sql, .size = strlen(sql)};
    int32_t code = ops->query(c, &statement, NULL, &sink, &fake_error);
    /* Nor does a query grow whose rows nobody wants. */
    if (code == SBE_OK) code = RUN(c, false, sql);
    if (code != SBE_OK) printf("    %s\n", fake_error.message);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("    %lld bytes, at most %ld MiB of memory\n", (long long)bytes, used.ru_maxrss / 1024);
    fflush(stdout);
    _exit(code == SBE_OK && bytes == INT64_C(1) << 30 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_tiny(void) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return;
  CHECK_CODE(RUN(c, false, "CREATE TABLE t (i int)"), SBE_OK);
  int64_t began = fake_now();
  for (int i = 0; i < 500; i++) RUN(c, false, "INSERT INTO t VALUES (1)");
  double each = (double)(fake_now() - began) / 500;
  printf("    a tiny INSERT takes %.0f us\n", each);
  CHECK(each < 5000);
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM t"), "i:500");
  CHECK_CODE(RUN(c, false, "DROP TABLE t"), SBE_OK);
  ops->close(c);
}

/* ---- all of them ---- */

static const test tests[] = {
    {"scalars", test_scalars},
    {"dates and times", test_times},
    {"arrays as JSON", test_arrays},
    {"the sink decides", test_sink},
    {"errors have codes", test_errors},
    {"permissions say what to grant", test_permissions},
    {"atomic is all or nothing", test_atomic},
    {"guards roll back", test_guards},
    {"row counts", test_counts},
    {"usage", test_usage},
    {"a session is set up", test_session},
    {"tags", test_tag},
    {"1 GiB in 256 MiB", test_stream},
    {"tiny statements stay fast", test_tiny},
    {NULL, NULL},
};
static const test *const groups[] = {tests, login_tests, fault_tests, fixture_tests};
#define N_GROUPS (sizeof groups / sizeof groups[0])

static void log_line(int32_t level, const char *format, ...) {
  (void)level;
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(logged + logged_size, sizeof logged - logged_size, format, arguments);
  va_end(arguments);
  if (size > 0 && logged_size + (size_t)size + 2 < sizeof logged) {
    logged_size += (size_t)size;
    logged[logged_size++] = '\n';
    logged[logged_size] = '\0';
  } else {
    logged_size = 0; /* a test looks at what it has done itself */
  }
}

static const sbe_adapter *load(void) {
  const char *path = getenv("SBE_TEST_ADAPTER");
  void *library = dlopen(path != NULL ? path : "adapters/sbe_adapter_postgres.so", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return NULL;
  }
  const sbe_adapter *(*entry)(void);
  void *address = dlsym(library, "sbe_adapter_postgres");
  if (address == NULL) return NULL;
  memcpy(&entry, &address, sizeof address);
  return entry();
}

int main(int argc, char **argv) {
  static sbe_host host;
  size_t passed = 0, failed = 0;
  setenv("TZ", "America/New_York", 1);
  setvbuf(stdout, NULL, _IOLBF, 0);
  host = fake_host;
  host.log = log_line;
  adapter = load();
  if (adapter == NULL || getenv("PGHOST") == NULL || adapter->init(&host, &fake_error) != SBE_OK) {
    printf("%s\npostgres-connection: 0 passed, 1 failed, 0 skipped\n", fake_error.message);
    return 1;
  }
  ops = adapter->connection;
  for (size_t g = 0; g < N_GROUPS; g++) {
    for (const test *t = groups[g]; t->name != NULL; t++) {
      if (argc == 2 && strstr(t->name, argv[1]) == NULL) continue;
      failures_of_test = 0;
      int64_t began = fake_now();
      t->run();
      printf("%s %s (%.1f s)\n", failures_of_test == 0 ? "ok    " : "FAILED", t->name,
             (double)(fake_now() - began) / 1e6);
      if (failures_of_test == 0)
        passed++;
      else
        failed++;
    }
  }
  printf("postgres-connection: %zu passed, %zu failed, 0 skipped\n", passed, failed);
  return failed > 0;
}
