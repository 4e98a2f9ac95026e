/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands need before they begin: the project, the definitions, the selection, the adapter. All
 * that is wrong with any of it is told in one go. Nothing here writes or connects, and no adapter is
 * loaded that the command does not need.
 */
#include <fnmatch.h>
#include <string.h>

#include "core/base/string.h"
#include "core/cli/cli.h"

/* --- findings ------------------------------------------------------------------------------------ */

void sbe_cli_print_finding(const sbe_finding *finding) {
  static const struct {
    sbe_colour colour;
    const char *label;
  } kinds[] = {
      [SBE_NOTE] = {SBE_DIM, "note: "}, [SBE_WARNING] = {SBE_YELLOW, "warning: "}, [SBE_ERROR] = {SBE_RED, ""}};
  if (finding->place.file) {
    fputs(sbe_colour_of(stderr, SBE_BOLD), stderr);
    sbe_put_safe(stderr, finding->place.file, false);
    if (finding->place.line) fprintf(stderr, ":%u:%u", finding->place.line, finding->place.column);
    fprintf(stderr, ":%s ", sbe_colour_of(stderr, SBE_PLAIN));
  }
  fprintf(stderr, "%s%s%s", sbe_colour_of(stderr, kinds[finding->severity].colour), kinds[finding->severity].label,
          sbe_colour_of(stderr, SBE_PLAIN));
  sbe_put_safe(stderr, finding->message, false);
  fputc('\n', stderr);
}

void sbe_cli_print_findings(sbe_cli *cli, bool notes) {
  sbe_report *report = &cli->report;
  for (const sbe_finding *f = sbe_report_sort(report); f; f = f->next)
    if (notes || f->severity != SBE_NOTE) sbe_cli_print_finding(f);
  if (report->errors) {
    fprintf(stderr, "%s%zu %s%s", sbe_colour_of(stderr, SBE_RED), report->errors,
            sbe_plural(report->errors, "error", "errors"), sbe_colour_of(stderr, SBE_PLAIN));
    if (report->warnings)
      fprintf(stderr, ", %zu %s", report->warnings, sbe_plural(report->warnings, "warning", "warnings"));
    fputc('\n', stderr);
  }
}

/* What was complained of, or else the first error among the findings. */
static const char *failure_text(const sbe_cli *cli) {
  const sbe_finding *f = cli->report.first;
  while (f && f->severity != SBE_ERROR) f = f->next;
  if (*sbe_complaint() || !f) return sbe_complaint();
  if (!f->place.file) return f->message;
  if (!f->place.line) return sbe_arena_printf(cli->arena, "%s: %s", f->place.file, f->message);
  return sbe_arena_printf(cli->arena, "%s:%u:%u: %s", f->place.file, f->place.line, f->place.column, f->message);
}

void sbe_cli_print_failure(const sbe_cli *cli) {
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '{', false);
  sbe_json_text(&json, "status", "error");
  sbe_json_text(&json, "error", failure_text(cli));
  sbe_json_int(&json, "errors", (int64_t)(cli->report.errors ? cli->report.errors : 1));
  sbe_json_int(&json, "warnings", (int64_t)cli->report.warnings);
  sbe_json_findings(&json, "findings", &cli->report);
  sbe_json_close(&json);
}

int sbe_cli_fail(int status, const char *format, ...) {
  char text[SBE_LONGEST_COMPLAINT];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sbe_complain("%s", text);
  return status;
}

int sbe_cli_refuse_future(const sbe_cli *cli, const char *what) {
  char text[32];
  if (cli->now <= sbe_timestamp_now()) return 0;
  sbe_timestamp_format(cli->now, text);
  return sbe_cli_fail(SBE_EXIT_USAGE, "--as-of %s is in the future: %s", text, what);
}

/* --- project and definitions --------------------------------------------------------------------- */

