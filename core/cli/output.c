/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How things are said: streams, colours, numbers, durations. Every text that is not our own goes through
 * sbe_put_safe on its way to a terminal. No locale anywhere.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/cli/cli.h"

static bool colours[2]; /* of stdout, stderr */

static bool is_terminal(int file) {
  const char *terminal = getenv("TERM");
  return isatty(file) && terminal && strcmp(terminal, "dumb") != 0;
}

void sbe_output_start(const sbe_arguments *arguments) {
  const char *none = getenv("NO_COLOR");
  bool wanted = !arguments->no_color && !(none && *none);
  colours[0] = wanted && is_terminal(STDOUT_FILENO);
  colours[1] = wanted && is_terminal(STDERR_FILENO);
}

const char *sbe_colour_of(FILE *out, sbe_colour colour) {
  static const char *const codes[] = {
      [SBE_PLAIN] = "\033[0m",  [SBE_BOLD] = "\033[1m",      [SBE_DIM] = "\033[2m",
      [SBE_RED] = "\033[1;31m", [SBE_YELLOW] = "\033[1;33m", [SBE_GREEN] = "\033[32m",
  };
  return colours[out == stderr] ? codes[colour] : "";
}

size_t sbe_terminal_width(FILE *out) {
  struct winsize size;
  if (!is_terminal(fileno(out))) return 0;
  if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  return 80;
}

void sbe_put_safe(FILE *out, const char *text, bool lines) {
  size_t size = strlen(text);
  char *copy = sbe_xmalloc(size + 1);
  memcpy(copy, text, size + 1);
  sbe_redact(copy);
  for (char *c = copy; *c; c++) {
    unsigned char byte = (unsigned char)*c;
    bool kept = byte >= 0x20 && byte != 0x7F;
    if (byte == 0xC2 && ((unsigned char)c[1] & 0xE0) == 0x80) kept = false; /* U+0080 to U+009F */
    if (byte == '\n' && lines) kept = true;
    if (!kept) *c = byte == '\n' || byte == '\t' ? ' ' : '?';
    if (byte == 0xC2 && !kept) *++c = '?';
  }
  fputs(copy, out);
  free(copy);
}

static void say(const char *label, sbe_colour colour, const char *format, va_list arguments) SBE_PRINTF(3, 0);
static void say(const char *label, sbe_colour colour, const char *format, va_list arguments) {
  char text[SBE_LONGEST_COMPLAINT];
  vsnprintf(text, sizeof text, format, arguments);
  fflush(stdout);
  fprintf(stderr, "%s%s%s", sbe_colour_of(stderr, colour), label, sbe_colour_of(stderr, SBE_PLAIN));
  sbe_put_safe(stderr, text, true);
  fputc('\n', stderr);
}

static char complaint[SBE_LONGEST_COMPLAINT]; /* the first one */

void sbe_complain(const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  if (!*complaint) vsnprintf(complaint, sizeof complaint, format, again);
  va_end(again);
  say("sbe: ", SBE_RED, format, arguments);
  va_end(arguments);
}

const char *sbe_complaint(void) {
  sbe_redact(complaint);
  return complaint;
}

void sbe_warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("warning: ", SBE_YELLOW, format, arguments);
  va_end(arguments);
}

const char *sbe_count_text(int64_t number, char ret_text[32]) {
  char digits[24];
  int size = snprintf(digits, sizeof digits, "%" PRId64, number);
  char *to = ret_text;
  for (int i = 0; i < size; i++) {
    *to++ = digits[i];
    int left = size - 1 - i;
    if (left > 0 && left % 3 == 0 && digits[i] != '-') *to++ = ',';
  }
  *to = '\0';
  return ret_text;
}

const char *sbe_time_text(sbe_timestamp at, char ret_text[40]) {
  sbe_timestamp_format(at, ret_text);
  ret_text[10] = 'T';
  strcat(ret_text, "Z");
  return ret_text;
}

const char *sbe_duration_text(int64_t microseconds, char ret_text[40]) {
  static const struct {
    int64_t seconds;
    const char *name;
  } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
  int64_t seconds = (microseconds < 0 ? -microseconds : microseconds) / SBE_SECOND_US;
  size_t i = 0;
  while (i < 3 && seconds < units[i].seconds) i++;
  int size = snprintf(ret_text, 40, "%" PRId64 " %s", seconds / units[i].seconds, units[i].name);
  int64_t rest = seconds % units[i].seconds;
  if (i < 3 && rest >= units[i + 1].seconds)
    snprintf(ret_text + size, 40 - (size_t)size, " %" PRId64 " %s", rest / units[i + 1].seconds, units[i + 1].name);
  return ret_text;
}

const char *sbe_plural(size_t n, const char *one, const char *many) {
  return n == 1 ? one : many;
}

size_t sbe_text_width(const char *text) {
  size_t width = 0;
  for (const char *c = text; *c; c++) width += ((unsigned char)*c & 0xC0) != 0x80;
  return width;
}
