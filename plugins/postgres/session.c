/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session with a server: the profile as parameters of libpq, the login, and what every session is set to,
 * whatever server, database, role and machine say. Called by connection.c, at first and whenever the
 * connection was lost. What the profile does not say is left to libpq: PG* in the environment,
 * ~/.pgpass, service files.
 *
 * Must never log or report a password. Limit: libpq looks up a host's name before it hands over control,
 * so for that long neither `connect_timeout` nor Ctrl-C is heard.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/postgres/postgres_connection.h"

#define CONNECT_SECONDS 10
#define MOST_RETRIES 20
#define OLDEST_SERVER 120000
/* Beyond our own limit of a call, which cancels: a server that has lost us ends by itself. */
#define SERVER_GRACE_MS 5000

/* ---- parameters ---- */

/* Fields of a profile that libpq knows by the same name. */
static const struct {
  const char *name, *alias;
  int64_t least, most; /* of a number; 0, 0: it is none */
} fields[] = {
    {"host", NULL, 0, 0},
    {"port", NULL, 1, 65535},
    {"dbname", "database", 0, 0},
    {"user", NULL, 0, 0},
    {"password", "pass", 0, 0},
    {"connect_timeout", NULL, 0, 86400},
    {"sslmode", NULL, 0, 0},
    {"sslcert", NULL, 0, 0},
    {"sslkey", NULL, 0, 0},
    {"service", NULL, 0, 0},
    {"sslrootcert", NULL, 0, 0},
    {"keepalives_idle", NULL, 0, 86400},
    {"application_name", NULL, 0, 0},
};

/* NULL: it is not given, or empty. */
static const char *setting(const sbe_settings *settings, const char *name, const char *alias) {
  const char *value = sbe_postgres_host->setting(settings, name);
  if (value == NULL && alias != NULL) value = sbe_postgres_host->setting(settings, alias);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static int32_t read_number(const char *name, const char *text, int64_t least, int64_t most, int64_t *ret,
                           sbe_error *error) {
  char *end;
  errno = 0;
  long long n = strtoll(text, &end, 10);
  if (errno == 0 && end != text && *end == '\0' && n >= least && n <= most) {
    *ret = n;
    return SBE_OK;
  }
  return sbe_postgres_host->error(error, SBE_INVALID, NULL, "`%s` must be a number from %lld to %lld, not `%.40s`",
                                  name, (long long)least, (long long)most, text);
}

static char *copy(const char *text) {
  return text != NULL ? sbe_common_copy(text, strlen(text)) : NULL;
}

static void add(sbe_connection *c, const char *keyword, const char *value) {
  c->keywords[c->n_parameters] = copy(keyword);
  c->values[c->n_parameters++] = copy(value);
}

static int32_t read_profile(sbe_connection *c, const sbe_settings *settings, int64_t *ret_retries, sbe_error *error) {
  int64_t number;
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    const char *value = setting(settings, fields[i].name, fields[i].alias);
    if (value == NULL) continue;
    int32_t code = fields[i].most != 0
                       ? read_number(fields[i].name, value, fields[i].least, fields[i].most, &number, error)
                       : SBE_OK;
    if (code != SBE_OK) return code;
    bool idle = strcmp(fields[i].name, "keepalives_idle") == 0;
    if (!idle || number > 0) add(c, fields[i].name, value); /* dbt's 0 is "the system's" */
  }
  add(c, "client_encoding", "UTF8");
  add(c, "fallback_application_name", "sbe");
  c->password = copy(setting(settings, "password", "pass"));
  c->schema = copy(setting(settings, "schema", NULL));
  c->search_path = copy(setting(settings, "search_path", NULL));
  c->role = copy(setting(settings, "role", NULL));
  const char *read_only = setting(settings, "read_only", NULL), *retries = setting(settings, "retries", NULL);
  c->read_only = read_only != NULL && strcmp(read_only, "true") == 0;
  *ret_retries = 1;
  return retries != NULL ? read_number("retries", retries, 0, MOST_RETRIES, ret_retries, error) : SBE_OK;
}

/* ---- notices ---- */

