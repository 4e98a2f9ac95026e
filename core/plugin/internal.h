/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share, and its tests. Nobody else includes it.
 *
 * A "reason" is why something is refused: the second half of the sentence "PATH: reason", written for
 * the person who can mend it, allocated in the arena that was given. NULL means that all is well.
 */
#ifndef SBE_CORE_PLUGIN_INTERNAL_H
#define SBE_CORE_PLUGIN_INTERNAL_H

#include <stdbool.h>
#include <sys/stat.h>
#include "core/plugin/plugin.h"

#define SBE_MAX_ADAPTER_NAME 32

/* [a-z][a-z0-9_]{0,31}. Checked before any path is built from a name. */
bool sbe_adapter_name_valid(const char *name);

/* May what belongs to `owner` be run by `user` with a program that belongs to `program`? (check.c) */
bool sbe_owner_trusted(uid_t owner, uid_t user, uid_t program);

/* A directory that may be searched. `real` is without symlinks; `absent` when there is none. */
typedef struct sbe_directory {
  const char *given, *real;
  const char *reason;
  bool absent;
} sbe_directory;
void sbe_directory_check(sbe_arena *arena, const char *given, sbe_directory *ret_directory);

/* A file that may be loaded, kept open so that its inode cannot be another's while it is. */
typedef struct sbe_file {
  int fd;
  const char *real; /* without symlinks; what is loaded */
  struct stat identity;
  bool absent;
} sbe_file;
/* `path` lies in `directory`. On a reason nothing is open. */
const char *sbe_file_check(sbe_arena *arena, const sbe_directory *directory, const char *path, sbe_file *ret_file);
/* Is `real` still the file that was checked? */
const char *sbe_file_recheck(sbe_arena *arena, const sbe_file *file);
void sbe_file_close(sbe_file *file);

/* A whole shared library for this machine? It must be known before dlopen, which dies of a cut file. (elf.c) */
const char *sbe_elf_check(sbe_arena *arena, int fd, uint64_t size);

/* The host's own copies of all tables of an adapter. */
typedef struct sbe_described {
  sbe_adapter adapter;
  sbe_option **options; /* NULL at the end; heap, each on its own */
  sbe_plugin plugin;
} sbe_described;
/* Checks and copies; calls nothing of the adapter. (descriptor.c) */
const char *sbe_descriptor_read(sbe_arena *arena, const char *name, const sbe_adapter *theirs, sbe_described *ret);

/* Loads a checked file, once. (loader.c) */
const char *sbe_module_load(sbe_arena *arena, const char *name, const sbe_file *file, const sbe_plugin **ret_plugin);
/* The adapter of that name that was loaded first, or NULL. */
const sbe_plugin *sbe_module_loaded(const char *name);

/* Directory, file, ELF, module, descriptor, init: all of it for one name in one directory. (find.c) */
typedef struct sbe_attempt {
  const char *path;
  const char *reason;
  bool absent;
  const sbe_plugin *plugin;
} sbe_attempt;
void sbe_attempt_load(sbe_arena *arena, const sbe_directory *directory, const char *name, sbe_attempt *ret_attempt);

/* Names of the adapters whose files lie in a directory, sorted, loaded or not; NULL at the end. (list.c)
   With `odd`, also the names that are none, and those of which there is a .la file only. */
const char **sbe_directory_names(sbe_arena *arena, const sbe_directory *directory, bool odd);

/* The option that is called `name`, by its name or its alias. (settings.c) */
const sbe_option *sbe_option_find(const sbe_adapter *adapter, const char *name);

#endif
