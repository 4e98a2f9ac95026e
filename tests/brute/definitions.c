/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws the views of a history: attributes over all aggregations, types, events, criteria, periods
 * and kinds of properties, within what semantics.md allows and what it says the outcome of. Called
 * by the generator. Must never use anything of the engine.
 */
#include "tests/brute/history.h"

#include "tests/brute/read.h"

#include <string.h>

/* ---- which kinds of values may be read as what ---- */

#define ALL (BF_BIT(BF_V_COUNT) - 1)
#define NOT_TEXT (BF_BIT(BF_V_REAL) | BF_BIT(BF_V_TIME) | BF_BIT(BF_V_REALS))
#define AS_TEXT (ALL & ~NOT_TEXT)
#define AS_NUMBER (ALL & ~BF_BIT(BF_V_TIME))
#define AS_BOOL                                                                                                        \
  (BF_BIT(BF_V_INT) | BF_BIT(BF_V_HUGE) | BF_BIT(BF_V_TEXT) | BF_BIT(BF_V_SKU) | BF_BIT(BF_V_BOOL) |                   \
   BF_BIT(BF_V_BOOLTEXT) | BF_BIT(BF_V_EPOCH) | BF_BIT(BF_V_MIXED) | BF_BIT(BF_V_OBJECT))
#define AS_TIME                                                                                                        \
  (BF_BIT(BF_V_TIME) | BF_BIT(BF_V_TIMETEXT) | BF_BIT(BF_V_EPOCH) | BF_BIT(BF_V_INT) | BF_BIT(BF_V_HUGE) |             \
   BF_BIT(BF_V_TEXT) | BF_BIT(BF_V_OBJECT))
/* Sums of doubles: nothing that cancels out. */
#define AS_ADDEND (AS_NUMBER & ~(BF_BIT(BF_V_HUGE) | BF_BIT(BF_V_HUGETEXT) | BF_BIT(BF_V_MIXED)))
#define LISTS (BF_BIT(BF_V_TEXTS) | BF_BIT(BF_V_INTS) | BF_BIT(BF_V_REALS))
#define NESTED (LISTS | BF_BIT(BF_V_OBJECT) | BF_BIT(BF_V_ITEMS))
#define DATED (BF_BIT(BF_V_TIME) | BF_BIT(BF_V_TIMETEXT) | BF_BIT(BF_V_EPOCH))

static uint32_t readable_as(bf_type type) {
  switch (type) {
  case BF_TYPE_STRING:
  case BF_TYPE_DICT:
    return AS_TEXT;
  case BF_TYPE_BYTES:
    return BF_BIT(BF_V_SKU) | BF_BIT(BF_V_INT);
  case BF_TYPE_INT32:
  case BF_TYPE_INT64:
  case BF_TYPE_DOUBLE:
  case BF_TYPE_FLOAT:
    return AS_NUMBER;
  case BF_TYPE_BOOL:
    return AS_BOOL;
  case BF_TYPE_TIMESTAMP:
  case BF_TYPE_UNIX_TIMESTAMP:
    return AS_TIME;
  case BF_TYPES:
    break;
  }
  return 0;
}

/* ---- properties ---- */

static bool is_json(const bf_generator *generator) {
  return bf_layout_is_json(generator->history->layout);
}

static bool is_tables(const bf_generator *generator) {
  return generator->history->layout == BF_LAYOUT_TABLES;
}

static bf_class class_of(bf_values values) {
  switch (bf_shape_of(values)) {
  case BF_SHAPE_INTEGER:
  case BF_SHAPE_DOUBLE:
    return BF_CLASS_NUMBER;
  case BF_SHAPE_BOOL:
    return BF_CLASS_BOOL;
  case BF_SHAPE_TIME:
    return BF_CLASS_TIME;
  case BF_SHAPE_LIST:
  case BF_SHAPE_OBJECT:
    return BF_CLASS_NESTED;
  case BF_SHAPE_TEXT:
  case BF_SHAPE_JSON:
    break;
  }
  return BF_CLASS_TEXT;
}

