/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place of one's own in the author's warehouse: a directory, names of schemas that nobody else has, and
 * the project whose connection leads there. Called by everything that connects. It must never touch a
 * schema whose name does not begin with the place's.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/run/run.h"
#include "kit/kit.h"

#define MOST_JSON ((size_t)1 << 20)
#define PROFILE "sbe_adapter_check"

void place_id(char ret_id[9]) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  unsigned char bytes[8] = {0};
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
    uint64_t number = (uint64_t)sbe_timestamp_now() * 2654435761u + (uint64_t)getpid();
    memcpy(bytes, &number, sizeof bytes);
  }
  for (size_t i = 0; i < sizeof bytes; i++) ret_id[i] = letters[bytes[i] % (i ? 36 : 26)];
  ret_id[8] = '\0';
}

const char *place_open(kit_place *place, const kit_options *options, const sbe_plugin *plugin, const char *id,
                       sbe_arena *arena) {
  const char *base = getenv("TMPDIR");
  *place = (kit_place){.options = options, .plugin = plugin, .arena = arena};
  if (id)
    memcpy(place->id, id, sizeof place->id);
  else
    place_id(place->id);
  place->schema = sbe_arena_printf(arena, KIT_PREFIX "%s", place->id);
  place->dir = sbe_arena_printf(arena, "%s/sbe-check-%s", base && *base == '/' ? base : "/tmp", place->id);
  if (mkdir(place->dir, 0700) == 0 || (id && errno == EEXIST)) return NULL;
  return sbe_arena_printf(arena, "cannot make the directory %s: %s", place->dir, strerror(errno));
}

/* ---- the project ---- */

