/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run shows while it goes on: a line a step on stdout, and, on a terminal only, a moving line on
 * stderr that is gone before anything else is printed. Called by the engine through sbe_run_events, from
 * its own thread.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/cli/progress.h"

#define FIRST_DRAW (SBE_SECOND_US / 4) /* shorter steps have no bar */
#define NEXT_DRAW (SBE_SECOND_US / 10)
#define BAR 24
#define MOST_NAME 60 /* of a view; longer ones stand out */

/* What the engine calls its steps. `minor`: shown under --verbose only. */
static const struct {
  const char *step, *does;
  bool minor;
} steps[] = {
    {"prepare", "schemas and manifest tables", true},
    {"clean up", "scratch tables of runs that died", true},
    {"begin", "a new beginning", true},
    {"tables", "tables of the view", true},
    {"scan", "events of the window, read once", false},
    {"duplicates", "events that came more than once", true},
    {"counts", "which events there were", true},
    {"events", "which events there were", true},
    {"filtered_events", "new events of the view", false},
    {"days", "days that these touch", false},
    {"daily_aggregates", "those days, aggregated", false},
    {"rollup", "settled days, summed up", false},
    {"attributes", "entities that changed", false},
    {"publish", "made visible, all at once", false},
};

static bool is_minor(const char *step, const char **ret_does) {
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (!sbe_streq(steps[i].step, step)) continue;
    *ret_does = steps[i].does;
    return steps[i].minor;
  }
  *ret_does = "";
  return false;
}

static void wipe(sbe_progress *p) {
  if (p->bar) fputs("\r\033[K", stderr);
  p->bar = false;
}

static bool shows_steps(const sbe_progress *p) {
  const sbe_arguments *a = &p->cli->arguments;
  return !a->quiet && !a->json && !a->dry_run;
}

static void step_started(void *user, const char *model, const char *step) {
  sbe_progress *p = user;
  p->model = model;
  p->step = step;
  p->begun = sbe_monotonic_us();
  p->drawn = 0;
}

/* Right after a window's heading, what is shared needs none of its own. */
static void head_view(sbe_progress *p, const char *model) {
  if (!model && p->headed) model = "other views";
  if (model && !sbe_streq(model, p->headed))
    printf("  %s%s%s\n", sbe_colour_of(stdout, SBE_BOLD), model, sbe_colour_of(stdout, SBE_PLAIN));
  p->headed = model;
}

/* Steps that were one request: "scan, duplicates, counts" is "scan to counts". */
static const char *short_name(const char *step, char ret_text[80]) {
  const char *comma = strchr(step, ','), *last = strrchr(step, ' ');
  if (!comma || !last) return step;
  snprintf(ret_text, 80, "%.*s to %s", (int)(comma - step), step, last + 1);
  return ret_text;
}

/* Whose step it was, and which; with several views at a time, each line says so by itself. Answers how wide it is. */
static int begin_line(sbe_progress *p, const char *model, const char *step, const char *does) {
  char text[80];
  step = short_name(step, text);
  if (p->name_width) {
    const char *whose = model ? model : sbe_streq(step, "publish") ? "other views" : "";
    return printf("    %-*s  %s", p->name_width, whose, step);
  }
  head_view(p, model);
  return *does ? printf("    %-17s %s", step, does) : printf("    %s", step);
}

static void step_finished(void *user, const char *model, const char *step, int64_t rows, double seconds) {
  sbe_progress *p = user;
  const char *does;
  wipe(p);
  bool minor = is_minor(step, &does);
  if (!shows_steps(p) || (minor && !p->cli->arguments.verbose)) return;
  char count[32] = "", time[32];
  if (rows >= 0) sbe_count_text(rows, count);
  snprintf(time, sizeof time, "%.2f", seconds);
  int left = begin_line(p, model, step, does), counted = p->name_width ? 36 + p->name_width : 68;
  printf("%*s %-4s %8s s\n", counted > left ? counted - left : 0, count,
         rows < 0 ? "" : sbe_plural((size_t)rows, "row", "rows"), time);
}

static void draw(sbe_progress *p, double percent, int64_t now) {
  char elapsed[40];
  sbe_duration_text(now - p->begun, elapsed);
  fprintf(stderr, "\r    %-17s ", p->step);
  if (percent >= 0) {
    int full = (int)((percent > 100 ? 100 : percent) * BAR / 100);
    for (int i = 0; i < BAR; i++) fputs(i < full ? "█" : "░", stderr);
    fprintf(stderr, " %3d %%", (int)(percent > 100 ? 100 : percent));
  }
  fprintf(stderr, " %s\033[K", elapsed);
  fflush(stderr);
  p->bar = true;
  p->drawn = now;
}

