/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements of a window (core/sql) and what the manifest keeps of a definition (core/manifest). Bounds
 * are computed by hand: the clock is 2025-02-10T12:00, so that U is 2025-02-10; the window is one of a backfill.
 */
#include <CUnit/CUnit.h>

#include "core/sql/rollup.h"
#include "tests/unit/recorded.h"

static sbe_statements list;
static sbe_error error;

static sbe_window window_of(const sbe_shape *shape) {
  return (sbe_window){.sql = &fixture.sql,
                      .arena = fixture.arena,
                      .vars = &fixture.vars,
                      .shape = shape,
                      .token = "7",
                      .lower = recorded_time("2025-02-08 06:00:00"),
                      .upper = recorded_time("2025-02-10 00:00:00"),
                      .now = recorded_time("2025-02-10 12:00:00"),
                      .until = recorded_date("2025-02-10")};
}

static const char *changed(const sbe_window *w, const char *days) {
  CU_ASSERT_EQUAL(sbe_print_changed(w, days, &list, &error), SBE_OK);
  return recorded_text(&list);
}

/* --- days ---------------------------------------------------------------------------------------- */

static void late_days_follow_the_variables(void) {
  recorded_begin();
  const sbe_shape *s = recorded_view("{name: n, type: int64, aggregation: counter}");
  sbe_window w = window_of(s);
  /* R is 2025-02-08: on time from R - 1, late from R - 5 */
  CU_ASSERT_EQUAL(sbe_print_days(&w, &list, &error), SBE_OK);
  HAS(recorded_text(&list),
      "CASE WHEN n.event_date >= DATE '2025-02-07' THEN TRUE WHEN n.event_date >= DATE '2025-02-03' "
      "AND n.new_rows + COALESCE(m.skipped_events, 0) >= 1 THEN TRUE ELSE FALSE END AS is_processed");
  recorded_vars("{reprocess_days: 30, min_rows_to_process: 4}");
  CU_ASSERT_EQUAL(sbe_print_days(&w, &list, &error), SBE_OK);
  HAS(recorded_text(&list),
      "WHEN n.event_date >= DATE '2025-01-09' AND n.new_rows + COALESCE(m.skipped_events, 0) >= 4 THEN TRUE");
  w.every_day = true; /* a full refresh */
  CU_ASSERT_EQUAL(sbe_print_days(&w, &list, &error), SBE_OK);
  const char *sql = recorded_text(&list);
  HAS(sql, "    TRUE AS is_processed");
  HAS(sql, "CREATE TABLE \"shop_scratch\".\"sbe_7_v_1_days\" AS\nSELECT 'v_1' AS model");
  HAS(sql, "LEFT JOIN \"shop_snowplow_manifest\".\"snowplow_daily_aggregation_manifest\" AS m ON m.event_date = "
           "n.event_date "
           "AND m.model = 'v_1'");
  recorded_end();
}

static void days_are_literals_or_a_relation(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: n, type: int64, aggregation: counter}"));
  const sbe_date days[] = {recorded_date("2024-12-31"), recorded_date("2025-02-09")};
  SAME(sbe_days_literals(&w, 2, days), "IN (DATE '2024-12-31', DATE '2025-02-09')");
  SAME(sbe_days_literals(&w, 1, days + 1), "IN (DATE '2025-02-09')");
  SAME(sbe_days_relation(&w), "IN (SELECT event_date FROM \"shop_scratch\".\"sbe_7_v_1_days\" WHERE is_processed)");
  recorded_end();
}

static const char *daily(sbe_window *w, size_t n, const sbe_date *days) {
  CU_ASSERT_EQUAL(sbe_print_daily(w, n, days, &list, &error), SBE_OK);
  return recorded_text(&list);
}

