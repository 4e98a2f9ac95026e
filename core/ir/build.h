/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside core/ir: what its files share while definitions are being turned into the IR. Nobody else
 * includes this. All limits on definitions stand here, in one place.
 *
 * Strings of the IR may point into the nodes they came from: views keep their node, so nodes must live
 * as long as the IR anyway. What is equal is found through canonical texts (`sbe_intern`): a text is
 * composed in the builder's one `scratch` only after everything below it has been built.
 */
#ifndef SBE_CORE_IR_BUILD_H
#define SBE_CORE_IR_BUILD_H

#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/ir/aggregation.h"
#include "core/ir/ir.h"

#define SBE_MAX_VIEWS 100000
#define SBE_MAX_ATTRIBUTES 1600 /* of a view: what the narrowest warehouse can hold as columns */
#define SBE_MAX_NAME 128        /* bytes of a view's, attribute's, key's or column's name */
#define SBE_MAX_EVENTS 10000    /* in one list */
#define SBE_MAX_CRITERIA 1000   /* in `all`, and in `any` */
#define SBE_MAX_VALUES 10000    /* of `in`, of a default list or dict */
#define SBE_MAX_VALUE 65536     /* bytes of one value */
#define SBE_MAX_CALCULATED 100  /* parts of a calculated property */
#define SBE_MAX_SEPARATOR 1000  /* bytes */
#define SBE_MAX_STEPS 64
#define SBE_MAX_MEMBER 256 /* bytes of one member's name in a path */
#define SBE_MAX_PATH 4096  /* bytes of a property in text */
#define SBE_MAX_COLUMN 256 /* bytes of a column's name, as written */
#define SBE_MAX_INDEX 1000000
#define SBE_MAX_MAJOR 999999999
#define SBE_MAX_VERSION 999999999
#define SBE_MAX_PERIOD_DAYS 36500
#define SBE_MAX_DIGITS 100                   /* of a number */
#define SBE_MAX_CANONICAL ((size_t)16 << 20) /* bytes of an attribute's canonical text */

/* Objects by their canonical text. */
typedef struct sbe_intern {
  struct sbe_intern_slot {
    uint64_t hash;
    const char *text;
    size_t size;
    void *object; /* NULL: free */
  } * slots;
  size_t n, capacity;
} sbe_intern;

void *sbe_intern_find(const sbe_intern *intern, const char *text, size_t size);
/* `text` must live on and must not be there yet; `object` must not be NULL. */
void sbe_intern_add(sbe_intern *intern, const char *text, size_t size, void *object);
void sbe_intern_free(sbe_intern *intern);

/* An interned event or criterion with its text, by which lists are sorted. */
typedef struct sbe_event_item {
  sbe_event event;
  const char *text;
} sbe_event_item;

typedef struct sbe_criterion_item {
  sbe_criterion criterion;
  const char *text;
} sbe_criterion_item;

typedef struct sbe_builder {
  sbe_arena *arena;
  sbe_report *report;
  const char *view, *attribute; /* names for messages; NULL: not within one, or without a name */
  sbe_intern properties, events, event_lists, criteria_items, criteria, models;
  const sbe_property **all_properties;
  size_t n_properties, property_capacity;
  const sbe_view **views;
  size_t n_views, view_capacity;
  /* Heap arrays that are used again and again. */
  const sbe_event_item **event_items;
  size_t event_capacity;
  const sbe_criterion_item **criterion_items;
  size_t criterion_capacity;
  sbe_literal *values;
  size_t value_capacity;
  struct sbe_seen {
    uint32_t generation; /* of the view that put it there */
    const char *name;
    const sbe_node *node;
  } * seen; /* attribute names of the current view */
  uint32_t generation;
  sbe_text scratch;
} sbe_builder;

/* report.c: messages, and reading maps. */

/* An error at `node` that begins with "view 'v', attribute 'a': ". */
void sbe_build_error(sbe_builder *b, const sbe_node *node, const char *format, ...) SBE_PRINTF(3, 4);
void sbe_build_note(sbe_builder *b, sbe_severity severity, const sbe_node *node, const char *format, ...)
    SBE_PRINTF(4, 5);
/* Text of the user as messages may show it: cut. (Control characters are the report's business.) */
const char *sbe_shown(sbe_builder *b, const char *text);
/* "; did you mean 'x'?", or "; known are a, b, c", for `n` names, the first at `names`, `stride` bytes apart. */
const char *sbe_suggestion(sbe_builder *b, const char *name, const char *const *names, size_t stride, size_t n);
/*
 * The members of a map by their position in `names` (NULL at the end) into `slots`. Members that are
 * null are as if they were not there. Unknown ones are reported. False when `map` is no map, reported too.
 */
