/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of a scenario as rows for an adapter's fixture. An event says only what matters to it; the
 * defaults here are those that README.md promises. Called by play.c. Numbers are carried as they are
 * written, never through a double.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "kit/scenario.h"

/* The columns that every events table of a scenario has; `columns` of the file adds to them. */
static const struct {
  const char *name, *type;
} atomic[] = {
    {"app_id", "text"},
    {"platform", "text"},
    {"collector_tstamp", "timestamp"},
    {"dvce_created_tstamp", "timestamp"},
    {"derived_tstamp", "timestamp"},
    {"load_tstamp", "timestamp"},
    {"event_id", "text"},
    {"event_vendor", "text"},
    {"event_name", "text"},
    {"event_version", "text"},
    {"event_format", "text"},
    {"user_id", "text"},
    {"user_ipaddress", "text"},
    {"domain_userid", "text"},
    {"domain_sessionid", "text"},
    {"domain_sessionidx", "integer"},
    {"network_userid", "text"},
    {"geo_country", "text"},
    {"geo_city", "text"},
    {"geo_latitude", "double"},
    {"geo_longitude", "double"},
    {"page_url", "text"},
    {"page_title", "text"},
    {"page_referrer", "text"},
    {"page_urlhost", "text"},
    {"page_urlpath", "text"},
    {"refr_medium", "text"},
    {"refr_source", "text"},
    {"mkt_medium", "text"},
    {"mkt_source", "text"},
    {"mkt_term", "text"},
    {"mkt_content", "text"},
    {"mkt_campaign", "text"},
    {"se_category", "text"},
    {"se_action", "text"},
    {"se_label", "text"},
    {"se_property", "text"},
    {"se_value", "double"},
    {"tr_total", "double"},
    {"ti_quantity", "integer"},
    {"br_lang", "text"},
    {"br_cookies", "bool"},
    {"br_viewwidth", "integer"},
    {"dvce_type", "text"},
    {"dvce_ismobile", "bool"},
    {"true_tstamp", "timestamp"},
};
#define N_ATOMIC (sizeof atomic / sizeof *atomic)

static const struct {
  const char *word, *column;
} words[] = {{"id", "event_id"}, {"key", "domain_userid"}, {"at", "derived_tstamp"}, {"load", "load_tstamp"}};
#define N_WORDS (sizeof words / sizeof *words)

#define VENDOR "com.snowplowanalytics.snowplow"
#define VERSION "1-0-0"

/* ---- JSON ---- */

static void put_quoted(sbe_text *out, const char *text, size_t size) {
  static const char hex[] = "0123456789abcdef";
  sbe_text_putc(out, '"');
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\') sbe_text_putc(out, '\\');
    if (c >= 0x20) {
      sbe_text_putc(out, (char)c);
      continue;
    }
    sbe_text_puts(out, "\\u00");
    sbe_text_putc(out, hex[c >> 4]);
    sbe_text_putc(out, hex[c & 15]);
  }
  sbe_text_putc(out, '"');
}

char *node_repeated(const sbe_node *node, sbe_arena *arena) {
  const sbe_node *text = sbe_node_find(node, "repeat"), *times = sbe_node_find(node, "times");
  int64_t n;
  if (!text || !text->text || !times || sbe_node_count(node) != 2 || !times->text) return NULL;
  if (!sbe_parse_int64(times->text, times->size, &n) || n < 0 || n > 100000000 || text->size > 1000) return NULL;
  char *all = sbe_arena_alloc(arena, (size_t)n * text->size + 1);
  for (int64_t i = 0; i < n; i++) memcpy(all + (size_t)i * text->size, text->text, text->size);
  return all;
}

/* Every "{n}" of a text becomes the number of its event, "{nnn}" the same with at least three digits. */
static void put_numbered(sbe_text *out, const char *text, size_t size, int64_t n) {
  sbe_cleanup_text sbe_text all = SBE_TEXT(MAX_JSON);
  for (size_t i = 0; i < size; i++) {
    size_t digits = text[i] == '{' ? strspn(text + i + 1, "n") : 0;
    if (n < 0 || digits == 0 || text[i + 1 + digits] != '}') {
      sbe_text_putc(&all, text[i]);
      continue;
    }
    int64_t limit = 1;
    for (size_t d = 1; d < digits; d++) {
      limit *= 10;
      if (n < limit) sbe_text_putc(&all, '0');
    }
    sbe_text_int(&all, n);
    i += digits + 1;
  }
  put_quoted(out, sbe_text_string(&all), all.size);
}

