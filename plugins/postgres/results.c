/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results: cells as the server writes them, in text, turned into the host's typed values by the OIDs of
 * their columns. Arrays become JSON; what the interface has no kind for stays the text that it is. Called by
 * flight.c for every row, with what connection.c made. Never fails but for a row that is too large; knows
 * no locale. The session's settings (session.c) decide how dates, times and numbers are written.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/common/fixture.h"
#include "plugins/postgres/postgres_connection.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define MOST_DIMENSIONS 6

/* What is made of a type. */
typedef enum shape { AS_TEXT, AS_BOOL, AS_INTEGER, AS_REAL, AS_NUMERIC, AS_DATE, AS_TIMESTAMP, AS_JSON } shape;

/* pg_type.dat: these numbers are the same in every server. */
static const struct {
  Oid type, array;
  shape shape;
} types[] = {
    {16, 1000, AS_BOOL},                                    /* bool */
    {20, 1016, AS_INTEGER},                                 /* int8 */
    {21, 1005, AS_INTEGER},                                 /* int2 */
    {23, 1007, AS_INTEGER},                                 /* int4 */
    {26, 1028, AS_INTEGER},                                 /* oid */
    {700, 1021, AS_REAL},                                   /* float4 */
    {701, 1022, AS_REAL},                                   /* float8 */
    {1700, 1231, AS_NUMERIC},                               /* numeric */
    {1082, 1182, AS_DATE},      {1114, 1115, AS_TIMESTAMP}, /* timestamp */
    {1184, 1185, AS_TIMESTAMP},                             /* timestamptz, in the session's zone: UTC */
    {114, 199, AS_JSON},                                    /* json */
    {3802, 3807, AS_JSON},                                  /* jsonb */
    {17, 1001, AS_TEXT},                                    /* bytea, in hexadecimal digits */
    {18, 1002, AS_TEXT},                                    /* "char" */
    {19, 1003, AS_TEXT},                                    /* name */
    {25, 1009, AS_TEXT},                                    /* text */
    {1042, 1014, AS_TEXT},                                  /* char(n) */
    {1043, 1015, AS_TEXT},                                  /* varchar */
    {1083, 1183, AS_TEXT},                                  /* time */
    {1186, 1187, AS_TEXT},                                  /* interval */
    {1266, 1270, AS_TEXT},                                  /* timetz */
    {2950, 2951, AS_TEXT},                                  /* uuid */
    {869, 1041, AS_TEXT},                                   /* inet */
};

typedef struct column {
  shape shape; /* of an element, if it is an array */
  bool array;
} column;

struct sbe_postgres_rows {
  const sbe_sink *sink;
  size_t n;
  column *columns;
  const char **names;
  sbe_value *values;
  bool *in_scratch;
  sbe_common_buffer scratch; /* of one row: JSON of arrays */
  sbe_common_buffer element;
  locale_t locale; /* "C" */
};

/* ---- numbers ---- */

static bool read_integer(const char *text, int64_t *ret) {
  bool negative = *text == '-';
  uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;
  const char *p = text + negative;
  if (*p == '\0') return false;
  for (; *p != '\0'; p++) {
    uint64_t digit = (uint64_t)(*p - '0');
    if (*p < '0' || *p > '9' || n > (most - digit) / 10) return false;
    n = n * 10 + digit;
  }
  *ret = negative ? (int64_t)(0 - n) : (int64_t)n;
  return true;
}

static bool is_finite(const char *text) {
  return strcmp(text, "NaN") != 0 && strcmp(text, "Infinity") != 0 && strcmp(text, "-Infinity") != 0;
}

/* ---- times ---- */

static bool take(const char **p, char c) {
  if (**p != c) return false;
  (*p)++;
  return true;
}

/* A number of `least` to `most` digits; -1 when there is none. */
static int64_t digits(const char **p, int least, int most) {
  int64_t n = 0;
  int i = 0;
  for (; i < most && **p >= '0' && **p <= '9'; i++) n = n * 10 + (*(*p)++ - '0');
  return i >= least ? n : -1;
}

