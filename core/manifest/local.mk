# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/manifest/definition.c \
	core/manifest/lock.c \
	core/manifest/lock.h \
	core/manifest/state.c \
	core/manifest/state.h
