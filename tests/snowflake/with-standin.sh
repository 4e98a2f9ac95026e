#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# with-standin.sh COMMAND [ARGUMENT ...]
#
# Runs a command against a stand-in of Snowflake's SQL API that is started for it on a free port of 127.0.0.1
# and stopped behind it, whatever happens. Python's packages come into an environment of their own, in
# SBE_SNOWFLAKE_VENV or below the build directory, and are kept for the next time. Where there is no Python or
# no package registry, it prints a line SKIP and exits with 77. Called by tests; must never touch an account.
#
# The command finds
#
#   SBE_SNOWFLAKE_HOST _PORT _PROTOCOL _ACCOUNT _USER _DATABASE _SCHEMA _WAREHOUSE _ROLE
#   SBE_SNOWFLAKE_PRIVATE_KEY_PATH                    PKCS#8, plain
#   SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH _PASSPHRASE      the same key, encrypted
#   SBE_SNOWFLAKE_OTHER_KEY_PATH                      a key that the service does not know
#   SBE_SNOWFLAKE_OAUTH_TOKEN _PAT_TOKEN              tokens that it knows
#   SBE_SNOWFLAKE_CONTROL_URL _LOG                    for tests: README.md; one line of JSON a request
#   SBE_SNOWFLAKE_PYTHON                              the environment's interpreter
#
# Every statement is answered with a 202 first, which costs a client's patience each time; with
# SBE_SNOWFLAKE_POLL_EVERY=10 only each tenth is, for suites that are about something else. SBE_SNOWFLAKE_LOG is
# taken from the environment, too.

set -u
here=$(cd "$(dirname "$0")" && pwd -P)

skip() {
  echo "SKIP: ${SBE_SNOWFLAKE_WHAT:-snowflake}: $1"
  exit 77
}

