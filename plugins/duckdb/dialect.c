/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB's SQL, as tables: how operations are written, how types are declared, how a value of one
 * class is read as a type. Used by the host, through the descriptor in duckdb.c; nothing here talks to
 * a database. What an events table looks like is source.c.
 *
 * A read must never raise an error, whatever the data are, because one odd event would stop every
 * run: only TRY_CAST, functions that accept anything, and ranges tested before. It must not accept
 * what DuckDB's casts accept beyond the rules either (1_000, 0x1F, +-5, `1e`, 'infinity', 'epoch').
 * No brace stands in a pattern but around an operand's number: hence `chr(123)`, and \d\d for \d{2}.
 */
#include <string.h>

#include "plugins/duckdb/duckdb_adapter.h"

/* ---- Building blocks: x is SQL of a text, used several times, so a column or a variable ---- */

/* SQL's missing `let`: `body` with `v` standing for `x`, computed once. */
#define LET(v, x, body) "list_transform([" x "], lambda " v ": " body ")[1]"

#define VARCHAR(x) "CAST(" x " AS VARCHAR)"

/* A decimal number as the rules have it, and its parts. */
#define NUMBER "'\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?\\s*'"
#define NUMBER_PARTS "'^\\s*([+-]?)0*(\\d*)\\.?(\\d*)(?:[eE]([+-]?\\d+))?\\s*$', ['s', 'i', 'f', 'e']"

/* The exponent as a number: one that is beyond all reason is as good as a thousand million. */
#define EXPONENT(e)                                                                                                    \
  "CASE WHEN " e " = '' THEN 0 ELSE COALESCE(CAST(TRY_CAST(" e " AS INTEGER) AS BIGINT), CASE WHEN starts_with(" e     \
  ", '-') THEN -1000000000 ELSE 1000000000 END) END"

/*
 * Any number's text rewritten as `-123.4567890123`: no exponent, no more than 39 digits before the
 * point and 10 after it, so that TRY_CAST to HUGEINT or DECIMAL(38,9) is exact and rounds half away
 * from zero. DuckDB's own casts answer NULL or are off for many texts with an exponent or with more
 * than 38 digits, but never are without. `d` are the digits, `p` says how many stand before the point.
 */
#define PLAIN(x)                                                                                                       \
  "CASE WHEN regexp_full_match(" x ", " NUMBER ") THEN " LET(                                                          \
      "n", "regexp_extract(" x ", " NUMBER_PARTS ")",                                                                  \
      LET("m",                                                                                                         \
          "struct_pack(s := n.s, d := ltrim(n.i || n.f, '0'), p := length(ltrim(n.i || n.f, '0')) - length(n.f)"       \
          " + " EXPONENT("n.e") ")",                                                                                   \
          "CASE WHEN m.d = '' THEN '0' WHEN m.p > 39 THEN NULL WHEN m.p < -10 THEN '0'"                                \
          " WHEN m.p > 0 THEN m.s || rpad(m.d, CAST(m.p AS INTEGER), '0') || '.' || substr(m.d, m.p + 1, 10)"          \
          " ELSE m.s || '0.' || repeat('0', -m.p) || left(m.d, 10) END")) " END"

/* What DuckDB's casts read wrongly, or read though it is no number: `- ` as 0, 1_000, exponents. */
#define DOUBTFUL(x) "regexp_matches(" x ", '[_eE]|[+-]\\s')"

/* The fast way for almost all, the exact one for the rest and for what is no number. */
#define WIDE_OF(x)                                                                                                     \
  "COALESCE(CASE WHEN NOT " DOUBTFUL(x) " THEN TRY_CAST(" x " AS HUGEINT) END, TRY_CAST(" PLAIN(x) " AS HUGEINT))"
#define INT_OF(x, type) "TRY_CAST(" WIDE_OF(x) " AS " type ")"
/* A cast of text to DECIMAL(38,9) takes 5 µs, to HUGEINT or to DECIMAL(18,9) a fiftieth of that. */
#define DECIMAL_OF(x)                                                                                                  \
  "COALESCE(CASE WHEN " DOUBTFUL(x) " THEN NULL WHEN contains(" x ", '.') THEN CAST(TRY_CAST(" x                       \
                                    " AS DECIMAL(18,9)) AS DECIMAL(38,9)) ELSE TRY_CAST(TRY_CAST(" x                   \
                                    " AS HUGEINT) AS DECIMAL(38,9)) END, TRY_CAST(" PLAIN(x) " AS DECIMAL(38,9)))"

