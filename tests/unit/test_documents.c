/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the document model and its two readers. A document is compared in a short notation:
 * null, true, i:12, n:1.5, "text", [a, b], {key: value}; @LINE:COLUMN behind each when places are compared.
 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/date.h"
#include "core/base/string.h"
#include "core/base/text.h"
#include "core/config/node.h"
#include "tests/unit/unit.h"

typedef sbe_node *reader(sbe_arena *arena, const char *file, const char *bytes, size_t size, sbe_report *report);

static void print_node(sbe_text *out, const sbe_node *node, bool places) {
  if (node->key) sbe_text_printf(out, "%s", node->key);
  if (node->key && places) sbe_text_printf(out, "@%u:%u", node->key_line, node->key_column);
  if (node->key) sbe_text_puts(out, ": ");
  switch (node->kind) {
  case SBE_NODE_NULL:
    sbe_text_puts(out, "null");
    break;
  case SBE_NODE_BOOL:
    sbe_text_puts(out, node->text);
    break;
  case SBE_NODE_INTEGER:
    sbe_text_printf(out, "i:%s", node->text);
    break;
  case SBE_NODE_NUMBER:
    sbe_text_printf(out, "n:%s", node->text);
    break;
  case SBE_NODE_STRING:
    sbe_text_printf(out, "\"%s\"", node->text);
    break;
  case SBE_NODE_LIST:
  case SBE_NODE_MAP:
    sbe_text_putc(out, node->kind == SBE_NODE_LIST ? '[' : '{');
    for (const sbe_node *member = node->child; member; member = member->next) {
      if (member != node->child) sbe_text_puts(out, ", ");
      print_node(out, member, places);
    }
    sbe_text_putc(out, node->kind == SBE_NODE_LIST ? ']' : '}');
  }
  bool leaf = node->kind != SBE_NODE_LIST && node->kind != SBE_NODE_MAP;
  if (leaf && (!node->text || strlen(node->text) != node->size)) sbe_text_puts(out, "(wrong size)");
  if (places) sbe_text_printf(out, "@%u:%u", node->line, node->column);
}

/* Findings as "LINE:COLUMN message; …", or the document. The bytes are copied, so that a step past them is seen. */
static void read_to_text(reader *read_document, const char *bytes, size_t size, bool places, sbe_text *out) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  char *copy = malloc(size ? size : 1);
  if (!copy) abort();
  memcpy(copy, bytes, size);
  sbe_node *node = read_document(arena, "f", copy, size, &report);
  memset(copy, '#', size);
  free(copy);
  if ((node == NULL) != (report.errors > 0)) sbe_text_puts(out, "(errors and answer disagree)");
  for (const sbe_finding *finding = sbe_report_sort(&report); finding; finding = finding->next)
    sbe_text_printf(out, "%s%u:%u %s", out->size ? "; " : "", finding->place.line, finding->place.column,
                    finding->message);
  if (node) print_node(out, node, places);
}

struct row {
  const char *bytes, *expected;
};

static void check_rows(reader *read_document, const struct row *rows, size_t n, bool places) {
  for (size_t i = 0; i < n; i++) {
    sbe_cleanup_text sbe_text found = SBE_TEXT(1 << 20);
    read_to_text(read_document, rows[i].bytes, strlen(rows[i].bytes), places, &found);
    UNIT_CHECK(strcmp(sbe_text_string(&found), rows[i].expected) == 0, "<%s> gives <%s>, not <%s>", rows[i].bytes,
               sbe_text_string(&found), rows[i].expected);
  }
}

/* Errors: the place must be exact, the message must contain what is expected. */
struct error_row {
  const char *bytes;
  uint32_t line, column;
  const char *words;
};

static void check_error(reader *read_document, const char *bytes, size_t size, struct error_row expected) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  sbe_node *node = read_document(arena, "f", bytes, size, &report);
  UNIT_CHECK(!node && report.errors == 1, "<%.60s> is refused, with one error", bytes);
  if (!report.first) return;
  UNIT_CHECK(report.first->place.line == expected.line && report.first->place.column == expected.column &&
                 strstr(report.first->message, expected.words),
             "<%.60s> gives <%u:%u %s>, not <%u:%u %s>", bytes, report.first->place.line, report.first->place.column,
             report.first->message, expected.line, expected.column, expected.words);
  UNIT_CHECK(sbe_streq(report.first->place.file, "f"), "the file is named");
}

static void check_errors(reader *read_document, const struct error_row *rows, size_t n) {
  for (size_t i = 0; i < n; i++) check_error(read_document, rows[i].bytes, strlen(rows[i].bytes), rows[i]);
}

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* --- YAML --------------------------------------------------------------------------------------- */

