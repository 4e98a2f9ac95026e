/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What adapters are given (host.c), what becomes of a profile's fields (settings.c), and the recorder,
 * on whose word the core's tests rely.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/internal.h"
#include "tests/unit/unit.h"

static sbe_arena *arena;
static sbe_report report;

static void begin(void) {
  arena = sbe_arena_new();
  report = (sbe_report){.arena = arena};
}

static void end(void) {
  sbe_arena_free(arena);
  arena = NULL;
}

static const char *new_path(void) {
  static unsigned n;
  return sbe_arena_printf(arena, "%s/host-%u", sbe_unit_directory(), n++);
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(text, file);
  CU_ASSERT_FATAL(fclose(file) == 0);
}

static const char *file_text(const char *path) {
  char *bytes = sbe_arena_alloc(arena, 1 << 16);
  FILE *file = fopen(path, "rb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_FATAL(fread(bytes, 1, (1 << 16) - 1, file) < (1 << 16) - 1);
  fclose(file);
  return bytes;
}

/* From a copy, since the build tree may be writable for a group. */
static const sbe_plugin *load(const char *name) {
  const char *given = getenv("SBE_TEST_ADAPTERS"), *top = getenv("abs_top_builddir");
  const char *from =
      given ? given
            : sbe_arena_printf(arena, "%s/tests/%s/.libs", top ? top : ".", name[0] == 'v' ? "abi" : "adapters");
  const char *directory = new_path();
  CU_ASSERT_FATAL(mkdir(directory, 0755) == 0 && chmod(directory, 0755) == 0);
  const char *command = sbe_arena_printf(arena, "cp '%s/sbe_adapter_%s.so' '%s/' && chmod 644 '%s'/*.so", from, name,
                                         directory, directory);
  CU_ASSERT_FATAL(system(command) == 0);
  sbe_plugin_path path = {1, &directory};
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(&path, name, &plugin, &error);
  UNIT_CHECK(code == SBE_OK, "%s", error.message);
  CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
  return plugin;
}

/* The fields of a profile, from a JSON object; scalars have a value, others a node, as the reader of profiles does. */
static sbe_settings fields(const char *type, const char *json) {
  const sbe_node *map = sbe_json_read(arena, "profiles.json", json, strlen(json), &report);
  CU_ASSERT_PTR_NOT_NULL_FATAL(map);
  sbe_settings settings = {.place = "profile shop, target dev (profiles.yml)", .type = type, .arena = arena};
  settings.items = SBE_NEW_ARRAY(arena, struct sbe_setting, sbe_node_count(map) + 1);
  SBE_EACH(node, map) {
    bool nested = node->kind == SBE_NODE_LIST || node->kind == SBE_NODE_MAP;
    settings.items[settings.n++] = (struct sbe_setting){
        node->key, node->kind == SBE_NODE_NULL || nested ? NULL : node->text, nested ? node : NULL};
  }
  return settings;
}

/* --- the host table ------------------------------------------------------------------------------ */

static void test_host_errors(void) {
  const sbe_host *host = &sbe_host_table;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(host->error(&error, SBE_BUSY, "57P03", "wait %d s", 5), SBE_BUSY);
  CU_ASSERT_EQUAL(error.code, SBE_BUSY);
  CU_ASSERT_STRING_EQUAL(error.sqlstate, "57P03");
  CU_ASSERT_STRING_EQUAL(error.message, "wait 5 s");
  CU_ASSERT_EQUAL(host->error(NULL, SBE_IO, NULL, "%s", "nobody hears"), SBE_IO);
  /* A secret in what a server says, also where the text is cut in the middle of it. */
  sbe_secret_register("open-sesame-1001");
  host->error(&error, SBE_AUTH, NULL, "login with open-sesame-1001 failed");
  CU_ASSERT_STRING_EQUAL(error.message, "login with *** failed");
  char filler[2040];
  memset(filler, 'x', sizeof filler - 1);
  filler[sizeof filler - 1] = '\0';
  host->error(&error, SBE_AUTH, NULL, "%sopen-sesame-1001", filler);
  CU_ASSERT_PTR_NULL(strstr(error.message, "open"));
}

static void test_host_statements(void) {
  const sbe_host *host = &sbe_host_table;
  sbe_statements list = {0};
  for (int i = 0; i < 100; i++) {
    sbe_text *text = host->statement(&list, i % 2 ? SBE_STATEMENT_GUARD : SBE_STATEMENT_REPEATABLE);
    char number[16];
    host->put(text, number, (size_t)snprintf(number, sizeof number, "SELECT %d", i));
  }
  CU_ASSERT_EQUAL_FATAL(list.n, 100);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(list.items[0].text), "SELECT 0");
  CU_ASSERT_EQUAL(list.items[0].flags, SBE_STATEMENT_REPEATABLE);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(list.items[99].text), "SELECT 99");
  CU_ASSERT_EQUAL(list.items[99].flags, SBE_STATEMENT_GUARD);
  sbe_statements_clear(&list);
  CU_ASSERT_EQUAL(list.n, 0);
  CU_ASSERT_PTR_NULL(list.items);
  sbe_statements_clear(&list);
}

