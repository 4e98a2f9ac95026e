/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter of interface 0.2, compiled against the headers of that version, which are kept in v0_2/. It tells
 * every member of every struct that it is given, by its name and as this version has it, and fills in every member
 * of its own; kept.c, which has today's headers, looks whether both sides mean the same. So a member that is moved,
 * swapped or changed in a header shows. Never changed once a version of sbe with this interface is released; the
 * next version of the interface gets files of its own.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sbe/adapter.h>

#if SBE_ABI_MAJOR != 0 || SBE_ABI_MINOR != 2
#error "this file wants the headers of interface 0.2"
#endif

static const sbe_host *host;

static const char *text_or(const char *text) {
  return text ? text : "-";
}

static void say(sbe_text *out, const char *format, ...) {
  char line[4096];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (size > 0) host->put(out, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

static void say_name(sbe_text *out, const char *what, const sbe_name *name) {
  say(out, "%s=%s/%s/%s ", what, text_or(name->database), text_or(name->schema), text_or(name->table));
}

/* ---- dialect ---- */

static void identifier(sbe_text *out, const char *name) {
  say(out, "<%s>", name);
}

static void literal(sbe_text *out, const char *text, size_t size) {
  say(out, "'%.*s'", (int)size, text);
}

static void table_name(sbe_text *out, const sbe_name *name) {
  say_name(out, "table", name);
}

static void say_path(sbe_text *out, const sbe_path *path) {
  say(out, "path(kind=%d column=%s index=%lld", (int)path->kind, path->column, (long long)path->index);
  for (size_t i = 0; i < path->n_steps; i++)
    say(out, " step=%s/%lld", text_or(path->steps[i].name), (long long)path->steps[i].index);
  say(out, " vendor=%s schema=%s major=%d) ", text_or(path->vendor), text_or(path->schema), (int)path->major_version);
}

static int32_t source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  (void)error;
  say(out, "source(table=%s ", wanted->table);
  say_name(out, "name", &wanted->name);
  for (size_t i = 0; i < wanted->n_columns; i++)
    say(out, "column=%s:%s ", wanted->columns[i].name, wanted->columns[i].type);
  for (size_t i = 0; i < wanted->n_paths; i++) {
    say_path(out, wanted->paths[i]);
    ret_classes[i] = SBE_CLASS_TEXT;
  }
  say(out, "lower=%s upper=%s)", text_or(wanted->lower), text_or(wanted->upper));
  return SBE_OK;
}

static void say_columns(sbe_text *out, size_t n, const sbe_column_spec *columns) {
  for (size_t i = 0; i < n; i++) say(out, "column=%s:%d ", columns[i].name, (int)columns[i].type);
}

static int32_t create(const sbe_table *table, sbe_statements *list, sbe_error *error) {
  (void)error;
  sbe_text *out = host->statement(list, SBE_STATEMENT_REPEATABLE);
  say(out, "create(name=%s kind=%d ", table->name, (int)table->kind);
  say_columns(out, table->n_columns, table->columns);
  say(out, "day=%d key=%d select=%s lookup=%d)", (int)table->day_column, (int)table->key_column, text_or(table->select),
      table->struct_size >= offsetof(sbe_table, lookup_column) + sizeof(int32_t) ? (int)table->lookup_column : -7);
  return SBE_OK;
}

static int32_t replace(const sbe_replace *rows, sbe_statements *list, sbe_error *error) {
  (void)error;
  sbe_text *out = host->statement(list, SBE_STATEMENT_GUARD);
  say(out, "replace(target=%s ", rows->target);
  say_columns(out, rows->n_columns, rows->columns);
  for (size_t i = 0; i < rows->n_keys; i++) say(out, "key=%d ", (int)rows->keys[i]);
  say(out, "source=%s days=%s)", rows->source, text_or(rows->days));
  return SBE_OK;
}

static const sbe_pattern patterns[] = {{SBE_OP_NOW, "now()"}, {SBE_OP_LAYER, "layer({0})"}, {SBE_OP_END, NULL}};
static const sbe_physical physical[] = {{SBE_TYPE_TEXT, "text"}, {SBE_TYPE_LIST + SBE_TYPE_DICT, "dicts"}, {0, NULL}};
static const sbe_read reads[] = {{SBE_TYPE_TEXT, SBE_CLASS_OBJECT, "read({0})"}, {0, 0, NULL}};

static const sbe_dialect dialect = {.struct_size = sizeof(sbe_dialect),
                                    .max_identifier = 40,
                                    .max_days = 7,
                                    .patterns = patterns,
                                    .physical = physical,
                                    .reads = reads,
                                    .identifier = identifier,
                                    .literal = literal,
                                    .source = source,
                                    .create = create,
                                    .replace = replace,
                                    .scratch_database = "the scratch",
                                    .table = table_name};

/* ---- connection ---- */

struct sbe_connection {
  sbe_run *run;
};

/* Everything that the host has, once; what it answers is told by the error, which is what kept.c waits for. */
static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                               sbe_error *error) {
  static struct sbe_connection one;
  const char *word = host->setting(settings, "word"), *key = NULL;
  const char *member = host->member(settings, "list", 1, &key);
  char snake[64];
  host->snake("deviceClass", snake, sizeof snake);
  host->log(SBE_LOG_DEBUG, "opening with %d", 42);
  int32_t stop = host->tick(run, 12.5);
  if (word && strcmp(word, "sesame") == 0) {
    one.run = run;
    *ret_connection = &one;
    return SBE_OK;
  }
  return host->error(error, SBE_AUTH, "28000", "word=%s member=%s key=%s snake=%s tick=%d size=%d abi=%d.%d",
                     text_or(word), text_or(member), text_or(key), snake, (int)stop,
                     host->struct_size >= sizeof(sbe_host), (int)host->abi_major, (int)host->abi_minor >= 2);
}

