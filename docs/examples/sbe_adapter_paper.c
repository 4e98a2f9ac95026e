/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest adapter that is whole: a warehouse of paper. It prints standard SQL, and its connection
 * writes what it should run into a file instead, so a run ends where it first asks something. To be read
 * beside docs/adapters.md; the tests compile it against include/sbe alone, check it with sbe-adapter-check,
 * and compile a project with it. It must never need anything of sbe but these headers.
 *
 *   cc -std=c11 -Wall -Wextra -fPIC -fvisibility=hidden -shared -Wl,-z,defs -Wl,-z,now \
 *     $(pkg-config --cflags sbe-adapter) -o sbe_adapter_paper.so sbe_adapter_paper.c
 */
#include <errno.h>
#include <sbe/adapter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const sbe_host *host; /* kept by init; the only way to sbe */

/* ---- The dialect: tables first. What has no row here is printed as ANSI, or refused by name. ---- */

static const sbe_pattern patterns[] = {
    {SBE_OP_NOW, "CURRENT_TIMESTAMP"},
    {SBE_OP_ADD_DAYS, "({0} + {1} * INTERVAL '1' DAY)"},
    {SBE_OP_ADD_SECONDS, "({0} + {1} * INTERVAL '1' SECOND)"},
    {SBE_OP_MICROSECONDS, "CAST(EXTRACT(EPOCH FROM ({1} - {0})) * 1000000 AS BIGINT)"},
    {SBE_OP_DIVIDE_DOWN, "({0} / {1})"},
    {SBE_OP_ISO_DAY_OF_WEEK, "EXTRACT(ISODOW FROM {0})"},
    {SBE_OP_DAY_TEXT, "TO_CHAR({0}, 'YYYY-MM-DD')"},
    {SBE_OP_FIRST_IF, "(ARRAY_AGG({0} ORDER BY {1}, {2}) FILTER (WHERE {3}))[1]"},
    {SBE_OP_LAST_IF, "(ARRAY_AGG({0} ORDER BY {1} DESC, {2} DESC) FILTER (WHERE {3}))[1]"},
    {SBE_OP_LIST_LITERAL, "CAST(ARRAY[{0}] AS {1})"},
    {SBE_OP_LIST_OF, "ARRAY_AGG({0} ORDER BY {0})"},
    {SBE_OP_END, NULL},
};

/* Paper has no type for a dict: an attribute with `category_count` is refused by name. */
static const sbe_physical physical[] = {
    {SBE_TYPE_TEXT, "VARCHAR"},
    {SBE_TYPE_INT32, "INTEGER"},
    {SBE_TYPE_INT64, "BIGINT"},
    {SBE_TYPE_DOUBLE, "DOUBLE PRECISION"},
    {SBE_TYPE_BOOL, "BOOLEAN"},
    {SBE_TYPE_TIMESTAMP, "TIMESTAMP"},
    {SBE_TYPE_DATE, "DATE"},
    {SBE_TYPE_WIDE_INTEGER, "DECIMAL(38, 0)"},
    {SBE_TYPE_DECIMAL, "DECIMAL(38, 9)"},
    {SBE_TYPE_TEXT + SBE_TYPE_LIST, "VARCHAR ARRAY"},
    {0, NULL},
};

/* `source` below answers the classes TEXT and TIMESTAMP only; every other type is read by way of text. */
static const sbe_read reads[] = {
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, "CAST({0} AS VARCHAR)"},
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "TRY_CAST({0} AS INTEGER)"},
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "TRY_CAST({0} AS BIGINT)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "TRY_CAST({0} AS DOUBLE PRECISION)"},
    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, "TRY_CAST({0} AS BOOLEAN)"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "TRY_CAST({0} AS TIMESTAMP)"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "{0}"},
    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "TRY_CAST({0} AS DATE)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, "TRY_CAST({0} AS DECIMAL(38, 0))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_TEXT, "TRY_CAST({0} AS DECIMAL(38, 9))"},
    {0, 0, NULL},
};

/* ---- The dialect: what no pattern can say ---- */

static void put(sbe_text *out, const char *text) {
  host->put(out, text, strlen(text));
}

/* Whatever the bytes are, they end inside the quotes: this is where injection is kept out. */
static void put_quoted(sbe_text *out, const char *text, size_t size, char quote) {
  host->put(out, &quote, 1);
  for (size_t i = 0; i < size; i++) {
    if (text[i] == quote) host->put(out, &quote, 1);
    host->put(out, text + i, 1);
  }
  host->put(out, &quote, 1);
}

static void identifier(sbe_text *out, const char *name) {
  put_quoted(out, name, strlen(name), '"');
}

static void literal(sbe_text *out, const char *text, size_t size) {
  put_quoted(out, text, size, '\'');
}

/* `'$[0]."step"."name"'`: a path of SQL's JSON, as a text literal. */
static void put_json_path(sbe_text *out, const sbe_path *path) {
  char number[32];
  put(out, "'$");
  if (path->kind == SBE_PATH_ENTITY) {
    snprintf(number, sizeof number, "[%lld]", (long long)path->index);
    put(out, number);
  }
  for (size_t i = 0; i < path->n_steps; i++) {
    const sbe_step *step = &path->steps[i];
    snprintf(number, sizeof number, "[%lld]", (long long)step->index);
    put(out, step->name ? ".\"" : number);
    for (const char *c = step->name; c && *c; c++) {
      if (*c == '\'') put(out, "'");
      if (*c == '"' || *c == '\\') put(out, "\\");
      host->put(out, c, 1);
    }
    if (step->name) put(out, "\"");
  }
  put(out, "'");
}

