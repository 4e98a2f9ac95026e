dnl SPDX-License-Identifier: Apache-2.0
dnl
dnl One block of configure.ac for each adapter, and the table that closes configure.

# SBE_ADAPTER(NAME, WAREHOUSE, CHECKS)
# ------------------------------------
# Adds --enable-adapter-NAME=auto|yes|no. CHECKS are shell commands that look for what the adapter needs
# to be built, run unless the answer is "no". They may set
#   sbe_missing  what is not there, and where to get it: the adapter cannot be built
#   sbe_note     what else the closing table should say
# "yes" with something missing is an error, "auto" leaves the adapter out. Afterwards
# the Automake conditional ADAPTER_<NAME> and the shell variable sbe_adapter_NAME (yes or no) tell.
AC_DEFUN([SBE_ADAPTER],
[AC_ARG_ENABLE([adapter-$1],
  [AS_HELP_STRING([--enable-adapter-$1@<:@=auto|yes|no@:>@], [build the adapter for $2 @<:@auto@:>@])],
  [AS_CASE([$enableval], [yes|no|auto], [],
    [AC_MSG_ERROR([--enable-adapter-$1 is auto, yes or no, not '$enableval'])])],
  [enable_adapter_$1=auto])
sbe_missing=
sbe_note=
AS_IF([test "$enable_adapter_$1" = no],
  [sbe_adapter_$1=no
   sbe_note='switched off (--disable-adapter-$1)'],
  [$3
   AS_IF([test -z "$sbe_missing"], [sbe_adapter_$1=yes],
     [test "$enable_adapter_$1" = yes],
     [AC_MSG_ERROR([the adapter $1 cannot be built: $sbe_missing])],
     [sbe_adapter_$1=no
      sbe_note=$sbe_missing])])
AM_CONDITIONAL(m4_toupper([ADAPTER_$1]), [test "$sbe_adapter_$1" = yes])
AS_VAR_APPEND([sbe_adapter_table], ["`printf '  %-12s %-4s %s' '$1' "$sbe_adapter_$1" "$sbe_note"`
"])
])
