/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values in definitions: of criteria, and default_value with its check against the attribute's type.
 * Numbers are decimal text and never go through a double; equal ones get one spelling, so that what is
 * equal compares equal. Called by criteria.c and attribute.c.
 */
#include "core/ir/build.h"

#include <stdlib.h>

#define LARGEST_EXPONENT 308 /* of what a double holds */
#define LEAST_EXPONENT (-307)
#define PLAIN_DIGITS 40 /* longer numbers get an exponent */

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Is it its own plainest spelling? Nearly every number is. */
static bool is_plain_integer(const char *text) {
  if (text[0] == '-') text++;
  size_t n = strspn(text, "0123456789");
  return text[n] == '\0' && n > 0 && n <= PLAIN_DIGITS && (text[0] != '0');
}

/* Without sign: significant digits, and the power of ten of the last one. */
typedef struct decimal {
  char digits[SBE_MAX_DIGITS + 1];
  int n, exponent;
} decimal;

static bool read_decimal(const char *c, decimal *d) {
  int skipped = 0; /* zeros that count only if another digit follows */
  bool point = false;
  d->n = d->exponent = 0;
  for (; is_digit(*c) || (*c == '.' && !point); c++) {
    if (*c == '.') {
      point = true;
      continue;
    }
    if (point && d->exponent-- < -SBE_MAX_VALUE) return false;
    if (*c == '0') {
      if (d->n && ++skipped > SBE_MAX_VALUE) return false;
      continue;
    }
    if (d->n + skipped >= SBE_MAX_DIGITS) return false;
    for (; skipped > 0; skipped--) d->digits[d->n++] = '0';
    d->digits[d->n++] = *c;
  }
  d->exponent += skipped;
  d->digits[d->n] = '\0';
  if (*c == 'e' || *c == 'E') {
    int64_t exponent = 0;
    if (!sbe_parse_int64(c + 1, strlen(c + 1), &exponent) || exponent < -100000 || exponent > 100000) return d->n == 0;
    d->exponent += (int)exponent;
  }
  return true;
}

static const char *print_decimal(sbe_arena *arena, bool negative, const decimal *d) {
  const char *sign = negative ? "-" : "";
  int before = d->n + d->exponent; /* digits before the point */
  if (d->exponent >= 0 && before <= PLAIN_DIGITS)
    return sbe_arena_printf(arena, "%s%s%.*s", sign, d->digits, d->exponent,
                            "0000000000000000000000000000000000000000");
  if (d->exponent < 0 && before > 0)
    return sbe_arena_printf(arena, "%s%.*s.%s", sign, before, d->digits, d->digits + before);
  if (d->exponent < 0 && -before < PLAIN_DIGITS / 2)
    return sbe_arena_printf(arena, "%s0.%.*s%s", sign, -before, "00000000000000000000", d->digits);
  return sbe_arena_printf(arena, "%s%c%s%se%d", sign, d->digits[0], d->n > 1 ? "." : "", d->digits + 1, before - 1);
}

const char *sbe_number_plain(sbe_arena *arena, const char *text) {
  decimal d;
  if (is_plain_integer(text)) return text;
  bool negative = *text == '-';
  if (!read_decimal(text + (negative || *text == '+'), &d)) return NULL;
  if (d.n == 0) return "0";
  int magnitude = d.n + d.exponent - 1;
  if (magnitude >= LARGEST_EXPONENT || magnitude < LEAST_EXPONENT) return NULL;
  return print_decimal(arena, negative, &d);
}

