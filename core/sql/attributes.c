/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From daily partials to attributes: merge what lies in each window, compute the finals, and keep the
 * rows that differ from those published. The aggregation table (core/ir/aggregation.c) says how; no
 * aggregation is known here by name. Days aggregated in this window come from the scratch tables, the
 * others from the published ones; days that are settled may come from the roll-up (rollup.c).
 */
#include <string.h>

#include "core/sql/internal.h"
#include "core/sql/layers.h"
#include "core/sql/rollup.h"

typedef struct finals {
  const sbe_window *w;
  const char *days; /* condition on the date of the days in scratch; NULL: none */
  sbe_date least;   /* the first day that any window or the lifetime needs from the daily tables */
  size_t n_periods;
  int64_t *periods; /* distinct; 0 is lifetime */
} finals;

static size_t period_index(const finals *f, int64_t days) {
  size_t i = 0;
  while (f->periods[i] != days) i++;
  return i;
}

static void collect_periods(finals *f) {
  const sbe_shape *s = f->w->shape;
  f->periods = SBE_NEW_ARRAY(f->w->arena, int64_t, s->n_attributes + 1);
  f->least = f->w->has_rollup ? f->w->rollup_through + 1 : INT64_MIN;
  for (size_t i = 0; i < s->n_attributes; i++) {
    int64_t days = s->attributes[i].attribute->period_days;
    size_t known = 0;
    while (known < f->n_periods && f->periods[known] != days) known++;
    if (known == f->n_periods) f->periods[f->n_periods++] = days;
    if (days && f->w->until - days < f->least) f->least = f->w->until - days;
  }
}

/* The rows' dates that a period takes: [U - N, U), or, for the lifetime, all: the roll-up and what it lacks. */
static const char *period_condition(const finals *f, int64_t days) {
  const sbe_window *w = f->w;
  const char *date = sbe_column_text(w, NULL, "event_date");
  if (days)
    return sbe_arena_printf(w->arena, "(%s >= %s AND %s < %s)", date,
                            sbe_sql_date(w->sql, w->arena, f->w->until - days), date,
                            sbe_sql_date(w->sql, w->arena, f->w->until));
  if (!w->has_rollup || f->least > w->rollup_through) return sbe_sql_bool(w->sql, true);
  return sbe_arena_printf(w->arena, "(%s > %s OR %s = %s)", date, sbe_sql_date(w->sql, w->arena, w->rollup_through),
                          date, sbe_sql_date(w->sql, w->arena, SBE_ROLLUP_DATE));
}

/* All rows of partials, whichever table they are in now. */
static void print_partial_rows(const finals *f, const struct sbe_table_shape *published, const char *scratch,
                               const struct sbe_table_shape *rollup, const char *condition, sbe_text *out) {
  const sbe_window *w = f->w;
  const char *date = sbe_column_text(w, NULL, "event_date");
  const char *always = condition ? condition : sbe_sql_bool(w->sql, true);
  /* older days are in the roll-up, and in no window */
  const char *recent = f->least == INT64_MIN ? always
                                             : sbe_arena_printf(w->arena, "%s AND %s >= %s", always, date,
                                                                sbe_sql_date(w->sql, w->arena, f->least));
  sbe_text_puts(out, "(SELECT ");
  sbe_print_columns(w, out, NULL, published->n, published->columns);
  SBE_PRINT(out, " FROM ", sbe_view_table(w, published->name), " WHERE ", recent);
  if (f->days) {
    SBE_PRINT(out, " AND NOT (", date, " ", f->days, ")\n  UNION ALL SELECT ");
    sbe_print_columns(w, out, NULL, published->n, published->columns);
    SBE_PRINT(out, " FROM ", sbe_scratch_view(w, scratch), " WHERE ", recent);
  }
  if (w->has_rollup) {
    sbe_text_puts(out, "\n  UNION ALL SELECT ");
    sbe_print_columns(w, out, NULL, published->n, published->columns);
    SBE_PRINT(out, " FROM ", sbe_rollup_relation(w, rollup), " WHERE ", always);
  }
  sbe_text_puts(out, ")");
}

