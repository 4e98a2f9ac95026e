/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table at the end, and the same as JSON. What is promised is one table of lines here: a name, what was
 * measured, what it is compared with, and the goal. Called by bench.c. Must never print a number that was
 * not measured: a line whose part was left out is left out.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"

typedef enum { SECONDS, BYTES, NUMBER, PERCENT } unit;
typedef enum {
  NO_GOAL,
  BELOW,      /* value < limit */
  RATIO,      /* value / other <= limit */
  LINEAR,     /* the same, limit in the times that there is more to do */
  PER_VIEW,   /* value < limit * number of views */
  ALMOST_ALL, /* value (seconds outside) < 2 % of other, or < limit */
  AROUND,     /* within a tenth of limit */
  USERS,      /* the same, limit being as many as were asked for */
  NONE        /* 0 */
} goal;

typedef struct line {
  const char *head; /* a line of its own before it; NULL: none */
  const char *text; /* %1: views of the small compilation; %2: of the large one; %v: of the second project; %d: days */
  const char *series;
  const char *other; /* NULL: none */
  unit unit;
  goal goal;
  double limit;
} line;

static const line lines[] = {
    {"COMMANDS", "sbe --version", "version", NULL, SECONDS, BELOW, 0.005},
    {NULL, "sbe validate, 1 view", "validate", NULL, SECONDS, BELOW, 0.010},
    {NULL, "sbe compile, %1 views, YAML", "compile.few.yml", NULL, SECONDS, PER_VIEW, 0.15 / 1000},
    {NULL, "sbe compile, %2 views, YAML", "compile.many.yml", NULL, SECONDS, PER_VIEW, 1.5 / 10000},
    {NULL, "  against %1", "compile.many.yml", "compile.few.yml", SECONDS, LINEAR, 10},
    {NULL, "  peak memory", "compile.many.yml.rss", NULL, BYTES, BELOW, 200e6},
    {NULL, "sbe compile, %1 views, JSON", "compile.few.json", NULL, SECONDS, PER_VIEW, 0.15 / 1000},
    {NULL, "sbe compile, %2 views, JSON", "compile.many.json", NULL, SECONDS, PER_VIEW, 1.5 / 10000},
    {NULL, "  against %1", "compile.many.json", "compile.few.json", SECONDS, LINEAR, 10},
    {NULL, "  peak memory", "compile.many.json.rss", NULL, BYTES, BELOW, 200e6},
    {"THE GENERATOR", "events, the last day's too", "generator.events", NULL, NUMBER, NO_GOAL, 0},
    {NULL, "  twice", "generator.twice", NULL, PERCENT, AROUND, 0.02},
    {NULL, "  late by an hour or more", "generator.late", NULL, PERCENT, AROUND, 0.03},
    {NULL, "  users", "generator.users", NULL, NUMBER, USERS, 0},
    {"BACKFILL OF %d DAYS IN ONE WINDOW", "whole process", "backfill.sbe", "backfill.hand", SECONDS, RATIO, 1.0},
    {NULL, "  processor time", "backfill.sbe.cpu", "backfill.hand.cpu", SECONDS, NO_GOAL, 0},
    {NULL, "  in the database", "backfill.sbe.database", "backfill.hand.database", SECONDS, NO_GOAL, 0},
    {NULL, "  outside its statements", "backfill.sbe.outside", "backfill.sbe", SECONDS, ALMOST_ALL, 0.05},
    {NULL, "    of that connecting", "backfill.sbe.connecting", "backfill.hand.step.open", SECONDS, NO_GOAL, 0},
    {NULL, "    of that sbe's own", "backfill.sbe.own", "backfill.sbe", SECONDS, NO_GOAL, 0},
    {NULL, "  peak memory", "backfill.sbe.rss", "backfill.hand.rss", BYTES, NO_GOAL, 0},
    {NULL, "  filtered events, all", "backfill.filtered", "backfill.filtered_by_hand", NUMBER, NO_GOAL, 0},
    {NULL, "  entities", "backfill.entities", "backfill.entities_by_hand", NUMBER, NO_GOAL, 0},
    {NULL, "  entities that differ", "backfill.differ", NULL, NUMBER, NONE, 0},
    {"ONE MORE DAY", "whole process", "day.sbe", "day.hand", SECONDS, RATIO, 0.6},
    {NULL, "  processor time", "day.sbe.cpu", "day.hand.cpu", SECONDS, NO_GOAL, 0},
    {NULL, "  in the database", "day.sbe.database", "day.hand.database", SECONDS, NO_GOAL, 0},
    {NULL, "  outside its statements", "day.sbe.outside", "day.sbe", SECONDS, ALMOST_ALL, 0.05},
    {NULL, "    of that connecting", "day.sbe.connecting", "day.hand.step.open", SECONDS, NO_GOAL, 0},
    {NULL, "    of that sbe's own", "day.sbe.own", "day.sbe", SECONDS, NO_GOAL, 0},
    {NULL, "  peak memory", "day.sbe.rss", "day.hand.rss", BYTES, NO_GOAL, 0},
    {NULL, "  filtered events, all", "day.filtered", "day.filtered_by_hand", NUMBER, NO_GOAL, 0},
    {NULL, "  entities", "day.entities", "day.entities_by_hand", NUMBER, NO_GOAL, 0},
    {NULL, "  entities that differ", "day.differ", NULL, NUMBER, NONE, 0},
    {NULL, "  late events skipped", "day.sbe.events_skipped", NULL, NUMBER, NONE, 0},
    {"THE SAME CLOCK AGAIN", "whole process", "idle.sbe", NULL, SECONDS, BELOW, 0.3},
    {NULL, "  in the database", "idle.sbe.database", NULL, SECONDS, NO_GOAL, 0},
    {NULL, "  outside its statements", "idle.sbe.outside", "idle.sbe", SECONDS, ALMOST_ALL, 0.05},
    {NULL, "    of that connecting", "idle.sbe.connecting", NULL, SECONDS, NO_GOAL, 0},
    {NULL, "    of that sbe's own", "idle.sbe.own", "idle.sbe", SECONDS, NO_GOAL, 0},
    {"%v VIEWS IN ONE PROJECT", "backfill, against 1 view", "views.backfill", "backfill.sbe", SECONDS, NO_GOAL, 0},
    {NULL, "one more day, against 1 view", "views.day", "day.sbe", SECONDS, NO_GOAL, 0},
    {NULL, "  outside its statements", "views.day.outside", "views.day", SECONDS, ALMOST_ALL, 0.05},
    {NULL, "  peak memory", "views.day.rss", "day.sbe.rss", BYTES, NO_GOAL, 0},
    {0},
};

