/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that the connection gives to SQLite, called by the patterns of dialect.c and types.c: each
 * reads a value of any kind as one type, and answers NULL where it cannot be read. None ever raises an
 * error but for want of memory. All but their names is this file's own.
 *
 * To change: see sqlite_adapter.h. Functions that are wanted in the warehouse itself would have to be
 * created there by somebody with the right to; prefer patterns.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "sqlite_adapter.h"

static slice text_of(sqlite3_value *value) {
  const char *text = (const char *)sqlite3_value_text(value);
  return (slice){text, text != NULL ? (size_t)sqlite3_value_bytes(value) : 0};
}

static void answer_text(sqlite3_context *context, const char *text, size_t size) {
  sqlite3_result_text64(context, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void answer(sqlite3_context *context, sqlite3_str *text) {
  int size = sqlite3_str_length(text), failed = sqlite3_str_errcode(text);
  char *result = sqlite3_str_finish(text);
  if (failed == SQLITE_NOMEM)
    sqlite3_result_error_nomem(context);
  else if (failed != SQLITE_OK)
    sqlite3_result_error_toobig(context);
  else
    sqlite3_result_text64(context, result != NULL ? result : sqlite3_mprintf(""), (sqlite3_uint64)size, sqlite3_free,
                          SQLITE_UTF8);
}

/* Any value as a number's text, taken apart. */
static bool number_of(sqlite3_value *value, number *ret) {
  char text[48];
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    return number_parse(text, (size_t)int128_format(sqlite3_value_int64(value), text), ret);
  case SQLITE_FLOAT:
    if (!isfinite(sqlite3_value_double(value))) return false;
    double_format(sqlite3_value_double(value), text);
    return number_parse(text, strlen(text), ret);
  case SQLITE_TEXT: {
    slice s = text_of(value);
    return s.text != NULL && number_parse(s.text, s.size, ret);
  }
  default:
    return false;
  }
}

/* ---- one function a type: sbe_integer(value, bits), sbe_double(value), … ---- */

static void answer_integer(sqlite3_context *context, sqlite3_value *value, int bits) {
  number n;
  int128 integer;
  char text[48];
  if (sqlite3_value_type(value) == SQLITE_INTEGER && bits > 32) {
    sqlite3_result_value(context, value);
    return;
  }
  if (sqlite3_value_type(value) == SQLITE_FLOAT) { /* its own digits, not those of its shortest text */
    double rounded = round(sqlite3_value_double(value));
    if (!(fabs(rounded) < 1e38)) return;
    integer = (int128)rounded;
  } else if (!number_of(value, &n) || !number_integer(&n, true, &integer)) {
    return;
  }
  int128 most = bits == 32 ? INT32_MAX : INT64_MAX;
  if (integer >= -most - 1 && integer <= most)
    sqlite3_result_int64(context, (sqlite3_int64)integer);
  else if (bits == 128)
    answer_text(context, text, (size_t)int128_format(integer, text));
}

static void sbe_integer(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  answer_integer(context, values[0], sqlite3_value_int(values[1]));
}

static void answer_double(sqlite3_context *context, sqlite3_value *value) {
  number n;
  double real;
  if (!number_of(value, &n)) return;
  if (sqlite3_value_type(value) == SQLITE_TEXT)
    real = number_double((const char *)sqlite3_value_text(value));
  else
    real = sqlite3_value_double(value);
  if (isfinite(real)) sqlite3_result_double(context, real + 0.0); /* -0.0 is no other number than 0.0 */
}

static void sbe_double(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  answer_double(context, values[0]);
}

/* A column may hold what JSON cannot write. */
static void sbe_finite(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  if (sqlite3_value_type(values[0]) != SQLITE_FLOAT || isfinite(sqlite3_value_double(values[0])))
    sqlite3_result_value(context, values[0]);
}

/*
 * There is no decimal type, and a decimal is only compared. So it is a text that sorts as the number
 * does: 1 and 37 digits, of which 9 are behind the point; negative ones are 0 and the complement.
 */
static void answer_decimal(sqlite3_context *context, sqlite3_value *value) {
  number n;
  int128 scaled, most = 1;
  char digits[48], key[38];
  for (int i = 0; i < 37; i++) most *= 10;
  if (!number_of(value, &n)) return;
  n.point += 9;
  if (!number_integer(&n, true, &scaled) || scaled >= most || scaled <= -most) return;
  int size = int128_format(scaled >= 0 ? scaled : most - 1 + scaled, digits);
  memset(key, '0', sizeof key);
  key[0] = scaled >= 0 ? '1' : '0';
  memcpy(key + sizeof key - size, digits, (size_t)size);
  answer_text(context, key, sizeof key);
}

static void sbe_decimal(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  answer_decimal(context, values[0]);
}

static bool is_space(char c) {
  return c != '\0' && strchr(" \t\n\v\f\r", c) != NULL;
}

/* -1: it is none. */
static int boolean_of(sqlite3_value *value) {
  number n;
  if (sqlite3_value_type(value) == SQLITE_TEXT) {
    slice s = text_of(value);
    while (s.size > 0 && is_space(s.text[s.size - 1])) s.size--;
    while (s.size > 0 && is_space(s.text[0])) s.text++, s.size--;
    if (s.size == 4 && strncasecmp(s.text, "true", 4) == 0) return 1;
    if (s.size == 5 && strncasecmp(s.text, "false", 5) == 0) return 0;
  }
  if (!number_of(value, &n)) return -1;
  if (n.n == 0) return 0;
  return n.n == 1 && n.digits[0] == '1' && n.point == 1 && !n.negative ? 1 : -1;
}

static void sbe_boolean(sqlite3_context *context, int n, sqlite3_value **values) {
  int boolean = boolean_of(values[0]);
  (void)n;
  if (boolean >= 0) sqlite3_result_int(context, boolean);
}

static bool timestamp_of(sqlite3_value *value, char ret_text[TIMESTAMP_SIZE + 1]) {
  char number_text[48];
  slice s = {number_text, 0};
  int64_t micros;
  switch (sqlite3_value_type(value)) {
  case SQLITE_TEXT:
    s = text_of(value);
    break;
  case SQLITE_INTEGER:
    s.size = (size_t)int128_format(sqlite3_value_int64(value), number_text);
    break;
  case SQLITE_FLOAT:
    double_format(sqlite3_value_double(value), number_text);
    s.size = strlen(number_text);
    break;
  default:
    return false;
  }
  if (s.text == NULL || !timestamp_parse(s.text, s.size, &micros)) return false;
  timestamp_format(micros, ret_text);
  return true;
}

static void sbe_timestamp(sqlite3_context *context, int n, sqlite3_value **values) {
  char text[TIMESTAMP_SIZE + 1];
  (void)n;
  if (timestamp_of(values[0], text)) answer_text(context, text, TIMESTAMP_SIZE);
}

/* sbe_cast(value, 'BIGINT'): to a type of types.c, by its name there. */
static void sbe_cast(sqlite3_context *context, int n, sqlite3_value **values) {
  slice type = text_of(values[1]);
  (void)n;
  if (type.text == NULL || sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  if (strcmp(type.text, "INTEGER") == 0)
    answer_integer(context, values[0], 32);
  else if (strcmp(type.text, "BIGINT") == 0)
    answer_integer(context, values[0], 64);
  else if (strcmp(type.text, "WIDE_BLOB") == 0)
    answer_integer(context, values[0], 128);
  else if (strcmp(type.text, "DOUBLE") == 0)
    answer_double(context, values[0]);
  else if (strcmp(type.text, "DECIMAL") == 0)
    answer_decimal(context, values[0]);
  else
    sqlite3_result_value(context, values[0]);
}

/* ---- JSON ---- */

/* sbe_member(json, step, …): steps are names and numbers of items. JSON again; NULL for null. */
static void sbe_member(sqlite3_context *context, int n, sqlite3_value **values) {
  slice at = text_of(values[0]);
  for (int i = 1; i < n && at.text != NULL; i++) {
    if (sqlite3_value_type(values[i]) == SQLITE_INTEGER)
      at = json_item(at, sqlite3_value_int64(values[i]));
    else
      at = json_member(at, (const char *)sqlite3_value_text(values[i]));
  }
  if (at.text != NULL && !(at.size == 4 && memcmp(at.text, "null", 4) == 0)) answer_text(context, at.text, at.size);
}

/* sbe_scalar(json, as_number) */
static void sbe_scalar(sqlite3_context *context, int n, sqlite3_value **values) {
  slice json = text_of(values[0]);
  (void)n;
  if (json.text == NULL) return;
  sqlite3_str *text = sqlite3_str_new(NULL);
  if (json_scalar(json, sqlite3_value_int(values[1]) != 0, text))
    answer(context, text);
  else
    sqlite3_free(sqlite3_str_finish(text));
}

/* sbe_array(…): a list's literal. */
static void sbe_array(sqlite3_context *context, int n, sqlite3_value **values) {
  sqlite3_str *out = sqlite3_str_new(NULL);
  sqlite3_str_appendchar(out, 1, '[');
  for (int i = 0; i < n; i++) {
    if (i > 0) sqlite3_str_appendchar(out, 1, ',');
    json_value(out, values[i]);
  }
  sqlite3_str_appendchar(out, 1, ']');
  answer(context, out);
}

/* ---- their names ---- */

int register_functions(sqlite3 *db) {
  static const struct {
    const char *name;
    int n_arguments; /* -1: any number */
    void (*call)(sqlite3_context *, int, sqlite3_value **);
  } functions[] = {
      {"sbe_integer", 2, sbe_integer}, {"sbe_double", 1, sbe_double},   {"sbe_finite", 1, sbe_finite},
      {"sbe_decimal", 1, sbe_decimal}, {"sbe_boolean", 1, sbe_boolean}, {"sbe_timestamp", 1, sbe_timestamp},
      {"sbe_cast", 2, sbe_cast},       {"sbe_member", -1, sbe_member},  {"sbe_scalar", 2, sbe_scalar},
      {"sbe_array", -1, sbe_array},
  };
  int code = SQLITE_OK; /* deterministic: of constants, SQLite computes them once */
  for (size_t i = 0; i < sizeof functions / sizeof functions[0] && code == SQLITE_OK; i++)
    code = sqlite3_create_function_v2(db, functions[i].name, functions[i].n_arguments,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, functions[i].call,
                                      NULL, NULL, NULL);
  return code;
}
