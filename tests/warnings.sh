#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every file of the core, the kit, the adapters and the bench compiles without a warning, under each of gcc and
# clang that is here, whichever of them the build uses. Only in a clone: who builds a release with the compiler of
# tomorrow shall not fail over a warning that nobody knows yet.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
builddir=${abs_top_builddir:-$srcdir/build}
passed=0 failed=0 skipped=0

if [ ! -e "$srcdir/.git" ]; then
  echo 'SKIP: warnings: not in a clone'
  echo 'warnings: 0 passed, 0 failed, 1 skipped'
  exit 77
fi

said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
cd "$srcdir" || exit 1

# What an adapter is built with; an adapter whose library is not here is not looked at.
needs_of() {
  case $1 in
  plugins/postgres/*) echo libpq ;;
  plugins/snowflake/* | plugins/common/rest.c | plugins/common/jwt.c) echo 'libcurl libcrypto' ;;
  *) echo ;;
  esac
}

for compiler in gcc clang; do
  if ! command -v $compiler >/dev/null 2>&1; then
    skipped=$((skipped + 1))
    echo "SKIP: warnings of $compiler: it is not installed"
    continue
  fi
  # gcc finds some only when it optimises.
  case $compiler in
  gcc) how='-O2 -S -o /dev/null' ;;
  *) how=-fsyntax-only ;;
  esac
  for file in $(find bench core kit plugins -name '*.c' | LC_ALL=C sort); do
    needs=$(needs_of "$file")
    flags=
    if [ -n "$needs" ] && ! flags=$(pkg-config --cflags $needs 2>/dev/null); then
      skipped=$((skipped + 1))
      echo "SKIP: warnings of $compiler: $file: there is no $needs"
      continue
    fi
    if $compiler -std=c11 -Wall -Wextra -Werror $how -D_GNU_SOURCE -include "$builddir/config.h" \
      -DSBE_ADAPTER_DIR='"/nowhere"' -DSBE_SCENARIOS_DIR='"/nowhere"' -I"$builddir" -I. -Iinclude $flags "$file" >"$said" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "FAIL: $compiler $file"
      cat "$said"
    fi
  done
done

echo "warnings: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
