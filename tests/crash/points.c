/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a run can be killed: made from the list of statements that killer.c has written about an undisturbed
 * run of it. Both runs begin with the same files and have the same clock, so that the numbers agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crash/crash.h"
#include "tests/crash/database.h"

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
    int read =
        sscanf(line, "%d\t%ld\t%599[^\t]\t%15[^\t]\t%159[^\n]", &s->number, &s->microseconds, changes, s->how, s->sql);
    if (read < 5 || strlen(changes) >= sizeof s->changes) {
      printf("FAIL: %s cannot be read: %s\n", list, line);
      fclose(file);
      return false;
    }
    if (strcmp(changes, "-") != 0) snprintf(s->changes, sizeof s->changes, "%.63s", changes);
  }
  if (file != NULL) fclose(file);
  return ret_points->n_statements > 0;
}

static point *add(points *p, const statement *s, const char *action) {
  point *new = &p->points[p->n++];
  new->statement = s;
  snprintf(new->text, sizeof new->text, "%s:%d", action, s->number);
  return new;
}

static void add_with(points *p, const statement *s, const char *action, long detail) {
  point *new = add(p, s, action);
  snprintf(new->text, sizeof new->text, "%s:%d:%ld", action, s->number, detail);
  new->half_done = (strcmp(action, "torn") == 0 && !database_is_server) || (strcmp(action, "io") == 0 && detail > 1);
}

/* Settings of the session, which touch nothing. */
static bool is_setting(const statement *s) {
  return strcmp(s->how, "query") == 0 && strncmp(s->sql, "SET ", 4) == 0;
}

/* Does it go through rows, so that it has an inside to speak of? */
static bool has_an_inside(const statement *s) {
  static const char *const starts[] = {"INSERT ", "DELETE ", "UPDATE ", "COMMIT"};
  for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
    if (strncmp(s->sql, starts[i], strlen(starts[i])) == 0) return true;
  return strncmp(s->sql, "CREATE ", 7) == 0 && strstr(s->sql, " AS SELECT") != NULL;
}

/*
 * Half of a block of the database file itself is not tried: DuckDB writes the block with its catalogue
 * anew in place when it checkpoints, and cannot read its file any more when that was cut in two. No program
 * above it can help that. Its log does get cut in two.
 *
 * For `make check`, "after" a statement and "before" the next are one point, unless the statement has changed
 * files; and only what writes rows, or commits them, is killed half-way.
 */
static void make_points(points *p, bool all) {
  for (size_t i = 0; i < p->n_statements; i++) {
    const statement *s = &p->statements[i];
    if (!all && is_setting(s)) continue;
    add(p, s, "before");
    if (all || has_an_inside(s)) add_with(p, s, "during", s->microseconds / 2);
    for (int k = 1; k <= (int)strlen(s->changes); k++) {
      add_with(p, s, "io", k);
      if (s->changes[k - 1] == 'w') add_with(p, s, "torn", k);
    }
    if (all || s->changes[0] != '\0' || i + 1 == p->n_statements) add(p, s, "after");
  }
}

/* Where what a server does for somebody who is dead by then can be seen by others. */
static bool is_decisive(const statement *s) {
  return strcmp(s->sql, "COMMIT") == 0 || (strncmp(s->sql, "UPDATE ", 7) == 0 && strstr(s->sql, "run_lock") != NULL);
}

/*
 * On a server a copy of a database takes long. For `make check`: all points of a COMMIT and of taking and giving back
 * the lock; of the others that write, each fifth, one of their points in turn. What only reads leaves what the
 * one before it has left.
 */
static void make_points_of_server(points *p, bool all) {
  size_t nth = 0;
  for (size_t i = 0; i < p->n_statements; i++) {
    const statement *s = &p->statements[i];
    static const char *const each[] = {"before", "sent", "after"};
    bool writes = has_an_inside(s) || strncmp(s->sql, "CREATE ", 7) == 0 || strncmp(s->sql, "DROP ", 5) == 0;
    if (all || is_decisive(s)) {
      add_with(p, s, "torn", 1);
      if (all && has_an_inside(s)) add_with(p, s, "during", s->microseconds / 2);
      for (size_t k = 0; k < 3; k++) add(p, s, each[k]);
    } else if (writes && nth++ % 5 == 0) {
      add(p, s, each[nth / 5 % 3]);
    }
  }
}

void points_make(points *p, bool all) {
  size_t room = 0;
  for (size_t i = 0; i < p->n_statements; i++) room += 5 + 2 * strlen(p->statements[i].changes);
  p->n = 0;
  p->points = calloc(room + 1, sizeof *p->points);
  if (p->points == NULL) abort();
  if (database_is_server)
    make_points_of_server(p, all);
  else
    make_points(p, all);
}

const statement *statement_find(const points *p, const char *start, const char *part, int nth) {
  for (size_t i = 0; i < p->n_statements; i++) {
    const statement *s = &p->statements[i];
    if (strncmp(s->sql, start, strlen(start)) == 0 && strstr(s->sql, part) != NULL && --nth == 0) return s;
  }
  printf("FAIL: no such statement: %s … %s\n", start, part);
  return NULL;
}
