/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness's own driver for Snowflake, on the stand-in of tests/snowflake: past the SQL API that the adapter
 * speaks, by the stand-in's /_control/sql, over libcurl and cJSON. A database for each history; rows go in with
 * INSERT and come out as cells of the SQL API, read by column type. Called by the harness. This file alone
 * holds SQL, and no SQL that computes anything; it must never use anything of the engine, nor meet an account.
 *
 * Events lie in the two layouts of Snowplow's loaders: "json", members as they are spelled, and "lake", in snake
 * case. Whether a column is OBJECT or ARRAY, VARIANT, or text that holds JSON, the seed says, and so it says
 * whether a timestamp with a zone is TIMESTAMP_TZ, written in several zones, or TIMESTAMP_LTZ.
 */
#include "tests/brute/driver.h"
#include "tests/brute/project.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_OF_AN_INSERT = 200, SECONDS_OF_A_REQUEST = 100 };

const bf_layout bf_driver_layouts[2] = {BF_LAYOUT_JSON, BF_LAYOUT_LAKE};
const bool bf_driver_lists_are_untyped = true;

struct bf_database {
  bf_arena *arena;
  const char *name;
  CURL *curl;
};

/* ---- requests ---- */

static size_t receive(char *data, size_t size, size_t count, void *user) {
  bf_put_n(user, data, size * count);
  return size * count;
}

/* The answer, or NULL and why not. */
static cJSON *post(bf_database *database, const char *what, const char *body, const char **ret_error) {
  bf_text url = {0}, answer = {0};
  long status = 0;
  bf_print(&url, "%s/%s", getenv("SBE_SNOWFLAKE_CONTROL_URL"), what);
  curl_easy_setopt(database->curl, CURLOPT_URL, url.data);
  curl_easy_setopt(database->curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(database->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
  curl_easy_setopt(database->curl, CURLOPT_WRITEDATA, &answer);
  CURLcode code = curl_easy_perform(database->curl);
  curl_easy_getinfo(database->curl, CURLINFO_RESPONSE_CODE, &status);
  cJSON *tree = code == CURLE_OK ? cJSON_ParseWithLength(answer.data, answer.size) : NULL;
  if (!tree || status != 200) {
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "error"));
    *ret_error = bf_format(database->arena, "%s: %s", url.data, said ? said : curl_easy_strerror(code));
    cJSON_Delete(tree);
    tree = NULL;
  }
  bf_text_free(&answer);
  bf_text_free(&url);
  return tree;
}

/* What the statements gave; without a database: to make and drop them. */
static cJSON *ask(bf_database *database, bool inside, const char *sql, const char **ret_error) {
  cJSON *body = cJSON_CreateObject(), *context = cJSON_AddObjectToObject(body, "context");
  cJSON_AddStringToObject(body, "sql", sql);
  if (inside) cJSON_AddStringToObject(context, "database", database->name);
  if (inside) cJSON_AddStringToObject(context, "schema", "PUBLIC");
  char *text = cJSON_PrintUnformatted(body);
  cJSON *answer = post(database, "sql", text, ret_error);
  if (!answer) *ret_error = bf_format(database->arena, "%s in: %.4000s", *ret_error, sql);
  cJSON_free(text);
  cJSON_Delete(body);
  return answer;
}

static bool execute(bf_database *database, bool inside, const char *sql, const char **ret_error) {
  cJSON *answer = ask(database, inside, sql, ret_error);
  cJSON_Delete(answer);
  return answer != NULL;
}

/* The database of a history: the last part of its folder's name. In that is a hyphen: letters stay as they are. */
static const char *name_of(const char *folder) {
  const char *slash = strrchr(folder, '/');
  return slash ? slash + 1 : folder;
}

