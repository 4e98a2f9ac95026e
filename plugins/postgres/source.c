/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dialect's `source`: prints a plan (plan.c) as one FROM item. Each level of JSON members is one
 * SELECT around the one below it, the innermost one reads the events table and joins the tables of its
 * entities. Every SELECT ends with `OFFSET 0`, or the planner would copy each column's expression to
 * wherever it is named, and parse a JSON text for each of its members.
 *
 * An entity's table is only read for the events within the bounds. It has several rows an event: the same
 * entity again for every duplicate of the event, and no position, so the items of an event are its rows
 * in the order of all their columns, each as often as it would be there without the duplicates.
 */
#include <string.h>

#include "plugins/postgres/json_sql.h"
#include "plugins/postgres/plan.h"

typedef sbe_postgres_plan plan;
typedef sbe_postgres_node node;
typedef sbe_postgres_join join;

typedef struct printer {
  plan *p;
  sbe_text *out;
} printer;

static void put(const printer *s, const char *text) {
  sbe_postgres_put(s->out, text);
}

static void put_number(const printer *s, int64_t number) {
  char digits[24], *at = digits + sizeof digits;
  uint64_t rest = (uint64_t)number;
  *--at = '\0';
  do *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  put(s, at);
}

/* `"p1"`, `"x7"` */
static void put_numbered(const printer *s, const char *before, int64_t number, const char *behind) {
  put(s, before);
  put_number(s, number);
  put(s, behind);
}

static void put_literal(const printer *s, const char *text) {
  sbe_postgres_literal(s->out, text, strlen(text));
}

/* `alias."name"` in the plan's memory, to fill patterns with. */
static const char *column_text(plan *p, const char *alias, const char *name) {
  size_t size = strlen(alias) + 2 * strlen(name) + 4;
  char *text = sbe_postgres_pool_get(&p->pool, size), *to = text;
  for (; *alias != '\0'; alias++) *to++ = *alias;
  *to++ = '.';
  *to++ = '"';
  for (; *name != '\0'; name++) {
    if (*name == '"') *to++ = '"';
    *to++ = *name;
  }
  *to = '"';
  return text;
}

static const char *numbered_text(plan *p, const char *before, int number, const char *behind, int number_behind) {
  char *text = sbe_postgres_pool_get(&p->pool, strlen(before) + strlen(behind) + 24), *to = text;
  const struct {
    const char *text;
    int number;
  } parts[] = {{before, number}, {behind, number_behind}};
  for (size_t i = 0; i < 2; i++) {
    for (const char *at = parts[i].text; *at != '\0'; at++) *to++ = *at;
    int power = 1;
    while (parts[i].number / power > 9) power *= 10;
    for (; parts[i].number >= 0 && power > 0; power /= 10) *to++ = (char)('0' + parts[i].number / power % 10);
  }
  return text;
}

/* The column of a VALUE or ROOT, in the innermost SELECT. */
static const char *operand_text(plan *p, const node *n) {
  if (n->join == NULL) return column_text(p, "e", n->name);
  return numbered_text(p, "t", n->join->number, ".c", n->field);
}

/* ---- What a column becomes ---- */

