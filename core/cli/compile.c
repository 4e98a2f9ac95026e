/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe compile`: the statements of a first window, as text. They are handed on as they are printed, so
 * that ten thousand views need no more memory than one.
 */
#include <errno.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/cli.h"
#include "core/run/columns.h"

typedef struct printer {
  sbe_cli *cli;
  sbe_json json;
  sbe_arena *scratch;
  size_t statements, files;
  const char *model; /* whose statements are coming */
  size_t number;     /* of its files */
  const char *step;  /* of the file that is open */
  FILE *file;
  int failed; /* errno of the first file that could not be written */
  const char *failed_path;
} printer;

/* NULL: what several views share. */
static const char *owner(const char *model) {
  return model ? model : "shared";
}

static void close_file(printer *p) {
  if (!p->file) return;
  errno = 0;
  if ((ferror(p->file) | fclose(p->file)) && !p->failed) p->failed = errno ? errno : EIO;
  p->file = NULL;
}

/* DIR/VIEW/NN_STEP.sql; what several views share is numbered on through all scans. */
static void next_file(printer *p, const char *model, const char *step) {
  static size_t shared;
  close_file(p);
  if (!sbe_streq(owner(model), p->model)) {
    p->number = model ? 0 : shared;
    p->model = sbe_arena_strdup(p->cli->arena, owner(model));
  }
  p->number++;
  if (!model) shared = p->number;
  sbe_arena_reset(p->scratch);
  char *name = sbe_arena_strdup(p->scratch, step);
  for (char *c = name; *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", *c)) *c = '_';
  const char *dir = sbe_arena_printf(p->scratch, "%s/%s", p->cli->arguments.output, p->model);
  const char *path = sbe_arena_printf(p->scratch, "%s/%02zu_%s.sql", dir, p->number, name);
  p->failed = sbe_cli_make_dirs(p->scratch, dir);
  if (!p->failed && !(p->file = fopen(path, "we"))) p->failed = errno;
  if (p->failed)
    p->failed_path = sbe_arena_strdup(p->cli->arena, path);
  else
    p->files++;
}

static void put_statement(FILE *out, const char *model, const char *step, const sbe_text *sql) {
  fprintf(out, "-- %s: %s\n", owner(model), step);
  fwrite(sbe_text_string(sql), 1, sql->size, out);
  fputs(";\n\n", out);
}

static void print_statement(void *user, const char *model, const char *step, const sbe_text *sql) {
  printer *p = user;
  if (p->cli->arguments.json && !p->statements) sbe_json_open(&p->json, NULL, '[', false);
  p->statements++;
  if (p->failed) return;
  if (p->cli->arguments.json) {
    sbe_json_open(&p->json, NULL, '{', true);
    sbe_json_text(&p->json, "model", model);
    sbe_json_text(&p->json, "step", step);
    sbe_json_text_size(&p->json, "sql", sbe_text_string(sql), sql->size);
    sbe_json_close(&p->json);
  } else if (p->cli->arguments.output) {
    bool same = p->file && sbe_streq(owner(model), p->model) && sbe_streq(step, p->step);
    if (!same) next_file(p, model, step);
    p->step = step;
    if (p->file) put_statement(p->file, model, step, sql);
  } else {
    put_statement(stdout, model, step, sql);
  }
}

/* Which columns; false after an error. */
static bool find_columns(sbe_cli *cli, const sbe_sql *sql, sbe_columns *ret_columns) {
  const char *path = cli->arguments.columns;
  *ret_columns = (sbe_columns){0};
  bool found = sbe_columns_load(cli->project, cli->plugin, sql, path, cli->arena, ret_columns, &cli->report);
  if (path && !found) {
    if (!cli->report.errors) sbe_report_add(&cli->report, SBE_ERROR, (sbe_place){path, 0, 0}, "holds no columns");
    sbe_cli_print_findings(cli, false);
    return false;
  }
  if (cli->arguments.quiet) return true;
  if (path)
    fprintf(stderr, "columns of the events table: from %s\n", path);
  else if (found)
    fprintf(stderr, "columns of the events table: as the last run found them (.sbe/columns.json)\n");
  else
    fprintf(stderr, "columns of the events table: assumed, as the standard layout of adapter %s has them\n",
            cli->plugin->name);
  return true;
}

static int finish(sbe_cli *cli, printer *p, int32_t code, const sbe_error *error) {
  close_file(p);
  sbe_arena_free(p->scratch);
  if (p->json.depth) sbe_json_close(&p->json);
  sbe_cli_print_findings(cli, false);
  if (p->failed) {
    sbe_complain("%s: %s", p->failed_path ? p->failed_path : cli->arguments.output, strerror(p->failed));
    return SBE_EXIT_USAGE;
  }
  if (code) {
    if (!cli->report.errors) sbe_complain("%s", error->message);
    return SBE_EXIT_USAGE;
  }
  if (cli->arguments.output && !cli->arguments.quiet)
    fprintf(stderr, "%zu statements in %zu files in %s\n", p->statements, p->files, cli->arguments.output);
  return cli->report.errors ? SBE_EXIT_USAGE : SBE_EXIT_DONE;
}

int sbe_command_compile(sbe_cli *cli) {
  static char buffer[1 << 16];
  int status = sbe_cli_prepare(cli, SBE_NEEDS_DEFINITIONS | SBE_NEEDS_ADAPTER);
  if (status) return status;
  sbe_sql sql;
  sbe_columns columns;
  sbe_error error = SBE_NO_ERROR;
  sbe_sql_of_project(cli->project, cli->plugin, cli->arena, &sql);
  cli->report = (sbe_report){.arena = cli->arena}; /* what was in it is told */
  if (!find_columns(cli, &sql, &columns)) return SBE_EXIT_USAGE;
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  const sbe_shape **shapes = SBE_NEW_ARRAY(cli->arena, const sbe_shape *, cli->n_views);
  for (size_t i = 0; i < cli->n_views; i++) shapes[i] = sbe_shape_new(cli->arena, cli->views[i]);
  printer p = {.cli = cli, .json = {.out = stdout}, .scratch = sbe_arena_new()};
  const sbe_compile_sink sink = {&p, print_statement};
  int32_t code =
      sbe_compile(&sql, &cli->project->vars, cli->n_views, shapes, &columns, cli->now, &sink, &cli->report, &error);
  return finish(cli, &p, code, &error);
}
