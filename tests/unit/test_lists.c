/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs where an adapter answers lists (SBE_CAN_ANSWER_LISTS): how many requests a run is, what is in which of
 * them, and what becomes of the rest when one fails. Expected outlines are written by hand.
 */
#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "core/sql/printer.h"
#include "tests/unit/play.h"

#define VIEW(name) "{name: " name ", entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter}]}"
#define COUNTS "on SELECT COUNT(CASE WHEN \"c0\""
#define STATE "INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\""
#define RUN_LOG "INSERT INTO \"shop_snowplow_manifest\".\"snowplow_run_log\""
#define NO_TABLES "on SET token = token + 1\ntimes 1\nfail not_found there is no such table\n"

/* Outlines. */
#define GUARD "UPDATE snowplow_run_lock, guard SELECT snowplow_run_lock, "
#define REPLACE(table) "DELETE " table ", INSERT " table
#define WRITE_STATE REPLACE("snowplow_incremental_manifest")
#define MAKE(table) "DROP " table ", CREATE " table
#define OPENING                                                                                                        \
  "run: UPDATE snowplow_run_lock, SELECT snowplow_run_lock, SELECT snowplow_incremental_manifest, "                    \
  "SELECT shop_derived, SELECT shop_scratch, SELECT atomic\n"
#define SCAN "run: " MAKE("sbe_1_scan_0") ", " MAKE("sbe_1_duplicates_0") ", SELECT sbe_1_scan_0, SELECT sbe_1_scan_0"
#define OF(model, table) "sbe_1_" model "_" table
#define FILL(table) MAKE(table) ", INSERT " table
#define LOOK(table) MAKE(table) ", SELECT " table
#define NEW_EVENTS(model) MAKE(OF(model, "new_events")) ", " LOOK(OF(model, "days"))
#define COMPUTE(model)                                                                                                 \
  "run: " NEW_EVENTS(model) ", " FILL(OF(model, "daily_aggregates")) ", " LOOK(OF(model, "changed")) "\n"
#define PUBLISH(model)                                                                                                 \
  "run atomic: " GUARD "INSERT " model                                                                                 \
  "_filtered_events, " REPLACE(model "_daily_aggregates") ", " REPLACE("snowplow_daily_aggregation_manifest") ", "
#define DROP(model, table) "DROP " OF(model, table)
#define DROP_DAILY(model) DROP(model, "daily_aggregates") ", " DROP(model, "daily_values")
#define DROP_ROLLUP(model) DROP(model, "rollup") ", " DROP(model, "rollup_values")
#define DROP_VIEW(model)                                                                                               \
  DROP(model, "new_events")                                                                                            \
  ", " DROP(model, "days") ", " DROP_DAILY(model) ", " DROP_ROLLUP(model) ", " DROP(model, "changed")
#define DROP_SCAN "DROP sbe_1_scan_0, DROP sbe_1_duplicates_0"
#define CLOSING "INSERT snowplow_run_log, UPDATE snowplow_run_lock\nclose"

static const sbe_pattern patterns[] = {
    {SBE_OP_DESCRIBE, "SELECT column_name, data_type FROM the_columns WHERE s = {1} AND t = {2}"}, {SBE_OP_END, NULL}};

static const char *joined(const char *a, const char *b) {
  return sbe_arena_printf(fixture.arena, "%s%s", a, b);
}

/* Played with lists, the columns told by a query. `script` may be NULL. */
static play in_lists(const char *views, const char *script) {
  return (play){.views = views,
                .with = SBE_CAN_ANSWER_LISTS,
                .patterns = patterns,
                .script = joined(script ? script : "", play_columns("FROM the_columns"))};
}

static const sbe_run_results *good(const play *what) {
  const sbe_run_results *results = play_run(what);
  UNIT_CHECK(results->code == SBE_OK, "%d: %s", results->code, results->error.message);
  return results;
}

static size_t requests(void) {
  return recorded_count(played.log, "-- run ");
}

/* Views that have been at 12:00 and are at 18:00 now, on a day when their attributes cannot differ by themselves. */
static play at_six(const char *views, const char *counts) {
  play p = in_lists(views, NULL);
  const char *manifest = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                                         .windows = 4,
                                                         .attributes_as_of = "2025-01-02 12:00:00",
                                                         .attributes_until = "2025-01-02 00:00:00",
                                                         .all = true});
  p.now = "2025-01-02 18:00:00";
  p.script = sbe_arena_printf(fixture.arena, "%s%s%s\n%s", manifest, COUNTS "\nrow ", counts, p.script);
  return p;
}

