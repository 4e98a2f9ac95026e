/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layered selects: a small graph of columns, each one layer above the highest of its operands,
 * printed as selects over selects that pass on what is still needed. Used for reading properties
 * (scan.c) and for finals (attributes.c). It knows nothing of what the columns mean.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/string.h"
#include "core/sql/layers.h"

typedef struct column {
  const char *name; /* printed */
  const char *text; /* expression; NULL for a base column */
  uint32_t depth;   /* 0: base */
  uint32_t last;    /* highest layer in which it is an operand */
  uint32_t first_operand, n_operands;
  uint32_t next_same_hash; /* index + 1 */
} column;

struct sbe_layers {
  const sbe_sql *sql;
  sbe_arena *arena;
  column *columns;
  size_t n, capacity;
  sbe_cell *operands;
  size_t n_operands, operands_capacity;
  struct output {
    sbe_cell cell;
    const char *name;
  } * outputs;
  size_t n_outputs, outputs_capacity;
  uint32_t depth; /* of the highest column */
  uint32_t buckets[256];
};

/* Arrays here grow in the arena: a layer's life is one statement. */
static void *grown(sbe_arena *arena, void *array, size_t n, size_t *capacity, size_t item) {
  if (n < *capacity) return array;
  *capacity = *capacity ? *capacity * 2 : 32;
  void *bigger = sbe_arena_alloc(arena, *capacity * item);
  if (n) memcpy(bigger, array, n * item);
  return bigger;
}

sbe_layers *sbe_layers_new(const sbe_sql *sql, sbe_arena *arena) {
  sbe_layers *layers = SBE_NEW(arena, sbe_layers);
  layers->sql = sql;
  layers->arena = arena;
  return layers;
}

const char *sbe_layers_name(const sbe_layers *layers, sbe_cell cell) {
  return layers->columns[cell].name;
}

static sbe_cell add_column(sbe_layers *l, const char *text, const char *base_name) {
  const char *identity = text ? text : base_name;
  uint32_t *bucket = &l->buckets[sbe_hash(SBE_HASH_START, identity, strlen(identity)) & 255];
  for (uint32_t i = *bucket; i; i = l->columns[i - 1].next_same_hash) {
    const column *c = &l->columns[i - 1];
    if (text ? sbe_streq(c->text, text) : (!c->text && sbe_streq(c->name, base_name))) return i - 1;
  }
  l->columns = grown(l->arena, l->columns, l->n, &l->capacity, sizeof *l->columns);
  column *c = &l->columns[l->n];
  char name[24];
  snprintf(name, sizeof name, "x%zu", l->n);
  c->name = text ? sbe_sql_name(l->sql, l->arena, NULL, name) : base_name;
  c->text = text;
  c->next_same_hash = *bucket;
  *bucket = (uint32_t)++l->n;
  return (sbe_cell)(l->n - 1);
}

sbe_cell sbe_layers_base(sbe_layers *layers, const char *name) {
  return add_column(layers, NULL, sbe_sql_name(layers->sql, layers->arena, NULL, name));
}

sbe_cell sbe_layers_add(sbe_layers *l, const char *text, size_t n, const sbe_cell *operands) {
  size_t before = l->n;
  sbe_cell cell = add_column(l, text, NULL);
  if (l->n == before) return cell;
  column *c = &l->columns[cell];
  c->first_operand = (uint32_t)l->n_operands;
  c->n_operands = (uint32_t)n;
  c->depth = 1;
  for (size_t i = 0; i < n; i++) {
    l->operands = grown(l->arena, l->operands, l->n_operands, &l->operands_capacity, sizeof *l->operands);
    l->operands[l->n_operands++] = operands[i];
    if (l->columns[operands[i]].depth >= c->depth) c->depth = l->columns[operands[i]].depth + 1;
  }
  for (size_t i = 0; i < n; i++)
    if (l->columns[operands[i]].last < c->depth) l->columns[operands[i]].last = c->depth;
  if (c->depth > l->depth) l->depth = c->depth;
  return cell;
}

sbe_cell sbe_layers_pattern(sbe_layers *l, const char *pattern, size_t n, const sbe_cell *operands) {
  const char *names[8];
  for (size_t i = 0; i < n && i < 8; i++) names[i] = sbe_layers_name(l, operands[i]);
  sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_print_pattern(&text, pattern, n, names);
  return sbe_layers_add(l, sbe_arena_strndup(l->arena, sbe_text_string(&text), text.size), n, operands);
}

