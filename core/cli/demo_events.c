/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens in the demo shop: visitors come from somewhere, look at lists and products, put things into
 * the cart, some buy. Nothing is random but by a seeded generator, and times count from the shop's first
 * day, so that the same end gives the same events. Called by demo.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/cli/demo.h"

#define USERS 400
#define MINUTE (60 * SBE_SECOND_US)
#define HOUR (60 * MINUTE)
#define BATCH (5 * MINUTE) /* of the loader */

static const sbe_demo_product products[] = {
    {"TRL-100", "Trail Runner 3", "shoes/running", "Norrland", 11900, 13900},
    {"TRL-110", "Trail Runner 3 GTX", "shoes/running", "Norrland", 14900, 14900},
    {"RD-200", "Road Racer", "shoes/running", "Pacer", 12950, 12950},
    {"RD-210", "Daily Trainer", "shoes/running", "Pacer", 9900, 10900},
    {"HK-300", "Women's Ridge Boot", "shoes/hiking", "Norrland", 17900, 19900},
    {"HK-310", "Men's Ridge Boot", "shoes/hiking", "Norrland", 17900, 19900},
    {"TS-400", "Merino Tee", "clothing/tops", "Skog", 5900, 5900},
    {"TS-410", "Merino Longsleeve", "clothing/tops", "Skog", 7900, 7900},
    {"JK-500", "Rain Shell", "clothing/jackets", "Skog", 18900, 22900},
    {"JK-510", "Down Jacket 800", "clothing/jackets", "Fjällvind", 24900, 24900},
    {"SK-600", "Hiking Socks (2 pairs)", "clothing/socks", "Skog", 2450, 2450},
    {"SK-610", "Running Socks", "clothing/socks", "Pacer", 1290, 1590},
    {"BP-700", "Day Pack 22 l", "gear/packs", "Fjällvind", 8900, 8900},
    {"BP-710", "Trekking Pack 55 l", "gear/packs", "Fjällvind", 19900, 21900},
    {"BT-800", "Steel Bottle 0.75 l", "gear/bottles", "Kyla", 2990, 2990},
    {"BT-810", "Thermos 1 l", "gear/bottles", "Kyla", 3990, 4490},
    {"LM-900", "Head Lamp 400", "gear/lights", "Lykta", 4990, 4990},
    {"TN-950",
     "Tent \xE2\x80\x9C"
     "Duo\xE2\x80\x9D",
     "gear/tents", "Fjällvind", 34900, 39900},
};
#define N_PRODUCTS (sizeof products / sizeof *products)

