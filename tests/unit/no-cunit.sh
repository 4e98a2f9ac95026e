#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Stands in for the unit tests where CUnit was not there when configure looked, so that this is seen.

echo 'SKIP: all unit tests: configure found no CUnit (Debian: libcunit1-dev)'
echo 'unit: 0 passed, 0 failed, 1 skipped'
exit 77
