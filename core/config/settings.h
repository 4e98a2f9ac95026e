/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of one output of profiles.yml, as an adapter asks for them (sbe_host.setting), and the
 * register of secrets: every value of an option that is secret is registered, and whatever is logged,
 * printed as an error or written to a file goes through `sbe_redact`.
 */
#ifndef SBE_CORE_SETTINGS_H
#define SBE_CORE_SETTINGS_H

#include "core/config/node.h"

struct sbe_settings {
  const char *place;       /* "profile shop, target dev (FILE)", for messages */
  const char *type;        /* the adapter */
  size_t n;
  struct sbe_setting {
    const char *name;
    const char *value;     /* scalars; NULL for lists and maps */
    const sbe_node *node;  /* lists and maps; also scalars of a file, for their place; NULL: from the environment */
  } *items;
  sbe_arena *arena;
};

const char *sbe_settings_get(const sbe_settings *settings, const char *name);
const char *sbe_settings_member(const sbe_settings *settings, const char *name, size_t index, const char **ret_key);

/* Remember a value that must not be shown; values shorter than 4 bytes are shown as they are nowhere unique. */
void sbe_secret_register(const char *value);
/* Replaces every registered secret in `text`, in place, by "***" (never longer than what it replaces). */
void sbe_redact(char *text);

#endif
