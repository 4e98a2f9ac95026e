#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Plays a few hundred histories against the `sbe` of this build. BRUTE_HISTORIES, BRUTE_SEED and BRUTE_JOBS
# change how many, which, and how many at once. Called by `make check` and `make soak`.

set -u
brute=tests/brute/brute
histories=${BRUTE_HISTORIES:-300}
seed=${BRUTE_SEED:-1}
jobs=${BRUTE_JOBS:-2}
: "${SBE:=$PWD/sbe}" "${SBE_PLUGIN_PATH:=$PWD/adapters}" "${NM:=nm}"
export SBE_PLUGIN_PATH
if [ -z "${SBE_DUCKDB_LIBRARY:-}" ] && [ -f "$PWD/adapters/libduckdb.so" ]; then
  SBE_DUCKDB_LIBRARY=$PWD/adapters/libduckdb.so
  export SBE_DUCKDB_LIBRARY
fi

if [ ! -x "$brute" ]; then
  echo "SKIP: brute force: $brute is not built"
  echo "brute: 0 passed, 0 failed, $histories skipped"
  exit 77
fi

# A proof that shares code with what it proves is none.
if shared=$($NM "$brute" 2>/dev/null | grep -E '[ _]sbe_'); then
  printf 'brute: it holds symbols of the engine:\n%s\n' "$shared"
  echo "brute: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

# What no history walks into is not proved.
if ! "$brute" --coverage --seed "$seed" --histories "$histories" >brute-coverage.$$ 2>&1; then
  cat brute-coverage.$$
  rm -f brute-coverage.$$
  if [ "$histories" -ge 300 ]; then
    echo "brute: 0 passed, 1 failed, 0 skipped"
    exit 1
  fi
fi
rm -f brute-coverage.$$

exec "$brute" --seed "$seed" --histories "$histories" --jobs "$jobs" --sbe "$SBE"
