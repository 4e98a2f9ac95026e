/* SPDX-License-Identifier: Apache-2.0 */
/* See jwt.h. Called by the REST adapters, from any thread, for different objects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "plugins/common/jwt.h"

struct sbe_jwt_key {
  EVP_PKEY *key;
};

#define KEY_LIMIT 65536
#define SMALLEST_KEY 2048

/* ---- base64 ---- */

static void encode(sbe_common_buffer *out, const unsigned char *bytes, size_t size, const char digits[64], bool pad) {
  for (size_t i = 0; i < size; i += 3) {
    size_t n = size - i < 3 ? size - i : 3;
    uint32_t v = (uint32_t)bytes[i] << 16 | (n > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (n > 2 ? bytes[i + 2] : 0);
    char text[4] = {digits[v >> 18], digits[v >> 12 & 63], digits[v >> 6 & 63], digits[v & 63]};
    if (n < 3) text[3] = '=';
    if (n < 2) text[2] = '=';
    sbe_common_put(out, text, pad ? 4 : n + 1);
  }
}

void sbe_base64(sbe_common_buffer *out, const unsigned char *bytes, size_t size) {
  encode(out, bytes, size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

/* As tokens have it: `-` and `_`, without padding. */
static void base64url(sbe_common_buffer *out, const unsigned char *bytes, size_t size) {
  encode(out, bytes, size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

/* Spaces are skipped. @return bytes written, at most 3 / 4 of `size`; 0 when it is no base64. */
static size_t decode(const char *text, size_t size, unsigned char *out) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t n = 0, used = 0;
  uint32_t bits = 0;
  for (size_t i = 0; i < size && text[i] != '='; i++) {
    if (strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0') continue;
    const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
    if (digit == NULL) return 0;
    bits = (bits << 6 | (uint32_t)(digit - digits)) & 0xFFFFFF;
    if (++n % 4 == 0) {
      out[used++] = (unsigned char)(bits >> 16);
      out[used++] = (unsigned char)(bits >> 8);
      out[used++] = (unsigned char)bits;
    }
  }
  if (n % 4 == 1) return 0;
  if (n % 4 == 2) out[used++] = (unsigned char)(bits >> 4);
  if (n % 4 == 3) {
    out[used++] = (unsigned char)(bits >> 10);
    out[used++] = (unsigned char)(bits >> 2);
  }
  return used;
}

/* ---- keys ---- */

/* What OpenSSL asks when a key is encrypted; without this it would ask at the terminal. */
typedef struct passphrase {
  const char *text;
  bool asked;
} passphrase;

static int tell(char *out, int size, int writing, void *user) {
  passphrase *p = user;
  (void)writing;
  p->asked = true;
  size_t length = p->text != NULL ? strlen(p->text) : 0;
  if (length == 0 || length > (size_t)size) return -1;
  memcpy(out, p->text, length);
  return (int)length;
}

static EVP_PKEY *read_der(const unsigned char *der, size_t size, passphrase *secret) {
  const unsigned char *at = der;
  EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)size);
  if (key != NULL) return key;
  BIO *in = BIO_new_mem_buf(der, (int)size);
  if (in == NULL) return NULL;
  key = d2i_PKCS8PrivateKey_bio(in, NULL, tell, secret);
  BIO_free(in);
  return key;
}

static EVP_PKEY *read_pem(const char *text, size_t size, passphrase *secret) {
  BIO *in = BIO_new_mem_buf(text, (int)size);
  if (in == NULL) return NULL;
  EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, tell, secret);
  BIO_free(in);
  return key;
}

/* A PEM text that came through an environment variable may hold `\n` as two characters. */
static size_t unfold(char *text, size_t size) {
  size_t used = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\\' && i + 1 < size && text[i + 1] == 'n') {
      text[used++] = '\n';
      i++;
    } else {
      text[used++] = text[i];
    }
  }
  return used;
}

