/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding and loading libduckdb, at the first `open`: loading takes longer than most commands that need no database.
 * The library is never unloaded: it has threads of its own.
 *
 * Order: $SBE_DUCKDB_LIBRARY; beside the adapter; where configure found it; the dynamic linker's way.
 * A library that the user names must be the one that is used: if it is no good, nothing else is tried.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/duckdb/api.h"
#include "plugins/duckdb/duckdb_adapter.h"

#define LIBRARY "libduckdb.so"
#define HOW                                                                                                            \
  "To get it: `./quickstart build` in sbe's source tree fetches it; or install a package that brings " LIBRARY         \
  "; or set SBE_DUCKDB_LIBRARY to the absolute path of one"

sbe_duckdb_functions sbe_duck;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char chosen[PATH_MAX]; /* found by sbe_duckdb_find; "" when only the dynamic linker can tell */
static void *library;         /* loaded; `sbe_duck` is filled */

/* Why a file cannot be a library of this machine; NULL when it can. Loading a truncated one would end
   the process with SIGBUS, so its segments are checked against its size. */
static const char *fault_of(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? "not there" : strerror(errno);
  struct stat status;
  Elf64_Ehdr head;
  const char *fault = NULL;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
    fault = "not a regular file";
  else if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
    fault = "not a shared library";
  else if (head.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32))
    fault = "for another machine";
#if defined(__x86_64__)
  else if (head.e_machine != EM_X86_64)
    fault = "for another machine";
#elif defined(__aarch64__)
  else if (head.e_machine != EM_AARCH64)
    fault = "for another machine";
#endif
  for (unsigned i = 0; fault == NULL && sizeof(void *) == 8 && i < head.e_phnum; i++) {
    Elf64_Phdr segment;
    off_t at = (off_t)(head.e_phoff + (Elf64_Off)i * sizeof segment);
    if (head.e_phentsize != sizeof segment || pread(fd, &segment, sizeof segment, at) != (ssize_t)sizeof segment ||
        segment.p_filesz > (Elf64_Xword)status.st_size ||
        segment.p_offset > (Elf64_Xword)status.st_size - segment.p_filesz)
      fault = "cut short";
  }
  close(fd);
  return fault;
}

/* The file beside this adapter. Answers false when that cannot be told. */
static bool beside(char path[PATH_MAX]) {
  Dl_info where;
  char real[PATH_MAX];
  static const char here = 0; /* data, since ISO C does not turn functions into pointers to objects */
  if (dladdr((const void *)&here, &where) == 0 || where.dli_fname == NULL) return false;
  if (realpath(where.dli_fname, real) == NULL) return false;
  char *slash = strrchr(real, '/');
  if (slash == NULL) return false;
  *slash = '\0';
  int size = snprintf(path, PATH_MAX, "%s/" LIBRARY, real);
  return size > 0 && size < PATH_MAX;
}

static void remember(char *tried, size_t size, const char *path, const char *fault) {
  size_t used = strlen(tried);
  snprintf(tried + used, size - used, "%s%s (%s)", used > 0 ? ", " : "", path, fault);
}

/* Take a file, or say why not. */
static bool take(const char *path, char *tried, size_t size) {
  const char *fault = fault_of(path);
  if (fault != NULL) {
    remember(tried, size, path, fault);
    return false;
  }
  snprintf(chosen, sizeof chosen, "%s", path);
  return true;
}

int32_t sbe_duckdb_find(sbe_error *error) {
  char tried[4 * PATH_MAX] = "", path[PATH_MAX];
  chosen[0] = '\0';
  const char *named = getenv("SBE_DUCKDB_LIBRARY");
  if (named != NULL && named[0] != '\0') {
    if (named[0] != '/' || strlen(named) >= PATH_MAX)
      return sbe_duckdb_host->error(error, SBE_INVALID, NULL,
                                    "SBE_DUCKDB_LIBRARY is `%.200s`: it must be the absolute path of " LIBRARY, named);
    if (take(named, tried, sizeof tried)) return SBE_OK;
    return sbe_duckdb_host->error(error, SBE_NOT_FOUND, NULL,
                                  "SBE_DUCKDB_LIBRARY names a file that cannot be DuckDB's library: %s", tried);
  }
  if (beside(path) && take(path, tried, sizeof tried)) return SBE_OK;
#ifdef SBE_DUCKDB_LIBRARY
  if (take(SBE_DUCKDB_LIBRARY, tried, sizeof tried)) return SBE_OK;
#endif
  /* Only the dynamic linker knows its own way. That costs the time to load, but only where it succeeds. */
  if (dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) != NULL) return SBE_OK;
  remember(tried, sizeof tried, LIBRARY, "not known to the dynamic linker");
  return sbe_duckdb_host->error(error, SBE_NOT_FOUND, NULL, "DuckDB's library was not found. Tried: %s. " HOW, tried);
}

static int32_t check_version(const char *path, const char *version, sbe_error *error) {
  const char *p = version;
  char *end = NULL;
  if (*p == 'v') p++;
  long major = strtol(p, &end, 10), minor = *end == '.' ? strtol(end + 1, NULL, 10) : -1;
  if (end != p && (major > SBE_DUCKDB_MAJOR || (major == SBE_DUCKDB_MAJOR && minor >= SBE_DUCKDB_MINOR))) return SBE_OK;
  return sbe_duckdb_host->error(error, SBE_UNSUPPORTED, NULL, "%s is DuckDB %.40s; at least v%d.%d is needed. " HOW,
                                path, version, SBE_DUCKDB_MAJOR, SBE_DUCKDB_MINOR);
}

static int32_t load(sbe_error *error) {
  const char *path = chosen[0] != '\0' ? chosen : LIBRARY;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *why = dlerror();
    return sbe_duckdb_host->error(error, SBE_NOT_FOUND, NULL, "DuckDB's library cannot be loaded: %.500s. " HOW,
                                  why != NULL ? why : path);
  }
  sbe_duckdb_functions functions;
  memset(&functions, 0, sizeof functions);
  const char *missing = NULL;
  void *address;
/* POSIX guarantees that a function's address fits; memcpy says so without a cast that ISO C lacks. */
#define LOOK_UP(result, name, arguments)                                                                               \
  address = dlsym(handle, "duckdb_" #name);                                                                            \
  if (address == NULL && missing == NULL) missing = "duckdb_" #name;                                                   \
  memcpy(&functions.name, &address, sizeof address);
  SBE_DUCKDB_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  /* The version first: it explains a missing function. */
  if (functions.library_version != NULL) {
    int32_t code = check_version(path, functions.library_version(), error);
    if (code != SBE_OK) return code;
  }
  if (missing != NULL)
    return sbe_duckdb_host->error(error, SBE_UNSUPPORTED, NULL, "%s has no function %s: it is not a whole DuckDB. " HOW,
                                  path, missing);
  sbe_duck = functions;
  library = handle;
  sbe_duckdb_host->log(SBE_LOG_DEBUG, "DuckDB %s from %s", functions.library_version(), path);
  return SBE_OK;
}

int32_t sbe_duckdb_load(sbe_error *error) {
  pthread_mutex_lock(&lock);
  int32_t code = SBE_OK;
  if (library == NULL) code = sbe_duckdb_find(error);
  if (library == NULL && code == SBE_OK) code = load(error);
  pthread_mutex_unlock(&lock);
  return code;
}
