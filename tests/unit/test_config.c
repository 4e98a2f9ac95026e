/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The project, its variables, profiles and secrets. Each test has a folder of its own, with a project, a
 * home and an empty environment; nothing outside of it may be read or written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CUnit/CUnit.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/project.h"
#include "core/config/vars.h"
#include "core/plugin/known.h"
#include "tests/unit/unit.h"

extern char **environ;

static char before[4096]; /* the working directory of the whole program */
static char folder[4096]; /* of this test, absolute; the project is in shop/ below it */
static char **environment_before;
static sbe_arena *arena;
static sbe_report report;

/* --- the stage ----------------------------------------------------------------------------------- */

static const char *path(const char *name) {
  return sbe_arena_printf(arena, "%s/%s", folder, name);
}

/* A file with its folders. */
static void put(const char *name, const char *content) {
  char *full = sbe_arena_strdup(arena, path(name));
  for (char *slash = full + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
    *slash = '\0';
    mkdir(full, 0700);
  }
  FILE *file = fopen(full, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(content, file);
  fclose(file);
}

#define START "vars: {snowplow__start_date: \"2025-01-01\"}\n"

static void begin(void) {
  arena = sbe_arena_new();
  report = (sbe_report){.arena = arena};
  environment_before = environ;
  static char *none[] = {NULL};
  environ = none;
  snprintf(folder, sizeof folder, "/tmp/sbe-config-XXXXXX");
  CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
  CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(before, sizeof before));
  mkdir(path("home"), 0700);
  setenv("HOME", path("home"), 1);
  put("shop/sbe.yml", START);
  put("shop/views/a.yml", "views: []\n");
  CU_ASSERT_EQUAL_FATAL(chdir(path("shop")), 0);
}

static int delete_one(const char *name, const struct stat *status, int kind, struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(name);
}

static void end(void) {
  CU_ASSERT_EQUAL(chdir(before), 0);
  nftw(folder, delete_one, 16, FTW_DEPTH | FTW_PHYS);
  environ = environment_before;
  sbe_arena_free(arena);
}

static sbe_project *read_with(sbe_project_options options, bool connect) {
  report = (sbe_report){.arena = arena};
  return sbe_project_read(arena, &options, connect, &report);
}

#define READ(...) read_with((sbe_project_options){__VA_ARGS__}, true)
#define READ_OFFLINE(...) read_with((sbe_project_options){__VA_ARGS__}, false)

/* All findings as a user sees them. */
static const char *findings(void) {
  sbe_text out = SBE_TEXT(1 << 20);
  for (const sbe_finding *f = report.first; f; f = f->next)
    sbe_text_printf(&out, "%s:%u:%u: %s\n", f->place.file, f->place.line, f->place.column, f->message);
  const char *text = sbe_arena_strdup(arena, sbe_text_string(&out));
  sbe_text_free(&out);
  return text;
}

static bool told(const char *text) {
  bool is = strstr(findings(), text) != NULL;
  if (!is) fprintf(stderr, "\nexpected: %s\ntold: %s", text, findings());
  return is;
}

/* One error and no other, which begins or goes on so. */
static bool error_is(const char *text) {
  bool is = report.errors == 1 && told(text);
  if (report.errors != 1) fprintf(stderr, "\nexpected one error: %s\ntold: %s", text, findings());
  return is;
}

static bool clean(void) {
  if (report.first) fprintf(stderr, "\nexpected nothing, told: %s", findings());
  return report.first == NULL;
}

/* Variables of sbe.yml and --vars; true when there were no errors. */
static sbe_vars vars;
static bool vars_of(const char *yaml, const char *option) {
  report = (sbe_report){.arena = arena};
  const sbe_node *node = yaml ? sbe_yaml_read(arena, "sbe.yml", yaml, strlen(yaml), &report) : NULL;
  sbe_vars_read(arena, node, option, (sbe_place){"sbe.yml", 1, 1}, &vars, &report);
  return report.errors == 0;
}

/* The same, with a start date, so that only what `rest` says can be wrong; it stands in line 2. */
static bool var_is(const char *rest) {
  return vars_of(sbe_arena_printf(arena, "start_date: 2025-01-01\n%s\n", rest), NULL);
}

/* --- variables ----------------------------------------------------------------------------------- */

static void test_presets(void) {
  begin();
  CU_ASSERT(vars_of("snowplow__start_date: 2025-01-01", NULL));
  CU_ASSERT(vars.has_start_date);
  CU_ASSERT_EQUAL(vars.start_date, 55 * 365 + 14); /* 14 leap days from 1972 to 2024 */
  CU_ASSERT_EQUAL(vars.n_app_ids, 0);
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 1);
  CU_ASSERT_EQUAL(vars.late_event_lookback_days, 5);
  CU_ASSERT_EQUAL(vars.min_late_events_to_process, 1);
  CU_ASSERT_FALSE(vars.include_current_day_in_windows);
  CU_ASSERT_FALSE(vars.allow_refresh);
  CU_ASSERT_STRING_EQUAL(vars.dev_target_name, "dev");
  CU_ASSERT_STRING_EQUAL(vars.atomic_schema, "atomic");
  CU_ASSERT_PTR_NULL(vars.database);
  CU_ASSERT_PTR_NULL(vars.catalog_adapter);
  CU_ASSERT_PTR_NULL(vars.catalog);
  CU_ASSERT_STRING_EQUAL(vars.events_table, "events");
  CU_ASSERT_EQUAL(vars.load_overlap_minutes, 10);
  CU_ASSERT_EQUAL(vars.dedupe_lookback_days, -1);
  CU_ASSERT_STRING_EQUAL(vars.query_tag, "snowplow_sbe");
  end();
}

