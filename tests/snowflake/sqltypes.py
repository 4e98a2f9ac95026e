# SPDX-License-Identifier: Apache-2.0
"""Snowflake's types: how each is kept in DuckDB, told in a result, and made of another.

A type is (kind, precision, scale); kinds are spelled as `rowType` spells them. Used by rewrite.py and
engine.py. Must never let DuckDB convert what the service converts otherwise, or refuses.
"""

from typing import NamedTuple, Optional

from functions import SnowError


class T(NamedTuple):
    kind: Optional[str]
    precision: int = 0
    scale: int = 0


NULL, TEXT, REAL, BOOLEAN, DATE, TIME = T("null"), T("text"), T("real"), T("boolean"), T("date"), T("time")
NTZ, LTZ, TZ, BINARY = T("timestamp_ntz"), T("timestamp_ltz"), T("timestamp_tz"), T("binary")
VARIANT, OBJECT, ARRAY, INTEGER, COUNT = T("variant"), T("object"), T("array"), T("fixed", 38, 0), T("fixed", 18, 0)
JSON_KINDS = ("variant", "object", "array")
TIMES = ("timestamp_ntz", "timestamp_ltz", "timestamp_tz")

# How sqlglot names what a statement says. Anything else is no type of Snowflake's.
NAMES = {
    "DECIMAL": INTEGER,
    "INT": INTEGER,
    "BIGINT": INTEGER,
    "SMALLINT": INTEGER,
    "TINYINT": INTEGER,
    "DOUBLE": REAL,
    "FLOAT": REAL,
    "VARCHAR": TEXT,
    "TEXT": TEXT,
    "CHAR": TEXT,
    "NCHAR": TEXT,
    "NVARCHAR": TEXT,
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    "TIME": TIME,
    "TIMESTAMPNTZ": NTZ,
    "TIMESTAMP": NTZ,
    "DATETIME": NTZ,
    "TIMESTAMPLTZ": LTZ,
    "TIMESTAMPTZ": TZ,
    "BINARY": BINARY,
    "VARBINARY": BINARY,
    "VARIANT": VARIANT,
    "OBJECT": OBJECT,
    "ARRAY": ARRAY,
}
SHOWN = {
    "fixed": "NUMBER",
    "real": "FLOAT",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIME",
    "timestamp_ntz": "TIMESTAMP_NTZ",
    "timestamp_ltz": "TIMESTAMP_LTZ",
    "timestamp_tz": "TIMESTAMP_TZ",
    "binary": "BINARY",
    "variant": "VARIANT",
    "object": "OBJECT",
    "array": "ARRAY",
    "null": "NULL",
}
STORED = {
    "real": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIME",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp_ltz": "TIMESTAMP WITH TIME ZONE",
    "timestamp_tz": "STRUCT(u TIMESTAMP, o INTEGER)",
    "binary": "BLOB",
    "variant": "JSON",
    "object": "JSON",
    "array": "JSON",
    "null": "VARCHAR",
}


def stored(t):
    return f"DECIMAL({t.precision or 38},{t.scale})" if t.kind == "fixed" else STORED[t.kind]


def shown(t):
    return f"NUMBER({t.precision or 38},{t.scale})" if t.kind == "fixed" else SHOWN[t.kind]


def of_stored(text, comment=None):
    """The type of a DuckDB column; the comment tells ARRAY and OBJECT from VARIANT."""
    if text.startswith("DECIMAL("):
        precision, scale = text[8:-1].split(",")
        return T("fixed", int(precision), int(scale))
    if text == "JSON":
        return {"ARRAY": ARRAY, "OBJECT": OBJECT}.get(comment, VARIANT)
    if text.startswith("STRUCT"):
        return TZ
    if text in ("BIGINT", "INTEGER", "HUGEINT", "UBIGINT", "SMALLINT", "TINYINT"):
        return COUNT
    if text in ("TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"):
        return NTZ
    for kind, name in STORED.items():
        if name == text:
            return T(kind)
    return TEXT


