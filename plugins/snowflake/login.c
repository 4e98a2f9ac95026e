/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging in: every request carries a token. With a key pair we sign one ourselves, good for an hour;
 * with OAuth it is given, or fetched with a refresh token; a programmatic access token is given.
 * Called by `open` and before every request. Must never let a token or a key out of here but into
 * the header of a request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "plugins/snowflake/snowflake_connection.h"

#define TOKEN_SECONDS 3540           /* the service allows 3600 */
#define SKEW_SECONDS 30              /* by which our clock may be ahead */
#define RENEW_US INT64_C(3240000000) /* 54 minutes */
#define MARGIN_US INT64_C(60000000)  /* a fetched token is renewed that long before its end */
#define ANSWER_LIMIT ((size_t)1 << 20)
#define KEY_FILE_LIMIT 65536
#define LONGEST_TOKEN 65536

typedef enum kind { KEY_PAIR, OAUTH, ACCESS_TOKEN } kind;

/* dbt's name, the header's. */
static const struct {
  const char *authenticator, *header;
} kinds[] = {
    [KEY_PAIR] = {"snowflake_jwt", "KEYPAIR_JWT"},
    [OAUTH] = {"oauth", "OAUTH"},
    [ACCESS_TOKEN] = {"programmatic_access_token", "PROGRAMMATIC_ACCESS_TOKEN"},
};

struct sbe_snowflake_login {
  kind kind;
  const char *base; /* the profile's */
  sbe_jwt_key *key;
  char fingerprint[SBE_JWT_FINGERPRINT];
  char *account, *user;
  sbe_common_buffer token;
  int64_t good_until; /* by host->time; 0: there is none yet */
  char *refresh, *client, *secret;
};

