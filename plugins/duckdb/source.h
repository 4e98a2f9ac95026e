/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a `source`: what has to be computed from the columns of an events table, in which order.
 * Made by paths.c from the paths and the columns' types, printed by source.c. Internal to the adapter.
 */
#ifndef SBE_DUCKDB_SOURCE_H
#define SBE_DUCKDB_SOURCE_H

#include <stdbool.h>

#include "plugins/duckdb/duckdb_adapter.h"
#include "plugins/duckdb/types.h"

/* An index beyond it is beyond any list, and would not fit JSON paths. */
enum { SBE_DUCKDB_MAX_INDEX = INT32_MAX - 1, SBE_DUCKDB_MAX_STEPS = 64, SBE_DUCKDB_BUCKETS = 4096 };

typedef enum {
  NODE_COLUMN,  /* a column of the table */
  NODE_FIELD,   /* member `name` of a STRUCT */
  NODE_ITEM,    /* item `index` of a LIST */
  NODE_VALUE,   /* of a MAP, whose key is `name` */
  NODE_ROOT,    /* JSON from a VARIANT */
  NODE_EXTRACT, /* list of all that is wanted of one JSON value, at `paths` */
  NODE_PICK     /* member `name`, or what `prefix` alone leads to, out of NODE_EXTRACT `operand` */
} node_kind;

typedef struct json_path {
  const char *prefix; /* indices: `[0]`, mostly "" */
  const char *name;   /* member; NULL: none */
  int number;         /* from 1, in the list of NODE_EXTRACT */
  struct json_path *next;
} json_path;

typedef struct node {
  node_kind kind;
  int id;
  bool column; /* is a column of its own: `x<id>` */
  int level;   /* of the SELECT that computes it; 0: the table itself; -1: not known yet */
  struct node *operand;
  const char *name;              /* COLUMN, FIELD, VALUE; PICK: as the definition spells it, NULL: none */
  int64_t index;                 /* ITEM */
  const char *prefix;            /* PICK */
  json_path *paths, **last_path; /* EXTRACT */
  int n_paths;
  int candidates[3]; /* PICK: numbers in EXTRACT, 0: none. First the exact spelling */
  const sbe_duckdb_type *type;
  struct node *next;     /* of all nodes, in order of creation */
  struct node *collides; /* in the same bucket */
} node;

typedef struct plan {
  const sbe_source *wanted;
  sbe_text *out;
  sbe_duckdb_pool pool;
  node *nodes, **last_node;
  node *buckets[SBE_DUCKDB_BUCKETS];
  node **finals; /* for each path; NULL: missing */
  int n_nodes, levels;
} plan;

/* The node at the end of a path; NULL with SBE_OK when the types say that there is nothing. */
int32_t sbe_duckdb_plan_path(plan *p, const sbe_path *path, node **ret_node, sbe_error *error);

/* The node of a column, without regard to case; NULL with SBE_OK when there is none. */
int32_t sbe_duckdb_plan_column(plan *p, const char *name, bool atomic, node **ret_node, sbe_error *error);

/* The SELECT in which a node is computed: above the columns it is made from. Only once the plan is complete. */
int sbe_duckdb_plan_level(node *n);

/* Snake case, in the plan's memory. */
const char *sbe_duckdb_plan_snake(plan *p, const char *name);

#endif