/* Adding 0.0 turns -0.0, which is no other number, into 0.0. */
#define FINITE(x) "CASE WHEN isfinite(" x ") THEN " x " + 0.0 END"
#define DOUBLE_OF(x)                                                                                                   \
  "CASE WHEN isfinite(TRY_CAST(" x " AS DOUBLE)) AND NOT contains(" x ", '_') AND NOT contains(" x                     \
  ", '+-') THEN TRY_CAST(" x " AS DOUBLE) + 0.0 END"

#define BOOL_OF(x)                                                                                                     \
  "CASE lower(trim(" x ", e' \\t\\n\\v\\f\\r')) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE ELSE CASE " DOUBLE_OF(   \
      x) " WHEN 0 THEN FALSE WHEN 1 THEN TRUE END END"

/*
 * ISO 8601, of the years 1 to 9999. DuckDB's cast to TIMESTAMP reads an offset and ignores it, its cast to TIMESTAMP
 * WITH TIME ZONE depends on the session, so the offset is taken off and subtracted.
 */
#define ISO_YEAR "(?:000[1-9]|00[1-9]\\d|0[1-9]\\d\\d|[1-9]\\d\\d\\d)"
#define ISO_HOUR "(?:[01]\\d|2[0-3])"
#define ISO                                                                                                            \
  "'\\s*" ISO_YEAR "-\\d\\d-\\d\\d(?:[Tt ]" ISO_HOUR ":\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?:\\s*[zZ]|\\s*[+-]" ISO_HOUR   \
  "(?::?[0-5]\\d)?)?|\\s*[zZ])?\\s*'"
#define ISO_LOCAL(x)                                                                                                   \
  "TRY_CAST(translate(regexp_extract(" x ", '\\d\\d\\d\\d-\\d\\d-\\d\\d(?:[Tt ][0-9:.,]+)?'), 't,', ' .') AS "         \
  "TIMESTAMP)"
#define ISO_HAS_OFFSET(x) "regexp_matches(" x ", ':\\d\\d[^+-]*[+-]')"
#define ISO_OFFSET_MINUTES(x)                                                                                          \
  LET("o", "regexp_extract(" x ", '([+-])(\\d\\d):?(\\d\\d)?\\s*$', ['s', 'h', 'm'])",                                 \
      "(CASE o.s WHEN '-' THEN -1 ELSE 1 END) * (TRY_CAST(o.h AS INTEGER) * 60 + COALESCE(TRY_CAST(o.m AS INTEGER), "  \
      "0))")

/* Epoch seconds of the years 1 to 9999: everything else is not a time, and would overflow. */
#define IN_EPOCH_RANGE(x) "(" x " >= -62135596800 AND " x " < 253402300800)"
#define EPOCH_OF_DECIMAL(d)                                                                                            \
  "CASE WHEN " IN_EPOCH_RANGE(d) " THEN make_timestamp(CAST(floor(CAST(" d                                             \
                                 " AS DECIMAL(27,9)) * 1000000) AS BIGINT)) END"
/* Cut to microseconds; `x` is a number. */
#define EPOCH_SECONDS(x)                                                                                               \
  "COALESCE(CASE WHEN NOT regexp_matches(" x ", '[eE]') THEN CAST(TRY_CAST(regexp_extract(" x                          \
  ", '^\\s*([+-]?\\d*\\.?\\d?\\d?\\d?\\d?\\d?\\d?)', 1) AS DECIMAL(18,6)) AS DECIMAL(38,9)) END, " DECIMAL_OF(x) ")"
#define TIMESTAMP_OF(x)                                                                                                \
  "CASE WHEN regexp_full_match(" x ", " ISO                                                                            \
  ") THEN CASE WHEN " ISO_HAS_OFFSET(x) " THEN " ISO_LOCAL(x) " - to_minutes(" ISO_OFFSET_MINUTES(                     \
      x) ") ELSE " ISO_LOCAL(x) " END WHEN regexp_full_match(" x ", " NUMBER                                           \
                                ") THEN " LET("d", EPOCH_SECONDS(x), EPOCH_OF_DECIMAL("d")) " END"

