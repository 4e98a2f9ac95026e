/* SPDX-License-Identifier: Apache-2.0 */
/* See fixture.h. Called by the fixtures of adapters; knows the host, and no warehouse. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/common/fixture.h"

#define MOST_COLUMNS 4096

/* ---- types ---- */

typedef struct spec_reader {
  const sbe_host *host;
  bool snake, raw;
  sbe_error *error;
} spec_reader;

static int32_t bad(const spec_reader *r, const char *what, const char *name, size_t size) {
  return r->host->error(r->error, SBE_INVALID, NULL, "The fixture's columns: %s at `%.*s`", what,
                        size > 100 ? 100 : (int)size, name != NULL ? name : "");
}

static const struct {
  const char *word;
  sbe_common_kind kind;
} words[] = {
    {"text", SBE_COMMON_TEXT}, {"integer", SBE_COMMON_INTEGER},     {"double", SBE_COMMON_DOUBLE},
    {"bool", SBE_COMMON_BOOL}, {"timestamp", SBE_COMMON_TIMESTAMP},
};

static int32_t read_type(const spec_reader *r, const sbe_common_json *json, bool column, sbe_common_spec *spec) {
  spec->name = sbe_common_copy(json->key != NULL ? json->key : "", json->key_size);
  spec->printed = sbe_common_allocate(2 * json->key_size + 1, 1);
  if (r->snake && !column)
    r->host->snake(spec->name, spec->printed, 2 * json->key_size + 1);
  else
    memcpy(spec->printed, spec->name, json->key_size);
  if (json->kind == SBE_JSON_STRING) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
      if (strlen(words[i].word) != json->size || memcmp(words[i].word, json->text, json->size) != 0) continue;
      spec->kind = words[i].kind;
      return SBE_OK;
    }
    return bad(r, "unknown type", json->text, json->size);
  }
  if (json->kind == SBE_JSON_ARRAY && json->n != 1) return bad(r, "a list has one type", json->key, json->key_size);
  if (json->kind != SBE_JSON_ARRAY && json->kind != SBE_JSON_OBJECT)
    return bad(r, "no type", json->key, json->key_size);
  spec->kind = json->kind == SBE_JSON_ARRAY ? SBE_COMMON_LIST : SBE_COMMON_STRUCT;
  spec->n = json->n;
  spec->children = sbe_common_allocate(json->n, sizeof *spec->children);
  size_t i = 0;
  for (const sbe_common_json *child = json->first; child != NULL; child = child->next) {
    int32_t code = read_type(r, child, false, &spec->children[i++]);
    if (code != SBE_OK) return code;
  }
  /* No warehouse has an empty struct. What has no type of its own is kept as it is written. */
  if ((column && r->raw) || (spec->kind == SBE_COMMON_STRUCT && spec->n == 0)) spec->kind = SBE_COMMON_RAW;
  return SBE_OK;
}

void sbe_common_spec_free(sbe_common_spec *spec) {
  for (size_t i = 0; i < spec->n && spec->children != NULL; i++) sbe_common_spec_free(&spec->children[i]);
  free(spec->children);
  free(spec->name);
  free(spec->printed);
  memset(spec, 0, sizeof *spec);
}

int32_t sbe_common_spec_read(const sbe_host *host, const char *columns, bool snake, bool raw, sbe_common_spec *ret_spec,
                             sbe_error *error) {
  spec_reader r = {host, snake, raw, error};
  sbe_common_spec spec = {.kind = SBE_COMMON_STRUCT};
  sbe_common_reader reader;
  sbe_common_json_start(&reader, columns, strlen(columns));
  const sbe_common_json *json = sbe_common_json_next(&reader);
  int32_t code = SBE_OK;
  sbe_common_json_take(&reader, ' '); /* skips spaces, takes nothing */
  if (json == NULL)
    code = bad(&r, reader.fault, reader.at, (size_t)(reader.end - reader.at));
  else if (json->kind != SBE_JSON_OBJECT || json->n == 0 || reader.at != reader.end)
    code = bad(&r, "one object with at least one member is wanted", columns, strlen(columns));
  else if (json->n > MOST_COLUMNS)
    code = bad(&r, "more than 4096 of them", columns, strlen(columns));
  if (code == SBE_OK) {
    spec.n = json->n;
    spec.children = sbe_common_allocate(json->n, sizeof *spec.children);
    size_t i = 0;
    for (const sbe_common_json *column = json->first; column != NULL && code == SBE_OK; column = column->next)
      code = read_type(&r, column, true, &spec.children[i++]);
  }
  sbe_common_json_free(&reader);
  if (code != SBE_OK)
    sbe_common_spec_free(&spec);
  else
    *ret_spec = spec;
  return code;
}