/* Every variable, each with and without its prefix. */
static void test_every_variable(void) {
  static const char text[] = "%sstart_date: \"2024-02-29\"\n%sapp_id: [web, app]\n%sbackfill_limit_days: 30\n"
                             "%slate_event_lookback_days: 31\n%smin_late_events_to_process: 100\n"
                             "%sinclude_current_day_in_windows: true\n%sallow_refresh: true\n%sdev_target_name: test\n"
                             "%satomic_schema: raw\n%sdatabase: lake\n%sevents_table: ev\n%sload_overlap_minutes: 0\n"
                             "%sdedupe_lookback_days: 14\n%squery_tag: nightly\n";
  begin();
  for (int i = 0; i < 2; i++) {
    sbe_text yaml = SBE_TEXT(4096);
    for (const char *c = text; *c; c++) {
      if (*c == '%' && i == 1) sbe_text_puts(&yaml, "snowplow__");
      if (*c == '%')
        c++;
      else
        sbe_text_putc(&yaml, *c);
    }
    CU_ASSERT(vars_of(sbe_text_string(&yaml), NULL));
    sbe_text_free(&yaml);
    CU_ASSERT_EQUAL(vars.start_date, 54 * 365 + 13 + 31 + 28); /* 13 leap days before 2024; February 29 is its 60th */
    CU_ASSERT_EQUAL_FATAL(vars.n_app_ids, 2);
    CU_ASSERT_STRING_EQUAL(vars.app_ids[0], "web");
    CU_ASSERT_STRING_EQUAL(vars.app_ids[1], "app");
    CU_ASSERT_EQUAL(vars.backfill_limit_days, 30);
    CU_ASSERT_EQUAL(vars.late_event_lookback_days, 31);
    CU_ASSERT_EQUAL(vars.min_late_events_to_process, 100);
    CU_ASSERT(vars.include_current_day_in_windows);
    CU_ASSERT(vars.allow_refresh);
    CU_ASSERT_STRING_EQUAL(vars.dev_target_name, "test");
    CU_ASSERT_STRING_EQUAL(vars.atomic_schema, "raw");
    CU_ASSERT_STRING_EQUAL(vars.database, "lake");
    CU_ASSERT_STRING_EQUAL(vars.events_table, "ev");
    CU_ASSERT_EQUAL(vars.load_overlap_minutes, 0);
    CU_ASSERT_EQUAL(vars.dedupe_lookback_days, 14);
    CU_ASSERT_STRING_EQUAL(vars.query_tag, "nightly");
  }
  end();
}

static void test_older_names(void) {
  begin();
  CU_ASSERT(var_is("snowplow__reprocess_days: 7"));
  CU_ASSERT_EQUAL(vars.late_event_lookback_days, 7);
  CU_ASSERT(var_is("min_rows_to_process: 8"));
  CU_ASSERT_EQUAL(vars.min_late_events_to_process, 8);
  CU_ASSERT_FALSE(var_is("reprocess_days: 7\nsnowplow__late_event_lookback_days: 7"));
  CU_ASSERT(error_is("sbe.yml:3:1: variable 'snowplow__late_event_lookback_days' sets the same as 'reprocess_days' in "
                     "line 2"));
  CU_ASSERT_FALSE(var_is("min_rows_to_process: 7\nmin_late_events_to_process: 7"));
  CU_ASSERT(error_is("sbe.yml:3:1: "));
  CU_ASSERT_FALSE(var_is("allow_refresh: true\nsnowplow__allow_refresh: true"));
  CU_ASSERT(error_is("sbe.yml:3:1: "));
  /* In two places they are no contradiction: the command line wins. */
  CU_ASSERT(vars_of("start_date: 2025-01-01\nlate_event_lookback_days: 2", "reprocess_days: 9"));
  CU_ASSERT_EQUAL(vars.late_event_lookback_days, 9);
  end();
}

static void test_values_of_variables(void) {
  begin();
  CU_ASSERT(var_is("backfill_limit_days: \"5\""));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 5);
  CU_ASSERT(var_is("backfill_limit_days: 0"));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 0);
  CU_ASSERT(var_is("backfill_limit_days: 36500"));
  CU_ASSERT(var_is("allow_refresh: \"True\""));
  CU_ASSERT(vars.allow_refresh);
  CU_ASSERT(var_is("app_id: web"));
  CU_ASSERT_EQUAL_FATAL(vars.n_app_ids, 1);
  CU_ASSERT_STRING_EQUAL(vars.app_ids[0], "web");
  CU_ASSERT(var_is("app_id: []"));
  CU_ASSERT_EQUAL(vars.n_app_ids, 0);
  CU_ASSERT(var_is("dedupe_lookback_days: null"));
  CU_ASSERT_EQUAL(vars.dedupe_lookback_days, -1);
  static const struct {
    const char *text, *error;
  } wrong[] = {
      {"backfill_limit_days: -1",
       "sbe.yml:2:22: variable 'backfill_limit_days' must be a whole number from 0 to 36500"},
      {"backfill_limit_days: 36501", "whole number from 0 to 36500"},
      {"late_event_lookback_days: 1.5", "whole number from 0 to 36500"},
      {"late_event_lookback_days: 99999999999999999999", "whole number"},
      {"snowplow__dedupe_lookback_days: -1", "sbe.yml:2:33: variable 'snowplow__dedupe_lookback_days'"},
      {"load_overlap_minutes: soon", "whole number"},
      {"min_rows_to_process: [1]", "variable 'min_rows_to_process'"},
      {"allow_refresh: yes", "sbe.yml:2:16: variable 'allow_refresh' must be true or false"},
      {"allow_refresh: 1", "true or false"},
      {"events_table: 7", "sbe.yml:2:15: variable 'events_table' must be a string, not an integer; put it in quotes"},
      {"events_table: \"\"", "must have 1 to 255 bytes"},
      {"app_id: [web, 7]", "sbe.yml:2:15: variable 'app_id' must be a string, not an integer"},
      {"app_id: {a: b}", "string or a list of strings, not a map"},
      {"app_id: [[a]]", "must be a string, not a list"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_FALSE(var_is(wrong[i].text));
    CU_ASSERT(error_is(wrong[i].error));
  }
  end();
}

