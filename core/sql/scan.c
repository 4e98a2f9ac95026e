/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan of a slice of the events table, once for several views. Used by the run, by compile and by
 * --dry-run. What each view sees does not depend on the others: it has a column of its own that says
 * which rows are its candidates (semantics, "Events").
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/sql/properties.h"
#include "core/sql/scan.h"

/* Warehouses allow 1,000 to 1,600 columns a table; events and fixed columns come on top of these. */
#define MOST_SCAN_COLUMNS 400

/* Distinct things of a scan, found by the ids of the IR: open addressing, doubled when half full. */
typedef struct index_ {
  struct {
    uint64_t key;
    uint32_t value; /* + 1; 0: free */
  } * slots;
  size_t size, used;
} index_;

static uint32_t *index_find(sbe_arena *arena, index_ *index, uint64_t key) {
  if (index->used * 2 >= index->size) {
    index_ bigger = {NULL, index->size ? index->size * 2 : 64, index->used};
    bigger.slots = sbe_arena_alloc(arena, bigger.size * sizeof *bigger.slots);
    for (size_t i = 0; i < index->size; i++) {
      if (!index->slots[i].value) continue;
      size_t at = sbe_hash(SBE_HASH_START, (const char *)&index->slots[i].key, sizeof key) & (bigger.size - 1);
      while (bigger.slots[at].value) at = (at + 1) & (bigger.size - 1);
      bigger.slots[at] = index->slots[i];
    }
    *index = bigger;
  }
  size_t at = sbe_hash(SBE_HASH_START, (const char *)&key, sizeof key) & (index->size - 1);
  while (index->slots[at].value && index->slots[at].key != key) at = (at + 1) & (index->size - 1);
  if (!index->slots[at].value) {
    index->slots[at].key = key;
    index->used++;
  }
  return &index->slots[at].value;
}

typedef struct builder {
  sbe_scan *scan;
  index_ values, matches, keys;
} builder;

static const char *add_scan_value(builder *b, const sbe_value_column *value) {
  sbe_scan *s = b->scan;
  uint32_t *found = index_find(s->arena, &b->values, ((uint64_t)value->property->id << 32) | (uint32_t)value->type);
  if (!*found) {
    s->values[s->n_values] =
        (sbe_value_column){value->property, value->type, sbe_arena_printf(s->arena, "v%zu", s->n_values)};
    *found = (uint32_t)++s->n_values;
  }
  return s->values[*found - 1].name;
}

static const char *add_scan_match(builder *b, const sbe_match_column *match) {
  sbe_scan *s = b->scan;
  uint64_t key = ((uint64_t)match->events->id << 32) | match->criteria->id;
  uint32_t *found = index_find(s->arena, &b->matches, key);
  if (!*found) {
    s->matches[s->n_matches] =
        (sbe_match_column){match->events, match->criteria, sbe_arena_printf(s->arena, "m%zu", s->n_matches)};
    *found = (uint32_t)++s->n_matches;
  }
  return s->matches[*found - 1].name;
}

static const char *add_scan_key(builder *b, const sbe_property *property) {
  sbe_scan *s = b->scan;
  uint32_t *found = index_find(s->arena, &b->keys, property->id);
  if (!*found) {
    s->keys[s->n_keys] = property;
    *found = (uint32_t)++s->n_keys;
  }
  return sbe_arena_printf(s->arena, "k%u", *found - 1);
}

static void add_events(sbe_scan *s, const sbe_event_list *list) {
  for (size_t e = 0; e < list->n; e++) {
    bool known = false;
    for (size_t i = 0; i < s->n_events && !known; i++) known = s->events[i] == list->events[e];
    if (known) continue;
    s->event_columns[s->n_events] = sbe_arena_printf(s->arena, "e%zu", s->n_events);
    s->events[s->n_events++] = list->events[e];
  }
}

