/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement on its way: sent, waited for, its rows handed on, cancelled when somebody asks for it, and
 * drained. Called by session.c and connection.c, which say what is at stake when the answer is lost.
 *
 * Statements go by the extended protocol, which refuses more than one in a text, and come back row by
 * row, so that memory does not grow with a result. Must never leave a statement behind on a connection
 * that is used again: what does not end in time costs the connection.
 *
 * Concurrency: PQcancel opens a connection of its own and blocks, so it runs in a thread; everything else
 * stays in the caller's. That thread and the flight share a `canceller`, and who leaves last frees it.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/postgres/postgres_connection.h"

/* How long a server that was told to end a statement may take; then the connection is given up. */
#define GRACE_US 5000000
#define COPY_CHUNK ((size_t)65536)

/* ---- waiting ---- */

int32_t sbe_postgres_wait(sbe_connection *connection, bool writing, int64_t until, bool *ret_ready) {
  const sbe_host *host = sbe_postgres_host;
  struct pollfd one = {PQsocket(connection->pg), writing ? POLLOUT : POLLIN, 0};
  int64_t left = until - host->time();
  int ms = left <= 0 ? 0 : (int)((left < SBE_POSTGRES_TICK_US ? left : SBE_POSTGRES_TICK_US) + 999) / 1000;
  int ready = one.fd < 0 ? 1 : poll(&one, 1, ms);
  if (ready > 0) *ret_ready = true;
  return ready > 0 ? 0 : host->tick(connection->run, -1);
}

/* ---- cancelling ---- */

typedef struct sbe_postgres_canceller {
  PGcancel *handle;
  atomic_int users, done;
} canceller;

static void leave(canceller *c) {
  if (atomic_fetch_sub(&c->users, 1) != 1) return;
  PQfreeCancel(c->handle);
  free(c);
}

static void *cancel(void *argument) {
  canceller *c = argument;
  char message[256];
  /* A cancel that fails shows as a statement that does not end. */
  PQcancel(c->handle, message, sizeof message);
  atomic_store(&c->done, 1);
  leave(c);
  return NULL;
}