static void progress(void *user, double percent) {
  sbe_progress *p = user;
  if (*p->interrupted && !p->told_interrupt) {
    wipe(p);
    p->told_interrupt = true;
    if (!p->cli->arguments.quiet) fputs("interrupted: cancelling the statement (once more: stop at once)\n", stderr);
  }
  if (!p->step || p->cli->arguments.quiet || p->cli->arguments.verbose || *p->interrupted) return;
  int64_t now = sbe_monotonic_us();
  if (now - p->begun < FIRST_DRAW || now - p->drawn < NEXT_DRAW || !sbe_terminal_width(stderr)) return;
  draw(p, percent, now);
}

static void window(void *user, size_t n_views, const char *const *models, sbe_timestamp lower, sbe_timestamp upper) {
  sbe_progress *p = user;
  char from[32], to[32];
  sbe_timestamp_format(lower, from);
  sbe_timestamp_format(upper, to);
  p->windows++;
  p->headed = NULL;
  wipe(p);
  if (p->cli->arguments.dry_run && !p->cli->arguments.json) {
    printf("-- window: events loaded from %s to %s, for", from, to);
    for (size_t i = 0; i < n_views; i++) printf("%s %s", i ? "," : "", models[i]);
    puts("\n");
  }
  if (shows_steps(p)) {
    printf("%sWindow %zu%s: events loaded from %s to %s", sbe_colour_of(stdout, SBE_BOLD), p->windows,
           sbe_colour_of(stdout, SBE_PLAIN), from, to);
    if (n_views > 1) printf(", %zu views", n_views);
    putchar('\n');
  }
}

/* The log's lines, which --verbose shows, have it too. */
static void note(void *user, sbe_severity severity, sbe_place place, const char *text) {
  sbe_progress *p = user;
  wipe(p);
  if (p->cli->arguments.verbose || severity == SBE_ERROR) return; /* errors are told at the end */
  if (severity == SBE_NOTE && p->cli->arguments.quiet) return;
  fflush(stdout);
  sbe_cli_print_finding(&(sbe_finding){.severity = severity, .place = place, .message = text});
}

static void statement(void *user, const char *model, const char *step, const char *sql) {
  sbe_progress *p = user;
  if (!p->cli->arguments.json) {
    printf("-- %s: %s\n%s;\n\n", model ? model : "shared", step, sql);
    return;
  }
  if (!p->json.depth) sbe_json_open(&p->json, NULL, '[', false);
  sbe_json_open(&p->json, NULL, '{', true);
  sbe_json_text(&p->json, "model", model);
  sbe_json_text(&p->json, "step", step);
  sbe_json_text(&p->json, "sql", sql);
  sbe_json_close(&p->json);
}

/* How wide the names of views are where their lines come in any order; 0: one view after the other. */
static int name_width(const sbe_cli *cli) {
  const sbe_settings *settings = sbe_settings_with_presets(cli->project, cli->plugin, cli->arena);
  const char *threads = sbe_settings_get(settings, "threads");
  if (!threads || sbe_streq(threads, "1") || cli->n_views < 2) return 0;
  if (!sbe_plugin_can(cli->plugin, SBE_CAN_WORK_IN_PARALLEL)) return 0;
  size_t width = strlen("other views");
  for (size_t i = 0; i < cli->n_views; i++)
    if (strlen(cli->views[i]->model) > width) width = strlen(cli->views[i]->model);
  return width < MOST_NAME ? (int)width : MOST_NAME;
}

void sbe_progress_start(sbe_progress *p, sbe_cli *cli, const volatile int *interrupted) {
  *p = (sbe_progress){.cli = cli, .interrupted = interrupted, .json = {.out = stdout}};
  p->name_width = name_width(cli);
  p->events = (sbe_run_events){.user = p,
                               .step_started = step_started,
                               .step_finished = step_finished,
                               .progress = progress,
                               .window = window,
                               .note = note,
                               .statement = statement};
}

void sbe_progress_end(sbe_progress *p) {
  wipe(p);
  if (p->json.depth) sbe_json_close(&p->json);
}
