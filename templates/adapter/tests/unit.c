/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this adapter computes by itself, and nobody else can test for it: its reads, its aggregates, its
 * names, its literals. It loads the module as sbe does, plays the host with a few lines, opens a
 * database in memory, and lets the dialect's own patterns answer. Called by make check.
 *
 * To change: the rows of `cases`. Expected values are worked out by hand, never pasted from a run.
 */
#include <dlfcn.h>
#include <sbe/adapter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- a host: just enough of one ---- */

struct sbe_error {
  int32_t code;
  char message[500];
};

struct sbe_text {
  size_t size;
  char bytes[20000];
};

static int32_t host_error(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) {
  va_list arguments;
  (void)sqlstate;
  if (error == NULL) return code;
  error->code = code;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

static void host_put(sbe_text *text, const char *bytes, size_t size) {
  if (text->size + size >= sizeof text->bytes) abort();
  memcpy(text->bytes + text->size, bytes, size);
  text->size += size;
  text->bytes[text->size] = '\0';
}

static const char *host_setting(const sbe_settings *settings, const char *name) {
  (void)settings;
  return strcmp(name, "path") == 0 ? ":memory:" : NULL;
}

static int ticks_left = -1; /* as many, then tick asks for the end; negative: never */

static int32_t host_tick(sbe_run *run, double percent) {
  (void)run, (void)percent;
  return ticks_left == 0 || (ticks_left > 0 && --ticks_left == 0);
}

static int64_t host_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void host_snake(const char *name, char *ret_name, size_t size) { /* fooBar -> foo_bar is all we need */
  size_t n = 0;
  for (; *name != '\0' && n + 2 < size; name++) {
    if (*name >= 'A' && *name <= 'Z') ret_name[n++] = '_';
    ret_name[n++] = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
  }
  ret_name[n] = '\0';
}

static const sbe_host the_host = {
    .struct_size = sizeof(sbe_host),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .error = host_error,
    .put = host_put,
    .setting = host_setting,
    .tick = host_tick,
    .time = host_time,
    .snake = host_snake,
};

/* ---- asking ---- */

static const sbe_adapter *adapter;
static sbe_connection *connection;
static int passed, failed;

static void check(const char *what, const char *expected, const char *found) {
  if (strcmp(expected, found) == 0) {
    passed++;
    return;
  }
  failed++;
  printf("FAIL: %s\n  expected: %s\n  found:    %s\n", what, expected, found);
}

/* A pattern with its operands in place. */
static void print(char *out, size_t size, const char *pattern, const char *const *operands) {
  size_t n = 0;
  for (; *pattern != '\0' && n + 1 < size; pattern++) {
    if (pattern[0] == '{' && pattern[1] >= '0' && pattern[1] <= '9' && pattern[2] == '}') {
      n += (size_t)snprintf(out + n, size - n, "%s", operands[pattern[1] - '0']);
      pattern += 2;
    } else {
      out[n++] = *pattern;
    }
  }
  out[n < size ? n : size - 1] = '\0';
}

static int32_t take_row(void *user, size_t n, const sbe_value *values) {
  char *out = user;
  out[0] = '\0';
  for (size_t i = 0; i < n; i++) {
    const sbe_value *v = &values[i];
    char cell[400];
    if (v->kind == SBE_VALUE_NULL)
      snprintf(cell, sizeof cell, "NULL");
    else if (v->kind == SBE_VALUE_DOUBLE)
      snprintf(cell, sizeof cell, "%.17g", v->real);
    else if (v->text != NULL)
      snprintf(cell, sizeof cell, "%.*s", (int)v->size, v->text);
    else
      snprintf(cell, sizeof cell, "%lld", (long long)v->integer);
    snprintf(out + strlen(out), 1000 - strlen(out), "%s%d:%s", i > 0 ? " " : "", (int)v->kind, cell);
  }
  return 0;
}

/* The last row as "kind:value kind:value", or "error CODE". */
static void ask(const char *sql, char out[1000]) {
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql, .size = strlen(sql)};
  sbe_run_options options = {.struct_size = sizeof options};
  sbe_sink sink = {sizeof sink, out, NULL, take_row};
  sbe_error error = {0, ""};
  strcpy(out, "no row");
  int32_t code = adapter->connection->query(connection, &statement, &options, &sink, &error);
  if (code != SBE_OK) snprintf(out, 1000, "error %d: %s", (int)code, error.message);
}

