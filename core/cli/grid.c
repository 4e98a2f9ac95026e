/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as lines of columns, for people. Called by status, show and adapters. Cells are printed as safe
 * text; what does not fit the terminal is cut with an ellipsis, and where that would leave too little of
 * each cell, a row becomes a block of lines instead.
 */
#include <string.h>

#include "core/cli/cli.h"

#define GAP 2
#define LEAST 8        /* a column is never cut below this */
#define LEAST_FIRST 40 /* nor the first one below this */
#define MANY 1000

void sbe_grid_row(sbe_grid *grid, const char *const *cells) {
  if ((grid->n + 1) * grid->columns > grid->capacity) {
    size_t capacity = grid->capacity ? grid->capacity * 2 : 16 * grid->columns;
    const char **bigger = SBE_NEW_ARRAY(grid->arena, const char *, capacity);
    if (grid->n) memcpy(bigger, grid->cells, grid->n * grid->columns * sizeof *bigger);
    grid->cells = bigger;
    grid->capacity = capacity;
  }
  memcpy(grid->cells + grid->n * grid->columns, cells, grid->columns * sizeof *cells);
  grid->n++;
}

static const char *cell(const sbe_grid *grid, size_t row, size_t column) {
  const char *text = grid->cells[row * grid->columns + column];
  return text ? text : "";
}

/* At most `width` characters. */
static void put_cut(const sbe_grid *grid, FILE *out, const char *text, size_t width) {
  if (sbe_text_width(text) <= width) {
    sbe_put_safe(out, text, false);
    return;
  }
  size_t size = 0, n = 0;
  for (; text[size]; size++) {
    if (((unsigned char)text[size] & 0xC0) == 0x80) continue;
    if (++n > width - 1) break;
  }
  sbe_put_safe(out, sbe_arena_printf(grid->arena, "%.*s…", (int)size, text), false);
}

static void pad(FILE *out, size_t n) {
  for (size_t i = 0; i < n; i++) fputc(' ', out);
}

static void put_line(const sbe_grid *grid, FILE *out, const char *const *cells, const size_t *widths) {
  for (size_t c = 0; c < grid->columns; c++) {
    const char *text = cells[c] ? cells[c] : "";
    size_t width = sbe_text_width(text), space = width < widths[c] ? widths[c] - width : 0;
    bool right = grid->right && grid->right[c];
    if (right) pad(out, space);
    put_cut(grid, out, text, widths[c]);
    if (c + 1 == grid->columns) break;
    pad(out, GAP + (right ? 0 : space));
  }
  fputc('\n', out);
}

static size_t total(const sbe_grid *grid, const size_t *widths) {
  size_t sum = (grid->columns - 1) * GAP;
  for (size_t c = 0; c < grid->columns; c++) sum += widths[c];
  return sum;
}

/* The first column says what the row is about. */
static size_t least_width(size_t column, size_t width) {
  size_t least = column ? LEAST : LEAST_FIRST;
  return width < least ? width : least;
}

/* Takes from the widest that can give, one by one, until the line fits. False: it cannot. */
static bool fit(const sbe_grid *grid, size_t *widths, size_t room) {
  size_t *least = SBE_NEW_ARRAY(grid->arena, size_t, grid->columns);
  for (size_t c = 0; c < grid->columns; c++) least[c] = least_width(c, widths[c]);
  if (total(grid, least) > room) return false;
  for (size_t over = total(grid, widths); over > room; over--) {
    size_t widest = grid->columns;
    for (size_t c = 0; c < grid->columns; c++)
      if (widths[c] > least[c] && (widest == grid->columns || widths[c] > widths[widest])) widest = c;
    /* a very long one at once, so that a cell of megabytes does not take as many turns */
    if (over - room > MANY && widths[widest] > 2 * MANY) {
      size_t cut = over - room < widths[widest] - MANY ? over - room : widths[widest] - MANY;
      widths[widest] -= cut - 1;
      over -= cut - 1;
    }
    widths[widest]--;
  }
  return true;
}

static void put_blocks(const sbe_grid *grid, FILE *out) {
  size_t widest = 0;
  for (size_t c = 0; c < grid->columns; c++)
    if (sbe_text_width(grid->heads[c]) > widest) widest = sbe_text_width(grid->heads[c]);
  for (size_t r = 0; r < grid->n; r++) {
    if (r) fputc('\n', out);
    for (size_t c = 0; c < grid->columns; c++) {
      fputs(sbe_colour_of(out, SBE_DIM), out);
      sbe_put_safe(out, grid->heads[c], false);
      fputs(sbe_colour_of(out, SBE_PLAIN), out);
      pad(out, widest - sbe_text_width(grid->heads[c]) + GAP);
      sbe_put_safe(out, cell(grid, r, c), false);
      fputc('\n', out);
    }
  }
}

void sbe_grid_print(const sbe_grid *grid, FILE *out) {
  size_t *widths = SBE_NEW_ARRAY(grid->arena, size_t, grid->columns);
  for (size_t c = 0; c < grid->columns; c++) {
    widths[c] = sbe_text_width(grid->heads[c]);
    for (size_t r = 0; r < grid->n; r++) {
      size_t width = sbe_text_width(cell(grid, r, c));
      if (width > widths[c]) widths[c] = width;
    }
  }
  size_t room = sbe_terminal_width(out);
  if (room && !fit(grid, widths, room)) {
    put_blocks(grid, out);
    return;
  }
  fputs(sbe_colour_of(out, SBE_DIM), out);
  put_line(grid, out, grid->heads, widths);
  fputs(sbe_colour_of(out, SBE_PLAIN), out);
  for (size_t r = 0; r < grid->n; r++) put_line(grid, out, grid->cells + r * grid->columns, widths);
}
