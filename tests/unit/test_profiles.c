/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles: where they are searched, which target and adapter is meant, env_var, and the secrets in them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CUnit/CUnit.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/known.h"
#include "tests/unit/config_stage.h"

/* --- profiles ------------------------------------------------------------------------------------ */

#define PROJECT(more) config_put("shop/sbe.yml", more "\n" START)
#define PROFILES(text) config_put("shop/profiles.yml", text)

static const char *setting(const sbe_project *project, const char *name) {
  const char *value = project && project->settings ? sbe_settings_get(project->settings, name) : NULL;
  return value ? value : "(none)";
}

static void test_profile(void) {
  config_begin();
  PROJECT("profile: shop");
  PROFILES("config: {send_anonymous_usage_stats: false}\n"
           "broken: 7\n"
           "shop:\n  target: dev\n  outputs:\n    dev:\n      type: one\n      path: \"/x y\"\n      port: 5432\n"
           "      on: true\n      nothing: null\n      extensions: [json, {name: a, n: [1, \"q\\\"\"]}]\n"
           "      settings: {memory: 1GB, threads: 2}\n"
           "    prod: {type: two, password: \"{{ env_var('NOT_SET') }}\"}\n");
  sbe_project *project = READ(0);
  CU_ASSERT(config_clean());
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
  config_end();
}

/* One profile of one output in `where`, whose path tells where it came from. */
static void put_profile(const char *where) {
  config_put(sbe_arena_printf(config_stage.arena, "%s/profiles.yml", where),
             sbe_arena_printf(config_stage.arena, "shop: {outputs: {default: {type: one, path: %s}}}\n", where));
}

static void test_search_order(void) {
  static const char *const order[] = {"option", "environment", "shop", "home/.sbe", "dbt", "home/.dbt"};
  config_begin();
  PROJECT("profile: shop");
  setenv("SBE_PROFILES_DIR", config_path("environment"), 1);
  setenv("DBT_PROFILES_DIR", config_path("dbt"), 1);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) put_profile(order[i]);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    sbe_project *project = READ(.profiles_dir = i == 0 ? config_path("option") : NULL);
    CU_ASSERT(config_clean());
    CU_ASSERT_STRING_EQUAL(setting(project, "path"), order[i]);
    CU_ASSERT_EQUAL(unlink(config_path(sbe_arena_printf(config_stage.arena, "%s/profiles.yml", order[i]))), 0);
  }
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("sbe.yml:1:10: the profile 'shop' is not there; looked in: "));
  for (size_t i = 1; i < sizeof order / sizeof *order; i++) {
    const char *file = sbe_arena_printf(config_stage.arena, "%s/profiles.yml (no such file)", order[i]);
    CU_ASSERT(config_told(strcmp(order[i], "shop") == 0 ? ", profiles.yml (no such file)" : file));
  }
  /* A file without the profile does not hide one that has it, but the one that the option names is the only one. */
  config_put("home/.sbe/profiles.yml", "shp: {outputs: {default: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("(no such profile; did you mean 'shp'?)"));
  put_profile("home/.dbt");
  CU_ASSERT_STRING_EQUAL(setting(READ(0), "path"), "home/.dbt");
  CU_ASSERT_PTR_NULL(READ(.profiles_dir = config_path("option"), .adapter = "one"));
  CU_ASSERT(config_error_is("option/profiles.yml (no such file)"));
  config_end();
}

