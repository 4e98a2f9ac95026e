/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an event of the demo shop looks in the events table: the columns, and the members of events and
 * entities, under the names that Snowplow's trackers, enrichments and loaders give them. Called by demo.c.
 */
#include <inttypes.h>
#include <string.h>

#include "core/cli/demo.h"

#define HOST "shop.example.com"

static const char columns[] =
    "{\"app_id\":\"text\",\"platform\":\"text\",\"etl_tstamp\":\"timestamp\",\"collector_tstamp\":\"timestamp\","
    "\"dvce_created_tstamp\":\"timestamp\",\"event\":\"text\",\"event_id\":\"text\",\"name_tracker\":\"text\","
    "\"v_tracker\":\"text\",\"v_collector\":\"text\",\"v_etl\":\"text\",\"user_id\":\"text\","
    "\"user_ipaddress\":\"text\",\"domain_userid\":\"text\",\"domain_sessionidx\":\"integer\","
    "\"network_userid\":\"text\",\"geo_country\":\"text\",\"geo_city\":\"text\",\"page_url\":\"text\","
    "\"page_title\":\"text\",\"page_referrer\":\"text\",\"page_urlscheme\":\"text\",\"page_urlhost\":\"text\","
    "\"page_urlport\":\"integer\",\"page_urlpath\":\"text\",\"page_urlquery\":\"text\",\"refr_urlhost\":\"text\","
    "\"refr_medium\":\"text\","
    "\"refr_source\":\"text\",\"mkt_medium\":\"text\",\"mkt_source\":\"text\",\"mkt_campaign\":\"text\","
    "\"pp_yoffset_min\":\"integer\",\"pp_yoffset_max\":\"integer\",\"useragent\":\"text\",\"br_lang\":\"text\","
    "\"dvce_sent_tstamp\":\"timestamp\",\"domain_sessionid\":\"text\",\"derived_tstamp\":\"timestamp\","
    "\"event_vendor\":\"text\",\"event_name\":\"text\",\"event_format\":\"text\",\"event_version\":\"text\","
    "\"load_tstamp\":\"timestamp\","
    "\"unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1\":"
    "{\"type\":\"text\",\"name\":\"text\"},"
    "\"contexts_com_snowplowanalytics_snowplow_web_page_1\":[{\"id\":\"text\"}],"
    "\"contexts_com_snowplowanalytics_snowplow_ecommerce_product_1\":[{\"id\":\"text\",\"name\":\"text\","
    "\"category\":\"text\",\"price\":\"double\",\"list_price\":\"double\",\"quantity\":\"integer\","
    "\"currency\":\"text\",\"brand\":\"text\",\"position\":\"integer\"}],"
    "\"contexts_com_snowplowanalytics_snowplow_ecommerce_cart_1\":[{\"cart_id\":\"text\",\"total_value\":\"double\","
    "\"currency\":\"text\"}],"
    "\"contexts_com_snowplowanalytics_snowplow_ecommerce_checkout_step_1\":[{\"step\":\"integer\","
    "\"payment_method\":\"text\",\"delivery_method\":\"text\"}],"
    "\"contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1\":[{\"transaction_id\":\"text\","
    "\"revenue\":\"double\",\"currency\":\"text\",\"payment_method\":\"text\",\"total_quantity\":\"integer\"}],"
    "\"contexts_nl_basjes_yauaa_context_1\":[{\"deviceClass\":\"text\",\"deviceName\":\"text\","
    "\"deviceBrand\":\"text\",\"operatingSystemName\":\"text\",\"operatingSystemClass\":\"text\","
    "\"agentName\":\"text\",\"agentVersion\":\"text\",\"agentNameVersion\":\"text\"}]}";

const char *sbe_demo_columns(void) {
  return columns;
}

/* --- members ------------------------------------------------------------------------------------- */

/* Every text of the shop is free of quotes, backslashes and control characters. NULL is left out. */
static void text(sbe_text *out, const char *key, const char *value) {
  if (!value) return;
  sbe_text_puts(out, "\"");
  sbe_text_puts(out, key);
  sbe_text_puts(out, "\":\"");
  sbe_text_puts(out, value);
  sbe_text_puts(out, "\",");
}

static void number(sbe_text *out, const char *key, int64_t value) {
  sbe_text_printf(out, "\"%s\":%" PRId64 ",", key, value);
}

static void money(sbe_text *out, const char *key, int64_t cents) {
  sbe_text_printf(out, "\"%s\":%" PRId64 ".%02" PRId64 ",", key, cents / 100, cents % 100);
}

static void instant(sbe_text *out, const char *key, int64_t at, int64_t unit) {
  char value[32];
  sbe_timestamp_format(at - at % unit, value);
  value[10] = 'T';
  text(out, key, value);
}

#define MILLISECOND INT64_C(1000) /* what trackers and collectors count in */

