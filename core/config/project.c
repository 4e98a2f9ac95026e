/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's project: where it is, what sbe.yml says, and what the command line and the environment put
 * before that. Called once, by every command that works on a project. It must never write anything, nor
 * connect.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/string.h"
#include "core/config/files.h"
#include "core/config/profiles.h"
#include "core/config/project.h"
#include "core/config/vars.h"

#define FILE_NAME "sbe.yml"
#define MAX_NAME 255 /* bytes of a name */

typedef struct reader {
  sbe_arena *arena;
  const sbe_project_options *options;
  sbe_report *report;
  const char *directory; /* the working directory */
  const char *file;      /* sbe.yml, as shown */
  const sbe_node *root;
  sbe_project *project;
} reader;

static const char *environment(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

/* --- where it is --------------------------------------------------------------------------------- */

static bool has_file(sbe_arena *arena, const char *directory) {
  struct stat status;
  return stat(sbe_arena_printf(arena, "%s/" FILE_NAME, directory), &status) == 0 && !S_ISDIR(status.st_mode);
}

/* The folder that was named, absolute. NULL after an error. */
static const char *named_dir(reader *r, const char *name, const char *by) {
  char real[PATH_MAX];
  sbe_place place = {by, 0, 0};
  if (!realpath(name, real)) {
    sbe_report_add(r->report, SBE_ERROR, place, "cannot open the folder '%s': %s", name, strerror(errno));
    return NULL;
  }
  if (!has_file(r->arena, real)) {
    sbe_report_add(r->report, SBE_ERROR, place, "'%s' has no " FILE_NAME "; 'sbe init %s' makes a project", name, name);
    return NULL;
  }
  return sbe_arena_strdup(r->arena, real);
}

/* The nearest one upwards. */
static const char *nearest_dir(reader *r) {
  char *directory = sbe_arena_strdup(r->arena, r->directory);
  while (!has_file(r->arena, directory)) {
    char *slash = strrchr(directory, '/');
    if (!slash || !directory[1]) {
      sbe_report_add(r->report, SBE_ERROR, (sbe_place){FILE_NAME, 0, 0},
                     "there is none in %s or above it; 'sbe init' makes a project here, --project-dir names another",
                     r->directory);
      return NULL;
    }
    slash[slash == directory] = '\0';
  }
  return directory;
}

static const char *find_dir(reader *r) {
  if (r->options->project_dir) return named_dir(r, r->options->project_dir, "--project-dir");
  const char *name = environment("SBE_PROJECT_DIR");
  return name ? named_dir(r, name, "SBE_PROJECT_DIR") : nearest_dir(r);
}

/* --- what sbe.yml says --------------------------------------------------------------------------- */

/* A member that is a short text, or NULL: not there, or reported. */
static const char *name_member(reader *r, const sbe_node *map, const char *key) {
  const sbe_node *node = sbe_node_find(map, key);
  const char *text = NULL;
  if (!node || !sbe_node_string(node, key, &text, r->report)) return NULL;
  bool fits = node->size > 0 && node->size <= MAX_NAME;
  for (const char *c = text; *c; c++) fits = fits && (unsigned char)*c >= 0x20 && *c != 0x7F;
  if (fits) return text;
  sbe_node_error(r->report, node, "'%s' must have 1 to %d bytes and no control characters", key, MAX_NAME);
  return NULL;
}

/* A member that is a map with none but the `known` members; NULL: not there, or reported. */
static const sbe_node *map_member(reader *r, const char *key, const char *what, const char *const *known) {
  const sbe_node *node = sbe_node_find(r->root, key);
  if (!node) return NULL;
  if (node->kind != SBE_NODE_MAP) {
    sbe_node_error(r->report, node, "'%s' must be a map, not %s", key, sbe_node_kind_name(node->kind));
    return NULL;
  }
  sbe_node_check_members(node, what, known, r->report);
  return node;
}

/* There is one strategy of each kind until merging exists. */
static void read_strategy(reader *r, const sbe_node *map, const char *key, const char *only) {
  const char *text = name_member(r, map, key);
  if (!text || sbe_streq(text, only)) return;
  const sbe_node *node = sbe_node_find(map, key);
  if (sbe_streq(text, "merge"))
    sbe_node_error(r->report, node, "the strategy '%s: merge' is not available yet; use '%s'", key, only);
  else
    sbe_node_error(r->report, node, "unknown strategy '%s' for '%s'; there is '%s'", text, key, only);
}

static void read_members(reader *r) {
  static const char *const members[] = {"name",       "profile", "target", "adapter", "vars",
                                        "strategies", "schemas", "paths",  "threads", NULL};
  static const char *const strategies[] = {"daily", "attributes", NULL};
  static const char *const schemas[] = {"manifest", "scratch", "derived", NULL};
  sbe_node_check_members(r->root, "a project", members, r->report);

  const char *name = name_member(r, r->root, "name");
  const char *slash = strrchr(r->project->dir, '/');
  r->project->name = name ? name : slash && slash[1] ? slash + 1 : "project";

  const sbe_node *map = map_member(r, "strategies", "the strategies", strategies);
  read_strategy(r, map, "daily", "reprocess");
  read_strategy(r, map, "attributes", "recompute");

  map = map_member(r, "schemas", "the schemas", schemas);
  r->project->manifest_schema = name_member(r, map, "manifest");
  r->project->scratch_schema = name_member(r, map, "scratch");
  r->project->derived_schema = name_member(r, map, "derived");

  const sbe_node *threads = sbe_node_find(r->root, "threads");
  if (threads) sbe_node_int(threads, "threads", 1, SBE_MAX_THREADS, &r->project->threads, r->report);
}

static void read_vars(reader *r, sbe_place top) {
  const sbe_node *vars = sbe_node_find(r->root, "vars");
  sbe_place place = vars ? sbe_node_key_place(vars) : top;
  sbe_vars_read(r->arena, vars, r->options->vars, place, &r->project->vars, r->report);
}

static void read_files(reader *r, sbe_place top) {
  static const char *const paths[] = {"views", NULL};
  const sbe_node *map = map_member(r, "paths", "the paths", paths);
  sbe_files_find(r->arena, r->directory, sbe_node_find(map, "views"), top, r->project, r->report);
}

/* --- the connection ------------------------------------------------------------------------------ */

/* The command line, then the environment (`variable` may be NULL), then sbe.yml. */
static sbe_said said(reader *r, const char *option, const char *option_name, const char *variable, const char *key) {
  /* sbe.yml is checked even where it does not count. */
  const char *text = name_member(r, r->root, key);
  const char *value = variable ? environment(variable) : NULL;
  if (option) return (sbe_said){option, {option_name, 0, 0}, false};
  if (value) return (sbe_said){value, {variable, 0, 0}, false};
  if (text) return (sbe_said){text, sbe_node_place(sbe_node_find(r->root, key)), true};
  return (sbe_said){NULL, {r->file, 0, 0}, false};
}

static void read_connection(reader *r, sbe_place top, bool connect) {
  const sbe_project_options *options = r->options;
  sbe_connection_wanted wanted = {
      .directory = r->directory,
      .project_dir = r->project->dir,
      .profiles_dir = options->profiles_dir,
      .profile = said(r, options->profile, "--profile", "SBE_PROFILE", "profile"),
      .target = said(r, options->target, "--target", "SBE_TARGET", "target"),
      .adapter = said(r, options->adapter, "--adapter", NULL, "adapter"),
      .place = top,
      .connect = connect,
  };
  sbe_profile_read(r->arena, &wanted, r->project, r->report);
}

sbe_project *sbe_project_read(sbe_arena *arena, const sbe_project_options *options, bool connect, sbe_report *report) {
  char directory[PATH_MAX];
  size_t before = report->errors;
  reader r = {.arena = arena, .options = options, .report = report};
  if (!getcwd(directory, sizeof directory)) {
    sbe_report_add(report, SBE_ERROR, (sbe_place){".", 0, 0}, "cannot tell the working directory: %s", strerror(errno));
    return NULL;
  }
  r.directory = sbe_arena_strdup(arena, directory);
  r.project = SBE_NEW(arena, sbe_project);
  if (!(r.project->dir = find_dir(&r))) return NULL;
  r.project->state_dir = sbe_arena_printf(arena, "%s/.sbe", r.project->dir);
  r.file = sbe_path_shown(r.directory, sbe_arena_printf(arena, "%s/" FILE_NAME, r.project->dir));
  r.root = sbe_document_read(arena, r.file, report);
  if (!r.root || report->errors > before) return NULL;
  if (r.root->kind != SBE_NODE_MAP && r.root->kind != SBE_NODE_NULL) {
    sbe_node_error(report, r.root, "a project must be a map, not %s", sbe_node_kind_name(r.root->kind));
    return NULL;
  }
  sbe_place top = {r.file, 1, 1};
  read_members(&r);
  read_vars(&r, top);
  read_files(&r, top);
  read_connection(&r, top, connect);
  if (options->ret_despite_errors) *options->ret_despite_errors = r.project;
  return report->errors > before ? NULL : r.project;
}
