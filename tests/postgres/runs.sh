#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Whole runs on a real PostgreSQL: fencing (a runner that lost its lock while it was stopped publishes nothing),
# two who want the lock while one publishes or commits, an answer to a COMMIT that was lost, Ctrl-C while the server
# works, one row locked by somebody else, parallel views, somebody's functions, what a role without rights is
# told. The expected tables are those of runs that nobody disturbed.

set -u
: "${abs_top_builddir:=$PWD}" "${abs_top_srcdir:=$PWD}"
: "${SBE:=$abs_top_builddir/sbe}" "${SBE_PLUGIN_PATH:=$abs_top_builddir/adapters}"
export abs_top_builddir abs_top_srcdir SBE SBE_PLUGIN_PATH LC_ALL=C NO_COLOR=1
name=postgres-runs
here=$abs_top_srcdir/tests/postgres

if [ "${1:-}" != --inside ]; then
  for need in "$SBE_PLUGIN_PATH/sbe_adapter_postgres.so"; do
    [ -f "$need" ] && continue
    echo "SKIP: $name: there is no adapter for PostgreSQL in this build"
    echo "$name: 0 passed, 0 failed, 1 skipped"
    exit 77
  done
  sh "$here/with-server.sh" sh "$0" --inside
  status=$?
  if [ $status -eq 77 ]; then
    echo "SKIP: $name: there is no PostgreSQL server to start"
    echo "$name: 0 passed, 0 failed, 1 skipped"
  fi
  exit $status
fi

passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 99
background=
trap 'kill -9 $background 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
cd "$work" || exit 99

check() {
  what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL: $what"
    for file in out err; do
      [ -s "$work/$file" ] && sed "s/^/  $file: /" "$work/$file" | head -n 20
    done
  fi
}

sql() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

# wait_for QUERY: until it answers t; 20 s at most
wait_for() {
  for i in $(seq 1 200); do
    [ "$(sql "$1" 2>/dev/null)" = t ] && return
    sleep 0.1
  done
  return 1
}

# A database with the shop's events, and a project at its first window's end; copied for each test.
as_of=2025-06-30T09:00:00
before=2025-06-29T09:00:00
set_up() {
  "$SBE" --adapter postgres init shop --demo --as-of $as_of >out 2>err || return 1
  (cd shop && "$SBE" run --until-current --as-of $before) >out 2>err
}

# fresh DATABASE: a copy of the one that was set up, and a project on it in a folder of that name
fresh() {
  sql "CREATE DATABASE $1 TEMPLATE sbe" && rm -rf "./$1" && cp -r shop "./$1"
}

