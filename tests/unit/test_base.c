/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of core/base. Expected values are from the definitions of the formats, never from the program. */
#include <CUnit/CUnit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "tests/unit/unit.h"

/* --- arena, text -------------------------------------------------------------------------------- */

static void arena_gives_zeroed_aligned_memory(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  for (int round = 0; round < 2; round++) {
    for (size_t size = 0; size < 5000; size += 7) {
      char *memory = sbe_arena_alloc(arena, size);
      CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
      bool zeroed = true;
      for (size_t i = 0; i < size; i++) zeroed = zeroed && memory[i] == 0;
      UNIT_CHECK(zeroed, "%zu bytes are zeroed", size);
      UNIT_CHECK((uintptr_t)memory % _Alignof(max_align_t) == 0, "%zu bytes are aligned", size);
      memset(memory, 0xAA, size);
      sbe_arena_strndup(arena, "odd", size % 4); /* throws the alignment out */
    }
    sbe_arena_reset(arena);
  }
}

static void arena_keeps_what_it_gave(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  enum { N = 2000 };
  char *texts[N];
  for (int i = 0; i < N; i++) {
    texts[i] = sbe_arena_alloc(arena, (size_t)i * 13 + 1);
    memset(texts[i], 'a' + i % 26, (size_t)i * 13);
  }
  for (int i = 0; i < N; i++) {
    bool kept = texts[i][i * 13] == '\0';
    for (int j = 0; j < i * 13; j++) kept = kept && texts[i][j] == 'a' + i % 26;
    UNIT_CHECK(kept, "block %d is untouched", i);
  }
}

/* A child's memory stays where it is, and lives as long as what adopted it; both can have been used or not. */
static void arena_adopts(void) {
  static const struct {
    size_t mine, childs; /* texts of 1000 bytes */
  } rows[] = {{0, 0}, {3, 0}, {0, 3}, {3, 3}, {1, 400}, {400, 1}, {400, 400}};
  enum { N = 400, SIZE = 1000 };
  static char *mine[N], *childs[N], *later[N];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_arena *arena = sbe_arena_new(), *child = sbe_arena_new();
    for (size_t n = 0; n < rows[i].mine; n++) memset(mine[n] = sbe_arena_alloc(arena, SIZE), 'm', SIZE);
    for (size_t n = 0; n < rows[i].childs; n++) memset(childs[n] = sbe_arena_alloc(child, SIZE), 'c', SIZE);
    sbe_arena_adopt(arena, child);
    for (size_t n = 0; n < N; n++) memset(later[n] = sbe_arena_alloc(arena, SIZE), 'l', SIZE);
    bool whole = true;
    for (size_t b = 0; b < SIZE; b++) {
      for (size_t n = 0; n < rows[i].mine; n++) whole = whole && mine[n][b] == 'm';
      for (size_t n = 0; n < rows[i].childs; n++) whole = whole && childs[n][b] == 'c';
      for (size_t n = 0; n < N; n++) whole = whole && later[n][b] == 'l';
    }
    UNIT_CHECK(whole, "%zu and %zu", rows[i].mine, rows[i].childs);
    sbe_arena *again = sbe_arena_new(); /* one that has adopted can be adopted */
    sbe_arena_adopt(again, arena);
    UNIT_CHECK(rows[i].childs == 0 || childs[0][SIZE - 1] == 'c', "%zu and %zu", rows[i].mine, rows[i].childs);
    sbe_arena_free(again); /* leaks and what is freed twice are the sanitizer's to find */
  }
}

static void arena_copies_text(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  CU_ASSERT_STRING_EQUAL(sbe_arena_strndup(arena, "abcdef", 3), "abc");
  CU_ASSERT_STRING_EQUAL(sbe_arena_strdup(arena, "abc"), "abc");
  CU_ASSERT_PTR_NULL(sbe_arena_strdup(arena, NULL));
  CU_ASSERT_STRING_EQUAL(sbe_arena_printf(arena, "%s-%d", "x", 7), "x-7");
  char *wide = sbe_arena_printf(arena, "%5000d", 7);
  CU_ASSERT_EQUAL(strlen(wide), 5000);
  CU_ASSERT_EQUAL(wide[4999], '7');
  sbe_arena_free(NULL);
}

