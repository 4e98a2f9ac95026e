#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs killed around the publishing batch, on the stand-in; skipped by name where that cannot be had.

set -u
here=$(cd "$(dirname "$0")" && pwd -P)
: "${abs_top_builddir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}" "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}"
SBE_SNOWFLAKE_WHAT='runs killed around the publishing batch'
# What happens once is what is looked at; a poll before each result is tested elsewhere.
SBE_SNOWFLAKE_POLL_EVERY=${SBE_SNOWFLAKE_POLL_EVERY:-10}
PYTHONDONTWRITEBYTECODE=1
export abs_top_builddir SBE SBE_PLUGIN_PATH SBE_SNOWFLAKE_WHAT SBE_SNOWFLAKE_POLL_EVERY PYTHONDONTWRITEBYTECODE
sh "$here/with-standin.sh" sh -c '"$SBE_SNOWFLAKE_PYTHON" "$0"' "$here/crash.py"
status=$?
[ $status -ne 77 ] || echo "snowflake-crash: 0 passed, 0 failed, 1 skipped"
exit $status
