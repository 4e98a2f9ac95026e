/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws a whole history: variables and runs, then definitions (definitions.c), the columns that they
 * need, then events with their duplicates, late rows, ties and NULLs. Called by the harness. Must
 * never use anything of the engine.
 */
#include "tests/brute/history.h"

#include "tests/brute/aggregate.h"
#include "tests/brute/driver.h"
#include "tests/brute/rules.h"

#include <string.h>

/* ---- variables and runs ---- */

static void draw_variables(bf_generator *generator) {
  static const char *const apps[] = {"web", "app'x"};
  static const int64_t overlaps[] = {10, 10, 0, 120, 1440, 4320};
  bf_random *random = &generator->random;
  bf_variables *variables = &generator->history->variables;
  variables->start_date = (generator->first_day + (bf_chance(random, 40) ? bf_between(random, 1, 3) : 0)) * BF_DAY;
  if (bf_chance(random, 22)) {
    variables->app_count = (size_t)bf_between(random, 1, 2);
    variables->apps = bf_alloc(generator->arena, 2 * sizeof *variables->apps);
    memcpy(variables->apps, apps, sizeof apps);
  }
  variables->backfill_days = bf_chance(random, 30) ? 1 : bf_between(random, 0, 5);
  variables->lookback_days = bf_chance(random, 40) ? 5 : bf_between(random, 1, 7);
  variables->min_late = bf_chance(random, 50) ? 1 : bf_between(random, 2, 4);
  variables->include_current_day = bf_chance(random, 35);
  variables->overlap = overlaps[bf_below(random, 6)] * BF_MINUTE;
  variables->old_names = bf_chance(random, 20);
  variables->prefixed = bf_chance(random, 70);
}

static int64_t draw_step(bf_random *random) {
  int64_t form = bf_below(random, 100);
  if (form < 6) return 0;                                       /* the same clock again */
  if (form < 12) return -bf_between(random, 1, 40) * BF_HOUR;   /* an earlier one */
  if (form < 25) return bf_between(random, 1, 900) * BF_MINUTE; /* the same day, perhaps */
  if (form < 60) return BF_DAY + bf_between(random, -120, 120) * BF_MINUTE;
  if (form < 80) return 2 * BF_DAY + bf_below(random, BF_DAY);
  return bf_between(random, 3, 6) * BF_DAY;
}

static void draw_runs(bf_generator *generator) {
  bf_random *random = &generator->random;
  bf_history *history = generator->history;
  history->run_count = (size_t)bf_between(random, 3, 5);
  bf_run *runs = bf_alloc(generator->arena, history->run_count * sizeof *runs);
  int64_t earliest = history->variables.start_date + BF_HOUR;
  int64_t clock = history->variables.start_date + bf_between(random, 4, 100) * BF_HOUR;
  clock += bf_below(random, BF_HOUR);
  for (size_t i = 0; i < history->run_count; i++) {
    bf_run *run = &runs[i];
    if (i) clock += draw_step(random);
    if (bf_chance(random, 35)) clock -= clock % BF_DAY; /* on a midnight */
    if (clock < earliest) clock = earliest;
    run->clock = clock;
    run->until_current = bf_chance(random, i + 1 == history->run_count ? 75 : 50);
    run->full_refresh = i > 0 && bf_chance(random, 14);
    run->has_selection = history->view_count > 1 && bf_chance(random, 22);
    run->selection = (size_t)bf_below(random, (int64_t)history->view_count);
    run->spelling = (unsigned)bf_below(random, 4);
  }
  if (generator->many_categories) { /* all of them, at least once */
    bf_run *last = &runs[history->run_count - 1];
    last->until_current = true;
    last->has_selection = false;
  }
  history->runs = runs;
}

/* ---- the events table ---- */

