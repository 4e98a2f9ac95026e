/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request that starts statements, until it is known what became of them: POST, perhaps polls, then
 * the result's further partitions. Called by connection.c.
 *
 * A POST carries an id, under which the service runs it once however often it is sent; so it is sent again
 * (with retry=true) after whatever befalls it. What must end is cancelled in the warehouse, and for
 * statements that write we then look what became of them: they may have been quicker. Only when that
 * cannot be learnt is the outcome unknown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/snowflake/snowflake_connection.h"

#define STATEMENTS "/api/v2/statements"
#define POLL_FIRST_US 100000 /* then a quarter of the time that has passed, up to the longest */
#define POLL_LONGEST_US 5000000
#define LONGEST_TIMEOUT 604800 /* seconds; the service allows no more */
#define STOP_US 10000000       /* how long it may take to cancel and to learn the outcome */

/* One request of ours, which may take several attempts. */
typedef struct exchange {
  const sbe_snowflake_work *work;
  const char *method, *path;
  const char *body;
  size_t size;
  int64_t deadline;
  bool deaf;
  bool repeatable; /* has an id: say so when it is repeated */
  bool again;      /* it has been sent before */
  int64_t begun;
  sbe_snowflake_result *result;
  sbe_common_buffer url, authorization, kind;
  const char *headers[5];
} exchange;

static void set(sbe_common_buffer *out, const char *first, const char *second) {
  out->size = 0;
  sbe_common_puts(out, first);
  sbe_common_puts(out, second);
}

static int32_t prepare(void *user, int attempt, sbe_rest_request *ret_request, sbe_error *error) {
  exchange *x = user;
  sbe_connection *connection = x->work->connection;
  const char *token;
  int32_t code = sbe_snowflake_login_token(connection->login, connection->rest, x->deadline, &token, error);
  if (code != SBE_OK) return code;
  set(&x->url, connection->profile.base, x->path);
  if (x->repeatable && (x->again || attempt > 0)) sbe_common_puts(&x->url, "&retry=true");
  x->again = x->again || attempt > 0;
  set(&x->authorization, "Authorization: Bearer ", token);
  set(&x->kind, "X-Snowflake-Authorization-Token-Type: ", sbe_snowflake_login_kind(connection->login));
  x->headers[0] = x->authorization.data;
  x->headers[1] = x->kind.data;
  x->headers[2] = "Accept: application/json";
  x->headers[3] = "Content-Type: application/json";
  x->headers[4] = NULL;
  sbe_snowflake_result_again(x->result);
  *ret_request = (sbe_rest_request){.method = x->method,
                                    .url = x->url.data,
                                    .headers = x->headers,
                                    .body = x->body,
                                    .size = x->size,
                                    .deadline = x->deadline,
                                    .deaf = x->deaf,
                                    .take = sbe_snowflake_result_take,
                                    .whole = sbe_snowflake_result_whole,
                                    .user = x->result};
  return SBE_OK;
}

/* A login that was refused is made anew, once. */
static int32_t send(exchange *x, sbe_rest_answer *ret_answer, sbe_error *error) {
  sbe_connection *connection = x->work->connection;
  int32_t code = sbe_rest_exchange(connection->rest, prepare, x, ret_answer, error);
  if (code == SBE_OK && ret_answer->end == SBE_REST_ANSWERED && ret_answer->status == 401 &&
      sbe_snowflake_login_renew(connection->login)) {
    bool doubtful = ret_answer->doubtful;
    code = sbe_rest_exchange(connection->rest, prepare, x, ret_answer, error);
    ret_answer->doubtful = ret_answer->doubtful || doubtful;
  }
  if (x->authorization.data != NULL) explicit_bzero(x->authorization.data, x->authorization.capacity);
  sbe_common_buffer_free(&x->url);
  sbe_common_buffer_free(&x->authorization);
  sbe_common_buffer_free(&x->kind);
  return code;
}

