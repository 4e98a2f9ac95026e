/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How statements reach the database: open, run, query, describe, and what stops them. SQLite is called
 * in the thread that called us, so waiting is its working; it calls `on_progress` every few
 * instructions, and that is where the host is told that we are alive, and asked whether to go on.
 *
 * To change: everything, but keep the questions. Where do I wait, and does each wait tick (ten times a
 * second, without which Ctrl-C and the lease of the lock do not work)? How is a statement cancelled *in
 * the warehouse*? Which errors mean "nothing was written, try again"? And what if the answer to COMMIT
 * is lost? Then it is SBE_UNKNOWN_OUTCOME, and never a second try of one's own.
 */
#include <stdlib.h>
#include <string.h>

#include "sqlite_adapter.h"

enum { TICK_US = 20000, INSTRUCTIONS = 2000, RETRY_MS = 20 };

/* ---- errors: named for what can be done about them (base.h) ---- */

static int32_t code_of_message(const char *message) {
  /* SQLITE_ERROR is everything from a table that is not there to a misspelled word */
  static const char *const not_found[] = {"no such table", "no such column", "no such database", "unknown database"};
  for (size_t i = 0; i < sizeof not_found / sizeof not_found[0]; i++)
    if (strstr(message, not_found[i]) != NULL) return SBE_NOT_FOUND;
  return SBE_SYNTAX;
}

static int32_t code_of(int result, const char *message) {
  switch (result & 0xFF) { /* without the extended part */
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return SBE_BUSY;
  case SQLITE_INTERRUPT:
    return SBE_CANCELLED;
  case SQLITE_ERROR:
    return code_of_message(message);
  case SQLITE_CONSTRAINT:
  case SQLITE_MISMATCH:
  case SQLITE_TOOBIG:
  case SQLITE_CORRUPT:
    return SBE_DATA;
  case SQLITE_CANTOPEN:
  case SQLITE_NOTADB:
  case SQLITE_PERM:
  case SQLITE_READONLY:
  case SQLITE_AUTH:
    return SBE_INVALID;
  case SQLITE_IOERR:
  case SQLITE_FULL:
    return SBE_IO; /* what was begun has been rolled back */
  default:
    return SBE_INTERNAL;
  }
}

int32_t sqlite_failed(sbe_connection *connection, sbe_error *error) {
  const char *message = sqlite3_errmsg(connection->db);
  int result = sqlite3_extended_errcode(connection->db);
  int32_t code = code_of(result, message);
  if (connection->stopped == SBE_TIMEOUT)
    return host->error(error, SBE_TIMEOUT, NULL, "The statement took longer than it may");
  if (code == SBE_CANCELLED) return host->error(error, code, NULL, "The statement was cancelled");
  if (code == SBE_BUSY) return host->error(error, code, NULL, "Another process is writing to %s", connection->path);
  return host->error(error, code, NULL, "SQLite: %s (%d)", message, result);
}

/* ---- waiting ---- */

/* Non-zero: the statement must end; SQLite then answers SQLITE_INTERRUPT, and has undone it. */
static int on_progress(void *user) {
  sbe_connection *connection = user;
  int64_t now = host->time();
  if (connection->committing || now < connection->next_tick) return 0;
  connection->next_tick = now + TICK_US;
  if (host->tick(connection->run, -1) != 0) connection->stopped = SBE_CANCELLED;
  if (connection->deadline != 0 && now >= connection->deadline) connection->stopped = SBE_TIMEOUT;
  return connection->stopped != SBE_OK;
}

/* Somebody else has the lock. Non-zero: try again. */
static int on_busy(void *user, int tries) {
  sbe_connection *connection = user;
  int64_t now = host->time();
  if (tries == 0) connection->waiting_since = now;
  if (now - connection->waiting_since >= connection->patience || on_progress(user) != 0) return 0;
  sqlite3_sleep(RETRY_MS);
  return 1;
}

static void begin_call(sbe_connection *connection, const sbe_run_options *options) {
  int64_t limit = options != NULL ? options->timeout_us : 0, now = host->time();
  connection->deadline = limit <= 0 ? 0 : limit > INT64_MAX - now ? INT64_MAX : now + limit;
  connection->stopped = SBE_OK;
  connection->next_tick = 0;
}

/* ---- one statement ---- */

