/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file fixture.h
 * Optional: making an events table, for the demo shop and for tests. With it, the scenarios that
 * come with sbe can be played on a warehouse, in each layout in which its loaders write events.
 */
#ifndef SBE_FIXTURE_H
#define SBE_FIXTURE_H

#include <sbe/connection.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @since 0.1 */
typedef struct sbe_fixture {
  size_t struct_size;

  /** Names of the layouts that `create` knows, NULL at the end; the standard one first. */
  const char *const *layouts;

  /**
   * Make the schema and an empty events table. @param layout one of `layouts`.
   * @param columns JSON: `{"column": type, …}`, in order. A type is "text", "integer", "double",
   * "bool", "timestamp", or, nested, `{"member": type, …}` for an object and `[type]` for a list.
   * Members are spelled as in the JSON schema (`deviceClass`); a layout in snake case renames them.
   */
  int32_t (*create)(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                    sbe_error *error);

  /**
   * Append rows. @param rows JSON: `[{"column": value, …}, …]`, members spelled as for `create`;
   * what is not given is NULL. Timestamps are texts in UTC, `2025-01-31T23:59:59.999999`.
   * Integers beyond 2^53 are JSON numbers and must arrive exactly.
   */
  int32_t (*insert)(sbe_connection *connection, const sbe_name *table, const char *layout, const char *columns,
                    const char *rows, sbe_error *error);

  /** Remove schema `name->schema` with all that is in it; nothing when it is not there. @since 0.2 */
  int32_t (*drop)(sbe_connection *connection, const sbe_name *name, sbe_error *error);
} sbe_fixture;

#ifdef __cplusplus
}
#endif

#endif