struct counting_run {
  sbe_run run;
  int ticks, limit;
  double percent;
};

static int32_t count_tick(sbe_run *run, double percent) {
  struct counting_run *mine = (struct counting_run *)run;
  mine->percent = percent;
  return ++mine->ticks >= mine->limit;
}

static void test_host_rest(void) {
  const sbe_host *host = &sbe_host_table;
  sbe_run idle = {NULL};
  struct counting_run counting = {.run = {count_tick}, .limit = 2};
  CU_ASSERT_EQUAL(host->struct_size, sizeof(sbe_host));
  CU_ASSERT_EQUAL(host->tick(NULL, 1), 0);
  CU_ASSERT_EQUAL(host->tick(&idle, 1), 0);
  CU_ASSERT_EQUAL(host->tick(&counting.run, 12.5), 0);
  CU_ASSERT_EQUAL(counting.percent, 12.5);
  CU_ASSERT_NOT_EQUAL(host->tick(&counting.run, -1), 0);
  int64_t before = host->time();
  usleep(2000);
  int64_t passed = host->time() - before;
  UNIT_CHECK(passed >= 2000 && passed < 60000000, "%lld us", (long long)passed);
  char name[32];
  host->snake("IPAddress", name, sizeof name);
  CU_ASSERT_STRING_EQUAL(name, "ip_address");
  host->log(SBE_LOG_DEBUG, "%s", "heard by nobody");
}

/* Adapters ask by one name and get what was given by either. */
static void test_host_settings(void) {
  begin();
  const sbe_host *host = &sbe_host_table;
  load("recorder");
  sbe_settings by_alias =
      fields("recorder", "{\"pass\": \"x1\", \"threads\": 4, \"columns\": {\"a\": \"INT\", \"b\": \"TEXT\"}}");
  CU_ASSERT_STRING_EQUAL(host->setting(&by_alias, "password"), "x1");
  CU_ASSERT_STRING_EQUAL(host->setting(&by_alias, "pass"), "x1");
  CU_ASSERT_STRING_EQUAL(host->setting(&by_alias, "threads"), "4");
  CU_ASSERT_PTR_NULL(host->setting(&by_alias, "schema"));
  CU_ASSERT_PTR_NULL(host->setting(&by_alias, "unheard_of"));
  const char *key = NULL;
  CU_ASSERT_STRING_EQUAL(host->member(&by_alias, "columns", 1, &key), "TEXT");
  CU_ASSERT_STRING_EQUAL(key, "b");
  CU_ASSERT_PTR_NULL(host->member(&by_alias, "columns", 2, NULL));
  CU_ASSERT_PTR_NULL(host->member(&by_alias, "password", 0, NULL));
  sbe_settings by_name = fields("recorder", "{\"password\": \"x2\"}");
  CU_ASSERT_STRING_EQUAL(host->setting(&by_name, "pass"), "x2");
  sbe_settings unloaded = fields("nobody_knows", "{\"pass\": \"x3\"}");
  CU_ASSERT_PTR_NULL(host->setting(&unloaded, "password"));
  end();
}

