#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# `sbe show --csv` of a gigabyte within 64 MB of memory, on the stand-in (show.py); skipped by name where that cannot be had.
#
#   show.sh [MEGABYTES [LIMIT]]

exec sh "$(dirname "$0")/runs.sh" --show "$@"
