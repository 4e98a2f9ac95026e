/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Criteria. `all` and `any` are sets: order and repetition mean nothing, one lone `any` is an `all`, so
 * they are brought into one form and equal ones are one object. Called by attribute.c.
 */
#include "core/ir/build.h"

#include <stdlib.h>

typedef enum { NO_VALUE, ONE_VALUE, ONE_TEXT, MANY_VALUES } wanted_values;

static const struct {
  const char *name;
  sbe_operator operator_;
  wanted_values values;
} operators[] = {
    {"=", SBE_EQUAL, ONE_VALUE},        {"!=", SBE_NOT_EQUAL, ONE_VALUE},
    {"<", SBE_LESS, ONE_VALUE},         {">", SBE_GREATER, ONE_VALUE},
    {"<=", SBE_LESS_EQUAL, ONE_VALUE},  {">=", SBE_GREATER_EQUAL, ONE_VALUE},
    {"like", SBE_LIKE, ONE_TEXT},       {"not like", SBE_NOT_LIKE, ONE_TEXT},
    {"in", SBE_IN, MANY_VALUES},        {"not in", SBE_NOT_IN, MANY_VALUES},
    {"is null", SBE_IS_NULL, NO_VALUE}, {"is not null", SBE_IS_NOT_NULL, NO_VALUE},
};
#define N_OPERATORS (sizeof operators / sizeof *operators)

enum { PROPERTY, OPERATOR, VALUE, DATE_PART, N_MEMBERS };
static const char *const members[] = {"property", "operator", "value", "date_part", NULL};

enum { ALL, ANY, N_SIDES };
static const char *const sides[] = {"all", "any", NULL};

/* Index into `operators`; N_OPERATORS with an error. Case and the width of blanks do not matter. */
static size_t read_operator(sbe_builder *b, const sbe_node *node) {
  char name[32];
  size_t n = 0;
  const char *text = sbe_text_member(b, node, "operator", SBE_MAX_NAME);
  if (!text) return N_OPERATORS;
  for (const char *c = text; *c && n + 1 < sizeof name; c++) {
    if (*c == ' ' && n && name[n - 1] == ' ') continue;
    name[n++] = *c;
  }
  name[n] = '\0';
  for (size_t i = 0; i < N_OPERATORS; i++)
    if (sbe_strcaseeq(operators[i].name, name)) return i;
  sbe_build_error(b, node, "operator '%s' is not known%s", sbe_shown(b, text),
                  sbe_suggestion(b, name, &operators[0].name, sizeof *operators, N_OPERATORS));
  return N_OPERATORS;
}

static int by_literal(const void *a, const void *b) {
  const sbe_literal *x = a, *y = b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return strcmp(x->text, y->text);
}

/* The members of `in` into `values` of the builder, sorted, each once. */
static bool read_list(sbe_builder *b, const sbe_node *node, const char *operator_, size_t *ret_n) {
  size_t n = 0, i = 0, kept = 0;
  bool good = true;
  if (node->kind != SBE_NODE_LIST) {
    sbe_build_error(b, node, "operator '%s' takes a list of values, such as [a, b], not %s", operator_,
                    sbe_node_kind_name(node->kind));
    return false;
  }
  if (!sbe_list_member(b, node, "value", SBE_MAX_VALUES, &n)) return false;
  SBE_EACH(item, node) {
    b->values = sbe_grow(b->values, i, &b->value_capacity, sizeof *b->values);
    good = sbe_literal_build(b, item, "a member of value", &b->values[i++]) && good;
  }
  if (!good) return false;
  if (n > 1) qsort(b->values, n, sizeof *b->values, by_literal);
  for (i = 0; i < n; i++)
    if (!kept || by_literal(&b->values[kept - 1], &b->values[i]) != 0) b->values[kept++] = b->values[i];
  *ret_n = kept;
  return true;
}

