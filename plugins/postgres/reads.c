/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a value of one class is read as a type, in PostgreSQL's SQL. The table at the end is all that the
 * host sees (through dialect.c); what stands before it are its building blocks.
 *
 * A read must never raise an error, whatever the data are, because one odd event would stop every run,
 * and PostgreSQL 15 has no cast that tries. So a text is cast only where a regular expression and its
 * length say that the cast can do it, and numbers are compared with the range of their new type first.
 * CASE keeps the server from computing what a test has ruled out, for literals too; a subquery with
 * `OFFSET 0` is SQL's missing `let`, because the planner copies everything else to where it is used.
 *
 * No brace stands in a pattern but around an operand's number, hence `[0-9][0-9]` and two for one. All
 * regular expressions of one statement must be few: the server keeps 32 of them compiled.
 */
#include "plugins/postgres/dialect.h"

/* ---- Building blocks: x is SQL of a value that may be repeated: a column or a literal ---- */

#define TEXT(x) "CAST(" x " AS text)"
#define SIZE(x) "octet_length(" TEXT(x) ")"
/* Without the collation, a digit or a space would be what the database's locale takes for one. */
#define IS(x, expression) TEXT(x) " COLLATE \"C\" ~ " expression

/* Compute `value` once, as `v`, for `body`. */
#define LET(v, value, body) "(SELECT " body " FROM (SELECT " value " AS " v " OFFSET 0) AS let)"

/* ---- Numbers ---- */

#define DIGITS "'^\\s*[+-]?[0-9]+\\s*$'"
#define NUMBER "'^\\s*[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?\\s*$'"
#define NUMBER_PARTS "'^\\s*([+-]?)([0-9]*)\\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?\\s*$'"
#define LONG_EXPONENT "'[eE][+-]?[0-9][0-9][0-9]'"

/* An exponent as a number: one that is beyond all reason is as good as a thousand million. */
#define EXPONENT(e)                                                                                                    \
  "CASE WHEN octet_length(ltrim(" e ", '+-0')) <= 9 THEN CAST(" e " AS integer) WHEN left(" e                          \
  ", 1) = '-' THEN -1000000000 WHEN " e " IS NOT NULL THEN 1000000000 ELSE 0 END"

/*
 * A number of any length, cut to 900 digits, which are enough to round any type here: 0.ddd times ten
 * to the power p. Beyond 10^400 there is nothing that we could hold, below 10^-400 all is 0.
 */
#define LONG_NUMERIC(x)                                                                                                \
  "(SELECT CASE WHEN d = '' OR p < -400 THEN 0 WHEN p <= 400 THEN"                                                     \
  " CAST(s || '0.' || left(d, 900) || 'e' || CAST(p AS text) AS numeric) END"                                          \
  " FROM (SELECT m[1] AS s, ltrim(m[2] || m[3], '0') AS d,"                                                            \
  " length(ltrim(m[2] || m[3], '0')) - length(m[3]) + " EXPONENT("m[4]") " AS p FROM (SELECT regexp_match(" TEXT(      \
      x) " COLLATE \"C\", " NUMBER_PARTS ") AS m OFFSET 0) AS parts OFFSET 0) AS scaled)"

/* Of a text that is a NUMBER. The cast to numeric takes spaces and signs as we do. */
#define NUMERIC_OF(x)                                                                                                  \
  "CASE WHEN " SIZE(x) " <= 400 AND NOT " IS(x, LONG_EXPONENT) " THEN CAST(" TEXT(                                     \
      x) " AS numeric) ELSE " LONG_NUMERIC(x) " END"

/* A literal of bigint's least is numeric to the server, and then every comparison is. */
#define INT32_RANGE "BETWEEN -2147483648 AND 2147483647"
#define INT64_RANGE "BETWEEN -9223372036854775807 - 1 AND 9223372036854775807"
#define WIDE_RANGE "BETWEEN -99999999999999999999999999999999999999 AND 99999999999999999999999999999999999999"
#define DECIMAL_RANGE "BETWEEN -99999999999999999999999999999.999999999 AND 99999999999999999999999999999.999999999"

/* From numeric, NaN and infinities included, which are greater or less than everything; rounds half away from 0. */
#define INT32_OF_NUMERIC(n) "CASE WHEN round(" n ") " INT32_RANGE " THEN CAST(" n " AS integer) END"
#define INT64_OF_NUMERIC(n) "CASE WHEN round(" n ") " INT64_RANGE " THEN CAST(" n " AS bigint) END"
#define WIDE_OF_NUMERIC(n) "CASE WHEN round(" n ") " WIDE_RANGE " THEN round(" n ") END"
#define DECIMAL_OF_NUMERIC(n) "CASE WHEN round(" n ", 9) " DECIMAL_RANGE " THEN CAST(" n " AS numeric(38,9)) END"
#define DOUBLE_OF_NUMERIC(n) SBE_POSTGRES_DOUBLE_OF_NUMERIC(n)

