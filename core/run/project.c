/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a project and an adapter say together: the fields of the connection, presets included, and
 * where tables lie. Called by every command that prints SQL or connects.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/run/run.h"

static const sbe_option *find_option(const sbe_plugin *plugin, const char *name) {
  for (const sbe_option *const *o = plugin->adapter->options; o && *o; o++)
    if (sbe_streq((*o)->name, name)) return *o;
  return NULL;
}

static bool option_is_path(const sbe_option *option) {
  return option->struct_size >= offsetof(sbe_option, is_path) + sizeof option->is_path && option->is_path;
}

/* A relative path is one from the project's directory; ":memory:" and the like are none. */
static const char *resolved(const sbe_project *project, const sbe_option *option, const char *value, sbe_arena *arena) {
  if (!option || !option_is_path(option) || *value == '/' || *value == ':' || strstr(value, "://")) return value;
  return sbe_arena_printf(arena, "%s/%s", project->dir, value);
}

static const char *preset_value(const sbe_project *project, const char *preset, sbe_arena *arena) {
  static const char mark[] = "{state_dir}";
  const char *at = strstr(preset, mark);
  if (!at) return preset;
  return sbe_arena_printf(arena, "%.*s%s%s", (int)(at - preset), preset, project->state_dir, at + sizeof mark - 1);
}

static const char *given(const sbe_settings *settings, const sbe_option *option) {
  if (!settings) return NULL;
  const char *value = sbe_settings_get(settings, option->name);
  return value || !option->alias ? value : sbe_settings_get(settings, option->alias);
}

static void set_threads(sbe_settings *settings, const char *number) {
  size_t i = 0;
  while (i < settings->n && !sbe_streq(settings->items[i].name, "threads")) i++;
  settings->items[i] = (struct sbe_setting){.name = "threads", .value = number};
  if (i == settings->n) settings->n++;
}

sbe_settings *sbe_settings_with_presets(const sbe_project *project, const sbe_plugin *plugin, sbe_arena *arena) {
  const sbe_settings *from = project->settings;
  size_t n = from ? from->n : 0, presets = 0;
  for (const sbe_option *const *o = plugin->adapter->options; o && *o; o++) presets++;
  sbe_settings *settings = SBE_NEW(arena, sbe_settings);
  *settings =
      (sbe_settings){.place = from ? from->place : "the adapter's presets", .type = plugin->name, .arena = arena};
  settings->items = SBE_NEW_ARRAY(arena, struct sbe_setting, n + presets + 2); /* with threads and read_only */
  for (size_t i = 0; i < n; i++) {
    struct sbe_setting item = from->items[i];
    for (const sbe_option *const *o = plugin->adapter->options; o && *o; o++) /* by its main name */
      if ((*o)->alias && sbe_streq((*o)->alias, item.name)) item.name = (*o)->name;
    if (item.value) item.value = resolved(project, find_option(plugin, item.name), item.value, arena);
    settings->items[settings->n++] = item;
  }
  if (project->threads && (project->threads_first || !sbe_settings_get(settings, "threads")))
    set_threads(settings, sbe_arena_printf(arena, "%lld", (long long)project->threads));
  for (const sbe_option *const *o = plugin->adapter->options; o && *o; o++) {
    bool known = !(*o)->preset;
    for (size_t i = 0; i < settings->n && !known; i++) known = sbe_streq(settings->items[i].name, (*o)->name);
    if (known) continue;
    settings->items[settings->n++] = (struct sbe_setting){
        .name = (*o)->name, .value = resolved(project, *o, preset_value(project, (*o)->preset, arena), arena)};
  }
  return settings;
}

void sbe_settings_mark_read_only(sbe_settings *settings) {
  settings->items[settings->n++] = (struct sbe_setting){.name = "read_only", .value = "true"};
}

const char *sbe_project_setting(const sbe_project *project, const sbe_plugin *plugin, const char *name) {
  const sbe_option *option = find_option(plugin, name);
  if (!option) return NULL;
  const char *value = given(project->settings, option);
  return value ? value : option->preset;
}

/* Our tables lie in the target's database; dbt calls it by one of these names. */
static const char *database_of(const sbe_project *project, const sbe_plugin *plugin) {
  static const char *const names[] = {"database", "dbname", "catalog", "project"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = sbe_project_setting(project, plugin, names[i]);
    if (value) return value;
  }
  return NULL;
}

const char *sbe_no_events_table(const sbe_sql *sql, sbe_arena *arena) {
  const sbe_name *events = &sql->events;
  bool elsewhere = events->database != NULL;
  return sbe_arena_printf(arena,
                          "there is no events table %s%s%s.%s: set %ssnowplow__atomic_schema and "
                          "snowplow__events_table in sbe.yml",
                          elsewhere ? events->database : "", elsewhere ? "." : "", events->schema, events->table,
                          elsewhere ? "snowplow__database, " : "");
}

void sbe_sql_of_project(const sbe_project *project, const sbe_plugin *plugin, sbe_arena *arena, sbe_sql *ret_sql) {
  const sbe_vars *vars = &project->vars;
  const char *base = sbe_project_setting(project, plugin, "schema");
  if (!base) base = sbe_project_setting(project, plugin, "dataset");
  if (!base) base = project->name ? project->name : "sbe";
  const struct {
    const char *given, *suffix;
  } schemas[SBE_SCHEMAS] = {[SBE_SCHEMA_MANIFEST] = {project->manifest_schema, "snowplow_manifest"},
                            [SBE_SCHEMA_SCRATCH] = {project->scratch_schema, "scratch"},
                            [SBE_SCHEMA_DERIVED] = {project->derived_schema, "derived"}};
  *ret_sql = (sbe_sql){.dialect = &plugin->dialect, .database = database_of(project, plugin)};
  for (size_t i = 0; i < SBE_SCHEMAS; i++)
    ret_sql->schemas[i] =
        schemas[i].given ? schemas[i].given : sbe_arena_printf(arena, "%s_%s", base, schemas[i].suffix);
  bool catalog = vars->catalog && sbe_streq(vars->catalog_adapter, plugin->name);
  ret_sql->events = (sbe_name){catalog ? vars->catalog : vars->database, vars->atomic_schema, vars->events_table};
}
