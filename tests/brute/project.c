/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions in both formats and in every spelling of a property path, and the other files of a
 * project. Called by the harness. Must never use anything of the engine.
 */
#include "tests/brute/project.h"

#include "tests/brute/driver.h"
#include "tests/brute/rules.h"

#include <stdio.h>
#include <string.h>

/* ---- properties as a definition writes them (semantics, §2 "Property paths") ---- */

enum { STRUCTURED = 1, COLON = 2, SAFE_OFFSET = 4, WITHOUT_ZERO = 8, DOLLAR = 16 };

static void put_steps(bf_text *out, const bf_property *property) {
  for (size_t i = 0; i < property->step_count; i++) {
    const bf_step *step = &property->steps[i];
    if (step->name)
      bf_print(out, "%s%s", i ? "." : "", step->name);
    else
      bf_print(out, "[%d]", (int)step->index);
  }
}

static const bf_value *take_text(bf_arena *arena, bf_text *text) {
  const bf_value *value = bf_string_n(arena, text->data, text->size);
  bf_text_free(text);
  return value;
}

static const bf_value *textual(bf_arena *arena, const bf_property *property) {
  bf_text text = {0};
  bf_put(&text, property->column);
  if (property->place == BF_ENTITY && (property->index || !(property->spelling & WITHOUT_ZERO)))
    bf_print(&text, property->spelling & SAFE_OFFSET ? "[safe_offset(%d)]" : "[%d]", (int)property->index);
  if (property->step_count) bf_put(&text, property->spelling & COLON ? ":" : ".");
  put_steps(&text, property);
  return take_text(arena, &text);
}

static void set_text(bf_arena *arena, bf_value *object, const char *name, const char *text) {
  bf_set(arena, object, name, bf_string(arena, text));
}

static const bf_value *written(bf_arena *arena, const bf_property *property, bool bare);

static bf_value *calculated(bf_arena *arena, const bf_property *property) {
  bf_value *object = bf_object(arena), *parts = bf_array(arena);
  set_text(arena, object, "type", "calculated");
  set_text(arena, object, "operation", bf_operation_names[property->operation]);
  for (size_t i = 0; i < property->part_count; i++) bf_add(arena, parts, written(arena, property->parts[i], false));
  bf_set(arena, object, "properties", parts);
  if (property->separator) set_text(arena, object, "separator", property->separator);
  return object;
}

static bf_value *structured(bf_arena *arena, const bf_property *property) {
  static const char *const places[] = {[BF_ATOMIC] = "atomic", [BF_EVENT] = "event", [BF_ENTITY] = "entity"};
  if (property->place == BF_CALCULATED) return calculated(arena, property);
  bf_value *object = bf_object(arena);
  set_text(arena, object, "type", places[property->place]);
  if (property->place == BF_ATOMIC) {
    set_text(arena, object, "name", property->column);
    return object;
  }
  set_text(arena, object, "vendor", property->vendor);
  set_text(arena, object, "name", property->schema);
  bf_set(arena, object, "major_version", bf_int(arena, property->major));
  if (property->place == BF_ENTITY && (property->index || !(property->spelling & WITHOUT_ZERO)))
    bf_set(arena, object, "index", bf_int(arena, property->index));
  bf_text path = {0};
  if (property->spelling & DOLLAR) bf_put(&path, "$.");
  put_steps(&path, property);
  bf_set(arena, object, "path", take_text(arena, &path));
  return object;
}

/* `bare`: a date part, if any, is written beside it by the caller. */
static const bf_value *written(bf_arena *arena, const bf_property *property, bool bare) {
  bool needs_structure = property->place == BF_CALCULATED || (property->part != BF_NO_PART && !bare);
  if (!needs_structure && (bare || !(property->spelling & STRUCTURED))) return textual(arena, property);
  bf_value *object = structured(arena, property);
  if (property->part != BF_NO_PART) set_text(arena, object, "date_part", bf_part_names[property->part]);
  return object;
}

