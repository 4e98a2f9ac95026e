/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the author of an adapter asks sbe-adapter-check for. One table makes the parser and the help; the
 * man page (sbe-adapter-check.1) is written by hand beside it. Called by main.c, first. It must never
 * take something that it does not know for a file.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/string.h"
#include "kit/kit.h"

#define MOST_JOBS 64
#define PRESET_TIMEOUT 300

static const char before[] =
    "Usage: sbe-adapter-check [OPTION]... FILE.so|NAME [SCENARIO.yml|DIRECTORY]...\n"
    "\n"
    "Checks an adapter for sbe against its interface: what the headers in include/sbe promise to the host,\n"
    "the host needs, and is told here by name where it does not hold.\n"
    "\n"
    "  file       the shared library: one symbol, bound at once, nothing missing, no search paths\n"
    "  abi        the description: sizes, required members, capabilities; older and newer hosts\n"
    "  dialect    names, literals, patterns, the same text for the same question, from many threads\n"
    "  types      reading hostile text as each type, and writing each type and reading it back\n"
    "  live       a connection: errors, atomic batches, locks, cancelling, pages, costs, whole runs\n"
    "  scenarios  files that say: these definitions, these events, these runs, these tables afterwards\n"
    "\n"
    "The first two need the file alone. The others work through the adapter's fixture, in a warehouse that\n"
    "--setting or --profile names: only in schemas whose names begin with sbe_check_, which are dropped\n"
    "afterwards, also after a failure. What the adapter says that it cannot do is skipped, by name; what it\n"
    "says that it can and does not is a failure.\n"
    "\n"
    "Options:\n";

static const char after[] =
    "\n"
    "Examples:\n"
    "  sbe-adapter-check ./.libs/sbe_adapter_mine.so\n"
    "  sbe-adapter-check ./.libs/sbe_adapter_mine.so --setting 'path={tmp}/x.db'\n"
    "  sbe-adapter-check mine --profiles-dir ~/.dbt --profile shop --target dev --only live,scenarios -j 4\n"
    "  sbe-adapter-check mine --setting host=localhost --setting dbname=test counter_and_sum.yml -v\n"
    "\n"
    "Exit status: 0 all that was checked holds, 1 something does not, 2 wrong usage, 77 nothing could be\n"
    "checked: the adapter, its library or its warehouse is not there.\n"
    "\n"
    "The last line is `sbe-adapter-check: N passed, N failed, N skipped`. NO_COLOR and the usual TMPDIR hold.\n";

typedef enum {
  SETTING,
  PROFILES_DIR,
  PROFILE,
  TARGET,
  PLUGIN_DIR,
  ADAPTER,
  ONLY,
  SCENARIOS,
  DIFFERENCES,
  LAYOUT,
  EVERY_LAYOUT,
  JOBS,
  TIMEOUT,
  KEEP,
  LIST,
  VERBOSE,
  TAP,
  HELP,
  VERSION
} option_id;

static const struct option_row {
  option_id id;
  const char *name, *value, *help;
} rows[] = {
    {SETTING, "--setting", "NAME=VALUE",
     "a field of the connection, as in profiles.yml; may be repeated.\n"
     "{tmp} in it is a new directory, {id} eight letters and digits, for each check"},
    {PROFILE, "--profile", "NAME", "the connection of this profile in profiles.yml, instead of --setting"},
    {TARGET, "--target", "NAME", "which of its outputs"},
    {PROFILES_DIR, "--profiles-dir", "DIR", "where profiles.yml is (default: as for sbe)"},
    {PLUGIN_DIR, "--plugin-dir", "DIR", "where an adapter NAME is looked for first; may be repeated"},
    {ADAPTER, "--adapter", "NAME", "the adapter, where it is not the first argument"},
    {ONLY, "--only", "GROUP,...", "only these groups"},
    {SCENARIOS, "--scenarios", "PATH", "a scenario or a directory of them; may be repeated (default: those installed)"},
    {DIFFERENCES, "--differences", "FILE",
     "scenarios that this warehouse cannot play, with reasons; see differences.yml"},
    {LAYOUT, "--layout", "NAME", "only this layout of events"},
    {EVERY_LAYOUT, "--every-layout", NULL,
     "also layouts that make the same events table of a scenario as an earlier one"},
    {JOBS, "-j", "N", "N scenarios at a time (default: 1)"},
    {TIMEOUT, "--timeout", "SECONDS", "how long one scenario or group may take (default: 300)"},
    {KEEP, "--keep", NULL, "keep directories and schemas, and say where they are"},
    {LIST, "--list", NULL, "say what each scenario guards, and check nothing"},
    {VERBOSE, "-v", NULL, "tell steps, warnings and notes of runs"},
    {TAP, "--tap", NULL, "write TAP (version 14) instead of text for people"},
    {HELP, "--help", NULL, "this text"},
    {VERSION, "--version", NULL, "version of sbe and of the interface"},
};
#define N_ROWS (sizeof rows / sizeof *rows)

