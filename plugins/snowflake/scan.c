/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See scan.h. Two small machines: one that walks over the envelope and copies it, one that reads
 * `[["…",null],…]` strictly. Neither recurses, so depth costs nothing; every buffer has a limit.
 */
#include <stdlib.h>
#include <string.h>

#include "plugins/snowflake/scan.h"

/* Where a byte goes. */
enum { ENVELOPE, HOLDING, ROWS, AFTER };

/* States within rows. */
enum { FIRST_ROW, NEXT_ROW, AFTER_ROW, FIRST_CELL, NEXT_CELL, AFTER_CELL, TEXT, ESCAPE, UNICODE, WORD, END };

#define DEEPEST 256

static bool fail(sbe_snowflake_scan *scan, const char *fault) {
  if (scan->fault == NULL) scan->fault = fault;
  return false;
}

static bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* ---- cells ---- */

static bool add_cell(sbe_snowflake_scan *scan, bool null) {
  sbe_snowflake_cells *row = &scan->cells;
  if (row->n >= scan->max_cells) return fail(scan, "a row has more cells than there are columns");
  if (row->n == row->capacity) {
    row->capacity = row->capacity > 0 ? row->capacity * 2 : 16;
    row->cells = realloc(row->cells, row->capacity * sizeof *row->cells);
    row->offsets = realloc(row->offsets, row->capacity * sizeof *row->offsets);
    if (row->cells == NULL || row->offsets == NULL) abort();
  }
  row->offsets[row->n] = null ? SIZE_MAX : scan->cell_from;
  row->cells[row->n].size = null ? 0 : scan->text.size - scan->cell_from;
  row->n++;
  return true;
}

static bool end_row(sbe_snowflake_scan *scan) {
  sbe_snowflake_cells *row = &scan->cells;
  static char empty[1];
  for (size_t i = 0; i < row->n; i++) {
    char *data = scan->text.data != NULL ? scan->text.data : empty;
    row->cells[i].text = row->offsets[i] == SIZE_MAX ? NULL : data + row->offsets[i];
  }
  scan->state = AFTER_ROW;
  if (scan->row(scan->user, row->n, row->cells)) return true;
  scan->stopped = true;
  return false;
}

static bool put(sbe_snowflake_scan *scan, const char *bytes, size_t size) {
  if (size > SBE_SNOWFLAKE_ROW_LIMIT || scan->text.size > SBE_SNOWFLAKE_ROW_LIMIT - size)
    return fail(scan, "a row is too large");
  sbe_common_put(&scan->text, bytes, size);
  return !scan->text.overflow || fail(scan, "a row is too large");
}

static bool put_code_point(sbe_snowflake_scan *scan, unsigned c) {
  char utf8[4];
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = n; i-- > 1; c >>= 6) utf8[i] = (char)(0x80 | (c & 0x3F));
  utf8[0] = (char)(n == 1 ? c : marks[n] | c);
  return put(scan, utf8, n);
}

/* A surrogate whose other half does not come. */
static bool put_lonely(sbe_snowflake_scan *scan) {
  bool lonely = scan->high != 0;
  scan->high = 0;
  return !lonely || put_code_point(scan, 0xFFFD);
}

static bool take_unicode(sbe_snowflake_scan *scan, char c) {
  unsigned digit;
  if (c >= '0' && c <= '9')
    digit = (unsigned)(c - '0');
  else if ((c | 32) >= 'a' && (c | 32) <= 'f')
    digit = (unsigned)((c | 32) - 'a') + 10;
  else
    return fail(scan, "an escape in a text is wrong");
  scan->unicode = scan->unicode << 4 | digit;
  if (++scan->digits < 4) return true;
  unsigned u = scan->unicode;
  scan->state = TEXT;
  if (u >= 0xDC00 && u <= 0xDFFF && scan->high != 0) {
    unsigned whole = 0x10000 + ((scan->high - 0xD800) << 10) + (u - 0xDC00);
    scan->high = 0;
    return put_code_point(scan, whole);
  }
  if (!put_lonely(scan)) return false;
  if (u >= 0xD800 && u <= 0xDBFF) {
    scan->high = u;
    return true;
  }
  return put_code_point(scan, u >= 0xDC00 && u <= 0xDFFF ? 0xFFFD : u);
}

static bool take_escape(sbe_snowflake_scan *scan, char c) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (c == 'u') {
    scan->state = UNICODE;
    scan->unicode = scan->digits = 0;
    return true;
  }
  const char *at = c != '\0' ? strchr(from, c) : NULL;
  if (at == NULL) return fail(scan, "an escape in a text is wrong");
  scan->state = TEXT;
  return put_lonely(scan) && put(scan, &to[at - from], 1);
}

