#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# summary.sh [--label TEXT] LOG ... [--label TEXT LOG ...]
#
# Adds up what test programs have said. Every program of `make check` prints one line
#
#     name: N passed, N failed, N skipped
#
# and, for each thing that it left out, one line `SKIP: what: why`; Automake keeps the output in NAME.log
# and the outcome in NAME.trs. Here all skipped ones are listed by name, then whatever went wrong, then
# the closing line `N passed, N failed, N skipped`. A program that failed, crashed, or printed no such
# line, or that was never run, counts as at least one failure. Exit status: 0 only without failures.
#
# Called by `make check` and by ./quickstart test. Must never count a silent program as passed.

set -eu

# Takes one log apart: "passed failed skipped lines".
count() {
  awk '
    /^[^:]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped[ \r]*$/ {
      rest = $0; sub(/^[^:]+: /, "", rest); split(rest, word, " ")
      passed += word[1]; failed += word[3]; skipped += word[5]; lines++
    }
    END { print passed + 0, failed + 0, skipped + 0, lines + 0 }' "$1"
}

label=
passed=0 failed=0 skipped=0
troubles= skips=
newline='
'
# trouble TEXT LOG: with the telling lines of the log, since not everybody can open it.
trouble() {
  troubles="$troubles  $1$newline"
  if [ -f "$2" ]; then
    telling=$(grep -m 20 -E '^FAIL:|\.c:[0-9]+|ERROR: |runtime error: |Assertion' "$2" || tail -n 10 "$2")
    troubles="$troubles$(printf '%s\n' "$telling" | sed 's/^/    | /')$newline"
  fi
}

while [ $# -gt 0 ]; do
  if [ "$1" = --label ]; then
    label="$2: "
    shift 2
    continue
  fi
  log=$1
  shift
  name=$label$(basename "$log" .log)
  outcome=
  if [ -f "${log%.log}.trs" ]; then
    outcome=$(sed -n 's/^:global-test-result: *//p' "${log%.log}.trs")
  fi
  if [ ! -f "$log" ] || [ -z "$outcome" ]; then
    trouble "$name: was not run" "$log"
    failed=$((failed + 1))
    continue
  fi

  read -r p f s lines <<EOF
$(count "$log")
EOF
  case $outcome in
  PASS)
    if [ "$f" -gt 0 ]; then
      trouble "$name: says that $f failed, but exits with 0 ($log)" "$log"
    elif [ "$lines" -eq 0 ]; then
      trouble "$name: printed no line 'name: N passed, N failed, N skipped' ($log)" "$log"
      f=1
    fi
    ;;
  SKIP)
    if [ "$p" -eq 0 ] && [ "$s" -eq 0 ]; then
      s=1
      grep -q '^SKIP: ' "$log" || skips="$skips  $name: as a whole ($(tail -n 1 "$log"))$newline"
    fi
    ;;
  *)
    if [ "$f" -gt 0 ]; then
      trouble "$name: $f failed ($log)" "$log"
    else
      trouble "$name: $outcome, without a failure counted: it crashed or was ended ($log)" "$log"
      f=1
    fi
    ;;
  esac
  listed=$(sed -n 's/^SKIP: \{0,1\}//p' "$log")
  if [ -n "$listed" ]; then
    skips="$skips$(printf '%s\n' "$listed" | sed "s|^|  $name: |")$newline"
  elif [ "$s" -gt 0 ] && [ "$outcome" != SKIP ]; then
    skips="$skips  $name: $s, not named ($log)$newline"
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

if [ -n "$skips" ]; then
  printf 'SKIPPED:\n%s' "$skips"
fi
if [ -n "$troubles" ]; then
  printf 'FAILED:\n%s' "$troubles"
fi
if [ $((passed + failed + skipped)) -eq 0 ]; then
  echo 'FAILED: no test was run at all'
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
