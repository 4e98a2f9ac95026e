/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling what was checked: for people, or as TAP 14. Called by all groups. A group runs in a process of
 * its own, and what it reports comes through a pipe; so a crash counts as a failure of the check that had
 * begun, and must never end the program. Only this file writes to stdout.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/string.h"
#include "kit/kit.h"

#define MOST_TEXT ((size_t)1 << 20) /* of one record in the pipe */

/* ---- printing ---- */

static void print_indented(const char *text, const char *indent) {
  for (const char *line = text; *line;) {
    size_t size = strcspn(line, "\n");
    printf("%s%.*s\n", indent, (int)size, line);
    line += size + (line[size] == '\n');
  }
}

/* In TAP, '#' begins a directive. */
static void print_tap_line(kit_report *r, bool good, const char *what, const char *skipped) {
  printf("%sok %zu - ", good ? "" : "not ", r->passed + r->failed + r->skipped);
  for (const char *c = what; *c; c++) {
    if (*c == '#' || *c == '\\') putchar('\\');
    putchar(*c == '\n' ? ' ' : *c);
  }
  if (skipped) printf(" # SKIP %.*s", (int)strcspn(skipped, "\n"), skipped);
  putchar('\n');
}

static void print_pass(kit_report *r, const char *what) {
  r->passed++;
  if (r->tap)
    print_tap_line(r, true, what, NULL);
  else
    printf("%sok%s    %s\n", r->color ? "\033[32m" : "", r->color ? "\033[0m" : "", what);
}

static void print_fail(kit_report *r, const char *what, const char *why, const char *remedy) {
  r->failed++;
  if (r->tap) {
    print_tap_line(r, false, what, NULL);
    print_indented(why, "# ");
    if (*remedy) print_indented(remedy, "# what to do: ");
    return;
  }
  printf("%sFAIL%s  %s\n", r->color ? "\033[1;31m" : "", r->color ? "\033[0m" : "", what);
  print_indented(why, "      ");
  if (*remedy) print_indented(remedy, "      -> ");
}

static void print_skip(kit_report *r, const char *what, const char *why) {
  r->skipped++;
  if (r->tap)
    print_tap_line(r, true, what, why);
  else
    printf("%sSKIP%s: %s: %s\n", r->color ? "\033[33m" : "", r->color ? "\033[0m" : "", what, why);
}

/* ---- records from a process to its parent ---- */

