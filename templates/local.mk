# SPDX-License-Identifier: Apache-2.0
#
# The files that `sbe init` writes, as C strings in the program.

templates = \
	templates/README.md \
	templates/gitignore \
	templates/profiles.yml \
	templates/sbe.yml \
	templates/views/batch_ecommerce_attributes.yml

templates/embedded.h: templates/embed.sh $(templates)
	$(AM_V_GEN)$(MKDIR_P) templates && (cd $(srcdir) && $(SHELL) templates/embed.sh $(templates)) >$@.new \
	  && mv -f $@.new $@

BUILT_SOURCES += templates/embedded.h
CLEANFILES += templates/embedded.h templates/embedded.h.new
EXTRA_DIST += templates/embed.sh $(templates)

# --- a whole adapter, to be copied by who writes one: installed as it stands. It is no part of this build,
# but of tests/template.

nobase_dist_pkgdata_DATA += \
	templates/adapter/LICENSE \
	templates/adapter/Makefile.am \
	templates/adapter/README.md \
	templates/adapter/configure.ac \
	templates/adapter/src/aggregates.c \
	templates/adapter/src/connection.c \
	templates/adapter/src/dialect.c \
	templates/adapter/src/fixture.c \
	templates/adapter/src/functions.c \
	templates/adapter/src/json.c \
	templates/adapter/src/number.c \
	templates/adapter/src/results.c \
	templates/adapter/src/source.c \
	templates/adapter/src/sqlite.c \
	templates/adapter/src/sqlite_adapter.h \
	templates/adapter/src/types.c \
	templates/adapter/tests/check.sh \
	templates/adapter/tests/shop.sh \
	templates/adapter/tests/unit.c
