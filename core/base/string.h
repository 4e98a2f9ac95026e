/* SPDX-License-Identifier: Apache-2.0 */
/* Small things about strings that more than one folder needs. No locale anywhere. */
#ifndef SBE_CORE_STRING_H
#define SBE_CORE_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool sbe_streq(const char *a, const char *b); /* NULLs equal each other only */
bool sbe_strcaseeq(const char *a, const char *b); /* ASCII letters only */
bool sbe_starts_with(const char *text, const char *prefix);

/* Valid UTF-8 without surrogates and without NUL? `ret_bad`, may be NULL, gets the offset of the first bad byte. */
bool sbe_utf8_valid(const char *text, size_t size, size_t *ret_bad);

/* Snake case as loaders write it (see sbe_host.snake). */
void sbe_snake(const char *name, char *ret_name, size_t size);

/*
 * The candidate nearest to `name` by edit distance (case counts half), if it is near enough to be
 * what was meant (at most a third of the longer length), else NULL. `candidates` ends with NULL.
 */
const char *sbe_nearest(const char *name, const char *const *candidates);

/* FNV-1a, 64 bits, for names and definition hashes (no secret depends on it). Start with SBE_HASH_START. */
#define SBE_HASH_START UINT64_C(14695981039346656037)
uint64_t sbe_hash(uint64_t hash, const char *bytes, size_t size);

/*
 * Decimal numbers as text. `integer`: [+-]digits that fit. `number`: JSON's grammar or YAML's core
 * schema floats without .inf and .nan.
 */
bool sbe_parse_int64(const char *text, size_t size, int64_t *ret_number);
bool sbe_is_number(const char *text, size_t size);

#endif
