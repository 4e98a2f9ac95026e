dnl SPDX-License-Identifier: Apache-2.0
dnl
dnl The adapter for DuckDB declares the few functions of the C API that it uses and looks them up at run
dnl time, so it is always built. What is looked for here is only where the library is on this machine.

# SBE_FIND_DUCKDB
# ---------------
# Sets DUCKDB_LIBRARY to the absolute path of libduckdb, or to nothing, and sbe_note.
AC_DEFUN([SBE_FIND_DUCKDB],
[DUCKDB_LIBRARY=
AS_CASE([$with_duckdb],
  [no], [],
  [yes|auto],
  [AC_MSG_CHECKING([for a system-wide libduckdb])
   sbe_save_LIBS=$LIBS
   sbe_duckdb_libdir=`$PKG_CONFIG --variable=libdir duckdb 2>/dev/null`
   LIBS="-lduckdb $LIBS"
   AS_IF([test -n "$sbe_duckdb_libdir" && test -f "$sbe_duckdb_libdir/libduckdb.so"],
     [DUCKDB_LIBRARY=$sbe_duckdb_libdir/libduckdb.so],
     [AC_LINK_IFELSE([AC_LANG_SOURCE([[
const char *duckdb_library_version (void);
int main (void) { return duckdb_library_version () == 0; }]])],
       [# Only the linker knows where it found it: /usr/local/lib is no place where the compiler looks.
        echo 'int main (void) { return 0; }' >conftest-duckdb.c
        DUCKDB_LIBRARY=`$CC $CFLAGS $LDFLAGS -Wl,--no-as-needed -Wl,--trace conftest-duckdb.c -o conftest-duckdb -lduckdb 2>&1 |
          sed -n 's,^[[^/]]*\(/[[^ )]]*/libduckdb\.so\).*$,\1,p' | sed 1q`
        rm -f conftest-duckdb conftest-duckdb.c])])
   LIBS=$sbe_save_LIBS
   AC_MSG_RESULT([${DUCKDB_LIBRARY:-none}])
   AS_IF([test "$with_duckdb" = yes && test -z "$DUCKDB_LIBRARY"],
     [AC_MSG_ERROR([--with-duckdb, but there is no system-wide libduckdb; name its directory: --with-duckdb=DIR])])],
  [/*],
  [for sbe_try in "$with_duckdb" "$with_duckdb/libduckdb.so" "$with_duckdb/lib/libduckdb.so"; do
     AS_IF([test -z "$DUCKDB_LIBRARY" && test -f "$sbe_try"], [DUCKDB_LIBRARY=$sbe_try])
   done
   AS_IF([test -z "$DUCKDB_LIBRARY"],
     [AC_MSG_ERROR([--with-duckdb=$with_duckdb: there is no libduckdb.so, neither there nor in its lib/])])],
  [AC_MSG_ERROR([--with-duckdb takes an absolute directory, not '$with_duckdb'])])
AS_IF([test -n "$DUCKDB_LIBRARY"],
  [sbe_note="with $DUCKDB_LIBRARY"],
  [sbe_note="libduckdb.so is looked up at run time; ./quickstart build gets it, or --with-duckdb=DIR names it"])
AS_IF([test -n "$DUCKDB_LIBRARY"], [DUCKDB_CPPFLAGS="-DSBE_DUCKDB_LIBRARY='\"$DUCKDB_LIBRARY\"'"], [DUCKDB_CPPFLAGS=])
AC_SUBST([DUCKDB_CPPFLAGS])
AC_SUBST([DUCKDB_LIBRARY])])
