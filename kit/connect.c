/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection that a group of live checks works on, and the few things that all of them do. Called by the
 * live parts of "dialect", "types" and "live". What it makes lies in the place's schemas.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

static int32_t tick(sbe_run *run, double percent) {
  live_run *r = (live_run *)run;
  int64_t now = sbe_monotonic_us();
  (void)percent;
  if (r->last && now - r->last > r->longest_silence) r->longest_silence = now - r->last;
  r->last = now;
  r->ticks++;
  return r->cancel_at && now >= r->cancel_at;
}

int32_t live_second(live *l, sbe_session *ret_session, live_run *run) {
  *run = (live_run){.run = {tick}};
  return sbe_session_open(ret_session, l->plugin, l->settings, &run->run, "sbe-adapter-check", &l->error);
}

static const char *run_list(live *l, sbe_statements *list) {
  int32_t code = sbe_session_run(&l->session, list, false, NULL, &l->error);
  const char *why = NULL;
  if (code)
    why = sbe_arena_printf(l->arena, "%s\nthe statement was: %.600s", live_error(l, code),
                           list->n ? sbe_text_string(list->items[list->n - 1].text) : "");
  sbe_statements_clear(list);
  return why;
}

static const char *make_schemas(live *l) {
  const char *why = NULL;
  for (size_t i = 0; i < SBE_SCHEMAS && !why; i++) {
    sbe_statements list = {0};
    sbe_print_create_schema(&l->sql, i, &list);
    place_note_schema(&l->place, l->sql.database, l->sql.schemas[i]);
    why = run_list(l, &list);
  }
  place_note_schema(&l->place, l->sql.events.database, l->sql.events.schema);
  return why;
}

bool live_open(live *l, kit *k) {
  sbe_report report = {.arena = k->arena};
  *l = (live){.k = k, .report = &k->report, .plugin = k->plugin, .arena = k->arena};
  l->run.run.tick = tick;
  report_begin(l->report, "a connection, and schemas of its own");
  const char *why = place_open(&l->place, &k->options, k->plugin, k->id, k->arena);
  if (!why && !(l->project = place_project(&l->place, NULL, NULL, NULL, &report)))
    why = report.first ? report.first->message : "the connection cannot be read";
  if (why) {
    report_end(l->report, why, "");
    return false;
  }
  sbe_sql_of_project(l->project, k->plugin, k->arena, &l->sql);
  l->settings = sbe_settings_with_presets(l->project, k->plugin, k->arena);
  int32_t code = sbe_session_open(&l->session, k->plugin, l->settings, &l->run.run, "sbe-adapter-check", &l->error);
  why = code ? live_error(l, code) : make_schemas(l);
  report_end(l->report, why, "connection.h, open: connect and log in; dialect.h, SBE_OP_CREATE_SCHEMA");
  if (!why) return true;
  live_close(l);
  return false;
}

int32_t live_join(live *l, kit *k) {
  sbe_report report = {.arena = k->arena};
  *l = (live){.k = k, .report = &k->report, .plugin = k->plugin, .arena = k->arena, .run = {.run = {tick}}};
  const char *why = place_open(&l->place, &k->options, k->plugin, k->id, k->arena);
  if (!why && !(l->project = place_project(&l->place, NULL, NULL, NULL, &report)))
    why = "the connection cannot be read";
  if (why) return sbe_error_set(&l->error, SBE_INTERNAL, NULL, "%s", why);
  sbe_sql_of_project(l->project, k->plugin, k->arena, &l->sql);
  l->settings = sbe_settings_with_presets(l->project, k->plugin, k->arena);
  return sbe_session_open(&l->session, k->plugin, l->settings, &l->run.run, "sbe-adapter-check", &l->error);
}

void live_close(live *l) {
  sbe_session_close(&l->session);
  const char *why = place_close(&l->place);
  if (why)
    report_check(l->report, "its schemas are gone afterwards", why, "fixture.h, drop: nothing stays of a schema");
}

/* All that may be there, for the group is dead and cannot say what it made. */
void clean_live(void *user) {
  static const char *const others[] = {"_drop"};
  kit *k = user;
  live *l = SBE_NEW(k->arena, live);
  sbe_report report = {.arena = k->arena};
  *l = (live){.k = k, .report = &k->report, .plugin = k->plugin, .arena = k->arena};
  if (place_open(&l->place, &k->options, k->plugin, k->id, k->arena)) return;
  if (!(l->project = place_project(&l->place, NULL, NULL, NULL, &report))) return;
  sbe_sql_of_project(l->project, k->plugin, k->arena, &l->sql);
  for (size_t i = 0; i < SBE_SCHEMAS; i++) place_note_schema(&l->place, l->sql.database, l->sql.schemas[i]);
  place_note_schema(&l->place, l->sql.events.database, l->sql.events.schema);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    place_note_schema(&l->place, l->sql.events.database,
                      sbe_arena_printf(k->arena, "%s%s", l->place.schema, others[i]));
  live_close(l);
}

const char *live_error(live *l, int32_t code) {
  return sbe_arena_printf(l->arena, "%s: %s", sbe_error_name(code), l->error.message);
}

const char *live_table(live *l, const char *name) {
  return sbe_sql_table(&l->sql, l->arena, SBE_SCHEMA_DERIVED, name);
}

const char *live_query(live *l, const char *sql, sbe_rows *ret_rows) {
  *ret_rows = (sbe_rows){.arena = l->arena};
  int32_t code = sbe_session_query(&l->session, sql, ret_rows, &l->error);
  if (!code) return NULL;
  return sbe_arena_printf(l->arena, "%s\nthe query was: %.600s%s", live_error(l, code), sql,
                          strlen(sql) > 600 ? "…" : "");
}

const char *live_do(live *l, const char *sql) {
  sbe_statements list = {0};
  sbe_text_puts(sbe_statements_add(&list, 0), sql);
  return run_list(l, &list);
}

const char *live_value(live *l, const char *sql) {
  sbe_rows rows;
  const char *why = live_query(l, sql, &rows);
  if (why) return why;
  if (rows.n != 1 || rows.columns != 1)
    return sbe_arena_printf(l->arena, "%zu rows of %zu columns came, not one of one", rows.n, rows.columns);
  return canon(rows.values, l->arena);
}

const char *live_create(live *l, const char *name, size_t n, const sbe_column_spec *columns, const char *select) {
  sbe_statements list = {0};
  sbe_table table = {.struct_size = sizeof table,
                     .name = live_table(l, name),
                     .kind = SBE_TABLE_PERMANENT,
                     .n_columns = n,
                     .columns = columns,
                     .day_column = -1,
                     .key_column = -1,
                     .select = select,
                     .lookup_column = -1};
  int32_t code = sbe_print_create(&l->sql, &table, &list, &l->error);
  if (code) {
    sbe_statements_clear(&list);
    return live_error(l, code);
  }
  return run_list(l, &list);
}

const char *live_insert(live *l, const char *name, size_t n, const sbe_column_spec *columns, const char *select) {
  sbe_statements list = {0};
  sbe_print_insert(&l->sql, live_table(l, name), n, columns, select, &list);
  return run_list(l, &list);
}

void live_drop(live *l, const char *name) {
  sbe_statements list = {0};
  sbe_print_drop(&l->sql, live_table(l, name), &list);
  run_list(l, &list);
}
