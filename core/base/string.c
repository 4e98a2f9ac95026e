/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small things about strings: comparison, UTF-8, snake case, near misses, hashes, numbers as text.
 * Called from everywhere. It must never depend on a locale, nor read past the size it is given.
 */
#include <string.h>

#include "core/base/string.h"

#define MAX_NEAR 128 /* bytes; nothing longer is taken for a misspelling */

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

static bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

static char to_small(char c) {
  return is_capital(c) ? (char)(c - 'A' + 'a') : c;
}

bool sbe_streq(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

bool sbe_strcaseeq(const char *a, const char *b) {
  if (!a || !b) return a == b;
  while (*a && to_small(*a) == to_small(*b)) a++, b++;
  return to_small(*a) == to_small(*b);
}

bool sbe_starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Bytes of the character that begins with `lead`, and the range of its second byte (Unicode, table 3-7). */
static size_t utf8_length(unsigned char lead, unsigned char *ret_least, unsigned char *ret_most) {
  *ret_least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  *ret_most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (lead < 0x80) return lead ? 1 : 0;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

/* Eight bytes that are all from 0x01 to 0x7F? */
static bool plain_eight(const char *text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
  return ((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) == 0;
}

bool sbe_utf8_valid(const char *text, size_t size, size_t *ret_bad) {
  size_t at = 0;
  while (at < size) {
    if (size - at >= 8 && plain_eight(text + at)) {
      at += 8;
      continue;
    }
    unsigned char least, most;
    size_t length = utf8_length((unsigned char)text[at], &least, &most);
    bool good = length > 0 && length <= size - at;
    for (size_t i = 1; good && i < length; i++) {
      unsigned char c = (unsigned char)text[at + i];
      good = c >= (i == 1 ? least : 0x80) && c <= (i == 1 ? most : 0xBF);
    }
    if (!good) {
      if (ret_bad) *ret_bad = at;
      return false;
    }
    at += length;
  }
  return true;
}

void sbe_snake(const char *name, char *ret_name, size_t size) {
  if (size == 0) return;
  size_t n = 0;
  for (const char *at = name; *at; at++) {
    char before = at == name ? '\0' : at[-1];
    if (((unsigned char)*at & 0xC0) == 0x80) continue; /* the rest of a character that is '_' already */
    bool word = is_capital(*at) && (is_small(before) || is_digit(before) || (is_capital(before) && is_small(at[1])));
    if (word && n + 1 < size) ret_name[n++] = '_';
    bool kept = is_capital(*at) || is_small(*at) || is_digit(*at);
    if (n + 1 < size) ret_name[n++] = kept ? to_small(*at) : '_';
  }
  ret_name[n] = '\0';
}

static int least_of(int a, int b) {
  return a < b ? a : b;
}

/* Edit distance in halves: an insertion, removal, change or swap of neighbours is 2, a change of case 1. */
static int distance(const char *a, size_t a_size, const char *b, size_t b_size) {
  int rows[3][MAX_NEAR + 1];
  int *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b_size; j++) last[j] = (int)j * 2;
  for (size_t i = 1; i <= a_size; i++) {
    row[0] = (int)i * 2;
    for (size_t j = 1; j <= b_size; j++) {
      char x = a[i - 1], y = b[j - 1];
      int change = x == y ? 0 : to_small(x) == to_small(y) ? 1 : 2;
      row[j] = least_of(last[j - 1] + change, least_of(last[j], row[j - 1]) + 2);
      if (i > 1 && j > 1 && x == b[j - 2] && y == a[i - 2] && x != y) row[j] = least_of(row[j], before[j - 2] + 2);
    }
    int *free_row = before;
    before = last;
    last = row;
    row = free_row;
  }
  return last[b_size];
}

const char *sbe_nearest(const char *name, const char *const *candidates) {
  size_t size = strnlen(name, MAX_NEAR + 1);
  const char *nearest = NULL;
  int least = 0;
  for (; size <= MAX_NEAR && *candidates; candidates++) {
    size_t other = strnlen(*candidates, MAX_NEAR + 1);
    if (other > MAX_NEAR) continue;
    int found = distance(name, size, *candidates, other);
    size_t longer = size > other ? size : other;
    if ((size_t)found * 3 > longer * 2 || (nearest && found >= least)) continue;
    nearest = *candidates;
    least = found;
  }
  return nearest;
}

uint64_t sbe_hash(uint64_t hash, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  return hash;
}

bool sbe_parse_int64(const char *text, size_t size, int64_t *ret_number) {
  size_t at = size && (text[0] == '+' || text[0] == '-');
  bool negative = at && text[0] == '-';
  if (at == size) return false;
  const uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  uint64_t number = 0;
  for (; at < size; at++) {
    if (!is_digit(text[at])) return false;
    uint64_t digit = (uint64_t)(text[at] - '0');
    if (number > (most - digit) / 10) return false;
    number = number * 10 + digit;
  }
  *ret_number = negative ? (int64_t)-number : (int64_t)number;
  return true;
}

static size_t count_digits(const char *text, size_t size) {
  size_t n = 0;
  while (n < size && is_digit(text[n])) n++;
  return n;
}

bool sbe_is_number(const char *text, size_t size) {
  size_t at = size && (text[0] == '+' || text[0] == '-');
  size_t whole = count_digits(text + at, size - at), part = 0;
  at += whole;
  if (at < size && text[at] == '.') {
    at++;
    part = count_digits(text + at, size - at);
    at += part;
  }
  if (whole + part == 0) return false;
  if (at < size && (text[at] == 'e' || text[at] == 'E')) {
    at++;
    if (at < size && (text[at] == '+' || text[at] == '-')) at++;
    size_t exponent = count_digits(text + at, size - at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == size;
}
