/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a run can be killed: made from the list of statements that killer.c has written about an undisturbed
 * run of it. Both runs begin with the same files and have the same clock, so that the numbers agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/crash.h"

bool statements_read(const char *list, points *ret_points) {
  FILE *file = fopen(list, "re");
  char line[1024];
  *ret_points = (points){0};
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    ret_points->statements = realloc(ret_points->statements, (ret_points->n_statements + 1) * sizeof(statement));
    if (ret_points->statements == NULL) abort();
    statement *s = &ret_points->statements[ret_points->n_statements++];
    *s = (statement){0};
    char changes[600];
    if (sscanf(line, "%d\t%ld\t%599[^\t]\t%15[^\t]\t%159[^\n]", &s->number, &s->microseconds, changes, s->how, s->sql) < 5)
      break;
    if (strcmp(changes, "-") != 0) snprintf(s->changes, sizeof s->changes, "%.63s", changes);
  }
  if (file != NULL) fclose(file);
  return ret_points->n_statements > 0;
}

static void add(points *p, const statement *s, const char *format, int a, long b) {
  point *new = &p->points[p->n++];
  new->statement = s;
  snprintf(new->text, sizeof new->text, format, a, b);
}

/* Settings of the session, which touch nothing. */
static bool is_setting(const statement *s) {
  return strcmp(s->how, "query") == 0 && strncmp(s->sql, "SET ", 4) == 0;
}

/* Does it write nothing, neither tables nor what a transaction holds? */
static bool is_read(const statement *s) {
  return strncmp(s->sql, "SELECT", 6) == 0 || strncmp(s->sql, "WITH", 4) == 0 || strncmp(s->sql, "BEGIN", 5) == 0;
}

/*
 * Half of a block of the database file itself is not tried: DuckDB writes the block with its catalogue
 * anew in place when it checkpoints, and cannot read its file any more when that was cut in two. No program
 * above it can help that. Its log does get cut in two.
 *
 * For `make check`, "after" a statement and "before" the next are one point, unless the statement has changed
 * files; and reading is not killed half-way.
 */
void points_make(points *p, bool all) {
  size_t room = 0;
  for (size_t i = 0; i < p->n_statements; i++) room += 3 + 2 * strlen(p->statements[i].changes);
  p->n = 0;
  p->points = calloc(room + 1, sizeof *p->points);
  if (p->points == NULL) abort();
  for (size_t i = 0; i < p->n_statements; i++) {
    const statement *s = &p->statements[i];
    if (!all && is_setting(s)) continue;
    add(p, s, "before:%d", s->number, 0);
    if (all || !is_read(s)) add(p, s, "during:%d:%ld", s->number, s->microseconds / 2);
    for (int k = 1; s->changes[k - 1] != '\0'; k++) {
      add(p, s, "io:%d:%ld", s->number, k);
      if (s->changes[k - 1] == 'w') add(p, s, "torn:%d:%ld", s->number, k);
    }
    if (all || s->changes[0] != '\0' || i + 1 == p->n_statements) add(p, s, "after:%d", s->number, 0);
  }
}

const statement *statement_find(const points *p, const char *start, const char *part, int nth) {
  for (size_t i = 0; i < p->n_statements; i++) {
    const statement *s = &p->statements[i];
    if (strncmp(s->sql, start, strlen(start)) == 0 && strstr(s->sql, part) != NULL && --nth == 0) return s;
  }
  printf("FAIL: no such statement: %s … %s\n", start, part);
  return NULL;
}