/* As it is, and as jsonb where something below it is wanted, or where it may be an array. */
static const struct {
  int32_t class_;
  const char *value, *root;
} columns[] = {
    [SBE_POSTGRES_UNKNOWN] = {SBE_CLASS_TEXT, "CAST({0} AS text) COLLATE \"C\"", "to_jsonb({0})"},
    [SBE_POSTGRES_INTEGER] = {SBE_CLASS_INTEGER, "{0}", NULL},
    [SBE_POSTGRES_NUMERIC] = {SBE_CLASS_DECIMAL, "{0}", NULL},
    [SBE_POSTGRES_MONEY] = {SBE_CLASS_DECIMAL, "CAST({0} AS numeric)", NULL},
    [SBE_POSTGRES_REAL] = {SBE_CLASS_DOUBLE, "CAST({0} AS double precision)", NULL},
    [SBE_POSTGRES_DOUBLE] = {SBE_CLASS_DOUBLE, "{0}", NULL},
    [SBE_POSTGRES_BOOL] = {SBE_CLASS_BOOL, "{0}", NULL},
    [SBE_POSTGRES_TIMESTAMP] = {SBE_CLASS_TIMESTAMP, "{0}", NULL},
    [SBE_POSTGRES_TIMESTAMP_ZONE] = {SBE_CLASS_TIMESTAMP, "({0} AT TIME ZONE 'UTC')", NULL},
    /* later dates do not fit a timestamp */
    [SBE_POSTGRES_DATE] = {SBE_CLASS_TIMESTAMP,
                           "CASE WHEN {0} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST({0} AS timestamp) "
                           "END",
                           NULL},
    [SBE_POSTGRES_TEXT] = {SBE_CLASS_TEXT, "CAST({0} AS text) COLLATE \"C\"", SBE_POSTGRES_PARSE("CAST({0} AS text)")},
    [SBE_POSTGRES_JSON] = {SBE_CLASS_JSON, NULL, SBE_POSTGRES_CAST_JSON("CAST({0} AS text)")},
    /* the empty path fetches a large value once, instead of once a member */
    [SBE_POSTGRES_JSONB] = {SBE_CLASS_JSON, NULL, "({0} #> '{{}')"},
    [SBE_POSTGRES_ARRAY] = {SBE_CLASS_JSON, NULL, SBE_POSTGRES_CAST_JSON("CAST(to_json({0}) AS text)")},
    [SBE_POSTGRES_RECORD] = {SBE_CLASS_OBJECT, "CASE WHEN {0} IS DISTINCT FROM NULL THEN TRUE END",
                             SBE_POSTGRES_CAST_JSON("CAST(to_json({0}) AS text)")},
    /* as it is shown: the cast of an address to text adds its mask */
    [SBE_POSTGRES_OTHER] = {SBE_CLASS_TEXT, "CASE WHEN {0} IS NOT NULL THEN format('%s', {0}) COLLATE \"C\" END", NULL},
};

/* A text of an entity's table: JSON where it is an array or object, else itself. */
#define AS_TEXT "CAST({0} AS text)"
#define TEXT_OR_JSON                                                                                                   \
  "CASE WHEN left({0}, 1) IN ('[', '{{') THEN COALESCE(" SBE_POSTGRES_PARSE(AS_TEXT) ", to_jsonb(" AS_TEXT ")) ELSE "  \
                                                                                     "to_jsonb(" AS_TEXT ") END"

static int32_t class_of(const node *n) {
  if (n == NULL) return SBE_CLASS_MISSING;
  if (n->kind == SBE_POSTGRES_PRESENT) return SBE_CLASS_OBJECT;
  return n->kind == SBE_POSTGRES_VALUE ? columns[n->type].class_ : SBE_CLASS_JSON;
}

/*
 * The member that is spelled as in the definition, even if it is null, else in snake or camel case, and
 * only when all of these are absent and a name could be the one, that.
 */
static void print_member(const printer *s, const node *n) {
  const char *json = numbered_text(s->p, "x", n->operand->id, "", -1);
  const char *snake = sbe_postgres_plan_snake(s->p, n->name);
  char *camel = sbe_postgres_pool_copy(&s->p->pool, snake, strlen(snake)), *to = camel;
  for (const char *at = snake; *at != '\0'; at++) {
    bool up = *at == '_' && at > snake && at[1] >= 'a' && at[1] <= 'z';
    if (up) at++;
    *to++ = up ? (char)(*at - 'a' + 'A') : *at;
  }
  *to = '\0';
  const char *candidates[] = {n->name, snake, camel};
  put(s, "COALESCE(");
  for (size_t i = 0; i < 3; i++) {
    bool repeated = false;
    for (size_t j = 0; j < i; j++) repeated = repeated || strcmp(candidates[i], candidates[j]) == 0;
    if (repeated) continue;
    put(s, json);
    put(s, " -> ");
    put_literal(s, candidates[i]);
    put(s, ", ");
  }
  char *like = sbe_postgres_pool_copy(&s->p->pool, snake, strlen(snake));
  for (char *at = like; *at != '\0'; at++)
    if (*at == '_') *at = '%';
  put(s, "CASE WHEN jsonb_typeof(");
  put(s, json);
  put(s, ") = 'object' THEN ");
  put(s, json);
  put(s, " -> (SELECT k FROM jsonb_object_keys(");
  put(s, json);
  put(s, ") AS names(k) WHERE lower(k COLLATE \"C\") LIKE ");
  put_literal(s, like);
  put(s, " AND " SBE_POSTGRES_SNAKE("k") " = ");
  put_literal(s, snake);
  put(s, " ORDER BY k COLLATE \"C\" LIMIT 1) END)");
}

