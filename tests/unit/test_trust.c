/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files the loader opens at all: none that is broken, that others may write to, or that is changed under its
 * hands. Nothing in them is run before that is settled.
 */
#include <CUnit/CUnit.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/internal.h"
#include "tests/unit/plugin_stage.h"

/* --- broken files -------------------------------------------------------------------------------- */

/* One file of its own directory, made by hand. */
static void odd(const char *bytes, size_t size, const char *reason) {
  const char *directory = plugin_new_directory();
  const char *file = plugin_file_in(directory, "odd");
  plugin_write_file(file, bytes, size);
  plugin_refused(directory, file, "odd", reason);
}

static void test_odd_files(void) {
  plugin_begin();
  odd("", 0, "is empty. Install it again");
  odd("hello\n", 6, "is no shared library (it does not begin as an ELF file). Install it again");
  /* A .la by another name. */
  static const char la[] = "# sbe_adapter_odd.la - a libtool library file\ndlname='/bin/true'\n";
  odd(la, sizeof la - 1, "is no shared library (it does not begin as an ELF file). Install it again");

  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  plugin_read_file(plugin_built("plain"), &bytes);
  ElfW(Ehdr) header, changed;
  memcpy(&header, bytes.data, sizeof header);
  changed = header;
  changed.e_type = ET_EXEC;
  memcpy(bytes.data, &changed, sizeof changed);
  odd(bytes.data, bytes.size, "is an ELF file, but no shared library. Link it with -shared");
#if defined(__x86_64__) && defined(__LP64__)
  changed = header;
  changed.e_machine = EM_AARCH64;
  memcpy(bytes.data, &changed, sizeof changed);
  odd(bytes.data, bytes.size,
      "was built for another machine (aarch64, 64 bit; this sbe is x86_64, 64 bit). Install the one for yours");
  changed = header;
  changed.e_machine = EM_386;
  changed.e_ident[EI_CLASS] = ELFCLASS32;
  memcpy(bytes.data, &changed, sizeof changed);
  odd(bytes.data, bytes.size,
      "was built for another machine (i386, 32 bit; this sbe is x86_64, 64 bit). Install the one for yours");
#endif
  plugin_end();
}

static void test_no_regular_file(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  CU_ASSERT_FATAL(mkdir(plugin_file_in(d, "folder"), 0755) == 0);
  plugin_refused(d, plugin_file_in(d, "folder"), "folder", "is a directory, not a shared library");
  d = plugin_new_directory();
  CU_ASSERT_FATAL(mkfifo(plugin_file_in(d, "pipe"), 0644) == 0);
  plugin_refused(d, plugin_file_in(d, "pipe"), "pipe", "is no regular file");
  d = plugin_new_directory();
  CU_ASSERT_FATAL(symlink("gone.so", plugin_file_in(d, "dangling")) == 0);
  plugin_refused(d, plugin_file_in(d, "dangling"), "dangling", "is a symlink to a file that is not there");
  plugin_end();
}

static void test_symlink_out(void) {
  plugin_begin();
  const char *elsewhere = plugin_new_directory(), *d = plugin_new_directory();
  const char *target = plugin_place(elsewhere, "plain");
  CU_ASSERT_FATAL(symlink(target, plugin_file_in(d, "plain")) == 0);
  plugin_refused(
      d, plugin_file_in(d, "plain"), "plain",
      plugin_format("is a symlink that leads out of its directory, to %s; put a copy there instead", target));
  /* Also into a directory below, and into one whose name only begins alike. */
  d = plugin_new_directory();
  CU_ASSERT_FATAL(mkdir(plugin_format("%s/below", d), 0755) == 0);
  plugin_place(plugin_format("%s/below", d), "plain");
  CU_ASSERT_FATAL(symlink("below/sbe_adapter_plain.so", plugin_file_in(d, "plain")) == 0);
  plugin_refused(
      d, plugin_file_in(d, "plain"), "plain",
      plugin_format("is a symlink that leads out of its directory, to %s/below/sbe_adapter_plain.so; put a copy there "
                    "instead",
                    d));
  plugin_end();
}

static void test_la_only(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  plugin_write_file(plugin_format("%s/sbe_adapter_plain.la", d), "dlname='x'\n", 11);
  plugin_refused(
      d, plugin_file_in(d, "plain"), "plain",
      "no such file; there is a .la file, which sbe never reads: in a build tree, name the folder .libs instead");
  plugin_end();
}

/* --- trust --------------------------------------------------------------------------------------- */

