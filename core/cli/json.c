/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON, written as it comes, so that a table of any size can be shown. Numbers are integers or text that
 * is a number already; nothing passes through a double. Invalid UTF-8 becomes U+FFFD.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/string.h"
#include "core/cli/cli.h"

static void put_text(FILE *out, const char *text, size_t size) {
  fputc('"', out);
  while (size > 0) {
    size_t good = size;
    if (!sbe_utf8_valid(text, size, &good) && good == 0 && *text) {
      fputs("\xEF\xBF\xBD", out);
      text++;
      size--;
      continue;
    }
    if (good == 0) good = 1; /* a NUL, which is valid JSON when it is escaped */
    for (size_t i = 0; i < good; i++) {
      unsigned char c = (unsigned char)text[i];
      if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
      else if (c == '\n')
        fputs("\\n", out);
      else if (c < 0x20 || c == 0x7F)
        fprintf(out, "\\u%04x", c);
      else
        fputc(c, out);
    }
    text += good;
    size -= good;
  }
  fputc('"', out);
}

static bool begun; /* something of a document is on stdout */

bool sbe_json_begun(void) {
  return begun;
}

/* Comma, line, key: whatever stands before a value. */
static void begin(sbe_json *json, const char *key) {
  begun = begun || json->out == stdout;
  if (json->depth) {
    size_t at = json->depth - 1;
    if (json->begun[at]) fputs(json->inlined[at] ? ", " : ",", json->out);
    if (!json->inlined[at]) fprintf(json->out, "\n%*s", (int)json->depth * 2, "");
    json->begun[at] = true;
  }
  if (!key) return;
  put_text(json->out, key, strlen(key));
  fputs(": ", json->out);
}

void sbe_json_open(sbe_json *json, const char *key, char bracket, bool inlined) {
  begin(json, key);
  fputc(bracket, json->out);
  json->begun[json->depth] = false;
  json->inlined[json->depth] = inlined || (json->depth && json->inlined[json->depth - 1]);
  json->closing[json->depth++] = bracket == '{' ? '}' : ']';
}

void sbe_json_close(sbe_json *json) {
  size_t at = --json->depth;
  if (json->begun[at] && !json->inlined[at]) fprintf(json->out, "\n%*s", (int)at * 2, "");
  fputc(json->closing[at], json->out);
  if (!at) fputc('\n', json->out);
}

void sbe_json_raw(sbe_json *json, const char *key, const char *text) {
  begin(json, key);
  fputs(text, json->out);
}

void sbe_json_text_size(sbe_json *json, const char *key, const char *text, size_t size) {
  begin(json, key);
  put_text(json->out, text, size);
}

void sbe_json_text(sbe_json *json, const char *key, const char *text) {
  if (!text)
    sbe_json_raw(json, key, "null");
  else
    sbe_json_text_size(json, key, text, strlen(text));
}

void sbe_json_int(sbe_json *json, const char *key, int64_t number) {
  begin(json, key);
  fprintf(json->out, "%" PRId64, number);
}

void sbe_json_bool(sbe_json *json, const char *key, bool value) {
  sbe_json_raw(json, key, value ? "true" : "false");
}

void sbe_json_time(sbe_json *json, const char *key, sbe_moment moment) {
  char text[40];
  sbe_json_text(json, key, moment.known ? sbe_time_text(moment.at, text) : NULL);
}

void sbe_json_findings(sbe_json *json, const char *key, const sbe_report *report) {
  static const char *const names[] = {[SBE_NOTE] = "note", [SBE_WARNING] = "warning", [SBE_ERROR] = "error"};
  sbe_json_open(json, key, '[', false);
  for (const sbe_finding *f = report->first; f; f = f->next) {
    sbe_json_open(json, NULL, '{', true);
    sbe_json_text(json, "severity", names[f->severity]);
    sbe_json_text(json, "file", f->place.file);
    sbe_json_int(json, "line", f->place.line);
    sbe_json_int(json, "column", f->place.column);
    sbe_json_text(json, "message", f->message);
    sbe_json_close(json);
  }
  sbe_json_close(json);
}
