/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs (core/run), played on the recorder: which statements are sent, in which order and in which batch, and
 * what becomes of each failure. Expected outlines are written by hand from the manual's words on one run.
 */
#include <CUnit/CUnit.h>
#include <unistd.h>

#include "tests/unit/play.h"

#define VIEW(name, attributes) "{name: " name ", entity: domain_userid, attributes: [" attributes "]}"
#define COUNTER "{name: n, type: int64, aggregation: counter}"
#define TWO_VIEWS "[" VIEW("v", COUNTER) ", " VIEW("w", COUNTER) "]"
#define STATE "INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\""
#define RUN_LOG "INSERT INTO \"shop_snowplow_manifest\".\"snowplow_run_log\""
#define PUBLISH "INSERT INTO \"shop_derived\".\"v_1_filtered_events\""
#define SCAN "CREATE TABLE \"shop_scratch\".\"sbe_1_scan_0\""
#define CHANGED "CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_changed\""

static const char *joined(const char *a, const char *b) {
  return sbe_arena_printf(fixture.arena, "%s%s", a, b);
}

/* Of a run that ended well. */
static const sbe_run_results *good(const play *what) {
  const sbe_run_results *results = play_run(what);
  UNIT_CHECK(results->code == SBE_OK, "%d: %s", results->code, results->error.message);
  return results;
}

/* --- the order of things ------------------------------------------------------------------------- */

#define GUARD "UPDATE snowplow_run_lock, guard SELECT snowplow_run_lock, "
#define WRITE_STATE "DELETE snowplow_incremental_manifest, INSERT snowplow_incremental_manifest"
#define REPLACE(table) "DELETE " table ", INSERT " table

/* The opening, whose answers come one by one where the adapter does not answer lists. */
#define TAKE "run: UPDATE snowplow_run_lock\n"
#define READ_ALL                                                                                                       \
  "query: SELECT snowplow_run_lock\nquery: SELECT snowplow_incremental_manifest\nquery: SELECT shop_derived\n"         \
  "query: SELECT shop_scratch\n"
#define PREPARE                                                                                                        \
  "CREATE shop_snowplow_manifest, CREATE shop_scratch, CREATE shop_derived, CREATE snowplow_incremental_manifest, "    \
  "CREATE snowplow_daily_aggregation_manifest, CREATE snowplow_run_log, CREATE snowplow_run_lock"
#define NO_TABLES "on SET token = token + 1\ntimes 1\nfail not_found there is no such table\n"

static void a_first_run_in_its_order(void) {
  recorded_begin();
  const sbe_run_results *results = good(&(play){.script = joined(NO_TABLES, play_days("2025-01-01 true 3"))});
  static const char before[] = "open\n" TAKE "answer: not_found\n"
                               "run: " PREPARE "\n" TAKE READ_ALL "describe: atomic.events\n"
                               "run atomic: " GUARD "DELETE snowplow_daily_aggregation_manifest, " WRITE_STATE "\n"
                               "run: DROP v_1_filtered_events, CREATE v_1_filtered_events, DROP v_1_daily_aggregates, "
                               "CREATE v_1_daily_aggregates, "
                               "DROP v_1_daily_values, DROP v_1_rollup, CREATE v_1_rollup, DROP v_1_rollup_values, "
                               "DROP v_1_attributes, CREATE v_1_attributes\n";
  static const char computed[] =
      "run: DROP sbe_1_scan_0, CREATE sbe_1_scan_0\n"
      "run: DROP sbe_1_duplicates_0, CREATE sbe_1_duplicates_0\n"
      "query: SELECT sbe_1_scan_0\n"
      "run: DROP sbe_1_v_1_new_events, CREATE sbe_1_v_1_new_events\n"
      "run: DROP sbe_1_v_1_days, CREATE sbe_1_v_1_days\n"
      "query: SELECT sbe_1_v_1_days\n"
      "run: DROP sbe_1_v_1_daily_aggregates, CREATE sbe_1_v_1_daily_aggregates, INSERT sbe_1_v_1_daily_aggregates\n"
      "run: DROP sbe_1_v_1_changed, CREATE sbe_1_v_1_changed\n"
      "query: SELECT sbe_1_v_1_changed\n";
  static const char after[] =
      "run atomic: " GUARD "INSERT v_1_filtered_events, " REPLACE("v_1_daily_aggregates") ", " REPLACE(
          "snowplow_daily_aggregation_"
          "manifest") ", " REPLACE("v_1_attributes") ", " WRITE_STATE ", INSERT snowplow_run_log\n"
                                                     "run: DROP sbe_1_v_1_new_events, DROP sbe_1_v_1_days, DROP "
                                                     "sbe_1_v_1_daily_aggregates, "
                                                     "DROP sbe_1_v_1_daily_values, "
                                                     "DROP sbe_1_v_1_rollup, DROP sbe_1_v_1_rollup_values, DROP "
                                                     "sbe_1_v_1_changed\n"
                                                     "run: DROP sbe_1_scan_0, DROP sbe_1_duplicates_0\n"
                                                     "run: INSERT snowplow_run_log\n"
                                                     "run: UPDATE snowplow_run_lock\n"
                                                     "close";
  const char *outline = play_outline();
  HAS(outline, before);
  HAS(outline, computed);
  HAS(outline, after);
  CU_ASSERT_EQUAL(strlen(outline), strlen(before) + strlen(computed) + strlen(after)); /* and nothing else */
  SAME(played.steps,
       "prepare, begin, tables, scan, duplicates, filtered_events, days, daily_aggregates, attributes, publish");
  CU_ASSERT(results->n_steps == 10 && results->connected);
  SAME(results->views[0].status, "success");
  CU_ASSERT_EQUAL(results->views[0].windows, 1);
  CU_ASSERT_EQUAL(results->views[0].days_processed, 1);
  CU_ASSERT(results->views[0].position.known && results->views[0].position.at == recorded_time("2025-01-02 12:00:00"));
  HAS(played.log, " tag=snowplow_sbe\n");
  recorded_end();
}