def of_node(node):
    """The type that a statement names."""
    name = node.this.name if hasattr(node.this, "name") else str(node.this)
    found = NAMES.get(name)
    if found is None:
        raise SnowError("002040", "42601", f"SQL compilation error:\nUnsupported data type '{node.sql().upper()}'.")
    sizes = [int(size.name) for size in node.expressions if size.name.isdigit()]
    if found.kind == "fixed" and name == "DECIMAL" and sizes:
        return T("fixed", sizes[0], sizes[1] if len(sizes) > 1 else 0)
    return found


def refuse(sql_name, a, b):
    return SnowError(
        "001065",
        "22023",
        f"SQL compilation error:\nFunction {sql_name} cannot be used with arguments "
        f"of types {shown(a)} and {shown(b)}",
    )


def number_text(sql, t, to, attempt):
    name = "sf_try_fixed" if attempt else "sf_fixed"
    return f"CAST({name}({sql}, {to.precision or 38}, {to.scale}) AS {stored(to)})"


def to_fixed(sql, t, to, attempt, zone):
    if t.kind == "fixed":
        return (
            f"CAST({sql} AS {stored(to)})"
            if t.scale <= to.scale and t.precision - t.scale <= to.precision - to.scale
            else number_text(sql, t, to, attempt)
        )
    if t.kind == "boolean":
        return f"CAST(CAST({sql} AS INTEGER) AS {stored(to)})"
    if t.kind in ("text", "real"):
        return number_text(sql, t, to, attempt)
    if t.kind == "variant":
        return f"CAST(sf_vfixed({sql}, {to.precision or 38}, {to.scale}) AS {stored(to)})"
    return None


def to_real(sql, t, to, attempt, zone):
    if t.kind == "fixed":
        return f"CAST({sql} AS DOUBLE)" if t.scale == 0 else f"CAST(CAST({sql} AS VARCHAR) AS DOUBLE)"
    if t.kind == "boolean":
        return f"CAST(CAST({sql} AS INTEGER) AS DOUBLE)"
    if t.kind == "text":
        return f"CAST({'sf_try_real' if attempt else 'sf_real'}({sql}) AS DOUBLE)"
    return f"CAST(sf_vreal({sql}) AS DOUBLE)" if t.kind == "variant" else None


def to_text(sql, t, to, attempt, zone):
    if t.kind in ("fixed", "boolean", "date", "time"):
        return f"CAST({sql} AS VARCHAR)"
    if t.kind == "timestamp_ltz":
        return f"(sf_time_text({to_ntz(sql, t, NTZ, attempt, zone)}) || ' Z')"
    form = {
        "real": "sf_real_text({})",
        "timestamp_ntz": "sf_time_text({})",
        "binary": "hex({})",
        "timestamp_tz": "json_extract_string(sf_variant({}, 'timestamp_tz'), '$')",
    }.get(t.kind)
    return (form or "sf_vtext({})").format(sql)


def to_boolean(sql, t, to, attempt, zone):
    form = {
        "fixed": "({} <> 0)",
        "real": "({} <> 0)",
        "variant": "sf_vboolean({})",
        "text": "sf_try_boolean({})" if attempt else "sf_boolean({})",
    }.get(t.kind)
    return form and form.format(sql)


def to_ntz(sql, t, to, attempt, zone):
    form = {
        "date": "CAST({} AS TIMESTAMP)",
        "text": "sf_try_ntz({})" if attempt else "sf_ntz({})",
        "variant": "sf_vntz({})",
        "timestamp_tz": "({0}.u + to_minutes({0}.o))",
        "timestamp_ltz": "sf_local(make_timestamp(epoch_us({})), '%s')" % zone,
    }.get(t.kind)
    return form and form.format(sql)


def to_date(sql, t, to, attempt, zone):
    moment = sql if t.kind == "timestamp_ntz" else to_ntz(sql, t, NTZ, attempt, zone)
    return moment and f"CAST({moment} AS DATE)"


def to_ltz(sql, t, to, attempt, zone):
    utc = {"timestamp_tz": "{}.u", "text": ("sf_try_utc" if attempt else "sf_utc") + "({}, '%s')" % zone}.get(t.kind)
    if utc is None:
        wall = sql if t.kind == "timestamp_ntz" else to_ntz(sql, t, NTZ, attempt, zone)
        utc = wall and "sf_wall_utc({}, '%s')" % zone
        sql = wall
    return utc and f"to_timestamp(epoch({utc.format(sql)}))"


