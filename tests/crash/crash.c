/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The crash matrix. Proves that a run of sbe, on DuckDB or PostgreSQL, which is killed with SIGKILL, anywhere, and then
 * run again leaves the tables that an undisturbed one leaves; that of two runs at once one works and the other ends
 * with 3; and that Ctrl-C leaves whole windows.
 *
 *   crash [--sbe PATH] [--killer PATH] [--duckdb PATH] [--jobs N] [--all] [--keep] [--only SCENARIO[,POINT]]
 *
 * `make check` runs it for the points where something can differ on the disk, `make soak` for all.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

options option = {.jobs = 0};
counts *count;

bool check(bool holds, const char *format, ...) {
  __atomic_fetch_add(holds ? &count->passed : &count->failed, 1, __ATOMIC_SEQ_CST);
  if (holds) return true;
  char text[6000];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  printf("FAIL: %s\n", text);
  return false;
}

static int skip(const char *why) {
  printf("SKIP: %s matrix: %s\n%s: 0 passed, 0 failed, 1 skipped\n", database_test, why, database_test);
  return 77;
}

static const char *absolute(const char *path) {
  char *real = path != NULL ? realpath(path, NULL) : NULL;
  return real;
}

/* Beside this program: where libtool leaves modules, or the folder itself. */
static const char *find_killer(const char *program) {
  static const char *const places[] = {".libs/", "", "../.libs/"};
  char path[PATH_SIZE];
  const char *slash = strrchr(program, '/');
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    snprintf(path, sizeof path, "%.*s/%s%s", slash != NULL ? (int)(slash - program) : 1, slash != NULL ? program : ".",
             places[i], database_killer);
    const char *found = absolute(path);
    if (found != NULL) return found;
  }
  return NULL;
}

static void usage(void) {
  fputs("crash [--sbe PATH] [--killer PATH] [--duckdb PATH] [--jobs N] [--all] [--keep] [--only SCENARIO[,POINT]]\n",
        stderr);
  exit(2);
}

static void read_options(int argc, char **argv) {
  option.sbe = getenv("SBE");
  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    if (strcmp(argv[i], "--all") == 0)
      option.all = true;
    else if (strcmp(argv[i], "--keep") == 0)
      option.keep = true;
    else if (value == NULL)
      usage();
    else if (strcmp(argv[i], "--sbe") == 0)
      option.sbe = argv[++i];
    else if (strcmp(argv[i], "--killer") == 0)
      option.killer = argv[++i];
    else if (strcmp(argv[i], "--duckdb") == 0)
      setenv("SBE_DUCKDB_LIBRARY", argv[++i], 1);
    else if (strcmp(argv[i], "--jobs") == 0)
      option.jobs = atoi(argv[++i]);
    else if (strcmp(argv[i], "--only") == 0)
      option.only = argv[++i];
    else
      usage();
  }
  if (option.only != NULL) {
    char *copy = strdup(option.only), *comma = strchr(copy, ',');
    if (comma != NULL) *comma = '\0';
    option.only = copy;
    option.only_point = comma != NULL ? comma + 1 : NULL;
  }
  option.sbe = absolute(option.sbe);
  option.killer = option.killer != NULL ? absolute(option.killer) : find_killer(argv[0]);
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (option.jobs <= 0) option.jobs = processors < 2 ? 2 : processors > 8 ? 8 : (int)processors;
}

static bool make_work_directory(void) {
  const char *parent = getenv("TMPDIR");
  snprintf(option.work, sizeof option.work, "%s/sbe-crash-XXXXXX",
           parent != NULL && parent[0] == '/' ? parent : "/tmp");
  return mkdtemp(option.work) != NULL;
}

static bool wanted(const char *name) {
  return option.only == NULL || strcmp(option.only, name) == 0;
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  if (option.sbe == NULL) return skip("there is no sbe (--sbe PATH)");
  if (option.killer == NULL) return skip("there is no killer (--killer PATH)");
  const char *missing = database_find();
  if (missing != NULL) return skip(missing);
  count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (count == MAP_FAILED || !make_work_directory()) {
    printf("FAIL: %s cannot be made\n%s: 0 passed, 1 failed, 0 skipped\n", option.work, database_test);
    return 1;
  }
  for (size_t i = 0; i < n_scenarios; i++)
    if (wanted(scenarios[i].name)) matrix_play(&scenarios[i]);
  if (wanted("others")) others_play();
  if (wanted("others")) database_others();
  if (option.keep)
    printf("kept: %s\n", option.work);
  else
    remove_tree(option.work);
  if (!option.keep) database_remove_all();
  printf("%s: %d passed, %d failed, %d skipped\n", database_test, count->passed, count->failed, count->skipped);
  return count->failed > 0 ? 1 : 0;
}
