/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBE_TYPE_DECIMAL, which is "only inside statements": how a value of it comes out of a query, or whether a table
 * can hold it, is the adapter's own business. So it is compared where the host compares it, in SQL. Called by types.c.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

/* A text, what it must be equal to, and what it lies between. `equal` NULL: it has more than 9 places, and how many of
   them are kept, and how they are cut, is the dialect's own. What is no number is asked by text_reads.c. */
typedef struct decimal {
  const char *text, *equal, *less, *more;
} decimal;

/* Those that are equal to something in ascending order, each less than the next one. 28 digits before the point and 9
   after it are promised, and the neighbours of a value are the next ones that have 9. */
static const decimal decimals[] = {
    {"-1234567890123456789012345678.123456789", "-1234567890123456789012345678.123456789",
     "-1234567890123456789012345678.123456790", "-1234567890123456789012345678.123456788"},
    {"-10", "-10", "-10.000000001", "-9.999999999"},
    {"-9", "-9.0", "-10", "-8"},
    {"-0.000000001", "-0.000000001", "-0.000000002", "0"},
    {"-0", "0", "-0.000000001", "0.000000001"},
    {"0.1", "0.10", "0.099999999", "0.100000001"},
    {"1.5", "1.5", "1.499999999", "1.500000001"},
    {" 9 ", "9", "8.999999999", "10"},
    {"+10", "10", "9", "10.000000001"},
    {"12.50", "12.5", "12.499999999", "12.500000001"},
    {"1e3", "1000", "999.999999999", "1000.000000001"},
    {"12345678901.25", "12345678901.25", "12345678901.249999999", "12345678901.250000001"},
    {"9007199254740993", "9007199254740993", "9007199254740992", "9007199254740994"}, /* 2^53 + 1 */
    {"1234567890123456789012345678.123456788", "1234567890123456789012345678.123456788",
     "1234567890123456789012345678.123456787", "1234567890123456789012345678.123456789"},
    {"1234567890123456789012345678.123456789", "1234567890123456789012345678.123456789",
     "1234567890123456789012345678.123456788", "1234567890123456789012345678.123456790"},
    {"9999999999999999999999999999.999999998", "9999999999999999999999999999.999999998",
     "9999999999999999999999999999.999999997", "9999999999999999999999999999.999999999"},
    {"0.0000000005", NULL, "0", "0.000000002"},
    {"5e-10", NULL, "0", "0.000000002"},
    {"0.00000000049999", NULL, "-0.000000001", "0.000000001"},
    {"8418551761231981186614487.49E-131", NULL, "-0.000000001", "0.000000001"},
    {"0.9999999999", NULL, "0.999999999", "1.000000001"},
    {"191465186036341241876286317521025004876e-16", NULL, "19146518603634124187628.631752102",
     "19146518603634124187628.631752104"},
};
#define N_DECIMALS (sizeof decimals / sizeof *decimals)

static const char *literal(live *l, const char *number) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(4096);
  sbe_literal value = {SBE_LITERAL_NUMBER, number, strlen(number)};
  sbe_print_literal(&l->sql, &out, SBE_TYPE_DECIMAL, 1, &value, NULL);
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

/* Texts with their numbers, and a NULL as the last one. */
static const char *make_texts(live *l) {
  static const sbe_column_spec columns[] = {{"i", SBE_TYPE_INT64}, {"c", SBE_TYPE_TEXT}};
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  for (size_t i = 0; i < N_DECIMALS; i++)
    SBE_PRINT(&select, i ? " UNION ALL " : "", sbe_arena_printf(l->arena, "SELECT %zu, ", i),
              sbe_sql_text(&l->sql, l->arena, decimals[i].text));
  SBE_PRINT(&select, sbe_arena_printf(l->arena, " UNION ALL SELECT %zu, ", N_DECIMALS));
  sbe_print_null(&l->sql, &select, SBE_TYPE_TEXT);
  const char *why = live_create(l, "texts", 2, columns, NULL);
  return why ? why : live_insert(l, "texts", 2, columns, sbe_text_string(&select));
}

/* "(SELECT i, … AS d FROM texts)"; `only` < 0: all of them. */
static const char *reads(live *l, int64_t only) {
  const char *c = sbe_sql_name(&l->sql, l->arena, NULL, "c"), *i = sbe_sql_name(&l->sql, l->arena, NULL, "i");
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 16);
  SBE_PRINT(&out, "(SELECT ", i, ", ");
  sbe_print_pattern(&out, sbe_read_pattern(l->sql.dialect, SBE_TYPE_DECIMAL, SBE_CLASS_TEXT), 1, &c);
  SBE_PRINT(&out, " AS ", sbe_sql_name(&l->sql, l->arena, NULL, "d"), " FROM ", live_table(l, "texts"));
  if (only >= 0) SBE_PRINT(&out, " WHERE ", i, sbe_arena_printf(l->arena, " = %lld", (long long)only));
  sbe_text_putc(&out, ')');
  return sbe_arena_strdup(l->arena, sbe_text_string(&out));
}

