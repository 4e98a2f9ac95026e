/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the Snowflake adapter share with one another, and nobody else sees: the descriptor
 * (snowflake.c) puts these tables together, and keeps the host's table here when it is initialised.
 * Nothing in here is exported; the library's one symbol is `sbe_adapter_snowflake`.
 */
#ifndef SBE_SNOWFLAKE_ADAPTER_H
#define SBE_SNOWFLAKE_ADAPTER_H

#include "sbe/adapter.h"

#if defined(__GNUC__)
#define SBE_SNOWFLAKE_HIDDEN __attribute__((visibility("hidden")))
#else
#define SBE_SNOWFLAKE_HIDDEN
#endif

extern SBE_SNOWFLAKE_HIDDEN const sbe_dialect sbe_snowflake_dialect;           /* dialect.c */
extern SBE_SNOWFLAKE_HIDDEN const sbe_connection_ops sbe_snowflake_connection; /* connection.c */
extern SBE_SNOWFLAKE_HIDDEN const sbe_fixture sbe_snowflake_fixture;           /* fixture.c */
extern SBE_SNOWFLAKE_HIDDEN const sbe_host *sbe_snowflake_host;                /* snowflake.c; set by init */

/* The dialect's `source`, in source.c. */
SBE_SNOWFLAKE_HIDDEN int32_t sbe_snowflake_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes,
                                                  sbe_error *error);

/* The dialect's `create`, in tables.c. */
SBE_SNOWFLAKE_HIDDEN int32_t sbe_snowflake_create(const sbe_table *table, sbe_statements *out, sbe_error *error);

#endif
