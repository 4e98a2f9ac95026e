/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of the SQL API without a network: cells of every type, answers in pieces of every size, hostile
 * ones, and what errors mean. Expected values are worked out by hand: 2024-01-01 is day 19723 and second
 * 1704067200; a fraction of a second is cut down, towards the past.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>

#include "plugins/snowflake/snowflake_connection.h"
#include "tests/duckdb/fake_host.h"

const sbe_host *sbe_snowflake_host = &fake_host;

static fake_rows rows;

/* Feed an answer in pieces of `piece` bytes (0: whole). @return SBE_OK, or the code of the end. */
static int32_t read_answer(const char *answer, size_t size, size_t piece, sbe_snowflake_result *result) {
  memset(&fake_error, 0, sizeof fake_error);
  sbe_snowflake_result_again(result);
  if (piece == 0) piece = size;
  for (size_t i = 0; i < size; i += piece) {
    size_t n = size - i < piece ? size - i : piece;
    char *copy = sbe_common_copy(answer + i, n); /* so that reading past it is seen */
    bool more = sbe_snowflake_result_take(result, 200, copy, n);
    free(copy);
    if (!more) break;
  }
  return sbe_snowflake_result_end(result, 200, false, &fake_error);
}

static const sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};

static int32_t rows_of(const char *answer, size_t piece) {
  sbe_snowflake_result result;
  memset(&rows, 0, sizeof rows);
  sbe_snowflake_result_start(&result, &sink);
  int32_t code = read_answer(answer, strlen(answer), piece, &result);
  sbe_snowflake_result_free(&result);
  return code;
}

/* ---- cells ---- */

static void cells(void) {
  static const struct {
    const char *type;
    int scale;
    const char *json, *wanted;
  } table[] = {
      {"fixed", 0, "\"0\"", "i:0"},
      {"FIXED", 0, "\"42\"", "i:42"},
      {"fixed", 0, "\"9223372036854775807\"", "i:9223372036854775807"},
      {"fixed", 0, "\"-9223372036854775808\"", "i:-9223372036854775808"},
      {"fixed", 0, "\"9223372036854775808\"", "n:9223372036854775808"},
      {"fixed", 0, "\"-9223372036854775809\"", "n:-9223372036854775809"},
      {"fixed", 0, "\"9007199254740993\"", "i:9007199254740993"},
      {"fixed", 0, "99999999999999999999999999999999999999", "n:99999999999999999999999999999999999999"},
      {"fixed", 2, "\"12.30\"", "n:12.30"},
      {"fixed", 6, "\"-0.500000\"", "n:-0.500000"},
      {"fixed", 0, "null", "null"},
      {"real", 0, "\"1.5\"", "f:1.5"},
      {"real", 0, "\"-1e-3\"", "f:-0.001"},
      {"real", 0, "\"inf\"", "f:inf"},
      {"real", 0, "\"-inf\"", "f:-inf"},
      {"real", 0, "\"NaN\"", "f:nan"},
      {"boolean", 0, "\"true\"", "b:1"},
      {"boolean", 0, "\"false\"", "b:0"},
      {"boolean", 0, "true", "b:1"},
      {"date", 0, "\"19723\"", "d:19723"},
      {"date", 0, "\"-1\"", "d:-1"},
      {"time", 0, "\"82919.000000000\"", "t:23:01:59"},
      {"time", 9, "\"0.000001999\"", "t:00:00:00.000001"},
      {"timestamp_ntz", 9, "\"1704067200.000000000\"", "s:1704067200000000"},
      {"TIMESTAMP_NTZ", 9, "\"1704067200.123456789\"", "s:1704067200123456"},
      {"timestamp_ltz", 3, "\"1704067200.123\"", "s:1704067200123000"},
      {"timestamp_ntz", 0, "\"1704067200\"", "s:1704067200000000"},
      {"timestamp_ntz", 9, "\"-1.500000000\"", "s:-1500000"},
      {"timestamp_ntz", 9, "\"-0.000001000\"", "s:-1"},
      {"timestamp_ntz", 9, "\"-0.000000001\"", "s:-1"},
      {"timestamp_ntz", 9, "\"-1.000001001\"", "s:-1000002"},
      {"timestamp_ntz", 9, "\"253402300799.999999000\"", "s:253402300799999999"},
      {"timestamp_tz", 9, "\"1641008096.123000000 1980\"", "s:1641008096123000"},
      {"timestamp_tz", 9, "\"-3600.000000000 1440\"", "s:-3600000000"},
      {"binary", 0, "\"00FF\"", "t:00FF"},
      {"text", 0, "\"\"", "t:"},
      {"text", 0, "\"null\"", "t:null"},
      {"text", 0, "\"a\\\"b\\\\c\\/d\\n\\u00e9\\ud83d\\ude00\"", "t:a\"b\\c/d\n\xc3\xa9\xf0\x9f\x98\x80"},
      {"text", 0, "\"\\ud83dx\\ude00\"", "t:\xef\xbf\xbdx\xef\xbf\xbd"},
      {"text", 0, "\"\\ud83d\\ud83d\\ude00\"", "t:\xef\xbf\xbd\xf0\x9f\x98\x80"},
      {"text", 0, "\"a\\u0000b\"", "t:a<NUL>b"},
      {"variant", 0, "\"{\\\"a\\\":1}\"", "j:{\"a\":1}"},
      {"array", 0, "\"[undefined,\\\"undefined\\\"]\"", "j:[null,\"undefined\"]"},
      {"array", 0, "\"[ 1,\\n  \\\" a \\\\\\\" b\\\" ]\"", "j:[1,\" a \\\" b\"]"},
      {"object", 0, "\"null\"", "j:null"},
      {"geography", 0, "\"POINT(1 2)\"", "t:POINT(1 2)"},
      {"something new", 0, "\"x\"", "t:x"},
  };
  char answer[1024];
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    snprintf(answer, sizeof answer,
             "{\"resultSetMetaData\":{\"numRows\":1,\"rowType\":[{\"name\":\"C\",\"type\":\"%s\",\"scale\":%d}]},"
             "\"data\":[[%s]]}",
             table[i].type, table[i].scale, table[i].json);
    CU_ASSERT_EQUAL(rows_of(answer, 0), SBE_OK);
    CU_ASSERT_STRING_EQUAL(rows.text, table[i].wanted);
    if (strcmp(rows.text, table[i].wanted) != 0)
      printf("%s %s: %s, not %s\n", table[i].type, table[i].json, rows.text, table[i].wanted);
  }
}

