/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one thing of Jinja that profiles need: `{{ env_var('NAME') }}`, `{{ env_var('NAME', 'default') }}`,
 * with the filters that dbt's users put behind it. Called for the strings of the output in use. It must
 * never show a value, nor the text around it: either may be a password.
 */
#include <stdlib.h>
#include <string.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/env_var.h"
#include "core/config/settings.h"

#define MAX_TEXT ((size_t)1 << 20) /* bytes of a value, resolved */

typedef struct scanner {
  sbe_arena *arena;
  const char *at;
} scanner;

static void skip_space(scanner *s) {
  s->at += strspn(s->at, " \t\r\n");
}

/* `mark` itself, and the space before it. */
static bool take(scanner *s, const char *mark) {
  skip_space(s);
  if (!sbe_starts_with(s->at, mark)) return false;
  s->at += strlen(mark);
  return true;
}

static char unescape(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  default:
    return c;
  }
}

/* A quoted text as Python writes it; NULL when there is none. Unknown escapes keep their backslash, as there. */
static const char *take_string(scanner *s) {
  skip_space(s);
  char quote = *s->at;
  if (quote != '\'' && quote != '"') return NULL;
  const char *start = s->at + 1, *end = start;
  while (*end && *end != quote) end += end[0] == '\\' && end[1] ? 2 : 1;
  if (!*end) return NULL;
  char *text = sbe_arena_alloc(s->arena, (size_t)(end - start) + 1), *to = text;
  for (const char *c = start; c < end; c++) {
    if (*c == '\\' && strchr("ntr\\'\"", c[1]))
      *to++ = unescape(*++c);
    else
      *to++ = *c;
  }
  s->at = end + 1;
  return text;
}

/* A default may also be a bare number, as in env_var('PORT', 5432). */
static const char *take_default(scanner *s) {
  skip_space(s);
  size_t digits = strspn(s->at, "0123456789");
  if (digits == 0) return take_string(s);
  const char *text = sbe_arena_strndup(s->arena, s->at, digits);
  s->at += digits;
  return text;
}

/* The text goes to the adapter as it is, so what a filter would make of it makes no difference. */
static bool take_filters(scanner *s) {
  static const char *const filters[] = {"int", "as_number", "as_text", "as_bool", "as_native", NULL};
  while (take(s, "|")) {
    skip_space(s);
    size_t size = strspn(s->at, "abcdefghijklmnopqrstuvwxyz_");
    size_t i = 0;
    while (filters[i] && (strlen(filters[i]) != size || strncmp(filters[i], s->at, size) != 0)) i++;
    if (!filters[i]) return false;
    s->at += size;
  }
  return true;
}

/* What stands between `{{` and behind `}}`. */
static bool take_expression(scanner *s, const char **ret_name, const char **ret_default) {
  *ret_default = NULL;
  if (!take(s, "env_var") || !take(s, "(") || !(*ret_name = take_string(s))) return false;
  if (take(s, ",")) {
    if (take(s, "default") && !take(s, "=")) return false;
    if (!(*ret_default = take_default(s))) return false;
  }
  return take(s, ")") && take_filters(s) && take(s, "}}");
}

bool sbe_secret_name(const char *name) {
  static const char *const words[] = {"pass", "token", "secret", "key"};
  for (const char *at = name; *at; at++) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
      size_t n = 0;
      while (words[i][n] && (at[n] | 0x20) == words[i][n]) n++;
      if (!words[i][n]) return true;
    }
  }
  return false;
}

typedef struct renderer {
  const sbe_node *node;
  const char *field;
  sbe_severity unset;
  sbe_report *report;
  sbe_text *out;
  bool whole; /* every variable so far had a value */
} renderer;

/* Appends the value of one expression. False when it is none that is understood. */
static bool render_one(renderer *r, scanner *s) {
  const char *name, *preset;
  if (!take_expression(s, &name, &preset)) return false;
  const char *value = getenv(name);
  if (!value && !preset) {
    sbe_report_add(r->report, r->unset, sbe_node_place(r->node),
                   "field '%s': the environment variable '%s' is not set; set it, or give a default: "
                   "{{ env_var('%s', 'default') }}",
                   r->field, name, name);
    r->whole = false;
    return true;
  }
  if (value && !sbe_utf8_valid(value, strlen(value), NULL)) {
    sbe_node_error(r->report, r->node, "field '%s': the environment variable '%s' is not UTF-8", r->field, name);
    r->whole = false;
    return true;
  }
  if (value && (sbe_secret_name(r->field) || sbe_secret_name(name))) sbe_secret_register(value);
  sbe_text_puts(r->out, value ? value : preset);
  return true;
}

const char *sbe_env_var_render(sbe_arena *arena, const sbe_node *node, const char *field, sbe_severity unset,
                               sbe_report *report) {
  if (!strchr(node->text, '{')) return node->text;
  sbe_cleanup_text sbe_text out = SBE_TEXT(MAX_TEXT);
  renderer r = {node, field, unset, report, &out, true};
  scanner s = {arena, node->text};
  bool used = false;
  while (*s.at) {
    bool expression = sbe_starts_with(s.at, "{{");
    if (!expression && !sbe_starts_with(s.at, "{%") && !sbe_starts_with(s.at, "{#")) {
      sbe_text_putc(&out, *s.at++);
      continue;
    }
    s.at += 2;
    if (!expression || !render_one(&r, &s)) {
      sbe_node_error(report, node,
                     "field '%s': of Jinja only {{ env_var('NAME') }} and {{ env_var('NAME', 'default') }} are "
                     "understood here; for anything else set an environment variable",
                     field);
      return NULL;
    }
    used = true;
  }
  if (out.overflow) sbe_node_error(report, node, "field '%s' has more than %zu bytes", field, MAX_TEXT);
  if (out.overflow || !r.whole) return NULL;
  const char *text = sbe_arena_strdup(arena, sbe_text_string(&out));
  if (used && sbe_secret_name(field)) sbe_secret_register(text);
  return text;
}
