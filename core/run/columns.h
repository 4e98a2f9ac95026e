/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of the events table, kept in .sbe/columns.json after each run, so that `compile` needs
 * no connection.
 */
#ifndef SBE_CORE_COLUMNS_H
#define SBE_CORE_COLUMNS_H

#include "core/run/run.h"

/* A cache: failing to write it is no error. */
void sbe_columns_save(const sbe_project *project, const sbe_plugin *plugin, const sbe_sql *sql,
                      const sbe_columns *columns);
/*
 * From a file of {"adapter", "table", "columns": [[name, type], …]}, or just such a list; or, with `path` NULL, from the cache, if it is
 * of this adapter and events table. Answers false when there is none.
 */
bool sbe_columns_load(const sbe_project *project, const sbe_plugin *plugin, const sbe_sql *sql, const char *path,
                      sbe_arena *arena, sbe_columns *ret_columns, sbe_report *report);

#endif
