/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dialect's `source`: the events table as one FROM item with a column for each property that a view
 * uses. The layout is never configured: each column says it by its type. Snowplow's loader writes OBJECT
 * and ARRAY with the schema's spelling, its lake loader structured types in snake case.
 *
 * A path becomes a chain of nodes, each taken from the one before it; equal nodes are one. What others are
 * taken from is a column of its own in a nested SELECT, because a member is looked up by several spellings
 * and its operand is printed once for each:
 *
 *   SELECT P0, STRIP_NULL_VALUE(COALESCE(X3['name'], …)) AS P1 FROM      -- the outermost level
 *     (SELECT "EVENT_ID" AS P0, COALESCE("UNSTRUCT_…"['step'], …) AS X3 FROM events WHERE …)
 *
 * Nothing that is printed may fail on any data, and it must answer exactly one row for each event, so
 * there is no FLATTEN here.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/common/buffer.h"
#include "plugins/snowflake/source.h"

typedef sbe_snowflake_plan plan;
typedef sbe_snowflake_node node;

/* ---- Classes, and how a value at the end of a path becomes one of its class ---- */

static const struct {
  int32_t class_;
  const char *before, *behind;
} leaves[] = {
    [SBE_SNOWFLAKE_TYPE_INTEGER] = {SBE_CLASS_INTEGER, "", ""},
    [SBE_SNOWFLAKE_TYPE_DECIMAL] = {SBE_CLASS_DECIMAL, "", ""},
    [SBE_SNOWFLAKE_TYPE_REAL] = {SBE_CLASS_DOUBLE, "CAST(", " AS FLOAT)"},
    [SBE_SNOWFLAKE_TYPE_DOUBLE] = {SBE_CLASS_DOUBLE, "", ""},
    [SBE_SNOWFLAKE_TYPE_BOOL] = {SBE_CLASS_BOOL, "", ""},
    /* Nine digits of a second are the default there, and six are ours. */
    [SBE_SNOWFLAKE_TYPE_TIMESTAMP] = {SBE_CLASS_TIMESTAMP, "CAST(", " AS TIMESTAMP_NTZ(6))"},
    [SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE] = {SBE_CLASS_TIMESTAMP, "CAST(CONVERT_TIMEZONE('UTC', ",
                                           ") AS TIMESTAMP_NTZ(6))"},
    [SBE_SNOWFLAKE_TYPE_TEXT] = {SBE_CLASS_TEXT, "", ""},
    [SBE_SNOWFLAKE_TYPE_VARIANT] = {SBE_CLASS_JSON, "STRIP_NULL_VALUE(", ")"},
    [SBE_SNOWFLAKE_TYPE_OBJECT] = {SBE_CLASS_OBJECT, "CASE WHEN ", " IS NOT NULL THEN TRUE END"},
    [SBE_SNOWFLAKE_TYPE_ARRAY] = {SBE_CLASS_OBJECT, "CASE WHEN ", " IS NOT NULL THEN TRUE END"},
    [SBE_SNOWFLAKE_TYPE_OTHER] = {SBE_CLASS_TEXT, "CAST(", " AS VARCHAR)"},
};

/* ---- Printing ---- */

static void put(const plan *p, const char *text) {
  sbe_snowflake_host->put(p->out, text, strlen(text));
}

static void put_name(const plan *p, const char *name) {
  sbe_snowflake_dialect.identifier(p->out, name);
}

static void put_literal(const plan *p, const char *text) {
  sbe_snowflake_dialect.literal(p->out, text, strlen(text));
}

static void number_text(int64_t number, char prefix, char ret_text[24]) {
  char digits[24], *at = digits + sizeof digits;
  uint64_t rest = (uint64_t)number;
  *--at = '\0';
  do *--at = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (prefix != '\0') *--at = prefix;
  strcpy(ret_text, at);
}

static void put_numbered(const plan *p, char prefix, int64_t number) {
  char text[24];
  number_text(number, prefix, text);
  put_name(p, text);
}

