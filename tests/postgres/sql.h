/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the PostgreSQL dialect stand on: a tiny host, patterns filled in, and a server over libpq,
 * so that what is printed is run and not only looked at. No symbol of the engine, none of the connection.
 */
#ifndef SBE_TESTS_POSTGRES_SQL_H
#define SBE_TESTS_POSTGRES_SQL_H

#include <stdbool.h>

#include "plugins/postgres/dialect.h"
#include "plugins/postgres/types.h"

struct sbe_text {
  char *data; /* NULL: empty */
  size_t size, room;
};

struct sbe_error {
  int32_t code;
  char message[1024];
};

/* Texts of statements, one after the other with `;` between them. */
struct sbe_statements {
  sbe_text text;
  size_t n;
};

/* Memory until the end of the program. */
extern sbe_postgres_pool sql_pool;

extern int sql_passed, sql_failed, sql_skipped;

/* Count a check; a failed one is printed with what was expected and what came. NULL is SQL's NULL. */
bool check_text(const char *what, const char *expected, const char *got);
bool check_true(const char *what, bool holds);

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

void text_clear(sbe_text *text);
void text_put(sbe_text *text, const char *bytes);
void text_format(sbe_text *text, const char *format, ...) SBE_PRINTF(2, 3);

/* Fill in a pattern. */
void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands);

const char *operation(int32_t operation);
const char *physical(int32_t type);

/* The SQL that reads `operand`, a column or literal, of a class as a type; through TEXT where there is no row. */
const char *read_pattern(int32_t type, int32_t class_);
void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand);

/* test_layouts.c */
void test_types(void);
void test_layouts(void);

#endif
