/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property paths as text: `mkt_source`, `unstruct_event_com_acme_checkout_1:step.name`,
 * `contexts_com_acme_product_1[0].price`, and the `path` member of structured properties. Called by
 * property.c only. It allocates nothing and reports nothing: it answers what is wrong.
 */
#include "core/ir/build.h"

#include <stdio.h>

static const char event_prefix[] = "unstruct_event_";
static const char entity_prefix[] = "contexts_";

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/* "[0]" or "[safe_offset(0)]", at the bracket. */
static const char *read_index(const char **at, int64_t *ret_index) {
  static const char offset[] = "safe_offset(";
  const char *c = *at + 1;
  bool wrapped = true;
  for (size_t i = 0; wrapped && offset[i]; i++)
    wrapped = (c[i] >= 'A' && c[i] <= 'Z' ? c[i] - 'A' + 'a' : c[i]) == offset[i];
  if (wrapped) c += sizeof offset - 1;
  if (*c == '-') return "an index counts from 0";
  int64_t index = 0;
  const char *digits = c;
  for (; is_digit(*c); c++) {
    index = index * 10 + (*c - '0');
    if (index > SBE_MAX_INDEX) return "an index is larger than 1000000";
  }
  if (c == digits) return "an index is written [0] or [safe_offset(0)]";
  if (wrapped && *c++ != ')') return "an index is written [0] or [safe_offset(0)]";
  if (*c++ != ']') return "an index lacks its ']'";
  *at = c;
  *ret_index = index;
  return NULL;
}

/* "['name']", at the bracket. */
static const char *read_quoted(const char **at, const char **ret_name, size_t *ret_size) {
  char quote = (*at)[1];
  const char *name = *at + 2, *c = name;
  while (*c && *c != quote && (unsigned char)*c >= 0x20 && *c != 0x7F) c++;
  if (*c != quote || c[1] != ']') return "a quoted member lacks its end";
  *ret_name = name;
  *ret_size = (size_t)(c - name);
  *at = c + 2;
  return NULL;
}

/* A member without quotes: anything up to the next separator that cannot be part of another syntax. */
static const char *read_member(const char **at, const char **ret_name, size_t *ret_size) {
  const char *c = *at;
  while (*c && !strchr(".:[", *c)) {
    if ((unsigned char)*c <= 0x20 || *c == 0x7F || strchr("]()'\"`,*?@\\", *c))
      return "a member has a character that must be quoted, as in ['the name']";
    c++;
  }
  *ret_name = *at;
  *ret_size = (size_t)(c - *at);
  *at = c;
  return NULL;
}

/* Steps until the end. `bare`: the first member needs no separator. */
static const char *read_steps(const char *at, bool bare, sbe_path_draft *draft) {
  while (*at) {
    const char *problem, *name = NULL;
    size_t size = 1;
    int64_t index = 0;
    if (*at == '[' && (at[1] == '\'' || at[1] == '"')) {
      problem = read_quoted(&at, &name, &size);
    } else if (*at == '[') {
      problem = read_index(&at, &index);
    } else if (*at == '.' || *at == ':' || bare) {
      if (at[0] == ':' && at[1] == ':')
        return "a cast is no part of a property: the attribute's type says how it is read";
      at += *at == '.' || *at == ':';
      problem = read_member(&at, &name, &size);
    } else {
      problem = "a member follows '.' or ':', an index stands in brackets";
    }
    if (problem) return problem;
    if (size == 0) return "a member has no name";
    if (size > SBE_MAX_MEMBER) return "a member's name is longer than 256 bytes";
    if (draft->n_steps == SBE_MAX_STEPS) return "there are more than 64 steps";
    draft->steps[draft->n_steps].name = name;
    draft->steps[draft->n_steps].size = name ? size : 0;
    draft->steps[draft->n_steps].index = index;
    draft->n_steps++;
    bare = false;
  }
  return NULL;
}

const char *sbe_path_read_steps(const char *text, sbe_path_draft *draft) {
  if (strlen(text) > SBE_MAX_PATH) return "it is longer than 4096 bytes";
  if (text[0] == '$' && (text[1] == '\0' || text[1] == '.' || text[1] == '['))
    return read_steps(text + 1, false, draft);
  if (text[0] == '.' || text[0] == ':') return "it begins with a separator; begin with a member, or with '$.'";
  return read_steps(text, true, draft);
}

/* Takes "com_acme_checkout_1" apart: what stands before the version, and the version. */
static const char *read_version(const char *parts, sbe_path_draft *draft) {
  const char *last = strrchr(parts, '_');
  size_t digits = last ? strspn(last + 1, "0123456789") : 0;
  if (!last || digits == 0 || last[1 + digits] || last == parts)
    return "its column ends with the schema's major version, such as _1";
  if (digits > 9) return "its major version is too large";
  int64_t version = 0;
  if (!sbe_parse_int64(last + 1, digits, &version)) return "its major version is too large";
  draft->major_version = (int32_t)version;
  snprintf(draft->schema, sizeof draft->schema, "%.*s", (int)(last - parts), parts);
  return NULL;
}

const char *sbe_path_read(const char *text, sbe_path_draft *draft) {
  size_t size = 0;
  while (is_word(text[size])) size++;
  draft->n_steps = 0;
  draft->index = 0;
  draft->vendor = NULL;
  draft->schema[0] = '\0';
  draft->major_version = 0;
  if (strlen(text) > SBE_MAX_PATH) return "it is longer than 4096 bytes";
  if (size == 0) return "it begins with the name of a column";
  if (size > SBE_MAX_COLUMN) return "its column's name is longer than 256 bytes";
  char written[SBE_MAX_COLUMN + 1];
  memcpy(written, text, size);
  written[size] = '\0';
  sbe_snake(written, draft->column, sizeof draft->column);
  const char *rest = text + size;
  const char *problem = NULL;

  if (sbe_starts_with(draft->column, event_prefix)) {
    draft->kind = SBE_PATH_EVENT;
    problem = read_version(draft->column + sizeof event_prefix - 1, draft);
    if (!problem && rest[0] == '[' && rest[1] != '\'' && rest[1] != '"')
      problem = "an unstruct_event_ column holds one event, not a list: leave out the index after it";
  } else if (sbe_starts_with(draft->column, entity_prefix)) {
    draft->kind = SBE_PATH_ENTITY;
    problem = read_version(draft->column + sizeof entity_prefix - 1, draft);
    if (!problem && rest[0] == '[' && rest[1] != '\'' && rest[1] != '"') problem = read_index(&rest, &draft->index);
  } else {
    draft->kind = SBE_PATH_ATOMIC;
    memcpy(draft->column, written, size + 1);
    if (size > SBE_MAX_NAME) return "its column's name is longer than 128 bytes";
    if (*rest) return "only columns whose names begin with unstruct_event_ or contexts_ have members";
  }
  if (problem) return problem;
  return read_steps(rest, false, draft);
}