static void print(const plan *p, int number);

/* The operand of a node: a column of the SELECT below, or where it comes from. */
static void print_operand(const plan *p, const node *n) {
  const node *from = &p->nodes[n->operand];
  if (from->stored)
    put_numbered(p, 'x', n->operand);
  else
    print(p, n->operand);
}

static void print_root(const plan *p, const node *n) {
  switch (n->type.kind) {
  case SBE_SNOWFLAKE_TYPE_OBJECT:
  case SBE_SNOWFLAKE_TYPE_ARRAY:
    put(p, "CAST(");
    print_operand(p, n);
    put(p, n->type.kind == SBE_SNOWFLAKE_TYPE_OBJECT ? " AS OBJECT)" : " AS ARRAY)");
    return;
  default:
    put(p, "TRY_PARSE_JSON(");
    print_operand(p, n);
    put(p, ")");
  }
}

/*
 * The member whose snake case is `snake`, however it is spelled: only asked where the likely spellings
 * are all absent.
 */
static void print_search(const plan *p, const node *n, const char *snake) {
  bool object = p->nodes[n->operand].type.kind == SBE_SNOWFLAKE_TYPE_OBJECT;
  put(p, ", GET(");
  print_operand(p, n);
  put(p, ", CAST(GET(FILTER(OBJECT_KEYS(");
  put(p, object ? "" : "AS_OBJECT(");
  print_operand(p, n);
  put(p, object ? "" : ")");
  put(p, "), k VARCHAR -> LOWER(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(k, '([A-Z])([A-Z][a-z])', '\\\\1_\\\\2'), "
         "'([a-z0-9])([A-Z])', '\\\\1_\\\\2'), '[^A-Za-z0-9]', '_')) = ");
  put_literal(p, snake);
  put(p, "), 0) AS VARCHAR))");
}

/* The one spelled exactly so is the one that is meant, even if it is null. */
static void print_member(const plan *p, const node *n) {
  size_t room = 2 * strlen(n->name) + 1;
  char *snake = sbe_common_allocate(room, 1);
  sbe_snowflake_host->snake(n->name, snake, room);
  char *spellings = sbe_common_allocate(SBE_SNOWFLAKE_SPELLINGS(snake), 1);
  bool all;
  int n_spellings = sbe_snowflake_spellings(snake, spellings, &all);
  put(p, "COALESCE(");
  print_operand(p, n);
  put(p, "[");
  put_literal(p, n->name);
  put(p, "]");
  const char *spelling = spellings;
  for (int i = 0; i < n_spellings; i++, spelling += strlen(spelling) + 1) {
    if (strcmp(spelling, n->name) == 0) continue;
    put(p, ", ");
    print_operand(p, n);
    put(p, "[");
    put_literal(p, spelling);
    put(p, "]");
  }
  if (!all) print_search(p, n, snake);
  put(p, ")");
  free(spellings);
  free(snake);
}

/* How a node is computed, in the SELECT of its level. */
static void print(const plan *p, int number) {
  const node *n = &p->nodes[number];
  char index[24];
  switch (n->kind) {
  case NODE_COLUMN:
    put_name(p, n->name);
    return;
  case NODE_ROOT:
    print_root(p, n);
    return;
  case NODE_MEMBER:
    print_member(p, n);
    return;
  case NODE_ITEM:
    print_operand(p, n);
    number_text(n->index, '\0', index);
    put(p, "[");
    put(p, index);
    put(p, "]");
    return;
  }
}

static void print_leaf(const plan *p, int number) {
  if (number < 0) {
    put(p, "CAST(NULL AS VARCHAR)");
    return;
  }
  const node *n = &p->nodes[number];
  put(p, leaves[n->type.kind].before);
  if (n->stored)
    put_numbered(p, 'x', number);
  else
    print(p, number);
  put(p, leaves[n->type.kind].behind);
}

/* ---- The levels ---- */

static int final_level(const plan *p, int number) {
  return number < 0 ? 1 : p->nodes[number].level + p->nodes[number].stored;
}

