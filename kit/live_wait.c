/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes long: many rows, sinks that stop, cancelling, time-outs. Called by live.c. The slow query is a join of
 * a table of 10,000 rows with itself, thrice, which no warehouse finishes while it is waited for: by a condition that
 * neither the least and greatest values decide nor a hash finds.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live_parts.h"

#define ROWS 10000
#define ROWS_TEXT "10000"
#define PATIENCE (2 * SBE_SECOND_US) /* from the moment it is told to stop */

/* ---- many rows ---- */

static const struct {
  const char *name, *value; /* value: what is in the row 1234, as text */
  int32_t type;
} wide[] = {
    {"i", "1234", SBE_TYPE_INT64},
    {"t", "'it''s \xF0\x9F\x98\x80'", SBE_TYPE_TEXT},
    {"d", "0.1", SBE_TYPE_DOUBLE},
    {"b", "true", SBE_TYPE_BOOL},
    {"ts", "2024-01-31 23:59:59.500000", SBE_TYPE_TIMESTAMP},
    {"dt", "2024-02-29", SBE_TYPE_DATE},
    {"w", "18446744073709551614", SBE_TYPE_WIDE_INTEGER},
    {"x", "NULL", SBE_TYPE_TEXT},
};
#define N_WIDE (sizeof wide / sizeof *wide)

static void put_constant(live *l, sbe_text *out, int32_t type, size_t at) {
  sbe_timestamp instant = 0;
  sbe_literal number = {SBE_LITERAL_NUMBER, wide[at].value, strlen(wide[at].value)};
  switch (type) {
  case SBE_TYPE_TEXT:
    if (at == N_WIDE - 1)
      sbe_print_null(&l->sql, out, type);
    else
      sbe_print_text(&l->sql, out, "it''s \xF0\x9F\x98\x80");
    break;
  case SBE_TYPE_BOOL:
    sbe_text_puts(out, sbe_sql_bool(&l->sql, true));
    break;
  case SBE_TYPE_TIMESTAMP:
    (void)!sbe_timestamp_parse(wide[at].value, strlen(wide[at].value), &instant);
    sbe_print_timestamp(&l->sql, out, instant);
    break;
  case SBE_TYPE_DATE:
    sbe_print_date(&l->sql, out, 19782); /* 2024-02-29: 19723 + 31 + 28 */
    break;
  default:
    sbe_print_literal(&l->sql, out, type, 1, &number, NULL);
  }
}

/* Ten digits, and every sum of ones, tens, hundreds and thousands of them. */
static const char *make_many(live *l) {
  static const sbe_column_spec digit[] = {{"i", SBE_TYPE_INT64}};
  sbe_column_spec columns[N_WIDE];
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *table = live_table(l, "digits");
  sbe_cleanup_text sbe_text digits = SBE_TEXT(4096), select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (int d = 0; d < 10; d++) sbe_text_printf(&digits, "%sSELECT %d%s", d ? " UNION ALL " : "", d, d ? "" : " AS i");
  const char *why = live_create(l, "digits", 1, digit, sbe_text_string(&digits));
  if (why) return why;
  sbe_text_printf(&select, "SELECT a.%s + 10 * b.%s + 100 * c.%s + 1000 * d.%s AS i", i, i, i, i);
  for (size_t c = 0; c < N_WIDE; c++) {
    columns[c] = (sbe_column_spec){wide[c].name, wide[c].type};
    if (!c) continue;
    sbe_text_puts(&select, ", ");
    put_constant(l, &select, wide[c].type, c);
    SBE_PRINT(&select, " AS ", wide[c].name);
  }
  sbe_text_printf(&select, " FROM %s a CROSS JOIN %s b CROSS JOIN %s c CROSS JOIN %s d", table, table, table, table);
  return live_create(l, "many", N_WIDE, columns, sbe_text_string(&select));
}

int32_t live_collect(void *user, size_t n, const sbe_value *values) {
  sbe_rows *rows = user;
  sbe_value *bigger = SBE_NEW_ARRAY(rows->arena, sbe_value, (rows->n + 1) * n);
  if (rows->n) memcpy(bigger, rows->values, rows->n * n * sizeof *bigger);
  for (size_t i = 0; i < n; i++) {
    bigger[rows->n * n + i] = values[i];
    if (values[i].text) bigger[rows->n * n + i].text = sbe_arena_strndup(rows->arena, values[i].text, values[i].size);
  }
  rows->values = bigger;
  rows->columns = n;
  rows->n++;
  return 0;
}

