/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One view: its entity key, its attributes, and what must be unique. Called by build.c for every view
 * of every document. Groups that sbe does not compute are noted and otherwise left alone.
 */
#include "core/ir/build.h"

#include <stdio.h>

/* In the order in which they are often written. */
enum {
  NAME,
  VERSION,
  ENTITY,
  ATTRIBUTE_KEY,
  OFFLINE,
  ONLINE,
  OWNER,
  DESCRIPTION,
  ATTRIBUTES,
  TTL,
  FIELDS,
  BATCH_SOURCE,
  N_MEMBERS = BATCH_SOURCE + 1 + SBE_N_IGNORED
};
static const char *const members[] = {
    "name",       "version", "entity", "attribute_key", "offline",           "online", "owner", "description",
    "attributes", "ttl",     "fields", "batch_source",  SBE_IGNORED_MEMBERS, NULL};

enum {
  KEY_NAME,
  KEY_KEY,
  KEY_PROPERTY,
  KEY_EXTERNAL,
  KEY_DESCRIPTION,
  KEY_OWNER,
  KEY_TTL,
  N_KEY_MEMBERS = KEY_TTL + 1 + SBE_N_IGNORED
};
static const char *const key_members[] = {
    "name", "key", "property", "external_column", "description", "owner", "ttl", SBE_IGNORED_MEMBERS, NULL};

/* Names that mean a column of another name. */
static const char *column_of(const char *name) {
  if (strcmp(name, "user") == 0) return "domain_userid";
  if (strcmp(name, "session") == 0) return "domain_sessionid";
  return name;
}

static bool is_whole_column(const sbe_property *property) {
  return !property->calculation && property->path.kind != SBE_PATH_ATOMIC && property->path.n_steps == 0;
}

/* The key of a text: a column, or a path, which is named after its last member. */
static void read_text_key(sbe_builder *b, const sbe_node *node, sbe_view *view) {
  const char *text = sbe_text_member(b, node, "entity", SBE_MAX_PATH);
  const sbe_property *property = text ? sbe_property_named(b, node, column_of(text)) : NULL;
  if (!property) return;
  view->key_property = property;
  view->key = property->path.column;
  if (property->path.kind == SBE_PATH_ATOMIC) return;
  const char *last = NULL;
  for (size_t i = property->path.n_steps; i > 0 && !last; i--) last = property->path.steps[i - 1].name;
  if (!last) return;
  char *name = sbe_arena_alloc(b->arena, 2 * strlen(last) + 1);
  sbe_snake(last, name, 2 * strlen(last) + 1);
  view->key = name;
  if (strlen(name) > SBE_MAX_NAME) {
    sbe_build_error(b, node,
                    "the key's last member is too long for a column's name; name the key: {name: account, "
                    "property: …}");
    view->key = NULL;
  }
}

static void read_map_key(sbe_builder *b, const sbe_node *node, sbe_view *view) {
  const sbe_node *slots[N_KEY_MEMBERS];
  const char *name = NULL, *key = NULL, *external = NULL;
  size_t errors = b->report->errors;
  if (!sbe_members(b, node, "an attribute key", key_members, slots)) return;
  if (slots[KEY_NAME])
    name = sbe_name_member(b, slots[KEY_NAME], "attribute key's name");
  else
    sbe_build_error(b, node, "an attribute key needs 'name'");
  if (slots[KEY_KEY]) key = sbe_name_member(b, slots[KEY_KEY], "attribute key's key");
  if (slots[KEY_EXTERNAL]) external = sbe_name_member(b, slots[KEY_EXTERNAL], "attribute key's external_column");
  const sbe_property *property = NULL;
  if (slots[KEY_PROPERTY])
    property = sbe_property_build(b, slots[KEY_PROPERTY], NULL);
  else if (b->report->errors == errors)
    property = sbe_property_named(b, node, key ? key : external ? external : column_of(name));
  if (b->report->errors != errors || !property) return;
  view->key_property = property;
  if (external || key)
    view->key = external ? external : key;
  else if (!property->calculation && property->path.kind == SBE_PATH_ATOMIC)
    view->key = property->path.column;
  else
    view->key = name;
}