/* --- fields against options ---------------------------------------------------------------------- */

#define OPTION(...)                                                                                                    \
  { .struct_size = sizeof(sbe_option), __VA_ARGS__ }
static const sbe_option option_host = OPTION(.name = "host", .required = 1, .help = "Where the server is.");
static const sbe_option option_password =
    OPTION(.name = "password", .alias = "pass", .required = 1, .secret = 1, .help = "What opens it.");
static const sbe_option option_port = OPTION(.name = "port", .required = 1, .preset = "5432", .help = "Its port.");
static const sbe_option option_keyfile = OPTION(.name = "keyfile_json", .secret = 1, .help = "A key.");
static const sbe_option option_sslmode = OPTION(.name = "sslmode", .help = "How careful.");
static const sbe_option *const some_options[] = {&option_host,    &option_password, &option_port,
                                                 &option_keyfile, &option_sslmode,  NULL};

/* All findings as one text, each "E place: message" or "W place: message". */
static const char *findings(const char *json) {
  sbe_adapter adapter = {.options = some_options};
  sbe_plugin plugin = {.name = "shelf", .adapter = &adapter};
  sbe_settings settings = fields("shelf", json);
  sbe_plugin_check_settings(&plugin, &settings, &report);
  const char *all = "";
  for (const sbe_finding *f = report.first; f; f = f->next) {
    all = sbe_arena_printf(arena, "%s%c %s:%u: %s\n", all, f->severity == SBE_ERROR ? 'E' : 'W', f->place.file,
                           f->place.line, f->message);
  }
  report = (sbe_report){.arena = arena};
  return all;
}

#define SHOP "profile shop, target dev (profiles.yml):0: "

static void test_fields(void) {
  static const struct {
    const char *json, *want;
  } rows[] = {
      {"{\"type\": \"shelf\", \"host\": \"h\", \"password\": \"p\"}", ""},
      {"{\"host\": \"h\", \"pass\": \"p\", \"port\": 1, \"sslmode\": \"require\"}", ""},
      {"{\"host\": \"h\"}", "E " SHOP "the adapter 'shelf' needs the field 'password': What opens it.\n"},
      {"{\"host\": null, \"pass\": \"\"}",
       "E " SHOP "the adapter 'shelf' needs the field 'host': Where the server is.\n"
       "E " SHOP "the field 'pass' is empty; the adapter 'shelf' needs it: What opens it.\n"},
      {"{\"host\": \"h\", \"password\": \"p\", \"pass\": \"p\"}",
       "E " SHOP "'password' and 'pass' are two names of one field: give only one of them\n"},
      /* A slip of the pen is an error; a field of dbt's that means nothing here is not. */
      {"{\"host\": \"h\", \"pass\": \"p\", \"ssl_mode\": \"verify-full\"}",
       "E " SHOP "unknown field 'ssl_mode' for the adapter 'shelf'; did you mean 'sslmode'?\n"},
      {"{\"host\": \"h\", \"pass\": \"p\", \"search_path\": \"a\"}",
       "W " SHOP "the adapter 'shelf' does not know the field 'search_path' and ignores it\n"},
      /* Threads are the host's own business, whatever the adapter takes. */
      {"{\"host\": \"h\", \"pass\": \"p\", \"threads\": 4}", ""},
      /* A list stands in a file, at a line. */
      {"{\"host\": \"h\", \"pass\": \"p\",\n \"sslmod\": [1]}",
       "E profiles.json:2: unknown field 'sslmod' for the adapter 'shelf'; did you mean 'sslmode'?\n"},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *have = findings(rows[i].json);
    UNIT_CHECK(strcmp(have, rows[i].want) == 0, "%s gave:\n%s\nwanted:\n%s", rows[i].json, have, rows[i].want);
  }
  end();
}

