/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scenario expects after a run, held against the tables and the run's results. Called by play.c.
 * Rows are told by the columns that the scenario names; values compare exactly, doubles at 1e-9. Table
 * names are made here from the manual's rules, not asked of the program.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "kit/scenario.h"

#define CLOSE 1e-9
#define MOST_SHOWN 20

void expect_complain(const sbe_node *at) {
  printf("  %s:%u: ", at->file, at->line);
}

/* ---- values ---- */

static bool is_close(double a, double b) {
  double difference = a > b ? a - b : b - a, size = a < 0 ? -a : a;
  return a == b || difference <= CLOSE * (size > 1 ? size : 1);
}

static double number_of(const char *text, size_t size) {
  char copy[400]; /* the locale is "C": nobody has set another */
  snprintf(copy, sizeof copy, "%.*s", (int)size, text);
  return strtod(copy, NULL);
}

/* "12.000" is the integer "12". */
static bool same_integer(const char *expected, const char *actual, size_t size) {
  const char *point = memchr(actual, '.', size);
  if (point) {
    for (const char *c = point + 1; c < actual + size; c++)
      if (*c != '0') return false;
    size = (size_t)(point - actual);
  }
  return strlen(expected) == size && memcmp(expected, actual, size) == 0;
}

static bool same_instant(const sbe_node *expected, int64_t actual) {
  sbe_timestamp at;
  return sbe_timestamp_parse(expected->text, expected->size, &at) && at == actual;
}

/* Two documents: what is expected, and a list or dict that came as JSON. */
static bool same_node(const sbe_node *expected, const sbe_node *actual);

static bool same_children(const sbe_node *expected, const sbe_node *actual) {
  if (sbe_node_count(expected) != sbe_node_count(actual)) return false;
  const sbe_node *other = actual->child;
  SBE_EACH(child, expected) {
    const sbe_node *here = expected->kind == SBE_NODE_MAP ? sbe_node_get(actual, child->key) : other;
    if (!here || !same_node(child, here)) return false;
    other = other->next;
  }
  return true;
}

static bool same_node(const sbe_node *expected, const sbe_node *actual) {
  sbe_timestamp a, b;
  switch (expected->kind) {
  case SBE_NODE_NULL:
    return actual->kind == SBE_NODE_NULL;
  case SBE_NODE_BOOL:
    return actual->kind == SBE_NODE_BOOL && sbe_streq(expected->text, actual->text);
  case SBE_NODE_INTEGER:
    if (actual->kind == SBE_NODE_INTEGER) return sbe_streq(expected->text, actual->text);
    if (actual->kind == SBE_NODE_NUMBER && !strpbrk(actual->text, "eE"))
      return same_integer(expected->text, actual->text, actual->size);
    /* fall through */
  case SBE_NODE_NUMBER:
    return (actual->kind == SBE_NODE_NUMBER || actual->kind == SBE_NODE_INTEGER) &&
           is_close(number_of(expected->text, expected->size), number_of(actual->text, actual->size));
  case SBE_NODE_STRING:
    if (actual->kind != SBE_NODE_STRING) return false;
    if (sbe_streq(expected->text, actual->text)) return true;
    /* a timestamp inside a list may be spelled in another way */
    return expected->size > 10 && sbe_timestamp_parse(expected->text, expected->size, &a) &&
           sbe_timestamp_parse(actual->text, actual->size, &b) && a == b;
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    return expected->kind == actual->kind && same_children(expected, actual);
  }
  return false;
}

static bool same_json(const sbe_node *expected, const sbe_value *actual, sbe_arena *arena) {
  sbe_report report = {.arena = arena};
  const sbe_node *node = sbe_json_read(arena, "a cell", actual->text, actual->size, &report);
  return node && same_node(expected, node);
}

