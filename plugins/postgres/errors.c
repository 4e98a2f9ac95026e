/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong: SQLSTATE decides the code, a table from class or state to code; the server's message,
 * detail and hint make the sentence, with what to do about it where that is known. Called by the rest of
 * the connection half. Must never repeat a statement or a password.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/postgres/postgres_connection.h"

#define WIDE_VIEW "PostgreSQL's tables hold no more: divide the view's attributes among several views."

/* The longest start that fits decides. */
static const struct {
  const char *start;
  int32_t code;
  const char *remedy;
} states[] = {
    {"08", SBE_IO, NULL},
    {"08P01", SBE_INTERNAL, NULL},
    {"0A", SBE_UNSUPPORTED, NULL},
    {"22", SBE_DATA, NULL},
    {"22023", SBE_INVALID, NULL}, /* a setting or a role that there is not */
    {"23", SBE_DATA, NULL},
    {"25", SBE_INTERNAL, NULL},
    {"25006", SBE_INVALID,
     "The session may only read: is this a standby, or default_transaction_read_only on for this role or database?"},
    {"25P03", SBE_IO, NULL}, /* the server ended a batch that stood still */
    {"28", SBE_AUTH,
     "Is `user` right, is the password that of `password`, PGPASSWORD or ~/.pgpass, and does the "
     "server's pg_hba.conf let this user in from here?"},
    {"2B", SBE_INVALID, NULL},
    {"2BP01", SBE_INVALID, "Or keep its definition, and make it anew after the run."},
    {"34", SBE_INTERNAL, NULL},
    {"3D", SBE_NOT_FOUND, "Is `dbname` right?"},
    {"3F", SBE_NOT_FOUND, NULL},
    {"40", SBE_BUSY, NULL}, /* deadlocks, and what the server calls serialization failures */
    {"40002", SBE_DATA, NULL},
    {"40003", SBE_UNKNOWN_OUTCOME, NULL},
    {"42", SBE_SYNTAX, NULL},
    {"42501", SBE_AUTH, NULL},
    {"42P01", SBE_NOT_FOUND, NULL},
    {"42703", SBE_NOT_FOUND, NULL},
    {"42704", SBE_NOT_FOUND, NULL},
    {"42P22", SBE_DATA, "Give event_id of the events and root_id of their tables the same collation."},
    {"42P04", SBE_INVALID, NULL}, /* what is there already: database, schema, table, column, object */
    {"42P06", SBE_INVALID, NULL},
    {"42P07", SBE_INVALID, NULL},
    {"42701", SBE_INVALID, "Give it another name."},
    {"42710", SBE_INVALID, NULL},
    {"44", SBE_DATA, NULL},
    {"53", SBE_BUSY, NULL},
    {"53100", SBE_DATA, "Make room on the server's disk, then run again."},
    {"53300", SBE_BUSY, "The server has no connection left: fewer `threads`, or a higher max_connections."},
    {"53400", SBE_DATA, NULL},
    {"54", SBE_UNSUPPORTED, NULL},
    {"54011", SBE_UNSUPPORTED, WIDE_VIEW},
    {"55", SBE_INVALID, NULL},
    {"55006", SBE_BUSY, NULL},
    {"55P03", SBE_BUSY, NULL},
    {"57", SBE_BUSY, NULL},
    {"57014", SBE_CANCELLED, "Somebody has cancelled it in the server (pg_cancel_backend)."},
    {"57P01", SBE_IO, NULL},
    {"57P02", SBE_IO, NULL},
    {"57P03", SBE_BUSY, NULL},
    {"57P04", SBE_NOT_FOUND, NULL},
    {"57P05", SBE_IO, NULL},
    {"58", SBE_IO, NULL},
    {"72", SBE_BUSY, NULL},
    {"F0", SBE_INVALID, NULL},
    {"HV", SBE_DATA, NULL},
    {"HV00N", SBE_IO, NULL},
    {"P0", SBE_DATA, NULL}, /* raised by somebody's trigger or function */
    {"XX", SBE_INTERNAL, NULL},
};
#define N_STATES (sizeof states / sizeof states[0])

static size_t row_of(const char *sqlstate) {
  size_t best = N_STATES, longest = 0;
  for (size_t i = 0; sqlstate != NULL && i < N_STATES; i++) {
    size_t size = strlen(states[i].start);
    if (size > longest && strncmp(states[i].start, sqlstate, size) == 0) {
      best = i;
      longest = size;
    }
  }
  return best;
}

int32_t sbe_postgres_code(const char *sqlstate) {
  size_t row = row_of(sqlstate);
  return row < N_STATES ? states[row].code : SBE_INTERNAL;
}

