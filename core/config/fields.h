/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/config: the fields of a connection, made of an output of profiles.yml or of the environment. */
#ifndef SBE_CORE_FIELDS_H
#define SBE_CORE_FIELDS_H

#include "core/config/settings.h"

/*
 * All fields but `type`, with expressions resolved; null ones are left out, and so are those with a variable
 * that is not set, which is a finding of severity `unset`. `place` and `type` are the caller's to fill in.
 */
sbe_settings *sbe_fields_of_output(sbe_arena *arena, const sbe_node *output, sbe_severity unset, sbe_report *report);

/* SBE_<NAME>_<FIELD>: `field`, in small letters. Empty variables count as not set. */
sbe_settings *sbe_fields_of_environment(sbe_arena *arena, const char *adapter, sbe_report *report);

#endif