/* A UUID of version 4, made of a number. */
static const char *uuid(uint64_t from, char ret_text[40]) {
  uint64_t a = sbe_demo_mix(from), b = sbe_demo_mix(from ^ UINT64_C(0x5555555555555555));
  snprintf(ret_text, 40, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xFFFF),
           (unsigned)(a & 0xFFF), (unsigned)(0x8000 | (b >> 48 & 0x3FFF)), b & UINT64_C(0xFFFFFFFFFFFF));
  return ret_text;
}

/* What a list or object ends with: its last comma goes. */
static void close(sbe_text *out, const char *brackets) {
  if (out->size && out->data[out->size - 1] == ',') out->data[--out->size] = '\0';
  sbe_text_puts(out, brackets);
  sbe_text_putc(out, ',');
}

static void open_column(sbe_text *out, const char *name, const char *brackets) {
  sbe_text_putc(out, '"');
  sbe_text_puts(out, name);
  sbe_text_puts(out, "\":");
  sbe_text_puts(out, brackets);
}

/* --- parts of a row ------------------------------------------------------------------------------ */

static const struct {
  const char *event, *vendor, *name, *version, *type;
} kinds[] = {
#define ACTION(type)                                                                                                   \
  { "unstruct", "com.snowplowanalytics.snowplow.ecommerce", "snowplow_ecommerce_action", "1-0-2", type }
    [SBE_DEMO_PAGE_VIEW] = {"page_view", "com.snowplowanalytics.snowplow", "page_view", "1-0-0", NULL},
    [SBE_DEMO_PAGE_PING] = {"page_ping", "com.snowplowanalytics.snowplow", "page_ping", "1-0-0", NULL},
    [SBE_DEMO_LIST_VIEW] = ACTION("list_view"),
    [SBE_DEMO_PRODUCT_VIEW] = ACTION("product_view"),
    [SBE_DEMO_ADD_TO_CART] = ACTION("add_to_cart"),
    [SBE_DEMO_REMOVE_FROM_CART] = ACTION("remove_from_cart"),
    [SBE_DEMO_CHECKOUT_STEP] = ACTION("checkout_step"),
    [SBE_DEMO_TRANSACTION] = ACTION("transaction"),
};

static void put_times(const sbe_demo_event *e, sbe_text *out) {
  int64_t created = e->derived + e->session->user->skew, collected = e->derived + e->delay;
  instant(out, "dvce_created_tstamp", created, MILLISECOND);
  instant(out, "dvce_sent_tstamp", created + e->delay, MILLISECOND);
  instant(out, "collector_tstamp", collected, MILLISECOND);
  instant(out, "derived_tstamp", e->derived, MILLISECOND);
  instant(out, "etl_tstamp", collected + 40 * SBE_SECOND_US, MILLISECOND);
  instant(out, "load_tstamp", e->load, MILLISECOND);
}

static void put_user(const sbe_demo_event *e, sbe_text *out) {
  char id[40];
  const sbe_demo_session *session = e->session;
  const sbe_demo_user *user = session->user;
  if (e->logged_in) {
    snprintf(id, sizeof id, "u-%d", user->account);
    text(out, "user_id", id);
  }
  text(out, "domain_userid", uuid(user->id, id));
  text(out, "network_userid", uuid(user->id + 1, id));
  text(out, "domain_sessionid", uuid(session->id, id));
  number(out, "domain_sessionidx", session->index);
  snprintf(id, sizeof id, "203.0.113.%d", (int)(user->id % 254) + 1);
  text(out, "user_ipaddress", id);
  text(out, "geo_country", user->place->country);
  text(out, "geo_city", user->place->city);
  text(out, "useragent", user->device->useragent);
  text(out, "br_lang", "en");
}

/* The campaign and the referrer belong to the first page of a session; behind it, the referrer is the shop. */
static void put_origin(const sbe_demo_event *e, sbe_text *out) {
  const sbe_demo_source *source = e->session->source;
  sbe_text_printf(out, "\"page_url\":\"https://" HOST "%s", e->path);
  if (e->landing && source->medium) {
    sbe_cleanup_text sbe_text query = SBE_TEXT(1024);
    sbe_text_printf(&query, "utm_medium=%s&utm_source=%s&utm_campaign=%s", source->medium, source->source,
                    source->campaign);
    sbe_text_printf(out, "?%s\",\"page_urlquery\":\"%s", sbe_text_string(&query), sbe_text_string(&query));
  }
  sbe_text_puts(out, "\",");
  if (!e->landing) {
    text(out, "page_referrer", "https://" HOST "/");
    text(out, "refr_medium", "internal");
    text(out, "refr_urlhost", HOST);
    return;
  }
  text(out, "mkt_medium", source->medium);
  text(out, "mkt_source", source->source);
  text(out, "mkt_campaign", source->campaign);
  text(out, "refr_medium", source->refr_medium);
  text(out, "refr_source", source->refr_source);
  text(out, "refr_urlhost", source->refr_urlhost);
  if (source->refr_urlhost) sbe_text_printf(out, "\"page_referrer\":\"https://%s/\",", source->refr_urlhost);
}

