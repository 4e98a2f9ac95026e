/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "dialect", as far as it needs no warehouse: names and literals, the rows of patterns, types and
 * reads, and the same answer to the same question from many threads. Called by main.c in a process of its own.
 * What the printed text means is asked of the warehouse by operations.c.
 */
#include <pthread.h>
#include <string.h>

#include "core/base/string.h"
#include "kit/sample.h"

#define THREADS 8
#define ROUNDS 25

typedef struct printer {
  kit *k;
  sbe_sql sql;
} printer;

/* ---- names and literals ---- */

static const char *printed_name(const printer *p, const char *name) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(8192);
  p->sql.dialect->identifier(&out, name);
  return sbe_arena_strdup(p->k->arena, sbe_text_string(&out));
}

static const char *printed_text(const printer *p, const char *text, size_t size) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  p->sql.dialect->literal(&out, text, size);
  return sbe_arena_strdup(p->k->arena, sbe_text_string(&out));
}

static const char *check_names(const printer *p) {
  for (size_t i = 0; sample_names[i]; i++) {
    const char *name = printed_name(p, sample_names[i]);
    if (!*name) return sbe_arena_printf(p->k->arena, "the name >%s< is printed as nothing", sample_names[i]);
    for (size_t e = 0; e < i; e++)
      if (sbe_streq(name, printed_name(p, sample_names[e])))
        return sbe_arena_printf(p->k->arena, "the names >%s< and >%s< are both printed as %s", sample_names[e],
                                sample_names[i], name);
  }
  return NULL;
}

/* The longest, and one more byte: the host cuts it, the dialect must not. */
static const char *check_long_names(const printer *p) {
  uint32_t most = p->sql.dialect->max_identifier;
  if (most > 100000) return sbe_arena_printf(p->k->arena, "max_identifier is %u", (unsigned)most);
  char *a = sbe_arena_alloc(p->k->arena, most + 1), *b = sbe_arena_alloc(p->k->arena, most + 1);
  memset(a, 'a', most);
  memset(b, 'a', most);
  b[most - 1] = 'b';
  if (sbe_streq(printed_name(p, a), printed_name(p, b)))
    return sbe_arena_printf(p->k->arena, "two names of %u bytes that differ in the last one are printed alike",
                            (unsigned)most);
  return NULL;
}

static const char *check_tables(const printer *p) {
  static const sbe_name names[] = {{NULL, NULL, "a.b"}, {NULL, "a", "b"},    {"a", "b", "c"},     {NULL, "a.b", "c"},
                                   {NULL, "a", "b.c"},  {NULL, "a\"", "b"},  {NULL, "a", "\"b"},  {NULL, "a_b", "c"},
                                   {NULL, "a", "b_c"},  {NULL, "a__b", "c"}, {NULL, "a", "_b__c"}};
  const size_t n = sizeof names / sizeof *names;
  const char *printed[sizeof names / sizeof *names];
  for (size_t i = 0; i < n; i++) {
    sbe_cleanup_text sbe_text out = SBE_TEXT(8192);
    sbe_print_table_name(&p->sql, &out, &names[i]);
    printed[i] = sbe_arena_strdup(p->k->arena, sbe_text_string(&out));
    for (size_t e = 0; e < i; e++)
      if (sbe_streq(printed[e], printed[i]))
        return sbe_arena_printf(p->k->arena, "two different tables are both printed as %s", printed[i]);
  }
  return NULL;
}

static const char *check_literals(const printer *p) {
  for (size_t i = 0; sample_texts[i]; i++) {
    const char *text = printed_text(p, sample_texts[i], strlen(sample_texts[i]));
    if (!*text) return sbe_arena_printf(p->k->arena, "the text >%s< is printed as nothing", sample_texts[i]);
    for (size_t e = 0; e < i; e++)
      if (sbe_streq(text, printed_text(p, sample_texts[e], strlen(sample_texts[e]))))
        return sbe_arena_printf(p->k->arena, "the texts >%s< and >%s< are both printed as %s", sample_texts[e],
                                sample_texts[i], text);
  }
  if (!sbe_streq(printed_text(p, "abcdef", 3), printed_text(p, "abc", 3)))
    return "it prints more bytes of a text than `size` says";
  return NULL;
}

/* ---- rows ---- */

