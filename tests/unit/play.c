/* SPDX-License-Identifier: Apache-2.0 */
/* Plays runs on the recorder; see play.h. */
#include "tests/unit/play.h"

#include <CUnit/CUnit.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct played played;

static const play *playing;
static atomic_long seconds_later;
static volatile int interrupted;
static pthread_mutex_t sleeping = PTHREAD_MUTEX_INITIALIZER;
static sbe_text notes = SBE_TEXT(1 << 20), steps = SBE_TEXT(1 << 20), statements = SBE_TEXT(SBE_MAX_STATEMENT);
static bool step_open;

/* --- time ---------------------------------------------------------------------------------------- */
/* These two stand before those of the C library, for this program only. */

int nanosleep(const struct timespec *wanted, struct timespec *left) {
  (void)left;
  pthread_mutex_lock(&sleeping);
  played.slept += (double)wanted->tv_sec + (double)wanted->tv_nsec / 1e9;
  pthread_mutex_unlock(&sleeping);
  syscall(SYS_nanosleep, &(struct timespec){0, 50000}, NULL); /* for other threads: a little of it is real */
  return 0;
}

int clock_gettime(clockid_t clock, struct timespec *ret_now) {
  int code = (int)syscall(SYS_clock_gettime, clock, ret_now);
  if (code == 0 && clock == CLOCK_MONOTONIC) ret_now->tv_sec += (time_t)seconds_later;
  return code;
}

/* --- what a run tells ---------------------------------------------------------------------------- */

static void on_step_started(void *user, const char *model, const char *step) {
  (void)user, (void)model;
  if (step_open) sbe_text_putc(&steps, '*');
  SBE_PRINT(&steps, steps.size ? ", " : "", step);
  step_open = true;
}

static void on_step_finished(void *user, const char *model, const char *step, int64_t rows, double seconds) {
  (void)user, (void)model, (void)step, (void)rows, (void)seconds;
  step_open = false;
}

static void on_progress(void *user, double percent) {
  (void)user, (void)percent;
  played.ticks++;
  seconds_later += playing->seconds_per_tick;
  if (playing->cancel_at_tick && played.ticks >= playing->cancel_at_tick)
    __atomic_store_n(&interrupted, 1, __ATOMIC_RELAXED); /* workers look as well */
}

static void on_note(void *user, sbe_severity severity, sbe_place place, const char *text) {
  (void)user;
  SBE_PRINT(&notes, severity == SBE_NOTE ? "note " : severity == SBE_WARNING ? "warning " : "error ");
  if (place.file) sbe_text_printf(&notes, "%s:%u:%u: ", place.file, place.line, place.column);
  SBE_PRINT(&notes, text, "\n");
}

static void on_statement(void *user, const char *model, const char *step, const char *sql) {
  (void)user, (void)model, (void)step;
  SBE_PRINT(&statements, sql, ";\n");
}

/* --- playing ------------------------------------------------------------------------------------- */

static const char *file_text(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return "";
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  char bytes[65536];
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) sbe_text_put(&out, bytes, n);
  fclose(file);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

/* The events table. */
static const char *const columns[][2] = {{"event_id", "VARCHAR"},
                                         {"load_tstamp", "TIMESTAMP"},
                                         {"derived_tstamp", "TIMESTAMP"},
                                         {"app_id", "VARCHAR"},
                                         {"dvce_created_tstamp", "TIMESTAMP"},
                                         {"collector_tstamp", "TIMESTAMP"},
                                         {"domain_userid", "VARCHAR"},
                                         {"user_id", "VARCHAR"},
                                         {"event_vendor", "VARCHAR"},
                                         {"event_name", "VARCHAR"},
                                         {"event_version", "VARCHAR"},
                                         {"mkt_source", "VARCHAR"},
                                         {"tr_total", "DOUBLE"}};
#define N_COLUMNS (sizeof columns / sizeof *columns)

