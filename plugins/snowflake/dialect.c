/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snowflake's SQL, as tables: how operations are written, how types are declared, how a value of one
 * class is read as a type. Used by the host, through the descriptor in snowflake.c; nothing here talks to
 * the service. What an events table looks like is source.c, how ours are made is tables.c.
 *
 * A read must never raise an error, whatever the data are, because one odd event would stop every run.
 * TRY_ functions take text only, and Snowflake's conversions accept more than the rules do (`0x1F`, `inf`,
 * `yes`, an epoch whose scale is guessed), so every text is first held against a regular expression. No
 * cast depends on a setting of the session.
 *
 * Regular expressions have no backslash (a literal would double it). REGEXP_LIKE matches the whole text.
 */
#include <stdbool.h>
#include <string.h>

#include "plugins/snowflake/snowflake_adapter.h"

#define VARCHAR(x) "CAST(" x " AS VARCHAR)"
#define TIMESTAMP_TYPE "TIMESTAMP_NTZ(6)"

/* The first group of the first match; NULL where there is none. */
#define GROUP_OF(x, expression) "REGEXP_SUBSTR(" x ", '" expression "', 1, 1, 'e', 1)"

/* ---- Numbers from text: x is SQL of a text ---- */

#define SPACES "[[:space:]]*"
#define INTEGER SPACES "[+-]?[0-9]{{1,18}" SPACES
#define NUMBER SPACES "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?" SPACES

/* All digits without point and leading zeros, '' for 0; how many stand behind the point. */
#define DIGITS(x) "COALESCE(REGEXP_SUBSTR(REPLACE(REGEXP_SUBSTR(" x ", '[0-9.]+'), '.', ''), '[1-9][0-9]*'), '')"
#define FRACTION_LENGTH(x) "LENGTH(COALESCE(" GROUP_OF(x, "[.]([0-9]+)") ", ''))"
/* The exponent, of which four digits are enough: what has as many is as good as infinite, or 0. */
#define EXPONENT(x) "COALESCE(TRY_TO_NUMBER(" GROUP_OF(x, "[eE][+]?(-?0*[0-9]{{1,4})") "), 0)"

/* How many of the digits stand before the point; more than 38 are too many, and eleven zeros behind it enough. */
#define POINT(x) "LEAST(GREATEST(LENGTH(" DIGITS(x) ") - " FRACTION_LENGTH(x) " + " EXPONENT(x) ", -11), 39)"
#define PADDED(x) "REPEAT('0', 11) || " DIGITS(x) " || REPEAT('0', 39)"

/*
 * A number's text without exponent, leading zeros and more than `n` digits behind the point: it is not
 * documented how TRY_TO_NUMBER reads those, nor that it is exact then. It rounds half away from zero.
 */
#define PLAIN(x, n)                                                                                                    \
  "COALESCE(" GROUP_OF(x, "^[[:space:]]*(-)") ", '') || COALESCE(REGEXP_SUBSTR(LEFT(" PADDED(x) ", 11 + " POINT(       \
      x) "), '[1-9][0-9]*'), '0') || '.' || SUBSTR(" PADDED(x) ", 12 + " POINT(x) ", " n ")"

/* The fast way for what almost all is. */
#define WIDE_OF(x)                                                                                                     \
  "CASE WHEN REGEXP_LIKE(" x ", '" INTEGER "') THEN TRY_TO_NUMBER(REGEXP_SUBSTR(" x                                    \
  ", '-?[0-9]+'), 38, 0) WHEN REGEXP_LIKE(" x ", '" NUMBER "') THEN TRY_TO_NUMBER(" PLAIN(x, "1") ", 38, 0) END"
#define DECIMAL_OF(x) "CASE WHEN REGEXP_LIKE(" x ", '" NUMBER "') THEN TRY_TO_NUMBER(" PLAIN(x, "10") ", 38, 9) END"

/* NULL beyond a type's range: cut to the numbers next to it, which are NULL then. So x stands there once. */
#define WITHIN(x, below, above) "NULLIF(NULLIF(GREATEST(LEAST(" x ", " above "), " below "), " above "), " below ")"
#define WITHIN_INT32(x) WITHIN(x, "-2147483649", "2147483648")
#define WITHIN_INT64(x) WITHIN(x, "-9223372036854775809", "9223372036854775808")

