# SPDX-License-Identifier: Apache-2.0
#
# sbe-adapter-check, checked; and the adapter that is kept at interface 0.2, with the program that talks to it.

check_LTLIBRARIES += tests/kit/sbe_adapter_liar.la
tests_kit_sbe_adapter_liar_la_SOURCES = tests/kit/liar.c
tests_kit_sbe_adapter_liar_la_CPPFLAGS = $(adapter_cppflags)
tests_kit_sbe_adapter_liar_la_CFLAGS = $(adapter_cflags)
tests_kit_sbe_adapter_liar_la_LDFLAGS = $(test_module_ldflags)
tests_kit_sbe_adapter_liar_la_LIBADD = $(DLOPEN_LIBS)

check_LTLIBRARIES += tests/abi/sbe_adapter_v0kept.la
tests_abi_sbe_adapter_v0kept_la_SOURCES = tests/abi/adapter_v0_2.c
tests_abi_sbe_adapter_v0kept_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/tests/abi/v0_2
tests_abi_sbe_adapter_v0kept_la_CFLAGS = $(adapter_cflags)
tests_abi_sbe_adapter_v0kept_la_LDFLAGS = $(test_module_ldflags)

check_PROGRAMS += tests/abi/kept
tests_abi_kept_SOURCES = tests/abi/kept.c
tests_abi_kept_LDADD = libsbe_core.la

TESTS += tests/abi/kept tests/kit/kit.sh
SANITIZED_TESTS += tests/abi/kept
EXTRA_DIST += \
	tests/abi/v0_2/sbe/adapter.h \
	tests/abi/v0_2/sbe/base.h \
	tests/abi/v0_2/sbe/connection.h \
	tests/abi/v0_2/sbe/dialect.h \
	tests/abi/v0_2/sbe/fixture.h \
	tests/abi/v0_2/sbe/host.h \
	tests/abi/v0_2/sbe/value.h \
	tests/kit/kit.sh
