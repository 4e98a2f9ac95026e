/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe test-connection`: what a run would meet, without one. The statements that read events are tried, over no rows.
 * Writes nothing, so it can tell whether a schema is there, but not whether it may be written to.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/cli.h"
#include "core/sql/scan.h"

typedef struct tester {
  sbe_cli *cli;
  sbe_sql sql;
  sbe_session session;
  sbe_json json;
  int32_t code; /* with which a run would end: the first that is not SBE_OK */
} tester;

/* One line of the result. */
static void tell(tester *t, const char *what, int32_t code, const char *text) {
  bool good = !code;
  if (!t->code) t->code = code;
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
  fprintf(out, "%s%-8s%s %-10s ", sbe_colour_of(out, good ? SBE_GREEN : SBE_RED), good ? "ok" : "FAILED",
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
  tell(t, "connection", SBE_OK, sbe_text_string(&about));
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
  tell(t, "events", lacking.size ? SBE_INVALID : SBE_OK, text);
}

static void ignore_statement(void *user, const char *model, const char *step, const sbe_text *sql) {
  (void)user, (void)model, (void)step, (void)sql;
}

/* What a run would read, over no rows: whether the tables behind it may be read, and whether the warehouse takes the
   SQL, shows all the same. */
static int32_t try_scans(tester *t, const sbe_shape *const *shapes, const sbe_columns *columns, sbe_error *error) {
  const sbe_vars *vars = &t->cli->project->vars;
  sbe_arena *arena = t->cli->arena;
  const char *at = sbe_sql_timestamp(&t->sql, arena, vars->start_date * SBE_DAY_US);
  int32_t code = SBE_OK;
  for (size_t from = 0; from < t->cli->n_views && !code;) {
    sbe_scan *scan;
    sbe_rows rows = {.arena = arena};
    sbe_cleanup_text sbe_text scanned = SBE_TEXT(SBE_MAX_STATEMENT), select = SBE_TEXT(SBE_MAX_STATEMENT);
    from += sbe_scan_new(&t->sql, arena, vars, t->cli->n_views - from, shapes + from, &scan);
    code = sbe_scan_print(scan, columns, at, at, NULL, NULL, &scanned, error);
    SBE_PRINT(&select, "SELECT COUNT(*) AS n FROM (", sbe_text_string(&scanned), ") AS scanned WHERE 1 = 0");
    if (!code) code = sbe_session_query(&t->session, sbe_text_string(&select), &rows, error);
  }
  return code;
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
  if (!code) code = try_scans(t, shapes, &columns, &error);
  const char *text = !code                ? sbe_arena_printf(cli->arena, "%zu %s can be computed from it", cli->n_views,
                                                             sbe_plural(cli->n_views, "view", "views"))
                     : cli->report.errors ? "columns that they need are not there"
                                          : error.message;
  tell(t, "views", code, text);
}

static void check_events(tester *t) {
  sbe_error error = SBE_NO_ERROR;
  sbe_rows rows = {.arena = t->cli->arena};
  const char *table =
      sbe_arena_printf(t->cli->arena, "%s.%s", t->sql.events.schema ? t->sql.events.schema : "", t->sql.events.table);
  int32_t code = sbe_session_describe(&t->session, &t->sql.events, &rows, &error);
  if (code == SBE_NOT_FOUND || (!code && !rows.n)) {
    tell(t, "events", SBE_NOT_FOUND, sbe_no_events_table(&t->sql, t->cli->arena));
  } else if (code) {
    tell(t, "events", code, error.message);
  } else {
    check_columns(t, table, &rows);
    check_views(t, &rows);
  }
}

static void check_schemas(tester *t) {
  static const char *const names[SBE_SCHEMAS] = {"manifest", "scratch", "derived"};
  for (sbe_schema s = 0; s < SBE_SCHEMAS; s++) {
    sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
    sbe_error error = SBE_NO_ERROR;
    sbe_rows rows = {.arena = t->cli->arena};
    sbe_print_list_tables(&t->sql, t->cli->arena, s, &select);
    int32_t code = sbe_session_query(&t->session, sbe_text_string(&select), &rows, &error);
    if (code == SBE_NOT_FOUND) code = SBE_OK;
    const char *text = error.message;
    if (!code && rows.n)
      text = sbe_arena_printf(t->cli->arena, "schema %s, %zu %s", t->sql.schemas[s], rows.n,
                              sbe_plural(rows.n, "table", "tables"));
    else if (!code)
      text = sbe_arena_printf(t->cli->arena, "schema %s: no tables yet; the first run makes them", t->sql.schemas[s]);
    tell(t, names[s], code, text);
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
    return sbe_cli_fail(SBE_EXIT_CONNECTION, "%s is not there: is the profile right? (%s)", absent,
                        cli->project->settings->place);
  if (cli->arguments.json) sbe_json_open(&t.json, NULL, '[', false);
  tell_about(&t);
  check_events(&t);
  check_schemas(&t);
  if (cli->arguments.json) sbe_json_close(&t.json);
  sbe_session_close(&t.session);
  return sbe_cli_exit_of(t.code, true);
}
