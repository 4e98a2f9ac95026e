/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong between the adapter and the service, and the end before its time: answers that are lost or never
 * come, broken pages, a run that is cancelled or out of time. The stand-in's log says what went over the wire, its
 * queue of faults what went wrong. Part of the program of test_connection.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/snowflake/test.h"

/* ---- faults ---- */

/* The answer to a write is lost after it was executed: on a new connection and on one that is kept. */
static void lost_answer(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE l (n INT)") == SBE_OK);
  for (int i = 1; i <= 2; i++) {
    char wanted[8];
    tell("reset", "{\"what\":[\"log\"]}");
    tell("faults", "[{\"kind\":\"drop\",\"after\":true,\"on\":\"submit\"}]");
    CHECK(ATOMIC(c, "INSERT INTO l VALUES (1)", "INSERT INTO l VALUES (2)") == SBE_OK);
    snprintf(wanted, sizeof wanted, "%d", 2 * i);
    CHECK_TEXT(look("SELECT COUNT(*) FROM l"), wanted);
    CHECK(requests_with("POST /api/v2/statements?") == 2 && requests_with("retry=true") == 1);
    if (i == 1) {
      ops->close(c);
      c = OPEN_KEY(NULL);
    }
  }
  tell("faults", "[{\"kind\":\"truncate\",\"on\":\"submit\"}]");
  CHECK(RUN(c, "INSERT INTO l VALUES (5)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM l WHERE n = 5"), "1");
  ops->close(c);
}

/* Statements that did not begin, or of which that is not known. */
static void never_answered(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE u (n INT)") == SBE_OK);
  tell("faults", "[{\"kind\":\"503\",\"retry_after\":0,\"times\":8}]");
  CHECK(RUN(c, "INSERT INTO u VALUES (1)") == SBE_BUSY);
  CHECK_TEXT(look("SELECT COUNT(*) FROM u"), "0");
  tell("faults", "[{\"kind\":\"500\",\"retry_after\":0,\"times\":8,\"after\":true}]");
  CHECK(RUN(c, "INSERT INTO u VALUES (1)") == SBE_UNKNOWN_OUTCOME);
  CHECK_TEXT(look("SELECT COUNT(*) FROM u"), "1");
  tell("faults", "[{\"kind\":\"500\",\"retry_after\":0,\"times\":8}]");
  CHECK(ask(c, "SELECT 1", 0) == SBE_IO);
  tell("reset", "{\"what\":[\"faults\"]}");
  tell("faults", "[{\"kind\":\"garbage\",\"on\":\"submit\"}]");
  CHECK(RUN(c, "INSERT INTO u VALUES (2)") == SBE_UNKNOWN_OUTCOME);
  tell("faults", "[{\"kind\":\"garbage\",\"on\":\"submit\"}]");
  tell("settings", "{\"polls\":0}");
  CHECK(ask(c, "SELECT 1", 0) == SBE_IO);
  ops->close(c);
  c = open_with(NULL, LIST("account", "x", "host", "127.0.0.1", "port", "9", "protocol", "http", "token", "t",
                           "connect_retries", "0"));
  CHECK(RUN(c, "INSERT INTO u VALUES (2)") == SBE_IO);
  CHECK(strstr(fake_error.message, "cannot be reached") != NULL);
  ops->close(c);
}

static void tried_again(void) {
  struct sbe_run run = {.percent = -1};
  sbe_connection *c = OPEN_KEY(&run);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE t (n INT)") == SBE_OK);
  int64_t began = fake_now();
  tell("faults", "[{\"kind\":\"429\",\"retry_after\":2},{\"kind\":\"503\",\"retry_after\":0}]");
  CHECK(RUN(c, "INSERT INTO t VALUES (1)") == SBE_OK);
  CHECK(fake_now() - began >= 2000000 && fake_now() - began < 4000000);
  CHECK(run.longest_us < MOST_SILENT_US);
  tell("faults", "[{\"kind\":\"drop\",\"on\":\"submit\"},{\"kind\":\"503\",\"retry_after\":0,\"on\":\"poll\"}]");
  CHECK(RUN(c, "INSERT INTO t VALUES (2)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM t"), "2");
  ops->close(c);
}

