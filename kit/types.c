/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group "types": writing each type and reading it back. What is right stands in the table here, by hand, from
 * dialect.h. Called by main.c in a process of its own. Reading text as each type is asked by text_reads.c, decimals
 * by decimals.c, what an events table holds by layout_reads.c.
 */
#include <string.h>

#include "core/base/string.h"
#include "kit/live.h"

/* ---- writing ---- */

typedef struct writing {
  int32_t type;
  size_t n;
  const char *values[4];
  const char *keys[4]; /* of a dict */
  const char *right;   /* NULL: only its kind is looked at */
} writing;

static const writing writings[] = {
    {SBE_TYPE_TEXT, 1, {""}, {NULL}, "''"},
    {SBE_TYPE_TEXT, 1, {"it's \\ \"x\"\n\t`"}, {NULL}, "'it's \\ \"x\"\n\t`'"},
    {SBE_TYPE_TEXT, 1, {"\xF0\x9F\x98\x80 e\xCC\x81 "}, {NULL}, "'\xF0\x9F\x98\x80 e\xCC\x81 '"},
    {SBE_TYPE_INT32, 1, {"2147483647"}, {NULL}, "2147483647"},
    {SBE_TYPE_INT32, 1, {"-2147483648"}, {NULL}, "-2147483648"},
    {SBE_TYPE_INT64, 1, {"9223372036854775807"}, {NULL}, "9223372036854775807"},
    {SBE_TYPE_INT64, 1, {"-9223372036854775808"}, {NULL}, "-9223372036854775808"},
    {SBE_TYPE_INT64, 1, {"9007199254740993"}, {NULL}, "9007199254740993"},
    {SBE_TYPE_WIDE_INTEGER, 1, {"18446744073709551614"}, {NULL}, "18446744073709551614"},
    {SBE_TYPE_DOUBLE, 1, {"1e308"}, {NULL}, "1e+308"},
    {SBE_TYPE_DOUBLE, 1, {"-1e308"}, {NULL}, "-1e+308"},
    {SBE_TYPE_DOUBLE, 1, {"0.1"}, {NULL}, "0.1"},
    {SBE_TYPE_DOUBLE, 1, {"1e-300"}, {NULL}, "1e-300"},
    {SBE_TYPE_DOUBLE, 1, {"0.30000000000000004"}, {NULL}, "0.30000000000000004"},
    {SBE_TYPE_BOOL, 1, {"true"}, {NULL}, "true"},
    {SBE_TYPE_BOOL, 1, {"false"}, {NULL}, "false"},
    {SBE_TYPE_TIMESTAMP, 1, {"0001-01-01 00:00:00"}, {NULL}, "0001-01-01 00:00:00"},
    {SBE_TYPE_TIMESTAMP, 1, {"1969-12-31 23:59:59.999999"}, {NULL}, "1969-12-31 23:59:59.999999"},
    {SBE_TYPE_TIMESTAMP, 1, {"2024-03-31 02:30:00"}, {NULL}, "2024-03-31 02:30:00"}, /* an hour that Berlin has not */
    {SBE_TYPE_TIMESTAMP, 1, {"9999-12-31 23:59:59.999999"}, {NULL}, "9999-12-31 23:59:59.999999"},
    {SBE_TYPE_DATE, 1, {"0001-01-01"}, {NULL}, "0001-01-01"},
    {SBE_TYPE_DATE, 1, {"1582-10-10"}, {NULL}, "1582-10-10"}, /* there in the proleptic calendar */
    {SBE_TYPE_DATE, 1, {"2024-02-29"}, {NULL}, "2024-02-29"},
    {SBE_TYPE_DATE, 1, {"9999-12-31"}, {NULL}, "9999-12-31"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, 0, {NULL}, {NULL}, "[]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT,
     3,
     {"b", "it's", "\xF0\x9F\x98\x80"},
     {NULL},
     "[\"b\",\"it's\",\"\xF0\x9F\x98\x80\"]"},
    {SBE_TYPE_LIST + SBE_TYPE_TEXT, 2, {"", "a,{b}"}, {NULL}, "[\"\",\"a,{b}\"]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT32, 2, {"2147483647", "-2147483648"}, {NULL}, "[2147483647,-2147483648]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64,
     2,
     {"9223372036854775807", "-9223372036854775808"},
     {NULL},
     "[9223372036854775807,-9223372036854775808]"},
    {SBE_TYPE_LIST + SBE_TYPE_INT64, 0, {NULL}, {NULL}, "[]"},
    {SBE_TYPE_LIST + SBE_TYPE_DOUBLE, 2, {"0.5", "-2"}, {NULL}, "[0.5,-2]"},
    {SBE_TYPE_LIST + SBE_TYPE_BOOL, 2, {"true", "false"}, {NULL}, "[true,false]"},
    {SBE_TYPE_LIST + SBE_TYPE_TIMESTAMP, 1, {"2024-01-31 23:59:59.500000"}, {NULL}, NULL},
    {SBE_TYPE_DICT, 0, {NULL}, {NULL}, "{}"},
    {SBE_TYPE_DICT,
     3,
     {"1", "-5", "9223372036854775807"},
     {"a", "it's", "\xF0\x9F\x98\x80"},
     "{\"a\":1,\"it's\":-5,\"\xF0\x9F\x98\x80\":9223372036854775807}"},
};
#define N_WRITINGS (sizeof writings / sizeof *writings)