static void test_secrets(void) {
  begin();
  findings("{\"host\": \"harmless-1\", \"pass\": \"hidden-by-alias\", \"keyfile_json\": {\"id\": [\"hidden-in-map\"]},"
           " \"pasword\": \"hidden-by-slip\"}");
  char text[] = "harmless-1 hidden-by-alias hidden-in-map hidden-by-slip";
  sbe_redact(text);
  CU_ASSERT_STRING_EQUAL(text, "harmless-1 *** *** ***");
  end();
}

/* --- an adapter of the first version, called ----------------------------------------------------- */

static void test_frozen_calls(void) {
  begin();
  const sbe_plugin *plugin = load("v0frozen");
  sbe_connection *connection = NULL;
  sbe_error error = SBE_NO_ERROR;
  sbe_settings wrong = fields("v0frozen", "{\"word\": \"please\"}");
  CU_ASSERT_EQUAL(plugin->connection.open(&wrong, NULL, &connection, &error), SBE_AUTH);
  CU_ASSERT_STRING_EQUAL(error.message, "the door stays shut");
  CU_ASSERT_STRING_EQUAL(error.sqlstate, "28000");
  /* It has always asked for `word`; the host has to know that this one is called by its alias. */
  sbe_settings right = fields("v0frozen", "{\"password\": \"sesame\"}");
  struct counting_run cancelling = {.run = {count_tick}, .limit = 1};
  CU_ASSERT_EQUAL(plugin->connection.open(&right, &cancelling.run, &connection, &error), SBE_CANCELLED);
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&right, NULL, &connection, &error), SBE_OK);
  sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
  CU_ASSERT_EQUAL(plugin->connection.about(connection, &out, &error), SBE_OK);
  plugin->dialect.identifier(&out, "name");
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&out), "frozen at 0.1<name>");
  sbe_statements list = {0};
  sbe_table table = {.struct_size = sizeof table, .name = "t"};
  CU_ASSERT_EQUAL(plugin->dialect.create(&table, &list, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(list.n == 1 ? sbe_text_string(list.items[0].text) : "", "make t");
  sbe_statements_clear(&list);
  plugin->connection.close(connection);
  end();
}

/* --- the recorder -------------------------------------------------------------------------------- */

static const char *said; /* what the sink was given */

static int32_t sink_columns(void *user, size_t n, const char *const *names) {
  (void)user;
  for (size_t i = 0; i < n; i++) said = sbe_arena_printf(arena, "%s%s%s", said, i ? "," : "", names[i]);
  said = sbe_arena_printf(arena, "%s\n", said);
  return 0;
}

static int32_t sink_row(void *user, size_t n, const sbe_value *values) {
  (void)user;
  for (size_t i = 0; i < n; i++) {
    const sbe_value *v = &values[i];
    said = sbe_arena_printf(arena, "%s%s%d/%lld/%g/%.*s", said, i ? "," : "", (int)v->kind, (long long)v->integer,
                            v->real, (int)v->size, v->text ? v->text : "");
  }
  said = sbe_arena_printf(arena, "%s\n", said);
  return 0;
}

static const sbe_sink sink = {sizeof(sbe_sink), NULL, sink_columns, sink_row};

static sbe_statement statement(const char *sql, uint32_t flags) {
  return (sbe_statement){sizeof(sbe_statement), sql, strlen(sql), flags, NULL};
}

static int32_t ask(const sbe_plugin *plugin, sbe_connection *connection, const char *sql, sbe_error *error) {
  sbe_statement one = statement(sql, 0);
  said = "";
  return plugin->connection.query(connection, &one, NULL, &sink, error);
}

static void test_recorder_query(void) {
  begin();
  const sbe_plugin *plugin = load("recorder");
  const char *script = new_path();
  write_file(script,
             "# first once, then another\n"
             "on FROM manifest\ntimes 1\ncolumns model\tat\nrow text:v\\t1\ttime:1970-01-02 00:00:00.5\n"
             "on FROM manifest\nrow null\tdate:2000-03-01\tint:-5\treal:2.5\tbool:true\tdecimal:1e40\tjson:[1]\n"
             "on broken\nfail io the line went dead\n"
             "describe atomic.events\nrow text:event_id\ttext:VARCHAR\n");
  sbe_settings settings = fields("recorder", sbe_arena_printf(arena, "{\"script\": \"%s\"}", script));
  sbe_connection *c = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&settings, NULL, &c, &error), SBE_OK);
  CU_ASSERT_EQUAL(ask(plugin, c, "SELECT * FROM manifest", &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, "model,at\n5/0/0/v\t1,7/86400500000/0/\n");
  CU_ASSERT_EQUAL(ask(plugin, c, "SELECT * FROM manifest", &error), SBE_OK);
  /* 2000-03-01 is day 11017: 30 years of 365 days, 7 leap days before 2000, 31 + 29 days of 2000. */
  CU_ASSERT_STRING_EQUAL(said, "0/0/0/,6/11017/0/,2/-5/0/,3/0/2.5/,1/1/0/,4/0/0/1e40,8/0/0/[1]\n");
  CU_ASSERT_EQUAL(ask(plugin, c, "SELECT broken", &error), SBE_IO);
  CU_ASSERT_STRING_EQUAL(error.message, "the line went dead");
  CU_ASSERT_EQUAL(ask(plugin, c, "SELECT 1", &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, "");
  sbe_name table = {NULL, "atomic", "events"}, other = {NULL, "atomic", "other"};
  said = "";
  CU_ASSERT_EQUAL(plugin->connection.describe(c, &table, &sink, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, "5/0/0/event_id,5/0/0/VARCHAR\n");
  CU_ASSERT_EQUAL(plugin->connection.describe(c, &other, &sink, &error), SBE_NOT_FOUND);
  plugin->connection.close(c);
  end();
}

static void test_recorder_run(void) {
  begin();
  const sbe_plugin *plugin = load("recorder");
  const char *script = new_path(), *log = new_path();
  write_file(script, "on INSERT\ncount 3\n"
                     "on token\ntimes 1\nrow bool:true\n"
                     "on token\nrow bool:false\n"
                     "on SLOW\nticks 5\n");
  sbe_settings settings =
      fields("recorder", sbe_arena_printf(arena, "{\"script\": \"%s\", \"log\": \"%s\"}", script, log));
  struct counting_run counting = {.run = {count_tick}, .limit = 3};
  sbe_connection *c = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&settings, &counting.run, &c, &error), SBE_OK);
  sbe_statement guard = statement("SELECT token = 1", SBE_STATEMENT_GUARD), insert = statement("INSERT INTO t", 0);
  sbe_statement slow = statement("SLOW", SBE_STATEMENT_REPEATABLE);
  const sbe_statement *batch[] = {&guard, &insert}, *one[] = {&slow};
  sbe_run_options options = {sizeof options, 1, 0, "3f2a", "orders"};
  int64_t counts[2] = {0, 0};
  CU_ASSERT_EQUAL(plugin->connection.run(c, batch, 2, &options, counts, &error), SBE_OK);
  CU_ASSERT_EQUAL(counts[0], -1);
  CU_ASSERT_EQUAL(counts[1], 3);
  CU_ASSERT_EQUAL(plugin->connection.run(c, batch, 2, NULL, NULL, &error), SBE_CONFLICT);
  CU_ASSERT_EQUAL(plugin->connection.run(c, one, 1, NULL, NULL, &error), SBE_CANCELLED);
  CU_ASSERT_EQUAL(counting.ticks, 3);
  plugin->connection.close(c);
  CU_ASSERT_STRING_EQUAL(file_text(log), "-- open\n"
                                         "-- run 2 atomic key=3f2a tag=orders\n"
                                         "-- statement guard\nSELECT token = 1\n"
                                         "-- statement\nINSERT INTO t\n"
                                         "-- run 2\n"
                                         "-- statement guard\nSELECT token = 1\n"
                                         "-- answer conflict\n"
                                         "-- run 1\n"
                                         "-- statement repeatable\nSLOW\n"
                                         "-- answer cancelled\n"
                                         "-- close\n");
  end();
}