/* A dialect's max_days cuts the days into statements; a relation cannot be cut. */
static void many_days_take_several_statements(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: double, aggregation: sum, property: tr_total},"
                                         "{name: b, type: string, aggregation: most_frequent, property: mkt_source}"));
  sbe_date days[5];
  for (int i = 0; i < 5; i++) days[i] = recorded_date("2025-02-01") + i;
  const char *sql = daily(&w, 5, days);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO"), 2); /* one a table: the recorder has no limit */
  sbe_dialect narrow = *fixture.sql.dialect;
  narrow.max_days = 2;
  fixture.sql.dialect = &narrow;
  sql = daily(&w, 5, days);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO \"shop_scratch\".\"sbe_7_v_1_daily_aggregates\""), 3);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO \"shop_scratch\".\"sbe_7_v_1_daily_values\""), 3);
  /* each reads both tables of events, for its days only */
  CU_ASSERT_EQUAL(recorded_count(sql, "\"event_date\" IN (DATE '2025-02-01', DATE '2025-02-02')"), 4);
  CU_ASSERT_EQUAL(recorded_count(sql, "\"event_date\" IN (DATE '2025-02-03', DATE '2025-02-04')"), 4);
  CU_ASSERT_EQUAL(recorded_count(sql, "\"event_date\" IN (DATE '2025-02-05')"), 4);
  sql = daily(&w, 2, days);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO"), 2);
  sql = daily(&w, 3, days);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO"), 4);
  sql = daily(&w, 0, NULL);
  CU_ASSERT_EQUAL(recorded_count(sql, "INSERT INTO"), 2);
  CU_ASSERT_EQUAL(recorded_count(sql, "IN (SELECT event_date FROM"), 4);
  recorded_end();
}

static void partials_are_of_events_that_match(void) {
  recorded_begin();
  sbe_window w =
      window_of(recorded_view("{name: a, type: string, aggregation: first, property: mkt_source, ignore_nulls: true},"
                              "{name: b, type: int64, aggregation: counter, events: [{name: buy}]}"));
  const sbe_date days[] = {recorded_date("2025-02-09")};
  const char *sql = daily(&w, 1, days);
  HAS(sql, "MIN(CASE WHEN (\"match_0\" AND \"mkt_source_text_0\" IS NOT NULL) THEN \"derived_tstamp\" END) AS "
           "\"first_at_0\"");
  HAS(sql, "FIRST_BY(\"mkt_source_text_0\", \"derived_tstamp\", \"event_id\") FILTER (WHERE (\"match_0\" AND "
           "\"mkt_source_text_0\" IS NOT NULL)) AS \"first_value_1\"");
  HAS(sql, "COUNT(CASE WHEN \"match_1\" THEN 1 END) AS \"count_2\"");
  /* an event without a value is one all the same: its entity is there */
  HAS(sql, "\nWHERE \"match_0\" OR \"match_1\"\nGROUP BY \"domain_userid\", \"event_date\"");
  recorded_end();
}

/* --- new events ---------------------------------------------------------------------------------- */

static const char *new_events(sbe_window *w) {
  const sbe_shape *shapes[] = {w->shape};
  sbe_scan *scan;
  CU_ASSERT_EQUAL_FATAL(sbe_scan_new(&fixture.sql, fixture.arena, &fixture.vars, 1, shapes, &scan), 1);
  CU_ASSERT_EQUAL(sbe_print_new_events(w, scan, 0, 3, &list, &error), SBE_OK);
  return recorded_text(&list);
}

static void the_row_that_counts_is_the_first(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: n, type: int64, aggregation: counter}"));
  const char *sql = new_events(&w);
  HAS(sql, "ROW_NUMBER() OVER (PARTITION BY s.\"event_id\" ORDER BY s.\"load_tstamp\" ASC, "
           "CASE WHEN s.\"dvce_created_tstamp\" IS NULL THEN 1 ELSE 0 END, s.\"dvce_created_tstamp\" ASC, "
           "CASE WHEN s.\"collector_tstamp\" IS NULL THEN 1 ELSE 0 END, s.\"collector_tstamp\" ASC, "
           "s.\"derived_tstamp\" ASC)");
  HAS(sql, "FROM \"shop_scratch\".\"sbe_7_scan_3\" AS s");
  /* a duplicate is one of this view: other views' candidates do not count */
  CU_ASSERT_EQUAL(recorded_count(sql, "WHERE s.\"c0\" AND "), 2);
  LACKS(sql, "f.\"load_tstamp\" >="); /* no lookback: among all */
  recorded_end();
}

