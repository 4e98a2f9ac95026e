/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One way to write a value, whichever warehouse it came from. Called by all checks that compare. A text is
 * quoted, so that it never passes for a number.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/date.h"
#include "core/base/string.h"
#include "kit/live.h"

#define MOST_JSON ((size_t)64 << 20)

/* "-0012.500" is "-12.5"; what is no plain decimal stays as it is. */
static const char *plain_decimal(const char *text, size_t size, sbe_arena *arena) {
  bool negative = size && *text == '-';
  const char *at = text + (size && (*text == '-' || *text == '+')), *end = text + size;
  const char *point = memchr(at, '.', (size_t)(end - at));
  for (const char *c = at; c < end; c++)
    if (c != point && (*c < '0' || *c > '9')) return sbe_arena_strndup(arena, text, size);
  while (at < end && *at == '0') at++;
  if (point)
    while (end > point && (end[-1] == '0' || end[-1] == '.')) {
      bool was_point = end[-1] == '.';
      end--;
      if (was_point) break;
    }
  if (at >= end) return "0";
  return sbe_arena_printf(arena, "%s%s%.*s", negative ? "-" : "", *at == '.' ? "0" : "", (int)(end - at), at);
}

static const char *double_text(double number, sbe_arena *arena) {
  char text[40];
  if (isnan(number)) return "NaN";
  if (isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  if (fabs(number) < 1e15 && number == floor(number)) return sbe_arena_printf(arena, "%.0f", number);
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  return sbe_arena_strdup(arena, text);
}

static int by_key(const void *a, const void *b) {
  return strcmp((*(const sbe_node *const *)a)->key, (*(const sbe_node *const *)b)->key);
}

static void put_json(const sbe_node *node, sbe_text *out, sbe_arena *arena) {
  if (node->kind != SBE_NODE_LIST && node->kind != SBE_NODE_MAP) {
    bool text = node->kind == SBE_NODE_STRING, number = node->kind == SBE_NODE_NUMBER;
    if (node->kind == SBE_NODE_NULL)
      sbe_text_puts(out, "null");
    else if (number)
      sbe_text_puts(out, strpbrk(node->text, "eE") ? double_text(strtod(node->text, NULL), arena)
                                                   : plain_decimal(node->text, node->size, arena));
    else
      SBE_PRINT(out, text ? "\"" : "", node->text, text ? "\"" : "");
    return;
  }
  bool map = node->kind == SBE_NODE_MAP;
  size_t n = 0;
  const sbe_node **children = SBE_NEW_ARRAY(arena, const sbe_node *, sbe_node_count(node));
  SBE_EACH(child, node) children[n++] = child;
  if (map && n) qsort(children, n, sizeof *children, by_key);
  sbe_text_putc(out, map ? '{' : '[');
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_putc(out, ',');
    if (map) SBE_PRINT(out, "\"", children[i]->key, "\":");
    put_json(children[i], out, arena);
  }
  sbe_text_putc(out, map ? '}' : ']');
}

static const char *json_text(const sbe_value *value, sbe_arena *arena) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(MOST_JSON);
  sbe_report report = {.arena = arena};
  const sbe_node *node = sbe_json_read(arena, "a cell", value->text, value->size, &report);
  if (!node) return sbe_arena_printf(arena, "broken JSON: %.*s", (int)value->size, value->text);
  put_json(node, &out, arena);
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

const char *canon(const sbe_value *value, sbe_arena *arena) {
  char text[32];
  switch (value->kind) {
  case SBE_VALUE_NULL:
    return "NULL";
  case SBE_VALUE_BOOL:
    return value->integer ? "true" : "false";
  case SBE_VALUE_INTEGER:
    return sbe_arena_printf(arena, "%" PRId64, value->integer);
  case SBE_VALUE_DOUBLE:
    return double_text(value->real, arena);
  case SBE_VALUE_DECIMAL:
    return plain_decimal(value->text, value->size, arena);
  case SBE_VALUE_DATE:
    sbe_date_format(value->integer, text);
    return sbe_arena_strdup(arena, text);
  case SBE_VALUE_TIMESTAMP:
    sbe_timestamp_format(value->integer, text);
    return sbe_arena_strdup(arena, text);
  case SBE_VALUE_TEXT:
    return sbe_arena_printf(arena, "'%.*s'", (int)value->size, value->text);
  case SBE_VALUE_JSON:
    return json_text(value, arena);
  default:
    return sbe_arena_printf(arena, "a value of the unknown kind %d", (int)value->kind);
  }
}

static bool is_real(const char *text) {
  return sbe_is_number(text, strlen(text)) && strpbrk(text, ".eE");
}

bool canon_same(const char *expected, const char *actual, bool loose) {
  if (sbe_streq(expected, actual)) return true;
  if (loose && sbe_streq(expected, "true") && sbe_streq(actual, "1")) return true;
  if (loose && sbe_streq(expected, "false") && sbe_streq(actual, "0")) return true;
  if (!is_real(expected) && !is_real(actual)) return false;
  if (!sbe_is_number(expected, strlen(expected)) || !sbe_is_number(actual, strlen(actual))) return false;
  double a = strtod(expected, NULL), b = strtod(actual, NULL);
  return fabs(a - b) <= 1e-15 * fmax(fabs(a), fabs(b));
}
