/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adapter's description: its name, its capabilities, the fields of profiles.yml, and `init`. Read
 * this file first. sbe asks for it by the one exported symbol, checks it, and calls `init` once.
 *
 * To change for another warehouse: the name (here, in the symbol, and in the module's name: the page on
 * writing an adapter has one line that changes all), the options, and the capabilities, which are promises:
 * sbe-adapter-check holds you to them. Nothing here may have a side effect, and `init` must not connect.
 */
#include "sqlite_adapter.h"

const sbe_host *host;

/* ---- options: the fields of an output in profiles.yml. Take dbt's names where there are some. ---- */

static const sbe_option path = {
    .struct_size = sizeof(sbe_option),
    .name = "path",
    .preset = "{state_dir}/sbe.sqlite", /* so that `sbe --adapter sqlite run` needs no profile */
    .is_path = 2,                       /* a database file, which `open` makes when it is not there */
    .help = "The database file that holds the events",
};
static const sbe_option schema = {
    .struct_size = sizeof(sbe_option),
    .name = "schema",
    .preset = "main",
    .help = "What the names of sbe's own schemas begin with",
};
static const sbe_option timeout = {
    .struct_size = sizeof(sbe_option),
    .name = "timeout",
    .preset = "10",
    .help = "Seconds to wait while another process writes to the file, 0 to 3600",
};
/* A password would be `.secret = 1`: then it is shown nowhere. A host name, `.required = 1`. */
static const sbe_option *const options[] = {&path, &schema, &timeout, NULL};

/* Where a client library is found at run time (dlopen), this is the place to look for it. */
static int32_t init(const sbe_host *given, sbe_error *error) {
  host = given;
  if (sqlite3_libversion_number() < 3038000) /* unixepoch() and -> */
    return host->error(error, SBE_UNSUPPORTED, NULL, "SQLite %s is too old: 3.38 or newer is needed",
                       sqlite3_libversion());
  return number_init() ? SBE_OK : host->error(error, SBE_INTERNAL, NULL, "There is no locale C");
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "sqlite",
    .version = PACKAGE_VERSION,
    .licence = "Apache-2.0",
    .summary = "SQLite, inside the process, one database file",
    /* Several statements as one transaction; and a query costs next to nothing. Not claimed: parallel
       connections (one of them at a time may write), lists of queries in one request (there are no
       requests), progress (SQLite knows none). */
    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_QUERY_CHEAPLY,
    .options = options,
    .dialect = &sqlite_dialect,
    .connection = &sqlite_connection,
    .fixture = &sqlite_fixture, /* NULL, as long as there is none: then no scenario can be played */
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_sqlite(void);

SBE_EXPORT const sbe_adapter *sbe_adapter_sqlite(void) {
  return &adapter;
}
