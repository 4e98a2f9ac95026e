/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs (core/run), played on the recorder: which statements are sent, in which order and in which batch, and
 * what becomes of each failure. Expected outlines are written by hand from the manual's words on one run.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "tests/unit/play.h"

#define VIEW(name, attributes) "{name: " name ", entity: domain_userid, attributes: [" attributes "]}"
#define COUNTER "{name: n, type: int64, aggregation: counter}"

static void first_run_in_its_order(void) {
  recorded_begin();
  const sbe_run_results *results = play_run(&(play){.script = play_days("2025-01-01 true 3")});
  UNIT_CHECK(results->code == SBE_OK, "%s", results->error.message);
  puts(play_outline()); puts(played.steps); SAME(play_outline(), "");
  recorded_end();
}

int sbe_add_run_suite(void) {
  static const sbe_unit_test tests[] = {
      {"a first run, in its order", first_run_in_its_order},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("runs", tests);
}
