/* SPDX-License-Identifier: Apache-2.0 */
/* A shared library as it lies on disk, for the group "file". Nothing of it is run or mapped. */
#ifndef SBE_KIT_ELF_H
#define SBE_KIT_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include "core/base/arena.h"

typedef struct kit_symbol {
  const char *name;
  bool defined, weak;
} kit_symbol;

typedef struct kit_elf {
  size_t n_needed, n_symbols;
  const char **needed;     /* sonames */
  const char *search_path; /* RPATH or RUNPATH; NULL: none */
  bool bind_now, text_relocations, executable_stack;
  kit_symbol *symbols; /* that others can see, or that it asks of others */
} kit_elf;

/* Answers a why. The file was checked with sbe_elf_check. */
const char *kit_elf_read(const char *path, sbe_arena *arena, kit_elf *ret_elf);

#endif
