/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading what an events table holds, through the dialect's own `source`, on every layout: columns and members
 * of each class, lists, and values in JSON of whatever kind. Called by types.c. What is right stands in the
 * tables here, by hand.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

#define COLUMN "unstruct_event_com_acme_probe_1"
#define COLUMNS                                                                                                        \
  "{\"event_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"derived_tstamp\": \"timestamp\", \"load_tstamp\": " \
  "\"timestamp\", \"number\": \"integer\", \"real\": \"double\", \"flag\": \"bool\", \"moment\": \"timestamp\", "      \
  "\"" COLUMN "\": {\"number\": \"integer\", \"real\": \"double\", \"flag\": \"bool\", \"moment\": \"timestamp\", "    \
  "\"word\": \"text\", \"numbers\": [\"integer\"], \"words\": [\"text\"]}}"
#define TIMES                                                                                                          \
  "\"collector_tstamp\": \"2024-01-01T00:00:00\", \"derived_tstamp\": \"2024-01-01T00:00:00\", \"load_tstamp\": "      \
  "\"2024-01-01T00:00:00\""

/* Rows of one kind: the same values in columns and in members. */
#define ROW(id, number, real, flag, moment, rest)                                                                      \
  "{\"event_id\": \"" id "\", " TIMES ", \"number\": " number ", \"real\": " real ", \"flag\": " flag                  \
  ", \"moment\": " moment ", \"" COLUMN "\": {\"number\": " number ", \"real\": " real ", \"flag\": " flag             \
  ", \"moment\": " moment rest "}}"

static const char typed_rows[] = "[" ROW(
    "a", "9007199254740993", "1.5", "true", "\"2024-01-31T23:59:59.999999\"",
    ", \"word\": \"it's \\\\ \\\"\xF0\x9F\x98\x80\\\"\", \"numbers\": [3, null, -9007199254740993], \"words\": "
    "[\"b\", null, \"it's\"]") ", " ROW("b", "-1", "-2.5", "false", "\"1969-12-31T00:00:00\"",
                                        ", \"word\": \"\", \"numbers\": [], \"words\": []") ", " ROW("c", "2147483648",
                                                                                                     "1e308", "null",
                                                                                                     "null",
                                                                                                     ", \"word\": "
                                                                                                     "null, "
                                                                                                     "\"numbers\": "
                                                                                                     "null, \"words\": "
                                                                                                     "null") ", " ROW("d",
                                                                                                                      "1",
                                                                                                                      "0",
                                                                                                                      "null",
                                                                                                                      "null",
                                                                                                                      "") ", "
                                                                                                                          "{\"event_id\": \"e\", " TIMES
                                                                                                                          "}]";

typedef struct expected {
  const char *path; /* a column, or ".member" */
  int32_t type;
  const char *values[5]; /* of the rows a to e */
} expected;

