/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and connections: two processes on one file, two connections, files that cannot be opened, settings, and what
 * describe says of a table. Part of the program of test_connection.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/duckdb/test.h"

/* This program again, holding a file until its input ends. */
int hold_file(const char *path) {
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

const char *description(sbe_connection *c, const char *schema, const char *table) {
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

const test file_tests[] = {
    {"two processes on one file", test_two_processes},
    {"two connections on one file", test_two_connections},
    {"files that cannot be opened", test_open_errors},
    {"settings", test_settings},
    {"describe", test_describe},
    {NULL, NULL},
};