#define THREE "[" VIEW("u") ", " VIEW("v") ", " VIEW("w") "]"

/* --- what a run is ------------------------------------------------------------------------------- */

static void an_ordinary_run(void) {
  recorded_begin();
  play p = at_six(THREE, "int:0\tint:5\tint:0");
  p.script = joined(play_days("2025-01-01 false 2, 2025-01-02 true 3"), p.script);
  const sbe_run_results *results = good(&p);
  SAME(play_outline(),
       "open\n" OPENING SCAN "\n" COMPUTE("v_1") PUBLISH("v_1")
           REPLACE("v_1_attributes") ", " WRITE_STATE ", INSERT snowplow_run_log\n"
                                     "run atomic: " GUARD WRITE_STATE ", " WRITE_STATE ", INSERT snowplow_run_log\n"
                                     "run: " DROP_VIEW("v_1") ", " DROP_SCAN ", " CLOSING);
  CU_ASSERT_EQUAL(requests(), 1 + 1 + 2 + 1 + 1);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- query") + recorded_count(played.log, "-- describe"), 0);
  SAME(played.steps, "scan, duplicates, counts, filtered_events, days, daily_aggregates, attributes, publish, publish");
  for (size_t i = 0; i < 3; i++) {
    SAME(results->views[i].status, "success");
    CU_ASSERT_EQUAL(results->views[i].windows, 1);
    CU_ASSERT_EQUAL(results->views[i].position.at, recorded_time("2025-01-02 18:00:00"));
    CU_ASSERT_EQUAL(results->views[i].new_events, i == 1 ? 5 : 0);
    CU_ASSERT_EQUAL(results->views[i].days_processed, i == 1 ? 1 : 0);
    CU_ASSERT_EQUAL(results->views[i].events_skipped, i == 1 ? 2 : 0);
    CU_ASSERT_EQUAL(results->views[i].attributes_written, i == 1 ? 1 : 0);
  }
  /* who moved on has the old clock of its attributes, who was computed the new one */
  for (size_t i = 0; i < 3; i++) HAS(play_statement(STATE, i), "5 AS windows");
  HAS(play_statement(STATE, 0), "SELECT 'v_1' AS model");
  HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-02 18:00:00' AS attributes_as_of");
  HAS(play_statement(STATE, 1), "SELECT 'u_1' AS model");
  HAS(play_statement(STATE, 1), "TIMESTAMP '2025-01-02 18:00:00' AS last_success");
  HAS(play_statement(STATE, 1), "TIMESTAMP '2025-01-02 12:00:00' AS attributes_as_of");
  HAS(play_statement(STATE, 2), "SELECT 'w_1' AS model");
  /* the days are not known when the statements are printed */
  HAS(play_statement("DELETE FROM \"shop_derived\".\"v_1_daily_aggregates\"", 0), "IN (SELECT event_date FROM ");
  LACKS(played.log, "IN (DATE ");
  recorded_end();
}

/* Nothing came in: two requests beside opening and closing, however many views. */
static void nothing_came_in(void) {
  recorded_begin();
  play p = at_six(THREE, "int:0\tint:0\tint:0");
  good(&p);
  SAME(play_outline(), "open\n" OPENING SCAN "\n"
                       "run atomic: " GUARD WRITE_STATE ", " WRITE_STATE ", " WRITE_STATE ", INSERT snowplow_run_log\n"
                       "run: " DROP_SCAN ", " CLOSING);
  CU_ASSERT_EQUAL(requests(), 4);
  /* without lists it is decided alike, and asked one by one */
  p.with = 0;
  good(&p);
  HAS(play_outline(), "query: SELECT sbe_1_scan_0\nrun atomic: " GUARD WRITE_STATE ", " WRITE_STATE ", " WRITE_STATE
                      ", INSERT snowplow_run_log\nrun: " DROP_SCAN "\nrun: INSERT snowplow_run_log\nrun: UPDATE "
                      "snowplow_run_lock\nclose");
  recorded_end();
}

