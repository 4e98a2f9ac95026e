/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a view to the columns of its tables. Called once a view, before anything is printed. Equal
 * reads, matches, partials and slots of several attributes become one, by comparing pointers of the IR.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/string.h"
#include "core/sql/shape.h"

static const struct {
  int32_t type;
  const char *suffix;
} type_names[] = {
    {SBE_TYPE_TEXT, "text"},     {SBE_TYPE_INT32, "int32"}, {SBE_TYPE_INT64, "int64"},
    {SBE_TYPE_DOUBLE, "double"}, {SBE_TYPE_BOOL, "bool"},   {SBE_TYPE_TIMESTAMP, "timestamp"},
};

static const char *type_name(int32_t type) {
  for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
    if (type_names[i].type == (type & ~SBE_TYPE_LIST)) return type_names[i].suffix;
  return "value";
}

const char *sbe_slot_column(int32_t type) {
  switch (type) {
  case SBE_TYPE_INT32:
    return "value_int32";
  case SBE_TYPE_INT64:
    return "value_int64";
  case SBE_TYPE_DOUBLE:
    return "value_double";
  case SBE_TYPE_BOOL:
    return "value_bool";
  case SBE_TYPE_TIMESTAMP:
    return "value_timestamp";
  default:
    return "value_text";
  }
}

/* What a reader of filtered_events would call the property: its last member, or its column. */
static const char *leaf(const sbe_property *property) {
  if (property->calculation) return "calculated";
  for (size_t i = property->path.n_steps; i > 0; i--)
    if (property->path.steps[i - 1].name) return property->path.steps[i - 1].name;
  return property->path.column;
}

static const char *value_column_name(sbe_arena *arena, const sbe_shape *shape, const sbe_property *property,
                                     int32_t type) {
  char snake[41];
  char name[41];
  snprintf(name, sizeof name / 2, "%s", leaf(property));
  for (char *c = name; *c; c++)
    if ((unsigned char)*c >= 0x80) *c = '_';
  sbe_snake(name, snake, sizeof snake);
  return sbe_arena_printf(arena, "%s_%s%s_%zu", snake, type_name(type), type & SBE_TYPE_LIST ? "_list" : "",
                          shape->n_values);
}

static size_t add_value(sbe_arena *arena, sbe_shape *shape, const sbe_property *property, int32_t type) {
  if (!property || !type) return SBE_NONE;
  for (size_t i = 0; i < shape->n_values; i++)
    if (shape->values[i].property == property && shape->values[i].type == type) return i;
  shape->values[shape->n_values] = (sbe_value_column){property, type, value_column_name(arena, shape, property, type)};
  return shape->n_values++;
}

static size_t add_match(sbe_arena *arena, sbe_shape *shape, const sbe_attribute *attribute) {
  for (size_t i = 0; i < shape->n_matches; i++) {
    const sbe_match_column *m = &shape->matches[i];
    if (m->events == attribute->events && m->criteria == attribute->criteria) return i;
  }
  shape->matches[shape->n_matches] = (sbe_match_column){attribute->events, attribute->criteria,
                                                        sbe_arena_printf(arena, "match_%zu", shape->n_matches)};
  return shape->n_matches++;
}

/* The type of a part's column. */
static int32_t part_type(const sbe_part *part, int32_t value_type) {
  if (part->type > 0) return part->type;
  if (part->type == 0) return value_type;
  return value_type == SBE_TYPE_DOUBLE ? SBE_TYPE_DOUBLE : SBE_TYPE_WIDE_INTEGER;
}

static bool same_partial(const sbe_part_column *column, const sbe_part *part, size_t value, size_t match,
                         size_t present, int32_t type) {
  return column->part->partial == part->partial &&
         memcmp(column->part->partial_operands, part->partial_operands, sizeof part->partial_operands) == 0 &&
         column->value == value && column->match == match && column->present == present && column->type == type;
}

static bool reads_value(const sbe_part *part) {
  for (size_t i = 0; i < SBE_MAX_OPERANDS; i++)
    if (part->partial_operands[i] == SBE_OPERAND_VALUE) return true;
  return false;
}

static size_t add_part(sbe_arena *arena, sbe_shape *shape, const sbe_part *part, size_t value, size_t match,
                       size_t present, size_t first) {
  int32_t type = part_type(part, value == SBE_NONE ? 0 : shape->values[value].type);
  if (!reads_value(part)) value = SBE_NONE;
  for (size_t i = 0; i < shape->n_parts; i++)
    if (same_partial(&shape->parts[i], part, value, match, present, type)) return i;
  size_t index = shape->n_parts++;
  shape->parts[index] = (sbe_part_column){part,
                                          value,
                                          match,
                                          present,
                                          first == SBE_NONE ? index : first,
                                          type,
                                          sbe_arena_printf(arena, "%s_%zu", part->name, index)};
  return index;
}

static size_t add_slot(sbe_shape *shape, size_t value, size_t match) {
  for (size_t i = 0; i < shape->n_slots; i++)
    if (shape->slots[i].value == value && shape->slots[i].match == match) return i;
  int32_t type = shape->values[value].type;
  shape->slots[shape->n_slots] = (sbe_slot){value, match, sbe_slot_column(type)};
  bool known = false;
  for (size_t i = 0; i < shape->n_slot_types; i++) known = known || shape->slot_types[i] == type;
  if (!known) shape->slot_types[shape->n_slot_types++] = type;
  return shape->n_slots++;
}

