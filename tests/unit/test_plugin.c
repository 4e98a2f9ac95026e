/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader: names and search paths, what loads and which of several, modules that describe themselves wrongly, the
 * messages, the list, and kept versions of the interface. Which files it opens at all: test_trust.c.
 */
#include <CUnit/CUnit.h>
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
  plugin_begin();
  const char *before = getenv("SBE_PLUGIN_PATH") ? plugin_format("%s", getenv("SBE_PLUGIN_PATH")) : NULL;
  setenv("SBE_PLUGIN_PATH", ":/c::/a:relative/:/d/:", 1);
  const char *options[] = {"/a", "/b//", "/"};
  static const char *const want[] = {"/a", "/b", "/", "/c", "relative", "/d"};
  sbe_plugin_path *path = sbe_plugin_path_new(plugin_arena, 3, options);
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
  plugin_end();
}

/* --- what loads ---------------------------------------------------------------------------------- */

static void test_load(void) {
  plugin_begin();
  const char *directories[] = {plugin_new_directory(), plugin_new_directory()};
  const char *file = plugin_place(directories[0], "recorder");
  sbe_plugin_path path = plugin_path_of(2, directories);
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
  CU_ASSERT_FATAL(link(file, plugin_file_in(directories[1], "recorder")) == 0);
  sbe_plugin_path second = plugin_path_of(1, directories + 1);
  CU_ASSERT_EQUAL(sbe_plugin_load(&second, "recorder", &linked, &error), SBE_OK);
  CU_ASSERT_PTR_EQUAL(linked, plugin);
  plugin_end();
}

/* A link may stay in its directory, as libraries with versions in their names have it. */
static void test_symlink_inside(void) {
  plugin_begin();
  const char *directory = plugin_new_directory();
  CU_ASSERT_FATAL(rename(plugin_place(directory, "recorder"), plugin_format("%s/recorder.so.1", directory)) == 0);
  CU_ASSERT_FATAL(symlink("recorder.so.1", plugin_file_in(directory, "recorder")) == 0);
  plugin_good(directory, "recorder");
  /* The directory itself may be reached by a link: only its own rights count. */
  const char *link = plugin_format("%s-link", directory);
  CU_ASSERT_FATAL(symlink(directory, link) == 0);
  plugin_good(link, "recorder");
  plugin_end();
}

static void test_first_wins(void) {
  plugin_begin();
  const char *d[] = {plugin_new_directory(), plugin_new_directory(), plugin_new_directory()};
  plugin_write_file(plugin_file_in(d[0], "plain"), "text", 4);
  plugin_place(d[1], "plain");
  plugin_place(d[2], "plain");
  const char *log = plugin_format("%s/log", plugin_new_directory());
  CU_ASSERT_FATAL(sbe_log_open(log) == 0);
  sbe_plugin_path path = plugin_path_of(3, d);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&path, "plain", &plugin, &error), SBE_OK);
  sbe_log_close();
  CU_ASSERT_STRING_EQUAL(plugin ? plugin->path : "", plugin_file_in(d[1], "plain"));
  sbe_cleanup_text sbe_text said = SBE_TEXT(1 << 20);
  plugin_read_file(log, &said);
  const char *want =
      plugin_format("WARNING adapter plain: %s: is no shared library (it does not begin as an ELF file). "
                    "Install it again; taking %s\n",
                    plugin_file_in(d[0], "plain"), plugin_file_in(d[1], "plain"));
  UNIT_CHECK(strstr(sbe_text_string(&said), want) != NULL, "wanted %s in %s", want, sbe_text_string(&said));
  plugin_end();
}

/* --- broken modules ------------------------------------------------------------------------------ */

#define BROKEN "is a broken adapter: "