static const char *const group_names[KIT_GROUPS + 1] = {"file", "abi", "dialect", "types", "live", "scenarios", NULL};

static void add(kit_list *list, const char *item, sbe_arena *arena) {
  const char **bigger = SBE_NEW_ARRAY(arena, const char *, list->n + 1);
  if (list->n) memcpy(bigger, list->items, list->n * sizeof *bigger);
  bigger[list->n++] = item;
  list->items = bigger;
}

static void print_help(void) {
  fputs(before, stdout);
  for (size_t i = 0; i < N_ROWS; i++) {
    char name[40];
    snprintf(name, sizeof name, "%s %s", rows[i].name, rows[i].value ? rows[i].value : "");
    printf("  %-22s ", name);
    for (const char *c = rows[i].help; *c; c++) {
      putchar(*c);
      if (*c == '\n') printf("%25s", "");
    }
    putchar('\n');
  }
  fputs(after, stdout);
}

static int wrong(const char *format, const char *what) {
  fputs("sbe-adapter-check: ", stderr);
  fprintf(stderr, format, what);
  fputs("\nTry 'sbe-adapter-check --help'.\n", stderr);
  return 2;
}

static int read_groups(kit_options *o, const char *value, sbe_arena *arena) {
  char *copy = sbe_arena_strdup(arena, value), *rest = copy;
  memset(o->groups, 0, sizeof o->groups);
  for (char *name; (name = strsep(&rest, ",")) != NULL;) {
    size_t g = 0;
    while (g < KIT_GROUPS && !sbe_streq(group_names[g], name)) g++;
    if (g == KIT_GROUPS) return wrong("there is no group '%s': file, abi, dialect, types, live, scenarios", name);
    o->groups[g] = true;
  }
  return -1;
}

static int read_number(const char *name, const char *value, long most, long *ret_number) {
  int64_t number;
  if (!sbe_parse_int64(value, strlen(value), &number) || number < 1 || number > most)
    return wrong("%s wants a number of 1 or more, and not too many", name);
  *ret_number = (long)number;
  return -1;
}

static int take_option(kit_options *o, const struct option_row *row, const char *value, sbe_arena *arena) {
  switch (row->id) {
  case SETTING:
    if (!strchr(value, '=') || *value == '=') return wrong("--setting wants NAME=VALUE, not '%s'", value);
    add(&o->settings, value, arena);
    return -1;
  case PROFILES_DIR:
    o->profiles_dir = value;
    return -1;
  case PROFILE:
    o->profile = value;
    return -1;
  case TARGET:
    o->target = value;
    return -1;
  case PLUGIN_DIR:
    add(&o->directories, value, arena);
    return -1;
  case ADAPTER:
    o->adapter = value;
    return -1;
  case ONLY:
    return read_groups(o, value, arena);
  case SCENARIOS:
    add(&o->scenarios, value, arena);
    return -1;
  case DIFFERENCES:
    add(&o->differences, value, arena);
    return -1;
  case LAYOUT:
    o->layout = value;
    return -1;
  case EVERY_LAYOUT:
    o->every_layout = true;
    return -1;
  case JOBS:
    return read_number("-j", value, MOST_JOBS, &o->jobs);
  case TIMEOUT:
    return read_number("--timeout", value, 100000, &o->timeout);
  case KEEP:
    o->keep = true;
    return -1;
  case LIST:
    o->list = true;
    return -1;
  case VERBOSE:
    o->verbose = true;
    return -1;
  case TAP:
    o->tap = true;
    return -1;
  case HELP:
    print_help();
    return 0;
  case VERSION:
    printf("sbe-adapter-check of sbe %s, interface %d.%d\n", SBE_VERSION, SBE_ABI_MAJOR, SBE_ABI_MINOR);
    return 0;
  }
  return 2;
}