static bool same_text(const sbe_node *expected, const sbe_value *actual) {
  sbe_date date;
  switch (actual->kind) {
  case SBE_VALUE_TEXT:
    return expected->size == actual->size && memcmp(expected->text, actual->text, actual->size) == 0;
  case SBE_VALUE_TIMESTAMP:
    return same_instant(expected, actual->integer);
  case SBE_VALUE_DATE:
    return sbe_date_parse(expected->text, expected->size, &date) && date == actual->integer;
  default:
    return false;
  }
}

static bool same_value(const sbe_node *expected, const sbe_value *actual, sbe_arena *arena) {
  switch (expected->kind) {
  case SBE_NODE_NULL:
    return actual->kind == SBE_VALUE_NULL;
  case SBE_NODE_BOOL:
    return actual->kind == SBE_VALUE_BOOL && actual->integer == (expected->text[0] == 't');
  case SBE_NODE_INTEGER:
    if (actual->kind == SBE_VALUE_INTEGER) {
      int64_t number;
      return sbe_parse_int64(expected->text, expected->size, &number) && number == actual->integer;
    }
    if (actual->kind == SBE_VALUE_DECIMAL) return same_integer(expected->text, actual->text, actual->size);
    /* fall through */
  case SBE_NODE_NUMBER:
    if (actual->kind == SBE_VALUE_DOUBLE) return is_close(number_of(expected->text, expected->size), actual->real);
    return actual->kind == SBE_VALUE_DECIMAL &&
           is_close(number_of(expected->text, expected->size), number_of(actual->text, actual->size));
  case SBE_NODE_STRING:
    return same_text(expected, actual);
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    break;
  }
  const char *repeated = node_repeated(expected, arena);
  if (repeated) {
    sbe_node text = {.kind = SBE_NODE_STRING, .text = repeated, .size = (uint32_t)strlen(repeated)};
    return same_text(&text, actual);
  }
  return actual->kind == SBE_VALUE_JSON && same_json(expected, actual, arena);
}

static void show_value(const sbe_value *v) {
  char text[32] = "";
  switch (v->kind) {
  case SBE_VALUE_NULL:
    printf("null");
    break;
  case SBE_VALUE_BOOL:
    printf(v->integer ? "true" : "false");
    break;
  case SBE_VALUE_INTEGER:
    printf("%lld", (long long)v->integer);
    break;
  case SBE_VALUE_DOUBLE:
    printf("%.17g", v->real);
    break;
  case SBE_VALUE_DATE:
    sbe_date_format(v->integer, text);
    printf("%s", text);
    break;
  case SBE_VALUE_TIMESTAMP:
    sbe_timestamp_format(v->integer, text);
    printf("%s", text);
    break;
  case SBE_VALUE_TEXT:
    printf("\"%.*s\"%s", v->size > 200 ? 200 : (int)v->size, v->text, v->size > 200 ? "…" : "");
    break;
  default:
    printf("%.*s%s", v->size > 200 ? 200 : (int)v->size, v->text, v->size > 200 ? "…" : "");
  }
}

/* ---- tables ---- */

typedef struct wanted {
  size_t n; /* columns */
  const char **names;
} wanted;

/* Every column that some row names, in the order in which they come. */
static wanted columns_of(const sbe_node *rows, sbe_arena *arena) {
  size_t most = 0;
  SBE_EACH(row, rows) most += sbe_node_count(row);
  wanted w = {0, SBE_NEW_ARRAY(arena, const char *, most)};
  SBE_EACH(row, rows) SBE_EACH(cell, row) {
    bool known = false;
    for (size_t i = 0; i < w.n && !known; i++) known = sbe_streq(w.names[i], cell->key);
    if (!known) w.names[w.n++] = cell->key;
  }
  return w;
}

static bool same_row(const sbe_node *row, const wanted *w, const sbe_rows *actual, size_t i) {
  for (size_t c = 0; c < w->n; c++) {
    const sbe_node *cell = sbe_node_get(row, w->names[c]);
    if (cell && !same_value(cell, SBE_CELL(actual, i, c), actual->arena)) return false;
  }
  return true;
}

/* A way to give every expected row an actual one of its own: paths of exchanges, since rows that name few
   columns may fit several. */
