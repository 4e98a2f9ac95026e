/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DuckDB adapter's description: the one symbol that the library exports, the options of a
 * profile, and `init`. DuckDB runs inside the process; libduckdb is found and loaded by the first
 * `open`: what only prints SQL does without it. Nothing here has side effects but `init`, which keeps the host.
 */
#include "plugins/duckdb/api.h"
#include "plugins/duckdb/duckdb_adapter.h"

const sbe_host *sbe_duckdb_host;

static const sbe_option path = {
    .struct_size = sizeof(sbe_option),
    .name = "path",
    .preset = "{state_dir}/sbe.duckdb",
    .is_path = 2,
    .help = "The database file that holds the events",
};
static const sbe_option schema = {
    .struct_size = sizeof(sbe_option),
    .name = "schema",
    .preset = "main",
    .help = "Schema of names that say none, and what the names of sbe's own schemas begin with",
};
static const sbe_option threads = {
    .struct_size = sizeof(sbe_option),
    .name = "threads",
    .help = "Threads that DuckDB uses, 1 to 1024; all processors when not given",
};
static const sbe_option settings = {
    .struct_size = sizeof(sbe_option),
    .name = "settings",
    .help = "Mapping of DuckDB settings, such as {memory_limit: 8GB, temp_directory: /var/tmp}",
};
static const sbe_option extensions = {
    .struct_size = sizeof(sbe_option),
    .name = "extensions",
    .help = "List of DuckDB extensions to load; they must be installed already, none is fetched",
};
static const sbe_option *const options[] = {&path, &schema, &threads, &settings, &extensions, NULL};

static int32_t init(const sbe_host *host, sbe_error *error) {
  (void)error;
  sbe_duckdb_host = host;
  return SBE_OK;
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "duckdb",
#ifdef PACKAGE_VERSION
    .version = PACKAGE_VERSION,
#else
    .version = "0.1.0",
#endif
    .licence = "Apache-2.0",
    .summary = "DuckDB, inside the process, over its C API",
    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_QUERY_CHEAPLY | SBE_CAN_REPORT_PROGRESS,
    .options = options,
    .dialect = &sbe_duckdb_dialect,
    .connection = &sbe_duckdb_connection,
    .fixture = &sbe_duckdb_fixture,
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_duckdb(void);

SBE_EXPORT const sbe_adapter *sbe_adapter_duckdb(void) {
  return &adapter;
}
