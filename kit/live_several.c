/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several statements with answers in one call, and several connections at once: that a guard really keeps others
 * out, and that what is said of parallel writes is true. Called by live.c. Each thread has a connection, an arena
 * and an error of its own.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/string.h"
#include "kit/live_parts.h"

#define WRITERS 4
#define ROUNDS 40
#define MOST_TRIES 200

/* ---- answers of lists ---- */

typedef struct answer {
  int order, *next; /* when its first row came */
  int64_t value;
  size_t rows;
} answer;

static int32_t take_answer(void *user, size_t n, const sbe_value *values) {
  answer *a = user;
  if (!a->rows++) a->order = (*a->next)++;
  a->value = n ? sbe_cell_int(&values[0], -1) : -1;
  return 0;
}

static const char *check_answers(live *l) {
  int next = 0;
  answer answers[2] = {{.next = &next}, {.next = &next}};
  const sbe_sink sinks[] = {{sizeof(sbe_sink), &answers[0], NULL, take_answer},
                            {sizeof(sbe_sink), &answers[1], NULL, take_answer}};
  live_counter(l, "counter");
  const char *n = sbe_sql_name(&l->sql, l->arena, NULL, "n"), *k = sbe_sql_name(&l->sql, l->arena, NULL, "k");
  const char *select = sbe_arena_printf(l->arena, "SELECT %s FROM %s WHERE %s = 1", n, live_table(l, "counter"), k);
  const char *first = live_add(l, "counter", 5), *second = live_add(l, "counter", 70);
  const sbe_statement all[] = {{sizeof(sbe_statement), first, strlen(first), 0, NULL},
                               {sizeof(sbe_statement), select, strlen(select), SBE_STATEMENT_REPEATABLE, &sinks[0]},
                               {sizeof(sbe_statement), second, strlen(second), 0, NULL},
                               {sizeof(sbe_statement), select, strlen(select), SBE_STATEMENT_REPEATABLE, &sinks[1]}};
  const sbe_statement *list[] = {&all[0], &all[1], &all[2], &all[3]};
  sbe_run_options options = {.struct_size = sizeof options};
  int64_t counts[4] = {-7, -7, -7, -7};
  int32_t code = l->plugin->connection.run(l->session.connection, list, 4, &options, counts, &l->error);
  if (code) return live_error(l, code);
  if (answers[0].rows != 1 || answers[1].rows != 1)
    return sbe_arena_printf(l->arena, "%zu and %zu rows came, not one each", answers[0].rows, answers[1].rows);
  if (answers[0].value != 5 || answers[1].value != 75)
    return sbe_arena_printf(l->arena, "the sums were 5 and 75; %lld and %lld came", (long long)answers[0].value,
                            (long long)answers[1].value);
  if (answers[0].order > answers[1].order)
    return "rows went to their sinks in another order than that of the statements";
  if (counts[0] != 1 && counts[0] != -1) return "the count of a statement beside queries is wrong";
  return NULL;
}

/* ---- threads ---- */

typedef struct worker {
  live l; /* a copy, with a connection, an arena and an error of its own */
  live_run run;
  live *of;
  int number;
  int64_t done, refused;
  const char *why;
  pthread_t thread;
} worker;

static bool open_worker(worker *w, live *of, int number) {
  *w = (worker){.l = *of, .of = of, .number = number};
  w->l.arena = sbe_arena_new();
  int32_t code = live_second(&w->l, &w->l.session, &w->run);
  if (code) w->why = live_error(&w->l, code);
  return !code;
}

static void close_worker(worker *w) {
  sbe_session_close(&w->l.session);
  if (w->why && !w->of->k->report.current) return;
  sbe_arena_free(w->l.arena);
}

static void pause_a_little(int times) {
  struct timespec time = {0, 2000000L * (1 + times % 5)};
  nanosleep(&time, NULL);
}

/* Starts all, waits for all; answers what any of them has to complain of. */
static const char *run_workers(live *l, size_t n, worker *workers, void *(*work)(void *)) {
  size_t started = 0;
  const char *why = NULL;
  for (; started < n && !why; started++)
    if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) why = "no further thread";
  for (size_t i = 0; i < started; i++) pthread_join(workers[i].thread, NULL);
  for (size_t i = 0; i < n && !why; i++)
    if (workers[i].why) why = sbe_arena_strdup(l->arena, workers[i].why);
  return why;
}

