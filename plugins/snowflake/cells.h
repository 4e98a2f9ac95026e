/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cells of a result mean. Every one comes as text; its column's type, as the metadata names it,
 * says how it is read. Exact: integers and decimals never pass through a double. Called by results.c.
 */
#ifndef SBE_SNOWFLAKE_CELLS_H
#define SBE_SNOWFLAKE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sbe/value.h"

#pragma GCC visibility push(hidden)

typedef enum sbe_snowflake_form {
  SBE_SNOWFLAKE_TEXT, /* also whatever is not known */
  SBE_SNOWFLAKE_FIXED,
  SBE_SNOWFLAKE_REAL,
  SBE_SNOWFLAKE_BOOLEAN,
  SBE_SNOWFLAKE_DATE,
  SBE_SNOWFLAKE_TIME,
  SBE_SNOWFLAKE_TIMESTAMP, /* NTZ, LTZ and TZ: the instant, or the clock's reading, in UTC */
  SBE_SNOWFLAKE_JSON
} sbe_snowflake_form;

/* By the metadata's `type`, in any case. */
sbe_snowflake_form sbe_snowflake_form_of(const char *type);

#define SBE_SNOWFLAKE_TIME_SIZE 32

/*
 * @param text `size` bytes; JSON may be changed in place. @param scale the column's.
 * @param scratch where a time is printed, which then lives as long. False: the text is no such value.
 */
bool sbe_snowflake_cell_read(sbe_snowflake_form form, int scale, char *text, size_t size,
                             char scratch[SBE_SNOWFLAKE_TIME_SIZE], sbe_value *ret_value);

/* All of a text as an integer. False: it is none, or does not fit. */
bool sbe_snowflake_integer(const char *text, size_t size, int64_t *ret_value);

#pragma GCC visibility pop

#endif
