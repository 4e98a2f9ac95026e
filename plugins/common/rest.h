/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP for adapters, over libcurl: one request at a time on a kept connection, with the host's `tick` in
 * every wait; the answer is handed on as it comes, so that its size is nobody's problem here. Verifies
 * certificates always, follows no redirect, never turns on libcurl's own log (it holds logins). Each
 * adapter has a copy of its own, hidden. A client serves one thread at a time.
 */
#ifndef SBE_COMMON_REST_H
#define SBE_COMMON_REST_H

#include "plugins/common/buffer.h"
#include "sbe/adapter.h"

#pragma GCC visibility push(hidden)

typedef struct sbe_rest sbe_rest;

typedef struct sbe_rest_options {
  const sbe_host *host;
  sbe_run *run;
  const char *agent; /* User-Agent */
  int64_t connect_timeout_us;
  int connect_retries; /* when not even a connection could be made */
  int retries;         /* after the service failed or the connection broke */
} sbe_rest_options;

typedef struct sbe_rest_request {
  const char *method; /* "GET" or "POST" */
  const char *url;
  const char *const *headers; /* "Name: value", NULL at the end */
  const char *body;           /* of a POST */
  size_t size;
  int64_t deadline; /* by host->time; 0: none */
  bool deaf;        /* `tick` is called, but cannot end it: for what puts an end to something else */
  /* A piece of the answer's body, decompressed. False: no more is wanted, which ends the request. */
  bool (*take)(void *user, int status, const char *bytes, size_t size);
  /* Asked when the answer is over, may be NULL. False: a part of it is missing, the connection broke. */
  bool (*whole)(void *user, int status);
  void *user;
} sbe_rest_request;

typedef enum sbe_rest_end {
  SBE_REST_ANSWERED,  /* whole; see `status` */
  SBE_REST_STOPPED,   /* `take` wanted no more */
  SBE_REST_CANCELLED, /* by `tick` */
  SBE_REST_LATE,      /* the deadline was over */
  SBE_REST_UNREACHED, /* nothing reached the other end */
  SBE_REST_UNTRUSTED, /* its certificate is not to be trusted; nothing reached it */
  SBE_REST_BROKEN     /* the connection broke after something was sent, or in the middle of the answer */
} sbe_rest_end;

typedef struct sbe_rest_answer {
  sbe_rest_end end;
  int status;             /* 0: there was none */
  int64_t retry_after_us; /* -1: not said */
  bool doubtful;          /* the service may have got a request that it did not answer, in any attempt: something was
                             sent and nothing came, or it came to 5xx but not 503 */
  bool whole;             /* it was sent to its last byte, in this attempt or an earlier one */
  int attempts;
  char reason[256]; /* libcurl's words when there was no answer */
} sbe_rest_answer;

typedef struct sbe_rest_usage {
  int64_t round_trips, bytes_sent, bytes_received;
} sbe_rest_usage;

/* Once, in the thread that loads the adapter. */
bool sbe_rest_start(void);

sbe_rest *sbe_rest_open(const sbe_rest_options *options);
void sbe_rest_close(sbe_rest *rest);

/* One attempt. Never fails but in `ret_answer`. */
void sbe_rest_once(sbe_rest *rest, const sbe_rest_request *request, sbe_rest_answer *ret_answer);

/*
 * As many attempts as are sensible: again after 429, 5xx and what happened to the connection, after
 * Retry-After or a pause with jitter. @param prepare makes the request of attempt 0, 1, … (a fresh token,
 * a mark that it is a repetition) and forgets what an earlier attempt left; it may refuse.
 */
int32_t sbe_rest_exchange(sbe_rest *rest,
                          int32_t (*prepare)(void *user, int attempt, sbe_rest_request *ret_request, sbe_error *error),
                          void *user, sbe_rest_answer *ret_answer, sbe_error *error);

/* Wait. @return SBE_REST_ANSWERED, _CANCELLED or _LATE. */
sbe_rest_end sbe_rest_pause(sbe_rest *rest, int64_t us, int64_t deadline, bool deaf);

sbe_rest_usage sbe_rest_used(const sbe_rest *rest);

/* What a value in a URL's query or a form needs. */
void sbe_rest_percent(sbe_common_buffer *out, const char *text);

#pragma GCC visibility pop

#endif
