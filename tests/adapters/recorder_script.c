/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts of the recorder: what it answers. Read by recorder.c when a connection is opened. Must never
 * pass over a line that it does not understand, for a test would then prove nothing.
 *
 * One line each; `#` begins a comment line. A block begins with `on` or `describe` and holds what follows:
 *
 *     on PART OF A STATEMENT    the block answers to statements that hold this text; without one, to all
 *     on connection 3           the third one that is opened; it can only fail
 *     describe SCHEMA.TABLE     … to describe of that table; of each row, name and type are the columns
 *     times 2                   so often; then it is passed over, and a later block may answer
 *     columns position<TAB>count
 *     row time:2025-01-01 10:00:00<TAB>int:5
 *     count 3                   how many rows `run` says it wrote
 *     ticks 3                   how often `tick` is called first
 *     fail busy the file is locked
 *
 * Cells are `null`, or one of bool: int: real: decimal: text: json: date: time: with the value behind
 * it; \t, \n and \\ stand for tab, newline, backslash. A guard that no block matches holds, but
 * that of the run lock, which is asked to its row (recorder_lock.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "recorder.h"

#define MAX_SCRIPT ((size_t)16 << 20)

typedef struct reader {
  const char *path;
  long line;
  recorder_script *script;
  sbe_error *error;
} reader;

static int32_t complain(const reader *r, const char *what) {
  return recorder_host->error(r->error, SBE_INVALID, NULL, "%s:%ld: %s", r->path, r->line, what);
}

static void *must(void *memory) {
  if (!memory) abort();
  return memory;
}

static void unescape(char *text) {
  char *to = text;
  for (const char *from = text; *from; from++) {
    if (*from != '\\' || !from[1]) {
      *to++ = *from;
      continue;
    }
    from++;
    *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from;
  }
  *to = '\0';
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t days_of(long year, long month, long day) {
  long y = month <= 2 ? year - 1 : year;
  long era = y / 400, of_era = y - era * 400;
  long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool read_instant(const char *text, bool with_time, int64_t *ret_number) {
  int year, month, day, hour, minute, second, end = -1;
  long micro = 0;
  if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 || year < 1) return false;
  *ret_number = days_of(year, month, day);
  if (!with_time) return text[10] == '\0';
  end = -1;
  if (sscanf(text + 10, " %2d:%2d:%2d%n", &hour, &minute, &second, &end) != 3) return false;
  const char *rest = text + 10 + end;
  if (*rest == '.') {
    long unit = 100000;
    for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10) micro += (*rest - '0') * unit;
  }
  *ret_number = *ret_number * INT64_C(86400000000) + ((hour * 60L + minute) * 60L + second) * 1000000L + micro;
  return *rest == '\0';
}

static bool read_number(const char *text, int64_t *ret_number) {
  char *end;
  errno = 0;
  *ret_number = strtoll(text, &end, 10);
  return end != text && *end == '\0' && errno == 0;
}

static bool read_cell(char *cell, sbe_value *ret) {
  static const struct {
    const char *prefix;
    int32_t kind;
  } kinds[] = {{"bool:", SBE_VALUE_BOOL},       {"int:", SBE_VALUE_INTEGER},   {"real:", SBE_VALUE_DOUBLE},
               {"decimal:", SBE_VALUE_DECIMAL}, {"text:", SBE_VALUE_TEXT},     {"json:", SBE_VALUE_JSON},
               {"date:", SBE_VALUE_DATE},       {"time:", SBE_VALUE_TIMESTAMP}};
  memset(ret, 0, sizeof *ret);
  if (strcmp(cell, "null") == 0) return true;
  size_t i = 0;
  while (i < sizeof kinds / sizeof *kinds && strncmp(cell, kinds[i].prefix, strlen(kinds[i].prefix)) != 0) i++;
  if (i == sizeof kinds / sizeof *kinds) return false;
  char *text = cell + strlen(kinds[i].prefix), *end;
  ret->kind = kinds[i].kind;
  switch (ret->kind) {
  case SBE_VALUE_BOOL:
    ret->integer = strcmp(text, "true") == 0;
    return ret->integer || strcmp(text, "false") == 0;
  case SBE_VALUE_INTEGER:
    return read_number(text, &ret->integer);
  case SBE_VALUE_DOUBLE:
    ret->real = strtod(text, &end);
    return end != text && *end == '\0';
  case SBE_VALUE_DATE:
  case SBE_VALUE_TIMESTAMP:
    return read_instant(text, ret->kind == SBE_VALUE_TIMESTAMP, &ret->integer);
  default:
    unescape(text);
    ret->text = text;
    ret->size = strlen(text);
    return true;
  }
}

/* Cuts `line` at its tabs. `*ret_cells` is the caller's. */
static size_t cut(char *line, char ***ret_cells) {
  size_t n = 1;
  for (const char *c = line; *c; c++) n += *c == '\t';
  char **cells = must(calloc(n, sizeof *cells));
  for (size_t i = 0; i < n; i++) {
    cells[i] = line;
    line += strcspn(line, "\t");
    if (*line) *line++ = '\0';
  }
  *ret_cells = cells;
  return n;
}

static int32_t read_row(const reader *r, recorder_block *block, char *rest) {
  char **cells;
  size_t n = cut(rest, &cells);
  block->rows = must(realloc(block->rows, (block->n_rows + 1) * sizeof *block->rows));
  struct recorder_row *row = &block->rows[block->n_rows++];
  row->n = n;
  row->values = must(calloc(n, sizeof *row->values));
  bool good = true;
  for (size_t i = 0; i < n && good; i++) good = read_cell(cells[i], &row->values[i]);
  free(cells);
  return good ? SBE_OK
              : complain(r, "a cell is 'null' or begins with bool: int: real: decimal: text: json: date: time:");
}

static int32_t read_failure(const reader *r, recorder_block *block, char *rest) {
  static const char *const names[] = {"ok",   "invalid", "auth",      "not_found",   "syntax", "data",    "conflict",
                                      "busy", "timeout", "cancelled", "unsupported", "io",     "unknown", "internal"};
  size_t size = strcspn(rest, " ");
  for (int32_t code = 1; code < (int32_t)(sizeof names / sizeof *names); code++) {
    if (strlen(names[code]) != size || strncmp(names[code], rest, size) != 0) continue;
    block->fail = code;
    block->message = rest[size] ? rest + size + 1 : rest;
    return SBE_OK;
  }
  return complain(r, "no such kind of failure");
}

static int32_t read_word(const reader *r, const char *word, char *rest) {
  recorder_block *block = r->script->last;
  int64_t number = 0;
  if (strcmp(word, "on") == 0 || strcmp(word, "describe") == 0) {
    block = must(calloc(1, sizeof *block));
    *(r->script->last ? &r->script->last->next : &r->script->first) = block;
    r->script->last = block;
    unescape(rest);
    block->match = rest;
    block->describe = word[0] == 'd';
    block->times = block->count = -1;
    return SBE_OK;
  }
  if (!block) return complain(r, "a script begins with 'on' or 'describe'");
  if (strcmp(word, "row") == 0) return read_row(r, block, rest);
  if (strcmp(word, "fail") == 0) return read_failure(r, block, rest);
  if (strcmp(word, "columns") == 0) {
    free(block->columns);
    block->n_columns = cut(rest, &block->columns);
    return SBE_OK;
  }
  bool good = read_number(rest, &number) && number >= 0;
  if (good && strcmp(word, "times") == 0)
    block->times = (long)number;
  else if (good && strcmp(word, "ticks") == 0)
    block->ticks = (long)number;
  else if (good && strcmp(word, "count") == 0)
    block->count = number;
  else
    return complain(r, "not understood; see tests/adapters/recorder_script.c");
  return SBE_OK;
}

static int32_t read_bytes(const char *path, char **ret_bytes, sbe_error *error) {
  FILE *file = fopen(path, "rbe");
  char *bytes = file ? must(malloc(MAX_SCRIPT)) : NULL;
  size_t size = file ? fread(bytes, 1, MAX_SCRIPT, file) : 0;
  bool good = file && !ferror(file) && size < MAX_SCRIPT;
  int reason = errno;
  if (file) fclose(file);
  if (!good) {
    free(bytes);
    return recorder_host->error(error, SBE_INVALID, NULL, "the script %s cannot be read: %s", path, strerror(reason));
  }
  bytes = must(realloc(bytes, size + 1));
  bytes[size] = '\0';
  *ret_bytes = bytes;
  return SBE_OK;
}

int32_t recorder_script_read(const char *path, recorder_script *ret_script, sbe_error *error) {
  recorder_script script = {NULL, NULL, NULL};
  int32_t code = read_bytes(path, &script.bytes, error);
  if (code != SBE_OK) return code;
  reader r = {path, 0, &script, error};
  for (char *line = script.bytes; *line && code == SBE_OK;) {
    char *next = line + strcspn(line, "\n");
    if (*next) *next++ = '\0';
    r.line++;
    char *rest = line + strcspn(line, " ");
    if (*rest) *rest++ = '\0';
    if (line[0] != '\0' && line[0] != '#') code = read_word(&r, line, rest);
    line = next;
  }
  if (code != SBE_OK)
    recorder_script_free(&script);
  else
    *ret_script = script;
  return code;
}

void recorder_script_free(recorder_script *script) {
  for (recorder_block *block = script->first, *next; block; block = next) {
    next = block->next;
    for (size_t i = 0; i < block->n_rows; i++) free(block->rows[i].values);
    free(block->rows);
    free(block->columns);
    free(block);
  }
  free(script->bytes);
  memset(script, 0, sizeof *script);
}

recorder_block *recorder_script_find(recorder_script *script, bool describe, const char *text) {
  for (recorder_block *block = script->first; block; block = block->next) {
    if (block->describe != describe || block->times == 0) continue;
    if (describe ? strcmp(block->match, text) != 0 : !strstr(text, block->match)) continue;
    if (block->times > 0) block->times--;
    return block;
  }
  return NULL;
}
