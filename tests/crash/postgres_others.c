/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only a server can do to a run: its backend works on, and holds its locks, when the run itself is dead; and
 * several connections work at once, and are all cut off at one moment. Called by others.c's caller, main.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"
#include "tests/crash/database_postgres.h"

static void pause_ms(long ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static bool is_as(const char *project, const char *expected, const char *what) {
  char difference[1200] = "";
  char *got = database_snapshot(project);
  bool same = got != NULL && snapshot_equal(expected, got, difference, sizeof difference);
  free(got);
  return check(same, "%s: tables differ%s", what, difference);
}

/* ---- a backend that works on ---- */

/* Does anybody in that database wait for a table? 20 s at most. */
static bool somebody_waits(PGconn *pg) {
  for (int i = 0; i < 1000; i++) {
    /* not pg_stat_activity, which stands still in a transaction */
    PGresult *result = PQexec(pg, "SELECT 1 FROM pg_locks JOIN pg_database AS d ON d.oid = database"
                                  " WHERE NOT granted AND datname = current_database()");
    int n = PQntuples(result);
    PQclear(result);
    if (n > 0) return true;
    pause_ms(20);
  }
  return false;
}

/*
 * The run is killed while its backend waits in the middle of the batch. The backend does not know, and holds the row
 * of the run lock. The next run begins meanwhile; when the backend can go on, it finds nobody to answer to.
 */
static void works_on(const reference *r, const char *table, bool let_go) {
  const scenario *s = r->scenario;
  char project[PATH_SIZE], sql[200], what[200];
  snprintf(what, sizeof what, "a dead run's backend waits for %s%s", table, let_go ? "" : ", for ever");
  join(project, r->directory, "works-on");
  PGconn *pg = restore(r->base, project) ? postgres_connect(project) : NULL;
  snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE shop_snowplow_manifest.%s IN EXCLUSIVE MODE", table);
  if (!check(pg != NULL && postgres_run(pg, sql), "%s: not prepared", what)) return;
  pid_t first = sbe_start(project, s->as_of, s->flags, NULL, NULL);
  check(somebody_waits(pg), "%s: the first run never waited", what);
  kill(first, SIGKILL);
  sbe_wait(first);
  if (!let_go) { /* the server notices by itself that the client is gone; the lock is still held by us */
    pause_ms(12000);
    check(!somebody_waits(pg), "%s: the server has not noticed", what);
  }
  pid_t second = sbe_start(project, s->as_of, s->flags, NULL, NULL);
  pause_ms(1500);
  postgres_run(pg, "COMMIT");
  PQfinish(pg);
  outcome o = sbe_wait(second);
  check(o.exit_status == 0, "%s: the next run: %s", what, outcome_text(project, o));
  is_as(project, r->after, what);
  o = sbe_run_to_end(project, s->later, s->later_flags, NULL);
  check(o.exit_status == 0, "%s: the run after it: %s", what, outcome_text(project, o));
  is_as(project, r->later, what);
}

/* ---- several connections ---- */

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Killed at moments that are spread over the time that the run takes; run again at once, and once more. */
static void several_connections(const reference *r) {
  static const char flags[] = "--threads 4";
  const scenario *s = r->scenario;
  char project[PATH_SIZE];
  int moments = option.all ? 60 : 8;
  join(project, r->directory, "connections");
  if (!restore(r->base, project)) return;
  long began = now_ms();
  outcome o = sbe_run_to_end(project, s->as_of, flags, NULL);
  long takes = now_ms() - began;
  check(o.exit_status == 0, "on four connections: %s", outcome_text(project, o));
  is_as(project, r->after, "on four connections");
  for (int i = 1; i <= moments; i++) {
    char what[100];
    snprintf(what, sizeof what, "killed on four connections, %ld of %ld ms", takes * i / (moments + 1), takes);
    if (!restore(r->base, project)) return;
    pid_t first = sbe_start(project, s->as_of, flags, NULL, NULL);
    pause_ms(takes * i / (moments + 1));
    kill(first, SIGKILL);
    sbe_wait(first);
    o = sbe_run_to_end(project, s->as_of, flags, NULL);
    check(o.exit_status == 0, "%s: run again: %s", what, outcome_text(project, o));
    /* A dead run's backend may finish a scratch table only now: the run after this one drops it. */
    o = sbe_run_to_end(project, s->later, s->later_flags, NULL);
    check(o.exit_status == 0, "%s: the run after it: %s", what, outcome_text(project, o));
    is_as(project, r->later, what);
  }
}

/* ---- both ---- */

static bool read_reference(const char *name, reference *ret_reference) {
  for (size_t i = 0; i < n_scenarios; i++)
    if (strcmp(scenarios[i].name, name) == 0)
      return reference_read(&scenarios[i], ret_reference) ||
             (reference_make(&scenarios[i]) && reference_read(&scenarios[i], ret_reference));
  return false;
}

void database_others(void) {
  reference ordinary, two;
  int passed = count->passed, failed = count->failed;
  if (!check(read_reference("ordinary", &ordinary) && read_reference("two", &two), "others: not prepared")) return;
  works_on(&ordinary, "snowplow_daily_aggregation_manifest", true);
  works_on(&ordinary, "snowplow_incremental_manifest", true);
  if (option.all) works_on(&ordinary, "snowplow_incremental_manifest", false);
  several_connections(&two);
  printf("a server that works on: %d passed, %d failed\n", count->passed - passed, count->failed - failed);
}
