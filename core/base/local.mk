# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/base/arena.c core/base/arena.h \
	core/base/date.c core/base/date.h \
	core/base/error.c core/base/error.h \
	core/base/log.c core/base/log.h \
	core/base/string.c core/base/string.h \
	core/base/text.c core/base/text.h