# tables DATABASE: all that a user reads, as text in a fixed order; of the log nothing, of the lock nothing
tables() {
  for table in $(PGDATABASE=$1 sql "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN
    ('shop_derived', 'shop_snowplow_manifest') AND tablename NOT IN ('snowplow_run_log', 'snowplow_run_lock')
    ORDER BY 1"); do
    echo "$table"
    PGDATABASE=$1 sql "SELECT t::text FROM $table AS t ORDER BY 1"
  done
}

same_tables() {
  tables "$1" >a.txt
  tables "$2" >b.txt
  cmp -s a.txt b.txt || {
    diff a.txt b.txt | head -n 5
    false
  }
}

scratch_is_empty() {
  [ "$(PGDATABASE=$1 sql "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'shop_scratch'")" = 0 ]
}

has() {
  grep -q -e "$2" "$1"
}

run_in() {
  database=$1
  shift
  (cd "./$database" && PGDATABASE=$database exec "$SBE" run --as-of $as_of "$@")
}

# hold DATABASE STATEMENT: in a transaction, until `let_go`
hold() {
  rm -f hold.fifo
  mkfifo hold.fifo
  PGDATABASE=$1 PGAPPNAME=holder psql -X -q >/dev/null 2>&1 <hold.fifo &
  holder=$!
  background="$background $holder"
  exec 9>hold.fifo
  printf 'BEGIN;\n%s;\nSELECT 1;\n' "$2" >&9
  wait_for "SELECT COUNT(*) > 0 FROM pg_stat_activity WHERE application_name = 'holder' AND state = 'idle in transaction'"
}
let_go() {
  printf 'COMMIT;\n\\q\n' >&9 # the background has the fifo open too
  exec 9>&-
  wait "$holder"
}

# blocked DATABASE: somebody waits for a lock there
blocked() {
  wait_for "SELECT COUNT(*) > 0 FROM pg_stat_activity WHERE datname = '$1' AND wait_event_type = 'Lock'"
}

check 'a shop is made' set_up
fresh undisturbed
run_in undisturbed >out 2>err
check 'an undisturbed run' has out 'new events'
check 'an undisturbed run leaves no scratch tables' scratch_is_empty undisturbed

# --- fencing ---------------------------------------------------------------------------------------------

manifest=shop_snowplow_manifest
fresh fenced
hold fenced "LOCK TABLE $manifest.snowplow_daily_aggregation_manifest IN ACCESS EXCLUSIVE MODE"
run_in fenced >first.out 2>first.err &
first=$!
background="$background $first"
check 'fencing: the first runner is past its scan' blocked fenced
pid=$(PGDATABASE=fenced sql "SELECT pid FROM $manifest.snowplow_run_lock")
kill -STOP "$pid"
let_go
run_in fenced >out 2>err
check 'fencing: before the lease is over the second one is refused' test $? -eq 3
check 'fencing: it is told who holds the lock' has err "process $pid on"
PGDATABASE=fenced sql "UPDATE $manifest.snowplow_run_lock SET expires = now() AT TIME ZONE 'UTC' - interval '1 second'"
run_in fenced >out 2>err
check 'fencing: when it is over, the second one runs' test $? -eq 0
tables fenced >second.txt
kill -CONT "$pid"
wait $first
check 'fencing: the first one, continued, ends with an error' test $? -ne 0
check 'fencing: and says why' has first.err 'another run has the lock now'
tables fenced >after.txt
check 'fencing: the tables are the second one'\''s' cmp -s second.txt after.txt
check 'fencing: which are those of an undisturbed run' same_tables undisturbed fenced

# A runner in the middle of its batch holds the row: nobody can take the lock, lease or not.
fresh publishing
hold publishing "LOCK TABLE $manifest.snowplow_incremental_manifest IN EXCLUSIVE MODE"
run_in publishing >first.out 2>first.err &
first=$!
background="$background $first"
check 'while it publishes: it waits in its batch' blocked publishing
PGDATABASE=publishing psql -X -q -A -t -c "SET lock_timeout = '300ms'" \
  -c "UPDATE $manifest.snowplow_run_lock SET expires = now() AT TIME ZONE 'UTC'" >out 2>err
check 'while it publishes: the row of the lock is held' has err 'lock timeout'
let_go
wait $first
check 'while it publishes: it ends well' test $? -eq 0
check 'while it publishes: the tables are right' same_tables undisturbed publishing

# A COMMIT that takes longer than what is left of the lease: whoever comes then waits for it, and finds nothing to do.
fresh committing
PGDATABASE=committing sql "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM
    pg_sleep(4); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON $manifest.snowplow_incremental_manifest
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.slow()"
hold committing "LOCK TABLE $manifest.snowplow_daily_aggregation_manifest IN ACCESS EXCLUSIVE MODE"
run_in committing >first.out 2>first.err &
first=$!
background="$background $first"
check 'while it commits: the first runner is past its scan' blocked committing
PGDATABASE=committing sql "UPDATE $manifest.snowplow_run_lock SET expires = now() AT TIME ZONE 'UTC' + interval '1 second'"
let_go
check 'while it commits: it does' wait_for "SELECT COUNT(*) > 0 FROM pg_stat_activity
    WHERE datname = 'committing' AND query = 'COMMIT' AND state = 'active' AND now() - query_start > '1 second'"
run_in committing >out 2>err
check 'while it commits: the second one waits, and ends well' test $? -eq 0
check 'while it commits: it finds nothing to do' has out 'nothing to do'
wait $first
check 'while it commits: the first one ends well' test $? -eq 0
check 'while it commits: the tables are right' same_tables undisturbed committing

# --- an answer that was lost -----------------------------------------------------------------------------

if command -v python3 >/dev/null; then
  for when in before after; do
    fresh lost_$when
    rm -rf proxy
    python3 "$here/drop-commit.py" $when "$PGHOST/.s.PGSQL.$PGPORT" "$work/proxy" >proxy.txt 2>&1 &
    proxy=$!
    background="$background $proxy"
    for i in $(seq 1 50); do
      [ -S "$work/proxy/.s.PGSQL.$PGPORT" ] && break
      sleep 0.1
    done
    (
      cd lost_$when && PGHOST=$work/proxy PGDATABASE=lost_$when "$SBE" run --as-of $as_of
    ) >out 2>err
    status=$?
    kill $proxy 2>/dev/null
    wait $proxy 2>/dev/null
    check "a COMMIT lost $when it was done: one was" has proxy.txt dropped
    if [ $when = after ]; then
      check 'a COMMIT whose answer was lost: the run finds that it happened' test $status -eq 0
      check 'a COMMIT whose answer was lost: the tables are right' same_tables undisturbed lost_after
    fi
    run_in lost_$when >out 2>err
    check "a COMMIT lost $when it was done: run again, the tables are right" same_tables undisturbed lost_$when
    scratch_is_empty lost_$when
    check "a COMMIT lost $when it was done: no scratch tables stay" test $? -eq 0
  done
else
  skipped=$((skipped + 1))
  echo "SKIP: $name, an answer that was lost: there is no python3"
fi

# --- a server that crashes -------------------------------------------------------------------------------

# Between two statements, while the run waits before it tries one again: scratch tables come up empty, and a
# connection that is made anew must not be taken for the old one. The holder's lock ends with the server.
fresh crashed
hold crashed "LOCK TABLE $manifest.snowplow_daily_aggregation_manifest IN ACCESS EXCLUSIVE MODE"
PGOPTIONS='-c lock_timeout=200ms' run_in crashed >first.out 2>first.err &
first=$!
background="$background $first"
for i in $(seq 1 100); do
  has first.err 'trying again' && break
  sleep 0.05
done
kill -KILL "$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")"
wait $first
check 'a crash between two statements: the run goes on' test $? -eq 0
check 'a crash between two statements: it begins the window again' has first.err 'beginning the window again'
check 'a crash between two statements: the tables are right' same_tables undisturbed crashed
exec 9>&-
wait "$holder"

