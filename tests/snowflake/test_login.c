/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a profile leads to, without a network: address, names, the kind of login, the claims of a token and
 * when it is renewed. Keys are made here. The clock is the test's own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "plugins/snowflake/snowflake_connection.h"
#include "tests/duckdb/fake_host.h"

static sbe_host host;
const sbe_host *sbe_snowflake_host = &host;

static int64_t clock_us = 1000000;
static int64_t our_time(void) {
  return clock_us;
}

static char *key_text;

static void make_key(void) {
  EVP_PKEY *key = NULL;
  char *data;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048);
  EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  BIO *out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
  long size = BIO_get_mem_data(out, &data);
  key_text = sbe_common_copy(data, (size_t)size);
  BIO_free(out);
  EVP_PKEY_free(key);
}

typedef struct place {
  int32_t code;
  sbe_snowflake_profile profile;
  sbe_snowflake_login *login;
} place;

/* The caller closes it. */
static place go(const char *const *pairs) {
  struct sbe_settings settings = {pairs};
  place p = {0};
  memset(&fake_error, 0, sizeof fake_error);
  p.code = sbe_snowflake_profile_read(&settings, &p.profile, &fake_error);
  if (p.code == SBE_OK) p.code = sbe_snowflake_login_new(&settings, &p.profile, &p.login, &fake_error);
  return p;
}

static void leave(place *p) {
  sbe_snowflake_login_free(p->login);
  sbe_snowflake_profile_free(&p->profile);
}

#define GO(...) go((const char *const[]){__VA_ARGS__, NULL})
#define TOKEN "token", "abc.def"

static void addresses(void) {
  static const struct {
    const char *account, *host, *port, *protocol, *wanted;
  } table[] = {
      {"myorg-acct1", "", "", "", "https://myorg-acct1.snowflakecomputing.com"},
      {"my_org-acct1", "", "", "https", "https://my-org-acct1.snowflakecomputing.com"},
      {"xy12345.eu-west-1.aws", "", "", "", "https://xy12345.eu-west-1.aws.snowflakecomputing.com"},
      {"xy12345", "a.privatelink.snowflakecomputing.com", "", "", "https://a.privatelink.snowflakecomputing.com"},
      {"xy12345", "", "8443", "", "https://xy12345.snowflakecomputing.com:8443"},
      {"xy12345", "127.0.0.1", "80", "http", "http://127.0.0.1:80"},
      {"xy12345", "localhost", "65535", "HTTP", "http://localhost:65535"},
      {"xy12345", "::1", "8080", "http", "http://[::1]:8080"},
      {"xy12345", "[::1]", "8080", "http", "http://[::1]:8080"},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    place p = GO("account", table[i].account, "host", table[i].host, "port", table[i].port, "protocol",
                 table[i].protocol, TOKEN);
    CU_ASSERT_EQUAL(p.code, SBE_OK);
    CU_ASSERT_STRING_EQUAL(p.profile.base, table[i].wanted);
    leave(&p);
  }
}

static void names(void) {
  place p = GO("account", "a", "role", "analyst", "warehouse", "\"My \"\"wh\"\"\"", "database", "Db_1", TOKEN);
  CU_ASSERT_EQUAL(p.code, SBE_OK);
  CU_ASSERT_STRING_EQUAL(p.profile.role, "ANALYST");
  CU_ASSERT_STRING_EQUAL(p.profile.warehouse, "My \"wh\"");
  CU_ASSERT_STRING_EQUAL(p.profile.database, "DB_1");
  CU_ASSERT_PTR_NULL(p.profile.schema);
  leave(&p);
  p = GO("account", "a", "database", "my-Db", TOKEN); /* as the names of its tables have it */
  CU_ASSERT_EQUAL(p.code, SBE_OK);
  CU_ASSERT_STRING_EQUAL(p.profile.database, "my-Db");
  leave(&p);
  p = GO("account", "a", "database", "1db", TOKEN);
  CU_ASSERT_STRING_EQUAL(p.profile.database, "1db");
  leave(&p);
}

