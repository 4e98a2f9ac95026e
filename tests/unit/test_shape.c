/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core/sql: the shape of a view's tables, and the scan of the events table. What is shared is counted by
 * hand from the definitions; what is printed, in the recorder's dialect.
 */
#include <CUnit/CUnit.h>

#include "tests/unit/recorded.h"

/* "name type, …" of a table. */
static const char *columns_of(const struct sbe_table_shape *table) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  for (size_t i = 0; i < table->n; i++)
    sbe_text_printf(&out, "%s%s %s", i ? ", " : "", table->columns[i].name,
                    sbe_physical_type(fixture.sql.dialect, table->columns[i].type));
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

static const char *parts_of(const sbe_shape *s) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(10000);
  for (size_t i = 0; i < s->n_parts; i++) SBE_PRINT(&out, i ? " " : "", s->parts[i].name);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

/* --- shape --------------------------------------------------------------------------------------- */

static void equal_reads_and_matches_are_one(void) {
  recorded_begin();
  /* a and b: one value, one match, and the sum that c shares; d has other criteria; e another type of one property */
  const sbe_shape *s = recorded_view("{name: a, type: double, aggregation: sum, property: tr_total, period: 7d},"
                                     "{name: b, type: double, aggregation: max, property: tr_total, period: 30d},"
                                     "{name: c, type: double, aggregation: mean, property: tr_total},"
                                     "{name: d, type: double, aggregation: sum, property: tr_total,"
                                     " criteria: {all: [{property: app_id, operator: '=', value: x}]}},"
                                     "{name: e, type: int64, aggregation: sum, property: tr_total}");
  CU_ASSERT_EQUAL(s->n_values, 2);
  CU_ASSERT_EQUAL(s->n_matches, 2);
  SAME(parts_of(s), "sum_0 max_1 n_2 sum_3 sum_4");
  CU_ASSERT(s->attributes[0].parts[0] == 0 && s->attributes[2].parts[0] == 0 && s->attributes[2].parts[1] == 2);
  SAME(columns_of(&s->filtered_events),
       "event_id VARCHAR, load_tstamp TIMESTAMP, derived_tstamp TIMESTAMP, event_date DATE, domain_userid VARCHAR, "
       "tr_total_double_0 DOUBLE PRECISION, tr_total_int64_1 BIGINT, match_0 BOOLEAN, match_1 BOOLEAN");
  /* the sum of int64 is wider */
  SAME(columns_of(&s->daily_aggregates),
       "domain_userid VARCHAR, event_date DATE, sum_0 DOUBLE PRECISION, max_1 DOUBLE PRECISION, n_2 BIGINT, "
       "sum_3 DOUBLE PRECISION, sum_4 DECIMAL(38, 0)");
  SAME(columns_of(&s->rollup), columns_of(&s->daily_aggregates));
  SAME(columns_of(&s->attributes_table),
       "domain_userid VARCHAR, a DOUBLE PRECISION, b DOUBLE PRECISION, c DOUBLE PRECISION, d DOUBLE PRECISION, "
       "e BIGINT, updated_at TIMESTAMP");
  CU_ASSERT_EQUAL(s->n_slots, 0);
  SAME(s->filtered_events.name, "v_1_filtered_events");
  SAME(s->attributes_table.name, "v_1_attributes");
  recorded_end();
}

/* The instant and the event_id of a pick do not depend on its value; with ignore_nulls they do. */
static void picks_share_their_instants(void) {
  recorded_begin();
  const sbe_shape *s =
      recorded_view("{name: a, type: string, aggregation: first, property: mkt_source},"
                    "{name: b, type: string, aggregation: first, property: mkt_medium},"
                    "{name: c, type: string, aggregation: first, property: mkt_source, ignore_nulls: true},"
                    "{name: d, type: int64, aggregation: time_since_first, time_unit: d},"
                    "{name: e, type: string, aggregation: last, property: mkt_source}");
  SAME(parts_of(s), "first_at_0 first_value_1 first_value_2 first_at_3 first_value_4 last_at_5 last_value_6");
  CU_ASSERT_EQUAL(s->attributes[3].parts[0], 0); /* d reads a's instant */
  CU_ASSERT_EQUAL(s->n_matches, 1);              /* whether an event matches has nothing to do with its value */
  CU_ASSERT(s->parts[0].present == SBE_NONE && s->parts[3].present == 0 && s->parts[4].present == 0);
  CU_ASSERT(s->parts[0].first == 0 && s->parts[1].first == 0 && s->parts[2].first == 0);
  CU_ASSERT(s->parts[4].first == 3 && s->parts[6].first == 5);
  recorded_end();
}

