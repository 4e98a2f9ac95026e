/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "scenarios": plays files on every layout of an adapter's fixture, several at a time. It is our own
 * test of what a run does, on each warehouse, and the author's. Called by main.c. It must never count a
 * scenario that was not played as passed, nor leave anything of a play behind, however that ended.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/string.h"
#include "kit/scenario.h"

#define MAX_JOBS 64
#define DIFFERENCES "differences.yml"

/* One scenario on one layout, being played in a process of its own. */
typedef struct job {
  pid_t pid; /* 0: none */
  const scenario *s;
  const char *layout;
  char id[9];
  FILE *output;
} job;

typedef struct runner {
  kit *k;
  kit_list files, differences_files;
  differences differences;
  job jobs[MAX_JOBS];
} runner;

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  interrupted = number;
}

/* ---- files ---- */

static void add(kit_list *list, const char *item, sbe_arena *arena) {
  const char **bigger = SBE_NEW_ARRAY(arena, const char *, list->n + 1);
  if (list->n) memcpy(bigger, list->items, list->n * sizeof *bigger);
  bigger[list->n++] = item;
  list->items = bigger;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_scenario(const char *name) {
  size_t size = strlen(name);
  return size > 4 && strcmp(name + size - 4, ".yml") == 0 && !sbe_streq(name, DIFFERENCES);
}

/* The list that lies beside the scenarios, once. */
static void add_differences(runner *r, const char *directory) {
  struct stat status;
  const char *path = sbe_arena_printf(r->k->arena, "%s/" DIFFERENCES, directory);
  for (size_t i = 0; i < r->differences_files.n; i++)
    if (sbe_streq(r->differences_files.items[i], path)) return;
  if (stat(path, &status) == 0) add(&r->differences_files, path, r->k->arena);
}

/* What the build tree says, else those that are installed. */
static const char *preset_directory(const runner *r) {
  const char *source = getenv("abs_top_srcdir");
  return source && *source ? sbe_arena_printf(r->k->arena, "%s/tests/scenarios", source) : SBE_SCENARIOS_DIR;
}

/* A mere name that is not here is that of an installed one. */
static bool add_files(runner *r, const char *path) {
  struct stat status;
  sbe_arena *arena = r->k->arena;
  if (is_scenario(path) && !strchr(path, '/') && stat(path, &status) != 0) {
    const char *preset = sbe_arena_printf(arena, "%s/%s", preset_directory(r), path);
    if (stat(preset, &status) == 0) path = preset;
  }
  if (stat(path, &status) != 0) {
    report_check(&r->k->report, path, strerror(errno), "name a scenario or a directory of them with --scenarios");
    return false;
  }
  if (!S_ISDIR(status.st_mode)) {
    const char *slash = strrchr(path, '/');
    add(&r->files, path, arena);
    add_differences(r, slash ? sbe_arena_strndup(arena, path, (size_t)(slash - path)) : ".");
    return true;
  }
  size_t before = r->files.n;
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (is_scenario(entry->d_name)) add(&r->files, sbe_arena_printf(arena, "%s/%s", path, entry->d_name), arena);
  if (directory) closedir(directory);
  if (r->files.n > before) qsort(r->files.items + before, r->files.n - before, sizeof *r->files.items, by_bytes);
  add_differences(r, path);
  return true;
}

static bool find_files(runner *r) {
  const kit_list *wanted = &r->k->options.scenarios;
  bool good = true;
  for (size_t i = 0; i < wanted->n; i++) good = add_files(r, wanted->items[i]) && good;
  return wanted->n ? good : add_files(r, preset_directory(r));
}

static const char *findings(sbe_report *report) {
  sbe_cleanup_text sbe_text all = SBE_TEXT(1 << 20);
  for (const sbe_finding *f = sbe_report_sort(report); f; f = f->next)
    sbe_text_printf(&all, "%s%s:%u:%u: %s", all.size ? "\n" : "", f->place.file, f->place.line, f->place.column,
                    f->message);
  return sbe_arena_strdup(report->arena, sbe_text_string(&all));
}

/* A file that cannot be read is a failure by itself, whatever adapter there is. */
static const scenario *read_file(runner *r, const char *path) {
  sbe_report report = {.arena = r->k->arena};
  scenario *s = SBE_NEW(r->k->arena, scenario);
  if (scenario_read(r->k->arena, path, s, &report)) return s;
  report_check(&r->k->report, path, findings(&report), "README.md beside the scenarios documents the format");
  return NULL;
}

/* ---- differences ---- */

static bool is_layout(const sbe_plugin *plugin, const char *name) {
  for (size_t i = 0; plugin->fixture.layouts[i]; i++)
    if (sbe_streq(plugin->fixture.layouts[i], name)) return true;
  return false;
}

/* Each excuses something that is there. */
static void check_difference(const struct difference *d, const char *file, const sbe_plugin *plugin,
                             sbe_report *report) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  struct stat status;
  const char *slash = strrchr(file, '/');
  const char *path = sbe_arena_printf(arena, "%.*s%s.yml", slash ? (int)(slash + 1 - file) : 0, file, d->scenario);
  if (stat(path, &status) != 0) sbe_node_error(report, d->at, "there is no scenario %s", d->scenario);
  if (plugin && sbe_streq(plugin->name, d->adapter) && d->layout && !is_layout(plugin, d->layout))
    sbe_node_error(report, d->at, "the adapter %s has no layout %s", d->adapter, d->layout);
}