int32_t prepare(sbe_connection *connection, const char *sql, size_t size, sqlite3_stmt **ret, sbe_error *error) {
  const char *rest = sql;
  if (memchr(sql, '\0', size) != NULL)
    return host->error(error, SBE_UNSUPPORTED, NULL, "SQLite takes no statement with a NUL in it");
  if (size > INT32_MAX || sqlite3_prepare_v2(connection->db, sql, (int)size, ret, &rest) != SQLITE_OK)
    return sqlite_failed(connection, error);
  while (rest < sql + size && strchr(" \t\r\n;", *rest) != NULL) rest++;
  if (*ret != NULL && rest == sql + size) return SBE_OK;
  sqlite3_finalize(*ret);
  return host->error(error, SBE_SYNTAX, NULL, "This is not just one statement: %.200s", sql);
}

/* A statement's rows are nobody's; a guard's first cell decides. */
static int32_t step_through(sbe_connection *connection, sqlite3_stmt *statement, bool guard, sbe_error *error) {
  bool yes = !guard;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    if (guard) yes = sqlite3_column_int(statement, 0) != 0;
  if (code != SQLITE_DONE) return sqlite_failed(connection, error);
  if (yes) return SBE_OK;
  return host->error(error, SBE_CONFLICT, NULL, "A guard said no: another run has taken over, nothing was written");
}

static int32_t run_one(sbe_connection *connection, const char *sql, size_t size, uint32_t flags, int64_t *ret_count,
                       sbe_error *error) {
  sqlite3_stmt *statement = NULL;
  if (on_progress(connection) != 0) /* also between statements that are over at once */
    return host->error(error, connection->stopped, NULL, "Ended before the statement began");
  int32_t code = prepare(connection, sql, size, &statement, error);
  if (code != SBE_OK) return code;
  sqlite3_int64 before = sqlite3_total_changes64(connection->db);
  code = step_through(connection, statement, (flags & SBE_STATEMENT_GUARD) != 0, error);
  if (ret_count != NULL) *ret_count = sqlite3_total_changes64(connection->db) - before;
  sqlite3_finalize(statement);
  connection->n_statements++;
  return code;
}

static int32_t run_text(sbe_connection *connection, const char *sql, sbe_error *error) {
  return run_one(connection, sql, strlen(sql), 0, NULL, error);
}

/* ---- run: what changes something ---- */

/*
 * A commit that has begun is not interrupted. When the lock for it cannot be had in time, nothing was
 * written; when the disk fails in it, it may have been: the host then looks into its manifest.
 */
static int32_t commit(sbe_connection *connection, sbe_error *error) {
  if (on_progress(connection) != 0)
    return host->error(error, connection->stopped, NULL, "Ended before the statements were committed");
  connection->committing = true;
  int result = sqlite3_exec(connection->db, "COMMIT", NULL, NULL, NULL);
  connection->n_statements++;
  connection->committing = false;
  if (result == SQLITE_OK) return SBE_OK;
  if ((result & 0xFF) == SQLITE_IOERR)
    return host->error(error, SBE_UNKNOWN_OUTCOME, NULL, "SQLite: %s", sqlite3_errmsg(connection->db));
  return sqlite_failed(connection, error);
}

/* IMMEDIATE: the lock for writing is taken first, so that what a guard has read still holds at the end. */
static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  bool atomic = options != NULL && options->atomic != 0;
  begin_call(connection, options);
  for (size_t i = 0; ret_counts != NULL && i < n; i++) ret_counts[i] = -1;
  int32_t code = atomic ? run_text(connection, "BEGIN IMMEDIATE", error) : SBE_OK;
  for (size_t i = 0; i < n && code == SBE_OK; i++)
    code = run_one(connection, statements[i]->sql, statements[i]->size, statements[i]->flags,
                   ret_counts != NULL ? &ret_counts[i] : NULL, error);
  if (atomic && code == SBE_OK) code = commit(connection, error);
  if (code != SBE_OK && sqlite3_get_autocommit(connection->db) == 0)
    sqlite3_exec(connection->db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}

/* ---- query, describe: what answers rows ---- */

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  sqlite3_stmt *prepared = NULL;
  begin_call(connection, options);
  if (on_progress(connection) != 0)
    return host->error(error, connection->stopped, NULL, "Ended before the statement began");
  int32_t code = prepare(connection, statement->sql, statement->size, &prepared, error);
  if (code != SBE_OK) return code;
  code = push_rows(connection, prepared, sink, error);
  sqlite3_finalize(prepared);
  connection->n_statements++;
  return code;
}