static bf_property *draw_atomic(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  bf_property *property = bf_alloc(generator->arena, sizeof *property);
  for (int tries = 0; tries < 200; tries++) {
    const bf_atomic *atomic = &bf_atomics[bf_below(&generator->random, (int64_t)bf_atomic_count)];
    if (!(wanted & BF_BIT(atomic->values))) continue;
    *property = (bf_property){.place = BF_ATOMIC, .column = atomic->name, .class = class_of(atomic->values)};
    *ret_values = atomic->values;
    return property;
  }
  return NULL;
}

/* In definitions a member may be spelled otherwise, as long as its snake case is the same. */
static const char *respelled(bf_generator *generator, const char *member) {
  static const char *const pairs[][2] = {
      {"deviceClass", "device_class"},
      {"bigNumber", "big_number"},
      {"IPAddress", "ip_address"},
      {"huge2Text", "huge2_text"},
      {"isNew", "is_new"},
      {"product-x", "product_x"},
      {"addedAt", "added_at"},
      {"when_text", "whenText"},
      {"amountText", "amount_text"},
      {"cartID", "cart_id"},
      {"epochSeconds", "epoch_seconds"},
      {"stepName", "step_name"},
      {"itemSku", "item_sku"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (strcmp(pairs[i][0], member) == 0 && bf_chance(&generator->random, 40)) return pairs[i][1];
  return member;
}

static bf_property *draw_member(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  bf_random *random = &generator->random;
  size_t at = (size_t)bf_below(random, bf_chance(random, 97) ? BF_SCHEMAS - 1 : BF_SCHEMAS);
  if (bf_chance(random, 40)) at = (size_t)bf_between(random, 3, 4); /* the entities: most events have some */
  const bf_schema *schema = &bf_schemas[at];
  for (int tries = 0; tries < 400; tries++) {
    size_t leaf_at = (size_t)bf_below(random, (int64_t)bf_leaf_count);
    const bf_leaf *leaf = &bf_leaves[leaf_at];
    if (!(wanted & BF_BIT(leaf->values))) continue;
    bf_step *steps = bf_alloc(generator->arena, 4 * sizeof *steps);
    steps[0].name = respelled(generator, leaf->member);
    for (size_t i = 0; i < leaf->step_count; i++) {
      steps[i + 1] = leaf->steps[i];
      if (steps[i + 1].name) steps[i + 1].name = respelled(generator, steps[i + 1].name);
    }
    bf_property *property = bf_alloc(generator->arena, sizeof *property);
    *property = (bf_property){.place = schema->place,
                              .column = schema->column,
                              .vendor = schema->vendor,
                              .schema = schema->name,
                              .major = schema->major,
                              .steps = steps,
                              .step_count = leaf->step_count + 1};
    if (schema->place == BF_ENTITY && bf_chance(random, 25)) property->index = bf_below(random, 4);
    bool inside = is_tables(generator) && leaf->step_count > 0; /* nested members are JSON there */
    property->class = is_json(generator) || inside ? BF_CLASS_JSON : class_of(leaf->values);
    property->spelling = (unsigned)bf_below(random, 1 << 16);
    generator->used[at][leaf_at] = true;
    *ret_values = leaf->values;
    return property;
  }
  return NULL;
}

static bf_property *draw_stored(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  bf_property *property = NULL;
  while (!property) {
    property = bf_chance(&generator->random, 25) ? draw_atomic(generator, wanted, ret_values)
                                                 : draw_member(generator, wanted, ret_values);
  }
  property->spelling = (unsigned)bf_below(&generator->random, 1 << 16);
  return property;
}

static bf_property *draw_dated(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  bf_values ignored;
  bf_property *property = draw_stored(generator, DATED, &ignored);
  bool text = !(wanted & BF_BIT(BF_V_INT)) || ((wanted & BF_BIT(BF_V_SKU)) && bf_chance(&generator->random, 50));
  property->part = (bf_part)bf_between(&generator->random, text ? BF_ACTIVE_DAY : BF_HOUR_OF_DAY,
                                       text ? BF_ACTIVE_MONTH : BF_MONTH_OF_YEAR);
  *ret_values = text ? BF_V_SKU : BF_V_INT;
  return property;
}

/* Numbers are small here, so that products are exact in every arithmetic. */
static bf_property *draw_calculated(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  static const uint32_t joined = BF_BIT(BF_V_TEXT) | BF_BIT(BF_V_SKU) | BF_BIT(BF_V_INT) | BF_BIT(BF_V_BOOL);
  static const uint32_t added = BF_BIT(BF_V_INT) | BF_BIT(BF_V_REAL) | BF_BIT(BF_V_BOOL);
  bf_random *random = &generator->random;
  bool text = !(wanted & BF_BIT(BF_V_REAL)) || bf_chance(random, 40);
  bf_values of = BF_V_TEXT;
  bf_property *property = bf_alloc(generator->arena, sizeof *property);
  property->place = BF_CALCULATED;
  property->part_count = (size_t)bf_between(random, 2, 3);
  property->parts = bf_alloc(generator->arena, property->part_count * sizeof *property->parts);
  property->operation = bf_chance(random, 30) ? BF_COALESCE
                        : text                ? BF_CONCAT
                                              : (bf_operation)bf_between(random, BF_ADD, BF_GREATEST);
  if (property->operation == BF_COALESCE) {
    property->parts[0] = draw_stored(generator, wanted & ~NESTED, &of);
    for (size_t i = 1; i < property->part_count; i++) {
      bf_property *part;
      int tries = 0;
      do part = draw_stored(generator, BF_BIT(of), &of);
      while (part->class != property->parts[0]->class && ++tries < 50);
      property->parts[i] = part->class == property->parts[0]->class ? part : property->parts[0];
    }
    *ret_values = of;
  } else {
    for (size_t i = 0; i < property->part_count; i++)
      property->parts[i] = draw_stored(generator, text ? joined : added, &of);
    *ret_values = text ? BF_V_TEXT : BF_V_REAL;
  }
  if (property->operation == BF_CONCAT && bf_chance(random, 60))
    property->separator = bf_chance(random, 50) ? "-" : "'";
  return property;
}

/* A property whose values are of a wanted kind. */
static bf_property *draw_property(bf_generator *generator, uint32_t wanted, bf_values *ret_values) {
  bf_random *random = &generator->random;
  bool plain = (wanted & BF_BIT(BF_V_TEXT)) || (wanted & BF_BIT(BF_V_REAL));
  if (bf_chance(random, 12) && (wanted & (BF_BIT(BF_V_INT) | BF_BIT(BF_V_SKU))))
    return draw_dated(generator, wanted, ret_values);
  if (bf_chance(random, 12) && plain && (wanted & ~NESTED)) return draw_calculated(generator, wanted, ret_values);
  return draw_stored(generator, wanted, ret_values);
}

/* ---- criteria ---- */

static const bf_value *draw_pattern(bf_generator *generator) {
  static const char *const patterns[] = {"%", "a%",    "%b",  "_",   "__", "O'%", "100%", "a_b", "%\\%",       "%'%",
                                         "",  "sku-%", "%e_", "%_%", "1%", "\\%", "%\"%", "tr%", "\U0001F600", "Ä%"};
  if (bf_chance(&generator->random, 15)) return bf_string(generator->arena, bf_draw_text(generator));
  return bf_string(generator->arena,
                   patterns[bf_below(&generator->random, (int64_t)(sizeof patterns / sizeof *patterns))]);
}

/* A literal that is worth comparing with values of that kind, and whose outcome is fixed. */
static const bf_value *draw_literal(bf_generator *generator, bf_values values, bf_class class) {
  static const char *const numeric[] = {"5", " 5", "5.0", "+5", "5e0", "-2", "0", "abc", "", "2.5"};
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  switch (values) {
  case BF_V_INT:
  case BF_V_HUGE:
  case BF_V_EPOCH:
    if (bf_chance(random, 25)) return bf_string(arena, numeric[bf_below(random, 10)]);
    if (bf_chance(random, 10)) return bf_bool(arena, bf_chance(random, 50));
    return bf_chance(random, 15) ? bf_real(arena, 2.5) : bf_draw(generator, values, false);
  case BF_V_REAL:
    if (class == BF_CLASS_NUMBER && bf_chance(random, 25)) return bf_string(arena, numeric[bf_below(random, 7)]);
    return bf_draw(generator, bf_chance(random, 50) ? BF_V_REAL : BF_V_INT, false);
  case BF_V_BOOL:
    if (bf_chance(random, 60)) return bf_draw(generator, BF_V_BOOL, false);
    if (bf_chance(random, 50)) return bf_int(arena, bf_below(random, 3));
    return bf_string(arena, bf_chance(random, 50) ? "true" : "False");
  case BF_V_BOOLTEXT:
    if (bf_chance(random, 40)) return bf_draw(generator, BF_V_BOOL, false);
    return bf_chance(random, 30) ? bf_int(arena, 1) : bf_draw(generator, values, false);
  case BF_V_NUMTEXT:
    return bf_chance(random, 60) ? bf_draw(generator, bf_chance(random, 50) ? BF_V_REAL : BF_V_INT, false)
                                 : bf_draw(generator, values, false);
  case BF_V_TEXT:
  case BF_V_MIXED:
    if (bf_chance(random, 12)) return bf_bool(arena, bf_chance(random, 50));
    if (bf_chance(random, 15)) return bf_int(arena, bf_chance(random, 50) ? 12 : 0);
    return bf_string(arena, bf_draw_text(generator));
  case BF_V_TIME:
    return bf_draw(generator, values, true);
  default:
    return bf_draw(generator, class_of(values) == BF_CLASS_NESTED ? BF_V_SKU : values, true);
  }
}

static bool may_like(bf_values values) {
  return values != BF_V_REAL && values != BF_V_TIME && values != BF_V_REALS;
}

static const bf_criterion *draw_criterion(bf_generator *generator) {
  bf_random *random = &generator->random;
  bf_values values;
  bf_criterion *criterion = bf_alloc(generator->arena, sizeof *criterion);
  criterion->property = draw_property(generator, bf_chance(random, 85) ? ALL & ~NESTED : ALL, &values);
  do criterion->operator=(bf_operator) bf_below(random, BF_OPERATORS);
  while (!may_like(values) && (criterion->operator== BF_LIKE || criterion->operator== BF_NOT_LIKE));
  bf_class class = criterion->property->class;
  if (criterion->property->place == BF_CALCULATED) {
    class = criterion->property->operation == BF_COALESCE ? criterion->property->parts[0]->class
            : criterion->property->operation == BF_CONCAT ? BF_CLASS_TEXT
                                                          : BF_CLASS_NUMBER;
  }
  if (criterion->operator== BF_LIKE || criterion->operator== BF_NOT_LIKE) {
    criterion->value = draw_pattern(generator);
  } else if (criterion->operator== BF_IN || criterion->operator== BF_NOT_IN) {
    bf_value *list = bf_array(generator->arena);
    for (int64_t n = bf_between(random, 1, 4); n > 0; n--)
      bf_add(generator->arena, list, draw_literal(generator, values, class));
    criterion->value = list;
  } else if (criterion->operator!= BF_IS_NULL && criterion->operator!= BF_IS_NOT_NULL) {
    criterion->value = draw_literal(generator, values, class);
  }
  return criterion;
}

static bf_criteria draw_criteria(bf_generator *generator) {
  bf_random *random = &generator->random;
  bf_criteria criteria = {0};
  criteria.has_all = bf_chance(random, 26);
  criteria.has_any = bf_chance(random, 16);
  if (criteria.has_all) criteria.all_count = (size_t)(bf_chance(random, 75) ? 1 : 2 * bf_below(random, 2));
  if (criteria.has_any) criteria.any_count = (size_t)bf_below(random, 4);
  criteria.all = bf_alloc(generator->arena, 4 * sizeof *criteria.all);
  criteria.any = bf_alloc(generator->arena, 4 * sizeof *criteria.any);
  for (size_t i = 0; i < criteria.all_count; i++) criteria.all[i] = draw_criterion(generator);
  for (size_t i = 0; i < criteria.any_count; i++) criteria.any[i] = draw_criterion(generator);
  return criteria;
}

/* ---- events, periods, defaults ---- */

/* The event that carries the property, so that it has values. */
static const bf_event_name *event_with(const bf_property *property, const bf_event_name *otherwise) {
  for (size_t i = 0; i < BF_EVENT_NAMES; i++)
    if (strcmp(bf_event_names[i].name, property->schema) == 0) return &bf_event_names[i];
  return otherwise;
}

static void draw_matches(bf_generator *generator, bf_attribute *attribute) {
  bf_random *random = &generator->random;
  attribute->event_count = (size_t)(bf_chance(random, 42) ? 0 : bf_between(random, 1, 3));
  bf_event_match *matches = bf_alloc(generator->arena, 4 * sizeof *matches);
  for (size_t i = 0; i < attribute->event_count; i++) {
    const bf_event_name *name = &bf_event_names[bf_below(random, BF_EVENT_NAMES)];
    if (attribute->property && attribute->property->place == BF_EVENT && bf_chance(random, 70))
      name = event_with(attribute->property, name);
    if (bf_chance(random, 65)) matches[i].name = name->name;
    if (bf_chance(random, 50)) matches[i].vendor = name->vendor;
    /* the vendor that definitions often say, and trackers do not (semantics, §1) */
    if (matches[i].vendor && bf_chance(random, 7)) matches[i].vendor = "com.snowplowanalytics.snowplow";
    if (bf_chance(random, 18)) matches[i].version = bf_versions[bf_below(random, BF_VERSIONS)];
    if (bf_chance(random, 8)) {
      matches[i].specification = bf_chance(random, 50) ? "spec-1" : "spec'2";
      generator->specification_used = true;
      if (bf_chance(random, 60)) matches[i].name = matches[i].vendor = matches[i].version = NULL;
    }
  }
  attribute->events = matches;
}

static void draw_period(bf_generator *generator, bf_attribute *attribute) {
  bf_random *random = &generator->random;
  bf_arena *arena = generator->arena;
  if (bf_chance(random, 40)) return;
  int days = (int)(bf_chance(random, 50) ? bf_between(random, 1, 4) : bf_between(random, 5, 15));
  if (bf_chance(random, 3)) days = 365;
  attribute->period = days;
  bf_value *object = bf_object(arena);
  switch (bf_below(random, 6)) {
  case 0:
    attribute->period_written = bf_int(arena, days);
    return;
  case 1:
    bf_set(arena, object, "days", bf_int(arena, days));
    attribute->period_written = object;
    return;
  case 2:
    attribute->period_written = bf_string(arena, bf_format(arena, "%dd", days));
    return;
  case 3:
    attribute->period_written = bf_string(arena, bf_format(arena, "PT%dH", days * 24));
    return;
  default:
    break;
  }
  const char *text = days == 365 ? "P1Y" : days == 7 ? "P1W" : bf_format(arena, "P%dD", days);
  attribute->period_written = bf_string(arena, text);
}

static const bf_value *draw_scalar_default(bf_generator *generator, bf_type type) {
  bf_arena *arena = generator->arena;
  bool first = bf_chance(&generator->random, 50);
  switch (type) {
  case BF_TYPE_STRING:
    return bf_string(arena, first ? "none" : "O'Brien \\ \"x\"");
  case BF_TYPE_BYTES:
    return bf_string(arena, "none");
  case BF_TYPE_INT32:
  case BF_TYPE_INT64:
    return bf_int(arena, first ? -1 : 7);
  case BF_TYPE_DOUBLE:
  case BF_TYPE_FLOAT:
    return bf_real(arena, first ? 0.5 : -1.0);
  case BF_TYPE_BOOL:
    return bf_bool(arena, first);
  case BF_TYPE_TIMESTAMP:
  case BF_TYPE_UNIX_TIMESTAMP:
    return bf_string(arena, "2020-01-01T00:00:00Z");
  case BF_TYPE_DICT:
  case BF_TYPES:
    break;
  }
  return bf_null();
}

static void draw_default(bf_generator *generator, bf_attribute *attribute) {
  bf_arena *arena = generator->arena;
  if (!bf_chance(&generator->random, 25)) return;
  if (attribute->list) {
    bf_value *list = bf_array(arena);
    for (int64_t n = bf_below(&generator->random, 3); n > 0; n--)
      bf_add(arena, list, draw_scalar_default(generator, attribute->type));
    attribute->default_value = list;
  } else if (attribute->type == BF_TYPE_DICT) {
    bf_value *dict = bf_object(arena);
    if (bf_chance(&generator->random, 60)) bf_set(arena, dict, "other's", bf_int(arena, 3));
    attribute->default_value = dict;
  } else {
    attribute->default_value = draw_scalar_default(generator, attribute->type);
  }
}

/* ---- attributes ---- */

static bf_type draw_number_type(bf_generator *generator) {
  return (bf_type)bf_between(&generator->random, BF_TYPE_INT32, BF_TYPE_FLOAT);
}

/* semantics, §3: which types an aggregation wants; §2: `timestamp` has no list form. */
static void draw_type(bf_generator *generator, bf_attribute *attribute) {
  bf_random *random = &generator->random;
  switch (attribute->aggregation) {
  case BF_CATEGORY_COUNT:
    attribute->type = BF_TYPE_DICT;
    return;
  case BF_UNIQUE_LIST:
    attribute->list = true;
    break;
  case BF_FIRST:
  case BF_LAST:
    attribute->list = bf_chance(random, 20);
    break;
  case BF_MIN:
  case BF_MAX:
  case BF_MOST_FREQUENT:
  case BF_LEAST_FREQUENT:
    break;
  default:
    attribute->type = draw_number_type(generator);
    return;
  }
  do attribute->type = (bf_type)bf_below(random, BF_TYPE_DICT);
  while ((attribute->list && attribute->type == BF_TYPE_TIMESTAMP) ||
         (attribute->type == BF_TYPE_BYTES && bf_chance(random, 70)));
}

/* Kinds that mostly can be read as the type. */
static uint32_t likely_for(bf_type type) {
  switch (type) {
  case BF_TYPE_INT32:
  case BF_TYPE_INT64:
  case BF_TYPE_DOUBLE:
  case BF_TYPE_FLOAT:
    return BF_BIT(BF_V_INT) | BF_BIT(BF_V_HUGE) | BF_BIT(BF_V_REAL) | BF_BIT(BF_V_NUMTEXT) | BF_BIT(BF_V_HUGETEXT) |
           BF_BIT(BF_V_BOOL) | BF_BIT(BF_V_EPOCH);
  case BF_TYPE_BOOL:
    return BF_BIT(BF_V_BOOL) | BF_BIT(BF_V_BOOLTEXT) | BF_BIT(BF_V_INT);
  case BF_TYPE_TIMESTAMP:
  case BF_TYPE_UNIX_TIMESTAMP:
    return DATED;
  case BF_TYPE_STRING:
    return BF_BIT(BF_V_TEXT) | BF_BIT(BF_V_KEY);
  case BF_TYPE_BYTES:
  case BF_TYPE_DICT:
  case BF_TYPES:
    break;
  }
  return ALL;
}

static uint32_t wanted_values(bf_generator *generator, const bf_attribute *attribute) {
  bool first_or_last = attribute->aggregation == BF_FIRST || attribute->aggregation == BF_LAST;
  uint32_t wanted = readable_as(attribute->type);
  if (attribute->aggregation == BF_APPROX_COUNT_DISTINCT) wanted = AS_TEXT;
  if (attribute->aggregation == BF_MEAN) wanted = AS_ADDEND & ~BF_BIT(BF_V_WILD);
  if (attribute->aggregation == BF_SUM && !bf_type_is_integer(attribute->type)) wanted = AS_ADDEND;
  if (first_or_last && attribute->list) {
    uint32_t lists = BF_BIT(BF_V_TEXTS) | BF_BIT(BF_V_INTS);
    bool real =
        bf_type_is_integer(attribute->type) || attribute->type == BF_TYPE_DOUBLE || attribute->type == BF_TYPE_FLOAT;
    if (real) lists |= BF_BIT(BF_V_REALS);
    if (attribute->type == BF_TYPE_BYTES) lists = BF_BIT(BF_V_INTS);
    return bf_chance(&generator->random, 85) ? lists : wanted & ~NESTED; /* else: a scalar, NULL */
  }
  if (generator->many_categories && (wanted & BF_BIT(BF_V_SKU)) && bf_chance(&generator->random, 60))
    return BF_BIT(BF_V_SKU);
  if (bf_chance(&generator->random, 60)) wanted &= likely_for(attribute->type);
  /* Arrays and objects read as scalars are NULL: sometimes. */
  return bf_chance(&generator->random, 93) || !(wanted & NESTED) ? wanted & ~NESTED : wanted & NESTED;
}

/* So many values that the map is cut at 100. */
static bf_attribute *many_values(bf_generator *generator) {
  bf_values ignored;
  bf_attribute *attribute = bf_alloc(generator->arena, sizeof *attribute);
  *attribute = (bf_attribute){.name = "a1", .aggregation = BF_CATEGORY_COUNT, .type = BF_TYPE_DICT};
  bf_property *property;
  do property = draw_member(generator, BF_BIT(BF_V_SKU), &ignored);
  while (property->place != BF_ENTITY);
  property->index = 0;
  attribute->property = property;
  attribute->events = bf_alloc(generator->arena, sizeof *attribute->events);
  return attribute;
}

static bf_attribute *draw_attribute(bf_generator *generator, size_t number) {
  static const struct {
    const char *name;
    int64_t unit;
  } units[] = {{"s", BF_SECOND}, {"min", BF_MINUTE}, {"h", BF_HOUR}, {"d", BF_DAY}};
  bf_random *random = &generator->random;
  bf_values ignored;
  if (generator->many_categories && number == 1) return many_values(generator);
  bf_attribute *attribute = bf_alloc(generator->arena, sizeof *attribute);
  attribute->name = bf_format(generator->arena, bf_chance(random, 20) ? "Attr_%d_x" : "a%d", (int)number);
  attribute->aggregation = (bf_aggregation)bf_below(random, BF_AGGREGATIONS);
  draw_type(generator, attribute);
  bool since = attribute->aggregation == BF_TIME_SINCE_FIRST || attribute->aggregation == BF_TIME_SINCE_LAST;
  if (attribute->aggregation != BF_COUNTER && (!since || bf_chance(random, 10)))
    attribute->property = draw_property(generator, wanted_values(generator, attribute), &ignored);
  if (since) {
    int64_t unit = bf_below(random, 4);
    attribute->unit = units[unit].unit;
    attribute->unit_name = units[unit].name;
  }
  draw_matches(generator, attribute);
  attribute->criteria = draw_criteria(generator);
  draw_period(generator, attribute);
  draw_default(generator, attribute);
  if (attribute->aggregation == BF_FIRST || attribute->aggregation == BF_LAST)
    attribute->ignore_nulls = bf_chance(random, 45);
  return attribute;
}

/* Like another one, with one thing changed: they may share a column, or must not. */
static bf_attribute *draw_variant(bf_generator *generator, const bf_attribute *of, size_t number) {
  bf_attribute *attribute = bf_alloc(generator->arena, sizeof *attribute);
  *attribute = *of;
  attribute->name = bf_format(generator->arena, "v%d", (int)number);
  switch (bf_below(&generator->random, 4)) {
  case 0:
    attribute->period = 0;
    attribute->period_written = NULL;
    draw_period(generator, attribute);
    break;
  case 1:
    attribute->criteria = draw_criteria(generator);
    break;
  case 2:
    draw_matches(generator, attribute);
    break;
  default:
    if (attribute->aggregation == BF_FIRST || attribute->aggregation == BF_LAST)
      attribute->ignore_nulls = !attribute->ignore_nulls;
    else
      draw_period(generator, attribute);
    break;
  }
  return attribute;
}

/* ---- views ---- */

/* semantics, §5: how the key column is named. */
static void draw_key(bf_generator *generator, bf_view *view) {
  static const char *const columns[] = {"domain_userid", "user_id", "network_userid", "domain_sessionid"};
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  bf_values ignored;
  bf_property *property = bf_alloc(arena, sizeof *property);
  const char *column = columns[bf_below(random, 4)];
  *property = (bf_property){.place = BF_ATOMIC, .column = column, .class = BF_CLASS_TEXT};
  view->key = property;
  view->key_column = column;
  bf_value *written = bf_object(arena);
  int64_t form = bf_below(random, 8);
  if (form < 2) {
    bf_set(arena, written, "name", bf_string(arena, column));
  } else if (form == 2) {
    bool user = bf_chance(random, 50);
    property->column = view->key_column = user ? "domain_userid" : "domain_sessionid";
    bf_set(arena, written, "name", bf_string(arena, user ? "user" : "session"));
  } else if (form == 3) {
    bf_set(arena, written, "name", bf_string(arena, "user"));
    bf_set(arena, written, "key", bf_string(arena, column));
  } else if (form == 4) {
    bf_set(arena, written, "name", bf_string(arena, "someone"));
    bf_set(arena, written, "property", bf_string(arena, column));
  } else {
    uint32_t kinds =
        bf_chance(random, 80) ? BF_BIT(BF_V_KEY) : BF_BIT(BF_V_INT) | BF_BIT(BF_V_MIXED) | BF_BIT(BF_V_TEXT);
    do view->key = draw_member(generator, kinds, &ignored);
    while (strstr(view->key->column, "ghost"));
    view->key_column = "cart";
    bf_set(arena, written, "name", bf_string(arena, "cart"));
    if (form == 5) {
      view->key_column = "basket_key";
      bf_set(arena, written, "external_column", bf_string(arena, view->key_column));
    }
  }
  view->key_written = written;
}

static const bf_view *draw_view(bf_generator *generator, size_t number) {
  bf_random *random = &generator->random;
  bf_view *view = bf_alloc(generator->arena, sizeof *view);
  view->name = bf_format(generator->arena, bf_chance(random, 25) ? "Shop_View%d" : "view_%d", (int)number);
  view->version = (int)(bf_chance(random, 70) ? 1 : bf_between(random, 2, 12));
  view->as_json = bf_chance(random, 50);
  view->wrapping = (unsigned)bf_below(random, 3);
  draw_key(generator, view);
  view->attribute_count = (size_t)bf_between(random, 1, 8);
  view->attributes = bf_alloc(generator->arena, view->attribute_count * sizeof *view->attributes);
  for (size_t i = 0; i < view->attribute_count; i++) {
    bool variant = i > 0 && bf_chance(random, 25);
    const bf_attribute *of = variant ? view->attributes[bf_below(random, (int64_t)i)] : NULL;
    view->attributes[i] = variant ? draw_variant(generator, of, i + 1) : draw_attribute(generator, i + 1);
  }
  return view;
}

void bf_draw_definitions(bf_generator *generator) {
  bf_history *history = generator->history;
  history->view_count = (size_t)bf_between(&generator->random, 1, 3);
  history->views = bf_alloc(generator->arena, history->view_count * sizeof *history->views);
  for (size_t i = 0; i < history->view_count; i++) history->views[i] = draw_view(generator, i + 1);
}
