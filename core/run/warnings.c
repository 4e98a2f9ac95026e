/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The near-miss warning (semantics, "Events"): an event that a definition names but that matched
 * nothing in the slice is looked for among the vendors, names and versions that are there. Called once
 * a scan; a run warns of an event once.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/run/internal.h"

/* What the slice holds: one row of the count. */
typedef struct seen {
  const char *vendor, *name, *version;
  int64_t rows;
} seen;

static const char *event_text(sbe_arena *arena, const char *vendor, const char *name, const char *version) {
  return sbe_arena_printf(arena, "%s/%s/%s", vendor ? vendor : "*", name ? name : "*", version ? version : "*");
}

static bool agrees(const char *wanted, const char *here) {
  return !wanted || sbe_streq(wanted, here);
}

static bool is_near(const char *wanted, const char *here) {
  const char *const candidates[] = {here, NULL};
  return wanted && here && sbe_nearest(wanted, candidates) != NULL;
}

/* How near a miss it is; 0: no miss of this event. All rows that would match it match another way (a NULL key, say). */
static int nearness(const sbe_event *wanted, const seen *here) {
  bool vendor = agrees(wanted->vendor, here->vendor), name = agrees(wanted->name, here->name);
  bool version = agrees(wanted->version, here->version);
  if (vendor && name && version) return 0;
  if (vendor && name) return 5;
  if (name && version && wanted->name) return 4;
  if (name && wanted->name) return 3;
  if (vendor && wanted->vendor && is_near(wanted->name, here->name)) return 2;
  return is_near(wanted->name, here->name) ? 1 : 0;
}

static bool already_warned(sbe_runner *r, const char *text) {
  for (size_t i = 0; i < r->n_warned; i++)
    if (sbe_streq(r->warned[i], text)) return true;
  if (r->n_warned == r->warned_capacity) {
    size_t capacity = r->warned_capacity ? r->warned_capacity * 2 : 32;
    const char **bigger = SBE_NEW_ARRAY(r->arena, const char *, capacity);
    if (r->n_warned) memcpy(bigger, r->warned, r->n_warned * sizeof *bigger);
    r->warned = bigger;
    r->warned_capacity = capacity;
  }
  r->warned[r->n_warned++] = sbe_arena_strdup(r->arena, text);
  return false;
}

static void warn(sbe_runner *r, const sbe_event *event, size_t n, const seen *there) {
  const seen *nearest = NULL;
  int best = 0;
  bool exact = false;
  for (size_t i = 0; i < n; i++) {
    int near = nearness(event, &there[i]);
    exact = exact || (agrees(event->vendor, there[i].vendor) && agrees(event->name, there[i].name) &&
                      agrees(event->version, there[i].version));
    if (near > best) {
      best = near;
      nearest = &there[i];
    }
  }
  if (exact || !nearest) return;
  const char *wanted = event_text(r->window_arena, event->vendor, event->name, event->version);
  if (already_warned(r, wanted)) return;
  sbe_run_note_at(r, SBE_WARNING, event->place, "event %s matched nothing, but there were %lld of %s", wanted,
                  (long long)nearest->rows,
                  event_text(r->window_arena, nearest->vendor, nearest->name, nearest->version));
}

static int32_t ask_for_events(sbe_runner *r, const char *lower, const char *upper, sbe_rows *there) {
  sbe_statements list = {0};
  sbe_text *select = sbe_statements_add_query(&list, there);
  int32_t code = sbe_print_slice_events(&r->sql, r->window_arena, &r->columns, lower, upper, select, r->error);
  if (!code) code = sbe_run_step(r, NULL, "events", &list, false, NULL);
  sbe_statements_clear(&list);
  return code;
}

int32_t sbe_warn_of_near_misses(sbe_runner *r, const sbe_scan *scan, const sbe_rows *counts, sbe_rows *there,
                                const char *lower, const char *upper) {
  if (!scan->n_events || !counts->n) return SBE_OK;
  bool unmatched = false;
  for (size_t i = 0; i < scan->n_events; i++) {
    const sbe_event *e = scan->events[i];
    if (sbe_cell_int(SBE_CELL(counts, 0, i), 0) == 0 && (e->vendor || e->name || e->version)) unmatched = true;
  }
  if (!unmatched) return SBE_OK;
  sbe_rows asked = {.arena = r->window_arena};
  int32_t code = SBE_OK;
  if (!there) {
    there = &asked;
    code = ask_for_events(r, lower, upper, there);
  }
  if (code) return code;
  seen *here = SBE_NEW_ARRAY(r->window_arena, seen, there->n);
  for (size_t i = 0; i < there->n; i++)
    here[i] = (seen){sbe_cell_text(SBE_CELL(there, i, 0), NULL), sbe_cell_text(SBE_CELL(there, i, 1), NULL),
                     sbe_cell_text(SBE_CELL(there, i, 2), NULL), sbe_cell_int(SBE_CELL(there, i, 3), 0)};
  for (size_t i = 0; i < scan->n_events; i++)
    if (sbe_cell_int(SBE_CELL(counts, 0, i), 0) == 0) warn(r, scan->events[i], there->n, here);
  return SBE_OK;
}
