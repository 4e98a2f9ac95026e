/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roll-up of settled days (see rollup.h). Called by the run when days have settled. Only what
 * lifetime attributes need is kept; the other columns are NULL. An entity without any still has its
 * row: the roll-up also says which entities there are.
 */
#include "core/plugin/plugin.h"
#include "core/sql/internal.h"
#include "core/sql/rollup.h"

static const char *scratch_name(const sbe_window *w, const struct sbe_table_shape *rollup) {
  return rollup == &w->shape->rollup ? sbe_scratch_view(w, "rollup") : sbe_scratch_view(w, "rollup_values");
}

const char *sbe_rollup_relation(const sbe_window *w, const struct sbe_table_shape *rollup) {
  return w->rollup_in_scratch ? scratch_name(w, rollup) : sbe_view_table(w, rollup->name);
}

static bool part_is_lifetime(const sbe_shape *s, size_t part) {
  for (size_t a = 0; a < s->n_attributes; a++)
    for (size_t i = 0; i < SBE_MAX_PARTS; i++)
      if (s->attributes[a].parts[i] == part && !s->attributes[a].attribute->period_days) return true;
  return false;
}

/* "slot IN (…)" of the slots that lifetime attributes read; NULL: none. */
static const char *lifetime_slots(const sbe_window *w) {
  const sbe_shape *s = w->shape;
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  for (size_t slot = 0; slot < s->n_slots; slot++) {
    bool wanted = false;
    for (size_t a = 0; a < s->n_attributes && !wanted; a++)
      wanted = s->attributes[a].slot == slot && !s->attributes[a].attribute->period_days;
    if (!wanted) continue;
    sbe_text_puts(&out, out.size ? ", " : "slot IN (");
    sbe_text_int(&out, (int64_t)slot);
  }
  if (!out.size) return NULL;
  sbe_text_putc(&out, ')');
  return sbe_arena_strndup(w->arena, out.data, out.size);
}

/* The days that are new to the roll-up. */
static const char *range(const sbe_window *w, sbe_date through) {
  const char *date = sbe_column_text(w, NULL, "event_date");
  const char *end = sbe_arena_printf(w->arena, "%s <= %s", date, sbe_sql_date(w->sql, w->arena, through));
  if (!w->has_rollup) return end;
  return sbe_arena_printf(w->arena, "%s > %s AND %s", date, sbe_sql_date(w->sql, w->arena, w->rollup_through), end);
}

/* Daily rows of these days, from where they are now. */
static void print_days(const sbe_window *w, const struct sbe_table_shape *daily, const char *scratch, const char *days,
                       const char *condition, const char *columns, sbe_text *out) {
  SBE_PRINT(out, "SELECT ", columns, " FROM ", sbe_view_table(w, daily->name), " WHERE ", condition);
  if (!days) return;
  SBE_PRINT(out, " AND NOT (", sbe_column_text(w, NULL, "event_date"), " ", days, ")\n  UNION ALL SELECT ", columns,
            " FROM ", sbe_scratch_view(w, scratch), " WHERE ", condition);
}

static const char *column_list(const sbe_window *w, const struct sbe_table_shape *table) {
  sbe_cleanup_text sbe_text out = SBE_TEXT(1 << 20);
  sbe_print_columns(w, &out, NULL, table->n, table->columns);
  return sbe_arena_strndup(w->arena, out.data, out.size);
}

/* The daily rows, and the rows that the roll-up has of the same entities. */
static void print_source(const sbe_window *w, const struct sbe_table_shape *rollup, const struct sbe_table_shape *daily,
                         const char *scratch, const char *days, const char *condition, sbe_text *out) {
  const char *columns = column_list(w, rollup), *key = sbe_column_text(w, NULL, w->shape->key);
  sbe_text_putc(out, '(');
  print_days(w, daily, scratch, days, condition, columns, out);
  if (w->has_rollup) {
    SBE_PRINT(out, "\n  UNION ALL SELECT ", columns, " FROM ", sbe_view_table(w, rollup->name), " WHERE ", key,
              " IN (");
    print_days(w, daily, scratch, days, condition, key, out);
    sbe_text_putc(out, ')');
  }
  sbe_text_puts(out, ") AS d");
}