/* Rows of a list, the row of the run lock, and the costs. */
static void test_recorder_lists(void) {
#define LOCK "\"m\".\"snowplow_run_lock\""
#define TAKE                                                                                                           \
  "UPDATE " LOCK " SET token = token + 1, holder = 'me', pid = 7, process_start = 8, host = 'here', since = x"
#define READ "SELECT token, holder FROM " LOCK
#define GUARDED "SELECT COUNT(*) = 1 FROM " LOCK " WHERE token = 1 AND holder IS NOT NULL"
  begin();
  const sbe_plugin *plugin = load("recorder");
  const char *script = new_path(), *log = new_path();
  write_file(script, "on FROM manifest\nrow int:5\n");
  sbe_settings settings =
      fields("recorder", sbe_arena_printf(arena, "{\"script\": \"%s\", \"log\": \"%s\"}", script, log));
  sbe_connection *c = NULL, *other = NULL;
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&settings, NULL, &c, &error), SBE_OK);
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&settings, NULL, &other, &error), SBE_OK);
  sbe_statement take = statement(TAKE " WHERE holder IS NULL OR expires <= x", 0), read = statement(READ, 0);
  sbe_statement select = statement("SELECT n FROM manifest", 0), guard = statement(GUARDED, SBE_STATEMENT_GUARD);
  read.sink = select.sink = &sink;
  const sbe_statement *list[] = {&read, &take, &read, &select, &guard}, *again[] = {&take, &read}, *one[] = {&guard};
  said = "";
  /* 2045-01-01 09:00 is 2366874000 s; the lease ends 900 s later */
