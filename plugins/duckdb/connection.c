/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection: `sbe_connection_ops` over DuckDB's C API. A statement runs in the connection's worker
 * thread; the thread that called waits here, ticks the host, looks at the time, and interrupts.
 *
 * Outcomes: an embedded database answers or the process is gone, so an unknown outcome is rare: only
 * when DuckDB itself gives up (FATAL) or fails in a commit, where the log may already be on the disk.
 * Must never run more than the one statement it was given: DuckDB refuses to prepare several.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/duckdb/duckdb_connection.h"

#define TICK_US 50000
#define INTERRUPT_US 2000 /* how often a statement that must end is told so: one that is just beginning forgets it */

/* ---- one statement ---- */

/* What the worker is given, and what it answers. */
typedef struct task {
  duck_connection connection;
  const char *sql;
  duck_statement statement;
  duck_result result;
  bool prepared, done;
} task;

static void work(void *argument) {
  task *t = argument;
  t->prepared = sbe_duck.prepare(t->connection, t->sql, &t->statement) == 0;
  t->done = t->prepared && sbe_duck.execute_prepared(t->statement, &t->result) == 0;
}

/* Percent done; never goes down, -1 as long as it is not known. */
static double progress_of(sbe_connection *connection, double before) {
  double now = sbe_duck.query_progress(connection->connection).percentage;
  if (!(now > before)) return before;
  return now > 100 ? 100 : now;
}

/* Wait for the worker. Answers why it was interrupted, SBE_OK if it was not. */
static int32_t wait_for(sbe_connection *connection, int64_t deadline, bool may_end) {
  const sbe_host *host = sbe_duckdb_host;
  int64_t next = host->time() + TICK_US;
  int32_t wanted = SBE_OK;
  double percent = -1;
  for (;;) {
    int64_t now = host->time();
    int64_t until = deadline != 0 && deadline < next && wanted == SBE_OK && may_end ? deadline : next;
    int64_t pause = wanted != SBE_OK && until - now > INTERRUPT_US ? INTERRUPT_US : until - now;
    if (sbe_duckdb_worker_wait(connection->worker, pause > 0 ? pause : 0)) return wanted;
    now = host->time();
    if (may_end && wanted == SBE_OK && deadline != 0 && now >= deadline) wanted = SBE_TIMEOUT;
    if (now >= next) {
      percent = progress_of(connection, percent);
      if (host->tick(connection->run, percent) != 0 && may_end && wanted == SBE_OK) wanted = SBE_CANCELLED;
      next = now + TICK_US;
    }
    if (wanted != SBE_OK) sbe_duck.interrupt(connection->connection);
  }
}

/* `may_end`: it may be interrupted. A statement that was done before the interrupt reached it is done. */
static int32_t perform(sbe_connection *connection, const char *sql, int64_t deadline, bool may_end,
                       duck_result *ret_result, sbe_error *error) {
  connection->statements++;
  connection->bytes += (int64_t)strlen(sql);
  const sbe_host *host = sbe_duckdb_host;
  task t = {.connection = connection->connection, .sql = sql};
  sbe_duckdb_worker_start(connection->worker, work, &t);
  int32_t code = SBE_OK, wanted = wait_for(connection, deadline, may_end);
  const char *message = NULL;
  if (!t.prepared)
    message = sbe_duck.prepare_error(t.statement);
  else if (!t.done)
    message = sbe_duck.result_error(&t.result);
  if (t.done)
    *ret_result = t.result;
  else if (message != NULL && sbe_duckdb_code(message) == SBE_CANCELLED && wanted == SBE_TIMEOUT)
    code = host->error(error, SBE_TIMEOUT, NULL, "The statement took longer than it may");
  else if (message != NULL && sbe_duckdb_code(message) == SBE_CANCELLED && wanted == SBE_CANCELLED)
    code = host->error(error, SBE_CANCELLED, NULL, "The statement was cancelled");
  else
    code = may_end ? sbe_duckdb_fail(error, message) : sbe_duckdb_fail_commit(error, message);
  if (t.prepared && !t.done) sbe_duck.destroy_result(&t.result);
  sbe_duck.destroy_prepare(&t.statement);
  return code;
}