/* NaN equals itself here. Adding 0 turns -0, which is no other number, into 0. */
#define INFINITE "CAST('inf' AS FLOAT)"
#define MINUS_INFINITE "CAST('-inf' AS FLOAT)"
#define FINITE(x) "NULLIF(NULLIF(NULLIF(" x ", " INFINITE "), " MINUS_INFINITE "), CAST('NaN' AS FLOAT)) + 0"
#define DOUBLE_OF(x)                                                                                                   \
  "CASE WHEN REGEXP_LIKE(" x ", '" NUMBER                                                                              \
  "') THEN " FINITE("TRY_TO_DOUBLE(REGEXP_SUBSTR(" x ", '[+-]?[0-9.]+([eE][+-]?[0-9]+)?'))") " END"

/* From a double: rounded half away from zero. It is cut before the cast, which would fail, and to no int64. */
#define WIDE_OF_DOUBLE(x, most)                                                                                        \
  "CAST(NULLIF(NULLIF(ROUND(GREATEST(LEAST(" FINITE(x) ", " most "), -" most ")), " most "), -" most                   \
                                                       ") AS NUMBER(38,0))"

#define BOOL_OF(x)                                                                                                     \
  "CASE WHEN REGEXP_LIKE(" x ", '" SPACES "[tT][rR][uU][eE]" SPACES "') THEN TRUE WHEN REGEXP_LIKE(" x ", '" SPACES    \
  "[fF][aA][lL][sS][eE]" SPACES "') THEN FALSE ELSE CASE " DOUBLE_OF(x) " WHEN 0 THEN FALSE WHEN 1 THEN TRUE END END"

/* ---- Time from text ---- */

#define DD "[0-9][0-9]"
#define ISO                                                                                                            \
  SPACES DD DD "-" DD "-" DD "([Tt ]" DD ":" DD "(:" DD "([.,][0-9]+)?)?(" SPACES "[zZ]|" SPACES                       \
               "[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?|" SPACES "[zZ])?" SPACES
#define ISO_LOCAL(x)                                                                                                   \
  "TRY_TO_TIMESTAMP_NTZ(REGEXP_SUBSTR(" x ", '" DD DD "-" DD "-" DD                                                    \
  "') || ' ' || COALESCE(" GROUP_OF(x, "[Tt ](" DD ":" DD ")") ", '00:00') || ':' || COALESCE(" GROUP_OF(              \
      x, DD                                                                                                            \
      ":" DD ":(" DD                                                                                                   \
      ")") ", '00') || '.' || RPAD(COALESCE(" GROUP_OF(x,                                                              \
                                                       "[.,]([0-9]+)") ", ''), 6, '0'), 'YYYY-MM-DD HH24:MI:SS.FF6')"
/* Behind the first `:` a sign can only be that of the offset. */
#define OFFSET(x, rest) GROUP_OF(x, ":[^+-]*" rest)
#define ISO_OFFSET_MINUTES(x)                                                                                          \
  "COALESCE(TRY_TO_NUMBER(" OFFSET(x, "[+-](" DD ")") ", 4, 0), 0) * 60 + COALESCE(TRY_TO_NUMBER(" OFFSET(             \
      x, "[+-]" DD ":?(" DD ")") ", 4, 0), 0)"

/*
 * Epoch seconds of the years 1 to 9999, cut to microseconds; everything else is not a time. The scale
 * is said: without it Snowflake takes a big number for milliseconds. `d` is a NUMBER, used once.
 */
#define EPOCH_OF(d)                                                                                                    \
  "TO_TIMESTAMP_NTZ(CAST(FLOOR(CAST(" WITHIN(d, "-62135596801", "253402300800") " AS NUMBER(21,9)) * 1000000) AS "     \
                                                                                "NUMBER(38,0)), 6)"
