/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is measured, and in which order. Everything is a whole process. The pipeline by hand and sbe take
 * turns, step by step and each time in the other order, so that what disturbs the machine disturbs both.
 * Called by bench.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/base/string.h"
#include "core/config/node.h"

#define MOST_STEPS 64

/* Seconds by step in one process; a step may have several statements, or stand once for each view. */
typedef struct steps {
  size_t n;
  struct {
    char name[64];
    double seconds;
  } items[MOST_STEPS];
  double open, close, total; /* total: without `open` */
} steps;

static void add_step(steps *all, const char *name, double seconds) {
  size_t i = 0;
  while (i < all->n && strcmp(all->items[i].name, name) != 0) i++;
  if (i == MOST_STEPS) bench_die("more than %d steps", MOST_STEPS);
  if (i == all->n) {
    all->items[i].seconds = 0;
    snprintf(all->items[all->n++].name, sizeof all->items[i].name, "%s", name);
  }
  all->items[i].seconds += seconds;
}

static void sample_steps(bench *b, const char *what, const steps *all) {
  for (size_t i = 0; i < all->n; i++) bench_sample(b, all->items[i].seconds, "%s.step.%s", what, all->items[i].name);
}

/* --- sbe ----------------------------------------------------------------------------------------- */

static void sbe_process(const bench *b, const char *const *words, const char *output, bench_process *ret_process) {
  *ret_process = (bench_process){.arguments = words, .output = output};
  ret_process->errors = sbe_arena_printf(b->arena, "%s/errors", b->run_dir);
  if (!bench_run(ret_process)) exit(EXIT_FAILURE);
}

/* The adapter that counts stands before the real one, and is told where that is. */
static void use_timing(const bench *b, bool yes) {
  const char *times = sbe_arena_printf(b->arena, "%s/times", b->run_dir);
  const char *real = sbe_arena_printf(b->arena, "%s/sbe_adapter_duckdb.so", b->options.adapters);
  setenv("SBE_PLUGIN_PATH", yes ? b->options.timing : b->options.adapters, 1);
  setenv("SBE_BENCH_ADAPTER", real, 1);
  setenv("SBE_BENCH_TIMES", times, 1);
}

static void take_call(void *user, char *const cells[3]) {
  steps *all = user;
  double seconds = strtod(cells[1], NULL) / 1e6;
  if (strcmp(cells[0], "open") == 0)
    all->open += seconds;
  else
    all->total += seconds;
  if (strcmp(cells[0], "close") == 0) all->close += seconds;
}

static double number(const sbe_node *node, const char *name) {
  const sbe_node *member = sbe_node_find(node, name);
  return member && member->text ? strtod(member->text, NULL) : 0;
}

/* Steps and counts of .sbe/run_results.json, which the run has just written. */
static void take_results(bench *b, const char *what, const char *dir, steps *all) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  const char *path = sbe_arena_printf(arena, "%s/.sbe/run_results.json", dir);
  const sbe_node *root = sbe_document_read(arena, path, &report);
  if (!root) bench_die("%s: %s", path, report.first ? report.first->message : "not there");
  double events = 0, skipped = 0, written = 0;
  SBE_EACH(view, sbe_node_find(root, "views")) {
    events += number(view, "new_events");
    skipped += number(view, "events_skipped");
    written += number(view, "attributes_written");
  }
  SBE_EACH(step, sbe_node_find(root, "steps")) {
    const sbe_node *name = sbe_node_find(step, "step");
    if (name) add_step(all, name->text, number(step, "seconds"));
  }
  bench_sample(b, events, "%s.new_events", what);
  bench_sample(b, skipped, "%s.events_skipped", what);
  bench_sample(b, written, "%s.attributes_written", what);
  bench_sample(b, number(root, "seconds_in_statements"), "%s.seconds_in_statements", what);
}

