/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document model for YAML and JSON, with positions. Two readers make it; everything else (checks,
 * limits, suggestions) exists once. Nodes live in an arena and never change after reading. In YAML, an alias
 * is a node that shares its members with what it stands for: `child` may be reached in several ways.
 */
#ifndef SBE_CORE_NODE_H
#define SBE_CORE_NODE_H

#include "core/base/arena.h"
#include "core/base/error.h"

typedef enum {
  SBE_NODE_NULL,
  SBE_NODE_BOOL,    /* text is "true" or "false" */
  SBE_NODE_INTEGER, /* text: decimal digits, "-" before them or nothing, no leading zeros; any size */
  SBE_NODE_NUMBER,  /* text as written: a decimal number with point or exponent */
  SBE_NODE_STRING,
  SBE_NODE_LIST,
  SBE_NODE_MAP
} sbe_node_kind;

typedef struct sbe_node sbe_node;
struct sbe_node {
  const char *file;   /* shared by all nodes of a document */
  const char *text;   /* scalars: NUL-terminated; NULL for lists and maps */
  const char *key;    /* in a map: the member's name; else NULL */
  sbe_node *child;    /* first member of a list or map */
  sbe_node *next;     /* next member of the list or map that this one is in */
  uint32_t size;      /* bytes of text (a text may hold NULs: JSON's \u0000 is refused, so it does not) */
  uint32_t line, column;         /* of the value */
  uint32_t key_line, key_column; /* of the key */
  sbe_node_kind kind;
};

/* Limits on files, all in one place. */
#define SBE_MAX_FILE ((size_t)64 << 20)
#define SBE_MAX_DEPTH 64
#define SBE_MAX_ALIAS_NODES 1000000 /* nodes that YAML aliases may add */

/*
 * Read a document. On any error adds to `report` and answers NULL. `file` is for messages only and
 * must live as long as the arena. Refused: bytes that are not UTF-8, NUL, more than SBE_MAX_FILE,
 * deeper than SBE_MAX_DEPTH, a member that stands twice in one map, several YAML documents.
 * YAML scalars follow the core schema of YAML 1.2 (`yes`, `on` are text; `~`, `null`, empty are
 * null; 0x and 0o integers are converted to decimal; .inf and .nan are errors); quoted ones are text.
 * An empty YAML file is a null node.
 */
sbe_node *sbe_yaml_read(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report);
sbe_node *sbe_json_read(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report);

/* By the file's name: .json is JSON, .yml and .yaml are YAML. Errors of opening and reading are reported too. */
sbe_node *sbe_document_read(sbe_arena *arena, const char *path, sbe_report *report);

sbe_place sbe_node_place(const sbe_node *node);
sbe_place sbe_node_key_place(const sbe_node *node);
/* "a string", "a list", … for messages. */
const char *sbe_node_kind_name(sbe_node_kind kind);

/* The member of a map, NULL when it is not there. `node` may be NULL or no map: NULL then. */
const sbe_node *sbe_node_get(const sbe_node *node, const char *key);
/* The same, but a member that is null counts as not there. */
const sbe_node *sbe_node_find(const sbe_node *node, const char *key);
size_t sbe_node_count(const sbe_node *node);

#define SBE_EACH(item, list) for (const sbe_node *item = (list) ? (list)->child : NULL; item; item = item->next)

/* "FILE:LINE:COLUMN: message" through `report`, at the node. */
#define sbe_node_error(report, node, ...) sbe_report_add((report), SBE_ERROR, sbe_node_place(node), __VA_ARGS__)

/*
 * Every member of `map` whose name is not in `known` (NULL at the end) is an error at its key that
 * suggests the nearest known one: "unknown member 'agregation'; did you mean 'aggregation'?"
 * `what` names the map: "an attribute".
 */
void sbe_node_check_members(const sbe_node *map, const char *what, const char *const *known, sbe_report *report);

/* Scalars with a type check that reports; answer false (and leave the output) when the node is not such. */
bool sbe_node_string(const sbe_node *node, const char *what, const char **ret_text, sbe_report *report);
bool sbe_node_int(const sbe_node *node, const char *what, int64_t least, int64_t most, int64_t *ret_number,
                  sbe_report *report);
bool sbe_node_bool(const sbe_node *node, const char *what, bool *ret_value, sbe_report *report);

#endif
