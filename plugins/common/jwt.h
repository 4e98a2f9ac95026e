/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What logins and idempotency keys are made of, for adapters that speak HTTP: private RSA keys, tokens
 * signed with RS256, base64, random and derived UUIDs; over OpenSSL's libcrypto. Nothing in here logs,
 * and no error that it makes holds a byte of a key or of a passphrase.
 */
#ifndef SBE_COMMON_JWT_H
#define SBE_COMMON_JWT_H

#include "plugins/common/buffer.h"
#include "sbe/adapter.h"

#pragma GCC visibility push(hidden)

typedef struct sbe_jwt_key sbe_jwt_key;

#define SBE_JWT_FINGERPRINT 64 /* room for "SHA256:", 44 characters and the NUL */
#define SBE_UUID 37

/*
 * Read a private key: PEM (PKCS#8, encrypted or not, or the older RSA form), or DER in base64. Never asks
 * at the terminal. @param what names it in errors ("`private_key`"). @param passphrase may be NULL.
 */
int32_t sbe_jwt_key_read(const sbe_host *host, const char *what, const char *text, size_t size, const char *passphrase,
                         sbe_jwt_key **ret_key, sbe_error *error);
void sbe_jwt_key_free(sbe_jwt_key *key);
/* "SHA256:" and the base64 of the SHA-256 of the public key as a DER SubjectPublicKeyInfo. */
bool sbe_jwt_fingerprint(const sbe_jwt_key *key, char ret_fingerprint[SBE_JWT_FINGERPRINT]);
/* Append the signed token for these claims, a JSON object. */
bool sbe_jwt_sign(const sbe_jwt_key *key, const char *claims, size_t size, sbe_common_buffer *out);

void sbe_base64(sbe_common_buffer *out, const unsigned char *bytes, size_t size);

/* A random UUID (version 4); false when the system has no random numbers. */
bool sbe_uuid_random(char ret_uuid[SBE_UUID]);
/* The UUID that belongs to a text, always the same, with the bits of version 4 (servers may look at them). */
void sbe_uuid_of(const char *text, size_t size, char ret_uuid[SBE_UUID]);

#pragma GCC visibility pop

#endif
