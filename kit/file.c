/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "file": the shared library before anybody runs anything of it, and whether the dynamic loader
 * finds all that it needs. Called by main.c, in a process of its own, which may die of the library.
 */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/plugin/internal.h"
#include "kit/elf.h"
#include "kit/kit.h"

static const char *check_rights(kit *k) {
  sbe_directory directory;
  sbe_file file;
  const char *slash = strrchr(k->path, '/');
  const char *given = sbe_arena_strndup(k->arena, k->path, slash > k->path ? (size_t)(slash - k->path) : 1);
  sbe_directory_check(k->arena, given, &directory);
  if (directory.reason) return sbe_arena_printf(k->arena, "its directory %s", directory.reason);
  const char *why = sbe_file_check(k->arena, &directory, k->path, &file);
  if (why) return sbe_arena_printf(k->arena, "it %s", why);
  why = sbe_elf_check(k->arena, file.fd, (uint64_t)file.identity.st_size);
  sbe_file_close(&file);
  return why ? sbe_arena_printf(k->arena, "it %s", why) : NULL;
}

static const char *check_exports(kit *k, const kit_elf *elf) {
  const char *wanted = sbe_arena_printf(k->arena, "sbe_adapter_%s", k->options.adapter);
  sbe_cleanup_text sbe_text others = SBE_TEXT(4096);
  bool found = false;
  size_t n = 0;
  for (size_t i = 0; i < elf->n_symbols; i++) {
    if (!elf->symbols[i].defined) continue;
    if (sbe_streq(elf->symbols[i].name, wanted)) {
      found = true;
      continue;
    }
    if (n++ < 10) sbe_text_printf(&others, "%s%s", n > 1 ? ", " : "", elf->symbols[i].name);
  }
  if (!found)
    return sbe_arena_printf(k->arena, "it does not export %s()%s%s", wanted, n ? "; it exports " : "",
                            sbe_text_string(&others));
  if (!n) return NULL;
  return sbe_arena_printf(k->arena, "it exports %zu more: %s%s", n, sbe_text_string(&others), n > 10 ? ", …" : "");
}

static const char *check_needed(kit *k, const kit_elf *elf) {
  for (size_t i = 0; i < elf->n_needed; i++) {
    if (sbe_starts_with(elf->needed[i], "libsbe"))
      return sbe_arena_printf(k->arena, "it is linked with %s", elf->needed[i]);
    if (strchr(elf->needed[i], '/'))
      return sbe_arena_printf(k->arena, "it needs %s, by a path of the machine that built it", elf->needed[i]);
  }
  return NULL;
}

static void check_static(kit *k) {
  kit_report *r = &k->report;
  kit_elf elf;
  report_check(r, "file and directory may be trusted, and it is a whole library for this machine", check_rights(k),
               "sbe loads only what nobody else could have put there; install with mode 0755, in a directory of 0755");
  report_begin(r, "its tables can be read");
  const char *why = kit_elf_read(k->path, k->arena, &elf);
  report_end(r, why, "");
  if (why) return;
  report_check(r, sbe_arena_printf(k->arena, "it exports one symbol, sbe_adapter_%s", k->options.adapter),
               check_exports(k, &elf),
               "adapter.h: a library `sbe_adapter_<name>.so` that exports one symbol, marked SBE_EXPORT; compile with "
               "-fvisibility=hidden, link static libraries with -Wl,--exclude-libs,ALL");
  report_check(r, "it is bound at once",
               elf.bind_now ? NULL : "it is bound lazily: a function that is missing shows in the middle of a run",
               "link with -Wl,-z,now");
  report_check(r, "it has no search path of its own",
               elf.search_path ? sbe_arena_printf(k->arena, "RPATH or RUNPATH is '%s'", elf.search_path) : NULL,
               "link without -rpath, so that it finds the same libraries on every machine");
  report_check(r, "it has no text relocations", elf.text_relocations ? "its code is changed when it is loaded" : NULL,
               "compile all of it with -fPIC");
  report_check(r, "it wants no executable stack",
               elf.executable_stack ? "loading it would make every stack of the process executable" : NULL,
               "link with -Wl,-z,noexecstack; assembler files need a .note.GNU-stack section");
  report_check(r, "it needs nothing of sbe, and libraries by their names", check_needed(k, &elf),
               "adapter.h: an adapter links nothing of sbe; all that it may use is in the host table");
}

/* What it asks of others must come from the libraries that it names itself: this program has further ones. */
static const char *check_resolved(kit *k, void *handle) {
  kit_elf elf;
  sbe_cleanup_text sbe_text missing = SBE_TEXT(4096);
  size_t n = 0;
  if (kit_elf_read(k->path, k->arena, &elf)) return NULL;
  for (size_t i = 0; i < elf.n_symbols; i++) {
    const kit_symbol *symbol = &elf.symbols[i];
    if (symbol->defined || symbol->weak || dlsym(handle, symbol->name)) continue;
    if (n++ < 10) sbe_text_printf(&missing, "%s%s", n > 1 ? ", " : "", symbol->name);
  }
  if (!n) return NULL;
  return sbe_arena_printf(k->arena, "no library that it needs has %s%s", sbe_text_string(&missing),
                          n > 10 ? ", …" : "");
}

void check_file(void *user) {
  static const char defs[] = "link with -Wl,-z,defs and every library that it uses, so that it shows when it is built";
  kit *k = user;
  check_static(k);
  report_begin(&k->report, "the dynamic loader takes it");
  void *handle = dlopen(k->path, RTLD_NOW | RTLD_LOCAL);
  const char *message = handle ? NULL : dlerror();
  report_end(&k->report, handle ? NULL : message ? message : "for no reason that it gives", defs);
  if (!handle) {
    report_skipped(&k->report, "nothing is undefined that its libraries do not have", "it cannot be loaded");
    return;
  }
  report_check(&k->report, "nothing is undefined that its libraries do not have", check_resolved(k, handle), defs);
}