/* How `n` is computed, in its level. */
static void print(const printer *s, const node *n) {
  switch (n->kind) {
  case SBE_POSTGRES_VALUE:
    sbe_postgres_pattern(s->out, columns[n->type].value, operand_text(s->p, n));
    return;
  case SBE_POSTGRES_ROOT:
    sbe_postgres_pattern(s->out, n->join != NULL && n->type == SBE_POSTGRES_TEXT ? TEXT_OR_JSON : columns[n->type].root,
                         operand_text(s->p, n));
    return;
  case SBE_POSTGRES_PRESENT:
    put_numbered(s, "CASE WHEN t", n->join->number, ".root_id IS NOT NULL THEN TRUE END");
    return;
  case SBE_POSTGRES_MEMBER:
    print_member(s, n);
    return;
  case SBE_POSTGRES_ITEM: { /* a scalar is an array of one to the operator */
    put_numbered(s, "CASE WHEN jsonb_typeof(x", n->operand->id, ") = 'array' THEN ");
    put_numbered(s, "x", n->operand->id, " -> ");
    put_number(s, n->index > SBE_POSTGRES_MAX_INDEX ? SBE_POSTGRES_MAX_INDEX : n->index);
    put(s, " END");
    return;
  }
  }
}

/* What ends a path, as a value of its class. */
static void print_leaf(const printer *s, const node *n, int level) {
  if (n == NULL) {
    put(s, "CAST(NULL AS text)");
    return;
  }
  bool json = class_of(n) == SBE_CLASS_JSON;
  put(s, json ? "NULLIF(" : "");
  if (level > n->level)
    put_numbered(s, "x", n->id, "");
  else
    print(s, n);
  put(s, json ? ", CAST('null' AS jsonb))" : "");
}

/* ---- The innermost SELECT ---- */

/* A column that is no time, read as one. */
static void print_as_time(const printer *s, const char *column) {
  for (const sbe_read *read = sbe_postgres_reads; read->type != 0; read++)
    if (read->type == SBE_TYPE_TIMESTAMP && read->from == SBE_CLASS_TEXT)
      sbe_postgres_pattern(s->out, read->pattern, column);
}

static bool is_time(sbe_postgres_kind kind) {
  return kind == SBE_POSTGRES_TIMESTAMP || kind == SBE_POSTGRES_TIMESTAMP_ZONE || kind == SBE_POSTGRES_DATE;
}

/*
 * `load_tstamp` within the bounds: the column as it stands on one side, a constant of its own type on the
 * other, so that an index or partition is found. Only a text is read, row by row.
 */
static void print_bounds(const printer *s, const char *alias, const char *glue) {
  const char *name;
  sbe_postgres_kind kind;
  if (!sbe_postgres_plan_column(s->p, "load_tstamp", &name, &kind)) return;
  const char *column = column_text(s->p, alias, name);
  const struct {
    const char *operator, * bound;
  } bounds[] = {{" >= ", s->p->wanted->lower}, {" < ", s->p->wanted->upper}};
  for (size_t i = 0; i < 2; i++) {
    if (bounds[i].bound == NULL) continue;
    put(s, glue);
    if (is_time(kind))
      put(s, column);
    else
      print_as_time(s, column);
    put(s, bounds[i].operator);
    put(s, kind == SBE_POSTGRES_TIMESTAMP_ZONE ? "(" : "");
    put(s, bounds[i].bound);
    put(s, kind == SBE_POSTGRES_TIMESTAMP_ZONE ? " AT TIME ZONE 'UTC')" : "");
    glue = " AND ";
  }
}

static bool is_bounded(const plan *p) {
  return p->wanted->lower != NULL || p->wanted->upper != NULL;
}

static bool has_window(const plan *p) {
  return p->joins != NULL && is_bounded(p);
}

/* The two columns of the events table by which entities are joined; NULL: there is none. */
typedef struct keys {
  const char *id, *time;
  sbe_postgres_kind id_kind, time_kind;
} keys;

