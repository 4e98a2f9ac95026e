/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of the manual: one table, and the reader that it drives. Called by project.c; the
 * table is also shown by --help and the man page. It must never know what a variable is good for.
 */
#include <stddef.h>
#include <string.h>
#include "core/base/string.h"
#include "core/config/vars.h"
#include "core/plugin/known.h"

#define MAX_APP_IDS 10000
#define MAX_TEXT 1024
#define MAX_NAME 255 /* of a schema or table */
#define MAX_DAYS 36500
#define CATALOG "_catalog"

#define AT(member) offsetof(sbe_vars, member)

static const sbe_var_row rows[] = {
    {"start_date", NULL, "required", "first date to look at, on both clocks", SBE_VAR_DATE, 0, 0, AT(start_date)},
    {"app_id", NULL, "[]", "keep only the events of these applications", SBE_VAR_TEXTS, 1, MAX_TEXT, AT(app_ids)},
    {"backfill_limit_days", NULL, "1", "days of load_tstamp that a window may reach past the day in which it begins",
     SBE_VAR_INTEGER, 0, MAX_DAYS, AT(backfill_limit_days)},
    {"late_event_lookback_days", "reprocess_days", "5", "days back in which a late day may be processed again",
     SBE_VAR_INTEGER, 0, MAX_DAYS, AT(late_event_lookback_days)},
    {"min_late_events_to_process", "min_rows_to_process", "1",
     "a late day waits until so many new events of it are there", SBE_VAR_INTEGER, 0, INT64_C(1000000000000),
     AT(min_late_events_to_process)},
    {"include_current_day_in_windows", NULL, "false", "periods end with the current day instead of the day before",
     SBE_VAR_BOOL, 0, 0, AT(include_current_day_in_windows)},
    {"allow_refresh", NULL, "false", "--full-refresh may drop the manifest on every target", SBE_VAR_BOOL, 0, 0,
     AT(allow_refresh)},
    {"dev_target_name", NULL, "dev", "on this target --full-refresh always may", SBE_VAR_TEXT, 1, MAX_NAME,
     AT(dev_target_name)},
    {"atomic_schema", NULL, "atomic", "schema of the events table", SBE_VAR_TEXT, 1, MAX_NAME, AT(atomic_schema)},
    {"database", NULL, "the target's", "database of the events table", SBE_VAR_TEXT_OR_NONE, 1, MAX_NAME, AT(database)},
    {"<adapter>" CATALOG, NULL, "the adapter's", "on that adapter, the catalog of the events table instead of database",
     SBE_VAR_CATALOG, 1, MAX_NAME, AT(catalog)},
    {"events_table", NULL, "events", "name of the events table", SBE_VAR_TEXT, 1, MAX_NAME, AT(events_table)},
    {"load_overlap_minutes", NULL, "10", "minutes of load_tstamp before a window that are read once more",
     SBE_VAR_INTEGER, 0, INT64_C(1440) * MAX_DAYS, AT(load_overlap_minutes)},
    {"dedupe_lookback_days", NULL, "none", "look for earlier duplicates only among rows loaded in so many days before",
     SBE_VAR_INTEGER_OR_NONE, 0, MAX_DAYS, AT(dedupe_lookback_days)},
    {"query_tag", NULL, "snowplow_sbe", "tag or label on every statement, where the warehouse has them", SBE_VAR_TEXT,
     1, MAX_NAME, AT(query_tag)},
    {0},
};
#define N_ROWS (sizeof rows / sizeof *rows - 1)

const sbe_var_row *sbe_var_rows(void) {
  return rows;
}

typedef struct reader {
  sbe_arena *arena;
  sbe_vars *vars;
  sbe_report *report;
} reader;

#define SLOT(reader, row, type) ((type *)(void *)((char *)(reader)->vars + (row)->offset))

/* The adapter that `<adapter>_catalog` names, or NULL. */
static const char *catalog_adapter(const char *bare) {
  size_t size = strlen(bare), suffix = strlen(CATALOG);
  if (size <= suffix || strcmp(bare + size - suffix, CATALOG) != 0) return NULL;
  for (const sbe_known_adapter *known = sbe_known_adapters; known->name; known++)
    if (strlen(known->name) == size - suffix && strncmp(bare, known->name, size - suffix) == 0) return known->name;
  return NULL;
}

static const char *bare_name(const char *key) {
  return sbe_starts_with(key, SBE_VAR_PREFIX) ? key + strlen(SBE_VAR_PREFIX) : key;
}

static const sbe_var_row *find_row(const char *key) {
  const char *bare = bare_name(key);
  for (const sbe_var_row *row = rows; row->name; row++) {
    if (row->kind == SBE_VAR_CATALOG ? catalog_adapter(bare) != NULL
                                     : sbe_streq(row->name, bare) || (row->alias && sbe_streq(row->alias, bare)))
      return row;
  }
  return NULL;
}