int32_t sbe_duckdb_execute(sbe_connection *connection, const char *sql, size_t size, int64_t deadline,
                           duck_result *ret_result, sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  if (host->tick(connection->run, -1) != 0)
    return host->error(error, SBE_CANCELLED, NULL, "Cancelled before the statement began");
  if (deadline != 0 && host->time() >= deadline)
    return host->error(error, SBE_TIMEOUT, NULL, "The time was over before the statement began");
  if (memchr(sql, '\0', size) != NULL)
    return host->error(error, SBE_UNSUPPORTED, NULL, "DuckDB takes no statement with a NUL in it");
  char *text = sbe_common_copy(sql, size);
  int32_t code = perform(connection, text, deadline, true, ret_result, error);
  free(text);
  return code;
}

int32_t sbe_duckdb_do(sbe_connection *connection, const char *sql, sbe_error *error) {
  duck_result result;
  int32_t code = sbe_duckdb_execute(connection, sql, strlen(sql), 0, &result, error);
  if (code == SBE_OK) sbe_duck.destroy_result(&result);
  return code;
}

/* A statement of our own whose failure is no matter. */
static void attempt(sbe_connection *connection, const char *sql) {
  duck_result result;
  memset(&result, 0, sizeof result);
  if (sbe_duck.query(connection->connection, sql, &result) != 0)
    sbe_duckdb_host->log(SBE_LOG_DEBUG, "DuckDB: %s: %.200s", sql, sbe_duck.result_error(&result));
  sbe_duck.destroy_result(&result);
}

/* ---- run ---- */

void sbe_duckdb_rollback(sbe_connection *connection) {
  attempt(connection, "ROLLBACK");
}

/* A commit that has begun is not interrupted; a failure in it that is not the data's own means that we
   do not know. */
int32_t sbe_duckdb_commit(sbe_connection *connection, int64_t deadline, sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  duck_result result;
  int32_t code = SBE_OK;
  if (host->tick(connection->run, -1) != 0)
    code = host->error(error, SBE_CANCELLED, NULL, "Cancelled before the statements were committed");
  else if (deadline != 0 && host->time() >= deadline)
    code = host->error(error, SBE_TIMEOUT, NULL, "The time was over before the statements were committed");
  if (code != SBE_OK) {
    sbe_duckdb_rollback(connection);
    return code;
  }
  code = perform(connection, "COMMIT", 0, false, &result, error);
  if (code == SBE_OK)
    sbe_duck.destroy_result(&result);
  else
    sbe_duckdb_rollback(connection);
  return code;
}

/* Rows that a statement wrote. */
static int64_t written(duck_result *result) {
  switch (sbe_duck.result_return_type(*result)) {
  case DUCK_CHANGED_ROWS:
    return (int64_t)sbe_duck.rows_changed(result);
  case DUCK_NOTHING:
    /* CREATE TABLE … AS counts in its one row; other DDL has none. */
    if (sbe_duck.result_statement_type(*result) == DUCK_STATEMENT_CREATE) {
      int64_t n = sbe_duckdb_first_bigint(result);
      return n < 0 ? 0 : n;
    }
    return 0;
  default:
    return sbe_duck.result_statement_type(*result) == DUCK_STATEMENT_SELECT ? 0 : -1;
  }
}

static int32_t run_one(sbe_connection *connection, const sbe_statement *statement, int64_t deadline, int64_t *ret_count,
                       sbe_error *error) {
  duck_result result;
  bool yes = true;
  int32_t code = sbe_duckdb_execute(connection, statement->sql, statement->size, deadline, &result, error);
  if (code != SBE_OK) return code;
  if (statement->flags & SBE_STATEMENT_GUARD) {
    code = sbe_duckdb_first_bool(&result, &yes, error);
    if (ret_count != NULL) *ret_count = 0;
  } else if (ret_count != NULL) {
    *ret_count = written(&result);
  }
  sbe_duck.destroy_result(&result);
  if (code != SBE_OK || yes) return code;
  return sbe_duckdb_host->error(error, SBE_CONFLICT, NULL,
                                "A guard said no: another run has taken over, nothing was written");
}

static int64_t deadline_of(const sbe_run_options *options) {
  if (options == NULL || options->timeout_us <= 0) return 0;
  int64_t now = sbe_duckdb_host->time();
  return options->timeout_us > INT64_MAX - now ? INT64_MAX : now + options->timeout_us;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  int64_t deadline = deadline_of(options);
  bool atomic = options != NULL && options->atomic != 0;
  for (size_t i = 0; ret_counts != NULL && i < n; i++) ret_counts[i] = -1;
  int32_t code = atomic ? sbe_duckdb_do(connection, "BEGIN TRANSACTION", error) : SBE_OK;
  if (code != SBE_OK) return code;
  for (size_t i = 0; i < n && code == SBE_OK; i++)
    code = run_one(connection, statements[i], deadline, ret_counts != NULL ? &ret_counts[i] : NULL, error);
  if (!atomic) return code;
  if (code == SBE_OK) return sbe_duckdb_commit(connection, deadline, error);
  sbe_duckdb_rollback(connection);
  return code;
}

