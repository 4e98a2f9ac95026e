# SPDX-License-Identifier: Apache-2.0
#
# The template of an adapter, taken from an installed sbe and built and checked like an author's own.

TESTS += tests/template/template.sh
EXTRA_DIST += tests/template/template.sh
