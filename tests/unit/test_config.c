/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The project: sbe.yml, where it is found, its definition files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CUnit/CUnit.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "tests/unit/config_stage.h"

/* --- the project --------------------------------------------------------------------------------- */

static void test_project(void) {
  config_begin();
  config_put("shop/sbe.yml",
             "name: My shop\nprofile: shop\ntarget: dev\nstrategies: {daily: reprocess, attributes: recompute}\n"
             "schemas: {manifest: m, scratch: s, derived: d}\nthreads: 4\npaths: {views: [views]}\n" START);
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT(config_clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "My shop");
  CU_ASSERT_STRING_EQUAL(project->dir, config_path("shop"));
  CU_ASSERT_STRING_EQUAL(project->state_dir, config_path("shop/.sbe"));
  CU_ASSERT_STRING_EQUAL(project->manifest_schema, "m");
  CU_ASSERT_STRING_EQUAL(project->scratch_schema, "s");
  CU_ASSERT_STRING_EQUAL(project->derived_schema, "d");
  CU_ASSERT_EQUAL(project->threads, 4);
  CU_ASSERT_FALSE(project->merge_daily || project->merge_attributes);
  CU_ASSERT_PTR_NULL(project->adapter);
  CU_ASSERT_EQUAL(project->vars.start_date, 20089);
  /* Without any of it. */
  config_put("shop/sbe.yml", START);
  project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "shop");
  CU_ASSERT_PTR_NULL(project->derived_schema);
  CU_ASSERT_EQUAL(project->threads, 0);
  config_end();
}

