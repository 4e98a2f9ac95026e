#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# summary.sh must never count a silent, crashed or lying test program as passed.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
passed=0 failed=0

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# ran NAME OUTCOME LINE ...: as if Automake had run it.
ran() {
  name=$1 outcome=$2
  shift 2
  printf ':test-result: %s\n:global-test-result: %s\n' "$outcome" "$outcome" >"$name.trs"
  printf '%s\n' "$@" "$outcome $name (exit status: x)" >"$name.log"
}

# expect TITLE STATUS CLOSING_LINE WORDS LOG ...: WORDS must stand somewhere, unless empty.
expect() {
  title=$1 status=$2 closing=$3 words=$4
  shift 4
  said=$(sh "$srcdir/tests/summary.sh" "$@" 2>&1)
  if [ $? -eq "$status" ] && [ "$(printf '%s\n' "$said" | tail -n 1)" = "$closing" ] &&
    printf '%s\n' "$said" | grep -qF -e "$words"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL: %s:\n%s\n' "$title" "$said"
  fi
}

ran good PASS 'good: 3 passed, 0 failed, 0 skipped'
ran two PASS 'one: 1 passed, 0 failed, 0 skipped' 'other: 2 passed, 0 failed, 1 skipped' 'SKIP: the third: no compiler'
ran bad FAIL 'bad: 3 passed, 2 failed, 0 skipped'
ran lies PASS 'lies: 3 passed, 2 failed, 0 skipped'
ran crash FAIL 'something'
ran crashlate FAIL 'crashlate: 7 passed, 0 failed, 0 skipped'
ran silent PASS 'all is well'
ran absent SKIP 'SKIP: absent: there is no DuckDB' 'absent: 0 passed, 0 failed, 1 skipped'
ran mute SKIP 'nothing to do here'
ran nameless PASS 'nameless: 1 passed, 0 failed, 4 skipped'
ran near PASS 'near: 3 passed, 0 failed' ' 3 passed, 0 failed, 0 skipped'
ran odd ERROR 'odd: 1 passed, 0 failed, 0 skipped'

expect 'a good one' 0 '3 passed, 0 failed, 0 skipped' '' good.log
expect 'several lines in one log' 0 '6 passed, 0 failed, 1 skipped' 'two: the third: no compiler' good.log two.log
expect 'failures' 1 '6 passed, 2 failed, 0 skipped' 'bad: 2 failed' good.log bad.log
expect 'a failure that exits with 0' 1 '3 passed, 2 failed, 0 skipped' 'says that 2 failed' lies.log
expect 'a crash' 1 '3 passed, 1 failed, 0 skipped' 'crash: FAIL' good.log crash.log
expect 'a crash after the line' 1 '7 passed, 1 failed, 0 skipped' 'crashlate: FAIL' crashlate.log
expect 'no line' 1 '0 passed, 1 failed, 0 skipped' 'silent: printed no line' silent.log
expect 'not quite such a line' 1 '0 passed, 1 failed, 0 skipped' 'near: printed no line' near.log
expect 'a skipped program' 0 '3 passed, 0 failed, 1 skipped' 'absent: absent: there is no DuckDB' good.log absent.log
expect 'a skipped program without a line' 0 '3 passed, 0 failed, 1 skipped' 'mute: as a whole' good.log mute.log
expect 'skipped without names' 0 '1 passed, 0 failed, 4 skipped' 'nameless: 4, not named' nameless.log
expect 'never run' 1 '3 passed, 1 failed, 0 skipped' 'gone: was not run' good.log gone.log
expect 'an outcome of its own' 1 '1 passed, 1 failed, 0 skipped' 'odd: ERROR' odd.log
expect 'no tests' 1 '0 passed, 1 failed, 0 skipped' 'no test was run'
expect 'labels' 1 '6 passed, 2 failed, 0 skipped' 'twice: bad: 2 failed' good.log --label twice bad.log

echo "summary: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
