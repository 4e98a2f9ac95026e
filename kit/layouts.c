/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an adapter's layouts of events are like, told by looking: which of them make the same table, which
 * know the types of members, which keep their spelling. Called by scenarios.c, in a process of its own, so
 * that no scenario needs to know the names of a warehouse's layouts.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/run/run.h"
#include "kit/scenario.h"

#define COLUMN "unstruct_event_com_acme_probe_1"

typedef struct prober {
  kit_place place;
  const sbe_plugin *plugin;
  sbe_session session;
  sbe_sql sql;
  sbe_arena *arena;
  size_t n_tables;
} prober;

static bool open_prober(prober *p, const kit_options *options, const sbe_plugin *plugin, sbe_arena *arena) {
  static sbe_run no_run;
  sbe_report report = {.arena = arena};
  sbe_error error = SBE_NO_ERROR;
  *p = (prober){.plugin = plugin, .arena = arena};
  if (place_open(&p->place, options, plugin, NULL, arena)) return false;
  sbe_project *project = place_project(&p->place, NULL, NULL, NULL, &report);
  if (!project) return false;
  sbe_sql_of_project(project, plugin, arena, &p->sql);
  const sbe_settings *settings = sbe_settings_with_presets(project, plugin, arena);
  return sbe_session_open(&p->session, plugin, settings, &no_run, NULL, &error) == SBE_OK;
}

static void close_prober(prober *p) {
  kit_options quiet = *p->place.options;
  quiet.keep = false;
  p->place.options = &quiet;
  sbe_session_close(&p->session);
  place_close(&p->place);
}

/* A new table in a layout, and what the warehouse says of it. */
static bool make_table(prober *p, const char *layout, const char *columns, sbe_name *ret_name, sbe_rows *ret_rows) {
  sbe_error error = SBE_NO_ERROR;
  const char *schema = sbe_arena_printf(p->arena, "%s_probe", p->place.schema);
  *ret_name = (sbe_name){NULL, schema, sbe_arena_printf(p->arena, "probe_%zu", ++p->n_tables)};
  *ret_rows = (sbe_rows){.arena = p->arena};
  place_note_schema(&p->place, NULL, schema);
  if (p->plugin->fixture.create(p->session.connection, ret_name, layout, columns, &error)) return false;
  return sbe_session_describe(&p->session, ret_name, ret_rows, &error) == SBE_OK;
}

/* ---- the same table ---- */

static const char *description(prober *p, const char *layout, const char *columns) {
  sbe_name name;
  sbe_rows rows;
  if (!make_table(p, layout, columns, &name, &rows)) return NULL;
  sbe_cleanup_text sbe_text all = SBE_TEXT(MAX_JSON);
  for (size_t i = 0; i < rows.n * rows.columns; i++) {
    sbe_text_puts(&all, sbe_cell_text(&rows.values[i], ""));
    sbe_text_putc(&all, '\n');
  }
  return sbe_arena_strdup(p->arena, sbe_text_string(&all));
}

static uint64_t that_differ(prober *p, const char *columns) {
  const char *seen[64] = {NULL};
  uint64_t differ = UINT64_MAX;
  for (size_t i = 0; p->plugin->fixture.layouts[i] && i < 64; i++) {
    seen[i] = description(p, p->plugin->fixture.layouts[i], columns);
    for (size_t e = 0; e < i; e++)
      if (seen[i] && sbe_streq(seen[i], seen[e])) differ &= ~(UINT64_C(1) << i);
  }
  return differ;
}

/* ---- traits ---- */

/* SELECT of a member of the probed column, as text, through the dialect's own source. */
static bool print_member(prober *p, const sbe_name *name, const sbe_rows *rows, const char *member, sbe_text *out,
                         int32_t *ret_class) {
  sbe_error error = SBE_NO_ERROR;
  const sbe_dialect *dialect = &p->plugin->dialect;
  sbe_column *columns = SBE_NEW_ARRAY(p->arena, sbe_column, rows->n);
  for (size_t i = 0; i < rows->n; i++)
    columns[i] = (sbe_column){sbe_cell_text(SBE_CELL(rows, i, 0), ""), sbe_cell_text(SBE_CELL(rows, i, 1), "")};
  sbe_step step = {member, 0};
  sbe_path path = {.struct_size = sizeof path,
                   .kind = SBE_PATH_EVENT,
                   .column = COLUMN,
                   .n_steps = 1,
                   .steps = &step,
                   .vendor = "com.acme",
                   .schema = "probe",
                   .major_version = 1};
  const sbe_path *paths[] = {&path};
  sbe_cleanup_text sbe_text table = SBE_TEXT(8192), from = SBE_TEXT(SBE_MAX_STATEMENT), column = SBE_TEXT(256);
  sbe_print_table_name(&p->sql, &table, name);
  sbe_source source = {.struct_size = sizeof source,
                       .table = sbe_text_string(&table),
                       .name = *name,
                       .n_columns = rows->n,
                       .columns = columns,
                       .n_paths = 1,
                       .paths = paths};
  if (dialect->source(&source, &from, ret_class, &error)) return false;
  const char *read = sbe_read_pattern(dialect, SBE_TYPE_TEXT, *ret_class);
  sbe_print_column(&p->sql, &column, "s", "p0");
  const char *operand = sbe_text_string(&column);
  sbe_text_puts(out, "SELECT ");
  if (!read) return false;
  sbe_print_pattern(out, read, 1, &operand);
  SBE_PRINT(out, " FROM ", sbe_text_string(&from), " s");
  return true;
}