static void what_is_refused(void) {
  const struct {
    const char *pairs[10];
    const char *says;
  } table[] = {
      {{TOKEN}, "`account`"},
      {{"account", "a/b", TOKEN}, "`account`"},
      {{"account", "a", "host", "x@evil", TOKEN}, "`host`"},
      {{"account", "a", "host", "x/y", TOKEN}, "`host`"},
      {{"account", "a", "protocol", "http", TOKEN}, "only for a server on this machine"},
      {{"account", "a", "protocol", "http", "host", "localhost.evil.example", TOKEN}, "only for a server"},
      {{"account", "a", "protocol", "ftp", TOKEN}, "must be https"},
      {{"account", "a", "port", "65536", TOKEN}, "`port`"},
      {{"account", "a", "port", "1x", TOKEN}, "`port`"},
      {{"account", "a", "role", "\"x", TOKEN}, "`role`"},
      {{"account", "a", "database", "\"Db\"", TOKEN}, "`database`"},
      {{"account", "a"}, "nothing to log in with"},
      {{"account", "a", "password", "hunter2"}, "takes no password"},
      {{"account", "a", "authenticator", "externalbrowser", TOKEN}, "does not take `authenticator: externalbrowser`"},
      {{"account", "a", "authenticator", "snowflake_jwt", TOKEN}, "needs `private_key_path`"},
      {{"account", "a", "authenticator", "oauth"}, "needs `token`"},
      {{"account", "a", "private_key", key_text}, "needs `user`"},
      {{"account", "a", "user", "u", "private_key", "x", "private_key_path", "/x"}, "not both"},
      {{"account", "a", "user", "u", "private_key_path", "/nowhere/key"}, "cannot be opened"},
      {{"account", "a", "user", "u", "private_key", "sesame"}, "no private key that can be read"},
      {{"account", "a", "token", "a\r\nX: y"}, "is no token"},
      {{"account", "a", "authenticator", "oauth", "oauth_client_id", "i", TOKEN}, "belong together"},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    place p = go(table[i].pairs);
    CU_ASSERT_EQUAL(p.code, SBE_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, table[i].says));
    if (strstr(fake_error.message, table[i].says) == NULL) printf("%s: %s\n", table[i].says, fake_error.message);
    CU_ASSERT_PTR_NULL(strstr(fake_error.message, "hunter2"));
    CU_ASSERT_PTR_NULL(strstr(fake_error.message, "sesame"));
    CU_ASSERT_PTR_NULL(strstr(fake_error.message, "abc.def"));
    leave(&p);
  }
}

static void kinds(void) {
  static const struct {
    const char *name, *value, *token, *wanted;
  } table[] = {
      {"x", "y", "t", "PROGRAMMATIC_ACCESS_TOKEN"},
      {"authenticator", "oauth", "t\n", "OAUTH"},
      {"authenticator", "OAuth", "t", "OAUTH"},
      {"authenticator", "programmatic_access_token", "t", "PROGRAMMATIC_ACCESS_TOKEN"},
  };
  const char *token = NULL;
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    place p = GO("account", "a", table[i].name, table[i].value, "token", table[i].token);
    CU_ASSERT_EQUAL_FATAL(p.code, SBE_OK);
    CU_ASSERT_STRING_EQUAL(sbe_snowflake_login_kind(p.login), table[i].wanted);
    CU_ASSERT_EQUAL(sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error), SBE_OK);
    CU_ASSERT_STRING_EQUAL(token, "t");
    CU_ASSERT_FALSE(sbe_snowflake_login_renew(p.login));
    leave(&p);
  }
  place p = GO("account", "a", "user", "u", "private_key", key_text);
  CU_ASSERT_EQUAL_FATAL(p.code, SBE_OK);
  CU_ASSERT_STRING_EQUAL(sbe_snowflake_login_kind(p.login), "KEYPAIR_JWT");
  leave(&p);
}

