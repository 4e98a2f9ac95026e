/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages about definitions, and reading members of maps with such messages. Every file of core/ir
 * uses it. Nothing that a user wrote is shown at any length.
 */
#include "core/ir/build.h"

#include <stdio.h>

#define MAX_SHOWN 80 /* bytes */
#define MANY 1000    /* errors; later ones are only counted by the report, so nothing is spent on their words */

const char *sbe_shown(sbe_builder *b, const char *text) {
  size_t size = strnlen(text, MAX_SHOWN + 1);
  if (size <= MAX_SHOWN) return text;
  if (b->report->errors >= MANY) return "";
  size = MAX_SHOWN;
  while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) size--;
  return sbe_arena_printf(b->arena, "%.*s…", (int)size, text);
}

static void add(sbe_builder *b, sbe_severity severity, sbe_place place, const char *format, va_list arguments) {
  char message[1500];
  vsnprintf(message, sizeof message, format, arguments);
  const char *view = b->view ? sbe_shown(b, b->view) : NULL;
  const char *attribute = b->attribute ? sbe_shown(b, b->attribute) : NULL;
  if (view && attribute)
    sbe_report_add(b->report, severity, place, "view '%s', attribute '%s': %s", view, attribute, message);
  else if (view)
    sbe_report_add(b->report, severity, place, "view '%s': %s", view, message);
  else
    sbe_report_add(b->report, severity, place, "%s", message);
}

void sbe_build_error(sbe_builder *b, const sbe_node *node, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add(b, SBE_ERROR, sbe_node_place(node), format, arguments);
  va_end(arguments);
}

static void key_error(sbe_builder *b, const sbe_node *node, const char *format, ...) SBE_PRINTF(3, 4);
static void key_error(sbe_builder *b, const sbe_node *node, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add(b, SBE_ERROR, sbe_node_key_place(node), format, arguments);
  va_end(arguments);
}

void sbe_build_note(sbe_builder *b, sbe_severity severity, const sbe_node *node, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add(b, severity, sbe_node_place(node), format, arguments);
  va_end(arguments);
}

#define MAX_CANDIDATES 32

const char *sbe_suggestion(sbe_builder *b, const char *name, const char *const *names, size_t stride, size_t n) {
  const char *candidates[MAX_CANDIDATES + 1] = {NULL};
  if (b->report->errors >= MANY) return "";
  sbe_cleanup_text sbe_text known = SBE_TEXT(1000);
  for (size_t i = 0; i < n && i < MAX_CANDIDATES; i++) {
    candidates[i] = *(const char *const *)(const void *)((const char *)names + i * stride);
    sbe_text_printf(&known, "%s%s", i ? ", " : "", candidates[i]);
  }
  const char *nearest = sbe_nearest(name, candidates);
  if (nearest) return sbe_arena_printf(b->arena, "; did you mean '%s'?", nearest);
  return sbe_arena_printf(b->arena, "; known are %s", sbe_text_string(&known));
}

/* With the nearest known name, else with all that sbe uses. */
static void report_unknown(sbe_builder *b, const sbe_node *member, const char *what, const char *const *names) {
  static const char *const ignored[] = {SBE_IGNORED_MEMBERS};
  size_t n = 0;
  if (b->report->errors >= MANY) {
    key_error(b, member, "unknown member");
    return;
  }
  while (names[n] && strcmp(names[n], ignored[0]) != 0) n++;
  const char *shown = sbe_shown(b, member->key), *nearest = sbe_nearest(member->key, names);
  if (nearest)
    key_error(b, member, "unknown member '%s' of %s; did you mean '%s'?", shown, what, nearest);
  else
    key_error(b, member, "unknown member '%s' of %s%s", shown, what,
              sbe_suggestion(b, member->key, names, sizeof *names, n));
}

bool sbe_members(sbe_builder *b, const sbe_node *map, const char *what, const char *const *names,
                 const sbe_node **slots) {
  for (size_t i = 0; names[i]; i++) slots[i] = NULL;
  if (map->kind != SBE_NODE_MAP) {
    sbe_build_error(b, map, "%s must be a map, not %s", what, sbe_node_kind_name(map->kind));
    return false;
  }
  SBE_EACH(member, map) {
    size_t i = 0;
    while (names[i] && (names[i][0] != member->key[0] || strcmp(names[i], member->key) != 0)) i++;
    if (!names[i])
      report_unknown(b, member, what, names);
    else if (member->kind != SBE_NODE_NULL)
      slots[i] = member;
  }
  return true;
}

