/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside core/cli: the command `sbe`. Two tables (commands.c, options.c) are the only place where a
 * command or an option has a name: parser, help and man page are made of them.
 */
#ifndef SBE_CORE_CLI_H
#define SBE_CORE_CLI_H

#include <stdio.h>

#include "core/run/run.h"

/* --- exit statuses ------------------------------------------------------------------------------- */

enum {
  SBE_EXIT_DONE = 0,
  SBE_EXIT_FAILED = 1,     /* a run failed, or would */
  SBE_EXIT_USAGE = 2,      /* the command line, sbe.yml, the profile or the definitions */
  SBE_EXIT_LOCKED = 3,     /* another run holds the lock */
  SBE_EXIT_CONNECTION = 4, /* no connection, no login, or a privilege is missing */
  SBE_EXIT_INTERRUPTED = 130
};

/* --- commands and options ------------------------------------------------------------------------ */

typedef struct sbe_cli sbe_cli;

typedef struct sbe_command {
  const char *name;
  const char *operands;     /* "[DIR]"; empty: none */
  size_t least, most;       /* how many */
  const char *summary;      /* one line */
  const char *text;         /* what it does; paragraphs with an empty line between them */
  const char *examples;     /* lines of shell, with comments */
  int (*run)(sbe_cli *cli); /* answers the exit status */
} sbe_command;

/* Ends with name NULL. */
extern const sbe_command sbe_commands[];
const sbe_command *sbe_command_find(const char *name);

typedef struct sbe_texts {
  size_t n, capacity;
  const char **items;
} sbe_texts;

/* The command line, read. */
typedef struct sbe_arguments {
  const sbe_command *command;
  sbe_texts operands;
  bool help, version, man;
  const char *adapter, *project_dir, *profiles_dir, *profile, *target, *vars, *as_of, *threads;
  sbe_texts plugin_dirs, selects;
  bool json, quiet, verbose, no_color;
  bool demo, until_current, full_refresh, dry_run, csv;
  const char *output, *columns, *format, *limit, *key, *describe;
} sbe_arguments;

typedef enum { SBE_ARGUMENT_FLAG, SBE_ARGUMENT_TEXT, SBE_ARGUMENT_TEXTS } sbe_argument_kind;

typedef struct sbe_argument {
  const char *name;     /* without the dashes */
  char letter;          /* 'q' for -q; 0: none */
  const char *value;    /* "DIR"; NULL for a flag */
  const char *commands; /* those that take it, with spaces between them; NULL: all */
  sbe_argument_kind kind;
  size_t offset;    /* into sbe_arguments */
  const char *help; /* NULL: works, but is not shown */
} sbe_argument;

/* Ends with name NULL. */
extern const sbe_argument sbe_argument_table[];
bool sbe_argument_fits(const sbe_argument *argument, const sbe_command *command);

/* Options may stand before and after the command. False: complained on stderr. */
bool sbe_arguments_read(int argc, char **argv, sbe_arguments *ret_arguments);

/* --- help ---------------------------------------------------------------------------------------- */

/* The exit statuses and what they mean; ends with NULL. */
extern const char *const sbe_help_statuses[][2];
void sbe_help_short(FILE *out);
void sbe_help_all(FILE *out);
void sbe_help_command(FILE *out, const sbe_command *command);
void sbe_man_page(FILE *out);

/* --- one invocation ------------------------------------------------------------------------------ */

struct sbe_cli {
  sbe_arguments arguments;
  sbe_arena *arena;
  sbe_report report;
  sbe_timestamp now; /* the clock: --as-of, or the machine's */
  sbe_project *project;
  sbe_ir *ir;
  size_t n_views; /* those that --select left */
  const sbe_view **views;
  const sbe_plugin *plugin;
};

/* What a command needs before it can begin; bits for sbe_cli_prepare. */
enum {
  SBE_NEEDS_DEFINITIONS = 1,
  SBE_NEEDS_ADAPTER = 2,    /* for its dialect: that of the profile, or --adapter, or the default one */
  SBE_NEEDS_CONNECTION = 4, /* the profile, checked; with SBE_NEEDS_ADAPTER */
};

/* Reads all of it, so that everything wrong is told in one go. Answers 0, or the exit status after saying why. */
int sbe_cli_prepare(sbe_cli *cli, unsigned needs);
/* The same without saying it: the findings are left in cli->report. */
void sbe_cli_read_project(sbe_cli *cli, bool connect);
void sbe_cli_read_definitions(sbe_cli *cli);
/* One of them, on stderr: FILE:LINE:COLUMN: warning: MESSAGE. */
void sbe_cli_print_finding(const sbe_finding *finding);
/* Which findings there are, on stderr (notes only with `notes`), and how many. */
void sbe_cli_print_findings(sbe_cli *cli, bool notes);
/* With --json, of a command that failed before it had any document of its own: what was complained of, on stdout. */
void sbe_cli_print_failure(const sbe_cli *cli);
/* Answers false and fills `error` when it cannot be loaded. */
bool sbe_cli_load_adapter(sbe_cli *cli, const char *name, sbe_error *error);
/* The adapter that is used where nobody says which; NULL: this build has none. */
const char *sbe_cli_default_adapter(void);
/* One view by name, name@version or model, among all; NULL after saying what is wrong. */
const sbe_view *sbe_cli_find_view(sbe_cli *cli, const char *name);
/* Opens for reading, and sets `ret_sql`. Answers 0, or the exit status after saying why; *ret_absent is set,
   and 0 answered, when the database is a file that nobody has made yet. */