static const char *given(const sbe_settings *settings, const char *name) {
  const char *value = sbe_snowflake_host->setting(settings, name);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static void wipe(char *text) {
  if (text != NULL) explicit_bzero(text, strlen(text));
  free(text);
}

static void wipe_buffer(sbe_common_buffer *buffer) {
  if (buffer->data != NULL) explicit_bzero(buffer->data, buffer->capacity);
  sbe_common_buffer_free(buffer);
}

/* ---- what the profile gives ---- */

static int32_t choose(const sbe_settings *settings, kind *ret_kind, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  const char *asked = given(settings, "authenticator");
  bool key = given(settings, "private_key") != NULL || given(settings, "private_key_path") != NULL;
  bool token = given(settings, "token") != NULL;
  for (size_t i = 0; asked != NULL && i < sizeof kinds / sizeof kinds[0]; i++) {
    if (strcasecmp(asked, kinds[i].authenticator) != 0) continue;
    *ret_kind = (kind)i;
    if (i == KEY_PAIR ? key : token) return SBE_OK;
    return host->error(error, SBE_INVALID, NULL, "`authenticator: %s` needs %s in the profile", kinds[i].authenticator,
                       i == KEY_PAIR ? "`private_key_path` or `private_key`" : "`token`");
  }
  if (asked != NULL)
    return host->error(error, SBE_INVALID, NULL,
                       "Snowflake's SQL API does not take `authenticator: %.64s`; it takes snowflake_jwt (a key pair), "
                       "oauth and programmatic_access_token",
                       asked);
  if (key || token) {
    *ret_kind = key ? KEY_PAIR : given(settings, "oauth_client_id") != NULL ? OAUTH : ACCESS_TOKEN;
    return SBE_OK;
  }
  return host->error(error, SBE_INVALID, NULL,
                     "%s: give `private_key_path` (a key pair, registered by ALTER USER … SET RSA_PUBLIC_KEY), or a "
                     "programmatic access token or an OAuth token as `token`, with `authenticator`",
                     given(settings, "password") != NULL ? "Snowflake's SQL API takes no password"
                                                         : "The profile has nothing to log in with");
}

static int32_t read_key_file(sbe_snowflake_login *login, const char *path, const char *passphrase, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  char what[512];
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return host->error(error, SBE_INVALID, NULL, "The file %.400s (`private_key_path`) cannot be opened: %m", path);
  char *text = sbe_common_allocate(KEY_FILE_LIMIT + 2, 1);
  size_t size = fread(text, 1, KEY_FILE_LIMIT + 1, file);
  fclose(file);
  snprintf(what, sizeof what, "the file %.400s (`private_key_path`)", path);
  int32_t code = sbe_jwt_key_read(host, what, text, size, passphrase, &login->key, error);
  explicit_bzero(text, KEY_FILE_LIMIT + 2);
  free(text);
  return code;
}

static int32_t read_key(const sbe_settings *settings, sbe_snowflake_login *login, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  const char *text = given(settings, "private_key"), *path = given(settings, "private_key_path");
  const char *passphrase = given(settings, "private_key_passphrase");
  if (login->user == NULL)
    return host->error(error, SBE_INVALID, NULL, "A login with a key pair needs `user` in the profile");
  if (text != NULL && path != NULL)
    return host->error(error, SBE_INVALID, NULL, "Give `private_key` or `private_key_path`, not both");
  int32_t code = path != NULL
                     ? read_key_file(login, path, passphrase, error)
                     : sbe_jwt_key_read(host, "`private_key`", text, strlen(text), passphrase, &login->key, error);
  if (code == SBE_OK && !sbe_jwt_fingerprint(login->key, login->fingerprint))
    code = host->error(error, SBE_INTERNAL, NULL, "The private key has no public half that OpenSSL can write");
  return code;
}

/* A header's value: nothing but what tokens are made of, so that no line can be smuggled in. */
static bool is_token(const char *text) {
  size_t size = strlen(text);
  for (size_t i = 0; i < size; i++)
    if (text[i] <= ' ' || text[i] > '~') return false;
  return size > 0 && size <= LONGEST_TOKEN;
}

static int32_t read_token(const sbe_settings *settings, sbe_snowflake_login *login, sbe_error *error) {
  const char *token = given(settings, "token");
  const char *client = given(settings, "oauth_client_id"), *secret = given(settings, "oauth_client_secret");
  size_t size = strlen(token);
  char *copy = sbe_common_copy(token, size);
  while (size > 0 && (copy[size - 1] == '\n' || copy[size - 1] == '\r' || copy[size - 1] == ' ')) copy[--size] = '\0';
  int32_t code = SBE_OK;
  if (!is_token(copy)) {
    code = sbe_snowflake_host->error(error, SBE_INVALID, NULL, "`token` in the profile is no token");
  } else if (login->kind == OAUTH && client != NULL && secret != NULL) {
    login->client = sbe_common_copy(client, strlen(client));
    login->secret = sbe_common_copy(secret, strlen(secret));
    login->refresh = sbe_common_copy(copy, size);
  } else if (login->kind == OAUTH && (client != NULL || secret != NULL)) {
    code = sbe_snowflake_host->error(error, SBE_INVALID, NULL,
                                     "`oauth_client_id` and `oauth_client_secret` belong together: with both, `token` "
                                     "is a refresh token; with neither, an access token");
  } else {
    sbe_common_puts(&login->token, copy);
    login->good_until = INT64_MAX;
  }
  wipe(copy);
  return code;
}

int32_t sbe_snowflake_login_new(const sbe_settings *settings, const sbe_snowflake_profile *profile,
                                sbe_snowflake_login **ret_login, sbe_error *error) {
  kind chosen = KEY_PAIR;
  int32_t code = choose(settings, &chosen, error);
  if (code != SBE_OK) return code;
  sbe_snowflake_login *login = sbe_common_allocate(1, sizeof *login);
  login->kind = chosen;
  login->base = profile->base;
  login->account = sbe_common_copy(profile->account, strlen(profile->account));
  if (profile->user != NULL) login->user = sbe_common_copy(profile->user, strlen(profile->user));
  code = chosen == KEY_PAIR ? read_key(settings, login, error) : read_token(settings, login, error);
  if (code == SBE_OK)
    *ret_login = login;
  else
    sbe_snowflake_login_free(login);
  return code;
}

void sbe_snowflake_login_free(sbe_snowflake_login *login) {
  if (login == NULL) return;
  sbe_jwt_key_free(login->key);
  wipe_buffer(&login->token);
  wipe(login->refresh);
  wipe(login->client);
  wipe(login->secret);
  free(login->account);
  free(login->user);
  free(login);
}

const char *sbe_snowflake_login_kind(const sbe_snowflake_login *login) {
  return kinds[login->kind].header;
}

const char *sbe_snowflake_login_fingerprint(const sbe_snowflake_login *login) {
  return login->kind == KEY_PAIR ? login->fingerprint : NULL;
}

/* ---- a key pair ---- */

static int32_t sign(sbe_snowflake_login *login, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer claims = {0}, subject = {0};
  char times[96];
  long long issued = (long long)time(NULL) - SKEW_SECONDS;
  sbe_common_puts(&subject, login->account);
  sbe_common_putc(&subject, '.');
  sbe_common_puts(&subject, login->user);
  size_t size = subject.size;
  sbe_common_puts(&claims, "{\"sub\":");
  sbe_common_json_string(&claims, subject.data, size);
  sbe_common_puts(&claims, ",\"iss\":");
  sbe_common_putc(&subject, '.');
  sbe_common_puts(&subject, login->fingerprint);
  sbe_common_json_string(&claims, subject.data, subject.size);
  snprintf(times, sizeof times, ",\"iat\":%lld,\"exp\":%lld}", issued, issued + TOKEN_SECONDS);
  sbe_common_puts(&claims, times);
  login->token.size = 0;
  if (!sbe_jwt_sign(login->key, claims.data, claims.size, &login->token))
    return sbe_snowflake_host->error(error, SBE_INTERNAL, NULL, "OpenSSL could not sign a token with the private key");
  login->good_until = sbe_snowflake_host->time() + RENEW_US;
  return SBE_OK;
}

/* ---- OAuth with a refresh token ---- */

typedef struct asking {
  const char *url, *body;
  const char *headers[4];
  int64_t deadline;
  sbe_common_buffer answer;
} asking;

static bool take(void *user, int status, const char *bytes, size_t size) {
  asking *a = user;
  (void)status;
  if (size > ANSWER_LIMIT - a->answer.size) return false;
  sbe_common_put(&a->answer, bytes, size);
  return true;
}

static int32_t prepare(void *user, int attempt, sbe_rest_request *ret_request, sbe_error *error) {
  asking *a = user;
  (void)attempt;
  (void)error;
  a->answer.size = 0;
  *ret_request = (sbe_rest_request){.method = "POST",
                                    .url = a->url,
                                    .headers = a->headers,
                                    .body = a->body,
                                    .size = strlen(a->body),
                                    .deadline = a->deadline,
                                    .take = take,
                                    .user = a};
  return SBE_OK;
}

/* The service's words about a refused refresh are codes such as invalid_client. */
static int32_t keep(sbe_snowflake_login *login, const asking *a, int status, sbe_error *error) {
  cJSON *said = cJSON_ParseWithLength(a->answer.data != NULL ? a->answer.data : "", a->answer.size);
  const char *token = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(said, "access_token"));
  const char *next = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(said, "refresh_token"));
  const char *why = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(said, "error"));
  const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(said, "expires_in");
  int32_t code = SBE_OK;
  if (status == 200 && token != NULL && is_token(token)) {
    double life = cJSON_IsNumber(seconds) && seconds->valuedouble > 0 ? seconds->valuedouble : 600;
    login->token.size = 0;
    sbe_common_puts(&login->token, token);
    login->good_until = sbe_snowflake_host->time() + (int64_t)((life < 86400 ? life : 86400) * 1000000) - MARGIN_US;
    if (next != NULL && is_token(next)) {
      wipe(login->refresh);
      login->refresh = sbe_common_copy(next, strlen(next));
    }
  } else {
    code = sbe_snowflake_host->error(error, SBE_AUTH, NULL,
                                     "Snowflake gave no OAuth access token (HTTP %d, %.64s): check `token`, which must "
                                     "be a refresh token, `oauth_client_id` and `oauth_client_secret` in the profile",
                                     status, why != NULL && is_token(why) ? why : "no reason");
  }
  cJSON_Delete(said);
  return code;
}

