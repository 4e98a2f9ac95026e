/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From documents to the IR: which documents are accepted, and every view in them. Called once a
 * command (core/cli), and by tests. Nothing is decided here that depends on a warehouse or a clock.
 */
#include "core/ir/build.h"

#include <stdlib.h>

enum { VIEWS, ATTRIBUTE_GROUPS, DATA, N_MEMBERS };
static const char *const members[] = {"views", "attribute_groups", "data", NULL};

static void build_list(sbe_builder *b, const sbe_node *list, const char *what) {
  if (list->kind != SBE_NODE_LIST) {
    sbe_build_error(b, list, "%s must be a list of views, not %s", what, sbe_node_kind_name(list->kind));
    return;
  }
  SBE_EACH(item, list) sbe_view_build(b, item);
}

/* A lone group rather than a map of lists? */
static bool is_group(const sbe_node *document) {
  static const char *const telling[] = {"attributes", "entity", "attribute_key", "name", "version"};
  for (size_t i = 0; i < N_MEMBERS; i++)
    if (sbe_node_get(document, members[i])) return false;
  for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
    if (sbe_node_get(document, telling[i])) return true;
  return false;
}

static void build_document(sbe_builder *b, const sbe_node *document) {
  const sbe_node *slots[N_MEMBERS];
  if (!document || document->kind == SBE_NODE_NULL) return; /* unreadable, already reported; or empty */
  if (document->kind == SBE_NODE_LIST) {
    build_list(b, document, "a file of definitions");
    return;
  }
  if (document->kind == SBE_NODE_MAP && is_group(document)) {
    sbe_view_build(b, document);
    return;
  }
  if (!sbe_members(b, document, "a file of definitions", members, slots)) return;
  if (!document->child) sbe_build_error(b, document, "a file of definitions needs 'views' (or 'attribute_groups')");
  for (size_t i = 0; i < N_MEMBERS; i++)
    if (slots[i]) build_list(b, slots[i], members[i]);
}

static sbe_ir *finish(sbe_builder *b) {
  sbe_ir *ir = SBE_NEW(b->arena, sbe_ir);
  const sbe_view **views = SBE_NEW_ARRAY(b->arena, const sbe_view *, b->n_views);
  const sbe_property **properties = SBE_NEW_ARRAY(b->arena, const sbe_property *, b->n_properties);
  for (size_t i = 0; i < b->n_views; i++) views[i] = b->views[i];
  for (size_t i = 0; i < b->n_properties; i++) properties[i] = b->all_properties[i];
  *ir = (sbe_ir){b->n_views, views, (uint32_t)b->n_properties, properties};
  return ir;
}

static void free_builder(sbe_builder *b) {
  sbe_intern *interns[] = {&b->properties, &b->events, &b->event_lists, &b->criteria_items, &b->criteria, &b->models};
  for (size_t i = 0; i < sizeof interns / sizeof *interns; i++) sbe_intern_free(interns[i]);
  free(b->all_properties);
  free(b->views);
  free(b->event_items);
  free(b->criterion_items);
  free(b->values);
  free(b->seen);
  sbe_text_free(&b->scratch);
}

sbe_ir *sbe_ir_build(sbe_arena *arena, size_t n, const sbe_node *const *documents, sbe_report *report) {
  sbe_builder b = {.arena = arena, .report = report, .scratch = SBE_TEXT(SBE_MAX_CANONICAL)};
  for (size_t i = 0; i < n; i++) build_document(&b, documents[i]);
  sbe_ir *ir = report->errors ? NULL : finish(&b);
  free_builder(&b);
  return ir;
}
