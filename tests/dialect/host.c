/* SPDX-License-Identifier: Apache-2.0 */
/* See host.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dialect/host.h"

int sql_passed, sql_failed, sql_skipped;

/* ---- Checks ---- */

bool check_text(const char *what, const char *expected, const char *got) {
  bool same = expected == NULL || got == NULL ? expected == got : strcmp(expected, got) == 0;
  if (same) {
    sql_passed++;
  } else {
    sql_failed++;
    printf("FAIL: %s\n  expected: %.2000s\n  got:      %.2000s\n", what, expected == NULL ? "NULL" : expected,
           got == NULL ? "NULL" : got);
  }
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

const sbe_host dialect_host = {.struct_size = sizeof(sbe_host),
                               .error = host_error,
                               .put = host_put,
                               .statement = host_statement,
                               .snake = host_snake};

/* ---- Texts and patterns ---- */

void text_clear(sbe_text *text) {
  free(text->data);
  *text = (sbe_text){0};
}

void text_put(sbe_text *text, const char *bytes) {
  host_put(text, bytes, strlen(bytes));
}

void text_format(sbe_text *text, const char *format, ...) {
  char *printed = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&printed, format, arguments) < 0) abort();
  va_end(arguments);
  text_put(text, printed);
  free(printed);
}

void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands) {
  for (const char *c = pattern; *c != '\0'; c++) {
    if (c[0] == '{' && digit(c[1]) && c[2] == '}' && (size_t)(c[1] - '0') < n) {
      text_put(out, operands[c[1] - '0']);
      c += 2;
    } else {
      host_put(out, c, 1);
      if (c[0] == '{' && c[1] == '{') c++;
    }
  }
}

const char *operation(int32_t wanted) {
  for (const sbe_pattern *row = dialect_tested->patterns; row->operation != SBE_OP_END; row++)
    if (row->operation == wanted) return row->pattern;
  return NULL;
}

const char *physical(int32_t type) {
  for (const sbe_physical *row = dialect_tested->physical; row->type != 0; row++)
    if (row->type == type) return row->name;
  return NULL;
}

const char *read_pattern(int32_t type, int32_t class_) {
  for (const sbe_read *row = dialect_tested->reads; row->type != 0; row++)
    if (row->type == type && row->from == class_) return row->pattern;
  return NULL;
}