static void test_broken_modules(void) {
  plugin_begin();
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
    const char *directory = plugin_new_directory();
    const char *file = plugin_place(directory, rows[i].name);
    plugin_refused(directory, file, rows[i].name, rows[i].reason);
    /* Asked again, it says the same, and does not call init once more. */
    plugin_refused(directory, file, rows[i].name, rows[i].reason);
  }
  plugin_end();
}

/* Who has a query of a table's columns need not have a function as well. */
static void test_described_by_query(void) {
  plugin_begin();
  const char *directory = plugin_new_directory();
  plugin_place(directory, "byquery");
  plugin_good(directory, "byquery");
  sbe_plugin_path path = plugin_path_of(1, &directory);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(sbe_plugin_load(&path, "byquery", &plugin, &error), SBE_OK);
  CU_ASSERT_PTR_NULL(plugin->connection.describe);
  plugin_end();
}

/* A module under another's name is told by the symbol that it lacks, before anything of it is called. */
static void test_renamed_file(void) {
  plugin_begin();
  const char *directory = plugin_new_directory();
  plugin_refused(directory, plugin_place_as(directory, "plain", "snowfall"), "snowfall",
                 "is a shared library, but not the adapter 'snowfall': it does not export sbe_adapter_snowfall()");
  plugin_end();
}

/* --- messages about what is not there ------------------------------------------------------------ */

static void says(const char *const *directories, size_t n, const char *name, int32_t code, const char *want) {
  sbe_plugin_path path = plugin_path_of(n, directories);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  UNIT_CHECK(sbe_plugin_load(&path, name, &plugin, &error) == code, "%s: code %d", name, (int)error.code);
  UNIT_CHECK(strcmp(error.message, want) == 0, "wanted:\n%s\ngot:\n%s", want, error.message);
}

static void test_not_there(void) {
  plugin_begin();
  const char *d[] = {plugin_new_directory(), plugin_new_directory()};
  plugin_place(d[1], "plain");
  plugin_place(d[1], "recorder");
#define PLACES(name)                                                                                                   \
  plugin_format("no adapter '%s' could be loaded\n    %s: no such file\n    %s: no such file\n  ", name,               \
                plugin_file_in(d[0], name), plugin_file_in(d[1], name))
  says(d, 2, "snowflake", SBE_NOT_FOUND,
       plugin_format("%sit comes with the package sbe-adapter-snowflake; adapters that are here: plain, recorder",
                     PLACES("snowflake")));
  says(d, 2, "recodrer", SBE_NOT_FOUND,
       plugin_format("%sdid you mean 'recorder'? Adapters that are here: plain, recorder", PLACES("recodrer")));
  says(d, 2, "snowflakes", SBE_NOT_FOUND,
       plugin_format(
           "%sdid you mean 'snowflake'? It comes with the package sbe-adapter-snowflake; adapters that are here: "
           "plain, recorder",
           PLACES("snowflakes")));
  says(d, 2, "zzzzzzzzzzzz", SBE_NOT_FOUND,
       plugin_format("%sadapters that are here: plain, recorder", PLACES("zzzzzzzzzzzz")));
  says(d, 1, "zzz", SBE_NOT_FOUND,
       plugin_format("no adapter 'zzz' could be loaded\n    %s: no such file", plugin_file_in(d[0], "zzz")));
  plugin_end();
}

static void test_bad_names(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  plugin_place(d, "recorder");
#define RULE " is not the name of an adapter: a small letter and then at most 31 of a-z, 0-9 and _"
  says(&d, 1, "Recorder", SBE_INVALID, "'Recorder'" RULE "; did you mean 'recorder'?");
  says(&d, 1, "../../etc/x", SBE_INVALID, "'../../etc/x'" RULE);
  says(&d, 1, "", SBE_INVALID, "''" RULE);
  says(&d, 1, "a\033[2J", SBE_INVALID, "this" RULE);
  says(&d, 1, plugin_format("%02000d", 0), SBE_INVALID, "this" RULE);
  plugin_end();
}

