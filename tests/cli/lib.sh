# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the command share. Read by the scripts beside it, which give themselves a name first:
# suite=cli. `sbe ARGUMENT ...` runs the program, and leaves its exit status, stdout and stderr to be
# asked for; the checks count. Must never look at anything of the user's.

set -u
: "${SBE:?names the program}" "${abs_top_builddir:=$(dirname "$SBE")}" "${abs_top_srcdir:=.}"
passed=0 failed=0 skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/sbe-$suite-XXXXXX") || exit 1
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
HOME=$work/home
mkdir "$HOME" "$work/adapters"
chmod 755 "$work" "$work/adapters"
export HOME
unset SBE_TARGET SBE_PROFILE SBE_PROJECT_DIR SBE_PROFILES_DIR DBT_PROFILES_DIR NO_COLOR
umask 022

status=
called=
sbe() {
  called="sbe $*"
  "$SBE" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
}

# check WHAT COMMAND ...: counts, and shows all there is to see when it is not so.
check() {
  what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    return
  fi
  failed=$((failed + 1))
  {
    echo "FAILED: $what: not so: $*"
    echo "  after: $called (exit status $status, in $PWD)"
    sed 's/^/  stdout: /' "$work/out" | head -40
    sed 's/^/  stderr: /' "$work/err" | head -40
  } >&2
}

skip() {
  skipped=$((skipped + 1))
  echo "SKIP: $1: $2"
}

exits() {
  [ "$status" -eq "$1" ]
}
out_has() {
  grep -qF -- "$1" "$work/out"
}
out_lacks() {
  ! grep -qF -- "$1" "$work/out"
}
err_has() {
  grep -qF -- "$1" "$work/err"
}
err_lacks() {
  ! grep -qF -- "$1" "$work/err"
}
out_empty() {
  [ ! -s "$work/out" ]
}
err_empty() {
  [ ! -s "$work/err" ]
}
# The whole of it, a printf format.
out_is() {
  printf "$1" | cmp -s - "$work/out"
}
err_is() {
  printf "$1" | cmp -s - "$work/err"
}
has() {
  grep -qF -- "$2" "$1"
}
lacks() {
  ! grep -qF -- "$2" "$1"
}
absent() {
  [ ! -e "$1" ]
}

finish() {
  echo "$suite: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

# A project in a new folder, which becomes the current one: view v, counting events by user_id. Its
# profile is for the recorder (tests/adapters), with $1 as further lines.
new_project() {
  cd "$work" && rm -rf project && mkdir -p project/views && cd project || exit 1
  cat >sbe.yml <<YML
name: p
profile: p
vars:
  snowplow__start_date: "2025-01-01"
YML
  cat >profiles.yml <<YML
p:
  target: dev
  outputs:
    dev:
      type: recorder
      schema: s
      log: $work/project/asked
      columns: {event_id: VARCHAR, load_tstamp: TIMESTAMP, dvce_created_tstamp: TIMESTAMP, collector_tstamp: TIMESTAMP, derived_tstamp: TIMESTAMP, event_vendor: VARCHAR, event_name: VARCHAR, event_version: VARCHAR, app_id: VARCHAR, user_id: VARCHAR}
${1:-}
YML
  cat >views/v.yml <<YML
views:
  - name: v
    entity: user_id
    attributes:
      - {name: n, type: int64, aggregation: counter, events: []}
YML
}

# The adapters that a test wants, as an installed directory has them.
take_adapter() {
  for module in "$abs_top_builddir/$1/.libs/sbe_adapter_$2.so" "$abs_top_builddir/$1/sbe_adapter_$2.so"; do
    if [ -f "$module" ]; then
      cp "$module" "$work/adapters/" && chmod 755 "$work/adapters/sbe_adapter_$2.so"
      return
    fi
  done
  return 1
}
