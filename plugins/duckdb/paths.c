/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From property paths to nodes. The layout is decided here, column by column, from the type alone:
 * members of a STRUCT are found by name, a MAP and JSON are asked row by row, and where the type says
 * that there is no such thing the property is missing. Called by source.c; prints nothing.
 */
#include <string.h>
#include <strings.h>

#include "plugins/duckdb/source.h"

static const sbe_duckdb_type unknown_type = {.kind = SBE_DUCKDB_TYPE_UNKNOWN};
static const sbe_duckdb_type text_type = {.kind = SBE_DUCKDB_TYPE_TEXT};
static const sbe_duckdb_type json_type = {.kind = SBE_DUCKDB_TYPE_JSON};

/* ---- Nodes ---- */

static bool same(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static uint32_t hash(node_kind kind, const node *operand, const char *name, int64_t index, const char *prefix) {
  uint32_t h =
      2166136261u ^ (uint32_t)kind ^ ((uint32_t)(operand == NULL ? 0 : operand->id + 1) << 4) ^ (uint32_t)index;
  for (const char *c = name == NULL ? "" : name; *c != '\0'; c++) h = (h ^ (unsigned char)*c) * 16777619u;
  for (const char *c = prefix == NULL ? "" : prefix; *c != '\0'; c++) h = (h ^ (unsigned char)*c) * 16777619u;
  return h % SBE_DUCKDB_BUCKETS;
}

/* The node that is so made, an earlier one if there is one. The strings must last. */
static node *make(plan *p, node_kind kind, node *operand, const char *name, int64_t index, const char *prefix) {
  node **bucket = &p->buckets[hash(kind, operand, name, index, prefix)];
  for (node *n = *bucket; n != NULL; n = n->collides)
    if (n->kind == kind && n->operand == operand && n->index == index && same(n->name, name) && same(n->prefix, prefix))
      return n;
  node *n = sbe_duckdb_pool_get(&p->pool, sizeof *n);
  *n = (node){.kind = kind, .id = p->n_nodes++, .level = -1, .operand = operand, .name = name, .index = index};
  n->prefix = prefix;
  n->last_path = &n->paths;
  n->collides = *bucket;
  *bucket = n;
  *p->last_node = n;
  p->last_node = &n->next;
  return n;
}

/* The SELECT in which `n` is computed: above the columns it is made from, beside all else. */
int sbe_duckdb_plan_level(node *n) {
  if (n->level < 0) {
    const node *from = n->operand;
    n->level = from == NULL ? 0 : sbe_duckdb_plan_level(n->operand) + (from->column || from->kind == NODE_COLUMN);
  }
  return n->level;
}

/* ---- Names ---- */

const char *sbe_duckdb_plan_snake(plan *p, const char *name) {
  size_t size = 2 * strlen(name) + 1;
  char *text = sbe_duckdb_pool_get(&p->pool, size);
  sbe_duckdb_host->snake(name, text, size);
  return text;
}

/* `deviceClass` for `device_class`; NULL where that would be another member. */
static const char *camel(plan *p, const char *snaked) {
  char *text = sbe_duckdb_pool_copy(&p->pool, snaked, strlen(snaked)), *to = text;
  for (const char *from = snaked; *from != '\0'; from++) {
    if (from[0] == '_' && from[1] >= 'a' && from[1] <= 'z' && from != snaked)
      *to++ = (char)(*++from - 'a' + 'A');
    else
      *to++ = *from;
  }
  *to = '\0';
  return strcmp(sbe_duckdb_plan_snake(p, text), snaked) == 0 ? text : NULL;
}

/* ---- From a path to nodes ---- */

static int extract(plan *p, node *list, const char *prefix, const char *name) {
  for (const json_path *path = list->paths; path != NULL; path = path->next)
    if (same(path->prefix, prefix) && same(path->name, name)) return path->number;
  json_path *path = sbe_duckdb_pool_get(&p->pool, sizeof *path);
  *path = (json_path){prefix, name, ++list->n_paths, NULL};
  *list->last_path = path;
  list->last_path = &path->next;
  return path->number;
}

/* What lies at a member (or, without `name`, at indices only) of a JSON value. */
static node *pick(plan *p, node *json, const char *prefix, const char *name) {
  json->column = true;
  node *list = make(p, NODE_EXTRACT, json, NULL, 0, NULL);
  list->column = true;
  node *picked = make(p, NODE_PICK, list, name, 0, prefix);
  if (picked->type != NULL) return picked;
  picked->type = &json_type;
  picked->column = true;
  picked->candidates[0] = extract(p, list, prefix, name);
  if (name == NULL) return picked;
  const char *snaked = sbe_duckdb_plan_snake(p, name), *cameled = camel(p, snaked);
  picked->candidates[1] = extract(p, list, prefix, snaked);
  picked->candidates[2] = cameled == NULL ? 0 : extract(p, list, prefix, cameled);
  return picked;
}

static const char *append_index(plan *p, const char *prefix, int64_t index) {
  char digits[24], *at = digits + sizeof digits;
  *--at = '\0';
  *--at = ']';
  uint64_t rest = (uint64_t)(index > SBE_DUCKDB_MAX_INDEX ? SBE_DUCKDB_MAX_INDEX : index);
  do *--at = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  *--at = '[';
  size_t before = strlen(prefix);
  char *text = sbe_duckdb_pool_get(&p->pool, before + strlen(at) + 1);
  memcpy(text, prefix, before);
  strcpy(text + before, at);
  return text;
}

/* The rest of a path, inside JSON: from there on only each row knows what is there. */
static node *walk_json(plan *p, node *at, const sbe_step *steps, size_t n_steps) {
  const char *prefix = "";
  bool open = true; /* indices, or nothing, have been seen since the last member */
  for (size_t i = 0; i < n_steps; i++) {
    if (steps[i].name == NULL) {
      prefix = append_index(p, prefix, steps[i].index);
      open = true;
      continue;
    }
    at = pick(p, at, prefix, steps[i].name);
    prefix = "";
    open = false;
  }
  return open ? pick(p, at, prefix, NULL) : at;
}

static node *typed(node *n, const sbe_duckdb_type *type) {
  n->type = type;
  return n;
}

static node *struct_member(plan *p, node *at, const char *name) {
  const char *snaked = sbe_duckdb_plan_snake(p, name);
  for (const sbe_duckdb_member *m = at->type->members; m != NULL; m = m->next)
    if (strcmp(m->name, name) == 0) return typed(make(p, NODE_FIELD, at, m->name, 0, NULL), m->type);
  for (const sbe_duckdb_member *m = at->type->members; m != NULL; m = m->next)
    if (strcmp(sbe_duckdb_plan_snake(p, m->name), snaked) == 0)
      return typed(make(p, NODE_FIELD, at, m->name, 0, NULL), m->type);
  return NULL;
}

/* One step; NULL when there is nothing by the type alone. */
static node *walk_native(plan *p, node *at, const sbe_step *step) {
  switch (at->type->kind) {
  case SBE_DUCKDB_TYPE_UNKNOWN:
    if (step->name == NULL) return typed(make(p, NODE_ITEM, at, NULL, step->index, NULL), &unknown_type);
    return typed(make(p, NODE_FIELD, at, sbe_duckdb_plan_snake(p, step->name), 0, NULL), &unknown_type);
  case SBE_DUCKDB_TYPE_STRUCT:
    return step->name == NULL ? NULL : struct_member(p, at, step->name);
  case SBE_DUCKDB_TYPE_LIST:
    return step->name != NULL ? NULL : typed(make(p, NODE_ITEM, at, NULL, step->index, NULL), at->type->element);
  case SBE_DUCKDB_TYPE_MAP:
    if (step->name == NULL || at->type->key->kind != SBE_DUCKDB_TYPE_TEXT) return NULL;
    at->column = true;
    return typed(make(p, NODE_VALUE, at, step->name, 0, NULL), at->type->element);
  case SBE_DUCKDB_TYPE_INTEGER:
  case SBE_DUCKDB_TYPE_DECIMAL:
  case SBE_DUCKDB_TYPE_DOUBLE:
  case SBE_DUCKDB_TYPE_BOOL:
  case SBE_DUCKDB_TYPE_TIMESTAMP:
  case SBE_DUCKDB_TYPE_TIMESTAMP_ZONE:
  case SBE_DUCKDB_TYPE_TIMESTAMP_CAST:
  case SBE_DUCKDB_TYPE_TEXT:
  case SBE_DUCKDB_TYPE_JSON:
  case SBE_DUCKDB_TYPE_VARIANT:
  case SBE_DUCKDB_TYPE_OTHER:
    break;
  }
  return NULL;
}

static node *walk(plan *p, node *at, const sbe_step *steps, size_t n_steps) {
  for (size_t i = 0; i <= n_steps; i++) {
    sbe_duckdb_type_kind kind = at->type->kind;
    if (kind == SBE_DUCKDB_TYPE_VARIANT) at = typed(make(p, NODE_ROOT, at, NULL, 0, NULL), &json_type);
    if (at->type->kind == SBE_DUCKDB_TYPE_JSON || (kind == SBE_DUCKDB_TYPE_TEXT && i < n_steps))
      return walk_json(p, at, steps + i, n_steps - i);
    if (i == n_steps) break;
    if ((at = walk_native(p, at, &steps[i])) == NULL) return NULL;
  }
  return at;
}

/* ---- Columns ---- */

/* Atomic columns that are no texts in the layout that the lake loader writes. */
static const struct {
  sbe_duckdb_type_kind kind;
  const char *names; /* between spaces */
} standard[] = {
    {SBE_DUCKDB_TYPE_TIMESTAMP,
     " etl_tstamp collector_tstamp dvce_created_tstamp dvce_sent_tstamp refr_dvce_tstamp derived_tstamp"
     " true_tstamp load_tstamp "},
    {SBE_DUCKDB_TYPE_INTEGER,
     " txn_id domain_sessionidx page_urlport refr_urlport ti_quantity pp_xoffset_min pp_xoffset_max"
     " pp_yoffset_min pp_yoffset_max br_viewwidth br_viewheight dvce_screenwidth dvce_screenheight"
     " doc_width doc_height "},
    {SBE_DUCKDB_TYPE_DOUBLE, " geo_latitude geo_longitude se_value "},
    {SBE_DUCKDB_TYPE_DECIMAL,
     " tr_total tr_tax tr_shipping ti_price tr_total_base tr_tax_base tr_shipping_base ti_price_base "},
    {SBE_DUCKDB_TYPE_BOOL,
     " br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime"
     " br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight"
     " br_cookies dvce_ismobile "},
};

static const sbe_duckdb_type *standard_type(plan *p, const char *name) {
  for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
    const char *at = standard[i].names;
    size_t size = strlen(name);
    while ((at = strstr(at, name)) != NULL && (at[-1] != ' ' || at[size] != ' ')) at += size > 0 ? size : 1;
    if (at == NULL || size == 0) continue;
    sbe_duckdb_type *type = sbe_duckdb_pool_get(&p->pool, sizeof *type);
    type->kind = standard[i].kind;
    return type;
  }
  return &text_type;
}

