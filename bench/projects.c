/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The projects that the bench runs sbe in: sbe.yml, a profile, and one, ten or ten thousand views of four
 * attributes. View 0 has the four example attributes of the documentation, with the vendor that trackers
 * really send; the others have the same shape, with other names, values and periods. Called by measure.c.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "core/base/date.h"
#include "core/base/text.h"

#define VIEWS_IN_A_FILE 100

#define VENDOR "com.snowplowanalytics.snowplow"
#define ACTION "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1:type"
#define PRODUCT "contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0]."
#define YAUAA "contexts_nl_basjes_yauaa_context_1[0]:"

/* What is the same for all views of an attribute; `event` and `criteria` are shared by two each. */
typedef struct attribute {
  const char *name, *type, *aggregation, *property;
  bool is_action; /* an e-commerce action that meets the criteria, else a page view */
  bool has_period;
} attribute;

static const attribute attributes[] = {
    {"products_added_to_cart_last_7_days", "string_list", "unique_list", PRODUCT "name", true, true},
    {"total_product_price_clv", "float", "sum", PRODUCT "price", true, false},
    {"first_mkt_source", "string", "first", "mkt_source", false, false},
    {"last_device_class", "string", "last", YAUAA "deviceClass", false, false},
};
#define N_ATTRIBUTES (sizeof attributes / sizeof *attributes)

static const char *action_of(int64_t view) {
  static const char *const actions[] = {"add_to_cart", "transaction", "product_view"};
  return actions[view % 3];
}

static int64_t days_of(int64_t view) {
  return 7 + view % 30;
}

static void put_name(int64_t view, sbe_text *out) {
  sbe_text_puts(out, BENCH_MODEL);
  if (view) sbe_text_printf(out, "_%05lld", (long long)view);
}

/* --- YAML, as people write it -------------------------------------------------------------------- */

static void put_yaml_attribute(int64_t view, const attribute *a, sbe_text *out) {
  sbe_text_printf(out, "      - name: %s\n        type: %s\n        events:\n", a->name, a->type);
  sbe_text_printf(out, "          - {vendor: %s, name: %s, version: %s}\n", a->is_action ? VENDOR ".ecommerce" : VENDOR,
                  a->is_action ? "snowplow_ecommerce_action" : "page_view", a->is_action ? "1-0-2" : "1-0-0");
  sbe_text_printf(out, "        aggregation: %s\n        property: %s\n", a->aggregation, a->property);
  if (a->is_action)
    sbe_text_printf(out,
                    "        criteria:\n          all:\n            - property: " ACTION "\n"
                    "              operator: \"=\"\n              value: %s\n",
                    action_of(view));
  if (a->has_period) sbe_text_printf(out, "        period: %lldd\n", (long long)days_of(view));
}

static void put_yaml(int64_t first, int64_t end, sbe_text *out) {
  sbe_text_puts(out, "views:\n");
  for (int64_t view = first; view < end; view++) {
    sbe_text_puts(out, "  - name: ");
    put_name(view, out);
    sbe_text_puts(out, "\n    version: 1\n    entity: domain_userid\n    offline: true\n    owner: data@example.com\n"
                       "    attributes:\n");
    for (size_t i = 0; i < N_ATTRIBUTES; i++) put_yaml_attribute(view, &attributes[i], out);
  }
}

/* --- JSON, as the API answers -------------------------------------------------------------------- */

static void put_json_attribute(int64_t view, const attribute *a, sbe_text *out) {
  sbe_text_printf(out, "{\"name\": \"%s\", \"description\": null, \"type\": \"%s\", ", a->name, a->type);
  sbe_text_printf(out, "\"events\": [{\"vendor\": \"%s\", \"name\": \"%s\", \"version\": \"%s\"}], ",
                  a->is_action ? VENDOR ".ecommerce" : VENDOR, a->is_action ? "snowplow_ecommerce_action" : "page_view",
                  a->is_action ? "1-0-2" : "1-0-0");
  sbe_text_printf(out, "\"aggregation\": \"%s\", \"property\": \"%s\", \"criteria\": ", a->aggregation, a->property);
  if (a->is_action)
    sbe_text_printf(out, "{\"all\": [{\"property\": \"" ACTION "\", \"operator\": \"=\", \"value\": \"%s\"}]}",
                    action_of(view));
  else
    sbe_text_puts(out, "null");
  if (a->has_period) sbe_text_printf(out, ", \"period\": \"P%lldD\"", (long long)days_of(view));
  sbe_text_puts(out, ", \"default_value\": null}");
}

static void put_json(int64_t first, int64_t end, sbe_text *out) {
  sbe_text_puts(out, "{\"data\": [\n");
  for (int64_t view = first; view < end; view++) {
    sbe_text_puts(out, "{\"name\": \"");
    put_name(view, out);
    sbe_text_puts(out, "\", \"version\": 1, \"attribute_key\": {\"name\": \"domain_userid\"}, \"offline\": true, "
                       "\"online\": false, \"owner\": \"data@example.com\", \"attributes\": [\n");
    for (size_t i = 0; i < N_ATTRIBUTES; i++) {
      put_json_attribute(view, &attributes[i], out);
      sbe_text_puts(out, i + 1 < N_ATTRIBUTES ? ",\n" : "]}");
    }
    sbe_text_puts(out, view + 1 < end ? ",\n" : "\n");
  }
  sbe_text_puts(out, "]}\n");
}

/* --- projects ------------------------------------------------------------------------------------ */

const char *bench_day(const bench *b, int64_t days) {
  sbe_date start = 0;
  char text[16];
  (void)!sbe_date_parse(BENCH_START, strlen(BENCH_START), &start);
  sbe_date_format(start + days, text);
  return sbe_arena_strdup(b->arena, text);
}

static void write_settings(const bench *b, const char *dir) {
  const char *path = sbe_arena_printf(b->arena, "%s/sbe.yml", dir);
  /* One window for the whole backfill. The late lookback stays what it is: it is longer than events are late. */
  const char *text = sbe_arena_printf(b->arena,
                                      "name: shop\nprofile: shop\nvars:\n  snowplow__start_date: \"" BENCH_START "\"\n"
                                      "  snowplow__backfill_limit_days: %lld\n",
                                      (long long)b->options.days + 30);
  bench_write(path, text, strlen(text));
  path = sbe_arena_printf(b->arena, "%s/profiles.yml", dir);
  text = sbe_arena_printf(b->arena,
                          "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, schema: shop, "
                          "threads: %lld}\n",
                          (long long)b->options.threads);
  bench_write(path, text, strlen(text));
}

void bench_make_project(const bench *b, const char *dir, int64_t n, const char *format) {
  sbe_cleanup_text sbe_text text = SBE_TEXT((size_t)16 << 20);
  bench_make_dirs(sbe_arena_printf(b->arena, "%s/views", dir));
  write_settings(b, dir);
  for (int64_t first = 0; first < n; first += VIEWS_IN_A_FILE) {
    int64_t end = first + VIEWS_IN_A_FILE < n ? first + VIEWS_IN_A_FILE : n;
    sbe_text_clear(&text);
    (strcmp(format, "json") == 0 ? put_json : put_yaml)(first, end, &text);
    const char *path = sbe_arena_printf(b->arena, "%s/views/views_%05lld.%s", dir, (long long)first, format);
    bench_write(path, sbe_text_string(&text), text.size);
  }
}
