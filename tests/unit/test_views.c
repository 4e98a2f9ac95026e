/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views and whole files of definitions: keys, names, what is skipped, what stands twice, where errors
 * are, and everything that Snowplow's SDK sends (tests/data/signals-sdk).
 */
#include <CUnit/CUnit.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/ir/aggregation.h"
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

/* Builds documents from texts, the names of which say what they are; NULL at the end. */
static sbe_ir *build_files(const char *const *names_and_texts) {
  const sbe_node *documents[8];
  size_t n = 0;
  begin();
  for (; *names_and_texts; names_and_texts += 2) {
    bool json = strstr(names_and_texts[0], ".json") != NULL;
    documents[n++] = (json ? sbe_json_read : sbe_yaml_read)(arena, names_and_texts[0], names_and_texts[1],
                                                            strlen(names_and_texts[1]), &report);
  }
  return ir = sbe_ir_build(arena, n, documents, &report);
}

static sbe_ir *build(const char *yaml) {
  const char *const files[] = {"t.yml", yaml, NULL};
  return build_files(files);
}

/* "FILE:3:5: message" for each finding, a line each. */
static const char *findings(void) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  for (const sbe_finding *f = sbe_report_sort(&report); f; f = f->next)
    sbe_text_printf(&out, "%s:%u:%u: %s%s\n", f->place.file, f->place.line, f->place.column,
                    f->severity == SBE_ERROR  ? ""
                    : f->severity == SBE_NOTE ? "note: "
                                              : "warning: ",
                    f->message);
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

#define COUNTER "attributes: [{name: n, type: int32, aggregation: counter}]"

static const sbe_view *view_with(const char *members) {
  char *yaml = NULL;
  if (asprintf(&yaml, "{%s, " COUNTER "}", members) < 0) abort();
  build(yaml);
  free(yaml);
  return ir && ir->n_views == 1 ? ir->views[0] : NULL;
}

/* --- keys ---------------------------------------------------------------------------------------- */

