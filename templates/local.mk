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