/* Two firsts of one property with different criteria share nothing but the read. */
static void other_criteria_other_columns(void) {
  recorded_begin();
  const sbe_shape *s =
      recorded_view("{name: a, type: string, aggregation: first, property: mkt_source},"
                    "{name: b, type: string, aggregation: first, property: mkt_source,"
                    " criteria: {any: [{property: app_id, operator: '=', value: x}]}},"
                    "{name: c, type: string, aggregation: first, property: mkt_source, events: [{name: buy}]}");
  CU_ASSERT(s->n_values == 1 && s->n_matches == 3 && s->n_parts == 6);
  recorded_end();
}

static void slots_are_shared_between_periods(void) {
  recorded_begin();
  const sbe_shape *s =
      recorded_view("{name: a, type: string_list, aggregation: unique_list, property: mkt_source, period: 7d},"
                    "{name: b, type: string, aggregation: most_frequent, property: mkt_source},"
                    "{name: c, type: dict, aggregation: category_count, property: mkt_source, period: P1M},"
                    "{name: d, type: int64, aggregation: approx_count_distinct, property: mkt_source},"
                    "{name: e, type: int64_list, aggregation: unique_list, property: mkt_source},"
                    "{name: f, type: int32, aggregation: least_frequent, property: br_viewwidth}");
  CU_ASSERT_EQUAL(s->n_slots, 3); /* as text; as int64; the width */
  for (size_t i = 0; i < 4; i++) CU_ASSERT_EQUAL(s->attributes[i].slot, 0);
  CU_ASSERT(s->attributes[4].slot == 1 && s->attributes[5].slot == 2);
  CU_ASSERT_EQUAL(s->n_parts, 0);
  SAME(columns_of(&s->daily_values), "domain_userid VARCHAR, event_date DATE, slot INTEGER, value_count BIGINT, "
                                     "value_text VARCHAR, value_int64 BIGINT, value_int32 INTEGER");
  SAME(columns_of(&s->daily_aggregates), "domain_userid VARCHAR, event_date DATE");
  recorded_end();
}

static void value_columns_have_readable_names(void) {
  static const struct {
    const char *property, *type, *name;
  } rows[] = {
      {"mkt_source", "string", "mkt_source_text_0"},
      {"'contexts_nl_basjes_yauaa_context_1[0].deviceClass'", "string", "device_class_text_0"},
      {"'unstruct_event_com_acme_checkout_1:step.totalPrice'", "int32", "total_price_int32_0"},
      {"'unstruct_event_com_acme_checkout_1:items[2]'", "timestamp", "items_timestamp_0"},
      {"'unstruct_event_com_acme_checkout_1:tags'", "string_list", "tags_text_list_0"},
      {"\"unstruct_event_com_acme_checkout_1['Größe']\"", "bool", "gr____e_bool_0"},
      {"{type: calculated, operation: sum, properties: [tr_total, tr_tax]}", "float", "calculated_double_0"},
      {"'unstruct_event_com_acme_checkout_1:a_member_with_a_rather_long_name'", "string",
       "a_member_with_a_rat_text_0"}, /* 19 characters of it */
  };
  recorded_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const sbe_shape *s = recorded_view(sbe_arena_printf(
        fixture.arena, "{name: a, type: %s, aggregation: last, property: %s}", rows[i].type, rows[i].property));
    SAME(s->values[0].name, rows[i].name);
  }
  /* equal leaves of different paths are told apart */
  const sbe_shape *s = recorded_view("{name: a, type: string, aggregation: last, property: 'contexts_a_b_1[0].name'},"
                                     "{name: b, type: string, aggregation: last, property: 'contexts_a_b_1[1].name'}");
  SAME(s->values[0].name, "name_text_0");
  SAME(s->values[1].name, "name_text_1");
  recorded_end();
}