/* ---- JSON: x is a column or variable of type JSON, as source.c gives it: valid, without spaces ---- */

#define TEXT_OF_JSON(x)                                                                                                \
  "CASE WHEN starts_with(" VARCHAR(x) ", '\"') THEN json_extract_string(" x ", '$') WHEN left(" VARCHAR(               \
      x) ", 1) IN ('[', chr(123)) OR " VARCHAR(x) " = 'null' THEN NULL ELSE " VARCHAR(x) " END"

/* true and false are numbers, "true" and "false" are not, so it cannot go through text. */
#define NUMBER_OF_JSON(x, of_text, of_raw, type)                                                                       \
  "CASE WHEN starts_with(" VARCHAR(x) ", '\"') THEN " LET(                                                             \
      "s", "json_extract_string(" x ", '$')",                                                                          \
      of_text) " WHEN " VARCHAR(x) " = 'true' THEN CAST(1 AS " type                                                    \
                                   ") WHEN " VARCHAR(x) " = 'false' THEN CAST(0 AS " type ") ELSE " of_raw " END"
#define INT_OF_JSON(x, type) NUMBER_OF_JSON(x, INT_OF("s", type), INT_OF(VARCHAR(x), type), type)
#define DOUBLE_OF_JSON(x) NUMBER_OF_JSON(x, DOUBLE_OF("s"), DOUBLE_OF(VARCHAR(x)), "DOUBLE")
#define DECIMAL_OF_JSON(x) NUMBER_OF_JSON(x, DECIMAL_OF("s"), DECIMAL_OF(VARCHAR(x)), "DECIMAL(38,9)")
#define BOOL_OF_JSON(x) LET("s", TEXT_OF_JSON(x), BOOL_OF("s"))
#define TIMESTAMP_OF_JSON(x) LET("s", TEXT_OF_JSON(x), TIMESTAMP_OF("s"))

/* A list of JSON values, each read by `read`, of a variable `e`. */
#define EACH(list, read) "[r FOR r IN [" read " FOR e IN " list "] IF r IS NOT NULL]"
#define LIST_OF_JSON(read)                                                                                             \
  "CASE WHEN starts_with(" VARCHAR("{0}") ", '[') THEN " EACH("TRY_CAST({0} AS JSON[])", read) " END"

/* ---- The tables ---- */

static const sbe_pattern patterns[] = {
    {SBE_OP_LIST_LITERAL, "CAST([{0}] AS {1})"},
    {SBE_OP_DICT_LITERAL, "CAST({0} AS JSON)"},

    /* The clock of the transaction's start. Through the epoch it is UTC without ICU or session. */
    {SBE_OP_NOW, "make_timestamp(epoch_us(now()))"},
    {SBE_OP_ADD_DAYS, "({0} + CAST({1} AS INTEGER))"},
    {SBE_OP_ADD_SECONDS, "({0} + to_seconds({1}))"},
    {SBE_OP_MICROSECONDS, "(epoch_us({1}) - epoch_us({0}))"},
    {SBE_OP_DIVIDE_DOWN, "({0} // {1})"},
    {SBE_OP_ISO_DAY_OF_WEEK, "isodow({0})"},
    {SBE_OP_DAY_TEXT, "CAST(CAST({0} AS DATE) AS VARCHAR)"},
    {SBE_OP_WEEK_TEXT, "CAST(CAST(date_trunc('week', {0}) AS DATE) AS VARCHAR)"},
    {SBE_OP_MONTH_TEXT, "CAST(CAST(date_trunc('month', {0}) AS DATE) AS VARCHAR)"},

    {SBE_OP_COUNT_IF, "count(*) FILTER (WHERE {0})"},
    {SBE_OP_COUNT_VALUES_IF, "count({0}) FILTER (WHERE {1})"},
    {SBE_OP_SUM_IF, "sum({0}) FILTER (WHERE {1})"}, /* of integers: HUGEINT; of doubles: infinity, no error */
    {SBE_OP_MIN_IF, "min({0}) FILTER (WHERE {1})"},
    {SBE_OP_MAX_IF, "max({0}) FILTER (WHERE {1})"},
    /* As fast as arg_min, which skips NULLs and breaks ties at random. The order says where NULLs go,
       since a setting of the database may say otherwise. */
    {SBE_OP_FIRST_IF, "first({0} ORDER BY {1} ASC NULLS LAST, {2} ASC NULLS LAST) FILTER (WHERE {3})"},
    {SBE_OP_LAST_IF, "last({0} ORDER BY {1} ASC NULLS FIRST, {2} ASC NULLS FIRST) FILTER (WHERE {3})"},
    {SBE_OP_LIST_OF, "list({0} ORDER BY {0} ASC NULLS LAST)"},
    /* json_group_object is a macro, which takes no ORDER BY. */
    {SBE_OP_DICT_OF, "CAST(chr(123) || string_agg(CAST(to_json({0}) AS VARCHAR) || ':' || CAST({1} AS VARCHAR), ','"
                     " ORDER BY {0} ASC NULLS LAST) || chr(125) AS JSON)"},

    {SBE_OP_HOLD, "{0}"}, /* the file is open in one process only: nobody else can write */
    {SBE_OP_LIST_TABLES, "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
                         " AND lower(schema_name) = lower({0})"},
    {SBE_OP_END, NULL},
};

