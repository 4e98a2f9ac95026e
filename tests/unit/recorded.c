/* SPDX-License-Identifier: Apache-2.0 */
/* The fixture of recorded.h. */
#include "tests/unit/recorded.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/config/vars.h"

recorded fixture;

/* From a copy, since the build tree may be writable for a group. */
static const sbe_plugin *load_recorder(void) {
  static const sbe_plugin *plugin;
  static char directory[200], command[1000];
  if (plugin) return plugin;
  const char *given = getenv("SBE_TEST_ADAPTERS"), *top = getenv("abs_top_builddir");
  snprintf(directory, sizeof directory, "%s/recorder", sbe_unit_directory());
  snprintf(command, sizeof command, "cp '%s%s/sbe_adapter_recorder.so' '%s/' && chmod 644 '%s'/*.so",
           given ? given : (top ? top : "."), given ? "" : "/tests/adapters/.libs", directory, directory);
  CU_ASSERT_FATAL(mkdir(directory, 0755) == 0 && chmod(directory, 0755) == 0);
  CU_ASSERT_FATAL(system(command) == 0);
  static const char *const directories[] = {directory};
  sbe_plugin_path path = {1, (const char **)directories};
  sbe_error error = SBE_NO_ERROR;
  int32_t code = sbe_plugin_load(&path, "recorder", &plugin, &error);
  UNIT_CHECK(code == SBE_OK, "%s", error.message);
  CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
  return plugin;
}

void recorded_begin(void) {
  recorded_end();
  fixture.arena = sbe_arena_new();
  fixture.report = (sbe_report){.arena = fixture.arena};
  fixture.plugin = load_recorder();
  fixture.sql = (sbe_sql){.dialect = &fixture.plugin->dialect,
                          .schemas = {[SBE_SCHEMA_MANIFEST] = "shop_snowplow_manifest",
                                      [SBE_SCHEMA_SCRATCH] = "shop_scratch",
                                      [SBE_SCHEMA_DERIVED] = "shop_derived"},
                          .events = {NULL, "atomic", "events"}};
  recorded_vars("{}");
}

void recorded_end(void) {
  sbe_arena_free(fixture.arena);
  memset(&fixture, 0, sizeof fixture);
}

void recorded_vars(const char *yaml) {
  static const char start[] = "start_date: 2025-01-01";
  const sbe_node *members = sbe_yaml_read(fixture.arena, "sbe.yml", start, sizeof start - 1, &fixture.report);
  sbe_vars_read(fixture.arena, members, yaml, (sbe_place){"sbe.yml", 1, 1}, &fixture.vars, &fixture.report);
  UNIT_CHECK(fixture.report.errors == 0, "%s: %s", yaml, recorded_findings());
}

sbe_ir *recorded_build(const char *yaml) {
  const sbe_node *document = sbe_yaml_read(fixture.arena, "v.yml", yaml, strlen(yaml), &fixture.report);
  fixture.ir = sbe_ir_build(fixture.arena, 1, &document, &fixture.report);
  UNIT_CHECK(fixture.ir != NULL, "%s\n%s", yaml, recorded_findings());
  return fixture.ir;
}

const sbe_shape *recorded_shape(size_t i) {
  CU_ASSERT_PTR_NOT_NULL_FATAL(fixture.ir);
  CU_ASSERT_FATAL(i < fixture.ir->n_views);
  return sbe_shape_new(fixture.arena, fixture.ir->views[i]);
}

const sbe_shape *recorded_view(const char *attributes) {
  recorded_build(sbe_arena_printf(fixture.arena, "{name: v, entity: domain_userid, attributes: [\n%s]}", attributes));
  return recorded_shape(0);
}

sbe_timestamp recorded_time(const char *text) {
  sbe_timestamp at = 0;
  CU_ASSERT_FATAL(sbe_timestamp_parse(text, strlen(text), &at));
  return at;
}

sbe_date recorded_date(const char *text) {
  sbe_date date = 0;
  CU_ASSERT_FATAL(sbe_date_parse(text, strlen(text), &date));
  return date;
}

