/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views on connections of their own (core/run/parallel.c), played on the recorder, whose connections may work at
 * once. Which of them takes which view is not known: only what must hold whoever does is looked at.
 */
#include <CUnit/CUnit.h>
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "tests/unit/play.h"

#define VIEW(name) "{name: " name ", entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter}]}"
#define SIX "[" VIEW("a") ", " VIEW("b") ", " VIEW("c") ", " VIEW("d") ", " VIEW("e") ", " VIEW("f") "]"
#define MAKE(view, table) "on CREATE TABLE \"shop_scratch\".\"sbe_1_" view "_1_" table "\""
/* Waits until it is told to end, for far longer than anything here takes. */
#define WAIT(view) MAKE(view, "new_events") "\nticks 2000000000\n"

static const char models[6][4] = {"a_1", "b_1", "c_1", "d_1", "e_1", "f_1"};

static play in_parallel(const char *script) {
  return (play){.views = SIX, .with = SBE_CAN_WORK_IN_PARALLEL, .threads = 3, .script = script};
}

static const char *joined(const char *a, const char *b) {
  return sbe_arena_printf(fixture.arena, "%s%s", a, b);
}

/* How often the log has a statement that begins the publishing of a view's events. */
static size_t published(const char *model) {
  return recorded_count(
      played.log, sbe_arena_printf(fixture.arena, "\nINSERT INTO \"shop_derived\".\"%s_filtered_events\"", model));
}

static size_t in_run_log(const char *model, const char *step) {
  return recorded_count(played.log, sbe_arena_printf(fixture.arena, "', '%s', '%s', ", model, step));
}

/* Steps of one view, in their order; NULL: those that are all views'. */
static const char *steps_of(const sbe_run_results *results, const char *model) {
  const char *steps = "";
  for (size_t i = 0; i < results->n_steps; i++) {
    const sbe_step_result *step = &results->steps[i];
    if (!sbe_streq(step->model, model)) continue;
    steps = sbe_arena_printf(fixture.arena, "%s%s%s%s", steps, *steps ? ", " : "", step->step,
                             sbe_streq(step->status, "success") ? "" : "*");
  }
  return steps;
}

/* The connection of the run itself scans and computes no view; each of the others takes one view after the other. */
static void check_connections(int most) {
  int n = (int)recorded_count(played.log, "-- open\n");
  CU_ASSERT(n >= 2 && n <= most);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- close\n"), (size_t)n);
  LACKS(play_outline_of(1), "_new_events, CREATE");
  HAS(play_outline_of(1), "sbe_1_scan_0");
  for (int i = 2; i <= n; i++) {
    const char *outline = play_outline_of(i);
    LACKS(outline, "sbe_1_scan_0");
    for (size_t v = 0; v < 6; v++) {
      const char *begins = strstr(outline, sbe_arena_printf(fixture.arena, "CREATE sbe_1_%s_new_events", models[v]));
      if (!begins) continue;
      const char *publishes = strstr(begins, sbe_arena_printf(fixture.arena, "INSERT %s_filtered_events", models[v]));
      const char *next = strstr(begins, "_new_events, CREATE");
      UNIT_CHECK(publishes && (!next || publishes < next), "%s is taken to its end before the next:\n%s", models[v],
                 outline);
    }
  }
}

static void all_are_published_once(void) {
  recorded_begin();
  play p = in_parallel(play_days("2025-01-01 true 3, 2025-01-02 false 1"));
  for (int round = 0; round < 5; round++) {
    const sbe_run_results *results = play_run(&p);
    UNIT_CHECK(results->code == SBE_OK, "%s", results->error.message);
    CU_ASSERT_EQUAL_FATAL(results->n_views, 6);
    for (size_t i = 0; i < 6; i++) {
      const sbe_view_result *view = &results->views[i];
      SAME(view->model, models[i]);
      SAME(view->status, "success");
      CU_ASSERT(view->windows == 1 && view->new_events == 4 && view->days_processed == 1 && view->events_skipped == 1);
      CU_ASSERT_EQUAL(view->position.at, recorded_time("2025-01-02 12:00:00"));
      CU_ASSERT_EQUAL(published(models[i]), 1);
      SAME(steps_of(results, models[i]), "begin, tables, filtered_events, days, daily_aggregates, attributes, publish");
      /* each step is in the run log, and once */
      CU_ASSERT_EQUAL(in_run_log(models[i], "days"), 1);
      CU_ASSERT_EQUAL(in_run_log(models[i], "publish"), 1);
    }
    SAME(steps_of(results, NULL), "scan, duplicates");
    CU_ASSERT_EQUAL(results->n_steps, 6 * 7 + 2);
    check_connections(1 + 3);
  }
  recorded_end();
}

