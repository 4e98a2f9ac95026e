/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file host.h
 * What an adapter may ask of sbe. An adapter links nothing of sbe: it is handed this table once, by
 * `sbe_adapter.init`, and keeps the pointer. All functions are there; none is NULL.
 *
 * Threads: `error`, `put`, `statement`, `setting`, `member`, `log`, `time` and `snake` may be called from any
 * thread, for different objects; `tick` only from the thread that called the adapter.
 */
#ifndef SBE_HOST_H
#define SBE_HOST_H

#include <sbe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Levels of `sbe_host.log`. @since 0.1 */
enum { SBE_LOG_DEBUG = 0, SBE_LOG_INFO = 1, SBE_LOG_WARNING = 2 };

/** Properties of a statement, as bits. @since 0.1 */
enum {
  /** It is a query of one row and one column, a boolean. False or no row: the batch is rolled back
      and `run` answers SBE_CONFLICT. */
  SBE_STATEMENT_GUARD = 1,
  /** Running it twice has the same outcome as running it once. */
  SBE_STATEMENT_REPEATABLE = 2
};

/** @since 0.1 */
typedef struct sbe_host {
  size_t struct_size;
  int32_t abi_major; /**< of the host; the adapter need not look: the host has checked it */
  int32_t abi_minor;

  /**
   * Fill in an error. @param error may be NULL. @param code one of the codes of base.h.
   * @param sqlstate five characters, or NULL. @param format as for printf; the text is a full
   * sentence for the user, without secrets, and says what to do where that is known.
   * @return `code`, so that one can `return host->error(…)`.
   */
  int32_t (*error)(sbe_error *error, int32_t code, const char *sqlstate, const char *format, ...) SBE_PRINTF(4, 5);

  /** Append `size` bytes. Never fails: a text that grows past its limit is refused by the host later. */
  void (*put)(sbe_text *text, const char *bytes, size_t size);

  /**
   * Begin the next statement of a list. @param flags of SBE_STATEMENT_…
   * @return the text to print it into, valid until the next call for the same list.
   */
  sbe_text *(*statement)(sbe_statements *list, uint32_t flags);

  /**
   * The value of a field of the chosen output in `profiles.yml`, with `{{ env_var(…) }}` resolved.
   * Numbers and booleans come as they were written. @return NULL when it is not given. Lives as
   * long as `settings`. Must not be copied into a log, an error or a file when its option is secret.
   * One name is the host's own: `read_only` is "true" when the connection will only be read from, so
   * that `open` need not make what is not there, nor lock out others.
   */
  const char *(*setting)(const sbe_settings *settings, const char *name);

  /**
   * The `index`-th member of a field that is a list or a mapping (`extensions`, `settings`).
   * @param ret_key set to the member's name, or NULL for a list; may itself be NULL.
   * @return its value, or NULL past the end or when there is no such field.
   */
  const char *(*member)(const sbe_settings *settings, const char *name, size_t index, const char **ret_key);

  /**
   * To be called in every wait, at least ten times a second: between two polls, two slices of work.
   * @param run as handed to `open`. @param percent progress of the statement, or a negative number
   * when it is not known. @return non-zero when the statement must be cancelled now: cancel it in
   * the warehouse, then return SBE_CANCELLED.
   */
  int32_t (*tick)(sbe_run *run, double percent);

  /** One line for the log file (and for the terminal under --verbose). No secrets, no newline. */
  void (*log)(int32_t level, const char *format, ...) SBE_PRINTF(2, 3);

  /** Microseconds of a clock that never goes back; for time-outs. */
  int64_t (*time)(void);

  /**
   * Snake case of a member's name, as loaders write it: `_` before a capital that follows a small
   * letter or a digit, and before the last of several capitals when a small letter follows it; then
   * all small; every other character than a letter or a digit becomes `_` (`deviceClass` ->
   * `device_class`, `IPAddress` -> `ip_address`).
   * @param ret_name `size` bytes for the result with its NUL; 2 * strlen(name) + 1 are always enough.
   */
  void (*snake)(const char *name, char *ret_name, size_t size);
} sbe_host;

#ifdef __cplusplus
}
#endif

#endif