/* ---- query, describe ---- */

static int32_t query_text(sbe_connection *connection, const char *sql, size_t size, int64_t deadline,
                          const sbe_sink *sink, sbe_error *error) {
  duck_result result;
  int32_t code = sbe_duckdb_execute(connection, sql, size, deadline, &result, error);
  if (code != SBE_OK) return code;
  code = sbe_duckdb_push(connection, &result, sink, deadline, error);
  sbe_duck.destroy_result(&result);
  return code;
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  return query_text(connection, statement->sql, statement->size, deadline_of(options), sink, error);
}

/* DuckDB takes the name of a table that is not there for that of a file, if it looks like one. */
static int32_t exists(sbe_connection *connection, const sbe_name *table, const char *schema, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  sbe_common_puts(&sql, "SELECT COUNT(*) > 0 FROM information_schema.tables WHERE lower(table_catalog) = lower(");
  if (table->database != NULL)
    sbe_common_literal(&sql, table->database);
  else
    sbe_common_puts(&sql, "current_database()");
  sbe_common_puts(&sql, ") AND lower(table_schema) = lower(");
  sbe_common_literal(&sql, schema);
  sbe_common_puts(&sql, ") AND lower(table_name) = lower(");
  sbe_common_literal(&sql, table->table);
  sbe_common_puts(&sql, ")");
  duck_result result;
  bool there = false;
  int32_t code = sbe_duckdb_execute(connection, sql.data, sql.size, 0, &result, error);
  if (code != SBE_OK) return code;
  code = sbe_duckdb_first_bool(&result, &there, error);
  sbe_duck.destroy_result(&result);
  if (code != SBE_OK || there) return code;
  return sbe_duckdb_host->error(error, SBE_NOT_FOUND, NULL, "There is no table %s.%s", schema, table->table);
}

static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  const char *schema = table->schema != NULL ? table->schema : connection->schema;
  if (strpbrk(table->table, "./\\:*?[") != NULL) {
    int32_t code = exists(connection, table, schema, error);
    if (code != SBE_OK) return code;
  }
  sbe_common_puts(&sql, "SELECT column_name AS \"name\", column_type AS \"type\" FROM (DESCRIBE ");
  if (table->database != NULL) {
    sbe_common_identifier(&sql, table->database);
    sbe_common_putc(&sql, '.');
  }
  sbe_common_identifier(&sql, schema);
  sbe_common_putc(&sql, '.');
  sbe_common_identifier(&sql, table->table);
  sbe_common_putc(&sql, ')');
  return query_text(connection, sql.data, sql.size, 0, sink, error);
}

/* ---- open, close ---- */

static int32_t load_extensions(sbe_connection *connection, const sbe_settings *settings, sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  const char *name;
  for (size_t i = 0; (name = host->member(settings, "extensions", i, NULL)) != NULL; i++) {
    if (name[0] == '\0' || strlen(name) > 64 ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != strlen(name))
      return host->error(error, SBE_INVALID, NULL, "`extensions` must be a list of names like `icu`; `%.64s` is none",
                         name);
    sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
    sbe_common_puts(&sql, "LOAD ");
    sbe_common_literal(&sql, name);
    duck_result result;
    memset(&result, 0, sizeof result);
    int32_t code = SBE_OK;
    if (sbe_duck.query(connection->connection, sql.data, &result) != 0) {
      host->log(SBE_LOG_DEBUG, "DuckDB: %.500s", sbe_duck.result_error(&result));
      code = host->error(error, SBE_NOT_FOUND, NULL,
                         "The DuckDB extension `%s` could not be loaded. sbe loads extensions, but fetches none: "
                         "install it once with DuckDB %s (INSTALL %s), or take it out of `extensions`",
                         name, sbe_duck.library_version(), name);
    }
    sbe_duck.destroy_result(&result);
    if (code != SBE_OK) return code;
  }
  return SBE_OK;
}

/* Of `SET "name" = 'value'` all but the value. */
static const char *setting_name(sbe_connection *connection, const char *sql) {
  const char *end = strstr(sql, "\" = ");
  size_t size = end != NULL ? (size_t)(end + 1 - sql) : 3;
  free(connection->said);
  connection->said = sbe_common_copy(sql, size);
  return connection->said;
}

