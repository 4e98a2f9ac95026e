/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/config: finding and reading the connection, for project.c. */
#ifndef SBE_CORE_PROFILES_H
#define SBE_CORE_PROFILES_H

#include "core/config/project.h"

/* What the user said, and where: "--target", "SBE_TARGET", or a place in sbe.yml. */
typedef struct sbe_said {
  const char *text; /* NULL: nothing */
  sbe_place place;
  bool in_file; /* in sbe.yml, so the weakest; else on the command line or in the environment */
} sbe_said;

typedef struct sbe_connection_wanted {
  const char *directory;    /* the working directory, absolute: paths below it are shown relative to it */
  const char *project_dir;  /* absolute */
  const char *profiles_dir; /* --profiles-dir; NULL: search */
  sbe_said profile, target, adapter;
  sbe_place place; /* where sbe.yml should have said more */
  bool connect;    /* false: a connection that is not there is no error */
} sbe_connection_wanted;

/* Sets `adapter`, `target` and `settings` of the project. Everything wrong goes to `report`. */
void sbe_profile_read(sbe_arena *arena, const sbe_connection_wanted *wanted, sbe_project *project, sbe_report *report);

/* An absolute path as a user in `directory` would type it. */
const char *sbe_path_shown(const char *directory, const char *path);

#endif
