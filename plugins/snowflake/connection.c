/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection: `sbe_connection_ops` over Snowflake's SQL API. There is no session: every request is one
 * of its own, so a batch is one request with several statements, and `BEGIN; …; COMMIT` within it when it
 * is atomic (a statement that fails ends the request, and what is open is rolled back).
 *
 * Rows that were written are told for a statement that goes alone. In a batch the answer has no counts, and
 * to ask for each would cost a round trip a statement: they are -1.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/snowflake/snowflake_connection.h"

#ifdef PACKAGE_VERSION
#define AGENT "sbe/" PACKAGE_VERSION
#else
#define AGENT "sbe/0.1.0"
#endif

#define RETRIES 7

/* ---- run ---- */

/*
 * A guard fails by a conversion when it is not true, which ends the request. The text to be converted
 * depends on the query, so that nothing is computed before it is run.
 */
static void print_statement(const sbe_statement *statement, sbe_common_buffer *out) {
  bool guard = (statement->flags & SBE_STATEMENT_GUARD) != 0;
  if (guard) sbe_common_puts(out, "SELECT CAST(CASE WHEN (");
  sbe_common_put(out, statement->sql, statement->size);
  if (guard) sbe_common_puts(out, "\n) THEN '1' ELSE '" SBE_SNOWFLAKE_GUARD "' END AS NUMBER)");
}

/* A statement may end with a comment, so the semicolon stands on a line of its own. */
static void print_batch(const sbe_statement *const *statements, size_t n, bool atomic, sbe_common_buffer *out) {
  if (atomic) sbe_common_puts(out, "BEGIN;\n");
  for (size_t i = 0; i < n; i++) {
    if (i > 0) sbe_common_puts(out, "\n;\n");
    print_statement(statements[i], out);
  }
  if (atomic) sbe_common_puts(out, "\n;\nCOMMIT");
}

static const sbe_sink *sink_of(const sbe_statement *statement) {
  return statement->struct_size >= sizeof *statement ? statement->sink : NULL;
}

static sbe_snowflake_work work_of(sbe_connection *connection, const sbe_run_options *options) {
  sbe_snowflake_work work = {.connection = connection, .n = 1};
  if (options == NULL) return work;
  int64_t now = sbe_snowflake_host->time();
  work.tag = options->tag;
  work.key = options->key;
  work.timeout_us = options->timeout_us;
  if (options->timeout_us > 0)
    work.deadline = options->timeout_us > INT64_MAX - now ? INT64_MAX : now + options->timeout_us;
  return work;
}

/* The rows of the statements that have a sink: each has a handle of its own in the answer. */
static int32_t read_sinks(const sbe_snowflake_work *work, const sbe_statement *const *statements, size_t n,
                          const sbe_snowflake_result *batch, sbe_error *error) {
  char handle[SBE_SNOWFLAKE_HANDLE];
  int32_t code = SBE_OK;
  for (size_t i = 0; i < n && code == SBE_OK; i++) {
    const sbe_sink *sink = sink_of(statements[i]);
    if (sink == NULL) continue;
    if (!sbe_snowflake_result_handle(batch, (int)i, handle))
      return work->write
                 ? sbe_snowflake_unknown(error, "the service gave no handles of the statements")
                 : sbe_snowflake_host->error(error, SBE_IO, NULL, "Snowflake gave no handles of the statements");
    sbe_snowflake_result rows;
    sbe_snowflake_result_start(&rows, sink);
    code = sbe_snowflake_fetch(work, handle, &rows, error);
    if (code == SBE_OK) code = sbe_snowflake_rest_of(work, handle, &rows, error);
    sbe_snowflake_result_free(&rows);
  }
  return code;
}

