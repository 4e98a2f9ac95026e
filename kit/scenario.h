/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario runner's parts: a scenario as it was read (read.c), the layouts that it is for (layouts.c), its
 * events as an adapter's fixture takes them (events.c), a run of it on one layout (play.c), what is expected of
 * the tables (expect.c), and what an adapter cannot play (differences.c). scenarios.c drives them. The format of
 * the files is documented in the README.md that lies with them.
 */
#ifndef SBE_KIT_SCENARIO_H
#define SBE_KIT_SCENARIO_H

#include <stdio.h>

#include "core/base/text.h"
#include "core/config/node.h"
#include "core/run/run.h"
#include "kit/kit.h"

#define MAX_JSON ((size_t)256 << 20)

/* A file. Members that are not in it are NULL. */
typedef struct scenario {
  const char *path;
  const char *name; /* of the file, without ".yml" */
  const sbe_node *root;
  const char *guards;
  const sbe_node *vars, *views, *columns, *layouts, *schema, *schemas, *target, *runs;
} scenario;

/* Everything wrong goes to `report`; answers false when there was anything. */
bool scenario_read(sbe_arena *arena, const char *path, scenario *ret_scenario, sbe_report *report);
/* Looks its members up again. */
void scenario_members(scenario *s);
/* The member of a run that is named "<table>.<model>"; `ret_model` points into its name. NULL: it is not one. */
const char *scenario_table_of(const char *member, const char **ret_model);

/* ---- events.c ---- */

/* The events table's columns, defaults and the file's own, as an object for the fixture. */
void columns_json(const sbe_node *const *declared, size_t n, sbe_text *out);
/* Is the column there? */
bool columns_have(const sbe_node *const *declared, size_t n, const char *name);
/* Appends the rows of a list of events, with commas; `number` counts events through the file, from 0. */
bool events_json(const sbe_node *adds, const sbe_node *const *declared, size_t n, size_t *number, sbe_text *out,
                 sbe_report *report);
/* A node as JSON. */
void node_json(const sbe_node *node, sbe_text *out);
/* The text that {repeat: x, times: n} stands for; NULL: it is no such map. */
char *node_repeated(const sbe_node *node, sbe_arena *arena);

/* ---- expect.c ---- */

/* What a run left behind, as its expectations see it. */
typedef struct outcome {
  sbe_arena *arena;
  const sbe_project *project;
  const sbe_plugin *plugin;
  const sbe_sql *sql;
  const sbe_session *session;     /* open; NULL: there is no database to look at */
  const sbe_run_results *results; /* NULL: it never came to a run */
  int32_t code;
  const char *messages; /* of the error, all of them */
  size_t n_warnings, n_notes, capacity[2];
  const char **warnings, **notes; /* heap */
  const char *schemas[2];         /* of manifests, of a view's tables: by the manual, not by the program */
} outcome;

/* Checks every expectation of a run; answers how many did not hold, each told on stdout. */
int expect_all(const sbe_node *run, const outcome *o);
/* Is a step among those that were run, several of them perhaps in one list: "scan, duplicates"? */
bool names_step(const char *steps, const char *step);
/* Begins a line about something that did not hold: "  FILE:LINE: ". */
void expect_complain(const sbe_node *at);

/* ---- play.c ---- */

/* Plays a scenario on a layout, in the place `id`; answers how many expectations failed. */
int play(const scenario *s, const char *layout, const char *id, const kit_options *options, const sbe_plugin *plugin);
/* Drops all that a play which did not come to its end may have made. */
void play_clean(const scenario *s, const char *id, const kit_options *options, const sbe_plugin *plugin);

/* ---- layouts.c ---- */

/*
 * A bit for each layout on which a scenario is worth playing. Layouts that make the same events table of a
 * scenario without nested columns, which are most, are one: it is enough to play the first. Where the
 * scenario names layouts, it is these. It connects.
 */
uint64_t layouts_worth_playing(const scenario *s, const kit_options *options, const sbe_plugin *plugin);
/* Does it say what its layouts are like, rather than how they are called? Then one has to look. */
bool layouts_ask_traits(const scenario *s);

/* ---- differences.c ---- */

/* Scenarios that an adapter cannot play, each with its reason. */
typedef struct differences {
  size_t n;
  struct difference {
    const char *scenario, *adapter, *layout; /* layout NULL: all of them */
    const char *reason;
    const sbe_node *at;
  } * items;
} differences;

/* Adds those of a file. Everything wrong goes to `report`. */
bool differences_read(differences *d, const char *path, sbe_arena *arena, sbe_report *report);
/* The reason, or NULL. `scenario` is the file's name without ".yml". */
const char *differences_reason(const differences *d, const char *scenario, const char *adapter, const char *layout);

#endif
