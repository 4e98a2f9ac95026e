/* SPDX-License-Identifier: Apache-2.0 */
/* See fake_host.h. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/duckdb/fake_host.h"

struct sbe_error fake_error;

int64_t fake_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int32_t error(sbe_error *e, int32_t code, const char *sqlstate, const char *format, ...) {
  (void)sqlstate;
  if (e == NULL) return code;
  va_list arguments;
  va_start(arguments, format);
  e->code = code;
  vsnprintf(e->message, sizeof e->message, format, arguments);
  va_end(arguments);
  return code;
}

static void put(sbe_text *text, const char *bytes, size_t size) {
  if (size >= sizeof text->data - text->size) return;
  memcpy(text->data + text->size, bytes, size);
  text->size += size;
  text->data[text->size] = '\0';
}

static sbe_text *statement(sbe_statements *list, uint32_t flags) {
  (void)list;
  (void)flags;
  return NULL; /* no test here prints statements */
}

static const char *setting(const sbe_settings *settings, const char *name) {
  for (const char *const *p = settings->pairs; *p != NULL; p += 2)
    if (strcmp(*p, name) == 0) return p[1];
  return NULL;
}

static const char *member(const sbe_settings *settings, const char *name, size_t index, const char **ret_key) {
  size_t size = strlen(name);
  for (const char *const *p = settings->pairs; *p != NULL; p += 2) {
    if (strncmp(*p, name, size) != 0 || (*p)[size] != '.' || index-- != 0) continue;
    if (ret_key != NULL) *ret_key = *p + size + 1;
    return p[1];
  }
  return NULL;
}

static int32_t tick(sbe_run *run, double percent) {
  if (run == NULL) return 0;
  int64_t now = fake_now();
  if (run->ticks++ > 0 && now - run->last_us > run->longest_us) run->longest_us = now - run->last_us;
  run->last_us = now;
  if (percent >= 0 && percent < run->percent) run->went_down = true;
  if (percent >= 0) run->percent = percent;
  return run->tick != NULL ? run->tick(run, percent) : 0;
}

static void log_line(int32_t level, const char *format, ...) {
  (void)level;
  (void)format;
}

/* Enough of sbe_host.snake for the names used here. */
static void snake(const char *name, char *ret_name, size_t size) {
  size_t used = 0;
  for (size_t i = 0; name[i] != '\0' && used + 2 < size; i++) {
    unsigned char c = (unsigned char)name[i], before = i > 0 ? (unsigned char)name[i - 1] : '_';
    unsigned char after = (unsigned char)name[i + 1];
    if (isupper(c) && (islower(before) || isdigit(before) || (isupper(before) && islower(after))))
      ret_name[used++] = '_';
    ret_name[used++] = isalnum(c) ? (char)tolower(c) : '_';
  }
  ret_name[used] = '\0';
}

const sbe_host fake_host = {
    .struct_size = sizeof(sbe_host),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .error = error,
    .put = put,
    .statement = statement,
    .setting = setting,
    .member = member,
    .tick = tick,
    .log = log_line,
    .time = fake_now,
    .snake = snake,
};

static void add(fake_rows *rows, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(rows->text + rows->size, sizeof rows->text - rows->size, format, arguments);
  va_end(arguments);
  if (size > 0 && (size_t)size < sizeof rows->text - rows->size) rows->size += (size_t)size;
}

int32_t fake_columns(void *user, size_t n, const char *const *names) {
  fake_rows *rows = user;
  size_t used = 0;
  rows->columns[0] = '\0';
  for (size_t i = 0; i < n && used < sizeof rows->columns - 1; i++)
    used += (size_t)snprintf(rows->columns + used, sizeof rows->columns - used, "%s%s", i > 0 ? "|" : "", names[i]);
  return 0;
}

int32_t fake_row(void *user, size_t n, const sbe_value *values) {
  fake_rows *rows = user;
  if (rows->n++ > 0) add(rows, "\n");
  for (size_t i = 0; i < n; i++) {
    const sbe_value *v = &values[i];
    if (i > 0) add(rows, "|");
    switch (v->kind) {
    case SBE_VALUE_NULL:
      add(rows, "null");
      break;
    case SBE_VALUE_BOOL:
      add(rows, "b:%lld", (long long)v->integer);
      break;
    case SBE_VALUE_INTEGER:
      add(rows, "i:%lld", (long long)v->integer);
      break;
    case SBE_VALUE_DOUBLE:
      add(rows, "f:%.17g", v->real);
      break;
    case SBE_VALUE_DATE:
      add(rows, "d:%lld", (long long)v->integer);
      break;
    case SBE_VALUE_TIMESTAMP:
      add(rows, "s:%lld", (long long)v->integer);
      break;
    case SBE_VALUE_DECIMAL:
    case SBE_VALUE_TEXT:
    case SBE_VALUE_JSON:
      add(rows, "%c:", v->kind == SBE_VALUE_DECIMAL ? 'n' : v->kind == SBE_VALUE_TEXT ? 't' : 'j');
      for (size_t k = 0; k < v->size; k++) add(rows, v->text[k] != '\0' ? "%c" : "<NUL>", v->text[k]);
      break;
    default:
      add(rows, "kind %d?", v->kind);
    }
  }
  return rows->enough != 0 && rows->n >= rows->enough;
}