static void cells_that_are_none(void) {
  static const char *const table[][2] = {
      {"fixed", "\"\""},
      {"fixed", "\"1e5\""},
      {"fixed", "\"-\""},
      {"real", "\"1.5x\""},
      {"real", "\"0x10\""},
      {"real", "\"\""},
      {"boolean", "\"maybe\""},
      {"date", "\"2024-01-01\""},
      {"time", "\"-1\""},
      {"time", "\"86400\""},
      {"timestamp_ntz", "\"\""},
      {"timestamp_ntz", "\"1.2.3\""},
      {"timestamp_ntz", "\"99999999999999999999\""},
      {"timestamp_tz", "\"noon 1440\""},
  };
  char answer[1024];
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    snprintf(answer, sizeof answer,
             "{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"C\",\"type\":\"%s\"}]},\"data\":[[%s]]}", table[i][0],
             table[i][1]);
    CU_ASSERT_EQUAL(rows_of(answer, 0), SBE_IO);
    CU_ASSERT_STRING_EQUAL(rows.text, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "no value of its column's type"));
  }
}

/* ---- answers ---- */

#define METADATA                                                                                                       \
  "\"resultSetMetaData\":{\"numRows\":2,\"format\":\"jsonv2\",\"partitionInfo\":[{\"rowCount\":2}],\"rowType\":["      \
  "{\"name\":\"N\",\"type\":\"fixed\",\"scale\":0,\"nullable\":true},{\"name\":\"a \\\"b\\\"\",\"type\":\"text\"}]}"
#define DATA "\"data\": [ [\"42\" , \"foo]\\\"[,\"] ,[ null,\"\\u00e9\"]\n]"
#define TAIL                                                                                                           \
  "\"code\":\"090001\",\"statementHandle\":\"01b4-d4\",\"x\":{\"data\":[[[1]]]},\"statementHandles\":[\"h-0\",\"h-"    \
  "1\"]"
#define WANTED "i:42|t:foo]\"[,\nnull|t:\xc3\xa9"

static void in_pieces(void) {
  static const char *const answers[] = {"{" METADATA "," DATA "," TAIL "}", "{" TAIL "," METADATA "," DATA "}",
                                        " { " DATA "," TAIL "," METADATA "}\n", "{" DATA "," METADATA "}",
                                        "{" METADATA ",\"y\":\"\\\"data\\\":[\"," DATA "}"};
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    for (size_t piece = 0; piece < 40; piece++) {
      CU_ASSERT_EQUAL(rows_of(answers[i], piece), SBE_OK);
      CU_ASSERT_STRING_EQUAL(rows.text, WANTED);
      CU_ASSERT_STRING_EQUAL(rows.columns, "N|a \"b\"");
    }
  }
}

