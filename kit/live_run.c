/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs of a small project: the manifest's cycle, and the lock while another run holds it. Called by live.c,
 * as its last part. What runs compute is asked by the scenarios.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/manifest/lock.h"
#include "kit/live_parts.h"

#define COLUMNS                                                                                                        \
  "{\"app_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"dvce_created_tstamp\": \"timestamp\", "               \
  "\"derived_tstamp\": \"timestamp\", \"load_tstamp\": \"timestamp\", \"event_id\": \"text\", \"event_vendor\": "      \
  "\"text\", \"event_name\": \"text\", \"event_version\": \"text\", \"domain_userid\": \"text\"}"
#define EVENT(id, user, at)                                                                                            \
  "{\"app_id\": \"shop\", \"event_id\": \"" id "\", \"domain_userid\": \"" user "\", \"event_vendor\": \"com.acme\", " \
  "\"event_name\": \"buy\", \"event_version\": \"1-0-0\", \"collector_tstamp\": \"" at                                 \
  "\", \"dvce_created_tstamp\": \"" at "\", \"derived_tstamp\": \"" at "\", \"load_tstamp\": \"" at "\"}"
#define VIEWS                                                                                                          \
  "{\"views\": [{\"name\": \"v\", \"entity\": \"domain_userid\", \"attributes\": [{\"name\": \"n\", \"type\": "        \
  "\"int32\", \"aggregation\": \"counter\"}]}]}"

static const char *make_events(live *l) {
  static const char rows[] = "[" EVENT("e1", "u1", "2025-01-02T10:00:00") ", " EVENT(
      "e2", "u1", "2025-01-03T10:00:00") ", " EVENT("e3", "u2", "2025-01-04T10:00:00") "]";
  const sbe_fixture *f = &l->plugin->fixture;
  int32_t code = f->create(l->session.connection, &l->sql.events, f->layouts[0], COLUMNS, &l->error);
  if (!code) code = f->insert(l->session.connection, &l->sql.events, f->layouts[0], COLUMNS, rows, &l->error);
  return code ? live_error(l, code) : NULL;
}

static const char *run_once(live *l, const char *as_of, int32_t wanted, const char *status) {
  sbe_report report = {.arena = l->arena};
  sbe_timestamp now = 0;
  const sbe_node *document = sbe_json_read(l->arena, "views.json", VIEWS, strlen(VIEWS), &report);
  sbe_ir *ir = document ? sbe_ir_build(l->arena, 1, &document, &report) : NULL;
  if (!ir) return report.first ? report.first->message : "the definitions cannot be read";
  const sbe_shape *shape = sbe_shape_new(l->arena, ir->views[0]);
  (void)!sbe_timestamp_parse(as_of, strlen(as_of), &now);
  sbe_run_results results;
  sbe_run_request request = {
      .project = l->project, .plugin = l->plugin, .n_shapes = 1, .shapes = &shape, .now = now, .until_current = true};
  int32_t code = sbe_run_execute(&request, l->arena, &results);
  if (code != wanted)
    return sbe_arena_printf(l->arena, "the run at %s ended with %s: %s", as_of, sbe_error_name(code),
                            results.error.message);
  if (status && (results.n_views != 1 || !sbe_streq(results.views[0].status, status)))
    return sbe_arena_printf(l->arena, "the view's status at %s is '%s', not '%s'", as_of,
                            results.n_views ? results.views[0].status : "none", status);
  return NULL;
}

/* "u1 2, u2 1" */
static const char *check_numbers(live *l, const char *right) {
  sbe_rows rows;
  sbe_cleanup_text sbe_text came = SBE_TEXT(4096);
  const char *user = sbe_sql_name(&l->sql, l->arena, NULL, "domain_userid"),
             *n = sbe_sql_name(&l->sql, l->arena, NULL, "n");
  const char *why = live_query(
      l,
      sbe_arena_printf(l->arena, "SELECT %s, %s FROM %s ORDER BY %s", user, n, live_table(l, "v_1_attributes"), user),
      &rows);
  if (why) return why;
  for (size_t i = 0; i < rows.n; i++)
    SBE_PRINT(&came, i ? ", " : "", sbe_cell_text(SBE_CELL(&rows, i, 0), "?"), " ",
              canon(SBE_CELL(&rows, i, 1), l->arena));
  return sbe_streq(sbe_text_string(&came), right)
             ? NULL
             : sbe_arena_printf(l->arena, "the attributes are >%s<, not >%s<", sbe_text_string(&came), right);
}

static const char *check_cycle(live *l) {
  const char *why = run_once(l, "2025-01-05", SBE_OK, "success");
  if (!why) why = check_numbers(l, "u1 2, u2 1");
  if (!why) why = run_once(l, "2025-01-05", SBE_OK, "nothing to do");
  if (!why) why = check_numbers(l, "u1 2, u2 1");
  if (why) return why;
  static const char later[] =
      "[" EVENT("e4", "u2", "2025-01-05T10:00:00") ", " EVENT("e1", "u1", "2025-01-05T11:00:00") "]";
  const sbe_fixture *f = &l->plugin->fixture;
  int32_t code = f->insert(l->session.connection, &l->sql.events, f->layouts[0], COLUMNS, later, &l->error);
  if (code) return live_error(l, code);
  why = run_once(l, "2025-01-06", SBE_OK, "success");
  return why ? why : check_numbers(l, "u1 2, u2 2"); /* e1 was counted before */
}

static const char *check_lock(live *l) {
  sbe_lock lock;
  sbe_rows rows = {.arena = l->arena};
  sbe_statements list = {0};
  int64_t dead = 0;
  sbe_lock_begin(l->arena, &lock);
  sbe_lock_print_take(&l->sql, l->arena, &lock, -1, &list);
  sbe_lock_print_read(&l->sql, l->arena, sbe_statements_add_query(&list, &rows));
  int32_t code = sbe_session_run(&l->session, &list, false, NULL, &l->error);
  if (!code) code = sbe_lock_judge(l->arena, &rows, &lock, &dead, &l->error);
  sbe_statements_clear(&list);
  if (code) return live_error(l, code);
  const char *why = run_once(l, "2025-01-07", SBE_BUSY, NULL);
  sbe_lock_print_release(&l->sql, l->arena, &lock, &list);
  code = sbe_session_run(&l->session, &list, false, NULL, &l->error);
  sbe_statements_clear(&list);
  if (!why && code) why = live_error(l, code);
  return why ? why : run_once(l, "2025-01-07", SBE_OK, NULL);
}

void check_runs(live *l) {
  kit_report *r = l->report;
  if (!sbe_plugin_can(l->plugin, SBE_CAN_ATOMIC)) {
    report_skipped(r, "whole runs", "this host runs only on adapters with SBE_CAN_ATOMIC");
    return;
  }
  report_begin(r, "an events table of the fixture");
  const char *why = make_events(l);
  report_end(r, why, "fixture.h");
  if (why) return;
  report_begin(r, "a run, the same again, and one with new events");
  why = check_cycle(l);
  report_end(r, why, "what a run asks of a warehouse is what the other groups check: see which of them fails too");
  if (why) return;
  report_begin(r, "a run while another one holds the lock is refused, and goes on afterwards");
  report_end(r, check_lock(l),
             "what a run asks of a warehouse is what the other groups check: see which of them fails too");
}