static void add_view(builder *b, const sbe_shape *shape) {
  sbe_scan *s = b->scan;
  sbe_scan_view *view = &s->views[s->n_views];
  view->shape = shape;
  view->candidate = sbe_arena_printf(s->arena, "c%zu", s->n_views++);
  view->key = add_scan_key(b, shape->view->key_property);
  view->values = SBE_NEW_ARRAY(s->arena, const char *, shape->n_values);
  view->matches = SBE_NEW_ARRAY(s->arena, const char *, shape->n_matches);
  for (size_t i = 0; i < shape->n_values; i++) view->values[i] = add_scan_value(b, &shape->values[i]);
  for (size_t i = 0; i < shape->n_matches; i++) {
    const sbe_match_column *match = &shape->matches[i];
    view->matches[i] = add_scan_match(b, match);
    add_events(s, match->events);
  }
}

static void list_columns(sbe_scan *s) {
  s->columns =
      SBE_NEW_ARRAY(s->arena, sbe_column_spec, 6 + s->n_events + s->n_keys + s->n_views + s->n_values + s->n_matches);
  static const sbe_column_spec fixed[] = {
      {"event_id", SBE_TYPE_TEXT},
      {"load_tstamp", SBE_TYPE_TIMESTAMP},
      {"dvce_created_tstamp", SBE_TYPE_TIMESTAMP},
      {"collector_tstamp", SBE_TYPE_TIMESTAMP},
      {"derived_tstamp", SBE_TYPE_TIMESTAMP},
      {"event_date", SBE_TYPE_DATE},
  };
  for (size_t i = 0; i < 6; i++) s->columns[s->n_columns++] = fixed[i];
  for (size_t i = 0; i < s->n_events; i++)
    s->columns[s->n_columns++] = (sbe_column_spec){s->event_columns[i], SBE_TYPE_BOOL};
  for (size_t i = 0; i < s->n_keys; i++)
    s->columns[s->n_columns++] = (sbe_column_spec){sbe_arena_printf(s->arena, "k%zu", i), SBE_TYPE_TEXT};
  for (size_t i = 0; i < s->n_views; i++)
    s->columns[s->n_columns++] = (sbe_column_spec){s->views[i].candidate, SBE_TYPE_BOOL};
  for (size_t i = 0; i < s->n_values; i++)
    s->columns[s->n_columns++] = (sbe_column_spec){s->values[i].name, s->values[i].type};
  for (size_t i = 0; i < s->n_matches; i++)
    s->columns[s->n_columns++] = (sbe_column_spec){s->matches[i].name, SBE_TYPE_BOOL};
}

size_t sbe_scan_new(const sbe_sql *sql, sbe_arena *arena, const sbe_vars *vars, size_t n,
                    const sbe_shape *const *shapes, sbe_scan **ret_scan) {
  size_t taken = 0, columns = 0, values = 0, matches = 0, events = 0;
  while (taken < n) {
    const sbe_shape *shape = shapes[taken];
    size_t more = 2 + shape->n_values + shape->n_matches;
    if (taken && columns + more > MOST_SCAN_COLUMNS) break;
    columns += more;
    values += shape->n_values;
    matches += shape->n_matches;
    for (size_t i = 0; i < shape->n_matches; i++) events += shape->matches[i].events->n;
    taken++;
  }
  sbe_scan *s = SBE_NEW(arena, sbe_scan);
  s->sql = sql;
  s->arena = arena;
  s->vars = vars;
  s->views = SBE_NEW_ARRAY(arena, sbe_scan_view, taken);
  s->keys = SBE_NEW_ARRAY(arena, const sbe_property *, taken);
  s->values = SBE_NEW_ARRAY(arena, sbe_value_column, values);
  s->matches = SBE_NEW_ARRAY(arena, sbe_match_column, matches);
  s->events = SBE_NEW_ARRAY(arena, const sbe_event *, events);
  s->event_columns = SBE_NEW_ARRAY(arena, const char *, events);
  builder b = {.scan = s};
  for (size_t i = 0; i < taken; i++) add_view(&b, shapes[i]);
  list_columns(s);
  *ret_scan = s;
  return taken;
}

