/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe adapters`: what is installed, why something is not taken, and what an adapter says of itself. All
 * of it comes from the adapters; no warehouse has a name here.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/cli/cli.h"

static const struct {
  uint64_t bit;
  const char *name, *help;
} capabilities[] = {
    {SBE_CAN_ATOMIC, "atomic", "publishes a window in one transaction"},
    {SBE_CAN_QUERY_CHEAPLY, "query_cheaply", "small questions cost milliseconds"},
    {SBE_CAN_REPORT_PROGRESS, "report_progress", "says how far a statement has come"},
    {SBE_CAN_ANSWER_LISTS, "answer_lists", "takes several statements in one request"},
    {SBE_CAN_WORK_IN_PARALLEL, "work_in_parallel", "computes several views at a time (--threads)"},
};
#define N_CAPABILITIES (sizeof capabilities / sizeof *capabilities)

/* --- one ----------------------------------------------------------------------------------------- */

static const char *option_kind(const sbe_option *option) {
  if (option->required && !option->preset) return option->secret ? "required, secret" : "required";
  return option->secret ? "secret" : "";
}

static void describe_text(sbe_cli *cli, const sbe_plugin *plugin) {
  static const char *const heads[] = {"field", "preset", "", "meaning"};
  const sbe_adapter *adapter = plugin->adapter;
  printf(
      "%s%s%s %s: %s\n%s, %s\n\nFields of its profile (profiles.yml, or SBE_<ADAPTER>_<FIELD> in the environment):\n",
      sbe_colour_of(stdout, SBE_BOLD), plugin->name, sbe_colour_of(stdout, SBE_PLAIN), adapter->version,
      adapter->summary, plugin->path, adapter->licence);
  sbe_grid grid = {.arena = cli->arena, .columns = 4, .heads = heads};
  for (const sbe_option *const *o = adapter->options; *o; o++) {
    const char *name = (*o)->alias ? sbe_arena_printf(cli->arena, "%s, %s", (*o)->name, (*o)->alias) : (*o)->name;
    const char *cells[] = {name, (*o)->preset, option_kind(*o), (*o)->help};
    sbe_grid_row(&grid, cells);
  }
  sbe_grid_print(&grid, stdout);
  puts("\nAbilities:");
  for (size_t i = 0; i < N_CAPABILITIES; i++)
    if (adapter->capabilities & capabilities[i].bit) printf("  %s: %s\n", capabilities[i].name, capabilities[i].help);
  if (!plugin->fixture.struct_size) return;
  fputs("\nCan make events for tests, laid out as:", stdout);
  for (const char *const *layout = plugin->fixture.layouts; *layout; layout++) printf(" %s", *layout);
  putchar('\n');
}

static void describe_json(const sbe_plugin *plugin) {
  const sbe_adapter *adapter = plugin->adapter;
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '{', false);
  sbe_json_text(&json, "name", plugin->name);
  sbe_json_text(&json, "version", adapter->version);
  sbe_json_text(&json, "licence", adapter->licence);
  sbe_json_text(&json, "summary", adapter->summary);
  sbe_json_text(&json, "path", plugin->path);
  sbe_json_open(&json, "options", '[', false);
  for (const sbe_option *const *o = adapter->options; *o; o++) {
    sbe_json_open(&json, NULL, '{', true);
    sbe_json_text(&json, "name", (*o)->name);
    sbe_json_text(&json, "alias", (*o)->alias);
    sbe_json_bool(&json, "required", (*o)->required && !(*o)->preset);
    sbe_json_bool(&json, "secret", (*o)->secret);
    sbe_json_text(&json, "preset", (*o)->preset);
    sbe_json_text(&json, "help", (*o)->help);
    sbe_json_close(&json);
  }
  sbe_json_close(&json);
  sbe_json_open(&json, "capabilities", '[', true);
  for (size_t i = 0; i < N_CAPABILITIES; i++)
    if (adapter->capabilities & capabilities[i].bit) sbe_json_text(&json, NULL, capabilities[i].name);
  sbe_json_close(&json);
  sbe_json_open(&json, "layouts", '[', true);
  for (size_t i = 0; plugin->fixture.struct_size && plugin->fixture.layouts[i]; i++)
    sbe_json_text(&json, NULL, plugin->fixture.layouts[i]);
  sbe_json_close(&json);
  sbe_json_close(&json);
}

static int describe(sbe_cli *cli, const char *name) {
  sbe_error error = SBE_NO_ERROR;
  if (!sbe_cli_load_adapter(cli, name, &error)) return sbe_cli_fail(SBE_EXIT_USAGE, "%s", error.message);
  if (cli->arguments.json)
    describe_json(cli->plugin);
  else
    describe_text(cli, cli->plugin);
  return SBE_EXIT_DONE;
}

/* --- all ----------------------------------------------------------------------------------------- */

static void list_json(const sbe_candidate *first) {
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '[', false);
  for (const sbe_candidate *c = first; c; c = c->next) {
    sbe_json_open(&json, NULL, '{', true);
    sbe_json_text(&json, "name", *c->name ? c->name : NULL);
    sbe_json_text(&json, "path", c->path);
    sbe_json_bool(&json, "taken", c->taken);
    sbe_json_text(&json, "reason", c->reason);
    sbe_json_text(&json, "version", c->taken ? c->plugin->adapter->version : NULL);
    sbe_json_text(&json, "summary", c->taken ? c->plugin->adapter->summary : NULL);
    sbe_json_close(&json);
  }
  sbe_json_close(&json);
}

static size_t list_taken(sbe_cli *cli, const sbe_candidate *first) {
  static const char *const heads[] = {"adapter", "version", "summary"};
  sbe_grid grid = {.arena = cli->arena, .columns = 3, .heads = heads};
  for (const sbe_candidate *c = first; c; c = c->next) {
    if (!c->taken) continue;
    const char *cells[] = {c->name, c->plugin->adapter->version, c->plugin->adapter->summary};
    sbe_grid_row(&grid, cells);
  }
  if (grid.n) sbe_grid_print(&grid, stdout);
  return grid.n;
}

static size_t list_candidates(const sbe_candidate *first, bool refused_only) {
  size_t refused = 0;
  for (const sbe_candidate *c = first; c; c = c->next) {
    refused += !c->taken && !c->absent;
    if (refused_only) continue;
    sbe_put_safe(stdout, c->path, false);
    fputs(c->taken ? ": taken" : ": refused: ", stdout);
    if (!c->taken) sbe_put_safe(stdout, c->reason, false);
    putchar('\n');
  }
  return refused;
}

int sbe_command_adapters(sbe_cli *cli) {
  if (cli->arguments.describe) return describe(cli, cli->arguments.describe);
  const sbe_texts *directories = &cli->arguments.plugin_dirs;
  const sbe_plugin_path *path = sbe_plugin_path_new(cli->arena, directories->n, directories->items);
  const sbe_candidate *first = sbe_plugin_list(cli->arena, path);
  if (cli->arguments.json) {
    list_json(first);
    return SBE_EXIT_DONE;
  }
  size_t taken = list_taken(cli, first);
  if (taken && cli->arguments.verbose) putchar('\n');
  size_t refused = list_candidates(first, !cli->arguments.verbose);
  if (!taken) {
    puts("No adapter is installed. Looked in:");
    for (size_t i = 0; i < path->n; i++) printf("  %s\n", path->directories[i]);
  }
  if (refused && !cli->arguments.verbose && !cli->arguments.quiet)
    fprintf(stderr, "%zu more %s looked at and refused: `sbe adapters --verbose` says why\n", refused,
            sbe_plural(refused, "place was", "places were"));
  return SBE_EXIT_DONE;
}
