/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/config: reading the variables. The table of them is shown by sbe_var_rows (project.h). */
#ifndef SBE_CORE_VARS_H
#define SBE_CORE_VARS_H

#include "core/config/project.h"

#define SBE_VAR_PREFIX "snowplow__"

/*
 * `members`: `vars` of sbe.yml, or NULL. `option`: the text of --vars, or NULL; what it says wins, and its
 * errors stand at "--vars:LINE:COLUMN". A variable that is null has its preset. `place` is where sbe.yml
 * should have said what is missing. All of `ret_vars` is set, also when there were errors.
 */
void sbe_vars_read(sbe_arena *arena, const sbe_node *members, const char *option, sbe_place place, sbe_vars *ret_vars,
                   sbe_report *report);

#endif
