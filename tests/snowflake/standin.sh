#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The stand-in of Snowflake's SQL API against its own rules; sbe plays no part in it.

set -u
here=$(cd "$(dirname "$0")" && pwd -P)
SBE_SNOWFLAKE_WHAT="standin"
export SBE_SNOWFLAKE_WHAT
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
"$here/with-standin.sh" sh -c '"$SBE_SNOWFLAKE_PYTHON" "$0/test_standin.py"' "$here"
status=$?
[ $status -ne 77 ] || echo "standin: 0 passed, 0 failed, 1 skipped"
exit $status