/* YYYY-MM-DD, the year perhaps with more digits; the " BC" that belongs to it stands at the very end. */
static bool read_date(const char **p, int64_t *ret_year, int64_t *ret_month, int64_t *ret_day) {
  *ret_year = digits(p, 4, 9);
  *ret_month = take(p, '-') ? digits(p, 2, 2) : -1;
  *ret_day = take(p, '-') ? digits(p, 2, 2) : -1;
  return *ret_year >= 1 && *ret_month >= 1 && *ret_day >= 1;
}

static bool read_era(const char **p, int64_t *year) {
  if (strcmp(*p, " BC") == 0) {
    *year = 1 - *year;
    *p += 3;
  }
  return **p == '\0';
}

static bool read_days(const char *text, int64_t *ret) {
  int64_t year, month, day;
  if (!read_date(&text, &year, &month, &day) || !read_era(&text, &year)) return false;
  *ret = sbe_common_days(year, month, day);
  return true;
}

/* [+-]HH[:MM[:SS]] as seconds; 0 where there is none. */
static int64_t read_offset(const char **p) {
  bool negative = **p == '-';
  if (!take(p, '-') && !take(p, '+')) return 0;
  int64_t seconds = digits(p, 2, 2) * 3600;
  if (take(p, ':')) seconds += digits(p, 2, 2) * 60;
  if (take(p, ':')) seconds += digits(p, 2, 2);
  return negative ? -seconds : seconds;
}

