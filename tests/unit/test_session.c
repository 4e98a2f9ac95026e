/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection in use (core/plugin/session.c), on an adapter made of a few functions: what it is asked in how many
 * calls, and where rows, counts and costs go.
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/pattern.h"
#include "core/plugin/session.h"
#include "core/sql/printer.h"
#include "tests/unit/unit.h"

static sbe_arena *arena;
static const char *calls;   /* "run S0 S1; query Q2; …" */
static const char *failing; /* the statement that fails; NULL: none */
static int64_t timeout;     /* of the last call */

/* --- the adapter --------------------------------------------------------------------------------- */

/* A statement "Q4" has 4 rows, (0) to (3); a statement "S5" says that it wrote 15. */
static void answer_rows(const sbe_statement *statement, const sbe_sink *sink) {
  for (int64_t i = 0; i < statement->sql[1] - '0'; i++) {
    sbe_value value = {.kind = SBE_VALUE_INTEGER, .integer = i};
    if (sink->row(sink->user, 1, &value) != 0) return;
  }
}

static int32_t heard(const sbe_statement *statement, sbe_error *error) {
  calls = sbe_arena_printf(arena, "%s %.*s%s", calls, (int)statement->size, statement->sql, statement->sink ? "+" : "");
  if (!failing || strcmp(failing, statement->sql) != 0) return SBE_OK;
  return sbe_error_set(error, SBE_DATA, NULL, "%s failed", statement->sql);
}

static int32_t run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                   const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  (void)connection;
  calls = sbe_arena_printf(arena, "%s%srun%s", calls, *calls ? "; " : "", options->atomic ? " atomic" : "");
  timeout = options->timeout_us;
  for (size_t i = 0; i < n; i++) {
    int32_t code = heard(statements[i], error);
    if (code) return code;
    if (statements[i]->sink) answer_rows(statements[i], statements[i]->sink);
    if (ret_counts) ret_counts[i] = statements[i]->sink ? -1 : 10 + statements[i]->sql[1] - '0';
  }
  return SBE_OK;
}

static int32_t query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  (void)connection;
  calls = sbe_arena_printf(arena, "%s%squery", calls, *calls ? "; " : "");
  timeout = options->timeout_us;
  int32_t code = heard(statement, error);
  if (!code) answer_rows(statement, sink);
  return code;
}

static sbe_usage cost;

static void usage(sbe_connection *connection, sbe_usage *ret_usage) {
  (void)connection;
  CU_ASSERT_EQUAL(ret_usage->struct_size, sizeof *ret_usage);
  *ret_usage = cost;
}

static sbe_adapter adapter;
static sbe_plugin plugin;
static sbe_session session;
static sbe_statements list;
static sbe_rows rows[10];

static void begin(uint64_t capabilities) {
  arena = sbe_arena_new();
  calls = "";
  failing = NULL;
  adapter = (sbe_adapter){.capabilities = SBE_CAN_ATOMIC | capabilities};
  plugin = (sbe_plugin){.name = "few", .adapter = &adapter, .connection = {.run = run, .query = query}};
  session = (sbe_session){.plugin = &plugin, .connection = (sbe_connection *)(void *)&session};
  for (size_t i = 0; i < 10; i++) rows[i] = (sbe_rows){.arena = arena};
}

static void end(void) {
  sbe_statements_clear(&list);
  sbe_arena_free(arena);
}

/* "S0 Q1 …": the rows of Qn go to rows[n]. */
static void make_list(const char *names) {
  sbe_statements_clear(&list);
  for (const char *name = names; *name; name += 2 + (name[2] == ' ')) {
    sbe_text *text =
        name[0] == 'Q' ? sbe_statements_add_query(&list, &rows[name[1] - '0']) : sbe_statements_add(&list, 0);
    sbe_text_put(text, name, 2);
  }
}

/* --- lists --------------------------------------------------------------------------------------- */