/* Of u all rows were read before, and taken: that is known from the scan's own request, and costs none more. */
static void nothing_but_rows_that_are_read_again(void) {
  recorded_begin();
  play p = at_six(THREE, "int:4\tint:5\tint:0");
  p.script = joined("on SELECT 0 AS view_number\nrow int:0\tint:0\nrow int:2\tint:0\nrow int:1\tint:3\n",
                    joined(play_days("2025-01-02 true 3"), p.script));
  const sbe_run_results *results = good(&p);
  CU_ASSERT_EQUAL(requests(), 1 + 1 + 2 + 1 + 1);
  HAS(play_outline(), "\nrun: " MAKE("sbe_1_v_1_new_events"));
  LACKS(play_outline(), "u_1");
  for (size_t i = 0; i < 3; i++) CU_ASSERT_EQUAL(results->views[i].position.at, recorded_time("2025-01-02 18:00:00"));
  /* what is left of the overlap, and not what filtered_events has from before */
  HAS(played.log, "SELECT 1 AS view_number, COUNT(*) AS n FROM \"shop_scratch\".\"sbe_1_scan_0\" AS s WHERE s.\"c1\" "
                  "AND NOT EXISTS (SELECT 1 FROM \"shop_derived\".\"v_1_filtered_events\" AS f WHERE f.\"event_id\" = "
                  "s.\"event_id\" AND f.\"load_tstamp\" >= TIMESTAMP '2025-01-02 11:50:00");
  recorded_end();
}

/* Computed anew and found to be as they are: attributes are not touched, but known to be up to date. */
static void attributes_that_did_not_change(void) {
  recorded_begin();
  for (int lists = 0; lists < 2; lists++) {
    play p = at_six(VIEW("v"), "int:2");
    p.script = joined("on SELECT COUNT(*) AS n FROM\nrow int:0\n", joined(play_days("2025-01-02 true 2"), p.script));
    if (!lists) p.with = 0;
    const sbe_run_results *results = good(&p);
    CU_ASSERT_EQUAL(results->views[0].attributes_written, 0);
    HAS(play_lines("run atomic"), PUBLISH("v_1") WRITE_STATE ", INSERT snowplow_run_log\n");
    HAS(play_statement(STATE, 0), "TIMESTAMP '2025-01-02 18:00:00' AS attributes_as_of");
    HAS(play_statement(STATE, 0), "FALSE AS attributes_stale");
  }
  recorded_end();
}

static void a_first_run(void) {
  recorded_begin();
  play p = in_lists(VIEW("v"), joined(NO_TABLES, play_days("2025-01-01 true 3")));
  good(&p);
  SAME(play_outline(),
       "open\nrun: UPDATE snowplow_run_lock\nanswer: not_found\n"
       "run: CREATE shop_snowplow_manifest, CREATE shop_scratch, CREATE shop_derived, "
       "CREATE snowplow_incremental_manifest, CREATE snowplow_daily_aggregation_manifest, CREATE snowplow_run_log, "
       "CREATE snowplow_run_lock\n" OPENING "run atomic: " GUARD
       "DELETE snowplow_daily_aggregation_manifest, " WRITE_STATE "\n"
       "run: " MAKE("v_1_filtered_events") ", " MAKE("v_1_daily_aggregates") ", DROP v_1_daily_values, " MAKE(
           "v_1_rollup") ", DROP v_1_rollup_values, " MAKE("v_1_attributes") "\n" SCAN "\n" COMPUTE("v_1")
           PUBLISH("v_1") REPLACE("v_1_attributes") ", " WRITE_STATE ", INSERT snowplow_run_log\n"
                                                    "run: " DROP_VIEW("v_1") ", " DROP_SCAN ", " CLOSING);
  SAME(played.steps, "prepare, begin, tables, scan, duplicates, counts, filtered_events, days, daily_aggregates, "
                     "attributes, publish");
  recorded_end();
}

/* Attributes alone: what was computed and its count in one request, another that publishes. */
static void attributes_only(void) {
  recorded_begin();
  play p = at_six(VIEW("v"), "int:0");
  p.now = "2025-01-02 12:00:00";
  p.script = joined(play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00", .windows = 4}),
                    play_columns("FROM the_columns"));
  good(&p);
  SAME(play_outline(),
       "open\n" OPENING "run: " MAKE("sbe_1_v_1_changed") ", SELECT sbe_1_v_1_changed\nrun atomic: " GUARD REPLACE(
           "v_1_attributes") ", " WRITE_STATE ", INSERT snowplow_run_log\nrun: " DROP_VIEW("v_1") ", " CLOSING);
  recorded_end();
}

/* A dry run shows all and asks as it always did. */
static void a_dry_run(void) {
  recorded_begin();
  play p = at_six(THREE, "int:0\tint:5\tint:0");
  p.dry_run = true;
  good(&p);
  LACKS(played.log, "-- run");
  HAS(played.statements, "INSERT INTO \"shop_derived\".\"w_1_filtered_events\"");
  recorded_end();
}

/* --- the opening --------------------------------------------------------------------------------- */

