/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See rest.h. Called by the connections of REST adapters. A request is one easy handle in a multi
 * handle, which keeps connections; the loop in `perform` is the only place that waits for the network.
 * Must never write a header, a body or a URL to a log.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "plugins/common/rest.h"

#define TICK_US 50000
#define STALLED_SECONDS 120L   /* without a byte in either direction; a service holds a statement for 45 */
#define RETRY_FIRST_US 1000000 /* decorrelated jitter: between this and three times the pause before */
#define RETRY_LONGEST_US 16000000
#define RETRY_AFTER_LONGEST_US INT64_C(300000000)

struct sbe_rest {
  sbe_rest_options options;
  CURLM *multi;
  CURL *easy;
  char *agent, *certificates;
  char message[CURL_ERROR_SIZE];
  const sbe_rest_request *request;
  sbe_rest_answer *answer;
  size_t given; /* of the request's body */
  int64_t next_tick;
  sbe_rest_usage usage;
  uint64_t dice;
};

bool sbe_rest_start(void) {
  return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

sbe_rest *sbe_rest_open(const sbe_rest_options *options) {
  sbe_rest *rest = sbe_common_allocate(1, sizeof *rest);
  const char *certificates = getenv("SSL_CERT_FILE");
  rest->options = *options;
  rest->agent = sbe_common_copy(options->agent, strlen(options->agent));
  if (certificates != NULL && certificates[0] != '\0')
    rest->certificates = sbe_common_copy(certificates, strlen(certificates));
  rest->multi = curl_multi_init();
  rest->easy = curl_easy_init();
  if (rest->multi == NULL || rest->easy == NULL) abort(); /* no memory */
  rest->dice = (uint64_t)options->host->time() * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)(uintptr_t)rest;
  return rest;
}

void sbe_rest_close(sbe_rest *rest) {
  if (rest == NULL) return;
  curl_easy_cleanup(rest->easy);
  curl_multi_cleanup(rest->multi);
  free(rest->agent);
  free(rest->certificates);
  free(rest);
}

sbe_rest_usage sbe_rest_used(const sbe_rest *rest) {
  return rest->usage;
}

void sbe_rest_percent(sbe_common_buffer *out, const char *text) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    char escape[3] = {'%', "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15]};
    if (strchr(plain, c) != NULL)
      sbe_common_put(out, text, 1);
    else
      sbe_common_put(out, escape, 3);
  }
}

/* ---- waiting ---- */

/* The host is told that we live; what ended it is kept in the answer. False: end now. */
static bool alive(sbe_rest *rest, int64_t deadline, bool deaf, sbe_rest_end *ret_end) {
  int64_t now = rest->options.host->time();
  if (now >= rest->next_tick) {
    rest->next_tick = INT64_MAX; /* `tick` may take its time */
    bool stop = rest->options.host->tick(rest->options.run, -1) != 0;
    now = rest->options.host->time();
    rest->next_tick = now + TICK_US;
    if (stop && !deaf) {
      *ret_end = SBE_REST_CANCELLED;
      return false;
    }
  }
  if (deadline != 0 && now >= deadline) {
    *ret_end = SBE_REST_LATE;
    return false;
  }
  return true;
}

static int64_t nap(const sbe_rest *rest, int64_t until) {
  int64_t now = rest->options.host->time();
  int64_t end = until < rest->next_tick ? until : rest->next_tick;
  return end > now ? end - now : 0;
}

sbe_rest_end sbe_rest_pause(sbe_rest *rest, int64_t us, int64_t deadline, bool deaf) {
  int64_t until = rest->options.host->time() + us;
  sbe_rest_end end = SBE_REST_ANSWERED;
  rest->next_tick = 0;
  while (alive(rest, deadline, deaf, &end)) {
    int64_t rest_us = nap(rest, deadline != 0 && deadline < until ? deadline : until);
    if (rest->options.host->time() >= until) return SBE_REST_ANSWERED;
    struct timespec time = {rest_us / 1000000, rest_us % 1000000 * 1000};
    nanosleep(&time, NULL);
  }
  return end;
}

/* A connection that the other end has closed raises SIGPIPE in TLS libraries; the process must not feel it. */
typedef struct quiet {
  sigset_t before;
  bool pending;
} quiet;

static void hush(quiet *q) {
  sigset_t set;
  sigpending(&set);
  q->pending = sigismember(&set, SIGPIPE) == 1;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, &q->before);
}

