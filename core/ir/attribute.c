/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attribute: its members, what its aggregation and its type allow together, and the canonical text
 * by which a changed definition is noticed. Called by view.c. What an aggregation wants stands in its
 * row (aggregation.c); no name of one is known here.
 */
#include "core/ir/build.h"

static const struct {
  const char *name;
  int32_t type;
  const char *canonical; /* types that hold and read the same are the same */
} types[] = {
    {"bytes", SBE_TYPE_TEXT, "string"},
    {"string", SBE_TYPE_TEXT, "string"},
    {"int32", SBE_TYPE_INT32, "int32"},
    {"int64", SBE_TYPE_INT64, "int64"},
    {"double", SBE_TYPE_DOUBLE, "double"},
    {"float", SBE_TYPE_DOUBLE, "double"},
    {"bool", SBE_TYPE_BOOL, "bool"},
    {"unix_timestamp", SBE_TYPE_TIMESTAMP, "timestamp"},
    {"timestamp", SBE_TYPE_TIMESTAMP, "timestamp"},
    {"bytes_list", SBE_TYPE_TEXT | SBE_TYPE_LIST, "string_list"},
    {"string_list", SBE_TYPE_TEXT | SBE_TYPE_LIST, "string_list"},
    {"int32_list", SBE_TYPE_INT32 | SBE_TYPE_LIST, "int32_list"},
    {"int64_list", SBE_TYPE_INT64 | SBE_TYPE_LIST, "int64_list"},
    {"double_list", SBE_TYPE_DOUBLE | SBE_TYPE_LIST, "double_list"},
    {"float_list", SBE_TYPE_DOUBLE | SBE_TYPE_LIST, "double_list"},
    {"bool_list", SBE_TYPE_BOOL | SBE_TYPE_LIST, "bool_list"},
    {"unix_timestamp_list", SBE_TYPE_TIMESTAMP | SBE_TYPE_LIST, "timestamp_list"},
    {"dict", SBE_TYPE_DICT, "dict"},
};
#define N_TYPES (sizeof types / sizeof *types)

static const struct {
  const char *name;
  int64_t us;
} time_units[] = {
    {"s", SBE_SECOND_US},
    {"min", 60 * SBE_SECOND_US},
    {"h", 3600 * SBE_SECOND_US},
    {"d", SBE_DAY_US},
};
#define N_TIME_UNITS (sizeof time_units / sizeof *time_units)

/* In the order in which they are often written. */
enum {
  NAME,
  TYPE,
  EVENTS,
  AGGREGATION,
  PROPERTY,
  CRITERIA,
  PERIOD,
  DESCRIPTION,
  DEFAULT_VALUE,
  TIME_UNIT,
  IGNORE_NULLS,
  DATE_PART,
  TTL,
  N_MEMBERS = TTL + 1 + SBE_N_IGNORED
};
static const char *const members[] = {"name",         "type",      "events",      "aggregation",       "property",
                                      "criteria",     "period",    "description", "default_value",     "time_unit",
                                      "ignore_nulls", "date_part", "ttl",         SBE_IGNORED_MEMBERS, NULL};

/* Index into `types`; N_TYPES with an error. */
static size_t read_type(sbe_builder *b, const sbe_node *node) {
  const char *name = sbe_text_member(b, node, "type", SBE_MAX_NAME);
  if (!name) return N_TYPES;
  for (size_t i = 0; i < N_TYPES; i++)
    if (strcmp(types[i].name, name) == 0) return i;
  sbe_build_error(b, node, "type '%s' is not known%s", sbe_shown(b, name),
                  sbe_suggestion(b, name, &types[0].name, sizeof *types, N_TYPES));
  return N_TYPES;
}

static const sbe_aggregation *read_aggregation(sbe_builder *b, const sbe_node *node) {
  const char *name = sbe_text_member(b, node, "aggregation", SBE_MAX_NAME);
  if (!name) return NULL;
  const sbe_aggregation *aggregation = sbe_aggregation_find(name);
  if (aggregation) return aggregation;
  size_t n = 0;
  while (sbe_aggregations[n].name) n++;
  sbe_build_error(b, node, "aggregation '%s' is not known%s", sbe_shown(b, name),
                  sbe_suggestion(b, name, &sbe_aggregations[0].name, sizeof *sbe_aggregations, n));
  return NULL;
}

