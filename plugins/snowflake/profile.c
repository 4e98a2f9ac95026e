/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a profile that say where to go and as what, checked. Called by `open`. Must never put
 * the value of a secret field into an error; the ones read here are none.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/snowflake/snowflake_connection.h"

#define DOMAIN ".snowflakecomputing.com"
#define LONGEST_NAME 512

static const char *given(const sbe_settings *settings, const char *name) {
  const char *value = sbe_snowflake_host->setting(settings, name);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static char *large(const char *text, size_t size) {
  char *copy = sbe_common_copy(text, size);
  for (size_t i = 0; i < size; i++)
    if (copy[i] >= 'a' && copy[i] <= 'z') copy[i] = (char)(copy[i] - 32);
  return copy;
}

/* As SHOW prints it: in large letters, unless it is quoted in the profile as it would be in SQL. */
static int32_t read_name(const sbe_settings *settings, const char *name, char **ret_name, sbe_error *error) {
  const char *value = given(settings, name);
  if (value == NULL) return SBE_OK;
  size_t size = strlen(value);
  if (size > LONGEST_NAME || (value[0] == '"' && (size < 3 || value[size - 1] != '"')))
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "`%s` in the profile is no name", name);
  if (value[0] != '"') {
    *ret_name = large(value, size);
    return SBE_OK;
  }
  char *out = *ret_name = sbe_common_allocate(size, 1);
  for (size_t i = 1; i < size - 1; i++) {
    *out++ = value[i];
    if (value[i] == '"' && value[i + 1] == '"') i++;
  }
  return SBE_OK;
}

/* The host prints it in names of tables, too, through `identifier`: so it follows the rule of dialect.c. */
static int32_t read_database(const sbe_settings *settings, char **ret_name, sbe_error *error) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", digits[] = "0123456789$";
  const char *value = given(settings, "database");
  if (value == NULL) return SBE_OK;
  size_t size = strlen(value), first = strcspn(value, digits);
  if (size > LONGEST_NAME || strchr(value, '"') != NULL)
    return sbe_snowflake_host->error(
        error, SBE_INVALID, NULL,
        "`database` in the profile is a name without quotes; one that would need them stays as it is");
  bool plain = first > 0;
  for (size_t i = 0; i < size && plain; i++)
    plain = strchr(letters, value[i]) != NULL || strchr(digits, value[i]) != NULL;
  *ret_name = plain ? large(value, size) : sbe_common_copy(value, size);
  return SBE_OK;
}

static int32_t read_number(const sbe_settings *settings, const char *name, int64_t most, int64_t preset,
                           int64_t *ret_number, sbe_error *error) {
  const char *value = given(settings, name);
  *ret_number = preset;
  if (value == NULL ||
      (sbe_snowflake_integer(value, strlen(value), ret_number) && *ret_number >= 0 && *ret_number <= most))
    return SBE_OK;
  return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "`%s` in the profile must be a number from 0 to %lld",
                                   name, (long long)most);
}

static bool only(const char *text, const char *marks) {
  for (; *text != '\0'; text++)
    if (!(*text >= '0' && *text <= '9') && !((*text | 32) >= 'a' && (*text | 32) <= 'z') &&
        strchr(marks, *text) == NULL)
      return false;
  return true;
}

static bool is_here(const char *host) {
  return strcasecmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0 ||
         strcmp(host, "[::1]") == 0;
}