static void on_notice(void *user, const PGresult *result) {
  sbe_connection *c = user;
  char text[SBE_POSTGRES_LONGEST + 64];
  const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  /* Between two statements the server has no other way of saying that it goes. */
  if (severity != NULL && strcmp(severity, "FATAL") == 0) c->dying = true;
  if (message == NULL) return;
  sbe_postgres_tidy(c, message, text);
  sbe_postgres_host->log(SBE_LOG_DEBUG, "PostgreSQL: %s: %s", severity != NULL ? severity : "NOTICE", text);
}

/* ---- the login ---- */

/* Seconds that a login may take: from the profile, the environment or a service; 0: no limit. */
static int64_t connect_seconds(PGconn *pg) {
  int64_t seconds = CONNECT_SECONDS;
  PQconninfoOption *all = PQconninfo(pg);
  for (PQconninfoOption *o = all; o != NULL && o->keyword != NULL; o++)
    if (strcmp(o->keyword, "connect_timeout") == 0 && o->val != NULL && o->val[0] != '\0')
      seconds = strtoll(o->val, NULL, 10);
  PQconninfoFree(all);
  return seconds > 0 ? seconds : 0;
}

static int32_t log_in(sbe_connection *c, PGconn *pg, int64_t deadline, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  int64_t seconds = connect_seconds(pg), limit = seconds > 0 ? host->time() + seconds * 1000000 : INT64_MAX;
  if (deadline != 0 && deadline < limit) limit = deadline;
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  /* While it is not known that libpq is done: */
  for (;;) {
    if (PQstatus(pg) == CONNECTION_BAD || state == PGRES_POLLING_FAILED) return sbe_postgres_open_error(c, pg, error);
    if (state == PGRES_POLLING_OK) return SBE_OK;
    int64_t next = host->time() + SBE_POSTGRES_TICK_US;
    bool ready = false;
    c->pg = pg; /* what is waited for */
    int32_t stop = sbe_postgres_wait(c, state == PGRES_POLLING_WRITING, next < limit ? next : limit, &ready);
    c->pg = NULL;
    if (stop != 0) return host->error(error, SBE_CANCELLED, NULL, "Cancelled while connecting to the server");
    if (ready) state = PQconnectPoll(pg);
    if (!ready && host->time() >= limit)
      return host->error(error, deadline == limit ? SBE_TIMEOUT : SBE_IO, NULL,
                         "%s did not answer within the time that a login may take. Is it the right host and port? "
                         "`connect_timeout` gives it longer",
                         PQhost(pg) != NULL && PQhost(pg)[0] != '\0' ? PQhost(pg) : "The server");
  }
}

static int32_t check_server(const sbe_connection *c, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  const char *encoding = PQparameterStatus(c->pg, "server_encoding");
  if (PQserverVersion(c->pg) < OLDEST_SERVER)
    return host->error(error, SBE_UNSUPPORTED, NULL, "The server is %.40s; sbe needs PostgreSQL 12 or later",
                       PQparameterStatus(c->pg, "server_version"));
  if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
    return host->error(error, SBE_INVALID, NULL,
                       "The database %s holds text in %.40s; sbe needs UTF8. Use another database, made with CREATE "
                       "DATABASE … ENCODING 'UTF8' TEMPLATE template0",
                       PQdb(c->pg), encoding != NULL ? encoding : "an unknown encoding");
  return SBE_OK;
}

/* ---- settings ---- */

/* What statements of the dialect and values of results count on. */
static const char *const session[][2] = {
    {"TimeZone", "UTC"},
    {"DateStyle", "ISO, YMD"},
    {"IntervalStyle", "postgres"},
    {"standard_conforming_strings", "on"},
    {"transform_null_equals", "off"},
    {"array_nulls", "on"},
    {"extra_float_digits", "3"},
    {"bytea_output", "hex"},
    {"quote_all_identifiers", "off"}, /* names of types, as describe.c reads them */
    {"default_transaction_isolation", "read committed"},
    /* A runner that was stopped in a batch must not hold its locks for ever. */
    {"idle_in_transaction_session_timeout", "60s"},
};
#define N_SESSION (sizeof session / sizeof session[0])

