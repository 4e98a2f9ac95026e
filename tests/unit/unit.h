/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit tests are one program of several suites. A file exports one function that registers its suite
 * with CUnit and answers 0; main.c names it in its table.
 */
#ifndef SBE_TESTS_UNIT_H
#define SBE_TESTS_UNIT_H

#include <stdbool.h>
#include <string.h>

#include "core/base/string.h"
#include "sbe/base.h"

int sbe_add_base_suite(void);
int sbe_add_documents_suite(void);
int sbe_add_config_suite(void);
int sbe_add_vars_suite(void);
int sbe_add_profiles_suite(void);
int sbe_add_plugin_suite(void);
int sbe_add_trust_suite(void);
int sbe_add_host_suite(void);
int sbe_add_ir_suite(void);
int sbe_add_properties_suite(void);
int sbe_add_views_suite(void);
int sbe_add_sql_suite(void);
int sbe_add_shape_suite(void);
int sbe_add_criteria_suite(void);
int sbe_add_window_suite(void);
int sbe_add_run_suite(void);
int sbe_add_lock_suite(void);
int sbe_add_lists_suite(void);
int sbe_add_parallel_suite(void);
int sbe_add_session_suite(void);

/* A check whose message says which row of a table it was. Answers `good`; the test goes on either way. */
bool sbe_unit_check(bool good, const char *file, unsigned line, const char *format, ...) SBE_PRINTF(4, 5);
#define UNIT_CHECK(good, ...) sbe_unit_check((good), __FILE__, __LINE__, __VA_ARGS__)

/* Called by a test that cannot say anything on this machine: it counts as skipped, not as passed. */
void sbe_unit_skip(const char *format, ...) SBE_PRINTF(1, 2);

typedef struct {
  const char *name;
  void (*test)(void);
} sbe_unit_test;

/* Registers a suite of tests; `tests` ends with a row of NULLs. Answers 0. */
int sbe_unit_add_suite(const char *name, const sbe_unit_test *tests);

/* A new empty directory that only this program knows; removed, with its files, when the program ends. */
const char *sbe_unit_directory(void);

/* Texts; NULL is one, too. */
#define SAME(got, wanted)                                                                                              \
  do {                                                                                                                 \
    const char *got_ = (got), *wanted_ = (wanted);                                                                     \
    UNIT_CHECK(sbe_streq(got_, wanted_), "got  '%s'\nwant '%s'", got_ ? got_ : "(null)",                               \
               wanted_ ? wanted_ : "(null)");                                                                          \
  } while (0)
#define HAS(got, part)                                                                                                 \
  do {                                                                                                                 \
    const char *got_ = (got), *part_ = (part);                                                                         \
    UNIT_CHECK(got_ &&strstr(got_, part_), "lacks '%s':\n%s", part_, got_ ? got_ : "(null)");                          \
  } while (0)
#define LACKS(got, part)                                                                                               \
  do {                                                                                                                 \
    const char *got_ = (got), *part_ = (part);                                                                         \
    UNIT_CHECK(got_ && !strstr(got_, part_), "has '%s':\n%s", part_, got_ ? got_ : "(null)");                          \
  } while (0)

#endif