/* Most rows spell members in the order of the type. */
size_t sbe_common_find_member(const sbe_common_spec *spec, const sbe_common_json *member, size_t guess) {
  for (size_t n = 0; n < spec->n; n++) {
    size_t i = (guess + n) % spec->n;
    const char *name = spec->children[i].name;
    if (strncmp(name, member->key, member->key_size) == 0 && name[member->key_size] == '\0') return i;
  }
  return spec->n;
}

/* ---- scalars ---- */

bool sbe_common_read_integer(const sbe_common_json *value, int64_t *ret) {
  bool negative = value->size > 0 && value->text[0] == '-';
  uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;
  if (value->kind != SBE_JSON_NUMBER) return false;
  for (size_t i = negative; i < value->size; i++) {
    if (value->text[i] < '0' || value->text[i] > '9') return false; /* a fraction, an exponent */
    uint64_t digit = (uint64_t)(value->text[i] - '0');
    if (n > (most - digit) / 10) return false;
    n = n * 10 + digit;
  }
  *ret = negative ? (int64_t)(0 - n) : (int64_t)n;
  return true;
}

/* What JSON cannot write as a number may be given as a text. */
bool sbe_common_read_double(const sbe_common_json *value, double *ret) {
  static const char *const others[] = {"NaN", "Infinity", "-Infinity"};
  char text[400], *end;
  bool known = value->kind == SBE_JSON_NUMBER;
  for (int i = 0; i < 3 && value->kind == SBE_JSON_STRING; i++)
    known |= value->size == strlen(others[i]) && memcmp(value->text, others[i], value->size) == 0;
  if (!known || value->size >= sizeof text) return false;
  memcpy(text, value->text, value->size);
  text[value->size] = '\0';
  locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (locale == (locale_t)0) return false;
  *ret = strtod_l(text, &end, locale);
  freelocale(locale);
  return *end == '\0';
}

/* `n` digits; -1 when there are not as many. */
static int64_t digits(const char **p, const char *end, int n) {
  int64_t value = 0;
  for (int i = 0; i < n; i++, (*p)++) {
    if (*p >= end || **p < '0' || **p > '9') return -1;
    value = value * 10 + (**p - '0');
  }
  return value;
}

static bool take(const char **p, const char *end, char c) {
  if (*p >= end || **p != c) return false;
  (*p)++;
  return true;
}

int64_t sbe_common_days(int64_t year, int64_t month, int64_t day) {
  int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
  int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool sbe_common_read_timestamp(const sbe_common_json *value, int64_t *ret) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const char *p = value->text, *end = p + value->size;
  if (value->kind != SBE_JSON_STRING) return false;
  int64_t y = digits(&p, end, 4), m = take(&p, end, '-') ? digits(&p, end, 2) : -1;
  int64_t d = take(&p, end, '-') ? digits(&p, end, 2) : -1, hour = 0, minute = 0, second = 0, micros = 0;
  bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > lengths[m - 1] + (m == 2 && leap)) return false;
  if (p < end) {
    if (!take(&p, end, 'T') && !take(&p, end, ' ')) return false;
    hour = digits(&p, end, 2);
    minute = take(&p, end, ':') ? digits(&p, end, 2) : -1;
    if (take(&p, end, ':')) second = digits(&p, end, 2);
    if (take(&p, end, '.')) {
      const char *from = p;
      for (int64_t place = 100000; place > 0 && p < end && *p >= '0' && *p <= '9'; place /= 10)
        micros += (*p++ - '0') * place;
      if (p == from) return false;
    }
    (void)take(&p, end, 'Z');
  }
  if (p != end || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  *ret = ((sbe_common_days(y, m, d) * 24 + hour) * 60 + minute) * 60 + second;
  *ret = *ret * 1000000 + micros;
  return true;
}

/* ---- names ---- */

void sbe_common_put_snake(const sbe_host *host, sbe_common_buffer *out, const sbe_common_json *value) {
  bool object = value->kind == SBE_JSON_OBJECT;
  if (!object && value->kind != SBE_JSON_ARRAY) {
    sbe_common_put(out, value->raw, value->raw_size);
    return;
  }
  sbe_common_putc(out, object ? '{' : '[');
  for (const sbe_common_json *child = value->first; child != NULL; child = child->next) {
    if (child != value->first) sbe_common_putc(out, ',');
    if (object) {
      char *name = sbe_common_copy(child->key, child->key_size);
      char *snake = sbe_common_allocate(2 * child->key_size + 1, 1);
      host->snake(name, snake, 2 * child->key_size + 1);
      sbe_common_json_string(out, snake, strlen(snake));
      sbe_common_putc(out, ':');
      free(snake);
      free(name);
    }
    sbe_common_put_snake(host, out, child);
  }
  sbe_common_putc(out, object ? '}' : ']');
}
