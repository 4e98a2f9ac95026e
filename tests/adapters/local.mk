# SPDX-License-Identifier: Apache-2.0
#
# Adapters for tests only: the recorder, one for each defect that the loader must find, and those that
# are frozen at an older version of the interface. libtool leaves them in tests/adapters/.libs and
# tests/abi/.libs; the tests copy from there what they need.

test_module_ldflags = $(adapter_ldflags) -rpath /nowhere
test_adapters =

# --- recorder

test_adapters += tests/adapters/sbe_adapter_recorder.la
tests_adapters_sbe_adapter_recorder_la_SOURCES = \
	tests/adapters/recorder.c \
	tests/adapters/recorder.h \
	tests/adapters/recorder_dialect.c \
	tests/adapters/recorder_lock.c \
	tests/adapters/recorder_script.c
tests_adapters_sbe_adapter_recorder_la_CPPFLAGS = $(adapter_cppflags)
tests_adapters_sbe_adapter_recorder_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_recorder_la_LDFLAGS = $(test_module_ldflags)

# --- one defect each: broken.c

test_adapters += tests/adapters/sbe_adapter_plain.la
tests_adapters_sbe_adapter_plain_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_plain_la_CPPFLAGS = $(adapter_cppflags) -DNAME=plain
tests_adapters_sbe_adapter_plain_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_plain_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_nosymbol.la
tests_adapters_sbe_adapter_nosymbol_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_nosymbol_la_CPPFLAGS = $(adapter_cppflags) -DNAME=nosymbol -DDEFECT_SYMBOL
tests_adapters_sbe_adapter_nosymbol_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_nosymbol_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_misnamed.la
tests_adapters_sbe_adapter_misnamed_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_misnamed_la_CPPFLAGS = $(adapter_cppflags) -DNAME=misnamed -DDEFECT_NAME
tests_adapters_sbe_adapter_misnamed_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_misnamed_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badmagic.la
tests_adapters_sbe_adapter_badmagic_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badmagic_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badmagic -DDEFECT_MAGIC
tests_adapters_sbe_adapter_badmagic_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badmagic_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badsize.la
tests_adapters_sbe_adapter_badsize_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badsize_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badsize -DDEFECT_SIZE
tests_adapters_sbe_adapter_badsize_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badsize_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_newmajor.la
tests_adapters_sbe_adapter_newmajor_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_newmajor_la_CPPFLAGS = $(adapter_cppflags) -DNAME=newmajor -DDEFECT_MAJOR
tests_adapters_sbe_adapter_newmajor_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_newmajor_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_newminor.la
tests_adapters_sbe_adapter_newminor_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_newminor_la_CPPFLAGS = $(adapter_cppflags) -DNAME=newminor -DDEFECT_MINOR
tests_adapters_sbe_adapter_newminor_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_newminor_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_undefined.la
tests_adapters_sbe_adapter_undefined_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_undefined_la_CPPFLAGS = $(adapter_cppflags) -DNAME=undefined -DDEFECT_UNDEFINED
tests_adapters_sbe_adapter_undefined_la_CFLAGS = $(adapter_cflags)
# Lazily bound and not checked by the linker, as a careless author would have it.
tests_adapters_sbe_adapter_undefined_la_LDFLAGS = -module -avoid-version -shared -Wl,-z,lazy $(SBE_LDFLAGS) -rpath /nowhere

test_adapters += tests/adapters/sbe_adapter_nomember.la
tests_adapters_sbe_adapter_nomember_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_nomember_la_CPPFLAGS = $(adapter_cppflags) -DNAME=nomember -DDEFECT_MEMBER
tests_adapters_sbe_adapter_nomember_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_nomember_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_nodescribe.la
tests_adapters_sbe_adapter_nodescribe_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_nodescribe_la_CPPFLAGS = $(adapter_cppflags) -DNAME=nodescribe -DDEFECT_DESCRIBE
tests_adapters_sbe_adapter_nodescribe_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_nodescribe_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_byquery.la
tests_adapters_sbe_adapter_byquery_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_byquery_la_CPPFLAGS = $(adapter_cppflags) -DNAME=byquery -DBY_QUERY
tests_adapters_sbe_adapter_byquery_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_byquery_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_notable.la
tests_adapters_sbe_adapter_notable_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_notable_la_CPPFLAGS = $(adapter_cppflags) -DNAME=notable -DDEFECT_TABLE
tests_adapters_sbe_adapter_notable_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_notable_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badfixture.la
tests_adapters_sbe_adapter_badfixture_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badfixture_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badfixture -DDEFECT_FIXTURE
tests_adapters_sbe_adapter_badfixture_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badfixture_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badpattern.la
tests_adapters_sbe_adapter_badpattern_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badpattern_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badpattern -DDEFECT_PATTERN
tests_adapters_sbe_adapter_badpattern_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badpattern_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badoption.la
tests_adapters_sbe_adapter_badoption_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badoption_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badoption -DDEFECT_OPTION
tests_adapters_sbe_adapter_badoption_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badoption_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_nothing.la
tests_adapters_sbe_adapter_nothing_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_nothing_la_CPPFLAGS = $(adapter_cppflags) -DNAME=nothing -DDEFECT_NULL
tests_adapters_sbe_adapter_nothing_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_nothing_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/adapters/sbe_adapter_badinit.la
tests_adapters_sbe_adapter_badinit_la_SOURCES = tests/adapters/broken.c
tests_adapters_sbe_adapter_badinit_la_CPPFLAGS = $(adapter_cppflags) -DNAME=badinit -DDEFECT_INIT
tests_adapters_sbe_adapter_badinit_la_CFLAGS = $(adapter_cflags)
tests_adapters_sbe_adapter_badinit_la_LDFLAGS = $(test_module_ldflags)

# --- frozen, with the headers of their day before those of today

frozen_headers = \
	tests/abi/v0_1/sbe/adapter.h \
	tests/abi/v0_1/sbe/base.h \
	tests/abi/v0_1/sbe/connection.h \
	tests/abi/v0_1/sbe/dialect.h \
	tests/abi/v0_1/sbe/fixture.h \
	tests/abi/v0_1/sbe/host.h \
	tests/abi/v0_1/sbe/value.h

test_adapters += tests/abi/sbe_adapter_v0frozen.la
tests_abi_sbe_adapter_v0frozen_la_SOURCES = tests/abi/adapter_v0_1.c
tests_abi_sbe_adapter_v0frozen_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/tests/abi/v0_1
tests_abi_sbe_adapter_v0frozen_la_CFLAGS = $(adapter_cflags)
tests_abi_sbe_adapter_v0frozen_la_LDFLAGS = $(test_module_ldflags)

test_adapters += tests/abi/sbe_adapter_v0short.la
tests_abi_sbe_adapter_v0short_la_SOURCES = tests/abi/adapter_v0_1.c
tests_abi_sbe_adapter_v0short_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/tests/abi/v0_1 -DSHORT
tests_abi_sbe_adapter_v0short_la_CFLAGS = $(adapter_cflags)
tests_abi_sbe_adapter_v0short_la_LDFLAGS = $(test_module_ldflags)

EXTRA_DIST += $(frozen_headers)
check_LTLIBRARIES += $(test_adapters)