/* The lookback is from the window's lower bound, and never shorter than what is read twice. */
static void the_lookback_covers_the_overlap(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: n, type: int64, aggregation: counter}"));
  recorded_vars("{dedupe_lookback_days: 3}");
  HAS(new_events(&w), "f.\"load_tstamp\" >= TIMESTAMP '2025-02-05 06:00:00'");
  recorded_vars("{dedupe_lookback_days: 0, load_overlap_minutes: 90}");
  HAS(new_events(&w), "f.\"load_tstamp\" >= TIMESTAMP '2025-02-08 04:30:00'");
  recorded_end();
}

/* --- attributes ---------------------------------------------------------------------------------- */

static void windows_end_before_u(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int64, aggregation: counter, period: 1d},"
                                         "{name: b, type: int64, aggregation: counter, period: P1Y}"));
  const char *sql = changed(&w, NULL);
  HAS(sql, "SUM(CASE WHEN (\"event_date\" >= DATE '2025-02-09' AND \"event_date\" < DATE '2025-02-10') THEN "
           "\"count_0\" END) AS \"g0_0\"");
  HAS(sql, "SUM(CASE WHEN (\"event_date\" >= DATE '2024-02-11' AND \"event_date\" < DATE '2025-02-10') THEN "
           "\"count_0\" END) AS \"g0_1\"");
  w.until = recorded_date("2025-02-11"); /* include_current_day_in_windows */
  sql = changed(&w, NULL);
  HAS(sql, "\"event_date\" >= DATE '2025-02-10' AND \"event_date\" < DATE '2025-02-11'");
  /* every entity that there ever was has a row: nothing is left out */
  LACKS(sql, "HAVING");
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE TRUE) AS d\n  GROUP BY");
  recorded_end();
}

static void the_lifetime_is_everything(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int64, aggregation: counter}"));
  HAS(changed(&w, NULL), "SUM(CASE WHEN TRUE THEN \"count_0\" END) AS \"g0_0\"");
  recorded_end();
}

/* Days that are aggregated in this window come from scratch, and not from the table as well. */
static void days_of_the_window_come_from_scratch(void) {
  recorded_begin();
  sbe_window w = window_of(
      recorded_view("{name: a, type: int64, aggregation: counter},"
                    "{name: b, type: string_list, aggregation: unique_list, property: mkt_source, period: 7d}"));
  const char *sql = changed(&w, "IN (DATE '2025-02-09')");
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE TRUE AND NOT (\"event_date\" IN (DATE "
           "'2025-02-09'))\n  UNION ALL SELECT");
  HAS(sql, "FROM \"shop_scratch\".\"sbe_7_v_1_daily_aggregates\" WHERE TRUE) AS d");
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_values\" WHERE slot = 0 AND (\"event_date\" >= DATE '2025-02-03' AND "
           "\"event_date\" "
           "< DATE '2025-02-10') AND NOT (\"event_date\" IN (DATE '2025-02-09'))");
  HAS(sql,
      "FROM \"shop_scratch\".\"sbe_7_v_1_daily_values\" WHERE slot = 0 AND (\"event_date\" >= DATE '2025-02-03' AND "
      "\"event_date\" < DATE '2025-02-10')");
  recorded_end();
}

