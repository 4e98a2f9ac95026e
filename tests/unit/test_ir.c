/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From definitions to the IR. Expectations are written by hand after the manual's words on definitions
 * and aggregations; definitions stand as YAML or JSON text, so that lines and columns can be counted.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/ir/build.h"
#include "tests/unit/unit.h"

static sbe_arena *arena;
static sbe_report report;
static sbe_ir *ir;

static void begin(void) {
  sbe_arena_free(arena);
  arena = sbe_arena_new();
  report = (sbe_report){.arena = arena};
  ir = NULL;
}

static void end(void) {
  sbe_arena_free(arena);
  arena = NULL;
}

static const sbe_node *read_yaml(const char *file, const char *text) {
  return sbe_yaml_read(arena, file, text, strlen(text), &report);
}

/* Builds one YAML document. */
static sbe_ir *build(const char *yaml) {
  begin();
  const sbe_node *document = read_yaml("t.yml", yaml);
  return ir = sbe_ir_build(arena, 1, &document, &report);
}

/* "3:5: message" for each finding, a line each, notes and warnings with their word before the message. */
static const char *findings(void) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  for (const sbe_finding *f = sbe_report_sort(&report); f; f = f->next)
    sbe_text_printf(&out, "%u:%u: %s%s\n", f->place.line, f->place.column,
                    f->severity == SBE_ERROR  ? ""
                    : f->severity == SBE_NOTE ? "note: "
                                              : "warning: ",
                    f->message);
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

#define SAME(got, wanted)                                                                                              \
  do {                                                                                                                 \
    const char *got_ = (got), *wanted_ = (wanted);                                                                     \
    UNIT_CHECK(sbe_streq(got_, wanted_), "got  '%s'\nwant '%s'", got_ ? got_ : "(null)",                               \
               wanted_ ? wanted_ : "(null)");                                                                          \
  } while (0)

#define HAS(got, part)                                                                                                 \
  do {                                                                                                                 \
    const char *got_ = (got), *part_ = (part);                                                                         \
    UNIT_CHECK(got_ &&strstr(got_, part_), "got '%s'\nwhich lacks '%s'", got_ ? got_ : "(null)", part_);               \
  } while (0)

/* A view with this one attribute in flow style; `members` without braces. */
static const sbe_attribute *attribute(const char *members) {
  begin();
  const char *yaml = sbe_arena_printf(arena, "views: [{name: v, entity: domain_userid, attributes: [{%s}]}]", members);
  const sbe_node *document = read_yaml("t.yml", yaml);
  ir = sbe_ir_build(arena, 1, &document, &report);
  return ir && ir->n_views == 1 && ir->views[0]->n_attributes == 1 ? ir->views[0]->attributes[0] : NULL;
}

/* The property of a `last` attribute. */
static const sbe_property *property(const char *yaml) {
  char *members = NULL;
  if (asprintf(&members, "name: a, type: string, aggregation: last, property: %s", yaml) < 0) abort();
  const sbe_attribute *a = attribute(members);
  free(members);
  return a ? a->property : NULL;
}

static const sbe_criteria *criteria(const char *yaml) {
  char *members = NULL;
  if (asprintf(&members, "name: a, type: int32, aggregation: counter, criteria: %s", yaml) < 0) abort();
  const sbe_attribute *a = attribute(members);
  free(members);
  return a ? a->criteria : NULL;
}

/* --- aggregations -------------------------------------------------------------------------------- */

static void aggregations_are_the_fourteen(void) {
  static const struct {
    const char *name;
    int parts, values;
    int32_t of_int64; /* the type the property is read as for an int64 (list) attribute */
  } rows[] = {{"counter", 1, 0, 0},
              {"sum", 1, 0, SBE_TYPE_INT64},
              {"min", 1, 0, SBE_TYPE_INT64},
              {"max", 1, 0, SBE_TYPE_INT64},
              {"mean", 2, 0, SBE_TYPE_DOUBLE},
              {"first", 2, 0, SBE_TYPE_INT64},
              {"last", 2, 0, SBE_TYPE_INT64},
              {"unique_list", 0, 1, SBE_TYPE_INT64},
              {"most_frequent", 0, 1, SBE_TYPE_INT64},
              {"least_frequent", 0, 1, SBE_TYPE_INT64},
              {"approx_count_distinct", 0, 1, SBE_TYPE_TEXT},
              {"category_count", 0, 1, SBE_TYPE_TEXT},
              {"time_since_last", 1, 0, 0},
              {"time_since_first", 1, 0, 0}};
  size_t n = 0;
  while (sbe_aggregations[n].name) n++;
  CU_ASSERT_EQUAL(n, 14);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const sbe_aggregation *a = sbe_aggregation_find(rows[i].name);
    if (!UNIT_CHECK(a != NULL, "%s is there", rows[i].name)) continue;
    int32_t type = SBE_TYPE_INT64 | (a->wants == SBE_WANTS_LIST ? SBE_TYPE_LIST : 0);
    UNIT_CHECK((int)a->n_parts == rows[i].parts && a->values == (bool)rows[i].values, "%s has its shape", a->name);
    UNIT_CHECK(sbe_aggregation_value_type(a, type) == rows[i].of_int64, "%s reads as it should", a->name);
  }
  CU_ASSERT_PTR_NULL(sbe_aggregation_find("median"));
  CU_ASSERT_EQUAL(sbe_aggregation_value_type(sbe_aggregation_find("first"), SBE_TYPE_TEXT | SBE_TYPE_LIST),
                  SBE_TYPE_TEXT | SBE_TYPE_LIST);
  /* time_since_first shares the first column of `first`: equal partials. */
  const sbe_part *a = &sbe_aggregation_find("first")->parts[0],
                 *b = &sbe_aggregation_find("time_since_first")->parts[0];
  CU_ASSERT(a->partial == b->partial && a->type == b->type && sbe_streq(a->name, b->name) &&
            memcmp(a->partial_operands, b->partial_operands, sizeof a->partial_operands) == 0);
}

