/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in and out for value.h: events are written with it, definitions too, and what the warehouse
 * shows of lists and maps is read with it. Must never use anything of the engine.
 */
#include "tests/brute/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bf_json_string(bf_text *out, const char *text, size_t size) {
  bf_put(out, "\"");
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\')
      bf_print(out, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      bf_print(out, "\\u%04x", c);
    else
      bf_put_n(out, text + i, 1);
  }
  bf_put(out, "\"");
}

/* The shortest of the forms that read back as the same double, and one that looks like a double. */
static void put_real(bf_text *out, double number) {
  char text[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  bf_put(out, text);
  if (!strpbrk(text, ".e")) bf_put(out, ".0");
}

static void put_time(bf_text *out, int64_t microseconds) {
  bf_arena *arena = bf_arena_new();
  bf_print(out, "\"%s+00:00\"", bf_time_text(arena, microseconds, ' '));
  bf_arena_free(arena);
}

void bf_json(bf_text *out, const bf_value *value) {
  switch (value->kind) {
  case BF_NULL:
    bf_put(out, "null");
    break;
  case BF_BOOL:
    bf_put(out, value->i ? "true" : "false");
    break;
  case BF_INT:
    bf_print(out, "%lld", (long long)value->i);
    break;
  case BF_REAL:
    put_real(out, value->d);
    break;
  case BF_TEXT:
    bf_json_string(out, value->text, value->size);
    break;
  case BF_TIME:
    put_time(out, value->i);
    break;
  case BF_ARRAY:
  case BF_OBJECT:
    bf_put(out, value->kind == BF_ARRAY ? "[" : "{");
    for (size_t i = 0; i < value->count; i++) {
      if (i) bf_put(out, ", ");
      if (value->kind == BF_OBJECT) {
        bf_json_string(out, value->names[i], strlen(value->names[i]));
        bf_put(out, ": ");
      }
      bf_json(out, value->items[i]);
    }
    bf_put(out, value->kind == BF_ARRAY ? "]" : "}");
    break;
  }
}

char *bf_json_text(bf_arena *arena, const bf_value *value) {
  bf_text text = {0};
  bf_json(&text, value);
  char *copy = bf_copy_n(arena, text.data, text.size);
  bf_text_free(&text);
  return copy;
}

/* ---- reading ---- */

typedef struct reader {
  bf_arena *arena;
  const char *at;
  int depth;
} reader;

static const bf_value *read_value(reader *in);

static void skip_space(reader *in) {
  while (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r') in->at++;
}

static void put_code_point(bf_text *out, unsigned long c) {
  char bytes[4];
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = n; i-- > 1; c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3f));
  bytes[0] = (char)(heads[n] | c);
  bf_put_n(out, bytes, n);
}

static bool read_hex(reader *in, unsigned long *ret_unit) {
  unsigned long unit = 0;
  for (int i = 0; i < 4; i++, in->at++) {
    const char *digits = "0123456789abcdef";
    char c = *in->at >= 'A' && *in->at <= 'F' ? (char)(*in->at + 32) : *in->at;
    const char *digit = c ? strchr(digits, c) : NULL;
    if (!digit) return false;
    unit = unit * 16 + (unsigned long)(digit - digits);
  }
  *ret_unit = unit;
  return true;
}

static bool read_escape(reader *in, bf_text *out) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  char c = *in->at++;
  const char *simple = c ? strchr(from, c) : NULL;
  if (simple) {
    bf_put_n(out, to + (simple - from), 1);
    return true;
  }
  unsigned long unit, low;
  if (c != 'u' || !read_hex(in, &unit)) return false;
  if (unit >= 0xd800 && unit < 0xdc00 && in->at[0] == '\\' && in->at[1] == 'u') {
    in->at += 2;
    if (!read_hex(in, &low)) return false;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  put_code_point(out, unit);
  return true;
}

/* NULL when there is no string. */
static bf_value *read_string(reader *in) {
  if (*in->at++ != '"') return NULL;
  bf_text text = {0};
  bf_put(&text, "");
  bool good = true;
  while (good && *in->at && *in->at != '"') {
    if (*in->at == '\\') {
      in->at++;
      good = read_escape(in, &text);
    } else {
      bf_put_n(&text, in->at++, 1);
    }
  }
  bf_value *value = good && *in->at == '"' ? bf_string_n(in->arena, text.data, text.size) : NULL;
  in->at++;
  bf_text_free(&text);
  return value;
}

static const bf_value *read_number(reader *in) {
  size_t size = strspn(in->at, "+-0123456789.eE");
  if (size == 0) return NULL;
  char *text = bf_copy_n(in->arena, in->at, size), *end;
  in->at += size;
  errno = 0;
  if (!strpbrk(text, ".eE")) {
    long long number = strtoll(text, &end, 10);
    if (!errno && !*end) return bf_int(in->arena, number);
  }
  double number = strtod(text, &end);
  return *end ? NULL : bf_real(in->arena, number);
}

static const bf_value *read_members(reader *in, bool object) {
  char close = object ? '}' : ']';
  bf_value *value = object ? bf_object(in->arena) : bf_array(in->arena);
  in->at++;
  for (skip_space(in); *in->at != close; skip_space(in)) {
    if (value->count && *in->at++ != ',') return NULL;
    skip_space(in);
    const bf_value *name = NULL;
    if (object) {
      name = read_string(in);
      skip_space(in);
      if (!name || *in->at++ != ':') return NULL;
    }
    const bf_value *item = read_value(in);
    if (!item) return NULL;
    if (object)
      bf_set(in->arena, value, name->text, item);
    else
      bf_add(in->arena, value, item);
  }
  in->at++;
  return value;
}

static bool read_word(reader *in, const char *word) {
  if (strncmp(in->at, word, strlen(word)) != 0) return false;
  in->at += strlen(word);
  return true;
}

static const bf_value *read_value(reader *in) {
  skip_space(in);
  if (++in->depth > 100) return NULL;
  const bf_value *value = NULL;
  if (*in->at == '{' || *in->at == '[')
    value = read_members(in, *in->at == '{');
  else if (*in->at == '"')
    value = read_string(in);
  else if (read_word(in, "null"))
    value = bf_null();
  else if (read_word(in, "true"))
    value = bf_bool(in->arena, true);
  else if (read_word(in, "false"))
    value = bf_bool(in->arena, false);
  else
    value = read_number(in);
  in->depth--;
  return value;
}

const bf_value *bf_parse(bf_arena *arena, const char *text) {
  reader in = {.arena = arena, .at = text};
  const bf_value *value = read_value(&in);
  skip_space(&in);
  return value && !*in.at ? value : NULL;
}
