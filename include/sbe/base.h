/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base.h
 * What every other header of the adapter interface needs: the interface version, error codes,
 * names, and the opaque things that belong to the host.
 *
 * The rules that hold for every header in this folder:
 *
 * - They compile alone, as C99, C11 and C++17.
 * - A struct that may grow begins with `struct_size`, which its maker sets to `sizeof` of the struct
 *   as he knows it. New members are only ever added at the end. Who reads such a struct reads no
 *   member beyond `struct_size`. There are no arrays of such structs, only arrays of pointers to them.
 * - A struct marked *frozen* never changes within one major version, so arrays of it are fine.
 * - Numbers in enumerations are part of the interface; new ones are only ever appended. They are
 *   carried in `int32_t` members, so that their size is the same for every compiler.
 * - Strings are UTF-8 and end with a NUL unless a length stands beside them.
 * - A pointer handed to a function is borrowed for the length of the call, unless it says otherwise.
 *
 * History of the interface:
 *   0.1  first version. Until 1.0, minor versions may still change what stands here; a host refuses
 *        an adapter of another major version or of a newer minor version.
 *   0.2  rows of several statements in one call (`sbe_statement.sink`, SBE_CAN_ANSWER_LISTS), several connections
 *        at once (SBE_CAN_WORK_IN_PARALLEL), what a connection has cost (`usage`); `describe` may be NULL.
 *        Operations HOLD, DESCRIBE, TEXT_ORDER, LAYER, ADD, MULTIPLY, DIVIDE; the value's type as the fifth operand of
 *        FIRST_IF and LAST_IF, the schema alone as the second one of CREATE_SCHEMA.
 *        `sbe_table.lookup_column`, `sbe_dialect.table`, `sbe_source.before` and `after`, `sbe_fixture.drop`.
 */
#ifndef SBE_BASE_H
#define SBE_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the interface that these headers describe. @since 0.1 */
#define SBE_ABI_MAJOR 0
#define SBE_ABI_MINOR 2

/** Marks the one symbol that an adapter exports. @since 0.1 */
#if defined(__GNUC__)
#define SBE_EXPORT __attribute__((visibility("default")))
#define SBE_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#define SBE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SBE_EXPORT
#define SBE_PRINTF(format_index, first_argument)
#define SBE_MUST_CHECK
#endif

/**
 * What went wrong, named for what can be done about it. Functions return one of these as `int32_t`.
 * @since 0.1
 */
enum {
  SBE_OK = 0,
  SBE_INVALID = 1,         /**< a setting or an argument makes no sense: the user must change it */
  SBE_AUTH = 2,            /**< the login was refused */
  SBE_NOT_FOUND = 3,       /**< a database, schema, table or column is not there */
  SBE_SYNTAX = 4,          /**< the warehouse does not understand the statement: a bug, ours or the adapter's */
  SBE_DATA = 5,            /**< the data do not allow it (overflow, constraint) */
  SBE_CONFLICT = 6,        /**< a guard said no, or a concurrent change won: nothing was written */
  SBE_BUSY = 7,            /**< locked or overloaded: the same call may succeed later */
  SBE_TIMEOUT = 8,         /**< a limit of time was reached; nothing was written */
  SBE_CANCELLED = 9,       /**< `tick` asked for the end; nothing was written */
  SBE_UNSUPPORTED = 10,    /**< the warehouse cannot do it */
  SBE_IO = 11,             /**< the connection broke before the statement began, or in a mere query */
  SBE_UNKNOWN_OUTCOME = 12, /**< the answer to a write was lost: it may or may not have happened */
  SBE_INTERNAL = 13        /**< a bug */
};

/** An error being filled in; belongs to the host. Written with `sbe_host.error`. @since 0.1 */
typedef struct sbe_error sbe_error;

/** Text being written; belongs to the host. Written with `sbe_host.put`. @since 0.1 */
typedef struct sbe_text sbe_text;

/** A list of statements being written; belongs to the host. See `sbe_host.statement`. @since 0.1 */
typedef struct sbe_statements sbe_statements;

/** The run on whose behalf something is done; belongs to the host. See `sbe_host.tick`. @since 0.1 */
typedef struct sbe_run sbe_run;

/** The fields of one output of `profiles.yml`; belongs to the host. See `sbe_host.setting`. @since 0.1 */
typedef struct sbe_settings sbe_settings;

/**
 * The name of a table. `database` and `schema` may be NULL: then the connection's own.
 * Not yet quoted; already as short as `sbe_dialect.max_identifier` asks. Frozen. @since 0.1
 */
typedef struct sbe_name {
  const char *database;
  const char *schema;
  const char *table;
} sbe_name;

#ifdef __cplusplus
}
#endif

#endif
