/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aggregates that SQLite lacks: a sum that does not run over, the first and the last value by an order
 * with NULLs kept, and lists and dicts in order. Called by the patterns of dialect.c.
 *
 * To change: most warehouses have MIN_BY and MAX_BY (mind what they do with NULL values and with ties),
 * ARRAY_AGG and OBJECT_AGG, and a decimal type wide enough for sums. Then these are rows in dialect.c.
 */
#include <stdlib.h>
#include <string.h>

#include "sqlite_adapter.h"

/* NULL, then numbers, then texts byte by byte: as SQLite sorts, and by code point. */
static int compare(sqlite3_value *a, sqlite3_value *b) {
  static const int ranks[] = {
      [SQLITE_INTEGER] = 1, [SQLITE_FLOAT] = 1, [SQLITE_TEXT] = 2, [SQLITE_BLOB] = 3, [SQLITE_NULL] = 0};
  int of_a = ranks[sqlite3_value_type(a)], of_b = ranks[sqlite3_value_type(b)];
  if (of_a != of_b || of_a == 0) return of_a - of_b;
  if (of_a == 1) {
    if (sqlite3_value_type(a) == SQLITE_INTEGER && sqlite3_value_type(b) == SQLITE_INTEGER) {
      sqlite3_int64 x = sqlite3_value_int64(a), y = sqlite3_value_int64(b);
      return (x > y) - (x < y);
    }
    double x = sqlite3_value_double(a), y = sqlite3_value_double(b);
    return (x > y) - (x < y);
  }
  int size_a = sqlite3_value_bytes(a), size_b = sqlite3_value_bytes(b), least = size_a < size_b ? size_a : size_b;
  int order = least > 0 ? memcmp(sqlite3_value_blob(a), sqlite3_value_blob(b), (size_t)least) : 0;
  return order != 0 ? order : (size_a > size_b) - (size_a < size_b);
}

/* ---- sbe_sum(value): integers exactly, whatever their sum; doubles as doubles ---- */

typedef struct sum {
  bool any, real, over;
  int128 integer;
  double sum;
} sum;

static void sum_step(sqlite3_context *context, int n, sqlite3_value **values) {
  sum *s = sqlite3_aggregate_context(context, sizeof *s);
  number digits;
  int128 value = 0;
  (void)n;
  if (s == NULL) return;
  switch (sqlite3_value_type(values[0])) {
  case SQLITE_FLOAT:
    s->any = s->real = true;
    s->sum += sqlite3_value_double(values[0]);
    return;
  case SQLITE_INTEGER:
    value = sqlite3_value_int64(values[0]);
    break;
  case SQLITE_TEXT: /* a sum that did not fit, see sum_final */
    if (number_parse((const char *)sqlite3_value_text(values[0]), (size_t)sqlite3_value_bytes(values[0]), &digits) &&
        number_integer(&digits, true, &value))
      break;
    return;
  default:
    return;
  }
  s->any = true;
  s->over = s->over || __builtin_add_overflow(s->integer, value, &s->integer);
}

static void sum_final(sqlite3_context *context) {
  sum *s = sqlite3_aggregate_context(context, 0);
  char text[48];
  if (s == NULL || !s->any || s->over) return;
  if (s->real)
    sqlite3_result_double(context, s->sum + (double)s->integer);
  else if (s->integer >= INT64_MIN && s->integer <= INT64_MAX)
    sqlite3_result_int64(context, (sqlite3_int64)s->integer);
  else /* more than SQLite's integers hold: its digits, in a column that keeps them as they are */
    sqlite3_result_text(context, text, int128_format(s->integer, text), SQLITE_TRANSIENT);
}

/* ---- sbe_first(value, at, id), sbe_last(…): NULL is a value ---- */

typedef struct pick {
  sqlite3_value *value, *at, *id;
} pick;

static void keep(sqlite3_value **place, sqlite3_value *value) {
  sqlite3_value_free(*place);
  *place = sqlite3_value_dup(value);
}

static void pick_step(sqlite3_context *context, sqlite3_value **values, int direction) {
  pick *p = sqlite3_aggregate_context(context, sizeof *p);
  if (p == NULL) return;
  if (p->at != NULL && p->id != NULL) {
    int order = compare(values[1], p->at);
    if (order == 0) order = compare(values[2], p->id);
    if (order * direction >= 0) return;
  }
  keep(&p->value, values[0]);
  keep(&p->at, values[1]);
  keep(&p->id, values[2]);
}