static const char *merge_operand(const sbe_window *w, const sbe_part_column *column, sbe_operand operand,
                                 const char *condition) {
  const sbe_part_column *parts = w->shape->parts;
  switch (operand) {
  case SBE_OPERAND_VALUE:
    return sbe_column_text(w, NULL, column->name);
  case SBE_OPERAND_PART_0:
    return sbe_column_text(w, NULL, parts[column->first].name);
  case SBE_OPERAND_WHERE:
    return condition;
  case SBE_OPERAND_WHERE_PART_0:
    return sbe_arena_printf(w->arena, "(%s AND %s IS NOT NULL)", condition,
                            sbe_column_text(w, NULL, parts[column->first].name));
  case SBE_OPERAND_NONE:
  case SBE_OPERAND_AT:
  case SBE_OPERAND_EVENT_ID:
    break;
  }
  return NULL;
}

void sbe_print_merge(const sbe_window *w, size_t part, const char *condition, sbe_text *out) {
  const sbe_part_column *column = &w->shape->parts[part];
  const char *operands[SBE_MAX_OPERANDS + 1];
  size_t n = 0;
  while (n < SBE_MAX_OPERANDS && column->part->merge_operands[n]) {
    operands[n] = merge_operand(w, column, column->part->merge_operands[n], condition);
    n++;
  }
  if (n == SBE_MAX_OPERANDS) operands[n++] = sbe_physical_type(w->sql->dialect, column->type);
  sbe_print_operation(w->sql, out, column->part->merge, n, operands);
}

/* "g<part>_<period>": a part merged over a period. */
static const char *merged_name(const finals *f, size_t part, int64_t days) {
  return sbe_arena_printf(f->w->arena, "g%zu_%zu", part, period_index(f, days));
}

/* "s<slot>_<period>_<final>": what the values of a slot come to in a period. */
static const char *slot_name(const finals *f, const sbe_attribute_shape *a) {
  return sbe_arena_printf(f->w->arena, "s%zu_%zu_%d", a->slot, period_index(f, a->attribute->period_days),
                          (int)a->attribute->aggregation->final);
}

/* The parts that an attribute's final reads; the others need not be merged. */
static bool final_reads(const sbe_aggregation *aggregation, size_t i) {
  switch (aggregation->final) {
  case SBE_FINAL_PART_LAST:
    return i + 1 == aggregation->n_parts;
  case SBE_FINAL_RATIO:
    return true;
  default:
    return i == 0;
  }
}

static void print_merged(const finals *f, sbe_text *out) {
  const sbe_window *w = f->w;
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key);
  bool *done = SBE_NEW_ARRAY(w->arena, bool, s->n_parts * f->n_periods + 1);
  SBE_PRINT(out, "(SELECT ", key);
  for (size_t a = 0; a < s->n_attributes; a++) {
    const sbe_attribute_shape *shape = &s->attributes[a];
    const sbe_aggregation *aggregation = shape->attribute->aggregation;
    int64_t days = shape->attribute->period_days;
    for (size_t i = 0; i < aggregation->n_parts; i++) {
      size_t part = shape->parts[i];
      bool *here = &done[part * f->n_periods + period_index(f, days)];
      if (aggregation->values || !final_reads(aggregation, i) || *here) continue;
      *here = true;
      sbe_text_puts(out, ",\n    ");
      sbe_print_merge(w, part, period_condition(f, days), out);
      SBE_PRINT(out, " AS ", sbe_column_text(w, NULL, merged_name(f, part, days)));
    }
  }
  sbe_text_puts(out, "\n  FROM ");
  print_partial_rows(f, &s->daily_aggregates, "daily_aggregates", &s->rollup, NULL, out);
  SBE_PRINT(out, " AS d\n  GROUP BY ", key, ")");
}

/* Rows (key, value, count) of a slot in a period. */
static void print_counts(const finals *f, const sbe_attribute_shape *a, sbe_text *out) {
  const sbe_window *w = f->w;
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key);
  const char *value = sbe_column_text(w, NULL, s->slots[a->slot].column);
  const char *condition =
      sbe_arena_printf(w->arena, "slot = %zu AND %s", a->slot, period_condition(f, a->attribute->period_days));
  SBE_PRINT(out, "(SELECT ", key, ", ", value, " AS v, SUM(value_count) AS n\n    FROM ");
  print_partial_rows(f, &s->daily_values, "daily_values", &s->rollup_values, condition, out);
  SBE_PRINT(out, " AS d\n    GROUP BY ", key, ", ", value, ") AS c");
}

#define MOST_DICT_MEMBERS "100"

