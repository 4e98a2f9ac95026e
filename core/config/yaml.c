/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of YAML: libyaml's events become nodes. libyaml knows YAML 1.1's syntax only; what scalars
 * mean (YAML 1.2's core schema), aliases, limits and the words of errors are decided here. Called through
 * sbe_document_read. It must never copy what an alias stands for (a few lines would become gigabytes),
 * nor change a text silently: what libyaml would read in another way than YAML 1.2 says is refused. Merge keys
 * ("<<: *defaults") are no part of YAML 1.2, but profiles of dbt have them.
 */
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/base/string.h"
#include "core/config/reader.h"

#define TAG(name) "tag:yaml.org,2002:" name
#define MAX_MERGED 256 /* members of a map that takes others in: each is compared with each */

static const char merge_key[] = "<<"; /* told from a quoted text by its address */

/* What `&name` stands at. The tree of them is tsearch's: its cost does not depend on which names a file chooses. */
struct anchor {
  const char *name;
  const sbe_node *node; /* of several with one name, the last so far */
  uint64_t nodes;       /* in it, it included; 0: not complete yet */
  uint32_t height;
};

struct yaml {
  sbe_reader *reader;
  yaml_parser_t parser;
  const char *bytes;
  size_t size;
  void *anchors;
  struct anchor *open_anchors[SBE_MAX_DEPTH]; /* of the lists and maps that are open, or NULL */
  uint64_t alias_nodes;
  int documents;
};

static uint32_t line_of(yaml_mark_t mark) {
  return (uint32_t)mark.line + 1;
}

/* libyaml counts characters. */
static uint32_t column_of(yaml_mark_t mark) {
  return (uint32_t)mark.column + 1;
}

#define ERROR(in, mark, ...) sbe_reader_error((in)->reader, line_of(mark), column_of(mark), __VA_ARGS__)

/* --- scalars: the core schema of YAML 1.2 ------------------------------------------------------- */

static bool is_one_of(const char *text, const char *const *words) {
  for (; *words; words++)
    if (strcmp(text, *words) == 0) return true;
  return false;
}

static bool is_null(const char *text) {
  static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};
  return is_one_of(text, words);
}

static bool is_true(const char *text) {
  static const char *const words[] = {"true", "True", "TRUE", NULL};
  return is_one_of(text, words);
}

static bool is_false(const char *text) {
  static const char *const words[] = {"false", "False", "FALSE", NULL};
  return is_one_of(text, words);
}

static bool is_not_finite(const char *text) {
  static const char *const words[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL};
  bool sign = (*text == '+' || *text == '-') && text[1] == '.' && (text[2] == 'i' || text[2] == 'I');
  return is_one_of(text + sign, words);
}

