/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directories with modules, for the tests of the loader (core/plugin). The modules come from tests/adapters and
 * tests/abi; a test copies what it needs into a directory of its own, for what was once loaded stays loaded.
 */
#ifndef SBE_TESTS_PLUGIN_STAGE_H
#define SBE_TESTS_PLUGIN_STAGE_H

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/internal.h"
#include "tests/unit/unit.h"

extern sbe_arena *plugin_arena; /* of the test that runs */

void plugin_begin(void);
void plugin_end(void);

const char *plugin_format(const char *pattern, ...) SBE_PRINTF(1, 2);
const char *plugin_new_directory(void);
/* Where the build has left a module. */
const char *plugin_built(const char *name);
void plugin_read_file(const char *path, sbe_text *out);
void plugin_write_file(const char *path, const char *bytes, size_t size);
/* The path of an adapter's file in a directory. */
const char *plugin_file_in(const char *directory, const char *name);
/* Copies a module into a directory, perhaps under another name; answers its path there. */
const char *plugin_place_as(const char *directory, const char *module, const char *name);
const char *plugin_place(const char *directory, const char *module);

sbe_plugin_path plugin_path_of(size_t n, const char *const *directories);
/* The message with which a name cannot be loaded from one directory; "" when it can. */
const char *plugin_refusal(const char *directory, const char *name);
/* The message must be: nothing else, one place, this reason. */
void plugin_refused(const char *directory, const char *place, const char *name, const char *reason);
void plugin_good(const char *directory, const char *name);

#endif