# --- Ctrl-C ----------------------------------------------------------------------------------------------

fresh interrupted
hold interrupted "LOCK TABLE $manifest.snowplow_daily_aggregation_manifest IN ACCESS EXCLUSIVE MODE"
(trap - INT; cd interrupted && PGDATABASE=interrupted exec "$SBE" run --as-of $as_of) >first.out 2>first.err &
first=$!
background="$background $first"
check 'Ctrl-C: it waits' blocked interrupted
kill -TERM $first
began=$(date +%s)
wait $first
status=$?
check 'Ctrl-C: it ends with 143 or 130' test $status -eq 143 -o $status -eq 130
check 'Ctrl-C: at once' test $(($(date +%s) - began)) -le 3
check 'Ctrl-C: the server does not work on' \
  test "$(sql "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'interrupted' AND application_name <> 'holder'")" = 0
let_go
run_in interrupted >out 2>err
check 'Ctrl-C: run again, the tables are right' same_tables undisturbed interrupted

# --- views in parallel -----------------------------------------------------------------------------------

fresh parallel
cat >parallel/views/more.yml <<'EOF'
views:
  - {name: a, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter}]}
  - {name: b, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter, period: 7d}]}
  - {name: c, entity: domain_sessionid, attributes: [{name: n, type: int64, aggregation: counter}]}
  - {name: d, entity: domain_userid, attributes: [{name: p, type: string, aggregation: last, property: page_urlpath}]}
