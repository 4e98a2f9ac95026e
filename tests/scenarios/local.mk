# SPDX-License-Identifier: Apache-2.0
#
# The scenarios, which sbe-adapter-check (kit/) plays: a script that plays all of this folder on DuckDB. They
# are installed with it. A new scenario is a new *.yml; no list names it.

TESTS += tests/scenarios/scenarios.sh
SANITIZED_TESTS += tests/scenarios/one-layout.sh
EXTRA_DIST += tests/scenarios/scenarios.sh tests/scenarios/one-layout.sh tests/scenarios/README.md

dist-hook:
	cp -p '$(top_srcdir)'/tests/scenarios/*.yml '$(distdir)/tests/scenarios'

scenariosdir = $(pkgdatadir)/scenarios
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(scenariosdir)'
	$(INSTALL_DATA) '$(top_srcdir)'/tests/scenarios/*.yml '$(top_srcdir)/tests/scenarios/README.md' '$(DESTDIR)$(scenariosdir)'
uninstall-local:
	rm -f '$(DESTDIR)$(scenariosdir)'/*.yml '$(DESTDIR)$(scenariosdir)/README.md'
	-rmdir '$(DESTDIR)$(scenariosdir)' 2>/dev/null