/* However many places there are, the hint after them is never what is cut off. */
static void test_many_places(void) {
  plugin_begin();
  const char *d[60];
  for (size_t i = 0; i < 60; i++) d[i] = plugin_format("/nowhere/%059zu", i);
  sbe_plugin_path path = plugin_path_of(60, d);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_plugin_load(&path, "snowflake", &plugin, &error), SBE_NOT_FOUND);
  const char *tail = " more, see sbe adapters --verbose\n  it comes with the package sbe-adapter-snowflake";
  size_t size = strlen(error.message);
  UNIT_CHECK(size > strlen(tail) && strcmp(error.message + size - strlen(tail), tail) == 0, "%s", error.message);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/nowhere/00000000000000000000000000000000000000000000000000000000000: "
                                               "no such directory\n"));
  plugin_end();
}

/* --- the list ------------------------------------------------------------------------------------ */

static void test_list(void) {
  plugin_begin();
  const char *d[] = {plugin_new_directory(), "relative", plugin_new_directory()};
  plugin_place(d[0], "recorder");
  plugin_place(d[0], "badmagic");
  plugin_write_file(plugin_format("%s/sbe_adapter_Odd.so", d[0]), "x", 1);
  plugin_write_file(plugin_format("%s/sbe_adapter_lonely.la", d[0]), "x", 1);
  plugin_write_file(plugin_format("%s/sbe_adapter_recorder.la", d[0]), "x", 1);
  plugin_write_file(plugin_format("%s/libother.so", d[0]), "x", 1);
  plugin_place(d[2], "recorder");
  plugin_place(d[2], "plain");
  const struct {
    const char *name, *path, *reason;
  } rows[] = {
      {"Odd", plugin_file_in(d[0], "Odd"),
       "has a name that no adapter can have: sbe_adapter_NAME.so, where NAME is a small letter and then at most 31 of "
       "a-z, 0-9 and _"},
      {"badmagic", plugin_file_in(d[0], "badmagic"),
       "exports the symbol of an adapter, but what it answers is none (wrong magic number)"},
      {"lonely", plugin_file_in(d[0], "lonely"),
       "no such file; there is a .la file, which sbe never reads: in a build tree, name the folder .libs instead"},
      {"recorder", plugin_file_in(d[0], "recorder"), NULL},
      {"", "relative", "is not an absolute path, so nothing is loaded from it"},
      {"plain", plugin_file_in(d[2], "plain"), NULL},
      {"recorder", plugin_file_in(d[2], "recorder"),
       plugin_format("is not needed: %s comes first", plugin_file_in(d[0], "recorder"))},
  };
  sbe_plugin_path path = plugin_path_of(3, d);
  const sbe_candidate *candidate = sbe_plugin_list(plugin_arena, &path);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, candidate = candidate->next) {
    CU_ASSERT_PTR_NOT_NULL_FATAL(candidate);
    UNIT_CHECK(sbe_streq(candidate->name, rows[i].name), "%zu: %s", i, candidate->name);
    UNIT_CHECK(sbe_streq(candidate->path, rows[i].path), "%zu: %s", i, candidate->path);
    UNIT_CHECK(sbe_streq(candidate->reason, rows[i].reason), "%zu: %s", i, candidate->reason);
    UNIT_CHECK(candidate->taken == !rows[i].reason && candidate->taken == (candidate->plugin != NULL), "%zu", i);
  }
  CU_ASSERT_PTR_NULL(candidate);
  plugin_end();
}

/* --- kept versions of the interface -------------------------------------------------------------- */

static void test_frozen(void) {
  plugin_begin();
  const char *d = plugin_new_directory();
  plugin_place(d, "v0frozen");
  plugin_place(d, "v0short");
  sbe_plugin_path path = plugin_path_of(1, &d);
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
  plugin_end();
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
      {"not there", test_not_there},
      {"bad names", test_bad_names},
      {"many places", test_many_places},
      {"list", test_list},
      {"kept versions", test_frozen},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("plugin", tests);
}