static void put_literal(live *l, sbe_text *out, const writing *w) {
  sbe_literal values[4] = {{0}}, keys[4] = {{0}};
  sbe_date date = 0;
  if (w->type == SBE_TYPE_DATE) {
    (void)!sbe_date_parse(w->values[0], strlen(w->values[0]), &date);
    sbe_print_date(&l->sql, out, date);
    return;
  }
  for (size_t i = 0; i < w->n; i++) {
    values[i] = (sbe_literal){SBE_LITERAL_TEXT, w->values[i], strlen(w->values[i])};
    if (w->keys[i]) keys[i] = (sbe_literal){SBE_LITERAL_TEXT, w->keys[i], strlen(w->keys[i])};
  }
  sbe_print_literal(&l->sql, out, w->type, w->n, values, keys);
}

static const char *write_one(live *l, const writing *w) {
  const sbe_column_spec columns[] = {{"i", SBE_TYPE_INT32}, {"v", w->type}};
  const char *i = sbe_sql_name(&l->sql, l->arena, NULL, "i"), *v = sbe_sql_name(&l->sql, l->arena, NULL, "v");
  sbe_rows rows;
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  sbe_text_puts(&select, "SELECT 1, ");
  put_literal(l, &select, w);
  sbe_text_puts(&select, " UNION ALL SELECT 2, ");
  sbe_print_null(&l->sql, &select, w->type);
  const char *why = live_create(l, "written", 2, columns, NULL);
  if (!why) why = live_insert(l, "written", 2, columns, sbe_text_string(&select));
  if (!why)
    why = live_query(l, sbe_arena_printf(l->arena, "SELECT %s FROM %s ORDER BY %s", v, live_table(l, "written"), i),
                     &rows);
  live_drop(l, "written");
  if (why) return why;
  if (rows.n != 2 || rows.values[1].kind != SBE_VALUE_NULL) return "a NULL beside it does not come back as one";
  const char *came = canon(rows.values, l->arena);
  if (!w->right)
    return rows.values->kind == SBE_VALUE_JSON
               ? NULL
               : sbe_arena_printf(l->arena, "a list must come as JSON, not as %s", came);
  return canon_same(w->right, came, false) ? NULL
                                           : sbe_arena_printf(l->arena, "%s was written, %s came back", w->right, came);
}

static void check_writing(live *l) {
  for (size_t i = 0; i < N_WRITINGS; i++) {
    int32_t type = writings[i].type;
    if (i && writings[i - 1].type == type) continue;
    const char *what = sbe_arena_printf(l->arena, "%s%s: written and read back", type & SBE_TYPE_LIST ? "list of " : "",
                                        live_type_name(type));
    bool literal = !(type & SBE_TYPE_LIST) || sbe_can_print(l->sql.dialect, SBE_OP_LIST_LITERAL);
    if (type == SBE_TYPE_DICT) literal = sbe_can_print(l->sql.dialect, SBE_OP_DICT_LITERAL);
    if (!sbe_physical_type(l->sql.dialect, type) || !literal) {
      report_skipped(l->report, what, "the dialect has no such type or literal");
      continue;
    }
    sbe_cleanup_text sbe_text wrong = SBE_TEXT(1 << 16);
    report_begin(l->report, what);
    for (size_t e = i; e < N_WRITINGS && writings[e].type == type; e++) {
      const char *why = write_one(l, &writings[e]);
      if (why) SBE_PRINT(&wrong, wrong.size ? "\n" : "", why);
    }
    report_end(l->report, wrong.size ? sbe_text_string(&wrong) : NULL,
               "dialect.h, sbe_physical and the literals; value.h: lists and dicts arrive as JSON, timestamps in "
               "microseconds");
  }
}

void check_types(void *user) {
  kit *k = user;
  live *l = SBE_NEW(k->arena, live);
  if (!live_open(l, k)) return;
  check_text_reads(l);
  check_decimals(l);
  check_writing(l);
  check_layout_reads(l);
  live_close(l);
}
