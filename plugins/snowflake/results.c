/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer: its metadata, its rows on their way into the host's sink, its handles. Rows are pushed as
 * they arrive; when an answer breaks off and comes again, those that were pushed are passed over (a
 * result does not change once it is there). Called by statements.c, from libcurl's callbacks too.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugins/snowflake/snowflake_connection.h"

#define MOST_COLUMNS 65536
#define MOST_PARTITIONS 1000000
#define ERROR_LIMIT ((size_t)1 << 20)

/* ---- metadata ---- */

static void forget_columns(sbe_snowflake_result *result) {
  for (size_t i = 0; i < result->n_columns && result->names != NULL; i++) free(result->names[i]);
  free(result->names);
  free(result->forms);
  free(result->scales);
  free(result->values);
  free(result->times);
  free(result->partitions);
  result->names = NULL;
  result->forms = NULL;
  result->scales = NULL;
  result->values = NULL;
  result->times = NULL;
  result->partitions = NULL;
  result->n_columns = result->n_partitions = 0;
  result->known = false;
}

static int64_t number_in(const cJSON *object, const char *name, int64_t otherwise) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e15 ? (int64_t)item->valuedouble
                                                                                    : otherwise;
}

static bool read_columns(sbe_snowflake_result *result, const cJSON *types) {
  size_t n = (size_t)cJSON_GetArraySize(types), i = 0;
  const cJSON *column;
  if (!cJSON_IsArray(types) || n > MOST_COLUMNS) return false;
  result->names = sbe_common_allocate(n, sizeof *result->names);
  result->forms = sbe_common_allocate(n, sizeof *result->forms);
  result->scales = sbe_common_allocate(n, sizeof *result->scales);
  result->values = sbe_common_allocate(n, sizeof *result->values);
  result->times = sbe_common_allocate(n, sizeof *result->times);
  result->n_columns = n;
  cJSON_ArrayForEach(column, types) {
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(column, "name"));
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(column, "type"));
    if (name == NULL || type == NULL) return false;
    result->names[i] = sbe_common_copy(name, strlen(name));
    result->forms[i] = sbe_snowflake_form_of(type);
    result->scales[i] = (int)number_in(column, "scale", 0);
    i++;
  }
  return true;
}

static bool read_partitions(sbe_snowflake_result *result, const cJSON *partitions) {
  size_t n = (size_t)cJSON_GetArraySize(partitions), i = 0;
  const cJSON *partition;
  if (n > MOST_PARTITIONS) return false;
  result->n_partitions = n > 0 ? n : 1;
  result->partitions = sbe_common_allocate(result->n_partitions, sizeof *result->partitions);
  result->partitions[0] = -1;
  cJSON_ArrayForEach(partition, partitions) result->partitions[i++] = number_in(partition, "rowCount", -1);
  return true;
}

/* Of an envelope, or of as much of it as has come. True once the columns are known. */
static bool read_metadata(sbe_snowflake_result *result, const cJSON *envelope) {
  const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(envelope, "resultSetMetaData");
  if (result->known) return true;
  if (!cJSON_IsObject(metadata)) return false;
  forget_columns(result);
  result->known = read_columns(result, cJSON_GetObjectItemCaseSensitive(metadata, "rowType")) &&
                  read_partitions(result, cJSON_GetObjectItemCaseSensitive(metadata, "partitionInfo"));
  if (!result->known) forget_columns(result);
  return result->known;
}

/* ---- rows ---- */

static bool announce(sbe_snowflake_result *result) {
  const sbe_sink *sink = result->sink;
  result->scan.max_cells = result->n_columns;
  if (result->announced || sink == NULL) return true;
  result->announced = true;
  if (sink->columns != NULL && sink->columns(sink->user, result->n_columns, (const char *const *)result->names) != 0)
    result->enough = true;
  return true;
}

static bool begin(void *user) {
  sbe_snowflake_result *result = user;
  const sbe_common_buffer *so_far = &result->scan.envelope;
  if (!result->known) {
    cJSON *envelope = cJSON_ParseWithLength(so_far->data, so_far->size);
    read_metadata(result, envelope);
    cJSON_Delete(envelope);
  }
  return result->known && announce(result);
}

/* What a statement that wrote says in its one row, in columns such as "number of rows inserted". */
static void count_written(sbe_snowflake_result *result, size_t n, const sbe_snowflake_cell *cells) {
  static const char start[] = "number of rows ";
  int64_t total = 0, value;
  bool some = false;
  for (size_t i = 0; i < n; i++) {
    if (strncasecmp(result->names[i], start, sizeof start - 1) != 0 || cells[i].text == NULL) continue;
    if (!sbe_snowflake_integer(cells[i].text, cells[i].size, &value) || value < 0 || total > INT64_MAX - value) return;
    total += value;
    some = true;
  }
  if (some) result->written = total;
}

