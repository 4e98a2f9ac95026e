/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the connection half share: the connection itself, where it leads (profile.c), how it
 * logs in (login.c), one statement on its way (statements.c), its answer (results.c) and what errors
 * mean (errors.c). connection.c puts them together.
 */
#ifndef SBE_SNOWFLAKE_CONNECTION_H
#define SBE_SNOWFLAKE_CONNECTION_H

#include <cjson/cJSON.h>

#include "plugins/common/jwt.h"
#include "plugins/common/rest.h"
#include "plugins/snowflake/cells.h"
#include "plugins/snowflake/scan.h"
#include "plugins/snowflake/snowflake_adapter.h"

#pragma GCC visibility push(hidden)

/* ---- profile.c ---- */

/* The fields of the profile. Names are as Snowflake keeps them, NULL when not given. */
typedef struct sbe_snowflake_profile {
  char *base;           /* "https://host" or "https://host:port" */
  char *account, *user; /* as the token has them: large letters, the account without its region */
  char *role, *warehouse, *database, *schema, *tag;
  int64_t connect_timeout_us;
  int connect_retries;
} sbe_snowflake_profile;

int32_t sbe_snowflake_profile_read(const sbe_settings *settings, sbe_snowflake_profile *ret_profile, sbe_error *error);
void sbe_snowflake_profile_free(sbe_snowflake_profile *profile);

/* ---- login.c ---- */

typedef struct sbe_snowflake_login sbe_snowflake_login;

int32_t sbe_snowflake_login_new(const sbe_settings *settings, const sbe_snowflake_profile *profile,
                                sbe_snowflake_login **ret_login, sbe_error *error);
void sbe_snowflake_login_free(sbe_snowflake_login *login);
/* A token that is good now, made or fetched where it has to be. Lives until the next call. */
int32_t sbe_snowflake_login_token(sbe_snowflake_login *login, sbe_rest *rest, int64_t deadline, const char **ret_token,
                                  sbe_error *error);
/* The token was refused. @return whether another one can be had. */
bool sbe_snowflake_login_renew(sbe_snowflake_login *login);
/* The value of X-Snowflake-Authorization-Token-Type. */
const char *sbe_snowflake_login_kind(const sbe_snowflake_login *login);
/* Whether a text, which others wrote, holds our token. */
bool sbe_snowflake_login_repeated(const sbe_snowflake_login *login, const char *text);
/* The key's fingerprint, as DESC USER shows it; NULL for other logins. */
const char *sbe_snowflake_login_fingerprint(const sbe_snowflake_login *login);

/* ---- the connection ---- */

struct sbe_connection {
  sbe_run *run;
  sbe_rest *rest;
  sbe_snowflake_login *login;
  sbe_snowflake_profile profile;
  int64_t statements, requests;
};

/* ---- errors.c ---- */

/* What a number of Snowflake's means, with its SQLSTATE for numbers that are not known. */
int32_t sbe_snowflake_code(long number, const char *sqlstate, const char *message);
/* The service has answered with an error. `envelope` may be NULL: it was no JSON. */
int32_t sbe_snowflake_refused(const sbe_connection *connection, int status, const cJSON *envelope, sbe_error *error);
/* It has not answered. */
int32_t sbe_snowflake_unanswered(const sbe_connection *connection, const sbe_rest_answer *answer, bool write,
                                 sbe_error *error);
int32_t sbe_snowflake_unknown(sbe_error *error, const char *why);

/* The text in the batch by which the failure of a guard is known. */
#define SBE_SNOWFLAKE_GUARD "sbe_guard_refused"

/* ---- results.c ---- */

#define SBE_SNOWFLAKE_HANDLE 64

/* The answer to one statement, read as it comes. */
typedef struct sbe_snowflake_result {
  const sbe_sink *sink; /* NULL: nobody wants the rows */
  sbe_snowflake_scan scan;
  cJSON *envelope; /* of the last answer; NULL: it was no JSON */
  /* Of the metadata. */
  bool known, announced;
  size_t n_columns, n_partitions;
  char **names;
  sbe_snowflake_form *forms;
  int *scales;
  int64_t *partitions; /* rows of each; -1: not said */
  sbe_value *values;
  char (*times)[SBE_SNOWFLAKE_TIME_SIZE];
  /* Where we are. */
  size_t partition;
  int64_t seen, pushed; /* rows of this partition: of this attempt, and given to the sink */
  bool enough;          /* the sink wants no more */
  int64_t written;
} sbe_snowflake_result;

void sbe_snowflake_result_start(sbe_snowflake_result *result, const sbe_sink *sink);
void sbe_snowflake_result_free(sbe_snowflake_result *result);
/* An answer begins (again). */
void sbe_snowflake_result_again(sbe_snowflake_result *result);
/* For sbe_rest_request: its `user` is the result. */
bool sbe_snowflake_result_take(void *user, int status, const char *bytes, size_t size);
bool sbe_snowflake_result_whole(void *user, int status);
/* The answer is over: its envelope is read. */
int32_t sbe_snowflake_result_end(sbe_snowflake_result *result, int status, bool write, sbe_error *error);
/* The next partition will come. */
void sbe_snowflake_result_next(sbe_snowflake_result *result);
/* Rows that a statement wrote; -1: not told. */
int64_t sbe_snowflake_result_count(const sbe_snowflake_result *result);
/* A handle of the envelope, if it looks like one; for `index` >= 0 that of a statement of several. */
bool sbe_snowflake_result_handle(const sbe_snowflake_result *result, int index, char ret_handle[SBE_SNOWFLAKE_HANDLE]);

/* ---- statements.c ---- */

/* What is asked for in one request. */
typedef struct sbe_snowflake_work {
  sbe_connection *connection;
  const char *sql;
  size_t size;
  size_t n; /* statements in it */
  const char *tag, *key;
  int64_t timeout_us, deadline;
  bool write; /* a lost answer matters */
} sbe_snowflake_work;

/* Run it to its end; the first (or only) partition goes to `result`. */
int32_t sbe_snowflake_submit(const sbe_snowflake_work *work, sbe_snowflake_result *result, sbe_error *error);
/* The answer of a statement that has run, from its first partition on. */
int32_t sbe_snowflake_fetch(const sbe_snowflake_work *work, const char *handle, sbe_snowflake_result *result,
                            sbe_error *error);
/* What is left of it after the first partition. */
int32_t sbe_snowflake_rest_of(const sbe_snowflake_work *work, const char *handle, sbe_snowflake_result *result,
                              sbe_error *error);

#pragma GCC visibility pop

#endif
