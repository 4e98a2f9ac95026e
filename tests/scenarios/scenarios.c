/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario runner: plays scenario files on every layout of an adapter's fixture. It is the test of
 * what a run does, and the kit with which the author of an adapter tests his own; README.md in this
 * folder is its manual. It must never count a scenario that was not played as passed.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/string.h"
#include "tests/scenarios/scenario.h"

#define MAX_JOBS 64

typedef struct settings {
  const char *adapter, *layout;
  size_t n_directories, n_files;
  const char **directories, **files;
  bool list, every_layout;
  long jobs;
  play_options play;
} settings;

/* One scenario on one layout, being played in a process of its own. */
typedef struct job {
  pid_t pid; /* 0: none */
  const scenario *s;
  const char *layout;
  FILE *output;
} job;

typedef struct runner {
  settings set;
  sbe_arena *arena;
  size_t passed, failed, skipped;
  job jobs[MAX_JOBS];
} runner;

static const char usage[] =
    "usage: scenarios [OPTION]... FILE|DIRECTORY...\n"
    "Plays scenarios (*.yml) on every layout that an adapter's fixture makes.\n\n"
    "  --adapter NAME        the adapter (default: duckdb)\n"
    "  --plugin-dir DIR      where to look for it first; may be repeated\n"
    "  --setting NAME=VALUE  a field of the connection, as in profiles.yml; {tmp} in it is a new directory,\n"
    "                        {id} six letters and digits, for every scenario and layout\n"
    "  --layout NAME         only this layout\n"
    "  --every-layout        also those that make the same events table of a scenario as an earlier one\n"
    "  -j N                  N scenarios at a time (default: 1)\n"
    "  --keep                keep the directories, and say where they are\n"
    "  --list                say what each file guards, and play nothing\n"
    "  -v                    tell steps, warnings and notes\n";

/* ---- arguments ---- */

static void add(const char ***list, size_t *n, sbe_arena *arena, const char *item) {
  const char **bigger = SBE_NEW_ARRAY(arena, const char *, *n + 1);
  if (*n) memcpy(bigger, *list, *n * sizeof *bigger);
  bigger[(*n)++] = item;
  *list = bigger;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_scenario(const char *name) {
  size_t size = strlen(name);
  return size > 4 && strcmp(name + size - 4, ".yml") == 0;
}

static bool add_files(runner *r, const char *path) {
  struct stat status;
  if (stat(path, &status) != 0) {
    fprintf(stderr, "scenarios: %s: %s\n", path, strerror(errno));
    return false;
  }
  settings *set = &r->set;
  if (!S_ISDIR(status.st_mode)) {
    add(&set->files, &set->n_files, r->arena, path);
    return true;
  }
  size_t before = set->n_files;
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (is_scenario(entry->d_name))
      add(&set->files, &set->n_files, r->arena, sbe_arena_printf(r->arena, "%s/%s", path, entry->d_name));
  if (directory) closedir(directory);
  if (set->n_files > before) qsort(set->files + before, set->n_files - before, sizeof *set->files, by_bytes);
  return true;
}

static bool read_option(runner *r, const char *option, const char *value) {
  settings *set = &r->set;
  if (sbe_streq(option, "--adapter")) {
    set->adapter = value;
  } else if (sbe_streq(option, "--plugin-dir")) {
    add(&set->directories, &set->n_directories, r->arena, value);
  } else if (sbe_streq(option, "--layout")) {
    set->layout = value;
  } else if (sbe_streq(option, "--setting") && strchr(value, '=')) {
    add(&set->play.settings, &set->play.n_settings, r->arena, value);
  } else if (sbe_streq(option, "-j")) {
    set->jobs = strtol(value, NULL, 10);
    return set->jobs >= 1 && set->jobs <= MAX_JOBS;
  } else {
    return false;
  }
  return true;
}

static bool read_arguments(runner *r, int n, char **arguments) {
  r->set.adapter = "duckdb";
  r->set.jobs = 1;
  for (int i = 1; i < n; i++) {
    const char *a = arguments[i];
    if (sbe_streq(a, "--list"))
      r->set.list = true;
    else if (sbe_streq(a, "--every-layout"))
      r->set.every_layout = true;
    else if (sbe_streq(a, "--keep"))
      r->set.play.keep = true;
    else if (sbe_streq(a, "-v"))
      r->set.play.verbose = true;
    else if (a[0] != '-') {
      if (!add_files(r, a)) return false;
    } else if (i + 1 >= n || !read_option(r, a, arguments[i + 1])) {
      fputs(usage, stderr);
      return false;
    } else {
      i++;
    }
  }
  if (r->set.n_files) return true;
  fputs(r->set.list ? "scenarios: no files\n" : usage, stderr);
  return false;
}

/* ---- playing ---- */

static void copy_output(FILE *from) {
  char bytes[4096];
  rewind(from);
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, from)) > 0;) fwrite(bytes, 1, n, stdout);
}