static void grow_makes_room_for_one_more(void) {
  int *numbers = NULL;
  size_t capacity = 0;
  for (size_t n = 0; n < 1000; n++) {
    numbers = sbe_grow(numbers, n, &capacity, sizeof *numbers);
    CU_ASSERT_TRUE_FATAL(capacity > n);
    numbers[n] = (int)n;
  }
  CU_ASSERT_EQUAL(numbers[999], 999);
  CU_ASSERT_TRUE(capacity < 2048 + 1);
  free(numbers);
}

static void text_grows(void) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "");
  sbe_text_puts(&text, "a");
  sbe_text_putc(&text, 'b');
  sbe_text_put(&text, "cxx", 1);
  sbe_text_printf(&text, "%d%s", 4, "e");
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "abc4e");
  CU_ASSERT_EQUAL(text.size, 5);
  sbe_text_clear(&text);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "");
  sbe_text_printf(&text, "%3000s", "x");
  CU_ASSERT_EQUAL(text.size, 3000);
  CU_ASSERT_EQUAL(strlen(text.data), 3000);
}

static void text_stops_at_its_limit(void) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(5);
  sbe_text_puts(&text, "12345");
  CU_ASSERT_FALSE(text.overflow);
  sbe_text_puts(&text, "");
  CU_ASSERT_FALSE(text.overflow);
  sbe_text_putc(&text, '6');
  CU_ASSERT_TRUE(text.overflow);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "12345");
  sbe_text_clear(&text);
  CU_ASSERT_FALSE(text.overflow);
  sbe_text_puts(&text, "123456");
  sbe_text_puts(&text, "1"); /* would fit, but something is missing before it */
  CU_ASSERT_TRUE(text.overflow);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "");
  sbe_text_free(&text);
  sbe_text_printf(&text, "%3000s", "x");
  CU_ASSERT_TRUE(text.overflow);
}

static void text_prints_integers(void) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(1000);
  sbe_text_int(&text, 0);
  sbe_text_putc(&text, ' ');
  sbe_text_int(&text, -70);
  sbe_text_putc(&text, ' ');
  sbe_text_int(&text, INT64_MAX);
  sbe_text_putc(&text, ' ');
  sbe_text_int(&text, INT64_MIN);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&text), "0 -70 9223372036854775807 -9223372036854775808");
}

/* --- errors ------------------------------------------------------------------------------------- */

static void error_is_filled_in(void) {
  sbe_error error = SBE_NO_ERROR;
  CU_ASSERT_EQUAL(sbe_error_set(&error, SBE_BUSY, "55P03", "%s is locked", "a table"), SBE_BUSY);
  CU_ASSERT_EQUAL(error.code, SBE_BUSY);
  CU_ASSERT_STRING_EQUAL(error.sqlstate, "55P03");
  CU_ASSERT_STRING_EQUAL(error.message, "a table is locked");
  sbe_error_set(&error, SBE_IO, NULL, "again: %s", error.message);
  CU_ASSERT_STRING_EQUAL(error.message, "again: a table is locked");
  CU_ASSERT_STRING_EQUAL(error.sqlstate, "");
  sbe_error_set(&error, SBE_IO, "1234567", "x");
  CU_ASSERT_STRING_EQUAL(error.sqlstate, "12345");
  CU_ASSERT_EQUAL(sbe_error_set(NULL, SBE_AUTH, NULL, "x"), SBE_AUTH);
}

static void long_error_is_cut_at_a_character(void) {
  sbe_error error = SBE_NO_ERROR;
  for (size_t shift = 0; shift < 4; shift++) {
    char text[4001] = "";
    size_t n = shift;
    memset(text, 'x', shift);
    for (; n + 4 < sizeof text; n += 4) memcpy(text + n, "\xF0\x9F\x98\x80", 5);
    sbe_error_set(&error, SBE_IO, NULL, "%s", text);
    size_t size = strlen(error.message);
    UNIT_CHECK(size < 2048 && size > 2040, "shift %zu: %zu bytes", shift, size);
    UNIT_CHECK(sbe_utf8_valid(error.message, size, NULL), "shift %zu: whole characters", shift);
    UNIT_CHECK(strcmp(error.message + size - 3, "…") == 0, "shift %zu: ends with …", shift);
  }
}

