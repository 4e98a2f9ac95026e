/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the killers share: see killer.h. Linked into each of them; must never call anything that the program under
 * test could see, save for what it is to see.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/crash/killer.h"

static const char *const actions[] = {"", "before", "during", "io", "torn", "sent", "after", "stop", "interrupt"};

killer_state killer;

static FILE *list;
static struct timespec began;
static long took;
static const char *how = "";
static char sql_of_statement[400];

_Noreturn void killer_die(void) {
  for (;;) kill(getpid(), SIGKILL);
}

bool killer_is(enum action action) {
  return killer.number == killer.point && killer.action == action;
}

static long microseconds_since(const struct timespec *from) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - from->tv_sec) * 1000000 + (now.tv_nsec - from->tv_nsec) / 1000;
}

/* Of the last statement: only now are its changes of files all known. */
static void write_list(void) {
  if (list == NULL || killer.number == 0) return;
  fprintf(list, "%d\t%ld\t%s\t%s\t%s\n", killer.number, took, killer.letters[0] != '\0' ? killer.letters : "-", how,
          sql_of_statement);
  fflush(list);
}

static void *kill_later(void *unused) {
  (void)unused;
  while (microseconds_since(&began) < killer.detail) nanosleep(&(struct timespec){0, 20000}, NULL);
  killer_die();
}

static void keep(char *out, size_t size, const char *sql) {
  snprintf(out, size, "%s", sql);
  for (char *c = out; *c != '\0'; c++)
    if ((unsigned char)*c < ' ') *c = ' ';
}

void killer_begin(const char *sql, const char *how_) {
  write_list();
  killer.number++;
  killer.running = true;
  how = how_;
  keep(sql_of_statement, sizeof sql_of_statement, sql);
  memset(killer.letters, 0, sizeof killer.letters);
  killer.changes = 0;
  clock_gettime(CLOCK_MONOTONIC, &began);
  if (killer.number != killer.point) return;
  pthread_t thread;
  switch (killer.action) {
  case BEFORE:
    killer_die();
  case DURING:
    if (pthread_create(&thread, NULL, kill_later, NULL) != 0) killer_die();
    break;
  case STOP:
    kill(getpid(), SIGSTOP);
    break;
  case INTERRUPT:
    kill(getpid(), SIGINT);
    break;
  case NONE:
  case IO:
  case TORN:
  case SENT:
  case AFTER:
    break;
  }
}

void killer_end(void) {
  took = microseconds_since(&began);
  killer.running = false;
  if (killer_is(DURING) || killer_is(IO) || killer_is(TORN) || killer_is(SENT) || killer_is(AFTER)) killer_die();
}

bool killer_hold(const char *sql) {
  if (!killer_is(INTERRUPT)) return true;
  if (strcmp(sql, "COMMIT") != 0) return false;
  nanosleep(&(struct timespec){0, 150000000}, NULL);
  return true;
}

void killer_read_environment(void) {
  const char *text = getenv("KILLER_POINT"), *to = getenv("KILLER_LIST");
  if (to != NULL && to[0] != '\0') list = fopen(to, "we");
  if (text == NULL || text[0] == '\0') return;
  size_t word = strcspn(text, ":");
  for (size_t i = 1; i < sizeof actions / sizeof actions[0]; i++)
    if (strlen(actions[i]) == word && strncmp(actions[i], text, word) == 0) killer.action = (enum action)i;
  if (killer.action == NONE || sscanf(text + word, ":%d:%ld", &killer.point, &killer.detail) < 1) {
    fprintf(stderr, "killer: KILLER_POINT is `%s`\n", text);
    _exit(99);
  }
}

void killer_finish(void) {
  write_list();
}
