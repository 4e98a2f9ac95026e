/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file connection.h
 * How statements reach a warehouse. Two calls do it all: `run` for what changes something, `query`
 * for what answers rows. Whether a statement is polled, paged, retried inside, sent over HTTP or
 * over a socket is the adapter's own business; the host sees a call that returns when it is over,
 * and is kept alive by `sbe_host.tick`.
 *
 * Threads: a connection serves one thread at a time. Two connections may be used by two threads.
 * A second connection may be opened while the first one runs a statement (the host renews the
 * lease of the run lock on it).
 */
#ifndef SBE_CONNECTION_H
#define SBE_CONNECTION_H

#include <sbe/base.h>
#include <sbe/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One connection; the adapter's own. @since 0.1 */
typedef struct sbe_connection sbe_connection;

/** One statement. @since 0.1 */
typedef struct sbe_statement {
  size_t struct_size;
  const char *sql; /**< without a closing semicolon */
  size_t size;     /**< bytes of `sql` */
  uint32_t flags;  /**< SBE_STATEMENT_… of host.h */
  /** Where its rows go, for one query among the statements of `run`; NULL: nobody wants them. Only
      given to an adapter with SBE_CAN_ANSWER_LISTS, and never with `atomic`. @since 0.2 */
  const sbe_sink *sink;
} sbe_statement;

/** How to run statements. Members that are 0 or NULL ask for nothing. @since 0.1 */
typedef struct sbe_run_options {
  size_t struct_size;
  int32_t atomic;       /**< non-zero: all of them or none. Only asked of an adapter with SBE_CAN_ATOMIC */
  int64_t timeout_us;   /**< for the whole call; 0: none */
  const char *key;      /**< the same for a repeated call of the same statements: an idempotency key, <= 36 of [0-9a-z-] */
  const char *tag;      /**< query tag or label, where the warehouse has them */
} sbe_run_options;

/**
 * What a connection has cost since it was opened. A number that is not known is -1. The bytes are
 * those that the adapter handed to its transport and got from it, before compression is undone where
 * that can be told; not those of TLS or TCP. Inside the process each statement counts as one request and
 * one round trip. @since 0.2
 */
typedef struct sbe_usage {
  size_t struct_size;
  int64_t statements;     /**< that the warehouse was asked to run */
  int64_t requests;       /**< that started statements: one may carry several */
  int64_t round_trips;    /**< requests and answers of any kind, polls and pages among them */
  int64_t bytes_sent;
  int64_t bytes_received;
} sbe_usage;

/** @since 0.1 */
typedef struct sbe_connection_ops {
  size_t struct_size;

  /**
   * Connect and log in. A warehouse without sessions need not ask anything here: a login that is
   * refused may show with the first statement. Time zone is UTC from here on. @param run handed on to `tick` in every wait, here and later.
   * @param ret_connection untouched on failure.
   */
  int32_t (*open)(const sbe_settings *settings, sbe_run *run, sbe_connection **ret_connection, sbe_error *error);

  /** Close; never fails. NULL is allowed. What was not published is lost. */
  void (*close)(sbe_connection *connection);

  /**
   * Run `n` statements, in order. @param ret_counts `n` numbers, set to the rows that each wrote, -1
   * where that is not known; may be NULL. With `atomic`, an error leaves nothing of them; without, what
   * stands before the failed one remains. Once the end of an atomic batch is under way (COMMIT), `tick` no longer
   * cancels: whether it happened would not be known. Rows go to the sinks of their statements, in order.
   */
  int32_t (*run)(sbe_connection *connection, const sbe_statement *const *statements, size_t n,
                 const sbe_run_options *options, int64_t *ret_counts, sbe_error *error);

  /** Run one statement and push its rows into `sink`. */
  int32_t (*query)(sbe_connection *connection, const sbe_statement *statement, const sbe_run_options *options,
                   const sbe_sink *sink, sbe_error *error);

  /**
   * The columns of a table or view, in order, as rows of two texts: name, and type as the warehouse
   * writes it (nested types in full), or in any words that tell `source` more: `json` for a text that is checked to
   * be JSON. SBE_NOT_FOUND when there is no such table. What it pushes is
   * what `sbe_dialect.source` is given later, perhaps in another process without a connection.
   * NULL is allowed where the dialect has SBE_OP_DESCRIBE.
   */
  int32_t (*describe)(sbe_connection *connection, const sbe_name *table, const sbe_sink *sink, sbe_error *error);

  /* The remaining ones are optional: NULL where a warehouse has no such thing. */

  /** One line about the other end for `sbe test-connection`: product, version, place. No secrets. */
  int32_t (*about)(sbe_connection *connection, sbe_text *out, sbe_error *error);

  /** Fill in what the connection has cost so far; the maker sets `ret_usage->struct_size`. @since 0.2 */
  void (*usage)(sbe_connection *connection, sbe_usage *ret_usage);
} sbe_connection_ops;

#ifdef __cplusplus
}
#endif

#endif
