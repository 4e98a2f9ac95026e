/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of JSON: strict (RFC 8259, no member twice), with positions, numbers kept as they are written.
 * Called through sbe_document_read. It must never read on after a syntax error: what came then would be a
 * guess. Recursion is as deep as SBE_MAX_DEPTH at most.
 */
#include <string.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/reader.h"

struct json {
  sbe_reader *reader;
  const char *at, *end;
  uint32_t line;
  /* Columns are counted from the last place that was asked for, so that a file of one line stays cheap. */
  const char *counted;
  uint32_t column;
  sbe_text scratch; /* a string with escapes */
};

/* Sets line and column of `at`, which never goes back. */
static sbe_place place_of(struct json *in, const char *at) {
  uint32_t characters = 0;
  for (const char *byte = in->counted; byte < at; byte++) characters += ((unsigned char)*byte & 0xC0) != 0x80;
  if (at > in->counted) in->counted = at;
  in->column += characters;
  return (sbe_place){in->reader->file, in->line, in->column};
}

#define ERROR_AT(in, where, ...)                                                                                       \
  do {                                                                                                                 \
    sbe_place error_place = place_of((in), (where));                                                                   \
    sbe_reader_error((in)->reader, error_place.line, error_place.column, __VA_ARGS__);                                 \
  } while (0)

static void skip_space(struct json *in) {
  for (; in->at < in->end; in->at++) {
    char c = *in->at;
    if (c == '\n' || c == '\r') {
      if (c == '\r' && in->at + 1 < in->end && in->at[1] == '\n') in->at++;
      in->line++;
      in->column = 1;
      in->counted = in->at + 1;
    } else if (c != ' ' && c != '\t') {
      return;
    }
  }
}

/* The next character, '\0' at the end (the file holds none). */
static char peek(const struct json *in) {
  return in->at < in->end ? *in->at : '\0';
}

static bool take_word(struct json *in, const char *word) {
  size_t size = strlen(word);
  if ((size_t)(in->end - in->at) < size || memcmp(in->at, word, size) != 0) return false;
  in->at += size;
  return true;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* --- what is wrong, in words that help ---------------------------------------------------------- */

/* Something else than a value, a name, a comma or a bracket stands here. */
static void unexpected(struct json *in, const char *expected) {
  char c = peek(in);
  if (in->at == in->end)
    ERROR_AT(in, in->at, "the file ends here, but %s is missing", expected);
  else if (c == '\'')
    ERROR_AT(in, in->at, "text stands in double quotes in JSON, not in single ones");
  else if (c == '/' || c == '#')
    ERROR_AT(in, in->at, "JSON has no comments; remove this one");
  else if (is_letter(c))
    ERROR_AT(in, in->at, "expected %s; text stands in double quotes, the only words are true, false and null",
             expected);
  else if ((unsigned char)c >= 0x80 || (unsigned char)c < 0x20)
    ERROR_AT(in, in->at, "expected %s", expected);
  else
    ERROR_AT(in, in->at, "expected %s, not '%c'", expected, c);
}

/* --- strings ------------------------------------------------------------------------------------ */

/* Four hexadecimal digits; -1 when they are not. */
static int32_t take_hex(struct json *in) {
  int32_t code = 0;
  if (in->end - in->at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char c = in->at[i], small = (char)(c | 0x20);
    if (is_digit(c))
      code = code * 16 + (c - '0');
    else if (small >= 'a' && small <= 'f')
      code = code * 16 + (small - 'a' + 10);
    else
      return -1;
  }
  in->at += 4;
  return code;
}

static void put_utf8(sbe_text *text, uint32_t code) {
  if (code < 0x80) {
    sbe_text_putc(text, (char)code);
    return;
  }
  char bytes[4];
  size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = n - 1; i > 0; i--, code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  bytes[0] = (char)(lead[n] | code);
  sbe_text_put(text, bytes, n);
}

/* Behind `\u`. What is no character is reported, and the string goes on; false only when it cannot. */
static bool take_unicode(struct json *in, const char *escape) {
  int32_t code = take_hex(in);
  if (code < 0) {
    ERROR_AT(in, escape, "\\u wants four hexadecimal digits");
    return false;
  }
  if (code >= 0xD800 && code <= 0xDBFF && in->end - in->at >= 2 && in->at[0] == '\\' && in->at[1] == 'u') {
    const char *second = in->at;
    in->at += 2;
    int32_t low = take_hex(in);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      put_utf8(&in->scratch, 0x10000 + ((uint32_t)(code - 0xD800) << 10) + (uint32_t)(low - 0xDC00));
      return true;
    }
    in->at = second; /* an escape of its own */
  }
  if (code >= 0xD800 && code <= 0xDFFF)
    ERROR_AT(in, escape, "\\u%04X is half of a surrogate pair and no character alone", (unsigned)code);
  else if (code == 0)
    ERROR_AT(in, escape, "\\u0000 cannot be used; databases cannot hold it in text");
  else
    put_utf8(&in->scratch, (uint32_t)code);
  return true;
}

