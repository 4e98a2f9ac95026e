/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See cells.h. Numbers are exact, or are doubles in the shortest form that reads back the same; lists,
 * structs and maps become JSON; everything that the interface has no kind for becomes text as DuckDB
 * writes it. Never fails once the shape was read; knows no locale.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/duckdb/cells.h"

#define DEEPEST 64
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* ---- shapes ---- */

static int32_t read_child(duck_type type, int depth, sbe_duckdb_shape *shape, size_t i, sbe_error *error) {
  int32_t code = sbe_duckdb_shape_read(type, depth + 1, &shape->children[i], error);
  sbe_duck.destroy_logical_type(&type);
  return code;
}

static int32_t read_nested(duck_type type, int depth, sbe_duckdb_shape *shape, sbe_error *error) {
  int32_t code = SBE_OK;
  bool is_struct = shape->type == DUCK_STRUCT, is_union = shape->type == DUCK_UNION;
  shape->n = is_struct                 ? sbe_duck.struct_type_child_count(type)
             : is_union                ? sbe_duck.union_type_member_count(type)
             : shape->type == DUCK_MAP ? 2
                                       : 1;
  shape->children = sbe_common_allocate(shape->n, sizeof *shape->children);
  if (is_struct) shape->names = sbe_common_allocate(shape->n, sizeof *shape->names);
  if (shape->type == DUCK_ARRAY) shape->width = sbe_duck.array_type_array_size(type);
  for (size_t i = 0; i < shape->n && code == SBE_OK; i++) {
    if (is_struct) shape->names[i] = sbe_duck.struct_type_child_name(type, i);
    duck_type child = is_struct                   ? sbe_duck.struct_type_child_type(type, i)
                      : is_union                  ? sbe_duck.union_type_member_type(type, i)
                      : shape->type == DUCK_ARRAY ? sbe_duck.array_type_child_type(type)
                      : shape->type == DUCK_LIST  ? sbe_duck.list_type_child_type(type)
                      : i == 0                    ? sbe_duck.map_type_key_type(type)
                                                  : sbe_duck.map_type_value_type(type);
    code = read_child(child, depth, shape, i, error);
  }
  return code;
}

int32_t sbe_duckdb_shape_read(duck_type type, int depth, sbe_duckdb_shape *ret_shape, sbe_error *error) {
  const sbe_host *host = sbe_duckdb_host;
  sbe_duckdb_shape *shape = ret_shape;
  memset(shape, 0, sizeof *shape);
  shape->type = sbe_duck.get_type_id(type);
  if (depth > DEEPEST)
    return host->error(error, SBE_UNSUPPORTED, NULL, "A column nests deeper than %d levels", DEEPEST);
  switch (shape->type) {
  case DUCK_VARCHAR: {
    char *alias = sbe_duck.logical_type_get_alias(type);
    shape->json = alias != NULL && strcmp(alias, "JSON") == 0;
    sbe_duck.free(alias);
    return SBE_OK;
  }
  case DUCK_DECIMAL:
    shape->scale = sbe_duck.decimal_scale(type);
    shape->internal = sbe_duck.decimal_internal_type(type);
    return SBE_OK;
  case DUCK_ENUM: {
    shape->internal = sbe_duck.enum_internal_type(type);
    /* The caller destroys `type`; a list of one and back is the way to a copy. */
    duck_type list = sbe_duck.create_list_type(type);
    shape->handle = sbe_duck.list_type_child_type(list);
    sbe_duck.destroy_logical_type(&list);
    return SBE_OK;
  }
  case DUCK_LIST:
  case DUCK_ARRAY:
  case DUCK_MAP:
  case DUCK_STRUCT:
  case DUCK_UNION:
    return read_nested(type, depth, shape, error);
  case DUCK_BOOLEAN:
  case DUCK_TINYINT:
  case DUCK_SMALLINT:
  case DUCK_INTEGER:
  case DUCK_BIGINT:
  case DUCK_UTINYINT:
  case DUCK_USMALLINT:
  case DUCK_UINTEGER:
  case DUCK_UBIGINT:
  case DUCK_HUGEINT:
  case DUCK_UHUGEINT:
  case DUCK_FLOAT:
  case DUCK_DOUBLE:
  case DUCK_TIMESTAMP:
  case DUCK_TIMESTAMP_S:
  case DUCK_TIMESTAMP_MS:
  case DUCK_TIMESTAMP_NS:
  case DUCK_TIMESTAMP_TZ:
  case DUCK_DATE:
  case DUCK_TIME:
  case DUCK_TIME_TZ:
  case DUCK_TIME_NS:
  case DUCK_INTERVAL:
  case DUCK_BLOB:
  case DUCK_BIT:
  case DUCK_UUID:
  case DUCK_SQLNULL:
    return SBE_OK;
  default:
    return host->error(error, SBE_UNSUPPORTED, NULL,
                       "A column has a type that sbe does not know (number %d of DuckDB's); cast it to VARCHAR",
                       shape->type);
  }
}

