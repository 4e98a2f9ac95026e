/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run lock, the manifest, and what a run refuses before it begins (core/manifest, core/run), played on
 * the recorder. A run that is refused must not have written anything but its lock.
 */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/play.h"

#define VIEW(name, attributes) "{name: " name ", entity: domain_userid, attributes: [" attributes "]}"
#define COUNTER "{name: n, type: int64, aggregation: counter}"

static const char *joined(const char *a, const char *b) {
  return sbe_arena_printf(fixture.arena, "%s%s", a, b);
}

/* --- the lock ------------------------------------------------------------------------------------ */

#define LOCK "\"shop_snowplow_manifest\".\"snowplow_run_lock\""

/* How it was taken, by the i-th statement that tries: the counter goes on, and the row says who has it. */
static void check_taken(size_t i, long token, const char *where) {
  const char *take = play_statement("SET token = token + 1", i);
  HAS(take, "UPDATE " LOCK " SET token = token + 1, holder = 'sbe ");
  HAS(take, sbe_arena_printf(fixture.arena, "', pid = %ld, process_start = ", (long)getpid()));
  HAS(take, ", since = CURRENT_TIMESTAMP, expires = ADD_SECONDS(CURRENT_TIMESTAMP, 900) WHERE ");
  HAS(take, where);
  CU_ASSERT_PTR_NULL(play_statement("SET token = token + 1", i + 1));
  CU_ASSERT(strstr(play_outline(), "run: UPDATE snowplow_run_lock\nquery: SELECT snowplow_run_lock\nquery: ") != NULL);
  /* every batch from then on holds the row and asks whether it is still ours, and in the end it is let go */
  const char *ours = sbe_arena_printf(fixture.arena, " WHERE token = %ld", token);
  HAS(play_statement("SELECT COUNT(*) = 1", 0), sbe_arena_printf(fixture.arena, "%s AND holder IS NOT NULL", ours));
  const char *hold = play_statement("SET expires", 0), *release = play_statement("SET holder = NULL", 0);
  SAME(hold,
       sbe_arena_printf(fixture.arena, "UPDATE " LOCK " SET expires = ADD_SECONDS(CURRENT_TIMESTAMP, 900)%s", ours));
  HAS(release, "UPDATE " LOCK " SET holder = NULL WHERE holder = 'sbe ");
  HAS(take, strstr(release, "'sbe ")); /* the very name that it was taken with */
  const char *batches = play_lines("run atomic");
  CU_ASSERT(recorded_count(batches, "\n") > 0);
  CU_ASSERT_EQUAL(recorded_count(batches, "run atomic: UPDATE snowplow_run_lock, guard SELECT snowplow_run_lock, "),
                  recorded_count(batches, "\n"));
}

#define FREE " WHERE holder IS NULL OR expires <= CURRENT_TIMESTAMP"

static void a_free_lock_is_taken(void) {
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){0})->code, SBE_OK);
  check_taken(0, 1, FREE);
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){.script = play_lock(41, false, 1, -1, NULL, "2045-01-01 09:10:00")})->code, SBE_OK);
  check_taken(0, 42, FREE);
  recorded_end();
}

static void check_refused(const sbe_run_results *results, const char *holder) {
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  HAS(results->error.message,
      sbe_arena_printf(fixture.arena, "another run holds the lock: %s, since 2045-01-01 08:00:00 UTC", holder));
  HAS(results->error.message, "its lease ends 2045-01-01 09:10:00 UTC");
  SAME(results->views[0].status, "not run");
  SAME(played.steps, "");
  LACKS(played.log, "holder = NULL"); /* what is not ours is not let go */
}

static void a_held_lock_refuses(void) {
  recorded_begin();
  /* this very process is alive; when it began is not known */
  const sbe_run_results *results =
      play_run(&(play){.script = play_lock(7, true, getpid(), -1, NULL, "2045-01-01 09:10:00")});
  char here[256];
  CU_ASSERT_EQUAL(gethostname(here, sizeof here), 0);
  check_refused(results, sbe_arena_printf(fixture.arena, "process %ld on %s", (long)getpid(), here));
  SAME(play_lines("run atomic"), "");
  results = play_run(&(play){.script = play_lock(7, true, 4711, 12, "elsewhere", "2045-01-01 09:10:00")});
  check_refused(results, "process 4711 on elsewhere");
  recorded_end();
}

