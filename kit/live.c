/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "live": a connection at work, held against connection.h. Called by main.c in a process of its own. This
 * file has errors, counts and batches; live_wait.c what takes long, live_several.c more than one connection, and
 * live_run.c whole runs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/string.h"
#include "kit/live_parts.h"

static const sbe_column_spec counter_columns[] = {{"k", SBE_TYPE_INT64}, {"n", SBE_TYPE_INT64}};

const char *live_counter(live *l, const char *name) {
  live_drop(l, name);
  return live_create(l, name, 2, counter_columns, "SELECT 1 AS k, 0 AS n UNION ALL SELECT 2, 0");
}

const char *live_count(live *l, const char *name) {
  return live_value(l, sbe_arena_printf(l->arena, "SELECT COUNT(*) FROM %s", live_table(l, name)));
}

const char *live_sum(live *l, const char *name) {
  return live_value(l, sbe_arena_printf(l->arena, "SELECT CAST(SUM(%s) AS %s) FROM %s",
                                        sbe_sql_name(&l->sql, l->arena, NULL, "n"),
                                        sbe_physical_type(l->sql.dialect, SBE_TYPE_INT64), live_table(l, name)));
}

const char *live_add(live *l, const char *name, int64_t n) {
  const char *column = sbe_sql_name(&l->sql, l->arena, NULL, "n");
  return sbe_arena_printf(l->arena, "UPDATE %s SET %s = %s + %lld WHERE %s = 1", live_table(l, name), column, column,
                          (long long)n, sbe_sql_name(&l->sql, l->arena, NULL, "k"));
}

int32_t live_batch(live *l, const sbe_session *session, bool atomic, size_t n, const live_line *lines,
                   int64_t *ret_counts) {
  sbe_statements list = {0};
  for (size_t i = 0; i < n; i++) sbe_text_puts(sbe_statements_add(&list, lines[i].flags), lines[i].sql);
  l->error = (sbe_error)SBE_NO_ERROR;
  int32_t code = sbe_session_run(session, &list, atomic, ret_counts, &l->error);
  sbe_statements_clear(&list);
  return code;
}

/* Code and a message, and the connection of use afterwards. */
static const char *expect_code(live *l, int32_t code, int32_t wanted, int32_t also) {
  if (code == SBE_OK) return "it succeeded";
  if (code != wanted && code != also)
    return sbe_arena_printf(l->arena, "the code is %s, not %s: %s", sbe_error_name(code), sbe_error_name(wanted),
                            l->error.message);
  if (!l->error.message[0]) return "there is no message";
  const char *one = live_value(l, "SELECT 1 AS a");
  return sbe_streq(one, "1") ? NULL : sbe_arena_printf(l->arena, "afterwards the connection is of no use: %s", one);
}

static int32_t failing_query(live *l, const char *sql) {
  sbe_rows rows = {.arena = l->arena};
  l->error = (sbe_error)SBE_NO_ERROR;
  return sbe_session_query(&l->session, sql, &rows, &l->error);
}

/* ---- errors ---- */

