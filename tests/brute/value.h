/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of events and of expected cells: a tree like JSON's, plus timestamps, with its own memory,
 * its own JSON printer and parser. Used by every file of the brute-force proof. Must never use
 * anything of the engine: the proof is worth only as much as it is independent.
 */
#ifndef BRUTE_VALUE_H
#define BRUTE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory of one history; freed as a whole. Running out of it ends the program. */
typedef struct bf_arena bf_arena;
bf_arena *bf_arena_new(void);
void bf_arena_free(bf_arena *arena);
void *bf_alloc(bf_arena *arena, size_t size); /* zeroed */
char *bf_copy(bf_arena *arena, const char *text);
char *bf_copy_n(bf_arena *arena, const char *text, size_t size);
char *bf_format(bf_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text that grows. Starts as {0}; freed with bf_text_free. */
typedef struct bf_text {
  char *data;
  size_t size;
  size_t room;
} bf_text;
void bf_put_n(bf_text *text, const char *data, size_t size);
void bf_put(bf_text *text, const char *data);
void bf_print(bf_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bf_text_free(bf_text *text);
bool bf_text_save(const bf_text *text, const char *path);

typedef enum bf_kind {
  BF_NULL,
  BF_BOOL,  /* i is 0 or 1 */
  BF_INT,   /* i */
  BF_REAL,  /* d */
  BF_TEXT,  /* text, size; no NUL inside */
  BF_TIME,  /* i: microseconds since 1970, UTC */
  BF_ARRAY, /* items, count */
  BF_OBJECT /* names, items, count */
} bf_kind;

typedef struct bf_value bf_value;
struct bf_value {
  bf_kind kind;
  int64_t i;
  double d;
  const char *text;
  size_t size;
  const char **names;
  const bf_value **items;
  size_t count;
  size_t room;
};

const bf_value *bf_null(void);
bf_value *bf_bool(bf_arena *arena, bool value);
bf_value *bf_int(bf_arena *arena, int64_t value);
bf_value *bf_real(bf_arena *arena, double value);
bf_value *bf_string(bf_arena *arena, const char *text);
bf_value *bf_string_n(bf_arena *arena, const char *text, size_t size);
bf_value *bf_time(bf_arena *arena, int64_t microseconds);
bf_value *bf_array(bf_arena *arena);
bf_value *bf_object(bf_arena *arena);
void bf_add(bf_arena *arena, bf_value *array, const bf_value *item);
/* Adds a member, or replaces the one of that name. */
void bf_set(bf_arena *arena, bf_value *object, const char *name, const bf_value *item);
/* The member of exactly that name, or NULL (the C one). */
const bf_value *bf_get(const bf_value *object, const char *name);
/* Every member the same, in any order; for bf_same doubles must be equal to the bit or both zero. */
bool bf_same(const bf_value *a, const bf_value *b);

/* JSON. Timestamps are printed as `"2025-01-31 23:59:59.999999+00:00"`. */
void bf_json(bf_text *out, const bf_value *value);
char *bf_json_text(bf_arena *arena, const bf_value *value);
void bf_json_string(bf_text *out, const char *text, size_t size);
/* NULL (the C one) when `text` is no JSON. Numbers without fraction that fit an int64 are BF_INT. */
const bf_value *bf_parse(bf_arena *arena, const char *text);

/* The proleptic Gregorian calendar. */
#define BF_SECOND INT64_C(1000000)
#define BF_MINUTE (60 * BF_SECOND)
#define BF_HOUR (60 * BF_MINUTE)
#define BF_DAY (24 * BF_HOUR)
int64_t bf_days_of(int64_t year, int month, int day);
void bf_civil_of(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);
int64_t bf_date_of(int64_t microseconds); /* days since 1970, rounded down */
char *bf_time_text(bf_arena *arena, int64_t microseconds, char between);
char *bf_date_text(bf_arena *arena, int64_t days);

#endif
