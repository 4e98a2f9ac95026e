/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sbe-adapter-check: says whether an adapter keeps to the interface. Group after group, from what needs the file
 * alone to whole runs in a warehouse; one that cannot go on is told, and those that need it are skipped by
 * name. It must never write to anything but schemas of its own.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/string.h"
#include "core/config/settings.h"
#include "kit/kit.h"

/* The first file of that name where adapters are looked for; NULL: none. */
static const char *find_path(kit *k, const sbe_plugin_path *path) {
  char real[PATH_MAX];
  if (k->options.file) return realpath(k->options.file, real) ? sbe_arena_strdup(k->arena, real) : NULL;
  for (size_t i = 0; i < path->n; i++) {
    const char *file = sbe_arena_printf(k->arena, "%s/sbe_adapter_%s.so", path->directories[i], k->options.adapter);
    if (access(file, F_OK) == 0 && realpath(file, real)) return sbe_arena_strdup(k->arena, real);
  }
  return NULL;
}

/* NULL: loaded. `ret_absent`: it is not installed, or a library of it is not, so there is nothing to check. */
static const char *load(kit *k, const sbe_plugin_path *path, bool *ret_absent) {
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(path, k->options.adapter, &k->plugin, &error);
  if (!code) return NULL;
  *ret_absent = code == SBE_NOT_FOUND || strstr(error.message, "cannot be used: ");
  return sbe_arena_strdup(k->arena, error.message);
}

/* The fields of the connection, once, before anybody connects: NULL when they will do. */
static const char *check_settings(kit *k) {
  kit_place place;
  sbe_report report = {.arena = k->arena};
  kit_options quiet = k->options;
  quiet.keep = false;
  const char *why = place_open(&place, &quiet, k->plugin, NULL, k->arena);
  if (why) return why;
  sbe_project *project = place_project(&place, NULL, NULL, NULL, &report);
  if (project) sbe_plugin_check_settings(k->plugin, project->settings, &report);
  place_close(&place);
  if (project && !report.errors && !sbe_streq(project->adapter, k->plugin->name))
    return sbe_arena_printf(k->arena, "the profile is for the adapter %s", project->adapter);
  sbe_cleanup_text sbe_text all = SBE_TEXT(1 << 20);
  for (const sbe_finding *f = report.first; f; f = f->next)
    if (f->severity == SBE_ERROR) sbe_text_printf(&all, "%s%s", all.size ? "\n" : "", f->message);
  return report.errors || !project ? sbe_arena_strdup(k->arena, sbe_text_string(&all)) : NULL;
}

/* A group that connects; when it dies, what it left behind goes. */
static void check_in_place(kit *k, kit_group group, const char *title, void (*check)(void *user)) {
  if (!k->options.groups[group]) return;
  if (title) report_title(&k->report, title);
  place_id(k->id);
  if (report_isolated(&k->report, k->options.timeout, check, k) || k->options.keep) return;
  report_isolated(&k->report, 60, clean_live, k);
}

static bool has_tmp(const kit_options *o) {
  for (size_t i = 0; i < o->settings.n; i++)
    if (strstr(o->settings.items[i], "{tmp}")) return true;
  return false;
}

/* NULL, or why nothing that connects can be checked. */
static const char *why_not_connected(const kit *k) {
  const kit_options *o = &k->options;
  if (!k->plugin->fixture.struct_size) return "the adapter has no fixture";
  if (!o->settings.n && !o->profile) return "no warehouse is named: --setting or --profile";
  if (!k->plugin->fixture.drop && !has_tmp(o))
    return "the fixture has no 'drop', so nothing could be cleaned up: give a --setting with {tmp}";
  return NULL;
}

static void check_connected(kit *k) {
  static const struct {
    kit_group group;
    const char *name, *title;
    void (*check)(void *user);
  } rows[] = {{KIT_DIALECT, "dialect, in a warehouse", NULL, check_dialect_live},
              {KIT_TYPES, "types", "Types", check_types},
              {KIT_LIVE, "live", "Live", check_live}};
  const char *why = why_not_connected(k);
  const char *settings = why ? NULL : check_settings(k);
  if (settings) {
    report_check(&k->report, "the fields of the connection", settings, "give them with --setting or in the profile");
    return;
  }
  for (size_t i = 0; i < 3; i++)
    if (!why)
      check_in_place(k, rows[i].group, rows[i].title, rows[i].check);
    else if (k->options.groups[rows[i].group])
      report_skipped(&k->report, rows[i].name, why);
  if (!k->options.groups[KIT_SCENARIOS]) return;
  if (why) {
    report_skipped(&k->report, "scenarios", why);
    return;
  }
  report_title(&k->report, "Scenarios");
  check_scenarios(k);
}

static void check_all(kit *k) {
  kit_report *r = &k->report;
  const kit_options *o = &k->options;
  bool absent = false, sound = true;
  const sbe_plugin_path *path = sbe_plugin_path_new(k->arena, o->directories.n, o->directories.items);
  k->path = find_path(k, path);
  if (k->path && o->groups[KIT_FILE]) {
    report_title(r, sbe_arena_printf(k->arena, "File %s", k->path));
    sound = report_isolated(r, o->timeout, check_file, k);
  }
  /* these two look at what the loader would refuse, and say why in more words */
  size_t failed = r->failed;
  if (k->path && o->groups[KIT_ABI] && sound) {
    report_title(r, "Description and versions");
    sound = report_isolated(r, o->timeout, check_abi, k);
  }
  if (!sound || (r->failed > failed && r->failed)) {
    report_skipped(r, "dialect, types, live, scenarios", "the adapter's description does not hold");
    return;
  }
  const char *why = load(k, path, &absent);
  if (why && absent) {
    report_details(r, why);
    report_skipped(r, sbe_arena_printf(k->arena, "adapter %s", o->adapter), "it or its library is absent");
    if (o->groups[KIT_SCENARIOS]) skip_scenarios(k, "the adapter or its library is absent");
    return;
  }
  if (why) {
    report_check(r, "sbe loads it", why, "");
    return;
  }
  if (o->groups[KIT_DIALECT]) {
    report_title(r, "Dialect");
    report_isolated(r, o->timeout, check_dialect, k);
  }
  check_connected(k);
}

int main(int n, char **arguments) {
  static kit k;
  k.arena = sbe_arena_new();
  int status = kit_read_options(&k.options, n, arguments, k.arena);
  if (status >= 0) return status;
  sbe_log_filter(sbe_redact);
  if (k.options.list) return list_scenarios(&k);
  report_open(&k.report, k.options.tap, k.arena);
  check_all(&k);
  return report_close(&k.report);
}
