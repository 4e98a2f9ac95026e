/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printing SQL through a dialect: the only way in which names, literals and operations become text.
 * Called by everything that makes statements. It decides nothing about what is computed.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/string.h"
#include "core/plugin/plugin.h"
#include "core/sql/printer.h"

const char *sbe_physical_type(const sbe_dialect *dialect, int32_t type) {
  for (const sbe_physical *row = dialect->physical; row->type; row++)
    if (row->type == type) return row->name;
  return NULL;
}

const char *sbe_read_pattern(const sbe_dialect *dialect, int32_t type, int32_t from) {
  for (const sbe_read *row = dialect->reads; row->type; row++)
    if (row->type == type && row->from == from) return row->pattern;
  return NULL;
}

int32_t sbe_type_class(int32_t type) {
  if (type & SBE_TYPE_LIST) return SBE_CLASS_LIST;
  switch (type) {
  case SBE_TYPE_INT32:
  case SBE_TYPE_INT64:
  case SBE_TYPE_WIDE_INTEGER:
    return SBE_CLASS_INTEGER;
  case SBE_TYPE_DECIMAL:
    return SBE_CLASS_DECIMAL;
  case SBE_TYPE_DOUBLE:
    return SBE_CLASS_DOUBLE;
  case SBE_TYPE_BOOL:
    return SBE_CLASS_BOOL;
  case SBE_TYPE_TIMESTAMP:
  case SBE_TYPE_DATE:
    return SBE_CLASS_TIMESTAMP;
  case SBE_TYPE_DICT:
    return SBE_CLASS_OBJECT;
  default:
    return SBE_CLASS_TEXT;
  }
}

void sbe_print(sbe_text *out, const char *const *pieces) {
  for (; *pieces; pieces++) sbe_text_puts(out, *pieces);
}

/* Names longer than the warehouse allows: the beginning, cut at a character, and 8 digits of a hash of the whole. */
static const char *fitting_name(const sbe_sql *sql, const char *name, char *buffer, size_t buffer_size) {
  size_t size = strlen(name), most = sql->dialect->max_identifier;
  if (!most || size <= most || most >= buffer_size || most < 16) return name;
  uint32_t hash = (uint32_t)sbe_hash(SBE_HASH_START, name, size);
  size_t keep = most - 9;
  while (keep && ((unsigned char)name[keep] & 0xC0) == 0x80) keep--;
  memcpy(buffer, name, keep);
  snprintf(buffer + keep, buffer_size - keep, "_%08" PRIx32, hash);
  return buffer;
}

const char *sbe_sql_fitting(const sbe_sql *sql, sbe_arena *arena, const char *name) {
  char buffer[1024];
  return sbe_arena_strdup(arena, fitting_name(sql, name, buffer, sizeof buffer));
}

void sbe_print_list_tables(const sbe_sql *sql, sbe_arena *arena, sbe_schema schema, sbe_text *out) {
  const char *name = sbe_sql_fitting(sql, arena, sql->schemas[schema]);
  SBE_OPERATION(sql, out, SBE_OP_LIST_TABLES, sbe_sql_text(sql, arena, name));
}

void sbe_print_name(const sbe_sql *sql, sbe_text *out, const char *name) {
  char buffer[1024];
  sql->dialect->identifier(out, fitting_name(sql, name, buffer, sizeof buffer));
}

void sbe_print_column(const sbe_sql *sql, sbe_text *out, const char *alias, const char *name) {
  if (alias) SBE_PRINT(out, alias, ".");
  sbe_print_name(sql, out, name);
}

static void print_parts(const sbe_sql *sql, sbe_text *out, const sbe_name *name) {
  const char *parts[] = {name->database, name->schema, name->table};
  bool first = true;
  for (size_t i = 0; i < 3; i++) {
    if (!parts[i]) continue;
    if (!first) sbe_text_putc(out, '.');
    sbe_print_name(sql, out, parts[i]);
    first = false;
  }
}

void sbe_print_table_name(const sbe_sql *sql, sbe_text *out, const sbe_name *name) {
  if (!sql->dialect->table) {
    print_parts(sql, out, name);
    return;
  }
  char buffers[3][1024];
  const char *parts[] = {name->database, name->schema, name->table};
  for (size_t i = 0; i < 3; i++)
    if (parts[i]) parts[i] = fitting_name(sql, parts[i], buffers[i], sizeof buffers[i]);
  sql->dialect->table(out, &(sbe_name){parts[0], parts[1], parts[2]});
}

static const char *database_of(const sbe_sql *sql, sbe_schema schema) {
  const char *scratch = sql->dialect->scratch_database;
  return schema == SBE_SCHEMA_SCRATCH && scratch ? scratch : sql->database;
}

void sbe_print_table(const sbe_sql *sql, sbe_text *out, sbe_schema schema, const char *table) {
  sbe_print_table_name(sql, out, &(sbe_name){database_of(sql, schema), sql->schemas[schema], table});
}

void sbe_print_schema(const sbe_sql *sql, sbe_text *out, sbe_schema schema) {
  print_parts(sql, out, &(sbe_name){NULL, database_of(sql, schema), sql->schemas[schema]});
}

void sbe_print_text(const sbe_sql *sql, sbe_text *out, const char *text) {
  sql->dialect->literal(out, text, strlen(text));
}

void sbe_print_operation(const sbe_sql *sql, sbe_text *out, int32_t operation, size_t n, const char *const *operands) {
  const char *pattern = sbe_operation_pattern(sql->dialect, operation);
  assert(pattern && "an operation that was not checked with sbe_can_print");
  sbe_print_pattern(out, pattern, n, operands);
}

