/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How SQLite's SQL is spelled: one row for each operation that is not ANSI's, and what no pattern can
 * say. Printed without a connection: `sbe --adapter sqlite compile` shows all of it.
 *
 * To change: go through enum SBE_OP_… in <sbe/dialect.h> from top to bottom and ask for each row "is
 * what stands there as ANSI right here?". An operation without ANSI and without a row is refused by
 * name, with the attribute that needs it, before anything runs. So a first version may leave rows out.
 *
 * Timestamps are texts of one fixed form, `2025-01-31 23:59:59.999999`, which sort as the instants do,
 * so that MIN, MAX, ORDER BY and `<` are right without more. Dates are their first ten characters. A
 * warehouse with types of its own for them needs none of this.
 */
#include <string.h>

#include "sqlite_adapter.h"

/* The seconds of a timestamp, and the microseconds behind them. SQLite's functions would round these. */
#define SECONDS(t) "unixepoch(substr(" t ", 1, 19))"
#define MICROS(t) "CAST(substr(" t ", 21) AS INTEGER)"

static const sbe_pattern patterns[] = {
    /* Literals. A pattern gets them quoted. */
    {SBE_OP_DATE_LITERAL, "{0}"},
    {SBE_OP_TIMESTAMP_LITERAL, "sbe_timestamp({0})"}, /* into the fixed form; SQLite computes it once */
    {SBE_OP_CAST, "sbe_cast({0}, '{1}')"},            /* SQLite's own is not exact for big numbers */
    {SBE_OP_LIST_LITERAL, "sbe_array({0})"},          /* lists and dicts are JSON */
    {SBE_OP_DICT_LITERAL, "{0}"},

    /* Time. */
    {SBE_OP_NOW, "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"},
    {SBE_OP_DATE_OF, "substr({0}, 1, 10)"},
    {SBE_OP_ADD_DAYS, "date({0}, {1} || ' days')"},
    {SBE_OP_ADD_SECONDS, "(strftime('%Y-%m-%d %H:%M:%S', substr({0}, 1, 19), {1} || ' seconds') || substr({0}, 20))"},
    {SBE_OP_MICROSECONDS,
     "((" SECONDS("{1}") " - " SECONDS("{0}") ") * 1000000 + " MICROS("{1}") " - " MICROS("{0}") ")"},
    {SBE_OP_HOUR, "CAST(substr({0}, 12, 2) AS INTEGER)"},
    {SBE_OP_ISO_DAY_OF_WEEK, "((CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 6) % 7 + 1)"}, /* %w: Sunday 0 */
    {SBE_OP_MONTH, "CAST(substr({0}, 6, 2) AS INTEGER)"},
    {SBE_OP_DAY_TEXT, "substr({0}, 1, 10)"},
    {SBE_OP_WEEK_TEXT, "date(substr({0}, 1, 10), 'weekday 0', '-6 days')"}, /* on to its Sunday, back to its Monday */
    {SBE_OP_MONTH_TEXT, "(substr({0}, 1, 8) || '01')"},

    /* Scalars. LIKE tells case since connection.c has said so; text is compared byte by byte, which
       for UTF-8 is by code point. Where it is not, give SBE_OP_TEXT_LESS and SBE_OP_TEXT_ORDER. */
    {SBE_OP_DIVIDE_DOWN, "({0} / {1})"}, /* of integers that are not negative: as wanted */
    {SBE_OP_IS_DISTINCT, "({0} IS NOT {1})"},

    /* Aggregates. What begins with sbe_ is in aggregates.c. SQLite's own sum raises an error when an
       int64 runs over; min and max ignore NULLs, as they should. */
    {SBE_OP_SUM_IF, "sbe_sum({0}) FILTER (WHERE {1})"},
    {SBE_OP_MIN_IF, "min({0}) FILTER (WHERE {1})"},
    {SBE_OP_MAX_IF, "max({0}) FILTER (WHERE {1})"},
    {SBE_OP_FIRST_IF, "sbe_first({0}, {1}, {2}) FILTER (WHERE {3})"},
    {SBE_OP_LAST_IF, "sbe_last({0}, {1}, {2}) FILTER (WHERE {3})"},
    {SBE_OP_LIST_OF, "sbe_list({0})"},
    {SBE_OP_DICT_OF, "sbe_dict({0}, {1})"},

    /* Statements. There are no schemas to be made: see put_table. */
    {SBE_OP_CREATE_SCHEMA, "SELECT 1"},
    {SBE_OP_LIST_TABLES,
     "SELECT replace(replace(substr(t.name, length(s.prefix) + 1), '%2e', '.'), '%25', '%') AS name"
     " FROM (SELECT CASE {0} WHEN 'main' THEN '' ELSE replace(replace({0}, '%', '%25'), '.', '%2e') || '.' END AS "
     "prefix)"
     " AS s, (SELECT name, type FROM sqlite_schema UNION ALL SELECT name, type FROM sqlite_temp_schema) AS t"
     " WHERE t.type = 'table' AND lower(substr(t.name, 1, length(s.prefix))) = lower(s.prefix)"
     " AND instr(substr(t.name, length(s.prefix) + 1), '.') = 0"},
    {SBE_OP_HOLD, "{0}"}, /* `run` begins a batch as the only writer: nobody can change any row */
    {SBE_OP_END, NULL},
};

/* ---- names and texts: where injection is kept out, so whatever the bytes are, they end inside ---- */

void put(sbe_text *out, const char *text) {
  host->put(out, text, strlen(text));
}

static void put_doubled(sbe_text *out, const char *text, size_t size, char quote) {
  for (const char *end = text + size; text < end; text++) {
    if (*text == quote) host->put(out, &quote, 1);
    host->put(out, text, 1);
  }
}

