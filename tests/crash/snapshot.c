/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots: see database.h. Text, so that it can be kept in a file, and read when it differs: a line
 * for each table and for each row, cells between US characters (0x1f), `#` before those that are doubles.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/database.h"

typedef struct lines {
  size_t n;
  char **items;
} lines;

static void free_lines(lines *l) {
  for (size_t i = 0; i < l->n; i++) free(l->items[i]);
  free(l->items);
  *l = (lines){0, NULL};
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Rows of a query whose columns are all text, sorted. */
static bool read_lines(void *database, snapshot_reader *read, const char *sql, lines *ret_lines) {
  *ret_lines = (lines){0, NULL};
  ret_lines->items = read(database, sql, &ret_lines->n);
  if (ret_lines->n > 0) qsort(ret_lines->items, ret_lines->n, sizeof(char *), by_text);
  return ret_lines->items != NULL;
}

static void print_lines(FILE *out, const lines *l) {
  for (size_t i = 0; i < l->n; i++) fprintf(out, "%s\n", l->items[i]);
}

char *snapshot_take(void *database, snapshot_reader *read, const char *tables_query, const char *scratch_query) {
  lines tables = {0, NULL}, rows = {0, NULL};
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) abort();
  bool good = read_lines(database, read, tables_query, &tables);
  for (size_t i = 0; i < tables.n && good; i++) {
    char *select = strchr(tables.items[i], '\x1f');
    *select = '\0';
    fprintf(out, "%s\n", tables.items[i]);
    good = read_lines(database, read, select + 1, &rows);
    print_lines(out, &rows);
    free_lines(&rows);
  }
  good = good && read_lines(database, read, scratch_query, &rows);
  print_lines(out, &rows);
  free_lines(&rows);
  free_lines(&tables);
  if (fclose(out) != 0) abort();
  if (good) return text;
  free(text);
  return NULL;
}

/* Lock and scratch come last. */
void snapshot_reduce(char *snapshot) {
  static const char *const marks[] = {"\ntable shop_snowplow_manifest.snowplow_run_lock ", "\nscratch table "};
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    char *mark = strstr(snapshot, marks[i]);
    if (mark != NULL) mark[1] = '\0';
  }
}

static bool same_number(const char *a, const char *b) {
  char *end_of_a, *end_of_b;
  double x = strtod(a, &end_of_a), y = strtod(b, &end_of_b);
  if (end_of_a == a || end_of_b == b || *end_of_a != '\0' || *end_of_b != '\0') return strcmp(a, b) == 0;
  return fabs(x - y) <= 1e-9 * fmax(1, fmax(fabs(x), fabs(y)));
}

/* One cell, `name=value` or `#name=number`. */
static bool same_cell(const char *a, const char *b) {
  const char *value = strchr(a, '=');
  if (a[0] != '#' || value == NULL || strncmp(a, b, (size_t)(value - a) + 1) != 0) return strcmp(a, b) == 0;
  return same_number(value + 1, b + (value - a) + 1);
}

static bool same_line(const char *a, const char *b) {
  if (strcmp(a, b) == 0) return true;
  char *x = strdup(a), *y = strdup(b), *next_of_x = x, *next_of_y = y;
  bool same = true;
  while (same && next_of_x != NULL && next_of_y != NULL) {
    char *cell_of_x = strsep(&next_of_x, "\x1f"), *cell_of_y = strsep(&next_of_y, "\x1f");
    same = same_cell(cell_of_x, cell_of_y) && (next_of_x == NULL) == (next_of_y == NULL);
  }
  free(x);
  free(y);
  return same;
}

static void show(const char *what, const char *table, const char *line, FILE *out) {
  fprintf(out, "\n    %s: %.60s: ", what, table[0] != '\0' ? table : "-");
  for (; *line != '\0'; line++) {
    if (*line == '\x1f')
      fputs(" | ", out);
    else
      putc(*line, out);
  }
}

bool snapshot_equal(const char *expected, const char *got, char *ret_difference, size_t size) {
  char *a = strdup(expected), *b = strdup(got), *next_of_a = a, *next_of_b = b, *table_of_a = "", *table_of_b = "";
  bool same = true;
  while (same && (next_of_a != NULL || next_of_b != NULL)) {
    char *x = next_of_a != NULL ? strsep(&next_of_a, "\n") : "(nothing more)";
    char *y = next_of_b != NULL ? strsep(&next_of_b, "\n") : "(nothing more)";
    if (strncmp(x, "table ", 6) == 0) table_of_a = x + 6;
    if (strncmp(y, "table ", 6) == 0) table_of_b = y + 6;
    if ((same = same_line(x, y))) continue;
    FILE *out = fmemopen(ret_difference, size, "w");
    if (out == NULL) abort();
    show("expected", table_of_a, x, out);
    show("got", table_of_b, y, out);
    fclose(out);
    ret_difference[size - 1] = '\0';
  }
  free(a);
  free(b);
  return same;
}
