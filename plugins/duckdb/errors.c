/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB's errors in the words of the interface. DuckDB tells the kind of an error by the first words
 * of its message everywhere, by a number only in some places; so the words it is. Called by every
 * file that calls the library; never touches a connection.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plugins/duckdb/duckdb_connection.h"

/* First words, words that must also occur (NULL: none), code. The first row that fits counts. */
static const struct kind {
  const char *start, *contains;
  int32_t code;
} kinds[] = {
    {"INTERRUPT Error", NULL, SBE_CANCELLED},
    {"Out of Memory Error", NULL, SBE_DATA},
    {"IO Error", "Could not set lock", SBE_BUSY},
    {"IO Error", "Extension \"", SBE_UNSUPPORTED},
    {"IO Error", NULL, SBE_IO},
    {"HTTP Error", NULL, SBE_IO},
    {"Connection Error", NULL, SBE_IO},
    {"Catalog Error", "unrecognized configuration parameter", SBE_INVALID},
    {"Catalog Error", "Function with name", SBE_SYNTAX},
    {"Catalog Error", "Type with name", SBE_SYNTAX},
    {"Catalog Error", "already exists", SBE_INVALID},
    {"Catalog Error", NULL, SBE_NOT_FOUND},
    {"Binder Error", "Referenced column", SBE_NOT_FOUND},
    {"Binder Error", "Referenced update column", SBE_NOT_FOUND},
    {"Binder Error", "does not have a column named", SBE_NOT_FOUND},
    {"Binder Error", NULL, SBE_SYNTAX},
    {"Parser Error", NULL, SBE_SYNTAX},
    {"Syntax Error", NULL, SBE_SYNTAX},
    {"Conversion Error", NULL, SBE_DATA},
    {"Out of Range Error", NULL, SBE_DATA},
    {"Constraint Error", NULL, SBE_DATA},
    {"Divide by Zero Error", NULL, SBE_DATA},
    {"Mismatch Type Error", NULL, SBE_DATA},
    {"Decimal Error", NULL, SBE_DATA},
    {"Object Size Error", NULL, SBE_DATA},
    {"Sequence Error", NULL, SBE_DATA},
    {"Dependency Error", NULL, SBE_DATA},
    {"TransactionContext Error", "onstraint violat", SBE_DATA},
    {"TransactionContext Error", "uplicate key", SBE_DATA},
    {"TransactionContext Error", "onflict", SBE_CONFLICT},
    {"TransactionContext Error", "Could not", SBE_IO}, /* a commit that could not write and was taken back */
    {"TransactionContext Error", NULL, SBE_INTERNAL},
    {"Invalid Input Error", "read-only mode", SBE_INVALID},
    {"Invalid Input Error", "multiple statements", SBE_SYNTAX},
    {"Invalid Input Error", "No statement", SBE_SYNTAX},
    {"Invalid Input Error", NULL, SBE_DATA},
    {"Not implemented Error", NULL, SBE_UNSUPPORTED},
    {"Missing Extension Error", NULL, SBE_UNSUPPORTED},
    {"Extension Autoloading Error", NULL, SBE_UNSUPPORTED},
    {"Permission Error", NULL, SBE_INVALID},
    {"Settings Error", NULL, SBE_INVALID},
    {"Invalid Configuration Error", NULL, SBE_INVALID},
    {"Serialization Error", NULL, SBE_INVALID},
    {"Table \"", "could not be found", SBE_NOT_FOUND}, /* the appender's way of saying so */
    {"FATAL Error", "has been invalidated", SBE_IO},   /* an earlier one; this statement did not begin */
    {"FATAL Error", NULL, SBE_UNKNOWN_OUTCOME},        /* perhaps in a checkpoint, after the log was written */
};

int32_t sbe_duckdb_code(const char *message) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strncmp(message, kinds[i].start, strlen(kinds[i].start)) == 0 &&
        (kinds[i].contains == NULL || strstr(message, kinds[i].contains) != NULL))
      return kinds[i].code;
  return SBE_INTERNAL;
}

#define LONGEST 600

/* The message on one line, without the excerpt of the statement (which may be all literal), and not
   longer than LONGEST: its middle goes, since the end often says what to do. */
static void tidy(const char *message, char out[LONGEST + 64]) {
  const char *excerpt = strstr(message, "\n\nLINE ");
  size_t size = excerpt != NULL ? (size_t)(excerpt - message) : strlen(message), used;
  if (strncmp(message, "Out of Memory Error", 19) == 0) size = strcspn(message, "\n"); /* we have advice of our own */
  while (size > 0 && message[size - 1] == '\n') size--;
  size_t head = size, tail = size;
  if (size > LONGEST) {
    head = LONGEST * 3 / 4;
    tail = size - LONGEST / 4;
    while (head > 0 && ((unsigned char)message[head] & 0xC0) == 0x80) head--;
    while (tail < size && ((unsigned char)message[tail] & 0xC0) == 0x80) tail++;
  }
  used = (size_t)sprintf(out, "%.*s%s%.*s", (int)head, message, tail < size ? " ... " : "", (int)(size - tail),
                         message + tail);
  for (size_t i = 0; i < used; i++)
    if ((unsigned char)out[i] < 0x20) out[i] = ' ';
  if (excerpt != NULL) sprintf(out + used, " (line %ld of the statement)", strtol(excerpt + 7, NULL, 10));
}

