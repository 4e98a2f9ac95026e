/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Playing a scenario on one layout: a project in a directory of its own, an events table made by the
 * adapter's fixture, and run after run through the engine's own entry, each followed by a look at the
 * tables. Called by scenarios.c, in a process of its own for every scenario and layout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/sql/shape.h"
#include "kit/scenario.h"

#define MAX_RUNS 1000
#define MAX_DECLARED (MAX_RUNS + 1)

typedef struct player {
  const scenario *s;
  const char *layout;
  const kit_options *options;
  const sbe_plugin *plugin;
  sbe_arena *arena;
  kit_place place;
  size_t n_declared;
  const sbe_node *declared[MAX_DECLARED]; /* `columns` of the file and of the runs so far */
  const char *events_table;               /* of the last run, printed; NULL: none yet */
  size_t n_tables;
  const char *tables[MAX_DECLARED]; /* those that were made */
  sbe_text rows;                    /* all events so far, without the brackets */
  size_t n_events;
  const sbe_node *run; /* being played */
  outcome o;
  volatile int interrupted;
  const char *interrupt_step;
  int64_t interrupt_count;
} player;

/* ---- the project ---- */

static const sbe_node *of_run(const player *p, const char *member, const sbe_node *otherwise) {
  const sbe_node *node = sbe_node_find(p->run, member);
  return node ? node : otherwise;
}

static void put_json_text(sbe_text *out, const char *text) {
  sbe_node node = {.kind = SBE_NODE_STRING, .text = text, .size = (uint32_t)strlen(text)};
  node_json(&node, out);
}

static void put_member(sbe_text *out, const char *name, const char *text) {
  put_json_text(out, name);
  sbe_text_puts(out, ": ");
  put_json_text(out, text);
}

static bool says_atomic_schema(const sbe_node *vars) {
  return sbe_node_get(vars, "atomic_schema") || sbe_node_get(vars, "snowplow__atomic_schema");
}

/* The variables of the file and, over them, those of the run; the events lie in a schema of the place's own. */
static void put_vars(const player *p, sbe_text *out) {
  const sbe_node *of_the_run = sbe_node_find(p->run, "vars");
  bool first = true;
  sbe_text_puts(out, "{");
  for (int pass = 0; pass < 2; pass++) SBE_EACH(var, pass ? of_the_run : p->s->vars) {
      if (!pass && sbe_node_get(of_the_run, var->key)) continue;
      if (!first) sbe_text_puts(out, ", ");
      first = false;
      put_json_text(out, var->key);
      sbe_text_puts(out, ": ");
      node_json(var, out);
    }
  if (!says_atomic_schema(p->s->vars) && !says_atomic_schema(of_the_run)) {
    if (!first) sbe_text_puts(out, ", ");
    put_member(out, "atomic_schema", sbe_arena_printf(p->arena, "%s_atomic", p->place.schema));
  }
  sbe_text_puts(out, "}");
}

static const char *target_of(const player *p) {
  const sbe_node *node = of_run(p, "target", p->s->target);
  return node ? node->text : "dev";
}

static const char *base_schema(const player *p) {
  return p->s->schema ? p->s->schema->text : p->place.schema;
}

/* sbe.yml and profiles.yml as a user would have them; the definitions stay in the scenario's file. Schemas are the
   place's, where the scenario does not name its own. */
static sbe_project *read_project(player *p, sbe_report *report) {
  sbe_cleanup_text sbe_text yml = SBE_TEXT(MAX_JSON);
  sbe_text_puts(&yml, ", \"vars\": ");
  put_vars(p, &yml);
  if (p->s->schemas) {
    sbe_text_puts(&yml, ", \"schemas\": ");
    node_json(p->s->schemas, &yml);
  }
  return place_project(&p->place, base_schema(p), target_of(p), sbe_text_string(&yml), report);
}

/* Everything that a run with this project may make. */
static void note_schemas(player *p, const sbe_sql *sql) {
  for (size_t i = 0; i < SBE_SCHEMAS; i++) place_note_schema(&p->place, sql->database, sql->schemas[i]);
  place_note_schema(&p->place, sql->events.database, sql->events.schema);
}

/* ---- the events table ---- */

static int32_t drop_table(const sbe_sql *sql, const sbe_session *session, const char *name, sbe_error *error) {
  sbe_statements list = {0};
  sbe_print_drop(sql, name, &list);
  int32_t code = sbe_session_run(session, &list, false, NULL, error);
  sbe_statements_clear(&list);
  return code;
}

