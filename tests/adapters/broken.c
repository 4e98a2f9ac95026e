/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adapters with one defect each, for the tests of the loader: compiled once for each, with NAME, the name
 * in the file's name, and a DEFECT_… . Without a defect it is a good one that can do nothing; so it is with
 * BY_QUERY, which tells of a table's columns by a query alone. Never installed.
 */
#include <string.h>
#include "sbe/adapter.h"

#define PASTE(a, b) a##b
#define ENTRY(name) PASTE(sbe_adapter_, name)
#define TEXT(name) #name
#define QUOTED(name) TEXT(name)

#ifdef DEFECT_UNDEFINED
/* Nobody defines it: with lazy binding, only the first call would tell. */
int sbe_test_function_that_nobody_has(void);
#endif

static const sbe_host *host;

static void identifier(sbe_text *out, const char *name) {
  host->put(out, name, strlen(name));
}

static void literal(sbe_text *out, const char *text, size_t size) {
  host->put(out, text, size);
}

static int32_t source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  (void)wanted, (void)out, (void)ret_classes;
  return host->error(error, SBE_UNSUPPORTED, NULL, "nothing is here");
}

static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret, sbe_error *error) {
  (void)settings, (void)run, (void)ret;
#ifdef DEFECT_UNDEFINED
  if (sbe_test_function_that_nobody_has()) return SBE_OK;
#endif
  return host->error(error, SBE_IO, NULL, "nobody is there");
}

static void close_connection(sbe_connection *connection) {
  (void)connection;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  (void)connection, (void)statements, (void)n, (void)options, (void)ret_counts, (void)error;
  return SBE_INTERNAL;
}

#ifndef DEFECT_MEMBER
static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)statement, (void)options, (void)sink, (void)error;
  return SBE_INTERNAL;
}
#endif

#if !defined DEFECT_DESCRIBE && !defined BY_QUERY
static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)table, (void)sink, (void)error;
  return SBE_INTERNAL;
}
#endif

static const sbe_pattern patterns[] = {
#ifdef DEFECT_PATTERN
    {SBE_OP_NOW, NULL},
#endif
#ifdef BY_QUERY
    {SBE_OP_DESCRIBE, "SELECT column_name, data_type FROM the_columns WHERE t = {2}"},
#endif
    {SBE_OP_END, NULL}};
static const sbe_physical physical[] = {{0, NULL}};
static const sbe_read reads[] = {{0, 0, NULL}};

static const sbe_dialect dialect = {.struct_size = sizeof(sbe_dialect),
                                    .max_identifier = 63,
                                    .patterns = patterns,
                                    .physical = physical,
                                    .reads = reads,
                                    .identifier = identifier,
                                    .literal = literal,
                                    .source = source};

static const sbe_connection_ops connection = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
#ifndef DEFECT_MEMBER
    .query = query,
#endif
#if !defined DEFECT_DESCRIBE && !defined BY_QUERY
    .describe = describe,
#endif
};

#ifdef DEFECT_FIXTURE
static const char *const layouts[] = {"standard", NULL};
static const sbe_fixture fixture = {.struct_size = sizeof(sbe_fixture), .layouts = layouts};
#endif

static const sbe_option option_host = {.struct_size = sizeof(sbe_option), .name = "host", .help = "Where."};
#ifdef DEFECT_OPTION
static const sbe_option option_server = {
    .struct_size = sizeof(sbe_option), .name = "server", .alias = "host", .help = "Where, again."};
#endif
static const sbe_option *const options[] = {&option_host,
#ifdef DEFECT_OPTION
                                            &option_server,
#endif
                                            NULL};

static int32_t init(const sbe_host *given, sbe_error *error) {
  host = given;
#ifdef DEFECT_INIT
  return host->error(error, SBE_NOT_FOUND, NULL, "libwarehouse.so.7 is not installed; apt install libwarehouse7");
#else
  (void)error;
  return SBE_OK;
#endif
}

static const sbe_adapter adapter = {
#ifdef DEFECT_MAGIC
    .magic = UINT32_C(0x12345678),
#else
    .magic = SBE_ADAPTER_MAGIC,
#endif
#ifdef DEFECT_SIZE
    .struct_size = 8,
#else
    .struct_size = sizeof(sbe_adapter),
#endif
#ifdef DEFECT_MAJOR
    .abi_major = SBE_ABI_MAJOR + 1,
#else
    .abi_major = SBE_ABI_MAJOR,
#endif
#ifdef DEFECT_MINOR
    .abi_minor = SBE_ABI_MINOR + 1,
#else
    .abi_minor = SBE_ABI_MINOR,
#endif
#ifdef DEFECT_NAME
    .name = "other",
#else
    .name = QUOTED(NAME),
#endif
    .version = "1",
    .licence = "Apache-2.0",
    .summary = "Broken on purpose; for tests",
    .options = options,
#ifdef DEFECT_TABLE
    .dialect = sizeof dialect == 0 ? &dialect : NULL,
#else
    .dialect = &dialect,
#endif
    .connection = &connection,
#ifdef DEFECT_FIXTURE
    .fixture = &fixture,
#endif
    .init = init,
};

#ifdef DEFECT_SYMBOL
SBE_EXPORT const sbe_adapter *sbe_adapter_quite_another(void);
SBE_EXPORT const sbe_adapter *sbe_adapter_quite_another(void) {
  return &adapter;
}
#else
SBE_EXPORT const sbe_adapter *ENTRY(NAME)(void);
SBE_EXPORT const sbe_adapter *ENTRY(NAME)(void) {
#ifdef DEFECT_NULL
  (void)&adapter;
  return NULL;
#else
  return &adapter;
#endif
}
#endif