/* The paths of all properties, and the atomic columns that the rules themselves need. */
static void collect_paths(const sbe_scan *s, sbe_paths *paths) {
  static const char *const always[] = {"event_id", "load_tstamp", "dvce_created_tstamp", "collector_tstamp",
                                       "derived_tstamp"};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++) sbe_paths_add_atomic(paths, always[i]);
  bool vendor = false, name = false, version = false;
  for (size_t i = 0; i < s->n_events; i++) {
    vendor = vendor || s->events[i]->vendor;
    name = name || s->events[i]->name;
    version = version || s->events[i]->version;
    sbe_paths_add_property(paths, s->events[i]->specification);
  }
  if (vendor) sbe_paths_add_atomic(paths, "event_vendor");
  if (name) sbe_paths_add_atomic(paths, "event_name");
  if (version) sbe_paths_add_atomic(paths, "event_version");
  if (s->vars->n_app_ids) sbe_paths_add_atomic(paths, "app_id");
  for (size_t i = 0; i < s->n_keys; i++) sbe_paths_add_property(paths, s->keys[i]);
  for (size_t i = 0; i < s->n_values; i++) sbe_paths_add_property(paths, s->values[i].property);
  for (size_t i = 0; i < s->n_matches; i++) {
    const sbe_criteria *criteria = s->matches[i].criteria;
    for (size_t c = 0; c < criteria->n_all; c++) sbe_paths_add_property(paths, criteria->all[c].property);
    for (size_t c = 0; c < criteria->n_any; c++) sbe_paths_add_property(paths, criteria->any[c].property);
  }
}

static bool same_steps(const sbe_path *a, const sbe_path *b) {
  if (a->n_steps != b->n_steps || a->index != b->index) return false;
  for (size_t i = 0; i < a->n_steps; i++)
    if (!sbe_streq(a->steps[i].name, b->steps[i].name) || a->steps[i].index != b->steps[i].index) return false;
  return true;
}

/* What is not there: a column, or a member of one that is there. */
typedef struct missing {
  const sbe_path *path;
  bool member;
} missing;

static bool property_uses(const sbe_property *property, const missing *m) {
  if (!property) return false;
  for (size_t i = 0; i < property->n_parts; i++)
    if (property_uses(property->parts[i], m)) return true;
  return !property->calculation && property->path.kind == m->path->kind &&
         sbe_strcaseeq(property->path.column, m->path->column) && (!m->member || same_steps(&property->path, m->path));
}

static bool attribute_uses(const sbe_attribute *a, const missing *path) {
  if (property_uses(a->property, path)) return true;
  for (size_t i = 0; i < a->criteria->n_all; i++)
    if (property_uses(a->criteria->all[i].property, path)) return true;
  for (size_t i = 0; i < a->criteria->n_any; i++)
    if (property_uses(a->criteria->any[i].property, path)) return true;
  return false;
}

static bool has_column(const sbe_columns *columns, const char *name) {
  for (size_t i = 0; i < columns->n; i++)
    if (sbe_strcaseeq(columns->items[i].name, name)) return true;
  return columns->n == 0;
}

/* The column that may have been meant. */
static const char *suggestion(const sbe_scan *s, const sbe_columns *columns, const char *name) {
  if (sbe_strcaseeq(name, "load_tstamp"))
    return sbe_arena_printf(
        s->arena,
        "; where the loader writes none, ALTER TABLE %s.%s ADD COLUMN load_tstamp: a timestamp in UTC, by default that "
        "of the moment (the README says what the rows that are there need)",
        s->sql->events.schema, s->sql->events.table);
  const char **names = SBE_NEW_ARRAY(s->arena, const char *, columns->n + 1);
  for (size_t i = 0; i < columns->n; i++) names[i] = columns->items[i].name;
  const char *nearest = sbe_nearest(name, names);
  return nearest ? sbe_arena_printf(s->arena, "; did you mean '%s'?", nearest) : "";
}

/* The same for an event or entity. Their names begin alike and end alike, and so are near to each other, whatever they
   mean: compared is what follows the words that both begin with. */
static const char *nested_suggestion(const sbe_scan *s, const sbe_columns *columns, const sbe_path *path) {
  const char *name = path->column, *prefix = path->kind == SBE_PATH_ENTITY ? "contexts_" : "unstruct_event_";
  for (size_t i = 0; i < columns->n && sbe_starts_with(name, prefix); i++) {
    char *here = sbe_arena_strdup(s->arena, columns->items[i].name);
    for (char *c = here; *c; c++)
      if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    if (!sbe_starts_with(here, prefix)) continue;
    size_t words = strlen(prefix);
    for (size_t at = words; name[at] && name[at] == here[at]; at++)
      if (name[at] == '_') words = at + 1;
    const char *const rest[] = {here + words, NULL};
    if (sbe_nearest(name + words, rest)) return sbe_arena_printf(s->arena, "; did you mean '%s'?", here);
  }
  return "";
}

