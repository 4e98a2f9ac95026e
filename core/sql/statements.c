/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few statements that every table of ours is written with: create, insert, replace, drop. A
 * dialect may print the first and the third its own way; else they are ANSI.
 */
#include "core/plugin/plugin.h"
#include "core/sql/printer.h"

sbe_text *sbe_statements_add(sbe_statements *list, uint32_t flags) {
  return sbe_host_table.statement(list, flags);
}

sbe_text *sbe_statements_add_query(sbe_statements *list, struct sbe_rows *rows) {
  sbe_text *text = sbe_statements_add(list, SBE_STATEMENT_REPEATABLE);
  list->items[list->n - 1].rows = rows;
  return text;
}

static void print_columns(const sbe_sql *sql, sbe_text *out, size_t n, const sbe_column_spec *columns) {
  for (size_t i = 0; i < n; i++) {
    if (i) sbe_text_puts(out, ", ");
    sbe_print_name(sql, out, columns[i].name);
  }
}

void sbe_print_create_schema(const sbe_sql *sql, sbe_schema schema, sbe_statements *out) {
  sbe_cleanup_text sbe_text whole = SBE_TEXT(8192), alone = SBE_TEXT(8192);
  sbe_print_schema(sql, &whole, schema);
  sbe_print_name(sql, &alone, sql->schemas[schema]);
  SBE_OPERATION(sql, sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), SBE_OP_CREATE_SCHEMA, sbe_text_string(&whole),
                sbe_text_string(&alone));
}

/* For an adapter that prints columns itself: names as the warehouse can have them. */
static const sbe_column_spec *fitting(const sbe_sql *sql, sbe_arena *arena, size_t n, const sbe_column_spec *columns) {
  sbe_column_spec *copies = SBE_NEW_ARRAY(arena, sbe_column_spec, n);
  for (size_t i = 0; i < n; i++)
    copies[i] = (sbe_column_spec){sbe_sql_fitting(sql, arena, columns[i].name), columns[i].type};
  return copies;
}

int32_t sbe_print_create(const sbe_sql *sql, const sbe_table *table, sbe_statements *out, sbe_error *error) {
  if (sql->dialect->create) {
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    sbe_table copy = *table;
    copy.columns = fitting(sql, arena, table->n_columns, table->columns);
    return sql->dialect->create(&copy, out, error);
  }
  sbe_text *text = sbe_statements_add(out, table->select ? 0 : SBE_STATEMENT_REPEATABLE);
  SBE_PRINT(text, "CREATE TABLE ", table->kind == SBE_TABLE_PERMANENT ? "IF NOT EXISTS " : "", table->name);
  if (table->select) {
    SBE_PRINT(text, " AS\n", table->select);
    return SBE_OK;
  }
  sbe_text_puts(text, " (");
  for (size_t i = 0; i < table->n_columns; i++) {
    if (i) sbe_text_puts(text, ", ");
    sbe_print_name(sql, text, table->columns[i].name);
    SBE_PRINT(text, " ", sbe_physical_type(sql->dialect, table->columns[i].type));
  }
  sbe_text_putc(text, ')');
  return SBE_OK;
}

void sbe_print_insert(const sbe_sql *sql, const char *target, size_t n, const sbe_column_spec *columns,
                      const char *select, sbe_statements *out) {
  sbe_text *text = sbe_statements_add(out, 0);
  SBE_PRINT(text, "INSERT INTO ", target, " (");
  print_columns(sql, text, n, columns);
  SBE_PRINT(text, ")\n", select);
}

/* Rows of the target whose keys occur in the source. A row constructor with IN is not everywhere: EXISTS is. */
static void print_delete(const sbe_sql *sql, const sbe_replace *rows, sbe_text *out) {
  SBE_PRINT(out, "DELETE FROM ", rows->target, " WHERE ");
  if (rows->days) {
    sbe_print_name(sql, out, rows->columns[rows->keys[0]].name);
    SBE_PRINT(out, " ", rows->days);
  } else if (rows->n_keys == 1) {
    sbe_print_name(sql, out, rows->columns[rows->keys[0]].name);
    sbe_text_puts(out, " IN (SELECT s.");
    sbe_print_name(sql, out, rows->columns[rows->keys[0]].name);
    SBE_PRINT(out, " FROM ", rows->source, " AS s)");
  } else {
    SBE_PRINT(out, "EXISTS (SELECT 1 FROM ", rows->source, " AS s WHERE ");
    for (size_t i = 0; i < rows->n_keys; i++) {
      if (i) sbe_text_puts(out, " AND ");
      sbe_print_column(sql, out, "s", rows->columns[rows->keys[i]].name);
      SBE_PRINT(out, " = ", rows->target, ".");
      sbe_print_name(sql, out, rows->columns[rows->keys[i]].name);
    }
    sbe_text_putc(out, ')');
  }
}

int32_t sbe_print_replace(const sbe_sql *sql, const sbe_replace *rows, sbe_statements *out, sbe_error *error) {
  if (sql->dialect->replace) {
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    sbe_replace copy = *rows;
    copy.columns = fitting(sql, arena, rows->n_columns, rows->columns);
    return sql->dialect->replace(&copy, out, error);
  }
  print_delete(sql, rows, sbe_statements_add(out, SBE_STATEMENT_REPEATABLE));
  sbe_text *text = sbe_statements_add(out, 0);
  SBE_PRINT(text, "INSERT INTO ", rows->target, " (");
  print_columns(sql, text, rows->n_columns, rows->columns);
  sbe_text_puts(text, ")\nSELECT ");
  for (size_t i = 0; i < rows->n_columns; i++) {
    if (i) sbe_text_puts(text, ", ");
    sbe_print_column(sql, text, "s", rows->columns[i].name);
  }
  SBE_PRINT(text, "\nFROM ", rows->source, " AS s");
  return SBE_OK;
}

void sbe_print_drop(const sbe_sql *sql, const char *table, sbe_statements *out) {
  SBE_OPERATION(sql, sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), SBE_OP_DROP_TABLE, table);
}