/* The second part of a token, decoded. */
static cJSON *claims_of(const char *token) {
  const char *from = strchr(token, '.') + 1;
  size_t size = strcspn(from, "."), padded = (size + 3) / 4 * 4;
  char text[2048];
  unsigned char out[2048];
  for (size_t i = 0; i < padded; i++) {
    char c = i < size ? from[i] : '=';
    text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  int n = EVP_DecodeBlock(out, (unsigned char *)text, (int)padded);
  return cJSON_ParseWithLength((char *)out, (size_t)n - (padded - size));
}

static double number(const cJSON *claims, const char *name) {
  return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(claims, name));
}

static const char *text(const cJSON *claims, const char *name) {
  const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, name));
  return value != NULL ? value : "";
}

static void claims(void) {
  static const char *const accounts[][2] = {{"myorg-acct_1", "MYORG-ACCT_1.JO.L@X"},
                                            {"xy12345.eu-west-1.aws", "XY12345.JO.L@X"},
                                            {"xy12345-extra.global", "XY12345.JO.L@X"}};
  for (size_t i = 0; i < 3; i++) {
    char issuer[256];
    const char *token = NULL;
    place p = GO("account", accounts[i][0], "user", "jo.l@x", "private_key", key_text);
    CU_ASSERT_EQUAL_FATAL(p.code, SBE_OK);
    CU_ASSERT_EQUAL_FATAL(sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error), SBE_OK);
    cJSON *said = claims_of(token);
    snprintf(issuer, sizeof issuer, "%s.%s", accounts[i][1], sbe_snowflake_login_fingerprint(p.login));
    CU_ASSERT_STRING_EQUAL(text(said, "sub"), accounts[i][1]);
    CU_ASSERT_STRING_EQUAL(text(said, "iss"), issuer);
    CU_ASSERT_EQUAL(number(said, "exp") - number(said, "iat"), 3540);
    double age = (double)time(NULL) - number(said, "iat");
    CU_ASSERT(age >= 0 && age <= 60);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(said), 4);
    CU_ASSERT_TRUE(sbe_snowflake_login_repeated(p.login, token));
    CU_ASSERT_FALSE(sbe_snowflake_login_repeated(p.login, "something else"));
    cJSON_Delete(said);
    leave(&p);
  }
}

/* At 54 minutes, and when it was refused. A token that is made anew differs by its time alone. */
static void renewal(void) {
  const char *token = NULL;
  char first[4096];
  place p = GO("account", "a", "user", "u", "private_key", key_text);
  CU_ASSERT_EQUAL_FATAL(sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error), SBE_OK);
  strcpy(first, token);
  sleep(1);
  sleep(1);
  clock_us += INT64_C(54) * 60 * 1000000 - 1;
  sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error);
  CU_ASSERT_STRING_EQUAL(token, first);
  clock_us += 1;
  sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error);
  CU_ASSERT_STRING_NOT_EQUAL(token, first);
  strcpy(first, token);
  sleep(1);
  sleep(1);
  CU_ASSERT_TRUE(sbe_snowflake_login_renew(p.login));
  sbe_snowflake_login_token(p.login, NULL, 0, &token, &fake_error);
  CU_ASSERT_STRING_NOT_EQUAL(token, first);
  leave(&p);
}

int main(void) {
  static CU_TestInfo tests[] = {{"addresses", addresses},
                                {"names", names},
                                {"what is refused", what_is_refused},
                                {"kinds of login", kinds},
                                {"claims of a token", claims},
                                {"renewal of a token", renewal},
                                CU_TEST_INFO_NULL};
  static CU_SuiteInfo suites[] = {{"login", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
  host = fake_host;
  host.time = our_time;
  make_key();
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned run = CU_get_number_of_tests_run(), failed = CU_get_number_of_tests_failed();
  CU_cleanup_registry();
  free(key_text);
  printf("login: %u passed, %u failed, 0 skipped\n", run - failed, failed);
  return failed > 0;
}