typedef struct matching {
  size_t n_expected, n_actual;
  bool *fits;      /* expected x actual */
  size_t *partner; /* of an actual row: its expected one, or n_expected */
  bool *tried;
} matching;

static bool find_partner(matching *m, size_t expected) {
  for (size_t a = 0; a < m->n_actual; a++) {
    if (m->tried[a] || !m->fits[expected * m->n_actual + a]) continue;
    m->tried[a] = true;
    if (m->partner[a] != m->n_expected && !find_partner(m, m->partner[a])) continue;
    m->partner[a] = expected;
    return true;
  }
  return false;
}

/* A row on one line, cut where it grows long. */
static void show_row(const sbe_node *row) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20);
  node_json(row, &text);
  printf("%.400s%s\n", sbe_text_string(&text), text.size > 400 ? "…" : "");
}

static void show_actual(const wanted *w, const sbe_rows *rows, size_t i) {
  printf("    not expected: {");
  for (size_t c = 0; c < w->n; c++) {
    printf("%s\"%s\": ", c ? ", " : "", w->names[c]);
    show_value(SBE_CELL(rows, i, c));
  }
  printf("}\n");
}

static size_t count_same(const sbe_node *row, const wanted *w, const sbe_rows *rows, size_t i) {
  size_t n = 0;
  for (size_t c = 0; c < w->n; c++) {
    const sbe_node *cell = sbe_node_get(row, w->names[c]);
    n += cell && same_value(cell, SBE_CELL(rows, i, c), rows->arena);
  }
  return n;
}

/* The surplus row that is most like a missing one, cell by cell where they differ. */
static void show_missing(const sbe_node *row, const wanted *w, const sbe_rows *rows, const matching *m, bool *shown) {
  size_t best = 0, nearest = rows->n;
  for (size_t a = 0; a < rows->n; a++) {
    size_t same = m->partner[a] == m->n_expected && !shown[a] ? count_same(row, w, rows, a) : 0;
    if (same <= best) continue;
    best = same;
    nearest = a;
  }
  printf("    line %u: missing: ", row->line);
  show_row(row);
  if (nearest == rows->n) return;
  shown[nearest] = true;
  for (size_t c = 0; c < w->n; c++) {
    const sbe_node *cell = sbe_node_get(row, w->names[c]);
    if (!cell || same_value(cell, SBE_CELL(rows, nearest, c), rows->arena)) continue;
    printf("      %s is ", w->names[c]);
    show_value(SBE_CELL(rows, nearest, c));
    printf(" instead of ");
    show_row(cell);
  }
}

static int compare(const sbe_node *expected, const wanted *w, const sbe_rows *rows, const char *table) {
  sbe_arena *arena = rows->arena;
  matching m = {.n_expected = sbe_node_count(expected), .n_actual = rows->n};
  m.fits = SBE_NEW_ARRAY(arena, bool, m.n_expected *m.n_actual);
  m.partner = SBE_NEW_ARRAY(arena, size_t, m.n_actual);
  m.tried = SBE_NEW_ARRAY(arena, bool, m.n_actual);
  const sbe_node **missing = SBE_NEW_ARRAY(arena, const sbe_node *, m.n_expected);
  bool *shown = SBE_NEW_ARRAY(arena, bool, m.n_actual);
  size_t e = 0, n_missing = 0, n_shown = 0;
  for (size_t a = 0; a < m.n_actual; a++) m.partner[a] = m.n_expected;
  SBE_EACH(row, expected) {
    for (size_t a = 0; a < m.n_actual; a++) m.fits[e * m.n_actual + a] = same_row(row, w, rows, a);
    memset(m.tried, 0, m.n_actual * sizeof *m.tried);
    if (!find_partner(&m, e++)) missing[n_missing++] = row;
  }
  if (!n_missing && m.n_expected == m.n_actual) return 0;
  expect_complain(expected);
  printf("%s: %zu rows expected, %zu there\n", table, m.n_expected, m.n_actual);
  for (size_t i = 0; i < n_missing && i < MOST_SHOWN; i++) show_missing(missing[i], w, rows, &m, shown);
  for (size_t a = 0; a < m.n_actual; a++)
    if (m.partner[a] == m.n_expected && !shown[a] && n_shown++ < MOST_SHOWN) show_actual(w, rows, a);
  return 1;
}

