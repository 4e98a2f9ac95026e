/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of DuckDB's C API that this adapter uses, declared by ourselves and looked up at run time,
 * so that the adapter builds where DuckDB is not installed. Facts about signatures and numbers are
 * DuckDB's (C API since 1.4); the names here drop its prefix: `sbe_duck.query` is `duckdb_query`.
 *
 * Used by every file of the adapter that talks to the library. Nothing here may be called before
 * sbe_duckdb_load has succeeded.
 */
#ifndef SBE_DUCKDB_API_H
#define SBE_DUCKDB_API_H

#include <stdbool.h>
#include "sbe/adapter.h"

#pragma GCC visibility push(hidden)

/* The file when a profile names none. */
#define SBE_DUCKDB_PATH ".sbe/sbe.duckdb"

/* Oldest library that has what is used here. */
#define SBE_DUCKDB_MAJOR 1
#define SBE_DUCKDB_MINOR 4

typedef struct duck_database_ *duck_database;
typedef struct duck_connection_ *duck_connection;
typedef struct duck_config_ *duck_config;
typedef struct duck_statement_ *duck_statement;
typedef struct duck_type_ *duck_type;
typedef struct duck_chunk_ *duck_chunk;
typedef struct duck_vector_ *duck_vector;
typedef struct duck_appender_ *duck_appender;
typedef struct duck_error_data_ *duck_error_data;

/* A result is passed by value in places, so its size and layout count; only the library reads it. */
typedef struct duck_result {
  uint64_t reserved[3];
  void *reserved_columns;
  char *reserved_message;
  void *internal;
} duck_result;

typedef struct duck_progress {
  double percentage;
  uint64_t rows_done, rows_total;
} duck_progress;

/* How the library lays out values in vectors. */
typedef union duck_string {
  struct {
    uint32_t length;
    char bytes[12]; /* when length <= 12 */
  } inlined;
  struct {
    uint32_t length;
    char prefix[4];
    const char *bytes;
  } distant;
} duck_string;

typedef struct duck_list {
  uint64_t offset, length;
} duck_list;

typedef struct duck_interval {
  int32_t months, days;
  int64_t micros;
} duck_interval;

__extension__ typedef __int128 duck_int128;
__extension__ typedef unsigned __int128 duck_uint128;

enum {
  DUCK_INVALID = 0,
  DUCK_BOOLEAN = 1,
  DUCK_TINYINT = 2,
  DUCK_SMALLINT = 3,
  DUCK_INTEGER = 4,
  DUCK_BIGINT = 5,
  DUCK_UTINYINT = 6,
  DUCK_USMALLINT = 7,
  DUCK_UINTEGER = 8,
  DUCK_UBIGINT = 9,
  DUCK_FLOAT = 10,
  DUCK_DOUBLE = 11,
  DUCK_TIMESTAMP = 12,
  DUCK_DATE = 13,
  DUCK_TIME = 14,
  DUCK_INTERVAL = 15,
  DUCK_HUGEINT = 16,
  DUCK_VARCHAR = 17,
  DUCK_BLOB = 18,
  DUCK_DECIMAL = 19,
  DUCK_TIMESTAMP_S = 20,
  DUCK_TIMESTAMP_MS = 21,
  DUCK_TIMESTAMP_NS = 22,
  DUCK_ENUM = 23,
  DUCK_LIST = 24,
  DUCK_STRUCT = 25,
  DUCK_MAP = 26,
  DUCK_UUID = 27,
  DUCK_UNION = 28,
  DUCK_BIT = 29,
  DUCK_TIME_TZ = 30,
  DUCK_TIMESTAMP_TZ = 31,
  DUCK_UHUGEINT = 32,
  DUCK_ARRAY = 33,
  DUCK_SQLNULL = 36,
  DUCK_TIME_NS = 39
};

enum { DUCK_CHANGED_ROWS = 1, DUCK_NOTHING = 2, DUCK_ROWS = 3 }; /* kinds of results */
enum { DUCK_STATEMENT_SELECT = 1, DUCK_STATEMENT_CREATE = 7 };   /* kinds of statements */