/* One row a key: what the counts come to. */
static void print_slot(const finals *f, const sbe_attribute_shape *a, sbe_text *out) {
  const sbe_window *w = f->w;
  const char *key = sbe_column_text(w, NULL, w->shape->key);
  const char *result = sbe_column_text(w, NULL, slot_name(f, a));
  sbe_final final = a->attribute->aggregation->final;
  SBE_PRINT(out, "(SELECT ", key, ", ");
  if (final == SBE_FINAL_LIST || final == SBE_FINAL_DISTINCT) {
    if (final == SBE_FINAL_LIST)
      SBE_OPERATION(w->sql, out, SBE_OP_LIST_OF, "v");
    else
      sbe_text_puts(out, "COUNT(*)");
    SBE_PRINT(out, " AS ", result, "\n  FROM ");
    print_counts(f, a, out);
    SBE_PRINT(out, "\n  GROUP BY ", key, ")");
    return;
  }
  if (final == SBE_FINAL_DICT)
    SBE_OPERATION(w->sql, out, SBE_OP_DICT_OF, "v", "n");
  else
    sbe_text_puts(out, "v");
  SBE_PRINT(out, " AS ", result, "\n  FROM (SELECT ", key, ", v, n, ROW_NUMBER() OVER (PARTITION BY ", key,
            " ORDER BY n", final == SBE_FINAL_LEAST ? " ASC, " : " DESC, ");
  if (strcmp(w->shape->slots[a->slot].column, sbe_slot_column(SBE_TYPE_TEXT)) == 0)
    SBE_OPERATION(w->sql, out, SBE_OP_TEXT_ORDER, "v");
  else
    sbe_text_putc(out, 'v');
  sbe_text_puts(out, " ASC) AS row_rank\n    FROM ");
  print_counts(f, a, out);
  if (final == SBE_FINAL_DICT)
    SBE_PRINT(out, ") AS r\n  WHERE row_rank <= " MOST_DICT_MEMBERS "\n  GROUP BY ", key, ")");
  else
    sbe_text_puts(out, ") AS r\n  WHERE row_rank = 1)");
}

static bool slot_is_first(const sbe_shape *s, size_t a) {
  for (size_t b = 0; b < a; b++)
    if (s->attributes[b].slot == s->attributes[a].slot &&
        s->attributes[b].attribute->period_days == s->attributes[a].attribute->period_days &&
        s->attributes[b].attribute->aggregation->final == s->attributes[a].attribute->aggregation->final)
      return false;
  return s->attributes[a].slot != SBE_NONE;
}

/* Merged parts, with the slots joined to them: the FROM item of the finals. */
static void print_base(const finals *f, sbe_text *out) {
  const sbe_window *w = f->w;
  const sbe_shape *s = w->shape;
  bool slots = false;
  for (size_t a = 0; a < s->n_attributes && !slots; a++) slots = s->attributes[a].slot != SBE_NONE;
  if (!slots) {
    print_merged(f, out);
    return;
  }
  sbe_text_puts(out, "(SELECT b.*");
  for (size_t a = 0; a < s->n_attributes; a++) {
    if (!slot_is_first(s, a)) continue;
    sbe_text_puts(out, ", ");
    sbe_print_column(w->sql, out, sbe_arena_printf(w->arena, "t%zu", a), slot_name(f, &s->attributes[a]));
  }
  sbe_text_puts(out, "\nFROM ");
  print_merged(f, out);
  sbe_text_puts(out, " AS b");
  for (size_t a = 0; a < s->n_attributes; a++) {
    if (!slot_is_first(s, a)) continue;
    const char *alias = sbe_arena_printf(w->arena, "t%zu", a);
    sbe_text_puts(out, "\nLEFT JOIN ");
    print_slot(f, &s->attributes[a], out);
    SBE_PRINT(out, " AS ", alias, " ON ", sbe_column_text(w, alias, s->key), " = ", sbe_column_text(w, "b", s->key));
  }
  sbe_text_putc(out, ')');
}

/* What stands where there is no value. */
static const char *empty_text(const sbe_window *w, const sbe_attribute *a) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  static const sbe_literal zero = {SBE_LITERAL_NUMBER, "0", 1};
  if (a->has_default) {
    sbe_print_literal(w->sql, &out, a->type, a->n_default, a->default_values, a->default_keys);
    return sbe_arena_strndup(w->arena, out.data, out.size);
  }
  switch (a->aggregation->empty) {
  case SBE_EMPTY_NULL:
    return NULL;
  case SBE_EMPTY_ZERO:
    sbe_print_literal(w->sql, &out, a->type, 1, &zero, NULL);
    break;
  case SBE_EMPTY_LIST:
  case SBE_EMPTY_DICT:
    sbe_print_literal(w->sql, &out, a->type, 0, NULL, NULL);
    break;
  }
  return sbe_arena_strndup(w->arena, out.data, out.size);
}

