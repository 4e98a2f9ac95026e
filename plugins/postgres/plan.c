/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From property paths to a plan: finds the column, or the table, that a path begins in, and makes a node for
 * each step below it, one for all paths that share it. Called by source.c; prints nothing.
 *
 * PostgreSQL cuts names at 63 bytes without a word, and those of Snowplow's events are often longer: a
 * name that is too long is the one that it was cut to.
 */
#include <string.h>
#include <strings.h>

#include "plugins/postgres/plan.h"

static const char event_prefix[] = "unstruct_event_", entity_prefix[] = "contexts_";

static const char *const standard[] = {"schema_vendor", "schema_name", "schema_format", "schema_version", "root_id",
                                       "root_tstamp",   "ref_root",    "ref_tree",      "ref_parent"};

bool sbe_postgres_is_standard(const char *column) {
  for (size_t i = 0; i < sizeof standard / sizeof *standard; i++)
    if (strcmp(standard[i], column) == 0) return true;
  return false;
}

sbe_postgres_kind sbe_postgres_table_kind(const sbe_postgres_table *table, const char *column) {
  for (size_t i = 0; i < table->n; i++)
    if (strcmp(table->columns[i].name, column) == 0) return table->columns[i].kind;
  return SBE_POSTGRES_UNKNOWN;
}

const char *sbe_postgres_plan_snake(sbe_postgres_plan *p, const char *name) {
  size_t size = 2 * strlen(name) + 1;
  char *snake = sbe_postgres_pool_get(&p->pool, size);
  sbe_postgres_host->snake(name, snake, size);
  return snake;
}

/* How many bytes of a name the server keeps: whole characters only. */
static size_t kept(const char *name) {
  size_t size = strlen(name);
  if (size <= SBE_POSTGRES_MAX_NAME) return size;
  size = SBE_POSTGRES_MAX_NAME;
  while (size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80) size--;
  return size;
}

/* Is `there` what became of `wanted`? */
static bool same_name(const char *wanted, const char *there) {
  size_t size = kept(wanted);
  return strcasecmp(wanted, there) == 0 || (strncasecmp(wanted, there, size) == 0 && there[size] == '\0');
}

bool sbe_postgres_plan_column(const sbe_postgres_plan *p, const char *name, const char **ret_name,
                              sbe_postgres_kind *ret_kind) {
  if (p->wanted->n_columns == 0) {
    size_t size = strlen(name);
    bool time = size > 7 && strcmp(name + size - 7, "_tstamp") == 0;
    *ret_name = name;
    *ret_kind = time ? SBE_POSTGRES_TIMESTAMP : SBE_POSTGRES_UNKNOWN;
    return true;
  }
  for (size_t i = 0; i < p->wanted->n_columns; i++) {
    const sbe_column *column = &p->wanted->columns[i];
    if (sbe_postgres_is_table(column->type) || !same_name(name, column->name)) continue;
    *ret_name = column->name;
    *ret_kind = sbe_postgres_kind_of(column->type);
    return true;
  }
  return false;
}

/* ---- Tables of entities ---- */

static const char *without_prefix(const sbe_path *path, const char **ret_prefix) {
  const char *prefix = path->kind == SBE_PATH_EVENT ? event_prefix : entity_prefix;
  size_t size = strlen(prefix);
  *ret_prefix = prefix;
  return strncasecmp(path->column, prefix, size) == 0 ? path->column + size : NULL;
}

/* Where nobody has told: the table beside the events, named after the schema. */
static const sbe_postgres_table *assumed_table(sbe_postgres_plan *p, const char *name) {
  const char *parts[] = {p->wanted->name.database, p->wanted->name.schema, name};
  size_t size = 1;
  for (size_t i = 0; i < 3; i++) size += parts[i] != NULL ? 2 * strlen(parts[i]) + 3 : 0;
  char *printed = sbe_postgres_pool_get(&p->pool, size), *to = printed;
  for (size_t i = 0; i < 3; i++) {
    if (parts[i] == NULL) continue;
    if (to > printed) *to++ = '.';
    *to++ = '"';
    size_t length = i == 2 ? kept(parts[i]) : strlen(parts[i]);
    for (const char *at = parts[i]; at < parts[i] + length; at++) {
      if (*at == '"') *to++ = '"';
      *to++ = *at;
    }
    *to++ = '"';
  }
  sbe_postgres_table *table = sbe_postgres_pool_get(&p->pool, sizeof *table);
  table->printed = printed;
  return table;
}

