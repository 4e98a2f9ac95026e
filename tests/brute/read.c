/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed reads of read.h. Called by the oracle for every value that an attribute or a criterion
 * looks at. Decimal text is taken digit by digit, so that integers are exact. Must never use
 * anything of the engine.
 */
#include "tests/brute/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

/* ---- decimal text: [spaces][sign]digits[.digits][e[sign]digits][spaces] ---- */

typedef struct decimal {
  bool negative;
  char digits[512]; /* without leading zeros */
  int count;
  int point;         /* the value is 0.DIGITS times 10 to the power of `point` */
  const char *start; /* without spaces, for strtod */
  size_t size;
} decimal;

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Takes digits at *at up to `end`; returns how many there were. */
static int take_digits(const char **at, const char *end, decimal *into, bool fraction) {
  int taken = 0;
  for (; *at < end && is_digit(**at); (*at)++, taken++) {
    bool leading_zero = into->count == 0 && **at == '0';
    if (fraction ? leading_zero : false) into->point--;
    if (!fraction && !leading_zero) into->point++;
    if (!leading_zero && into->count < (int)sizeof into->digits) into->digits[into->count++] = **at;
  }
  return taken;
}

static bool take_exponent(const char **at, const char *end, int *ret_exponent) {
  bool negative = false;
  int exponent = 0, digits = 0;
  (*at)++;
  if (*at < end && (**at == '+' || **at == '-')) negative = *(*at)++ == '-';
  for (; *at < end && is_digit(**at); (*at)++, digits++)
    if (exponent < 100000) exponent = exponent * 10 + (**at - '0');
  *ret_exponent = negative ? -exponent : exponent;
  return digits > 0;
}

/* semantics, §3: "Numbers are read from decimal text with sign, exponent and spaces around". */
static bool read_decimal(const char *text, size_t size, decimal *ret) {
  const char *at = text, *end = text + size;
  memset(ret, 0, sizeof *ret);
  while (at < end && *at == ' ') at++;
  while (end > at && end[-1] == ' ') end--;
  ret->start = at;
  ret->size = (size_t)(end - at);
  if (at < end && (*at == '+' || *at == '-')) ret->negative = *at++ == '-';
  int digits = take_digits(&at, end, ret, false);
  if (at < end && *at == '.') {
    at++;
    digits += take_digits(&at, end, ret, true);
  }
  if (digits == 0) return false;
  int exponent = 0;
  if (at < end && (*at == 'e' || *at == 'E') && !take_exponent(&at, end, &exponent)) return false;
  ret->point += exponent;
  return at == end;
}

/* Rounded half away from zero. `ret_whole`: whether nothing was rounded. false: far too large. */
static bool decimal_to_wide(const decimal *number, wide *ret, bool *ret_whole) {
  wide sum = 0;
  if (number->count && number->point > 25) return false;
  for (int i = 0; i < number->point && number->count; i++)
    sum = sum * 10 + (i < number->count ? number->digits[i] - '0' : 0);
  *ret_whole = true;
  for (int i = number->point < 0 ? 0 : number->point; i < number->count; i++)
    if (number->digits[i] != '0') *ret_whole = false;
  if (number->point >= 0 && number->point < number->count && number->digits[number->point] >= '5') sum++;
  *ret = number->negative ? -sum : sum;
  return true;
}

static double decimal_to_double(const decimal *number) {
  char *copy = malloc(number->size + 1);
  if (!copy) abort();
  memcpy(copy, number->start, number->size);
  copy[number->size] = '\0';
  double result = strtod(copy, NULL); /* the program never sets a locale */
  free(copy);
  return result;
}

/* ---- reads ---- */

bool bf_round(double number, int64_t low, int64_t high, int64_t *ret_number) {
  double rounded = round(number); /* half away from zero */
  if (!isfinite(rounded) || rounded < -9223372036854775808.0 || rounded >= 9223372036854775808.0) return false;
  if ((int64_t)rounded < low || (int64_t)rounded > high) return false;
  *ret_number = (int64_t)rounded;
  return true;
}

/* semantics, §3: a fraction rounds half away from zero; "not a number and infinities are NULL", what
   does not fit as well; "integers … are exact in their whole range"; "a bool reads as 1 or 0". */
bool bf_read_integer(const bf_value *value, int64_t low, int64_t high, int64_t *ret_number) {
  decimal number;
  wide whole;
  bool unrounded;
  switch (value->kind) {
  case BF_INT:
  case BF_BOOL:
    if (value->i < low || value->i > high) return false;
    *ret_number = value->i;
    return true;
  case BF_REAL:
    return bf_round(value->d, low, high, ret_number);
  case BF_TEXT:
    if (!read_decimal(value->text, value->size, &number) || !decimal_to_wide(&number, &whole, &unrounded)) return false;
    if (whole < low || whole > high) return false;
    *ret_number = (int64_t)whole;
    return true;
  case BF_NULL:
  case BF_TIME:
  case BF_ARRAY:
  case BF_OBJECT:
    return false;
  }
  return false;
}