/* ---- two add to one number ---- */

/* Both add 1, again and again. Whoever is told BUSY or CONFLICT has written nothing, and tries again. */
static void *add_ones(void *user) {
  worker *w = user;
  const char *add = live_add(&w->l, "counter", 1);
  for (int i = 0, tries = 0; i < ROUNDS && tries < MOST_TRIES * ROUNDS; tries++) {
    int32_t code = live_batch(&w->l, &w->l.session, true, 1, (live_line[]){{add, 0}}, NULL);
    if (!code) {
      w->done++;
      i++;
    } else if (code == SBE_BUSY || code == SBE_CONFLICT) {
      w->refused++;
      pause_a_little(tries);
    } else {
      w->why = live_error(&w->l, code);
      break;
    }
  }
  if (!w->why && w->done < ROUNDS) w->why = "it never got through";
  return NULL;
}

static const char *check_adding(live *l) {
  worker workers[2] = {{.number = 0}};
  live_counter(l, "counter");
  bool open = open_worker(&workers[0], l, 0) && open_worker(&workers[1], l, 1);
  const char *why = open ? run_workers(l, 2, workers, add_ones) : workers[0].why ? workers[0].why : workers[1].why;
  if (why) why = sbe_arena_strdup(l->arena, why);
  const char *sum = live_sum(l, "counter");
  for (size_t i = 0; i < 2 && open; i++) close_worker(&workers[i]);
  if (why) return why;
  int64_t right = 2 * ROUNDS;
  return sbe_streq(sum, sbe_arena_printf(l->arena, "%lld", (long long)right))
             ? NULL
             : sbe_arena_printf(l->arena, "80 times 1 were added without an error; the sum is %s", sum);
}

/* ---- a guard keeps others out ---- */

static const sbe_column_spec lock_columns[] = {{"token", SBE_TYPE_INT64}, {"touched", SBE_TYPE_INT64}};
static const sbe_column_spec log_columns[] = {{"guarded", SBE_TYPE_INT64}, {"seen", SBE_TYPE_INT64}};

/* Something for the other one to come in between: counts 100,000 pairs, and writes the row (0, 0). */
static const char *takes_a_moment(live *l) {
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i");
  return sbe_arena_printf(l->arena,
                          "INSERT INTO %s SELECT COUNT(*), 0 FROM %s a CROSS JOIN %s b WHERE a.%s + b.%s = -5",
                          live_table(l, "log"), live_table(l, "many"), live_table(l, "digits"), i, i);
}

/* How many batches have published under a token before this one; -1: cannot be told. */
static int64_t published_before(live *l, int64_t token) {
  sbe_rows rows;
  const char *guarded = sbe_sql_name(&l->sql, l->arena, NULL, "guarded");
  const char *why = live_query(l,
                               sbe_arena_printf(l->arena, "SELECT COUNT(*) FROM %s WHERE %s > 0 AND %s < %lld",
                                                live_table(l, "log"), guarded, guarded, (long long)token),
                               &rows);
  return why || rows.n != 1 ? -1 : sbe_cell_int(rows.values, -1);
}

