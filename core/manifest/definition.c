/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The definition of a view as text: all that decides its numbers, one line a thing. The manifest keeps
 * it with its hash, so that a run that finds another one can say what changed.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/string.h"
#include "core/manifest/state.h"

/* One line, whatever is in the text, and different texts stay different. */
static void put_escaped(sbe_text *out, const char *text, const char *special) {
  for (const char *c = text; *c; c++) {
    if (strchr(special, *c)) sbe_text_putc(out, '\\');
    sbe_text_putc(out, *c == '\n' ? 'n' : *c);
  }
}

const char *sbe_definition_text(sbe_arena *arena, const sbe_view *view, const sbe_sql *sql, const sbe_vars *vars) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  char date[16];
  sbe_date_format(vars->start_date, date);
  SBE_PRINT(&out, "entity key: ", view->key, " from ", view->key_property->text, "\n");
  SBE_PRINT(&out, "start_date: ", date, "\n");
  sbe_text_puts(&out, "app_id: ");
  for (size_t i = 0; i < vars->n_app_ids; i++) {
    if (i) sbe_text_puts(&out, ", ");
    put_escaped(&out, vars->app_ids[i], "\n\\,");
  }
  const char *parts[] = {sql->events.database, sql->events.schema, sql->events.table};
  sbe_text_puts(&out, "\nevents table: ");
  for (size_t i = 0; i < 3; i++) {
    if (!parts[i]) continue;
    put_escaped(&out, parts[i], "\n\\.");
    if (i < 2) sbe_text_putc(&out, '.');
  }
  sbe_text_putc(&out, '\n');
  for (size_t i = 0; i < view->n_attributes; i++) {
    SBE_PRINT(&out, "attribute ", view->attributes[i]->name, ": ");
    put_escaped(&out, view->attributes[i]->text, "\n\\");
    sbe_text_putc(&out, '\n');
  }
  return sbe_arena_strndup(arena, out.data, out.size);
}

const char *sbe_definition_hash(sbe_arena *arena, const char *text) {
  return sbe_arena_printf(arena, "%016" PRIx64, sbe_hash(SBE_HASH_START, text, strlen(text)));
}

/* "name: " of a line; the line's length without its newline. */
typedef struct line {
  const char *text;
  size_t size, name;
} line;

static bool next_line(const char **at, line *ret_line) {
  if (!**at) return false;
  size_t size = strcspn(*at, "\n");
  const char *colon = memchr(*at, ':', size);
  *ret_line = (line){*at, size, colon ? (size_t)(colon - *at) : size};
  *at += size + ((*at)[size] == '\n');
  return true;
}

static bool find_line(const char *text, const line *wanted, line *ret_line) {
  while (next_line(&text, ret_line))
    if (ret_line->name == wanted->name && memcmp(ret_line->text, wanted->text, wanted->name) == 0) return true;
  return false;
}

/* What stands after the colon. */
static const char *value_of(sbe_arena *arena, const line *l) {
  const char *begin = l->text + l->name, *end = l->text + l->size;
  while (begin < end && (*begin == ':' || *begin == ' ')) begin++;
  return begin < end ? sbe_arena_strndup(arena, begin, (size_t)(end - begin)) : "not set";
}

const char *sbe_definition_difference(sbe_arena *arena, const char *before, const char *after) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1500);
  line here, there;
  for (const char *at = before; next_line(&at, &here);) {
    const char *between = out.size ? "; " : "";
    if (!find_line(after, &here, &there))
      sbe_text_printf(&out, "%s%.*s was removed", between, (int)here.name, here.text);
    else if (here.size != there.size || memcmp(here.text, there.text, here.size) != 0)
      sbe_text_printf(&out, "%s%.*s was %s, is now %s", between, (int)here.name, here.text, value_of(arena, &here),
                      value_of(arena, &there));
  }
  for (const char *at = after; next_line(&at, &here);)
    if (!find_line(before, &here, &there))
      sbe_text_printf(&out, "%s%.*s was added", out.size ? "; " : "", (int)here.name, here.text);
  /* columns of the tables are numbered as the attributes stand */
  if (!out.size && !sbe_streq(before, after)) sbe_text_puts(&out, "its attributes stand in another order");
  return sbe_arena_strndup(arena, sbe_text_string(&out), out.size);
}