static const sbe_physical physical[] = {
    {SBE_TYPE_TEXT, "VARCHAR"},
    {SBE_TYPE_INT32, "INTEGER"},
    {SBE_TYPE_INT64, "BIGINT"},
    {SBE_TYPE_DOUBLE, "DOUBLE"},
    {SBE_TYPE_BOOL, "BOOLEAN"},
    {SBE_TYPE_TIMESTAMP, "TIMESTAMP"},
    {SBE_TYPE_DATE, "DATE"},
    {SBE_TYPE_WIDE_INTEGER, "HUGEINT"},
    {SBE_TYPE_DECIMAL, "DECIMAL(38,9)"},
    {SBE_TYPE_DICT, "JSON"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, "VARCHAR[]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, "INTEGER[]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, "BIGINT[]"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "DOUBLE[]"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, "BOOLEAN[]"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "TIMESTAMP[]"},
    {0, NULL},
};

static const sbe_read reads[] = {
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_DECIMAL, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "CASE WHEN isfinite({0}) THEN CAST({0} AS VARCHAR) END"},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, "CASE WHEN isfinite({0}) THEN CAST({0} AS VARCHAR) END"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, TEXT_OF_JSON("{0}")},

    {SBE_TYPE_INT32, SBE_CLASS_TEXT, INT_OF("{0}", "INTEGER")},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "TRY_CAST({0} AS INTEGER)"},
    {SBE_TYPE_INT32, SBE_CLASS_DECIMAL, "TRY_CAST({0} AS INTEGER)"},
    {SBE_TYPE_INT32, SBE_CLASS_DOUBLE, "TRY_CAST(round({0}) AS INTEGER)"},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "CAST({0} AS INTEGER)"},
    {SBE_TYPE_INT32, SBE_CLASS_JSON, INT_OF_JSON("{0}", "INTEGER")},

    {SBE_TYPE_INT64, SBE_CLASS_TEXT, INT_OF("{0}", "BIGINT")},
    {SBE_TYPE_INT64, SBE_CLASS_INTEGER, "TRY_CAST({0} AS BIGINT)"},
    {SBE_TYPE_INT64, SBE_CLASS_DECIMAL, "TRY_CAST({0} AS BIGINT)"},
    {SBE_TYPE_INT64, SBE_CLASS_DOUBLE, "TRY_CAST(round({0}) AS BIGINT)"},
    {SBE_TYPE_INT64, SBE_CLASS_BOOL, "CAST({0} AS BIGINT)"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, INT_OF_JSON("{0}", "BIGINT")},

    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, WIDE_OF("{0}")},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_INTEGER, "TRY_CAST({0} AS HUGEINT)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DECIMAL, "TRY_CAST({0} AS HUGEINT)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DOUBLE, "TRY_CAST(round({0}) AS HUGEINT)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_BOOL, "CAST({0} AS HUGEINT)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_JSON, INT_OF_JSON("{0}", "HUGEINT")},

    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, DOUBLE_OF("{0}")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "CAST({0} AS DOUBLE)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DECIMAL, "CAST({0} AS DOUBLE)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, FINITE("CAST({0} AS DOUBLE)")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "CAST({0} AS DOUBLE)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, DOUBLE_OF_JSON("{0}")},

    /* From a double it goes through its text: the cast multiplies, and 1e20 would come out changed. */
    {SBE_TYPE_DECIMAL, SBE_CLASS_TEXT, DECIMAL_OF("{0}")},
    {SBE_TYPE_DECIMAL, SBE_CLASS_INTEGER, "TRY_CAST({0} AS DECIMAL(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_DECIMAL, "TRY_CAST({0} AS DECIMAL(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_BOOL, "CAST({0} AS DECIMAL(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, DECIMAL_OF_JSON("{0}")},

    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, BOOL_OF("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_BOOL, "{0}"},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, "CASE TRY_CAST({0} AS BIGINT) WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "CASE CAST({0} AS DOUBLE) WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "CASE {0} WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},

    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, TIMESTAMP_OF("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "CASE WHEN isfinite({0}) THEN {0} END"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_INTEGER,
     "CASE WHEN " IN_EPOCH_RANGE(
         "TRY_CAST({0} AS BIGINT)") " THEN make_timestamp(TRY_CAST({0} AS BIGINT) * 1000000) END"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DECIMAL, EPOCH_OF_DECIMAL("TRY_CAST({0} AS DECIMAL(27,9))")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DOUBLE,
     "CASE WHEN " IN_EPOCH_RANGE(
         "{0}") " THEN make_timestamp(CAST(round(CAST({0} AS DOUBLE) * 1000000) AS BIGINT)) END"},

    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "CAST(" TIMESTAMP_OF("{0}") " AS DATE)"},
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "CASE WHEN isfinite({0}) THEN CAST({0} AS DATE) END"},

    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON, LIST_OF_JSON(TEXT_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, LIST_OF_JSON(INT_OF_JSON("e", "INTEGER"))},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, SBE_CLASS_JSON, LIST_OF_JSON(INT_OF_JSON("e", "BIGINT"))},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, LIST_OF_JSON(DOUBLE_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, LIST_OF_JSON(BOOL_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, LIST_OF_JSON(TIMESTAMP_OF_JSON("e"))},

    /* source.c gives a list of scalars as a list of JSON, so that the element's type does not matter. */
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_LIST, EACH("{0}", TEXT_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_LIST, EACH("{0}", INT_OF_JSON("e", "INTEGER"))},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, SBE_CLASS_LIST, EACH("{0}", INT_OF_JSON("e", "BIGINT"))},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_LIST, EACH("{0}", DOUBLE_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_LIST, EACH("{0}", BOOL_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, SBE_CLASS_LIST, EACH("{0}", TIMESTAMP_OF_JSON("e"))},
    {0, 0, NULL},
};