/* One statement for `n` settings; NULL resets one. The last one is the role, which may lose us the right to others. */
static int32_t set(sbe_connection *c, const char *const (*settings)[2], size_t n, int64_t deadline, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer sql = {0};
  const char *values[2 * (N_SESSION + 4)];
  char text[64];
  for (size_t i = 0; i < n; i++) {
    snprintf(text, sizeof text, "%s pg_catalog.set_config($%zu, $%zu, false)", i == 0 ? "SELECT" : ",", 2 * i + 1,
             2 * i + 2);
    sbe_common_puts(&sql, text);
    values[2 * i] = settings[i][0];
    values[2 * i + 1] = settings[i][1];
  }
  sbe_postgres_flight flight = {
      .connection = c, .sql = sql.data, .n_values = (int)(2 * n), .values = values, .deadline = deadline};
  return sbe_postgres_fly(&flight, error);
}

static int32_t set_up(sbe_connection *c, int64_t deadline, sbe_error *error) {
  const char *all[N_SESSION + 4][2];
  sbe_common_cleanup_buffer sbe_common_buffer path = {0};
  size_t n = N_SESSION;
  memcpy(all, session, sizeof session);
  /* The server's own schema is first, as it is in a path that does not name it, and unasked nothing comes after it:
     from any schema of the path a function or operator is taken that fits its operands better. Tables' names say
     theirs. */
  bool first = c->search_path == NULL || strcasestr(c->search_path, "pg_catalog") != NULL;
  if (first) sbe_common_puts(&path, c->search_path != NULL ? "pg_catalog, " : "pg_catalog");
  if (c->search_path != NULL) sbe_common_puts(&path, c->search_path);
#define ADD(name, value) (all[n][0] = (name), all[n++][1] = (value))
  ADD("search_path", path.data);
  if (c->read_only) ADD("default_transaction_read_only", "on");
  /* one connection may have to wait for others */
  if (PQserverVersion(c->pg) >= 140000) ADD("idle_session_timeout", "0");
  if (c->role != NULL) ADD("role", c->role);
#undef ADD
  int32_t code = set(c, all, n, deadline, error);
  if (code != SBE_OK || PQserverVersion(c->pg) < 140000) return code;
  /* A query whose client has died ends soon; not on every system a server can tell. */
  static const char *const check[][2] = {{"client_connection_check_interval", "10s"}};
  code = set(c, check, 1, deadline, NULL);
  if (c->pg == NULL) return sbe_postgres_host->error(error, SBE_IO, NULL, "The connection to the server was lost");
  return code == SBE_CANCELLED || code == SBE_TIMEOUT
             ? sbe_postgres_host->error(error, code, NULL, "The end came while connecting to the server")
             : SBE_OK;
}

static int32_t connect_once(sbe_connection *c, int64_t deadline, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  if (host->tick(c->run, -1) != 0)
    return host->error(error, SBE_CANCELLED, NULL, "Cancelled before connecting to the server");
  PGconn *pg = PQconnectStartParams((const char *const *)c->keywords, (const char *const *)c->values, 0);
  if (pg == NULL) return host->error(error, SBE_INTERNAL, NULL, "libpq has no memory for a connection");
  PQsetErrorVerbosity(pg, PQERRORS_VERBOSE); /* the only way to see the SQLSTATE of a refused login */
  PQsetNoticeReceiver(pg, on_notice, c);
  c->usage.round_trips++;
  int32_t code = log_in(c, pg, deadline, error);
  if (code != SBE_OK || PQsetnonblocking(pg, 1) != 0) {
    PQfinish(pg);
    return code != SBE_OK ? code : host->error(error, SBE_INTERNAL, NULL, "libpq cannot work without blocking");
  }
  PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
  c->pg = pg;
  c->dying = false;
  free(c->tag);
  c->tag = NULL;
  c->server_timeout_ms = 0;
  code = check_server(c, error);
  if (code == SBE_OK) code = set_up(c, deadline, error);
  if (code != SBE_OK) sbe_postgres_drop(c);
  return code;
}

/* ---- what connection.c calls ---- */

void sbe_postgres_drop(sbe_connection *c) {
  if (c->pg != NULL) PQfinish(c->pg);
  c->pg = NULL;
}

void sbe_postgres_close(sbe_connection *c) {
  if (c == NULL) return;
  sbe_postgres_drop(c);
  for (size_t i = 0; i < c->n_parameters; i++) {
    if (strcmp(c->keywords[i], "password") == 0) explicit_bzero(c->values[i], strlen(c->values[i]));
    free(c->keywords[i]);
    free(c->values[i]);
  }
  if (c->password != NULL) explicit_bzero(c->password, strlen(c->password));
  free(c->password);
  free(c->schema);
  free(c->search_path);
  free(c->role);
  free(c->tag);
  free(c);
}