static void lists_are_split_at_their_queries(void) {
  static const struct {
    const char *list, *apart, *together;
    int64_t counts[8];
  } cases[] = {
      {"S0 S1 Q2 S3 Q4 Q5 S6",
       "run S0 S1; query Q2; run S3; query Q4; query Q5; run S6",
       "run S0 S1 Q2+ S3 Q4+ Q5+ S6",
       {10, 11, -1, 13, -1, -1, 16}},
      {"Q1 S2 S3", "query Q1; run S2 S3", "run Q1+ S2 S3", {-1, 12, 13}},
      {"S1 Q2", "run S1; query Q2", "run S1 Q2+", {11, -1}},
      {"Q3", "query Q3", "run Q3+", {-1}},
      {"S1 S2", "run S1 S2", "run S1 S2", {11, 12}},
      {"", "", "", {0}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int lists = 0; lists < 2; lists++) {
      begin(lists ? SBE_CAN_ANSWER_LISTS : 0);
      make_list(cases[i].list);
      int64_t counts[8] = {7, 7, 7, 7, 7, 7, 7, 7};
      session.timeout_us = 42;
      CU_ASSERT_EQUAL(sbe_session_run(&session, &list, false, counts, NULL), SBE_OK);
      const char *want = lists ? cases[i].together : cases[i].apart;
      UNIT_CHECK(sbe_streq(calls, want), "%s: %s, wanted %s", cases[i].list, calls, want);
      for (size_t c = 0; c < list.n; c++)
        UNIT_CHECK(counts[c] == cases[i].counts[c], "%s: count %zu is %lld", cases[i].list, c, (long long)counts[c]);
      CU_ASSERT_EQUAL(counts[list.n], 7); /* and not beyond */
      for (size_t q = 0; q < 8; q++)
        CU_ASSERT_EQUAL(rows[q].n,
                        strchr(cases[i].list, 'Q') && strstr(cases[i].list, (char[]){'Q', (char)('0' + q), 0}) ? q : 0);
      if (list.n) CU_ASSERT_EQUAL(timeout, 42);
      /* rows of before are gone when they are asked for again; counts need not be wanted */
      CU_ASSERT_EQUAL(sbe_session_run(&session, &list, false, NULL, NULL), SBE_OK);
      for (size_t q = 0; q < 8; q++) CU_ASSERT(rows[q].n == q || rows[q].n == 0);
      end();
    }
  }
}

static void a_failure_ends_the_list(void) {
  sbe_error error = SBE_NO_ERROR;
  int64_t counts[5];
  begin(0);
  make_list("S0 Q1 S2 Q3 S4");
  failing = "S2";
  CU_ASSERT_EQUAL(sbe_session_run(&session, &list, false, counts, &error), SBE_DATA);
  CU_ASSERT_STRING_EQUAL(error.message, "S2 failed");
  CU_ASSERT_STRING_EQUAL(calls, "run S0; query Q1; run S2");
  CU_ASSERT(counts[0] == 10 && counts[1] == -1 && counts[2] == -1 && counts[3] == -1 && counts[4] == -1);
  CU_ASSERT(rows[1].n == 1 && rows[3].n == 0);
  calls = "";
  failing = "Q1";
  CU_ASSERT_EQUAL(sbe_session_run(&session, &list, false, counts, &error), SBE_DATA);
  CU_ASSERT_STRING_EQUAL(calls, "run S0; query Q1");
  end();
}

static void batches_are_one_call(void) {
  begin(SBE_CAN_ANSWER_LISTS);
  make_list("S0 S1 S2");
  CU_ASSERT_EQUAL(sbe_session_run(&session, &list, true, NULL, NULL), SBE_OK);
  CU_ASSERT_STRING_EQUAL(calls, "run atomic S0 S1 S2");
  end();
}

/* A statement past its limit is not sent, nor is anything that stands before it. */
static void too_long_is_not_sent(void) {
  sbe_error error = SBE_NO_ERROR;
  begin(0);
  make_list("S0 S1");
  static char megabyte[1 << 20];
  memset(megabyte, ' ', sizeof megabyte);
  for (size_t i = 0; i <= SBE_MAX_STATEMENT / sizeof megabyte; i++)
    sbe_text_put(list.items[1].text, megabyte, sizeof megabyte);
  CU_ASSERT_EQUAL(sbe_session_run(&session, &list, false, NULL, &error), SBE_UNSUPPORTED);
  CU_ASSERT(strstr(error.message, "longer than") != NULL);
  CU_ASSERT_STRING_EQUAL(calls, "");
  end();
}

/* Lists join, with where their rows go. */
static void lists_are_moved(void) {
  begin(SBE_CAN_ANSWER_LISTS);
  sbe_statements all = {0};
  make_list("S0 Q1");
  sbe_statements_move(&all, &list);
  CU_ASSERT_EQUAL(list.n, 0);
  make_list("Q2");
  sbe_statements_move(&all, &list);
  sbe_statements_move(&all, &list); /* nothing */
  CU_ASSERT_EQUAL(sbe_session_run(&session, &all, false, NULL, NULL), SBE_OK);
  CU_ASSERT_STRING_EQUAL(calls, "run S0 Q1+ Q2+");
  CU_ASSERT(rows[1].n == 1 && rows[2].n == 2);
  sbe_statements_clear(&all);
  end();
}

