/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the dynamic section and the dynamic symbols of a shared library from its file, as nm and readelf
 * would. Called by the group "file". It must trust no number in the file.
 */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit/elf.h"

#define MOST_BYTES ((size_t)1 << 30)
#define BROKEN "its ELF tables point outside of the file"

typedef struct image {
  const unsigned char *bytes;
  size_t size;
  const ElfW(Ehdr) * header;
} image;

/* `count` items at an offset of the file, or NULL. */
static const void *at(const image *i, uint64_t offset, uint64_t count, size_t item) {
  if (offset > i->size || count > (i->size - offset) / item || offset % sizeof(uint32_t)) return NULL;
  return i->bytes + offset;
}

static const ElfW(Phdr) * segments(const image *i) {
  return at(i, i->header->e_phoff, i->header->e_phnum, sizeof(ElfW(Phdr)));
}

/* The place in the file of an address in memory; false: none. */
static bool offset_of(const image *i, uint64_t address, uint64_t *ret_offset) {
  const ElfW(Phdr) *all = segments(i);
  for (size_t s = 0; all && s < i->header->e_phnum; s++) {
    if (all[s].p_type != PT_LOAD || address < all[s].p_vaddr || address - all[s].p_vaddr >= all[s].p_filesz) continue;
    *ret_offset = all[s].p_offset + (address - all[s].p_vaddr);
    return true;
  }
  return false;
}

/* A text of the string table, or NULL. */
static const char *text_at(const image *i, uint64_t table, uint64_t table_size, uint64_t index) {
  if (index >= table_size || table > i->size || table_size > i->size - table) return NULL;
  const char *text = (const char *)i->bytes + table + index;
  return memchr(text, '\0', (size_t)(table_size - index)) ? text : NULL;
}

static bool read_dynamic(const image *i, const ElfW(Dyn) * dynamic, size_t n, sbe_arena *arena, kit_elf *elf) {
  uint64_t table = 0, table_size = 0;
  for (size_t d = 0; d < n && dynamic[d].d_tag != DT_NULL; d++) {
    if (dynamic[d].d_tag == DT_STRTAB && !offset_of(i, dynamic[d].d_un.d_ptr, &table)) return false;
    if (dynamic[d].d_tag == DT_STRSZ) table_size = dynamic[d].d_un.d_val;
  }
  elf->needed = SBE_NEW_ARRAY(arena, const char *, n);
  for (size_t d = 0; d < n && dynamic[d].d_tag != DT_NULL; d++) {
    uint64_t value = dynamic[d].d_un.d_val;
    const char *text = text_at(i, table, table_size, value);
    switch (dynamic[d].d_tag) {
    case DT_NEEDED:
      if (!text) return false;
      elf->needed[elf->n_needed++] = sbe_arena_strdup(arena, text);
      break;
    case DT_RPATH:
    case DT_RUNPATH:
      elf->search_path = sbe_arena_strdup(arena, text ? text : "");
      break;
    case DT_BIND_NOW:
      elf->bind_now = true;
      break;
    case DT_TEXTREL:
      elf->text_relocations = true;
      break;
    case DT_FLAGS:
      elf->bind_now = elf->bind_now || (value & DF_BIND_NOW);
      elf->text_relocations = elf->text_relocations || (value & DF_TEXTREL);
      break;
    case DT_FLAGS_1:
      elf->bind_now = elf->bind_now || (value & DF_1_NOW);
      break;
    default:
      break;
    }
  }
  return true;
}

static bool is_ours(const char *name) {
  /* what linkers define in every library */
  static const char *const theirs[] = {"_init", "_fini", "_edata", "_end", "__bss_start"};
  for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
    if (strcmp(name, theirs[i]) == 0) return false;
  return *name != '\0';
}

static bool read_symbols(const image *i, sbe_arena *arena, kit_elf *elf) {
  const ElfW(Shdr) *sections = at(i, i->header->e_shoff, i->header->e_shnum, sizeof(ElfW(Shdr)));
  const ElfW(Shdr) *table = NULL;
  for (size_t s = 0; sections && s < i->header->e_shnum; s++)
    if (sections[s].sh_type == SHT_DYNSYM) table = &sections[s];
  if (!table || table->sh_link >= i->header->e_shnum) return false;
  const ElfW(Shdr) *names = &sections[table->sh_link];
  size_t n = (size_t)(table->sh_size / sizeof(ElfW(Sym)));
  const ElfW(Sym) *symbols = at(i, table->sh_offset, n, sizeof(ElfW(Sym)));
  if (!symbols) return false;
  elf->symbols = SBE_NEW_ARRAY(arena, kit_symbol, n);
  for (size_t s = 0; s < n; s++) {
    unsigned binding = ELF64_ST_BIND(symbols[s].st_info), type = ELF64_ST_TYPE(symbols[s].st_info);
    unsigned visibility = ELF64_ST_VISIBILITY(symbols[s].st_other);
    const char *name = text_at(i, names->sh_offset, names->sh_size, symbols[s].st_name);
    if (!name) return false;
    bool defined = symbols[s].st_shndx != SHN_UNDEF;
    if (binding == STB_LOCAL || type == STT_SECTION || type == STT_FILE || !is_ours(name)) continue;
    if (defined && (visibility == STV_HIDDEN || visibility == STV_INTERNAL || symbols[s].st_shndx == SHN_ABS)) continue;
    elf->symbols[elf->n_symbols++] = (kit_symbol){sbe_arena_strdup(arena, name), defined, binding == STB_WEAK};
  }
  return true;
}

static const char *read_image(const image *i, sbe_arena *arena, kit_elf *elf) {
  const ElfW(Phdr) *all = segments(i);
  bool found = false, stack = false;
  if (!all) return BROKEN;
  for (size_t s = 0; s < i->header->e_phnum; s++) {
    if (all[s].p_type == PT_GNU_STACK) {
      stack = true;
      elf->executable_stack = (all[s].p_flags & PF_X) != 0;
    }
    if (all[s].p_type != PT_DYNAMIC) continue;
    size_t n = (size_t)(all[s].p_filesz / sizeof(ElfW(Dyn)));
    const ElfW(Dyn) *dynamic = at(i, all[s].p_offset, n, sizeof(ElfW(Dyn)));
    if (!dynamic || !read_dynamic(i, dynamic, n, arena, elf)) return BROKEN;
    found = true;
  }
  if (!stack) elf->executable_stack = true; /* the loader takes it for that */
  if (!found) return "it has no dynamic section";
  return read_symbols(i, arena, elf) ? NULL : "its dynamic symbols cannot be read; was it stripped of its sections?";
}

const char *kit_elf_read(const char *path, sbe_arena *arena, kit_elf *ret_elf) {
  FILE *file = fopen(path, "rb");
  long size = -1;
  if (file && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (size < (long)sizeof(ElfW(Ehdr)) || (size_t)size > MOST_BYTES) {
    if (file) fclose(file);
    return sbe_arena_printf(arena, "cannot be read: %s", file ? "no reasonable size" : strerror(errno));
  }
  unsigned char *bytes = sbe_xmalloc((size_t)size);
  rewind(file);
  bool whole = fread(bytes, 1, (size_t)size, file) == (size_t)size;
  fclose(file);
  *ret_elf = (kit_elf){0};
  image i = {bytes, (size_t)size, (const ElfW(Ehdr) *)(const void *)bytes};
  const char *why = whole ? read_image(&i, arena, ret_elf) : "cannot be read whole";
  free(bytes);
  return why;
}
