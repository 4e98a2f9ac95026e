/* SPDX-License-Identifier: Apache-2.0 */
/* The stand-in's control, which is beside its protocol: see test.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "tests/snowflake/test.h"

const char *env(const char *name) {
  const char *value = getenv(name);
  return value != NULL ? value : "";
}

typedef struct body {
  char *data;
  size_t size;
} body;

static size_t take(char *bytes, size_t one, size_t size, void *user) {
  body *b = user;
  (void)one;
  b->data = realloc(b->data, b->size + size + 1);
  memcpy(b->data + b->size, bytes, size);
  b->size += size;
  b->data[b->size] = '\0';
  return size;
}

cJSON *control(const char *what, const char *given) {
  char url[512];
  body answer = {0};
  long status = 0;
  CURL *easy = curl_easy_init();
  snprintf(url, sizeof url, "%s/%s", env("SBE_SNOWFLAKE_CONTROL_URL"), what);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, given);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  curl_easy_perform(easy);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  if (status != 200) printf("    control %s %s: %ld %s\n", what, given, status, answer.data != NULL ? answer.data : "");
  CHECK(status == 200);
  cJSON *said = cJSON_Parse(answer.data);
  free(answer.data);
  return said;
}

void tell(const char *what, const char *given) {
  cJSON_Delete(control(what, given));
}

int requests_with(const char *part) {
  cJSON *log = control("log", ""), *entry;
  int n = 0;
  cJSON_ArrayForEach(entry, cJSON_GetObjectItem(log, "requests")) {
    char line[1024];
    snprintf(line, sizeof line, "%s %s?%s", cJSON_GetStringValue(cJSON_GetObjectItem(entry, "method")),
             cJSON_GetStringValue(cJSON_GetObjectItem(entry, "path")),
             cJSON_GetStringValue(cJSON_GetObjectItem(entry, "query")));
    n += strstr(line, part) != NULL;
  }
  cJSON_Delete(log);
  return n;
}

const char *look(const char *sql) {
  static char cell[1024];
  char *quoted, *given;
  cJSON *text = cJSON_CreateString(sql);
  quoted = cJSON_PrintUnformatted(text);
  given = malloc(strlen(quoted) + 32);
  sprintf(given, "{\"sql\":%s}", quoted);
  cJSON *said = control("sql", given);
  cJSON *rows = cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(said, "results"), 0), "rows");
  const char *value = cJSON_GetStringValue(cJSON_GetArrayItem(cJSON_GetArrayItem(rows, 0), 0));
  snprintf(cell, sizeof cell, "%s", value != NULL ? value : "(null)");
  cJSON_Delete(said);
  cJSON_Delete(text);
  free(quoted);
  free(given);
  return cell;
}
