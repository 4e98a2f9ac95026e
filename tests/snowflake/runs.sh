#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Whole runs on the stand-in (runs.py): what they ask of the service and what it costs, the lock, answers that were
# lost, kills, Ctrl-C, threads, logins, secrets. With --show, show.py instead: see show.sh. Called by `make check`; skipped by
# name where the stand-in cannot be had. Arguments are names of tests in runs.py; SBE_TEST_VERBOSE tells their times.

set -u
: "${abs_top_builddir:=$PWD}" "${abs_top_srcdir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}" "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}"
export abs_top_builddir abs_top_srcdir SBE SBE_PLUGIN_PATH LC_ALL=C NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1
here=$abs_top_srcdir/tests/snowflake
name=snowflake-runs
program=runs.py
if [ "${1:-}" = --show ]; then
  shift
  name=snowflake-show
  program=show.py
fi
if [ ! -f "$SBE_PLUGIN_PATH/sbe_adapter_snowflake.so" ]; then
  echo "SKIP: $name: there is no adapter for Snowflake in this build"
  echo "$name: 0 passed, 0 failed, 1 skipped"
  exit 77
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
cd "$work" || exit 99
SBE_SNOWFLAKE_POLL_EVERY=${SBE_SNOWFLAKE_POLL_EVERY:-10}
SBE_SNOWFLAKE_WHAT=$name
export SBE_SNOWFLAKE_POLL_EVERY SBE_SNOWFLAKE_WHAT
sh "$here/with-standin.sh" sh -c '"$SBE_SNOWFLAKE_PYTHON" "$@"' sh "$here/$program" "$@"
status=$?
[ $status -ne 77 ] || echo "$name: 0 passed, 0 failed, 1 skipped"
exit $status
