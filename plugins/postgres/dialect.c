/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's SQL, as tables: how operations are written and types declared. Used by the host, through the
 * descriptor in postgres.c; nothing here talks to a server. Reads are in reads.c, the layouts of events in
 * source.c, tables in create.c. Written for PostgreSQL 12 and later: no function that is younger.
 *
 * Text is compared and sorted by code point whatever the database's collation: every read of a text says
 * COLLATE "C", and so does every column that we make.
 */
#include <string.h>

#include "plugins/postgres/dialect.h"

/* ---- Sums ---- */

/*
 * sum() of doubles raises an error when it overflows, for us it is NULL. So what is too large for any
 * number of them to be added up is added up as numeric, apart; there hardly ever is any. Written for every
 * type of number: of integers the result is numeric or bigint, and exact.
 */
#define TAME "{0} BETWEEN CAST(-1e290 AS double precision) AND CAST(1e290 AS double precision)"
#define SUM_TAME "sum({0}) FILTER (WHERE {1} AND " TAME ")"
#define SUM_WILD "sum(CAST(CAST({0} AS text) AS numeric)) FILTER (WHERE {1} AND NOT (" TAME "))"
#define SUM_ALL "(COALESCE(CAST(" SUM_TAME " AS numeric), 0) + " SUM_WILD ")"
#define SUM_IF                                                                                                         \
  "CASE WHEN " SUM_WILD " IS NULL THEN " SUM_TAME " WHEN abs(" SUM_ALL ") < " SBE_POSTGRES_DOUBLE_LIMIT                \
  " THEN " SUM_ALL " END"

/* ---- Doubles: the server's operators raise errors where the result is too large, or too small for anything but 0 ----
 */

#define GREATEST_DOUBLE "CAST(1.7976931348623157e308 AS double precision)"
#define NUMERIC(x) "CAST(CAST(" x " AS text) AS numeric)"
#define ORDINARY(x) "(" x " = 0 OR abs(" x ") BETWEEN 1e-150 AND 1e150)"
#define EXACTLY(value)                                                                                                 \
  "(SELECT " SBE_POSTGRES_DOUBLE_OF_NUMERIC("n") " FROM (SELECT " value " AS n OFFSET 0) AS exactly)"

/*
 * A pick is the least of arrays (time, tie-break, value), as text, because there is no max_by, and
 * array_agg would have to keep and sort all of a group, cannot be hashed and takes no lists. {4} is the
 * type of the value. Times as text sort like times in the years 1 to 9999, which all of ours are in.
 */
#define PICK(least)                                                                                                    \
  "CAST((" least "(ARRAY[CAST({1} AS text), CAST({2} AS text), CAST({0} AS text)] COLLATE \"C\")"                      \
  " FILTER (WHERE {3}))[3] AS {4})"

/* There is no min(boolean), but one of arrays of anything; it is nearly as fast. */
#define EXTREME(least) "(" least "(ARRAY[{0}]) FILTER (WHERE {1} AND {0} IS NOT NULL))[1]"

/* Begins a quote that no name ends, because it is longer than any: they have 63 bytes. */
#define BEYOND "$sbe_a_quote_that_is_longer_than_any_name_that_may_stand_within_it_"

static const sbe_pattern patterns[] = {
    {SBE_OP_LIST_LITERAL, "CAST(ARRAY[{0}] AS {1})"},
    {SBE_OP_DICT_LITERAL, "CAST({0} AS jsonb)"},

    /* Of the statement: a transaction may have waited for a lock since it began. */
    {SBE_OP_NOW, "(statement_timestamp() AT TIME ZONE 'UTC')"},
    {SBE_OP_ADD_DAYS, "({0} + CAST({1} AS integer))"},
    {SBE_OP_ADD_SECONDS, "({0} + make_interval(secs => {1}))"},
    {SBE_OP_MICROSECONDS, "CAST(EXTRACT(EPOCH FROM ({1} - {0})) * 1000000 AS bigint)"},
    {SBE_OP_DIVIDE_DOWN, "CAST(div(CAST({0} AS numeric), CAST({1} AS numeric)) AS bigint)"},
    {SBE_OP_HOUR, "CAST(EXTRACT(HOUR FROM {0}) AS integer)"},
    {SBE_OP_ISO_DAY_OF_WEEK, "CAST(EXTRACT(ISODOW FROM {0}) AS integer)"},
    {SBE_OP_MONTH, "CAST(EXTRACT(MONTH FROM {0}) AS integer)"},
    {SBE_OP_DAY_TEXT, "to_char({0}, 'YYYY-MM-DD') COLLATE \"C\""},
    {SBE_OP_WEEK_TEXT, "to_char(date_trunc('week', {0}), 'YYYY-MM-DD') COLLATE \"C\""},
    {SBE_OP_MONTH_TEXT, "to_char(date_trunc('month', {0}), 'YYYY-MM-DD') COLLATE \"C\""},
    {SBE_OP_LIKE, "({0} LIKE {1} ESCAPE '')"},
    {SBE_OP_TEXT_LESS, "({0} < {1} COLLATE \"C\")"},
    {SBE_OP_TEXT_ORDER, "{0} COLLATE \"C\""},
    {SBE_OP_ADD, "CASE WHEN sign({0}) <> sign({1}) OR abs({0}) <= " GREATEST_DOUBLE " - abs({1}) THEN {0} + {1} END"},
    {SBE_OP_MULTIPLY, "CASE WHEN " ORDINARY("{0}") " AND " ORDINARY("{1}") " THEN {0} * {1} ELSE " EXACTLY(
                          NUMERIC("{0}") " * " NUMERIC("{1}")) " END"},
    {SBE_OP_DIVIDE,
     "CASE WHEN {0} = 0 OR abs({0}) > 1e-280 THEN {0} / {1} ELSE " EXACTLY(NUMERIC("{0}") " / {1}") " END"},

    {SBE_OP_COUNT_IF, "count(*) FILTER (WHERE {0})"},
    {SBE_OP_COUNT_VALUES_IF, "count({0}) FILTER (WHERE {1})"},
    {SBE_OP_SUM_IF, SUM_IF},
    {SBE_OP_MIN_IF, EXTREME("min")},
    {SBE_OP_MAX_IF, EXTREME("max")},
    {SBE_OP_FIRST_IF, PICK("min")},
    {SBE_OP_LAST_IF, PICK("max")},
    {SBE_OP_LIST_OF, "array_agg({0} ORDER BY {0})"},
    {SBE_OP_DICT_OF, "jsonb_object_agg({0}, {1})"},

    /* The planner copies the columns of a subquery to wherever they are named, unless it has an OFFSET. */
    {SBE_OP_LAYER, "{0} OFFSET 0"},

    /* CREATE SCHEMA IF NOT EXISTS wants the right to create schemas even where the schema is there, fails when
       two sessions do it at once, and takes no database before the name. */
    {SBE_OP_CREATE_SCHEMA, "DO " BEYOND "body$ DECLARE parts text[] := parse_ident(" BEYOND "name${0}" BEYOND
                           "name$); name text := parts[array_upper(parts, 1)];"
                           " BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = name) THEN"
                           " EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', name); END IF;"
                           " EXCEPTION WHEN duplicate_schema OR unique_violation THEN NULL; END " BEYOND "body$"},
    {SBE_OP_LIST_TABLES, "SELECT CAST(c.relname AS text) FROM pg_catalog.pg_class AS c"
                         " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
                         " WHERE n.nspname = {0} AND c.relkind IN ('r', 'p')"},
    {SBE_OP_HOLD, "{0} FOR SHARE"},
    {SBE_OP_DESCRIBE, sbe_postgres_describe_query},
    {SBE_OP_END, NULL},
};

