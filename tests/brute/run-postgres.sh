#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh on PostgreSQL, on a server of its own: fewer histories, in both layouts of events. Called by `make check`
# and `make soak-postgres`.

set -u
: "${abs_top_srcdir:=$PWD}" "${SBE_PLUGIN_PATH:=$PWD/adapters}"
export SBE_PLUGIN_PATH
BRUTE=tests/brute/brute_postgres BRUTE_NAME=brute-postgres BRUTE_HISTORIES=${BRUTE_HISTORIES:-40}
export BRUTE BRUTE_NAME BRUTE_HISTORIES
if [ ! -f "$SBE_PLUGIN_PATH/sbe_adapter_postgres.so" ]; then
  echo 'SKIP: brute force on PostgreSQL: there is no adapter for it in this build'
  echo "$BRUTE_NAME: 0 passed, 0 failed, $BRUTE_HISTORIES skipped"
  exit 77
fi
said=$(mktemp) || exit 99
trap 'rm -f "$said"' EXIT
trap 'exit 99' HUP INT TERM
sh "$abs_top_srcdir/tests/postgres/with-server.sh" sh "$abs_top_srcdir/tests/brute/run.sh" >"$said"
status=$?
cat "$said"
if [ $status -eq 77 ] && ! grep -q '^SKIP' "$said"; then
  echo "SKIP: brute force on PostgreSQL: there is no server to start"
  echo "$BRUTE_NAME: 0 passed, 0 failed, $BRUTE_HISTORIES skipped"
fi
exit $status