static void check_errors(live *l) {
  static const char codes[] = "base.h says what each code means; the host decides by it what to do";
  const char *absent = live_table(l, "absent"), *there = live_table(l, "counter");
  const char *nowhere = sbe_arena_printf(l->arena, "%s_nowhere", l->place.schema);
  sbe_cleanup_text sbe_text elsewhere = SBE_TEXT(8192), cast = SBE_TEXT(8192), described = SBE_TEXT(8192);
  sbe_print_table_name(&l->sql, &elsewhere, &(sbe_name){l->sql.database, nowhere, "t"});
  const char *n = sbe_sql_name(&l->sql, l->arena, NULL, "n");
  const struct {
    const char *what, *sql;
    int32_t wanted, also;
  } rows[] = {
      {"a table that is not there: not_found", sbe_arena_printf(l->arena, "SELECT 1 AS a FROM %s", absent),
       SBE_NOT_FOUND, SBE_NOT_FOUND},
      {"a schema that is not there: not_found",
       sbe_arena_printf(l->arena, "SELECT 1 AS a FROM %s", sbe_text_string(&elsewhere)), SBE_NOT_FOUND, SBE_NOT_FOUND},
      {"a column that is not there: not_found",
       sbe_arena_printf(l->arena, "SELECT %s FROM %s", sbe_sql_name(&l->sql, l->arena, NULL, "absent"), there),
       SBE_NOT_FOUND, SBE_NOT_FOUND},
      {"no SQL: syntax", "SELEC 1 FRUM", SBE_SYNTAX, SBE_SYNTAX},
      {"half a statement: syntax", "SELECT (1", SBE_SYNTAX, SBE_SYNTAX},
      {"writing to a table that is not there: not_found",
       sbe_arena_printf(l->arena, "INSERT INTO %s VALUES (1)", absent), SBE_NOT_FOUND, SBE_NOT_FOUND},
      {"changing a column that is not there: not_found",
       sbe_arena_printf(l->arena, "UPDATE %s SET %s = 1", there, sbe_sql_name(&l->sql, l->arena, NULL, "absent")),
       SBE_NOT_FOUND, SBE_NOT_FOUND},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bool write = i >= 5;
    report_begin(l->report, rows[i].what);
    int32_t code = write ? live_batch(l, &l->session, false, 1, (live_line[]){{rows[i].sql, 0}}, NULL)
                         : failing_query(l, rows[i].sql);
    report_end(l->report, expect_code(l, code, rows[i].wanted, rows[i].also), codes);
  }
  report_begin(l->report, "data that do not allow it: data");
  SBE_OPERATION(&l->sql, &cast, SBE_OP_CAST, sbe_sql_text(&l->sql, l->arena, "no number"),
                sbe_physical_type(l->sql.dialect, SBE_TYPE_INT64));
  const char *sql =
      sbe_arena_printf(l->arena, "INSERT INTO %s SELECT 3, %s FROM %s", there, sbe_text_string(&cast), there);
  int32_t code = live_batch(l, &l->session, false, 1, (live_line[]){{sql, 0}}, NULL);
  if (code)
    report_end(l->report, expect_code(l, code, SBE_DATA, SBE_DATA), codes);
  else
    report_skip(l->report, "the warehouse casts anything");
  (void)n;
  live_counter(l, "counter");
  if (l->plugin->connection.describe) {
    report_begin(l->report, "describe, of a table that is not there: not_found");
    sbe_rows none = {.arena = l->arena};
    sbe_name name = {l->sql.database, l->sql.schemas[SBE_SCHEMA_DERIVED], "absent"};
    l->error = (sbe_error)SBE_NO_ERROR;
    code = sbe_session_describe(&l->session, &name, &none, &l->error);
    bool no_rows = !code && !none.n && sbe_session_print_describe(&l->session, &name, &described);
    report_end(l->report, no_rows ? NULL : expect_code(l, code, SBE_NOT_FOUND, SBE_NOT_FOUND),
               "connection.h, describe");
  }
}

static const char *check_describe(live *l) {
  static const sbe_column_spec columns[] = {
      {"First", SBE_TYPE_TEXT}, {"second one", SBE_TYPE_INT64}, {"third", SBE_TYPE_TIMESTAMP}};
  sbe_rows rows = {.arena = l->arena};
  sbe_name name = {l->sql.database, l->sql.schemas[SBE_SCHEMA_DERIVED], "described"};
  const char *why = live_create(l, "described", 3, columns, NULL);
  if (why) return why;
  int32_t code = sbe_session_describe(&l->session, &name, &rows, &l->error);
  if (code) return live_error(l, code);
  if (rows.n != 3 || rows.columns != 2)
    return sbe_arena_printf(l->arena, "%zu rows of %zu texts for 3 columns", rows.n, rows.columns);
  for (size_t i = 0; i < 3; i++) {
    /* without regard to case: some warehouses have all names in capitals */
    if (!sbe_strcaseeq(sbe_cell_text(SBE_CELL(&rows, i, 0), ""), columns[i].name))
      return sbe_arena_printf(l->arena, "column %zu is called >%s<, not >%s<", i + 1,
                              sbe_cell_text(SBE_CELL(&rows, i, 0), ""), columns[i].name);
    if (!*sbe_cell_text(SBE_CELL(&rows, i, 1), "")) return "a column has no type";
  }
  return NULL;
}

