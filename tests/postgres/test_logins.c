/* SPDX-License-Identifier: Apache-2.0 */
/* Logins: who is let in and who is not, where passwords come from, and that none of them is ever shown. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/postgres/test.h"

#define SECRET "s3cret-of-the-test"

static void refused(const char *const *pairs, int32_t code, const char *says, int line) {
  sbe_connection *c = open_with(pairs, NULL);
  if (c == NULL && fake_error.code == code && strstr(fake_error.message, says) != NULL &&
      strstr(fake_error.message, SECRET) == NULL && strchr(fake_error.message, '\n') == NULL)
    return;
  printf("    line %d: %s, %d: %s\n", line, c != NULL ? "opened" : "refused", fake_error.code, fake_error.message);
  failures_of_test++;
  ops->close(c);
}
#define REFUSED(code, says, ...) refused((const char *const[]){__VA_ARGS__, "retries", "0", NULL}, code, says, __LINE__)

static void test_logins(void) {
  PGconn *other = other_session();
  ask(other, "SET password_encryption = 'scram-sha-256'");
  ask(other, "CREATE ROLE with_password LOGIN PASSWORD '" SECRET "'");
  ask(other, "CREATE ROLE locked_out LOGIN");
  ask(other, "CREATE ROLE single LOGIN CONNECTION LIMIT 1");
  ask(other, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER 'libc' TEMPLATE template0");
  sbe_connection *c = OPEN("user", "with_password", "password", SECRET);
  CHECK(c != NULL);
  CHECK_TEXT(rows_of(c, "SELECT current_user"), "t:with_password");
  ops->close(c);
  c = OPEN("user", "with_password", "pass", SECRET, "database", "sbe");
  CHECK(c != NULL);
  ops->close(c);
  REFUSED(SBE_AUTH, "password", "user", "with_password", "password", "wrong-" SECRET);
  REFUSED(SBE_AUTH, "PGPASSWORD", "user", "with_password");
  REFUSED(SBE_AUTH, "pg_hba.conf", "user", "locked_out");
  REFUSED(SBE_AUTH, "nobody_at_all", "user", "nobody_at_all", "password", SECRET);
  REFUSED(SBE_NOT_FOUND, "no_such_database", "dbname", "no_such_database");
  REFUSED(SBE_INVALID, "UTF8", "dbname", "latin");
  REFUSED(SBE_IO, "/nowhere", "host", "/nowhere");
  REFUSED(SBE_IO, "refused", "host", "127.0.0.1", "port", "1");
  REFUSED(SBE_INVALID, "`port`", "port", "many");
  REFUSED(SBE_INVALID, "`port`", "port", "65536");
  REFUSED(SBE_INVALID, "sslmode", "sslmode", "sometimes");
  REFUSED(SBE_INVALID, "`connect_timeout`", "connect_timeout", "-1");
  REFUSED(SBE_INVALID, "service", "service", "no_such_service");
  const char *const bad_retries[] = {"retries", "many", NULL};
  refused(bad_retries, SBE_INVALID, "`retries`", __LINE__);
  /* Full: the same call may succeed later. */
  c = OPEN("user", "single");
  CHECK(c != NULL);
  REFUSED(SBE_BUSY, "single", "user", "single");
  ops->close(c);
  /* An attempt that fails is made again, after half a second. */
  int64_t began = fake_now();
  CHECK(OPEN("host", "/nowhere") == NULL);
  CHECK(fake_now() - began > 450000 && fake_now() - began < 3000000);
  /* A connection string is no database. */
  REFUSED(SBE_NOT_FOUND, "host=", "dbname", "host=/nowhere");
  CHECK(strstr(logged, SECRET) == NULL);
  ask(other, "DROP ROLE locked_out");
  ask(other, "DROP ROLE single");
  ask(other, "DROP DATABASE latin");
  PQfinish(other);
}

/* What a profile does not say comes from libpq's own places. */
static void test_places(void) {
  char path[300], host[300];
  snprintf(host, sizeof host, "%.250s", getenv("PGHOST"));
  snprintf(path, sizeof path, "%.250s/passwords", host);
  FILE *file = fopen(path, "w");
  if (!CHECK(file != NULL)) return;
  fprintf(file, "*:*:*:with_password:%s\n", SECRET);
  fclose(file);
  chmod(path, 0600);
  setenv("PGPASSFILE", path, 1);
  sbe_connection *c = OPEN("user", "with_password");
  CHECK(c != NULL);
  ops->close(c);
  unsetenv("PGPASSFILE");
  setenv("PGPASSWORD", SECRET, 1);
  setenv("PGUSER", "with_password", 1);
  c = open_plain(NULL);
  CHECK_TEXT(rows_of(c, "SELECT current_user"), "t:with_password");
  ops->close(c);
  setenv("PGUSER", "sbe", 1);
  unsetenv("PGPASSWORD");
  snprintf(path, sizeof path, "%.250s/services", host);
  file = fopen(path, "w");
  if (!CHECK(file != NULL)) return;
  fprintf(file, "[shop]\nhost=%s\nuser=with_password\npassword=%s\ndbname=postgres\n", host, SECRET);
  fclose(file);
  setenv("PGSERVICEFILE", path, 1);
  unsetenv("PGHOST");
  unsetenv("PGDATABASE");
  unsetenv("PGUSER");
  c = OPEN("service", "shop");
  CHECK_TEXT(rows_of(c, "SELECT current_user, current_database()"), "t:with_password|t:postgres");
  ops->close(c);
  c = OPEN("service", "shop", "dbname", "sbe"); /* the profile goes before the service */
  CHECK_TEXT(rows_of(c, "SELECT current_user, current_database()"), "t:with_password|t:sbe");
  ops->close(c);
  setenv("PGHOST", host, 1);
  setenv("PGDATABASE", "sbe", 1);
  setenv("PGUSER", "sbe", 1);
  unsetenv("PGSERVICEFILE");
}

static int32_t cancel_after_200_ms(sbe_run *run, double percent) {
  (void)percent;
  int64_t *from = run->user;
  if (*from == 0) *from = fake_now();
  return fake_now() - *from > 200000;
}

/* A server that takes the connection and never says a word. */
static void test_silent_server(void) {
  char directory[200];
  snprintf(directory, sizeof directory, "%.150s/silent", getenv("PGHOST"));
  mkdir(directory, 0755);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%.80s/.s.PGSQL.5432", directory);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (!CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 8) == 0)) return;
  int64_t began = fake_now();
  REFUSED(SBE_IO, "connect_timeout", "host", directory, "connect_timeout", "1");
  CHECK(fake_now() - began > 900000 && fake_now() - began < 1500000);
  setenv("PGCONNECT_TIMEOUT", "1", 1);
  began = fake_now();
  REFUSED(SBE_IO, "connect_timeout", "host", directory);
  CHECK(fake_now() - began < 1500000);
  unsetenv("PGCONNECT_TIMEOUT");
  int64_t from = 0;
  sbe_run run = {.user = &from, .tick = cancel_after_200_ms};
  const char *const pairs[] = {"host", directory, NULL};
  began = fake_now();
  CHECK(open_with(pairs, &run) == NULL);
  CHECK_CODE(fake_error.code, SBE_CANCELLED);
  CHECK(fake_now() - began < 2000000 && run.longest_us < 1000000);
  close(listener);
}

const test login_tests[] = {
    {"logins that are refused", test_logins},
    {"passwords, environment, services", test_places},
    {"a server that says nothing", test_silent_server},
    {NULL, NULL},
};