/* Where the offset leads out of the years 1 to 9999. */
#define ISO_BEYOND SPACES "(0000-|0001-01-01[^:]*:[^+-]*[+]|9999-12-31[^:]*:[^+-]*-)[^@]*"
#define TIMESTAMP_OF(x)                                                                                                \
  "CASE WHEN REGEXP_LIKE(" x ", '" ISO_BEYOND "') THEN NULL WHEN REGEXP_LIKE(" x ", '" ISO                             \
  "') THEN DATEADD(minute, CASE " OFFSET(x, "([+-])") " WHEN '-' THEN 1 ELSE -1 END * (" ISO_OFFSET_MINUTES(           \
      x) "), " ISO_LOCAL(x) ") ELSE " EPOCH_OF(DECIMAL_OF(x)) " END"

/* As text in the shape that other warehouses have, whatever the session's formats. */
#define TEXT_OF_TIMESTAMP(x) "REGEXP_REPLACE(TO_CHAR(" x ", 'YYYY-MM-DD HH24:MI:SS.FF6'), '[.]?0*$', '')"

/* ---- JSON: x is a VARIANT of which source.c has taken JSON's null ---- */

#define TEXT_OF_JSON(x)                                                                                                \
  "CASE WHEN TYPEOF(" x ") IN ('ARRAY', 'OBJECT', 'NULL_VALUE') THEN NULL WHEN TYPEOF(" x                              \
  ") IN ('TIMESTAMP_NTZ', 'DATE') THEN " TEXT_OF_TIMESTAMP(                                                            \
      "CAST(" x " AS TIMESTAMP_NTZ)") " WHEN TYPEOF(" x                                                                \
                                      ") IN ('TIMESTAMP_LTZ', 'TIMESTAMP_TZ') THEN " TEXT_OF_TIMESTAMP(                \
                                          "CAST(CONVERT_TIMEZONE('UTC', CAST(" x                                       \
                                          " AS TIMESTAMP_TZ)) AS TIMESTAMP_NTZ)") " ELSE " VARCHAR(x) " END"

/* true and false are numbers, "true" and "false" are not. An array's text is no number either. */
#define NUMBER_OF_JSON(x, read)                                                                                        \
  "CASE WHEN TYPEOF(" x ") = 'BOOLEAN' THEN CASE " VARCHAR(x) " WHEN 'true' THEN 1 ELSE 0 END ELSE " read " END"
#define WIDE_OF_JSON(x) NUMBER_OF_JSON(x, WIDE_OF(VARCHAR(x)))
#define DECIMAL_OF_JSON(x) NUMBER_OF_JSON(x, DECIMAL_OF(VARCHAR(x)))
/* The text of a DOUBLE has too few digits, that of the others has all. */
#define DOUBLE_OF_JSON(x)                                                                                              \
  "CASE WHEN TYPEOF(" x                                                                                                \
  ") = 'DOUBLE' THEN " FINITE("AS_DOUBLE(" x ")") " WHEN TYPEOF(" x ") = 'BOOLEAN' THEN CASE " VARCHAR(                \
      x) " WHEN 'true' THEN 1 ELSE 0 END WHEN TYPEOF(" x                                                               \
         ") IN ('INTEGER', 'DECIMAL', 'VARCHAR') THEN " DOUBLE_OF(VARCHAR(x)) " END"

/* What cannot be read becomes NULL, and NULLs of either kind go. Of what is no array it is NULL. */
#define LIST_OF_JSON(read) "FILTER(TRANSFORM(AS_ARRAY({0}), e VARIANT -> " read "), r VARIANT -> NOT IS_NULL_VALUE(r))"

/* ---- Text and order ---- */

/* The key of a row's place in time. It is text, since MIN_BY compares one value; years have four digits. */
#define PLACE "TO_CHAR({1}, 'YYYYMMDDHH24MISSFF6') || " VARCHAR("{2}")
#define HAS_VALUE "({3} AND {0} IS NOT NULL)"
/*
 * The value of the first row, NULL included: NULL unless the first row of all is the first that has a
 * value. It is not documented what MIN_BY does with NULL in either place, so it meets none.
 */
#define PICK(least, least_by, beyond)                                                                                  \
  "CASE WHEN " least "(CASE WHEN {3} THEN " PLACE " END) = " least "(CASE WHEN " HAS_VALUE " THEN " PLACE              \
  " END) THEN " least_by "({0}, CASE WHEN " HAS_VALUE " THEN " PLACE " ELSE '" beyond "' END) END"

