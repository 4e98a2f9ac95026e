/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a `source`: what has to be computed from the columns of an events table and of the tables of
 * its entities, in which order. Made by plan.c from the paths and the columns' types, printed by
 * source.c. Internal to the adapter.
 */
#ifndef SBE_POSTGRES_PLAN_H
#define SBE_POSTGRES_PLAN_H

#include "plugins/postgres/dialect.h"
#include "plugins/postgres/types.h"

#pragma GCC visibility push(hidden)

/* An index beyond it is beyond any list, and would not fit the server's operators. */
enum { SBE_POSTGRES_MAX_INDEX = INT32_MAX - 1, SBE_POSTGRES_MAX_STEPS = 64, SBE_POSTGRES_MAX_NAME = 63 };

/* One item of an event's entities, which lie in a table of their own: joined as t<number>. */
typedef struct sbe_postgres_join {
  const sbe_postgres_table *table; /* `n` 0: nobody has told its columns */
  int64_t index;
  const char *schema; /* `acme_product_view_1`, where the table's name was cut and may be that of several; else NULL */
  int number;
  struct sbe_postgres_field *fields, **last_field; /* what is wanted of it */
  int n_fields;
  struct sbe_postgres_join *next;
} sbe_postgres_join;

typedef struct sbe_postgres_field {
  const char *name;
  int number; /* c<number> of the join */
  struct sbe_postgres_field *next;
} sbe_postgres_field;

typedef enum sbe_postgres_node_kind {
  SBE_POSTGRES_VALUE,   /* a column as it is */
  SBE_POSTGRES_ROOT,    /* a column as jsonb */
  SBE_POSTGRES_PRESENT, /* is there such an entity? */
  SBE_POSTGRES_MEMBER,  /* member `name` of jsonb `operand` */
  SBE_POSTGRES_ITEM     /* item `index` of it */
} sbe_postgres_node_kind;

typedef struct sbe_postgres_node {
  sbe_postgres_node_kind kind;
  int id;
  bool shared;             /* is the operand of another: a column of its own, x<id> */
  int level;               /* of the SELECT that computes it, from 1 */
  sbe_postgres_kind type;  /* VALUE, ROOT: of the column */
  sbe_postgres_join *join; /* VALUE, ROOT, PRESENT; NULL: of the events table */
  int field;               /* with a join */
  const char *name;        /* of the column or member */
  int64_t index;
  struct sbe_postgres_node *operand;
  struct sbe_postgres_node *next;
} sbe_postgres_node;

typedef struct sbe_postgres_plan {
  const sbe_source *wanted;
  sbe_postgres_pool pool;
  sbe_postgres_node *nodes, **last_node;
  sbe_postgres_join *joins, **last_join;
  sbe_postgres_node **finals; /* for each path; NULL: missing */
  int n_nodes, n_joins, levels;
} sbe_postgres_plan;

/* The node at the end of a path; NULL with SBE_OK when the types say that there is nothing. */
int32_t sbe_postgres_plan_path(sbe_postgres_plan *p, const sbe_path *path, sbe_postgres_node **ret_node,
                               sbe_error *error);

/* An atomic column of the events table without regard to case: its own spelling, and its kind. */
bool sbe_postgres_plan_column(const sbe_postgres_plan *p, const char *name, const char **ret_name,
                              sbe_postgres_kind *ret_kind);

/* Snake case, in the plan's memory. */
const char *sbe_postgres_plan_snake(sbe_postgres_plan *p, const char *name);

/* A column of an entity's table that belongs to the loader, not to the entity. */
bool sbe_postgres_is_standard(const char *column);

/* Of a column that any entity's table has: root_id, root_tstamp. */
sbe_postgres_kind sbe_postgres_table_kind(const sbe_postgres_table *table, const char *column);

#pragma GCC visibility pop

#endif