static void ask_expecting(const char *sql, const char *expected) {
  char found[1000];
  ask(sql, found);
  check(sql, expected, found);
}

/* ---- reads: type, class, an expression of SQL, what must come out ---- */

static const struct {
  int32_t type, from;
  const char *operand, *expected;
} cases[] = {
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "' +2.5 '", "2:3"},
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "'-2147483648.4'", "2:-2147483648"},
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "'2147483647.5'", "0:NULL"},
    {SBE_TYPE_INT32, SBE_CLASS_TEXT, "'0x10'", "0:NULL"},
    {SBE_TYPE_INT32, SBE_CLASS_DOUBLE, "0.49999999999999994", "2:0"},
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "'9223372036854775807'", "2:9223372036854775807"},
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "'9223372036854775808'", "0:NULL"},
    {SBE_TYPE_INT64, SBE_CLASS_TEXT, "'92233720368547758.07e2'", "2:9223372036854775807"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "'true'", "2:1"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "'\"true\"'", "0:NULL"},
    {SBE_TYPE_INT64, SBE_CLASS_JSON, "'[1]'", "0:NULL"},
    {SBE_TYPE_WIDE_INTEGER, SBE_CLASS_TEXT, "'-9223372036854775809'", "5:-9223372036854775809"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "'.5e1'", "3:5"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "'1e400'", "0:NULL"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_TEXT, "'inf'", "0:NULL"},
    {SBE_TYPE_DOUBLE, SBE_CLASS_DOUBLE, "-0.0", "3:0"},
    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, "' True'", "2:1"},
    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, "'1.0'", "2:1"},
    {SBE_TYPE_BOOL, SBE_CLASS_TEXT, "'yes'", "0:NULL"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "'\"a\\u00e9\\ud83d\\ude00\\n\"'", "5:a\xC3\xA9\xF0\x9F\x98\x80\n"},
    {SBE_TYPE_TEXT, SBE_CLASS_JSON, "'9007199254740993'", "5:9007199254740993"},
    {SBE_TYPE_TEXT, SBE_CLASS_BOOL, "0", "5:false"},
    /* 2025-01-31T00:30+02:00 is 2025-01-30T22:30 UTC: 20118 days and 81000 s */
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "'2025-01-31T00:30:00.1234567+02:00'", "7:1738276200123456"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "'2024-02-29'", "7:1709164800000000"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "'2025-02-29'", "0:NULL"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "'2025-01-31T'", "0:NULL"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_TEXT, "'-1.5'", "7:-1500000"},
    {SBE_TYPE_TIMESTAMP, SBE_CLASS_INTEGER, "253402300800", "0:NULL"},
    {SBE_TYPE_DATE, SBE_CLASS_TEXT, "'1970-01-02 23:59'", "6:1"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, SBE_CLASS_JSON, "'[1.5, \"x\", null, [2], \"3\", true]'", "5:[2,3,1]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON, "'[]'", "5:[]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, SBE_CLASS_JSON, "'{\"a\": 1}'", "0:NULL"},
};

static void reads_are_exact(void) {
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const sbe_read *row = adapter->dialect->reads;
    while (row->type != 0 && (row->type != cases[i].type || row->from != cases[i].from)) row++;
    char sql[2000], found[1000];
    char what[200];
    print(sql, sizeof sql, row->type != 0 ? row->pattern : "'no such read'", &cases[i].operand);
    char select[2100], expected[200];
    snprintf(select, sizeof select, "SELECT %s", sql);
    ask(select, found);
    snprintf(what, sizeof what, "%s as type %d from class %d", cases[i].operand, (int)cases[i].type,
             (int)cases[i].from);
    /* an expression's text that is no time has no declared type: a text, whatever it stands for */
    snprintf(expected, sizeof expected, "%s", cases[i].expected);
    check(what, expected, found);
  }
}

/* ---- operations ---- */

static void operation(int32_t wanted, const char *a, const char *b, const char *from, const char *expected) {
  const sbe_pattern *row = adapter->dialect->patterns;
  while (row->operation != SBE_OP_END && row->operation != wanted) row++;
  char sql[2000], select[2200];
  const char *operands[] = {a, b, "id", "TRUE"};
  if (wanted == SBE_OP_SUM_IF) operands[1] = "TRUE";
  print(sql, sizeof sql, row->operation != SBE_OP_END ? row->pattern : "'none'", operands);
  snprintf(select, sizeof select, "SELECT %s%s", sql, from);
  ask_expecting(select, expected);
}

