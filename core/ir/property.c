/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties: text and structured forms, date parts, calculated ones. Equal properties become one
 * object, through a canonical text in which members are quoted and columns stand as loaders write them,
 * so that a spelling never matters. Called by attribute.c, criteria.c, event.c and view.c.
 */
#include "core/ir/build.h"

#include <stdio.h>

static const struct {
  const char *name;
  sbe_date_part part;
} date_parts[] = {
    {"hour_of_day", SBE_DATE_PART_HOUR_OF_DAY},     {"day_of_week", SBE_DATE_PART_DAY_OF_WEEK},
    {"month_of_year", SBE_DATE_PART_MONTH_OF_YEAR}, {"active_day", SBE_DATE_PART_ACTIVE_DAY},
    {"active_week", SBE_DATE_PART_ACTIVE_WEEK},     {"active_month", SBE_DATE_PART_ACTIVE_MONTH},
};
#define N_DATE_PARTS (sizeof date_parts / sizeof *date_parts)

static const struct {
  const char *name;
  sbe_calculation calculation;
} calculations[] = {
    {"concat", SBE_CALCULATE_CONCAT}, {"sum", SBE_CALCULATE_SUM}, {"product", SBE_CALCULATE_PRODUCT},
    {"min", SBE_CALCULATE_MIN},       {"max", SBE_CALCULATE_MAX}, {"coalesce", SBE_CALCULATE_COALESCE},
};
#define N_CALCULATIONS (sizeof calculations / sizeof *calculations)

typedef enum { ATOMIC, EVENT, ENTITY, CALCULATED } structured_kind;
enum { TYPE, NAME, VENDOR, MAJOR_VERSION, PATH, INDEX, DATE_PART, OPERATION, PROPERTIES, SEPARATOR, N_MEMBERS };
static const char *const members[] = {"type",      "name",      "vendor",     "major_version", "path", "index",
                                      "date_part", "operation", "properties", "separator",     NULL};

