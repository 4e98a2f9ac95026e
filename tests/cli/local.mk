# SPDX-License-Identifier: Apache-2.0
#
# The command, as it is typed. Both start it many times, and look at exit statuses and output.

cli_tests = \
	tests/cli/cli.sh \
	tests/cli/demo.sh

TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli/lib.sh