static keys find_keys(const plan *p) {
  keys k = {0};
  sbe_postgres_plan_column(p, "event_id", &k.id, &k.id_kind);
  sbe_postgres_plan_column(p, "collector_tstamp", &k.time, &k.time_kind);
  return k;
}

/* Those by which the rows of this table are joined: not by the time where it has none. */
static keys keys_of(const keys *k, const join *j) {
  keys own = *k;
  if (j->table->n > 0 && sbe_postgres_table_kind(j->table, "root_tstamp") == SBE_POSTGRES_UNKNOWN) own.time = NULL;
  return own;
}

/* root_id and root_tstamp, as columns of `of`: "r." */
static void print_root(const printer *s, const keys *k, const char *of) {
  put(s, of);
  put(s, "root_id");
  if (k->time == NULL) return;
  put(s, ", ");
  put(s, of);
  put(s, "root_tstamp");
}

/* A column of the events table itself. */
static bool reads_events(const node *n) {
  return n->join == NULL && (n->kind == SBE_POSTGRES_VALUE || n->kind == SBE_POSTGRES_ROOT);
}

/* Is its column a key, or one of a node before it? */
static bool is_repeated(const plan *p, const keys *k, const node *last) {
  if (strcmp(last->name, k->id) == 0 || (k->time != NULL && strcmp(last->name, k->time) == 0)) return true;
  const node *n = p->nodes;
  while (n != last && !(reads_events(n) && strcmp(n->name, last->name) == 0)) n = n->next;
  return n != last;
}

/* `w`: what is wanted of the events within the bounds, read once, for itself and for the tables of their entities. */
static void print_window(const printer *s, const keys *k) {
  put(s, "WITH w AS MATERIALIZED (SELECT ");
  put(s, column_text(s->p, "w", k->id));
  if (k->time != NULL) {
    put(s, ", ");
    put(s, column_text(s->p, "w", k->time));
  }
  for (const node *n = s->p->nodes; n != NULL; n = n->next) {
    if (!reads_events(n) || is_repeated(s->p, k, n)) continue;
    put(s, ", ");
    put(s, column_text(s->p, "w", n->name));
  }
  put(s, " FROM ");
  put(s, s->p->wanted->table);
  put(s, " AS w");
  print_bounds(s, "w", " WHERE ");
  put(s, ") ");
}

/* Two ids side by side: as text where the server has no operator for the two types. */
static bool need_text(sbe_postgres_kind a, sbe_postgres_kind b) {
  return a != b && a != SBE_POSTGRES_UNKNOWN && b != SBE_POSTGRES_UNKNOWN;
}

static void print_id(const printer *s, const char *column, bool as_text) {
  put(s, as_text ? "CAST(" : "");
  put(s, column);
  put(s, as_text ? " AS text)" : "");
}

/* Times side by side: in UTC where one has a zone and the other has none, read where one is no time. */
static void print_time(const printer *s, const char *column, sbe_postgres_kind kind, sbe_postgres_kind other) {
  if (kind != other && kind != SBE_POSTGRES_UNKNOWN && !is_time(kind)) {
    print_as_time(s, column);
    return;
  }
  bool zone = kind == SBE_POSTGRES_TIMESTAMP_ZONE && other != kind && other != SBE_POSTGRES_UNKNOWN;
  put(s, zone ? "(" : "");
  put(s, column);
  put(s, zone ? " AT TIME ZONE 'UTC')" : "");
}

/* Which rows of an entity's table, `r`, belong to events within the bounds. */
static void print_of_window(const printer *s, const join *j, const keys *k) {
  sbe_postgres_kind id = sbe_postgres_table_kind(j->table, "root_id");
  sbe_postgres_kind time = sbe_postgres_table_kind(j->table, "root_tstamp");
  bool as_text = need_text(id, k->id_kind);
  put(s, " WHERE ");
  print_id(s, "r.root_id", as_text);
  put(s, " IN (SELECT ");
  print_id(s, column_text(s->p, "w", k->id), as_text);
  put(s, " FROM w)");
  if (k->time == NULL) return;
  static const char *const bounds[][2] = {{" >= ", "min("}, {" <= ", "max("}};
  for (size_t i = 0; i < 2; i++) {
    /* a time as it is, for the index: it is the event's side that is converted */
    put(s, " AND ");
    print_time(s, "r.root_tstamp", is_time(time) ? k->time_kind : time, k->time_kind);
    put(s, bounds[i][0]);
    put(s, "(SELECT ");
    put(s, bounds[i][1]);
    bool to_zone = time == SBE_POSTGRES_TIMESTAMP_ZONE && k->time_kind != time && k->time_kind != SBE_POSTGRES_UNKNOWN;
    put(s, to_zone ? "(" : "");
    print_time(s, column_text(s->p, "w", k->time), k->time_kind, time);
    put(s, to_zone ? ") AT TIME ZONE 'UTC'" : "");
    put(s, ") FROM w)");
  }
}