static void put_node(const sbe_node *node, int64_t n, sbe_text *out) {
  switch (node->kind) {
  case SBE_NODE_NULL:
    sbe_text_puts(out, "null");
    return;
  case SBE_NODE_NUMBER:
    /* YAML may leave out the zero before a point, JSON not */
    if (node->text[0] == '+' || node->text[0] == '.') sbe_text_puts(out, "0");
    sbe_text_puts(out, node->text + (node->text[0] == '+'));
    return;
  case SBE_NODE_BOOL:
  case SBE_NODE_INTEGER:
    sbe_text_puts(out, node->text);
    return;
  case SBE_NODE_STRING:
    put_numbered(out, node->text, node->size, n);
    return;
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    break;
  }
  bool map = node->kind == SBE_NODE_MAP;
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  const char *repeated = map ? node_repeated(node, arena) : NULL;
  if (repeated) {
    put_quoted(out, repeated, strlen(repeated));
    return;
  }
  sbe_text_putc(out, map ? '{' : '[');
  SBE_EACH(child, node) {
    if (child != node->child) sbe_text_puts(out, ", ");
    if (map) {
      put_quoted(out, child->key, strlen(child->key));
      sbe_text_puts(out, ": ");
    }
    put_node(child, n, out);
  }
  sbe_text_putc(out, map ? '}' : ']');
}

void node_json(const sbe_node *node, sbe_text *out) {
  put_node(node, -1, out);
}

/* ---- columns ---- */

/* What the files say of a column, the last one first; NULL: nothing. */
static const sbe_node *declared_as(const sbe_node *const *declared, size_t n, const char *name) {
  for (; n > 0; n--) {
    const sbe_node *node = sbe_node_get(declared[n - 1], name);
    if (node) return node;
  }
  return NULL;
}

static bool is_atomic(const char *name) {
  for (size_t i = 0; i < N_ATOMIC; i++)
    if (sbe_streq(atomic[i].name, name)) return true;
  return false;
}

bool columns_have(const sbe_node *const *declared, size_t n, const char *name) {
  const sbe_node *node = declared_as(declared, n, name);
  return node ? node->kind != SBE_NODE_NULL : is_atomic(name);
}

static void put_column(sbe_text *out, const char *name, const char *type, const sbe_node *node) {
  if (node && node->kind == SBE_NODE_NULL) return;
  if (out->size > 1) sbe_text_puts(out, ", ");
  put_quoted(out, name, strlen(name));
  sbe_text_puts(out, ": ");
  if (node)
    node_json(node, out);
  else
    put_quoted(out, type, strlen(type));
}

void columns_json(const sbe_node *const *declared, size_t n, sbe_text *out) {
  sbe_text_putc(out, '{');
  for (size_t i = 0; i < N_ATOMIC; i++)
    put_column(out, atomic[i].name, atomic[i].type, declared_as(declared, n, atomic[i].name));
  for (size_t d = 0; d < n; d++) SBE_EACH(column, declared[d]) {
      bool before = is_atomic(column->key);
      for (size_t e = 0; e < d; e++) before = before || sbe_node_get(declared[e], column->key);
      if (!before) put_column(out, column->key, NULL, declared_as(declared, n, column->key));
    }
  sbe_text_putc(out, '}');
}

/* ---- events ---- */

static const char *column_of(const char *member) {
  for (size_t i = 0; i < N_WORDS; i++)
    if (sbe_streq(words[i].word, member)) return words[i].column;
  return member;
}

/* What an event says of a column, by either name; NULL: nothing. */
static const sbe_node *said(const sbe_node *event, const char *column) {
  SBE_EACH(member, event)
  if (sbe_streq(column_of(member->key), column)) return member;
  return NULL;
}

