/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files hold definitions. Called by project.c. It must never follow a symbolic link to a folder
 * (which could lead out of the project, or round in a circle), nor depend on the order in which a file
 * system tells its entries.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/string.h"
#include "core/config/files.h"
#include "core/config/profiles.h"

#define MAX_FILES 100000
#define MAX_FOLDERS 100000
#define MAX_DEPTH 32 /* folders below a view path */

typedef struct found {
  const char *path;  /* absolute */
  const char *order; /* relative to the project's folder where it is inside */
} found;

typedef struct finder {
  sbe_arena *arena;
  const char *project_dir;
  sbe_place place; /* of the view path, or of its absence */
  sbe_report *report;
  found *items;
  size_t n, capacity, n_folders;
  bool full; /* a limit was reached, and reported */
} finder;

static bool is_definition(const char *name) {
  static const char *const endings[] = {".yml", ".yaml", ".json"};
  size_t size = strlen(name);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t its = strlen(endings[i]);
    if (size > its && strcmp(name + size - its, endings[i]) == 0) return true;
  }
  return false;
}

/* Names reach terminals, logs and JSON. */
static bool is_printable(const char *name) {
  for (const char *c = name; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7F) return false;
  return sbe_utf8_valid(name, strlen(name), NULL);
}

static void stop(finder *f, const char *path, const char *what, int most) {
  if (!f->full) sbe_report_add(f->report, SBE_ERROR, (sbe_place){path, 0, 0}, "%s: more than %d", what, most);
  f->full = true;
}

static void add(finder *f, const char *path) {
  if (f->n == MAX_FILES) {
    stop(f, f->project_dir, "too many definition files", MAX_FILES);
    return;
  }
  f->items = sbe_grow(f->items, f->n, &f->capacity, sizeof *f->items);
  f->items[f->n++] = (found){path, sbe_path_shown(f->project_dir, path)};
}

static void walk(finder *f, int folder, const char *path, int depth);

static void enter(finder *f, int folder, const char *name, const char *path, int depth) {
  if (depth == MAX_DEPTH) {
    stop(f, path, "folders are too deep below a view path", MAX_DEPTH);
    return;
  }
  int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (below >= 0)
    walk(f, below, path, depth + 1);
  else
    sbe_report_add(f->report, SBE_ERROR, (sbe_place){path, 0, 0}, "cannot read the folder: %s", strerror(errno));
}

/* What begins with a dot is an editor's or a tool's, not the user's. */
static void visit(finder *f, DIR *stream, const char *path, const struct dirent *entry, int depth) {
  struct stat status;
  const char *name = entry->d_name;
  bool folder = entry->d_type == DT_DIR, file = entry->d_type == DT_REG;
  if (name[0] == '.' || (file && !is_definition(name))) return;
  if (!folder && !file) {
    if (fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    folder = S_ISDIR(status.st_mode);
    if (!folder && (!is_definition(name) || fstatat(dirfd(stream), name, &status, 0) != 0)) return;
    if (!folder && !S_ISREG(status.st_mode)) return;
  }
  const char *below = sbe_arena_printf(f->arena, "%s/%s", path, name);
  if (!is_printable(name))
    sbe_report_add(f->report, SBE_ERROR, (sbe_place){path, 0, 0},
                   "the name of a file or folder in it is not UTF-8 or holds a control character");
  else if (folder)
    enter(f, dirfd(stream), name, below, depth);
  else
    add(f, below);
}

/* Closes `folder`. */
static void walk(finder *f, int folder, const char *path, int depth) {
  DIR *stream = fdopendir(folder);
  if (!stream) {
    close(folder);
    return;
  }
  if (f->n_folders++ == MAX_FOLDERS) stop(f, path, "too many folders", MAX_FOLDERS);
  for (struct dirent *entry; !f->full && (entry = readdir(stream));) visit(f, stream, path, entry, depth);
  closedir(stream);
}

/* One view path; the preset may be absent. */
static void look_below(finder *f, const char *name, bool preset) {
  char real[PATH_MAX];
  const char *path = name[0] == '/' ? name : sbe_arena_printf(f->arena, "%s/%s", f->project_dir, name);
  int folder = realpath(path, real) ? open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (folder >= 0)
    walk(f, folder, sbe_arena_strdup(f->arena, real), 0);
  else if (!preset || errno != ENOENT)
    sbe_report_add(f->report, SBE_ERROR, f->place, "cannot read the view path '%s': %s", name, strerror(errno));
}

static void look_named(finder *f, const sbe_node *node) {
  f->place = sbe_node_place(node);
  if (node->kind == SBE_NODE_STRING && node->size > 0)
    look_below(f, node->text, false);
  else
    sbe_node_error(f->report, node, "a view path must be the name of a folder, not %s",
                   node->kind == SBE_NODE_STRING ? "empty" : sbe_node_kind_name(node->kind));
}

static int compare(const void *a, const void *b) {
  return strcmp(((const found *)a)->order, ((const found *)b)->order);
}

/* One view path may lie in another: each file counts once. */
static void keep(finder *f, const char *directory, sbe_project *project) {
  if (f->n > 1) qsort(f->items, f->n, sizeof *f->items, compare);
  project->files = SBE_NEW_ARRAY(f->arena, const char *, f->n);
  for (size_t i = 0; i < f->n; i++) {
    if (i > 0 && strcmp(f->items[i - 1].path, f->items[i].path) == 0) continue;
    project->files[project->n_files++] = sbe_path_shown(directory, f->items[i].path);
  }
  free(f->items);
}

void sbe_files_find(sbe_arena *arena, const char *directory, const sbe_node *views, sbe_place place,
                    sbe_project *project, sbe_report *report) {
  finder f = {.arena = arena, .project_dir = project->dir, .place = place, .report = report};
  size_t before = report->errors;
  if (!views) {
    look_below(&f, "views", true);
  } else if (views->kind == SBE_NODE_LIST) {
    SBE_EACH(item, views) look_named(&f, item);
  } else {
    look_named(&f, views);
  }
  keep(&f, directory, project);
  if (project->n_files == 0 && report->errors == before)
    sbe_report_add(report, SBE_ERROR, views ? sbe_node_place(views) : place,
                   "no definitions: write views into a *.yml, *.yaml or *.json file in %s, or let 'sbe init' make some",
                   views ? "one of these folders" : "the folder views/");
}
