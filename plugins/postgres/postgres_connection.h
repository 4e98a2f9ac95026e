/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection half of the PostgreSQL adapter among itself: a session with a server (session.c), the
 * statements that run on it (flight.c: one; connection.c: the interface's calls), values out of results
 * (results.c), and errors (errors.c).
 */
#ifndef SBE_POSTGRES_CONNECTION_H
#define SBE_POSTGRES_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "plugins/common/buffer.h"
#include "plugins/postgres/postgres_adapter.h"

#pragma GCC visibility push(hidden)

#define SBE_POSTGRES_TICK_US 50000

/* ---- session.c ---- */

#define SBE_POSTGRES_MOST_PARAMETERS 24

struct sbe_connection {
  PGconn *pg; /* NULL: lost; the next call connects again */
  bool dying; /* the server has said good-bye */
  sbe_run *run;
  size_t n_parameters; /* what libpq connects with; NULL at the end of both */
  char *keywords[SBE_POSTGRES_MOST_PARAMETERS];
  char *values[SBE_POSTGRES_MOST_PARAMETERS];
  char *password, *schema, *search_path, *role; /* NULL: not given */
  bool read_only;
  char *tag;                 /* application_name as it is now; NULL: that of the start */
  int64_t server_timeout_ms; /* statement_timeout and lock_timeout as we have set them; 0: the server's own */
  sbe_usage usage;
};

int32_t sbe_postgres_open(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                          sbe_error *error);
void sbe_postgres_close(sbe_connection *connection);
/* Ends the session, whatever state it is in: the server undoes what is not committed. */
void sbe_postgres_drop(sbe_connection *connection);
/* A session that works, with the call's tag and time limit: connects again where the last one was lost. */
int32_t sbe_postgres_ready(sbe_connection *connection, const sbe_run_options *options, int64_t deadline,
                           sbe_error *error);

/* ---- flight.c ---- */

/* What a lost answer means. */
typedef enum sbe_postgres_stake {
  SBE_POSTGRES_NOTHING, /* nothing can have been written: a query, or a batch before its COMMIT */
  SBE_POSTGRES_WRITE,   /* a statement that writes by itself */
  SBE_POSTGRES_COMMIT   /* is not cancelled once it was sent */
} sbe_postgres_stake;

/* One statement on its way. */
typedef struct sbe_postgres_flight {
  sbe_connection *connection;
  const char *sql;
  int n_values; /* of $1, $2, …, texts */
  const char *const *values;
  sbe_postgres_stake stake;
  int64_t deadline; /* 0: none */
  bool regardless;  /* `tick` cannot end it, and it has a few seconds */
  const char *copy; /* what a COPY FROM STDIN is given */
  size_t copy_size;
  /* Called for every row, and once with the columns before them; non-zero: enough. NULL: nobody wants them. */
  int32_t (*columns)(void *user, const PGresult *result);
  int32_t (*row)(void *user, const PGresult *result, int row);
  void *user;
  /* Answers. */
  int64_t count; /* rows that it wrote, -1: not known */
  char tag[32];  /* the command's tag, "COMMIT" */
  int32_t ended; /* why it was cancelled, SBE_OK: it was not */
  bool enough, short_ /* rows were left out */;
  /* Inner. */
  PGresult *failure;
  struct sbe_postgres_canceller *canceller;
  int64_t began, give_up, next_tick;
  bool sent, lost, copying;
} sbe_postgres_flight;

int32_t sbe_postgres_fly(sbe_postgres_flight *flight, sbe_error *error);
/* One of our own, without rows. */
int32_t sbe_postgres_do(sbe_connection *connection, const char *sql, sbe_error *error);
/* Wait for the socket of a login, or of a session at rest, until something happens or it is time to tick, which is
   done then; non-zero: it asks for the end. */
int32_t sbe_postgres_wait(sbe_connection *connection, bool writing, int64_t until, bool *ret_ready);

/* ---- connection.c ---- */

int64_t sbe_postgres_deadline(const sbe_run_options *options);
int32_t sbe_postgres_begin(sbe_connection *connection, int64_t deadline, sbe_error *error);
int32_t sbe_postgres_commit(sbe_connection *connection, int64_t deadline, sbe_error *error);
void sbe_postgres_rollback(sbe_connection *connection);

/* ---- results.c ---- */

/* What turns rows of results into values. */
typedef struct sbe_postgres_rows sbe_postgres_rows;
sbe_postgres_rows *sbe_postgres_rows_new(const sbe_sink *sink);
void sbe_postgres_rows_free(sbe_postgres_rows *rows);
int32_t sbe_postgres_rows_columns(void *rows, const PGresult *result);
int32_t sbe_postgres_rows_row(void *rows, const PGresult *result, int row);
bool sbe_postgres_rows_overflow(const sbe_postgres_rows *rows); /* a row was too large */
/* The one boolean of a guard. */
typedef struct sbe_postgres_guard {
  bool bad; /* it is no query of one boolean */
  bool yes;
  bool seen;
} sbe_postgres_guard;
int32_t sbe_postgres_guard_columns(void *guard, const PGresult *result);
int32_t sbe_postgres_guard_row(void *guard, const PGresult *result, int row);

/* ---- errors.c ---- */

/* The code of an SQLSTATE. */
int32_t sbe_postgres_code(const char *sqlstate);
/* What a failed result says; `comment` bytes at the front of the statement are ours. */
int32_t sbe_postgres_fail(const sbe_connection *connection, const PGresult *result, const char *sql, sbe_error *error);
/* What libpq says when there is no result: of a connection that could not be made, or that was lost. */
int32_t sbe_postgres_open_error(const sbe_connection *connection, PGconn *pg, sbe_error *error);
/* The same on one line, without secrets, not too long. */
#define SBE_POSTGRES_LONGEST 600
void sbe_postgres_tidy(const sbe_connection *connection, const char *message, char out[SBE_POSTGRES_LONGEST + 64]);

#pragma GCC visibility pop

#endif
