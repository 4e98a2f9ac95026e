#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sbe-adapter-check with all its groups, and the scenarios of tests/scenarios in each layout of events, on a server of
# their own. Called by `make check`, which sets abs_top_srcdir, abs_top_builddir and SBE_PLUGIN_PATH. Arguments are
# handed on: with some, only the scenarios named in them are played.

set -eu
here=$abs_top_srcdir/tests/scenarios
if [ $# -gt 0 ]; then
  set -- --only scenarios "$@"
else
  set -- --scenarios "$here"
fi
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || jobs=1
# Nothing of where a machine is may show.
TZ=America/New_York
export TZ
status=0
output=$(sh "$abs_top_srcdir/tests/postgres/with-server.sh" "$abs_top_builddir/sbe-adapter-check" postgres \
  --setting dbname=sbe -j "$jobs" "$@") || status=$?
printf '%s\n' "$output"
if [ "$status" = 77 ]; then
  echo "SKIP: postgres-scenarios: $(printf '%s\n' "$output" | tail -n 1)"
  echo 'postgres-scenarios: 0 passed, 0 failed, 1 skipped'
fi
exit "$status"