static void test_app_id_limit(void) {
  begin();
  for (int n = 10000; n <= 10001; n++) {
    sbe_text yaml = SBE_TEXT(1 << 20);
    sbe_text_puts(&yaml, "app_id: [a");
    for (int i = 1; i < n; i++) sbe_text_puts(&yaml, ",a");
    sbe_text_puts(&yaml, "]");
    CU_ASSERT_EQUAL(var_is(sbe_text_string(&yaml)), n == 10000);
    if (n == 10000) CU_ASSERT_EQUAL(vars.n_app_ids, 10000);
    if (n == 10001) CU_ASSERT(error_is("variable 'app_id' has 10001 members; at most 10000"));
    sbe_text_free(&yaml);
  }
  end();
}

static void test_start_date(void) {
  begin();
  CU_ASSERT_FALSE(vars_of("app_id: web", NULL));
  CU_ASSERT(error_is("sbe.yml:1:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT_FALSE(vars_of(NULL, NULL));
  CU_ASSERT(error_is("sbe.yml:1:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT_FALSE(vars_of("start_date: null", NULL));
  CU_ASSERT(error_is("is missing"));
  static const char *const wrong[] = {"2025-02-29", "2025-1-1", "01/02/2025", "20250101", "2025-01-01T00:00:00", "''"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_FALSE(vars_of(sbe_arena_printf(arena, "start_date: %s", wrong[i]), NULL));
    CU_ASSERT(error_is("sbe.yml:1:13: variable 'start_date' must be a date, YYYY-MM-DD"));
  }
  CU_ASSERT(vars_of(NULL, "start_date: 1970-01-02"));
  CU_ASSERT_EQUAL(vars.start_date, 1);
  end();
}

static void test_vars_option(void) {
  begin();
  static const char file[] = "start_date: 2025-01-01\napp_id: web\nbackfill_limit_days: 3\ndedupe_lookback_days: 9\n";
  CU_ASSERT(vars_of(file, "{\"snowplow__backfill_limit_days\": 4, \"start_date\": \"1970-01-03\"}"));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 4);
  CU_ASSERT_EQUAL(vars.start_date, 2);
  CU_ASSERT_EQUAL(vars.n_app_ids, 1);
  CU_ASSERT(vars_of(file, "{backfill_limit_days: 5, app_id: [a, b]}"));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 5);
  CU_ASSERT_EQUAL(vars.n_app_ids, 2);
  CU_ASSERT(vars_of(file, "backfill_limit_days: 6"));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 6);
  CU_ASSERT(vars_of(file, ""));
  CU_ASSERT_EQUAL(vars.backfill_limit_days, 3);
  /* null takes back what the file says. */
  CU_ASSERT(vars_of(file, "{dedupe_lookback_days: null}"));
  CU_ASSERT_EQUAL(vars.dedupe_lookback_days, -1);
  /* A surrogate pair is JSON, and no YAML. */
  CU_ASSERT(vars_of(file, "{\"app_id\": \"\\ud83d\\ude00\"}"));
  CU_ASSERT_STRING_EQUAL(vars.app_ids[0], "\xF0\x9F\x98\x80");

  CU_ASSERT_FALSE(vars_of(file, "{backfill_limit_days: x}"));
  CU_ASSERT(error_is("--vars:1:23: variable 'backfill_limit_days' must be"));
  CU_ASSERT_FALSE(vars_of(file, "{\"app_id\": \"a\",\n \"nope_nope\": 1}"));
  CU_ASSERT(error_is("--vars:2:2: unknown variable 'nope_nope'"));
  CU_ASSERT_FALSE(vars_of(file, "[1]"));
  CU_ASSERT(error_is("--vars:1:1: --vars must be a map of variables, not a list"));
  CU_ASSERT_FALSE(vars_of(file, "{a: "));
  CU_ASSERT(told("--vars:"));
  /* No second error about a date that an unreadable --vars may hold. */
  CU_ASSERT_FALSE(vars_of(NULL, "{a: "));
  CU_ASSERT_PTR_NULL(strstr(findings(), "start_date"));
  end();
}

static void test_unknown_variables(void) {
  static const struct {
    const char *text, *error;
  } wrong[] = {
      {"snowplow__strat_date: 1", "sbe.yml:2:1: unknown variable 'snowplow__strat_date'; did you mean "
                                  "'snowplow__start_date'?"},
      {"backfil_limit_days: 1", "unknown variable 'backfil_limit_days'; did you mean 'backfill_limit_days'?"},
      {"snowplow_app_id: web", "unknown variable 'snowplow_app_id'; did you mean 'snowplow__app_id'?"},
      {"snowplow__reproces_days: 1", "did you mean 'snowplow__reprocess_days'?"},
      {"snowplow__zzzzzz: 1", "sbe.yml:2:1: unknown variable 'snowplow__zzzzzz'\n"},
      {"nosuch_catalog: 1", "unknown variable 'nosuch_catalog'"},
      {"_catalog: 1", "unknown variable '_catalog'"},
  };
  begin();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_FALSE(var_is(wrong[i].text));
    CU_ASSERT(error_is(wrong[i].error));
  }
  CU_ASSERT_FALSE(vars_of("- a", NULL));
  CU_ASSERT(told("sbe.yml:1:1: 'vars' must be a map of variables, not a list"));
  end();
}

static void test_catalog(void) {
  begin();
  for (const sbe_known_adapter *known = sbe_known_adapters; known->name; known++) {
    CU_ASSERT(var_is(sbe_arena_printf(arena, "snowplow__%s_catalog: main", known->name)));
    CU_ASSERT_STRING_EQUAL(vars.catalog_adapter, known->name);
    CU_ASSERT_STRING_EQUAL(vars.catalog, "main");
  }
  CU_ASSERT_FALSE(var_is("spark_catalog: a\nsnowplow__trino_catalog: b"));
  CU_ASSERT(error_is("sbe.yml:3:1: variable 'snowplow__trino_catalog' sets the same as 'spark_catalog'"));
  CU_ASSERT_FALSE(var_is("spark_catalo: a"));
  CU_ASSERT(error_is("did you mean 'spark_catalog'?"));
  end();
}

