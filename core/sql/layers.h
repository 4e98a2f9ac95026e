/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layered selects. A pattern's operand must be a column or a literal, so an expression over an
 * expression is printed as a column of a select over a select. Equal expressions become one column.
 *
 *   sbe_layers *l = sbe_layers_new(sql, arena);
 *   sbe_cell p = sbe_layers_base(l, "p0");                          a column of the FROM item
 *   sbe_cell v = sbe_layers_operation(l, SBE_OP_DATE_OF, 1, &p);
 *   sbe_layers_output(l, v, "event_date");
 *   sbe_layers_print(l, from, where, out);
 */
#ifndef SBE_CORE_LAYERS_H
#define SBE_CORE_LAYERS_H

#include "core/sql/printer.h"

typedef struct sbe_layers sbe_layers;

/* A column of some layer; valid for the layers it came from. */
typedef uint32_t sbe_cell;

sbe_layers *sbe_layers_new(const sbe_sql *sql, sbe_arena *arena);

/* A column of the innermost FROM item, by its name. */
sbe_cell sbe_layers_base(sbe_layers *layers, const char *name);
/* The printed name of a cell, to stand in an expression of a higher layer. */
const char *sbe_layers_name(const sbe_layers *layers, sbe_cell cell);
/* An expression over cells; `text` was printed with their names. `n` may be 0: a literal. */
sbe_cell sbe_layers_add(sbe_layers *layers, const char *text, size_t n, const sbe_cell *operands);
sbe_cell sbe_layers_pattern(sbe_layers *layers, const char *pattern, size_t n, const sbe_cell *operands);
sbe_cell sbe_layers_operation(sbe_layers *layers, int32_t operation, size_t n, const sbe_cell *operands);

/* A column of the outermost select, in the order of these calls. */
void sbe_layers_output(sbe_layers *layers, sbe_cell cell, const char *name);
/* Keeps a cell up to the outermost select, for its WHERE. */
void sbe_layers_keep(sbe_layers *layers, sbe_cell cell);

/* `from` is one FROM item without alias; `where` may be NULL. */
void sbe_layers_print(sbe_layers *layers, const char *from, const char *where, sbe_text *out);

/*
 * A cell of one class read as a type, through the dialect's reads: directly, or by way of text.
 * SBE_CLASS_MISSING and what no read can do is NULL.
 */
sbe_cell sbe_layers_read(sbe_layers *layers, sbe_cell cell, int32_t from, int32_t type);

#endif