static int32_t check(const sbe_statement *const *statements, size_t n, sbe_error *error) {
  for (size_t i = 0; i < n; i++)
    if (memchr(statements[i]->sql, '\0', statements[i]->size) != NULL)
      return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "Snowflake takes no statement with a NUL in it");
  return SBE_OK;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer text = {0};
  sbe_snowflake_work work = work_of(connection, options);
  sbe_snowflake_result result;
  bool alone = n == 1; /* one statement is atomic by itself */
  bool atomic = !alone && options != NULL && options->atomic != 0;
  for (size_t i = 0; ret_counts != NULL && i < n; i++) ret_counts[i] = -1;
  int32_t code = check(statements, n, error);
  if (code != SBE_OK || n == 0) return code;
  print_batch(statements, n, atomic, &text);
  if (text.overflow)
    return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "The statements are longer than %zu MiB",
                                     SBE_COMMON_BUFFER_LIMIT >> 20);
  work.sql = text.data;
  work.size = text.size;
  work.n = atomic ? n + 2 : n;
  for (size_t i = 0; i < n; i++)
    if (sink_of(statements[i]) == NULL && (statements[i]->flags & SBE_STATEMENT_GUARD) == 0) work.write = true;
  sbe_snowflake_result_start(&result, alone ? sink_of(statements[0]) : NULL);
  code = sbe_snowflake_submit(&work, &result, error);
  if (code == SBE_OK && alone && result.sink != NULL)
    code = sbe_snowflake_rest_of(&work, NULL, &result, error);
  else if (code == SBE_OK && !alone && !atomic)
    code = read_sinks(&work, statements, n, &result, error);
  if (code == SBE_OK && alone && ret_counts != NULL && work.write) ret_counts[0] = sbe_snowflake_result_count(&result);
  sbe_snowflake_result_free(&result);
  return code;
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  sbe_snowflake_work work = work_of(connection, options);
  sbe_snowflake_result result;
  int32_t code = check(&statement, 1, error);
  if (code != SBE_OK) return code;
  work.sql = statement->sql;
  work.size = statement->size;
  sbe_snowflake_result_start(&result, sink);
  code = sbe_snowflake_submit(&work, &result, error);
  if (code == SBE_OK) code = sbe_snowflake_rest_of(&work, NULL, &result, error);
  sbe_snowflake_result_free(&result);
  return code;
}

/* ---- open, close ---- */

static void close_connection(sbe_connection *connection) {
  if (connection == NULL) return;
  sbe_rest_close(connection->rest);
  sbe_snowflake_login_free(connection->login);
  sbe_snowflake_profile_free(&connection->profile);
  free(connection);
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run_, sbe_connection **ret_connection,
                               sbe_error *error) {
  sbe_connection *connection = sbe_common_allocate(1, sizeof *connection);
  connection->run = run_;
  int32_t code = sbe_snowflake_profile_read(settings, &connection->profile, error);
  if (code == SBE_OK) code = sbe_snowflake_login_new(settings, &connection->profile, &connection->login, error);
  if (code != SBE_OK) {
    close_connection(connection);
    return code;
  }
  connection->rest = sbe_rest_open(&(sbe_rest_options){.host = sbe_snowflake_host,
                                                       .run = run_,
                                                       .agent = AGENT,
                                                       .connect_timeout_us = connection->profile.connect_timeout_us,
                                                       .connect_retries = connection->profile.connect_retries,
                                                       .retries = RETRIES});
  *ret_connection = connection;
  return SBE_OK;
}

/* ---- about, usage ---- */

static int32_t about_row(void *user, size_t n, const sbe_value *values) {
  static const char *const words[] = {"Snowflake ", ", account ", ", role ", ", warehouse "};
  sbe_text *out = user;
  for (size_t i = 0; i < n && i < sizeof words / sizeof words[0]; i++) {
    if (values[i].kind != SBE_VALUE_TEXT || values[i].size > 1024) continue;
    sbe_snowflake_host->put(out, words[i], strlen(words[i]));
    sbe_snowflake_host->put(out, values[i].text, values[i].size);
  }
  return 1;
}

static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  static const char sql[] = "SELECT CURRENT_VERSION(), CURRENT_ACCOUNT(), CURRENT_ROLE(), CURRENT_WAREHOUSE()";
  sbe_statement statement = {sizeof statement, sql, sizeof sql - 1, SBE_STATEMENT_REPEATABLE, NULL};
  sbe_sink sink = {sizeof sink, out, NULL, about_row};
  return query(connection, &statement, NULL, &sink, error);
}

static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  sbe_rest_usage used = sbe_rest_used(connection->rest);
  ret_usage->statements = connection->statements;
  ret_usage->requests = connection->requests;
  ret_usage->round_trips = used.round_trips;
  ret_usage->bytes_sent = used.bytes_sent;
  ret_usage->bytes_received = used.bytes_received;
}

const sbe_connection_ops sbe_snowflake_connection = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = NULL, /* the dialect has SBE_OP_DESCRIBE */
    .about = about,
    .usage = usage,
};
