#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# with-server.sh COMMAND...: runs a command with a PostgreSQL server of its own, which is started before and is
# gone afterwards, however the command ends. The command finds in its environment PGHOST, PGPORT, PGUSER
# (a superuser) and PGDATABASE, and nothing of the user's own set-up. Exits as the command does; with 77, and a line
# that says why, when there is no server to start.

set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
test $# -gt 0 || {
  echo 'usage: with-server.sh COMMAND...' >&2
  exit 2
}

# A socket's name may have 107 bytes.
base=${TMPDIR:-/tmp}
test "${#base}" -le 60 || base=/tmp
top=$(mktemp -d "$base/sbe-pg-XXXXXX")
chmod 755 "$top"
child=
finish() {
  trap '' HUP INT TERM
  if test -n "$child"; then kill -TERM "$child" 2>/dev/null || :; fi
  sh "$here/server.sh" stop "$top/s" || :
  rm -rf "$top"
}
trap 'finish' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

status=0
said=$(sh "$here/server.sh" start "$top/s") || status=$?
if test "$status" != 0; then
  echo "with-server.sh: $said"
  exit "$status"
fi

for name in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do unset "$name"; done
PGHOST=$top/s PGPORT=${SBE_POSTGRES_PORT:-5432} PGUSER=sbe PGDATABASE=sbe
PGPASSFILE=$top/none PGSERVICEFILE=$top/none
export PGHOST PGPORT PGUSER PGDATABASE PGPASSFILE PGSERVICEFILE

# In the background, so that a signal is heard at once.
"$@" <&0 &
child=$!
wait "$child" || status=$?
child=
exit "$status"