void place_put_json(sbe_text *out, const char *text) {
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

static void put_member(sbe_text *out, const char *name, const char *text) {
  place_put_json(out, name);
  sbe_text_puts(out, ": ");
  place_put_json(out, text);
}

/* Every `mark` in the text. */
static const char *replaced(sbe_arena *arena, const char *text, const char *mark, const char *by) {
  const char *at = strstr(text, mark);
  if (!at) return text;
  const char *rest = replaced(arena, at + strlen(mark), mark, by);
  return sbe_arena_printf(arena, "%.*s%s%s", (int)(at - text), text, by, rest);
}

static bool write_file(const kit_place *place, const char *name, const sbe_text *text) {
  const char *path = sbe_arena_printf(place->arena, "%s/%s", place->dir, name);
  /* it may hold a password */
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const char *bytes = sbe_text_string(text);
  bool good = write(file, bytes, text->size) == (ssize_t)text->size;
  return close(file) == 0 && good;
}

/* {"sbe_adapter_check": {"outputs": {TARGET: {"type": …}}}} of what --setting says */
static void put_profiles(const kit_place *place, const char *target, sbe_text *out) {
  sbe_text_puts(out, "{\"" PROFILE "\": {\"outputs\": {");
  place_put_json(out, target);
  sbe_text_puts(out, ": {");
  put_member(out, "type", place->plugin->name);
  const kit_list *settings = &place->options->settings;
  for (size_t i = 0; i < settings->n; i++) {
    const char *equals = strchr(settings->items[i], '=');
    const char *value = replaced(place->arena, equals + 1, "{tmp}", place->dir);
    value = replaced(place->arena, value, "{id}", place->id);
    sbe_text_puts(out, ", ");
    put_member(out, sbe_arena_strndup(place->arena, settings->items[i], (size_t)(equals - settings->items[i])), value);
  }
  sbe_text_puts(out, "}}}}");
}

/* The schema that sbe's names begin with, whatever the profile says of it. */
static void set_schema(const kit_place *place, sbe_project *project, const char *schema) {
  static const char *const names[] = {"schema", "dataset"};
  const char *name = NULL;
  for (size_t i = 0; i < 2 && !name; i++)
    for (const sbe_option *const *o = place->plugin->adapter->options; *o && !name; o++)
      if (sbe_streq((*o)->name, names[i]) || sbe_streq((*o)->alias, names[i])) name = (*o)->name;
  if (!name || !project->settings) return;
  sbe_settings *settings = SBE_NEW(place->arena, sbe_settings);
  *settings = *project->settings;
  settings->items = SBE_NEW_ARRAY(place->arena, struct sbe_setting, project->settings->n + 1);
  settings->n = 0;
  for (size_t i = 0; i < project->settings->n; i++) {
    const struct sbe_setting *item = &project->settings->items[i];
    if (!sbe_streq(item->name, "schema") && !sbe_streq(item->name, "dataset")) settings->items[settings->n++] = *item;
  }
  settings->items[settings->n++] = (struct sbe_setting){.name = name, .value = schema};
  project->settings = settings;
}

sbe_project *place_project(kit_place *place, const char *schema, const char *target, const char *yml,
                           sbe_report *report) {
  const kit_options *o = place->options;
  sbe_cleanup_text sbe_text project = SBE_TEXT(MOST_JSON), profiles = SBE_TEXT(MOST_JSON), none = SBE_TEXT(16);
  if (!schema) schema = place->schema;
  if (!target) target = "dev";
  sbe_text_puts(&project, "{");
  put_member(&project, "name", schema);
  sbe_text_puts(&project, ", ");
  put_member(&project, "profile", o->profile ? o->profile : PROFILE);
  if (!o->profile) {
    sbe_text_puts(&project, ", ");
    put_member(&project, "target", target);
  }
  if (!yml)
    yml = sbe_arena_printf(
        place->arena, ", \"vars\": {\"start_date\": \"2025-01-01\", \"atomic_schema\": \"%s_atomic\"}", place->schema);
  sbe_text_puts(&project, yml);
  sbe_text_puts(&project, "}");
  mkdir(sbe_arena_printf(place->arena, "%s/views", place->dir), 0700);
  bool written = write_file(place, "sbe.yml", &project) && write_file(place, "views/none.yml", &none);
  if (!o->profile) {
    put_profiles(place, target, &profiles);
    written = written && write_file(place, "profiles.yml", &profiles);
  }
  if (!written) {
    sbe_report_add(report, SBE_ERROR, (sbe_place){place->dir, 0, 0}, "cannot be written: %s", strerror(errno));
    return NULL;
  }
  sbe_project_options options = {.project_dir = place->dir,
                                 .profiles_dir = o->profile ? o->profiles_dir : place->dir,
                                 .target = o->profile ? o->target : target};
  sbe_project *read = sbe_project_read(place->arena, &options, true, report);
  if (!read) return NULL;
  read->target = target; /* that of a user's profile has a name of its own, but is asked as this one */
  set_schema(place, read, schema);
  return read;
}

/* ---- the end ---- */

void place_note_schema(kit_place *place, const char *database, const char *schema) {
  size_t size = strlen(place->schema);
  if (!schema || strncmp(schema, place->schema, size) != 0) return;
  for (size_t i = 0; i < place->n_schemas; i++)
    if (sbe_streq(place->schemas[i].schema, schema) && sbe_streq(place->schemas[i].database, database)) return;
  sbe_name *bigger = SBE_NEW_ARRAY(place->arena, sbe_name, place->n_schemas + 1);
  if (place->n_schemas) memcpy(bigger, place->schemas, place->n_schemas * sizeof *bigger);
  bigger[place->n_schemas++] =
      (sbe_name){sbe_arena_strdup(place->arena, database), sbe_arena_strdup(place->arena, schema), NULL};
  place->schemas = bigger;
}

/* The database itself goes with the directory. */
static bool is_thrown_away(const kit_place *place) {
  for (size_t i = 0; i < place->options->settings.n; i++)
    if (strstr(place->options->settings.items[i], "{tmp}")) return true;
  return false;
}

static const char *drop_schemas(kit_place *place) {
  sbe_report report = {.arena = place->arena};
  sbe_run no_run = {NULL};
  sbe_session session = {0};
  sbe_error error = SBE_NO_ERROR;
  const char *why = NULL;
  if (!place->plugin->fixture.drop)
    return sbe_arena_printf(place->arena, "the fixture has no 'drop': schemas %s… are left behind", place->schema);
  sbe_project *project = place_project(place, NULL, NULL, NULL, &report);
  if (!project) return "the schemas are left behind: the connection cannot be read";
  const sbe_settings *settings = sbe_settings_with_presets(project, place->plugin, place->arena);
  if (sbe_session_open(&session, place->plugin, settings, &no_run, NULL, &error))
    return sbe_arena_printf(place->arena, "schemas %s… are left behind: %s", place->schema, error.message);
  for (size_t i = 0; i < place->n_schemas; i++) {
    int32_t code = place->plugin->fixture.drop(session.connection, &place->schemas[i], &error);
    if (code)
      why = sbe_arena_printf(place->arena, "schema %s is left behind: %s", place->schemas[i].schema, error.message);
  }
  sbe_session_close(&session);
  return why;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
  (void)status, (void)type, (void)ftw;
  return remove(path);
}

const char *place_close(kit_place *place) {
  const char *why = NULL;
  if (place->options->keep) return NULL;
  if (place->n_schemas && !is_thrown_away(place)) why = drop_schemas(place);
  nftw(place->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return why;
}
