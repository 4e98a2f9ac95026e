/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snowflake's errors in the words of the interface: by number where it is known, else by SQLSTATE, else
 * by the status of HTTP. Called by statements.c and results.c. Must never repeat a token.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/snowflake/snowflake_connection.h"

/* First and last number, words that must also occur (NULL: none), code, what to do (NULL: nothing is known).
   The first row that fits counts. */
static const struct number {
  long first, last;
  const char *contains;
  int32_t code;
  const char *remedy;
} numbers[] = {
    {100038, 100038, SBE_SNOWFLAKE_GUARD, SBE_CONFLICT, NULL},
    {2, 2, NULL, SBE_UNSUPPORTED, NULL},
    {8, 8, NULL, SBE_SYNTAX, NULL}, /* another number of statements than was said */
    {600, 600, NULL, SBE_BUSY, NULL},
    {603, 603, NULL, SBE_INTERNAL, NULL},
    {604, 604, NULL, SBE_CANCELLED, NULL},
    {605, 605, NULL, SBE_CANCELLED, NULL},
    {606, 606, NULL, SBE_INVALID, "Name a `warehouse` in the profile that the role may use"},
    {625, 625, NULL, SBE_BUSY, NULL}, /* too many wait for a lock, or it lasted too long */
    {630, 630, NULL, SBE_TIMEOUT, NULL},
    {1003, 1999, NULL, SBE_SYNTAX, NULL},
    {904, 904, NULL, SBE_NOT_FOUND, NULL},
    {2002, 2002, NULL, SBE_INVALID, NULL}, /* there already */
    {2003, 2003, NULL, SBE_NOT_FOUND, NULL},
    {2043, 2043, NULL, SBE_NOT_FOUND, NULL},
    {3001, 3001, NULL, SBE_INVALID, "GRANT what is missing to the `role` of the profile"},
    {3540, 3540, NULL, SBE_INVALID, NULL},
    {90073, 90073, NULL, SBE_INVALID, "A resource monitor has stopped the warehouse"},
    {90105, 90105, NULL, SBE_INVALID, "Give `database` and `schema` in the profile"},
    {90106, 90106, NULL, SBE_INVALID, "Give `database` and `schema` in the profile"},
    {100000, 100999, NULL, SBE_DATA, NULL}, /* conversions, overflows, constraints, duplicates of a MERGE */
    {390144, 390144, NULL, SBE_AUTH, NULL},
    {390189, 390189, NULL, SBE_AUTH, "Check `role` in the profile, and that it is granted to the user"},
    {390201, 390201, NULL, SBE_NOT_FOUND,
     "Check `warehouse`, `database` and `schema` in the profile; a name that is "
     "not in large letters must be quoted there"},
    {390303, 390303, NULL, SBE_AUTH, "Get a new OAuth token"},
    {390318, 390318, NULL, SBE_AUTH,
     "Get a new OAuth token, or give a refresh token with `oauth_client_id` and `oauth_client_secret`"},
    {390420, 390422, NULL, SBE_AUTH, "A network policy keeps this machine out"},
    {390000, 390999, NULL, SBE_AUTH, NULL},
    {394000, 394999, NULL, SBE_AUTH, "Check that the programmatic access token is not expired, and its network policy"},
    {391908, 391909, NULL, SBE_UNSUPPORTED, NULL}, /* the result is too large */
};

/* The same by the first characters of the SQLSTATE. */
static const struct {
  const char *start;
  int32_t code;
} states[] = {
    {"02000", SBE_NOT_FOUND}, {"42S02", SBE_NOT_FOUND}, {"42710", SBE_INVALID}, {"42501", SBE_INVALID},
    {"42", SBE_SYNTAX},       {"22", SBE_DATA},         {"23", SBE_DATA},       {"21", SBE_DATA},
    {"0A", SBE_UNSUPPORTED},  {"28", SBE_AUTH},         {"40", SBE_BUSY},       {"53", SBE_BUSY},
    {"55", SBE_BUSY},         {"57014", SBE_CANCELLED}, {"57P03", SBE_INVALID}, {"08", SBE_IO},
};

static const struct number *row_of(long number, const char *message) {
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    if (number >= numbers[i].first && number <= numbers[i].last &&
        (numbers[i].contains == NULL || strstr(message, numbers[i].contains) != NULL))
      return &numbers[i];
  return NULL;
}

int32_t sbe_snowflake_code(long number, const char *sqlstate, const char *message) {
  const struct number *row = row_of(number, message);
  if (row != NULL) return row->code;
  for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
    if (strncmp(sqlstate, states[i].start, strlen(states[i].start)) == 0) return states[i].code;
  return SBE_INTERNAL;
}

#define LONGEST 600

/* On one line, not longer than LONGEST: its middle goes. */
static void tidy(const char *message, char out[LONGEST + 16]) {
  size_t size = strlen(message), head, tail, used = 0;
  while (size > 0 && (unsigned char)message[size - 1] <= ' ') size--;
  head = tail = size;
  if (size > LONGEST) {
    head = LONGEST * 3 / 4;
    tail = size - LONGEST / 4;
    while (head > 0 && ((unsigned char)message[head] & 0xC0) == 0x80) head--;
    while (tail < size && ((unsigned char)message[tail] & 0xC0) == 0x80) tail++;
  }
  used = (size_t)sprintf(out, "%.*s%s%.*s", (int)head, message, tail < size ? " ... " : "", (int)(size - tail),
                         message + tail);
  for (size_t i = 0; i < used; i++)
    if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f) out[i] = ' ';
}

