/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that end where memory ends: whoever reads one further dies, and report.c tells it. Called by the
 * checks that play older hosts, whose structs are shorter, and for texts that are not closed by a NUL.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kit/kit.h"

/* Never freed: a check's process is short. */
void *kit_at_edge(const void *bytes, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (size + page - 1) / page + 1;
  unsigned char *memory = mmap(NULL, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) sbe_out_of_memory();
  mprotect(memory + pages * page, page, PROT_NONE);
  unsigned char *at = memory + pages * page - size;
  if (size) memcpy(at, bytes, size);
  return at;
}

void *kit_with_more(const void *bytes, size_t size, size_t more, sbe_arena *arena) {
  unsigned char *all = sbe_arena_alloc(arena, size + more);
  memset(all, 0xA5, size + more);
  memcpy(all, bytes, size);
  return all;
}
