/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan: one statement that reads a slice of the events table once for several views, and keeps
 * in a scratch table what they need: each property read as its type, each match as a boolean.
 */
#ifndef SBE_CORE_SCAN_H
#define SBE_CORE_SCAN_H

#include "core/config/project.h"
#include "core/sql/shape.h"
#include "core/sql/printer.h"

typedef struct sbe_scan_view {
  const sbe_shape *shape;
  const char *key;        /* columns of the scan table */
  const char *candidate;
  const char **values;    /* of each value of the shape */
  const char **matches;
} sbe_scan_view;

typedef struct sbe_scan {
  const sbe_sql *sql;
  sbe_arena *arena;
  const sbe_vars *vars;
  size_t n_views;
  sbe_scan_view *views;

  /* What the views need, each once. */
  size_t n_keys, n_values, n_matches, n_events;
  const sbe_property **keys;
  sbe_value_column *values;
  sbe_match_column *matches;
  const sbe_event **events;
  const char **event_columns; /* names of the booleans of `events` */
  size_t n_columns;
  sbe_column_spec *columns;   /* of the scan table */
} sbe_scan;

/* Views are added until the scan table would be too wide; answers how many of `shapes` it took (at least 1). */
size_t sbe_scan_new(const sbe_sql *sql, sbe_arena *arena, const sbe_vars *vars, size_t n, const sbe_shape *const *shapes,
                    sbe_scan **ret_scan);

/* The events table as it was described. n 0: not known. */
typedef struct sbe_columns {
  size_t n;
  const sbe_column *items;
} sbe_columns;

/*
 * Are the columns there that the scan wants? Missing columns of events and entities are warnings,
 * missing atomic ones errors, of `report`, at each attribute that wants them.
 */
int32_t sbe_scan_check(const sbe_scan *scan, const sbe_columns *columns, sbe_report *report, sbe_error *error);

/* The select that fills the scan table. Bounds are printed timestamps. Missing columns are NULL. `before` and `after`
   get what the adapter wants to tell the session around it; both may be NULL, then it can be slower. */
int32_t sbe_scan_print(const sbe_scan *scan, const sbe_columns *columns, const char *lower, const char *upper,
                       sbe_statements *before, sbe_statements *after, sbe_text *out, sbe_error *error);

#endif
