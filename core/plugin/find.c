/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One adapter by its name: directory after directory, the first good file wins. When none is good,
 * the message tells every place and what is wrong there, and what else could have been meant. Called
 * by the commands. Must never build a path from a name that was not checked.
 */
#include <stdlib.h>
#include <string.h>
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/internal.h"
#include "core/plugin/known.h"

#define MAX_SHOWN 20 /* names in a hint */
#define HEAD_ROOM 64 /* bytes that the words of a message around its lists need at most */

void sbe_attempt_load(sbe_arena *arena, const sbe_directory *directory, const char *name, sbe_attempt *ret_attempt) {
  *ret_attempt = (sbe_attempt){.path = directory->given, .reason = directory->reason, .absent = directory->absent};
  if (directory->reason) return;
  const char *path = sbe_arena_printf(arena, "%s/sbe_adapter_%s.so", directory->given, name);
  ret_attempt->path = path;
  if (!sbe_adapter_name_valid(name)) {
    ret_attempt->reason = "has a name that no adapter can have: sbe_adapter_NAME.so, where NAME is a small letter and "
                          "then at most 31 of a-z, 0-9 and _";
    return;
  }
  sbe_file file;
  ret_attempt->reason = sbe_file_check(arena, directory, path, &file);
  ret_attempt->absent = file.absent;
  if (ret_attempt->reason) return;
  ret_attempt->reason = sbe_elf_check(arena, file.fd, (uint64_t)file.identity.st_size);
  if (!ret_attempt->reason) ret_attempt->reason = sbe_module_load(arena, name, &file, &ret_attempt->plugin);
  sbe_file_close(&file);
}

/* Files that are there, of any name but `name`, each once; NULL at the end. Not loaded: this is for a hint. */
static const char **names_here(sbe_arena *arena, const sbe_directory *directories, size_t n, const char *name) {
  const char **all = NULL;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < n; i++) {
    for (const char **one = sbe_directory_names(arena, &directories[i], false); *one; one++) {
      bool seen = sbe_streq(*one, name);
      for (size_t k = 0; k < count && !seen; k++) seen = sbe_streq(all[k], *one);
      if (seen) continue;
      all = sbe_grow(all, count, &capacity, sizeof *all);
      all[count++] = *one;
    }
  }
  const char **copy = SBE_NEW_ARRAY(arena, const char *, count + 1);
  if (count) memcpy(copy, all, count * sizeof *copy);
  free(all);
  return copy;
}

static const sbe_known_adapter *known(const char *name) {
  for (const sbe_known_adapter *row = sbe_known_adapters; row->name; row++) {
    if (sbe_streq(row->name, name)) return row;
  }
  return NULL;
}

static const char *nearest_known(sbe_arena *arena, const char *name) {
  size_t n = 0;
  while (sbe_known_adapters[n].name) n++;
  const char **names = SBE_NEW_ARRAY(arena, const char *, n + 1);
  for (size_t i = 0; i < n; i++) names[i] = sbe_known_adapters[i].name;
  return sbe_nearest(name, names);
}

/* The last line: which package brings it, what was meant, what is there. */
static void put_hint(sbe_arena *arena, sbe_text *out, const char *name, const char **here, bool absent) {
  const char *separator = "\n  ";
  const sbe_known_adapter *package = known(name);
  if (absent && package) {
    sbe_text_printf(out, "%sit comes with the package %s", separator, package->package);
    separator = "; ";
  } else if (absent) {
    const char *near = sbe_nearest(name, here);
    const char *elsewhere = near ? NULL : nearest_known(arena, name);
    if (near) sbe_text_printf(out, "%sdid you mean '%s'?", separator, near);
    if (elsewhere) {
      sbe_text_printf(out, "%sdid you mean '%s'? It comes with the package %s", separator, elsewhere,
                      known(elsewhere)->package);
    }
    if (near || elsewhere) separator = near ? " " : "; ";
  }
  if (!here[0]) return;
  sbe_text_printf(out, "%s%sdapters that are here:", separator, sbe_streq(separator, " ") ? "A" : "a");
  for (size_t i = 0; here[i] && i < MAX_SHOWN; i++) sbe_text_printf(out, "%s %s", i ? "," : "", here[i]);
}