static void set_preset(reader *r, const sbe_var_row *row) {
  switch (row->kind) {
  case SBE_VAR_DATE:
    r->vars->has_start_date = false;
    break;
  case SBE_VAR_TEXT:
    *SLOT(r, row, const char *) = row->preset;
    break;
  case SBE_VAR_TEXT_OR_NONE:
    *SLOT(r, row, const char *) = NULL;
    break;
  case SBE_VAR_TEXTS:
    r->vars->n_app_ids = 0;
    r->vars->app_ids = NULL;
    break;
  case SBE_VAR_INTEGER:
    sbe_parse_int64(row->preset, strlen(row->preset), SLOT(r, row, int64_t));
    break;
  case SBE_VAR_INTEGER_OR_NONE:
    *SLOT(r, row, int64_t) = -1;
    break;
  case SBE_VAR_BOOL:
    *SLOT(r, row, bool) = sbe_streq(row->preset, "true");
    break;
  case SBE_VAR_CATALOG:
    r->vars->catalog_adapter = r->vars->catalog = NULL;
    break;
  }
}

/* `key`: the name as the user wrote it; `node` is its value or one member of it. */
static const char *read_text(reader *r, const sbe_var_row *row, const char *key, const sbe_node *node) {
  if (node->kind != SBE_NODE_STRING) {
    bool scalar = node->kind != SBE_NODE_LIST && node->kind != SBE_NODE_MAP;
    sbe_node_error(r->report, node, "variable '%s' must be a string, not %s%s", key, sbe_node_kind_name(node->kind),
                   scalar ? "; put it in quotes" : "");
    return NULL;
  }
  if (node->size < (size_t)row->least || node->size > (size_t)row->most) {
    sbe_node_error(r->report, node, "variable '%s' must have %lld to %lld bytes", key, (long long)row->least,
                   (long long)row->most);
    return NULL;
  }
  return node->text;
}

static void read_texts(reader *r, const sbe_var_row *row, const char *key, const sbe_node *node) {
  bool one = node->kind != SBE_NODE_LIST;
  size_t n = one ? 1 : sbe_node_count(node), at = 0;
  if (n > MAX_APP_IDS) {
    sbe_node_error(r->report, node, "variable '%s' has %zu members; at most %d are possible", key, n, MAX_APP_IDS);
    return;
  }
  if (node->kind == SBE_NODE_MAP) {
    sbe_node_error(r->report, node, "variable '%s' must be a string or a list of strings, not a map", key);
    return;
  }
  const char **texts = SBE_NEW_ARRAY(r->arena, const char *, n);
  for (const sbe_node *item = one ? node : node->child; item; item = one ? NULL : item->next) {
    const char *text = read_text(r, row, key, item);
    if (text) texts[at++] = text;
  }
  r->vars->n_app_ids = at;
  r->vars->app_ids = texts;
}

/* Texts count as what they say, too: values often come through a shell or a template. */
static void read_integer(reader *r, const sbe_var_row *row, const char *key, const sbe_node *node) {
  int64_t number;
  bool fits = (node->kind == SBE_NODE_INTEGER || node->kind == SBE_NODE_STRING) &&
              sbe_parse_int64(node->text, node->size, &number) && number >= row->least && number <= row->most;
  if (fits)
    *SLOT(r, row, int64_t) = number;
  else
    sbe_node_error(r->report, node, "variable '%s' must be a whole number from %lld to %lld", key,
                   (long long)row->least, (long long)row->most);
}

static void read_bool(reader *r, const sbe_var_row *row, const char *key, const sbe_node *node) {
  bool scalar = node->kind == SBE_NODE_BOOL || node->kind == SBE_NODE_STRING;
  if (scalar && sbe_strcaseeq(node->text, "true"))
    *SLOT(r, row, bool) = true;
  else if (scalar && sbe_strcaseeq(node->text, "false"))
    *SLOT(r, row, bool) = false;
  else
    sbe_node_error(r->report, node, "variable '%s' must be true or false", key);
}

static void read_date(reader *r, const char *key, const sbe_node *node) {
  /* A wrong date is given, not missing: one error is enough. */
  r->vars->has_start_date = true;
  if (node->kind != SBE_NODE_STRING || !sbe_date_parse(node->text, node->size, &r->vars->start_date))
    sbe_node_error(r->report, node, "variable '%s' must be a date, YYYY-MM-DD", key);
}

