/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures on their way up, and the list of all that is wrong with the user's files. Every layer and
 * (through sbe_host.error) every adapter calls it. A finding is one line: whatever a file contains, it
 * must never put a line break or a terminal's escape sequence into a message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/string.h"

#define MAX_KEPT 1000    /* findings of one severity */
#define MAX_MESSAGE 2048 /* bytes of one, with its NUL */

static const char ellipsis[] = "…";

/* `text` holds `capacity` bytes, and its message was longer than that: end it at a character, with "…". */
static void cut(char *text, size_t capacity) {
  size_t at = capacity - sizeof ellipsis;
  while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
  memcpy(text + at, ellipsis, sizeof ellipsis);
}

static void print_cut(char *text, size_t capacity, const char *format, va_list arguments) SBE_PRINTF(3, 0);
static void print_cut(char *text, size_t capacity, const char *format, va_list arguments) {
  int size = vsnprintf(text, capacity, format, arguments);
  if (size < 0) text[0] = '\0';
  if (size > 0 && (size_t)size >= capacity) cut(text, capacity);
}

int32_t sbe_error_vset(sbe_error *error, int32_t code, const char *sqlstate, const char *format, va_list arguments) {
  if (!error) return code;
  /* Printed aside first: an argument may be the error's old message. */
  char message[sizeof error->message];
  print_cut(message, sizeof message, format, arguments);
  char state[sizeof error->sqlstate] = "";
  if (sqlstate) memcpy(state, sqlstate, strnlen(sqlstate, sizeof state - 1));
  error->code = code;
  memcpy(error->sqlstate, state, sizeof state);
  memcpy(error->message, message, strlen(message) + 1);
  return code;
}

int32_t sbe_error_set(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sbe_error_vset(error, code, sqlstate, format, arguments);
  va_end(arguments);
  return code;
}

const char *sbe_error_name(int32_t code) {
  static const char *const names[] = {
      [SBE_OK] = "ok",
      [SBE_INVALID] = "invalid",
      [SBE_AUTH] = "auth",
      [SBE_NOT_FOUND] = "not_found",
      [SBE_SYNTAX] = "syntax",
      [SBE_DATA] = "data",
      [SBE_CONFLICT] = "conflict",
      [SBE_BUSY] = "busy",
      [SBE_TIMEOUT] = "timeout",
      [SBE_CANCELLED] = "cancelled",
      [SBE_UNSUPPORTED] = "unsupported",
      [SBE_IO] = "io",
      [SBE_UNKNOWN_OUTCOME] = "unknown_outcome",
      [SBE_INTERNAL] = "internal",
  };
  bool known = code >= 0 && (size_t)code < sizeof names / sizeof *names;
  return known ? names[code] : names[SBE_INTERNAL];
}

/*
 * One line of UTF-8 that a terminal can be trusted with: white space becomes a space; other control characters,
 * and what is left of a character that a precision has cut, become '?'.
 */
static void tidy(char *text) {
  size_t size = strlen(text), bad = 0;
  for (size_t at = 0; !sbe_utf8_valid(text + at, size - at, &bad);) text[at += bad] = '?';
  char *to = text;
  for (const char *at = text; *at; at++) {
    unsigned char c = (unsigned char)*at;
    if (c == '\t' || c == '\n' || c == '\r') {
      *to++ = ' ';
    } else if (c < 0x20 || c == 0x7F) {
      *to++ = '?';
    } else if (c == 0xC2 && ((unsigned char)at[1] & 0xE0) == 0x80) { /* U+0080 to U+009F */
      *to++ = '?';
      at++;
    } else {
      *to++ = *at;
    }
  }
  *to = '\0';
}

void sbe_report_add(sbe_report *report, sbe_severity severity, sbe_place place, const char *format, ...) {
  size_t kept = severity == SBE_ERROR ? report->errors++ : severity == SBE_WARNING ? report->warnings++ : 0;
  if (kept >= MAX_KEPT) return;
  char message[MAX_MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  print_cut(message, sizeof message, format, arguments);
  va_end(arguments);
  tidy(message);
  sbe_finding *finding = SBE_NEW(report->arena, sbe_finding);
  finding->severity = severity;
  finding->place = place;
  finding->message = sbe_arena_strdup(report->arena, message);
  if (report->last)
    report->last->next = finding;
  else
    report->first = finding;
  report->last = finding;
}

/* Findings without a file come first, in a file those without a line. */
static int compare(const sbe_finding *a, const sbe_finding *b) {
  int files = strcmp(a->place.file ? a->place.file : "", b->place.file ? b->place.file : "");
  if (files) return files;
  if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
  if (a->place.column != b->place.column) return a->place.column < b->place.column ? -1 : 1;
  return 0;
}

static sbe_finding *merge(sbe_finding *a, sbe_finding *b) {
  sbe_finding *first = NULL, **tail = &first;
  while (a && b) {
    sbe_finding **least = compare(b, a) < 0 ? &b : &a;
    *tail = *least;
    tail = &(*least)->next;
    *least = *tail;
  }
  *tail = a ? a : b;
  return first;
}

sbe_finding *sbe_report_sort(sbe_report *report) {
  /* Merge sort from the bottom: runs[i] is a sorted run of 2^i findings, older ones in the higher runs. */
  enum { RUNS = 40 };
  sbe_finding *runs[RUNS] = {NULL};
  for (sbe_finding *finding = report->first, *next; finding; finding = next) {
    next = finding->next;
    finding->next = NULL;
    int i = 0;
    for (; i < RUNS - 1 && runs[i]; i++) {
      finding = merge(runs[i], finding);
      runs[i] = NULL;
    }
    runs[i] = merge(runs[i], finding);
  }
  report->first = NULL;
  for (int i = 0; i < RUNS; i++) report->first = merge(runs[i], report->first);
  report->last = report->first;
  while (report->last && report->last->next) report->last = report->last->next;
  return report->first;
}
