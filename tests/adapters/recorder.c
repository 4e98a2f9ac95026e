/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter without a warehouse, for tests of the core: it writes down what it was asked, and answers
 * what a script says (recorder_script.c). It keeps to every rule of sbe/connection.h, so that what
 * works with it works for the right reasons. Never installed.
 *
 * The log, appended to: one line beginning with "-- " for each call, statements as they came.
 *
 *     -- open
 *     -- run 2 atomic key=3f2a tag=orders
 *     -- statement guard
 *     SELECT …
 *     -- statement repeatable
 *     DELETE …
 *     -- answer conflict
 *     -- query
 *     -- describe atomic.events
 *     -- close
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recorder.h"

const sbe_host *recorder_host;

struct sbe_connection {
  const sbe_settings *settings;
  sbe_run *run;
  int log; /* -1: none */
  recorder_script script;
};

static void put(sbe_connection *connection, const char *bytes, size_t size) {
  while (connection->log >= 0 && size > 0) {
    ssize_t n = write(connection->log, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) abort(); /* a test that cannot see its log must not pass */
    bytes += n;
    size -= (size_t)n;
  }
}

static void note(sbe_connection *connection, const char *what, const char *more) {
  put(connection, "-- ", 3);
  put(connection, what, strlen(what));
  put(connection, more, strlen(more));
  put(connection, "\n", 1);
}

static void note_statement(sbe_connection *connection, const char *what, const sbe_statement *statement) {
  char line[64];
  snprintf(line, sizeof line, "%s%s%s", what, statement->flags & SBE_STATEMENT_GUARD ? " guard" : "",
           statement->flags & SBE_STATEMENT_REPEATABLE ? " repeatable" : "");
  note(connection, line, "");
  put(connection, statement->sql, statement->size);
  put(connection, "\n", 1);
}

static int32_t answer(sbe_connection *connection, int32_t code) {
  static const char *const names[] = {"ok",   "invalid", "auth",      "not_found",   "syntax", "data",    "conflict",
                                      "busy", "timeout", "cancelled", "unsupported", "io",     "unknown", "internal"};
  if (code != SBE_OK) note(connection, "answer ", names[code]);
  return code;
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                               sbe_error *error) {
  const char *log = recorder_host->setting(settings, "log");
  const char *script = recorder_host->setting(settings, "script");
  sbe_connection *connection = calloc(1, sizeof *connection);
  if (!connection) return recorder_host->error(error, SBE_INTERNAL, NULL, "out of memory");
  connection->settings = settings;
  connection->run = run;
  connection->log = log ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  int32_t code = SBE_OK;
  if (log && connection->log < 0) {
    code = recorder_host->error(error, SBE_INVALID, NULL, "the log %s cannot be written: %s", log, strerror(errno));
  } else if (script) {
    code = recorder_script_read(script, &connection->script, error);
  }
  if (code != SBE_OK) {
    if (connection->log >= 0) close(connection->log);
    free(connection);
    return code;
  }
  note(connection, "open", "");
  *ret_connection = connection;
  return SBE_OK;
}

static void close_connection(sbe_connection *connection) {
  if (!connection) return;
  note(connection, "close", "");
  if (connection->log >= 0) close(connection->log);
  recorder_script_free(&connection->script);
  free(connection);
}

/* What a block says of time and failure. */
static int32_t wait_and_fail(sbe_connection *connection, const recorder_block *block, sbe_error *error) {
  for (long i = 0; block && i < block->ticks; i++) {
    if (recorder_host->tick(connection->run, 100.0 * (double)i / (double)block->ticks) != 0) {
      return recorder_host->error(error, SBE_CANCELLED, NULL, "the statement was cancelled");
    }
  }
  if (!block || block->fail == SBE_OK) return SBE_OK;
  return recorder_host->error(error, block->fail, NULL, "%s", block->message);
}

/* Statements come with their size; a script is compared with a text. */
static recorder_block *find(sbe_connection *connection, const sbe_statement *statement) {
  char *text = malloc(statement->size + 1);
  if (!text) abort();
  memcpy(text, statement->sql, statement->size);
  text[statement->size] = '\0';
  recorder_block *block = recorder_script_find(&connection->script, false, text);
  free(text);
  return block;
}