/* What to do about it, where that is known. */
static const char *remedy_of(const char *message) {
  if (strncmp(message, "Out of Memory Error", 19) == 0)
    return " Give it more, or a place to spill to, in profiles.yml: `settings: {memory_limit: 8GB, temp_directory: "
           "/path}`.";
  if (strstr(message, "No space left on device") != NULL) return " Make room on the disk, then run again.";
  if (strncmp(message, "FATAL Error", 11) == 0) return " Run again: the file is read anew then.";
  return "";
}

int32_t sbe_duckdb_error(sbe_error *error, int32_t code, const char *message) {
  char text[LONGEST + 64];
  tidy(message, text);
  return sbe_duckdb_host->error(error, code, NULL, "%s%s", text, remedy_of(message));
}

int32_t sbe_duckdb_fail(sbe_error *error, const char *message) {
  if (message == NULL) message = "INTERNAL Error: DuckDB gave no reason";
  return sbe_duckdb_error(error, sbe_duckdb_code(message), message);
}

int32_t sbe_duckdb_fail_commit(sbe_error *error, const char *message) {
  if (message == NULL) message = "INTERNAL Error: DuckDB gave no reason";
  int32_t code = sbe_duckdb_code(message);
  return sbe_duckdb_error(error, code == SBE_DATA || code == SBE_CONFLICT ? code : SBE_UNKNOWN_OUTCOME, message);
}

/* A small file of /proc as text; "" when it cannot be read. */
static void slurp(const char *path, char *out, size_t size) {
  out[0] = '\0';
  FILE *file = fopen(path, "re");
  if (file == NULL) return;
  out[fread(out, 1, size - 1, file)] = '\0';
  fclose(file);
}

/* When a process began, in seconds since 1970; 0 when that is not known. */
static time_t began(const char *stat) {
  const char *p = strrchr(stat, ')'); /* the name before it may hold anything */
  char text[8192];
  slurp("/proc/stat", text, sizeof text);
  for (char *line = text; p != NULL && line != NULL; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, "btime ", 6) != 0) continue;
    for (int field = 2; p != NULL && field < 22; field++) p = strchr(p + 1, ' ');
    long ticks = sysconf(_SC_CLK_TCK);
    if (p == NULL || ticks <= 0) return 0;
    return (time_t)(strtoll(line + 6, NULL, 10) + strtoll(p, NULL, 10) / ticks);
  }
  return 0;
}

/* "python3 (PID 42), which has been running since 2025-01-31T23:59:59Z", as far as it can be known. */
static void holder_of(const char *message, char *out, size_t size) {
  const char *mark = strstr(message, "(PID ");
  long pid = mark != NULL ? strtol(mark + 5, NULL, 10) : 0;
  if (pid <= 0) {
    snprintf(out, size, "another process");
    return;
  }
  char path[64], name[64], stat[1024];
  snprintf(path, sizeof path, "/proc/%ld/comm", pid);
  slurp(path, name, sizeof name);
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  slurp(path, stat, sizeof stat);
  for (char *p = name; *p != '\0'; p++) {
    if (*p == '\n')
      *p = '\0';
    else if ((unsigned char)*p < 0x20 || *p == 0x7f)
      *p = '?';
    if (*p == '\0') break;
  }
  time_t since = began(stat);
  struct tm utc;
  int used = snprintf(out, size, "%s (PID %ld)", name[0] != '\0' ? name : "a process", pid);
  if (since > 0 && gmtime_r(&since, &utc) != NULL && used > 0 && (size_t)used < size)
    snprintf(out + used, size - (size_t)used, ", which has been running since %04d-%02d-%02dT%02d:%02d:%02dZ",
             utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

int32_t sbe_duckdb_open_error(sbe_error *error, const char *path, const char *message) {
  char text[LONGEST + 64], holder[256];
  tidy(message, text);
  const sbe_host *host = sbe_duckdb_host;
  if (strstr(message, "Could not set lock") != NULL) {
    holder_of(message, holder, sizeof holder);
    return host->error(error, SBE_BUSY, NULL,
                       "%s is held by %s. One process at a time may open a DuckDB file for writing: wait until it "
                       "ends, or end it.",
                       path, holder);
  }
  if (strstr(message, "version number") != NULL && strstr(message, "created with a newer version") == NULL)
    return host->error(error, SBE_INVALID, NULL,
                       "%s was written by a DuckDB too old for the one in use (%s). Let the old one write it out "
                       "(EXPORT DATABASE 'directory') and a new one read that in (IMPORT DATABASE). DuckDB says: %s",
                       path, sbe_duck.library_version(), text);
  if (strstr(message, "version number") != NULL || strncmp(message, "Serialization Error", 19) == 0)
    return host->error(error, SBE_INVALID, NULL,
                       "%s was written by a newer DuckDB than the one in use (%s). Use a newer library "
                       "(SBE_DUCKDB_LIBRARY=/path/to/libduckdb.so), or let the newer DuckDB copy it for older ones: "
                       "ATTACH 'copy.duckdb' (STORAGE_VERSION 'v1.0.0'); COPY FROM DATABASE … TO copy. DuckDB says: %s",
                       path, sbe_duck.library_version(), text);
  if (strstr(message, "Permission denied") != NULL || strstr(message, "Read-only file system") != NULL)
    return host->error(error, SBE_INVALID, NULL,
                       "%s may not be written, or its directory may not, by this user (%ld). DuckDB says: %s", path,
                       (long)geteuid(), text);
  return sbe_duckdb_fail(error, message);
}
