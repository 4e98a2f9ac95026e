#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the linker made of it: an adapter exports its one symbol and nothing else, binds at once, and
# needs no library of sbe's; the program itself is linked with nothing heavy, above all with no database.
# Two adapters that export a function of one name would call each other; a program linked with libcurl
# needs 7 ms before main.

set -u
builddir=${abs_top_builddir:-$PWD}
NM=${NM:-nm}
passed=0 failed=0 skipped=0

pass() {
  passed=$((passed + 1))
}
fail() {
  failed=$((failed + 1))
  echo "FAIL: $*"
}
needed() {
  readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'
}

if ! command -v readelf >/dev/null 2>&1; then
  echo "SKIP: exports: there is no readelf (binutils)"
  echo "exports: 0 passed, 0 failed, 1 skipped"
  exit 77
fi

found=no
for file in "$builddir"/adapters/sbe_adapter_*.so; do
  test -f "$file" || continue
  found=yes
  symbol=$(basename "$file" .so)
  exported=$($NM -D --defined-only "$file" | awk '$2 ~ /^[A-TV-Z]$/ { print $3 }' | LC_ALL=C sort | tr '\n' ' ')
  if [ "$exported" = "$symbol " ]; then pass; else fail "$symbol.so exports: $exported"; fi

  if readelf -d "$file" | grep -Eq 'BIND_NOW|FLAGS.*NOW'; then pass; else fail "$symbol.so does not bind at once (-z now)"; fi

  if needed "$file" | grep -Eq '^lib(sbe|duckdb|ltdl)'; then
    fail "$symbol.so is linked with $(needed "$file" | tr '\n' ' ')"
  else
    pass
  fi
done
if [ $found = no ]; then
  skipped=$((skipped + 1))
  echo "SKIP: exports of adapters: none was built"
fi

# A libtool wrapper script is no ELF file; the program is linked statically with the core, so it is one.
light='^(libltdl|libyaml-0|libyaml|libcjson|libc|libm|libdl|libpthread|librt|libgcc_s|libasan|libubsan|ld-linux.*|linux-vdso|libc\.musl.*)\.so'
heavy=$(needed "$builddir/sbe" | grep -Ev "$light" | tr '\n' ' ')
if [ -n "$(needed "$builddir/sbe")" ] && [ -z "$heavy" ]; then pass; else fail "sbe is linked with $heavy"; fi

echo "exports: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
