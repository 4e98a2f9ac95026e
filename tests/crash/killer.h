/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the killers: which statement is being executed, and what is to happen at it. A killer is preloaded
 * (LD_PRELOAD) into the program under test, stands between an adapter and its client library, counts the
 * statements, and at a given point ends its own process with SIGKILL, or stops it, or sends it Ctrl-C. So the
 * program under test has no hook for this test in it. killer_duckdb.c and killer_postgres.c say where
 * statements begin and end.
 *
 *   KILLER_LIST      file to write the statements to, a line each:
 *                    number, microseconds, a letter for each change of a file, how it is executed, SQL
 *   KILLER_POINT     before:N     killed before statement N is executed
 *                    during:N:US  from another thread, US microseconds after it began; at its end at last
 *                    io:N:K       before the K-th change of a file by statement N (DuckDB)
 *                    torn:N:K     the same, with the first half of that write done; PostgreSQL: when half of
 *                                 the statement has been sent
 *                    sent:N       when all of it has been sent, and no answer was read (PostgreSQL)
 *                    after:N      when it is done, before the program hears of it
 *                    stop:N       SIGSTOP as it begins
 *                    interrupt:N  SIGINT as it begins; it then takes as long as it is let (COMMIT: 0.15 s)
 *
 * Concurrency: statements come one at a time, changes of files perhaps from several threads.
 */
#ifndef SBE_TESTS_CRASH_KILLER_H
#define SBE_TESTS_CRASH_KILLER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MOST_CHANGES 512
#define EXPORTED __attribute__((visibility("default")))

/* The next library's own. Looked up at each call: some come before any constructor of ours. */
#define NEXT(name)                                                                                                     \
  __typeof__(name) *next;                                                                                              \
  void *address = dlsym(RTLD_NEXT, #name);                                                                             \
  memcpy(&next, &address, sizeof next)

#pragma GCC visibility push(hidden)

enum action { NONE, BEFORE, DURING, IO, TORN, SENT, AFTER, STOP, INTERRUPT };

typedef struct killer_state {
  enum action action;
  int point;    /* number of the statement */
  long detail;  /* microseconds, or which change of a file */
  int number;   /* of the statement that is being executed, from 1 */
  bool running; /* between its begin and end */
  atomic_int changes;
  char letters[MOST_CHANGES + 1];
} killer_state;
extern killer_state killer;

_Noreturn void killer_die(void);
/* Is this the statement, and that what is to happen? */
bool killer_is(enum action action);
void killer_begin(const char *sql, const char *how);
void killer_end(void);
/* A COMMIT is held for a while where it is to be interrupted; false: this one is to take for ever. */
bool killer_hold(const char *sql);
void killer_read_environment(void);
/* When the process ends by itself: writes what is still to be listed. */
void killer_finish(void);

#pragma GCC visibility pop

#endif
