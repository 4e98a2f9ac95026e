/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/config: the list of definition files, for project.c. */
#ifndef SBE_CORE_FILES_H
#define SBE_CORE_FILES_H

#include "core/config/project.h"

/*
 * Sets `files` and `n_files` of the project, whose `dir` is set. `views`: `paths.views` of sbe.yml, or NULL
 * for the folder "views"; `place`: where sbe.yml could have said it. None at all is an error.
 */
void sbe_files_find(sbe_arena *arena, const char *directory, const sbe_node *views, sbe_place place,
                    sbe_project *project, sbe_report *report);

#endif
