/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events table as one FROM item: exactly one row an event, a column p0, p1, … for each property
 * that a view uses, and for each the class of what is in it. The host reads them from there on.
 *
 * The one layout of this adapter: atomic columns of scalars; `unstruct_event_…` and `contexts_…` with
 * JSON in them. To change: look at how your loader lays events out. Nested columns (STRUCT, VARIANT)
 * are indexed into; tables of their own are joined inside of the FROM item, and reduced to one row an
 * event. Find out from the columns' types (`wanted->columns`), never from an option. No expression here
 * may raise an error or answer a second row: one odd event would stop or falsify every run.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sqlite_adapter.h"

/* What a declared type has in its name, and the class that it stands for; the first that fits. */
static const struct {
  const char *word;
  int32_t class_;
} classes[] = {
    {"JSON", SBE_CLASS_JSON},       {"BOOL", SBE_CLASS_BOOL},   {"TIMESTAMP", SBE_CLASS_TIMESTAMP},
    {"DATE", SBE_CLASS_TIMESTAMP},  {"INT", SBE_CLASS_INTEGER}, {"REAL", SBE_CLASS_DOUBLE},
    {"FLOA", SBE_CLASS_DOUBLE},     {"DOUB", SBE_CLASS_DOUBLE}, {"DEC", SBE_CLASS_DECIMAL},
    {"NUMERIC", SBE_CLASS_DECIMAL},
};

static int32_t class_of_type(const char *type) {
  for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
    for (const char *at = type; *at != '\0'; at++)
      if (strncasecmp(at, classes[i].word, strlen(classes[i].word)) == 0) return classes[i].class_;
  return SBE_CLASS_TEXT;
}

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text), its = strlen(end);
  return size >= its && strcasecmp(text + size - its, end) == 0;
}

/* Without columns (`compile`, before anything was ever run) every column is there, as the standard has it. */
static int32_t class_of_column(const sbe_source *wanted, const char *name) {
  if (wanted->n_columns == 0) return ends_with(name, "_tstamp") ? SBE_CLASS_TIMESTAMP : SBE_CLASS_TEXT;
  for (size_t i = 0; i < wanted->n_columns; i++)
    if (strcasecmp(wanted->columns[i].name, name) == 0) return class_of_type(wanted->columns[i].type);
  return SBE_CLASS_MISSING;
}

/* A timestamp may be written in many ways; from here on it is in the fixed form. */
static int32_t put_scalar(int32_t class_, const char *column, sbe_text *out) {
  static const struct {
    const char *before, *behind;
  } forms[] = {
      [SBE_CLASS_INTEGER] = {"", ""},
      [SBE_CLASS_DECIMAL] = {"", ""},
      [SBE_CLASS_DOUBLE] = {"sbe_finite(", ")"},
      [SBE_CLASS_BOOL] = {"", ""},
      [SBE_CLASS_TIMESTAMP] = {"sbe_timestamp(", ")"},
      [SBE_CLASS_TEXT] = {"CAST(", " AS TEXT)"},
  };
  put(out, forms[class_].before);
  put_identifier(out, column);
  put(out, forms[class_].behind);
  return class_;
}

/* A member is looked for in each row's JSON, by its exact name and then by its snake case (json.c). Without
   a step it is the whole value. */
static int32_t put_member(const sbe_path *path, sbe_text *out) {
  char index[32];
  put(out, "CASE WHEN json_valid(");
  put_identifier(out, path->column);
  put(out, ") THEN sbe_member(");
  put_identifier(out, path->column);
  if (path->kind == SBE_PATH_ENTITY) {
    snprintf(index, sizeof index, ", %lld", (long long)path->index);
    put(out, index);
  }
  for (size_t i = 0; i < path->n_steps; i++) {
    const sbe_step *step = &path->steps[i];
    if (step->name != NULL) {
      put(out, ", ");
      put_literal(out, step->name, strlen(step->name));
    } else {
      snprintf(index, sizeof index, ", %lld", (long long)step->index);
      put(out, index);
    }
  }
  put(out, ") END");
  return SBE_CLASS_JSON;
}

static int32_t put_path(const sbe_source *wanted, const sbe_path *path, sbe_text *out) {
  int32_t class_ = class_of_column(wanted, path->column);
  if (class_ == SBE_CLASS_MISSING) {
    put(out, "NULL"); /* no error: the host warns, or refuses, by the attribute's name */
    return class_;
  }
  if (path->kind == SBE_PATH_ATOMIC && class_ != SBE_CLASS_JSON) return put_scalar(class_, path->column, out);
  return put_member(path, out);
}

/*
 * On most warehouses this condition decides what a run costs: written as `column >= constant`, with the
 * bare column on one side, it skips partitions, row groups or micro-partitions. Here the column may
 * hold any spelling of a time, so it is read, and the table from end to end.
 */
static void put_bounds(const sbe_source *wanted, sbe_text *out) {
  const char *glue = " WHERE ";
  const struct { const char *operator_, *bound; } bounds[] = {{" >= ", wanted->lower}, {" < ", wanted->upper}};
  for (size_t i = 0; i < 2; i++) {
    if (bounds[i].bound == NULL) continue;
    put(out, glue);
    put(out, "sbe_timestamp(\"load_tstamp\")");
    put(out, bounds[i].operator_);
    put(out, bounds[i].bound);
    glue = " AND ";
  }
}

int32_t print_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  if (class_of_column(wanted, "load_tstamp") == SBE_CLASS_MISSING)
    return host->error(error, SBE_NOT_FOUND, NULL, "The events table %s has no column load_tstamp.", wanted->table);
  put(out, "(SELECT ");
  for (size_t i = 0; i < wanted->n_paths; i++) {
    char name[32];
    if (i > 0) put(out, ", ");
    ret_classes[i] = put_path(wanted, wanted->paths[i], out);
    snprintf(name, sizeof name, "p%zu", i);
    put(out, " AS ");
    put_identifier(out, name);
  }
  put(out, wanted->n_paths > 0 ? " FROM " : "1 FROM ");
  put(out, wanted->table);
  put_bounds(wanted, out);
  put(out, ")");
  return SBE_OK;
}
