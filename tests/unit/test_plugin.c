/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding, checking and loading adapters: good ones, and every way in which one can be broken, each with
 * the message that its user reads. The modules come from tests/adapters and tests/abi; a test copies what
 * it needs into a directory of its own, for what was once loaded stays loaded.
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
#include "tests/unit/unit.h"

static sbe_arena *arena;

/* --- the stage ----------------------------------------------------------------------------------- */

static void begin(void) {
  arena = sbe_arena_new();
}

static void end(void) {
  sbe_arena_free(arena);
  arena = NULL;
}

static const char *format(const char *pattern, ...) SBE_PRINTF(1, 2);
static const char *format(const char *pattern, ...) {
  char text[8192];
  va_list arguments;
  va_start(arguments, pattern);
  vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return sbe_arena_strdup(arena, text);
}

static const char *new_directory(void) {
  static unsigned n;
  const char *path = format("%s/plugin-%u", sbe_unit_directory(), n++);
  CU_ASSERT_FATAL(mkdir(path, 0755) == 0);
  CU_ASSERT_FATAL(chmod(path, 0755) == 0);
  return path;
}

/* Where the build has left a module. */
static const char *built(const char *name) {
  const char *given = getenv("SBE_TEST_ADAPTERS"), *top = getenv("abs_top_builddir");
  if (given) return format("%s/sbe_adapter_%s.so", given, name);
  return format("%s/tests/%s/.libs/sbe_adapter_%s.so", top ? top : ".", name[0] == 'v' ? "abi" : "adapters", name);
}

static void read_file(const char *path, sbe_text *out) {
  FILE *file = fopen(path, "rb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  char block[65536];
  for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) sbe_text_put(out, block, n);
  fclose(file);
}

static void write_file(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_FATAL(fwrite(bytes, 1, size, file) == size);
  CU_ASSERT_FATAL(fclose(file) == 0);
  CU_ASSERT_FATAL(chmod(path, 0644) == 0);
}

static const char *in(const char *directory, const char *name) {
  return format("%s/sbe_adapter_%s.so", directory, name);
}

/* Copies a module into a directory, perhaps under another name; answers its path there. */
static const char *place_as(const char *directory, const char *module, const char *name) {
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  read_file(built(module), &bytes);
  const char *path = in(directory, name);
  write_file(path, bytes.data, bytes.size);
  return path;
}

static const char *place(const char *directory, const char *module) {
  return place_as(directory, module, module);
}

static sbe_plugin_path path_of(size_t n, const char *const *directories) {
  sbe_plugin_path path = {n, SBE_NEW_ARRAY(arena, const char *, n)};
  for (size_t i = 0; i < n; i++) path.directories[i] = directories[i];
  return path;
}

/* The message with which a name cannot be loaded from one directory; "" when it can. */
static const char *refusal(const char *directory, const char *name) {
  sbe_plugin_path path = path_of(1, &directory);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(&path, name, &plugin, &error);
  CU_ASSERT_EQUAL(code, error.code);
  UNIT_CHECK((code == SBE_OK) == (plugin != NULL), "%s: a plugin is answered just on success", name);
  return sbe_arena_strdup(arena, error.message);
}

/* The message must be: nothing else, one place, this reason. */
static void refused(const char *directory, const char *place, const char *name, const char *reason) {
  const char *want = format("no adapter '%s' could be loaded\n    %s: %s", name, place, reason);
  const char *have = refusal(directory, name);
  UNIT_CHECK(strcmp(want, have) == 0, "wanted:\n%s\ngot:\n%s", want, have);
}

static void good(const char *directory, const char *name) {
  const char *message = refusal(directory, name);
  UNIT_CHECK(message[0] == '\0', "%s should load: %s", name, message);
}

/* --- names and paths ----------------------------------------------------------------------------- */