static void a_dead_holder_is_replaced_at_once(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  CU_ASSERT_FATAL(child > 0 && waitpid(child, NULL, 0) == child);
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){.script = play_lock(7, true, child, -1, NULL, "2045-01-01 09:10:00")})->code,
                  SBE_OK);
  check_taken(1, 8, " WHERE token = 7");
  /* the pid lives, but it is another process than the one that took the lock */
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){.script = play_lock(7, true, getpid(), 1, NULL, "2045-01-01 09:10:00")})->code,
                  SBE_OK);
  check_taken(1, 8, " WHERE token = 7");
  recorded_end();
}

static void a_lease_ends(void) {
  static const char *const over[] = {"2045-01-01 08:59:59.999999", "2045-01-01 09:00:00"};
  for (size_t i = 0; i < 2; i++) {
    recorded_begin();
    CU_ASSERT_EQUAL(play_run(&(play){.script = play_lock(7, true, 4711, 12, "elsewhere", over[i])})->code, SBE_OK);
    check_taken(0, 8, FREE);
  }
  recorded_end();
}

/* Who has it is what the row says, whatever was seen before. */
static void a_lost_race_says_who_won(void) {
  recorded_begin();
  const char *gone = play_lock(7, true, 0, -1, NULL, "2045-01-01 09:10:00");
  const char *overtaken = joined("on WHERE token = 7\n", play_overtaken(8));
  const sbe_run_results *results = play_run(&(play){.script = joined(gone, overtaken)});
  check_refused(results, "process 4711 on elsewhere");
  HAS(play_statement("SET token = token + 1", 1), " WHERE token = 7");
  SAME(play_lines("run atomic"), "");
  /* a free one that is gone before the first statement */
  results = play_run(&(play){.script = joined("on SET token = token + 1\n", play_overtaken(1))});
  check_refused(results, "process 4711 on elsewhere");
  CU_ASSERT_PTR_NULL(play_statement("SET token = token + 1", 1));
  /* free whenever it is looked at, and never to be had: it is given up */
  results = play_run(&(play){.script = "on SET token = token + 1\ncount 0\n"});
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  SAME(results->error.message, "another run took the lock at the same moment");
  CU_ASSERT_PTR_NOT_NULL(play_statement("SET token = token + 1", 2));
  CU_ASSERT_PTR_NULL(play_statement("SET token = token + 1", 3));
  LACKS(played.log, "holder = NULL");
  recorded_end();
}

/* Somebody publishes and holds the row: waiting for it ends with what to tell, as does an empty table. */
static void a_lock_that_cannot_be_had(void) {
  recorded_begin();
  const sbe_run_results *results =
      play_run(&(play){.script = "on SET token = token + 1\nfail timeout the row is locked\n"});
  CU_ASSERT_EQUAL(results->code, SBE_BUSY);
  SAME(results->error.message, "another run holds the lock, and is writing: the row is locked");
  SAME(play_lines("run"), "run: UPDATE snowplow_run_lock\n"); /* once, and nothing else */
  LACKS(played.log, "holder = NULL");
  results = play_run(&(play){.script = "on SELECT token, holder\n"});
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  SAME(results->error.message, "the table snowplow_run_lock has no row: drop this table, the next run makes it anew");
  recorded_end();
}

/* Where rows can be held for the length of a batch, that is what a batch begins with. */
static void the_row_is_held(void) {
  static const sbe_pattern patterns[] = {{SBE_OP_HOLD, "{0} FOR UPDATE"}, {SBE_OP_END, NULL}};
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){.patterns = patterns})->code, SBE_OK);
  SAME(play_statement("FOR UPDATE", 0), "SELECT token FROM " LOCK " WHERE token = 1 FOR UPDATE");
  CU_ASSERT_PTR_NULL(play_statement("SET expires", 0));
  const char *batches = play_lines("run atomic");
  CU_ASSERT(recorded_count(batches, "\n") > 1);
  CU_ASSERT_EQUAL(recorded_count(batches, "run atomic: SELECT snowplow_run_lock, "), recorded_count(batches, "\n"));
  /* a view's row too: a batch whose answer was lost may still be about to write it */
  HAS(batches, "run atomic: SELECT snowplow_run_lock, SELECT snowplow_incremental_manifest, guard SELECT ");
  recorded_end();
}

