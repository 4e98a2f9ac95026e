# SPDX-License-Identifier: Apache-2.0
#
# The units: one CUnit program, a file for each suite, which main.c names in its table.

tests_unit_unit_SOURCES = \
	tests/unit/config_stage.c \
	tests/unit/config_stage.h \
	tests/unit/ir_stage.c \
	tests/unit/ir_stage.h \
	tests/unit/main.c \
	tests/unit/play.c \
	tests/unit/play.h \
	tests/unit/plugin_stage.c \
	tests/unit/plugin_stage.h \
	tests/unit/recorded.c \
	tests/unit/recorded.h \
	tests/unit/test_base.c \
	tests/unit/test_config.c \
	tests/unit/test_criteria.c \
	tests/unit/test_documents.c \
	tests/unit/test_host.c \
	tests/unit/test_lists.c \
	tests/unit/test_lock.c \
	tests/unit/test_plugin.c \
	tests/unit/test_profiles.c \
	tests/unit/test_properties.c \
	tests/unit/test_ir.c \
	tests/unit/test_parallel.c \
	tests/unit/test_run.c \
	tests/unit/test_session.c \
	tests/unit/test_shape.c \
	tests/unit/test_sql.c \
	tests/unit/test_trust.c \
	tests/unit/test_vars.c \
	tests/unit/test_views.c \
	tests/unit/test_window.c \
	tests/unit/unit.h
tests_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS)
tests_unit_unit_LDADD = libsbe_core.la $(CUNIT_LIBS)

EXTRA_DIST += tests/unit/no-cunit.sh tests/data/signals-sdk

if HAVE_CUNIT
unit_tests = tests/unit/unit
check_PROGRAMS += tests/unit/unit
else
unit_tests = tests/unit/no-cunit.sh
endif
TESTS += $(unit_tests)
