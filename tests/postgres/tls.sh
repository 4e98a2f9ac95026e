#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# TLS: sslmode and sslrootcert of a profile, on a server of its own that listens on this machine, with certificates
# made here. Skipped by name where there is no server or no openssl.
#
# Called by `make check`, which sets abs_top_srcdir, abs_top_builddir and SBE_PLUGIN_PATH; by itself with --inside.

set -u
: "${abs_top_srcdir:=$PWD}" "${abs_top_builddir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}" "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}"
export abs_top_srcdir abs_top_builddir SBE SBE_PLUGIN_PATH

skip() {
  echo "SKIP: postgres-tls: $1"
  echo 'postgres-tls: 0 passed, 0 failed, 1 skipped'
  exit 77
}

# ---- around the server ----

if [ "${1:-}" != --inside ]; then
  command -v openssl >/dev/null 2>&1 || skip 'openssl is not installed'
  work=$(mktemp -d) || exit 99
  trap 'rm -rf "$work"' EXIT
  trap 'exit 99' HUP INT TERM
  chmod 755 "$work"
  status=1
  # A port may be somebody's: then the server does not start, and another one is tried.
  for try in 1 2 3; do
    SBE_POSTGRES_PORT=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 20000))
    export SBE_POSTGRES_PORT
    sh "$abs_top_srcdir/tests/postgres/with-server.sh" sh "$0" --inside "$work" >"$work/said" 2>&1
    status=$?
    [ ! -e "$work/started" ] && [ $status != 77 ] || break
  done
  [ $status != 77 ] || skip "$(tail -n 1 "$work/said")"
  cat "$work/said"
  exit $status
fi

# ---- with the server ----

work=$2
: >"$work/started"
cd "$work" || exit 99
password=s3cret-of-the-test
passed=0
failed=0

sql() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

certificate() { # NAME SUBJECT_ALT_NAME
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" &&
    echo "subjectAltName = $2" >"$1.ext" &&
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 2 -extfile "$1.ext"
}
{
  openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 2 &&
    openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.crt -subj /CN=other -days 2 &&
    certificate server DNS:localhost
} >openssl.log 2>&1 || { cat openssl.log; exit 1; }
chmod 644 server.key
# The server writes its own copies: they must be his.
for file in server.key server.crt; do
  sql -c "COPY (SELECT regexp_split_to_table(rtrim(pg_read_file('$work/$file'), E'\\n'), E'\\n')) TO PROGRAM 'cat >$file; chmod 600 $file'"
done
sql -c "CREATE ROLE with_password LOGIN PASSWORD '$password'" -c 'ALTER SYSTEM SET ssl = on' -c 'SELECT pg_reload_conf()' >/dev/null
waited=0
until [ "$(sql -c 'SHOW ssl')" = on ] || [ $waited -ge 100 ]; do sleep 0.1; waited=$((waited + 1)); done

PASSWORD=$password
export PASSWORD
mkdir project project/views
echo '{name: v, entity: domain_userid, attributes: [{name: n, type: int32, aggregation: counter, events: [{name: page_view}]}]}' \
  >project/views/v.yml
cat >project/sbe.yml <<END
name: shop
profile: shop
vars: {snowplow__start_date: "2025-01-01"}
END

# profile HOST FIELD...: as it is in profiles.yml
profile() {
  {
    printf 'shop:\n  target: dev\n  outputs:\n    dev:\n      type: postgres\n      user: with_password\n'
    printf '      password: "{{ env_var('"'PASSWORD'"') }}"\n      dbname: sbe\n      retries: 0\n      host: %s\n' "$1"
    printf '      port: %s\n' "$PGPORT"
    shift
    [ $# = 0 ] || printf '      %s\n' "$@"
  } >project/profiles.yml
}

# outcome WHAT STATUS WORDS: of test-connection; the events table is not there, so a login that succeeds ends with 1
outcome() {
  (cd project && env -u PGHOST "$SBE" test-connection >../out 2>&1)
  status=$?
  if [ $status = "$2" ] && grep -q "$3" out && ! grep -q "$password" out; then
    passed=$((passed + 1))
    return
  fi
  failed=$((failed + 1))
  echo "FAIL: $1: status $status, not $2, or no \"$3\", in"
  sed 's/^/  /' out
}

profile localhost 'sslmode: require'
outcome 'an encrypted login' 1 'database sbe as user with_password at localhost'
profile localhost 'sslmode: verify-full' "sslrootcert: $work/ca.crt"
outcome 'a server that is who it says' 1 'no events table'
profile 127.0.0.1 'sslmode: verify-ca' "sslrootcert: $work/ca.crt"
outcome 'whoever has a certificate of ours' 1 'no events table'
profile 127.0.0.1 'sslmode: verify-full' "sslrootcert: $work/ca.crt"
outcome 'a server with another name' 4 'does not match host name'
profile localhost 'sslmode: verify-ca' "sslrootcert: $work/other.crt"
outcome 'a certificate of somebody else' 4 'certificate verify failed'
profile localhost 'sslmode: verify-full' "sslrootcert: $work/none.crt"
outcome 'certificates that are not there' 4 'none.crt'
profile localhost 'sslmode: disable'
outcome 'a server that wants TLS' 4 'pg_hba.conf'
profile localhost 'sslmode: sometimes'
outcome 'a mode that there is not' 4 'sslmode'

echo "postgres-tls: $passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
