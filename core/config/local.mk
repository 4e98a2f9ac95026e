# SPDX-License-Identifier: Apache-2.0
# Documents with positions, and the user's project made of them.
libsbe_core_la_SOURCES += \
	core/config/env_var.c \
	core/config/env_var.h \
	core/config/fields.c \
	core/config/fields.h \
	core/config/files.c \
	core/config/files.h \
	core/config/json.c \
	core/config/node.c \
	core/config/node.h \
	core/config/profiles.c \
	core/config/profiles.h \
	core/config/project.c \
	core/config/project.h \
	core/config/reader.c \
	core/config/reader.h \
	core/config/settings.c \
	core/config/settings.h \
	core/config/vars.c \
	core/config/vars.h \
	core/config/yaml.c
