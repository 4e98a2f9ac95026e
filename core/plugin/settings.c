/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a profile against the options that an adapter describes. Called when the adapter is
 * loaded and before a connection is opened. Must never print a value: any of them may be a secret.
 */
#include <string.h>
#include "core/base/string.h"
#include "core/plugin/internal.h"

const sbe_option *sbe_option_find(const sbe_adapter *adapter, const char *name) {
  for (const sbe_option *const *option = adapter->options; *option; option++) {
    if (sbe_streq((*option)->name, name)) return *option;
    if ((*option)->alias && sbe_streq((*option)->alias, name)) return *option;
  }
  return NULL;
}

/* A field that is null counts as not given. */
static const struct sbe_setting *given(const sbe_settings *settings, const char *name) {
  for (size_t i = 0; name && i < settings->n; i++) {
    const struct sbe_setting *item = &settings->items[i];
    bool empty = !item->value && (!item->node || item->node->kind == SBE_NODE_NULL);
    if (sbe_streq(item->name, name)) return empty ? NULL : item;
  }
  return NULL;
}

/* `keyfile_json` may be a mapping: every text below it is secret. Depth is limited by the reader. */
static void register_secrets(const sbe_node *node) {
  if (node->kind != SBE_NODE_LIST && node->kind != SBE_NODE_MAP) {
    if (node->text) sbe_secret_register(node->text);
    return;
  }
  SBE_EACH(item, node) register_secrets(item);
}

static void register_secret(const struct sbe_setting *setting) {
  if (setting->value) sbe_secret_register(setting->value);
  if (setting->node) register_secrets(setting->node);
}

static sbe_place place_of(const sbe_settings *settings, const struct sbe_setting *setting) {
  if (setting && setting->node) return sbe_node_key_place(setting->node);
  return (sbe_place){settings->place, 0, 0};
}

static const char *nearest_option(const sbe_adapter *adapter, const char *name) {
  const char *names[2 * 256 + 1]; /* an adapter has fewer than 256 options: descriptor.c */
  size_t n = 0;
  for (const sbe_option *const *option = adapter->options; *option; option++) {
    names[n++] = (*option)->name;
    if ((*option)->alias) names[n++] = (*option)->alias;
  }
  names[n] = NULL;
  return sbe_nearest(name, names);
}

/*
 * A field that looks like a known one is a mistake, and a dangerous one (`ssl_mode`). Any other is one
 * of those that dbt has and this adapter does not need: profiles written for dbt work as they stand.
 */
static void check_unknown(const sbe_plugin *plugin, const sbe_settings *settings, const struct sbe_setting *setting,
                          sbe_report *report) {
  sbe_place place = place_of(settings, setting);
  const char *near = nearest_option(plugin->adapter, setting->name);
  if (!near) {
    sbe_report_add(report, SBE_WARNING, place, "the adapter '%s' does not know the field '%s' and ignores it",
                   plugin->name, setting->name);
    return;
  }
  if (sbe_option_find(plugin->adapter, near)->secret) register_secret(setting);
  sbe_report_add(report, SBE_ERROR, place, "unknown field '%s' for the adapter '%s'; did you mean '%s'?", setting->name,
                 plugin->name, near);
}

static void check_option(const sbe_plugin *plugin, const sbe_settings *settings, const sbe_option *option,
                         sbe_report *report) {
  const struct sbe_setting *by_name = given(settings, option->name);
  const struct sbe_setting *by_alias = given(settings, option->alias);
  if (option->secret && by_name) register_secret(by_name);
  if (option->secret && by_alias) register_secret(by_alias);
  if (by_name && by_alias) {
    sbe_report_add(report, SBE_ERROR, place_of(settings, by_alias),
                   "'%s' and '%s' are two names of one field: give only one of them", option->name, option->alias);
    return;
  }
  if (!option->required || option->preset) return;
  const struct sbe_setting *setting = by_name ? by_name : by_alias;
  if (!setting) {
    sbe_report_add(report, SBE_ERROR, place_of(settings, NULL), "the adapter '%s' needs the field '%s': %s",
                   plugin->name, option->name, option->help);
  } else if (setting->value && setting->value[0] == '\0') {
    sbe_report_add(report, SBE_ERROR, place_of(settings, setting),
                   "the field '%s' is empty; the adapter '%s' needs it: %s", setting->name, plugin->name, option->help);
  }
}

void sbe_plugin_check_settings(const sbe_plugin *plugin, const sbe_settings *settings, sbe_report *report) {
  for (size_t i = 0; i < settings->n; i++) {
    const struct sbe_setting *setting = &settings->items[i];
    bool ours = sbe_streq(setting->name, "type") || sbe_streq(setting->name, "threads");
    if (ours || sbe_option_find(plugin->adapter, setting->name)) continue;
    check_unknown(plugin, settings, setting, report);
  }
  for (const sbe_option *const *option = plugin->adapter->options; *option; option++) {
    check_option(plugin, settings, *option, report);
  }
}