static int32_t not_loaded(sbe_arena *arena, const char *name, const sbe_directory *directories,
                          const sbe_attempt *attempts, size_t n, sbe_error *error) {
  sbe_cleanup_text sbe_text hint = SBE_TEXT(1024);
  sbe_cleanup_text sbe_text places = SBE_TEXT(1 << 20);
  bool absent = true;
  for (size_t i = 0; i < n; i++) absent = absent && (attempts[i].absent || directories[i].reason);
  put_hint(arena, &hint, name, names_here(arena, directories, n, name), absent);
  if (n == 0) sbe_text_puts(&places, "\n    there is no directory to look in; name one with --plugin-dir");
  /* Whole lines, as many as the message holds: the hint after them must not be what is cut off. */
  size_t room = sizeof error->message - hint.size - HEAD_ROOM - strlen(name);
  for (size_t i = 0; i < n; i++) {
    size_t before = places.size;
    sbe_text_printf(&places, "\n    %s: %s", attempts[i].path, attempts[i].reason);
    if (places.size + HEAD_ROOM <= room) continue;
    const char *kept = sbe_arena_strndup(arena, sbe_text_string(&places), before);
    sbe_text_clear(&places);
    sbe_text_printf(&places, "%s\n    and %zu more, see sbe adapters --verbose", kept, n - i);
    break;
  }
  return sbe_error_set(error, absent ? SBE_NOT_FOUND : SBE_INVALID, NULL, "no adapter '%s' could be loaded%s%s", name,
                       sbe_text_string(&places), sbe_text_string(&hint));
}

/* The name is shown only where it is harmless. */
static int32_t not_a_name(sbe_arena *arena, const sbe_plugin_path *path, const char *name, sbe_error *error) {
  sbe_directory *directories = SBE_NEW_ARRAY(arena, sbe_directory, path->n);
  for (size_t i = 0; i < path->n; i++) sbe_directory_check(arena, path->directories[i], &directories[i]);
  bool harmless = strnlen(name, 65) <= 64;
  for (const char *c = name; *c && harmless; c++) harmless = *c >= ' ' && *c <= '~';
  const char *near = harmless ? sbe_nearest(name, names_here(arena, directories, path->n, "")) : NULL;
  if (harmless && !near) near = nearest_known(arena, name);
  return sbe_error_set(
      error, SBE_INVALID, NULL,
      "%s%s%s is not the name of an adapter: a small letter and then at most 31 of a-z, 0-9 and _%s%s%s",
      harmless ? "'" : "", harmless ? name : "this", harmless ? "'" : "", near ? "; did you mean '" : "",
      near ? near : "", near ? "'?" : "");
}

int32_t sbe_plugin_load(const sbe_plugin_path *path, const char *name, const sbe_plugin **ret_plugin,
                        sbe_error *error) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  if (!sbe_adapter_name_valid(name)) return not_a_name(arena, path, name, error);
  sbe_directory *directories = SBE_NEW_ARRAY(arena, sbe_directory, path->n);
  sbe_attempt *attempts = SBE_NEW_ARRAY(arena, sbe_attempt, path->n);
  for (size_t i = 0; i < path->n; i++) {
    sbe_directory_check(arena, path->directories[i], &directories[i]);
    sbe_attempt_load(arena, &directories[i], name, &attempts[i]);
    if (attempts[i].reason) continue;
    /* Somebody meant an earlier one to be used: he should hear that it is not. */
    for (size_t k = 0; k < i; k++) {
      if (attempts[k].absent) continue;
      sbe_log(SBE_LOG_WARNING, "adapter %s: %s: %s; taking %s", name, attempts[k].path, attempts[k].reason,
              attempts[i].path);
    }
    *ret_plugin = attempts[i].plugin;
    return SBE_OK;
  }
  return not_loaded(arena, name, directories, attempts, path->n, error);
}
