/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One history against a real `sbe`: play.h. Each run is a process of its own, with the database
 * closed on our side. Must never use anything of the engine.
 */
#include "tests/brute/play.h"

#include "tests/brute/compare.h"
#include "tests/brute/history.h"
#include "tests/brute/project.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_OF_A_RUN = 120 };

typedef struct play {
  const bf_options *options;
  bf_arena *arena;
  bf_history *history;
  bf_oracle *oracle;
  const char *folder;
  bf_text *report;
  size_t *cells;
} play;

/* ---- a folder that goes away ---- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(path);
}

static const char *make_folder(bf_arena *arena) {
  const char *base = getenv("TMPDIR");
  char *folder = bf_format(arena, "%s/brute-XXXXXX", base && *base ? base : "/tmp");
  return mkdtemp(folder) && mkdir(bf_format(arena, "%s/views", folder), 0755) == 0 ? folder : NULL;
}

/* ---- processes ---- */

static const char **arguments_of(const play *play, size_t index) {
  const bf_run *run = &play->history->runs[index];
  const char **arguments = bf_alloc(play->arena, 20 * sizeof *arguments);
  size_t n = 0;
  arguments[n++] = play->options->sbe;
  arguments[n++] = "--project-dir";
  arguments[n++] = play->folder;
  arguments[n++] = "--profiles-dir";
  arguments[n++] = play->folder;
  arguments[n++] = "run";
  arguments[n++] = "--as-of";
  arguments[n++] = bf_clock_text(play->arena, run);
  if (run->until_current) arguments[n++] = "--until-current";
  if (run->full_refresh) arguments[n++] = "--full-refresh";
  if (run->has_selection) {
    arguments[n++] = "--select";
    arguments[n++] = play->history->views[run->selection]->name;
  }
  return arguments;
}

static void put_command(bf_text *out, const char *const *arguments) {
  for (size_t i = 0; arguments[i]; i++)
    bf_print(out, strpbrk(arguments[i], " '\"\\") ? "%s\"%s\"" : "%s%s", i ? " " : "", arguments[i]);
}

static void become(const play *play, const char *const *arguments, const char *log) {
  int output = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644), input = open("/dev/null", O_RDONLY);
  if (output < 0 || input < 0) _exit(126);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  unsetenv("SBE_PROFILES_DIR");
  unsetenv("SBE_TARGET");
  /* semantics, §1: "Every timestamp is UTC", wherever the user sits. */
  if (play->history->seed % 2) setenv("TZ", "America/New_York", 1);
  execv(arguments[0], (char *const *)arguments);
  fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
  _exit(127);
}

/* The exit status; -1 for a signal, -2 when it took too long. */
static int run_sbe(const play *play, const char *const *arguments, const char *log) {
  int status;
  pid_t child = fork();
  if (child == 0) become(play, arguments, log);
  if (child < 0) return -1;
  struct timespec pause = {0, 1000000};
  for (long waited = 0;; waited++) {
    pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (ended < 0 && errno != EINTR) return -1;
    if (waited > SECONDS_OF_A_RUN * 1000L) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return -2;
    }
    nanosleep(&pause, NULL);
  }
}

static void put_file(bf_text *out, const char *path) {
  char data[4096];
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(data, 1, sizeof data, file) : 0;
  bf_put_n(out, data, size);
  if (file) fclose(file);
}

/* ---- the tables of a run ---- */

static void compare_tables(play *play, bf_database *database, size_t index, bf_comparison *comparison) {
  const bf_history *history = play->history;
  const char *manifests = bf_format(play->arena, "%s_snowplow_manifest", history->schema);
  const char *derived = bf_format(play->arena, "%s_derived", history->schema);
  const char *error = NULL;
  bf_result table;
  bf_oracle_run(play->oracle, index);
  for (size_t i = 0; i < history->view_count; i++) {
    if (!bf_oracle_state(play->oracle, i).exists) continue;
    const char *name = bf_format(play->arena, "%s_attributes", bf_model(play->arena, history->views[i]));
    if (bf_read_table(database, play->arena, derived, name, &table, &error))
      bf_compare_attributes(comparison, i, &table);
    else
      bf_print(&comparison->report, "  %s\n", error);
  }
  if (bf_read_table(database, play->arena, manifests, "snowplow_incremental_manifest", &table, &error))
    bf_compare_incremental(comparison, &table);
  else
    bf_print(&comparison->report, "  %s\n", error);
  if (bf_read_table(database, play->arena, manifests, "snowplow_daily_aggregation_manifest", &table, &error))
    bf_compare_daily(comparison, &table);
  else
    bf_print(&comparison->report, "  %s\n", error);
}

static bool insert_rows(play *play, bf_database *database, size_t index) {
  const char *path = bf_format(play->arena, "%s/events-%d.jsonl", play->folder, (int)index + 1), *error = NULL;
  bf_text lines = {0};
  size_t count = bf_events_lines(&lines, play->history, index);
  bool done = count == 0 || bf_text_save(&lines, path);
  bf_text_free(&lines);
  if (!done)
    bf_print(play->report, "  cannot write %s\n", path);
  else if (count && !(done = bf_insert_events(database, play->history, index, path, &error)))
    bf_print(play->report, "  %s\n", error);
  return done;
}

