/* SPDX-License-Identifier: Apache-2.0 */
/* Things to ask a dialect for, the same each time: sample.c. */
#ifndef SBE_KIT_SAMPLE_H
#define SBE_KIT_SAMPLE_H

#include "kit/kit.h"

/* Names that have broken something somewhere; NULL at the end. No two of them differ by case alone. */
extern const char *const sample_names[];
/* Texts, likewise. */
extern const char *const sample_texts[];
/* A text of every byte from 1 to 127, and of characters of two, three and four bytes. */
const char *sample_all_bytes(sbe_arena *arena);

/* A source of an events table of the standard layout, nothing being known of its columns: an atomic column, a
   member of an event, an item and a nested member of entities, with bounds. */
sbe_source *sample_source(const sbe_sql *sql, sbe_arena *arena);
/* A scratch table with a column of every type that the dialect declares, and rows to be replaced in it. */
sbe_table *sample_table(const sbe_sql *sql, sbe_arena *arena);
sbe_replace *sample_replace(const sbe_sql *sql, sbe_arena *arena);

/* All that a dialect prints for these, one after the other; `ret_why`, may be NULL, when a callback failed. */
void sample_print_all(const sbe_sql *sql, sbe_arena *arena, sbe_text *out, const char **ret_why);

/* A dialect without a project, for what needs no connection. */
void sample_sql(const sbe_dialect *dialect, sbe_sql *ret_sql);

#endif