bool sbe_literal_build(sbe_builder *b, const sbe_node *node, const char *what, sbe_literal *ret_literal) {
  sbe_literal literal = {SBE_LITERAL_TEXT, node->text, node->size};
  switch (node->kind) {
  case SBE_NODE_NULL:
    sbe_build_error(b, node, "%s is null; leave it out, or quote it if it is text", what);
    return false;
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    sbe_build_error(b, node, "%s must be a string, a number or a bool, not %s", what, sbe_node_kind_name(node->kind));
    return false;
  case SBE_NODE_BOOL:
    literal.kind = SBE_LITERAL_BOOL;
    break;
  case SBE_NODE_INTEGER:
  case SBE_NODE_NUMBER:
    literal.kind = SBE_LITERAL_NUMBER;
    literal.text = sbe_number_plain(b->arena, node->text);
    if (!literal.text) {
      sbe_build_error(b, node, "%s %s has more than %d digits, or is too large or too small for a number", what,
                      sbe_shown(b, node->text), SBE_MAX_DIGITS);
      return false;
    }
    literal.size = strlen(literal.text);
    break;
  case SBE_NODE_STRING:
    if (node->size <= SBE_MAX_VALUE) break;
    sbe_build_error(b, node, "%s has %u bytes; at most %d are allowed", what, node->size, SBE_MAX_VALUE);
    return false;
  }
  *ret_literal = literal;
  return true;
}

void sbe_put_literal(sbe_text *text, const sbe_literal *literal) {
  if (literal->kind == SBE_LITERAL_TEXT)
    sbe_put_quoted(text, literal->text);
  else
    sbe_text_puts(text, literal->text);
}

/* ---- default_value ---- */

static bool mismatch(sbe_builder *b, const sbe_node *node, const char *wanted, const sbe_attribute *attribute) {
  sbe_build_error(b, node, "default_value must be %s for type %s, not %s", wanted, attribute->type_name,
                  sbe_node_kind_name(node->kind));
  return false;
}

static bool check_integer(sbe_builder *b, const sbe_node *node, const sbe_attribute *attribute, int32_t type,
                          const sbe_literal *literal) {
  int64_t number = 0;
  bool fits = sbe_parse_int64(literal->text, literal->size, &number);
  if (type == SBE_TYPE_INT32) fits = fits && number >= INT32_MIN && number <= INT32_MAX;
  if (!fits)
    sbe_build_error(b, node, "default_value %s is no whole number that type %s can hold", sbe_shown(b, node->text),
                    attribute->type_name);
  return fits;
}

/* Any instant, told as a text or as epoch seconds, becomes one text in UTC. */
static bool build_timestamp(sbe_builder *b, const sbe_node *node, const sbe_attribute *attribute,
                            sbe_literal *literal) {
  sbe_timestamp at = 0;
  int64_t seconds = 0;
  char text[32];
  bool good = false;
  if (literal->kind == SBE_LITERAL_TEXT) {
    good = sbe_timestamp_parse(literal->text, literal->size, &at);
  } else if (literal->kind == SBE_LITERAL_NUMBER && sbe_parse_int64(literal->text, literal->size, &seconds)) {
    good = seconds >= INT64_C(-62135596800) && seconds <= INT64_C(253402300799); /* years 1 to 9999 */
    at = good ? seconds * SBE_SECOND_US : 0;
  }
  if (!good) {
    sbe_build_error(b, node, "default_value must be a timestamp such as '2025-01-31T12:00:00Z' for type %s",
                    attribute->type_name);
    return false;
  }
  sbe_timestamp_format(at, text);
  *literal = (sbe_literal){SBE_LITERAL_TEXT, sbe_arena_strdup(b->arena, text), strlen(text)};
  return true;
}

