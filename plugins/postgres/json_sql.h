/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL that makes jsonb from text without ever failing, for source.c. PostgreSQL 15 cannot ask whether a
 * text is JSON, and the cast from json to jsonb fails where a text has \u0000 or half of a surrogate pair, and
 * where a number has more digits than numeric holds. Patterns of one operand, which is repeated.
 */
#ifndef SBE_POSTGRES_JSON_SQL_H
#define SBE_POSTGRES_JSON_SQL_H

/* `{{` is one brace in a pattern; a closing one needs no care. */
#define SBE_POSTGRES_BACKSLASHES "E'\\\\\\\\'" /* SQL of two backslashes */

/* Tokens: a text with the colon behind it, or whatever stands between texts. */
#define SBE_POSTGRES_TOKENS "'\"(?:[^\"\\\\]|\\\\.)*\"\\s*:?|[^\"]+'"

/* What makes the cast look twice: escapes that jsonb does not hold, and numbers that might be too long. */
#define SBE_POSTGRES_ESCAPES "'\\\\u(?:0000|[dD][89a-fA-F])'"
#define SBE_POSTGRES_PAIRS "'\\\\u[dD][89abAB][0-9a-fA-F][0-9a-fA-F]\\\\u[dD][c-fC-F][0-9a-fA-F][0-9a-fA-F]'"
#define SBE_POSTGRES_DOUBTFUL "'\\\\u(?:0000|[dD][89a-fA-F])|[0-9][eE][+-]?[0-9][0-9][0-9][0-9]'"
#define SBE_POSTGRES_LONG_NUMBERS "'(-?[0-9]+(?:\\.[0-9]+)?[eE][-+]?[0-9]{{4,}|-?[0-9.]{{250}[0-9.eE+-]*)'"

/* Escaped backslashes as a character that JSON cannot contain, so that what is left begins an escape. */
#define SBE_POSTGRES_UNESCAPED(m) "replace(" m ", " SBE_POSTGRES_BACKSLASHES ", chr(1))"

/*
 * One token: a value with such an escape is null, a name gets another character; a number is put in quotes,
 * and then read from text, as exactly as any.
 */
#define SBE_POSTGRES_TOKEN(m)                                                                                          \
  "CASE WHEN left(" m ", 1) <> '\"' THEN regexp_replace(" m ", " SBE_POSTGRES_LONG_NUMBERS                             \
  ", '\"\\1\"', 'g') WHEN regexp_replace(" SBE_POSTGRES_UNESCAPED(                                                     \
      m) ", " SBE_POSTGRES_PAIRS ", '', 'g') !~ " SBE_POSTGRES_ESCAPES " THEN " m " WHEN right(" m                     \
         ", 1) = ':' THEN replace(regexp_replace(" SBE_POSTGRES_UNESCAPED(                                             \
             m) ", '\\\\u(?:0000|[dD][89a-fA-F]..)', '?', 'g'), chr(1), " SBE_POSTGRES_BACKSLASHES ") ELSE 'null' END"

/* jsonb of a text that is JSON for certain. */
#define SBE_POSTGRES_CAST_JSON(x)                                                                                      \
  "CASE WHEN " x " COLLATE \"C\" ~ " SBE_POSTGRES_DOUBTFUL " OR octet_length(" x                                       \
  ") > 15000 THEN CAST((SELECT string_agg(" SBE_POSTGRES_TOKEN(                                                        \
      "m[1]") ", '' ORDER BY i) FROM regexp_matches(" x " COLLATE \"C\", " SBE_POSTGRES_TOKENS                         \
              ", 'g') WITH ORDINALITY AS tokens(m, i)) AS jsonb) ELSE CAST(" x " AS jsonb) END"

#define SBE_POSTGRES_STRING "\"(?:[^\"\\\\\\x01-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{{4})*\""
#define SBE_POSTGRES_BARE "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null"
#define SBE_POSTGRES_SCALAR "(?:" SBE_POSTGRES_STRING "|" SBE_POSTGRES_BARE ")"
#define SBE_POSTGRES_PAIR SBE_POSTGRES_STRING "\\s*:\\s*" SBE_POSTGRES_SCALAR

/* An array or object of scalars: one expression says that it is JSON. */
#define SBE_POSTGRES_FLAT                                                                                              \
  "'^\\s*(?:\\[\\s*(?:" SBE_POSTGRES_SCALAR "(?:\\s*,\\s*" SBE_POSTGRES_SCALAR                                         \
  ")*)?\\s*\\]|\\{{\\s*(?:" SBE_POSTGRES_PAIR "(?:\\s*,\\s*" SBE_POSTGRES_PAIR ")*)?\\s*\\})\\s*$'"

/*
 * Any other: texts become one character, other scalars another, and then innermost arrays and objects
 * become one as well, until nothing is left but one, or nothing changes any more.
 */
#define SBE_POSTGRES_DEEP(x)                                                                                           \
  "(WITH RECURSIVE fold(t, n, before) AS (SELECT translate(regexp_replace(regexp_replace(" x                           \
  " COLLATE \"C\", '" SBE_POSTGRES_STRING "', chr(3), 'g'), '" SBE_POSTGRES_BARE                                       \
  "', chr(4), 'g'), E' \\t\\n\\r', ''), 0, -1 UNION ALL SELECT regexp_replace(t,"                                      \
  " '\\[(?:[\\x03\\x04](?:,[\\x03\\x04])*)?\\]|\\{{(?:\\x03:[\\x03\\x04](?:,\\x03:[\\x03\\x04])*)?\\}',"               \
  " chr(4), 'g'), n + 1, octet_length(t) FROM fold WHERE n < 64 AND octet_length(t) > 1"                               \
  " AND octet_length(t) <> before) SELECT count(*) > 0 FROM fold WHERE t IN (chr(3), chr(4)))"

/* jsonb of any text; NULL where it is none, nests deeper than 64, or has more than 16 MB. */
#define SBE_POSTGRES_PARSE(x)                                                                                          \
  "CASE WHEN octet_length(" x ") <= 16777216 AND " x " COLLATE \"C\" !~ '[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f]' AND (" x  \
  " COLLATE \"C\" ~ " SBE_POSTGRES_FLAT " OR " SBE_POSTGRES_DEEP(x) ") THEN " SBE_POSTGRES_CAST_JSON(x) " END"

/* Snake case as sbe_host.snake has it. */
#define SBE_POSTGRES_SNAKE(k)                                                                                          \
  "lower(regexp_replace(regexp_replace(regexp_replace(" k                                                              \
  " COLLATE \"C\", '([A-Z])([A-Z][a-z])', '\\1_\\2', 'g'), '([a-z0-9])([A-Z])', '\\1_\\2', 'g'),"                      \
  " '[^A-Za-z0-9]', '_', 'g'))"

#endif