static void error_codes_have_names(void) {
  CU_ASSERT_STRING_EQUAL(sbe_error_name(SBE_OK), "ok");
  CU_ASSERT_STRING_EQUAL(sbe_error_name(SBE_AUTH), "auth");
  CU_ASSERT_STRING_EQUAL(sbe_error_name(SBE_UNKNOWN_OUTCOME), "unknown_outcome");
  CU_ASSERT_STRING_EQUAL(sbe_error_name(SBE_INTERNAL), "internal");
  CU_ASSERT_STRING_EQUAL(sbe_error_name(-1), "internal");
  CU_ASSERT_STRING_EQUAL(sbe_error_name(99), "internal");
}

static void report_is_sorted_by_place(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  CU_ASSERT_PTR_NULL(sbe_report_sort(&report));
  static const struct {
    const char *file;
    uint32_t line, column;
    const char *message;
  } rows[] = {{"b.yml", 1, 1, "6"}, {"a.yml", 2, 9, "4"}, {"a.yml", 10, 1, "5"}, {"a.yml", 2, 3, "2"},
              {NULL, 0, 0, "0"},    {"b.yml", 1, 1, "7"}, {"a.yml", 2, 3, "3"},  {"a.yml", 0, 0, "1"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    sbe_report_add(&report, i % 2 ? SBE_WARNING : SBE_ERROR, (sbe_place){rows[i].file, rows[i].line, rows[i].column},
                   "%s", rows[i].message);
  CU_ASSERT_EQUAL(report.errors, 4);
  CU_ASSERT_EQUAL(report.warnings, 4);
  int expected = '0';
  sbe_finding *first = sbe_report_sort(&report);
  CU_ASSERT_PTR_EQUAL(first, report.first);
  for (sbe_finding *finding = first; finding; finding = finding->next)
    UNIT_CHECK(finding->message[0] == expected++, "position of %s", finding->message);
  CU_ASSERT_EQUAL(expected, '8');
  CU_ASSERT_STRING_EQUAL(report.last->message, "7");
  sbe_report_add(&report, SBE_NOTE, (sbe_place){"c.yml", 1, 1}, "8");
  CU_ASSERT_STRING_EQUAL(report.last->message, "8");
  CU_ASSERT_EQUAL(report.errors, 4);
}

static void report_keeps_a_thousand_errors(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  for (int i = 0; i < 2500; i++) sbe_report_add(&report, SBE_ERROR, (sbe_place){"a", 2500 - (uint32_t)i, 1}, "x");
  CU_ASSERT_EQUAL(report.errors, 2500);
  size_t kept = 0;
  uint32_t line = 0;
  for (sbe_finding *finding = sbe_report_sort(&report); finding; finding = finding->next, kept++) {
    CU_ASSERT_TRUE(finding->place.line > line);
    line = finding->place.line;
  }
  CU_ASSERT_EQUAL(kept, 1000);
}

static void findings_are_one_clean_line(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  sbe_report_add(&report, SBE_ERROR, (sbe_place){"a", 1, 1}, "%s",
                 "a\nb\tc\x1B[31md\x7F"
                 "é\xC2\x9B"
                 "1m");
  CU_ASSERT_STRING_EQUAL(report.last->message, "a b c?[31md?é?1m");
  sbe_report_add(&report, SBE_ERROR, (sbe_place){"a", 1, 1}, "%.2s!", "aé");
  CU_ASSERT_STRING_EQUAL(report.last->message, "a?!");
}

/* --- dates -------------------------------------------------------------------------------------- */

static void dates_are_read(void) {
  static const struct {
    const char *text;
    int64_t days; /* INT64_MIN: refused */
  } rows[] = {
      {"1970-01-01", 0},          {"1970-01-02", 1},
      {"1969-12-31", -1},         {"2000-02-29", 11016},
      {"2000-03-01", 11017},      {"2025-01-01", 20089},
      {"0001-01-01", -719162},    {"9999-12-31", 2932896},
      {"1900-02-29", INT64_MIN},  {"2025-02-29", INT64_MIN},
      {"2025-04-31", INT64_MIN},  {"2025-13-01", INT64_MIN},
      {"2025-00-01", INT64_MIN},  {"2025-01-00", INT64_MIN},
      {"0000-01-01", INT64_MIN},  {"2025-1-01", INT64_MIN},
      {"2025-01-1", INT64_MIN},   {"2025-01-011", INT64_MIN},
      {" 2025-01-01", INT64_MIN}, {"2025/01/01", INT64_MIN},
      {"20250101", INT64_MIN},    {"", INT64_MIN},
      {"2025-01-0x", INT64_MIN},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_date date = INT64_MIN;
    bool good = sbe_date_parse(rows[i].text, strlen(rows[i].text), &date);
    UNIT_CHECK(good == (rows[i].days != INT64_MIN) && date == rows[i].days, "'%s' is %lld", rows[i].text,
               (long long)date);
  }
  sbe_date date;
  CU_ASSERT_TRUE(sbe_date_parse("2025-01-01T", 10, &date)); /* no more than `size` is read */
}

/* Walks through all dates of the calendar by the rule everybody knows. */
static void dates_go_through_the_calendar(void) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t expected = -719162;
  for (int year = 1; year <= 9999; year++) {
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; month++) {
      int length = lengths[month - 1] + (month == 2 && leap);
      for (int day = 1; day <= length; day++, expected++) {
        char text[16] = {(char)('0' + year / 1000),
                         (char)('0' + year / 100 % 10),
                         (char)('0' + year / 10 % 10),
                         (char)('0' + year % 10),
                         '-',
                         (char)('0' + month / 10),
                         (char)('0' + month % 10),
                         '-',
                         (char)('0' + day / 10),
                         (char)('0' + day % 10)};
        char printed[16];
        sbe_date date = 0;
        sbe_date_format(expected, printed);
        if (!sbe_date_parse(text, 10, &date) || date != expected || strcmp(printed, text) != 0) {
          UNIT_CHECK(false, "%s is day %lld, printed %s", text, (long long)date, printed);
          return;
        }
      }
    }
  }
  CU_ASSERT_EQUAL(expected, 2932897);
}

