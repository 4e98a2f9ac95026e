/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libduckdb that kills. The adapter is told to use this library (SBE_DUCKDB_LIBRARY); it hands every
 * function on to the real one ($KILLER_LIBRARY), counts the statements that are executed, and at a
 * given point ($KILLER_POINT) ends its own process with SIGKILL, or stops it, or sends it Ctrl-C. So the
 * program under test has no hook for this test in it.
 *
 * It is preloaded as well (LD_PRELOAD): then what DuckDB writes into its files comes through here, and a
 * process can be killed between two writes of a COMMIT, or half-way through one.
 *
 *   KILLER_LIBRARY   the real library; without it nothing of this is active
 *   KILLER_LIST      file to write the statements to, a line each:
 *                    number, microseconds, a letter for each change of a file, how it is executed, SQL
 *   KILLER_POINT     before:N     killed before statement N is executed (it has been prepared)
 *                    during:N:US  from another thread, US microseconds after it began; at its end at last
 *                    io:N:K       before the K-th change of a file by statement N
 *                    torn:N:K     the same, with the first half of that write done
 *                    after:N      when it is done, before the program hears of it
 *                    stop:N       SIGSTOP as it begins
 *                    interrupt:N  SIGINT as it begins; it then takes as long as it is let (COMMIT: 0.15 s)
 *
 * fsync does nothing here: a killed process loses nothing that it has handed to the kernel, and power
 * failures are not what is tested.
 *
 * Concurrency: statements come one at a time, changes of files perhaps from several threads.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plugins/duckdb/api.h"

#define EXPORTED __attribute__((visibility("default")))
#define MOST_CHANGES 512

/* ---- handing on ---- */

/* Every function of the real library is a jump through a variable, since its arguments are not our
   business; a few of the variables then lead to functions below. */
#define TARGET(result, name, arguments) __attribute__((visibility("hidden"))) void *killer_to_##name;
SBE_DUCKDB_FUNCTIONS(TARGET)
#undef TARGET

#if defined(__x86_64__)
#define JUMP(name) "  jmp *killer_to_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name) "  adrp x16, killer_to_" #name "\n  ldr x16, [x16, :lo12:killer_to_" #name "]\n  br x16\n"
#endif
#ifdef JUMP /* DuckDB's library is published for these two; crash.c skips on others */
#define FORWARD(result, name, arguments)                                                                               \
  __asm__(".pushsection .text\n.globl duckdb_" #name "\n.type duckdb_" #name ", %function\nduckdb_" #name              \
          ":\n" JUMP(name) ".popsection\n");
SBE_DUCKDB_FUNCTIONS(FORWARD)
#undef FORWARD
#endif

static sbe_duckdb_functions real;

/* ---- the point ---- */

enum action { NONE, BEFORE, DURING, IO, TORN, AFTER, STOP, INTERRUPT };
static const char *const actions[] = {"", "before", "during", "io", "torn", "after", "stop", "interrupt"};
static enum action action;
static int point;
static long detail; /* microseconds, or which change of a file */

static FILE *list;
static int number; /* of the statement, from 1 */
static struct timespec began;
static long took;
static const char *how = "";
static char sql_of_statement[400], prepared[400];
static atomic_int changes;
static char letters[MOST_CHANGES + 1];

static _Noreturn void die(void) {
  for (;;) kill(getpid(), SIGKILL);
}

static long microseconds_since(const struct timespec *from) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - from->tv_sec) * 1000000 + (now.tv_nsec - from->tv_nsec) / 1000;
}

/* Of the last statement: only now are its changes of files all known. */
static void write_list(void) {
  if (list == NULL || number == 0) return;
  fprintf(list, "%d\t%ld\t%s\t%s\t%s\n", number, took, letters[0] != '\0' ? letters : "-", how, sql_of_statement);
  fflush(list);
}

static void *kill_later(void *unused) {
  (void)unused;
  while (microseconds_since(&began) < detail) nanosleep(&(struct timespec){0, 20000}, NULL);
  die();
}

static void keep(char *out, size_t size, const char *sql) {
  snprintf(out, size, "%s", sql);
  for (char *c = out; *c != '\0'; c++)
    if ((unsigned char)*c < ' ') *c = ' ';
}

static void begin(const char *sql, const char *how_) {
  write_list();
  number++;
  how = how_;
  keep(sql_of_statement, sizeof sql_of_statement, sql);
  memset(letters, 0, sizeof letters);
  changes = 0;
  clock_gettime(CLOCK_MONOTONIC, &began);
  if (number != point) return;
  pthread_t thread;
  switch (action) {
  case BEFORE:
    die();
  case DURING:
    if (pthread_create(&thread, NULL, kill_later, NULL) != 0) die();
    break;
  case STOP:
    kill(getpid(), SIGSTOP);
    break;
  case INTERRUPT:
    kill(getpid(), SIGINT);
    break;
  case NONE:
  case IO:
  case TORN:
  case AFTER:
    break;
  }
}

static void end(void) {
  took = microseconds_since(&began);
  if (number == point && (action == DURING || action == IO || action == TORN || action == AFTER)) die();
}

/* ---- functions that execute ---- */

static int hook_prepare(duck_connection connection, const char *sql, duck_statement *ret_statement) {
  keep(prepared, sizeof prepared, sql);
  return real.prepare(connection, sql, ret_statement);
}

static duck_connection last_connection;