static const char *check_about(live *l) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 16);
  int32_t code = l->plugin->connection.about(l->session.connection, &out, &l->error);
  if (code) return live_error(l, code);
  if (!out.size || strpbrk(sbe_text_string(&out), "\n\r")) return "it must be one line, not empty";
  char *copy = sbe_arena_strdup(l->arena, sbe_text_string(&out));
  sbe_redact(copy);
  return sbe_streq(copy, sbe_text_string(&out)) ? NULL : "it has a secret of the profile in it";
}

/* ---- counts and batches ---- */

static const char *check_counts(live *l) {
  int64_t counts[3] = {-7, -7, -7};
  const char *table = live_table(l, "counter"), *k = sbe_sql_name(&l->sql, l->arena, NULL, "k");
  live_counter(l, "counter");
  const live_line lines[] = {
      {sbe_arena_printf(l->arena, "INSERT INTO %s SELECT 3, 0 UNION ALL SELECT 4, 0 UNION ALL SELECT 5, 0", table), 0},
      {sbe_arena_printf(l->arena, "UPDATE %s SET %s = 9 WHERE %s >= 4", table,
                        sbe_sql_name(&l->sql, l->arena, NULL, "n"), k),
       0},
      {sbe_arena_printf(l->arena, "DELETE FROM %s WHERE %s = 77", table, k), 0}};
  static const int64_t right[] = {3, 2, 0};
  int32_t code = live_batch(l, &l->session, false, 3, lines, counts);
  if (code) return live_error(l, code);
  for (size_t i = 0; i < 3; i++)
    if (counts[i] != right[i] && counts[i] != -1)
      return sbe_arena_printf(l->arena, "statement %zu wrote %lld rows; it told %lld", i + 1, (long long)right[i],
                              (long long)counts[i]);
  return NULL;
}

static const char *check_not_atomic(live *l) {
  live_counter(l, "counter");
  const char *table = live_table(l, "counter");
  const live_line lines[] = {{live_add(l, "counter", 1), 0},
                             {sbe_arena_printf(l->arena, "INSERT INTO %s VALUES (1)", live_table(l, "absent")), 0},
                             {sbe_arena_printf(l->arena, "DELETE FROM %s", table), 0}};
  int32_t code = live_batch(l, &l->session, false, 3, lines, NULL);
  if (code != SBE_NOT_FOUND) return code ? live_error(l, code) : "it succeeded";
  const char *sum = live_sum(l, "counter");
  return sbe_streq(sum, "1")
             ? NULL
             : sbe_arena_printf(l->arena, "the first statement must remain, the third not be run; the sum is %s", sum);
}

static const char *expect_sum(live *l, const char *right) {
  const char *sum = live_sum(l, "counter");
  return sbe_streq(sum, right) ? NULL : sbe_arena_printf(l->arena, "the sum is %s, not %s", sum, right);
}

static const char *guard(live *l, bool value) {
  return sbe_arena_printf(l->arena, "SELECT COUNT(*) %s 0 FROM %s", value ? ">" : "=", live_table(l, "counter"));
}