static void test_names(void) {
  static const struct {
    const char *name;
    bool valid;
  } rows[] = {{"duckdb", true},  {"a", true},     {"a_1", true},  {"abcdefghijklmnopqrstuvwxyz012345", true},
              {"", false},       {"1a", false},   {"_a", false},  {"abcdefghijklmnopqrstuvwxyz0123456", false},
              {"DuckDB", false}, {"../x", false}, {"a/b", false}, {"a.b", false},
              {"a-b", false},    {"a b", false},  {"ä", false},   {"a\n", false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    UNIT_CHECK(sbe_adapter_name_valid(rows[i].name) == rows[i].valid, "'%s'", rows[i].name);
  }
}

static void test_search_path(void) {
  begin();
  const char *before = getenv("SBE_PLUGIN_PATH") ? format("%s", getenv("SBE_PLUGIN_PATH")) : NULL;
  setenv("SBE_PLUGIN_PATH", ":/c::/a:relative/:/d/:", 1);
  const char *options[] = {"/a", "/b//", "/"};
  static const char *const want[] = {"/a", "/b", "/", "/c", "relative", "/d"};
  sbe_plugin_path *path = sbe_plugin_path_new(arena, 3, options);
  size_t n = sizeof want / sizeof *want;
#ifdef SBE_ADAPTER_DIR
  CU_ASSERT_EQUAL_FATAL(path->n, n + 1);
  CU_ASSERT_STRING_EQUAL(path->directories[n], SBE_ADAPTER_DIR);
#endif
  for (size_t i = 0; i < n; i++) {
    UNIT_CHECK(sbe_streq(path->directories[i], want[i]), "%zu: %s, wanted %s", i, path->directories[i], want[i]);
  }
  if (before)
    setenv("SBE_PLUGIN_PATH", before, 1);
  else
    unsetenv("SBE_PLUGIN_PATH");
  end();
}

/* --- what loads ---------------------------------------------------------------------------------- */

static void test_load(void) {
  begin();
  const char *directories[] = {new_directory(), new_directory()};
  const char *file = place(directories[0], "recorder");
  sbe_plugin_path path = path_of(2, directories);
  const sbe_plugin *plugin = NULL, *again = NULL, *linked = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(sbe_plugin_load(&path, "recorder", &plugin, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(plugin->name, "recorder");
  CU_ASSERT_STRING_EQUAL(plugin->path, file);
  CU_ASSERT_STRING_EQUAL(plugin->adapter->licence, "Apache-2.0");
  CU_ASSERT_EQUAL(plugin->dialect.struct_size, sizeof(sbe_dialect));
  CU_ASSERT_EQUAL(plugin->dialect.max_identifier, 63);
  CU_ASSERT_PTR_NOT_NULL(plugin->connection.about);
  CU_ASSERT_EQUAL(plugin->fixture.struct_size, 0);
  /* Its init fails when it is called twice. */
  CU_ASSERT_EQUAL(sbe_plugin_load(&path, "recorder", &again, &error), SBE_OK);
  CU_ASSERT_PTR_EQUAL(again, plugin);
  /* A second name of the same file is the same module for the dynamic loader, so it is for us. */
  CU_ASSERT_FATAL(link(file, in(directories[1], "recorder")) == 0);
  sbe_plugin_path second = path_of(1, directories + 1);
  CU_ASSERT_EQUAL(sbe_plugin_load(&second, "recorder", &linked, &error), SBE_OK);
  CU_ASSERT_PTR_EQUAL(linked, plugin);
  end();
}

/* A link may stay in its directory, as libraries with versions in their names have it. */
static void test_symlink_inside(void) {
  begin();
  const char *directory = new_directory();
  CU_ASSERT_FATAL(rename(place(directory, "recorder"), format("%s/recorder.so.1", directory)) == 0);
  CU_ASSERT_FATAL(symlink("recorder.so.1", in(directory, "recorder")) == 0);
  good(directory, "recorder");
  /* The directory itself may be reached by a link: only its own rights count. */
  const char *link = format("%s-link", directory);
  CU_ASSERT_FATAL(symlink(directory, link) == 0);
  good(link, "recorder");
  end();
}

static void test_first_wins(void) {
  begin();
  const char *d[] = {new_directory(), new_directory(), new_directory()};
  write_file(in(d[0], "plain"), "text", 4);
  place(d[1], "plain");
  place(d[2], "plain");
  const char *log = format("%s/log", new_directory());
  CU_ASSERT_FATAL(sbe_log_open(log) == 0);
  sbe_plugin_path path = path_of(3, d);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&path, "plain", &plugin, &error), SBE_OK);
  sbe_log_close();
  CU_ASSERT_STRING_EQUAL(plugin ? plugin->path : "", in(d[1], "plain"));
  sbe_cleanup_text sbe_text said = SBE_TEXT(1 << 20);
  read_file(log, &said);
  const char *want = format("WARNING adapter plain: %s: is no shared library (it does not begin as an ELF file). "
                            "Install it again; taking %s\n",
                            in(d[0], "plain"), in(d[1], "plain"));
  UNIT_CHECK(strstr(sbe_text_string(&said), want) != NULL, "wanted %s in %s", want, sbe_text_string(&said));
  end();
}

/* --- broken modules ------------------------------------------------------------------------------ */

#define BROKEN "is a broken adapter: "

static void test_broken_modules(void) {
  begin();
  static const struct {
    const char *name, *reason;
  } rows[] = {
      {"nosymbol", "is a shared library, but not the adapter 'nosymbol': it does not export sbe_adapter_nosymbol()"},
      {"misnamed", "says that it is the adapter 'other': the file must be called sbe_adapter_other.so"},
      {"badmagic", "exports the symbol of an adapter, but what it answers is none (wrong magic number)"},
      {"badsize", BROKEN "struct_size is 8; its author must set it to sizeof"},
      {"newmajor", "was built for version 1.2 of the adapter interface, this sbe has 0.2: install a newer sbe, or an "
                   "older version of the adapter"},
      {"newminor", "was built for version 0.3 of the adapter interface, this sbe has 0.2: install a newer sbe, or an "
                   "older version of the adapter"},
      {"undefined", "cannot be loaded: undefined symbol: sbe_test_function_that_nobody_has (the adapter is incomplete: "
                    "its author should link it with -Wl,-z,defs)"},
      {"nomember", BROKEN "its connection lacks 'query', which every adapter must have"},
      {"nodescribe", BROKEN "its connection lacks 'describe', and its dialect SBE_OP_DESCRIBE: it needs one of them"},
      {"notable", BROKEN "its description lacks 'dialect', which every adapter must have"},
      {"badfixture", BROKEN "its fixture lacks 'create', which every adapter must have"},
      {"badpattern", BROKEN "dialect.patterns[0] has no pattern"},
      {"badoption", BROKEN "two of its options are called 'host'"},
      {"nothing", BROKEN "sbe_adapter_nothing() answered NULL"},
      {"badinit", "cannot be used: libwarehouse.so.7 is not installed; apt install libwarehouse7"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *directory = new_directory();
    const char *file = place(directory, rows[i].name);
    refused(directory, file, rows[i].name, rows[i].reason);
    /* Asked again, it says the same, and does not call init once more. */
    refused(directory, file, rows[i].name, rows[i].reason);
  }
  end();
}

/* Who has a query of a table's columns need not have a function as well. */
static void test_described_by_query(void) {
  begin();
  const char *directory = new_directory();
  place(directory, "byquery");
  good(directory, "byquery");
  sbe_plugin_path path = path_of(1, &directory);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(sbe_plugin_load(&path, "byquery", &plugin, &error), SBE_OK);
  CU_ASSERT_PTR_NULL(plugin->connection.describe);
  end();
}

/* A module under another's name is told by the symbol that it lacks, before anything of it is called. */
static void test_renamed_file(void) {
  begin();
  const char *directory = new_directory();
  refused(directory, place_as(directory, "plain", "snowfall"), "snowfall",
          "is a shared library, but not the adapter 'snowfall': it does not export sbe_adapter_snowfall()");
  end();
}

/* --- broken files -------------------------------------------------------------------------------- */

/* One file of its own directory, made by hand. */
static void odd(const char *bytes, size_t size, const char *reason) {
  const char *directory = new_directory();
  const char *file = in(directory, "odd");
  write_file(file, bytes, size);
  refused(directory, file, "odd", reason);
}

static void test_odd_files(void) {
  begin();
  odd("", 0, "is empty. Install it again");
  odd("hello\n", 6, "is no shared library (it does not begin as an ELF file). Install it again");
  /* A .la by another name. */
  static const char la[] = "# sbe_adapter_odd.la - a libtool library file\ndlname='/bin/true'\n";
  odd(la, sizeof la - 1, "is no shared library (it does not begin as an ELF file). Install it again");

  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  read_file(built("plain"), &bytes);
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
  end();
}

static void test_no_regular_file(void) {
  begin();
  const char *d = new_directory();
  CU_ASSERT_FATAL(mkdir(in(d, "folder"), 0755) == 0);
  refused(d, in(d, "folder"), "folder", "is a directory, not a shared library");
  d = new_directory();
  CU_ASSERT_FATAL(mkfifo(in(d, "pipe"), 0644) == 0);
  refused(d, in(d, "pipe"), "pipe", "is no regular file");
  d = new_directory();
  CU_ASSERT_FATAL(symlink("gone.so", in(d, "dangling")) == 0);
  refused(d, in(d, "dangling"), "dangling", "is a symlink to a file that is not there");
  end();
}

static void test_symlink_out(void) {
  begin();
  const char *elsewhere = new_directory(), *d = new_directory();
  const char *target = place(elsewhere, "plain");
  CU_ASSERT_FATAL(symlink(target, in(d, "plain")) == 0);
  refused(d, in(d, "plain"), "plain",
          format("is a symlink that leads out of its directory, to %s; put a copy there instead", target));
  /* Also into a directory below, and into one whose name only begins alike. */
  d = new_directory();
  CU_ASSERT_FATAL(mkdir(format("%s/below", d), 0755) == 0);
  place(format("%s/below", d), "plain");
  CU_ASSERT_FATAL(symlink("below/sbe_adapter_plain.so", in(d, "plain")) == 0);
  refused(d, in(d, "plain"), "plain",
          format("is a symlink that leads out of its directory, to %s/below/sbe_adapter_plain.so; put a copy there "
                 "instead",
                 d));
  end();
}

static void test_la_only(void) {
  begin();
  const char *d = new_directory();
  write_file(format("%s/sbe_adapter_plain.la", d), "dlname='x'\n", 11);
  refused(d, in(d, "plain"), "plain",
          "no such file; there is a .la file, which sbe never reads: in a build tree, name the folder .libs instead");
  end();
}

/* --- trust --------------------------------------------------------------------------------------- */

static void test_writable(void) {
  begin();
  const char *d = new_directory();
  const char *file = place(d, "plain");
  static const struct {
    mode_t mode;
    const char *text;
  } rows[] = {{0666, "0666"}, {0646, "0646"}, {0664, "0664"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CU_ASSERT_FATAL(chmod(file, rows[i].mode) == 0);
    refused(d, file, "plain",
            format("may be written by others (mode %s). If you trust it: chmod go-w %s", rows[i].text, file));
  }
  CU_ASSERT_FATAL(chmod(file, 0644) == 0);
  CU_ASSERT_FATAL(chmod(d, 0777) == 0);
  refused(d, d, "plain", format("may be written by others (mode 0777). If you trust it: chmod go-w %s", d));
  /* The sticky bit keeps others from replacing a file, not from adding one. */
  CU_ASSERT_FATAL(chmod(d, 01777) == 0);
  refused(d, d, "plain", format("may be written by others (mode 1777). If you trust it: chmod go-w %s", d));
  CU_ASSERT_FATAL(chmod(d, 0775) == 0);
  refused(d, d, "plain", format("may be written by others (mode 0775). If you trust it: chmod go-w %s", d));
  /* What the message says helps. */
  CU_ASSERT_FATAL(chmod(d, 0755) == 0);
  good(d, "plain");
  end();
}

/* The command in the message is one that a shell takes as it stands. */
static void test_quoted_command(void) {
  begin();
  const char *d = format("%s/it's $(here)", new_directory());
  CU_ASSERT_FATAL(mkdir(d, 0755) == 0);
  const char *file = place(d, "plain");
  CU_ASSERT_FATAL(chmod(file, 0666) == 0);
  const char *message = refusal(d, "plain");
  const char *command = strstr(message, "chmod ");
  CU_ASSERT_PTR_NOT_NULL_FATAL(command);
  CU_ASSERT_EQUAL(system(command), 0);
  struct stat st;
  CU_ASSERT_EQUAL(stat(file, &st), 0);
  CU_ASSERT_EQUAL(st.st_mode & 07777, 0644);
  end();
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
  begin();
  const char *d = new_directory();
  const char *file = place(d, "plain");
  const char *belongs =
      "belongs to the user with id 54321; sbe loads only what belongs to root, to you or to the owner "
      "of sbe itself. If you trust it: chown 0 ";
  CU_ASSERT_FATAL(chown(file, 54321, 0) == 0);
  refused(d, file, "plain", format("%s%s", belongs, file));
  CU_ASSERT_FATAL(chown(file, 0, 0) == 0 && chown(d, 54321, 0) == 0);
  refused(d, d, "plain", format("%s%s", belongs, d));
  CU_ASSERT_FATAL(chown(d, 0, 0) == 0);
  good(d, "plain");
  end();
}

static void test_unreadable(void) {
  if (geteuid() == 0) {
    sbe_unit_skip("root can read every file");
    return;
  }
  begin();
  const char *d = new_directory();
  const char *file = place(d, "plain");
  CU_ASSERT_FATAL(chmod(file, 0) == 0);
  refused(d, file, "plain", "cannot be read: Permission denied");
  end();
}

static void test_directories(void) {
  begin();
  refused("adapters", "adapters", "plain", "is not an absolute path, so nothing is loaded from it");
  refused(".", ".", "plain", "is not an absolute path, so nothing is loaded from it");
  const char *gone = format("%s/gone", new_directory());
  refused(gone, gone, "plain", "no such directory");
  write_file(gone, "x", 1);
  refused(gone, gone, "plain", "is no directory");
  sbe_plugin_path nowhere = {0, NULL};
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&nowhere, "plain", &plugin, &error), SBE_NOT_FOUND);
  CU_ASSERT_STRING_EQUAL(error.message,
                         "no adapter 'plain' could be loaded\n    there is no directory to look in; name "
                         "one with --plugin-dir");
  end();
}

/* A package that is upgraded between the check and the loading. */
static void test_swapped(void) {
  begin();
  const char *d = new_directory();
  const char *file = place(d, "plain");
  sbe_directory directory;
  sbe_file checked;
  sbe_directory_check(arena, d, &directory);
  CU_ASSERT_PTR_NULL_FATAL(sbe_file_check(arena, &directory, file, &checked));
  CU_ASSERT_PTR_NULL(sbe_file_recheck(arena, &checked));
  const char *other = place_as(d, "plain", "other");
  /* Only the inode tells them apart. */
  const struct timespec times[] = {checked.identity.st_atim, checked.identity.st_mtim};
  CU_ASSERT_FATAL(utimensat(AT_FDCWD, other, times, 0) == 0);
  CU_ASSERT_FATAL(rename(other, file) == 0);
  const sbe_plugin *plugin = NULL;
  const char *reason = sbe_module_load(arena, "plain", &checked, &plugin);
  CU_ASSERT_PTR_NULL(plugin);
  CU_ASSERT_STRING_EQUAL(reason ? reason : "", "was changed while it was checked; try again when it is installed");
  sbe_file_close(&checked);
  end();
}

static void test_truncated(void) {
  begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  read_file(built("recorder"), &bytes);
  const char *d = new_directory();
  const char *file = in(d, "recorder");
  /* Every length below is one at which an unchecked dlopen may die of SIGBUS. */
  for (size_t size = 1; size < bytes.size; size += size < 1024 ? 61 : 997) {
    write_file(file, bytes.data, size);
    const char *message = refusal(d, "recorder");
    UNIT_CHECK(strstr(message, size < SELFMAG ? "is no shared library" : "is cut short: ") != NULL, "%zu bytes: %s",
               size, message);
  }
  write_file(file, bytes.data, bytes.size - 1);
  refused(d, file, "recorder",
          format("is cut short: its section headers reach up to byte %zu, it has %zu. Install it again", bytes.size,
                 bytes.size - 1));
  end();
}

/* A library may have no section headers; then the segments alone tell that it lost its end. */
static void test_truncated_sections_stripped(void) {
  begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  read_file(built("recorder"), &bytes);
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
  const char *d = new_directory();
  write_file(in(d, "recorder"), bytes.data, last - 1);
  refused(d, in(d, "recorder"), "recorder",
          format("is cut short: its segments reach up to byte %zu, it has %zu. Install it again", last, last - 1));
  d = new_directory();
  write_file(in(d, "recorder"), bytes.data, last);
  good(d, "recorder");
  end();
}

/* Headers with any byte wrong must be refused or be harmless; reading them must not go astray. */
static void test_hostile_headers(void) {
  begin();
  sbe_cleanup_text sbe_text bytes = SBE_TEXT((size_t)64 << 20);
  read_file(built("recorder"), &bytes);
  const char *file = in(new_directory(), "recorder");
  write_file(file, bytes.data, bytes.size);
  int fd = open(file, O_RDWR | O_CLOEXEC);
  CU_ASSERT_FATAL(fd >= 0);
  CU_ASSERT_PTR_NULL(sbe_elf_check(arena, fd, bytes.size));
  static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  unsigned refusals = 0;
  for (size_t at = 0; at < sizeof(ElfW(Ehdr)) + 4 * sizeof(ElfW(Phdr)); at++) {
    for (size_t i = 0; i < sizeof values; i++) {
      CU_ASSERT_FATAL(pwrite(fd, &values[i], 1, (off_t)at) == 1);
      refusals += sbe_elf_check(arena, fd, bytes.size) != NULL;
    }
    CU_ASSERT_FATAL(pwrite(fd, bytes.data + at, 1, (off_t)at) == 1);
  }
  UNIT_CHECK(refusals > 200, "%u headers were refused", refusals);
  CU_ASSERT_PTR_NULL(sbe_elf_check(arena, fd, bytes.size));
  close(fd);
  end();
}

/* --- messages about what is not there ------------------------------------------------------------ */

static void says(const char *const *directories, size_t n, const char *name, int32_t code, const char *want) {
  sbe_plugin_path path = path_of(n, directories);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  UNIT_CHECK(sbe_plugin_load(&path, name, &plugin, &error) == code, "%s: code %d", name, (int)error.code);
  UNIT_CHECK(strcmp(error.message, want) == 0, "wanted:\n%s\ngot:\n%s", want, error.message);
}

static void test_not_there(void) {
  begin();
  const char *d[] = {new_directory(), new_directory()};
  place(d[1], "plain");
  place(d[1], "recorder");
#define PLACES(name)                                                                                                   \
  format("no adapter '%s' could be loaded\n    %s: no such file\n    %s: no such file\n  ", name, in(d[0], name),      \
         in(d[1], name))
  says(d, 2, "snowflake", SBE_NOT_FOUND,
       format("%sit comes with the package sbe-adapter-snowflake; adapters that are here: plain, recorder",
              PLACES("snowflake")));
  says(d, 2, "recodrer", SBE_NOT_FOUND,
       format("%sdid you mean 'recorder'? Adapters that are here: plain, recorder", PLACES("recodrer")));
  says(d, 2, "snowflakes", SBE_NOT_FOUND,
       format("%sdid you mean 'snowflake'? It comes with the package sbe-adapter-snowflake; adapters that are here: "
              "plain, recorder",
              PLACES("snowflakes")));
  says(d, 2, "zzzzzzzzzzzz", SBE_NOT_FOUND,
       format("%sadapters that are here: plain, recorder", PLACES("zzzzzzzzzzzz")));
  says(d, 1, "zzz", SBE_NOT_FOUND, format("no adapter 'zzz' could be loaded\n    %s: no such file", in(d[0], "zzz")));
  end();
}

static void test_bad_names(void) {
  begin();
  const char *d = new_directory();
  place(d, "recorder");
#define RULE " is not the name of an adapter: a small letter and then at most 31 of a-z, 0-9 and _"
  says(&d, 1, "Recorder", SBE_INVALID, "'Recorder'" RULE "; did you mean 'recorder'?");
  says(&d, 1, "../../etc/x", SBE_INVALID, "'../../etc/x'" RULE);
  says(&d, 1, "", SBE_INVALID, "''" RULE);
  says(&d, 1, "a\033[2J", SBE_INVALID, "this" RULE);
  says(&d, 1, format("%02000d", 0), SBE_INVALID, "this" RULE);
  end();
}

/* However many places there are, the hint after them is never what is cut off. */
static void test_many_places(void) {
  begin();
  const char *d[60];
  for (size_t i = 0; i < 60; i++) d[i] = format("/nowhere/%059zu", i);
  sbe_plugin_path path = path_of(60, d);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&path, "snowflake", &plugin, &error), SBE_NOT_FOUND);
  const char *tail = " more, see sbe adapters --verbose\n  it comes with the package sbe-adapter-snowflake";
  size_t size = strlen(error.message);
  UNIT_CHECK(size > strlen(tail) && strcmp(error.message + size - strlen(tail), tail) == 0, "%s", error.message);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/nowhere/00000000000000000000000000000000000000000000000000000000000: "
                                               "no such directory\n"));
  end();
}