/* The fast way for almost all, the long one for the rest. */
#define FROM_TEXT(x, bytes, fast, cast, of_numeric)                                                                    \
  "CASE WHEN " SIZE(x) " <= " bytes " AND " IS(x, fast) " THEN CAST(" TEXT(x) " AS " cast " WHEN " IS(                 \
      x, NUMBER) " THEN " LET("n", NUMERIC_OF(x), of_numeric("n")) " END"
#define INT32_OF(x) FROM_TEXT(x, "9", DIGITS, "integer)", INT32_OF_NUMERIC)
#define INT64_OF(x) FROM_TEXT(x, "18", DIGITS, "bigint)", INT64_OF_NUMERIC)
#define WIDE_OF(x) FROM_TEXT(x, "38", DIGITS, "numeric)", WIDE_OF_NUMERIC)
#define DECIMAL_OF(x) FROM_TEXT(x, "28", DIGITS, "numeric(38,9))", DECIMAL_OF_NUMERIC)
#define SMALL_NUMBER "'^\\s*[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9][0-9]?)?\\s*$'"
/* Adding 0 turns -0, which is no other number, into 0. */
#define DOUBLE_OF(x) FROM_TEXT(x, "40", SMALL_NUMBER, "double precision) + 0", DOUBLE_OF_NUMERIC)

/* Doubles: a cast to an integer would round half to even, one to numeric keep 15 digits. */
#define ROUND(x) "trunc(" x ") + CASE WHEN abs(" x " - trunc(" x ")) >= 0.5 THEN sign(" x ") ELSE 0 END"
#define INT32_OF_DOUBLE(x)                                                                                             \
  "CASE WHEN " x " > -2147483648.5 AND " x " < 2147483647.5 THEN CAST(" ROUND(x) " AS integer) END"
#define INT64_OF_DOUBLE(x)                                                                                             \
  "CASE WHEN " x " >= -9223372036854775808 AND " x " < 9223372036854775808 THEN CAST(" ROUND(x) " AS bigint) END"
#define NUMERIC_OF_DOUBLE(x) "CAST(CAST(" x " AS text) AS numeric)"
#define INFINITE "CAST('Infinity' AS double precision)"

/* ---- Booleans ---- */

#define BOOL_OF_NUMBER(n) "CASE " n " WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"
#define BOOL_OF(x)                                                                                                     \
  "CASE lower(btrim(" TEXT(x) " COLLATE \"C\", E' \\t\\n\\r\\f\\x0b')) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE " \
                              "ELSE CASE WHEN " IS(x, NUMBER) " THEN " BOOL_OF_NUMBER(NUMERIC_OF(x)) " END END"

/* ---- Times: ISO 8601 of dates that exist, in the years 1 to 9999 ---- */

#define YEAR "(?:[0-9][0-9][0-9][1-9]|[0-9][0-9][1-9]0|[0-9][1-9]00|[1-9]000)"
#define LEAP "(?:0[48]|[2468][048]|[13579][26])"
#define DAY                                                                                                            \
  "(?:" YEAR "-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"                \
  "02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9][0-9]" LEAP "|" LEAP "00)-02-29)"
#define TIME "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
#define ZONE "(?:\\s*[zZ]|\\s*[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
#define ISO "'^\\s*" DAY "(?:[Tt ]" TIME ZONE "?|\\s*[zZ])?\\s*$'"
/* The local time alone, cut to microseconds: the server would round them, and refuses very many. */
#define LOCAL_PART                                                                                                     \
  "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"                                                                        \
  "(?:[Tt ][0-9][0-9]:[0-9][0-9](?::[0-9][0-9](?:[.,][0-9][0-9]?[0-9]?[0-9]?[0-9]?[0-9]?)?)?)?'"
#define LOCAL(x) "CAST(translate(substring(" TEXT(x) " COLLATE \"C\", " LOCAL_PART "), 'Tt,', '  .') AS timestamp)"
#define HAS_OFFSET "':[^+-]*[+-]'"
#define OFFSET_PART "':[^+-]*([+-][0-9:]+)'"
#define OFFSET_MINUTES                                                                                                 \
  "CASE WHEN left(o, 1) = '-' THEN -1 ELSE 1 END * (CAST(substr(o, 2, 2) AS integer) * 60 + "                          \
  "COALESCE(CAST(NULLIF(replace(substr(o, 4), ':', ''), '') AS integer), 0))"
#define UTC(x)                                                                                                         \
  "CASE WHEN " IS(x, HAS_OFFSET) " THEN " LOCAL(x) " - (SELECT make_interval(mins => " OFFSET_MINUTES                  \
                                                   ") FROM (SELECT substring(" TEXT(                                   \
                                                       x) " COLLATE \"C\", " OFFSET_PART                               \
                                                          ") AS o OFFSET 0) AS offsets) ELSE " LOCAL(x) " END"

