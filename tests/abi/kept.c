/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the adapter that was kept at interface 0.2 (adapter_v0_2.c, with the headers of its day) and talks to it with
 * today's: every member of every struct goes across, by its name on both sides, and what arrives is compared with
 * what is written here. A member that is moved, swapped or changed in include/sbe turns this red. Called by `make
 * check`, which sets abs_top_builddir.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/date.h"
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/plugin.h"
#include "core/plugin/session.h"

static int passed, failed;

static void same(const char *what, const char *came, const char *right) {
  if (sbe_streq(came, right)) {
    passed++;
    return;
  }
  failed++;
  printf("FAIL: abi: %s\n  is  >%s<\n  not >%s<\n", what, came ? came : "(null)", right ? right : "(null)");
}

static void same_number(const char *what, long long came, long long right) {
  char a[32], b[32];
  snprintf(a, sizeof a, "%lld", came);
  snprintf(b, sizeof b, "%lld", right);
  same(what, a, b);
}

/* ---- what it says of itself ---- */

static void look_at_adapter(const sbe_plugin *p) {
  const sbe_adapter *a = p->adapter;
  same_number("magic", a->magic, SBE_ADAPTER_MAGIC);
  same_number("abi_major", a->abi_major, 0);
  same_number("abi_minor", a->abi_minor, 2);
  same("name", a->name, "v0kept");
  same("version", a->version, "2.0.0");
  same("licence", a->licence, "Apache-2.0");
  same("summary", a->summary, "Kept for ever, too");
  same_number("capabilities", (long long)a->capabilities, 1 + 8);
  const sbe_option *word = a->options[0], *file = a->options[1];
  same("option name", word->name, "word");
  same("option alias", word->alias, "password");
  same_number("option required", word->required, 1);
  same_number("option secret", word->secret, 1);
  same("option preset", word->preset, NULL);
  same("option help", word->help, "What opens the door.");
  same_number("option is_path", word->is_path, 0);
  same("option name", file->name, "file");
  same("option alias", file->alias, NULL);
  same_number("option required", file->required, 0);
  same_number("option secret", file->secret, 0);
  same("option preset", file->preset, "{state_dir}/x");
  same("option help", file->help, "Where it lies.");
  same_number("option is_path", file->is_path, 2);
  same_number("options", a->options[2] == NULL, 1);
}

/* ---- dialect ---- */

static void look_at_dialect(const sbe_dialect *d) {
  static const sbe_step steps[] = {{"first", 3}, {NULL, 4}};
  static const sbe_path path = {.struct_size = sizeof path,
                                .kind = SBE_PATH_ENTITY,
                                .column = "the column",
                                .index = 5,
                                .n_steps = 2,
                                .steps = steps,
                                .vendor = "the vendor",
                                .schema = "the schema",
                                .major_version = 6};
  static const sbe_path *const paths[] = {&path};
  static const sbe_column columns[] = {{"c", "t"}};
  static const sbe_column_spec specs[] = {{"k", SBE_TYPE_DATE}, {"v", SBE_TYPE_LIST + SBE_TYPE_BOOL}};
  static const int32_t keys[] = {1, 0};
  const sbe_source source = {.struct_size = sizeof source,
                             .table = "the table",
                             .name = {"d", "s", "t"},
                             .n_columns = 1,
                             .columns = columns,
                             .n_paths = 1,
                             .paths = paths,
                             .lower = "low",
                             .upper = "up"};
  const sbe_table table = {.struct_size = sizeof table,
                           .name = "the name",
                           .kind = SBE_TABLE_SCRATCH,
                           .n_columns = 2,
                           .columns = specs,
                           .day_column = 11,
                           .key_column = 12,
                           .select = "the select",
                           .lookup_column = 13};
  const sbe_replace replace = {.struct_size = sizeof replace,
                               .target = "the target",
                               .n_columns = 2,
                               .columns = specs,
                               .n_keys = 2,
                               .keys = keys,
                               .source = "the source",
                               .days = "the days"};
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  sbe_statements list = {0};
  int32_t class = -1;
  same_number("max_identifier", d->max_identifier, 40);
  same_number("max_days", d->max_days, 7);
  same_number("pattern operation", d->patterns[1].operation, SBE_OP_LAYER);
  same("pattern", d->patterns[1].pattern, "layer({0})");
  same_number("physical type", d->physical[1].type, SBE_TYPE_LIST + SBE_TYPE_DICT);
  same("physical name", d->physical[1].name, "dicts");
  same_number("read type", d->reads[0].type, SBE_TYPE_TEXT);
  same_number("read from", d->reads[0].from, SBE_CLASS_OBJECT);
  same("read", d->reads[0].pattern, "read({0})");
  same("scratch_database", d->scratch_database, "the scratch");
  d->identifier(&out, "a b");
  d->literal(&out, "it is cut", 5);
  d->table(&out, &(sbe_name){NULL, "s", "t"});
  same("identifier, literal, table", sbe_text_string(&out), "<a b>'it is'table=-/s/t ");
  sbe_text_clear(&out);
  d->source(&source, &out, &class, NULL);
  same("source", sbe_text_string(&out),
       "source(table=the table name=d/s/t column=c:t path(kind=3 column=the column index=5 step=first/3 step=-/4 "
       "vendor=the vendor schema=the schema major=6) lower=low upper=up)");
  same_number("class", class, SBE_CLASS_TEXT);
  d->create(&table, &list, NULL);
  d->replace(&replace, &list, NULL);
  same_number("statements", (long long)list.n, 2);
  same("create", sbe_text_string(list.items[0].text),
       "create(name=the name kind=2 column=k:7 column=v:261 day=11 key=12 select=the select lookup=13)");
  same("replace", sbe_text_string(list.items[1].text),
       "replace(target=the target column=k:7 column=v:261 key=1 key=0 source=the source days=the days)");
  same_number("flags of a statement", list.items[0].flags, SBE_STATEMENT_REPEATABLE);
  same_number("flags of a guard", list.items[1].flags, SBE_STATEMENT_GUARD);
  sbe_statements_clear(&list);
}