static const struct option_row *find_row(const char *name, size_t size) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (strlen(rows[i].name) == size && memcmp(rows[i].name, name, size) == 0) return &rows[i];
  return NULL;
}

static int unknown(const char *name, sbe_arena *arena) {
  const char *names[N_ROWS + 1] = {NULL};
  for (size_t i = 0; i < N_ROWS; i++) names[i] = rows[i].name;
  const char *near = sbe_nearest(name, names);
  return wrong("there is no option '%s'", near ? sbe_arena_printf(arena, "%s'; did you mean '%s", name, near) : name);
}

/* `at` is the option's place; moved when it takes the next argument. */
static int read_option(kit_options *o, int n, char **arguments, int *at, sbe_arena *arena) {
  const char *argument = arguments[*at], *equals = strchr(argument, '=');
  bool joined = argument[1] == '-' && equals;
  const struct option_row *row = find_row(argument, joined ? (size_t)(equals - argument) : strlen(argument));
  if (!row && sbe_starts_with(argument, "-j")) {
    row = find_row("-j", 2);
    return take_option(o, row, argument + 2, arena);
  }
  if (!row || (joined && !row->value)) return unknown(argument, arena);
  if (!row->value || joined) return take_option(o, row, joined ? equals + 1 : NULL, arena);
  if (*at + 1 >= n) return wrong("%s wants a value", row->name);
  return take_option(o, row, arguments[++*at], arena);
}

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text), end_size = strlen(end);
  return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* ".../sbe_adapter_NAME.so": its name and directory. A file of another name is told by the group "file". */
static int take_file(kit_options *o, const char *path, sbe_arena *arena) {
  char real[PATH_MAX];
  char *copy = sbe_arena_strdup(arena, path);
  const char *base = basename(copy);
  if (!sbe_starts_with(base, "sbe_adapter_"))
    return wrong("an adapter's file is called sbe_adapter_NAME.so, not '%s'", base);
  const char *name = base + strlen("sbe_adapter_");
  o->file = path;
  o->adapter = sbe_arena_strndup(arena, name, strlen(name) - strlen(".so"));
  if (!realpath(dirname(sbe_arena_strdup(arena, path)), real)) return wrong("there is no file '%s'", path);
  kit_list rest = o->directories;
  o->directories = (kit_list){0};
  add(&o->directories, sbe_arena_strdup(arena, real), arena);
  for (size_t i = 0; i < rest.n; i++) add(&o->directories, rest.items[i], arena);
  return -1;
}

static bool is_scenario(const char *argument) {
  struct stat status;
  return ends_with(argument, ".yml") || (stat(argument, &status) == 0 && S_ISDIR(status.st_mode));
}

/* The first bare word is the adapter, whatever lies in the current directory. */
static int take_argument(kit_options *o, const char *argument, sbe_arena *arena) {
  bool named = o->adapter || o->file, word = !strchr(argument, '/') && !strchr(argument, '.');
  if ((named || !word) && is_scenario(argument)) {
    add(&o->scenarios, argument, arena);
    return -1;
  }
  if (named) return wrong("'%s' is neither a scenario nor a directory of them", argument);
  if (ends_with(argument, ".so")) return take_file(o, argument, arena);
  if (strchr(argument, '/'))
    return wrong("'%s' is no adapter: that is a file sbe_adapter_NAME.so, or a NAME", argument);
  o->adapter = argument;
  return -1;
}

int kit_read_options(kit_options *o, int n, char **arguments, sbe_arena *arena) {
  int status = -1;
  *o = (kit_options){.jobs = 1, .timeout = PRESET_TIMEOUT};
  for (size_t g = 0; g < KIT_GROUPS; g++) o->groups[g] = true;
  for (int i = 1; i < n && status < 0; i++)
    if (arguments[i][0] == '-')
      status = read_option(o, n, arguments, &i, arena);
    else
      status = take_argument(o, arguments[i], arena);
  if (status >= 0) return status;
  if (!o->adapter && !o->list) return wrong("which adapter%s", "? Name its file or itself");
  if (o->settings.n && o->profile) return wrong("%s", "--setting and --profile exclude each other");
  if (o->target && !o->profile) return wrong("%s", "--target needs --profile");
  return -1;
}
