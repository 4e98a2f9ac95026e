/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file dialect.h
 * How a warehouse's SQL is spelled. Mostly tables: rows of operation and pattern, of logical and
 * physical type, of what is to be read as what. It should read like the warehouse's manual.
 *
 * A pattern is SQL with operands `{0}`, `{1}`, …; `{{` stands for a brace. An operand is always a
 * column, a literal, or an aggregate over such, so a pattern may repeat it. It is already quoted.
 * A pattern needs no outer parentheses where it reads as a function call; else it brings them.
 *
 * Threads: a dialect is constant and its callbacks are reentrant. They never talk to the warehouse.
 */
#ifndef SBE_DIALECT_H
#define SBE_DIALECT_H

#include <sbe/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Operations. What stands as "ANSI" is what the host prints where a dialect has no row for it;
 * where it says "none" and the dialect has no row, the operation is unsupported, and a view that
 * needs it is refused by name before anything runs. @since 0.1
 */
enum {
  SBE_OP_END = 0, /**< closes a table of patterns */

  /* Literals and names. Text and numbers are printed by the host and by `sbe_dialect.literal`. */
  SBE_OP_DATE_LITERAL = 1,      /**< {0} quoted `YYYY-MM-DD`. ANSI `DATE {0}` */
  SBE_OP_TIMESTAMP_LITERAL = 2, /**< {0} quoted `YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC. ANSI `TIMESTAMP {0}` */
  SBE_OP_TRUE = 3,              /**< ANSI `TRUE` */
  SBE_OP_FALSE = 4,             /**< ANSI `FALSE` */
  SBE_OP_CAST = 5,              /**< {0} value, {1} physical type; only for NULL and for what cannot fail. ANSI `CAST({0} AS {1})` */
  SBE_OP_LIST_LITERAL = 6,      /**< {0} elements with commas, perhaps none, {1} physical list type. None */
  SBE_OP_DICT_LITERAL = 7,      /**< {0} quoted JSON object. None */

  /* Scalars. */
  SBE_OP_NOW = 20,               /**< the warehouse's clock as a timestamp in UTC. None */
  SBE_OP_DATE_OF = 21,           /**< UTC date of timestamp {0}. ANSI `CAST({0} AS DATE)` */
  SBE_OP_ADD_DAYS = 22,          /**< date {0} plus {1} days, an integer literal. None */
  SBE_OP_ADD_SECONDS = 23,       /**< timestamp {0} plus {1} seconds, an integer literal. None */
  SBE_OP_MICROSECONDS = 24,      /**< whole microseconds from timestamp {0} to timestamp {1}, an integer. None */
  SBE_OP_DIVIDE_DOWN = 25,       /**< integers {0} >= 0 and {1} > 0: the integer quotient, rounded down. None */
  SBE_OP_HOUR = 26,              /**< of timestamp {0}, 0 to 23, an integer. ANSI `EXTRACT(HOUR FROM {0})` */
  SBE_OP_ISO_DAY_OF_WEEK = 27,   /**< of timestamp {0}, Monday 1 to Sunday 7. None */
  SBE_OP_MONTH = 28,             /**< of timestamp {0}, 1 to 12. ANSI `EXTRACT(MONTH FROM {0})` */
  SBE_OP_DAY_TEXT = 29,          /**< `YYYY-MM-DD` of timestamp {0}. None */
  SBE_OP_WEEK_TEXT = 30,         /**< the same of its week's Monday. None */
  SBE_OP_MONTH_TEXT = 31,        /**< the same of its month's first. None */
  SBE_OP_CONCAT = 32,            /**< texts {0} and {1}. ANSI `({0} || {1})` */
  SBE_OP_LIKE = 33,              /**< text {0} like text literal {1}: `%` and `_` only, no escape, by case. ANSI `({0} LIKE {1})` */
  SBE_OP_IS_DISTINCT = 34,       /**< {0} and {1} differ, NULL being a value. ANSI `({0} IS DISTINCT FROM {1})` */
  SBE_OP_TEXT_LESS = 35,         /**< text {0} before text {1} by code point. ANSI `({0} < {1})` */
  SBE_OP_TEXT_ORDER = 36,        /**< text {0} as a key of ORDER BY that sorts by code point. ANSI `{0}`. @since 0.2 */
  SBE_OP_ADD = 37,               /**< double {0} plus double {1}; too large a result is NULL or infinite, never an error.
                                      ANSI `({0} + {1})`. @since 0.2 */
  SBE_OP_MULTIPLY = 38,          /**< the same of `*`. ANSI `({0} * {1})`. @since 0.2 */
  SBE_OP_DIVIDE = 39,            /**< double {0} by integer {1} > 0, never an error. ANSI `({0} / {1})`. @since 0.2 */

