/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `init --demo`: the shop's events in the new project's database, through the fixture of its adapter, so
 * that any warehouse whose adapter has one can be tried. It reads the project that init has just written,
 * as a run would. Must never touch a table that is there: `create` refuses it.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/cli/demo.h"

#define BATCH 4000 /* rows in one insert */
#define MAX_BATCH ((size_t)64 << 20)

static int32_t insert_all(const sbe_session *session, const sbe_name *table, const sbe_demo_event *events, size_t n,
                          sbe_error *error) {
  const sbe_fixture *fixture = &session->plugin->fixture;
  sbe_cleanup_text sbe_text rows = SBE_TEXT(MAX_BATCH);
  int32_t code = SBE_OK;
  for (size_t from = 0; from < n && !code; from += BATCH) {
    sbe_text_clear(&rows);
    sbe_text_putc(&rows, '[');
    for (size_t i = from; i < n && i < from + BATCH; i++) {
      if (i > from) sbe_text_puts(&rows, ",\n");
      sbe_demo_row(&events[i], &rows);
    }
    sbe_text_putc(&rows, ']');
    code = fixture->insert(session->connection, table, fixture->layouts[0], sbe_demo_columns(), sbe_text_string(&rows),
                           error);
  }
  return code;
}

static int32_t fill(sbe_cli *cli, const sbe_session *session, size_t *ret_n, sbe_error *error) {
  sbe_sql sql;
  sbe_sql_of_project(cli->project, cli->plugin, cli->arena, &sql);
  const sbe_fixture *fixture = &session->plugin->fixture;
  int32_t code = fixture->create(session->connection, &sql.events, fixture->layouts[0], sbe_demo_columns(), error);
  if (code) return code;
  const sbe_demo_event *events = sbe_demo_events(cli->arena, cli->now, ret_n);
  return insert_all(session, &sql.events, events, *ret_n, error);
}

int sbe_demo_fill(sbe_cli *cli, size_t *ret_n) {
  sbe_error error = SBE_NO_ERROR;
  sbe_session session;
  const sbe_settings *settings = sbe_settings_with_presets(cli->project, cli->plugin, cli->arena);
  int32_t code = sbe_session_open(&session, cli->plugin, settings, NULL, cli->project->vars.query_tag, &error);
  bool connected = !code;
  if (!code) code = fill(cli, &session, ret_n, &error);
  sbe_session_close(&session);
  if (!code) return 0;
  sbe_complain("the project is there, but not the demo's events: %s", error.message);
  return sbe_cli_exit_of(code, connected);
}