/* Letters and digits: how vendors and names are joined, and where words begin, differs from loader to loader. */
#define WORDS(x) "lower(regexp_replace(" x " COLLATE \"C\", '[^A-Za-z0-9]', '', 'g'))"

/* Only rows of the schema that is asked for, where the rows say of which one they are. */
static void print_of_schema(const printer *s, const join *j) {
  if (j->schema == NULL) return;
  const char *version = strrchr(j->schema, '_');
  size_t size = version != NULL ? (size_t)(version - j->schema) : 0;
  if (size == 0 || version[1 + strspn(version + 1, "0123456789")] != '\0') return;
  put(s, is_bounded(s->p) ? " AND " : " WHERE ");
  put(s, "COALESCE(" WORDS("CAST(r.schema_vendor AS text) || CAST(r.schema_name AS text)") " = ");
  char *words = sbe_postgres_pool_copy(&s->p->pool, j->schema, size), *to = words;
  for (const char *at = words; *at != '\0'; at++) {
    char c = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) *to++ = c;
  }
  *to = '\0';
  put_literal(s, words);
  put(s, " AND split_part(CAST(r.schema_version AS text), '-', 1) = ");
  put_literal(s, version + 1);
  put(s, ", TRUE)");
}

/* All columns of `r`, those of the entity first, as things that can be sorted. */
static void print_order(const printer *s, const join *j, const char *between) {
  if (j->table->n == 0) {
    put(s, between);
    put(s, "CAST(r AS text) COLLATE \"C\"");
    return;
  }
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < j->table->n; i++) {
      const sbe_postgres_member *column = &j->table->columns[i];
      if (sbe_postgres_is_standard(column->name) != (pass == 1)) continue;
      if (strcmp(column->name, "root_id") == 0 || strcmp(column->name, "root_tstamp") == 0) continue;
      bool text = column->kind >= SBE_POSTGRES_TEXT && column->kind != SBE_POSTGRES_JSONB;
      put(s, between);
      put(s, text ? "CAST(" : "");
      put(s, column_text(s->p, "r", column->name));
      put(s, text ? " AS text) COLLATE \"C\"" : "");
      between = ", ";
    }
}

static void print_fields(const printer *s, const join *j, bool from_table) {
  for (const sbe_postgres_field *field = j->fields; field != NULL; field = field->next) {
    put(s, ", ");
    if (from_table) {
      put(s, column_text(s->p, "r", field->name));
      put(s, " AS ");
    }
    put_numbered(s, "c", field->number, "");
  }
}

/* The least row of each event. */
static void print_first_item(const printer *s, const join *j, const keys *k) {
  put(s, "SELECT DISTINCT ON (");
  print_root(s, k, "r.");
  put(s, ") ");
  print_root(s, k, "r.");
  print_fields(s, j, true);
  put(s, " FROM ");
  put(s, j->table->printed);
  put(s, " AS r");
  if (is_bounded(s->p)) print_of_window(s, j, k);
  print_of_schema(s, j);
  put(s, " ORDER BY ");
  print_root(s, k, "r.");
  print_order(s, j, ", ");
}

