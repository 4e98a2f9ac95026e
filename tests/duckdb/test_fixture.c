/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixture: tables of events in each layout, and what it refuses. Part of the program of test_connection.c. Expected
 * values are worked out by hand: 2025-01-02 is day 20090, 1735776000 seconds after 1970.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/duckdb/test.h"

static const char columns[] =
    "{\"event_id\": \"text\", \"big\": \"integer\", \"price\": \"double\", \"ok\": \"bool\", \"at\": \"timestamp\",\n"
    " \"unstruct_event_a_1\": {\"IPAddress\": \"text\", \"maxN\": \"integer\", \"when\": \"timestamp\", \"tags\": "
    "[\"text\"]},\n"
    " \"contexts_b_1\": [{\"deviceClass\": \"text\", \"score\": \"double\"}]}";
static const char rows[] =
    "[{\"event_id\": \"e1\", \"big\": 9007199254740993, \"price\": -0.0, \"ok\": true, \"at\": "
    "\"2025-01-02T00:00:00.000001\",\n"
    "  \"unstruct_event_a_1\": {\"maxN\": 9223372036854775807, \"IPAddress\": \"\", \"when\": \"2025-01-02T00:00:00\", "
    "\"tags\": [\"x\", null, \"gr\\u00fc\\ud83e\\udd86 'q'\"]},\n"
    "  \"contexts_b_1\": [{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]},\n"
    " {\"event_id\": \"\", \"big\": -9223372036854775808, \"price\": \"NaN\", \"ok\": false, \"contexts_b_1\": []},\n"
    " {\"event_id\": null, \"contexts_b_1\": null, \"unstruct_event_a_1\": {}}, {}]";

/* What every layout holds: the columns that are not nested. */
static const char flat[] = "t:e1|i:9007199254740993|f:-0|b:1|s:1735776000000001\n"
                           "t:|i:-9223372036854775808|f:nan|b:0|null\n"
                           "null|null|null|null|null\nnull|null|null|null|null";

static const struct {
  const char *layout, *type, *query, *nested;
} layouts[] = {
    {"struct", "STRUCT(ip_address VARCHAR, max_n BIGINT, \"when\" TIMESTAMP, tags VARCHAR[])",
     "SELECT unstruct_event_a_1, contexts_b_1 FROM f.e ORDER BY rowid",
     "j:{\"ip_address\":\"\",\"max_n\":9223372036854775807,\"when\":\"2025-01-02 "
     "00:00:00\",\"tags\":[\"x\",null,\"grü🦆 'q'\"]}|"
     "j:[{\"device_class\":\"Phone\",\"score\":0.1},{\"device_class\":null,\"score\":null}]\n"
     "null|j:[]\nj:{\"ip_address\":null,\"max_n\":null,\"when\":null,\"tags\":null}|null\nnull|null"},
    {"struct_camel", "STRUCT(IPAddress VARCHAR, maxN BIGINT, \"when\" TIMESTAMP, tags VARCHAR[])",
     "SELECT unstruct_event_a_1.maxN, contexts_b_1 FROM f.e ORDER BY rowid",
     "i:9223372036854775807|j:[{\"deviceClass\":\"Phone\",\"score\":0.1},{\"deviceClass\":null,\"score\":null}]\n"
     "null|j:[]\nnull|null\nnull|null"},
    {"struct_tz", "STRUCT(ip_address VARCHAR, max_n BIGINT, \"when\" TIMESTAMP WITH TIME ZONE, tags VARCHAR[])",
     "SELECT unstruct_event_a_1.\"when\", typeof(\"at\") FROM f.e ORDER BY rowid LIMIT 1",
     "s:1735776000000000|t:TIMESTAMP WITH TIME ZONE"},
    {"json", "JSON",
     "SELECT unstruct_event_a_1->>'$.maxN', unstruct_event_a_1->>'$.tags[2]', contexts_b_1 FROM f.e ORDER BY rowid",
     "t:9223372036854775807|t:grü🦆 'q'|j:[{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]\n"
     "null|null|j:[]\nnull|null|null\nnull|null|null"},
    {"json_snake", "JSON",
     "SELECT unstruct_event_a_1->>'$.max_n', unstruct_event_a_1->>'$.ip_address', contexts_b_1 FROM f.e ORDER BY rowid "
     "LIMIT 1",
     "t:9223372036854775807|t:|j:[{\"device_class\":\"Phone\",\"score\":0.1},{\"device_class\":null}]"},
    {"text", "VARCHAR", "SELECT contexts_b_1 FROM f.e ORDER BY rowid",
     "t:[{\"deviceClass\": \"Phone\", \"score\": 0.1}, {\"deviceClass\": null}]\nt:[]\nnull\nnull"},
};

