/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter without a warehouse, for tests of the core: it writes down what it was asked, and answers
 * what a script says (recorder_script.c) and, of the run lock, what its row says (recorder_lock.c). It keeps to
 * every rule of sbe/connection.h, so that what works with it works for the right reasons. Never installed.
 *
 * Connections with one log are connections to one warehouse, which begins with the first and ends with the last
 * of them. They may work at once, each with the script from its beginning.
 *
 * The log, appended to: one line beginning with "-- " for each call, statements as they came; "rows" marks one
 * whose rows are wanted. What follows is of the first connection, until a line says of which one it is.
 *
 *     -- open
 *     -- run 2 atomic key=3f2a tag=orders
 *     -- statement guard
 *     SELECT …
 *     -- statement repeatable
 *     DELETE …
 *     -- answer conflict
 *     -- connection 2
 *     -- open
 *     -- query
 *     -- describe atomic.events
 *     -- close
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recorder.h"

const sbe_host *recorder_host;

/* What connections with one log share. */
typedef struct warehouse {
  struct warehouse *next;
  char *path;        /* of the log; NULL: none, and then a warehouse has one connection */
  int log;           /* -1: none */
  long open, opened; /* connections */
  long last;         /* that wrote to the log */
  pthread_mutex_t mutex;
  recorder_lock lock;
} warehouse;

static warehouse *warehouses;
static pthread_mutex_t warehouses_mutex = PTHREAD_MUTEX_INITIALIZER;

struct sbe_connection {
  const sbe_settings *settings;
  sbe_run *run;
  warehouse *warehouse;
  long number; /* from 1 */
  recorder_script script;
  int64_t statements, requests, bytes_sent;
};

/* --- the log ------------------------------------------------------------------------------------- */

static void put(int log, const char *bytes, size_t size) {
  while (log >= 0 && size > 0) {
    ssize_t n = write(log, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) abort(); /* a test that cannot see its log must not pass */
    bytes += n;
    size -= (size_t)n;
  }
}

/* A line, and the SQL below it. */
static void note(sbe_connection *connection, const char *what, const char *more, const sbe_statement *statement) {
  warehouse *w = connection->warehouse;
  char line[64];
  pthread_mutex_lock(&w->mutex);
  if (w->last != connection->number)
    put(w->log, line, (size_t)snprintf(line, sizeof line, "-- connection %ld\n", connection->number));
  w->last = connection->number;
  put(w->log, "-- ", 3);
  put(w->log, what, strlen(what));
  put(w->log, more, strlen(more));
  put(w->log, "\n", 1);
  if (statement) put(w->log, statement->sql, statement->size), put(w->log, "\n", 1);
  pthread_mutex_unlock(&w->mutex);
}

static void note_statement(sbe_connection *connection, const char *what, const sbe_statement *statement) {
  char line[64];
  snprintf(line, sizeof line, "%s%s%s%s", what, statement->flags & SBE_STATEMENT_GUARD ? " guard" : "",
           statement->flags & SBE_STATEMENT_REPEATABLE ? " repeatable" : "", statement->sink ? " rows" : "");
  note(connection, line, "", statement);
  connection->statements++;
  connection->bytes_sent += (int64_t)statement->size;
}

static int32_t answer(sbe_connection *connection, int32_t code) {
  static const char *const names[] = {"ok",   "invalid", "auth",      "not_found",   "syntax", "data",    "conflict",
                                      "busy", "timeout", "cancelled", "unsupported", "io",     "unknown", "internal"};
  if (code != SBE_OK) note(connection, "answer ", names[code], NULL);
  return code;
}

/* --- connections --------------------------------------------------------------------------------- */

/* That of the others with this log, or a new one; NULL: the log cannot be written. */
static warehouse *enter(const char *path) {
  pthread_mutex_lock(&warehouses_mutex);
  warehouse *w = warehouses;
  while (w && (!path || !w->path || strcmp(w->path, path) != 0)) w = w->next;
  int log = w || !path ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (!w && (!path || log >= 0)) {
    w = calloc(1, sizeof *w);
    if (!w) abort();
    w->log = log;
    w->path = path ? strdup(path) : NULL;
    w->last = 1;
    pthread_mutex_init(&w->mutex, NULL);
    w->next = warehouses;
    warehouses = w;
  }
  if (w) w->open++;
  pthread_mutex_unlock(&warehouses_mutex);
  return w;
}

static void leave(warehouse *w) {
  pthread_mutex_lock(&warehouses_mutex);
  if (--w->open == 0) {
    warehouse **at = &warehouses;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    if (w->log >= 0) close(w->log);
    pthread_mutex_destroy(&w->mutex);
    free(w->path);
    free(w);
  }
  pthread_mutex_unlock(&warehouses_mutex);
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                               sbe_error *error) {
  const char *log = recorder_host->setting(settings, "log");
  const char *path = recorder_host->setting(settings, "script");
  recorder_script script = {NULL, NULL, NULL};
  int32_t code = path ? recorder_script_read(path, &script, error) : SBE_OK;
  if (code != SBE_OK) return code;
  warehouse *w = enter(log);
  if (!w) {
    recorder_script_free(&script);
    return recorder_host->error(error, SBE_INVALID, NULL, "the log %s cannot be written: %s", log, strerror(errno));
  }
  sbe_connection *connection = calloc(1, sizeof *connection);
  if (!connection) abort();
  *connection = (sbe_connection){.settings = settings, .run = run, .warehouse = w, .script = script};
  pthread_mutex_lock(&w->mutex);
  connection->number = ++w->opened;
  pthread_mutex_unlock(&w->mutex);
  char name[32];
  snprintf(name, sizeof name, "connection %ld", connection->number);
  for (const recorder_block *block = script.first; block; block = block->next) {
    if (block->describe || strcmp(block->match, name) != 0) continue;
    leave(w);
    free(connection);
    code = recorder_host->error(error, block->fail, NULL, "%s", block->message ? block->message : "");
    recorder_script_free(&script);
    return code;
  }
  note(connection, "open", "", NULL);
  *ret_connection = connection;
  return SBE_OK;
}

