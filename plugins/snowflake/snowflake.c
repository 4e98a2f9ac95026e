/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Snowflake adapter's description: the one symbol that the library exports, the options of a profile
 * (dbt's names), and `init`. Nothing here has side effects but `init`, which keeps the host and starts
 * libcurl; no network is touched before the first statement.
 */
#include "plugins/common/rest.h"
#include "plugins/snowflake/snowflake_adapter.h"

const sbe_host *sbe_snowflake_host;

#define OPTION(name_, ...)                                                                                             \
  &(const sbe_option) {                                                                                                \
    .struct_size = sizeof(sbe_option), .name = name_, __VA_ARGS__                                                      \
  }

static const sbe_option *const options[] = {
    OPTION("account", .required = 1, .help = "Account identifier, `myorg-account1` or `xy12345.eu-west-1`"),
    OPTION("user", .help = "Login name; needed for a key pair"),
    OPTION("role", .help = "Role of every statement; the user's own when not given"),
    OPTION("warehouse", .help = "Warehouse that runs the statements; the user's own when not given"),
    OPTION("database", .required = 1, .help = "Database of names that say none"),
    OPTION("schema", .required = 1,
           .help = "Schema of names that say none, and what the names of sbe's own schemas begin with"),
    OPTION("authenticator",
           .help = "snowflake_jwt (key pair), oauth or programmatic_access_token; by what is given when not said"),
    OPTION("private_key_path", .is_path = 1, .help = "File with the private key of a key pair, PKCS#8 as PEM"),
    OPTION("private_key", .secret = 1, .help = "The private key itself: PEM, or DER in base64"),
    OPTION("private_key_passphrase", .secret = 1, .help = "What opens an encrypted private key"),
    OPTION("token", .secret = 1, .help = "Programmatic access token, OAuth access token, or OAuth refresh token"),
    OPTION("oauth_client_id", .help = "With `oauth_client_secret`: `token` is a refresh token"),
    OPTION("oauth_client_secret", .secret = 1, .help = "Secret that belongs to `oauth_client_id`"),
    OPTION("password", .secret = 1, .help = "Not used: the SQL API takes no password"),
    OPTION("query_tag", .help = "Tag of the statements, where the project sets none"),
    OPTION("host", .help = "Host to talk to, where it is not `<account>.snowflakecomputing.com`"),
    OPTION("port", .help = "Port, where it is not the protocol's own"),
    OPTION("protocol", .preset = "https", .help = "https; http only for a server on this machine"),
    OPTION("connect_timeout", .help = "Seconds that making a connection may take; 10 when not given"),
    OPTION("connect_retries", .help = "How often to try again when no connection can be made; 2 when not given"),
    OPTION("client_session_keep_alive", .help = "Not used: the SQL API has no sessions"),
    NULL,
};

static int32_t init(const sbe_host *host, sbe_error *error) {
  sbe_snowflake_host = host;
  if (sbe_rest_start()) return SBE_OK;
  return host->error(error, SBE_UNSUPPORTED, NULL, "libcurl could not be started");
}

static const sbe_adapter adapter = {
    .magic = SBE_ADAPTER_MAGIC,
    .struct_size = sizeof(sbe_adapter),
    .abi_major = SBE_ABI_MAJOR,
    .abi_minor = SBE_ABI_MINOR,
    .name = "snowflake",
#ifdef PACKAGE_VERSION
    .version = PACKAGE_VERSION,
#else
    .version = "0.1.0",
#endif
    .licence = "Apache-2.0",
    .summary = "Snowflake, over its SQL API (HTTPS)",
    .capabilities = SBE_CAN_ATOMIC | SBE_CAN_ANSWER_LISTS | SBE_CAN_WORK_IN_PARALLEL,
    .options = options,
    .dialect = &sbe_snowflake_dialect,
    .connection = &sbe_snowflake_connection,
    .fixture = &sbe_snowflake_fixture,
    .init = init,
};

SBE_EXPORT const sbe_adapter *sbe_adapter_snowflake(void);

SBE_EXPORT const sbe_adapter *sbe_adapter_snowflake(void) {
  return &adapter;
}
