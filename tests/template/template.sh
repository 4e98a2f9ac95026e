#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the author of an adapter does: he has an installed sbe and no tree of ours, copies the template,
# builds it with pkg-config, and runs its `make check`, which runs sbe-adapter-check. sbe is installed
# with DESTDIR below a directory of this test's (libtool installs modules in no other way to another place
# than configure was told), so two things are put right here that a true installation has right: the
# prefix in the .pc files, and where sbe-adapter-check looks for scenarios. Called by make check.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${abs_top_builddir:-$PWD}
MAKE=${MAKE:-make}
passed=0 failed=0 skipped=0

finish() {
  echo "template: $passed passed, $failed failed, $skipped skipped"
  if [ $failed -gt 0 ]; then exit 1; fi
  if [ $passed -eq 0 ]; then exit 77; fi
  exit 0
}
skip() {
  skipped=$((skipped + 1))
  echo "SKIP: template: $*"
}
pass() {
  passed=$((passed + 1))
}
# step TEXT COMMAND ...: what it said is shown when it fails, and nothing goes on.
step() {
  text=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    pass
    return
  fi
  failed=$((failed + 1))
  echo "FAIL: $text"
  tail -n 25 "$work/said" | cut -c1-300 | sed 's/^/  | /'
  finish
}
# check TEXT COMMAND ...: the same, but the rest is looked at too.
check() {
  text=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    pass
  else
    failed=$((failed + 1))
    echo "FAIL: $text"
    tail -n 20 "$work/said" | sed 's/^/  | /'
  fi
}

for program in autoreconf automake libtoolize pkg-config; do
  command -v $program >/dev/null 2>&1 && continue
  skip "there is no $program"
  finish
done
if ! pkg-config --exists 'sqlite3 >= 3.38'; then
  skip 'the SQLite that the template is built with is not installed (Debian: libsqlite3-dev)'
  finish
fi

umask 022
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
# Nothing of the `make check` that called may reach the author's make.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR SBE SBE_ADAPTER_CHECK SBE_TARGET SBE_PROFILES_DIR DBT_PROFILES_DIR
unset SBE_PLUGIN_PATH # only what the author names is looked at
LC_ALL=C
export LC_ALL

# --- an installed sbe -----------------------------------------------------------------------------

step 'make install' "$MAKE" -s -C "$builddir" install DESTDIR="$work/root"
prefix=$work/root$(sed -n 's/^prefix = //p' "$builddir/Makefile")
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
for file in "$PKG_CONFIG_PATH"/sbe*.pc; do
  sed "s|^prefix=.*|prefix=$prefix|" "$file" >"$work/pc" && cp "$work/pc" "$file"
done
step 'pkg-config does not know sbe-adapter' pkg-config --exists sbe-adapter
check 'sbe-adapter has no headers' test -f "$(pkg-config --variable=includedir sbe-adapter)/sbe/adapter.h"
check 'the version of sbe-adapter is not that of the interface' \
  test "$(pkg-config --modversion sbe-adapter)" = \
  "$(sed -n 's/^#define SBE_ABI_M[AJIN]*OR //p' "$srcdir/include/sbe/base.h" | paste -sd. -)"
template=$(pkg-config --variable=templatedir sbe-adapter)
step "the template is not in $template" test -f "$template/configure.ac"
(cd "$srcdir/templates/adapter" && find . -type f ! -name '.*' ! -name '*~' | sort) >"$work/ours"
(cd "$template" && find . -type f | sort) >"$work/installed"
check 'not all of the template is installed' diff "$work/ours" "$work/installed"

mkdir "$work/bin"
tools=no
if [ -x "$prefix/bin/sbe-adapter-check" ]; then
  tools=yes
  printf '#!/bin/sh\nexec %s --scenarios %s "$@"\n' "$prefix/bin/sbe-adapter-check" \
    "$(pkg-config --variable=scenariosdir sbe-adapter)" >"$work/bin/sbe-adapter-check"
  chmod 755 "$work/bin/sbe-adapter-check"
else
  skip 'scenarios: there is no sbe-adapter-check'
fi
PATH=$work/bin:$prefix/bin:$PATH
export PATH

# --- the author's afternoon -----------------------------------------------------------------------

HOME=$work/home
export HOME
mkdir "$HOME"
cp -R "$template" "$work/adapter"
cd "$work/adapter" || exit 1
step 'autoreconf' autoreconf -i
step 'configure' ./configure --with-adapterdir="$work/adapters" CC="${CC:-cc}" CFLAGS='-g -O1 -Werror'
step 'make' "$MAKE" V=1
if grep -q -e "-I *$srcdir" -e "-I *$builddir" "$work/said"; then
  failed=$((failed + 1))
  echo 'FAIL: the template is compiled with files of our tree'
