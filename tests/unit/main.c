/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs all suites of unit tests: `make check` calls it. It must never exit with 0 when a test failed, which
 * CU_basic_run_tests() itself does not see to.
 */
#include <CUnit/Basic.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static int (*const suites[])(void) = {
    sbe_add_base_suite,     sbe_add_documents_suite,  sbe_add_config_suite,   sbe_add_vars_suite,
    sbe_add_profiles_suite, sbe_add_plugin_suite,     sbe_add_trust_suite,    sbe_add_host_suite,
    sbe_add_ir_suite,       sbe_add_properties_suite, sbe_add_views_suite,    sbe_add_sql_suite,
    sbe_add_shape_suite,    sbe_add_criteria_suite,   sbe_add_window_suite,   sbe_add_run_suite,
    sbe_add_lock_suite,     sbe_add_lists_suite,      sbe_add_parallel_suite, sbe_add_session_suite,
};

static unsigned skipped;
static char directory[64];

bool sbe_unit_check(bool good, const char *file, unsigned line, const char *format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  CU_assertImplementation(good, line, message, file, "", CU_FALSE);
  return good;
}

void sbe_unit_skip(const char *format, ...) {
  va_list arguments;
  skipped++;
  printf("\nSKIP: %s: ", CU_get_current_test() ? CU_get_current_test()->pName : "unit");
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
}

int sbe_unit_add_suite(const char *name, const sbe_unit_test *tests) {
  CU_pSuite suite = CU_add_suite(name, NULL, NULL);
  if (!suite) return 1;
  for (; tests->name; tests++)
    if (!CU_add_test(suite, tests->name, tests->test)) return 1;
  return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(path);
}

static void remove_directory(void) {
  nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *sbe_unit_directory(void) {
  if (directory[0]) return directory;
  snprintf(directory, sizeof directory, "/tmp/sbe-unit-XXXXXX");
  if (!mkdtemp(directory)) {
    perror(directory);
    exit(1);
  }
  atexit(remove_directory);
  return directory;
}

int main(void) {
  if (CU_initialize_registry() != CUE_SUCCESS) return 1;
  for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
    if (suites[i]() == 0) continue;
    fprintf(stderr, "suite %zu cannot be registered: %s\n", i, CU_get_error_msg());
    return 1;
  }
  CU_basic_set_mode(CU_BRM_NORMAL);
  CU_basic_run_tests();
  unsigned run = CU_get_number_of_tests_run(), failed = CU_get_number_of_tests_failed();
  if (run < CU_get_registry()->uiNumberOfTests) failed += CU_get_registry()->uiNumberOfTests - run;
  unsigned passed = CU_get_number_of_tests_run() - CU_get_number_of_tests_failed() - skipped;
  CU_cleanup_registry();
  fflush(stdout);
  printf("unit: %u passed, %u failed, %u skipped\n", passed, failed, skipped);
  return failed ? 1 : 0;
}