def to_tz(sql, t, to, attempt, zone):
    if t.kind == "text":
        mark = "sf_try_" if attempt else "sf_"
        return (
            f"CASE WHEN {mark}utc({sql}, '{zone}') IS NOT NULL THEN struct_pack(u := {mark}utc({sql}, '{zone}'), "
            f"o := {mark}offset({sql}, '{zone}')) END"
        )
    utc = f"make_timestamp(epoch_us({sql}))"
    if t.kind != "timestamp_ltz":
        wall = sql if t.kind == "timestamp_ntz" else to_ntz(sql, t, NTZ, attempt, zone)
        if wall is None:
            return None
        utc = f"sf_wall_utc({wall}, '{zone}')"
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack(u := {utc}, o := sf_offset_at({utc}, '{zone}')) END"


def to_variant(sql, t, to, attempt, zone):
    return f"CAST({sql} AS JSON)" if t.kind == "null" else f"CAST(sf_variant({sql}, '{t.kind}') AS JSON)"


def to_array(sql, t, to, attempt, zone):
    return f"CAST(sf_to_array({to_variant(sql, t, to, attempt, zone)}) AS JSON)"


def to_object(sql, t, to, attempt, zone):
    return f"CAST(sf_to_object({sql}) AS JSON)" if t.kind == "variant" else None


def to_binary(sql, t, to, attempt, zone):
    return f"{'sf_try_unhex' if attempt else 'sf_unhex'}({sql})" if t.kind == "text" else None


def to_time(sql, t, to, attempt, zone):
    return f"CAST({sql} AS TIME)" if t.kind in ("text", "timestamp_ntz") else None


MAKERS = {
    "fixed": to_fixed,
    "real": to_real,
    "text": to_text,
    "boolean": to_boolean,
    "date": to_date,
    "time": to_time,
    "timestamp_ntz": to_ntz,
    "timestamp_ltz": to_ltz,
    "timestamp_tz": to_tz,
    "binary": to_binary,
    "variant": to_variant,
    "array": to_array,
    "object": to_object,
}


def convert(sql, t, to, attempt=False, zone="UTC"):
    """CAST, TRY_CAST and what the service does by itself."""
    if t.kind == to.kind and (t.kind != "fixed" or t == to):
        return sql
    if t.kind in JSON_KINDS and to.kind == "variant":
        return sql
    if t.kind == "null":
        return f"CAST({sql} AS {stored(to)})"
    if attempt and t.kind != "text":
        raise SnowError(
            "001065",
            "22023",
            "SQL compilation error:\nFunction TRY_CAST cannot be used with arguments "
            f"of types {shown(t)} and {shown(to)}",
        )
    made = MAKERS[to.kind](sql, t, to, attempt, zone)
    if made is None:
        raise SnowError(
            "001007",
            "22023",
            "SQL compilation error:\ninvalid type [CAST(... AS " f"{shown(to)})] for a value of type {shown(t)}",
        )
    return made


def common(types):
    """The type that branches of a CASE, arguments of COALESCE and rows of a UNION come together at."""
    known = [t for t in types if t.kind != "null"]
    if not known:
        return NULL
    kinds = {t.kind for t in known}
    if kinds == {"fixed"}:
        scale = max(t.scale for t in known)
        return T("fixed", min(38, max((t.precision or 38) - t.scale for t in known) + scale), scale)
    for order in (
        ("variant", "array", "object"),
        ("timestamp_tz",),
        ("timestamp_ltz",),
        ("timestamp_ntz",),
        ("date",),
        ("real",),
        ("boolean",),
        ("fixed",),
    ):
        if len(kinds) > 1 and kinds & set(order):
            if order[0] == "variant":
                return VARIANT
            return next(
                (t for t in known if t.kind == order[0] and t.kind != "fixed"),
                (
                    T("fixed", 38, max((t.scale for t in known if t.kind == "fixed"), default=0))
                    if order[0] == "fixed"
                    else T(order[0])
                ),
            )
    return known[0]
