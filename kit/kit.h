/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of sbe-adapter-check share: what was asked for (options.c), how results are told
 * (report.c), the place in a warehouse that each check works in (place.c), and the groups of checks,
 * which are a file or two each. Nobody else includes it.
 *
 * A "why" is why a check failed, a sentence, in an arena; NULL means that all is well. A "remedy" is
 * what the author of the adapter should do, in the words of the headers.
 */
#ifndef SBE_KIT_H
#define SBE_KIT_H

#include "core/config/project.h"
#include "core/plugin/plugin.h"
#include "core/plugin/session.h"
#include "core/sql/printer.h"

typedef enum { KIT_FILE, KIT_ABI, KIT_DIALECT, KIT_TYPES, KIT_LIVE, KIT_SCENARIOS, KIT_GROUPS } kit_group;

typedef struct kit_list {
  size_t n;
  const char **items;
} kit_list;

/* ---- options.c ---- */

typedef struct kit_options {
  const char *adapter;  /* its name */
  const char *file;     /* of it, as given; NULL: it is searched for by its name */
  kit_list directories; /* --plugin-dir; that of `file` first */
  kit_list settings;    /* NAME=VALUE */
  const char *profiles_dir, *profile, *target;
  bool groups[KIT_GROUPS];
  kit_list scenarios;   /* files and directories */
  kit_list differences; /* files, beside those that lie with the scenarios */
  const char *layout;
  bool every_layout, keep, list, verbose, tap;
  long jobs, timeout;
} kit_options;

/* Answers -1 to go on, else the exit status: help was printed, or the usage is wrong and that was told. */
int kit_read_options(kit_options *options, int n, char **arguments, sbe_arena *arena);

/* ---- report.c ---- */

typedef struct kit_report {
  bool tap, color;
  size_t passed, failed, skipped;
  const char *current; /* the check that has begun; NULL: none */
  int pipe;            /* in a process of a group: to the one that counts and prints; else -1 */
  sbe_arena *arena;
} kit_report;

void report_open(kit_report *r, bool tap, sbe_arena *arena);
/* The closing line, and the exit status. */
int report_close(kit_report *r);
/* A heading. */
void report_title(kit_report *r, const char *title);
/* A check begins, so that a crash can be told by its name; then it ends in one of three ways. */
void report_begin(kit_report *r, const char *what);
void report_end(kit_report *r, const char *why, const char *remedy); /* `why` NULL: passed */
void report_skip(kit_report *r, const char *why);
/* All at once; the check has begun before `why` is worked out. */
#define report_check(r, what, why, remedy)                                                                             \
  do {                                                                                                                 \
    report_begin((r), (what));                                                                                         \
    report_end((r), (why), (remedy));                                                                                  \
  } while (0)
void report_skipped(kit_report *r, const char *what, const char *why);
/* Lines that belong to the check before them. */
void report_details(kit_report *r, const char *text);

/*
 * Calls `function` in a process of its own and takes over what it reports: an adapter that crashes, hangs
 * or prints breaks one group of checks, and is told. Answers false then.
 */
bool report_isolated(kit_report *r, long seconds, void (*function)(void *user), void *user);

/* ---- place.c ---- */

#define KIT_PREFIX "sbe_check_"

/*
 * A directory and schemas of one's own, with a connection there. All names begin with `schema`, which no
 * other play, run of this program or user has.
 */
typedef struct kit_place {
  const kit_options *options;
  const sbe_plugin *plugin;
  sbe_arena *arena;
  char id[9];
  const char *schema; /* KIT_PREFIX and the id */
  const char *dir;    /* absolute */
  size_t n_schemas;   /* that may have been made */
  sbe_name *schemas;
} kit_place;

/* A text as JSON. */
void place_put_json(sbe_text *out, const char *text);
/* A new id. */
void place_id(char ret_id[9]);
/* `id` NULL: a new one. Answers a why. */
const char *place_open(kit_place *place, const kit_options *options, const sbe_plugin *plugin, const char *id,
                       sbe_arena *arena);
/* The project of this place. `yml` NULL: one without further members; else what stands after its first ones, as JSON
   members (", \"vars\": …"). `schema` and `target` NULL: the place's own, "dev". NULL: reported. */
sbe_project *place_project(kit_place *place, const char *schema, const char *target, const char *yml,
                           sbe_report *report);
/* To be dropped at the end. */
void place_note_schema(kit_place *place, const char *database, const char *schema);
/* Drops the schemas and removes the directory. Answers a why, when something of it stays behind. */
const char *place_close(kit_place *place);

/* ---- edge.c ---- */

/* A copy that ends where readable memory ends. */
void *kit_at_edge(const void *bytes, size_t size);
/* A copy with `more` bytes of nonsense behind it, as a newer host's struct would have. */
void *kit_with_more(const void *bytes, size_t size, size_t more, sbe_arena *arena);

/* ---- the groups ---- */

typedef struct kit {
  kit_options options;
  kit_report report;
  sbe_arena *arena;
  const sbe_plugin *plugin; /* NULL until it is loaded */
  const char *path;         /* of the file */
  char id[9];               /* of the place of the group that is being checked */
} kit;

/* Each in a process of its own; `user` is the kit. */
void check_file(void *user);
void check_abi(void *user);
void check_dialect(void *user);
void check_dialect_live(void *user);
void check_types(void *user);
void check_live(void *user);
/* Drops what a group that died may have left in its place. */
void clean_live(void *user);
void check_scenarios(kit *k);
void skip_scenarios(kit *k, const char *why);
/* --list; answers an exit status. */
int list_scenarios(kit *k);

#endif
