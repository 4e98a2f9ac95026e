/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process, measured from outside: wall time from before it is started until it is gone, and its peak
 * memory. Called by measure.c and data.c. The bench itself must stay small: a child counts the memory that
 * it shares with its parent before it becomes the other program.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/base/date.h"

extern char **environ;

void bench_die(const char *format, ...) {
  va_list arguments;
  fputs("bench: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(EXIT_FAILURE);
}

void bench_say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

/* The command, and the end of what it said. */
static void explain(const bench_process *process, const char *why) {
  fprintf(stderr, "bench: %s:", why);
  for (const char *const *word = process->arguments; *word; word++) fprintf(stderr, " %.300s", *word);
  fputc('\n', stderr);
  FILE *file = process->errors ? fopen(process->errors, "re") : NULL;
  if (!file) return;
  char said[4096];
  if (fseek(file, -(long)sizeof said, SEEK_END) != 0) rewind(file);
  size_t size = fread(said, 1, sizeof said, file);
  fwrite(said, 1, size, stderr);
  fclose(file);
}

static int start(const bench_process *process, pid_t *ret_pid) {
  posix_spawn_file_actions_t actions;
  const char *output = process->output ? process->output : "/dev/null";
  const char *errors = process->errors ? process->errors : "/dev/null";
  int flags = O_WRONLY | O_CREAT | O_TRUNC;
  int failed = posix_spawn_file_actions_init(&actions);
  if (failed) return failed;
  failed = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (!failed) failed = posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0600);
  if (!failed) failed = posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0600);
  if (!failed)
    failed = posix_spawn(ret_pid, process->arguments[0], &actions, NULL, (char *const *)process->arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

bool bench_run(bench_process *process) {
  pid_t pid, gone;
  int status = 0;
  struct rusage usage;
  int64_t begin = sbe_monotonic_us();
  process->status = -1;
  int failed = start(process, &pid);
  if (failed) {
    explain(process, strerror(failed));
    return false;
  }
  do gone = wait4(pid, &status, 0, &usage);
  while (gone < 0 && errno == EINTR);
  process->seconds = (double)(sbe_monotonic_us() - begin) / 1e6;
  process->cpu = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  process->rss = (double)usage.ru_maxrss * 1024;
  if (gone == pid && WIFEXITED(status)) process->status = WEXITSTATUS(status);
  if (process->status == 0) return true;
  explain(process, "this failed");
  return false;
}