/* --threads goes before what project and profile say. */
static void read_threads(sbe_cli *cli) {
  const char *text = cli->arguments.threads;
  int64_t n;
  if (!text || !cli->project) return;
  if (!sbe_parse_int64(text, strlen(text), &n) || n < 1 || n > SBE_MAX_THREADS) {
    sbe_report_add(&cli->report, SBE_ERROR, (sbe_place){"--threads", 0, 0}, "must be a number from 1 to %d",
                   SBE_MAX_THREADS);
    return;
  }
  cli->project->threads = n;
  cli->project->threads_first = true;
}

void sbe_cli_read_project(sbe_cli *cli, bool connect) {
  const sbe_arguments *a = &cli->arguments;
  sbe_project_options options = {.project_dir = a->project_dir,
                                 .profiles_dir = a->profiles_dir,
                                 .profile = a->profile,
                                 .target = a->target,
                                 .adapter = a->adapter,
                                 .vars = a->vars,
                                 .ret_despite_errors = &cli->project};
  sbe_project *project = sbe_project_read(cli->arena, &options, connect, &cli->report);
  if (project) cli->project = project;
  read_threads(cli);
}

/* One pattern of --select against one view. */
static bool matches(const char *pattern, const sbe_view *view, sbe_arena *arena) {
  const char *versioned = sbe_arena_printf(arena, "%s@%lld", view->name, (long long)view->version);
  return fnmatch(pattern, view->name, 0) == 0 || fnmatch(pattern, view->model, 0) == 0 ||
         fnmatch(pattern, versioned, 0) == 0;
}

static const char *nearest_view(const sbe_cli *cli, const char *name) {
  size_t n = 0;
  const char **names = SBE_NEW_ARRAY(cli->arena, const char *, 2 * cli->ir->n_views + 1);
  for (size_t i = 0; i < cli->ir->n_views; i++) {
    names[n++] = cli->ir->views[i]->name;
    names[n++] = cli->ir->views[i]->model;
  }
  return strlen(name) <= 256 ? sbe_nearest(name, names) : NULL;
}