/* Digits after 0x or 0o? */
static int prefix_base(const char *text, size_t size) {
  if (size < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) return 0;
  const char *digits = text[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567";
  return strspn(text + 2, digits) == size - 2 ? (text[1] == 'x' ? 16 : 8) : 0;
}

static bool is_integer(const char *text, size_t size) {
  size_t sign = size && (*text == '+' || *text == '-');
  return size > sign && strspn(text + sign, "0123456789") == size - sign;
}

struct scalar {
  const char *text;
  size_t size;
  yaml_mark_t mark;
};

static sbe_node *new_scalar(struct yaml *in, sbe_node_kind kind, const char *text, struct scalar scalar) {
  return sbe_reader_scalar(in->reader, kind, text, strlen(text), line_of(scalar.mark), column_of(scalar.mark));
}

static sbe_node *new_integer(struct yaml *in, struct scalar scalar) {
  char decimal[24];
  int base = prefix_base(scalar.text, scalar.size);
  if (base) {
    uint64_t number = 0;
    for (const char *at = scalar.text + 2; *at; at++) {
      uint64_t digit = (uint64_t)(*at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10);
      if (number > (UINT64_MAX - digit) / (uint64_t)base) {
        ERROR(in, scalar.mark, "%.40s does not fit 64 bits; write it as a decimal number", scalar.text);
        break;
      }
      number = number * (uint64_t)base + digit;
    }
    scalar.size = (size_t)snprintf(decimal, sizeof decimal, "%" PRIu64, number);
    scalar.text = decimal;
  }
  return sbe_reader_integer(in->reader, scalar.text, scalar.size, line_of(scalar.mark), column_of(scalar.mark));
}

/* A plain scalar without a tag. */
static sbe_node *resolve(struct yaml *in, struct scalar scalar) {
  const char *text = scalar.text;
  if (is_null(text)) return new_scalar(in, SBE_NODE_NULL, text, scalar);
  if (!strchr("+-.0123456789tTfF", *text)) return new_scalar(in, SBE_NODE_STRING, text, scalar);
  if (is_true(text)) return new_scalar(in, SBE_NODE_BOOL, "true", scalar);
  if (is_false(text)) return new_scalar(in, SBE_NODE_BOOL, "false", scalar);
  if (is_integer(text, scalar.size) || prefix_base(text, scalar.size)) return new_integer(in, scalar);
  if (is_not_finite(text))
    ERROR(in, scalar.mark, "%s is not a number that can be used; if it is text, put it in quotes", text);
  bool number = sbe_is_number(text, scalar.size);
  return new_scalar(in, number ? SBE_NODE_NUMBER : SBE_NODE_STRING, text, scalar);
}

/* A scalar that says what it is: `!!str 12`. What does not fit is reported, and read as text. */
static sbe_node *resolve_tagged(struct yaml *in, const char *tag, struct scalar scalar) {
  const char *text = scalar.text;
  bool integer = is_integer(text, scalar.size) || prefix_base(text, scalar.size);
  if (strcmp(tag, TAG("str")) == 0) return new_scalar(in, SBE_NODE_STRING, text, scalar);
  if (strcmp(tag, TAG("null")) == 0 && is_null(text)) return new_scalar(in, SBE_NODE_NULL, text, scalar);
  if (strcmp(tag, TAG("bool")) == 0 && is_true(text)) return new_scalar(in, SBE_NODE_BOOL, "true", scalar);
  if (strcmp(tag, TAG("bool")) == 0 && is_false(text)) return new_scalar(in, SBE_NODE_BOOL, "false", scalar);
  if (strcmp(tag, TAG("int")) == 0 && integer) return new_integer(in, scalar);
  if (strcmp(tag, TAG("float")) == 0 && sbe_is_number(text, scalar.size)) {
    if (!is_integer(text, scalar.size)) return new_scalar(in, SBE_NODE_NUMBER, text, scalar);
    return new_scalar(in, SBE_NODE_NUMBER, sbe_arena_printf(in->reader->arena, "%s.0", text), scalar);
  }
  static const char *const known[] = {TAG("null"), TAG("bool"), TAG("int"), TAG("float"), NULL};
  if (is_one_of(tag, known))
    ERROR(in, scalar.mark, "'%.100s' is not what its tag !!%s says", text, tag + strlen(TAG("")));
  else
    ERROR(in, scalar.mark, "the tag '%.100s' means nothing here; text that begins with '!' must be in quotes", tag);
  return new_scalar(in, SBE_NODE_STRING, text, scalar);
}

/* --- anchors and aliases ------------------------------------------------------------------------ */

static int compare_anchors(const void *a, const void *b) {
  return strcmp(((const struct anchor *)a)->name, ((const struct anchor *)b)->name);
}

static void keep_anchor(void *anchor) {
  (void)anchor; /* the arena's */
}

/* `nodes` 0: a list or map that begins. Answers NULL when there is no anchor. */
static struct anchor *set_anchor(struct yaml *in, const yaml_char_t *name, const sbe_node *node, uint64_t nodes) {
  if (!name) return NULL;
  struct anchor *anchor = SBE_NEW(in->reader->arena, struct anchor);
  anchor->name = (const char *)name;
  struct anchor **found = tsearch(anchor, &in->anchors, compare_anchors);
  if (!found) sbe_out_of_memory();
  if (*found == anchor) anchor->name = sbe_arena_strdup(in->reader->arena, anchor->name);
  anchor = *found;
  anchor->node = node;
  anchor->nodes = nodes;
  anchor->height = 0;
  return anchor;
}

/* The members of `from` that `map` has not yet: what stands in it itself wins, then who was taken in earlier. The
   copies share what they hold. */
static void merge_members(struct yaml *in, sbe_node *map, const sbe_node *from) {
  if (from->kind != SBE_NODE_MAP) {
    sbe_reader_error(in->reader, from->line, from->column, "'<<' takes in a map, or a list of maps, not %s",
                     sbe_node_kind_name(from->kind));
    return;
  }
  SBE_EACH(member, from) {
    size_t members = 0;
    sbe_node **tail = &map->child;
    for (; *tail && strcmp((*tail)->key, member->key) != 0; members++) tail = &(*tail)->next;
    if (*tail) continue;
    if (members == MAX_MERGED) {
      sbe_reader_error(in->reader, map->line, map->column, "with '<<', this map has more than %d members", MAX_MERGED);
      return;
    }
    *tail = SBE_NEW(in->reader->arena, sbe_node);
    **tail = *member;
    (*tail)->next = NULL;
  }
}

/* When a map is complete: its merge key, which stands once at most, is replaced by what it names. */
static void take_merge(struct yaml *in, sbe_node *map) {
  sbe_node **at = &map->child;
  while (*at && (*at)->key != merge_key) at = &(*at)->next;
  if (!*at) return;
  const sbe_node *value = *at;
  *at = value->next;
  if (value->kind != SBE_NODE_LIST) {
    merge_members(in, map, value);
  } else {
    SBE_EACH(from, value) merge_members(in, map, from);
  }
}

/* The node shares the members of what it stands for, so that it takes no room, however much that is. */
static bool take_alias(struct yaml *in, const yaml_event_t *event) {
  const char *name = (const char *)event->data.alias.anchor;
  struct anchor key = {.name = name};
  struct anchor *const *found = tfind(&key, &in->anchors, compare_anchors);
  if (!found) {
    ERROR(in, event->start_mark, "the alias '*%.100s' stands for nothing: there is no '&%.100s' before it", name, name);
    return false;
  }
  const struct anchor *anchor = *found;
  if (anchor->nodes == 0) {
    ERROR(in, event->start_mark, "the alias '*%.100s' stands inside of what it stands for", name);
    return false;
  }
  in->alias_nodes += anchor->nodes;
  if (in->alias_nodes > SBE_MAX_ALIAS_NODES) {
    ERROR(in, event->start_mark, "the aliases of this file stand for more than %d values; write fewer or smaller ones",
          SBE_MAX_ALIAS_NODES);
    return false;
  }
  if (in->reader->depth + anchor->height > SBE_MAX_DEPTH) {
    ERROR(in, event->start_mark, "with this alias, lists and maps are nested deeper than %d", SBE_MAX_DEPTH);
    return false;
  }
  sbe_node *node =
      sbe_reader_node(in->reader, anchor->node->kind, line_of(event->start_mark), column_of(event->start_mark));
  node->text = anchor->node->text;
  node->size = anchor->node->size;
  node->child = anchor->node->child;
  in->reader->nodes += anchor->nodes - 1;
  struct sbe_open_node *top = sbe_reader_top(in->reader);
  if (top && top->height < anchor->height + 1) top->height = anchor->height + 1;
  sbe_reader_add(in->reader, node);
  return true;
}

/* --- events ------------------------------------------------------------------------------------- */

/* Is the next thing the name of a member? */
static bool at_key(struct yaml *in) {
  const struct sbe_open_node *top = sbe_reader_top(in->reader);
  return top && top->node->kind == SBE_NODE_MAP && !top->key;
}

static bool take_key(struct yaml *in, const yaml_event_t *event, struct scalar scalar) {
  const char *tag = (const char *)event->data.scalar.tag;
  bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  bool merges = plain && !tag && strcmp(scalar.text, merge_key) == 0;
  if (scalar.size == 0 && plain) ERROR(in, scalar.mark, "a member without a name");
  if (tag && strcmp(tag, TAG("str")) != 0)
    ERROR(in, scalar.mark, "the tag '%.100s' means nothing here; text that begins with '!' must be in quotes", tag);
  const char *key = merges ? merge_key : sbe_reader_text(in->reader, scalar.text, scalar.size);
  sbe_reader_key(in->reader, key, line_of(scalar.mark), column_of(scalar.mark));
  if (event->data.scalar.anchor) {
    sbe_node *node = new_scalar(in, SBE_NODE_STRING, scalar.text, scalar);
    set_anchor(in, event->data.scalar.anchor, node, 1);
  }
  return true;
}

static bool take_scalar(struct yaml *in, const yaml_event_t *event) {
  struct scalar scalar = {(const char *)event->data.scalar.value, event->data.scalar.length, event->start_mark};
  if (memchr(scalar.text, '\0', scalar.size)) {
    ERROR(in, scalar.mark, "a text with \\0 in it; databases cannot hold that");
    scalar.size = strlen(scalar.text);
  }
  if (at_key(in)) return take_key(in, event, scalar);
  const char *tag = (const char *)event->data.scalar.tag;
  bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  sbe_node *node = tag     ? resolve_tagged(in, tag, scalar)
                   : plain ? resolve(in, scalar)
                           : new_scalar(in, SBE_NODE_STRING, scalar.text, scalar);
  set_anchor(in, event->data.scalar.anchor, node, 1);
  sbe_reader_add(in->reader, node);
  return true;
}

/* The begin of a list or map. */
static bool take_open(struct yaml *in, const yaml_event_t *event, sbe_node_kind kind) {
  bool map = kind == SBE_NODE_MAP;
  const char *tag = (const char *)(map ? event->data.mapping_start.tag : event->data.sequence_start.tag);
  if (tag && strcmp(tag, map ? TAG("map") : TAG("seq")) != 0)
    ERROR(in, event->start_mark, "the tag '%.100s' means nothing here; leave it out", tag);
  sbe_node *node = sbe_reader_node(in->reader, kind, line_of(event->start_mark), column_of(event->start_mark));
  uint32_t depth = in->reader->depth;
  if (!sbe_reader_open(in->reader, node)) return false;
  in->open_anchors[depth] =
      set_anchor(in, map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor, node, 0);
  return true;
}

static void take_close(struct yaml *in) {
  const struct sbe_open_node *top = sbe_reader_top(in->reader);
  sbe_node *node = top->node;
  struct anchor *anchor = in->open_anchors[in->reader->depth - 1];
  if (anchor && anchor->node == node) { /* else the name was given anew inside of it */
    anchor->nodes = in->reader->nodes - top->nodes_before;
    anchor->height = top->height;
  }
  sbe_reader_close(in->reader);
  if (node->kind == SBE_NODE_MAP) take_merge(in, node);
}

/* `{{ env_var('X') }}` without quotes is the usual reason for a map as a name. */
static void complex_key(struct yaml *in, const yaml_event_t *event) {
  bool twice = event->type == YAML_MAPPING_START_EVENT && sbe_reader_top(in->reader)->members == 0;
  ERROR(in, event->start_mark, "the name of a member must be text, not %s%s",
        event->type == YAML_ALIAS_EVENT            ? "an alias"
        : event->type == YAML_SEQUENCE_START_EVENT ? "a list"
                                                   : "a map",
        twice ? "; if this is '{{ … }}', put it in quotes" : "");
}

/* False: reading ends. */
static bool take_event(struct yaml *in, const yaml_event_t *event) {
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (in->documents++ == 0) return true;
    ERROR(in, event->start_mark, "a second document begins here; put it into a file of its own");
    return false;
  case YAML_ALIAS_EVENT:
  case YAML_SEQUENCE_START_EVENT:
  case YAML_MAPPING_START_EVENT:
    if (at_key(in)) {
      complex_key(in, event);
      return false;
    }
    if (event->type == YAML_ALIAS_EVENT) return take_alias(in, event);
    return take_open(in, event, event->type == YAML_SEQUENCE_START_EVENT ? SBE_NODE_LIST : SBE_NODE_MAP);
  case YAML_SCALAR_EVENT:
    return take_scalar(in, event);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    take_close(in);
    return true;
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_STREAM_END_EVENT:
  case YAML_DOCUMENT_END_EVENT:
    break;
  }
  return true;
}