/* What each kind takes: bits by member. */
#define BIT(member) (1u << (member))
static const struct {
  const char *name;
  const char *what;
  uint32_t takes, needs;
} kinds[] = {
    [ATOMIC] = {"atomic", "an atomic property", BIT(TYPE) | BIT(NAME) | BIT(DATE_PART), BIT(NAME)},
    [EVENT] = {"event", "an event's property",
               BIT(TYPE) | BIT(VENDOR) | BIT(NAME) | BIT(MAJOR_VERSION) | BIT(PATH) | BIT(DATE_PART),
               BIT(VENDOR) | BIT(NAME) | BIT(MAJOR_VERSION) | BIT(PATH)},
    [ENTITY] = {"entity", "an entity's property",
                BIT(TYPE) | BIT(VENDOR) | BIT(NAME) | BIT(MAJOR_VERSION) | BIT(PATH) | BIT(INDEX) | BIT(DATE_PART),
                BIT(VENDOR) | BIT(NAME) | BIT(MAJOR_VERSION) | BIT(PATH)},
    [CALCULATED] = {"calculated", "a calculated property",
                    BIT(TYPE) | BIT(OPERATION) | BIT(PROPERTIES) | BIT(SEPARATOR), BIT(OPERATION) | BIT(PROPERTIES)},
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

/* A name in a canonical text. */
static const char *date_part_name(sbe_date_part part) {
  for (size_t i = 0; i < N_DATE_PARTS; i++)
    if (date_parts[i].part == part) return date_parts[i].name;
  return NULL;
}

static bool read_date_part(sbe_builder *b, const sbe_node *node, sbe_date_part *ret_part) {
  *ret_part = SBE_DATE_PART_NONE;
  if (!node || node->kind == SBE_NODE_NULL) return true;
  const char *name = sbe_text_member(b, node, "date_part", SBE_MAX_NAME);
  if (!name) return false;
  for (size_t i = 0; i < N_DATE_PARTS; i++) {
    if (strcmp(date_parts[i].name, name) != 0) continue;
    *ret_part = date_parts[i].part;
    return true;
  }
  sbe_build_error(b, node, "date_part '%s' is not known%s", sbe_shown(b, name),
                  sbe_suggestion(b, name, &date_parts[0].name, sizeof *date_parts, N_DATE_PARTS));
  return false;
}

/* A new property in the list of all. The text in `scratch` becomes its canonical one. */
static sbe_property *add_property(sbe_builder *b, const sbe_node *node) {
  sbe_property *property = SBE_NEW(b->arena, sbe_property);
  size_t size = b->scratch.size;
  property->text = sbe_arena_strndup(b->arena, sbe_text_string(&b->scratch), size);
  property->place = sbe_node_place(node);
  property->id = (uint32_t)b->n_properties;
  b->all_properties = sbe_grow(b->all_properties, b->n_properties, &b->property_capacity, sizeof(const sbe_property *));
  b->all_properties[b->n_properties++] = property;
  sbe_intern_add(&b->properties, property->text, size, property);
  return property;
}

static void put_path(sbe_text *text, const sbe_path_draft *draft, sbe_date_part part) {
  if (part) {
    sbe_text_puts(text, date_part_name(part));
    sbe_text_putc(text, '(');
  }
  sbe_text_puts(text, draft->column);
  if (draft->kind == SBE_PATH_ENTITY) {
    sbe_text_putc(text, '[');
    sbe_text_int(text, draft->index);
    sbe_text_putc(text, ']');
  }
  for (size_t i = 0; i < draft->n_steps; i++) {
    if (!draft->steps[i].name) {
      sbe_text_putc(text, '[');
      sbe_text_int(text, draft->steps[i].index);
      sbe_text_putc(text, ']');
      continue;
    }
    sbe_text_puts(text, ".\"");
    const char *name = draft->steps[i].name;
    for (size_t c = 0; c < draft->steps[i].size; c++) {
      if (name[c] == '"' || name[c] == '\\') sbe_text_putc(text, '\\');
      sbe_text_putc(text, name[c]);
    }
    sbe_text_putc(text, '"');
  }
  if (part) sbe_text_putc(text, ')');
}

/* The parts of the column are only known where the property is structured, whichever mention comes first. */
static void set_parts(sbe_builder *b, sbe_path *path, const sbe_path_draft *draft) {
  if (draft->kind == SBE_PATH_ATOMIC || path->vendor) return;
  if (path->schema && !draft->vendor) return;
  path->vendor = sbe_arena_strdup(b->arena, draft->vendor);
  path->schema = sbe_arena_strdup(b->arena, draft->schema);
  path->major_version = draft->major_version;
}

static const sbe_property *intern_path(sbe_builder *b, const sbe_node *node, const sbe_path_draft *draft,
                                       sbe_date_part part) {
  sbe_text_clear(&b->scratch);
  put_path(&b->scratch, draft, part);
  sbe_property *property = sbe_intern_find(&b->properties, b->scratch.data, b->scratch.size);
  if (property) {
    set_parts(b, &property->path, draft);
    return property;
  }
  property = add_property(b, node);
  property->date_part = part;
  sbe_path *path = &property->path;
  path->struct_size = sizeof *path;
  path->kind = draft->kind;
  path->column = sbe_arena_strdup(b->arena, draft->column);
  path->index = draft->index;
  path->n_steps = draft->n_steps;
  sbe_step *steps = SBE_NEW_ARRAY(b->arena, sbe_step, draft->n_steps);
  for (size_t i = 0; i < draft->n_steps; i++) {
    steps[i].index = draft->steps[i].index;
    if (draft->steps[i].name) steps[i].name = sbe_arena_strndup(b->arena, draft->steps[i].name, draft->steps[i].size);
  }
  path->steps = steps;
  set_parts(b, path, draft);
  return property;
}

static const sbe_property *build_text(sbe_builder *b, const sbe_node *node, const sbe_node *date_part) {
  sbe_path_draft draft;
  sbe_date_part part;
  const char *text = sbe_text_member(b, node, "property", SBE_MAX_PATH);
  bool good = read_date_part(b, date_part, &part);
  if (!text) return NULL;
  const char *problem = sbe_path_read(text, &draft);
  if (problem) sbe_build_error(b, node, "property '%s': %s", sbe_shown(b, text), problem);
  return good && !problem ? intern_path(b, node, &draft, part) : NULL;
}

static bool iglu_name(const char *text, bool dots) {
  for (; *text; text++) {
    bool word = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9');
    if (!word && *text != '_' && *text != '-' && !(dots && *text == '.')) return false;
  }
  return true;
}

static const char *read_iglu_name(sbe_builder *b, const sbe_node *node, const char *what, bool dots) {
  const char *text = sbe_text_member(b, node, what, SBE_MAX_NAME);
  if (!text || iglu_name(text, dots)) return text;
  sbe_build_error(b, node, "%s '%s' may only have letters a to z, digits, '_'%s and '-'", what, sbe_shown(b, text),
                  dots ? ", '.'" : "");
  return NULL;
}

static const sbe_property *build_atomic(sbe_builder *b, const sbe_node *const *slots) {
  sbe_date_part part;
  const char *name = sbe_name_member(b, slots[NAME], "property's name");
  bool good = read_date_part(b, slots[DATE_PART], &part);
  if (!name) return NULL;
  sbe_path_draft draft;
  const char *problem = sbe_path_read(name, &draft);
  if (problem) sbe_build_error(b, slots[NAME], "property '%s': %s", sbe_shown(b, name), problem);
  return good && !problem ? intern_path(b, slots[NAME], &draft, part) : NULL;
}

/* "com.acme" becomes "com_acme": a vendor is no camel case, only small letters. */
static void put_vendor(char *out, const char *vendor) {
  for (; *vendor; vendor++) {
    char c = *vendor >= 'A' && *vendor <= 'Z' ? (char)(*vendor - 'A' + 'a') : *vendor;
    *out++ = c == '.' || c == '-' ? '_' : c;
  }
  *out = '\0';
}

static const sbe_property *build_iglu(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots,
                                      structured_kind kind) {
  sbe_path_draft draft = {.kind = kind == EVENT ? SBE_PATH_EVENT : SBE_PATH_ENTITY};
  sbe_date_part part;
  char vendor_part[SBE_MAX_NAME + 1];
  int64_t major = 0;
  const char *vendor = read_iglu_name(b, slots[VENDOR], "property's vendor", true);
  const char *name = read_iglu_name(b, slots[NAME], "property's name", false);
  bool good = sbe_int_member(b, slots[MAJOR_VERSION], "property's major_version", 0, SBE_MAX_MAJOR, &major);
  if (slots[INDEX]) good = sbe_int_member(b, slots[INDEX], "property's index", 0, SBE_MAX_INDEX, &draft.index) && good;
  good = read_date_part(b, slots[DATE_PART], &part) && good;
  const char *path = sbe_text_member(b, slots[PATH], "property's path", SBE_MAX_PATH);
  const char *problem = path ? sbe_path_read_steps(path, &draft) : NULL;
  if (problem) sbe_build_error(b, slots[PATH], "path '%s': %s", sbe_shown(b, path), problem);
  if (!vendor || !name || !good || !path || problem) return NULL;
  put_vendor(vendor_part, vendor);
  draft.vendor = vendor_part;
  draft.major_version = (int32_t)major;
  sbe_snake(name, draft.schema, sizeof draft.schema);
  snprintf(draft.column, sizeof draft.column, "%s%s_%s_%d", kind == EVENT ? "unstruct_event_" : "contexts_",
           vendor_part, draft.schema, (int)draft.major_version);
  return intern_path(b, node, &draft, part);
}

static const sbe_property *build_property(sbe_builder *b, const sbe_node *node, const sbe_node *date_part, bool within);

/* `text` of a calculated property: "concat("-", a, b)", "sum(a, b)". */
static const sbe_property *intern_calculated(sbe_builder *b, const sbe_node *node, size_t calculation,
                                             const char *separator, const sbe_property **parts, size_t n) {
  sbe_text *text = &b->scratch;
  sbe_text_clear(text);
  sbe_text_puts(text, calculations[calculation].name);
  sbe_text_putc(text, '(');
  if (separator) sbe_put_quoted(text, separator);
  for (size_t i = 0; i < n; i++) {
    if (i || separator) sbe_text_puts(text, ", ");
    sbe_text_puts(text, parts[i]->text);
  }
  sbe_text_putc(text, ')');
  if (!sbe_scratch_done(b, node)) return NULL;
  sbe_property *property = sbe_intern_find(&b->properties, text->data, text->size);
  if (property) return property;
  property = add_property(b, node);
  property->calculation = calculations[calculation].calculation;
  property->n_parts = n;
  property->parts = SBE_NEW_ARRAY(b->arena, const sbe_property *, n);
  for (size_t i = 0; i < n; i++) property->parts[i] = parts[i];
  property->separator = separator;
  return property;
}

/* NULL with errors; "" without a separator, and NULL for what takes none (`good` stays). */
static const char *read_separator(sbe_builder *b, const sbe_node *node, bool concat, bool *good) {
  if (!node) return concat ? "" : NULL;
  if (!concat)
    sbe_build_error(b, node, "separator belongs to concat only");
  else if (node->kind != SBE_NODE_STRING)
    sbe_build_error(b, node, "separator must be a string, not %s", sbe_node_kind_name(node->kind));
  else if (node->size > SBE_MAX_SEPARATOR)
    sbe_build_error(b, node, "separator has %u bytes; at most %d are allowed", node->size, SBE_MAX_SEPARATOR);
  else
    return node->text;
  *good = false;
  return NULL;
}

static const sbe_property *build_calculated(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots) {
  const char *operation = sbe_text_member(b, slots[OPERATION], "operation", SBE_MAX_NAME);
  size_t calculation = 0, n = 0;
  while (operation && calculation < N_CALCULATIONS && strcmp(calculations[calculation].name, operation) != 0)
    calculation++;
  bool good = operation && calculation < N_CALCULATIONS;
  if (operation && !good)
    sbe_build_error(b, slots[OPERATION], "operation '%s' is not known%s", sbe_shown(b, operation),
                    sbe_suggestion(b, operation, &calculations[0].name, sizeof *calculations, N_CALCULATIONS));
  bool concat = good && calculations[calculation].calculation == SBE_CALCULATE_CONCAT;
  const char *separator = good ? read_separator(b, slots[SEPARATOR], concat, &good) : NULL;
  if (!sbe_list_member(b, slots[PROPERTIES], "properties", SBE_MAX_CALCULATED, &n)) return NULL;
  if (n < 2) {
    sbe_build_error(b, slots[PROPERTIES], "a calculated property combines at least 2 properties, not %zu", n);
    return NULL;
  }
  const sbe_property *parts[SBE_MAX_CALCULATED];
  size_t i = 0;
  SBE_EACH(item, slots[PROPERTIES]) {
    parts[i] = build_property(b, item, NULL, true);
    good = parts[i++] && good;
  }
  return good ? intern_calculated(b, node, calculation, separator, parts, n) : NULL;
}

/* Which kind it says it is, and whether it has what that kind takes. */
static bool check_structured(sbe_builder *b, const sbe_node *node, const sbe_node *const *slots, bool within,
                             structured_kind *ret_kind) {
  if (!slots[TYPE]) {
    sbe_build_error(b, node, "a structured property needs a type: atomic, event, entity or calculated");
    return false;
  }
  const char *name = sbe_text_member(b, slots[TYPE], "property's type", SBE_MAX_NAME);
  if (!name) return false;
  size_t kind = 0;
  while (kind < N_KINDS && strcmp(kinds[kind].name, name) != 0) kind++;
  if (kind == N_KINDS) {
    sbe_build_error(b, slots[TYPE], "property type '%s' is not known%s", sbe_shown(b, name),
                    sbe_suggestion(b, name, &kinds[0].name, sizeof *kinds, N_KINDS));
    return false;
  }
  if (within && kind == CALCULATED) {
    sbe_build_error(b, node, "a calculated property cannot stand inside another one");
    return false;
  }
  bool good = true;
  for (size_t i = 0; i < N_MEMBERS; i++) {
    bool takes = kinds[kind].takes & BIT(i), needs = kinds[kind].needs & BIT(i);
    if ((slots[i] == NULL || takes) && (slots[i] != NULL || !needs)) continue;
    good = false;
    if (needs)
      sbe_build_error(b, node, "%s needs '%s'", kinds[kind].what, members[i]);
    else
      sbe_build_error(b, slots[i], "'%s' is no member of %s", members[i], kinds[kind].what);
  }
  *ret_kind = (structured_kind)kind;
  return good;
}

static const sbe_property *build_property(sbe_builder *b, const sbe_node *node, const sbe_node *date_part,
                                          bool within) {
  if (node->kind == SBE_NODE_STRING) return build_text(b, node, date_part);
  if (node->kind != SBE_NODE_MAP) {
    sbe_build_error(b, node, "property must be a string or a map, not %s", sbe_node_kind_name(node->kind));
    return NULL;
  }
  const sbe_node *slots[N_MEMBERS];
  structured_kind kind;
  size_t errors = b->report->errors;
  if (!sbe_members(b, node, "a property", members, slots)) return NULL;
  if (date_part) {
    sbe_build_error(b, date_part, "date_part belongs inside a structured property, not beside it");
    return NULL;
  }
  if (!check_structured(b, node, slots, within, &kind)) return NULL;
  const sbe_property *property = NULL;
  switch (kind) {
  case ATOMIC:
    property = build_atomic(b, slots);
    break;
  case EVENT:
  case ENTITY:
    property = build_iglu(b, node, slots, kind);
    break;
  case CALCULATED:
    property = build_calculated(b, node, slots);
    break;
  }
  return b->report->errors == errors ? property : NULL;
}

const sbe_property *sbe_property_build(sbe_builder *b, const sbe_node *node, const sbe_node *date_part) {
  return build_property(b, node, date_part, false);
}

const sbe_property *sbe_property_named(sbe_builder *b, const sbe_node *node, const char *text) {
  sbe_path_draft draft;
  const char *problem = sbe_path_read(text, &draft);
  if (problem) sbe_build_error(b, node, "property '%s': %s", sbe_shown(b, text), problem);
  return problem ? NULL : intern_path(b, node, &draft, SBE_DATE_PART_NONE);
}