  /* Aggregates. "where" is a boolean column, or a condition in parentheses. Over no row that
     meets it they are NULL, counts are 0. */
  SBE_OP_COUNT_IF = 50,        /**< rows where {0}. ANSI `COUNT(CASE WHEN {0} THEN 1 END)` */
  SBE_OP_COUNT_VALUES_IF = 51, /**< rows where {1} with non-NULL {0}. ANSI `COUNT(CASE WHEN {1} THEN {0} END)` */
  SBE_OP_SUM_IF = 52,          /**< sum of {0} where {1}; integers add up exactly, as SBE_TYPE_WIDE_INTEGER; too large a sum of
                                    doubles is NULL or infinite, never an error or another number. ANSI
                                    `SUM(CASE WHEN {1} THEN {0} END)` */
  SBE_OP_MIN_IF = 53,          /**< least {0} where {1}, texts by code point. ANSI `MIN(CASE WHEN {1} THEN {0} END)` */
  SBE_OP_MAX_IF = 54,          /**< greatest. ANSI `MAX(CASE WHEN {1} THEN {0} END)` */
  SBE_OP_FIRST_IF = 55,        /**< {0}, NULL included, of the row where {3} that is least by ({1}, {2}). {4} is the physical
                                    type of {0} (@since 0.2). None */
  SBE_OP_LAST_IF = 56,         /**< {0}, NULL included, of the row where {3} that is greatest by ({1}, {2}); {4} as above. None */
  SBE_OP_LIST_OF = 57,         /**< list of {0}, which is never NULL, ascending. None */
  SBE_OP_DICT_OF = 58,         /**< dict of texts {0} to integers {1}, in the order of {0}. None */

  /* Statements. Tables and schemas are printed names. */
  SBE_OP_CREATE_SCHEMA = 80, /**< {0} schema with its database, if one was given; {1} alone (@since 0.2). ANSI `CREATE SCHEMA IF NOT EXISTS {0}` */
  SBE_OP_DROP_TABLE = 81,    /**< {0} table. ANSI `DROP TABLE IF EXISTS {0}` */
  SBE_OP_LIST_TABLES = 82,   /**< query of one text column: names of the tables of schema {0}, a text literal, as they were
                                  given to be created. ANSI: from `information_schema.tables` */
  SBE_OP_HOLD = 83,          /**< {0} a query of rows of one table: the same, and nobody else can change or delete these rows
                                  until the batch ends, while others may hold them too. None: the host writes to the
                                  row instead, which then must keep other writers of it out. A warehouse that locks all
                                  rows it reads needs an index on `lookup_column`, or views in parallel wait for each
                                  other. @since 0.2 */
  SBE_OP_DESCRIBE = 84,      /**< query of what `sbe_connection_ops.describe` answers; no row when there is no such table.
                                  {0} database, {1} schema, {2} table, text literals; {0} is NULL where none was given;
                                  {3} the database as a name with a dot behind it, or nothing.
                                  None: `describe` is called. @since 0.2 */
  SBE_OP_LAYER = 85          /**< {0} a SELECT in FROM, whose columns the one around it names several times: the same, so that the
                                  warehouse computes each of them once. ANSI `{0}`. @since 0.2 */
};

/** One row of a dialect. Frozen. @since 0.1 */
typedef struct sbe_pattern {
  int32_t operation;
  const char *pattern;
} sbe_pattern;

/** Logical types of columns. `SBE_TYPE_LIST` is added to make a list of one. @since 0.1 */
enum {
  SBE_TYPE_TEXT = 1,
  SBE_TYPE_INT32 = 2,
  SBE_TYPE_INT64 = 3,
  SBE_TYPE_DOUBLE = 4,
  SBE_TYPE_BOOL = 5,
  SBE_TYPE_TIMESTAMP = 6, /**< UTC, microseconds */
  SBE_TYPE_DATE = 7,
  SBE_TYPE_WIDE_INTEGER = 8, /**< holds sums of 2^63 many int64 exactly, or as many as the warehouse can */
  SBE_TYPE_DECIMAL = 9,      /**< at least 28 digits before the point and 9 after it; only inside statements */
  SBE_TYPE_DICT = 10,        /**< text to integer */
  SBE_TYPE_LIST = 0x100
};

/**
 * What a property of an event turned out to be. NULL, JSON null and a missing member are all SQL
 * NULL, in every class. @since 0.1
 */