/* What the state says after a first window, whole. */
static void the_state_after_a_window(void) {
  recorded_begin();
  good(&(play){.script = play_days("2025-01-01 true 3")});
  const char *hash = sbe_definition_hash(
      fixture.arena, sbe_definition_text(fixture.arena, fixture.ir->views[0], &fixture.sql, &fixture.vars));
  HAS(play_statement(STATE, 1),
      sbe_arena_printf(
          fixture.arena,
          "FROM (SELECT 'v_1' AS model, TIMESTAMP '2025-01-02 12:00:00' AS first_success, TIMESTAMP '2025-01-02 "
          "12:00:00' "
          "AS last_success, '%s' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP "
          "'2025-01-02 12:00:00' AS attributes_as_of, TIMESTAMP '2025-01-02 00:00:00' AS attributes_until, FALSE AS "
          "attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: ",
          hash));
  recorded_end();
}

/* A view with counts per value has two daily tables; they are replaced in the same batch. */
static void counts_per_value_are_published_too(void) {
  recorded_begin();
  good(&(play){.views = VIEW("v", "{name: l, type: string_list, aggregation: unique_list, property: mkt_source}"),
               .script = play_days("2025-01-01 true 3")});
  HAS(play_outline(), REPLACE("v_1_daily_aggregates") ", " REPLACE("v_1_daily_values") ", " REPLACE(
                          "snowplow_daily_aggregation_manifest"));
  recorded_end();
}

/* Days that wait touch no aggregate; the attributes are brought up to date for the first time all the same. */
static void days_that_wait(void) {
  recorded_begin();
  const sbe_run_results *results = good(&(play){.script = play_days("2024-12-30 false 4, 2024-12-31 false 1")});
  LACKS(play_outline(), "sbe_1_v_1_daily_aggregates, CREATE");
  HAS(play_lines("run atomic"),
      GUARD "INSERT v_1_filtered_events, " REPLACE("snowplow_daily_aggregation_manifest") ", " REPLACE(
          "v_1_attributes") ", " WRITE_STATE ", ");
  CU_ASSERT_EQUAL(results->views[0].events_skipped, 5);
  CU_ASSERT_EQUAL(results->views[0].days_processed, 0);
  recorded_end();
}

/* Where queries are cheap the days are literals, else the relation they are in. */
static void days_as_literals_or_as_a_relation(void) {
  static const char relation[] = "IN (SELECT event_date FROM \"shop_scratch\".\"sbe_1_v_1_days\" WHERE is_processed)";
  recorded_begin();
  play p = {.script = play_days("2025-01-01 true 3, 2025-01-02 false 1")};
  good(&p);
  LACKS(played.log, relation);
  HAS(play_statement("DELETE FROM \"shop_derived\".\"v_1_daily_aggregates\"", 0),
      " WHERE \"event_date\" IN (DATE '2025-01-01')");
  HAS(play_statement("INSERT INTO \"shop_scratch\".\"sbe_1_v_1_daily_aggregates\"", 0),
      "\"event_date\" IN (DATE '2025-01-01')");
  p.without = SBE_CAN_QUERY_CHEAPLY;
  const sbe_run_results *results = good(&p);
  LACKS(played.log, "IN (DATE ");
  HAS(play_statement("DELETE FROM \"shop_derived\".\"v_1_daily_aggregates\"", 0), relation);
  HAS(play_statement("INSERT INTO \"shop_scratch\".\"sbe_1_v_1_daily_aggregates\"", 0), relation);
  HAS(play_statement(CHANGED, 0), relation);
  CU_ASSERT_EQUAL(results->views[0].days_processed, 1);
  recorded_end();
}

