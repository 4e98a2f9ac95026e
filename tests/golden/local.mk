# SPDX-License-Identifier: Apache-2.0
#
# Golden SQL. The recorder is a check_LTLIBRARY (tests/adapters), so it is there when this runs.

TESTS += tests/golden/golden.sh
EXTRA_DIST += tests/golden/golden.sh $(golden_projects)

golden_projects = \
	tests/golden/aggregations \
	tests/golden/four \
	tests/golden/operators \
	tests/golden/paths \
	tests/golden/two_views