/* 200 s at each tick: the third one finds the lease more than a third old, and renews it on another connection. */
static void the_lease_is_renewed_meanwhile(void) {
  static const char slow[] = "on CREATE TABLE \"shop_scratch\".\"sbe_1_scan_0\"\nticks 3\n";
  recorded_begin();
  CU_ASSERT_EQUAL(play_run(&(play){.script = slow, .seconds_per_tick = 200})->code, SBE_OK);
  CU_ASSERT_EQUAL(played.ticks, 3);
  SAME(play_lines("open"), "open\nopen\n");
  SAME(play_lines("close"), "close\nclose\n");
  SAME(play_outline_of(2), "open\nrun: UPDATE snowplow_run_lock\nclose");
  HAS(strstr(played.log, "-- connection 2"),
      "UPDATE " LOCK " SET expires = ADD_SECONDS(CURRENT_TIMESTAMP, 900) WHERE token = 1\n");
  CU_ASSERT_EQUAL(play_run(&(play){.script = slow, .seconds_per_tick = 100})->code, SBE_OK);
  SAME(play_outline_of(2), "");
  /* a renewal that fails is no failure: the guard of each batch will tell; the first one in a script is a connection's
     own */
  const char *fails = joined(slow, "on SET expires\ntimes 1\nfail busy locked\n");
  CU_ASSERT_EQUAL(play_run(&(play){.script = fails, .seconds_per_tick = 200})->code, SBE_OK);
  HAS(play_outline_of(2), "run: UPDATE snowplow_run_lock\nanswer: busy\n");
  recorded_end();
}

/* --- left-overs ---------------------------------------------------------------------------------- */

/* Ours is run 5: what older ones left is dropped; a younger one's, and what is nobody's, is not. */
static void scratch_of_dead_runs_is_dropped(void) {
  recorded_begin();
  const char *script =
      joined(play_lock(4, false, 1, -1, NULL, "2045-01-01 09:10:00"),
             "on table_schema = 'shop_scratch'\nrow text:sbe_3_scan_0\nrow text:sbe_4_v_1_days\nrow text:sbe_5_scan_0\n"
             "row text:sbe_12_scan_0\nrow text:other\nrow text:sbe_x\nrow text:sbe__x\nrow text:sbe_-1_x\nrow "
             "text:xsbe_3_scan_0\nrow text:sbe_3x_y\n");
  CU_ASSERT_EQUAL(play_run(&(play){.script = script})->code, SBE_OK);
  HAS(play_outline(), "query: SELECT shop_scratch\nrun: DROP sbe_3_scan_0, DROP sbe_4_v_1_days\ndescribe: ");
  recorded_end();
}

/* --- what is refused ----------------------------------------------------------------------------- */

/* Refused before anything of a view was touched: only the lock and the log were written. */
static void check_untouched(void) {
  LACKS(played.log, "shop_derived\".");
  LACKS(played.log, "INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental");
  LACKS(played.log, "-- statement repeatable\nDELETE FROM");
  CU_ASSERT_PTR_NOT_NULL(play_statement("SET holder = NULL", 0));
}

static void a_newer_manifest_is_refused(void) {
  recorded_begin();
  play p = {0};
  p.script = play_manifest(
      &p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1, .layout = SBE_MANIFEST_LAYOUT + 1});
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  HAS(results->error.message, sbe_arena_printf(fixture.arena, "written by a newer sbe (layout %d; this one knows %d)",
                                               SBE_MANIFEST_LAYOUT + 1, SBE_MANIFEST_LAYOUT));
  check_untouched();
  recorded_end();
}

/* It is 09:00 for the warehouse: what it loads later would lie before the position. The overlap is read again. */
static void a_clock_that_is_ahead_is_refused(void) {
  recorded_begin();
  play p = {.now = "2045-01-01 09:10:00"};
  const sbe_run_results *results = play_run(&p);
  UNIT_CHECK(results->code == SBE_OK, "%s", results->error.message);
  p.now = "2045-01-01 09:10:00.000001";
  results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  HAS(results->error.message, "the run's clock, 2045-01-01 09:10:00.000001 UTC, is ahead of the warehouse's, "
                              "2045-01-01 09:00:00 UTC");
  check_untouched();
  recorded_end();
}

static void a_changed_definition_is_refused(void) {
  recorded_begin();
  play p = {
      .views = "{name: v, version: 3, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter},"
               " {name: m, type: int64, aggregation: counter}]}"};
  const char *before = "entity key: domain_userid from domain_userid\nstart_date: 2024-12-01\napp_id: \n"
                       "events table: atomic.events\nattribute gone: x\nattribute n: n int64 = counter() of "
                       "any event, lifetime\n";
  p.script = play_manifest(
      &p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1, .hash = "0", .definition = before});
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  SAME(results->error.message, "view v_3 has changed since its tables were computed: start_date was 2024-12-01, is now "
                               "2025-01-01; attribute gone was "
                               "removed; attribute m was added. Compute it anew with `sbe run --full-refresh --select "
                               "v` (with --until-current: all of its windows at once), or give it a new version "
                               "(version: 4) beside the old one");
  SAME(results->views[0].status, "error");
  SAME(results->views[0].error_text, results->error.message);
  check_untouched();
  /* with --full-refresh it goes on */
  p.full_refresh = true;
  results = play_run(&p);
  UNIT_CHECK(results->code == SBE_OK, "%s", results->error.message);
  recorded_end();
}

