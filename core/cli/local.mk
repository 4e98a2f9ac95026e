# SPDX-License-Identifier: Apache-2.0
#
# The command. main.c is named in Makefile.am.
sbe_SOURCES += \
	core/cli/adapters.c \
	core/cli/cli.h \
	core/cli/commands.c \
	core/cli/compile.c \
	core/cli/connect.c \
	core/cli/demo.c \
	core/cli/demo.h \
	core/cli/demo_events.c \
	core/cli/demo_rows.c \
	core/cli/grid.c \
	core/cli/help.c \
	core/cli/init.c \
	core/cli/json.c \
	core/cli/man.c \
	core/cli/options.c \
	core/cli/output.c \
	core/cli/prepare.c \
	core/cli/progress.c \
	core/cli/progress.h \
	core/cli/run.c \
	core/cli/show.c \
	core/cli/status.c \
	core/cli/test_connection.c \
	core/cli/validate.c

# Also when only `make sbe` is called for.
core/cli/init.$(OBJEXT): templates/embedded.h
