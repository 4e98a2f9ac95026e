/* SPDX-License-Identifier: Apache-2.0 */
/* See config_stage.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CUnit/CUnit.h>
#include "core/base/string.h"
#include "core/base/text.h"
#include "tests/unit/config_stage.h"

extern char **environ;

struct config_stage config_stage;

static char before[4096]; /* the working directory of the whole program */
static char **environment_before;

const char *config_path(const char *name) {
  return sbe_arena_printf(config_stage.arena, "%s/%s", config_stage.folder, name);
}

/* A file with its folders. */
void config_put(const char *name, const char *content) {
  char *full = sbe_arena_strdup(config_stage.arena, config_path(name));
  for (char *slash = full + strlen(config_stage.folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
    *slash = '\0';
    mkdir(full, 0700);
  }
  FILE *file = fopen(full, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(content, file);
  fclose(file);
}

void config_begin(void) {
  config_stage.arena = sbe_arena_new();
  config_stage.report = (sbe_report){.arena = config_stage.arena};
  environment_before = environ;
  static char *none[] = {NULL};
  environ = none;
  snprintf(config_stage.folder, sizeof config_stage.folder, "/tmp/sbe-config-XXXXXX");
  CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(config_stage.folder));
  CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(before, sizeof before));
  mkdir(config_path("home"), 0700);
  setenv("HOME", config_path("home"), 1);
  config_put("shop/sbe.yml", START);
  config_put("shop/views/a.yml", "views: []\n");
  CU_ASSERT_EQUAL_FATAL(chdir(config_path("shop")), 0);
}

static int delete_one(const char *name, const struct stat *status, int kind, struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(name);
}

void config_end(void) {
  CU_ASSERT_EQUAL(chdir(before), 0);
  nftw(config_stage.folder, delete_one, 16, FTW_DEPTH | FTW_PHYS);
  environ = environment_before;
  sbe_arena_free(config_stage.arena);
}

sbe_project *config_read(sbe_project_options options, bool connect) {
  config_stage.report = (sbe_report){.arena = config_stage.arena};
  return sbe_project_read(config_stage.arena, &options, connect, &config_stage.report);
}

/* All findings as a user sees them. */
const char *config_findings(void) {
  sbe_text out = SBE_TEXT(1 << 20);
  for (const sbe_finding *f = config_stage.report.first; f; f = f->next)
    sbe_text_printf(&out, "%s:%u:%u: %s\n", f->place.file, f->place.line, f->place.column, f->message);
  const char *text = sbe_arena_strdup(config_stage.arena, sbe_text_string(&out));
  sbe_text_free(&out);
  return text;
}

bool config_told(const char *text) {
  bool is = strstr(config_findings(), text) != NULL;
  if (!is) fprintf(stderr, "\nexpected: %s\ntold: %s", text, config_findings());
  return is;
}

/* One error and no other, which begins or goes on so. */
bool config_error_is(const char *text) {
  bool is = config_stage.report.errors == 1 && config_told(text);
  if (config_stage.report.errors != 1) fprintf(stderr, "\nexpected one error: %s\ntold: %s", text, config_findings());
  return is;
}

bool config_clean(void) {
  if (config_stage.report.first) fprintf(stderr, "\nexpected nothing, told: %s", config_findings());
  return config_stage.report.first == NULL;
}
