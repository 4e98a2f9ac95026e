#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The newcomer's way, with a real database: init --demo, run, run again, status, show, and what goes
# wrong. Whether the numbers are right is for the scenarios and the brute force to say; here it is the
# command that is tried.

suite=cli-demo
. "${abs_top_srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 1
sbe adapters
if ! grep -q '^duckdb ' "$work/out"; then
  skip 'demo' 'the DuckDB adapter or its library is not there'
  finish
fi
now=2025-03-01T12:00:00

# --- init --demo -------------------------------------------------------------------------------------

sbe --as-of $now init shop --demo
check 'init --demo' exits 0
check 'init --demo: how many events, of which days' grep -qE '^Made 2[0-9],[0-9]{3} events of a shop, from 2025-01-25 to 2025-03-01 12:00' "$work/out"
check 'init --demo: what next' out_has 'sbe run --until-current'
check 'init --demo: the start fits' has shop/sbe.yml 'start_date: "2025-01-25"'
check 'init --demo: the database is not committed' has shop/.gitignore '/shop.duckdb*'
before=$(cksum <shop/shop.duckdb)
sbe --as-of $now init shop --demo
check 'init --demo again' exits 2
check 'init --demo again: names what is there' err_has 'shop/sbe.yml, shop/profiles.yml, shop/views/batch_ecommerce_attributes.yml, shop/shop.duckdb'
check 'init --demo again: touches nothing' [ "$before" = "$(cksum <shop/shop.duckdb)" ]

sbe --as-of 9999-12-31 init later --demo
check 'init --demo in the future' exits 2
check 'init --demo in the future: makes nothing' absent later

cd shop || exit 1
sbe validate
check 'the demo is valid' exits 0
check 'the demo is valid: no warning' err_empty
sbe test-connection
check 'test-connection' exits 0
check 'test-connection: the views' out_has '1 view can be computed from it'
sbe status
check 'status before the first run' exits 0
check 'status before the first run: says so' out_has 'has not been run yet'
sbe show batch_ecommerce_attributes
check 'show before the first run' exits 1
before=$(cksum <shop.duckdb)
sbe run --as-of $now --dry-run
check 'run --dry-run' exits 0
check 'run --dry-run: the window' out_has '-- window: events loaded from 2025-01-25 00:00:00 to 2025-02-01 00:00:00'
check 'status, show and --dry-run leave nothing' absent .sbe
check 'status, show and --dry-run leave the database alone' [ "$before" = "$(cksum <shop.duckdb)" ]

# --- run ---------------------------------------------------------------------------------------------

sbe run --as-of $now
check 'run: one window' exits 0
check 'run: how far' out_has '; at 2025-02-01 00:00:00, 28 d 12 h behind'
sbe run --as-of $now --until-current
check 'run --until-current' exits 0
check 'run --until-current: windows' out_has 'Window 5: events loaded from 2025-03-01 00:00:00 to 2025-03-01 12:00:00'
check 'run --until-current: current' out_has '; current to 2025-03-01 12:00:00'
check 'run --until-current: no near miss' err_empty
check 'run: results' has .sbe/run_results.json '"attributes_written"'
sbe run --as-of $now
check 'run again' exits 0
check 'run again: nothing to do' out_is 'nothing to do: batch_ecommerce_attributes_1 is current to 2025-03-01 12:00:00\n'
sbe run --as-of 2025-03-01T12:30:00
check 'run a little later: nothing new' out_has 'batch_ecommerce_attributes_1: nothing new; current to 2025-03-01 12:30:00'
check 'run a little later: no line without words' [ "$(wc -l <"$work/out")" -eq 5 ]

sbe status --as-of 2025-03-01T13:00:00
check 'status' exits 0
check 'status: position, lag, windows' grep -q '^batch_ecommerce_attributes_1 *2025-03-01 12:30:00 *30 min *7 *0 *current$' "$work/out"
check 'status: runs' [ "$(grep -c ' done$' "$work/out")" -ge 3 ]
sbe status --json
check 'status --json' out_has '"position": "2025-03-01T12:30:00Z"'

sbe show batch_ecommerce_attributes --csv
check 'show --csv: the four attributes' [ "$(head -1 "$work/out" | tr -d '\r')" = \
  domain_userid,products_added_to_cart_last_7_days,total_product_price_clv,first_mkt_source,last_device_class,updated_at ]