/* Batches as the host publishes: hold the row, guard on its token, write down which token stands there at the end. */
static void publish(worker *w, int64_t token) {
  live *l = &w->l;
  sbe_cleanup_text sbe_text hold = SBE_TEXT(8192);
  const char *lock = live_table(l, "lock"), *column = sbe_sql_name(&l->sql, l->arena, NULL, "token");
  const char *touched = sbe_sql_name(&l->sql, l->arena, NULL, "touched");
  const char *where = sbe_arena_printf(l->arena, "FROM %s WHERE %s = %lld", lock, column, (long long)token);
  if (sbe_can_print(l->sql.dialect, SBE_OP_HOLD))
    SBE_OPERATION(&l->sql, &hold, SBE_OP_HOLD, sbe_arena_printf(l->arena, "SELECT %s %s", column, where));
  else
    sbe_text_printf(&hold, "UPDATE %s SET %s = %s + 1 WHERE %s = %lld", lock, touched, touched, column,
                    (long long)token);
  const live_line lines[] = {{sbe_text_string(&hold), SBE_STATEMENT_REPEATABLE},
                             {sbe_arena_printf(l->arena, "SELECT COUNT(*) = 1 %s", where), SBE_STATEMENT_GUARD},
                             {takes_a_moment(l), 0},
                             {sbe_arena_printf(l->arena, "INSERT INTO %s SELECT %lld, %s FROM %s", live_table(l, "log"),
                                               (long long)token, column, lock),
                              0}};
  int32_t code = live_batch(l, &l->session, true, 4, lines, NULL);
  if (!code)
    w->done++;
  else if (code == SBE_CONFLICT || code == SBE_BUSY)
    w->refused++;
  else
    w->why = live_error(l, code);
}

/* Has the other process told what it has to tell? */
static bool is_done(const live_other *other) {
  struct pollfd end = {.fd = other->from, .events = POLLIN};
  return poll(&end, 1, 0) != 0;
}

static void publish_often(worker *w, const live_other *other) {
  for (int i = 0; i < 100 * ROUNDS && !w->why && (!i || !is_done(other)); i++) {
    sbe_rows rows;
    const char *why =
        live_query(&w->l,
                   sbe_arena_printf(w->l.arena, "SELECT %s FROM %s", sbe_sql_name(&w->l.sql, w->l.arena, NULL, "token"),
                                    live_table(&w->l, "lock")),
                   &rows);
    if (why || rows.n != 1)
      w->why = why ? why : "the lock has no row";
    else
      publish(w, sbe_cell_int(rows.values, 0));
  }
}

/* What the other process has to tell. */
typedef struct taken {
  int32_t code;
  bool connected;
  int64_t done;
  int64_t before[ROUNDS]; /* published when the so many-th token was taken */
  char message[512];
} taken;

static void take_over_often(live *l, taken *t) {
  const char *column = sbe_sql_name(&l->sql, l->arena, NULL, "token");
  const char *sql = sbe_arena_printf(l->arena, "UPDATE %s SET %s = %s + 1", live_table(l, "lock"), column, column);
  for (int i = 0; i < ROUNDS && !t->code; i++) {
    int32_t code = live_batch(l, &l->session, false, 1, (live_line[]){{sql, 0}}, NULL);
    if (!code) {
      t->before[t->done] = published_before(l, t->done + 2);
      t->done++;
    } else if (code != SBE_BUSY && code != SBE_CONFLICT) {
      t->code = code;
    }
    pause_a_little(i);
  }
}

/*
 * The other run: a process of its own, as other runs are, forked before anything connects. It waits until it is told
 * to begin, and ends when its pipe does.
 */
void live_be_other(kit *k, int from, int to) {
  char begin;
  taken t = {0};
  live *l = SBE_NEW(k->arena, live);
  k->report.pipe = -1;
  if (read(from, &begin, 1) != 1) _exit(0);
  t.code = live_join(l, k);
  t.connected = !t.code;
  if (t.connected) take_over_often(l, &t);
  snprintf(t.message, sizeof t.message, "%.500s", l->error.message);
  if (t.connected) sbe_session_close(&l->session);
  _exit(write(to, &t, sizeof t) != (ssize_t)sizeof t);
}

/* From the moment of each take-over on, nobody has published under an older token. */
static const char *check_late(live *l, const taken *t) {
  for (int64_t i = 0; i < t->done; i++) {
    int64_t in_the_end = published_before(l, i + 2);
    if (t->before[i] != in_the_end)
      return sbe_arena_printf(l->arena,
                              "token %lld was taken when %lld batches had published before it; in the end %lld had",
                              (long long)i + 2, (long long)t->before[i], (long long)in_the_end);
  }
  return NULL;
}