static bool row(void *user, size_t n, sbe_snowflake_cell *cells) {
  sbe_snowflake_result *result = user;
  if (n != result->n_columns) {
    result->scan.fault = "a row has fewer cells than there are columns";
    return false;
  }
  if (result->enough) return false;
  result->seen++;
  if (result->sink == NULL) {
    if (result->seen == 1 && result->partition == 0) count_written(result, n, cells);
    return true;
  }
  if (result->seen <= result->pushed) return true; /* it was there before the answer broke off */
  for (size_t i = 0; i < n; i++) {
    if (!sbe_snowflake_cell_read(result->forms[i], result->scales[i], cells[i].text, cells[i].size, result->times[i],
                                 &result->values[i])) {
      result->scan.fault = "a cell is no value of its column's type";
      return false;
    }
  }
  result->pushed++;
  if (result->sink->row(result->sink->user, n, result->values) != 0) result->enough = true;
  return !result->enough;
}

/* ---- an answer ---- */

void sbe_snowflake_result_start(sbe_snowflake_result *result, const sbe_sink *sink) {
  memset(result, 0, sizeof *result);
  result->sink = sink;
  result->written = -1;
  result->scan.begin = begin;
  result->scan.row = row;
  result->scan.user = result;
}

void sbe_snowflake_result_free(sbe_snowflake_result *result) {
  forget_columns(result);
  cJSON_Delete(result->envelope);
  result->envelope = NULL;
  sbe_snowflake_scan_free(&result->scan);
}

void sbe_snowflake_result_again(sbe_snowflake_result *result) {
  cJSON_Delete(result->envelope);
  result->envelope = NULL;
  result->seen = 0;
  sbe_snowflake_scan_start(&result->scan);
  result->scan.max_cells = result->n_columns;
}

void sbe_snowflake_result_next(sbe_snowflake_result *result) {
  result->partition++;
  result->pushed = 0;
}

bool sbe_snowflake_result_take(void *user, int status, const char *bytes, size_t size) {
  sbe_snowflake_result *result = user;
  sbe_common_buffer *out = &result->scan.envelope;
  if (status == 200) return sbe_snowflake_scan_feed(&result->scan, bytes, size);
  if (size > ERROR_LIMIT - out->size) size = ERROR_LIMIT - out->size;
  sbe_common_put(out, bytes, size);
  return true;
}

bool sbe_snowflake_result_whole(void *user, int status) {
  const sbe_snowflake_result *result = user;
  return status != 200 || result->scan.whole;
}

static const char *fault_of(sbe_snowflake_result *result) {
  int64_t told = result->known && result->partition < result->n_partitions ? result->partitions[result->partition] : -1;
  if (result->scan.fault != NULL) return result->scan.fault;
  if (result->sink != NULL && told >= 0 && !result->enough && told != result->seen)
    return "it has another number of rows than it says";
  return NULL;
}

int32_t sbe_snowflake_result_end(sbe_snowflake_result *result, int status, bool write, sbe_error *error) {
  if (status == 200 && !result->scan.stopped) sbe_snowflake_scan_end(&result->scan);
  const sbe_common_buffer *text = &result->scan.envelope;
  if (!result->enough && text->size > 0) result->envelope = cJSON_ParseWithLength(text->data, text->size);
  if (status != 200) return SBE_OK;
  if (result->enough) return SBE_OK;
  const char *fault = fault_of(result);
  if (fault == NULL && result->envelope == NULL) fault = "it is no JSON";
  if (fault != NULL && write) return sbe_snowflake_unknown(error, fault);
  if (fault != NULL)
    return sbe_snowflake_host->error(error, SBE_IO, NULL, "The answer of Snowflake cannot be read: %s", fault);
  read_metadata(result, result->envelope);
  if (result->known) announce(result); /* when there was no row at all */
  return SBE_OK;
}

int64_t sbe_snowflake_result_count(const sbe_snowflake_result *result) {
  static const char *const names[] = {"numRowsInserted", "numRowsUpdated", "numRowsDeleted"};
  const cJSON *stats = cJSON_GetObjectItemCaseSensitive(result->envelope, "stats");
  int64_t total = 0;
  if (result->written >= 0 || !cJSON_IsObject(stats)) return result->written;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) total += number_in(stats, names[i], 0);
  return total;
}

bool sbe_snowflake_result_handle(const sbe_snowflake_result *result, int index, char ret_handle[SBE_SNOWFLAKE_HANDLE]) {
  const cJSON *item =
      index < 0 ? cJSON_GetObjectItemCaseSensitive(result->envelope, "statementHandle")
                : cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(result->envelope, "statementHandles"), index);
  const char *text = cJSON_GetStringValue(item);
  size_t size = text != NULL ? strlen(text) : 0;
  static const char marks[] = "0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz-_";
  if (size == 0 || size >= SBE_SNOWFLAKE_HANDLE || strspn(text, marks) != size) return false;
  memcpy(ret_handle, text, size + 1);
  return true;
}