/* ---- Names in the catalogue, as `identifier` makes them, and back ---- */

#define FOLDED(text) "CASE WHEN REGEXP_LIKE(" text ", '[A-Za-z_][A-Za-z0-9_$]*') THEN UPPER(" text ") ELSE " text " END"
#define GIVEN(name) "CASE WHEN REGEXP_LIKE(" name ", '[A-Z_][A-Z0-9_$]*') THEN LOWER(" name ") ELSE " name " END"

/* A table of Iceberg has structured columns, of which the view says no more than OBJECT, ARRAY or MAP. */
#define DESCRIBED_NAME GIVEN("c.column_name")
#define DESCRIBED_TYPE                                                                                                 \
  "CASE WHEN c.data_type = 'NUMBER' THEN 'NUMBER(' || CAST(c.numeric_precision AS VARCHAR) || ',' || "                 \
  "CAST(c.numeric_scale AS VARCHAR) || ')' WHEN c.data_type IN ('OBJECT', 'ARRAY', 'MAP') AND t.is_iceberg = 'YES' "   \
  "THEN c.data_type || '(structured)' ELSE c.data_type END"
#define OF_ONE_TABLE                                                                                                   \
  "t.table_catalog = c.table_catalog AND t.table_schema = c.table_schema AND t.table_name = c.table_name"
#define ASKED_DATABASE "COALESCE(" FOLDED("{0}") ", CURRENT_DATABASE())"
#define ASKED_SCHEMA "COALESCE(" FOLDED("{1}") ", CURRENT_SCHEMA())"
#define ASKED_TABLE FOLDED("{2}")
#define DESCRIBE                                                                                                       \
  "SELECT " DESCRIBED_NAME ", " DESCRIBED_TYPE "\nFROM {3}INFORMATION_SCHEMA.COLUMNS AS c\nLEFT JOIN "                 \
  "{3}INFORMATION_SCHEMA.TABLES AS t ON " OF_ONE_TABLE "\nWHERE c.table_catalog = " ASKED_DATABASE                        \
  " AND c.table_schema = " ASKED_SCHEMA " AND c.table_name = " ASKED_TABLE "\nORDER BY c.ordinal_position"

/* ---- The tables ---- */

static const sbe_pattern patterns[] = {
    {SBE_OP_DATE_LITERAL, "TO_DATE({0}, 'YYYY-MM-DD')"},
    {SBE_OP_TIMESTAMP_LITERAL, "TO_TIMESTAMP_NTZ({0}, 'AUTO')"}, /* whatever TIMESTAMP_INPUT_FORMAT the account has */
    {SBE_OP_LIST_LITERAL, "ARRAY_CONSTRUCT({0})"},
    {SBE_OP_DICT_LITERAL, "CAST(PARSE_JSON({0}) AS OBJECT)"},

    {SBE_OP_NOW, "CAST(SYSDATE() AS " TIMESTAMP_TYPE ")"}, /* UTC, whatever the session's zone */
    {SBE_OP_ADD_DAYS, "CAST(DATEADD(day, {1}, {0}) AS DATE)"},
    {SBE_OP_ADD_SECONDS, "DATEADD(second, {1}, {0})"},
    {SBE_OP_MICROSECONDS, "DATEDIFF(microsecond, {0}, {1})"},
    /* A quotient of NUMBERs is rounded at its sixth digit, so the remainder goes before. */
    {SBE_OP_DIVIDE_DOWN, "CAST(({0} - MOD({0}, {1})) / {1} AS NUMBER(38,0))"},
    {SBE_OP_ISO_DAY_OF_WEEK, "DAYOFWEEKISO({0})"},
    {SBE_OP_DAY_TEXT, "TO_CHAR({0}, 'YYYY-MM-DD')"},
    {SBE_OP_WEEK_TEXT,
     "TO_CHAR(DATEADD(day, 1 - DAYOFWEEKISO({0}), {0}), 'YYYY-MM-DD')"}, /* DATE_TRUNC obeys a setting */
    {SBE_OP_MONTH_TEXT, "(TO_CHAR({0}, 'YYYY-MM') || '-01')"},

    {SBE_OP_FIRST_IF, PICK("MIN", "MIN_BY", "~")}, /* behind every digit */
    {SBE_OP_LAST_IF, PICK("MAX", "MAX_BY", "")},
    {SBE_OP_LIST_OF, "ARRAY_AGG({0}) WITHIN GROUP (ORDER BY {0} ASC)"},
    {SBE_OP_DICT_OF, "OBJECT_AGG({0}, CAST(CAST({1} AS NUMBER(38,0)) AS VARIANT))"},

    /* Our own tables have the database's order of texts, by code point, whatever the account's default. */
    {SBE_OP_CREATE_SCHEMA, "CREATE SCHEMA IF NOT EXISTS {0} DEFAULT_DDL_COLLATION = ''"},
    {SBE_OP_LIST_TABLES,
     "SELECT " GIVEN("table_name") " FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = " FOLDED("{0}")},
    {SBE_OP_DESCRIBE, DESCRIBE},
    {SBE_OP_END, NULL},
};