/* --- the list ------------------------------------------------------------------------------------ */

static void test_list(void) {
  begin();
  const char *d[] = {new_directory(), "relative", new_directory()};
  place(d[0], "recorder");
  place(d[0], "badmagic");
  write_file(format("%s/sbe_adapter_Odd.so", d[0]), "x", 1);
  write_file(format("%s/sbe_adapter_lonely.la", d[0]), "x", 1);
  write_file(format("%s/sbe_adapter_recorder.la", d[0]), "x", 1);
  write_file(format("%s/libother.so", d[0]), "x", 1);
  place(d[2], "recorder");
  place(d[2], "plain");
  const struct {
    const char *name, *path, *reason;
  } rows[] = {
      {"Odd", in(d[0], "Odd"),
       "has a name that no adapter can have: sbe_adapter_NAME.so, where NAME is a small letter and then at most 31 of "
       "a-z, 0-9 and _"},
      {"badmagic", in(d[0], "badmagic"),
       "exports the symbol of an adapter, but what it answers is none (wrong magic number)"},
      {"lonely", in(d[0], "lonely"),
       "no such file; there is a .la file, which sbe never reads: in a build tree, name the folder .libs instead"},
      {"recorder", in(d[0], "recorder"), NULL},
      {"", "relative", "is not an absolute path, so nothing is loaded from it"},
      {"plain", in(d[2], "plain"), NULL},
      {"recorder", in(d[2], "recorder"), format("is not needed: %s comes first", in(d[0], "recorder"))},
  };
  sbe_plugin_path path = path_of(3, d);
  const sbe_candidate *candidate = sbe_plugin_list(arena, &path);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, candidate = candidate->next) {
    CU_ASSERT_PTR_NOT_NULL_FATAL(candidate);
    UNIT_CHECK(sbe_streq(candidate->name, rows[i].name), "%zu: %s", i, candidate->name);
    UNIT_CHECK(sbe_streq(candidate->path, rows[i].path), "%zu: %s", i, candidate->path);
    UNIT_CHECK(sbe_streq(candidate->reason, rows[i].reason), "%zu: %s", i, candidate->reason);
    UNIT_CHECK(candidate->taken == !rows[i].reason && candidate->taken == (candidate->plugin != NULL), "%zu", i);
  }
  CU_ASSERT_PTR_NULL(candidate);
  end();
}