static void operations_are_right(void) {
  /* 2025-01-12 is a Sunday, its Monday 2025-01-06 */
  operation(SBE_OP_ISO_DAY_OF_WEEK, "'2025-01-12 23:59:59.999999'", "", "", "2:7");
  operation(SBE_OP_WEEK_TEXT, "'2025-01-12 23:59:59.999999'", "", "", "6:20094");
  operation(SBE_OP_ADD_DAYS, "'2025-02-28'", "-59", "", "6:20088"); /* 2024-12-31; 2025-01-01 is day 20089 */
  operation(SBE_OP_ADD_SECONDS, "'2024-12-31 23:59:59.999999'", "1", "", "7:1735689600999999");
  operation(SBE_OP_MICROSECONDS, "'2024-12-31 23:59:59.999999'", "'2025-01-01 00:00:00.000001'", "", "2:2");
  operation(SBE_OP_DIVIDE_DOWN, "7", "2", "", "2:3");
  /* 2^63 - 1 and 1 and 1, in a table of three rows */
  const char *big = " FROM (SELECT 9223372036854775807 AS v UNION ALL SELECT 1 UNION ALL SELECT 1)";
  operation(SBE_OP_SUM_IF, "v", "", big, "5:9223372036854775809");
  const char *events =
      " FROM (SELECT 'x' AS v, 1 AS at, 'b' AS id UNION ALL SELECT NULL, 1, 'a' UNION ALL SELECT 'y', 2, 'a')";
  operation(SBE_OP_FIRST_IF, "v", "at", events, "0:NULL"); /* of (1, a) and (1, b) */
  operation(SBE_OP_LAST_IF, "v", "at", events, "5:y");
  const char *values = " FROM (SELECT 'b' AS v, 2 AS n UNION ALL SELECT 'a\"', 1 UNION ALL SELECT 'B', 3)";
  operation(SBE_OP_LIST_OF, "v", "", values, "5:[\"B\",\"a\\\"\",\"b\"]");
  operation(SBE_OP_DICT_OF, "v", "n", values, "5:{\"B\":3,\"a\\\"\":1,\"b\":2}");
}

static void decimals_sort_as_numbers(void) {
  static const char *const ascending[] = {
      "'-1e27'", "'-9007199254740993'",  "-9007199254740992",  "'-0.5'", "'-0.000000001'", "0", "'0.000000001'",
      "1",       "'9007199254740992.5'", "'9007199254740993'", "'1e27'"};
  char sql[300];
  for (size_t i = 1; i < sizeof ascending / sizeof ascending[0]; i++) {
    snprintf(sql, sizeof sql, "SELECT sbe_decimal(%s) < sbe_decimal(%s)", ascending[i - 1], ascending[i]);
    ask_expecting(sql, "2:1");
  }
  ask_expecting("SELECT sbe_decimal('9007199254740993') = sbe_decimal(' 9007199254740993.0')", "2:1");
  ask_expecting("SELECT sbe_decimal('1e28')", "0:NULL");
}

/* ---- names, texts, members ---- */

static void names_and_texts_stay_inside(void) {
  sbe_text text = {0, ""};
  adapter->dialect->identifier(&text, "a\"; DROP");
  check("identifier", "\"a\"\"; DROP\"", text.bytes);
  text.size = 0;
  adapter->dialect->literal(&text, "it's \\", 6);
  check("literal", "'it''s \\'", text.bytes);
  text.size = 0;
  adapter->dialect->literal(&text, "a\0'b", 4);
  check("literal with a NUL", "('a' || char(0) || '''b')", text.bytes);
  text.size = 0;
  adapter->dialect->table(&text, &(sbe_name){"temp", "a.b", "c%\""});
  check("table", "\"temp\".\"a%2eb.c%25\"\"\"", text.bytes);
  text.size = 0;
  adapter->dialect->table(&text, &(sbe_name){NULL, "main", "my events"});
  check("table in main", "\"my events\"", text.bytes);
  text.size = 0;
  adapter->dialect->table(&text, &(sbe_name){NULL, NULL, "a.b"}); /* not the `b` of a schema `a` */
  check("table with a dot", "\"a%2eb\"", text.bytes);
}

