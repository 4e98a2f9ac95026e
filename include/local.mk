# SPDX-License-Identifier: Apache-2.0
#
# What authors of adapters include, and how they find it.

pkginclude_HEADERS += \
	include/sbe/adapter.h \
	include/sbe/base.h \
	include/sbe/connection.h \
	include/sbe/dialect.h \
	include/sbe/fixture.h \
	include/sbe/host.h \
	include/sbe/value.h

pkgconfig_DATA += include/sbe.pc include/sbe-adapter.pc
EXTRA_DIST += include/sbe.pc.in include/sbe-adapter.pc.in
