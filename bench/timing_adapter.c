/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter around an adapter: it hands every call on, and adds up how long the calls to the connection
 * took, so that the bench can tell time in the database from time of sbe's own, whatever the run counts
 * itself. Loaded by the `sbe` that the bench starts, in place of the real one; SBE_BENCH_ADAPTER is the
 * path of that, SBE_BENCH_TIMES the file that gets the sums when a connection is closed. Must change
 * nothing of what is asked and answered.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sbe/adapter.h"

enum { OPEN, RUN, QUERY, DESCRIBE, CLOSE, N_CALLS };
static const char *const names[N_CALLS] = {"open", "run", "query", "describe", "close"};

static const sbe_host *host;
static sbe_connection_ops real, timed;
static sbe_adapter adapter;
static int32_t (*real_init)(const sbe_host *host, sbe_error *error);
static int64_t spent[N_CALLS];
static unsigned long calls[N_CALLS];

static void add(int call, int64_t begin) {
  spent[call] += host->time() - begin;
  calls[call]++;
}

/* Name, microseconds, number of calls; all anew each time, since a run may have several connections. */
static void tell(void) {
  const char *path = getenv("SBE_BENCH_TIMES");
  FILE *file = path ? fopen(path, "we") : NULL;
  if (!file) return;
  for (int i = 0; i < N_CALLS; i++) fprintf(file, "%s\t%lld\t%lu\n", names[i], (long long)spent[i], calls[i]);
  fclose(file);
}

static int32_t timed_open(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection,
                          sbe_error *error) {
  int64_t begin = host->time();
  int32_t code = real.open(settings, run, ret_connection, error);
  add(OPEN, begin);
  return code;
}

static void timed_close(sbe_connection *connection) {
  int64_t begin = host->time();
  real.close(connection);
  add(CLOSE, begin);
  tell();
}

static int32_t timed_run(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                         const sbe_run_options *options, int64_t *ret_counts, sbe_error *error) {
  int64_t begin = host->time();
  int32_t code = real.run(connection, statements, n, options, ret_counts, error);
  add(RUN, begin);
  return code;
}

static int32_t timed_query(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                           const sbe_sink *sink, sbe_error *error) {
  int64_t begin = host->time();
  int32_t code = real.query(connection, statement, options, sink, error);
  add(QUERY, begin);
  return code;
}

static int32_t timed_describe(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink,
                              sbe_error *error) {
  int64_t begin = host->time();
  int32_t code = real.describe(connection, table, sink, error);
  add(DESCRIBE, begin);
  return code;
}

static int32_t init(const sbe_host *host_, sbe_error *error) {
  host = host_;
  return real_init ? real_init(host_, error) : SBE_OK;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

SBE_EXPORT const sbe_adapter *sbe_adapter_duckdb(void);

/* NULL, which the loader refuses by name, when the real one is not to be had. */
SBE_EXPORT const sbe_adapter *sbe_adapter_duckdb(void) {
  if (adapter.magic) return &adapter;
  const char *path = getenv("SBE_BENCH_ADAPTER");
  void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
  void *address = library ? dlsym(library, "sbe_adapter_duckdb") : NULL;
  const sbe_adapter *(*describe)(void);
  if (!address) return NULL;
  memcpy(&describe, &address, sizeof describe); /* ISO C has no cast for it */
  const sbe_adapter *theirs = describe();
  if (!theirs || theirs->magic != SBE_ADAPTER_MAGIC) return NULL;
  memcpy(&real, theirs->connection, least(theirs->connection->struct_size, sizeof real));
  timed = real;
  timed.open = timed_open;
  timed.close = timed_close;
  timed.run = timed_run;
  timed.query = timed_query;
  timed.describe = timed_describe;
  memcpy(&adapter, theirs, least(theirs->struct_size, sizeof adapter));
  real_init = theirs->init;
  adapter.connection = &timed;
  adapter.init = init;
  return &adapter;
}
