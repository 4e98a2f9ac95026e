/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser of DuckDB's type texts, and the pool that its trees live in. Called by source.c for the
 * columns that a view needs, with texts that came from the database or from a file that a user can
 * edit: every depth and length is limited, and nothing is assumed about what stands there. A type it
 * has never heard of is an "other scalar", so that a newer DuckDB does not stop a run.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/duckdb/types.h"

/* ---- Memory ---- */

enum { BLOCK_BYTES = 16 * 1024 };

struct sbe_duckdb_block {
  struct sbe_duckdb_block *next;
  size_t size;
  max_align_t bytes[];
};

void *sbe_duckdb_pool_get(sbe_duckdb_pool *pool, size_t size) {
  size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  if (pool->blocks == NULL || pool->blocks->size - pool->used < size) {
    size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct sbe_duckdb_block *block = calloc(1, sizeof *block + room);
    if (block == NULL) {
      fputs("sbe: out of memory\n", stderr);
      abort();
    }
    block->size = room;
    block->next = pool->blocks;
    pool->blocks = block;
    pool->used = 0;
  }
  void *memory = (char *)pool->blocks->bytes + pool->used;
  pool->used += size;
  return memory;
}

char *sbe_duckdb_pool_copy(sbe_duckdb_pool *pool, const char *text, size_t size) {
  char *copy = sbe_duckdb_pool_get(pool, size + 1);
  memcpy(copy, text, size);
  return copy;
}

void sbe_duckdb_pool_free(sbe_duckdb_pool *pool) {
  struct sbe_duckdb_block *block = pool->blocks;
  while (block != NULL) {
    struct sbe_duckdb_block *next = block->next;
    free(block);
    block = next;
  }
  pool->blocks = NULL;
  pool->used = 0;
}

/* ---- Names of types ---- */

/* The names that DESCRIBE prints, then those that a person writes into a file of columns. */
static const struct {
  const char *name;
  sbe_duckdb_type_kind kind;
} scalars[] = {
    {"TINYINT", SBE_DUCKDB_TYPE_INTEGER},
    {"SMALLINT", SBE_DUCKDB_TYPE_INTEGER},
    {"INTEGER", SBE_DUCKDB_TYPE_INTEGER},
    {"BIGINT", SBE_DUCKDB_TYPE_INTEGER},
    {"HUGEINT", SBE_DUCKDB_TYPE_INTEGER},
    {"UTINYINT", SBE_DUCKDB_TYPE_INTEGER},
    {"USMALLINT", SBE_DUCKDB_TYPE_INTEGER},
    {"UINTEGER", SBE_DUCKDB_TYPE_INTEGER},
    {"UBIGINT", SBE_DUCKDB_TYPE_INTEGER},
    {"UHUGEINT", SBE_DUCKDB_TYPE_INTEGER},
    {"DECIMAL", SBE_DUCKDB_TYPE_DECIMAL},
    {"FLOAT", SBE_DUCKDB_TYPE_DOUBLE},
    {"DOUBLE", SBE_DUCKDB_TYPE_DOUBLE},
    {"BOOLEAN", SBE_DUCKDB_TYPE_BOOL},
    {"TIMESTAMP", SBE_DUCKDB_TYPE_TIMESTAMP},
    {"TIMESTAMP WITH TIME ZONE", SBE_DUCKDB_TYPE_TIMESTAMP_ZONE},
    {"TIMESTAMP_S", SBE_DUCKDB_TYPE_TIMESTAMP_CAST},
    {"TIMESTAMP_MS", SBE_DUCKDB_TYPE_TIMESTAMP_CAST},
    {"TIMESTAMP_NS", SBE_DUCKDB_TYPE_TIMESTAMP_CAST},
    {"DATE", SBE_DUCKDB_TYPE_TIMESTAMP_CAST},
    {"VARCHAR", SBE_DUCKDB_TYPE_TEXT},
    {"JSON", SBE_DUCKDB_TYPE_JSON},
    {"VARIANT", SBE_DUCKDB_TYPE_VARIANT},
    {"INT", SBE_DUCKDB_TYPE_INTEGER},
    {"LONG", SBE_DUCKDB_TYPE_INTEGER},
    {"NUMERIC", SBE_DUCKDB_TYPE_DECIMAL},
    {"REAL", SBE_DUCKDB_TYPE_DOUBLE},
    {"BOOL", SBE_DUCKDB_TYPE_BOOL},
    {"DATETIME", SBE_DUCKDB_TYPE_TIMESTAMP},
    {"TIMESTAMPTZ", SBE_DUCKDB_TYPE_TIMESTAMP_ZONE},
    {"TEXT", SBE_DUCKDB_TYPE_TEXT},
    {"STRING", SBE_DUCKDB_TYPE_TEXT},
};

static sbe_duckdb_type_kind scalar_kind(const char *name, size_t size) {
  for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++)
    if (strlen(scalars[i].name) == size && strncasecmp(scalars[i].name, name, size) == 0) return scalars[i].kind;
  return SBE_DUCKDB_TYPE_OTHER;
}

