#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each public header, alone, twice in a row, must be clean under C99, C11 and C++17: authors of
# adapters include them into code of their own, under flags of their own.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
CC=${CC:-cc}
strict='-Wall -Wextra -Wpedantic -Wundef -Wshadow -Wconversion -Wstrict-prototypes -Werror'
passed=0 failed=0 skipped=0

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# try HEADER NAME COMPILER SUFFIX FLAG ...
try() {
  header=$1 title=$2 compiler=$3 suffix=$4
  shift 4
  printf '#include <sbe/%s>\n#include <sbe/%s>\nint sbe_header_test;\n' "$header" "$header" >"$work/alone.$suffix"
  if $compiler "$@" -I"$srcdir/include" -fsyntax-only "$work/alone.$suffix" >"$work/said" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL: sbe/$header as $title"
    cat "$work/said"
  fi
}

for path in "$srcdir"/include/sbe/*.h; do
  header=$(basename "$path")
  try "$header" C99 "$CC" c -std=c99 $strict
  try "$header" C11 "$CC" c -std=c11 $strict
  if [ -n "${CXX:-}" ] && command -v ${CXX%% *} >/dev/null 2>&1; then
    try "$header" C++17 "$CXX" cc -std=c++17 $(echo $strict | sed 's/ -Wstrict-prototypes//')
  else
    skipped=$((skipped + 1))
    echo "SKIP: sbe/$header as C++17: there is no C++ compiler"
  fi
  # The list of what is installed must have all of them.
  if grep -q "include/sbe/$header" "$srcdir/include/local.mk"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL: sbe/$header does not stand in include/local.mk, so it would not be installed"
  fi
done

echo "headers: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
