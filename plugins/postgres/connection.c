/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection: `sbe_connection_ops` over libpq. A batch is BEGIN, its statements and COMMIT, in READ
 * COMMITTED, and whatever goes wrong in it is rolled back.
 *
 * Outcomes: before COMMIT was sent nothing can have been written; a COMMIT, or a statement that writes by
 * itself, whose answer was lost has an unknown outcome, unless it may be repeated. A lost connection
 * is told of once, even when it was lost between two calls, and made again by the call after that: the host
 * decides what is repeated.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/postgres/postgres_connection.h"

/* ---- statements ---- */

int64_t sbe_postgres_deadline(const sbe_run_options *options) {
  if (options == NULL || options->timeout_us <= 0) return 0;
  int64_t now = sbe_postgres_host->time();
  return options->timeout_us > INT64_MAX - now ? INT64_MAX : now + options->timeout_us;
}

/* The statement as it is sent: with a comment that the server's logs and views show. */
static int32_t put_statement(const sbe_connection *c, const sbe_statement *statement, sbe_common_buffer *out,
                             sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  if (memchr(statement->sql, '\0', statement->size) != NULL)
    return host->error(error, SBE_UNSUPPORTED, NULL, "PostgreSQL takes no statement with a NUL in it");
  sbe_common_puts(out, "/* sbe");
  if (c->tag != NULL) {
    sbe_common_puts(out, ": ");
    sbe_common_puts(out, c->tag); /* holds nothing that ends a comment */
  }
  sbe_common_puts(out, " */ ");
  sbe_common_put(out, statement->sql, statement->size);
  if (!out->overflow) return SBE_OK;
  return host->error(error, SBE_UNSUPPORTED, NULL, "A statement is longer than %zu MiB", SBE_COMMON_BUFFER_LIMIT >> 20);
}

/* ---- batches ---- */

/* The session's default is READ COMMITTED. */
int32_t sbe_postgres_begin(sbe_connection *c, int64_t deadline, sbe_error *error) {
  sbe_postgres_flight flight = {.connection = c, .sql = "BEGIN", .deadline = deadline};
  return sbe_postgres_fly(&flight, error);
}

/* Ends a batch that failed. Where that fails too, the connection goes, and the server rolls back. */
void sbe_postgres_rollback(sbe_connection *c) {
  if (c->pg == NULL) return;
  sbe_postgres_flight flight = {.connection = c, .sql = "ROLLBACK", .regardless = true};
  if (sbe_postgres_fly(&flight, NULL) != SBE_OK) sbe_postgres_drop(c);
}

int32_t sbe_postgres_commit(sbe_connection *c, int64_t deadline, sbe_error *error) {
  sbe_postgres_flight flight = {.connection = c, .sql = "COMMIT", .stake = SBE_POSTGRES_COMMIT, .deadline = deadline};
  int32_t code = sbe_postgres_fly(&flight, error);
  if (code != SBE_OK) {
    sbe_postgres_rollback(c); /* a harmless warning when the server has done so */
  } else if (strcmp(flight.tag, "COMMIT") != 0) {
    code = sbe_postgres_host->error(error, SBE_INTERNAL, NULL, "The server rolled back instead of committing");
  }
  return code;
}

static int32_t run_guard(sbe_connection *c, const char *sql, int64_t deadline, sbe_error *error) {
  sbe_postgres_guard guard = {false};
  sbe_postgres_flight flight = {.connection = c,
                                .sql = sql,
                                .deadline = deadline,
                                .columns = sbe_postgres_guard_columns,
                                .row = sbe_postgres_guard_row,
                                .user = &guard};
  int32_t code = sbe_postgres_fly(&flight, error);
  if (code != SBE_OK) return code;
  if (guard.bad) return sbe_postgres_host->error(error, SBE_SYNTAX, NULL, "A guard must be a query of one boolean");
  if (guard.yes) return SBE_OK;
  return sbe_postgres_host->error(error, SBE_CONFLICT, NULL,
                                  "A guard said no: another run has taken over, nothing was written");
}

static int32_t run_one(sbe_connection *c, const sbe_statement *statement, bool atomic, int64_t deadline,
                       int64_t *ret_count, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  int32_t code = put_statement(c, statement, &sql, error);
  if (code != SBE_OK) return code;
  if (statement->flags & SBE_STATEMENT_GUARD) {
    code = run_guard(c, sql.data, deadline, error);
    if (code == SBE_OK && ret_count != NULL) *ret_count = 0;
    return code;
  }
  bool repeatable = (statement->flags & SBE_STATEMENT_REPEATABLE) != 0;
  sbe_postgres_flight flight = {.connection = c,
                                .sql = sql.data,
                                .stake = atomic || repeatable ? SBE_POSTGRES_NOTHING : SBE_POSTGRES_WRITE,
                                .deadline = deadline};
  code = sbe_postgres_fly(&flight, error);
  if (code == SBE_OK && ret_count != NULL) *ret_count = flight.count;
  return code;
}