/* ---- The parser ---- */

typedef struct parser {
  sbe_duckdb_pool *pool;
  const char *at;
  int depth;
} parser;

static sbe_duckdb_type *parse_type(parser *p);

static void skip_spaces(parser *p) {
  while (*p->at == ' ') p->at++;
}

static bool accept(parser *p, char wanted) {
  skip_spaces(p);
  if (*p->at != wanted) return false;
  p->at++;
  return true;
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

/* Past a text in quotes, in which a quote stands doubled. False when it does not end. */
static bool skip_quoted(parser *p) {
  char quote = *p->at++;
  for (;; p->at++) {
    if (*p->at == '\0') return false;
    if (*p->at != quote) continue;
    p->at++;
    if (*p->at != quote) return true;
  }
}

/* A name, quoted or bare; NULL when none stands here. */
static const char *parse_name(parser *p) {
  skip_spaces(p);
  const char *start = p->at;
  if (*start != '"') {
    while (is_word(*p->at)) p->at++;
    return p->at == start ? NULL : sbe_duckdb_pool_copy(p->pool, start, (size_t)(p->at - start));
  }
  if (!skip_quoted(p)) return NULL;
  char *name = sbe_duckdb_pool_copy(p->pool, start + 1, (size_t)(p->at - start) - 2);
  char *to = name;
  for (const char *from = name; *from != '\0'; from++) {
    *to++ = *from;
    if (from[0] == '"' && from[1] == '"') from++;
  }
  *to = '\0';
  return name;
}

/* Past what stands in parentheses, of whatever kind; `at` is behind the opening one. */
static bool skip_arguments(parser *p) {
  for (int open = 1; open > 0;) {
    if (*p->at == '\0') return false;
    if (*p->at == '"' || *p->at == '\'') {
      if (!skip_quoted(p)) return false;
      continue;
    }
    open += *p->at == '(' ? 1 : *p->at == ')' ? -1 : 0;
    p->at++;
  }
  return true;
}

static bool parse_struct(parser *p, sbe_duckdb_type *type) {
  type->kind = SBE_DUCKDB_TYPE_STRUCT;
  sbe_duckdb_member **last = &type->members;
  do {
    sbe_duckdb_member *member = sbe_duckdb_pool_get(p->pool, sizeof *member);
    if ((member->name = parse_name(p)) == NULL) return false;
    if ((member->type = parse_type(p)) == NULL) return false;
    *last = member;
    last = &member->next;
  } while (accept(p, ','));
  return accept(p, ')');
}

static bool parse_map(parser *p, sbe_duckdb_type *type) {
  type->kind = SBE_DUCKDB_TYPE_MAP;
  if ((type->key = parse_type(p)) == NULL || !accept(p, ',')) return false;
  return (type->element = parse_type(p)) != NULL && accept(p, ')');
}

/* Words, with spaces between them ("TIMESTAMP WITH TIME ZONE"), and perhaps arguments. */
static bool parse_base(parser *p, sbe_duckdb_type *type) {
  skip_spaces(p);
  const char *start = p->at, *end = start;
  while (is_word(*p->at)) {
    while (is_word(*p->at)) p->at++;
    end = p->at;
    skip_spaces(p);
  }
  size_t size = (size_t)(end - start);
  if (size == 0) return *start == '"' && skip_quoted(p) && (type->kind = SBE_DUCKDB_TYPE_OTHER);
  if (*p->at != '(') {
    type->kind = scalar_kind(start, size);
    return true;
  }
  p->at++;
  if (size == 6 && strncasecmp(start, "STRUCT", size) == 0) return parse_struct(p, type);
  if (size == 3 && strncasecmp(start, "MAP", size) == 0) return parse_map(p, type);
  type->kind = scalar_kind(start, size);
  return skip_arguments(p);
}

static sbe_duckdb_type *parse_type(parser *p) {
  if (++p->depth > SBE_DUCKDB_TYPE_DEPTH) return NULL;
  sbe_duckdb_type *type = sbe_duckdb_pool_get(p->pool, sizeof *type);
  if (!parse_base(p, type)) return NULL;
  for (int lists = 0; accept(p, '['); lists++) {
    while (*p->at >= '0' && *p->at <= '9') p->at++;
    if (!accept(p, ']') || lists > SBE_DUCKDB_TYPE_DEPTH) return NULL;
    sbe_duckdb_type *list = sbe_duckdb_pool_get(p->pool, sizeof *list);
    list->kind = SBE_DUCKDB_TYPE_LIST;
    list->element = type;
    type = list;
  }
  p->depth--;
  return type;
}

const sbe_duckdb_type *sbe_duckdb_type_parse(sbe_duckdb_pool *pool, const char *text) {
  if (text == NULL || strlen(text) > SBE_DUCKDB_TYPE_BYTES) return NULL;
  parser p = {pool, text, 0};
  const sbe_duckdb_type *type = parse_type(&p);
  skip_spaces(&p);
  return type != NULL && *p.at == '\0' ? type : NULL;
}