static EVP_PKEY *read_any(const char *text, size_t size, passphrase *secret) {
  EVP_PKEY *key = NULL;
  char *copy = sbe_common_copy(text, size);
  if (memmem(text, size, "-----BEGIN", 10) != NULL) {
    key = read_pem(copy, unfold(copy, size), secret);
  } else {
    unsigned char *der = sbe_common_allocate(size + 4, 1);
    size_t used = decode(text, size, der);
    if (used > 0) key = read_der(der, used, secret);
    OPENSSL_cleanse(der, size + 4);
    free(der);
  }
  OPENSSL_cleanse(copy, size);
  free(copy);
  ERR_clear_error();
  return key;
}

int32_t sbe_jwt_key_read(const sbe_host *host, const char *what, const char *text, size_t size, const char *given,
                         sbe_jwt_key **ret_key, sbe_error *error) {
  passphrase secret = {given, false};
  bool empty = given == NULL || given[0] == '\0';
  if (size > KEY_LIMIT) return host->error(error, SBE_INVALID, NULL, "%s is too large for a private key", what);
  EVP_PKEY *key = read_any(text, size, &secret);
  if (key == NULL && secret.asked)
    return host->error(error, SBE_INVALID, NULL,
                       empty ? "The private key in %s is encrypted: give `private_key_passphrase` as well"
                             : "`private_key_passphrase` does not open the private key in %s",
                       what);
  if (key == NULL)
    return host->error(error, SBE_INVALID, NULL,
                       "%s holds no private key that can be read: it must be PKCS#8, as PEM or as DER in base64 "
                       "(`openssl genrsa 2048 | openssl pkcs8 -topk8 -inform PEM` makes one)",
                       what);
  if (EVP_PKEY_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_bits(key) < SMALLEST_KEY) {
    EVP_PKEY_free(key);
    return host->error(error, SBE_INVALID, NULL, "The private key in %s must be an RSA key of at least %d bits", what,
                       SMALLEST_KEY);
  }
  *ret_key = sbe_common_allocate(1, sizeof **ret_key);
  (*ret_key)->key = key;
  return SBE_OK;
}

void sbe_jwt_key_free(sbe_jwt_key *key) {
  if (key == NULL) return;
  EVP_PKEY_free(key->key);
  free(key);
}

bool sbe_jwt_fingerprint(const sbe_jwt_key *key, char ret_fingerprint[SBE_JWT_FINGERPRINT]) {
  unsigned char *der = NULL, digest[SHA256_DIGEST_LENGTH];
  sbe_common_cleanup_buffer sbe_common_buffer text = {0};
  int size = i2d_PUBKEY(key->key, &der);
  if (size <= 0) return false;
  SHA256(der, (size_t)size, digest);
  OPENSSL_free(der);
  sbe_base64(&text, digest, sizeof digest);
  snprintf(ret_fingerprint, SBE_JWT_FINGERPRINT, "SHA256:%s", text.data);
  return true;
}

/* ---- tokens ---- */

bool sbe_jwt_sign(const sbe_jwt_key *key, const char *claims, size_t size, sbe_common_buffer *out) {
  static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
  size_t from = out->size, length = 0;
  base64url(out, (const unsigned char *)header, sizeof header - 1);
  sbe_common_putc(out, '.');
  base64url(out, (const unsigned char *)claims, size);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  unsigned char *signature = NULL;
  const unsigned char *text = (const unsigned char *)out->data + from;
  bool good = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->key) == 1 &&
              EVP_DigestSign(context, NULL, &length, text, out->size - from) == 1;
  if (good) {
    signature = sbe_common_allocate(length, 1);
    good = EVP_DigestSign(context, signature, &length, text, out->size - from) == 1;
  }
  if (good) {
    sbe_common_putc(out, '.');
    base64url(out, signature, length);
  }
  free(signature);
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return good && !out->overflow;
}

/* ---- UUIDs ---- */

static void print_uuid(unsigned char bytes[16], char ret_uuid[SBE_UUID]) {
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  char *at = ret_uuid;
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = "0123456789abcdef"[bytes[i] >> 4];
    *at++ = "0123456789abcdef"[bytes[i] & 15];
  }
  *at = '\0';
}

bool sbe_uuid_random(char ret_uuid[SBE_UUID]) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  print_uuid(bytes, ret_uuid);
  return true;
}

void sbe_uuid_of(const char *text, size_t size, char ret_uuid[SBE_UUID]) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256((const unsigned char *)text, size, digest);
  print_uuid(digest, ret_uuid);
}
