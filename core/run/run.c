/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run from beginning to end (semantics, "One run"): connect, lock, read the manifest, check the
 * definitions against it, then window after window. Called by `sbe run`. Recovery needs no code of
 * its own: scratch tables of dead runs are dropped, and everything else begins at the manifest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/run/columns.h"
#include "core/run/internal.h"

#define MOST_LOSSES 3 /* of a connection, in one window */

/* The lease, on a connection of its own: the first one is busy. A failure is only logged: the guard of each batch
   makes sure that a run that lost the lock publishes nothing. */
static void renew_meanwhile(sbe_runner *r) {
  sbe_error error = SBE_NO_ERROR;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  r->undisturbed = true;
  r->lock.renewed = sbe_monotonic_us(); /* not again at once, should it fail */
  int32_t code = SBE_OK;
  if (!r->second.connection)
    code = sbe_session_open(&r->second, r->request->plugin, r->settings, &r->run, r->vars->query_tag, &error);
  /* one that was lost since the last time is made again by the second try */
  for (int tries = 0; tries < 2 && r->second.connection && (!tries || code == SBE_IO); tries++)
    code = sbe_lock_renew(&r->second, &r->sql, arena, &r->lock, &error);
  if (code) sbe_log(SBE_LOG_WARNING, "the lock could not be renewed: %s", error.message);
  r->undisturbed = false;
}

static bool lease_is_old(const sbe_runner *r) {
  return r->locked && sbe_monotonic_us() - r->lock.renewed > SBE_LEASE_SECONDS * SBE_SECOND_US / 3;
}

static int32_t tick(sbe_run *run, double percent) {
  sbe_runner *r = (sbe_runner *)run;
  const sbe_run_events *events = &r->request->events;
  if (r->undisturbed) return 0;
  /* while this very thread publishes, the row is held: nobody can take it, and we could not renew it */
  if (lease_is_old(r) && !r->publishing) renew_meanwhile(r);
  if (r->telling) pthread_mutex_lock(r->telling);
  if (events->progress) events->progress(events->user, percent);
  if (r->telling) pthread_mutex_unlock(r->telling);
  return r->request->interrupted && *r->request->interrupted;
}

/* Schemas and tables of the manifest. */
static int32_t prepare(sbe_runner *r) {
  sbe_statements list = {0};
  int32_t code = sbe_state_print_tables(&r->sql, r->window_arena, &list, r->error);
  if (!code) code = sbe_run_step(r, NULL, "prepare", &list, false, NULL);
  sbe_statements_clear(&list);
  return code;
}

/* What is read before anything else: what the manifest says, and what is there. */
typedef struct opening {
  sbe_rows lock, states, derived, scratch, columns;
} opening;

static void add_table_list(sbe_runner *r, sbe_schema schema, sbe_rows *rows, sbe_statements *list) {
  sbe_print_list_tables(&r->sql, r->window_arena, schema, sbe_statements_add_query(list, rows));
}

/* The lock is taken first: what is read after that nobody else changes. `dead`: from whom it may be taken. */
static int32_t open_manifest(sbe_runner *r, int64_t dead, opening *ret) {
  sbe_statements list = {0};
  if (r->sql.dialect->scratch_database) sbe_print_create_schema(&r->sql, SBE_SCHEMA_SCRATCH, &list);
  sbe_lock_print_take(&r->sql, r->window_arena, &r->lock, dead, &list);
  sbe_lock_print_read(&r->sql, r->window_arena, sbe_statements_add_query(&list, &ret->lock));
  sbe_state_print_read(&r->sql, r->window_arena, sbe_statements_add_query(&list, &ret->states));
  add_table_list(r, SBE_SCHEMA_DERIVED, &ret->derived, &list);
  add_table_list(r, SBE_SCHEMA_SCRATCH, &ret->scratch, &list);
  sbe_cleanup_text sbe_text describe = SBE_TEXT(65536);
  if (sbe_session_print_describe(&r->session, &r->sql.events, &describe))
    sbe_text_puts(sbe_statements_add_query(&list, &ret->columns), sbe_text_string(&describe));
  r->session.timeout_us = SBE_LOCK_TIMEOUT_US;
  int32_t code = sbe_run_quietly(r, &list, r->error);
  r->session.timeout_us = 0;
  sbe_statements_clear(&list);
  if (code == SBE_TIMEOUT)
    return sbe_error_set(r->error, SBE_BUSY, NULL, "another run holds the lock, and is writing: %s",
                         sbe_arena_strdup(r->window_arena, r->error->message));
  return code;
}

