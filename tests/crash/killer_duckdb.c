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
 *   KILLER_LIST      KILLER_POINT: see killer.h
 *
 * fsync does nothing here: a killed process loses nothing that it has handed to the kernel, and power
 * failures are not what is tested.
 *
 * Concurrency: statements come one at a time, changes of files perhaps from several threads.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plugins/duckdb/api.h"
#include "tests/crash/killer.h"

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

/* ---- functions that execute ---- */

static char prepared[400];

static int hook_prepare(duck_connection connection, const char *sql, duck_statement *ret_statement) {
  snprintf(prepared, sizeof prepared, "%s", sql);
  return real.prepare(connection, sql, ret_statement);
}

static duck_connection last_connection;

/* As if the statement took very long: one that never ends is executed in its place. */
static int execute_for_ever(duck_result *ret_result) {
  duck_statement statement;
  if (real.prepare(last_connection, "SELECT SUM(range % 7) FROM range(1000000000000000)", &statement) != 0)
    killer_die();
  int state = real.execute_prepared(statement, ret_result);
  real.destroy_prepare(&statement);
  return state;
}

static int hook_execute_prepared(duck_statement statement, duck_result *ret_result) {
  killer_begin(prepared, "execute");
  int state = killer_hold(prepared) ? real.execute_prepared(statement, ret_result) : execute_for_ever(ret_result);
  killer_end();
  return state;
}

static int hook_query(duck_connection connection, const char *sql, duck_result *ret_result) {
  killer_begin(sql, "query");
  int state = real.query(connection, sql, ret_result);
  killer_end();
  return state;
}

static int hook_connect(duck_database database, duck_connection *ret_connection) {
  int state = real.connect(database, ret_connection);
  last_connection = *ret_connection;
  return state;
}

/* Opening reads the log of a process that died, closing writes all into the file proper. */
static int hook_open_ext(const char *path, duck_database *ret_database, duck_config config, char **ret_message) {
  killer_begin("(open)", "open");
  int state = real.open_ext(path, ret_database, config, ret_message);
  killer_end();
  return state;
}

static void hook_close(duck_database *database) {
  killer_begin("(close)", "close");
  real.close(database);
  killer_end();
}

/* ---- changes of files ---- */

static bool is_database(const char *path) {
  return path != NULL && strstr(path, ".duckdb") != NULL;
}

/* The letter of a write: 'b' a block of the database, 'w' a record of its log; 0: somebody else's file. */
static char kind_of(int fd) {
  char link[64], path[4096];
  if (killer.number == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = '\0';
  if (!is_database(path)) return 0;
  return size > 7 && strcmp(path + size - 7, ".duckdb") == 0 ? 'b' : 'w';
}

/* Counts a change; answers whether it is to be torn. */
static bool change(char letter) {
  int k = atomic_fetch_add(&killer.changes, 1) + 1;
  if (k <= MOST_CHANGES) killer.letters[k - 1] = letter;
  if (k != killer.detail) return false;
  if (killer_is(IO)) killer_die();
  return killer_is(TORN);
}

EXPORTED ssize_t write(int fd, const void *bytes, size_t size) {
  NEXT(write);
  char kind = kind_of(fd);
  if (kind != 0 && change(kind) && next(fd, bytes, size / 2) >= -1) killer_die();
  return next(fd, bytes, size);
}

EXPORTED ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  NEXT(pwrite);
  char kind = kind_of(fd);
  if (kind != 0 && change(kind) && next(fd, bytes, size / 2, offset) >= -1) killer_die();
  return next(fd, bytes, size, offset);
}

EXPORTED int ftruncate(int fd, off_t size) {
  NEXT(ftruncate);
  if (kind_of(fd) != 0) change('t');
  return next(fd, size);
}

EXPORTED int unlink(const char *path) {
  NEXT(unlink);
  if (killer.number != 0 && is_database(path)) change('u');
  return next(path);
}

EXPORTED int remove(const char *path) {
  NEXT(remove);
  if (killer.number != 0 && is_database(path)) change('u');
  return next(path);
}

EXPORTED int rename(const char *from, const char *to) {
  NEXT(rename);
  if (killer.number != 0 && is_database(to)) change('r');
  return next(from, to);
}

EXPORTED int fsync(int fd) {
  NEXT(fsync);
  return kind_of(fd) != 0 ? 0 : next(fd);
}

/* ---- beginning ---- */

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("KILLER_LIBRARY");
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
  killer_read_environment();
}

__attribute__((destructor)) static void finish(void) {
  killer_finish();
}