static void unhush(quiet *q) {
  sigset_t set;
  struct timespec now = {0, 0};
  sigpending(&set);
  if (!q->pending && sigismember(&set, SIGPIPE) == 1) {
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigtimedwait(&set, NULL, &now);
  }
  pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

/* ---- one request ---- */

/*
 * There is no way to give it twice, on purpose: when a kept connection breaks before an answer comes,
 * libcurl would send a request again by itself, without the mark that it is a repetition.
 */
static size_t give_body(char *bytes, size_t one, size_t size, void *user) {
  sbe_rest *rest = user;
  size_t left = rest->request->size - rest->given;
  size_t n = one * size < left ? one * size : left;
  if (n > 0) memcpy(bytes, rest->request->body + rest->given, n);
  rest->given += n;
  return n;
}

static size_t take_body(char *bytes, size_t one, size_t size, void *user) {
  sbe_rest *rest = user;
  long status = 0;
  (void)one;
  curl_easy_getinfo(rest->easy, CURLINFO_RESPONSE_CODE, &status);
  if (!alive(rest, rest->request->deadline, rest->request->deaf, &rest->answer->end)) return 0;
  if (rest->request->take == NULL) return size;
  if (rest->request->take(rest->request->user, (int)status, bytes, size)) return size;
  rest->answer->end = SBE_REST_STOPPED;
  return 0;
}

/* Seconds. (A date is left to libcurl.) */
static int64_t seconds_of(const char *text, size_t size) {
  int64_t seconds = 0;
  size_t i = 0, digits = 0;
  while (i < size && text[i] == ' ') i++;
  for (; i < size && text[i] >= '0' && text[i] <= '9' && digits < 9; i++, digits++)
    seconds = seconds * 10 + (text[i] - '0');
  return digits > 0 ? seconds * 1000000 : -1;
}

static size_t take_header(char *bytes, size_t one, size_t size, void *user) {
  static const char name[] = "retry-after:";
  sbe_rest *rest = user;
  (void)one;
  if (size > 5 && memcmp(bytes, "HTTP/", 5) == 0) rest->answer->retry_after_us = -1;
  if (size > sizeof name && strncasecmp(bytes, name, sizeof name - 1) == 0) {
    curl_off_t seconds = 0;
    rest->answer->retry_after_us = seconds_of(bytes + sizeof name - 1, size - (sizeof name - 1));
    if (rest->answer->retry_after_us < 0 && curl_easy_getinfo(rest->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK &&
        seconds > 0)
      rest->answer->retry_after_us = (seconds < 86400 ? (int64_t)seconds : 86400) * 1000000;
  }
  return size;
}

static void set_up(sbe_rest *rest, struct curl_slist *headers) {
  const sbe_rest_request *request = rest->request;
  CURL *easy = rest->easy;
  curl_easy_reset(easy);
  rest->message[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, rest->message);
  curl_easy_setopt(easy, CURLOPT_URL, request->url);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, rest->agent);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(rest->options.connect_timeout_us / 1000));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, STALLED_SECONDS);
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  if (rest->certificates != NULL) curl_easy_setopt(easy, CURLOPT_CAINFO, rest->certificates);
  if (strcmp(request->method, "POST") == 0) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->size);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, rest);
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, rest);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, rest);
}

/* Until it is over or must end. @return libcurl's result, -1 when it was ended (see `answer->end`). */
static int perform(sbe_rest *rest) {
  const sbe_rest_request *request = rest->request;
  int running = 1, result = -1;
  rest->answer->end = SBE_REST_ANSWERED;
  rest->next_tick = 0;
  if (!alive(rest, request->deadline, request->deaf, &rest->answer->end)) return -1; /* nothing is sent any more */
  while (curl_multi_perform(rest->multi, &running) == CURLM_OK && running > 0) {
    if (!alive(rest, request->deadline, request->deaf, &rest->answer->end)) return -1;
    int64_t us = nap(rest, request->deadline != 0 ? request->deadline : INT64_MAX);
    if (curl_multi_poll(rest->multi, NULL, 0, (int)((us + 999) / 1000), NULL) != CURLM_OK) break;
  }
  CURLMsg *message;
  while ((message = curl_multi_info_read(rest->multi, &running)) != NULL)
    if (message->msg == CURLMSG_DONE) result = (int)message->data.result;
  if (rest->answer->end != SBE_REST_ANSWERED) return -1;
  return result < 0 ? CURLE_FAILED_INIT : result;
}

static sbe_rest_end end_of(int result) {
  switch (result) {
  case CURLE_OK:
    return SBE_REST_ANSWERED;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    return SBE_REST_UNTRUSTED;
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_FAILED_INIT:
  case CURLE_URL_MALFORMAT:
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_PROXY:
    return SBE_REST_UNREACHED;
  default:
    return SBE_REST_BROKEN;
  }
}