/* --- what libyaml complains about, in words that help ------------------------------------------- */

enum where { AT_PROBLEM, AT_CONTEXT, IN_BRACKETS };

static const struct {
  const char *problem; /* how libyaml's words begin; with a context, both must fit */
  const char *context;
  enum where where;
  const char *advice;
} complaints[] = {
    {"mapping values are not allowed", NULL, AT_PROBLEM,
     "a ':' cannot stand here; is the indentation right? Text with ': ' in it must be in quotes"},
    {"block sequence entries are not allowed", NULL, AT_PROBLEM,
     "a '- ' cannot stand here; is the indentation right? A list begins in a line of its own"},
    {"mapping keys are not allowed", NULL, AT_PROBLEM, "a '? ' cannot stand here; put text like it in quotes"},
    {"could not find expected ':'", NULL, AT_CONTEXT,
     "expected 'name: value'; the ':' with a space behind it is missing"},
    {"did not find expected key", "while parsing a block mapping", AT_PROBLEM,
     "expected the next 'name: value' here; is the indentation right, are quotes and brackets closed?"},
    {"did not find expected '-' indicator", NULL, AT_PROBLEM,
     "expected the next '- ' of the list here; is the indentation right?"},
    {"did not find expected ',' or ']'", NULL, IN_BRACKETS, "expected ',' or ']' here"},
    {"did not find expected ',' or '}'", NULL, IN_BRACKETS, "expected ',' or '}' here"},
    {"did not find expected node content", NULL, AT_PROBLEM, "a value, or the name of a member, is missing here"},
    {"did not find expected <document start>", NULL, AT_PROBLEM,
     "expected the end of the file here; is the indentation right?"},
    {"found unexpected end of stream", "while scanning a quoted scalar", AT_CONTEXT, "this quote is never closed"},
    {"found unexpected document indicator", "while scanning a quoted scalar", AT_CONTEXT,
     "this quote is never closed before the document ends"},
    {"found unknown escape character", NULL, AT_PROBLEM,
     "an unknown escape; in double quotes a backslash is written \\\\, or use single quotes"},
    {"found invalid Unicode character escape code", NULL, AT_PROBLEM,
     "not a Unicode character; write one beyond U+FFFF as \\U0001F600, not as two \\u escapes"},
    {"did not find expected comment or line break", "while scanning a block scalar", AT_CONTEXT,
     "text that begins with '>' or '|' must be in quotes"},
    {"did not find expected alphabetic or numeric character", NULL, AT_CONTEXT,
     "text that begins with '*' or '&' must be in quotes"},
    {"found undefined tag handle", NULL, AT_CONTEXT, "text that begins with '!' must be in quotes"},
    {"found incompatible YAML document", NULL, AT_PROBLEM, "only YAML 1.1 and 1.2 can be read"},
    {"found a tab character", NULL, AT_PROBLEM, "a tab cannot be used for indentation; use spaces"},
    {"control characters are not allowed", NULL, AT_PROBLEM,
     "a control character; write it as an escape in double quotes, or remove it"},
};