void put_identifier(sbe_text *out, const char *name) {
  put(out, "\"");
  put_doubled(out, name, strlen(name), '"');
  put(out, "\"");
}

/* A statement ends at a NUL for SQLite, so one in a text is spelled. A backslash is only that. */
void put_literal(sbe_text *out, const char *text, size_t size) {
  bool spelled = memchr(text, '\0', size) != NULL;
  put(out, spelled ? "('" : "'");
  for (const char *nul; (nul = memchr(text, '\0', size)) != NULL; text = nul + 1) {
    put_doubled(out, text, (size_t)(nul - text), '\'');
    put(out, "' || char(0) || '");
    size -= (size_t)(nul - text) + 1;
  }
  put_doubled(out, text, size, '\'');
  put(out, spelled ? "')" : "'");
}

/*
 * SQLite has no schemas: a file is one. So schema and table are one name with a dot in it,
 * "shop_derived.orders_1_attributes", and a dot inside of either is spelled %2e. What is said to be in
 * `main`, which is what SQLite calls the file, or in no schema, goes without the first part: a table
 * `events` that was there before sbe is found with `snowplow__atomic_schema: main`. The spelling is the
 * same there, so that no two tables ever have one name.
 *
 * (A file for each schema, attached under its name, would print as "schema"."table" without this
 * callback. But a commit over several files takes a journal over them all, which WAL does not have; a
 * user has to keep the files together; and no more than ten can be attached.)
 *
 * To change: most warehouses have schemas. Then `.table` is NULL and all this goes.
 */
static void append_spelled(sqlite3_str *text, const char *part) {
  for (; *part != '\0'; part++) {
    if (*part == '.' || *part == '%')
      sqlite3_str_appendall(text, *part == '.' ? "%2e" : "%25");
    else
      sqlite3_str_appendchar(text, 1, *part);
  }
}

char *table_in_file(const sbe_name *name) {
  sqlite3_str *text = sqlite3_str_new(NULL);
  if (name->schema != NULL && strcmp(name->schema, "main") != 0) {
    append_spelled(text, name->schema);
    sqlite3_str_appendchar(text, 1, '.');
  }
  append_spelled(text, name->table);
  return sqlite3_str_finish(text);
}

static void put_table(sbe_text *out, const sbe_name *name) {
  if (name->database != NULL) {
    put_identifier(out, name->database);
    put(out, ".");
  }
  char *text = table_in_file(name);
  put_identifier(out, text != NULL ? text : "");
  sqlite3_free(text);
}

/* ---- tables ---- */

static const char *declared(int32_t type) {
  const sbe_physical *row = sqlite_physical;
  while (row->type != 0 && row->type != type) row++;
  return row->name;
}

/* An index by the column that single rows, or whole days, are looked up with: SQLite reads a table from
   end to end without. It lies beside the table, under the table's name and the column's. */
static void put_index(const sbe_table *table, int32_t column, sbe_statements *out) {
  if (column < 0 || table->kind != SBE_TABLE_PERMANENT) return;
  const char *name = table->columns[column].name;
  sbe_text *text = host->statement(out, SBE_STATEMENT_REPEATABLE);
  put(text, "CREATE INDEX IF NOT EXISTS ");
  host->put(text, table->name, strlen(table->name) - 1); /* all but the closing quote */
  put(text, " by ");
  put_doubled(text, name, strlen(name), '"');
  put(text, "\" ON ");
  put(text, table->name);
  put(text, " (");
  put_identifier(text, name);
  put(text, ")");
}

/*
 * Not `CREATE TABLE … AS`: its columns would have no declared types, and by these results.c knows a date
 * from a text. The second statement of a permanent table fills it only when it is empty, so a
 * process that dies between the two is made good by the next one.
 */
static int32_t create(const sbe_table *table, sbe_statements *out, sbe_error *error) {
  (void)error;
  bool permanent = table->kind == SBE_TABLE_PERMANENT;
  sbe_text *text = host->statement(out, permanent ? SBE_STATEMENT_REPEATABLE : 0);
  put(text, permanent ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ");
  put(text, table->name);
  for (size_t i = 0; i < table->n_columns; i++) {
    put(text, i == 0 ? " (" : ", ");
    put_identifier(text, table->columns[i].name);
    put(text, " ");
    put(text, declared(table->columns[i].type));
  }
  put(text, ")");
  /* a member that came later than 0.1: a host that is older than the adapter does not have it */
  int32_t lookup = table->struct_size > offsetof(sbe_table, lookup_column) ? table->lookup_column : -1;
  put_index(table, lookup, out);
  if (table->day_column != lookup) put_index(table, table->day_column, out);
  if (table->select == NULL) return SBE_OK;
  text = host->statement(out, permanent ? SBE_STATEMENT_REPEATABLE : 0);
  put(text, "INSERT INTO ");
  put(text, table->name);
  put(text, permanent ? " SELECT * FROM (" : "\n");
  put(text, table->select);
  if (!permanent) return SBE_OK;
  put(text, ") WHERE NOT EXISTS (SELECT 1 FROM ");
  put(text, table->name);
  put(text, ")");
  return SBE_OK;
}

const sbe_dialect sqlite_dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 255, /* SQLite has no limit */
    .max_days = 0,         /* set one when long backfills take too much memory */
    .patterns = patterns,
    .physical = sqlite_physical,
    .reads = sqlite_reads,
    .identifier = put_identifier,
    .literal = put_literal,
    .source = print_source,
    .create = create,
    .replace = NULL, /* DELETE, then INSERT; a warehouse with MERGE or with partitions may do better */
    .scratch_database = SCRATCH,
    .table = put_table,
};
