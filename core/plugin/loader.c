/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mapping a module and waking it up. The only file that knows libltdl. Called by find.c with a file
 * that was checked. Must never unload anything (a client library's thread destructors would run into
 * nothing), and never call `init` twice for one module.
 *
 * Concurrency and locking: libltdl is not thread-safe, so one lock is held from the first look into
 * the list of modules to the end of `init`. `init` therefore must not come back here.
 */
#include <dlfcn.h>
#include <ltdl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/plugin/internal.h"

/* A module that was mapped, be it good or not: mapping it again would not make it another one. */
typedef struct module {
  struct module *next;
  char name[SBE_MAX_ADAPTER_NAME + 1];
  char *path;
  dev_t device;
  ino_t inode;
  void *probe;        /* kept, so that the module stays */
  lt_dlhandle handle; /* kept, too */
  char *reason;       /* why it is of no use; NULL: `described` is good */
  sbe_described described;
} module;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static module *modules, **modules_end = &modules;

/* The dynamic loader also takes two paths for one module when path or inode are the same. */
static module *find_module(const char *name, const sbe_file *file) {
  for (module *m = modules; m; m = m->next) {
    bool same =
        strcmp(m->path, file->real) == 0 || (m->device == file->identity.st_dev && m->inode == file->identity.st_ino);
    if (same && strcmp(m->name, name) == 0) return m;
  }
  return NULL;
}

static char *heap_copy(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(sbe_xmalloc(size), text, size);
}

/*
 * libltdl tells every failure as "file not found" and binds lazily, so that a module with a missing
 * function would die of it in the middle of a run. dlopen itself tells the truth first.
 */
static const char *probe(sbe_arena *arena, const char *path, void **ret_probe) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle) {
    *ret_probe = handle;
    return NULL;
  }
  const char *message = dlerror();
  if (!message) message = "unknown error";
  size_t size = strlen(path);
  if (strncmp(message, path, size) == 0 && strncmp(message + size, ": ", 2) == 0) message += size + 2;
  const char *hint = "";
  if (strstr(message, "undefined symbol")) {
    hint = " (the adapter is incomplete: its author should link it with -Wl,-z,defs)";
  } else if (strstr(message, "cannot open shared object file")) {
    hint = " (a library that the adapter needs is not installed)";
  }
  return sbe_arena_printf(arena, "cannot be loaded: %s%s", message, hint);
}

/* Local: two adapters with a helper of one name must not call each other's. Resident: never unloaded. */
static const char *open_with_ltdl(sbe_arena *arena, const char *path, lt_dlhandle *ret_handle) {
  static bool ready;
  if (!ready && lt_dlinit() != 0) return sbe_arena_printf(arena, "cannot be loaded: libltdl: %s", lt_dlerror());
  ready = true;
  lt_dladvise advise;
  if (lt_dladvise_init(&advise) != 0) return sbe_arena_printf(arena, "cannot be loaded: libltdl: %s", lt_dlerror());
  bool advised = lt_dladvise_local(&advise) == 0 && lt_dladvise_resident(&advise) == 0;
  lt_dlhandle handle = advised ? lt_dlopenadvise(path, advise) : NULL;
  const char *message = handle ? NULL : lt_dlerror();
  lt_dladvise_destroy(&advise);
  if (!handle) return sbe_arena_printf(arena, "cannot be loaded: libltdl: %s", message ? message : "unknown error");
  *ret_handle = handle;
  return NULL;
}

typedef const sbe_adapter *(*entry_function)(void);

static const char *find_entry(sbe_arena *arena, const module *m, entry_function *ret_entry) {
  char symbol[sizeof "sbe_adapter_" + SBE_MAX_ADAPTER_NAME];
  strcat(strcpy(symbol, "sbe_adapter_"), m->name);
  void *address = lt_dlsym(m->handle, symbol);
  if (!address) {
    return sbe_arena_printf(arena, "is a shared library, but not the adapter '%s': it does not export %s()", m->name,
                            symbol);
  }
  /* POSIX promises that this is one; ISO C has no cast for it. */
  memcpy(ret_entry, &address, sizeof address);
  return NULL;
}

static const char *call_init(sbe_arena *arena, const module *m) {
  sbe_error error = SBE_NO_ERROR;
  int32_t code = m->described.adapter.init(&sbe_host_table, &error);
  if (code == SBE_OK) return NULL;
  if (error.message[0]) return sbe_arena_printf(arena, "cannot be used: %s", error.message);
  return sbe_arena_printf(arena, "cannot be used: its init failed with '%s', without saying why", sbe_error_name(code));
}

/* All that is done once to a module that is mapped. */
static const char *wake(sbe_arena *arena, module *m) {
  entry_function entry = NULL;
  const char *reason = open_with_ltdl(arena, m->path, &m->handle);
  if (!reason) reason = find_entry(arena, m, &entry);
  if (!reason) reason = sbe_descriptor_read(arena, m->name, entry(), &m->described);
  if (!reason) reason = call_init(arena, m);
  if (!reason) m->described.plugin.path = m->path;
  return reason;
}

static const char *load_locked(sbe_arena *arena, const char *name, const sbe_file *file, module **ret_module) {
  module *m = find_module(name, file);
  if (!m) {
    void *handle = NULL;
    const char *reason = sbe_file_recheck(arena, file);
    if (!reason) reason = probe(arena, file->real, &handle);
    if (reason) return reason;
    m = sbe_xmalloc(sizeof *m);
    memset(m, 0, sizeof *m);
    strcpy(m->name, name);
    m->path = heap_copy(file->real);
    m->device = file->identity.st_dev;
    m->inode = file->identity.st_ino;
    m->probe = handle;
    reason = wake(arena, m);
    if (reason) m->reason = heap_copy(reason);
    *modules_end = m;
    modules_end = &m->next;
    sbe_log(SBE_LOG_DEBUG, "adapter %s: %s %s", name, m->path, reason ? reason : "loaded");
  }
  if (m->reason) return sbe_arena_strdup(arena, m->reason);
  *ret_module = m;
  return NULL;
}

const char *sbe_module_load(sbe_arena *arena, const char *name, const sbe_file *file, const sbe_plugin **ret_plugin) {
  if (!sbe_adapter_name_valid(name)) return "has a name that no adapter can have";
  module *m = NULL;
  pthread_mutex_lock(&lock);
  const char *reason = load_locked(arena, name, file, &m);
  pthread_mutex_unlock(&lock);
  if (!reason) *ret_plugin = &m->described.plugin;
  return reason;
}

const sbe_plugin *sbe_module_loaded(const char *name) {
  const sbe_plugin *found = NULL;
  pthread_mutex_lock(&lock);
  for (const module *m = modules; m && !found; m = m->next) {
    if (!m->reason && strcmp(m->name, name) == 0) found = &m->described.plugin;
  }
  pthread_mutex_unlock(&lock);
  return found;
}