/* Underscores of an organisation's account stand as hyphens in its host's name. */
static int32_t read_base(const sbe_settings *settings, sbe_snowflake_profile *profile, sbe_error *error) {
  const char *host = given(settings, "host"), *account = given(settings, "account");
  const char *protocol = given(settings, "protocol");
  sbe_common_cleanup_buffer sbe_common_buffer name = {0}, base = {0};
  int64_t port;
  int32_t code = read_number(settings, "port", 65535, 0, &port, error);
  if (code != SBE_OK) return code;
  if (account == NULL || strlen(account) > 255 || !only(account, "-_."))
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL,
                                     "`account` in the profile must be an account identifier like `myorg-account1`");
  if (host != NULL && (strlen(host) > 255 || !only(host, "-.[]:_")))
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL,
                                     "`host` in the profile must be a host's name, without protocol and path");
  for (const char *c = account; host == NULL && *c != '\0'; c++) sbe_common_putc(&name, *c == '_' ? '-' : *c);
  sbe_common_puts(&name, host != NULL ? host : DOMAIN);
  bool plain = protocol != NULL && strcasecmp(protocol, "http") == 0;
  if (protocol != NULL && !plain && strcasecmp(protocol, "https") != 0)
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL, "`protocol` in the profile must be https");
  if (plain && !is_here(name.data))
    return sbe_snowflake_host->error(error, SBE_INVALID, NULL,
                                     "`protocol: http` is only for a server on this machine (localhost); logins must "
                                     "not cross a network in plain text");
  sbe_common_puts(&base, plain ? "http://" : "https://");
  bool bare = strchr(name.data, ':') != NULL && name.data[0] != '[';
  if (bare) sbe_common_putc(&base, '[');
  sbe_common_puts(&base, name.data);
  if (bare) sbe_common_putc(&base, ']');
  for (int64_t unit = 10000; port > 0 && unit > 0; unit /= 10) {
    if (unit == 10000) sbe_common_putc(&base, ':');
    if (port >= unit) sbe_common_putc(&base, (char)('0' + port / unit % 10));
  }
  profile->base = sbe_common_copy(base.data, base.size);
  return SBE_OK;
}

/* The account as tokens name it: without region and cloud, which follow a dot; of the old kind that
   names a `.global` host, without what follows the hyphen. */
static char *account_of(const char *account) {
  const char *end = strpbrk(account, ".");
  const char *global = strcasestr(account, ".global");
  if (global != NULL && strchr(account, '-') != NULL) end = strchr(account, '-');
  return large(account, end != NULL ? (size_t)(end - account) : strlen(account));
}

int32_t sbe_snowflake_profile_read(const sbe_settings *settings, sbe_snowflake_profile *ret_profile, sbe_error *error) {
  const struct {
    const char *name;
    char **to;
  } names[] = {
      {"role", &ret_profile->role},
      {"warehouse", &ret_profile->warehouse},
      {"schema", &ret_profile->schema},
  };
  const char *user = given(settings, "user"), *tag = given(settings, "query_tag");
  int64_t seconds, retries;
  int32_t code = read_base(settings, ret_profile, error);
  for (size_t i = 0; i < sizeof names / sizeof names[0] && code == SBE_OK; i++)
    code = read_name(settings, names[i].name, names[i].to, error);
  if (code == SBE_OK) code = read_database(settings, &ret_profile->database, error);
  if (code == SBE_OK) code = read_number(settings, "connect_timeout", 3600, 10, &seconds, error);
  if (code == SBE_OK) code = read_number(settings, "connect_retries", 100, 2, &retries, error);
  if (code != SBE_OK) return code;
  ret_profile->account = account_of(given(settings, "account"));
  if (user != NULL) ret_profile->user = large(user, strlen(user));
  if (tag != NULL) ret_profile->tag = sbe_common_copy(tag, strlen(tag));
  ret_profile->connect_timeout_us = (seconds > 0 ? seconds : 1) * 1000000;
  ret_profile->connect_retries = (int)retries;
  return SBE_OK;
}

void sbe_snowflake_profile_free(sbe_snowflake_profile *profile) {
  free(profile->base);
  free(profile->account);
  free(profile->user);
  free(profile->role);
  free(profile->warehouse);
  free(profile->database);
  free(profile->schema);
  free(profile->tag);
  memset(profile, 0, sizeof *profile);
}