static void start_cancel(sbe_postgres_flight *f) {
  PGcancel *handle = PQgetCancel(f->connection->pg);
  if (handle == NULL) return;
  canceller *c = sbe_common_allocate(1, sizeof *c);
  c->handle = handle;
  atomic_init(&c->users, 2);
  atomic_init(&c->done, 0);
  /* Signals are for the threads of the host. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  if (pthread_create(&thread, NULL, cancel, c) == 0)
    pthread_detach(thread);
  else
    cancel(c);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  f->canceller = c;
  f->connection->usage.round_trips++;
}

/* The statement is wanted no more. A COMMIT is left alone: it may have happened already. */
static void end(sbe_postgres_flight *f, int32_t why) {
  if (f->ended != SBE_OK || f->give_up != 0) return;
  f->ended = why;
  f->give_up = sbe_postgres_host->time() + GRACE_US;
  if (f->stake != SBE_POSTGRES_COMMIT) start_cancel(f);
}

/* ---- sending and receiving ---- */

/* One wait; false: there is nothing more to wait for. */
static bool slice(sbe_postgres_flight *f, bool writing) {
  const sbe_host *host = sbe_postgres_host;
  int64_t now = host->time(), until = f->next_tick;
  if (f->deadline != 0 && f->ended == SBE_OK && f->deadline < until) until = f->deadline;
  struct pollfd one = {PQsocket(f->connection->pg), (short)(POLLIN | (writing ? POLLOUT : 0)), 0};
  int ms = until <= now ? 0 : (int)((until - now + 999) / 1000);
  int ready = one.fd < 0 ? -1 : poll(&one, 1, ms);
  if (one.fd < 0 ||
      (ready > 0 && (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(f->connection->pg) == 0))
    f->lost = true;
  now = host->time();
  if (now >= f->next_tick || (ready < 0 && errno == EINTR)) {
    f->next_tick = now + SBE_POSTGRES_TICK_US;
    if (host->tick(f->connection->run, -1) != 0 && !f->regardless) end(f, SBE_CANCELLED);
  }
  if (f->deadline != 0 && now >= f->deadline) end(f, SBE_TIMEOUT);
  if (f->give_up != 0 && now >= f->give_up) f->lost = true;
  return !f->lost;
}

static bool send(sbe_postgres_flight *f) {
  PGconn *pg = f->connection->pg;
  size_t size = strlen(f->sql);
  sbe_usage *usage = &f->connection->usage;
  usage->statements++;
  usage->requests++;
  usage->round_trips++;
  usage->bytes_sent += (int64_t)size;
  if (PQsendQueryParams(pg, f->sql, f->n_values, NULL, f->values, NULL, NULL, 0) == 0) return false;
  PQsetSingleRowMode(pg);
  int left;
  while ((left = PQflush(pg)) > 0)
    if (!slice(f, true)) return false;
  f->sent = left == 0;
  return left == 0;
}

/* The server asks for rows: give it all there are. */
static bool put_copy(sbe_postgres_flight *f) {
  PGconn *pg = f->connection->pg;
  size_t at = 0;
  int put = 1;
  while (at < f->copy_size && put >= 0 && f->ended == SBE_OK) {
    size_t size = f->copy_size - at < COPY_CHUNK ? f->copy_size - at : COPY_CHUNK;
    put = PQputCopyData(pg, f->copy + at, (int)size);
    if (put > 0) at += size;
    while (put >= 0 && PQflush(pg) > 0)
      if (!slice(f, true)) return false;
  }
  f->connection->usage.bytes_sent += (int64_t)at;
  const char *why = f->copy == NULL ? "sbe has nothing to copy" : f->ended != SBE_OK ? "cancelled" : NULL;
  while ((put = PQputCopyEnd(pg, why)) == 0)
    if (!slice(f, true)) return false;
  while (put > 0 && (put = PQflush(pg)) > 0)
    if (!slice(f, true)) return false;
  return put >= 0;
}

static void take_rows(sbe_postgres_flight *f, const PGresult *result) {
  int n = PQntuples(result), columns = PQnfields(result);
  for (int row = 0; row < n; row++) {
    for (int i = 0; i < columns; i++) f->connection->usage.bytes_received += PQgetlength(result, row, i);
    if (f->ended != SBE_OK || f->enough)
      f->short_ = true;
    else if (f->row != NULL && f->row(f->user, result, row) != 0) {
      f->enough = true;
      f->give_up = sbe_postgres_host->time() + GRACE_US;
      start_cancel(f);
    }
  }
}

static void take_count(sbe_postgres_flight *f, PGresult *result) {
  const char *tag = PQcmdStatus(result), *digits = PQcmdTuples(result);
  size_t size = strlen(tag) < sizeof f->tag ? strlen(tag) : sizeof f->tag - 1;
  memcpy(f->tag, tag, size);
  f->tag[size] = '\0';
  f->count = 0;
  /* A query writes nothing; CREATE TABLE … AS says SELECT too, but has no rows to give. */
  if (PQresultStatus(result) == PGRES_TUPLES_OK && strncmp(tag, "SELECT", 6) == 0) return;
  for (const char *p = digits; *p >= '0' && *p <= '9'; p++) f->count = f->count * 10 + (*p - '0');
}

/* Takes `result`. False: nothing can follow. */
static bool take(sbe_postgres_flight *f, PGresult *result, bool *first) {
  ExecStatusType status = PQresultStatus(result);
  bool more = true;
  switch (status) {
  case PGRES_SINGLE_TUPLE:
  case PGRES_TUPLES_OK:
    if (*first && f->columns != NULL && f->ended == SBE_OK && f->columns(f->user, result) != 0) {
      f->enough = true;
      f->give_up = sbe_postgres_host->time() + GRACE_US;
      start_cancel(f);
    }
    *first = false;
    take_rows(f, result);
    if (status == PGRES_TUPLES_OK) take_count(f, result);
    break;
  case PGRES_COMMAND_OK:
    take_count(f, result);
    break;
  case PGRES_COPY_IN:
    f->copying = f->copy == NULL;
    more = put_copy(f);
    break;
  case PGRES_COPY_OUT:
  case PGRES_COPY_BOTH:
    f->copying = true;
    more = false;
    break;
  default: /* an error, or nothing in the text */
    if (f->failure == NULL) {
      f->failure = result;
      return true;
    }
  }
  PQclear(result);
  return more;
}

static void receive(sbe_postgres_flight *f) {
  PGconn *pg = f->connection->pg;
  bool first = true, more = true;
  while (more) {
    while (!f->lost && PQisBusy(pg)) (void)slice(f, false);
    if (f->lost && PQstatus(pg) != CONNECTION_BAD) return; /* given up; PQgetResult would wait */
    PGresult *result = PQgetResult(pg);
    if (result == NULL) break;
    more = take(f, result, &first);
    int64_t now = sbe_postgres_host->time();
    if (now >= f->next_tick || (f->deadline != 0 && now >= f->deadline)) (void)slice(f, false);
  }
  if (!more || PQstatus(pg) == CONNECTION_BAD) f->lost = true;
}

/* A cancel that is still under way would hit the next statement. */
static void settle(sbe_postgres_flight *f) {
  while (f->canceller != NULL && !f->lost && atomic_load(&f->canceller->done) == 0) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
    int64_t now = sbe_postgres_host->time();
    if (now >= f->next_tick) {
      f->next_tick = now + SBE_POSTGRES_TICK_US;
      (void)sbe_postgres_host->tick(f->connection->run, -1);
    }
    if (now >= f->give_up) f->lost = true;
  }
  if (f->canceller != NULL) leave(f->canceller);
  f->canceller = NULL;
}

/* ---- what came of it ---- */

static int32_t told(const sbe_postgres_flight *f, sbe_error *error) {
  if (f->ended == SBE_TIMEOUT)
    return sbe_postgres_host->error(error, SBE_TIMEOUT, NULL, "The statement took longer than it may");
  return sbe_postgres_host->error(error, SBE_CANCELLED, NULL, "The statement was cancelled");
}

static int32_t no_copy(sbe_error *error) {
  return sbe_postgres_host->error(error, SBE_UNSUPPORTED, NULL, "COPY to or from the client is no statement for sbe");
}

/* The connection is gone. What the server said last, if it said something, is the reason. */
static int32_t lost(sbe_postgres_flight *f, sbe_error *error) {
  char text[SBE_POSTGRES_LONGEST + 64];
  const char *said = f->failure != NULL ? PQresultErrorField(f->failure, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  sbe_postgres_tidy(f->connection, said != NULL ? said : PQerrorMessage(f->connection->pg), text);
  /* libpq's guesses at the reason say nothing. */
  char *guess = said == NULL ? strstr(text, " This probably means") : NULL;
  if (guess != NULL) *guess = '\0';
  if (guess != NULL && guess > text && guess[-1] == '.') guess[-1] = '\0';
  const char *sqlstate = f->failure != NULL ? PQresultErrorField(f->failure, PG_DIAG_SQLSTATE) : NULL;
  char state[6] = "";
  if (sqlstate != NULL && strlen(sqlstate) == 5) memcpy(state, sqlstate, 6);
  const char *why = f->ended != SBE_OK ? "the server did not end the statement when it was told to" : text;
  const char *colon = why[0] != '\0' ? ": " : "";
  const char *shown = state[0] != '\0' ? state : NULL;
  sbe_postgres_drop(f->connection);
  if (f->copying) return no_copy(error);
  if (f->stake == SBE_POSTGRES_COMMIT)
    return sbe_postgres_host->error(error, SBE_UNKNOWN_OUTCOME, shown,
                                    "The connection was lost while the server committed%s%s. Whether it did is not "
                                    "known",
                                    colon, why);
  if (f->stake == SBE_POSTGRES_WRITE && f->sent)
    return sbe_postgres_host->error(error, SBE_UNKNOWN_OUTCOME, shown,
                                    "The connection was lost during a statement that writes%s%s. Whether it did is "
                                    "not known",
                                    colon, why);
  if (f->ended != SBE_OK) return told(f, error);
  return sbe_postgres_host->error(error, SBE_IO, shown, "The connection to the server was lost%s%s", colon, why);
}

static int32_t outcome(sbe_postgres_flight *f, sbe_error *error) {
  if (f->failure == NULL) return f->ended != SBE_OK && f->short_ ? told(f, error) : SBE_OK;
  const char *sqlstate = PQresultErrorField(f->failure, PG_DIAG_SQLSTATE);
  bool cancelled = sqlstate != NULL && strcmp(sqlstate, "57014") == 0;
  if (cancelled && f->copying) return no_copy(error);
  if (cancelled && f->enough) return SBE_OK;
  if (cancelled && f->ended != SBE_OK) return told(f, error);
  return sbe_postgres_fail(f->connection, f->failure, f->sql, error);
}

static bool is_last_word(const PGresult *failure) {
  const char *severity = failure != NULL ? PQresultErrorField(failure, PG_DIAG_SEVERITY_NONLOCALIZED) : NULL;
  return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

int32_t sbe_postgres_fly(sbe_postgres_flight *f, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  if (host->tick(f->connection->run, -1) != 0 && !f->regardless)
    return host->error(error, SBE_CANCELLED, NULL, "Cancelled before the statement began");
  f->began = host->time();
  if (f->deadline != 0 && f->began >= f->deadline)
    return host->error(error, SBE_TIMEOUT, NULL, "The time was over before the statement began");
  if (f->regardless) f->give_up = f->began + GRACE_US;
  f->next_tick = f->began + SBE_POSTGRES_TICK_US;
  f->count = -1;
  if (send(f))
    receive(f);
  else
    f->lost = true;
  settle(f);
  if (is_last_word(f->failure)) f->lost = true;
  int32_t code = f->lost ? lost(f, error) : outcome(f, error);
  PQclear(f->failure);
  f->failure = NULL;
  return code;
}

int32_t sbe_postgres_do(sbe_connection *connection, const char *sql, sbe_error *error) {
  sbe_postgres_flight flight = {.connection = connection, .sql = sql};
  return sbe_postgres_fly(&flight, error);
}