/* A new one with all events so far, when its name or its columns are new; else only what `adds` brings. */
static bool add_events(player *p, const sbe_sql *sql, const sbe_session *session, sbe_report *report,
                       sbe_error *error) {
  const sbe_fixture *fixture = &p->plugin->fixture;
  sbe_cleanup_text sbe_text columns = SBE_TEXT(MAX_JSON), added = SBE_TEXT(MAX_JSON), name = SBE_TEXT(8192);
  const sbe_node *of_the_run = sbe_node_find(p->run, "columns");
  if (of_the_run) p->declared[p->n_declared++] = of_the_run;
  columns_json(p->declared, p->n_declared, &columns);
  sbe_text_putc(&added, '[');
  if (!events_json(sbe_node_find(p->run, "adds"), p->declared, p->n_declared, &p->n_events, &added, report))
    return false;
  if (added.size > 1 && p->rows.size) sbe_text_puts(&p->rows, ",\n");
  sbe_text_puts(&p->rows, sbe_text_string(&added) + 1);
  sbe_text_putc(&added, ']');
  sbe_print_table_name(sql, &name, &sql->events);
  bool known = false, anew = of_the_run || !sbe_streq(p->events_table, sbe_text_string(&name));
  for (size_t i = 0; i < p->n_tables; i++) known = known || sbe_streq(p->tables[i], sbe_text_string(&name));
  int32_t code = anew && known ? drop_table(sql, session, sbe_text_string(&name), error) : SBE_OK;
  p->events_table = sbe_arena_strdup(p->arena, sbe_text_string(&name));
  if (!known) p->tables[p->n_tables++] = p->events_table;
  if (anew && !code)
    code = fixture->create(session->connection, &sql->events, p->layout, sbe_text_string(&columns), error);
  if (anew) {
    sbe_text_clear(&added);
    sbe_text_putc(&added, '[');
    sbe_text_puts(&added, sbe_text_string(&p->rows));
    sbe_text_putc(&added, ']');
  }
  if (!code && added.size > 2)
    code = fixture->insert(session->connection, &sql->events, p->layout, sbe_text_string(&columns),
                           sbe_text_string(&added), error);
  return code == SBE_OK;
}

/* ---- the run ---- */

static void keep_message(outcome *o, sbe_severity severity, const char *text) {
  bool note = severity == SBE_NOTE;
  size_t *n = note ? &o->n_notes : &o->n_warnings;
  const char ***list = note ? &o->notes : &o->warnings;
  *list = sbe_grow(*list, *n, &o->capacity[note], sizeof **list);
  (*list)[(*n)++] = sbe_arena_strdup(o->arena, text);
}

static void on_note(void *user, sbe_severity severity, sbe_place place, const char *text) {
  player *p = user;
  (void)place;
  keep_message(&p->o, severity, text);
  if (p->options->verbose) printf("    %s: %s\n", severity == SBE_NOTE ? "note" : "warning", text);
}

static void on_step(void *user, const char *model, const char *step) {
  player *p = user;
  if (p->options->verbose) printf("    %s %s\n", model ? model : "-", step);
  if (p->interrupt_step && names_step(step, p->interrupt_step) && --p->interrupt_count == 0) p->interrupted = 1;
}

static void add_text(player *p, const char *text) {
  if (strstr(p->o.messages, text)) return;
  p->o.messages = *p->o.messages ? sbe_arena_printf(p->arena, "%s\n%s", p->o.messages, text) : text;
}

/* Definitions that do not hold are an error of the run like any other. */
static void take_findings(player *p, sbe_report *report) {
  for (const sbe_finding *f = sbe_report_sort(report); f; f = f->next) {
    const char *text = sbe_arena_printf(p->arena, "%s:%u:%u: %s", f->place.file ? f->place.file : "-", f->place.line,
                                        f->place.column, f->message);
    if (f->severity == SBE_ERROR)
      add_text(p, text);
    else
      keep_message(&p->o, f->severity, text);
  }
  if (report->errors) p->o.code = SBE_INVALID;
}