static void what_cannot_be_opened(void) {
  recorded_begin();
  play p = in_lists(VIEW("v"), "on SET token = token + 1\nfail timeout the row is locked\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  SAME(results->error.message, "another run holds the lock, and is writing: the row is locked");
  SAME(play_outline(), "open\nrun: UPDATE snowplow_run_lock\nanswer: timeout\nclose");
  /* a held one */
  p = in_lists(VIEW("v"), play_lock(7, true, 4711, 12, "elsewhere", "2045-01-01 09:10:00"));
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  SAME(play_outline(), "open\nrun: UPDATE snowplow_run_lock, SELECT snowplow_run_lock, "
                       "SELECT snowplow_incremental_manifest, SELECT shop_derived, SELECT shop_scratch, SELECT atomic\n"
                       "close");
  /* a dead holder's: the whole opening once more, for what was read before is worth nothing */
  p = in_lists(VIEW("v"), play_lock(7, true, 0, -1, NULL, "2045-01-01 09:10:00"));
  good(&p);
  HAS(play_outline(), "open\n" OPENING OPENING);
  HAS(play_statement("SET token = token + 1", 1), " WHERE token = 7");
  /* no events table: the query of its columns has no rows */
  p = in_lists(VIEW("v"), NULL);
  p.script = NULL;
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_NOT_FOUND);
  HAS(results->error.message, "there is no events table atomic.events: ");
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- describe"), 0);
  HAS(play_outline(), "run: " CLOSING);
  recorded_end();
}

/* --- failures ------------------------------------------------------------------------------------ */

/* The recorder's way, but for one table. */
static int32_t create_all_but_one(const sbe_table *table, sbe_statements *out, sbe_error *error) {
  if (strstr(table->name, "sbe_1_v_1_changed"))
    return sbe_error_set(error, SBE_UNSUPPORTED, NULL, "such a table cannot be made here");
  SBE_PRINT(sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), "CREATE TABLE ", table->name);
  return SBE_OK;
}

/* What was gathered for a view that cannot be printed to its end is never run, least of all with the next view's. */
static void a_failed_view_leaves_nothing(void) {
  recorded_begin();
  play p = in_lists("[" VIEW("v") ", " VIEW("w") "]", play_days("2025-01-01 true 3"));
  p.create = create_all_but_one;
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_UNSUPPORTED);
  SAME(results->views[0].status, "error");
  SAME(results->views[0].error_text, "such a table cannot be made here");
  SAME(results->views[1].status, "success");
  LACKS(played.log, "CREATE TABLE \"shop_scratch\".\"sbe_1_v_1");
  HAS(play_outline(), "\n" COMPUTE("w_1") PUBLISH("w_1"));
  HAS(played.steps, "duplicates, counts, filtered_events, days, daily_aggregates, attributes, publish");
  recorded_end();
}

/* Nor is what stands behind the statement that failed. */
static void a_view_fails_in_the_middle(void) {
  recorded_begin();
  play p = in_lists("[" VIEW("v") ", " VIEW("w") "]",
                    "on CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_days\"\nfail data it does not fit\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_DATA);
  SAME(results->views[0].error_text, "it does not fit");
  SAME(results->views[1].status, "success");
  HAS(play_outline(),
      "run: " MAKE("sbe_1_v_1_new_events") ", " MAKE("sbe_1_v_1_days") "\nanswer: data\n" COMPUTE("w_1"));
  LACKS(play_outline(), "INSERT v_1_filtered_events");
  /* both are in the log that ends the run, the failed one with all its steps */
  HAS(play_statement(RUN_LOG, 0), "'v_1', 'filtered_events, days, daily_aggregates, attributes', ");
  HAS(play_statement(RUN_LOG, 0), ", 'error', 'it does not fit'");
  recorded_end();
}

/* A list is run again whole; rows that it had answered before are not counted twice. */
static void a_list_is_tried_again_whole(void) {
  recorded_begin();
  play p = at_six(VIEW("v"), "int:3");
  p.script = sbe_arena_printf(
      fixture.arena, "on CREATE TABLE \"shop_scratch\".\"sbe_1_v_1_changed\"\ntimes 2\nfail busy somebody has it\n%s%s",
      play_days("2025-01-02 true 3"), p.script);
  const sbe_run_results *results = good(&p);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "run: " MAKE("sbe_1_v_1_new_events")), 3);
  CU_ASSERT_EQUAL(recorded_count(play_outline(), "run: " MAKE("sbe_1_scan_0")), 1);
  CU_ASSERT_EQUAL(results->views[0].new_events, 3);
  CU_ASSERT_EQUAL(results->views[0].days_processed, 1);
  recorded_end();
}