bool bf_read_double(const bf_value *value, double *ret_number) {
  decimal number;
  double result = 0;
  if (value->kind == BF_INT || value->kind == BF_BOOL)
    result = (double)value->i;
  else if (value->kind == BF_REAL)
    result = value->d;
  else if (value->kind == BF_TEXT && read_decimal(value->text, value->size, &number))
    result = decimal_to_double(&number);
  else
    return false;
  if (!isfinite(result)) return false;
  *ret_number = result;
  return true;
}

bool bf_read_number(const bf_value *value, bf_number *ret_number) {
  decimal number;
  wide whole = 0;
  bool unrounded = false;
  *ret_number = (bf_number){0};
  if (!bf_read_double(value, &ret_number->d)) return false;
  if (value->kind == BF_INT || value->kind == BF_BOOL) {
    ret_number->exact = true;
    ret_number->i = value->i;
  } else if (value->kind == BF_TEXT && read_decimal(value->text, value->size, &number) &&
             decimal_to_wide(&number, &whole, &unrounded) && unrounded && whole >= INT64_MIN && whole <= INT64_MAX) {
    ret_number->exact = true;
    ret_number->i = (int64_t)whole;
  }
  return true;
}

int bf_compare_numbers(bf_number a, bf_number b) {
  if (a.exact && b.exact) return a.i < b.i ? -1 : a.i > b.i;
  return a.d < b.d ? -1 : a.d > b.d;
}

static bool same_word(const bf_value *text, const char *word) {
  if (text->size != strlen(word)) return false;
  for (size_t i = 0; i < text->size; i++) {
    char c = text->text[i];
    if ((c >= 'A' && c <= 'Z' ? (char)(c + 32) : c) != word[i]) return false;
  }
  return true;
}

/* semantics, §3: `"true", "false" (any case), 0 and 1 read as a bool`. */
bool bf_read_bool(const bf_value *value, bool *ret_truth) {
  bool truth;
  switch (value->kind) {
  case BF_BOOL:
  case BF_INT:
    if (value->i != 0 && value->i != 1) return false;
    truth = value->i == 1;
    break;
  case BF_REAL:
    if (value->d != 0 && value->d != 1) return false;
    truth = value->d == 1;
    break;
  case BF_TEXT:
    truth = same_word(value, "true") || same_word(value, "1");
    if (!truth && !same_word(value, "false") && !same_word(value, "0")) return false;
    break;
  case BF_NULL:
  case BF_TIME:
  case BF_ARRAY:
  case BF_OBJECT:
  default:
    return false;
  }
  *ret_truth = truth;
  return true;
}

/* Exactly `digits` digits, and a number from `low` to `high`. */
static bool take_field(const char **at, int digits, int low, int high, int *ret) {
  int number = 0;
  for (int i = 0; i < digits; i++, (*at)++) {
    if (!is_digit(**at)) return false;
    number = number * 10 + (**at - '0');
  }
  *ret = number;
  return number >= low && number <= high;
}

static bool take_char(const char **at, char c) {
  if (**at != c) return false;
  (*at)++;
  return true;
}

static bool take_date(const char **at, int64_t *ret_days) {
  int year, month, day, check_month, check_day;
  int64_t check_year;
  if (!take_field(at, 4, 1, 9999, &year) || !take_char(at, '-') || !take_field(at, 2, 1, 12, &month) ||
      !take_char(at, '-') || !take_field(at, 2, 1, 31, &day))
    return false;
  *ret_days = bf_days_of(year, month, day);
  bf_civil_of(*ret_days, &check_year, &check_month, &check_day);
  return check_day == day && check_month == month; /* no 30th of February */
}

static bool take_clock(const char **at, int64_t *ret_microseconds) {
  int hour, minute, second;
  int64_t fraction = 0, unit = BF_SECOND;
  if (!take_field(at, 2, 0, 23, &hour) || !take_char(at, ':') || !take_field(at, 2, 0, 59, &minute) ||
      !take_char(at, ':') || !take_field(at, 2, 0, 59, &second))
    return false;
  if (take_char(at, '.')) {
    if (!is_digit(**at)) return false;
    for (; is_digit(**at); (*at)++) fraction += (**at - '0') * (unit /= 10);
  }
  *ret_microseconds = hour * BF_HOUR + minute * BF_MINUTE + second * BF_SECOND + fraction;
  return true;
}

