/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that grows up to its limit. Whoever prints SQL, JSON or a table uses it, and adapters do through
 * sbe_host.put. It must never fail in the middle: what does not fit is dropped, and `overflow` tells.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"

/* Room for `size` more bytes and the NUL; false, with `overflow` set, when the limit forbids it. */
static bool reserve(sbe_text *text, size_t size) {
  if (text->overflow) return false;
  if (size > text->limit || text->size > text->limit - size) {
    text->overflow = true;
    return false;
  }
  size_t wanted = text->size + size + 1;
  if (wanted <= text->capacity) return true;
  size_t capacity = text->capacity < 64 ? 64 : text->capacity;
  while (capacity < wanted) capacity = capacity > text->limit / 2 ? text->limit + 1 : capacity * 2;
  text->data = sbe_xrealloc(text->data, capacity);
  text->capacity = capacity;
  return true;
}

void sbe_text_put(sbe_text *text, const char *bytes, size_t size) {
  if (!reserve(text, size)) return;
  if (size) memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = '\0';
}

void sbe_text_puts(sbe_text *text, const char *string) {
  sbe_text_put(text, string, strlen(string));
}

void sbe_text_putc(sbe_text *text, char c) {
  sbe_text_put(text, &c, 1);
}

void sbe_text_printf(sbe_text *text, const char *format, ...) {
  char small[512];
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  if (size < 0) {
    text->overflow = true;
  } else if ((size_t)size < sizeof small) {
    sbe_text_put(text, small, (size_t)size);
  } else if (reserve(text, (size_t)size)) {
    vsnprintf(text->data + text->size, (size_t)size + 1, format, again);
    text->size += (size_t)size;
  }
  va_end(again);
}

void sbe_text_int(sbe_text *text, int64_t number) {
  char digits[24], *at = digits + sizeof digits;
  uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  if (number < 0) *--at = '-';
  sbe_text_put(text, at, (size_t)(digits + sizeof digits - at));
}

const char *sbe_text_string(const sbe_text *text) {
  return text->data ? text->data : "";
}

void sbe_text_clear(sbe_text *text) {
  text->size = 0;
  text->overflow = false;
  if (text->data) text->data[0] = '\0';
}

void sbe_text_free(sbe_text *text) {
  free(text->data);
  text->data = NULL;
  text->size = text->capacity = 0;
  text->overflow = false;
}

void sbe_text_cleanup(sbe_text *text) {
  sbe_text_free(text);
}