/* ---- text ---- */

/* Not longer than SBE_POSTGRES_LONGEST: its middle goes, since the end often says what to do. */
static void shorten(const char *text, size_t size, char *out) {
  size_t head = size, tail = size;
  if (size > SBE_POSTGRES_LONGEST) {
    head = SBE_POSTGRES_LONGEST * 3 / 4;
    tail = size - SBE_POSTGRES_LONGEST / 4;
    while (head > 0 && ((unsigned char)text[head] & 0xC0) == 0x80) head--;
    while (tail < size && ((unsigned char)text[tail] & 0xC0) == 0x80) tail++;
  }
  size_t used =
      (size_t)sprintf(out, "%.*s%s%.*s", (int)head, text, tail < size ? " ... " : "", (int)(size - tail), text + tail);
  for (size_t i = 0; i < used; i++)
    if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f) out[i] = ' ';
}

void sbe_postgres_tidy(const sbe_connection *c, const char *message, char out[SBE_POSTGRES_LONGEST + 64]) {
  sbe_common_cleanup_buffer sbe_common_buffer text = {0};
  const char *secret = c != NULL && c->password != NULL && strlen(c->password) >= 3 ? c->password : NULL;
  for (const char *p = message; *p != '\0'; p++) {
    if (secret != NULL && strncmp(p, secret, strlen(secret)) == 0) {
      sbe_common_puts(&text, "***");
      p += strlen(secret) - 1;
    } else if (*p == '\n' || *p == '\t') {
      /* libpq's second lines are sentences of their own, its first ones have no full stop */
      if (*p == '\n' && p[1] == '\t' && text.size > 0 && strchr(".?!:", text.data[text.size - 1]) == NULL)
        sbe_common_putc(&text, '.');
      if (text.size > 0 && text.data[text.size - 1] != ' ') sbe_common_putc(&text, ' ');
    } else {
      sbe_common_putc(&text, *p);
    }
  }
  while (text.size > 0 && text.data[text.size - 1] == ' ') text.size--;
  if (text.size > 0)
    shorten(text.data, text.size, out);
  else
    out[0] = '\0';
}

/* "a: b. c" out of message, detail and hint. */
static void put_sentence(sbe_common_buffer *out, const PGresult *result) {
  static const int parts[] = {PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    const char *text = PQresultErrorField(result, parts[i]);
    if (text == NULL || text[0] == '\0') continue;
    if (out->size > 0) {
      char last = out->data[out->size - 1];
      sbe_common_puts(out, i == 1 ? ": " : last == '.' || last == '?' ? " " : ". ");
    }
    sbe_common_puts(out, text);
  }
  if (out->size == 0) sbe_common_puts(out, PQresultErrorMessage(result));
}

/* The line of the statement that the server points at; 0: it does not, or there is only one. */
static long line_of(const PGresult *result, const char *sql) {
  const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  if (position == NULL || strchr(sql, '\n') == NULL) return 0;
  long left = strtol(position, NULL, 10), line = 1;
  /* Counted in characters, from 1. */
  for (const char *p = sql; *p != '\0' && left > 1; p++) {
    if (*p == '\n') line++;
    if (((unsigned char)p[1] & 0xC0) != 0x80) left--;
  }
  return line;
}

/* ---- remedies ---- */

static void put_identifier_of(sbe_common_buffer *out, const char *name, size_t size) {
  char *copy = sbe_common_copy(name, size);
  sbe_common_identifier(out, copy);
  free(copy);
}

/* Behind the name in quotes that begins here. */
static const char *skip_name(const char *at) {
  do at = strchr(at + 1, '"');
  while (at != NULL && at[1] == '"' && (at += 1) != NULL);
  return at != NULL ? at + 1 : NULL;
}

/* The server names a table without its schema. The statement names both: `"schema"."table"`. */
static void put_schema_of(sbe_common_buffer *out, const char *sql, const char *table) {
  for (const char *at = sql; (at = strchr(at, '"')) != NULL;) {
    const char *end = skip_name(at);
    if (end == NULL) return;
    if (end[0] == '.' && strncmp(end + 1, table, strlen(table)) == 0) {
      sbe_common_put(out, at, (size_t)(end + 1 - at));
      return;
    }
    at = end;
  }
}