/* Whose steps are shown. */
static const struct {
  const char *head, *sbe, *hand;
} breakdowns[] = {
    {"backfill", "backfill.sbe", "backfill.hand"},
    {"one more day", "day.sbe", "day.hand"},
    {"the same clock again", "idle.sbe", NULL},
    {"views, one more day", "views.day", NULL},
    {0},
};

/* --- numbers as text ----------------------------------------------------------------------------- */

typedef char cell[32];

static const char *amount(double value, unit unit, cell ret) {
  *ret = '\0';
  if (isnan(value)) return ret;
  switch (unit) {
  case SECONDS:
    snprintf(ret, sizeof(cell), value < 0.1 ? "%.1f ms" : "%.3f s", value < 0.1 ? value * 1000 : value);
    break;
  case BYTES:
    snprintf(ret, sizeof(cell), "%.0f MB", value / 1e6);
    break;
  case NUMBER:
    snprintf(ret, sizeof(cell), "%.0f", value);
    break;
  case PERCENT:
    snprintf(ret, sizeof(cell), "%.2f %%", value * 100);
    break;
  }
  return ret;
}

static const char *text_of(const bench *b, const char *format) {
  char text[128];
  size_t size = 0;
  for (const char *c = format; *c && size < sizeof text - 24; c++) {
    long long number = 0;
    if (*c != '%') {
      text[size++] = *c;
      continue;
    }
    switch (*++c) {
    case '1':
      number = b->options.many / 10;
      break;
    case '2':
      number = b->options.many;
      break;
    case 'v':
      number = b->options.views;
      break;
    case 'd':
      number = b->options.days;
      break;
    }
    size += (size_t)snprintf(text + size, 24, "%lld", number);
  }
  return sbe_arena_strndup(b->arena, text, size);
}

/* --- goals --------------------------------------------------------------------------------------- */

static double limit_of(const bench *b, const line *l) {
  bool large = strstr(l->series, "many") != NULL;
  if (l->goal == PER_VIEW) return l->limit * (double)(large ? b->options.many : b->options.many / 10);
  if (l->goal == USERS) return (double)b->options.users;
  return l->limit;
}

