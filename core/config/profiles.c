/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which warehouse, and with which fields: profiles.yml in dbt's format, or the environment. Called by
 * project.c. It must never look into an output that is not in use, since its variables need not be
 * set, nor put a value into a message.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/env_var.h"
#include "core/config/fields.h"
#include "core/config/profiles.h"

#define FILE_NAME "profiles.yml"
#define MAX_LIST 1024 /* bytes of a list of names in a message */

typedef struct finder {
  sbe_arena *arena;
  const sbe_connection_wanted *wanted;
  sbe_report *report;
  const char *file; /* of the profile that was found, as shown */
  sbe_text *tried;  /* files that are not there or have no such profile, for messages */
} finder;

const char *sbe_path_shown(const char *directory, const char *path) {
  size_t size = strlen(directory);
  if (size > 1 && strncmp(path, directory, size) == 0 && path[size] == '/' && path[size + 1]) return path + size + 1;
  return path;
}

static const char *environment(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

/* "a, b, c" of the members of a map whose `type` is `type`, or of all. */
static void list_names(sbe_text *out, const sbe_node *map, const char *type) {
  SBE_EACH(item, map) {
    const sbe_node *its = sbe_node_find(item, "type");
    if (type && !(its && sbe_streq(its->text, type))) continue;
    if (out->size > 0) sbe_text_puts(out, ", ");
    sbe_text_puts(out, item->key);
  }
  if (out->size == 0) sbe_text_puts(out, "none");
}

static const char *nearest_member(sbe_arena *arena, const char *name, const sbe_node *map) {
  size_t n = 0;
  if (strlen(name) > 256 || sbe_node_count(map) > 1000) return NULL;
  const char **names = SBE_NEW_ARRAY(arena, const char *, sbe_node_count(map) + 1);
  SBE_EACH(item, map) names[n++] = item->key;
  return sbe_nearest(name, names);
}

/* --- finding the profile ------------------------------------------------------------------------- */

/* The profile in `directory`/profiles.yml, NULL when there is none; false after an error. */
static bool look_in(finder *f, const char *directory, const sbe_node **ret_profile) {
  struct stat status;
  const char *path = sbe_arena_printf(f->arena, "%s/" FILE_NAME, directory);
  const char *shown = sbe_path_shown(f->wanted->directory, path);
  if (f->tried->size > 0) sbe_text_puts(f->tried, ", ");
  if (stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    sbe_text_printf(f->tried, "%s (no such file)", shown);
    return true;
  }
  size_t before = f->report->errors;
  const sbe_node *root = sbe_document_read(f->arena, shown, f->report);
  if (!root || f->report->errors > before) return false;
  if (root->kind != SBE_NODE_MAP && root->kind != SBE_NODE_NULL) {
    sbe_node_error(f->report, root, "profiles must be a map of names, not %s", sbe_node_kind_name(root->kind));
    return false;
  }
  /* `config` is dbt's own, and no profile. */
  const char *name = f->wanted->profile.text;
  const sbe_node *profile = sbe_streq(name, "config") ? NULL : sbe_node_find(root, name);
  if (!profile) {
    const char *near = nearest_member(f->arena, name, root);
    sbe_text_printf(f->tried, "%s (no such profile", shown);
    if (near) sbe_text_printf(f->tried, "; did you mean '%s'?", near);
    sbe_text_puts(f->tried, ")");
    return true;
  }
  f->file = shown;
  *ret_profile = profile;
  return true;
}

/* The first file that has the profile. One that --profiles-dir names is the only one. */
static bool find_profile(finder *f, const sbe_node **ret_profile) {
  *ret_profile = NULL;
  if (f->wanted->profiles_dir) return look_in(f, f->wanted->profiles_dir, ret_profile);
  const char *home = environment("HOME");
  const char *directories[] = {
      environment("SBE_PROFILES_DIR"),
      f->wanted->project_dir,
      home ? sbe_arena_printf(f->arena, "%s/.sbe", home) : NULL,
      environment("DBT_PROFILES_DIR"),
      home ? sbe_arena_printf(f->arena, "%s/.dbt", home) : NULL,
  };
  for (size_t i = 0; i < sizeof directories / sizeof *directories && !*ret_profile; i++)
    if (directories[i] && !look_in(f, directories[i], ret_profile)) return false;
  return true;
}

/* --- choosing the output ------------------------------------------------------------------------- */

static bool is_of_type(finder *f, const sbe_node *output, const char *adapter) {
  const sbe_node *type = sbe_node_find(output, "type");
  if (!type || type->kind != SBE_NODE_STRING) return false;
  sbe_report silent = {.arena = f->arena};
  const char *text = sbe_env_var_render(f->arena, type, "type", SBE_NOTE, &silent);
  return sbe_streq(text, adapter);
}

/* --target, SBE_TARGET, sbe.yml, the profile's own `target`, "default". NULL after an error. */
static const char *target_name(finder *f, const sbe_node *profile, sbe_place *ret_place) {
  const sbe_said *said = &f->wanted->target;
  *ret_place = said->place;
  if (said->text) return said->text;
  const sbe_node *target = sbe_node_find(profile, "target");
  *ret_place = sbe_node_place(target ? target : profile);
  if (!target) return "default";
  if (target->kind != SBE_NODE_STRING) {
    sbe_node_error(f->report, target, "'target' must be a string, not %s", sbe_node_kind_name(target->kind));
    return NULL;
  }
  return sbe_env_var_render(f->arena, target, "target", SBE_ERROR, f->report);
}

/* The output for --adapter; NULL after an error, or, without an error, when no connection is wanted. */
static const sbe_node *by_adapter(finder *f, const sbe_node *outputs, const char *adapter) {
  size_t n = 0;
  const sbe_node *found = NULL;
  SBE_EACH(output, outputs) {
    if (!is_of_type(f, output, adapter)) continue;
    found = output;
    n++;
  }
  if (n == 1 || (n == 0 && !f->wanted->connect)) return found;
  sbe_cleanup_text sbe_text names = SBE_TEXT(MAX_LIST);
  const char *profile = f->wanted->profile.text;
  if (n > 1) {
    list_names(&names, outputs, adapter);
    sbe_report_add(f->report, SBE_ERROR, f->wanted->adapter.place,
                   "profile '%s' (%s) has several outputs of type '%s': choose one with --target: %s", profile, f->file,
                   adapter, sbe_text_string(&names));
    return NULL;
  }
  SBE_EACH(output, outputs) {
    const sbe_node *type = sbe_node_find(output, "type");
    if (names.size > 0) sbe_text_puts(&names, ", ");
    sbe_text_printf(&names, "%s (%s)", output->key,
                    type && type->kind == SBE_NODE_STRING ? type->text : "without a type");
  }
  sbe_report_add(f->report, SBE_ERROR, f->wanted->adapter.place,
                 "profile '%s' (%s) has no output of type '%s'; it has: %s", profile, f->file, adapter,
                 sbe_text_string(&names));
  return NULL;
}

/* What sbe.yml calls the adapter stands back behind a target that was asked for outside of it. */
static const char *wanted_adapter(const sbe_connection_wanted *wanted) {
  bool overruled = wanted->adapter.in_file && wanted->target.text && !wanted->target.in_file;
  return overruled ? NULL : wanted->adapter.text;
}

static const sbe_node *choose_output(finder *f, const sbe_node *profile) {
  static const char *const known[] = {"target", "outputs", "config", NULL};
  sbe_place place;
  const sbe_node *outputs = sbe_node_find(profile, "outputs");
  if (!outputs || outputs->kind != SBE_NODE_MAP || !outputs->child) {
    if (!outputs) sbe_node_check_members(profile, "a profile", known, f->report);
    sbe_node_error(f->report, outputs ? outputs : profile, "profile '%s' has no 'outputs': a map of targets",
                   f->wanted->profile.text);
    return NULL;
  }
  const char *adapter = wanted_adapter(f->wanted);
  const char *target = target_name(f, profile, &place);
  if (!target) return NULL;
  const sbe_node *output = sbe_node_find(outputs, target);
  if (adapter) return output && is_of_type(f, output, adapter) ? output : by_adapter(f, outputs, adapter);
  if (output) return output;
  const char *near = nearest_member(f->arena, target, outputs);
  sbe_cleanup_text sbe_text names = SBE_TEXT(MAX_LIST);
  list_names(&names, outputs, NULL);
  sbe_report_add(f->report, SBE_ERROR, place, "profile '%s' (%s) has no target '%s'%s%s%s; it has: %s",
                 f->wanted->profile.text, f->file, target, near ? "; did you mean '" : "", near ? near : "",
                 near ? "'?" : "", sbe_text_string(&names));
  return NULL;
}

/* --- the fields ---------------------------------------------------------------------------------- */

static bool is_adapter_name(const char *name) {
  size_t size = strlen(name);
  if (size == 0 || size > 32 || name[0] < 'a' || name[0] > 'z') return false;
  return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static bool check_adapter_name(finder *f, const char *name, sbe_place place) {
  if (is_adapter_name(name)) return true;
  sbe_report_add(f->report, SBE_ERROR, place,
                 "'%s' is no adapter's name: small letters, digits and _, at most 32, a letter first", name);
  return false;
}

/* The one field that is not the adapter's alone. */
static void check_threads(finder *f, const sbe_settings *settings) {
  for (size_t i = 0; i < settings->n; i++) {
    const struct sbe_setting *field = &settings->items[i];
    int64_t n;
    if (!sbe_streq(field->name, "threads")) continue;
    if (field->value && sbe_parse_int64(field->value, strlen(field->value), &n) && n >= 1) continue;
    sbe_place place = field->node ? sbe_node_place(field->node) : (sbe_place){settings->place, 0, 0};
    sbe_report_add(f->report, SBE_ERROR, place, "'threads' must be an integer from 1");
  }
}

static void use_output(finder *f, const sbe_node *output, sbe_project *project) {
  const sbe_node *type = sbe_node_find(output, "type");
  if (!type || type->kind != SBE_NODE_STRING) {
    sbe_node_error(f->report, type ? type : output, "output '%s' of profile '%s' needs a 'type': the adapter's name",
                   output->key, f->wanted->profile.text);
    return;
  }
  sbe_severity unset = f->wanted->connect ? SBE_ERROR : SBE_NOTE;
  const char *adapter = sbe_env_var_render(f->arena, type, "type", unset, f->report);
  if (!adapter || !check_adapter_name(f, adapter, sbe_node_place(type))) return;
  project->adapter = adapter;
  project->target = output->key;
  project->settings = sbe_fields_of_output(f->arena, output, unset, f->report);
  project->settings->type = adapter;
  project->settings->place =
      sbe_arena_printf(f->arena, "profile %s, target %s (%s)", f->wanted->profile.text, output->key, f->file);
  check_threads(f, project->settings);
}

static void use_environment(finder *f, sbe_project *project) {
  const sbe_said *said = &f->wanted->adapter;
  const sbe_said *target = &f->wanted->target;
  if (!check_adapter_name(f, said->text, said->place)) return;
  if (target->text && !target->in_file)
    sbe_report_add(f->report, SBE_WARNING, target->place,
                   "the target '%s' has no effect: the connection comes from the environment, not from a profile",
                   target->text);
  project->adapter = said->text;
  project->target = said->text;
  project->settings = sbe_fields_of_environment(f->arena, said->text, f->report);
  check_threads(f, project->settings);
}

static void report_missing(finder *f) {
  const sbe_connection_wanted *wanted = f->wanted;
  if (!wanted->profile.text) {
    sbe_report_add(f->report, SBE_ERROR, wanted->place,
                   "nothing says which warehouse to use: name a profile of profiles.yml (profile: NAME, or --profile), "
                   "or use --adapter NAME");
    return;
  }
  sbe_report_add(f->report, SBE_ERROR, wanted->profile.place,
                 "the profile '%s' is not there; looked in: %s. Write it, or use --adapter NAME without a profile",
                 wanted->profile.text, sbe_text_string(f->tried));
}

void sbe_profile_read(sbe_arena *arena, const sbe_connection_wanted *wanted, sbe_project *project, sbe_report *report) {
  sbe_cleanup_text sbe_text tried = SBE_TEXT(8192);
  finder f = {.arena = arena, .wanted = wanted, .report = report, .tried = &tried};
  const sbe_node *profile = NULL;
  if (wanted->profile.text) {
    if (!find_profile(&f, &profile)) return;
    if (profile) {
      size_t before = report->errors;
      const sbe_node *output = choose_output(&f, profile);
      if (output) use_output(&f, output, project);
      if (output || report->errors > before) return;
    }
    /* A profile that was asked for just now must be there; one that sbe.yml names gives way to an adapter. */
    bool asked = !wanted->profile.in_file || wanted->profiles_dir;
    if (!profile && wanted->connect && (asked || !wanted->adapter.text)) {
      report_missing(&f);
      return;
    }
  }
  if (wanted->adapter.text)
    use_environment(&f, project);
  else if (wanted->connect)
    report_missing(&f);
}
