/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter that lies: DuckDB's, loaded from the same directory, with one thing made wrong, which the environment
 * variable SBE_TEST_DEFECT names. With none it is as good as DuckDB's. For kit.sh, which wants each lie to be found
 * out by the check that is there for it. Never installed.
 */
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sbe/adapter.h"

/* As much as makes two seconds too long, and no more, for somebody waits for this test. */
#define LATE_US 2300000

static sbe_adapter liar;
static sbe_dialect dialect;
static sbe_connection_ops connection;
static sbe_fixture fixture;
static const sbe_adapter *honest;
static const sbe_host *host;

static int has(const char *defect) {
  const char *name = getenv("SBE_TEST_DEFECT");
  return name && strcmp(name, defect) == 0;
}

/* ---- dialect ---- */

static void identifier(sbe_text *out, const char *name) {
  if (has("unquoted")) {
    host->put(out, name, strlen(name));
    return;
  }
  /* one buffer for all threads */
  static char buffer[4096];
  size_t n = 0;
  buffer[n++] = '"';
  for (const char *c = name; *c && n < sizeof buffer - 4; c++) {
    if (*c == '"') buffer[n++] = '"';
    buffer[n++] = *c;
  }
  buffer[n++] = '"';
  buffer[n] = '\0';
  if (has("threads")) sched_yield();
  host->put(out, buffer, strlen(buffer));
}

/* Backslashes that are lost, quotes that are not doubled, a NUL that is waited for. */
static void literal(sbe_text *out, const char *text, size_t size) {
  if (has("strlen")) size = strlen(text);
  host->put(out, "'", 1);
  for (size_t i = 0; i < size; i++) {
    if (has("backslash") && text[i] == '\\' && i + 1 < size) continue;
    if (text[i] == '\'' && !has("injection")) host->put(out, "'", 1);
    host->put(out, &text[i], 1);
  }
  host->put(out, "'", 1);
}

static sbe_pattern patterns[256];
static sbe_read reads[256];

static void change_pattern(int32_t operation, const char *pattern) {
  size_t n = 0;
  while (patterns[n].operation != SBE_OP_END && patterns[n].operation != operation) n++;
  patterns[n] = (sbe_pattern){operation, pattern};
}

static void change_dialect(void) {
  size_t n = 0;
  do patterns[n] = honest->dialect->patterns[n];
  while (honest->dialect->patterns[n++].operation != SBE_OP_END);
  n = 0;
  do reads[n] = honest->dialect->reads[n];
  while (honest->dialect->reads[n++].type != 0);
  dialect.patterns = patterns;
  dialect.reads = reads;
  if (has("unquoted") || has("threads")) dialect.identifier = identifier;
  if (has("backslash") || has("injection") || has("strlen")) dialect.literal = literal;
  if (has("brace")) change_pattern(SBE_OP_HOUR, "hour({1})");
  if (has("like")) change_pattern(SBE_OP_LIKE, "({0} ILIKE {1})");
  if (has("week")) change_pattern(SBE_OP_WEEK_TEXT, "CAST(CAST({0} AS DATE) AS VARCHAR)");
  if (has("last"))
    change_pattern(SBE_OP_LAST_IF, "max({0}) FILTER (WHERE {3} AND {1} IS NOT NULL AND {2} IS NOT NULL)");
  if (has("semicolon")) change_pattern(SBE_OP_DROP_TABLE, "DROP TABLE IF EXISTS {0};");
  for (n = 0; reads[n].type; n++) {
    if (has("cast") && reads[n].type == SBE_TYPE_INT64 && reads[n].from == SBE_CLASS_TEXT)
      reads[n].pattern = "CAST({0} AS BIGINT)";
    if (has("round") && reads[n].type == SBE_TYPE_INT64 && reads[n].from == SBE_CLASS_TEXT)
      reads[n].pattern = "TRY_CAST({0} AS BIGINT)";
    if (has("decimal") && reads[n].type == SBE_TYPE_DECIMAL && reads[n].from == SBE_CLASS_TEXT)
      reads[n].pattern = "TRY_CAST({0} AS DOUBLE)";
    if (has("json") && reads[n].type == SBE_TYPE_TEXT && reads[n].from == SBE_CLASS_JSON)
      reads[n].pattern = "CAST({0} AS VARCHAR)";
  }
}

/* ---- connection ---- */

static int32_t wrong_code(int32_t code) {
  return has("codes") && code == SBE_NOT_FOUND ? SBE_INTERNAL : code;
}

static int32_t run(sbe_connection *to, const sbe_statement *const *statements, size_t n, const sbe_run_options *options,
                   int64_t *ret_counts, sbe_error *error) {
  sbe_run_options own = *options;
  sbe_statement copies[64];
  const sbe_statement *pointers[64];
  own.struct_size = sizeof own;
  if (has("atomic")) own.atomic = 0;
  if (has("timeout") && own.timeout_us) own.timeout_us += LATE_US;
  if (!has("guard") || n > 64) {
    int32_t code = wrong_code(honest->connection->run(to, statements, n, &own, ret_counts, error));
    if (has("counts") && ret_counts && n) ret_counts[0]++;
    return code;
  }
  for (size_t i = 0; i < n; i++) {
    copies[i] = (sbe_statement){sizeof copies[i], statements[i]->sql, statements[i]->size, 0, NULL};
    pointers[i] = &copies[i];
  }
  return honest->connection->run(to, pointers, n, &own, ret_counts, error);
}