static int32_t print_partials(const sbe_window *w, sbe_date through, const char *days, sbe_statements *out,
                              sbe_error *error) {
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key);
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT);
  SBE_PRINT(&select, "SELECT ", key, ", ", sbe_sql_date(w->sql, w->arena, SBE_ROLLUP_DATE), " AS event_date");
  for (size_t i = 0; i < s->n_parts; i++) {
    sbe_text_puts(&select, ",\n  ");
    if (part_is_lifetime(s, i))
      sbe_print_merge(w, i, sbe_sql_bool(w->sql, true), &select);
    else
      sbe_print_null(w->sql, &select, s->parts[i].type);
    SBE_PRINT(&select, " AS ", sbe_column_text(w, NULL, s->parts[i].name));
  }
  sbe_text_puts(&select, "\nFROM ");
  print_source(w, &s->rollup, &s->daily_aggregates, "daily_aggregates", days, range(w, through), &select);
  SBE_PRINT(&select, "\nGROUP BY ", key);
  return sbe_print_scratch(w->sql, scratch_name(w, &s->rollup), s->rollup.n, s->rollup.columns, -1, 0,
                           sbe_text_string(&select), out, error);
}

static int32_t print_values(const sbe_window *w, sbe_date through, const char *days, sbe_statements *out,
                            sbe_error *error) {
  const sbe_shape *s = w->shape;
  const char *key = sbe_column_text(w, NULL, s->key), *slots = lifetime_slots(w);
  const char *condition = sbe_arena_printf(w->arena, "%s AND %s", range(w, through), slots ? slots : "1 = 0");
  sbe_cleanup_text sbe_text select = SBE_TEXT(SBE_MAX_STATEMENT), group = SBE_TEXT(1 << 20);
  SBE_PRINT(&group, key, ", slot");
  for (size_t i = 0; i < s->n_slot_types; i++)
    SBE_PRINT(&group, ", ", sbe_column_text(w, NULL, sbe_slot_column(s->slot_types[i])));
  SBE_PRINT(&select, "SELECT ", key, ", ", sbe_sql_date(w->sql, w->arena, SBE_ROLLUP_DATE),
            " AS event_date, slot, SUM(value_count) AS value_count");
  for (size_t i = 0; i < s->n_slot_types; i++)
    SBE_PRINT(&select, ", ", sbe_column_text(w, NULL, sbe_slot_column(s->slot_types[i])));
  sbe_text_puts(&select, "\nFROM ");
  print_source(w, &s->rollup_values, &s->daily_values, "daily_values", days, condition, &select);
  SBE_PRINT(&select, "\nGROUP BY ", sbe_text_string(&group));
  return sbe_print_scratch(w->sql, scratch_name(w, &s->rollup_values), s->rollup_values.n, s->rollup_values.columns, -1,
                           0, sbe_text_string(&select), out, error);
}

int32_t sbe_print_rollup(const sbe_window *w, sbe_date through, const char *days, sbe_statements *out,
                         sbe_error *error) {
  int32_t code = print_partials(w, through, days, out, error);
  return code || !w->shape->n_slots ? code : print_values(w, through, days, out, error);
}

static int32_t publish(const sbe_window *w, const struct sbe_table_shape *rollup, bool all, sbe_statements *out,
                       sbe_error *error) {
  const char *target = sbe_view_table(w, rollup->name), *source = scratch_name(w, rollup);
  if (all) {
    SBE_PRINT(sbe_statements_add(out, SBE_STATEMENT_REPEATABLE), "DELETE FROM ", target, " WHERE ",
              sbe_sql_bool(w->sql, true));
    sbe_print_insert(w->sql, target, rollup->n, rollup->columns,
                     sbe_arena_printf(w->arena, "SELECT %s FROM %s", column_list(w, rollup), source), out);
    return SBE_OK;
  }
  static const int32_t key[] = {SBE_DAILY_KEY};
  sbe_replace rows = {.struct_size = sizeof rows,
                      .target = target,
                      .n_columns = rollup->n,
                      .columns = rollup->columns,
                      .n_keys = 1,
                      .keys = key,
                      .source = source};
  return sbe_print_replace(w->sql, &rows, out, error);
}

int32_t sbe_print_publish_rollup(const sbe_window *w, bool all, sbe_statements *out, sbe_error *error) {
  int32_t code = publish(w, &w->shape->rollup, all, out, error);
  return code || !w->shape->n_slots ? code : publish(w, &w->shape->rollup_values, all, out, error);
}
