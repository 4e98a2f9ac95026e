/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file adapter.h
 * What an adapter is: a shared library `sbe_adapter_<name>.so` that exports one symbol,
 *
 *     const sbe_adapter *sbe_adapter_<name>(void);
 *
 * which has no side effects and returns a constant description. Names match `[a-z][a-z0-9_]{0,31}`.
 * sbe finds it in a directory, checks it, calls `init` once, and never unloads it.
 *
 * An adapter includes this header alone, links nothing of sbe, exports nothing else, and is linked
 * with `-Wl,-z,defs -Wl,-z,now`, so that a missing function shows when it is built.
 */
#ifndef SBE_ADAPTER_H
#define SBE_ADAPTER_H

#include <sbe/base.h>
#include <sbe/connection.h>
#include <sbe/dialect.h>
#include <sbe/fixture.h>
#include <sbe/host.h>
#include <sbe/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** First member of every `sbe_adapter`: "SBEA". @since 0.1 */
#define SBE_ADAPTER_MAGIC UINT32_C(0x41454253)

/** What a warehouse can do, as bits of `sbe_adapter.capabilities`. @since 0.1 */
enum {
  /** `run` with `atomic`: several DML statements, all or none. This host publishes in no other way and
      refuses to run an adapter without it (printing SQL works); a later one may write such warehouses
      step by step, the manifest last. */
  SBE_CAN_ATOMIC = 1,
  /** A query costs milliseconds, so the host may read a small relation and print it as literals
      into the next statement. */
  SBE_CAN_QUERY_CHEAPLY = 2,
  /** `tick` is told a percentage. */
  SBE_CAN_REPORT_PROGRESS = 4,
  /** `run` takes several statements of which some are queries with a sink, and answers them all in
      one call, ideally in one request. Without it the host asks one by one. @since 0.2 */
  SBE_CAN_ANSWER_LISTS = 8,
  /** Several connections to one target may write at once, from several threads, and see each other's
      scratch tables (`--threads`). @since 0.2 */
  SBE_CAN_WORK_IN_PARALLEL = 16
};

/** A field of `profiles.yml` that the adapter understands. @since 0.1 */
typedef struct sbe_option {
  size_t struct_size;
  const char *name;      /**< dbt's name for it */
  const char *alias;     /**< another name for the same, or NULL (`pass` for `password`) */
  int32_t required;      /**< non-zero: `open` cannot do without it */
  int32_t secret;        /**< non-zero: the host prints it as `***` and keeps it from every file */
  const char *preset;    /**< what holds when it is not given, as text, `{state_dir}` being the project's
                              .sbe directory; NULL: nothing */
  const char *help;      /**< one sentence */
  int32_t is_path;       /**< non-zero: a file; the host makes a relative one absolute, from the project's directory.
                              2: a database file, which `open` makes when it is not there; commands that only read
                              do not open one that is not there */
} sbe_option;

/** @since 0.1 */
typedef struct sbe_adapter {
  uint32_t magic;      /**< SBE_ADAPTER_MAGIC */
  uint32_t struct_size; /**< sizeof (sbe_adapter) */
  int32_t abi_major;   /**< SBE_ABI_MAJOR */
  int32_t abi_minor;   /**< SBE_ABI_MINOR */
  const char *name;    /**< must be the one in the symbol's and the file's name */
  const char *version; /**< of the adapter */
  const char *licence; /**< SPDX expression */
  const char *summary; /**< one line: which warehouse, over what */
  uint64_t capabilities;
  const sbe_option *const *options; /**< NULL at the end */
  const sbe_dialect *dialect;
  const sbe_connection_ops *connection;
  const sbe_fixture *fixture; /**< NULL: none */

  /**
   * Called once, before anything else of the adapter, by the thread that loads it. Keeps `host`.
   * Must not connect, and should load its client library here at the latest, so that its absence
   * is told in time. A failure makes the adapter unusable, with the error's text as the reason.
   */
  int32_t (*init)(const sbe_host *host, sbe_error *error);
} sbe_adapter;

#ifdef __cplusplus
}
#endif

#endif
