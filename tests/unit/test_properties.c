/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From definitions to the IR: properties and their paths, events, criteria. Expectations are written by hand after the
 * manual's words on definitions.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/ir/build.h"
#include "tests/unit/ir_stage.h"

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
    const sbe_property *p = ir_property(rows[i].yaml);
    if (UNIT_CHECK(p != NULL, "%s: %s", rows[i].yaml, ir_findings())) SAME(p->text, rows[i].text);
  }
}

static void paths_have_their_parts(void) {
  const sbe_property *p =
      ir_property("{type: entity, vendor: com.acme, name: productX, major_version: 3, index: 2, path: 'a[4].bC'}");
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

  p = ir_property("'unstruct_event_com_acme_checkout_21:x'");
  CU_ASSERT_PTR_NOT_NULL_FATAL(p);
  CU_ASSERT(p->path.kind == SBE_PATH_EVENT && p->path.vendor == NULL && p->path.major_version == 21);
  SAME(p->path.schema, "com_acme_checkout");
  p = ir_property("mkt_source");
  CU_ASSERT(p && p->path.kind == SBE_PATH_ATOMIC && p->path.n_steps == 0 && !p->path.schema);
  p = ir_property("{type: calculated, operation: coalesce, properties: [b, c]}");
  CU_ASSERT(p && p->calculation == SBE_CALCULATE_COALESCE && p->n_parts == 2 && ir_stage.ir->n_properties == 4);
  for (uint32_t i = 0; i < 4; i++) CU_ASSERT(ir_stage.ir && ir_stage.ir->properties[i]->id == i);
}

/* Equal properties, events and criteria are one object, whatever their spelling and order. */
static void equal_things_are_one(void) {
  ir_build("views:\n"
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
  if (!UNIT_CHECK(ir_stage.ir != NULL, "%s", ir_findings())) return;
  const sbe_attribute *const *a = ir_stage.ir->views[0]->attributes;
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
    CU_ASSERT_PTR_NULL(ir_property(rows[i].yaml));
    HAS(ir_findings(), rows[i].message);
    HAS(ir_findings(), "view 'v', attribute 'a': ");
  }
  CU_ASSERT_PTR_NOT_NULL(ir_property("'contexts_x_1[0]'"));
  HAS(ir_findings(), "warning: view 'v', attribute 'a': property 'contexts_x_1' names a whole column");
}

/* --- events -------------------------------------------------------------------------------------- */

static void events_are_read(void) {
  const sbe_attribute *a =
      ir_attribute("name: a, type: int32, aggregation: counter, events: [{vendor: com.acme, name: x, version: 1-0-2}, "
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
  a = ir_attribute("name: a, type: int32, aggregation: counter");
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
    CU_ASSERT_PTR_NULL(ir_attribute(members));
    HAS(ir_findings(), rows[i].message);
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
    const sbe_criteria *c = ir_criteria(yaml);
    if (!UNIT_CHECK(c && c->n_all == 1 && c->n_any == 0, "%s: %s", yaml, ir_findings())) continue;
    UNIT_CHECK(c->all[0].operator_ == rows[i].operator_ && c->all[0].n_values == rows[i].n, "%s", yaml);
    SAME(c->text, rows[i].text);
  }
  const sbe_criteria *c =
      ir_criteria("{all: [{property: b, operator: '=', value: 1}], any: [{property: d, operator: is "
                  "null}, {property: c, operator: '=', value: 'é'}]}");
  CU_ASSERT(c && c->n_all == 1 && c->n_any == 2);
  SAME(c ? c->text : NULL, "all(b = 1) any(c = \"é\"; d is null)");
  c = ir_criteria("{any: [{property: d, date_part: day_of_week, operator: in, value: [6, 7]}]}");
  SAME(c ? c->text : NULL, "all(day_of_week(d) in (6, 7))");
  c = ir_criteria(
      "{all: [{property: {type: calculated, operation: product, properties: [p, q]}, operator: '>', value: 1}]}");
  SAME(c ? c->text : NULL, "all(product(p, q) > 1)");
  c = ir_criteria("{all: ~, any: []}");
  CU_ASSERT(c && c->n_all + c->n_any == 0);
  c = ir_criteria("~");
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
    CU_ASSERT_PTR_NULL(ir_criteria(rows[i].yaml));
    HAS(ir_findings(), rows[i].message);
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
  ir_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    SAME(sbe_number_plain(ir_stage.arena, rows[i].text), rows[i].plain);
}

int sbe_add_properties_suite(void) {
  static const sbe_unit_test tests[] = {
      {"properties have one canonical text", properties_have_one_canonical_text},
      {"paths have their parts", paths_have_their_parts},
      {"equal things are one", equal_things_are_one},
      {"bad properties are refused", bad_properties_are_refused},
      {"events are read", events_are_read},
      {"operators are read", operators_are_read},
      {"bad criteria are refused", bad_criteria_are_refused},
      {"numbers have one spelling", numbers_have_one_spelling},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("properties", tests);
}