/* A date names it, and it is not infinite. */
#define NAMED(t) t " BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999'"

/* Seconds since 1970 of the years 1 to 9999: everything else is not a time, and would overflow. */
#define EPOCH_RANGE(n) n " >= -62135596800 AND " n " < 253402300800"
/* Days and seconds of the day, so that no microsecond is lost in the double of an interval's seconds. */
#define REST(m, day) "(" m " % " day " + " day ") % " day
#define EPOCH_OF_MICROSECONDS(m)                                                                                       \
  "TIMESTAMP '1970-01-01 00:00:00' + make_interval(days => CAST((" m " - (" REST(                                      \
      m, "86400000000") ")) / 86400000000 AS integer), secs => CAST(" REST(m, "86400000000") " AS double precision) "  \
                                                                                             "/ 1000000)"
#define EPOCH_OF_NUMERIC(n)                                                                                            \
  LET("m", "CASE WHEN " EPOCH_RANGE(n) " THEN CAST(floor(" n " * 1000000) AS bigint) END", EPOCH_OF_MICROSECONDS("m"))
#define EPOCH_OF_INTEGER(n)                                                                                            \
  "CASE WHEN " EPOCH_RANGE(n) " THEN TIMESTAMP '1970-01-01 00:00:00' + make_interval(days => CAST((" n " - (" REST(    \
      n, "86400") ")) / 86400 AS integer), secs => CAST(" REST(n, "86400") " AS double precision)) END"
#define EPOCH_OF_DOUBLE(n)                                                                                             \
  LET("m", "CASE WHEN " EPOCH_RANGE(n) " THEN CAST(round(" n " * 1000000) AS bigint) END", EPOCH_OF_MICROSECONDS("m"))
#define TIMESTAMP_OF(x)                                                                                                \
  "CASE WHEN " IS(x, ISO) " THEN " UTC(x) " WHEN " IS(x, NUMBER) " THEN " LET("n", NUMERIC_OF(x),                      \
                                                                              EPOCH_OF_NUMERIC("n")) " END"

/* ---- JSON: x is a jsonb as source.c gives it, no JSON null ---- */

#define STRING(x) "(" x " #>> '{{}')"
#define TEXT_OF_JSON(x)                                                                                                \
  "CASE WHEN jsonb_typeof(" x ") IN ('string', 'number', 'boolean') THEN " STRING(x) " COLLATE \"C\" END"
#define NUMBER_OF_JSON(x, of_numeric, of_text, type)                                                                   \
  "CASE jsonb_typeof(" x ") WHEN 'number' THEN " of_numeric("CAST(" x " AS numeric)") " WHEN 'string' THEN " LET(      \
      "v", STRING(x), of_text("v")) " WHEN 'boolean' THEN CAST(CASE WHEN " x                                           \
                                    " = CAST('true' AS jsonb) THEN 1 ELSE 0 END AS " type ") END"
#define INT32_OF_JSON(x) NUMBER_OF_JSON(x, INT32_OF_NUMERIC, INT32_OF, "integer")
#define INT64_OF_JSON(x) NUMBER_OF_JSON(x, INT64_OF_NUMERIC, INT64_OF, "bigint")
#define WIDE_OF_JSON(x) NUMBER_OF_JSON(x, WIDE_OF_NUMERIC, WIDE_OF, "numeric")
#define DECIMAL_OF_JSON(x) NUMBER_OF_JSON(x, DECIMAL_OF_NUMERIC, DECIMAL_OF, "numeric(38,9)")
#define DOUBLE_OF_JSON(x) NUMBER_OF_JSON(x, DOUBLE_OF_NUMERIC, DOUBLE_OF, "double precision")
#define BOOL_OF_JSON(x) LET("v", TEXT_OF_JSON(x), BOOL_OF("v"))
#define TIMESTAMP_OF_JSON(x) LET("v", TEXT_OF_JSON(x), TIMESTAMP_OF("v"))

#define LIST_OF_JSON(read)                                                                                             \
  "CASE WHEN jsonb_typeof({0}) = 'array' THEN ARRAY(SELECT r FROM (SELECT " read(                                      \
      "j") " AS r, i"                                                                                                  \
           " FROM jsonb_array_elements({0}) WITH ORDINALITY AS items(j, i) OFFSET 0) AS list WHERE r IS NOT NULL "     \
           "ORDER BY i) END"

/* ---- The table ---- */

