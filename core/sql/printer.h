/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printing SQL through a dialect: names, literals, operations, reads. Everything that reaches a
 * statement from outside goes through here.
 */
#ifndef SBE_CORE_PRINTER_H
#define SBE_CORE_PRINTER_H

#include "sbe/dialect.h"
#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/text.h"
#include "core/ir/ir.h"
#include "core/plugin/pattern.h"

/* Where a table of ours lies. */
typedef enum { SBE_SCHEMA_MANIFEST, SBE_SCHEMA_SCRATCH, SBE_SCHEMA_DERIVED, SBE_SCHEMAS } sbe_schema;

/* What printing depends on, beside the definitions. Constant during a run. */
typedef struct sbe_sql {
  const sbe_dialect *dialect;
  const char *database;             /* of our tables; NULL: the connection's */
  const char *schemas[SBE_SCHEMAS];
  sbe_name events;                  /* the atomic events table */
} sbe_sql;

/* Pieces of text, as arguments: no formatting, no escaping. */
void sbe_print(sbe_text *out, const char *const *pieces);
#define SBE_PRINT(out, ...) sbe_print((out), (const char *const[]){__VA_ARGS__, NULL})

/* A name, quoted; one that is too long for the warehouse is cut and gets a hash. */
void sbe_print_name(const sbe_sql *sql, sbe_text *out, const char *name);
/* Such a name as the warehouse has it. */
const char *sbe_sql_fitting(const sbe_sql *sql, sbe_arena *arena, const char *name);
/* Query of the names of a schema's tables. */
void sbe_print_list_tables(const sbe_sql *sql, sbe_arena *arena, sbe_schema schema, sbe_text *out);
/* "alias.name" with both quoted; alias may be NULL. */
void sbe_print_column(const sbe_sql *sql, sbe_text *out, const char *alias, const char *name);
void sbe_print_table_name(const sbe_sql *sql, sbe_text *out, const sbe_name *name);
void sbe_print_schema(const sbe_sql *sql, sbe_text *out, sbe_schema schema);
void sbe_print_table(const sbe_sql *sql, sbe_text *out, sbe_schema schema, const char *table);

void sbe_print_text(const sbe_sql *sql, sbe_text *out, const char *text);
void sbe_print_date(const sbe_sql *sql, sbe_text *out, sbe_date date);
void sbe_print_timestamp(const sbe_sql *sql, sbe_text *out, sbe_timestamp timestamp);
/* A value of a definition as the SQL literal of a type. `SBE_TYPE_LIST` types take n values, others one. */
void sbe_print_literal(const sbe_sql *sql, sbe_text *out, int32_t type, size_t n, const sbe_literal *values,
                       const sbe_literal *keys);
void sbe_print_null(const sbe_sql *sql, sbe_text *out, int32_t type);

/* Does the dialect know the type, the read? */
const char *sbe_physical_type(const sbe_dialect *dialect, int32_t type); /* NULL: unsupported */
const char *sbe_read_pattern(const sbe_dialect *dialect, int32_t type, int32_t from); /* NULL: no row */

/* `n` operands, printed texts. The caller has made sure that the operation is there. */
void sbe_print_operation(const sbe_sql *sql, sbe_text *out, int32_t operation, size_t n, const char *const *operands);
#define SBE_OPERATION(sql, out, operation, ...)                                                                        \
  sbe_print_operation((sql), (out), (operation), sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),               \
                      (const char *const[]){__VA_ARGS__})

/* The same into arena memory, for operands of further operations. */
const char *sbe_sql_name(const sbe_sql *sql, sbe_arena *arena, const char *alias, const char *name);
const char *sbe_sql_table(const sbe_sql *sql, sbe_arena *arena, sbe_schema schema, const char *table);
const char *sbe_sql_text(const sbe_sql *sql, sbe_arena *arena, const char *text);
const char *sbe_sql_date(const sbe_sql *sql, sbe_arena *arena, sbe_date date);
const char *sbe_sql_timestamp(const sbe_sql *sql, sbe_arena *arena, sbe_timestamp timestamp);
const char *sbe_sql_bool(const sbe_sql *sql, bool value);

/* The class that a column of a type has when it is read again. */
int32_t sbe_type_class(int32_t type);

/* Statements every folder needs, through the dialect's callbacks or as ANSI. */
/* Made if it is not there. */
void sbe_print_create_schema(const sbe_sql *sql, sbe_schema schema, sbe_statements *out);
int32_t sbe_print_create(const sbe_sql *sql, const sbe_table *table, sbe_statements *out, sbe_error *error);
int32_t sbe_print_replace(const sbe_sql *sql, const sbe_replace *rows, sbe_statements *out, sbe_error *error);
/* INSERT INTO target (columns) select */
void sbe_print_insert(const sbe_sql *sql, const char *target, size_t n, const sbe_column_spec *columns,
                      const char *select, sbe_statements *out);
void sbe_print_drop(const sbe_sql *sql, const char *table, sbe_statements *out);

/* The next statement of a list (the function behind sbe_host.statement). */
sbe_text *sbe_statements_add(sbe_statements *list, uint32_t flags);
/* A query, whose rows go where they are wanted. */
struct sbe_rows;
sbe_text *sbe_statements_add_query(sbe_statements *list, struct sbe_rows *rows);

#endif
