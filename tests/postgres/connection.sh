#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The tests of the PostgreSQL adapter's connection, on a server of their own. Called by `make check`.

set -u
here=$abs_top_srcdir/tests/postgres
status=0
output=$(sh "$here/with-server.sh" "$abs_top_builddir/tests/postgres/test_connection" "$@") || status=$?
printf '%s\n' "$output"
if test "$status" = 77; then
  echo "SKIP: postgres-connection: $(printf '%s\n' "$output" | tail -n 1)"
  echo 'postgres-connection: 0 passed, 0 failed, 1 skipped'
fi
exit "$status"
