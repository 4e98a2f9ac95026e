/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe show VIEW`: rows of an attributes table, for people, for spreadsheets and for programs. CSV and
 * JSON are written as rows arrive; only the table is held, to be aligned.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/cli.h"

#define TABLE_ROWS 20 /* where nobody says how many */

typedef enum { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON } format;

typedef struct shower {
  sbe_cli *cli;
  format format;
  int64_t limit; /* 0: none */
  int64_t rows;
  bool more; /* there are rows past the limit */
  const struct sbe_table_shape *table;
  sbe_grid grid;
  sbe_json json;
} shower;

/* --- cells --------------------------------------------------------------------------------------- */

/* The shortest digits that read back as the same double. No locale is ever set, so the point is a point. */
static void double_text(double number, char ret_text[40]) {
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(ret_text, 40, "%.*g", digits, number);
    if (strtod(ret_text, NULL) == number) break;
  }
}

/* NULL: the cell is NULL. `iso`: for programs. */
static const char *cell_text(sbe_arena *arena, const sbe_value *value, bool iso) {
  char text[48];
  switch (value->kind) {
  case SBE_VALUE_NULL:
    return NULL;
  case SBE_VALUE_BOOL:
    return value->integer ? "true" : "false";
  case SBE_VALUE_INTEGER:
    return sbe_arena_printf(arena, "%" PRId64, value->integer);
  case SBE_VALUE_DOUBLE:
    double_text(value->real, text);
    break;
  case SBE_VALUE_DATE:
    sbe_date_format(value->integer, text);
    break;
  case SBE_VALUE_TIMESTAMP:
    if (iso)
      sbe_time_text(value->integer, text);
    else
      sbe_timestamp_format(value->integer, text);
    break;
  default:
    return sbe_arena_strndup(arena, value->text, value->size);
  }
  return sbe_arena_strdup(arena, text);
}

static void json_cell(sbe_json *json, const char *key, const sbe_value *value, sbe_arena *arena) {
  const char *text = cell_text(arena, value, true);
  bool bare = value->kind == SBE_VALUE_BOOL || value->kind == SBE_VALUE_INTEGER || value->kind == SBE_VALUE_JSON;
  if (value->kind == SBE_VALUE_DECIMAL) bare = sbe_is_number(text, strlen(text));
  if (value->kind == SBE_VALUE_DOUBLE) bare = isfinite(value->real);
  if (text && bare)
    sbe_json_raw(json, key, text);
  else
    sbe_json_text(json, key, text);
}

/* NULL is nothing, an empty text is "". */
static void csv_cell(FILE *out, const char *text) {
  if (!text) return;
  bool quoted = !*text || strpbrk(text, "\",\r\n") || text[0] == ' ' || text[strlen(text) - 1] == ' ';
  if (!quoted) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (const char *c = text; *c; c++) {
    if (*c == '"') fputc('"', out);
    fputc(*c, out);
  }
  fputc('"', out);
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void show_json(shower *s, const sbe_value *values, sbe_arena *arena) {
  sbe_json_open(&s->json, NULL, '{', true);
  for (size_t i = 0; i < s->table->n; i++) json_cell(&s->json, s->table->columns[i].name, &values[i], arena);
  sbe_json_close(&s->json);
}

static void show_csv(shower *s, const sbe_value *values, sbe_arena *arena) {
  for (size_t i = 0; i < s->table->n; i++) {
    if (i) putchar(',');
    csv_cell(stdout, cell_text(arena, &values[i], true));
  }
  fputs("\r\n", stdout);
}

static void show_line(shower *s, const sbe_value *values) {
  const char **cells = SBE_NEW_ARRAY(s->cli->arena, const char *, s->table->n);
  for (size_t i = 0; i < s->table->n; i++) {
    const char *text = cell_text(s->cli->arena, &values[i], false);
    cells[i] = text ? text : "NULL";
  }
  sbe_grid_row(&s->grid, cells);
}

static void begin(shower *s) {
  size_t n = s->table->n;
  const char **heads = SBE_NEW_ARRAY(s->cli->arena, const char *, n);
  bool *right = SBE_NEW_ARRAY(s->cli->arena, bool, n);
  for (size_t i = 0; i < n; i++) {
    int32_t type = s->table->columns[i].type;
    heads[i] = s->table->columns[i].name;
    right[i] = type == SBE_TYPE_INT32 || type == SBE_TYPE_INT64 || type == SBE_TYPE_DOUBLE;
  }
  s->grid = (sbe_grid){.arena = s->cli->arena, .columns = n, .heads = heads, .right = right};
  s->json = (sbe_json){.out = stdout};
  if (s->format == FORMAT_JSON) sbe_json_open(&s->json, NULL, '[', false);
  for (size_t i = 0; i < n && s->format == FORMAT_CSV; i++) {
    if (i) putchar(',');
    csv_cell(stdout, heads[i]);
  }
  if (s->format == FORMAT_CSV) fputs("\r\n", stdout);
}

static int32_t take_row(void *user, size_t n, const sbe_value *values) {
  shower *s = user;
  if (s->limit && s->rows == s->limit) {
    s->more = true;
    return 1;
  }
  if (n != s->table->n) return 1; /* a sink cannot say more; the count at the end will */
  if (!s->rows++) begin(s);
  sbe_cleanup_arena sbe_arena *scratch = sbe_arena_new();
  switch (s->format) {
  case FORMAT_TABLE:
    show_line(s, values);
    break;
  case FORMAT_CSV:
    show_csv(s, values, scratch);
    break;
  case FORMAT_JSON:
    show_json(s, values, scratch);
    break;
  }
  return ferror(stdout) ? 1 : 0;
}

static void end(shower *s) {
  if (!s->rows) begin(s);
  if (s->format == FORMAT_JSON) sbe_json_close(&s->json);
  if (s->format == FORMAT_TABLE && s->rows) sbe_grid_print(&s->grid, stdout);
  if (s->cli->arguments.quiet) return;
  fflush(stdout);
  if (s->more && !s->cli->arguments.limit)
    fprintf(stderr, "the first %" PRId64 " rows; --limit 0 shows all\n", s->rows);
  else if (!s->rows)
    fputs(s->cli->arguments.key ? "no such entity\n" : "no rows\n", stderr);
}

/* --- the command --------------------------------------------------------------------------------- */

static bool read_options(shower *s) {
  static const char *const names[] = {[FORMAT_TABLE] = "table", [FORMAT_CSV] = "csv", [FORMAT_JSON] = "json", NULL};
  const sbe_arguments *a = &s->cli->arguments;
  s->format = a->json ? FORMAT_JSON : a->csv ? FORMAT_CSV : FORMAT_TABLE;
  if (a->format) {
    format f = FORMAT_TABLE;
    while (names[f] && !sbe_streq(names[f], a->format)) f++;
    if (!names[f]) {
      sbe_complain("--format is table, csv or json, not '%.80s'", a->format);
      return false;
    }
    s->format = f;
  }
  s->limit = s->format == FORMAT_TABLE ? TABLE_ROWS : 0;
  if (a->limit && (!sbe_parse_int64(a->limit, strlen(a->limit), &s->limit) || s->limit < 0)) {
    sbe_complain("--limit takes a number of rows, 0 for all, not '%.80s'", a->limit);
    return false;
  }
  return true;
}

static void print_select(shower *s, const sbe_sql *sql, sbe_text *out) {
  sbe_text_puts(out, "SELECT ");
  for (size_t i = 0; i < s->table->n; i++) {
    if (i) sbe_text_puts(out, ", ");
    sbe_print_name(sql, out, s->table->columns[i].name);
  }
  sbe_text_puts(out, " FROM ");
  sbe_print_table(sql, out, SBE_SCHEMA_DERIVED, s->table->name);
  if (s->cli->arguments.key) {
    sbe_text_puts(out, " WHERE ");
    sbe_print_name(sql, out, s->table->columns[0].name);
    sbe_text_puts(out, " = ");
    sbe_print_text(sql, out, s->cli->arguments.key);
  }
  sbe_text_puts(out, " ORDER BY ");
  sbe_print_name(sql, out, s->table->columns[0].name);
}

static int read_rows(shower *s, const sbe_session *session, const sbe_sql *sql, const sbe_view *view) {
  sbe_error error = SBE_NO_ERROR;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  print_select(s, sql, &select);
  sbe_statement statement = {sizeof statement, sbe_text_string(&select), select.size, SBE_STATEMENT_REPEATABLE, NULL};
  sbe_run_options options = {.struct_size = sizeof options, .tag = session->tag};
  sbe_sink sink = {sizeof sink, s, NULL, take_row};
  int32_t code = session->plugin->connection.query(session->connection, &statement, &options, &sink, &error);
  if (!code) {
    end(s);
    return SBE_EXIT_DONE;
  }
  if (s->format == FORMAT_JSON && s->rows) sbe_json_close(&s->json);
  if (code == SBE_NOT_FOUND)
    sbe_complain("view %s has no attributes yet: `sbe run --select %s` computes them (%s)", view->model, view->model,
                 error.message);
  else
    sbe_complain("%s", error.message);
  return sbe_cli_exit_of(code, true);
}

int sbe_command_show(sbe_cli *cli) {
  static char buffer[1 << 16];
  shower s = {.cli = cli};
  if (!read_options(&s)) return SBE_EXIT_USAGE;
  int status = sbe_cli_prepare(cli, SBE_NEEDS_DEFINITIONS | SBE_NEEDS_ADAPTER | SBE_NEEDS_CONNECTION);
  if (status) return status;
  const sbe_view *view = sbe_cli_find_view(cli, cli->arguments.operands.items[0]);
  if (!view) return SBE_EXIT_USAGE;
  s.table = &sbe_shape_new(cli->arena, view)->attributes_table;
  sbe_session session = {0};
  sbe_sql sql;
  const char *absent;
  status = sbe_cli_open(cli, &session, &sql, &absent);
  if (status) return status;
  if (absent)
    return sbe_cli_fail(SBE_EXIT_FAILED, "view %s has no attributes yet: %s is not there", view->model, absent);
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  status = read_rows(&s, &session, &sql, view);
  sbe_session_close(&session);
  return status;
}