/* The table is what help shows: complete, and each row read. */
static void test_variable_rows(void) {
  size_t n = 0;
  for (const sbe_var_row *row = sbe_var_rows(); row->name; row++, n++) {
    CU_ASSERT_PTR_NOT_NULL(row->preset);
    CU_ASSERT_PTR_NOT_NULL(row->meaning);
    CU_ASSERT(strlen(row->meaning) < 100);
    CU_ASSERT_FALSE(sbe_starts_with(row->name, "snowplow__"));
  }
  CU_ASSERT_EQUAL(n, 15); /* the manual's */
}

/* --- the project --------------------------------------------------------------------------------- */

static void test_project(void) {
  begin();
  put("shop/sbe.yml",
      "name: My shop\nprofile: shop\ntarget: dev\nstrategies: {daily: reprocess, attributes: recompute}\n"
      "schemas: {manifest: m, scratch: s, derived: d}\nthreads: 4\npaths: {views: [views]}\n" START);
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "My shop");
  CU_ASSERT_STRING_EQUAL(project->dir, path("shop"));
  CU_ASSERT_STRING_EQUAL(project->state_dir, path("shop/.sbe"));
  CU_ASSERT_STRING_EQUAL(project->manifest_schema, "m");
  CU_ASSERT_STRING_EQUAL(project->scratch_schema, "s");
  CU_ASSERT_STRING_EQUAL(project->derived_schema, "d");
  CU_ASSERT_EQUAL(project->threads, 4);
  CU_ASSERT_FALSE(project->merge_daily || project->merge_attributes);
  CU_ASSERT_PTR_NULL(project->adapter);
  CU_ASSERT_EQUAL(project->vars.start_date, 20089);
  /* Without any of it. */
  put("shop/sbe.yml", START);
  project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "shop");
  CU_ASSERT_PTR_NULL(project->derived_schema);
  CU_ASSERT_EQUAL(project->threads, 0);
  end();
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
  begin();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    put("shop/sbe.yml", sbe_arena_printf(arena, START "%s\n", wrong[i].text));
    CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
    CU_ASSERT(error_is(wrong[i].error));
  }
  /* All of them in one go. */
  put("shop/sbe.yml", "nam: x\nthreads: 0\nvars: {app_id: 7}\nadapter: Bad\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT_EQUAL(report.errors, 5);
  CU_ASSERT(told("sbe.yml:1:1: unknown member 'nam'"));
  CU_ASSERT(told("sbe.yml:2:10: threads"));
  CU_ASSERT(told("sbe.yml:3:16: variable 'app_id'"));
  CU_ASSERT(told("sbe.yml:3:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT(told("sbe.yml:4:10: 'Bad' is no adapter's name"));
  put("shop/sbe.yml", "- a\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(error_is("sbe.yml:1:1: a project must be a map, not a list"));
  put("shop/sbe.yml", "a: [\n");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(told("sbe.yml:"));
  end();
}

static void test_finding_the_project(void) {
  begin();
  put("other/sbe.yml", "name: other\n" START);
  put("other/views/b.yml", "");
  put("empty/x", "");
  put("shop/views/deep/c.yml", "");
  /* Upwards. */
  CU_ASSERT_EQUAL(chdir(path("shop/views/deep")), 0);
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->dir, path("shop"));
  CU_ASSERT_EQUAL_FATAL(project->n_files, 2);
  CU_ASSERT_STRING_EQUAL(project->files[0], path("shop/views/a.yml"));
  CU_ASSERT_STRING_EQUAL(project->files[1], "c.yml");
  /* The environment before that, the option before both. */
  setenv("SBE_PROJECT_DIR", path("other"), 1);
  project = READ_OFFLINE(0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->name, "other");
  project = READ_OFFLINE(.project_dir = "../..");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->dir, path("shop"));
  setenv("SBE_PROJECT_DIR", path("empty"), 1);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(error_is("SBE_PROJECT_DIR:0:0: "));
  CU_ASSERT(told("'sbe init"));
  CU_ASSERT_PTR_NULL(READ_OFFLINE(.project_dir = "/nowhere"));
  CU_ASSERT(error_is("--project-dir:0:0: cannot open the folder '/nowhere': No such file"));
  unsetenv("SBE_PROJECT_DIR");
  CU_ASSERT_EQUAL(chdir(path("empty")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(
      error_is(sbe_arena_printf(arena, "sbe.yml:0:0: there is none in %s or above it; 'sbe init'", path("empty"))));
  /* Names in messages lead to the file from where the user is. */
  put("shop/sbe.yml", "nam: x\n" START);
  CU_ASSERT_EQUAL(chdir(folder), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(.project_dir = "shop"));
  CU_ASSERT(error_is("shop/sbe.yml:1:1: "));
  end();
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
  begin();
  put("shop/views/b/x.yaml", "");
  put("shop/views/b.json", "");
  put("shop/views/B.yml", "");
  put("shop/views/readme.md", "");
  put("shop/views/.hidden.yml", "");
  put("shop/views/.git/x.yml", "");
  put("shop/views/.yml", "");
  put("shop/more/z.yml", "");
  put("outside/o.yml", "");
  CU_ASSERT_EQUAL(symlink(path("outside"), path("shop/views/linked")), 0);
  CU_ASSERT_EQUAL(symlink("..", path("shop/views/b/circle")), 0);
  CU_ASSERT_EQUAL(symlink(path("outside/o.yml"), path("shop/views/file.yml")), 0);
  CU_ASSERT_EQUAL(symlink("nowhere", path("shop/views/gone.yml")), 0);
  mkdir(path("shop/views/folder.yml"), 0700);
  /* Bytes: capitals first, '.' before '/'. */
  static const char *const some[] = {"views/B.yml",    "views/a.yml",    "views/b.json",
                                     "views/b/x.yaml", "views/file.yml", NULL};
  CU_ASSERT(files_are(READ_OFFLINE(0), some));
  CU_ASSERT(clean());
  /* Several paths, one in another; order does not depend on theirs. */
  put("shop/sbe.yml", "paths: {views: [views/b, views, more]}\n" START);
  static const char *const all[] = {"more/z.yml",     "views/B.yml",    "views/a.yml", "views/b.json",
                                    "views/b/x.yaml", "views/file.yml", NULL};
  CU_ASSERT(files_are(READ_OFFLINE(0), all));
  put("shop/sbe.yml", "paths: {views: more}\n" START);
  CU_ASSERT(files_are(READ_OFFLINE(0), (const char *const[]){"more/z.yml", NULL}));
  /* A path that is itself a link was chosen by the user. */
  put("shop/sbe.yml", "paths: {views: [views/linked]}\n" START);
  CU_ASSERT(files_are(READ_OFFLINE(0), (const char *const[]){path("outside/o.yml"), NULL}));
  end();
}

static void test_no_files(void) {
  begin();
  CU_ASSERT_EQUAL(unlink(path("shop/views/a.yml")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(
      error_is("sbe.yml:1:1: no definitions: write views into a *.yml, *.yaml or *.json file in the folder views/"));
  CU_ASSERT_EQUAL(rmdir(path("shop/views")), 0);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(error_is("no definitions"));
  put("shop/defs/x.txt", "");
  put("shop/sbe.yml", "paths: {views: [defs]}\n" START);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(error_is("sbe.yml:1:16: no definitions"));
  /* Deeper than anyone means. */
  sbe_text deep = SBE_TEXT(4096);
  sbe_text_puts(&deep, "shop/defs");
  for (int i = 0; i < 33; i++) sbe_text_puts(&deep, "/d");
  sbe_text_puts(&deep, "/x.yml");
  put(sbe_text_string(&deep), "");
  sbe_text_free(&deep);
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(told("folders are too deep"));
  put("shop/defs/bad\nname.yml", "");
  CU_ASSERT_PTR_NULL(READ_OFFLINE(0));
  CU_ASSERT(told("not UTF-8 or holds a control character"));
  end();
}

/* --- profiles ------------------------------------------------------------------------------------ */

#define PROJECT(more) put("shop/sbe.yml", more "\n" START)
#define PROFILES(text) put("shop/profiles.yml", text)

static const char *setting(const sbe_project *project, const char *name) {
  const char *value = project && project->settings ? sbe_settings_get(project->settings, name) : NULL;
  return value ? value : "(none)";
}

static void test_profile(void) {
  begin();
  PROJECT("profile: shop");
  PROFILES("config: {send_anonymous_usage_stats: false}\n"
           "broken: 7\n"
           "shop:\n  target: dev\n  outputs:\n    dev:\n      type: one\n      path: \"/x y\"\n      port: 5432\n"
           "      on: true\n      nothing: null\n      extensions: [json, {name: a, n: [1, \"q\\\"\"]}]\n"
           "      settings: {memory: 1GB, threads: 2}\n"
           "    prod: {type: two, password: \"{{ env_var('NOT_SET') }}\"}\n");
  sbe_project *project = READ(0);
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "one");
  CU_ASSERT_STRING_EQUAL(project->target, "dev");
  sbe_settings *settings = project->settings;
  CU_ASSERT_STRING_EQUAL(settings->type, "one");
  CU_ASSERT_STRING_EQUAL(settings->place, "profile shop, target dev (profiles.yml)");
  CU_ASSERT_EQUAL(settings->n, 5);
  CU_ASSERT_STRING_EQUAL(setting(project, "path"), "/x y");
  CU_ASSERT_STRING_EQUAL(setting(project, "port"), "5432");
  CU_ASSERT_STRING_EQUAL(setting(project, "on"), "true");
  CU_ASSERT_STRING_EQUAL(setting(project, "nothing"), "(none)");
  CU_ASSERT_STRING_EQUAL(setting(project, "type"), "(none)");
  CU_ASSERT_STRING_EQUAL(setting(project, "extensions"), "(none)");
  const char *key = "untouched";
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(settings, "extensions", 0, &key), "json");
  CU_ASSERT_PTR_NULL(key);
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(settings, "extensions", 1, NULL), "{\"name\":\"a\",\"n\":[1,\"q\\\"\"]}");
  CU_ASSERT_PTR_NULL(sbe_settings_member(settings, "extensions", 2, &key));
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(settings, "settings", 1, &key), "2");
  CU_ASSERT_STRING_EQUAL(key, "threads");
  CU_ASSERT_PTR_NULL(sbe_settings_member(settings, "path", 0, NULL));
  CU_ASSERT_PTR_NULL(sbe_settings_member(settings, "nope", 0, NULL));
  CU_ASSERT_PTR_NULL(sbe_settings_get(NULL, "path"));
  end();
}

/* One profile of one output in `where`, whose path tells where it came from. */
static void put_profile(const char *where) {
  put(sbe_arena_printf(arena, "%s/profiles.yml", where),
      sbe_arena_printf(arena, "shop: {outputs: {default: {type: one, path: %s}}}\n", where));
}

static void test_search_order(void) {
  static const char *const order[] = {"option", "environment", "shop", "home/.sbe", "dbt", "home/.dbt"};
  begin();
  PROJECT("profile: shop");
  setenv("SBE_PROFILES_DIR", path("environment"), 1);
  setenv("DBT_PROFILES_DIR", path("dbt"), 1);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) put_profile(order[i]);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    sbe_project *project = READ(.profiles_dir = i == 0 ? path("option") : NULL);
    CU_ASSERT(clean());
    CU_ASSERT_STRING_EQUAL(setting(project, "path"), order[i]);
    CU_ASSERT_EQUAL(unlink(path(sbe_arena_printf(arena, "%s/profiles.yml", order[i]))), 0);
  }
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("sbe.yml:1:10: the profile 'shop' is not there; looked in: "));
  for (size_t i = 1; i < sizeof order / sizeof *order; i++) {
    const char *file = sbe_arena_printf(arena, "%s/profiles.yml (no such file)", order[i]);
    CU_ASSERT(told(strcmp(order[i], "shop") == 0 ? ", profiles.yml (no such file)" : file));
  }
  /* A file without the profile does not hide one that has it, but the one that the option names is the only one. */
  put("home/.sbe/profiles.yml", "shp: {outputs: {default: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("(no such profile; did you mean 'shp'?)"));
  put_profile("home/.dbt");
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "home/.dbt");
  CU_ASSERT_PTR_NULL(READ(.profiles_dir = path("option"), .adapter = "one"));
  CU_ASSERT(error_is("option/profiles.yml (no such file)"));
  end();
}

