/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe run`: hands the project to the engine (core/run), and afterwards keeps and tells the results. What
 * happens meanwhile is shown by progress.c. Must leave .sbe/run_results.json behind whatever happens,
 * and nothing at all under --dry-run.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/string.h"
#include "core/cli/cli.h"
#include "core/cli/progress.h"

/* --- interrupts ---------------------------------------------------------------------------------- */

static volatile int interrupted;

/* The first one asks the engine to cancel; a second one means it. */
static void on_signal(int number) {
  if (interrupted) {
    signal(number, SIG_DFL);
    raise(number);
  }
  interrupted = number;
}

static void catch_signals(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction old = {0};
    bool nohup = numbers[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
    if (nohup) continue;
    sigaction(numbers[i], &action, NULL);
  }
}

/* --- results ------------------------------------------------------------------------------------- */

static char *results_text(const sbe_run_results *results) {
  char *text = sbe_run_results_json(results);
  if (!text) sbe_out_of_memory();
  sbe_redact(text);
  return text;
}

/* Whole or not at all: somebody may be reading the old one. */
static void keep_results(sbe_cli *cli, const char *text) {
  const char *path = sbe_arena_printf(cli->arena, "%s/run_results.json", cli->project->state_dir);
  const char *temporary = sbe_arena_printf(cli->arena, "%s.%ld", path, (long)getpid());
  FILE *file = fopen(temporary, "we");
  bool good = file != NULL;
  if (file) {
    good = fprintf(file, "%s\n", text) > 0;
    good = fclose(file) == 0 && good;
  }
  if (good && rename(temporary, path) == 0) return;
  int reason = errno;
  unlink(temporary);
  sbe_warn("%s cannot be written: %s", path, strerror(reason));
}

/* Definitions that do not hold end a run before it begins; its results say so. */
static void keep_refusal(sbe_cli *cli) {
  if (!cli->project || cli->arguments.dry_run || sbe_cli_make_state_dir(cli, NULL) != 0) return;
  sbe_run_results results = {.arena = cli->arena,
                             .run_id = sbe_arena_printf(cli->arena, "refused-%ld", (long)getpid()),
                             .now = cli->now,
                             .started = sbe_timestamp_now(),
                             .code = SBE_INVALID};
  sbe_error_set(&results.error, SBE_INVALID, NULL, "nothing was run: %zu %s in the project or its definitions",
                cli->report.errors, sbe_plural(cli->report.errors, "error", "errors"));
  char *text = results_text(&results);
  keep_results(cli, text);
  free(text);
}

static bool idle(const sbe_view_result *view) {
  return !view->new_events && !view->days_processed && !view->attributes_written;
}

static void print_position(const sbe_cli *cli, const sbe_view_result *view) {
  char position[40], behind[40];
  sbe_timestamp_format(view->position.at, position);
  if (view->position.at >= cli->now) {
    printf("; current to %.19s\n", position);
    return;
  }
  printf("; at %.19s, %s behind\n", position, sbe_duration_text(cli->now - view->position.at, behind));
}

static void print_view(const sbe_cli *cli, const sbe_view_result *view) {
  char events[32], days[32], rows[32], skipped[32], position[40];
  if (sbe_streq(view->status, "error") || sbe_streq(view->status, "not run")) return;
  if (idle(view) && !view->windows && view->position.known && view->position.at >= cli->now) {
    sbe_timestamp_format(view->position.at, position);
    printf("nothing to do: %s is current to %.19s\n", view->model, position);
    return;
  }
  if (idle(view) && view->position.known) {
    printf("%s%s%s: nothing new", sbe_colour_of(stdout, SBE_BOLD), view->model, sbe_colour_of(stdout, SBE_PLAIN));
    print_position(cli, view);
    return;
  }
  printf("%s%s%s: %s new %s, %s %s aggregated", sbe_colour_of(stdout, SBE_BOLD), view->model,
         sbe_colour_of(stdout, SBE_PLAIN), sbe_count_text(view->new_events, events),
         sbe_plural((size_t)view->new_events, "event", "events"), sbe_count_text(view->days_processed, days),
         sbe_plural((size_t)view->days_processed, "day", "days"));
  if (view->events_skipped) printf(", %s late events skipped", sbe_count_text(view->events_skipped, skipped));
  printf(", %s %s written", sbe_count_text(view->attributes_written, rows),
         sbe_plural((size_t)view->attributes_written, "entity", "entities"));
  if (view->position.known)
    print_position(cli, view);
  else
    putchar('\n');
}

/* What becomes of events that were skipped for being late. */
static void print_late(const sbe_cli *cli) {
  const sbe_vars *vars = &cli->project->vars;
  printf("Late events of days more than %lld %s back are kept, but only `sbe run --full-refresh` computes with them",
         (long long)vars->late_event_lookback_days, sbe_plural((size_t)vars->late_event_lookback_days, "day", "days"));
  if (vars->min_late_events_to_process > 1)
    printf("; those of later days come in as soon as %lld of a day are there",
           (long long)vars->min_late_events_to_process);
  puts(" (see `sbe status`).");
}

/* On stdout what was reached; on stderr, also with --quiet, what went wrong. */
static void print_results(const sbe_cli *cli, const sbe_run_results *results) {
  bool behind = false, told = false, late = false;
  bool shown = !cli->arguments.quiet && !cli->arguments.json && !cli->arguments.dry_run;
  for (size_t i = 0; i < results->n_views; i++) {
    const sbe_view_result *view = &results->views[i];
    if (shown) print_view(cli, view);
    late = late || view->events_skipped > 0;
    behind = behind || (view->position.known && view->position.at < cli->now);
    if (!sbe_streq(view->status, "error") || results->code == SBE_CANCELLED || !view->error_text) continue;
    sbe_complain("%s: %s", view->model, view->error_text);
    told = told || sbe_streq(view->error_text, results->error.message);
  }
  if (results->code == SBE_CANCELLED)
    sbe_complain("interrupted; what the completed windows brought stands, and `sbe run` goes on from there");
  else if (results->code && !told)
    sbe_complain("%s", results->error.message);
  if (shown && late) print_late(cli);
  if (!results->code && shown && behind && !cli->arguments.until_current)
    puts("There is more: run again, or use --until-current.");
}

/* --- the command --------------------------------------------------------------------------------- */

/* The lock is taken right after the first step, so nothing else has happened when somebody else holds it. */
static int exit_status(const sbe_run_results *results) {
  if (results->code == SBE_BUSY && (!results->connected || results->n_steps <= 1)) return SBE_EXIT_LOCKED;
  return sbe_cli_exit_of(results->code, results->connected);
}

/* Answers 0 or an exit status. */
static int open_log(sbe_cli *cli) {
  int failed = sbe_cli_make_state_dir(cli, "logs");
  const char *path = sbe_arena_printf(cli->arena, "%s/logs/sbe.log", cli->project->state_dir);
  if (!failed) failed = sbe_log_open(path);
  if (!failed) return 0;
  sbe_complain("%s: %s", path, strerror(failed));
  return SBE_EXIT_FAILED;
}

/* A database that nobody has made yet holds no events; looking into it would make it. */
static int refuse_absent(sbe_cli *cli) {
  const sbe_settings *settings = sbe_settings_with_presets(cli->project, cli->plugin, cli->arena);
  const char *absent = sbe_cli_absent_file(cli, settings);
  if (!absent) return 0;
  return sbe_cli_fail(
      SBE_EXIT_CONNECTION,
      "%s is not there, so there are no events to read: load them into it, or name another in the profile", absent);
}

static void execute(sbe_cli *cli, sbe_run_results *results) {
  const sbe_shape **shapes = SBE_NEW_ARRAY(cli->arena, const sbe_shape *, cli->n_views);
  for (size_t i = 0; i < cli->n_views; i++) shapes[i] = sbe_shape_new(cli->arena, cli->views[i]);
  sbe_progress progress;
  sbe_progress_start(&progress, cli, &interrupted);
  sbe_run_request request = {.project = cli->project,
                             .plugin = cli->plugin,
                             .n_shapes = cli->n_views,
                             .shapes = shapes,
                             .now = cli->now,
                             .until_current = cli->arguments.until_current,
                             .full_refresh = cli->arguments.full_refresh,
                             .dry_run = cli->arguments.dry_run,
                             .interrupted = &interrupted,
                             .events = progress.events};
  catch_signals();
  if (!request.dry_run) signal(SIGPIPE, SIG_IGN); /* who stops reading does not stop the run */
  sbe_run_execute(&request, cli->arena, results);
  sbe_progress_end(&progress);
}

int sbe_command_run(sbe_cli *cli) {
  bool dry = cli->arguments.dry_run;
  int status = dry ? 0 : sbe_cli_refuse_future(cli, "what is loaded until then would never be read");
  if (status) return status;
  status = sbe_cli_prepare(cli, SBE_NEEDS_DEFINITIONS | SBE_NEEDS_ADAPTER | SBE_NEEDS_CONNECTION);
  if (status) {
    keep_refusal(cli);
    return status;
  }
  status = refuse_absent(cli);
  if (!status && !dry) status = open_log(cli);
  if (status) return status;
  if (cli->arguments.verbose) sbe_log_threshold(SBE_LOG_DEBUG);
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  sbe_run_results results;
  execute(cli, &results);
  char *text = dry ? NULL : results_text(&results);
  if (text) keep_results(cli, text);
  if (text && cli->arguments.json) {
    sbe_json_raw(&(sbe_json){.out = stdout}, NULL, text);
    putchar('\n');
  }
  print_results(cli, &results);
  free(text);
  return exit_status(&results);
}
