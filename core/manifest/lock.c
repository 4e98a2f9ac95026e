/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run lock (semantics, "One run"). Taken before anything is read that a run depends on; taking it
 * is one guarded batch, so that of two who try at once one gets it. A holder that died on this host is
 * replaced at once, any other when its lease is over by the warehouse's clock.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
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

int32_t sbe_lock_print_table(const sbe_sql *sql, sbe_arena *arena, sbe_statements *out, sbe_error *error) {
  sbe_table spec = {.struct_size = sizeof spec,
                    .name = table(sql, arena),
                    .kind = SBE_TABLE_PERMANENT,
                    .n_columns = LOCK_COLUMNS,
                    .columns = lock_columns,
                    .day_column = -1,
                    .key_column = -1};
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

static int32_t read_lock(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_rows *rows,
                         sbe_error *error) {
  sbe_cleanup_text sbe_text select = SBE_TEXT(8192);
  sbe_text_puts(&select, "SELECT token, holder, pid, process_start, host, since, expires, ");
  sbe_print_operation(sql, &select, SBE_OP_NOW, 0, NULL);
  SBE_PRINT(&select, " AS clock FROM ", table(sql, arena), " ORDER BY token DESC");
  return sbe_session_query(session, sbe_text_string(&select), rows, error);
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

/* One batch: only if the counter is still what we saw, replace the row by ours. */
static int32_t take(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, int64_t seen, sbe_error *error) {
  char host[256];
  host_name(host, sizeof host);
  const char *name = table(sql, arena);
  sbe_statements batch = {0};
  sbe_text *guard = sbe_statements_add(&batch, SBE_STATEMENT_GUARD);
  SBE_PRINT(guard, "SELECT COALESCE(MAX(token), 0) = ", sbe_arena_printf(arena, "%" PRId64, seen), " FROM ", name);
  SBE_PRINT(sbe_statements_add(&batch, 0), "DELETE FROM ", name,
            " WHERE token <= ", sbe_arena_printf(arena, "%" PRId64, seen));
  sbe_cleanup_text sbe_text row = SBE_TEXT(16384);
  sbe_text_printf(&row, "SELECT %" PRId64 ", 'sbe', %" PRId64 ", %" PRId64 ", ", seen + 1, (int64_t)getpid(),
                  process_start(getpid()));
  sbe_print_text(sql, &row, host);
  sbe_text_puts(&row, ", ");
  sbe_print_operation(sql, &row, SBE_OP_NOW, 0, NULL);
  sbe_text_puts(&row, ", ");
  print_now_plus_lease(sql, &row);
  sbe_print_insert(sql, name, LOCK_COLUMNS, lock_columns, sbe_text_string(&row), &batch);
  int32_t code = sbe_session_run(session, &batch, true, NULL, error);
  sbe_statements_clear(&batch);
  return code;
}

int32_t sbe_lock_acquire(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *ret_lock,
                         sbe_error *error) {
  sbe_rows rows = {.arena = arena};
  int32_t code = read_lock(session, sql, arena, &rows, error);
  if (code) return code;
  int64_t seen = 0;
  if (rows.n) {
    const sbe_value *row = SBE_CELL(&rows, 0, 0);
    seen = sbe_cell_int(&row[TOKEN], 0);
    bool held = row[HOLDER].kind != SBE_VALUE_NULL;
    bool over = sbe_cell_int(&row[EXPIRES], 0) <= sbe_cell_int(&row[LOCK_COLUMNS], 0);
    if (held && !over && !holder_is_dead(row)) return refuse(row, error);
  }
  code = take(session, sql, arena, seen, error);
  if (code == SBE_CONFLICT) {
    /* somebody was quicker: he is who holds it */
    rows.n = 0;
    if (read_lock(session, sql, arena, &rows, NULL) == SBE_OK && rows.n) return refuse(SBE_CELL(&rows, 0, 0), error);
    return sbe_error_set(error, SBE_BUSY, NULL, "another run took the lock at the same moment");
  }
  if (code) return code;
  *ret_lock = (sbe_lock){seen + 1, sbe_arena_printf(arena, "%" PRId64, seen + 1), sbe_monotonic_us()};
  return SBE_OK;
}

void sbe_lock_print_guard(const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock, sbe_statements *out) {
  SBE_PRINT(sbe_statements_add(out, SBE_STATEMENT_GUARD), "SELECT COUNT(*) = 1 FROM ", table(sql, arena),
            " WHERE token = ", lock->token_text, " AND holder IS NOT NULL");
}

int32_t sbe_lock_renew(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, sbe_lock *lock,
                       sbe_error *error) {
  sbe_statements list = {0};
  sbe_text *text = sbe_statements_add(&list, SBE_STATEMENT_REPEATABLE);
  SBE_PRINT(text, "UPDATE ", table(sql, arena), " SET expires = ");
  print_now_plus_lease(sql, text);
  SBE_PRINT(text, " WHERE token = ", lock->token_text);
  int32_t code = sbe_session_run(session, &list, false, NULL, error);
  sbe_statements_clear(&list);
  if (!code) lock->renewed = sbe_monotonic_us();
  return code;
}

int32_t sbe_lock_release(const sbe_session *session, const sbe_sql *sql, sbe_arena *arena, const sbe_lock *lock,
                         sbe_error *error) {
  sbe_statements list = {0};
  SBE_PRINT(sbe_statements_add(&list, SBE_STATEMENT_REPEATABLE), "UPDATE ", table(sql, arena),
            " SET holder = NULL WHERE token = ", lock->token_text);
  int32_t code = sbe_session_run(session, &list, false, NULL, error);
  sbe_statements_clear(&list);
  return code;
}
