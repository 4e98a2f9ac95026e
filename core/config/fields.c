/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of one connection, as adapters are given them. Called by profiles.c when it knows which
 * connection is in use. What the fields mean is the adapter's business; a value must never stand in a
 * message.
 */
#include <stdlib.h>
#include <string.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/env_var.h"
#include "core/config/fields.h"

#define MAX_FIELDS 1000

extern char **environ;

typedef struct builder {
  sbe_arena *arena;
  sbe_settings *settings;
  sbe_severity unset;
  sbe_report *report;
} builder;

static sbe_settings *new_settings(sbe_arena *arena) {
  sbe_settings *settings = SBE_NEW(arena, sbe_settings);
  settings->arena = arena;
  settings->items = SBE_NEW_ARRAY(arena, struct sbe_setting, MAX_FIELDS);
  return settings;
}

static void print_string(sbe_text *out, const char *text) {
  sbe_text_putc(out, '"');
  for (const char *c = text; *c; c++) {
    if ((unsigned char)*c < 0x20) {
      sbe_text_printf(out, "\\u%04x", (unsigned)*c);
      continue;
    }
    if (*c == '"' || *c == '\\') sbe_text_putc(out, '\\');
    sbe_text_putc(out, *c);
  }
  sbe_text_putc(out, '"');
}

/* The JSON of a value inside a member: adapters are only given texts. */
static void print_json(builder *b, sbe_text *out, const sbe_node *node, const char *field) {
  const char *text = node->text;
  bool list = node->kind == SBE_NODE_LIST;
  switch (node->kind) {
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    sbe_text_putc(out, list ? '[' : '{');
    SBE_EACH(item, node) {
      if (item != node->child) sbe_text_putc(out, ',');
      if (!list) {
        print_string(out, item->key);
        sbe_text_putc(out, ':');
      }
      print_json(b, out, item, field);
    }
    sbe_text_putc(out, list ? ']' : '}');
    break;
  case SBE_NODE_STRING:
    text = sbe_env_var_render(b->arena, node, field, b->unset, b->report);
    print_string(out, text ? text : "");
    break;
  case SBE_NODE_NULL:
    sbe_text_puts(out, "null");
    break;
  case SBE_NODE_BOOL:
  case SBE_NODE_INTEGER:
  case SBE_NODE_NUMBER:
    sbe_text_puts(out, text);
    break;
  }
}

/* A scalar with its expressions resolved; NULL when there is nothing to give. */
static sbe_node *resolve(builder *b, const sbe_node *node, const char *field) {
  sbe_node *copy = SBE_NEW(b->arena, sbe_node);
  *copy = *node;
  copy->child = copy->next = NULL;
  if (node->kind == SBE_NODE_NULL) return NULL;
  if (node->kind != SBE_NODE_STRING) return copy;
  copy->text = sbe_env_var_render(b->arena, node, field, b->unset, b->report);
  copy->size = copy->text ? (uint32_t)strlen(copy->text) : 0;
  return copy->text ? copy : NULL;
}

static sbe_node *resolve_container(builder *b, const sbe_node *node, const char *field) {
  sbe_node *copy = SBE_NEW(b->arena, sbe_node);
  *copy = *node;
  copy->child = copy->next = NULL;
  sbe_node **end = &copy->child;
  SBE_EACH(item, node) {
    const char *name = item->key ? sbe_arena_printf(b->arena, "%s.%s", field, item->key) : field;
    sbe_node *member;
    if (item->kind == SBE_NODE_LIST || item->kind == SBE_NODE_MAP) {
      sbe_cleanup_text sbe_text json = SBE_TEXT(SBE_MAX_FILE);
      print_json(b, &json, item, name);
      member = SBE_NEW(b->arena, sbe_node);
      *member = *item;
      member->kind = SBE_NODE_STRING;
      member->text = sbe_arena_strdup(b->arena, sbe_text_string(&json));
      member->size = (uint32_t)json.size;
      member->child = member->next = NULL;
    } else {
      member = resolve(b, item, name);
      if (member && member->text && item->key && sbe_secret_name(item->key)) sbe_secret_register(member->text);
    }
    if (!member) continue;
    *end = member;
    end = &member->next;
  }
  return copy;
}

/* False when there are too many. */
static bool add(builder *b, const char *name, const char *value, const sbe_node *node) {
  if (b->settings->n == MAX_FIELDS) return false;
  b->settings->items[b->settings->n++] = (struct sbe_setting){name, value, node};
  return true;
}

static void add_output(builder *b, const sbe_node *output) {
  SBE_EACH(field, output) {
    if (sbe_streq(field->key, "type")) continue;
    bool container = field->kind == SBE_NODE_LIST || field->kind == SBE_NODE_MAP;
    const sbe_node *node = container ? resolve_container(b, field, field->key) : resolve(b, field, field->key);
    if (node && !add(b, field->key, container ? NULL : node->text, node)) {
      sbe_node_error(b->report, field, "an output has at most %d fields", MAX_FIELDS);
      return;
    }
  }
}

sbe_settings *sbe_fields_of_output(sbe_arena *arena, const sbe_node *output, sbe_severity unset, sbe_report *report) {
  builder b = {arena, new_settings(arena), unset, report};
  add_output(&b, output);
  return b.settings;
}

static int compare(const void *a, const void *b) {
  return strcmp(((const struct sbe_setting *)a)->name, ((const struct sbe_setting *)b)->name);
}

static void change_case(char *text, char from, char to) {
  for (; *text; text++)
    if (*text >= from && *text <= from + 25) *text = (char)(*text - from + to);
}

sbe_settings *sbe_fields_of_environment(sbe_arena *arena, const char *adapter, sbe_report *report) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  builder b = {arena, new_settings(arena), SBE_ERROR, report};
  char *prefix = sbe_arena_printf(arena, "SBE_%s_", adapter);
  change_case(prefix, 'a', 'A');
  b.settings->type = adapter;
  b.settings->place = sbe_arena_printf(arena, "environment, %s…", prefix);
  for (char **variable = environ; variable && *variable; variable++) {
    if (!sbe_starts_with(*variable, prefix)) continue;
    const char *rest = *variable + strlen(prefix), *value = strchr(rest, '=');
    size_t size = value ? (size_t)(value - rest) : 0;
    if (size == 0 || strspn(rest, allowed) != size || !value[1]) continue;
    char *name = sbe_arena_strndup(arena, rest, size);
    sbe_place place = {sbe_arena_printf(arena, "%s%s", prefix, name), 0, 0};
    change_case(name, 'A', 'a');
    value = sbe_arena_strdup(arena, value + 1);
    if (sbe_secret_name(name)) sbe_secret_register(value);
    if (!sbe_utf8_valid(value, strlen(value), NULL))
      sbe_report_add(report, SBE_ERROR, place, "the environment variable is not UTF-8");
    if (!add(&b, name, value, NULL)) {
      sbe_report_add(report, SBE_ERROR, place, "at most %d fields are possible", MAX_FIELDS);
      break;
    }
  }
  qsort(b.settings->items, b.settings->n, sizeof *b.settings->items, compare);
  return b.settings;
}