static void yaml_scalars_follow_the_core_schema(void) {
  static const struct row rows[] = {
      {"[~, null, Null, NULL, nULL, 'null', \"~\"]", "[null, null, null, null, \"nULL\", \"null\", \"~\"]"},
      {"[true, True, TRUE, false, False, FALSE]", "[true, true, true, false, false, false]"},
      {"[tRUE, yes, no, on, off, y, n, 'true']",
       "[\"tRUE\", \"yes\", \"no\", \"on\", \"off\", \"y\", \"n\", \"true\"]"},
      {"[0, 12, +12, -12, 007, -007, -0, +0, 000]", "[i:0, i:12, i:12, i:-12, i:7, i:-7, i:0, i:0, i:0]"},
      {"[9007199254740993, 123456789012345678901234567890]", "[i:9007199254740993, i:123456789012345678901234567890]"},
      {"[0x1F, 0xff, 0o17, 0xFFFFFFFFFFFFFFFF]", "[i:31, i:255, i:15, i:18446744073709551615]"},
      {"[0x, 0o8, 0xG, -0x1F, 0X1F, 0b11, 1_000, 12:30]",
       "[\"0x\", \"0o8\", \"0xG\", \"-0x1F\", \"0X1F\", \"0b11\", \"1_000\", \"12:30\"]"},
      {"[1.5, -1.5, .5, 5., 1e3, 1E-3, +1.5e+10, 01.5]",
       "[n:1.5, n:-1.5, n:.5, n:5., n:1e3, n:1E-3, n:+1.5e+10, n:01.5]"},
      {"[1.5.0, ., '-', +, e5, 1e, 1-0-2, .foo, -.foo]",
       "[\"1.5.0\", \".\", \"-\", \"+\", \"e5\", \"1e\", \"1-0-2\", \".foo\", \"-.foo\"]"},
      {"[2025-01-01, 2025-01-01T10:00:00Z]", "[\"2025-01-01\", \"2025-01-01T10:00:00Z\"]"},
      {"['12', \"1.5\", '']", "[\"12\", \"1.5\", \"\"]"},
      {"a:\nb: # nothing\nc: ''\n", "{a: null, b: null, c: \"\"}"},
      {"|\n  12\n", "\"12\n\""},
      {">-\n  a\n  b\n", "\"a b\""},
      {"12", "i:12"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
}

static void yaml_tags_are_honoured(void) {
  static const struct row rows[] = {
      {"[!!str 12, !!str, !!str null, !!str 'x']", "[\"12\", \"\", \"null\", \"x\"]"},
      {"[!!int 12, !!int '012', !!int 0x10]", "[i:12, i:12, i:16]"},
      {"[!!float 1.5, !!float 3, !!float '2e1']", "[n:1.5, n:3.0, n:2e1]"},
      {"[!!bool 'True', !!null '', !!null ~]", "[true, null, null]"},
      {"!!map {a: !!seq [1]}", "{a: [i:1]}"},
      {"!!str a: 1", "{a: i:1}"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
  static const struct error_row errors[] = {
      {"a: !!int x", 1, 4, "'x' is not what its tag !!int says"},
      {"a: !!bool yes", 1, 4, "!!bool"},
      {"a: !!float .inf", 1, 4, "!!float"},
      {"a: !!null x", 1, 4, "!!null"},
      {"a: !!binary aGk=", 1, 4, "tag"},
      {"a: !foo b", 1, 4, "'!foo' means nothing here"},
      {"operator: !=", 1, 11, "text that begins with '!' must be in quotes"},
      {"a: !foo [1]", 1, 4, "'!foo'"},
      {"a: !!set {b}", 1, 4, "set"},
      {"!foo a: 1", 1, 1, "'!foo'"},
      {"%TAG !e! tag:x,1:\n---\na", 1, 1, "%TAG"},
  };
  check_errors(sbe_yaml_read, errors, COUNT(errors));
}

static void yaml_places_count_characters(void) {
  static const struct row rows[] = {
      {"a: 1\nbc:  2\n", "{a@1:1: i:1@1:4, bc@2:1: i:2@2:6}@1:1"},
      {"- x\n-  - y\n   - z\n", "[\"x\"@1:3, [\"y\"@2:6, \"z\"@3:6]@2:4]@1:1"},
      {"{é: ü, 😀: [日, 本]}", "{é@1:2: \"ü\"@1:5, 😀@1:8: [\"日\"@1:12, \"本\"@1:15]@1:11}@1:1"},
      {"a: \"é😀\" # é\nb: x\n", "{a@1:1: \"é😀\"@1:4, b@2:1: \"x\"@2:4}@1:1"},
      {"a:\t x\t\r\nb: y\r\n", "{a@1:1: \"x\"@1:5, b@2:1: \"y\"@2:4}@1:1"},
      {"a: 1\rb: 2\r", "{a@1:1: i:1@1:4, b@2:1: i:2@2:4}@1:1"},
      {"\xEF\xBB\xBF"
       "a: 1\n",
       "{a@1:1: i:1@1:4}@1:1"},
      {"# é\n\n---\n# x\na: |\n  b\nc:\nd: e", "{a@5:1: \"b\n\"@5:4, c@7:1: null@7:3, d@8:1: \"e\"@8:4}@5:1"},
      {"x: &a 1\ny: *a\n", "{x@1:1: i:1@1:4, y@2:1: i:1@2:4}@1:1"},
      {"", "null@1:1"},
      {"# nothing\n", "null@1:1"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), true);
}

static void yaml_errors_say_where_and_what_to_do(void) {
  static const struct error_row rows[] = {
      {"a: b: c\n", 1, 5, "a ':' cannot stand here"},
      {"é: ü: c\n", 1, 5, "a ':' cannot stand here"},
      {"a: 1\n  b: 2\n", 2, 4, "indentation"},
      {"a:\n\t- b\n", 2, 1, "a tab cannot be used for indentation"},
      {"a: @foo\n", 1, 4, "text that begins with '@' must be in quotes"},
      {"😀: `x`\n", 1, 4, "text that begins with '`' must be in quotes"},
      {"a: %x\n", 1, 4, "text that begins with '%' must be in quotes"},
      {"a: [1,\n  2\nb: 3\n", 3, 2, "expected ',' or ']' here; the bracket was opened in line 1"},
      {"a:\n  {x: 1\n", 3, 1, "the bracket was opened in line 2"},
      {"x: 1\na: \"foo\nb: 1\n", 2, 4, "this quote is never closed"},
      {"- a\nb: 1\n", 2, 1, "'- '"},
      {"foo: 1\nbar\n", 2, 1, "':' with a space behind it is missing"},
      {"operator: >=\n", 1, 11, "text that begins with '>' or '|' must be in quotes"},
      {"a: *.foo\n", 1, 4, "text that begins with '*' or '&' must be in quotes"},
      {"a: *foo\n", 1, 4, "the alias '*foo' stands for nothing"},
      {"password: {{ env_var('X') }}\n", 1, 12, "'{{ … }}', put it in quotes"},
      {"? [a]\n: b\n", 1, 3, "must be text, not a list"},
      {"{&a {b: 1}: 2}", 1, 2, "must be text, not a map"},
      {"- &a x\n- *a : 1\n", 2, 3, "must be text, not an alias"},
      {": a\n", 1, 1, "expected the next"},
      {"{: a}\n", 1, 2, "name of a member, is missing"},
      {"?\n: a\n", 1, 2, "without a name"},
      {"\"a\\qb\"\n", 1, 3, "backslash is written"},
      {"\"\\ud83d\\ude00\"\n", 1, 4, "\\U0001F600"},
      {"\"a\\0b\"", 1, 1, "\\0"},
      {"a: 1\n--- \nb: 2\n", 2, 1, "second document"},
      {"%YAML 2.0\n---\na\n", 1, 1, "YAML 1.1 and 1.2"},
      {"a: é\x01", 1, 5, "U+0001"},
      {"a: x\x7F", 1, 5, "U+007F"},
      {"a: \xE2\x80\xA8", 1, 4, "U+2028"},
      {"é\xE2\x80\xA9", 1, 2, "U+2029"},
      {"a\xC2\x85", 1, 2, "U+0085"},
      {"a: é\r\nb: \xE4", 2, 4, "0xE4 is not UTF-8"},
      {"\xFF\xFE"
       "a",
       1, 1, "UTF-16"},
      {"x: .inf", 1, 4, ".inf is not a number that can be used"},
      {"x: -.Inf", 1, 4, "-.Inf"},
      {"x: +.INF", 1, 4, "+.INF"},
      {"x: .NaN", 1, 4, ".NaN"},
      {"x: 0x10000000000000000", 1, 4, "does not fit 64 bits"},
      {"<<: 1", 1, 5, "'<<' takes in a map, or a list of maps, not an integer"},
      {"<<: [{a: 1}, b]", 1, 14, "not a string"},
      {"<<: {a: 1}\n<<: {b: 1}", 2, 1, "'<<' stands twice; the first one is in line 1"},
      {"a: &x {b: 1}\nc: {<<: {a: 2, a: 3}}", 2, 16, "'a' stands twice"},
      {"a: &x {<<: *x}", 1, 12, "stands inside of what it stands for"},
      {"a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands twice; the first one is in line 1"},
      {"{1: x, \"1\": y}", 1, 8, "'1' stands twice"},
  };
  check_errors(sbe_yaml_read, rows, COUNT(rows));
  check_error(sbe_yaml_read, "a: é\0b", 7, (struct error_row){NULL, 1, 5, "NUL"});
}

static void yaml_reports_all_it_can(void) {
  static const struct row rows[] = {
      {"a: .nan\nb: {c: 1, c: 2}\na: 0x11111111111111111\n",
       "1:4 .nan is not a number that can be used; if it is text, put it in quotes; "
       "2:11 the member 'c' stands twice; the first one is in line 2; "
       "3:1 the member 'a' stands twice; the first one is in line 1; "
       "3:4 0x11111111111111111 does not fit 64 bits; write it as a decimal number"},
      {"a: 1\na: 2\na: 3\n", "2:1 the member 'a' stands twice; the first one is in line 1; "
                             "3:1 the member 'a' stands twice; the first one is in line 1"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
}

static void yaml_keys_are_text(void) {
  static const struct row rows[] = {
      {"{1: a, true: b, ~: c, '': d, 2025-01-01: e, '<<': f}",
       "{1: \"a\", true: \"b\", ~: \"c\", : \"d\", 2025-01-01: \"e\", <<: \"f\"}"},
      {"? a\n: b\n", "{a: \"b\"}"},
      {"&k key: 1\nother: *k\n", "{key: i:1, other: \"key\"}"},
      {"[a b: c]", "[{a b: \"c\"}]"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
}

static void aliases_stand_for_what_they_name(void) {
  static const struct row rows[] = {
      {"- &a {x: [1, 2]}\n- *a\n- y: *a\n", "[{x: [i:1, i:2]}, {x: [i:1, i:2]}, {y: {x: [i:1, i:2]}}]"},
      {"[&a 1, *a, &a 2, *a]", "[i:1, i:1, i:2, i:2]"},
      {"[&a [&a 1], *a]", "[[i:1], i:1]"},
      {"[&a x, &b [*a, *a], &c [*b, *b], *c]",
       "[\"x\", [\"x\", \"x\"], [[\"x\", \"x\"], [\"x\", \"x\"]], [[\"x\", \"x\"], [\"x\", \"x\"]]]"},
      {"[&a , *a]", "[null, null]"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
  static const struct error_row errors[] = {
      {"&a [1, *a]", 1, 8, "inside of what it stands for"},
      {"[*b, &b 1]", 1, 2, "there is no '&b' before it"},
  };
  check_errors(sbe_yaml_read, errors, COUNT(errors));
}

/* As in https://yaml.org/type/merge.html: what stands in the map wins, then the earlier one of a list. */
static void merge_keys_take_members_in(void) {
  static const struct row rows[] = {
      {"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {y: 3, <<: *a}\n",
       "{a: {x: i:1, y: i:2}, b: {y: i:3, x: i:1}, c: {y: i:3, x: i:1}}"},
      {"- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]\n  z: 3\n- {<<: [*b, *a]}\n- <<: []\n",
       "[{x: i:1}, {x: i:2, y: i:2}, {z: i:3, x: i:1, y: i:2}, {x: i:2, y: i:2}, {}]"},
      /* what was taken in is taken on, and a map that takes nothing else in is as good as an alias */
      {"- &a {x: {k: 1}}\n- &b {<<: *a, y: 2}\n- {<<: *b}\n",
       "[{x: {k: i:1}}, {y: i:2, x: {k: i:1}}, {y: i:2, x: {k: i:1}}]"},
      {"{<<: {a: 1, <<: {a: 2, b: 2}}}", "{a: i:1, b: i:2}"},
      {"{'<<': {a: 1}, \"<<b\": 2}", "{<<: {a: i:1}, <<b: i:2}"},
  };
  check_rows(sbe_yaml_read, rows, COUNT(rows), false);
}

/* A map that takes others in compares each with each: 256 members, and not one more. */
static void merge_keys_have_a_limit(void) {
  for (int more = 0; more < 2; more++) {
    sbe_cleanup_text sbe_text text = SBE_TEXT(65536), out = SBE_TEXT(65536);
    sbe_text_puts(&text, "<<: {");
    for (int i = 0; i < 255 + more; i++) {
      char member[16];
      snprintf(member, sizeof member, "m%d: 1, ", i);
      sbe_text_puts(&text, member);
    }
    sbe_text_puts(&text, "}\na: 1\n");
    if (more)
      check_error(sbe_yaml_read, sbe_text_string(&text), text.size,
                  (struct error_row){NULL, 1, 1, "this map has more than 256 members"});
    else
      read_to_text(sbe_yaml_read, text.data, text.size, false, &out);
    CU_ASSERT_EQUAL(out.size > 255 * 7, !more);
  }
}

/* Ten lists of ten aliases to the one before: 10^10 nodes, in a few hundred bytes. */
static void alias_bomb_is_refused_at_once(void) {
  sbe_cleanup_text sbe_text bomb = SBE_TEXT(1 << 20);
  sbe_text_puts(&bomb, "a0: &a0 x\n");
  for (int i = 1; i <= 10; i++) {
    sbe_text_printf(&bomb, "a%d: &a%d [", i, i);
    for (int j = 0; j < 10; j++) sbe_text_printf(&bomb, "%s*a%d", j ? ", " : "", i - 1);
    sbe_text_puts(&bomb, "]\n");
  }
  int64_t start = sbe_monotonic_us();
  /* Level i holds s(i) = 1 + 10 s(i - 1) nodes: 11, 111, … 111,111 at the 5th; levels 1 to 5 add
     10 + 110 + 1,110 + 11,110 + 111,110 = 123,450. The 8th alias of line 7 brings 111,111 × 8 = 888,888 more,
     the sum is 1,012,338. Before each alias in "a6: &a6 [" stand 9 characters and "*a5, " times 7. */
  check_error(sbe_yaml_read, bomb.data, bomb.size, (struct error_row){NULL, 7, 45, "more than 1000000 values"});
  CU_ASSERT_TRUE(sbe_monotonic_us() - start < SBE_SECOND_US);
}

/* A list of 999 and itself is 1,000 nodes; 1,000 aliases add a million, which is the limit. */
static void aliases_may_add_a_million_nodes(void) {
  for (int n = 1000; n <= 1001; n++) {
    sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20);
    sbe_text_puts(&text, "- &a [");
    for (int i = 0; i < 999; i++) sbe_text_puts(&text, "1,");
    sbe_text_puts(&text, "]\n");
    for (int i = 0; i < n; i++) sbe_text_puts(&text, "- *a\n");
    if (n == 1001) {
      check_error(sbe_yaml_read, text.data, text.size, (struct error_row){NULL, 1002, 3, "more than 1000000 values"});
      continue;
    }
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    sbe_report report = {.arena = arena};
    const sbe_node *node = sbe_yaml_read(arena, "f", text.data, text.size, &report);
    CU_ASSERT_EQUAL(sbe_node_count(node), 1001);
    size_t members = 0;
    SBE_EACH(list, node) members += sbe_node_count(list);
    CU_ASSERT_EQUAL(members, 1001 * 999);
  }
}

static void repeat(sbe_text *text, const char *piece, int n) {
  for (int i = 0; i < n; i++) sbe_text_puts(text, piece);
}

static void depth_ends_at_64(void) {
  static const struct {
    reader *read_document;
    const char *open, *close;
    uint32_t column; /* of the 65th */
  } rows[] = {{sbe_yaml_read, "[", "]", 65},
              {sbe_json_read, "[", "]", 65},
              {sbe_yaml_read, "{a: ", "}", 64 * 4 + 1},
              {sbe_json_read, "{\"a\":", "}", 64 * 5 + 1}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    sbe_cleanup_text sbe_text good = SBE_TEXT(1 << 20), bad = SBE_TEXT(1 << 20), out = SBE_TEXT(1 << 20);
    repeat(&good, rows[i].open, 64);
    sbe_text_puts(&good, "1");
    repeat(&good, rows[i].close, 64);
    read_to_text(rows[i].read_document, good.data, good.size, false, &out);
    UNIT_CHECK(out.data[0] == '[' || out.data[0] == '{', "row %zu: 64 deep gives %s", i, out.data);
    repeat(&bad, rows[i].open, 65);
    sbe_text_puts(&bad, "1");
    repeat(&bad, rows[i].close, 65);
    check_error(rows[i].read_document, bad.data, bad.size,
                (struct error_row){NULL, 1, rows[i].column, "nested deeper than 64"});
  }
  /* 40 deep, named, inside of 24 is 64; inside of 25 it is too much. */
  for (int outer = 24; outer <= 25; outer++) {
    sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20), out = SBE_TEXT(1 << 20);
    sbe_text_puts(&text, "a: &a ");
    repeat(&text, "[", 40);
    repeat(&text, "]", 40);
    sbe_text_puts(&text, "\nb: ");
    repeat(&text, "[", outer - 1); /* the map is one */
    sbe_text_puts(&text, "*a");
    repeat(&text, "]", outer - 1);
    if (outer == 25)
      check_error(sbe_yaml_read, text.data, text.size, (struct error_row){NULL, 2, 28, "nested deeper than 64"});
    else
      read_to_text(sbe_yaml_read, text.data, text.size, false, &out);
    UNIT_CHECK(outer == 25 || out.data[0] == '{', "64 deep with an alias gives %s", sbe_text_string(&out));
  }
}

/* --- JSON --------------------------------------------------------------------------------------- */

static void json_values_are_read(void) {
  static const struct row rows[] = {
      {"null", "null"},
      {" [true, false, null] ", "[true, false, null]"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"[[], {}, [ ], { }]", "[[], {}, [], {}]"},
      {"{\"a\": {\"b\": [1, 2]}, \"\": 3}", "{a: {b: [i:1, i:2]}, : i:3}"},
      {"[0, -1, 12, -0, 9007199254740993]", "[i:0, i:-1, i:12, i:0, i:9007199254740993]"},
      {"[1.5, -0.5, 1e6, 1E+6, 1.25e-10, 0.0, -0.0]", "[n:1.5, n:-0.5, n:1e6, n:1E+6, n:1.25e-10, n:0.0, n:-0.0]"},
      {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\"\\/\b\f\n\r\t\""},
      {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "\"Aé€😀\""},
      {"\"\\uDBFF\\uDFFF\"", "\"\xF4\x8F\xBF\xBF\""},
      {"\"a\\u000ab\"", "\"a\nb\""},
      {"\"é😀\x7F\"", "\"é😀\x7F\""},
      {"{\"\\u0061\": 1}", "{a: i:1}"},
      {"\xEF\xBB\xBF[1]", "[i:1]"},
  };
  check_rows(sbe_json_read, rows, COUNT(rows), false);
}

static void json_places_count_characters(void) {
  static const struct row rows[] = {
      {"{\"é\": \"ü\", \"😀\": [1, 2]}", "{é@1:2: \"ü\"@1:7, 😀@1:12: [i:1@1:18, i:2@1:21]@1:17}@1:1"},
      {"[\r\n1,\r\n\t2,\n3]", "[i:1@2:1, i:2@3:2, i:3@4:1]@1:1"},
      {"[\r1\r]", "[i:1@2:1]@1:1"},
      {"\xEF\xBB\xBF {\n \"a\\u00e9\" :\n null }", "{aé@2:2: null@3:2}@1:2"},
      {"[\"a\\nb\", true]", "[\"a\nb\"@1:2, true@1:10]@1:1"},
  };
  check_rows(sbe_json_read, rows, COUNT(rows), true);
}

static void json_errors_say_where_and_what_to_do(void) {
  static const struct error_row rows[] = {
      {"", 1, 1, "empty"},
      {" \n ", 2, 2, "empty"},
      {"[1, 2,]", 1, 6, "a ',' behind the last member; remove it"},
      {"{\"a\": 1,\n}", 1, 8, "a ',' behind the last member"},
      {"[1 2]", 1, 4, "expected ',' or ']'"},
      {"{\"a\": 1 \"b\": 2}", 1, 9, "expected ',' or '}'"},
      {"[1", 1, 3, "the file ends here, but ',' or ']' is missing"},
      {"{\"a\"", 1, 5, "':'"},
      {"{\"a\" 1}", 1, 6, "expected ':' behind the name, not '1'"},
      {"{a: 1}", 1, 2, "the name of a member, in double quotes"},
      {"{'a': 1}", 1, 2, "not in single ones"},
      {"{1: 2}", 1, 2, "name of a member"},
      {"[,1]", 1, 2, "expected a value, not ','"},
      {"[1,,2]", 1, 4, "expected a value, not ','"},
      {"{\"a\":}", 1, 6, "expected a value, not '}'"},
      {"[1] x", 1, 5, "remove what follows"},
      {"[1]]", 1, 4, "remove what follows"},
      {"// x\n[1]", 1, 1, "no comments"},
      {"[1, # x\n2]", 1, 5, "no comments"},
      {"[1 /* x */]", 1, 4, "no comments"},
      {"[True]", 1, 2, "true, false and null"},
      {"[nullx]", 1, 2, "true, false and null"},
      {"[NaN]", 1, 2, "true, false and null"},
      {"[-Infinity]", 1, 2, "not a number as JSON writes them"},
      {"[007]", 1, 2, "no leading zeros"},
      {"[-01]", 1, 2, "not a number"},
      {"[+1]", 1, 2, "not a number"},
      {"[1.]", 1, 2, "not a number"},
      {"[.5]", 1, 2, "expected a value"},
      {"[1e]", 1, 2, "not a number"},
      {"[1.5.5]", 1, 2, "not a number"},
      {"[-]", 1, 2, "not a number"},
      {"[0x10]", 1, 2, "not a number"},
      {"[12abc]", 1, 2, "not a number"},
      {"[1_000]", 1, 2, "not a number"},
      {"[\"é\", \"abc\n\"]", 1, 7, "never closed"},
      {"[\"abc\\n", 1, 2, "never closed"},
      {"[\"abc\\", 1, 6, "escape"},
      {"[\"é\tx\"]", 1, 4, "\\u0009"},
      {"[\"é\\x41\"]", 1, 4, "an unknown escape"},
      {"[\"\\u12\"]", 1, 3, "four hexadecimal digits"},
      {"[\"\\u12g4\"]", 1, 3, "four hexadecimal digits"},
      {"[\"\\u", 1, 3, "four hexadecimal digits"},
      {"[\"é\\ud83d\"]", 1, 4, "\\uD83D is half of a surrogate pair"},
      {"[\"\\ude00x\"]", 1, 3, "\\uDE00 is half"},
      {"[\"\\u0000\"]", 1, 3, "\\u0000 cannot be used"},
      {"{\"a\": 1,\n \"\\u0061\": 2}", 2, 2, "'a' stands twice; the first one is in line 1"},
      {"[\xC3]", 1, 2, "0xC3 is not UTF-8"},
      {"[\"\xED\xA0\x80\"]", 1, 3, "0xED is not UTF-8"},
      {"\xC2\xA0[1]", 1, 1, "expected a value"},
      {"[1]\f", 1, 4, "remove what follows"},
  };
  check_errors(sbe_json_read, rows, COUNT(rows));
  check_error(sbe_json_read, "[\0]", 3, (struct error_row){NULL, 1, 2, "NUL"});
  static const struct row several[] = {
      {"[\"\\ud83dx\\ude00\", {\"a\": 1, \"a\": 2}]",
       "1:3 \\uD83D is half of a surrogate pair and no character alone; "
       "1:10 \\uDE00 is half of a surrogate pair and no character alone; "
       "1:28 the member 'a' stands twice; the first one is in line 1"},
      {"\"\\ud83d\\u0041\"", "1:2 \\uD83D is half of a surrogate pair and no character alone"},
  };
  check_rows(sbe_json_read, several, COUNT(several), false);
}

/* --- both --------------------------------------------------------------------------------------- */

/* 26 * 26 members "aa" … "zz", then "mm" and "aa" once more. */
static void large_maps_are_checked_too(void) {
  sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20), yaml = SBE_TEXT(1 << 20), json = SBE_TEXT(1 << 20);
  sbe_text_puts(&text, "{\n");
  for (int i = 0; i < 26 * 26; i++) sbe_text_printf(&text, "\"%c%c\": %d,\n", 'a' + i / 26, 'a' + i % 26, i);
  sbe_text_puts(&text, "\"mm\": 1,\n \"aa\": 2}");
  /* "mm" is the 13th of 26 lines of the 13th letter: 12 * 26 + 12 + 1 = 325, and line 1 is the bracket. */
  const char *expected = "678:1 the member 'mm' stands twice; the first one is in line 326; "
                         "679:2 the member 'aa' stands twice; the first one is in line 2";
  read_to_text(sbe_yaml_read, text.data, text.size, false, &yaml);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&yaml), expected);
  read_to_text(sbe_json_read, text.data, text.size, false, &json);
  CU_ASSERT_STRING_EQUAL(sbe_text_string(&json), expected);
}

static void files_end_at_64_mib(void) {
  size_t size = (size_t)64 << 20;
  char *bytes = malloc(size + 1);
  CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
  memset(bytes, ' ', size + 1);
  bytes[0] = '1';
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  CU_ASSERT_PTR_NOT_NULL(sbe_json_read(arena, "f", bytes, size, &report));
  CU_ASSERT_EQUAL(report.errors, 0);
  check_error(sbe_json_read, bytes, size + 1, (struct error_row){NULL, 1, 1, "larger than 64 MiB"});
  check_error(sbe_yaml_read, bytes, size + 1, (struct error_row){NULL, 1, 1, "larger than 64 MiB"});
  free(bytes);
}

/* What could cost the square of its size: each a few megabytes, and none a second. */
static void hostile_shapes_cost_little(void) {
  static const struct {
    reader *read_document;
    const char *name, *before, *piece, *after;
    int n;
  } rows[] = {
      {sbe_json_read, "one line", "[", "\"é\", ", "1]", 300000},
      {sbe_json_read, "one member", "{", "\"a\": 1, ", "\"b\": 1}", 200000},
      {sbe_yaml_read, "one member", "", "a: 1\n", "", 100000},
      {sbe_yaml_read, "an anchor", "", "- &a x\n- *a\n", "", 50000},
      {sbe_yaml_read, "brackets", "", "[", "", 1000000},
      {sbe_yaml_read, "dashes", "", "- ", "", 1000000},
      {sbe_yaml_read, "questions", "", "? ", "", 1000000},
      {sbe_yaml_read, "directives", "", "%TAG !a! b\n", "---\n", 200000},
      {sbe_json_read, "brackets", "", "[", "", 1000000},
      {sbe_json_read, "bad escapes", "[\"", "\\ud800", "\"]", 300000},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    sbe_cleanup_text sbe_text text = SBE_TEXT(SBE_MAX_FILE);
    sbe_text_puts(&text, rows[i].before);
    repeat(&text, rows[i].piece, rows[i].n);
    sbe_text_puts(&text, rows[i].after);
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    sbe_report report = {.arena = arena};
    clock_t start = clock();
    (void)rows[i].read_document(arena, "f", text.data, text.size, &report);
    int64_t ms = (int64_t)((clock() - start) * 1000 / CLOCKS_PER_SEC);
    UNIT_CHECK(ms < 20000, "%s: %" PRId64 " ms", rows[i].name, ms);
  }
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(text, file);
  fclose(file);
}

static void documents_are_read_by_their_name(void) {
  static const struct {
    const char *name, *text, *expected;
  } rows[] = {
      {"a.yml", "a: yes", "{a: \"yes\"}"},
      {"a.yaml", "a: 1", "{a: i:1}"},
      {"a.json", "{\"a\": 1}", "{a: i:1}"},
      {"A.JSON", "{a: 1}",
       "1:2 expected the name of a member, in double quotes,; text stands in double quotes, the "
       "only words are true, false and null"},
      {"a.txt", "a: 1", "0:0 the name must end in .yml, .yaml or .json"},
      {"yml", "a: 1", "0:0 the name must end in .yml, .yaml or .json"},
      {"gone.yml", NULL, "0:0 cannot be read: No such file or directory"},
      {"..json", "1", "i:1"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", sbe_unit_directory(), rows[i].name);
    if (rows[i].text) write_file(path, rows[i].text);
    sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
    sbe_report report = {.arena = arena};
    sbe_cleanup_text sbe_text found = SBE_TEXT(1 << 20);
    const sbe_node *node = sbe_document_read(arena, path, &report);
    if (node) print_node(&found, node, false);
    if (report.first)
      sbe_text_printf(&found, "%u:%u %s", report.first->place.line, report.first->place.column, report.first->message);
    UNIT_CHECK(strcmp(sbe_text_string(&found), rows[i].expected) == 0, "%s gives <%s>", rows[i].name,
               sbe_text_string(&found));
    UNIT_CHECK(node ? sbe_streq(node->file, path) : sbe_streq(report.first->place.file, path), "%s is named", path);
    if (rows[i].text) unlink(path);
  }
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  char path[200];
  snprintf(path, sizeof path, "%s/pipe.yml", sbe_unit_directory());
  CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
  CU_ASSERT_PTR_NULL(sbe_document_read(arena, path, &report)); /* and comes back */
  CU_ASSERT_PTR_NOT_NULL_FATAL(report.first);
  CU_ASSERT_STRING_EQUAL(report.first->message, "cannot be read: It is a pipe or a device");
  report = (sbe_report){.arena = arena};
  unlink(path);
  snprintf(path, sizeof path, "%s/large.json", sbe_unit_directory());
  write_file(path, "1");
  CU_ASSERT_EQUAL(truncate(path, 5000000), 0); /* NULs, of which the file's size tells nothing */
  CU_ASSERT_PTR_NULL(sbe_document_read(arena, path, &report));
  CU_ASSERT_EQUAL(report.errors, 1);
  CU_ASSERT_EQUAL(truncate(path, (64 << 20) + 1), 0);
  CU_ASSERT_PTR_NULL(sbe_document_read(arena, path, &report));
  CU_ASSERT_PTR_NOT_NULL(strstr(report.last->message, "larger than 64 MiB"));
}

/* --- questions to a node ------------------------------------------------------------------------ */

static void nodes_are_found(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  static const char text[] = "a: 1\nb: ~\nc: [x, y]\n";
  const sbe_node *map = sbe_yaml_read(arena, "f", text, sizeof text - 1, &report);
  CU_ASSERT_PTR_NOT_NULL_FATAL(map);
  const sbe_node *a = sbe_node_get(map, "a"), *b = sbe_node_get(map, "b"), *c = sbe_node_find(map, "c");
  CU_ASSERT_PTR_NOT_NULL_FATAL(a);
  CU_ASSERT_PTR_NOT_NULL_FATAL(c);
  CU_ASSERT_STRING_EQUAL(a->text, "1");
  CU_ASSERT_EQUAL(b->kind, SBE_NODE_NULL);
  CU_ASSERT_PTR_NULL(sbe_node_find(map, "b"));
  CU_ASSERT_PTR_NULL(sbe_node_get(map, "d"));
  CU_ASSERT_PTR_NULL(sbe_node_get(c, "x"));
  CU_ASSERT_PTR_NULL(sbe_node_get(NULL, "x"));
  CU_ASSERT_EQUAL(sbe_node_count(map), 3);
  CU_ASSERT_EQUAL(sbe_node_count(c), 2);
  CU_ASSERT_EQUAL(sbe_node_count(a), 0);
  CU_ASSERT_EQUAL(sbe_node_count(NULL), 0);
  sbe_place place = sbe_node_place(c), key_place = sbe_node_key_place(c);
  CU_ASSERT_TRUE(place.line == 3 && place.column == 4 && sbe_streq(place.file, "f"));
  CU_ASSERT_TRUE(key_place.line == 3 && key_place.column == 1);
  CU_ASSERT_EQUAL(sbe_node_key_place(c->child).column, 5); /* no key: its own */
  CU_ASSERT_EQUAL(sbe_node_place(NULL).line, 0);
}

static void unknown_members_are_reported(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  static const char text[] = "name: x\nagregation: sum\nzzz: 1\n";
  const sbe_node *map = sbe_yaml_read(arena, "f", text, sizeof text - 1, &report);
  static const char *const known[] = {"name", "aggregation", NULL};
  sbe_node_check_members(map, "an attribute", known, &report);
  sbe_node_check_members(NULL, "an attribute", known, &report);
  sbe_node_check_members(map->child, "an attribute", known, &report);
  CU_ASSERT_EQUAL_FATAL(report.errors, 2);
  CU_ASSERT_STRING_EQUAL(report.first->message, "unknown member 'agregation'; did you mean 'aggregation'?");
  CU_ASSERT_TRUE(report.first->place.line == 2 && report.first->place.column == 1);
  CU_ASSERT_STRING_EQUAL(report.last->message, "unknown member 'zzz'; an attribute may have name, aggregation");
}

static void values_are_checked(void) {
  sbe_cleanup_arena sbe_arena *arena = sbe_arena_new();
  sbe_report report = {.arena = arena};
  static const char text[] = "s: x\ni: 12\nb: true\nn: 1.5\nbig: 99999999999999999999\nl: []\nz:\n";
  const sbe_node *map = sbe_yaml_read(arena, "f", text, sizeof text - 1, &report);
  const char *string = "before";
  int64_t number = -1;
  bool value = false;
  CU_ASSERT_TRUE(sbe_node_string(sbe_node_get(map, "s"), "the name", &string, &report));
  CU_ASSERT_STRING_EQUAL(string, "x");
  CU_ASSERT_TRUE(sbe_node_int(sbe_node_get(map, "i"), "the version", 1, 12, &number, &report));
  CU_ASSERT_EQUAL(number, 12);
  CU_ASSERT_TRUE(sbe_node_bool(sbe_node_get(map, "b"), "offline", &value, &report));
  CU_ASSERT_TRUE(value);
  CU_ASSERT_EQUAL(report.errors, 0);
  CU_ASSERT_FALSE(sbe_node_string(sbe_node_get(map, "i"), "the name", &string, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the name must be a string, not an integer; put it in quotes");
  CU_ASSERT_FALSE(sbe_node_string(sbe_node_get(map, "z"), "the name", &string, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the name must be a string, not null");
  CU_ASSERT_FALSE(sbe_node_int(sbe_node_get(map, "n"), "the version", 1, 12, &number, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the version must be an integer, not a number");
  CU_ASSERT_FALSE(sbe_node_int(sbe_node_get(map, "i"), "the version", 1, 11, &number, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the version must be from 1 to 11, not 12");
  CU_ASSERT_FALSE(sbe_node_int(sbe_node_get(map, "big"), "the version", 1, INT64_MAX, &number, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the version must be at least 1, not 99999999999999999999");
  CU_ASSERT_FALSE(sbe_node_bool(sbe_node_get(map, "s"), "offline", &value, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "offline must be a boolean, not a string");
  CU_ASSERT_TRUE(report.last->place.line == 1 && report.last->place.column == 4);
  CU_ASSERT_FALSE(sbe_node_string(sbe_node_get(map, "l"), "the name", &string, &report));
  CU_ASSERT_STRING_EQUAL(report.last->message, "the name must be a string, not a list");
  CU_ASSERT_EQUAL(report.errors, 7);
  CU_ASSERT_STRING_EQUAL(string, "x");
  CU_ASSERT_EQUAL(number, 12);
}

int sbe_add_documents_suite(void) {
  static const sbe_unit_test tests[] = {
      {"YAML: scalars follow the core schema", yaml_scalars_follow_the_core_schema},
      {"YAML: tags are honoured or refused", yaml_tags_are_honoured},
      {"YAML: places count characters", yaml_places_count_characters},
      {"YAML: errors say where and what to do", yaml_errors_say_where_and_what_to_do},
      {"YAML: all errors that can be told are", yaml_reports_all_it_can},
      {"YAML: keys are text", yaml_keys_are_text},
      {"YAML: aliases stand for what they name", aliases_stand_for_what_they_name},
      {"YAML: merge keys take members in", merge_keys_take_members_in},
      {"YAML: merge keys have a limit", merge_keys_have_a_limit},
      {"YAML: an alias bomb is refused at once", alias_bomb_is_refused_at_once},
      {"YAML: aliases may add a million nodes", aliases_may_add_a_million_nodes},
      {"depth ends at 64", depth_ends_at_64},
      {"JSON: values are read", json_values_are_read},
      {"JSON: places count characters", json_places_count_characters},
      {"JSON: errors say where and what to do", json_errors_say_where_and_what_to_do},
      {"large maps are checked too", large_maps_are_checked_too},
      {"files end at 64 MiB", files_end_at_64_mib},
      {"hostile shapes cost little", hostile_shapes_cost_little},
      {"documents are read by their name", documents_are_read_by_their_name},
      {"nodes are found", nodes_are_found},
      {"unknown members are reported", unknown_members_are_reported},
      {"values are checked", values_are_checked},
      {NULL, NULL},
  };
  return sbe_unit_add_suite("documents", tests);
}
