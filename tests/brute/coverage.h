/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what a number of histories walk into, by the oracle alone: a rule that no history touches
 * is not proved. Called for `brute --coverage`. Must never use anything of the engine.
 */
#ifndef BRUTE_COVERAGE_H
#define BRUTE_COVERAGE_H

#include "tests/brute/oracle.h"

/* Prints the counts; returns how many of them are 0. */
size_t bf_cover(uint64_t seed, size_t histories, bf_layout layout);

#endif
