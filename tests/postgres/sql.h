/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the PostgreSQL dialect stand on beside tests/dialect: a server over libpq,
 * so that what is printed is run and not only looked at. No symbol of the engine, none of the connection.
 */
#ifndef SBE_TESTS_POSTGRES_SQL_H
#define SBE_TESTS_POSTGRES_SQL_H

#include "plugins/postgres/dialect.h"
#include "plugins/postgres/types.h"
#include "tests/dialect/host.h"

/* Memory until the end of the program. */
extern sbe_postgres_pool sql_pool;

/* Connect as PGHOST and the others say, or say loudly that there is none. */
bool sql_open(void);
void sql_close(void);

/* Run statements; an error is a failed check. */
bool sql_do(const char *what, const char *statements);

/* The cell of a query's only row and column, as text, in a buffer that lasts until the next call. */
const char *sql_one(const char *what, const char *query);

/* A query's rows: cells joined by `|`, rows by newlines; NULL is `NULL`. To be freed. */
char *sql_rows(const char *what, const char *query);

/* Columns of a table, as describe.c tells them; the strings are in sql_pool. */
size_t sql_describe(const char *schema, const char *table, sbe_column *columns, size_t room);

/* The SQL that reads `operand`, a column or literal, of a class as a type; through TEXT where there is no row. */
void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand);

/* test_layouts.c */
void test_types(void);
void test_layouts(void);

#endif