int sbe_cli_open(sbe_cli *cli, sbe_session *session, sbe_sql *ret_sql, const char **ret_absent);
/* An adapter's file that `open` would make, and that is not there; or NULL. */
const char *sbe_cli_absent_file(sbe_cli *cli, const sbe_settings *settings);
/* Complains, and answers `status`. */
int sbe_cli_fail(int status, const char *format, ...) SBE_PRINTF(2, 3);
/* A clock that runs ahead moves positions past events that are still to come: 0, or SBE_EXIT_USAGE after saying that
   `what` would never be read, or the like. */
int sbe_cli_refuse_future(const sbe_cli *cli, const char *what);
/* The exit status of a failed call. */
int sbe_cli_exit_of(int32_t code, bool connected);
/* DIR/.sbe with a .gitignore; `below`, if any, in it. Answers 0 or an errno. */
int sbe_cli_make_state_dir(sbe_cli *cli, const char *below);
/* mkdir -p. Answers 0 or an errno. */
int sbe_cli_make_dirs(sbe_arena *arena, const char *path);

/* --- saying things ------------------------------------------------------------------------------- */

typedef enum { SBE_PLAIN, SBE_BOLD, SBE_DIM, SBE_RED, SBE_YELLOW, SBE_GREEN } sbe_colour;

/* Once, at the start: --no-color, NO_COLOR, TERM=dumb, and whether the streams are terminals. */
void sbe_output_start(const sbe_arguments *arguments);
/* An escape sequence, or "" where there is no terminal. */
const char *sbe_colour_of(FILE *out, sbe_colour colour);
#define SBE_LONGEST_COMPLAINT 8192
/* "sbe: MESSAGE" on stderr, secrets taken out, never an escape sequence of somebody else's. */
void sbe_complain(const char *format, ...) SBE_PRINTF(1, 2);
/* The first one, without secrets; "": nothing was complained of. */
const char *sbe_complaint(void);
void sbe_warn(const char *format, ...) SBE_PRINTF(1, 2);
/* Somebody else's text: control characters become '?' (newlines stay with `lines`), secrets ***. */
void sbe_put_safe(FILE *out, const char *text, bool lines);
/* Columns of the terminal behind `out`; 0: it is none. */
size_t sbe_terminal_width(FILE *out);
/* "12,345" */
const char *sbe_count_text(int64_t number, char ret_text[32]);
/* "2025-01-31T10:00:00Z" */
const char *sbe_time_text(sbe_timestamp at, char ret_text[40]);
/* "3 days 4 h", "12 s": the two greatest units. */
const char *sbe_duration_text(int64_t microseconds, char ret_text[40]);
/* "view", "views" */
const char *sbe_plural(size_t n, const char *one, const char *many);

/* Text in columns of a terminal: bytes that begin a character. */
size_t sbe_text_width(const char *text);

/* Cells in lines, as wide as they must be. */
typedef struct sbe_grid {
  sbe_arena *arena;
  size_t columns, n, capacity;
  const char *const *heads;
  const bool *right; /* numbers; NULL: none */
  const char **cells;
} sbe_grid;
void sbe_grid_row(sbe_grid *grid, const char *const *cells);
/* Fitted to the terminal; where it cannot be, each row becomes a block of lines. */
void sbe_grid_print(const sbe_grid *grid, FILE *out);

/* JSON as it comes, members in the order of the calls. Keys are NULL in lists. */
typedef struct sbe_json {
  FILE *out;
  size_t depth;
  bool begun[16], inlined[16];
  char closing[16];
} sbe_json;
/* Has any of them begun on stdout? */
bool sbe_json_begun(void);
void sbe_json_open(sbe_json *json, const char *key, char bracket, bool inlined);
void sbe_json_close(sbe_json *json);
void sbe_json_text(sbe_json *json, const char *key, const char *text); /* NULL: null */
void sbe_json_text_size(sbe_json *json, const char *key, const char *text, size_t size);
void sbe_json_int(sbe_json *json, const char *key, int64_t number);
void sbe_json_bool(sbe_json *json, const char *key, bool value);
void sbe_json_raw(sbe_json *json, const char *key, const char *text);
void sbe_json_time(sbe_json *json, const char *key, sbe_moment moment);
void sbe_json_findings(sbe_json *json, const char *key, const sbe_report *report);

/* --- the commands -------------------------------------------------------------------------------- */

int sbe_command_init(sbe_cli *cli);
int sbe_command_validate(sbe_cli *cli);
int sbe_command_compile(sbe_cli *cli);
int sbe_command_run(sbe_cli *cli);
int sbe_command_status(sbe_cli *cli);
int sbe_command_show(sbe_cli *cli);
int sbe_command_adapters(sbe_cli *cli);
int sbe_command_test_connection(sbe_cli *cli);
int sbe_command_help(sbe_cli *cli);

#endif
