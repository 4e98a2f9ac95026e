/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The patterns of a dialect (sbe/dialect.h), with what stands for one that it lacks.
 */
#ifndef SBE_CORE_PATTERN_H
#define SBE_CORE_PATTERN_H

#include "sbe/dialect.h"
#include "core/base/text.h"

/* The dialect's, or ANSI; NULL: unsupported. */
const char *sbe_operation_pattern(const sbe_dialect *dialect, int32_t operation);
/* Does the dialect, or ANSI, know the operation? */
bool sbe_can_print(const sbe_dialect *dialect, int32_t operation);
const char *sbe_operation_name(int32_t operation);
/* A pattern with its operands. */
void sbe_print_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands);

#endif