static const expected typed[] = {
    {"number", SBE_TYPE_INT64, {"9007199254740993", "-1", "2147483648", "1", "NULL"}},
    {"number", SBE_TYPE_INT32, {"NULL", "-1", "NULL", "1", "NULL"}},
    {"number", SBE_TYPE_WIDE_INTEGER, {"9007199254740993", "-1", "2147483648", "1", "NULL"}},
    {"number", SBE_TYPE_DOUBLE, {"9007199254740992", "-1", "2147483648", "1", "NULL"}},
    {"number", SBE_TYPE_TEXT, {"'9007199254740993'", "'-1'", "'2147483648'", "'1'", "NULL"}},
    {"number", SBE_TYPE_TIMESTAMP, {NULL, "1969-12-31 23:59:59", "2038-01-19 03:14:08", "1970-01-01 00:00:01", "NULL"}},
    {"number", SBE_TYPE_BOOL, {"NULL", "NULL", "NULL", "true", "NULL"}},
    {"real", SBE_TYPE_DOUBLE, {"1.5", "-2.5", "1e+308", "0", "NULL"}},
    {"real", SBE_TYPE_INT64, {"2", "-3", "NULL", "0", "NULL"}}, /* half away from zero */
    {"real", SBE_TYPE_INT32, {"2", "-3", "NULL", "0", "NULL"}},
    {"real", SBE_TYPE_BOOL, {"NULL", "NULL", "NULL", "false", "NULL"}},
    {"real",
     SBE_TYPE_TIMESTAMP,
     {"1970-01-01 00:00:01.500000", "1969-12-31 23:59:57.500000", "NULL", "1970-01-01 00:00:00", "NULL"}},
    {"flag", SBE_TYPE_BOOL, {"true", "false", "NULL", "NULL", "NULL"}},
    {"flag", SBE_TYPE_INT64, {"1", "0", "NULL", "NULL", "NULL"}},
    {"flag", SBE_TYPE_DOUBLE, {"1", "0", "NULL", "NULL", "NULL"}},
    {"moment", SBE_TYPE_TIMESTAMP, {"2024-01-31 23:59:59.999999", "1969-12-31 00:00:00", "NULL", "NULL", "NULL"}},
    {"moment", SBE_TYPE_DATE, {"2024-01-31", "1969-12-31", "NULL", "NULL", "NULL"}},
    {".number", SBE_TYPE_INT64, {"9007199254740993", "-1", "2147483648", "1", "NULL"}},
    {".number", SBE_TYPE_INT32, {"NULL", "-1", "NULL", "1", "NULL"}},
    {".number", SBE_TYPE_TEXT, {"'9007199254740993'", "'-1'", "'2147483648'", "'1'", "NULL"}},
    {".number", SBE_TYPE_BOOL, {"NULL", "NULL", "NULL", "true", "NULL"}},
    {".real", SBE_TYPE_DOUBLE, {"1.5", "-2.5", "1e+308", "0", "NULL"}},
    {".real", SBE_TYPE_INT64, {"2", "-3", "NULL", "0", "NULL"}},
    {".flag", SBE_TYPE_BOOL, {"true", "false", "NULL", "NULL", "NULL"}},
    {".flag", SBE_TYPE_INT64, {"1", "0", "NULL", "NULL", "NULL"}},
    {".moment", SBE_TYPE_TIMESTAMP, {"2024-01-31 23:59:59.999999", "1969-12-31 00:00:00", "NULL", "NULL", "NULL"}},
    {".word", SBE_TYPE_TEXT, {"'it's \\ \"\xF0\x9F\x98\x80\"'", "''", "NULL", "NULL", "NULL"}},
    {".word", SBE_TYPE_INT64, {"NULL", "NULL", "NULL", "NULL", "NULL"}},
    /* elements that are NULL are left out; an empty list is one */
    {".numbers", SBE_TYPE_LIST + SBE_TYPE_INT64, {"[3,-9007199254740993]", "[]", "NULL", "NULL", "NULL"}},
    {".numbers", SBE_TYPE_LIST + SBE_TYPE_INT32, {"[3]", "[]", "NULL", "NULL", "NULL"}},
    {".numbers", SBE_TYPE_LIST + SBE_TYPE_TEXT, {"[\"3\",\"-9007199254740993\"]", "[]", "NULL", "NULL", "NULL"}},
    {".words", SBE_TYPE_LIST + SBE_TYPE_TEXT, {"[\"b\",\"it's\"]", "[]", "NULL", "NULL", "NULL"}},
    {".words", SBE_TYPE_LIST + SBE_TYPE_INT64, {"[]", "[]", "NULL", "NULL", "NULL"}},
    {".numbers", SBE_TYPE_INT64, {"NULL", "NULL", "NULL", "NULL", "NULL"}},
    {".nothing", SBE_TYPE_TEXT, {"NULL", "NULL", "NULL", "NULL", "NULL"}},
};
#define N_TYPED (sizeof typed / sizeof *typed)

