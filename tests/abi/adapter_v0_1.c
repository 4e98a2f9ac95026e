/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter of interface 0.1, as somebody might have written it then: compiled against the headers of
 * that version, which are kept in v0_1/. Every later sbe of the same major version must load it and
 * hear the right things from it, so this file and those headers are never changed once a version of
 * sbe with this interface is released; the next version of the interface gets files of its own.
 *
 * Compiled twice. With SHORT, its tables end before their optional members, as if these had been
 * added later; what then lies behind the end of a table is rubbish that the host must not look at.
 */
#include <stddef.h>
#include <string.h>
#include <sbe/adapter.h>

#if SBE_ABI_MAJOR != 0 || SBE_ABI_MINOR != 1
#error "this file wants the headers of interface 0.1"
#endif

static const sbe_host *host;

static void identifier(sbe_text *out, const char *name) {
  host->put(out, "<", 1);
  host->put(out, name, strlen(name));
  host->put(out, ">", 1);
}

static void literal(sbe_text *out, const char *text, size_t size) {
  host->put(out, "'", 1);
  host->put(out, text, size);
  host->put(out, "'", 1);
}

static int32_t source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  (void)error;
  for (size_t i = 0; i < wanted->n_paths; i++) ret_classes[i] = SBE_CLASS_TEXT;
  host->put(out, wanted->table, strlen(wanted->table));
  return SBE_OK;
}

/* The login is a word that only the settings know. */
static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                               sbe_error *error) {
  static int one;
  const char *word = host->setting(settings, "word");
  if (host->tick(run, -1.0) != 0) return host->error(error, SBE_CANCELLED, NULL, "cancelled while logging in");
  if (!word || strcmp(word, "sesame") != 0) return host->error(error, SBE_AUTH, "28000", "the door stays shut");
  *ret_connection = (sbe_connection *)&one;
  return SBE_OK;
}

static void close_connection(sbe_connection *connection) {
  (void)connection;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  (void)connection, (void)statements, (void)options, (void)error;
  for (size_t i = 0; ret_counts && i < n; i++) ret_counts[i] = -1;
  return SBE_OK;
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)options, (void)error;
  sbe_value value = {SBE_VALUE_TEXT, 0, 0, statement->sql, statement->size};
  sink->row(sink->user, 1, &value);
  return SBE_OK;
}

static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)sink;
  return host->error(error, SBE_NOT_FOUND, NULL, "there is no table %s", table->table);
}

static const sbe_pattern patterns[] = {{SBE_OP_NOW, "now()"}, {SBE_OP_ADD_DAYS, "({0} + {1})"}, {SBE_OP_END, NULL}};
static const sbe_physical physical[] = {{SBE_TYPE_TEXT, "text"}, {0, NULL}};
static const sbe_read reads[] = {{SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"}, {0, 0, NULL}};

#ifdef SHORT
/* Tables that end early. The bytes behind their end would be functions if anybody took them for such. */
#define NAME "v0short"
#define ENTRY sbe_adapter_v0short
#define RUBBISH(type) ((type)(uintptr_t)0xdeadbeef)
#define DIALECT_SIZE offsetof(sbe_dialect, create)
#define CONNECTION_SIZE offsetof(sbe_connection_ops, about)
#define OPTION_SIZE offsetof(sbe_option, is_path)
#define IS_PATH 77
typedef int32_t (*create_function)(const sbe_table *, sbe_statements *, sbe_error *);
typedef int32_t (*replace_function)(const sbe_replace *, sbe_statements *, sbe_error *);
typedef int32_t (*about_function)(sbe_connection *, sbe_text *, sbe_error *);
#define CREATE RUBBISH(create_function)
#define REPLACE RUBBISH(replace_function)
#define ABOUT RUBBISH(about_function)
#else
#define NAME "v0frozen"
#define ENTRY sbe_adapter_v0frozen
#define DIALECT_SIZE sizeof(sbe_dialect)
#define CONNECTION_SIZE sizeof(sbe_connection_ops)
#define OPTION_SIZE sizeof(sbe_option)
#define IS_PATH 0
static int32_t create(const sbe_table *table, sbe_statements *out, sbe_error *error) {
  (void)error;
  sbe_text *text = host->statement(out, SBE_STATEMENT_REPEATABLE);
  host->put(text, "make ", 5);
  host->put(text, table->name, strlen(table->name));
  return SBE_OK;
}
static int32_t about(sbe_connection *connection, sbe_text *out, sbe_error *error) {
  (void)connection, (void)error;
  host->put(out, "frozen at 0.1", 13);
  return SBE_OK;
}
#define CREATE create
#define REPLACE NULL
#define ABOUT about
#endif

static const sbe_dialect dialect = {DIALECT_SIZE, 40,      7,      patterns, physical, reads,
                                    identifier,   literal, source, CREATE,   REPLACE};
static const sbe_connection_ops connection = {
    CONNECTION_SIZE, open_connection, close_connection, run, query, describe, ABOUT};

static const char *const layouts[] = {"flat", NULL};

static int32_t fixture_create(sbe_connection *to, const sbe_name *table, const char *layout, const char *columns,
                              sbe_error *error) {
  (void)to, (void)table, (void)layout, (void)columns, (void)error;
  return SBE_OK;
}

static int32_t fixture_insert(sbe_connection *to, const sbe_name *table, const char *layout, const char *columns,
                              const char *rows, sbe_error *error) {
  (void)to, (void)table, (void)layout, (void)columns, (void)rows, (void)error;
  return SBE_OK;
}

static const sbe_fixture fixture = {sizeof(sbe_fixture), layouts, fixture_create, fixture_insert};

static const sbe_option option_word = {.struct_size = OPTION_SIZE,
                                       .name = "word",
                                       .alias = "password",
                                       .required = 1,
                                       .secret = 1,
                                       .help = "What opens the door.",
                                       .is_path = IS_PATH};
static const sbe_option option_room = {
    .struct_size = OPTION_SIZE, .name = "room", .preset = "hall", .help = "Which room to enter.", .is_path = IS_PATH};
static const sbe_option *const options[] = {&option_word, &option_room, NULL};

static int32_t init(const sbe_host *given, sbe_error *error) {
  if (given->struct_size < sizeof(sbe_host)) return given->error(error, SBE_INTERNAL, NULL, "the host is too small");
  host = given;
  return SBE_OK;
}

static const sbe_adapter adapter = {
    SBE_ADAPTER_MAGIC, sizeof(sbe_adapter), 0,       1,        NAME,        "1.0.0",  "Apache-2.0",
    "Kept for ever",   SBE_CAN_ATOMIC,      options, &dialect, &connection, &fixture, init};

SBE_EXPORT const sbe_adapter *ENTRY(void);
SBE_EXPORT const sbe_adapter *ENTRY(void) {
  return &adapter;
}
