/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a scenario file: members are known or refused with a suggestion, so that no expectation is
 * ever passed over because of a slip of the pen. Called by scenarios.c for every file.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/scenario.h"

static const char *const file_members[] = {"guards", "vars",    "views",  "columns", "layouts",
                                           "schema", "schemas", "target", "runs",    NULL};

/* What a run is, and what is expected after it, but for tables. */
static const char *const run_members[] = {"as_of",  "adds",     "until_current", "full_refresh", "vars",
                                          "target", "views",    "columns",       "select",       "interrupt",
                                          "error",  "warnings", "notes",         "no_warnings",  "scans",
                                          "status", "windows",  "tables",        "no_tables",    NULL};

static const char *const tables[] = {"attributes", "filtered_events", "daily_aggregates", "daily_values",
                                     "days",       "manifest",        "run_log",          NULL};

const char *scenario_table_of(const char *member, const char **ret_model) {
  const char *dot = strchr(member, '.');
  if (!dot || !dot[1]) return NULL;
  for (size_t i = 0; tables[i]; i++) {
    if (strncmp(tables[i], member, (size_t)(dot - member)) != 0 || tables[i][dot - member]) continue;
    *ret_model = dot + 1;
    return tables[i];
  }
  return NULL;
}

static bool is_kind(const sbe_node *node, sbe_node_kind kind, const char *what, sbe_report *report) {
  if (!node || node->kind == kind) return true;
  sbe_node_error(report, node, "'%s' must be %s, not %s", what, sbe_node_kind_name(kind),
                 sbe_node_kind_name(node->kind));
  return false;
}

static void check_rows(const sbe_node *rows, sbe_report *report) {
  if (!is_kind(rows, SBE_NODE_LIST, rows->key, report)) return;
  SBE_EACH(row, rows) is_kind(row, SBE_NODE_MAP, "a row", report);
}

static void check_run(const sbe_node *run, sbe_report *report) {
  if (!is_kind(run, SBE_NODE_MAP, "a run", report)) return;
  SBE_EACH(member, run) {
    const char *model;
    bool known = false;
    for (size_t i = 0; run_members[i] && !known; i++) known = sbe_streq(run_members[i], member->key);
    if (known) continue;
    if (scenario_table_of(member->key, &model)) {
      check_rows(member, report);
      continue;
    }
    const char *near = sbe_nearest(member->key, run_members);
    sbe_report_add(report, SBE_ERROR, sbe_node_key_place(member),
                   "unknown member '%s' of a run%s%s%s; tables are named as in attributes.MODEL", member->key,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  if (!sbe_node_find(run, "as_of")) sbe_node_error(report, run, "a run needs 'as_of', its clock");
  is_kind(sbe_node_find(run, "adds"), SBE_NODE_LIST, "adds", report);
  is_kind(sbe_node_find(run, "vars"), SBE_NODE_MAP, "vars", report);
  is_kind(sbe_node_find(run, "columns"), SBE_NODE_MAP, "columns", report);
  is_kind(sbe_node_find(run, "warnings"), SBE_NODE_LIST, "warnings", report);
  is_kind(sbe_node_find(run, "notes"), SBE_NODE_LIST, "notes", report);
  static const char *const error_members[] = {"code", "contains", NULL};
  const sbe_node *error = sbe_node_find(run, "error");
  if (error && is_kind(error, SBE_NODE_MAP, "error", report))
    sbe_node_check_members(error, "an expected error", error_members, report);
  static const char *const interrupt_members[] = {"step", "count", NULL};
  const sbe_node *interrupt = sbe_node_find(run, "interrupt");
  if (interrupt && is_kind(interrupt, SBE_NODE_MAP, "interrupt", report))
    sbe_node_check_members(interrupt, "an interrupt", interrupt_members, report);
}

void scenario_members(scenario *s) {
  s->vars = sbe_node_find(s->root, "vars");
  s->views = sbe_node_find(s->root, "views");
  s->columns = sbe_node_find(s->root, "columns");
  s->layouts = sbe_node_find(s->root, "layouts");
  s->schema = sbe_node_find(s->root, "schema");
  s->schemas = sbe_node_find(s->root, "schemas");
  s->target = sbe_node_find(s->root, "target");
  s->runs = sbe_node_find(s->root, "runs");
}

/* Several plays share a warehouse, with whatever is in it: names of schemas begin with the play's own. */
static void check_schema(const sbe_node *name, sbe_report *report) {
  if (name && !(name->text && sbe_starts_with(name->text, "{schema}")))
    sbe_node_error(report, name, "the name of a schema must begin with {schema}, as in \"{schema}_shop\"");
}

static void check_schemas(const scenario *s, sbe_report *report) {
  static const char *const names[] = {"atomic_schema", "snowplow__atomic_schema"};
  check_schema(s->schema, report);
  SBE_EACH(name, s->schemas) check_schema(name, report);
  for (size_t i = 0; i < 2; i++) {
    check_schema(sbe_node_get(s->vars, names[i]), report);
    SBE_EACH(run, s->runs) check_schema(sbe_node_get(sbe_node_find(run, "vars"), names[i]), report);
  }
}

static const char *name_of(const char *path, sbe_arena *arena) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  return sbe_arena_strndup(arena, name, dot ? (size_t)(dot - name) : strlen(name));
}

bool scenario_read(sbe_arena *arena, const char *path, scenario *ret_scenario, sbe_report *report) {
  scenario s = {.path = path, .name = name_of(path, arena), .root = sbe_document_read(arena, path, report)};
  if (!s.root) return false;
  if (!is_kind(s.root, SBE_NODE_MAP, "a scenario", report)) return false;
  sbe_node_check_members(s.root, "a scenario", file_members, report);
  scenario_members(&s);
  const sbe_node *guards = sbe_node_find(s.root, "guards");
  if (!guards || !sbe_node_string(guards, "guards", &s.guards, report))
    sbe_node_error(report, s.root, "a scenario needs 'guards': one sentence that says what it is for");
  is_kind(s.vars, SBE_NODE_MAP, "vars", report);
  is_kind(s.columns, SBE_NODE_MAP, "columns", report);
  is_kind(s.layouts, SBE_NODE_LIST, "layouts", report);
  is_kind(s.schemas, SBE_NODE_MAP, "schemas", report);
  if (!s.runs || !s.runs->child) sbe_node_error(report, s.root, "a scenario needs 'runs'");
  if (is_kind(s.runs, SBE_NODE_LIST, "runs", report)) SBE_EACH(run, s.runs) check_run(run, report);
  check_schemas(&s, report);
  if (report->errors) return false;
  *ret_scenario = s;
  return true;
}