static void test_precedence(void) {
  static const char profile[] = "%s: {target: p, outputs: {p: {type: one, path: %s.p}, f: {type: one, path: %s.f},\n"
                                "  e: {type: one, path: %s.e}, c: {type: one, path: %s.c}}}\n";
  static const char *const names[] = {"file", "env", "line"};
  begin();
  sbe_text text = SBE_TEXT(4096);
  for (size_t i = 0; i < 3; i++) {
    const char *n = names[i];
    sbe_text_puts(&text, sbe_arena_printf(arena, profile, n, n, n, n, n));
  }
  PROFILES(sbe_text_string(&text));
  sbe_text_free(&text);
  PROJECT("profile: file");
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "file.p");
  PROJECT("profile: file\ntarget: f");
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "file.f");
  setenv("SBE_TARGET", "", 1); /* counts as not set */
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "file.f");
  setenv("SBE_TARGET", "e", 1);
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "file.e");
  CU_ASSERT_STRING_EQUAL(setting(READ(.target = "c"), "path"), "file.c");
  setenv("SBE_PROFILE", "env", 1);
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "env.e");
  CU_ASSERT_STRING_EQUAL(setting(READ(.profile = "line"), "path"), "line.e");
  sbe_project *project = READ(.profile = "line", .target = "c");
  CU_ASSERT_STRING_EQUAL(setting(project, "path"), "line.c");
  CU_ASSERT_STRING_EQUAL(project->target, "c");
  end();
}