/* Looks at rows as they come, and keeps none. */
typedef struct watcher {
  live *l;
  int64_t rows, sum, stop_after;
  size_t columns_calls, n_columns;
  const char *wrong;
} watcher;

static int32_t watch_columns(void *user, size_t n, const char *const *names) {
  watcher *w = user;
  w->columns_calls++;
  w->n_columns = n;
  if (w->rows) w->wrong = "`columns` was called after rows";
  if (n == N_WIDE)
    for (size_t i = 0; i < n; i++)
      if (!sbe_strcaseeq(names[i], wide[i].name))
        w->wrong = sbe_arena_printf(w->l->arena, "column %zu is called %s, not %s", i, names[i], wide[i].name);
  return 0;
}

static int32_t watch_row(void *user, size_t n, const sbe_value *values) {
  watcher *w = user;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  w->rows++;
  w->sum += sbe_cell_int(&values[0], -1);
  for (size_t i = 1; i < n && n == N_WIDE && !w->wrong; i++) {
    const char *came = canon(&values[i], arena);
    if (!canon_same(wide[i].value, came, false))
      w->wrong = sbe_arena_printf(w->l->arena, "row %lld, column %s: %s, not %s", (long long)w->rows, wide[i].name,
                                  came, wide[i].value);
  }
  return w->stop_after && w->rows >= w->stop_after;
}

static int32_t watch(live *l, watcher *w, const char *sql) {
  sbe_statement statement = {
      .struct_size = sizeof statement, .sql = sql, .size = strlen(sql), .flags = SBE_STATEMENT_REPEATABLE};
  sbe_run_options options = {.struct_size = sizeof options};
  sbe_sink sink = {sizeof sink, w, watch_columns, watch_row};
  l->error = (sbe_error)SBE_NO_ERROR;
  return l->plugin->connection.query(l->session.connection, &statement, &options, &sink, &l->error);
}

static const char *select_many(live *l) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(8192);
  for (size_t i = 0; i < N_WIDE; i++)
    SBE_PRINT(&out, i ? ", " : "SELECT ", sbe_sql_name(&l->sql, l->arena, NULL, wide[i].name));
  SBE_PRINT(&out, " FROM ", live_table(l, "many"));
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

static const char *check_many(live *l) {
  watcher w = {.l = l};
  int32_t code = watch(l, &w, select_many(l));
  if (code) return live_error(l, code);
  if (w.wrong) return w.wrong;
  if (w.columns_calls != 1)
    return sbe_arena_printf(l->arena, "the sink's `columns` was called %zu times", w.columns_calls);
  if (w.rows != ROWS) return sbe_arena_printf(l->arena, "%lld rows came of " ROWS_TEXT, (long long)w.rows);
  /* 0 + 1 + … + 9999 */
  return w.sum == (int64_t)ROWS * (ROWS - 1) / 2 ? NULL : "rows came twice or not at all";
}

static const char *check_stop(live *l) {
  watcher w = {.l = l, .stop_after = 10};
  int32_t code = watch(l, &w, select_many(l));
  if (code) return live_error(l, code);
  if (w.rows != 10)
    return sbe_arena_printf(l->arena, "after its non-zero answer the sink got %lld more rows", (long long)w.rows - 10);
  const char *one = live_value(l, "SELECT 1 AS a");
  return sbe_streq(one, "1") ? NULL : sbe_arena_printf(l->arena, "afterwards the connection is of no use: %s", one);
}

static const char *check_empty(live *l) {
  watcher w = {.l = l};
  int32_t code = watch(l, &w, sbe_arena_printf(l->arena, "%s WHERE 1 = 0", select_many(l)));
  if (code) return live_error(l, code);
  if (w.rows) return "rows came";
  return w.columns_calls == 1 && w.n_columns == N_WIDE ? w.wrong
                                                       : "the sink's `columns` must be called once all the same";
}

/* ---- stopping ---- */

static const char *slow_query(live *l) {
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *t = live_table(l, "many");
  return sbe_arena_printf(
      l->arena, "SELECT COUNT(*) AS n FROM %s a CROSS JOIN %s b CROSS JOIN %s c WHERE a.%s * b.%s - c.%s * c.%s < 0", t,
      t, t, i, i, i, i);
}