static const sbe_node *columns_node(void) {
  sbe_cleanup_text sbe_text yaml = SBE_TEXT(65536);
  for (size_t i = 0; i < N_COLUMNS; i++) SBE_PRINT(&yaml, i ? ", " : "{", columns[i][0], ": ", columns[i][1]);
  sbe_text_puts(&yaml, "}");
  const char *text = sbe_arena_strdup(fixture.arena, sbe_text_string(&yaml));
  const sbe_node *node = sbe_yaml_read(fixture.arena, "profiles.yml", text, strlen(text), &fixture.report);
  CU_ASSERT_PTR_NOT_NULL_FATAL(node);
  return node;
}

static sbe_settings *settings_of(const char *log, const char *script, const char *threads) {
  sbe_settings *settings = SBE_NEW(fixture.arena, sbe_settings);
  *settings = (sbe_settings){.place = "profile shop", .type = "recorder", .arena = fixture.arena};
  settings->items = SBE_NEW_ARRAY(fixture.arena, struct sbe_setting, 5);
  settings->items[settings->n++] = (struct sbe_setting){"log", log, NULL};
  settings->items[settings->n++] = (struct sbe_setting){"schema", "shop", NULL};
  settings->items[settings->n++] = (struct sbe_setting){"columns", NULL, columns_node()};
  settings->items[settings->n++] = (struct sbe_setting){"script", script, NULL};
  if (threads) settings->items[settings->n++] = (struct sbe_setting){"threads", threads, NULL};
  return settings;
}

/* Behind every script, for what it does not say itself. */
static const char ordinary[] = "on SELECT COUNT(*) AS n FROM\nrow int:1\n";

static const char *write_script(const char *directory, const char *script) {
  const char *path = sbe_arena_printf(fixture.arena, "%s/script", directory);
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  if (script) fputs(script, file);
  fputs(ordinary, file);
  CU_ASSERT_FATAL(fclose(file) == 0);
  return path;
}

static const char one_view[] =
    "{name: v, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter}]}";

/* Definitions and variables of a play, into the fixture. */
static void build(const play *what) {
  if (what->vars) recorded_vars(what->vars);
  recorded_build(what->views ? what->views : one_view);
  CU_ASSERT_PTR_NOT_NULL_FATAL(fixture.ir);
}

static const sbe_pattern *with_patterns(const sbe_pattern *more, const sbe_pattern *own) {
  size_t n = 0, m = 0;
  while (more[n].operation != SBE_OP_END) n++;
  while (own[m].operation != SBE_OP_END) m++;
  sbe_pattern *both = SBE_NEW_ARRAY(fixture.arena, sbe_pattern, n + m + 1);
  memcpy(both, more, n * sizeof *both);
  memcpy(both + n, own, (m + 1) * sizeof *both);
  return both;
}

static void start(const play *what) {
  playing = what;
  interrupted = 0;
  seconds_later = 0;
  step_open = false;
  memset(&played, 0, sizeof played);
  sbe_text_clear(&notes);
  sbe_text_clear(&steps);
  sbe_text_clear(&statements);
}

const sbe_run_results *play_run(const play *what) {
  static unsigned number;
  const char *directory = sbe_arena_printf(fixture.arena, "%s/play-%u", sbe_unit_directory(), number++);
  CU_ASSERT_FATAL(mkdir(directory, 0755) == 0);
  build(what);
  start(what);
  const char *log = sbe_arena_printf(fixture.arena, "%s/log", directory);
  sbe_project project = {.dir = directory,
                         .name = "shop",
                         .state_dir = directory,
                         .vars = fixture.vars,
                         .adapter = "recorder",
                         .threads = what->threads,
                         .target = what->target ? what->target : "dev"};
  project.settings = settings_of(log, write_script(directory, what->script), what->profile_threads);
  sbe_adapter adapter = *fixture.plugin->adapter;
  adapter.capabilities = (adapter.capabilities & ~what->without) | what->with;
  sbe_plugin plugin = *fixture.plugin;
  plugin.adapter = &adapter;
  if (what->create) plugin.dialect.create = what->create;
  if (what->patterns) plugin.dialect.patterns = with_patterns(what->patterns, plugin.dialect.patterns);
  size_t n = fixture.ir->n_views;
  const sbe_shape **shapes = SBE_NEW_ARRAY(fixture.arena, const sbe_shape *, n);
  for (size_t i = 0; i < n; i++) shapes[i] = recorded_shape(i);
  sbe_run_request request = {.project = &project,
                             .plugin = &plugin,
                             .n_shapes = n,
                             .shapes = shapes,
                             .now = recorded_time(what->now ? what->now : "2025-01-02 12:00:00"),
                             .until_current = what->until_current,
                             .full_refresh = what->full_refresh,
                             .dry_run = what->dry_run,
                             .interrupted = &interrupted,
                             .events = {.step_started = on_step_started,
                                        .step_finished = on_step_finished,
                                        .progress = on_progress,
                                        .note = on_note,
                                        .statement = on_statement}};
  sbe_run_results *results = SBE_NEW(fixture.arena, sbe_run_results);
  int32_t code = sbe_run_execute(&request, fixture.arena, results);
  CU_ASSERT_EQUAL(code, results->code);
  if (step_open) sbe_text_putc(&steps, '*');
  played.directory = directory;
  played.log = file_text(log);
  played.notes = sbe_text_string(&notes);
  played.steps = sbe_text_string(&steps);
  played.statements = sbe_text_string(&statements);
  return results;
}

