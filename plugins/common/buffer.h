/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing buffer of the adapter's own (an `sbe_text` belongs to the host), and the only two ways by
 * which names and texts reach SQL that this adapter makes for itself. Text that would pass the limit
 * is dropped and remembered in `overflow`. A failed allocation ends the process.
 */
#ifndef SBE_COMMON_BUFFER_H
#define SBE_COMMON_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct sbe_common_buffer {
  char *data; /* ends with a NUL once something was put */
  size_t size, capacity;
  bool overflow;
} sbe_common_buffer;

#define SBE_COMMON_BUFFER_LIMIT ((size_t)256 << 20)
#define sbe_common_cleanup_buffer __attribute__((cleanup(sbe_common_buffer_free)))

void *sbe_common_allocate(size_t n, size_t size); /* zeroed; never NULL */
char *sbe_common_copy(const char *text, size_t size);

void sbe_common_put(sbe_common_buffer *out, const char *bytes, size_t size);
void sbe_common_puts(sbe_common_buffer *out, const char *text);
void sbe_common_putc(sbe_common_buffer *out, char c);
void sbe_common_identifier(sbe_common_buffer *out, const char *name);
void sbe_common_literal(sbe_common_buffer *out, const char *text);
/* As a JSON string, with its quotes. */
void sbe_common_json_string(sbe_common_buffer *out, const char *text, size_t size);
void sbe_common_buffer_free(sbe_common_buffer *out);

#pragma GCC visibility pop

#endif