/* --- windows ------------------------------------------------------------------------------------- */

/* A backfill of 1 day reaches to the end of the next day; the slice begins a little below, but never before the start.
 */
static void windows_reach_to_the_present(void) {
  recorded_begin();
  play p = {.now = "2025-01-06 06:00:00", .until_current = true, .script = play_days("2025-01-01 true 3")};
  const sbe_run_results *results = good(&p);
  static const char *const slices[][2] = {{"2025-01-01 00:00:00", "2025-01-03 00:00:00"},
                                          {"2025-01-02 23:50:00", "2025-01-05 00:00:00"},
                                          {"2025-01-04 23:50:00", "2025-01-06 06:00:00"}};
  for (size_t i = 0; i < 3; i++)
    HAS(play_statement(SCAN, i),
        sbe_arena_printf(fixture.arena, "\"load_tstamp\" >= TIMESTAMP '%s' AND \"load_tstamp\" < TIMESTAMP '%s')",
                         slices[i][0], slices[i][1]));
  CU_ASSERT_PTR_NULL(play_statement(SCAN, 3));
  CU_ASSERT_EQUAL(results->views[0].windows, 3);
  /* the attributes once, in the last; until then the manifest says that they are stale */
  CU_ASSERT_PTR_NULL(play_statement(CHANGED, 1));
  HAS(played.steps,
      "daily_aggregates, publish, scan, duplicates, filtered_events, days, daily_aggregates, publish, scan, "
      "duplicates, filtered_events, days, daily_aggregates, attributes, publish");
  HAS(play_statement(STATE, 2),
      "2 AS windows, CAST(NULL AS TIMESTAMP) AS attributes_as_of, CAST(NULL AS TIMESTAMP) AS attributes_until, "
      "TRUE AS attributes_stale");
  HAS(play_statement(STATE, 3),
      "TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-06 06:00:00' AS last_success");
  HAS(play_statement(STATE, 3), "FALSE AS attributes_stale");
  recorded_end();
}

static void one_window_a_run(void) {
  recorded_begin();
  const sbe_run_results *results = good(&(play){.now = "2025-01-06 06:00:00"});
  CU_ASSERT_PTR_NULL(play_statement(SCAN, 1));
  CU_ASSERT_EQUAL(results->views[0].position.at, recorded_time("2025-01-03"));
  recorded_vars("{backfill_limit_days: 0, load_overlap_minutes: 1440}");
  play p = {.now = "2025-01-06 06:00:00"};
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-03 08:00:00", .windows = 2});
  good(&p);
  HAS(play_statement(SCAN, 0),
      "\"load_tstamp\" >= TIMESTAMP '2025-01-02 08:00:00' AND \"load_tstamp\" < TIMESTAMP '2025-01-04 00:00:00')");
  recorded_end();
}

/* Views at one position share a scan; one at another is scanned for itself, the earliest first. */
static void views_at_other_positions(void) {
  recorded_begin();
  play p = {.views = TWO_VIEWS};
  good(&p);
  CU_ASSERT_PTR_NULL(play_statement(SCAN, 1));
  HAS(played.steps,
      "scan, duplicates, filtered_events, days, attributes, publish, filtered_events, days, attributes, publish");
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1});
  good(&p);
  HAS(play_statement(SCAN, 0), "\"load_tstamp\" >= TIMESTAMP '2025-01-01 00:00:00'"); /* w, which is new */
  HAS(play_statement(SCAN, 1), "\"load_tstamp\" >= TIMESTAMP '2025-01-01 23:50:00'");
  const char *w = strstr(play_outline(), "INSERT w_1_filtered_events"),
             *v = strstr(play_outline(), "INSERT v_1_filtered_events");
  CU_ASSERT(w && v && strlen(w) > strlen(v));
  recorded_end();
}

