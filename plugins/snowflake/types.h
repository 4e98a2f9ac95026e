/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snowflake's types as INFORMATION_SCHEMA, DESCRIBE TABLE or a user write them, as kinds. The layout of an
 * events table is decided from them alone. Internal to the adapter.
 */
#ifndef SBE_SNOWFLAKE_TYPES_H
#define SBE_SNOWFLAKE_TYPES_H

#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef enum {
  SBE_SNOWFLAKE_TYPE_INTEGER, /* NUMBER without digits after the point */
  SBE_SNOWFLAKE_TYPE_DECIMAL, /* up to 12 */
  SBE_SNOWFLAKE_TYPE_REAL,    /* more: arithmetic would overflow; DECFLOAT. Cast to FLOAT */
  SBE_SNOWFLAKE_TYPE_DOUBLE,
  SBE_SNOWFLAKE_TYPE_BOOL,
  SBE_SNOWFLAKE_TYPE_TIMESTAMP,      /* TIMESTAMP_NTZ, DATE */
  SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE, /* TIMESTAMP_LTZ, TIMESTAMP_TZ */
  SBE_SNOWFLAKE_TYPE_TEXT,
  SBE_SNOWFLAKE_TYPE_VARIANT,
  SBE_SNOWFLAKE_TYPE_OBJECT,
  SBE_SNOWFLAKE_TYPE_ARRAY,
  SBE_SNOWFLAKE_TYPE_OTHER /* any other scalar, and what is not known */
} sbe_snowflake_kind;

typedef struct sbe_snowflake_type {
  sbe_snowflake_kind kind;
  bool structured; /* OBJECT, ARRAY: with types of its own inside, `OBJECT(a NUMBER)`, or a MAP */
} sbe_snowflake_type;

/* NULL is OTHER. */
sbe_snowflake_type sbe_snowflake_type_read(const char *text);

/* The type of an atomic column where nobody has told: as Snowplow's loader makes it. */
sbe_snowflake_type sbe_snowflake_type_standard(const char *column);

#pragma GCC visibility pop

#endif
