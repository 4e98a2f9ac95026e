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
#define TYPES "\"number\": \"integer\", \"real\": \"double\", \"flag\": \"bool\", \"moment\": \"timestamp\""
#define COLUMNS                                                                                                        \
  "{\"event_id\": \"text\", \"collector_tstamp\": \"timestamp\", \"derived_tstamp\": \"timestamp\", \"load_tstamp\": " \
  "\"timestamp\", " TYPES ", \"" COLUMN "\": {" TYPES ", \"word\": \"text\", \"numbers\": [\"integer\"], \"words\": "  \
  "[\"text\"]}}"
#define TIMES                                                                                                          \
  "\"collector_tstamp\": \"2024-01-01T00:00:00\", \"derived_tstamp\": \"2024-01-01T00:00:00\", \"load_tstamp\": "      \
  "\"2024-01-01T00:00:00\""

#define LIST_OF_INT64 (SBE_TYPE_LIST + SBE_TYPE_INT64)
#define LIST_OF_INT32 (SBE_TYPE_LIST + SBE_TYPE_INT32)
#define LIST_OF_DOUBLE (SBE_TYPE_LIST + SBE_TYPE_DOUBLE)
#define LIST_OF_BOOL (SBE_TYPE_LIST + SBE_TYPE_BOOL)
#define LIST_OF_TEXT (SBE_TYPE_LIST + SBE_TYPE_TEXT)
#define LIST_OF_TIMESTAMP (SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP)

/* A member of an event, as JSON, and what it is as some types; NULL: it is not there. */
typedef struct probe {
  const char *member, *json;
  struct {
    int32_t type;
    const char *value;
  } reads[7];
} probe;

