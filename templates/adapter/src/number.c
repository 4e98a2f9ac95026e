/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and times as text, exactly: no integer through a double, no locale, no rounding but the one
 * that is wanted. Called by functions.c, aggregates.c and results.c; knows nothing of SQL.
 *
 * To change: a warehouse that reads numbers and times by itself needs nothing of this but
 * timestamp_parse and date_parse, for results that arrive as text.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite_adapter.h"

static locale_t c_locale; /* whatever the program has set: a point is a point */

bool number_init(void) {
  c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return c_locale != (locale_t)0;
}

/* ---- reading text ---- */

typedef struct reader {
  const char *at, *end;
} reader;

static bool is_digit(const reader *r) {
  return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool take(reader *r, const char *any) {
  if (r->at == r->end || *r->at == '\0' || strchr(any, *r->at) == NULL) return false;
  r->at++;
  return true;
}

static void skip_spaces(reader *r) {
  while (take(r, " \t\n\v\f\r")) continue;
}

/* Just `n` digits; -1 when there are not as many. */
static int64_t take_digits(reader *r, int n) {
  int64_t value = 0;
  for (; n > 0; n--) {
    if (!is_digit(r)) return -1;
    value = value * 10 + (*r->at++ - '0');
  }
  return value;
}

/* ---- numbers ---- */

/* Digits, perhaps with a point among them. False when there is none. */
static bool take_mantissa(reader *r, number *n) {
  bool any = false, behind_point = false;
  for (;; r->at++) {
    if (!behind_point && r->at < r->end && *r->at == '.') {
      behind_point = true;
      continue;
    }
    if (!is_digit(r)) break;
    any = true;
    if (n->n > 0 || *r->at != '0') {
      if (n->n < (int)sizeof n->digits) n->digits[n->n++] = *r->at; /* further ones decide nothing */
      if (!behind_point) n->point++;
    } else if (behind_point) {
      n->point--; /* 0.00…1 */
    }
  }
  while (n->n > 0 && n->digits[n->n - 1] == '0') n->n--; /* 1.0 is 1 */
  return any;
}

bool number_parse(const char *text, size_t size, number *ret) {
  reader r = {text, text + size};
  *ret = (number){0};
  skip_spaces(&r);
  ret->negative = r.at < r.end && *r.at == '-';
  (void)take(&r, "+-");
  if (!take_mantissa(&r, ret)) return false;
  if (take(&r, "eE")) {
    bool down = r.at < r.end && *r.at == '-';
    int64_t exponent = 0;
    (void)take(&r, "+-");
    if (!is_digit(&r)) return false;
    for (; is_digit(&r); r.at++)
      if (exponent < 1000000) exponent = exponent * 10 + (*r.at - '0');
    ret->point += down ? -exponent : exponent;
  }
  skip_spaces(&r);
  return r.at == r.end;
}

bool number_integer(const number *n, bool round, int128 *ret) {
  int128 value = 0;
  *ret = 0;
  if (n->n == 0 || n->point < 0) return true;
  if (n->point > 38) return false;
  for (int64_t i = 0; i < n->point; i++) value = value * 10 + (i < n->n ? n->digits[i] - '0' : 0);
  if (round && n->point < n->n && n->digits[n->point] >= '5') value++;
  *ret = n->negative ? -value : value;
  return true;
}

int int128_format(int128 value, char *ret_text) {
  char digits[48];
  int n = 0, size = 0;
  bool negative = value < 0;
  do digits[n++] = (char)('0' + (int)(negative ? -(value % 10) : value % 10));
  while ((value /= 10) != 0);
  if (negative) ret_text[size++] = '-';
  while (n > 0) ret_text[size++] = digits[--n];
  ret_text[size] = '\0';
  return size;
}

double number_double(const char *text) {
  return strtod_l(text, NULL, c_locale);
}

void double_format(double value, char ret_text[40]) {
  for (int digits = 15; digits <= 17; digits++) { /* SQLite's printf knows no locale */
    sqlite3_snprintf(40, ret_text, "%!.*g", digits, value);
    if (number_double(ret_text) == value) return;
  }
}

/* ---- dates and times ---- */

static const int64_t DAY = 86400, FIRST_SECOND = -62135596800, LAST_SECOND = 253402300799; /* years 1 to 9999 */

/* Days since 1970-01-01 of a date of the Gregorian calendar; months are counted from March here. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  int64_t century = year / 400, of_century = year - century * 400;
  int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return century * 146097 + of_century * 365 + of_century / 4 - of_century / 100 + of_year - 719468;
}

static bool take_date(reader *r, int64_t *ret_days) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t year = take_digits(r, 4), month = take(r, "-") ? take_digits(r, 2) : -1;
  int64_t day = take(r, "-") ? take_digits(r, 2) : -1;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1] + (month == 2 && leap)) return false;
  *ret_days = days_of(year, month, day);
  return true;
}

bool date_parse(const char *text, size_t size, int64_t *ret_days) {
  reader r = {text, text + size};
  return take_date(&r, ret_days) && r.at == r.end;
}

/* HH:MM[:SS[.ffffff…]], as microseconds; what is behind the sixth digit is cut. */
static bool take_clock(reader *r, int64_t *ret_micros) {
  int64_t hour = take_digits(r, 2), minute = take(r, ":") ? take_digits(r, 2) : -1, second = 0, micros = 0;
  if (take(r, ":")) {
    second = take_digits(r, 2);
    if (take(r, ".,")) {
      if (!is_digit(r)) return false;
      for (int64_t place = 100000; is_digit(r); place /= 10) micros += (*r->at++ - '0') * place;
    }
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  *ret_micros = ((hour * 60 + minute) * 60 + second) * 1000000 + micros;
  return true;
}

/* Z, +02, +0200, +02:00, or nothing: seconds east. */
static bool take_offset(reader *r, int64_t *ret_seconds) {
  *ret_seconds = 0;
  skip_spaces(r);
  if (r->at == r->end || take(r, "zZ")) return true;
  int64_t sign = *r->at == '-' ? -1 : 1;
  if (!take(r, "+-")) return false;
  int64_t hour = take_digits(r, 2), minute = take(r, ":") || is_digit(r) ? take_digits(r, 2) : 0;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  *ret_seconds = sign * (hour * 60 + minute) * 60;
  return true;
}

/* A date, perhaps with a time of day, which may say how far east of UTC it is. */
static bool parse_iso(const char *text, size_t size, int64_t *ret) {
  reader r = {text, text + size};
  int64_t days, micros = 0, east = 0;
  skip_spaces(&r);
  if (!take_date(&r, &days)) return false;
  bool clock = r.at + 1 < r.end && (*r.at == 'T' || *r.at == 't' || (*r.at == ' ' && r.at[1] >= '0' && r.at[1] <= '9'));
  if (clock) {
    r.at++;
    if (!take_clock(&r, &micros) || !take_offset(&r, &east)) return false;
  } else {
    skip_spaces(&r);
    (void)take(&r, "zZ");
  }
  skip_spaces(&r);
  int64_t seconds = days * DAY - east;
  *ret = seconds * 1000000 + micros;
  return r.at == r.end && seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

bool timestamp_parse(const char *text, size_t size, int64_t *ret) {
  number n;
  int128 micros;
  if (parse_iso(text, size, ret)) return true;
  if (!number_parse(text, size, &n)) return false;
  n.point += 6; /* epoch seconds */
  if (!number_integer(&n, false, &micros)) return false;
  if (micros < (int128)FIRST_SECOND * 1000000 || micros >= (int128)(LAST_SECOND + 1) * 1000000) return false;
  *ret = (int64_t)micros;
  return true;
}

static char *put_digits(char *to, int64_t value, int n) {
  for (int i = n - 1; i >= 0; i--, value /= 10) to[i] = (char)('0' + value % 10);
  return to + n;
}

void timestamp_format(int64_t micros, char ret_text[TIMESTAMP_SIZE + 1]) {
  int64_t of_day = micros % (DAY * 1000000), days = micros / (DAY * 1000000);
  if (of_day < 0) of_day += DAY * 1000000, days--;
  int64_t shifted = days + 719468, century = shifted / 146097, of_century = shifted % 146097; /* years 1 to 9999 */
  int64_t year = (of_century - of_century / 1460 + of_century / 36524 - of_century / 146096) / 365;
  int64_t of_year = of_century - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  char *to = put_digits(ret_text, century * 400 + year + (month >= 10), 4);
  *to++ = '-';
  to = put_digits(to, month < 10 ? month + 3 : month - 9, 2);
  *to++ = '-';
  to = put_digits(to, of_year - (153 * month + 2) / 5 + 1, 2);
  *to++ = ' ';
  int64_t seconds = of_day / 1000000;
  to = put_digits(to, seconds / 3600, 2);
  *to++ = ':';
  to = put_digits(to, seconds / 60 % 60, 2);
  *to++ = ':';
  to = put_digits(to, seconds % 60, 2);
  *to++ = '.';
  to = put_digits(to, of_day % 1000000, 6);
  *to = '\0';
}