static int32_t find_table(sbe_postgres_plan *p, const sbe_path *path, const sbe_postgres_table **ret_table,
                          sbe_error *error) {
  const char *prefix, *name = without_prefix(path, &prefix);
  *ret_table = NULL;
  if (name == NULL) return SBE_OK;
  if (p->wanted->n_columns == 0) *ret_table = assumed_table(p, name);
  for (size_t i = 0; i < p->wanted->n_columns; i++) {
    const sbe_column *column = &p->wanted->columns[i];
    size_t size = strlen(prefix);
    if (!sbe_postgres_is_table(column->type) || strncasecmp(column->name, prefix, size) != 0) continue;
    if (!same_name(name, column->name + size)) continue;
    *ret_table = sbe_postgres_table_read(&p->pool, column->type);
    if (*ret_table != NULL) return SBE_OK;
    return sbe_postgres_host->error(error, SBE_INTERNAL, NULL,
                                    "The description of %s, the table of an event or entity, cannot be read: %.200s",
                                    column->name, column->type);
  }
  return SBE_OK;
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool has_column(const sbe_postgres_table *table, const char *name) {
  for (size_t i = 0; i < table->n; i++)
    if (strcmp(table->columns[i].name, name) == 0) return true;
  return false;
}

/* Two schemas, or two versions of one, whose tables' names are cut alike share a table, whose rows tell. */
static const char *schema_of(const sbe_path *path, const sbe_postgres_table *table) {
  const char *prefix, *name = without_prefix(path, &prefix);
  bool tells =
      has_column(table, "schema_vendor") && has_column(table, "schema_name") && has_column(table, "schema_version");
  return tells && strlen(name) > SBE_POSTGRES_MAX_NAME ? name : NULL;
}

static sbe_postgres_join *add_join(sbe_postgres_plan *p, const sbe_postgres_table *table, const sbe_path *path) {
  int64_t index = path->kind == SBE_PATH_ENTITY ? path->index : 0;
  const char *schema = schema_of(path, table);
  for (sbe_postgres_join *join = p->joins; join != NULL; join = join->next)
    if (join->index == index && strcmp(join->table->printed, table->printed) == 0 && same_text(join->schema, schema))
      return join;
  sbe_postgres_join *join = sbe_postgres_pool_get(&p->pool, sizeof *join);
  *join = (sbe_postgres_join){.table = table, .index = index, .schema = schema, .number = p->n_joins++};
  join->last_field = &join->fields;
  *p->last_join = join;
  p->last_join = &join->next;
  return join;
}

static int add_field(sbe_postgres_plan *p, sbe_postgres_join *join, const char *name) {
  for (sbe_postgres_field *field = join->fields; field != NULL; field = field->next)
    if (strcmp(field->name, name) == 0) return field->number;
  sbe_postgres_field *field = sbe_postgres_pool_get(&p->pool, sizeof *field);
  *field = (sbe_postgres_field){.name = name, .number = join->n_fields++};
  *join->last_field = field;
  join->last_field = &field->next;
  return field->number;
}

/* ---- Nodes ---- */

static sbe_postgres_node *add_node(sbe_postgres_plan *p, sbe_postgres_node wanted) {
  for (sbe_postgres_node *n = p->nodes; n != NULL; n = n->next)
    if (n->kind == wanted.kind && n->join == wanted.join && n->index == wanted.index && n->operand == wanted.operand &&
        same_text(n->name, wanted.name))
      return n;
  sbe_postgres_node *n = sbe_postgres_pool_get(&p->pool, sizeof *n);
  *n = wanted;
  n->id = p->n_nodes++;
  n->level = n->operand != NULL ? n->operand->level + 1 : 1;
  if (n->operand != NULL) n->operand->shared = true;
  *p->last_node = n;
  p->last_node = &n->next;
  return n;
}

static sbe_postgres_node *add_steps(sbe_postgres_plan *p, sbe_postgres_node *node, size_t n, const sbe_step *steps) {
  for (size_t i = 0; i < n; i++) {
    bool item = steps[i].name == NULL;
    node = add_node(p, (sbe_postgres_node){.kind = item ? SBE_POSTGRES_ITEM : SBE_POSTGRES_MEMBER,
                                           .operand = node,
                                           .name = steps[i].name,
                                           .index = item ? steps[i].index : 0});
  }
  return node;
}

/* Can it be taken for JSON, when something below it is wanted? */
static bool nests(sbe_postgres_kind kind) {
  return kind == SBE_POSTGRES_TEXT || kind == SBE_POSTGRES_JSON || kind == SBE_POSTGRES_JSONB ||
         kind == SBE_POSTGRES_ARRAY || kind == SBE_POSTGRES_RECORD || kind == SBE_POSTGRES_UNKNOWN;
}

/* At the end of a path, a text of an entity's table may turn out to be an array, which no scalar is read from. */
static bool ends_as_json(sbe_postgres_kind kind, const sbe_postgres_join *join) {
  return kind == SBE_POSTGRES_JSON || kind == SBE_POSTGRES_JSONB || kind == SBE_POSTGRES_ARRAY ||
         (join != NULL && (kind == SBE_POSTGRES_TEXT || kind == SBE_POSTGRES_UNKNOWN));
}

static sbe_postgres_node *add_column(sbe_postgres_plan *p, sbe_postgres_join *join, const char *name,
                                     sbe_postgres_kind kind, size_t n, const sbe_step *steps) {
  if (n > 0 && !nests(kind)) return NULL;
  sbe_postgres_node wanted = {.join = join, .name = name, .type = kind};
  wanted.kind = n > 0 || ends_as_json(kind, join) ? SBE_POSTGRES_ROOT : SBE_POSTGRES_VALUE;
  if (join != NULL) wanted.field = add_field(p, join, name);
  return add_steps(p, add_node(p, wanted), n, steps);
}

/* The column of members 0 to n - 1, joined: the loader flattens objects, `step.name` or `step_name`. */
static const sbe_postgres_member *flattened(sbe_postgres_plan *p, const sbe_postgres_table *table, size_t n,
                                            const sbe_step *steps) {
  size_t size = 1;
  for (size_t i = 0; i < n; i++) size += strlen(steps[i].name) + 1;
  char *joined = sbe_postgres_pool_get(&p->pool, size), *to = joined;
  for (size_t i = 0; i < n; i++) {
    if (i > 0) *to++ = '.';
    size_t length = strlen(steps[i].name);
    memcpy(to, steps[i].name, length);
    to += length;
  }
  const char *snake = sbe_postgres_plan_snake(p, joined);
  const sbe_postgres_member *found = NULL;
  for (size_t i = 0; i < table->n; i++) {
    const sbe_postgres_member *column = &table->columns[i];
    if (sbe_postgres_is_standard(column->name)) continue;
    if (strcmp(column->name, joined) == 0) return column;
    if (found == NULL && same_name(snake, sbe_postgres_plan_snake(p, column->name))) found = column;
  }
  return found;
}

static sbe_postgres_node *in_table(sbe_postgres_plan *p, const sbe_postgres_table *table, const sbe_path *path) {
  if (path->n_steps == 0) {
    sbe_postgres_join *join = add_join(p, table, path);
    return add_node(p, (sbe_postgres_node){.kind = SBE_POSTGRES_PRESENT, .join = join});
  }
  size_t names = 0;
  while (names < path->n_steps && path->steps[names].name != NULL) names++;
  if (names == 0) return NULL;
  if (table->n == 0) /* unknown */
    return add_column(p, add_join(p, table, path), sbe_postgres_plan_snake(p, path->steps[0].name),
                      SBE_POSTGRES_UNKNOWN, path->n_steps - 1, path->steps + 1);
  for (size_t n = names; n > 0; n--) {
    const sbe_postgres_member *column = flattened(p, table, n, path->steps);
    if (column == NULL || (n < path->n_steps && !nests(column->kind))) continue;
    return add_column(p, add_join(p, table, path), column->name, column->kind, path->n_steps - n, path->steps + n);
  }
  return NULL;
}

int32_t sbe_postgres_plan_path(sbe_postgres_plan *p, const sbe_path *path, sbe_postgres_node **ret_node,
                               sbe_error *error) {
  *ret_node = NULL;
  if (path->n_steps > SBE_POSTGRES_MAX_STEPS)
    return sbe_postgres_host->error(error, SBE_UNSUPPORTED, NULL, "A property of column %s has more than %d members.",
                                    path->column, SBE_POSTGRES_MAX_STEPS);
  bool nested = path->kind != SBE_PATH_ATOMIC;
  const char *name;
  sbe_postgres_kind kind;
  bool own = (!nested || p->wanted->n_columns > 0) && sbe_postgres_plan_column(p, path->column, &name, &kind);
  if (own && !nested) {
    *ret_node = add_column(p, NULL, name, kind, path->n_steps, path->steps);
  } else if (own) {
    if (!nests(kind)) return SBE_OK;
    sbe_postgres_node *node = add_node(p, (sbe_postgres_node){.kind = SBE_POSTGRES_ROOT, .name = name, .type = kind});
    if (path->kind == SBE_PATH_ENTITY) node = add_steps(p, node, 1, &(sbe_step){NULL, path->index});
    *ret_node = add_steps(p, node, path->n_steps, path->steps);
  } else if (nested) {
    const sbe_postgres_table *table;
    int32_t code = find_table(p, path, &table, error);
    if (code != SBE_OK || table == NULL) return code;
    *ret_node = in_table(p, table, path);
  }
  return SBE_OK;
}
