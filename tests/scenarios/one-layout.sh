#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The scenarios on one layout, for the build with sanitizers, where each play takes several times as long.

here=$abs_top_srcdir/tests/scenarios
exec sh "$here/scenarios.sh" --layout json "$here"
