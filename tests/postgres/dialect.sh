#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The tests of the PostgreSQL adapter's dialect and layouts, on a server of their own. Called by `make check`.

set -u
here=$abs_top_srcdir/tests/postgres
status=0
output=$(sh "$here/with-server.sh" "$abs_top_builddir/tests/postgres/test_dialect" "$@") || status=$?
printf '%s\n' "$output"
if test "$status" = 77; then
  echo "SKIP: postgres-dialect: $(printf '%s\n' "$output" | tail -n 1)"
  echo 'postgres-dialect: 0 passed, 0 failed, 1 skipped'
fi
exit "$status"