/* --- usage --------------------------------------------------------------------------------------- */

static void usage_is_added_up(void) {
  begin(0);
  sbe_usage total = {.struct_size = sizeof total};
  plugin.connection.usage = usage;
  cost = (sbe_usage){sizeof cost, 5, 3, 8, 100, -1};
  sbe_session_add_usage(&session, &total);
  cost = (sbe_usage){sizeof cost, 1, 1, 2, -1, 70};
  sbe_session_add_usage(&session, &total);
  CU_ASSERT(total.statements == 6 && total.requests == 4 && total.round_trips == 10);
  CU_ASSERT(total.bytes_sent == -1 && total.bytes_received == -1); /* a part of it is not known */
  /* one that was never opened cost nothing */
  sbe_session closed = {.plugin = &plugin};
  sbe_session_add_usage(&closed, &total);
  CU_ASSERT_EQUAL(total.statements, 6);
  /* an adapter that cannot tell */
  plugin.connection.usage = NULL;
  sbe_session_add_usage(&session, &total);
  CU_ASSERT(total.statements == -1 && total.requests == -1 && total.round_trips == -1);
  end();
}

/* --- columns ------------------------------------------------------------------------------------- */

static void literal(sbe_text *out, const char *text, size_t size) {
  sbe_text_putc(out, '<');
  sbe_text_put(out, text, size);
  sbe_text_putc(out, '>');
}

static int32_t describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error) {
  (void)connection, (void)error;
  calls = sbe_arena_printf(arena, "%sdescribe %s", calls, table->table);
  answer_rows(&(sbe_statement){.sql = "Q2"}, sink);
  return SBE_OK;
}

/* By a query where the dialect has one, else by the adapter. */
static void columns_are_asked_for(void) {
  static const sbe_pattern by_query[] = {{SBE_OP_DESCRIBE, "Q2 {0} {1} {2}"}, {SBE_OP_END, NULL}};
  static const sbe_pattern empty[] = {{SBE_OP_DESCRIBE, "Q0 {2} {1}"}, {SBE_OP_END, NULL}};
  static const sbe_pattern none[] = {{SBE_OP_END, NULL}};
  const sbe_name name = {NULL, "atomic", "it's"};
  sbe_error error = SBE_NO_ERROR;
  sbe_cleanup_text sbe_text out = SBE_TEXT(1000);
  begin(0);
  plugin.connection.describe = describe;
  plugin.dialect = (sbe_dialect){.struct_size = sizeof plugin.dialect, .patterns = by_query, .literal = literal};
  CU_ASSERT(sbe_session_print_describe(&session, &name, &out));
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&out), "Q2 NULL <atomic> <it's>");
  CU_ASSERT_EQUAL(sbe_session_describe(&session, &name, &rows[0], &error), SBE_OK);
  CU_ASSERT_EQUAL(rows[0].n, 2);
  CU_ASSERT_STRING_EQUAL(calls, "query Q2 NULL <atomic> <it's>");
  plugin.dialect.patterns = empty;
  calls = "";
  CU_ASSERT_EQUAL(sbe_session_describe(&session, &name, &rows[0], &error), SBE_NOT_FOUND);
  CU_ASSERT_STRING_EQUAL(error.message, "there is no table atomic.it's");
  CU_ASSERT_STRING_EQUAL(calls, "query Q0 <it's> <atomic>");
  plugin.dialect.patterns = none;
  calls = "";
  CU_ASSERT_FALSE(sbe_session_print_describe(&session, &name, &out));
  CU_ASSERT_EQUAL(sbe_session_describe(&session, &name, &rows[0], &error), SBE_OK);
  CU_ASSERT_STRING_EQUAL(calls, "describe it's");
  CU_ASSERT_EQUAL(rows[0].n, 2);
  end();
}

int sbe_add_session_suite(void) {
  static const sbe_unit_test tests[] = {
      {"lists are split at their queries", lists_are_split_at_their_queries},
      {"a failure ends the list", a_failure_ends_the_list},
      {"batches are one call", batches_are_one_call},
      {"too long is not sent", too_long_is_not_sent},
      {"lists are moved", lists_are_moved},
      {"usage is added up", usage_is_added_up},
      {"columns are asked for", columns_are_asked_for},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("sessions", tests);
}