static void close_connection(sbe_connection *connection) {
  if (!connection) return;
  note(connection, "close", "", NULL);
  leave(connection->warehouse);
  recorder_script_free(&connection->script);
  free(connection);
}

/* --- answers ------------------------------------------------------------------------------------- */

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

/* What there is to say to a statement. */
typedef struct reply {
  const recorder_block *block; /* of the script, or NULL */
  bool of_lock;                /* it was about the run lock, whose row answers */
  recorder_lock_answer lock;
} reply;

static int32_t ask(sbe_connection *connection, const sbe_statement *statement, reply *ret, sbe_error *error) {
  char *text = malloc(statement->size + 1); /* a script is compared with a text */
  if (!text) abort();
  memcpy(text, statement->sql, statement->size);
  text[statement->size] = '\0';
  ret->block = recorder_script_find(&connection->script, false, text);
  int32_t code = wait_and_fail(connection, ret->block, error);
  if (code == SBE_OK) {
    pthread_mutex_lock(&connection->warehouse->mutex);
    ret->of_lock = recorder_lock_asked(&connection->warehouse->lock, &connection->script, text, ret->block, &ret->lock);
    pthread_mutex_unlock(&connection->warehouse->mutex);
  }
  free(text);
  return code;
}

static bool holds(const reply *reply) {
  const recorder_block *block = reply->block;
  if (!block || (block->n_rows == 0 && block->n_columns == 0)) return !reply->of_lock || reply->lock.holds;
  return block->n_rows > 0 && block->rows[0].n > 0 && block->rows[0].values[0].kind == SBE_VALUE_BOOL &&
         block->rows[0].values[0].integer != 0;
}

static void push_block(const recorder_block *block, const sbe_sink *sink) {
  if (sink->columns && block->n_columns &&
      sink->columns(sink->user, block->n_columns, (const char *const *)block->columns) != 0) {
    return;
  }
  for (size_t i = 0; i < block->n_rows; i++) {
    if (sink->row(sink->user, block->rows[i].n, block->rows[i].values) != 0) return;
  }
}

static void push(const reply *reply, const sbe_sink *sink) {
  if (reply->of_lock)
    for (size_t i = 0; i < reply->lock.n_rows; i++) (void)sink->row(sink->user, RECORDER_LOCK_CELLS, reply->lock.cells);
  else if (reply->block)
    push_block(reply->block, sink);
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  char line[256];
  const char *key = options ? options->key : NULL, *tag = options ? options->tag : NULL;
  snprintf(line, sizeof line, "run %zu%s%s%s%s%s", n, options && options->atomic ? " atomic" : "", key ? " key=" : "",
           key ? key : "", tag ? " tag=" : "", tag ? tag : "");
  note(connection, line, "", NULL);
  connection->requests++;
  for (size_t i = 0; i < n; i++) {
    reply reply = {0};
    if (statements[i]->sink && options && options->atomic) abort(); /* the host promises that it never asks this */
    note_statement(connection, "statement", statements[i]);
    int32_t code = ask(connection, statements[i], &reply, error);
    if (code == SBE_OK && (statements[i]->flags & SBE_STATEMENT_GUARD) && !holds(&reply)) {
      code = recorder_host->error(error, SBE_CONFLICT, NULL, "a guard did not hold");
    }
    if (code != SBE_OK) return answer(connection, code);
    if (statements[i]->sink) push(&reply, statements[i]->sink);
    if (ret_counts) ret_counts[i] = reply.block ? reply.block->count : -1;
  }
  return SBE_OK;
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)options;
  reply reply = {0};
  note_statement(connection, "query", statement);
  connection->requests++;
  int32_t code = ask(connection, statement, &reply, error);
  if (code != SBE_OK) return answer(connection, code);
  push(&reply, sink);
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
  note(connection, "describe ", name, NULL);
  connection->requests++;
  const recorder_block *block = recorder_script_find(&connection->script, true, name);
  int32_t code = wait_and_fail(connection, block, error);
  if (code == SBE_OK && block) push_block(block, sink);
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

/* It has no transport: what came back is not known. */
static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  ret_usage->statements = connection->statements;
  ret_usage->requests = ret_usage->round_trips = connection->requests;
  ret_usage->bytes_sent = connection->bytes_sent;
  ret_usage->bytes_received = -1;
}

static const sbe_connection_ops connection_ops = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = describe,
    .about = about,
    .usage = usage,
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
static const sbe_option *const options[] = {&option_log,    &option_script,   &option_columns,
                                            &option_schema, &option_password, NULL};

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