/* Semantics §3, "wants": one letter a type, y where the pair is allowed. */
static void aggregations_and_types_fit(void) {
  static const char *const types[] = {"bytes", "string",    "int32",       "int64",       "double", "float",
                                      "bool",  "timestamp", "string_list", "double_list", "dict",   "unix_timestamp"};
  static const struct {
    const char *aggregation, *allowed;
  } rows[] = {/*                           bsiidfbtsddu */
              {"counter", "..yyyy......"},
              {"sum", "..yyyy......"},
              {"mean", "..yyyy......"},
              {"approx_count_distinct", "..yyyy......"},
              {"time_since_last", "..yyyy......"},
              {"time_since_first", "..yyyy......"},
              {"min", "yyyyyyyy...y"},
              {"max", "yyyyyyyy...y"},
              {"most_frequent", "yyyyyyyy...y"},
              {"least_frequent", "yyyyyyyy...y"},
              {"first", "yyyyyyyyyy.y"},
              {"last", "yyyyyyyyyy.y"},
              {"unique_list", "........yy.."},
              {"category_count", "..........y."}};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
      const char *a = rows[r].aggregation;
      bool counter = strcmp(a, "counter") == 0, since = sbe_starts_with(a, "time_since");
      char members[200];
      snprintf(members, sizeof members, "name: a, type: %s, aggregation: %s%s%s", types[t], a,
               counter || since ? "" : ", property: x", since ? ", time_unit: h" : "");
      bool good = attribute(members) != NULL;
      UNIT_CHECK(good == (rows[r].allowed[t] == 'y'), "%s of %s: %s", a, types[t], findings());
      if (!good) HAS(findings(), "cannot have type");
    }
}

static void types_are_read(void) {
  static const struct {
    const char *name;
    int32_t type;
  } rows[] = {{"bytes", SBE_TYPE_TEXT},
              {"string", SBE_TYPE_TEXT},
              {"int32", SBE_TYPE_INT32},
              {"int64", SBE_TYPE_INT64},
              {"double", SBE_TYPE_DOUBLE},
              {"float", SBE_TYPE_DOUBLE},
              {"bool", SBE_TYPE_BOOL},
              {"unix_timestamp", SBE_TYPE_TIMESTAMP},
              {"timestamp", SBE_TYPE_TIMESTAMP},
              {"bytes_list", SBE_TYPE_TEXT | SBE_TYPE_LIST},
              {"int32_list", SBE_TYPE_INT32 | SBE_TYPE_LIST},
              {"int64_list", SBE_TYPE_INT64 | SBE_TYPE_LIST},
              {"float_list", SBE_TYPE_DOUBLE | SBE_TYPE_LIST},
              {"bool_list", SBE_TYPE_BOOL | SBE_TYPE_LIST},
              {"unix_timestamp_list", SBE_TYPE_TIMESTAMP | SBE_TYPE_LIST}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[100];
    snprintf(members, sizeof members, "name: a, type: %s, aggregation: last, property: x", rows[i].name);
    const sbe_attribute *a = attribute(members);
    UNIT_CHECK(a && a->type == rows[i].type && sbe_streq(a->type_name, rows[i].name), "%s", rows[i].name);
  }
  /* "each but the last with a _list form" */
  attribute("name: a, type: timestamp_list, aggregation: last, property: x");
  HAS(findings(), "type 'timestamp_list' is not known; did you mean 'unix_timestamp_list'?");
}

