/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties, events and matches as cells. A property is read once from the source; date parts and
 * calculations come on top, then the read as a type (semantics, "Property paths" and "Aggregations").
 */
#include <string.h>

#include "core/base/string.h"
#include "core/sql/properties.h"

static bool same_path(const sbe_path *a, const sbe_path *b) {
  if (a->kind != b->kind || a->index != b->index || a->n_steps != b->n_steps || !sbe_strcaseeq(a->column, b->column))
    return false;
  for (size_t i = 0; i < a->n_steps; i++)
    if (a->steps[i].index != b->steps[i].index || !sbe_streq(a->steps[i].name, b->steps[i].name)) return false;
  return true;
}

static size_t find_path(const sbe_paths *paths, const sbe_path *path) {
  size_t i = 0;
  while (i < paths->n && !same_path(paths->items[i], path)) i++;
  return i;
}

size_t sbe_paths_add(sbe_paths *paths, const sbe_path *path) {
  size_t i = find_path(paths, path);
  if (i < paths->n) return i;
  if (paths->n == paths->capacity) {
    size_t capacity = paths->capacity ? paths->capacity * 2 : 32;
    const sbe_path **items = SBE_NEW_ARRAY(paths->arena, const sbe_path *, capacity);
    if (paths->n) memcpy(items, paths->items, paths->n * sizeof *items);
    paths->items = items;
    paths->capacity = capacity;
  }
  paths->items[paths->n] = path;
  return paths->n++;
}

size_t sbe_paths_add_atomic(sbe_paths *paths, const char *column) {
  sbe_path *path = SBE_NEW(paths->arena, sbe_path);
  *path = (sbe_path){.struct_size = sizeof *path, .kind = SBE_PATH_ATOMIC, .column = column};
  return sbe_paths_add(paths, path);
}

void sbe_paths_add_property(sbe_paths *paths, const sbe_property *property) {
  if (!property) return;
  if (!property->calculation) sbe_paths_add(paths, &property->path);
  for (size_t i = 0; i < property->n_parts; i++) sbe_paths_add_property(paths, property->parts[i]);
}

/* A cell and the class of what is in it. */
typedef struct classed {
  sbe_cell cell;
  int32_t class_;
} classed;

static classed read_path(const sbe_reader *r, const sbe_path *path) {
  size_t i = find_path(r->paths, path);
  const char *name = sbe_arena_printf(r->arena, "p%zu", i);
  return (classed){sbe_layers_base(r->layers, name), r->paths->classes[i]};
}

sbe_cell sbe_read_atomic(const sbe_reader *r, const char *column, int32_t type) {
  classed p = read_path(r, &(sbe_path){.kind = SBE_PATH_ATOMIC, .column = column});
  return sbe_layers_read(r->layers, p.cell, p.class_, type);
}

static const struct {
  int32_t operation;
  int32_t class_;
} date_parts[] = {
    [SBE_DATE_PART_HOUR_OF_DAY] = {SBE_OP_HOUR, SBE_CLASS_INTEGER},
    [SBE_DATE_PART_DAY_OF_WEEK] = {SBE_OP_ISO_DAY_OF_WEEK, SBE_CLASS_INTEGER},
    [SBE_DATE_PART_MONTH_OF_YEAR] = {SBE_OP_MONTH, SBE_CLASS_INTEGER},
    [SBE_DATE_PART_ACTIVE_DAY] = {SBE_OP_DAY_TEXT, SBE_CLASS_TEXT},
    [SBE_DATE_PART_ACTIVE_WEEK] = {SBE_OP_WEEK_TEXT, SBE_CLASS_TEXT},
    [SBE_DATE_PART_ACTIVE_MONTH] = {SBE_OP_MONTH_TEXT, SBE_CLASS_TEXT},
};

static classed read_raw(const sbe_reader *r, const sbe_property *property);
static sbe_cell read_part(const sbe_reader *r, const sbe_property *property, int32_t type);
static sbe_cell finish(const sbe_reader *r, sbe_expression *e);

/* The first part that is there decides, also when it cannot be read as the type. */
static sbe_cell read_coalesce(const sbe_reader *r, const sbe_property *property, int32_t type) {
  sbe_expression e = {.text = SBE_TEXT(SBE_MAX_STATEMENT)};
  sbe_text_puts(&e.text, "CASE");
  for (size_t i = 0; i < property->n_parts; i++) {
    sbe_text_puts(&e.text, " WHEN ");
    sbe_expression_cell(r, &e, read_part(r, property->parts[i], SBE_TYPE_TEXT));
    sbe_text_puts(&e.text, " IS NOT NULL THEN ");
    sbe_expression_cell(r, &e, read_part(r, property->parts[i], type));
  }
  sbe_text_puts(&e.text, " END");
  return finish(r, &e);
}