/* No column of an inner table may be called as the key column is, whatever the key is called. */
static void the_key_clashes_with_no_column(void) {
  static const char *const keys[] = {
      "event_id",   "LOAD_TSTAMP",       "event_date", "slot", "value_count", "derived_tstamp", "v",
      "n",          "row_rank",          "x2",         "g0_0", "s0_0_4",      "match_0",        "count_0",
      "value_text", "mkt_source_text_0", "V1"};
  recorded_begin();
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    recorded_build(sbe_arena_printf(
        fixture.arena,
        "{name: v, entity: {name: x, external_column: %s, property: user_id}, attributes: [{name: a, type: "
        "string_list, aggregation: unique_list, property: mkt_source}]}",
        keys[i]));
    const sbe_shape *s = recorded_shape(0);
    SAME(s->key, "entity_key");
    SAME(s->attributes_table.columns[0].name, keys[i]); /* the user sees his own name */
  }
  recorded_end();
}

/* --- the scan ------------------------------------------------------------------------------------ */

static void a_scan_serves_several_views(void) {
  recorded_begin();
  recorded_build("views:\n"
                 "- name: one\n  entity: domain_userid\n  attributes:\n"
                 "  - {name: a, type: string, aggregation: last, property: mkt_source, events: [{name: page_view}]}\n"
                 "  - {name: n, type: int64, aggregation: counter, events: [{name: buy}]}\n"
                 "- name: two\n  entity: user_id\n  attributes:\n"
                 "  - {name: a, type: string, aggregation: first, property: mkt_source, events: [{name: page_view}]}\n"
                 "- name: three\n  entity: domain_userid\n  attributes:\n"
                 "  - {name: n, type: int64, aggregation: counter}\n");
  const char *sql = recorded_scan(NULL);
  static const char *const outputs[] = {"e0", "e1", "k0", "k1", "c0", "c1", "c2", "v0", "m0", "m1", "m2"};
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
    CU_ASSERT_PTR_NOT_NULL(recorded_expression(sql, outputs[i]));
  static const char *const none[] = {"e2", "k2", "c3", "v1", "m3"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) CU_ASSERT_PTR_NULL(recorded_expression(sql, none[i]));
  SAME(recorded_expression(sql, "e0"), "CASE WHEN \"event_name\" = 'page_view' THEN TRUE ELSE FALSE END");
  SAME(recorded_expression(sql, "k1"), "\"user_id\"");
  SAME(recorded_expression(sql, "c2"), "CASE WHEN \"domain_userid\" IS NOT NULL THEN TRUE ELSE FALSE END");
  SAME(recorded_expression(sql, "m2"), "TRUE");
  CU_ASSERT_EQUAL(recorded_count(sql, "\"mkt_source\""), 1); /* read once */
  recorded_end();
}

/* Candidates: the key is there, and the events of any attribute match; criteria play no part. */
static void candidates_follow_keys_and_events(void) {
  recorded_begin();
  recorded_build("views:\n"
                 "- {name: one, entity: domain_userid, attributes: [\n"
                 "  {name: a, type: int64, aggregation: counter, events: [{name: x}, {vendor: y}],\n"
                 "   criteria: {all: [{property: app_id, operator: '=', value: web}]}}]}\n"
                 "- {name: two, entity: domain_userid, attributes: [\n"
                 "  {name: a, type: int64, aggregation: counter, events: [{name: x}]},\n"
                 "  {name: b, type: int64, aggregation: counter}]}\n");
  recorded_vars("{app_id: [web, 'it''s']}");
  const char *sql = recorded_scan(NULL);
  static const char x[] = "CASE WHEN \"event_name\" = 'x' THEN TRUE ELSE FALSE END";
  static const char y[] = "CASE WHEN \"event_vendor\" = 'y' THEN TRUE ELSE FALSE END";
  SAME(recorded_expression(sql, "c0"),
       sbe_arena_printf(fixture.arena,
                        "CASE WHEN \"domain_userid\" IS NOT NULL AND (%s OR %s) THEN TRUE ELSE FALSE END", x, y));
  SAME(recorded_expression(sql, "c1"), "CASE WHEN \"domain_userid\" IS NOT NULL THEN TRUE ELSE FALSE END");
  SAME(recorded_expression(sql, "m0"),
       sbe_arena_printf(fixture.arena, "CASE WHEN (%s OR %s)\n AND (\"app_id\" = 'web') THEN TRUE ELSE FALSE END", x,
                        y));
  const char *where = strstr(sql, "\nWHERE ");
  HAS(where, " IS NOT NULL AND \"x");
  CU_ASSERT_EQUAL(recorded_count(where, " >= TIMESTAMP '2025-01-01 00:00:00'"), 2); /* both clocks */
  HAS(where, " IN ('web', 'it''s')\n AND (\"x");
  /* the slice */
  HAS(sql, "FROM \"atomic\".\"events\" WHERE \"load_tstamp\" >= TIMESTAMP '2025-01-01 00:00:00' AND \"load_tstamp\" < "
           "TIMESTAMP '2025-01-03 00:00:00')");
  recorded_end();
}

