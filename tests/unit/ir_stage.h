/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions as YAML or JSON text, built into the IR, so that lines and columns can be counted: for the tests of
 * core/ir.
 */
#ifndef SBE_TESTS_IR_STAGE_H
#define SBE_TESTS_IR_STAGE_H

#include <string.h>

#include "core/base/string.h"
#include "core/ir/ir.h"
#include "tests/unit/unit.h"

/* Of the last building. */
extern struct ir_stage {
  sbe_arena *arena;
  sbe_report report;
  sbe_ir *ir;
} ir_stage;

void ir_begin(void);
void ir_end(void);

const sbe_node *ir_read_yaml(const char *file, const char *text);
/* Builds one YAML document, after ir_begin. */
sbe_ir *ir_build(const char *yaml);
/* "3:5: message" for each finding, a line each, notes and warnings with their word before the message. */
const char *ir_findings(void);

/* A view with this one attribute in flow style; `members` without braces. */
const sbe_attribute *ir_attribute(const char *members);
/* The property of a `last` attribute. */
const sbe_property *ir_property(const char *yaml);
/* The criteria of a counter. */
const sbe_criteria *ir_criteria(const char *yaml);

#endif
