/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program: reads the command line, says what help there is, and hands over to the command. Nothing
 * is loaded or opened here, so that `sbe --version` is there at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <signal.h>
#include <string.h>

#include "core/base/log.h"
#include "core/cli/cli.h"

static bool read_clock(sbe_cli *cli) {
  const char *text = cli->arguments.as_of;
  cli->now = text ? 0 : sbe_timestamp_now();
  if (!text || sbe_timestamp_parse(text, strlen(text), &cli->now)) return true;
  sbe_complain("--as-of takes a date or a timestamp in UTC, such as 2025-01-31 or 2025-01-31T10:00:00, not '%.80s'",
               text);
  return false;
}

static bool check_together(const sbe_arguments *arguments) {
  if (!arguments->quiet || !arguments->verbose) return true;
  sbe_complain("--quiet and --verbose contradict each other");
  return false;
}

/* What needs no command. Answers -1 when there is more to do. */
static int answer(const sbe_arguments *arguments) {
  if (arguments->man)
    sbe_man_page(stdout);
  else if (arguments->version)
    printf("sbe %s (adapter interface %d.%d)\n", SBE_VERSION, SBE_ABI_MAJOR, SBE_ABI_MINOR);
  else if (arguments->help && arguments->command)
    sbe_help_command(stdout, arguments->command);
  else if (arguments->help)
    sbe_help_all(stdout);
  else if (arguments->command)
    return -1;
  else {
    sbe_help_short(stderr);
    if (arguments->json) sbe_complain("no command is named");
    return SBE_EXIT_USAGE;
  }
  return SBE_EXIT_DONE;
}

/* A full disk or a closed pipe must not look like success. */
static int flush(int status) {
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  struct sigaction pipe = {0};
  bool ignored = sigaction(SIGPIPE, NULL, &pipe) == 0 && pipe.sa_handler == SIG_IGN;
  if (errno == EPIPE || (ignored && errno == 0)) return status; /* a run goes on when nobody reads any more */
  sbe_complain("standard output cannot be written: %s", strerror(errno ? errno : EIO));
  return status ? status : SBE_EXIT_FAILED;
}

/* With a standard stream closed, the next file opened would take its number, and be written into: the log, or the
   database itself. */
static bool open_streams(void) {
  int file;
  do file = open("/dev/null", O_RDWR);
  while (file >= 0 && file <= 2);
  return file >= 0 && close(file) == 0;
}

/* A command line that cannot be read to its end may still say how its error is wanted. */
static int refuse(sbe_arguments *arguments, int argc, char **argv) {
  for (int i = 1; i < argc; i++) arguments->json = arguments->json || strcmp(argv[i], "--json") == 0;
  return SBE_EXIT_USAGE;
}

static int execute(sbe_cli *cli, int argc, char **argv) {
  bool good = sbe_arguments_read(argc, argv, &cli->arguments);
  sbe_output_start(&cli->arguments);
  if (!good) return refuse(&cli->arguments, argc, argv);
  int status = answer(&cli->arguments);
  if (status >= 0) return status;
  if (!check_together(&cli->arguments) || !read_clock(cli)) return SBE_EXIT_USAGE;
  return cli->arguments.command->run(cli);
}

int main(int argc, char **argv) {
  if (!open_streams()) return SBE_EXIT_FAILED;
  static sbe_cli cli; /* static: what it points to is reachable to the end, and so no leak */
  cli.arena = sbe_arena_new();
  cli.report.arena = cli.arena;
  sbe_log_filter(sbe_redact);
  int status = execute(&cli, argc, argv);
  sbe_log_close();
  if (status && cli.arguments.json && !sbe_json_begun()) sbe_cli_print_failure(&cli);
  status = flush(status);
  sbe_arena_free(cli.arena);
  return status;
}
