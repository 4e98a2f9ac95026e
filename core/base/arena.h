/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arenas: memory by lifetime, freed whole. A failed allocation ends the process with one line on
 * stderr; the crash matrix of the tests proves that this loses nothing.
 */
#ifndef SBE_CORE_ARENA_H
#define SBE_CORE_ARENA_H

#include <stddef.h>
#include <stdarg.h>
#include "sbe/base.h"

typedef struct sbe_arena sbe_arena;

sbe_arena *sbe_arena_new(void);
/* NULL is allowed. */
void sbe_arena_free(sbe_arena *arena);
/* Keeps the arena, drops all that was allocated from it. */
void sbe_arena_reset(sbe_arena *arena);

/* All of `child` lives as long as `arena` from here on; `child` itself is gone. */
void sbe_arena_adopt(sbe_arena *arena, sbe_arena *child);

/* Zeroed, aligned for anything, never NULL (size 0 included). */
void *sbe_arena_alloc(sbe_arena *arena, size_t size);
char *sbe_arena_strndup(sbe_arena *arena, const char *text, size_t size);
/* NULL stays NULL. */
char *sbe_arena_strdup(sbe_arena *arena, const char *text);
char *sbe_arena_printf(sbe_arena *arena, const char *format, ...) SBE_PRINTF(2, 3);

#define SBE_NEW(arena, type) ((type *)sbe_arena_alloc((arena), sizeof(type)))
#define SBE_NEW_ARRAY(arena, type, n) ((type *)sbe_arena_alloc((arena), sizeof(type) * (n)))

/* What all of these do when memory is gone, for who calls a library that says so. */
_Noreturn void sbe_out_of_memory(void);
/* malloc and realloc that end the process instead of answering NULL. */
void *sbe_xmalloc(size_t size);
void *sbe_xrealloc(void *memory, size_t size);
/* A pointer array (or any other) in the heap that grows by doubling: room for one more than `n`. */
void *sbe_grow(void *array, size_t n, size_t *capacity, size_t item);

/* For locals: `sbe_cleanup_arena sbe_arena *a = sbe_arena_new();` */
void sbe_arena_cleanup(sbe_arena **arena);
#define sbe_cleanup_arena __attribute__((cleanup(sbe_arena_cleanup)))

#endif
