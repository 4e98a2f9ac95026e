/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running the program under test, and files of its projects. Each project is entered before the program is
 * started, and named relative to it: copies of one project are then the same to the last byte.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

#define LONGEST_RUN 120 /* seconds; then it hangs */

/* ---- files ---- */

void join(char out[PATH_SIZE], const char *directory, const char *name) {
  if (snprintf(out, PATH_SIZE, "%s/%s", directory, name) >= PATH_SIZE) abort();
}

static bool complain(const char *path) {
  printf("FAIL: %s: %s\n", path, strerror(errno));
  return false;
}

bool make_directory(const char *path) {
  return mkdir(path, 0755) == 0 || errno == EEXIST || complain(path);
}

bool write_file(const char *directory, const char *name, const char *text) {
  char path[PATH_SIZE];
  join(path, directory, name);
  FILE *file = fopen(path, "we");
  if (file == NULL) return complain(path);
  bool good = fputs(text, file) >= 0;
  good = fclose(file) == 0 && good;
  return good || complain(path);
}

char *read_file(const char *directory, const char *name) {
  char path[PATH_SIZE], *text = NULL;
  size_t size = 0;
  join(path, directory, name);
  FILE *file = fopen(path, "re"), *out = open_memstream(&text, &size);
  if (out == NULL) abort();
  for (int c; file != NULL && (c = getc(file)) != EOF;) putc(c, out);
  if (file != NULL) fclose(file);
  if (fclose(out) != 0) abort();
  return text;
}

void remove_tree(const char *path) {
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char inner[PATH_SIZE];
    join(inner, path, entry->d_name);
    if (unlink(inner) != 0 && errno == EISDIR) remove_tree(inner);
  }
  if (directory != NULL) closedir(directory);
  rmdir(path);
}

/* The file is not there afterwards if it was not there before. */
static bool copy_file(const char *from_directory, const char *to_directory, const char *name) {
  char from[PATH_SIZE], to[PATH_SIZE];
  static char block[1 << 18];
  join(from, from_directory, name);
  join(to, to_directory, name);
  unlink(to);
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return errno == ENOENT || complain(from);
  int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ssize_t size = -1;
  while (out >= 0 && (size = read(in, block, sizeof block)) > 0)
    if (write(out, block, (size_t)size) != size) {
      size = -1;
      break;
    }
  close(in);
  if (out < 0 || close(out) != 0 || size != 0) return complain(to);
  return true;
}

bool restore(const char *from, const char *to) {
  static const char *const files[] = {"sbe.yml", "profiles.yml", "views/views.yml"};
  char inner[PATH_SIZE];
  join(inner, to, ".sbe");
  remove_tree(inner);
  join(inner, to, "views");
  bool good = make_directory(to) && make_directory(inner);
  for (size_t i = 0; i < sizeof files / sizeof files[0] && good; i++) good = copy_file(from, to, files[i]);
  for (size_t i = 0; database_files[i] != NULL && good; i++) good = copy_file(from, to, database_files[i]);
  return good && database_copy(from, to);
}

/* ---- runs ---- */

static void set_environment(const char *directory, const char *point, const char *list) {
  char sanitizer[512];
  const char *options_of_sanitizer = getenv("ASAN_OPTIONS");
  snprintf(sanitizer, sizeof sanitizer, "%s%sverify_asan_link_order=0",
           options_of_sanitizer ? options_of_sanitizer : "", options_of_sanitizer ? ":" : "");
  setenv("ASAN_OPTIONS", sanitizer, 1);
  setenv("LD_PRELOAD", option.killer, 1);
  database_environment(directory, option.killer);
  setenv("KILLER_POINT", point != NULL ? point : "", 1);
  setenv("KILLER_LIST", list != NULL ? list : "", 1);
}

pid_t sbe_start(const char *directory, const char *as_of, const char *flags, const char *point, const char *list) {
  char words[256];
  char *arguments[16] = {(char *)option.sbe, "--project-dir", ".", "run", "--as-of", (char *)as_of};
  size_t n = 6;
  snprintf(words, sizeof words, "%s", flags);
  for (char *rest, *word = strtok_r(words, " ", &rest); word != NULL && n < 15; word = strtok_r(NULL, " ", &rest))
    arguments[n++] = word;
  fflush(stdout);
  pid_t pid = fork();
  if (pid < 0) abort();
  if (pid > 0) return pid;
  int out = -1;
  if (chdir(directory) == 0) out = open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(98);
  signal(SIGINT, SIG_DFL); /* a test in the background of a shell has it ignored */
  alarm(LONGEST_RUN);
  set_environment(directory, point, list);
  execv(option.sbe, arguments);
  _exit(97);
}

outcome sbe_wait(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) abort();
  if (WIFEXITED(status)) return (outcome){WEXITSTATUS(status), 0};
  return (outcome){-1, WTERMSIG(status)};
}

outcome sbe_run_to_end(const char *directory, const char *as_of, const char *flags, const char *point) {
  return sbe_wait(sbe_start(directory, as_of, flags, point, NULL));
}

const char *outcome_text(const char *directory, outcome o) {
  static char text[1200];
  char *said = read_file(directory, "out.txt");
  size_t size = strlen(said);
  int used = o.exit_status >= 0 ? snprintf(text, sizeof text, "exit status %d", o.exit_status)
                                : snprintf(text, sizeof text, "ended by signal %d", o.signal);
  snprintf(text + used, sizeof text - (size_t)used, ", having said: %s", size > 1000 ? said + size - 1000 : said);
  for (char *c = text; *c != '\0'; c++)
    if (*c == '\n') *c = c[1] == '\0' ? '\0' : '/';
  free(said);
  return text;
}