static void select_pattern(sbe_cli *cli, const char *pattern, bool *taken) {
  bool found = false;
  sbe_cleanup_arena sbe_arena *scratch = sbe_arena_new();
  for (size_t i = 0; i < cli->ir->n_views; i++) {
    if (!matches(pattern, cli->ir->views[i], scratch)) continue;
    found = taken[i] = true;
  }
  if (found) return;
  const char *nearest = nearest_view(cli, pattern);
  sbe_report_add(&cli->report, SBE_ERROR, (sbe_place){"--select", 0, 0}, "no view is called '%s'%s%s%s", pattern,
                 nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static void select_views(sbe_cli *cli) {
  bool *taken = SBE_NEW_ARRAY(cli->arena, bool, cli->ir->n_views);
  const sbe_texts *selects = &cli->arguments.selects;
  for (size_t i = 0; i < selects->n; i++) {
    char *copy = sbe_arena_strdup(cli->arena, selects->items[i]), *state;
    char *pattern = strtok_r(copy, ", \t", &state);
    if (!pattern) sbe_report_add(&cli->report, SBE_ERROR, (sbe_place){"--select", 0, 0}, "names no view");
    for (; pattern; pattern = strtok_r(NULL, ", \t", &state)) select_pattern(cli, pattern, taken);
  }
  cli->views = SBE_NEW_ARRAY(cli->arena, const sbe_view *, cli->ir->n_views);
  for (size_t i = 0; i < cli->ir->n_views; i++)
    if (!selects->n || taken[i]) cli->views[cli->n_views++] = cli->ir->views[i];
}

void sbe_cli_read_definitions(sbe_cli *cli) {
  const sbe_project *project = cli->project;
  const sbe_node **documents = SBE_NEW_ARRAY(cli->arena, const sbe_node *, project->n_files);
  size_t n = 0;
  for (size_t i = 0; i < project->n_files; i++) {
    const sbe_node *document = sbe_document_read(cli->arena, project->files[i], &cli->report);
    if (document) documents[n++] = document;
  }
  cli->ir = sbe_ir_build(cli->arena, n, documents, &cli->report);
  if (!cli->ir) return;
  if (!cli->ir->n_views && !cli->report.errors)
    sbe_report_add(&cli->report, SBE_WARNING, (sbe_place){NULL, 0, 0}, "there is no view to compute");
  select_views(cli);
}

const sbe_view *sbe_cli_find_view(sbe_cli *cli, const char *name) {
  const sbe_view *found = NULL;
  bool several = false;
  sbe_cleanup_arena sbe_arena *scratch = sbe_arena_new();
  for (size_t i = 0; i < cli->ir->n_views; i++) {
    const sbe_view *view = cli->ir->views[i];
    if (sbe_streq(view->model, name)) return view;
    if (sbe_streq(sbe_arena_printf(scratch, "%s@%lld", view->name, (long long)view->version), name)) return view;
    if (!sbe_streq(view->name, name)) continue;
    several = found != NULL;
    if (!found || view->version > found->version) found = view;
  }
  if (several && !cli->arguments.quiet) fprintf(stderr, "%s is the newest version of %s\n", found->model, found->name);
  if (found) return found;
  const char *nearest = nearest_view(cli, name);
  sbe_complain("no view is called '%.200s'%s%s%s", name, nearest ? "; did you mean '" : "", nearest ? nearest : "",
               nearest ? "'?" : "");
  return NULL;
}

/* --- the adapter --------------------------------------------------------------------------------- */

const char *sbe_cli_default_adapter(void) {
#ifdef SBE_DEFAULT_ADAPTER
  return SBE_DEFAULT_ADAPTER;
#else
  return NULL;
#endif
}

bool sbe_cli_load_adapter(sbe_cli *cli, const char *name, sbe_error *error) {
  if (!name) {
    sbe_error_set(error, SBE_INVALID, NULL,
                  "nothing says which adapter: --adapter NAME does (`sbe adapters` lists them)");
    return false;
  }
  const sbe_texts *directories = &cli->arguments.plugin_dirs;
  const sbe_plugin_path *path = sbe_plugin_path_new(cli->arena, directories->n, directories->items);
  return sbe_plugin_load(path, name, &cli->plugin, error) == SBE_OK;
}

static const char *wanted_adapter(const sbe_cli *cli) {
  if (cli->project && cli->project->adapter) return cli->project->adapter;
  return cli->arguments.adapter ? cli->arguments.adapter : sbe_cli_default_adapter();
}

static bool prepare_adapter(sbe_cli *cli, bool connect, sbe_error *error) {
  if (connect && !(cli->project && cli->project->adapter)) return true; /* told already */
  if (!sbe_cli_load_adapter(cli, wanted_adapter(cli), error)) return false;
  if (cli->project && cli->project->settings && sbe_streq(cli->project->adapter, cli->plugin->name)) {
    if (connect) sbe_plugin_check_settings(cli->plugin, cli->project->settings, &cli->report);
  }
  for (size_t i = 0; i < cli->n_views; i++) sbe_check_support(&cli->plugin->dialect, cli->views[i], &cli->report);
  return true;
}

int sbe_cli_prepare(sbe_cli *cli, unsigned needs) {
  bool connect = needs & SBE_NEEDS_CONNECTION;
  sbe_cli_read_project(cli, connect);
  if (cli->project && (needs & SBE_NEEDS_DEFINITIONS)) sbe_cli_read_definitions(cli);
  sbe_error error = SBE_NO_ERROR;
  bool loaded = !(needs & SBE_NEEDS_ADAPTER) || prepare_adapter(cli, connect, &error);
  sbe_cli_print_findings(cli, cli->arguments.verbose);
  if (!loaded) {
    /* it lists places in lines of its own, which a finding cannot */
    sbe_complain("%s", error.message);
    sbe_report_add(&cli->report, SBE_ERROR, (sbe_place){NULL, 0, 0}, "%s", error.message);
  }
  return cli->report.errors ? SBE_EXIT_USAGE : 0;
}