static void handles(void) {
  static const char answer[] = "{" METADATA "," DATA "," TAIL "}";
  sbe_snowflake_result result;
  char handle[SBE_SNOWFLAKE_HANDLE];
  sbe_snowflake_result_start(&result, NULL);
  CU_ASSERT_EQUAL(read_answer(answer, sizeof answer - 1, 0, &result), SBE_OK);
  CU_ASSERT_TRUE(sbe_snowflake_result_handle(&result, -1, handle));
  CU_ASSERT_STRING_EQUAL(handle, "01b4-d4");
  CU_ASSERT_TRUE(sbe_snowflake_result_handle(&result, 1, handle));
  CU_ASSERT_STRING_EQUAL(handle, "h-1");
  CU_ASSERT_FALSE(sbe_snowflake_result_handle(&result, 2, handle));
  static const char *const hostile[] = {
      "{\"statementHandle\":\"../../x\"}", "{\"statementHandle\":\"\"}", "{\"statementHandle\":7}",
      "{\"statementHandle\":\"a\\r\\nb\"}",
      ("{\"statementHandle\":\"0123456789012345678901234567890123456789012345678901234567"
       "8901234567890\"}")};
  for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
    CU_ASSERT_EQUAL(read_answer(hostile[i], strlen(hostile[i]), 0, &result), SBE_OK);
    CU_ASSERT_FALSE(sbe_snowflake_result_handle(&result, -1, handle));
  }
  sbe_snowflake_result_free(&result);
}

/* Nothing that ends too early is ever taken for whole. */
static void broken_off(void) {
  static const char answer[] = "{" METADATA "," DATA "," TAIL "}";
  for (size_t size = 0; size < sizeof answer - 1; size++) {
    sbe_snowflake_result result;
    sbe_snowflake_result_start(&result, &sink);
    sbe_snowflake_result_again(&result);
    bool fed = sbe_snowflake_result_take(&result, 200, answer, size);
    CU_ASSERT_TRUE(fed);
    CU_ASSERT_FALSE(sbe_snowflake_result_whole(&result, 200));
    sbe_snowflake_result_free(&result);
  }
}

/* The answer comes again after it broke off in its second row: no row comes twice. */
static void taken_up_again(void) {
  static const char answer[] = "{" METADATA "," DATA "," TAIL "}";
  for (size_t cut = 1; cut < sizeof answer - 1; cut++) {
    sbe_snowflake_result result;
    memset(&rows, 0, sizeof rows);
    sbe_snowflake_result_start(&result, &sink);
    sbe_snowflake_result_again(&result);
    sbe_snowflake_result_take(&result, 200, answer, cut);
    CU_ASSERT_EQUAL(read_answer(answer, sizeof answer - 1, 7, &result), SBE_OK);
    CU_ASSERT_STRING_EQUAL(rows.text, WANTED);
    sbe_snowflake_result_free(&result);
  }
}

static void partitions(void) {
  static const char first[] = "{\"resultSetMetaData\":{\"partitionInfo\":[{\"rowCount\":1},{\"rowCount\":2},{"
                              "\"rowCount\":1}],\"rowType\":[{\"name\":"
                              "\"N\",\"type\":\"fixed\"}]},\"data\":[[\"1\"]],\"statementHandle\":\"h\"}";
  static const char second[] = "{\"data\":[[\"2\"],[\"3\"]]}", third[] = "[[\"4\"]]",
                    shorter[] = "{\"data\":[[\"2\"]]}";
  sbe_snowflake_result result;
  memset(&rows, 0, sizeof rows);
  sbe_snowflake_result_start(&result, &sink);
  CU_ASSERT_EQUAL(read_answer(first, sizeof first - 1, 1, &result), SBE_OK);
  CU_ASSERT_EQUAL(result.n_partitions, 3);
  sbe_snowflake_result_next(&result);
  CU_ASSERT_EQUAL(read_answer(second, sizeof second - 1, 1, &result), SBE_OK);
  sbe_snowflake_result_next(&result);
  CU_ASSERT_EQUAL(read_answer(third, sizeof third - 1, 1, &result), SBE_OK);
  CU_ASSERT_STRING_EQUAL(rows.text, "i:1\ni:2\ni:3\ni:4");
  sbe_snowflake_result_free(&result);

  sbe_snowflake_result_start(&result, &sink);
  read_answer(first, sizeof first - 1, 0, &result);
  sbe_snowflake_result_next(&result);
  CU_ASSERT_EQUAL(read_answer(shorter, sizeof shorter - 1, 0, &result), SBE_IO);
  CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "another number of rows"));
  sbe_snowflake_result_free(&result);
}

