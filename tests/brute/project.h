/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes what a user would: the project of a history (`sbe.yml`, `profiles.yml`, definitions), and
 * its events as JSON lines. Called by the harness. Must never use anything of the engine.
 */
#ifndef BRUTE_PROJECT_H
#define BRUTE_PROJECT_H

#include "tests/brute/model.h"

/* `folder` exists and is empty. false: a file could not be written. */
bool bf_write_project(const bf_history *history, const char *folder);
/* One view as it stands in its file. */
void bf_definition(bf_text *out, bf_arena *arena, const bf_view *view);
void bf_variables_text(bf_text *out, const bf_history *history);
/* An event's row, members spelled as the layout has them. */
const bf_value *bf_row_laid_out(const bf_history *history, const bf_event *event);
/* The rows that become visible just before `run`, one JSON object a line, laid out so. Returns how many. */
size_t bf_events_lines(bf_text *out, const bf_history *history, size_t run);
/* What follows `--as-of`. */
const char *bf_clock_text(bf_arena *arena, const bf_run *run);

#endif