/* In JSON, a member may be of any kind, whatever the schema says. */
#define ANY(id, value) "{\"event_id\": \"" id "\", " TIMES ", \"" COLUMN "\": {\"word\": " value "}}"
static const struct {
  const char *row;
  struct {
    int32_t type;
    const char *value;
  } reads[4];
} any[] = {
    {"5", {{SBE_TYPE_INT64, "5"}, {SBE_TYPE_DOUBLE, "5"}, {SBE_TYPE_BOOL, "NULL"}, {SBE_TYPE_TEXT, "'5'"}}},
    {"5.5", {{SBE_TYPE_INT64, "6"}, {SBE_TYPE_DOUBLE, "5.5"}}},
    {"\" 8 \"", {{SBE_TYPE_INT64, "8"}, {SBE_TYPE_DOUBLE, "8"}, {SBE_TYPE_TEXT, "' 8 '"}}},
    {"true", {{SBE_TYPE_BOOL, "true"}, {SBE_TYPE_INT64, "1"}, {SBE_TYPE_DOUBLE, "1"}}},
    {"\"FALSE\"", {{SBE_TYPE_BOOL, "false"}, {SBE_TYPE_TEXT, "'FALSE'"}}},
    {"null",
     {{SBE_TYPE_TEXT, "NULL"},
      {SBE_TYPE_INT64, "NULL"},
      {SBE_TYPE_BOOL, "NULL"},
      {SBE_TYPE_LIST + SBE_TYPE_TEXT, "NULL"}}},
    {"[1, null, \"x\", \"2\"]",
     {{SBE_TYPE_TEXT, "NULL"},
      {SBE_TYPE_INT64, "NULL"},
      {SBE_TYPE_LIST + SBE_TYPE_INT64, "[1,2]"},
      {SBE_TYPE_LIST + SBE_TYPE_TEXT, "[\"1\",\"x\",\"2\"]"}}},
    {"[[1], {\"a\": 1}]", {{SBE_TYPE_LIST + SBE_TYPE_INT64, "[]"}, {SBE_TYPE_LIST + SBE_TYPE_TEXT, "[]"}}},
    {"{\"a\": 1}", {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_LIST + SBE_TYPE_INT64, "NULL"}}},
    {"\"abc\"", {{SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}, {SBE_TYPE_LIST + SBE_TYPE_TEXT, "NULL"}}},
    {"9007199254740993",
     {{SBE_TYPE_INT64, "9007199254740993"},
      {SBE_TYPE_WIDE_INTEGER, "9007199254740993"},
      {SBE_TYPE_TEXT, "'9007199254740993'"}}},
    {"\"2024-01-31T10:00:00+02:00\"", {{SBE_TYPE_TIMESTAMP, "2024-01-31 08:00:00"}, {SBE_TYPE_DATE, "2024-01-31"}}},
    {"1706745600", {{SBE_TYPE_TIMESTAMP, "2024-02-01 00:00:00"}}},
    {"\"\"", {{SBE_TYPE_TEXT, "''"}, {SBE_TYPE_INT64, "NULL"}}},
};
#define N_ANY (sizeof any / sizeof *any)

typedef struct events {
  sbe_name name;
  sbe_rows described;
} events;

static const char *make_events(live *l, const char *layout, const char *table, const char *rows, events *ret) {
  const sbe_fixture *fixture = &l->plugin->fixture;
  ret->name =
      (sbe_name){l->sql.events.database, l->sql.events.schema, sbe_arena_printf(l->arena, "%s_%s", table, layout)};
  ret->described = (sbe_rows){.arena = l->arena};
  int32_t code = fixture->create(l->session.connection, &ret->name, layout, COLUMNS, &l->error);
  if (!code) code = fixture->insert(l->session.connection, &ret->name, layout, COLUMNS, rows, &l->error);
  if (!code) code = sbe_session_describe(&l->session, &ret->name, &ret->described, &l->error);
  if (code) return live_error(l, code);
  return ret->described.n ? NULL : "the table that was made is not described";
}

/* The FROM item with the event's id and what a path leads to. */
static const char *print_source(live *l, const events *e, const char *path, sbe_text *out, int32_t classes[2]) {
  const sbe_rows *rows = &e->described;
  sbe_column *columns = SBE_NEW_ARRAY(l->arena, sbe_column, rows->n);
  sbe_cleanup_text sbe_text table = SBE_TEXT(8192);
  bool member = *path == '.';
  sbe_step step = {path + 1, 0};
  sbe_path id = {.struct_size = sizeof id, .kind = SBE_PATH_ATOMIC, .column = "event_id"};
  sbe_path value = {.struct_size = sizeof value, .kind = SBE_PATH_ATOMIC, .column = path};
  if (member)
    value = (sbe_path){.struct_size = sizeof value,
                       .kind = SBE_PATH_EVENT,
                       .column = COLUMN,
                       .n_steps = 1,
                       .steps = &step,
                       .vendor = "com.acme",
                       .schema = "probe",
                       .major_version = 1};
  const sbe_path *paths[] = {&id, &value};
  for (size_t i = 0; i < rows->n; i++)
    columns[i] = (sbe_column){sbe_cell_text(SBE_CELL(rows, i, 0), ""), sbe_cell_text(SBE_CELL(rows, i, 1), "")};
  sbe_print_table_name(&l->sql, &table, &e->name);
  sbe_source source = {.struct_size = sizeof source,
                       .table = sbe_text_string(&table),
                       .name = e->name,
                       .n_columns = rows->n,
                       .columns = columns,
                       .n_paths = 2,
                       .paths = paths};
  int32_t code = l->sql.dialect->source(&source, out, classes, &l->error);
  return code ? live_error(l, code) : NULL;
}

