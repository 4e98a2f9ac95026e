/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PostgreSQL dialect against a server: every read of the contract with values that have gone wrong
 * somewhere, as columns and as literals (which the server computes early), every operation, names, tables.
 * All expected values are worked out by hand from semantics §3; the numbers are chosen so that a detour
 * through a double shows.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/postgres/sql.h"

/* ---- Reads: a value of a class, written in SQL, and what it is as a type; NULL: NULL ---- */

typedef struct {
  const char *value;
  const char *expected;
} value_read;

typedef struct {
  int32_t type, class_;
  const char *sql_type;
  value_read values[96]; /* value NULL at the end */
} read_table;

#define DIGITS_400 "repeat('1', 400)"

static const read_table reads[] = {
    {SBE_TYPE_INT64,
     SBE_CLASS_TEXT,
     "text",
     {
         {"'12'", "12"},
         {"' +12 '", "12"},
         {"E'\\t-7\\n'", "-7"},
         {"E'\\x0b\\f\\r8'", "8"},
         {"'.5'", "1"},
         {"'5.'", "5"},
         {"'0.5'", "1"},
         {"'-0.5'", "-1"},
         {"'2.5'", "3"},
         {"'-2.5'", "-3"},
         {"'0.49999999999999999999'", "0"},
         {"'0.' || repeat('4', 60)", "0"},
         {"'1.4' || repeat('9', 60)", "1"},
         {"'1.4' || repeat('9', 100000)", "1"},
         {"'-1.5' || repeat('0', 100000)", "-2"},
         {"'9007199254740993'", "9007199254740993"},
         {"'9007199254740993.0'", "9007199254740993"},
         {"'9007199254740992.5'", "9007199254740993"},
         {"'1e18'", "1000000000000000000"},
         {"'922337203685477580.7e1'", "9223372036854775807"},
         {"'92233720368547758070E-1'", "9223372036854775807"},
         {"'53553097652237601261E-4'", "5355309765223760"},
         {"'9223372036854775807000000000000000000000e-21'", "9223372036854775807"},
         {"'15e-1'", "2"},
         {"'-25E-1'", "-3"},
         {"'49e-2'", "0"},
         {"'5e-1'", "1"},
         {"'5e-2'", "0"},
         {"'1e-400'", "0"},
         {"'1e0000000000000000000000002'", "100"},
         {"'0e999999999999'", "0"},
         {"'1e-1000000'", "0"},
         {"'1e1000000'", NULL},
         {"'1e-99999999999999999999'", "0"},
         {"'1e99999999999999999999'", NULL},
         {"'-1e+2147483648'", NULL},
         {"'0.' || repeat('0', 400) || '12e402'", "12"},
         {"'0.' || repeat('0', 100000) || '12e100002'", "12"},
         {"repeat('0', 100000) || '42'", "42"},
         {"'7' || repeat('0', 100000) || 'e-100000'", "7"},
         {"'000000000000000000000000000000000000000000000000042'", "42"},
         {"'9223372036854775807.4'", "9223372036854775807"},
         {"'9223372036854775807.5'", NULL},
         {"'9223372036854775808'", NULL},
         {"'-9223372036854775808'", "-9223372036854775808"},
         {"'-9223372036854775808.5'", NULL},
         {"'1e19'", NULL},
         {DIGITS_400, NULL},
         {"repeat('9', 100000)", NULL},
         {"repeat('9', 1000000)", NULL},
         {"''", NULL},
         {"' '", NULL},
         {"'-'", NULL},
         {"'- '", NULL},
         {"' + '", NULL},
         {"'- 5'", NULL},
         {"'.'", NULL},
         {"'1e'", NULL},
         {"'1e5.'", NULL},
         {"'e5'", NULL},
         {"'1_000'", NULL},
         {"'0x1F'", NULL},
         {"'0b11'", NULL},
         {"'+-5'", NULL},
         {"'--5'", NULL},
         {"'1 2'", NULL},
         {"'1,5'", NULL},
         {"'nan'", NULL},
         {"'inf'", NULL},
         {"'true'", NULL},
         {"'٣'", NULL},
         {"'１２'", NULL},
         {"'12' || chr(160)", NULL},
         {"'12' || chr(8195)", NULL},
         {"'12' || chr(1)", NULL},
         {"'12abc'", NULL},
         {"E'12\\nabc'", NULL},
         {"'2025-01-01'", NULL},
     }},
    {SBE_TYPE_INT32,
     SBE_CLASS_TEXT,
     "text",
     {{"'2147483647.4'", "2147483647"},
      {"'2147483647'", "2147483647"},
      {"'2147483648'", NULL},
      {"'-2147483648'", "-2147483648"},
      {"'-2147483648.5'", NULL},
      {"'999999999'", "999999999"},
      {"'2e9'", "2000000000"},
      {"'3e9'", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_TEXT,
     "text",
     {{"'99999999999999999999999999999999999999'", "99999999999999999999999999999999999999"},
      {"'100000000000000000000000000000000000000'", NULL},
      {"'1.5e1'", "15"},
      {"'-0.5'", "-1"}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_TEXT,
     "text",
     {{"'1.5'", "1.500000000"},
      {"'0.0000000005'", "0.000000001"},
      {"'0.00000000049999'", "0.000000000"},
      {"'5e-10'", "0.000000001"},
      {"'8418551761231981186614487.49E-131'", "0.000000000"},
      {"'191465186036341241876286317521025004876e-16'", "19146518603634124187628.631752103"},
      {"'99999999999999999999999999999.999999999'", "99999999999999999999999999999.999999999"},
      {"'99999999999999999999999999999.9999999995'", NULL},
      {"'1e30'", NULL},
      {"'12345678901.25'", "12345678901.250000000"},
      {"'0.9999999999'", "1.000000000"},
      {"'-'", NULL},
      {"' - '", NULL},
      {"'1_0'", NULL},
      {"'x'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_TEXT,
     "text",
     {{"' 1.5 '", "1.5"},
      {"'.5e1'", "5"},
      {"'5.'", "5"},
      {"'1e308'", "1e+308"},
      {"'1.7976931348623157e308'", "1.7976931348623157e+308"},
      {"'1.7976931348623158e308'", "1.7976931348623157e+308"},
      {"'1.797693134862315809e308'", NULL},
      {"'1e309'", NULL},
      {"'-1e999'", NULL},
      {"'1e99999'", NULL},
      {"'1e-99999'", "0"},
      {DIGITS_400, NULL},
      {"repeat('1', 300)", "1.1111111111111112e+299"},
      {"'1e-400'", "0"},
      {"'4.9e-324'", "5e-324"},
      {"'2.4e-324'", "0"},
      {"'-0.0'", "0"},
      {"'-0'", "0"},
      {"'9007199254740993'", "9.007199254740992e+15"},
      {"'0.1'", "0.1"},
      {"'nan'", NULL},
      {"'NaN'", NULL},
      {"'inf'", NULL},
      {"'-Infinity'", NULL},
      {"'1_0.5'", NULL},
      {"'+-5'", NULL},
      {"'0x10'", NULL},
      {"''", NULL},
      {"'true'", NULL},
      {"'1e'", NULL},
      {"'+7'", "7"}}},
    {SBE_TYPE_BOOL,
     SBE_CLASS_TEXT,
     "text",
     {{"'true'", "true"},
      {"'FALSE'", "false"},
      {"' True '", "true"},
      {"E'\\tfalse\\n'", "false"},
      {"'1'", "true"},
      {"'0'", "false"},
      {"'1.0'", "true"},
      {"'10e-1'", "true"},
      {"'2'", NULL},
      {"'t'", NULL},
      {"'yes'", NULL},
      {"'on'", NULL},
      {"''", NULL},
      {"'-1'", NULL},
      {"'1e1000000'", NULL},
      {"'0.5'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_TEXT,
     "text",
     {
         {"'2025-01-31T23:59:59.999999'", "2025-01-31 23:59:59.999999"},
         {"'2025-01-31 23:59:59.9999999'", "2025-01-31 23:59:59.999999"},
         {"'2025-01-31T23:59:59.123456789Z'", "2025-01-31 23:59:59.123456"},
         {"'2025-01-31T23:59:59.' || repeat('9', 100000) || 'Z'", "2025-01-31 23:59:59.999999"},
         {"'2025-01-31T23:59:59,5'", "2025-01-31 23:59:59.5"},
         {"'2025-01-01T00:30:00+02:00'", "2024-12-31 22:30:00"},
         {"'2025-01-01T00:30:00+0200'", "2024-12-31 22:30:00"},
         {"'2025-01-01 00:30:00+02'", "2024-12-31 22:30:00"},
         {"'2025-01-01T00:30:00.25 -05:30'", "2025-01-01 06:00:00.25"},
         {"'2025-01-01T00:30:00+23:59'", "2024-12-31 00:31:00"},
         {"'2025-01-01T00:30-01:00'", "2025-01-01 01:30:00"},
         {"'2025-01-01T00:30-0100'", "2025-01-01 01:30:00"},
         {"'2025-01-01T00:30Z'", "2025-01-01 00:30:00"},
         {"'2025-01-01T00:30 Z'", "2025-01-01 00:30:00"},
         {"'2025-01-01t00:30:00z'", "2025-01-01 00:30:00"},
         {"' 2025-01-01 '", "2025-01-01 00:00:00"},
         {"'2025-01-01Z'", "2025-01-01 00:00:00"},
         {"'2025-13-01'", NULL},
         {"'2025-00-01'", NULL},
         {"'2025-01-00'", NULL},
         {"'2025-01-32'", NULL},
         {"'2025-02-29'", NULL},
         {"'2025-02-30'", NULL},
         {"'2025-04-31'", NULL},
         {"'2024-02-29'", "2024-02-29 00:00:00"},
         {"'2000-02-29'", "2000-02-29 00:00:00"},
         {"'1900-02-29'", NULL},
         {"'0000-01-01'", NULL},
         {"'0000-02-29'", NULL},
         {"'0001-01-01'", "0001-01-01 00:00:00"},
         {"'0400-02-29'", "0400-02-29 00:00:00"},
         {"'1000-12-31'", "1000-12-31 00:00:00"},
         {"'2025-01-01T25:00:00'", NULL},
         {"'2025-01-01T24:00:00'", NULL},
         {"'2025-01-01T10:61:00'", NULL},
         {"'2025-01-01T10:59:60'", NULL},
         {"'2025-01-01T10:00:00+25:00'", NULL},
         {"'2025-1-1'", NULL},
         {"'2025/01/01'", NULL},
         {"'2025-01-01 10:00:00 Europe/Berlin'", NULL},
         {"'2025-01-01 10:00:00 BC'", NULL},
         {"'2025-01-01T'", NULL},
         {"'2025'", "1970-01-01 00:33:45"},
         {"'1735689600'", "2025-01-01 00:00:00"},
         {"'1735689600.999999999'", "2025-01-01 00:00:00.999999"},
         {"'000000000000001735689600'", "2025-01-01 00:00:00"},
         {"'1735689600.1234567'", "2025-01-01 00:00:00.123456"},
         {"'1.7356896e9'", "2025-01-01 00:00:00"},
         {"'-1'", "1969-12-31 23:59:59"},
         {"'-0.000001'", "1969-12-31 23:59:59.999999"},
         {"'-86400'", "1969-12-31 00:00:00"},
         {"'253402300799.999999'", "9999-12-31 23:59:59.999999"},
         {"'253402300800'", NULL},
         {"'-62135596800'", "0001-01-01 00:00:00"},
         {"'-62135596801'", NULL},
         {"'1735689600000'", NULL},
         {"'1e300'", NULL},
         {DIGITS_400, NULL},
         {"'infinity'", NULL},
         {"'epoch'", NULL},
         {"'now'", NULL},
         {"'today'", NULL},
         {"''", NULL},
         {"'true'", NULL},
         {"'9999-12-31T23:59:59Z'", "9999-12-31 23:59:59"},
     }},
    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "text", {{"'2025-01-01T00:30:00+02:00'", "2024-12-31"}, {"'x'", NULL}}},
    {SBE_TYPE_DATE,
     SBE_CLASS_TIMESTAMP,
     "timestamp",
     {{"'2025-01-01 23:59:59.999999'", "2025-01-01"}, {"'infinity'", NULL}, {"'-infinity'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_TIMESTAMP,
     "timestamp",
     {{"'2025-01-01 23:59:59.999999'", "2025-01-01 23:59:59.999999"},
      {"'infinity'", NULL},
      {"'0001-01-01'", "0001-01-01 00:00:00"},
      {"'0044-03-15 BC'", NULL},
      {"'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"},
      {"'10000-01-01'", NULL}}},

    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "numeric",
     {{"9007199254740993", "9007199254740993"},
      {"9223372036854775807", "9223372036854775807"},
      {"9223372036854775808", NULL},
      {"-9223372036854775808", "-9223372036854775808"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_INTEGER,
     "bigint",
     {{"-9223372036854775807 - 1", "-9223372036854775808"}, {"9223372036854775807", "9223372036854775807"}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "bigint", {{"7", "7"}, {"2147483648", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_INTEGER, "smallint", {{"7", "7"}, {"-32768", "-32768"}}},
    {SBE_TYPE_BOOL, SBE_CLASS_INTEGER, "bigint", {{"0", "false"}, {"1", "true"}, {"2", NULL}, {"-1", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "bigint",
     {{"1735689600", "2025-01-01 00:00:00"},
      {"-1", "1969-12-31 23:59:59"},
      {"-86401", "1969-12-30 23:59:59"},
      {"253402300799", "9999-12-31 23:59:59"},
      {"9223372036854775807", NULL},
      {"-9223372036854775807", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_INTEGER,
     "smallint",
     {{"3600", "1970-01-01 01:00:00"}, {"-1", "1969-12-31 23:59:59"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_INTEGER, "bigint", {{"-5", "-5"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_INTEGER, "smallint", {{"5", "5"}}},
    {SBE_TYPE_DECIMAL, SBE_CLASS_INTEGER, "bigint", {{"5", "5.000000000"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"2.5", "3"},
      {"-2.5", "-3"},
      {"9007199254740993.00", "9007199254740993"},
      {"9223372036854775807.50", NULL},
      {"'NaN'", NULL},
      {"'Infinity'", NULL},
      {"'-Infinity'", NULL},
      {"repeat('9', 131000)", NULL},
      {"1e-16000", "0"}}},
    {SBE_TYPE_INT32, SBE_CLASS_DECIMAL, "numeric(12,2)", {{"2147483647.49", "2147483647"}, {"2147483647.50", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"1735689600.123456789", "2025-01-01 00:00:00.123456"},
      {"99999999999999999999", NULL},
      {"0.5", "1970-01-01 00:00:00.5"},
      {"'NaN'", NULL},
      {"'-Infinity'", NULL}}},
    {SBE_TYPE_BOOL, SBE_CLASS_DECIMAL, "numeric", {{"0.5", NULL}, {"0", "false"}, {"1.000", "true"}, {"'NaN'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"12", "12.000000000"}, {"99999999999999999999999999999999999999", NULL}, {"'NaN'", NULL}, {"'Infinity'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"0.1", "0.1"}, {"1e400", NULL}, {"-1e400", NULL}, {"1e-400", "0"}, {"'NaN'", NULL}, {"'Infinity'", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_DECIMAL,
     "numeric",
     {{"1.50", "1.50"}, {"'NaN'", NULL}, {"'Infinity'", NULL}, {"'-Infinity'", NULL}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"2.5", "3"},
      {"-2.5", "-3"},
      {"3.5", "4"},
      {"0.49999999999999994", "0"},
      {"-0.4", "0"},
      {"'nan'", NULL},
      {"'-infinity'", NULL},
      {"9.3e18", NULL},
      {"9223372036854775808", NULL},
      {"-9223372036854775808", "-9223372036854775808"},
      {"4503599627370497.5", "4503599627370498"},
      {"9007199254740994", "9007199254740994"},
      {"9007199254740992", "9007199254740992"}}},
    {SBE_TYPE_INT32,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"2147483647.4", "2147483647"}, {"2147483647.5", NULL}, {"-2147483648.4", "-2147483648"}, {"'nan'", NULL}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1.5", "1.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"'-0.0'", "0"}, {"5e-324", "5e-324"}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1.5", "1.5"}, {"'nan'", NULL}, {"'-inf'", NULL}, {"0.1", "0.1"}}},
    {SBE_TYPE_BOOL,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1", "true"}, {"0", "false"}, {"0.5", NULL}, {"'nan'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1e20", "100000000000000000000.000000000"},
      {"0.1", "0.100000000"},
      {"5e-324", "0.000000000"},
      {"1e300", NULL},
      {"'nan'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_DOUBLE,
     "double precision",
     {{"1735689600.5", "2025-01-01 00:00:00.5"}, {"'nan'", NULL}, {"'inf'", NULL}, {"'-inf'", NULL}, {"1e300", NULL}}},
    {SBE_TYPE_INT32, SBE_CLASS_BOOL, "boolean", {{"TRUE", "1"}, {"FALSE", "0"}}},
    {SBE_TYPE_INT64, SBE_CLASS_BOOL, "boolean", {{"TRUE", "1"}}},
    {SBE_TYPE_DOUBLE, SBE_CLASS_BOOL, "boolean", {{"TRUE", "1"}}},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "boolean", {{"TRUE", "true"}, {"FALSE", "false"}}},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_BOOL, "boolean", {{"TRUE", NULL}}},
    {SBE_TYPE_TEXT,
     SBE_CLASS_TIMESTAMP,
     "timestamp",
     {{"'2025-01-02 03:04:05.5'", "2025-01-02 03:04:05.5"}, {"'-infinity'", NULL}}},
    {SBE_TYPE_INT64, SBE_CLASS_TIMESTAMP, "timestamp", {{"'2025-01-02'", NULL}}},

    {SBE_TYPE_TEXT,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'\"a\\\"b\\\\c\\u00e9\\n\"'", "a\"b\\cé\n"},
      {"'\"\"'", ""},
      {"'true'", "true"},
      {"'12'", "12"},
      {"'9007199254740993'", "9007199254740993"},
      {"'null'", NULL},
      {"'[1]'", NULL},
      {"'{}'", NULL},
      {"'\"{x\"'", "{x"},
      {"'123456789012345678901234567890'", "123456789012345678901234567890"}}},
    {SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "1"},
      {"'false'", "0"},
      {"'\"true\"'", NULL},
      {"'9007199254740993'", "9007199254740993"},
      {"'\"9007199254740993.0\"'", "9007199254740993"},
      {"'\"\\u0031\\u0032\"'", "12"},
      {"'2.5'", "3"},
      {"'-2.5'", "-3"},
      {"'1e400'", NULL},
      {"'\"1e1000000\"'", NULL},
      {"'9223372036854775808'", NULL},
      {"'[1]'", NULL},
      {"'{\"a\":1}'", NULL},
      {"'null'", NULL},
      {"'-7'", "-7"}}},
    {SBE_TYPE_INT32,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'2147483647.4'", "2147483647"}, {"'2147483648'", NULL}, {"'true'", "1"}}},
    {SBE_TYPE_DOUBLE,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "1"},
      {"'1.5'", "1.5"},
      {"'\" 2.5 \"'", "2.5"},
      {"'1e999'", NULL},
      {"'-1e-999'", "0"},
      {"'\"NaN\"'", NULL},
      {"'[]'", NULL}}},
    {SBE_TYPE_DECIMAL,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "1.000000000"}, {"'0.1'", "0.100000000"}, {"'1e99'", NULL}}},
    {SBE_TYPE_WIDE_INTEGER,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "1"}, {"'9223372036854775808.5'", "9223372036854775809"}}},
    {SBE_TYPE_BOOL,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'true'", "true"}, {"'0'", "false"}, {"'1.0'", "true"}, {"'\"FALSE\"'", "false"}, {"'[true]'", NULL}}},
    {SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'\"2025-01-01T00:30:00+02:00\"'", "2024-12-31 22:30:00"},
      {"'\"2025-02-30\"'", NULL},
      {"'1735689600'", "2025-01-01 00:00:00"},
      {"'true'", NULL},
      {"'[1]'", NULL}}},

    {SBE_TYPE_LIST + SBE_TYPE_TEXT,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'[\"b\",null,1,true,[2],{\"x\":1},\"a\"]'", "{b,1,true,a}"},
      {"'[]'", "{}"},
      {"'[null]'", "{}"},
      {"'\"a\"'", NULL},
      {"'{}'", NULL},
      {"'null'", NULL},
      {"'3'", NULL}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'[1,\"2\",2.5,true,\"x\",null,9007199254740993,1e300]'", "{1,2,3,1,9007199254740993}"}, {"'[\"x\"]'", "{}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, "jsonb", {{"'[1,3000000000,-1]'", "{1,-1}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, SBE_CLASS_JSON, "jsonb", {{"'[1,\"2.5\",false,1e999]'", "{1,2.5,0}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, SBE_CLASS_JSON, "jsonb", {{"'[true,0,\"false\",5]'", "{t,f,f}"}}},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP,
     SBE_CLASS_JSON,
     "jsonb",
     {{"'[\"2025-01-01\",0,\"x\"]'", "{\"2025-01-01 00:00:00\",\"1970-01-01 00:00:00\"}"}}},
};

static void label_of(char what[160], const read_table *table, const char *how) {
  snprintf(what, 160, "read %d from class %d (%s, %s)", table->type, table->class_, table->sql_type, how);
}

/* All values of a table in one query, as a column: a bad one must not spoil its neighbours. */
static void test_read(const read_table *table) {
  char what[160];
  label_of(what, table, "column");
  sbe_text sql = {0};
  text_format(&sql, "CREATE TEMP TABLE given (i integer, \"the column\" %s); INSERT INTO given VALUES ",
              table->sql_type);
  size_t n = 0;
  for (; table->values[n].value != NULL; n++)
    text_format(&sql, "%s(%zu, CAST(%s AS %s))", n > 0 ? ", " : "", n, table->values[n].value, table->sql_type);
  text_format(&sql, ", (%zu, NULL)", n);
  sql_do(what, sql.data);
  text_clear(&sql);
  text_put(&sql, "SELECT CAST(");
  put_read(&sql, table->type, table->class_, "\"the column\"");
  text_put(&sql, " AS text) FROM given ORDER BY i");
  char *rows = sql_rows(what, sql.data), *at = rows;
  for (size_t i = 0; i <= n; i++) {
    const char *expected = i == n || table->values[i].expected == NULL ? "NULL" : table->values[i].expected;
    size_t size = strlen(expected);
    bool holds = strncmp(at, expected, size) == 0 && (at[size] == '\n' || at[size] == '\0');
    char *end = holds ? at + size : at + strcspn(at, "\n");
    char stop = *end;
    *end = '\0';
    sbe_text label = {0};
    text_format(&label, "%s: %s", what, i == n ? "NULL" : table->values[i].value);
    check_text(label.data, expected, at);
    text_clear(&label);
    at = stop == '\0' ? end : end + 1;
  }
  free(rows);
  text_clear(&sql);
  sql_do(what, "DROP TABLE given");
}

/* The same of bare literals, for which the server computes as much as it can before it begins. */
static void test_literals(const read_table *table) {
  if (table->class_ != SBE_CLASS_TEXT) return;
  char what[160];
  label_of(what, table, "literal");
  for (size_t i = 0; table->values[i].value != NULL; i++) {
    const char *value = table->values[i].value;
    if ((*value != '\'' && *value != 'E') || strstr(value, "||") != NULL) continue;
    sbe_text sql = {0}, label = {0};
    text_put(&sql, "SELECT CAST(");
    put_read(&sql, table->type, table->class_, value);
    text_put(&sql, " AS text)");
    text_format(&label, "%s: %s", what, value);
    check_text(label.data, table->values[i].expected, sql_one(label.data, sql.data));
    text_clear(&sql);
    text_clear(&label);
  }
}

/* Every read of every class must exist or go through text, as the contract says. */
static void test_contract(void) {
  static const int32_t types[] = {SBE_TYPE_TEXT,   SBE_TYPE_INT32,        SBE_TYPE_INT64,
                                  SBE_TYPE_DOUBLE, SBE_TYPE_BOOL,         SBE_TYPE_TIMESTAMP,
                                  SBE_TYPE_DATE,   SBE_TYPE_WIDE_INTEGER, SBE_TYPE_DECIMAL};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    check_true("a read from TEXT", read_pattern(types[i], SBE_CLASS_TEXT) != NULL);
  for (int32_t c = SBE_CLASS_INTEGER; c <= SBE_CLASS_JSON; c++)
    check_true("a read as TEXT", read_pattern(SBE_TYPE_TEXT, c) != NULL);
  for (int32_t t = SBE_TYPE_TEXT; t <= SBE_TYPE_TIMESTAMP; t++)
    check_true("a list read from JSON", read_pattern(SBE_TYPE_LIST + t, SBE_CLASS_JSON) != NULL);
}

/* ---- Nasty data: nothing may raise an error, on any class ---- */

static const char nasty_table[] =
    "CREATE TEMP TABLE nasty AS SELECT t FROM unnest(ARRAY['', ' ', '-', '+', '.', 'e', '1e', '-.e1', '0x', '٣', '１',"
    " repeat('9', 400), repeat('9', 400) || 'e-390', '1e' || repeat('9', 400), '-1e-' || repeat('9', 400),"
    " '.' || repeat('0', 1000) || '1', '1e131071', '1e-16383', '-1e-16384', '1e131072', repeat('1', 1000000), '{', '[',"
    " '\"', '\"\\', '{\"a\":', repeat('[', 100000), chr(1), 'a' || chr(1) || 'b', '😀', '2147483647e2147483647',"
    " '1e2147483648', '1e-2147483649', '0000-00-00', '9999-99-99T99:99:99+99:99', '0000-01-01T00:00:00+23:59',"
    " '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '294276-12-31 23:59:59.999999', '290309-12-22 BC',"
    " '4714-11-24 BC', '253402300799', '-62135596801', 'infinity', '-infinity', 'NaN', 'null', '\"null\"',"
    " '[null,[null],{}]', '99999999999999999999999999999.9999999995', '9223372036854775807', '-9223372036854775808',"
    " '1.7976931348623157e308', '5e-324', '32767', '-32768', 'true']) AS u(t)";

static void test_nasty(void) {
  if (!sql_do("nasty table", nasty_table)) return;
  static const int32_t types[] = {SBE_TYPE_TEXT,
                                  SBE_TYPE_INT32,
                                  SBE_TYPE_INT64,
                                  SBE_TYPE_DOUBLE,
                                  SBE_TYPE_BOOL,
                                  SBE_TYPE_TIMESTAMP,
                                  SBE_TYPE_DATE,
                                  SBE_TYPE_WIDE_INTEGER,
                                  SBE_TYPE_DECIMAL,
                                  SBE_TYPE_LIST + SBE_TYPE_TEXT,
                                  SBE_TYPE_LIST + SBE_TYPE_INT32,
                                  SBE_TYPE_LIST + SBE_TYPE_INT64,
                                  SBE_TYPE_LIST + SBE_TYPE_DOUBLE,
                                  SBE_TYPE_LIST + SBE_TYPE_BOOL,
                                  SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP};
  /* pg_temp.attempt is the cast that the server lacks: NULL where it fails. */
  sql_do("attempt",
         "CREATE FUNCTION pg_temp.attempt(t text, type text) RETURNS text LANGUAGE plpgsql AS $f$ DECLARE r text;"
         " BEGIN EXECUTE format('SELECT CAST(CAST(%L AS %s) AS text)', t, type) INTO r; RETURN r;"
         " EXCEPTION WHEN OTHERS THEN RETURN NULL; END $f$");
  static const struct {
    int32_t class_;
    const char *type;
    const char *of_text; /* NULL: cast to the type where that can be done */
  } classes[] = {
      {SBE_CLASS_TEXT, "text", "t"},
      {SBE_CLASS_DOUBLE, "double precision", NULL},
      {SBE_CLASS_INTEGER, "smallint", NULL},
      {SBE_CLASS_INTEGER, "integer", NULL},
      {SBE_CLASS_INTEGER, "bigint", NULL},
      {SBE_CLASS_DECIMAL, "numeric", NULL},
      {SBE_CLASS_DECIMAL, "numeric(38,38)", NULL},
      {SBE_CLASS_TIMESTAMP, "timestamp", NULL},
      {SBE_CLASS_BOOL, "boolean", NULL},
      {SBE_CLASS_JSON, "jsonb", NULL},
      {SBE_CLASS_JSON, "jsonb", "to_jsonb(t)"},
      {SBE_CLASS_JSON, "jsonb", "to_jsonb(ARRAY[t, t])"},
  };
  for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
    sbe_text sql = {0};
    text_format(&sql, "CREATE TEMP TABLE classed AS SELECT ");
    if (classes[c].of_text != NULL)
      text_put(&sql, classes[c].of_text);
    else
      text_format(&sql, "CAST(pg_temp.attempt(t, '%s') AS %s)", classes[c].type, classes[c].type);
    text_put(&sql, " AS x FROM nasty");
    sql_do("classed", sql.data);
    text_clear(&sql);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
      char what[120];
      snprintf(what, sizeof what, "no error: %d from %s", types[t], classes[c].type);
      text_put(&sql, "SELECT count(*) >= count(r) FROM (SELECT ");
      put_read(&sql, types[t], classes[c].class_, "x");
      text_put(&sql, " AS r FROM classed OFFSET 0) AS q");
      check_text(what, "t", sql_one(what, sql.data));
      text_clear(&sql);
    }
    sql_do("classed", "DROP TABLE classed");
  }
}

/* ---- Operations ---- */

/* Over rows (g, v, t, id, m): a group g, a value, an instant, an id that breaks ties, a condition. */
static const char events[] =
    "(VALUES (1, 5, TIMESTAMP '2025-01-01', 'b', TRUE), (1, NULL, TIMESTAMP '2025-01-01', 'a', TRUE), (1, 7, TIMESTAMP "
    "'2024-12-31', 'z', FALSE),"
    " (1, 9, TIMESTAMP '2025-01-02', 'a', TRUE), (1, NULL, TIMESTAMP '2025-01-02', 'b', NULL), (2, 3, TIMESTAMP "
    "'2025-01-01', 'a', TRUE),"
    " (2, NULL, TIMESTAMP '2025-01-03', 'a', TRUE), (3, 1, TIMESTAMP '2025-01-01', 'a', FALSE)) AS e(g, v, t, id, m)";

static void check_aggregate(const char *what, int32_t op, const char *const operands[5], const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT string_agg(coalesce(CAST(r AS text), 'NULL'), ' ' ORDER BY g) FROM (SELECT g, ");
  put_pattern(&sql, operation(op), 5, operands);
  text_format(&sql, " AS r FROM %s GROUP BY g) AS q", events);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

static void check_operation(const char *what, int32_t op, const char *a, const char *b, const char *from,
                            const char *expected) {
  sbe_text sql = {0};
  text_put(&sql, "SELECT CAST(");
  put_pattern(&sql, operation(op), 2, (const char *const[]){a, b});
  text_format(&sql, " AS text) %s", from);
  check_text(what, expected, sql_one(what, sql.data));
  text_clear(&sql);
}

#define OPERANDS(...) ((const char *const[5]){__VA_ARGS__})

static void test_aggregates(void) {
  check_aggregate("COUNT_IF", SBE_OP_COUNT_IF, OPERANDS("m"), "3 2 0");
  check_aggregate("COUNT_VALUES_IF", SBE_OP_COUNT_VALUES_IF, OPERANDS("v", "m"), "2 1 0");
  check_aggregate("SUM_IF", SBE_OP_SUM_IF, OPERANDS("v", "m"), "14 3 NULL");
  check_aggregate("MIN_IF", SBE_OP_MIN_IF, OPERANDS("v", "m"), "5 3 NULL");
  check_aggregate("MAX_IF", SBE_OP_MAX_IF, OPERANDS("v", "m"), "9 3 NULL");
  check_aggregate("MAX_IF of a condition", SBE_OP_MAX_IF, OPERANDS("v", "(m AND v < 9)"), "5 3 NULL");
  /* Group 1: the earliest that counts is 2025-01-01 'a', whose value is NULL; the latest 2025-01-02 'a'. */
  check_aggregate("FIRST_IF keeps NULL, breaks ties", SBE_OP_FIRST_IF, OPERANDS("v", "t", "id", "m", "integer"),
                  "NULL 3 NULL");
  check_aggregate("LAST_IF keeps NULL, breaks ties", SBE_OP_LAST_IF, OPERANDS("v", "t", "id", "m", "integer"),
                  "9 NULL NULL");
  check_aggregate("MIN_IF of bools", SBE_OP_MIN_IF, OPERANDS("(v > 5)", "m"), "false false NULL");
  check_aggregate("MAX_IF of bools", SBE_OP_MAX_IF, OPERANDS("(v > 5)", "m"), "true false NULL");
  check_aggregate("MIN_IF of times", SBE_OP_MIN_IF, OPERANDS("t", "m"), "2025-01-01 00:00:00 2025-01-01 00:00:00 NULL");
  check_aggregate("FIRST_IF of lists", SBE_OP_FIRST_IF,
                  OPERANDS("ARRAY[id, NULL, 'a,\"b']", "t", "id", "(m AND v IS NOT NULL)", "text[]"),
                  "{b,NULL,\"a,\\\"b\"} {a,NULL,\"a,\\\"b\"} NULL");
  check_aggregate("LAST_IF of empty lists", SBE_OP_LAST_IF,
                  OPERANDS("CAST(ARRAY[] AS bigint[])", "t", "id", "m", "bigint[]"), "{} {} NULL");
  check_operation("picks go by microseconds, not by their texts", SBE_OP_MAX_IF, "t", "TRUE",
                  "FROM (VALUES (TIMESTAMP '2025-01-01 00:00:00'), ('2025-01-01 00:00:00.000001')) AS e(t)",
                  "2025-01-01 00:00:00.000001");
  sbe_text sql = {0};
  text_put(&sql, "SELECT ");
  put_pattern(&sql, operation(SBE_OP_LAST_IF), 5, OPERANDS("v", "t", "t", "TRUE", "double precision"));
  text_put(&sql, " FROM (VALUES (TIMESTAMP '2025-01-01 00:00:09', CAST(0.1 AS double precision)), ('2025-01-01 "
                 "00:00:09.000001', 0.30000000000000004), ('2025-01-01 00:00:08.999999', 3)) AS e(t, v)");
  check_text("a picked double is the one it was", "0.30000000000000004", sql_one("pick", sql.data));
  text_clear(&sql);
}

static void test_sums(void) {
  static const char *const from = "FROM (SELECT %s AS v FROM generate_series(1, 3)) AS e";
  static const struct {
    const char *what, *value, *expected;
  } sums[] = {
      {"a sum beyond int64 is exact", "9223372036854775807", "27670116110564327421"},
      {"sums of sums too", "CAST(9223372036854775807 AS numeric) * 4", "110680464442257309684"},
      {"of int32", "2147483647", "6442450941"},
      {"of doubles", "CAST(0.5 AS double precision)", "1.5"},
      {"a double sum that overflows is NULL", "CAST(1e308 AS double precision)", NULL},
      {"a large one that does not is exact", "CAST(5e307 AS double precision)", "1.5e+308"},
      {"negative", "CAST(-1e308 AS double precision)", NULL},
      {"of NULLs", "CAST(NULL AS double precision)", NULL},
  };
  for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
    char rows[160];
    snprintf(rows, sizeof rows, from, sums[i].value);
    check_operation(sums[i].what, SBE_OP_SUM_IF, "v", "TRUE", rows, sums[i].expected);
  }
  check_operation("large ones that cancel", SBE_OP_SUM_IF, "v", "(v <> 7)",
                  "FROM (VALUES (CAST(1e308 AS double precision)), (1e308), (-1e308), (-1e308), (2), (7)) AS e(v)",
                  "2");
  sbe_text sql = {0};
  text_put(&sql, "SELECT pg_typeof(");
  put_pattern(&sql, operation(SBE_OP_SUM_IF), 2, OPERANDS("v", "TRUE"));
  text_put(&sql, ") FROM (SELECT CAST(1 AS double precision) AS v) AS e");
  check_text("a sum of doubles is a double", "double precision", sql_one("type", sql.data));
  text_clear(&sql);
  check_operation("texts compare by code point", SBE_OP_MAX_IF, "v COLLATE \"C\"", "TRUE",
                  "FROM (VALUES ('z'), ('Z'), ('é'), ('a')) AS e(v)", "é");
  check_operation("LIST_OF", SBE_OP_LIST_OF, "v", "",
                  "FROM (SELECT u COLLATE \"C\" AS v FROM (VALUES ('b'), ('B'), ('é'), ('a')) AS u(u)) AS e",
                  "{B,a,b,é}");
  check_operation("LIST_OF bools", SBE_OP_LIST_OF, "v", "", "FROM (VALUES (TRUE), (FALSE)) AS e(v)", "{f,t}");
  check_operation("DICT_OF", SBE_OP_DICT_OF, "k", "n",
                  "FROM (VALUES ('é😀', 2), ('a\"q\\', 1), ('', 9223372036854775807)) AS e(k, n)",
                  "{\"\": 9223372036854775807, \"a\\\"q\\\\\": 1, \"é😀\": 2}");
  check_operation("DICT_OF over nothing", SBE_OP_DICT_OF, "k", "n", "FROM (SELECT 'a' AS k, 1 AS n WHERE FALSE) AS e",
                  NULL);
}

static void test_scalars(void) {
  check_operation("LIST_LITERAL", SBE_OP_LIST_LITERAL, "'a', 'b'", "text[]", "", "{a,b}");
  check_operation("LIST_LITERAL, empty", SBE_OP_LIST_LITERAL, "", "bigint[]", "", "{}");
  check_operation("DICT_LITERAL", SBE_OP_DICT_LITERAL, "'{\"a\":1}'", "", "", "{\"a\": 1}");
  check_operation("ADD_DAYS", SBE_OP_ADD_DAYS, "DATE '2025-03-01'", "-1", "", "2025-02-28");
  check_operation("ADD_SECONDS", SBE_OP_ADD_SECONDS, "TIMESTAMP '2025-01-01 00:00:00.5'", "-600", "",
                  "2024-12-31 23:50:00.5");
  check_operation("MICROSECONDS", SBE_OP_MICROSECONDS, "TIMESTAMP '2025-01-01'",
                  "TIMESTAMP '2025-01-02 00:00:00.000001'", "", "86400000001");
  check_operation("MICROSECONDS over all years", SBE_OP_MICROSECONDS, "TIMESTAMP '0001-01-01'",
                  "TIMESTAMP '9999-12-31 23:59:59.999999'", "", "315537897599999999");
  check_operation("DIVIDE_DOWN", SBE_OP_DIVIDE_DOWN, "9223372036854775807", "2", "", "4611686018427387903");
  check_operation("HOUR", SBE_OP_HOUR, "TIMESTAMP '2025-01-05 23:59:59.999999'", "", "", "23");
  check_operation("MONTH", SBE_OP_MONTH, "TIMESTAMP '2025-12-31'", "", "", "12");
  check_operation("ISO_DAY_OF_WEEK of a Sunday", SBE_OP_ISO_DAY_OF_WEEK, "TIMESTAMP '2025-01-05'", "", "", "7");
  check_operation("DAY_TEXT", SBE_OP_DAY_TEXT, "TIMESTAMP '2025-01-05 23:59:59'", "", "", "2025-01-05");
  check_operation("DAY_TEXT of an early year", SBE_OP_DAY_TEXT, "TIMESTAMP '0099-01-05'", "", "", "0099-01-05");
  check_operation("WEEK_TEXT", SBE_OP_WEEK_TEXT, "TIMESTAMP '2025-01-05 23:59:59'", "", "", "2024-12-30");
  check_operation("MONTH_TEXT", SBE_OP_MONTH_TEXT, "TIMESTAMP '2025-01-31'", "", "", "2025-01-01");
  static const struct {
    const char *text, *pattern, *expected;
  } likes[] = {
      {"'abc'", "'a%'", "true"},     {"'abc'", "'a_c'", "true"},     {"'aBc'", "'a_C'", "false"},
      {"'a%c'", "'a\\%c'", "false"}, {"'a\\%c'", "'a\\%c'", "true"}, {"'é'", "'_'", "true"},
  };
  for (size_t i = 0; i < sizeof likes / sizeof likes[0]; i++)
    check_operation("LIKE", SBE_OP_LIKE, likes[i].text, likes[i].pattern, "", likes[i].expected);
  check_operation("TEXT_LESS", SBE_OP_TEXT_LESS, "'Z'", "'a'", "", "true");
  check_operation("TEXT_LESS", SBE_OP_TEXT_LESS, "'z'", "'é'", "", "true");
  sbe_text sql = {0};
  text_format(&sql,
              "SELECT pg_typeof(%s) = CAST('timestamp' AS regtype) AND abs(EXTRACT(EPOCH FROM %s) - "
              "EXTRACT(EPOCH FROM now())) < 60",
              operation(SBE_OP_NOW), operation(SBE_OP_NOW));
  check_text("NOW is a timestamp in UTC", "t", sql_one("now", sql.data));
  text_clear(&sql);
}

static void test_doubles(void) {
  static const struct {
    int32_t op;
    const char *a, *b, *expected;
  } sums[] = {
      {SBE_OP_ADD, "1.5", "2", "3.5"},
      {SBE_OP_ADD, "1e308", "1e308", NULL},
      {SBE_OP_ADD, "1e308", "-1e308", "0"},
      {SBE_OP_ADD, "1e308", "7e307", "1.7e+308"},
      {SBE_OP_ADD, "-1e308", "-1e308", NULL},
      {SBE_OP_ADD, "NULL", "1", NULL},
      {SBE_OP_ADD, "5e-324", "5e-324", "1e-323"},
      {SBE_OP_ADD, "1e308", "0", "1e+308"},
      {SBE_OP_MULTIPLY, "1.5", "2", "3"},
      {SBE_OP_MULTIPLY, "1e200", "1e200", NULL},
      {SBE_OP_MULTIPLY, "1e200", "-1e200", NULL},
      {SBE_OP_MULTIPLY, "1e-200", "1e-200", "0"},
      {SBE_OP_MULTIPLY, "1e300", "1e-300", "1"},
      {SBE_OP_MULTIPLY, "0", "1e308", "0"},
      {SBE_OP_MULTIPLY, "NULL", "1e308", NULL},
      {SBE_OP_DIVIDE, "3", "2", "1.5"},
      {SBE_OP_DIVIDE, "5e-324", "3", "0"},
      {SBE_OP_DIVIDE, "1e308", "4", "2.5e+307"},
      {SBE_OP_DIVIDE, "NULL", "4", NULL},
  };
  for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
    char what[80], from[160];
    snprintf(what, sizeof what, "double operation %d of %s and %s", sums[i].op, sums[i].a, sums[i].b);
    snprintf(from, sizeof from, "FROM (SELECT CAST(%s AS double precision) AS a, CAST(%s AS %s) AS b OFFSET 0) AS e",
             sums[i].a, sums[i].b, sums[i].op == SBE_OP_DIVIDE ? "bigint" : "double precision");
    check_operation(what, sums[i].op, "a", "b", from, sums[i].expected);
  }
}

/* ---- Names, schemas, tables ---- */

static void test_names(void) {
  static const struct {
    const char *text;
    size_t size;
    const char *expected;
  } literals[] = {
      {"O'Brien", 7, "O'Brien"},
      {"'", 1, "'"},
      {"''", 2, "''"},
      {"\\'\\", 3, "\\'\\"},
      {"%_{0}\n;--", 9, "%_{0}\n;--"},
      {"", 0, ""},
      {"é😀", 6, "é😀"},
      {"'\0a\0", 4,
       "'\xEF\xBF\xBD"
       "a\xEF\xBF\xBD"},
  };
  sbe_text sql = {0};
  for (int on = 0; on < 2; on++) { /* whatever the session says of backslashes */
    sql_do("strings", on ? "SET standard_conforming_strings = on"
                         : "SET standard_conforming_strings = off; SET escape_string_warning = off");
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
      text_put(&sql, "SELECT ");
      sbe_postgres_dialect.literal(&sql, literals[i].text, literals[i].size);
      check_text("a literal comes back as it was", literals[i].expected, sql_one("literal", sql.data));
      text_clear(&sql);
    }
  }
  static const char name[] = "a \"b\" é; \\";
  text_put(&sql, "CREATE TEMP TABLE named AS SELECT 1 AS ");
  sbe_postgres_dialect.identifier(&sql, name);
  sql_do("identifier", sql.data);
  text_clear(&sql);
  check_text("a name comes back as it was", name,
             sql_one("identifier", "SELECT attname FROM pg_attribute WHERE attrelid = CAST('named' AS regclass) AND "
                                   "attnum = 1"));
  for (const sbe_physical *row = sbe_postgres_dialect.physical; row->type != 0; row++) {
    text_format(&sql, "SELECT CAST('%s' AS regtype) IS NOT NULL",
                row->type == SBE_TYPE_DECIMAL ? "numeric" : row->name);
    check_text("a physical type is one", "t", sql_one(row->name, sql.data));
    text_clear(&sql);
  }
}

static void test_schemas(void) {
  sbe_text sql = {0};
  for (int i = 0; i < 2; i++) {
    put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1,
                (const char *const[]){i == 0 ? "\"Shop's\"" : "\"of \"\"it\".\"Shop's\""});
    sql_do("CREATE_SCHEMA", sql.data);
    text_clear(&sql);
  }
  sql_do("tables", "CREATE TABLE \"Shop's\".\"Orders_2_x\" (a integer); CREATE TABLE \"Shop's\".b (a integer);"
                   "CREATE VIEW \"Shop's\".v AS SELECT 1 AS a; CREATE INDEX i ON \"Shop's\".b (a)");
  text_put(&sql, "SELECT string_agg(t, ',' ORDER BY t) FROM (");
  put_pattern(&sql, operation(SBE_OP_LIST_TABLES), 1, (const char *const[]){"'Shop''s'"});
  text_put(&sql, ") AS q(t)");
  check_text("LIST_TABLES", "Orders_2_x,b", sql_one("tables", sql.data));
  text_clear(&sql);
  /* Who may not make schemas may use one that is there. */
  sql_do("role", "CREATE ROLE modest; GRANT USAGE ON SCHEMA \"Shop's\" TO modest; SET ROLE modest");
  put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1, (const char *const[]){"\"Shop's\""});
  sql_do("CREATE_SCHEMA without the right to", sql.data);
  text_clear(&sql);
  sql_do("role", "RESET ROLE; DROP SCHEMA \"Shop's\" CASCADE; DROP ROLE modest");
  /* A name that looks like the end of a quote is only a name. */
  put_pattern(&sql, operation(SBE_OP_CREATE_SCHEMA), 1, (const char *const[]){"\"$name$); $sbe$\""});
  sql_do("CREATE_SCHEMA", sql.data);
  text_clear(&sql);
  sql_do("schema", "DROP SCHEMA \"$name$); $sbe$\"");
  put_pattern(&sql, operation(SBE_OP_HOLD), 1,
              (const char *const[]){"SELECT relname FROM pg_class WHERE relname = 'x'"});
  check_text("HOLD", "no row", sql_one("HOLD", sql.data));
  text_clear(&sql);
}

static const sbe_column_spec specs[] = {
    {"key", SBE_TYPE_TEXT},          {"event_date", SBE_TYPE_DATE},           {"n", SBE_TYPE_INT64},
    {"wide", SBE_TYPE_WIDE_INTEGER}, {"tags", SBE_TYPE_LIST + SBE_TYPE_TEXT}, {"d", SBE_TYPE_DICT},
};

static void run_create(const sbe_table *table) {
  sbe_statements list = {0};
  sbe_error error = {0};
  check_true("create", sbe_postgres_dialect.create(table, &list, &error) == SBE_OK);
  sql_do(table->name, list.text.data);
  text_clear(&list.text);
}

static void test_tables(void) {
  static const char *const long_name = "\"made\".\"ééééééééééééééééééééééééééééé_x\""; /* 60 bytes */
  sbe_table table = {.struct_size = sizeof table,
                     .name = "\"made\".\"a \"\"b\"\".c\"",
                     .kind = SBE_TABLE_PERMANENT,
                     .n_columns = 6,
                     .columns = specs,
                     .day_column = 1,
                     .key_column = 0,
                     .lookup_column = -1};
  sql_do("schema", "CREATE SCHEMA made");
  run_create(&table);
  run_create(&table);
  table.name = long_name;
  table.day_column = -1;
  run_create(&table);
  run_create(&table);
  table.lookup_column = 2;
  table.day_column = 1;
  table.name = "\"made\".\"both\"";
  run_create(&table);
  char *rows =
      sql_rows("indexes", "SELECT tablename, substr(indexdef, strpos(indexdef, ' (')), octet_length(indexname) "
                          "<= 63, indexname LIKE left(tablename, 20) || '%' FROM pg_indexes WHERE schemaname = "
                          "'made' ORDER BY tablename COLLATE \"C\", 2");
  check_text(
      "an index for lookups, days or keys",
      "a \"b\".c| (event_date)|t|t\nboth| (event_date)|t|t\nboth| (n)|t|t\nééééééééééééééééééééééééééééé_x| (key)|t|t",
      rows == NULL ? NULL : rows);
  free(rows);
  table = (sbe_table){.struct_size = sizeof table,
                      .name = "\"made\".scratch",
                      .kind = SBE_TABLE_SCRATCH,
                      .n_columns = 6,
                      .columns = specs,
                      .day_column = 1,
                      .key_column = 0,
                      .lookup_column = -1,
                      .select = "SELECT 'a', DATE '2025-01-01', 1, 2, ARRAY['x'], '{}'"};
  run_create(&table);
  rows = sql_rows("columns", "SELECT attname, format_type(atttypid, atttypmod), COALESCE((SELECT collname FROM "
                             "pg_collation AS c WHERE c.oid = attcollation), '-'), relpersistence, reltuples FROM "
                             "pg_attribute JOIN pg_class AS r ON r.oid = attrelid WHERE attrelid = "
                             "CAST('made.scratch' AS regclass) AND attnum > 0 ORDER BY attnum");
  check_text("a scratch table has the declared types, sorts by code point, is not logged, and is analysed",
             "key|text|C|u|1\nevent_date|date|-|u|1\nn|bigint|-|u|1\nwide|numeric|-|u|1\ntags|text[]|C|u|1\n"
             "d|jsonb|-|u|1",
             rows);
  free(rows);
  rows =
      sql_rows("columns", "SELECT attname, (SELECT collname FROM pg_collation AS c WHERE c.oid = attcollation) FROM "
                          "pg_attribute WHERE attrelid = CAST('made.both' AS regclass) AND attcollation <> 0 ORDER BY "
                          "attnum");
  check_text("so do permanent ones", "key|C\ntags|C", rows);
  free(rows);
  sql_do("schema", "DROP SCHEMA made CASCADE");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  test_contract();
  test_types();
  if (sql_open()) {
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
      test_read(&reads[i]);
      test_literals(&reads[i]);
    }
    test_names();
    test_scalars();
    test_doubles();
    test_aggregates();
    test_sums();
    test_schemas();
    test_tables();
    test_nasty();
    test_layouts();
    sql_close();
  }
  sbe_postgres_pool_free(&sql_pool);
  printf("postgres-dialect: %d passed, %d failed, %d skipped\n", sql_passed, sql_failed, sql_skipped);
  return sql_failed > 0;
}