void sbe_duckdb_shape_free(sbe_duckdb_shape *shape) {
  for (size_t i = 0; i < shape->n; i++) {
    sbe_duckdb_shape_free(&shape->children[i]);
    if (shape->names != NULL) sbe_duck.free(shape->names[i]);
  }
  if (shape->handle != NULL) sbe_duck.destroy_logical_type(&shape->handle);
  free(shape->children);
  free(shape->names);
  memset(shape, 0, sizeof *shape);
}

/* ---- numbers ---- */

/* An exact number: magnitude and sign, since both HUGEINT and UHUGEINT must fit. */
typedef struct exact {
  duck_uint128 magnitude;
  bool negative;
} exact;

static exact exact_of(duck_int128 n) {
  exact e = {n < 0 ? -(duck_uint128)n : (duck_uint128)n, n < 0};
  return e;
}

/* Vectors promise no alignment beyond that of their own type; memcpy asks for none. */
#define READ(type, data, row) (read_##type((data), (row)))
#define READER(type, name)                                                                                             \
  static type read_##name(const void *data, uint64_t row) {                                                            \
    type value;                                                                                                        \
    memcpy(&value, (const char *)data + row * sizeof value, sizeof value);                                             \
    return value;                                                                                                      \
  }
READER(int8_t, i8)
READER(int16_t, i16)
READER(int32_t, i32)
READER(int64_t, i64)
READER(uint8_t, u8)
READER(uint16_t, u16)
READER(uint32_t, u32)
READER(uint64_t, u64)
READER(float, f32)
READER(double, f64)
READER(duck_int128, i128)
READER(duck_uint128, u128)
READER(duck_list, list)
READER(duck_interval, interval)

static bool read_exact(int type, const void *data, uint64_t row, exact *ret) {
  switch (type) {
  case DUCK_TINYINT:
    *ret = exact_of(READ(i8, data, row));
    return true;
  case DUCK_SMALLINT:
    *ret = exact_of(READ(i16, data, row));
    return true;
  case DUCK_INTEGER:
    *ret = exact_of(READ(i32, data, row));
    return true;
  case DUCK_BIGINT:
    *ret = exact_of(READ(i64, data, row));
    return true;
  case DUCK_UTINYINT:
    *ret = exact_of(READ(u8, data, row));
    return true;
  case DUCK_USMALLINT:
    *ret = exact_of(READ(u16, data, row));
    return true;
  case DUCK_UINTEGER:
    *ret = exact_of(READ(u32, data, row));
    return true;
  case DUCK_UBIGINT:
    *ret = exact_of(READ(u64, data, row));
    return true;
  case DUCK_HUGEINT:
    *ret = exact_of(READ(i128, data, row));
    return true;
  case DUCK_UHUGEINT:
    ret->magnitude = READ(u128, data, row);
    ret->negative = false;
    return true;
  default:
    return false;
  }
}

static void put_exact(sbe_common_buffer *out, exact n, unsigned scale) {
  char digits[48];
  size_t at = sizeof digits;
  unsigned place = 0;
  do {
    if (scale > 0 && place == scale) digits[--at] = '.';
    digits[--at] = (char)('0' + (int)(n.magnitude % 10));
    n.magnitude /= 10;
    place++;
  } while (n.magnitude > 0 || place <= scale);
  if (n.negative) digits[--at] = '-';
  sbe_common_put(out, digits + at, sizeof digits - at);
}

/* The shortest of a few precisions that reads back as the same number. Whatever the locale's point is,
   it is the only thing in there that is no digit, sign or exponent. */
