/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attribute IR: what definitions mean, typed and checked, whichever file and spelling they came
 * from. It is built once (core/ir/build.c), lives in one arena, and never changes. Equal properties,
 * equal lists of events and equal criteria of a project are one object, so that `==` compares them.
 */
#ifndef SBE_CORE_IR_H
#define SBE_CORE_IR_H

#include "sbe/dialect.h"
#include "core/base/date.h"
#include "core/config/node.h"

typedef struct sbe_aggregation sbe_aggregation; /* core/ir/aggregation.h */
typedef struct sbe_property sbe_property;

typedef enum {
  SBE_DATE_PART_NONE,
  SBE_DATE_PART_HOUR_OF_DAY,   /* integers */
  SBE_DATE_PART_DAY_OF_WEEK,
  SBE_DATE_PART_MONTH_OF_YEAR,
  SBE_DATE_PART_ACTIVE_DAY,    /* texts */
  SBE_DATE_PART_ACTIVE_WEEK,
  SBE_DATE_PART_ACTIVE_MONTH
} sbe_date_part;

typedef enum {
  SBE_CALCULATE_NONE,
  SBE_CALCULATE_CONCAT,
  SBE_CALCULATE_SUM,
  SBE_CALCULATE_PRODUCT,
  SBE_CALCULATE_MIN,
  SBE_CALCULATE_MAX,
  SBE_CALCULATE_COALESCE
} sbe_calculation;

struct sbe_property {
  uint32_t id;               /* dense from 0 within the project */
  sbe_path path;             /* where it lies; unused for a calculated one */
  sbe_date_part date_part;
  sbe_calculation calculation;
  size_t n_parts;            /* of a calculated one; none of them is calculated */
  const sbe_property **parts;
  const char *separator;     /* of concat; never NULL there */
  const char *text;          /* canonical spelling: equal for equal properties; for messages and the definition hash */
  sbe_place place;           /* of its first mention */
};

/* NULL members match anything. */
typedef struct sbe_event {
  const char *vendor, *name, *version;
  const char *specification_id;
  const sbe_property *specification; /* the property that must be `specification_id`; NULL when there is none */
  sbe_place place;
} sbe_event;

/* No events: every event matches. */
typedef struct sbe_event_list {
  uint32_t id;
  size_t n;
  const sbe_event **events; /* interned too: pointer equality */
  const char *text;         /* canonical */
} sbe_event_list;

typedef enum {
  SBE_EQUAL, SBE_NOT_EQUAL, SBE_LESS, SBE_GREATER, SBE_LESS_EQUAL, SBE_GREATER_EQUAL,
  SBE_LIKE, SBE_NOT_LIKE, SBE_IN, SBE_NOT_IN, SBE_IS_NULL, SBE_IS_NOT_NULL
} sbe_operator;

typedef enum { SBE_LITERAL_TEXT, SBE_LITERAL_NUMBER, SBE_LITERAL_BOOL } sbe_literal_kind;

/*
 * A value in a definition. Numbers stay decimal text, exact, in their plainest spelling (10.0 is "10", 1e+21 is
 * "1000000000000000000000"); a timestamp of a default is "YYYY-MM-DD HH:MM:SS[.ffffff]" in UTC.
 */
typedef struct sbe_literal {
  sbe_literal_kind kind;
  const char *text;
  size_t size;
} sbe_literal;

typedef struct sbe_criterion {
  const sbe_property *property;
  sbe_operator operator_;
  size_t n_values; /* 0 for the null tests; 1; for in and not in any number, 0 included */
  const sbe_literal *values;
  sbe_place place;
} sbe_criterion;

/* All of `all` and, unless it is empty, one of `any`. */
typedef struct sbe_criteria {
  uint32_t id;
  size_t n_all, n_any;
  const sbe_criterion *all, *any;
  const char *text; /* canonical */
} sbe_criteria;

typedef struct sbe_attribute {
  const char *name;
  const char *description;
  int32_t type;              /* SBE_TYPE_…, with SBE_TYPE_LIST for lists; what the attributes table holds */
  const char *type_name;     /* as defined: "float", "int32_list" */
  const sbe_aggregation *aggregation;
  const sbe_event_list *events;
  const sbe_property *property; /* NULL where the aggregation takes none */
  const sbe_criteria *criteria; /* never NULL; may be empty */
  int64_t period_days;       /* 0: lifetime */
  bool has_default;
  size_t n_default;          /* values of a list; 1 for a scalar; members for a dict */
  const sbe_literal *default_values;
  const sbe_literal *default_keys; /* of a dict */
  bool ignore_nulls;
  int64_t unit_us;           /* time_unit in microseconds; 0: none */
  const char *text;          /* canonical, of all that decides its values; for the hash and "what changed" */
  sbe_place place;
} sbe_attribute;

typedef struct sbe_view {
  const char *name;
  int64_t version;
  const char *model;         /* "orders_2" */
  const char *key;           /* name of the key column */
  const sbe_property *key_property;
  const char *owner, *description;
  int64_t ttl_seconds;       /* -1: none; kept for syncing */
  size_t n_attributes;
  const sbe_attribute *const *attributes;
  const sbe_node *node;      /* as read, for what sbe keeps but does not use */
  sbe_place place;
} sbe_view;

typedef struct sbe_ir {
  size_t n_views;
  const sbe_view *const *views; /* those to compute, in the order of files and within them */
  uint32_t n_properties;
  const sbe_property *const *properties; /* by id */
} sbe_ir;

/*
 * Check and type definitions. `documents` are what the readers made, in order. Every error of every
 * document is added to `report`; with errors there the answer is NULL. A stream group is skipped with a
 * note, as is one with only `fields`. Accepted documents: {views|attribute_groups: […]}, one group,
 * a list of groups, {data: […]}, and a recorded request or answer of the SDK is none of these (tests
 * take its `body`). `vars` are not needed here.
 */
sbe_ir *sbe_ir_build(sbe_arena *arena, size_t n, const sbe_node *const *documents, sbe_report *report);

#endif