static const struct operation_row {
  int32_t operation;
  int operands;
  const char *loss; /* what users go without; NULL: there is ANSI for it */
  bool needed;      /* nothing runs without it */
} operations[] = {
    {SBE_OP_DATE_LITERAL, 1, NULL, false},
    {SBE_OP_TIMESTAMP_LITERAL, 1, NULL, false},
    {SBE_OP_TRUE, 0, NULL, false},
    {SBE_OP_FALSE, 0, NULL, false},
    {SBE_OP_CAST, 2, NULL, false},
    {SBE_OP_LIST_LITERAL, 2, "default values of list attributes, and empty lists", false},
    {SBE_OP_DICT_LITERAL, 1, "default values of `category_count`, and empty dicts", false},
    {SBE_OP_NOW, 0, "the run lock goes by the warehouse's clock", true},
    {SBE_OP_DATE_OF, 1, NULL, false},
    {SBE_OP_ADD_DAYS, 2, "date arithmetic in the warehouse; this host does it itself", false},
    {SBE_OP_ADD_SECONDS, 2, "the lease of the run lock", true},
    {SBE_OP_MICROSECONDS, 2, "`time_since_last` and `time_since_first`", false},
    {SBE_OP_DIVIDE_DOWN, 2, "`time_since_last` and `time_since_first` as whole numbers", false},
    {SBE_OP_HOUR, 1, NULL, false},
    {SBE_OP_ISO_DAY_OF_WEEK, 1, "the date part `day_of_week`", false},
    {SBE_OP_MONTH, 1, NULL, false},
    {SBE_OP_DAY_TEXT, 1, "the date part `active_day`", false},
    {SBE_OP_WEEK_TEXT, 1, "the date part `active_week`", false},
    {SBE_OP_MONTH_TEXT, 1, "the date part `active_month`", false},
    {SBE_OP_CONCAT, 2, NULL, false},
    {SBE_OP_LIKE, 2, NULL, false},
    {SBE_OP_IS_DISTINCT, 2, NULL, false},
    {SBE_OP_TEXT_LESS, 2, NULL, false},
    {SBE_OP_TEXT_ORDER, 1, NULL, false},
    {SBE_OP_ADD, 2, NULL, false},
    {SBE_OP_MULTIPLY, 2, NULL, false},
    {SBE_OP_DIVIDE, 2, NULL, false},
    {SBE_OP_COUNT_IF, 1, NULL, false},
    {SBE_OP_COUNT_VALUES_IF, 2, NULL, false},
    {SBE_OP_SUM_IF, 2, NULL, false},
    {SBE_OP_MIN_IF, 2, NULL, false},
    {SBE_OP_MAX_IF, 2, NULL, false},
    {SBE_OP_FIRST_IF, 5, "the aggregation `first`", false},
    {SBE_OP_LAST_IF, 5, "the aggregation `last`", false},
    {SBE_OP_LIST_OF, 1, "the aggregation `unique_list`", false},
    {SBE_OP_DICT_OF, 2, "the aggregation `category_count`", false},
    {SBE_OP_CREATE_SCHEMA, 2, NULL, false},
    {SBE_OP_DROP_TABLE, 1, NULL, false},
    {SBE_OP_LIST_TABLES, 1, NULL, false},
    {SBE_OP_HOLD, 1, "the guard of a batch writes to the row of the lock, so that two views can never publish at once",
     false},
    {SBE_OP_LAYER, 1, NULL, false},
    {SBE_OP_DESCRIBE, 4, "one more round trip in each run: `describe` is called by itself", false},
};
#define N_OPERATIONS (sizeof operations / sizeof *operations)

static const struct operation_row *find_operation(int32_t operation) {
  for (size_t i = 0; i < N_OPERATIONS; i++)
    if (operations[i].operation == operation) return &operations[i];
  return NULL;
}

/* Operands that a pattern may leave out, as bits: a type that it need not name, a database that it knows. */
static unsigned may_leave_out(int32_t operation) {
  switch (operation) {
  case SBE_OP_FIRST_IF:
  case SBE_OP_LAST_IF:
    return 1u << 4;
  case SBE_OP_LIST_LITERAL:
    return 1u << 1;
  case SBE_OP_DESCRIBE:
    return 1u << 0 | 1u << 3;
  case SBE_OP_CREATE_SCHEMA:
    return 3;
  default:
    return 0;
  }
}

/* Braces stand for operands that there are, and are closed. `optional`: those that need not occur. */
static const char *check_pattern(sbe_arena *arena, const char *pattern, int operands, unsigned optional) {
  unsigned seen = 0;
  if (!*pattern) return "it is empty";
  for (const char *c = pattern; *c; c++) {
    if (*c == ';' && !c[1]) return "it ends with a semicolon";
    if (*c != '{') continue;
    if (c[1] == '{') {
      c++;
      continue;
    }
    if (c[1] < '0' || c[1] > '9' || c[2] != '}') return "a brace that begins no operand must be written `{{`";
    if (c[1] - '0' >= operands) return sbe_arena_printf(arena, "operand {%c}, but there are only %d", c[1], operands);
    seen |= 1u << (c[1] - '0');
    c += 2;
  }
  for (int i = 0; i < operands; i++)
    if (!((seen | optional) & 1u << i)) return sbe_arena_printf(arena, "operand {%d} does not occur", i);
  return NULL;
}

