/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "abi": what the adapter says of itself, and whether it gets on with hosts of other versions. Called
 * by main.c in a process of its own, before this program loads the adapter for its own use: `init` is called
 * once in a process, so each host that is played here has one.
 */
#include <dlfcn.h>
#include <string.h>

#include "core/base/string.h"
#include "core/plugin/internal.h"
#include "kit/sample.h"

#define TRUTH "adapter.h and dialect.h say what each member must be"

/* ---- the description ---- */

static const sbe_adapter *(*find_entry(kit *k))(void) {
  const sbe_adapter *(*entry)(void) = NULL;
  void *handle = dlopen(k->path, RTLD_NOW | RTLD_LOCAL);
  void *address = handle ? dlsym(handle, sbe_arena_printf(k->arena, "sbe_adapter_%s", k->options.adapter)) : NULL;
  memcpy(&entry, &address, sizeof entry);
  return entry;
}

static const char *check_version(kit *k, const sbe_adapter *a) {
  if (a->abi_major == SBE_ABI_MAJOR && a->abi_minor >= 1 && a->abi_minor <= SBE_ABI_MINOR) return NULL;
  return sbe_arena_printf(k->arena, "it says %d.%d, this sbe has %d.%d", (int)a->abi_major, (int)a->abi_minor,
                          SBE_ABI_MAJOR, SBE_ABI_MINOR);
}

/* The size of a struct in a minor version: as large as that version had it, and no larger. */
static const struct size_row {
  const char *what;
  size_t since[SBE_ABI_MINOR + 1]; /* by minor version */
} sizes[] = {
    {"sbe_adapter", {0, sizeof(sbe_adapter), sizeof(sbe_adapter)}},
    {"dialect", {0, offsetof(sbe_dialect, table), sizeof(sbe_dialect)}},
    {"connection", {0, offsetof(sbe_connection_ops, usage), sizeof(sbe_connection_ops)}},
    {"fixture", {0, offsetof(sbe_fixture, drop), sizeof(sbe_fixture)}},
    {"option", {0, sizeof(sbe_option), sizeof(sbe_option)}},
};

static const char *check_size(kit *k, size_t row, const char *what, size_t size, int minor) {
  size_t right = sizes[row].since[minor];
  /* a smaller one leaves out what it does not have: allowed, since the host fills it in */
  if (size > sizeof(size_t) && size <= right) return NULL;
  return sbe_arena_printf(k->arena, "%s.struct_size is %zu; in version %d.%d it is at most %zu", what, size,
                          SBE_ABI_MAJOR, minor, right);
}

static const char *check_sizes(kit *k, const sbe_adapter *a) {
  const char *why = check_size(k, 0, "sbe_adapter", a->struct_size, a->abi_minor);
  if (why || a->struct_size < sizeof(sbe_adapter)) return why;
  if (a->dialect) why = check_size(k, 1, "dialect", a->dialect->struct_size, a->abi_minor);
  if (!why && a->connection) why = check_size(k, 2, "connection", a->connection->struct_size, a->abi_minor);
  if (!why && a->fixture) why = check_size(k, 3, "fixture", a->fixture->struct_size, a->abi_minor);
  for (size_t i = 0; !why && a->options && i < 256 && a->options[i]; i++)
    why = check_size(k, 4, sbe_arena_printf(k->arena, "options[%zu]", i), a->options[i]->struct_size, a->abi_minor);
  return why;
}

/* A line for people: something, without control characters. */
static const char *check_line(kit *k, const char *what, const char *text) {
  if (text && *text && strlen(text) < 200 && !text[strcspn(text, "\n\r\t")]) return NULL;
  return sbe_arena_printf(k->arena, "'%s' must be one line, not empty, below 200 bytes", what);
}

static const char *check_lines(kit *k, const sbe_adapter *a) {
  const char *why = check_line(k, "version", a->version);
  if (!why) why = check_line(k, "licence", a->licence);
  if (!why) why = check_line(k, "summary", a->summary);
  for (size_t i = 0; !why && a->options[i]; i++)
    why = check_line(k, sbe_arena_printf(k->arena, "help of the option %s", a->options[i]->name), a->options[i]->help);
  return why;
}

static bool sounds_secret(const char *name) {
  static const char *const names[] = {
      "password", "pass",          "passwd",       "token",       "secret",
      "api_key",  "client_secret", "access_token", "private_key", "private_key_passphrase"};
  for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
    if (sbe_streq(names[i], name)) return true;
  return false;
}

static const char *check_options(kit *k, const sbe_adapter *a) {
  for (size_t i = 0; a->options[i]; i++) {
    const sbe_option *o = a->options[i];
    if (o->secret && o->preset) return sbe_arena_printf(k->arena, "'%s' is secret and has a preset", o->name);
    if (o->required && o->preset)
      return sbe_arena_printf(k->arena, "'%s' is required, yet has a preset: nobody need give it", o->name);
    if (!o->secret && (sounds_secret(o->name) || sounds_secret(o->alias)))
      return sbe_arena_printf(k->arena, "'%s' is not marked secret, so it would be printed and logged", o->name);
    if (sbe_streq(o->name, "read_only") || sbe_streq(o->alias, "read_only"))
      return "'read_only' is the host's own name for a setting (host.h, sbe_host.setting)";
  }
  return NULL;
}