static const char *goal_text(const bench *b, const line *l, cell ret) {
  cell limit;
  amount(limit_of(b, l), l->unit, limit);
  *ret = '\0';
  switch (l->goal) {
  case NO_GOAL:
    break;
  case BELOW:
  case PER_VIEW:
    snprintf(ret, sizeof(cell), "< %.20s", limit);
    break;
  case RATIO:
    snprintf(ret, sizeof(cell), "<= %.2f", l->limit);
    break;
  case LINEAR:
    snprintf(ret, sizeof(cell), "about %.0f", l->limit);
    break;
  case ALMOST_ALL:
    snprintf(ret, sizeof(cell), "< 2 %% or %.16s", limit);
    break;
  case AROUND:
  case USERS:
    snprintf(ret, sizeof(cell), "about %.20s", limit);
    break;
  case NONE:
    snprintf(ret, sizeof(cell), "0");
    break;
  }
  return ret;
}

/* NaN where there is nothing to divide by. */
static double ratio_of(const bench *b, const line *l) {
  double other = l->other ? bench_median(b, l->other) : NAN;
  return other > 0 ? bench_median(b, l->series) / other : NAN;
}

/* 1 or 0, -1 without a goal. */
static int met(const bench *b, const line *l) {
  double value = bench_median(b, l->series), limit = limit_of(b, l), ratio = ratio_of(b, l);
  switch (l->goal) {
  case NO_GOAL:
    return -1;
  case BELOW:
  case PER_VIEW:
    return value < limit;
  case RATIO:
    return ratio <= limit;
  case LINEAR:
    return ratio <= limit * 1.2;
  case ALMOST_ALL:
    return ratio < 0.02 || value < limit;
  case AROUND:
  case USERS:
    return fabs(value - limit) <= limit / 10;
  case NONE:
    return value == 0 && bench_greatest(bench_find(b, l->series)) == 0;
  }
  return -1;
}

static bool measured(const bench *b, const line *l) {
  return bench_find(b, l->series) && (l->goal != RATIO || bench_find(b, l->other));
}

bool bench_right(const bench *b) {
  for (const line *l = lines; l->text; l++)
    if (l->goal == NONE && measured(b, l) && met(b, l) != 1) return false;
  return true;
}

/* --- the table ----------------------------------------------------------------------------------- */

static void print_line(const bench *b, const line *l) {
  cell goal, other, value, least, greatest, spread = "", ratio = "";
  static const char *const answers[] = {"", "NO", "yes"};
  const bench_series *series = bench_find(b, l->series);
  amount(bench_median(b, l->series), l->unit, value);
  amount(l->other ? bench_median(b, l->other) : NAN, l->unit, other);
  amount(bench_least(series), l->unit, least);
  amount(bench_greatest(series), l->unit, greatest);
  if (strcmp(least, greatest) != 0)
    snprintf(spread, sizeof spread, "%.*s-%.14s", (int)strcspn(least, " "), least, greatest);
  if (!isnan(ratio_of(b, l))) snprintf(ratio, sizeof ratio, l->goal == ALMOST_ALL ? "%.3f" : "%.2f", ratio_of(b, l));
  printf("  %-30s %15s %11s %11s %18s %6s  %s\n", text_of(b, l->text), goal_text(b, l, goal), other, value, spread,
         ratio, answers[met(b, l) + 1]);
}

static void print_table(const bench *b) {
  const char *head = NULL;
  printf("  %-30s %15s %11s %11s %18s %6s  %s\n", "", "goal", "against", "median", "from-to", "ratio", "met");
  for (const line *l = lines; l->text; l++) {
    if (l->head) head = l->head;
    if (!measured(b, l)) continue;
    if (head) printf("%s\n", text_of(b, head));
    head = NULL;
    print_line(b, l);
  }
}

/* Steps of one process, longest first to see at once where the time goes; what is under 0.5 ms is left out. */
static void print_steps(const bench *b, const char *what) {
  const char *prefix = sbe_arena_printf(b->arena, "%s.step.", what);
  size_t size = strlen(prefix);
  bool *done = SBE_NEW_ARRAY(b->arena, bool, 1024);
  for (size_t shown = 0; shown < 1024; shown++) {
    const bench_series *most = NULL;
    size_t i = 0, at = 0;
    for (const bench_series *s = b->first; s && i < 1024; s = s->next, i++) {
      if (done[i] || strncmp(s->name, prefix, size) != 0) continue;
      if (most && bench_median(b, most->name) >= bench_median(b, s->name)) continue;
      most = s;
      at = i;
    }
    if (!most || bench_median(b, most->name) < 0.0005) break;
    done[at] = true;
    printf("%s%s %.3f", shown ? ", " : "", most->name + size, bench_median(b, most->name));
  }
}