static void put_double(sbe_common_buffer *out, double real, bool is_float) {
  char text[64];
  for (int precision = is_float ? 6 : 15; precision <= 17; precision++) {
    snprintf(text, sizeof text, "%.*g", precision, real);
    if (is_float ? strtof(text, NULL) == (float)real : strtod(text, NULL) == real) break;
  }
  bool point = false;
  for (const char *p = text; *p != '\0'; p++) {
    if (strchr("0123456789+-e", *p) != NULL) {
      sbe_common_putc(out, *p);
    } else if (!point) {
      sbe_common_putc(out, '.');
      point = true;
    }
  }
}

/* ---- dates and times ---- */

static void put_format(sbe_common_buffer *out, const char *format, long long a, long long b, long long c) {
  char text[96];
  snprintf(text, sizeof text, format, a, b, c);
  sbe_common_puts(out, text);
}

static void put_date(sbe_common_buffer *out, int64_t days) {
  /* Days since 0000-03-01, by eras of 400 years, so that leap days come last. */
  int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  int64_t month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
  put_format(out, "%04lld-%02lld-%02lld", year, month, doy - (153 * mp + 2) / 5 + 1);
}

/* A fraction of a second of `digits` digits, without its zeros at the end; nothing when it is 0. */
static void put_fraction(sbe_common_buffer *out, int64_t fraction, int digits, bool keep_zeros) {
  if (fraction == 0) return;
  char text[16];
  int size = snprintf(text, sizeof text, ".%0*lld", digits, (long long)fraction);
  while (!keep_zeros && text[size - 1] == '0') size--;
  sbe_common_put(out, text, (size_t)size);
}

static void put_time(sbe_common_buffer *out, int64_t micros, bool keep_zeros) {
  int64_t seconds = micros / SECOND;
  put_format(out, "%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  put_fraction(out, micros % SECOND, 6, keep_zeros);
}

/* As the host writes timestamps: "YYYY-MM-DD HH:MM:SS", and six digits when there is a fraction. */
static void put_timestamp(sbe_common_buffer *out, int64_t micros) {
  int64_t days = micros / DAY - (micros % DAY < 0);
  put_date(out, days);
  sbe_common_putc(out, ' ');
  put_time(out, micros - days * DAY, true);
}

static void put_interval(sbe_common_buffer *out, duck_interval i) {
  static const char *const units[] = {"year", "month", "day"};
  int32_t parts[] = {i.months / 12, i.months % 12, i.days};
  size_t before = out->size;
  for (int p = 0; p < 3; p++) {
    if (parts[p] == 0) continue;
    if (out->size > before) sbe_common_putc(out, ' ');
    put_format(out, "%lld ", parts[p], 0, 0);
    sbe_common_puts(out, units[p]);
    if (parts[p] != 1 && parts[p] != -1) sbe_common_putc(out, 's');
  }
  if (i.micros == 0 && out->size > before) return;
  if (out->size > before) sbe_common_putc(out, ' ');
  if (i.micros < 0) sbe_common_putc(out, '-');
  /* The magnitude of INT64_MIN is no int64; seconds and rest are. */
  int64_t seconds = i.micros / SECOND, rest = i.micros % SECOND;
  if (i.micros < 0) seconds = -seconds, rest = -rest;
  put_format(out, "%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  put_fraction(out, rest, 6, false);
}

/* 40 bits of microseconds, 24 of offset, which is stored as 15:59:59 minus it. */
static void put_time_tz(sbe_common_buffer *out, uint64_t bits) {
  int64_t offset = 57599 - (int64_t)(bits & 0xFFFFFF), size = offset < 0 ? -offset : offset;
  put_time(out, (int64_t)(bits >> 24), false);
  sbe_common_putc(out, offset < 0 ? '-' : '+');
  put_format(out, "%02lld", size / 3600, 0, 0);
  if (size % 3600 != 0) put_format(out, ":%02lld", size / 60 % 60, 0, 0);
  if (size % 60 != 0) put_format(out, ":%02lld", size % 60, 0, 0);
}

/* Microseconds of any kind of timestamp; false for infinities and what does not fit. */
static bool read_micros(int type, const void *data, uint64_t row, int64_t *ret_micros) {
  int64_t n = READ(i64, data, row);
  if (n == INT64_MAX || n == -INT64_MAX) return false;
  if (type == DUCK_TIMESTAMP_S) return !__builtin_mul_overflow(n, SECOND, ret_micros);
  if (type == DUCK_TIMESTAMP_MS) return !__builtin_mul_overflow(n, INT64_C(1000), ret_micros);
  *ret_micros = type == DUCK_TIMESTAMP_NS ? n / 1000 - (n % 1000 < 0) : n;
  return true;
}

static bool is_timestamp(int type) {
  return type == DUCK_TIMESTAMP || type == DUCK_TIMESTAMP_TZ || type == DUCK_TIMESTAMP_S || type == DUCK_TIMESTAMP_MS ||
         type == DUCK_TIMESTAMP_NS;
}

/* ---- texts ---- */

static const char *string_of(const void *data, uint64_t row, size_t *ret_size) {
  const duck_string *s = (const duck_string *)data + row;
  *ret_size = s->inlined.length;
  return s->inlined.length <= 12 ? s->inlined.bytes : s->distant.bytes;
}

static void put_blob(sbe_common_buffer *out, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)bytes[i];
    char hex[8];
    snprintf(hex, sizeof hex, "\\x%02X", c);
    if (c < 0x20 || c > 0x7e || c == '\\' || c == '\'' || c == '"')
      sbe_common_put(out, hex, 4);
    else
      sbe_common_putc(out, (char)c);
  }
}

