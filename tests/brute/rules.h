/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a property is worth for an event, and whether an event matches `events` and meets `criteria`
 * (semantics, §2). Used by the oracle; the harness uses the snake case for columns. Must never use
 * anything of the engine.
 */
#ifndef BRUTE_RULES_H
#define BRUTE_RULES_H

#include "tests/brute/model.h"

char *bf_snake(bf_arena *arena, const char *name);

/* Never the C NULL. */
const bf_value *bf_property_of(bf_arena *arena, const bf_property *property, const bf_event *event);

bool bf_matches(const bf_attribute *attribute, const bf_event *event);
bool bf_meets(bf_arena *arena, const bf_criteria *criteria, const bf_event *event);
bool bf_criterion_met(bf_arena *arena, const bf_criterion *criterion, const bf_event *event);

/* `%` any text, `_` any one character, nothing else is special. */
bool bf_like(const char *text, const char *text_end, const char *pattern, const char *pattern_end);

#endif