static const char *check_rows(live *l, int64_t published) {
  const char *guarded = sbe_sql_name(&l->sql, l->arena, NULL, "guarded"),
             *seen = sbe_sql_name(&l->sql, l->arena, NULL, "seen");
  const char *log = live_table(l, "log");
  const char *late = live_value(
      l, sbe_arena_printf(l->arena, "SELECT COUNT(*) FROM %s WHERE %s <> %s AND %s <> 0", log, guarded, seen, guarded));
  if (!sbe_streq(late, "0"))
    return sbe_arena_printf(l->arena, "%s batches saw another token than the one that they guarded", late);
  const char *rows = live_value(l, sbe_arena_printf(l->arena, "SELECT COUNT(*) FROM %s WHERE %s <> 0", log, guarded));
  return sbe_streq(rows, sbe_arena_printf(l->arena, "%lld", (long long)published))
             ? NULL
             : sbe_arena_printf(l->arena, "%lld batches succeeded, %s wrote their row", (long long)published, rows);
}

/* Published while the other one took over, again and again. */
static const char *check_holding(live *l, const live_other *other) {
  worker w;
  taken t = {0};
  const char *why = live_create(l, "lock", 2, lock_columns, "SELECT 1 AS token, 0 AS touched");
  if (!why) why = live_create(l, "log", 2, log_columns, NULL);
  if (why) return why;
  if (!open_worker(&w, l, 0)) return w.why;
  if (write(other->to, "g", 1) != 1) return "the other process is gone";
  publish_often(&w, other);
  const char *failed = w.why ? sbe_arena_strdup(l->arena, w.why) : NULL;
  int64_t published = w.done;
  close_worker(&w);
  if (failed) return failed;
  if (read(other->from, &t, sizeof t) != (ssize_t)sizeof t) return "the other process died";
  /* where no second process can connect at all, nobody can take anything over */
  if (!t.connected)
    return t.code == SBE_BUSY ? NULL
                              : sbe_arena_printf(l->arena, "another process cannot connect: %s: %s",
                                                 sbe_error_name(t.code), t.message);
  if (t.code) return sbe_arena_printf(l->arena, "the other one: %s: %s", sbe_error_name(t.code), t.message);
  if (!published || !t.done)
    return sbe_arena_printf(l->arena, "of the two, one was always refused: %lld batches, %lld take-overs",
                            (long long)published, (long long)t.done);
  why = check_late(l, &t);
  return why ? why : check_rows(l, published);
}

/* ---- writing in parallel ---- */

static const sbe_column_spec scratch_columns[] = {{"k", SBE_TYPE_INT64}, {"n", SBE_TYPE_INT64}};

static const char *scratch_name(live *l, int number) {
  return sbe_sql_table(&l->sql, l->arena, SBE_SCHEMA_SCRATCH, sbe_arena_printf(l->arena, "scratch_%d", number));
}

/* Everybody makes a scratch table and writes into it and into one that is all theirs. */
static void *write_scratch(void *user) {
  worker *w = user;
  live *l = &w->l;
  for (int i = 0; i < 5 && !w->why; i++) {
    int number = w->number * 100 + i;
    sbe_statements list = {0};
    sbe_table table = {.struct_size = sizeof table,
                       .name = scratch_name(l, number),
                       .kind = SBE_TABLE_SCRATCH,
                       .n_columns = 2,
                       .columns = scratch_columns,
                       .day_column = -1,
                       .key_column = 0,
                       .select =
                           sbe_arena_printf(l->arena, "SELECT %d AS k, i AS n FROM (SELECT %s AS i FROM %s) d", number,
                                            sbe_sql_name(&l->sql, l->arena, NULL, "i"), live_table(l, "digits")),
                       .lookup_column = -1};
    int32_t code = sbe_print_create(&l->sql, &table, &list, &l->error);
    for (int tries = 0; !code && tries < MOST_TRIES; tries++) {
      code = sbe_session_run(&l->session, &list, false, NULL, &l->error);
      if (code != SBE_BUSY && code != SBE_CONFLICT) break;
      w->refused++;
      pause_a_little(tries);
      if (tries + 1 < MOST_TRIES) code = SBE_OK;
    }
    sbe_statements_clear(&list);
    const char *insert =
        sbe_arena_printf(l->arena, "INSERT INTO %s SELECT * FROM %s", live_table(l, "shared"), table.name);
    for (int tries = 0; !code && tries < MOST_TRIES; tries++) {
      code = live_batch(l, &l->session, true, 1, (live_line[]){{insert, 0}}, NULL);
      if (code != SBE_BUSY && code != SBE_CONFLICT) break;
      pause_a_little(tries);
      if (tries + 1 < MOST_TRIES) code = SBE_OK;
    }
    if (code) w->why = live_error(l, code);
  }
  return NULL;
}