const char *sbe_text_or_empty(sbe_builder *b, const sbe_node *node, const char *what) {
  if (node->kind == SBE_NODE_STRING) return node->text;
  sbe_build_error(b, node, "%s must be a string, not %s", what, sbe_node_kind_name(node->kind));
  return NULL;
}

const char *sbe_text_member(sbe_builder *b, const sbe_node *node, const char *what, size_t most) {
  if (node->kind != SBE_NODE_STRING) {
    sbe_build_error(b, node, "%s must be a string, not %s", what, sbe_node_kind_name(node->kind));
    return NULL;
  }
  if (node->size == 0) {
    sbe_build_error(b, node, "%s is empty", what);
    return NULL;
  }
  if (node->size > most) {
    sbe_build_error(b, node, "%s has %u bytes; at most %zu are allowed", what, node->size, most);
    return NULL;
  }
  return node->text;
}

const char *sbe_name_member(sbe_builder *b, const sbe_node *node, const char *what) {
  const char *text = sbe_text_member(b, node, what, SBE_MAX_NAME);
  for (const char *c = text; c && *c; c++) {
    if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_') continue;
    sbe_build_error(b, node, "%s '%s' may only have letters a to z, digits and '_'", what, sbe_shown(b, text));
    return NULL;
  }
  return text;
}

bool sbe_int_member(sbe_builder *b, const sbe_node *node, const char *what, int64_t least, int64_t most,
                    int64_t *ret_number) {
  int64_t number = 0;
  if (node->kind != SBE_NODE_INTEGER) {
    sbe_build_error(b, node, "%s must be a whole number, not %s", what, sbe_node_kind_name(node->kind));
    return false;
  }
  if (!sbe_parse_int64(node->text, node->size, &number) || number < least || number > most) {
    sbe_build_error(b, node, "%s is %s; it must be from %lld to %lld", what, sbe_shown(b, node->text), (long long)least,
                    (long long)most);
    return false;
  }
  *ret_number = number;
  return true;
}

bool sbe_bool_member(sbe_builder *b, const sbe_node *node, const char *what, bool *ret_value) {
  if (node->kind != SBE_NODE_BOOL) {
    sbe_build_error(b, node, "%s must be true or false, not %s", what, sbe_node_kind_name(node->kind));
    return false;
  }
  *ret_value = strcmp(node->text, "true") == 0;
  return true;
}

bool sbe_list_member(sbe_builder *b, const sbe_node *node, const char *what, size_t most, size_t *ret_n) {
  if (node->kind != SBE_NODE_LIST) {
    sbe_build_error(b, node, "%s must be a list, not %s", what, sbe_node_kind_name(node->kind));
    return false;
  }
  size_t n = sbe_node_count(node);
  if (n > most) {
    sbe_build_error(b, node, "%s has %zu members; at most %zu are allowed", what, n, most);
    return false;
  }
  *ret_n = n;
  return true;
}

void sbe_put_quoted(sbe_text *text, const char *bytes) {
  sbe_text_putc(text, '"');
  for (const char *c = bytes; *c;) {
    const char *run = c;
    while ((unsigned char)*c >= 0x20 && *c != 0x7F && *c != '"' && *c != '\\') c++;
    if (c > run) sbe_text_put(text, run, (size_t)(c - run));
    if (!*c) break;
    if (*c == '"' || *c == '\\')
      sbe_text_printf(text, "\\%c", *c);
    else
      sbe_text_printf(text, "\\u%04x", (unsigned)(unsigned char)*c);
    c++;
  }
  sbe_text_putc(text, '"');
}

bool sbe_scratch_done(sbe_builder *b, const sbe_node *node) {
  if (!b->scratch.overflow) return true;
  sbe_build_error(b, node, "this is larger than %zu bytes", SBE_MAX_CANONICAL);
  return false;
}