static void test_fixture(void) {
  const sbe_fixture *fixture = adapter->fixture;
  const sbe_name table = {NULL, "f", "e"};
  size_t n = sizeof layouts / sizeof layouts[0], known = 0;
  while (fixture->layouts[known] != NULL) known++;
  CHECK(known == n);
  for (size_t i = 0; i < n; i++) {
    char wanted[256];
    sbe_connection *c = open_path(":memory:", NULL);
    if (!CHECK(c != NULL)) return;
    CHECK_TEXT(fixture->layouts[i], layouts[i].layout);
    CHECK(fixture->create(c, &table, layouts[i].layout, columns, &fake_error) == SBE_OK);
    if (!CHECK(fixture->insert(c, &table, layouts[i].layout, columns, rows, &fake_error) == SBE_OK))
      puts(fake_error.message);
    CHECK_TEXT(rows_of(c, "SELECT event_id, big, price, ok, \"at\" FROM f.e ORDER BY rowid"), flat);
    CHECK_TEXT(rows_of(c, layouts[i].query), layouts[i].nested);
    snprintf(wanted, sizeof wanted, "t:unstruct_event_a_1|t:%s\n", layouts[i].type);
    CHECK(strstr(description(c, "f", "e"), wanted) != NULL);
    CHECK(fixture->insert(c, &table, layouts[i].layout, columns, " [ ] ", &fake_error) == SBE_OK);
    CHECK(fixture->create(c, &table, layouts[i].layout, columns, &fake_error) == SBE_INVALID);
    CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM f.e"), "i:4");
    ops->close(c);
  }
}

static void test_fixture_errors(void) {
  static const struct {
    const char *rows, *says;
  } bad[] = {
      {"[{\"event_id\": \"ok\"}, {\"event_id\": 5}]", "row 2, column event_id: not a text"},
      {"[{\"big\": 9223372036854775808}]", "not an integer of 64 bits"},
      {"[{\"big\": 1.0}]", "not an integer"},
      {"[{\"ok\": 1}]", "neither true nor false"},
      {"[{\"price\": \"1\"}]", "not a number"},
      {"[{\"at\": \"2025-02-29T00:00:00\"}]", "not a timestamp"},
      {"[{\"at\": \"2025-01-01T24:00:00\"}]", "not a timestamp"},
      {"[{\"nothing\": 1}]", "no such column"},
      {"[{\"contexts_b_1\": [{\"nothing\": 1}]}]", "no such member"},
      {"[{\"contexts_b_1\": {}}]", "not a list"},
      {"[{\"event_id\": \"a\\u0000b\"}]", "NUL"},
      {"[{\"event_id\": \"\\ud800\"}]", "surrogate"},
      {"[{\"big\": 01}]", "no JSON value"},
      {"[{\"ok\": tru}]", "no JSON value"},
      {"[{\"event_id\": \"x\"}", "a comma or ]"},
      {"[1]", "not an object"},
      {"{}", "rows must be a list"},
      {"[", "the text ends too early"},
  };
  const sbe_fixture *fixture = adapter->fixture;
  const sbe_name table = {NULL, "f", "e"};
  sbe_connection *c = open_path(":memory:", NULL);
  if (!CHECK(c != NULL)) return;
  CHECK(fixture->create(c, &table, "struct", columns, &fake_error) == SBE_OK);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int32_t code = fixture->insert(c, &table, "struct", columns, bad[i].rows, &fake_error);
    if (code == SBE_DATA && strstr(fake_error.message, bad[i].says) != NULL) continue;
    printf("    %s: %d, %s\n", bad[i].rows, code, fake_error.message);
    failures_of_test++;
  }
  CHECK_TEXT(rows_of(c, "SELECT COUNT(*) FROM f.e"), "i:0"); /* also what stood before a bad row */
  const sbe_name other_table = {NULL, "f", "x"};
  CHECK(fixture->create(c, &other_table, "no_layout", columns, &fake_error) == SBE_INVALID);
  CHECK(fixture->create(c, &other_table, "struct", "{\"a\": \"number\"}", &fake_error) == SBE_INVALID);
  CHECK(fixture->create(c, &other_table, "struct", "{\"a\": \"text\"} x", &fake_error) == SBE_INVALID);
  CHECK(fixture->insert(c, &other_table, "struct", "{\"a\": \"text\"}", "[{}]", &fake_error) == SBE_NOT_FOUND);
  CHECK(fixture->insert(c, &table, "struct", "{\"not_there\": \"text\"}", "[{}]", &fake_error) != SBE_OK);
  CHECK(fixture->insert(c, &table, "struct", "{\"big\": \"integer\"}", "[{\"big\": 5}]", &fake_error) == SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT event_id, big FROM f.e"), "null|i:5"); /* columns that are not named are NULL */
  ops->close(c);
}