bool sbe_members(sbe_builder *b, const sbe_node *map, const char *what, const char *const *names,
                 const sbe_node **slots);
/* The text of a string that is not empty and has at most `most` bytes; else reports and answers NULL. */
const char *sbe_text_member(sbe_builder *b, const sbe_node *node, const char *what, size_t most);
/* The text of a string, which may be empty, of any length that a file can have; else reports and answers NULL. */
const char *sbe_text_or_empty(sbe_builder *b, const sbe_node *node, const char *what);
/* A name of [A-Za-z0-9_]{1,128}; else reports and answers NULL. */
const char *sbe_name_member(sbe_builder *b, const sbe_node *node, const char *what);
bool sbe_int_member(sbe_builder *b, const sbe_node *node, const char *what, int64_t least, int64_t most,
                    int64_t *ret_number);
bool sbe_bool_member(sbe_builder *b, const sbe_node *node, const char *what, bool *ret_value);
/* A list of at most `most` members; else reports. */
bool sbe_list_member(sbe_builder *b, const sbe_node *node, const char *what, size_t most, size_t *ret_n);
/* Quoted, control characters escaped: unambiguous and on one line. */
void sbe_put_quoted(sbe_text *text, const char *bytes);
/* Ends a canonical text: false, and reported, when it grew too large. */
bool sbe_scratch_done(sbe_builder *b, const sbe_node *node);

/* Members of the Signals API that sbe keeps and does not use, wherever they stand. */
#define SBE_IGNORED_MEMBERS                                                                                            \
  "feast_name", "full_name", "stream_source_name", "property_syntax", "attribute_key_or_name", "is_published",         \
      "blobl_path", "backfill_since_tstamp", "refresh_rate", "attribute_group_or_attribute_key_ttl"
#define SBE_N_IGNORED 10

/* path.c: property paths as text. */

typedef struct sbe_path_draft {
  int32_t kind; /* SBE_PATH_… */
  char column[3 * SBE_MAX_COLUMN];
  const char *vendor; /* parts of `column`; NULL where they are not known */
  char schema[2 * SBE_MAX_COLUMN + 1];
  int32_t major_version;
  int64_t index;
  size_t n_steps;
  struct {
    const char *name; /* slice of the definition; NULL: an index */
    size_t size;
    int64_t index;
  } steps[SBE_MAX_STEPS];
} sbe_path_draft;

/* All three spellings. Answers NULL, or what is wrong with the text. */
const char *sbe_path_read(const char *text, sbe_path_draft *ret_draft);
/* Appends the steps of a structured property's `path`: `$.` allowed before. The same answer. */
const char *sbe_path_read_steps(const char *text, sbe_path_draft *draft);

/* property.c. `date_part` is a member beside the property, or NULL. NULL with errors. */
const sbe_property *sbe_property_build(sbe_builder *b, const sbe_node *node, const sbe_node *date_part);
/* The property that a text means, without a date part. NULL with errors. */
const sbe_property *sbe_property_named(sbe_builder *b, const sbe_node *node, const char *text);

/* event.c; `node` may be NULL. NULL with errors. */
const sbe_event_list *sbe_events_build(sbe_builder *b, const sbe_node *node);

/* criteria.c; `node` may be NULL. NULL with errors. */
const sbe_criteria *sbe_criteria_build(sbe_builder *b, const sbe_node *node);

/* period.c. */
bool sbe_period_build(sbe_builder *b, const sbe_node *node, int64_t *ret_days);
bool sbe_ttl_build(sbe_builder *b, const sbe_node *node, int64_t *ret_seconds);

/* literal.c. */

/*
 * A decimal number in its one plainest spelling, exactly: 1e+21 and 1000000000000000000000.0 become one.
 * NULL when it has too many digits, or a double could not hold its size.
 */
const char *sbe_number_plain(sbe_arena *arena, const char *text);
/* A scalar; else reports. */
bool sbe_literal_build(sbe_builder *b, const sbe_node *node, const char *what, sbe_literal *ret_literal);
void sbe_put_literal(sbe_text *text, const sbe_literal *literal);
/* Checks against `type` and fills the default_… members. */
bool sbe_default_build(sbe_builder *b, const sbe_node *node, sbe_attribute *attribute);

/* attribute.c. NULL with errors. */
const sbe_attribute *sbe_attribute_build(sbe_builder *b, const sbe_node *node);

/* view.c: checks one view, and adds it to `views` unless it is skipped or wrong. */
void sbe_view_build(sbe_builder *b, const sbe_node *node);

#endif
