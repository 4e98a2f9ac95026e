/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document model: finding a file's reader, members and their checks. Called by whoever turns a
 * document into something typed (project, profiles, definitions, event columns). It must never change
 * a node, nor know what a document is about.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/node.h"

typedef sbe_node *read_function(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report);

static const struct {
  const char *suffix;
  read_function *read;
} readers[] = {{".json", sbe_json_read}, {".yml", sbe_yaml_read}, {".yaml", sbe_yaml_read}};

static read_function *reader_of(const char *path) {
  size_t size = strlen(path);
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
    size_t suffix = strlen(readers[i].suffix);
    if (size >= suffix && sbe_strcaseeq(path + size - suffix, readers[i].suffix)) return readers[i].read;
  }
  return NULL;
}

/* All bytes of a file, at most one more than SBE_MAX_FILE, so that the reader refuses it. Answers why not, or NULL. */
static const char *read_bytes(int file, char **ret_bytes, size_t *ret_size) {
  struct stat status;
  if (fstat(file, &status) != 0) return strerror(errno);
  if (!S_ISREG(status.st_mode)) return S_ISDIR(status.st_mode) ? strerror(EISDIR) : "It is a pipe or a device";
  size_t capacity = status.st_size > 0 ? (size_t)status.st_size + 1 : 4096, size = 0;
  if (capacity > SBE_MAX_FILE + 1) capacity = SBE_MAX_FILE + 1;
  char *bytes = sbe_xmalloc(capacity);
  while (size <= SBE_MAX_FILE) {
    if (size == capacity) {
      capacity = capacity > SBE_MAX_FILE / 2 ? SBE_MAX_FILE + 1 : capacity * 2;
      bytes = sbe_xrealloc(bytes, capacity);
    }
    ssize_t got = read(file, bytes + size, capacity - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      int error = errno;
      free(bytes);
      return strerror(error);
    }
    if (got == 0) break;
    size += (size_t)got;
  }
  *ret_bytes = bytes;
  *ret_size = size;
  return NULL;
}

sbe_node *sbe_document_read(sbe_arena *arena, const char *path, sbe_report *report) {
  sbe_place place = {path, 0, 0};
  read_function *read_document = reader_of(path);
  if (!read_document) {
    sbe_report_add(report, SBE_ERROR, place, "the name must end in .yml, .yaml or .json");
    return NULL;
  }
  char *bytes = NULL;
  size_t size = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a pipe is refused, and not waited for */
  const char *error = file < 0 ? strerror(errno) : read_bytes(file, &bytes, &size);
  if (file >= 0) close(file);
  if (error) {
    sbe_report_add(report, SBE_ERROR, place, "cannot be read: %s", error);
    return NULL;
  }
  sbe_node *node = read_document(arena, path, bytes, size, report);
  free(bytes);
  return node;
}

sbe_place sbe_node_place(const sbe_node *node) {
  return node ? (sbe_place){node->file, node->line, node->column} : (sbe_place){NULL, 0, 0};
}

sbe_place sbe_node_key_place(const sbe_node *node) {
  return node && node->key ? (sbe_place){node->file, node->key_line, node->key_column} : sbe_node_place(node);
}

const char *sbe_node_kind_name(sbe_node_kind kind) {
  switch (kind) {
  case SBE_NODE_NULL:
    return "null";
  case SBE_NODE_BOOL:
    return "a boolean";
  case SBE_NODE_INTEGER:
    return "an integer";
  case SBE_NODE_NUMBER:
    return "a number";
  case SBE_NODE_STRING:
    return "a string";
  case SBE_NODE_LIST:
    return "a list";
  case SBE_NODE_MAP:
    return "a map";
  }
  return "nothing";
}

const sbe_node *sbe_node_get(const sbe_node *node, const char *key) {
  if (!node || node->kind != SBE_NODE_MAP) return NULL;
  SBE_EACH(member, node) {
    if (strcmp(member->key, key) == 0) return member;
  }
  return NULL;
}

const sbe_node *sbe_node_find(const sbe_node *node, const char *key) {
  const sbe_node *member = sbe_node_get(node, key);
  return member && member->kind != SBE_NODE_NULL ? member : NULL;
}

size_t sbe_node_count(const sbe_node *node) {
  size_t n = 0;
  SBE_EACH(member, node) n++;
  return n;
}

static bool is_known(const char *name, const char *const *known) {
  for (; *known; known++)
    if (strcmp(name, *known) == 0) return true;
  return false;
}

void sbe_node_check_members(const sbe_node *map, const char *what, const char *const *known, sbe_report *report) {
  if (!map || map->kind != SBE_NODE_MAP) return;
  SBE_EACH(member, map) {
    if (is_known(member->key, known)) continue;
    const char *nearest = sbe_nearest(member->key, known);
    if (nearest) {
      sbe_report_add(report, SBE_ERROR, sbe_node_key_place(member), "unknown member '%.200s'; did you mean '%s'?",
                     member->key, nearest);
      continue;
    }
    sbe_cleanup_text sbe_text names = SBE_TEXT(1024);
    for (const char *const *name = known; *name; name++) sbe_text_printf(&names, "%s%s", names.size ? ", " : "", *name);
    sbe_report_add(report, SBE_ERROR, sbe_node_key_place(member), "unknown member '%.200s'; %s may have %s%s",
                   member->key, what, sbe_text_string(&names), names.overflow ? ", …" : "");
  }
}

/* Reports what a value must be and what it is. */
static bool is_kind(const sbe_node *node, sbe_node_kind kind, const char *what, sbe_report *report) {
  if (!node) return false;
  if (node->kind == kind) return true;
  bool quotes = kind == SBE_NODE_STRING && node->text && node->kind != SBE_NODE_NULL;
  sbe_node_error(report, node, "%s must be %s, not %s%s", what, sbe_node_kind_name(kind),
                 sbe_node_kind_name(node->kind), quotes ? "; put it in quotes" : "");
  return false;
}

bool sbe_node_string(const sbe_node *node, const char *what, const char **ret_text, sbe_report *report) {
  if (!is_kind(node, SBE_NODE_STRING, what, report)) return false;
  *ret_text = node->text;
  return true;
}

bool sbe_node_int(const sbe_node *node, const char *what, int64_t least, int64_t most, int64_t *ret_number,
                  sbe_report *report) {
  if (!is_kind(node, SBE_NODE_INTEGER, what, report)) return false;
  int64_t number;
  if (sbe_parse_int64(node->text, node->size, &number) && number >= least && number <= most) {
    *ret_number = number;
    return true;
  }
  if (most == INT64_MAX)
    sbe_node_error(report, node, "%s must be at least %" PRId64 ", not %.40s", what, least, node->text);
  else
    sbe_node_error(report, node, "%s must be from %" PRId64 " to %" PRId64 ", not %.40s", what, least, most,
                   node->text);
  return false;
}

bool sbe_node_bool(const sbe_node *node, const char *what, bool *ret_value, sbe_report *report) {
  if (!is_kind(node, SBE_NODE_BOOL, what, report)) return false;
  *ret_value = node->text[0] == 't';
  return true;
}
