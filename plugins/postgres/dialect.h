/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that write PostgreSQL's SQL share: reads.c has the table of reads, create.c makes tables,
 * dialect.c puts it together. Internal to the adapter; nothing here talks to a server.
 */
#ifndef SBE_POSTGRES_DIALECT_H
#define SBE_POSTGRES_DIALECT_H

#include "plugins/postgres/postgres_adapter.h"

#pragma GCC visibility push(hidden)

/* numeric to double: below half of the least double it is 0, from half a step above the greatest one NULL. */
#define SBE_POSTGRES_DOUBLE_LIMIT "1.797693134862315807e308"
#define SBE_POSTGRES_DOUBLE_OF_NUMERIC(n)                                                                              \
  "CASE WHEN abs(" n ") < 2.4703e-324 THEN 0 WHEN abs(" n ") < " SBE_POSTGRES_DOUBLE_LIMIT " THEN CAST(" n             \
  " AS double precision) END"

/* reads.c */
extern const sbe_read sbe_postgres_reads[];

/* dialect.c */
extern const sbe_physical sbe_postgres_physical[];
void sbe_postgres_put(sbe_text *out, const char *text);
void sbe_postgres_identifier(sbe_text *out, const char *name);
void sbe_postgres_literal(sbe_text *out, const char *text, size_t size);
/* A pattern of one operand, filled in. */
void sbe_postgres_pattern(sbe_text *out, const char *pattern, const char *operand);

/* create.c: the dialect's `create` */
int32_t sbe_postgres_create(const sbe_table *table, sbe_statements *out, sbe_error *error);

/* describe.c: SBE_OP_DESCRIBE */
extern const char sbe_postgres_describe_query[];

#pragma GCC visibility pop

#endif
