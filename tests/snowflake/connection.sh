#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test_connection against the stand-in; skipped by name where that cannot be had.

set -u
here=$(cd "$(dirname "$0")" && pwd -P)
builddir=${abs_top_builddir:-$PWD}
SBE_SNOWFLAKE_WHAT='the connection of the Snowflake adapter'
export SBE_SNOWFLAKE_WHAT
sh "$here/with-standin.sh" "$builddir/tests/snowflake/test_connection" "$@"
status=$?
[ $status -ne 77 ] || echo "snowflake connection: 0 passed, 0 failed, 1 skipped"
exit $status