typedef struct forwarder {
  const sbe_sink *to;
  int64_t rows;
} forwarder;

static int32_t forward_columns(void *user, size_t n, const char *const *names) {
  forwarder *f = user;
  return f->to->columns ? f->to->columns(f->to->user, n, names) : 0;
}

static int32_t forward_row(void *user, size_t n, const sbe_value *values) {
  forwarder *f = user;
  f->rows++;
  if (has("page") && f->rows % 2048 == 0) return 0; /* the first row of each page is lost */
  int32_t stop = f->to->row(f->to->user, n, values);
  return has("stop") ? 0 : stop;
}

static int32_t query(sbe_connection *from, const sbe_statement *statement, const sbe_run_options *options,
                     const sbe_sink *sink, sbe_error *error) {
  forwarder f = {sink, 0};
  sbe_sink own = {sizeof own, &f, forward_columns, forward_row};
  sbe_run_options given = *options;
  given.struct_size = sizeof given;
  if (has("timeout") && given.timeout_us) given.timeout_us += LATE_US;
  if (has("crash") && statement->size > 100000) abort();
  sbe_statement copy = *statement;
  copy.struct_size = sizeof copy;
  copy.sink = NULL;
  if (has("nul")) copy.size = strlen(copy.sql);
  return wrong_code(honest->connection->query(from, has("nul") ? &copy : statement, &given, &own, error));
}

/* Asks whether it shall stop, and does not hear it at first. */
static sbe_host deaf;
static int32_t late_tick(sbe_run *of, double percent) {
  static int64_t since;
  if (!host->tick(of, percent)) {
    since = 0;
    return 0;
  }
  if (!since) since = host->time();
  return host->time() - since > LATE_US;
}

static void usage(sbe_connection *of, sbe_usage *ret_usage) {
  static int64_t left = 1000;
  (void)of;
  left -= 10;
  *ret_usage = (sbe_usage){sizeof *ret_usage, left, left, left, left, left};
}

static int32_t drop(sbe_connection *in, const sbe_name *name, sbe_error *error) {
  (void)in, (void)name, (void)error;
  return SBE_OK;
}

/* ---- the adapter ---- */

static int32_t init(const sbe_host *given, sbe_error *error) {
  host = given;
  if (has("init")) return host->error(error, SBE_NOT_FOUND, NULL, "the client library is not there");
  while (has("hang") && given->abi_minor > SBE_ABI_MINOR) usleep(100000);
  if (has("newer") && given->abi_minor > SBE_ABI_MINOR)
    return host->error(error, SBE_INVALID, NULL, "this host is too new for me");
  if (has("beyond")) {
    volatile const char *behind = (const char *)given + given->struct_size;
    if (behind[0] == 77) return host->error(error, SBE_INTERNAL, NULL, "never said");
  }
  if (has("deaf")) {
    deaf = *given;
    deaf.struct_size = sizeof deaf;
    deaf.tick = late_tick;
    return honest->init(&deaf, error);
  }
  return honest->init(given, error);
}

static const sbe_adapter *load_honest(void) {
  Dl_info info;
  char path[4096];
  const sbe_adapter *(*entry)(void) = NULL;
  static char here;
  if (!dladdr(&here, &info)) return NULL;
  const char *slash = strrchr(info.dli_fname, '/');
  snprintf(path, sizeof path, "%.*s/sbe_adapter_duckdb.so", slash ? (int)(slash - info.dli_fname) : 1,
           slash ? info.dli_fname : ".");
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void *address = handle ? dlsym(handle, "sbe_adapter_duckdb") : NULL;
  memcpy(&entry, &address, sizeof entry);
  return entry ? entry() : NULL;
}

SBE_EXPORT const sbe_adapter *sbe_adapter_liar(void);
SBE_EXPORT const sbe_adapter *sbe_adapter_liar(void) {
  if (honest) return &liar;
  honest = load_honest();
  if (!honest) return NULL;
  liar = *honest;
  dialect = *honest->dialect;
  connection = *honest->connection;
  fixture = *honest->fixture;
  liar.name = "liar";
  liar.dialect = &dialect;
  liar.connection = &connection;
  liar.fixture = &fixture;
  liar.init = init;
  connection.run = run;
  connection.query = query;
  change_dialect();
  if (has("lists")) liar.capabilities |= SBE_CAN_ANSWER_LISTS;
  if (has("bits")) liar.capabilities |= UINT64_C(1) << 40;
  if (has("usage")) connection.usage = usage;
  if (has("drop")) fixture.drop = drop;
  return &liar;
}
