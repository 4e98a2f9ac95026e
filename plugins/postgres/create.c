/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dialect's `create`: the tables that sbe makes in PostgreSQL. Called by the host when it prints
 * statements; nothing here talks to a server.
 *
 * Scratch tables are not logged, made by CREATE TABLE AS (which the server may do in parallel, INSERT never),
 * and analysed once they are full, because autovacuum comes too late for the next statement. Permanent
 * ones get indexes on what rows are looked up or removed by.
 */
#include <stdbool.h>
#include <string.h>

#include "plugins/postgres/dialect.h"

enum { MAX_NAME = 63, ANALYSE_AT_MOST = 16 };

static const char *physical_type(int32_t type) {
  for (const sbe_physical *row = sbe_postgres_physical; row->type; row++)
    if (row->type == type) return row->name;
  return NULL;
}

static const char *collation(int32_t type) {
  return (type & ~SBE_TYPE_LIST) == SBE_TYPE_TEXT ? " COLLATE \"C\"" : "";
}

static void put_number(sbe_text *out, uint64_t number) {
  char digits[24], *at = digits + sizeof digits;
  *--at = '\0';
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  sbe_postgres_put(out, at);
}

/* The select's columns by position, each of its declared type. */
static void put_select(sbe_text *out, const sbe_table *table) {
  sbe_postgres_put(out, " AS\nSELECT ");
  for (size_t i = 0; i < table->n_columns; i++) {
    sbe_postgres_put(out, i ? ", CAST(s.c" : "CAST(s.c");
    put_number(out, i);
    sbe_postgres_put(out, " AS ");
    sbe_postgres_put(out, physical_type(table->columns[i].type));
    sbe_postgres_put(out, ")");
    sbe_postgres_put(out, collation(table->columns[i].type));
    sbe_postgres_put(out, " AS ");
    sbe_postgres_identifier(out, table->columns[i].name);
  }
  sbe_postgres_put(out, "\nFROM (");
  sbe_postgres_put(out, table->select);
  sbe_postgres_put(out, ") AS s (");
  for (size_t i = 0; i < table->n_columns; i++) {
    sbe_postgres_put(out, i ? ", c" : "c");
    put_number(out, i);
  }
  sbe_postgres_put(out, ")");
}

static void put_columns(sbe_text *out, const sbe_table *table) {
  sbe_postgres_put(out, " (");
  for (size_t i = 0; i < table->n_columns; i++) {
    if (i) sbe_postgres_put(out, ", ");
    sbe_postgres_identifier(out, table->columns[i].name);
    sbe_postgres_put(out, " ");
    sbe_postgres_put(out, physical_type(table->columns[i].type));
    sbe_postgres_put(out, collation(table->columns[i].type));
  }
  sbe_postgres_put(out, ")");
}

/* What the planner wants to know: the first columns, which are keys and times, and those that are named. */
static void put_analyse(sbe_text *out, const sbe_table *table) {
  sbe_postgres_put(out, "ANALYZE ");
  sbe_postgres_put(out, table->name);
  if (table->n_columns <= ANALYSE_AT_MOST) return;
  const char *between = " (";
  for (size_t i = 0; i < table->n_columns; i++) {
    int32_t column = (int32_t)i;
    bool named = column == table->day_column || column == table->key_column || column == table->lookup_column;
    if (i >= ANALYSE_AT_MOST && !named) continue;
    sbe_postgres_put(out, between);
    sbe_postgres_identifier(out, table->columns[i].name);
    between = ", ";
  }
  sbe_postgres_put(out, ")");
}

/* Where the last part of a printed name begins, after its quote. */
static const char *last_part(const char *printed) {
  const char *part = printed;
  bool quoted = false;
  for (const char *at = printed; *at != '\0'; at++) {
    if (*at != '"') continue;
    quoted = !quoted;
    if (quoted && (at == printed || at[-1] == '.')) part = at + 1;
  }
  return part;
}

/* FNV-1a: two tables whose names are cut alike must not share the name of an index. */
static uint32_t hash(const char *text, const char *more) {
  uint32_t h = 2166136261u;
  for (; *text != '\0'; text++) h = (h ^ (unsigned char)*text) * 16777619u;
  for (; *more != '\0'; more++) h = (h ^ (unsigned char)*more) * 16777619u;
  return h;
}

/* As much of the table's name as fits, whole characters, then a hash of the table and the column. */
static void index_name(const sbe_table *table, const char *column, char name[MAX_NAME + 1]) {
  static const char digits[] = "0123456789abcdef";
  size_t size = 0;
  const char *at = last_part(table->name);
  for (; size < MAX_NAME - 10 && *at != '\0' && !(*at == '"' && at[1] != '"'); at++) {
    if (*at == '"') at++;
    name[size++] = *at;
  }
  while (size > 0 && ((unsigned char)*at & 0xC0) == 0x80) at--, size--;
  uint32_t h = hash(table->name, column);
  name[size++] = '_';
  for (int shift = 28; shift >= 0; shift -= 4) name[size++] = digits[h >> shift & 15];
  name[size] = '\0';
}

static void put_index(const sbe_table *table, int32_t column, sbe_statements *out) {
  if (column < 0 || (size_t)column >= table->n_columns) return;
  char name[MAX_NAME + 1];
  index_name(table, table->columns[column].name, name);
  sbe_text *text = sbe_postgres_host->statement(out, SBE_STATEMENT_REPEATABLE);
  sbe_postgres_put(text, "CREATE INDEX IF NOT EXISTS ");
  sbe_postgres_identifier(text, name);
  sbe_postgres_put(text, " ON ");
  sbe_postgres_put(text, table->name);
  /* A B-tree refuses texts that are longer than a third of a page, and one event with such an id would stop all runs.
     Texts are only looked up, never by range. */
  sbe_postgres_put(text, table->columns[column].type == SBE_TYPE_TEXT ? " USING hash (" : " (");
  sbe_postgres_identifier(text, table->columns[column].name);
  sbe_postgres_put(text, ")");
}

int32_t sbe_postgres_create(const sbe_table *table, sbe_statements *out, sbe_error *error) {
  for (size_t i = 0; i < table->n_columns; i++)
    if (physical_type(table->columns[i].type) == NULL)
      return sbe_postgres_host->error(error, SBE_UNSUPPORTED, NULL, "PostgreSQL has no type for column %s of %s.",
                                      table->columns[i].name, table->name);
  bool permanent = table->kind == SBE_TABLE_PERMANENT;
  sbe_text *text = sbe_postgres_host->statement(out, table->select != NULL ? 0 : SBE_STATEMENT_REPEATABLE);
  sbe_postgres_put(text, permanent ? "CREATE TABLE IF NOT EXISTS " : "CREATE UNLOGGED TABLE ");
  sbe_postgres_put(text, table->name);
  if (table->select != NULL)
    put_select(text, table);
  else
    put_columns(text, table);
  if (!permanent) {
    if (table->select != NULL) put_analyse(sbe_postgres_host->statement(out, SBE_STATEMENT_REPEATABLE), table);
    return SBE_OK;
  }
  bool told = table->struct_size >= offsetof(sbe_table, lookup_column) + sizeof table->lookup_column;
  int32_t lookup = told ? table->lookup_column : -1;
  put_index(table, lookup, out);
  /* days are removed and read whole; keys, in tables that have days, never are */
  if (table->day_column != lookup) put_index(table, table->day_column, out);
  if (table->day_column < 0 && table->key_column != lookup) put_index(table, table->key_column, out);
  return SBE_OK;
}
