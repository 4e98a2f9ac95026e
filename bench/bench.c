/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `make bench`: how fast sbe is, against the goals that it has set itself and against the same pipeline
 * written by hand. Prints one table; with --json FILE also every number that was measured. Exit status:
 * 0 measured, and the attributes are right, whether or not a goal was met; 1 otherwise; 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/base/string.h"

typedef struct option {
  const char *name;
  bool is_number;
  size_t offset;
  int64_t least, most;
  const char *help;
} option;

#define AT(member) offsetof(bench_options, member)
static const option table[] = {
    {"sbe", false, AT(sbe), 0, 0, "the program to measure"},
    {"adapters", false, AT(adapters), 0, 0, "directory of the adapter for DuckDB"},
    {"timing", false, AT(timing), 0, 0, "directory of the adapter that counts time"},
    {"sql", false, AT(sql), 0, 0, "directory of the bench's SQL"},
    {"dir", false, AT(dir), 0, 0, "where databases are made; events are kept there"},
    {"json", false, AT(json), 0, 0, "write all numbers to this file"},
    {"events", true, AT(events), 1000, 1000000000, "events of all days but the last"},
    {"days", true, AT(days), 2, 1000, "days of the backfill"},
    {"users", true, AT(users), 1, 1000000000, "users; not given: 6 of 100 events"},
    {"threads", true, AT(threads), 1, 1024, "threads of DuckDB"},
    {"repeat", true, AT(repeat), 1, 1000, "how often the pipelines are run; the table shows medians"},
    {"views", true, AT(views), 0, 10000, "views of the second project; 0: none"},
    {"many", true, AT(many), 10, 100000, "views to compile, and a tenth of it"},
    {0},
};

static int usage(void) {
  fputs("usage: bench --sbe FILE --adapters DIR --timing DIR --sql DIR --dir DIR [options] [PART]...\n"
        "PART: commands, pipeline, views; not given: all\n",
        stderr);
  for (const option *o = table; o->name; o++) fprintf(stderr, "  --%-9s %s\n", o->name, o->help);
  return 2;
}

static bool set(bench_options *options, const option *o, const char *value) {
  void *slot = (char *)options + o->offset;
  if (!o->is_number) {
    *(const char **)slot = value;
    return true;
  }
  return sbe_parse_int64(value, strlen(value), slot) && *(int64_t *)slot >= o->least && *(int64_t *)slot <= o->most;
}

static bool take_part(bench_options *options, const char *word) {
  static const char *const names[] = {"commands", "pipeline", "views"};
  for (unsigned i = 0; i < 3; i++) {
    if (strcmp(word, names[i]) != 0) continue;
    options->parts |= 1u << i;
    return true;
  }
  return false;
}

static bool read_options(int argc, char **argv, bench_options *options) {
  for (int i = 1; i < argc; i++) {
    const option *o = table;
    if (strncmp(argv[i], "--", 2) != 0) {
      if (!take_part(options, argv[i])) return false;
      continue;
    }
    while (o->name && strcmp(o->name, argv[i] + 2) != 0) o++;
    if (!o->name || i + 1 == argc || !set(options, o, argv[i + 1])) {
      fprintf(stderr, "bench: %s%s%s makes no sense\n", argv[i], i + 1 < argc ? " " : "",
              i + 1 < argc ? argv[i + 1] : "");
      return false;
    }
    i++;
  }
  if (!options->parts) options->parts = PART_ALL;
  if (!options->views) options->parts &= ~(unsigned)PART_VIEWS;
  if (!options->users) options->users = options->events * 6 / 100;
  return options->sbe && options->adapters && options->timing && options->sql && options->dir;
}

/* sbe wants absolute directories for adapters, and databases are attached from other directories. */
static const char *absolute(const bench *b, const char *path) {
  char *real = realpath(path, NULL);
  if (!real) bench_die("%s: %s", path, strerror(errno));
  const char *copy = sbe_arena_strdup(b->arena, real);
  free(real);
  return copy;
}

/* One bench at a time in one directory; what an interrupted one left there goes. */
static void begin(bench *b) {
  bench_options *o = &b->options;
  bench_make_dirs(o->dir);
  o->dir = absolute(b, o->dir);
  o->sql = absolute(b, o->sql);
  o->sbe = absolute(b, o->sbe);
  o->adapters = absolute(b, o->adapters);
  o->timing = absolute(b, o->timing);
  o->self = absolute(b, "/proc/self/exe");
  int lock = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) bench_die("another bench is at work in %s", o->dir);
  if (strchr(o->dir, '\'')) bench_die("the name of %s must not have a quote in it", o->dir);
  bench_write(sbe_arena_printf(b->arena, "%s/.gitignore", o->dir), "*\n", 2);
  b->run_dir = sbe_arena_printf(b->arena, "%s/run", o->dir);
  bench_remove(b->run_dir);
  bench_make_dirs(b->run_dir);
}

/* A profile or adapters of the user's own would change what is measured. */
static void clean_environment(void) {
  static const char *const names[] = {"SBE_TARGET", "SBE_PROFILES_DIR", "DBT_PROFILES_DIR", "SBE_PLUGIN_PATH"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unsetenv(names[i]);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "child") == 0) return bench_child(argc, argv);
  static bench b = {.options = {.events = 2000000, .days = 60, .threads = 2, .repeat = 3, .views = 10, .many = 10000}};
  b.last = &b.first;
  if (!read_options(argc, argv, &b.options)) return usage();
  b.arena = sbe_arena_new();
  clean_environment();
  begin(&b);
  if (b.options.parts & PART_COMMANDS) bench_commands(&b);
  if (b.options.parts & (PART_PIPELINE | PART_VIEWS)) bench_make_events(&b);
  if (b.options.parts & PART_PIPELINE) bench_pipeline(&b);
  if (b.options.parts & PART_VIEWS) bench_views(&b);
  bench_remove(b.run_dir);
  bench_report(&b);
  if (b.options.json) bench_report_json(&b, b.options.json);
  return bench_right(&b) ? EXIT_SUCCESS : EXIT_FAILURE;
}