static bool begins(const char *text, const char *prefix) {
  return !prefix || (text && sbe_starts_with(text, prefix));
}

/* What stands at a position that libyaml gave: marks count characters, not bytes. */
static char char_at(const struct yaml *in, yaml_mark_t mark) {
  const char *at = in->bytes, *end = in->bytes + in->size;
  for (size_t left = mark.index; at < end && left > 0; left--) do
      at++;
    while (at < end && ((unsigned char)*at & 0xC0) == 0x80);
  return at < end ? *at : '\0';
}

static void scanner_error(struct yaml *in) {
  const yaml_parser_t *parser = &in->parser;
  if (begins(parser->problem, "found character that cannot start any token")) {
    char c = char_at(in, parser->problem_mark);
    if (c == '\t')
      ERROR(in, parser->problem_mark, "a tab cannot be used for indentation; use spaces");
    else
      ERROR(in, parser->problem_mark, "text that begins with '%c' must be in quotes", c);
    return;
  }
  for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
    if (!begins(parser->problem, complaints[i].problem) || !begins(parser->context, complaints[i].context)) continue;
    if (complaints[i].where == IN_BRACKETS)
      ERROR(in, parser->problem_mark, "%s; the bracket was opened in line %u", complaints[i].advice,
            line_of(parser->context_mark));
    else if (complaints[i].where == AT_CONTEXT && parser->context)
      ERROR(in, parser->context_mark, "%s", complaints[i].advice);
    else
      ERROR(in, parser->problem_mark, "%s", complaints[i].advice);
    return;
  }
  ERROR(in, parser->problem_mark, "%s%s%s", parser->problem, parser->context ? " " : "",
        parser->context ? parser->context : "");
}

