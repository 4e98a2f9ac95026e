/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adapters that sbe has heard of. Read by the loader, to say which package brings one that is
 * not installed, and by the reader of variables. The only place in core/ that names a warehouse; it
 * must never say anything about one but its package.
 */
#include <stddef.h>
#include "core/plugin/known.h"

const sbe_known_adapter sbe_known_adapters[] = {
    {"duckdb", "sbe-adapter-duckdb"},         {"postgres", "sbe-adapter-postgres"},
    {"redshift", "sbe-adapter-redshift"},     {"snowflake", "sbe-adapter-snowflake"},
    {"bigquery", "sbe-adapter-bigquery"},     {"databricks", "sbe-adapter-databricks"},
    {"clickhouse", "sbe-adapter-clickhouse"}, {"trino", "sbe-adapter-trino"},
    {"spark", "sbe-adapter-spark"},           {NULL, NULL},
};
