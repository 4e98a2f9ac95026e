/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/config: `{{ env_var('NAME') }}` in the strings of a profile. */
#ifndef SBE_CORE_ENV_VAR_H
#define SBE_CORE_ENV_VAR_H

#include "core/config/node.h"

/*
 * The text of a string node with its expressions resolved. NULL, with a finding of severity `unset`, when a
 * variable is not set and has no default; NULL with an error for anything else in braces. `field`: what the
 * string is the value of; when its name says that it is secret, or the variable's does, the values that came
 * from the environment are registered as secrets. Values never stand in a finding.
 */
const char *sbe_env_var_render(sbe_arena *arena, const sbe_node *node, const char *field, sbe_severity unset,
                               sbe_report *report);

/* Does a name contain pass, token, secret or key, in any case? */
bool sbe_secret_name(const char *name);

#endif
