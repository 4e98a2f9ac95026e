/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/sql: how properties, events and criteria become cells of the scan's layers. */
#ifndef SBE_CORE_PROPERTIES_H
#define SBE_CORE_PROPERTIES_H

#include "core/sql/layers.h"

/* The paths that a scan wants of the events table, each once, and what the source said of them. */
typedef struct sbe_paths {
  sbe_arena *arena;
  const sbe_path **items;
  int32_t *classes;
  size_t n, capacity;
} sbe_paths;

size_t sbe_paths_add(sbe_paths *paths, const sbe_path *path);
void sbe_paths_add_property(sbe_paths *paths, const sbe_property *property);
/* A column of the events table itself. */
size_t sbe_paths_add_atomic(sbe_paths *paths, const char *column);

typedef struct sbe_reader {
  const sbe_sql *sql;
  sbe_arena *arena;
  sbe_layers *layers;
  const sbe_paths *paths;
} sbe_reader;

sbe_cell sbe_read_atomic(const sbe_reader *reader, const char *column, int32_t type);
sbe_cell sbe_read_property(const sbe_reader *reader, const sbe_property *property, int32_t type);
/* As it comes from the source, or from a calculation, with its class. */
sbe_cell sbe_read_raw(const sbe_reader *reader, const sbe_property *property, int32_t *ret_class);
/* Booleans that are never NULL. */
sbe_cell sbe_read_event(const sbe_reader *reader, const sbe_event *event);
sbe_cell sbe_read_match(const sbe_reader *reader, size_t n_events, const sbe_cell *events, const sbe_criteria *criteria);

/* An expression that grows, with the cells that it is over. */
typedef struct sbe_expression {
  sbe_text text;
  sbe_cell *operands;
  size_t n, capacity;
} sbe_expression;
void sbe_expression_cell(const sbe_reader *reader, sbe_expression *expression, sbe_cell cell);
void sbe_print_criterion(const sbe_reader *reader, const sbe_criterion *criterion, sbe_expression *out);

#endif