/* Which table, whose rows. */
static const struct {
  const char *table, *name; /* name NULL: MODEL_<table> */
  int schema;               /* index into outcome.schemas */
} places[] = {
    {"attributes", NULL, 1},
    {"filtered_events", NULL, 1},
    {"daily_aggregates", NULL, 1},
    {"daily_values", NULL, 1},
    {"manifest", "snowplow_incremental_manifest", 0},
    {"days", "snowplow_daily_aggregation_manifest", 0},
    {"run_log", "snowplow_run_log", 0},
};

static int expect_table(const sbe_node *expected, const char *table, const char *model, const outcome *o) {
  size_t at = 0;
  while (!sbe_streq(places[at].table, table)) at++;
  const char *name = places[at].name;
  sbe_name full = {o->sql->database, o->schemas[places[at].schema],
                   name ? name : sbe_arena_printf(o->arena, "%s_%s", model, table)};
  wanted w = columns_of(expected, o->arena);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT ");
  if (!w.n) sbe_text_puts(&select, "1");
  for (size_t i = 0; i < w.n; i++) {
    if (i) sbe_text_puts(&select, ", ");
    sbe_print_name(o->sql, &select, w.names[i]);
  }
  sbe_text_puts(&select, " FROM ");
  sbe_print_table_name(o->sql, &select, &full);
  if (name) {
    sbe_text_puts(&select, " WHERE model = ");
    sbe_print_text(o->sql, &select, model);
  }
  sbe_rows rows = {.arena = o->arena};
  sbe_error error = SBE_NO_ERROR;
  if (!sbe_session_query(o->session, sbe_text_string(&select), &rows, &error))
    return compare(expected, &w, &rows, expected->key);
  expect_complain(expected);
  printf("%s cannot be read: %s\n", expected->key, error.message);
  return 1;
}

/* "schema.table" is there, or is not. */
static int expect_tables(const sbe_node *list, bool there, const outcome *o) {
  int failures = 0;
  SBE_EACH(item, list) {
    const char *dot = item->text ? strchr(item->text, '.') : NULL;
    sbe_rows rows = {.arena = o->arena};
    sbe_error error = SBE_NO_ERROR;
    sbe_name name = {o->sql->database, NULL, NULL};
    if (dot) {
      name.schema = sbe_arena_strndup(o->arena, item->text, (size_t)(dot - item->text));
      name.table = dot + 1;
    }
    int32_t code = dot ? sbe_session_describe(o->session, &name, &rows, &error) : SBE_INVALID;
    if (dot && !code && !rows.n) code = SBE_NOT_FOUND;
    if (code == (there ? SBE_OK : SBE_NOT_FOUND)) continue;
    expect_complain(item);
    printf("table %s %s\n", item->text ? item->text : "?",
           !dot    ? "must be SCHEMA.TABLE"
           : there ? "is not there"
                   : "is there, or cannot be looked for");
    failures++;
  }
  return failures;
}

/* ---- messages and results ---- */

static void show_messages(size_t n, const char *const *messages) {
  if (!n) printf("    there is none\n");
  for (size_t i = 0; i < n; i++) printf("    there is: %s\n", messages[i]);
}

/* Every text occurs in one of the messages; with `exact`, there are no further ones. */
static int expect_messages(const sbe_node *list, bool exact, size_t n, const char *const *messages) {
  int failures = 0;
  SBE_EACH(item, list) {
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) found = item->text && strstr(messages[i], item->text);
    if (found) continue;
    expect_complain(item);
    printf("no message contains: %s\n", item->text ? item->text : "?");
    failures++;
  }
  if (!failures && exact && sbe_node_count(list) != n) {
    expect_complain(list);
    printf("%zu messages expected, %zu came\n", sbe_node_count(list), n);
    failures++;
  }
  if (failures) show_messages(n, messages);
  return failures;
}

