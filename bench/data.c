/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the bench, and the events' database: made once for each size, since at 20 million events that
 * takes minutes, and kept under a name that says what it was made with and by which SQL. Called by bench.c
 * and measure.c. Must never leave a half-made database under that name.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/base/string.h"

/* --- files --------------------------------------------------------------------------------------- */

void bench_make_dirs(const char *path) {
  char copy[4096];
  if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) bench_die("%s: this name is too long", path);
  for (char *slash = copy + 1;; slash++) {
    if (*slash && *slash != '/') continue;
    char kept = *slash;
    *slash = '\0';
    if (mkdir(copy, 0755) != 0 && errno != EEXIST) bench_die("%s: %s", copy, strerror(errno));
    *slash = kept;
    if (!kept) return;
  }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  return remove(path);
}

void bench_remove(const char *path) {
  if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
    bench_die("%s cannot be removed: %s", path, strerror(errno));
}

static int open_or_die(const char *path, int flags) {
  int fd = open(path, flags | O_CLOEXEC, 0600);
  if (fd < 0) bench_die("%s: %s", path, strerror(errno));
  return fd;
}

/* For file systems where the kernel does not copy. */
static bool copy_bytes(int in, int out) {
  static char buffer[1 << 16];
  ssize_t got;
  while ((got = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, (size_t)got) != got) return false;
  return got == 0;
}

void bench_copy(const char *from, const char *to) {
  int in = open_or_die(from, O_RDONLY), out = open_or_die(to, O_WRONLY | O_CREAT | O_TRUNC);
  ssize_t got;
  do got = copy_file_range(in, NULL, out, NULL, (size_t)1 << 30, 0);
  while (got > 0);
  bool good = got == 0 || copy_bytes(in, out);
  /* what is still being written would be measured as somebody's time */
  if (!good || fsync(out) != 0 || close(out) != 0) bench_die("%s: %s", to, strerror(errno));
  close(in);
}

void bench_write(const char *path, const char *text, size_t size) {
  FILE *file = fopen(path, "we");
  bool good = file && fwrite(text, 1, size, file) == size;
  if (!file || fclose(file) != 0 || !good) bench_die("%s: %s", path, strerror(errno));
}

void bench_read_cells(const char *path, void (*row)(void *user, char *const cells[3]), void *user) {
  FILE *file = fopen(path, "re");
  char line[4096];
  if (!file) bench_die("%s: %s", path, strerror(errno));
  while (fgets(line, sizeof line, file)) {
    char *cells[3], *rest = line;
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < 3; i++) {
      cells[i] = rest;
      rest += strcspn(rest, "\t");
      if (*rest) *rest++ = '\0';
    }
    row(user, cells);
  }
  fclose(file);
}

/* --- the events ---------------------------------------------------------------------------------- */

static uint64_t hash_of_file(uint64_t hash, const bench *b, const char *name) {
  const char *path = sbe_arena_printf(b->arena, "%s/%s", b->options.sql, name);
  char bytes[4096];
  size_t size;
  FILE *file = fopen(path, "re");
  if (!file) bench_die("%s: %s", path, strerror(errno));
  while ((size = fread(bytes, 1, sizeof bytes, file)) > 0) hash = sbe_hash(hash, bytes, size);
  fclose(file);
  return hash;
}

static void make(const bench *b, const char *database) {
  const bench_options *o = &b->options;
  bench_process process;
  const char *none[] = {NULL};
  const char *parameters[] = {sbe_arena_printf(b->arena, "events=%lld", (long long)o->events),
                              sbe_arena_printf(b->arena, "days=%lld", (long long)o->days),
                              sbe_arena_printf(b->arena, "users=%lld", (long long)o->users),
                              sbe_arena_printf(b->arena, "day=0..%lld", (long long)o->days), NULL};
  bench_say("making %lld events of %lld days, and one more day ...", (long long)o->events, (long long)o->days);
  bench_remove(database);
  bench_script(b, database, "events.sql", none, NULL, &process);
  bench_script(b, database, "generate.sql", parameters, NULL, &process);
  bench_say("  %.1f s, peak memory %.0f MB", process.seconds, process.rss / 1e6);
}

static void take_number(void *user, char *const cells[3]) {
  bench *b = user;
  if (strcmp(cells[0], "row") != 0) return;
  if (strcmp(cells[1], "duckdb") == 0)
    b->duckdb = sbe_arena_strdup(b->arena, cells[2]);
  else
    bench_sample(b, strtod(cells[2], NULL), "generator.%s", cells[1]);
}

void bench_make_events(bench *b) {
  const bench_options *o = &b->options;
  uint64_t hash =
      hash_of_file(hash_of_file(hash_of_file(SBE_HASH_START, b, "events.sql"), b, "generate.sql"), b, "check.sql");
  const char *stem = sbe_arena_printf(b->arena, "%s/events-%lld-%lld-%lld-%08x", o->dir, (long long)o->events,
                                      (long long)o->days, (long long)o->users, (unsigned)hash);
  const char *numbers = sbe_arena_printf(b->arena, "%s.numbers", stem);
  b->events = sbe_arena_printf(b->arena, "%s.duckdb", stem);
  if (access(b->events, R_OK) != 0 || access(numbers, R_OK) != 0) {
    const char *database = sbe_arena_printf(b->arena, "%s/events.duckdb", b->run_dir);
    const char *checked = sbe_arena_printf(b->arena, "%s/numbers", b->run_dir), *none[] = {NULL};
    bench_process process;
    make(b, database);
    bench_script(b, database, "check.sql", none, checked, &process);
    if (rename(checked, numbers) != 0 || rename(database, b->events) != 0)
      bench_die("%s: %s", b->events, strerror(errno));
  }
  bench_read_cells(numbers, take_number, b);
}
