/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations: the `period` of attributes, which must be whole days, and the `ttl` of views. A year is 365
 * days, a month 30. Exact integers all the way: nothing is ever rounded. Called by attribute.c and view.c.
 */
#include "core/ir/build.h"

#define MAX_US (INT64_C(4000000000) * INT64_C(1000000000))

typedef struct duration {
  int64_t us; /* without its sign */
  bool negative;
  bool fraction; /* there is something smaller than a microsecond, too */
} duration;

typedef enum { GOOD, MALFORMED, TOO_LONG } outcome;

static const struct {
  char letter;
  bool time; /* after the T */
  int64_t us;
} units[] = {
    {'Y', false, 365 * SBE_DAY_US}, {'M', false, 30 * SBE_DAY_US},     {'W', false, 7 * SBE_DAY_US},
    {'D', false, SBE_DAY_US},       {'H', true, 3600 * SBE_SECOND_US}, {'M', true, 60 * SBE_SECOND_US},
    {'S', true, SBE_SECOND_US},
};
#define N_UNITS (sizeof units / sizeof *units)

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* "7" or "7.5", whose unit stands behind it. */
typedef struct amount {
  const char *digits;
  size_t whole, part; /* digits before and after the point */
} amount;

static bool read_amount(const char **at, amount *ret_amount) {
  const char *c = *at;
  amount a = {c, 0, 0};
  while (is_digit(*c)) c++, a.whole++;
  if (a.whole && *c == '.') {
    c++;
    while (is_digit(*c)) c++, a.part++;
    if (!a.part) return false;
  }
  if (!a.whole) return false;
  *ret_amount = a;
  *at = c;
  return true;
}

static outcome add_amount(duration *d, const amount *a, int64_t unit) {
  int64_t whole = 0;
  if (!sbe_parse_int64(a->digits, a->whole, &whole) || whole > MAX_US / unit) return TOO_LONG;
  d->us += whole * unit;
  for (size_t i = 0; i < a->part; i++) {
    int digit = a->digits[a->whole + 1 + i] - '0';
    if (unit % 10) {
      d->fraction = d->fraction || digit > 0;
      continue;
    }
    unit /= 10;
    d->us += digit * unit;
  }
  return d->us > MAX_US ? TOO_LONG : GOOD;
}

/* After the "P". */
static outcome read_iso(const char *at, duration *d) {
  bool time = false, any = false;
  size_t next = 0;
  while (*at) {
    if (*at == 'T') {
      if (time || !at[1]) return MALFORMED;
      time = true;
      at++;
    }
    amount a;
    if (!read_amount(&at, &a)) return MALFORMED;
    while (next < N_UNITS && (units[next].time != time || units[next].letter != *at)) next++;
    if (next == N_UNITS) return MALFORMED;
    outcome result = add_amount(d, &a, units[next].us);
    if (result != GOOD) return result;
    next++;
    at++;
    any = true;
  }
  return any ? GOOD : MALFORMED;
}

/* "7", "7d", "P1DT12H". */
static outcome read_duration(const char *at, duration *ret_duration) {
  duration d = {0, false, false};
  amount a;
  if (*at == '-' || *at == '+') d.negative = *at++ == '-';
  outcome result = MALFORMED;
  if (*at == 'P') {
    result = read_iso(at + 1, &d);
  } else if (read_amount(&at, &a) && (*at == '\0' || ((*at == 'd' || *at == 'D') && at[1] == '\0'))) {
    result = add_amount(&d, &a, SBE_DAY_US);
  }
  *ret_duration = d;
  return result;
}

/* The text of a duration, also of {days: 7}. NULL with errors. `counts`: numbers are days. */
static const char *duration_text(sbe_builder *b, const sbe_node *node, const char *what, bool counts) {
  static const char *const members[] = {"days", NULL};
  const sbe_node *days[1];
  if (node->kind == SBE_NODE_MAP) {
    if (!sbe_members(b, node, what, members, days)) return NULL;
    if (days[0] && (days[0]->kind == SBE_NODE_INTEGER || days[0]->kind == SBE_NODE_NUMBER)) return days[0]->text;
    sbe_build_error(b, node, "%s needs a number of days: {days: 7}", what);
    return NULL;
  }
  if (counts && (node->kind == SBE_NODE_INTEGER || node->kind == SBE_NODE_NUMBER)) return node->text;
  if (node->kind != SBE_NODE_STRING) {
    sbe_build_error(b, node, "%s must be a duration such as 7d or P7D, not %s", what, sbe_node_kind_name(node->kind));
    return NULL;
  }
  return node->text;
}

bool sbe_period_build(sbe_builder *b, const sbe_node *node, int64_t *ret_days) {
  duration d;
  const char *text = duration_text(b, node, "period", true);
  if (!text) return false;
  outcome result = read_duration(text, &d);
  const char *shown = sbe_shown(b, text);
  if (result == MALFORMED)
    sbe_build_error(b, node, "period '%s' is no duration; use days, such as 7d or P7D", shown);
  else if (result == TOO_LONG)
    sbe_build_error(b, node, "period %s is longer than %d days; leave it out for the whole lifetime", shown,
                    SBE_MAX_PERIOD_DAYS);
  else if (d.us == 0 && !d.fraction)
    sbe_build_error(b, node,
                    "period %s is no time at all; use days, such as 7d, or leave it out for the whole lifetime", shown);
  else if (d.negative)
    sbe_build_error(b, node, "period %s is negative; use days, such as 7d", shown);
  else if (d.fraction || d.us % SBE_DAY_US)
    sbe_build_error(b, node, "period %s is not a whole number of days; use days, such as 7d", shown);
  else if (d.us / SBE_DAY_US > SBE_MAX_PERIOD_DAYS)
    sbe_build_error(b, node, "period %s is longer than %d days; leave it out for the whole lifetime", shown,
                    SBE_MAX_PERIOD_DAYS);
  else {
    *ret_days = d.us / SBE_DAY_US;
    return true;
  }
  return false;
}

bool sbe_ttl_build(sbe_builder *b, const sbe_node *node, int64_t *ret_seconds) {
  duration d;
  const char *text = duration_text(b, node, "ttl", false);
  if (!text) return false;
  outcome result = read_duration(text, &d);
  if (result == GOOD && !(d.negative && d.us)) {
    *ret_seconds = d.us / SBE_SECOND_US;
    return true;
  }
  sbe_build_error(b, node, "ttl '%s' is no duration; write it such as P90D", sbe_shown(b, text));
  return false;
}
