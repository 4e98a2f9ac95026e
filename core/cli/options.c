/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options: one table, and the parser that it drives. help.c and man.c print the same table. Called
 * once, by main. It must never know what an option is good for.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/cli/cli.h"

#define AT(member) offsetof(sbe_arguments, member)
#define FLAG(name, letter, commands, member, help)                                                                     \
  { name, letter, NULL, commands, SBE_ARGUMENT_FLAG, AT(member), help }
#define TEXT(name, letter, value, commands, member, help)                                                              \
  { name, letter, value, commands, SBE_ARGUMENT_TEXT, AT(member), help }
#define TEXTS(name, letter, value, commands, member, help)                                                             \
  { name, letter, value, commands, SBE_ARGUMENT_TEXTS, AT(member), help }

const sbe_argument sbe_argument_table[] = {
    /* for some commands */
    FLAG("demo", 0, "init", demo, "also make a shop's events of the last five weeks in the database"),
    FLAG("until-current", 0, "run", until_current, "run window after window until the present is reached"),
    FLAG("full-refresh", 0, "run", full_refresh,
         "forget what the views have computed, and begin again at the start date"),
    FLAG("dry-run", 0, "run", dry_run, "print the plan and its statements; write nothing anywhere"),
    TEXT("threads", 0, "N", "run", threads, "views at a time, each on a connection of its own, where the adapter can"),
    TEXT("output", 'o', "DIR", "compile", output, "write DIR/VIEW/NN_STEP.sql instead of printing"),
    TEXT("columns", 0, "FILE", "compile", columns,
         "the columns of the events table, as JSON: [[NAME, TYPE], ...], or a .sbe/columns.json"),
    TEXT("format", 'f', "FORMAT", "show", format, "table (preset), csv or json"),
    FLAG("csv", 0, "show", csv, "the same as --format csv"),
    TEXT("limit", 'n', "N", "show", limit, "at most N rows; 0: all. Preset: 20 in a table, else all"),
    TEXT("key", 0, "VALUE", "show", key, "only the row of this entity"),
    TEXT("describe", 0, "NAME", "adapters", describe, "fields of a profile and abilities of one adapter"),

    /* for all */
    TEXT("adapter", 0, "NAME", NULL, adapter, "the warehouse's adapter; enough for a run without any profile"),
    TEXT("project-dir", 0, "DIR", NULL, project_dir, "where sbe.yml is; preset: here, or the nearest folder above"),
    TEXT("profiles-dir", 0, "DIR", NULL, profiles_dir, "where profiles.yml is"),
    TEXT("profile", 0, "NAME", NULL, profile, "which profile of profiles.yml"),
    TEXT("target", 't', "NAME", NULL, target, "which output of the profile"),
    TEXTS("plugin-dir", 0, "DIR", NULL, plugin_dirs, "look for adapters here first; may be repeated"),
    TEXTS("select", 's', "VIEWS", NULL, selects,
          "only these views: names, name@version, or patterns with * and ?; commas between them, may be repeated"),
    TEXT("vars", 0, "YAML", NULL, vars, "variables, before those of sbe.yml: '{start_date: 2025-01-01}'"),
    TEXT("as-of", 0, "TIME", NULL, as_of, "take this for the present: a date or a timestamp, in UTC"),
    FLAG("json", 0, NULL, json, "one JSON document on standard output"),
    FLAG("quiet", 'q', NULL, quiet, "say nothing but errors and warnings"),
    FLAG("verbose", 'v', NULL, verbose, "say more: the log's lines too"),
    FLAG("no-color", 0, NULL, no_color, "no colours (nor with NO_COLOR in the environment)"),
    FLAG("help", 'h', NULL, help, "explain, and do nothing"),
    FLAG("version", 'V', NULL, version, "print the version"),
    FLAG("man", 0, NULL, man, NULL),
    {0},
};

static const sbe_argument *find_long(const char *name, size_t size) {
  for (const sbe_argument *a = sbe_argument_table; a->name; a++)
    if (strlen(a->name) == size && strncmp(a->name, name, size) == 0) return a;
  return NULL;
}

static const sbe_argument *find_letter(char letter) {
  for (const sbe_argument *a = sbe_argument_table; a->name; a++)
    if (a->letter == letter) return a;
  return NULL;
}

bool sbe_argument_fits(const sbe_argument *argument, const sbe_command *command) {
  if (!argument->commands) return true;
  size_t size = strlen(command->name);
  for (const char *at = argument->commands; (at = strstr(at, command->name)); at += size)
    if ((at == argument->commands || at[-1] == ' ') && (at[size] == '\0' || at[size] == ' ')) return true;
  return false;
}

static void add_text(sbe_texts *texts, const char *text) {
  texts->items = sbe_grow(texts->items, texts->n, &texts->capacity, sizeof *texts->items);
  texts->items[texts->n++] = text;
}

static void set(sbe_arguments *arguments, const sbe_argument *a, const char *value) {
  void *slot = (char *)arguments + a->offset;
  switch (a->kind) {
  case SBE_ARGUMENT_FLAG:
    *(bool *)slot = true;
    break;
  case SBE_ARGUMENT_TEXT:
    *(const char **)slot = value;
    break;
  case SBE_ARGUMENT_TEXTS:
    add_text(slot, value);
    break;
  }
}