/* ---- connection ---- */

static sbe_value last[16];
static size_t last_n, columns_n;

static int32_t take_columns(void *user, size_t n, const char *const *names) {
  columns_n = n;
  same("a sink's columns", names[0], "told");
  return user == last ? 0 : 1;
}

static int32_t take_row(void *user, size_t n, const sbe_value *values) {
  static char text[1024];
  if (user != last || n > 16) return 1;
  memcpy(last, values, n * sizeof *last);
  last_n = n;
  if (n == 1) { /* it lives only until the sink returns */
    snprintf(text, sizeof text, "%.*s", (int)values->size, values->text);
    last[0].text = text;
  }
  return 0;
}

static char logged[256];

static void take_log(char *message) {
  if (strstr(message, "opening")) snprintf(logged, sizeof logged, "%s", message);
}

static int32_t tick(sbe_run *run, double percent) {
  (void)run;
  return percent > 12 && percent < 13 ? 3 : percent < 0 ? 4 : 5;
}

static void look_at_values(void) {
  same_number("values", (long long)last_n, 9);
  static const int32_t kinds[] = {SBE_VALUE_NULL,   SBE_VALUE_BOOL,      SBE_VALUE_INTEGER,
                                  SBE_VALUE_DOUBLE, SBE_VALUE_DECIMAL,   SBE_VALUE_TEXT,
                                  SBE_VALUE_DATE,   SBE_VALUE_TIMESTAMP, SBE_VALUE_JSON};
  for (size_t i = 0; i < 9; i++) same_number("kind of a value", last[i].kind, kinds[i]);
  same_number("bool", last[1].integer, 1);
  same_number("integer", last[2].integer, INT64_MIN);
  same_number("double", last[3].real == 0.5, 1);
  same_number("decimal", memcmp(last[4].text, "1.25", 4), 0);
  same_number("size of a decimal", (long long)last[4].size, 4);
  same_number("text", memcmp(last[5].text, "text", 4), 0);
  same_number("date", last[6].integer, 19782);
  same_number("timestamp", last[7].integer, 500000);
  same_number("size of JSON", (long long)last[8].size, 3);
}