static void nothing_to_do_is_said(void) {
  recorded_begin();
  play p = {0};
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                             .windows = 1,
                                             .attributes_as_of = "2025-01-02 12:00:00",
                                             .attributes_until = "2025-01-02 00:00:00"});
  const sbe_run_results *results = good(&p);
  SAME(results->views[0].status, "nothing to do");
  SAME(played.steps, "");
  CU_ASSERT_EQUAL(results->views[0].position.at, recorded_time("2025-01-02 12:00:00"));
  SAME(play_lines("DROP"), "");
  /* nor at a later clock of the same day, but for a time_since_*; that one needs the attributes, not a scan */
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                             .windows = 1,
                                             .attributes_as_of = "2025-01-02 11:00:00",
                                             .attributes_until = "2025-01-02 00:00:00"});
  SAME(good(&p)->views[0].status, "nothing to do");
  p.views = VIEW("v", "{name: t, type: int64, aggregation: time_since_last, time_unit: h}");
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                             .windows = 1,
                                             .attributes_as_of = "2025-01-02 11:00:00",
                                             .attributes_until = "2025-01-02 00:00:00"});
  SAME(good(&p)->views[0].status, "success");
  SAME(played.steps, "attributes, publish");
  recorded_end();
}

/* A clock before the position scans nothing, does not move back, and rebuilds the attributes for its U. */
static void a_clock_before_the_position(void) {
  recorded_begin();
  play p = {.views = VIEW("v", "{name: n, type: int64, aggregation: counter, period: 7d}"), .now = "2025-01-20"};
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-25 12:00:00",
                                             .windows = 9,
                                             .attributes_as_of = "2025-01-25 12:00:00",
                                             .attributes_until = "2025-01-25 00:00:00"});
  const sbe_run_results *results = good(&p);
  SAME(played.steps, "attributes, publish");
  HAS(play_statement(CHANGED, 0), "\"event_date\" >= DATE '2025-01-13' AND \"event_date\" < DATE '2025-01-20'");
  HAS(play_lines("run atomic"), GUARD REPLACE("v_1_attributes") ", " WRITE_STATE ", INSERT snowplow_run_log\n");
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-25 12:00:00' AS last_success");
  HAS(play_statement(STATE, 0),
      "10 AS windows, TIMESTAMP '2025-01-20 00:00:00' AS attributes_as_of, TIMESTAMP '2025-01-20 00:00:00' AS "
      "attributes_until");
  CU_ASSERT_EQUAL(results->views[0].position.at, recorded_time("2025-01-25 12:00:00"));
  recorded_end();
}

/* A window without new events moves on, and leaves the attributes alone while they cannot differ. */
static void an_empty_window_moves_on(void) {
  recorded_begin();
  play p = {.now = "2025-01-02 18:00:00"};
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                             .windows = 1,
                                             .attributes_as_of = "2025-01-02 12:00:00",
                                             .attributes_until = "2025-01-02 00:00:00"});
  good(&p);
  SAME(played.steps, "scan, duplicates, filtered_events, days, publish");
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-02 18:00:00' AS last_success");
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-02 12:00:00' AS attributes_as_of");
  /* the next day has another U */
  p.now = "2025-01-03 00:00:00";
  good(&p);
  HAS(played.steps, "days, attributes, publish");
  recorded_end();
}

/* Days that nothing can change any more are rolled up, and again when seven more have settled. */
static void settled_days_are_rolled_up(void) {
  recorded_begin();
  play p = {.now = "2025-01-20 12:00:00"};
  const char *days = play_days("2025-01-19 true 3");
  p.script = joined(days, play_manifest(&p, &(play_state){.position = "2025-01-20 00:00:00", .windows = 9}));
  good(&p);
  /* the 20th less five days: the 14th is the last one settled */
  HAS(played.steps, "daily_aggregates, rollup, attributes, publish");
  HAS(play_statement("CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_rollup\"", 0),
      "WHERE \"event_date\" <= DATE '2025-01-14'");
  HAS(play_lines("run atomic"), REPLACE("v_1_rollup"));
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-14 00:00:00' AS rollup_through");
  HAS(play_statement(CHANGED, 0), "FROM \"shop_scratch\".\"sbe_1_v_1_rollup\"");
  p.script = joined(days, play_manifest(&p, &(play_state){.position = "2025-01-20 00:00:00",
                                                          .windows = 9,
                                                          .rollup_through = "2025-01-08 00:00:00"}));
  good(&p);
  LACKS(played.steps, "rollup"); /* six days: not yet */
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-08 00:00:00' AS rollup_through");
  HAS(play_statement(CHANGED, 0), "FROM \"shop_derived\".\"v_1_rollup\"");
  p.script = joined(days, play_manifest(&p, &(play_state){.position = "2025-01-20 00:00:00",
                                                          .windows = 9,
                                                          .rollup_through = "2025-01-07 00:00:00"}));
  good(&p);
  HAS(played.steps, "rollup, attributes");
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-14 00:00:00' AS rollup_through");
  /* a longer lookback reaches into it: it holds no more, and is made anew through the day that it leaves */
  recorded_vars("{late_event_lookback_days: 12}");
  p.script = joined(days, play_manifest(&p, &(play_state){.position = "2025-01-20 00:00:00",
                                                          .windows = 9,
                                                          .rollup_through = "2025-01-14 00:00:00"}));
  good(&p);
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-07 00:00:00' AS rollup_through");
  HAS(play_lines("run atomic"), "DELETE v_1_rollup, INSERT v_1_rollup");
  recorded_end();
}