EOF
sql 'CREATE DATABASE one_by_one TEMPLATE parallel' && rm -rf one_by_one && cp -r parallel one_by_one
run_in one_by_one --threads 1 --until-current >out 2>err
check 'five views, one by one' test $? -eq 0
run_in parallel --threads 4 --until-current >out 2>err
check 'five views on four connections' test $? -eq 0
check 'five views on four connections: the same tables' same_tables one_by_one parallel
check 'five views on four connections: no scratch tables stay' scratch_is_empty parallel

# A role with one connection: the run's own takes the views one after the other.
fresh few
cp parallel/views/more.yml few/views/
sql 'CREATE ROLE few LOGIN CONNECTION LIMIT 1 IN ROLE sbe'
sql 'ALTER ROLE few SET role = sbe'
PGUSER=few run_in few --threads 4 --until-current >out 2>err
check 'five views on one connection instead of four' test $? -eq 0
check 'five views on one connection instead of four: the same tables' same_tables one_by_one few

# --- somebody's functions --------------------------------------------------------------------------------

# They fit the operands better than PostgreSQL's own, and lie in the schema that sbe's are named after: not on the path.
fresh functions
cat >functions.sql <<'EOF'
CREATE SCHEMA shop;
SET search_path = shop;
CREATE FUNCTION no(bigint, numeric) RETURNS boolean LANGUAGE sql AS 'SELECT FALSE';
CREATE OPERATOR = (LEFTARG = bigint, RIGHTARG = numeric, FUNCTION = no);
CREATE FUNCTION no(varchar, text) RETURNS boolean LANGUAGE sql AS 'SELECT FALSE';
CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = text, FUNCTION = no);
CREATE FUNCTION to_char(date, text) RETURNS text LANGUAGE sql AS $$SELECT '2000-01-01'$$;
CREATE AGGREGATE max(text[]) (SFUNC = array_larger, STYPE = text[], INITCOND = '{9999,9999,somebody}');
EOF
PGDATABASE=functions psql -X -q -v ON_ERROR_STOP=1 -f functions.sql >out 2>err
check 'functions that fit better: they are made' test $? -eq 0
run_in functions >out 2>err
check 'functions that fit better: none is called' same_tables undisturbed functions

# --- what somebody removed -------------------------------------------------------------------------------

fresh removed
for thing in 'SCHEMA shop_scratch' 'TABLE shop_derived.batch_ecommerce_attributes_1_daily_aggregates'; do
  PGDATABASE=removed sql "DROP $thing CASCADE" 2>err
  run_in removed >out 2>err
  check "removed: $thing: the run ends with 1" test $? -eq 1
  check "removed: $thing: the remedy is told" has err 'sbe run --full-refresh --select batch_ecommerce_attributes'
  [ "$thing" != 'SCHEMA shop_scratch' ] || PGDATABASE=removed sql 'CREATE SCHEMA shop_scratch'
done
PGDATABASE=removed sql 'DROP SCHEMA shop_scratch CASCADE' 2>err
run_in removed --full-refresh --until-current >out 2>err
check 'what was removed is back after a full refresh' test $? -eq 0
fresh refreshed
run_in refreshed --full-refresh --until-current >out 2>err
check 'what was removed is back after a full refresh: the same tables' same_tables refreshed removed

# --- rights ----------------------------------------------------------------------------------------------

fresh rights
sql "CREATE ROLE reader LOGIN" >/dev/null 2>&1
(cd rights && PGDATABASE=rights PGUSER=reader "$SBE" run --as-of $as_of) >out 2>err
check 'a role without rights is refused' test $? -ne 0
check 'a role without rights is told what it needs' has err 'GRANT'

echo "$name: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
