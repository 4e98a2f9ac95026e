/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The brute-force proof: random histories, played with a real `sbe` and computed by the oracle, and
 * compared cell by cell after each run. Called by run.sh in `make check`, and by hand. Must never use
 * anything of the engine: it links none of it.
 */
#include "tests/brute/coverage.h"
#include "tests/brute/driver.h"
#include "tests/brute/history.h"
#include "tests/brute/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static const char help[] = "usage: brute [options]\n"
                           "  --seed N        first seed (1)\n"
                           "  --histories N   how many, with seeds N, N + 1, … (20)\n"
                           "  --jobs N        that many at once (1)\n"
                           "  --layout NAME   struct, json, tables or lake; else drawn by the seed\n"
                           "  --name NAME     what the last line calls this test (brute)\n"
                           "  --sbe PATH      the program to be proved (./sbe)\n"
                           "  --keep          leave the folders of the histories\n"
                           "  --coverage      only count what the histories walk into; fails if anything is never met\n"
                           "  --dump          only print the histories\n";

typedef struct totals {
  size_t passed, failed, skipped, cells;
} totals;

static bool parse_number(const char *text, uint64_t *ret) {
  char *end;
  unsigned long long number = strtoull(text, &end, 10);
  *ret = number;
  return *text && !*end;
}

static bool parse_layout(const char *text, bf_layout *ret) {
  for (*ret = 0; *ret < BF_LAYOUTS; (*ret)++)
    if (strcmp(text, bf_layout_names[*ret]) == 0) return true;
  return false;
}

static bool parse_options(int count, char **arguments, bf_options *ret) {
  *ret = (bf_options){.seed = 1, .histories = 20, .jobs = 1, .layout = BF_LAYOUTS, .sbe = "./sbe", .name = "brute"};
  for (int i = 1; i < count; i++) {
    const char *name = arguments[i], *value = i + 1 < count ? arguments[i + 1] : "";
    uint64_t number = 0;
    bool is_number = parse_number(value, &number);
    if (strcmp(name, "--keep") == 0)
      ret->keep = true;
    else if (strcmp(name, "--coverage") == 0)
      ret->coverage = true;
    else if (strcmp(name, "--dump") == 0)
      ret->dump = true;
    else if (strcmp(name, "--seed") == 0 && is_number && ++i)
      ret->seed = number;
    else if (strcmp(name, "--histories") == 0 && is_number && ++i)
      ret->histories = number;
    else if (strcmp(name, "--jobs") == 0 && is_number && number && ++i)
      ret->jobs = number;
    else if (strcmp(name, "--layout") == 0 && parse_layout(value, &ret->layout) && ++i)
      continue;
    else if (strcmp(name, "--name") == 0 && *value && ++i)
      ret->name = value;
    else if (strcmp(name, "--sbe") == 0 && *value && ++i)
      ret->sbe = value;
    else
      return false;
  }
  return true;
}

/* Every `jobs`-th history from `first` on. */
static totals play_some(const bf_options *options, size_t first) {
  totals sum = {0};
  for (size_t i = first; i < options->histories; i += options->jobs) {
    bf_text report = {0};
    bool passed = bf_play(options, options->seed + i, &report, &sum.cells);
    sum.passed += passed;
    sum.failed += !passed;
    if (report.size) {
      fwrite(report.data, 1, report.size, stdout);
      fflush(stdout);
    }
    bf_text_free(&report);
  }
  return sum;
}

static totals play_all(const bf_options *options) {
  totals sum = {0}, part;
  int channel[2];
  if (options->jobs == 1 || pipe(channel) != 0) return play_some(options, 0);
  for (size_t i = 0; i < options->jobs; i++) {
    fflush(stdout);
    if (fork() != 0) continue;
    part = play_some(options, i);
    _exit(write(channel[1], &part, sizeof part) == (ssize_t)sizeof part ? 0 : 1);
  }
  close(channel[1]);
  while (read(channel[0], &part, sizeof part) == (ssize_t)sizeof part) {
    sum.passed += part.passed;
    sum.failed += part.failed;
    sum.cells += part.cells;
  }
  close(channel[0]);
  while (wait(NULL) > 0) continue;
  /* A job that died has told nothing. */
  sum.failed += options->histories - sum.passed - sum.failed;
  return sum;
}

static void dump(const bf_options *options) {
  for (size_t i = 0; i < options->histories; i++) {
    bf_arena *arena = bf_arena_new();
    bf_text text = {0};
    bf_describe(&text, bf_history_new(arena, options->seed + i, options->layout), true);
    printf("seed %llu\n%s", (unsigned long long)(options->seed + i), text.data);
    bf_text_free(&text);
    bf_arena_free(arena);
  }
}

int main(int count, char **arguments) {
  bf_options options;
  const char *why = NULL;
  totals sum = {0};
  if (!parse_options(count, arguments, &options)) {
    fputs(help, stderr);
    return 2;
  }
  if (options.dump) {
    dump(&options);
    return 0;
  }
  if (options.coverage) {
    size_t missing = bf_cover(options.seed, options.histories, options.layout);
    printf("coverage: %zu things never met\n", missing);
    return missing != 0;
  }
  if (access(options.sbe, X_OK) != 0)
    why = "no such program (--sbe)";
  else if (bf_driver_load(&why))
    why = NULL;
  if (why) {
    printf("SKIP: brute force: %s: %s\n", options.sbe, why);
    sum.skipped = options.histories;
  } else {
    sum = play_all(&options);
  }
  printf("%zu cells compared\n", sum.cells);
  printf("%s: %zu passed, %zu failed, %zu skipped\n", options.name, sum.passed, sum.failed, sum.skipped);
  return sum.failed ? 1 : sum.skipped ? SKIPPED : 0;
}
