/* SPDX-License-Identifier: Apache-2.0 */
/* See cells.h. Knows no locale. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/snowflake/cells.h"

static const struct {
  const char *type;
  sbe_snowflake_form form;
} forms[] = {
    {"fixed", SBE_SNOWFLAKE_FIXED},
    {"real", SBE_SNOWFLAKE_REAL},
    {"text", SBE_SNOWFLAKE_TEXT},
    {"boolean", SBE_SNOWFLAKE_BOOLEAN},
    {"date", SBE_SNOWFLAKE_DATE},
    {"time", SBE_SNOWFLAKE_TIME},
    {"timestamp_ntz", SBE_SNOWFLAKE_TIMESTAMP},
    {"timestamp_ltz", SBE_SNOWFLAKE_TIMESTAMP},
    {"timestamp_tz", SBE_SNOWFLAKE_TIMESTAMP},
    {"variant", SBE_SNOWFLAKE_JSON},
    {"object", SBE_SNOWFLAKE_JSON},
    {"array", SBE_SNOWFLAKE_JSON},
    {"map", SBE_SNOWFLAKE_JSON},
    {"binary", SBE_SNOWFLAKE_TEXT}, /* hexadecimal, as it comes */
    {"vector", SBE_SNOWFLAKE_TEXT},
    {"geography", SBE_SNOWFLAKE_TEXT},
    {"geometry", SBE_SNOWFLAKE_TEXT},
};

sbe_snowflake_form sbe_snowflake_form_of(const char *type) {
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    if (strcasecmp(forms[i].type, type) == 0) return forms[i].form;
  return SBE_SNOWFLAKE_TEXT;
}

