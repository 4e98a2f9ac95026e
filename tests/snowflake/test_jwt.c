/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys, tokens and UUIDs of plugins/common/jwt.c. Keys are made here, by OpenSSL; a signature is checked with
 * the public key, by calls that jwt.c does not make; base64 and UUIDs against vectors worked out by hand
 * (RFC 4648; SHA-256 of nothing begins e3b0c442 98fc1c14 9afbf4c8 996fb924).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <CUnit/Basic.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "plugins/common/jwt.h"
#include "tests/duckdb/fake_host.h"

static EVP_PKEY *pair;

static EVP_PKEY *make_rsa(int bits) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits);
  EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  return key;
}

/* As text; the caller frees. `form`: 'p' PKCS#8, 'e' encrypted PKCS#8, 't' the older RSA form, 'd' DER in base64,
   'x' encrypted DER in base64. */
static char *written(EVP_PKEY *key, char form) {
  BIO *out = BIO_new(BIO_s_mem());
  char *data, *text;
  char *secret = (char *)"open sesame";
  if (form == 'p') PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
  if (form == 'e') PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), secret, 11, NULL, NULL);
  if (form == 't') PEM_write_bio_PrivateKey_traditional(out, key, NULL, NULL, 0, NULL, NULL);
  if (form == 'd') i2d_PKCS8PrivateKey_bio(out, key, NULL, NULL, 0, NULL, NULL);
  if (form == 'x') i2d_PKCS8PrivateKey_bio(out, key, EVP_aes_256_cbc(), secret, 11, NULL, NULL);
  long size = BIO_get_mem_data(out, &data);
  text = calloc(1, (size_t)size * 2 + 8);
  if (form == 'd' || form == 'x')
    EVP_EncodeBlock((unsigned char *)text, (unsigned char *)data, (int)size);
  else
    memcpy(text, data, (size_t)size);
  BIO_free(out);
  return text;
}

static int32_t read_text(const char *text, const char *passphrase, sbe_jwt_key **ret_key) {
  memset(&fake_error, 0, sizeof fake_error);
  return sbe_jwt_key_read(&fake_host, "`private_key`", text, strlen(text), passphrase, ret_key, &fake_error);
}

/* base64url without padding, by EVP_DecodeBlock. */
static size_t decoded(const char *text, size_t size, unsigned char *out) {
  char copy[4096];
  size_t padded = (size + 3) / 4 * 4;
  for (size_t i = 0; i < padded; i++) {
    char c = i < size ? text[i] : '=';
    copy[i] = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  int n = EVP_DecodeBlock(out, (unsigned char *)copy, (int)padded);
  return n < 0 ? 0 : (size_t)n - (padded - size);
}

static void keys_in_every_form(void) {
  static const struct {
    char form;
    const char *passphrase;
    int32_t code;
    const char *says;
  } rows[] = {
      {'p', NULL, SBE_OK, ""},
      {'p', "not needed", SBE_OK, ""},
      {'t', NULL, SBE_OK, ""},
      {'d', NULL, SBE_OK, ""},
      {'e', "open sesame", SBE_OK, ""},
      {'x', "open sesame", SBE_OK, ""},
      {'e', NULL, SBE_INVALID, "is encrypted: give `private_key_passphrase`"},
      {'e', "", SBE_INVALID, "is encrypted: give `private_key_passphrase`"},
      {'e', "wrong", SBE_INVALID, "does not open"},
      {'x', NULL, SBE_INVALID, "is encrypted: give `private_key_passphrase`"},
      {'x', "wrong", SBE_INVALID, "does not open"},
  };
  char first[SBE_JWT_FINGERPRINT] = "", fingerprint[SBE_JWT_FINGERPRINT];
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char *text = written(pair, rows[i].form);
    sbe_jwt_key *key = NULL;
    CU_ASSERT_EQUAL(read_text(text, rows[i].passphrase, &key), rows[i].code);
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, rows[i].says));
    CU_ASSERT_EQUAL(key != NULL, rows[i].code == SBE_OK);
    if (key != NULL) {
      CU_ASSERT_TRUE(sbe_jwt_fingerprint(key, fingerprint));
      if (first[0] == '\0') strcpy(first, fingerprint);
      CU_ASSERT_STRING_EQUAL(first, fingerprint);
    }
    sbe_jwt_key_free(key);
    free(text);
  }
}

/* As it comes out of an environment variable, and in one line of base64 with spaces. */
static void odd_spellings(void) {
  char *text = written(pair, 'p'), *folded = calloc(1, strlen(text) * 2 + 1), *out = folded;
  for (char *c = text; *c != '\0'; c++) {
    if (*c == '\n') *out++ = '\\';
    *out++ = *c == '\n' ? 'n' : *c;
  }
  sbe_jwt_key *key = NULL;
  CU_ASSERT_EQUAL(read_text(folded, NULL, &key), SBE_OK);
  sbe_jwt_key_free(key);
  free(text);
  free(folded);
  text = written(pair, 'd');
  folded = calloc(1, strlen(text) + 8);
  sprintf(folded, " %.64s\n %s\n", text, text + 64);
  key = NULL;
  CU_ASSERT_EQUAL(read_text(folded, NULL, &key), SBE_OK);
  sbe_jwt_key_free(key);
  free(text);
  free(folded);
}