/* With a roll-up through 2025-01-31, the lifetime reads it and what it lacks; a period reads its days as ever. */
static void the_rollup_stands_for_settled_days(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int64, aggregation: counter},"
                                         "{name: b, type: int64, aggregation: counter, period: 30d}"));
  w.has_rollup = true;
  w.rollup_through = recorded_date("2025-01-31");
  const char *sql = changed(&w, NULL);
  HAS(sql, "SUM(CASE WHEN (\"event_date\" > DATE '2025-01-31' OR \"event_date\" = DATE '0001-01-01') THEN \"count_0\" "
           "END) AS \"g0_0\"");
  HAS(sql, "SUM(CASE WHEN (\"event_date\" >= DATE '2025-01-11' AND \"event_date\" < DATE '2025-02-10') THEN "
           "\"count_0\" END) AS \"g0_1\"");
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE TRUE AND \"event_date\" >= DATE '2025-01-11'\n  UNION "
           "ALL SELECT");
  HAS(sql, "FROM \"shop_derived\".\"v_1_rollup\" WHERE TRUE) AS d");
  /* without a period that reaches back, the daily table is read from the roll-up's end on */
  w.shape = recorded_view(
      "{name: a, type: int64, aggregation: counter}, {name: b, type: int64, aggregation: counter, period: 2d}");
  sql = changed(&w, NULL);
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE TRUE AND \"event_date\" >= DATE '2025-02-01'\n");
  HAS(sql, "SUM(CASE WHEN TRUE THEN \"count_0\" END) AS \"g0_0\"");
  /* days of this window that are in the roll-up already are not counted again from scratch */
  HAS(changed(&w, "IN (DATE '2025-01-30')"),
      "FROM \"shop_scratch\".\"sbe_7_v_1_daily_aggregates\" WHERE TRUE AND \"event_date\" "
      ">= DATE '2025-02-01'");
  w.rollup_in_scratch = true;
  HAS(changed(&w, NULL), "FROM \"shop_scratch\".\"sbe_7_v_1_rollup\" WHERE TRUE) AS d");
  recorded_end();
}

/* A new roll-up is of all days through its end; a later one adds the days since to the entities that have some. */
static void the_rollup_is_merged_on(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int64, aggregation: counter},"
                                         "{name: b, type: double, aggregation: sum, property: tr_total, period: 30d}"));
  CU_ASSERT_EQUAL(sbe_print_rollup(&w, recorded_date("2025-02-04"), "IN (DATE '2025-02-04')", &list, &error), SBE_OK);
  const char *sql = recorded_text(&list);
  HAS(sql, "SELECT \"domain_userid\", DATE '0001-01-01' AS event_date,\n  SUM(CASE WHEN TRUE THEN \"count_0\" END) AS "
           "\"count_0\",\n"
           "  CAST(NULL AS DOUBLE PRECISION) AS \"sum_1\"\n"); /* only what the lifetime needs */
  HAS(sql, "FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE \"event_date\" <= DATE '2025-02-04' AND NOT "
           "(\"event_date\" IN "
           "(DATE '2025-02-04'))\n  UNION ALL SELECT");
  HAS(sql, "FROM \"shop_scratch\".\"sbe_7_v_1_daily_aggregates\" WHERE \"event_date\" <= DATE '2025-02-04') AS d");
  LACKS(sql, "\"v_1_rollup\" WHERE");
  w.has_rollup = true;
  w.rollup_through = recorded_date("2025-01-28");
  CU_ASSERT_EQUAL(sbe_print_rollup(&w, recorded_date("2025-02-04"), NULL, &list, &error), SBE_OK);
  sql = recorded_text(&list);
  HAS(sql, "WHERE \"event_date\" > DATE '2025-01-28' AND \"event_date\" <= DATE '2025-02-04'\n  UNION ALL SELECT");
  HAS(sql, "FROM \"shop_derived\".\"v_1_rollup\" WHERE \"domain_userid\" IN (SELECT \"domain_userid\" FROM "
           "\"shop_derived\".\"v_1_daily_aggregates\" WHERE \"event_date\" > DATE '2025-01-28' AND \"event_date\" <= "
           "DATE '2025-02-04'))");
  recorded_end();
}