/* Are members of a type that the column says? */
static bool is_typed(prober *p, const char *layout) {
  sbe_name name;
  sbe_rows rows;
  int32_t class = SBE_CLASS_MISSING;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  if (!make_table(p, layout,
                  "{\"event_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"load_tstamp\": "
                  "\"timestamp\", \"" COLUMN "\": {\"number\": \"integer\"}}",
                  &name, &rows))
    return false;
  (void)!print_member(p, &name, &rows, "number", &select, &class);
  return class == SBE_CLASS_INTEGER || class == SBE_CLASS_DECIMAL;
}

/* Can "deviceClass" and "device_class" stand side by side? */
static bool keeps_spelling(prober *p, const char *layout) {
  static const char columns[] =
      "{\"event_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"load_tstamp\": "
      "\"timestamp\", \"" COLUMN "\": {\"deviceClass\": \"text\", \"device_class\": \"text\"}}";
  static const char row[] =
      "[{\"event_id\": \"e\", \"collector_tstamp\": \"2025-01-01T00:00:00\", \"load_tstamp\": \"2025-01-01T00:00:00\", "
      "\"" COLUMN "\": {\"deviceClass\": \"camel\", \"device_class\": \"snake\"}}]";
  static const struct { const char *member, *value; } wanted[] = {{"deviceClass", "camel"}, {"device_class", "snake"}};
  sbe_error error = SBE_NO_ERROR;
  sbe_name name;
  sbe_rows described;
  if (!make_table(p, layout, columns, &name, &described)) return false;
  if (p->plugin->fixture.insert(p->session.connection, &name, layout, columns, row, &error)) return false;
  for (size_t i = 0; i < 2; i++) {
    int32_t class;
    sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
    sbe_rows rows = {.arena = p->arena};
    if (!print_member(p, &name, &described, wanted[i].member, &select, &class)) return false;
    if (sbe_session_query(&p->session, sbe_text_string(&select), &rows, &error)) return false;
    if (rows.n != 1 || !sbe_streq(sbe_cell_text(rows.values, ""), wanted[i].value)) return false;
  }
  return true;
}

static const struct {
  const char *name;
  bool (*has)(prober *p, const char *layout);
  bool wanted;
} traits[] = {{"typed", is_typed, true}, {"untyped", is_typed, false}, {"keeps_spelling", keeps_spelling, true}};
#define N_TRAITS (sizeof traits / sizeof *traits)

bool layouts_ask_traits(const scenario *s) {
  SBE_EACH(name, s->layouts)
  for (size_t t = 0; t < N_TRAITS; t++)
    if (sbe_streq(name->text, traits[t].name)) return true;
  return false;
}

/* Layouts of this scenario, by name or by what they are like. */
static uint64_t that_fit(prober *p, const scenario *s) {
  uint64_t fit = 0;
  for (size_t i = 0; p->plugin->fixture.layouts[i] && i < 64; i++) SBE_EACH(name, s->layouts) {
      bool fits = sbe_streq(name->text, p->plugin->fixture.layouts[i]);
      for (size_t t = 0; t < N_TRAITS && !fits; t++)
        fits = sbe_streq(name->text, traits[t].name) &&
               traits[t].has(p, p->plugin->fixture.layouts[i]) == traits[t].wanted;
      if (fits) fit |= UINT64_C(1) << i;
    }
  return fit;
}

/* Layouts may differ in how they spell members, which a description of JSON columns does not tell. */
static bool has_nested(const sbe_node *columns) {
  SBE_EACH(column, columns)
  if (column->kind == SBE_NODE_MAP || column->kind == SBE_NODE_LIST) return true;
  return false;
}

uint64_t layouts_worth_playing(const scenario *s, const kit_options *options, const sbe_plugin *plugin) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_cleanup_text sbe_text columns = SBE_TEXT(MAX_JSON);
  const sbe_node *declared[64];
  size_t n = 0;
  bool nested = has_nested(s->columns);
  uint64_t worth = UINT64_MAX;
  if (s->columns) declared[n++] = s->columns;
  SBE_EACH(run, s->runs) {
    const sbe_node *of_the_run = sbe_node_find(run, "columns");
    nested = nested || has_nested(of_the_run);
    if (of_the_run && n < 64) declared[n++] = of_the_run;
  }
  if (!s->layouts && (nested || options->every_layout)) return worth;
  prober *p = SBE_NEW(arena, prober);
  columns_json(declared, n, &columns);
  if (open_prober(p, options, plugin, arena))
    worth = s->layouts ? that_fit(p, s) : that_differ(p, sbe_text_string(&columns));
  close_prober(p);
  return worth;
}