/* Tells of what is not there, at each attribute that wants it: an error when it is an atomic column. */
static void report_missing(const sbe_scan *s, const missing *m, const char *what, const char *hint,
                           sbe_report *report) {
  bool atomic = m->path->kind == SBE_PATH_ATOMIC, told = false;
  sbe_severity severity = atomic ? SBE_ERROR : SBE_WARNING;
  for (size_t v = 0; v < s->n_views; v++) {
    const sbe_view *view = s->views[v].shape->view;
    if (property_uses(view->key_property, m)) {
      sbe_report_add(report, severity, view->place, "view '%s': the events table has no %s, which is its entity key%s",
                     view->name, what, hint);
      told = true;
    }
    for (size_t a = 0; a < view->n_attributes; a++) {
      if (!attribute_uses(view->attributes[a], m)) continue;
      sbe_report_add(report, severity, view->attributes[a]->place,
                     "attribute '%s' of view '%s': the events table has no %s%s", view->attributes[a]->name, view->name,
                     what, hint);
      told = true;
    }
  }
  if (!told && atomic) sbe_report_add(report, SBE_ERROR, (sbe_place){0}, "the events table has no %s%s", what, hint);
}

/* dvce_created_tstamp and collector_tstamp only order duplicates: without them the others do. */
static bool dispensable(const sbe_path *path) {
  return path->kind == SBE_PATH_ATOMIC &&
         (sbe_strcaseeq(path->column, "dvce_created_tstamp") || sbe_strcaseeq(path->column, "collector_tstamp"));
}

/* "items[0].sku" */
static const char *member_text(sbe_arena *arena, const sbe_path *path) {
  const char *text = "";
  for (size_t i = 0; i < path->n_steps; i++)
    text = path->steps[i].name ? sbe_arena_printf(arena, "%s%s%s", text, i ? "." : "", path->steps[i].name)
                               : sbe_arena_printf(arena, "%s[%lld]", text, (long long)path->steps[i].index);
  return text;
}

/* Several paths lead through one column: it is told of once. */
static bool told_before(const sbe_paths *paths, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (sbe_strcaseeq(paths->items[j]->column, paths->items[i]->column)) return true;
  return false;
}

/* Atomic columns are looked for by name; whether a nested one is there, the adapter's source has said. */
static void check_columns(const sbe_scan *s, const sbe_columns *columns, const sbe_paths *paths, sbe_report *report) {
  for (size_t i = 0; i < paths->n; i++) {
    const sbe_path *path = paths->items[i];
    bool atomic = path->kind == SBE_PATH_ATOMIC, column = has_column(columns, path->column);
    if (atomic ? column : paths->classes[i] != SBE_CLASS_MISSING) continue;
    if (dispensable(path) || (!column && told_before(paths, i))) continue;
    const char *what =
        column ? sbe_arena_printf(s->arena, "member '%s' in column '%s'", member_text(s->arena, path), path->column)
               : sbe_arena_printf(s->arena, "column '%s'", path->column);
    const char *hint = "; it is taken to be NULL";
    if (atomic)
      hint = suggestion(s, columns, path->column);
    else if (!column)
      hint = sbe_arena_printf(s->arena, " yet%s%s", hint, nested_suggestion(s, columns, path));
    report_missing(s, &(missing){path, column}, what, hint, report);
  }
}

/* Positions are instants: a run has read the morning's rows, and could not tell the evening's from them. */
static void check_load_tstamp(const sbe_columns *columns, sbe_report *report) {
  for (size_t i = 0; i < columns->n; i++)
    if (sbe_strcaseeq(columns->items[i].name, "load_tstamp") && sbe_strcaseeq(columns->items[i].type, "date"))
      sbe_report_add(report, SBE_ERROR, (sbe_place){0},
                     "load_tstamp of the events table is a date: what is loaded later on the day of a run could not be "
                     "told from what that run has read. Make it a timestamp");
}

