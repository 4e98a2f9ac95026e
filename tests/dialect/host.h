/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of a dialect stand on, whichever it is: a tiny host, counted checks, and patterns filled in. Each
 * has a sql.c of its own beside it, which names the dialect and runs what is printed. No symbol of the engine.
 */
#ifndef SBE_TESTS_DIALECT_HOST_H
#define SBE_TESTS_DIALECT_HOST_H

#include <stdbool.h>

#include "sbe/adapter.h"

struct sbe_text {
  char *data; /* NULL: empty */
  size_t size, room;
};

struct sbe_error {
  int32_t code;
  char message[1024];
};

struct sbe_statements {
  sbe_text items[8];
  uint32_t flags[8];
  size_t n;
};

/* What the dialect calls: its `sbe_…_host`. */
extern const sbe_host dialect_host;
/* Named by sql.c. */
extern const sbe_dialect *const dialect_tested;

extern int sql_passed, sql_failed, sql_skipped;

/* Count a check; a failed one is printed with what was expected and what came. NULL is SQL's NULL. */
bool check_text(const char *what, const char *expected, const char *got);
bool check_true(const char *what, bool holds);

void text_clear(sbe_text *text);
void text_put(sbe_text *text, const char *bytes);
void text_format(sbe_text *text, const char *format, ...) SBE_PRINTF(2, 3);

/* Fill in a pattern. */
void put_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands);

/* Of the dialect that is tested; NULL: it has none. */
const char *operation(int32_t wanted);
const char *physical(int32_t type);
const char *read_pattern(int32_t type, int32_t class_);

#endif
