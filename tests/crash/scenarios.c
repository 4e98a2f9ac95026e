/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is played: one history of events, and runs over it. All events are there from the beginning; a
 * run sees those that were loaded before its clock. What a table holds after the run is stated by
 * hand, so that a scenario cannot silently stop to be what it is called.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

/* ---- events ---- */

/* What every warehouse understands of its events table; each adds the entity com_acme_item_1 in its own layout. */
const char event_columns[] =
    "event_id VARCHAR, app_id VARCHAR, user_id VARCHAR, domain_userid VARCHAR, event_vendor VARCHAR,"
    " event_name VARCHAR, event_version VARCHAR, collector_tstamp TIMESTAMP, derived_tstamp TIMESTAMP,"
    " dvce_created_tstamp TIMESTAMP, load_tstamp TIMESTAMP, mkt_source VARCHAR";
const char event_cells[] =
    "id, 'web', 'a', u, 'com.acme', 'page_view', '1-0-0', loaded, happened, happened, loaded, source";
/* id, user, derived, loaded, source, sku, price. All in January 2025. */
const char event_rows[] =
    "(SELECT id, u, CAST('2025-01-' || h AS TIMESTAMP) AS happened, CAST('2025-01-' || l AS TIMESTAMP) AS loaded,"
    " source, sku, price FROM (VALUES"
    "  ('e01', 'u1', '01 10:00', '01 10:05', 'google', 'a', 1.1),"
    "  ('e02', 'u2', '01 23:50', '02 00:05', NULL,     'b', 2.2),"
    "  ('e03', 'u1', '02 09:00', '02 09:05', 'bing',   'b', 0.1),"
    "  ('e03', 'u1', '02 09:00', '02 10:00', 'twice',  'x', 9.9)," /* the same event twice, in one run */
    "  ('e04', 'u2', '02 12:00', '02 12:05', 'google', 'c', 0.7),"
    "  ('e05', 'u1', '03 08:00', '03 08:05', 'bing',   'a', 3.3),"
    "  ('e06', 'u3', '03 20:00', '03 20:05', 'mail',   'c', 0.2),"
    "  ('e07', 'u1', '04 09:00', '04 09:05', NULL,     'd', 4.4),"
    "  ('e08', 'u2', '04 11:00', '04 11:05', 'mail',   'a', 0.3),"
    "  ('l08', 'u4', '01 05:00', '04 06:00', 'late',   'p', 0.6)," /* late: see the scenarios */
    "  ('e05', 'u1', '03 08:00', '05 06:00', 'twice',  'x', 9.9)," /* and again in a later run */
    "  ('e09', 'u1', '05 10:00', '05 10:05', 'google', 'e', 5.5),"
    "  ('e10', 'u3', '05 12:00', '05 12:05', 'bing',   'f', 0.6),"
    "  ('e11', 'u2', '06 07:00', '06 07:05', 'bing',   'a', 7.7),"
    "  ('l01', 'u1', '02 15:00', '06 09:00', 'late',   'l', 0.1),"
    "  ('l02', 'u2', '03 15:00', '06 10:00', 'late',   'l', 0.2),"
    "  ('l03', 'u2', '03 16:00', '06 10:01', 'late',   'm', 0.3),"
    "  ('l06', 'u4', '01 21:00', '06 11:00', 'late',   'n', 0.4),"
    "  ('l05', 'u3', '01 20:00', '06 11:30', 'late',   'l', 0.5),"
    "  ('l07', 'u1', '02 16:00', '07 12:00', 'late',   'o', 0.5),"
    "  ('e12', 'u1', '07 15:00', '07 15:05', 'mail',   'a', 8.8),"
    "  ('e13', 'u4', '08 03:00', '08 03:05', 'mail',   'g', 9.9)"
    " ) AS t (id, u, h, l, source, sku, price)) AS e";

/* ---- definitions ---- */

#define COUNT "      - {name: n, type: int32, aggregation: counter, events: []}\n"
#define PRICE "contexts_com_acme_item_1[0].price"
#define SKU "contexts_com_acme_item_1[0].sku"

