/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded histories: definitions, variables, events and runs, drawn so that every rule of
 * docs/semantics.md is walked into often. The same seed gives the same history on every machine.
 * Called by the harness. Must never use anything of the engine, a clock, or a random source but
 * its own.
 */
#ifndef BRUTE_HISTORY_H
#define BRUTE_HISTORY_H

#include "tests/brute/model.h"

/* `layout`: one of the layouts, or BF_LAYOUTS: drawn from those of the driver. */
bf_history *bf_history_new(bf_arena *arena, uint64_t seed, bf_layout layout);

/* ---- shared by the generator's own files ---- */

typedef struct bf_random {
  uint64_t state;
} bf_random;
uint64_t bf_next(bf_random *random);
int64_t bf_below(bf_random *random, int64_t limit);               /* 0 … limit − 1 */
int64_t bf_between(bf_random *random, int64_t low, int64_t high); /* both included */
bool bf_chance(bf_random *random, int percent);

/* What values a member or column holds. A definition reads a kind only as types whose outcome
   semantics.md fixes: how a double or a timestamp is written as text is the warehouse's. */
typedef enum bf_values {
  BF_V_INT,      /* small integers */
  BF_V_HUGE,     /* integers up to the ends of int64 */
  BF_V_REAL,     /* multiples of 1/4, −0.0 */
  BF_V_TEXT,     /* text of every nasty sort */
  BF_V_SKU,      /* plain text; sometimes of very many values */
  BF_V_NUMTEXT,  /* decimals as text, and what only looks like one */
  BF_V_WILD,     /* numbers as text beyond or near the range of doubles */
  BF_V_HUGETEXT, /* numbers as text near the ends of int64 */
  BF_V_BOOL,
  BF_V_BOOLTEXT,
  BF_V_TIME,     /* timestamps; ISO text where the layout has none */
  BF_V_TIMETEXT, /* ISO text of every sort, epoch seconds, and junk */
  BF_V_EPOCH,    /* seconds */
  BF_V_KEY,      /* texts that name entities */
  BF_V_TEXTS,    /* lists */
  BF_V_INTS,
  BF_V_REALS,
  BF_V_OBJECT,
  BF_V_ITEMS, /* a list of objects */
  BF_V_MIXED, /* anything, where the layout allows it; else text */
  BF_V_COUNT
} bf_values;
#define BF_BIT(values) (UINT32_C(1) << (values))

/* A leaf that a property path may end at. */
typedef struct bf_leaf {
  const char *member; /* of the self-describing type */
  bf_values member_values;
  bf_values values; /* where the path ends */
  bf_step steps[3]; /* below the member */
  size_t step_count;
} bf_leaf;
extern const bf_leaf bf_leaves[];
extern const size_t bf_leaf_count;

/* A self-describing event or entity type. */
typedef struct bf_schema {
  bf_place place;
  const char *vendor, *name;
  int major;
  const char *column;
  bool missing; /* definitions name it, the table has no such column */
} bf_schema;
extern const bf_schema bf_schemas[];
#define BF_SCHEMAS 6

typedef struct bf_atomic {
  const char *name;
  bf_values values;
  bool drawn; /* filled from `values`; others are the canonical columns that the generator sets */
} bf_atomic;
extern const bf_atomic bf_atomics[];
extern const size_t bf_atomic_count;

typedef struct bf_generator {
  bf_random random;
  bf_arena *arena;
  bf_history *history;
  int64_t first_day, days;
  size_t entities;
  bool many_categories;
  bool used[BF_SCHEMAS][32]; /* leaves that a definition looks at */
  bool specification_used;
} bf_generator;

const bf_value *bf_draw(bf_generator *generator, bf_values values, bool json);
const char *bf_draw_key(bf_generator *generator);
const char *bf_draw_text(bf_generator *generator);
/* `values` as a column or a member is declared. */
bf_shape bf_shape_of(bf_values values);

void bf_draw_definitions(bf_generator *generator);
void bf_draw_events(bf_generator *generator);
/* tables.c: makes rows what the layout can hold. */
void bf_fit_tables(bf_generator *generator, bf_value *const *rows, size_t count);

/* What happened at these the generator and the definitions agree about. */
typedef struct bf_event_name {
  const char *vendor, *name;
  int schema; /* index into bf_schemas, or −1 */
} bf_event_name;
extern const bf_event_name bf_event_names[];
#define BF_EVENT_NAMES 5
extern const char *const bf_versions[];
#define BF_VERSIONS 3

#endif
