/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's project: sbe.yml, profiles.yml, variables, and the list of definition files.
 */
#ifndef SBE_CORE_PROJECT_H
#define SBE_CORE_PROJECT_H

#include "core/base/date.h"
#include "core/config/node.h"
#include "core/config/settings.h"

/* The variables of the manual (`snowplow__…`), typed. One table in vars.c makes reader, help and man page. */
typedef struct sbe_vars {
  bool has_start_date;
  sbe_date start_date;
  size_t n_app_ids;
  const char **app_ids;
  int64_t backfill_limit_days;
  int64_t late_event_lookback_days;
  int64_t min_late_events_to_process;
  bool include_current_day_in_windows;
  bool allow_refresh;
  const char *dev_target_name;
  const char *atomic_schema;
  const char *database;           /* NULL: the target's */
  const char *catalog_adapter; /* of `<adapter>_catalog`: that adapter's name, checked against those known; or NULL */
  const char *catalog;         /* its value: takes the place of `database` on that adapter */
  const char *events_table;
  int64_t load_overlap_minutes;
  int64_t dedupe_lookback_days; /* -1: none */
  const char *query_tag;
} sbe_vars;

typedef enum {
  SBE_VAR_DATE,
  SBE_VAR_TEXT,
  SBE_VAR_TEXT_OR_NONE,
  SBE_VAR_TEXTS, /* a list of texts, or one text */
  SBE_VAR_INTEGER,
  SBE_VAR_INTEGER_OR_NONE, /* none is -1 */
  SBE_VAR_BOOL,
  SBE_VAR_CATALOG /* `<adapter>_catalog`, for each adapter of core/plugin/known.h */
} sbe_var_kind;

/* One row a variable: it drives reading, checks, help and documentation. Ends with name NULL. */
typedef struct sbe_var_row {
  const char *name;    /* without the prefix */
  const char *alias;   /* older name, without the prefix, or NULL */
  const char *preset;  /* as text, for help */
  const char *meaning; /* one line */
  sbe_var_kind kind;
  int64_t least, most; /* of an integer; bytes of a text */
  size_t offset;       /* into sbe_vars */
} sbe_var_row;
const sbe_var_row *sbe_var_rows(void);

/* What the command line says about where things are; NULL: not said. */
#define SBE_MAX_THREADS 256

typedef struct sbe_project_options {
  const char *project_dir;  /* default: the nearest directory upwards with an sbe.yml, else the current one */
  const char *profiles_dir;
  const char *profile;
  const char *target;
  const char *adapter;
  const char *vars; /* YAML or JSON text of a map */
  /* Not NULL: set also after errors, to what could be read, so that what else is wrong can be told too. Untouched
     when there is no sbe.yml that is a map. */
  struct sbe_project **ret_despite_errors;
} sbe_project_options;

typedef struct sbe_project {
  const char *dir;   /* absolute */
  const char *name;
  const char *state_dir; /* DIR/.sbe */
  sbe_vars vars;
  const char *adapter;      /* name; NULL when neither profile nor option says (then connection commands fail) */
  const char *target;       /* "dev"; the adapter's name when there is no profile */
  sbe_settings *settings;   /* never NULL once a connection was asked for */
  /* From sbe.yml `schemas: {manifest, scratch, derived}`; NULL where not given (core/run then derives it from the
     output's `schema`: <schema>_snowplow_manifest, <schema>_scratch, <schema>_derived). */
  const char *manifest_schema, *scratch_schema, *derived_schema;
  size_t n_files;
  /* Definition files: every *.yml, *.yaml, *.json below views/ (`paths: {views: […]}`), in byte order of their paths
     in the project; each as it is to be opened and shown: relative to the working directory if inside it, else absolute. */
  const char **files;
  bool merge_daily, merge_attributes; /* `strategies`; both false today: anything else is an error */
  int64_t threads;                    /* 0: not said */
  bool threads_first;                 /* they go before those of the profile: --threads */
} sbe_project;

/*
 * Read sbe.yml, the variables and, when `connect` is set, the profile. Everything wrong goes to
 * `report`; answers NULL when there were errors. The profile's fields are not checked here: the
 * adapter's options are (core/plugin).
 */
sbe_project *sbe_project_read(sbe_arena *arena, const sbe_project_options *options, bool connect, sbe_report *report);

#endif
