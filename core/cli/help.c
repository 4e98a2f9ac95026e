/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `sbe help` prints, made of the tables of commands, options and variables. 80 columns, whatever the
 * terminal, so that a page reads the same in a pipe.
 */
#include <string.h>

#include "core/cli/cli.h"

#define WIDTH 80

const char *const sbe_help_statuses[][2] = {
    {"0", "done"},
    {"1", "a run failed, or something that it needs is not there"},
    {"2", "wrong usage, or errors in sbe.yml, the profile or the definitions"},
    {"3", "another run holds the lock"},
    {"4", "no connection, the login was refused, or a privilege is missing"},
    {"130", "interrupted; the next run goes on after the last completed window"},
    {NULL, NULL},
};

/* Words in lines; the first line begins at column `at`, the others at `indent`. An empty line ends a paragraph. */
static void wrap(FILE *out, const char *text, int at, int indent) {
  for (const char *word = text; *word;) {
    size_t size = strcspn(word, " \n");
    if (at > indent && at + 1 + (int)size > WIDTH) {
      fprintf(out, "\n%*s", indent, "");
      at = indent;
    } else if (at > indent) {
      fputc(' ', out);
      at++;
    }
    fwrite(word, 1, size, out);
    at += (int)size;
    word += size;
    if (strncmp(word, "\n\n", 2) == 0) {
      fprintf(out, "\n\n%*s", indent, "");
      at = indent;
    }
    word += strspn(word, " \n");
  }
  fputc('\n', out);
}

static void paragraph(FILE *out, const char *text, int indent) {
  fprintf(out, "%*s", indent, "");
  wrap(out, text, indent, indent);
}

static void heading(FILE *out, const char *text) {
  fprintf(out, "\n%s%s%s\n", sbe_colour_of(out, SBE_BOLD), text, sbe_colour_of(out, SBE_PLAIN));
}

/* "  term          explanation" */
static void term(FILE *out, const char *name, int column, const char *text) {
  int at = fprintf(out, "  %s", name);
  if (at + 2 > column) {
    fputc('\n', out);
    at = 0;
  }
  fprintf(out, "%*s", column - at, "");
  wrap(out, text, column, column);
}

static void list_commands(FILE *out) {
  for (const sbe_command *c = sbe_commands; c->name; c++) {
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", c->name, *c->operands ? " " : "", c->operands);
    term(out, name, 20, c->summary);
  }
}

/* Those of one command, or, with NULL, those of all. */
static void list_options(FILE *out, const sbe_command *command) {
  for (const sbe_argument *a = sbe_argument_table; a->name; a++) {
    if (!a->help || (command ? !a->commands || !sbe_argument_fits(a, command) : a->commands != NULL)) continue;
    char name[64], letter[] = {'-', a->letter, ',', ' ', '\0'};
    snprintf(name, sizeof name, "%s--%s%s%s", a->letter ? letter : "    ", a->name, a->value ? " " : "",
             a->value ? a->value : "");
    term(out, name, 28, a->help);
  }
}

static bool has_options(const sbe_command *command) {
  for (const sbe_argument *a = sbe_argument_table; a->name; a++)
    if (a->help && a->commands && sbe_argument_fits(a, command)) return true;
  return false;
}

void sbe_help_short(FILE *out) {
  fputs("usage: sbe [options] COMMAND [options]\n\n", out);
  list_commands(out);
  fputs("\nTo begin:  sbe init shop --demo && cd shop && sbe run --until-current\n"
        "More:      sbe help, sbe help COMMAND, and the man page sbe(1)\n",
        out);
}

void sbe_help_all(FILE *out) {
  fputs("usage: sbe [options] COMMAND [options]\n\n", out);
  paragraph(out,
            "sbe computes attributes of customers, sessions and whatever else has a key from the events that Snowplow "
            "puts into a warehouse: exactly, incrementally, inside the warehouse.",
            0);
  heading(out, "Commands");
  list_commands(out);
  heading(out, "Options of every command, before or after it");
  list_options(out, NULL);
  heading(out, "Exit status");
  for (const char *const(*row)[2] = sbe_help_statuses; (*row)[0]; row++) term(out, (*row)[0], 8, (*row)[1]);
  heading(out, "To begin");
  fputs("  sbe init shop --demo && cd shop\n"
        "  sbe run --until-current\n"
        "  sbe show batch_ecommerce_attributes\n\n"
        "`sbe help COMMAND` explains a command; the man page sbe(1) has variables and\n"
        "files too: `man sbe` once it is installed, before that docs/sbe.1 of the build.\n",
        out);
}

void sbe_help_command(FILE *out, const sbe_command *command) {
  fprintf(out, "usage: sbe %s%s%s [options]\n\n", command->name, *command->operands ? " " : "", command->operands);
  paragraph(out, command->text, 0);
  if (has_options(command)) {
    heading(out, "Options");
    list_options(out, command);
  }
  heading(out, "Examples");
  for (const char *line = command->examples; *line;) {
    size_t size = strcspn(line, "\n");
    fprintf(out, "  %.*s\n", (int)size, line);
    line += size + (line[size] == '\n');
  }
  fputs("\nOptions of every command: `sbe help`.\n", out);
}

int sbe_command_help(sbe_cli *cli) {
  if (!cli->arguments.operands.n) {
    sbe_help_all(stdout);
    return SBE_EXIT_DONE;
  }
  const char *name = cli->arguments.operands.items[0];
  const sbe_command *command = sbe_command_find(name);
  if (command) {
    sbe_help_command(stdout, command);
    return SBE_EXIT_DONE;
  }
  sbe_complain("there is no command '%.80s'; `sbe help` lists what there is", name);
  return SBE_EXIT_USAGE;
}