/* SELECT id, read FROM source, as the host reads: through text where there is no row of its own. `ret_class`, may be
   NULL, is what the source says; rows come in the order of ids. */
static const char *read_path(live *l, const events *e, const char *path, int32_t type, sbe_rows *ret_rows,
                             int32_t *ret_class) {
  int32_t classes[2] = {0, 0};
  sbe_cleanup_text sbe_text from = SBE_TEXT(SBE_MAX_STATEMENT), select = SBE_TEXT(SBE_MAX_STATEMENT);
  const char *p0 = sbe_sql_name(&l->sql, l->arena, "s", "p0"), *p1 = sbe_sql_name(&l->sql, l->arena, "s", "p1");
  const char *why = print_source(l, e, path, &from, classes);
  if (ret_class) *ret_class = classes[1];
  if (why) return why;
  if (classes[1] == SBE_CLASS_MISSING ||
      ((type & SBE_TYPE_LIST) && classes[1] != SBE_CLASS_JSON && classes[1] != SBE_CLASS_LIST) ||
      (!(type & SBE_TYPE_LIST) && (classes[1] == SBE_CLASS_LIST || classes[1] == SBE_CLASS_OBJECT))) {
    /* the host does not read it: NULL */
    *ret_rows = (sbe_rows){.arena = l->arena};
    return NULL;
  }
  const char *direct = sbe_read_pattern(l->sql.dialect, type, classes[1]);
  const char *text = direct ? NULL : sbe_read_pattern(l->sql.dialect, SBE_TYPE_TEXT, classes[1]);
  const char *second = direct ? NULL : sbe_read_pattern(l->sql.dialect, type, SBE_CLASS_TEXT), *t = "t.v";
  if (!direct && (!text || !second))
    return sbe_arena_printf(l->arena, "there is no read of type %d from class %d, nor through text", (int)type,
                            (int)classes[1]);
  sbe_cleanup_text sbe_text inner = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&inner, "SELECT ", p0, " AS id, ");
  sbe_print_pattern(&inner, direct ? direct : text, 1, &p1);
  SBE_PRINT(&inner, " AS v FROM ", sbe_text_string(&from), " s");
  sbe_text_puts(&select, "SELECT t.id AS id, ");
  if (direct)
    sbe_text_puts(&select, t);
  else
    sbe_print_pattern(&select, second, 1, &t);
  SBE_PRINT(&select, " AS v FROM (", sbe_text_string(&inner), ") t");
  const sbe_column_spec columns[] = {{"id", SBE_TYPE_TEXT}, {"v", type}};
  why = live_create(l, "reads", 2, columns, sbe_text_string(&select));
  const char *id = sbe_sql_name(&l->sql, l->arena, NULL, "id"), *v = sbe_sql_name(&l->sql, l->arena, NULL, "v");
  if (!why)
    why = live_query(l, sbe_arena_printf(l->arena, "SELECT %s FROM %s ORDER BY %s", v, live_table(l, "reads"), id),
                     ret_rows);
  live_drop(l, "reads");
  return why;
}

static void check_typed(live *l, const char *layout, sbe_text *wrong) {
  events e;
  const char *why = make_events(l, layout, "typed", typed_rows, &e);
  if (why) sbe_text_puts(wrong, why);
  for (size_t i = 0; !why && i < N_TYPED; i++) {
    const expected *x = &typed[i];
    sbe_rows rows;
    if (!sbe_physical_type(l->sql.dialect, x->type)) continue;
    const char *failed = read_path(l, &e, x->path, x->type, &rows, NULL);
    if (!failed && rows.columns && rows.n != 5) failed = sbe_arena_printf(l->arena, "%zu rows for 5 events", rows.n);
    if (failed)
      SBE_PRINT(wrong, wrong->size ? "\n" : "",
                sbe_arena_printf(l->arena, "%s as type %d: %s", x->path, (int)x->type, failed));
    for (size_t r = 0; !failed && r < 5; r++) {
      const char *came = rows.columns ? canon(SBE_CELL(&rows, r, 0), l->arena) : "NULL";
      if (!x->values[r] || canon_same(x->values[r], came, false)) continue;
      SBE_PRINT(wrong, wrong->size ? "\n" : "",
                sbe_arena_printf(l->arena, "%s as type %d, event %c: %s is right; it came %.200s", x->path,
                                 (int)x->type, (int)('a' + r), x->values[r], came));
    }
  }
}