/* Result, name, arguments. A state is 0 for success. */
#define SBE_DUCKDB_FUNCTIONS(F)                                                                                        \
  F(const char *, library_version, (void))                                                                             \
  F(void, free, (void *))                                                                                              \
  F(int, create_config, (duck_config *))                                                                               \
  F(int, set_config, (duck_config, const char *, const char *))                                                        \
  F(void, destroy_config, (duck_config *))                                                                             \
  F(int, open_ext, (const char *, duck_database *, duck_config, char **))                                              \
  F(void, close, (duck_database *))                                                                                    \
  F(int, connect, (duck_database, duck_connection *))                                                                  \
  F(void, disconnect, (duck_connection *))                                                                             \
  F(void, interrupt, (duck_connection))                                                                                \
  F(duck_progress, query_progress, (duck_connection))                                                                  \
  F(int, query, (duck_connection, const char *, duck_result *))                                                        \
  F(int, prepare, (duck_connection, const char *, duck_statement *))                                                   \
  F(const char *, prepare_error, (duck_statement))                                                                     \
  F(void, destroy_prepare, (duck_statement *))                                                                         \
  F(int, execute_prepared, (duck_statement, duck_result *))                                                            \
  F(const char *, result_error, (duck_result *))                                                                       \
  F(void, destroy_result, (duck_result *))                                                                             \
  F(int, result_return_type, (duck_result))                                                                            \
  F(int, result_statement_type, (duck_result))                                                                         \
  F(uint64_t, rows_changed, (duck_result *))                                                                           \
  F(uint64_t, column_count, (duck_result *))                                                                           \
  F(const char *, column_name, (duck_result *, uint64_t))                                                              \
  F(duck_type, column_logical_type, (duck_result *, uint64_t))                                                         \
  F(duck_chunk, fetch_chunk, (duck_result))                                                                            \
  F(duck_chunk, create_data_chunk, (duck_type *, uint64_t))                                                            \
  F(void, destroy_data_chunk, (duck_chunk *))                                                                          \
  F(uint64_t, data_chunk_get_size, (duck_chunk))                                                                       \
  F(void, data_chunk_set_size, (duck_chunk, uint64_t))                                                                 \
  F(duck_vector, data_chunk_get_vector, (duck_chunk, uint64_t))                                                        \
  F(uint64_t, vector_size, (void))                                                                                     \
  F(void *, vector_get_data, (duck_vector))                                                                            \
  F(uint64_t *, vector_get_validity, (duck_vector))                                                                    \
  F(void, vector_ensure_validity_writable, (duck_vector))                                                              \
  F(void, vector_assign_string_element_len, (duck_vector, uint64_t, const char *, uint64_t))                           \
  F(duck_vector, list_vector_get_child, (duck_vector))                                                                 \
  F(uint64_t, list_vector_get_size, (duck_vector))                                                                     \
  F(int, list_vector_set_size, (duck_vector, uint64_t))                                                                \
  F(int, list_vector_reserve, (duck_vector, uint64_t))                                                                 \
  F(duck_vector, struct_vector_get_child, (duck_vector, uint64_t))                                                     \
  F(duck_vector, array_vector_get_child, (duck_vector))                                                                \
  F(int, get_type_id, (duck_type))                                                                                     \
  F(char *, logical_type_get_alias, (duck_type))                                                                       \
  F(duck_type, create_logical_type, (int))                                                                             \
  F(duck_type, create_list_type, (duck_type))                                                                          \
  F(duck_type, create_struct_type, (duck_type *, const char **, uint64_t))                                             \
  F(void, destroy_logical_type, (duck_type *))                                                                         \
  F(uint8_t, decimal_scale, (duck_type))                                                                               \
  F(int, decimal_internal_type, (duck_type))                                                                           \
  F(int, enum_internal_type, (duck_type))                                                                              \
  F(char *, enum_dictionary_value, (duck_type, uint64_t))                                                              \
  F(duck_type, list_type_child_type, (duck_type))                                                                      \
  F(duck_type, array_type_child_type, (duck_type))                                                                     \
  F(uint64_t, array_type_array_size, (duck_type))                                                                      \
  F(duck_type, map_type_key_type, (duck_type))                                                                         \
  F(duck_type, map_type_value_type, (duck_type))                                                                       \
  F(uint64_t, struct_type_child_count, (duck_type))                                                                    \
  F(char *, struct_type_child_name, (duck_type, uint64_t))                                                             \
  F(duck_type, struct_type_child_type, (duck_type, uint64_t))                                                          \
  F(uint64_t, union_type_member_count, (duck_type))                                                                    \
  F(duck_type, union_type_member_type, (duck_type, uint64_t))                                                          \
  F(int, appender_create_ext, (duck_connection, const char *, const char *, const char *, duck_appender *))            \
  F(int, appender_add_column, (duck_appender, const char *))                                                           \
  F(int, append_data_chunk, (duck_appender, duck_chunk))                                                               \
  F(int, appender_close, (duck_appender))                                                                              \
  F(int, appender_destroy, (duck_appender *))                                                                          \
  F(duck_error_data, appender_error_data, (duck_appender))                                                             \
  F(const char *, error_data_message, (duck_error_data))                                                               \
  F(void, destroy_error_data, (duck_error_data *))

typedef struct sbe_duckdb_functions {
#define SBE_DUCKDB_MEMBER(result, name, arguments) result(*name) arguments;
  SBE_DUCKDB_FUNCTIONS(SBE_DUCKDB_MEMBER)
#undef SBE_DUCKDB_MEMBER
} sbe_duckdb_functions;

extern sbe_duckdb_functions sbe_duck;

/*
 * Is there a library? Reads a few headers, loads nothing: loading takes 25 ms, which commands that
 * do not connect should not pay. Called by `init`.
 */
int32_t sbe_duckdb_find(sbe_error *error);

/* Load it, once a process, and fill `sbe_duck`. Called by `open`; safe from any thread. */
int32_t sbe_duckdb_load(sbe_error *error);

#pragma GCC visibility pop

#endif
