/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing buffer of the adapter's own (an `sbe_text` belongs to the host), and the only two ways by
 * which names and texts reach SQL that this adapter makes for itself. Text that would pass the limit
 * is dropped and remembered in `overflow`. A failed allocation ends the process.
 */
#ifndef SBE_DUCKDB_BUFFER_H
#define SBE_DUCKDB_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct sbe_duckdb_buffer {
  char *data; /* ends with a NUL once something was put */
  size_t size, capacity;
  bool overflow;
} sbe_duckdb_buffer;

#define SBE_DUCKDB_BUFFER_LIMIT ((size_t)256 << 20)
#define sbe_duckdb_cleanup_buffer __attribute__((cleanup(sbe_duckdb_buffer_free)))

void *sbe_duckdb_allocate(size_t n, size_t size); /* zeroed; never NULL */
char *sbe_duckdb_copy(const char *text, size_t size);

void sbe_duckdb_put(sbe_duckdb_buffer *out, const char *bytes, size_t size);
void sbe_duckdb_puts(sbe_duckdb_buffer *out, const char *text);
void sbe_duckdb_putc(sbe_duckdb_buffer *out, char c);
void sbe_duckdb_identifier(sbe_duckdb_buffer *out, const char *name);
void sbe_duckdb_literal(sbe_duckdb_buffer *out, const char *text);
/* As a JSON string, with its quotes. */
void sbe_duckdb_json_string(sbe_duckdb_buffer *out, const char *text, size_t size);
void sbe_duckdb_buffer_free(sbe_duckdb_buffer *out);

#pragma GCC visibility pop

#endif