static void first_step(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  pick_step(context, values, 1);
}

static void last_step(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  pick_step(context, values, -1);
}

/* Called even when the statement was interrupted, so nothing leaks. */
static void pick_final(sqlite3_context *context) {
  pick *p = sqlite3_aggregate_context(context, 0);
  if (p == NULL) return;
  if (p->value != NULL) sqlite3_result_value(context, p->value);
  sqlite3_value_free(p->value);
  sqlite3_value_free(p->at);
  sqlite3_value_free(p->id);
}

/* ---- JSON without NULLs: sbe_list(value) and sbe_dict(key, count) by value or key, sbe_gather(value) as they come
 * ---- */

typedef struct collected {
  size_t n, capacity, width; /* width: values in one item */
  sqlite3_value **values;
} collected;

static void collect(sqlite3_context *context, int n, sqlite3_value **values) {
  collected *c = sqlite3_aggregate_context(context, sizeof *c);
  if (c == NULL || sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  c->width = (size_t)n;
  if (c->n == c->capacity) {
    size_t capacity = c->capacity != 0 ? 2 * c->capacity : 16;
    sqlite3_value **bigger = sqlite3_realloc64(c->values, capacity * c->width * sizeof(sqlite3_value *));
    if (bigger == NULL) {
      sqlite3_result_error_nomem(context);
      return;
    }
    c->values = bigger;
    c->capacity = capacity;
  }
  for (size_t i = 0; i < c->width; i++) c->values[c->n * c->width + i] = sqlite3_value_dup(values[i]);
  c->n++;
}

static int compare_items(const void *a, const void *b) {
  return compare(*(sqlite3_value *const *)a, *(sqlite3_value *const *)b);
}

static void put_collected(sqlite3_context *context, const char *brackets, bool sorted) {
  collected *c = sqlite3_aggregate_context(context, 0);
  if (c == NULL || c->n == 0) return;
  if (sorted) qsort(c->values, c->n, c->width * sizeof(sqlite3_value *), compare_items);
  sqlite3_str *out = sqlite3_str_new(NULL);
  for (size_t i = 0; i < c->n * c->width; i++) {
    bool item = i % c->width == 0;
    sqlite3_str_appendchar(out, 1, i == 0 ? brackets[0] : item ? ',' : ':');
    json_value(out, c->values[i]);
    sqlite3_value_free(c->values[i]);
  }
  sqlite3_str_appendchar(out, 1, brackets[1]);
  sqlite3_free(c->values);
  if (sqlite3_str_errcode(out) == SQLITE_OK) {
    int size = sqlite3_str_length(out);
    sqlite3_result_text(context, sqlite3_str_finish(out), size, sqlite3_free);
  } else {
    sqlite3_free(sqlite3_str_finish(out));
    sqlite3_result_error_toobig(context);
  }
}

static void list_final(sqlite3_context *context) {
  put_collected(context, "[]", true);
}

static void gather_final(sqlite3_context *context) {
  put_collected(context, "[]", false);
}

static void dict_final(sqlite3_context *context) {
  put_collected(context, "{}", true);
}

/* ---- their names ---- */

int register_aggregates(sqlite3 *db) {
  static const struct {
    const char *name;
    int n_arguments;
    void (*step)(sqlite3_context *, int, sqlite3_value **);
    void (*final)(sqlite3_context *);
  } aggregates[] = {
      {"sbe_sum", 1, sum_step, sum_final},    {"sbe_first", 3, first_step, pick_final},
      {"sbe_last", 3, last_step, pick_final}, {"sbe_list", 1, collect, list_final},
      {"sbe_dict", 2, collect, dict_final},   {"sbe_gather", 1, collect, gather_final},
  };
  int code = SQLITE_OK;
  for (size_t i = 0; i < sizeof aggregates / sizeof aggregates[0] && code == SQLITE_OK; i++)
    code = sqlite3_create_function_v2(db, aggregates[i].name, aggregates[i].n_arguments,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, NULL,
                                      aggregates[i].step, aggregates[i].final, NULL);
  return code;
}
