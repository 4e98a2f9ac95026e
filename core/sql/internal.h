/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/sql: what the printers of a window's steps share. */
#ifndef SBE_CORE_SQL_INTERNAL_H
#define SBE_CORE_SQL_INTERNAL_H

#include "core/sql/window.h"

/* A column of one of the view's tables, printed, with or without alias. */
const char *sbe_column_text(const sbe_window *window, const char *alias, const char *name);
/* "a, b, c" of a table's columns, from one on. */
void sbe_print_columns(const sbe_window *window, sbe_text *out, const char *alias, size_t n,
                       const sbe_column_spec *columns);
/* A scratch table made from a select. */
int32_t sbe_print_scratch(const sbe_sql *sql, const char *name, size_t n, const sbe_column_spec *columns,
                          int32_t day_column, int32_t key_column, const char *select, sbe_statements *out,
                          sbe_error *error);
/* "schema"."table" of the view */
const char *sbe_view_table(const sbe_window *window, const char *name);
/* A part merged over rows of partials, where `condition` (a printed condition on the date) holds. */
void sbe_print_merge(const sbe_window *window, size_t part, const char *condition, sbe_text *out);

#endif