static bool holds(const recorder_block *block) {
  if (!block || (block->n_rows == 0 && block->n_columns == 0)) return true;
  return block->n_rows > 0 && block->rows[0].n > 0 && block->rows[0].values[0].kind == SBE_VALUE_BOOL &&
         block->rows[0].values[0].integer != 0;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  char line[256];
  const char *key = options ? options->key : NULL, *tag = options ? options->tag : NULL;
  snprintf(line, sizeof line, "run %zu%s%s%s%s%s", n, options && options->atomic ? " atomic" : "", key ? " key=" : "",
           key ? key : "", tag ? " tag=" : "", tag ? tag : "");
  note(connection, line, "");
  for (size_t i = 0; i < n; i++) {
    note_statement(connection, "statement", statements[i]);
    recorder_block *block = find(connection, statements[i]);
    int32_t code = wait_and_fail(connection, block, error);
    if (code == SBE_OK && (statements[i]->flags & SBE_STATEMENT_GUARD) && !holds(block)) {
      code = recorder_host->error(error, SBE_CONFLICT, NULL, "a guard did not hold");
    }
    if (code != SBE_OK) return answer(connection, code);
    if (ret_counts) ret_counts[i] = block ? block->count : -1;
  }
  return SBE_OK;
}

static void push(const recorder_block *block, const sbe_sink *sink) {
  if (!block) return;
  if (sink->columns && block->n_columns &&
      sink->columns(sink->user, block->n_columns, (const char *const *)block->columns) != 0) {
    return;
  }
  for (size_t i = 0; i < block->n_rows; i++) {
    if (sink->row(sink->user, block->rows[i].n, block->rows[i].values) != 0) return;
  }
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)options;
  note_statement(connection, "query", statement);
  recorder_block *block = find(connection, statement);
  int32_t code = wait_and_fail(connection, block, error);
  if (code != SBE_OK) return answer(connection, code);
  push(block, sink);
  return SBE_OK;
}

/* Without a script for the table: the field `columns`, a mapping of names to types. */
static bool push_setting(sbe_connection *connection, const sbe_sink *sink) {
  const char *name = NULL, *type;
  size_t i = 0;
  while ((type = recorder_host->member(connection->settings, "columns", i, &name)) != NULL) {
    sbe_value values[2] = {{.kind = SBE_VALUE_TEXT, .text = name, .size = name ? strlen(name) : 0},
                           {.kind = SBE_VALUE_TEXT, .text = type, .size = strlen(type)}};
    i++;
    if (sink->row(sink->user, 2, values) != 0) break;
  }
  return i > 0;
}

static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  char name[512];
  snprintf(name, sizeof name, "%s%s%s", table->schema ? table->schema : "", table->schema ? "." : "", table->table);
  note(connection, "describe ", name);
  recorder_block *block = recorder_script_find(&connection->script, true, name);
  int32_t code = wait_and_fail(connection, block, error);
  if (code == SBE_OK && block) push(block, sink);
  if (code == SBE_OK && !block && !push_setting(connection, sink)) {
    code = recorder_host->error(error, SBE_NOT_FOUND, NULL, "there is no table %s", name);
  }
  return answer(connection, code);
}

static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  (void)connection;
  (void)error;
  static const char line[] = "recorder: keeps no data";
  recorder_host->put(out, line, sizeof line - 1);
  return SBE_OK;
}

static const sbe_connection_ops connection_ops = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = describe,
    .about = about,
};

#define OPTION(variable, field, other, is_secret, path, text)                                                          \
  static const sbe_option variable = {.struct_size = sizeof(sbe_option),                                               \
                                      .name = field,                                                                   \
                                      .alias = other,                                                                  \
                                      .secret = is_secret,                                                             \
                                      .help = text,                                                                    \
                                      .is_path = path}
OPTION(option_log, "log", NULL, 0, 1, "File that everything asked is appended to.");
OPTION(option_script, "script", NULL, 0, 1, "File that says what is answered.");
OPTION(option_columns, "columns", NULL, 0, 0, "Columns of every table: a mapping of names to types.");
OPTION(option_schema, "schema", "dataset", 0, 0, "Schema that tables go to.");
OPTION(option_password, "password", "pass", 1, 0, "A secret that opens nothing.");
OPTION(option_threads, "threads", NULL, 0, 0, "Accepted and not used.");
static const sbe_option *const options[] = {
    &option_log, &option_script, &option_columns, &option_schema, &option_password, &option_threads, NULL};

static int32_t init(const sbe_host *host, sbe_error *error) {
  if (recorder_host) return host->error(error, SBE_INTERNAL, NULL, "init was called twice");
  recorder_host = host;
  return SBE_OK;
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "recorder",
    .version = "1",
    .licence = "Apache-2.0",
    .summary = "Records what it is asked; for tests",
    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_QUERY_CHEAPLY | SBE_CAN_REPORT_PROGRESS,
    .options = options,
    .dialect = &recorder_dialect,
    .connection = &connection_ops,
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_recorder(void);
SBE_EXPORT const sbe_adapter *sbe_adapter_recorder(void) {
  return &adapter;
}
