/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection in use (see session.h). Called by core/manifest, core/run and the commands.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/pattern.h"
#include "core/plugin/session.h"

int32_t sbe_session_open(sbe_session *session, const sbe_plugin *plugin, const sbe_settings *settings, sbe_run *run,
                         const char *tag, sbe_error *error) {
  *session = (sbe_session){.plugin = plugin, .run = run, .tag = tag};
  return plugin->connection.open(settings, run, &session->connection, error);
}

void sbe_session_close(sbe_session *session) {
  if (session->connection) session->plugin->connection.close(session->connection);
  session->connection = NULL;
}

static void add(int64_t *total, int64_t more) {
  *total = *total < 0 || more < 0 ? -1 : *total + more;
}

void sbe_session_add_usage(const sbe_session *session, sbe_usage *total) {
  sbe_usage here = {sizeof here, -1, -1, -1, -1, -1};
  if (!session->connection) return;
  if (session->plugin->connection.usage) session->plugin->connection.usage(session->connection, &here);
  add(&total->statements, here.statements);
  add(&total->requests, here.requests);
  add(&total->round_trips, here.round_trips);
  add(&total->bytes_sent, here.bytes_sent);
  add(&total->bytes_received, here.bytes_received);
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

static sbe_sink sink_of(sbe_rows *rows) {
  return (sbe_sink){sizeof(sbe_sink), rows, NULL, collect_row};
}

static sbe_run_options options_of(const sbe_session *session, bool atomic) {
  return (sbe_run_options){
      .struct_size = sizeof(sbe_run_options), .atomic = atomic, .timeout_us = session->timeout_us, .tag = session->tag};
}

int32_t sbe_session_query(const sbe_session *session, const char *sql, sbe_rows *ret_rows, sbe_error *error) {
  sbe_statement statement = {sizeof statement, sql, strlen(sql), SBE_STATEMENT_REPEATABLE, NULL};
  sbe_run_options options = options_of(session, false);
  sbe_sink sink = sink_of(ret_rows);
  ret_rows->n = 0;
  return session->plugin->connection.query(session->connection, &statement, &options, &sink, error);
}

/* A list on its way to the adapter. */
typedef struct call {
  const sbe_session *session;
  size_t n;
  sbe_statement *statements;
  const sbe_statement **pointers;
  sbe_sink *sinks;
  int64_t *counts;
} call;

static int32_t in_one(const call *c, bool atomic, sbe_error *error) {
  sbe_run_options options = options_of(c->session, atomic);
  return c->session->plugin->connection.run(c->session->connection, c->pointers, c->n, &options, c->counts, error);
}

/* Queries one by one, and in one call what stands between them. */
static int32_t one_by_one(const call *c, sbe_error *error) {
  sbe_run_options options = options_of(c->session, false);
  const sbe_connection_ops *connection = &c->session->plugin->connection;
  int32_t code = SBE_OK;
  for (size_t i = 0, n; i < c->n && !code; i += n) {
    for (n = 0; i + n < c->n && !c->statements[i + n].sink;) n++;
    if (n) {
      code = connection->run(c->session->connection, c->pointers + i, n, &options, c->counts ? c->counts + i : NULL,
                             error);
    } else {
      sbe_statement query = c->statements[i];
      query.sink = NULL;
      code = connection->query(c->session->connection, &query, &options, c->statements[i].sink, error);
      n = 1;
    }
  }
  return code;
}

int32_t sbe_session_run(const sbe_session *session, const sbe_statements *list, bool atomic, int64_t *ret_counts,
                        sbe_error *error) {
  if (!list->n) return SBE_OK;
  call c = {session,
            list->n,
            sbe_xmalloc(list->n * sizeof *c.statements),
            sbe_xmalloc(list->n * sizeof *c.pointers),
            sbe_xmalloc(list->n * sizeof *c.sinks),
            ret_counts};
  bool overflow = false, answers = false;
  for (size_t i = 0; i < list->n; i++) {
    const struct sbe_printed *item = &list->items[i];
    overflow = overflow || item->text->overflow;
    answers = answers || item->rows;
    if (item->rows) item->rows->n = 0;
    c.sinks[i] = sink_of(item->rows);
    c.statements[i] = (sbe_statement){sizeof *c.statements, sbe_text_string(item->text), item->text->size, item->flags,
                                      item->rows ? &c.sinks[i] : NULL};
    c.pointers[i] = &c.statements[i];
    if (ret_counts) ret_counts[i] = -1;
  }
  int32_t code;
  if (overflow)
    code = sbe_error_set(error, SBE_UNSUPPORTED, NULL, "a statement is longer than %zu MiB",
                         (size_t)SBE_MAX_STATEMENT >> 20);
  else if (answers && !sbe_plugin_can(session->plugin, SBE_CAN_ANSWER_LISTS))
    code = one_by_one(&c, error);
  else
    code = in_one(&c, atomic, error);
  free(c.sinks);
  free(c.pointers);
  free(c.statements);
  return code;
}

bool sbe_session_print_describe(const sbe_session *session, const sbe_name *table, sbe_text *out) {
  const sbe_dialect *dialect = &session->plugin->dialect;
  const char *pattern = sbe_operation_pattern(dialect, SBE_OP_DESCRIBE);
  if (!pattern) return false;
  const char *parts[] = {table->database, table->schema, table->table}, *operands[4] = {"NULL", "NULL", "NULL", ""};
  sbe_text texts[4] = {SBE_TEXT(4096), SBE_TEXT(4096), SBE_TEXT(4096), SBE_TEXT(4096)};
  for (size_t i = 0; i < 3; i++) {
    if (!parts[i]) continue;
    dialect->literal(&texts[i], parts[i], strlen(parts[i]));
    operands[i] = sbe_text_string(&texts[i]);
  }
  if (table->database) {
    dialect->identifier(&texts[3], table->database);
    sbe_text_putc(&texts[3], '.');
    operands[3] = sbe_text_string(&texts[3]);
  }
  sbe_print_pattern(out, pattern, 4, operands);
  for (size_t i = 0; i < 4; i++) sbe_text_free(&texts[i]);
  return true;
}

int32_t sbe_session_describe(const sbe_session *session, const sbe_name *table, sbe_rows *ret_rows, sbe_error *error) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(65536);
  if (sbe_session_print_describe(session, table, &select)) {
    int32_t code = sbe_session_query(session, sbe_text_string(&select), ret_rows, error);
    if (code || ret_rows->n) return code;
    return sbe_error_set(error, SBE_NOT_FOUND, NULL, "there is no table %s%s%s", table->schema ? table->schema : "",
                         table->schema ? "." : "", table->table);
  }
  sbe_sink sink = sink_of(ret_rows);
  ret_rows->n = 0;
  return session->plugin->connection.describe(session->connection, table, &sink, error);
}

int64_t sbe_cell_int(const sbe_value *value, int64_t otherwise) {
  int64_t number;
  switch (value->kind) {
  case SBE_VALUE_BOOL:
  case SBE_VALUE_INTEGER:
  case SBE_VALUE_DATE:
  case SBE_VALUE_TIMESTAMP:
    return value->integer;
  case SBE_VALUE_DECIMAL:
  case SBE_VALUE_TEXT:
    return sbe_parse_int64(value->text, value->size, &number) ? number : otherwise;
  default:
    return otherwise;
  }
}

const char *sbe_cell_text(const sbe_value *value, const char *otherwise) {
  return value->text && value->kind != SBE_VALUE_NULL ? value->text : otherwise;
}