static void finals_have_their_empty_values(void) {
  recorded_begin();
  sbe_window w =
      window_of(recorded_view("{name: a, type: int32, aggregation: counter},"
                              "{name: b, type: double, aggregation: sum, property: tr_total},"
                              "{name: c, type: double, aggregation: mean, property: tr_total, default_value: -1},"
                              "{name: d, type: string, aggregation: last, property: mkt_source, default_value: none},"
                              "{name: e, type: string_list, aggregation: unique_list, property: mkt_source},"
                              "{name: f, type: dict, aggregation: category_count, property: mkt_source},"
                              "{name: g, type: int64, aggregation: time_since_last, time_unit: h},"
                              "{name: h, type: double, aggregation: time_since_last, time_unit: h},"
                              "{name: i, type: int64, aggregation: counter, default_value: 5}"));
  const char *sql = changed(&w, NULL);
  static const struct {
    const char *name, *sql;
  } rows[] = {
      {"a", "CASE WHEN \"g0_0\" IS NULL OR \"g0_0\" = 0 THEN CAST('0' AS INTEGER) ELSE TRY_CAST(CAST(\"g0_0\" AS "
            "VARCHAR) AS INTEGER) END"},
      {"b", "CASE WHEN \"g1_0\" IS NULL THEN CAST('0' AS DOUBLE PRECISION) ELSE TRY_CAST(CAST(\"g1_0\" AS VARCHAR) AS "
            "DOUBLE "
            "PRECISION) END"},
      {"d", "CASE WHEN \"g4_0\" IS NULL THEN 'none' ELSE \"g4_0\" END"},
      {"e", "CASE WHEN \"s0_0_4\" IS NULL THEN CAST(ARRAY[] AS VARCHAR ARRAY) ELSE \"s0_0_4\" END"},
      {"f", "CASE WHEN \"s0_0_8\" IS NULL THEN CAST('{}' AS JSON) ELSE \"s0_0_8\" END"},
      {"i", "CASE WHEN \"g0_0\" IS NULL OR \"g0_0\" = 0 THEN CAST('5' AS BIGINT) ELSE TRY_CAST(CAST(\"g0_0\" AS "
            "VARCHAR) AS BIGINT) END"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) SAME(recorded_expression(sql, rows[i].name), rows[i].sql);
  /* the instant of a time_since is that of d, the last. Elapsed time is never negative; for integers it is rounded
   * down, by the unit of 3.6e9 microseconds */
  static const char micros[] =
      "CASE WHEN MICROSECONDS_BETWEEN(\"g3_0\", TIMESTAMP '2025-02-10 12:00:00') < 0 THEN 0 ELSE "
      "MICROSECONDS_BETWEEN(\"g3_0\", TIMESTAMP '2025-02-10 12:00:00') END";
  HAS(recorded_expression(sql, "g"), sbe_arena_printf(fixture.arena, "DIV(%s, 3600000000)", micros));
  HAS(recorded_expression(sql, "h"),
      sbe_arena_printf(fixture.arena, "CAST(%s AS DOUBLE PRECISION) / CAST(3600000000 AS DOUBLE PRECISION)", micros));
  HAS(recorded_expression(sql, "c"), "CASE WHEN \"g2_0\" > 0 THEN (\"g1_0\" / \"g2_0\") END");
  HAS(recorded_expression(sql, "c"), "CASE WHEN \"g1_0\" IS NULL THEN CAST('-1' AS DOUBLE PRECISION) ELSE ");
  recorded_end();
}

/* Ties go to the smaller value; the 100 most frequent are kept. */
static void counts_are_ranked(void) {
  recorded_begin();
  sbe_window w =
      window_of(recorded_view("{name: a, type: string, aggregation: most_frequent, property: mkt_source},"
                              "{name: b, type: string, aggregation: least_frequent, property: mkt_source},"
                              "{name: c, type: dict, aggregation: category_count, property: mkt_source},"
                              "{name: d, type: int32, aggregation: approx_count_distinct, property: mkt_source}"));
  const char *sql = changed(&w, NULL);
  CU_ASSERT_EQUAL(recorded_count(sql, "ORDER BY n DESC, v ASC) AS row_rank"), 2);
  CU_ASSERT_EQUAL(recorded_count(sql, "ORDER BY n ASC, v ASC) AS row_rank"), 1);
  CU_ASSERT_EQUAL(recorded_count(sql, "WHERE row_rank = 1)"), 2);
  CU_ASSERT_EQUAL(recorded_count(sql, "WHERE row_rank <= 100\n"), 1);
  HAS(sql, "(SELECT \"domain_userid\", COUNT(*) AS \"s0_0_7\"");
  HAS(sql, "LEFT JOIN ");
  recorded_end();
}

/* updated_at is the clock; only rows that differ are kept, a double by more than 1e-12 of itself. */
static void only_what_differs_is_written(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int32, aggregation: counter},"
                                         "{name: b, type: double, aggregation: sum, property: tr_total}"));
  const char *sql = changed(&w, NULL);
  HAS(sql, "SELECT a.\"domain_userid\", a.\"a\", a.\"b\", TIMESTAMP '2025-02-10 12:00:00' AS updated_at\n");
  HAS(sql, ") AS a\nLEFT JOIN \"shop_derived\".\"v_1_attributes\" AS t ON t.\"domain_userid\" = a.\"domain_userid\"\n"
           "WHERE t.\"domain_userid\" IS NULL\n  OR (a.\"a\" IS DISTINCT FROM t.\"a\")\n  OR (a.\"b\" IS NULL AND "
           "t.\"b\" IS NOT "
           "NULL) OR (a.\"b\" IS NOT NULL AND t.\"b\" IS NULL) OR CASE WHEN a.\"b\" = t.\"b\" THEN FALSE WHEN "
           "(a.\"b\" < 0) <> (t.\"b\" < 0) OR ABS(t.\"b\") < 1e-290 THEN TRUE ELSE ABS(a.\"b\" - t.\"b\") > 1e-12 * "
           "ABS(t.\"b\") END;");
  CU_ASSERT_EQUAL(sbe_print_publish_attributes(&w, &list, &error), SBE_OK);
  SAME(recorded_text(&list),
       "DELETE FROM \"shop_derived\".\"v_1_attributes\" WHERE \"domain_userid\" IN (SELECT s.\"domain_userid\" FROM "
       "\"shop_scratch\".\"sbe_7_v_1_changed\" AS s);\n"
       "INSERT INTO \"shop_derived\".\"v_1_attributes\" (\"domain_userid\", \"a\", \"b\", \"updated_at\")\n"
       "SELECT s.\"domain_userid\", s.\"a\", s.\"b\", s.\"updated_at\"\nFROM \"shop_scratch\".\"sbe_7_v_1_changed\" AS "
       "s;\n");
  recorded_end();
}