/* How often each event that is wanted lies in the events table, within the bounds or not. */
static void print_duplicates(const printer *s, const keys *k) {
  put(s, "(SELECT ");
  put(s, column_text(s->p, "d", k->id));
  put(s, " AS event_id, ");
  put(s, k->time != NULL ? column_text(s->p, "d", k->time) : "NULL");
  put(s, " AS collector_tstamp, count(*) AS events FROM ");
  put(s, s->p->wanted->table);
  put(s, " AS d");
  if (is_bounded(s->p)) {
    put(s, " WHERE ");
    put(s, column_text(s->p, "d", k->id));
    put(s, " IN (SELECT ");
    put(s, column_text(s->p, "w", k->id));
    put(s, " FROM w)");
  }
  for (size_t i = 0; i < 2 && is_bounded(s->p) && k->time != NULL; i++) {
    put(s, " AND ");
    put(s, column_text(s->p, "d", k->time));
    put(s, i == 0 ? " >= (SELECT min(" : " <= (SELECT max(");
    put(s, column_text(s->p, "w", k->time));
    put(s, ") FROM w)");
  }
  put(s, " GROUP BY 1, 2)");
}

static void print_join_condition(const printer *s, const join *j, const keys *k, const char *id, const char *time,
                                 const char *root_id, const char *root_time) {
  sbe_postgres_kind root_id_kind = sbe_postgres_table_kind(j->table, "root_id");
  sbe_postgres_kind root_time_kind = sbe_postgres_table_kind(j->table, "root_tstamp");
  bool as_text = need_text(root_id_kind, k->id_kind);
  print_id(s, root_id, as_text);
  put(s, " = ");
  print_id(s, id, as_text);
  if (k->time == NULL) return;
  put(s, " AND ");
  print_time(s, root_time, root_time_kind, k->time_kind);
  put(s, " = ");
  print_time(s, time, k->time_kind, root_time_kind);
}

/*
 * The row at a position: rows that are alike are counted, and where the event is there `events` times, and
 * so is each of its entities, only each `events`-th of them stays.
 */
static void print_later_item(const printer *s, const join *j, const keys *k) {
  put(s, "SELECT ");
  print_root(s, k, "");
  print_fields(s, j, false);
  put(s, " FROM (SELECT *, row_number() OVER (PARTITION BY ");
  print_root(s, k, "");
  put(s, " ORDER BY place) AS item FROM (SELECT ");
  print_root(s, k, "r.");
  print_fields(s, j, true);
  put(s, ", d.events, row_number() OVER (PARTITION BY ");
  print_root(s, k, "r.");
  put(s, " ORDER BY ");
  print_order(s, j, "");
  put(s, ") AS place, row_number() OVER (PARTITION BY ");
  print_root(s, k, "r.");
  print_order(s, j, ", ");
  put(s, ") AS copy, count(*) OVER (PARTITION BY ");
  print_root(s, k, "r.");
  print_order(s, j, ", ");
  put(s, ") AS copies FROM ");
  put(s, j->table->printed);
  put(s, " AS r JOIN ");
  print_duplicates(s, k);
  put(s, " AS d ON ");
  print_join_condition(s, j, k, "d.event_id", "d.collector_tstamp", "r.root_id", "r.root_tstamp");
  if (is_bounded(s->p)) print_of_window(s, j, k);
  print_of_schema(s, j);
  put(s, ") AS counted WHERE copies % events <> 0 OR (copy - 1) % events = 0) AS placed WHERE item = ");
  put_number(s, (j->index > SBE_POSTGRES_MAX_INDEX ? SBE_POSTGRES_MAX_INDEX : j->index) + 1);
}

static void print_join(const printer *s, const join *j, const keys *all) {
  const keys own = keys_of(all, j), *k = &own;
  put(s, "\nLEFT JOIN (");
  if (j->index == 0)
    print_first_item(s, j, k);
  else
    print_later_item(s, j, k);
  const char *alias = numbered_text(s->p, "t", j->number, "", -1);
  put(s, ") AS ");
  put(s, alias);
  put(s, " ON ");
  print_join_condition(s, j, k, column_text(s->p, "e", k->id), k->time != NULL ? column_text(s->p, "e", k->time) : "",
                       numbered_text(s->p, "t", j->number, ".root_id", -1),
                       numbered_text(s->p, "t", j->number, ".root_tstamp", -1));
}

static void print_from(const printer *s, const keys *k) {
  bool window = has_window(s->p);
  put(s, "\nFROM ");
  put(s, window ? "w" : s->p->wanted->table);
  put(s, " AS e");
  for (const join *j = s->p->joins; j != NULL; j = j->next) print_join(s, j, k);
  if (!window) print_bounds(s, "e", "\nWHERE ");
}

/* ---- The levels ---- */