/* --- dry runs ------------------------------------------------------------------------------------ */

static void a_dry_run_touches_nothing(void) {
  recorded_begin();
  const sbe_run_results *results =
      play_run(&(play){.dry_run = true,
                       .script = "on SELECT model, first_success\nfail not_found no such table\n"
                                 "on information_schema\nfail not_found no such schema\n"});
  UNIT_CHECK(results->code == SBE_OK, "%s", results->error.message);
  LACKS(played.log, "-- run");
  SAME(play_outline(), "open\nquery: SELECT snowplow_incremental_manifest\nanswer: not_found\n"
                       "query: SELECT snowplow_incremental_manifest\nquery: SELECT shop_derived\nanswer: not_found\n"
                       "describe: atomic.events\nclose");
  HAS(played.statements, "CREATE SCHEMA IF NOT EXISTS \"shop_derived\";\n");
  HAS(played.statements, "CREATE TABLE \"shop_scratch\".\"sbe_0_scan_0\"");
  HAS(played.statements, "IN (SELECT event_date FROM \"shop_scratch\".\"sbe_0_v_1_days\" WHERE is_processed)");
  HAS(played.statements, PUBLISH);
  HAS(played.statements, STATE);
  LACKS(played.statements, RUN_LOG);
  CU_ASSERT_NOT_EQUAL(access(sbe_arena_printf(fixture.arena, "%s/columns.json", played.directory), F_OK), 0);
  good(&(play){0});
  CU_ASSERT_EQUAL(access(sbe_arena_printf(fixture.arena, "%s/columns.json", played.directory), F_OK), 0);
  recorded_end();
}

/* --- failures ------------------------------------------------------------------------------------ */

/* The whole list again, from its DROP on, with longer and longer waits. */
static void what_may_pass_is_tried_again(void) {
  static const char *const passing[] = {"busy", "io", "timeout"};
  for (size_t i = 0; i < 3; i++) {
    recorded_begin();
    play p = {.script =
                  sbe_arena_printf(fixture.arena, "on " CHANGED "\ntimes 2\nfail %s locked by somebody\n", passing[i])};
    good(&p);
    CU_ASSERT_EQUAL(recorded_count(play_outline(), "run: DROP sbe_1_v_1_changed, CREATE sbe_1_v_1_changed\n"), 3);
    CU_ASSERT(played.slept > 2.9 && played.slept < 3.1); /* one second, two seconds */
    /* with the connection may be gone what the scan has left: then it begins with that */
    bool lost = sbe_streq(passing[i], "io");
    CU_ASSERT_EQUAL(recorded_count(played.notes, lost ? "note locked by somebody; beginning the window again\n"
                                                      : "note attributes: locked by somebody; trying again\n"),
                    2);
    CU_ASSERT_EQUAL(recorded_count(play_outline(), "run: DROP sbe_1_scan_0, CREATE sbe_1_scan_0\n"), lost ? 3 : 1);
    /* one clock a run */
    SAME(play_statement(CHANGED, 2), play_statement(CHANGED, 0));
    HAS(play_statement(CHANGED, 2), "TIMESTAMP '2025-01-02 12:00:00' AS updated_at");
  }
  recorded_end();
}

static void a_batch_is_tried_again_whole(void) {
  recorded_begin();
  good(&(play){.script = "on " PUBLISH "\ntimes 1\nfail busy locked\n"});
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "run atomic: " GUARD "INSERT v_1_filtered_events"), 2);
  SAME(play_statement(STATE, 1), play_statement(STATE, 1));
  recorded_end();
}