static void test_fixture_many(void) {
  const size_t n = 100000;
  char *text = malloc(n * 400 + 16), *p = text;
  const sbe_name table = {NULL, "f", "e"};
  sbe_connection *c = open_path(file_named("many.duckdb"), NULL);
  if (!CHECK(c != NULL && text != NULL)) return;
  *p++ = '[';
  for (size_t i = 0; i < n; i++)
    p += sprintf(
        p,
        "%s{\"event_id\": \"e%zu\", \"big\": %zu, \"price\": %zu.25, \"ok\": true, \"at\": \"2025-01-02T03:04:05\", "
        "\"unstruct_event_a_1\": {\"IPAddress\": \"10.0.0.1 some longer text\", \"maxN\": %zu, \"tags\": [\"a\", "
        "\"b\"]}, "
        "\"contexts_b_1\": [{\"deviceClass\": \"Phone\", \"score\": 0.5}, {\"deviceClass\": \"Desktop\", \"score\": "
        "1.5}]}",
        i > 0 ? "," : "", i, i, i, i);
  strcpy(p, "]");
  static const char *const some[] = {"struct", "json", "json_snake"};
  for (int l = 0; l < 3; l++) {
    CHECK(RUN(c, false, "DROP TABLE IF EXISTS f.e") == SBE_OK || l == 0);
    CHECK(adapter->fixture->create(c, &table, some[l], columns, &fake_error) == SBE_OK);
    int64_t began = fake_now();
    CHECK(adapter->fixture->insert(c, &table, some[l], columns, text, &fake_error) == SBE_OK);
    printf("    %s: %zu rows, %.1f MB, in %.2f s\n", some[l], n, (double)(p - text) / 1e6,
           (double)(fake_now() - began) / 1e6);
    /* 0 + 1 + … + 99999 = 4999950000 */
    CHECK_TEXT(rows_of(c, "SELECT COUNT(*), SUM(big), COUNT(DISTINCT event_id) FROM f.e"),
               "i:100000|i:4999950000|i:100000");
  }
  CHECK(RUN(c, false, "DROP TABLE f.e") == SBE_OK);
  CHECK(adapter->fixture->create(c, &table, "struct", columns, &fake_error) == SBE_OK);
  CHECK(adapter->fixture->insert(c, &table, "struct", columns, text, &fake_error) == SBE_OK);
  CHECK_TEXT(
      rows_of(c, "SELECT SUM(unstruct_event_a_1.max_n), SUM(len(contexts_b_1)), SUM(contexts_b_1[2].score) FROM f.e"),
      "i:4999950000|i:200000|f:150000");
  ops->close(c);
  free(text);
}

const test fixture_tests[] = {
    {"fixture, each layout", test_fixture},
    {"fixture refuses what is wrong", test_fixture_errors},
    {"fixture, 100,000 rows", test_fixture_many},
    {NULL, NULL},
};
