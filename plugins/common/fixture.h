/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every fixture needs, whatever its warehouse: the columns that `create` is given as a tree of
 * types, the values of rows read strictly (a slip in a test must show), and members in snake case.
 * Linked into each adapter that wants it; nothing of it is exported.
 */
#ifndef SBE_COMMON_FIXTURE_H
#define SBE_COMMON_FIXTURE_H

#include "plugins/common/buffer.h"
#include "plugins/common/json.h"
#include "sbe/adapter.h"

#pragma GCC visibility push(hidden)

typedef enum sbe_common_kind {
  SBE_COMMON_TEXT,
  SBE_COMMON_INTEGER,
  SBE_COMMON_DOUBLE,
  SBE_COMMON_BOOL,
  SBE_COMMON_TIMESTAMP,
  SBE_COMMON_RAW, /* JSON as it is written */
  SBE_COMMON_LIST,
  SBE_COMMON_STRUCT
} sbe_common_kind;

typedef struct sbe_common_spec {
  sbe_common_kind kind;
  char *name;    /* as rows spell it */
  char *printed; /* as the table does */
  size_t n;
  struct sbe_common_spec *children; /* 1 of a list, or the members */
} sbe_common_spec;

/*
 * Read `columns` of sbe_fixture.create as a struct of all columns. `snake`: members are printed in snake case
 * (columns have their names from the loader already). `raw`: nested columns are SBE_COMMON_RAW. An
 * object without members always is. `ret_spec` is untouched on failure.
 */
int32_t sbe_common_spec_read(const sbe_host *host, const char *columns, bool snake, bool raw, sbe_common_spec *ret_spec,
                             sbe_error *error);
void sbe_common_spec_free(sbe_common_spec *spec);

/* The child that a member's key names, looking at `guess` first; `spec->n` when there is none. */
size_t sbe_common_find_member(const sbe_common_spec *spec, const sbe_common_json *member, size_t guess);

/* False: it is none. A timestamp is YYYY-MM-DD[T| ]HH:MM[:SS[.f{1,6}]][Z] or a bare date, microseconds since 1970;
   a double is a number or one of the texts NaN, Infinity, -Infinity. */
bool sbe_common_read_integer(const sbe_common_json *value, int64_t *ret);
bool sbe_common_read_double(const sbe_common_json *value, double *ret);
bool sbe_common_read_timestamp(const sbe_common_json *value, int64_t *ret);

/* JSON again, with the members' names in snake case. */
void sbe_common_put_snake(const sbe_host *host, sbe_common_buffer *out, const sbe_common_json *value);

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; year 0 is 1 BC. */
int64_t sbe_common_days(int64_t year, int64_t month, int64_t day);

#pragma GCC visibility pop

#endif