static bf_column *new_column(bf_generator *generator, const char *name, bf_shape shape) {
  bf_column *column = bf_alloc(generator->arena, sizeof *column);
  column->name = name;
  column->shape = shape;
  column->items = bf_alloc(generator->arena, 40 * sizeof *column->items);
  return column;
}

static void add_item(bf_column *column, bf_column *item) {
  column->items[column->item_count++] = item;
}

static bf_column *member_column(bf_generator *generator, const char *name, bf_values values) {
  bf_column *column = new_column(generator, name, bf_shape_of(values)), *inner;
  switch (values) {
  case BF_V_TEXTS:
    add_item(column, new_column(generator, "", BF_SHAPE_TEXT));
    break;
  case BF_V_INTS:
    add_item(column, new_column(generator, "", BF_SHAPE_INTEGER));
    break;
  case BF_V_REALS:
    add_item(column, new_column(generator, "", BF_SHAPE_DOUBLE));
    break;
  case BF_V_ITEMS:
    inner = new_column(generator, "", BF_SHAPE_OBJECT);
    add_item(inner, new_column(generator, "there", BF_SHAPE_BOOL));
    add_item(inner, new_column(generator, "itemSku", BF_SHAPE_TEXT));
    add_item(inner, new_column(generator, "qty", BF_SHAPE_INTEGER));
    add_item(column, inner);
    break;
  case BF_V_OBJECT:
    inner = new_column(generator, "level", BF_SHAPE_OBJECT);
    add_item(inner, new_column(generator, "n", BF_SHAPE_INTEGER));
    add_item(inner, new_column(generator, "other", BF_SHAPE_INTEGER));
    add_item(column, new_column(generator, "stepName", BF_SHAPE_TEXT));
    add_item(column, inner);
    add_item(column, new_column(generator, "there", BF_SHAPE_BOOL));
    break;
  default:
    break;
  }
  return column;
}

/* The first leaf of a member stands for it. */
static bool member_is_used(const bf_generator *generator, size_t schema, size_t leaf) {
  if (bf_leaves[leaf].step_count) return false;
  for (size_t i = 0; i < bf_leaf_count; i++)
    if (generator->used[schema][i] && strcmp(bf_leaves[i].member, bf_leaves[leaf].member) == 0) return true;
  return leaf == 0; /* so that no type is without members */
}

static bf_column *schema_column(bf_generator *generator, size_t schema) {
  bool list = bf_schemas[schema].place == BF_ENTITY;
  if (bf_layout_is_json(generator->history->layout))
    return new_column(generator, bf_schemas[schema].column, BF_SHAPE_JSON);
  bf_column *object = new_column(generator, bf_schemas[schema].column, BF_SHAPE_OBJECT);
  for (size_t i = 0; i < bf_leaf_count; i++)
    if (member_is_used(generator, schema, i))
      add_item(object, member_column(generator, bf_leaves[i].member, bf_leaves[i].member_values));
  if (!list) return object;
  bf_column *column = new_column(generator, bf_schemas[schema].column, BF_SHAPE_LIST);
  add_item(column, object);
  return column;
}

static void make_columns(bf_generator *generator) {
  bf_history *history = generator->history;
  history->columns = bf_alloc(generator->arena, 40 * sizeof *history->columns);
  for (size_t i = 0; i < bf_atomic_count; i++)
    history->columns[history->column_count++] =
        new_column(generator, bf_atomics[i].name, bf_shape_of(bf_atomics[i].values));
  for (size_t i = 0; i < BF_SCHEMAS; i++)
    if (!bf_schemas[i].missing) history->columns[history->column_count++] = schema_column(generator, i);
  if (!generator->specification_used && bf_chance(&generator->random, 70)) return;
  bf_column *column = new_column(generator, "contexts_com_snowplowanalytics_snowplow_event_specification_1",
                                 bf_layout_is_json(history->layout) ? BF_SHAPE_JSON : BF_SHAPE_LIST);
  bf_column *object = new_column(generator, "", BF_SHAPE_OBJECT);
  add_item(object, new_column(generator, "id", BF_SHAPE_TEXT));
  add_item(column, object);
  history->columns[history->column_count++] = column;
}

