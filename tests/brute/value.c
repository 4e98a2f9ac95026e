/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of value.h: memory, trees, growing text and the calendar. Used by every file of the
 * brute-force proof; must never use anything of the engine.
 */
#include "tests/brute/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

typedef struct bf_block {
  struct bf_block *next;
  max_align_t data[];
} bf_block;

struct bf_arena {
  bf_block *blocks;
  char *at;
  size_t left;
};

static void *checked(void *memory) {
  if (!memory) {
    fputs("brute: out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

bf_arena *bf_arena_new(void) {
  return checked(calloc(1, sizeof(bf_arena)));
}

void bf_arena_free(bf_arena *arena) {
  if (!arena) return;
  while (arena->blocks) {
    bf_block *next = arena->blocks->next;
    free(arena->blocks);
    arena->blocks = next;
  }
  free(arena);
}

void *bf_alloc(bf_arena *arena, size_t size) {
  size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  if (size > arena->left) {
    size_t room = size > 65536 ? size : 65536;
    bf_block *block = checked(calloc(1, sizeof(bf_block) + room));
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = (char *)block->data;
    arena->left = room;
  }
  void *memory = arena->at;
  arena->at += size;
  arena->left -= size;
  return memory;
}

char *bf_copy_n(bf_arena *arena, const char *text, size_t size) {
  char *copy = bf_alloc(arena, size + 1);
  memcpy(copy, text, size);
  return copy;
}

char *bf_copy(bf_arena *arena, const char *text) {
  return bf_copy_n(arena, text, strlen(text));
}

char *bf_format(bf_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = bf_alloc(arena, (size_t)size + 1);
  va_start(arguments, format);
  vsnprintf(text, (size_t)size + 1, format, arguments);
  va_end(arguments);
  return text;
}

/* ---- growing text ---- */

void bf_put_n(bf_text *text, const char *data, size_t size) {
  if (text->size + size + 1 > text->room) {
    text->room = (text->size + size + 1) * 2;
    text->data = checked(realloc(text->data, text->room));
  }
  memcpy(text->data + text->size, data, size);
  text->size += size;
  text->data[text->size] = '\0';
}

void bf_put(bf_text *text, const char *data) {
  bf_put_n(text, data, strlen(data));
}

void bf_print(bf_text *text, const char *format, ...) {
  char small[256];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  if ((size_t)size < sizeof small) {
    bf_put_n(text, small, (size_t)size);
    return;
  }
  char *large = checked(malloc((size_t)size + 1));
  va_start(arguments, format);
  vsnprintf(large, (size_t)size + 1, format, arguments);
  va_end(arguments);
  bf_put_n(text, large, (size_t)size);
  free(large);
}

void bf_text_free(bf_text *text) {
  free(text->data);
  *text = (bf_text){0};
}

bool bf_text_save(const bf_text *text, const char *path) {
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  bool written = fwrite(text->data ? text->data : "", 1, text->size, file) == text->size;
  return fclose(file) == 0 && written;
}

/* ---- trees ---- */

const bf_value *bf_null(void) {
  static const bf_value null = {.kind = BF_NULL};
  return &null;
}

static bf_value *new_value(bf_arena *arena, bf_kind kind) {
  bf_value *value = bf_alloc(arena, sizeof *value);
  value->kind = kind;
  return value;
}

bf_value *bf_bool(bf_arena *arena, bool truth) {
  bf_value *value = new_value(arena, BF_BOOL);
  value->i = truth ? 1 : 0;
  return value;
}

bf_value *bf_int(bf_arena *arena, int64_t number) {
  bf_value *value = new_value(arena, BF_INT);
  value->i = number;
  return value;
}

bf_value *bf_real(bf_arena *arena, double number) {
  bf_value *value = new_value(arena, BF_REAL);
  value->d = number;
  return value;
}

bf_value *bf_string_n(bf_arena *arena, const char *text, size_t size) {
  bf_value *value = new_value(arena, BF_TEXT);
  value->text = bf_copy_n(arena, text, size);
  value->size = size;
  return value;
}

bf_value *bf_string(bf_arena *arena, const char *text) {
  return bf_string_n(arena, text, strlen(text));
}

bf_value *bf_time(bf_arena *arena, int64_t microseconds) {
  bf_value *value = new_value(arena, BF_TIME);
  value->i = microseconds;
  return value;
}

bf_value *bf_array(bf_arena *arena) {
  return new_value(arena, BF_ARRAY);
}

bf_value *bf_object(bf_arena *arena) {
  return new_value(arena, BF_OBJECT);
}

static void grow(bf_arena *arena, bf_value *value) {
  if (value->count < value->room) return;
  size_t room = value->room ? value->room * 2 : 4;
  const bf_value **items = bf_alloc(arena, room * sizeof *items);
  const char **names = bf_alloc(arena, room * sizeof *names);
  if (value->count) {
    memcpy(items, value->items, value->count * sizeof *items);
    memcpy(names, value->names, value->count * sizeof *names);
  }
  value->items = items;
  value->names = names;
  value->room = room;
}

void bf_add(bf_arena *arena, bf_value *array, const bf_value *item) {
  grow(arena, array);
  array->items[array->count++] = item;
}

void bf_set(bf_arena *arena, bf_value *object, const char *name, const bf_value *item) {
  for (size_t i = 0; i < object->count; i++) {
    if (strcmp(object->names[i], name) == 0) {
      object->items[i] = item;
      return;
    }
  }
  grow(arena, object);
  object->names[object->count] = bf_copy(arena, name);
  object->items[object->count++] = item;
}

const bf_value *bf_get(const bf_value *object, const char *name) {
  if (!object || object->kind != BF_OBJECT) return NULL;
  for (size_t i = 0; i < object->count; i++)
    if (strcmp(object->names[i], name) == 0) return object->items[i];
  return NULL;
}

bool bf_same(const bf_value *a, const bf_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case BF_NULL:
    return true;
  case BF_BOOL:
  case BF_INT:
  case BF_TIME:
    return a->i == b->i;
  case BF_REAL:
    return a->d == b->d;
  case BF_TEXT:
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
  case BF_ARRAY:
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
      if (!bf_same(a->items[i], b->items[i])) return false;
    return true;
  case BF_OBJECT:
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
      const bf_value *other = bf_get(b, a->names[i]);
      if (!other || !bf_same(a->items[i], other)) return false;
    }
    return true;
  }
  return false;
}

/* ---- the calendar ---- */

int64_t bf_days_of(int64_t year, int month, int day) {
  /* Years that begin in March, in eras of 400. */
  if (month <= 2) year--;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

void bf_civil_of(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  *ret_day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
  *ret_month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

int64_t bf_date_of(int64_t microseconds) {
  int64_t days = microseconds / BF_DAY;
  return microseconds % BF_DAY < 0 ? days - 1 : days;
}

char *bf_date_text(bf_arena *arena, int64_t days) {
  int64_t year;
  int month, day;
  bf_civil_of(days, &year, &month, &day);
  return bf_format(arena, "%04lld-%02d-%02d", (long long)year, month, day);
}

char *bf_time_text(bf_arena *arena, int64_t microseconds, char between) {
  int64_t days = bf_date_of(microseconds);
  int64_t rest = microseconds - days * BF_DAY;
  return bf_format(arena, "%s%c%02d:%02d:%02d.%06d", bf_date_text(arena, days), between, (int)(rest / BF_HOUR),
                   (int)(rest / BF_MINUTE % 60), (int)(rest / BF_SECOND % 60), (int)(rest % BF_SECOND));
}
