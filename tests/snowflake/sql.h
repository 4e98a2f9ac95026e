/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the Snowflake dialect stand on: a tiny host, and patterns filled in. No symbol of the
 * engine, none of the connection.
 */
#ifndef SBE_TESTS_SNOWFLAKE_SQL_H
#define SBE_TESTS_SNOWFLAKE_SQL_H

#include <stdbool.h>

#include "plugins/snowflake/snowflake_adapter.h"

struct sbe_text {
  char *data; /* NULL: empty */
  size_t size, room;
};

struct sbe_error {
  int32_t code;
  char message[1024];
};

struct sbe_statements {
  struct sbe_text items[4];
  uint32_t flags[4];
  size_t n;
};

extern int sql_passed, sql_failed;

/* Count a check; a failed one is printed with what was expected and what came. */
bool check_text(const char *what, const char *expected, const char *got);
bool check_true(const char *what, bool holds);

void text_clear(sbe_text *text);
void text_put(sbe_text *text, const char *bytes);
void text_format(sbe_text *text, const char *format, ...) SBE_PRINTF(2, 3);

/* Fill in a pattern. */
void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands);

/* The dialect's pattern of an operation; NULL: it has none. */
const char *operation(int32_t operation);

/* The SQL that reads `operand`, a column, of a class as a type; through TEXT where there is no row. */
const char *read_pattern(int32_t type, int32_t class_);
void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand);

/* values.c: writes queries and what they must answer, for a server to run. */
void print_values(void);

#endif