static bool write_all(int fd, const void *bytes, size_t size) {
  for (const char *at = bytes; size > 0;) {
    ssize_t n = write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

static bool read_all(int fd, void *bytes, size_t size) {
  for (char *at = bytes; size > 0;) {
    ssize_t n = read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

/* What happened, and up to two texts, with their NULs. */
static void send(kit_report *r, char kind, const char *first, const char *second) {
  uint32_t sizes[2] = {(uint32_t)strnlen(first, MOST_TEXT), (uint32_t)strnlen(second, MOST_TEXT)};
  if (!write_all(r->pipe, &kind, 1) || !write_all(r->pipe, sizes, sizeof sizes) ||
      !write_all(r->pipe, first, sizes[0]) || !write_all(r->pipe, second, sizes[1]))
    _exit(3);
}

static bool receive(int fd, char *ret_kind, char *ret_texts[2]) {
  uint32_t sizes[2];
  if (!read_all(fd, ret_kind, 1) || !read_all(fd, sizes, sizeof sizes)) return false;
  for (int i = 0; i < 2; i++) {
    if (sizes[i] > MOST_TEXT) return false;
    ret_texts[i] = sbe_xmalloc((size_t)sizes[i] + 1);
    ret_texts[i][sizes[i]] = '\0';
    if (!read_all(fd, ret_texts[i], sizes[i])) return false;
  }
  return true;
}

static void take_over(kit_report *r, char kind, const char *first, const char *second) {
  switch (kind) {
  case 't':
    report_title(r, first);
    break;
  case 'b':
    report_begin(r, first);
    break;
  case 'p':
    report_end(r, NULL, NULL);
    break;
  case 'f':
    report_end(r, first, second);
    break;
  case 's':
    report_skip(r, first);
    break;
  case 'd':
    report_details(r, first);
    break;
  }
}

/* ---- what groups call ---- */

void report_open(kit_report *r, bool tap, sbe_arena *arena) {
  const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
  *r = (kit_report){.tap = tap, .pipe = -1, .arena = arena};
  r->color = !tap && isatty(STDOUT_FILENO) && !(no_color && *no_color) && !sbe_streq(terminal, "dumb");
  if (tap) puts("TAP version 14");
}

int report_close(kit_report *r) {
  size_t all = r->passed + r->failed + r->skipped;
  if (r->tap) printf("1..%zu\n# ", all);
  printf("sbe-adapter-check: %zu passed, %zu failed, %zu skipped\n", r->passed, r->failed, r->skipped);
  fflush(stdout);
  if (r->failed) return 1;
  return r->passed ? 0 : 77;
}

void report_title(kit_report *r, const char *title) {
  if (r->pipe >= 0) {
    send(r, 't', title, "");
    return;
  }
  if (r->tap)
    printf("# %s\n", title);
  else
    printf("\n%s%s%s\n", r->color ? "\033[1m" : "", title, r->color ? "\033[0m" : "");
  fflush(stdout);
}

void report_begin(kit_report *r, const char *what) {
  r->current = sbe_arena_strdup(r->arena, what);
  if (r->pipe >= 0) send(r, 'b', what, "");
}

void report_end(kit_report *r, const char *why, const char *remedy) {
  if (r->pipe >= 0)
    send(r, why ? 'f' : 'p', why ? why : "", remedy ? remedy : "");
  else if (why)
    print_fail(r, r->current, why, remedy ? remedy : "");
  else
    print_pass(r, r->current);
  r->current = NULL;
  fflush(stdout);
}

void report_skip(kit_report *r, const char *why) {
  if (r->pipe >= 0)
    send(r, 's', why, "");
  else
    print_skip(r, r->current, why);
  r->current = NULL;
  fflush(stdout);
}

void report_skipped(kit_report *r, const char *what, const char *why) {
  report_begin(r, what);
  report_skip(r, why);
}

void report_details(kit_report *r, const char *text) {
  if (r->pipe >= 0)
    send(r, 'd', text, "");
  else
    print_indented(text, r->tap ? "# " : "");
  fflush(stdout);
}

/* ---- processes ---- */

static void be_the_group(kit_report *r, int end, long seconds, void (*function)(void *), void *user) {
  r->pipe = end;
  /* An adapter that prints would break the output into pieces; nobody loses what it says. */
  dup2(STDERR_FILENO, STDOUT_FILENO);
  alarm((unsigned)seconds);
  function(user);
  fflush(NULL);
  _exit(0);
}

bool report_isolated(kit_report *r, long seconds, void (*function)(void *user), void *user) {
  int ends[2], status = 0;
  char kind;
  fflush(NULL);
  pid_t pid = pipe(ends) == 0 ? fork() : -1;
  if (pid < 0) {
    report_check(r, "a process of its own for a group of checks", strerror(errno), "");
    return false;
  }
  if (pid == 0) {
    close(ends[0]);
    be_the_group(r, ends[1], seconds, function, user);
  }
  close(ends[1]);
  for (char *texts[2] = {NULL, NULL}; receive(ends[0], &kind, texts); texts[0] = texts[1] = NULL) {
    take_over(r, kind, texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
  }
  close(ends[0]);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  if (!r->current) report_begin(r, "the group comes to its end");
  const char *how =
      !WIFSIGNALED(status) ? sbe_arena_printf(r->arena, "it ended the process with status %d", WEXITSTATUS(status))
      : WTERMSIG(status) == SIGALRM ? sbe_arena_printf(r->arena, "it did not return within %ld s", seconds)
                                    : sbe_arena_printf(r->arena, "it crashed: %s", strsignal(WTERMSIG(status)));
  report_end(r, how, "an adapter never ends or crashes the process, and ticks in every wait");
  return false;
}