/* 150 values and one match each: 153 columns a view, so that three do not fit into 400. */
static void wide_groups_are_split(void) {
  recorded_begin();
  sbe_cleanup_text sbe_text yaml = SBE_TEXT(1 << 20);
  sbe_text_puts(&yaml, "views:\n");
  for (unsigned v = 0; v < 4; v++) {
    sbe_text_printf(&yaml, "- name: v%u\n  entity: domain_userid\n  attributes:\n", v);
    for (unsigned a = 0; a < (v == 3 ? 500 : 150); a++)
      sbe_text_printf(&yaml, "  - {name: a%u, type: string, aggregation: last, property: 'contexts_a_b_1[%u].x%u'}\n",
                      a, v, a);
  }
  recorded_build(sbe_text_string(&yaml));
  const sbe_shape *shapes[4];
  for (size_t i = 0; i < 4; i++) shapes[i] = recorded_shape(i);
  sbe_scan *scan;
  CU_ASSERT_EQUAL(sbe_scan_new(&fixture.sql, fixture.arena, &fixture.vars, 4, shapes, &scan), 2);
  CU_ASSERT_EQUAL(scan->n_columns, 6 + 1 + 2 + 300 + 1); /* fixed, key, candidates, values, the one match */
  CU_ASSERT_EQUAL(sbe_scan_new(&fixture.sql, fixture.arena, &fixture.vars, 2, shapes + 2, &scan), 1);
  /* one that is too wide by itself is taken all the same */
  CU_ASSERT_EQUAL(sbe_scan_new(&fixture.sql, fixture.arena, &fixture.vars, 1, shapes + 3, &scan), 1);
  CU_ASSERT_EQUAL(scan->n_values, 500);
  recorded_end();
}

#define ALWAYS                                                                                                         \
  "event_id", "VARCHAR", "load_tstamp", "TIMESTAMP", "derived_tstamp", "TIMESTAMP", "dvce_created_tstamp",             \
      "TIMESTAMP", "collector_tstamp", "TIMESTAMP"

static void missing_columns_are_told_at_each_attribute(void) {
  recorded_begin();
  recorded_build(
      "name: v\n"                                                                    /* 1 */
      "entity: user_id\n"                                                            /* 2 */
      "attributes:\n"                                                                /* 3 */
      "- {name: a, type: string, aggregation: last, property: mkt_source}\n"         /* 4 */
      "- {name: b, type: string, aggregation: last, property: 'contexts_a_b_1.x'}\n" /* 5 */
      "- {name: c, type: int64, aggregation: counter, criteria: {any: [{property: mkt_source, operator: is null},"
      " {property: 'contexts_a_b_1[1].y', operator: is null}]}}\n"); /* 6 */
  static const char *const columns[] = {ALWAYS, NULL};
  CU_ASSERT_PTR_NULL(recorded_scan(columns));
  SAME(recorded_findings(),
       "error v.yml:1:1 view 'v': the events table has no column 'user_id', which is its entity key\n"
       "error v.yml:4:3 attribute 'a' of view 'v': the events table has no column 'mkt_source'\n"
       "error v.yml:6:3 attribute 'c' of view 'v': the events table has no column 'mkt_source'\n"
       "warning v.yml:5:3 attribute 'b' of view 'v': the events table has no column 'contexts_a_b_1' yet; it is taken "
       "to be NULL\n"
       "warning v.yml:6:3 attribute 'c' of view 'v': the events table has no column 'contexts_a_b_1' yet; it is taken "
       "to be NULL\n");

  /* only the entity's column is missing: a warning, and NULL */
  fixture.report = (sbe_report){.arena = fixture.arena};
  static const char *const better[] = {ALWAYS, "user_id", "VARCHAR", "MKT_SOURCE", "VARCHAR", NULL};
  const char *sql = recorded_scan(better);
  CU_ASSERT(fixture.report.errors == 0 && fixture.report.warnings == 2);
  HAS(sql, "CAST(NULL AS VARCHAR)");
  recorded_end();
}