const sbe_physical sbe_postgres_physical[] = {
    {SBE_TYPE_TEXT, "text"},
    {SBE_TYPE_INT32, "integer"},
    {SBE_TYPE_INT64, "bigint"},
    {SBE_TYPE_DOUBLE, "double precision"},
    {SBE_TYPE_BOOL, "boolean"},
    {SBE_TYPE_TIMESTAMP, "timestamp"},
    {SBE_TYPE_DATE, "date"},
    {SBE_TYPE_WIDE_INTEGER, "numeric"}, /* of 131,072 digits */
    {SBE_TYPE_DECIMAL, "numeric(38,9)"},
    {SBE_TYPE_DICT, "jsonb"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, "text[]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, "integer[]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, "bigint[]"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "double precision[]"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, "boolean[]"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "timestamp[]"},
    {0, NULL},
};

/* ---- Names and texts ---- */

void sbe_postgres_put(sbe_text *out, const char *text) {
  sbe_postgres_host->put(out, text, strlen(text));
}

void sbe_postgres_identifier(sbe_text *out, const char *name) {
  sbe_postgres_put(out, "\"");
  for (const char *quote; (quote = strchr(name, '"')) != NULL; name = quote + 1) {
    sbe_postgres_host->put(out, name, (size_t)(quote - name));
    sbe_postgres_put(out, "\"\"");
  }
  sbe_postgres_put(out, name);
  sbe_postgres_put(out, "\"");
}

/*
 * With a backslash it is an E'…', which means the same whatever standard_conforming_strings is. No text in
 * PostgreSQL holds a NUL, so none can be equal to one that does: it is printed as U+FFFD.
 */
void sbe_postgres_literal(sbe_text *out, const char *text, size_t size) {
  sbe_postgres_put(out, memchr(text, '\\', size) != NULL ? "E'" : "'");
  const char *end = text + size, *plain = text;
  for (const char *at = text; at < end; at++) {
    const char *spelled = *at == '\'' ? "''" : *at == '\\' ? "\\\\" : *at == '\0' ? "\xEF\xBF\xBD" : NULL;
    if (spelled == NULL) continue;
    sbe_postgres_host->put(out, plain, (size_t)(at - plain));
    sbe_postgres_put(out, spelled);
    plain = at + 1;
  }
  sbe_postgres_host->put(out, plain, (size_t)(end - plain));
  sbe_postgres_put(out, "'");
}

void sbe_postgres_pattern(sbe_text *out, const char *pattern, const char *operand) {
  for (const char *brace; (brace = strchr(pattern, '{')) != NULL;) {
    sbe_postgres_host->put(out, pattern, (size_t)(brace - pattern));
    sbe_postgres_put(out, brace[1] == '{' ? "{" : operand);
    pattern = brace + (brace[1] == '{' ? 2 : 3);
  }
  sbe_postgres_put(out, pattern);
}

const sbe_dialect sbe_postgres_dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 63,
    .max_days = 0,
    .patterns = patterns,
    .physical = sbe_postgres_physical,
    .reads = sbe_postgres_reads,
    .identifier = sbe_postgres_identifier,
    .literal = sbe_postgres_literal,
    .source = sbe_postgres_source,
    .create = sbe_postgres_create,
};
