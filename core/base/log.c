/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one line each, to a file and, from a threshold on, to stderr. Called from anywhere and, through
 * sbe_host.log, by adapters, from any thread: a line is one write(2), and there is no other state than two
 * numbers and a function. It must never fail the caller: a full disk loses lines, not runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/log.h"

#define MAX_LOG ((off_t)10 << 20)   /* a larger file is put aside when it is opened */
#define MAX_LINE ((size_t)64 << 10) /* longer ones are cut */
#define QUIET INT32_MAX

static atomic_int log_file = -1;
static atomic_int log_threshold = QUIET;
static void (*_Atomic log_filter)(char *line);

int sbe_log_open(const char *path) {
  sbe_log_close();
  struct stat status;
  if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > MAX_LOG) {
    char old[PATH_MAX];
    if ((size_t)snprintf(old, sizeof old, "%s.1", path) >= sizeof old) return ENAMETOOLONG;
    if (rename(path, old) != 0) return errno;
  }
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (file < 0) return errno;
  log_file = file;
  return 0;
}

void sbe_log_close(void) {
  int file = atomic_exchange(&log_file, -1);
  if (file >= 0) close(file);
}

void sbe_log_threshold(int32_t level) {
  log_threshold = level;
}

void sbe_log_filter(void (*filter)(char *line)) {
  log_filter = filter;
}

/* Whole or, when the disk is full, in part: nobody can be told. */
static void write_all(int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    size -= (size_t)written;
  }
}

/* "2025-01-10 08:00:00.042 INFO    " */
static int print_head(char *to, size_t size, int32_t level) {
  static const char *const names[] = {
      [SBE_LOG_DEBUG] = "DEBUG", [SBE_LOG_INFO] = "INFO", [SBE_LOG_WARNING] = "WARNING"};
  char now[32];
  sbe_timestamp clock = sbe_timestamp_now();
  sbe_timestamp_format(clock - clock % SBE_SECOND_US, now);
  bool known = level >= 0 && (size_t)level < sizeof names / sizeof *names;
  return snprintf(to, size, "%s.%03d %-7s ", now, (int)(clock % SBE_SECOND_US / 1000),
                  known ? names[level] : names[SBE_LOG_WARNING]);
}

void sbe_vlog(int32_t level, const char *format, va_list arguments) {
  int file = log_file;
  bool shown = level >= log_threshold;
  if (file < 0 && !shown) return;
  char head[64];
  size_t start = (size_t)print_head(head, sizeof head, level);
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  if (size < 0) size = 0;
  char *line = sbe_xmalloc(start + (size_t)size + 2);
  memcpy(line, head, start);
  line[start] = '\0';
  if (size) vsnprintf(line + start, (size_t)size + 1, format, again);
  va_end(again);
  void (*filter)(char *) = log_filter;
  if (filter) filter(line + start); /* before anything is cut: half a secret would not be recognised */
  size_t end = strlen(line);
  if (end > MAX_LINE) {
    end = MAX_LINE;
    while (end > start && ((unsigned char)line[end] & 0xC0) == 0x80) end--;
  }
  for (char *at = line; at < line + end; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7F) *at = ' ';
  line[end++] = '\n';
  if (file >= 0) write_all(file, line, end);
  if (shown) write_all(STDERR_FILENO, line, end);
  free(line);
}

void sbe_log(int32_t level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sbe_vlog(level, format, arguments);
  va_end(arguments);
}