static sbe_cell read_part(const sbe_reader *r, const sbe_property *property, int32_t type) {
  if (property->calculation == SBE_CALCULATE_COALESCE) return read_coalesce(r, property, type);
  classed raw = read_raw(r, property);
  return sbe_layers_read(r->layers, raw.cell, raw.class_, type);
}

/* Two cells joined by a fold's step. */
static sbe_cell fold(const sbe_reader *r, const sbe_property *property, sbe_cell a, sbe_cell b) {
  sbe_cell both[] = {a, b};
  switch (property->calculation) {
  case SBE_CALCULATE_SUM:
    return sbe_layers_operation(r->layers, SBE_OP_ADD, 2, both);
  case SBE_CALCULATE_PRODUCT:
    return sbe_layers_operation(r->layers, SBE_OP_MULTIPLY, 2, both);
  case SBE_CALCULATE_MIN:
    return sbe_layers_pattern(
        r->layers, "CASE WHEN {0} < {1} THEN {0} WHEN {1} IS NOT NULL AND {0} IS NOT NULL THEN {1} END", 2, both);
  case SBE_CALCULATE_MAX:
    return sbe_layers_pattern(
        r->layers, "CASE WHEN {0} > {1} THEN {0} WHEN {1} IS NOT NULL AND {0} IS NOT NULL THEN {1} END", 2, both);
  case SBE_CALCULATE_CONCAT: {
    sbe_cell separated = b;
    if (*property->separator) {
      const char *names[] = {sbe_sql_text(r->sql, r->arena, property->separator), sbe_layers_name(r->layers, b)};
      sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_STATEMENT);
      sbe_print_operation(r->sql, &text, SBE_OP_CONCAT, 2, names);
      separated = sbe_layers_add(r->layers, sbe_arena_strdup(r->arena, sbe_text_string(&text)), 1, &b);
    }
    sbe_cell joined = sbe_layers_operation(r->layers, SBE_OP_CONCAT, 2, (sbe_cell[]){a, separated});
    return sbe_layers_pattern(r->layers, "CASE WHEN {0} IS NULL THEN {1} WHEN {1} IS NULL THEN {0} ELSE {2} END", 3,
                              (sbe_cell[]){a, b, joined});
  }
  case SBE_CALCULATE_COALESCE:
  case SBE_CALCULATE_NONE:
    break;
  }
  return a;
}

static classed calculate(const sbe_reader *r, const sbe_property *property) {
  bool text = property->calculation == SBE_CALCULATE_CONCAT || property->calculation == SBE_CALCULATE_COALESCE;
  int32_t type = text ? SBE_TYPE_TEXT : SBE_TYPE_DOUBLE;
  int32_t class_ = text ? SBE_CLASS_TEXT : SBE_CLASS_DOUBLE;
  if (property->calculation == SBE_CALCULATE_COALESCE) {
    /* of one native class, it keeps it: the number 10 is less than the number 9 only as text */
    int32_t first = read_raw(r, property->parts[0]).class_;
    bool same = first == SBE_CLASS_INTEGER || first == SBE_CLASS_DOUBLE || first == SBE_CLASS_TIMESTAMP ||
                first == SBE_CLASS_BOOL;
    for (size_t i = 1; i < property->n_parts; i++) same = same && read_raw(r, property->parts[i]).class_ == first;
    if (same) {
      static const int32_t natural[] = {[SBE_CLASS_INTEGER] = SBE_TYPE_INT64,
                                        [SBE_CLASS_DOUBLE] = SBE_TYPE_DOUBLE,
                                        [SBE_CLASS_BOOL] = SBE_TYPE_BOOL,
                                        [SBE_CLASS_TIMESTAMP] = SBE_TYPE_TIMESTAMP};
      type = natural[first];
      class_ = first;
    }
  }
  if (property->calculation == SBE_CALCULATE_COALESCE) return (classed){read_coalesce(r, property, type), class_};
  sbe_cell result = read_part(r, property->parts[0], type);
  for (size_t i = 1; i < property->n_parts; i++)
    result = fold(r, property, result, read_part(r, property->parts[i], type));
  return (classed){result, class_};
}