static void read_key(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots, sbe_view *view) {
  const sbe_node *key = slots[ENTITY] ? slots[ENTITY] : slots[ATTRIBUTE_KEY];
  if (!key) {
    sbe_build_error(b, node,
                    "a view needs 'entity' (or 'attribute_key'): the key that its attributes belong to, such as "
                    "domain_userid");
    return;
  }
  if (slots[ENTITY] && slots[ATTRIBUTE_KEY])
    sbe_build_error(b, slots[ATTRIBUTE_KEY], "'entity' and 'attribute_key' are two words for one thing; keep one");
  if (key->kind == SBE_NODE_MAP)
    read_map_key(b, key, view);
  else
    read_text_key(b, key, view);
  if (view->key_property && is_whole_column(view->key_property))
    sbe_build_error(b, key, "the key '%s' is a whole column; add the member that identifies, such as '.id'",
                    view->key_property->path.column);
  if (view->key && sbe_strcaseeq(view->key, "updated_at"))
    sbe_build_error(b, key,
                    "the key column cannot be called updated_at: the attributes table has a column of that name");
}

/* ---- What must be unique ---- */

#define SEEN_SLOTS 4096 /* a power of two, more than twice SBE_MAX_ATTRIBUTES */

static char to_small(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void check_attribute_name(sbe_builder *b, const sbe_view *view, const sbe_node *item) {
  const sbe_node *node = sbe_node_find(item, "name");
  if (!node || node->kind != SBE_NODE_STRING) return;
  const char *name = node->text;
  if (sbe_strcaseeq(name, "updated_at"))
    sbe_build_error(b, node,
                    "an attribute cannot be called updated_at: the attributes table has a column of that name");
  else if (view->key && sbe_strcaseeq(name, view->key))
    sbe_build_error(b, node, "an attribute cannot be called like the key column, %s; give it another name", view->key);
  uint64_t hash = SBE_HASH_START;
  for (const char *c = name; *c; c++) {
    char small = to_small(*c);
    hash = sbe_hash(hash, &small, 1);
  }
  for (size_t at = (size_t)hash & (SEEN_SLOTS - 1);; at = (at + 1) & (SEEN_SLOTS - 1)) {
    struct sbe_seen *seen = &b->seen[at];
    if (seen->generation != b->generation) {
      *seen = (struct sbe_seen){b->generation, name, node};
      return;
    }
    if (!sbe_strcaseeq(seen->name, name)) continue;
    sbe_build_error(b, node, "the name stands twice: another attribute is called '%s' in line %u%s",
                    sbe_shown(b, seen->name), seen->node->line,
                    strcmp(seen->name, name) ? " (capitals make no difference)" : "");
    return;
  }
}

/* A view, computed or not, may stand only once in all files. */
static void check_unique(sbe_builder *b, const sbe_node *node, const sbe_view *view) {
  size_t size = strlen(view->model);
  char *small = sbe_arena_strndup(b->arena, view->model, size);
  for (char *c = small; *c; c++) *c = to_small(*c);
  const sbe_view *other = sbe_intern_find(&b->models, small, size);
  if (!other) {
    sbe_view *kept = SBE_NEW(b->arena, sbe_view);
    *kept = *view;
    sbe_intern_add(&b->models, small, size, kept);
    return;
  }
  if (strcmp(other->name, view->name) == 0)
    sbe_build_error(b, node, "version %lld stands twice; the other one is at %s:%u:%u", (long long)view->version,
                    other->place.file, other->place.line, other->place.column);
  else
    sbe_build_error(b, node,
                    "version %lld would have the same tables as view '%s' at %s:%u:%u: names that differ only "
                    "in capitals are one; rename one of them",
                    (long long)view->version, other->name, other->place.file, other->place.line, other->place.column);
}

/* ---- The view ---- */

static void read_attributes(sbe_builder *b, const sbe_node *node, sbe_view *view) {
  size_t n = 0;
  if (!sbe_list_member(b, node, "attributes", SBE_MAX_ATTRIBUTES, &n)) return;
  const sbe_attribute **attributes = SBE_NEW_ARRAY(b->arena, const sbe_attribute *, n);
  if (!b->seen) {
    b->seen = sbe_xmalloc(SEEN_SLOTS * sizeof *b->seen);
    memset(b->seen, 0, SEEN_SLOTS * sizeof *b->seen);
  }
  b->generation++;
  SBE_EACH(item, node) {
    b->attribute = NULL;
    attributes[view->n_attributes++] = sbe_attribute_build(b, item);
    check_attribute_name(b, view, item);
  }
  b->attribute = NULL;
  view->attributes = attributes;
}

/* Is it for somebody else to compute? A note says so. */
static bool is_skipped(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots, bool offline) {
  if (!offline) {
    sbe_build_note(b, SBE_NOTE, node, "skipped: it is a stream group (offline: false), which is computed elsewhere");
    return true;
  }
  const sbe_node *attributes = slots[ATTRIBUTES];
  if (attributes && (attributes->kind != SBE_NODE_LIST || attributes->child)) return false;
  if (slots[FIELDS] || slots[BATCH_SOURCE]) {
    sbe_build_note(b, SBE_NOTE, node, "skipped: it has no attributes to compute, only a table that is synced");
    return true;
  }
  sbe_build_error(b, attributes ? attributes : node, "a view needs 'attributes'");
  return false;
}

static void add_view(sbe_builder *b, const sbe_node *node, const sbe_view *view) {
  if (b->n_views == SBE_MAX_VIEWS) {
    sbe_build_error(b, node, "there are more than %d views", SBE_MAX_VIEWS);
    return;
  }
  sbe_view *kept = SBE_NEW(b->arena, sbe_view);
  *kept = *view;
  b->views = sbe_grow(b->views, b->n_views, &b->view_capacity, sizeof(const sbe_view *));
  b->views[b->n_views++] = kept;
}

static void build(sbe_builder *b, const sbe_node *node) {
  const sbe_node *slots[N_MEMBERS];
  size_t errors = b->report->errors;
  bool offline = true;
  sbe_view view = {.version = 1, .ttl_seconds = -1, .node = node, .place = sbe_node_place(node)};
  if (!sbe_members(b, node, "a view", members, slots)) return;
  if (slots[NAME])
    view.name = sbe_name_member(b, slots[NAME], "name");
  else
    sbe_build_error(b, node, "a view needs 'name'");
  bool versioned = !slots[VERSION] || sbe_int_member(b, slots[VERSION], "version", 1, SBE_MAX_VERSION, &view.version);
  if (slots[OFFLINE]) sbe_bool_member(b, slots[OFFLINE], "offline", &offline);
  if (view.name && versioned) {
    view.model = sbe_arena_printf(b->arena, "%s_%lld", view.name, (long long)view.version);
    check_unique(b, node, &view);
  }
  if (is_skipped(b, node, slots, offline)) return;
  if (slots[OWNER]) view.owner = sbe_text_or_empty(b, slots[OWNER], "owner");
  if (slots[DESCRIPTION]) view.description = sbe_text_or_empty(b, slots[DESCRIPTION], "description");
  if (slots[TTL]) sbe_ttl_build(b, slots[TTL], &view.ttl_seconds);
  read_key(b, node, slots, &view);
  if (slots[ATTRIBUTES]) read_attributes(b, slots[ATTRIBUTES], &view);
  if (b->report->errors == errors) add_view(b, node, &view);
}

void sbe_view_build(sbe_builder *b, const sbe_node *node) {
  const sbe_node *name = sbe_node_find(node, "name");
  b->view = name && name->kind == SBE_NODE_STRING ? name->text : NULL;
  b->attribute = NULL;
  build(b, node);
  b->view = b->attribute = NULL;
}
