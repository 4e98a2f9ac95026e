/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cached columns of the events table (see columns.h). Written by the run with cJSON, read with the
 * reader that definitions are read with.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/run/columns.h"

#define MOST_COLUMNS 10000

static const char *cache_path(const sbe_project *project, sbe_arena *arena) {
  return sbe_arena_printf(arena, "%s/columns.json", project->state_dir);
}

static const char *events_name(const sbe_sql *sql, sbe_arena *arena) {
  sbe_cleanup_text sbe_text name = SBE_TEXT(8192);
  sbe_print_table_name(sql, &name, &sql->events);
  return sbe_arena_strdup(arena, sbe_text_string(&name));
}

void sbe_columns_save(const sbe_project *project, const sbe_plugin *plugin, const sbe_sql *sql,
                      const sbe_columns *columns) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "adapter", plugin->name);
  cJSON_AddStringToObject(root, "table", events_name(sql, arena));
  cJSON *list = cJSON_AddArrayToObject(root, "columns");
  for (size_t i = 0; i < columns->n; i++) {
    const char *pair[] = {columns->items[i].name, columns->items[i].type};
    cJSON_AddItemToArray(list, cJSON_CreateStringArray(pair, 2));
  }
  char *text = cJSON_Print(root);
  cJSON_Delete(root);
  const char *path = cache_path(project, arena), *temporary = sbe_arena_printf(arena, "%s.tmp", path);
  (void)!unlink(temporary); /* never through a link that somebody laid there */
  int opened = text ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666) : -1;
  FILE *file = opened >= 0 ? fdopen(opened, "w") : NULL;
  if (file) {
    bool good = fputs(text, file) >= 0 && fputc('\n', file) != EOF;
    good = fclose(file) == 0 && good;
    if (!good || rename(temporary, path) != 0) (void)!unlink(temporary);
  }
  free(text);
}

static bool take_columns(const sbe_node *list, sbe_arena *arena, sbe_columns *ret_columns, sbe_report *report) {
  if (!list || list->kind != SBE_NODE_LIST || sbe_node_count(list) > MOST_COLUMNS) {
    if (list) sbe_node_error(report, list, "the columns must be a list of [name, type], at most %d", MOST_COLUMNS);
    return false;
  }
  sbe_column *items = SBE_NEW_ARRAY(arena, sbe_column, sbe_node_count(list));
  size_t n = 0;
  SBE_EACH(pair, list) {
    const sbe_node *name = pair->child, *type = name ? name->next : NULL;
    if (pair->kind != SBE_NODE_LIST || !type || type->next || name->kind != SBE_NODE_STRING ||
        type->kind != SBE_NODE_STRING) {
      sbe_node_error(report, pair, "a column must be [name, type], both texts");
      return false;
    }
    items[n++] = (sbe_column){name->text, type->text};
  }
  *ret_columns = (sbe_columns){n, items};
  return n > 0;
}

bool sbe_columns_load(const sbe_project *project, const sbe_plugin *plugin, const sbe_sql *sql, const char *path,
                      sbe_arena *arena, sbe_columns *ret_columns, sbe_report *report) {
  sbe_report ignored = {.arena = arena};
  const char *cache = cache_path(project, arena);
  if (!path && access(cache, R_OK) != 0) return false;
  const sbe_node *root = sbe_document_read(arena, path ? path : cache, path ? report : &ignored);
  if (!root) return false;
  if (path)
    return take_columns(root->kind == SBE_NODE_MAP ? sbe_node_find(root, "columns") : root, arena, ret_columns, report);
  const sbe_node *adapter = sbe_node_find(root, "adapter"), *table = sbe_node_find(root, "table");
  return adapter && table && sbe_streq(adapter->text, plugin->name) &&
         sbe_streq(table->text, events_name(sql, arena)) &&
         take_columns(sbe_node_find(root, "columns"), arena, ret_columns, &ignored);
}
