/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file value.h
 * Rows on their way from a warehouse to the host: typed values, pushed into a sink.
 */
#ifndef SBE_VALUE_H
#define SBE_VALUE_H

#include <sbe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an `sbe_value` holds. @since 0.1 */
enum {
  SBE_VALUE_NULL = 0,
  SBE_VALUE_BOOL = 1,      /**< `integer`: 0 or 1 */
  SBE_VALUE_INTEGER = 2,   /**< `integer` */
  SBE_VALUE_DOUBLE = 3,    /**< `real` */
  SBE_VALUE_DECIMAL = 4,   /**< `text`: decimal digits, for numbers that neither of the two above holds exactly */
  SBE_VALUE_TEXT = 5,      /**< `text` */
  SBE_VALUE_DATE = 6,      /**< `integer`: days since 1970-01-01 */
  SBE_VALUE_TIMESTAMP = 7, /**< `integer`: microseconds since 1970-01-01T00:00:00Z */
  SBE_VALUE_JSON = 8       /**< `text`: a list, dict or struct as JSON */
};

/** One cell. `text` is not necessarily NUL-terminated and lives until the sink returns. Frozen. @since 0.1 */
typedef struct sbe_value {
  int32_t kind;
  int64_t integer;
  double real;
  const char *text;
  size_t size; /**< bytes of `text` */
} sbe_value;

/**
 * Where the rows of a query go. The adapter calls `columns` once (it may be NULL), then `row` for
 * every row, always from the thread that called `query`. A non-zero answer ends the query without
 * error. Lists and dicts arrive as JSON, whatever the warehouse calls them. @since 0.1
 */
typedef struct sbe_sink {
  size_t struct_size;
  void *user;
  int32_t (*columns)(void *user, size_t n, const char *const *names);
  int32_t (*row)(void *user, size_t n, const sbe_value *values);
} sbe_sink;

#ifdef __cplusplus
}
#endif

#endif