else
  pass
fi
"$MAKE" check >"$work/check" 2>&1
for test in unit shop check; do
  outcome=$(sed -n 's/^:global-test-result: *//p' "tests/$test.trs" 2>/dev/null)
  case $outcome-$tools in
  PASS-*) pass ;;
  SKIP-no) ;; # told above
  *)
    failed=$((failed + 1))
    echo "FAIL: the template's tests/$test: ${outcome:-was not run}"
    { grep -E '^(FAIL|SKIP|not ok|  )' "tests/$test.log" || tail -n 40 "tests/$test.log" || cat "$work/check"; } 2>/dev/null |
      tail -n 60 | sed 's/^/  | /'
    ;;
  esac
done
if [ -f tests/check.log ]; then sed -n 's/^sbe-adapter-check: .*/  &/p' tests/check.log; fi
step 'make install of the adapter' "$MAKE" install
check 'more than the module is installed' test "$(ls "$work/adapters")" = sbe_adapter_sqlite.so
check 'the installed sbe does not take the installed adapter' sbe --plugin-dir "$work/adapters" adapters --describe sqlite
if grep -q "$work/adapters/sbe_adapter_sqlite.so" "$work/said"; then pass; else
  failed=$((failed + 1))
  echo 'FAIL: the adapter that is described is another one'
fi

# `sbe --adapter sqlite run`, with no profile at all, on a table that was there before sbe.
mkdir -p "$work/own/views" "$work/own/.sbe"
echo 'vars: {start_date: "2025-01-01", atomic_schema: main, app_id: []}' >"$work/own/sbe.yml"
echo 'views: [{name: v, entity: domain_userid, attributes: [{name: n, type: int32, aggregation: counter}]}]' \
  >"$work/own/views/v.yml"
if command -v python3 >/dev/null 2>&1 && python3 -c 'import sqlite3' 2>/dev/null; then
  step 'an events table of the user' python3 - "$work/own/.sbe/sbe.sqlite" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE events (event_id TEXT, domain_userid TEXT, load_tstamp TEXT, derived_tstamp DATETIME,"
           " event_name TEXT)")
db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, 'page_view')", [
    ("a", "u", "2025-01-02T10:00:00Z", "2025-01-02T09:00:00Z"),      # 1
    ("b", "u", "2025-01-03 00:00:00", 1735776000),                   # 2: 2025-01-02, in seconds
    ("c", "u", "2025-01-02T23:30:00+00:00", "2025-01-03T01:30:00+02:00"),  # 3
    ("c", "u", "2025-01-02T23:31:00+00:00", "2025-01-03T01:30:00+02:00"),  # a duplicate
    ("d", "u", "yesterday", "2025-01-02T09:00:00Z"),                 # no time of loading: no candidate
])
db.commit()
END
  step 'sbe --adapter sqlite run' sbe --plugin-dir "$work/adapters" --adapter sqlite --project-dir "$work/own" run \
    --until-current --as-of 2025-01-05
  step 'sbe --adapter sqlite show' sbe --plugin-dir "$work/adapters" --adapter sqlite --project-dir "$work/own" show v \
    --csv
  cp "$work/said" "$work/shown"
  check 'not 3 events of u' grep '^u,3,2025-01-05' "$work/shown"
else
  skip "a user's own table: there is no python3 with sqlite3"
fi

# --- his own name, by the line that docs/adapters.md has for it -----------------------------------------

line=$(grep '^sed -i .*sqlite.*mine' "$srcdir/docs/adapters.md")
step 'docs/adapters.md has no line that renames the template' test -n "$line"
step 'renaming' sh -ec "$line"
if grep -n 'adapter[-_ ]sqlite' configure.ac Makefile.am README.md src/*.[ch] tests/*.c tests/*.sh >"$work/said"; then
  failed=$((failed + 1))
  echo 'FAIL: the old name is still there'
  sed 's/^/  | /' "$work/said"
else
  pass
fi
step 'make of the renamed adapter' "$MAKE" check TESTS=tests/unit
step 'make install of the renamed adapter' "$MAKE" install
step 'the renamed adapter is not taken' sbe --plugin-dir "$work/adapters" adapters --describe mine
step 'sbe init with the renamed adapter' sbe --plugin-dir "$work/adapters" --adapter mine init "$work/try"
if [ $tools = yes ]; then
  step 'the renamed adapter is not as good' "$prefix/bin/sbe-adapter-check" ./.libs/sbe_adapter_mine.so \
    --setting 'path={tmp}/x' --only file,abi,scenarios "$(pkg-config --variable=scenariosdir sbe-adapter)/counter_and_sum.yml"
fi
finish
