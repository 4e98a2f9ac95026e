/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PostgreSQL adapter's description: the one symbol that the library exports, the options of a
 * profile, and `init`. The names are those of dbt's postgres profile; what is not given is left to libpq,
 * which looks at PG* in the environment, at ~/.pgpass and at service files. Nothing here has side effects
 * but `init`, which keeps the host.
 */
#include <libpq-fe.h>

#include "plugins/postgres/postgres_adapter.h"

const sbe_host *sbe_postgres_host;

#define OPTION(identifier, ...) static const sbe_option identifier = {.struct_size = sizeof(sbe_option), __VA_ARGS__}

OPTION(host, .name = "host", .help = "The server's name or address, or the directory of its socket; else PGHOST");
OPTION(user, .name = "user", .help = "Who logs in; else PGUSER");
OPTION(password, .name = "password", .alias = "pass", .secret = 1,
       .help = "His password; else PGPASSWORD or ~/.pgpass");
OPTION(port, .name = "port", .help = "The server's port; else PGPORT or 5432");
OPTION(dbname, .name = "dbname", .alias = "database", .help = "The database that holds the events; else PGDATABASE");
OPTION(schema, .name = "schema", .preset = "public", .help = "What the names of sbe's own schemas begin with");
OPTION(search_path, .name = "search_path",
       .help = "Schemas to look for functions of yours in, after PostgreSQL's own; none when not given");
OPTION(role, .name = "role", .help = "The role to take on after the login (SET ROLE)");
OPTION(service, .name = "service", .help = "A service of pg_service.conf to take what is not given here from");
OPTION(connect_timeout, .name = "connect_timeout",
       .help = "Seconds that a login may take, 0 for no limit; else PGCONNECT_TIMEOUT or 10");
OPTION(retries, .name = "retries", .help = "How often a login that failed is tried again, 0 to 20; 1 when not given");
OPTION(keepalives_idle, .name = "keepalives_idle",
       .help = "Seconds of silence after which TCP asks whether the other end is alive; the system's when not given");
OPTION(sslmode, .name = "sslmode", .help = "disable, allow, prefer, require, verify-ca or verify-full; else PGSSLMODE");
OPTION(sslcert, .name = "sslcert", .is_path = 1, .help = "The file of the client's certificate");
OPTION(sslkey, .name = "sslkey", .is_path = 1, .help = "The file of the client's key");
OPTION(sslrootcert, .name = "sslrootcert", .is_path = 1,
       .help = "The file of the certificates that the server's must come from");
OPTION(application_name, .name = "application_name", .help = "What the server calls the session before it has a tag");
OPTION(threads, .name = "threads", .help = "How many views are computed at a time; else `threads` of sbe.yml, or 1");

static const sbe_option *const options[] = {&host,
                                            &user,
                                            &password,
                                            &port,
                                            &dbname,
                                            &schema,
                                            &search_path,
                                            &role,
                                            &service,
                                            &connect_timeout,
                                            &retries,
                                            &keepalives_idle,
                                            &sslmode,
                                            &sslcert,
                                            &sslkey,
                                            &sslrootcert,
                                            &application_name,
                                            &threads,
                                            NULL};

static int32_t init(const sbe_host *given, sbe_error *error) {
  sbe_postgres_host = given;
  if (PQlibVersion() < 120000)
    return given->error(error, SBE_UNSUPPORTED, NULL, "libpq %d.%d is too old: 12 or later is wanted",
                        PQlibVersion() / 10000, PQlibVersion() % 10000);
  if (PQisthreadsafe() == 0) return given->error(error, SBE_UNSUPPORTED, NULL, "This libpq was built without threads");
  return SBE_OK;
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "postgres",
#ifdef PACKAGE_VERSION
    .version = PACKAGE_VERSION,
#else
    .version = "0.1.0",
#endif
    .licence = "Apache-2.0",
    .summary = "PostgreSQL 12 or later, over libpq",
    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_QUERY_CHEAPLY | SBE_CAN_WORK_IN_PARALLEL,
    .options = options,
    .dialect = &sbe_postgres_dialect,
    .connection = &sbe_postgres_connection,
    .fixture = &sbe_postgres_fixture,
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_postgres(void);

SBE_EXPORT const sbe_adapter *sbe_adapter_postgres(void) {
  return &adapter;
}
