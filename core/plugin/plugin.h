/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adapters: finding, checking and loading them. This folder is the only one that knows libltdl.
 *
 * Concurrency: adapters are loaded behind one lock, before any thread of ours starts, and never
 * unloaded (unloading crashes on thread destructors).
 */
#ifndef SBE_CORE_PLUGIN_H
#define SBE_CORE_PLUGIN_H

#include "sbe/adapter.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/settings.h"

/* A loaded adapter. The tables are the host's own copies, as large as this host knows them, with the
   members that an older adapter lacks set to NULL or 0; required members are never NULL. */
typedef struct sbe_plugin {
  const char *name;
  const char *path;
  const sbe_adapter *adapter;
  sbe_dialect dialect;
  sbe_connection_ops connection;
  sbe_fixture fixture; /* struct_size 0: none */
} sbe_plugin;

/* Where to look, in order. Made once from --plugin-dir, SBE_PLUGIN_PATH and the compiled-in directory. */
typedef struct sbe_plugin_path {
  size_t n;
  const char **directories;
} sbe_plugin_path;
sbe_plugin_path *sbe_plugin_path_new(sbe_arena *arena, size_t n_options, const char *const *options);

/* One file that was looked at, for `sbe adapters --verbose` and for error messages. */
typedef struct sbe_candidate {
  struct sbe_candidate *next;
  const char *name;   /* of the adapter; empty when a directory as such was refused */
  const char *path;
  bool taken;
  bool absent;        /* a directory that is not there */
  const char *reason; /* why it was refused, a sentence; NULL when taken */
  const sbe_plugin *plugin; /* when taken */
} sbe_candidate;

/*
 * Load one by name. Answers SBE_OK, or an error whose message lists every place that was tried and
 * why each failed, with the nearest name that is there, or the package that brings it (known.h).
 */
int32_t sbe_plugin_load(const sbe_plugin_path *path, const char *name, const sbe_plugin **ret_plugin, sbe_error *error);

/* Every candidate in every directory, in order of search, each loaded and checked. */
sbe_candidate *sbe_plugin_list(sbe_arena *arena, const sbe_plugin_path *path);

/* Fields of the profile against the adapter's options: unknown ones (with suggestion), missing required
   ones; registers the secrets. Findings carry the place of the profile. */
void sbe_plugin_check_settings(const sbe_plugin *plugin, const sbe_settings *settings, sbe_report *report);

/* The host table that adapters are given (host.c). */
extern const sbe_host sbe_host_table;

/*
 * What `tick` does. The run sets it; without one, `tick` answers 0. (struct sbe_run is what
 * connections are opened with.)
 */
struct sbe_run {
  int32_t (*tick)(sbe_run *run, double percent);
};

/* The list of statements behind sbe_statements. */
struct sbe_statements {
  size_t n, capacity;
  struct sbe_printed {
    sbe_text *text; /* heap */
    uint32_t flags;
    struct sbe_rows *rows; /* a query whose rows are wanted: where they go; else NULL */
  } *items;
};
void sbe_statements_clear(sbe_statements *list); /* keeps nothing */
/* Moves all of `from` behind the last of `to`. */
void sbe_statements_move(sbe_statements *to, sbe_statements *from);

/* Can it do this? `capability`: SBE_CAN_… */
static inline int sbe_plugin_can(const sbe_plugin *plugin, uint64_t capability) {
  return (plugin->adapter->capabilities & capability) != 0;
}

#endif