/* What a statement that is no query names first is what it writes to. */
static bool is_written(const char *sql, const char *schema_or_table) {
  const char *comment = strncmp(sql, "/*", 2) == 0 ? strstr(sql, "*/ ") : NULL;
  if (comment != NULL) sql = comment + 3;
  const char *first = strncmp(sql, "SELECT", 6) == 0 ? NULL : strchr(sql, '"');
  const char *second = first != NULL ? skip_name(first) : NULL;
  size_t size = strlen(schema_or_table);
  return (first != NULL && strncmp(first, schema_or_table, size) == 0) ||
         (second != NULL && second[0] == '.' && strncmp(second + 1, schema_or_table, size) == 0);
}

/* What is not allowed, as the server's message has it in English: "permission denied for schema shop". */
static void put_grant(sbe_common_buffer *out, const sbe_connection *c, const char *message, const char *sql) {
  static const struct {
    const char *what, *read, *write;
    bool in_schema;
  } grants[] = {
      {"permission denied for schema ", "USAGE ON SCHEMA", "USAGE, CREATE ON SCHEMA", false},
      {"permission denied for table ", "SELECT ON TABLE", "SELECT, INSERT, UPDATE, DELETE ON TABLE", true},
      {"permission denied for view ", "SELECT ON TABLE", "SELECT, INSERT, UPDATE, DELETE ON TABLE", true},
      {"permission denied for database ", "CREATE ON DATABASE", "CREATE ON DATABASE", false},
      {"permission denied for function ", "EXECUTE ON FUNCTION", "EXECUTE ON FUNCTION", false},
      {"permission denied for sequence ", "USAGE ON SEQUENCE", "USAGE ON SEQUENCE", false},
      {"permission denied for language ", "USAGE ON LANGUAGE", "USAGE ON LANGUAGE", false},
  };
  const char *role = c->role != NULL ? c->role : c->pg != NULL ? PQuser(c->pg) : NULL;
  if (role == NULL) role = "the user";
  if (strncmp(message, "permission denied to set role ", 30) == 0) {
    sbe_common_puts(out, " Its owner can allow that: GRANT ");
    sbe_common_identifier(out, c->role != NULL ? c->role : "");
    sbe_common_puts(out, " TO ");
    sbe_common_identifier(out, c->pg != NULL ? PQuser(c->pg) : "");
    return;
  }
  if (strncmp(message, "must be ", 8) == 0) { /* "must be owner of table t" */
    sbe_common_puts(out, " Its owner can hand it over: ALTER … OWNER TO ");
    sbe_common_identifier(out, role);
    return;
  }
  sbe_common_puts(out, " Its owner can allow that: GRANT ");
  size_t i = 0, n = sizeof grants / sizeof grants[0];
  while (i < n && strncmp(message, grants[i].what, strlen(grants[i].what)) != 0) i++;
  if (i < n) {
    sbe_common_cleanup_buffer sbe_common_buffer name = {0};
    const char *bare = message + strlen(grants[i].what);
    put_identifier_of(&name, bare, strcspn(bare, "\n"));
    sbe_common_puts(out, is_written(sql, name.data) ? grants[i].write : grants[i].read);
    sbe_common_putc(out, ' ');
    if (grants[i].in_schema) put_schema_of(out, sql, name.data);
    sbe_common_puts(out, name.data);
  } else {
    sbe_common_puts(out, "… ON …");
  }
  sbe_common_puts(out, " TO ");
  sbe_common_identifier(out, role);
}

/* ---- results ---- */

/* Where the state alone does not say it. */
static int32_t code_of(const PGresult *result, const char *sqlstate, const char *message, const char *sql) {
  const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
  /* Two made the same thing IF NOT EXISTS at once: the second finds the other's row in the catalog, */
  if (strcmp(sqlstate, "23505") == 0 && schema != NULL && strcmp(schema, "pg_catalog") == 0) return SBE_BUSY;
  /* or, a little later, the thing itself. */
  bool there = strcmp(sqlstate, "42710") == 0 || strcmp(sqlstate, "42P07") == 0;
  if (there && strstr(sql, " IF NOT EXISTS ") != NULL) return SBE_BUSY;
  if (strcmp(sqlstate, "XX000") == 0 && strncmp(message, "tuple concurrently ", 19) == 0) return SBE_BUSY;
  /* Not our cancel, for that was told apart before: a limit of the server's, or somebody. */
  if (strcmp(sqlstate, "57014") == 0 && strstr(message, "timeout") != NULL) return SBE_TIMEOUT;
  return sbe_postgres_code(sqlstate);
}

