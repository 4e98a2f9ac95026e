/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the oracle reads a value as a type (semantics, §3), compares values of one type, and prints
 * nothing. Used by the oracle alone. Must never use anything of the engine.
 */
#ifndef BRUTE_READ_H
#define BRUTE_READ_H

#include "tests/brute/model.h"

/* A number, exact where it is an integer of 64 bits. */
typedef struct bf_number {
  bool exact;
  int64_t i;
  double d;
} bf_number;

/* false: it is no number (text that reads as none, an array, a timestamp, …). */
bool bf_read_number(const bf_value *value, bf_number *ret_number);
int bf_compare_numbers(bf_number a, bf_number b);

bool bf_read_integer(const bf_value *value, int64_t low, int64_t high, int64_t *ret_number);
bool bf_read_double(const bf_value *value, double *ret_number);
bool bf_read_bool(const bf_value *value, bool *ret_truth);
bool bf_read_time(const bf_value *value, int64_t *ret_microseconds);

/* The value as `type`: a value of the kind of that type, or BF_NULL. Never an array. */
const bf_value *bf_read(bf_arena *arena, bf_type type, const bf_value *value);

/* The value as a list of `type`: a BF_ARRAY, or BF_NULL. */
const bf_value *bf_read_list(bf_arena *arena, bf_type type, const bf_value *value);

/* Rounded half away from zero; false when it does not fit. */
bool bf_round(double number, int64_t low, int64_t high, int64_t *ret_number);

/* Order of two scalars of one kind: texts by code point, false before true. */
int bf_compare(const bf_value *a, const bf_value *b);

int64_t bf_type_low(bf_type type);
int64_t bf_type_high(bf_type type);
bool bf_type_is_integer(bf_type type);

#endif
