/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside tests/crash: what its files share. scenarios.c says what is played, child.c runs the program
 * under test, points.c says where it can be killed, matrix.c kills and compares, others.c has the tests
 * with two runs and with Ctrl-C.
 */
#ifndef SBE_TESTS_CRASH_CRASH_H
#define SBE_TESTS_CRASH_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PATH_SIZE 1024

/* ---- how this was called ---- */

typedef struct options {
  const char *sbe, *killer; /* absolute paths: the program under test, and the killer */
  char work[PATH_SIZE];     /* absolute; everything is done below it */
  int jobs;
  bool all;         /* every point, not only those of `make check` */
  bool keep;        /* leave `work` behind */
  const char *only; /* the one scenario, or NULL */
  const char *only_point;
} options;
extern options option;

/* Shared by all processes of this test. */
typedef struct counts {
  int passed, failed, skipped;
  int next;     /* point to take */
  int n_states; /* of the database, found after the kills of one scenario */
  unsigned long states[4096];
} counts;
extern counts *count;

/* One check: counts it; prints a line when it did not hold. */
bool check(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- scenarios ---- */

typedef struct expectation {
  const char *query, *answer; /* one cell as text */
} expectation;

typedef struct scenario {
  const char *name, *what;
  const char *vars;         /* besides the start date */
  const char *views_before; /* definitions of the set-up; NULL: the same */
  const char *views;
  const char *set_up[4];                      /* clocks of the runs before */
  const char *as_of, *flags;                  /* the run that is killed */
  const char *flags_again;                    /* if not NULL: after the kill, also tried with these flags instead */
  const char *later, *later_flags;            /* the run after it */
  expectation expected[5], expected_later[5]; /* by hand: the run does what the scenario is for */
} scenario;
extern const scenario scenarios[];
extern const size_t n_scenarios;

/* The profile of a project, for its own database (NULL) or that of another directory. */
bool write_profile(const char *directory, const char *of);
/* A project in `directory` with its database, set up to the run that will be killed. */
bool scenario_make(const scenario *s, const char *directory);

/* ---- files ---- */

void join(char out[PATH_SIZE], const char *directory, const char *name);
bool make_directory(const char *path);
bool write_file(const char *directory, const char *name, const char *text);
/* "" when it is not there; to be freed. */
char *read_file(const char *directory, const char *name);
void remove_tree(const char *path);
/* Puts the project of `from`, and its database, in place of that in `to`. */
bool restore(const char *from, const char *to);

/* ---- the program under test ---- */

typedef struct outcome {
  int exit_status; /* -1: ended by `signal` */
  int signal;
} outcome;

/* `sbe run` in a project, its output in out.txt there. `point`, `list`: for the killer, or NULL. */
pid_t sbe_start(const char *directory, const char *as_of, const char *flags, const char *point, const char *list);
outcome sbe_wait(pid_t pid);
outcome sbe_run_to_end(const char *directory, const char *as_of, const char *flags, const char *point);
/* "exit status 1", "signal 9", and the end of what it said. In a buffer that lasts until the next call. */
const char *outcome_text(const char *directory, outcome o);

/* ---- points ---- */

typedef struct statement {
  int number;
  long microseconds;
  char changes[64]; /* of files, a letter each, see killer.c */
  char how[16];     /* open, query, execute, close */
  char sql[160];
} statement;

typedef struct point {
  char text[48]; /* for KILLER_POINT */
  const statement *statement;
  bool half_done; /* the statement has changed files, but not all that it changes */
} point;

typedef struct points {
  size_t n_statements, n;
  statement *statements;
  point *points;
} points;

/* The statements that an undisturbed run has written to `list`. */
bool statements_read(const char *list, points *ret_points);
/* All points, or those of `make check`. */
void points_make(points *p, bool all);
/* The `nth` statement (from 1) that begins with `start` and has `part` in it; NULL: told. */
const statement *statement_find(const points *p, const char *start, const char *part, int nth);

/* ---- the tests ---- */

/* The undisturbed run of a scenario, in work/NAME: base/ before it, and as texts */
typedef struct reference {
  const scenario *scenario;
  char directory[PATH_SIZE]; /* work/NAME */
  char base[PATH_SIZE];      /* the project before the run */
  char *before, *after, *later;
  char *again, *again_later; /* with flags_again and nothing killed; NULL: that run was refused */
  points points;
} reference;

/* In a child process: plays it undisturbed, and keeps it in files, from which it can be read. */
bool reference_make(const scenario *s);
bool reference_read(const scenario *s, reference *ret_reference);

void matrix_play(const scenario *s);
void others_play(void);

/* Calls `work(user)` in a process of its own, with the library loaded. Answers whether it ended well. */
bool in_child(void (*work)(const void *user), const void *user);

#endif