static void look_at_connection(const sbe_plugin *p, sbe_arena *arena) {
  const sbe_connection_ops *c = &p->connection;
  sbe_node items[] = {{.kind = SBE_NODE_STRING, .text = "one", .key = "first", .next = &items[1]},
                      {.kind = SBE_NODE_STRING, .text = "two", .key = "second"}};
  sbe_node list = {.kind = SBE_NODE_MAP, .child = items};
  struct sbe_setting fields[] = {{"word", "wrong", NULL}, {"list", NULL, &list}};
  sbe_settings settings = {.place = "here", .type = "v0kept", .n = 2, .items = fields, .arena = arena};
  sbe_run run = {tick};
  sbe_error error = SBE_NO_ERROR;
  sbe_connection *connection = NULL;
  same_number("open", c->open(&settings, &run, &connection, &error), SBE_AUTH);
  same("what the host answers", error.message,
       "word=wrong member=two key=second snake=device_class tick=3 size=1 abi=0.1");
  same("sqlstate", error.sqlstate, "28000");
  same("log", logged, "opening with 42");
  fields[0].value = "sesame";
  same_number("open", c->open(&settings, &run, &connection, &error), SBE_OK);

  const sbe_sink sink = {sizeof sink, last, take_columns, take_row};
  const sbe_statement first = {.struct_size = sizeof first, .sql = "cut off", .size = 3, .flags = 2, .sink = &sink};
  const sbe_statement *statements[] = {&first, &first};
  const sbe_run_options options = {
      .struct_size = sizeof options, .atomic = 7, .timeout_us = 8, .key = "the key", .tag = "the tag"};
  int64_t counts[2] = {0, 0};
  same_number("run", c->run(connection, statements, 2, &options, counts, &error), SBE_OK);
  same("statement and options", last[0].text, "sql=cut flags=2 atomic=7 timeout=8 key=the key tag=the tag tick=4");
  same_number("columns of a sink", (long long)columns_n, 1);
  same_number("counts", counts[1], 101);
  const sbe_sink rows = {.struct_size = sizeof rows, .user = last, .columns = NULL, .row = take_row};
  same_number("query", c->query(connection, &first, &options, &rows, &error), SBE_OK);
  look_at_values();
  c->describe(connection, &(sbe_name){NULL, "s", "t"}, &sink, &error);
  same("describe", error.message, "describe -/s/t");
  sbe_cleanup_text sbe_text out = SBE_TEXT(256);
  long long before = sbe_monotonic_us(), told = 0;
  c->about(connection, &out, &error);
  same_number("about", sscanf(sbe_text_string(&out), "kept at 0.2, %lld", &told), 1);
  same_number("the host's clock", told >= before && told <= sbe_monotonic_us(), 1);
  sbe_usage usage = {.struct_size = sizeof usage};
  c->usage(connection, &usage);
  same_number("usage: statements", usage.statements, 1);
  same_number("usage: requests", usage.requests, 2);
  same_number("usage: round_trips", usage.round_trips, 3);
  same_number("usage: bytes_sent", usage.bytes_sent, 4);
  same_number("usage: bytes_received", usage.bytes_received, 5);

  const sbe_fixture *f = &p->fixture;
  const sbe_name name = {"d", "s", "t"};
  same("layouts", f->layouts[1], "deep");
  same_number("fixture.create", f->create(connection, &name, "l", "c", &error), SBE_DATA);
  same("fixture.create", error.message, "create d/s/t l c");
  same_number("fixture.insert", f->insert(connection, &name, "l", "c", "r", &error), SBE_BUSY);
  same("fixture.insert", error.message, "insert t l c r");
  same_number("fixture.drop", f->drop(connection, &name, &error), SBE_IO);
  same("fixture.drop", error.message, "drop s");
  c->close(connection);
}

int main(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  const char *build = getenv("abs_top_builddir");
  const char *directory = sbe_arena_printf(arena, "%s/tests/abi/.libs", build ? build : ".");
  sbe_plugin_path *path = sbe_plugin_path_new(arena, 1, &directory);
  const sbe_plugin *plugin = NULL;
  sbe_error error = SBE_NO_ERROR;
  sbe_log_open("/dev/null");
  sbe_log_filter(take_log);
  chmod(directory, 0755); /* whatever the umask of who built it */
  if (sbe_plugin_load(path, "v0kept", &plugin, &error)) {
    printf("FAIL: abi: it cannot be loaded: %s\nabi: %d passed, %d failed, 0 skipped\n", error.message, passed,
           failed + 1);
    return 1;
  }
  look_at_adapter(plugin);
  look_at_dialect(&plugin->dialect);
  look_at_connection(plugin, arena);
  printf("abi: %d passed, %d failed, 0 skipped\n", passed, failed);
  return failed > 0;
}
