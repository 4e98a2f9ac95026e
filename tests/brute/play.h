/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays one history against a real `sbe`: project, events, runs as processes, comparison after each.
 * Called by brute.c. Must never use anything of the engine.
 */
#ifndef BRUTE_PLAY_H
#define BRUTE_PLAY_H

#include "tests/brute/model.h"

typedef struct bf_options {
  uint64_t seed;
  size_t histories;
  size_t jobs;
  bf_layout layout; /* BF_LAYOUTS: drawn */
  const char *sbe, *name;
  bool keep;
  bool coverage;
  bool dump;
} bf_options;

/* Adds to *ret_cells. What went wrong is appended to `report`; nothing is when all agreed. */
bool bf_play(const bf_options *options, uint64_t seed, bf_text *report, size_t *ret_cells);
/* The history itself: variables, definitions, runs and, if asked for, events. */
void bf_describe(bf_text *out, const bf_history *history, bool events);

#endif
