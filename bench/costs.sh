#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a run costs on each adapter: statements, requests that start them, round trips, bytes, and the time that is
# not spent waiting for statements. Called by `make bench`, and by bench-smoke.sh. The shop is the demo's, with
# three views; its events come through the adapter's fixture. An adapter whose server cannot be had says so.
#
#   costs.sh [ADAPTER]...

set -u
: "${abs_top_builddir:=$PWD}" "${abs_top_srcdir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}" "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}"
export abs_top_builddir abs_top_srcdir SBE SBE_PLUGIN_PATH LC_ALL=C

# number MEMBER: of the JSON of a run, a member a line; one that is not known is a dash
number() {
  awk -v name="\"$1\":" '$1 == name { gsub(",", "", $2); print $2 == "null" ? "-" : $2; exit }' out.json
}

line() {
  printf '%-10s %-9s %8s %11s %9s %12s %11s %11s %9s %12s\n' "$@"
}

# run WHAT FLAG...: one line of the table
run() {
  what=$1
  shift
  if ! "$SBE" run --json "$@" >out.json 2>err.txt; then
    echo "$adapter $what: failed: $(head -n 1 err.txt)"
    exit 1
  fi
  outside=$(awk -v all="$(number seconds)" -v inside="$(number seconds_in_statements)" \
    'BEGIN { printf "%.3f", all - inside }')
  line "$adapter" "$what" "$(grep -c '"new_events":	[1-9]' out.json)" "$(number statements)" "$(number requests)" \
    "$(number round_trips)" "$(number bytes_sent)" "$(number bytes_received)" "$(number seconds)" "$outside"
}

view() {
  cat <<EOF
  - name: $1
    entity: $2
    attributes:
      - {name: ${1}_n, type: int32, aggregation: counter, events: [{name: $3}], period: 7d}
      - {name: ${1}_last, type: string, aggregation: last, property: page_urlpath, events: [{name: $3}]}
EOF
}

# In a process of its own, with the server in its environment if the adapter has one.
measure() {
  adapter=$1
  work=$(mktemp -d) || exit 99
  trap 'rm -rf "$work"' EXIT
  trap 'exit 99' HUP INT TERM
  cd "$work" || exit 99
  if ! "$SBE" --adapter "$adapter" init shop --demo --as-of 2025-06-30T09:00:00 >out.txt 2>&1; then
    echo "$adapter: not measured: $(head -n 1 out.txt)"
    exit 1
  fi
  cd shop || exit 99
  {
    echo 'views:'
    view pages domain_userid page_view
    view nothing domain_userid no_such_event
  } >views/more.yml
  run first --until-current --as-of 2025-06-30T08:00:00
  run ordinary --as-of 2025-06-30T09:00:00
  run idle --as-of 2025-06-30T09:00:00
}

if [ "${1:-}" = --measure ]; then
  measure "$2"
  exit
fi

line adapter run 'changed' statements requests 'round trips' 'bytes sent' 'received' seconds 'outside (s)'
status=0
for name in ${*:-duckdb postgres snowflake}; do
  if [ ! -f "$SBE_PLUGIN_PATH/sbe_adapter_$name.so" ]; then
    echo "$name: not in this build"
    continue
  fi
  with=
  case $name in
  postgres) with="sh $abs_top_srcdir/tests/postgres/with-server.sh" ;;
  snowflake) with="sh $abs_top_srcdir/tests/snowflake/with-standin.sh" ;;
  esac
  $with sh "$0" --measure "$name"
  said=$?
  [ $said -eq 0 ] || [ $said -eq 77 ] || status=1
done
exit $status