static void close_connection(sbe_connection *connection) {
  (void)connection;
}

static void push(const sbe_sink *sink, const char *text) {
  static const char *const names[] = {"told"};
  sbe_value value = {.kind = SBE_VALUE_TEXT, .text = text, .size = strlen(text)};
  if (sink->columns) sink->columns(sink->user, 1, names);
  sink->row(sink->user, 1, &value);
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  (void)error;
  char text[512];
  for (size_t i = 0; i < n; i++) {
    const sbe_statement *s = statements[i];
    if (ret_counts) ret_counts[i] = (int64_t)i + 100;
    if (s->struct_size < sizeof *s || !s->sink) continue;
    snprintf(text, sizeof text, "sql=%.*s flags=%u atomic=%d timeout=%lld key=%s tag=%s tick=%d", (int)s->size, s->sql,
             (unsigned)s->flags, (int)options->atomic, (long long)options->timeout_us, text_or(options->key),
             text_or(options->tag), (int)host->tick(connection->run, -1));
    push(s->sink, text);
  }
  return SBE_OK;
}

/* One value of each kind, every member of it set. */
static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)statement, (void)options, (void)error;
  static const sbe_value values[] = {{.kind = SBE_VALUE_NULL},
                                     {.kind = SBE_VALUE_BOOL, .integer = 1},
                                     {.kind = SBE_VALUE_INTEGER, .integer = INT64_MIN},
                                     {.kind = SBE_VALUE_DOUBLE, .real = 0.5},
                                     {.kind = SBE_VALUE_DECIMAL, .text = "1.25x", .size = 4},
                                     {.kind = SBE_VALUE_TEXT, .text = "textx", .size = 4},
                                     {.kind = SBE_VALUE_DATE, .integer = 19782},
                                     {.kind = SBE_VALUE_TIMESTAMP, .integer = 500000},
                                     {.kind = SBE_VALUE_JSON, .text = "[1]x", .size = 3}};
  sink->row(sink->user, sizeof values / sizeof *values, values);
  return SBE_OK;
}

static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)sink;
  return host->error(error, SBE_NOT_FOUND, NULL, "describe %s/%s/%s", text_or(table->database), text_or(table->schema),
                     table->table);
}

static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  (void)connection, (void)error;
  say(out, "kept at 0.2, %lld", (long long)host->time());
  return SBE_OK;
}

static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  (void)connection;
  ret_usage->statements = 1;
  ret_usage->requests = 2;
  ret_usage->round_trips = 3;
  ret_usage->bytes_sent = 4;
  ret_usage->bytes_received = 5;
}

static const sbe_connection_ops connection = {.struct_size = sizeof(sbe_connection_ops),
                                              .open = open_connection,
                                              .close = close_connection,
                                              .run = run,
                                              .query = query,
                                              .describe = describe,
                                              .about = about,
                                              .usage = usage};

/* ---- fixture ---- */

static const char *const layouts[] = {"flat", "deep", NULL};

static int32_t fixture_create(sbe_connection *to, const sbe_name *table, const char *layout, const char *columns,
                              sbe_error *error) {
  (void)to;
  return host->error(error, SBE_DATA, NULL, "create %s/%s/%s %s %s", text_or(table->database), table->schema,
                     table->table, layout, columns);
}

static int32_t fixture_insert(sbe_connection *to, const sbe_name *table, const char *layout, const char *columns,
                              const char *rows, sbe_error *error) {
  (void)to;
  return host->error(error, SBE_BUSY, NULL, "insert %s %s %s %s", table->table, layout, columns, rows);
}

static int32_t fixture_drop(sbe_connection *in, const sbe_name *name, sbe_error *error) {
  (void)in;
  return host->error(error, SBE_IO, NULL, "drop %s", name->schema);
}

static const sbe_fixture fixture = {.struct_size = sizeof(sbe_fixture),
                                    .layouts = layouts,
                                    .create = fixture_create,
                                    .insert = fixture_insert,
                                    .drop = fixture_drop};

/* ---- the adapter ---- */

static const sbe_option option_word = {.struct_size = sizeof(sbe_option),
                                       .name = "word",
                                       .alias = "password",
                                       .required = 1,
                                       .secret = 1,
                                       .help = "What opens the door."};
static const sbe_option option_file = {.struct_size = sizeof(sbe_option),
                                       .name = "file",
                                       .preset = "{state_dir}/x",
                                       .help = "Where it lies.",
                                       .is_path = 2};
static const sbe_option *const options[] = {&option_word, &option_file, NULL};

static int32_t init(const sbe_host *given, sbe_error *error) {
  if (given->struct_size < sizeof(sbe_host)) return given->error(error, SBE_INTERNAL, NULL, "the host is too small");
  host = given;
  return SBE_OK;
}

static const sbe_adapter adapter = {.magic = SBE_ADAPTER_MAGIC,
                                    .struct_size = sizeof(sbe_adapter),
                                    .abi_major = 0,
                                    .abi_minor = 2,
                                    .name = "v0kept",
                                    .version = "2.0.0",
                                    .licence = "Apache-2.0",
                                    .summary = "Kept for ever, too",
                                    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_ANSWER_LISTS,
                                    .options = options,
                                    .dialect = &dialect,
                                    .connection = &connection,
                                    .fixture = &fixture,
                                    .init = init};

SBE_EXPORT const sbe_adapter *sbe_adapter_v0kept(void);
SBE_EXPORT const sbe_adapter *sbe_adapter_v0kept(void) {
  return &adapter;
}
