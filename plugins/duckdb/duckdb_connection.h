/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the connection half share: database instances (instance.c), statements
 * (connection.c), rows (results.c), errors (errors.c). The fixture uses them too.
 */
#ifndef SBE_DUCKDB_CONNECTION_H
#define SBE_DUCKDB_CONNECTION_H

#include "plugins/duckdb/api.h"
#include "plugins/common/buffer.h"
#include "plugins/duckdb/duckdb_adapter.h"
#include "plugins/duckdb/worker.h"

#pragma GCC visibility push(hidden)

/* One database, shared by all connections of this process to the same file. */
typedef struct sbe_duckdb_instance sbe_duckdb_instance;

struct sbe_connection {
  sbe_duckdb_instance *instance;
  duck_connection connection;
  sbe_duckdb_worker *worker;
  sbe_run *run;
  char *schema; /* where a name without schema lives */
  char *said;   /* of a message being written */
  int64_t statements, bytes; /* asked so far */
};

/* ---- instance.c ---- */

/* Open the database, or share the one that is open. `ret_session` gets the SET statements, each closed
   by a NUL, for those of the user's settings that only a connection takes (or that are wrong). */
/* The host will only read: nothing is made, and several processes may read at once. */
bool sbe_duckdb_read_only(const sbe_settings *settings);

int32_t sbe_duckdb_instance_open(const sbe_settings *settings, sbe_duckdb_instance **ret_instance,
                                 sbe_common_buffer *ret_session, sbe_error *error);
void sbe_duckdb_instance_close(sbe_duckdb_instance *instance);
int32_t sbe_duckdb_instance_connect(sbe_duckdb_instance *instance, duck_connection *ret_connection, sbe_error *error);
const char *sbe_duckdb_instance_path(const sbe_duckdb_instance *instance);

/* ---- errors.c ---- */

/* One of our codes for a message of DuckDB's, which begins with the kind of error. */
int32_t sbe_duckdb_code(const char *message);
/* Fill in the error for DuckDB's message, cut sensibly; answers `code`. */
int32_t sbe_duckdb_error(sbe_error *error, int32_t code, const char *message);
/* The same with the code that belongs to the message. */
int32_t sbe_duckdb_fail(sbe_error *error, const char *message);
/* The same for a COMMIT: SBE_UNKNOWN_OUTCOME unless the message says that nothing was written. */
int32_t sbe_duckdb_fail_commit(sbe_error *error, const char *message);
/* The same for a database that could not be opened: who holds it, who wrote it. */
int32_t sbe_duckdb_open_error(sbe_error *error, const char *path, const char *message);

/* ---- connection.c ---- */

/* Run one statement to its end; `deadline` on the host's clock, 0: none. `ret_result` is to be destroyed;
   untouched on failure. */
int32_t sbe_duckdb_execute(sbe_connection *connection, const char *sql, size_t size, int64_t deadline,
                           duck_result *ret_result, sbe_error *error);
/* The same where the result is of no interest. */
int32_t sbe_duckdb_do(sbe_connection *connection, const char *sql, sbe_error *error);
int32_t sbe_duckdb_commit(sbe_connection *connection, int64_t deadline, sbe_error *error);
void sbe_duckdb_rollback(sbe_connection *connection);

/* ---- results.c ---- */

/* Push all rows of a result; ends early when the sink says so. */
int32_t sbe_duckdb_push(sbe_connection *connection, duck_result *result, const sbe_sink *sink, int64_t deadline,
                        sbe_error *error);
/* The first cell as a boolean; false when there is no row. SBE_SYNTAX when it is none. */
int32_t sbe_duckdb_first_bool(duck_result *result, bool *ret_value, sbe_error *error);
/* The first cell as a BIGINT; -1 when it is none. */
int64_t sbe_duckdb_first_bigint(duck_result *result);

#pragma GCC visibility pop

#endif
