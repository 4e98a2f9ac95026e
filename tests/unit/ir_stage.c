/* SPDX-License-Identifier: Apache-2.0 */
/* See ir_stage.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/ir/build.h"
#include "tests/unit/ir_stage.h"

struct ir_stage ir_stage;

void ir_begin(void) {
  sbe_arena_free(ir_stage.arena);
  ir_stage.arena = sbe_arena_new();
  ir_stage.report = (sbe_report){.arena = ir_stage.arena};
  ir_stage.ir = NULL;
}

void ir_end(void) {
  sbe_arena_free(ir_stage.arena);
  ir_stage.arena = NULL;
}

const sbe_node *ir_read_yaml(const char *file, const char *text) {
  return sbe_yaml_read(ir_stage.arena, file, text, strlen(text), &ir_stage.report);
}

/* Builds one YAML document. */
sbe_ir *ir_build(const char *yaml) {
  ir_begin();
  const sbe_node *document = ir_read_yaml("t.yml", yaml);
  return ir_stage.ir = sbe_ir_build(ir_stage.arena, 1, &document, &ir_stage.report);
}

/* "3:5: message" for each finding, a line each, notes and warnings with their word before the message. */
const char *ir_findings(void) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  for (const sbe_finding *f = sbe_report_sort(&ir_stage.report); f; f = f->next)
    sbe_text_printf(&out, "%u:%u: %s%s\n", f->place.line, f->place.column,
                    f->severity == SBE_ERROR  ? ""
                    : f->severity == SBE_NOTE ? "note: "
                                              : "warning: ",
                    f->message);
  return sbe_arena_strdup(ir_stage.arena, sbe_text_string(&out));
}

/* A view with this one attribute in flow style; `members` without braces. */
const sbe_attribute *ir_attribute(const char *members) {
  ir_begin();
  const char *yaml =
      sbe_arena_printf(ir_stage.arena, "views: [{name: v, entity: domain_userid, attributes: [{%s}]}]", members);
  const sbe_node *document = ir_read_yaml("t.yml", yaml);
  ir_stage.ir = sbe_ir_build(ir_stage.arena, 1, &document, &ir_stage.report);
  return ir_stage.ir && ir_stage.ir->n_views == 1 && ir_stage.ir->views[0]->n_attributes == 1
             ? ir_stage.ir->views[0]->attributes[0]
             : NULL;
}

/* The property of a `last` attribute. */
const sbe_property *ir_property(const char *yaml) {
  char *members = NULL;
  if (asprintf(&members, "name: a, type: string, aggregation: last, property: %s", yaml) < 0) abort();
  const sbe_attribute *a = ir_attribute(members);
  free(members);
  return a ? a->property : NULL;
}

const sbe_criteria *ir_criteria(const char *yaml) {
  char *members = NULL;
  if (asprintf(&members, "name: a, type: int32, aggregation: counter, criteria: %s", yaml) < 0) abort();
  const sbe_attribute *a = ir_attribute(members);
  free(members);
  return a ? a->criteria : NULL;
}