static bool read_values(sbe_builder *b, const sbe_node *criterion, const sbe_node *node, size_t operator_,
                        size_t *ret_n) {
  const char *name = operators[operator_].name;
  wanted_values wanted = operators[operator_].values;
  *ret_n = 0;
  if (wanted == NO_VALUE) {
    if (node) sbe_build_error(b, node, "operator '%s' takes no value", name);
    return !node;
  }
  if (!node) {
    const sbe_node *null = sbe_node_get(criterion, "value");
    if (null)
      sbe_build_error(b, null, "operator '%s' needs a value, null is none; to ask for NULL use 'is null'", name);
    else
      sbe_build_error(b, criterion, "operator '%s' needs a value", name);
    return false;
  }
  if (wanted == MANY_VALUES) return read_list(b, node, name, ret_n);
  if (node->kind == SBE_NODE_LIST) {
    sbe_build_error(b, node, "operator '%s' takes one value; for a list use 'in'", name);
    return false;
  }
  if (wanted == ONE_TEXT && node->kind != SBE_NODE_STRING) {
    sbe_build_error(b, node, "operator '%s' takes a string, not %s", name, sbe_node_kind_name(node->kind));
    return false;
  }
  b->values = sbe_grow(b->values, 0, &b->value_capacity, sizeof *b->values);
  *ret_n = 1;
  return sbe_literal_build(b, node, "value", &b->values[0]);
}

static const sbe_criterion_item *intern_criterion(sbe_builder *b, const sbe_node *node, const sbe_property *property,
                                                  size_t operator_, size_t n_values) {
  sbe_text *text = &b->scratch;
  bool list = operators[operator_].values == MANY_VALUES;
  sbe_text_clear(text);
  sbe_text_puts(text, property->text);
  sbe_text_putc(text, ' ');
  sbe_text_puts(text, operators[operator_].name);
  if (list || n_values) sbe_text_putc(text, ' ');
  if (list) sbe_text_putc(text, '(');
  for (size_t i = 0; i < n_values; i++) {
    if (i) sbe_text_puts(text, ", ");
    sbe_put_literal(text, &b->values[i]);
  }
  if (list) sbe_text_putc(text, ')');
  if (!sbe_scratch_done(b, node)) return NULL;
  sbe_criterion_item *item = sbe_intern_find(&b->criteria_items, text->data, text->size);
  if (item) return item;
  size_t size = text->size;
  item = SBE_NEW(b->arena, sbe_criterion_item);
  item->text = sbe_arena_strndup(b->arena, text->data, size);
  sbe_literal *values = SBE_NEW_ARRAY(b->arena, sbe_literal, n_values);
  for (size_t i = 0; i < n_values; i++) values[i] = b->values[i];
  item->criterion = (sbe_criterion){.property = property,
                                    .operator_ = operators[operator_].operator_,
                                    .n_values = n_values,
                                    .values = values,
                                    .place = sbe_node_place(node)};
  sbe_intern_add(&b->criteria_items, item->text, size, item);
  return item;
}

static const sbe_criterion_item *build_criterion(sbe_builder *b, const sbe_node *node) {
  const sbe_node *slots[N_MEMBERS];
  size_t errors = b->report->errors, operator_ = N_OPERATORS, n_values = 0;
  const sbe_property *property = NULL;
  if (!sbe_members(b, node, "a criterion", members, slots)) return NULL;
  if (!slots[PROPERTY]) sbe_build_error(b, node, "a criterion needs 'property'");
  if (!slots[OPERATOR]) sbe_build_error(b, node, "a criterion needs 'operator'");
  if (slots[PROPERTY]) property = sbe_property_build(b, slots[PROPERTY], slots[DATE_PART]);
  if (slots[OPERATOR]) operator_ = read_operator(b, slots[OPERATOR]);
  if (operator_ < N_OPERATORS) read_values(b, node, slots[VALUE], operator_, &n_values);
  if (b->report->errors != errors || !property) return NULL;
  return intern_criterion(b, node, property, operator_, n_values);
}

static int by_text(const void *a, const void *b) {
  return strcmp((*(const sbe_criterion_item *const *)a)->text, (*(const sbe_criterion_item *const *)b)->text);
}