/* --- kept versions of the interface -------------------------------------------------------------- */

static void test_frozen(void) {
  begin();
  const char *d = new_directory();
  place(d, "v0frozen");
  place(d, "v0short");
  sbe_plugin_path path = path_of(1, &d);
  const sbe_plugin *frozen = NULL, *brief = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(sbe_plugin_load(&path, "v0frozen", &frozen, &error), SBE_OK);
  CU_ASSERT_EQUAL_FATAL(sbe_plugin_load(&path, "v0short", &brief, &error), SBE_OK);
  CU_ASSERT_EQUAL(frozen->adapter->abi_minor, 1);
  CU_ASSERT_EQUAL(frozen->dialect.max_days, 7);
  CU_ASSERT_PTR_NOT_NULL(frozen->dialect.create);
  CU_ASSERT_PTR_NULL(frozen->dialect.replace);
  CU_ASSERT_PTR_NOT_NULL(frozen->connection.about);
  CU_ASSERT_STRING_EQUAL(frozen->fixture.layouts[0], "flat");
  CU_ASSERT_STRING_EQUAL(frozen->adapter->options[1]->preset, "hall");
  /* What lies behind the end of a short table is not looked at. */
  CU_ASSERT_PTR_NOT_NULL(brief->dialect.source);
  CU_ASSERT_PTR_NULL(brief->dialect.create);
  CU_ASSERT_PTR_NULL(brief->dialect.replace);
  CU_ASSERT_PTR_NULL(brief->connection.about);
  CU_ASSERT_STRING_EQUAL(brief->adapter->options[0]->help, "What opens the door.");
  CU_ASSERT_EQUAL(brief->adapter->options[0]->is_path, 0);
  CU_ASSERT_EQUAL(brief->dialect.struct_size, sizeof(sbe_dialect));
  /* The description shows the host's copies, too. */
  CU_ASSERT_PTR_EQUAL(brief->adapter->dialect, &brief->dialect);
  end();
}

int sbe_add_plugin_suite(void) {
  static const sbe_unit_test tests[] = {
      {"names", test_names},
      {"search path", test_search_path},
      {"load", test_load},
      {"symlink inside", test_symlink_inside},
      {"first wins, broken one is reported", test_first_wins},
      {"broken modules", test_broken_modules},
      {"described by a query", test_described_by_query},
      {"renamed file", test_renamed_file},
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
      {"not there", test_not_there},
      {"bad names", test_bad_names},
      {"many places", test_many_places},
      {"list", test_list},
      {"kept versions", test_frozen},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("plugin", tests);
}
