/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From property paths to nodes. The layout is decided here, column by column, from the type alone; inside
 * a VARIANT only each row knows what is there. Called by source.c; prints nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/common/buffer.h"
#include "plugins/snowflake/source.h"

/* ---- Nodes ---- */

static bool same(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The number of such a node, an earlier one if there is one. */
static int make(sbe_snowflake_plan *p, sbe_snowflake_node node) {
  for (int i = 0; i < p->n_nodes; i++) {
    const sbe_snowflake_node *n = &p->nodes[i];
    if (n->kind == node.kind && n->operand == node.operand && n->index == node.index && same(n->name, node.name))
      return i;
  }
  if (p->n_nodes == p->capacity) {
    int capacity = p->capacity == 0 ? 64 : 2 * p->capacity;
    sbe_snowflake_node *nodes = sbe_common_allocate((size_t)capacity, sizeof *nodes);
    if (p->n_nodes > 0) memcpy(nodes, p->nodes, (size_t)p->n_nodes * sizeof *nodes);
    free(p->nodes);
    p->nodes = nodes;
    p->capacity = capacity;
  }
  p->nodes[p->n_nodes] = node;
  return p->n_nodes++;
}

/*
 * A node is taken from its operand where that is computed, or, if that is a column of its own, one SELECT
 * further out. Operands stand before what is taken from them.
 */
void sbe_snowflake_plan_levels(sbe_snowflake_plan *p) {
  for (int i = 0; i < p->n_nodes; i++) {
    sbe_snowflake_node *n = &p->nodes[i];
    n->stored = n->kind == NODE_ROOT;
    if (n->operand >= 0 && p->nodes[n->operand].kind == NODE_MEMBER) p->nodes[n->operand].stored = true;
  }
  for (int i = 0; i < p->n_nodes; i++) {
    sbe_snowflake_node *n = &p->nodes[i];
    const sbe_snowflake_node *from = n->operand < 0 ? NULL : &p->nodes[n->operand];
    n->level = from == NULL ? 1 : from->level + from->stored;
  }
}

/* ---- Spellings ---- */

static bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

static char upper(char c) {
  return is_small(c) ? (char)(c - 'a' + 'A') : c;
}

/* `device_class` as `deviceClass`. */
static size_t camel(const char *snake, char *to) {
  char *start = to;
  for (const char *from = snake; *from != '\0'; from++)
    *to++ = from[0] == '_' && is_small(from[1]) && from != snake ? upper(*++from) : *from;
  *to++ = '\0';
  return (size_t)(to - start);
}

int sbe_snowflake_spellings(const char *snake, char *ret_names, bool *ret_all) {
  size_t size = strlen(snake) + 1, run = strspn(snake, "abcdefghijklmnopqrstuvwxyz");
  memcpy(ret_names, snake, size);
  char *second = ret_names + size;
  *ret_all = run > 0 && strspn(snake, "abcdefghijklmnopqrstuvwxyz0123456789") == size - 1;
  if (!*ret_all) {
    char check[512], *name = size < sizeof check / 2 ? check : NULL;
    camel(snake, second);
    if (name == NULL || strcmp(second, snake) == 0) return 1;
    sbe_snowflake_host->snake(second, name, sizeof check);
    return strcmp(name, snake) == 0 ? 2 : 1;
  }
  /* One word: a capital anywhere but in front, or only some of the first letters, would make it two. */
  memcpy(second, snake, size);
  second[0] = upper(second[0]);
  if (run == 1) return 2;
  char *third = second + size;
  memcpy(third, snake, size);
  for (size_t i = 0; i < run; i++) third[i] = upper(third[i]);
  return 3;
}

/* ---- From a path to nodes ---- */

static const sbe_snowflake_type variant = {SBE_SNOWFLAKE_TYPE_VARIANT, false};

int sbe_snowflake_plan_column(sbe_snowflake_plan *p, const char *name, int32_t path_kind) {
  const sbe_source *wanted = p->wanted;
  sbe_snowflake_node column = {.kind = NODE_COLUMN, .operand = -1, .name = name};
  if (wanted->n_columns == 0) {
    column.type = path_kind == SBE_PATH_ATOMIC   ? sbe_snowflake_type_standard(name)
                  : path_kind == SBE_PATH_ENTITY ? (sbe_snowflake_type){SBE_SNOWFLAKE_TYPE_ARRAY, false}
                                                 : (sbe_snowflake_type){SBE_SNOWFLAKE_TYPE_OBJECT, false};
    return make(p, column);
  }
  for (size_t i = 0; i < wanted->n_columns; i++) {
    if (strcasecmp(wanted->columns[i].name, name) != 0) continue;
    column.name = wanted->columns[i].name;
    column.type = sbe_snowflake_type_read(wanted->columns[i].type);
    return make(p, column);
  }
  return -1;
}

/* The column as something that has members or items; -1: it has none. */
static int root(sbe_snowflake_plan *p, int column) {
  sbe_snowflake_type type = p->nodes[column].type;
  switch (type.kind) {
  case SBE_SNOWFLAKE_TYPE_VARIANT:
    return column;
  case SBE_SNOWFLAKE_TYPE_OBJECT:
  case SBE_SNOWFLAKE_TYPE_ARRAY:
    if (!type.structured) return column;
    type.structured = false;
    break;
  case SBE_SNOWFLAKE_TYPE_TEXT:
    type = variant;
    break;
  case SBE_SNOWFLAKE_TYPE_INTEGER:
  case SBE_SNOWFLAKE_TYPE_DECIMAL:
  case SBE_SNOWFLAKE_TYPE_REAL:
  case SBE_SNOWFLAKE_TYPE_DOUBLE:
  case SBE_SNOWFLAKE_TYPE_BOOL:
  case SBE_SNOWFLAKE_TYPE_TIMESTAMP:
  case SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE:
  case SBE_SNOWFLAKE_TYPE_OTHER:
    return -1;
  }
  return make(p, (sbe_snowflake_node){.kind = NODE_ROOT, .operand = column, .type = type});
}

/* Snowflake refuses to compile a member of an ARRAY or an item of an OBJECT. */
static bool fits(sbe_snowflake_kind kind, const char *name) {
  return kind == SBE_SNOWFLAKE_TYPE_VARIANT || (kind == SBE_SNOWFLAKE_TYPE_OBJECT) == (name != NULL);
}

static int step(sbe_snowflake_plan *p, int at, const char *name, int64_t index) {
  if (at < 0 || !fits(p->nodes[at].type.kind, name)) return -1;
  if (index > SBE_SNOWFLAKE_MAX_INDEX) index = SBE_SNOWFLAKE_MAX_INDEX;
  return make(p, (sbe_snowflake_node){.kind = name != NULL ? NODE_MEMBER : NODE_ITEM,
                                      .operand = at,
                                      .type = variant,
                                      .name = name,
                                      .index = name != NULL ? 0 : index});
}

int32_t sbe_snowflake_plan_path(sbe_snowflake_plan *p, const sbe_path *path, int *ret_node, sbe_error *error) {
  *ret_node = -1;
  if (path->n_steps > SBE_SNOWFLAKE_MAX_STEPS)
    return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "A property path in %.200s has more than %d steps.",
                                     path->column, SBE_SNOWFLAKE_MAX_STEPS);
  int at = sbe_snowflake_plan_column(p, path->column, path->kind);
  if (at < 0) return SBE_OK;
  if (path->n_steps > 0 || path->kind == SBE_PATH_ENTITY) at = root(p, at);
  if (path->kind == SBE_PATH_ENTITY) at = step(p, at, NULL, path->index);
  for (size_t i = 0; i < path->n_steps && at >= 0; i++) at = step(p, at, path->steps[i].name, path->steps[i].index);
  *ret_node = at;
  return SBE_OK;
}