static bool refuse_unknown(const char *shown) {
  const char *names[64];
  size_t n = 0;
  for (const sbe_argument *a = sbe_argument_table; a->name && n < 63; a++)
    if (a->help) names[n++] = a->name;
  names[n] = NULL;
  const char *name = shown + strspn(shown, "-");
  const char *nearest = strlen(name) <= 64 ? sbe_nearest(name, names) : NULL;
  for (size_t i = 0; i < n && !nearest && strlen(name) >= 4; i++) /* a word of it */
    if (strstr(names[i], name)) nearest = names[i];
  if (nearest)
    sbe_complain("unknown option '%.80s'; did you mean '--%s'?", shown, nearest);
  else
    sbe_complain("unknown option '%.80s'; `sbe help` lists what there is", shown);
  return false;
}

/* The parser's place: which argument, and the options seen, to be checked when the command is known. */
typedef struct reader {
  int argc, at;
  char **argv;
  sbe_arguments *arguments;
  const sbe_argument *seen[64];
  size_t n_seen;
} reader;

static bool take(reader *r, const sbe_argument *a, const char *shown, const char *value) {
  if (a->kind == SBE_ARGUMENT_FLAG && value) {
    sbe_complain("option --%s takes no value", a->name);
    return false;
  }
  if (a->kind != SBE_ARGUMENT_FLAG && !value) {
    const char *next = r->at + 1 < r->argc ? r->argv[r->at + 1] : NULL;
    if (!next || strncmp(next, "--", 2) == 0) {
      sbe_complain("option %s needs a value: --%s %s", shown, a->name, a->value);
      return false;
    }
    value = next;
    r->at++;
  }
  set(r->arguments, a, value);
  if (r->n_seen < sizeof r->seen / sizeof *r->seen) r->seen[r->n_seen++] = a;
  return true;
}

static bool read_long(reader *r, const char *word) {
  const char *name = word + 2, *equals = strchr(name, '=');
  size_t size = equals ? (size_t)(equals - name) : strlen(name);
  const sbe_argument *a = find_long(name, size);
  if (!a) {
    char shown[84];
    snprintf(shown, sizeof shown, "--%.*s", size > 80 ? 80 : (int)size, name);
    return refuse_unknown(shown);
  }
  char shown[84];
  snprintf(shown, sizeof shown, "--%s", a->name);
  return take(r, a, shown, equals ? equals + 1 : NULL);
}

/* "-qv", "-n5", "-n 5" */
static bool read_letters(reader *r, const char *word) {
  for (const char *letter = word + 1; *letter; letter++) {
    char shown[] = {'-', *letter, '\0'};
    const sbe_argument *a = find_letter(*letter);
    if (!a) return refuse_unknown(word);
    bool rest = a->kind != SBE_ARGUMENT_FLAG && letter[1];
    if (!take(r, a, shown, rest ? letter + 1 : NULL)) return false;
    if (rest) break;
  }
  return true;
}

static bool read_command(reader *r, const char *word) {
  r->arguments->command = sbe_command_find(word);
  if (r->arguments->command) return true;
  const char *names[32];
  size_t n = 0;
  for (const sbe_command *c = sbe_commands; c->name && n < 31; c++) names[n++] = c->name;
  names[n] = NULL;
  const char *nearest = strlen(word) <= 64 ? sbe_nearest(word, names) : NULL;
  if (nearest)
    sbe_complain("there is no command '%.80s'; did you mean '%s'?", word, nearest);
  else
    sbe_complain("there is no command '%.80s'; `sbe help` lists what there is", word);
  return false;
}

static bool check(const reader *r) {
  const sbe_arguments *arguments = r->arguments;
  const sbe_command *command = arguments->command;
  if (!command || arguments->help) return true;
  for (size_t i = 0; i < r->n_seen; i++) {
    if (sbe_argument_fits(r->seen[i], command)) continue;
    sbe_complain("'%s' takes no --%s; that is for `sbe %s`", command->name, r->seen[i]->name, r->seen[i]->commands);
    return false;
  }
  if (arguments->operands.n > command->most) {
    const char *extra = arguments->operands.items[command->most];
    sbe_complain("'%s' does not know what to do with '%.80s': sbe %s%s%s", command->name, extra, command->name,
                 *command->operands ? " " : "", command->operands);
    return false;
  }
  if (arguments->operands.n < command->least) {
    sbe_complain("'%s' needs %s: sbe %s %s", command->name, command->operands, command->name, command->operands);
    return false;
  }
  return true;
}

bool sbe_arguments_read(int argc, char **argv, sbe_arguments *ret_arguments) {
  reader r = {.argc = argc, .argv = argv, .arguments = ret_arguments};
  bool options = true;
  for (r.at = 1; r.at < argc; r.at++) {
    const char *word = argv[r.at];
    bool good = true;
    if (options && strcmp(word, "--") == 0)
      options = false;
    else if (options && strncmp(word, "--", 2) == 0)
      good = read_long(&r, word);
    else if (options && word[0] == '-' && word[1])
      good = read_letters(&r, word);
    else if (!ret_arguments->command)
      good = read_command(&r, word);
    else
      add_text(&ret_arguments->operands, word);
    if (!good) return false;
  }
  return check(&r);
}