/* As many connections as there are views that want one; with one thread there is one. */
static void how_many_connections(void) {
  recorded_begin();
  play p = in_parallel(NULL);
  p.threads = 1;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- open\n"), 1);
  p.threads = 40;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  check_connections(1 + 6);
  p.threads = 0;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- open\n"), 1);
  /* the profile's word goes before the project's */
  p.profile_threads = "2";
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  check_connections(1 + 2);
  p.threads = 1;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  check_connections(1 + 2);
  /* an adapter that cannot */
  p = (play){.views = SIX, .threads = 3};
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- open\n"), 1);
  /* nor does a dry run */
  p = in_parallel(NULL);
  p.dry_run = true;
  CU_ASSERT_EQUAL(play_run(&p)->code, SBE_OK);
  CU_ASSERT_EQUAL(recorded_count(played.log, "-- open\n"), 1);
  recorded_end();
}

/* Only views for which something came in are worth a connection; the others move on together, in one batch. */
static void only_what_changed(void) {
  recorded_begin();
  play p = in_parallel(NULL);
  const char *manifest = play_manifest(&p, &(play_state){.position = "2025-01-02 12:00:00",
                                                         .windows = 4,
                                                         .attributes_as_of = "2025-01-02 12:00:00",
                                                         .attributes_until = "2025-01-02 00:00:00",
                                                         .all = true});
  p.now = "2025-01-02 18:00:00";
  p.script = joined(manifest, "on SELECT COUNT(CASE WHEN \"c0\"\nrow int:0\tint:2\tint:0\tint:0\tint:9\tint:0\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_OK);
  for (size_t i = 0; i < 6; i++) {
    SAME(results->views[i].status, "success");
    CU_ASSERT_EQUAL(published(models[i]), i == 1 || i == 4 ? 1 : 0);
  }
  check_connections(1 + 2);
  SAME(play_outline_of(1) ? play_lines("INSERT snowplow_incremental_manifest, DELETE") : NULL,
       "run atomic: UPDATE snowplow_run_lock, guard SELECT snowplow_run_lock, DELETE snowplow_incremental_manifest, "
       "INSERT snowplow_incremental_manifest, DELETE snowplow_incremental_manifest, INSERT "
       "snowplow_incremental_manifest, DELETE snowplow_incremental_manifest, INSERT snowplow_incremental_manifest, "
       "DELETE snowplow_incremental_manifest, INSERT snowplow_incremental_manifest, INSERT snowplow_run_log\n");
  recorded_end();
}

/* --- failures ------------------------------------------------------------------------------------ */

static void one_view_does_not_hold_back_the_others(void) {
  recorded_begin();
  play p = in_parallel(MAKE("c", "days") "\nfail data it does not fit\n" MAKE(
      "e", "changed") "\ntimes 1\nfail busy locked by somebody\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_DATA);
  SAME(results->error.message, "it does not fit");
  for (size_t i = 0; i < 6; i++) {
    SAME(results->views[i].status, i == 2 ? "error" : "success");
    CU_ASSERT_EQUAL(published(models[i]), i == 2 ? 0 : 1);
  }
  SAME(results->views[2].error_text, "it does not fit");
  SAME(steps_of(results, "c_1"), "begin, tables, filtered_events, days*");
  CU_ASSERT_EQUAL(in_run_log("c_1", "days"), 1);
  /* what a worker said is said, and among the results */
  SAME(played.notes, "note attributes: locked by somebody; trying again\n");
  CU_ASSERT_EQUAL_FATAL(results->n_notes, 1);
  SAME(results->notes[0], "attributes: locked by somebody; trying again");
  recorded_end();
}

/* Somebody else has the lock: that is everybody's end, of those at work and of those still to come. */
static void a_conflict_ends_all(void) {
  static const char *const scripts[] = {
      WAIT("a") WAIT("c") WAIT("d") WAIT("e")
          WAIT("f") "on INSERT INTO \"shop_derived\".\"b_1_filtered_events\"\nfail conflict the rows changed\n",
      WAIT("b") WAIT("c") WAIT("d") WAIT("e")
          WAIT("f") "on INSERT INTO \"shop_derived\".\"a_1_filtered_events\"\nfail conflict the rows changed\n",
  };
  for (size_t s = 0; s < 2; s++) {
    recorded_begin();
    play p = in_parallel(scripts[s]);
    const sbe_run_results *results = play_run(&p);
    CU_ASSERT_EQUAL(results->code, SBE_CONFLICT);
    SAME(results->error.message, "nothing was published: another run has the lock now, or changed the same rows");
    for (size_t i = 0; i < 6; i++) {
      SAME(results->views[i].status, "error");
      CU_ASSERT(results->views[i].error_text && *results->views[i].error_text);
      CU_ASSERT_EQUAL(results->views[i].windows, 0);
    }
    SAME(results->views[1 - s].error_text, results->views[5].error_text); /* at most three were at work */
    CU_ASSERT_EQUAL(recorded_count(play_lines("run atomic"), "_filtered_events"), 1);
    HAS(play_outline_of(1), "run: INSERT snowplow_run_log\nrun: UPDATE snowplow_run_lock\nclose");
  }
  recorded_end();
}

/* Ctrl-C: heard by the thread that began the run, and by each of the workers. */
static void an_interrupt_ends_all(void) {
  recorded_begin();
  play p = in_parallel(WAIT("a") WAIT("b") WAIT("c") WAIT("d") WAIT("e") WAIT("f"));
  p.cancel_at_tick = 20;
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_CANCELLED);
  for (size_t i = 0; i < 6; i++) {
    SAME(results->views[i].status, "error");
    CU_ASSERT_EQUAL(published(models[i]), 0);
  }
  HAS(play_outline_of(1), "run: INSERT snowplow_run_log\nrun: UPDATE snowplow_run_lock\nclose");
  recorded_end();
}

/* The lease goes on while workers work: 200 s at each of the first thread's ticks. */
static void the_lease_is_renewed_meanwhile(void) {
  recorded_begin();
  play p = in_parallel(MAKE("a", "days") "\nticks 3000000\n" MAKE("b", "days") "\nticks 3000000\n");
  p.seconds_per_tick = 200;
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_OK);
  size_t renewals = 0;
  for (int i = 2; i <= 5; i++) renewals += recorded_count(play_outline_of(i), "\nrun: UPDATE snowplow_run_lock\n");
  CU_ASSERT(renewals > 0);
  recorded_end();
}