/* The one text: 0 is NULL, 1 as it must be, and what else is wrong with it. */
static const char *verdict(live *l, size_t at) {
  const decimal *row = &decimals[at];
  const char *d = sbe_sql_name(&l->sql, l->arena, "r", "d"), *equal = row->equal ? literal(l, row->equal) : d;
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 18);
  SBE_PRINT(&out, "SELECT CASE WHEN ", d, " IS NULL THEN 0");
  SBE_PRINT(&out, " WHEN NOT (", d, " = ", equal, ") THEN 2 WHEN ");
  SBE_OPERATION(&l->sql, &out, SBE_OP_IS_DISTINCT, d, equal);
  SBE_PRINT(&out, " THEN 3 WHEN NOT (", d, " > ", literal(l, row->less), ") THEN 4 WHEN NOT (", d, " < ",
            literal(l, row->more), ") THEN 5");
  SBE_PRINT(&out, " ELSE 1 END AS v FROM ", reads(l, (int64_t)at), " r");
  return live_value(l, sbe_text_string(&out));
}

static void compare(live *l, size_t at, sbe_text *wrong) {
  const decimal *row = &decimals[at];
  const char *came = verdict(l, at);
  const char *what = sbe_streq(came, "0")   ? "it is NULL"
                     : sbe_streq(came, "2") ? "it is not equal to that"
                     : sbe_streq(came, "3") ? "it is equal to that, and yet SBE_OP_IS_DISTINCT from it"
                     : sbe_streq(came, "4") ? sbe_arena_printf(l->arena, "it is not greater than %s", row->less)
                     : sbe_streq(came, "5") ? sbe_arena_printf(l->arena, "it is not less than %s", row->more)
                                            : came;
  if (sbe_streq(came, "1")) return;
  SBE_PRINT(wrong, wrong->size ? "\n" : "",
            sbe_arena_printf(
                l->arena, ">%s< is %s, as SBE_TYPE_DECIMAL in a statement; %.300s", row->text,
                row->equal ? row->equal : sbe_arena_printf(l->arena, "between %s and %s", row->less, row->more), what));
}

/* Every one with every later one: none may be NULL, or not less. */
static const char *check_order(live *l) {
  const char *i = sbe_sql_name(&l->sql, l->arena, "a", "i"), *k = sbe_sql_name(&l->sql, l->arena, "b", "i");
  const char *d = sbe_sql_name(&l->sql, l->arena, "a", "d"), *e = sbe_sql_name(&l->sql, l->arena, "b", "d");
  const char *all = reads(l, -1);
  sbe_rows rows;
  size_t n = 0;
  while (decimals[n].equal) n++;
  const char *why = live_query(l,
                               sbe_arena_printf(l->arena,
                                                "SELECT %s, %s FROM %s a CROSS JOIN %s b WHERE %s < %s AND %s < %zu"
                                                " AND CASE WHEN %s < %s THEN 0 ELSE 1 END = 1 ORDER BY %s, %s",
                                                i, k, all, all, i, k, k, n, d, e, i, k),
                               &rows);
  if (why || !rows.n) return why;
  int64_t a = sbe_cell_int(SBE_CELL(&rows, 0, 0), 0), b = sbe_cell_int(SBE_CELL(&rows, 0, 1), 0);
  if (a < 0 || b < 0 || (size_t)a >= n || (size_t)b >= n) return "numbers of rows that there are not";
  return sbe_arena_printf(l->arena, ">%s< must be less than >%s<, both read as SBE_TYPE_DECIMAL (%zu such pairs)",
                          decimals[a].text, decimals[b].text, rows.n);
}

void check_decimals(live *l) {
  static const char remedy[] = "dialect.h, SBE_TYPE_DECIMAL: exact inside statements, whatever it is there";
  sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 16);
  if (!sbe_read_pattern(l->sql.dialect, SBE_TYPE_DECIMAL, SBE_CLASS_TEXT) ||
      !sbe_physical_type(l->sql.dialect, SBE_TYPE_DECIMAL))
    return;
  report_begin(l->report, sbe_arena_printf(l->arena, "DECIMAL from text: %zu texts, compared in SQL", N_DECIMALS));
  const char *why = make_texts(l);
  for (size_t i = 0; !why && i < N_DECIMALS; i++) compare(l, i, &wrong);
  report_end(l->report, why ? why : wrong.size ? sbe_text_string(&wrong) : NULL, remedy);
  if (!why) report_check(l->report, "DECIMAL: the order of what was read", check_order(l), remedy);
  live_drop(l, "texts");
}