/* One `sbe run`. */
static void run_sbe(bench *b, const char *what, const char *dir, const char *as_of) {
  const char *words[] = {b->options.sbe, "--project-dir", dir, "run", "--as-of", as_of, NULL};
  const char *times = sbe_arena_printf(b->arena, "%s/times", b->run_dir);
  steps all = {0};
  bench_process process;
  use_timing(b, true);
  sbe_process(b, words, NULL, &process);
  use_timing(b, false);
  bench_sample(b, process.seconds, "%s", what);
  bench_sample(b, process.rss, "%s.rss", what);
  bench_sample(b, process.cpu, "%s.cpu", what);
  take_results(b, what, dir, &all);
  double in_steps = 0;
  for (size_t i = 0; i < all.n; i++) in_steps += all.items[i].seconds;
  bench_read_cells(times, take_call, &all);
  add_step(&all, "open", all.open);
  add_step(&all, "close", all.close);
  add_step(&all, "queries and lock", all.total - all.close - in_steps);
  sample_steps(b, what, &all);
  bench_sample(b, all.open, "%s.connecting", what);
  bench_sample(b, all.total, "%s.database", what);
  bench_sample(b, process.seconds - all.total, "%s.outside", what);
  bench_sample(b, process.seconds - all.total - all.open, "%s.own", what);
  bench_say("  %-20s %8.3f s", what, process.seconds);
}

/* --- by hand ------------------------------------------------------------------------------------- */

static void take_step(void *user, char *const cells[3]) {
  steps *all = user;
  double seconds = strtod(cells[2], NULL);
  if (strcmp(cells[0], "step") != 0) return;
  if (strcmp(cells[1], "open") == 0)
    all->open += seconds;
  else
    all->total += seconds;
  add_step(all, cells[1], seconds);
}

static void run_hand(bench *b, const char *what, const char *database, const char *lower, const char *upper) {
  const char *parameters[] = {"start=TIMESTAMP '" BENCH_START "'",
                              sbe_arena_printf(b->arena, "lower=TIMESTAMP '%s'", lower),
                              sbe_arena_printf(b->arena, "upper=TIMESTAMP '%s'", upper),
                              sbe_arena_printf(b->arena, "today=DATE '%s'", upper), NULL};
  const char *output = sbe_arena_printf(b->arena, "%s/output", b->run_dir);
  steps all = {0};
  bench_process process;
  bench_script(b, database, "hand.sql", parameters, output, &process);
  bench_sample(b, process.seconds, "%s", what);
  bench_sample(b, process.rss, "%s.rss", what);
  bench_sample(b, process.cpu, "%s.cpu", what);
  bench_read_cells(output, take_step, &all);
  sample_steps(b, what, &all);
  bench_sample(b, all.total, "%s.database", what);
  bench_sample(b, process.seconds - all.total, "%s.outside", what);
  bench_say("  %-20s %8.3f s", what, process.seconds);
}

/* --- the same attributes? ------------------------------------------------------------------------ */

typedef struct comparison {
  bench *b;
  const char *what;
} comparison;

static void take_count(void *user, char *const cells[3]) {
  const comparison *c = user;
  if (strcmp(cells[0], "row") == 0) bench_sample(c->b, strtod(cells[2], NULL), "%s.%s", c->what, cells[1]);
}

static void compare(bench *b, const char *what, const char *hand, const char *shop) {
  const char *parameters[] = {sbe_arena_printf(b->arena, "hand='%s'", hand), NULL};
  const char *output = sbe_arena_printf(b->arena, "%s/output", b->run_dir);
  bench_process process;
  bench_script(b, shop, "compare.sql", parameters, output, &process);
  bench_read_cells(output, take_count, &(comparison){b, what});
}

/* --- the three parts ----------------------------------------------------------------------------- */

/* One turn of both, `turn` says who begins. */
static void both(bench *b, const char *what, const char *hand, const char *dir, int64_t from, int64_t to,
                 int64_t turn) {
  const char *names[] = {sbe_arena_printf(b->arena, "%s.hand", what), sbe_arena_printf(b->arena, "%s.sbe", what)};
  for (int i = 0; i < 2; i++) {
    if ((turn + i) % 2)
      run_sbe(b, names[1], dir, bench_day(b, to));
    else
      run_hand(b, names[0], hand, bench_day(b, from), bench_day(b, to));
  }
  compare(b, what, hand, sbe_arena_printf(b->arena, "%s/shop.duckdb", dir));
}