static bool take_escape(struct json *in) {
  static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
  const char *escape = in->at++;
  char c = peek(in);
  const char *name = c ? strchr(names, c) : NULL;
  if (name) {
    sbe_text_putc(&in->scratch, means[name - names]);
    in->at++;
    return true;
  }
  if (c == 'u') {
    in->at++;
    return take_unicode(in, escape);
  }
  ERROR_AT(in, escape, "an unknown escape; a backslash itself is written \\\\");
  return false;
}

/* From a quote to its other one. The text lives as long as the document. */
static bool take_string(struct json *in, const char **ret_text, size_t *ret_size) {
  const sbe_place quote = place_of(in, in->at);
  const char *start = ++in->at;
  sbe_text_clear(&in->scratch);
  bool escaped = false;
  for (;;) {
    while (in->at < in->end && *in->at != '"' && *in->at != '\\' && (unsigned char)*in->at >= 0x20) in->at++;
    char c = peek(in);
    if (c == '"') break;
    if (c != '\\') {
      if (in->at == in->end || c == '\n' || c == '\r')
        sbe_reader_error(in->reader, quote.line, quote.column,
                         "this text is never closed; the '\"' at its end is missing");
      else
        ERROR_AT(in, in->at, "a control character inside of text; write it as \\u%04x", (unsigned)(unsigned char)c);
      return false;
    }
    sbe_text_put(&in->scratch, start, (size_t)(in->at - start));
    escaped = true;
    if (!take_escape(in)) return false;
    start = in->at;
  }
  if (escaped) {
    sbe_text_put(&in->scratch, start, (size_t)(in->at - start));
    *ret_size = in->scratch.size;
    *ret_text = sbe_reader_text(in->reader, sbe_text_string(&in->scratch), *ret_size);
  } else {
    *ret_size = (size_t)(in->at - start);
    *ret_text = sbe_reader_text(in->reader, start, *ret_size);
  }
  in->at++;
  return true;
}

static bool read_string(struct json *in) {
  sbe_place place = place_of(in, in->at);
  const char *text;
  size_t size;
  if (!take_string(in, &text, &size)) return false;
  sbe_node *node = sbe_reader_node(in->reader, SBE_NODE_STRING, place.line, place.column);
  node->text = text;
  node->size = (uint32_t)size;
  sbe_reader_add(in->reader, node);
  return true;
}

/* --- numbers and words -------------------------------------------------------------------------- */

static size_t skip_digits(struct json *in) {
  const char *start = in->at;
  while (is_digit(peek(in))) in->at++;
  return (size_t)(in->at - start);
}

static bool read_number(struct json *in) {
  const char *start = in->at;
  sbe_place place = place_of(in, start);
  sbe_node_kind kind = SBE_NODE_INTEGER;
  if (peek(in) == '-') in->at++;
  bool zero = peek(in) == '0';
  size_t whole = skip_digits(in);
  bool good = whole == 1 || (whole > 1 && !zero);
  if (good && peek(in) == '.') {
    kind = SBE_NODE_NUMBER;
    in->at++;
    good = skip_digits(in) > 0;
  }
  if (good && (peek(in) == 'e' || peek(in) == 'E')) {
    kind = SBE_NODE_NUMBER;
    in->at++;
    if (peek(in) == '+' || peek(in) == '-') in->at++;
    good = skip_digits(in) > 0;
  }
  if (!good || is_letter(peek(in)) || peek(in) == '.') {
    ERROR_AT(in, start, "not a number as JSON writes them (12, -0.5, 1e6; no leading zeros, no infinity)");
    return false;
  }
  size_t size = (size_t)(in->at - start);
  sbe_node *node = kind == SBE_NODE_INTEGER
                       ? sbe_reader_integer(in->reader, start, size, place.line, place.column)
                       : sbe_reader_scalar(in->reader, kind, start, size, place.line, place.column);
  sbe_reader_add(in->reader, node);
  return true;
}

