/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host for tests of one adapter: it loads the adapter's library through the public interface alone and
 * keeps what it is told in plain text, so that a test can compare. No symbol of the engine is used.
 */
#ifndef SBE_TESTS_FAKE_HOST_H
#define SBE_TESTS_FAKE_HOST_H

#include <stdbool.h>
#include "sbe/adapter.h"

struct sbe_error {
  int32_t code;
  char message[4096];
};

struct sbe_run {
  int32_t (*tick)(sbe_run *run, double percent); /* NULL: nothing happens */
  void *user;
  int ticks;
  int64_t last_us, longest_us; /* between two ticks */
  double percent;              /* the last one that was known, -1: none */
  bool went_down;
};

/* A profile: pairs of name and value, NULL at the end. A list or map is given as `name.key`. */
struct sbe_settings {
  const char *const *pairs;
};

struct sbe_text {
  char data[4096];
  size_t size;
};

extern const sbe_host fake_host;
extern struct sbe_error fake_error; /* of the last call that failed */

/* A sink that writes rows as text: `i:5|t:abc|null`, one line a row. */
typedef struct fake_rows {
  char text[1 << 16];
  size_t size;
  char columns[1024];
  size_t n;      /* rows */
  size_t enough; /* stop after so many; 0: never */
} fake_rows;
extern int32_t fake_columns(void *user, size_t n, const char *const *names);
extern int32_t fake_row(void *user, size_t n, const sbe_value *values);

int64_t fake_now(void);

#endif