/* A quoted text as the operand of a literal operation. */
static void print_quoted(const sbe_sql *sql, sbe_text *out, int32_t operation, const char *text) {
  sbe_cleanup_text sbe_text quoted = SBE_TEXT(4096);
  sbe_print_text(sql, &quoted, text);
  SBE_OPERATION(sql, out, operation, sbe_text_string(&quoted));
}

void sbe_print_date(const sbe_sql *sql, sbe_text *out, sbe_date date) {
  char text[16];
  sbe_date_format(date, text);
  print_quoted(sql, out, SBE_OP_DATE_LITERAL, text);
}

void sbe_print_timestamp(const sbe_sql *sql, sbe_text *out, sbe_timestamp timestamp) {
  char text[32];
  sbe_timestamp_format(timestamp, text);
  print_quoted(sql, out, SBE_OP_TIMESTAMP_LITERAL, text);
}

void sbe_print_null(const sbe_sql *sql, sbe_text *out, int32_t type) {
  SBE_OPERATION(sql, out, SBE_OP_CAST, "NULL", sbe_physical_type(sql->dialect, type));
}

const char *sbe_sql_bool(const sbe_sql *sql, bool value) {
  return sbe_operation_pattern(sql->dialect, value ? SBE_OP_TRUE : SBE_OP_FALSE);
}

/* The definition's checks (core/ir) have made sure that the value is one of the type. */
static void print_scalar(const sbe_sql *sql, sbe_text *out, int32_t type, const sbe_literal *value) {
  sbe_timestamp at = 0;
  int64_t seconds = 0;
  switch (type) {
  case SBE_TYPE_BOOL:
    sbe_text_puts(out, sbe_sql_bool(sql, strcmp(value->text, "true") == 0 || strcmp(value->text, "1") == 0));
    return;
  case SBE_TYPE_TIMESTAMP:
    if (sbe_parse_int64(value->text, value->size, &seconds))
      at = seconds * SBE_SECOND_US;
    else
      (void)!sbe_timestamp_parse(value->text, value->size, &at);
    sbe_print_timestamp(sql, out, at);
    return;
  case SBE_TYPE_INT32:
  case SBE_TYPE_INT64:
  case SBE_TYPE_WIDE_INTEGER:
  case SBE_TYPE_DECIMAL:
  case SBE_TYPE_DOUBLE: {
    /* quoted, so that the warehouse's reader of text, not its grammar, decides how exact it is */
    sbe_cleanup_text sbe_text quoted = SBE_TEXT(4096);
    sql->dialect->literal(&quoted, value->text, value->size);
    SBE_OPERATION(sql, out, SBE_OP_CAST, sbe_text_string(&quoted), sbe_physical_type(sql->dialect, type));
    return;
  }
  default:
    sql->dialect->literal(out, value->text, value->size);
  }
}

static void print_dict(const sbe_sql *sql, sbe_text *out, size_t n, const sbe_literal *values,
                       const sbe_literal *keys) {
  sbe_cleanup_text sbe_text json = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_cleanup_text sbe_text quoted = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_putc(&json, '{');
  for (size_t i = 0; i < n; i++) {
    sbe_text_puts(&json, i ? ",\"" : "\"");
    for (const char *c = keys[i].text; *c; c++) {
      if (*c == '"' || *c == '\\') sbe_text_putc(&json, '\\');
      if ((unsigned char)*c < 0x20)
        sbe_text_printf(&json, "\\u%04x", (unsigned)*c);
      else
        sbe_text_putc(&json, *c);
    }
    SBE_PRINT(&json, "\":", values[i].text);
  }
  sbe_text_putc(&json, '}');
  sbe_print_text(sql, &quoted, sbe_text_string(&json));
  SBE_OPERATION(sql, out, SBE_OP_DICT_LITERAL, sbe_text_string(&quoted));
}

void sbe_print_literal(const sbe_sql *sql, sbe_text *out, int32_t type, size_t n, const sbe_literal *values,
                       const sbe_literal *keys) {
  if (type == SBE_TYPE_DICT) {
    print_dict(sql, out, n, values, keys);
  } else if (type & SBE_TYPE_LIST) {
    sbe_cleanup_text sbe_text elements = SBE_TEXT(SBE_MAX_STATEMENT);
    for (size_t i = 0; i < n; i++) {
      if (i) sbe_text_puts(&elements, ", ");
      print_scalar(sql, &elements, type & ~SBE_TYPE_LIST, &values[i]);
    }
    SBE_OPERATION(sql, out, SBE_OP_LIST_LITERAL, sbe_text_string(&elements), sbe_physical_type(sql->dialect, type));
  } else {
    print_scalar(sql, out, type, values);
  }
}

const char *sbe_sql_name(const sbe_sql *sql, sbe_arena *arena, const char *alias, const char *name) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  sbe_print_column(sql, &out, alias, name);
  return sbe_arena_strndup(arena, out.data, out.size);
}

const char *sbe_sql_table(const sbe_sql *sql, sbe_arena *arena, sbe_schema schema, const char *table) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(8192);
  sbe_print_table(sql, &out, schema, table);
  return sbe_arena_strndup(arena, out.data, out.size);
}

const char *sbe_sql_text(const sbe_sql *sql, sbe_arena *arena, const char *text) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_print_text(sql, &out, text);
  return sbe_arena_strndup(arena, out.data, out.size);
}

const char *sbe_sql_date(const sbe_sql *sql, sbe_arena *arena, sbe_date date) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(256);
  sbe_print_date(sql, &out, date);
  return sbe_arena_strndup(arena, out.data, out.size);
}

const char *sbe_sql_timestamp(const sbe_sql *sql, sbe_arena *arena, sbe_timestamp timestamp) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(256);
  sbe_print_timestamp(sql, &out, timestamp);
  return sbe_arena_strndup(arena, out.data, out.size);
}
