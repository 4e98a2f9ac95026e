# SPDX-License-Identifier: Apache-2.0
"""The functions of Snowflake's that the stand-in knows, as a table: name, arguments, result, DuckDB's SQL.

A name that is not here is an unknown function (002140), whatever DuckDB knows. Arguments are letters: t text,
i integer, n number, r float, b boolean, d date, s timestamp without zone, v VARIANT, a array, o object, * any;
those after | may be missing, + after the last: there may be more. Used by rewrite.py.
"""

from sqltypes import (ARRAY, BINARY, BOOLEAN, COUNT, DATE, INTEGER, NTZ, OBJECT, REAL, T, TEXT, TIME, VARIANT)


def first(types):
    return types[0]


PLAIN = {
    # text
    "UPPER": ("t", TEXT, "upper({0})"), "LOWER": ("t", TEXT, "lower({0})"), "LENGTH": ("t", COUNT, "length({0})"),
    "LEN": ("t", COUNT, "length({0})"), "OCTET_LENGTH": ("t", COUNT, "strlen({0})"), "LEFT": ("ti", TEXT, "sf_substr({0}, 1, {1})"),
    "RIGHT": ("ti", TEXT, "right({0}, {1})"), "SUBSTR": ("ti|i", TEXT, "sf_substr({*})"),
    "SUBSTRING": ("ti|i", TEXT, "sf_substr({*})"), "REPLACE": ("ttt", TEXT, "replace({*})"),
    "TRIM": ("t|t", TEXT, "trim({*})"), "LTRIM": ("t|t", TEXT, "ltrim({*})"), "RTRIM": ("t|t", TEXT, "rtrim({*})"),
    "CONCAT": ("t+", TEXT, "({||})"), "REVERSE": ("t", TEXT, "reverse({0})"), "REPEAT": ("ti", TEXT, "repeat({0}, {1})"),
    "LPAD": ("tit", TEXT, "lpad({0}, CAST({1} AS INTEGER), {2})"), "RPAD": ("tit", TEXT, "rpad({0}, CAST({1} AS INTEGER), {2})"),
    "CONTAINS": ("tt", BOOLEAN, "contains({*})"), "STARTSWITH": ("tt", BOOLEAN, "starts_with({*})"),
    "ENDSWITH": ("tt", BOOLEAN, "suffix({*})"), "POSITION": ("tt", COUNT, "strpos({1}, {0})"),
    "CHARINDEX": ("tt", COUNT, "strpos({1}, {0})"), "SPLIT_PART": ("tti", TEXT, "sf_split_part({*})"),
    "SPLIT": ("tt", ARRAY, "CAST(sf_split({*}) AS JSON)"), "TRANSLATE": ("ttt", TEXT, "sf_translate({*})"),
    "CHR": ("i", TEXT, "chr(CAST({0} AS INTEGER))"),
    "ASCII": ("t", COUNT, "ascii({0})"), "UNICODE": ("t", COUNT, "unicode({0})"), "INITCAP": ("t", TEXT, "initcap({0})"),
    "REGEXP_LIKE": ("tt|t", BOOLEAN, "sf_regexp_like({*})"), "RLIKE": ("tt|t", BOOLEAN, "sf_regexp_like({*})"),
    "REGEXP_SUBSTR": ("tt|iiti", TEXT, "sf_regexp_substr({*})"), "REGEXP_COUNT": ("tt|it", COUNT, "sf_regexp_count({*})"),
    "REGEXP_REPLACE": ("tt|tiit", TEXT, "sf_regexp_replace({*})"), "MD5": ("t", TEXT, "md5({0})"),
    "MD5_HEX": ("t", TEXT, "md5({0})"), "SHA2": ("t|i", TEXT, "sf_sha2({*})"), "SHA2_HEX": ("t|i", TEXT, "sf_sha2({*})"),
    "HEX_ENCODE": ("t", TEXT, "hex({0})"), "HEX_DECODE_STRING": ("t", TEXT, "decode(sf_unhex({0}))"),
    "BASE64_ENCODE": ("t", TEXT, "base64(encode({0}))"), "UUID_STRING": ("", TEXT, "CAST(uuid() AS VARCHAR)"),
    "CONCAT_WS": ("t+", TEXT, "(CASE WHEN {isnull} THEN NULL ELSE concat_ws({*}) END)"), "SPACE": ("i", TEXT, "repeat(' ', {0})"),
    # numbers
    "ABS": ("n", first, "abs({0})"), "SIGN": ("n", COUNT, "CAST(sign({0}) AS BIGINT)"), "SQRT": ("r", REAL, "sqrt({0})"),
    "EXP": ("r", REAL, "exp({0})"), "LN": ("r", REAL, "ln({0})"), "LOG": ("rr", REAL, "(ln({1}) / ln({0}))"),
    "POWER": ("rr", REAL, "pow({0}, {1})"), "POW": ("rr", REAL, "pow({0}, {1})"), "SQUARE": ("r", REAL, "({0} * {0})"),
    "BITAND": ("ii", INTEGER, "CAST({0} & {1} AS DECIMAL(38,0))"), "BITOR": ("ii", INTEGER, "CAST({0} | {1} AS DECIMAL(38,0))"),
    "RANDOM": ("|i", INTEGER, "CAST(sf_random() AS DECIMAL(38,0))"), "PI": ("", REAL, "pi()"),
    # conditions
    "EQUAL_NULL": ("**", BOOLEAN, "({0} IS NOT DISTINCT FROM {1})"), "ZEROIFNULL": ("n", first, "coalesce({0}, 0)"),
    "NULLIFZERO": ("n", first, "nullif({0}, 0)"), "BOOLAND": ("bb", BOOLEAN, "({0} AND {1})"),
    "BOOLOR": ("bb", BOOLEAN, "({0} OR {1})"), "BOOLNOT": ("b", BOOLEAN, "(NOT {0})"),
    "BOOLXOR": ("bb", BOOLEAN, "({0} <> {1})"),
    # VARIANT
    "PARSE_JSON": ("t", VARIANT, "CAST(sf_parse_json({0}) AS JSON)"), "TRY_PARSE_JSON": ("t", VARIANT, "CAST(sf_try_parse_json({0}) AS JSON)"),
    "CHECK_JSON": ("t", TEXT, "(CASE WHEN {0} IS NOT NULL AND sf_try_parse_json({0}) IS NULL AND trim({0}) <> '' THEN 'error' END)"),
    "TO_VARIANT": ("v", VARIANT, "{0}"), "TO_JSON": ("v", TEXT, "CAST({0} AS VARCHAR)"), "TYPEOF": ("v", TEXT, "sf_typeof({0})"),
    "STRIP_NULL_VALUE": ("v", VARIANT, "nullif({0}, 'null')"), "IS_NULL_VALUE": ("v", BOOLEAN, "({0} = 'null')"),
    "IS_ARRAY": ("v", BOOLEAN, "(sf_typeof({0}) = 'ARRAY')"), "IS_OBJECT": ("v", BOOLEAN, "(sf_typeof({0}) = 'OBJECT')"),
    "IS_BOOLEAN": ("v", BOOLEAN, "(sf_typeof({0}) = 'BOOLEAN')"), "IS_VARCHAR": ("v", BOOLEAN, "(sf_typeof({0}) = 'VARCHAR')"),
    "IS_CHAR": ("v", BOOLEAN, "(sf_typeof({0}) = 'VARCHAR')"), "IS_INTEGER": ("v", BOOLEAN, "(sf_typeof({0}) = 'INTEGER')"),
    "IS_DECIMAL": ("v", BOOLEAN, "(sf_typeof({0}) IN ('INTEGER', 'DECIMAL'))"),
    "IS_DOUBLE": ("v", BOOLEAN, "(sf_typeof({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE'))"),
    "IS_REAL": ("v", BOOLEAN, "(sf_typeof({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE'))"),
    "AS_VARCHAR": ("v", TEXT, "(CASE WHEN sf_typeof({0}) = 'VARCHAR' THEN sf_vtext({0}) END)"),
    "AS_CHAR": ("v", TEXT, "(CASE WHEN sf_typeof({0}) = 'VARCHAR' THEN sf_vtext({0}) END)"),
    "AS_BOOLEAN": ("v", BOOLEAN, "(CASE WHEN sf_typeof({0}) = 'BOOLEAN' THEN sf_vboolean({0}) END)"),
    "AS_INTEGER": ("v", INTEGER, "(CASE WHEN sf_typeof({0}) = 'INTEGER' THEN CAST(sf_vfixed({0}, 38, 0) AS DECIMAL(38,0)) END)"),
    "AS_DOUBLE": ("v", REAL, "(CASE WHEN sf_typeof({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE') THEN CAST(sf_vreal({0}) AS DOUBLE) END)"),
    "AS_REAL": ("v", REAL, "(CASE WHEN sf_typeof({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE') THEN CAST(sf_vreal({0}) AS DOUBLE) END)"),
    "AS_ARRAY": ("v", ARRAY, "(CASE WHEN sf_typeof({0}) = 'ARRAY' THEN {0} END)"),
    "AS_OBJECT": ("v", OBJECT, "(CASE WHEN sf_typeof({0}) = 'OBJECT' THEN {0} END)"),
    "OBJECT_KEYS": ("v", ARRAY, "CAST(sf_object_keys({0}) AS JSON)"),
    "OBJECT_INSERT": ("vtv", OBJECT, "CAST(sf_object_insert({*}) AS JSON)"),
    "OBJECT_DELETE": ("vt", OBJECT, "CAST(sf_object_delete({*}) AS JSON)"),
    # arrays
    "ARRAY_SIZE": ("v", COUNT, "sf_array_size({0})"), "ARRAY_DISTINCT": ("a", ARRAY, "CAST(sf_distinct({0}) AS JSON)"),
    "ARRAY_CAT": ("aa", ARRAY, "CAST(sf_array_cat({*}) AS JSON)"), "ARRAY_SORT": ("a|bb", ARRAY, "CAST(sf_array_sort({*}) AS JSON)"),
    "ARRAY_CONTAINS": ("va", BOOLEAN, "sf_array_contains({*})"), "ARRAY_POSITION": ("va", COUNT, "sf_array_position({*})"),
    "ARRAY_COMPACT": ("a", ARRAY, "CAST(sf_array_compact({0}) AS JSON)"), "ARRAY_APPEND": ("av", ARRAY, "CAST(sf_array_append({*}) AS JSON)"),
    "ARRAY_PREPEND": ("av", ARRAY, "CAST(sf_array_prepend({*}) AS JSON)"), "ARRAY_SLICE": ("aii", ARRAY, "CAST(sf_array_slice({*}) AS JSON)"),
    "ARRAY_INTERSECTION": ("aa", ARRAY, "CAST(sf_intersection({*}) AS JSON)"), "ARRAY_EXCEPT": ("aa", ARRAY, "CAST(sf_array_except({*}) AS JSON)"),
    "ARRAY_FLATTEN": ("a", ARRAY, "CAST(sf_array_flatten({0}) AS JSON)"), "ARRAY_TO_STRING": ("at", TEXT, "sf_array_to_string({*})"),
    "ARRAY_MIN": ("a", VARIANT, "CAST(sf_array_min({0}) AS JSON)"), "ARRAY_MAX": ("a", VARIANT, "CAST(sf_array_max({0}) AS JSON)"),
    "ARRAYS_OVERLAP": ("aa", BOOLEAN, "(sf_array_size(CAST(sf_intersection({*}) AS JSON)) > 0)"),
    # time
    "LAST_DAY": ("d", DATE, "last_day({0})"), "DAYNAME": ("d", TEXT, "left(dayname({0}), 3)"), "MONTHNAME": ("d", TEXT, "left(monthname({0}), 3)"),
    "DATE_FROM_PARTS": ("iii", DATE, "make_date({*})"),
    "TIMESTAMP_NTZ_FROM_PARTS": ("iiiiii", NTZ, "make_timestamp({*})"),
    "CONVERT_TIMEZONE": ("tts", NTZ, "sf_convert_zone({*})"),
    # HLL: exact sets
    "HLL_ESTIMATE": ("*", COUNT, "sf_sketch_size({0})"), "HLL_EXPORT": ("*", OBJECT, "CAST(decode({0}) AS JSON)"),
    "HLL_IMPORT": ("*", BINARY, "encode(CAST({0} AS VARCHAR))"),
}
# The parts of a date or time, by all their names.
UNITS = {
    "YEAR": "year", "Y": "year", "YY": "year", "YYYY": "year", "YEARS": "year", "QUARTER": "quarter", "Q": "quarter",
    "MONTH": "month", "MM": "month", "MON": "month", "MONTHS": "month", "WEEK": "week", "W": "week", "WEEKS": "week",
    "DAY": "day", "D": "day", "DD": "day", "DAYS": "day", "HOUR": "hour", "H": "hour", "HH": "hour", "HOURS": "hour",
    "MINUTE": "minute", "M": "minute", "MI": "minute", "MIN": "minute", "MINUTES": "minute", "SECOND": "second",
    "S": "second", "SEC": "second", "SECONDS": "second", "MILLISECOND": "millisecond", "MS": "millisecond",
    "MILLISECONDS": "millisecond", "MICROSECOND": "microsecond", "US": "microsecond", "MICROSECONDS": "microsecond",
    "NANOSECOND": "nanosecond", "NS": "nanosecond", "NANOSECONDS": "nanosecond",
}
PARTS = {
    "DAYOFWEEK": "dayofweek({0})", "DOW": "dayofweek({0})", "DAYOFWEEKISO": "isodow({0})", "DAYOFWEEK_ISO": "isodow({0})",
    "DAYOFYEAR": "dayofyear({0})", "DOY": "dayofyear({0})", "WEEKISO": "week({0})", "WEEK_ISO": "week({0})",
    "YEAROFWEEKISO": "isoyear({0})",
    "EPOCH_SECOND": "CAST(floor(epoch_us({0}) / 1000000) AS BIGINT)", "EPOCH": "CAST(floor(epoch_us({0}) / 1000000) AS BIGINT)",
    "EPOCH_MILLISECOND": "CAST(floor(epoch_us({0}) / 1000) AS BIGINT)", "EPOCH_MICROSECOND": "epoch_us({0})",
    "EPOCH_NANOSECOND": "(CAST(epoch_us({0}) AS HUGEINT) * 1000)", "NANOSECOND": "(microsecond({0}) % 1000000 * 1000)",
    "YEAR": "year({0})", "QUARTER": "quarter({0})", "MONTH": "month({0})", "WEEK": "week({0})", "DAY": "day({0})",
    "DAYOFMONTH": "day({0})", "HOUR": "hour({0})", "MINUTE": "minute({0})", "SECOND": "second({0})",
}
# Functions that take one part: the short forms.
SHORT_PARTS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFMONTH", "HOUR", "MINUTE", "SECOND", "DAYOFWEEK",
               "DAYOFWEEKISO", "DAYOFYEAR", "WEEKISO", "YEAROFWEEKISO"}