static bool take_offset(const char **at, int64_t *ret_microseconds) {
  int hours, minutes = 0;
  *ret_microseconds = 0;
  if (!**at || take_char(at, 'Z')) return true;
  int64_t sign = **at == '-' ? -1 : 1;
  if (!take_char(at, '+') && !take_char(at, '-')) return false;
  if (!take_field(at, 2, 0, 15, &hours)) return false;
  if (take_char(at, ':') && !take_field(at, 2, 0, 59, &minutes)) return false;
  *ret_microseconds = sign * (hours * BF_HOUR + minutes * BF_MINUTE);
  return true;
}

/* semantics, §2: "timestamps in UTC, read from ISO text (with offset or without: UTC) or epoch seconds". */
bool bf_read_time(const bf_value *value, int64_t *ret_microseconds) {
  int64_t days, clock = 0, offset = 0;
  double seconds;
  if (value->kind == BF_TIME) {
    *ret_microseconds = value->i;
    return true;
  }
  if (value->kind == BF_TEXT) {
    const char *at = value->text;
    if (take_date(&at, &days)) {
      if (*at &&
          !((take_char(&at, 'T') || take_char(&at, ' ')) && take_clock(&at, &clock) && take_offset(&at, &offset)))
        return false;
      if (*at) return false;
      *ret_microseconds = days * BF_DAY + clock - offset;
      return true;
    }
  }
  if (value->kind == BF_BOOL || !bf_read_double(value, &seconds)) return false;
  /* Years 1 to 9999; generated numbers are either inside or far outside. */
  if (seconds < -62135596800.0 || seconds > 253402300799.0) return false;
  *ret_microseconds = (int64_t)round(seconds * 1e6);
  return true;
}

/* How a double or a timestamp is written is the warehouse's (semantics, §3), so nothing that is
   generated asks for it. */
static const bf_value *read_text(bf_arena *arena, const bf_value *value) {
  switch (value->kind) {
  case BF_TEXT:
    return value;
  case BF_INT:
    return bf_string(arena, bf_format(arena, "%lld", (long long)value->i));
  case BF_BOOL:
    return bf_string(arena, value->i ? "true" : "false");
  case BF_NULL:
  case BF_REAL:
  case BF_TIME:
  case BF_ARRAY:
  case BF_OBJECT:
    break;
  }
  return bf_null();
}

bool bf_type_is_integer(bf_type type) {
  return type == BF_TYPE_INT32 || type == BF_TYPE_INT64;
}

int64_t bf_type_low(bf_type type) {
  return type == BF_TYPE_INT32 ? INT32_MIN : INT64_MIN;
}

int64_t bf_type_high(bf_type type) {
  return type == BF_TYPE_INT32 ? INT32_MAX : INT64_MAX;
}

const bf_value *bf_read(bf_arena *arena, bf_type type, const bf_value *value) {
  int64_t number;
  double real;
  bool truth;
  switch (type) {
  case BF_TYPE_STRING:
  case BF_TYPE_BYTES:
  case BF_TYPE_DICT: /* the keys of `category_count` */
    return read_text(arena, value);
  case BF_TYPE_INT32:
  case BF_TYPE_INT64:
    return bf_read_integer(value, bf_type_low(type), bf_type_high(type), &number) ? bf_int(arena, number) : bf_null();
  case BF_TYPE_DOUBLE:
  case BF_TYPE_FLOAT:
    return bf_read_double(value, &real) ? bf_real(arena, real) : bf_null();
  case BF_TYPE_BOOL:
    return bf_read_bool(value, &truth) ? bf_bool(arena, truth) : bf_null();
  case BF_TYPE_TIMESTAMP:
  case BF_TYPE_UNIX_TIMESTAMP:
    return bf_read_time(value, &number) ? bf_time(arena, number) : bf_null();
  case BF_TYPES:
    break;
  }
  return bf_null();
}

/* semantics, §3: "A list type with `first` or `last` reads an array of scalars, leaving out elements
   that are NULL or can't be read; a scalar `v` is NULL there." */
const bf_value *bf_read_list(bf_arena *arena, bf_type type, const bf_value *value) {
  if (value->kind != BF_ARRAY) return bf_null();
  bf_value *list = bf_array(arena);
  for (size_t i = 0; i < value->count; i++) {
    const bf_value *element = bf_read(arena, type, value->items[i]);
    if (element->kind != BF_NULL) bf_add(arena, list, element);
  }
  return list;
}

int bf_compare(const bf_value *a, const bf_value *b) {
  if (a->kind == BF_REAL) return a->d < b->d ? -1 : a->d > b->d;
  if (a->kind != BF_TEXT) return a->i < b->i ? -1 : a->i > b->i;
  /* UTF-8 sorts by bytes as it sorts by code points. */
  int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
  if (order) return order;
  return a->size < b->size ? -1 : a->size > b->size;
}
