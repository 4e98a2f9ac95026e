/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the recorder share. */
#ifndef RECORDER_H
#define RECORDER_H

#include <stdbool.h>
#include <stdio.h>
#include "sbe/adapter.h"

extern const sbe_host *recorder_host;

/* A block of a script: what is answered to the statements that it matches. */
typedef struct recorder_block {
  struct recorder_block *next;
  char *match; /* part of the statement; of a describe, the table as schema.table */
  bool describe;
  long times; /* answers left; -1: any number */
  size_t n_columns;
  char **columns;
  size_t n_rows;
  struct recorder_row {
    size_t n;
    sbe_value *values;
  } * rows;
  int64_t count; /* rows written, -1: not known */
  long ticks;    /* calls of `tick` before the answer */
  int32_t fail;  /* SBE_…; SBE_OK: succeed */
  char *message;
} recorder_block;

typedef struct recorder_script {
  char *bytes; /* all texts lie in it */
  recorder_block *first, *last;
} recorder_script;

/* The language stands in script.c. On failure nothing is left to be freed. */
int32_t recorder_script_read(const char *path, recorder_script *ret_script, sbe_error *error);
void recorder_script_free(recorder_script *script);
/* The first block that matches and has an answer left, which it loses; or NULL. */
recorder_block *recorder_script_find(recorder_script *script, bool describe, const char *text);

/* The row of the run lock (recorder_lock.c). */
typedef struct recorder_lock {
  bool known; /* it was looked for in the script */
  bool there, held;
  int64_t token, pid, process_start, since, expires, clock;
  char holder[64], host[256];
} recorder_lock;

/* token, holder, pid, process_start, host, since, expires, and the warehouse's clock */
#define RECORDER_LOCK_CELLS 8
typedef struct recorder_lock_answer {
  bool holds; /* of a guard */
  size_t n_rows;
  sbe_value cells[RECORDER_LOCK_CELLS];
  recorder_lock seen; /* where their texts are */
} recorder_lock_answer;

/* Answers false when the statement is not about the lock. `block` is what the script has for it, or NULL. */
bool recorder_lock_asked(recorder_lock *lock, const recorder_script *script, const char *sql,
                         const recorder_block *block, recorder_lock_answer *ret);

extern const sbe_dialect recorder_dialect;

#endif