/* The lock is let go, whatever else the last request could not do. */
static void the_lock_is_let_go_all_the_same(void) {
  recorded_begin();
  play p = at_six(VIEW("v"), "int:0");
  /* the scan drops it first */
  p.script = joined("on DROP TABLE IF EXISTS \"shop_scratch\".\"sbe_1_duplicates_0\"\ntimes 1\n"
                    "on DROP TABLE IF EXISTS \"shop_scratch\".\"sbe_1_duplicates_0\"\nfail io gone\n",
                    p.script);
  good(&p);
  HAS(play_outline(),
      "run: " DROP_SCAN "\nanswer: io\nrun: INSERT snowplow_run_log\nrun: UPDATE snowplow_run_lock\nclose");
  recorded_end();
}

/* The answer to a batch was lost: the number of windows in the manifest says what became of it. */
static void an_unknown_outcome(void) {
  static const struct {
    const char *counts, *fails; /* views that are computed, or one batch that moves all of them on */
    int windows;
    int32_t code;
  } rows[] = {{"int:0\tint:0\tint:0", STATE, 5, SBE_OK},
              {"int:0\tint:0\tint:0", STATE, 4, SBE_IO},
              {"int:0\tint:1\tint:0", "INSERT INTO \"shop_derived\".\"v_1_filtered_events\"", 5, SBE_OK},
              {"int:0\tint:1\tint:0", "INSERT INTO \"shop_derived\".\"v_1_filtered_events\"", 4, SBE_IO}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    recorded_begin();
    play p = at_six(THREE, rows[i].counts);
    const char *after =
        play_manifest(&p, &(play_state){.position = "2025-01-02 18:00:00", .windows = rows[i].windows, .all = true});
    const char *rest = strchr(p.script, '\n') + 1; /* the manifest's block comes first, for the opening alone */
    p.script = sbe_arena_printf(fixture.arena, "on %s\nfail unknown the line broke\n%.*stimes 1\n%s%s", rows[i].fails,
                                (int)(rest - p.script), p.script, rest, after);
    const sbe_run_results *results = play_run(&p);
    CU_ASSERT_EQUAL(results->code, rows[i].code);
    bool computed = strstr(rows[i].counts, "int:1") != NULL, good = rows[i].code == SBE_OK;
    for (size_t v = 0; v < 3; v++)
      if (good || v == computed) SAME(results->views[v].status, good ? "success" : "error");
    /* not sent again when it had happened; else the window begins again, three times */
    CU_ASSERT_EQUAL(recorded_count(play_outline(), "answer: unknown\nquery: SELECT snowplow_incremental_manifest\n"),
                    good ? 1 : 4);
  }
  recorded_end();
}

/* --- near misses --------------------------------------------------------------------------------- */

#define NAMED                                                                                                          \
  "{name: v, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter, "                        \
  "events: [{name: page_vew}]}]}"

/* Asked in the scan's own request, which costs none more. */
static void near_misses(void) {
  static const char there[] = "on SELECT COUNT(CASE WHEN \"e0\"\nrow int:0\tint:0\n"
                              "on ORDER BY n DESC\nrow text:com.acme\ttext:page_view\ttext:1-0-0\tint:12\n";
  recorded_begin();
  play p = in_lists(NAMED, there);
  good(&p);
  HAS(played.notes, "event */page_vew/* matched nothing, but there were 12 of com.acme/page_view/1-0-0\n");
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- query"), 0);
  HAS(play_outline(), SCAN ", SELECT events\n");
  p.script =
      sbe_arena_printf(fixture.arena, "%s%s", p.script,
                       play_manifest(&p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1, .all = true}));
  good(&p);
  HAS(played.notes, "event */page_vew/* matched nothing"); /* not only for a new view */
  recorded_end();
}

int sbe_add_lists_suite(void) {
  static const sbe_unit_test tests[] = {
      {"an ordinary run", an_ordinary_run},
      {"nothing came in", nothing_came_in},
      {"nothing but rows that are read again", nothing_but_rows_that_are_read_again},
      {"attributes that did not change", attributes_that_did_not_change},
      {"a first run", a_first_run},
      {"attributes only", attributes_only},
      {"a dry run", a_dry_run},
      {"what cannot be opened", what_cannot_be_opened},
      {"a failed view leaves nothing", a_failed_view_leaves_nothing},
      {"a view fails in the middle", a_view_fails_in_the_middle},
      {"a list is tried again whole", a_list_is_tried_again_whole},
      {"the lock is let go all the same", the_lock_is_let_go_all_the_same},
      {"an unknown outcome", an_unknown_outcome},
      {"near misses", near_misses},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("runs in lists", tests);
}