/* Only where the source says that a member is of a kind that only each row knows. */
static bool check_any(live *l, const char *layout, sbe_text *wrong) {
  events e;
  sbe_rows rows;
  int32_t class = 0;
  sbe_cleanup_text sbe_text json = SBE_TEXT(1 << 20);
  for (size_t i = 0; i < N_ANY; i++) {
    sbe_text_puts(&json, i ? ", " : "[");
    SBE_PRINT(&json, "{\"event_id\": \"", sbe_arena_printf(l->arena, "%02zu", i),
              "\", " TIMES ", \"" COLUMN "\": {\"word\": ", any[i].row, "}}");
  }
  sbe_text_puts(&json, "]");
  const char *why = make_events(l, layout, "any", "[]", &e);
  if (!why) why = read_path(l, &e, ".number", SBE_TYPE_TEXT, &rows, &class);
  if (!why && class != SBE_CLASS_JSON) return false;
  int32_t code = why ? 0
                     : l->plugin->fixture.insert(l->session.connection, &e.name, layout, COLUMNS,
                                                 sbe_text_string(&json), &l->error);
  if (code) why = live_error(l, code);
  if (why) sbe_text_puts(wrong, why);
  static const int32_t types[] = {SBE_TYPE_TEXT,
                                  SBE_TYPE_INT64,
                                  SBE_TYPE_DOUBLE,
                                  SBE_TYPE_BOOL,
                                  SBE_TYPE_TIMESTAMP,
                                  SBE_TYPE_DATE,
                                  SBE_TYPE_WIDE_INTEGER,
                                  SBE_TYPE_LIST + SBE_TYPE_INT64,
                                  SBE_TYPE_LIST + SBE_TYPE_TEXT};
  for (size_t t = 0; !why && t < sizeof types / sizeof *types; t++) {
    if (!sbe_physical_type(l->sql.dialect, types[t])) continue;
    const char *failed = read_path(l, &e, ".word", types[t], &rows, NULL);
    if (!failed && rows.n != N_ANY) failed = "not a row for each event";
    if (failed)
      SBE_PRINT(wrong, wrong->size ? "\n" : "", sbe_arena_printf(l->arena, "as type %d: %s", (int)types[t], failed));
    for (size_t i = 0; !failed && i < N_ANY; i++)
      for (size_t r = 0; r < 4 && any[i].reads[r].type; r++) {
        if (any[i].reads[r].type != types[t]) continue;
        const char *came = canon(SBE_CELL(&rows, i, 0), l->arena);
        if (canon_same(any[i].reads[r].value, came, false)) continue;
        SBE_PRINT(wrong, wrong->size ? "\n" : "",
                  sbe_arena_printf(l->arena, "JSON %s as type %d: %s is right; it came %.200s", any[i].row,
                                   (int)types[t], any[i].reads[r].value, came));
      }
  }
  return true;
}

void check_layout_reads(live *l) {
  static const char remedy[] =
      "dialect.h, sbe_read: what must hold; and source: one row for each event, the right class";
  const char *const *layouts = l->plugin->fixture.layouts;
  for (size_t i = 0; layouts[i]; i++) {
    if (l->k->options.layout && !sbe_streq(l->k->options.layout, layouts[i])) continue;
    sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 18), odd = SBE_TEXT(1 << 18);
    report_begin(l->report,
                 sbe_arena_printf(l->arena, "layout %s: columns and members, read as each type", layouts[i]));
    check_typed(l, layouts[i], &wrong);
    report_end(l->report, wrong.size ? sbe_text_string(&wrong) : NULL, remedy);
    report_begin(l->report,
                 sbe_arena_printf(l->arena, "layout %s: members of another kind than the schema says", layouts[i]));
    if (check_any(l, layouts[i], &odd))
      report_end(l->report, odd.size ? sbe_text_string(&odd) : NULL, remedy);
    else
      report_skip(l->report, "its members have types");
  }
}