static sbe_ir *read_views(player *p, sbe_report *report) {
  const sbe_node *views = of_run(p, "views", p->s->views);
  if (!views) {
    sbe_node_error(report, p->run, "neither the scenario nor the run has 'views'");
    return NULL;
  }
  /* as a file of its own: {views: […]} */
  sbe_node list = *views;
  list.key = "views";
  list.next = NULL;
  sbe_node *document = SBE_NEW(p->arena, sbe_node), *copy = SBE_NEW(p->arena, sbe_node);
  *copy = list;
  *document = (sbe_node){.file = views->file, .kind = SBE_NODE_MAP, .child = copy, .line = 1, .column = 1};
  const sbe_node *documents[] = {document};
  return sbe_ir_build(p->arena, 1, documents, report);
}

static bool is_selected(const player *p, const sbe_view *view) {
  const sbe_node *select = sbe_node_find(p->run, "select");
  if (!select) return true;
  SBE_EACH(name, select)
  if (sbe_streq(name->text, view->name) || sbe_streq(name->text, view->model)) return true;
  return false;
}

static bool is_true(const player *p, const char *member) {
  const sbe_node *node = sbe_node_find(p->run, member);
  return node && node->kind == SBE_NODE_BOOL && sbe_streq(node->text, "true");
}

static bool read_clock(const player *p, sbe_timestamp *ret_now) {
  const sbe_node *as_of = sbe_node_find(p->run, "as_of");
  if (as_of->text && sbe_timestamp_parse(as_of->text, as_of->size, ret_now)) return true;
  expect_complain(as_of);
  printf("as_of must be a date or a timestamp in UTC\n");
  return false;
}

static void read_interrupt(player *p) {
  const sbe_node *interrupt = sbe_node_find(p->run, "interrupt");
  const sbe_node *step = sbe_node_find(interrupt, "step"), *count = sbe_node_find(interrupt, "count");
  p->interrupted = 0;
  p->interrupt_step = step ? step->text : NULL;
  p->interrupt_count = 1;
  if (count && count->text) (void)!sbe_parse_int64(count->text, count->size, &p->interrupt_count);
}

static void execute(player *p, const sbe_project *project, const sbe_ir *ir, sbe_timestamp now,
                    sbe_run_results *results) {
  const sbe_shape **shapes = SBE_NEW_ARRAY(p->arena, const sbe_shape *, ir->n_views);
  size_t n = 0;
  for (size_t i = 0; i < ir->n_views; i++)
    if (is_selected(p, ir->views[i])) shapes[n++] = sbe_shape_new(p->arena, ir->views[i]);
  read_interrupt(p);
  sbe_run_request request = {.project = project,
                             .plugin = p->plugin,
                             .n_shapes = n,
                             .shapes = shapes,
                             .now = now,
                             .until_current = is_true(p, "until_current"),
                             .full_refresh = is_true(p, "full_refresh"),
                             .interrupted = &p->interrupted,
                             .events = {.user = p, .step_started = on_step, .note = on_note}};
  p->o.code = sbe_run_execute(&request, p->arena, results);
  p->o.results = results;
  if (results->error.message[0]) add_text(p, sbe_arena_strdup(p->arena, results->error.message));
  for (size_t i = 0; i < results->n_views; i++)
    if (results->views[i].error_text) add_text(p, results->views[i].error_text);
}

/* ---- one after the other ---- */

static bool fail(const sbe_node *at, const char *what, const char *why) {
  expect_complain(at);
  printf("%s: %s\n", what, why);
  return false;
}

/* Answers false when the scenario cannot go on; `failures` counts what was not as expected. */
static bool play_run(player *p, int *failures) {
  sbe_report report = {.arena = p->arena};
  sbe_error error = SBE_NO_ERROR;
  sbe_run no_run = {NULL};
  sbe_session session = {0};
  sbe_run_results results;
  sbe_timestamp now;
  if (!read_clock(p, &now)) return false;
  p->o = (outcome){.arena = p->arena, .plugin = p->plugin, .messages = ""};
  sbe_project *project = read_project(p, &report);
  if (!project) {
    take_findings(p, &report);
    *failures += expect_all(p->run, &p->o);
    return true;
  }
  sbe_sql sql;
  sbe_sql_of_project(project, p->plugin, p->arena, &sql);
  note_schemas(p, &sql);
  p->o.project = project;
  p->o.sql = &sql;
  const char *base = base_schema(p);
  const char *manifest = project->manifest_schema, *derived = project->derived_schema;
  p->o.schemas[0] = manifest ? manifest : sbe_arena_printf(p->arena, "%s_snowplow_manifest", base);
  p->o.schemas[1] = derived ? derived : sbe_arena_printf(p->arena, "%s_derived", base);
  const sbe_settings *settings = sbe_settings_with_presets(project, p->plugin, p->arena);
  if (sbe_session_open(&session, p->plugin, settings, &no_run, NULL, &error))
    return fail(p->run, "cannot connect", error.message);
  bool added = add_events(p, &sql, &session, &report, &error);
  sbe_session_close(&session);
  if (!added && !report.errors) return fail(p->run, "cannot fill the events table", error.message);
  for (const sbe_finding *f = report.first; f; f = f->next)
    printf("  %s:%u: %s\n", f->place.file, f->place.line, f->message);
  if (!added) return false;
  sbe_ir *ir = read_views(p, &report);
  take_findings(p, &report);
  if (ir) execute(p, project, ir, now, &results);
  if (sbe_session_open(&session, p->plugin, settings, &no_run, NULL, &error))
    return fail(p->run, "cannot connect after the run", error.message);
  p->o.session = &session;
  *failures += expect_all(p->run, &p->o);
  sbe_session_close(&session);
  return true;
}

