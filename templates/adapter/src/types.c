/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How types are declared, and how a value of one class is read as a type. The reads are where most of
 * the work of an adapter is: they must never raise an error, whatever the data are, and must accept
 * just what <sbe/dialect.h> says beside `sbe_read`. Play the scenarios read_*.yml after each change.
 *
 * To change: the names are your warehouse's types, the patterns its TRY_CAST or SAFE_CAST with the
 * exceptions handled (spaces, exponents, "1_000", NaN, rounding), or CASE over a regular expression.
 */
#include "sqlite_adapter.h"

/*
 * SQLite keeps a column's declared type and derives from its spelling how values are stored: what
 * contains INT is an integer, TEXT a text, DOUB a real, BLOB anything unchanged, the rest a number if it
 * looks like one (which no date, list or dict does). results.c finds the type by the name again, so
 * each must be another one.
 */
const sbe_physical sqlite_physical[] = {
    {SBE_TYPE_TEXT, "TEXT"},
    {SBE_TYPE_INT32, "INTEGER"},
    {SBE_TYPE_INT64, "BIGINT"},
    {SBE_TYPE_DOUBLE, "DOUBLE"},
    {SBE_TYPE_BOOL, "BOOLEAN"},
    {SBE_TYPE_TIMESTAMP, "TIMESTAMP"},
    {SBE_TYPE_DATE, "DATE"},
    {SBE_TYPE_WIDE_INTEGER, "WIDE_BLOB"}, /* an int64 where it fits, else its digits as text: see aggregates.c */
    {SBE_TYPE_DECIMAL, "DECIMAL"},        /* a text that sorts as the number: see functions.c */
    {SBE_TYPE_DICT, "DICT"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, "TEXT LIST"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, "INTEGER LIST"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, "BIGINT LIST"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, "DOUBLE LIST"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, "BOOLEAN LIST"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, "TIMESTAMP LIST"},
    {0, NULL},
};

/*
 * A column of SQLite may hold a value of any kind, whatever it was declared as. So each type has one
 * function that takes whatever comes, and the classes hardly matter. Elsewhere they do: TRY_CAST of a
 * number costs less than of its text.
 */
#define FROM_ANYTHING(type, pattern)                                                                                   \
  {type, SBE_CLASS_TEXT, pattern}, {type, SBE_CLASS_INTEGER, pattern}, {type, SBE_CLASS_DECIMAL, pattern},             \
      {type, SBE_CLASS_DOUBLE, pattern}, {                                                                             \
    type, SBE_CLASS_BOOL, pattern                                                                                      \
  }

/* Scalars inside JSON by way of their text; where a number is wanted, true is 1 (but "true" is not). */
#define NUMBER_IN_JSON "sbe_scalar({0}, 1)"
#define TEXT_IN_JSON "sbe_scalar({0}, 0)"

/* An array in JSON, each element `e` read, without what is NULL or cannot be read; NULL for what is none. */
#define EACH(read)                                                                                                     \
  "CASE WHEN json_type({0}) = 'array' THEN (SELECT coalesce(sbe_gather(" read                                          \
  "), '[]') FROM json_each({0}) AS e WHERE e.type NOT IN ('object', 'array')) END"
#define NOT_BOOLEAN "CASE WHEN e.type NOT IN ('true', 'false') THEN e.value END"

const sbe_read sqlite_reads[] = {
    /* Required: text from every class that source.c answers, and every type from text. */
    {SBE_TYPE_TEXT, SBE_CLASS_TEXT, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, "CAST({0} AS TEXT)"},
    {SBE_TYPE_TEXT, SBE_CLASS_DECIMAL, "CAST({0} AS TEXT)"},
    {SBE_TYPE_TEXT, SBE_CLASS_DOUBLE, "CAST(sbe_finite({0}) AS TEXT)"},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"},
    {SBE_TYPE_TEXT, SBE_CLASS_TIMESTAMP, "{0}"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, TEXT_IN_JSON},

    FROM_ANYTHING(SBE_TYPE_INT32, "sbe_integer({0}, 32)"),
    {SBE_TYPE_INT32, SBE_CLASS_JSON, "sbe_integer(" NUMBER_IN_JSON ", 32)"},
    FROM_ANYTHING(SBE_TYPE_INT64, "sbe_integer({0}, 64)"),
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "sbe_integer(" NUMBER_IN_JSON ", 64)"},
    FROM_ANYTHING(SBE_TYPE_WIDE_INTEGER, "sbe_integer({0}, 128)"),
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_JSON, "sbe_integer(" NUMBER_IN_JSON ", 128)"},
    FROM_ANYTHING(SBE_TYPE_DOUBLE, "sbe_double({0})"),
    {SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "sbe_double(" NUMBER_IN_JSON ")"},
    FROM_ANYTHING(SBE_TYPE_DECIMAL, "sbe_decimal({0})"),
    {SBE_TYPE_DECIMAL, SBE_CLASS_JSON, "sbe_decimal(" NUMBER_IN_JSON ")"},
    FROM_ANYTHING(SBE_TYPE_BOOL, "sbe_boolean({0})"),
    {SBE_TYPE_BOOL, SBE_CLASS_JSON, "sbe_boolean(" TEXT_IN_JSON ")"},
    FROM_ANYTHING(SBE_TYPE_TIMESTAMP, "sbe_timestamp({0})"),
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TIMESTAMP, "{0}"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, "sbe_timestamp(" TEXT_IN_JSON ")"},
    FROM_ANYTHING(SBE_TYPE_DATE, "substr(sbe_timestamp({0}), 1, 10)"),
    {SBE_TYPE_DATE, SBE_CLASS_TIMESTAMP, "substr({0}, 1, 10)"},

    /* Lists only come out of JSON here; a warehouse with arrays of its own has SBE_CLASS_LIST as well. */
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON,
     EACH("CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE CAST(e.value AS TEXT) END")},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, EACH("sbe_integer(e.value, 32)")},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, SBE_CLASS_JSON, EACH("sbe_integer(e.value, 64)")},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, EACH("sbe_double(e.value)")},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, EACH("sbe_boolean(e.value)")},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, SBE_CLASS_JSON, EACH("sbe_timestamp(" NOT_BOOLEAN ")")},
    {0, 0, NULL},
};
