/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proof's own model of definitions, variables, events, runs and the layout of the events table.
 * The generator fills it in, the oracle computes from it, the harness writes the files of a project
 * from it. "semantics, §n" in these files is a section of docs/semantics.md. Must never use anything
 * of the engine.
 */
#ifndef BRUTE_MODEL_H
#define BRUTE_MODEL_H

#include "tests/brute/value.h"

/* ---- properties (semantics, §2 "Property paths") ---- */

typedef enum bf_place { BF_ATOMIC, BF_EVENT, BF_ENTITY, BF_CALCULATED } bf_place;
typedef enum bf_part {
  BF_NO_PART,
  BF_HOUR_OF_DAY,
  BF_DAY_OF_WEEK,
  BF_MONTH_OF_YEAR,
  BF_ACTIVE_DAY,
  BF_ACTIVE_WEEK,
  BF_ACTIVE_MONTH,
  BF_PARTS
} bf_part;
typedef enum bf_operation {
  BF_CONCAT,
  BF_ADD,
  BF_MULTIPLY,
  BF_LEAST,
  BF_GREATEST,
  BF_COALESCE,
  BF_OPERATIONS
} bf_operation;

/* What the events table says of a property's type, before any row is read. It decides how a string
   in a criterion compares (semantics, §2 "criteria"). BF_CLASS_JSON: only each row knows. */
typedef enum bf_class {
  BF_CLASS_NUMBER,
  BF_CLASS_BOOL,
  BF_CLASS_TIME,
  BF_CLASS_TEXT,
  BF_CLASS_NESTED,
  BF_CLASS_JSON
} bf_class;

/* One step below a column: a member, or, where `name` is NULL, an item. */
typedef struct bf_step {
  const char *name;
  int64_t index;
} bf_step;

typedef struct bf_property bf_property;
struct bf_property {
  bf_place place;
  const char *column;          /* as the events table calls it */
  const char *vendor, *schema; /* event and entity */
  int major;
  int64_t index; /* entity */
  const bf_step *steps;
  size_t step_count;
  bf_class class;
  bf_part part;
  bf_operation operation; /* calculated */
  const bf_property **parts;
  size_t part_count;
  const char *separator; /* NULL: not given */
  /* How it is written in a definition; no part of its meaning. */
  unsigned spelling;
};

/* ---- criteria ---- */

typedef enum bf_operator {
  BF_EQUAL,
  BF_UNEQUAL,
  BF_LESS,
  BF_GREATER,
  BF_AT_MOST,
  BF_AT_LEAST,
  BF_LIKE,
  BF_NOT_LIKE,
  BF_IN,
  BF_NOT_IN,
  BF_IS_NULL,
  BF_IS_NOT_NULL,
  BF_OPERATORS
} bf_operator;

typedef struct bf_criterion {
  const bf_property *property;
  bf_operator operator;
  const bf_value *value; /* text, number or bool; an array for `in`; NULL for `is null` */
} bf_criterion;

typedef struct bf_criteria {
  const bf_criterion **all, **any;
  size_t all_count, any_count;
  bool has_all, has_any; /* written, perhaps as an empty list */
} bf_criteria;

/* ---- attributes and views ---- */

typedef enum bf_type {
  BF_TYPE_STRING,
  BF_TYPE_BYTES,
  BF_TYPE_INT32,
  BF_TYPE_INT64,
  BF_TYPE_DOUBLE,
  BF_TYPE_FLOAT,
  BF_TYPE_BOOL,
  BF_TYPE_TIMESTAMP,
  BF_TYPE_UNIX_TIMESTAMP,
  BF_TYPE_DICT,
  BF_TYPES
} bf_type;

typedef enum bf_aggregation {
  BF_COUNTER,
  BF_SUM,
  BF_MIN,
  BF_MAX,
  BF_MEAN,
  BF_FIRST,
  BF_LAST,
  BF_UNIQUE_LIST,
  BF_MOST_FREQUENT,
  BF_LEAST_FREQUENT,
  BF_APPROX_COUNT_DISTINCT,
  BF_CATEGORY_COUNT,
  BF_TIME_SINCE_LAST,
  BF_TIME_SINCE_FIRST,
  BF_AGGREGATIONS
} bf_aggregation;