static int ends_with(const char *text, const char *end) {
  size_t size = strlen(text), its = strlen(end);
  return size >= its && strcmp(text + size - its, end) == 0;
}

/* The one layout that paper knows: atomic columns, and events and entities as JSON. A real adapter looks
   at wanted->columns, answers SBE_CLASS_MISSING for what is not there, and finds members in snake case. */
static int32_t put_property(sbe_text *out, const sbe_path *path) {
  if (path->kind == SBE_PATH_ATOMIC) {
    identifier(out, path->column);
    return ends_with(path->column, "_tstamp") ? SBE_CLASS_TIMESTAMP : SBE_CLASS_TEXT;
  }
  put(out, "JSON_VALUE(");
  identifier(out, path->column);
  put(out, ", ");
  put_json_path(out, path);
  put(out, ")");
  return SBE_CLASS_TEXT;
}

static int32_t source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  char name[32];
  (void)error;
  put(out, "(SELECT ");
  for (size_t i = 0; i < wanted->n_paths; i++) {
    if (i) put(out, ", ");
    ret_classes[i] = put_property(out, wanted->paths[i]);
    snprintf(name, sizeof name, "p%zu", i);
    put(out, " AS ");
    identifier(out, name);
  }
  put(out, wanted->n_paths ? " FROM " : "1 FROM ");
  put(out, wanted->table);
  if (wanted->lower) put(out, " WHERE \"load_tstamp\" >= "), put(out, wanted->lower);
  if (wanted->upper)
    put(out, wanted->lower ? " AND " : " WHERE "), put(out, "\"load_tstamp\" < "), put(out, wanted->upper);
  put(out, ")");
  return SBE_OK;
}

static const sbe_dialect dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 63,
    .patterns = patterns,
    .physical = physical,
    .reads = reads,
    .identifier = identifier,
    .literal = literal,
    .source = source,
};

/* ---- The connection ---- */

struct sbe_connection {
  FILE *file;
  sbe_run *run; /* for tick */
};

static int32_t open_connection(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                               sbe_error *error) {
  const char *path = host->setting(settings, "path");
  FILE *file = path ? fopen(path, "a") : NULL;
  sbe_connection *connection = file ? malloc(sizeof *connection) : NULL;
  if (!connection) {
    int reason = errno;
    if (file) fclose(file);
    return host->error(error, SBE_INVALID, NULL, "%s cannot be written: %s", path ? path : "the file `path`",
                       strerror(reason));
  }
  connection->file = file;
  connection->run = run;
  *ret_connection = connection;
  return SBE_OK;
}

static void close_connection(sbe_connection *connection) {
  if (!connection) return;
  fclose(connection->file);
  free(connection);
}

/* One statement. A real adapter waits here, ticks at least ten times a second, and cancels when told so. */
static int32_t write_statement(sbe_connection *connection, const sbe_statement *statement, sbe_error *error) {
  if (host->tick(connection->run, -1)) return host->error(error, SBE_CANCELLED, NULL, "cancelled");
  if (statement->flags & SBE_STATEMENT_GUARD) fputs("-- guard: go on only if this is true\n", connection->file);
  fwrite(statement->sql, 1, statement->size, connection->file);
  fputs(";\n\n", connection->file);
  return ferror(connection->file) ? host->error(error, SBE_IO, NULL, "the file cannot be written") : SBE_OK;
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  int32_t code = SBE_OK;
  if (options->atomic) fputs("BEGIN;\n\n", connection->file);
  for (size_t i = 0; i < n && !code; i++) {
    code = write_statement(connection, statements[i], error);
    if (ret_counts) ret_counts[i] = -1; /* not known */
  }
  if (options->atomic) fputs(code ? "ROLLBACK;\n\n" : "COMMIT;\n\n", connection->file);
  return code;
}

/* Paper answers no rows, so the run lock cannot be read: sink->columns and, for each row, sink->row would be called here. */
static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)options, (void)sink;
  return write_statement(connection, statement, error);
}

/* No columns: the host assumes the standard layout. A real adapter pushes (name, type) for each column. */
static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)table, (void)sink, (void)error;
  return SBE_OK;
}

static const sbe_connection_ops connection_ops = {
    .struct_size = sizeof(sbe_connection_ops),
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .query = query,
    .describe = describe,
};

/* ---- The description, and the one symbol ---- */

static const sbe_option option_path = {
    .struct_size = sizeof(sbe_option),
    .name = "path",
    .preset = "{state_dir}/paper.sql",
    .help = "The file that statements are written to",
    .is_path = 1,
};
static const sbe_option *const options[] = {&option_path, NULL};

static int32_t init(const sbe_host *given, sbe_error *error) {
  (void)error;
  host = given;
  return SBE_OK;
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "paper",
    .version = "1.0.0",
    .licence = "Apache-2.0",
    .summary = "Writes standard SQL to a file",
    .capabilities = SBE_CAN_ATOMIC,
    .options = options,
    .dialect = &dialect,
    .connection = &connection_ops,
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_paper(void);

SBE_EXPORT const sbe_adapter *sbe_adapter_paper(void) {
  return &adapter;
}