static void count(sbe_rest *rest) {
  curl_off_t up = 0, down = 0, connected = 0;
  long head = 0, request = 0;
  curl_easy_getinfo(rest->easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(rest->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  curl_easy_getinfo(rest->easy, CURLINFO_HEADER_SIZE, &head);
  curl_easy_getinfo(rest->easy, CURLINFO_REQUEST_SIZE, &request);
  curl_easy_getinfo(rest->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
  /* A connection that timed out before it stood has sent nothing either. */
  if (rest->answer->end == SBE_REST_BROKEN && request == 0 && connected == 0) rest->answer->end = SBE_REST_UNREACHED;
  rest->usage.bytes_sent += request + up;
  rest->usage.bytes_received += head + down;
  rest->usage.round_trips += request > 0;
  if (request > 0) {
    int status = rest->answer->status;
    if (rest->answer->end != SBE_REST_ANSWERED || (status >= 500 && status != 503)) rest->answer->doubtful = true;
    if (up >= (curl_off_t)rest->request->size) rest->answer->whole = true;
  }
}

void sbe_rest_once(sbe_rest *rest, const sbe_rest_request *request, sbe_rest_answer *ret_answer) {
  struct curl_slist *headers = NULL;
  quiet q;
  long status = 0;
  for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
    headers = curl_slist_append(headers, request->headers[i]);
  headers = curl_slist_append(headers, "Expect:"); /* or libcurl waits a second before a large body */
  ret_answer->retry_after_us = -1;
  ret_answer->status = 0;
  ret_answer->reason[0] = '\0';
  rest->request = request;
  rest->answer = ret_answer;
  rest->given = 0;
  set_up(rest, headers);
  hush(&q);
  curl_multi_add_handle(rest->multi, rest->easy);
  int result = perform(rest);
  if (result >= 0) ret_answer->end = end_of(result);
  if (result > 0)
    snprintf(ret_answer->reason, sizeof ret_answer->reason, "%s",
             rest->message[0] != '\0' ? rest->message : curl_easy_strerror((CURLcode)result));
  curl_easy_getinfo(rest->easy, CURLINFO_RESPONSE_CODE, &status);
  ret_answer->status = (int)status;
  if (ret_answer->end == SBE_REST_ANSWERED && request->whole != NULL && !request->whole(request->user, (int)status)) {
    ret_answer->end = SBE_REST_BROKEN;
    strcpy(ret_answer->reason, "the answer ended too early");
  }
  count(rest);
  curl_multi_remove_handle(rest->multi, rest->easy);
  unhush(&q);
  curl_slist_free_all(headers);
  ret_answer->attempts++;
  rest->request = NULL;
  rest->answer = NULL;
}

/* ---- several attempts ---- */

static int64_t between(sbe_rest *rest, int64_t low, int64_t high) {
  rest->dice ^= rest->dice << 13;
  rest->dice ^= rest->dice >> 7;
  rest->dice ^= rest->dice << 17;
  return high > low ? low + (int64_t)(rest->dice % (uint64_t)(high - low)) : low;
}

static bool transient(const sbe_rest *rest, const sbe_rest_answer *answer, int done) {
  switch (answer->end) {
  case SBE_REST_ANSWERED:
    return (answer->status == 429 || answer->status >= 500) && done < rest->options.retries;
  case SBE_REST_BROKEN:
    return done < rest->options.retries;
  case SBE_REST_UNREACHED:
    return done < (answer->doubtful ? rest->options.retries : rest->options.connect_retries);
  case SBE_REST_STOPPED:
  case SBE_REST_CANCELLED:
  case SBE_REST_LATE:
  case SBE_REST_UNTRUSTED:
    break;
  }
  return false;
}

int32_t sbe_rest_exchange(sbe_rest *rest,
                          int32_t (*prepare)(void *user, int attempt, sbe_rest_request *ret_request, sbe_error *error),
                          void *user, sbe_rest_answer *ret_answer, sbe_error *error) {
  const sbe_host *host = rest->options.host;
  int64_t pause = RETRY_FIRST_US;
  memset(ret_answer, 0, sizeof *ret_answer);
  for (int attempt = 0;; attempt++) {
    sbe_rest_request request = {0};
    int32_t code = prepare(user, attempt, &request, error);
    if (code != SBE_OK) return code;
    sbe_rest_once(rest, &request, ret_answer);
    if (!transient(rest, ret_answer, attempt)) return SBE_OK;
    int64_t most = pause * 3 < RETRY_LONGEST_US ? pause * 3 : RETRY_LONGEST_US;
    pause = between(rest, RETRY_FIRST_US, most);
    if (ret_answer->retry_after_us >= 0) pause = ret_answer->retry_after_us;
    if (pause > RETRY_AFTER_LONGEST_US) pause = RETRY_AFTER_LONGEST_US;
    if (request.deadline != 0 && host->time() + pause >= request.deadline) return SBE_OK; /* there is no time for it */
    host->log(SBE_LOG_DEBUG, "HTTP %d %s; again in %lld ms", ret_answer->status, ret_answer->reason,
              (long long)(pause / 1000));
    sbe_rest_end end = sbe_rest_pause(rest, pause, request.deadline, request.deaf);
    if (end == SBE_REST_ANSWERED) continue;
    ret_answer->end = end;
    return SBE_OK;
  }
}