check 'show --csv: every visitor' [ "$(wc -l <"$work/out")" -gt 350 ]
check 'show --csv: ordered' eval 'sed 1d "$work/out" | cut -d, -f1 | LC_ALL=C sort -c'
check 'show --csv: somebody put things into the cart' grep -q '""Trail Runner 3""' "$work/out"
check 'show --csv: somebody came from somewhere' grep -q ',newsletter,' "$work/out"
check 'show --csv: by several kinds of device' eval 'grep -q ,Phone, "$work/out" && grep -q ,Desktop, "$work/out"'
cp "$work/out" "$work/first.csv"
sbe show batch_ecommerce_attributes
check 'show: the first 20' [ "$(wc -l <"$work/out")" -eq 21 ]
check 'show: says so' err_has '--limit 0'
key=$(sed -n 2p "$work/first.csv" | cut -d, -f1)
sbe show batch_ecommerce_attributes --key "$key" --json
check 'show --key' [ "$(grep -c "\"domain_userid\": \"$key\"" "$work/out")" -eq 1 ]
sbe compile
check 'compile: the columns of the last run' err_has '.sbe/columns.json'

# A second shop of the same day is the same shop; in one window more it is not.
cd "$work" || exit 1
sbe --as-of $now init other/shop --demo
cd other/shop || exit 1
sbe run --as-of $now --until-current --quiet
check 'run --quiet' out_empty
sbe show batch_ecommerce_attributes --csv
cut -d, -f1 "$work/out" >keys
cut -d, -f1 "$work/first.csv" | cmp -s - keys
check 'the same day makes the same shop' [ $? -eq 0 ]

# --- a changed definition ----------------------------------------------------------------------------

sed -i 's/period: 7d/period: 14d/; s/products_added_to_cart_last_7_days/products_last_14_days/' views/*.yml
sbe run --as-of $now
check 'a changed definition' exits 2
check 'a changed definition: one way on' err_has 'sbe run --full-refresh --select batch_ecommerce_attributes'
check 'a changed definition: the other way on' err_has 'version: 2'
sbe status --as-of $now
check 'a changed definition: status says so' out_has 'definition changed'
sbe run --as-of $now --full-refresh --until-current
check '--full-refresh' exits 0
sbe show batch_ecommerce_attributes --json
check '--full-refresh: the new attribute' out_has products_last_14_days

# --- two at once -------------------------------------------------------------------------------------

# The first is stopped where it holds the file; when it was too quick, it is tried once more.
tries=0 seen=
while [ -z "$seen" ] && [ $tries -lt 20 ]; do
  tries=$((tries + 1))
  "$SBE" run --as-of $now --full-refresh --until-current >/dev/null 2>&1 &
  pid=$!
  sleep 0.$tries
  kill -STOP $pid 2>/dev/null || continue
  sbe run --as-of $now
  if [ "$status" -eq 3 ]; then seen=yes; fi
  kill -CONT $pid
  wait $pid
done
check 'two at once: the second one ends' exits 3
check 'two at once: says who it is' err_has "$pid"

# --- a connection that is not there ------------------------------------------------------------------

mkdir away && mv shop.duckdb* away/
for command in status 'show batch_ecommerce_attributes' 'run --dry-run' test-connection; do
  sbe $command
  case $command in
  status) check "no database: $command" exits 0 ;;
  show*) check "no database: $command" exits 1 ;;
  *) check "no database: $command" exits 4 ;;
  esac
  check "no database: $command makes none" absent shop.duckdb
done
echo 'this is no database, and long enough not to be taken for an empty one' >shop.duckdb
sbe run
check 'no database but another file' exits 4
rm shop.duckdb

# --adapter is enough; where no events are, it says where they should be.
new_project
rm profiles.yml
sed -i '/^profile:/d' sbe.yml
sbe --adapter duckdb run
check '--adapter alone' exits 4
check '--adapter alone: no database' err_has '.sbe/sbe.duckdb is not there'
check '--adapter alone: says what to do' err_has 'load them into it'
SBE_DUCKDB_PATH=$work/other/shop/away/shop.duckdb
export SBE_DUCKDB_PATH
sbe --adapter duckdb run --vars '{start_date: 2025-02-01}' --as-of 2025-02-02
check '--adapter with its fields in the environment' exits 0
check '--adapter with its fields in the environment: events' grep -qE '^v_1: [1-9][0-9]* new events' "$work/out"

finish
