# SPDX-License-Identifier: Apache-2.0
#
# sbe's own check of an adapter, with all of its scenarios: this is what "it works" means. To change: the
# name, and one --setting for each field of the connection; {tmp} is a new directory each time.
# Called by make check.

set -eu
if [ "$SBE_ADAPTER_CHECK" = no ]; then
  echo 'SKIP: check: there is no sbe-adapter-check in PATH'
  exit 77
fi
exec "$SBE_ADAPTER_CHECK" "$ADAPTER_DIR/sbe_adapter_sqlite.so" --setting 'path={tmp}/check.sqlite'
