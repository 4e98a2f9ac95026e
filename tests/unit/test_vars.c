/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables: their presets, older names, values and errors, in sbe.yml and of --vars.
 */
#include <string.h>
#include <CUnit/CUnit.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/vars.h"
#include "core/plugin/known.h"
#include "tests/unit/config_stage.h"

/* Variables of sbe.yml and --vars; true when there were no errors. */
static sbe_vars vars;
static bool vars_of(const char *yaml, const char *option) {
  config_stage.report = (sbe_report){.arena = config_stage.arena};
  const sbe_node *node =
      yaml ? sbe_yaml_read(config_stage.arena, "sbe.yml", yaml, strlen(yaml), &config_stage.report) : NULL;
  sbe_vars_read(config_stage.arena, node, option, (sbe_place){"sbe.yml", 1, 1}, &vars, &config_stage.report);
  return config_stage.report.errors == 0;
}

/* The same, with a start date, so that only what `rest` says can be wrong; it stands in line 2. */
static bool var_is(const char *rest) {
  return vars_of(sbe_arena_printf(config_stage.arena, "start_date: 2025-01-01\n%s\n", rest), NULL);
}

static void test_presets(void) {
  config_begin();
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
  config_end();
}

/* Every variable, each with and without its prefix. */
static void test_every_variable(void) {
  static const char text[] = "%sstart_date: \"2024-02-29\"\n%sapp_id: [web, app]\n%sbackfill_limit_days: 30\n"
                             "%slate_event_lookback_days: 31\n%smin_late_events_to_process: 100\n"
                             "%sinclude_current_day_in_windows: true\n%sallow_refresh: true\n%sdev_target_name: test\n"
                             "%satomic_schema: raw\n%sdatabase: lake\n%sevents_table: ev\n%sload_overlap_minutes: 0\n"
                             "%sdedupe_lookback_days: 14\n%squery_tag: nightly\n";
  config_begin();
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
  config_end();
}

static void test_older_names(void) {
  config_begin();
  CU_ASSERT(var_is("snowplow__reprocess_days: 7"));
  CU_ASSERT_EQUAL(vars.late_event_lookback_days, 7);
  CU_ASSERT(var_is("min_rows_to_process: 8"));
  CU_ASSERT_EQUAL(vars.min_late_events_to_process, 8);
  CU_ASSERT_FALSE(var_is("reprocess_days: 7\nsnowplow__late_event_lookback_days: 7"));
  CU_ASSERT(
      config_error_is("sbe.yml:3:1: variable 'snowplow__late_event_lookback_days' sets the same as 'reprocess_days' in "
                      "line 2"));
  CU_ASSERT_FALSE(var_is("min_rows_to_process: 7\nmin_late_events_to_process: 7"));
  CU_ASSERT(config_error_is("sbe.yml:3:1: "));
  CU_ASSERT_FALSE(var_is("allow_refresh: true\nsnowplow__allow_refresh: true"));
  CU_ASSERT(config_error_is("sbe.yml:3:1: "));
  /* In two places they are no contradiction: the command line wins. */
  CU_ASSERT(vars_of("start_date: 2025-01-01\nlate_event_lookback_days: 2", "reprocess_days: 9"));
  CU_ASSERT_EQUAL(vars.late_event_lookback_days, 9);
  config_end();
}

static void test_values_of_variables(void) {
  config_begin();
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
    CU_ASSERT(config_error_is(wrong[i].error));
  }
  config_end();
}

static void test_app_id_limit(void) {
  config_begin();
  for (int n = 10000; n <= 10001; n++) {
    sbe_text yaml = SBE_TEXT(1 << 20);
    sbe_text_puts(&yaml, "app_id: [a");
    for (int i = 1; i < n; i++) sbe_text_puts(&yaml, ",a");
    sbe_text_puts(&yaml, "]");
    CU_ASSERT_EQUAL(var_is(sbe_text_string(&yaml)), n == 10000);
    if (n == 10000) CU_ASSERT_EQUAL(vars.n_app_ids, 10000);
    if (n == 10001) CU_ASSERT(config_error_is("variable 'app_id' has 10001 members; at most 10000"));
    sbe_text_free(&yaml);
  }
  config_end();
}

static void test_start_date(void) {
  config_begin();
  CU_ASSERT_FALSE(vars_of("app_id: web", NULL));
  CU_ASSERT(config_error_is("sbe.yml:1:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT_FALSE(vars_of(NULL, NULL));
  CU_ASSERT(config_error_is("sbe.yml:1:1: variable 'snowplow__start_date' is missing"));
  CU_ASSERT_FALSE(vars_of("start_date: null", NULL));
  CU_ASSERT(config_error_is("is missing"));
  static const char *const wrong[] = {"2025-02-29", "2025-1-1", "01/02/2025", "20250101", "2025-01-01T00:00:00", "''"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_FALSE(vars_of(sbe_arena_printf(config_stage.arena, "start_date: %s", wrong[i]), NULL));
    CU_ASSERT(config_error_is("sbe.yml:1:13: variable 'start_date' must be a date, YYYY-MM-DD"));
  }
  CU_ASSERT(vars_of(NULL, "start_date: 1970-01-02"));
  CU_ASSERT_EQUAL(vars.start_date, 1);
  config_end();
}

static void test_vars_option(void) {
  config_begin();
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
  CU_ASSERT(config_error_is("--vars:1:23: variable 'backfill_limit_days' must be"));
  CU_ASSERT_FALSE(vars_of(file, "{\"app_id\": \"a\",\n \"nope_nope\": 1}"));
  CU_ASSERT(config_error_is("--vars:2:2: unknown variable 'nope_nope'"));
  CU_ASSERT_FALSE(vars_of(file, "[1]"));
  CU_ASSERT(config_error_is("--vars:1:1: --vars must be a map of variables, not a list"));
  CU_ASSERT_FALSE(vars_of(file, "{a: "));
  CU_ASSERT(config_told("--vars:"));
  /* No second error about a date that an unreadable --vars may hold. */
  CU_ASSERT_FALSE(vars_of(NULL, "{a: "));
  CU_ASSERT_PTR_NULL(strstr(config_findings(), "start_date"));
  config_end();
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
  config_begin();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CU_ASSERT_FALSE(var_is(wrong[i].text));
    CU_ASSERT(config_error_is(wrong[i].error));
  }
  CU_ASSERT_FALSE(vars_of("- a", NULL));
  CU_ASSERT(config_told("sbe.yml:1:1: 'vars' must be a map of variables, not a list"));
  config_end();
}

static void test_catalog(void) {
  config_begin();
  for (const sbe_known_adapter *known = sbe_known_adapters; known->name; known++) {
    CU_ASSERT(var_is(sbe_arena_printf(config_stage.arena, "snowplow__%s_catalog: main", known->name)));
    CU_ASSERT_STRING_EQUAL(vars.catalog_adapter, known->name);
    CU_ASSERT_STRING_EQUAL(vars.catalog, "main");
  }
  CU_ASSERT_FALSE(var_is("spark_catalog: a\nsnowplow__trino_catalog: b"));
  CU_ASSERT(config_error_is("sbe.yml:3:1: variable 'snowplow__trino_catalog' sets the same as 'spark_catalog'"));
  CU_ASSERT_FALSE(var_is("spark_catalo: a"));
  CU_ASSERT(config_error_is("did you mean 'spark_catalog'?"));
  config_end();
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

int sbe_add_vars_suite(void) {
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
      {NULL, NULL},
  };
  return sbe_unit_add_suite("vars", tests);
}
