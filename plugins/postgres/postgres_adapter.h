/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the PostgreSQL adapter share with one another, and nobody else sees: the descriptor
 * (postgres.c) puts these tables together, and keeps the host's table here when it is initialised.
 * Nothing in here is exported; the library's one symbol is `sbe_adapter_postgres`.
 */
#ifndef SBE_POSTGRES_ADAPTER_H
#define SBE_POSTGRES_ADAPTER_H

#include "sbe/adapter.h"

#if defined(__GNUC__)
#define SBE_POSTGRES_HIDDEN __attribute__((visibility("hidden")))
#else
#define SBE_POSTGRES_HIDDEN
#endif

extern SBE_POSTGRES_HIDDEN const sbe_dialect sbe_postgres_dialect;           /* dialect.c */
extern SBE_POSTGRES_HIDDEN const sbe_connection_ops sbe_postgres_connection; /* connection.c */
extern SBE_POSTGRES_HIDDEN const sbe_fixture sbe_postgres_fixture;           /* fixture.c */
extern SBE_POSTGRES_HIDDEN const sbe_host *sbe_postgres_host;                /* postgres.c; set by init */

/* The dialect's `source`, in source.c. */
SBE_POSTGRES_HIDDEN int32_t sbe_postgres_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes,
                                                sbe_error *error);

/* The connection's `describe`, in describe.c; asks through `sbe_postgres_connection.query`. */
SBE_POSTGRES_HIDDEN int32_t sbe_postgres_describe(sbe_connection *connection, const sbe_name *table,
                                                  const sbe_sink *sink, sbe_error *error);

#endif