/* Something of each shape: counts, sums of doubles, picks, sets, a window, the clock. */
#define V                                                                                                              \
  "views:\n"                                                                                                           \
  "  - name: v\n"                                                                                                      \
  "    entity: domain_userid\n"                                                                                        \
  "    attributes:\n" COUNT "      - {name: spent, type: double, aggregation: sum, events: [], property: \"" PRICE     \
  "\"}\n"                                                                                                              \
  "      - {name: recent, type: double, aggregation: mean, events: [], property: \"" PRICE "\", period: 2d}\n"         \
  "      - {name: skus, type: string_list, aggregation: unique_list, events: [], property: \"" SKU "\", period: 7d}\n" \
  "      - {name: source, type: string, aggregation: last, events: [], property: mkt_source}\n"

/* The same view, but for one attribute that goes and one that comes. */
static const char v[] =
    V "      - {name: hours, type: int64, aggregation: time_since_last, events: [], time_unit: h}\n";
static const char v_changed[] =
    V "      - {name: most, type: string, aggregation: most_frequent, events: [], property: mkt_source}\n";

/* Two views which read the same rows; the second has no daily_values. */
static const char two_views[] =
    V "  - name: w\n"
      "    entity: user_id\n"
      "    attributes:\n" COUNT "      - {name: top, type: double, aggregation: max, events: [], property: \"" PRICE
      "\", period: 3d}\n";

/* ---- scenarios ---- */

#define COUNTS                                                                                                         \
  "SELECT string_agg(domain_userid || ' ' || n, ', ' ORDER BY domain_userid) FROM shop_derived.v_1_attributes"
#define WINDOWS                                                                                                        \
  "SELECT string_agg(CAST(windows AS VARCHAR), ', ' ORDER BY model) FROM "                                             \
  "shop_snowplow_manifest.snowplow_incremental_manifest"
#define W_ROWS "SELECT user_id || ' ' || n || ' ' || top FROM shop_derived.w_1_attributes"
#define SKIPPED                                                                                                        \
  "SELECT coalesce(string_agg(extract(day FROM event_date) || ': ' || skipped_events, ', ' ORDER BY event_date), "     \
  "'none')"                                                                                                            \
  " FROM shop_snowplow_manifest.snowplow_daily_aggregation_manifest WHERE skipped_events > 0"

