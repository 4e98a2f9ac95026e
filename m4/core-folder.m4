dnl SPDX-License-Identifier: Apache-2.0
dnl
dnl A folder of this project is called core/, which is also the name of the file that a crashing test
dnl program leaves behind on old systems. Autoconf's checks therefore say `rm -f core ...`; on a folder
dnl that fails, and what stands after it (removing confdefs.h, for one) does not happen. So every macro
dnl that says it is defined again here without that word. Read by configure.ac before AC_INIT; the
dnl bootstrap script checks that no such line is left, should a newer Autoconf have another one.

# SBE_KEEP_CORE(MACRO)
# --------------------
# Redefine MACRO, when there is one, so that it does not remove core.
m4_define([SBE_KEEP_CORE],
[m4_ifdef([$1], [m4_define([$1], m4_bpatsubst(m4_dquote(m4_defn([$1])), [rm -f core ], [rm -f ]))])])
