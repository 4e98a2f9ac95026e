/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Criteria as conditions. What a value is compared as follows from the value and from the class of
 * the property (semantics, "Definitions"): a number compares numerically even where the property is
 * text, a string as a number or a timestamp only where the property is one. A NULL, or what cannot be
 * compared, meets no positive operator and every negated one.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/sql/properties.h"

/* How one value is compared with a property. */
typedef struct comparison {
  int32_t type;        /* the property is read so */
  const char *literal; /* the value, printed so */
  const char *exact;   /* a number that a double may not hold: the value as SBE_TYPE_DECIMAL; else NULL */
} comparison;

/* Integers from 2^53 on (16 digits and more) and up to 28 digits, which SBE_TYPE_DECIMAL surely holds. */
static bool needs_exact(const sbe_literal *value) {
  const char *digits = value->text + (*value->text == '-' || *value->text == '+');
  size_t n = strspn(digits, "0123456789");
  return n >= 16 && n <= 28 && digits[n] == '\0';
}

static const char *number_literal(const sbe_reader *r, const sbe_literal *value, int32_t type) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  sbe_print_literal(r->sql, &out, type, 1, value, NULL);
  return sbe_arena_strdup(r->arena, sbe_text_string(&out));
}

static comparison as_number(const sbe_reader *r, const sbe_literal *value) {
  bool exact = needs_exact(value) && sbe_physical_type(r->sql->dialect, SBE_TYPE_DECIMAL);
  return (comparison){SBE_TYPE_DOUBLE, number_literal(r, value, SBE_TYPE_DOUBLE),
                      exact ? number_literal(r, value, SBE_TYPE_DECIMAL) : NULL};
}

/* Numbers are read with spaces around them. */
static sbe_literal without_spaces(const sbe_literal *value, sbe_arena *arena) {
  static const char spaces[] = " \t\n\v\f\r";
  size_t from = strspn(value->text, spaces), size = value->size - from;
  while (size && strchr(spaces, value->text[from + size - 1])) size--;
  return (sbe_literal){value->kind, sbe_arena_strndup(arena, value->text + from, size), size};
}

static comparison compare_as(const sbe_reader *r, int32_t class_, const sbe_literal *value) {
  bool number = class_ == SBE_CLASS_INTEGER || class_ == SBE_CLASS_DECIMAL || class_ == SBE_CLASS_DOUBLE;
  sbe_timestamp at;
  switch (value->kind) {
  case SBE_LITERAL_NUMBER:
    return as_number(r, value);
  case SBE_LITERAL_BOOL:
    return (comparison){SBE_TYPE_BOOL, sbe_sql_bool(r->sql, strcmp(value->text, "true") == 0), NULL};
  case SBE_LITERAL_TEXT:
    break;
  }
  sbe_literal trimmed = without_spaces(value, r->arena);
  if (number && sbe_is_number(trimmed.text, trimmed.size)) return as_number(r, &trimmed);
  if (class_ == SBE_CLASS_TIMESTAMP && sbe_timestamp_parse(value->text, value->size, &at))
    return (comparison){SBE_TYPE_TIMESTAMP, sbe_sql_timestamp(r->sql, r->arena, at), NULL};
  return (comparison){SBE_TYPE_TEXT, sbe_sql_text(r->sql, r->arena, value->text), NULL};
}

/* Spelling of the ordering operators; text goes through TEXT_LESS, which orders by code point everywhere. */
static const struct {
  const char *sign;
  bool swapped, negated; /* of "property less than value" */
} orders[] = {
    [SBE_LESS] = {"<", false, false},
    [SBE_GREATER] = {">", true, false},
    [SBE_LESS_EQUAL] = {"<=", true, true},
    [SBE_GREATER_EQUAL] = {">=", false, true},
};

static void print_order_of_text(const sbe_reader *r, sbe_operator operator_, sbe_cell cell, const char *literal,
                                sbe_expression *out) {
  const char *operands[] = {sbe_layers_name(r->layers, cell), literal};
  if (orders[operator_].swapped) {
    operands[0] = literal;
    operands[1] = sbe_layers_name(r->layers, cell);
  }
  sbe_cleanup_text sbe_text less = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_print_operation(r->sql, &less, SBE_OP_TEXT_LESS, 2, operands);
  SBE_PRINT(&out->text, orders[operator_].negated ? "(NOT " : "(", sbe_text_string(&less), " AND ");
  sbe_expression_cell(r, out, cell);
  sbe_text_puts(&out->text, " IS NOT NULL)");
}

/* Doubles first; where they are equal, the exact values decide. */
static void print_exact(const sbe_reader *r, const sbe_property *property, const char *sign, const comparison *c,
                        sbe_expression *out) {
  sbe_cell real = sbe_read_property(r, property, SBE_TYPE_DOUBLE);
  sbe_cell exact = sbe_read_property(r, property, SBE_TYPE_DECIMAL);
  const char strict[] = {sign[0], '\0'};
  sbe_text_putc(&out->text, '(');
  if (strict[0] != '=') {
    sbe_expression_cell(r, out, real);
    SBE_PRINT(&out->text, " ", strict, " ", c->literal, " OR ");
  }
  sbe_text_putc(&out->text, '(');
  sbe_expression_cell(r, out, real);
  SBE_PRINT(&out->text, " = ", c->literal, " AND ");
  sbe_expression_cell(r, out, exact);
  SBE_PRINT(&out->text, " ", sign, " ", c->exact, "))");
}