/* A connection that a worker cannot open: nobody goes on to wait for it, and the window begins again. */
static void a_refused_connection_is_tried_again(void) {
  recorded_begin();
  play p = in_parallel(WAIT("a") WAIT("b") WAIT("c") WAIT("d") WAIT("e")
                           WAIT("f") "on connection 3\nfail io no further connection\n");
  const sbe_run_results *results = play_run(&p);
  CU_ASSERT_EQUAL(results->code, SBE_OK);
  for (size_t i = 0; i < 6; i++) SAME(results->views[i].status, "success");
  HAS(played.notes, "no further connection; beginning the window again");
  recorded_end();
}

/* --- results ------------------------------------------------------------------------------------- */

static int64_t number_of(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  CU_ASSERT_FATAL(cJSON_IsNumber(item));
  return (int64_t)item->valuedouble;
}

/* What all connections have cost, together. */
static void usage_is_everybodys(void) {
  recorded_begin();
  play p = in_parallel(play_days("2025-01-01 true 3"));
  for (int threads = 1; threads <= 3; threads++) {
    p.threads = threads;
    const sbe_run_results *results = play_run(&p);
    int64_t queries = (int64_t)recorded_count(played.log, "\n-- query"),
            statements = (int64_t)recorded_count(played.log, "\n-- statement"),
            runs = (int64_t)recorded_count(played.log, "\n-- run "),
            describes = (int64_t)recorded_count(played.log, "\n-- describe ");
    CU_ASSERT_EQUAL(describes, 1);
    char *text = sbe_run_results_json(results);
    cJSON *json = cJSON_Parse(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    const cJSON *usage = cJSON_GetObjectItemCaseSensitive(json, "usage");
    CU_ASSERT_EQUAL(number_of(usage, "statements"), queries + statements);
    CU_ASSERT_EQUAL(number_of(usage, "requests"), runs + queries + describes);
    CU_ASSERT_EQUAL(number_of(usage, "round_trips"), runs + queries + describes);
    CU_ASSERT(number_of(usage, "bytes_sent") > 10000);
    CU_ASSERT(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(usage, "bytes_received"))); /* the recorder can't tell */
    CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "steps")), (int)results->n_steps);
    cJSON_Delete(json);
    free(text);
  }
  recorded_end();
}

int sbe_add_parallel_suite(void) {
  static const sbe_unit_test tests[] = {
      {"all are published once", all_are_published_once},
      {"how many connections", how_many_connections},
      {"only what changed", only_what_changed},
      {"one view does not hold back the others", one_view_does_not_hold_back_the_others},
      {"a conflict ends all", a_conflict_ends_all},
      {"an interrupt ends all", an_interrupt_ends_all},
      {"the lease is renewed meanwhile", the_lease_is_renewed_meanwhile},
      {"a refused connection is tried again", a_refused_connection_is_tried_again},
      {"usage is everybody's", usage_is_everybodys},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("views in parallel", tests);
}
