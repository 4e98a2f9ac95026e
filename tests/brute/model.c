/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of model.h's enums, as definitions spell them. Used by the harness and its messages.
 * Must never use anything of the engine.
 */
#include "tests/brute/model.h"

const char *const bf_type_names[BF_TYPES] = {
    [BF_TYPE_STRING] = "string", [BF_TYPE_BYTES] = "bytes",         [BF_TYPE_INT32] = "int32",
    [BF_TYPE_INT64] = "int64",   [BF_TYPE_DOUBLE] = "double",       [BF_TYPE_FLOAT] = "float",
    [BF_TYPE_BOOL] = "bool",     [BF_TYPE_TIMESTAMP] = "timestamp", [BF_TYPE_UNIX_TIMESTAMP] = "unix_timestamp",
    [BF_TYPE_DICT] = "dict",
};

const char *const bf_aggregation_names[BF_AGGREGATIONS] = {
    [BF_COUNTER] = "counter",
    [BF_SUM] = "sum",
    [BF_MIN] = "min",
    [BF_MAX] = "max",
    [BF_MEAN] = "mean",
    [BF_FIRST] = "first",
    [BF_LAST] = "last",
    [BF_UNIQUE_LIST] = "unique_list",
    [BF_MOST_FREQUENT] = "most_frequent",
    [BF_LEAST_FREQUENT] = "least_frequent",
    [BF_APPROX_COUNT_DISTINCT] = "approx_count_distinct",
    [BF_CATEGORY_COUNT] = "category_count",
    [BF_TIME_SINCE_LAST] = "time_since_last",
    [BF_TIME_SINCE_FIRST] = "time_since_first",
};

const char *const bf_operator_names[BF_OPERATORS] = {
    [BF_EQUAL] = "=",    [BF_UNEQUAL] = "!=",    [BF_LESS] = "<",          [BF_GREATER] = ">",
    [BF_AT_MOST] = "<=", [BF_AT_LEAST] = ">=",   [BF_LIKE] = "like",       [BF_NOT_LIKE] = "not like",
    [BF_IN] = "in",      [BF_NOT_IN] = "not in", [BF_IS_NULL] = "is null", [BF_IS_NOT_NULL] = "is not null",
};

const char *const bf_operation_names[BF_OPERATIONS] = {
    [BF_CONCAT] = "concat", [BF_ADD] = "sum",      [BF_MULTIPLY] = "product",
    [BF_LEAST] = "min",     [BF_GREATEST] = "max", [BF_COALESCE] = "coalesce",
};

const char *const bf_part_names[BF_PARTS] = {
    [BF_NO_PART] = "",
    [BF_HOUR_OF_DAY] = "hour_of_day",
    [BF_DAY_OF_WEEK] = "day_of_week",
    [BF_MONTH_OF_YEAR] = "month_of_year",
    [BF_ACTIVE_DAY] = "active_day",
    [BF_ACTIVE_WEEK] = "active_week",
    [BF_ACTIVE_MONTH] = "active_month",
};

const char *const bf_layout_names[BF_LAYOUTS] = {
    [BF_LAYOUT_STRUCT] = "struct", [BF_LAYOUT_JSON] = "json", [BF_LAYOUT_TABLES] = "tables", [BF_LAYOUT_LAKE] = "lake"};

bool bf_layout_is_json(bf_layout layout) {
  return layout == BF_LAYOUT_JSON || layout == BF_LAYOUT_LAKE;
}
