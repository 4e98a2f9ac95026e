/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and timestamps of the proleptic Gregorian calendar in UTC. Called by whoever reads a date from
 * a file or an argument and by the planner of windows. It must never ask the C library for anything
 * that knows a locale or a time zone.
 */
#include <string.h>
#include <time.h>

#include "core/base/date.h"

#define FIRST_DATE INT64_C(-719162) /* 0001-01-01 */
#define LAST_DATE INT64_C(2932896)  /* 9999-12-31 */

/* What is left to read. */
struct input {
  const char *at, *end;
};

static bool take(struct input *in, char c) {
  if (in->at == in->end || *in->at != c) return false;
  in->at++;
  return true;
}

/* Exactly `n` digits. */
static bool take_digits(struct input *in, int n, int *ret_number) {
  if (in->end - in->at < n) return false;
  int number = 0;
  for (int i = 0; i < n; i++) {
    if (in->at[i] < '0' || in->at[i] > '9') return false;
    number = number * 10 + (in->at[i] - '0');
  }
  in->at += n;
  *ret_number = number;
  return true;
}

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap);
}

/* Years are counted from March, so that the leap day is the last of one; 400 years are 146,097 days. */
static sbe_date date_of(int year, int month, int day) {
  if (month <= 2) year--;
  int64_t era = year / 400; /* `year` is not negative: the first is March of the year 0 */
  int64_t of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool take_date(struct input *in, sbe_date *ret_date) {
  int year, month, day;
  if (!take_digits(in, 4, &year) || !take(in, '-') || !take_digits(in, 2, &month) || !take(in, '-') ||
      !take_digits(in, 2, &day))
    return false;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
  *ret_date = date_of(year, month, day);
  return true;
}

bool sbe_date_parse(const char *text, size_t size, sbe_date *ret_date) {
  struct input in = {text, text + size};
  sbe_date date;
  if (!take_date(&in, &date) || in.at != in.end) return false;
  *ret_date = date;
  return true;
}

/* One to nine digits, those past the sixth without effect. */
static bool take_fraction(struct input *in, int64_t *ret_us) {
  int64_t us = 0, unit = 100000;
  int n = 0;
  for (; in->at != in->end && *in->at >= '0' && *in->at <= '9'; in->at++, n++, unit /= 10) us += (*in->at - '0') * unit;
  *ret_us = us;
  return n >= 1 && n <= 9;
}

static bool take_time(struct input *in, int64_t *ret_us) {
  int hour, minute, second = 0;
  int64_t fraction = 0;
  if (!take_digits(in, 2, &hour) || !take(in, ':') || !take_digits(in, 2, &minute)) return false;
  if (take(in, ':')) {
    if (!take_digits(in, 2, &second)) return false;
    if (take(in, '.') && !take_fraction(in, &fraction)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  *ret_us = ((hour * 60 + minute) * 60 + second) * SBE_SECOND_US + fraction;
  return true;
}

/* Nothing, "Z", " UTC" or an offset, which is what local clocks are ahead of UTC. */
static bool take_zone(struct input *in, int64_t *ret_us) {
  *ret_us = 0;
  if (in->at == in->end || take(in, 'Z')) return true;
  if (in->end - in->at == 4 && memcmp(in->at, " UTC", 4) == 0) {
    in->at = in->end;
    return true;
  }
  int sign = take(in, '+') ? 1 : take(in, '-') ? -1 : 0;
  int hours, minutes = 0;
  if (!sign || !take_digits(in, 2, &hours)) return false;
  if (take(in, ':') && !take_digits(in, 2, &minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  *ret_us = sign * (hours * 60 + minutes) * 60 * SBE_SECOND_US;
  return true;
}

bool sbe_timestamp_parse(const char *text, size_t size, sbe_timestamp *ret_timestamp) {
  struct input in = {text, text + size};
  sbe_date date;
  int64_t time = 0, offset = 0;
  if (!take_date(&in, &date)) return false;
  if (in.at != in.end) {
    if (!take(&in, 'T') && !take(&in, ' ')) return false;
    if (!take_time(&in, &time) || !take_zone(&in, &offset) || in.at != in.end) return false;
  }
  sbe_timestamp timestamp = date * SBE_DAY_US + time - offset;
  sbe_date utc = sbe_timestamp_date(timestamp);
  if (utc < FIRST_DATE || utc > LAST_DATE) return false;
  *ret_timestamp = timestamp;
  return true;
}

static char *put_digits(char *to, int64_t number, int n) {
  for (int i = n - 1; i >= 0; i--, number /= 10) to[i] = (char)('0' + number % 10);
  return to + n;
}

/* The inverse of date_of. What lies outside of the calendar is shown as its nearest end. */
static char *put_date(char *to, sbe_date date) {
  date = date < FIRST_DATE ? FIRST_DATE : date > LAST_DATE ? LAST_DATE : date;
  int64_t days = date + 719468;
  int64_t era = days / 146097;
  int64_t of_era = days % 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153; /* 0 is March */
  int64_t day = of_year - (153 * month + 2) / 5 + 1;
  year += era * 400 + (month >= 10);
  to = put_digits(to, year, 4);
  *to++ = '-';
  to = put_digits(to, month < 10 ? month + 3 : month - 9, 2);
  *to++ = '-';
  return put_digits(to, day, 2);
}

void sbe_date_format(sbe_date date, char ret_text[16]) {
  *put_date(ret_text, date) = '\0';
}

void sbe_timestamp_format(sbe_timestamp timestamp, char ret_text[32]) {
  sbe_date date = sbe_timestamp_date(timestamp);
  int64_t us = timestamp % SBE_DAY_US; /* not timestamp - date * SBE_DAY_US, which may not fit */
  if (us < 0) us += SBE_DAY_US;
  int64_t seconds = us / SBE_SECOND_US;
  char *to = put_date(ret_text, date);
  *to++ = ' ';
  to = put_digits(to, seconds / 3600, 2);
  *to++ = ':';
  to = put_digits(to, seconds / 60 % 60, 2);
  *to++ = ':';
  to = put_digits(to, seconds % 60, 2);
  if (us % SBE_SECOND_US) {
    *to++ = '.';
    to = put_digits(to, us % SBE_SECOND_US, 6);
  }
  *to = '\0';
}

sbe_date sbe_timestamp_date(sbe_timestamp timestamp) {
  return timestamp / SBE_DAY_US - (timestamp % SBE_DAY_US < 0);
}

sbe_timestamp sbe_timestamp_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * SBE_SECOND_US + now.tv_nsec / 1000;
}

int64_t sbe_monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SBE_SECOND_US + now.tv_nsec / 1000;
}