/* Where the member is an atomic column as well, that is read too. */
static const probe typed[] = {
    {"number",
     "9007199254740993",
     {{SBE_TYPE_INT64, "9007199254740993"},
      {SBE_TYPE_INT32, "NULL"},
      {SBE_TYPE_WIDE_INTEGER, "9007199254740993"},
      {SBE_TYPE_DOUBLE, "9007199254740992"},
      {SBE_TYPE_TEXT, "'9007199254740993'"},
      {SBE_TYPE_BOOL, "NULL"}}},
    {"number",
     "-1",
     {{SBE_TYPE_INT64, "-1"},
      {SBE_TYPE_INT32, "-1"},
      {SBE_TYPE_WIDE_INTEGER, "-1"},
      {SBE_TYPE_DOUBLE, "-1"},
      {SBE_TYPE_TEXT, "'-1'"},
      {SBE_TYPE_TIMESTAMP, "1969-12-31 23:59:59"},
      {SBE_TYPE_BOOL, "NULL"}}},
    {"number",
     "2147483648",
     {{SBE_TYPE_INT64, "2147483648"},
      {SBE_TYPE_INT32, "NULL"},
      {SBE_TYPE_DOUBLE, "2147483648"},
      {SBE_TYPE_TEXT, "'2147483648'"},
      {SBE_TYPE_TIMESTAMP, "2038-01-19 03:14:08"}}},
    {"number", "0", {{SBE_TYPE_BOOL, "false"}, {SBE_TYPE_INT32, "0"}, {SBE_TYPE_TIMESTAMP, "1970-01-01 00:00:00"}}},
    {"number", "1", {{SBE_TYPE_BOOL, "true"}, {SBE_TYPE_INT32, "1"}, {SBE_TYPE_TIMESTAMP, "1970-01-01 00:00:01"}}},
    {"number", "2", {{SBE_TYPE_BOOL, "NULL"}}},
    {"number", "5", {{SBE_TYPE_DOUBLE, "5"}}},
    {"number", "7", {{SBE_TYPE_INT32, "7"}}},
    {"number", "-5", {{SBE_TYPE_TEXT, "'-5'"}}},
    {"number", "-32768", {{SBE_TYPE_INT32, "-32768"}}},
    {"number", "3600", {{SBE_TYPE_TIMESTAMP, "1970-01-01 01:00:00"}}},
    {"number", "-86401", {{SBE_TYPE_TIMESTAMP, "1969-12-30 23:59:59"}}},
    {"number", "1735689600", {{SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:00"}}},
    {"number", "253402300799", {{SBE_TYPE_TIMESTAMP, "9999-12-31 23:59:59"}}},
    {"number",
     "9223372036854775807",
     {{SBE_TYPE_INT64, "9223372036854775807"}, {SBE_TYPE_INT32, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"number",
     "-9223372036854775808",
     {{SBE_TYPE_INT64, "-9223372036854775808"}, {SBE_TYPE_INT32, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"number",
     NULL,
     {{SBE_TYPE_INT64, "NULL"},
      {SBE_TYPE_INT32, "NULL"},
      {SBE_TYPE_WIDE_INTEGER, "NULL"},
      {SBE_TYPE_DOUBLE, "NULL"},
      {SBE_TYPE_TEXT, "NULL"},
      {SBE_TYPE_TIMESTAMP, "NULL"},
      {SBE_TYPE_BOOL, "NULL"}}},

    {"real",
     "1.5",
     {{SBE_TYPE_DOUBLE, "1.5"},
      {SBE_TYPE_INT64, "2"},
      {SBE_TYPE_INT32, "2"},
      {SBE_TYPE_BOOL, "NULL"},
      {SBE_TYPE_TIMESTAMP, "1970-01-01 00:00:01.500000"}}},
    {"real",
     "-2.5",
     {{SBE_TYPE_DOUBLE, "-2.5"},
      {SBE_TYPE_INT64, "-3"}, /* half away from zero */
      {SBE_TYPE_INT32, "-3"},
      {SBE_TYPE_TIMESTAMP, "1969-12-31 23:59:57.500000"}}},
    {"real",
     "1e308",
     {{SBE_TYPE_DOUBLE, "1e+308"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_INT32, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"real",
     "0",
     {{SBE_TYPE_DOUBLE, "0"},
      {SBE_TYPE_INT64, "0"},
      {SBE_TYPE_INT32, "0"},
      {SBE_TYPE_BOOL, "false"},
      {SBE_TYPE_TIMESTAMP, "1970-01-01 00:00:00"}}},
    {"real", "1", {{SBE_TYPE_BOOL, "true"}}},
    {"real", "0.5", {{SBE_TYPE_BOOL, "NULL"}, {SBE_TYPE_TIMESTAMP, "1970-01-01 00:00:00.500000"}}},
    {"real", "2.5", {{SBE_TYPE_INT64, "3"}}},
    {"real", "3.5", {{SBE_TYPE_INT64, "4"}}},
    {"real", "0.49999999999999994", {{SBE_TYPE_INT64, "0"}}},
    {"real", "-0.4", {{SBE_TYPE_INT64, "0"}}},
    {"real", "4503599627370497.5", {{SBE_TYPE_INT64, "4503599627370498"}}},
    {"real", "9007199254740992", {{SBE_TYPE_INT64, "9007199254740992"}}},
    {"real", "9007199254740994", {{SBE_TYPE_INT64, "9007199254740994"}}},
    {"real", "9223372036854775808", {{SBE_TYPE_INT64, "NULL"}}},
    {"real", "9.3e18", {{SBE_TYPE_INT64, "NULL"}}},
    {"real", "2147483647.4", {{SBE_TYPE_INT32, "2147483647"}}},
    {"real", "2147483647.5", {{SBE_TYPE_INT32, "NULL"}}},
    {"real", "-2147483648.4", {{SBE_TYPE_INT32, "-2147483648"}}},
    {"real", "0.1", {{SBE_TYPE_DOUBLE, "0.1"}}},
    {"real", "1735689600.5", {{SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:00.500000"}}},
    {"real", "1e300", {{SBE_TYPE_TIMESTAMP, "NULL"}}},
#define NOTHING                                                                                                        \
  {                                                                                                                    \
    {SBE_TYPE_DOUBLE, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_INT32, "NULL"}, {SBE_TYPE_BOOL, "NULL"}, {          \
      SBE_TYPE_TIMESTAMP, "NULL"                                                                                       \
    }                                                                                                                  \
  }
    {"real", "\"NaN\"", NOTHING},
    {"real", "\"Infinity\"", NOTHING},
    {"real", "\"-Infinity\"", NOTHING},
    {"real", NULL, NOTHING},

    {"flag",
     "true",
     {{SBE_TYPE_BOOL, "true"},
      {SBE_TYPE_INT64, "1"},
      {SBE_TYPE_INT32, "1"},
      {SBE_TYPE_DOUBLE, "1"},
      {SBE_TYPE_TEXT, "'true'"}}},
    {"flag",
     "false",
     {{SBE_TYPE_BOOL, "false"},
      {SBE_TYPE_INT64, "0"},
      {SBE_TYPE_INT32, "0"},
      {SBE_TYPE_DOUBLE, "0"},
      {SBE_TYPE_TEXT, "'false'"}}},
    {"flag", "null", {{SBE_TYPE_BOOL, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_DOUBLE, "NULL"}}},
    {"flag", NULL, {{SBE_TYPE_BOOL, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_DOUBLE, "NULL"}}},

    {"moment",
     "\"2024-01-31T23:59:59.999999\"",
     {{SBE_TYPE_TIMESTAMP, "2024-01-31 23:59:59.999999"}, {SBE_TYPE_DATE, "2024-01-31"}, {SBE_TYPE_INT64, "NULL"}}},
    {"moment",
     "\"2025-01-01T23:59:59.999999\"",
     {{SBE_TYPE_TIMESTAMP, "2025-01-01 23:59:59.999999"}, {SBE_TYPE_DATE, "2025-01-01"}, {SBE_TYPE_INT64, "NULL"}}},
    {"moment", "\"1969-12-31T00:00:00\"", {{SBE_TYPE_TIMESTAMP, "1969-12-31 00:00:00"}, {SBE_TYPE_DATE, "1969-12-31"}}},
    {"moment", "\"0001-01-01T00:00:00\"", {{SBE_TYPE_TIMESTAMP, "0001-01-01 00:00:00"}}},
    {"moment", "\"9999-12-31T23:59:59.999999\"", {{SBE_TYPE_TIMESTAMP, "9999-12-31 23:59:59.999999"}}},
    {"moment", "null", {{SBE_TYPE_TIMESTAMP, "NULL"}, {SBE_TYPE_DATE, "NULL"}}},

    {"word",
     "\"it's \\\\ \\\"\xF0\x9F\x98\x80\\\"\"",
     {{SBE_TYPE_TEXT, "'it's \\ \"\xF0\x9F\x98\x80\"'"}, {SBE_TYPE_INT64, "NULL"}}},
    {"word", "\"\"", {{SBE_TYPE_TEXT, "''"}, {SBE_TYPE_INT64, "NULL"}}},
    {"word", "null", {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}}},
    {"word", NULL, {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}}},

    /* elements that are NULL are left out; an empty list is one */
    {"numbers",
     "[3, null, -9007199254740993]",
     {{LIST_OF_INT64, "[3,-9007199254740993]"},
      {LIST_OF_INT32, "[3]"},
      {LIST_OF_TEXT, "[\"3\",\"-9007199254740993\"]"},
      {SBE_TYPE_INT64, "NULL"}}},
    {"numbers", "[]", {{LIST_OF_INT64, "[]"}, {LIST_OF_INT32, "[]"}, {LIST_OF_TEXT, "[]"}}},
    {"numbers", "null", {{LIST_OF_INT64, "NULL"}, {LIST_OF_INT32, "NULL"}, {LIST_OF_TEXT, "NULL"}}},
    {"numbers", NULL, {{LIST_OF_INT64, "NULL"}, {LIST_OF_INT32, "NULL"}, {LIST_OF_TEXT, "NULL"}}},
    {"words", "[\"b\", null, \"it's\"]", {{LIST_OF_TEXT, "[\"b\",\"it's\"]"}, {LIST_OF_INT64, "[]"}}},
    {"words", "[]", {{LIST_OF_TEXT, "[]"}, {LIST_OF_INT64, "[]"}}},
    {"words", "null", {{LIST_OF_TEXT, "NULL"}, {LIST_OF_INT64, "NULL"}}},
    {"nothing", NULL, {{SBE_TYPE_TEXT, "NULL"}}},
};
#define N_TYPED (sizeof typed / sizeof *typed)

/* In JSON, a member may be of any kind, whatever the schema says. */
static const probe any[] = {
    {"word", "5", {{SBE_TYPE_INT64, "5"}, {SBE_TYPE_DOUBLE, "5"}, {SBE_TYPE_BOOL, "NULL"}, {SBE_TYPE_TEXT, "'5'"}}},
    {"word", "12", {{SBE_TYPE_TEXT, "'12'"}}},
    {"word", "-7", {{SBE_TYPE_INT64, "-7"}}},
    {"word", "3", {{LIST_OF_TEXT, "NULL"}}},
    {"word", "0", {{SBE_TYPE_BOOL, "false"}}},
    {"word", "1.0", {{SBE_TYPE_BOOL, "true"}}},
    {"word", "1.5", {{SBE_TYPE_DOUBLE, "1.5"}}},
    {"word", "2.5", {{SBE_TYPE_INT64, "3"}}},
    {"word", "-2.5", {{SBE_TYPE_INT64, "-3"}}},
    {"word", "5.5", {{SBE_TYPE_INT64, "6"}, {SBE_TYPE_DOUBLE, "5.5"}}},
    {"word", "2147483647.4", {{SBE_TYPE_INT32, "2147483647"}}},
    {"word", "2147483648", {{SBE_TYPE_INT32, "NULL"}}},
    {"word",
     "9007199254740993",
     {{SBE_TYPE_INT64, "9007199254740993"},
      {SBE_TYPE_WIDE_INTEGER, "9007199254740993"},
      {SBE_TYPE_TEXT, "'9007199254740993'"}}},
    {"word", "9223372036854775808", {{SBE_TYPE_INT64, "NULL"}}},
    {"word", "1706745600", {{SBE_TYPE_TIMESTAMP, "2024-02-01 00:00:00"}}},
    {"word", "1735689600", {{SBE_TYPE_TIMESTAMP, "2025-01-01 00:00:00"}}},
    {"word",
     "true",
     {{SBE_TYPE_BOOL, "true"},
      {SBE_TYPE_INT64, "1"},
      {SBE_TYPE_INT32, "1"},
      {SBE_TYPE_WIDE_INTEGER, "1"},
      {SBE_TYPE_DOUBLE, "1"},
      {SBE_TYPE_TEXT, "'true'"},
      {SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"word", "false", {{SBE_TYPE_BOOL, "false"}, {SBE_TYPE_INT64, "0"}}},
    {"word",
     "null",
     {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_BOOL, "NULL"}, {LIST_OF_TEXT, "NULL"}}},
    {"word", "\"\"", {{SBE_TYPE_TEXT, "''"}, {SBE_TYPE_INT64, "NULL"}}},
    {"word", "\"a\"", {{LIST_OF_TEXT, "NULL"}}},
    {"word", "\"abc\"", {{SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}, {LIST_OF_TEXT, "NULL"}}},
    {"word", "\"{x\"", {{SBE_TYPE_TEXT, "'{x'"}}},
    {"word", "\"a\\\"b\\\\c\\u00e9\\n\"", {{SBE_TYPE_TEXT, "'a\"b\\c\xC3\xA9\n'"}}},
    {"word", "\"\\u0031\\u0032\"", {{SBE_TYPE_INT64, "12"}}},
    {"word", "\" 8 \"", {{SBE_TYPE_INT64, "8"}, {SBE_TYPE_DOUBLE, "8"}, {SBE_TYPE_TEXT, "' 8 '"}}},
    {"word", "\" 2.5 \"", {{SBE_TYPE_DOUBLE, "2.5"}}},
    {"word", "\"9007199254740993.0\"", {{SBE_TYPE_INT64, "9007199254740993"}}},
    {"word", "\"1e1000000\"", {{SBE_TYPE_INT64, "NULL"}}},
    {"word", "\"NaN\"", {{SBE_TYPE_DOUBLE, "NULL"}}},
    {"word", "\"true\"", {{SBE_TYPE_INT64, "NULL"}}}, /* the bool is a number, this is a text */
    {"word", "\"FALSE\"", {{SBE_TYPE_BOOL, "false"}, {SBE_TYPE_TEXT, "'FALSE'"}}},
    {"word",
     "\"2024-01-31T10:00:00+02:00\"",
     {{SBE_TYPE_TIMESTAMP, "2024-01-31 08:00:00"}, {SBE_TYPE_DATE, "2024-01-31"}}},
    {"word", "\"2025-01-01T00:30:00+02:00\"", {{SBE_TYPE_TIMESTAMP, "2024-12-31 22:30:00"}}},
    {"word", "\"2025-02-30\"", {{SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"word", "[]", {{LIST_OF_TEXT, "[]"}, {SBE_TYPE_DOUBLE, "NULL"}}},
    {"word", "[1]", {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {SBE_TYPE_TIMESTAMP, "NULL"}}},
    {"word", "[true]", {{SBE_TYPE_BOOL, "NULL"}}},
    {"word", "[null]", {{LIST_OF_TEXT, "[]"}}},
    {"word", "[\"x\"]", {{LIST_OF_INT64, "[]"}}},
    {"word",
     "[1, null, \"x\", \"2\"]",
     {{SBE_TYPE_TEXT, "NULL"},
      {SBE_TYPE_INT64, "NULL"},
      {LIST_OF_INT64, "[1,2]"},
      {LIST_OF_TEXT, "[\"1\",\"x\",\"2\"]"}}},
    {"word", "[\"b\", null, 1, true, [2], {\"x\": 1}, \"a\"]", {{LIST_OF_TEXT, "[\"b\",\"1\",\"true\",\"a\"]"}}},
    {"word", "[1, \"2\", 2.5, true, \"x\", null, 9007199254740993]", {{LIST_OF_INT64, "[1,2,3,1,9007199254740993]"}}},
    {"word", "[1, 3000000000, -1]", {{LIST_OF_INT32, "[1,-1]"}}},
    {"word", "[1, \"2.5\", false]", {{LIST_OF_DOUBLE, "[1,2.5,0]"}}},
    {"word", "[true, 0, \"false\", 5]", {{LIST_OF_BOOL, "[true,false,false]"}}},
    {"word", "[[1], {\"a\": 1}]", {{LIST_OF_INT64, "[]"}, {LIST_OF_TEXT, "[]"}}},
    {"word", "[null, [null], {}]", {{LIST_OF_TEXT, "[]"}}},
    {"word", "{}", {{SBE_TYPE_TEXT, "NULL"}, {LIST_OF_TEXT, "NULL"}}},
    {"word", "{\"a\": 1}", {{SBE_TYPE_TEXT, "NULL"}, {SBE_TYPE_INT64, "NULL"}, {LIST_OF_INT64, "NULL"}}},
};
#define N_ANY (sizeof any / sizeof *any)

/* Each member that is asked for is read as each of them. */
static const int32_t types[] = {SBE_TYPE_TEXT, SBE_TYPE_INT32,     SBE_TYPE_INT64, SBE_TYPE_DOUBLE,
                                SBE_TYPE_BOOL, SBE_TYPE_TIMESTAMP, SBE_TYPE_DATE,  SBE_TYPE_WIDE_INTEGER,
                                LIST_OF_TEXT,  LIST_OF_INT32,      LIST_OF_INT64,  LIST_OF_DOUBLE,
                                LIST_OF_BOOL,  LIST_OF_TIMESTAMP};
#define N_TYPES (sizeof types / sizeof *types)

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

/* ---- the checks ---- */

static bool is_column(const char *member) {
  static const char *const columns[] = {"number", "real", "flag", "moment"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    if (sbe_streq(columns[i], member)) return true;
  return false;
}

/* An event: its id is the number of its row, as text that sorts. */
static void put_row(live *l, sbe_text *out, size_t i, const char *member, const char *json) {
  SBE_PRINT(out, i ? ", " : "[", "{\"event_id\": \"", sbe_arena_printf(l->arena, "%04zu", i), "\", " TIMES);
  if (json && is_column(member)) SBE_PRINT(out, ", \"", member, "\": ", json);
  if (json) SBE_PRINT(out, ", \"" COLUMN "\": {\"", member, "\": ", json, "}");
  sbe_text_putc(out, '}');
}

/* One path as one type, against what the probes say of it. Of hostile rows, which come behind those, only that they
   can be read. */
static void check_path(live *l, const events *e, const char *path, int32_t type, size_t n, const probe *probes,
                       size_t n_rows, sbe_text *wrong) {
  sbe_rows rows;
  const char *what =
      sbe_arena_printf(l->arena, "%s as %s%s", path, type & SBE_TYPE_LIST ? "list of " : "", live_type_name(type));
  const char *failed = read_path(l, e, path, type, &rows, NULL);
  if (!failed && rows.columns && rows.n != n_rows)
    failed = sbe_arena_printf(l->arena, "%zu rows for %zu events", rows.n, n_rows);
  if (failed) SBE_PRINT(wrong, wrong->size ? "\n" : "", what, ": ", failed);
  for (size_t i = 0; !failed && i < n; i++) {
    const char *came = rows.columns ? canon(SBE_CELL(&rows, i, 0), l->arena) : "NULL";
    if (!sbe_streq(probes[i].member, path + (*path == '.'))) continue;
    for (size_t r = 0; r < sizeof probes->reads / sizeof *probes->reads; r++) {
      if (probes[i].reads[r].type != type || canon_same(probes[i].reads[r].value, came, false)) continue;
      SBE_PRINT(wrong, wrong->size ? "\n" : "", what, " of ", probes[i].json ? probes[i].json : "nothing", ": ",
                probes[i].reads[r].value, sbe_arena_printf(l->arena, " is right; it came %.200s", came));
    }
  }
}

static bool is_asked(size_t n, const probe *probes, const char *member, int32_t type) {
  for (size_t i = 0; i < n; i++)
    for (size_t r = 0; r < sizeof probes->reads / sizeof *probes->reads; r++)
      if (sbe_streq(probes[i].member, member) && probes[i].reads[r].type == type) return true;
  return false;
}

static void check_typed(live *l, const char *layout, sbe_text *wrong) {
  events e;
  sbe_cleanup_text sbe_text json = SBE_TEXT(1 << 20);
  for (size_t i = 0; i < N_TYPED; i++) put_row(l, &json, i, typed[i].member, typed[i].json);
  sbe_text_puts(&json, "]");
  const char *why = make_events(l, layout, "typed", sbe_text_string(&json), &e);
  if (why) sbe_text_puts(wrong, why);
  for (size_t i = 0; !why && i < N_TYPED; i++) {
    const char *member = typed[i].member;
    if (i && sbe_streq(typed[i - 1].member, member)) continue;
    for (size_t t = 0; t < N_TYPES; t++) {
      if (!sbe_physical_type(l->sql.dialect, types[t]) || !is_asked(N_TYPED, typed, member, types[t])) continue;
      if (is_column(member)) check_path(l, &e, member, types[t], N_TYPED, typed, N_TYPED, wrong);
      check_path(l, &e, sbe_arena_printf(l->arena, ".%s", member), types[t], N_TYPED, typed, N_TYPED, wrong);
    }
  }
}

/* A text as JSON, alone and twice in a list. */
static size_t put_hostile_rows(live *l, sbe_text *out, size_t first) {
  size_t n;
  const char *const *texts = live_hostile_texts(l, &n);
  for (size_t i = 0; i < n; i++) {
    sbe_cleanup_text sbe_text json = SBE_TEXT(1 << 20);
    place_put_json(&json, texts[i]);
    const char *text = sbe_text_string(&json);
    put_row(l, out, first++, "word", text);
    put_row(l, out, first++, "word", sbe_arena_printf(l->arena, "[%s, %s]", text, text));
  }
  return first;
}

/* Only where the source says that a member is of a kind that only each row knows. */
static bool check_any(live *l, const char *layout, sbe_text *wrong) {
  events e;
  sbe_rows rows;
  int32_t class = 0;
  sbe_cleanup_text sbe_text json = SBE_TEXT(1 << 22);
  for (size_t i = 0; i < N_ANY; i++) put_row(l, &json, i, any[i].member, any[i].json);
  size_t n = put_hostile_rows(l, &json, N_ANY);
  sbe_text_puts(&json, "]");
  const char *why = make_events(l, layout, "any", "[]", &e);
  if (!why) why = read_path(l, &e, ".number", SBE_TYPE_TEXT, &rows, &class);
  if (!why && class != SBE_CLASS_JSON) return false;
  int32_t code = why ? 0
                     : l->plugin->fixture.insert(l->session.connection, &e.name, layout, COLUMNS,
                                                 sbe_text_string(&json), &l->error);
  if (code) why = live_error(l, code);
  if (why) sbe_text_puts(wrong, why);
  for (size_t t = 0; !why && t < N_TYPES; t++)
    if (sbe_physical_type(l->sql.dialect, types[t])) check_path(l, &e, ".word", types[t], N_ANY, any, n, wrong);
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