static classed read_raw(const sbe_reader *r, const sbe_property *property) {
  classed raw = property->calculation ? calculate(r, property) : read_path(r, &property->path);
  if (!property->date_part) return raw;
  sbe_cell at = sbe_layers_read(r->layers, raw.cell, raw.class_, SBE_TYPE_TIMESTAMP);
  return (classed){sbe_layers_operation(r->layers, date_parts[property->date_part].operation, 1, &at),
                   date_parts[property->date_part].class_};
}

sbe_cell sbe_read_property(const sbe_reader *r, const sbe_property *property, int32_t type) {
  return read_part(r, property, type);
}

void sbe_expression_cell(const sbe_reader *r, sbe_expression *e, sbe_cell cell) {
  if (e->n == e->capacity) {
    size_t capacity = e->capacity ? e->capacity * 2 : 16;
    sbe_cell *operands = SBE_NEW_ARRAY(r->arena, sbe_cell, capacity);
    if (e->n) memcpy(operands, e->operands, e->n * sizeof *operands);
    e->operands = operands;
    e->capacity = capacity;
  }
  e->operands[e->n++] = cell;
  sbe_text_puts(&e->text, sbe_layers_name(r->layers, cell));
}

static sbe_cell finish(const sbe_reader *r, sbe_expression *e) {
  sbe_cell cell = sbe_layers_add(r->layers, sbe_arena_strndup(r->arena, e->text.data, e->text.size), e->n, e->operands);
  sbe_text_free(&e->text);
  return cell;
}

static void print_then_bool(const sbe_reader *r, sbe_expression *e) {
  SBE_PRINT(&e->text, " THEN ", sbe_sql_bool(r->sql, true), " ELSE ", sbe_sql_bool(r->sql, false), " END");
}

sbe_cell sbe_read_event(const sbe_reader *r, const sbe_event *event) {
  sbe_expression e = {.text = SBE_TEXT(SBE_MAX_STATEMENT)};
  const struct {
    const char *column, *value;
  } tests[] = {{"event_vendor", event->vendor}, {"event_name", event->name}, {"event_version", event->version}};
  const char *between = "CASE WHEN ";
  for (size_t i = 0; i < 3; i++) {
    if (!tests[i].value) continue;
    sbe_text_puts(&e.text, between);
    sbe_expression_cell(r, &e, sbe_read_atomic(r, tests[i].column, SBE_TYPE_TEXT));
    sbe_text_puts(&e.text, " = ");
    sbe_print_text(r->sql, &e.text, tests[i].value);
    between = " AND ";
  }
  if (event->specification) {
    sbe_text_puts(&e.text, between);
    sbe_expression_cell(r, &e, sbe_read_property(r, event->specification, SBE_TYPE_TEXT));
    sbe_text_puts(&e.text, " = ");
    sbe_print_text(r->sql, &e.text, event->specification_id);
    between = " AND ";
  }
  if (!e.text.size)
    sbe_text_puts(&e.text, sbe_sql_bool(r->sql, true));
  else
    print_then_bool(r, &e);
  return finish(r, &e);
}

sbe_cell sbe_read_match(const sbe_reader *r, size_t n_events, const sbe_cell *events, const sbe_criteria *criteria) {
  sbe_expression e = {.text = SBE_TEXT(SBE_MAX_STATEMENT)};
  const char *between = "CASE WHEN ";
  if (n_events) {
    SBE_PRINT(&e.text, between, "(");
    for (size_t i = 0; i < n_events; i++) {
      if (i) sbe_text_puts(&e.text, " OR ");
      sbe_expression_cell(r, &e, events[i]);
    }
    sbe_text_putc(&e.text, ')');
    between = "\n AND ";
  }
  for (size_t i = 0; i < criteria->n_all; i++) {
    sbe_text_puts(&e.text, between);
    sbe_print_criterion(r, &criteria->all[i], &e);
    between = "\n AND ";
  }
  for (size_t i = 0; i < criteria->n_any; i++) {
    SBE_PRINT(&e.text, i ? "\n OR " : between, i ? "" : "(");
    sbe_print_criterion(r, &criteria->any[i], &e);
    if (i + 1 == criteria->n_any) sbe_text_putc(&e.text, ')');
  }
  if (!e.text.size)
    sbe_text_puts(&e.text, sbe_sql_bool(r->sql, true));
  else
    print_then_bool(r, &e);
  return finish(r, &e);
}

/* For criteria.c: what a property is before it is read as a type. */
sbe_cell sbe_read_raw(const sbe_reader *r, const sbe_property *property, int32_t *ret_class) {
  classed raw = read_raw(r, property);
  *ret_class = raw.class_;
  return raw.cell;
}