/* ---- event rows ---- */

static const bf_value *draw_data(bf_generator *generator, size_t schema) {
  bool json = bf_layout_is_json(generator->history->layout);
  bf_random *random = &generator->random;
  bf_value *data = bf_object(generator->arena);
  for (size_t i = 0; i < bf_leaf_count; i++) {
    if (!member_is_used(generator, schema, i)) continue;
    if (bf_chance(random, 9)) continue; /* missing */
    const bf_value *value = bf_draw(generator, bf_leaves[i].member_values, json);
    if (bf_chance(random, 5)) value = bf_null();
    if (json && bf_chance(random, 3))
      value = bf_draw(generator, bf_chance(random, 50) ? BF_V_OBJECT : BF_V_INTS, false);
    bf_set(generator->arena, data, bf_leaves[i].member, value);
  }
  return data;
}

static const bf_value *draw_entities(bf_generator *generator, size_t schema) {
  bf_random *random = &generator->random;
  bf_value *list = bf_array(generator->arena);
  for (int64_t n = bf_chance(random, 10) ? 0 : bf_between(random, 1, 4); n > 0; n--)
    bf_add(generator->arena, list, draw_data(generator, schema));
  return list;
}

static void set_text(bf_generator *generator, bf_value *row, const char *column, const char *text) {
  bf_set(generator->arena, row, column, bf_string(generator->arena, text));
}

static void draw_payload(bf_generator *generator, bf_value *row) {
  static const char *const apps[] = {"web", "web", "app'x", "other"};
  bf_random *random = &generator->random;
  const bf_event_name *name = &bf_event_names[bf_below(random, BF_EVENT_NAMES)];
  set_text(generator, row, "event_vendor", name->vendor);
  set_text(generator, row, "event_name", name->name);
  set_text(generator, row, "event_version", bf_versions[bf_below(random, BF_VERSIONS)]);
  if (!bf_chance(random, 5)) set_text(generator, row, "app_id", apps[bf_below(random, 4)]);
  for (size_t i = 0; i < bf_atomic_count; i++) {
    const bf_atomic *atomic = &bf_atomics[i];
    if (atomic->drawn && !bf_chance(random, 15))
      bf_set(generator->arena, row, atomic->name, bf_draw(generator, atomic->values, false));
  }
  for (size_t i = 0; i < BF_SCHEMAS; i++) {
    const bf_schema *schema = &bf_schemas[i];
    if (schema->missing) continue;
    if (schema->place == BF_EVENT && name->schema == (int)i && !bf_chance(random, 3))
      bf_set(generator->arena, row, schema->column, draw_data(generator, i));
    if (schema->place == BF_ENTITY && bf_chance(random, 88))
      bf_set(generator->arena, row, schema->column, draw_entities(generator, i));
  }
  if (generator->specification_used && bf_chance(random, 50)) {
    bf_value *list = bf_array(generator->arena), *object = bf_object(generator->arena);
    set_text(generator, object, "id", bf_chance(random, 50) ? "spec-1" : "spec'2");
    bf_add(generator->arena, list, object);
    bf_set(generator->arena, row, "contexts_com_snowplowanalytics_snowplow_event_specification_1", list);
  }
}

static void draw_keys(bf_generator *generator, bf_value *row) {
  static const char *const columns[] = {"domain_userid", "user_id", "network_userid", "domain_sessionid"};
  for (size_t i = 0; i < 4; i++)
    if (!bf_chance(&generator->random, 6)) set_text(generator, row, columns[i], bf_draw_key(generator));
}

