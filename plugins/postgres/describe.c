/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an events table looks like: its own columns with their types, and, for each table of its schema that
 * holds an event or entity (it has root_id), two columns that are not there,
 * `unstruct_event_<table>` and `contexts_<table>`, whose type is all that source.c needs of that table. It
 * asks the catalog, in one query, which is SBE_OP_DESCRIBE as well; nothing is changed.
 *
 * Domains are told as what they are made of, and every composite type as `record`.
 */
#include <string.h>

#include "plugins/common/buffer.h"
#include "plugins/postgres/dialect.h"

#define QUOTED(x) "'\"' || replace(CAST(" x " AS text), '\"', '\"\"') || '\"'"

/* The type of a column, without the domains around it. */
#define TYPE                                                                                                           \
  "(WITH RECURSIVE b(id, modifier) AS (SELECT a.atttypid, a.atttypmod UNION ALL"                                       \
  " SELECT y.typbasetype, y.typtypmod FROM b JOIN pg_catalog.pg_type AS y ON y.oid = b.id WHERE y.typtype = 'd')"      \
  " SELECT CASE y.typtype WHEN 'c' THEN 'record' ELSE pg_catalog.format_type(b.id, b.modifier) END"                    \
  " FROM b JOIN pg_catalog.pg_type AS y ON y.oid = b.id WHERE y.typtype <> 'd')"

/* {0} database, {1} schema, {2} table; the first two may be NULL. */
#define EVENTS                                                                                                         \
  "SELECT c.oid, c.relnamespace, n.nspname FROM pg_catalog.pg_class AS c"                                              \
  " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relname = {2}"                                 \
  " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND COALESCE({0}, current_database()) = current_database()"             \
  " AND CASE WHEN {1} IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = {1} END"

#define OWN_COLUMNS                                                                                                    \
  "SELECT CAST(a.attname AS text) AS name, " TYPE " AS type, CAST(a.attnum AS integer) AS place FROM t"                \
  " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid WHERE a.attnum > 0 AND NOT a.attisdropped"

#define COLUMN QUOTED("a.attname") " || ' ' || " TYPE

/* Partitions are read through the table that they are of. */
#define ENTITIES                                                                                                       \
  "SELECT CAST(c.relname AS text) AS name, 'TABLE ' || " QUOTED("t.nspname") " || '.' || " QUOTED(                     \
      "c.relname") " || ' (' || (SELECT string_agg(" COLUMN                                                            \
                   ", ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a"                                       \
                   " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) || ')' AS type"                 \
                   " FROM t JOIN pg_catalog.pg_class AS c ON c.relnamespace = t.relnamespace"                          \
                   " WHERE c.oid <> t.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition"         \
                   " AND EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid"                  \
                   " AND a.attname = 'root_id' AND NOT a.attisdropped)"

#define ALL_COLUMNS                                                                                                    \
  "SELECT name, type, 0 AS part, place FROM own UNION ALL SELECT prefix || name, type, part, 0 FROM entities,"         \
  " (VALUES ('unstruct_event_', 1), ('contexts_', 2)) AS prefixes(prefix, part)"                                       \
  " WHERE lower(prefix || name) NOT IN (SELECT lower(o.name) FROM own AS o)"

const char sbe_postgres_describe_query[] =
    "WITH t AS (" EVENTS "),\nown AS (" OWN_COLUMNS "),\nentities AS (" ENTITIES ")\n"
    "SELECT name, type FROM (" ALL_COLUMNS ") AS columns"
    " WHERE EXISTS (SELECT 1 FROM own) ORDER BY part, place, name COLLATE \"C\"";

static void put_operand(sbe_common_buffer *out, const char *text) {
  if (text == NULL)
    sbe_common_puts(out, "CAST(NULL AS text)");
  else
    sbe_common_literal(out, text);
}

/* Passes rows on, and remembers whether there were any. */
typedef struct counting {
  const sbe_sink *sink;
  size_t n;
} counting;

static int32_t on_columns(void *user, size_t n, const char *const *names) {
  const counting *c = user;
  return c->sink->columns != NULL ? c->sink->columns(c->sink->user, n, names) : 0;
}

static int32_t on_row(void *user, size_t n, const sbe_value *values) {
  counting *c = user;
  c->n++;
  return c->sink->row != NULL ? c->sink->row(c->sink->user, n, values) : 0;
}

int32_t sbe_postgres_describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink,
                              sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  const char *operands[] = {table->database, table->schema, table->table};
  const char *at = sbe_postgres_describe_query;
  for (const char *brace; (brace = strchr(at, '{')) != NULL; at = brace + 3) {
    sbe_common_put(&sql, at, (size_t)(brace - at));
    put_operand(&sql, operands[brace[1] - '0']);
  }
  sbe_common_puts(&sql, at);
  counting counted = {.sink = sink};
  sbe_sink passed = {.struct_size = sizeof passed, .user = &counted, .columns = on_columns, .row = on_row};
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql.data, .size = sql.size};
  sbe_run_options options = {.struct_size = sizeof options};
  int32_t code = sbe_postgres_connection.query(connection, &statement, &options, &passed, error);
  if (code != SBE_OK || counted.n > 0) return code;
  return sbe_postgres_host->error(error, SBE_NOT_FOUND, "42P01", "There is no table %s%s%s in %s%s.",
                                  table->schema != NULL ? table->schema : "", table->schema != NULL ? "." : "",
                                  table->table, table->database != NULL ? "database " : "the connection's database",
                                  table->database != NULL ? table->database : "");
}