/* One scalar of logical type `type`. */
static bool build_scalar(sbe_builder *b, const sbe_node *node, const sbe_attribute *attribute, int32_t type,
                         sbe_literal *ret_literal) {
  sbe_literal literal;
  if (!sbe_literal_build(b, node, "default_value", &literal)) return false;
  switch (type) {
  case SBE_TYPE_INT32:
  case SBE_TYPE_INT64:
  case SBE_TYPE_DICT:
    if (literal.kind != SBE_LITERAL_NUMBER) return mismatch(b, node, "a whole number", attribute);
    if (!check_integer(b, node, attribute, type, &literal)) return false;
    break;
  case SBE_TYPE_DOUBLE:
    if (literal.kind != SBE_LITERAL_NUMBER) return mismatch(b, node, "a number", attribute);
    break;
  case SBE_TYPE_BOOL:
    if (literal.kind != SBE_LITERAL_BOOL) return mismatch(b, node, "true or false", attribute);
    break;
  case SBE_TYPE_TIMESTAMP:
    if (!build_timestamp(b, node, attribute, &literal)) return false;
    break;
  default:
    if (literal.kind != SBE_LITERAL_TEXT) return mismatch(b, node, "a string (in quotes)", attribute);
    break;
  }
  *ret_literal = literal;
  return true;
}

static int by_key(const void *a, const void *b) {
  return strcmp((*(const sbe_node *const *)a)->key, (*(const sbe_node *const *)b)->key);
}

/* A dict has no order: its members are kept by name. */
static bool build_dict(sbe_builder *b, const sbe_node *node, sbe_attribute *attribute) {
  if (node->kind != SBE_NODE_MAP) return mismatch(b, node, "a map of names to whole numbers", attribute);
  size_t n = sbe_node_count(node), i = 0;
  bool good = true;
  if (n > SBE_MAX_VALUES) {
    sbe_build_error(b, node, "default_value has %zu members; at most %d are allowed", n, SBE_MAX_VALUES);
    return false;
  }
  const sbe_node **sorted = SBE_NEW_ARRAY(b->arena, const sbe_node *, n);
  sbe_literal *keys = SBE_NEW_ARRAY(b->arena, sbe_literal, n);
  sbe_literal *values = SBE_NEW_ARRAY(b->arena, sbe_literal, n);
  SBE_EACH(member, node) sorted[i++] = member;
  if (n > 1) qsort(sorted, n, sizeof *sorted, by_key);
  for (i = 0; i < n; i++) {
    keys[i] = (sbe_literal){SBE_LITERAL_TEXT, sorted[i]->key, strlen(sorted[i]->key)};
    good = build_scalar(b, sorted[i], attribute, SBE_TYPE_DICT, &values[i]) && good;
    if (keys[i].size <= SBE_MAX_VALUE) continue;
    sbe_build_error(b, sorted[i], "a name in default_value has more than %d bytes", SBE_MAX_VALUE);
    good = false;
  }
  attribute->n_default = n;
  attribute->default_keys = keys;
  attribute->default_values = values;
  return good;
}

static bool build_list(sbe_builder *b, const sbe_node *node, sbe_attribute *attribute) {
  size_t n = 0, i = 0;
  bool good = true;
  if (node->kind != SBE_NODE_LIST) return mismatch(b, node, "a list", attribute);
  if (!sbe_list_member(b, node, "default_value", SBE_MAX_VALUES, &n)) return false;
  sbe_literal *values = SBE_NEW_ARRAY(b->arena, sbe_literal, n);
  SBE_EACH(item, node)
  good = build_scalar(b, item, attribute, attribute->type & ~SBE_TYPE_LIST, &values[i++]) && good;
  attribute->n_default = n;
  attribute->default_values = values;
  return good;
}

bool sbe_default_build(sbe_builder *b, const sbe_node *node, sbe_attribute *attribute) {
  attribute->has_default = true;
  if (attribute->type == SBE_TYPE_DICT) return build_dict(b, node, attribute);
  if (attribute->type & SBE_TYPE_LIST) return build_list(b, node, attribute);
  if (node->kind == SBE_NODE_LIST || node->kind == SBE_NODE_MAP) return mismatch(b, node, "one value", attribute);
  sbe_literal *value = SBE_NEW(b->arena, sbe_literal);
  attribute->n_default = 1;
  attribute->default_values = value;
  return build_scalar(b, node, attribute, attribute->type, value);
}