static void members_are_found(void) {
  ask_expecting(
      "SELECT sbe_member('{\"foo_bar\": 1, \"fooBar\": {\"x\": [10, {\"y\": \"z\"}]}}', 'fooBar', 'x', 1, 'y')",
      "5:\"z\"");
  ask_expecting("SELECT sbe_member('{\"fooBar\": 2}', 'foo_bar')", "5:2");
  ask_expecting("SELECT sbe_member('{\"foo_bar\": null, \"fooBar\": 2}', 'foo_bar')", "0:NULL");
  ask_expecting("SELECT sbe_member('[1, 2]', 2)", "0:NULL");
  ask_expecting("SELECT sbe_member('{\"a\": ', 'a')", "0:NULL"); /* no JSON, and no crash */
}

/* ---- the connection ---- */

static int32_t run(const char *const *sql, size_t n, int32_t atomic, uint32_t flags_of_first) {
  sbe_statement statements[8];
  const sbe_statement *pointers[8];
  sbe_run_options options = {.struct_size = sizeof options, .atomic = atomic};
  for (size_t i = 0; i < n; i++) {
    statements[i] = (sbe_statement){.struct_size = sizeof statements[i], .sql = sql[i], .size = strlen(sql[i])};
    statements[i].flags = i == 0 ? flags_of_first : 0;
    pointers[i] = &statements[i];
  }
  return adapter->connection->run(connection, pointers, n, &options, NULL, NULL);
}

static void expect_code(const char *what, int32_t expected, int32_t found) {
  char a[16], b[16];
  snprintf(a, sizeof a, "%d", (int)expected);
  snprintf(b, sizeof b, "%d", (int)found);
  check(what, a, b);
}

static void batches_are_whole(void) {
  static const char *const make[] = {"CREATE TABLE t (n INTEGER)"};
  static const char *const refused[] = {"SELECT 1 = 2", "INSERT INTO t VALUES (1)"};
  static const char *const broken[] = {"INSERT INTO t VALUES (1)", "INSERT INTO nowhere VALUES (1)"};
  static const char *const two[] = {"INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)"};
  static const char *const good[] = {"SELECT 1 = 1", "INSERT INTO t VALUES (1)"};
  static const char *const endless[] = {
      "INSERT INTO t VALUES (7)",
      "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r"};
  expect_code("CREATE TABLE", SBE_OK, run(make, 1, 0, 0));
  expect_code("a guard that says no", SBE_CONFLICT, run(refused, 2, 1, SBE_STATEMENT_GUARD));
  expect_code("a table that is not there", SBE_NOT_FOUND, run(broken, 2, 1, 0));
  expect_code("two statements in one", SBE_SYNTAX, run(two, 1, 0, 0));
  ticks_left = 3; /* the third one comes while the endless one runs */
  expect_code("cancelled", SBE_CANCELLED, run(endless, 2, 1, 0));
  ticks_left = -1;
  ask_expecting("SELECT count(*) FROM t", "2:0");
  expect_code("a guard that says yes", SBE_OK, run(good, 2, 1, SBE_STATEMENT_GUARD));
  ask_expecting("SELECT count(*) FROM t", "2:1");
  ask_expecting("SELECT \"no such column\" FROM t", "error 3: SQLite: no such column: no such column (1)");
}

int main(void) {
  char path[4000];
  sbe_error error = {0, ""};
  const char *directory = getenv("ADAPTER_DIR");
  snprintf(path, sizeof path, "%s/sbe_adapter_sqlite.so", directory != NULL ? directory : ".");
  void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (module == NULL) {
    printf("FAIL: %s\n", dlerror());
    return 1;
  }
  const sbe_adapter *(*symbol)(void);
  *(void **)&symbol = dlsym(module, "sbe_adapter_sqlite");
  adapter = symbol();
  if (adapter->init(&the_host, &error) != SBE_OK ||
      adapter->connection->open(NULL, NULL, &connection, &error) != SBE_OK) {
    printf("FAIL: %s\n", error.message);
    return 1;
  }
  reads_are_exact();
  operations_are_right();
  decimals_sort_as_numbers();
  names_and_texts_stay_inside();
  members_are_found();
  batches_are_whole();
  adapter->connection->close(connection);
  printf("unit: %d passed, %d failed, 0 skipped\n", passed, failed);
  return failed != 0;
}