/* An instant at which a window may begin or end, or a microsecond beside it. */
static int64_t draw_border(bf_generator *generator) {
  bf_random *random = &generator->random;
  const bf_history *history = generator->history;
  int64_t at = history->runs[bf_below(random, (int64_t)history->run_count)].clock;
  if (bf_chance(random, 50)) at = (generator->first_day + bf_below(random, generator->days)) * BF_DAY;
  if (bf_chance(random, 25)) at -= history->variables.overlap;
  return at + bf_between(random, -1, 1);
}

static void draw_times(bf_generator *generator, bf_value *row) {
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  int64_t day = generator->first_day + bf_below(random, generator->days);
  int64_t clock = bf_below(random, BF_DAY);
  if (bf_chance(random, 8)) clock = BF_DAY - 1; /* 23:59:59.999999 */
  if (bf_chance(random, 8)) clock = 0;
  if (bf_chance(random, 25)) clock = bf_below(random, 4) * 6 * BF_HOUR; /* ties */
  int64_t derived = day * BF_DAY + clock;
  int64_t load = derived + bf_below(random, 10 * BF_MINUTE);
  int64_t form = bf_below(random, 100);
  if (form < 20) load = derived + bf_below(random, 8 * BF_DAY); /* late */
  if (form >= 20 && form < 34) load = draw_border(generator);
  if (form >= 34 && form < 37) derived = load + bf_below(random, 2 * BF_DAY); /* a clock that is fast */
  int64_t collector = load - bf_below(random, BF_MINUTE);
  bf_set(arena, row, "load_tstamp", bf_chance(random, 1) ? bf_null() : bf_time(arena, load));
  bf_set(arena, row, "derived_tstamp", bf_chance(random, 1) ? bf_null() : bf_time(arena, derived));
  bf_set(arena, row, "collector_tstamp", bf_chance(random, 10) ? bf_null() : bf_time(arena, collector));
  bf_set(arena, row, "dvce_created_tstamp",
         bf_chance(random, 15) ? bf_null() : bf_time(arena, derived - bf_below(random, 3) * BF_SECOND));
}

/* ---- visibility ---- */

/* The run before which a row is in the table: often the first one after it was loaded, or all rows
   from the beginning; some later, as rows of a slow commit are. */
static size_t draw_visibility(bf_generator *generator, const bf_value *row, bool all_at_once) {
  const bf_history *history = generator->history;
  const bf_value *load = bf_get(row, "load_tstamp");
  size_t run = 0;
  while (!all_at_once && run + 1 < history->run_count && load && load->kind == BF_TIME &&
         history->runs[run].clock < load->i)
    run++;
  if (bf_chance(&generator->random, 10)) run += (size_t)bf_between(&generator->random, 1, 2);
  return run;
}

/* ---- duplicates ---- */

static bf_value *copy_row(bf_generator *generator, const bf_value *row) {
  bf_value *copy = bf_object(generator->arena);
  for (size_t i = 0; i < row->count; i++) bf_set(generator->arena, copy, row->names[i], row->items[i]);
  return copy;
}

static bf_value *draw_duplicate(bf_generator *generator, const bf_value *of) {
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  bf_value *row = copy_row(generator, of);
  const bf_value *load = bf_get(row, "load_tstamp");
  if (bf_chance(random, 35)) draw_payload(generator, row);
  if (bf_chance(random, 20)) draw_keys(generator, row);
  if (bf_chance(random, 25)) draw_times(generator, row);
  if (bf_chance(random, 25)) bf_set(arena, row, "dvce_created_tstamp", bf_null());
  if (bf_chance(random, 15)) bf_set(arena, row, "collector_tstamp", bf_null());
  if (bf_chance(random, 50) && load->kind == BF_TIME)
    bf_set(arena, row, "load_tstamp", bf_time(arena, load->i + bf_between(random, -1, 3) * BF_DAY));
  return row;
}

static bool tied(const bf_value *a, const bf_value *b) {
  static const char *const columns[] = {"event_id", "load_tstamp", "dvce_created_tstamp", "collector_tstamp",
                                        "derived_tstamp"};
  for (size_t i = 0; i < 5; i++)
    if (!bf_same(bf_get(a, columns[i]), bf_get(b, columns[i]))) return false;
  return true;
}

