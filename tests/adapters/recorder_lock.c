/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row of the run lock: the one thing that the recorder keeps, for whether a run has the lock is what the
 * row says after it tried. Called by recorder.c, which has the warehouse's mutex; knows just the statements of
 * core/manifest/lock.c, and ends the program at another one on that table, for a test would then prove nothing.
 *
 * It begins as the row of the script's block `on SELECT token, holder`, without a row if that block has none, and
 * as (0, NULL, …) at 2045-01-01 09:00:00, when every run has been, without such a block. A block for an UPDATE says what came before it: with
 * a row, somebody else has written this one; with `count 0`, it changes nothing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "recorder.h"

#define TABLE "snowplow_run_lock"
#define READ "SELECT token, holder"
#define LEASE_US (INT64_C(900) * 1000000)
#define NINE_O_CLOCK INT64_C(2366874000000000) /* 2045-01-01 09:00:00 */

static bool begins(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void copy_text(char *to, size_t size, const sbe_value *value) {
  if (value->size >= size) abort();
  if (value->size) memcpy(to, value->text, value->size);
  to[value->size] = '\0';
}

static void take_row(recorder_lock *lock, const struct recorder_row *row) {
  if (row->n != RECORDER_LOCK_CELLS) abort();
  const sbe_value *v = row->values;
  *lock = (recorder_lock){.known = true,
                          .there = true,
                          .token = v[0].integer,
                          .held = v[1].kind != SBE_VALUE_NULL,
                          .pid = v[2].integer,
                          .process_start = v[3].integer,
                          .since = v[5].integer,
                          .expires = v[6].integer,
                          .clock = v[7].integer};
  copy_text(lock->holder, sizeof lock->holder, &v[1]);
  copy_text(lock->host, sizeof lock->host, &v[4]);
}

static void begin(recorder_lock *lock, const recorder_script *script) {
  if (lock->known) return;
  *lock = (recorder_lock){.known = true, .there = true, .clock = NINE_O_CLOCK};
  for (const recorder_block *block = script->first; block; block = block->next) {
    if (block->describe || strcmp(block->match, READ) != 0) continue;
    if (block->n_rows)
      take_row(lock, &block->rows[0]);
    else
      lock->there = block->fail != SBE_OK;
    return;
  }
}

/* What stands behind `word` is a number: that of the row's token? */
static bool names_token(const recorder_lock *lock, const char *sql) {
  static const char words[] = " WHERE token = ";
  const char *at = strstr(sql, words);
  if (!at) abort();
  return lock->there && strtoll(at + strlen(words), NULL, 10) == lock->token;
}

/* The UPDATE that takes it: token, holder, pid, process_start, host, since, expires. */
static void take(recorder_lock *lock, const char *sql) {
  bool free_one = strstr(sql, " WHERE holder IS NULL OR expires <= ") != NULL;
  if (free_one ? lock->there && (!lock->held || lock->expires <= lock->clock) : names_token(lock, sql)) {
    const char *holder = strstr(sql, "holder = '");
    if (!holder ||
        sscanf(holder, "holder = '%63[^']', pid = %" SCNd64 ", process_start = %" SCNd64 ", host = '%255[^']'",
               lock->holder, &lock->pid, &lock->process_start, lock->host) != 4)
      abort();
    lock->token++;
    lock->held = true;
    lock->since = lock->clock;
    lock->expires = lock->clock + LEASE_US;
  }
}

static void update(recorder_lock *lock, const char *sql, const recorder_block *block) {
  if (block && block->n_rows) take_row(lock, &block->rows[0]);
  if (block && block->count == 0) return;
  if (strstr(sql, " SET token = token + 1, "))
    take(lock, sql);
  else if (strstr(sql, " SET expires = "))
    lock->expires = names_token(lock, sql) ? lock->clock + LEASE_US : lock->expires;
  else if (strstr(sql, " SET holder = NULL "))
    lock->held = lock->held && !strstr(sql, lock->holder);
  else
    abort();
}

static sbe_value text_value(const char *text, bool there) {
  if (!there) return (sbe_value){.kind = SBE_VALUE_NULL};
  return (sbe_value){.kind = SBE_VALUE_TEXT, .text = text, .size = strlen(text)};
}

static sbe_value number_value(int32_t kind, int64_t number, bool there) {
  return (sbe_value){.kind = there ? kind : SBE_VALUE_NULL, .integer = number};
}

/* Before anybody ever took it, only token and clock are there. */
static void read_row(recorder_lock_answer *ret) {
  const recorder_lock *lock = &ret->seen;
  bool used = lock->since != 0;
  const sbe_value row[RECORDER_LOCK_CELLS] = {number_value(SBE_VALUE_INTEGER, lock->token, true),
                                              text_value(lock->holder, lock->held),
                                              number_value(SBE_VALUE_INTEGER, lock->pid, used),
                                              number_value(SBE_VALUE_INTEGER, lock->process_start, used),
                                              text_value(lock->host, used),
                                              number_value(SBE_VALUE_TIMESTAMP, lock->since, used),
                                              number_value(SBE_VALUE_TIMESTAMP, lock->expires, used),
                                              number_value(SBE_VALUE_TIMESTAMP, lock->clock, true)};
  ret->n_rows = lock->there ? 1 : 0;
  memcpy(ret->cells, row, sizeof row);
}

bool recorder_lock_asked(recorder_lock *lock, const recorder_script *script, const char *sql,
                         const recorder_block *block, recorder_lock_answer *ret) {
  bool updates = begins(sql, "UPDATE "), reads = begins(sql, READ), guards = begins(sql, "SELECT COUNT(*) = 1 FROM ");
  if (!strstr(sql, TABLE) || !(updates || reads || guards)) return false;
  *ret = (recorder_lock_answer){0};
  begin(lock, script);
  if (updates) update(lock, sql, block);
  ret->seen = *lock;
  if (reads) read_row(ret);
  if (guards) ret->holds = names_token(lock, sql) && lock->held;
  return true;
}
