/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a view's tables: which columns they have and what stands in them, from the IR alone.
 * Names and order depend on the definition only, never on the layout of the events.
 */
#ifndef SBE_CORE_SHAPE_H
#define SBE_CORE_SHAPE_H

#include "core/ir/aggregation.h"
#include "core/ir/ir.h"

#define SBE_NONE ((size_t)-1)

/* A property read as a type: a column of filtered_events. */
typedef struct sbe_value_column {
  const sbe_property *property;
  int32_t type;
  const char *name; /* "price_double" */
} sbe_value_column;

/* Whether an event matches `events` and meets `criteria`: a column of filtered_events. */
typedef struct sbe_match_column {
  const sbe_event_list *events;
  const sbe_criteria *criteria;
  const char *name; /* "match_0" */
} sbe_match_column;

/* A partial: a column of daily_aggregates. */
typedef struct sbe_part_column {
  const sbe_part *part;
  size_t value, match;   /* indices; value may be SBE_NONE */
  size_t present;        /* under ignore_nulls: the value that must be there; else SBE_NONE */
  size_t first;          /* index of the column of part 0 of the same aggregation; it may be this one */
  int32_t type;
  const char *name; /* "count_0" */
} sbe_part_column;

/* Counts per value: rows of daily_values with this slot number. */
typedef struct sbe_slot {
  size_t value, match;
  const char *column; /* of daily_values: "value_text" */
} sbe_slot;

typedef struct sbe_attribute_shape {
  const sbe_attribute *attribute;
  size_t parts[SBE_MAX_PARTS]; /* columns of daily_aggregates */
  size_t slot;                 /* or SBE_NONE */
} sbe_attribute_shape;

typedef struct sbe_shape {
  const sbe_view *view;
  const char *key;      /* the key column in the view's inner tables; in attributes it is view->key */
  size_t n_values, n_matches, n_parts, n_slots, n_attributes;
  sbe_value_column *values;
  sbe_match_column *matches;
  sbe_part_column *parts;
  sbe_slot *slots;
  sbe_attribute_shape *attributes;
  size_t n_slot_types;
  int32_t slot_types[16]; /* the distinct types of the slots' values */

  /* Tables: name and columns, in order. */
  struct sbe_table_shape {
    const char *name;
    size_t n;
    sbe_column_spec *columns;
  } filtered_events, daily_aggregates, daily_values, attributes_table, rollup, rollup_values;
} sbe_shape;

/* Fixed columns of filtered_events, before values and matches. */
enum { SBE_FE_EVENT_ID, SBE_FE_LOAD, SBE_FE_DERIVED, SBE_FE_DATE, SBE_FE_KEY, SBE_FE_FIXED };
/* Of daily_aggregates, before the parts. */
enum { SBE_DAILY_KEY, SBE_DAILY_DATE, SBE_DAILY_FIXED };
/* Of daily_values; then one column a type. */
enum { SBE_VALUES_KEY, SBE_VALUES_DATE, SBE_VALUES_SLOT, SBE_VALUES_COUNT, SBE_VALUES_FIXED };


sbe_shape *sbe_shape_new(sbe_arena *arena, const sbe_view *view);

/* "value_text" for a type of a slot. */
const char *sbe_slot_column(int32_t type);

#endif
