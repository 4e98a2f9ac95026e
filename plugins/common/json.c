/* SPDX-License-Identifier: Apache-2.0 */
/* See json.h. Used by fixture.c alone; knows neither host nor library. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/common/buffer.h"
#include "plugins/common/json.h"

#define DEEPEST 64
#define BLOCK 65536

typedef struct block {
  struct block *next;
  size_t used, size;
  _Alignas(16) char bytes[];
} block;

static void *get(sbe_common_reader *r, size_t size) {
  size = (size + 15) & ~(size_t)15;
  while (r->block == NULL || r->block->size - r->block->used < size) {
    block *next = r->block != NULL ? r->block->next : r->blocks;
    if (next == NULL) {
      size_t room = size > BLOCK ? size : BLOCK;
      next = sbe_common_allocate(1, sizeof *next + room);
      next->size = room;
      if (r->block != NULL)
        r->block->next = next;
      else
        r->blocks = next;
    }
    next->used = 0;
    r->block = next;
  }
  void *memory = r->block->bytes + r->block->used;
  r->block->used += size;
  return memory;
}

void sbe_common_json_start(sbe_common_reader *r, const char *text, size_t size) {
  memset(r, 0, sizeof *r);
  r->start = r->at = text;
  r->end = text + size;
}

void sbe_common_json_reset(sbe_common_reader *r) {
  r->block = r->blocks;
  if (r->block != NULL) r->block->used = 0;
}

void sbe_common_json_free(sbe_common_reader *r) {
  for (block *b = r->blocks, *next; b != NULL; b = next) {
    next = b->next;
    free(b);
  }
  r->blocks = r->block = NULL;
}

static void *fail(sbe_common_reader *r, const char *fault) {
  if (r->fault == NULL) r->fault = fault;
  return NULL;
}

static void skip(sbe_common_reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) r->at++;
}

bool sbe_common_json_take(sbe_common_reader *r, char c) {
  skip(r);
  if (r->at >= r->end || *r->at != c) return false;
  r->at++;
  return true;
}

/* ---- strings ---- */

static int hex4(const char *p, const char *end) {
  int n = 0;
  if (end - p < 4) return -1;
  for (int i = 0; i < 4; i++) {
    const char *digits = "0123456789abcdef", *d = p[i] != '\0' ? strchr(digits, p[i] | 0x20) : NULL;
    if (d == NULL || (p[i] < '0' || (p[i] > '9' && p[i] < 'A'))) return -1;
    n = n * 16 + (int)(d - digits);
  }
  return n;
}

static char *put_utf8(char *out, uint32_t c) {
  if (c < 0x80) {
    *out++ = (char)c;
    return out;
  }
  if (c < 0x800)
    *out++ = (char)(0xC0 | c >> 6);
  else {
    if (c < 0x10000)
      *out++ = (char)(0xE0 | c >> 12);
    else {
      *out++ = (char)(0xF0 | c >> 18);
      *out++ = (char)(0x80 | (c >> 12 & 63));
    }
    *out++ = (char)(0x80 | (c >> 6 & 63));
  }
  *out++ = (char)(0x80 | (c & 63));
  return out;
}