static void read_value(reader *r, const sbe_var_row *row, const sbe_node *node) {
  const char *key = node->key;
  set_preset(r, row);
  if (node->kind == SBE_NODE_NULL) return;
  switch (row->kind) {
  case SBE_VAR_DATE:
    read_date(r, key, node);
    break;
  case SBE_VAR_TEXT:
  case SBE_VAR_TEXT_OR_NONE:
    *SLOT(r, row, const char *) = read_text(r, row, key, node);
    break;
  case SBE_VAR_TEXTS:
    read_texts(r, row, key, node);
    break;
  case SBE_VAR_INTEGER:
  case SBE_VAR_INTEGER_OR_NONE:
    read_integer(r, row, key, node);
    break;
  case SBE_VAR_BOOL:
    read_bool(r, row, key, node);
    break;
  case SBE_VAR_CATALOG:
    r->vars->catalog_adapter = catalog_adapter(bare_name(key));
    r->vars->catalog = read_text(r, row, key, node);
    break;
  }
}

/* With the prefix when the user wrote it; without, both forms are near. */
static void report_unknown(reader *r, const sbe_node *node) {
  const char *bare = bare_name(node->key), *prefix = bare == node->key ? "" : SBE_VAR_PREFIX;
  size_t n = 0, n_known = 0;
  while (sbe_known_adapters[n_known].name) n_known++;
  const char **names = SBE_NEW_ARRAY(r->arena, const char *, 2 * (2 * N_ROWS + n_known) + 1);
  for (const sbe_var_row *row = rows; row->name; row++) {
    if (row->kind != SBE_VAR_CATALOG) names[n++] = row->name;
    if (row->alias) names[n++] = row->alias;
  }
  for (size_t i = 0; i < n_known; i++)
    names[n++] = sbe_arena_printf(r->arena, "%s" CATALOG, sbe_known_adapters[i].name);
  if (!*prefix)
    for (size_t i = 0, end = n; i < end; i++) names[n++] = sbe_arena_printf(r->arena, SBE_VAR_PREFIX "%s", names[i]);
  /* The distance of long texts is dear, and no name is long. */
  const char *near = strlen(bare) <= 2 * 64 ? sbe_nearest(bare, names) : NULL;
  sbe_place place = sbe_node_key_place(node);
  if (near)
    sbe_report_add(r->report, SBE_ERROR, place, "unknown variable '%s'; did you mean '%s%s'?", node->key, prefix, near);
  else
    sbe_report_add(r->report, SBE_ERROR, place, "unknown variable '%s'", node->key);
}

/* What sbe.yml says, or what --vars says. */
static void read_layer(reader *r, const sbe_node *map, const char *what) {
  const sbe_node *seen[N_ROWS] = {NULL};
  if (!map || map->kind == SBE_NODE_NULL) return;
  if (map->kind != SBE_NODE_MAP) {
    sbe_node_error(r->report, map, "%s must be a map of variables, not %s", what, sbe_node_kind_name(map->kind));
    return;
  }
  SBE_EACH(node, map) {
    const sbe_var_row *row = find_row(node->key);
    if (!row) {
      report_unknown(r, node);
    } else if (seen[row - rows]) {
      const sbe_node *other = seen[row - rows];
      sbe_report_add(r->report, SBE_ERROR, sbe_node_key_place(node),
                     "variable '%s' sets the same as '%s' in line %u: keep one of them", node->key, other->key,
                     (unsigned)other->key_line);
    } else {
      seen[row - rows] = node;
      read_value(r, row, node);
    }
  }
}

/* JSON is read as such where it is that, since YAML readers know less of its strings. */
static const sbe_node *read_option(sbe_arena *arena, const char *text, sbe_report *report) {
  static const char file[] = "--vars";
  sbe_report silent = {.arena = arena};
  size_t size = strlen(text);
  if (text[strspn(text, " \t\r\n")] == '{') {
    const sbe_node *node = sbe_json_read(arena, file, text, size, &silent);
    if (node && silent.errors == 0) return node;
  }
  return sbe_yaml_read(arena, file, text, size, report);
}

void sbe_vars_read(sbe_arena *arena, const sbe_node *members, const char *option, sbe_place place, sbe_vars *ret_vars,
                   sbe_report *report) {
  reader r = {arena, ret_vars, report};
  *ret_vars = (sbe_vars){0};
  for (const sbe_var_row *row = rows; row->name; row++) set_preset(&r, row);
  read_layer(&r, members, "'vars'");
  size_t before = report->errors;
  if (option) read_layer(&r, read_option(arena, option, report), "--vars");
  /* When --vars cannot be read, it may be what says the date. */
  if (!ret_vars->has_start_date && (!option || report->errors == before))
    sbe_report_add(report, SBE_ERROR, place,
                   "variable '" SBE_VAR_PREFIX "start_date' is missing: give the first date to look at, as in "
                   "vars: {" SBE_VAR_PREFIX "start_date: \"2025-01-01\"}");
}