/* A sink that has had enough; a result without rows; one that nobody wants. */
static void ends(void) {
  memset(&rows, 0, sizeof rows);
  rows.enough = 1;
  sbe_snowflake_result result;
  static const char answer[] = "{" METADATA "," DATA "," TAIL "}";
  sbe_snowflake_result_start(&result, &sink);
  CU_ASSERT_EQUAL(read_answer(answer, sizeof answer - 1, 0, &result), SBE_OK);
  CU_ASSERT_TRUE(result.enough);
  CU_ASSERT_EQUAL(rows.n, 1);
  sbe_snowflake_result_free(&result);
  CU_ASSERT_EQUAL(rows_of("{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"X\",\"type\":\"text\"}]},\"data\":[]}", 1),
                  SBE_OK);
  CU_ASSERT_STRING_EQUAL(rows.columns, "X");
  CU_ASSERT_EQUAL(rows.n, 0);
  CU_ASSERT_EQUAL(rows_of("{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"X\",\"type\":\"text\"}]}}", 0), SBE_OK);
  CU_ASSERT_STRING_EQUAL(rows.columns, "X");
}

static void counts(void) {
  static const struct {
    const char *answer;
    int64_t wanted;
  } table[] = {
      {"{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"number of rows "
       "inserted\",\"type\":\"fixed\"},{\"name\":\"number of "
       "rows updated\",\"type\":\"fixed\"}]},\"data\":[[\"2\",\"3\"]]}",
       5},
      {"{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"status\",\"type\":\"text\"}]},\"data\":[[\"done\"]]}", -1},
      {"{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"status\",\"type\":\"text\"}]},\"data\":[[\"done\"]],\"stats\":"
       "{"
       "\"numRowsInserted\":7,\"numRowsUpdated\":0,\"numRowsDeleted\":1}}",
       8},
      {"{\"message\":\"x\"}", -1},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    sbe_snowflake_result result;
    sbe_snowflake_result_start(&result, NULL);
    CU_ASSERT_EQUAL(read_answer(table[i].answer, strlen(table[i].answer), 3, &result), SBE_OK);
    CU_ASSERT_EQUAL(sbe_snowflake_result_count(&result), table[i].wanted);
    sbe_snowflake_result_free(&result);
  }
}

static void hostile(void) {
  static const char *const table[][2] = {
      {"", "ends too early"},
      {"<html>", "no JSON object"},
      {"42", "no JSON object"},
      {"{}x", "something follows"},
      {"{\"data\":{}", "ends too early"},
      {"{" METADATA ",\"data\":[[\"1\"]]}", "fewer cells"},
      {"{" METADATA ",\"data\":[[\"1\",\"2\",\"3\"]]}", "more cells"},
      {"{" METADATA ",\"data\":[[[\"1\"],\"2\"]]}", "no text, number or null"},
      {"{" METADATA ",\"data\":[[{},\"2\"]]}", "no text, number or null"},
      {"{" METADATA ",\"data\":[[nil,\"2\"]]}", "no text, number or null"},
      {"{" METADATA ",\"data\":[[\"1\" \"2\"]]}", "not lists of cells"},
      {"{" METADATA ",\"data\":[[\"1\",]]}", "no text, number or null"},
      {"{" METADATA ",\"data\":[\"1\"]}", "not lists of cells"},
      {"{" METADATA ",\"data\":[[\"1\",\"2\"],]}", "not lists of cells"},
      {"{" METADATA ",\"data\":[[\"1\",\"a\tb\"]]}", "control character"},
      {"{" METADATA ",\"data\":[[\"1\",\"\\q\"]]}", "escape"},
      {"{" METADATA ",\"data\":[[\"1\",\"\\u12g4\"]]}", "escape"},
      {"{" METADATA "," DATA "," DATA "}", "rows twice"},
      {"{" METADATA "," DATA ",}", "no JSON"},
      {"{" DATA "}", "does not say what its rows are"},
      {"{\"resultSetMetaData\":{\"rowType\":7},\"data\":[]}", "does not say what its rows are"},
      {"{\"resultSetMetaData\":{\"rowType\":[{\"name\":7}]},\"data\":[]}", "does not say what its rows are"},
      {"[[\"1\"]]", "does not say what its rows are"},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    for (size_t piece = 0; piece < 2; piece++) {
      CU_ASSERT_EQUAL(rows_of(table[i][0], piece), SBE_IO);
      CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, table[i][1]));
      if (strstr(fake_error.message, table[i][1]) == NULL) printf("%s\n    %s\n", table[i][0], fake_error.message);
    }
  }
}

