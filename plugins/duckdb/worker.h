/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread beside a connection, which calls DuckDB while the thread that called the adapter waits,
 * ticks the host and interrupts. Driving DuckDB's tasks from one thread was tried: a single task of a
 * join took 3.3 s, in which nobody could be ticked and nothing be cancelled.
 */
#ifndef SBE_DUCKDB_WORKER_H
#define SBE_DUCKDB_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct sbe_duckdb_worker sbe_duckdb_worker;

/* NULL when the system has no thread left. */
sbe_duckdb_worker *sbe_duckdb_worker_new(void);
/* Must be idle. NULL is allowed. */
void sbe_duckdb_worker_free(sbe_duckdb_worker *worker);
/* Begin a job; one at a time. */
void sbe_duckdb_worker_start(sbe_duckdb_worker *worker, void (*job)(void *argument), void *argument);
/* Is the job done? Waits for it at most `us` microseconds. */
bool sbe_duckdb_worker_wait(sbe_duckdb_worker *worker, int64_t us);

#pragma GCC visibility pop

#endif
