#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Does the bench work? Runs all its parts on a few events, in a directory that goes afterwards, and looks at
# what it says, not at how long things took. Called by `make check`.

set -u
: "${abs_top_builddir:=$PWD}" "${abs_top_srcdir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}"
bench=${BENCH:-$abs_top_builddir/bench/bench}
adapters=${BENCH_ADAPTERS:-$abs_top_builddir/adapters}
timing=${BENCH_TIMING:-$abs_top_builddir/bench/timing}
sql=$abs_top_srcdir/bench/duckdb
passed=0 failed=0
export LC_ALL=C

if [ ! -f "$adapters/sbe_adapter_duckdb.so" ]; then
  echo 'SKIP: bench: there is no adapter for DuckDB in this build'
  echo 'bench: 0 passed, 0 failed, 1 skipped'
  exit 77
fi
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM

# run NAME STATUS ARGUMENT...: output goes to $dir/NAME
run() {
  name=$1 wanted=$2
  shift 2
  "$bench" --sbe "$SBE" --adapters "$adapters" --timing "$timing" --dir "$dir/work" "$@" >"$dir/$name" 2>&1
  status=$?
  check "$name: exits with $wanted" test "$status" -eq "$wanted"
  [ "$status" -eq "$wanted" ] || { echo "  it exited with $status:"; sed 's/^/  /' "$dir/$name"; }
}
check() {
  what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL: $what"
  fi
}
# says NAME TEXT: a line of it matches; silent NAME TEXT: none does
says() {
  grep -q -e "$2" "$dir/$1"
}
silent() {
  ! says "$@"
}

run pipeline 0 --sql "$sql" --events 3000 --days 5 --repeat 1 --views 2 --json "$dir/json" pipeline views
check 'the generator makes one event in fifty twice' says pipeline ' twice .* yes$'
check 'the generator makes every user' says pipeline ' users .* yes$'
check 'the pipelines agree after the backfill and after the day' \
  test "$(grep -c 'entities that differ  *0  *0  *yes$' "$dir/pipeline")" -eq 2
check 'no late event is skipped' says pipeline 'late events skipped  *0  *0  *yes$'
for step in scan daily_aggregates publish close; do
  check "seconds of step $step" says pipeline "one more day, sbe:.* $step [0-9.]*"
done
check 'two views are measured' says pipeline '^2 VIEWS IN ONE PROJECT$'
check 'JSON says that the results are right' says json '"right":[[:space:]]*true'
check 'JSON has each repetition' says json '"day.sbe.own":'
check 'nothing but the events is left' \
  test "$(find "$dir/work" -type f ! -name '.gitignore' ! -name 'events-3000-5-*' | wc -l)" -eq 0

# A pipeline that adds up wrongly must not be worth a measurement; and the events are not made again.
mkdir "$dir/sql"
cp "$sql"/*.sql "$dir/sql"
sed 's/  sum(price) AS/  sum(price) * 1.00001 AS/' "$sql/hand.sql" >"$dir/sql/hand.sql"
run wrong 1 --sql "$dir/sql" --events 3000 --days 5 --repeat 1 pipeline
check 'wrong results are told' says wrong '^THE RESULTS ARE WRONG'
check 'the events are made once' silent wrong '^making'

run commands 0 --sql "$sql" --many 20 commands
check 'compiling is measured' says commands 'sbe compile, 20 views, JSON'
run usage 2 --sql "$sql" --events many

sh "$abs_top_srcdir/bench/costs.sh" duckdb >"$dir/costs" 2>&1
for what in first ordinary idle; do
  check "what a run costs is counted: $what" says costs "^duckdb  *$what  *[0-9]"
done

echo "bench: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
