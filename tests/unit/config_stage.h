/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the tests of core/config play. Each test has a folder of its own, with a project, a home and an empty
 * environment; nothing outside of it may be read or written.
 */
#ifndef SBE_TESTS_CONFIG_STAGE_H
#define SBE_TESTS_CONFIG_STAGE_H

#include "core/config/project.h"
#include "tests/unit/unit.h"

/* Of the test that runs. */
extern struct config_stage {
  char folder[4096]; /* absolute; the project is in shop/ below it, which is the working directory */
  sbe_arena *arena;
  sbe_report report; /* of the last reading */
} config_stage;

void config_begin(void);
void config_end(void);

/* In the folder. */
const char *config_path(const char *name);
/* A file with its folders. */
void config_put(const char *name, const char *content);

/* What sbe.yml is at first. */
#define START "vars: {snowplow__start_date: \"2025-01-01\"}\n"

sbe_project *config_read(sbe_project_options options, bool connect);
#define READ(...) config_read((sbe_project_options){__VA_ARGS__}, true)
#define READ_OFFLINE(...) config_read((sbe_project_options){__VA_ARGS__}, false)

/* All findings as a user sees them. */
const char *config_findings(void);
/* Some finding says so. */
bool config_told(const char *text);
/* One error and no other, which begins or goes on so. */
bool config_error_is(const char *text);
/* No finding. */
bool config_clean(void);

#endif
