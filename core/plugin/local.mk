# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/plugin/check.c \
	core/plugin/descriptor.c \
	core/plugin/elf.c \
	core/plugin/find.c \
	core/plugin/host.c \
	core/plugin/internal.h \
	core/plugin/known.c \
	core/plugin/known.h \
	core/plugin/list.c \
	core/plugin/loader.c \
	core/plugin/path.c \
	core/plugin/pattern.c \
	core/plugin/pattern.h \
	core/plugin/plugin.h \
	core/plugin/session.c \
	core/plugin/session.h \
	core/plugin/settings.c