static void print_comparison(const sbe_reader *r, const sbe_property *property, int32_t class_, sbe_operator operator_,
                             const sbe_literal *value, sbe_expression *out) {
  comparison c = compare_as(r, class_, value);
  const char *sign = operator_ == SBE_EQUAL ? "=" : orders[operator_].sign;
  if (c.exact) {
    print_exact(r, property, sign, &c, out);
    return;
  }
  sbe_cell cell = sbe_read_property(r, property, c.type);
  if (c.type == SBE_TYPE_TEXT && operator_ != SBE_EQUAL) {
    print_order_of_text(r, operator_, cell, c.literal, out);
    return;
  }
  sbe_expression_cell(r, out, cell);
  SBE_PRINT(&out->text, " ", sign, " ", c.literal);
}

/* Values that compare as one type share an IN; the others stand for themselves. */
static void print_in(const sbe_reader *r, const sbe_criterion *criterion, int32_t class_, sbe_expression *out) {
  static const int32_t types[] = {SBE_TYPE_TEXT, SBE_TYPE_DOUBLE, SBE_TYPE_BOOL, SBE_TYPE_TIMESTAMP};
  const char *between = "(";
  for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
    bool open = false;
    for (size_t i = 0; i < criterion->n_values; i++) {
      comparison c = compare_as(r, class_, &criterion->values[i]);
      if (c.type != types[t] || c.exact) continue;
      if (!open) {
        sbe_text_puts(&out->text, between);
        sbe_expression_cell(r, out, sbe_read_property(r, criterion->property, c.type));
        sbe_text_puts(&out->text, " IN (");
      } else {
        sbe_text_puts(&out->text, ", ");
      }
      sbe_text_puts(&out->text, c.literal);
      open = true;
      between = " OR ";
    }
    if (open) sbe_text_putc(&out->text, ')');
  }
  for (size_t i = 0; i < criterion->n_values; i++) {
    comparison c = compare_as(r, class_, &criterion->values[i]);
    if (!c.exact) continue;
    sbe_text_puts(&out->text, between);
    print_exact(r, criterion->property, "=", &c, out);
    between = " OR ";
  }
  sbe_text_puts(&out->text, criterion->n_values ? ")" : sbe_sql_bool(r->sql, false));
}

static void print_like(const sbe_reader *r, const sbe_criterion *criterion, sbe_expression *out) {
  sbe_cell cell = sbe_read_property(r, criterion->property, SBE_TYPE_TEXT);
  const char *operands[] = {sbe_layers_name(r->layers, cell),
                            sbe_sql_text(r->sql, r->arena, criterion->values[0].text)};
  sbe_print_operation(r->sql, &out->text, SBE_OP_LIKE, 2, operands);
  sbe_text_puts(&out->text, " AND ");
  sbe_expression_cell(r, out, cell); /* names the operand, and says that NULL meets no pattern */
  sbe_text_puts(&out->text, " IS NOT NULL");
}

static void print_positive(const sbe_reader *r, const sbe_criterion *criterion, sbe_operator operator_,
                           sbe_expression *out) {
  int32_t class_;
  sbe_cell raw = sbe_read_raw(r, criterion->property, &class_);
  switch (operator_) {
  case SBE_IS_NULL:
  case SBE_IS_NOT_NULL:
    sbe_expression_cell(r, out, raw);
    sbe_text_puts(&out->text, operator_ == SBE_IS_NULL ? " IS NULL" : " IS NOT NULL");
    return;
  case SBE_LIKE:
    print_like(r, criterion, out);
    return;
  case SBE_IN:
    print_in(r, criterion, class_, out);
    return;
  case SBE_EQUAL:
  case SBE_LESS:
  case SBE_GREATER:
  case SBE_LESS_EQUAL:
  case SBE_GREATER_EQUAL:
    print_comparison(r, criterion->property, class_, operator_, criterion->values, out);
    return;
  case SBE_NOT_EQUAL:
  case SBE_NOT_LIKE:
  case SBE_NOT_IN:
    return; /* negated by the caller */
  }
}

void sbe_print_criterion(const sbe_reader *r, const sbe_criterion *criterion, sbe_expression *out) {
  sbe_operator operator_ = criterion->operator_;
  bool negated = operator_ == SBE_NOT_EQUAL || operator_ == SBE_NOT_LIKE || operator_ == SBE_NOT_IN;
  if (operator_ == SBE_NOT_EQUAL) operator_ = SBE_EQUAL;
  if (operator_ == SBE_NOT_LIKE) operator_ = SBE_LIKE;
  if (operator_ == SBE_NOT_IN) operator_ = SBE_IN;
  sbe_text_puts(&out->text, negated ? "(CASE WHEN " : "(");
  print_positive(r, criterion, operator_, out);
  if (negated)
    SBE_PRINT(&out->text, " THEN ", sbe_sql_bool(r->sql, false), " ELSE ", sbe_sql_bool(r->sql, true), " END");
  sbe_text_putc(&out->text, ')');
}
