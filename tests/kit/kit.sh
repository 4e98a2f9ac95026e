#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sbe-adapter-check, checked: DuckDB's adapter passes all of it, and each broken or lying adapter fails at the check
# that is there for it. Called by `make check`, which sets abs_top_srcdir, abs_top_builddir and SBE_PLUGIN_PATH.

set -eu
check=$abs_top_builddir/sbe-adapter-check
passed=0 failed=0 skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/sbe-kit-XXXXXX")
trap 'rm -rf "$work"' EXIT
other=
trap 'test -z "$other" || kill "$other" 2>/dev/null; exit 130' INT TERM
mkdir -m 755 "$work/adapters"
unset SBE_TEST_DEFECT SBE_PLUGIN_PATH
NO_COLOR=1
# Nothing of where a machine is may show.
TZ=America/New_York
export NO_COLOR TZ

pass() { passed=$((passed + 1)); }
fail() {
  failed=$((failed + 1))
  echo "FAIL: kit: $1"
  sed 's/^/  | /' "$work/said" | head -n 40
}
skip() {
  skipped=$((skipped + $2))
  echo "SKIP: kit: $1: $3"
}

place() { # FILE
  cp "$1" "$work/adapters/" && chmod 755 "$work/adapters/$(basename "$1")"
}

# run ARGUMENT...: the status into $status, the output into $work/said
run() {
  status=0
  "$check" "$@" >"$work/said" 2>&1 || status=$?
}

# fails_at WHAT TEXT: the last run failed, and its first failure is the check that is called so
fails_at() {
  if [ "$status" = 1 ] && grep '^FAIL' "$work/said" | head -n 1 | grep -qF -e "$2"; then
    pass
  else
    fail "$1: the first failure is not '$2' (status $status)"
  fi
}

# --- usage ----------------------------------------------------------------------------------------

run --help
if [ "$status" -eq 0 ] && grep -q '^Usage: sbe-adapter-check' "$work/said"; then pass; else fail '--help'; fi
run
if [ "$status" -eq 2 ]; then pass; else fail 'no adapter is named, and the status is not 2'; fi
run --tpa duckdb
if [ "$status" -eq 2 ] && grep -q "did you mean '--tap'" "$work/said"; then pass; else fail 'a slip in an option'; fi
run nothing_like_this --only file,abi --plugin-dir "$work/adapters"
if [ "$status" -eq 77 ]; then pass; else fail "an adapter that is not there: status $status, not 77"; fi

# --- broken files and descriptions: tests/adapters/broken.c -----------------------------------------

# NAME, and the check at which it must fail first
while read -r name what; do
  file=$abs_top_builddir/tests/adapters/.libs/sbe_adapter_$name.so
  place "$file"
  run "$work/adapters/sbe_adapter_$name.so"
  fails_at "$name" "$what"
done <<'END'
nosymbol it exports one symbol, sbe_adapter_nosymbol
undefined it is bound at once
nothing its function answers, and the same each time
badmagic magic number
badsize sizes of its structs
newmajor version of the interface
newminor version of the interface
misnamed required members, tables that are closed, names
nomember required members, tables that are closed, names
notable required members, tables that are closed, names
badfixture required members, tables that are closed, names
badpattern required members, tables that are closed, names
badoption required members, tables that are closed, names
badinit init, with a host of the next minor version
plain its dialect, with structs that are longer than it knows
END

# A file that others may write to, and one that is cut.
place "$abs_top_builddir/tests/adapters/.libs/sbe_adapter_plain.so"
chmod o+w "$work/adapters/sbe_adapter_plain.so"
run "$work/adapters/sbe_adapter_plain.so" --only file
fails_at 'writable by others' 'file and directory may be trusted'
head -c 5000 "$abs_top_builddir/tests/adapters/.libs/sbe_adapter_plain.so" >"$work/adapters/sbe_adapter_plain.so"
chmod 755 "$work/adapters/sbe_adapter_plain.so"
run "$work/adapters/sbe_adapter_plain.so" --only file
fails_at 'cut short' 'file and directory may be trusted'

# Kept adapters of older versions hold as they are.
for name in v0frozen v0kept; do
  place "$abs_top_builddir/tests/abi/.libs/sbe_adapter_$name.so"
  run "$work/adapters/sbe_adapter_$name.so" --only file,abi
  if [ "$status" -eq 0 ]; then pass; else fail "$name does not pass"; fi
done

# --- an adapter that connects ------------------------------------------------------------------------

