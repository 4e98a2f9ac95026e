/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an events table can hold whose events and entities lie in tables of their own (BF_LAYOUT_TABLES): joined by
 * event_id and collector_tstamp, and without a position. Called by the generator when all rows are drawn.
 * Changes rows so that they mean the same in that layout as in any other, and nothing else; must never
 * use anything of the engine.
 *
 * Not generated there, because the layout cannot say it:
 *   - an event with entities but no collector_tstamp: they would hang on nothing;
 *   - rows with one event_id and one collector_tstamp, but different events or entities: they are one there;
 *   - several entities of a kind whose order is not that of their columns: `[0]` is the least by all
 *     columns. The first column is made to ascend, NULL last; or an entity follows that is the same again;
 *   - a text that is a JSON array or object: in a table of an entity that is an array or object.
 */
#include "tests/brute/history.h"

#include <string.h>

static bool is_nested(const bf_column *column) {
  return column->shape == BF_SHAPE_OBJECT || column->shape == BF_SHAPE_LIST;
}

/* A copy with a letter before texts that look like JSON. */
static const bf_value *without_json(bf_arena *arena, const bf_column *type, const bf_value *object) {
  bf_value *copy = bf_object(arena);
  for (size_t i = 0; i < object->count; i++) bf_set(arena, copy, object->names[i], object->items[i]);
  for (size_t i = 0; i < type->item_count; i++) {
    const bf_value *value = bf_get(copy, type->items[i]->name);
    if (type->items[i]->shape != BF_SHAPE_TEXT || !value || value->kind != BF_TEXT) continue;
    if (value->text[0] == '[' || value->text[0] == '{')
      bf_set(arena, copy, type->items[i]->name, bf_string(arena, bf_format(arena, "x%s", value->text)));
  }
  return copy;
}

/* Whether the value before was NULL, or not less: then the next integer is put in its place. */
static const bf_value *ascending(bf_generator *generator, const bf_column *type, const bf_value *list) {
  bf_arena *arena = generator->arena;
  const char *first = type->items[0]->name;
  const bf_value *before = NULL;
  bf_value *copy = bf_array(arena);
  int64_t least = -5;
  for (size_t i = 0; i < list->count; i++) {
    if (before && bf_chance(&generator->random, 15)) {
      bf_add(arena, copy, before); /* the same again */
      continue;
    }
    bf_value *item = (bf_value *)without_json(arena, type, list->items[i]);
    const bf_value *value = bf_get(item, first);
    bool none = !value || value->kind != BF_INT;
    if (!none && value->i >= least) least = value->i;
    /* NULL comes last, so it may stand there only */
    if (!none || i + 1 < list->count) bf_set(arena, item, first, bf_int(arena, least));
    least++;
    bf_add(arena, copy, item);
    before = item;
  }
  return copy;
}

static void fit_row(bf_generator *generator, bf_value *row) {
  const bf_history *history = generator->history;
  const bf_value *collector = bf_get(row, "collector_tstamp"), *load = bf_get(row, "load_tstamp");
  for (size_t i = 0; i < history->column_count; i++) {
    const bf_column *column = history->columns[i];
    const bf_value *value = bf_get(row, column->name);
    if (!is_nested(column) || !value || value->kind == BF_NULL) continue;
    if (value->kind == BF_OBJECT)
      bf_set(generator->arena, row, column->name, without_json(generator->arena, column, value));
    else if (column->items[0]->items[0]->shape == BF_SHAPE_INTEGER)
      bf_set(generator->arena, row, column->name, ascending(generator, column->items[0], value));
    if (collector && collector->kind == BF_TIME) continue;
    collector = load && load->kind == BF_TIME ? load : bf_time(generator->arena, generator->first_day * BF_DAY);
    bf_set(generator->arena, row, "collector_tstamp", collector);
  }
}

static bool are_one(const bf_value *a, const bf_value *b) {
  static const char *const columns[] = {"event_id", "collector_tstamp"};
  for (size_t i = 0; i < 2; i++) {
    const bf_value *x = bf_get(a, columns[i]), *y = bf_get(b, columns[i]);
    if (!x || !y || x->kind == BF_NULL || !bf_same(x, y)) return false;
  }
  return true;
}

void bf_fit_tables(bf_generator *generator, bf_value *const *rows, size_t count) {
  const bf_history *history = generator->history;
  for (size_t i = 0; i < count; i++) {
    size_t other = 0;
    fit_row(generator, rows[i]);
    while (other < i && !are_one(rows[i], rows[other])) other++;
    for (size_t j = 0; other < i && j < history->column_count; j++) {
      if (!is_nested(history->columns[j])) continue;
      const bf_value *value = bf_get(rows[other], history->columns[j]->name);
      bf_set(generator->arena, rows[i], history->columns[j]->name, value ? value : bf_null());
    }
  }
}
