/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is there: the files of a directory, and every candidate of a whole search, loaded and checked,
 * for `sbe adapters`. Must never load a second adapter of a name that is taken, for a run would not
 * either, and two client libraries of one kind in a process do not get on.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/string.h"
#include "core/plugin/internal.h"

#define PREFIX "sbe_adapter_"

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text), end_size = strlen(end);
  return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

const char **sbe_directory_names(sbe_arena *arena, const sbe_directory *directory, bool odd) {
  const char **names = NULL;
  size_t n = 0, capacity = 0;
  DIR *stream = directory->reason ? NULL : opendir(directory->real);
  for (struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
    const char *file = entry->d_name;
    if (!sbe_starts_with(file, PREFIX) || !(ends_with(file, ".so") || (odd && ends_with(file, ".la")))) continue;
    const char *name = sbe_arena_strndup(arena, file + strlen(PREFIX), strlen(file) - strlen(PREFIX) - strlen(".so"));
    if (!odd && !sbe_adapter_name_valid(name)) continue;
    names = sbe_grow(names, n, &capacity, sizeof *names);
    names[n++] = name;
  }
  if (stream) closedir(stream);
  if (n) qsort(names, n, sizeof *names, by_bytes);
  const char **copy = SBE_NEW_ARRAY(arena, const char *, n + 1);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    if (kept == 0 || strcmp(copy[kept - 1], names[i]) != 0) copy[kept++] = names[i];
  }
  free(names);
  return copy;
}

static const sbe_candidate *taken(const sbe_candidate *first, const char *name) {
  for (; first; first = first->next) {
    if (first->taken && strcmp(first->name, name) == 0) return first;
  }
  return NULL;
}

static sbe_candidate *candidate_new(sbe_arena *arena, const sbe_directory *directory, const char *name,
                                    const sbe_candidate *first) {
  sbe_candidate *candidate = SBE_NEW(arena, sbe_candidate);
  candidate->name = name;
  const sbe_candidate *earlier = taken(first, name);
  if (earlier) {
    candidate->path = sbe_arena_printf(arena, "%s/" PREFIX "%s.so", directory->given, name);
    candidate->reason = sbe_arena_printf(arena, "is not needed: %s comes first", earlier->path);
    return candidate;
  }
  sbe_attempt attempt;
  sbe_attempt_load(arena, directory, name, &attempt);
  candidate->path = attempt.path;
  candidate->reason = attempt.reason;
  candidate->plugin = attempt.plugin;
  candidate->taken = attempt.reason == NULL;
  return candidate;
}

sbe_candidate *sbe_plugin_list(sbe_arena *arena, const sbe_plugin_path *path) {
  sbe_candidate *first = NULL, **end = &first;
  for (size_t i = 0; i < path->n; i++) {
    sbe_directory directory;
    sbe_directory_check(arena, path->directories[i], &directory);
    if (directory.reason) {
      sbe_candidate *refused = SBE_NEW(arena, sbe_candidate);
      refused->name = "";
      refused->path = directory.given;
      refused->reason = directory.reason;
      refused->absent = directory.absent;
      *end = refused;
      end = &refused->next;
      continue;
    }
    for (const char **name = sbe_directory_names(arena, &directory, true); *name; name++) {
      *end = candidate_new(arena, &directory, *name, first);
      end = &(*end)->next;
    }
  }
  return first;
}