duckdb=$abs_top_builddir/adapters/sbe_adapter_duckdb.so
place "$abs_top_builddir/tests/kit/.libs/sbe_adapter_liar.so"
usable=no
if [ -f "$duckdb" ]; then
  place "$duckdb"
  # its library: from the build tree, where one was fetched or named
  library=$abs_top_builddir/adapters/libduckdb.so
  [ ! -e "$library" ] || ln -s "$library" "$work/adapters/libduckdb.so"
  run "$work/adapters/sbe_adapter_duckdb.so" --only file,abi
  [ "$status" -ne 0 ] || usable=yes
fi

# DEFECT GROUP the check at which it fails first
lies='unquoted dialect tables: no two names look alike
threads dialect and from eight threads at once
backslash dialect literals: all bytes, each text in its own way
injection dialect literals come back to the byte
strlen abi its dialect, with structs as short as in version 0.1
brace dialect patterns: operations, operands, braces
semicolon dialect patterns: operations, operands, braces
like dialect SBE_OP_LIKE
week dialect SBE_OP_WEEK_TEXT
last dialect SBE_OP_LAST_IF
crash dialect a literal of 300,000 bytes
cast types INT64 from text
round types INT64 from text
decimal types DECIMAL from text
json types layout json: columns and members, read as each type
codes live a table that is not there: not_found
counts live counts of rows written
atomic live an atomic batch whose last statement fails: nothing of it
guard live a guard that says no: conflict, and nothing written
nul live texts without a NUL, and structs as short as in version 0.1
usage live usage grows with what is asked
drop live fixture.drop
page live a query of 10000 rows: each once, every value right
stop live a sink that stops early: no error
deaf live a long query is cancelled within two seconds
timeout live a long query ends with its time-out
lists live queries and writes in one call, each query with its sink
bits abi capability bits
init abi init, with a host of the next minor version
newer abi init, with a host of the next minor version
hang abi init, with a host of the next minor version
beyond abi init, with a host table that ends where memory ends'

# tell_lies 0|1: every other one
tell_lies() {
  n=0
  while read -r defect group what; do
    n=$((n + 1))
    [ $((n % 2)) -eq "$1" ] || continue
    limit=60
    [ "$defect" != hang ] || limit=2 # which it waits for
    status=0
    SBE_TEST_DEFECT=$defect "$check" "$work/adapters/sbe_adapter_liar.so" --setting 'path={tmp}/x.duckdb' --only "$group" \
      --timeout "$limit" >"$work/$defect.said" 2>&1 </dev/null || status=$?
    echo "$status" >"$work/$defect.status"
  done <"$work/lies"
}

if [ "$usable" = yes ]; then
  run "$work/adapters/sbe_adapter_duckdb.so" --setting 'path={tmp}/x.duckdb' --only file,abi,dialect,types,live
  if [ "$status" -eq 0 ]; then pass; else fail 'the DuckDB adapter does not pass'; fi
  run "$work/adapters/sbe_adapter_liar.so" --setting 'path={tmp}/x.duckdb' --tap --only file,abi,dialect,types,live
  if [ "$status" -eq 0 ] && head -n 1 "$work/said" | grep -qx 'TAP version 14' && grep -q '^1\.\.[0-9]*$' "$work/said"; then
    pass
  else
    fail 'an adapter that does not lie does not pass, or this is no TAP'
  fi
  # Two at a time, for they wait more than they work; each with what it said and its status in files of its own.
  printf '%s\n' "$lies" >"$work/lies"
  tell_lies 0 &
  other=$!
  tell_lies 1
  wait "$other" || :
  while read -r defect group what; do
    status=$(cat "$work/$defect.status" 2>/dev/null || echo 'not run')
    mv "$work/$defect.said" "$work/said"
    fails_at "$defect" "$what"
  done <"$work/lies"
  # what an author sees of a scenario that is an exception, and of an exception without a scenario
  printf -- '- {scenario: counter_and_sum, adapter: duckdb, reason: for this test}\n' >"$work/differences.yml"
  cp "$abs_top_srcdir/tests/scenarios/counter_and_sum.yml" "$work/"
  run "$work/adapters/sbe_adapter_duckdb.so" --setting 'path={tmp}/x.duckdb' --only scenarios "$work/counter_and_sum.yml"
  if [ "$status" -eq 77 ] && grep -q '^SKIP: .*counter_and_sum.yml: for this test' "$work/said"; then pass; else fail 'a difference'; fi
  printf -- '- {scenario: gone, adapter: duckdb, reason: for this test}\n' >"$work/differences.yml"
  run "$work/adapters/sbe_adapter_duckdb.so" --setting 'path={tmp}/x.duckdb' --only scenarios "$work/counter_and_sum.yml"
  fails_at 'a difference without a scenario' differences.yml
else
  skip 'the DuckDB adapter, and each lie' $(($(printf '%s\n' "$lies" | wc -l) + 4)) 'DuckDB or its library is absent'
fi

echo "kit: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