enum {
  SBE_CLASS_MISSING = 0,   /**< there is no such column or member; `p<i>` is NULL, of any type */
  SBE_CLASS_INTEGER = 1,   /**< of any size, up to SBE_TYPE_WIDE_INTEGER: a read of it as INT32 or INT64 checks the range */
  SBE_CLASS_DECIMAL = 2,
  SBE_CLASS_DOUBLE = 3,
  SBE_CLASS_BOOL = 4,
  SBE_CLASS_TIMESTAMP = 5, /**< UTC; a date counts as its midnight */
  SBE_CLASS_TEXT = 6,      /**< any other scalar */
  SBE_CLASS_JSON = 7,      /**< a value of the warehouse's own JSON, VARIANT or SUPER, of a kind that only each row knows */
  SBE_CLASS_LIST = 8,      /**< a native list of scalars */
  SBE_CLASS_OBJECT = 9     /**< any other nested value: only asked whether it is NULL */
};

/**
 * How a logical type is declared, and what a value is cast to: closed by type 0. Where the two are spelled differently
 * (MySQL's `BIGINT` and `SIGNED`), this is the name for CAST, and `create` declares columns by their type's number.
 * Frozen. @since 0.1
 */
typedef struct sbe_physical {
  int32_t type;
  const char *name;
} sbe_physical;

/**
 * How a value of a class is read as a type: never fails, NULL when it cannot be read. Closed by type 0.
 *
 * Required: (TEXT, c) for every class c that `source` can answer but MISSING, OBJECT and LIST, and
 * (t, TEXT) for every type t but DICT. Where there is no row (t, c), the host reads TEXT from c, and
 * t from that. For lists: (t + LIST, JSON) and (t + LIST, LIST) where those classes occur.
 *
 * What must hold: numbers come from decimal text with sign, exponent and spaces around; a fraction
 * read as an integer rounds half away from zero; NaN, infinities and what does not fit are NULL;
 * integers are exact; a bool reads as 1 or 0; "true" and "false" in any case, 0 and 1 read as a
 * bool; a timestamp reads from ISO 8601 text, with offset or in UTC, and from epoch seconds; an
 * array or object read as a scalar is NULL, as is a scalar read as a list; a list leaves out
 * elements that are NULL or cannot be read, and is empty rather than NULL when none is left.
 * Spaces are those of ASCII. A bool reads from any text of a number that is 0 or 1 (`1.0`, `10e-1`). ISO 8601 may have
 * a comma before its fraction, no seconds, a date alone, spaces before the offset; years are 1 to 9999, offsets less
 * than 24 hours; fractions beyond microseconds are cut, those of epoch seconds too.
 * Frozen. @since 0.1
 */
typedef struct sbe_read {
  int32_t type;
  int32_t from; /**< SBE_CLASS_… */
  const char *pattern;
} sbe_read;

/** A column of an events table, as `describe` told it. Frozen. @since 0.1 */
typedef struct sbe_column {
  const char *name;
  const char *type;
} sbe_column;

/** Where a property lies. @since 0.1 */
enum {
  SBE_PATH_ATOMIC = 1, /**< a column of its own */
  SBE_PATH_EVENT = 2,  /**< in an `unstruct_event_…` column */
  SBE_PATH_ENTITY = 3  /**< in the `index`-th item of a `contexts_…` column */
};

/** One step below a column: a member, or, where `name` is NULL, the `index`-th item from 0. Frozen. @since 0.1 */
typedef struct sbe_step {
  const char *name;
  int64_t index;
} sbe_step;

/**
 * A property path. Members are spelled as in the definition. The one meant is the one spelled so
 * exactly, else the one whose snake case (`sbe_host.snake`) equals the snake case of this name.
 * @since 0.1
 */
typedef struct sbe_path {
  size_t struct_size;
  int32_t kind;
  const char *column; /**< for SBE_PATH_EVENT and _ENTITY in snake case, with prefix and major version */
  int64_t index;      /**< SBE_PATH_ENTITY: from 0 */
  size_t n_steps;
  const sbe_step *steps;
  /* The parts of `column`, for layouts that keep entities in tables of their own; else NULL, 0. */
  const char *vendor;
  const char *schema;
  int32_t major_version;
} sbe_path;