/* --- the log ------------------------------------------------------------------------------------- */

/* The SQL behind a line of the log. */
static const char *sql_behind(const char *line) {
  const char *sql = line + strcspn(line, "\n");
  sql += *sql != '\0';
  const char *end = strstr(sql, "\n-- ");
  size_t size = end ? (size_t)(end - sql) : strlen(sql);
  return sbe_arena_strndup(fixture.arena, sql, size - (size && sql[size - 1] == '\n'));
}

/* "DELETE v_1_attributes": the verb and the first table, else the first name or literal. */
static void put_brief(sbe_text *out, const char *line) {
  const char *sql = sql_behind(line), *name = strstr(sql, "\".\"");
  sbe_text_put(out, sql, strcspn(sql, " \n"));
  if (name)
    name += 3;
  else
    name = sql + strcspn(sql, "'\"") + (strpbrk(sql, "'\"") != NULL);
  for (size_t size; size = strcspn(name, "\"'"), strncmp(name + size, "\".\"", 3) == 0;) name += size + 3;
  sbe_text_putc(out, ' ');
  sbe_text_put(out, name, strcspn(name, "\"'"));
}

/* `connection` 0: of all. */
static const char *outline_of(int connection) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  bool first = true;
  int of = 1;
  for (const char *line = played.log; *line; line += strcspn(line, "\n"), line += *line != '\0') {
    if (strncmp(line, "-- ", 3) != 0) continue;
    if (sscanf(line, "-- connection %d", &of) == 1) continue;
    if (connection && of != connection) continue;
    const char *rest = line + 3, *end = line + strcspn(line, "\n");
    if (strncmp(rest, "statement", 9) == 0) {
      SBE_PRINT(&out, first ? " " : ", ", strncmp(rest + 9, " guard", 6) == 0 ? "guard " : "");
      put_brief(&out, line);
      first = false;
      continue;
    }
    if (out.size) sbe_text_putc(&out, '\n');
    first = true;
    size_t size = strcspn(rest, " \n");
    sbe_text_put(&out, rest, size);
    const char *atomic = strstr(rest, " atomic");
    if (strncmp(rest, "run ", 4) == 0)
      SBE_PRINT(&out, atomic && atomic < end ? " atomic:" : ":");
    else if (strncmp(rest, "query", 5) == 0)
      sbe_text_puts(&out, ": "), put_brief(&out, line);
    else if (rest[size] == ' ')
      sbe_text_puts(&out, ":"), sbe_text_put(&out, rest + size, strcspn(rest + size, "\n"));
  }
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *play_outline(void) {
  return outline_of(0);
}

const char *play_outline_of(int connection) {
  return outline_of(connection);
}

const char *play_lines(const char *part) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  for (const char *line = play_outline(); *line; line += strcspn(line, "\n"), line += *line != '\0') {
    const char *text = sbe_arena_strndup(fixture.arena, line, strcspn(line, "\n"));
    if (strstr(text, part)) SBE_PRINT(&out, text, "\n");
  }
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *play_statement(const char *part, size_t i) {
  for (const char *at = played.log; (at = strstr(at, "-- ")); at += 3) {
    if (strncmp(at, "-- statement", 12) != 0 && strncmp(at, "-- query", 8) != 0) continue;
    const char *text = sql_behind(at);
    if (strstr(text, part) && i-- == 0) return text;
  }
  return NULL;
}