/* What the SELECT `level` hands on: properties that are ready, and nodes that the next one needs. */
static void print_items(const plan *p, int level) {
  const char *comma = "";
  for (size_t i = 0; i < p->wanted->n_paths; i++) {
    int ready = final_level(p, p->finals[i]);
    if (ready > level) continue;
    put(p, comma);
    if (ready == level) {
      print_leaf(p, p->finals[i]);
      put(p, " AS ");
    }
    put_numbered(p, 'p', (int64_t)i);
    comma = ", ";
  }
  for (int i = 0; i < p->n_nodes; i++) {
    if (!p->nodes[i].stored || p->nodes[i].level != level) continue;
    put(p, comma);
    print(p, i);
    put(p, " AS ");
    put_numbered(p, 'x', i);
    comma = ", ";
  }
  if (*comma == '\0') put(p, "1 AS none");
}

/*
 * `load_tstamp` within the bounds: the column as it stands on one side, a constant of its type on the
 * other, so that partitions outside are skipped and the session's zone plays no part.
 */
static void print_bound(const plan *p, const node *column, const char *operator_, const char *bound, const char *glue) {
  if (bound == NULL) return;
  bool zone = column->type.kind == SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE;
  bool cast = !zone && column->type.kind != SBE_SNOWFLAKE_TYPE_TIMESTAMP;
  put(p, glue);
  put(p, cast ? "TRY_TO_TIMESTAMP_NTZ(CAST(" : "");
  put_name(p, column->name);
  put(p, cast ? " AS VARCHAR), 'AUTO')" : "");
  put(p, operator_);
  put(p, zone ? "TO_TIMESTAMP_TZ(TO_CHAR(" : "");
  put(p, bound);
  put(p, zone ? ", 'YYYY-MM-DD HH24:MI:SS.FF6') || ' +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM')" : "");
}

static int32_t print_plan(plan *p, sbe_error *error) {
  const sbe_source *wanted = p->wanted;
  int loaded = -1;
  if (wanted->lower != NULL || wanted->upper != NULL) {
    loaded = sbe_snowflake_plan_column(p, "load_tstamp", SBE_PATH_ATOMIC);
    if (loaded < 0)
      return sbe_snowflake_host->error(error, SBE_NOT_FOUND, NULL, "The events table %.300s has no column load_tstamp.",
                                       wanted->table);
  }
  for (int level = p->levels; level > 0; level--) {
    put(p, "(SELECT ");
    print_items(p, level);
    put(p, " FROM ");
  }
  put(p, wanted->table);
  if (loaded >= 0) {
    print_bound(p, &p->nodes[loaded], " >= ", wanted->lower, " WHERE ");
    print_bound(p, &p->nodes[loaded], " < ", wanted->upper, wanted->lower == NULL ? " WHERE " : " AND ");
  }
  for (int level = p->levels; level > 0; level--) put(p, ")");
  return SBE_OK;
}

int32_t sbe_snowflake_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  plan p = {.wanted = wanted, .out = out, .levels = 1};
  int32_t code = SBE_OK;
  p.finals = sbe_common_allocate(wanted->n_paths + 1, sizeof *p.finals);
  for (size_t i = 0; i < wanted->n_paths && code == SBE_OK; i++)
    code = sbe_snowflake_plan_path(&p, wanted->paths[i], &p.finals[i], error);
  if (code == SBE_OK) {
    sbe_snowflake_plan_levels(&p);
    for (size_t i = 0; i < wanted->n_paths; i++)
      if (final_level(&p, p.finals[i]) > p.levels) p.levels = final_level(&p, p.finals[i]);
    code = print_plan(&p, error);
  }
  for (size_t i = 0; i < wanted->n_paths && code == SBE_OK; i++)
    ret_classes[i] = p.finals[i] < 0 ? SBE_CLASS_MISSING : leaves[p.nodes[p.finals[i]].type.kind].class_;
  free(p.finals);
  free(p.nodes);
  return code;
}