static void some_columns_can_be_spared(void) {
  recorded_begin();
  recorded_view("{name: n, type: int64, aggregation: counter}");
  static const char *const columns[] = {"event_id",  "VARCHAR",       "load_tstamp", "TIMESTAMP", "derived_tstamp",
                                        "TIMESTAMP", "domain_userid", "VARCHAR",     NULL};
  const char *sql = recorded_scan(columns);
  SAME(recorded_findings(), "");
  HAS(sql, "CAST(NULL AS TIMESTAMP)"); /* stands for both */
  static const char *const fewer[] = {"event_id",      "VARCHAR", "load_tstamp", "TIMESTAMP",
                                      "domain_userid", "VARCHAR", NULL};
  CU_ASSERT_PTR_NULL(recorded_scan(fewer));
  SAME(recorded_findings(), "error :0:0 the events table has no column 'derived_tstamp'\n");
  recorded_end();
}

/* On whichever warehouse: events of the rest of the day would be lost without a word. */
static void load_tstamp_is_no_date(void) {
  recorded_begin();
  recorded_view("{name: n, type: int64, aggregation: counter}");
  static const char *const columns[] = {"event_id",  "VARCHAR",       "LOAD_TSTAMP", "date", "derived_tstamp",
                                        "TIMESTAMP", "domain_userid", "VARCHAR",     NULL};
  CU_ASSERT_PTR_NULL(recorded_scan(columns));
  HAS(recorded_findings(), "error :0:0 load_tstamp of the events table is a date: ");
  recorded_end();
}

/* A class that is known from the columns decides how a property is read. */
static void classes_come_from_the_columns(void) {
  recorded_begin();
  recorded_view("{name: a, type: int64, aggregation: sum, property: br_viewwidth},"
                "{name: b, type: timestamp, aggregation: last, property: dvce_sent_tstamp},"
                "{name: c, type: string_list, aggregation: last, property: tags}");
  static const char *const columns[] = {
      ALWAYS, "domain_userid", "VARCHAR", "br_viewwidth", "INTEGER", "dvce_sent_tstamp", "TIMESTAMP",
      "tags", "VARCHAR ARRAY", NULL};
  const char *sql = recorded_scan(columns);
  HAS(sql, "CAST(\"p6\" AS VARCHAR)");
  HAS(sql, "LIST_AS(\"p8\", 'VARCHAR')");
  HAS(sql, "\"p7\" AS \"x");
  recorded_end();
}

int sbe_add_shape_suite(void) {
  static const sbe_unit_test tests[] = {
      {"equal reads and matches are one", equal_reads_and_matches_are_one},
      {"picks share their instants", picks_share_their_instants},
      {"other criteria, other columns", other_criteria_other_columns},
      {"slots are shared between periods", slots_are_shared_between_periods},
      {"value columns have readable names", value_columns_have_readable_names},
      {"the key clashes with no column", the_key_clashes_with_no_column},
      {"a scan serves several views", a_scan_serves_several_views},
      {"candidates follow keys and events", candidates_follow_keys_and_events},
      {"wide groups are split", wide_groups_are_split},
      {"missing columns are told at each attribute", missing_columns_are_told_at_each_attribute},
      {"some columns can be spared", some_columns_can_be_spared},
      {"load_tstamp is no date", load_tstamp_is_no_date},
      {"classes come from the columns", classes_come_from_the_columns},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("shape and scan", tests);
}
