/* SPDX-License-Identifier: Apache-2.0 */
/* Inside core/cli: what a run shows while it goes on. */
#ifndef SBE_CORE_PROGRESS_H
#define SBE_CORE_PROGRESS_H

#include "core/cli/cli.h"

typedef struct sbe_progress {
  sbe_cli *cli;
  sbe_run_events events; /* for the request */
  const volatile int *interrupted;
  bool told_interrupt;
  size_t windows;
  const char *model, *step; /* under way */
  const char *headed;       /* the view whose heading was printed last */
  int name_width;           /* of the names of views, in front of each line; 0: they have headings */
  int64_t begun, drawn;     /* monotonic */
  bool bar;                 /* a line of progress stands on the terminal */
  sbe_json json;            /* of --dry-run --json */
} sbe_progress;

void sbe_progress_start(sbe_progress *progress, sbe_cli *cli, const volatile int *interrupted);
void sbe_progress_end(sbe_progress *progress);

#endif