static sbe_cell read_candidate(const sbe_scan *s, const sbe_reader *r, const sbe_scan_view *view, sbe_cell key,
                               const sbe_cell *events) {
  sbe_expression e = {.text = SBE_TEXT(SBE_MAX_STATEMENT)};
  sbe_text_puts(&e.text, "CASE WHEN ");
  sbe_expression_cell(r, &e, key);
  sbe_text_puts(&e.text, " IS NOT NULL");
  bool any = false;
  for (size_t i = 0; i < view->shape->n_matches; i++) any = any || view->shape->matches[i].events->n == 0;
  const char *between = " AND (";
  for (size_t i = 0; i < s->n_events && !any; i++) {
    bool wanted = false;
    for (size_t m = 0; m < view->shape->n_matches && !wanted; m++) {
      const sbe_event_list *list = view->shape->matches[m].events;
      for (size_t k = 0; k < list->n && !wanted; k++) wanted = list->events[k] == s->events[i];
    }
    if (!wanted) continue;
    sbe_text_puts(&e.text, between);
    sbe_expression_cell(r, &e, events[i]);
    between = " OR ";
  }
  if (!any) sbe_text_putc(&e.text, ')');
  SBE_PRINT(&e.text, " THEN ", sbe_sql_bool(s->sql, true), " ELSE ", sbe_sql_bool(s->sql, false), " END");
  sbe_cell cell = sbe_layers_add(r->layers, sbe_arena_strdup(s->arena, sbe_text_string(&e.text)), e.n, e.operands);
  sbe_text_free(&e.text);
  return cell;
}

/* Which rows are an event at all, for any view; printed over the outermost select's cells. */
static void print_where(const sbe_scan *s, const sbe_reader *r, const sbe_cell fixed[6], const sbe_cell *candidates,
                        sbe_text *out) {
  const char *start = sbe_sql_timestamp(s->sql, s->arena, s->vars->start_date * SBE_DAY_US);
  const char *load = sbe_layers_name(r->layers, fixed[1]), *derived = sbe_layers_name(r->layers, fixed[4]);
  /* a warehouse may hold later years, which no date literal can name */
  const char *end = sbe_sql_timestamp(s->sql, s->arena, SBE_LAST_TIMESTAMP);
  SBE_PRINT(out, sbe_layers_name(r->layers, fixed[0]), " IS NOT NULL AND ", load, " >= ", start, " AND ", derived,
            " >= ", start, " AND ", derived, " <= ", end);
  if (s->vars->n_app_ids) {
    sbe_cell app = sbe_read_atomic(r, "app_id", SBE_TYPE_TEXT);
    sbe_layers_keep(r->layers, app);
    SBE_PRINT(out, " AND ", sbe_layers_name(r->layers, app), " IN (");
    for (size_t i = 0; i < s->vars->n_app_ids; i++) {
      if (i) sbe_text_puts(out, ", ");
      sbe_print_text(s->sql, out, s->vars->app_ids[i]);
    }
    sbe_text_putc(out, ')');
  }
  for (size_t i = 0; i < s->n_views; i++)
    SBE_PRINT(out, i ? " OR " : "\n AND (", sbe_layers_name(r->layers, candidates[i]));
  sbe_text_putc(out, ')');
}

