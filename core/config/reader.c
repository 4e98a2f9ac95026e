/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of YAML and JSON share: the tree being built, the limits, the refusal of members
 * that stand twice, errors with a place. Called by core/config/yaml.c and json.c. The work it does must
 * never grow faster than the file: names are compared in pairs only in small maps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/config/reader.h"

#define MAX_PAIRS 16     /* members of a map that are still compared each with each */
#define MAX_KEPT_TEXT 64 /* bytes of a text that may be kept once */

sbe_reader *sbe_reader_new(sbe_arena *arena, const char *file, sbe_report *report) {
  sbe_reader *reader = sbe_xmalloc(sizeof *reader);
  memset(reader, 0, sizeof *reader);
  reader->arena = arena;
  reader->file = file;
  reader->report = report;
  return reader;
}

sbe_node *sbe_reader_finish(sbe_reader *reader) {
  sbe_node *root = reader->failed ? NULL : reader->root;
  free(reader);
  return root;
}

static void error_v(sbe_reader *reader, uint32_t line, uint32_t column, const char *format, va_list arguments)
    SBE_PRINTF(4, 0);
static void error_v(sbe_reader *reader, uint32_t line, uint32_t column, const char *format, va_list arguments) {
  char message[1024];
  vsnprintf(message, sizeof message, format, arguments);
  reader->failed = true;
  sbe_report_add(reader->report, SBE_ERROR, (sbe_place){reader->file, line, column}, "%s", message);
}

void sbe_reader_error(sbe_reader *reader, uint32_t line, uint32_t column, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error_v(reader, line, column, format, arguments);
  va_end(arguments);
}

void sbe_reader_error_at(sbe_reader *reader, const char *bytes, size_t at, const char *format, ...) {
  uint32_t line = 1, column = 1;
  for (size_t i = 0; i < at; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '\n' || (c == '\r' && bytes[i + 1] != '\n')) { /* i + 1 <= at, which can be read */
      line++;
      column = 1;
    } else {
      column += (c & 0xC0) != 0x80;
    }
  }
  va_list arguments;
  va_start(arguments, format);
  error_v(reader, line, column, format, arguments);
  va_end(arguments);
}

bool sbe_reader_check(sbe_reader *reader, const char **bytes, size_t *size) {
  if (*size > SBE_MAX_FILE) {
    sbe_reader_error(reader, 1, 1, "the file is larger than %zu MiB; split it", SBE_MAX_FILE >> 20);
    return false;
  }
  if (*size >= 3 && memcmp(*bytes, "\xEF\xBB\xBF", 3) == 0) {
    *bytes += 3;
    *size -= 3;
  }
  size_t bad;
  if (sbe_utf8_valid(*bytes, *size, &bad)) return true;
  unsigned char byte = (unsigned char)(*bytes)[bad];
  if (bad == 0 && *size >= 2 && (memcmp(*bytes, "\xFF\xFE", 2) == 0 || memcmp(*bytes, "\xFE\xFF", 2) == 0))
    sbe_reader_error(reader, 1, 1, "the file is UTF-16; save it as UTF-8");
  else if (byte == 0)
    sbe_reader_error_at(reader, *bytes, bad, "a NUL byte; the file must be text in UTF-8");
  else
    sbe_reader_error_at(reader, *bytes, bad, "the byte 0x%02X is not UTF-8; save the file as UTF-8", byte);
  return false;
}

const char *sbe_reader_text(sbe_reader *reader, const char *bytes, size_t size) {
  if (size > MAX_KEPT_TEXT) return sbe_arena_strndup(reader->arena, bytes, size);
  uint64_t hash = sbe_hash(SBE_HASH_START, bytes, size);
  size_t slot = (size_t)(hash ^ hash >> 32) % SBE_READER_TEXTS;
  const char *kept = reader->texts[slot].text;
  if (kept && reader->texts[slot].size == size && memcmp(kept, bytes, size) == 0) return kept;
  reader->texts[slot].size = size;
  return reader->texts[slot].text = sbe_arena_strndup(reader->arena, bytes, size);
}

sbe_node *sbe_reader_node(sbe_reader *reader, sbe_node_kind kind, uint32_t line, uint32_t column) {
  sbe_node *node = SBE_NEW(reader->arena, sbe_node);
  node->file = reader->file;
  node->kind = kind;
  node->line = line;
  node->column = column;
  reader->nodes++;
  return node;
}