static void check_atomic(live *l) {
  kit_report *r = l->report;
  static const char remedy[] = "connection.h, run with `atomic`: an error leaves nothing of them";
  static const char guarded[] =
      "host.h, SBE_STATEMENT_GUARD: false or no row, and the batch is rolled back with SBE_CONFLICT";
  if (!sbe_plugin_can(l->plugin, SBE_CAN_ATOMIC)) {
    report_skipped(r, "atomic batches", "the adapter says that it cannot: SBE_CAN_ATOMIC");
    return;
  }
  const char *bad = sbe_arena_printf(l->arena, "INSERT INTO %s VALUES (1)", live_table(l, "absent"));
  live_counter(l, "counter");
  report_begin(r, "an atomic batch: all of it");
  live_line all[] = {
      {live_add(l, "counter", 1), 0}, {guard(l, true), SBE_STATEMENT_GUARD}, {live_add(l, "counter", 10), 0}};
  int64_t counts[3] = {-7, -7, -7};
  int32_t code = live_batch(l, &l->session, true, 3, all, counts);
  const char *why = code ? live_error(l, code) : expect_sum(l, "11");
  if (!why && ((counts[0] != 1 && counts[0] != -1) || (counts[2] != 1 && counts[2] != -1)))
    why = "the counts are not those of its statements";
  report_end(r, why, remedy);
  report_begin(r, "an atomic batch whose last statement fails: nothing of it");
  live_line failing[] = {{live_add(l, "counter", 1), 0}, {live_add(l, "counter", 10), 0}, {bad, 0}};
  code = live_batch(l, &l->session, true, 3, failing, NULL);
  why = code != SBE_NOT_FOUND ? (code ? live_error(l, code) : "it succeeded") : expect_sum(l, "11");
  report_end(r, why, remedy);
  report_begin(r, "a guard that says no: conflict, and nothing written");
  live_line no[] = {
      {live_add(l, "counter", 1), 0}, {guard(l, false), SBE_STATEMENT_GUARD}, {live_add(l, "counter", 10), 0}};
  code = live_batch(l, &l->session, true, 3, no, NULL);
  why = code != SBE_CONFLICT ? (code ? live_error(l, code) : "it succeeded") : expect_sum(l, "11");
  report_end(r, why, guarded);
  report_begin(r, "a guard without a row: conflict, and nothing written");
  const char *none = sbe_arena_printf(l->arena, "SELECT 1 = 1 FROM %s WHERE 1 = 0", live_table(l, "counter"));
  live_line empty[] = {{live_add(l, "counter", 1), 0}, {none, SBE_STATEMENT_GUARD}, {live_add(l, "counter", 10), 0}};
  code = live_batch(l, &l->session, true, 3, empty, NULL);
  why = code != SBE_CONFLICT ? (code ? live_error(l, code) : "it succeeded") : expect_sum(l, "11");
  report_end(r, why, guarded);
  report_begin(r, "after all that, the next statement is not inside of a transaction that is left open");
  live_run run;
  sbe_session second;
  code = live_batch(l, &l->session, false, 1, (live_line[]){{live_add(l, "counter", 100), 0}}, NULL);
  if (!code) code = live_second(l, &second, &run);
  why = code ? live_error(l, code) : NULL;
  if (!why) {
    sbe_session first = l->session;
    l->session = second;
    why = expect_sum(l, "111");
    l->session = first;
    sbe_session_close(&second);
  }
  report_end(r, why, "a statement of its own is committed when `run` returns");
}

/* ---- texts and structs of other sizes ---- */

static const char *check_edges(live *l) {
  static const char sql[] = "SELECT 41 AS a";
  sbe_rows rows = {.arena = l->arena};
  sbe_statement whole = {.struct_size = offsetof(sbe_statement, sink),
                         .sql = kit_at_edge(sql, sizeof sql - 1),
                         .size = sizeof sql - 1,
                         .flags = SBE_STATEMENT_REPEATABLE};
  const sbe_statement *statement = kit_at_edge(&whole, offsetof(sbe_statement, sink));
  sbe_run_options all = {.struct_size = sizeof all};
  const sbe_run_options *options = kit_at_edge(&all, sizeof all);
  sbe_sink sink = {sizeof sink, &rows, NULL, live_collect};
  int32_t code = l->plugin->connection.query(l->session.connection, statement, options, kit_at_edge(&sink, sizeof sink),
                                             &l->error);
  if (code) return live_error(l, code);
  if (rows.n != 1 || sbe_cell_int(rows.values, 0) != 41) return "the query did not answer its row";
  const char *update = live_add(l, "counter", 1);
  sbe_statement write = {
      .struct_size = offsetof(sbe_statement, sink), .sql = kit_at_edge(update, strlen(update)), .size = strlen(update)};
  const sbe_statement *statements[] = {kit_at_edge(&write, offsetof(sbe_statement, sink))};
  code = l->plugin->connection.run(l->session.connection, statements, 1, options, NULL, &l->error);
  return code ? live_error(l, code) : NULL;
}

