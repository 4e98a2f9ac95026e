/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding values in JSON's text. SQLite has `->`, but no way to look a member up by another spelling,
 * and its numbers pass through doubles; so source.c asks `json_valid` and then this file. It never
 * copies a value: it answers where it stands. It is safe on any text, and right on valid JSON.
 *
 * To change: a warehouse with nested columns looks members up in `source`, by the column's type, once.
 */
#include <string.h>

#include "sqlite_adapter.h"

enum { LONGEST_NAME = 1024 };

static bool is_one_of(char c, const char *set) {
  return c != '\0' && strchr(set, c) != NULL;
}

static size_t skip_spaces(slice s, size_t at) {
  while (at < s.size && is_one_of(s.text[at], " \t\n\r")) at++;
  return at;
}

/* Past the text that begins at `at` with a quote. */
static size_t skip_text(slice s, size_t at) {
  for (at++; at < s.size && s.text[at] != '"'; at++)
    if (s.text[at] == '\\') at++;
  return at < s.size ? at + 1 : s.size;
}

/* Past any value, however deep. */
static size_t skip_value(slice s, size_t at) {
  size_t depth = 0;
  do {
    if (at >= s.size) return s.size;
    if (s.text[at] == '"') {
      at = skip_text(s, at);
    } else if (is_one_of(s.text[at], "{[")) {
      depth++;
      at++;
    } else if (is_one_of(s.text[at], "}],: \t\n\r")) {
      if (depth == 0) return at;
      depth -= is_one_of(s.text[at], "}]");
      at++;
    } else { /* a number, or a word */
      while (at < s.size && !is_one_of(s.text[at], "\"{[}],: \t\n\r")) at++;
    }
  } while (depth > 0);
  return at;
}

/* ---- texts ---- */

static int hex(slice s, size_t at) {
  int value = 0;
  for (size_t i = at; i < at + 4; i++) {
    char c = i < s.size ? s.text[i] : '0';
    value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  }
  return value & 0xFFFF;
}

static void put_code_point(sqlite3_str *out, int c) {
  char bytes[4];
  int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (n == 1) bytes[0] = (char)c;
  for (int i = n - 1; n > 1 && i > 0; i--, c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3F));
  if (n > 1) bytes[0] = (char)((0xF00 >> n) | c);
  sqlite3_str_append(out, bytes, n);
}

/* Behind `\u`; two of them for what is not in the first 65,536. Half of such a pair is U+FFFD. */
static size_t unescape_code(slice s, size_t at, sqlite3_str *out) {
  int c = hex(s, at);
  at += 4;
  if (c >= 0xD800 && c < 0xDC00 && at + 6 <= s.size && s.text[at] == '\\' && s.text[at + 1] == 'u') {
    int low = hex(s, at + 2);
    if (low >= 0xDC00 && low < 0xE000) {
      put_code_point(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
      return at + 6;
    }
  }
  put_code_point(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
  return at;
}

/* `text` with its quotes. */
static void unescape(slice text, sqlite3_str *out) {
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  size_t end = text.size > 1 ? text.size - 1 : 1;
  for (size_t at = 1; at < end;) {
    size_t plain = at;
    while (at < end && text.text[at] != '\\') at++;
    sqlite3_str_append(out, text.text + plain, (int)(at - plain));
    if (at + 1 >= end) return;
    char c = text.text[at + 1];
    const char *known = strchr(from, c);
    at += 2;
    if (c == 'u')
      at = unescape_code(text, at, out);
    else
      sqlite3_str_appendchar(out, 1, known != NULL && c != '\0' ? to[known - from] : c);
  }
}

static void json_quote(sqlite3_str *out, const char *text, size_t size) {
  sqlite3_str_appendchar(out, 1, '"');
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '"' || text[i] == '\\') sqlite3_str_appendchar(out, 1, '\\');
    if ((unsigned char)text[i] < 0x20)
      sqlite3_str_appendf(out, "\\u%04x", text[i]);
    else
      sqlite3_str_appendchar(out, 1, text[i]);
  }
  sqlite3_str_appendchar(out, 1, '"');
}