/* As much of a text as there is without an escape. */
static size_t take_text(sbe_snowflake_scan *scan, const char *bytes, size_t size) {
  size_t n = 0;
  while (n < size && bytes[n] != '"' && bytes[n] != '\\' && (unsigned char)bytes[n] >= 0x20) n++;
  if (n > 0) {
    if (put_lonely(scan)) put(scan, bytes, n);
    return n;
  }
  if (bytes[0] == '\\') {
    scan->state = ESCAPE;
  } else if (bytes[0] == '"') {
    scan->state = AFTER_CELL;
    if (put_lonely(scan)) add_cell(scan, false);
  } else {
    fail(scan, "a text holds a control character");
  }
  return 1;
}

/* null, true, false or a number; over at the first byte that is none of theirs. */
static bool end_word(sbe_snowflake_scan *scan) {
  const char *word = scan->text.data + scan->cell_from;
  size_t size = scan->text.size - scan->cell_from;
  scan->state = AFTER_CELL;
  if (size == 4 && memcmp(word, "null", 4) == 0) {
    scan->text.size = scan->cell_from;
    return add_cell(scan, true);
  }
  bool number = strspn(word, "-+.0123456789eE") == size;
  bool boolean = (size == 4 && memcmp(word, "true", 4) == 0) || (size == 5 && memcmp(word, "false", 5) == 0);
  return number || boolean ? add_cell(scan, false) : fail(scan, "a cell is no text, number or null");
}

