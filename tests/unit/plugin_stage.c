/* SPDX-License-Identifier: Apache-2.0 */
/* See plugin_stage.h. */
#include <CUnit/CUnit.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/plugin_stage.h"

sbe_arena *plugin_arena;

void plugin_begin(void) {
  plugin_arena = sbe_arena_new();
}

void plugin_end(void) {
  sbe_arena_free(plugin_arena);
  plugin_arena = NULL;
}

const char *plugin_format(const char *pattern, ...) {
  char text[8192];
  va_list arguments;
  va_start(arguments, pattern);
  vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return sbe_arena_strdup(plugin_arena, text);
}

const char *plugin_new_directory(void) {
  static unsigned n;
  const char *path = plugin_format("%s/plugin-%u", sbe_unit_directory(), n++);
  CU_ASSERT_FATAL(mkdir(path, 0755) == 0);
  CU_ASSERT_FATAL(chmod(path, 0755) == 0);
  return path;
}

/* Where the build has left a module. */
const char *plugin_built(const char *name) {
  const char *given = getenv("SBE_TEST_ADAPTERS"), *top = getenv("abs_top_builddir");
  if (given) return plugin_format("%s/sbe_adapter_%s.so", given, name);
  return plugin_format("%s/tests/%s/.libs/sbe_adapter_%s.so", top ? top : ".", name[0] == 'v' ? "abi" : "adapters",
                       name);
}

void plugin_read_file(const char *path, sbe_text *out) {
  FILE *file = fopen(path, "rb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  char block[65536];
  for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) sbe_text_put(out, block, n);
  fclose(file);
}

void plugin_write_file(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_FATAL(fwrite(bytes, 1, size, file) == size);
  CU_ASSERT_FATAL(fclose(file) == 0);
  CU_ASSERT_FATAL(chmod(path, 0644) == 0);
}

const char *plugin_file_in(const char *directory, const char *name) {
  return plugin_format("%s/sbe_adapter_%s.so", directory, name);
}

/* Copies a module into a directory, perhaps under another name; answers its path there. */
const char *plugin_place_as(const char *directory, const char *module, const char *name) {
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  plugin_read_file(plugin_built(module), &bytes);
  const char *path = plugin_file_in(directory, name);
  plugin_write_file(path, bytes.data, bytes.size);
  return path;
}

const char *plugin_place(const char *directory, const char *module) {
  return plugin_place_as(directory, module, module);
}

sbe_plugin_path plugin_path_of(size_t n, const char *const *directories) {
  sbe_plugin_path path = {n, SBE_NEW_ARRAY(plugin_arena, const char *, n)};
  for (size_t i = 0; i < n; i++) path.directories[i] = directories[i];
  return path;
}

/* The message with which a name cannot be loaded from one directory; "" when it can. */
const char *plugin_refusal(const char *directory, const char *name) {
  sbe_plugin_path path = plugin_path_of(1, &directory);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(&path, name, &plugin, &error);
  CU_ASSERT_EQUAL(code, error.code);
  UNIT_CHECK((code == SBE_OK) == (plugin != NULL), "%s: a plugin is answered just on success", name);
  return sbe_arena_strdup(plugin_arena, error.message);
}

/* The message must be: nothing else, one place, this reason. */
void plugin_refused(const char *directory, const char *place, const char *name, const char *reason) {
  const char *want = plugin_format("no adapter '%s' could be loaded\n    %s: %s", name, place, reason);
  const char *have = plugin_refusal(directory, name);
  UNIT_CHECK(strcmp(want, have) == 0, "wanted:\n%s\ngot:\n%s", want, have);
}

void plugin_good(const char *directory, const char *name) {
  const char *message = plugin_refusal(directory, name);
  UNIT_CHECK(message[0] == '\0', "%s should load: %s", name, message);
}