/* And sees the others'. */
static void *read_scratch(void *user) {
  worker *w = user;
  w->why = NULL;
  for (int number = 0; number < WRITERS && !w->why; number++) {
    const char *count = live_value(
        &w->l, sbe_arena_printf(w->l.arena, "SELECT COUNT(*) FROM %s", scratch_name(&w->l, number * 100 + 4)));
    if (!sbe_streq(count, "10"))
      w->why = sbe_arena_printf(w->l.arena, "connection %d sees of the scratch table of connection %d: %s rows, not 10",
                                w->number, number, count);
  }
  return NULL;
}

static const char *check_parallel(live *l) {
  worker workers[WRITERS] = {{.number = 0}};
  const char *why = live_create(l, "shared", 2, scratch_columns, NULL);
  if (why) return why;
  int opened = 0;
  while (opened < WRITERS && open_worker(&workers[opened], l, opened)) opened++;
  why = opened == WRITERS ? run_workers(l, WRITERS, workers, write_scratch) : workers[opened].why;
  if (!why) why = run_workers(l, WRITERS, workers, read_scratch);
  if (why) why = sbe_arena_strdup(l->arena, why);
  const char *rows = why ? "" : live_count(l, "shared");
  for (int i = 0; i < opened; i++) close_worker(&workers[i]);
  if (why) return why;
  return sbe_streq(rows, "200") ? NULL
                                : sbe_arena_printf(l->arena, "20 inserts of 10 rows succeeded; %s are there", rows);
}

static const char *check_second_sees(live *l) {
  live_run run;
  sbe_session second, first = l->session;
  live_counter(l, "counter");
  int32_t code = live_second(l, &second, &run);
  if (code) return live_error(l, code);
  const char *why = live_do(l, live_add(l, "counter", 3));
  l->session = second;
  const char *sum = live_sum(l, "counter");
  l->session = first;
  sbe_session_close(&second);
  return why ? why : sbe_streq(sum, "3") ? NULL : sbe_arena_printf(l->arena, "the second one sees %s, not 3", sum);
}

void check_several(live *l, const live_other *other) {
  kit_report *r = l->report;
  if (sbe_plugin_can(l->plugin, SBE_CAN_ANSWER_LISTS))
    report_check(r, "queries and writes in one call, each query with its sink", check_answers(l),
                 "connection.h, sbe_statement.sink and run");
  else
    report_skipped(r, "queries and writes in one call, each query with its sink",
                   "the adapter says that it cannot: SBE_CAN_ANSWER_LISTS");
  report_check(r, "a second connection sees what the first one wrote", check_second_sees(l),
               "connection.h: two connections may be used, one statement at a time each");
  if (sbe_plugin_can(l->plugin, SBE_CAN_ATOMIC)) {
    report_begin(r, "two connections add to one number at once: nothing is lost");
    report_end(r, check_adding(l),
               "base.h: SBE_BUSY and SBE_CONFLICT say that nothing was written; the host tries again");
    report_begin(r, "a guard keeps others out until its batch is over");
    report_end(r, check_holding(l, other),
               "dialect.h, SBE_OP_HOLD: nobody else can change these rows until the batch ends; without it, writing to "
               "the row must do that");
  } else {
    report_skipped(r, "two connections at once", "the adapter says that it cannot do atomic batches: SBE_CAN_ATOMIC");
  }
  if (sbe_plugin_can(l->plugin, SBE_CAN_WORK_IN_PARALLEL)) {
    report_begin(r, "four connections write at once, and see each other's scratch tables");
    report_end(r, check_parallel(l), "adapter.h, SBE_CAN_WORK_IN_PARALLEL");
  } else {
    report_skipped(r, "four connections write at once", "the adapter says that it cannot: SBE_CAN_WORK_IN_PARALLEL");
  }
}