/* After `\u`: one code point, perhaps of two surrogates. */
static char *unicode(sbe_common_reader *r, const char **p, const char *end, char *out) {
  int high = hex4(*p, end), low;
  if (high < 0) return fail(r, "a \\u needs four digits");
  *p += 4;
  if (high == 0) return fail(r, "a NUL in a text, which databases do not hold");
  if (high < 0xD800 || high > 0xDFFF) return put_utf8(out, (uint32_t)high);
  if (high > 0xDBFF || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u') return fail(r, "half a surrogate pair");
  low = hex4(*p + 2, end);
  if (low < 0xDC00 || low > 0xDFFF) return fail(r, "half a surrogate pair");
  *p += 6;
  return put_utf8(out, 0x10000u + (uint32_t)(high - 0xD800) * 0x400u + (uint32_t)(low - 0xDC00));
}

static const char *decode(sbe_common_reader *r, const char *from, const char *end, size_t *ret_size) {
  char *start = get(r, (size_t)(end - from) + 1), *out = start;
  for (const char *p = from; p < end;) {
    if (*p != '\\') {
      *out++ = *p++;
      continue;
    }
    const char *const plain = "\"\\/bfnrt", *const meaning = "\"\\/\b\f\n\r\t";
    char c = p[1];
    p += 2;
    if (c == 'u') {
      out = unicode(r, &p, end, out);
      if (out == NULL) return NULL;
    } else if (c != '\0' && strchr(plain, c) != NULL) {
      *out++ = meaning[strchr(plain, c) - plain];
    } else {
      return fail(r, "an unknown escape");
    }
  }
  *ret_size = (size_t)(out - start);
  return start;
}

/* At the opening quote. A text without escapes is where it stands. */
static const char *string(sbe_common_reader *r, size_t *ret_size) {
  const char *from = ++r->at;
  bool escapes = false;
  while (r->at < r->end && *r->at != '"') {
    if ((unsigned char)*r->at < 0x20) return fail(r, "a control character in a text");
    if (*r->at == '\\') {
      escapes = true;
      r->at++;
    }
    if (r->at < r->end) r->at++;
  }
  if (r->at >= r->end) return fail(r, "a text without end");
  const char *to = r->at++;
  *ret_size = (size_t)(to - from);
  return escapes ? decode(r, from, to, ret_size) : from;
}

/* ---- values ---- */

static const char *digits(const char *p, const char *end) {
  while (p < end && *p >= '0' && *p <= '9') p++;
  return p;
}

static bool number(sbe_common_reader *r, sbe_common_json *value) {
  const char *p = r->at, *end = r->end, *from;
  if (p < end && *p == '-') p++;
  from = p;
  p = digits(p, end);
  if (p == from || (*from == '0' && p > from + 1)) return false;
  if (p < end && *p == '.') {
    from = ++p;
    p = digits(p, end);
    if (p == from) return false;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    from = p;
    p = digits(p, end);
    if (p == from) return false;
  }
  value->kind = SBE_JSON_NUMBER;
  value->text = r->at;
  value->size = (size_t)(p - r->at);
  r->at = p;
  return true;
}

static sbe_common_json *parse(sbe_common_reader *r, int depth);

static bool container(sbe_common_reader *r, sbe_common_json *value, int depth) {
  bool object = *r->at++ == '{';
  char close = object ? '}' : ']';
  sbe_common_json **link = &value->first;
  value->kind = object ? SBE_JSON_OBJECT : SBE_JSON_ARRAY;
  if (sbe_common_json_take(r, close)) return true;
  do {
    const char *key = NULL;
    size_t key_size = 0;
    skip(r);
    if (object) {
      if (r->at >= r->end || *r->at != '"') return fail(r, "a member needs a name in quotes") != NULL;
      key = string(r, &key_size);
      if (key == NULL) return false;
      if (!sbe_common_json_take(r, ':')) return fail(r, "a colon is missing") != NULL;
    }
    sbe_common_json *child = parse(r, depth + 1);
    if (child == NULL) return false;
    child->key = key;
    child->key_size = key_size;
    *link = child;
    link = &child->next;
    value->n++;
  } while (sbe_common_json_take(r, ','));
  return sbe_common_json_take(r, close) || fail(r, object ? "an object without end" : "a list without end") != NULL;
}

static bool word(sbe_common_reader *r, sbe_common_json *value, const char *text, sbe_common_json_kind kind) {
  size_t size = strlen(text);
  if ((size_t)(r->end - r->at) < size || memcmp(r->at, text, size) != 0) return false;
  r->at += size;
  value->kind = kind;
  return true;
}

static sbe_common_json *parse(sbe_common_reader *r, int depth) {
  skip(r);
  if (r->at >= r->end) return fail(r, "the text ends too early");
  if (depth > DEEPEST) return fail(r, "nested deeper than 64 levels");
  sbe_common_json *value = get(r, sizeof *value);
  memset(value, 0, sizeof *value);
  value->raw = r->at;
  bool good;
  if (*r->at == '{' || *r->at == '[') {
    good = container(r, value, depth);
  } else if (*r->at == '"') {
    value->kind = SBE_JSON_STRING;
    value->text = string(r, &value->size);
    good = value->text != NULL;
  } else {
    good = word(r, value, "null", SBE_JSON_NULL) || word(r, value, "true", SBE_JSON_TRUE) ||
           word(r, value, "false", SBE_JSON_FALSE) || number(r, value);
  }
  if (!good) return fail(r, "no JSON value");
  value->raw_size = (size_t)(r->at - value->raw);
  return value;
}

sbe_common_json *sbe_common_json_next(sbe_common_reader *r) {
  return parse(r, 0);
}