static const sbe_demo_device devices[] = {
    {"Phone", "Apple iPhone", "Apple", "iOS", "Mobile", "Safari", "17.4",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
     "Mobile/15E148 Safari/604.1"},
    {"Phone", "Samsung SM-S911B", "Samsung", "Android", "Mobile", "Chrome", "124.0.0.0",
     "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile "
     "Safari/537.36"},
    {"Desktop", "Desktop", "Unknown", "Windows NT", "Desktop", "Chrome", "124.0.0.0",
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"},
    {"Desktop", "Apple Macintosh", "Apple", "Mac OS", "Desktop", "Safari", "17.4",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
     "Safari/605.1.15"},
    {"Desktop", "Linux Desktop", "Unknown", "Linux", "Desktop", "Firefox", "125.0",
     "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"},
    {"Tablet", "Apple iPad", "Apple", "iOS", "Mobile", "Safari", "17.4",
     "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
     "Mobile/15E148 "
     "Safari/604.1"},
};
#define N_DEVICES (sizeof devices / sizeof *devices)

/* Direct and organic visits have no campaign, as trackers leave it. */
static const sbe_demo_source sources[] = {
    {"cpc", "google", "boots_and_packs", "search", "Google", "www.google.com"},
    {NULL, NULL, NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, "search", "Google", "www.google.com"},
    {"email", "newsletter", "weekly", "email", NULL, NULL},
    {"social", "instagram", "trail_stories", "social", "Instagram", "l.instagram.com"},
    {"affiliate", "outdoor-blog", "boots_test", "unknown", NULL, "blog.example.org"},
};
#define N_SOURCES (sizeof sources / sizeof *sources)

static const sbe_demo_place places[] = {{"SE", "Stockholm"}, {"DE", "Hamburg"}, {"GB", "Leeds"},
                                        {"US", "Denver"},    {"FR", "Lyon"},    {"NO", NULL}};
#define N_PLACES (sizeof places / sizeof *places)

static const struct {
  const char *path, *title, *category;
} lists[] = {{"/shoes", "Shoes", "shoes"}, {"/clothing", "Clothing", "clothing"}, {"/gear", "Gear", "gear"}};

/* How busy each hour is, in UTC. */
static const uint8_t hours[24] = {2, 1, 1, 1, 1, 2, 4, 6, 8, 8, 8, 9, 9, 8, 8, 8, 9, 10, 12, 14, 14, 12, 8, 4};

/* --- numbers ------------------------------------------------------------------------------------- */

uint64_t sbe_demo_mix(uint64_t number) {
  uint64_t z = number + UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

typedef struct shop {
  sbe_arena *arena;
  uint64_t state;
  sbe_timestamp first, end;
  sbe_demo_event *events;
  size_t n, capacity;
  int32_t accounts;
} shop;

static uint64_t next(shop *s) {
  s->state += UINT64_C(0x9E3779B97F4A7C15);
  return sbe_demo_mix(s->state);
}

static int64_t below(shop *s, int64_t most) {
  return (int64_t)(next(s) % (uint64_t)most);
}

static bool chance(shop *s, int percent) {
  return below(s, 100) < percent;
}

/* Early rows more often than late ones. */
static size_t skewed(shop *s, size_t n) {
  size_t a = (size_t)below(s, (int64_t)n), b = (size_t)below(s, (int64_t)n);
  return a < b ? a : b;
}

/* --- one visit ----------------------------------------------------------------------------------- */

typedef struct visit {
  shop *shop;
  const sbe_demo_session *session;
  sbe_timestamp at;
  bool logged_in;
  uint64_t page;
  const char *path, *title;
  size_t n_pages, n_cart;
  struct sbe_demo_item cart[SBE_DEMO_ITEMS];
  sbe_demo_event event; /* being made */
} visit;

/* When the batch with a row that was collected then reaches the warehouse. */
static int64_t load_time(shop *s, int64_t collected) {
  int64_t batch = (collected + MINUTE + below(s, 2 * MINUTE)) / BATCH + 1;
  return batch * BATCH + (int64_t)(sbe_demo_mix((uint64_t)batch) % (40 * SBE_SECOND_US));
}

static void keep(shop *s, const sbe_demo_event *event) {
  if (event->load >= s->end) return; /* not loaded yet */
  s->events = sbe_grow(s->events, s->n, &s->capacity, sizeof *s->events);
  s->events[s->n++] = *event;
}

static sbe_demo_event *happen(visit *v, sbe_demo_kind kind) {
  shop *s = v->shop;
  v->event = (sbe_demo_event){.id = next(s),
                              .session = v->session,
                              .kind = kind,
                              .logged_in = v->logged_in,
                              .landing = v->n_pages == 1,
                              .derived = v->at,
                              .delay = 50000 + below(s, SBE_SECOND_US),
                              .page = v->page,
                              .path = v->path,
                              .title = v->title};
  v->at += 1000 + below(s, SBE_SECOND_US);
  return &v->event;
}

/* Some come late, some are sent again, some are loaded again: as networks and loaders have it. */
static void send(visit *v, sbe_demo_event *e) {
  shop *s = v->shop;
  if (chance(s, 3)) e->delay = chance(s, 70) ? HOUR + below(s, 20 * HOUR) : 24 * HOUR + below(s, 72 * HOUR);
  e->load = load_time(s, e->derived + e->delay);
  keep(s, e);
  if (!chance(s, 2)) return;
  if (chance(s, 50)) { /* the tracker has not heard that it arrived */
    e->delay += SBE_SECOND_US + below(s, 20 * SBE_SECOND_US);
    e->load = load_time(s, e->derived + e->delay);
  } else { /* the loader does a batch again */
    e->load += HOUR + below(s, 24 * HOUR);
  }
  keep(s, e);
}

static void wait(visit *v, int least, int most) {
  v->at += least * SBE_SECOND_US + below(v->shop, (most - least) * SBE_SECOND_US);
}

static void view_page(visit *v, const char *path, const char *title) {
  v->page = next(v->shop);
  v->path = path;
  v->title = title;
  v->n_pages++;
  send(v, happen(v, SBE_DEMO_PAGE_VIEW));
}

static void read_page(visit *v) {
  int64_t pings = below(v->shop, 4);
  for (int64_t i = 1; i <= pings; i++) {
    v->at += 10 * SBE_SECOND_US;
    sbe_demo_event *e = happen(v, SBE_DEMO_PAGE_PING);
    e->step = (int32_t)i * 10;
    send(v, e);
  }
  wait(v, 4, 40);
}

static bool is_below(const sbe_demo_product *product, const char *category) {
  return strncmp(product->category, category, strlen(category)) == 0;
}

/* Answers what was looked at, in the end. */
static const sbe_demo_product *browse(visit *v) {
  shop *s = v->shop;
  size_t list = skewed(s, sizeof lists / sizeof *lists);
  view_page(v, lists[list].path, lists[list].title);
  sbe_demo_event *e = happen(v, SBE_DEMO_LIST_VIEW);
  for (size_t i = 0, from = (size_t)below(s, N_PRODUCTS); i < N_PRODUCTS && e->n_items < SBE_DEMO_ITEMS; i++) {
    const sbe_demo_product *product = &products[(from + i) % N_PRODUCTS];
    if (is_below(product, lists[list].category)) e->items[e->n_items++] = (struct sbe_demo_item){product, 0};
  }
  const sbe_demo_product *product = e->items[skewed(s, e->n_items)].product;
  send(v, e);
  read_page(v);
  view_page(v, sbe_arena_printf(s->arena, "/p/%s", product->sku), product->name);
  e = happen(v, SBE_DEMO_PRODUCT_VIEW);
  e->items[e->n_items++] = (struct sbe_demo_item){product, 0};
  send(v, e);
  read_page(v);
  return product;
}

static void add_to_cart(visit *v, const sbe_demo_product *product) {
  shop *s = v->shop;
  if (v->n_cart + 2 > SBE_DEMO_ITEMS) return;
  sbe_demo_event *e = happen(v, SBE_DEMO_ADD_TO_CART);
  e->items[e->n_items++] = (struct sbe_demo_item){product, 1 + (int32_t)skewed(s, 3)};
  if (chance(s, 15)) /* bought together */
    e->items[e->n_items++] = (struct sbe_demo_item){&products[10 + below(s, 2)], 1};
  memcpy(v->cart + v->n_cart, e->items, e->n_items * sizeof *e->items);
  v->n_cart += e->n_items;
  send(v, e);
  wait(v, 2, 20);
}

static void remove_from_cart(visit *v) {
  sbe_demo_event *e = happen(v, SBE_DEMO_REMOVE_FROM_CART);
  e->items[e->n_items++] = v->cart[--v->n_cart];
  send(v, e);
  wait(v, 2, 10);
}

static void buy(visit *v) {
  const sbe_demo_user *user = v->session->user;
  view_page(v, "/cart", "Cart");
  read_page(v);
  v->logged_in = v->logged_in || user->account;
  view_page(v, "/checkout", "Checkout");
  for (int32_t step = 1; step <= 4; step++) {
    if (step > 1 && chance(v->shop, 15)) return; /* thinks better of it */
    sbe_demo_event *e = happen(v, step < 4 ? SBE_DEMO_CHECKOUT_STEP : SBE_DEMO_TRANSACTION);
    e->step = step;
    e->n_items = v->n_cart;
    memcpy(e->items, v->cart, v->n_cart * sizeof *v->cart);
    send(v, e);
    wait(v, 10, 60);
  }
  view_page(v, "/thanks", "Thank you");
}

static void visit_shop(shop *s, const sbe_demo_session *session, sbe_timestamp at) {
  visit v = {.shop = s, .session = session, .at = at};
  v.logged_in = session->user->account && chance(s, 40);
  if (chance(s, 60)) {
    view_page(&v, "/", "Fjäll & Co");
    read_page(&v);
  }
  int64_t looks = 1 + below(s, 3);
  for (int64_t i = 0; i < looks; i++) {
    const sbe_demo_product *product = browse(&v);
    if (chance(s, 40)) add_to_cart(&v, product);
  }
  if (v.n_cart && chance(s, 12)) remove_from_cart(&v);
  if (v.n_cart && chance(s, 50)) buy(&v);
}

/* --- everybody ----------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int64_t moment_of_day(shop *s) {
  int64_t busy = 0;
  for (size_t h = 0; h < 24; h++) busy += hours[h];
  int64_t at = below(s, busy), hour = 0;
  while (at >= hours[hour]) at -= hours[hour++];
  return hour * HOUR + below(s, HOUR);
}

static void live(shop *s) {
  sbe_demo_user *user = SBE_NEW(s->arena, sbe_demo_user);
  *user = (sbe_demo_user){.id = next(s),
                          .device = &devices[skewed(s, N_DEVICES)],
                          .place = &places[skewed(s, N_PLACES)],
                          .account = chance(s, 35) ? 1001 + s->accounts++ : 0,
                          .skew = chance(s, 10) ? below(s, 2 * HOUR) - HOUR : below(s, 4 * SBE_SECOND_US)};
  int64_t starts[9], n = 1 + (int64_t)skewed(s, 8), from = below(s, SBE_DEMO_DAYS - 3);
  for (int64_t i = 0; i < n; i++) {
    int64_t day = i ? from + below(s, SBE_DEMO_DAYS + 1 - from) : from;
    starts[i] = s->first + day * SBE_DAY_US + moment_of_day(s);
  }
  qsort(starts, (size_t)n, sizeof *starts, by_number);
  for (int64_t i = 0; i < n; i++) {
    if (i && starts[i] < starts[i - 1] + HOUR) continue; /* still the same visit */
    if (starts[i] >= s->end) break;
    sbe_demo_session *session = SBE_NEW(s->arena, sbe_demo_session);
    *session = (sbe_demo_session){user, &sources[skewed(s, N_SOURCES)], next(s), (int32_t)i + 1};
    visit_shop(s, session, starts[i]);
  }
}

static int by_load(const void *a, const void *b) {
  const sbe_demo_event *x = a, *y = b;
  if (x->load != y->load) return x->load < y->load ? -1 : 1;
  if (x->derived != y->derived) return x->derived < y->derived ? -1 : 1;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->delay > y->delay) - (x->delay < y->delay);
}

const sbe_demo_event *sbe_demo_events(sbe_arena *arena, sbe_timestamp end, size_t *ret_n) {
  shop s = {.arena = arena, .state = 20250101, .end = end};
  s.first = (sbe_timestamp_date(end) - SBE_DEMO_DAYS) * SBE_DAY_US;
  for (int i = 0; i < USERS; i++) live(&s);
  if (s.n) qsort(s.events, s.n, sizeof *s.events, by_load);
  sbe_demo_event *events = SBE_NEW_ARRAY(arena, sbe_demo_event, s.n);
  if (s.n) memcpy(events, s.events, s.n * sizeof *events);
  free(s.events);
  *ret_n = s.n;
  return events;
}