static const char *check_patterns(const printer *p) {
  sbe_arena *arena = p->k->arena;
  const sbe_pattern *rows = p->sql.dialect->patterns;
  for (size_t i = 0; rows[i].operation != SBE_OP_END; i++) {
    const struct operation_row *row = find_operation(rows[i].operation);
    if (!row) return sbe_arena_printf(arena, "patterns[%zu]: there is no operation %d", i, (int)rows[i].operation);
    const char *name = sbe_operation_name(row->operation);
    for (size_t e = 0; e < i; e++)
      if (rows[e].operation == row->operation) return sbe_arena_printf(arena, "%s has two rows", name);
    const char *why = check_pattern(arena, rows[i].pattern, row->operands, may_leave_out(row->operation));
    if (why) return sbe_arena_printf(arena, "%s, >%.200s<: %s", name, rows[i].pattern, why);
  }
  return NULL;
}

static const char *type_name(sbe_arena *arena, int32_t type) {
  static const char *const names[] = {"?",         "TEXT", "INT32",        "INT64",   "DOUBLE", "BOOL",
                                      "TIMESTAMP", "DATE", "WIDE_INTEGER", "DECIMAL", "DICT"};
  int32_t element = type & ~SBE_TYPE_LIST;
  const char *name = element > 0 && element <= SBE_TYPE_DICT ? names[element] : "?";
  return type & SBE_TYPE_LIST ? sbe_arena_printf(arena, "list of %s", name) : name;
}

static const char *check_physical(const printer *p) {
  const sbe_physical *rows = p->sql.dialect->physical;
  for (size_t i = 0; rows[i].type; i++) {
    int32_t element = rows[i].type & ~SBE_TYPE_LIST;
    if (element < SBE_TYPE_TEXT || element > SBE_TYPE_DICT)
      return sbe_arena_printf(p->k->arena, "physical[%zu]: there is no type %d", i, (int)rows[i].type);
    for (size_t e = 0; e < i; e++)
      if (rows[e].type == rows[i].type)
        return sbe_arena_printf(p->k->arena, "%s has two rows", type_name(p->k->arena, rows[i].type));
  }
  for (int32_t type = SBE_TYPE_TEXT; type < SBE_TYPE_DICT; type++)
    if (!sbe_physical_type(p->sql.dialect, type))
      return sbe_arena_printf(p->k->arena, "%s has no row", type_name(p->k->arena, type));
  return NULL;
}

static const char *check_reads(const printer *p) {
  sbe_arena *arena = p->k->arena;
  const sbe_read *rows = p->sql.dialect->reads;
  for (size_t i = 0; rows[i].type; i++) {
    const char *name = sbe_arena_printf(arena, "%s from class %d", type_name(arena, rows[i].type), (int)rows[i].from);
    if (rows[i].from < SBE_CLASS_INTEGER || rows[i].from > SBE_CLASS_OBJECT)
      return sbe_arena_printf(arena, "%s: there is no such class", name);
    for (size_t e = 0; e < i; e++)
      if (rows[e].type == rows[i].type && rows[e].from == rows[i].from)
        return sbe_arena_printf(arena, "%s has two rows", name);
    const char *why = check_pattern(arena, rows[i].pattern, 1, 0);
    if (why) return sbe_arena_printf(arena, "%s: %s", name, why);
  }
  for (int32_t type = SBE_TYPE_TEXT; type < SBE_TYPE_DICT; type++)
    if (!sbe_read_pattern(p->sql.dialect, type, SBE_CLASS_TEXT))
      return sbe_arena_printf(arena, "%s cannot be read from TEXT", type_name(arena, type));
  return NULL;
}

static void tell_missing(const printer *p) {
  kit_report *r = &p->k->report;
  const sbe_dialect *d = p->sql.dialect;
  for (size_t i = 0; i < N_OPERATIONS; i++) {
    if (sbe_can_print(d, operations[i].operation) || !operations[i].loss) continue;
    const char *what = sbe_arena_printf(p->k->arena, "SBE_OP_%s", sbe_operation_name(operations[i].operation));
    if (operations[i].needed)
      report_check(r, what, operations[i].loss, "dialect.h: it has no ANSI spelling, and nothing runs without it");
    else
      report_skipped(r, what, sbe_arena_printf(p->k->arena, "not there: %s", operations[i].loss));
  }
  if (!sbe_physical_type(d, SBE_TYPE_DICT))
    report_skipped(r, "type DICT", "not there: the aggregation `category_count`");
  for (int32_t type = SBE_TYPE_TEXT; type <= SBE_TYPE_TIMESTAMP; type++)
    if (!sbe_physical_type(d, type + SBE_TYPE_LIST))
      report_skipped(r, sbe_arena_printf(p->k->arena, "type %s", type_name(p->k->arena, type + SBE_TYPE_LIST)),
                     "not there: attributes of that type");
}