/* Which SBE_WANTS_… bits a type meets. */
static uint32_t type_meets(int32_t type) {
  if (type == SBE_TYPE_DICT) return SBE_WANTS_DICT;
  if (type & SBE_TYPE_LIST) return SBE_WANTS_LIST;
  bool number = type == SBE_TYPE_INT32 || type == SBE_TYPE_INT64 || type == SBE_TYPE_DOUBLE;
  return SBE_WANTS_SCALAR | (number ? SBE_WANTS_NUMBER : 0);
}

static void check_type(sbe_builder *b, const sbe_node *node, const sbe_aggregation *aggregation, int32_t type) {
  static const struct {
    uint32_t bit;
    const char *what;
  } wants[] = {
      {SBE_WANTS_NUMBER, "a number type (int32, int64, float, double)"},
      {SBE_WANTS_SCALAR, "any type that is no list and no dict"},
      {SBE_WANTS_LIST, "a list type, such as string_list"},
      {SBE_WANTS_DICT, "type dict"},
  };
  if (type_meets(type) & aggregation->wants) return;
  sbe_cleanup_text sbe_text list = SBE_TEXT(1000);
  for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
    if (aggregation->wants & wants[i].bit) sbe_text_printf(&list, "%s%s", list.size ? ", or " : "", wants[i].what);
  sbe_build_error(b, node, "aggregation %s cannot have type %s; it wants %s", aggregation->name, node->text,
                  sbe_text_string(&list));
}

/* The property, where the aggregation reads one. */
static const sbe_property *read_property(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots,
                                         const sbe_aggregation *aggregation) {
  if (aggregation->wants_time_unit && !aggregation->wants_property) return NULL; /* one is ignored there */
  if (!aggregation->wants_property) {
    if (slots[PROPERTY])
      sbe_build_error(b, slots[PROPERTY], "aggregation %s takes no property; leave it out", aggregation->name);
    if (slots[DATE_PART])
      sbe_build_error(b, slots[DATE_PART], "aggregation %s takes no date_part; leave it out", aggregation->name);
    return NULL;
  }
  if (!slots[PROPERTY]) {
    sbe_build_error(b, node, "aggregation %s needs 'property'", aggregation->name);
    return NULL;
  }
  const sbe_property *property = sbe_property_build(b, slots[PROPERTY], slots[DATE_PART]);
  if (property && !property->calculation && property->path.kind != SBE_PATH_ATOMIC && property->path.n_steps == 0)
    sbe_build_note(b, SBE_WARNING, slots[PROPERTY],
                   "property '%s' names a whole column, which has no value of its own; add a member, such as '.id'",
                   property->path.column);
  return property;
}

static int64_t read_time_unit(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots,
                              const sbe_aggregation *aggregation) {
  const sbe_node *unit = slots[TIME_UNIT];
  if (!unit) {
    if (aggregation->wants_time_unit)
      sbe_build_error(b, node, "aggregation %s needs 'time_unit': s, min, h or d", aggregation->name);
    return 0;
  }
  if (!aggregation->wants_time_unit) {
    sbe_build_error(b, unit, "aggregation %s takes no time_unit; leave it out", aggregation->name);
    return 0;
  }
  const char *name = sbe_text_member(b, unit, "time_unit", SBE_MAX_NAME);
  for (size_t i = 0; name && i < N_TIME_UNITS; i++)
    if (strcmp(time_units[i].name, name) == 0) return time_units[i].us;
  if (name) sbe_build_error(b, unit, "time_unit '%s' is not known; known are s, min, h, d", sbe_shown(b, name));
  return 0;
}

static void put_default(sbe_text *text, const sbe_attribute *a) {
  bool list = a->type != SBE_TYPE_DICT && (a->type & SBE_TYPE_LIST);
  sbe_text_puts(text, ", default ");
  if (a->default_keys || a->type == SBE_TYPE_DICT) sbe_text_putc(text, '{');
  if (list) sbe_text_putc(text, '[');
  for (size_t i = 0; i < a->n_default; i++) {
    if (i) sbe_text_puts(text, ", ");
    if (a->default_keys) {
      sbe_put_literal(text, &a->default_keys[i]);
      sbe_text_puts(text, ": ");
    }
    sbe_put_literal(text, &a->default_values[i]);
  }
  if (list) sbe_text_putc(text, ']');
  if (a->default_keys || a->type == SBE_TYPE_DICT) sbe_text_putc(text, '}');
}