/* Sets `property` and, in YAML, perhaps `date_part` beside it. */
static void set_property(bf_arena *arena, bf_value *object, const bf_property *property, bool as_json) {
  bool beside = !as_json && property->part != BF_NO_PART && !(property->spelling & STRUCTURED);
  bf_set(arena, object, "property", written(arena, property, beside));
  if (beside) set_text(arena, object, "date_part", bf_part_names[property->part]);
}

/* ---- attributes and views ---- */

static const bf_value *criteria_list(bf_arena *arena, const bf_criterion **criteria, size_t count, bool as_json) {
  bf_value *list = bf_array(arena);
  for (size_t i = 0; i < count; i++) {
    bf_value *object = bf_object(arena);
    set_property(arena, object, criteria[i]->property, as_json);
    set_text(arena, object, "operator", bf_operator_names[criteria[i]->operator]);
    if (criteria[i]->value) bf_set(arena, object, "value", criteria[i]->value);
    bf_add(arena, list, object);
  }
  return list;
}

static const bf_value *events_list(bf_arena *arena, const bf_attribute *attribute) {
  bf_value *list = bf_array(arena);
  for (size_t i = 0; i < attribute->event_count; i++) {
    const bf_event_match *match = &attribute->events[i];
    bf_value *object = bf_object(arena);
    if (match->vendor) set_text(arena, object, "vendor", match->vendor);
    if (match->name) set_text(arena, object, "name", match->name);
    if (match->version) set_text(arena, object, "version", match->version);
    if (match->specification) set_text(arena, object, "event_specification_id", match->specification);
    bf_add(arena, list, object);
  }
  return list;
}

static const bf_value *attribute_value(bf_arena *arena, const bf_attribute *attribute, bool as_json) {
  bf_value *object = bf_object(arena);
  const bf_criteria *criteria = &attribute->criteria;
  set_text(arena, object, "name", attribute->name);
  set_text(arena, object, "type",
           bf_format(arena, "%s%s", bf_type_names[attribute->type], attribute->list ? "_list" : ""));
  /* an absent list means the same as an empty one */
  if (attribute->event_count || attribute->period % 2 == 0)
    bf_set(arena, object, "events", events_list(arena, attribute));
  set_text(arena, object, "aggregation", bf_aggregation_names[attribute->aggregation]);
  if (attribute->property) set_property(arena, object, attribute->property, as_json);
  if (criteria->has_all || criteria->has_any) {
    bf_value *both = bf_object(arena);
    if (criteria->has_all)
      bf_set(arena, both, "all", criteria_list(arena, criteria->all, criteria->all_count, as_json));
    if (criteria->has_any)
      bf_set(arena, both, "any", criteria_list(arena, criteria->any, criteria->any_count, as_json));
    bf_set(arena, object, "criteria", both);
  }
  if (attribute->period_written) bf_set(arena, object, "period", attribute->period_written);
  if (attribute->default_value) bf_set(arena, object, "default_value", attribute->default_value);
  if (attribute->ignore_nulls) bf_set(arena, object, "ignore_nulls", bf_bool(arena, true));
  if (attribute->unit_name) set_text(arena, object, "time_unit", attribute->unit_name);
  return object;
}

static void set_key(bf_arena *arena, bf_value *object, const bf_view *view) {
  bf_value *key = bf_object(arena);
  for (size_t i = 0; i < view->key_written->count; i++)
    bf_set(arena, key, view->key_written->names[i], view->key_written->items[i]);
  if (view->key->place != BF_ATOMIC) bf_set(arena, key, "property", textual(arena, view->key));
  if (view->as_json)
    bf_set(arena, object, "attribute_key", key);
  else
    bf_set(arena, object, "entity", key->count == 1 ? bf_get(key, "name") : key);
}

