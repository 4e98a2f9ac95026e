#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh on a stand-in of Snowflake of its own (tests/snowflake): few histories, since each takes three seconds, in both
# layouts of events. Called by `make check` and `make soak-snowflake`; skipped by name where that cannot be had.

set -u
: "${abs_top_srcdir:=$PWD}" "${SBE_PLUGIN_PATH:=$PWD/adapters}"
export SBE_PLUGIN_PATH
BRUTE=tests/brute/brute_snowflake BRUTE_NAME=brute-snowflake BRUTE_HISTORIES=${BRUTE_HISTORIES:-12}
SBE_SNOWFLAKE_POLL_EVERY=${SBE_SNOWFLAKE_POLL_EVERY:-10}
SBE_SNOWFLAKE_WHAT='brute force on Snowflake'
export BRUTE BRUTE_NAME BRUTE_HISTORIES SBE_SNOWFLAKE_POLL_EVERY SBE_SNOWFLAKE_WHAT
if [ ! -f "$SBE_PLUGIN_PATH/sbe_adapter_snowflake.so" ]; then
  echo "SKIP: $SBE_SNOWFLAKE_WHAT: there is no adapter for it in this build"
  echo "$BRUTE_NAME: 0 passed, 0 failed, $BRUTE_HISTORIES skipped"
  exit 77
fi
said=$(mktemp) || exit 99
trap 'rm -f "$said"' EXIT
trap 'exit 99' HUP INT TERM
sh "$abs_top_srcdir/tests/snowflake/with-standin.sh" sh "$abs_top_srcdir/tests/brute/run.sh" >"$said"
status=$?
cat "$said"
if [ $status -eq 77 ] && ! grep -q "^$BRUTE_NAME: " "$said"; then
  echo "$BRUTE_NAME: 0 passed, 0 failed, $BRUTE_HISTORIES skipped"
fi
exit $status
