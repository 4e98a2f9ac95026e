/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run lock (semantics, "One run"). Taken before anything is read that a run depends on. A holder that
 * died on this host is replaced at once, any other when its lease is over by the warehouse's clock. Here
 * statements are printed and their answers judged; when they run is the run's business.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/base/date.h"
#include "core/base/string.h"
#include "core/manifest/lock.h"

enum { TOKEN, HOLDER, PID, PROCESS_START, HOST, SINCE, EXPIRES, LOCK_COLUMNS };
static const sbe_column_spec lock_columns[LOCK_COLUMNS] = {
    [TOKEN] = {"token", SBE_TYPE_INT64},
    [HOLDER] = {"holder", SBE_TYPE_TEXT},
    [PID] = {"pid", SBE_TYPE_INT64},
    [PROCESS_START] = {"process_start", SBE_TYPE_INT64},
    [HOST] = {"host", SBE_TYPE_TEXT},
    [SINCE] = {"since", SBE_TYPE_TIMESTAMP},
    [EXPIRES] = {"expires", SBE_TYPE_TIMESTAMP},
};

static const char *table(const sbe_sql *sql, sbe_arena *arena) {
  return sbe_sql_table(sql, arena, SBE_SCHEMA_MANIFEST, SBE_LOCK_TABLE);
}

/* Made with its only row, which nobody holds: every taking is a change of a row that is there. */
int32_t sbe_lock_print_table(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error) {
  sbe_cleanup_text sbe_text row = SBE_TEXT(8192);
  for (size_t i = 0; i < LOCK_COLUMNS; i++) {
    const char *type = sbe_physical_type(sql->dialect, lock_columns[i].type);
    sbe_text_puts(&row, i ? ", " : "SELECT ");
    SBE_OPERATION(sql, &row, SBE_OP_CAST, i == TOKEN ? "0" : "NULL", type);
    SBE_PRINT(&row, " AS ", lock_columns[i].name);
  }
  sbe_table spec = {.struct_size = sizeof spec,
                    .name = table(sql, arena),
                    .kind = SBE_TABLE_PERMANENT,
                    .n_columns = LOCK_COLUMNS,
                    .columns = lock_columns,
                    .day_column = -1,
                    .key_column = -1,
                    .lookup_column = -1,
                    .select = sbe_text_string(&row)};
  return sbe_print_create(sql, &spec, out, error);
}

/* When a process began, in the kernel's ticks since boot: tells a process from a later one with its pid. -1: unknown.
 */
static int64_t process_start(int64_t pid) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  size_t size = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[size] = '\0';
  char *field = strrchr(line, ')'); /* the name before it may hold anything */
  long long start = -1;
  if (field && field[1] == ' ' && (field[2] == 'Z' || field[2] == 'X')) return -2; /* dead, and not yet waited for */
  if (field && sscanf(field + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %lld",
                      &start) != 1)
    start = -1;
  return start;
}

static void host_name(char *name, size_t size) {
  if (gethostname(name, size) != 0) snprintf(name, size, "localhost");
  name[size - 1] = '\0';
}

/* Known to be gone: on this host, and no such process, or another one with its number. */
static bool holder_is_dead(const sbe_value *row) {
  char host[256];
  host_name(host, sizeof host);
  if (!sbe_streq(sbe_cell_text(&row[HOST], ""), host)) return false;
  int64_t pid = sbe_cell_int(&row[PID], 0), started = sbe_cell_int(&row[PROCESS_START], -1);
  if (pid <= 0) return true;
  if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) return true;
  int64_t now = process_start(pid);
  return now == -2 || (now >= 0 && started >= 0 && now != started);
}

static void print_now_plus_lease(const sbe_sql *sql, sbe_text *out) {
  sbe_cleanup_text sbe_text now = SBE_TEXT(1024);
  char seconds[16];
  snprintf(seconds, sizeof seconds, "%d", SBE_LEASE_SECONDS);
  sbe_print_operation(sql, &now, SBE_OP_NOW, 0, NULL);
  SBE_OPERATION(sql, out, SBE_OP_ADD_SECONDS, sbe_text_string(&now), seconds);
}

void sbe_lock_begin(sbe_arena *arena, sbe_lock *ret_lock) {
  uint64_t random;
  if (getrandom(&random, sizeof random, 0) != sizeof random)
    random = (uint64_t)sbe_monotonic_us() * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)getpid();
  *ret_lock = (sbe_lock){.holder = sbe_arena_printf(arena, "sbe %016" PRIx64, random)};
}

/*
 * One statement, so that of two who try at once one gets it. Run again it changes nothing: our own row is
 * held, and its token is a later one.
 */
