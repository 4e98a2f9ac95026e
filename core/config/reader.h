/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of YAML and JSON share: the tree being built, the limits, the refusal of members
 * that stand twice, errors with a place. Only for core/config/yaml.c and json.c.
 */
#ifndef SBE_CORE_READER_H
#define SBE_CORE_READER_H

#include "core/config/node.h"

#define SBE_READER_TEXTS 1024 /* short texts that are kept once, see sbe_reader_text */

typedef struct sbe_reader {
  sbe_arena *arena;
  const char *file;
  sbe_report *report;
  bool failed;    /* something was reported: the document is read on for more errors, then refused */
  uint64_t nodes; /* so far, those that aliases stand for included */
  sbe_node *root;
  uint32_t depth; /* lists and maps that are open */
  struct sbe_open_node {
    sbe_node *node;
    sbe_node **tail; /* where the next member goes */
    const char *key; /* of the next member; NULL: comes next */
    uint32_t key_line, key_column;
    size_t members;
    uint64_t nodes_before; /* this one */
    uint32_t height;       /* lists and maps inside each other, this one included */
  } open[SBE_MAX_DEPTH];
  struct {
    const char *text;
    size_t size;
  } texts[SBE_READER_TEXTS];
} sbe_reader;

/* In the heap: it is too large for a stack. */
sbe_reader *sbe_reader_new(sbe_arena *arena, const char *file, sbe_report *report);
/* Answers the document, NULL when anything was reported. */
sbe_node *sbe_reader_finish(sbe_reader *reader);

void sbe_reader_error(sbe_reader *reader, uint32_t line, uint32_t column, const char *format, ...) SBE_PRINTF(4, 5);
/* The same at a byte of the file, for errors that are no more than one a file: counts from the start. */
void sbe_reader_error_at(sbe_reader *reader, const char *bytes, size_t at, const char *format, ...) SBE_PRINTF(4, 5);

/* Size and UTF-8; steps over a byte order mark. False: refused, reported. */
bool sbe_reader_check(sbe_reader *reader, const char **bytes, size_t *size);

/* A copy that lives as long as the document; short ones that come again and again are kept once. */
const char *sbe_reader_text(sbe_reader *reader, const char *bytes, size_t size);

/* A node that belongs to nothing yet. Numbers, texts: `text` as sbe_reader_text made it. */
sbe_node *sbe_reader_node(sbe_reader *reader, sbe_node_kind kind, uint32_t line, uint32_t column);
sbe_node *sbe_reader_scalar(sbe_reader *reader, sbe_node_kind kind, const char *bytes, size_t size, uint32_t line,
                            uint32_t column);
/* [+-]digits without plus and leading zeros. */
sbe_node *sbe_reader_integer(sbe_reader *reader, const char *bytes, size_t size, uint32_t line, uint32_t column);

/* The list or map that is being filled, NULL at the top. */
struct sbe_open_node *sbe_reader_top(sbe_reader *reader);
/* The name of the next member of the map that is being filled. */
void sbe_reader_key(sbe_reader *reader, const char *key, uint32_t line, uint32_t column);
/* The next member of the list or map that is being filled, or the document itself. */
void sbe_reader_add(sbe_reader *reader, sbe_node *node);
/* The same for a list or map, which is filled from now on. False: too deep, reported. */
bool sbe_reader_open(sbe_reader *reader, sbe_node *node);
/* Complete: members that stand twice are reported. */
void sbe_reader_close(sbe_reader *reader);

#endif