static void days_are_replaced_whole(void) {
  recorded_begin();
  sbe_window w = window_of(recorded_view("{name: a, type: int32, aggregation: counter}"));
  CU_ASSERT_EQUAL(sbe_print_publish_events(&w, "IN (DATE '2025-02-09')", &list, &error), SBE_OK);
  CU_ASSERT(list.n == 5 && !(list.items[0].flags & SBE_STATEMENT_REPEATABLE)); /* an append is not */
  const char *sql = recorded_text(&list);
  HAS(sql, "DELETE FROM \"shop_derived\".\"v_1_daily_aggregates\" WHERE \"event_date\" IN (DATE '2025-02-09');\n");
  HAS(sql, "DELETE FROM \"shop_snowplow_manifest\".\"snowplow_daily_aggregation_manifest\" WHERE EXISTS (SELECT 1 FROM "
           "\"shop_scratch\".\"sbe_7_v_1_days\" AS s WHERE s.\"model\" = "
           "\"shop_snowplow_manifest\".\"snowplow_daily_aggregation_manifest\".\"model\" AND s.\"event_date\" = ");
  CU_ASSERT_EQUAL(sbe_print_publish_events(&w, NULL, &list, &error), SBE_OK);
  CU_ASSERT_EQUAL(list.n, 3); /* no day was processed: the events, and the days that wait */
  LACKS(recorded_text(&list), "daily_aggregates");
  recorded_end();
}

