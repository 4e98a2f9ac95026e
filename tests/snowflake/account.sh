#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# account.sh [ARGUMENT ...]
#
# The adapter's suite against a real account, not the stand-in: sbe-adapter-check with all its groups and every
# scenario in both layouts (or what the arguments say, as for scenarios.sh). It costs credits: plugins/snowflake/README.md
# says how many, what it needs, and how a login is given. Run by hand, never by `make check`.
#
#   SBE_SNOWFLAKE_ACCOUNT=myorg-account1 SBE_SNOWFLAKE_USER=… SBE_SNOWFLAKE_PRIVATE_KEY_PATH=… \
#   SBE_SNOWFLAKE_ROLE=… SBE_SNOWFLAKE_WAREHOUSE=… SBE_SNOWFLAKE_DATABASE=… sh tests/snowflake/account.sh
#
# It writes only into schemas whose names begin with SBE_CHECK_, which it makes; each is dropped when its scenario is
# over, also after a failure or Ctrl-C.

set -eu
: "${abs_top_builddir:=$PWD}" "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd -P)}"
: "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}" "${SBE_SNOWFLAKE_JOBS:=4}"

for name in ACCOUNT WAREHOUSE DATABASE; do
  if [ -z "$(printenv "SBE_SNOWFLAKE_$name" || :)" ]; then
    echo "account.sh: SBE_SNOWFLAKE_$name is not set; nothing was done" >&2
    exit 2
  fi
done
if [ -n "${SBE_SNOWFLAKE_CONTROL_URL:-}" ] && [ -z "${SBE_SNOWFLAKE_PRETEND:-}" ]; then
  echo 'account.sh: this is the environment of the stand-in; nothing was done' >&2
  exit 2
fi
SBE_SNOWFLAKE_SCHEMA=${SBE_SNOWFLAKE_SCHEMA:-PUBLIC} # of names that say none; nothing is written there
SBE_SNOWFLAKE_REAL=1
export abs_top_builddir abs_top_srcdir SBE_PLUGIN_PATH SBE_SNOWFLAKE_JOBS SBE_SNOWFLAKE_SCHEMA SBE_SNOWFLAKE_REAL
exec sh "$abs_top_srcdir/tests/snowflake/scenarios.sh" "$@"
