/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The aggregations: one table (aggregation.c), one row each, and the only place that knows their names.
 *
 * An aggregation is a mergeable state. Two shapes cover all of them:
 *
 * - PARTS: one or two columns of daily_aggregates. A part is an aggregate over events (`partial`),
 *   and an aggregate over such partials (`merge`). Equal parts of several attributes are one column.
 * - VALUES: rows of daily_values, (value, count), for what needs the distinct values. The final is
 *   computed from the merged (value, count) rows.
 */
#ifndef SBE_CORE_AGGREGATION_H
#define SBE_CORE_AGGREGATION_H

#include "core/ir/ir.h"

/* What an operand of a partial or merge is. */
typedef enum {
  SBE_OPERAND_NONE,
  SBE_OPERAND_VALUE,    /* partial: the property's typed value. merge: this part's own column */
  SBE_OPERAND_WHERE,    /* partial: the match (with "and has a value" under ignore_nulls). merge: the window */
  SBE_OPERAND_AT,       /* derived_tstamp of the event */
  SBE_OPERAND_EVENT_ID, /* event_id of the event */
  SBE_OPERAND_PART_0,   /* merge: column of the aggregation's first part */
  SBE_OPERAND_WHERE_PART_0 /* merge: the window, and part 0 is not NULL */
} sbe_operand;

#define SBE_MAX_OPERANDS 4 /* picks have four, and are told the type of what they pick as a fifth */
#define SBE_MAX_PARTS 2

typedef struct sbe_part {
  const char *name;  /* of the column: "count" gives count_<n> */
  int32_t type;      /* SBE_TYPE_…; 0: that of the value; -1: that of a sum of the value */
  int32_t partial;   /* SBE_OP_… over events */
  sbe_operand partial_operands[SBE_MAX_OPERANDS];
  int32_t merge;     /* SBE_OP_… over partials */
  sbe_operand merge_operands[SBE_MAX_OPERANDS];
} sbe_part;

/* How merged parts, or merged values, become the attribute. */
typedef enum {
  SBE_FINAL_PART_0,   /* part 0, read as the attribute's type */
  SBE_FINAL_PART_LAST, /* the last part */
  SBE_FINAL_RATIO,    /* part 0 / part 1 */
  SBE_FINAL_ELAPSED,  /* time from part 0 to the run's clock */
  SBE_FINAL_LIST,     /* values: all, ascending */
  SBE_FINAL_MOST,     /* values: that with the greatest count, of equals the smallest */
  SBE_FINAL_LEAST,    /* values: that with the least count, of equals the smallest */
  SBE_FINAL_DISTINCT, /* values: how many */
  SBE_FINAL_DICT      /* values: the 100 most frequent, with their counts */
} sbe_final;

/* What stands where there is no value and no default_value. */
typedef enum { SBE_EMPTY_NULL, SBE_EMPTY_ZERO, SBE_EMPTY_LIST, SBE_EMPTY_DICT } sbe_empty;

/* Bits: which types an attribute with it may have. */
enum {
  SBE_WANTS_NUMBER = 1,   /* int32, int64, float, double */
  SBE_WANTS_SCALAR = 2,   /* any but lists and dict */
  SBE_WANTS_LIST = 4,     /* lists */
  SBE_WANTS_DICT = 8
};

/* How the property is read. */
typedef enum { SBE_READ_NOTHING, SBE_READ_AS_TYPE, SBE_READ_AS_DOUBLE, SBE_READ_AS_TEXT, SBE_READ_AS_ELEMENT } sbe_reading;

struct sbe_aggregation {
  const char *name;
  const char *help;       /* one line, for documentation and messages */
  uint32_t wants;         /* SBE_WANTS_… */
  bool wants_property;
  bool wants_time_unit;
  bool takes_ignore_nulls;
  sbe_reading reading;
  bool values;            /* shape VALUES; else PARTS */
  size_t n_parts;
  sbe_part parts[SBE_MAX_PARTS];
  sbe_final final;
  bool zero_is_empty;     /* a merged part 0 of 0 is "no value" (counts); else NULL is */
  sbe_empty empty;
};

/* Ends with name NULL. */
extern const sbe_aggregation sbe_aggregations[];
const sbe_aggregation *sbe_aggregation_find(const char *name);

/* The type the property is read as for this attribute; 0 when it is not read. */
int32_t sbe_aggregation_value_type(const sbe_aggregation *aggregation, int32_t attribute_type);

#endif