sbe_cell sbe_layers_operation(sbe_layers *l, int32_t operation, size_t n, const sbe_cell *operands) {
  const char *names[8];
  for (size_t i = 0; i < n && i < 8; i++) names[i] = sbe_layers_name(l, operands[i]);
  sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_print_operation(l->sql, &text, operation, n, names);
  return sbe_layers_add(l, sbe_arena_strndup(l->arena, sbe_text_string(&text), text.size), n, operands);
}

void sbe_layers_output(sbe_layers *l, sbe_cell cell, const char *name) {
  l->outputs = grown(l->arena, l->outputs, l->n_outputs, &l->outputs_capacity, sizeof *l->outputs);
  l->outputs[l->n_outputs++] = (struct output){cell, name};
  sbe_layers_keep(l, cell);
}

void sbe_layers_keep(sbe_layers *l, sbe_cell cell) {
  l->columns[cell].last = UINT32_MAX;
}

/* The select of one layer, innermost first: what is new in it, and what a higher one still needs. */
static void print_layer(const sbe_layers *l, uint32_t depth, const char *from, sbe_text *out) {
  if (depth == 0) {
    sbe_text_puts(out, from);
    return;
  }
  const char *around = sbe_operation_pattern(l->sql->dialect, SBE_OP_LAYER), *select = strstr(around, "{0}");
  sbe_text_putc(out, '(');
  sbe_text_put(out, around, select ? (size_t)(select - around) : 0);
  sbe_text_puts(out, "SELECT ");
  bool first = true;
  for (size_t i = 0; i < l->n; i++) {
    const column *c = &l->columns[i];
    bool passed_on = c->depth < depth && c->last > depth;
    if (!(c->depth == depth || passed_on)) continue;
    sbe_text_puts(out, first ? "" : ", ");
    if (c->depth == depth)
      SBE_PRINT(out, c->text, " AS ", c->name);
    else
      sbe_text_puts(out, c->name);
    first = false;
  }
  if (first) sbe_text_putc(out, '1');
  sbe_text_puts(out, "\nFROM ");
  print_layer(l, depth - 1, from, out);
  sbe_text_printf(out, " AS l%u", depth);
  if (select) sbe_text_puts(out, select + strlen("{0}"));
  sbe_text_putc(out, ')');
}

void sbe_layers_print(sbe_layers *l, const char *from, const char *where, sbe_text *out) {
  sbe_text_puts(out, "SELECT ");
  for (size_t i = 0; i < l->n_outputs; i++) {
    SBE_PRINT(out, i ? ", " : "", l->columns[l->outputs[i].cell].name, " AS ");
    sbe_print_name(l->sql, out, l->outputs[i].name);
  }
  sbe_text_puts(out, "\nFROM ");
  print_layer(l, l->depth, from, out);
  sbe_text_puts(out, " AS l");
  if (where) SBE_PRINT(out, "\nWHERE ", where);
}

sbe_cell sbe_layers_read(sbe_layers *l, sbe_cell cell, int32_t from, int32_t type) {
  const sbe_dialect *dialect = l->sql->dialect;
  const char *pattern = from == SBE_CLASS_MISSING ? NULL : sbe_read_pattern(dialect, type, from);
  if (pattern) return sbe_layers_pattern(l, pattern, 1, &cell);
  bool scalar = from != SBE_CLASS_MISSING && from != SBE_CLASS_LIST && from != SBE_CLASS_OBJECT;
  if (scalar && from != SBE_CLASS_TEXT && !(type & SBE_TYPE_LIST)) {
    const char *to_text = sbe_read_pattern(dialect, SBE_TYPE_TEXT, from);
    const char *from_text = sbe_read_pattern(dialect, type, SBE_CLASS_TEXT);
    if (to_text && from_text) {
      sbe_cell text = sbe_layers_pattern(l, to_text, 1, &cell);
      return sbe_layers_pattern(l, from_text, 1, &text);
    }
  }
  sbe_cleanup_text sbe_text null = SBE_TEXT(1024);
  sbe_print_null(l->sql, &null, type);
  return sbe_layers_add(l, sbe_arena_strdup(l->arena, sbe_text_string(&null)), 0, NULL);
}
