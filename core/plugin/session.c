/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection in use (see session.h). Called by core/manifest, core/run and the commands.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/session.h"

int32_t sbe_session_open(sbe_session *session, const sbe_plugin *plugin, const sbe_settings *settings, sbe_run *run,
                         const char *tag, sbe_error *error) {
  *session = (sbe_session){plugin, NULL, run, tag};
  return plugin->connection.open(settings, run, &session->connection, error);
}

void sbe_session_close(sbe_session *session) {
  if (session->connection) session->plugin->connection.close(session->connection);
  session->connection = NULL;
}

static sbe_value copied(sbe_arena *arena, const sbe_value *value) {
  sbe_value copy = *value;
  if (value->text) copy.text = sbe_arena_strndup(arena, value->text, value->size);
  return copy;
}

static int32_t collect_row(void *user, size_t n, const sbe_value *values) {
  sbe_rows *rows = user;
  if (rows->n >= SBE_MAX_ROWS) return 1;
  rows->columns = n;
  if ((rows->n + 1) * n > rows->capacity) {
    size_t capacity = rows->capacity ? rows->capacity * 2 : 16 * n;
    sbe_value *bigger = SBE_NEW_ARRAY(rows->arena, sbe_value, capacity);
    if (rows->n) memcpy(bigger, rows->values, rows->n * n * sizeof *bigger);
    rows->values = bigger;
    rows->capacity = capacity;
  }
  for (size_t i = 0; i < n; i++) rows->values[rows->n * n + i] = copied(rows->arena, &values[i]);
  rows->n++;
  return 0;
}

int32_t sbe_session_query(const sbe_session *session, const char *sql, sbe_rows *ret_rows, sbe_error *error) {
  sbe_statement statement = {sizeof statement, sql, strlen(sql), SBE_STATEMENT_REPEATABLE};
  sbe_run_options options = {.struct_size = sizeof options, .tag = session->tag};
  sbe_sink sink = {sizeof sink, ret_rows, NULL, collect_row};
  return session->plugin->connection.query(session->connection, &statement, &options, &sink, error);
}

int32_t sbe_session_run(const sbe_session *session, const sbe_statements *list, bool atomic, int64_t *ret_counts,
                        sbe_error *error) {
  if (!list->n) return SBE_OK;
  sbe_statement *statements = sbe_xmalloc(list->n * sizeof *statements);
  const sbe_statement **pointers = sbe_xmalloc(list->n * sizeof *pointers);
  bool overflow = false;
  for (size_t i = 0; i < list->n; i++) {
    const sbe_text *text = list->items[i].text;
    overflow = overflow || text->overflow;
    statements[i] = (sbe_statement){sizeof *statements, sbe_text_string(text), text->size, list->items[i].flags};
    pointers[i] = &statements[i];
  }
  sbe_run_options options = {.struct_size = sizeof options, .atomic = atomic, .tag = session->tag};
  int32_t code = overflow ? sbe_error_set(error, SBE_UNSUPPORTED, NULL, "a statement is longer than %zu MiB",
                                          (size_t)SBE_MAX_STATEMENT >> 20)
                          : session->plugin->connection.run(session->connection, pointers, list->n, &options,
                                                            ret_counts, error);
  free(pointers);
  free(statements);
  return code;
}

int32_t sbe_session_describe(const sbe_session *session, const sbe_name *table, sbe_rows *ret_rows, sbe_error *error) {
  sbe_sink sink = {sizeof sink, ret_rows, NULL, collect_row};
  return session->plugin->connection.describe(session->connection, table, &sink, error);
}

int64_t sbe_cell_int(const sbe_value *value, int64_t otherwise) {
  int64_t number;
  switch (value->kind) {
  case SBE_VALUE_BOOL:
  case SBE_VALUE_INTEGER:
  case SBE_VALUE_DATE:
  case SBE_VALUE_TIMESTAMP: return value->integer;
  case SBE_VALUE_DECIMAL:
  case SBE_VALUE_TEXT: return sbe_parse_int64(value->text, value->size, &number) ? number : otherwise;
  default: return otherwise;
  }
}

const char *sbe_cell_text(const sbe_value *value, const char *otherwise) {
  return value->text && value->kind != SBE_VALUE_NULL ? value->text : otherwise;
}
