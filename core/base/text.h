/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that grows, up to a limit given when it is made. Appending never fails: a text that would
 * pass its limit remembers that (`overflow`), ignores the rest, and is checked once, at the end.
 */
#ifndef SBE_CORE_TEXT_H
#define SBE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "sbe/base.h"

/* The struct that `sbe_text` of the adapter interface is. `data` always ends with a NUL. */
struct sbe_text {
  char *data;
  size_t size, capacity, limit;
  bool overflow;
};

/* A local may be written `sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);` */
#define SBE_TEXT(max) {NULL, 0, 0, (max), false}
#define SBE_MAX_STATEMENT ((size_t)64 << 20) /* one SQL statement, bytes */

void sbe_text_put(sbe_text *text, const char *bytes, size_t size);
void sbe_text_puts(sbe_text *text, const char *string);
void sbe_text_putc(sbe_text *text, char c);
void sbe_text_printf(sbe_text *text, const char *format, ...) SBE_PRINTF(2, 3);
/* Decimal, without locale. */
void sbe_text_int(sbe_text *text, int64_t number);
/* Never NULL. */
const char *sbe_text_string(const sbe_text *text);
/* Empty again, memory kept. */
void sbe_text_clear(sbe_text *text);
void sbe_text_free(sbe_text *text);
void sbe_text_cleanup(sbe_text *text);
#define sbe_cleanup_text __attribute__((cleanup(sbe_text_cleanup)))

#endif