static bool read_differences(runner *r, const sbe_plugin *plugin) {
  bool good = true;
  for (int pass = 0; pass < 2; pass++) {
    const kit_list *list = pass ? &r->k->options.differences : &r->differences_files;
    for (size_t i = 0; i < list->n; i++) {
      sbe_report report = {.arena = r->k->arena};
      size_t before = r->differences.n;
      bool read = differences_read(&r->differences, list->items[i], r->k->arena, &report);
      /* one that --differences names may lie anywhere: its scenarios are those that are played */
      for (size_t d = before; read && !pass && d < r->differences.n; d++)
        check_difference(&r->differences.items[d], list->items[i], plugin, &report);
      if (!report.errors) continue;
      report_check(&r->k->report, list->items[i], findings(&report), "take the line out, or mend it");
      good = false;
    }
  }
  return good;
}

static void check_own_differences(runner *r) {
  for (size_t d = 0; d < r->differences.n; d++) {
    const struct difference *one = &r->differences.items[d];
    bool own = false, found = false;
    for (size_t i = 0; i < r->k->options.differences.n; i++)
      own = own || sbe_streq(r->k->options.differences.items[i], one->at->file);
    for (size_t i = 0; i < r->files.n && !found; i++) {
      const char *slash = strrchr(r->files.items[i], '/'), *name = slash ? slash + 1 : r->files.items[i];
      found = sbe_starts_with(name, one->scenario) && sbe_streq(name + strlen(one->scenario), ".yml");
    }
    if (own && !found && r->files.n > 1)
      report_check(&r->k->report, one->at->file,
                   sbe_arena_printf(r->k->arena, "line %u: there is no scenario %s", one->at->line, one->scenario),
                   "take the line out, or mend it");
  }
}

/* ---- playing ---- */

static const char *output_of(FILE *file, sbe_arena *arena) {
  sbe_cleanup_text sbe_text all = SBE_TEXT(1 << 20);
  char bytes[4096];
  rewind(file);
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) sbe_text_put(&all, bytes, n);
  return sbe_arena_strdup(arena, sbe_text_string(&all));
}

/* What a dead process left in the warehouse. Ctrl-C must not end this. */
static void clean_after(runner *r, const job *j) {
  int status;
  if (r->k->options.keep) return;
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    alarm(60);
    dup2(fileno(j->output), STDOUT_FILENO);
    play_clean(j->s, j->id, &r->k->options, r->k->plugin);
    fflush(stdout);
    _exit(0);
  }
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
}

static void finish(runner *r, job *j, int status) {
  kit_report *report = &r->k->report;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  bool dead = !WIFEXITED(status) || WEXITSTATUS(status) > 1;
  int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (dead) clean_after(r, j);
  const char *output = output_of(j->output, arena);
  report_begin(report, sbe_arena_printf(arena, "%s [%s]", j->s->path, j->layout));
  if (good) {
    report_end(report, NULL, NULL);
    if (*output) report_details(report, output);
  } else if (interrupted) {
    report_skip(report, "interrupted");
  } else {
    const char *how = signal_number == SIGALRM
                          ? sbe_arena_printf(arena, "it did not end within %ld s", r->k->options.timeout)
                      : signal_number ? sbe_arena_printf(arena, "it crashed: %s", strsignal(signal_number))
                      : dead          ? "it ended the process"
                                      : "";
    report_end(report, sbe_arena_printf(arena, "guards: %s\n%s%s", j->s->guards, output, how), "");
  }
  fclose(j->output);
  j->pid = 0;
}