/* The first byte counts the padding at the front of the second. */
static void put_bits(sbe_common_buffer *out, const char *bytes, size_t size) {
  for (size_t i = 8 + (size > 0 ? (unsigned char)bytes[0] : 0); i < size * 8; i++)
    sbe_common_putc(out, ((unsigned char)bytes[i / 8] >> (7 - i % 8)) & 1 ? '1' : '0');
}

static void put_uuid(sbe_common_buffer *out, duck_uint128 n) {
  n ^= (duck_uint128)1 << 127; /* stored so that it sorts as a signed number */
  for (int i = 31; i >= 0; i--) {
    sbe_common_putc(out, "0123456789abcdef"[(int)(n >> (4 * i)) & 15]);
    if (i == 24 || i == 20 || i == 16 || i == 12) sbe_common_putc(out, '-');
  }
}

static void put_enum(sbe_common_buffer *out, const sbe_duckdb_shape *shape, const void *data, uint64_t row) {
  exact n = {0, false};
  read_exact(shape->internal, data, row, &n);
  char *text = sbe_duck.enum_dictionary_value(shape->handle, (uint64_t)n.magnitude);
  if (text != NULL) sbe_common_puts(out, text);
  sbe_duck.free(text);
}

/* Any scalar but JSON as text. */
static void put_text(sbe_common_buffer *out, const sbe_duckdb_shape *shape, const void *data, uint64_t row) {
  exact n = {0, false};
  size_t size;
  int64_t micros;
  const char *bytes;
  if (read_exact(shape->type == DUCK_DECIMAL ? shape->internal : shape->type, data, row, &n)) {
    put_exact(out, n, shape->scale);
    return;
  }
  if (is_timestamp(shape->type)) {
    if (read_micros(shape->type, data, row, &micros))
      put_timestamp(out, micros);
    else
      sbe_common_puts(out, READ(i64, data, row) > 0 ? "infinity" : "-infinity");
    return;
  }
  switch (shape->type) {
  case DUCK_BOOLEAN:
    sbe_common_puts(out, READ(u8, data, row) ? "true" : "false");
    return;
  case DUCK_FLOAT:
    put_double(out, (double)READ(f32, data, row), true);
    return;
  case DUCK_DOUBLE:
    put_double(out, READ(f64, data, row), false);
    return;
  case DUCK_DATE:
    if (READ(i32, data, row) == INT32_MAX || READ(i32, data, row) == -INT32_MAX)
      sbe_common_puts(out, READ(i32, data, row) > 0 ? "infinity" : "-infinity");
    else
      put_date(out, READ(i32, data, row));
    return;
  case DUCK_TIME:
    put_time(out, READ(i64, data, row), false);
    return;
  case DUCK_TIME_TZ:
    put_time_tz(out, READ(u64, data, row));
    return;
  case DUCK_TIME_NS:
    put_time(out, READ(i64, data, row) / 1000 / SECOND * SECOND, false);
    put_fraction(out, READ(i64, data, row) % (1000 * SECOND), 9, false);
    return;
  case DUCK_INTERVAL:
    put_interval(out, READ(interval, data, row));
    return;
  case DUCK_UUID:
    put_uuid(out, READ(u128, data, row));
    return;
  case DUCK_ENUM:
    put_enum(out, shape, data, row);
    return;
  default:
    bytes = string_of(data, row, &size);
    if (shape->type == DUCK_BLOB)
      put_blob(out, bytes, size);
    else if (shape->type == DUCK_BIT)
      put_bits(out, bytes, size);
    else
      sbe_common_put(out, bytes, size);
  }
}