/* The column's node; NULL with SBE_OK: there is none. */
int32_t sbe_duckdb_plan_column(plan *p, const char *name, bool atomic, node **ret_node, sbe_error *error) {
  const sbe_source *wanted = p->wanted;
  *ret_node = NULL;
  if (wanted->n_columns == 0) {
    *ret_node = make(p, NODE_COLUMN, NULL, name, 0, NULL);
    if ((*ret_node)->type == NULL) typed(*ret_node, atomic ? standard_type(p, name) : &unknown_type);
    return SBE_OK;
  }
  for (size_t i = 0; i < wanted->n_columns; i++) {
    if (strcasecmp(wanted->columns[i].name, name) != 0) continue;
    node *column = make(p, NODE_COLUMN, NULL, wanted->columns[i].name, 0, NULL);
    if (column->type == NULL) column->type = sbe_duckdb_type_parse(&p->pool, wanted->columns[i].type);
    if (column->type == NULL)
      return sbe_duckdb_host->error(error, SBE_UNSUPPORTED, NULL,
                                    "Column %s of %s has a type that cannot be understood: %.200s", name, wanted->table,
                                    wanted->columns[i].type == NULL ? "none" : wanted->columns[i].type);
    *ret_node = column;
    return SBE_OK;
  }
  return SBE_OK;
}

int32_t sbe_duckdb_plan_path(plan *p, const sbe_path *path, node **ret_node, sbe_error *error) {
  *ret_node = NULL;
  if (path->n_steps > SBE_DUCKDB_MAX_STEPS)
    return sbe_duckdb_host->error(error, SBE_UNSUPPORTED, NULL, "A property path in %s has more than %d steps.",
                                  path->column, SBE_DUCKDB_MAX_STEPS);
  node *column;
  int32_t code = sbe_duckdb_plan_column(p, path->column, path->kind == SBE_PATH_ATOMIC, &column, error);
  if (code != SBE_OK || column == NULL) return code;
  if (path->kind != SBE_PATH_ENTITY) {
    *ret_node = walk(p, column, path->steps, path->n_steps);
    return SBE_OK;
  }
  sbe_step *steps = sbe_duckdb_pool_get(&p->pool, (path->n_steps + 1) * sizeof *steps);
  steps[0].index = path->index;
  if (path->n_steps > 0) memcpy(steps + 1, path->steps, path->n_steps * sizeof *steps);
  *ret_node = walk(p, column, steps, path->n_steps + 1);
  return SBE_OK;
}