const scenario scenarios[] = {
    {.name = "first",
     .what = "a first run",
     .views = v,
     .as_of = "2025-01-03",
     .flags = "",
     .later = "2025-01-04T12:00:00",
     .later_flags = "",
     .expected = {{COUNTS, "u1 2, u2 2"}, {WINDOWS, "1"}},
     .expected_later = {{COUNTS, "u1 4, u2 3, u3 1, u4 1"}, {WINDOWS, "2"}}},
    {.name = "ordinary",
     .what = "an ordinary run after others",
     .views = v,
     .set_up = {"2025-01-03", "2025-01-04"},
     .as_of = "2025-01-05",
     .flags = "",
     .later = "2025-01-06",
     .later_flags = "",
     .expected = {{COUNTS, "u1 4, u2 3, u3 1, u4 1"}, {WINDOWS, "3"}},
     .expected_later = {{COUNTS, "u1 5, u2 3, u3 2, u4 1"}, {WINDOWS, "4"}}},
    {.name = "late",
     .what = "a run with late days, processed and skipped",
     .vars = ", min_late_events_to_process: 2",
     .views = v,
     /* the second leaves l08 (of the 1st) waiting */
     .set_up = {"2025-01-03", "2025-01-05", "2025-01-06"},
     /* R = the 6th. The 1st: l05 and l06, and l08; the 2nd: l01 alone has to wait; the 3rd: l02 and l03 */
     .as_of = "2025-01-07",
     .flags = "",
     /* R = the 7th, and its lookback just reaches the 2nd: l01 and l07 */
     .later = "2025-01-08",
     .later_flags = "",
     .expected = {{COUNTS, "u1 5, u2 6, u3 3, u4 2"}, {SKIPPED, "2: 1"}, {WINDOWS, "4"}},
     .expected_later = {{COUNTS, "u1 8, u2 6, u3 3, u4 2"}, {SKIPPED, "none"}, {WINDOWS, "5"}}},
    {.name = "refresh",
     .what = "a full refresh over two windows",
     .vars = ", min_late_events_to_process: 2",
     .views = v,
     .set_up = {"2025-01-03", "2025-01-04"},
     .as_of = "2025-01-04T12:00:00",
     .flags = "--full-refresh --until-current",
     .flags_again = "--until-current",
     .later = "2025-01-05T12:00:00",
     .later_flags = "",
     /* l08 is alone and late in the second window, but a full refresh processes every day */
     .expected = {{COUNTS, "u1 4, u2 3, u3 1, u4 1"}, {SKIPPED, "none"}, {WINDOWS, "2"}},
     /* e10 is loaded five minutes too late */
     .expected_later = {{COUNTS, "u1 5, u2 3, u3 1, u4 1"}, {WINDOWS, "3"}}},
    {.name = "changed",
     .what = "a full refresh after a change of the definition",
     .views_before = v,
     .views = v_changed,
     .set_up = {"2025-01-02"},
     .as_of = "2025-01-03",
     .flags = "--full-refresh",
     .flags_again = "",
     .later = "2025-01-05",
     .later_flags = "--until-current",
     .expected = {{COUNTS, "u1 2, u2 2"}, {WINDOWS, "1"}},
     .expected_later = {{COUNTS, "u1 4, u2 3, u3 1, u4 1"}, {WINDOWS, "2"}}},
    {.name = "windows",
     .what = "--until-current over three windows",
     .views = v,
     .as_of = "2025-01-06T12:00:00",
     .flags = "--until-current",
     .later = "2025-01-08",
     .later_flags = "--until-current",
     .expected = {{COUNTS, "u1 6, u2 6, u3 3, u4 2"}, {WINDOWS, "3"}},
     .expected_later = {{COUNTS, "u1 8, u2 6, u3 3, u4 2"}, {WINDOWS, "4"}}},
    {.name = "two",
     .what = "two views that share a scan",
     .views = two_views,
     .set_up = {"2025-01-03"},
     .as_of = "2025-01-05",
     .flags = "",
     .later = "2025-01-06",
     .later_flags = "",
     .expected = {{COUNTS, "u1 4, u2 3, u3 1, u4 1"}, {W_ROWS, "a 9 4.4"}, {WINDOWS, "2, 2"}},
     .expected_later = {{COUNTS, "u1 5, u2 3, u3 2, u4 1"}, {W_ROWS, "a 11 5.5"}, {WINDOWS, "3, 3"}}},
};
const size_t n_scenarios = sizeof scenarios / sizeof scenarios[0];

/* ---- making one ---- */

bool write_profile(const char *directory, const char *of) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) abort();
  fputs("shop:\n  target: dev\n  outputs:\n    dev: ", out);
  database_profile(out, of);
  fputs("\n", out);
  if (fclose(out) != 0) abort();
  bool good = write_file(directory, "profiles.yml", text);
  free(text);
  return good;
}

static bool write_project(const scenario *s, const char *directory, const char *views) {
  char text[1024];
  snprintf(text, sizeof text, "name: shop\nprofile: shop\nvars: {snowplow__start_date: \"2025-01-01\"%s}\n",
           s->vars != NULL ? s->vars : "");
  return write_file(directory, "sbe.yml", text) && write_profile(directory, NULL) &&
         write_file(directory, "views/views.yml", views);
}

bool scenario_make(const scenario *s, const char *directory) {
  char inner[PATH_SIZE];
  join(inner, directory, "views");
  if (!make_directory(directory) || !make_directory(inner)) return false;
  bool good =
      write_project(s, directory, s->views_before != NULL ? s->views_before : s->views) && database_make(directory);
  for (size_t i = 0; good && i < sizeof s->set_up / sizeof s->set_up[0] && s->set_up[i] != NULL; i++) {
    outcome o = sbe_run_to_end(directory, s->set_up[i], "", NULL);
    good = check(o.exit_status == 0, "%s: set-up: %s", s->name, outcome_text(directory, o));
  }
  return good && write_project(s, directory, s->views);
}
