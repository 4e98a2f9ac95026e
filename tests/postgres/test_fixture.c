/* SPDX-License-Identifier: Apache-2.0 */
/* The fixture of the PostgreSQL adapter: what it makes in each layout, and what it refuses. */
#include <stdio.h>
#include <string.h>

#include "tests/postgres/test.h"

static const char columns[] =
    "{\"event_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"big\": \"integer\", \"price\": \"double\", "
    "\"ok\": "
    "\"bool\",\n"
    " \"unstruct_event_com_acme_a_1\": {\"IPAddress\": \"text\", \"maxN\": \"integer\", \"when\": \"timestamp\", "
    "\"tags\": [\"text\"], \"step\": {\"deepName\": \"text\"}},\n"
    " \"contexts_com_acme_b_1\": [{\"deviceClass\": \"text\", \"score\": \"double\"}]}";
static const char rows[] =
    "[{\"event_id\": \"e1\", \"collector_tstamp\": \"2025-01-02T00:00:00.000001\", \"big\": 9007199254740993, "
    "\"price\": -0.0, \"ok\": true,\n"
    "  \"unstruct_event_com_acme_a_1\": {\"maxN\": 9223372036854775807, \"IPAddress\": \"\", \"when\": "
    "\"2025-01-02T00:00:00\", \"tags\": [\"x\", null, \"gr\\u00fc\\ud83e\\udd86 'q'\"], \"step\": {\"deepName\": "
    "\"tab\\there\\\\\"}},\n"
    "  \"contexts_com_acme_b_1\": [{\"deviceClass\": \"Phone\\n\\\\N\", \"score\": 0.1}, {\"deviceClass\": null}]},\n"
    " {\"event_id\": \"\", \"big\": -9223372036854775808, \"price\": \"NaN\", \"ok\": false, "
    "\"contexts_com_acme_b_1\": []},\n"
    " {\"event_id\": null, \"contexts_com_acme_b_1\": null, \"unstruct_event_com_acme_a_1\": {}}, {}]";

/* What both layouts hold: the columns that are not nested. */
static const char flat[] = "t:e1|s:1735776000000001|i:9007199254740993|f:-0|b:1\n"
                           "t:|null|i:-9223372036854775808|f:nan|b:0\n"
                           "null|null|null|null|null\nnull|null|null|null|null";
#define FLAT "SELECT event_id, collector_tstamp, big, price, ok FROM f.e ORDER BY event_id DESC NULLS LAST"
#define TYPES(table)                                                                                                   \
  "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM "                           \
  "information_schema.columns WHERE table_schema = 'f' AND table_name = '" table "'"

static const sbe_name table = {NULL, "f", "e"};

static sbe_connection *open_new(const char *layout) {
  sbe_connection *c = open_plain(NULL);
  if (c == NULL) return NULL;
  CHECK_CODE(adapter->fixture->drop(c, &table, &fake_error), SBE_OK);
  if (layout != NULL) CHECK_CODE(adapter->fixture->create(c, &table, layout, columns, &fake_error), SBE_OK);
  return c;
}