/* Something about a handle: its state, a partition, its end. */
static int32_t ask(const sbe_snowflake_work *work, const char *method, const char *handle, const char *tail,
                   int64_t deadline, bool deaf, sbe_snowflake_result *result, sbe_rest_answer *ret_answer,
                   sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer path = {0};
  sbe_common_puts(&path, STATEMENTS "/");
  sbe_common_puts(&path, handle); /* checked when it was read */
  sbe_common_puts(&path, tail);
  exchange x = {.work = work,
                .method = method,
                .path = path.data,
                .body = "",
                .deadline = deadline,
                .deaf = deaf,
                .result = result};
  return send(&x, ret_answer, error);
}

/* ---- the end before its time ---- */

static int32_t ended(sbe_rest_end why, sbe_error *error) {
  if (why == SBE_REST_CANCELLED)
    return sbe_snowflake_host->error(error, SBE_CANCELLED, NULL, "The statements were cancelled");
  return sbe_snowflake_host->error(error, SBE_TIMEOUT, NULL, "The statements took longer than they may");
}

/* Wait until it is over. @return SBE_OK when it was done nevertheless. */
static int32_t outcome(const sbe_snowflake_work *work, const char *handle, sbe_rest_end why, int64_t limit,
                       sbe_snowflake_result *result, sbe_error *error) {
  sbe_rest_answer answer;
  for (;;) {
    int32_t code = ask(work, "GET", handle, "", limit, true, result, &answer, NULL);
    if (code != SBE_OK || answer.end != SBE_REST_ANSWERED)
      return sbe_snowflake_unknown(error, "it was to be cancelled, and it did not say what became of it");
    if (answer.status == 200) return sbe_snowflake_result_end(result, answer.status, true, error);
    if (answer.status == 422 || answer.status == 408) return ended(why, error);
    if (answer.status != 202) return sbe_snowflake_unknown(error, "it was to be cancelled, and is not known any more");
    sbe_rest_pause(work->connection->rest, 2 * POLL_FIRST_US, limit, true);
  }
}

/*
 * End what was asked for. While the POST is on its way we do not know its handle: the same POST, sent again
 * and not waited for, tells it.
 */
static int32_t stop(const sbe_snowflake_work *work, exchange *post, const sbe_rest_answer *before,
                    const char *known_handle, sbe_snowflake_result *result, sbe_error *error) {
  int64_t limit = sbe_snowflake_host->time() + STOP_US;
  sbe_rest_end why = before->end;
  char handle[SBE_SNOWFLAKE_HANDLE] = "";
  sbe_rest_answer answer;
  sbe_snowflake_result nobody;
  int32_t code = SBE_OK;
  if (known_handle == NULL && (!before->doubtful || !before->whole)) return ended(why, error); /* it never began */
  if (known_handle != NULL) strcpy(handle, known_handle);
  sbe_snowflake_result_start(&nobody, NULL);
  sbe_snowflake_result *to = work->write ? result : &nobody;
  if (handle[0] == '\0') {
    sbe_common_cleanup_buffer sbe_common_buffer path = {0};
    set(&path, post->path, "&async=true");
    exchange x = {work, "POST", path.data, post->body, post->size, limit, true, true, true, 0, to, {0}, {0}, {0}, {0}};
    code = send(&x, &answer, NULL);
    bool answered = code == SBE_OK && answer.end == SBE_REST_ANSWERED;
    if (answered) sbe_snowflake_result_end(to, answer.status, false, NULL);
    if (answered && answer.status == 200 && work->write) {
      sbe_snowflake_result_free(&nobody);
      return SBE_OK; /* it was quicker */
    }
    if (answered && answer.status == 202) sbe_snowflake_result_handle(to, -1, handle);
    code = !answered || (answer.status != 200 && answer.status != 202 && answer.status != 422 && answer.status != 408)
               ? SBE_UNKNOWN_OUTCOME
               : SBE_OK;
  }
  if (handle[0] != '\0') {
    code = ask(work, "POST", handle, "/cancel", limit, true, &nobody, &answer, NULL);
    code = work->write ? outcome(work, handle, why, limit, result, error) : ended(why, error);
  } else {
    code = work->write && code != SBE_OK ? sbe_snowflake_unknown(error, "it was to be cancelled, and did not answer")
                                         : ended(why, error);
  }
  sbe_snowflake_result_free(&nobody);
  return code;
}

/* ---- one request, to its end ---- */

