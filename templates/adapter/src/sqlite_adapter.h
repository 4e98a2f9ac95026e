/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this adapter share. It includes sbe's one public header, <sbe/adapter.h>, and
 * SQLite's, and nothing else. Everything declared here is hidden: the library exports one symbol.
 *
 * For another warehouse: keep sqlite.c, dialect.c, types.c, source.c, connection.c and fixture.c, and
 * change what is in them. functions.c, json.c, number.c and aggregates.c are what SQLite's own SQL
 * lacks, written as functions that the connection registers. A warehouse on a server has no place for
 * these: there the same is said in patterns (see PostgreSQL's or DuckDB's adapter), or in functions that
 * the user's administrator has to create.
 */
#ifndef SQLITE_ADAPTER_H
#define SQLITE_ADAPTER_H

#include <sbe/adapter.h>
#include <sqlite3.h>
#include <stdbool.h>

/* sqlite.c: the only way to sbe, kept by `init`. */
extern const sbe_host *host;

/* The tables that the description names. */
extern const sbe_dialect sqlite_dialect;           /* dialect.c */
extern const sbe_physical sqlite_physical[];       /* types.c */
extern const sbe_read sqlite_reads[];              /* types.c */
extern const sbe_connection_ops sqlite_connection; /* connection.c */
extern const sbe_fixture sqlite_fixture;           /* fixture.c */

/* The database that scratch tables lie in: SQLite's own for what vanishes with the connection. */
#define SCRATCH "temp"

/* ---- dialect.c ---- */

void put(sbe_text *out, const char *text);
void put_identifier(sbe_text *out, const char *name);
void put_literal(sbe_text *out, const char *text, size_t size);
/* What a table is called in the file; the caller frees it with sqlite3_free. NULL: out of memory. */
char *table_in_file(const sbe_name *name);

/* ---- source.c ---- */

int32_t print_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error);

/* ---- connection.c, results.c ---- */

struct sbe_connection {
  sqlite3 *db;
  sbe_run *run; /* for tick */
  char *path;
  int64_t patience;      /* microseconds to wait for another writer */
  int64_t waiting_since; /* for a lock that another one holds */
  int64_t deadline;      /* by host->time(); 0: none */
  int64_t next_tick;
  int32_t stopped; /* why the statement was interrupted: SBE_CANCELLED, SBE_TIMEOUT; else SBE_OK */
  bool committing; /* what has begun to be committed is not interrupted */
  int64_t n_statements;
};

/* Fill in the error of what SQLite has just refused to do. */
int32_t sqlite_failed(sbe_connection *connection, sbe_error *error);
/* One statement, exactly; NULL in `ret` for none but spaces and comments. */
int32_t prepare(sbe_connection *connection, const char *sql, size_t size, sqlite3_stmt **ret, sbe_error *error);
/* The rows of a statement that was prepared, as typed values (results.c). */
int32_t push_rows(sbe_connection *connection, sqlite3_stmt *statement, const sbe_sink *sink, sbe_error *error);

/* ---- functions.c, aggregates.c: registered by `open` ---- */

int register_functions(sqlite3 *db);
int register_aggregates(sqlite3 *db);

/* ---- number.c ---- */

/* For sums of 2^63 many int64; SQLite aligns what it allocates to 8 bytes only. */
__extension__ typedef __int128 int128 __attribute__((aligned(8)));

/* A decimal number's text, taken apart: 0.d1d2d3… times 10^point. */
typedef struct number {
  bool negative;
  int n; /* digits, the first one not 0; none: zero */
  char digits[64];
  int64_t point;
} number;

bool number_init(void); /* once, before all else */
bool number_parse(const char *text, size_t size, number *ret);
/* Rounded half away from zero, or cut; false when it does not fit 38 digits. */
bool number_integer(const number *n, bool round, int128 *ret);
/* Decimal digits with their sign; `ret_text` has room for 48. Answers their number. */
int int128_format(int128 value, char *ret_text);
/* Of a text that is a number, with a NUL behind it; an infinity when it is too large. */
double number_double(const char *text);
/* The shortest text that reads as the same double. */
void double_format(double value, char ret_text[40]);

/* Microseconds since 1970 from ISO 8601 text or from a text of epoch seconds; days, from `YYYY-MM-DD`. */
bool timestamp_parse(const char *text, size_t size, int64_t *ret);
bool date_parse(const char *text, size_t size, int64_t *ret_days);
/* `YYYY-MM-DD HH:MM:SS.ffffff`, always 26 characters: the one way in which timestamps are stored. */
enum { TIMESTAMP_SIZE = 26 };
void timestamp_format(int64_t micros, char ret_text[TIMESTAMP_SIZE + 1]);

/* ---- json.c: over JSON's text; memory-safe on any text, meaningful on valid JSON ---- */

typedef struct slice {
  const char *text; /* NULL: nothing there */
  size_t size;
} slice;

/* The value of a member (by its name, else by its snake case), or of an item, from 0. */
slice json_member(slice object, const char *name);
slice json_item(slice array, int64_t index);
/* The item that begins at `at` of an array, and where the next one begins; NULL: there is none. */
slice json_next(slice array, size_t *at);
/* A scalar as text; false for null, arrays and objects. `ret` is to be freed. `as_number`: true is 1. */
bool json_scalar(slice value, bool as_number, sqlite3_str *ret);
/* A value of SQL, written as JSON. */
void json_value(sqlite3_str *out, sqlite3_value *value);

#endif