const sbe_read sbe_postgres_reads[] = {
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, TEXT("{0}") " COLLATE \"C\""},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, TEXT("{0}") " COLLATE \"C\""},
    {SBE_TYPE_TEXT, SBE_CLASS_DECIMAL, "CASE WHEN {0} - {0} = 0 THEN " TEXT("{0}") " COLLATE \"C\" END"},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "CASE WHEN abs({0}) < " INFINITE " THEN " TEXT("{0} + 0") " COLLATE \"C\" END"},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, TEXT("{0}") " COLLATE \"C\""},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, "CASE WHEN " NAMED("{0}") " THEN " TEXT("{0}") " COLLATE \"C\" END"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, TEXT_OF_JSON("{0}")},

    {SBE_TYPE_INT32, SBE_CLASS_TEXT, INT32_OF("{0}")},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "CASE WHEN {0} " INT32_RANGE " THEN CAST({0} AS integer) END"},
    {SBE_TYPE_INT32, SBE_CLASS_DECIMAL, INT32_OF_NUMERIC("{0}")},
    {SBE_TYPE_INT32, SBE_CLASS_DOUBLE, INT32_OF_DOUBLE("{0}")},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "CAST({0} AS integer)"},
    {SBE_TYPE_INT32, SBE_CLASS_JSON, INT32_OF_JSON("{0}")},

    {SBE_TYPE_INT64, SBE_CLASS_TEXT, INT64_OF("{0}")},
    {SBE_TYPE_INT64, SBE_CLASS_INTEGER, "CASE WHEN {0} " INT64_RANGE " THEN CAST({0} AS bigint) END"},
    {SBE_TYPE_INT64, SBE_CLASS_DECIMAL, INT64_OF_NUMERIC("{0}")},
    {SBE_TYPE_INT64, SBE_CLASS_DOUBLE, INT64_OF_DOUBLE("{0}")},
    {SBE_TYPE_INT64, SBE_CLASS_BOOL, "CAST(CAST({0} AS integer) AS bigint)"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, INT64_OF_JSON("{0}")},

    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, WIDE_OF("{0}")},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_INTEGER, "CAST({0} AS numeric)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DECIMAL, WIDE_OF_NUMERIC("{0}")},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_DOUBLE, "CASE WHEN abs({0}) < 1e38 THEN round(" NUMERIC_OF_DOUBLE("{0}") ") END"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_BOOL, "CAST(CAST({0} AS integer) AS numeric)"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_JSON, WIDE_OF_JSON("{0}")},

    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, DOUBLE_OF("{0}")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "CAST({0} AS double precision)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DECIMAL, DOUBLE_OF_NUMERIC("{0}")},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "CASE WHEN abs({0}) < " INFINITE " THEN {0} + 0 END"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "CAST(CAST({0} AS integer) AS double precision)"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, DOUBLE_OF_JSON("{0}")},

    {SBE_TYPE_DECIMAL, SBE_CLASS_TEXT, DECIMAL_OF("{0}")},
    {SBE_TYPE_DECIMAL, SBE_CLASS_INTEGER, "CASE WHEN {0} " DECIMAL_RANGE " THEN CAST({0} AS numeric(38,9)) END"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_DECIMAL, DECIMAL_OF_NUMERIC("{0}")},
    {SBE_TYPE_DECIMAL, SBE_CLASS_DOUBLE,
     "CASE WHEN abs({0}) < 1e29 THEN CAST(" NUMERIC_OF_DOUBLE("{0}") " AS numeric(38,9)) END"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_BOOL, "CAST(CAST({0} AS integer) AS numeric(38,9))"},
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, DECIMAL_OF_JSON("{0}")},

    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, BOOL_OF("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_BOOL, "CAST({0} AS boolean)"},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, BOOL_OF_NUMBER("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, BOOL_OF_NUMBER("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_DOUBLE, BOOL_OF_NUMBER("{0}")},
    {SBE_TYPE_BOOL, SBE_CLASS_JSON, BOOL_OF_JSON("{0}")},

    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, TIMESTAMP_OF("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "CASE WHEN " NAMED("{0}") " THEN {0} END"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_INTEGER, EPOCH_OF_INTEGER("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DECIMAL, EPOCH_OF_NUMERIC("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_DOUBLE, EPOCH_OF_DOUBLE("{0}")},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, TIMESTAMP_OF_JSON("{0}")},

    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "CAST(" TIMESTAMP_OF("{0}") " AS date)"},
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "CASE WHEN " NAMED("{0}") " THEN CAST({0} AS date) END"},

    /* source.c gives arrays as JSON, so that the element's type does not matter. */
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON, LIST_OF_JSON(TEXT_OF_JSON)},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, LIST_OF_JSON(INT32_OF_JSON)},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, SBE_CLASS_JSON, LIST_OF_JSON(INT64_OF_JSON)},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, LIST_OF_JSON(DOUBLE_OF_JSON)},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, LIST_OF_JSON(BOOL_OF_JSON)},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, LIST_OF_JSON(TIMESTAMP_OF_JSON)},
    {0, 0, NULL},
};