static int final_level(const node *n) {
  return n == NULL ? 1 : n->level + (n->shared ? 1 : 0);
}

/* What the SELECT `level`, not the outermost one, adds to those below it. */
static void print_inner_items(const printer *s, int level) {
  const char *comma = level > 1 ? "*, " : "";
  for (const node *n = s->p->nodes; n != NULL; n = n->next) {
    if (!n->shared || n->level != level) continue;
    put(s, comma);
    print(s, n);
    put_numbered(s, " AS x", n->id, "");
    comma = ", ";
  }
  for (size_t i = 0; i < s->p->wanted->n_paths; i++) {
    const node *n = s->p->finals[i];
    if (n == NULL || final_level(n) != level) continue;
    put(s, comma);
    print_leaf(s, n, level);
    put_numbered(s, " AS p", (int64_t)i, "");
    comma = ", ";
  }
}

static void print_outer_items(const printer *s) {
  for (size_t i = 0; i < s->p->wanted->n_paths; i++) {
    const node *n = s->p->finals[i];
    if (i > 0) put(s, ", ");
    if (n == NULL || final_level(n) == s->p->levels) {
      print_leaf(s, n, s->p->levels);
      put(s, " AS ");
    }
    put_numbered(s, "p", (int64_t)i, "");
  }
  if (s->p->wanted->n_paths == 0) put(s, "1");
}

static int32_t print_plan(const printer *s, sbe_error *error) {
  plan *p = s->p;
  keys k = find_keys(p);
  const char *name, *missing = NULL;
  sbe_postgres_kind kind;
  if (is_bounded(p) && !sbe_postgres_plan_column(p, "load_tstamp", &name, &kind)) missing = "load_tstamp";
  if (p->joins != NULL && k.id == NULL) missing = "event_id";
  if (missing != NULL)
    return sbe_postgres_host->error(error, SBE_NOT_FOUND, NULL, "The events table %s has no column %s.",
                                    p->wanted->table, missing);
  for (int level = p->levels; level > 0; level--) {
    put(s, "(");
    if (level == 1 && has_window(p)) print_window(s, &k);
    put(s, "SELECT ");
    if (level == p->levels)
      print_outer_items(s);
    else
      print_inner_items(s, level);
    if (level > 1) put(s, " FROM ");
  }
  print_from(s, &k);
  put(s, " OFFSET 0)");
  for (int level = 1; level < p->levels; level++) put_numbered(s, " AS s", level, " OFFSET 0)");
  return SBE_OK;
}

/*
 * Of what was loaded since the server last looked, it guesses that there is nothing: then it would read an entity's
 * table once for each event, where a single time is enough.
 */
static void print_settings(const sbe_source *wanted) {
  bool told = wanted->struct_size >= offsetof(sbe_source, after) + sizeof wanted->after;
  if (!told || wanted->before == NULL) return;
  sbe_postgres_put(sbe_postgres_host->statement(wanted->before, SBE_STATEMENT_REPEATABLE), "SET enable_nestloop = off");
  sbe_postgres_put(sbe_postgres_host->statement(wanted->after, SBE_STATEMENT_REPEATABLE), "RESET enable_nestloop");
}

int32_t sbe_postgres_source(const sbe_source *wanted, sbe_text *out, int32_t *ret_classes, sbe_error *error) {
  plan p = {.wanted = wanted, .levels = 1};
  p.last_node = &p.nodes;
  p.last_join = &p.joins;
  p.finals = sbe_postgres_pool_get(&p.pool, (wanted->n_paths + 1) * sizeof *p.finals);
  int32_t code = SBE_OK;
  for (size_t i = 0; i < wanted->n_paths && code == SBE_OK; i++)
    code = sbe_postgres_plan_path(&p, wanted->paths[i], &p.finals[i], error);
  for (size_t i = 0; i < wanted->n_paths; i++)
    if (final_level(p.finals[i]) > p.levels) p.levels = final_level(p.finals[i]);
  if (code == SBE_OK) code = print_plan(&(printer){&p, out}, error);
  if (code == SBE_OK && has_window(&p)) print_settings(wanted);
  for (size_t i = 0; i < wanted->n_paths && code == SBE_OK; i++) ret_classes[i] = class_of(p.finals[i]);
  sbe_postgres_pool_free(&p.pool);
  return code;
}