int32_t sbe_postgres_fail(const sbe_connection *c, const PGresult *result, const char *sql, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  sbe_common_cleanup_buffer sbe_common_buffer text = {0}, remedy = {0};
  char line[64] = "", shown[SBE_POSTGRES_LONGEST + 64];
  if (PQresultStatus(result) == PGRES_EMPTY_QUERY)
    return host->error(error, SBE_SYNTAX, NULL, "There is no statement in the text");
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  char state[6] = "";
  if (sqlstate != NULL && strlen(sqlstate) == 5) memcpy(state, sqlstate, 6);
  if (message == NULL) message = "";
  int32_t code = code_of(result, state, message, sql);
  put_sentence(&text, result);
  sbe_postgres_tidy(c, text.data, shown);
  long at = line_of(result, sql);
  if (at > 0) snprintf(line, sizeof line, " (line %ld of the statement)", at);
  size_t row = row_of(state);
  if (strcmp(state, "42501") == 0)
    put_grant(&remedy, c, message, sql);
  else if (strncmp(message, "row is too big", 14) == 0)
    sbe_common_puts(&remedy, " " WIDE_VIEW);
  else if (strcmp(state, "42883") == 0 && strncmp(message, "function ", 9) == 0)
    sbe_common_puts(&remedy,
                    " If a trigger or view of yours calls it: `search_path` in the profile is for its schema.");
  else if (code == SBE_TIMEOUT)
    sbe_common_puts(&remedy, " That limit is the server's, for this role or database.");
  else if (row < N_STATES && states[row].remedy != NULL && code == states[row].code) {
    sbe_common_putc(&remedy, ' ');
    sbe_common_puts(&remedy, states[row].remedy);
  }
  char last = shown[0] != '\0' ? shown[strlen(shown) - 1] : '.';
  bool dot = remedy.size > 0 && (line[0] != '\0' || (last != '.' && last != '?' && last != '!'));
  return host->error(error, code, state[0] != '\0' ? state : NULL, "%s%s%s%s", shown, line, dot ? "." : "",
                     remedy.size > 0 ? remedy.data : "");
}

/* ---- connections that could not be made ---- */

/* The SQLSTATE in a verbose message: "FATAL:  28P01: password …". The word before it may be in any language. */
static bool find_state(const char *message, char state[6]) {
  for (const char *p = message; (p = strstr(p, ":  ")) != NULL; p += 3) {
    size_t size = strspn(p + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (size != 5 || strncmp(p + 8, ": ", 2) != 0) continue;
    memcpy(state, p + 3, 5);
    state[5] = '\0';
    return true;
  }
  return false;
}

/* Without the state, and without where in the server's source it comes from. */
static void clean(const char *message, const char *state, sbe_common_buffer *out) {
  const char *location = strstr(message, "\nLOCATION:");
  size_t size = location != NULL ? (size_t)(location - message) : strlen(message);
  const char *at = state[0] != '\0' ? strstr(message, state) : NULL;
  if (at == NULL || (size_t)(at - message) > size) {
    sbe_common_put(out, message, size);
    return;
  }
  sbe_common_put(out, message, (size_t)(at - message));
  sbe_common_put(out, at + 7, size - (size_t)(at + 7 - message));
}

int32_t sbe_postgres_open_error(const sbe_connection *c, PGconn *pg, sbe_error *error) {
  const sbe_host *host = sbe_postgres_host;
  const char *message = PQerrorMessage(pg), *remedy = "";
  char state[6] = "", shown[SBE_POSTGRES_LONGEST + 64];
  int32_t code = SBE_INVALID; /* a parameter that libpq does not take */
  if (find_state(message, state))
    code = sbe_postgres_code(state);
  else if (PQconnectionNeedsPassword(pg) != 0 || PQconnectionUsedPassword(pg) != 0)
    code = SBE_AUTH;
  else if (strncmp(message, "connection to server", 20) == 0 || strncmp(message, "could not", 9) == 0 ||
           strncmp(message, "server closed", 13) == 0 || strncmp(message, "SSL", 3) == 0)
    code = SBE_IO;
  sbe_common_cleanup_buffer sbe_common_buffer text = {0};
  clean(message, state, &text);
  sbe_postgres_tidy(c, text.size > 0 ? text.data : "The connection could not be made", shown);
  size_t row = row_of(state);
  if (row < N_STATES && states[row].remedy != NULL) remedy = states[row].remedy;
  if (code == SBE_AUTH && remedy[0] == '\0') remedy = "Give one with `password`, PGPASSWORD or ~/.pgpass.";
  size_t size = strlen(shown);
  const char *gap = remedy[0] == '\0' ? "" : size > 0 && strchr(".?!", shown[size - 1]) != NULL ? " " : ". ";
  return host->error(error, code, state[0] != '\0' ? state : NULL, "%s%s%s", shown, gap, remedy);
}
