/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roll-up: for each entity one row of partials merged over all settled days, those that no late
 * event can change any more, so that lifetime values do not read all history at every run. It is a
 * copy that can be made again from the daily tables at any time.
 */
#ifndef SBE_CORE_ROLLUP_H
#define SBE_CORE_ROLLUP_H

#include "core/sql/window.h"

/* The event_date that rows of the roll-up carry: before every day that can be (0001-01-01). */
#define SBE_ROLLUP_DATE ((sbe_date)-719162)

/* Where the roll-up that holds for this window is read from: a table of the view, or the scratch table of a new one. */
const char *sbe_rollup_relation(const sbe_window *window, const struct sbe_table_shape *rollup);

/*
 * Scratch tables with the roll-up through `through`. With `window->has_rollup`, only rows of entities
 * that have days after the old one's end (to be merged into it); else all rows, from all days.
 * `days`: condition of the days that are in scratch; NULL: none.
 */
int32_t sbe_print_rollup(const sbe_window *window, sbe_date through, const char *days, sbe_statements *out,
                         sbe_error *error);
/* DML of the batch: `all`: instead of what was there. */
int32_t sbe_print_publish_rollup(const sbe_window *window, bool all, sbe_statements *out, sbe_error *error);

#endif