static sbe_cell elapsed(const finals *f, sbe_layers *l, const sbe_attribute *a, sbe_cell at, int32_t *ret_class) {
  const sbe_window *w = f->w;
  const char *operands[] = {sbe_layers_name(l, at), sbe_sql_timestamp(w->sql, w->arena, w->now)};
  sbe_cleanup_text sbe_text text = SBE_TEXT(8192);
  sbe_print_operation(w->sql, &text, SBE_OP_MICROSECONDS, 2, operands);
  sbe_cell micros = sbe_layers_add(l, sbe_arena_strdup(w->arena, sbe_text_string(&text)), 1, &at);
  micros = sbe_layers_pattern(l, "CASE WHEN {0} < 0 THEN 0 ELSE {0} END", 1, &micros);
  char unit[32];
  bool whole = a->type == SBE_TYPE_INT32 || a->type == SBE_TYPE_INT64;
  *ret_class = whole ? SBE_CLASS_INTEGER : SBE_CLASS_DOUBLE;
  sbe_text_clear(&text);
  sbe_text_int(&text, a->unit_us);
  memcpy(unit, sbe_text_string(&text), text.size + 1);
  sbe_text_clear(&text);
  if (whole) {
    SBE_OPERATION(w->sql, &text, SBE_OP_DIVIDE_DOWN, sbe_layers_name(l, micros), unit);
  } else {
    const char *type = sbe_physical_type(w->sql->dialect, SBE_TYPE_DOUBLE);
    SBE_OPERATION(w->sql, &text, SBE_OP_CAST, sbe_layers_name(l, micros), type);
    sbe_text_puts(&text, " / ");
    SBE_OPERATION(w->sql, &text, SBE_OP_CAST, unit, type);
  }
  return sbe_layers_add(l, sbe_arena_strdup(w->arena, sbe_text_string(&text)), 1, &micros);
}

static sbe_cell ratio(const finals *f, sbe_layers *l, const sbe_cell parts[SBE_MAX_PARTS]) {
  const char *operands[] = {sbe_layers_name(l, parts[0]), sbe_layers_name(l, parts[1])};
  sbe_cleanup_text sbe_text text = SBE_TEXT(8192);
  SBE_PRINT(&text, "CASE WHEN ", operands[1], " > 0 THEN ");
  sbe_print_operation(f->w->sql, &text, SBE_OP_DIVIDE, 2, operands);
  sbe_text_puts(&text, " END");
  return sbe_layers_add(l, sbe_arena_strdup(f->w->arena, sbe_text_string(&text)), 2, parts);
}

/* The value before it is read as the attribute's type, its class, and the cell that is NULL (or 0) when there is none.
 */
static sbe_cell final_value(const finals *f, sbe_layers *l, const sbe_attribute_shape *a, int32_t *ret_class,
                            sbe_cell *ret_presence) {
  const sbe_shape *s = f->w->shape;
  const sbe_attribute *attribute = a->attribute;
  sbe_cell parts[SBE_MAX_PARTS] = {0};
  for (size_t i = 0; i < attribute->aggregation->n_parts && !attribute->aggregation->values; i++)
    if (final_reads(attribute->aggregation, i))
      parts[i] = sbe_layers_base(l, merged_name(f, a->parts[i], attribute->period_days));
  size_t last = attribute->aggregation->n_parts - 1;
  *ret_presence = parts[0];
  switch (attribute->aggregation->final) {
  case SBE_FINAL_PART_0:
    *ret_class = sbe_type_class(s->parts[a->parts[0]].type);
    return parts[0];
  case SBE_FINAL_PART_LAST:
    *ret_class = sbe_type_class(s->parts[a->parts[last]].type);
    return *ret_presence = parts[last];
  case SBE_FINAL_RATIO:
    *ret_class = SBE_CLASS_DOUBLE;
    return ratio(f, l, parts);
  case SBE_FINAL_ELAPSED:
    return elapsed(f, l, attribute, parts[0], ret_class);
  case SBE_FINAL_LIST:
  case SBE_FINAL_MOST:
  case SBE_FINAL_LEAST:
  case SBE_FINAL_DISTINCT:
  case SBE_FINAL_DICT:
    break;
  }
  *ret_presence = sbe_layers_base(l, slot_name(f, a));
  *ret_class = attribute->aggregation->final == SBE_FINAL_DISTINCT ? SBE_CLASS_INTEGER : 0;
  return *ret_presence;
}

