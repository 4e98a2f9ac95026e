/* SPDX-License-Identifier: Apache-2.0 */
/* See sql.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/snowflake/sql.h"

const sbe_host *sbe_snowflake_host = &dialect_host;
const sbe_dialect *const dialect_tested = &sbe_snowflake_dialect;

void put_read(sbe_text *out, int32_t type, int32_t class_, const char *operand) {
  const char *pattern = read_pattern(type, class_);
  if (pattern != NULL) {
    put_pattern(out, pattern, 1, &operand);
    return;
  }
  sbe_text text = {0};
  put_pattern(&text, read_pattern(SBE_TYPE_TEXT, class_), 1, &operand);
  put_pattern(out, read_pattern(type, SBE_CLASS_TEXT), 1, (const char *const[]){text.data});
  text_clear(&text);
}
