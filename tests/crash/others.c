/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is not a kill: two runs at once, and Ctrl-C in mid-statement. Both use the killer to hold a run where
 * it is wanted: it stops itself, or gets a SIGINT and then a statement that takes for ever.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

typedef struct stage {
  const reference *r;
  char project[PATH_SIZE], copy[PATH_SIZE];
} stage;

static void stage_make(const reference *r, const char *name, stage *ret_stage) {
  stage *t = ret_stage;
  char copy[64];
  t->r = r;
  snprintf(copy, sizeof copy, "%s-copy", name);
  join(t->project, r->directory, name);
  join(t->copy, r->directory, copy);
}

static bool is_as(const char *project, const char *expected, const char *what) {
  char difference[1200] = "";
  char *got = database_snapshot(project);
  bool same = got != NULL && snapshot_equal(expected, got, difference, sizeof difference);
  free(got);
  return check(same, "%s: tables differ%s", what, difference);
}

static const scenario *scenario_of(const char *name) {
  for (size_t i = 0; i < n_scenarios; i++)
    if (strcmp(scenarios[i].name, name) == 0) return &scenarios[i];
  abort();
}

/* ---- two runs at once ---- */

/* The message of who was refused: who holds it, and since when (a date of this century). */
static void check_refusal(const char *project, outcome o, pid_t holder, const char *what) {
  char pid[32], *said = read_file(project, "out.txt");
  snprintf(pid, sizeof pid, "%ld", (long)holder);
  check(o.exit_status == 3, "%s: the second run ends with 3, not: %s", what, outcome_text(project, o));
  check(strstr(said, pid) != NULL, "%s: the second run does not say who holds the lock (process %s): %s", what, pid,
        said);
  check(strstr(said, "since") != NULL && strstr(said, "20") != NULL, "%s: the second run does not say since when: %s",
        what, said);
  free(said);
}

static void two_at_once(const stage *t, const statement *held) {
  const scenario *s = t->r->scenario;
  char point[48], what[300];
  if (held == NULL || !restore(t->r->base, t->project)) {
    check(false, "two runs at once: not prepared");
    return;
  }
  snprintf(point, sizeof point, "stop:%d", held->number);
  snprintf(what, sizeof what, "two runs at once, the first at %.100s", held->sql);
  pid_t first = sbe_start(t->project, s->as_of, s->flags, point, NULL);
  int status = 0;
  while (waitpid(first, &status, WUNTRACED) < 0)
    if (errno != EINTR) abort();
  if (!check(WIFSTOPPED(status), "%s: the first was not held", what)) return;
  /* the second in a project of its own, but on the same database */
  bool good = restore(t->r->base, t->copy) && write_profile(t->copy, t->project);
  if (good) check_refusal(t->copy, sbe_run_to_end(t->copy, s->as_of, s->flags, NULL), first, what);
  kill(first, SIGCONT);
  outcome o = sbe_wait(first);
  check(good && o.exit_status == 0, "%s: the first goes on: %s", what, outcome_text(t->project, o));
  is_as(t->project, t->r->after, what);
}

static void play_two_at_once(const void *user) {
  const reference *r = user;
  stage t;
  stage_make(r, "two-at-once", &t);
  two_at_once(&t, statement_find(&r->points, "SELECT token", "snowplow_run_lock", 1));
  two_at_once(&t, statement_find(&r->points, "CREATE ", "_scan_0\" AS SELECT", 1));
  two_at_once(&t, statement_find(&r->points, "COMMIT", "", 1));
}

/* ---- Ctrl-C ---- */

/* Settings of a session are made by the thread that would hear the signal; opening cannot be cancelled. */
static bool can_be_interrupted(const statement *s) {
  return strcmp(s->how, "execute") == 0 || (strcmp(s->how, "send") == 0 && strstr(s->sql, "set_config(") == NULL);
}

/*
 * Interrupted at one statement: it says so and ends with 130, unless all was published by then. What it has
 * published is what a run killed there has published (a COMMIT that has begun is not interrupted); and a
 * further run goes on to the same end.
 */