static void four_times_and_no_more(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.script = "on " SCAN "\nfail busy locked by somebody\n"});
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "CREATE sbe_1_scan_0"), 4);
  SAME(results->views[0].status, "error");
  SAME(results->views[0].error_text, "locked by somebody");
  recorded_end();
}

static void what_will_not_pass_is_not(void) {
  static const struct {
    const char *name;
    int32_t code;
  } rows[] = {{"data", SBE_DATA},
              {"syntax", SBE_SYNTAX},
              {"unsupported", SBE_UNSUPPORTED},
              {"auth", SBE_AUTH},
              {"internal", SBE_INTERNAL}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    recorded_begin();
    const sbe_run_results *results = play_run(
        &(play){.script = sbe_arena_printf(fixture.arena, "on " CHANGED "\nfail %s it isn't so\n", rows[i].name)});
    CU_ASSERT_EQUAL(results->code, rows[i].code);
    CU_ASSERT_EQUAL(recorded_count(play_outline(), "CREATE sbe_1_v_1_changed"), 1);
    CU_ASSERT_EQUAL(played.slept, 0);
    SAME(results->error.message, "it isn't so");
    LACKS(played.log, PUBLISH); /* nothing was published */
    HAS(played.steps, "attributes*");
    /* the log has it, and the lock is let go */
    HAS(play_statement(RUN_LOG, 0), ", 'error', 'it isn''t so'");
    HAS(play_outline(), "run: INSERT snowplow_run_log\nrun: UPDATE snowplow_run_lock\nclose");
  }
  recorded_end();
}

/* The answer to the batch was lost: the manifest's number of windows says whether it happened. */
static void an_unknown_outcome_is_looked_up(void) {
  static const char lost[] =
      "on " PUBLISH "\nfail unknown the connection broke\non SELECT model, first_success\ntimes 1\n";
  recorded_begin();
  play p = {0};
  p.script = joined(lost, play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00", .windows = 1}));
  const sbe_run_results *results = good(&p);
  SAME(results->views[0].status, "success");
  CU_ASSERT_EQUAL(results->views[0].windows, 1);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "INSERT v_1_filtered_events"), 1); /* never sent twice */
  HAS(play_outline(), "answer: unknown\nquery: SELECT snowplow_incremental_manifest\n");
  /* it did not happen */
  p.script = joined(lost, play_manifest(&p, &(play_state){.windows = 0}));
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_IO); /* the window begins again, three times */
  SAME(results->views[0].status, "error");
  CU_ASSERT_EQUAL(results->views[0].windows, 0);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "INSERT v_1_filtered_events"), 4);
  /* nor can be known */
  p.script = joined(lost, "on SELECT model, first_success\nfail io gone\n");
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_UNKNOWN_OUTCOME);
  SAME(results->views[0].status, "error");
  recorded_end();
}

/* Somebody has the lock now: this run publishes nothing, for no view. */
static void a_lost_lock_publishes_nothing(void) {
  static const char lost[] = "on SELECT COUNT(*) = 1\ntimes 2\nrow bool:true\non SELECT COUNT(*) = 1\nrow bool:false\n";
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.views = TWO_VIEWS, .script = lost});
  CU_ASSERT_EQUAL(results->code, SBE_CONFLICT);
  SAME(results->error.message, "nothing was published: another run has the lock now, or changed the same rows");
  SAME(results->views[0].status, "error");
  SAME(results->views[1].status, "error");
  LACKS(played.log, "INSERT INTO \"shop_derived\"");
  recorded_end();
}

static void one_view_does_not_stop_the_other(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(
      &(play){.views = TWO_VIEWS,
              .script = "on CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_new_events\"\nfail data it does not fit\n"});
  CU_ASSERT_EQUAL(results->code, SBE_DATA);
  SAME(results->views[0].status, "error");
  SAME(results->views[0].error_text, "it does not fit");
  SAME(results->views[1].status, "success");
  LACKS(play_outline(), "INSERT v_1_filtered_events");
  HAS(play_outline(), "INSERT w_1_filtered_events");
  /* its scratch is dropped as well */
  HAS(play_outline(), "run: DROP sbe_1_v_1_new_events, DROP sbe_1_v_1_days");
  /* a broken connection stops both */
  results = play_run(&(play){.views = TWO_VIEWS,
                             .script = "on CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_new_events\"\nfail io gone\n"});
  CU_ASSERT_EQUAL(results->code, SBE_IO);
  SAME(results->views[1].status, "error");
  LACKS(play_outline(), "w_1_new_events, CREATE");
  recorded_end();
}

