/* SPDX-License-Identifier: Apache-2.0 */
/* See sql.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/snowflake/sql.h"

int sql_passed, sql_failed;

bool check_text(const char *what, const char *expected, const char *got) {
  bool same = expected == NULL || got == NULL ? expected == got : strcmp(expected, got) == 0;
  if (same)
    sql_passed++;
  else
    printf("FAIL: %s\n  expected: %s\n  got:      %s\n", what, expected == NULL ? "NULL" : expected,
           got == NULL ? "NULL" : got);
  sql_failed += !same;
  return same;
}

bool check_true(const char *what, bool holds) {
  return check_text(what, "true", holds ? "true" : "false");
}

/* ---- The host ---- */

static int32_t host_error(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) {
  (void)sqlstate;
  va_list arguments;
  va_start(arguments, format);
  error->code = code;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

static void host_put(sbe_text *text, const char *bytes, size_t size) {
  if (text->size + size + 1 > text->room) {
    text->room = 2 * (text->size + size + 1);
    if ((text->data = realloc(text->data, text->room)) == NULL) abort();
  }
  memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = '\0';
}

static sbe_text *host_statement(sbe_statements *list, uint32_t flags) {
  if (list->n == sizeof list->items / sizeof list->items[0]) abort();
  list->flags[list->n] = flags;
  return &list->items[list->n++];
}

static bool capital(char c) {
  return c >= 'A' && c <= 'Z';
}
static bool small(char c) {
  return c >= 'a' && c <= 'z';
}
static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static void host_snake(const char *name, char *ret_name, size_t size) {
  size_t n = 0;
  for (const char *c = name; *c != '\0' && n + 2 < size + 1; c++) {
    if (((unsigned char)*c & 0xC0) == 0x80) continue;
    char before = c == name ? '\0' : c[-1];
    if (capital(*c) && (small(before) || digit(before) || (capital(before) && small(c[1])))) ret_name[n++] = '_';
    ret_name[n++] = capital(*c) ? (char)(*c - 'A' + 'a') : small(*c) || digit(*c) ? *c : '_';
  }
  ret_name[n] = '\0';
}

static const sbe_host host = {.struct_size = sizeof(sbe_host),
                              .error = host_error,
                              .put = host_put,
                              .statement = host_statement,
                              .snake = host_snake};
const sbe_host *sbe_snowflake_host = &host;

/* ---- Texts and patterns ---- */

void text_clear(sbe_text *text) {
  free(text->data);
  *text = (sbe_text){0};
}

void text_put(sbe_text *text, const char *bytes) {
  host_put(text, bytes, strlen(bytes));
}

void text_format(sbe_text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *made = NULL;
  if (vasprintf(&made, format, arguments) < 0) abort();
  va_end(arguments);
  text_put(text, made);
  free(made);
}

void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands) {
  for (const char *c = pattern; *c != '\0'; c++) {
    if (c[0] == '{' && c[1] == '{') {
      text_put(out, "{");
      c++;
    } else if (c[0] == '{' && digit(c[1]) && c[2] == '}' && (size_t)(c[1] - '0') < n) {
      text_put(out, operands[c[1] - '0']);
      c += 2;
    } else {
      host_put(out, c, 1);
    }
  }
}

const char *operation(int32_t operation) {
  const sbe_pattern *row = sbe_snowflake_dialect.patterns;
  while (row->operation != SBE_OP_END && row->operation != operation) row++;
  return row->pattern;
}

const char *read_pattern(int32_t type, int32_t class_) {
  const sbe_read *row = sbe_snowflake_dialect.reads;
  while (row->type != 0 && (row->type != type || row->from != class_)) row++;
  return row->pattern;
}

void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand) {
  const char *pattern = read_pattern(type, class_);
  if (pattern != NULL) {
    put_pattern(out, pattern, 1, &operand);
    return;
  }
  sbe_text text = {0};
  put_pattern(&text, read_pattern(SBE_TYPE_TEXT, class_), 1, &operand);
  put_pattern(out, read_pattern(type, SBE_CLASS_TEXT), 1, (const char *const[]){text.data});
  text_clear(&text);
}