static void put_page(const sbe_demo_event *e, sbe_text *out) {
  char id[40];
  put_origin(e, out);
  text(out, "page_title", e->title);
  text(out, "page_urlscheme", "https");
  text(out, "page_urlhost", HOST);
  number(out, "page_urlport", 443);
  text(out, "page_urlpath", e->path);
  open_column(out, "contexts_com_snowplowanalytics_snowplow_web_page_1", "[{");
  text(out, "id", uuid(e->page, id));
  close(out, "}]");
}

static void put_device(const sbe_demo_device *device, sbe_text *out) {
  open_column(out, "contexts_nl_basjes_yauaa_context_1", "[{");
  text(out, "deviceClass", device->device_class);
  text(out, "deviceName", device->device_name);
  text(out, "deviceBrand", device->device_brand);
  text(out, "operatingSystemName", device->os_name);
  text(out, "operatingSystemClass", device->os_class);
  text(out, "agentName", device->agent_name);
  text(out, "agentVersion", device->agent_version);
  sbe_text_printf(out, "\"agentNameVersion\":\"%s %s\",", device->agent_name, device->agent_version);
  close(out, "}]");
}

static void put_products(const sbe_demo_event *e, sbe_text *out) {
  open_column(out, "contexts_com_snowplowanalytics_snowplow_ecommerce_product_1", "[");
  for (size_t i = 0; i < e->n_items; i++) {
    const sbe_demo_product *product = e->items[i].product;
    sbe_text_putc(out, '{');
    text(out, "id", product->sku);
    text(out, "name", product->name);
    text(out, "category", product->category);
    text(out, "brand", product->brand);
    money(out, "price", product->cents);
    money(out, "list_price", product->list_cents);
    text(out, "currency", "EUR");
    if (e->items[i].quantity) number(out, "quantity", e->items[i].quantity);
    if (e->kind == SBE_DEMO_LIST_VIEW) number(out, "position", (int64_t)i + 1);
    close(out, "}");
  }
  close(out, "]");
}

static void put_cart(const sbe_demo_event *e, sbe_text *out) {
  char id[40];
  int64_t cents = 0, quantity = 0;
  for (size_t i = 0; i < e->n_items; i++) {
    cents += (int64_t)e->items[i].product->cents * e->items[i].quantity;
    quantity += e->items[i].quantity;
  }
  if (e->kind == SBE_DEMO_CHECKOUT_STEP) {
    open_column(out, "contexts_com_snowplowanalytics_snowplow_ecommerce_checkout_step_1", "[{");
    number(out, "step", e->step);
    text(out, "delivery_method", e->step > 1 ? "parcel" : NULL);
    text(out, "payment_method", e->step > 2 ? "card" : NULL);
    close(out, "}]");
  } else if (e->kind == SBE_DEMO_TRANSACTION) {
    open_column(out, "contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1", "[{");
    text(out, "transaction_id", uuid(e->id + 1, id));
    money(out, "revenue", cents);
    text(out, "currency", "EUR");
    text(out, "payment_method", "card");
    number(out, "total_quantity", quantity);
    close(out, "}]");
  } else {
    open_column(out, "contexts_com_snowplowanalytics_snowplow_ecommerce_cart_1", "[{");
    text(out, "cart_id", uuid(e->session->id + 1, id));
    money(out, "total_value", cents);
    text(out, "currency", "EUR");
    close(out, "}]");
  }
}

void sbe_demo_row(const sbe_demo_event *e, sbe_text *out) {
  char id[40];
  sbe_text_putc(out, '{');
  text(out, "app_id", "shop");
  text(out, "platform", "web");
  text(out, "event", kinds[e->kind].event);
  text(out, "event_id", uuid(e->id, id));
  text(out, "name_tracker", "sp1");
  text(out, "v_tracker", "js-3.23.0");
  text(out, "v_collector", "ssc-3.2.0-kafka");
  text(out, "v_etl", "snowplow-enrich-kafka-4.2.0");
  put_times(e, out);
  put_user(e, out);
  put_page(e, out);
  text(out, "event_vendor", kinds[e->kind].vendor);
  text(out, "event_name", kinds[e->kind].name);
  text(out, "event_format", "jsonschema");
  text(out, "event_version", kinds[e->kind].version);
  if (e->kind == SBE_DEMO_PAGE_PING) {
    number(out, "pp_yoffset_min", 0);
    number(out, "pp_yoffset_max", e->step * 60);
  }
  if (e->kind >= SBE_DEMO_LIST_VIEW) {
    open_column(out, "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1", "{");
    text(out, "type", kinds[e->kind].type);
    text(out, "name", e->kind == SBE_DEMO_LIST_VIEW ? e->title : NULL);
    close(out, "}");
    put_products(e, out);
  }
  if (e->kind >= SBE_DEMO_ADD_TO_CART) put_cart(e, out);
  put_device(e->session->user->device, out);
  close(out, "}");
  out->data[--out->size] = '\0'; /* the comma after it is the caller's */
}