void sbe_lock_print_take(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, int64_t dead,
                         sbe_statements *out) {
  char host[256];
  host_name(host, sizeof host);
  sbe_cleanup_text sbe_text now = SBE_TEXT(1024);
  sbe_print_operation(sql, &now, SBE_OP_NOW, 0, NULL);
  sbe_text *text = sbe_statements_add(out, SBE_STATEMENT_REPEATABLE);
  SBE_PRINT(text, "UPDATE ", table(sql, arena), " SET token = token + 1, holder = ");
  sbe_print_text(sql, text, lock->holder);
  sbe_text_printf(text, ", pid = %" PRId64 ", process_start = %" PRId64 ", host = ", (int64_t)getpid(),
                  process_start(getpid()));
  sbe_print_text(sql, text, host);
  SBE_PRINT(text, ", since = ", sbe_text_string(&now), ", expires = ");
  print_now_plus_lease(sql, text);
  if (dead >= 0)
    sbe_text_printf(text, " WHERE token = %" PRId64, dead);
  else
    SBE_PRINT(text, " WHERE holder IS NULL OR expires <= ", sbe_text_string(&now));
}

void sbe_lock_print_read(const sbe_sql *sql, sbe_arena *arena, sbe_text *out) {
  sbe_text_puts(out, "SELECT token, holder, pid, process_start, host, since, expires, ");
  sbe_print_operation(sql, out, SBE_OP_NOW, 0, NULL);
  SBE_PRINT(out, " AS clock FROM ", table(sql, arena), " ORDER BY token DESC");
}

static int32_t refuse(const sbe_value *row, sbe_error *error) {
  char since[32], until[32];
  sbe_timestamp_format(sbe_cell_int(&row[SINCE], 0), since);
  sbe_timestamp_format(sbe_cell_int(&row[EXPIRES], 0), until);
  return sbe_error_set(
      error, SBE_BUSY, NULL,
      "another run holds the lock: process %lld on %s, since %s UTC (its lease ends %s UTC unless it is renewed)",
      (long long)sbe_cell_int(&row[PID], 0), sbe_cell_text(&row[HOST], "?"), since, until);
}

int32_t sbe_lock_judge(sbe_arena *arena, const sbe_rows *rows, sbe_lock *lock, int64_t *ret_dead, sbe_error *error) {
  if (!rows->n)
    return sbe_error_set(error, SBE_INVALID, NULL,
                         "the table " SBE_LOCK_TABLE " has no row: drop this table, the next run makes it anew");
  const sbe_value *row = SBE_CELL(rows, 0, 0);
  int64_t token = sbe_cell_int(&row[TOKEN], 0);
  if (sbe_streq(sbe_cell_text(&row[HOLDER], ""), lock->holder)) {
    lock->token = token;
    lock->token_text = sbe_arena_printf(arena, "%" PRId64, token);
    lock->renewed = sbe_monotonic_us();
    lock->clock = sbe_cell_int(&row[LOCK_COLUMNS], 0);
    return SBE_OK;
  }
  bool held = row[HOLDER].kind != SBE_VALUE_NULL;
  bool over = sbe_cell_int(&row[EXPIRES], 0) <= sbe_cell_int(&row[LOCK_COLUMNS], 0);
  if (held && !over && !holder_is_dead(row)) return refuse(row, error);
  *ret_dead = token;
  return sbe_error_set(error, SBE_CONFLICT, NULL, "another run took the lock at the same moment");
}

static void print_renewal(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out) {
  sbe_text *text = sbe_statements_add(out, SBE_STATEMENT_REPEATABLE);
  SBE_PRINT(text, "UPDATE ", table(sql, arena), " SET expires = ");
  print_now_plus_lease(sql, text);
  SBE_PRINT(text, " WHERE token = ", lock->token_text);
}

/* First the row is held, then looked at: whoever wants the lock waits until this batch is over, or has got it
   already, which the guard sees. */
void sbe_lock_print_hold(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out) {
  if (sbe_can_print(sql->dialect, SBE_OP_HOLD))
    SBE_OPERATION(
        sql, sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), SBE_OP_HOLD,
        sbe_arena_printf(arena, "SELECT token FROM %s WHERE token = %s", table(sql, arena), lock->token_text));
  else
    print_renewal(sql, arena, lock, out);
}

void sbe_lock_print_guard(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, const char *condition,
                          sbe_statements *out) {
  SBE_PRINT(sbe_statements_add(out, SBE_STATEMENT_GUARD), "SELECT COUNT(*) = 1 FROM ", table(sql, arena),
            " WHERE token = ", lock->token_text, " AND holder IS NOT NULL", condition);
}

/* A publishing batch of ours may hold the row: not for long, and while it does nobody else gets it. */
#define RENEWAL_TIMEOUT_US (5 * SBE_SECOND_US)

int32_t sbe_lock_renew(sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *lock, sbe_error *error) {
  sbe_statements list = {0};
  print_renewal(sql, arena, lock, &list);
  session->timeout_us = RENEWAL_TIMEOUT_US;
  int32_t code = sbe_session_run(session, &list, false, NULL, error);
  session->timeout_us = 0;
  sbe_statements_clear(&list);
  if (!code) lock->renewed = sbe_monotonic_us();
  return code;
}

void sbe_lock_print_release(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out) {
  sbe_text *text = sbe_statements_add(out, SBE_STATEMENT_REPEATABLE);
  SBE_PRINT(text, "UPDATE ", table(sql, arena), " SET holder = NULL WHERE holder = ");
  sbe_print_text(sql, text, lock->holder);
}