static void test_writable(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  const char *file = plugin_place(d, "plain");
  static const struct {
    mode_t mode;
    const char *text;
  } rows[] = {{0666, "0666"}, {0646, "0646"}, {0664, "0664"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CU_ASSERT_FATAL(chmod(file, rows[i].mode) == 0);
    plugin_refused(
        d, file, "plain",
        plugin_format("may be written by others (mode %s). If you trust it: chmod go-w %s", rows[i].text, file));
  }
  CU_ASSERT_FATAL(chmod(file, 0644) == 0);
  CU_ASSERT_FATAL(chmod(d, 0777) == 0);
  plugin_refused(d, d, "plain",
                 plugin_format("may be written by others (mode 0777). If you trust it: chmod go-w %s", d));
  /* The sticky bit keeps others from replacing a file, not from adding one. */
  CU_ASSERT_FATAL(chmod(d, 01777) == 0);
  plugin_refused(d, d, "plain",
                 plugin_format("may be written by others (mode 1777). If you trust it: chmod go-w %s", d));
  CU_ASSERT_FATAL(chmod(d, 0775) == 0);
  plugin_refused(d, d, "plain",
                 plugin_format("may be written by others (mode 0775). If you trust it: chmod go-w %s", d));
  /* What the message says helps. */
  CU_ASSERT_FATAL(chmod(d, 0755) == 0);
  plugin_good(d, "plain");
  plugin_end();
}

/* The command in the message is one that a shell takes as it stands. */
static void test_quoted_command(void) {
  plugin_begin();
  const char *d = plugin_format("%s/it's $(here)", plugin_new_directory());
  CU_ASSERT_FATAL(mkdir(d, 0755) == 0);
  const char *file = plugin_place(d, "plain");
  CU_ASSERT_FATAL(chmod(file, 0666) == 0);
  const char *message = plugin_refusal(d, "plain");
  const char *command = strstr(message, "chmod ");
  CU_ASSERT_PTR_NOT_NULL_FATAL(command);
  CU_ASSERT_EQUAL(system(command), 0);
  struct stat st;
  CU_ASSERT_EQUAL(stat(file, &st), 0);
  CU_ASSERT_EQUAL(st.st_mode & 07777, 0644);
  plugin_end();
}

static void test_owner_rule(void) {
  enum { ROOT = 0, ME = 1000, BUILDER = 1001, STRANGER = 1002 };
  CU_ASSERT_TRUE(sbe_owner_trusted(ROOT, ME, ROOT));
  CU_ASSERT_TRUE(sbe_owner_trusted(ME, ME, ROOT));
  CU_ASSERT_FALSE(sbe_owner_trusted(STRANGER, ME, ROOT));
  /* sudo in one's own clone: the user is root, the program and its adapters are the owner's. */
  CU_ASSERT_TRUE(sbe_owner_trusted(BUILDER, ROOT, BUILDER));
  CU_ASSERT_FALSE(sbe_owner_trusted(STRANGER, ROOT, BUILDER));
  CU_ASSERT_FALSE(sbe_owner_trusted(STRANGER, ROOT, ROOT));
}

static void test_foreign_owner(void) {
  if (geteuid() != 0) {
    sbe_unit_skip("a file can be given to another user by root only");
    return;
  }
  plugin_begin();
  const char *d = plugin_new_directory();
  const char *file = plugin_place(d, "plain");
  const char *belongs =
      "belongs to the user with id 54321; sbe loads only what belongs to root, to you or to the owner "
      "of sbe itself. If you trust it: chown 0 ";
  CU_ASSERT_FATAL(chown(file, 54321, 0) == 0);
  plugin_refused(d, file, "plain", plugin_format("%s%s", belongs, file));
  CU_ASSERT_FATAL(chown(file, 0, 0) == 0 && chown(d, 54321, 0) == 0);
  plugin_refused(d, d, "plain", plugin_format("%s%s", belongs, d));
  CU_ASSERT_FATAL(chown(d, 0, 0) == 0);
  plugin_good(d, "plain");
  plugin_end();
}

static void test_unreadable(void) {
  if (geteuid() == 0) {
    sbe_unit_skip("root can read every file");
    return;
  }
  plugin_begin();
  const char *d = plugin_new_directory();
  const char *file = plugin_place(d, "plain");
  CU_ASSERT_FATAL(chmod(file, 0) == 0);
  plugin_refused(d, file, "plain", "cannot be read: Permission denied");
  plugin_end();
}

static void test_directories(void) {
  plugin_begin();
  plugin_refused("adapters", "adapters", "plain", "is not an absolute path, so nothing is loaded from it");
  plugin_refused(".", ".", "plain", "is not an absolute path, so nothing is loaded from it");
  const char *gone = plugin_format("%s/gone", plugin_new_directory());
  plugin_refused(gone, gone, "plain", "no such directory");
  plugin_write_file(gone, "x", 1);
  plugin_refused(gone, gone, "plain", "is no directory");
  sbe_plugin_path nowhere = {0, NULL};
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&nowhere, "plain", &plugin, &error), SBE_NOT_FOUND);
  CU_ASSERT_STRING_EQUAL(error.message,
                         "no adapter 'plain' could be loaded\n    there is no directory to look in; name "
                         "one with --plugin-dir");
  plugin_end();
}