/* It may have got as far as taking the lock. */
static int32_t opening_failed(sbe_runner *r, int32_t code) {
  sbe_error ignored = SBE_NO_ERROR;
  sbe_statements list = {0};
  if (code == SBE_NOT_FOUND) {
    int32_t lacks = sbe_state_check_absent(&r->session, &r->sql, r->window_arena, r->error);
    if (lacks) code = lacks;
  }
  if (code == SBE_BUSY) return code; /* not so far */
  r->undisturbed = true;
  sbe_lock_print_release(&r->sql, r->window_arena, &r->lock, &list);
  (void)!sbe_run_quietly(r, &list, &ignored);
  sbe_statements_clear(&list);
  return code;
}

/* Takes the lock and reads. Schemas and tables of the manifest are made where they are missing, and where everything
   begins again: then a scratch schema that somebody has removed comes back. */
static int32_t begin_manifest(sbe_runner *r, opening *ret) {
  bool prepared = r->request->full_refresh;
  int32_t made = prepared ? prepare(r) : SBE_OK;
  if (made) return made;
  int64_t dead = -1;
  sbe_lock_begin(r->arena, &r->lock);
  for (int tries = 0;; tries++) {
    int32_t code = open_manifest(r, dead, ret);
    if (code == SBE_NOT_FOUND && !prepared) {
      prepared = true;
      code = prepare(r);
      if (!code) continue;
    }
    if (code) return opening_failed(r, code);
    code = sbe_lock_judge(r->arena, &ret->lock, &r->lock, &dead, r->error);
    r->locked = !code;
    if (code != SBE_CONFLICT) return code;
    if (tries >= 2) return sbe_error_set(r->error, SBE_BUSY, NULL, "another run took the lock at the same moment");
  }
}

/* Positions follow the run's clock: one that is ahead would pass over what is loaded until then. Within the overlap,
   which is read again, and a minute, as clocks go, nothing is lost. */
static int32_t check_clock(sbe_runner *r) {
  int64_t minutes = r->vars->load_overlap_minutes > 1 ? r->vars->load_overlap_minutes : 1;
  if (!r->locked || r->request->now <= r->lock.clock + minutes * 60 * SBE_SECOND_US) return SBE_OK;
  char ours[32], warehouse[32];
  sbe_timestamp_format(r->request->now, ours);
  sbe_timestamp_format(r->lock.clock, warehouse);
  return sbe_error_set(
      r->error, SBE_INVALID, NULL,
      "the run's clock, %s UTC, is ahead of the warehouse's, %s UTC: events that are loaded until then would be "
      "passed over. Set this machine's clock, or give an --as-of that is not in the future",
      ours, warehouse);
}

/* --dry-run: nothing is made and no lock taken; what is not there is taken to be empty. */
static int32_t look_only(sbe_runner *r, opening *ret) {
  r->lock.token_text = "0";
  int32_t code = prepare(r);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_state_print_read(&r->sql, r->window_arena, &select);
  if (!code) code = sbe_session_query(&r->session, sbe_text_string(&select), &ret->states, r->error);
  if (code == SBE_NOT_FOUND) code = sbe_state_check_absent(&r->session, &r->sql, r->window_arena, r->error);
  sbe_text_clear(&select);
  sbe_print_list_tables(&r->sql, r->window_arena, SBE_SCHEMA_DERIVED, &select);
  if (!code) code = sbe_session_query(&r->session, sbe_text_string(&select), &ret->derived, r->error);
  return code == SBE_NOT_FOUND ? SBE_OK : code;
}

/* What dead runs left behind. */
static void drop_dead_scratch(sbe_runner *r, const sbe_rows *rows) {
  sbe_statements list = {0};
  for (size_t i = 0; i < rows->n; i++) {
    const char *name = sbe_cell_text(SBE_CELL(rows, i, 0), "");
    char *end;
    /* "sbe_<token>_…": ours, and of a run before this one */
    if (strncmp(name, "sbe_", 4) != 0 || name[4] < '0' || name[4] > '9') continue;
    if (strtoll(name + 4, &end, 10) >= r->lock.token || *end != '_') continue;
    sbe_print_drop(&r->sql, sbe_sql_table(&r->sql, r->window_arena, SBE_SCHEMA_SCRATCH, name), &list);
  }
  if (list.n) sbe_run_drop(r, &list);
}