static sbe_cell final_cell(const finals *f, sbe_layers *l, const sbe_attribute_shape *a) {
  const sbe_attribute *attribute = a->attribute;
  int32_t class_;
  sbe_cell presence, value = final_value(f, l, a, &class_, &presence);
  /* lists, dicts, picked values are of the attribute's type already; numbers may not fit it */
  bool fits = class_ == 0 || class_ == SBE_CLASS_LIST || attribute->aggregation->final == SBE_FINAL_PART_LAST;
  if (!fits) value = sbe_layers_read(l, value, class_, attribute->type);
  const char *empty = empty_text(f->w, attribute);
  if (!empty) return value;
  const char *pattern = sbe_arena_printf(f->w->arena, "CASE WHEN {0} IS NULL%s THEN ",
                                         attribute->aggregation->zero_is_empty ? " OR {0} = 0" : "");
  sbe_cell cells[] = {presence, value};
  const char *names[] = {sbe_layers_name(l, presence), sbe_layers_name(l, value)};
  sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_print_pattern(&text, pattern, 2, names);
  SBE_PRINT(&text, empty, " ELSE ", names[1], " END");
  return sbe_layers_add(l, sbe_arena_strndup(f->w->arena, text.data, text.size), 2, cells);
}

static void print_finals(const finals *f, sbe_text *out) {
  const sbe_window *w = f->w;
  sbe_layers *layers = sbe_layers_new(w->sql, w->arena);
  sbe_layers_output(layers, sbe_layers_base(layers, w->shape->key), w->shape->view->key);
  for (size_t i = 0; i < w->shape->n_attributes; i++)
    sbe_layers_output(layers, final_cell(f, layers, &w->shape->attributes[i]), w->shape->attributes[i].attribute->name);
  sbe_cleanup_text sbe_text base = SBE_TEXT(SBE_MAX_STATEMENT);
  print_base(f, &base);
  sbe_layers_print(layers, sbe_text_string(&base), NULL, out);
}

/* A double that differs by less than 1e-12 of itself has not changed: parallel sums differ from run to run. Neither the
   difference nor the product may leave the range of doubles, which is an error in some warehouses. */
static void print_differs(const sbe_window *w, const sbe_column_spec *column, sbe_text *out) {
  const char *a = sbe_column_text(w, "a", column->name), *t = sbe_column_text(w, "t", column->name);
  if (column->type != SBE_TYPE_DOUBLE) {
    SBE_OPERATION(w->sql, out, SBE_OP_IS_DISTINCT, a, t);
    return;
  }
  const char *yes = sbe_sql_bool(w->sql, true), *no = sbe_sql_bool(w->sql, false);
  SBE_PRINT(out, "(", a, " IS NULL AND ", t, " IS NOT NULL) OR (", a, " IS NOT NULL AND ", t, " IS NULL) OR CASE WHEN ",
            a, " = ", t, " THEN ", no, " WHEN (", a, " < 0) <> (", t, " < 0) OR ABS(", t, ") < 1e-290 THEN ", yes,
            " ELSE ABS(", a, " - ", t, ") > 1e-12 * ABS(", t, ") END");
}

int32_t sbe_print_changed(const sbe_window *w, const char *days, sbe_statements *out, sbe_error *error) {
  const struct sbe_table_shape *table = &w->shape->attributes_table;
  finals f = {.w = w, .days = days};
  collect_periods(&f);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT ");
  sbe_print_columns(w, &select, "a", table->n - 1, table->columns);
  SBE_PRINT(&select, ", ", sbe_sql_timestamp(w->sql, w->arena, w->now), " AS updated_at\nFROM (");
  print_finals(&f, &select);
  const char *key = table->columns[0].name;
  SBE_PRINT(&select, ") AS a\nLEFT JOIN ", sbe_view_table(w, table->name), " AS t ON ", sbe_column_text(w, "t", key),
            " = ", sbe_column_text(w, "a", key), "\nWHERE ", sbe_column_text(w, "t", key), " IS NULL");
  for (size_t i = 1; i + 1 < table->n; i++) {
    sbe_text_puts(&select, "\n  OR ");
    print_differs(w, &table->columns[i], &select);
  }
  return sbe_print_scratch(w->sql, sbe_scratch_view(w, "changed"), table->n, table->columns, -1, 0,
                           sbe_text_string(&select), out, error);
}

void sbe_print_count_changed(const sbe_window *w, sbe_text *out) {
  SBE_PRINT(out, "SELECT COUNT(*) AS n FROM ", sbe_scratch_view(w, "changed"));
}