/* What every session needs; the user's own settings first, so that the time zone stays UTC. */
static int32_t set_up(sbe_connection *connection, const sbe_settings *settings, const sbe_common_buffer *session,
                      sbe_error *error) {
  int32_t code = load_extensions(connection, settings, error);
  if (code != SBE_OK) return code;
  const char *end = session->data + session->size;
  for (const char *sql = session->data; sql != NULL && sql < end; sql += strlen(sql) + 1) {
    duck_result result;
    memset(&result, 0, sizeof result);
    if (sbe_duck.query(connection->connection, sql, &result) != 0) {
      sbe_common_cleanup_buffer sbe_common_buffer text = {0};
      sbe_common_puts(&text, "`settings` in profiles.yml, as `");
      sbe_common_puts(&text, setting_name(connection, sql)); /* the value may be a secret */
      sbe_common_puts(&text, "`: ");
      sbe_common_puts(&text, sbe_duck.result_error(&result));
      code = sbe_duckdb_error(error, SBE_INVALID, text.data);
    }
    sbe_duck.destroy_result(&result);
    if (code != SBE_OK) return code;
  }
  /* Fails where there is no ICU; then there is no other time zone either. */
  attempt(connection, "SET TimeZone = 'UTC'");
  /* Text is compared by code point, and an order that is not said is ascending, whatever the user's settings are. */
  attempt(connection, "SET default_collation = ''");
  attempt(connection, "SET default_order = 'asc'");
  attempt(connection, "SET enable_progress_bar = true");
  attempt(connection, "SET enable_progress_bar_print = false");
  /* Scratch tables lie in memory: no log, nothing left in the file, and gone with the process. */
  if (!sbe_duckdb_read_only(settings))
    code = sbe_duckdb_do(connection, "ATTACH IF NOT EXISTS ':memory:' AS " SBE_DUCKDB_SCRATCH, error);
  if (code != SBE_OK) return code;
  /* A schema that is not there yet is made later, by name. */
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  sbe_common_puts(&sql, "SET schema = ");
  sbe_common_literal(&sql, connection->schema);
  if (strcmp(connection->schema, "main") != 0) attempt(connection, sql.data);
  return SBE_OK;
}

static void close_connection(sbe_connection *connection) {
  if (connection == NULL) return;
  if (connection->connection != NULL) sbe_duck.disconnect(&connection->connection); /* rolls back what is open */
  if (connection->instance != NULL) sbe_duckdb_instance_close(connection->instance);
  sbe_duckdb_worker_free(connection->worker);
  free(connection->schema);
  free(connection->said);
  free(connection);
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run_, sbe_connection **ret_connection,
                               sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer session = {0};
  int32_t code = sbe_duckdb_load(error);
  if (code != SBE_OK) return code;
  const char *schema = sbe_duckdb_host->setting(settings, "schema");
  if (schema == NULL || schema[0] == '\0') schema = "main";
  sbe_connection *connection = sbe_common_allocate(1, sizeof *connection);
  connection->run = run_;
  connection->schema = sbe_common_copy(schema, strlen(schema));
  connection->worker = sbe_duckdb_worker_new();
  if (connection->worker == NULL)
    code = sbe_duckdb_host->error(error, SBE_BUSY, NULL, "The system gives this process no further thread");
  if (code == SBE_OK) code = sbe_duckdb_instance_open(settings, &connection->instance, &session, error);
  if (code == SBE_OK) code = sbe_duckdb_instance_connect(connection->instance, &connection->connection, error);
  if (code == SBE_OK) code = set_up(connection, settings, &session, error);
  if (code == SBE_OK)
    *ret_connection = connection;
  else
    close_connection(connection);
  return code;
}

static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  (void)error;
  const char *version = sbe_duck.library_version(), *path = sbe_duckdb_instance_path(connection->instance);
  sbe_duckdb_host->put(out, "DuckDB ", 7);
  sbe_duckdb_host->put(out, version, strlen(version));
  sbe_duckdb_host->put(out, ", ", 2);
  sbe_duckdb_host->put(out, path, strlen(path));
  return SBE_OK;
}

/* Within the process each statement is a request of its own; what DuckDB hands over is not counted. */
static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  ret_usage->statements = ret_usage->requests = ret_usage->round_trips = connection->statements;
  ret_usage->bytes_sent = connection->bytes;
  ret_usage->bytes_received = -1;
}

const sbe_connection_ops sbe_duckdb_connection = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = describe,
    .about = about,
    .usage = usage,
};