static int32_t take_columns(sbe_runner *r, sbe_rows *rows) {
  int32_t code = rows->n ? SBE_OK : sbe_session_describe(&r->session, &r->sql.events, rows, r->error);
  if (code == SBE_NOT_FOUND)
    return sbe_error_set(r->error, SBE_NOT_FOUND, NULL, "%s", sbe_no_events_table(&r->sql, r->arena));
  if (code) return code;
  sbe_column *columns = SBE_NEW_ARRAY(r->arena, sbe_column, rows->n);
  for (size_t i = 0; i < rows->n; i++)
    columns[i] = (sbe_column){sbe_cell_text(SBE_CELL(rows, i, 0), ""), sbe_cell_text(SBE_CELL(rows, i, 1), "")};
  r->columns = (sbe_columns){rows->n, columns};
  if (!r->request->dry_run) sbe_columns_save(r->request->project, r->request->plugin, &r->sql, &r->columns);
  return SBE_OK;
}

/* A view whose definition is not the one its numbers were computed by is refused. */
static int32_t check_definition(sbe_runner *r, sbe_run_view *view, const char *text, const char *hash) {
  const sbe_state *state = &view->state;
  if (!state->exists || !state->last_success.known || sbe_streq(state->definition_hash, hash)) return SBE_OK;
  const sbe_view *v = view->shape->view;
  return sbe_error_set(r->error, SBE_INVALID, NULL,
                       "view %s has changed since its tables were computed: %s. Compute it anew with "
                       "`sbe run --full-refresh --select %s` (with --until-current: all of its windows at once), or "
                       "give it a new version (version: %lld) beside the old one",
                       v->model, sbe_definition_difference(r->arena, state->definition, text), v->name,
                       (long long)v->version + 1);
}

/* Tables of that name that the manifest knows nothing of may be somebody else's. */
static int32_t check_tables_are_ours(sbe_runner *r, const sbe_run_view *view, const sbe_rows *tables) {
  const sbe_shape *s = view->shape;
  const char *names[] = {s->filtered_events.name, s->daily_aggregates.name, s->daily_values.name,
                         s->rollup.name,          s->rollup_values.name,    s->attributes_table.name};
  if (view->state.exists || r->request->full_refresh) return SBE_OK;
  for (size_t t = 0; t < tables->n; t++)
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      if (sbe_strcaseeq(sbe_cell_text(SBE_CELL(tables, t, 0), ""), sbe_sql_fitting(&r->sql, r->window_arena, names[i])))
        return sbe_error_set(r->error, SBE_INVALID, NULL,
                             "table %s is there, but the manifest knows nothing of view %s. If it may go, compute the "
                             "view anew with `sbe run --full-refresh --select %s`",
                             names[i], s->view->model, s->view->name);
  return SBE_OK;
}

/* Makes a view's first state, or its new one for a full refresh; its tables are made anew while no window completed. */
static int32_t begin_view(sbe_runner *r, sbe_run_view *view, const sbe_rows *tables) {
  sbe_state *state = &view->state;
  const char *text = sbe_definition_text(r->arena, view->shape->view, &r->sql, r->vars);
  const char *hash = sbe_definition_hash(r->arena, text);
  int32_t code = SBE_OK;
  if (!r->request->full_refresh) code = check_definition(r, view, text, hash);
  if (!code) code = check_tables_are_ours(r, view, tables);
  if (code) return code;
  bool begins = r->request->full_refresh || !state->exists || !state->last_success.known;
  if (!begins) return SBE_OK;
  sbe_moment until = state->refresh_until;
  if (r->request->full_refresh) until = (sbe_moment){true, r->request->now};
  *state = (sbe_state){.model = view->shape->view->model,
                       .exists = true,
                       .refresh_until = until,
                       .definition = text,
                       .definition_hash = hash};
  sbe_statements list = {0};
  sbe_lock_print_hold(&r->sql, r->window_arena, &r->lock, &list);
  sbe_lock_print_guard(&r->sql, r->window_arena, &r->lock, "", &list);
  sbe_state_print_forget_days(&r->sql, r->window_arena, state->model, &list);
  code = sbe_state_print_write(&r->sql, r->window_arena, state, &list, r->error);
  if (!code) code = sbe_run_step(r, state->model, "begin", &list, true, NULL);
  sbe_statements_clear(&list);
  if (!code) code = sbe_print_view_tables(&r->sql, r->window_arena, view->shape, true, &list, r->error);
  if (!code) code = sbe_run_step(r, state->model, "tables", &list, false, NULL);
  sbe_statements_clear(&list);
  return code;
}