/* "{schema}" in any text of a scenario is the place's: names that it gives to schemas begin with it. */
static void put_schema(sbe_node *node, const char *schema, sbe_arena *arena) {
  static const char mark[] = "{schema}";
  const char *at;
  while (node->text && (at = strstr(node->text, mark)) != NULL) {
    node->text = sbe_arena_printf(arena, "%.*s%s%s", (int)(at - node->text), node->text, schema, at + sizeof mark - 1);
    node->size = (uint32_t)strlen(node->text);
  }
  for (sbe_node *child = node->child; child; child = child->next) put_schema(child, schema, arena);
}

static bool make_player(player *p, const scenario *s, const char *layout, const char *id, const kit_options *options,
                        const sbe_plugin *plugin, sbe_arena *arena) {
  scenario *own = SBE_NEW(arena, scenario);
  sbe_report report = {.arena = arena};
  *p = (player){
      .s = own, .layout = layout, .options = options, .plugin = plugin, .arena = arena, .rows = SBE_TEXT(MAX_JSON)};
  const char *why = place_open(&p->place, options, plugin, id, arena);
  if (!why && !scenario_read(arena, s->path, own, &report)) why = "the scenario cannot be read again";
  if (why) {
    printf("  %s\n", why);
    return false;
  }
  put_schema((sbe_node *)own->root, p->place.schema, arena);
  scenario_members(own);
  if (own->columns) p->declared[p->n_declared++] = own->columns;
  return true;
}

/* Answers false when something stays behind. */
static bool end_player(player *p) {
  const char *why = place_close(&p->place);
  if (why) printf("  %s\n", why);
  if (p->options->keep) printf("  kept: %s, schemas %s…\n", p->place.dir, p->place.schema);
  sbe_text_free(&p->rows);
  return !why;
}

/* In a new process, after the one that played is dead: it may have made all that the scenario names. */
void play_clean(const scenario *s, const char *id, const kit_options *options, const sbe_plugin *plugin) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  player *p = SBE_NEW(arena, player);
  sbe_report report = {.arena = arena};
  if (!make_player(p, s, NULL, id, options, plugin, arena)) return;
  place_note_schema(&p->place, NULL, sbe_arena_printf(arena, "%s_probe", p->place.schema));
  SBE_EACH(run, p->s->runs) {
    sbe_sql sql;
    p->run = run;
    sbe_project *project = read_project(p, &report);
    if (!project) continue;
    sbe_sql_of_project(project, plugin, arena, &sql);
    note_schemas(p, &sql);
  }
  end_player(p);
}

/* ---- layouts ---- */

int play(const scenario *s, const char *layout, const char *id, const kit_options *options, const sbe_plugin *plugin) {
  int failures = 0;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  player *p = SBE_NEW(arena, player);
  if (!make_player(p, s, layout, id, options, plugin, arena)) return 1;
  size_t n = 0;
  SBE_EACH(run, p->s->runs) {
    p->run = run;
    if (options->verbose) printf("  run %zu, line %u\n", ++n, run->line);
    bool goes_on = p->n_declared < MAX_DECLARED && play_run(p, &failures);
    free(p->o.warnings);
    free(p->o.notes);
    p->o.warnings = p->o.notes = NULL;
    if (goes_on) continue;
    failures++;
    break;
  }
  if (!end_player(p)) failures++;
  return failures;
}
