/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process between client and server that passes bytes on until it sees a mark, and then loses the answer
 * or falls silent: the only way to test honestly what a lost COMMIT is. See test.h.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/postgres/test.h"

#define MOST 32

static struct shared {
  volatile proxy_mode mode;
  char mark[64];
} * shared;
static pid_t proxy;
static char directory[100];

typedef struct pair {
  int client, server;
  bool silent;
} pair;

static int socket_of(const char *dir, struct sockaddr_un *ret_address) {
  memset(ret_address, 0, sizeof *ret_address);
  ret_address->sun_family = AF_UNIX;
  snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%.90s/.s.PGSQL.5432", dir);
  return socket(AF_UNIX, SOCK_STREAM, 0);
}

static void end_pair(pair *p) {
  close(p->client);
  close(p->server);
  p->client = p->server = -1;
}

static void from_client(pair *p) {
  static char bytes[65536];
  ssize_t size = recv(p->client, bytes, sizeof bytes, 0);
  if (size <= 0 || send(p->server, bytes, (size_t)size, MSG_NOSIGNAL) != size) {
    end_pair(p);
    return;
  }
  if (shared->mode == PROXY_PASS || memmem(bytes, (size_t)size, shared->mark, strlen(shared->mark)) == NULL) return;
  if (shared->mode == PROXY_SILENT) {
    p->silent = true;
    return;
  }
  /* The server has done it when it has answered. */
  struct pollfd answer = {p->server, POLLIN, 0};
  if (poll(&answer, 1, 5000) == 1) (void)!recv(p->server, bytes, sizeof bytes, 0);
  shared->mode = PROXY_PASS;
  end_pair(p);
}

static void from_server(pair *p) {
  static char bytes[65536];
  ssize_t size = recv(p->server, bytes, sizeof bytes, 0);
  if (size <= 0 || send(p->client, bytes, (size_t)size, MSG_NOSIGNAL) != size) end_pair(p);
}

static void serve(int listener) {
  pair pairs[MOST];
  for (size_t i = 0; i < MOST; i++) pairs[i] = (pair){-1, -1, false};
  for (;;) {
    struct pollfd all[2 * MOST + 1] = {{listener, POLLIN, 0}};
    for (size_t i = 0; i < MOST; i++) {
      all[2 * i + 1] = (struct pollfd){pairs[i].silent ? -1 : pairs[i].client, POLLIN, 0};
      all[2 * i + 2] = (struct pollfd){pairs[i].silent ? -1 : pairs[i].server, POLLIN, 0};
    }
    if (poll(all, 2 * MOST + 1, -1) < 0) return;
    for (size_t i = 0; i < MOST; i++) {
      if (all[2 * i + 1].revents != 0) from_client(&pairs[i]);
      if (pairs[i].server >= 0 && all[2 * i + 2].revents != 0) from_server(&pairs[i]);
    }
    if (all[0].revents == 0) continue;
    struct sockaddr_un address;
    size_t i = 0;
    while (i < MOST && pairs[i].client >= 0) i++;
    if (i == MOST) return;
    pairs[i] = (pair){accept(listener, NULL, NULL), socket_of(getenv("PGHOST"), &address), false};
    if (connect(pairs[i].server, (struct sockaddr *)&address, sizeof address) != 0) end_pair(&pairs[i]);
  }
}

const char *proxy_start(void) {
  struct sockaddr_un address;
  snprintf(directory, sizeof directory, "%.80s/p", getenv("PGHOST"));
  mkdir(directory, 0755);
  int listener = socket_of(directory, &address);
  unlink(address.sun_path);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (listener < 0 || shared == MAP_FAILED || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, 16) != 0)
    return NULL;
  proxy = fork();
  if (proxy == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(listener);
    _exit(1);
  }
  close(listener);
  return proxy > 0 ? directory : NULL;
}

void proxy_set(proxy_mode mode, const char *mark) {
  snprintf(shared->mark, sizeof shared->mark, "%s", mark);
  shared->mode = mode;
}

void proxy_stop(void) {
  if (proxy <= 0) return;
  kill(proxy, SIGKILL);
  waitpid(proxy, NULL, 0);
  proxy = 0;
  munmap(shared, sizeof *shared);
}
