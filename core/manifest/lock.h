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

typedef struct sbe_lock {
  int64_t token;
  const char *token_text; /* for names of scratch tables */
  sbe_timestamp renewed;  /* sbe_monotonic_us of the last renewal */
} sbe_lock;

int32_t sbe_lock_print_table(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error);

/* SBE_BUSY, saying who holds it since when, when another run does. */
int32_t sbe_lock_acquire(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *ret_lock,
                         sbe_error *error);
/* The statement that a batch begins with. */
void sbe_lock_print_guard(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out);
/* Moves the end of the lease on. */
int32_t sbe_lock_renew(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *lock,
                       sbe_error *error);
/* Lets go, if it is still ours. */
int32_t sbe_lock_release(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock,
                         sbe_error *error);

#endif