/* What is told of a run is its first failure, not what came by and passed after it. */
static void the_first_failure_is_told(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(
      &(play){.views = TWO_VIEWS,
              .script = "on CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_new_events\"\nfail data it does not fit\n"
                        "on CREATE TABLE \"shop_scratch\".\"sbe_1_w_1_new_events\"\ntimes 1\nfail busy locked\n"});
  CU_ASSERT_EQUAL(results->code, SBE_DATA);
  SAME(results->error.message, "it does not fit");
  SAME(results->views[1].status, "success");
  recorded_end();
}

/* Ctrl-C: the statement is cancelled, nothing is published, the log and the lock still get through. */
static void an_interrupt_leaves_the_last_window(void) {
  recorded_begin();
  play p = {.script = "on " CHANGED "\nticks 5\non SET holder\nticks 1\non " RUN_LOG "\nticks 1\n",
            .cancel_at_tick = 3};
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_CANCELLED);
  CU_ASSERT_EQUAL(played.ticks, 3);
  SAME(results->error.message, "the statement was cancelled");
  HAS(played.steps, "attributes*");
  LACKS(played.log, PUBLISH);
  HAS(play_statement(RUN_LOG, 0), "'attributes', ");
  HAS(play_outline(), "run: INSERT snowplow_run_log\nrun: UPDATE snowplow_run_lock\nclose");
  /* in the second window: the first one stands */
  p = (play){.now = "2025-01-06", .until_current = true, .cancel_at_tick = 4, .script = "on " SCAN "\nticks 3\n"};
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_CANCELLED);
  CU_ASSERT_EQUAL(results->views[0].windows, 1);
  CU_ASSERT_EQUAL(results->views[0].position.at, recorded_time("2025-01-03"));
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "INSERT v_1_filtered_events"), 1);
  recorded_end();
}

/* --- warnings ------------------------------------------------------------------------------------ */

#define NAMED                                                                                                          \
  VIEW("v", "{name: n, type: int64, aggregation: counter, events: [{vendor: com.snowplowanalytics.snowplow, "          \
            "name: snowplow_ecommerce_action, version: 1-0-2}]}")
#define NOT_MATCHED "on SELECT COUNT(CASE WHEN \"e0\"\nrow int:0\n"

static void near_misses_are_told_once(void) {
  recorded_begin();
  play p = {.views = NAMED,
            .until_current = true,
            .now = "2025-01-06",
            .script = NOT_MATCHED
            "on ORDER BY n DESC\n"
            "row text:com.snowplowanalytics.snowplow\ttext:page_view\ttext:1-0-0\tint:9000\n"
            "row text:com.snowplowanalytics.snowplow.ecommerce\ttext:snowplow_ecommerce_action\ttext:1-0-1\tint:7\n"
            "row text:com.snowplowanalytics.snowplow.ecommerce\ttext:snowplow_ecommerce_action\ttext:1-0-2\tint:120\n"};
  const sbe_run_results *results = good(&p);
  CU_ASSERT_EQUAL(results->views[0].windows, 3);
  SAME(played.notes, "warning v.yml:1:101: event com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 "
                     "matched nothing, but there "
                     "were 120 of com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/1-0-2\n");
  CU_ASSERT_EQUAL(results->n_notes, 1);
  recorded_end();
}

static void what_is_no_near_miss_is_not_told(void) {
  static const char *const rows[] = {
      "row text:com.acme\ttext:checkout\ttext:1-0-0\tint:5\n", /* something else */
      "row text:com.snowplowanalytics.snowplow\ttext:snowplow_ecommerce_action\ttext:1-0-2\tint:5\n", /* itself, without
                                                                                                         a key */
      "row null\tnull\tnull\tint:5\n",
      "",
  };
  recorded_begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    good(&(play){.views = NAMED,
                 .script = sbe_arena_printf(fixture.arena, NOT_MATCHED "on ORDER BY n DESC\n%s", rows[i])});
    SAME(played.notes, "");
  }
  /* while it matches, the slice is not counted at all */
  good(&(play){.views = NAMED, .script = "on SELECT COUNT(CASE WHEN \"e0\"\nrow int:1\n"});
  LACKS(played.log, "ORDER BY n DESC");
  /* a view of any event asks nothing */
  good(&(play){0});
  LACKS(played.log, "\"e0\"");
  recorded_end();
}