[ $# -gt 0 ] || { echo "with-standin.sh: no command" >&2; exit 2; }
command -v python3 >/dev/null || skip "there is no python3"
command -v openssl >/dev/null || skip "there is no openssl"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || skip "python3 is older than 3.11"

# ---- The environment ----

venv=${SBE_SNOWFLAKE_VENV:-${abs_top_builddir:-$(cd "$here/../.." && pwd -P)/build}/snowflake-venv}
stamp=$venv/complete-$(cksum <"$here/requirements.txt" | tr -c '0-9\n' -)
lock=$venv.lock

make_environment() {
  rm -rf "$venv"
  python3 -m venv "$venv" >"$lock/log" 2>&1 || return 1
  "$venv/bin/python" -m pip install --disable-pip-version-check -q -r "$here/requirements.txt" >>"$lock/log" 2>&1 || return 1
  # The same parser compiled: several times as fast, and it can be done without.
  pin=$(sed -n 's/^sqlglot==/sqlglotc==/p' "$here/requirements.txt")
  "$venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --only-binary :all: "$pin" >>"$lock/log" 2>&1 || :
  : >"$stamp"
}

if [ ! -e "$stamp" ]; then
  mkdir -p "$(dirname "$venv")" || exit 1
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    [ $waited -lt 600 ] || skip "somebody has been installing Python's packages for long: $lock"
    sleep 1
    waited=$((waited + 1))
  done
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 1' HUP INT TERM
  if [ ! -e "$stamp" ] && ! make_environment; then
    why=$(grep -v '^ *$' "$lock/log" | tail -n 1 | cut -c 1-200)
    rm -rf "$venv"
    skip "Python's packages could not be installed: $why"
  fi
  rm -rf "$lock"
  trap - EXIT
fi

# ---- Keys, tokens, server ----

work=$(mktemp -d "${TMPDIR:-/tmp}/sbe-standin-XXXXXX") || exit 1
work=$(cd "$work" && pwd -P)
server=
child=
finish() {
  trap - EXIT
  [ -z "$child" ] || kill "$child" 2>/dev/null
  [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

SBE_SNOWFLAKE_PASSPHRASE=$(openssl rand -hex 12)
STANDIN_OAUTH=oauth-$(openssl rand -hex 24)
STANDIN_PAT=pat-$(openssl rand -hex 24)
export SBE_SNOWFLAKE_PASSPHRASE STANDIN_OAUTH STANDIN_PAT
{
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/key.p8" &&
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/other.p8" &&
    openssl pkcs8 -topk8 -v2 aes-256-cbc -in "$work/key.p8" -out "$work/encrypted.p8" -passout env:SBE_SNOWFLAKE_PASSPHRASE &&
    openssl pkey -in "$work/key.p8" -pubout -out "$work/key.pub"
} >"$work/openssl.log" 2>&1 || { cat "$work/openssl.log" >&2; exit 1; }

SBE_SNOWFLAKE_LOG=${SBE_SNOWFLAKE_LOG:-$work/requests.log}
SBE_SNOWFLAKE_ACCOUNT=sbetest-standin
SBE_SNOWFLAKE_USER=sbe_user
# What fakesnow and DuckDB put into temporary files goes with the folder, whichever process it is.
mkdir "$work/tmp" || exit 1
TMPDIR=$work/tmp
export TMPDIR
PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/standin.py" --port-file "$work/port" --account "$SBE_SNOWFLAKE_ACCOUNT" \
  --user "$SBE_SNOWFLAKE_USER" --poll-every "${SBE_SNOWFLAKE_POLL_EVERY:-1}" --public-key "$work/key.pub" --log "$SBE_SNOWFLAKE_LOG" </dev/null >"$work/server.log" 2>&1 &
server=$!
waited=0
until [ -e "$work/port" ]; do
  kill -0 "$server" 2>/dev/null && [ $waited -lt 600 ] || { cat "$work/server.log" >&2; exit 1; }
  sleep 0.1
  waited=$((waited + 1))
done

SBE_SNOWFLAKE_HOST=127.0.0.1
SBE_SNOWFLAKE_PORT=$(cat "$work/port")
SBE_SNOWFLAKE_PROTOCOL=http
SBE_SNOWFLAKE_DATABASE=SBE_TEST
SBE_SNOWFLAKE_SCHEMA=PUBLIC
SBE_SNOWFLAKE_WAREHOUSE=SBE_WH
SBE_SNOWFLAKE_ROLE=SBE_ROLE
SBE_SNOWFLAKE_PRIVATE_KEY_PATH=$work/key.p8
SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH=$work/encrypted.p8
SBE_SNOWFLAKE_OTHER_KEY_PATH=$work/other.p8
SBE_SNOWFLAKE_OAUTH_TOKEN=$STANDIN_OAUTH
SBE_SNOWFLAKE_PAT_TOKEN=$STANDIN_PAT
SBE_SNOWFLAKE_CONTROL_URL=http://127.0.0.1:$SBE_SNOWFLAKE_PORT/_control
SBE_SNOWFLAKE_PYTHON=$venv/bin/python
export SBE_SNOWFLAKE_HOST SBE_SNOWFLAKE_PORT SBE_SNOWFLAKE_PROTOCOL SBE_SNOWFLAKE_ACCOUNT SBE_SNOWFLAKE_USER \
  SBE_SNOWFLAKE_DATABASE SBE_SNOWFLAKE_SCHEMA SBE_SNOWFLAKE_WAREHOUSE SBE_SNOWFLAKE_ROLE \
  SBE_SNOWFLAKE_PRIVATE_KEY_PATH SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH SBE_SNOWFLAKE_OTHER_KEY_PATH \
  SBE_SNOWFLAKE_OAUTH_TOKEN SBE_SNOWFLAKE_PAT_TOKEN SBE_SNOWFLAKE_CONTROL_URL SBE_SNOWFLAKE_LOG SBE_SNOWFLAKE_PYTHON
unset STANDIN_OAUTH STANDIN_PAT

# In the background, so that a signal is not kept waiting; with its own input all the same.
"$@" <&0 &
child=$!
wait "$child"
status=$?
child=
if [ -s "$work/server.log" ]; then
  echo "the stand-in said:" >&2
  cat "$work/server.log" >&2
fi
exit $status