/* "total double = sum(contexts_x_1[0]."price") of com.acme/buy/1-0-0 where all(mkt_source = "a"), 7 days". */
static bool put_canonical(sbe_builder *b, const sbe_node *node, sbe_attribute *a, const char *type) {
  sbe_text *text = &b->scratch;
  sbe_text_clear(text);
  const char *start[] = {a->name,
                         " ",
                         type,
                         " = ",
                         a->aggregation->name,
                         "(",
                         a->property ? a->property->text : "",
                         a->ignore_nulls ? " ignore nulls" : "",
                         ") of ",
                         a->events->n ? a->events->text : "any event"};
  for (size_t i = 0; i < sizeof start / sizeof *start; i++) sbe_text_puts(text, start[i]);
  if (a->criteria->n_all + a->criteria->n_any) {
    sbe_text_puts(text, " where ");
    sbe_text_puts(text, a->criteria->text);
  }
  if (a->period_days) {
    sbe_text_puts(text, ", ");
    sbe_text_int(text, a->period_days);
    sbe_text_puts(text, a->period_days == 1 ? " day" : " days");
  } else {
    sbe_text_puts(text, ", lifetime");
  }
  for (size_t i = 0; i < N_TIME_UNITS; i++) {
    if (a->unit_us != time_units[i].us) continue;
    sbe_text_puts(text, ", in ");
    sbe_text_puts(text, time_units[i].name);
  }
  if (a->has_default) put_default(text, a);
  if (!sbe_scratch_done(b, node)) return false;
  a->text = sbe_arena_strndup(b->arena, text->data, text->size);
  return true;
}

static bool need(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots) {
  static const int needed[] = {NAME, TYPE, AGGREGATION};
  bool good = true;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (slots[needed[i]]) continue;
    sbe_build_error(b, node, "an attribute needs '%s'", members[needed[i]]);
    good = false;
  }
  return good;
}

/* Whatever does not hang on the aggregation. */
static void read_simple(sbe_builder *b, const sbe_node *const *slots, sbe_attribute *a) {
  if (slots[DESCRIPTION]) a->description = sbe_text_or_empty(b, slots[DESCRIPTION], "description");
  if (slots[PERIOD]) sbe_period_build(b, slots[PERIOD], &a->period_days);
  a->events = sbe_events_build(b, slots[EVENTS]);
  a->criteria = sbe_criteria_build(b, slots[CRITERIA]);
  if (slots[IGNORE_NULLS]) sbe_bool_member(b, slots[IGNORE_NULLS], "ignore_nulls", &a->ignore_nulls);
}

const sbe_attribute *sbe_attribute_build(sbe_builder *b, const sbe_node *node) {
  const sbe_node *slots[N_MEMBERS];
  size_t errors = b->report->errors, type = N_TYPES;
  sbe_attribute *a = SBE_NEW(b->arena, sbe_attribute);
  const sbe_node *name = sbe_node_find(node, "name");
  if (name && name->kind == SBE_NODE_STRING) b->attribute = name->text;
  if (!sbe_members(b, node, "an attribute", members, slots)) return NULL;
  a->place = sbe_node_place(node);
  need(b, node, slots);
  if (slots[NAME]) a->name = sbe_name_member(b, slots[NAME], "name");
  if (slots[TYPE]) type = read_type(b, slots[TYPE]);
  if (slots[AGGREGATION]) a->aggregation = read_aggregation(b, slots[AGGREGATION]);
  read_simple(b, slots, a);
  if (type < N_TYPES) {
    a->type = types[type].type;
    a->type_name = types[type].name;
    if (slots[DEFAULT_VALUE]) sbe_default_build(b, slots[DEFAULT_VALUE], a);
  }
  if (a->aggregation) {
    if (type < N_TYPES) check_type(b, slots[TYPE], a->aggregation, a->type);
    a->property = read_property(b, node, slots, a->aggregation);
    a->unit_us = read_time_unit(b, node, slots, a->aggregation);
    if (a->ignore_nulls && !a->aggregation->takes_ignore_nulls)
      sbe_build_error(b, slots[IGNORE_NULLS], "aggregation %s takes no ignore_nulls; leave it out",
                      a->aggregation->name);
  }
  if (b->report->errors != errors) return NULL;
  return put_canonical(b, node, a, types[type].canonical) ? a : NULL;
}
