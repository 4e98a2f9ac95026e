/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the Snowflake dialect stand on beside tests/dialect. No symbol of the
 * engine, none of the connection.
 */
#ifndef SBE_TESTS_SNOWFLAKE_SQL_H
#define SBE_TESTS_SNOWFLAKE_SQL_H

#include "plugins/snowflake/snowflake_adapter.h"
#include "tests/dialect/host.h"

/* The SQL that reads `operand`, a column, of a class as a type; through TEXT where there is no row. */
void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand);

/* values.c: writes queries and what they must answer, for a server to run. */
void print_values(void);

#endif
