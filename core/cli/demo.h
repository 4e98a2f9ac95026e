/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside core/cli: the demo shop of `init --demo`. What happens in it (demo_events.c) depends on nothing
 * but the day it ends; how rows look is in demo_rows.c; demo.c writes them through an adapter's fixture.
 */
#ifndef SBE_CORE_DEMO_H
#define SBE_CORE_DEMO_H

#include "core/base/text.h"
#include "core/cli/cli.h"

#define SBE_DEMO_DAYS 35

typedef enum {
  SBE_DEMO_PAGE_VIEW,
  SBE_DEMO_PAGE_PING,
  SBE_DEMO_LIST_VIEW, /* the first of the e-commerce actions */
  SBE_DEMO_PRODUCT_VIEW,
  SBE_DEMO_ADD_TO_CART,
  SBE_DEMO_REMOVE_FROM_CART,
  SBE_DEMO_CHECKOUT_STEP,
  SBE_DEMO_TRANSACTION
} sbe_demo_kind;

typedef struct sbe_demo_product {
  const char *sku, *name, *category, *brand;
  int32_t cents, list_cents;
} sbe_demo_product;

typedef struct sbe_demo_device {
  const char *device_class, *device_name, *device_brand, *os_name, *os_class, *agent_name, *agent_version, *useragent;
} sbe_demo_device;

typedef struct sbe_demo_source {
  const char *medium, *source, *campaign;               /* utm_…: mkt_… */
  const char *refr_medium, *refr_source, *refr_urlhost; /* of the referrer */
} sbe_demo_source;

typedef struct sbe_demo_place {
  const char *country, *city;
} sbe_demo_place;

typedef struct sbe_demo_user {
  uint64_t id; /* domain_userid, network_userid and address are made of it */
  const sbe_demo_device *device;
  const sbe_demo_place *place;
  int32_t account; /* number of the account; 0: none */
  int64_t skew;    /* how wrong the device's clock is, microseconds */
} sbe_demo_user;

typedef struct sbe_demo_session {
  const sbe_demo_user *user;
  const sbe_demo_source *source;
  uint64_t id;
  int32_t index; /* domain_sessionidx */
} sbe_demo_session;

#define SBE_DEMO_ITEMS 6

typedef struct sbe_demo_event {
  uint64_t id; /* event_id is made of it; duplicates have the same */
  const sbe_demo_session *session;
  sbe_demo_kind kind;
  bool logged_in;
  bool landing;           /* on the first page of the session */
  int64_t derived, delay; /* delay: from there to the collector */
  int64_t load;
  uint64_t page; /* page view id */
  const char *path, *title;
  int32_t step; /* of the checkout; seconds of a ping */
  size_t n_items;
  struct sbe_demo_item {
    const sbe_demo_product *product;
    int32_t quantity;
  } items[SBE_DEMO_ITEMS];
} sbe_demo_event;

/* All events that are loaded before `end`, in the order of loading; the shop opens SBE_DEMO_DAYS days before its date.
 */
const sbe_demo_event *sbe_demo_events(sbe_arena *arena, sbe_timestamp end, size_t *ret_n);

/* As an adapter's fixture takes it. */
const char *sbe_demo_columns(void);
void sbe_demo_row(const sbe_demo_event *event, sbe_text *out);

/* splitmix64: the next number of a sequence, and a number made of another. */
uint64_t sbe_demo_mix(uint64_t number);

/* Makes the events in the project's database. Answers 0 or an exit status after saying why. */
int sbe_demo_fill(sbe_cli *cli, size_t *ret_n);

#endif
