# SPDX-License-Identifier: Apache-2.0
#
# What holds for all tests. A test is a program or a *.sh, named in TESTS; it finds in its environment
#
#   SBE               the program under test
#   SBE_PLUGIN_PATH   adapters/ of the build tree
#   abs_top_srcdir, abs_top_builddir, CC, CXX, NM
#
# and prints, last, `name: N passed, N failed, N skipped`, with a line `SKIP: what: why` for each thing
# that it leaves out. It exits with 0, with 77 when it could do nothing at all, else with something else.
# What takes minutes stands in TESTS only `if LONG_TESTS`. What is worth a second run under ASan and UBSan
# is named in SANITIZED_TESTS as well.

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)

# Nothing of the user's own set-up may change what a test sees.
AM_TESTS_ENVIRONMENT = \
	abs_top_srcdir='$(abs_top_srcdir)'; abs_top_builddir='$(abs_top_builddir)'; \
	SBE='$(abs_top_builddir)/sbe$(EXEEXT)'; SBE_PLUGIN_PATH='$(abs_top_builddir)/adapters'; \
	CC='$(CC)'; CXX='$(CXX)'; NM='$(NM)'; \
	export abs_top_srcdir abs_top_builddir SBE SBE_PLUGIN_PATH CC CXX NM; \
	unset SBE_TARGET SBE_PROFILES_DIR DBT_PROFILES_DIR;

scripts_to_run = \
	tests/exports.sh \
	tests/headers.sh \
	tests/quickstart-test.sh \
	tests/summary-test.sh \
	tests/warnings.sh

TESTS += $(scripts_to_run)
EXTRA_DIST += $(scripts_to_run) tests/summary.sh

# What ./quickstart test runs a second time, in a build with sanitizers; each local.mk adds its own.
SANITIZED_TESTS = $(unit_tests)
sanitized-tests:
	@echo $(SANITIZED_TESTS)

# For a summary over several builds.
test-logs:
	@for log in $(TEST_LOGS); do echo '$(abs_top_builddir)'/$$log; done

check-local: check-TESTS
	@$(SHELL) $(top_srcdir)/tests/summary.sh $(TEST_LOGS)

.PHONY: sanitized-tests test-logs

# What the documentation says, against the program.
TESTS += tests/docs.sh
EXTRA_DIST += tests/docs.sh
