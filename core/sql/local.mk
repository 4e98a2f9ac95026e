# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/sql/attributes.c \
	core/sql/criteria.c \
	core/sql/internal.h \
	core/sql/layers.c \
	core/sql/layers.h \
	core/sql/printer.c \
	core/sql/printer.h \
	core/sql/properties.c \
	core/sql/properties.h \
	core/sql/rollup.c \
	core/sql/rollup.h \
	core/sql/scan.c \
	core/sql/scan.h \
	core/sql/shape.c \
	core/sql/shape.h \
	core/sql/statements.c \
	core/sql/window.c \
	core/sql/window.h