/* Sorted, each once. Answers how many are left. */
static size_t tidy(const sbe_criterion_item **items, size_t n) {
  size_t kept = 0;
  if (n > 1) qsort(items, n, sizeof *items, by_text);
  for (size_t i = 0; i < n; i++)
    if (!kept || items[kept - 1] != items[i]) items[kept++] = items[i];
  return kept;
}

static void put_side(sbe_text *text, const char *name, const sbe_criterion_item **items, size_t n) {
  if (!n) return;
  if (text->size) sbe_text_putc(text, ' ');
  sbe_text_puts(text, name);
  for (size_t i = 0; i < n; i++) {
    sbe_text_puts(text, i ? "; " : "(");
    sbe_text_puts(text, items[i]->text);
  }
  sbe_text_putc(text, ')');
}

static const sbe_criterion *copy_side(sbe_builder *b, const sbe_criterion_item **items, size_t n) {
  sbe_criterion *copies = SBE_NEW_ARRAY(b->arena, sbe_criterion, n);
  for (size_t i = 0; i < n; i++) copies[i] = items[i]->criterion;
  return copies;
}

/* The first `n_all` of the builder's items are those of `all`, the next `n_any` those of `any`. */
static const sbe_criteria *intern_criteria(sbe_builder *b, const sbe_node *node, size_t n_all, size_t n_any) {
  const sbe_criterion_item **any = b->criterion_items + n_all;
  n_any = tidy(any, n_any);
  if (n_any == 1) {
    n_all++;
    n_any = 0;
  }
  const sbe_criterion_item **all = b->criterion_items;
  n_all = tidy(all, n_all);
  sbe_text *text = &b->scratch;
  sbe_text_clear(text);
  put_side(text, "all", all, n_all);
  put_side(text, "any", any, n_any);
  if (n_all + n_any > 0 && !sbe_scratch_done(b, node)) return NULL;
  const char *string = sbe_text_string(text);
  sbe_criteria *criteria = sbe_intern_find(&b->criteria, string, text->size);
  if (criteria) return criteria;
  size_t size = text->size;
  criteria = SBE_NEW(b->arena, sbe_criteria);
  criteria->id = (uint32_t)b->criteria.n;
  criteria->n_all = n_all;
  criteria->n_any = n_any;
  criteria->all = copy_side(b, all, n_all);
  criteria->any = copy_side(b, any, n_any);
  criteria->text = sbe_arena_strndup(b->arena, string, size);
  sbe_intern_add(&b->criteria, criteria->text, size, criteria);
  return criteria;
}

static bool read_side(sbe_builder *b, const sbe_node *node, const char *name, size_t *n_items, size_t *ret_n) {
  bool good = true;
  size_t n = 0;
  *ret_n = 0;
  if (!node) return true;
  if (!sbe_list_member(b, node, name, SBE_MAX_CRITERIA, &n)) return false;
  SBE_EACH(item, node) {
    const sbe_criterion_item *criterion = build_criterion(b, item);
    b->criterion_items =
        sbe_grow(b->criterion_items, *n_items, &b->criterion_capacity, sizeof(const sbe_criterion_item *));
    b->criterion_items[(*n_items)++] = criterion;
    if (!criterion) good = false;
  }
  *ret_n = n;
  return good;
}

const sbe_criteria *sbe_criteria_build(sbe_builder *b, const sbe_node *node) {
  const sbe_node *slots[N_SIDES];
  size_t errors = b->report->errors, n_items = 0, n_all = 0, n_any = 0;
  b->criterion_items = sbe_grow(b->criterion_items, 0, &b->criterion_capacity, sizeof(const sbe_criterion_item *));
  if (!node) return intern_criteria(b, NULL, 0, 0);
  if (!sbe_members(b, node, "criteria", sides, slots)) return NULL;
  bool good = read_side(b, slots[ALL], "all", &n_items, &n_all);
  good = read_side(b, slots[ANY], "any", &n_items, &n_any) && good;
  return good && b->report->errors == errors ? intern_criteria(b, node, n_all, n_any) : NULL;
}
