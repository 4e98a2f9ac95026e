/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust in directories and files, before anything of them is mapped: an adapter runs with all rights
 * of its user, so nobody else may have been able to put it there. Called by find.c and list.c. Must
 * never load anything, and never follow a name out of the directory that was asked for.
 *
 * Between this check and the loading, the file is known by device, inode, size and times, and looked
 * at again. It is loaded by its real path, not through /proc/self/fd: the loader takes $ORIGIN, and
 * debuggers and sanitizers take their symbols, from the path. Who could swap the file in between is
 * its owner, or the owner of its directory, who is trusted anyway; the second look is for a package
 * that is being upgraded at this moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/string.h"
#include "core/plugin/internal.h"

bool sbe_adapter_name_valid(const char *name) {
  size_t size = strnlen(name, SBE_MAX_ADAPTER_NAME + 1);
  if (size == 0 || size > SBE_MAX_ADAPTER_NAME || name[0] < 'a' || name[0] > 'z') return false;
  return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

/* Whoever owns the program could change it, so what is his is no worse than the program: this is what
   lets `sudo` work in one's own clone. */
bool sbe_owner_trusted(uid_t owner, uid_t user, uid_t program) {
  return owner == 0 || owner == user || owner == program;
}

static uid_t program_owner(void) {
  struct stat st;
  return stat("/proc/self/exe", &st) == 0 ? st.st_uid : geteuid();
}

/* As one word of a shell, so that the command in a message can be run as it stands. */
static const char *shell_word(sbe_arena *arena, const char *path) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  if (path[0] == '/' && path[strspn(path, plain)] == '\0') return path;
  char *word = sbe_arena_alloc(arena, 4 * strlen(path) + 3);
  char *end = word;
  *end++ = '\'';
  for (const char *c = path; *c; c++) {
    if (*c == '\'') {
      memcpy(end, "'\\''", 4);
      end += 4;
    } else {
      *end++ = *c;
    }
  }
  *end++ = '\'';
  *end = '\0';
  return word;
}

static const char *check_rights(sbe_arena *arena, const struct stat *st, const char *real) {
  if (!sbe_owner_trusted(st->st_uid, geteuid(), program_owner())) {
    return sbe_arena_printf(arena,
                            "belongs to the user with id %ld; sbe loads only what belongs to root, to you or to the "
                            "owner of sbe itself. If you trust it: chown %ld %s",
                            (long)st->st_uid, (long)geteuid(), shell_word(arena, real));
  }
  if (st->st_mode & (S_IWGRP | S_IWOTH)) {
    return sbe_arena_printf(arena, "may be written by others (mode %04o). If you trust it: chmod go-w %s",
                            (unsigned)(st->st_mode & 07777), shell_word(arena, real));
  }
  return NULL;
}

static const char *real_path(sbe_arena *arena, const char *path) {
  char *real = realpath(path, NULL);
  char *copy = sbe_arena_strdup(arena, real);
  int error = errno;
  free(real);
  errno = error;
  return copy;
}

void sbe_directory_check(sbe_arena *arena, const char *given, sbe_directory *ret_directory) {
  *ret_directory = (sbe_directory){.given = given};
  if (given[0] != '/') {
    ret_directory->reason = "is not an absolute path, so nothing is loaded from it";
    return;
  }
  const char *real = real_path(arena, given);
  struct stat st;
  if (!real || stat(real, &st) != 0) {
    ret_directory->absent = errno == ENOENT;
    ret_directory->reason = ret_directory->absent ? "no such directory"
                                                  : sbe_arena_printf(arena, "cannot be searched: %s", strerror(errno));
    return;
  }
  ret_directory->real = real;
  ret_directory->reason = S_ISDIR(st.st_mode) ? check_rights(arena, &st, real) : "is no directory";
}

/* A .la beside the .so that is missing is what one finds in a build tree. */
static const char *no_such_file(sbe_arena *arena, const char *path) {
  char *la = sbe_arena_strdup(arena, path);
  struct stat st;
  strcpy(la + strlen(la) - strlen(".so"), ".la");
  if (lstat(la, &st) != 0) return "no such file";
  return "no such file; there is a .la file, which sbe never reads: in a build tree, name the folder .libs instead";
}

static const char *open_file(sbe_arena *arena, const char *real, sbe_file *file) {
  /* Neither a FIFO nor a tape may hold us up here. */
  file->fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (file->fd < 0) return sbe_arena_printf(arena, "cannot be read: %s", strerror(errno));
  const char *reason = NULL;
  if (fstat(file->fd, &file->identity) != 0) {
    reason = sbe_arena_printf(arena, "cannot be read: %s", strerror(errno));
  } else if (S_ISDIR(file->identity.st_mode)) {
    reason = "is a directory, not a shared library";
  } else if (!S_ISREG(file->identity.st_mode)) {
    reason = "is no regular file";
  } else {
    reason = check_rights(arena, &file->identity, real);
  }
  if (reason) sbe_file_close(file);
  return reason;
}

const char *sbe_file_check(sbe_arena *arena, const sbe_directory *directory, const char *path, sbe_file *ret_file) {
  *ret_file = (sbe_file){.fd = -1};
  const char *real = real_path(arena, path);
  if (!real) {
    struct stat st;
    if (errno != ENOENT) return sbe_arena_printf(arena, "cannot be read: %s", strerror(errno));
    if (lstat(path, &st) == 0) return "is a symlink to a file that is not there";
    ret_file->absent = true;
    return no_such_file(arena, path);
  }
  size_t folder = (size_t)(strrchr(real, '/') - real);
  bool inside = folder == strlen(directory->real) && strncmp(real, directory->real, folder) == 0;
  if (!inside && !(folder == 0 && sbe_streq(directory->real, "/"))) {
    return sbe_arena_printf(arena, "is a symlink that leads out of its directory, to %s; put a copy there instead",
                            real);
  }
  ret_file->real = real;
  return open_file(arena, real, ret_file);
}

const char *sbe_file_recheck(sbe_arena *arena, const sbe_file *file) {
  struct stat now;
  const struct stat *then = &file->identity;
  if (lstat(file->real, &now) != 0) {
    return sbe_arena_printf(arena, "went away while it was checked: %s", strerror(errno));
  }
  bool same = now.st_dev == then->st_dev && now.st_ino == then->st_ino && now.st_size == then->st_size &&
              now.st_mode == then->st_mode && now.st_uid == then->st_uid &&
              now.st_mtim.tv_sec == then->st_mtim.tv_sec && now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
  return same ? NULL : "was changed while it was checked; try again when it is installed";
}

void sbe_file_close(sbe_file *file) {
  if (file->fd >= 0) close(file->fd);
  file->fd = -1;
}