/* `started`: the statement has begun, and only its state is asked for. */
static int32_t failed(const sbe_snowflake_work *work, const sbe_rest_answer *answer, bool started,
                      sbe_snowflake_result *result, sbe_error *error) {
  bool about_it = answer->end == SBE_REST_ANSWERED && (answer->status == 422 || answer->status == 408);
  if (work->write && !about_it && (started || answer->doubtful)) {
    char status[32];
    snprintf(status, sizeof status, "HTTP %d", answer->status);
    return sbe_snowflake_unknown(error, answer->reason[0] != '\0' ? answer->reason : status);
  }
  if (answer->end != SBE_REST_ANSWERED) return sbe_snowflake_unanswered(work->connection, answer, work->write, error);
  return sbe_snowflake_refused(work->connection, answer->status, result->envelope, error);
}

/* Poll until there is something else than 202. */
static int32_t wait_for(const sbe_snowflake_work *work, char handle[SBE_SNOWFLAKE_HANDLE], int64_t since,
                        sbe_snowflake_result *result, sbe_rest_answer *ret_answer, sbe_error *error) {
  const sbe_host *host = sbe_snowflake_host;
  do {
    int64_t pause = (host->time() - since) / 4;
    if (pause < POLL_FIRST_US) pause = POLL_FIRST_US;
    if (pause > POLL_LONGEST_US) pause = POLL_LONGEST_US;
    if (ret_answer->retry_after_us > pause) pause = ret_answer->retry_after_us;
    ret_answer->end = sbe_rest_pause(work->connection->rest, pause, work->deadline, false);
    if (ret_answer->end != SBE_REST_ANSWERED) return SBE_OK;
    int32_t code = ask(work, "GET", handle, "", work->deadline, false, result, ret_answer, error);
    if (code != SBE_OK) return work->write ? sbe_snowflake_unknown(error, "the login failed meanwhile") : code;
  } while (ret_answer->end == SBE_REST_ANSWERED && ret_answer->status == 202);
  return SBE_OK;
}

/* From the first answer on. */
static int32_t settle(const sbe_snowflake_work *work, exchange *post, sbe_rest_answer *answer,
                      sbe_snowflake_result *result, sbe_error *error) {
  char handle[SBE_SNOWFLAKE_HANDLE] = "";
  bool started = post == NULL;
  int32_t code;
  if (answer->end == SBE_REST_ANSWERED && answer->status == 202) {
    sbe_snowflake_result_end(result, answer->status, false, NULL);
    if (!sbe_snowflake_result_handle(result, -1, handle))
      return work->write
                 ? sbe_snowflake_unknown(error, "the service gave no handle")
                 : sbe_snowflake_host->error(error, SBE_IO, NULL, "Snowflake gave no handle to ask for the result");
    started = true;
    code = wait_for(work, handle, post != NULL ? post->begun : sbe_snowflake_host->time(), result, answer, error);
    if (code != SBE_OK) return code;
  }
  if (answer->end == SBE_REST_CANCELLED || answer->end == SBE_REST_LATE) {
    if (post != NULL) return stop(work, post, answer, started ? handle : NULL, result, error);
    return work->write ? sbe_snowflake_unknown(error, "cancelled while its rows were read") : ended(answer->end, error);
  }
  if (answer->end == SBE_REST_STOPPED || (answer->end == SBE_REST_ANSWERED && answer->status == 200))
    return sbe_snowflake_result_end(result, answer->end == SBE_REST_STOPPED ? 200 : answer->status, work->write, error);
  if (answer->end == SBE_REST_ANSWERED) sbe_snowflake_result_end(result, answer->status, work->write, NULL);
  return failed(work, answer, started, result, error);
}

/* ---- the body ---- */

static void member(sbe_common_buffer *out, const char *name, const char *value) {
  if (value == NULL || value[0] == '\0') return;
  sbe_common_puts(out, ",\"");
  sbe_common_puts(out, name);
  sbe_common_puts(out, "\":");
  sbe_common_json_string(out, value, strlen(value));
}

