/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directories in which adapters are looked for. Called once, by the command. Must never add one
 * that nobody named: an empty part of SBE_PLUGIN_PATH is nothing, not the current directory.
 */
#include <stdlib.h>
#include <string.h>
#include "core/base/string.h"
#include "core/plugin/internal.h"

#define MAX_DIRECTORIES 64 /* of one search, wherever they come from */

static void add(sbe_arena *arena, sbe_plugin_path *path, const char *directory, size_t size) {
  /* "/a/" and "/a" are one; "/" stays. */
  while (size > 1 && directory[size - 1] == '/') size--;
  if (size == 0 || path->n == MAX_DIRECTORIES) return;
  for (size_t i = 0; i < path->n; i++) {
    if (strlen(path->directories[i]) == size && memcmp(path->directories[i], directory, size) == 0) return;
  }
  path->directories[path->n++] = sbe_arena_strndup(arena, directory, size);
}

sbe_plugin_path *sbe_plugin_path_new(sbe_arena *arena, size_t n_options, const char *const *options) {
  sbe_plugin_path *path = SBE_NEW(arena, sbe_plugin_path);
  path->directories = SBE_NEW_ARRAY(arena, const char *, MAX_DIRECTORIES);
  for (size_t i = 0; i < n_options; i++) add(arena, path, options[i], strlen(options[i]));
  /* Not where the program has more rights than its caller. */
  const char *list = secure_getenv("SBE_PLUGIN_PATH");
  while (list && *list) {
    size_t size = strcspn(list, ":");
    add(arena, path, list, size);
    list += size + (list[size] == ':');
  }
#ifdef SBE_ADAPTER_DIR
  add(arena, path, SBE_ADAPTER_DIR, strlen(SBE_ADAPTER_DIR));
#endif
  return path;
}
