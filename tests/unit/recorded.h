/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the suites of core/sql, core/manifest and core/run share: the recorder's dialect, definitions from
 * YAML, printed statements as text. Everything lives until the next `recorded_begin`. It judges nothing.
 */
#ifndef SBE_TESTS_RECORDED_H
#define SBE_TESTS_RECORDED_H

#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/plugin/plugin.h"
#include "core/run/run.h"
#include "core/sql/window.h"
#include "tests/unit/unit.h"

typedef struct recorded {
  sbe_arena *arena;
  sbe_report report;
  const sbe_plugin *plugin; /* the recorder; loaded once in a program */
  sbe_sql sql;              /* schemas shop_snowplow_manifest, shop_scratch, shop_derived; events atomic.events */
  sbe_vars vars;            /* start_date 2025-01-01, else the presets */
  sbe_ir *ir;
} recorded;

/* The one fixture; `recorded_begin` makes it anew. */
extern recorded fixture;
void recorded_begin(void);
void recorded_end(void);

/* Variables, as --vars has them. */
void recorded_vars(const char *yaml);
/* Definitions; NULL after a failed check, which tells the findings. */
sbe_ir *recorded_build(const char *yaml);
/* The shape of the i-th view of fixture.ir. */
const sbe_shape *recorded_shape(size_t i);
/* "{name: v, entity: domain_userid, attributes: […]}" with these attributes, built; its shape. */
const sbe_shape *recorded_view(const char *attributes);

/* A timestamp from text; ends the test when it is none. */
sbe_timestamp recorded_time(const char *text);
sbe_date recorded_date(const char *text);
/* Statements, each with ";\n" behind it; clears the list. */
const char *recorded_text(sbe_statements *list);
/* Findings, each "error|warning|note FILE:LINE:COLUMN MESSAGE\n". */
const char *recorded_findings(void);
/* The select that scans for `n` views of fixture.ir; NULL after an error. `columns` are "name type" pairs, NULL:
 * unknown. */
const char *recorded_scan(const char *const *columns);
/*
 * What stands behind an output of a layered select, with every "x…" and "p…" in it replaced by what that is in
 * turn: `CASE WHEN ("mkt_source" = 'a') THEN …`. NULL when there is no such column.
 */
const char *recorded_expression(const char *sql, const char *column);
/* How often `part` occurs in `text`. */
size_t recorded_count(const char *text, const char *part);

#endif