static bool read_word(struct json *in) {
  static const struct {
    const char *word;
    sbe_node_kind kind;
  } words[] = {{"true", SBE_NODE_BOOL}, {"false", SBE_NODE_BOOL}, {"null", SBE_NODE_NULL}};
  const char *start = in->at;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!take_word(in, words[i].word)) continue;
    if (is_letter(peek(in)) || is_digit(peek(in))) break;
    sbe_place place = place_of(in, start);
    sbe_reader_add(in->reader, sbe_reader_scalar(in->reader, words[i].kind, words[i].word, strlen(words[i].word),
                                                 place.line, place.column));
    return true;
  }
  in->at = start;
  unexpected(in, "a value");
  return false;
}

/* --- lists and maps ----------------------------------------------------------------------------- */

static bool read_value(struct json *in);

/* Behind a member: a comma (true, more follow), the closing bracket (false), or an error. */
static bool take_comma(struct json *in, char close, bool *ret_more) {
  skip_space(in);
  if (peek(in) == close) {
    in->at++;
    *ret_more = false;
    return true;
  }
  if (peek(in) != ',') {
    unexpected(in, close == ']' ? "',' or ']'" : "',' or '}'");
    return false;
  }
  sbe_place comma = place_of(in, in->at++);
  skip_space(in);
  *ret_more = true;
  if (peek(in) != close) return true;
  sbe_reader_error(in->reader, comma.line, comma.column, "a ',' behind the last member; remove it");
  return false;
}

static bool read_name(struct json *in) {
  if (peek(in) != '"') {
    unexpected(in, "the name of a member, in double quotes,");
    return false;
  }
  sbe_place place = place_of(in, in->at);
  const char *name;
  size_t size;
  if (!take_string(in, &name, &size)) return false;
  sbe_reader_key(in->reader, name, place.line, place.column);
  skip_space(in);
  if (peek(in) != ':') {
    unexpected(in, "':' behind the name");
    return false;
  }
  in->at++;
  skip_space(in);
  return true;
}

static bool read_members(struct json *in, sbe_node_kind kind) {
  char close = kind == SBE_NODE_LIST ? ']' : '}';
  sbe_place place = place_of(in, in->at++);
  if (!sbe_reader_open(in->reader, sbe_reader_node(in->reader, kind, place.line, place.column))) return false;
  skip_space(in);
  bool more = peek(in) != close;
  if (!more) in->at++;
  while (more) {
    if (kind == SBE_NODE_MAP && !read_name(in)) return false;
    if (!read_value(in) || !take_comma(in, close, &more)) return false;
  }
  sbe_reader_close(in->reader);
  return true;
}

static bool read_value(struct json *in) {
  char c = peek(in);
  if (c == '{') return read_members(in, SBE_NODE_MAP);
  if (c == '[') return read_members(in, SBE_NODE_LIST);
  if (c == '"') return read_string(in);
  if (c == '-' || c == '+' || is_digit(c)) return read_number(in);
  return read_word(in);
}

sbe_node *sbe_json_read(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report) {
  sbe_reader *reader = sbe_reader_new(arena, file, report);
  if (sbe_reader_check(reader, &bytes, &size)) {
    struct json in = {.reader = reader,
                      .at = bytes,
                      .end = bytes + size,
                      .line = 1,
                      .counted = bytes,
                      .column = 1,
                      .scratch = SBE_TEXT(SBE_MAX_FILE)};
    skip_space(&in);
    if (in.at == in.end) {
      ERROR_AT(&in, in.at, "the file is empty; JSON wants a value, such as {} or []");
    } else if (read_value(&in)) {
      skip_space(&in);
      if (in.at < in.end) ERROR_AT(&in, in.at, "the document ended before this; remove what follows");
    }
    sbe_text_free(&in.scratch);
  }
  return sbe_reader_finish(reader);
}