/** What is wanted of the events table. @since 0.1 */
typedef struct sbe_source {
  size_t struct_size;
  const char *table;                /**< its printed name */
  sbe_name name;                    /**< the same in parts, for layouts that need further tables */
  size_t n_columns;                 /**< 0: unknown; assume the standard layout, with every column there */
  const sbe_column *columns;
  size_t n_paths;
  const sbe_path *const *paths;
  const char *lower; /**< printed timestamp: only rows with `load_tstamp >= lower`; NULL: all */
  const char *upper; /**< printed timestamp: only rows with `load_tstamp < upper`; NULL: all */
  sbe_statements *before; /**< gets what the session must be told before the FROM item is read, such as settings of
                               the planner; nothing that is read may depend on it. NULL: nothing can be. @since 0.2 */
  sbe_statements *after;  /**< gets what takes that back. Not reached after an error: `before` must do without it.
                               NULL when `before` is. @since 0.2 */
} sbe_source;

/** A column to be created. Frozen. @since 0.1 */
typedef struct sbe_column_spec {
  const char *name;
  int32_t type; /**< SBE_TYPE_… */
} sbe_column_spec;

/** Kinds of tables. @since 0.1 */
enum {
  SBE_TABLE_PERMANENT = 1, /**< made if it is not there */
  SBE_TABLE_SCRATCH = 2    /**< of one run, which drops it; made anew */
};

/** A table to be created. @since 0.1 */
typedef struct sbe_table {
  size_t struct_size;
  const char *name; /**< printed */
  int32_t kind;
  size_t n_columns;
  const sbe_column_spec *columns;
  int32_t day_column; /**< the date that most reads name, for partitions or sort keys; -1: none */
  int32_t key_column; /**< what most joins are on, for clusters or distribution; -1: none */
  const char *select; /**< the query that fills it, in the order of `columns`; NULL: empty. A permanent table is only
                           filled when it is made */
  int32_t lookup_column; /**< the column by which single rows are looked up, for an index; -1: none. @since 0.2 */
} sbe_table;

/**
 * Rows to be replaced: those rows of `target` go whose `keys` occur in `source`, or, with `days`,
 * whose first key meets it; then all rows of `source` come. Run again, it has the same outcome.
 * @since 0.1
 */
typedef struct sbe_replace {
  size_t struct_size;
  const char *target; /**< printed */
  size_t n_columns;
  const sbe_column_spec *columns; /**< all of `target` */
  size_t n_keys;
  const int32_t *keys;  /**< indices into `columns`; no NULLs in them */
  const char *source;   /**< printed name of a table with just these columns, or a query in parentheses */
  const char *days;     /**< printed condition without the column, `IN (DATE '…', …)`; or NULL */
} sbe_replace;

/** @since 0.1 */
typedef struct sbe_dialect {
  size_t struct_size;
  uint32_t max_identifier;  /**< longest name, in bytes; longer ones of sbe's own are cut and get a hash. Names of events'
                                 columns come as they are: `source` and the fixture know how the loader cuts them */
  uint32_t max_days;        /**< days that one statement should aggregate at most; 0: any number */
  const sbe_pattern *patterns;
  const sbe_physical *physical;
  const sbe_read *reads;

  /** Print a name, quoted. */
  void (*identifier)(sbe_text *out, const char *name);

  /** Print a text literal. `text` holds `size` bytes of UTF-8, any of them. */
  void (*literal)(sbe_text *out, const char *text, size_t size);

  /**
   * Print one FROM item, without alias, that has exactly one row for each row of the events table
   * within the bounds, with columns named p0, p1, … (printed by `identifier`), one for each path.
   * @param ret_classes `n_paths` numbers of SBE_CLASS_…
   */
  int32_t (*source)(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error);

  /* The remaining ones are optional. NULL: the host does what is described. */

  /** Statements that create a table. NULL: `CREATE TABLE [IF NOT EXISTS] name (…)` or `… AS select`. */
  int32_t (*create)(const sbe_table *table, sbe_statements *out, sbe_error *error);

  /** Statements that replace rows. NULL: DELETE, then INSERT. */
  int32_t (*replace)(const sbe_replace *rows, sbe_statements *out, sbe_error *error);

  /** The database that scratch tables lie in, where one is kept apart for them (in memory, without a
      log). It may vanish with the connection. NULL: that of the other tables. */
  const char *scratch_database;

  /** Print the name of a table where it is not its parts, quoted, with dots between them: for a warehouse
      without schemas, or one that quotes them together. `database` and `schema` may be NULL. Different names
      must never look alike. NULL: the parts, each by `identifier`. @since 0.2 */
  void (*table)(sbe_text *out, const sbe_name *name);
} sbe_dialect;

#ifdef __cplusplus
}
#endif

#endif
