#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Plays a few hundred histories against the `sbe` of this build. BRUTE_HISTORIES, BRUTE_SEED and BRUTE_JOBS
# change how many, which, and how many at once. Called by `make check` and `make soak`, and by run-postgres.sh and
# run-snowflake.sh with BRUTE, the program, and BRUTE_NAME.

set -u
brute=${BRUTE:-tests/brute/brute}
name=${BRUTE_NAME:-brute}
histories=${BRUTE_HISTORIES:-250}
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
  echo "$name: 0 passed, 0 failed, $histories skipped"
  exit 77
fi

# A proof that shares code with what it proves is none.
if shared=$($NM "$brute" 2>/dev/null | grep -E '[ _]sbe_'); then
  printf '%s: it holds symbols of the engine:\n%s\n' "$name" "$shared"
  echo "$name: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

# What no history walks into is not proved: over at least 300, as a few things are rare.
counted=$histories
[ "$counted" -ge 300 ] || counted=300
if ! coverage=$("$brute" --coverage --seed "$seed" --histories "$counted" 2>&1); then
  printf '%s\n' "$coverage"
  echo "$name: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

exec "$brute" --name "$name" --seed "$seed" --histories "$histories" --jobs "$jobs" --sbe "$SBE"
