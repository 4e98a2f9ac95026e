/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's names of types, as `format_type` writes them, and the descriptions of entities' tables that
 * describe.c makes. Used by the plan of a source. What it does not know it takes for some scalar, which
 * can always be cast to text; it never fails on a name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/postgres/types.h"

/* ---- Memory that goes whole ---- */

enum { BLOCK = 64 * 1024 };

struct sbe_postgres_block {
  struct sbe_postgres_block *next;
  _Alignas(16) char data[];
};

void *sbe_postgres_pool_get(sbe_postgres_pool *pool, size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (pool->blocks == NULL || size > BLOCK - pool->used) {
    struct sbe_postgres_block *block = calloc(1, sizeof *block + (size > BLOCK ? size : BLOCK));
    if (block == NULL) {
      fputs("sbe: out of memory\n", stderr);
      exit(1);
    }
    block->next = pool->blocks;
    pool->blocks = block;
    pool->used = 0;
  }
  void *memory = pool->blocks->data + pool->used;
  pool->used = size > BLOCK ? BLOCK : pool->used + size;
  return memory;
}

char *sbe_postgres_pool_copy(sbe_postgres_pool *pool, const char *text, size_t size) {
  char *copy = sbe_postgres_pool_get(pool, size + 1);
  memcpy(copy, text, size);
  return copy;
}

void sbe_postgres_pool_free(sbe_postgres_pool *pool) {
  while (pool->blocks != NULL) {
    struct sbe_postgres_block *next = pool->blocks->next;
    free(pool->blocks);
    pool->blocks = next;
  }
}

/* ---- Names of types ---- */

static const struct {
  const char *name;
  sbe_postgres_kind kind;
} kinds[] = {
    {"smallint", SBE_POSTGRES_INTEGER},
    {"integer", SBE_POSTGRES_INTEGER},
    {"bigint", SBE_POSTGRES_INTEGER},
    {"numeric", SBE_POSTGRES_NUMERIC},
    {"money", SBE_POSTGRES_MONEY},
    {"real", SBE_POSTGRES_REAL},
    {"double precision", SBE_POSTGRES_DOUBLE},
    {"boolean", SBE_POSTGRES_BOOL},
    {"timestamp without time zone", SBE_POSTGRES_TIMESTAMP},
    {"timestamp with time zone", SBE_POSTGRES_TIMESTAMP_ZONE},
    {"date", SBE_POSTGRES_DATE},
    {"text", SBE_POSTGRES_TEXT},
    {"character varying", SBE_POSTGRES_TEXT},
    {"character", SBE_POSTGRES_TEXT},
    {"bpchar", SBE_POSTGRES_TEXT},
    {"name", SBE_POSTGRES_TEXT},
    {"citext", SBE_POSTGRES_TEXT},
    {"json", SBE_POSTGRES_JSON},
    {"jsonb", SBE_POSTGRES_JSONB},
    {"record", SBE_POSTGRES_RECORD}, /* describe.c's word for any composite type */
};

sbe_postgres_kind sbe_postgres_kind_of(const char *type) {
  size_t size = strlen(type);
  if (size > 2 && strcmp(type + size - 2, "[]") == 0) return SBE_POSTGRES_ARRAY;
  char plain[64]; /* without `(255)` */
  size_t n = 0;
  bool inside = false;
  for (const char *at = type; *at != '\0'; at++) {
    if (*at == '(') inside = true;
    if (!inside && n + 1 == sizeof plain) return SBE_POSTGRES_OTHER;
    if (!inside) plain[n++] = *at;
    if (*at == ')') inside = false;
  }
  plain[n] = '\0';
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].name, plain) == 0) return kinds[i].kind;
  return SBE_POSTGRES_OTHER;
}

/* ---- TABLE "schema"."table" ("column" type, …) ---- */

#define TABLE_WORD "TABLE "

bool sbe_postgres_is_table(const char *type) {
  return strncmp(type, TABLE_WORD, sizeof TABLE_WORD - 1) == 0;
}

/* Past a quoted name; NULL when there is none. */
static const char *past_name(const char *at) {
  if (*at != '"') return NULL;
  for (at++; *at != '\0'; at++) {
    if (*at != '"') continue;
    if (at[1] != '"') return at + 1;
    at++;
  }
  return NULL;
}

static char *unquoted(sbe_postgres_pool *pool, const char *from, const char *end) {
  char *name = sbe_postgres_pool_get(pool, (size_t)(end - from)), *to = name;
  for (from++; from < end - 1; from++) {
    if (*from == '"') from++;
    *to++ = *from;
  }
  return name;
}

/* Past a type: to the comma or bracket that closes it. */
static const char *past_type(const char *at) {
  int depth = 0;
  for (; *at != '\0'; at++) {
    if (*at == '"') {
      const char *end = past_name(at);
      if (end == NULL) return NULL;
      at = end - 1;
    } else if (*at == '(') {
      depth++;
    } else if (*at == ')' && depth-- == 0) {
      return at;
    } else if (*at == ',' && depth == 0) {
      return at;
    }
  }
  return NULL;
}

static const char *read_column(sbe_postgres_pool *pool, const char *at, sbe_postgres_member *column) {
  const char *end = past_name(at);
  if (end == NULL || *end != ' ') return NULL;
  column->name = unquoted(pool, at, end);
  at = end + 1;
  end = past_type(at);
  if (end == NULL) return NULL;
  column->kind = sbe_postgres_kind_of(sbe_postgres_pool_copy(pool, at, (size_t)(end - at)));
  return end;
}

const sbe_postgres_table *sbe_postgres_table_read(sbe_postgres_pool *pool, const char *type) {
  if (!sbe_postgres_is_table(type) || strlen(type) > SBE_POSTGRES_TYPE_BYTES) return NULL;
  const char *start = type + sizeof TABLE_WORD - 1, *at = past_name(start);
  while (at != NULL && *at == '.') at = past_name(at + 1);
  if (at == NULL || strncmp(at, " (", 2) != 0) return NULL;
  sbe_postgres_table *table = sbe_postgres_pool_get(pool, sizeof *table);
  table->printed = sbe_postgres_pool_copy(pool, start, (size_t)(at - start));
  table->columns = sbe_postgres_pool_get(pool, SBE_POSTGRES_TABLE_COLUMNS * sizeof *table->columns);
  at += 2;
  while (table->n < SBE_POSTGRES_TABLE_COLUMNS) {
    at = read_column(pool, at, &table->columns[table->n++]);
    if (at == NULL) return NULL;
    if (strcmp(at, ")") == 0) return table;
    if (strncmp(at, ", ", 2) != 0) return NULL;
    at += 2;
  }
  return NULL;
}
