/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of database_postgres.c, for postgres_others.c: connections of the test's own.
 */
#ifndef SBE_TESTS_CRASH_DATABASE_POSTGRES_H
#define SBE_TESTS_CRASH_DATABASE_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>

/* To the database of a project; NULL: told. */
PGconn *postgres_connect(const char *directory);
bool postgres_run(PGconn *pg, const char *sql);

#endif
