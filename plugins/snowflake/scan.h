/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an answer of the SQL API as it comes: rows are handed on one by one and forgotten, so that no
 * answer is ever held whole; the rest of it (metadata, handles, messages: the envelope) is kept as text
 * for cJSON. Fed with pieces of any size. Called by results.c; knows nothing of HTTP or of types.
 */
#ifndef SBE_SNOWFLAKE_SCAN_H
#define SBE_SNOWFLAKE_SCAN_H

#include "plugins/common/buffer.h"

#pragma GCC visibility push(hidden)

#define SBE_SNOWFLAKE_ENVELOPE_LIMIT ((size_t)8 << 20)
#define SBE_SNOWFLAKE_ROW_LIMIT ((size_t)256 << 20)
#define SBE_SNOWFLAKE_HELD_LIMIT ((size_t)64 << 20) /* rows that come before what says what they are */

/* One cell as it came, decoded; NULL: null. */
typedef struct sbe_snowflake_cell {
  char *text; /* may be changed; not NUL-terminated */
  size_t size;
} sbe_snowflake_cell;

typedef struct sbe_snowflake_cells {
  size_t n, capacity;
  sbe_snowflake_cell *cells;
  size_t *offsets;
} sbe_snowflake_cells;

typedef struct sbe_snowflake_scan {
  sbe_common_buffer envelope; /* the answer without its rows: `"data":null` stands for them */

  /* Rows begin; the envelope holds what came before, closed by a brace. False: they cannot be read yet
     and are held until `sbe_snowflake_scan_end`. */
  bool (*begin)(void *user);
  /* One row. False: no more are wanted. */
  bool (*row)(void *user, size_t n, sbe_snowflake_cell *cells);
  void *user;
  size_t max_cells; /* a row that has more is wrong; may be set by `begin` */

  const char *fault; /* what is wrong with the answer; NULL: nothing */
  bool stopped;      /* `row` wanted no more */
  bool whole;        /* the last byte of the answer was there */

  /* Private. */
  int mode, depth, state;
  bool in_string, escaped, at_key, is_data, bare, begun;
  size_t key_from;
  sbe_common_buffer held, text; /* of one row */
  sbe_snowflake_cells cells;
  size_t cell_from;
  unsigned unicode, high, digits;
} sbe_snowflake_scan;

/* Begin an answer anew; memory is kept. */
void sbe_snowflake_scan_start(sbe_snowflake_scan *scan);
/* False: stop feeding, see `fault` and `stopped`. */
bool sbe_snowflake_scan_feed(sbe_snowflake_scan *scan, const char *bytes, size_t size);
/* After the last piece: reads the rows that were held. False as above. */
bool sbe_snowflake_scan_end(sbe_snowflake_scan *scan);
void sbe_snowflake_scan_free(sbe_snowflake_scan *scan);

#pragma GCC visibility pop

#endif