static const char *check_larger(live *l) {
  static const char sql[] = "SELECT 42 AS a";
  sbe_rows rows = {.arena = l->arena};
  sbe_statement known = {.struct_size = sizeof known + 64, .sql = sql, .size = sizeof sql - 1};
  sbe_run_options options = {
      .struct_size = sizeof options + 64, .key = "3f2a-1", .tag = "sbe-adapter-check 'x' \"y\" */"};
  sbe_sink sink = {sizeof sink + 64, &rows, NULL, live_collect};
  int32_t code = l->plugin->connection.query(l->session.connection, kit_with_more(&known, sizeof known, 64, l->arena),
                                             kit_with_more(&options, sizeof options, 64, l->arena),
                                             kit_with_more(&sink, sizeof sink, 64, l->arena), &l->error);
  if (code) return live_error(l, code);
  return rows.n == 1 && sbe_cell_int(rows.values, 0) == 42 ? NULL : "the query did not answer its row";
}

static const char *check_read_only(live *l) {
  sbe_settings settings = *l->settings;
  settings.items = SBE_NEW_ARRAY(l->arena, struct sbe_setting, l->settings->n + 1);
  memcpy(settings.items, l->settings->items, l->settings->n * sizeof *settings.items);
  sbe_settings_mark_read_only(&settings);
  sbe_session session;
  sbe_session kept = l->session;
  int32_t code = sbe_session_open(&session, l->plugin, &settings, &l->run.run, NULL, &l->error);
  if (code) return live_error(l, code);
  l->session = session;
  const char *count = live_count(l, "counter");
  l->session = kept;
  sbe_session_close(&session);
  return sbe_streq(count, "2") ? NULL : sbe_arena_printf(l->arena, "it sees %s rows of 2", count);
}

/* The secret that is given, if any, being another one. */
static const char *wrong_secret(live *l, sbe_settings *ret_settings) {
  const char *name = NULL;
  *ret_settings = *l->settings;
  ret_settings->items = SBE_NEW_ARRAY(l->arena, struct sbe_setting, l->settings->n + 1);
  for (size_t i = 0; i < l->settings->n; i++) {
    ret_settings->items[i] = l->settings->items[i];
    for (const sbe_option *const *o = l->plugin->adapter->options; *o && !name; o++) {
      if (!(*o)->secret || !sbe_streq((*o)->name, l->settings->items[i].name) || !l->settings->items[i].value) continue;
      name = (*o)->name;
      ret_settings->items[i].value = "sbe-check-wrong-secret";
    }
  }
  return name;
}

static void check_login(live *l) {
  sbe_settings settings;
  sbe_session session, kept = l->session;
  const char *name = wrong_secret(l, &settings);
  if (!name) return;
  report_begin(l->report, sbe_arena_printf(l->arena, "a login with another '%s' is refused", name));
  sbe_secret_register("sbe-check-wrong-secret");
  int32_t code = sbe_session_open(&session, l->plugin, &settings, &l->run.run, NULL, &l->error);
  if (!code) {
    l->session = session;
    code = failing_query(l, "SELECT 1 AS a");
    l->session = kept;
    sbe_session_close(&session);
  }
  if (!code)
    report_skip(l->report, "the warehouse does not look at it");
  else if (code != SBE_AUTH && code != SBE_INVALID)
    report_end(l->report, live_error(l, code), "base.h, SBE_AUTH: the login was refused");
  else
    report_end(l->report, NULL, NULL);
}