static void interrupt_at(const stage *t, const statement *held) {
  const scenario *s = t->r->scenario;
  char point[48], what[300];
  bool commits = strcmp(held->sql, "COMMIT") == 0;
  snprintf(what, sizeof what, "%s, Ctrl-C at statement %d [%.100s]", s->name, held->number, held->sql);
  snprintf(point, sizeof point, "interrupt:%d", held->number);
  if (!restore(t->r->base, t->project) || !restore(t->r->base, t->copy)) return;
  outcome o = sbe_run_to_end(t->project, s->as_of, s->flags, point);
  snprintf(point, sizeof point, "%s:%d", commits ? "after" : "before", held->number);
  sbe_run_to_end(t->copy, s->as_of, s->flags, point);
  char *published = database_snapshot(t->project), *expected = database_snapshot(t->copy), *end = strdup(t->r->after);
  if (published == NULL || expected == NULL) {
    check(false, "%s: the database cannot be read", what);
  } else {
    char difference[1200] = "";
    snapshot_reduce(published);
    snapshot_reduce(expected);
    snapshot_reduce(end);
    bool finished = snapshot_equal(end, published, difference, sizeof difference);
    check(o.exit_status == 130 || (o.exit_status == 0 && finished), "%s: ends with 130, not: %s", what,
          outcome_text(t->project, o));
    char *said = read_file(t->project, "out.txt");
    check(o.exit_status != 130 || strstr(said, "interrupted") != NULL, "%s: does not say so: %s", what, said);
    free(said);
    check(snapshot_equal(expected, published, difference, sizeof difference),
          "%s: is not what a run killed there has published%s", what, difference);
    o = sbe_run_to_end(t->project, s->as_of, s->flags, NULL);
    check(o.exit_status == 0, "%s: run again: %s", what, outcome_text(t->project, o));
    is_as(t->project, t->r->after, what);
  }
  free(published);
  free(expected);
  free(end);
}

/* In the last of three windows: the position is the end of the second, to the day. */
static void interrupt_third_window(const stage *t) {
  const scenario *s = t->r->scenario;
  const statement *held = statement_find(&t->r->points, "CREATE ", "_new_events\" AS SELECT", 3);
  char point[48];
  if (held == NULL || !restore(t->r->base, t->project)) return;
  snprintf(point, sizeof point, "interrupt:%d", held->number);
  outcome o = sbe_run_to_end(t->project, s->as_of, s->flags, point);
  check(o.exit_status == 130, "Ctrl-C in the third window: ends with 130, not: %s", outcome_text(t->project, o));
  char *position = database_one(
      t->project, "SELECT last_success || ' after ' || windows || ' windows, lock '"
                  " || (SELECT coalesce(max(holder), 'free') FROM shop_snowplow_manifest.snowplow_run_lock)"
                  " FROM shop_snowplow_manifest.snowplow_incremental_manifest");
  check(strcmp(position, "2025-01-05 00:00:00 after 2 windows, lock free") == 0,
        "Ctrl-C in the third window: the last completed window stands, not: %s", position);
  free(position);
}

static void play_interrupts(const void *user) {
  const reference *r = user;
  stage t;
  stage_make(r, "interrupted", &t);
  interrupt_third_window(&t);
  int nth = 0;
  size_t end =
      r->points.n_statements; /* what comes after the last COMMIT only logs and lets go: it is not interrupted */
  while (end > 0 && strcmp(r->points.statements[end - 1].sql, "COMMIT") != 0) end--;
  for (size_t i = 0; i < end; i++) {
    const statement *held = &r->points.statements[i];
    if (!can_be_interrupted(held)) continue;
    /* each takes 0.5 s, on a server more; for `make check`, every sixth or twentieth, and all commits */
    if (option.all || strcmp(held->sql, "COMMIT") == 0 || nth++ % (database_is_server ? 20 : 6) == 0)
      interrupt_at(&t, held);
  }
}

/* ---- both ---- */

static void play(const char *name, void (*test)(const void *user), const char *what) {
  reference r;
  const scenario *s = scenario_of(name);
  int passed = count->passed, failed = count->failed;
  bool good = reference_read(s, &r) || (reference_make(s) && reference_read(s, &r));
  check(good && in_child(test, &r), "%s: was not played to its end", what);
  printf("%s: %d passed, %d failed\n", what, count->passed - passed, count->failed - failed);
}

void others_play(void) {
  play("ordinary", play_two_at_once, "two runs at once");
  play("windows", play_interrupts, "Ctrl-C");
}