static void members_belong_to_their_aggregation(void) {
  static const struct {
    const char *members, *message; /* NULL: good */
  } rows[] = {
      {"type: int32, aggregation: counter, property: x", "aggregation counter takes no property"},
      {"type: int32, aggregation: counter, date_part: active_day", "takes no date_part"},
      {"type: int32, aggregation: sum", "aggregation sum needs 'property'"},
      {"type: int32, aggregation: time_since_last", "needs 'time_unit': s, min, h or d"},
      {"type: int32, aggregation: time_since_last, time_unit: m", "time_unit 'm' is not known"},
      {"type: int32, aggregation: counter, time_unit: h", "aggregation counter takes no time_unit"},
      {"type: string, aggregation: first, property: x, ignore_nulls: true", NULL},
      {"type: string, aggregation: last, property: x, ignore_nulls: yes", "ignore_nulls must be true or false"},
      {"type: int32, aggregation: sum, property: x, ignore_nulls: true", "aggregation sum takes no ignore_nulls"},
      {"type: int32, aggregation: sum, property: x, ignore_nulls: false", NULL},
      {"type: int32, aggregation: sum, property: ~, events: ~", "needs 'property'"},
      {"type: int32, aggregation: median, property: x", "aggregation 'median' is not known"},
      {"type: int32, aggregation: cuonter", "did you mean 'counter'?"},
      {"aggregation: counter", "an attribute needs 'type'"},
      {"type: int32", "an attribute needs 'aggregation'"},
      {"type: 5, aggregation: counter", "type must be a string, not an integer"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: a, %s", rows[i].members);
    const sbe_attribute *a = attribute(members);
    UNIT_CHECK((a != NULL) == (rows[i].message == NULL), "%s: %s", rows[i].members, findings());
    if (rows[i].message) HAS(findings(), rows[i].message);
  }
  /* A property is ignored here, whatever it is. */
  const sbe_attribute *a =
      attribute("name: a, type: int64, aggregation: time_since_first, time_unit: min, property: 'not a ( path'");
  CU_ASSERT(a && !a->property && a->unit_us == 60000000);
}

/* --- properties ---------------------------------------------------------------------------------- */

static void properties_have_one_canonical_text(void) {
  static const struct {
    const char *yaml, *text;
  } rows[] = {
      {"mkt_source", "mkt_source"},
      {"{type: atomic, name: mkt_source}", "mkt_source"},
      {"'unstruct_event_com_acme_checkout_1:step.name'", "unstruct_event_com_acme_checkout_1.\"step\".\"name\""},
      {"unstruct_event_com_acme_checkout_1.step.name", "unstruct_event_com_acme_checkout_1.\"step\".\"name\""},
      {"{type: event, vendor: com.acme, name: checkout, major_version: 1, path: step.name}",
       "unstruct_event_com_acme_checkout_1.\"step\".\"name\""},
      {"'contexts_com_acme_product_1[0].price'", "contexts_com_acme_product_1[0].\"price\""},
      {"'contexts_com_acme_product_1[0]:price'", "contexts_com_acme_product_1[0].\"price\""},
      {"'contexts_com_acme_product_1[safe_offset(0)].price'", "contexts_com_acme_product_1[0].\"price\""},
      {"'contexts_com_acme_product_1[SAFE_OFFSET(12)].price'", "contexts_com_acme_product_1[12].\"price\""},
      {"contexts_com_acme_product_1.price", "contexts_com_acme_product_1[0].\"price\""},
      {"'contexts_com_acme_product_1:price'", "contexts_com_acme_product_1[0].\"price\""},
      {"{type: entity, vendor: com.acme, name: product, major_version: 1, index: 0, path: price}",
       "contexts_com_acme_product_1[0].\"price\""},
      {"{type: entity, vendor: com.acme, name: product, major_version: 1, path: $.price, index: ~}",
       "contexts_com_acme_product_1[0].\"price\""},
      {"{type: entity, vendor: com.acme, name: product-x, major_version: 12, path: $.user.profile.name, index: 2}",
       "contexts_com_acme_product_x_12[2].\"user\".\"profile\".\"name\""},
      {"{type: event, vendor: com.acme, name: checkoutStep, major_version: 1, path: 'items[1].sku'}",
       "unstruct_event_com_acme_checkout_step_1.\"items\"[1].\"sku\""},
      {"'unstruct_event_com_acme_checkoutStep_1:items[1].sku'",
       "unstruct_event_com_acme_checkout_step_1.\"items\"[1].\"sku\""},
      {"'CONTEXTS_COM_ACME_PRODUCT_1[0]:price'", "contexts_com_acme_product_1[0].\"price\""},
      {"{type: event, vendor: com.acme, name: utm2Source, major_version: 1, path: a}",
       "unstruct_event_com_acme_utm2_source_1.\"a\""},
      {"{type: event, vendor: com.acme-shop, name: IPAddress, major_version: 1, path: a}",
       "unstruct_event_com_acme_shop_ip_address_1.\"a\""},
      {"'contexts_x_1[0].deviceClass'", "contexts_x_1[0].\"deviceClass\""},
      {"'contexts_x_1[0].device_class'", "contexts_x_1[0].\"device_class\""},
      {"'contexts_x_1[0][''a.\"b'']'", "contexts_x_1[0].\"a.\\\"b\""},
      {"{type: event, vendor: a, name: b, major_version: 1, path: '$[2][''c d'']'}", "unstruct_event_a_b_1[2].\"c d\""},
      {"{type: atomic, name: derived_tstamp, date_part: day_of_week}", "day_of_week(derived_tstamp)"},
      {"derived_tstamp, date_part: hour_of_day", "hour_of_day(derived_tstamp)"},
      {"{type: event, vendor: a, name: b, major_version: 1, path: at, date_part: active_month}",
       "active_month(unstruct_event_a_b_1.\"at\")"},
      {"{type: calculated, operation: concat, properties: [mkt_source, {type: atomic, name: mkt_medium}], separator: "
       "'-'}",
       "concat(\"-\", mkt_source, mkt_medium)"},
      {"{type: calculated, operation: concat, properties: [a, b]}", "concat(\"\", a, b)"},
      {"{type: calculated, operation: product, properties: ['contexts_x_1.p', 'contexts_x_1.q'], separator: ~}",
       "product(contexts_x_1[0].\"p\", contexts_x_1[0].\"q\")"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const sbe_property *p = property(rows[i].yaml);
    if (UNIT_CHECK(p != NULL, "%s: %s", rows[i].yaml, findings())) SAME(p->text, rows[i].text);
  }
}

static void paths_have_their_parts(void) {
  const sbe_property *p =
      property("{type: entity, vendor: com.acme, name: productX, major_version: 3, index: 2, path: 'a[4].bC'}");
  CU_ASSERT_PTR_NOT_NULL_FATAL(p);
  CU_ASSERT(p->id == 1); /* 0 is the key's */
  CU_ASSERT(p->path.struct_size == sizeof(sbe_path) && p->path.kind == SBE_PATH_ENTITY && p->path.index == 2);
  SAME(p->path.column, "contexts_com_acme_product_x_3");
  SAME(p->path.vendor, "com_acme");
  SAME(p->path.schema, "product_x");
  CU_ASSERT(p->path.major_version == 3 && p->path.n_steps == 3);
  SAME(p->path.steps[0].name, "a");
  CU_ASSERT(p->path.steps[1].name == NULL && p->path.steps[1].index == 4);
  SAME(p->path.steps[2].name, "bC");

  p = property("'unstruct_event_com_acme_checkout_21:x'");
  CU_ASSERT_PTR_NOT_NULL_FATAL(p);
  CU_ASSERT(p->path.kind == SBE_PATH_EVENT && p->path.vendor == NULL && p->path.major_version == 21);
  SAME(p->path.schema, "com_acme_checkout");
  p = property("mkt_source");
  CU_ASSERT(p && p->path.kind == SBE_PATH_ATOMIC && p->path.n_steps == 0 && !p->path.schema);
  p = property("{type: calculated, operation: coalesce, properties: [b, c]}");
  CU_ASSERT(p && p->calculation == SBE_CALCULATE_COALESCE && p->n_parts == 2 && ir->n_properties == 4);
  for (uint32_t i = 0; i < 4; i++) CU_ASSERT(ir && ir->properties[i]->id == i);
}

/* Equal properties, events and criteria are one object, whatever their spelling and order. */
static void equal_things_are_one(void) {
  build("views:\n"
        "  - name: v\n"
        "    entity: k\n"
        "    attributes:\n"
        "      - {name: a, type: double, aggregation: max, property: 'contexts_com_acme_product_1:price',\n"
        "         events: [{name: x}, {vendor: y}, {name: x}],\n"
        "         criteria: {all: [{property: p, operator: '=', value: 1}, {property: q, operator: IS NULL}]}}\n"
        "      - {name: b, type: double, aggregation: min, events: [{vendor: y}, {name: x}],\n"
        "         property: {type: entity, vendor: com.acme, name: product, major_version: 1, path: price},\n"
        "         criteria: {all: [{property: q, operator: is null, value: ~},\n"
        "                          {property: {type: atomic, name: p}, operator: '=', value: 1.0}], any: []}}\n"
        "      - {name: c, type: double, aggregation: min, property: 'contexts_com_acme_product_1[1].price',\n"
        "         events: [{name: x}, {}], criteria: {all: [{property: q, operator: is null}]}}\n"
        "      - {name: d, type: double, aggregation: min, property: 'contexts_com_acme_product_1[0].Price',\n"
        "         events: [], criteria: {any: [{property: q, operator: is null}]}}\n");
  if (!UNIT_CHECK(ir != NULL, "%s", findings())) return;
  const sbe_attribute *const *a = ir->views[0]->attributes;
  CU_ASSERT_PTR_EQUAL(a[0]->property, a[1]->property);
  SAME(a[0]->property->path.vendor, "com_acme"); /* known from the second mention */
  SAME(a[0]->property->path.schema, "product");
  CU_ASSERT_PTR_EQUAL(a[0]->events, a[1]->events);
  CU_ASSERT_EQUAL(a[0]->events->n, 2);
  CU_ASSERT_PTR_EQUAL(a[0]->criteria, a[1]->criteria);
  CU_ASSERT_EQUAL(a[0]->criteria->n_all, 2);
  CU_ASSERT(a[2]->property != a[1]->property && a[3]->property != a[1]->property && a[3]->property != a[2]->property);
  CU_ASSERT_PTR_EQUAL(a[2]->events, a[3]->events); /* {} matches every event, as no list does */
  CU_ASSERT_EQUAL(a[2]->events->n, 0);
  CU_ASSERT_PTR_EQUAL(a[2]->criteria, a[3]->criteria); /* one `any` is an `all` */
  CU_ASSERT(a[3]->criteria->n_all == 1 && a[3]->criteria->n_any == 0);
}

static void bad_properties_are_refused(void) {
  static const struct {
    const char *yaml, *message;
  } rows[] = {
      {"''", "property is empty"},
      {"5", "property must be a string or a map, not an integer"},
      {"' a'", "begins with the name of a column"},
      {"mkt_source.x", "only columns whose names begin with unstruct_event_ or contexts_ have members"},
      {"'context_com_acme_x_1[0].a'", "only columns whose names begin with"},
      {"contexts_com_acme_product.price", "major version"},
      {"contexts_1", "major version"},
      {"'unstruct_event_com_acme_x_1[0].a'", "leave out the index"},
      {"'contexts_x_1[-1].a'", "an index counts from 0"},
      {"'contexts_x_1[a].a'", "an index is written"},
      {"'contexts_x_1[0.a'", "lacks its ']'"},
      {"'contexts_x_1[safe_offset(0].a'", "an index is written"},
      {"'contexts_x_1[1000001].a'", "larger than 1000000"},
      {"'contexts_x_1[0]a'", "a member follows '.' or ':'"},
      {"'contexts_x_1[0].'", "a member has no name"},
      {"'contexts_x_1[0]..a'", "a member has no name"},
      {"'contexts_x_1[0].a b'", "must be quoted"},
      {"'contexts_x_1[0]:a::int'", "a cast is no part of a property"},
      {"'contexts_x_1[0][''a'", "lacks its end"},
      {"{name: x}", "needs a type: atomic, event, entity or calculated"},
      {"{type: atmic, name: x}", "property type 'atmic' is not known; did you mean 'atomic'?"},
      {"{type: atomic}", "an atomic property needs 'name'"},
      {"{type: atomic, name: a.b}", "may only have letters"},
      {"{type: atomic, name: a, path: b}", "'path' is no member of an atomic property"},
      {"{type: event, vendor: a, name: b, major_version: 1, path: c, index: 0}", "'index' is no member of an event's"},
      {"{type: event, vendor: a, name: b, path: c}", "an event's property needs 'major_version'"},
      {"{type: event, vendor: a, name: b, major_version: one, path: c}", "major_version must be a whole number"},
      {"{type: event, vendor: a, name: b, major_version: 1, path: .c}", "begins with a separator"},
      {"{type: event, vendor: 'a b', name: b, major_version: 1, path: c}", "vendor 'a b' may only have"},
      {"{type: entity, vendor: a, name: b, major_version: 1, path: c, index: -1}", "index is -1; it must be from 0"},
      {"{type: atomic, name: a, date_part: year}", "date_part 'year' is not known"},
      {"a, date_part: hour", "date_part 'hour' is not known"},
      {"{type: atomic, name: a}, date_part: active_day", "date_part belongs inside a structured property"},
      {"{type: calculated, operation: sum, properties: [a]}", "at least 2 properties, not 1"},
      {"{type: calculated, operation: sum, properties: a}", "properties must be a list"},
      {"{type: calculated, operation: divide, properties: [a, b]}", "operation 'divide' is not known"},
      {"{type: calculated, operation: sum, properties: [a, b], separator: x}", "separator belongs to concat only"},
      {"{type: calculated, operation: sum, properties: [a, {type: calculated, operation: sum, properties: [b, c]}]}",
       "cannot stand inside another one"},
      {"{type: calculated, operation: sum, properties: [a, b], date_part: active_day}",
       "'date_part' is no member of a calculated property"},
      {"{type: atomic, nam: x}", "unknown member 'nam' of a property; did you mean 'name'?"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CU_ASSERT_PTR_NULL(property(rows[i].yaml));
    HAS(findings(), rows[i].message);
    HAS(findings(), "view 'v', attribute 'a': ");
  }
  CU_ASSERT_PTR_NOT_NULL(property("'contexts_x_1[0]'"));
  HAS(findings(), "warning: view 'v', attribute 'a': property 'contexts_x_1' names a whole column");
}

/* --- events -------------------------------------------------------------------------------------- */

static void events_are_read(void) {
  const sbe_attribute *a =
      attribute("name: a, type: int32, aggregation: counter, events: [{vendor: com.acme, name: x, version: 1-0-2}, "
                "{event_specification_id: b1f8, name: ~}, {name: 'odd/name'}]");
  CU_ASSERT_PTR_NOT_NULL_FATAL(a);
  CU_ASSERT_EQUAL_FATAL(a->events->n, 3);
  SAME(a->events->text, "*/\"odd/name\"/*, */*/*/b1f8, com.acme/x/1-0-2");
  const sbe_event *specified = a->events->events[1], *full = a->events->events[2];
  SAME(full->vendor, "com.acme");
  SAME(full->version, "1-0-2");
  CU_ASSERT_PTR_NULL(full->specification);
  SAME(specified->specification_id, "b1f8");
  CU_ASSERT_PTR_NOT_NULL_FATAL(specified->specification);
  SAME(specified->specification->text, "contexts_com_snowplowanalytics_snowplow_event_specification_1[0].\"id\"");
  CU_ASSERT(!specified->vendor && !specified->name && !specified->version);
  a = attribute("name: a, type: int32, aggregation: counter");
  CU_ASSERT(a && a->events->n == 0);

  static const struct {
    const char *events, *message;
  } rows[] = {{"{name: x}", "events must be a list"},
              {"[x]", "an event must be a map, not a string"},
              {"[{version: 1}]", "event's version must be a string"},
              {"[{version: 1-0}]", "must be model-revision-addition"},
              {"[{version: 1-0-0-0}]", "must be model-revision-addition"},
              {"[{vendor: '*'}]", "leave it out to match any"},
              {"[{name: ''}]", "event's name is empty"},
              {"[{nmae: x}]", "unknown member 'nmae' of an event; did you mean 'name'?"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: a, type: int32, aggregation: counter, events: %s", rows[i].events);
    CU_ASSERT_PTR_NULL(attribute(members));
    HAS(findings(), rows[i].message);
  }
}

/* --- criteria ------------------------------------------------------------------------------------ */

static void operators_are_read(void) {
  static const struct {
    const char *criterion; /* operator and value */
    sbe_operator operator_;
    size_t n;
    const char *text;
  } rows[] = {
      {"operator: '=', value: /a", SBE_EQUAL, 1, "all(p = \"/a\")"},
      {"operator: '!=', value: 5", SBE_NOT_EQUAL, 1, "all(p != 5)"},
      {"operator: <, value: 5.50", SBE_LESS, 1, "all(p < 5.5)"},
      {"operator: '>', value: -10.0", SBE_GREATER, 1, "all(p > -10)"},
      {"operator: <=, value: 1e+21", SBE_LESS_EQUAL, 1, "all(p <= 1000000000000000000000)"},
      {"operator: '>=', value: 9223372036854775808", SBE_GREATER_EQUAL, 1, "all(p >= 9223372036854775808)"},
      {"operator: like, value: '/checkout%'", SBE_LIKE, 1, "all(p like \"/checkout%\")"},
      {"operator: Not Like, value: 'a_'", SBE_NOT_LIKE, 1, "all(p not like \"a_\")"},
      {"operator: in, value: [b, a, b]", SBE_IN, 2, "all(p in (\"a\", \"b\"))"},
      {"operator: IN, value: [2, 1.0, '1', true]", SBE_IN, 4, "all(p in (\"1\", 1, 2, true))"},
      {"operator: NOT IN, value: []", SBE_NOT_IN, 0, "all(p not in ())"},
      {"operator: is null", SBE_IS_NULL, 0, "all(p is null)"},
      {"operator: IS  NOT NULL, value: ~", SBE_IS_NOT_NULL, 0, "all(p is not null)"},
      {"operator: '=', value: false", SBE_EQUAL, 1, "all(p = false)"},
      {"operator: '=', value: \"O'Brien \\\" \\\\ \\n\"", SBE_EQUAL, 1, "all(p = \"O'Brien \\\" \\\\ \\u000a\")"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char yaml[200];
    snprintf(yaml, sizeof yaml, "{all: [{property: p, %s}]}", rows[i].criterion);
    const sbe_criteria *c = criteria(yaml);
    if (!UNIT_CHECK(c && c->n_all == 1 && c->n_any == 0, "%s: %s", yaml, findings())) continue;
    UNIT_CHECK(c->all[0].operator_ == rows[i].operator_ && c->all[0].n_values == rows[i].n, "%s", yaml);
    SAME(c->text, rows[i].text);
  }
  const sbe_criteria *c = criteria("{all: [{property: b, operator: '=', value: 1}], any: [{property: d, operator: is "
                                   "null}, {property: c, operator: '=', value: 'é'}]}");
  CU_ASSERT(c && c->n_all == 1 && c->n_any == 2);
  SAME(c ? c->text : NULL, "all(b = 1) any(c = \"é\"; d is null)");
  c = criteria("{any: [{property: d, date_part: day_of_week, operator: in, value: [6, 7]}]}");
  SAME(c ? c->text : NULL, "all(day_of_week(d) in (6, 7))");
  c = criteria(
      "{all: [{property: {type: calculated, operation: product, properties: [p, q]}, operator: '>', value: 1}]}");
  SAME(c ? c->text : NULL, "all(product(p, q) > 1)");
  c = criteria("{all: ~, any: []}");
  CU_ASSERT(c && c->n_all + c->n_any == 0);
  c = criteria("~");
  CU_ASSERT(c && c->n_all + c->n_any == 0);
}

static void bad_criteria_are_refused(void) {
  static const struct {
    const char *yaml, *message;
  } rows[] = {
      {"[]", "criteria must be a map, not a list"},
      {"{all: {}}", "all must be a list"},
      {"{al: []}", "unknown member 'al' of criteria; did you mean 'all'?"},
      {"{all: [5]}", "a criterion must be a map"},
      {"{all: [{operator: is null}]}", "a criterion needs 'property'"},
      {"{all: [{property: p}]}", "a criterion needs 'operator'"},
      {"{all: [{property: p, operator: '==', value: 1}]}", "operator '==' is not known"},
      {"{all: [{property: p, operator: is nul}]}", "did you mean 'is null'?"},
      {"{all: [{property: p, operator: '='}]}", "operator '=' needs a value"},
      {"{all: [{property: p, operator: '=', value: ~}]}", "null is none; to ask for NULL use 'is null'"},
      {"{all: [{property: p, operator: '=', value: [1]}]}", "for a list use 'in'"},
      {"{all: [{property: p, operator: in, value: 1}]}", "operator 'in' takes a list of values"},
      {"{all: [{property: p, operator: in, value: [1, ~]}]}", "a member of value is null"},
      {"{all: [{property: p, operator: in, value: [[1]]}]}", "a member of value must be a string, a number or a bool"},
      {"{all: [{property: p, operator: like, value: 1}]}", "operator 'like' takes a string, not an integer"},
      {"{all: [{property: p, operator: is null, value: 1}]}", "operator 'is null' takes no value"},
      {"{all: [{property: p, operator: '=', value: 1e999}]}", "too large or too small"},
      {"{all: [{property: p., operator: '=', value: 1}]}", "property 'p.'"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CU_ASSERT_PTR_NULL(criteria(rows[i].yaml));
    HAS(findings(), rows[i].message);
  }
}

static void numbers_have_one_spelling(void) {
  static const struct {
    const char *text, *plain;
  } rows[] = {{"0", "0"},
              {"-0", "0"},
              {"-0.0", "0"},
              {"0e5", "0"},
              {"7", "7"},
              {"+7", "7"},
              {"007", "7"},
              {"7.0", "7"},
              {"70e-1", "7"},
              {"-12.50", "-12.5"},
              {".5", "0.5"},
              {"5.", "5"},
              {"0.001", "0.001"},
              {"1e-3", "0.001"},
              {"1.5e2", "150"},
              {"100", "100"},
              {"9007199254740993", "9007199254740993"},
              {"1234567890123456789.5", "1234567890123456789.5"},
              {"1E21", "1000000000000000000000"},
              {"1.25e300", "1.25e300"},
              {"2e-300", "2e-300"},
              {"1e309", NULL},
              {"1e-999", NULL}};
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) SAME(sbe_number_plain(arena, rows[i].text), rows[i].plain);
}

/* --- periods ------------------------------------------------------------------------------------- */

static void periods_are_whole_days(void) {
  static const struct {
    const char *yaml;
    int64_t days; /* 0: refused with `message` */
    const char *message;
  } rows[] = {
      {"7", 7, NULL},
      {"7d", 7, NULL},
      {"'7'", 7, NULL},
      {"P7D", 7, NULL},
      {"P1W", 7, NULL},
      {"PT168H", 7, NULL},
      {"{days: 7}", 7, NULL},
      {"7.0", 7, NULL},
      {"P1Y", 365, NULL},
      {"P1M", 30, NULL},
      {"P1Y35D", 400, NULL},
      {"P1Y1D", 366, NULL},
      {"P2Y", 730, NULL},
      {"P1DT24H", 2, NULL},
      {"PT1440M", 1, NULL},
      {"PT86400S", 1, NULL},
      {"P0.5DT12H", 1, NULL},
      {"36500", 36500, NULL},
      {"PT5M", 0, "period PT5M is not a whole number of days; use days, such as 7d"},
      {"P1DT12H", 0, "period P1DT12H is not a whole number of days"},
      {"PT0.5S", 0, "period PT0.5S is not a whole number of days"},
      {"PT86400.0000001S", 0, "is not a whole number of days"},
      {"1.5", 0, "period 1.5 is not a whole number of days"},
      {"0", 0, "period 0 is no time at all"},
      {"PT0S", 0, "period PT0S is no time at all"},
      {"-7d", 0, "period -7d is negative"},
      {"-P1D", 0, "period -P1D is negative"},
      {"{days: -1}", 0, "period -1 is negative"},
      {"36501", 0, "period 36501 is longer than 36500 days"},
      {"P99999999999999999999Y", 0, "is longer than 36500 days"},
      {"99999999999999999999d", 0, "is longer than 36500 days"},
      {"P", 0, "period 'P' is no duration"},
      {"P1", 0, "is no duration"},
      {"PT", 0, "is no duration"},
      {"P7DT", 0, "is no duration"},
      {"P1D1W", 0, "is no duration"},
      {"P1H", 0, "is no duration"},
      {"7 days", 0, "period '7 days' is no duration; use days, such as 7d or P7D"},
      {"''", 0, "is no duration"},
      {"true", 0, "period must be a duration such as 7d or P7D, not a boolean"},
      {"{day: 7}", 0, "unknown member 'day' of period; did you mean 'days'?"},
      {"{days: 7d}", 0, "period needs a number of days"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: x, type: int32, aggregation: counter, period: %s", rows[i].yaml);
    const sbe_attribute *a = attribute(members);
    if (rows[i].days) {
      UNIT_CHECK(a && a->period_days == rows[i].days, "period %s: %s", rows[i].yaml, findings());
    } else {
      UNIT_CHECK(a == NULL, "period %s", rows[i].yaml);
      HAS(findings(), rows[i].message);
      HAS(findings(), "attribute 'x': ");
    }
  }
  const sbe_attribute *a = attribute("name: x, type: int32, aggregation: counter, period: ~");
  CU_ASSERT(a && a->period_days == 0);
}

/* --- default values ------------------------------------------------------------------------------ */

static void defaults_fit_their_type(void) {
  static const struct {
    const char *members, *wanted; /* the end of the canonical text, or a message */
    bool good;
  } rows[] = {
      {"type: string, default_value: none", ", default \"none\"", true},
      {"type: string, default_value: ''", ", default \"\"", true},
      {"type: string, default_value: 5", "must be a string (in quotes) for type string, not an integer", false},
      {"type: string, default_value: [a]", "default_value must be one value for type string, not a list", false},
      {"type: int32, default_value: 0", ", default 0", true},
      {"type: int32, default_value: 5.0", ", default 5", true},
      {"type: int32, default_value: 2147483647", ", default 2147483647", true},
      {"type: int32, default_value: 2147483648", "default_value 2147483648 is no whole number that type int32", false},
      {"type: int32, default_value: 1.5", "is no whole number that type int32 can hold", false},
      {"type: int32, default_value: '1'", "must be a whole number for type int32, not a string", false},
      {"type: int64, default_value: -9223372036854775808", ", default -9223372036854775808", true},
      {"type: int64, default_value: 9223372036854775808", "is no whole number that type int64 can hold", false},
      {"type: float, default_value: 0.0", ", default 0", true},
      {"type: double, default_value: 1", ", default 1", true},
      {"type: double, default_value: 1e400", "too large or too small", false},
      {"type: double, default_value: true", "must be a number for type double", false},
      {"type: bool, default_value: false", ", default false", true},
      {"type: bool, default_value: 0", "must be true or false for type bool", false},
      {"type: timestamp, default_value: '2025-01-31T12:00:00+02:00'", ", default \"2025-01-31 10:00:00\"", true},
      {"type: unix_timestamp, default_value: 86400", ", default \"1970-01-02 00:00:00\"", true},
      {"type: timestamp, default_value: yesterday", "default_value must be a timestamp such as", false},
      {"type: timestamp, default_value: 99999999999999", "default_value must be a timestamp such as", false},
      {"type: string_list, default_value: [b, a]", ", default [\"b\", \"a\"]", true},
      {"type: string_list, default_value: []", ", default []", true},
      {"type: string_list, default_value: a", "default_value must be a list for type string_list, not a string", false},
      {"type: string_list, default_value: [~]", "default_value is null", false},
      {"type: double_list, default_value: [1, 2.5]", ", default [1, 2.5]", true},
      {"type: int32_list, default_value: [1, x]", "must be a whole number for type int32_list, not a string", false},
      {"type: string, default_value: ~", ", lifetime", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[200];
    snprintf(members, sizeof members, "name: a, aggregation: last, property: p, %s", rows[i].members);
    const sbe_attribute *a = attribute(members);
    UNIT_CHECK((a != NULL) == rows[i].good, "%s: %s", rows[i].members, findings());
    HAS(a ? a->text : findings(), rows[i].wanted);
  }
  const sbe_attribute *a =
      attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: {b: 2, a: 1}");
  CU_ASSERT_PTR_NOT_NULL_FATAL(a);
  CU_ASSERT(a->has_default && a->n_default == 2 && sbe_streq(a->default_keys[0].text, "a") &&
            sbe_streq(a->default_values[1].text, "2"));
  HAS(a->text, ", default {\"a\": 1, \"b\": 2}");
  CU_ASSERT_PTR_NULL(attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: {b: x}"));
  CU_ASSERT_PTR_NULL(attribute("name: a, type: dict, aggregation: category_count, property: p, default_value: [1]"));
  HAS(findings(), "must be a map of names to whole numbers for type dict");
}

/* --- the canonical text -------------------------------------------------------------------------- */

static void canonical_text_says_all_that_decides(void) {
  static const char base[] = "name: a, type: double, aggregation: last, property: p";
  const sbe_attribute *a = attribute(base);
  SAME(a ? a->text : NULL, "a double = last(p) of any event, lifetime");
  a = attribute("name: total, type: float, aggregation: last, property: p, ignore_nulls: true, period: 7, "
                "events: [{vendor: com.acme, name: buy}], default_value: 0.5, "
                "criteria: {all: [{property: q, operator: '=', value: x}]}");
  SAME(a ? a->text : NULL,
       "total double = last(p ignore nulls) of com.acme/buy/* where all(q = \"x\"), 7 days, default 0.5");
  a = attribute("name: t, type: int32, aggregation: time_since_last, time_unit: min, period: P1D");
  SAME(a ? a->text : NULL, "t int32 = time_since_last() of any event, 1 day, in min");

  static const char *const same[] = {"name: a, type: float, aggregation: last, property: {type: atomic, name: p}",
                                     "name: a, type: double, aggregation: last, property: p, description: other, "
                                     "ttl: P1D, events: [], criteria: {all: []}, period: ~, ignore_nulls: false"};
  static const char *const other[] = {"name: A, type: double, aggregation: last, property: p",
                                      "name: a, type: int64, aggregation: last, property: p",
                                      "name: a, type: double, aggregation: first, property: p",
                                      "name: a, type: double, aggregation: last, property: P",
                                      "name: a, type: double, aggregation: last, property: p, date_part: day_of_week",
                                      "name: a, type: double, aggregation: last, property: p, events: [{name: x}]",
                                      "name: a, type: double, aggregation: last, property: p, period: 1",
                                      "name: a, type: double, aggregation: last, property: p, default_value: 0",
                                      "name: a, type: double, aggregation: last, property: p, ignore_nulls: true",
                                      ("name: a, type: double, aggregation: last, property: p, "
                                       "criteria: {all: [{property: q, operator: is null}]}")};
  char first[200];
  snprintf(first, sizeof first, "%s", "a double = last(p) of any event, lifetime");
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) SAME((a = attribute(same[i])) ? a->text : NULL, first);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    UNIT_CHECK((a = attribute(other[i])) && strcmp(a->text, first) != 0, "%s", other[i]);
}

/* --- limits -------------------------------------------------------------------------------------- */

/* `before`, then `item` n times with commas, then `after`. */
static const char *repeated(const char *before, const char *item, size_t n, const char *after) {
  static char *text;
  free(text);
  sbe_text out = SBE_TEXT(10000000);
  sbe_text_puts(&out, before);
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_puts(&out, ",");
    sbe_text_puts(&out, item);
  }
  sbe_text_puts(&out, after);
  return text = out.data;
}

static void limits_hold(void) {
  static const char counter[] = "name: a, type: int32, aggregation: counter, ";
  static const char last[] = "name: a, type: string, aggregation: last, ";
  static const struct {
    const char *start, *before, *item, *after;
    size_t most;
    const char *message;
  } rows[] = {
      {counter, "events: [", "{name: x}", "]", 10000, "events has 10001 members; at most 10000 are allowed"},
      {counter, "criteria: {all: [{property: p, operator: in, value: [", "1", "]}]}", 10000,
       "value has 10001 members; at most 10000 are allowed"},
      {counter, "criteria: {any: [", "{property: p, operator: is null}", "]}", 1000, "any has 1001 members"},
      {last, "property: {type: calculated, operation: min, properties: [", "p", "]}", 100,
       "properties has 101 members"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t more = 0; more < 2; more++) {
      char *members = NULL;
      const char *list = repeated(rows[i].before, rows[i].item, rows[i].most + more, rows[i].after);
      if (asprintf(&members, "%s%s", rows[i].start, list) < 0) abort();
      bool good = attribute(members) != NULL;
      free(members);
      UNIT_CHECK(good == (more == 0), "row %zu with %zu more: %s", i, more, findings());
      if (more) HAS(findings(), rows[i].message);
    }
  for (size_t more = 0; more < 2; more++) { /* 64 steps: the column's members */
    char path[1000] = "'contexts_x_1";
    for (size_t i = 0; i < 64 + more; i++) strcat(path, ".m");
    strcat(path, "'");
    CU_ASSERT_EQUAL(property(path) != NULL, more == 0);
    if (more) HAS(findings(), "there are more than 64 steps");
  }
  char name[140];
  for (size_t size = 128; size <= 129; size++) {
    char members[300];
    memset(name, 'n', size);
    name[size] = '\0';
    snprintf(members, sizeof members, "name: %s, type: int32, aggregation: counter", name);
    CU_ASSERT_EQUAL(attribute(members) != NULL, size == 128);
  }
  HAS(findings(), "name has 129 bytes; at most 128 are allowed");
}

int sbe_add_ir_suite(void) {
  static const sbe_unit_test tests[] = {{"aggregations are the fourteen", aggregations_are_the_fourteen},
                                        {"aggregations and types fit", aggregations_and_types_fit},
                                        {"types are read", types_are_read},
                                        {"members belong to their aggregation", members_belong_to_their_aggregation},
                                        {"properties have one canonical text", properties_have_one_canonical_text},
                                        {"paths have their parts", paths_have_their_parts},
                                        {"equal things are one", equal_things_are_one},
                                        {"bad properties are refused", bad_properties_are_refused},
                                        {"events are read", events_are_read},
                                        {"operators are read", operators_are_read},
                                        {"bad criteria are refused", bad_criteria_are_refused},
                                        {"numbers have one spelling", numbers_have_one_spelling},
                                        {"periods are whole days", periods_are_whole_days},
                                        {"defaults fit their type", defaults_fit_their_type},
                                        {"canonical text says all that decides", canonical_text_says_all_that_decides},
                                        {"limits hold", limits_hold},
                                        {NULL, NULL}};
  atexit(end);
  return sbe_unit_add_suite("attributes", tests);
}
