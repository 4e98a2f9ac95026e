# SPDX-License-Identifier: Apache-2.0
libsbe_core_la_SOURCES += \
	core/ir/aggregation.c core/ir/aggregation.h \
	core/ir/attribute.c \
	core/ir/build.c core/ir/build.h \
	core/ir/criteria.c \
	core/ir/event.c \
	core/ir/intern.c \
	core/ir/ir.h \
	core/ir/literal.c \
	core/ir/path.c \
	core/ir/period.c \
	core/ir/property.c \
	core/ir/report.c \
	core/ir/view.c
