#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# ./quickstart on machines that lack this or that: played in a folder of its own, with a PATH that holds
# a few tools and stand-ins for apt-get, dpkg-query, npm and the rest, which write down how they were
# called. Nothing is installed or fetched.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
passed=0 failed=0

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bin=$work/bin
tree=$work/tree
calls=$work/calls

check() {
  title=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL: %s\n  calls:\n' "$title"
    sed 's/^/    /' "$calls"
    echo '  said:'
    sed 's/^/    /' "$work/said"
  fi
}

# stand_in NAME LINES: a program that notes its call, then does LINES.
stand_in() {
  rm -f "$bin/$1"
  {
    echo '#!/bin/sh'
    echo "echo \"$1 \$*\" >>'$calls'"
    echo "$2"
  } >"$bin/$1"
  chmod 755 "$bin/$1"
}

# A Debian with everything there, a source tree whose configure does next to nothing, a fake library.
begin() {
  rm -rf "$bin" "$tree"
  mkdir -p "$bin" "$tree/m4" "$tree/tests"
  : >"$calls"
  for tool in sh dirname cat tail head awk mkdir rm rmdir mv ln cp ls cut tr od base64 sha512sum tar gzip chmod \
    grep sed tee env make ldd getconf; do
    ln -s "$(command -v $tool)" "$bin/$tool"
  done
  stand_in uname 'case $1 in -m) echo x86_64 ;; *) echo Linux ;; esac'
  stand_in id 'echo 0'
  for tool in gcc autoconf automake libtoolize pkg-config; do
    stand_in $tool 'exit 0'
  done
  stand_in dpkg-query "grep -qx \"\$4\" '$work/lacking' && exit 1; echo install ok installed"
  stand_in apt-get 'exit 0'
  stand_in npm "cp '$work/library.tgz' 'duckdb-node-bindings-linux-x64-1.0.0.tgz'"
  : >"$work/lacking"

  mkdir -p "$work/package"
  echo 'a library' >"$work/package/libduckdb.so"
  echo 'a licence' >"$work/package/LICENSE"
  tar -C "$work" -czf "$work/library.tgz" package
  integrity=$(sha512sum "$work/library.tgz" | cut -d' ' -f1 | sed 's/../\\x&/g')
  integrity=$(env printf "$integrity" | base64 | tr -d '\n')
  echo "x86_64 @duckdb/node-bindings-linux-x64 1.0.0 sha512-$integrity" >"$tree/m4/duckdb.lock"

  cp "$srcdir/quickstart" "$tree/quickstart"
  : >"$tree/Makefile.in"
  : >"$tree/config.h.in"
  cat >"$tree/configure" <<'EOF'
#!/bin/sh
echo "configure $*" >>"$CALLS"
: >config.status
printf 'DUCKDB_LIBRARY = %s\nall:\n\t@test ! -f ../broken\n' "${FOUND:-}" >Makefile
EOF
  chmod 755 "$tree/configure"
}

# quickstart WORD: its exit status in $status, its output in $work/said
quickstart() {
  env -i PATH="$bin" CALLS="$calls" FOUND="${FOUND:-}" CONFIGURE_FLAGS="${CONFIGURE_FLAGS:-}" \
    sh "$tree/quickstart" "$@" >"$work/said" 2>&1 </dev/null
  status=$?
}
ends_with() {
  [ "$(tail -n 1 "$work/said")" = "$1" ]
}
said() {
  grep -qF -e "$1" "$work/said"
}
called() {
  grep -qx -e "$1" "$calls"
}
never_called() {
  ! grep -q -e "^$1" "$calls"
}
exits() {
  [ "$status" -eq "$1" ]
}

begin
quickstart
check 'no word: usage' exits 2
quickstart dance
check 'another word: usage' exits 2
check 'usage is shown' said 'usage: ./quickstart run'

begin
quickstart build
check 'build: exits with 0' exits 0
check 'build: the last line is the path' ends_with "$tree/build/bin/sbe"
check 'build: nothing is installed' never_called apt-get
check 'build: the library is fetched at its exact version' called 'npm pack @duckdb/node-bindings-linux-x64@1.0.0'
check 'build: the library stands beside the adapters' cmp -s "$work/package/libduckdb.so" "$tree/build/adapters/libduckdb.so"
: >"$calls"
quickstart build
check 'again: exits with 0' exits 0
check 'again: nothing is fetched' never_called npm
check 'again: nothing is configured' never_called configure
CONFIGURE_FLAGS=--enable-werror quickstart build
check 'other words for configure' called 'configure --enable-werror'

begin
echo 'another library' >"$work/package/libduckdb.so"
tar -C "$work" -czf "$work/library.tgz" package
quickstart build
check 'another library than the lock says: fails' exits 1
check 'another library: says so' said 'is not what m4/duckdb.lock says'
check 'another library: is not kept' test ! -e "$tree/build/duckdb/1.0.0" -a ! -e "$tree/build/adapters/libduckdb.so"

begin
echo 'x86_64 @duckdb/node-bindings-linux-x64 1.0.0' >"$tree/m4/duckdb.lock"
quickstart build
check 'no hash in the lock: fails' exits 1

begin
printf 'libyaml-dev\nlibcunit1-dev\n' >"$work/lacking"
rm "$bin/automake"
quickstart build
check 'missing packages: just these' called 'apt-get install -y --no-install-recommends automake libyaml-dev libcunit1-dev'
check 'missing packages: update comes first' called 'apt-get update'

begin
echo libyaml-dev >"$work/lacking"
stand_in id 'echo 1000'
quickstart build
check 'missing, without root and sudo: fails' exits 1
check 'missing, without root: says the command' said 'apt-get install --no-install-recommends libyaml-dev'
check 'missing, without root: tries nothing' never_called apt-get
stand_in sudo 'exec "$@"'
quickstart build
check 'missing, with sudo' called 'apt-get install -y --no-install-recommends libyaml-dev'

begin
echo libyaml-dev >"$work/lacking"
stand_in apt-get 'echo no network; exit 100'
quickstart build
check 'apt-get fails: so do we' exits 1
check 'apt-get fails: its words are shown' said 'no network'

begin
rm "$bin/apt-get" "$bin/npm"
stand_in pkg-config 'test "$2" != libcjson'
stand_in dnf 'exit 0'
quickstart build
check 'another distribution: fails' exits 1
check 'another distribution: names what is missing' said 'library libcjson'
check 'another distribution: how to get it' ends_with 'To install it: sudo dnf install cjson-devel nodejs-npm'
check 'another distribution: installs nothing' never_called dnf

begin
rm "$bin/npm"
FOUND=/usr/lib/libduckdb.so CONFIGURE_FLAGS=--with-duckdb=/usr/lib quickstart build
check 'a library that is there: needs no npm' exits 0
check 'a library that is there: none is put beside the adapters' test ! -e "$tree/build/adapters/libduckdb.so"

begin
stand_in uname 'case $1 in -m) echo riscv64 ;; *) echo Linux ;; esac'
quickstart build
check 'a machine without a ready library: fails' exits 1
check 'a machine without a ready library: says what to do' said 'with-duckdb=DIR'

begin
: >"$tree/broken"
quickstart build
check 'the build fails: so do we' exits 1
check 'the build fails: the log is shown' said 'quickstart.log'

echo "quickstart: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
