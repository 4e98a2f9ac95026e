/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe test-connection`: what a run would meet, without one. Writes nothing, so it can tell whether a
 * schema is there, but not whether it may be written to.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/cli.h"

typedef struct tester {
  sbe_cli *cli;
  sbe_sql sql;
  sbe_session session;
  sbe_json json;
  size_t missing; /* without which a run cannot be */
} tester;

/* One line of the result: a tick or a cross for people. */
static void tell(tester *t, const char *what, bool good, const char *text) {
  t->missing += !good;
  if (t->cli->arguments.json) {
    sbe_json_open(&t->json, NULL, '{', true);
    sbe_json_text(&t->json, "check", what);
    sbe_json_bool(&t->json, "ok", good);
    sbe_json_text(&t->json, "text", text);
    sbe_json_close(&t->json);
    return;
  }
  if (t->cli->arguments.quiet && good) return;
  FILE *out = good ? stdout : stderr;
  fprintf(out, "%s%-8s%s %-10s ", sbe_colour_of(out, good ? SBE_GREEN : SBE_RED), good ? "ok" : "MISSING",
          sbe_colour_of(out, SBE_PLAIN), what);
  sbe_put_safe(out, text, false);
  fputc('\n', out);
  fflush(out);
}

static void tell_about(tester *t) {
  sbe_cleanup_text sbe_text about = SBE_TEXT(4096);
  sbe_error error = SBE_NO_ERROR;
  const sbe_connection_ops *ops = &t->session.plugin->connection;
  if (!ops->about || ops->about(t->session.connection, &about, &error) != SBE_OK || !about.size)
    sbe_text_puts(&about, t->session.plugin->adapter->summary);
  tell(t, "connection", true, sbe_text_string(&about));
}

/* Columns that a run cannot do without, whatever the views are. */
static void check_columns(tester *t, const char *table, const sbe_rows *rows) {
  static const char *const needed[] = {"event_id", "load_tstamp", "derived_tstamp"};
  sbe_cleanup_text sbe_text lacking = SBE_TEXT(4096);
  for (size_t n = 0; n < sizeof needed / sizeof *needed; n++) {
    bool found = false;
    for (size_t i = 0; i < rows->n && !found; i++)
      found = sbe_strcaseeq(sbe_cell_text(SBE_CELL(rows, i, 0), ""), needed[n]);
    if (!found) SBE_PRINT(&lacking, lacking.size ? ", " : "", needed[n]);
  }
  const char *text = lacking.size
                         ? sbe_arena_printf(t->cli->arena, "%s has no column %s", table, sbe_text_string(&lacking))
                         : sbe_arena_printf(t->cli->arena, "%s, %zu columns", table, rows->n);
  tell(t, "events", !lacking.size, text);
}

static void ignore_statement(void *user, const char *model, const char *step, const sbe_text *sql) {
  (void)user, (void)model, (void)step, (void)sql;
}

/* The views' properties against the columns that are there: printing the statements finds what lacks. */
static void check_views(tester *t, const sbe_rows *rows) {
  sbe_cli *cli = t->cli;
  sbe_error error = SBE_NO_ERROR;
  sbe_column *items = SBE_NEW_ARRAY(cli->arena, sbe_column, rows->n);
  for (size_t i = 0; i < rows->n; i++)
    items[i] = (sbe_column){sbe_cell_text(SBE_CELL(rows, i, 0), ""), sbe_cell_text(SBE_CELL(rows, i, 1), "")};
  const sbe_shape **shapes = SBE_NEW_ARRAY(cli->arena, const sbe_shape *, cli->n_views);
  for (size_t i = 0; i < cli->n_views; i++) shapes[i] = sbe_shape_new(cli->arena, cli->views[i]);
  const sbe_columns columns = {rows->n, items};
  const sbe_compile_sink sink = {NULL, ignore_statement};
  cli->report = (sbe_report){.arena = cli->arena};
  int32_t code =
      sbe_compile(&t->sql, &cli->project->vars, cli->n_views, shapes, &columns, cli->now, &sink, &cli->report, &error);
  sbe_cli_print_findings(cli, false);
  bool good = !code && !cli->report.errors;
  const char *text = good                 ? sbe_arena_printf(cli->arena, "%zu %s can be computed from it", cli->n_views,
                                                             sbe_plural(cli->n_views, "view", "views"))
                     : cli->report.errors ? "columns that they need are not there"
                                          : error.message;
  tell(t, "views", good, text);
}

static int check_events(tester *t) {
  sbe_error error = SBE_NO_ERROR;
  sbe_rows rows = {.arena = t->cli->arena};
  const char *table =
      sbe_arena_printf(t->cli->arena, "%s.%s", t->sql.events.schema ? t->sql.events.schema : "", t->sql.events.table);
  int32_t code = sbe_session_describe(&t->session, &t->sql.events, &rows, &error);
  if (code == SBE_NOT_FOUND || (!code && !rows.n)) {
    tell(t, "events", false,
         sbe_arena_printf(t->cli->arena,
                          "there is no table %s: set snowplow__atomic_schema and snowplow__events_table in sbe.yml",
                          table));
    return 0;
  }
  if (code) {
    sbe_complain("%s", error.message);
    return sbe_cli_exit_of(code, false);
  }
  check_columns(t, table, &rows);
  check_views(t, &rows);
  return 0;
}

static void check_schemas(tester *t) {
  static const char *const names[SBE_SCHEMAS] = {"manifest", "scratch", "derived"};
  for (sbe_schema s = 0; s < SBE_SCHEMAS; s++) {
    sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
    sbe_error error = SBE_NO_ERROR;
    sbe_rows rows = {.arena = t->cli->arena};
    sbe_print_list_tables(&t->sql, t->cli->arena, s, &select);
    int32_t code = sbe_session_query(&t->session, sbe_text_string(&select), &rows, &error);
    const char *text =
        !code && rows.n
            ? sbe_arena_printf(t->cli->arena, "schema %s, %zu %s", t->sql.schemas[s], rows.n,
                               sbe_plural(rows.n, "table", "tables"))
            : sbe_arena_printf(t->cli->arena, "schema %s: no tables yet; the first run makes them", t->sql.schemas[s]);
    tell(t, names[s], true, text);
  }
}

int sbe_command_test_connection(sbe_cli *cli) {
  int status = sbe_cli_prepare(cli, SBE_NEEDS_DEFINITIONS | SBE_NEEDS_ADAPTER | SBE_NEEDS_CONNECTION);
  if (status) return status;
  tester t = {.cli = cli, .json = {.out = stdout}};
  const char *absent;
  status = sbe_cli_open(cli, &t.session, &t.sql, &absent);
  if (status) return status;
  if (absent)
    return sbe_cli_fail(cli, SBE_EXIT_CONNECTION, "%s is not there: is the profile right? (%s)", absent,
                        cli->project->settings->place);
  if (cli->arguments.json) sbe_json_open(&t.json, NULL, '[', false);
  tell_about(&t);
  status = check_events(&t);
  if (!status) check_schemas(&t);
  if (cli->arguments.json) sbe_json_close(&t.json);
  sbe_session_close(&t.session);
  if (status) return status;
  return t.missing ? SBE_EXIT_CONNECTION : SBE_EXIT_DONE;
}
