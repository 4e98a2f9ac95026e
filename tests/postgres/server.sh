#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A PostgreSQL server of a test's own: `server.sh start DIR` makes one in the new directory DIR, with its socket
# there and no port open but SBE_POSTGRES_PORT on this machine, if that is set; `server.sh stop DIR` ends it and
# removes DIR. Nothing outside DIR is touched. Works
# as root too (PostgreSQL does not, so another user is found for it). Exits with 77 and one line when
# there is no PostgreSQL to start. Called by with-server.sh.
#
# Everything that a session may be set to is set to something that sbe does not want, so that all tests prove
# that it sets what it needs; text is sorted by a language's rules where the server can do that.

set -eu

fail() {
  echo "server.sh: $*" >&2
  exit 1
}

# The directory of initdb and postgres: the newest one that is there.
find_programs() {
  if command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1; then
    dirname "$(command -v initdb)"
    return 0
  fi
  {
    pg_config --bindir 2>/dev/null || :
    for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/homebrew/opt/postgresql*/bin; do
      echo "$dir"
    done | sort -t / -k 5 -n -r
  } | while read -r dir; do
    if test -x "$dir/initdb" && test -x "$dir/postgres"; then
      echo "$dir"
      break
    fi
  done
}

# The server does not run as root.
find_user() {
  test "$(id -u)" = 0 || return 0
  for user in postgres nobody; do
    if id "$user" >/dev/null 2>&1; then
      echo "$user"
      return 0
    fi
  done
}

# as_server COMMAND...: as the user that the server runs as, in a directory that he may be in.
as_server() {
  if test -z "$user"; then
    (cd "$dir" && exec "$@")
  elif command -v setpriv >/dev/null 2>&1; then
    (cd "$dir" && exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@")
  elif command -v runuser >/dev/null 2>&1; then
    (cd "$dir" && exec runuser -u "$user" -- "$@")
  else
    (cd "$dir" && exec su -s /bin/sh "$user" -c 'exec "$0" "$@"' "$@")
  fi
}

initialise() {
  set -- --pgdata="$dir/data" --username=sbe --encoding=UTF8 --auth=trust --no-sync --no-instructions
  as_server "$programs/initdb" "$@" --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >"$dir/initdb.log" 2>&1 && return 0
  rm -rf "$dir/data"
  for locale in en_US.UTF-8 C.UTF-8 C; do
    as_server "$programs/initdb" "$@" --locale="$locale" >"$dir/initdb.log" 2>&1 && return 0
    rm -rf "$dir/data"
  done
  cat "$dir/initdb.log" >&2
  fail 'initdb failed'
}

configure() {
  cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = '${SBE_POSTGRES_PORT:+127.0.0.1}'
unix_socket_directories = '$dir'
unix_socket_permissions = 0777
port = ${SBE_POSTGRES_PORT:-5432}
max_connections = 60
fsync = off
full_page_writes = off
shared_buffers = 64MB
autovacuum = off
lc_messages = 'C'
timezone = 'America/New_York'
datestyle = 'SQL, DMY'
intervalstyle = 'sql_standard'
standard_conforming_strings = off
escape_string_warning = off
transform_null_equals = on
extra_float_digits = 0
bytea_output = 'escape'
quote_all_identifiers = on
default_transaction_isolation = 'serializable'
END
  cat >"$dir/data/pg_hba.conf" <<END
local all with_password scram-sha-256
local all locked_out reject
local all all trust
hostssl all with_password 127.0.0.1/32 scram-sha-256
END
}

start() {
  programs=$(find_programs)
  if test -z "$programs"; then
    echo 'there is no PostgreSQL server here: no initdb in PATH, in /usr/lib/postgresql or where pg_config says'
    exit 77
  fi
  user=$(find_user)
  if test "$(id -u)" = 0 && test -z "$user"; then
    echo 'there is no user for a PostgreSQL server: it does not run as root, and neither postgres nor nobody is there'
    exit 77
  fi
  mkdir "$dir"
  chmod 755 "$dir"
  test -z "$user" || chown "$user" "$dir"
  initialise
  echo 'CREATE DATABASE sbe' | as_server "$programs/postgres" --single -D "$dir/data" postgres >"$dir/single.log" 2>&1 || {
    cat "$dir/single.log" >&2
    fail 'the database could not be made'
  }
  configure
  as_server "$programs/pg_ctl" --pgdata="$dir/data" --log="$dir/server.log" --wait --timeout=60 start >"$dir/start.log" 2>&1 || {
    cat "$dir/start.log" "$dir/server.log" >&2
    fail 'the server did not start'
  }
}

stop() {
  test -d "$dir" || return 0
  programs=$(find_programs)
  user=$(find_user)
  if test -f "$dir/data/postmaster.pid"; then
    as_server "$programs/pg_ctl" --pgdata="$dir/data" --mode=immediate --wait --timeout=30 stop >/dev/null 2>&1 ||
      kill -KILL "$(sed -n 1p "$dir/data/postmaster.pid")" 2>/dev/null || :
  fi
  rm -rf "$dir"
}

test $# = 2 || fail 'usage: server.sh start|stop DIR'
dir=$2
case $1 in
start) start ;;
stop) stop ;;
*) fail 'usage: server.sh start|stop DIR' ;;
esac