#define NOBODYS "2/0/0/,0/0/0/,0/0/0/,0/0/0/,0/0/0/,0/0/0/,0/0/0/,7/2366874000000000/0/\n"
#define MINE                                                                                                           \
  "2/1/0/,5/0/0/me,2/7/0/,2/8/0/,5/0/0/here,7/2366874000000000/0/,7/2366874900000000/0/,7/2366874000000000/0/\n"
  CU_ASSERT_EQUAL(plugin->connection.run(c, list, 5, NULL, NULL, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, NOBODYS MINE "2/5/0/\n");
  /* it is one warehouse for both, and taken is taken */
  said = "";
  CU_ASSERT_EQUAL(plugin->connection.run(other, again, 2, NULL, NULL, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, MINE);
  CU_ASSERT_EQUAL(ask(plugin, other, READ, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, MINE);
  sbe_statement release = statement("UPDATE " LOCK " SET holder = NULL WHERE holder = 'me'", 0);
  const sbe_statement *last[] = {&release};
  CU_ASSERT_EQUAL(plugin->connection.run(c, last, 1, NULL, NULL, &error), SBE_OK);
  CU_ASSERT_EQUAL(plugin->connection.run(other, one, 1, NULL, NULL, &error), SBE_CONFLICT);
  sbe_usage usage = {sizeof usage, 0, 0, 0, 0, 0};
  plugin->connection.usage(other, &usage);
  CU_ASSERT(usage.statements == 4 && usage.requests == 3 && usage.round_trips == 3 && usage.bytes_received == -1);
  CU_ASSERT_EQUAL(usage.bytes_sent, (int64_t)(take.size + 2 * read.size + guard.size));
  plugin->connection.close(other);
  plugin->connection.close(c);
  CU_ASSERT_PTR_NOT_NULL(strstr(
      file_text(log), "-- open\n-- connection 2\n-- open\n-- connection 1\n-- run 5\n-- statement rows\n" READ "\n"));
  /* a new warehouse, when the last connection is closed */
  CU_ASSERT_EQUAL_FATAL(plugin->connection.open(&settings, NULL, &c, &error), SBE_OK);
  CU_ASSERT_EQUAL(ask(plugin, c, READ, &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(said, NOBODYS);
  plugin->connection.close(c);
  end();
}

/* A script with a slip in it must not be half understood. */
static void test_recorder_bad_scripts(void) {
  static const struct {
    const char *script, *want;
  } rows[] = {
      {"row int:1\n", ":1: a script begins with 'on' or 'describe'"},
      {"on x\n\nrow 5\n", ":3: a cell is 'null' or begins with bool: int: real: decimal: text: json: date: time:"},
      {"on x\nrow int:5x\n", ":2: a cell is"},
      {"on x\nrow date:2025-1-1\n", ":2: a cell is"},
      {"on x\nfail badly\n", ":2: no such kind of failure"},
      {"on x\ntimes -1\n", ":2: not understood"},
      {"on x\nrows int:1\n", ":2: not understood"}};
  begin();
  const sbe_plugin *plugin = load("recorder");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *script = new_path();
    write_file(script, rows[i].script);
    sbe_settings settings = fields("recorder", sbe_arena_printf(arena, "{\"script\": \"%s\"}", script));
    sbe_connection *c = NULL;
    sbe_error error = SBE_NO_ERROR;
    CU_ASSERT_EQUAL(plugin->connection.open(&settings, NULL, &c, &error), SBE_INVALID);
    UNIT_CHECK(c == NULL && sbe_starts_with(error.message, sbe_arena_printf(arena, "%s%s", script, rows[i].want)), "%s",
               error.message);
  }
  end();
}

static void test_recorder_source(void) {
  begin();
  const sbe_plugin *plugin = load("recorder");
  const sbe_step steps[] = {{"it's", 0}, {NULL, 2}};
  const sbe_path atomic = {.struct_size = sizeof atomic, .kind = SBE_PATH_ATOMIC, .column = "derived_tstamp"};
  const sbe_path entity = {.struct_size = sizeof entity,
                           .kind = SBE_PATH_ENTITY,
                           .column = "contexts_a_1",
                           .index = 1,
                           .n_steps = 2,
                           .steps = steps};
  const sbe_path *paths[] = {&atomic, &entity};
  const sbe_column columns[] = {{"derived_tstamp", "TIMESTAMP"}};
  sbe_source wanted = {
      .struct_size = sizeof wanted, .table = "\"e\"", .n_paths = 2, .paths = paths, .lower = "L", .upper = "U"};
  int32_t classes[2] = {-1, -1};
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 16);
  CU_ASSERT_EQUAL(plugin->dialect.source(&wanted, &out, classes, NULL), SBE_OK);
  CU_ASSERT_STRING_EQUAL(
      sbe_text_string(&out),
      "(SELECT \"derived_tstamp\" AS \"p0\", JSON_VALUE(\"contexts_a_1\", '$[1].\"it''s\"[2]') AS \"p1\""
      " FROM \"e\" WHERE \"load_tstamp\" >= L AND \"load_tstamp\" < U)");
  CU_ASSERT_EQUAL(classes[0], SBE_CLASS_TIMESTAMP);
  CU_ASSERT_EQUAL(classes[1], SBE_CLASS_TEXT);
  wanted.columns = columns;
  wanted.n_columns = 1;
  sbe_text_clear(&out);
  CU_ASSERT_EQUAL(plugin->dialect.source(&wanted, &out, classes, NULL), SBE_OK);
  CU_ASSERT_EQUAL(classes[1], SBE_CLASS_MISSING);
  CU_ASSERT_PTR_NOT_NULL(strstr(sbe_text_string(&out), "NULL AS \"p1\""));
  end();
}

int sbe_add_host_suite(void) {
  static const sbe_unit_test tests[] = {
      {"errors", test_host_errors},
      {"statements", test_host_statements},
      {"tick, time, snake", test_host_rest},
      {"settings and aliases", test_host_settings},
      {"fields against options", test_fields},
      {"secrets", test_secrets},
      {"calls of a kept version", test_frozen_calls},
      {"recorder: query", test_recorder_query},
      {"recorder: run", test_recorder_run},
      {"recorder: lists and the lock", test_recorder_lists},
      {"recorder: bad scripts", test_recorder_bad_scripts},
      {"recorder: source", test_recorder_source},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("host", tests);
}