static void test_tables(void) {
  const sbe_fixture *fixture = adapter->fixture;
  CHECK_TEXT(fixture->layouts[0], "tables");
  sbe_connection *c = open_new("tables");
  if (c == NULL) return;
  CHECK_CODE(fixture->insert(c, &table, "tables", columns, rows, &fake_error), SBE_OK);
  CHECK_TEXT(rows_of(c, FLAT), flat);
  CHECK_TEXT(rows_of(c, TYPES("e")), "t:event_id text, collector_tstamp timestamp without time zone, big bigint, price "
                                     "double precision, ok boolean");
  CHECK_TEXT(rows_of(c, TYPES("com_acme_b_1")),
             "t:schema_vendor character varying, schema_name character varying, schema_format character varying, "
             "schema_version character varying, root_id text, root_tstamp timestamp without time zone, ref_root "
             "character varying, ref_tree character varying, ref_parent character varying, device_class text, score "
             "double precision");
  CHECK_TEXT(
      rows_of(c, "SELECT root_id, root_tstamp, ip_address, max_n, \"when\", tags, step, tags->>2, step->>'deepName' "
                 "FROM f.com_acme_a_1 ORDER BY root_id"),
      "t:e1|s:1735776000000001|t:|i:9223372036854775807|s:1735776000000000|j:[\"x\", null, \"grü🦆 'q'\"]|"
      "j:{\"deepName\": \"tab\\there\\\\\"}|t:grü🦆 'q'|t:tab\there\\\n"
      "null|null|null|null|null|null|null|null|null");
  CHECK_TEXT(rows_of(c, "SELECT root_id, root_tstamp, device_class, score, schema_version FROM f.com_acme_b_1 ORDER BY "
                        "score NULLS LAST"),
             "t:e1|s:1735776000000001|t:Phone\n\\N|f:0.10000000000000001|t:1-0-0\n"
             "t:e1|s:1735776000000001|null|null|t:1-0-0");
  /* What is there is not made again; once the events table is gone, its tables are made anew. */
  CHECK_CODE(fixture->create(c, &table, "tables", columns, &fake_error), SBE_INVALID);
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM f.com_acme_b_1"), "i:2");
  CHECK_CODE(RUN(c, false, "DROP TABLE f.e"), SBE_OK);
  CHECK_CODE(fixture->create(c, &table, "tables", columns, &fake_error), SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM f.com_acme_b_1"), "i:0");
  /* But a table of somebody else's stays. */
  CHECK_CODE(
      RUN(c, false, "DROP TABLE f.e", "DROP TABLE f.com_acme_a_1", "CREATE TABLE f.com_acme_a_1 AS SELECT 7 AS i"),
      SBE_OK);
  CHECK_CODE(fixture->create(c, &table, "tables", columns, &fake_error), SBE_INVALID);
  CHECK_TEXT(rows_of(c, "SELECT i FROM f.com_acme_a_1"), "i:7");
  CHECK_CODE(fixture->drop(c, &table, &fake_error), SBE_OK);
  CHECK_CODE(fixture->drop(c, &table, &fake_error), SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM pg_namespace WHERE nspname = 'f'"), "i:0");
  const sbe_name nothing = {NULL, NULL, "e"};
  CHECK_CODE(fixture->drop(c, &nothing, &fake_error), SBE_INVALID);
  ops->close(c);
}

static void test_jsonb(void) {
  const sbe_fixture *fixture = adapter->fixture;
  CHECK_TEXT(fixture->layouts[1], "jsonb");
  CHECK(fixture->layouts[2] == NULL);
  sbe_connection *c = open_new("jsonb");
  if (c == NULL) return;
  CHECK_CODE(fixture->insert(c, &table, "jsonb", columns, rows, &fake_error), SBE_OK);
  CHECK_TEXT(rows_of(c, FLAT), flat);
  CHECK_TEXT(rows_of(c, TYPES("e")), "t:event_id text, collector_tstamp timestamp without time zone, big bigint, price "
                                     "double precision, ok boolean, unstruct_event_com_acme_a_1 jsonb, "
                                     "contexts_com_acme_b_1 jsonb");
  CHECK_TEXT(rows_of(c,
                     "SELECT unstruct_event_com_acme_a_1->>'maxN', unstruct_event_com_acme_a_1->'step'->>'deepName', "
                     "contexts_com_acme_b_1 FROM f.e ORDER BY event_id DESC NULLS LAST, 3"),
             "t:9223372036854775807|t:tab\there\\|j:[{\"score\": 0.1, \"deviceClass\": \"Phone\\n\\\\N\"}, "
             "{\"deviceClass\": null}]\nnull|null|j:[]\nnull|null|null\nnull|null|null");
  CHECK_CODE(fixture->insert(c, &table, "jsonb", columns, " [ ] ", &fake_error), SBE_OK);
  CHECK_CODE(fixture->create(c, &table, "jsonb", columns, &fake_error), SBE_INVALID);
  CHECK_CODE(fixture->insert(c, &table, "jsonb", "{\"big\": \"integer\"}", "[{\"big\": 5}]", &fake_error), SBE_OK);
  CHECK_TEXT(rows_of(c, "SELECT event_id, big FROM f.e WHERE big = 5"), "null|i:5"); /* what is not named is NULL */
  CHECK_CODE(fixture->drop(c, &table, &fake_error), SBE_OK);
  ops->close(c);
}

static void test_errors(void) {
  static const struct {
    const char *rows, *says;
  } bad[] = {
      {"[{\"event_id\": \"ok\"}, {\"event_id\": 5}]", "row 2, column event_id: not a text"},
      {"[{\"big\": 9223372036854775808}]", "not an integer of 64 bits"},
      {"[{\"big\": 1.0}]", "not an integer"},
      {"[{\"ok\": 1}]", "neither true nor false"},
      {"[{\"price\": \"1\"}]", "not a number"},
      {"[{\"price\": 1e999}]", "out of range"},
      {"[{\"collector_tstamp\": \"2025-02-29T00:00:00\"}]", "not a timestamp"},
      {"[{\"nothing\": 1}]", "no such column"},
      {"[{\"contexts_com_acme_b_1\": [{\"nothing\": 1}]}]", "no such member"},
      {"[{\"contexts_com_acme_b_1\": {}}]", "not a list"},
      {"[{\"contexts_com_acme_b_1\": [1]}]", "not an object"},
      {"[{\"unstruct_event_com_acme_a_1\": []}]", "not an object"},
      {"[{\"unstruct_event_com_acme_a_1\": {\"step\": 1}}]", "not an object"},
      {"[{\"unstruct_event_com_acme_a_1\": {\"tags\": {}}}]", "not a list"},
      {"[{\"event_id\": \"a\\u0000b\"}]", "NUL"},
      {"[{\"event_id\": \"x\"}", "a comma or ]"},
      {"[1]", "not an object"},
      {"{}", "rows must be a list"},
      {"[", "the text ends too early"},
  };
  const sbe_fixture *fixture = adapter->fixture;
  sbe_connection *c = open_new("tables");
  if (c == NULL) return;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int32_t code = fixture->insert(c, &table, "tables", columns, bad[i].rows, &fake_error);
    if (code == SBE_DATA && strstr(fake_error.message, bad[i].says) != NULL) continue;
    printf("    %s: %d, %s\n", bad[i].rows, code, fake_error.message);
    failures_of_test++;
  }
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM f.e"), "i:0"); /* also what stood before a bad row */
  CHECK_TEXT(rows_of(c, "SELECT count(*) FROM f.com_acme_b_1"), "i:0");
  const sbe_name other_table = {NULL, "f", "x"};
  CHECK_CODE(fixture->create(c, &other_table, "no_layout", columns, &fake_error), SBE_INVALID);
  CHECK_CODE(fixture->create(c, &other_table, "jsonb", "{\"a\": \"number\"}", &fake_error), SBE_INVALID);
  CHECK_CODE(fixture->create(c, &other_table, "jsonb", "{\"a\": \"text\"} x", &fake_error), SBE_INVALID);
  CHECK_CODE(fixture->insert(c, &other_table, "jsonb", "{\"a\": \"text\"}", "[{}]", &fake_error), SBE_NOT_FOUND);
  CHECK_CODE(fixture->insert(c, &table, "jsonb", "{\"not_there\": \"text\"}", "[{}]", &fake_error), SBE_NOT_FOUND);
  /* In another database there is nothing. */
  const sbe_name far_away = {"elsewhere", "f", "e"};
  CHECK_CODE(fixture->create(c, &far_away, "jsonb", columns, &fake_error), SBE_UNSUPPORTED);
  CHECK_CODE(fixture->drop(c, &table, &fake_error), SBE_OK);
  ops->close(c);
}

static void test_many(void) {
  const size_t n = 100000;
  char *text = malloc(n * 400 + 16), *p = text;
  sbe_connection *c = open_plain(NULL);
  if (!CHECK(c != NULL && text != NULL)) return;
  *p++ = '[';
  for (size_t i = 0; i < n; i++)
    p += sprintf(p,
                 "%s{\"event_id\": \"e%zu\", \"big\": %zu, \"price\": %zu.25, \"ok\": true, \"collector_tstamp\": "
                 "\"2025-01-02T03:04:05\", \"unstruct_event_com_acme_a_1\": {\"IPAddress\": \"10.0.0.1\", \"maxN\": "
                 "%zu, \"tags\": [\"a\", \"b\"]}, \"contexts_com_acme_b_1\": [{\"deviceClass\": \"Phone\", \"score\": "
                 "0.5}, {\"deviceClass\": \"Desktop\", \"score\": 1.5}]}",
                 i > 0 ? "," : "", i, i, i, i);
  strcpy(p, "]");
  for (int l = 0; l < 2; l++) {
    const char *layout = adapter->fixture->layouts[l];
    CHECK_CODE(adapter->fixture->drop(c, &table, &fake_error), SBE_OK);
    CHECK_CODE(adapter->fixture->create(c, &table, layout, columns, &fake_error), SBE_OK);
    int64_t began = fake_now();
    CHECK_CODE(adapter->fixture->insert(c, &table, layout, columns, text, &fake_error), SBE_OK);
    printf("    %s: %zu rows, %.1f MB, in %.2f s\n", layout, n, (double)(p - text) / 1e6,
           (double)(fake_now() - began) / 1e6);
    /* 0 + 1 + … + 99999 = 4999950000 */
    CHECK_TEXT(rows_of(c, "SELECT count(*), sum(big), count(DISTINCT event_id) FROM f.e"),
               "i:100000|i:4999950000|i:100000");
    if (l == 0) CHECK_TEXT(rows_of(c, "SELECT count(*), sum(score) FROM f.com_acme_b_1"), "i:200000|f:200000");
  }
  CHECK_CODE(adapter->fixture->drop(c, &table, &fake_error), SBE_OK);
  ops->close(c);
  free(text);
}

const test fixture_tests[] = {
    {"fixture, one table an event or entity", test_tables},
    {"fixture, jsonb", test_jsonb},
    {"fixture refuses what is wrong", test_errors},
    {"fixture, 100,000 rows", test_many},
    {NULL, NULL},
};