/* As if the statement took very long: one that never ends is executed in its place. */
static int execute_for_ever(duck_result *ret_result) {
  duck_statement statement;
  if (real.prepare(last_connection, "SELECT SUM(range % 7) FROM range(1000000000000000)", &statement) != 0) die();
  int state = real.execute_prepared(statement, ret_result);
  real.destroy_prepare(&statement);
  return state;
}

static int hook_execute_prepared(duck_statement statement, duck_result *ret_result) {
  begin(prepared, "execute");
  bool hold = action == INTERRUPT && number == point;
  if (hold && strcmp(prepared, "COMMIT") == 0) nanosleep(&(struct timespec){0, 150000000}, NULL);
  int state = hold && strcmp(prepared, "COMMIT") != 0 ? execute_for_ever(ret_result)
                                                      : real.execute_prepared(statement, ret_result);
  end();
  return state;
}

static int hook_query(duck_connection connection, const char *sql, duck_result *ret_result) {
  begin(sql, "query");
  int state = real.query(connection, sql, ret_result);
  end();
  return state;
}

static int hook_connect(duck_database database, duck_connection *ret_connection) {
  int state = real.connect(database, ret_connection);
  last_connection = *ret_connection;
  return state;
}

/* Opening reads the log of a process that died, closing writes all into the file proper. */
static int hook_open_ext(const char *path, duck_database *ret_database, duck_config config, char **ret_message) {
  begin("(open)", "open");
  int state = real.open_ext(path, ret_database, config, ret_message);
  end();
  return state;
}

static void hook_close(duck_database *database) {
  begin("(close)", "close");
  real.close(database);
  end();
}

/* ---- changes of files ---- */

static bool is_database(const char *path) {
  return path != NULL && strstr(path, ".duckdb") != NULL;
}

/* The letter of a write: 'b' a block of the database, 'w' a record of its log; 0: somebody else's file. */
static char kind_of(int fd) {
  char link[64], path[4096];
  if (number == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = '\0';
  if (!is_database(path)) return 0;
  return size > 7 && strcmp(path + size - 7, ".duckdb") == 0 ? 'b' : 'w';
}

/* Counts a change; answers whether it is to be torn. */
static bool change(char letter) {
  int k = atomic_fetch_add(&changes, 1) + 1;
  if (k <= MOST_CHANGES) letters[k - 1] = letter;
  if (number != point || k != detail) return false;
  if (action == IO) die();
  return action == TORN;
}

/* The C library's own. Looked up at each call: some come before any constructor of ours. */
#define NEXT(name)                                                                                                     \
  __typeof__(name) *next;                                                                                              \
  void *address = dlsym(RTLD_NEXT, #name);                                                                             \
  memcpy(&next, &address, sizeof next)

EXPORTED ssize_t write(int fd, const void *bytes, size_t size) {
  NEXT(write);
  char kind = kind_of(fd);
  if (kind != 0 && change(kind) && next(fd, bytes, size / 2) >= -1) die();
  return next(fd, bytes, size);
}

EXPORTED ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  NEXT(pwrite);
  char kind = kind_of(fd);
  if (kind != 0 && change(kind) && next(fd, bytes, size / 2, offset) >= -1) die();
  return next(fd, bytes, size, offset);
}

EXPORTED int ftruncate(int fd, off_t size) {
  NEXT(ftruncate);
  if (kind_of(fd) != 0) change('t');
  return next(fd, size);
}

EXPORTED int unlink(const char *path) {
  NEXT(unlink);
  if (number != 0 && is_database(path)) change('u');
  return next(path);
}

EXPORTED int remove(const char *path) {
  NEXT(remove);
  if (number != 0 && is_database(path)) change('u');
  return next(path);
}

EXPORTED int rename(const char *from, const char *to) {
  NEXT(rename);
  if (number != 0 && is_database(to)) change('r');
  return next(from, to);
}

EXPORTED int fsync(int fd) {
  NEXT(fsync);
  return kind_of(fd) != 0 ? 0 : next(fd);
}

/* ---- beginning ---- */

static void read_point(void) {
  const char *text = getenv("KILLER_POINT");
  if (text == NULL || text[0] == '\0') return;
  size_t word = strcspn(text, ":");
  for (size_t i = 1; i < sizeof actions / sizeof actions[0]; i++)
    if (strlen(actions[i]) == word && strncmp(actions[i], text, word) == 0) action = (enum action)i;
  if (action == NONE || sscanf(text + word, ":%d:%ld", &point, &detail) < 1) {
    fprintf(stderr, "killer: KILLER_POINT is `%s`\n", text);
    _exit(99);
  }
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("KILLER_LIBRARY"), *to = getenv("KILLER_LIST");
  if (path == NULL || path[0] == '\0') return;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "killer: %s\n", dlerror());
    _exit(99);
  }
#define LOOK_UP(result, name, arguments)                                                                               \
  killer_to_##name = dlsym(library, "duckdb_" #name);                                                                  \
  memcpy(&real.name, &killer_to_##name, sizeof killer_to_##name);
  SBE_DUCKDB_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
#define HOOK(name) memcpy(&killer_to_##name, &(__typeof__(real.name)){hook_##name}, sizeof killer_to_##name)
  HOOK(open_ext);
  HOOK(connect);
  HOOK(close);
  HOOK(query);
  HOOK(prepare);
  HOOK(execute_prepared);
  read_point();
  if (to != NULL && to[0] != '\0') list = fopen(to, "we");
}

__attribute__((destructor)) static void finish(void) {
  write_list();
}
