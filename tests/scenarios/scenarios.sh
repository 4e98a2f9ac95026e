#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Plays the scenarios of this folder on DuckDB, each in a file of its own. Called by `make check`, which
# sets abs_top_srcdir, abs_top_builddir and SBE_PLUGIN_PATH. Arguments are handed on: with some, only the
# files named in them are played.

set -eu
here=$abs_top_srcdir/tests/scenarios
[ $# -gt 0 ] || set -- "$here"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || jobs=1
# Nothing of where a machine is may show.
TZ=America/New_York
export TZ
# Databases that live for a second need no disk.
if [ -z "${TMPDIR-}" ] && [ -d /dev/shm ] && [ -w /dev/shm ]; then
  TMPDIR=/dev/shm
  export TMPDIR
fi
exec "$abs_top_builddir/sbe-adapter-check" duckdb --only scenarios --setting 'path={tmp}/scenario.duckdb' \
  --setting threads=1 -j "$jobs" "$@"
