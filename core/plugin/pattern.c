/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The patterns of a dialect: which one an operation has, and what it says with its operands. Called by
 * core/sql for all that is printed, and by the session. It knows no statement.
 */
#include <assert.h>
#include <string.h>

#include "core/plugin/pattern.h"

/* What the host prints where a dialect has no row; the same words stand in include/sbe/dialect.h. */
static const struct {
  int32_t operation;
  const char *name;
  const char *pattern; /* NULL: there is no ANSI spelling */
} operations[] = {
    {SBE_OP_DATE_LITERAL, "DATE_LITERAL", "DATE {0}"},
    {SBE_OP_TIMESTAMP_LITERAL, "TIMESTAMP_LITERAL", "TIMESTAMP {0}"},
    {SBE_OP_TRUE, "TRUE", "TRUE"},
    {SBE_OP_FALSE, "FALSE", "FALSE"},
    {SBE_OP_CAST, "CAST", "CAST({0} AS {1})"},
    {SBE_OP_LIST_LITERAL, "LIST_LITERAL", NULL},
    {SBE_OP_DICT_LITERAL, "DICT_LITERAL", NULL},
    {SBE_OP_NOW, "NOW", NULL},
    {SBE_OP_DATE_OF, "DATE_OF", "CAST({0} AS DATE)"},
    {SBE_OP_ADD_DAYS, "ADD_DAYS", NULL},
    {SBE_OP_ADD_SECONDS, "ADD_SECONDS", NULL},
    {SBE_OP_MICROSECONDS, "MICROSECONDS", NULL},
    {SBE_OP_DIVIDE_DOWN, "DIVIDE_DOWN", NULL},
    {SBE_OP_HOUR, "HOUR", "EXTRACT(HOUR FROM {0})"},
    {SBE_OP_ISO_DAY_OF_WEEK, "ISO_DAY_OF_WEEK", NULL},
    {SBE_OP_MONTH, "MONTH", "EXTRACT(MONTH FROM {0})"},
    {SBE_OP_DAY_TEXT, "DAY_TEXT", NULL},
    {SBE_OP_WEEK_TEXT, "WEEK_TEXT", NULL},
    {SBE_OP_MONTH_TEXT, "MONTH_TEXT", NULL},
    {SBE_OP_CONCAT, "CONCAT", "({0} || {1})"},
    {SBE_OP_LIKE, "LIKE", "({0} LIKE {1})"},
    {SBE_OP_IS_DISTINCT, "IS_DISTINCT", "({0} IS DISTINCT FROM {1})"},
    {SBE_OP_TEXT_LESS, "TEXT_LESS", "({0} < {1})"},
    {SBE_OP_TEXT_ORDER, "TEXT_ORDER", "{0}"},
    {SBE_OP_ADD, "ADD", "({0} + {1})"},
    {SBE_OP_MULTIPLY, "MULTIPLY", "({0} * {1})"},
    {SBE_OP_DIVIDE, "DIVIDE", "({0} / {1})"},
    {SBE_OP_COUNT_IF, "COUNT_IF", "COUNT(CASE WHEN {0} THEN 1 END)"},
    {SBE_OP_COUNT_VALUES_IF, "COUNT_VALUES_IF", "COUNT(CASE WHEN {1} THEN {0} END)"},
    {SBE_OP_SUM_IF, "SUM_IF", "SUM(CASE WHEN {1} THEN {0} END)"},
    {SBE_OP_MIN_IF, "MIN_IF", "MIN(CASE WHEN {1} THEN {0} END)"},
    {SBE_OP_MAX_IF, "MAX_IF", "MAX(CASE WHEN {1} THEN {0} END)"},
    {SBE_OP_FIRST_IF, "FIRST_IF", NULL},
    {SBE_OP_LAST_IF, "LAST_IF", NULL},
    {SBE_OP_LIST_OF, "LIST_OF", NULL},
    {SBE_OP_DICT_OF, "DICT_OF", NULL},
    {SBE_OP_CREATE_SCHEMA, "CREATE_SCHEMA", "CREATE SCHEMA IF NOT EXISTS {0}"},
    {SBE_OP_DROP_TABLE, "DROP_TABLE", "DROP TABLE IF EXISTS {0}"},
    {SBE_OP_LIST_TABLES, "LIST_TABLES", "SELECT table_name FROM information_schema.tables WHERE table_schema = {0}"},
    {SBE_OP_HOLD, "HOLD", NULL},
    {SBE_OP_DESCRIBE, "DESCRIBE", NULL},
    {SBE_OP_LAYER, "LAYER", "{0}"},
};

const char *sbe_operation_pattern(const sbe_dialect *dialect, int32_t operation) {
  for (const sbe_pattern *row = dialect->patterns; row && row->operation != SBE_OP_END; row++)
    if (row->operation == operation) return row->pattern;
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    if (operations[i].operation == operation) return operations[i].pattern;
  return NULL;
}

bool sbe_can_print(const sbe_dialect *dialect, int32_t operation) {
  return sbe_operation_pattern(dialect, operation) != NULL;
}

const char *sbe_operation_name(int32_t operation) {
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    if (operations[i].operation == operation) return operations[i].name;
  return "?";
}

void sbe_print_pattern(sbe_text *out, const char *pattern, size_t n, const char *const *operands) {
  const char *from = pattern;
  for (const char *c = pattern; *c; c++) {
    if (*c != '{') continue;
    sbe_text_put(out, from, (size_t)(c - from));
    if (c[1] == '{') {
      sbe_text_putc(out, '{');
      from = c + 2;
      c++;
    } else {
      size_t index = (size_t)(c[1] - '0');
      if (c[1] >= '0' && c[1] <= '9' && c[2] == '}' && index < n) {
        sbe_text_puts(out, operands[index]);
        from = c + 3;
        c += 2;
      } else {
        from = c; /* no operand: as it stands */
      }
    }
  }
  sbe_text_puts(out, from);
}
