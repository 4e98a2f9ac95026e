# SPDX-License-Identifier: Apache-2.0
#
# From nothing to attributes, as a user would: the demo shop on this adapter, with the sbe that is
# installed. To change: the --adapter, and, where a server is needed, SBE_<NAME>_<FIELD> in the environment.
# Called by make check.

set -eu
if [ "$SBE" = no ]; then
  echo 'SKIP: shop: there is no sbe in PATH'
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HOME=$work
export HOME
sbe() {
  "$SBE" --plugin-dir "$ADAPTER_DIR" --project-dir "$work/shop" "$@"
}

"$SBE" --plugin-dir "$ADAPTER_DIR" --adapter sqlite init "$work/shop" --demo --as-of 2025-06-30T09:00:00
sbe test-connection
sbe run --until-current --as-of 2025-06-30T09:00:00
sbe show batch_ecommerce_attributes --csv >"$work/first"
test "$(wc -l <"$work/first")" -gt 100

# Again, and from the start: the same.
sbe run --as-of 2025-06-30T09:00:00
sbe show batch_ecommerce_attributes --csv | cmp - "$work/first"
sbe run --until-current --full-refresh --as-of 2025-06-30T09:00:00
sbe show batch_ecommerce_attributes --csv | cmp - "$work/first"