static void test_target_errors(void) {
  begin();
  PROJECT("profile: shop");
  PROFILES("shop: {outputs: {dev: {type: one}, prod: {type: two}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("profiles.yml:1:7: profile 'shop' (profiles.yml) has no target 'default'; it has: dev, prod"));
  CU_ASSERT_PTR_NULL(READ(.target = "pro"));
  CU_ASSERT(error_is("--target:0:0: profile 'shop' (profiles.yml) has no target 'pro'; did you mean 'prod'?"));
  PROFILES("shop: {target: dev, outputs: {dev: {path: x}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("output 'dev' of profile 'shop' needs a 'type'"));
  PROFILES("shop: {target: dev, output: {dev: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(told("unknown member 'output'; did you mean 'outputs'?"));
  PROFILES("shop: {target: dev, outputs: {dev: {type: ../x}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("profiles.yml:1:43: '../x' is no adapter's name"));
  PROFILES("- a\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("profiles.yml:1:1: profiles must be a map"));
  PROFILES("shop: {target: dev, outputs: {dev: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(.profile = "config"));
  CU_ASSERT(error_is("--profile:0:0: the profile 'config' is not there"));
  PROJECT("");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(error_is("sbe.yml:1:1: nothing says which warehouse to use"));
  end();
}

/* --- env_var ------------------------------------------------------------------------------------- */

/* The field `user` of the output in use, written in YAML as `text`. */
static const char *rendered(const char *text) {
  PROFILES(sbe_arena_printf(arena, "shop: {outputs: {default: {type: one, user: %s}}}\n", text));
  return setting(READ(0), "user");
}

static void test_env_var(void) {
  begin();
  PROJECT("profile: shop");
  setenv("NAME", "ann", 1);
  setenv("EMPTY", "", 1);
  static const struct {
    const char *text, *value;
  } right[] = {
      {"\"{{ env_var('NAME') }}\"", "ann"},
      {"'{{env_var(\"NAME\")}}'", "ann"},
      {"\"{{  env_var ( 'NAME' , 'x' )  }}\"", "ann"},
      {"\"a-{{ env_var('NAME') }}-{{ env_var('NAME') }}-z\"", "a-ann-ann-z"},
      {"\"{{ env_var('EMPTY', 'x') }}\"", ""},
      {"\"{{ env_var('GONE', 'it is') }}\"", "it is"},
      {"\"{{ env_var('GONE', '') }}\"", ""},
      {"\"{{ env_var('GONE', default='d') }}\"", "d"},
      {"'{{ env_var(\"GONE\", \"a\\\"b\") }}'", "a\"b"},
      {"\"{{ env_var('GONE', 5432) | int }}\"", "5432"},
      {"\"{{ env_var('GONE', '1') | as_number }}\"", "1"},
      {"\"{{ env_var('NAME')|as_text }}\"", "ann"},
      {"\"{{ env_var('GONE', 'true') | as_bool }}\"", "true"},
      {"\"{{ env_var('GONE', '}}') }}\"", "}}"},
      {"\"{ } }} { { %} 'NAME'\"", "{ } }} { { %} 'NAME'"},
  };
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    CU_ASSERT_STRING_EQUAL(rendered(right[i].text), right[i].value);
    CU_ASSERT(clean());
  }
  static const char *const wrong[] = {
      "\"{{ var('NAME') }}\"",
      "\"{{ env_var(NAME) }}\"",
      "\"{{ env_var('NAME' }}\"",
      "\"{{ env_var('NAME') \"",
      "\"{{ env_var('NAME') | lower }}\"",
      "\"{{ env_var('NAME') | int_ }}\"",
      "\"{% if true %}x{% endif %}\"",
      "\"{# note #}\"",
      "\"{{ 'a' }}\"",
      "\"{{ env_var('NAME', ) }}\"",
      "\"{{ env_var('NAME\"",
      "\"{{ env_var('NAME') + 'x' }}\"",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_STRING_EQUAL(rendered(wrong[i]), "(none)");
    CU_ASSERT(error_is("profiles.yml:1:45: field 'user': of Jinja only {{ env_var('NAME') }} and"));
    CU_ASSERT_PTR_NULL(strstr(findings(), "ann"));
  }
  rendered("\"{{ env_var('GONE1') }}{{ env_var('GONE2') }}\"");
  CU_ASSERT_EQUAL(report.errors, 2);
  CU_ASSERT(told("profiles.yml:1:45: field 'user': the environment variable 'GONE1' is not set"));
  CU_ASSERT(told("field 'user': the environment variable 'GONE2' is not set"));
  setenv("NAME", "\xFF", 1);
  rendered("\"{{ env_var('NAME') }}\"");
  CU_ASSERT(error_is("field 'user': the environment variable 'NAME' is not UTF-8"));
  end();
}

static void test_env_var_elsewhere(void) {
  begin();
  PROJECT("profile: shop");
  setenv("WHERE", "dev", 1);
  setenv("KIND", "one", 1);
  /* In the target, the type, lists, maps; not in what is not in use. */
  PROFILES("shop: {target: \"{{ env_var('WHERE') }}\", outputs: {\n"
           "  dev: {type: \"{{ env_var('KIND') }}\", list: [\"{{ env_var('WHERE') }}\"], map: {a: \"{{ env_var('GONE', "
           "'z') }}\"}},\n"
           "  prod: {type: two, user: \"{{ env_var('GONE') }}\"}}}\n"
           "other: {target: \"{{ nonsense }}\"}\n");
  sbe_project *project = READ(0);
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "one");
  CU_ASSERT_STRING_EQUAL(project->target, "dev");
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(project->settings, "list", 0, NULL), "dev");
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(project->settings, "map", 0, NULL), "z");
  project = READ(.adapter = "one");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->target, "dev");
  CU_ASSERT_PTR_NULL(READ(.target = "prod"));
  CU_ASSERT(error_is("profiles.yml:3:27: field 'user': the environment variable 'GONE' is not set"));
  /* What needs no connection needs no variables: the field is as if it were not given. */
  project = READ_OFFLINE(.target = "prod");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  CU_ASSERT_STRING_EQUAL(setting(project, "user"), "(none)");
  CU_ASSERT_EQUAL(report.errors, 0);
  end();
}

/* --- which adapter ------------------------------------------------------------------------------- */

static void test_adapter_with_profile(void) {
  begin();
  PROJECT("profile: shop");
  PROFILES("shop: {target: a, outputs: {a: {type: one}, b: {type: two}, c: {type: three}, d: {type: three}}}\n");
  sbe_project *project = READ(.adapter = "one");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  project = READ(.adapter = "two");
  CU_ASSERT_STRING_EQUAL(project->target, "b");
  CU_ASSERT_STRING_EQUAL(project->settings->type, "two");
  CU_ASSERT_PTR_NULL(READ(.adapter = "three"));
  CU_ASSERT(
      error_is("--adapter:0:0: profile 'shop' (profiles.yml) has several outputs of type 'three': choose one with "
               "--target: c, d\n"));
  project = READ(.adapter = "three", .target = "d");
  CU_ASSERT_STRING_EQUAL(project->target, "d");
  CU_ASSERT_PTR_NULL(READ(.adapter = "four"));
  CU_ASSERT(error_is("has no output of type 'four'; it has: a (one), b (two), c (three), d (three)"));
  /* What sbe.yml says of the adapter gives way to a target of the command line. */
  PROJECT("profile: shop\nadapter: two");
  project = READ(0);
  CU_ASSERT_STRING_EQUAL(project->target, "b");
  project = READ(.target = "a");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  project = READ(.adapter = "one");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  end();
}

static void test_adapter_without_profile(void) {
  begin();
  setenv("SBE_MY_DB_PATH", "/p", 1);
  setenv("SBE_MY_DB_KEY_FILE", "/kkkk", 1);
  setenv("SBE_MY_DB_EMPTY", "", 1);
  setenv("SBE_MY_DBX", "no", 1);
  setenv("SBE_MY_DB_lower", "no", 1);
  setenv("SBE_OTHER_PATH", "no", 1);
  sbe_project *project = READ(.adapter = "my_db");
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "my_db");
  CU_ASSERT_STRING_EQUAL(project->target, "my_db");
  CU_ASSERT_EQUAL_FATAL(project->settings->n, 2);
  CU_ASSERT_STRING_EQUAL(project->settings->items[0].name, "key_file");
  CU_ASSERT_STRING_EQUAL(setting(project, "path"), "/p");
  CU_ASSERT_STRING_EQUAL(project->settings->type, "my_db");
  CU_ASSERT_STRING_EQUAL(project->settings->place, "environment, SBE_MY_DB_…");
  PROJECT("adapter: other");
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "no");
  /* A profile that sbe.yml names and nobody has written gives way; one that was asked for does not. */
  PROJECT("profile: shop\ntarget: dev");
  CU_ASSERT_STRING_EQUAL(setting(READ(.adapter = "my_db"), "path"), "/p");
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NULL(READ(.adapter = "my_db", .profile = "mine"));
  CU_ASSERT(error_is("--profile:0:0: the profile 'mine' is not there"));
  CU_ASSERT_STRING_EQUAL(setting(READ(.adapter = "my_db", .target = "dev"), "path"), "/p");
  CU_ASSERT(told("--target:0:0: the target 'dev' has no effect"));
  CU_ASSERT_PTR_NULL(READ(.adapter = "My"));
  CU_ASSERT(error_is("--adapter:0:0: 'My' is no adapter's name"));
  setenv("SBE_MY_DB_BAD", "\xC0", 1);
  CU_ASSERT_PTR_NULL(READ(.adapter = "my_db"));
  CU_ASSERT(error_is("SBE_MY_DB_BAD:0:0: the environment variable is not UTF-8"));
  end();
}