/* --- the run log --------------------------------------------------------------------------------- */

static void the_log_is_in_the_batch(void) {
  recorded_begin();
  const sbe_run_results *results = good(&(play){.script = "on " SCAN "\ncount 17\n"});
  const char *log = play_statement(RUN_LOG, 0);
  HAS(log,
      "(\"run_id\", \"model\", \"step\", \"started\", \"finished\", \"row_count\", \"status\", \"error\")\nSELECT ");
  CU_ASSERT_EQUAL(recorded_count(log, "\nUNION ALL SELECT "), 6); /* all steps but the batch itself */
  HAS(log, sbe_arena_printf(fixture.arena, "'%s', '', 'scan', ", results->run_id));
  HAS(log, ", 17, 'success', CAST(NULL AS VARCHAR)");
  HAS(log, sbe_arena_printf(fixture.arena, "'%s', 'v_1', 'attributes', ", results->run_id));
  /* and that one when the run ends */
  const char *last = play_statement(RUN_LOG, 1);
  HAS(last, "'v_1', 'publish', ");
  HAS(last, "'', 'run', ");
  LACKS(last, "'days', ");
  recorded_end();
}

static void one_view_without_a_scan_does_not_stop_the_other(void) {
  recorded_begin();
  play p = {.views = TWO_VIEWS, .now = "2025-01-03"};
  const char *state = play_manifest(&p, &(play_state){.position = "2025-01-03 00:00:00",
                                                      .windows = 1,
                                                      .attributes_as_of = "2025-01-02 00:00:00",
                                                      .attributes_until = "2025-01-02 00:00:00",
                                                      .all = true});
  p.script = joined(state, "on " CHANGED "\nfail data it does not fit\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_DATA);
  SAME(results->views[0].status, "error");
  SAME(results->views[1].status, "success");
  recorded_end();
}

/* Ctrl-C while waiting for a busy database: it is not asked again. */
static void an_interrupt_ends_the_waiting(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.script = "on " SCAN "\nfail busy locked\n", .cancel_at_tick = 1});
  CU_ASSERT_EQUAL(results->code, SBE_CANCELLED);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "CREATE sbe_1_scan_0"), 1);
  recorded_end();
}

/* A column that one view lacks is no matter of the other's, though they share a scan. */
static void a_missing_column_is_one_views(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(
      &(play){.views = "[" VIEW("v", "{name: a, type: string, aggregation: last, property: mkt_campaign}") ", " VIEW(
                  "w", COUNTER) "]"});
  SAME(results->views[0].status, "error");
  SAME(results->views[1].status, "success");
  recorded_end();
}

int sbe_add_run_suite(void) {
  static const sbe_unit_test tests[] = {
      {"one view without a scan does not stop the other", one_view_without_a_scan_does_not_stop_the_other},
      {"an interrupt ends the waiting", an_interrupt_ends_the_waiting},
      {"a missing column is one view's", a_missing_column_is_one_views},
      {"a first run, in its order", a_first_run_in_its_order},
      {"the state after a window", the_state_after_a_window},
      {"counts per value are published too", counts_per_value_are_published_too},
      {"days that wait", days_that_wait},
      {"days as literals or as a relation", days_as_literals_or_as_a_relation},
      {"windows reach to the present", windows_reach_to_the_present},
      {"one window a run", one_window_a_run},
      {"views at other positions", views_at_other_positions},
      {"nothing to do is said", nothing_to_do_is_said},
      {"a clock before the position", a_clock_before_the_position},
      {"an empty window moves on", an_empty_window_moves_on},
      {"settled days are rolled up", settled_days_are_rolled_up},
      {"a dry run touches nothing", a_dry_run_touches_nothing},
      {"what may pass is tried again", what_may_pass_is_tried_again},
      {"a batch is tried again whole", a_batch_is_tried_again_whole},
      {"four times and no more", four_times_and_no_more},
      {"what will not pass is not", what_will_not_pass_is_not},
      {"an unknown outcome is looked up", an_unknown_outcome_is_looked_up},
      {"a lost lock publishes nothing", a_lost_lock_publishes_nothing},
      {"one view does not stop the other", one_view_does_not_stop_the_other},
      {"the first failure is told", the_first_failure_is_told},
      {"an interrupt leaves the last window", an_interrupt_leaves_the_last_window},
      {"near misses are told once", near_misses_are_told_once},
      {"what is no near miss is not told", what_is_no_near_miss_is_not_told},
      {"the log is in the batch", the_log_is_in_the_batch},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("runs", tests);
}
