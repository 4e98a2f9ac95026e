/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The man page, in roff's man macros, made of the tables of commands, options and variables, so that it
 * cannot say anything else than the program does. Printed by `sbe --man` when the page is built
 * (docs/local.mk).
 */
#include <string.h>

#include "core/cli/cli.h"

/* Text: a hyphen is one that can be copied; a line's first dot or quote is no request. */
static void put(FILE *out, const char *text) {
  bool start = true;
  for (const char *c = text; *c; c++) {
    if (start && (*c == '.' || *c == '\'')) fputs("\\&", out);
    start = *c == '\n';
    if (*c == '-')
      fputs("\\-", out);
    else if (*c == '\\')
      fputs("\\e", out);
    else
      fputc(*c, out);
  }
}

static void paragraphs(FILE *out, const char *text) {
  for (const char *end; (end = strstr(text, "\n\n")); text = end + 2) {
    char copy[2048];
    snprintf(copy, sizeof copy, "%.*s", (int)(end - text), text);
    put(out, copy);
    fputs("\n.PP\n", out);
  }
  put(out, text);
  fputc('\n', out);
}

static void options(FILE *out, const sbe_command *command) {
  for (const sbe_argument *a = sbe_argument_table; a->name; a++) {
    if (!a->help || (command ? !a->commands || !sbe_argument_fits(a, command) : a->commands != NULL)) continue;
    fputs(".TP\n", out);
    if (a->letter) fprintf(out, "\\fB\\-%c\\fR, ", a->letter);
    fputs("\\fB\\-\\-", out);
    put(out, a->name);
    fputs("\\fR", out);
    if (a->value) fprintf(out, " \\fI%s\\fR", a->value);
    fputc('\n', out);
    put(out, a->help);
    fputs(".\n", out);
  }
}

static void commands(FILE *out) {
  fputs(".SH COMMANDS\n", out);
  for (const sbe_command *c = sbe_commands; c->name; c++) {
    fputs(".SS sbe ", out);
    put(out, c->name);
    if (*c->operands) fprintf(out, " \\fI%s\\fR", c->operands);
    fputc('\n', out);
    paragraphs(out, c->text);
    options(out, c);
    fputs(".PP\n.nf\n.RS\n", out);
    put(out, c->examples);
    fputs(".RE\n.fi\n", out);
  }
}

static void variables(FILE *out) {
  fputs(".SH VARIABLES\nUnder \\fBvars:\\fR in \\fIsbe.yml\\fR, and before these on the command line with "
        "\\fB\\-\\-vars\\fR. Each may be written with the prefix \\fBsnowplow__\\fR or without.\n",
        out);
  for (const sbe_var_row *row = sbe_var_rows(); row->name; row++) {
    fputs(".TP\n\\fB", out);
    put(out, row->name);
    fputs("\\fR (", out);
    put(out, row->preset);
    fputs(")\n", out);
    put(out, row->meaning);
    fputs(".", out);
    if (row->alias) {
      fputs(" The older name is \\fB", out);
      put(out, row->alias);
      fputs("\\fR.", out);
    }
    fputc('\n', out);
  }
}

static const char *const files[][2] = {
    {"sbe.yml", "The project: its name, profile, variables, schemas, and where the definitions are"},
    {"views/", "Definitions: *.yml, *.yaml and *.json, in folders below too"},
    {"profiles.yml", "Connections, in dbt's format; looked for in --profiles-dir, SBE_PROFILES_DIR, the project, "
                     "~/.sbe, DBT_PROFILES_DIR and ~/.dbt"},
    {".sbe/run_results.json", "What the last run did, also when it failed"},
    {".sbe/logs/sbe.log", "The statements of the runs, and what went wrong; one of more than 10 MB becomes sbe.log.1 "
                          "when the next run begins"},
    {".sbe/columns.json", "The columns of the events table at the last run, for `sbe compile`"},
};

static const char *const environment[][2] = {
    {"SBE_PROJECT_DIR, SBE_PROFILES_DIR, SBE_PROFILE, SBE_TARGET", "As the options of these names, which come first"},
    {"SBE_<ADAPTER>_<FIELD>", "A field of the connection, for --adapter without a profile"},
    {"SBE_PLUGIN_PATH", "Folders with adapters, with colons between them"},
    {"NO_COLOR", "No colours"},
};

static void terms(FILE *out, const char *heading, const char *const (*rows)[2], size_t n) {
  fprintf(out, ".SH %s\n", heading);
  for (size_t i = 0; i < n; i++) {
    fputs(".TP\n\\fB", out);
    put(out, rows[i][0]);
    fputs("\\fR\n", out);
    put(out, rows[i][1]);
    fputs(".\n", out);
  }
}

#define TERMS(out, heading, rows) terms((out), (heading), (rows), sizeof(rows) / sizeof *(rows))

void sbe_man_page(FILE *out) {
  fprintf(out,
          ".\\\" SPDX-License-Identifier: Apache-2.0\n.\\\" Made by `sbe --man`; do not edit.\n"
          ".TH SBE 1 \"\" \"sbe %s\" \"User Commands\"\n.SH NAME\nsbe \\- batch attributes of Snowplow events, "
          "computed in the "
          "warehouse\n.SH SYNOPSIS\n.B sbe\n[\\fIoptions\\fR] \\fICOMMAND\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n",
          SBE_VERSION);
  paragraphs(out,
             "sbe computes attributes of customers, sessions and whatever else has a key from the events that Snowplow "
             "puts into a warehouse. Definitions say what: which events, which property, which aggregation, over which "
             "period. Each run reads only the events that were loaded since the last one, and leaves the same numbers "
             "as if all had been computed at once, except for events of days longer ago than "
             "snowplow__late_event_lookback_days: these are kept and counted, and only --full-refresh computes with "
             "them.\n\n"
             "To begin: sbe init shop --demo && cd shop && sbe run --until-current");
  commands(out);
  fputs(".SH OPTIONS\nThese may stand before or after the command.\n", out);
  options(out, NULL);
  variables(out);
  TERMS(out, "FILES", files);
  TERMS(out, "ENVIRONMENT", environment);
  size_t n = 0;
  while (sbe_help_statuses[n][0]) n++;
  terms(out, "EXIT STATUS", sbe_help_statuses, n);
}
