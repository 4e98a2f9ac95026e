/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what a warehouse, or a stand-in for one, forces to be different: a file differences.yml beside
 * the scenarios, so that no exception hides in a test. Called by scenarios.c. A line about a scenario that
 * does not exist is an error there, for it excuses nothing any more.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/scenario.h"

static void read_one(differences *d, const sbe_node *node, sbe_arena *arena, sbe_report *report) {
  static const char *const members[] = {"scenario", "adapter", "layout", "reason", NULL};
  struct difference one = {.at = node};
  const struct {
    const char *name;
    const char **ret;
    bool required;
  } fields[] = {{"scenario", &one.scenario, true},
                {"adapter", &one.adapter, true},
                {"layout", &one.layout, false},
                {"reason", &one.reason, true}};
  if (node->kind != SBE_NODE_MAP) {
    sbe_node_error(report, node, "a difference must be a map, not %s", sbe_node_kind_name(node->kind));
    return;
  }
  sbe_node_check_members(node, "a difference", members, report);
  for (size_t i = 0; i < 4; i++) {
    const sbe_node *member = sbe_node_find(node, fields[i].name);
    if (member)
      sbe_node_string(member, fields[i].name, fields[i].ret, report);
    else if (fields[i].required)
      sbe_node_error(report, node, "a difference needs '%s'", fields[i].name);
  }
  struct difference *bigger = SBE_NEW_ARRAY(arena, struct difference, d->n + 1);
  if (d->n) memcpy(bigger, d->items, d->n * sizeof *bigger);
  bigger[d->n++] = one;
  d->items = bigger;
}

bool differences_read(differences *d, const char *path, sbe_arena *arena, sbe_report *report) {
  size_t before = report->errors;
  const sbe_node *root = sbe_document_read(arena, path, report);
  if (!root) return false;
  if (root->kind != SBE_NODE_LIST && root->kind != SBE_NODE_NULL)
    sbe_node_error(report, root, "differences must be a list, not %s", sbe_node_kind_name(root->kind));
  else
    SBE_EACH(node, root) read_one(d, node, arena, report);
  return report->errors == before;
}

const char *differences_reason(const differences *d, const char *scenario, const char *adapter, const char *layout) {
  for (size_t i = 0; i < d->n; i++) {
    const struct difference *one = &d->items[i];
    if (sbe_streq(one->scenario, scenario) && sbe_streq(one->adapter, adapter) &&
        (!one->layout || sbe_streq(one->layout, layout)))
      return one->reason;
  }
  return NULL;
}
