/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two things about the fields of a connection: looking them up, for the host table that adapters are
 * given, and hiding the secret ones in whatever leaves the program.
 *
 * Concurrency: look-ups only read. The register of secrets is one for the process, behind a lock,
 * since the log may be written from any thread. Secrets stay registered until the process ends; they
 * must never be printed here, not even in a failure.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/arena.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/settings.h"

#define MIN_SECRET 4 /* bytes; what is shorter stands everywhere by chance */
#define MIN_LINE 8   /* the same for one line of a longer secret */
#define MASK "***"

static const struct sbe_setting *find(const sbe_settings *settings, const char *name) {
  if (!settings || !name) return NULL;
  for (size_t i = 0; i < settings->n; i++)
    if (sbe_streq(settings->items[i].name, name)) return &settings->items[i];
  return NULL;
}

const char *sbe_settings_get(const sbe_settings *settings, const char *name) {
  const struct sbe_setting *item = find(settings, name);
  return item ? item->value : NULL;
}

const char *sbe_settings_member(const sbe_settings *settings, const char *name, size_t index, const char **ret_key) {
  const struct sbe_setting *item = find(settings, name);
  if (!item || !item->node) return NULL;
  SBE_EACH(member, item->node) {
    if (index-- > 0) continue;
    if (ret_key) *ret_key = member->key;
    return member->text ? member->text : "";
  }
  return NULL;
}

/* The register. `starts` tells which bytes a secret can begin with, so that most of a text is only looked at once. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct secret {
  char *bytes;
  size_t size;
} * secrets;
static size_t n_secrets, capacity;
static bool starts[256];

/* With the lock held. */
static void add(const char *bytes, size_t size) {
  for (size_t i = 0; i < n_secrets; i++)
    if (secrets[i].size == size && memcmp(secrets[i].bytes, bytes, size) == 0) return;
  char *copy = sbe_xmalloc(size);
  memcpy(copy, bytes, size);
  secrets = sbe_grow(secrets, n_secrets, &capacity, sizeof *secrets);
  secrets[n_secrets++] = (struct secret){copy, size};
  starts[(unsigned char)bytes[0]] = true;
}

/* A key of several lines is often quoted line by line, and a log puts spaces for the newlines. */
static void add_lines(const char *value) {
  for (const char *line = value; *line;) {
    size_t size = strcspn(line, "\r\n");
    if (size >= MIN_LINE && strncmp(line, "-----", 5) != 0) add(line, size);
    line += size;
    line += strspn(line, "\r\n");
  }
}

/* As it stands in a URL, in a SQL literal and in JSON: how servers and client libraries quote it back. */
static void add_quoted(const char *value) {
  sbe_text url = SBE_TEXT(SBE_MAX_FILE), sql = SBE_TEXT(SBE_MAX_FILE), json = SBE_TEXT(SBE_MAX_FILE);
  for (const char *c = value; *c; c++) {
    bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || strchr("-._~", *c);
    if (plain)
      sbe_text_putc(&url, *c);
    else
      sbe_text_printf(&url, "%%%02X", (unsigned char)*c);
    if (*c == '\'') sbe_text_putc(&sql, *c);
    sbe_text_putc(&sql, *c);
    if (*c == '\n')
      sbe_text_puts(&json, "\\n");
    else if (*c == '\r')
      sbe_text_puts(&json, "\\r");
    else if (*c == '\t')
      sbe_text_puts(&json, "\\t");
    else {
      if (*c == '"' || *c == '\\') sbe_text_putc(&json, '\\');
      sbe_text_putc(&json, *c);
    }
  }
  sbe_text *all[] = {&url, &sql, &json};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (!all[i]->overflow && all[i]->size > 0) add(all[i]->data, all[i]->size);
    sbe_text_free(all[i]);
  }
}

void sbe_secret_register(const char *value) {
  if (!value || strlen(value) < MIN_SECRET) return;
  pthread_mutex_lock(&lock);
  add(value, strlen(value));
  add_lines(value);
  add_quoted(value);
  pthread_mutex_unlock(&lock);
}

/* Length of the longest secret that stands at the begin of `text`; 0: none. With the lock held. */
static size_t longest(const char *text, size_t size) {
  size_t best = 0;
  if (!starts[(unsigned char)*text]) return 0;
  for (size_t i = 0; i < n_secrets; i++)
    if (secrets[i].size > best && secrets[i].size <= size && memcmp(secrets[i].bytes, text, secrets[i].size) == 0)
      best = secrets[i].size;
  return best;
}

void sbe_redact(char *text) {
  if (!text) return;
  pthread_mutex_lock(&lock);
  size_t size = strlen(text), to = 0;
  for (size_t from = 0; n_secrets > 0 && from < size;) {
    size_t end = from + longest(text + from, size - from);
    if (end == from) {
      text[to++] = text[from++];
      continue;
    }
    /* Secrets may overlap: nothing of the second may stay behind the mask of the first. Reading runs ahead of
       writing, as every secret is longer than the mask. */
    for (size_t i = from + 1; i < end; i++) {
      size_t next = i + longest(text + i, size - i);
      if (next > end) end = next;
    }
    memcpy(text + to, MASK, strlen(MASK));
    to += strlen(MASK);
    from = end;
  }
  if (n_secrets > 0) text[to] = '\0';
  pthread_mutex_unlock(&lock);
}
