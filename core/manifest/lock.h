/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run lock: one row a manifest, a lease on the warehouse's clock. Its token is a counter: who
 * holds an older one can't publish, because every batch begins with a guard on it.
 */
#ifndef SBE_CORE_LOCK_H
#define SBE_CORE_LOCK_H

#include "core/plugin/session.h"
#include "core/sql/printer.h"

#define SBE_LOCK_TABLE "snowplow_run_lock"
#define SBE_LEASE_SECONDS 900
/* How long to wait for a batch of somebody else, who holds the row while it publishes. */
#define SBE_LOCK_TIMEOUT_US (10 * SBE_SECOND_US)

typedef struct sbe_lock {
  const char *holder;     /* what tells this run from every other one */
  int64_t token;          /* 0: not taken yet */
  const char *token_text; /* for names of scratch tables */
  sbe_timestamp renewed;  /* sbe_monotonic_us of the last renewal */
  sbe_timestamp clock;    /* the warehouse's, when it was taken */
} sbe_lock;

int32_t sbe_lock_print_table(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error);

/* A lock to be taken: print_take, print_read, then judge what was read. */
void sbe_lock_begin(sbe_arena *arena, sbe_lock *ret_lock);
/* `dead`: take it from the holder of this token; -1: only if nobody holds it, or a lease is over. */
void sbe_lock_print_take(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, int64_t dead, sbe_statements *out);
void sbe_lock_print_read(const sbe_sql *sql, sbe_arena *arena, sbe_text *out);
/*
 * SBE_OK: it is ours. SBE_BUSY, saying who holds it since when, when another run does. SBE_CONFLICT when
 * the holder of token `ret_dead` is gone, and it may be taken from him.
 */
int32_t sbe_lock_judge(sbe_arena *arena, const sbe_rows *rows, sbe_lock *lock, int64_t *ret_dead, sbe_error *error);

/* What a batch begins with: nobody else gets the lock until it is over… */
void sbe_lock_print_hold(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out);
/* …and it goes on only if the lock is ours, and if `condition` holds (" AND …", or nothing). */
void sbe_lock_print_guard(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, const char *condition,
                          sbe_statements *out);
/* Moves the end of the lease on. */
int32_t sbe_lock_renew(sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *lock, sbe_error *error);
/* Lets go, if it is still ours. */
void sbe_lock_print_release(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out);

#endif
