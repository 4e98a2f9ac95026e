/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matrix: a scenario's run is played undisturbed, then killed at each of its points, run again with the
 * same clock, and compared; then one more run, and compared again. Several processes take the points from
 * one counter. No process that has loaded DuckDB forks anything but the program under test, since the
 * library has threads.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

bool in_child(void (*work)(const void *user), const void *user) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid < 0) abort();
  if (pid == 0) {
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    if (!database_load()) exit(1);
    work(user);
    fflush(stdout);
    _exit(0);
  }
  outcome o = sbe_wait(pid);
  return o.exit_status == 0;
}

/* ---- the undisturbed run ---- */

static void directory_of(const scenario *s, char out[PATH_SIZE]) {
  join(out, option.work, s->name);
}

static bool keep_snapshot(const char *project, const char *directory, const char *name) {
  char *snapshot = database_snapshot(project);
  bool good = snapshot != NULL && write_file(directory, name, snapshot);
  free(snapshot);
  return good;
}

static bool expect(const scenario *s, const char *project, const expectation *expectations, size_t n) {
  bool good = true;
  for (size_t i = 0; i < n && expectations[i].query != NULL; i++) {
    char *got = database_one(project, expectations[i].query);
    good &= check(strcmp(got, expectations[i].answer) == 0, "%s, undisturbed: expected %s, got %s, from %s", s->name,
                  expectations[i].answer, got, expectations[i].query);
    free(got);
  }
  return good;
}