bool sbe_snowflake_integer(const char *text, size_t size, int64_t *ret_value) {
  bool negative = size > 0 && text[0] == '-';
  size_t i = negative || (size > 0 && text[0] == '+');
  uint64_t value = 0, most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  if (i == size) return false;
  for (; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    uint64_t digit = (uint64_t)(text[i] - '0');
    if (value > (most - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

/* Sign, digits, point, digits: what a number of Snowflake looks like in decimal. */
static bool is_decimal(const char *text, size_t size) {
  size_t i = size > 0 && (text[0] == '-' || text[0] == '+'), digits = 0, points = 0;
  for (; i < size; i++) {
    if (text[i] == '.')
      points++;
    else if (text[i] >= '0' && text[i] <= '9')
      digits++;
    else
      return false;
  }
  return digits > 0 && points <= 1;
}

static bool read_fixed(int scale, const char *text, size_t size, sbe_value *ret_value) {
  ret_value->kind = SBE_VALUE_INTEGER;
  if (scale <= 0 && sbe_snowflake_integer(text, size, &ret_value->integer)) return true;
  ret_value->kind = SBE_VALUE_DECIMAL;
  ret_value->text = text;
  ret_value->size = size;
  return is_decimal(text, size);
}

static bool read_real(const char *text, size_t size, sbe_value *ret_value) {
  static locale_t plain; /* made once; two threads may each make one, which costs a little memory once */
  char copy[64], *end;
  locale_t numbers = __atomic_load_n(&plain, __ATOMIC_ACQUIRE);
  ret_value->kind = SBE_VALUE_DOUBLE;
  if (size == 0 || size >= sizeof copy) return false;
  memcpy(copy, text, size);
  copy[size] = '\0';
  if (strspn(copy, "+-.0123456789eENnAaIiFfTtYy") != size) return false; /* no hexadecimal, no spaces */
  if (numbers == (locale_t)0) {
    numbers = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (numbers == (locale_t)0) return false;
    __atomic_store_n(&plain, numbers, __ATOMIC_RELEASE);
  }
  ret_value->real = strtod_l(copy, &end, numbers);
  return end == copy + size;
}

static bool read_boolean(const char *text, size_t size, sbe_value *ret_value) {
  bool yes = (size == 4 && strncasecmp(text, "true", 4) == 0) || (size == 1 && text[0] == '1');
  bool no = (size == 5 && strncasecmp(text, "false", 5) == 0) || (size == 1 && text[0] == '0');
  ret_value->kind = SBE_VALUE_BOOL;
  ret_value->integer = yes;
  return yes || no;
}

/* "<seconds>.<fraction>" in microseconds, rounded down; the sign holds for both parts. */
static bool read_seconds(const char *text, size_t size, int64_t *ret_us) {
  bool negative = size > 0 && text[0] == '-', more = false;
  const char *point = memchr(text, '.', size);
  size_t whole = point != NULL ? (size_t)(point - text) : size;
  int64_t seconds, us = 0, unit = 100000;
  if (!sbe_snowflake_integer(text, whole, &seconds)) return false;
  if (seconds > INT64_C(9000000000000) || seconds < -INT64_C(9000000000000)) return false;
  for (size_t i = whole + 1; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    us += (text[i] - '0') * unit;
    more = more || (unit == 0 && text[i] != '0');
    unit /= 10;
  }
  *ret_us = negative ? seconds * 1000000 - us - more : seconds * 1000000 + us;
  return true;
}

static bool read_timestamp(const char *text, size_t size, sbe_value *ret_value) {
  const char *space = memchr(text, ' ', size); /* an offset follows, which does not change the instant */
  ret_value->kind = SBE_VALUE_TIMESTAMP;
  return read_seconds(text, space != NULL ? (size_t)(space - text) : size, &ret_value->integer);
}

static bool read_time(const char *text, size_t size, char scratch[SBE_SNOWFLAKE_TIME_SIZE], sbe_value *ret_value) {
  int64_t us;
  if (!read_seconds(text, size, &us) || us < 0 || us >= INT64_C(86400000000)) return false;
  int seconds = (int)(us / 1000000), fraction = (int)(us % 1000000);
  int n = snprintf(scratch, SBE_SNOWFLAKE_TIME_SIZE, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction != 0) n += snprintf(scratch + n, SBE_SNOWFLAKE_TIME_SIZE - (size_t)n, ".%06d", fraction);
  ret_value->kind = SBE_VALUE_TEXT;
  ret_value->text = scratch;
  ret_value->size = (size_t)n;
  return true;
}

/* Snowflake indents, and writes `undefined` for an SQL NULL within an array, which is no JSON. In place; answers the
   size. */
static size_t tidy(char *text, size_t size) {
  static const char wrong[] = "undefined", right[] = "null";
  bool in_string = false;
  size_t n = 0;
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    if (!in_string && size - i >= sizeof wrong - 1 && memcmp(text + i, wrong, sizeof wrong - 1) == 0) {
      memcpy(text + n, right, sizeof right - 1);
      n += sizeof right - 1;
      i += sizeof wrong - 2;
      continue;
    }
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    text[n++] = c;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\' && i + 1 < size) text[n++] = text[++i];
  }
  return n;
}

bool sbe_snowflake_cell_read(sbe_snowflake_form form, int scale, char *text, size_t size,
                             char scratch[SBE_SNOWFLAKE_TIME_SIZE], sbe_value *ret_value) {
  *ret_value = (sbe_value){.kind = SBE_VALUE_NULL};
  if (text == NULL) return true;
  switch (form) {
  case SBE_SNOWFLAKE_FIXED:
    return read_fixed(scale, text, size, ret_value);
  case SBE_SNOWFLAKE_REAL:
    return read_real(text, size, ret_value);
  case SBE_SNOWFLAKE_BOOLEAN:
    return read_boolean(text, size, ret_value);
  case SBE_SNOWFLAKE_DATE:
    ret_value->kind = SBE_VALUE_DATE;
    return sbe_snowflake_integer(text, size, &ret_value->integer);
  case SBE_SNOWFLAKE_TIME:
    return read_time(text, size, scratch, ret_value);
  case SBE_SNOWFLAKE_TIMESTAMP:
    return read_timestamp(text, size, ret_value);
  case SBE_SNOWFLAKE_JSON:
    size = tidy(text, size);
    ret_value->kind = SBE_VALUE_JSON;
    break;
  case SBE_SNOWFLAKE_TEXT:
    ret_value->kind = SBE_VALUE_TEXT;
    break;
  }
  ret_value->text = text;
  ret_value->size = size;
  return true;
}
