/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arenas: memory by lifetime, freed whole. Used by everything that reads or plans. It must never
 * answer NULL: when memory is gone the process ends with one line, which a run survives like a kill.
 *
 * Structs are aligned for anything, texts are packed behind each other. Under AddressSanitizer each
 * allocation is a block of its own, so that a step over its end is seen.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"

#define ALIGNMENT _Alignof(max_align_t)
#define FIRST_BLOCK ((size_t)4 << 10) /* grows by doubling to… */
#define LAST_BLOCK ((size_t)1 << 20)

#if defined(__SANITIZE_ADDRESS__)
#define EACH_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ALONE 1
#endif
#endif
#ifndef EACH_ALONE
#define EACH_ALONE 0
#endif

struct block {
  struct block *next;
  size_t size;
  _Alignas(max_align_t) char bytes[];
};

struct sbe_arena {
  struct block *blocks; /* the first is the one being filled; NULL until something is asked for */
  char *at, *end;       /* what is free in it */
  size_t next_size;
};

void sbe_out_of_memory(void) {
  static const char line[] = "sbe: out of memory\n";
  ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
  (void)ignored;
  _exit(1);
}

void *sbe_xmalloc(size_t size) {
  void *memory = size <= PTRDIFF_MAX ? malloc(size ? size : 1) : NULL;
  if (!memory) sbe_out_of_memory();
  return memory;
}

void *sbe_xrealloc(void *memory, size_t size) {
  memory = size <= PTRDIFF_MAX ? realloc(memory, size ? size : 1) : NULL;
  if (!memory) sbe_out_of_memory();
  return memory;
}

void *sbe_grow(void *array, size_t n, size_t *capacity, size_t item) {
  if (n < *capacity) return array;
  size_t larger = *capacity < 8 ? 8 : *capacity * 2;
  if (larger <= n) larger = n + 1;
  if (larger > (size_t)PTRDIFF_MAX / (item ? item : 1)) sbe_out_of_memory();
  array = sbe_xrealloc(array, larger * item);
  *capacity = larger;
  return array;
}

sbe_arena *sbe_arena_new(void) {
  sbe_arena *arena = sbe_xmalloc(sizeof *arena);
  *arena = (sbe_arena){.next_size = FIRST_BLOCK};
  return arena;
}

void sbe_arena_reset(sbe_arena *arena) {
  for (struct block *block = arena->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  *arena = (sbe_arena){.next_size = FIRST_BLOCK};
}

void sbe_arena_free(sbe_arena *arena) {
  if (!arena) return;
  sbe_arena_reset(arena);
  free(arena);
}

void sbe_arena_adopt(sbe_arena *arena, sbe_arena *child) {
  struct block *last = child->blocks;
  while (last && last->next) last = last->next;
  if (last) {
    struct block **after = arena->blocks ? &arena->blocks->next : &arena->blocks; /* the first one is being filled */
    last->next = *after;
    *after = child->blocks;
  }
  free(child);
}

void sbe_arena_cleanup(sbe_arena **arena) {
  sbe_arena_free(*arena);
  *arena = NULL;
}

static struct block *new_block(size_t size) {
  if (size > (size_t)PTRDIFF_MAX - sizeof(struct block)) sbe_out_of_memory();
  struct block *block = sbe_xmalloc(sizeof *block + size);
  block->next = NULL;
  block->size = size;
  return block;
}

/* A block for something large (or, for the sanitizer, for anything): the one being filled stays in front. */
static char *take_alone(sbe_arena *arena, size_t size) {
  struct block *block = new_block(size);
  if (arena->blocks) {
    block->next = arena->blocks->next;
    arena->blocks->next = block;
  } else {
    arena->blocks = block;
  }
  return block->bytes;
}

static char *take(sbe_arena *arena, size_t size, size_t alignment) {
  size_t skip = arena->at ? -(uintptr_t)arena->at & (alignment - 1) : 0;
  if (!EACH_ALONE && arena->at && skip <= (size_t)(arena->end - arena->at) &&
      size <= (size_t)(arena->end - arena->at) - skip) {
    char *taken = arena->at + skip;
    arena->at = taken + size;
    return taken;
  }
  if (EACH_ALONE || size > arena->next_size / 4) return take_alone(arena, size);
  struct block *block = new_block(arena->next_size);
  block->next = arena->blocks;
  arena->blocks = block;
  arena->at = block->bytes + size;
  arena->end = block->bytes + block->size;
  if (arena->next_size < LAST_BLOCK) arena->next_size *= 2;
  return block->bytes;
}

void *sbe_arena_alloc(sbe_arena *arena, size_t size) {
  char *taken = take(arena, size, ALIGNMENT);
  memset(taken, 0, size);
  return taken;
}

char *sbe_arena_strndup(sbe_arena *arena, const char *text, size_t size) {
  if (size >= PTRDIFF_MAX) sbe_out_of_memory();
  char *copy = take(arena, size + 1, 1);
  if (size) memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}

char *sbe_arena_strdup(sbe_arena *arena, const char *text) {
  return text ? sbe_arena_strndup(arena, text, strlen(text)) : NULL;
}

char *sbe_arena_printf(sbe_arena *arena, const char *format, ...) {
  char small[512];
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  char *text = NULL;
  if (size >= 0 && (size_t)size < sizeof small) {
    text = sbe_arena_strndup(arena, small, (size_t)size);
  } else if (size >= 0) {
    text = take(arena, (size_t)size + 1, 1);
    if (vsnprintf(text, (size_t)size + 1, format, again) != size) text = NULL;
  }
  va_end(again);
  if (!text) sbe_out_of_memory(); /* printf fails only for lack of memory, or past 2 GiB */
  return text;
}
