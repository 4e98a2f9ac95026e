/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the DuckDB adapter share with one another, and nobody else sees: the descriptor
 * (duckdb.c) puts these tables together, and keeps the host's table here when it is initialised.
 * Nothing in here is exported; the library's one symbol is `sbe_adapter_duckdb`.
 */
#ifndef SBE_DUCKDB_ADAPTER_H
#define SBE_DUCKDB_ADAPTER_H

#include "sbe/adapter.h"

#if defined(__GNUC__)
#define SBE_DUCKDB_HIDDEN __attribute__((visibility("hidden")))
#else
#define SBE_DUCKDB_HIDDEN
#endif

extern SBE_DUCKDB_HIDDEN const sbe_dialect sbe_duckdb_dialect;           /* dialect.c */
extern SBE_DUCKDB_HIDDEN const sbe_connection_ops sbe_duckdb_connection; /* connection.c */
extern SBE_DUCKDB_HIDDEN const sbe_fixture sbe_duckdb_fixture;           /* fixture.c */
extern SBE_DUCKDB_HIDDEN const sbe_host *sbe_duckdb_host;                /* duckdb.c; set by init */

/* The dialect's `source`, in source.c. */
SBE_DUCKDB_HIDDEN int32_t sbe_duckdb_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes,
                                            sbe_error *error);

/* The database in memory that every connection has beside its file, for scratch tables. */
#define SBE_DUCKDB_SCRATCH "sbe_scratch"

#endif
