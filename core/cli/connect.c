/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection for the commands that only read, and what they need of the file system. Called by
 * status, show, test-connection and run. Opening must never make a database.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/cli/cli.h"

int sbe_cli_exit_of(int32_t code, bool connected) {
  switch (code) {
  case SBE_OK:
    return SBE_EXIT_DONE;
  case SBE_CANCELLED:
    return SBE_EXIT_INTERRUPTED;
  case SBE_BUSY:
    return connected ? SBE_EXIT_FAILED : SBE_EXIT_LOCKED;
  case SBE_AUTH:
    return SBE_EXIT_CONNECTION;
  case SBE_INVALID:
    return connected ? SBE_EXIT_USAGE : SBE_EXIT_CONNECTION;
  default:
    return connected ? SBE_EXIT_FAILED : SBE_EXIT_CONNECTION;
  }
}

const char *sbe_cli_absent_file(sbe_cli *cli, const sbe_settings *settings) {
  for (const sbe_option *const *o = cli->plugin->adapter->options; *o; o++) {
    bool made = (*o)->struct_size >= offsetof(sbe_option, is_path) + sizeof(*o)->is_path && (*o)->is_path == 2;
    const char *path = made ? sbe_settings_get(settings, (*o)->name) : NULL;
    if (path && path[0] == '/' && access(path, F_OK) != 0 && errno == ENOENT) return path;
  }
  return NULL;
}

int sbe_cli_open(sbe_cli *cli, sbe_session *session, sbe_sql *ret_sql, const char **ret_absent) {
  sbe_error error = SBE_NO_ERROR;
  sbe_settings *settings = sbe_settings_with_presets(cli->project, cli->plugin, cli->arena);
  sbe_settings_mark_read_only(settings);
  sbe_sql_of_project(cli->project, cli->plugin, cli->arena, ret_sql);
  *ret_absent = sbe_cli_absent_file(cli, settings);
  if (*ret_absent) return 0;
  int32_t code = sbe_session_open(session, cli->plugin, settings, NULL, cli->project->vars.query_tag, &error);
  if (!code) return 0;
  return sbe_cli_fail(sbe_cli_exit_of(code, false), "%s", error.message);
}

int sbe_cli_make_dirs(sbe_arena *arena, const char *path) {
  char *copy = sbe_arena_strdup(arena, path);
  for (char *at = copy + 1;; at++) {
    if (*at != '/' && *at) continue;
    char was = *at;
    *at = '\0';
    if (mkdir(copy, 0777) != 0 && errno != EEXIST) return errno;
    if (!was) break;
    *at = was;
  }
  struct stat status;
  if (stat(path, &status) != 0) return errno;
  return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
}

/* Everything in it can be made again, and none of it belongs into a repository. */
static int ignore_all(sbe_cli *cli) {
  const char *path = sbe_arena_printf(cli->arena, "%s/.gitignore", cli->project->state_dir);
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return errno == EEXIST ? 0 : errno;
  int failed = write(file, "*\n", 2) == 2 ? 0 : errno;
  return close(file) == 0 ? failed : errno;
}

int sbe_cli_make_state_dir(sbe_cli *cli, const char *below) {
  const char *path =
      below ? sbe_arena_printf(cli->arena, "%s/%s", cli->project->state_dir, below) : cli->project->state_dir;
  int failed = sbe_cli_make_dirs(cli->arena, path);
  return failed ? failed : ignore_all(cli);
}