/* What an attribute takes; members that are NULL match anything. */
typedef struct bf_event_match {
  const char *vendor, *name, *version, *specification;
} bf_event_match;

typedef struct bf_attribute {
  const char *name;
  bf_type type;
  bool list; /* the `_list` form of the type */
  bf_aggregation aggregation;
  const bf_property *property; /* NULL: none */
  const bf_event_match *events;
  size_t event_count;
  bf_criteria criteria;
  int64_t period; /* days; 0: lifetime */
  const bf_value *period_written;
  const bf_value *default_value; /* as written; NULL: none */
  bool ignore_nulls;
  int64_t unit; /* microseconds of `time_unit`; 0: none */
  const char *unit_name;
} bf_attribute;

typedef struct bf_view {
  const char *name;
  int version;
  const bf_property *key;
  const char *key_column;      /* in the attributes table (semantics, §5) */
  const bf_value *key_written; /* what stands under `entity` or `attribute_key` */
  const bf_attribute **attributes;
  size_t attribute_count;
  bool as_json;
  unsigned wrapping; /* how a JSON file holds the group */
} bf_view;

/* ---- variables (semantics, §8) ---- */

typedef struct bf_variables {
  int64_t start_date; /* microseconds */
  const char **apps;
  size_t app_count;
  int64_t backfill_days;
  int64_t lookback_days;
  int64_t min_late;
  bool include_current_day;
  int64_t overlap; /* microseconds */
  bool old_names;
  bool prefixed;
} bf_variables;

/* ---- events ---- */

typedef struct bf_event {
  const bf_value *row;   /* an object: column → value; a column that is not there is NULL */
  size_t visible_before; /* the row is in the table when the run of this index begins */
  size_t serial;
} bf_event;

/* ---- runs ---- */

typedef struct bf_run {
  int64_t clock;
  bool until_current;
  bool full_refresh;
  bool has_selection;
  size_t selection; /* index of a view */
  unsigned spelling;
} bf_run;

/* ---- the events table ---- */

typedef enum bf_shape {
  BF_SHAPE_TEXT,
  BF_SHAPE_INTEGER,
  BF_SHAPE_DOUBLE,
  BF_SHAPE_BOOL,
  BF_SHAPE_TIME,
  BF_SHAPE_LIST, /* of items[0] */
  BF_SHAPE_OBJECT,
  BF_SHAPE_JSON
} bf_shape;

typedef struct bf_column bf_column;
struct bf_column {
  const char *name; /* of the column, or of the member in its own spelling */
  bf_shape shape;
  const bf_column **items; /* members, or the one element */
  size_t item_count;
};

/* BF_LAYOUT_TABLES: typed columns in tables of their own, joined to the events table.
   BF_LAYOUT_LAKE: as BF_LAYOUT_JSON, with members in snake case. */
typedef enum bf_layout { BF_LAYOUT_STRUCT, BF_LAYOUT_JSON, BF_LAYOUT_TABLES, BF_LAYOUT_LAKE, BF_LAYOUTS } bf_layout;
/* Events and entities are JSON: of what type a member is, only each row knows. */
bool bf_layout_is_json(bf_layout layout);

typedef struct bf_history {
  uint64_t seed;
  bf_arena *arena;
  bf_layout layout;
  bool with_time_zone;
  const char *schema; /* of the profile */
  const char *atomic_schema, *events_table;
  const bf_column **columns;
  size_t column_count;
  bf_variables variables;
  const bf_view **views;
  size_t view_count;
  const bf_event **events;
  size_t event_count;
  const bf_run *runs;
  size_t run_count;
} bf_history;

/* Names as they are written in definitions and messages, by the enums above. */
extern const char *const bf_type_names[BF_TYPES];
extern const char *const bf_aggregation_names[BF_AGGREGATIONS];
extern const char *const bf_operator_names[BF_OPERATORS];
extern const char *const bf_operation_names[BF_OPERATIONS];
extern const char *const bf_part_names[BF_PARTS];
extern const char *const bf_layout_names[BF_LAYOUTS];

#endif
