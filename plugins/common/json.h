/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of JSON for the fixture: one value at a time from a text, as a tree that lives until
 * the next reset. Numbers stay the text they were, so that none loses a digit; a NUL in a text, which
 * warehouses do not hold, is refused. Duplicate members are kept.
 */
#ifndef SBE_COMMON_JSON_H
#define SBE_COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>

#pragma GCC visibility push(hidden)

typedef enum sbe_common_json_kind {
  SBE_JSON_NULL,
  SBE_JSON_TRUE,
  SBE_JSON_FALSE,
  SBE_JSON_NUMBER, /* `text` as it stood */
  SBE_JSON_STRING, /* `text` decoded */
  SBE_JSON_ARRAY,
  SBE_JSON_OBJECT
} sbe_common_json_kind;

typedef struct sbe_common_json {
  sbe_common_json_kind kind;
  const char *key; /* of a member of an object, decoded; not NUL-terminated */
  size_t key_size;
  const char *text;
  size_t size;
  const char *raw; /* the value as it stood */
  size_t raw_size;
  size_t n;
  struct sbe_common_json *first, *next;
} sbe_common_json;

typedef struct sbe_common_reader {
  const char *start, *at, *end;
  const char *fault; /* what is wrong at `at`; NULL while all is well */
  struct block *blocks, *block;
} sbe_common_reader;

void sbe_common_json_start(sbe_common_reader *reader, const char *text, size_t size);
/* The next value; NULL with `fault` set. */
sbe_common_json *sbe_common_json_next(sbe_common_reader *reader);
/* Skip spaces; take the character if it is the next one. */
bool sbe_common_json_take(sbe_common_reader *reader, char c);
/* Forget all values, keep the memory. */
void sbe_common_json_reset(sbe_common_reader *reader);
void sbe_common_json_free(sbe_common_reader *reader);

#pragma GCC visibility pop

#endif