static void what_is_no_key(void) {
  static const char *const texts[] = {"",
                                      "hello",
                                      "AAAA",
                                      "====",
                                      "-----BEGIN PRIVATE KEY-----\n",
                                      "\xff\xfe",
                                      "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"};
  sbe_jwt_key *key = NULL;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    CU_ASSERT_EQUAL(read_text(texts[i], NULL, &key), SBE_INVALID);
    CU_ASSERT_PTR_NULL(key);
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "no private key that can be read"));
  }
  EVP_PKEY *small = make_rsa(1024), *curve = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1);
  EVP_PKEY_keygen(context, &curve);
  EVP_PKEY *const others[] = {small, curve};
  for (size_t i = 0; i < 2; i++) {
    char *text = written(others[i], 'p');
    CU_ASSERT_EQUAL(read_text(text, NULL, &key), SBE_INVALID);
    CU_ASSERT_PTR_NULL(key);
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_error.message, "must be an RSA key of at least 2048 bits"));
    free(text);
    EVP_PKEY_free(others[i]);
  }
  EVP_PKEY_CTX_free(context);
}

/* SHA-256 of what stands between the lines of the public key's PEM. */
static void fingerprint(void) {
  char *text = written(pair, 'p'), *data, base64[4096] = "", line[128], wanted[64] = "SHA256:";
  unsigned char der[4096], digest[32];
  unsigned size = 0;
  BIO *out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, pair);
  while (BIO_gets(out, line, sizeof line) > 0)
    if (line[0] != '-') strncat(base64, line, strcspn(line, "\n"));
  BIO_free(out);
  data = strchr(base64, '=');
  size_t n = (size_t)EVP_DecodeBlock(der, (unsigned char *)base64, (int)strlen(base64)) - (data ? strlen(data) : 0);
  EVP_Digest(der, n, digest, &size, EVP_sha256(), NULL);
  EVP_EncodeBlock((unsigned char *)wanted + 7, digest, 32);
  sbe_jwt_key *key = NULL;
  char got[SBE_JWT_FINGERPRINT];
  CU_ASSERT_EQUAL_FATAL(read_text(text, NULL, &key), SBE_OK);
  CU_ASSERT_TRUE(sbe_jwt_fingerprint(key, got));
  CU_ASSERT_STRING_EQUAL(got, wanted);
  sbe_jwt_key_free(key);
  free(text);
}

static void token(void) {
  static const char claims[] = "{\"sub\":\"ORG-ACCT.JO\",\"iat\":1,\"exp\":3541}";
  char *text = written(pair, 'p');
  unsigned char bytes[4096];
  sbe_jwt_key *key = NULL;
  sbe_common_buffer out = {0};
  CU_ASSERT_EQUAL_FATAL(read_text(text, NULL, &key), SBE_OK);
  CU_ASSERT_TRUE_FATAL(sbe_jwt_sign(key, claims, sizeof claims - 1, &out));
  char *first = strchr(out.data, '.'), *second = first != NULL ? strchr(first + 1, '.') : NULL;
  CU_ASSERT_PTR_NOT_NULL_FATAL(second);
  size_t n = decoded(out.data, (size_t)(first - out.data), bytes);
  bytes[n] = '\0';
  CU_ASSERT_STRING_EQUAL((char *)bytes, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
  n = decoded(first + 1, (size_t)(second - first - 1), bytes);
  bytes[n] = '\0';
  CU_ASSERT_STRING_EQUAL((char *)bytes, claims);
  n = decoded(second + 1, strlen(second + 1), bytes);
  CU_ASSERT_EQUAL(n, 256);
  CU_ASSERT_PTR_NULL(strpbrk(out.data, "+/="));
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pair);
  CU_ASSERT_EQUAL(EVP_DigestVerify(context, bytes, n, (unsigned char *)out.data, (size_t)(second - out.data)), 1);
  EVP_MD_CTX_free(context);
  sbe_common_buffer_free(&out);
  sbe_jwt_key_free(key);
  free(text);
}

static void base64(void) {
  static const char *const rows[][2] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff\xfe", "+//+"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    sbe_common_buffer out = {0};
    sbe_base64(&out, (const unsigned char *)rows[i][0], strlen(rows[i][0]));
    CU_ASSERT_STRING_EQUAL(out.data != NULL ? out.data : "", rows[i][1]);
    sbe_common_buffer_free(&out);
  }
}

static void uuids(void) {
  char one[SBE_UUID], other[SBE_UUID];
  sbe_uuid_of("", 0, one);
  CU_ASSERT_STRING_EQUAL(one, "e3b0c442-98fc-4c14-9afb-f4c8996fb924");
  CU_ASSERT_TRUE(sbe_uuid_random(one) && sbe_uuid_random(other));
  CU_ASSERT_STRING_NOT_EQUAL(one, other);
  CU_ASSERT_EQUAL(one[14], '4');
  CU_ASSERT_PTR_NOT_NULL(strchr("89ab", one[19]));
  CU_ASSERT_EQUAL(strlen(one), 36);
}

int main(void) {
  static CU_TestInfo tests[] = {{"keys in every form", keys_in_every_form},
                                {"odd spellings of keys", odd_spellings},
                                {"what is no key", what_is_no_key},
                                {"the fingerprint", fingerprint},
                                {"a token", token},
                                {"base64", base64},
                                {"UUIDs", uuids},
                                CU_TEST_INFO_NULL};
  static CU_SuiteInfo suites[] = {{"jwt", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
  pair = make_rsa(2048);
  if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) return 1;
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned run = CU_get_number_of_tests_run(), failed = CU_get_number_of_tests_failed();
  CU_cleanup_registry();
  EVP_PKEY_free(pair);
  printf("jwt: %u passed, %u failed, 0 skipped\n", run - failed, failed);
  return failed > 0;
}
