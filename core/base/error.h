/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two kinds of bad news. An `sbe_error` is one failure on its way up; a `sbe_report` collects all
 * that is wrong with the user's files, so that they are told in one go, each at its place.
 */
#ifndef SBE_CORE_ERROR_H
#define SBE_CORE_ERROR_H

#include <stdbool.h>
#include <stdarg.h>
#include "sbe/base.h"
#include "core/base/arena.h"

struct sbe_error {
  int32_t code; /* SBE_OK: nothing happened */
  char sqlstate[6];
  char message[2048]; /* longer ones are cut at a character, with "…" */
};

#define SBE_NO_ERROR {SBE_OK, "", ""}

/* Answers `code`. `error` may be NULL. The function behind sbe_host.error. */
int32_t sbe_error_set(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) SBE_PRINTF(4, 5);
int32_t sbe_error_vset(sbe_error *error, int32_t code, const char *sqlstate, const char *format, va_list arguments)
    SBE_PRINTF(4, 0);
/* "busy", "auth", … for --json and the log. */
const char *sbe_error_name(int32_t code);

typedef enum { SBE_NOTE, SBE_WARNING, SBE_ERROR } sbe_severity;

/* Where something stands in a file. Lines and columns count from 1, columns in characters; 0: unknown. */
typedef struct sbe_place {
  const char *file;
  uint32_t line, column;
} sbe_place;

typedef struct sbe_finding {
  struct sbe_finding *next;
  sbe_severity severity;
  sbe_place place;
  const char *message;
} sbe_finding;

/* Findings in the order in which they came; printed in the order of file, line, column. */
typedef struct sbe_report {
  sbe_arena *arena;
  sbe_finding *first, *last;
  size_t errors, warnings;
} sbe_report;

/* After 1,000 errors the rest are counted, not kept. */
void sbe_report_add(sbe_report *report, sbe_severity severity, sbe_place place, const char *format, ...)
    SBE_PRINTF(4, 5);
/* Sorted by file, line and column (stable), for printing. Answers the new first one. */
sbe_finding *sbe_report_sort(sbe_report *report);

#endif