/* --- what the manifest keeps of a definition ----------------------------------------------------- */

static const char *definition(void) {
  return sbe_definition_text(fixture.arena, fixture.ir->views[0], &fixture.sql, &fixture.vars);
}

static void definitions_are_a_line_a_thing(void) {
  recorded_begin();
  recorded_view("{name: a, type: string, aggregation: last, property: mkt_source, default_value: \"one\\ntwo\\\\n\"},"
                "{name: b, type: int32, aggregation: counter, period: 7d}");
  const char *text = definition();
  HAS(text, "entity key: domain_userid from domain_userid\nstart_date: 2025-01-01\napp_id: \nevents table: "
            "atomic.events\n");
  HAS(text, "\nattribute b: ");
  CU_ASSERT_EQUAL(recorded_count(text, "\n"), 6); /* four and one an attribute, newlines in values notwithstanding */
  SAME(sbe_definition_hash(fixture.arena, ""), "cbf29ce484222325");
  SAME(sbe_definition_hash(fixture.arena, "a"), "af63dc4c8601ec8c"); /* FNV-1a, 64 bits */
  recorded_end();
}

/* Pairs of definitions: every change is seen, and what is none is not. */
static void hashes_tell_definitions_apart(void) {
  static const struct {
    const char *before, *after;
    bool same;
  } rows[] = {
      {"{name: a, type: string, aggregation: last, property: p, default_value: \"x\\ny\"}",
       "{name: a, type: string, aggregation: last, property: p, default_value: 'x\\ny'}", false},
      {"{name: a, type: string, aggregation: last, property: p, default_value: 'x\\y'}",
       "{name: a, type: string, aggregation: last, property: p, default_value: 'x\\\\y'}", false},
      {"{name: a, type: int32, aggregation: counter, period: 7d}",
       "{name: a, type: int32, aggregation: counter, period: P1W}", true},
      {"{name: a, type: int32, aggregation: counter, period: 7d}",
       "{name: a, type: int32, aggregation: counter, period: 8d}", false},
      {"{name: a, type: float, aggregation: sum, property: p}",
       "{name: a, type: double, aggregation: sum, property: p}", true},
      {"{name: a, type: int32, aggregation: counter}", "{name: a, type: int32, aggregation: counter, description: d}",
       true},
      {"{name: a, type: int32, aggregation: counter}", "{name: b, type: int32, aggregation: counter}", false},
      {"{name: a, type: string, aggregation: last, property: p}",
       "{name: a, type: string, aggregation: last, property: p, ignore_nulls: true}", false},
      {"{name: a, type: int32, aggregation: counter}, {name: b, type: int32, aggregation: counter}",
       "{name: b, type: int32, aggregation: counter}, {name: a, type: int32, aggregation: counter}", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    recorded_begin();
    recorded_view(rows[i].before);
    const char *before = definition();
    recorded_view(rows[i].after);
    const char *after = definition();
    bool same = sbe_streq(sbe_definition_hash(fixture.arena, before), sbe_definition_hash(fixture.arena, after));
    UNIT_CHECK(same == rows[i].same, "%s\n%s", before, after);
    if (!same)
      UNIT_CHECK(*sbe_definition_difference(fixture.arena, before, after), "nothing to tell of\n%s\n%s", before, after);
  }
  recorded_end();
}

static void differences_are_told(void) {
  static const char before[] = "start_date: 2025-01-01\nattribute a: one\nattribute b: two: 3\nattribute c: x\n";
  static const struct {
    const char *after, *difference;
  } rows[] = {
      {before, ""},
      {"start_date: 2025-02-01\nattribute a: one\nattribute b: two: 3\nattribute c: x\n",
       "start_date was 2025-01-01, is now 2025-02-01"},
      {"start_date: 2025-01-01\nattribute a: one\nattribute c: x\n", "attribute b was removed"},
      {"start_date: 2025-01-01\nattribute a: one\nattribute b: two: 3\nattribute c: x\nattribute cc: x\n",
       "attribute cc was added"},
      {"start_date: 2025-01-01\nattribute b: two: 4\nattribute c: x\nattribute d: one\n",
       "attribute a was removed; attribute b was two: 3, is now two: 4; attribute d was added"},
      {"start_date: 2025-01-01\nattribute b: two: 3\nattribute a: one\nattribute c: x\n",
       "its attributes stand in another order"},
      {"", "start_date was removed; attribute a was removed; attribute b was removed; attribute c was removed"},
  };
  recorded_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    SAME(sbe_definition_difference(fixture.arena, before, rows[i].after), rows[i].difference);
  SAME(sbe_definition_difference(fixture.arena, "", "attribute a: b\n"), "attribute a was added");
  SAME(sbe_definition_difference(fixture.arena, "app_id:\n", "app_id: web\n"), "app_id was not set, is now web");
  SAME(sbe_definition_difference(fixture.arena, "app_id: web\n", "app_id: \n"), "app_id was web, is now not set");
  recorded_end();
}

/* What changes the scan changes the definition; two lists of applications that read alike are two. */
static void variables_are_part_of_it(void) {
  static const char *const variables[] = {"{}",
                                          "{start_date: 2025-01-02}",
                                          "{app_id: [a]}",
                                          "{app_id: [a, b]}",
                                          "{app_id: ['a, b']}",
                                          "{app_id: [\"a\\nb\"]}"};
  const char *hashes[sizeof variables / sizeof *variables];
  recorded_begin();
  recorded_view("{name: a, type: int32, aggregation: counter}");
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    recorded_vars(variables[i]);
    hashes[i] = sbe_definition_hash(fixture.arena, definition());
    CU_ASSERT_EQUAL(recorded_count(definition(), "\n"), 5);
    for (size_t j = 0; j < i; j++)
      UNIT_CHECK(!sbe_streq(hashes[i], hashes[j]), "%s and %s have one definition hash", variables[i], variables[j]);
  }
  recorded_end();
}