static void test_without_connection(void) {
  begin();
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NULL(project->adapter);
  PROJECT("profile: shop");
  project = READ_OFFLINE(0);
  CU_ASSERT(clean());
  CU_ASSERT_PTR_NULL(project->adapter);
  project = READ_OFFLINE(.adapter = "two");
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  PROFILES("shop: {target: a, outputs: {a: {type: one, schema: s}}}\n");
  project = READ_OFFLINE(0);
  CU_ASSERT_STRING_EQUAL(project->adapter, "one");
  CU_ASSERT_STRING_EQUAL(setting(project, "schema"), "s");
  /* Another warehouse's SQL can be looked at without an output for it. */
  project = READ_OFFLINE(.adapter = "two");
  CU_ASSERT(clean());
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  CU_ASSERT_STRING_EQUAL(setting(project, "schema"), "(none)");
  end();
}

/* --- secrets ------------------------------------------------------------------------------------- */

static bool redacts(const char *text, const char *to) {
  char *copy = sbe_arena_strdup(arena, text);
  sbe_redact(copy);
  if (strcmp(copy, to) != 0) fprintf(stderr, "\nredacted to: %s\n", copy);
  return strcmp(copy, to) == 0;
}

static void test_redaction(void) {
  begin();
  CU_ASSERT(redacts("nothing to hide", "nothing to hide"));
  sbe_secret_register(NULL);
  sbe_secret_register("");
  sbe_secret_register("abc");
  CU_ASSERT(redacts("abc", "abc"));
  sbe_secret_register("hunter22");
  sbe_secret_register("hunter22");
  CU_ASSERT(redacts("hunter22", "***"));
  CU_ASSERT(redacts("a hunter22, hunter22 and hunter2", "a ***, *** and hunter2"));
  CU_ASSERT(redacts("hunter22hunter22", "******"));
  sbe_secret_register("hunter22-and-more");
  CU_ASSERT(redacts("<hunter22-and-more>", "<***>"));
  sbe_secret_register("ABCDEF");
  sbe_secret_register("EFGHIJ");
  CU_ASSERT(redacts("xABCDEFGHIJx", "x***x")); /* they overlap: nothing of the second is left */
  sbe_secret_register("it's/\"so\"");
  CU_ASSERT(redacts("'it''s/\"so\"' it%27s%2F%22so%22 {\"it's/\\\"so\\\"\"}", "'***' *** {\"***\"}"));
  sbe_secret_register("-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n");
  CU_ASSERT(redacts("-----BEGIN KEY----- MIIEvQIBADAN BgkqhkiG9w0B", "-----BEGIN KEY----- *** ***"));
  CU_ASSERT(redacts("MIIEvQIBADAN\\nBgkqhkiG9w0B", "***\\n***"));
  sbe_redact(NULL);
  end();
}