static bool start_cell(sbe_snowflake_scan *scan, char c) {
  scan->cell_from = scan->text.size;
  scan->high = 0;
  if (c == '"') {
    scan->state = TEXT;
    return true;
  }
  if (c != '-' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z'))
    return fail(scan, "a cell is no text, number or null");
  scan->state = WORD;
  return put(scan, &c, 1);
}

static bool take_mark(sbe_snowflake_scan *scan, char c) {
  int state = scan->state;
  if (is_space(c)) return true;
  if (c == '[' && (state == FIRST_ROW || state == NEXT_ROW)) {
    scan->state = FIRST_CELL;
    scan->text.size = 0;
    scan->cells.n = 0;
    return true;
  }
  if (c == ']' && (state == FIRST_ROW || state == AFTER_ROW)) {
    scan->state = END;
    return true;
  }
  if (c == ']' && (state == FIRST_CELL || state == AFTER_CELL)) return end_row(scan);
  if (c == ',' && (state == AFTER_ROW || state == AFTER_CELL)) {
    scan->state = state == AFTER_ROW ? NEXT_ROW : NEXT_CELL;
    return true;
  }
  if (state == FIRST_CELL || state == NEXT_CELL) return start_cell(scan, c);
  return fail(scan, "its rows are not lists of cells");
}

/* @return bytes used; fewer than `size` only at the end of all rows or of interest. */
static size_t feed_rows(sbe_snowflake_scan *scan, const char *bytes, size_t size) {
  size_t i = 0;
  while (i < size && scan->state != END && scan->fault == NULL && !scan->stopped) {
    if (scan->state == TEXT) {
      i += take_text(scan, bytes + i, size - i);
      continue;
    }
    char c = bytes[i];
    if (scan->state == WORD) {
      if (c == ',' || c == ']' || is_space(c)) {
        end_word(scan); /* and look at the byte again */
        continue;
      }
      if (scan->text.size - scan->cell_from > 512) fail(scan, "a cell is no text, number or null");
      put(scan, &c, 1);
    } else if (scan->state == ESCAPE) {
      take_escape(scan, c);
    } else if (scan->state == UNICODE) {
      take_unicode(scan, c);
    } else {
      take_mark(scan, c);
    }
    i++;
  }
  return i;
}

/* ---- the envelope ---- */

static bool keep(sbe_snowflake_scan *scan, char c) {
  bool holding = scan->mode == HOLDING;
  sbe_common_buffer *out = holding ? &scan->held : &scan->envelope;
  if (out->size >= (holding ? SBE_SNOWFLAKE_HELD_LIMIT : SBE_SNOWFLAKE_ENVELOPE_LIMIT))
    return fail(scan, holding ? "its rows come before what they are, and are too many" : "it is too large");
  sbe_common_putc(out, c);
  return true;
}

/* At the bracket that opens the rows. `begin` sees what came before as an object of its own. */
static bool begin_rows(sbe_snowflake_scan *scan) {
  sbe_common_buffer *envelope = &scan->envelope;
  if (scan->begun) return fail(scan, "it has rows twice");
  scan->begun = true;
  size_t size = envelope->size, cut = scan->key_from;
  while (cut > 1 && (is_space(envelope->data[cut - 1]) || envelope->data[cut - 1] == ',')) cut--;
  char saved[2] = {envelope->data[cut], envelope->data[cut + 1]}; /* there is the key after it */
  memcpy(envelope->data + cut, "}", 2);
  envelope->size = cut + 1;
  bool now = scan->begin(scan->user);
  memcpy(envelope->data + cut, saved, 2);
  envelope->size = size;
  sbe_common_puts(envelope, "null");
  scan->state = FIRST_ROW;
  scan->mode = now ? ROWS : HOLDING;
  if (now) return true;
  scan->depth++;
  scan->held.size = 0;
  return keep(scan, '[');
}

/* Some answer partitions as rows and nothing else. */
static bool begin_bare(sbe_snowflake_scan *scan) {
  sbe_common_puts(&scan->envelope, "{}");
  scan->state = FIRST_ROW;
  scan->mode = ROWS;
  scan->bare = true;
  return scan->begin(scan->user) || fail(scan, "it does not say what its rows are");
}

static bool open_bracket(sbe_snowflake_scan *scan, char c) {
  if (c == '[' && scan->depth == 0) return begin_bare(scan);
  if (c == '[' && scan->depth == 1 && scan->mode == ENVELOPE && !scan->at_key && scan->is_data) return begin_rows(scan);
  if (++scan->depth > DEEPEST) return fail(scan, "it is nested too deeply");
  if (scan->depth == 1) scan->at_key = true;
  return keep(scan, c);
}

static bool close_bracket(sbe_snowflake_scan *scan, char c) {
  if (!keep(scan, c)) return false;
  scan->depth--;
  if (scan->depth == 1 && scan->mode == HOLDING) scan->mode = ENVELOPE;
  if (scan->depth == 0) {
    scan->mode = AFTER;
    scan->whole = true;
  }
  return true;
}

static bool in_text(sbe_snowflake_scan *scan, char c) {
  if (scan->escaped) {
    scan->escaped = false;
  } else if (c == '\\') {
    scan->escaped = true;
  } else if (c == '"') {
    scan->in_string = false;
    const sbe_common_buffer *e = &scan->envelope;
    if (scan->mode == ENVELOPE && scan->depth == 1 && scan->at_key)
      scan->is_data = e->size == scan->key_from + 5 && memcmp(e->data + scan->key_from, "\"data", 5) == 0;
  }
  return keep(scan, c);
}

static bool walk(sbe_snowflake_scan *scan, char c) {
  bool top = scan->mode == ENVELOPE && scan->depth == 1;
  if (scan->in_string) return in_text(scan, c);
  if (c == '{' || c == '[') return open_bracket(scan, c);
  if (scan->depth == 0) return is_space(c) || fail(scan, "it is no JSON object");
  if (c == '}' || c == ']') return close_bracket(scan, c);
  if (c == '"') {
    scan->in_string = true;
    if (top && scan->at_key) scan->key_from = scan->envelope.size;
  }
  if (top && c == ':') scan->at_key = false;
  if (top && c == ',') scan->at_key = true;
  return keep(scan, c);
}

/* ---- all of it ---- */

void sbe_snowflake_scan_start(sbe_snowflake_scan *scan) {
  scan->envelope.size = scan->held.size = scan->text.size = 0;
  scan->fault = NULL;
  scan->stopped = scan->whole = scan->bare = scan->begun = false;
  scan->mode = ENVELOPE;
  scan->depth = 0;
  scan->in_string = scan->escaped = scan->at_key = scan->is_data = false;
  scan->cells.n = 0;
}

bool sbe_snowflake_scan_feed(sbe_snowflake_scan *scan, const char *bytes, size_t size) {
  size_t i = 0;
  while (i < size && scan->fault == NULL && !scan->stopped) {
    if (scan->mode == ROWS) {
      i += feed_rows(scan, bytes + i, size - i);
      if (scan->state != END) continue;
      scan->mode = scan->bare ? AFTER : ENVELOPE;
      scan->whole = scan->bare;
    } else if (scan->mode == AFTER) {
      if (!is_space(bytes[i++])) fail(scan, "something follows its end");
    } else {
      walk(scan, bytes[i++]);
    }
  }
  return scan->fault == NULL && !scan->stopped;
}

bool sbe_snowflake_scan_end(sbe_snowflake_scan *scan) {
  if (scan->fault != NULL || scan->stopped) return false;
  if (!scan->whole) return fail(scan, "it ends too early");
  if (scan->held.size == 0) return true;
  if (!scan->begin(scan->user)) return fail(scan, "it does not say what its rows are");
  scan->state = FIRST_ROW;
  feed_rows(scan, scan->held.data + 1, scan->held.size - 1);
  scan->held.size = 0;
  return scan->fault == NULL && !scan->stopped;
}

void sbe_snowflake_scan_free(sbe_snowflake_scan *scan) {
  sbe_common_buffer_free(&scan->envelope);
  sbe_common_buffer_free(&scan->held);
  sbe_common_buffer_free(&scan->text);
  free(scan->cells.cells);
  free(scan->cells.offsets);
  memset(&scan->cells, 0, sizeof scan->cells);
}
