/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the tables of a run with the oracle's, cell by cell. Called by the harness after each
 * run. Must never use anything of the engine.
 */
#ifndef BRUTE_COMPARE_H
#define BRUTE_COMPARE_H

#include "tests/brute/driver.h"
#include "tests/brute/oracle.h"

typedef struct bf_comparison {
  bf_arena *arena;
  const bf_history *history;
  const bf_oracle *oracle;
  bf_text report; /* what differs; empty: nothing */
  size_t cells, differences;
} bf_comparison;

/* Whether a cell is as expected. */
bool bf_agrees(bf_arena *arena, const bf_cell *expected, const bf_value *got);

void bf_compare_attributes(bf_comparison *comparison, size_t view, const bf_result *table);
void bf_compare_incremental(bf_comparison *comparison, const bf_result *table);
void bf_compare_daily(bf_comparison *comparison, const bf_result *table);

/* The name of a view's tables begins with this; also its `model` in the manifests. */
const char *bf_model(bf_arena *arena, const bf_view *view);

#endif