static const sbe_physical physical[] = {
    {SBE_TYPE_TEXT, "VARCHAR"},
    {SBE_TYPE_INT32, "NUMBER(10,0)"},
    {SBE_TYPE_INT64, "NUMBER(19,0)"},
    {SBE_TYPE_DOUBLE, "FLOAT"},
    {SBE_TYPE_BOOL, "BOOLEAN"},
    {SBE_TYPE_TIMESTAMP, TIMESTAMP_TYPE},
    {SBE_TYPE_DATE, "DATE"},
    {SBE_TYPE_WIDE_INTEGER, "NUMBER(38,0)"},
    {SBE_TYPE_DECIMAL, "NUMBER(38,9)"},
    {SBE_TYPE_DICT, "OBJECT"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, "ARRAY"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, "ARRAY"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, "ARRAY"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "ARRAY"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, "ARRAY"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "ARRAY"},
    {0, NULL},
};

/* Where a row is missing, the value is read through its text, in a column of its own. */
static const sbe_read reads[] = {
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_DECIMAL, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, VARCHAR(FINITE("{0}"))},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, VARCHAR("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, TEXT_OF_TIMESTAMP("{0}")},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, TEXT_OF_JSON("{0}")},

    {SBE_TYPE_INT32, SBE_CLASS_TEXT, WITHIN_INT32(WIDE_OF("{0}"))},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, WITHIN_INT32("{0}")},
    {SBE_TYPE_INT32, SBE_CLASS_DECIMAL, WITHIN_INT32("ROUND({0})")},
    {SBE_TYPE_INT32, SBE_CLASS_DOUBLE, WITHIN_INT32(WIDE_OF_DOUBLE("{0}", "1e19"))},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END"},
    {SBE_TYPE_INT32, SBE_CLASS_JSON, WITHIN_INT32(WIDE_OF_JSON("{0}"))},

    {SBE_TYPE_INT64, SBE_CLASS_TEXT, WITHIN_INT64(WIDE_OF("{0}"))},
    {SBE_TYPE_INT64, SBE_CLASS_INTEGER, WITHIN_INT64("{0}")},
    {SBE_TYPE_INT64, SBE_CLASS_DECIMAL, WITHIN_INT64("ROUND({0})")},
    {SBE_TYPE_INT64, SBE_CLASS_DOUBLE, WITHIN_INT64(WIDE_OF_DOUBLE("{0}", "1e19"))},
    {SBE_TYPE_INT64, SBE_CLASS_BOOL, "CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, WITHIN_INT64(WIDE_OF_JSON("{0}"))},

    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, WIDE_OF("{0}")},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_INTEGER, "{0}"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DECIMAL, "ROUND({0})"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DOUBLE, WIDE_OF_DOUBLE("{0}", "1e37")},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_BOOL, "CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_JSON, WIDE_OF_JSON("{0}")},

    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, DOUBLE_OF("{0}")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "CAST({0} AS FLOAT)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DECIMAL, "CAST({0} AS FLOAT)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, FINITE("{0}")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "CAST(CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END AS FLOAT)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, DOUBLE_OF_JSON("{0}")},

    /* From a double it goes through its text, which is the number that people see. */
    {SBE_TYPE_DECIMAL, SBE_CLASS_TEXT, DECIMAL_OF("{0}")},
    {SBE_TYPE_DECIMAL, SBE_CLASS_INTEGER, "TRY_CAST(" VARCHAR("{0}") " AS NUMBER(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_DECIMAL, "TRY_CAST(" VARCHAR("{0}") " AS NUMBER(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_BOOL, "CAST(CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END AS NUMBER(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, DECIMAL_OF_JSON("{0}")},

    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, BOOL_OF("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_BOOL, "{0}"},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, "CASE {0} WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "CASE {0} WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, "CASE {0} WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"},

    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, TIMESTAMP_OF("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "{0}"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_INTEGER, EPOCH_OF("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DECIMAL, EPOCH_OF("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DOUBLE,
     "TO_TIMESTAMP_NTZ(NULLIF(NULLIF(CAST(ROUND(GREATEST(LEAST(" FINITE(
         "{0}") ", 253402300800), -62135596801) * 1000000) AS NUMBER(38,0)), 253402300800000000), -62135596801000000), "
                "6)"},

    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "CAST(" TIMESTAMP_OF("{0}") " AS DATE)"},
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "CAST({0} AS DATE)"},

    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON, LIST_OF_JSON(TEXT_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, LIST_OF_JSON(WITHIN_INT32(WIDE_OF_JSON("e")))},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, SBE_CLASS_JSON, LIST_OF_JSON(WITHIN_INT64(WIDE_OF_JSON("e")))},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, LIST_OF_JSON(DOUBLE_OF_JSON("e"))},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, LIST_OF_JSON(BOOL_OF(VARCHAR("e")))},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, LIST_OF_JSON(TIMESTAMP_OF(VARCHAR("e")))},
    {0, 0, NULL},
};