static const char *usable(live *l, const char *right) {
  const char *sum = live_sum(l, "counter");
  return sbe_streq(sum, right) ? NULL : sbe_arena_printf(l->arena, "afterwards the sum is %s, not %s", sum, right);
}

static const char *expect_stop(live *l, int32_t code, int32_t wanted, int64_t asked) {
  int64_t late = sbe_monotonic_us() - asked;
  if (code != wanted)
    return code ? sbe_arena_printf(l->arena, "the code is %s", live_error(l, code)) : "it came to its end";
  if (late > PATIENCE) return sbe_arena_printf(l->arena, "it took %.1f s from then on", (double)late / 1e6);
  return NULL;
}

/* A query, then an insert of the same, then a batch: stopped after 0.4 s. */
static const char *stop_query(live *l, bool by_tick) {
  int64_t asked = sbe_monotonic_us() + 400000;
  sbe_rows rows = {.arena = l->arena};
  const char *sql = slow_query(l);
  sbe_statement statement = {
      .struct_size = sizeof statement, .sql = sql, .size = strlen(sql), .flags = SBE_STATEMENT_REPEATABLE};
  sbe_run_options options = {.struct_size = sizeof options, .timeout_us = by_tick ? 0 : 400000};
  sbe_sink sink = {sizeof sink, &rows, NULL, live_collect};
  l->run.cancel_at = by_tick ? asked : 0;
  l->error = (sbe_error)SBE_NO_ERROR;
  int32_t code = l->plugin->connection.query(l->session.connection, &statement, &options, &sink, &l->error);
  l->run.cancel_at = 0;
  const char *why = expect_stop(l, code, by_tick ? SBE_CANCELLED : SBE_TIMEOUT, asked);
  return why ? why : usable(l, "0");
}

static const char *stop_batch(live *l, bool by_tick) {
  int64_t asked = sbe_monotonic_us() + 400000;
  const char *slow =
      sbe_arena_printf(l->arena, "INSERT INTO %s SELECT 3, x.n FROM (%s) x", live_table(l, "counter"), slow_query(l));
  const live_line lines[] = {{live_add(l, "counter", 1), 0}, {slow, 0}};
  l->run.cancel_at = by_tick ? asked : 0;
  l->session.timeout_us = by_tick ? 0 : 400000;
  int32_t code = live_batch(l, &l->session, true, 2, lines, NULL);
  l->run.cancel_at = 0;
  l->session.timeout_us = 0;
  const char *why = expect_stop(l, code, by_tick ? SBE_CANCELLED : SBE_TIMEOUT, asked);
  return why ? why : usable(l, "0");
}

static void check_stopping(live *l) {
  static const char ticks[] = "host.h, tick: in every wait; non-zero: cancel in the warehouse, then SBE_CANCELLED";
  static const char times[] = "connection.h, timeout_us: for the whole call; base.h, SBE_TIMEOUT: nothing was written";
  kit_report *r = l->report;
  live_counter(l, "counter");
  l->run.longest_silence = l->run.last = 0;
  report_check(r, "a long query is cancelled within two seconds, and the connection is of use", stop_query(l, true),
               ticks);
  report_check(r, "while it waited, it ticked",
               l->run.longest_silence > SBE_SECOND_US
                   ? sbe_arena_printf(l->arena, "there was no tick for %.1f s", (double)l->run.longest_silence / 1e6)
                   : NULL,
               "host.h, tick: at least ten times a second");
  report_check(r, "a long query ends with its time-out, and the connection is of use", stop_query(l, false), times);
  if (!sbe_plugin_can(l->plugin, SBE_CAN_ATOMIC)) return;
  report_check(r, "a long batch is cancelled within two seconds, and nothing is written", stop_batch(l, true), ticks);
  report_check(r, "a long batch ends with its time-out, and nothing is written", stop_batch(l, false), times);
}

void check_waiting(live *l) {
  report_begin(l->report, "a table of " ROWS_TEXT " rows, made of a join");
  const char *why = make_many(l);
  report_end(l->report, why, "dialect.h, create");
  if (why) return;
  report_check(l->report, "a query of " ROWS_TEXT " rows: each once, every value right", check_many(l),
               "connection.h, query; value.h, sbe_sink");
  report_check(l->report, "a sink that stops early: no error", check_stop(l),
               "value.h, sbe_sink: a non-zero answer ends the query without error");
  report_check(l->report, "a query without rows tells its columns", check_empty(l),
               "value.h, sbe_sink: `columns` is called once");
  check_stopping(l);
}
