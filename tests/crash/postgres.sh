#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The crash matrix on PostgreSQL, on a server of its own. Arguments are those of crash (--all, --only …).

set -u
: "${abs_top_srcdir:=$PWD}" "${SBE:=$PWD/sbe}" "${SBE_PLUGIN_PATH:=$PWD/adapters}"
export SBE SBE_PLUGIN_PATH
skip() {
  echo "SKIP: crash matrix on PostgreSQL: $1"
  echo 'crash-postgres: 0 passed, 0 failed, 1 skipped'
  exit 77
}
[ -f "$SBE_PLUGIN_PATH/sbe_adapter_postgres.so" ] || skip 'there is no adapter for it in this build'
sh "$abs_top_srcdir/tests/postgres/with-server.sh" tests/crash/crash_postgres "$@"
status=$?
[ $status -ne 77 ] || skip 'there is no server to start'
exit $status
