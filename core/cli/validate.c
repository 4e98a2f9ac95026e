/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe validate`: sbe.yml and all definitions, without a connection. A profile is not read, and an adapter
 * is only asked when it is there.
 */
#include <limits.h>
#include <unistd.h>

#include "core/cli/cli.h"
#include "core/config/profiles.h"

/* Where a variable stands in sbe.yml; the file as a whole when it does not. */
static sbe_place place_of(sbe_cli *cli, const char *name, const char *alias) {
  sbe_report ignored = {.arena = cli->arena};
  char here[PATH_MAX] = "/";
  if (!getcwd(here, sizeof here)) here[0] = '\0';
  const char *path = sbe_arena_printf(cli->arena, "%s/sbe.yml", cli->project->dir);
  const char *file = sbe_arena_strdup(cli->arena, sbe_path_shown(here, path));
  const sbe_node *vars = sbe_node_find(sbe_document_read(cli->arena, path, &ignored), "vars");
  const char *const names[] = {name, alias};
  for (size_t i = 0; i < 2; i++) {
    const sbe_node *node = sbe_node_find(vars, names[i]);
    if (!node) node = sbe_node_find(vars, sbe_arena_printf(cli->arena, "snowplow__%s", names[i]));
    if (node) return (sbe_place){file, node->key_line, node->key_column};
  }
  return (sbe_place){file, 0, 0};
}

/* Semantics, "Late events": what wide windows keep, narrow ones may skip. */
static void check_lookback(sbe_cli *cli) {
  const sbe_vars *vars = &cli->project->vars;
  if (vars->late_event_lookback_days >= vars->backfill_limit_days) return;
  sbe_report_add(&cli->report, SBE_WARNING, place_of(cli, "late_event_lookback_days", "reprocess_days"),
                 "snowplow__late_event_lookback_days (%lld) is less than snowplow__backfill_limit_days (%lld): late "
                 "events that a wide window keeps may be skipped by narrow ones",
                 (long long)vars->late_event_lookback_days, (long long)vars->backfill_limit_days);
}

/* Answers the adapter that was asked, or NULL. One that --adapter names must be there. */
static const char *check_with_adapter(sbe_cli *cli) {
  sbe_error error = SBE_NO_ERROR;
  bool asked = cli->arguments.adapter != NULL;
  const char *name = asked ? cli->arguments.adapter : cli->project->adapter;
  if (!name) name = sbe_cli_default_adapter();
  if (!name) return NULL;
  if (!sbe_cli_load_adapter(cli, name, &error)) {
    sbe_severity severity = asked ? SBE_ERROR : SBE_NOTE;
    sbe_report_add(&cli->report, severity, (sbe_place){asked ? "--adapter" : NULL, 0, 0},
                   "not checked against adapter '%s': %s", name, error.message);
    return NULL;
  }
  for (size_t i = 0; i < cli->n_views; i++) sbe_check_support(&cli->plugin->dialect, cli->views[i], &cli->report);
  return name;
}

static size_t count_attributes(const sbe_cli *cli) {
  size_t n = 0;
  for (size_t i = 0; i < cli->n_views; i++) n += cli->views[i]->n_attributes;
  return n;
}

static void print_json(const sbe_cli *cli, const char *adapter) {
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '{', false);
  sbe_json_text(&json, "status", "success");
  sbe_json_int(&json, "errors", 0);
  sbe_json_int(&json, "warnings", (int64_t)cli->report.warnings);
  sbe_json_text(&json, "adapter", adapter);
  sbe_json_findings(&json, "findings", &cli->report);
  sbe_json_open(&json, "views", '[', false);
  for (size_t i = 0; i < cli->n_views; i++) {
    sbe_json_open(&json, NULL, '{', true);
    sbe_json_text(&json, "model", cli->views[i]->model);
    sbe_json_text(&json, "name", cli->views[i]->name);
    sbe_json_int(&json, "version", cli->views[i]->version);
    sbe_json_text(&json, "key", cli->views[i]->key);
    sbe_json_int(&json, "attributes", (int64_t)cli->views[i]->n_attributes);
    sbe_json_close(&json);
  }
  sbe_json_close(&json);
  sbe_json_close(&json);
}

static void print_text(const sbe_cli *cli, const char *adapter) {
  size_t attributes = count_attributes(cli), files = cli->project->n_files;
  printf("%sValid%s: %zu %s, %zu %s in %zu %s", sbe_colour_of(stdout, SBE_GREEN), sbe_colour_of(stdout, SBE_PLAIN),
         cli->n_views, sbe_plural(cli->n_views, "view", "views"), attributes,
         sbe_plural(attributes, "attribute", "attributes"), files, sbe_plural(files, "file", "files"));
  if (cli->report.warnings)
    printf(", with %zu %s", cli->report.warnings, sbe_plural(cli->report.warnings, "warning", "warnings"));
  if (adapter) printf("; adapter %s can compute all of it", adapter);
  puts(".");
}

int sbe_command_validate(sbe_cli *cli) {
  const char *adapter = NULL;
  sbe_cli_read_project(cli, false);
  if (cli->project) {
    sbe_cli_read_definitions(cli);
    check_lookback(cli);
    if (cli->ir) adapter = check_with_adapter(cli);
  }
  sbe_cli_print_findings(cli, !cli->arguments.quiet);
  if (cli->report.errors) return SBE_EXIT_USAGE;
  if (cli->arguments.json)
    print_json(cli, adapter);
  else if (!cli->arguments.quiet)
    print_text(cli, adapter);
  return SBE_EXIT_DONE;
}
