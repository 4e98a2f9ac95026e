/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue of the generated events table, and the values that its columns and members are
 * filled with: mostly those at which something has gone wrong somewhere before. Called by the
 * generator. Must never use anything of the engine.
 */
#include "tests/brute/history.h"

#include <string.h>

/* ---- random numbers: splitmix64 ---- */

uint64_t bf_next(bf_random *random) {
  uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

int64_t bf_below(bf_random *random, int64_t limit) {
  return (int64_t)(bf_next(random) % (uint64_t)limit);
}

int64_t bf_between(bf_random *random, int64_t low, int64_t high) {
  return low + bf_below(random, high - low + 1);
}

bool bf_chance(bf_random *random, int percent) {
  return bf_below(random, 100) < percent;
}

/* ---- the catalogue ---- */

#define MEMBER(name, kind)                                                                                             \
  { name, kind, kind, {{NULL, 0}}, 0 }
const bf_leaf bf_leaves[] = {
    MEMBER("qty", BF_V_INT),
    MEMBER("bigNumber", BF_V_HUGE),
    MEMBER("price", BF_V_REAL),
    MEMBER("deviceClass", BF_V_TEXT),
    MEMBER("sku", BF_V_SKU),
    MEMBER("amountText", BF_V_NUMTEXT),
    MEMBER("IPAddress", BF_V_WILD),
    MEMBER("huge2Text", BF_V_HUGETEXT),
    MEMBER("isNew", BF_V_BOOL),
    MEMBER("product-x", BF_V_BOOLTEXT),
    MEMBER("addedAt", BF_V_TIME),
    MEMBER("when_text", BF_V_TIMETEXT),
    MEMBER("epochSeconds", BF_V_EPOCH),
    MEMBER("cartID", BF_V_KEY),
    MEMBER("tags", BF_V_TEXTS),
    MEMBER("sizes", BF_V_INTS),
    MEMBER("ratios", BF_V_REALS),
    MEMBER("step", BF_V_OBJECT),
    MEMBER("items", BF_V_ITEMS),
    MEMBER("anything", BF_V_MIXED),
    {"step", BF_V_OBJECT, BF_V_TEXT, {{"stepName", 0}}, 1},
    {"step", BF_V_OBJECT, BF_V_INT, {{"level", 0}, {"n", 0}}, 2},
    {"items", BF_V_ITEMS, BF_V_TEXT, {{NULL, 1}, {"itemSku", 0}}, 2},
    {"items", BF_V_ITEMS, BF_V_INT, {{NULL, 0}, {"qty", 0}}, 2},
    {"tags", BF_V_TEXTS, BF_V_TEXT, {{NULL, 0}}, 1},
};
const size_t bf_leaf_count = sizeof bf_leaves / sizeof *bf_leaves;

#define ECOMMERCE "com.snowplowanalytics.snowplow.ecommerce"
const bf_schema bf_schemas[BF_SCHEMAS] = {
    {BF_EVENT, "com.acme", "checkout", 1, "unstruct_event_com_acme_checkout_1", false},
    {BF_EVENT, ECOMMERCE, "snowplow_ecommerce_action", 1,
     "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1", false},
    {BF_EVENT, "com.acme", "addToCart", 2, "unstruct_event_com_acme_add_to_cart_2", false},
    {BF_ENTITY, ECOMMERCE, "product", 1, "contexts_com_snowplowanalytics_snowplow_ecommerce_product_1", false},
    {BF_ENTITY, "nl.basjes", "yauaa_context", 1, "contexts_nl_basjes_yauaa_context_1", false},
    {BF_EVENT, "com.acme", "ghost", 1, "unstruct_event_com_acme_ghost_1", true},
};

const bf_event_name bf_event_names[BF_EVENT_NAMES] = {
    {"com.snowplowanalytics.snowplow", "page_view", -1}, {"com.acme", "checkout", 0},
    {ECOMMERCE, "snowplow_ecommerce_action", 1},         {"com.acme", "addToCart", 2},
    {"com.snowplowanalytics.snowplow", "page_ping", -1},
};
const char *const bf_versions[BF_VERSIONS] = {"1-0-0", "1-0-2", "2-0-0"};

const bf_atomic bf_atomics[] = {
    {"app_id", BF_V_SKU, false},           {"event_id", BF_V_SKU, false},
    {"event_vendor", BF_V_SKU, false},     {"event_name", BF_V_SKU, false},
    {"event_version", BF_V_SKU, false},    {"domain_userid", BF_V_KEY, false},
    {"user_id", BF_V_KEY, false},          {"network_userid", BF_V_KEY, false},
    {"domain_sessionid", BF_V_KEY, false}, {"collector_tstamp", BF_V_TIME, false},
    {"derived_tstamp", BF_V_TIME, false},  {"dvce_created_tstamp", BF_V_TIME, false},
    {"load_tstamp", BF_V_TIME, false},     {"true_tstamp", BF_V_TIME, true},
    {"mkt_source", BF_V_TEXT, true},       {"page_urlpath", BF_V_TEXT, true},
    {"mkt_campaign", BF_V_NUMTEXT, true},  {"domain_sessionidx", BF_V_INT, true},
    {"tr_total", BF_V_REAL, true},         {"br_cookies", BF_V_BOOL, true},
};
const size_t bf_atomic_count = sizeof bf_atomics / sizeof *bf_atomics;

bf_shape bf_shape_of(bf_values values) {
  switch (values) {
  case BF_V_INT:
  case BF_V_HUGE:
  case BF_V_EPOCH:
    return BF_SHAPE_INTEGER;
  case BF_V_REAL:
    return BF_SHAPE_DOUBLE;
  case BF_V_BOOL:
    return BF_SHAPE_BOOL;
  case BF_V_TIME:
    return BF_SHAPE_TIME;
  case BF_V_TEXTS:
  case BF_V_INTS:
  case BF_V_REALS:
  case BF_V_ITEMS:
    return BF_SHAPE_LIST;
  case BF_V_OBJECT:
    return BF_SHAPE_OBJECT;
  case BF_V_TEXT:
  case BF_V_SKU:
  case BF_V_NUMTEXT:
  case BF_V_WILD:
  case BF_V_HUGETEXT:
  case BF_V_BOOLTEXT:
  case BF_V_TIMETEXT:
  case BF_V_KEY:
  case BF_V_MIXED:
  case BF_V_COUNT:
    break;
  }
  return BF_SHAPE_TEXT;
}

/* ---- values ---- */

#define PICK(generator, array) ((array)[bf_below(&(generator)->random, (int64_t)(sizeof(array) / sizeof *(array)))])

static const char *const texts[] = {
    "",        "a",           "b",         "A",     "B",      "ä",      "Ä",           "z",     "é",
    "e\u0301", "O'Brien",     "100%",      "a_b",   "a%b",    "axb",    "back\\slash", "\"q\"", "\U0001F600",
    "\uFFFD",  "line\nbreak", "tab\there", " lead", "trail ", "NULL",   "null",        "true",  "0",
    "12",      "{\"a\": 1}",  "[1]",       "$1",    "--",     "';drop", "\\",          "%",     "_",
    "''",      "{0}",         "ключ",      "日本",  "x",      "y",      "\\'",         "a,b",   "false",
};
static const char *const numbers[] = {
    "0",     "1",     "2.5",  "-2.5", "3.5",   "0.5", "-0.5", "1e3", "1E2", "-4",  "+5",   "  7  ",
    "12.34", "1e-2",  "0.10", "0.1",  "15e-1", "-0",  "-0.0", "",    "1,5", "NaN", "inf",  "-Infinity",
    "0x1F",  "1_000", "--1",  "1e",   "abc",   "1 2", "٣",    "7",   "7.0", "007", "4.75", "2147483648",
};
static const char *const wild[] = {"1e400", "1.7e308",  "1e-400", "5",    "nan",
                                   "-nan",  "Infinity", "0.25",   "1e18", "1e19"};
static const char *const huge_texts[] = {
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "9223372036854775807.4",
    "9223372036854775807.5",
    "-9223372036854775808.4",
    "9007199254740993",
    "9007199254740992.5",
    "18446744073709551616",
    "9007199254740992",
    "1",
    "9223372036854775806",
};
static const int64_t huge[] = {
    INT64_MAX,
    INT64_MAX - 1,
    INT64_MIN + 1,
    -INT64_MAX / 2,
    INT64_C(9007199254740993),
    INT64_C(9007199254740992),
    INT64_C(-9007199254740993),
    INT64_C(4611686018427387904),
    1,
    0,
};
static const char *const bool_texts[] = {"true", "false", "TRUE", "False", "0", "1", "yes", "t", "f", "", "2", "on"};
static const char *const time_texts[] = {
    "2025-01-03T10:00:00Z",
    "2025-01-03 10:00:00",
    "2025-01-03T12:00:00+02:00",
    "2025-01-02T23:59:59.999999Z",
    "2025-01-03T00:00:00-01:30",
    "2025-01-05",
    "2024-12-30T05:06:07.5Z",
    "1735900000",
    "1735900000.5",
    "2025-02-30T00:00:00Z",
    "2025-13-01",
    "yesterday",
    "",
    "2025-01-06T00:00:00+00:00",
    "2024-02-29T12:00:00Z",
};
static const char *const keys[] = {"u1", "O'Brien", "", "ключ \U0001F511", "a\"b", "k%_\\", " u1", "U1"};

const char *bf_draw_key(bf_generator *generator) {
  return keys[bf_below(&generator->random, (int64_t)generator->entities)];
}

const char *bf_draw_text(bf_generator *generator) {
  if (!bf_chance(&generator->random, 7)) return PICK(generator, texts);
  /* very long ones, which differ at the end only */
  char *text = bf_alloc(generator->arena, 3001);
  memset(text, 'x', 3000);
  text[2999] = (char)('a' + bf_below(&generator->random, 3));
  return text;
}

static const bf_value *draw_sku(bf_generator *generator) {
  int64_t kinds = generator->many_categories ? 130 : 8;
  return bf_string(generator->arena, bf_format(generator->arena, "sku-%d", (int)bf_below(&generator->random, kinds)));
}

static const bf_value *draw_time(bf_generator *generator, bool json) {
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  int64_t day = generator->first_day + bf_below(random, generator->days);
  int64_t clock = bf_chance(random, 30) ? 0 : bf_below(random, BF_DAY);
  if (bf_chance(random, 40)) clock -= clock % BF_HOUR;
  if (!json) return bf_time(arena, day * BF_DAY + clock);
  return bf_string(arena, bf_format(arena, "%sZ", bf_time_text(arena, day * BF_DAY + clock, 'T')));
}

/* The order in which C evaluates operands is open, so no expression draws twice. */
static int64_t draw_epoch(bf_generator *generator) {
  bf_random *random = &generator->random;
  if (bf_chance(random, 10)) return bf_between(random, -2, 2);
  int64_t day = generator->first_day + bf_below(random, 15);
  return day * 86400 + bf_below(random, 90000);
}

static const bf_value *draw_list(bf_generator *generator, bf_values element, bool json) {
  bf_value *list = bf_array(generator->arena);
  for (int64_t n = bf_below(&generator->random, 4); n > 0; n--) {
    const bf_value *value = bf_chance(&generator->random, 10) ? bf_null() : bf_draw(generator, element, false);
    if (json && bf_chance(&generator->random, 5)) value = bf_object(generator->arena);
    bf_add(generator->arena, list, value);
  }
  return list;
}

static void set_perhaps(bf_generator *generator, bf_value *object, const char *name, const bf_value *value) {
  if (bf_chance(&generator->random, 85)) bf_set(generator->arena, object, name, value);
}

static const bf_value *draw_object(bf_generator *generator) {
  bf_arena *arena = generator->arena;
  bf_value *object = bf_object(arena), *level = bf_object(arena);
  set_perhaps(generator, level, "n", bf_draw(generator, BF_V_INT, false));
  bf_set(arena, level, "other", bf_int(arena, 1)); /* never all NULL: whether it is there must be plain */
  set_perhaps(generator, object, "stepName", bf_draw(generator, BF_V_TEXT, false));
  set_perhaps(generator, object, "level", level);
  bf_set(arena, object, "there", bf_bool(arena, true));
  return object;
}

static const bf_value *draw_items(bf_generator *generator) {
  bf_value *list = bf_array(generator->arena);
  for (int64_t n = bf_below(&generator->random, 4); n > 0; n--) {
    bf_value *item = bf_object(generator->arena);
    bf_set(generator->arena, item, "there", bf_bool(generator->arena, true));
    set_perhaps(generator, item, "itemSku", bf_draw(generator, BF_V_TEXT, false));
    set_perhaps(generator, item, "qty", bf_draw(generator, BF_V_INT, false));
    bf_add(generator->arena, list, item);
  }
  return list;
}

static const bf_value *draw_mixed(bf_generator *generator, bool json) {
  static const bf_values kinds[] = {BF_V_TEXT, BF_V_INT, BF_V_BOOL, BF_V_SKU, BF_V_OBJECT, BF_V_TEXTS, BF_V_HUGE};
  return bf_draw(generator, json ? PICK(generator, kinds) : BF_V_TEXT, json);
}

const bf_value *bf_draw(bf_generator *generator, bf_values values, bool json) {
  bf_arena *arena = generator->arena;
  bf_random *random = &generator->random;
  switch (values) {
  case BF_V_INT:
    return bf_int(arena, bf_between(random, -3, 8));
  case BF_V_HUGE:
    return bf_int(arena, PICK(generator, huge));
  case BF_V_REAL:
    return bf_real(arena, bf_chance(random, 10) ? -0.0 : (double)bf_between(random, -12, 30) / 4);
  case BF_V_TEXT:
    return bf_string(arena, bf_draw_text(generator));
  case BF_V_SKU:
    return draw_sku(generator);
  case BF_V_NUMTEXT:
    return bf_string(arena, PICK(generator, numbers));
  case BF_V_WILD:
    return bf_string(arena, PICK(generator, wild));
  case BF_V_HUGETEXT:
    return bf_string(arena, PICK(generator, huge_texts));
  case BF_V_BOOL:
    return bf_bool(arena, bf_chance(random, 50));
  case BF_V_BOOLTEXT:
    return bf_string(arena, PICK(generator, bool_texts));
  case BF_V_TIME:
    return draw_time(generator, json);
  case BF_V_TIMETEXT:
    return bf_string(arena, PICK(generator, time_texts));
  case BF_V_EPOCH:
    return bf_int(arena, draw_epoch(generator));
  case BF_V_KEY:
    return bf_string(arena, bf_draw_key(generator));
  case BF_V_TEXTS:
    return draw_list(generator, BF_V_TEXT, json);
  case BF_V_INTS:
    return draw_list(generator, BF_V_INT, json);
  case BF_V_REALS:
    return draw_list(generator, BF_V_REAL, json);
  case BF_V_OBJECT:
    return draw_object(generator);
  case BF_V_ITEMS:
    return draw_items(generator);
  case BF_V_MIXED:
    return draw_mixed(generator, json);
  case BF_V_COUNT:
    break;
  }
  return bf_null();
}