/* A column that one view lacks is no matter of the others. */
static int32_t check_columns_of(sbe_runner *r, const sbe_run_view *view) {
  sbe_report report = {.arena = r->arena};
  sbe_scan *scan;
  (void)sbe_scan_new(&r->sql, r->arena, r->vars, 1, &view->shape, &scan);
  int32_t code = sbe_scan_check(scan, &r->columns, &report, r->error);
  for (const sbe_finding *f = report.first; f; f = f->next) {
    if (f->severity == SBE_ERROR)
      (void)!sbe_error_set(r->error, SBE_INVALID, NULL, "%s", sbe_run_placed(r, f->place, f->message));
    sbe_run_note_at(r, f->severity, f->place, "%s", f->message);
  }
  return code;
}

static int32_t begin_views(sbe_runner *r, const opening *found) {
  const sbe_shape **shapes = SBE_NEW_ARRAY(r->arena, const sbe_shape *, r->n_views);
  sbe_state *states = SBE_NEW_ARRAY(r->arena, sbe_state, r->n_views);
  for (size_t i = 0; i < r->n_views; i++) shapes[i] = r->views[i].shape;
  int32_t code = sbe_state_take(&found->states, r->n_views, shapes, states, r->error);
  if (code) return code;
  for (size_t i = 0; i < r->n_views; i++) r->views[i].state = states[i];
  if (r->request->full_refresh && !r->vars->allow_refresh &&
      !sbe_streq(r->request->project->target, r->vars->dev_target_name)) {
    for (size_t i = 0; i < r->n_views; i++)
      if (states[i].exists)
        return sbe_error_set(
            r->error, SBE_INVALID, NULL,
            "--full-refresh would drop what view %s has computed, which target '%s' does not allow: set "
            "snowplow__allow_refresh to true (--vars '{snowplow__allow_refresh: true}'), or use target '%s'",
            states[i].model, r->request->project->target, r->vars->dev_target_name);
  }
  for (size_t i = 0; i < r->n_views; i++) {
    code = check_columns_of(r, &r->views[i]);
    if (!code) code = begin_view(r, &r->views[i], &found->derived);
    if (code) code = sbe_fail_view(r, &r->views[i], code);
    if (code) return code;
  }
  return SBE_OK;
}

static sbe_timestamp position_of(const sbe_runner *r, const sbe_run_view *view) {
  return view->state.last_success.known ? view->state.last_success.at : r->vars->start_date * SBE_DAY_US;
}

static sbe_timestamp upper_of(const sbe_runner *r, sbe_timestamp lower) {
  sbe_timestamp upper = (sbe_timestamp_date(lower) + r->vars->backfill_limit_days + 1) * SBE_DAY_US;
  return upper < r->request->now ? upper : r->request->now;
}

/* The views at the earliest position that is left; 0: none. */
static size_t next_group(const sbe_runner *r, sbe_run_view **group, sbe_timestamp *ret_lower) {
  sbe_timestamp least = INT64_MAX;
  for (size_t i = 0; i < r->n_views; i++) {
    const sbe_run_view *view = &r->views[i];
    if (view->done || view->failed) continue;
    sbe_timestamp position = position_of(r, view);
    if (position < least) least = position;
  }
  size_t n = 0;
  for (size_t i = 0; i < r->n_views; i++)
    if (!r->views[i].done && !r->views[i].failed && position_of(r, &r->views[i]) == least) group[n++] = &r->views[i];
  *ret_lower = least;
  return n;
}

/* A clock before the position is allowed, for repeats; with a wrong date it surprises. */
static void note_clock_behind(sbe_runner *r, size_t n, sbe_run_view *const *views, sbe_timestamp position) {
  char clock[32], reached[32];
  sbe_timestamp_format(r->request->now, clock);
  sbe_timestamp_format(position, reached);
  for (size_t i = 0; i < n; i++)
    if (views[i]->state.last_success.known)
      sbe_run_note(r, SBE_WARNING,
                   "%s has read what was loaded before %s, which is after this run's clock, %s: no events are read",
                   views[i]->shape->view->model, reached, clock);
}