/* ---- JSON ---- */

static void put_json(sbe_common_buffer *out, const sbe_duckdb_shape *shape, duck_vector vector, uint64_t row);

static bool valid(const uint64_t *validity, uint64_t row) {
  return validity == NULL || (validity[row / 64] >> (row % 64) & 1) != 0;
}

static void put_json_list(sbe_common_buffer *out, const sbe_duckdb_shape *shape, duck_vector child, duck_list list) {
  sbe_common_putc(out, '[');
  for (uint64_t i = 0; i < list.length; i++) {
    if (i > 0) sbe_common_putc(out, ',');
    put_json(out, &shape->children[0], child, list.offset + i);
  }
  sbe_common_putc(out, ']');
}

/* Members of a JSON object are texts, so keys of any other type are written as such. */
static void put_json_map(sbe_common_buffer *out, const sbe_duckdb_shape *shape, duck_vector vector, duck_list list) {
  duck_vector pairs = sbe_duck.list_vector_get_child(vector);
  duck_vector keys = sbe_duck.struct_vector_get_child(pairs, 0), values = sbe_duck.struct_vector_get_child(pairs, 1);
  sbe_common_putc(out, '{');
  for (uint64_t i = 0; i < list.length; i++) {
    sbe_common_buffer key = {0};
    if (i > 0) sbe_common_putc(out, ',');
    if (shape->children[0].n > 0)
      put_json(&key, &shape->children[0], keys, list.offset + i);
    else
      put_text(&key, &shape->children[0], sbe_duck.vector_get_data(keys), list.offset + i);
    sbe_common_json_string(out, key.size > 0 ? key.data : "", key.size);
    sbe_common_putc(out, ':');
    put_json(out, &shape->children[1], values, list.offset + i);
    sbe_common_buffer_free(&key);
  }
  sbe_common_putc(out, '}');
}

static void put_json_struct(sbe_common_buffer *out, const sbe_duckdb_shape *shape, duck_vector vector, uint64_t row) {
  sbe_common_putc(out, '{');
  for (size_t i = 0; i < shape->n; i++) {
    if (i > 0) sbe_common_putc(out, ',');
    sbe_common_json_string(out, shape->names[i], strlen(shape->names[i]));
    sbe_common_putc(out, ':');
    put_json(out, &shape->children[i], sbe_duck.struct_vector_get_child(vector, i), row);
  }
  sbe_common_putc(out, '}');
}

static void put_json_scalar(sbe_common_buffer *out, const sbe_duckdb_shape *shape, const void *data, uint64_t row) {
  double real = 0;
  exact n;
  bool bare = shape->json || shape->type == DUCK_BOOLEAN || shape->type == DUCK_DECIMAL || shape->type == DUCK_FLOAT ||
              shape->type == DUCK_DOUBLE || read_exact(shape->type, data, row, &n);
  if (shape->type == DUCK_FLOAT) real = (double)READ(f32, data, row);
  if (shape->type == DUCK_DOUBLE) real = READ(f64, data, row);
  if (!isfinite(real)) {
    sbe_common_puts(out, "null"); /* JSON has neither NaN nor infinities */
  } else if (bare) {
    put_text(out, shape, data, row);
  } else {
    sbe_common_buffer text = {0};
    put_text(&text, shape, data, row);
    sbe_common_json_string(out, text.size > 0 ? text.data : "", text.size);
    sbe_common_buffer_free(&text);
  }
}

