# SPDX-License-Identifier: Apache-2.0
#
# The man page, which the program prints from the tables that its parser reads.

docs/sbe.1: sbe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && ./sbe$(EXEEXT) --man >$@.new && mv -f $@.new $@

man_MANS = docs/sbe.1
CLEANFILES += docs/sbe.1 docs/sbe.1.new

EXTRA_DIST += \
	CHANGELOG.md \
	CONTRIBUTING.md \
	README.md \
	docs/internals.md \
	plugins/README.md

# What somebody needs who writes definitions, or an adapter, and has no sources.
dist_doc_DATA = \
	docs/adapters.md \
	docs/definitions.md \
	docs/semantics.md
examplesdir = $(docdir)/examples
dist_examples_DATA = docs/examples/sbe_adapter_paper.c