/* ---- reports ---- */

static void put_run(bf_text *out, bf_arena *arena, const bf_history *history, size_t index) {
  const bf_run *run = &history->runs[index];
  bf_print(out, "    %zu: --as-of \"%s\"%s%s%s%s\n", index + 1, bf_clock_text(arena, run),
           run->until_current ? " --until-current" : "", run->full_refresh ? " --full-refresh" : "",
           run->has_selection ? " --select " : "", run->has_selection ? history->views[run->selection]->name : "");
}

void bf_describe(bf_text *out, const bf_history *history, bool events) {
  bf_print(out, "  layout %s, %s, schema %s; vars:\n", bf_layout_names[history->layout],
           history->with_time_zone ? "TIMESTAMPTZ" : "TIMESTAMP", history->schema);
  bf_variables_text(out, history);
  for (size_t i = 0; i < history->view_count; i++) {
    bf_print(out, "  definition %zu:\n", i + 1);
    bf_definition(out, history->arena, history->views[i]);
  }
  bf_put(out, "  runs:\n");
  for (size_t i = 0; i < history->run_count; i++) put_run(out, history->arena, history, i);
  for (size_t i = 0; events && i <= history->run_count + 2; i++) {
    bf_print(out, "  rows that become visible before run %zu:\n", i + 1);
    bf_events_lines(out, history, i);
  }
}

static void report_failure(play *play, size_t index, const char *const *arguments, const bf_text *details) {
  bf_text *out = play->report;
  bf_print(out, "seed %llu failed at run %zu: ", (unsigned long long)play->history->seed, index + 1);
  put_command(out, arguments);
  bf_put(out, "\n");
  if (details->size) bf_put_n(out, details->data, details->size);
  bf_describe(out, play->history, false);
  bf_print(out, "  again: %s --seed %llu --histories 1%s%s --sbe %s --keep\n", program_invocation_name,
           (unsigned long long)play->history->seed, play->options->layout < BF_LAYOUTS ? " --layout " : "",
           play->options->layout < BF_LAYOUTS ? bf_layout_names[play->options->layout] : "", play->options->sbe);
}

/* ---- one history ---- */

/* A run, then its tables; then the rows that the next run sees. */
static bool play_run(play *play, size_t index) {
  bf_arena *arena = play->arena;
  const char *error = NULL, *log = bf_format(arena, "%s/run-%d.log", play->folder, (int)index + 1);
  const char **arguments = arguments_of(play, index);
  bf_comparison comparison = {.arena = arena, .history = play->history, .oracle = play->oracle};
  int status = run_sbe(play, arguments, log);
  bool good = status == 0;
  bf_database *database = good ? bf_database_open(arena, play->folder, &error) : NULL;
  if (!good) {
    bf_print(&comparison.report, "  exit status %d:\n", status);
    put_file(&comparison.report, log);
  } else if (database) {
    compare_tables(play, database, index, &comparison);
  } else {
    bf_print(&comparison.report, "  %s\n", error);
  }
  *play->cells += comparison.cells;
  good = comparison.report.size == 0;
  if (!good) report_failure(play, index, arguments, &comparison.report);
  if (good && index + 1 < play->history->run_count) good = insert_rows(play, database, index + 1);
  bf_database_close(database);
  bf_text_free(&comparison.report);
  return good;
}

static bool prepare(play *play) {
  const char *error = "cannot write the project";
  bool good = bf_write_project(play->history, play->folder) && bf_database_make(play->arena, play->folder, &error);
  bf_database *database = good ? bf_database_open(play->arena, play->folder, &error) : NULL;
  good = database && bf_create_events(database, play->history, &error);
  if (!good) bf_print(play->report, "seed %llu: %s\n", (unsigned long long)play->history->seed, error);
  good = good && insert_rows(play, database, 0);
  bf_database_close(database);
  return good;
}

bool bf_play(const bf_options *options, uint64_t seed, bf_text *report, size_t *ret_cells) {
  bf_arena *arena = bf_arena_new();
  play play = {.options = options, .arena = arena, .report = report, .cells = ret_cells};
  play.history = bf_history_new(arena, seed, options->layout);
  play.oracle = bf_oracle_new(play.history);
  play.folder = make_folder(arena);
  bool good = play.folder != NULL;
  if (!good) bf_print(report, "cannot make a folder: %s\n", strerror(errno));
  good = good && prepare(&play);
  for (size_t i = 0; good && i < play.history->run_count; i++) good = play_run(&play, i);
  if (play.folder && options->keep) {
    bf_print(report, "seed %llu: kept in %s\n", (unsigned long long)seed, play.folder);
  } else if (play.folder) {
    bf_database_remove(arena, play.folder);
    nftw(play.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  }
  bf_arena_free(arena);
  return good;
}