/* What it answers is kept in the project, and given to `source` again without a connection. */
static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  static const char sql[] = "SELECT name, type FROM pragma_table_info(?1, ?2)";
  sqlite3_stmt *statement = NULL;
  begin_call(connection, NULL);
  int32_t code = prepare(connection, sql, sizeof sql - 1, &statement, error);
  if (code != SBE_OK) return code;
  sqlite3_bind_text(statement, 1, table_in_file(table), -1, sqlite3_free);
  sqlite3_bind_text(statement, 2, table->database, -1, SQLITE_TRANSIENT); /* NULL: any */
  if (sqlite3_step(statement) != SQLITE_ROW)
    code = host->error(error, SBE_NOT_FOUND, NULL, "There is no table %s%s%s in %s", table->schema ? table->schema : "",
                       table->schema ? "." : "", table->table, connection->path);
  sqlite3_reset(statement);
  if (code == SBE_OK) code = push_rows(connection, statement, sink, error);
  sqlite3_finalize(statement);
  connection->n_statements++;
  return code;
}

/* ---- open, close ---- */

static void close_connection(sbe_connection *connection) {
  if (connection == NULL) return;
  sqlite3_close(connection->db);
  sqlite3_free(connection->path);
  free(connection);
}

/* What a session must be set to, whatever the user's defaults are: time zone, case, quoting, isolation. */
static int32_t set_up(sbe_connection *connection, bool read_only, sbe_error *error) {
  sqlite3 *db = connection->db;
  int result = register_functions(db);
  if (result == SQLITE_OK) result = register_aggregates(db);
  /* a name in quotes that nothing has is an error, and not a text */
  if (result == SQLITE_OK) result = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  if (result == SQLITE_OK) result = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  if (result == SQLITE_OK) result = sqlite3_exec(db, "PRAGMA case_sensitive_like = ON", NULL, NULL, NULL);
  /* readers and the one writer do not wait for each other: the lease is renewed during a long scan */
  if (result == SQLITE_OK && !read_only) result = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
  return result == SQLITE_OK ? SBE_OK : sqlite_failed(connection, error);
}

static int32_t read_patience(const sbe_settings *settings, int64_t *ret_micros, sbe_error *error) {
  const char *text = host->setting(settings, "timeout");
  number n;
  int128 seconds = 10;
  if (text != NULL &&
      (!number_parse(text, strlen(text), &n) || !number_integer(&n, true, &seconds) || seconds < 0 || seconds > 3600))
    return host->error(error, SBE_INVALID, NULL, "`timeout` must be a number of seconds, 0 to 3600");
  *ret_micros = (int64_t)seconds * 1000000;
  return SBE_OK;
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run_, sbe_connection **ret_connection,
                               sbe_error *error) {
  const char *path = host->setting(settings, "path"), *wanted = host->setting(settings, "read_only");
  bool read_only = wanted != NULL && strcmp(wanted, "true") == 0;
  int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (path == NULL) return host->error(error, SBE_INVALID, NULL, "profiles.yml does not say the `path` of the file");
  sbe_connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) return host->error(error, SBE_INTERNAL, NULL, "Out of memory");
  connection->run = run_;
  connection->path = sqlite3_mprintf("%s", path);
  int32_t code = read_patience(settings, &connection->patience, error);
  if (code == SBE_OK && sqlite3_open_v2(path, &connection->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    code = host->error(error, SBE_INVALID, NULL, "%s cannot be opened: %s", path, sqlite3_errmsg(connection->db));
  if (code == SBE_OK) {
    sqlite3_extended_result_codes(connection->db, 1);
    sqlite3_progress_handler(connection->db, INSTRUCTIONS, on_progress, connection);
    sqlite3_busy_handler(connection->db, on_busy, connection);
    code = set_up(connection, read_only, error);
  }
  if (code == SBE_OK)
    *ret_connection = connection;
  else
    close_connection(connection);
  return code;
}

/* ---- what is optional ---- */

static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  (void)error;
  put(out, "SQLite ");
  put(out, sqlite3_libversion());
  put(out, ", ");
  put(out, connection->path);
  return SBE_OK;
}

/* Inside the process each statement is a request, with its answer a round trip; what SQLite is handed is not counted.
 */
static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  ret_usage->statements = ret_usage->requests = ret_usage->round_trips = connection->n_statements;
  ret_usage->bytes_sent = ret_usage->bytes_received = -1;
}

const sbe_connection_ops sqlite_connection = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = describe,
    .about = about,
    .usage = usage,
};
