#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Golden SQL: what `sbe compile` prints for each folder beside this file is compared with what stands there as
# ADAPTER.sql. A folder is a project: sbe.yml, views/, and, where the columns of the events table are given,
# columns.json, or columns.ADAPTER.json with an adapter's own types; `steps` names the steps of which the SQL is kept, where that is not all of it.
#
#     make check                                 differences are shown as a diff
#     UPDATE_GOLDEN=1 sh tests/golden/golden.sh  writes them anew, in the source tree: to be read before they are kept
#
# No connection and no database is needed. Must never take an empty answer for a right one.

set -u

top=${abs_top_builddir:-.}
here=${abs_top_srcdir:-.}/tests/golden
sbe=${SBE:-$top/sbe}
clock=2025-02-10T12:00:00

work=$(mktemp -d "${TMPDIR:-/tmp}/sbe-golden-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
passed=0 failed=0 skipped=0

# The recorder lies where no adapter is looked for; from a copy, since the build tree may be writable for a group.
mkdir "$work/adapters"
cp "$top/tests/adapters/.libs/sbe_adapter_recorder.so" "$work/adapters/" || exit 99
chmod 755 "$work/adapters" && chmod 644 "$work/adapters/sbe_adapter_recorder.so"
SBE_PLUGIN_PATH=$work/adapters:${SBE_PLUGIN_PATH:-$top/adapters}
export SBE_PLUGIN_PATH

# Only the statements of the steps that are named; all without names.
keep() {
  awk -v steps=" $* " '
    /^-- [a-z0-9_]+: [a-z_]+$/ { kept = steps == "  " || index(steps, " " $3 " ") }
    kept'
}

# compile FOLDER ADAPTER: the SQL into $work/got
compile() {
  set -- "$1" "$2" --adapter "$2" --project-dir "$here/$1" --as-of "$clock" --quiet
  folder=$1 adapter=$2
  shift 2
  for columns in "$here/$folder/columns.$adapter.json" "$here/$folder/columns.json"; do
    test -f "$columns" || continue
    set -- "$@" --columns "$columns"
    break
  done
  "$sbe" compile "$@" >"$work/all" 2>"$work/said" || { cat "$work/said"; return 1; }
  steps=
  if test -f "$here/$folder/steps"; then steps=$(cat "$here/$folder/steps"); fi
  keep $steps <"$work/all" >"$work/got"
  test -s "$work/got"
}

check() {
  wanted=$here/$1/$2.sql
  if ! compile "$1" "$2"; then
    echo "FAIL: golden $1, $2: sbe compile failed, or said nothing"
    return 1
  fi
  if test -n "${UPDATE_GOLDEN:-}"; then
    cmp -s "$work/got" "$wanted" || { cp "$work/got" "$wanted" && echo "written: $wanted"; }
    return
  fi
  diff -u "$wanted" "$work/got" && return
  echo "FAIL: golden $1, $2: see the diff; if it is right: UPDATE_GOLDEN=1"
  return 1
}

for project in "$here"/*/sbe.yml; do
  folder=$(basename "$(dirname "$project")")
  for adapter in recorder duckdb snowflake; do
    if test $adapter != recorder && ! "$sbe" adapters --describe $adapter >/dev/null 2>&1; then
      echo "SKIP: golden $folder, $adapter: this build has no such adapter"
      skipped=$((skipped + 1))
    elif check "$folder" $adapter; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done
done

echo "golden: $passed passed, $failed failed, $skipped skipped"
test $failed -eq 0 && test $passed -gt 0