/* ---- Names and texts ---- */

static void put_text(sbe_text *out, const char *text) {
  sbe_duckdb_host->put(out, text, strlen(text));
}

static void identifier(sbe_text *out, const char *name) {
  put_text(out, "\"");
  for (const char *quote; (quote = strchr(name, '"')) != NULL; name = quote + 1) {
    sbe_duckdb_host->put(out, name, (size_t)(quote - name));
    put_text(out, "\"\"");
  }
  put_text(out, name);
  put_text(out, "\"");
}

/* A backslash is a backslash. A NUL ends the statement for DuckDB's parser, so it is spelled. */
static void literal(sbe_text *out, const char *text, size_t size) {
  int has_nul = memchr(text, '\0', size) != NULL;
  put_text(out, has_nul ? "('" : "'");
  const char *end = text + size, *plain = text;
  for (const char *at = text; at < end; at++) {
    if (*at != '\'' && *at != '\0') continue;
    sbe_duckdb_host->put(out, plain, (size_t)(at - plain));
    put_text(out, *at == '\'' ? "''" : "' || chr(0) || '");
    plain = at + 1;
  }
  sbe_duckdb_host->put(out, plain, (size_t)(end - plain));
  put_text(out, has_nul ? "')" : "'");
}

const sbe_dialect sbe_duckdb_dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 255,
    .max_days = 15, /* of a long backfill at once: as fast as all of them, in a fraction of the memory */
    .patterns = patterns,
    .physical = physical,
    .reads = reads,
    .identifier = identifier,
    .literal = literal,
    .source = sbe_duckdb_source,
    .create = NULL,
    .replace = NULL,
    .scratch_database = SBE_DUCKDB_SCRATCH,
};