bf_database *bf_database_open(bf_arena *arena, const char *folder, const char **ret_error) {
  bf_database *database = bf_alloc(arena, sizeof *database);
  *database = (bf_database){.arena = arena, .name = name_of(folder), .curl = curl_easy_init()};
  if (!database->curl) {
    *ret_error = "libcurl does not work";
    return NULL;
  }
  curl_easy_setopt(database->curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(database->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(database->curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(database->curl, CURLOPT_TIMEOUT, (long)SECONDS_OF_A_REQUEST);
  return database;
}

void bf_database_close(bf_database *database) {
  if (database) curl_easy_cleanup(database->curl);
}

bool bf_driver_load(const char **ret_why) {
  const char *url = getenv("SBE_SNOWFLAKE_CONTROL_URL");
  *ret_why = "no stand-in of Snowflake: SBE_SNOWFLAKE_CONTROL_URL is not set (tests/snowflake/with-standin.sh)";
  if (!url || !*url || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return false;
  static char why[512];
  bf_arena *arena = bf_arena_new();
  const char *error = "";
  bf_database *database = bf_database_open(arena, "", &error);
  cJSON *state = database ? post(database, "state", "{}", &error) : NULL;
  bool good = state != NULL;
  snprintf(why, sizeof why, "no stand-in of Snowflake: %s", error);
  *ret_why = why;
  cJSON_Delete(state);
  bf_database_close(database);
  bf_arena_free(arena);
  return good;
}

static bool outside(bf_arena *arena, const char *what, const char *folder, const char **ret_error) {
  bf_database *database = bf_database_open(arena, folder, ret_error);
  bool good = database && execute(database, false, bf_format(arena, "%s \"%s\"", what, database->name), ret_error);
  bf_database_close(database);
  return good;
}

bool bf_database_make(bf_arena *arena, const char *folder, const char **ret_error) {
  return outside(arena, "CREATE DATABASE", folder, ret_error);
}

void bf_database_remove(bf_arena *arena, const char *folder) {
  const char *ignored;
  outside(arena, "DROP DATABASE IF EXISTS", folder, &ignored);
}

/* What with-standin.sh has set is the profile, but for the database and the schema. */
void bf_driver_profile(bf_text *out, const bf_history *history, const char *folder) {
  static const char *const fields[][2] = {
      {"account", "ACCOUNT"}, {"user", "USER"},           {"private_key_path", "PRIVATE_KEY_PATH"},
      {"role", "ROLE"},       {"warehouse", "WAREHOUSE"}, {"host", "HOST"},
      {"port", "PORT"},       {"protocol", "PROTOCOL"},
  };
  bf_print(out, "type: snowflake\n      database: %s\n      schema: %s\n      threads: %d\n", name_of(folder),
           history->schema, (int)(history->seed % 3) + 1);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    bf_print(out, "      %s: \"{{ env_var('SBE_SNOWFLAKE_%s') }}\"\n", fields[i][0], fields[i][1]);
}

/* ---- the events table ---- */

static void put_literal(bf_text *out, const char *text) {
  bf_put(out, "'");
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') bf_put_n(out, text, 1);
    bf_put_n(out, text, 1);
  }
  bf_put(out, "'");
}

/* By dbt's convention: what need not be quoted is in large letters. All names of a history are such. */
static void put_name(bf_text *out, const char *name) {
  bf_put(out, "\"");
  for (; *name; name++) {
    char c = *name >= 'a' && *name <= 'z' ? (char)(*name - 32) : *name;
    bf_put_n(out, &c, 1);
  }
  bf_put(out, "\"");
}

static void put_table(bf_text *out, const char *schema, const char *table) {
  put_name(out, schema);
  bf_put(out, ".");
  put_name(out, table);
}

typedef struct declaration {
  const char *type, *before, *behind; /* the column, and what makes a value of it from a text */
} declaration;

static declaration declared(const bf_history *history, size_t number) {
  static const declaration texts = {"VARCHAR", "", ""}, integers = {"NUMBER(38,0)", "CAST(", " AS NUMBER(38,0))"},
                           doubles = {"FLOAT", "CAST(", " AS FLOAT)"}, truths = {"BOOLEAN", "CAST(", " AS BOOLEAN)"};
  static const declaration times[] = {{"TIMESTAMP_NTZ", "CAST(", " AS TIMESTAMP_NTZ)"},
                                      {"TIMESTAMP_TZ", "CAST(", " AS TIMESTAMP_TZ)"},
                                      {"TIMESTAMP_LTZ", "CAST(", " AS TIMESTAMP_LTZ)"}};
  static const declaration variants = {"VARIANT", "PARSE_JSON(", ")"};
  static const declaration objects = {"OBJECT", "CAST(PARSE_JSON(", ") AS OBJECT)"};
  static const declaration arrays = {"ARRAY", "CAST(PARSE_JSON(", ") AS ARRAY)"};
  const bf_column *column = history->columns[number];
  uint64_t drawn = history->seed / 2 + number;
  switch (column->shape) {
  case BF_SHAPE_TEXT:
    return texts;
  case BF_SHAPE_INTEGER:
    return integers;
  case BF_SHAPE_DOUBLE:
    return doubles;
  case BF_SHAPE_BOOL:
    return truths;
  case BF_SHAPE_TIME:
    return times[history->with_time_zone ? 1 + drawn % 2 : 0];
  case BF_SHAPE_LIST:
  case BF_SHAPE_OBJECT:
  case BF_SHAPE_JSON:
    break;
  }
  if (drawn % 4 == 0) return variants;
  if (drawn % 4 == 1) return texts;
  return strncmp(column->name, "contexts_", 9) == 0 ? arrays : objects;
}

bool bf_create_events(bf_database *database, const bf_history *history, const char **ret_error) {
  bf_text sql = {0};
  bf_put(&sql, "CREATE SCHEMA IF NOT EXISTS ");
  put_name(&sql, history->atomic_schema);
  bf_put(&sql, "; CREATE TABLE ");
  put_table(&sql, history->atomic_schema, history->events_table);
  for (size_t i = 0; i < history->column_count; i++) {
    bf_put(&sql, i ? ", " : " (");
    put_name(&sql, history->columns[i]->name);
    bf_print(&sql, " %s", declared(history, i).type);
  }
  bf_put(&sql, ")");
  bool done = execute(database, true, sql.data, ret_error);
  bf_text_free(&sql);
  return done;
}

/* ---- rows: texts, which become values in the SELECT, since VALUES takes no JSON ---- */

/* The same instant, as clocks show it in one place or another. */
static const char *time_text(const bf_history *history, const bf_event *event, int64_t microseconds) {
  static const struct {
    const char *zone;
    int64_t minutes;
  } zones[] = {{"+00:00", 0}, {"+05:30", 330}, {"-08:00", -480}};
  size_t zone = event->serial % (sizeof zones / sizeof *zones);
  if (!history->with_time_zone) return bf_time_text(history->arena, microseconds, ' ');
  const char *wall = bf_time_text(history->arena, microseconds + zones[zone].minutes * BF_MINUTE, ' ');
  return bf_format(history->arena, "%s %s", wall, zones[zone].zone);
}

static void put_cell(bf_text *out, const bf_history *history, const bf_event *event, const bf_column *column,
                     const bf_value *value) {
  if (!value || value->kind == BF_NULL)
    bf_put(out, "NULL");
  else if (column->shape == BF_SHAPE_JSON)
    put_literal(out, bf_json_text(history->arena, value));
  else if (value->kind == BF_TIME)
    put_literal(out, time_text(history, event, value->i));
  else if (value->kind == BF_TEXT)
    put_literal(out, value->text);
  else if (value->kind == BF_REAL)
    bf_print(out, "'%.17g'", value->d);
  else if (value->kind == BF_BOOL)
    bf_put(out, value->i ? "'true'" : "'false'");
  else
    bf_print(out, "'%lld'", (long long)value->i);
}

static void put_row(bf_text *out, const bf_history *history, const bf_event *event) {
  const bf_value *row = bf_row_laid_out(history, event);
  for (size_t i = 0; i < history->column_count; i++) {
    bf_put(out, i ? ", " : "(");
    put_cell(out, history, event, history->columns[i], bf_get(row, history->columns[i]->name));
  }
  bf_put(out, ")");
}

static void put_insert(bf_text *out, const bf_history *history) {
  bf_put(out, "INSERT INTO ");
  put_table(out, history->atomic_schema, history->events_table);
  for (size_t i = 0; i < history->column_count; i++) {
    declaration column = declared(history, i);
    bf_print(out, "%s%scolumn%zu%s", i ? ", " : " SELECT ", column.before, i + 1, column.behind);
  }
  bf_put(out, " FROM VALUES ");
}

bool bf_insert_events(bf_database *database, const bf_history *history, size_t run, const char *path,
                      const char **ret_error) {
  (void)path;
  bool good = true;
  for (size_t at = 0; good && at < history->event_count;) {
    bf_text sql = {0};
    size_t count = 0;
    put_insert(&sql, history);
    for (; at < history->event_count && count < ROWS_OF_AN_INSERT; at++) {
      if (history->events[at]->visible_before != run) continue;
      if (count++) bf_put(&sql, ",\n");
      put_row(&sql, history, history->events[at]);
    }
    good = count == 0 || execute(database, true, sql.data, ret_error);
    bf_text_free(&sql);
  }
  return good;
}

/* ---- reading tables: cells are texts, so that no number is a double on its way ---- */

/* <seconds>.<nine digits>, the sign before both, and for TIMESTAMP_TZ the zone behind, which says nothing new. */
static const bf_value *read_time(bf_arena *arena, const char *text) {
  char *end;
  bool negative = *text == '-';
  int64_t seconds = strtoll(text + negative, &end, 10), microseconds = 0;
  if (*end++ != '.' || strspn(end, "0123456789") != 9 || strncmp(end + 6, "000", 3) != 0) return bf_string(arena, text);
  for (size_t i = 0; i < 6; i++) microseconds = microseconds * 10 + (end[i] - '0');
  microseconds += seconds * BF_SECOND;
  return bf_time(arena, negative ? -microseconds : microseconds);
}

static const bf_value *read_cell(bf_arena *arena, const char *type, const char *text) {
  static const char *const trees[] = {"fixed", "date", "variant", "object", "array"};
  if (!text) return bf_null();
  if (strncmp(type, "timestamp_", 10) == 0) return read_time(arena, text);
  if (strcmp(type, "real") == 0) return bf_real(arena, strtod(text, NULL));
  if (strcmp(type, "boolean") == 0) return bf_bool(arena, strcmp(text, "true") == 0);
  for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
    const bf_value *tree = strcmp(type, trees[i]) == 0 ? bf_parse(arena, text) : NULL;
    if (tree) return tree;
  }
  return bf_string(arena, text);
}

static const char *text_at(const cJSON *list, int index) {
  return cJSON_GetStringValue(cJSON_GetArrayItem(list, index));
}

static void read_result(bf_arena *arena, const cJSON *result, bf_result *ret) {
  const cJSON *columns = cJSON_GetObjectItemCaseSensitive(result, "columns"), *row;
  const cJSON *types = cJSON_GetObjectItemCaseSensitive(result, "types");
  const cJSON *rows = cJSON_GetObjectItemCaseSensitive(result, "rows");
  ret->column_count = (size_t)cJSON_GetArraySize(columns);
  ret->columns = bf_alloc(arena, (ret->column_count + 1) * sizeof *ret->columns);
  for (size_t i = 0; i < ret->column_count; i++) ret->columns[i] = bf_copy(arena, text_at(columns, (int)i));
  ret->rows = bf_alloc(arena, ((size_t)cJSON_GetArraySize(rows) + 1) * sizeof *ret->rows);
  cJSON_ArrayForEach(row, rows) {
    const bf_value **cells = bf_alloc(arena, ret->column_count * sizeof *cells);
    for (size_t i = 0; i < ret->column_count; i++)
      cells[i] = read_cell(arena, text_at(types, (int)i), text_at(row, (int)i));
    ret->rows[ret->row_count++] = cells;
  }
}

bool bf_read_table(bf_database *database, bf_arena *arena, const char *schema, const char *table, bf_result *ret_result,
                   const char **ret_error) {
  bf_text sql = {0};
  *ret_result = (bf_result){0};
  bf_put(&sql, "SELECT * FROM ");
  put_table(&sql, schema, table);
  cJSON *answer = ask(database, true, sql.data, ret_error);
  bf_text_free(&sql);
  if (answer)
    read_result(arena, cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(answer, "results"), 0), ret_result);
  cJSON_Delete(answer);
  return ret_result->rows != NULL;
}