typedef struct row {
  sbe_text *out;
  const sbe_node *event;
  const sbe_node *const *declared;
  size_t n_declared;
  int64_t number; /* what {n} stands for */
  size_t of_file; /* events before it */
  bool empty;
} row;

static bool begin_cell(row *r, const char *column) {
  if (!columns_have(r->declared, r->n_declared, column)) return false;
  if (!r->empty) sbe_text_puts(r->out, ", ");
  r->empty = false;
  put_quoted(r->out, column, strlen(column));
  sbe_text_puts(r->out, ": ");
  return true;
}

static void put_default(row *r, const char *column, const char *text) {
  if (!said(r->event, column) && begin_cell(r, column)) put_numbered(r->out, text, strlen(text), r->number);
}

/* A default that is another column's value. */
static void put_same(row *r, const char *column, const char *other) {
  const sbe_node *node = said(r->event, other);
  if (node && !said(r->event, column) && begin_cell(r, column)) put_node(node, r->number, r->out);
}

/* `event: page_view`, or {vendor, name, version}; what is not said is the vendor and version of Snowplow's own. */
static void put_event(row *r, sbe_report *report) {
  static const char *const members[] = {"vendor", "name", "version", NULL};
  static const char *const columns[] = {"event_vendor", "event_name", "event_version"};
  static const char *const presets[] = {VENDOR, "page_view", VERSION};
  const sbe_node *event = sbe_node_get(r->event, "event");
  bool map = event && event->kind == SBE_NODE_MAP;
  if (map) sbe_node_check_members(event, "an event", members, report);
  for (size_t i = 0; i < 3; i++) {
    const sbe_node *part = map ? sbe_node_get(event, members[i]) : i == 1 ? event : NULL;
    if (!part)
      put_default(r, columns[i], presets[i]);
    else if (begin_cell(r, columns[i]))
      put_node(part, r->number, r->out);
  }
}

static void put_row(row *r, sbe_report *report) {
  r->empty = true;
  sbe_text_puts(r->out, "{");
  char id[32];
  snprintf(id, sizeof id, "e%zu", r->of_file + 1);
  put_default(r, "event_id", id);
  put_default(r, "domain_userid", "u1");
  put_default(r, "app_id", "shop");
  put_default(r, "platform", "web");
  put_event(r, report);
  put_same(r, "load_tstamp", "derived_tstamp");
  put_same(r, "derived_tstamp", "load_tstamp");
  for (size_t i = 0; i < 2; i++) {
    static const char *const clocks[] = {"collector_tstamp", "dvce_created_tstamp"};
    put_same(r, clocks[i], said(r->event, "derived_tstamp") ? "derived_tstamp" : "load_tstamp");
  }
  SBE_EACH(member, r->event) {
    if (sbe_streq(member->key, "event") || sbe_streq(member->key, "times")) continue;
    const char *column = column_of(member->key);
    if (begin_cell(r, column))
      put_node(member, r->number, r->out);
    else
      sbe_report_add(report, SBE_ERROR, sbe_node_key_place(member),
                     "the events table has no column '%s': declare its type under 'columns'", column);
  }
  sbe_text_puts(r->out, "}");
}

bool events_json(const sbe_node *adds, const sbe_node *const *declared, size_t n, size_t *number, sbe_text *out,
                 sbe_report *report) {
  SBE_EACH(event, adds) {
    int64_t times = 1;
    if (event->kind != SBE_NODE_MAP) {
      sbe_node_error(report, event, "an event must be a map, not %s", sbe_node_kind_name(event->kind));
      continue;
    }
    const sbe_node *node = sbe_node_find(event, "times");
    if (node && !sbe_node_int(node, "times", 1, 1000000, &times, report)) continue;
    if (!said(event, "derived_tstamp") && !said(event, "load_tstamp"))
      sbe_node_error(report, event, "an event needs 'at' or 'load', the one being the other where it is not given");
    for (int64_t i = 0; i < times; i++) {
      /* events of one line are numbered by themselves; else through the file */
      row r = {out, event, declared, n, node ? i + 1 : (int64_t)*number + 1, *number, true};
      if (out->size > 1) sbe_text_puts(out, ",\n");
      put_row(&r, report);
      (*number)++;
    }
  }
  return report->errors == 0;
}
