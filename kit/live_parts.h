/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the group "live" share. */
#ifndef SBE_KIT_LIVE_PARTS_H
#define SBE_KIT_LIVE_PARTS_H

#include "kit/live.h"

/* ---- live.c ---- */

typedef struct live_line {
  const char *sql;
  uint32_t flags;
} live_line;

/* Runs a list on a session; l->error is set anew. */
int32_t live_batch(live *l, const sbe_session *session, bool atomic, size_t n, const live_line *lines,
                   int64_t *ret_counts);
/* A table of k and n with the rows (1, 0) and (2, 0), anew. Answers a why. */
const char *live_counter(live *l, const char *name);
/* Rows of it, the sum of its n, as text; a statement that adds to n of the row 1. */
const char *live_count(live *l, const char *name);
const char *live_sum(live *l, const char *name);
const char *live_add(live *l, const char *name, int64_t n);

/* ---- live_wait.c: what takes long ---- */

/* A sink's function that collects into sbe_rows. */
int32_t live_collect(void *user, size_t n, const sbe_value *values);
void check_waiting(live *l);

/* ---- live_several.c: several statements in one call, several connections ---- */

/* Pipes to a process that was forked before anything connected, and plays another run. */
typedef struct live_other {
  int to, from;
} live_other;
/* What it does; never returns. */
void live_be_other(kit *k, int from, int to);
void check_several(live *l, const live_other *other);

/* ---- live_run.c: whole runs ---- */

void check_runs(live *l);

#endif