static int32_t run(sbe_connection *c, const sbe_statement *const *statements, size_t n, const sbe_run_options *options,
                   int64_t *ret_counts, sbe_error *error) {
  int64_t deadline = sbe_postgres_deadline(options);
  bool atomic = options != NULL && options->atomic != 0;
  for (size_t i = 0; ret_counts != NULL && i < n; i++) ret_counts[i] = -1;
  int32_t code = sbe_postgres_ready(c, options, deadline, error);
  if (code == SBE_OK && atomic) code = sbe_postgres_begin(c, deadline, error);
  if (code != SBE_OK) return code;
  for (size_t i = 0; i < n && code == SBE_OK; i++) {
    if (c->pg == NULL) return sbe_postgres_host->error(error, SBE_IO, NULL, "The connection to the server was lost");
    code = run_one(c, statements[i], atomic, deadline, ret_counts != NULL ? &ret_counts[i] : NULL, error);
  }
  if (!atomic) return code;
  if (code == SBE_OK) return sbe_postgres_commit(c, deadline, error);
  bool was_there = c->pg != NULL;
  sbe_postgres_rollback(c);
  if (code == SBE_BUSY && was_there && c->pg == NULL)
    code = sbe_postgres_host->error(error, SBE_IO, NULL, "The connection to the server was lost in a rollback");
  return code;
}

/* ---- queries ---- */

static int32_t query(sbe_connection *c, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  int64_t deadline = sbe_postgres_deadline(options);
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  int32_t code = sbe_postgres_ready(c, options, deadline, error);
  if (code == SBE_OK) code = put_statement(c, statement, &sql, error);
  if (code != SBE_OK) return code;
  sbe_postgres_rows *rows = sbe_postgres_rows_new(sink);
  sbe_postgres_flight flight = {.connection = c,
                                .sql = sql.data,
                                .deadline = deadline,
                                .columns = sbe_postgres_rows_columns,
                                .row = sbe_postgres_rows_row,
                                .user = rows};
  code = sbe_postgres_fly(&flight, error);
  if (code == SBE_OK && sbe_postgres_rows_overflow(rows))
    code = sbe_postgres_host->error(error, SBE_UNSUPPORTED, NULL, "A row is larger than %zu MiB",
                                    SBE_COMMON_BUFFER_LIMIT >> 20);
  sbe_postgres_rows_free(rows);
  return code;
}

static void put(sbe_text *out, const char *text) {
  sbe_postgres_host->put(out, text, strlen(text));
}

/* "PostgreSQL 15.18, database shop as user sbe at db.example.com:5432" */
static int32_t about(sbe_connection *c, sbe_text *out, sbe_error *error) {
  int32_t code = sbe_postgres_ready(c, NULL, 0, error);
  if (code != SBE_OK) return code;
  const char *version = PQparameterStatus(c->pg, "server_version");
  put(out, "PostgreSQL ");
  /* Packagers add where it was built: "15.18 (Debian 15.18-0+deb12u1)". */
  sbe_postgres_host->put(out, version != NULL ? version : "?", version != NULL ? strcspn(version, " ") : 1);
  put(out, ", database ");
  put(out, PQdb(c->pg));
  put(out, " as user ");
  put(out, PQuser(c->pg));
  if (c->role != NULL) {
    put(out, " in role ");
    put(out, c->role);
  }
  put(out, " at ");
  put(out, PQhost(c->pg) != NULL && PQhost(c->pg)[0] != '\0' ? PQhost(c->pg) : "localhost");
  put(out, ":");
  put(out, PQport(c->pg));
  if (PQsslInUse(c->pg)) put(out, ", encrypted");
  return SBE_OK;
}

/* Bytes are those of statements and of the cells of results, without the protocol around them. */
static void usage(sbe_connection *c, sbe_usage *ret_usage) {
  size_t size = ret_usage->struct_size < sizeof *ret_usage ? ret_usage->struct_size : sizeof *ret_usage;
  if (size <= sizeof size) return;
  memcpy((char *)ret_usage + sizeof size, (const char *)&c->usage + sizeof size, size - sizeof size);
}

const sbe_connection_ops sbe_postgres_connection = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = sbe_postgres_open,
    .close = sbe_postgres_close,
    .run = run,
    .query = query,
    .describe = sbe_postgres_describe,
    .about = about,
    .usage = usage,
};