static int32_t fetch(sbe_snowflake_login *login, sbe_rest *rest, int64_t deadline, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  sbe_common_buffer url = {0}, body = {0}, pair = {0}, basic = {0};
  sbe_rest_answer answer;
  sbe_common_puts(&url, login->base);
  sbe_common_puts(&url, "/oauth/token-request");
  sbe_common_puts(&body, "grant_type=refresh_token&refresh_token=");
  sbe_rest_percent(&body, login->refresh);
  sbe_common_puts(&pair, login->client);
  sbe_common_putc(&pair, ':');
  sbe_common_puts(&pair, login->secret);
  sbe_common_puts(&basic, "Authorization: Basic ");
  sbe_base64(&basic, (const unsigned char *)pair.data, pair.size);
  asking a = {.url = url.data,
              .body = body.data,
              .headers = {basic.data, "Accept: application/json",
                          "Content-Type: application/x-www-form-urlencoded;charset=UTF-8", NULL},
              .deadline = deadline};
  int32_t code = sbe_rest_exchange(rest, prepare, &a, &answer, error);
  if (code == SBE_OK) {
    if (answer.end == SBE_REST_ANSWERED)
      code = keep(login, &a, answer.status, error);
    else if (answer.end == SBE_REST_CANCELLED)
      code = host->error(error, SBE_CANCELLED, NULL, "Cancelled while logging in");
    else if (answer.end == SBE_REST_LATE)
      code = host->error(error, SBE_TIMEOUT, NULL, "The time was over before the login was done");
    else
      code = host->error(error, SBE_IO, NULL, "The login got no answer: %s", answer.reason);
  }
  sbe_common_buffer_free(&url);
  wipe_buffer(&body);
  wipe_buffer(&pair);
  wipe_buffer(&basic);
  wipe_buffer(&a.answer);
  return code;
}

/* ---- a token ---- */

int32_t sbe_snowflake_login_token(sbe_snowflake_login *login, sbe_rest *rest, int64_t deadline, const char **ret_token,
                                  sbe_error *error) {
  int32_t code = SBE_OK;
  if (sbe_snowflake_host->time() >= login->good_until)
    code = login->kind == KEY_PAIR ? sign(login, error) : fetch(login, rest, deadline, error);
  if (code == SBE_OK) *ret_token = login->token.data;
  return code;
}

bool sbe_snowflake_login_repeated(const sbe_snowflake_login *login, const char *text) {
  return login->token.size > 0 && strstr(text, login->token.data) != NULL;
}

bool sbe_snowflake_login_renew(sbe_snowflake_login *login) {
  if (login->kind != KEY_PAIR && login->refresh == NULL) return false;
  login->good_until = 0;
  return true;
}