/* A package that is upgraded between the check and the loading. */
static void test_swapped(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  const char *file = plugin_place(d, "plain");
  sbe_directory directory;
  sbe_file checked;
  sbe_directory_check(plugin_arena, d, &directory);
  CU_ASSERT_PTR_NULL_FATAL(sbe_file_check(plugin_arena, &directory, file, &checked));
  CU_ASSERT_PTR_NULL(sbe_file_recheck(plugin_arena, &checked));
  const char *other = plugin_place_as(d, "plain", "other");
  /* Only the inode tells them apart. */
  const struct timespec times[] = {checked.identity.st_atim, checked.identity.st_mtim};
  CU_ASSERT_FATAL(utimensat(AT_FDCWD, other, times, 0) == 0);
  CU_ASSERT_FATAL(rename(other, file) == 0);
  const sbe_plugin *plugin = NULL;
  const char *reason = sbe_module_load(plugin_arena, "plain", &checked, &plugin);
  CU_ASSERT_PTR_NULL(plugin);
  CU_ASSERT_STRING_EQUAL(reason ? reason : "", "was changed while it was checked; try again when it is installed");
  sbe_file_close(&checked);
  plugin_end();
}

static void test_truncated(void) {
  plugin_begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  plugin_read_file(plugin_built("recorder"), &bytes);
  const char *d = plugin_new_directory();
  const char *file = plugin_file_in(d, "recorder");
  /* Every length below is one at which an unchecked dlopen may die of SIGBUS. */
  for (size_t size = 1; size < bytes.size; size += size < 1024 ? 61 : 997) {
    plugin_write_file(file, bytes.data, size);
    const char *message = plugin_refusal(d, "recorder");
    UNIT_CHECK(strstr(message, size < SELFMAG ? "is no shared library" : "is cut short: ") != NULL, "%zu bytes: %s",
               size, message);
  }
  plugin_write_file(file, bytes.data, bytes.size - 1);
  plugin_refused(d, file, "recorder",
                 plugin_format("is cut short: its section headers reach up to byte %zu, it has %zu. Install it again",
                               bytes.size, bytes.size - 1));
  plugin_end();
}

/* A library may have no section headers; then the segments alone tell that it lost its end. */
static void test_truncated_sections_stripped(void) {
  plugin_begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  plugin_read_file(plugin_built("recorder"), &bytes);
  ElfW(Ehdr) header;
  memcpy(&header, bytes.data, sizeof header);
  ElfW(Phdr) segment;
  size_t last = 0;
  for (size_t i = 0; i < header.e_phnum; i++) {
    memcpy(&segment, bytes.data + header.e_phoff + i * sizeof segment, sizeof segment);
    size_t reaches = segment.p_offset + segment.p_filesz;
    if (segment.p_type == PT_LOAD && reaches > last) last = reaches;
  }
  header.e_shoff = header.e_shnum = header.e_shstrndx = 0;
  memcpy(bytes.data, &header, sizeof header);
  const char *d = plugin_new_directory();
  plugin_write_file(plugin_file_in(d, "recorder"), bytes.data, last - 1);
  plugin_refused(
      d, plugin_file_in(d, "recorder"), "recorder",
      plugin_format("is cut short: its segments reach up to byte %zu, it has %zu. Install it again", last, last - 1));
  d = plugin_new_directory();
  plugin_write_file(plugin_file_in(d, "recorder"), bytes.data, last);
  plugin_good(d, "recorder");
  plugin_end();
}

/* Headers with any byte wrong must be refused or be harmless; reading them must not go astray. */
static void test_hostile_headers(void) {
  plugin_begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  plugin_read_file(plugin_built("recorder"), &bytes);
  const char *file = plugin_file_in(plugin_new_directory(), "recorder");
  plugin_write_file(file, bytes.data, bytes.size);
  int fd = open(file, O_RDWR | O_CLOEXEC);
  CU_ASSERT_FATAL(fd >= 0);
  CU_ASSERT_PTR_NULL(sbe_elf_check(plugin_arena, fd, bytes.size));
  static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  unsigned refusals = 0;
  for (size_t at = 0; at < sizeof(ElfW(Ehdr)) + 4 * sizeof(ElfW(Phdr)); at++) {
    for (size_t i = 0; i < sizeof values; i++) {
      CU_ASSERT_FATAL(pwrite(fd, &values[i], 1, (off_t)at) == 1);
      refusals += sbe_elf_check(plugin_arena, fd, bytes.size) != NULL;
    }
    CU_ASSERT_FATAL(pwrite(fd, bytes.data + at, 1, (off_t)at) == 1);
  }
  UNIT_CHECK(refusals > 200, "%u headers were refused", refusals);
  CU_ASSERT_PTR_NULL(sbe_elf_check(plugin_arena, fd, bytes.size));
  close(fd);
  plugin_end();
}

int sbe_add_trust_suite(void) {
  static const sbe_unit_test tests[] = {
      {"odd files", test_odd_files},
      {"no regular file", test_no_regular_file},
      {"symlink out", test_symlink_out},
      {".la only", test_la_only},
      {"writable by others", test_writable},
      {"command in a message", test_quoted_command},
      {"owner rule", test_owner_rule},
      {"owned by a stranger", test_foreign_owner},
      {"unreadable", test_unreadable},
      {"directories", test_directories},
      {"swapped while checked", test_swapped},
      {"truncated", test_truncated},
      {"truncated, without section headers", test_truncated_sections_stripped},
      {"hostile headers", test_hostile_headers},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("trust", tests);
}