# Aggregates of one or two arguments whose meaning is DuckDB's: result and function.
AGGREGATES = {
    "COUNT_IF": (COUNT, "count_if({0})"), "MIN": (first, "min({0})"), "MAX": (first, "max({0})"),
    "MIN_BY": (first, "min_by({0}, {1})"), "MAX_BY": (first, "max_by({0}, {1})"), "ANY_VALUE": (first, "any_value({0})"),
    "BOOLOR_AGG": (BOOLEAN, "bool_or({0})"), "BOOLAND_AGG": (BOOLEAN, "bool_and({0})"), "AVG": (REAL, "avg({0})"),
    "MEDIAN": (REAL, "median({0})"), "STDDEV": (REAL, "stddev_samp({0})"), "VARIANCE": (REAL, "var_samp({0})"),
    "MODE": (first, "mode({0})"), "SUM": (lambda types: REAL if types[0].kind == "real" else T("fixed", 38, types[0].scale),
                                         "sum({0})"),
    "APPROX_COUNT_DISTINCT": (COUNT, "count(DISTINCT {0})"), "HLL": (COUNT, "count(DISTINCT {0})"),
    "BITOR_AGG": (INTEGER, "bit_or(CAST({0} AS BIGINT))"),
}
# Window functions proper.
WINDOWS = {
    "ROW_NUMBER": (COUNT, "row_number({*})"), "RANK": (COUNT, "rank({*})"), "DENSE_RANK": (COUNT, "dense_rank({*})"),
    "NTILE": (COUNT, "ntile({*})"), "LAG": (first, "lag({*})"), "LEAD": (first, "lead({*})"),
    "FIRST_VALUE": (first, "first_value({*})"), "LAST_VALUE": (first, "last_value({*})"),
    "NTH_VALUE": (first, "nth_value({*})"), "PERCENT_RANK": (REAL, "percent_rank({*})"), "CUME_DIST": (REAL, "cume_dist({*})"),
}
# Those that rewrite.py prints by a method of their own.
SPECIAL = {
    "COALESCE", "NVL", "IFNULL", "NVL2", "IFF", "NULLIF", "DECODE", "GREATEST", "LEAST", "GREATEST_IGNORE_NULLS",
    "LEAST_IGNORE_NULLS", "ROUND", "TRUNC", "TRUNCATE", "FLOOR", "CEIL", "CEILING", "MOD", "DIV0", "DIV0NULL", "DATEADD", "TIMEADD",
    "TIMESTAMPADD", "DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF", "DATE_TRUNC", "TRUNC", "DATE_PART", "TO_CHAR", "TO_VARCHAR",
    "TO_DATE", "DATE", "TRY_TO_DATE", "TO_TIMESTAMP", "TO_TIMESTAMP_NTZ", "TO_TIMESTAMP_LTZ", "TO_TIMESTAMP_TZ",
    "TRY_TO_TIMESTAMP", "TRY_TO_TIMESTAMP_NTZ", "TRY_TO_TIMESTAMP_TZ", "TRY_TO_TIMESTAMP_LTZ", "TO_NUMBER",
    "TO_DECIMAL", "TO_NUMERIC", "TRY_TO_NUMBER", "TRY_TO_DECIMAL", "TRY_TO_NUMERIC", "TO_DOUBLE", "TRY_TO_DOUBLE",
    "TO_BOOLEAN", "TRY_TO_BOOLEAN", "TO_ARRAY", "TO_OBJECT", "TO_BINARY", "TRY_TO_BINARY", "TO_TIME", "GET", "GET_PATH",
    "ARRAY_CONSTRUCT", "ARRAY_CONSTRUCT_COMPACT", "OBJECT_CONSTRUCT", "OBJECT_CONSTRUCT_KEEP_NULL", "AS_DECIMAL",
    "AS_NUMBER", "HASH", "SYSDATE", "CURRENT_TIMESTAMP", "GETDATE", "LOCALTIMESTAMP", "SYSTIMESTAMP", "CURRENT_DATE",
    "CURRENT_DATABASE", "CURRENT_SCHEMA", "CURRENT_ROLE", "CURRENT_WAREHOUSE", "CURRENT_USER", "CURRENT_SESSION",
    "CURRENT_TRANSACTION", "CURRENT_ACCOUNT", "CURRENT_VERSION", "LAST_QUERY_ID", "CURRENT_STATEMENT", "TRANSFORM", "FILTER",
    "REDUCE", "BASE64_DECODE_STRING", "LIKE", "CONVERT_TIMEZONE", "SEQ4", "SEQ8", "SYSTEM$WAIT",
}
AGGREGATE_SPECIAL = {"COUNT", "ARRAY_AGG", "ARRAYAGG", "ARRAY_UNIQUE_AGG", "ARRAY_UNION_AGG", "OBJECT_AGG", "LISTAGG",
                     "HLL_ACCUMULATE", "HLL_COMBINE"}
TABLE_FUNCTIONS = {"FLATTEN", "GENERATOR", "SPLIT_TO_TABLE", "RESULT_SCAN"}
KNOWN = (set(PLAIN) | SHORT_PARTS | set(AGGREGATES) | set(WINDOWS) | SPECIAL | AGGREGATE_SPECIAL | TABLE_FUNCTIONS)