/* Half a second, then one, two, …; non-zero: `tick` asks for the end. */
static int32_t pause_before(const sbe_connection *c, int64_t attempt) {
  for (int64_t i = 0; i < INT64_C(10) << (attempt < 5 ? attempt : 5); i++) {
    struct timespec pause = {0, SBE_POSTGRES_TICK_US * 1000};
    if (sbe_postgres_host->tick(c->run, -1) != 0) return SBE_CANCELLED;
    nanosleep(&pause, NULL);
  }
  return SBE_OK;
}

int32_t sbe_postgres_open(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                          sbe_error *error) {
  sbe_connection *c = sbe_common_allocate(1, sizeof *c);
  int64_t retries = 0;
  c->run = run;
  int32_t code = read_profile(c, settings, &retries, error);
  for (int64_t i = 0; code == SBE_OK; i++) {
    code = connect_once(c, 0, error);
    if ((code != SBE_IO && code != SBE_BUSY) || i >= retries) break;
    code = pause_before(c, i);
    if (code != SBE_OK) sbe_postgres_host->error(error, code, NULL, "Cancelled before connecting to the server again");
  }
  if (code == SBE_OK)
    *ret_connection = c;
  else
    sbe_postgres_close(c);
  return code;
}

/* Has the other end gone while nobody looked? */
static bool is_alive(sbe_connection *c) {
  bool ready = false;
  if (c->pg == NULL || c->dying || PQstatus(c->pg) != CONNECTION_OK || PQtransactionStatus(c->pg) != PQTRANS_IDLE)
    return false;
  while (sbe_postgres_wait(c, false, sbe_postgres_host->time(), &ready), ready) {
    if (PQconsumeInput(c->pg) == 0) return false;
    (void)PQisBusy(c->pg); /* reads what has come */
    if (c->dying || PQstatus(c->pg) != CONNECTION_OK) return false;
    ready = false;
  }
  return true;
}

/* What the server and its logs show: ASCII, no quotes, no comments, at most 63 bytes. */
static void sanitise(const char *tag, char out[64]) {
  size_t n = 0;
  for (; tag[n] != '\0' && n < 63; n++) {
    unsigned char c = (unsigned char)tag[n];
    bool good = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr(" _.,:;=@+-", c) != NULL;
    out[n] = good ? (char)c : '_';
  }
  out[n] = '\0';
}

int32_t sbe_postgres_ready(sbe_connection *c, const sbe_run_options *options, int64_t deadline, sbe_error *error) {
  if (c->pg != NULL && !is_alive(c)) {
    /* Whoever counts on what this session has made must hear of it: scratch tables are empty after a crash. */
    sbe_postgres_drop(c);
    return sbe_postgres_host->error(error, SBE_IO, NULL,
                                    "The connection to the server was lost while nothing was asked of it");
  }
  if (c->pg == NULL) {
    sbe_postgres_host->log(SBE_LOG_DEBUG, "PostgreSQL: connecting again");
    int32_t code = connect_once(c, deadline, error);
    if (code != SBE_OK) return code;
  }
  const char *settings[3][2];
  char name[64] = "", ms[32];
  size_t n = 0;
  if (options != NULL && options->tag != NULL) sanitise(options->tag, name);
  if (name[0] != '\0' && (c->tag == NULL || strcmp(c->tag, name) != 0)) {
    settings[n][0] = "application_name";
    settings[n++][1] = name;
  }
  int64_t timeout = options != NULL && options->timeout_us > 0 ? options->timeout_us / 1000 + SERVER_GRACE_MS : 0;
  if (timeout > INT32_MAX) timeout = INT32_MAX;
  if (timeout != c->server_timeout_ms) {
    snprintf(ms, sizeof ms, "%lld", (long long)timeout);
    settings[n][0] = "statement_timeout";
    settings[n++][1] = timeout > 0 ? ms : NULL;
    settings[n][0] = "lock_timeout";
    settings[n++][1] = timeout > 0 ? ms : NULL;
  }
  int32_t code = n > 0 ? set(c, settings, n, deadline, error) : SBE_OK;
  if (code != SBE_OK || n == 0) return code;
  c->server_timeout_ms = timeout;
  if (name[0] != '\0') {
    free(c->tag);
    c->tag = copy(name);
  }
  return SBE_OK;
}