static int expect_error(const sbe_node *run, const sbe_node *expected, const outcome *o) {
  const sbe_node *code = sbe_node_find(expected, "code"), *contains = sbe_node_find(expected, "contains");
  const char *came = o->code ? sbe_error_name(o->code) : "none";
  bool good = expected ? o->code != SBE_OK : o->code == SBE_OK;
  if (good && code) good = sbe_streq(code->text, came);
  for (const sbe_node *text = contains && contains->kind == SBE_NODE_LIST ? contains->child : contains; good && text;
       text = contains->kind == SBE_NODE_LIST ? text->next : NULL)
    good = text->text && strstr(o->messages, text->text);
  if (good) return 0;
  expect_complain(expected ? expected : run);
  printf("%s; error code: %s\n    %s\n", expected ? "this error is expected" : "the run failed", came, o->messages);
  return 1;
}

static int expect_count(const sbe_node *expected, size_t count) {
  int64_t number = -1;
  if (expected->text) (void)!sbe_parse_int64(expected->text, expected->size, &number);
  if (number == (int64_t)count) return 0;
  expect_complain(expected);
  printf("%s: %s expected, %zu came\n", expected->key, expected->text ? expected->text : "a number", count);
  return 1;
}

/* A map from models to their status, or to their number of windows. */
static int expect_views(const sbe_node *map, const outcome *o) {
  int failures = 0;
  SBE_EACH(item, map) {
    const sbe_view_result *view = NULL;
    for (size_t i = 0; o->results && i < o->results->n_views; i++)
      if (sbe_streq(o->results->views[i].model, item->key)) view = &o->results->views[i];
    if (view && sbe_streq(map->key, "windows")) {
      failures += expect_count(item, view->windows);
    } else if (!view || !sbe_streq(view->status, item->text)) {
      expect_complain(item);
      printf("status of %s: %s expected, %s came\n", item->key, item->text ? item->text : "?",
             view ? view->status : "nothing");
      failures++;
    }
  }
  return failures;
}

bool names_step(const char *steps, const char *step) {
  size_t size = strlen(step);
  for (const char *s = steps; s; s = strchr(s, ','), s = s ? s + 2 : NULL)
    if (!strncmp(s, step, size) && (!s[size] || s[size] == ',')) return true;
  return false;
}

static size_t count_steps(const outcome *o, const char *step) {
  size_t n = 0;
  for (size_t i = 0; o->results && i < o->results->n_steps; i++) n += names_step(o->results->steps[i].step, step);
  return n;
}

static int expect_member(const sbe_node *m, const outcome *o) {
  const char *model, *key = m->key;
  const char *table = scenario_table_of(key, &model);
  if (sbe_streq(key, "warnings")) return expect_messages(m, true, o->n_warnings, o->warnings);
  if (sbe_streq(key, "notes")) return expect_messages(m, false, o->n_notes, o->notes);
  if (sbe_streq(key, "no_warnings")) {
    if (!o->n_warnings) return 0;
    expect_complain(m);
    printf("no warning is expected\n");
    show_messages(o->n_warnings, o->warnings);
    return 1;
  }
  if (sbe_streq(key, "scans")) return expect_count(m, count_steps(o, "scan"));
  if (sbe_streq(key, "status") || sbe_streq(key, "windows")) return expect_views(m, o);
  bool tables = sbe_streq(key, "tables") || sbe_streq(key, "no_tables");
  if (!table && !tables) return 0;
  if (!o->session) {
    expect_complain(m);
    printf("%s cannot be looked at: the project could not be read: %s\n", key, o->messages);
    return 1;
  }
  return table ? expect_table(m, table, model, o) : expect_tables(m, sbe_streq(key, "tables"), o);
}

int expect_all(const sbe_node *run, const outcome *o) {
  int failures = expect_error(run, sbe_node_find(run, "error"), o);
  SBE_EACH(member, run) failures += expect_member(member, o);
  return failures;
}