void json_value(sqlite3_str *out, sqlite3_value *value) {
  char text[48];
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    sqlite3_str_append(out, text, int128_format(sqlite3_value_int64(value), text));
    return;
  case SQLITE_FLOAT:
    double_format(sqlite3_value_double(value), text);
    sqlite3_str_appendall(out, text);
    return;
  case SQLITE_NULL:
    sqlite3_str_appendall(out, "null");
    return;
  default:
    json_quote(out, (const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value));
  }
}

/* ---- members and items ---- */

static slice value_at(slice s, size_t at, size_t *ret_end) {
  at = skip_spaces(s, at);
  size_t end = skip_value(s, at);
  *ret_end = end;
  return end > at ? (slice){s.text + at, end - at} : (slice){NULL, 0};
}

/* 2: spelled so; 1: of the same snake case; 0: another. */
static int same_name(slice key, const char *name, const char *snaked) {
  char snake[2 * LONGEST_NAME + 1];
  sqlite3_str *text = sqlite3_str_new(NULL);
  unescape(key, text);
  int same = 0;
  int size = sqlite3_str_length(text);
  char *plain = sqlite3_str_finish(text);
  if (plain == NULL) return name[0] == '\0' ? 2 : 0; /* an empty one is NULL for SQLite */
  if (strlen(plain) == (size_t)size && strcmp(plain, name) == 0) {
    same = 2;
  } else if (size <= LONGEST_NAME) {
    host->snake(plain, snake, sizeof snake);
    same = strcmp(snake, snaked) == 0;
  }
  sqlite3_free(plain);
  return same;
}

slice json_member(slice object, const char *name) {
  char snaked[2 * LONGEST_NAME + 1];
  slice found = {NULL, 0};
  size_t at = skip_spaces(object, 0);
  if (at == object.size || object.text[at] != '{' || strlen(name) > LONGEST_NAME) return found;
  host->snake(name, snaked, sizeof snaked);
  for (at = skip_spaces(object, at + 1); at < object.size && object.text[at] == '"';) {
    size_t end = skip_text(object, at);
    slice key = {object.text + at, end - at};
    at = skip_spaces(object, end);
    slice value = value_at(object, at + 1, &end);
    int same = same_name(key, name, snaked);
    if (same == 2) return value;
    if (same == 1 && found.text == NULL) found = value;
    at = skip_spaces(object, end);
    at = at < object.size && object.text[at] == ',' ? skip_spaces(object, at + 1) : object.size;
  }
  return found;
}

slice json_next(slice array, size_t *at) {
  size_t end;
  if (*at == 0) {
    *at = skip_spaces(array, 0);
    if (*at >= array.size || array.text[*at] != '[') return (slice){NULL, 0};
    *at += 1;
  }
  slice item = value_at(array, *at, &end);
  end = skip_spaces(array, end);
  *at = end < array.size && array.text[end] == ',' ? end + 1 : array.size;
  return item;
}

slice json_item(slice array, int64_t index) {
  size_t at = 0;
  slice item = json_next(array, &at);
  while (item.text != NULL && index-- > 0) item = json_next(array, &at);
  return item;
}

bool json_scalar(slice value, bool as_number, sqlite3_str *ret) {
  static const slice words[] = {{"null", 4}, {"true", 4}, {"false", 5}};
  size_t at = skip_spaces(value, 0), end = skip_value(value, at);
  if (at >= value.size || value.text[at] == '{' || value.text[at] == '[') return false;
  slice s = {value.text + at, end - at};
  if (s.text[0] == '"') {
    unescape(s, ret);
    return true;
  }
  for (int i = 0; i < 3; i++) {
    if (s.size != words[i].size || memcmp(s.text, words[i].text, s.size) != 0) continue;
    if (i > 0) sqlite3_str_appendall(ret, as_number ? (i == 1 ? "1" : "0") : words[i].text);
    return i > 0;
  }
  sqlite3_str_append(ret, s.text, (int)s.size);
  return true;
}
