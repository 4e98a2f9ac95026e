/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an adapter says about itself, checked and copied. Called by loader.c once a module is mapped,
 * before its `init`. Must never read a member beyond the `struct_size` that stands before it, and never
 * call anything of the adapter.
 *
 * The copies are as large as this host knows the tables; what an older adapter lacks is NULL or 0 in
 * them, so nobody after this file asks for a struct_size.
 */
#include <stdlib.h>
#include <string.h>
#include "core/base/string.h"
#include "core/plugin/internal.h"
#include "core/plugin/pattern.h"

#define MAX_OPTIONS 256
#define MAX_ROWS 10000    /* of one table of a dialect: one that is not closed ends here at the latest */
#define MIN_IDENTIFIER 20 /* a name that is cut still needs room for its hash */
#define MAX_OPTION_NAME 64

/* Members that must be there; new minor versions never add one. */
typedef struct member {
  const char *name;
  size_t offset, size;
} member;
#define MEMBER(type, name)                                                                                             \
  { #name, offsetof(type, name), sizeof(((type *)NULL)->name) }

static const member adapter_members[] = {
    MEMBER(sbe_adapter, name),       MEMBER(sbe_adapter, version), MEMBER(sbe_adapter, licence),
    MEMBER(sbe_adapter, summary),    MEMBER(sbe_adapter, options), MEMBER(sbe_adapter, dialect),
    MEMBER(sbe_adapter, connection), MEMBER(sbe_adapter, init),    {NULL, 0, 0}};
static const member dialect_members[] = {MEMBER(sbe_dialect, max_identifier), MEMBER(sbe_dialect, patterns),
                                         MEMBER(sbe_dialect, physical),       MEMBER(sbe_dialect, reads),
                                         MEMBER(sbe_dialect, identifier),     MEMBER(sbe_dialect, literal),
                                         MEMBER(sbe_dialect, source),         {NULL, 0, 0}};
static const member connection_members[] = {MEMBER(sbe_connection_ops, open),
                                            MEMBER(sbe_connection_ops, close),
                                            MEMBER(sbe_connection_ops, run),
                                            MEMBER(sbe_connection_ops, query),
                                            {NULL, 0, 0}};
static const member fixture_members[] = {
    MEMBER(sbe_fixture, layouts), MEMBER(sbe_fixture, create), MEMBER(sbe_fixture, insert), {NULL, 0, 0}};
static const member option_members[] = {MEMBER(sbe_option, name), MEMBER(sbe_option, help), {NULL, 0, 0}};

/* Copies what both sides know; the rest of `to` is 0. */
static void copy(void *to, size_t to_size, const void *from, size_t from_size) {
  memset(to, 0, to_size);
  memcpy(to, from, from_size < to_size ? from_size : to_size);
}

/* The first member of the copy that must be there and is not. */
static const char *missing(const void *table, const member *members) {
  static const char zeros[sizeof(void *) > 8 ? sizeof(void *) : 8];
  for (const member *m = members; m->name; m++) {
    if (memcmp((const char *)table + m->offset, zeros, m->size) == 0) return m->name;
  }
  return NULL;
}

/* One growable table: its size, its copy, its required members. `what` is "dialect". */
static const char *read_table(sbe_arena *arena, const char *what, const void *theirs, void *ret, size_t size,
                              const member *members) {
  size_t their_size;
  memcpy(&their_size, theirs, sizeof their_size);
  if (their_size < sizeof their_size) {
    return sbe_arena_printf(arena, "is a broken adapter: %s.struct_size is %zu; its author must set it to sizeof", what,
                            their_size);
  }
  copy(ret, size, theirs, their_size);
  memcpy(ret, &size, sizeof size);
  const char *name = missing(ret, members);
  if (!name) return NULL;
  return sbe_arena_printf(arena, "is a broken adapter: its %s lacks '%s', which every adapter must have", what, name);
}

static const char *check_version(sbe_arena *arena, const sbe_adapter *theirs) {
  if (theirs->magic != SBE_ADAPTER_MAGIC) {
    return "exports the symbol of an adapter, but what it answers is none (wrong magic number)";
  }
  if (theirs->struct_size < offsetof(sbe_adapter, name)) {
    return sbe_arena_printf(arena, "is a broken adapter: struct_size is %u; its author must set it to sizeof",
                            (unsigned)theirs->struct_size);
  }
  if (theirs->abi_major == SBE_ABI_MAJOR && theirs->abi_minor >= 0 && theirs->abi_minor <= SBE_ABI_MINOR) return NULL;
  bool newer =
      theirs->abi_major > SBE_ABI_MAJOR || (theirs->abi_major == SBE_ABI_MAJOR && theirs->abi_minor > SBE_ABI_MINOR);
  return sbe_arena_printf(arena, "was built for version %ld.%ld of the adapter interface, this sbe has %d.%d: %s",
                          (long)theirs->abi_major, (long)theirs->abi_minor, SBE_ABI_MAJOR, SBE_ABI_MINOR,
                          newer ? "install a newer sbe, or an older version of the adapter"
                                : "install a newer version of the adapter");
}

/* Tables of rows that a 0 closes: every row before it needs its text. */
static const char *check_rows(sbe_arena *arena, const sbe_dialect *dialect) {
  size_t i;
  for (i = 0; i < MAX_ROWS && dialect->patterns[i].operation != SBE_OP_END; i++) {
    if (!dialect->patterns[i].pattern) {
      return sbe_arena_printf(arena, "is a broken adapter: dialect.patterns[%zu] has no pattern", i);
    }
  }
  if (i == MAX_ROWS) return "is a broken adapter: dialect.patterns is not closed by operation 0";
  for (i = 0; i < MAX_ROWS && dialect->physical[i].type != 0; i++) {
    if (!dialect->physical[i].name) {
      return sbe_arena_printf(arena, "is a broken adapter: dialect.physical[%zu] has no name", i);
    }
  }
  if (i == MAX_ROWS) return "is a broken adapter: dialect.physical is not closed by type 0";
  for (i = 0; i < MAX_ROWS && dialect->reads[i].type != 0; i++) {
    if (!dialect->reads[i].pattern) {
      return sbe_arena_printf(arena, "is a broken adapter: dialect.reads[%zu] has no pattern", i);
    }
  }
  if (i == MAX_ROWS) return "is a broken adapter: dialect.reads is not closed by type 0";
  if (dialect->max_identifier < MIN_IDENTIFIER) {
    return sbe_arena_printf(arena, "is a broken adapter: dialect.max_identifier is %u, too short for any table",
                            (unsigned)dialect->max_identifier);
  }
  return NULL;
}

static bool option_name_valid(const char *name) {
  size_t size = strnlen(name, MAX_OPTION_NAME + 1);
  return size > 0 && size <= MAX_OPTION_NAME && name[0] >= 'a' && name[0] <= 'z' &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

/* Is `name` free among the first `n` options? */
static bool option_name_free(sbe_option *const *options, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++) {
    if (sbe_streq(options[i]->name, name) || (options[i]->alias && sbe_streq(options[i]->alias, name))) return false;
  }
  return true;
}

static const char *check_option(sbe_arena *arena, sbe_option *const *options, size_t n) {
  const sbe_option *option = options[n];
  const char *names[] = {option->name, option->alias};
  for (size_t i = 0; i < 2 && names[i]; i++) {
    if (!option_name_valid(names[i]) || sbe_streq(names[i], "type")) {
      return sbe_arena_printf(arena, "is a broken adapter: options[%zu] has a name that no field can have", n);
    }
    if (!option_name_free(options, n, names[i]) || (i == 1 && sbe_streq(names[0], names[1]))) {
      return sbe_arena_printf(arena, "is a broken adapter: two of its options are called '%s'", names[i]);
    }
  }
  return NULL;
}

static const char *read_options(sbe_arena *arena, const sbe_option *const *theirs, sbe_described *ret) {
  size_t n = 0;
  while (n < MAX_OPTIONS && theirs[n]) n++;
  if (n == MAX_OPTIONS) return "is a broken adapter: its options are not closed by NULL";
  ret->options = sbe_xmalloc((n + 1) * sizeof *ret->options);
  memset(ret->options, 0, (n + 1) * sizeof *ret->options);
  for (size_t i = 0; i < n; i++) {
    ret->options[i] = sbe_xmalloc(sizeof **ret->options);
    const char *what = sbe_arena_printf(arena, "options[%zu]", i);
    const char *reason = read_table(arena, what, theirs[i], ret->options[i], sizeof **ret->options, option_members);
    if (!reason) reason = check_option(arena, ret->options, i);
    if (reason) return reason;
  }
  return NULL;
}

static const char *read_tables(sbe_arena *arena, sbe_described *ret) {
  const sbe_adapter *adapter = &ret->adapter;
  sbe_plugin *plugin = &ret->plugin;
  const char *reason =
      read_table(arena, "dialect", adapter->dialect, &plugin->dialect, sizeof plugin->dialect, dialect_members);
  if (!reason) reason = check_rows(arena, &plugin->dialect);
  if (!reason) {
    reason = read_table(arena, "connection", adapter->connection, &plugin->connection, sizeof plugin->connection,
                        connection_members);
  }
  if (!reason && !plugin->connection.describe && !sbe_can_print(&plugin->dialect, SBE_OP_DESCRIBE))
    reason =
        "is a broken adapter: its connection lacks 'describe', and its dialect SBE_OP_DESCRIBE: it needs one of them";
  if (!reason && adapter->fixture) {
    reason = read_table(arena, "fixture", adapter->fixture, &plugin->fixture, sizeof plugin->fixture, fixture_members);
    if (!reason && !plugin->fixture.layouts[0]) reason = "is a broken adapter: its fixture has no layouts";
  }
  if (!reason) reason = read_options(arena, adapter->options, ret);
  return reason;
}

const char *sbe_descriptor_read(sbe_arena *arena, const char *name, const sbe_adapter *theirs, sbe_described *ret) {
  if (!theirs) return sbe_arena_printf(arena, "is a broken adapter: sbe_adapter_%s() answered NULL", name);
  const char *reason = check_version(arena, theirs);
  if (reason) return reason;
  memset(ret, 0, sizeof *ret);
  copy(&ret->adapter, sizeof ret->adapter, theirs, theirs->struct_size);
  ret->adapter.struct_size = sizeof ret->adapter;
  const char *lacks = missing(&ret->adapter, adapter_members);
  if (lacks) {
    return sbe_arena_printf(arena, "is a broken adapter: its description lacks '%s', which every adapter must have",
                            lacks);
  }
  if (!sbe_streq(ret->adapter.name, name)) {
    return sbe_arena_printf(arena, "says that it is the adapter '%.64s': the file must be called sbe_adapter_%.64s.so",
                            ret->adapter.name, ret->adapter.name);
  }
  reason = read_tables(arena, ret);
  if (reason) return reason;
  /* Whoever asks the description gets the host's copies too. */
  ret->adapter.dialect = &ret->plugin.dialect;
  ret->adapter.connection = &ret->plugin.connection;
  if (ret->adapter.fixture) ret->adapter.fixture = &ret->plugin.fixture;
  ret->adapter.options = (const sbe_option *const *)ret->options;
  ret->plugin.adapter = &ret->adapter;
  ret->plugin.name = ret->adapter.name;
  return NULL;
}