/* An answer that breaks off, in the first page or a later one, is taken up where it was. */
static void broken_pages(void) {
  static const char *const faults[] = {
      "[{\"kind\":\"truncate\",\"on\":\"poll\"}]", "[{\"kind\":\"truncate\",\"on\":\"partition\"}]",
      "[{\"kind\":\"truncate\",\"on\":\"partition\",\"skip\":1}]", "[{\"kind\":\"drop\",\"on\":\"partition\"}]",
      "[{\"kind\":\"slow\",\"on\":\"partition\",\"seconds\":1}]"};
  sbe_connection *c = OPEN_KEY(NULL);
  const char *sql =
      "SELECT SEQ4() AS n, REPEAT(SHA2(SEQ4()), 40) AS t FROM TABLE(GENERATOR(ROWCOUNT => 30)) ORDER BY 1";
  tell("settings", "{\"page_size\":10}");
  CHECK(ask(c, sql, 0) == SBE_OK && rows.n == 30);
  fake_rows *whole = malloc(sizeof *whole);
  *whole = rows;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    tell("faults", faults[i]);
    CHECK(ask(c, sql, 0) == SBE_OK);
    CHECK(rows.n == 30 && strcmp(rows.text, whole->text) == 0);
  }
  tell("faults", "[{\"kind\":\"wrong_partition\",\"on\":\"partition\"}]");
  CHECK(ask(c, sql, 0) == SBE_IO);
  free(whole);
  ops->close(c);
}

/* ---- the end before its time ---- */

static int64_t stop_at;
static int32_t stop(sbe_run *run, double percent) {
  (void)run;
  (void)percent;
  return stop_at != 0 && fake_now() >= stop_at;
}

static int running(void) {
  for (int i = 0;; i++) {
    cJSON *state = control("state", "");
    int n = (int)cJSON_GetNumberValue(cJSON_GetObjectItem(state, "running"));
    cJSON_Delete(state);
    if (n == 0 || i == 20) return n;
    usleep(100000);
  }
}

static void cancelled(void) {
  struct sbe_run run = {.tick = stop, .percent = -1};
  sbe_connection *c = OPEN_KEY(&run);
  stop_at = 0;
  CHECK(RUN(c, "CREATE OR REPLACE TABLE c (n INT)") == SBE_OK);
  for (int polls = 0; polls < 2; polls++) { /* while the first answer is awaited, and while it is polled */
    tell("settings", polls ? "{\"polls\":2}" : "{\"polls\":0}");
    stop_at = fake_now() + 500000;
    int64_t began = fake_now();
    CHECK(ATOMIC(c, "INSERT INTO c VALUES (1)", "SELECT SYSTEM$WAIT(20)") == SBE_CANCELLED);
    CHECK(fake_now() - began < 3000000);
    CHECK(run.longest_us < MOST_SILENT_US);
    CHECK(running() == 0);
    CHECK_TEXT(look("SELECT COUNT(*) FROM c"), "0");
    stop_at = fake_now() + 300000;
    CHECK(ask(c, "SELECT SYSTEM$WAIT(20)", 0) == SBE_CANCELLED);
    CHECK(running() == 0);
  }
  stop_at = fake_now() - 1;
  CHECK(RUN(c, "INSERT INTO c VALUES (2)") == SBE_CANCELLED); /* before it began */
  CHECK_TEXT(look("SELECT COUNT(*) FROM c"), "0");
  stop_at = 0;
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
  ops->close(c);
}

/* What was done before the end reached it is done, and said to be. */
static void quicker(void) {
  struct sbe_run run = {.tick = stop, .percent = -1};
  sbe_connection *c = OPEN_KEY(&run);
  stop_at = 0;
  CHECK(RUN(c, "CREATE OR REPLACE TABLE q (n INT)") == SBE_OK);
  tell("settings", "{\"polls\":0}");
  tell("faults", "[{\"kind\":\"delay\",\"seconds\":3,\"on\":\"submit\",\"after\":true}]");
  stop_at = fake_now() + 1000000;
  CHECK(RUN(c, "INSERT INTO q VALUES (1)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM q"), "1");
  ops->close(c);
}

static void out_of_time(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE o (n INT)") == SBE_OK);
  for (int polls = 0; polls < 2; polls++) {
    tell("settings", polls ? "{\"polls\":2}" : "{\"polls\":0}");
    sbe_run_options options = {.struct_size = sizeof options, .atomic = 1, .timeout_us = 700000};
    int64_t began = fake_now();
    CHECK(run_all(c, &options, NULL, LIST("INSERT INTO o VALUES (1)", "SELECT SYSTEM$WAIT(20)")) == SBE_TIMEOUT);
    CHECK(fake_now() - began < 3000000);
    CHECK(running() == 0);
    CHECK_TEXT(look("SELECT COUNT(*) FROM o"), "0");
    CHECK(ask(c, "SELECT SYSTEM$WAIT(20)", 500000) == SBE_TIMEOUT);
  }
  ops->close(c);
}

const test fault_tests[] = {
    {"a lost answer", lost_answer}, {"never answered", never_answered},
    {"tried again", tried_again},   {"broken pages", broken_pages},
    {"cancelled", cancelled},       {"quicker than its end", quicker},
    {"out of time", out_of_time},   {NULL, NULL},
};