/* A view that is refused does not hold back another. */
static void the_other_views_go_on(void) {
  recorded_begin();
  play p = {.views = "[" VIEW("v", COUNTER) ", " VIEW("w", COUNTER) "]"};
  p.script = play_manifest(
      &p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1, .hash = "0", .definition = "x: y\n"});
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  SAME(results->views[0].status, "error");
  SAME(results->views[1].status, "success");
  HAS(play_outline(), "INSERT w_1_attributes");
  LACKS(play_outline(), "v_1_attributes");
  recorded_end();
}

static void a_full_refresh_is_guarded(void) {
  recorded_begin();
  play p = {.full_refresh = true, .target = "prod"};
  p.script = play_manifest(&p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1});
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  SAME(results->error.message,
       "--full-refresh would drop what view v_1 has computed, which target 'prod' does not allow: set "
       "snowplow__allow_refresh to true (--vars '{snowplow__allow_refresh: true}'), or use target 'dev'");
  SAME(results->views[0].status, "not run");
  check_untouched();
  const struct {
    const char *target, *vars;
  } allowed[] = {{"dev", NULL}, {"prod", "{allow_refresh: true}"}, {"test", "{dev_target_name: test}"}};
  for (size_t i = 0; i < 3; i++) {
    p.target = allowed[i].target;
    p.vars = allowed[i].vars;
    results = play_run(&p);
    UNIT_CHECK(results->code == SBE_OK, "%s: %s", p.target, results->error.message);
    recorded_vars("{}");
  }
  /* the dev target may be another one */
  p.target = "dev";
  p.vars = "{dev_target_name: test}";
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_INVALID);
  /* where nothing was computed there is nothing to lose */
  p.script = NULL;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  recorded_end();
}

/* It starts again: state, days and tables, with the clock as the end of the refresh. */
static void a_full_refresh_begins_again(void) {
  recorded_begin();
  play p = {.full_refresh = true, .now = "2025-01-09 12:00:00"};
  p.script = joined(
      play_manifest(
          &p, &(play_state){.position = "2025-01-09 00:00:00", .windows = 9, .rollup_through = "2025-01-02 00:00:00"}),
      play_days("2025-01-01 true 1"));
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  HAS(play_lines("run atomic:"), "run atomic: UPDATE snowplow_run_lock, guard SELECT snowplow_run_lock, DELETE "
                                 "snowplow_daily_aggregation_manifest, DELETE "
                                 "snowplow_incremental_manifest, INSERT snowplow_incremental_manifest\n");
  const char *begun = play_statement("INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\"", 0);
  HAS(begun, "TIMESTAMP '2025-01-09 12:00:00' AS refresh_until, 0 AS windows");
  HAS(begun, "CAST(NULL AS TIMESTAMP) AS last_success");
  HAS(play_outline(), "\nrun: DROP v_1_filtered_events, CREATE v_1_filtered_events, ");
  /* the first window is from the start date; every day of it is processed; the refresh is not over */
  HAS(played.log,
      "\"load_tstamp\" >= TIMESTAMP '2025-01-01 00:00:00' AND \"load_tstamp\" < TIMESTAMP '2025-01-03 00:00:00'");
  HAS(played.log, "    TRUE AS is_processed");
  const char *done = play_statement("INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\"", 1);
  HAS(done, "TIMESTAMP '2025-01-03 00:00:00' AS last_success");
  HAS(done, "TIMESTAMP '2025-01-09 12:00:00' AS refresh_until, 1 AS windows");
  LACKS(played.log, "sbe_1_v_1_rollup\" AS");
  recorded_end();
}