static void timestamps_are_read(void) {
  const int64_t day = INT64_C(20089) * 86400; /* 2025-01-01 */
  static const int64_t refused = INT64_MIN;
  const struct {
    const char *text;
    int64_t us;
  } rows[] = {
      {"2025-01-01", day * 1000000},
      {"2025-01-01T00:00", day * 1000000},
      {"2025-01-01 10:20", (day + 37200) * 1000000},
      {"2025-01-01T10:20:30", (day + 37230) * 1000000},
      {"2025-01-01T10:20:30Z", (day + 37230) * 1000000},
      {"2025-01-01 10:20:30 UTC", (day + 37230) * 1000000},
      {"2025-01-01 10:20:30.5", (day + 37230) * 1000000 + 500000},
      {"2025-01-01 10:20:30.123456789", (day + 37230) * 1000000 + 123456},
      {"2025-01-01T10:20:30+02", (day + 30030) * 1000000},
      {"2025-01-01T10:20:30-05:30", (day + 57030) * 1000000},
      {"2025-01-01T10:20+00:00", (day + 37200) * 1000000},
      {"1969-12-31T23:59:59.999999", -1},
      {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
      {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
      {"0001-01-01T00:00:00+01", refused},
      {"9999-12-31T23:59:59-01", refused},
      {"2025-01-01T24:00", refused},
      {"2025-01-01T10:60", refused},
      {"2025-01-01T10:20:60", refused},
      {"2025-01-01T10", refused},
      {"2025-01-01T10:20:30.", refused},
      {"2025-01-01T10:20:30.1234567890", refused},
      {"2025-01-01T10:20:30z", refused},
      {"2025-01-01T10:20:30 Z", refused},
      {"2025-01-01T10:20:30+2", refused},
      {"2025-01-01T10:20:30+24:00", refused},
      {"2025-01-01T10:20:30+02:60", refused},
      {"2025-01-01T10:20:30+02:", refused},
      {"2025-01-01T10:20:30 UTCx", refused},
      {"2025-01-01T", refused},
      {"2025-01-01Z", refused},
      {"", refused},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sbe_timestamp us = refused;
    bool good = sbe_timestamp_parse(rows[i].text, strlen(rows[i].text), &us);
    UNIT_CHECK(good == (rows[i].us != refused) && us == rows[i].us, "'%s' is %lld", rows[i].text, (long long)us);
  }
}

static void timestamps_are_printed(void) {
  char text[32];
  sbe_timestamp_format(0, text);
  CU_ASSERT_STRING_EQUAL(text, "1970-01-01 00:00:00");
  sbe_timestamp_format(-1, text);
  CU_ASSERT_STRING_EQUAL(text, "1969-12-31 23:59:59.999999");
  sbe_timestamp_format(INT64_C(20089) * SBE_DAY_US + 37230 * SBE_SECOND_US + 42, text);
  CU_ASSERT_STRING_EQUAL(text, "2025-01-01 10:20:30.000042");
  CU_ASSERT_EQUAL(sbe_timestamp_date(-1), -1);
  CU_ASSERT_EQUAL(sbe_timestamp_date(0), 0);
  CU_ASSERT_EQUAL(sbe_timestamp_date(-SBE_DAY_US), -1);
  CU_ASSERT_EQUAL(sbe_timestamp_date(SBE_DAY_US - 1), 0);
  /* Nothing outside of the calendar writes past the text. */
  static const int64_t extremes[] = {INT64_MIN, INT64_MAX, INT64_MIN / 2};
  for (int i = 0; i < 3; i++) {
    sbe_timestamp_format(extremes[i], text);
    CU_ASSERT_TRUE(strlen(text) <= 26);
    sbe_date_format(extremes[i], text);
    CU_ASSERT_EQUAL(strlen(text), 10);
  }
}

static void clocks_run(void) {
  CU_ASSERT_TRUE(sbe_timestamp_now() > INT64_C(20089) * SBE_DAY_US);
  int64_t first = sbe_monotonic_us();
  usleep(2000);
  int64_t passed = sbe_monotonic_us() - first;
  CU_ASSERT_TRUE(passed >= 2000 && passed < 60 * SBE_SECOND_US);
}

/* --- strings ------------------------------------------------------------------------------------ */

static void strings_are_compared(void) {
  CU_ASSERT_TRUE(sbe_streq(NULL, NULL) && sbe_streq("a", "a"));
  CU_ASSERT_FALSE(sbe_streq("a", NULL) || sbe_streq(NULL, "") || sbe_streq("a", "A"));
  CU_ASSERT_TRUE(sbe_strcaseeq("aBc1", "AbC1") && sbe_strcaseeq(NULL, NULL));
  CU_ASSERT_FALSE(sbe_strcaseeq("abc", "ab") || sbe_strcaseeq("ab", "abc") || sbe_strcaseeq("", NULL));
  CU_ASSERT_FALSE(sbe_strcaseeq("é", "É") || sbe_strcaseeq("[", "{") || sbe_strcaseeq("@", "`"));
  CU_ASSERT_TRUE(sbe_starts_with("abc", "ab") && sbe_starts_with("abc", "") && sbe_starts_with("abc", "abc"));
  CU_ASSERT_FALSE(sbe_starts_with("ab", "abc"));
}

static void utf8_is_checked(void) {
  static const struct {
    const char *text;
    size_t size;
    int bad; /* -1: valid */
  } rows[] = {
      {"", 0, -1},
      {"abc", 3, -1},
      {"0123456789abcdef", 16, -1},
      {"\xC3\xA9", 2, -1},         /* é */
      {"\xE2\x82\xAC", 3, -1},     /* € */
      {"\xF0\x9F\x98\x80", 4, -1}, /* U+1F600 */
      {"\xED\x9F\xBF", 3, -1},     /* U+D7FF */
      {"\xEE\x80\x80", 3, -1},     /* U+E000 */
      {"\xF4\x8F\xBF\xBF", 4, -1}, /* U+10FFFF */
      {"\xEF\xBF\xBF", 3, -1},     /* U+FFFF */
      {"a\0b", 3, 1},
      {"01234567\0", 9, 8},
      {"0123456\0", 8, 7},
      {"\x80", 1, 0},
      {"ab\xC0\x80", 4, 2}, /* overlong NUL */
      {"\xC1\xBF", 2, 0},
      {"\xE0\x9F\xBF", 3, 0},     /* overlong */
      {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
      {"\xED\xA0\x80", 3, 0},     /* surrogate */
      {"\xF4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
      {"\xF5\x80\x80\x80", 4, 0},
      {"\xFF", 1, 0},
      {"0123456789\xC3", 11, 10}, /* cut */
      {"\xE2\x82", 2, 0},
      {"\xF0\x9F\x98", 3, 0},
      {"\xC3"
       "a",
       2, 0},
      {"\xE2\x82"
       "a",
       3, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t bad = 999;
    bool valid = sbe_utf8_valid(rows[i].text, rows[i].size, &bad);
    UNIT_CHECK(valid == (rows[i].bad < 0), "row %zu is %s", i, valid ? "valid" : "not valid");
    UNIT_CHECK(bad == (valid ? 999 : (size_t)rows[i].bad), "row %zu: bad at %zu", i, bad);
  }
  CU_ASSERT_FALSE(sbe_utf8_valid("\xFF", 1, NULL));
}

static void snake_case_is_the_loaders(void) {
  static const struct {
    const char *name, *snake;
  } rows[] = {
      {"deviceClass", "device_class"},
      {"IPAddress", "ip_address"},
      {"utm2Source", "utm2_source"},
      {"product-x", "product_x"},
      {"ABC", "abc"},
      {"a", "a"},
      {"", ""},
      {"aB", "a_b"},
      {"ABc", "a_bc"},
      {"already_snake", "already_snake"},
      {"com.acme", "com_acme"},
      {"HTTPServer2XY", "http_server2_xy"},
      {"A1B", "a1_b"},
      {"x y", "x_y"},
      {"caf\xC3\xA9X", "caf_x"},
      {"_Ab", "_ab"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char snake[64];
    sbe_snake(rows[i].name, snake, sizeof snake);
    UNIT_CHECK(strcmp(snake, rows[i].snake) == 0, "'%s' becomes '%s'", rows[i].name, snake);
    char exact[64];
    memset(exact, 'z', sizeof exact);
    sbe_snake(rows[i].name, exact, strlen(rows[i].snake) + 1);
    UNIT_CHECK(strcmp(exact, rows[i].snake) == 0, "'%s' fits exactly", rows[i].name);
  }
  char small[4] = "zzz";
  sbe_snake("deviceClass", small, 3);
  CU_ASSERT_STRING_EQUAL(small, "de");
  sbe_snake("x", small, 0);
  CU_ASSERT_STRING_EQUAL(small, "de");
}

static void the_nearest_name_is_suggested(void) {
  static const char *const names[] = {"aggregation", "name", "type", "period", "property", "counter", "sum", NULL};
  static const struct {
    const char *name, *nearest;
  } rows[] = {
      {"agregation", "aggregation"}, /* 1 of 11 */
      {"nmae", "name"},              /* neighbours swapped: 1 of 4, not 2 */
      {"Name", "name"},              /* case: a half of 4 */
      {"NAme", "name"},              /* two halves */
      {"naXY", NULL},                /* 2 of 4 */
      {"TYPE", NULL},                /* four halves: 2 of 4 */
      {"properti", "property"},
      {"prop", NULL}, /* 4 of 8 */
      {"sun", "sum"}, /* 1 of 3 */
      {"su", "sum"},
      {"s", NULL},
      {"", NULL},
      {"completely different", NULL},
      {"sum", "sum"},
      {"count", "counter"}, /* 2 of 7 */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *nearest = sbe_nearest(rows[i].name, names);
    UNIT_CHECK(sbe_streq(nearest, rows[i].nearest), "'%s' is near '%s'", rows[i].name, nearest ? nearest : "nothing");
  }
  static const char *const cases[] = {"ab_d", "AB_c", "ab_e", NULL};
  CU_ASSERT_STRING_EQUAL(sbe_nearest("ab_c", cases), "ab_d"); /* all are two halves away: the first stays */
  static const char *const one_case[] = {"abcx", "abcD", NULL};
  CU_ASSERT_STRING_EQUAL(sbe_nearest("abcd", one_case), "abcD");
  char endless[5000];
  memset(endless, 'a', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  const char *const same[] = {endless, NULL};
  CU_ASSERT_PTR_NULL(sbe_nearest(endless, same));
  const char *const none[] = {NULL};
  CU_ASSERT_PTR_NULL(sbe_nearest("a", none));
}

/* Test vectors of FNV-1a's authors. */
static void hash_is_fnv(void) {
  CU_ASSERT_EQUAL(sbe_hash(SBE_HASH_START, "", 0), UINT64_C(0xcbf29ce484222325));
  CU_ASSERT_EQUAL(sbe_hash(SBE_HASH_START, "a", 1), UINT64_C(0xaf63dc4c8601ec8c));
  CU_ASSERT_EQUAL(sbe_hash(SBE_HASH_START, "foobar", 6), UINT64_C(0x85944171f73967e8));
  CU_ASSERT_EQUAL(sbe_hash(sbe_hash(SBE_HASH_START, "foo", 3), "bar", 3), UINT64_C(0x85944171f73967e8));
}

static void integers_are_read(void) {
  static const struct {
    const char *text;
    bool good;
    int64_t number;
  } rows[] = {
      {"0", true, 0},
      {"+12", true, 12},
      {"-12", true, -12},
      {"007", true, 7},
      {"9223372036854775807", true, INT64_MAX},
      {"-9223372036854775808", true, INT64_MIN},
      {"000000000000000000000000000001", true, 1},
      {"9223372036854775808", false, 0},
      {"-9223372036854775809", false, 0},
      {"18446744073709551617", false, 0},
      {"99999999999999999999999", false, 0},
      {"", false, 0},
      {"+", false, 0},
      {"-", false, 0},
      {"1 ", false, 0},
      {" 1", false, 0},
      {"1.0", false, 0},
      {"0x1", false, 0},
      {"--1", false, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t number = 0;
    bool good = sbe_parse_int64(rows[i].text, strlen(rows[i].text), &number);
    UNIT_CHECK(good == rows[i].good && number == rows[i].number, "'%s' is %lld", rows[i].text, (long long)number);
  }
}

static void numbers_are_recognised(void) {
  static const char *const good[] = {"0",   "-1",   "+1",       "1.5", ".5",   "5.",
                                     "1e5", "1E+5", "-1.5e-10", "007", "01.5", NULL};
  static const char *const bad[] = {"",    ".",    "-",     "e5", "1e", "1e+", "1.5.5", "1,5", "0x1", "inf",
                                    "nan", ".inf", "1_000", "1 ", " 1", "--1", "+-1",   "1f",  NULL};
  for (const char *const *at = good; *at; at++) UNIT_CHECK(sbe_is_number(*at, strlen(*at)), "'%s' is one", *at);
  for (const char *const *at = bad; *at; at++) UNIT_CHECK(!sbe_is_number(*at, strlen(*at)), "'%s' is none", *at);
  CU_ASSERT_TRUE(sbe_is_number("12ab", 2));
}

/* --- log ---------------------------------------------------------------------------------------- */

static void hide_secret(char *message) {
  char *at = strstr(message, "secret");
  if (at) memcpy(at, "******", 6);
}

static size_t slurp(const char *path, char *to, size_t size) {
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t n = fread(to, 1, size - 1, file);
  fclose(file);
  to[n] = '\0';
  return n;
}

static void log_writes_lines(void) {
  char path[200], text[4096], date[16];
  snprintf(path, sizeof path, "%s/log.txt", sbe_unit_directory());
  sbe_log(SBE_LOG_INFO, "to nowhere");
  CU_ASSERT_EQUAL_FATAL(sbe_log_open(path), 0);
  sbe_log_filter(hide_secret);
  sbe_log(SBE_LOG_INFO, "one %d\ntwo", 1);
  sbe_log(SBE_LOG_WARNING, "the secret of %s", "é");
  sbe_log_close();
  sbe_log_filter(NULL);
  sbe_log(SBE_LOG_INFO, "to nowhere");
  struct stat status;
  CU_ASSERT_EQUAL(stat(path, &status), 0);
  CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
  CU_ASSERT_TRUE_FATAL(slurp(path, text, sizeof text) > 0);
  sbe_date_format(sbe_timestamp_date(sbe_timestamp_now()), date);
  char *second = strchr(text, '\n');
  CU_ASSERT_PTR_NOT_NULL_FATAL(second);
  *second++ = '\0';
  UNIT_CHECK(strncmp(text, date, 8) == 0, "the line '%s' begins with %s", text, date);
  CU_ASSERT_STRING_EQUAL(text + 23, " INFO    one 1 two");
  CU_ASSERT_STRING_EQUAL(second + 23, " WARNING the ****** of é\n");
}

static void large_log_is_put_aside(void) {
  char path[200], old[220];
  snprintf(path, sizeof path, "%s/large.log", sbe_unit_directory());
  snprintf(old, sizeof old, "%s.1", path);
  FILE *file = fopen(path, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_EQUAL(ftruncate(fileno(file), 10 << 20), 0);
  CU_ASSERT_EQUAL(sbe_log_open(path), 0); /* exactly 10 MiB: not over */
  CU_ASSERT_NOT_EQUAL(access(old, F_OK), 0);
  CU_ASSERT_EQUAL(ftruncate(fileno(file), (10 << 20) + 1), 0);
  fclose(file);
  CU_ASSERT_EQUAL(sbe_log_open(path), 0);
  sbe_log_close();
  struct stat status;
  CU_ASSERT_EQUAL(stat(old, &status), 0);
  CU_ASSERT_EQUAL(status.st_size, (10 << 20) + 1);
  CU_ASSERT_EQUAL(stat(path, &status), 0);
  CU_ASSERT_EQUAL(status.st_size, 0);
  snprintf(path, sizeof path, "%s/none/at/all.log", sbe_unit_directory());
  CU_ASSERT_NOT_EQUAL(sbe_log_open(path), 0);
}

int sbe_add_base_suite(void) {
  static const sbe_unit_test tests[] = {
      {"arena gives zeroed, aligned memory", arena_gives_zeroed_aligned_memory},
      {"arena keeps what it gave", arena_keeps_what_it_gave},
      {"arena adopts", arena_adopts},
      {"arena copies text", arena_copies_text},
      {"grow makes room for one more", grow_makes_room_for_one_more},
      {"text grows", text_grows},
      {"text stops at its limit", text_stops_at_its_limit},
      {"text prints integers", text_prints_integers},
      {"error is filled in", error_is_filled_in},
      {"long error is cut at a character", long_error_is_cut_at_a_character},
      {"error codes have names", error_codes_have_names},
      {"report is sorted by place", report_is_sorted_by_place},
      {"report keeps a thousand errors", report_keeps_a_thousand_errors},
      {"findings are one clean line", findings_are_one_clean_line},
      {"dates are read", dates_are_read},
      {"dates go through the calendar", dates_go_through_the_calendar},
      {"timestamps are read", timestamps_are_read},
      {"timestamps are printed", timestamps_are_printed},
      {"clocks run", clocks_run},
      {"strings are compared", strings_are_compared},
      {"UTF-8 is checked", utf8_is_checked},
      {"snake case is the loaders'", snake_case_is_the_loaders},
      {"the nearest name is suggested", the_nearest_name_is_suggested},
      {"hash is FNV-1a", hash_is_fnv},
      {"integers are read", integers_are_read},
      {"numbers are recognised", numbers_are_recognised},
      {"log writes lines", log_writes_lines},
      {"large log is put aside", large_log_is_put_aside},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("base", tests);
}