/* --- scripts ------------------------------------------------------------------------------------- */

/* A cell of the script: what would end it is escaped. */
static void put_cell(sbe_text *out, const char *kind, const char *text) {
  if (out->data && out->size && out->data[out->size - 1] != ' ') sbe_text_putc(out, '\t');
  if (!text) {
    sbe_text_puts(out, "null");
    return;
  }
  sbe_text_puts(out, kind);
  for (const char *c = text; *c; c++) {
    if (*c == '\n' || *c == '\t' || *c == '\\') sbe_text_putc(out, '\\');
    sbe_text_putc(out, *c == '\n' ? 'n' : *c == '\t' ? 't' : *c);
  }
}

static const char *number_text(long number) {
  return sbe_arena_printf(fixture.arena, "%ld", number);
}

static void put_state(sbe_text *out, const sbe_view *view, const play_state *state) {
  const char *text = sbe_definition_text(fixture.arena, view, &fixture.sql, &fixture.vars);
  if (state->definition) text = state->definition;
  sbe_text_puts(out, "row ");
  put_cell(out, "text:", view->model);
  put_cell(out, "time:", state->position);
  put_cell(out, "time:", state->position);
  put_cell(out, "text:", state->hash ? state->hash : sbe_definition_hash(fixture.arena, text));
  put_cell(out, "time:", state->refresh_until);
  put_cell(out, "int:", number_text(state->windows));
  put_cell(out, "time:", state->attributes_as_of);
  put_cell(out, "time:", state->attributes_until);
  put_cell(out, "bool:", "false");
  put_cell(out, "time:", state->rollup_through);
  put_cell(out, "text:", text);
  put_cell(out, "int:", number_text(state->layout ? state->layout : SBE_MANIFEST_LAYOUT));
  sbe_text_putc(out, '\n');
}

const char *play_manifest(const play *what, const play_state *state) {
  build(what);
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  sbe_text_puts(&out, "on SELECT model, first_success\n");
  for (size_t i = 0; i < (state->all ? fixture.ir->n_views : 1); i++) put_state(&out, fixture.ir->views[i], state);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *play_columns(const char *part) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(65536);
  SBE_PRINT(&out, "on ", part, "\n");
  for (size_t i = 0; i < N_COLUMNS; i++) SBE_PRINT(&out, "row text:", columns[i][0], "\ttext:", columns[i][1], "\n");
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

/* Held since 08:00, on a day when it is 09:00. */
static void put_lock_row(sbe_text *out, long token, bool held, long pid, long start, const char *host,
                         const char *expires) {
  sbe_text_puts(out, "row ");
  put_cell(out, "int:", number_text(token));
  put_cell(out, "text:", held ? "sbe" : NULL);
  put_cell(out, "int:", number_text(pid));
  put_cell(out, "int:", number_text(start));
  put_cell(out, "text:", host);
  put_cell(out, "time:", "2045-01-01 08:00:00");
  put_cell(out, "time:", expires);
  put_cell(out, "time:", "2045-01-01 09:00:00");
  sbe_text_putc(out, '\n');
}

const char *play_lock(long token, bool held, long pid, long start, const char *host, const char *expires) {
  char here[256];
  CU_ASSERT_FATAL(gethostname(here, sizeof here) == 0);
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  sbe_text_puts(&out, "on SELECT token, holder\n");
  put_lock_row(&out, token, held, pid, start, host ? host : here, expires);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *play_overtaken(long token) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  put_lock_row(&out, token, true, 4711, 12, "elsewhere", "2045-01-01 09:10:00");
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *play_days(const char *days) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  sbe_text_puts(&out, "on SELECT event_date, is_processed\n");
  char date[16], processed[8];
  long rows;
  int size;
  for (; sscanf(days, " %15s %7s %ld%n", date, processed, &rows, &size) == 3; days += size, days += *days == ',')
    sbe_text_printf(&out, "row date:%s\tbool:%s\tint:%ld\n", date, processed, rows);
  CU_ASSERT_FATAL(*days == '\0');
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}