static void parser_error(struct yaml *in) {
  switch (in->parser.error) {
  case YAML_MEMORY_ERROR:
    sbe_out_of_memory();
  case YAML_READER_ERROR:
    sbe_reader_error_at(
        in->reader, in->bytes, in->parser.problem_offset,
        "the character U+%04X cannot stand in YAML; remove it, or write it as an escape in double quotes",
        (unsigned)in->parser.problem_value);
    break;
  case YAML_SCANNER_ERROR:
  case YAML_PARSER_ERROR:
  case YAML_NO_ERROR:
  case YAML_COMPOSER_ERROR:
  case YAML_WRITER_ERROR:
  case YAML_EMITTER_ERROR:
    scanner_error(in);
  }
}

/* --- the document ------------------------------------------------------------------------------- */

/*
 * What libyaml must not see: line breaks that YAML 1.2 does not have (libyaml would fold them away, and count
 * lines as no editor does), and %TAG, which costs it the square of their number.
 */
static bool check_oddities(struct yaml *in) {
  static const struct {
    const char *bytes, *message;
    bool begins_line;
  } oddities[] = {
      {"\xC2\x85", "the character U+0085 (next line); remove it, or write \"\\N\" in double quotes", false},
      {"\xE2\x80\xA8", "the character U+2028 (line separator); remove it, or write \"\\L\" in double quotes", false},
      {"\xE2\x80\xA9", "the character U+2029 (paragraph separator); remove it, or write \"\\P\" in double quotes",
       false},
      {"%TAG", "%TAG is not supported; remove it", true},
  };
  const char *end = in->bytes + in->size;
  for (size_t i = 0; i < sizeof oddities / sizeof *oddities; i++) {
    const char *at = in->bytes;
    while ((at = memmem(at, (size_t)(end - at), oddities[i].bytes, strlen(oddities[i].bytes)))) {
      if (!oddities[i].begins_line || at == in->bytes || at[-1] == '\n' || at[-1] == '\r') break;
      at++;
    }
    if (!at) continue;
    sbe_reader_error_at(in->reader, in->bytes, (size_t)(at - in->bytes), "%s", oddities[i].message);
    return false;
  }
  return true;
}

static void read_events(struct yaml *in) {
  for (bool more = true; more;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&in->parser, &event)) {
      parser_error(in);
      return;
    }
    more = take_event(in, &event) && event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
}

sbe_node *sbe_yaml_read(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report) {
  struct yaml in = {.reader = sbe_reader_new(arena, file, report)};
  if (sbe_reader_check(in.reader, &bytes, &size)) {
    in.bytes = bytes;
    in.size = size;
    if (check_oddities(&in)) {
      if (!yaml_parser_initialize(&in.parser)) sbe_out_of_memory();
      yaml_parser_set_encoding(&in.parser, YAML_UTF8_ENCODING);
      yaml_parser_set_input_string(&in.parser, (const unsigned char *)bytes, size);
      read_events(&in);
      yaml_parser_delete(&in.parser);
      tdestroy(in.anchors, keep_anchor);
    }
    if (!in.reader->root) in.reader->root = sbe_reader_scalar(in.reader, SBE_NODE_NULL, "", 0, 1, 1);
  }
  return sbe_reader_finish(in.reader);
}