/* Whatever ended one connection has often ended all: each of them would begin the window again once more. */
static void let_connections_know(sbe_runner *r) {
  sbe_rows rows = {.arena = r->arena};
  sbe_crew_hang_up(r);
  (void)!sbe_session_query(&r->session, "SELECT 1 AS one", &rows, NULL);
}

/* The connection was lost, perhaps with a server that is up again and has emptied scratch tables: then the window
   begins again, with the scan. What was published stays. */
static bool begins_again(sbe_runner *r, int *tries) {
  if (++*tries > MOST_LOSSES) return false;
  sbe_run_note(r, SBE_NOTE, "%s; beginning the window again", r->error->message);
  for (int i = 0; i < 5 << *tries; i++) {
    if (r->run.tick(&r->run, -1)) return false;
    nanosleep(&(struct timespec){0, 100000000}, NULL);
  }
  let_connections_know(r);
  r->scratch_lost = false;
  for (size_t i = 0; i < r->n_views; i++) {
    if (!r->views[i].lost) continue;
    r->views[i].lost = r->views[i].failed = false;
    r->views[i].result->error_text = NULL;
  }
  if (r->results->code == SBE_IO) r->results->code = SBE_OK;
  return true;
}

static int32_t run_group(sbe_runner *r, size_t n, sbe_run_view **group, sbe_timestamp lower, sbe_timestamp upper) {
  int32_t code = SBE_OK;
  r->uses_scratch = true;
  if (lower > r->request->now) note_clock_behind(r, n, group, lower);
  if (lower < r->request->now) code = sbe_run_window(r, n, group, lower, upper);
  for (size_t i = 0; i < n && !code && lower >= r->request->now; i++) {
    code = sbe_run_attributes_only(r, group[i]);
    if (code) code = sbe_fail_view(r, group[i], code);
  }
  r->uses_scratch = false;
  return code;
}

static int32_t run_windows(sbe_runner *r) {
  sbe_run_view **group = SBE_NEW_ARRAY(r->arena, sbe_run_view *, r->n_views);
  sbe_timestamp lower;
  int32_t code = SBE_OK;
  int losses = 0;
  for (size_t n; !code && (n = next_group(r, group, &lower)) > 0;) {
    sbe_timestamp upper = upper_of(r, lower);
    code = run_group(r, n, group, lower, upper);
    bool again = code == SBE_IO && begins_again(r, &losses);
    if (code == SBE_IO && !again) code = sbe_run_lost_or_ended(r);
    for (size_t i = 0; i < n; i++) {
      bool last = !r->request->until_current || upper >= r->request->now || r->request->dry_run;
      bool reached = !code || group[i]->result->windows;
      if (again) reached = position_of(r, group[i]) >= upper;
      group[i]->done = !group[i]->failed && last && reached;
    }
    if (!again) losses = 0;
    code = again ? SBE_OK : code;
  }
  return code;
}

static void finish_views(sbe_runner *r) {
  for (size_t i = 0; i < r->n_views; i++) {
    sbe_view_result *result = r->views[i].result;
    result->position = r->views[i].state.last_success;
    if (r->views[i].failed) continue;
    result->status = r->views[i].done ? (result->windows ? "success" : "nothing to do") : "not run";
  }
}

/* A batch of ours whose connection was given up may hold the row for as long as its server stands still. */
#define LET_GO_TIMEOUT_US (30 * SBE_SECOND_US)

/* Scratch tables that are still there; steps that no batch has logged; and the lock. Best effort: the run's
   outcome stands already. */
static void let_go(sbe_runner *r) {
  if (!r->locked) return;
  sbe_error ignored = SBE_NO_ERROR;
  size_t n;
  sbe_log_row *rows = sbe_run_unlogged(r, r->arena, &n);
  r->undisturbed = true; /* Ctrl-C was heard: this must still get through */
  r->scratch_lost = false;
  r->session.timeout_us = LET_GO_TIMEOUT_US;
  rows[n] = (sbe_log_row){r->results->run_id,
                          NULL,
                          "run",
                          r->results->code ? "error" : "success",
                          r->results->code ? r->results->error.message : NULL,
                          r->results->started,
                          sbe_timestamp_now(),
                          -1};
  sbe_statements list = {0};
  sbe_statements_move(&list, &r->drops);
  size_t drops = list.n; /* none without lists: they are dropped already */
  sbe_state_print_log(&r->sql, r->arena, n + 1, rows, &list);
  sbe_lock_print_release(&r->sql, r->arena, &r->lock, &list);
  bool together = sbe_run_in_lists(r) && sbe_run_quietly(r, &list, &ignored) == SBE_OK;
  for (size_t i = drops; i < list.n && !together; i++) { /* who cannot drop or log can still let go */
    sbe_statements one = {.n = 1, .items = &list.items[i]};
    for (int tries = 0; tries < 2 && sbe_run_quietly(r, &one, &ignored) == SBE_IO; tries++) continue;
  }
  sbe_statements_clear(&list);
}

