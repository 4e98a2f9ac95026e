/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading type texts: `NUMBER(18,2)`, `TIMESTAMP_NTZ(9)`, `OBJECT(a VARCHAR)`, in any case and with spaces.
 * Only the first word and, of a NUMBER, the scale are looked at. Called by paths.c. Never refuses a text:
 * what it does not know is a scalar that is read as text.
 */
#include "plugins/snowflake/types.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
  const char *word;
  sbe_snowflake_kind kind;
} words[] = {
    {"NUMBER", SBE_SNOWFLAKE_TYPE_DECIMAL},
    {"DECIMAL", SBE_SNOWFLAKE_TYPE_DECIMAL},
    {"NUMERIC", SBE_SNOWFLAKE_TYPE_DECIMAL},
    {"DEC", SBE_SNOWFLAKE_TYPE_DECIMAL},
    {"FIXED", SBE_SNOWFLAKE_TYPE_DECIMAL},
    {"INT", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"INTEGER", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"BIGINT", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"SMALLINT", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"TINYINT", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"BYTEINT", SBE_SNOWFLAKE_TYPE_INTEGER},
    {"FLOAT", SBE_SNOWFLAKE_TYPE_DOUBLE},
    {"FLOAT4", SBE_SNOWFLAKE_TYPE_DOUBLE},
    {"FLOAT8", SBE_SNOWFLAKE_TYPE_DOUBLE},
    {"DOUBLE", SBE_SNOWFLAKE_TYPE_DOUBLE}, /* and DOUBLE PRECISION */
    {"REAL", SBE_SNOWFLAKE_TYPE_DOUBLE},
    {"DECFLOAT", SBE_SNOWFLAKE_TYPE_REAL},
    {"BOOLEAN", SBE_SNOWFLAKE_TYPE_BOOL},
    {"BOOL", SBE_SNOWFLAKE_TYPE_BOOL},
    {"DATE", SBE_SNOWFLAKE_TYPE_TIMESTAMP},
    {"DATETIME", SBE_SNOWFLAKE_TYPE_TIMESTAMP},
    {"TIMESTAMP", SBE_SNOWFLAKE_TYPE_TIMESTAMP},
    {"TIMESTAMP_NTZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP},
    {"TIMESTAMPNTZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP},
    {"TIMESTAMP_LTZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE},
    {"TIMESTAMPLTZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE},
    {"TIMESTAMP_TZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE},
    {"TIMESTAMPTZ", SBE_SNOWFLAKE_TYPE_TIMESTAMP_ZONE},
    {"TEXT", SBE_SNOWFLAKE_TYPE_TEXT},
    {"VARCHAR", SBE_SNOWFLAKE_TYPE_TEXT},
    {"NVARCHAR", SBE_SNOWFLAKE_TYPE_TEXT},
    {"CHAR", SBE_SNOWFLAKE_TYPE_TEXT},
    {"CHARACTER", SBE_SNOWFLAKE_TYPE_TEXT},
    {"NCHAR", SBE_SNOWFLAKE_TYPE_TEXT},
    {"STRING", SBE_SNOWFLAKE_TYPE_TEXT},
    {"VARIANT", SBE_SNOWFLAKE_TYPE_VARIANT},
    {"OBJECT", SBE_SNOWFLAKE_TYPE_OBJECT},
    {"ARRAY", SBE_SNOWFLAKE_TYPE_ARRAY},
};

static const char *skip_spaces(const char *text) {
  while (*text == ' ' || *text == '\t' || *text == '\n') text++;
  return text;
}

/* Of `NUMBER(18,2)`, by the scale; NUMBER is NUMBER(38,0). */
static sbe_snowflake_kind number_kind(const char *parameters) {
  const char *comma = *parameters == '(' ? strchr(parameters, ',') : NULL;
  if (comma == NULL) return SBE_SNOWFLAKE_TYPE_INTEGER;
  int scale = 0;
  for (const char *c = skip_spaces(comma + 1); *c >= '0' && *c <= '9' && scale < 100; c++)
    scale = 10 * scale + (*c - '0');
  return scale == 0 ? SBE_SNOWFLAKE_TYPE_INTEGER : scale <= 12 ? SBE_SNOWFLAKE_TYPE_DECIMAL : SBE_SNOWFLAKE_TYPE_REAL;
}

sbe_snowflake_type sbe_snowflake_type_read(const char *text) {
  sbe_snowflake_type type = {SBE_SNOWFLAKE_TYPE_OTHER, false};
  if (text == NULL) return type;
  text = skip_spaces(text);
  size_t size = strcspn(text, " \t\n(");
  const char *parameters = skip_spaces(text + size);
  if (size == 3 && strncasecmp(text, "MAP", 3) == 0) return (sbe_snowflake_type){SBE_SNOWFLAKE_TYPE_OBJECT, true};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strlen(words[i].word) == size && strncasecmp(words[i].word, text, size) == 0) type.kind = words[i].kind;
  if (type.kind == SBE_SNOWFLAKE_TYPE_DECIMAL) type.kind = number_kind(parameters);
  bool nested = type.kind == SBE_SNOWFLAKE_TYPE_OBJECT || type.kind == SBE_SNOWFLAKE_TYPE_ARRAY;
  type.structured = nested && *parameters == '(';
  return type;
}

/* Those that are no texts. */
static const struct {
  sbe_snowflake_kind kind;
  const char *names; /* between spaces */
} standard[] = {
    {SBE_SNOWFLAKE_TYPE_TIMESTAMP,
     " etl_tstamp collector_tstamp dvce_created_tstamp dvce_sent_tstamp refr_dvce_tstamp derived_tstamp"
     " true_tstamp load_tstamp "},
    {SBE_SNOWFLAKE_TYPE_INTEGER,
     " txn_id domain_sessionidx page_urlport refr_urlport ti_quantity pp_xoffset_min pp_xoffset_max"
     " pp_yoffset_min pp_yoffset_max br_viewwidth br_viewheight dvce_screenwidth dvce_screenheight"
     " doc_width doc_height "},
    {SBE_SNOWFLAKE_TYPE_DOUBLE, " geo_latitude geo_longitude se_value "},
    {SBE_SNOWFLAKE_TYPE_DECIMAL,
     " tr_total tr_tax tr_shipping ti_price tr_total_base tr_tax_base tr_shipping_base ti_price_base "},
    {SBE_SNOWFLAKE_TYPE_BOOL,
     " br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime"
     " br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight"
     " br_cookies dvce_ismobile "},
};

sbe_snowflake_type sbe_snowflake_type_standard(const char *column) {
  size_t size = strlen(column);
  for (size_t i = 0; i < sizeof standard / sizeof standard[0] && size > 0; i++) {
    const char *at = standard[i].names;
    while ((at = strstr(at, column)) != NULL && (at[-1] != ' ' || at[size] != ' ')) at += size;
    if (at != NULL) return (sbe_snowflake_type){standard[i].kind, false};
  }
  return (sbe_snowflake_type){SBE_SNOWFLAKE_TYPE_TEXT, false};
}