static void add_attribute(sbe_arena *arena, sbe_shape *shape, const sbe_attribute *attribute) {
  const sbe_aggregation *aggregation = attribute->aggregation;
  size_t value = add_value(arena, shape, attribute->property, sbe_aggregation_value_type(aggregation, attribute->type));
  size_t match = add_match(arena, shape, attribute), present = attribute->ignore_nulls ? value : SBE_NONE;
  sbe_attribute_shape *result = &shape->attributes[shape->n_attributes++];
  *result = (sbe_attribute_shape){attribute, {SBE_NONE, SBE_NONE}, SBE_NONE};
  if (aggregation->values) {
    result->slot = add_slot(shape, value, match);
    return;
  }
  for (size_t i = 0; i < aggregation->n_parts; i++)
    result->parts[i] =
        add_part(arena, shape, &aggregation->parts[i], value, match, present, i ? result->parts[0] : SBE_NONE);
}

/* The key column's name in inner tables and selects: the view's, unless one of theirs could be called so. The names
   that are made end with a number: x4, g0_1, match_0, price_double_2. */
static const char *inner_key(const sbe_view *view) {
  static const char *const taken[] = {
      "event_id", "load_tstamp", "derived_tstamp", "event_date",  "slot",         "value_count", "row_rank",       "v",
      "n",        "value_text",  "value_int32",    "value_int64", "value_double", "value_bool",  "value_timestamp"};
  size_t size = strlen(view->key);
  if (size && view->key[size - 1] >= '0' && view->key[size - 1] <= '9') return "entity_key";
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (sbe_strcaseeq(view->key, taken[i])) return "entity_key";
  return view->key;
}

typedef struct sbe_table_shape table_shape;

static void add_column(table_shape *table, const char *name, int32_t type) {
  table->columns[table->n++] = (sbe_column_spec){name, type};
}

static void table_start(sbe_arena *arena, table_shape *table, const sbe_view *view, const char *suffix, size_t most) {
  table->name = sbe_arena_printf(arena, "%s_%s", view->model, suffix);
  table->columns = SBE_NEW_ARRAY(arena, sbe_column_spec, most);
}

static void shape_tables(sbe_arena *arena, sbe_shape *s) {
  const sbe_view *view = s->view;
  table_start(arena, &s->filtered_events, view, "filtered_events", SBE_FE_FIXED + s->n_values + s->n_matches);
  add_column(&s->filtered_events, "event_id", SBE_TYPE_TEXT);
  add_column(&s->filtered_events, "load_tstamp", SBE_TYPE_TIMESTAMP);
  add_column(&s->filtered_events, "derived_tstamp", SBE_TYPE_TIMESTAMP);
  add_column(&s->filtered_events, "event_date", SBE_TYPE_DATE);
  add_column(&s->filtered_events, s->key, SBE_TYPE_TEXT);
  for (size_t i = 0; i < s->n_values; i++) add_column(&s->filtered_events, s->values[i].name, s->values[i].type);
  for (size_t i = 0; i < s->n_matches; i++) add_column(&s->filtered_events, s->matches[i].name, SBE_TYPE_BOOL);

  table_shape *daily[] = {&s->daily_aggregates, &s->rollup};
  static const char *const daily_names[] = {"daily_aggregates", "rollup"};
  for (size_t t = 0; t < 2; t++) {
    table_start(arena, daily[t], view, daily_names[t], SBE_DAILY_FIXED + s->n_parts);
    add_column(daily[t], s->key, SBE_TYPE_TEXT);
    add_column(daily[t], "event_date", SBE_TYPE_DATE);
    for (size_t i = 0; i < s->n_parts; i++) add_column(daily[t], s->parts[i].name, s->parts[i].type);
  }
  table_shape *values[] = {&s->daily_values, &s->rollup_values};
  static const char *const values_names[] = {"daily_values", "rollup_values"};
  for (size_t t = 0; t < 2; t++) {
    table_start(arena, values[t], view, values_names[t], SBE_VALUES_FIXED + s->n_slot_types);
    add_column(values[t], s->key, SBE_TYPE_TEXT);
    add_column(values[t], "event_date", SBE_TYPE_DATE);
    add_column(values[t], "slot", SBE_TYPE_INT32);
    add_column(values[t], "value_count", SBE_TYPE_INT64);
    for (size_t i = 0; i < s->n_slot_types; i++)
      add_column(values[t], sbe_slot_column(s->slot_types[i]), s->slot_types[i]);
  }
  table_start(arena, &s->attributes_table, view, "attributes", s->n_attributes + 2);
  add_column(&s->attributes_table, view->key, SBE_TYPE_TEXT);
  for (size_t i = 0; i < s->n_attributes; i++)
    add_column(&s->attributes_table, s->attributes[i].attribute->name, s->attributes[i].attribute->type);
  add_column(&s->attributes_table, "updated_at", SBE_TYPE_TIMESTAMP);
}

sbe_shape *sbe_shape_new(sbe_arena *arena, const sbe_view *view) {
  size_t n = view->n_attributes;
  sbe_shape *shape = SBE_NEW(arena, sbe_shape);
  shape->view = view;
  shape->key = inner_key(view);
  shape->values = SBE_NEW_ARRAY(arena, sbe_value_column, n);
  shape->matches = SBE_NEW_ARRAY(arena, sbe_match_column, n);
  shape->parts = SBE_NEW_ARRAY(arena, sbe_part_column, n * SBE_MAX_PARTS);
  shape->slots = SBE_NEW_ARRAY(arena, sbe_slot, n);
  shape->attributes = SBE_NEW_ARRAY(arena, sbe_attribute_shape, n);
  for (size_t i = 0; i < n; i++) add_attribute(arena, shape, view->attributes[i]);
  shape_tables(arena, shape);
  return shape;
}
