/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The results of a run as JSON, for .sbe/run_results.json and `sbe run --json`. Numbers are exact:
 * cJSON holds doubles, so counts are written as raw text.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/run/run.h"

static void add_count(cJSON *object, const char *name, int64_t number) {
  char text[32];
  snprintf(text, sizeof text, "%" PRId64, number);
  if (number < 0)
    cJSON_AddNullToObject(object, name);
  else
    cJSON_AddRawToObject(object, name, text);
}

static void add_seconds(cJSON *object, const char *name, double seconds) {
  char text[64];
  int64_t millis = (int64_t)(seconds * 1000 + 0.5); /* no locale in it */
  snprintf(text, sizeof text, "%" PRId64 ".%03" PRId64, millis / 1000, millis % 1000);
  cJSON_AddRawToObject(object, name, text);
}

static void add_time(cJSON *object, const char *name, bool known, sbe_timestamp at) {
  char text[40];
  if (!known) {
    cJSON_AddNullToObject(object, name);
    return;
  }
  sbe_timestamp_format(at, text);
  for (char *c = text; *c; c++) {
    if (*c == ' ') *c = 'T';
    if (!c[1]) {
      c[1] = 'Z';
      c[2] = '\0';
      break;
    }
  }
  cJSON_AddStringToObject(object, name, text);
}

static void add_text(cJSON *object, const char *name, const char *text) {
  if (text)
    cJSON_AddStringToObject(object, name, text);
  else
    cJSON_AddNullToObject(object, name);
}

static cJSON *view_json(const sbe_view_result *view) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", view->model);
  cJSON_AddStringToObject(object, "status", view->status);
  add_text(object, "error", view->error_text);
  add_count(object, "windows", (int64_t)view->windows);
  add_time(object, "position", view->position.known, view->position.at);
  add_count(object, "new_events", view->new_events);
  add_count(object, "days_processed", view->days_processed);
  add_count(object, "events_skipped", view->events_skipped);
  add_count(object, "attributes_written", view->attributes_written);
  return object;
}

static cJSON *step_json(const sbe_step_result *step) {
  cJSON *object = cJSON_CreateObject();
  add_text(object, "model", step->model);
  cJSON_AddStringToObject(object, "step", step->step);
  cJSON_AddStringToObject(object, "status", step->status);
  add_text(object, "error", step->error_text);
  add_time(object, "started", true, step->started);
  add_seconds(object, "seconds", step->seconds);
  add_count(object, "rows", step->rows);
  return object;
}

static cJSON *usage_json(const sbe_usage *usage) {
  cJSON *object = cJSON_CreateObject();
  add_count(object, "statements", usage->statements);
  add_count(object, "requests", usage->requests);
  add_count(object, "round_trips", usage->round_trips);
  add_count(object, "bytes_sent", usage->bytes_sent);
  add_count(object, "bytes_received", usage->bytes_received);
  return object;
}

char *sbe_run_results_json(const sbe_run_results *results) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "run_id", results->run_id);
  cJSON_AddStringToObject(root, "status", results->code ? "error" : "success");
  add_text(root, "error_code", results->code ? sbe_error_name(results->code) : NULL);
  add_text(root, "error", results->code ? results->error.message : NULL);
  add_time(root, "as_of", true, results->now);
  add_time(root, "started", true, results->started);
  add_seconds(root, "seconds", results->seconds);
  add_seconds(root, "seconds_in_statements", results->seconds_in_statements);
  cJSON_AddItemToObject(root, "usage", usage_json(&results->usage));
  cJSON *views = cJSON_AddArrayToObject(root, "views");
  for (size_t i = 0; i < results->n_views; i++) cJSON_AddItemToArray(views, view_json(&results->views[i]));
  cJSON *steps = cJSON_AddArrayToObject(root, "steps");
  for (size_t i = 0; i < results->n_steps; i++) cJSON_AddItemToArray(steps, step_json(&results->steps[i]));
  cJSON *notes = cJSON_AddArrayToObject(root, "notes");
  for (size_t i = 0; i < results->n_notes; i++) cJSON_AddItemToArray(notes, cJSON_CreateString(results->notes[i]));
  char *text = cJSON_Print(root);
  cJSON_Delete(root);
  return text;
}