static void test_precedence(void) {
  static const char profile[] = "%s: {target: p, outputs: {p: {type: one, path: %s.p}, f: {type: one, path: %s.f},\n"
                                "  e: {type: one, path: %s.e}, c: {type: one, path: %s.c}}}\n";
  static const char *const names[] = {"file", "env", "line"};
  config_begin();
  sbe_text text = SBE_TEXT(4096);
  for (size_t i = 0; i < 3; i++) {
    const char *n = names[i];
    sbe_text_puts(&text, sbe_arena_printf(config_stage.arena, profile, n, n, n, n, n));
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
  config_end();
}

static void test_target_errors(void) {
  config_begin();
  PROJECT("profile: shop");
  PROFILES("shop: {outputs: {dev: {type: one}, prod: {type: two}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(
      config_error_is("profiles.yml:1:7: profile 'shop' (profiles.yml) has no target 'default'; it has: dev, prod"));
  CU_ASSERT_PTR_NULL(READ(.target = "pro"));
  CU_ASSERT(config_error_is("--target:0:0: profile 'shop' (profiles.yml) has no target 'pro'; did you mean 'prod'?"));
  PROFILES("shop: {target: dev, outputs: {dev: {path: x}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("output 'dev' of profile 'shop' needs a 'type'"));
  PROFILES("shop: {target: dev, output: {dev: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_told("unknown member 'output'; did you mean 'outputs'?"));
  PROFILES("shop: {target: dev, outputs: {dev: {type: ../x}}}\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("profiles.yml:1:43: '../x' is no adapter's name"));
  PROFILES("- a\n");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("profiles.yml:1:1: profiles must be a map"));
  PROFILES("shop: {target: dev, outputs: {dev: {type: one}}}\n");
  CU_ASSERT_PTR_NULL(READ(.profile = "config"));
  CU_ASSERT(config_error_is("--profile:0:0: the profile 'config' is not there"));
  PROJECT("");
  CU_ASSERT_PTR_NULL(READ(0));
  CU_ASSERT(config_error_is("sbe.yml:1:1: nothing says which warehouse to use"));
  config_end();
}

/* --- env_var ------------------------------------------------------------------------------------- */

/* The field `user` of the output in use, written in YAML as `text`. */
static const char *rendered(const char *text) {
  PROFILES(sbe_arena_printf(config_stage.arena, "shop: {outputs: {default: {type: one, user: %s}}}\n", text));
  return setting(READ(0), "user");
}

static void test_env_var(void) {
  config_begin();
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
    CU_ASSERT(config_clean());
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
    CU_ASSERT(config_error_is("profiles.yml:1:45: field 'user': of Jinja only {{ env_var('NAME') }} and"));
    CU_ASSERT_PTR_NULL(strstr(config_findings(), "ann"));
  }
  rendered("\"{{ env_var('GONE1') }}{{ env_var('GONE2') }}\"");
  CU_ASSERT_EQUAL(config_stage.report.errors, 2);
  CU_ASSERT(config_told("profiles.yml:1:45: field 'user': the environment variable 'GONE1' is not set"));
  CU_ASSERT(config_told("field 'user': the environment variable 'GONE2' is not set"));
  setenv("NAME", "\xFF", 1);
  rendered("\"{{ env_var('NAME') }}\"");
  CU_ASSERT(config_error_is("field 'user': the environment variable 'NAME' is not UTF-8"));
  config_end();
}

static void test_env_var_elsewhere(void) {
  config_begin();
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
  CU_ASSERT(config_clean());
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "one");
  CU_ASSERT_STRING_EQUAL(project->target, "dev");
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(project->settings, "list", 0, NULL), "dev");
  CU_ASSERT_STRING_EQUAL(sbe_settings_member(project->settings, "map", 0, NULL), "z");
  project = READ(.adapter = "one");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->target, "dev");
  CU_ASSERT_PTR_NULL(READ(.target = "prod"));
  CU_ASSERT(config_error_is("profiles.yml:3:27: field 'user': the environment variable 'GONE' is not set"));
  /* What needs no connection needs no variables: the field is as if it were not given. */
  project = READ_OFFLINE(.target = "prod");
  CU_ASSERT_PTR_NOT_NULL_FATAL(project);
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  CU_ASSERT_STRING_EQUAL(setting(project, "user"), "(none)");
  CU_ASSERT_EQUAL(config_stage.report.errors, 0);
  config_end();
}

/* --- which adapter ------------------------------------------------------------------------------- */

static void test_adapter_with_profile(void) {
  config_begin();
  PROJECT("profile: shop");
  PROFILES("shop: {target: a, outputs: {a: {type: one}, b: {type: two}, c: {type: three}, d: {type: three}}}\n");
  sbe_project *project = READ(.adapter = "one");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  project = READ(.adapter = "two");
  CU_ASSERT_STRING_EQUAL(project->target, "b");
  CU_ASSERT_STRING_EQUAL(project->settings->type, "two");
  CU_ASSERT_PTR_NULL(READ(.adapter = "three"));
  CU_ASSERT(config_error_is(
      "--adapter:0:0: profile 'shop' (profiles.yml) has several outputs of type 'three': choose one with "
      "--target: c, d\n"));
  project = READ(.adapter = "three", .target = "d");
  CU_ASSERT_STRING_EQUAL(project->target, "d");
  CU_ASSERT_PTR_NULL(READ(.adapter = "four"));
  CU_ASSERT(config_error_is("has no output of type 'four'; it has: a (one), b (two), c (three), d (three)"));
  /* What sbe.yml says of the adapter gives way to a target of the command line. */
  PROJECT("profile: shop\nadapter: two");
  project = READ(0);
  CU_ASSERT_STRING_EQUAL(project->target, "b");
  project = READ(.target = "a");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  project = READ(.adapter = "one");
  CU_ASSERT_STRING_EQUAL(project->target, "a");
  config_end();
}

