/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench as its own child: it runs the statements of an SQL file on a database and says how long each
 * took. It reaches DuckDB through sbe's own adapter, so that the library, its threads and its settings are
 * those that `sbe` has. Started by bench_script; prints lines for bench_read_cells:
 *
 *   step NAME SECONDS     "open" and "close" among them; statements are named by a line `-- step: NAME`
 *   row CELL CELL         what a SELECT answered
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "core/base/date.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/session.h"

/* bench child ADAPTERS DATABASE THREADS FILE [NAME=VALUE|NAME=FIRST..LAST]... */
enum { ADAPTERS = 2, DATABASE, THREADS, FILE_, PARAMETERS };

void bench_script(const bench *b, const char *database, const char *file, const char *const *parameters,
                  const char *output, bench_process *ret_process) {
  const char *words[32] = {b->options.self, "child", b->options.adapters, database};
  words[THREADS] = sbe_arena_printf(b->arena, "%lld", (long long)b->options.threads);
  words[FILE_] = sbe_arena_printf(b->arena, "%s/%s", b->options.sql, file);
  for (size_t i = 0; parameters[i] && PARAMETERS + i < 31; i++) words[PARAMETERS + i] = parameters[i];
  *ret_process = (bench_process){.arguments = words, .output = output};
  ret_process->errors = sbe_arena_printf(b->arena, "%s/errors", b->run_dir);
  if (!bench_run(ret_process)) exit(EXIT_FAILURE);
  ret_process->arguments = NULL; /* they live here */
}

typedef struct child {
  sbe_session session;
  sbe_arena *arena;
  char **parameters; /* NAME=VALUE */
  const char *step;
  int64_t loop; /* value of the parameter that is FIRST..LAST */
} child;

static _Noreturn void fail(const sbe_error *error, const char *sql) {
  fprintf(stderr, "%s\n%s%.2000s\n", error->message, sql ? "in: " : "", sql ? sql : "");
  exit(EXIT_FAILURE);
}

static void tell_step(const char *step, int64_t begin) {
  printf("step\t%s\t%.6f\n", step, (double)(sbe_monotonic_us() - begin) / 1e6);
}

/* --- statements of a file ------------------------------------------------------------------------ */

static void put_parameter(const child *c, const char *name, size_t size, sbe_text *out) {
  for (char **p = c->parameters; *p; p++) {
    if (strncmp(*p, name, size) != 0 || (*p)[size] != '=') continue;
    if (strstr(*p + size, ".."))
      sbe_text_int(out, c->loop);
    else
      sbe_text_puts(out, *p + size + 1);
    return;
  }
  fprintf(stderr, "the SQL asks for :%.*s, which was not given\n", (int)size, name);
  exit(EXIT_FAILURE);
}

static const char *end_of_quoted(const char *at) {
  char quote = *at++;
  while (*at && *at != quote) at++; /* a doubled one begins the next, at once */
  return *at ? at + 1 : at;
}

/* Takes comments out; one of them names the step. */
static const char *skip_comment(child *c, const char *at) {
  static const char mark[] = "-- step: ";
  size_t size = strcspn(at, "\n");
  if (strncmp(at, mark, sizeof mark - 1) == 0)
    c->step = sbe_arena_strndup(c->arena, at + sizeof mark - 1, size - (sizeof mark - 1));
  return at + size;
}

/* The next statement, with its parameters filled in; answers where it ends, or NULL when there is none. */
static const char *next_statement(child *c, const char *at, sbe_text *out) {
  bool any = false;
  sbe_text_clear(out);
  while (*at && *at != ';') {
    const char *end = at + 1;
    size_t name = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
    if (*at == '\'' || *at == '"') {
      end = end_of_quoted(at);
    } else if (at[0] == '-' && at[1] == '-') {
      at = skip_comment(c, at);
      continue;
    } else if (at[0] == ':' && at[1] == ':') {
      end = at + 2;
    } else if (*at == ':' && name) {
      put_parameter(c, at + 1, name, out);
      at += 1 + name;
      any = true;
      continue;
    }
    any = any || !isspace((unsigned char)*at);
    sbe_text_put(out, at, (size_t)(end - at));
    at = end;
  }
  return any ? at + (*at == ';') : NULL;
}