/* False for infinities and what does not fit. */
static bool read_micros(const char *text, int64_t *ret) {
  int64_t year, month, day, micros = 0, total;
  if (!read_date(&text, &year, &month, &day) || !take(&text, ' ')) return false;
  int64_t hour = digits(&text, 2, 2), minute = take(&text, ':') ? digits(&text, 2, 2) : -1;
  int64_t second = take(&text, ':') ? digits(&text, 2, 2) : -1;
  if (hour < 0 || minute < 0 || second < 0) return false;
  if (take(&text, '.'))
    for (int64_t place = 100000; place > 0 && *text >= '0' && *text <= '9'; place /= 10)
      micros += (*text++ - '0') * place;
  int64_t offset = read_offset(&text);
  if (!read_era(&text, &year)) return false;
  int64_t seconds = ((sbe_common_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset;
  if (__builtin_mul_overflow(seconds, SECOND, &total) || __builtin_add_overflow(total, micros, &total)) return false;
  *ret = total;
  return true;
}

/* Without the offset, which is that of UTC, and with six digits where there is a fraction. */
static void put_timestamp(sbe_common_buffer *out, const char *text) {
  const char *time = strchr(text, ' '), *end = time != NULL ? strpbrk(time + 1, "+- ") : NULL;
  if (end == NULL) end = text + strlen(text);
  const char *point = memchr(text, '.', (size_t)(end - text)), *bc = strstr(end, " BC");
  sbe_common_put(out, text, (size_t)(end - text));
  for (int64_t i = point != NULL ? end - point - 1 : 6; i < 6; i++) sbe_common_putc(out, '0');
  if (bc != NULL) sbe_common_puts(out, bc);
}

/* ---- arrays ---- */

static void put_element(sbe_postgres_rows *rows, shape as, const char *text, size_t size) {
  sbe_common_buffer *out = &rows->scratch;
  int64_t micros;
  if (as == AS_JSON || as == AS_INTEGER)
    sbe_common_put(out, text, size);
  else if (as == AS_BOOL)
    sbe_common_puts(out, text[0] == 't' ? "true" : "false");
  else if (as == AS_REAL || as == AS_NUMERIC)
    sbe_common_puts(out, is_finite(text) ? text : "null"); /* JSON has neither NaN nor infinities */
  else if (as == AS_TIMESTAMP && read_micros(text, &micros)) {
    sbe_common_putc(out, '"');
    put_timestamp(out, text);
    sbe_common_putc(out, '"');
  } else {
    sbe_common_json_string(out, text, size);
  }
}

/* One element: in quotes, with backslashes before what would end it, or bare up to the next comma or brace. */
static bool put_scalar(sbe_postgres_rows *rows, shape as, const char **p) {
  sbe_common_buffer *element = &rows->element;
  bool quoted = take(p, '"');
  element->size = 0;
  for (; **p != '\0'; (*p)++) {
    if (quoted ? **p == '"' : **p == ',' || **p == '}') break;
    if (**p == '\\' && (*p)[1] != '\0') (*p)++;
    sbe_common_putc(element, **p);
  }
  if (quoted && !take(p, '"')) return false;
  const char *text = element->size > 0 ? element->data : "";
  if (element->size > 0) element->data[element->size] = '\0';
  if (!quoted && strcmp(text, "NULL") == 0)
    sbe_common_puts(&rows->scratch, "null");
  else
    put_element(rows, as, text, element->size);
  return true;
}

static bool put_array(sbe_postgres_rows *rows, shape as, const char **p, int depth) {
  if (depth > MOST_DIMENSIONS || !take(p, '{')) return false;
  sbe_common_putc(&rows->scratch, '[');
  if (!take(p, '}')) {
    do {
      if (**p != '{' ? !put_scalar(rows, as, p) : !put_array(rows, as, p, depth + 1)) return false;
      if (!take(p, ',')) break;
      sbe_common_putc(&rows->scratch, ',');
    } while (**p != '\0');
    if (!take(p, '}')) return false;
  }
  sbe_common_putc(&rows->scratch, ']');
  return true;
}

/* ---- cells ---- */

static void as_text(sbe_value *value, int32_t kind, const char *text, size_t size) {
  *value = (sbe_value){.kind = kind, .text = text, .size = size};
}

static void read_scalar(const sbe_postgres_rows *rows, shape as, const char *text, size_t size, sbe_value *value) {
  char *end;
  *value = (sbe_value){0};
  switch (as) {
  case AS_BOOL:
    value->kind = SBE_VALUE_BOOL;
    value->integer = text[0] == 't';
    return;
  case AS_REAL:
    value->kind = SBE_VALUE_DOUBLE;
    value->real = strtod_l(text, &end, rows->locale);
    return;
  case AS_INTEGER:
  case AS_NUMERIC:
    if (read_integer(text, &value->integer)) {
      value->kind = SBE_VALUE_INTEGER;
    } else if (is_finite(text)) {
      as_text(value, SBE_VALUE_DECIMAL, text, size);
    } else {
      value->kind = SBE_VALUE_DOUBLE;
      value->real = strtod_l(text, &end, rows->locale);
    }
    return;
  case AS_DATE:
    value->kind = SBE_VALUE_DATE;
    if (!read_days(text, &value->integer)) as_text(value, SBE_VALUE_TEXT, text, size);
    return;
  case AS_TIMESTAMP:
    value->kind = SBE_VALUE_TIMESTAMP;
    if (!read_micros(text, &value->integer)) as_text(value, SBE_VALUE_TEXT, text, size);
    return;
  case AS_JSON:
  case AS_TEXT:
    as_text(value, as == AS_JSON ? SBE_VALUE_JSON : SBE_VALUE_TEXT, text, size);
  }
}

static void read_array(sbe_postgres_rows *rows, size_t i, const char *text, size_t size) {
  const char *p = text;
  size_t start = rows->scratch.size;
  if (*p == '[') { /* bounds that do not begin with 1: "[0:2]={…}" */
    p = strchr(p, '=');
    p = p != NULL ? p + 1 : "";
  }
  if (put_array(rows, rows->columns[i].shape, &p, 1) && *p == '\0') {
    rows->in_scratch[i] = true;
    rows->values[i] =
        (sbe_value){.kind = SBE_VALUE_JSON, .integer = (int64_t)start, .size = rows->scratch.size - start};
    return;
  }
  rows->scratch.size = start;
  as_text(&rows->values[i], SBE_VALUE_TEXT, text, size);
}

/* ---- rows ---- */

sbe_postgres_rows *sbe_postgres_rows_new(const sbe_sink *sink) {
  sbe_postgres_rows *rows = sbe_common_allocate(1, sizeof *rows);
  rows->sink = sink;
  rows->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (rows->locale == (locale_t)0) abort(); /* it is always there */
  return rows;
}

void sbe_postgres_rows_free(sbe_postgres_rows *rows) {
  free(rows->columns);
  free(rows->names);
  free(rows->values);
  free(rows->in_scratch);
  sbe_common_buffer_free(&rows->scratch);
  sbe_common_buffer_free(&rows->element);
  freelocale(rows->locale);
  free(rows);
}

bool sbe_postgres_rows_overflow(const sbe_postgres_rows *rows) {
  return rows->scratch.overflow || rows->element.overflow;
}

static column column_of(Oid type) {
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    if (types[i].type == type || types[i].array == type) return (column){types[i].shape, types[i].array == type};
  return (column){AS_TEXT, false};
}

int32_t sbe_postgres_rows_columns(void *user, const PGresult *result) {
  sbe_postgres_rows *rows = user;
  rows->n = (size_t)PQnfields(result);
  rows->columns = sbe_common_allocate(rows->n, sizeof *rows->columns);
  rows->names = sbe_common_allocate(rows->n, sizeof *rows->names);
  rows->values = sbe_common_allocate(rows->n, sizeof *rows->values);
  rows->in_scratch = sbe_common_allocate(rows->n, sizeof *rows->in_scratch);
  for (size_t i = 0; i < rows->n; i++) {
    rows->columns[i] = column_of(PQftype(result, (int)i));
    rows->names[i] = PQfname(result, (int)i);
  }
  int32_t enough = rows->sink->columns != NULL ? rows->sink->columns(rows->sink->user, rows->n, rows->names) : 0;
  free(rows->names); /* of this result; the next one has its own */
  rows->names = NULL;
  return enough;
}

int32_t sbe_postgres_rows_row(void *user, const PGresult *result, int row) {
  sbe_postgres_rows *rows = user;
  rows->scratch.size = 0;
  for (size_t i = 0; i < rows->n; i++) {
    rows->in_scratch[i] = false;
    rows->values[i] = (sbe_value){0};
    if (PQgetisnull(result, row, (int)i)) continue;
    const char *text = PQgetvalue(result, row, (int)i);
    size_t size = (size_t)PQgetlength(result, row, (int)i);
    if (rows->columns[i].array)
      read_array(rows, i, text, size);
    else
      read_scalar(rows, rows->columns[i].shape, text, size, &rows->values[i]);
  }
  if (sbe_postgres_rows_overflow(rows)) return 1;
  for (size_t i = 0; i < rows->n; i++) {
    if (!rows->in_scratch[i]) continue;
    rows->values[i].text = rows->scratch.data + rows->values[i].integer;
    rows->values[i].integer = 0;
  }
  return rows->sink->row(rows->sink->user, rows->n, rows->values);
}

/* ---- guards ---- */

int32_t sbe_postgres_guard_columns(void *user, const PGresult *result) {
  sbe_postgres_guard *guard = user;
  if (PQnfields(result) == 1) {
    column only = column_of(PQftype(result, 0));
    guard->bad = only.shape != AS_BOOL || only.array;
  } else {
    guard->bad = true;
  }
  return 0;
}

int32_t sbe_postgres_guard_row(void *user, const PGresult *result, int row) {
  sbe_postgres_guard *guard = user;
  if (guard->seen) return 0; /* the first row counts */
  guard->seen = true;
  guard->yes = !guard->bad && !PQgetisnull(result, row, 0) && PQgetvalue(result, row, 0)[0] == 't';
  return 0;
}