static const bf_value *view_value(bf_arena *arena, const bf_view *view) {
  bf_value *object = bf_object(arena), *attributes = bf_array(arena);
  set_text(arena, object, "name", view->name);
  if (view->version != 1 || view->as_json) bf_set(arena, object, "version", bf_int(arena, view->version));
  set_key(arena, object, view);
  bf_set(arena, object, "offline", bf_bool(arena, true));
  if (view->as_json) bf_set(arena, object, "online", bf_bool(arena, false));
  for (size_t i = 0; i < view->attribute_count; i++)
    bf_add(arena, attributes, attribute_value(arena, view->attributes[i], view->as_json));
  bf_set(arena, object, "attributes", attributes);
  return object;
}

/* ---- YAML ---- */

static bool is_plain(const bf_value *text) {
  static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  if (text->size == 0 || text->size > 60) return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(text->text, words[i]) == 0) return false;
  for (size_t i = 0; i < text->size; i++) {
    char c = text->text[i];
    if (!((c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9'))) return false;
  }
  return true;
}

static void put_yaml_scalar(bf_text *out, const bf_value *value) {
  if (value->kind == BF_TEXT && is_plain(value)) {
    bf_put(out, value->text);
    return;
  }
  bool quoted = value->kind == BF_TEXT && value->size % 2 == 0;
  for (size_t i = 0; quoted && i < value->size; i++) quoted = (unsigned char)value->text[i] >= 0x20;
  if (!quoted) {
    bf_json(out, value);
    return;
  }
  bf_put(out, "'");
  for (size_t i = 0; i < value->size; i++)
    bf_put_n(out, value->text[i] == '\'' ? "''" : value->text + i, value->text[i] == '\'' ? 2 : 1);
  bf_put(out, "'");
}

static bool is_flow(const bf_value *value) {
  if (value->kind != BF_ARRAY && value->kind != BF_OBJECT) return true;
  if (value->count == 0) return true;
  for (size_t i = 0; i < value->count; i++)
    if (value->items[i]->kind == BF_ARRAY || value->items[i]->kind == BF_OBJECT) return false;
  return value->kind == BF_ARRAY || value->count < 4;
}

/* Block style, but for what is small: that is written as JSON, which is YAML too. */
static void put_yaml(bf_text *out, const bf_value *value, int indent) {
  for (size_t i = 0; i < value->count; i++) {
    const bf_value *item = value->items[i];
    if (i) bf_print(out, "%*s", indent, "");
    bf_put(out, value->kind == BF_ARRAY ? "- " : value->names[i]);
    if (value->kind == BF_OBJECT) bf_put(out, ": ");
    if (item->kind != BF_ARRAY && item->kind != BF_OBJECT) {
      put_yaml_scalar(out, item);
      bf_put(out, "\n");
    } else if (is_flow(item)) {
      bf_json(out, item);
      bf_put(out, "\n");
    } else {
      if (value->kind == BF_OBJECT) bf_print(out, "\n%*s", indent + 2, "");
      put_yaml(out, item, indent + 2);
    }
  }
}

void bf_definition(bf_text *out, bf_arena *arena, const bf_view *view) {
  bf_value *list = bf_array(arena), *whole = bf_object(arena);
  const bf_value *value = view_value(arena, view);
  bf_add(arena, list, value);
  if (!view->as_json) {
    bf_set(arena, whole, "views", list);
    put_yaml(out, whole, 0);
    return;
  }
  bf_set(arena, whole, "data", list);
  bf_json(out, view->wrapping == 0 ? value : view->wrapping == 1 ? list : whole);
  bf_put(out, "\n");
}

/* ---- the project ---- */

void bf_variables_text(bf_text *out, const bf_history *history) {
  const bf_variables *variables = &history->variables;
  const char *prefix = variables->prefixed ? "snowplow__" : "";
  bf_arena *arena = bf_arena_new();
  bf_print(out, "  %sstart_date: \"%s\"\n", prefix, bf_date_text(arena, bf_date_of(variables->start_date)));
  bf_arena_free(arena);
  if (variables->app_count) {
    bf_print(out, "  %sapp_id: [", prefix);
    for (size_t i = 0; i < variables->app_count; i++) bf_print(out, "%s\"%s\"", i ? ", " : "", variables->apps[i]);
    bf_put(out, "]\n");
  }
  bf_print(out, "  %sbackfill_limit_days: %d\n", prefix, (int)variables->backfill_days);
  bf_print(out, "  %s%s: %d\n", prefix, variables->old_names ? "reprocess_days" : "late_event_lookback_days",
           (int)variables->lookback_days);
  bf_print(out, "  %s%s: %d\n", prefix, variables->old_names ? "min_rows_to_process" : "min_late_events_to_process",
           (int)variables->min_late);
  bf_print(out, "  %sinclude_current_day_in_windows: %s\n", prefix, variables->include_current_day ? "true" : "false");
  bf_print(out, "  %sload_overlap_minutes: %d\n", prefix, (int)(variables->overlap / BF_MINUTE));
  bf_print(out, "  %satomic_schema: %s\n", prefix, history->atomic_schema);
  bf_print(out, "  %sevents_table: %s\n", prefix, history->events_table);
}

static bool save(bf_text *text, bf_arena *arena, const char *folder, const char *name) {
  bool saved = bf_text_save(text, bf_format(arena, "%s/%s", folder, name));
  bf_text_free(text);
  return saved;
}

bool bf_write_project(const bf_history *history, const char *folder) {
  bf_arena *arena = history->arena;
  bf_text text = {0};
  bf_put(&text, "name: brute\nprofile: brute\nvars:\n");
  bf_variables_text(&text, history);
  if (!save(&text, arena, folder, "sbe.yml")) return false;
  bf_put(&text, "brute:\n  target: dev\n  outputs:\n    dev:\n      ");
  bf_driver_profile(&text, history, folder);
  if (!save(&text, arena, folder, "profiles.yml")) return false;
  for (size_t i = 0; i < history->view_count; i++) {
    const bf_view *view = history->views[i];
    bf_definition(&text, arena, view);
    const char *name = bf_format(arena, "views/%d.%s", (int)i + 1, view->as_json ? "json" : "yml");
    if (!save(&text, arena, folder, name)) return false;
  }
  return true;
}

/* ---- events ---- */

/* A member is spelled in snake case where the layout is of columns, or the lake's (semantics, §2: "whether members
   keep their spelling or are snake case, is the adapter's business"). */
static const bf_value *respelled(bf_arena *arena, const bf_value *value) {
  if (value->kind != BF_ARRAY && value->kind != BF_OBJECT) return value;
  bf_value *copy = value->kind == BF_ARRAY ? bf_array(arena) : bf_object(arena);
  for (size_t i = 0; i < value->count; i++) {
    const bf_value *item = respelled(arena, value->items[i]);
    if (value->kind == BF_ARRAY)
      bf_add(arena, copy, item);
    else
      bf_set(arena, copy, bf_snake(arena, value->names[i]), item);
  }
  return copy;
}

const bf_value *bf_row_laid_out(const bf_history *history, const bf_event *event) {
  bool snake = history->layout == BF_LAYOUT_STRUCT || history->layout == BF_LAYOUT_LAKE;
  return snake ? respelled(history->arena, event->row) : event->row;
}

size_t bf_events_lines(bf_text *out, const bf_history *history, size_t run) {
  size_t count = 0;
  for (size_t i = 0; i < history->event_count; i++) {
    const bf_event *event = history->events[i];
    if (event->visible_before != run) continue;
    bf_json(out, bf_row_laid_out(history, event));
    bf_put(out, "\n");
    count++;
  }
  return count;
}

const char *bf_clock_text(bf_arena *arena, const bf_run *run) {
  int64_t date = bf_date_of(run->clock);
  bool midnight = run->clock == date * BF_DAY;
  if (midnight && run->spelling % 2)
    return bf_date_text(arena, date); /* semantics, §4: "a bare date is its 00:00:00 UTC" */
  const char *text = bf_time_text(arena, run->clock, run->spelling == 2 ? ' ' : 'T');
  return run->spelling == 3 ? bf_format(arena, "%sZ", text) : text;
}