/* --- running them -------------------------------------------------------------------------------- */

static void print_row(const sbe_rows *rows, size_t row) {
  fputs("row", stdout);
  for (size_t i = 0; i < rows->columns; i++) {
    const sbe_value *value = SBE_CELL(rows, row, i);
    if (value->kind == SBE_VALUE_DOUBLE)
      printf("\t%.17g", value->real);
    else if (value->text)
      printf("\t%s", value->text);
    else
      printf("\t%lld", (long long)sbe_cell_int(value, 0));
  }
  putchar('\n');
}

static void run_statement(const child *c, const char *sql) {
  sbe_error error = SBE_NO_ERROR;
  const sbe_connection_ops *connection = &c->session.plugin->connection;
  while (isspace((unsigned char)*sql)) sql++;
  if (sbe_starts_with(sql, "SELECT") || sbe_starts_with(sql, "WITH")) {
    sbe_rows rows = {.arena = c->arena};
    if (sbe_session_query(&c->session, sql, &rows, &error)) fail(&error, sql);
    for (size_t i = 0; i < rows.n; i++) print_row(&rows, i);
    return;
  }
  sbe_statement statement = {.struct_size = sizeof statement, .sql = sql, .size = strlen(sql)};
  const sbe_statement *statements[] = {&statement};
  sbe_run_options options = {.struct_size = sizeof options};
  if (connection->run(c->session.connection, statements, 1, &options, NULL, &error)) fail(&error, sql);
}

static void run_file(child *c, const char *text) {
  sbe_cleanup_text sbe_text sql = SBE_TEXT(SBE_MAX_STATEMENT);
  c->step = "statement";
  for (const char *at = text; (at = next_statement(c, at, &sql));) {
    int64_t begin = sbe_monotonic_us();
    run_statement(c, sbe_text_string(&sql));
    tell_step(c->step, begin);
  }
}

static char *read_whole(const char *path, sbe_arena *arena) {
  FILE *file = fopen(path, "re");
  char *text = sbe_arena_alloc(arena, 1 << 20);
  if (!file) bench_die("%s cannot be read", path);
  size_t size = fread(text, 1, (1 << 20) - 1, file);
  if (ferror(file) || !feof(file)) bench_die("%s cannot be read, or is larger than 1 MiB", path);
  fclose(file);
  text[size] = '\0';
  return text;
}

static void open_session(child *c, char **argv) {
  static sbe_run run;
  sbe_error error = SBE_NO_ERROR;
  const sbe_plugin *plugin;
  const char *adapters[] = {argv[ADAPTERS]};
  struct sbe_setting items[] = {{"path", argv[DATABASE], NULL}, {"threads", argv[THREADS], NULL}};
  sbe_settings settings = {.place = "bench", .type = "duckdb", .n = 2, .items = items, .arena = c->arena};
  if (sbe_plugin_load(sbe_plugin_path_new(c->arena, 1, adapters), "duckdb", &plugin, &error)) fail(&error, NULL);
  if (sbe_session_open(&c->session, plugin, &settings, &run, NULL, &error)) fail(&error, NULL);
}

int bench_child(int argc, char **argv) {
  if (argc < PARAMETERS) bench_die("a child needs its arguments");
  child c = {.arena = sbe_arena_new(), .parameters = argv + PARAMETERS};
  int64_t begin = sbe_monotonic_us(), first = 0, last = 0;
  open_session(&c, argv);
  tell_step("open", begin);
  const char *text = read_whole(argv[FILE_], c.arena);
  for (char **p = c.parameters; *p; p++) {
    const char *dots = strstr(*p, "..");
    if (!dots || !strchr(*p, '=')) continue;
    first = strtoll(strchr(*p, '=') + 1, NULL, 10);
    last = strtoll(dots + 2, NULL, 10);
  }
  for (c.loop = first; c.loop <= last; c.loop++) run_file(&c, text);
  begin = sbe_monotonic_us();
  sbe_session_close(&c.session);
  tell_step("close", begin);
  sbe_arena_free(c.arena);
  return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