void bench_pipeline(bench *b) {
  int64_t days = b->options.days;
  const char *dir = sbe_arena_printf(b->arena, "%s/pipeline", b->run_dir);
  const char *hand = sbe_arena_printf(b->arena, "%s/hand.duckdb", dir);
  for (int64_t turn = 0; turn < b->options.repeat; turn++) {
    bench_say("pipeline, %lld of %lld", (long long)turn + 1, (long long)b->options.repeat);
    bench_remove(dir);
    bench_make_project(b, dir, 1, "yml");
    bench_copy(b->events, hand);
    bench_copy(b->events, sbe_arena_printf(b->arena, "%s/shop.duckdb", dir));
    both(b, "backfill", hand, dir, 0, days, turn);
    both(b, "day", hand, dir, days, days + 1, turn);
    run_sbe(b, "idle.sbe", dir, bench_day(b, days + 1));
  }
  bench_remove(dir);
}

/* Many views on one more day; the backfill before it once, since it takes so much longer. */
void bench_views(bench *b) {
  int64_t days = b->options.days;
  const char *dir = sbe_arena_printf(b->arena, "%s/views", b->run_dir);
  const char *shop = sbe_arena_printf(b->arena, "%s/shop.duckdb", dir);
  const char *after = sbe_arena_printf(b->arena, "%s/after.duckdb", dir);
  bench_say("%lld views in one project", (long long)b->options.views);
  bench_make_project(b, dir, b->options.views, "yml");
  bench_copy(b->events, shop);
  run_sbe(b, "views.backfill", dir, bench_day(b, days));
  if (rename(shop, after) != 0) bench_die("%s: %s", after, strerror(errno));
  for (int64_t turn = 0; turn < b->options.repeat; turn++) {
    bench_copy(after, shop);
    run_sbe(b, "views.day", dir, bench_day(b, days + 1));
  }
  bench_remove(dir);
}

static void sample_command(bench *b, const char *what, const char *const *words, int64_t times) {
  bench_process process;
  sbe_process(b, words, NULL, &process); /* once to warm up */
  for (int64_t i = 0; i < times; i++) {
    sbe_process(b, words, NULL, &process);
    bench_sample(b, process.seconds, "%s", what);
    bench_sample(b, process.rss, "%s.rss", what);
    bench_sample(b, process.cpu, "%s.cpu", what);
  }
  bench_say("  %-20s %8.1f ms", what, 1000 * bench_median(b, what));
}

static void sample_compile(bench *b, const char *size, int64_t n, const char *format) {
  const char *dir = sbe_arena_printf(b->arena, "%s/many", b->run_dir);
  const char *words[] = {b->options.sbe, "--project-dir", dir, "compile", NULL};
  const char *output = sbe_arena_printf(b->arena, "%s/output", b->run_dir);
  const char *what = sbe_arena_printf(b->arena, "compile.%s.%s", size, format);
  bench_process process;
  struct stat status;
  bench_make_project(b, dir, n, format);
  sbe_process(b, words, output, &process);
  if (stat(output, &status) != 0 || status.st_size < n * 1000)
    bench_die("sbe compile printed %lld bytes for %lld views", (long long)status.st_size, (long long)n);
  bench_sample(b, (double)status.st_size, "%s.output", what);
  sample_command(b, what, words, b->options.repeat < 5 ? 5 : b->options.repeat);
  bench_remove(dir);
}

void bench_commands(bench *b) {
  const char *dir = sbe_arena_printf(b->arena, "%s/one", b->run_dir);
  const char *version[] = {b->options.sbe, "--version", NULL};
  const char *validate[] = {b->options.sbe, "--project-dir", dir, "validate", NULL};
  bench_say("commands");
  use_timing(b, false);
  bench_make_project(b, dir, 1, "yml");
  sample_command(b, "version", version, 41);
  sample_command(b, "validate", validate, 41);
  bench_remove(dir);
  static const char *const formats[] = {"yml", "json"};
  for (int i = 0; i < 2; i++) {
    sample_compile(b, "few", b->options.many / 10, formats[i]);
    sample_compile(b, "many", b->options.many, formats[i]);
  }
}