/* Its number is a string of digits. */
static long number_of(const cJSON *envelope) {
  const cJSON *code = cJSON_GetObjectItemCaseSensitive(envelope, "code");
  const char *text = cJSON_GetStringValue(code);
  int64_t number = 0;
  if (text != NULL && strlen(text) < 10 && sbe_snowflake_integer(text, strlen(text), &number)) return (long)number;
  return cJSON_IsNumber(code) && code->valuedouble > 0 && code->valuedouble < 1e9 ? (long)code->valuedouble : 0;
}

static const char *text_of(const cJSON *envelope, const char *name) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(envelope, name));
  return text != NULL ? text : "";
}

/* A status that says more than the body, or that comes without one that we know. */
static int32_t by_status(const sbe_connection *connection, int status, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  switch (status) {
  case 401:
    return host->error(error, SBE_AUTH, NULL, "Snowflake refused the login (HTTP 401)");
  case 403:
    return host->error(error, SBE_AUTH, NULL,
                       "Snowflake refused the request (HTTP 403): check the account, the role and its network policy");
  case 404:
    return host->error(error, SBE_INVALID, NULL,
                       "%s has no Snowflake SQL API (HTTP 404): check `account` and `host` in the profile",
                       connection->profile.base);
  case 408:
    return host->error(error, SBE_TIMEOUT, NULL, "Snowflake stopped the statement: it took longer than it may");
  case 429:
  case 503:
    return host->error(error, SBE_BUSY, NULL, "Snowflake is busy (HTTP %d), and was so in every attempt", status);
  default:
    break;
  }
  if (status >= 500) return host->error(error, SBE_IO, NULL, "Snowflake failed (HTTP %d) in every attempt", status);
  if (status >= 300 && status < 400)
    return host->error(error, SBE_INVALID, NULL,
                       "%s answers with a redirect (HTTP %d), which is not followed: check `account` and `host` in the "
                       "profile",
                       connection->profile.base, status);
  return host->error(error, SBE_INTERNAL, NULL, "Snowflake did not accept the request (HTTP %d)", status);
}

/* What is to be done about a login that was refused. */
static void login_remedy(const sbe_connection *connection, char *out, size_t size) {
  const char *fingerprint = sbe_snowflake_login_fingerprint(connection->login);
  if (fingerprint == NULL)
    snprintf(out, size, "Check `token`, `authenticator` and `user` in the profile");
  else
    snprintf(out, size,
             "Check this machine's clock, `account` and `user` in the profile (asked as %.200s.%.200s), and that DESC "
             "USER shows RSA_PUBLIC_KEY_FP %s",
             connection->profile.account, connection->profile.user, fingerprint);
}

int32_t sbe_snowflake_refused(const sbe_connection *connection, int status, const cJSON *envelope, sbe_error *error) {
  const char *message = text_of(envelope, "message"), *state = text_of(envelope, "sqlState");
  const char *handle = text_of(envelope, "statementHandle");
  char text[LONGEST + 16], login[768] = "", query[96] = "";
  long number = number_of(envelope);
  if (status >= 500 || status == 429 || status == 408 || number == 0) return by_status(connection, status, error);
  const struct number *row = row_of(number, message);
  int32_t code = sbe_snowflake_code(number, state, message);
  if (status == 401 && code != SBE_AUTH) code = SBE_AUTH;
  if (code == SBE_INTERNAL && status == 400) code = SBE_SYNTAX;
  if (code == SBE_CONFLICT && row != NULL && row->contains != NULL)
    return sbe_snowflake_host->error(error, SBE_CONFLICT, NULL,
                                     "A guard said no: another run has taken over, nothing was written");
  tidy(message[0] == '\0' || sbe_snowflake_login_repeated(connection->login, message) ? "Snowflake gave no reason"
                                                                                      : message,
       text);
  const char *remedy = row != NULL ? row->remedy : NULL;
  if (code == SBE_AUTH && remedy == NULL) {
    login_remedy(connection, login, sizeof login);
    remedy = login;
  }
  if (handle[0] != '\0' && strlen(handle) < SBE_SNOWFLAKE_HANDLE && strchr(handle, '\n') == NULL)
    snprintf(query, sizeof query, ", query %s", handle);
  size_t size = strlen(text);
  const char *stop = remedy == NULL ? "" : size > 0 && text[size - 1] == '.' ? " " : ". ";
  return sbe_snowflake_host->error(error, code, strlen(state) == 5 ? state : NULL, "%s%s%s (%06ld%s)", text, stop,
                                   remedy != NULL ? remedy : "", number, query);
}

int32_t sbe_snowflake_unknown(sbe_error *error, const char *why) {
  return sbe_snowflake_host->error(error, SBE_UNKNOWN_OUTCOME, NULL,
                                   "The answer to statements that write was lost; they may or may not have run (%s)",
                                   why);
}

int32_t sbe_snowflake_unanswered(const sbe_connection *connection, const sbe_rest_answer *answer, bool write,
                                 sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  const char *base = connection->profile.base;
  if (write && answer->doubtful) return sbe_snowflake_unknown(error, answer->reason);
  if (answer->end == SBE_REST_UNTRUSTED)
    return host->error(error, SBE_IO, NULL,
                       "%s has a certificate that is not trusted: %s. If a proxy of yours opens TLS, name its "
                       "certificates in the environment variable SSL_CERT_FILE",
                       base, answer->reason);
  if (!answer->doubtful)
    return host->error(error, SBE_IO, NULL,
                       "%s cannot be reached: %s. Check `account` and `host` in the profile, and "
                       "HTTPS_PROXY if you need a proxy",
                       base, answer->reason);
  return host->error(error, SBE_IO, NULL, "The connection to %s broke in every attempt: %s", base, answer->reason);
}
