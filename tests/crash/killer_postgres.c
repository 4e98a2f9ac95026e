/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The killer for PostgreSQL: preloaded, it stands before libpq. A statement begins when it is handed to libpq, has
 * been sent when nothing of it is left to flush, and ends with the last of its results. See killer.h.
 *
 * What a killed client has handed to the kernel arrives all the same: of a statement that was sent the server
 * does what it would have done, and only then, or when it wants to answer, sees that nobody is there.
 */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tests/crash/killer.h"

static int socket_of_statement = -1;

/* Without the comment that the adapter puts before it. */
static const char *bare(const char *sql) {
  const char *end = strncmp(sql, "/*", 2) == 0 ? strstr(sql, "*/ ") : NULL;
  return end != NULL ? end + 3 : sql;
}

EXPORTED int PQsendQueryParams(PGconn *pg, const char *sql, int n, const Oid *types, const char *const *values,
                               const int *lengths, const int *formats, int format) {
  NEXT(PQsendQueryParams);
  socket_of_statement = PQsocket(pg);
  killer_begin(bare(sql), "send");
  /* as if it took very long: one that hardly ever ends goes in its place */
  if (!killer_hold(sql)) return next(pg, "SELECT pg_catalog.pg_sleep(1000)", 0, NULL, NULL, NULL, NULL, 0);
  return next(pg, sql, n, types, values, lengths, formats, format);
}

EXPORTED int PQflush(PGconn *pg) {
  NEXT(PQflush);
  int left = next(pg);
  if (left == 0 && killer.running && killer_is(SENT)) killer_die();
  return left;
}

EXPORTED PGresult *PQgetResult(PGconn *pg) {
  NEXT(PQgetResult);
  PGresult *result = next(pg);
  if (result == NULL && killer.running) killer_end();
  return result;
}

/* With which libpq writes. */
EXPORTED ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  NEXT(send);
  if (killer.running && killer_is(TORN) && fd == socket_of_statement && next(fd, bytes, size / 2, flags) >= -1)
    killer_die();
  return next(fd, bytes, size, flags);
}

__attribute__((constructor)) static void start(void) {
  /* the call is what makes libpq one of the libraries that come next */
  if (PQlibVersion() > 0) killer_read_environment();
}

__attribute__((destructor)) static void finish(void) {
  killer_finish();
}