static void start_results(sbe_runner *r, sbe_run_results *results) {
  const sbe_run_request *request = r->request;
  char text[32];
  *results = (sbe_run_results){.arena = r->arena, .now = request->now, .started = sbe_timestamp_now()};
  sbe_timestamp_format(results->started, text);
  for (char *c = text; *c; c++)
    if (*c == ' ') *c = 'T';
  results->run_id = sbe_arena_printf(r->arena, "%.19sZ-%ld", text, (long)getpid());
  results->n_views = r->n_views = request->n_shapes;
  results->views = SBE_NEW_ARRAY(r->arena, sbe_view_result, r->n_views);
  r->views = SBE_NEW_ARRAY(r->arena, sbe_run_view, r->n_views);
  for (size_t i = 0; i < r->n_views; i++) {
    results->views[i] = (sbe_view_result){.model = request->shapes[i]->view->model, .status = "not run"};
    r->views[i] = (sbe_run_view){.shape = request->shapes[i], .result = &results->views[i]};
  }
  r->results = results;
  r->error = &results->error;
}

/* Everything is published in one batch, all or nothing; a warehouse that cannot do that needs another way of writing.
 */
static int32_t check_capabilities(sbe_runner *r) {
  const sbe_adapter *adapter = r->request->plugin->adapter;
  if (adapter->capabilities & SBE_CAN_ATOMIC) return SBE_OK;
  return sbe_error_set(
      r->error, SBE_UNSUPPORTED, NULL,
      "adapter %s cannot run several statements as one (SBE_CAN_ATOMIC), which this version of sbe needs",
      adapter->name);
}

static int32_t connected(sbe_runner *r) {
  sbe_arena *arena = r->arena;
  opening found = {{.arena = arena}, {.arena = arena}, {.arena = arena}, {.arena = arena}, {.arena = arena}};
  int32_t code = check_capabilities(r);
  if (!code) code = r->request->dry_run ? look_only(r, &found) : begin_manifest(r, &found);
  if (!code) code = check_clock(r);
  if (!code && r->locked) drop_dead_scratch(r, &found.scratch);
  if (!code) code = take_columns(r, &found.columns);
  if (!code) code = begin_views(r, &found);
  if (!code) code = run_windows(r);
  return code;
}

int32_t sbe_run_execute(const sbe_run_request *request, sbe_arena *arena, sbe_run_results *ret_results) {
  int64_t begin = sbe_monotonic_us();
  sbe_runner r = {.run = {tick}, .request = request, .arena = arena, .vars = &request->project->vars};
  start_results(&r, ret_results);
  r.window_arena = sbe_arena_new();
  sbe_sql_of_project(request->project, request->plugin, arena, &r.sql);
  sbe_settings *settings = sbe_settings_with_presets(request->project, request->plugin, arena);
  if (request->dry_run) sbe_settings_mark_read_only(settings);
  r.settings = settings;
  int32_t code = sbe_session_open(&r.session, request->plugin, r.settings, &r.run, r.vars->query_tag, r.error);
  ret_results->connected = !code;
  if (!code) {
    r.crew = sbe_crew_new(&r);
    code = connected(&r);
    if (code) ret_results->code = code;
    finish_views(&r);
    let_go(&r);
    sbe_crew_free(&r, r.crew);
  }
  sbe_session_add_usage(&r.session, &ret_results->usage);
  sbe_session_add_usage(&r.second, &ret_results->usage);
  sbe_session_close(&r.second);
  sbe_session_close(&r.session);
  sbe_statements_clear(&r.drops);
  sbe_arena_free(r.window_arena);
  if (code)
    ret_results->code = code;
  else if (ret_results->code)
    ret_results->error = r.failure;
  ret_results->seconds = (double)(sbe_monotonic_us() - begin) / 1e6;
  return ret_results->code;
}