const char *recorded_text(sbe_statements *list) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < list->n; i++) SBE_PRINT(&out, sbe_text_string(list->items[i].text), ";\n");
  sbe_statements_clear(list);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *recorded_findings(void) {
  static const char *const names[] = {[SBE_NOTE] = "note", [SBE_WARNING] = "warning", [SBE_ERROR] = "error"};
  sbe_cleanup_text sbe_text out = SBE_TEXT(100000);
  for (const sbe_finding *f = fixture.report.first; f; f = f->next)
    sbe_text_printf(&out, "%s %s:%u:%u %s\n", names[f->severity], f->place.file ? f->place.file : "", f->place.line,
                    f->place.column, f->message);
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

const char *recorded_scan(const char *const *columns) {
  size_t n = fixture.ir->n_views, n_columns = 0;
  const sbe_shape **shapes = SBE_NEW_ARRAY(fixture.arena, const sbe_shape *, n);
  for (size_t i = 0; i < n; i++) shapes[i] = recorded_shape(i);
  sbe_column items[64];
  for (; columns && columns[2 * n_columns]; n_columns++)
    items[n_columns] = (sbe_column){columns[2 * n_columns], columns[2 * n_columns + 1]};
  sbe_columns described = {n_columns, items};
  sbe_scan *scan;
  CU_ASSERT_EQUAL_FATAL(sbe_scan_new(&fixture.sql, fixture.arena, &fixture.vars, n, shapes, &scan), n);
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_error error = SBE_NO_ERROR;
  const char *lower = sbe_sql_timestamp(&fixture.sql, fixture.arena, recorded_time("2025-01-01"));
  const char *upper = sbe_sql_timestamp(&fixture.sql, fixture.arena, recorded_time("2025-01-03"));
  if (sbe_scan_check(scan, &described, &fixture.report, &error)) return NULL;
  if (sbe_scan_print(scan, &described, lower, upper, NULL, NULL, &out, &error)) return NULL;
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

/* The end of a select's item that begins at `at`: its comma, or the FROM behind the last one. */
static const char *item_end(const char *at) {
  int depth = 0;
  char open = 0;
  for (; *at; at++) {
    if (open) {
      open = *at == open ? 0 : open;
    } else if (*at == '\'' || *at == '"') {
      open = *at;
    } else if (depth == 0 && (*at == ',' || strncmp(at, "\nFROM ", 6) == 0 || strncmp(at, " FROM \"", 7) == 0)) {
      return at;
    } else {
      depth += (*at == '(') - (*at == ')');
    }
  }
  return at;
}

/* The expression of the item `… AS "name"`, in whichever select it stands. */
static const char *item_of(const char *sql, const char *name) {
  const char *wanted = sbe_arena_printf(fixture.arena, " AS \"%s\"", name);
  for (const char *select = sql; (select = strstr(select, "SELECT ")); select++) {
    for (const char *at = select + 7, *end = item_end(at);; at = end + 2, end = item_end(at)) {
      size_t size = (size_t)(end - at), tail = strlen(wanted);
      if (size > tail && strncmp(end - tail, wanted, tail) == 0)
        return sbe_arena_strndup(fixture.arena, at, size - tail);
      if (*end != ',') break;
    }
  }
  return NULL;
}

const char *recorded_expression(const char *sql, const char *column) {
  const char *item = sql ? item_of(sql, column) : NULL;
  if (!item) return NULL;
  sbe_cleanup_text sbe_text out = SBE_TEXT(SBE_MAX_STATEMENT);
  for (const char *c = item; *c; c++) {
    size_t digits = c[0] == '"' && (c[1] == 'x' || c[1] == 'p') ? strspn(c + 2, "0123456789") : 0;
    if (digits && c[2 + digits] == '"') {
      const char *inner = recorded_expression(sql, sbe_arena_strndup(fixture.arena, c + 1, digits + 1));
      if (!inner) return NULL;
      sbe_text_puts(&out, inner);
      c += digits + 2;
    } else {
      sbe_text_putc(&out, *c);
    }
  }
  return sbe_arena_strdup(fixture.arena, sbe_text_string(&out));
}

size_t recorded_count(const char *text, const char *part) {
  size_t n = 0;
  for (; text && (text = strstr(text, part)); text += strlen(part)) n++;
  return n;
}