static void finish(runner *r, job *j, int status) {
  const char *signal_text = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : NULL;
  bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  printf("%s %s [%s]\n", good ? "ok  " : "FAIL", j->s->path, j->layout);
  if (!good) printf("  guards: %s\n", j->s->guards);
  copy_output(j->output);
  if (signal_text) printf("  it crashed: %s\n", signal_text);
  fflush(stdout);
  fclose(j->output);
  j->pid = 0;
  if (good)
    r->passed++;
  else
    r->failed++;
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
    for (long i = 0; i < r->set.jobs; i++)
      if (!r->jobs[i].pid) return &r->jobs[i];
    wait_for_one(r);
  }
}

static void start(runner *r, const scenario *s, const char *layout) {
  job *j = free_job(r);
  *j = (job){.s = s, .layout = layout, .output = tmpfile()};
  fflush(stdout);
  j->pid = j->output ? fork() : -1;
  if (j->pid < 0) {
    fprintf(stderr, "scenarios: cannot start a process: %s\n", strerror(errno));
    exit(2);
  }
  if (j->pid > 0) return;
  dup2(fileno(j->output), STDOUT_FILENO);
  int failures = play(s, layout, &r->set.play);
  fflush(stdout);
  _exit(failures ? 1 : 0);
}

static void skip(runner *r, const char *path, const char *why) {
  printf("SKIP: %s: %s\n", path, why);
  r->skipped++;
}

/* A file that cannot be read is a failure by itself, whatever adapter there is. */
static const scenario *read_file(runner *r, const char *path) {
  sbe_report report = {.arena = r->arena};
  scenario *s = SBE_NEW(r->arena, scenario);
  if (scenario_read(r->arena, path, s, &report)) return s;
  printf("FAIL %s\n", path);
  for (const sbe_finding *f = sbe_report_sort(&report); f; f = f->next)
    printf("  %s:%u:%u: %s\n", f->place.file, f->place.line, f->place.column, f->message);
  r->failed++;
  return NULL;
}

/* In a process of its own, as everything that connects: this one stays free of the database's threads. */
static uint64_t worth_playing(runner *r, const scenario *s) {
  uint64_t differ = UINT64_MAX;
  int ends[2], status;
  if (r->set.every_layout || r->set.layout || pipe(ends) != 0) return differ;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    uint64_t answer = layouts_that_differ(s, &r->set.play);
    _exit(write(ends[1], &answer, sizeof answer) != (ssize_t)sizeof answer);
  }
  close(ends[1]);
  if (pid < 0 || read(ends[0], &differ, sizeof differ) != (ssize_t)sizeof differ) differ = UINT64_MAX;
  close(ends[0]);
  if (pid > 0) waitpid(pid, &status, 0);
  return differ;
}

static void play_file(runner *r, const scenario *s, const char *missing) {
  const sbe_plugin *plugin = r->set.play.plugin;
  bool played = false;
  if (missing) {
    skip(r, s->path, missing);
    return;
  }
  uint64_t differ = worth_playing(r, s);
  for (size_t i = 0; plugin->fixture.layouts[i]; i++) {
    const char *layout = plugin->fixture.layouts[i];
    if ((r->set.layout && !sbe_streq(r->set.layout, layout)) || !scenario_is_for(s, layout)) continue;
    if (i < 64 && !s->layouts && !(differ & (UINT64_C(1) << i))) continue;
    start(r, s, layout);
    played = true;
  }
  if (!played) skip(r, s->path, "it is for other layouts");
}

/* ---- the adapter ---- */

/* NULL, or why nothing can be played: only what is not installed is a reason to skip. */
static const char *load(runner *r, bool *ret_broken) {
  sbe_plugin_path *path = sbe_plugin_path_new(r->arena, r->set.n_directories, r->set.directories);
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(path, r->set.adapter, &r->set.play.plugin, &error);
  if (!code && r->set.play.plugin->fixture.struct_size) return NULL;
  const char *text = code ? sbe_arena_strdup(r->arena, error.message) : "the adapter has no fixture";
  bool absent = !code || code == SBE_NOT_FOUND || strstr(text, "cannot be used: ") || strstr(text, "is not installed");
  *ret_broken = !absent;
  printf("scenarios: adapter %s: %s\n", r->set.adapter, text);
  return absent ? sbe_arena_printf(r->arena, "adapter %s or its library is absent", r->set.adapter) : text;
}

static int list_files(runner *r) {
  for (size_t i = 0; i < r->set.n_files; i++) {
    const scenario *s = read_file(r, r->set.files[i]);
    if (s) printf("%s: %s\n", s->path, s->guards);
  }
  return r->failed > 0;
}

static int play_files(runner *r) {
  bool broken = false;
  const char *missing = load(r, &broken);
  if (broken) r->failed++;
  for (size_t i = 0; i < r->set.n_files && !broken; i++) {
    const scenario *s = read_file(r, r->set.files[i]);
    if (s) play_file(r, s, missing);
  }
  for (size_t i = 0; i < MAX_JOBS; i++)
    while (r->jobs[i].pid) wait_for_one(r);
  printf("scenarios: %zu passed, %zu failed, %zu skipped\n", r->passed, r->failed, r->skipped);
  if (r->failed) return 1;
  return r->passed ? 0 : 77;
}

int main(int n, char **arguments) {
  static runner r;
  r.arena = sbe_arena_new();
  int status = 2;
  if (read_arguments(&r, n, arguments)) status = r.set.list ? list_files(&r) : play_files(&r);
  sbe_arena_free(r.arena);
  return status;
}