int sbe_add_window_suite(void) {
  static const sbe_unit_test tests[] = {
      {"late days follow the variables", late_days_follow_the_variables},
      {"days are literals or a relation", days_are_literals_or_a_relation},
      {"many days take several statements", many_days_take_several_statements},
      {"partials are of events that match", partials_are_of_events_that_match},
      {"the row that counts is the first", the_row_that_counts_is_the_first},
      {"the lookback covers the overlap", the_lookback_covers_the_overlap},
      {"windows end before U", windows_end_before_u},
      {"the lifetime is everything", the_lifetime_is_everything},
      {"days of the window come from scratch", days_of_the_window_come_from_scratch},
      {"the roll-up stands for settled days", the_rollup_stands_for_settled_days},
      {"the roll-up is merged on", the_rollup_is_merged_on},
      {"finals have their empty values", finals_have_their_empty_values},
      {"counts are ranked", counts_are_ranked},
      {"only what differs is written", only_what_differs_is_written},
      {"days are replaced whole", days_are_replaced_whole},
      {"definitions are a line a thing", definitions_are_a_line_a_thing},
      {"hashes tell definitions apart", hashes_tell_definitions_apart},
      {"differences are told", differences_are_told},
      {"variables are part of it", variables_are_part_of_it},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("windows and definitions", tests);
}