static void test_project_errors(void) {
  static const struct {
    const char *text, *error;
  } wrong[] = {
      {"targt: dev", "sbe.yml:2:1: unknown member 'targt'; did you mean 'target'?"},
      {"name: [a]", "sbe.yml:2:7: name must be a string, not a list"},
      {"name: \"\"", "sbe.yml:2:7: 'name' must have 1 to 255 bytes"},
      {"target: \"a\\nb\"", "sbe.yml:2:9: 'target' must have 1 to 255 bytes and no control characters"},
      {"strategies: {daily: merge}", "sbe.yml:2:21: the strategy 'daily: merge' is not available yet; use 'reprocess'"},
      {"strategies: {attributes: merge}", "sbe.yml:2:26: the strategy 'attributes: merge' is not available yet; use "
                                          "'recompute'"},
      {"strategies: {daily: recompute}", "unknown strategy 'recompute' for 'daily'; there is 'reprocess'"},
      {"strategies: {dayly: reprocess}", "did you mean 'daily'?"},
      {"strategies: daily", "sbe.yml:2:13: 'strategies' must be a map, not a string"},
      {"schemas: {derivd: x}", "sbe.yml:2:11: unknown member 'derivd'; did you mean 'derived'?"},
      {"schemas: {derived: 7}", "sbe.yml:2:20: derived must be a string"},
      {"threads: 0", "sbe.yml:2:10: threads must be from 1 to 256"},
      {"threads: many", "sbe.yml:2:10: threads must be an integer"},
      {"paths: {view: [a]}", "did you mean 'views'?"},
      {"paths: {views: {a: b}}", "sbe.yml:2:16: a view path must be the name of a folder, not a map"},
      {"paths: {views: [7]}", "a view path must be the name of a folder"},
      {"paths: {views: [nowhere]}", "sbe.yml:2:17: cannot read the view path 'nowhere': No such file"},
  };
  config_begin();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    config_put("shop/sbe.yml", sbe_arena_printf(config_stage.arena, START "%s\n", wrong[i].text));
    CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
    CU_ASSERT(config_error_is(wrong[i].error));
  }
  /* All of them in one go. */
  config_put("shop/sbe.yml", "nam: x\nthreads: 0\nvars: {app_id: 7}\nadapter: Bad\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT_EQUAL(config_stage.report.errors, 5);
  CU_ASSERT(config_told("sbe.yml:1:1: unknown member 'nam'"));
  CU_ASSERT(config_told("sbe.yml:2:10: threads"));
  CU_ASSERT(config_told("sbe.yml:3:16: variable 'app_id'"));
  CU_ASSERT(config_told("sbe.yml:3:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT(config_told("sbe.yml:4:10: 'Bad' is no adapter's name"));
  config_put("shop/sbe.yml", "- a\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is("sbe.yml:1:1: a project must be a map, not a list"));
  config_put("shop/sbe.yml", "a: [\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_told("sbe.yml:"));
  config_end();
}

static void test_finding_the_project(void) {
  config_begin();
  config_put("other/sbe.yml", "name: other\n" START);
  config_put("other/views/b.yml", "");
  config_put("empty/x", "");
  config_put("shop/views/deep/c.yml", "");
  /* Upwards. */
  CU_ASSERT_EQUAL(chdir(config_path("shop/views/deep")), 0);
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->dir, config_path("shop"));
  CU_ASSERT_EQUAL_FATAL(project->n_files, 2);
  CU_ASSERT_STRING_EQUAL(project->files[0], config_path("shop/views/a.yml"));
  CU_ASSERT_STRING_EQUAL(project->files[1], "c.yml");
  /* The environment before that, the option before both. */
  setenv("SBE_PROJECT_DIR", config_path("other"), 1);
  project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "other");
  project = READ_OFFLINE(.project_dir = "../..");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->dir, config_path("shop"));
  setenv("SBE_PROJECT_DIR", config_path("empty"), 1);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is("SBE_PROJECT_DIR:0:0: "));
  CU_ASSERT(config_told("'sbe init"));
  CU_ASSERT_PTR_NULL(READ_OFFLINE(.project_dir = "/nowhere"));
  CU_ASSERT(config_error_is("--project-dir:0:0: cannot open the folder '/nowhere': No such file"));
  unsetenv("SBE_PROJECT_DIR");
  CU_ASSERT_EQUAL(chdir(config_path("empty")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is(sbe_arena_printf(
      config_stage.arena, "sbe.yml:0:0: there is none in %s or above it; 'sbe init'", config_path("empty"))));
  /* Names in messages lead to the file from where the user is. */
  config_put("shop/sbe.yml", "nam: x\n" START);
  CU_ASSERT_EQUAL(chdir(config_stage.folder), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(.project_dir = "shop"));
  CU_ASSERT(config_error_is("shop/sbe.yml:1:1: "));
  config_end();
}

static bool files_are(const sbe_project *project, const char *const *names) {
  size_t n = 0;
  while (names[n]) n++;
  if (!project || project->n_files != n) return false;
  for (size_t i = 0; i < n; i++)
    if (strcmp(project->files[i], names[i]) != 0) return false;
  return true;
}

static void test_files(void) {
  config_begin();
  config_put("shop/views/b/x.yaml", "");
  config_put("shop/views/b.json", "");
  config_put("shop/views/B.yml", "");
  config_put("shop/views/readme.md", "");
  config_put("shop/views/.hidden.yml", "");
  config_put("shop/views/.git/x.yml", "");
  config_put("shop/views/.yml", "");
  config_put("shop/more/z.yml", "");
  config_put("outside/o.yml", "");
  CU_ASSERT_EQUAL(symlink(config_path("outside"), config_path("shop/views/linked")), 0);
  CU_ASSERT_EQUAL(symlink("..", config_path("shop/views/b/circle")), 0);
  CU_ASSERT_EQUAL(symlink(config_path("outside/o.yml"), config_path("shop/views/file.yml")), 0);
  CU_ASSERT_EQUAL(symlink("nowhere", config_path("shop/views/gone.yml")), 0);
  mkdir(config_path("shop/views/folder.yml"), 0700);
  /* Bytes: capitals first, '.' before '/'. */
  static const char *const some[] = {"views/B.yml",    "views/a.yml",    "views/b.json",
                                     "views/b/x.yaml", "views/file.yml", NULL};
  CU_ASSERT(files_are(READ_OFFLINE(0), some));
  CU_ASSERT(config_clean());
  /* Several paths, one in another; order does not depend on theirs. */
  config_put("shop/sbe.yml", "paths: {views: [views/b, views, more]}\n" START);
  static const char *const all[] = {"more/z.yml",     "views/B.yml",    "views/a.yml", "views/b.json",
                                    "views/b/x.yaml", "views/file.yml", NULL};
  CU_ASSERT(files_are(READ_OFFLINE(0), all));
  config_put("shop/sbe.yml", "paths: {views: more}\n" START);
  CU_ASSERT(files_are(READ_OFFLINE(0), (const char *const[]){"more/z.yml", NULL}));
  /* A path that is itself a link was chosen by the user. */
  config_put("shop/sbe.yml", "paths: {views: [views/linked]}\n" START);
  CU_ASSERT(files_are(READ_OFFLINE(0), (const char *const[]){config_path("outside/o.yml"), NULL}));
  config_end();
}

static void test_no_files(void) {
  config_begin();
  CU_ASSERT_EQUAL(unlink(config_path("shop/views/a.yml")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is(
      "sbe.yml:1:1: no definitions: write views into a *.yml, *.yaml or *.json file in the folder views/"));
  CU_ASSERT_EQUAL(rmdir(config_path("shop/views")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is("no definitions"));
  config_put("shop/defs/x.txt", "");
  config_put("shop/sbe.yml", "paths: {views: [defs]}\n" START);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_error_is("sbe.yml:1:16: no definitions"));
  /* Deeper than anyone means. */
  sbe_text deep = SBE_TEXT(4096);
  sbe_text_puts(&deep, "shop/defs");
  for (int i = 0; i < 33; i++) sbe_text_puts(&deep, "/d");
  sbe_text_puts(&deep, "/x.yml");
  config_put(sbe_text_string(&deep), "");
  sbe_text_free(&deep);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_told("folders are too deep"));
  config_put("shop/defs/bad\nname.yml", "");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(config_told("not UTF-8 or holds a control character"));
  config_end();
}

int sbe_add_config_suite(void) {
  static const sbe_unit_test tests[] = {
      {"sbe.yml", test_project},
      {"errors in sbe.yml", test_project_errors},
      {"finding the project", test_finding_the_project},
      {"definition files", test_files},
      {"no definition files", test_no_files},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("config", tests);
}
