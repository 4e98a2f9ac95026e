/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a `source`: what has to be computed from the columns of an events table. Made by paths.c
 * from the paths and the columns' types, printed by source.c. Internal to the adapter. All strings are
 * the caller's and outlive the plan.
 */
#ifndef SBE_SNOWFLAKE_SOURCE_H
#define SBE_SNOWFLAKE_SOURCE_H

#include <stdbool.h>

#include "plugins/snowflake/snowflake_adapter.h"
#include "plugins/snowflake/types.h"

#pragma GCC visibility push(hidden)

enum { SBE_SNOWFLAKE_MAX_STEPS = 64, SBE_SNOWFLAKE_MAX_INDEX = INT32_MAX - 1 };

typedef enum {
  NODE_COLUMN, /* a column of the table */
  NODE_ROOT,   /* a column as OBJECT, ARRAY or VARIANT: TEXT is parsed, a structured one cast */
  NODE_MEMBER, /* `name` of an object */
  NODE_ITEM    /* `index` of an array */
} sbe_snowflake_node_kind;

typedef struct sbe_snowflake_node {
  sbe_snowflake_node_kind kind;
  sbe_snowflake_type type; /* VARIANT for members and items */
  int operand;             /* number of the node it is taken from; -1 for a COLUMN */
  const char *name;        /* COLUMN, MEMBER */
  int64_t index;           /* ITEM */
  int level;               /* of the SELECT that computes it, from 1 */
  bool stored;             /* is a column of its own there, since others are taken from it */
} sbe_snowflake_node;

typedef struct sbe_snowflake_plan {
  const sbe_source *wanted;
  sbe_text *out;
  sbe_snowflake_node *nodes;
  int n_nodes, capacity;
  int *finals; /* for each path the number of its node; -1: missing */
  int levels;
} sbe_snowflake_plan;

/* The node at the end of a path; -1 with SBE_OK when the types say that there is nothing. */
int32_t sbe_snowflake_plan_path(sbe_snowflake_plan *p, const sbe_path *path, int *ret_node, sbe_error *error);

/* The node of a column, without regard to case; -1 when there is none. */
int sbe_snowflake_plan_column(sbe_snowflake_plan *p, const char *name, int32_t path_kind);

/* Levels, once all paths are there. */
void sbe_snowflake_plan_levels(sbe_snowflake_plan *p);

/*
 * Other spellings of a member whose snake case is `snake`, the likelier first, each with its NUL in
 * `ret_names` of SBE_SNOWFLAKE_SPELLINGS(snake) bytes. `ret_all`: there are no others.
 * @return how many
 */
#define SBE_SNOWFLAKE_SPELLINGS(snake) (3 * (strlen(snake) + 1))
int sbe_snowflake_spellings(const char *snake, char *ret_names, bool *ret_all);

#pragma GCC visibility pop

#endif