/* All columns of the scan table, in their order; answers those that print_where wants. */
static void read_columns(const sbe_scan *s, const sbe_reader *r, sbe_cell fixed[6], sbe_cell *candidates) {
  static const char *const timestamps[] = {"load_tstamp", "dvce_created_tstamp", "collector_tstamp", "derived_tstamp"};
  sbe_layers *l = r->layers;
  size_t column = 0;
  fixed[0] = sbe_read_atomic(r, "event_id", SBE_TYPE_TEXT);
  for (size_t i = 0; i < 4; i++) fixed[i + 1] = sbe_read_atomic(r, timestamps[i], SBE_TYPE_TIMESTAMP);
  fixed[5] = sbe_layers_operation(l, SBE_OP_DATE_OF, 1, &fixed[4]);
  for (size_t i = 0; i < 6; i++) sbe_layers_output(l, fixed[i], s->columns[column++].name);

  sbe_cell *events = SBE_NEW_ARRAY(s->arena, sbe_cell, s->n_events);
  for (size_t i = 0; i < s->n_events; i++) {
    events[i] = sbe_read_event(r, s->events[i]);
    sbe_layers_output(l, events[i], s->columns[column++].name);
  }
  sbe_cell *keys = SBE_NEW_ARRAY(s->arena, sbe_cell, s->n_keys);
  for (size_t i = 0; i < s->n_keys; i++) {
    keys[i] = sbe_read_property(r, s->keys[i], SBE_TYPE_TEXT);
    sbe_layers_output(l, keys[i], s->columns[column++].name);
  }
  for (size_t i = 0; i < s->n_views; i++) {
    size_t key = (size_t)strtoul(s->views[i].key + 1, NULL, 10);
    candidates[i] = read_candidate(s, r, &s->views[i], keys[key], events);
    sbe_layers_output(l, candidates[i], s->columns[column++].name);
  }
  for (size_t i = 0; i < s->n_values; i++)
    sbe_layers_output(l, sbe_read_property(r, s->values[i].property, s->values[i].type), s->columns[column++].name);
  sbe_cell *wanted = SBE_NEW_ARRAY(s->arena, sbe_cell, s->n_events);
  for (size_t i = 0; i < s->n_matches; i++) {
    const sbe_match_column *match = &s->matches[i];
    size_t n = 0;
    for (size_t e = 0; e < s->n_events; e++)
      for (size_t k = 0; k < match->events->n; k++)
        if (match->events->events[k] == s->events[e]) wanted[n++] = events[e];
    sbe_layers_output(l, sbe_read_match(r, n, wanted, match->criteria), s->columns[column++].name);
  }
}

/* The FROM item of the events table, and the classes of the paths. `wanted` has what depends on the caller. */
static int32_t print_source(const sbe_scan *s, const sbe_columns *columns, sbe_source wanted, sbe_paths *paths,
                            sbe_text *out, sbe_error *error) {
  collect_paths(s, paths);
  paths->classes = SBE_NEW_ARRAY(s->arena, int32_t, paths->n);
  sbe_cleanup_text sbe_text table = SBE_TEXT(8192);
  sbe_print_table_name(s->sql, &table, &s->sql->events);
  wanted.struct_size = sizeof wanted;
  wanted.table = sbe_text_string(&table);
  wanted.name = s->sql->events;
  wanted.n_columns = columns->n;
  wanted.columns = columns->items;
  wanted.n_paths = paths->n;
  wanted.paths = paths->items;
  return s->sql->dialect->source(&wanted, out, paths->classes, error);
}

int32_t sbe_scan_check(const sbe_scan *s, const sbe_columns *columns, sbe_report *report, sbe_error *error) {
  if (!columns->n) return SBE_OK; /* nobody knows them */
  sbe_paths paths = {.arena = s->arena};
  sbe_cleanup_text sbe_text unused = SBE_TEXT(SBE_MAX_STATEMENT);
  size_t errors = report->errors;
  int32_t code = print_source(s, columns, (sbe_source){0}, &paths, &unused, error);
  if (code) return code;
  check_columns(s, columns, &paths, report);
  check_load_tstamp(columns, report);
  if (report->errors == errors) return SBE_OK;
  return sbe_error_set(error, SBE_INVALID, NULL, "the events table lacks columns that the definitions need");
}

int32_t sbe_scan_print(const sbe_scan *s, const sbe_columns *columns, const char *lower, const char *upper,
                       sbe_statements *before, sbe_statements *after, sbe_text *out, sbe_error *error) {
  sbe_paths paths = {.arena = s->arena};
  sbe_cleanup_text sbe_text from = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_source wanted = {.lower = lower, .upper = upper, .before = before, .after = after};
  int32_t code = print_source(s, columns, wanted, &paths, &from, error);
  if (code) return code;

  sbe_reader reader = {s->sql, s->arena, sbe_layers_new(s->sql, s->arena), &paths};
  sbe_cell fixed[6];
  sbe_cell *candidates = SBE_NEW_ARRAY(s->arena, sbe_cell, s->n_views);
  read_columns(s, &reader, fixed, candidates);
  sbe_cleanup_text sbe_text where = SBE_TEXT(SBE_MAX_STATEMENT);
  print_where(s, &reader, fixed, candidates, &where);
  sbe_layers_print(reader.layers, sbe_text_string(&from), sbe_text_string(&where), out);
  return SBE_OK;
}