static void wait_for_one(runner *r) {
  int status;
  pid_t pid;
  do pid = waitpid(-1, &status, 0);
  while (pid < 0 && errno == EINTR);
  for (size_t i = 0; i < MAX_JOBS; i++)
    if (r->jobs[i].pid == pid && pid > 0) finish(r, &r->jobs[i], status);
}

static job *free_job(runner *r) {
  for (;;) {
    for (long i = 0; i < r->k->options.jobs; i++)
      if (!r->jobs[i].pid) return &r->jobs[i];
    wait_for_one(r);
  }
}

static void start(runner *r, const scenario *s, const char *layout) {
  job *j = free_job(r);
  if (interrupted) return;
  *j = (job){.s = s, .layout = layout, .output = tmpfile()};
  place_id(j->id);
  fflush(NULL);
  j->pid = j->output ? fork() : -1;
  if (j->pid < 0) {
    fprintf(stderr, "sbe-adapter-check: cannot start a process: %s\n", strerror(errno));
    exit(2);
  }
  if (j->pid > 0) return;
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  alarm((unsigned)r->k->options.timeout);
  dup2(fileno(j->output), STDOUT_FILENO);
  int failures = play(s, layout, j->id, &r->k->options, r->k->plugin);
  fflush(stdout);
  _exit(failures ? 1 : 0);
}

/* In a process of its own, as everything that connects: this one stays free of the database's threads. */
static uint64_t worth_playing(runner *r, const scenario *s) {
  const kit_options *o = &r->k->options;
  uint64_t differ = UINT64_MAX;
  int ends[2], status;
  if (!s->layouts && (o->every_layout || o->layout)) return differ;
  if (pipe(ends) != 0) return differ;
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    alarm((unsigned)o->timeout);
    uint64_t answer = layouts_worth_playing(s, o, r->k->plugin);
    _exit(write(ends[1], &answer, sizeof answer) != (ssize_t)sizeof answer);
  }
  close(ends[1]);
  if (pid < 0 || read(ends[0], &differ, sizeof differ) != (ssize_t)sizeof differ) differ = UINT64_MAX;
  close(ends[0]);
  if (pid > 0) waitpid(pid, &status, 0);
  return differ;
}

static void play_file(runner *r, const scenario *s) {
  const sbe_plugin *plugin = r->k->plugin;
  const char *only = r->k->options.layout;
  bool played = false;
  const char *all = differences_reason(&r->differences, s->name, plugin->name, NULL);
  uint64_t worth = all ? 0 : worth_playing(r, s);
  for (size_t i = 0; !all && i < 64 && plugin->fixture.layouts[i] && !interrupted; i++) {
    const char *layout = plugin->fixture.layouts[i];
    if ((only && !sbe_streq(only, layout)) || !(worth & (UINT64_C(1) << i))) continue;
    const char *reason = differences_reason(&r->differences, s->name, plugin->name, layout);
    if (reason)
      report_skipped(&r->k->report, sbe_arena_printf(r->k->arena, "%s [%s]", s->path, layout), reason);
    else
      start(r, s, layout);
    played = true;
  }
  if (!played && !interrupted) report_skipped(&r->k->report, s->path, all ? all : "it is for other layouts");
}

static void catch_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

void check_scenarios(kit *k) {
  runner *r = SBE_NEW(k->arena, runner);
  r->k = k;
  if (!find_files(r) || !read_differences(r, k->plugin)) return;
  check_own_differences(r);
  catch_signals();
  for (size_t i = 0; i < r->files.n && !interrupted; i++) {
    const scenario *s = read_file(r, r->files.items[i]);
    if (s) play_file(r, s);
  }
  for (size_t i = 0; i < MAX_JOBS; i++)
    while (r->jobs[i].pid) wait_for_one(r);
  if (!interrupted) return;
  fflush(NULL);
  exit(128 + (int)interrupted);
}

void skip_scenarios(kit *k, const char *why) {
  runner *r = SBE_NEW(k->arena, runner);
  r->k = k;
  if (!find_files(r)) return;
  for (size_t i = 0; i < r->files.n; i++)
    if (read_file(r, r->files.items[i])) report_skipped(&k->report, r->files.items[i], why);
}

int list_scenarios(kit *k) {
  runner *r = SBE_NEW(k->arena, runner);
  r->k = k;
  bool good = find_files(r) && read_differences(r, NULL);
  for (size_t i = 0; i < r->files.n; i++) {
    const scenario *s = read_file(r, r->files.items[i]);
    if (s) printf("%s: %s\n", s->path, s->guards);
    good = good && s;
  }
  return good ? 0 : 1;
}