/* semantics, §1: "a tie beyond these four: any one of them"; so there are none but between equal rows. */
static void break_ties(bf_generator *generator, bf_value *const *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (!tied(rows[i], rows[j]) || bf_same(rows[i], rows[j])) continue;
      int64_t apart = generator->first_day * BF_DAY + (int64_t)i;
      bf_set(generator->arena, rows[i], "dvce_created_tstamp", bf_time(generator->arena, apart));
      j = (size_t)-1; /* look again */
    }
  }
}

void bf_draw_events(bf_generator *generator) {
  bf_random *random = &generator->random;
  bf_history *history = generator->history;
  size_t count = (size_t)(generator->many_categories ? bf_between(random, 450, 550) : bf_between(random, 20, 200));
  bf_value **rows = bf_alloc(generator->arena, count * sizeof *rows);
  for (size_t i = 0; i < count; i++) {
    if (i && bf_chance(random, 14)) {
      rows[i] = draw_duplicate(generator, rows[bf_below(random, (int64_t)i)]);
      continue;
    }
    rows[i] = bf_object(generator->arena);
    char initial = "eE_"[bf_below(random, 3)];
    const char *id = bf_format(generator->arena, "%c%04x-%d", initial, (unsigned)bf_below(random, 65536), (int)i);
    bf_set(generator->arena, rows[i], "event_id", bf_chance(random, 1) ? bf_null() : bf_string(generator->arena, id));
    draw_times(generator, rows[i]);
    draw_keys(generator, rows[i]);
    draw_payload(generator, rows[i]);
  }
  if (history->layout == BF_LAYOUT_TABLES) bf_fit_tables(generator, rows, count);
  break_ties(generator, rows, count);
  bool all_at_once = generator->many_categories || bf_chance(random, 40);
  history->event_count = count;
  history->events = bf_alloc(generator->arena, count * sizeof *history->events);
  for (size_t i = 0; i < count; i++) {
    bf_event *event = bf_alloc(generator->arena, sizeof *event);
    *event =
        (bf_event){.row = rows[i], .serial = i, .visible_before = draw_visibility(generator, rows[i], all_at_once)};
    history->events[i] = event;
  }
}

/* ---- everything ---- */

bf_history *bf_history_new(bf_arena *arena, uint64_t seed, bf_layout layout) {
  bf_history *history = bf_alloc(arena, sizeof *history);
  bf_generator generator = {.random = {seed * UINT64_C(0x2545f4914f6cdd1d) + 1}, .arena = arena, .history = history};
  bf_random *random = &generator.random;
  history->seed = seed;
  history->arena = arena;
  bf_layout drawn = bf_driver_layouts[bf_below(random, 2)];
  history->layout = layout == BF_LAYOUTS ? drawn : layout;
  history->with_time_zone = bf_chance(random, 50);
  history->schema = bf_chance(random, 60) ? "main" : "shop";
  history->atomic_schema = bf_chance(random, 70) ? "atomic" : "raw";
  history->events_table = bf_chance(random, 70) ? "events" : "good_events";
  generator.first_day = bf_days_of(2025, 1, 1) - 5 + bf_below(random, 20);
  generator.days = bf_between(random, 6, 14);
  generator.entities = (size_t)bf_between(random, 2, 6);
  generator.many_categories = bf_chance(random, 6);
  if (generator.many_categories) generator.entities = 1;
  draw_variables(&generator);
  bf_draw_definitions(&generator);
  draw_runs(&generator);
  /* Events happen until about the last run's clock. */
  generator.days =
      bf_date_of(history->runs[history->run_count - 1].clock) - generator.first_day + bf_between(random, 0, 2);
  if (generator.days < 3) generator.days = 3;
  make_columns(&generator);
  bf_draw_events(&generator);
  return history;
}