/* Killed half-way, it goes on as one, to the clock it began with; then it is over. */
static void a_full_refresh_goes_on(void) {
  recorded_begin();
  play p = {.now = "2025-01-11 12:00:00"};
  p.script = play_manifest(
      &p, &(play_state){.position = "2025-01-08 00:00:00", .windows = 4, .refresh_until = "2025-01-09 12:00:00"});
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  LACKS(played.log, "DROP TABLE IF EXISTS \"shop_derived\"");
  HAS(played.log, "    TRUE AS is_processed");
  HAS(play_statement("INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\"", 0),
      "CAST(NULL AS TIMESTAMP) AS refresh_until, 5 AS windows");
  /* killed before its first window: the tables are made anew, and it is a refresh still */
  p.script = play_manifest(&p, &(play_state){.refresh_until = "2025-01-09 12:00:00"});
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  HAS(played.log, "DROP TABLE IF EXISTS \"shop_derived\"");
  HAS(play_statement("INSERT INTO \"shop_snowplow_manifest\".\"snowplow_incremental_manifest\"", 0),
      "TIMESTAMP '2025-01-09 12:00:00' AS refresh_until, 0 AS windows");
  recorded_end();
}

static void tables_of_others_are_not_touched(void) {
  static const char theirs[] = "on table_schema = 'shop_derived'\nrow text:something\nrow text:V_1_Attributes\n";
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.script = theirs});
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  SAME(results->error.message,
       "table v_1_attributes is there, but the manifest knows nothing of view v_1. If it may go, compute the "
       "view anew with `sbe run --full-refresh --select v`");
  check_untouched();
  CU_ASSERT_EQUAL(play_run(&(play){.script = theirs, .full_refresh = true})->code, SBE_OK);
  play p = {0};
  p.script = joined(theirs, play_manifest(&p, &(play_state){.position = "2025-01-02 00:00:00", .windows = 1}));
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK); /* ours */
  recorded_end();
}

/* Publishing is a batch of all or nothing: who has none is refused before anything is asked of him. */
static void an_adapter_without_batches_is_refused(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.without = SBE_CAN_ATOMIC});
  CU_ASSERT_EQUAL(results->code, SBE_UNSUPPORTED);
  HAS(results->error.message, "recorder");
  LACKS(played.log, "-- run");
  recorded_end();
}

static void a_missing_events_table_is_named(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.script = "describe atomic.events\nfail not_found gone\n"});
  CU_ASSERT_EQUAL(results->code, SBE_NOT_FOUND);
  SAME(results->error.message,
       "there is no events table atomic.events: set snowplow__atomic_schema and snowplow__events_table in sbe.yml");
  check_untouched();
  recorded_end();
}

/* Columns that are not there are told before anything runs; the run fails, the next one finds nothing half done. */
static void missing_columns_fail_the_scan(void) {
  recorded_begin();
  const sbe_run_results *results =
      play_run(&(play){.views = VIEW("v", "{name: a, type: string, aggregation: last, property: mkt_campaign}")});
  CU_ASSERT_EQUAL(results->code, SBE_INVALID);
  HAS(played.notes, "error v.yml:1:47: attribute 'a' of view 'v': the events table has no column 'mkt_campaign'\n");
  SAME(results->views[0].status, "error");
  LACKS(play_outline(), "scan_0, CREATE");
  recorded_end();
}

int sbe_add_lock_suite(void) {
  static const sbe_unit_test tests[] = {
      {"a free lock is taken", a_free_lock_is_taken},
      {"a held lock refuses", a_held_lock_refuses},
      {"a dead holder is replaced at once", a_dead_holder_is_replaced_at_once},
      {"a lease ends", a_lease_ends},
      {"a lost race says who won", a_lost_race_says_who_won},
      {"a lock that cannot be had", a_lock_that_cannot_be_had},
      {"the row is held", the_row_is_held},
      {"the lease is renewed meanwhile", the_lease_is_renewed_meanwhile},
      {"scratch of dead runs is dropped", scratch_of_dead_runs_is_dropped},
      {"a newer manifest is refused", a_newer_manifest_is_refused},
      {"a clock that is ahead is refused", a_clock_that_is_ahead_is_refused},
      {"a changed definition is refused", a_changed_definition_is_refused},
      {"the other views go on", the_other_views_go_on},
      {"a full refresh is guarded", a_full_refresh_is_guarded},
      {"a full refresh begins again", a_full_refresh_begins_again},
      {"a full refresh goes on", a_full_refresh_goes_on},
      {"tables of others are not touched", tables_of_others_are_not_touched},
      {"an adapter without batches is refused", an_adapter_without_batches_is_refused},
      {"a missing events table is named", a_missing_events_table_is_named},
      {"missing columns fail the scan", missing_columns_fail_the_scan},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("lock and refusals", tests);
}