static void keys_are_named_after_their_column(void) {
  static const struct {
    const char *members, *key, *property;
  } rows[] = {
      {"entity: domain_userid", "domain_userid", "domain_userid"},
      {"attribute_key: user_id", "user_id", "user_id"},
      {"entity: user", "domain_userid", "domain_userid"},
      {"entity: session", "domain_sessionid", "domain_sessionid"},
      {"entity: 'contexts_com_acme_account_1[0]:accountId'", "account_id",
       "contexts_com_acme_account_1[0].\"accountId\""},
      {"attribute_key: {name: network_userid}", "network_userid", "network_userid"},
      {"attribute_key: {name: user}", "domain_userid", "domain_userid"},
      {"entity: {name: session, key: ~, property: ~}", "domain_sessionid", "domain_sessionid"},
      {"attribute_key: {name: user, key: domain_userid, is_published: false}", "domain_userid", "domain_userid"},
      {"attribute_key: {name: legacy, key: user_id}", "user_id", "user_id"},
      {"attribute_key: {name: x, property: {type: atomic, name: user_id}, owner: a@example.com, ttl: P1Y}", "user_id",
       "user_id"},
      {"attribute_key: {name: account, property: {type: entity, vendor: com.acme, name: account, major_version: 1, "
       "path: id}}",
       "account", "contexts_com_acme_account_1[0].\"id\""},
      {"entity: {name: login, property: 'unstruct_event_com_acme_login_2:user.login_id'}", "login",
       "unstruct_event_com_acme_login_2.\"user\".\"login_id\""},
      {"entity: {name: both, property: {type: calculated, operation: coalesce, properties: [user_id, domain_userid]}}",
       "both", "coalesce(user_id, domain_userid)"},
      {"entity: {name: a, key: b, external_column: c, property: d}", "c", "d"},
      {"entity: {name: a, key: b, external_column: c}", "c", "b"},
      {"entity: {name: customer, external_column: customer_id}", "customer_id", "customer_id"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char members[300];
    snprintf(members, sizeof members, "name: v, %s", rows[i].members);
    const sbe_view *v = view_with(members);
    if (!UNIT_CHECK(v != NULL, "%s: %s", members, findings())) continue;
    SAME(v->key, rows[i].key);
    SAME(v->key_property->text, rows[i].property);
  }
}

static void bad_views_are_refused(void) {
  static const struct {
    const char *members, *message;
  } rows[] = {
      {"entity: k", "a view needs 'name'"},
      {"name: 'a-b', entity: k", "name 'a-b' may only have letters a to z, digits and '_'"},
      {"name: '', entity: k", "name is empty"},
      {"name: 5, entity: k", "name must be a string, not an integer"},
      {"name: v", "view 'v': a view needs 'entity' (or 'attribute_key')"},
      {"name: v, entity: k, attribute_key: k", "'entity' and 'attribute_key' are two words for one thing"},
      {"name: v, entity: 5", "entity must be a string"},
      {"name: v, entity: {key: k}", "an attribute key needs 'name'"},
      {"name: v, entity: {name: a, nam: b}", "unknown member 'nam' of an attribute key; did you mean 'name'?"},
      {"name: v, entity: {name: a, key: 'b c'}", "attribute key's key 'b c' may only have"},
      {"name: v, entity: a.b", "property 'a.b': only columns whose names begin with"},
      {"name: v, entity: 'contexts_com_acme_account_1[0]'", "is a whole column; add the member"},
      {"name: v, entity: {name: updated_at}", "the key column cannot be called updated_at"},
      {"name: v, entity: k, version: 0", "version is 0; it must be from 1"},
      {"name: v, entity: k, version: '1'", "version must be a whole number, not a string"},
      {"name: v, entity: k, version: 1.5", "version must be a whole number, not a number"},
      {"name: v, entity: k, offline: yes", "offline must be true or false, not a string"},
      {"name: v, entity: k, ttl: soon", "ttl 'soon' is no duration; write it such as P90D"},
      {"name: v, entity: k, owner: 5", "owner must be a string"},
      {"name: v, entity: k, atributes: []", "unknown member 'atributes' of a view; did you mean 'attributes'?"},
      {"name: v, entity: N", "an attribute cannot be called like the key column, N"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CU_ASSERT_PTR_NULL(view_with(rows[i].members));
    HAS(findings(), rows[i].message);
  }
  build("{name: v, entity: k, attributes: []}");
  HAS(findings(), "t.yml:1:34: view 'v': a view needs 'attributes'");
  build("{name: v, entity: k}");
  HAS(findings(), "t.yml:1:1: view 'v': a view needs 'attributes'");
  build("{name: v, entity: k, attributes: {a: 1}}");
  HAS(findings(), "attributes must be a list, not a map");
  build("{name: v, entity: k, attributes: [a]}");
  HAS(findings(), "t.yml:1:35: view 'v': an attribute must be a map, not a string");
}

static void a_view_is_kept_whole(void) {
  const sbe_view *v = view_with("name: orders, version: 2, entity: k, owner: a@example.com, description: d, ttl: P90D, "
                                "online: true, feast_name: x, refresh_rate: PT6H");
  CU_ASSERT_PTR_NOT_NULL_FATAL(v);
  SAME(v->model, "orders_2");
  SAME(v->owner, "a@example.com");
  SAME(v->description, "d");
  CU_ASSERT(v->version == 2 && v->ttl_seconds == 90 * 86400 && v->n_attributes == 1);
  SAME(sbe_node_get(v->node, "refresh_rate")->text, "PT6H");
  v = view_with("name: v, entity: k");
  CU_ASSERT(v && v->version == 1 && v->ttl_seconds == -1 && !v->owner);
}

/* --- what is accepted, what is skipped ----------------------------------------------------------- */

static void documents_come_in_several_shapes(void) {
#define VIEW "{name: v, entity: k, " COUNTER "}"
#define WIEW "{name: w, attribute_key: k, " COUNTER "}"
  static const struct {
    const char *yaml;
    size_t views;
    const char *message;
  } rows[] = {
      {"views: [" VIEW ", " WIEW "]", 2, NULL},
      {"attribute_groups: [" VIEW "]", 1, NULL},
      {"{views: [" VIEW "], attribute_groups: [" WIEW "]}", 2, NULL},
      {"data: [" VIEW "]", 1, NULL},
      {VIEW, 1, NULL},
      {"[" VIEW ", " WIEW "]", 2, NULL},
      {"", 0, NULL},
      {"views:", 0, NULL},
      {"views: []", 0, NULL},
      {"[]", 0, NULL},
      {"{}", 0, "t.yml:1:1: a file of definitions needs 'views' (or 'attribute_groups')"},
      {"text", 0, "t.yml:1:1: a file of definitions must be a map, not a string"},
      {"views: {v: 1}", 0, "t.yml:1:8: views must be a list of views, not a map"},
      {"views: [5]", 0, "t.yml:1:9: a view must be a map, not an integer"},
      {"veiws: []", 0, "t.yml:1:1: unknown member 'veiws' of a file of definitions; did you mean 'views'?"},
      {"{views: [], other: 1}", 0, "t.yml:1:13: unknown member 'other' of a file of definitions"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    build(rows[i].yaml);
    if (rows[i].message)
      HAS(findings(), rows[i].message);
    else
      UNIT_CHECK(ir && ir->n_views == rows[i].views, "%s: %s", rows[i].yaml, findings());
  }
}

static void groups_of_others_are_skipped(void) {
  build("views:\n"
        "  - {name: stream, entity: k, offline: false, attributes: [{name: a, period: PT5M}]}\n"
        "  - {name: external, entity: k, fields: [{name: tier, type: string}], batch_source: {name: s}}\n"
        "  - {name: empty, entity: k, fields: [], batch_source: {name: s}, attributes: []}\n"
        "  - {name: own, entity: k, batch_source: {name: s}, " COUNTER "}\n");
  CU_ASSERT(ir && ir->n_views == 1);
  SAME(findings(),
       "t.yml:2:5: note: view 'stream': skipped: it is a stream group (offline: false), which is computed elsewhere\n"
       "t.yml:3:5: note: view 'external': skipped: it has no attributes to compute, only a table that is synced\n"
       "t.yml:4:5: note: view 'empty': skipped: it has no attributes to compute, only a table that is synced\n");
}

/* --- what must be unique ------------------------------------------------------------------------- */

static void names_are_unique(void) {
  build("name: v\n"
        "entity: user_id\n"
        "attributes:\n"
        "  - {name: a, type: int32, aggregation: counter}\n"
        "  - {name: b, type: int32, aggregation: counter}\n"
        "  - {type: int32, name: A, aggregation: counter}\n"
        "  - {name: b, type: int32, aggregation: counter}\n"
        "  - {name: USER_ID, type: int32, aggregation: counter}\n"
        "  - {name: Updated_At, type: int32, aggregation: counter}\n");
  SAME(findings(),
       "t.yml:6:25: view 'v', attribute 'A': the name stands twice: another attribute is called 'a' in line 4 "
       "(capitals make no difference)\n"
       "t.yml:7:12: view 'v', attribute 'b': the name stands twice: another attribute is called 'b' in line 5\n"
       "t.yml:8:12: view 'v', attribute 'USER_ID': an attribute cannot be called like the key column, user_id; give it "
       "another name\n"
       "t.yml:9:12: view 'v', attribute 'Updated_At': an attribute cannot be called updated_at: the attributes table "
       "has a column of that name\n");
  CU_ASSERT_PTR_NULL(ir);
}

static void views_stand_once(void) {
  static const char *const files[] = {"a.yml", "views:\n- {name: v, entity: k, " COUNTER "}\n", "b.yml",
                                      "- {name: v, version: 2, entity: k, " COUNTER "}\n"
                                      "- {name: v, version: 1, entity: k, " COUNTER "}\n"
                                      "- {name: V, entity: k, " COUNTER "}\n"
                                      "- {name: V, version: 3, entity: k, offline: false}\n",
                                      NULL};
  build_files(files);
  CU_ASSERT_PTR_NULL(ir);
  SAME(findings(), "b.yml:2:3: view 'v': version 1 stands twice; the other one is at a.yml:2:3\n"
                   "b.yml:3:3: view 'V': version 1 would have the same tables as view 'v' at a.yml:2:3: names that "
                   "differ only in capitals are one; rename one of them\n"
                   "b.yml:4:3: note: view 'V': skipped: it is a stream group (offline: false), which is computed "
                   "elsewhere\n");
  /* An error elsewhere in a view does not hide it. */
  build("[{name: a, entity: k, " COUNTER "}, {name: a, entity: k, x: 1, " COUNTER "}]");
  HAS(findings(), "version 1 stands twice");
  /* "a" version 11 and "a_1" version 1 are two: a_11, a_1_1. */
  build("[{name: a, version: 11, entity: k, " COUNTER "}, {name: a_1, entity: k, " COUNTER "}]");
  CU_ASSERT(ir && ir->n_views == 2);
}

static void views_have_a_limit_of_attributes(void) {
  for (size_t n = 1600; n <= 1601; n++) {
    sbe_cleanup_text sbe_text yaml = SBE_TEXT(1000000);
    sbe_text_puts(&yaml, "{name: v, entity: k, attributes: [");
    for (size_t i = 0; i < n; i++) sbe_text_printf(&yaml, "{name: a%zu, type: int32, aggregation: counter},", i);
    sbe_text_puts(&yaml, "]}");
    build(sbe_text_string(&yaml));
    UNIT_CHECK((ir != NULL) == (n == 1600), "%zu attributes: %s", n, findings());
  }
  HAS(findings(), "attributes has 1601 members; at most 1600 are allowed");
}

/* --- places -------------------------------------------------------------------------------------- */

static void all_errors_come_at_once_with_their_places(void) {
  static const char *const files[] = {
      "a.yml",
      "views:\n"
      "  - name: orders\n"
      "    entity: domain_userid\n"
      "    attributes:\n"
      "      - name: x\n"
      "        type: int32\n"
      "        agregation: counter\n"
      "        aggregation: counter\n"
      "        period: PT5M\n"
      "      - name: y\n"
      "        type: strng\n"
      "        aggregation: last\n"
      "        property: é.x\n"
      "        criteria:\n"
      "          all:\n"
      "            - property: a\n"
      "              operator: is\n"
      "              value: ö\n",
      "b.json",
      "{\"name\": \"w\",\n"
      " \"attribute_key\": {\"name\": \"user_id\"},\n"
      " \"attributes\": [{\"name\": \"ü\", \"type\": \"dict\", \"aggregation\": \"sum\", \"property\": \"p\",\n"
      "   \"tipe\": 1, \"period\": \"P0D\"}]}",
      NULL};
  build_files(files);
  CU_ASSERT_PTR_NULL(ir);
  SAME(findings(),
       "a.yml:7:9: view 'orders', attribute 'x': unknown member 'agregation' of an attribute; did you mean "
       "'aggregation'?\n"
       "a.yml:9:17: view 'orders', attribute 'x': period PT5M is not a whole number of days; use days, such as 7d\n"
       "a.yml:11:15: view 'orders', attribute 'y': type 'strng' is not known; did you mean 'string'?\n"
       "a.yml:13:19: view 'orders', attribute 'y': property 'é.x': it begins with the name of a column\n"
       "a.yml:17:25: view 'orders', attribute 'y': operator 'is' is not known; known are =, !=, <, >, <=, >=, like, "
       "not like, in, not in, is null, is not null\n"
       "b.json:3:26: view 'w', attribute 'ü': name 'ü' may only have letters a to z, digits and '_'\n"
       "b.json:3:39: view 'w', attribute 'ü': aggregation sum cannot have type dict; it wants a number type (int32, "
       "int64, float, double)\n"
       "b.json:4:4: view 'w', attribute 'ü': unknown member 'tipe' of an attribute; did you mean 'type'?\n"
       "b.json:4:25: view 'w', attribute 'ü': period P0D is no time at all; use days, such as 7d, or leave it out for "
       "the whole lifetime\n");
}

/* A document that could not be read was reported; the others are checked all the same. */
static void unreadable_documents_do_not_hide_others(void) {
  static const char *const files[] = {"a.json", "{", "b.yml", "{name: v}", NULL};
  build_files(files);
  CU_ASSERT_PTR_NULL(ir);
  HAS(findings(), "a.json:1:");
  HAS(findings(), "b.yml:1:1: view 'v': a view needs 'entity'");
}

/* --- the SDK's data ------------------------------------------------------------------------------ */

static const char *data_directory(void) {
  const char *top = getenv("abs_top_srcdir");
  return sbe_arena_printf(arena, "%s/tests/data/signals-sdk", top ? top : ".");
}

static const sbe_node *read_data(const char *name) {
  const char *path = sbe_arena_printf(arena, "%s/%s", data_directory(), name);
  const sbe_node *document = sbe_document_read(arena, path, &report);
  UNIT_CHECK(document != NULL, "%s: %s", path, findings());
  return document;
}

/* The group of a recorded answer, or of the `index`-th request that carries one; NULL after the last. */
static const sbe_node *group_of(const sbe_node *document, size_t index) {
  const sbe_node *answer = sbe_node_get(document, "answer");
  if (answer) return index == 0 ? answer : NULL;
  SBE_EACH(request, sbe_node_get(document, "requests")) {
    if (!sbe_starts_with(sbe_node_get(request, "path")->text, "registry/attribute_groups/")) continue;
    if (index-- == 0) return sbe_node_get(request, "body");
  }
  return NULL;
}

static void everything_of_the_sdk_loads(void) {
  size_t files = 0, groups = 0, computed = 0, skipped = 0;
  begin();
  DIR *directory = opendir(data_directory());
  if (!UNIT_CHECK(directory != NULL, "%s is there", data_directory())) return;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!strstr(entry->d_name, ".json") || strcmp(entry->d_name, "publish_periods.json") == 0) continue;
    files++;
    for (size_t i = 0;; i++) {
      begin();
      const sbe_node *group = group_of(read_data(entry->d_name), i);
      if (!group) break;
      groups++;
      ir = sbe_ir_build(arena, 1, &group, &report);
      if (!UNIT_CHECK(ir && !report.errors && !report.warnings, "%s: %s", entry->d_name, findings())) continue;
      computed += ir->n_views;
      skipped += ir->n_views == 0;
      if (ir->n_views) CU_ASSERT_EQUAL(ir->views[0]->n_attributes, sbe_node_count(sbe_node_get(group, "attributes")));
    }
  }
  closedir(directory);
  /* 18 files, without the periods; one of them has keys only, one sends its group twice; a stream and an external group
   */
  CU_ASSERT_EQUAL(files, 17);
  CU_ASSERT_EQUAL(groups, 17);
  CU_ASSERT_EQUAL(computed, 15);
  CU_ASSERT_EQUAL(skipped, 2);
}

static void the_sdks_periods_load_or_are_refused_by_name(void) {
  static const char *const refused[] = {"period_1h",  "period_5m",     "period_36h",  "period_1d_12h",
                                        "period_90s", "period_half_s", "period_zero", "period_neg"};
  begin();
  const sbe_node *group = group_of(read_data("publish_periods.json"), 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(group);
  ir = sbe_ir_build(arena, 1, &group, &report);
  CU_ASSERT_PTR_NULL(ir);
  CU_ASSERT_EQUAL(report.errors, 8);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    HAS(findings(), sbe_arena_printf(arena, "view 'periods', attribute '%s': period ", refused[i]));
}

static void every_key_of_the_sdk_loads(void) {
  static const char *const keys[] = {"domain_userid", "domain_sessionid", "user_id", "network_userid",
                                     "domain_userid", "domain_sessionid", "user_id", "account",
                                     "login_id",      "customer_id",      "user_id"};
  size_t n = 0;
  begin();
  const sbe_node *document = read_data("publish_attribute_keys.json");
  SBE_EACH(request, sbe_node_get(document, "requests")) {
    static const char view[] = "{name: v, attribute_key: x, " COUNTER "}";
    sbe_node *group = sbe_yaml_read(arena, "v.yml", view, strlen(view), &report);
    sbe_node key = *sbe_node_get(request, "body");
    sbe_node *name = group->child;
    key.key = "attribute_key";
    key.next = name->next->next;
    name->next = &key;
    const sbe_node *const_group = group;
    ir = sbe_ir_build(arena, 1, &const_group, &report);
    if (!UNIT_CHECK(ir && n < 11, "key %zu: %s", n, findings())) return;
    SAME(ir->views[0]->key, keys[n++]);
  }
  CU_ASSERT_EQUAL(n, 11);
}

/* The example of the manual in YAML, and the same as the API returns it in two forms, are one definition. */
static void both_front_ends_build_the_same(void) {
  static const char yaml[] =
      "views:\n"
      "  - name: batch_ecommerce_attributes\n"
      "    version: 1\n"
      "    entity: domain_userid\n"
      "    attributes:\n"
      "      - name: products_added_to_cart_last_7_days\n"
      "        type: string_list\n"
      "        events:\n"
      "          - {vendor: com.snowplowanalytics.snowplow, name: snowplow_ecommerce_action, version: 1-0-2}\n"
      "        aggregation: unique_list\n"
      "        property: contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0].name\n"
      "        criteria:\n"
      "          all:\n"
      "            - property: "
      "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1:type\n"
      "              operator: \"=\"\n"
      "              value: add_to_cart\n"
      "        period: 7d\n"
      "      - name: total_product_price_clv\n"
      "        type: float\n"
      "        events:\n"
      "          - {vendor: com.snowplowanalytics.snowplow, name: snowplow_ecommerce_action, version: 1-0-2}\n"
      "        aggregation: sum\n"
      "        property: contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0].price\n"
      "        criteria:\n"
      "          all:\n"
      "            - property: "
      "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1:type\n"
      "              operator: \"=\"\n"
      "              value: add_to_cart\n"
      "      - name: first_mkt_source\n"
      "        type: string\n"
      "        events: [{vendor: com.snowplowanalytics.snowplow, name: page_view, version: 1-0-0}]\n"
      "        aggregation: first\n"
      "        property: mkt_source\n"
      "      - name: last_device_class\n"
      "        type: string\n"
      "        events: [{vendor: com.snowplowanalytics.snowplow, name: page_view, version: 1-0-0}]\n"
      "        aggregation: last\n"
      "        property: contexts_nl_basjes_yauaa_context_1[0]:deviceClass\n";
  static const char *const texts[] = {
      "products_added_to_cart_last_7_days string_list = unique_list("
      "contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0].\"name\") of "
      "com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where "
      "all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1.\"type\" = "
      "\"add_to_cart\"), 7 days",
      "total_product_price_clv double = sum(contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0].\"price\") "
      "of "
      "com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where "
      "all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1.\"type\" = "
      "\"add_to_cart\"), lifetime",
      "first_mkt_source string = first(mkt_source) of com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime",
      ("last_device_class string = last(contexts_nl_basjes_yauaa_context_1[0].\"deviceClass\") of "
       "com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime")};
  static const char *const sources[] = {NULL, "get_attribute_group_string_property.json",
                                        "get_attribute_group_structured.json", "publish_seed_view.json"};
  for (size_t s = 0; s < 4; s++) {
    begin();
    const sbe_node *document =
        sources[s] ? group_of(read_data(sources[s]), 0) : sbe_yaml_read(arena, "t.yml", yaml, strlen(yaml), &report);
    ir = sbe_ir_build(arena, 1, &document, &report);
    if (!UNIT_CHECK(ir && ir->n_views == 1 && ir->views[0]->n_attributes == 4, "source %zu: %s", s, findings()))
      continue;
    for (size_t i = 0; i < 4; i++) SAME(ir->views[0]->attributes[i]->text, texts[i]);
    SAME(ir->views[0]->key, "domain_userid");
    CU_ASSERT_EQUAL(ir->views[0]->attributes[0]->criteria, ir->views[0]->attributes[1]->criteria);
    CU_ASSERT_EQUAL(ir->n_properties, 6); /* the key, name, type, price, mkt_source, deviceClass */
  }
}

int sbe_add_views_suite(void) {
  static const sbe_unit_test tests[] = {
      {"keys are named after their column", keys_are_named_after_their_column},
      {"bad views are refused", bad_views_are_refused},
      {"a view is kept whole", a_view_is_kept_whole},
      {"documents come in several shapes", documents_come_in_several_shapes},
      {"groups of others are skipped", groups_of_others_are_skipped},
      {"names are unique", names_are_unique},
      {"views stand once", views_stand_once},
      {"views have a limit of attributes", views_have_a_limit_of_attributes},
      {"all errors come at once with their places", all_errors_come_at_once_with_their_places},
      {"unreadable documents do not hide others", unreadable_documents_do_not_hide_others},
      {"everything of the SDK loads", everything_of_the_sdk_loads},
      {"the SDK's periods load or are refused by name", the_sdks_periods_load_or_are_refused_by_name},
      {"every key of the SDK loads", every_key_of_the_sdk_loads},
      {"both front ends build the same", both_front_ends_build_the_same},
      {NULL, NULL}};
  atexit(end);
  return sbe_unit_add_suite("views", tests);
}
