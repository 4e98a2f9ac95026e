/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What adapters are given: the table of host functions, and the list of statements that they print
 * into. Called by adapters, through the table. Must never answer NULL where host.h promises a value,
 * and never let a secret pass into an error.
 *
 * Concurrency: nothing here keeps state of its own.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/internal.h"

#define MAX_ERROR ((size_t)1 << 20) /* what an adapter may say; sbe_error keeps less of it */

/* Servers like to repeat a connection string. Secrets go before the text is cut, or half of one may stay. */
static int32_t host_error(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) {
  if (!error) return code;
  char *text = sbe_xmalloc(MAX_ERROR);
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(text, MAX_ERROR, format, arguments);
  va_end(arguments);
  if (size < 0) text[0] = '\0';
  sbe_redact(text);
  sbe_error_set(error, code, sqlstate, "%s", text);
  free(text);
  return code;
}

static void host_put(sbe_text *text, const char *bytes, size_t size) {
  sbe_text_put(text, bytes, size);
}

static sbe_text *host_statement(sbe_statements *list, uint32_t flags) {
  list->items = sbe_grow(list->items, list->n, &list->capacity, sizeof *list->items);
  sbe_text *text = sbe_xmalloc(sizeof *text);
  *text = (sbe_text)SBE_TEXT(SBE_MAX_STATEMENT);
  list->items[list->n++] = (struct sbe_printed){text, flags, NULL};
  return text;
}

void sbe_statements_clear(sbe_statements *list) {
  for (size_t i = 0; i < list->n; i++) {
    sbe_text_free(list->items[i].text);
    free(list->items[i].text);
  }
  free(list->items);
  *list = (sbe_statements){0};
}

void sbe_statements_move(sbe_statements *to, sbe_statements *from) {
  for (size_t i = 0; i < from->n; i++) {
    to->items = sbe_grow(to->items, to->n, &to->capacity, sizeof *to->items);
    to->items[to->n++] = from->items[i];
  }
  free(from->items);
  *from = (sbe_statements){0};
}

/* The other name of a field of this adapter, so that an adapter asks for one and gets either. */
static const char *other_name(const sbe_settings *settings, const char *name) {
  const sbe_plugin *plugin = settings->type ? sbe_module_loaded(settings->type) : NULL;
  const sbe_option *option = plugin ? sbe_option_find(plugin->adapter, name) : NULL;
  if (!option) return NULL;
  return sbe_streq(option->name, name) ? option->alias : option->name;
}

static const char *host_setting(const sbe_settings *settings, const char *name) {
  const char *value = sbe_settings_get(settings, name);
  if (value) return value;
  const char *other = other_name(settings, name);
  return other ? sbe_settings_get(settings, other) : NULL;
}

static const char *host_member(const sbe_settings *settings, const char *name, size_t index, const char **ret_key) {
  const char *value = sbe_settings_member(settings, name, index, ret_key);
  if (value) return value;
  const char *other = other_name(settings, name);
  return other ? sbe_settings_member(settings, other, index, ret_key) : NULL;
}

static int32_t host_tick(sbe_run *run, double percent) {
  return run && run->tick ? run->tick(run, percent) : 0;
}

static void host_log(int32_t level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sbe_vlog(level, format, arguments);
  va_end(arguments);
}

const sbe_host sbe_host_table = {
    .struct_size = sizeof(sbe_host),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .error = host_error,
    .put = host_put,
    .statement = host_statement,
    .setting = host_setting,
    .member = host_member,
    .tick = host_tick,
    .log = host_log,
    .time = sbe_monotonic_us,
    .snake = sbe_snake,
};
