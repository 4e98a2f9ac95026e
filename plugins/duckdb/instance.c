/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Database instances: one per file and process, however many connections there are. DuckDB's lock on
 * the file is one of the whole process, so a second instance on it would not be refused and could
 * destroy the file. Called by connection.c only.
 *
 * Concurrency: the list is behind one lock, also while a database is opened or closed, so that two
 * threads cannot open one file at once. Beware: closing any descriptor of a file drops this process's
 * lock on it (POSIX), so nothing here opens a file that is on the list.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/duckdb/duckdb_connection.h"

struct sbe_duckdb_instance {
  sbe_duckdb_instance *next;
  char *path;   /* absolute, or ":memory:…" */
  dev_t device; /* of the file; both 0 in memory */
  ino_t inode;
  size_t connections;
  duck_database database;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sbe_duckdb_instance *instances;

static bool in_memory(const char *path) {
  return strncmp(path, ":memory:", 8) == 0;
}

/* The file's absolute name; says what is wrong with its directory. */
static int32_t resolve(const char *path, char ret_path[PATH_MAX], sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  if (path == NULL || path[0] == '\0' || strlen(path) >= PATH_MAX - 1)
    return host->error(error, SBE_INVALID, NULL, "`path` must be the name of a DuckDB file (or :memory:)");
  if (in_memory(path)) {
    strcpy(ret_path, path);
    return SBE_OK;
  }
  if (strstr(path, "://") != NULL || strncmp(path, "md:", 3) == 0 || strncmp(path, "motherduck:", 11) == 0)
    return host->error(error, SBE_UNSUPPORTED, NULL, "`path` must name a local file; `%.200s` does not", path);
  char directory[PATH_MAX], real[PATH_MAX];
  const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
  size_t size = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
  snprintf(directory, sizeof directory, "%.*s", slash == NULL ? 1 : (int)size, slash == NULL ? "." : path);
  if (realpath(directory, real) == NULL && errno == ENOENT)
    return host->error(error, SBE_NOT_FOUND, NULL,
                       "The directory %.500s does not exist. Make it (mkdir -p), or change `path`, which is %.500s",
                       directory, path);
  if (realpath(directory, real) == NULL)
    return host->error(error, SBE_INVALID, NULL, "The directory %.500s cannot be used: %s", directory, strerror(errno));
  if (snprintf(ret_path, PATH_MAX, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base) >= PATH_MAX || base[0] == '\0')
    return host->error(error, SBE_INVALID, NULL, "`path` must be the name of a file; `%.500s` is none", path);
  return SBE_OK;
}

/* Is a file that exists one of DuckDB's? A check of our own, since DuckDB would take some others for
   files of extensions that it then wants to have. Not to be called for a file on the list. */
static int32_t check_file(const char *path, sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  struct stat status;
  if (stat(path, &status) != 0) return SBE_OK; /* to be made, or DuckDB says why not */
  if (!S_ISREG(status.st_mode))
    return host->error(error, SBE_INVALID, NULL, "`path` must be the name of a file; %s is none", path);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return host->error(error, SBE_INVALID, NULL, "%s cannot be read: %s", path, strerror(errno));
  char head[12] = ""; /* a checksum of 8 bytes, then the magic word */
  ssize_t got = pread(fd, head, sizeof head, 0);
  close(fd);
  if (status.st_size == 0 || (got == (ssize_t)sizeof head && memcmp(head + 8, "DUCK", 4) == 0)) return SBE_OK;
  return host->error(error, SBE_INVALID, NULL,
                     "%s is not a DuckDB database. Give `path` the name of one, or of a file that does not exist yet",
                     path);
}

bool sbe_duckdb_read_only(const sbe_settings *settings) {
  const char *path = sbe_duckdb_host->setting(settings, "path");
  const char *value = sbe_duckdb_host->setting(settings, "read_only");
  return value != NULL && strcmp(value, "true") == 0 && !(path != NULL && in_memory(path));
}

/* Settings that must be there when the database opens. All others are set once extensions are loaded. */
static bool at_start(const char *name) {
  static const char *const names[] = {
      "access_mode",       "allow_unsigned_extensions", "allow_unredacted_secrets",
      "custom_user_agent", "default_block_size",        "storage_compatibility_version"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcasecmp(names[i], name) == 0) return true;
  return false;
}

/* The user's settings: into `config` where it must be, else into statements. */
static int32_t configure(const sbe_settings *settings, duck_config config, sbe_common_buffer *session,
                         sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  const char *name, *value, *threads = host->setting(settings, "threads");
  /* Nothing is fetched from anywhere unless the user's own settings say so. */
  sbe_duck.set_config(config, "autoinstall_known_extensions", "false");
  sbe_duck.set_config(config, "autoload_known_extensions", "false");
  if (sbe_duckdb_read_only(settings)) sbe_duck.set_config(config, "access_mode", "READ_ONLY");
  if (threads != NULL) {
    char *end;
    long n = strtol(threads, &end, 10);
    if (end == threads || *end != '\0' || n < 1 || n > 1024 || sbe_duck.set_config(config, "threads", threads) != 0)
      return host->error(error, SBE_INVALID, NULL, "`threads` must be a number from 1 to 1024, not `%.40s`", threads);
  }
  for (size_t i = 0; (value = host->member(settings, "settings", i, &name)) != NULL; i++) {
    if (name == NULL || i >= 1000)
      return host->error(error, SBE_INVALID, NULL, "`settings` must be a mapping, {name: value}");
    if (at_start(name)) {
      if (sbe_duck.set_config(config, name, value) == 0) continue;
      return host->error(error, SBE_INVALID, NULL, "`settings`: DuckDB does not take what `%.80s` is set to", name);
    }
    sbe_common_puts(session, "SET ");
    sbe_common_identifier(session, name);
    sbe_common_puts(session, " = ");
    sbe_common_literal(session, value);
    sbe_common_putc(session, '\0');
  }
  return SBE_OK;
}

static sbe_duckdb_instance *find(const char *path) {
  struct stat status;
  bool file = !in_memory(path) && stat(path, &status) == 0;
  for (sbe_duckdb_instance *i = instances; i != NULL; i = i->next)
    if (file ? i->inode == status.st_ino && i->device == status.st_dev && i->inode != 0 : strcmp(i->path, path) == 0)
      return i;
  return NULL;
}

static int32_t create(const char *path, duck_config config, sbe_duckdb_instance **ret_instance, sbe_error *error) {
  int32_t code = in_memory(path) ? SBE_OK : check_file(path, error);
  if (code != SBE_OK) return code;
  duck_database database = NULL;
  char *message = NULL;
  /* Each database in memory of DuckDB's is one of its own; ours have names and are on the list. */
  if (sbe_duck.open_ext(in_memory(path) ? ":memory:" : path, &database, config, &message) != 0) {
    code = sbe_duckdb_open_error(error, path, message != NULL ? message : "IO Error: the file cannot be opened");
    sbe_duck.free(message);
    return code;
  }
  sbe_duckdb_instance *instance = sbe_common_allocate(1, sizeof *instance);
  struct stat status;
  instance->path = sbe_common_copy(path, strlen(path));
  instance->database = database;
  if (!in_memory(path) && stat(path, &status) == 0) {
    instance->device = status.st_dev;
    instance->inode = status.st_ino;
  }
  instance->next = instances;
  instances = instance;
  *ret_instance = instance;
  return SBE_OK;
}

int32_t sbe_duckdb_instance_open(const sbe_settings *settings, sbe_duckdb_instance **ret_instance,
                                 sbe_common_buffer *ret_session, sbe_error *error) {
  const char *given = sbe_duckdb_host->setting(settings, "path");
  char path[PATH_MAX];
  duck_config config = NULL;
  int32_t code = resolve(given != NULL ? given : SBE_DUCKDB_PATH, path, error);
  if (code != SBE_OK) return code;
  if (sbe_duck.create_config(&config) != 0)
    return sbe_duckdb_host->error(error, SBE_INTERNAL, NULL, "DuckDB makes no configuration");
  code = configure(settings, config, ret_session, error);
  if (code == SBE_OK) {
    pthread_mutex_lock(&lock);
    sbe_duckdb_instance *instance = find(path);
    if (instance == NULL) code = create(path, config, &instance, error);
    if (code == SBE_OK) {
      instance->connections++;
      *ret_instance = instance;
    }
    pthread_mutex_unlock(&lock);
  }
  sbe_duck.destroy_config(&config);
  return code;
}

void sbe_duckdb_instance_close(sbe_duckdb_instance *instance) {
  pthread_mutex_lock(&lock);
  if (--instance->connections == 0) {
    sbe_duckdb_instance **link = &instances;
    while (*link != instance) link = &(*link)->next;
    *link = instance->next;
    sbe_duck.close(&instance->database);
    free(instance->path);
    free(instance);
  }
  pthread_mutex_unlock(&lock);
}

int32_t sbe_duckdb_instance_connect(sbe_duckdb_instance *instance, duck_connection *ret_connection, sbe_error *error) {
  if (sbe_duck.connect(instance->database, ret_connection) == 0) return SBE_OK;
  return sbe_duckdb_host->error(error, SBE_IO, NULL,
                                "DuckDB takes no further connection to %s. If an earlier statement failed fatally, "
                                "end the program and run again",
                                instance->path);
}

const char *sbe_duckdb_instance_path(const sbe_duckdb_instance *instance) {
  return instance->path;
}
