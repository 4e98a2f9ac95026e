/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of JSON for the fixture: one value at a time from a text, as a tree that lives until
 * the next reset. Numbers stay the text they were, so that none loses a digit; a NUL in a text, which
 * warehouses do not hold, is refused. Duplicate members are kept.
 */
#ifndef SBE_DUCKDB_JSON_H
#define SBE_DUCKDB_JSON_H

#include <stdbool.h>
#include <stddef.h>

#pragma GCC visibility push(hidden)

typedef enum sbe_duckdb_json_kind {
  SBE_DUCKDB_NULL,
  SBE_DUCKDB_TRUE,
  SBE_DUCKDB_FALSE,
  SBE_DUCKDB_NUMBER, /* `text` as it stood */
  SBE_DUCKDB_STRING, /* `text` decoded */
  SBE_DUCKDB_ARRAY,
  SBE_DUCKDB_OBJECT
} sbe_duckdb_json_kind;

typedef struct sbe_duckdb_json {
  sbe_duckdb_json_kind kind;
  const char *key; /* of a member of an object, decoded; not NUL-terminated */
  size_t key_size;
  const char *text;
  size_t size;
  const char *raw; /* the value as it stood */
  size_t raw_size;
  size_t n;
  struct sbe_duckdb_json *first, *next;
} sbe_duckdb_json;

typedef struct sbe_duckdb_reader {
  const char *start, *at, *end;
  const char *fault; /* what is wrong at `at`; NULL while all is well */
  struct block *blocks, *block;
} sbe_duckdb_reader;

void sbe_duckdb_json_start(sbe_duckdb_reader *reader, const char *text, size_t size);
/* The next value; NULL with `fault` set. */
sbe_duckdb_json *sbe_duckdb_json_next(sbe_duckdb_reader *reader);
/* Skip spaces; take the character if it is the next one. */
bool sbe_duckdb_json_take(sbe_duckdb_reader *reader, char c);
/* Forget all values, keep the memory. */
void sbe_duckdb_json_reset(sbe_duckdb_reader *reader);
void sbe_duckdb_json_free(sbe_duckdb_reader *reader);

#pragma GCC visibility pop

#endif