static void print_body(const sbe_snowflake_work *work, sbe_common_buffer *out) {
  const sbe_snowflake_profile *profile = &work->connection->profile;
  char number[48];
  sbe_common_puts(out, "{\"statement\":");
  sbe_common_json_string(out, work->sql, work->size);
  if (work->timeout_us > 0) {
    int64_t seconds = (work->timeout_us - 1) / 1000000 + 1;
    snprintf(number, sizeof number, ",\"timeout\":%d", (int)(seconds < LONGEST_TIMEOUT ? seconds : LONGEST_TIMEOUT));
    sbe_common_puts(out, number);
  }
  member(out, "database", profile->database);
  member(out, "schema", profile->schema);
  member(out, "warehouse", profile->warehouse);
  member(out, "role", profile->role);
  sbe_common_puts(out, ",\"parameters\":{\"TIMEZONE\":\"UTC\"");
  if (work->n > 1) {
    snprintf(number, sizeof number, ",\"MULTI_STATEMENT_COUNT\":\"%zu\"", work->n);
    sbe_common_puts(out, number);
  }
  member(out, "QUERY_TAG", work->tag != NULL && work->tag[0] != '\0' ? work->tag : profile->tag);
  sbe_common_puts(out, "}}");
}

/* ---- what connection.c calls ---- */

int32_t sbe_snowflake_submit(const sbe_snowflake_work *work, sbe_snowflake_result *result, sbe_error *error) {
  sbe_common_cleanup_buffer sbe_common_buffer body = {0}, path = {0};
  bool keyed = work->key != NULL && work->key[0] != '\0';
  char id[SBE_UUID];
  sbe_rest_answer answer;
  if (keyed)
    sbe_uuid_of(work->key, strlen(work->key), id);
  else if (!sbe_uuid_random(id))
    return sbe_snowflake_host->error(error, SBE_BUSY, NULL, "The system has no random numbers to give");
  print_body(work, &body);
  if (body.overflow)
    return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "The statements are longer than %zu MiB",
                                     SBE_COMMON_BUFFER_LIMIT >> 20);
  sbe_common_puts(&path, STATEMENTS "?requestId=");
  sbe_common_puts(&path, id);
  exchange x = {.work = work,
                .method = "POST",
                .path = path.data,
                .body = body.data,
                .size = body.size,
                .deadline = work->deadline,
                .repeatable = true,
                .again = keyed, /* it may have been sent by a process that is gone */
                .begun = sbe_snowflake_host->time(),
                .result = result};
  work->connection->requests++;
  work->connection->statements += (int64_t)work->n;
  int32_t code = send(&x, &answer, error);
  if (code == SBE_OK) return settle(work, &x, &answer, result, error);
  return work->write && answer.doubtful ? sbe_snowflake_unknown(error, "the login failed meanwhile") : code;
}

int32_t sbe_snowflake_fetch(const sbe_snowflake_work *work, const char *handle, sbe_snowflake_result *result,
                            sbe_error *error) {
  sbe_rest_answer answer;
  int32_t code = ask(work, "GET", handle, "", work->deadline, false, result, &answer, error);
  if (code == SBE_OK) return settle(work, NULL, &answer, result, error);
  return work->write ? sbe_snowflake_unknown(error, "the login failed before its rows were read") : code;
}

int32_t sbe_snowflake_rest_of(const sbe_snowflake_work *work, const char *handle, sbe_snowflake_result *result,
                              sbe_error *error) {
  int32_t code = SBE_OK;
  char tail[48], own[SBE_SNOWFLAKE_HANDLE];
  if (handle == NULL && sbe_snowflake_result_handle(result, -1, own)) handle = own;
  for (size_t i = 1; i < result->n_partitions && !result->enough && code == SBE_OK; i++) {
    if (handle == NULL)
      return sbe_snowflake_host->error(error, SBE_IO, NULL,
                                       "Snowflake gave no handle to ask for the rest of the result");
    snprintf(tail, sizeof tail, "?partition=%zu", i);
    sbe_rest_answer answer;
    sbe_snowflake_result_next(result);
    code = ask(work, "GET", handle, tail, work->deadline, false, result, &answer, error);
    if (code == SBE_OK) code = settle(work, NULL, &answer, result, error);
  }
  return code;
}
