#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the Snowflake dialect reads and computes, on the stand-in's engine; skipped by name where that cannot be had.

set -u
here=$(cd "$(dirname "$0")" && pwd -P)
program=${abs_top_builddir:-$PWD}/tests/snowflake/test_dialect
SBE_SNOWFLAKE_WHAT='the values of the Snowflake dialect'
PYTHONDONTWRITEBYTECODE=1
export SBE_SNOWFLAKE_WHAT PYTHONDONTWRITEBYTECODE
sh "$here/with-standin.sh" sh -c '"$SBE_SNOWFLAKE_PYTHON" "$0" "$1"' "$here/dialect.py" "$program"
status=$?
[ $status -ne 77 ] || echo "snowflake-values: 0 passed, 0 failed, 1 skipped"
exit $status
