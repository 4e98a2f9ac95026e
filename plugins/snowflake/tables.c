/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dialect's `create`. What lasts is a table clustered by its days, what one run needs a transient one,
 * which costs no fail-safe storage. Called by the host through the dialect; reads nothing, decides nothing
 * about what is in a table.
 */
#include <stdbool.h>
#include <string.h>

#include "plugins/snowflake/snowflake_adapter.h"

static void put(sbe_text *out, const char *text) {
  sbe_snowflake_host->put(out, text, strlen(text));
}

static const char *type_name(int32_t type) {
  const sbe_physical *row = sbe_snowflake_dialect.physical;
  while (row->type != 0 && row->type != type) row++;
  return row->name;
}

static void put_columns(sbe_text *text, const sbe_table *table) {
  for (size_t i = 0; i < table->n_columns; i++) {
    put(text, i == 0 ? " (" : ", ");
    sbe_snowflake_dialect.identifier(text, table->columns[i].name);
    put(text, " ");
    put(text, type_name(table->columns[i].type));
  }
  if (table->n_columns > 0) put(text, ")");
}

/*
 * Types are declared even where a query fills the table, which is then converted: a query's own type may be
 * too narrow for what comes later, `1` being a NUMBER(1,0). The clauses stand in the order of the manual:
 * columns, clustering, query. A scratch table is made by one statement that may be repeated; its name
 * carries the token of its run, so it is nobody else's.
 */
int32_t sbe_snowflake_create(const sbe_table *table, sbe_statements *out, sbe_error *error) {
  bool permanent = table->kind == SBE_TABLE_PERMANENT;
  for (size_t i = 0; i < table->n_columns; i++)
    if (type_name(table->columns[i].type) == NULL)
      return sbe_snowflake_host->error(error, SBE_UNSUPPORTED, NULL, "Column %.200s of %.300s has the unknown type %d.",
                                       table->columns[i].name, table->name, (int)table->columns[i].type);
  sbe_text *text = sbe_snowflake_host->statement(out, SBE_STATEMENT_REPEATABLE);
  put(text, permanent ? "CREATE TABLE IF NOT EXISTS " : "CREATE OR REPLACE TRANSIENT TABLE ");
  put(text, table->name);
  put_columns(text, table);
  if (permanent && table->day_column >= 0 && (size_t)table->day_column < table->n_columns) {
    put(text, " CLUSTER BY (");
    sbe_snowflake_dialect.identifier(text, table->columns[table->day_column].name);
    put(text, ")");
  }
  if (table->select != NULL) {
    put(text, " AS\n");
    put(text, table->select);
  }
  return SBE_OK;
}