static void test_adapter_without_profile(void) {
  config_begin();
  setenv("SBE_MY_DB_PATH", "/p", 1);
  setenv("SBE_MY_DB_KEY_FILE", "/kkkk", 1);
  setenv("SBE_MY_DB_EMPTY", "", 1);
  setenv("SBE_MY_DBX", "no", 1);
  setenv("SBE_MY_DB_lower", "no", 1);
  setenv("SBE_OTHER_PATH", "no", 1);
  sbe_project *project = READ(.adapter = "my_db");
  CU_ASSERT(config_clean());
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
  CU_ASSERT(config_clean());
  CU_ASSERT_PTR_NULL(READ(.adapter = "my_db", .profile = "mine"));
  CU_ASSERT(config_error_is("--profile:0:0: the profile 'mine' is not there"));
  CU_ASSERT_STRING_EQUAL(setting(READ(.adapter = "my_db", .target = "dev"), "path"), "/p");
  CU_ASSERT(config_told("--target:0:0: the target 'dev' has no effect"));
  CU_ASSERT_PTR_NULL(READ(.adapter = "My"));
  CU_ASSERT(config_error_is("--adapter:0:0: 'My' is no adapter's name"));
  setenv("SBE_MY_DB_BAD", "\xC0", 1);
  CU_ASSERT_PTR_NULL(READ(.adapter = "my_db"));
  CU_ASSERT(config_error_is("SBE_MY_DB_BAD:0:0: the environment variable is not UTF-8"));
  config_end();
}

static void test_without_connection(void) {
  config_begin();
  sbe_project *project = READ_OFFLINE(0);
  CU_ASSERT(config_clean());
  CU_ASSERT_PTR_NULL(project->adapter);
  PROJECT("profile: shop");
  project = READ_OFFLINE(0);
  CU_ASSERT(config_clean());
  CU_ASSERT_PTR_NULL(project->adapter);
  project = READ_OFFLINE(.adapter = "two");
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  PROFILES("shop: {target: a, outputs: {a: {type: one, schema: s}}}\n");
  project = READ_OFFLINE(0);
  CU_ASSERT_STRING_EQUAL(project->adapter, "one");
  CU_ASSERT_STRING_EQUAL(setting(project, "schema"), "s");
  /* Another warehouse's SQL can be looked at without an output for it. */
  project = READ_OFFLINE(.adapter = "two");
  CU_ASSERT(config_clean());
  CU_ASSERT_STRING_EQUAL(project->adapter, "two");
  CU_ASSERT_STRING_EQUAL(setting(project, "schema"), "(none)");
  config_end();
}

/* --- secrets ------------------------------------------------------------------------------------- */

static bool redacts(const char *text, const char *to) {
  char *copy = sbe_arena_strdup(config_stage.arena, text);
  sbe_redact(copy);
  if (strcmp(copy, to) != 0) fprintf(stderr, "\nredacted to: %s\n", copy);
  return strcmp(copy, to) == 0;
}

static void test_redaction(void) {
  config_begin();
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
  config_end();
}

static void test_registered_secrets(void) {
  config_begin();
  PROJECT("profile: shop");
  setenv("E1", "first-hidden", 1);
  setenv("E2", "second-hidden", 1);
  setenv("E3", "third-shown", 1);
  setenv("MY_TOKEN", "fourth-hidden", 1);
  PROFILES("shop: {outputs: {default: {type: one, Password: \"{{ env_var('E1') }}\", user: \"{{ env_var('E3') }}\",\n"
           "  nested: {api_key: \"x-{{ env_var('E2') }}\"}, url: \"http://{{ env_var('MY_TOKEN') }}/\",\n"
           "  client_secret: \"{{ env_var('GONE', 'fifth-hidden') }}\"}}}\n");
  CU_ASSERT_PTR_NOT_NULL(READ(0));
  CU_ASSERT(config_clean());
  CU_ASSERT(
      redacts("first-hidden second-hidden third-shown fourth-hidden fifth-hidden", "*** *** third-shown *** ***"));
  CU_ASSERT(redacts("x-second-hidden", "***"));
  setenv("SBE_ONE_PASSPHRASE", "sixth-hidden", 1);
  setenv("SBE_ONE_HOST", "seventh-shown", 1);
  PROJECT("");
  CU_ASSERT_PTR_NOT_NULL(READ(.adapter = "one"));
  CU_ASSERT(redacts("sixth-hidden seventh-shown", "*** seventh-shown"));
  config_end();
}

int sbe_add_profiles_suite(void) {
  static const sbe_unit_test tests[] = {
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
  return sbe_unit_add_suite("profiles", tests);
}
