/* SPDX-License-Identifier: Apache-2.0 */
/* See buffer.h. Used by the connection half of the adapter; knows neither host nor library. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugins/common/buffer.h"

static void out_of_memory(void) {
  static const char line[] = "sbe: out of memory\n";
  if (write(2, line, sizeof line - 1) < 0) abort();
  _exit(1);
}

void *sbe_common_allocate(size_t n, size_t size) {
  void *memory = calloc(n > 0 ? n : 1, size > 0 ? size : 1);
  if (memory == NULL) out_of_memory();
  return memory;
}

char *sbe_common_copy(const char *text, size_t size) {
  char *copy = sbe_common_allocate(size + 1, 1);
  if (size > 0) memcpy(copy, text, size);
  return copy;
}

void sbe_common_put(sbe_common_buffer *out, const char *bytes, size_t size) {
  if (out->overflow || size > SBE_COMMON_BUFFER_LIMIT - out->size) {
    out->overflow = true;
    return;
  }
  if (out->size + size + 1 > out->capacity) {
    size_t capacity = out->capacity > 0 ? out->capacity : 128;
    while (capacity < out->size + size + 1) capacity *= 2;
    char *data = realloc(out->data, capacity);
    if (data == NULL) out_of_memory();
    out->data = data;
    out->capacity = capacity;
  }
  if (size > 0) memcpy(out->data + out->size, bytes, size);
  out->size += size;
  out->data[out->size] = '\0';
}

void sbe_common_puts(sbe_common_buffer *out, const char *text) {
  sbe_common_put(out, text, strlen(text));
}

void sbe_common_putc(sbe_common_buffer *out, char c) {
  sbe_common_put(out, &c, 1);
}

static void quoted(sbe_common_buffer *out, const char *text, char quote) {
  sbe_common_putc(out, quote);
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == quote) sbe_common_putc(out, quote);
    sbe_common_putc(out, *p);
  }
  sbe_common_putc(out, quote);
}

void sbe_common_identifier(sbe_common_buffer *out, const char *name) {
  quoted(out, name, '"');
}

void sbe_common_literal(sbe_common_buffer *out, const char *text) {
  quoted(out, text, '\'');
}

void sbe_common_json_string(sbe_common_buffer *out, const char *text, size_t size) {
  static const char hex[] = "0123456789abcdef";
  size_t from = 0;
  sbe_common_putc(out, '"');
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    sbe_common_put(out, text + from, i - from);
    from = i + 1;
    char escape[6] = {'\\', (char)c, '0', '0', hex[c >> 4], hex[c & 15]};
    if (c < 0x20) escape[1] = 'u';
    sbe_common_put(out, escape, c < 0x20 ? 6 : 2);
  }
  sbe_common_put(out, text + from, size - from);
  sbe_common_putc(out, '"');
}

void sbe_common_buffer_free(sbe_common_buffer *out) {
  free(out->data);
  memset(out, 0, sizeof *out);
}