static const char *check_usage(live *l) {
  sbe_usage before = {.struct_size = sizeof before}, after = {.struct_size = sizeof after};
  l->plugin->connection.usage(l->session.connection, &before);
  for (int i = 0; i < 3; i++) live_value(l, "SELECT 1 AS a");
  l->plugin->connection.usage(l->session.connection, &after);
  const struct {
    const char *name;
    int64_t before, after;
    bool more;
  } rows[] = {{"statements", before.statements, after.statements, true},
              {"requests", before.requests, after.requests, true},
              {"round_trips", before.round_trips, after.round_trips, true},
              {"bytes_sent", before.bytes_sent, after.bytes_sent, false},
              {"bytes_received", before.bytes_received, after.bytes_received, false}};
  for (size_t i = 0; i < 5; i++) {
    if (rows[i].before == -1 && rows[i].after == -1) continue;
    if (rows[i].before < 0 || rows[i].after < rows[i].before + (rows[i].more ? 3 : 0))
      return sbe_arena_printf(l->arena, "%s went from %lld to %lld over three queries", rows[i].name,
                              (long long)rows[i].before, (long long)rows[i].after);
  }
  return NULL;
}

/* ---- fixture.drop ---- */

static const char *check_drop(live *l) {
  const char *schema = sbe_arena_printf(l->arena, "%s_drop", l->place.schema);
  sbe_name name = {l->sql.events.database, schema, "events"};
  sbe_rows rows = {.arena = l->arena};
  const sbe_fixture *fixture = &l->plugin->fixture;
  place_note_schema(&l->place, name.database, schema);
  int32_t code = fixture->drop(l->session.connection, &name, &l->error);
  if (code) return sbe_arena_printf(l->arena, "a schema that is not there: %s", live_error(l, code));
  code = fixture->create(l->session.connection, &name, fixture->layouts[0], "{\"event_id\": \"text\"}", &l->error);
  if (!code) code = fixture->drop(l->session.connection, &name, &l->error);
  if (code) return live_error(l, code);
  code = sbe_session_describe(&l->session, &name, &rows, &l->error);
  return code == SBE_NOT_FOUND || (!code && !rows.n) ? NULL : "its table is still there";
}

static bool start_other(kit *k, live_other *ret_other) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return false;
  fflush(NULL);
  pid_t pid = fork();
  if (pid < 0) return false;
  if (pid == 0) {
    close(there[1]);
    close(back[0]);
    live_be_other(k, there[0], back[1]);
  }
  close(there[0]);
  close(back[1]);
  *ret_other = (live_other){there[1], back[0]};
  return true;
}

void check_live(void *user) {
  kit *k = user;
  live_other other = {-1, -1};
  live *l = SBE_NEW(k->arena, live);
  if (!start_other(k, &other)) report_check(&k->report, "a process that plays another run", strerror(errno), "");
  if (!live_open(l, k)) return;
  kit_report *r = l->report;
  const sbe_connection_ops *c = &k->plugin->connection;
  c->close(NULL);
  const char *why = live_counter(l, "counter");
  report_check(r, "a small table", why, "dialect.h, create");
  if (!why) {
    if (c->about) report_check(r, "about", check_about(l), "connection.h, about: one line, no secrets");
    report_check(r, "describe: names as they were given, in order, with types", check_describe(l),
                 "connection.h, describe");
    check_errors(l);
    report_check(r, "counts of rows written", check_counts(l),
                 "connection.h, run: the rows that each wrote, -1 where that is not known");
    report_check(r, "a list that is not atomic: what stands before the failed one remains", check_not_atomic(l),
                 "connection.h, run");
    check_atomic(l);
    live_counter(l, "counter");
    report_begin(r, "texts without a NUL, and structs as short as in version 0.1");
    report_end(r, check_edges(l),
               "base.h: strings end with a NUL unless a length stands beside them; read nothing beyond struct_size");
    report_begin(r, "structs that are longer than it knows, with key and tag");
    report_end(r, check_larger(l), "base.h: new members are only ever added at the end");
    report_check(r, "a connection that will only be read from", check_read_only(l),
                 "host.h, setting: `read_only` is \"true\"");
    check_login(l);
    if (c->usage)
      report_check(r, "usage grows with what is asked", check_usage(l),
                   "connection.h, sbe_usage: -1 where a number is not known");
    if (k->plugin->fixture.drop)
      report_check(r, "fixture.drop", check_drop(l), "fixture.h, drop: nothing when it is not there");
    check_waiting(l);
    check_several(l, &other);
    check_runs(l);
  }
  live_close(l);
}