static void put_json(sbe_common_buffer *out, const sbe_duckdb_shape *shape, duck_vector vector, uint64_t row) {
  if (!valid(sbe_duck.vector_get_validity(vector), row) || shape->type == DUCK_SQLNULL) {
    sbe_common_puts(out, "null");
    return;
  }
  switch (shape->type) {
  case DUCK_LIST:
    put_json_list(out, shape, sbe_duck.list_vector_get_child(vector),
                  READ(list, sbe_duck.vector_get_data(vector), row));
    return;
  case DUCK_ARRAY: {
    duck_list list = {row * shape->width, shape->width};
    put_json_list(out, shape, sbe_duck.array_vector_get_child(vector), list);
    return;
  }
  case DUCK_MAP:
    put_json_map(out, shape, vector, READ(list, sbe_duck.vector_get_data(vector), row));
    return;
  case DUCK_STRUCT:
    put_json_struct(out, shape, vector, row);
    return;
  case DUCK_UNION: {
    /* A struct whose first member tells which of the others counts. */
    uint8_t tag = READ(u8, sbe_duck.vector_get_data(sbe_duck.struct_vector_get_child(vector, 0)), row);
    if (tag < shape->n)
      put_json(out, &shape->children[tag], sbe_duck.struct_vector_get_child(vector, tag + 1u), row);
    else
      sbe_common_puts(out, "null");
    return;
  }
  default:
    put_json_scalar(out, shape, sbe_duck.vector_get_data(vector), row);
  }
}

/* ---- values ---- */

static void made(sbe_value *value, int32_t kind, size_t start, const sbe_common_buffer *scratch) {
  value->kind = kind;
  value->integer = (int64_t)start;
  value->size = scratch->size - start;
}

/* Numbers, dates and timestamps that the interface has a kind for. */
static bool plain(const sbe_duckdb_shape *shape, const void *data, uint64_t row, sbe_value *value) {
  exact n;
  if (shape->type == DUCK_BOOLEAN) {
    value->kind = SBE_VALUE_BOOL;
    value->integer = READ(u8, data, row) != 0;
  } else if (shape->type == DUCK_FLOAT || shape->type == DUCK_DOUBLE) {
    value->kind = SBE_VALUE_DOUBLE;
    value->real = shape->type == DUCK_FLOAT ? (double)READ(f32, data, row) : READ(f64, data, row);
  } else if (shape->type == DUCK_DATE && READ(i32, data, row) != INT32_MAX && READ(i32, data, row) != -INT32_MAX) {
    value->kind = SBE_VALUE_DATE;
    value->integer = READ(i32, data, row);
  } else if (is_timestamp(shape->type) && read_micros(shape->type, data, row, &value->integer)) {
    value->kind = SBE_VALUE_TIMESTAMP;
  } else if (shape->scale == 0 &&
             read_exact(shape->type == DUCK_DECIMAL ? shape->internal : shape->type, data, row, &n) &&
             n.magnitude <= (duck_uint128)INT64_MAX + n.negative) {
    value->kind = SBE_VALUE_INTEGER;
    value->integer = n.negative ? (int64_t)(-(duck_int128)n.magnitude) : (int64_t)n.magnitude;
  } else {
    return false;
  }
  return true;
}

bool sbe_duckdb_cell(const sbe_duckdb_shape *shape, duck_vector vector, void *data, const uint64_t *validity,
                     uint64_t row, sbe_common_buffer *scratch, sbe_value *value) {
  memset(value, 0, sizeof *value);
  if (!valid(validity, row) || shape->type == DUCK_SQLNULL) return false; /* kind 0 is NULL */
  if (shape->type == DUCK_VARCHAR) {
    value->kind = shape->json ? SBE_VALUE_JSON : SBE_VALUE_TEXT;
    value->text = string_of(data, row, &value->size);
    return false;
  }
  if (shape->n == 0 && plain(shape, data, row, value)) return false;
  memset(value, 0, sizeof *value);
  size_t start = scratch->size;
  exact n;
  if (shape->n > 0) {
    put_json(scratch, shape, vector, row);
    made(value, SBE_VALUE_JSON, start, scratch);
  } else {
    put_text(scratch, shape, data, row);
    bool number = shape->type == DUCK_DECIMAL || read_exact(shape->type, data, row, &n);
    made(value, number ? SBE_VALUE_DECIMAL : SBE_VALUE_TEXT, start, scratch);
  }
  return true;
}