static bool run_undisturbed(const scenario *s, const char *project, const char *as_of, const char *flags,
                            const char *list) {
  outcome o = sbe_wait(sbe_start(project, as_of, flags, NULL, list));
  return check(o.exit_status == 0, "%s, undisturbed, %s %s: %s", s->name, as_of, flags, outcome_text(project, o));
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What the other flags give if nothing was killed; refused is as good. */
static bool play_again(const scenario *s, const char *directory, const char *base) {
  char project[PATH_SIZE];
  join(project, directory, "again");
  if (s->flags_again == NULL) return true;
  if (!restore(base, project)) return false;
  outcome o = sbe_run_to_end(project, s->as_of, s->flags_again, NULL);
  if (o.exit_status == 2) return true;
  return check(o.exit_status == 0, "%s, undisturbed: %s", s->name, outcome_text(project, o)) &&
         keep_snapshot(project, directory, "again.txt") &&
         run_undisturbed(s, project, s->later, s->later_flags, NULL) &&
         keep_snapshot(project, directory, "again_later.txt");
}

static void play_undisturbed(const void *user) {
  const scenario *s = user;
  char directory[PATH_SIZE], base[PATH_SIZE], project[PATH_SIZE], list[PATH_SIZE];
  directory_of(s, directory);
  join(base, directory, "base");
  join(project, directory, "undisturbed");
  join(list, directory, "statements.txt");
  if (!make_directory(directory) || !scenario_make(s, base)) exit(1);
  bool good = restore(base, project) && keep_snapshot(base, directory, "before.txt") &&
              run_undisturbed(s, project, s->as_of, s->flags, list) && keep_snapshot(project, directory, "after.txt") &&
              expect(s, project, s->expected, COUNT_OF(s->expected)) &&
              run_undisturbed(s, project, s->later, s->later_flags, NULL) &&
              keep_snapshot(project, directory, "later.txt") &&
              expect(s, project, s->expected_later, COUNT_OF(s->expected_later)) && play_again(s, directory, base);
  if (!good) exit(1);
}

bool reference_make(const scenario *s) {
  return in_child(play_undisturbed, s);
}

static char *read_or_null(const char *directory, const char *name) {
  char *text = read_file(directory, name);
  if (text[0] != '\0') return text;
  free(text);
  return NULL;
}

bool reference_read(const scenario *s, reference *ret_reference) {
  reference *r = ret_reference;
  char list[PATH_SIZE];
  *r = (reference){.scenario = s};
  directory_of(s, r->directory);
  join(r->base, r->directory, "base");
  join(list, r->directory, "statements.txt");
  r->before = read_file(r->directory, "before.txt");
  r->after = read_or_null(r->directory, "after.txt");
  r->later = read_or_null(r->directory, "later.txt");
  r->again = read_or_null(r->directory, "again.txt");
  r->again_later = read_or_null(r->directory, "again_later.txt");
  return r->after != NULL && r->later != NULL && statements_read(list, &r->points);
}

/* ---- one point ---- */

typedef struct attempt {
  const reference *r;
  const point *point;
  char project[PATH_SIZE], copy[PATH_SIZE];
  char what[400]; /* for messages */
} attempt;

static bool compare(const attempt *a, const char *project, const char *when, const char *expected) {
  char difference[1200] = "";
  char *got = database_snapshot(project);
  bool same = got != NULL && snapshot_equal(expected, got, difference, sizeof difference);
  if (!same) check(false, "%s: tables differ %s%s", a->what, when, got != NULL ? difference : ": not readable");
  free(got);
  return same;
}

/* Run again, compare, and once more. */
static bool go_on(const attempt *a, const char *project, const char *flags, const char *after, const char *later) {
  const scenario *s = a->r->scenario;
  outcome o = sbe_run_to_end(project, s->as_of, flags, NULL);
  if (o.exit_status != 0) return check(false, "%s: run again with `%s`: %s", a->what, flags, outcome_text(project, o));
  if (!compare(a, project, "after running again", after)) return false;
  o = sbe_run_to_end(project, s->later, s->later_flags, NULL);
  if (o.exit_status != 0) return check(false, "%s: the next run: %s", a->what, outcome_text(project, o));
  return compare(a, project, "after the next run", later);
}

static bool is_refused(const attempt *a, const char *project) {
  const scenario *s = a->r->scenario;
  outcome o = sbe_run_to_end(project, s->as_of, s->flags_again, NULL);
  if (o.exit_status == 2) return compare(a, project, "after having been refused", a->r->before);
  return check(false, "%s: should have been refused: %s", a->what, outcome_text(project, o));
}

/*
 * Run again with the other flags. What is expected depends on how far the first run came: not even begun
 * (the tables are as before), it is an ordinary run, or refused; else it goes on to the same end.
 */
static bool go_on_otherwise(const attempt *a, const char *left) {
  const reference *r = a->r;
  char *published = strdup(left), *before = strdup(r->before), ignored[1200];
  snapshot_reduce(published);
  snapshot_reduce(before);
  bool begun = !snapshot_equal(before, published, ignored, sizeof ignored);
  free(published);
  free(before);
  if (!begun && r->again == NULL) return is_refused(a, a->copy);
  return go_on(a, a->copy, r->scenario->flags_again, begun ? r->after : r->again, begun ? r->later : r->again_later);
}

/* Is this the first time that this was left behind in this scenario? */
static bool is_new_state(const char *left) {
  unsigned long hash = 14695981039346656037UL;
  for (const char *c = left; *c != '\0'; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211UL;
  for (size_t i = 0; i < sizeof count->states / sizeof count->states[0]; i++) {
    unsigned long none = 0;
    if (__atomic_compare_exchange_n(&count->states[i], &none, hash, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      __atomic_fetch_add(&count->n_states, 1, __ATOMIC_SEQ_CST);
      return true;
    }
    if (none == hash) return false;
  }
  return true;
}

/* Killed, then killed again while it recovers, at another point of every attempt, and only then left alone. */
static bool kill_twice(const attempt *a) {
  const reference *r = a->r;
  const scenario *s = r->scenario;
  char again[32];
  size_t other = (size_t)(a->point - r->points.points) * 37 % r->points.n_statements;
  snprintf(again, sizeof again, "%s:%zu", other % 2 == 0 ? "before" : "after", other + 1);
  if (!restore(r->base, a->copy)) return false;
  sbe_run_to_end(a->copy, s->as_of, s->flags, a->point->text);
  /* which need not have so many statements */
  outcome o = sbe_run_to_end(a->copy, s->as_of, s->flags, again);
  if (o.signal != SIGKILL && o.exit_status != 0)
    return check(false, "%s, then %s: %s", a->what, again, outcome_text(a->copy, o));
  return go_on(a, a->copy, s->flags, r->after, r->later);
}

/*
 * Killed again, and run again while the server may still be working for the dead one: not as above, where the
 * tables were looked at first, which waits until it has noticed.
 */
static bool run_at_once(const attempt *a) {
  const reference *r = a->r;
  const scenario *s = r->scenario;
  if (!restore(r->base, a->copy)) return false;
  sbe_run_to_end(a->copy, s->as_of, s->flags, a->point->text);
  outcome o = sbe_run_to_end(a->copy, s->as_of, s->flags, NULL);
  if (o.exit_status != 0) return check(false, "%s: run again at once: %s", a->what, outcome_text(a->copy, o));
  return compare(a, a->copy, "after running again at once", r->after);
}

/* Has the server been told what it has not answered? */
static bool works_on(const point *p) {
  return database_is_server && (option.all || strncmp(p->text, "sent:", 5) == 0 || strncmp(p->text, "during:", 7) == 0);
}

/*
 * Every point is a run that is really killed. Where that left the very tables behind that another point of
 * the scenario has left, `make check` does not play again what follows from them: most statements are in
 * the middle of a transaction, or write what only their own process sees. Points between and inside changes of
 * files, where those may be half done, are always played to the end, and so is everything in `make soak`.
 */
static void play_point(attempt *a) {
  const scenario *s = a->r->scenario;
  if (!restore(a->r->base, a->project)) return;
  outcome o = sbe_run_to_end(a->project, s->as_of, s->flags, a->point->text);
  if (o.signal != SIGKILL) {
    check(false, "%s: was not killed: %s", a->what, outcome_text(a->project, o));
    return;
  }
  if (s->flags_again != NULL && !restore(a->project, a->copy)) return;
  char *left = database_snapshot(a->project);
  if (left == NULL) {
    check(false, "%s: the database cannot be read", a->what);
    return;
  }
  if (is_new_state(left) || a->point->half_done || option.all) {
    if (go_on(a, a->project, s->flags, a->r->after, a->r->later)) check(true, "%s", a->what);
    if (s->flags_again != NULL && go_on_otherwise(a, left)) check(true, "%s", a->what);
    if (works_on(a->point) && run_at_once(a)) check(true, "%s", a->what);
    if (option.all && kill_twice(a)) check(true, "%s", a->what);
  } else {
    check(true, "%s", a->what);
  }
  free(left);
}

/* ---- all points ---- */

static void work_on_points(const reference *r) {
  attempt a = {.r = r};
  char name[32];
  snprintf(name, sizeof name, "job-%ld", (long)getpid());
  join(a.project, r->directory, name);
  snprintf(name, sizeof name, "copy-%ld", (long)getpid());
  join(a.copy, r->directory, name);
  for (size_t i; (i = (size_t)__atomic_fetch_add(&count->next, 1, __ATOMIC_SEQ_CST)) < r->points.n;) {
    a.point = &r->points.points[i];
    if (option.only_point != NULL && strcmp(option.only_point, a.point->text) != 0) continue;
    snprintf(a.what, sizeof a.what, "%s, %s [%.100s]", r->scenario->name, a.point->text, a.point->statement->sql);
    play_point(&a);
  }
}

static void start_jobs(const reference *r) {
  pid_t jobs[64];
  int n = 0;
  fflush(stdout);
  count->next = count->n_states = 0;
  memset(count->states, 0, sizeof count->states);
  for (; n < option.jobs && n < 64; n++) {
    if ((jobs[n] = fork()) != 0) continue;
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    if (!database_load()) exit(1);
    work_on_points(r);
    fflush(stdout);
    _exit(0);
  }
  for (int i = 0; i < n; i++) {
    outcome o = sbe_wait(jobs[i]);
    check(o.exit_status == 0, "%s: a process of this test ended with %d, signal %d", r->scenario->name, o.exit_status,
          o.signal);
  }
}

void matrix_play(const scenario *s) {
  reference r;
  if (!reference_make(s) || !reference_read(s, &r)) {
    check(false, "%s: could not be played undisturbed", s->name);
    return;
  }
  points_make(&r.points, option.all);
  size_t changes = 0;
  time_t begin = time(NULL);
  for (size_t i = 0; i < r.points.n_statements; i++) changes += strlen(r.points.statements[i].changes);
  int failed = count->failed;
  start_jobs(&r);
  printf(
      "%s (%s): %zu statements, %zu changes of files; killed at %zu points, which left %d states; %d failed, %ld s\n",
      s->name, s->what, r.points.n_statements, changes, r.points.n, count->n_states, count->failed - failed,
      (long)(time(NULL) - begin));
}