static const char *check_capabilities(kit *k, const sbe_adapter *a) {
  uint64_t known[] = {0, 7, 31};
  uint64_t unknown = a->capabilities & ~known[a->abi_minor];
  if (unknown)
    return sbe_arena_printf(k->arena, "it sets bits 0x%llx, which version %d.%d does not have",
                            (unsigned long long)unknown, SBE_ABI_MAJOR, (int)a->abi_minor);
  return NULL;
}

static const char *check_layouts(kit *k, const sbe_fixture *fixture) {
  for (size_t i = 0; fixture->layouts[i]; i++) {
    if (i >= 64) return "it has more than 64 layouts, or its list is not closed by NULL";
    for (size_t e = 0; e < i; e++)
      if (sbe_streq(fixture->layouts[e], fixture->layouts[i]))
        return sbe_arena_printf(k->arena, "two of its layouts are called '%s'", fixture->layouts[i]);
  }
  return NULL;
}

/* What users, or these checks, go without. */
static void tell_denied(kit *k, const sbe_adapter *a, const sbe_fixture *fixture,
                        const sbe_connection_ops *connection) {
  static const struct {
    uint64_t bit;
    const char *name, *loss;
  } rows[] = {
      {SBE_CAN_ATOMIC, "SBE_CAN_ATOMIC", "this host prints SQL for it, but refuses to run it"},
      {SBE_CAN_QUERY_CHEAPLY, "SBE_CAN_QUERY_CHEAPLY",
       "days to be aggregated are joined, not printed as literals that prune"},
      {SBE_CAN_REPORT_PROGRESS, "SBE_CAN_REPORT_PROGRESS", "long statements show no percentage"},
      {SBE_CAN_ANSWER_LISTS, "SBE_CAN_ANSWER_LISTS",
       "the host asks its questions one by one: more round trips in each run"},
      {SBE_CAN_WORK_IN_PARALLEL, "SBE_CAN_WORK_IN_PARALLEL",
       "views are computed one after the other, whatever --threads says"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!(a->capabilities & rows[i].bit))
      report_skipped(&k->report, sbe_arena_printf(k->arena, "capability %s", rows[i].name), rows[i].loss);
  if (!connection->about)
    report_skipped(&k->report, "connection.about", "`sbe test-connection` says nothing about the other end");
  if (!connection->usage)
    report_skipped(&k->report, "connection.usage", "what a run costs in statements and bytes is not told");
  if (!fixture)
    report_skipped(&k->report, "the fixture",
                   "neither the demo shop nor any check that connects can make an events table");
  else if (!fixture->drop)
    report_skipped(&k->report, "fixture.drop",
                   "checks run only where --setting has {tmp}: elsewhere nothing could be cleaned up");
}

static bool check_description(kit *k) {
  kit_report *r = &k->report;
  sbe_described described;
  const sbe_adapter *(*entry)(void) = find_entry(k);
  report_check(r, "its symbol is there", entry ? NULL : "dlsym does not find it",
               "adapter.h: `const sbe_adapter *sbe_adapter_<name>(void)`");
  if (!entry) return false;
  report_begin(r, "its function answers, and the same each time");
  const sbe_adapter *a = entry();
  const char *why = !a ? "it answers NULL" : a != entry() ? "it answers another pointer the second time" : NULL;
  report_end(r, why, "adapter.h: it has no side effects and returns a constant description");
  if (why) return false;
  why = a->magic == SBE_ADAPTER_MAGIC ? NULL : sbe_arena_printf(k->arena, "magic is 0x%08x", (unsigned)a->magic);
  report_check(r, "magic number", why, "the first member is SBE_ADAPTER_MAGIC");
  if (why) return false;
  why = check_version(k, a);
  report_check(r, "version of the interface", why,
               "abi_major and abi_minor are SBE_ABI_MAJOR and SBE_ABI_MINOR of the headers it was compiled with");
  if (why) return false;
  why = check_sizes(k, a);
  report_check(r, "sizes of its structs", why, "struct_size is sizeof of the struct, from the headers of abi_minor");
  if (why) return false;
  report_begin(r, "required members, tables that are closed, names");
  why = sbe_descriptor_read(k->arena, k->options.adapter, a, &described);
  report_end(r, why ? sbe_arena_printf(k->arena, "it %s", why) : NULL, TRUTH);
  if (why) return false;
  const sbe_adapter *own = &described.adapter;
  report_check(r, "texts for people", check_lines(k, own), TRUTH);
  report_check(r, "options: secrets, presets, names", check_options(k, own),
               "adapter.h, sbe_option: a secret has no preset, is never printed, and kept from every file");
  report_check(r, "capability bits", check_capabilities(k, a), "bits of SBE_CAN_… only, of the headers of abi_minor");
  if (own->fixture) report_check(r, "layouts of the fixture", check_layouts(k, own->fixture), TRUTH);
  tell_denied(k, own, own->fixture, own->connection);
  return true;
}

/* ---- hosts of other versions ---- */

static int32_t wake(kit *k, const sbe_host *host, sbe_described *ret) {
  sbe_error error = SBE_NO_ERROR;
  const sbe_adapter *a = find_entry(k)();
  const char *why = sbe_descriptor_read(k->arena, k->options.adapter, a, ret);
  int32_t code = why ? SBE_INVALID : a->init(host, &error);
  report_end(&k->report,
             !code ? NULL
             : why ? why
                   : error.message,
             "adapter.h: init keeps the host table; the host has checked its version, so the adapter need not");
  return code;
}

/* A table of more functions than it knows, and structs with more members. */
static void be_newer(void *user) {
  kit *k = user;
  sbe_described d;
  sbe_sql sql;
  sbe_error error = SBE_NO_ERROR;
  int32_t classes[3];
  report_begin(&k->report, "init, with a host of the next minor version and a longer table");
  sbe_host *host = kit_with_more(&sbe_host_table, sizeof sbe_host_table, 64, k->arena);
  host->struct_size = sizeof *host + 64;
  host->abi_minor = SBE_ABI_MINOR + 1;
  if (wake(k, host, &d)) return;
  sample_sql(&d.plugin.dialect, &sql);
  report_begin(&k->report, "its dialect, with structs that are longer than it knows");
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_statements list = {0};
  sbe_source *source = kit_with_more(sample_source(&sql, k->arena), sizeof *source, 64, k->arena);
  sbe_table *table = kit_with_more(sample_table(&sql, k->arena), sizeof *table, 64, k->arena);
  sbe_replace *rows = kit_with_more(sample_replace(&sql, k->arena), sizeof *rows, 64, k->arena);
  source->struct_size += 64;
  table->struct_size += 64;
  rows->struct_size += 64;
  const char *failed = d.plugin.dialect.source(source, &out, classes, &error) ? "source" : NULL;
  if (!failed && d.plugin.dialect.create && d.plugin.dialect.create(table, &list, &error)) failed = "create";
  if (!failed && d.plugin.dialect.replace && d.plugin.dialect.replace(rows, &list, &error)) failed = "replace";
  sbe_statements_clear(&list);
  report_end(&k->report, failed ? sbe_arena_printf(k->arena, "%s: %s", failed, error.message) : NULL,
             "base.h: new members are only ever added at the end; who does not know them leaves them alone");
}

/* A table that ends where this version's does, and structs as the first version had them. */
static void be_older(void *user) {
  kit *k = user;
  sbe_described d;
  sbe_sql sql;
  sbe_error error = SBE_NO_ERROR;
  report_begin(&k->report, "init, with a host table that ends where memory ends");
  sbe_host *host = kit_at_edge(&sbe_host_table, sizeof sbe_host_table);
  if (wake(k, host, &d)) return;
  sample_sql(&d.plugin.dialect, &sql);
  report_begin(&k->report, "its dialect, with structs as short as in version 0.1");
  int32_t *classes = kit_at_edge((int32_t[4]){0}, sizeof(int32_t[4]));
  classes++; /* room for three, then the end */
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_statements list = {0};
  sbe_table *whole = sample_table(&sql, k->arena);
  whole->struct_size = offsetof(sbe_table, lookup_column);
  const sbe_source *source = kit_at_edge(sample_source(&sql, k->arena), sizeof *source);
  const sbe_table *table = kit_at_edge(whole, whole->struct_size);
  const sbe_replace *rows = kit_at_edge(sample_replace(&sql, k->arena), sizeof *rows);
  const char *text = kit_at_edge("it's", 4);
  d.plugin.dialect.literal(&out, text, 4);
  const char *failed = d.plugin.dialect.source(source, &out, classes, &error) ? "source" : NULL;
  if (!failed && d.plugin.dialect.create && d.plugin.dialect.create(table, &list, &error)) failed = "create";
  if (!failed && d.plugin.dialect.replace && d.plugin.dialect.replace(rows, &list, &error)) failed = "replace";
  sbe_statements_clear(&list);
  report_end(&k->report, failed ? sbe_arena_printf(k->arena, "%s: %s", failed, error.message) : NULL,
             "base.h: who reads such a struct reads no member beyond its struct_size");
}

void check_abi(void *user) {
  kit *k = user;
  if (!check_description(k)) {
    report_skipped(&k->report, "older and newer hosts", "the description is broken");
    return;
  }
  report_isolated(&k->report, k->options.timeout, be_newer, k);
  report_isolated(&k->report, k->options.timeout, be_older, k);
}
