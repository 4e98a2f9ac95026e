/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a file a whole shared library for this machine? Called before dlopen, which maps what the headers
 * promise and dies of SIGBUS when the file is shorter than that (a full disk, a download that broke
 * off). Must never trust a number in the file, and never map it.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <unistd.h>
#include "core/plugin/internal.h"

#define MAX_SEGMENTS 256 /* of one library; real ones have about ten */

#define CUT_SHORT "is cut short: %s up to byte %llu, it has %llu. Install it again"
#define SENSELESS "has a broken ELF header (%s). Install it again"

static bool read_at(int fd, void *memory, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    ssize_t n = pread(fd, (char *)memory + done, size - done, (off_t)(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

/* Without overflow, whatever the file says. */
static bool within(uint64_t offset, uint64_t length, uint64_t size) {
  return offset <= size && length <= size - offset;
}

static const char *machine_name(sbe_arena *arena, const ElfW(Ehdr) * header) {
  static const struct {
    unsigned machine;
    const char *name;
  } machines[] = {{EM_X86_64, "x86_64"}, {EM_AARCH64, "aarch64"}, {EM_386, "i386"},   {EM_ARM, "arm"},
                  {EM_RISCV, "riscv"},   {EM_PPC64, "ppc64"},     {EM_S390, "s390x"}, {EM_LOONGARCH, "loongarch"}};
  const char *bits = header->e_ident[EI_CLASS] == ELFCLASS64 ? "64 bit" : "32 bit";
  unsigned machine = header->e_machine;
  /* A file of the other byte order shows its machine turned round. */
  if (header->e_ident[EI_DATA] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)) {
    machine = (machine >> 8 | machine << 8) & 0xffff;
  }
  for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
    if (machines[i].machine == machine) return sbe_arena_printf(arena, "%s, %s", machines[i].name, bits);
  }
  return sbe_arena_printf(arena, "machine %u, %s", machine, bits);
}

/* The header of the running program says what fits to it. Where it may not be read, dlopen has to say it. */
static const char *check_machine(sbe_arena *arena, const ElfW(Ehdr) * header) {
  ElfW(Ehdr) own;
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  bool known = fd >= 0 && read_at(fd, &own, sizeof own, 0) && memcmp(own.e_ident, ELFMAG, SELFMAG) == 0;
  if (fd >= 0) close(fd);
  if (!known) return NULL;
  if (own.e_ident[EI_CLASS] == header->e_ident[EI_CLASS] && own.e_ident[EI_DATA] == header->e_ident[EI_DATA] &&
      own.e_machine == header->e_machine) {
    return NULL;
  }
  return sbe_arena_printf(arena, "was built for another machine (%s; this sbe is %s). Install the one for yours",
                          machine_name(arena, header), machine_name(arena, &own));
}

static const char *check_header(sbe_arena *arena, const ElfW(Ehdr) * header) {
  const char *reason = check_machine(arena, header);
  if (reason) return reason;
  if (header->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)) {
    return sbe_arena_printf(arena, SENSELESS, "class");
  }
  if (header->e_ident[EI_VERSION] != EV_CURRENT || header->e_version != EV_CURRENT) {
    return sbe_arena_printf(arena, SENSELESS, "version");
  }
  if (header->e_type != ET_DYN) return "is an ELF file, but no shared library. Link it with -shared";
  if (header->e_ehsize != sizeof *header) return sbe_arena_printf(arena, SENSELESS, "size of the header");
  if (header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phnum == 0 || header->e_phnum > MAX_SEGMENTS) {
    return sbe_arena_printf(arena, SENSELESS, "program headers");
  }
  if (header->e_shoff != 0 && header->e_shentsize != sizeof(ElfW(Shdr))) {
    return sbe_arena_printf(arena, SENSELESS, "section headers");
  }
  return NULL;
}

static const char *check_segments(sbe_arena *arena, int fd, const ElfW(Ehdr) * header, uint64_t size) {
  ElfW(Phdr) segments[MAX_SEGMENTS];
  size_t bytes = header->e_phnum * sizeof *segments;
  bool loads = false, dynamic = false;
  if (!within(header->e_phoff, bytes, size) || !read_at(fd, segments, bytes, header->e_phoff)) {
    return sbe_arena_printf(arena, CUT_SHORT, "its program headers reach", (unsigned long long)header->e_phoff + bytes,
                            (unsigned long long)size);
  }
  for (size_t i = 0; i < header->e_phnum; i++) {
    const ElfW(Phdr) *segment = &segments[i];
    if (segment->p_type != PT_LOAD && segment->p_type != PT_DYNAMIC) continue;
    loads = loads || segment->p_type == PT_LOAD;
    dynamic = dynamic || segment->p_type == PT_DYNAMIC;
    if (!within(segment->p_offset, segment->p_filesz, size)) {
      return sbe_arena_printf(arena, CUT_SHORT, "its segments reach",
                              (unsigned long long)segment->p_offset + segment->p_filesz, (unsigned long long)size);
    }
    if (segment->p_filesz > segment->p_memsz) return sbe_arena_printf(arena, SENSELESS, "size of a segment");
  }
  if (!loads || !dynamic) return sbe_arena_printf(arena, SENSELESS, "nothing to load");
  return NULL;
}

const char *sbe_elf_check(sbe_arena *arena, int fd, uint64_t size) {
  ElfW(Ehdr) header;
  memset(&header, 0, sizeof header);
  if (size == 0) return "is empty. Install it again";
  if (!read_at(fd, &header, size < sizeof header ? (size_t)size : sizeof header, 0)) {
    return sbe_arena_printf(arena, "cannot be read: %s", strerror(errno));
  }
  if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return "is no shared library (it does not begin as an ELF file). Install it again";
  }
  if (size < sizeof header) {
    return sbe_arena_printf(arena, CUT_SHORT, "its header reaches", (unsigned long long)sizeof header,
                            (unsigned long long)size);
  }
  const char *reason = check_header(arena, &header);
  if (!reason) reason = check_segments(arena, fd, &header, size);
  if (reason) return reason;
  /* Not needed for loading, but it is what stands last: a file that lost its end is told by it. */
  uint64_t sections = (uint64_t)header.e_shnum * sizeof(ElfW(Shdr));
  if (header.e_shoff != 0 && !within(header.e_shoff, sections, size)) {
    return sbe_arena_printf(arena, CUT_SHORT, "its section headers reach",
                            (unsigned long long)header.e_shoff + sections, (unsigned long long)size);
  }
  return NULL;
}
