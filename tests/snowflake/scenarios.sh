#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sbe-adapter-check with all its groups, and the scenarios of tests/scenarios in each layout of events, on the stand-in;
# skipped by name where that cannot be had. Called by `make check`. Arguments are handed on; with some, only the
# scenarios named in them are played. With SBE_SNOWFLAKE_REAL set, no stand-in is started (account.sh).

set -eu
name=snowflake-scenarios
here=$abs_top_srcdir/tests/snowflake
if [ ! -f "$SBE_PLUGIN_PATH/sbe_adapter_snowflake.so" ]; then
  echo 'SKIP: scenarios on Snowflake: there is no adapter for it in this build'
  echo "$name: 0 passed, 0 failed, 1 skipped"
  exit 77
fi
if [ "${1:-}" != --inside ]; then
  jobs=${SBE_SNOWFLAKE_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null)} || jobs=1
  if [ $# -eq 0 ]; then
    set -- --every-layout --scenarios "$abs_top_srcdir/tests/scenarios"
  else
    set -- --only scenarios "$@"
  fi
  # Nothing of where a machine is may show.
  TZ=America/New_York
  SBE_SNOWFLAKE_POLL_EVERY=${SBE_SNOWFLAKE_POLL_EVERY:-10}
  SBE_SNOWFLAKE_WHAT='scenarios on Snowflake'
  export TZ SBE_SNOWFLAKE_POLL_EVERY SBE_SNOWFLAKE_WHAT
  with="sh $here/with-standin.sh"
  [ -z "${SBE_SNOWFLAKE_REAL:-}" ] || with=
  status=0
  $with sh "$0" --inside -j "$jobs" "$@" || status=$?
  [ $status -ne 77 ] || echo "$name: 0 passed, 0 failed, 1 skipped"
  exit $status
fi
shift

# Fields of the profile that are in the environment; a secret is taken from there by a profile, never named here.
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
trap 'exit 99' HUP INT TERM
{
  echo 'check:'
  echo '  target: dev'
  echo '  outputs:'
  echo '    dev:'
  echo '      type: snowflake'
  for field in account user role warehouse database schema authenticator private_key_path private_key \
    private_key_passphrase token oauth_client_id oauth_client_secret host port protocol; do
    variable=SBE_SNOWFLAKE_$(printf %s "$field" | tr '[:lower:]' '[:upper:]')
    if [ -n "$(printenv "$variable" || :)" ]; then
      echo "      $field: \"{{ env_var('$variable') }}\""
    fi
  done
} >"$profile/profiles.yml"
"$abs_top_builddir/sbe-adapter-check" snowflake --profile check --profiles-dir "$profile" "$@"