/* A million brackets, an envelope and a cell of many megabytes. */
static void large(void) {
  size_t size = (size_t)20 << 20;
  char *answer = sbe_common_allocate(size + 1024, 1);
  memset(answer, '[', 1 << 20);
  memcpy(answer, "{\"a\":", 5);
  CU_ASSERT_EQUAL(rows_of(answer, 0), SBE_IO);
  CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "nested too deeply"));
  memset(answer, 'x', size);
  memcpy(answer, "{\"a\":\"", 6);
  CU_ASSERT_EQUAL(rows_of(answer, 65536), SBE_IO);
  CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "too large"));
  static const char head[] = "{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"X\",\"type\":\"text\"}]},\"data\":[[\"";
  memset(answer, 'x', size);
  memcpy(answer, head, sizeof head - 1);
  strcpy(answer + size - 1, "\"]]}");
  size_t wanted = size - 1 - (sizeof head - 1);
  CU_ASSERT_EQUAL(rows_of(answer, 65536), SBE_OK);
  CU_ASSERT_EQUAL(rows.n, 1);
  CU_ASSERT(wanted > sizeof rows.text);
  free(answer);
}

/* ---- errors ---- */

static void codes(void) {
  static const struct {
    long number;
    const char *state, *message;
    int32_t code;
  } table[] = {
      {1003, "42000", "SQL compilation error: syntax error", SBE_SYNTAX},
      {2003, "42S02", "Object 'T' does not exist or not authorized.", SBE_NOT_FOUND},
      {2003, "02000", "Schema 'S' does not exist or not authorized.", SBE_NOT_FOUND},
      {2043, "02000", "Object does not exist, or operation cannot be performed.", SBE_NOT_FOUND},
      {904, "42000", "invalid identifier 'X'", SBE_NOT_FOUND},
      {2002, "42710", "Object 'T' already exists.", SBE_INVALID},
      {3001, "42501", "Insufficient privileges", SBE_INVALID},
      {606, "57P03", "No active warehouse selected", SBE_INVALID},
      {625, "57014", "waiters for this lock exceeds the limit", SBE_BUSY},
      {604, "57014", "SQL execution canceled", SBE_CANCELLED},
      {630, "57014", "Statement reached its statement or warehouse timeout", SBE_TIMEOUT},
      {100038, "22018", "Numeric value 'sbe_guard_refused' is not recognized", SBE_CONFLICT},
      {100038, "22018", "Numeric value 'abc' is not recognized", SBE_DATA},
      {100051, "22012", "Division by zero", SBE_DATA},
      {100090, "42P18", "Duplicate row detected during DML action", SBE_DATA},
      {8, "0A000", "Actual statement count 3 did not match the desired statement count 1.", SBE_SYNTAX},
      {390144, "", "JWT token is invalid.", SBE_AUTH},
      {390318, "", "OAuth access token expired.", SBE_AUTH},
      {391908, "", "result too large", SBE_UNSUPPORTED},
      {7777777, "42601", "", SBE_SYNTAX},
      {7777777, "22000", "", SBE_DATA},
      {7777777, "0A000", "", SBE_UNSUPPORTED},
      {7777777, "", "", SBE_INTERNAL},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    CU_ASSERT_EQUAL(sbe_snowflake_code(table[i].number, table[i].state, table[i].message), table[i].code);
}

int main(void) {
  static CU_TestInfo tests[] = {{"cells", cells},           {"cells that are none", cells_that_are_none},
                                {"in pieces", in_pieces},   {"handles", handles},
                                {"broken off", broken_off}, {"taken up again", taken_up_again},
                                {"partitions", partitions}, {"ends", ends},
                                {"counts", counts},         {"hostile answers", hostile},
                                {"large answers", large},   {"codes of errors", codes},
                                CU_TEST_INFO_NULL};
  static CU_SuiteInfo suites[] = {{"results", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned run = CU_get_number_of_tests_run(), failed = CU_get_number_of_tests_failed();
  CU_cleanup_registry();
  printf("results: %u passed, %u failed, 0 skipped\n", run - failed, failed);
  return failed > 0;
}
