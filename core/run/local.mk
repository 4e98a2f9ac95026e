# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/run/columns.c \
	core/run/columns.h \
	core/run/compile.c \
	core/run/internal.h \
	core/run/parallel.c \
	core/run/project.c \
	core/run/results.c \
	core/run/run.c \
	core/run/run.h \
	core/run/step.c \
	core/run/warnings.c \
	core/run/window.c