sbe_node *sbe_reader_scalar(sbe_reader *reader, sbe_node_kind kind, const char *bytes, size_t size, uint32_t line,
                            uint32_t column) {
  sbe_node *node = sbe_reader_node(reader, kind, line, column);
  node->text = sbe_reader_text(reader, bytes, size);
  node->size = (uint32_t)size;
  return node;
}

sbe_node *sbe_reader_integer(sbe_reader *reader, const char *bytes, size_t size, uint32_t line, uint32_t column) {
  bool negative = size && bytes[0] == '-';
  size_t at = size && (bytes[0] == '-' || bytes[0] == '+');
  while (at + 1 < size && bytes[at] == '0') at++;
  if (!negative || (at + 1 == size && bytes[at] == '0'))
    return sbe_reader_scalar(reader, SBE_NODE_INTEGER, bytes + at, size - at, line, column);
  if (at == 1) return sbe_reader_scalar(reader, SBE_NODE_INTEGER, bytes, size, line, column);
  sbe_node *node = sbe_reader_node(reader, SBE_NODE_INTEGER, line, column);
  node->text = sbe_arena_printf(reader->arena, "-%.*s", (int)(size - at), bytes + at);
  node->size = (uint32_t)(size - at + 1);
  return node;
}

struct sbe_open_node *sbe_reader_top(sbe_reader *reader) {
  return reader->depth ? &reader->open[reader->depth - 1] : NULL;
}

void sbe_reader_key(sbe_reader *reader, const char *key, uint32_t line, uint32_t column) {
  struct sbe_open_node *top = sbe_reader_top(reader);
  top->key = key;
  top->key_line = line;
  top->key_column = column;
}

void sbe_reader_add(sbe_reader *reader, sbe_node *node) {
  struct sbe_open_node *top = sbe_reader_top(reader);
  if (!top) {
    reader->root = node;
    return;
  }
  *top->tail = node;
  top->tail = &node->next;
  top->members++;
  if (top->node->kind != SBE_NODE_MAP) return;
  node->key = top->key;
  node->key_line = top->key_line;
  node->key_column = top->key_column;
  top->key = NULL;
}

bool sbe_reader_open(sbe_reader *reader, sbe_node *node) {
  if (reader->depth == SBE_MAX_DEPTH) {
    sbe_reader_error(reader, node->line, node->column, "lists and maps are nested deeper than %d", SBE_MAX_DEPTH);
    return false;
  }
  sbe_reader_add(reader, node);
  reader->open[reader->depth++] =
      (struct sbe_open_node){.node = node, .tail = &node->child, .nodes_before = reader->nodes - 1, .height = 1};
  return true;
}

static void report_twice(sbe_reader *reader, const sbe_node *first, const sbe_node *second) {
  sbe_reader_error(reader, second->key_line, second->key_column,
                   "the member '%.200s' stands twice; the first one is in line %u", second->key, first->key_line);
}

/* By name, equal names in the order in which they stand. */
static int compare_members(const void *a, const void *b) {
  const sbe_node *one = *(sbe_node *const *)a, *other = *(sbe_node *const *)b;
  int names = strcmp(one->key, other->key);
  if (names) return names;
  if (one->key_line != other->key_line) return one->key_line < other->key_line ? -1 : 1;
  return one->key_column < other->key_column ? -1 : one->key_column > other->key_column;
}

static void check_large_map(sbe_reader *reader, const sbe_node *map, size_t n) {
  const sbe_node **members = sbe_xmalloc(n * sizeof *members);
  size_t i = 0;
  SBE_EACH(member, map) members[i++] = member;
  qsort(members, n, sizeof *members, compare_members);
  size_t first = 0;
  for (i = 1; i < n; i++) {
    if (strcmp(members[first]->key, members[i]->key) == 0)
      report_twice(reader, members[first], members[i]);
    else
      first = i;
  }
  free(members);
}

static void check_small_map(sbe_reader *reader, const sbe_node *map) {
  SBE_EACH(member, map) {
    const sbe_node *before = map->child;
    while (before != member && strcmp(before->key, member->key) != 0) before = before->next;
    if (before != member) report_twice(reader, before, member);
  }
}

void sbe_reader_close(sbe_reader *reader) {
  struct sbe_open_node *top = sbe_reader_top(reader);
  if (top->node->kind == SBE_NODE_MAP) {
    if (top->members > MAX_PAIRS)
      check_large_map(reader, top->node, top->members);
    else
      check_small_map(reader, top->node);
  }
  uint32_t height = top->height;
  reader->depth--;
  top = sbe_reader_top(reader);
  if (top && top->height < height + 1) top->height = height + 1;
}
