/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection in use: the adapter, its connection, and what goes with every call. It only saves its
 * callers from spelling out the interface; what to run, and when to try again, is theirs to say.
 */
#ifndef SBE_CORE_SESSION_H
#define SBE_CORE_SESSION_H

#include "core/plugin/plugin.h"

typedef struct sbe_session {
  const sbe_plugin *plugin;
  sbe_connection *connection;
  sbe_run *run;
  const char *tag;
  int64_t timeout_us; /* of each call; 0: none */
} sbe_session;

int32_t sbe_session_open(sbe_session *session, const sbe_plugin *plugin, const sbe_settings *settings, sbe_run *run,
                         const char *tag, sbe_error *error);
void sbe_session_close(sbe_session *session);
/* Adds what this connection has cost to `total`; a number that is not known stays or becomes -1. */
void sbe_session_add_usage(const sbe_session *session, sbe_usage *total);

/* A small result, whole in memory; at most SBE_MAX_ROWS rows. */
#define SBE_MAX_ROWS 1000000
typedef struct sbe_rows {
  sbe_arena *arena;
  size_t n, columns, capacity;
  sbe_value *values; /* row after row; texts are NUL-terminated */
} sbe_rows;
#define SBE_CELL(rows, row, column) (&(rows)->values[(row) * (rows)->columns + (column)])

int32_t sbe_session_query(const sbe_session *session, const char *sql, sbe_rows *ret_rows, sbe_error *error);
/*
 * Queries in the list fill their rows, which are emptied first. In one call where the adapter can answer lists;
 * else what stands between the queries is one call each. `ret_counts` has list->n numbers, or is NULL.
 */
int32_t sbe_session_run(const sbe_session *session, const sbe_statements *list, bool atomic, int64_t *ret_counts,
                        sbe_error *error);
/* The query of a table's columns, where the dialect has one; false: only `describe` knows. */
bool sbe_session_print_describe(const sbe_session *session, const sbe_name *table, sbe_text *out);
/* SBE_NOT_FOUND, or no rows, when there is no such table. */
int32_t sbe_session_describe(const sbe_session *session, const sbe_name *table, sbe_rows *ret_rows, sbe_error *error);

/* The value of a cell, with what to take for NULL. */
int64_t sbe_cell_int(const sbe_value *value, int64_t otherwise);
const char *sbe_cell_text(const sbe_value *value, const char *otherwise);

#endif