static void test_registered_secrets(void) {
  begin();
  PROJECT("profile: shop");
  setenv("E1", "first-hidden", 1);
  setenv("E2", "second-hidden", 1);
  setenv("E3", "third-shown", 1);
  setenv("MY_TOKEN", "fourth-hidden", 1);
  PROFILES("shop: {outputs: {default: {type: one, Password: \"{{ env_var('E1') }}\", user: \"{{ env_var('E3') }}\",\n"
           "  nested: {api_key: \"x-{{ env_var('E2') }}\"}, url: \"http://{{ env_var('MY_TOKEN') }}/\",\n"
           "  client_secret: \"{{ env_var('GONE', 'fifth-hidden') }}\"}}}\n");
  CU_ASSERT_PTR_NOT_NULL(READ(0));
  CU_ASSERT(clean());
  CU_ASSERT(
      redacts("first-hidden second-hidden third-shown fourth-hidden fifth-hidden", "*** *** third-shown *** ***"));
  CU_ASSERT(redacts("x-second-hidden", "***"));
  setenv("SBE_ONE_PASSPHRASE", "sixth-hidden", 1);
  setenv("SBE_ONE_HOST", "seventh-shown", 1);
  PROJECT("");
  CU_ASSERT_PTR_NOT_NULL(READ(.adapter = "one"));
  CU_ASSERT(redacts("sixth-hidden seventh-shown", "*** seventh-shown"));
  end();
}

int sbe_add_config_suite(void) {
  static const sbe_unit_test tests[] = {
      {"the presets of variables", test_presets},
      {"every variable, with and without prefix", test_every_variable},
      {"older names of variables", test_older_names},
      {"values of variables", test_values_of_variables},
      {"10,000 app_ids, not one more", test_app_id_limit},
      {"start_date is required, and a date", test_start_date},
      {"--vars", test_vars_option},
      {"unknown variables", test_unknown_variables},
      {"the catalog of each known adapter", test_catalog},
      {"the table of variables", test_variable_rows},
      {"sbe.yml", test_project},
      {"errors in sbe.yml", test_project_errors},
      {"finding the project", test_finding_the_project},
      {"definition files", test_files},
      {"no definition files", test_no_files},
      {"a profile", test_profile},
      {"where profiles are searched", test_search_order},
      {"command line before environment before sbe.yml", test_precedence},
      {"wrong profiles and targets", test_target_errors},
      {"env_var", test_env_var},
      {"env_var in targets, lists and maps", test_env_var_elsewhere},
      {"--adapter with a profile", test_adapter_with_profile},
      {"--adapter without a profile", test_adapter_without_profile},
      {"commands without a connection", test_without_connection},
      {"redaction", test_redaction},
      {"secrets of profiles and environment", test_registered_secrets},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("config", tests);
}
