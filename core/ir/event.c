/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `events` of an attribute. The order of a list and repeated events mean nothing, and an event
 * without any member matches every event as the empty list does; so lists are sorted, and equal ones
 * are one object. Called by attribute.c.
 */
#include "core/ir/build.h"

#include <stdlib.h>

#define SPECIFICATION "contexts_com_snowplowanalytics_snowplow_event_specification_1[0].id"
#define MAX_EVENT_TEXT 256 /* bytes of a vendor, name, version or id */

enum { NAME, VENDOR, VERSION, SPECIFICATION_ID, N_MEMBERS };
static const char *const members[] = {"name", "vendor", "version", "event_specification_id", NULL};

/* "1-0-2". */
static bool is_schema_version(const char *text) {
  for (int part = 0; part < 3; part++) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9) return false;
    text += digits;
    if (part < 2 && *text++ != '-') return false;
  }
  return *text == '\0';
}

static const char *read_text(sbe_builder *b, const sbe_node *node, const char *what, bool *good) {
  if (!node) return NULL;
  const char *text = sbe_text_member(b, node, what, MAX_EVENT_TEXT);
  if (text && strcmp(text, "*") == 0) {
    sbe_build_error(b, node, "%s is '*', but events match exactly; leave it out to match any", what);
    text = NULL;
  }
  if (!text) *good = false;
  return text;
}

/* Bare where nothing can be misread, so that the usual text is easy to read. */
static void put_part(sbe_text *text, const char *part) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (!part)
    sbe_text_putc(text, '*');
  else if (part[strspn(part, plain)] == '\0')
    sbe_text_puts(text, part);
  else
    sbe_put_quoted(text, part);
}

static const sbe_event_item *intern_event(sbe_builder *b, const sbe_node *node, const sbe_event *event) {
  sbe_text *text = &b->scratch;
  sbe_text_clear(text);
  put_part(text, event->vendor);
  sbe_text_putc(text, '/');
  put_part(text, event->name);
  sbe_text_putc(text, '/');
  put_part(text, event->version);
  if (event->specification_id) {
    sbe_text_putc(text, '/');
    put_part(text, event->specification_id);
  }
  sbe_event_item *item = sbe_intern_find(&b->events, text->data, text->size);
  if (item) return item;
  size_t size = text->size;
  item = SBE_NEW(b->arena, sbe_event_item);
  item->event = *event;
  item->event.place = sbe_node_place(node);
  item->text = sbe_arena_strndup(b->arena, text->data, size);
  sbe_intern_add(&b->events, item->text, size, item);
  return item;
}

static const sbe_event_item *build_event(sbe_builder *b, const sbe_node *node) {
  const sbe_node *slots[N_MEMBERS];
  size_t errors = b->report->errors;
  if (!sbe_members(b, node, "an event", members, slots)) return NULL;
  bool good = true;
  sbe_event event = {.vendor = read_text(b, slots[VENDOR], "event's vendor", &good),
                     .name = read_text(b, slots[NAME], "event's name", &good),
                     .version = read_text(b, slots[VERSION], "event's version", &good),
                     .specification_id = read_text(b, slots[SPECIFICATION_ID], "event_specification_id", &good)};
  if (event.version && !is_schema_version(event.version)) {
    sbe_build_error(b, slots[VERSION], "event's version '%s' must be model-revision-addition, such as 1-0-0",
                    sbe_shown(b, event.version));
    good = false;
  }
  if (!good || b->report->errors != errors) return NULL;
  if (event.specification_id) event.specification = sbe_property_named(b, slots[SPECIFICATION_ID], SPECIFICATION);
  return intern_event(b, node, &event);
}

static int by_text(const void *a, const void *b) {
  return strcmp((*(const sbe_event_item *const *)a)->text, (*(const sbe_event_item *const *)b)->text);
}

static const sbe_event_list *intern_list(sbe_builder *b, const sbe_node *node, const sbe_event_item **items, size_t n) {
  size_t kept = 0;
  if (n > 1) qsort(items, n, sizeof *items, by_text);
  for (size_t i = 0; i < n; i++)
    if (!kept || items[kept - 1] != items[i]) items[kept++] = items[i];
  sbe_text *text = &b->scratch;
  sbe_text_clear(text);
  for (size_t i = 0; i < kept; i++) {
    if (i) sbe_text_puts(text, ", ");
    sbe_text_puts(text, items[i]->text);
  }
  if (n && !sbe_scratch_done(b, node)) return NULL;
  const char *string = sbe_text_string(text);
  sbe_event_list *list = sbe_intern_find(&b->event_lists, string, text->size);
  if (list) return list;
  size_t size = text->size;
  list = SBE_NEW(b->arena, sbe_event_list);
  list->id = (uint32_t)b->event_lists.n;
  list->n = kept;
  list->events = SBE_NEW_ARRAY(b->arena, const sbe_event *, kept);
  for (size_t i = 0; i < kept; i++) list->events[i] = &items[i]->event;
  list->text = sbe_arena_strndup(b->arena, string, size);
  sbe_intern_add(&b->event_lists, list->text, size, list);
  return list;
}

const sbe_event_list *sbe_events_build(sbe_builder *b, const sbe_node *node) {
  size_t n = 0, i = 0;
  bool good = true, any = false;
  if (!node) return intern_list(b, NULL, NULL, 0);
  if (!sbe_list_member(b, node, "events", SBE_MAX_EVENTS, &n)) return NULL;
  SBE_EACH(item, node) {
    b->event_items = sbe_grow(b->event_items, i, &b->event_capacity, sizeof(const sbe_event_item *));
    const sbe_event_item *event = build_event(b, item);
    b->event_items[i++] = event;
    if (!event)
      good = false;
    else if (!event->event.vendor && !event->event.name && !event->event.version && !event->event.specification_id)
      any = true;
  }
  return good ? intern_list(b, node, b->event_items, any ? 0 : n) : NULL;
}