/* ---- Names and texts ---- */

static bool is_plain(const char *name) {
  static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return name[0] != '\0' && strchr(first, name[0]) != NULL &&
         strspn(name + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789$") == strlen(name + 1);
}

/*
 * dbt's convention: a name that could stand without quotes is what it then becomes, so that users find it
 * without them, in whatever case they write it. Any other name they have to quote, and it stays as it is.
 * FOLDED and GIVEN say the same in SQL.
 */
static void identifier(sbe_text *out, const char *name) {
  bool plain = is_plain(name);
  sbe_snowflake_host->put(out, "\"", 1);
  for (; *name != '\0'; name++) {
    char c = plain && *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
    sbe_snowflake_host->put(out, &c, 1);
    if (c == '"') sbe_snowflake_host->put(out, &c, 1);
  }
  sbe_snowflake_host->put(out, "\"", 1);
}

/* A backslash opens an escape, so it is doubled; for NUL there is one, but a digit behind it would change it. */
static void literal(sbe_text *out, const char *text, size_t size) {
  const sbe_host *host = sbe_snowflake_host;
  int has_nul = memchr(text, '\0', size) != NULL;
  const char *end = text + size, *plain = text;
  host->put(out, has_nul ? "('" : "'", has_nul ? 2 : 1);
  for (const char *at = text; at < end; at++) {
    if (*at != '\'' && *at != '\\' && *at != '\0') continue;
    host->put(out, plain, (size_t)(at - plain));
    if (*at == '\0')
      host->put(out, "' || CHR(0) || '", 16);
    else
      host->put(out, *at == '\'' ? "''" : "\\\\", 2);
    plain = at + 1;
  }
  host->put(out, plain, (size_t)(end - plain));
  host->put(out, has_nul ? "')" : "'", has_nul ? 2 : 1);
}

const sbe_dialect sbe_snowflake_dialect = {
    .struct_size = sizeof(sbe_dialect),
    .max_identifier = 255,
    .max_days = 0,
    .patterns = patterns,
    .physical = physical,
    .reads = reads,
    .identifier = identifier,
    .literal = literal,
    .source = sbe_snowflake_source,
    .create = sbe_snowflake_create,
    .replace = NULL, /* the host's DELETE and INSERT, which are one batch */
    .scratch_database = NULL,
};