/* ---- the same again ---- */

static const char *print_all(const printer *p, sbe_arena *arena, const char **ret_why) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sample_print_all(&p->sql, arena, &out, ret_why);
  return sbe_arena_strdup(arena, sbe_text_string(&out));
}

typedef struct worker {
  const printer *p;
  const char *wanted;
  bool differs;
  pthread_t thread;
} worker;

static void *work(void *user) {
  worker *w = user;
  for (int i = 0; i < ROUNDS && !w->differs; i++) {
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    w->differs = !sbe_streq(w->wanted, print_all(w->p, arena, NULL));
  }
  return NULL;
}

static const char *check_threads(const printer *p, const char *wanted) {
  worker workers[THREADS];
  bool differs = false;
  size_t n = 0;
  for (; n < THREADS; n++) {
    workers[n] = (worker){.p = p, .wanted = wanted};
    if (pthread_create(&workers[n].thread, NULL, work, &workers[n]) != 0) break;
  }
  for (size_t i = 0; i < n; i++) {
    pthread_join(workers[i].thread, NULL);
    differs = differs || workers[i].differs;
  }
  return differs ? "with eight threads at once the text is another one" : NULL;
}

static const char *check_statements(const printer *p) {
  sbe_error error = SBE_NO_ERROR;
  sbe_statements list = {0};
  const char *why = NULL;
  if (sbe_print_create(&p->sql, sample_table(&p->sql, p->k->arena), &list, &error) ||
      sbe_print_replace(&p->sql, sample_replace(&p->sql, p->k->arena), &list, &error))
    why = sbe_arena_strdup(p->k->arena, error.message);
  if (!why && list.n < 2) why = "no statement was printed";
  for (size_t i = 0; i < list.n && !why; i++) {
    const sbe_text *text = list.items[i].text;
    if (!text->size)
      why = "a statement is empty";
    else if (text->data[text->size - 1] == ';')
      why = "a statement ends with a semicolon";
  }
  sbe_statements_clear(&list);
  return why;
}

static const char *check_source(const printer *p) {
  sbe_error error = SBE_NO_ERROR;
  int32_t classes[3] = {-1, -1, -1};
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  if (p->sql.dialect->source(sample_source(&p->sql, p->k->arena), &out, classes, &error))
    return sbe_arena_strdup(p->k->arena, error.message);
  if (!out.size) return "it printed nothing";
  for (int i = 0; i < 3; i++)
    if (classes[i] < SBE_CLASS_MISSING || classes[i] > SBE_CLASS_OBJECT)
      return sbe_arena_printf(p->k->arena, "the class of p%d is %d", i, (int)classes[i]);
  return NULL;
}

void check_dialect(void *user) {
  kit *k = user;
  kit_report *r = &k->report;
  printer p = {.k = k};
  sample_sql(&k->plugin->dialect, &p.sql);
  report_check(r, "names that are odd: printed, and each in its own way", check_names(&p),
               "dialect.h, identifier: print a name, quoted. Double the closing quote inside");
  report_check(r, "names as long as max_identifier says", check_long_names(&p),
               "the host cuts names, with a hash; the dialect never");
  report_check(r, "tables: no two names look alike", check_tables(&p),
               "dialect.h, table: different names must never look alike");
  report_check(r, "literals: all bytes, each text in its own way, no byte beyond its size", check_literals(&p),
               "dialect.h, literal: `text` holds `size` bytes of UTF-8, any of them");
  report_check(r, "patterns: operations, operands, braces", check_patterns(&p),
               "dialect.h: a pattern is SQL with operands {0}, {1}, …; `{{` stands for a brace");
  report_check(r, "physical types: every scalar, each once", check_physical(&p), "dialect.h, sbe_physical");
  report_check(r, "reads: every scalar from text, each once", check_reads(&p),
               "dialect.h, sbe_read: what is required stands there");
  tell_missing(&p);
  report_check(r, "source, of columns that are not known", check_source(&p),
               "dialect.h, sbe_source.n_columns: 0 is unknown; assume the standard layout, with every column there");
  report_check(r, "create and replace print statements", check_statements(&p),
               "host.h, statement: begin each with it; no closing semicolon");
  const char *why = NULL, *first = print_all(&p, k->arena, &why);
  const char *second = print_all(&p, k->arena, &why);
  if (!why && !sbe_streq(first, second)) why = "the second time the text is another one";
  report_check(r, "the same question has the same answer", why, "dialect.h: a dialect is constant");
  report_check(r, "and from eight threads at once", check_threads(&p, first),
               "dialect.h: its callbacks are reentrant, and keep no state");
}