static void print_breakdowns(const bench *b) {
  printf("SECONDS BY STEP (medians; open: loading the library and opening the database, close: its checkpoint)\n");
  for (size_t i = 0; breakdowns[i].head; i++) {
    const char *names[] = {breakdowns[i].hand, breakdowns[i].sbe};
    for (int j = 0; j < 2; j++) {
      if (!names[j] || !bench_find(b, names[j])) continue;
      printf("  %s, %s: ", breakdowns[i].head, j ? "sbe" : "by hand");
      print_steps(b, names[j]);
      putchar('\n');
    }
  }
}

void bench_report(const bench *b) {
  const bench_options *o = &b->options;
  printf("\n%lld events of %lld days, %lld users, %lld threads, %ld processors, medians of %lld", (long long)o->events,
         (long long)o->days, (long long)o->users, (long long)o->threads, sysconf(_SC_NPROCESSORS_ONLN),
         (long long)o->repeat);
  printf("%s%s\n", b->duckdb ? ", DuckDB " : "", b->duckdb ? b->duckdb : "");
  print_table(b);
  if (o->parts & (PART_PIPELINE | PART_VIEWS)) print_breakdowns(b);
  if (!bench_right(b)) puts("THE RESULTS ARE WRONG: what was measured is worth nothing.");
  fflush(stdout);
}

/* --- JSON ---------------------------------------------------------------------------------------- */

static void add_number(cJSON *object, const char *name, double value) {
  if (isnan(value))
    cJSON_AddNullToObject(object, name);
  else
    cJSON_AddNumberToObject(object, name, value);
}

static void add_line(const bench *b, const line *l, const char *head, cJSON *list) {
  static const char *const units[] = {"seconds", "bytes", "number", "share"};
  cell goal;
  cJSON *object = cJSON_CreateObject();
  const char *text = text_of(b, l->text);
  cJSON_AddStringToObject(object, "part", text_of(b, head));
  cJSON_AddStringToObject(object, "line", text + strspn(text, " "));
  cJSON_AddStringToObject(object, "series", l->series);
  cJSON_AddStringToObject(object, "unit", units[l->unit]);
  add_number(object, "median", bench_median(b, l->series));
  if (l->other)
    cJSON_AddStringToObject(object, "against", l->other);
  else
    cJSON_AddNullToObject(object, "against");
  add_number(object, "ratio", ratio_of(b, l));
  cJSON_AddStringToObject(object, "goal", goal_text(b, l, goal));
  if (met(b, l) < 0)
    cJSON_AddNullToObject(object, "met");
  else
    cJSON_AddBoolToObject(object, "met", met(b, l));
  cJSON_AddItemToArray(list, object);
}

static void add_parameters(const bench *b, cJSON *root) {
  const bench_options *o = &b->options;
  cJSON *object = cJSON_AddObjectToObject(root, "parameters");
  const struct {
    const char *name;
    int64_t value;
  } rows[] = {
      {"events", o->events}, {"days", o->days},   {"users", o->users}, {"threads", o->threads},
      {"repeat", o->repeat}, {"views", o->views}, {"many", o->many},   {"processors", sysconf(_SC_NPROCESSORS_ONLN)}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cJSON_AddNumberToObject(object, rows[i].name, (double)rows[i].value);
  if (b->duckdb) cJSON_AddStringToObject(object, "duckdb", b->duckdb);
}

void bench_report_json(const bench *b, const char *path) {
  cJSON *root = cJSON_CreateObject();
  add_parameters(b, root);
  cJSON_AddBoolToObject(root, "right", bench_right(b));
  cJSON *list = cJSON_AddArrayToObject(root, "table");
  const char *head = "";
  for (const line *l = lines; l->text; l++) {
    if (l->head) head = l->head;
    if (measured(b, l)) add_line(b, l, head, list);
  }
  cJSON *all = cJSON_AddObjectToObject(root, "series");
  for (const bench_series *s = b->first; s; s = s->next)
    cJSON_AddItemToObject(all, s->name, cJSON_CreateDoubleArray(s->values, (int)s->n));
  char *text = cJSON_Print(root);
  cJSON_Delete(root);
  if (!text) bench_die("no memory for %s", path);
  bench_write(path, text, strlen(text));
  free(text);
}
