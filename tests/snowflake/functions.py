# SPDX-License-Identifier: Apache-2.0
"""What Snowflake's functions do with one value, where DuckDB would do something else.

Registered in DuckDB under names that begin with sf_ and called by what rewrite.py prints; nobody else calls
them. Values come as Python's: Decimal, float, str, datetime; a VARIANT, OBJECT or ARRAY as compact JSON text
with sorted keys, in which a number with an exponent is a DOUBLE. Errors carry code, SQLSTATE and message as
the service has them. Must never know anything of a request, nor of the client under test.
"""

import datetime
import decimal
import functools
import hashlib
import json
import math
import random
import re
import zoneinfo

D = decimal.Decimal
CONTEXT = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))
EPOCH = datetime.datetime(1970, 1, 1)
MICROSECOND = datetime.timedelta(microseconds=1)


class SnowError(Exception):
    """An error of a statement: code and SQLSTATE are Snowflake's; it passes through DuckDB as text."""

    def __init__(self, code, state, message):
        super().__init__(f"[[{code}|{state}|{message}]]")
        self.code, self.state, self.message = code, state, message


def not_recognized(what, text):
    return SnowError("100038", "22018", f"{what} value '{text}' is not recognized")


# ---- JSON, whose numbers stay as they are written ----


class Num(str):
    """A number's text."""

    __slots__ = ()


def canonical_number(text):
    """PARSE_JSON: integers and decimals stay exact, what has an exponent is a DOUBLE."""
    if "e" in text or "E" in text:
        return Num(f"{float(text):.16e}")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Num("0" if text in ("-0", "-") else text)


def load(text):
    return json.loads(text, parse_int=canonical_number, parse_float=canonical_number, parse_constant=Num)


def dump(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, Num):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    return "{" + ",".join(f"{dump(key)}:{dump(value[key])}" for key in sorted(value)) + "}"


def show_number(number):
    """As the service prints a number inside a VARIANT: a DOUBLE has fifteen digits and an exponent."""
    return f"{float(number):.15e}" if "e" in number else str(number)


def show(value, indent, level=0):
    """The text of a VARIANT in a result, by JSON_INDENT."""
    if isinstance(value, Num):
        return show_number(value)
    if not isinstance(value, (list, dict)) or not value:
        return dump(value)
    is_list = isinstance(value, list)
    if is_list:
        items = [show(item, indent, level + 1) for item in value]
    else:
        colon = ": " if indent else ":"
        items = [f"{dump(key)}{colon}{show(value[key], indent, level + 1)}" for key in sorted(value)]
    opening, closing = "[]" if is_list else "{}"
    if not indent:
        return opening + ",".join(items) + closing
    pad = "\n" + " " * (indent * (level + 1))
    return opening + pad + ("," + pad).join(items) + "\n" + " " * (indent * level) + closing


def parse_json(text):
    if not text.strip():
        return None
    try:
        return dump(load(text))
    except ValueError:
        raise SnowError("100069", "22P02", f"Error parsing JSON: {text[:100]}") from None


def type_of(text):
    value = load(text)
    if value is None:
        return "NULL_VALUE"
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, Num):
        return "DOUBLE" if "e" in value else "DECIMAL" if "." in value else "INTEGER"
    return {str: "VARCHAR", list: "ARRAY", dict: "OBJECT"}[type(value)]


# ---- Numbers ----

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
REAL_WORDS = {"nan": math.nan, "inf": math.inf, "infinity": math.inf, "-inf": -math.inf, "-infinity": -math.inf}


def real_text(value):
    """FLOAT to VARCHAR."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def fixed(value, precision, scale):
    """To NUMBER(precision, scale), as plain text; half is rounded away from zero."""
    if isinstance(value, int):  # bool, too
        value = D(int(value))
    elif isinstance(value, str):
        if not NUMBER.fullmatch(value):
            raise not_recognized("Numeric", value)
        shown, value = value, value.strip()
        if len(value) > 60 or abs(D(value).adjusted()) > 1000:
            value = _huge(value, shown)
        value = D(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise not_recognized("Numeric", real_text(value))
        value = D(repr(value))
    rounded = CONTEXT.quantize(value, D(1).scaleb(-scale)) if value.adjusted() < 70 else value
    if abs(rounded) >= D(10) ** (precision - scale):
        raise SnowError("100039", "22003", f"Numeric value '{value}' is out of range")
    return format(rounded, "f").replace("-0", "0") if rounded == 0 else format(rounded, "f")


def _huge(text, shown):
    size = D(text).adjusted()
    if size > 100:
        raise SnowError("100039", "22003", f"Numeric value '{shown}' is out of range")
    return "0" if size < -100 else text


def real(value):
    if isinstance(value, str):
        word = REAL_WORDS.get(value.strip().lower())
        if word is not None:
            return word
        if not NUMBER.fullmatch(value):
            raise not_recognized("Numeric", value)
    result = float(value)
    if math.isinf(result) and isinstance(value, str):
        raise SnowError("100039", "22003", f"Numeric value '{value}' is out of range")
    return result


def boolean(value):
    text = value.strip().lower() if isinstance(value, str) else ""
    if text in ("true", "t", "yes", "y", "on", "1"):
        return True
    if text in ("false", "f", "no", "n", "off", "0"):
        return False
    raise SnowError("100037", "22018", f"Boolean value '{value}' is not recognized")


def divide(a, b, scale):
    """NUMBER / NUMBER is a NUMBER, rounded at its scale."""
    if b == 0:
        raise SnowError("100051", "22012", "Division by zero")
    return format(CONTEXT.quantize(CONTEXT.divide(D(a), D(b)), D(1).scaleb(-scale)), "f")


def divide_real(a, b):
    if b == 0:
        raise SnowError("100051", "22012", "Division by zero")
    return a / b


def modulo(a, b):
    if b == 0:
        raise SnowError("100051", "22012", "Division by zero")
    return format(CONTEXT.remainder(D(a), D(b)), "f")


def round_fixed(value, places, way):
    rounding = {
        "round": decimal.ROUND_HALF_UP,
        "trunc": decimal.ROUND_DOWN,
        "floor": decimal.ROUND_FLOOR,
        "ceil": decimal.ROUND_CEILING,
    }[way]
    return format(D(value).quantize(D(1).scaleb(-int(places)), rounding, CONTEXT), "f")


def round_real(value, places, way):
    return float(round_fixed(D(repr(value)), places, way)) if math.isfinite(value) else value


# ---- Time: a TIMESTAMP_TZ is UTC and minutes of offset, everything else is naive ----

ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?"
    r"\s*(?:([zZ])|([+-])(\d{1,2}):?(\d{2})?)?)?\s*",
    re.ASCII,
)
LIMITS = ((31536000000, 1), (31536000000000, 1000), (31536000000000000, 1000000))


def zone(name):
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise SnowError("100035", "22007", f"Unknown timezone: '{name}'") from None


def at(microseconds):
    try:
        return EPOCH + microseconds * MICROSECOND
    except OverflowError:
        raise SnowError("100035", "22007", "Timestamp is out of range") from None


def by_epoch(number, scale):
    return at(int((D(number) * D(10) ** (6 - scale)).to_integral_value(decimal.ROUND_FLOOR)))


def read_time(text):
    """Text to (wall clock, minutes of offset or None), by AUTO detection."""
    found = ISO.fullmatch(text)
    try:
        if found:
            year, month, day, hour, minute, second, fraction, zulu, sign, off_hours, off_minutes = found.groups()
            wall = datetime.datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                int((fraction or "").ljust(6, "0")[:6]),
            )
            if zulu:
                return wall, 0
            if sign:
                offset = int(off_hours) * 60 + int(off_minutes or 0)
                return wall, -offset if sign == "-" else offset
            return wall, None
        if re.fullmatch(r"\s*[+-]?\d+\s*", text, re.ASCII):
            number = int(text)
            for limit, unit in LIMITS:
                if abs(number) < limit:
                    return at(number * (1000000 // unit)), 0
            return at(number // 1000), 0
    except ValueError:
        pass
    raise SnowError("100035", "22007", f"Timestamp '{text}' is not recognized")


FORMAT = re.compile(r'YYYY|YY|MMMM|MON|MM|DD|DY|HH24|HH12|AM|PM|MI|SS|FF\d?|TZH:?TZM|TZH|TZM|"[^"]*"|.', re.I | re.S)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def write_time(value, form, offset=0):
    """TO_CHAR."""
    out = []
    for part in FORMAT.findall(form):
        key = part.upper()
        if key.startswith("FF"):
            digits = int(key[2:] or 9)
            out.append(f"{value.microsecond:06d}000"[:digits])
            if digits == 0 and out and out[-1] == "":
                continue
        elif key.startswith("TZ"):
            sign, minutes = "-" if offset < 0 else "+", abs(offset)
            out.append(
                {
                    "TZH": f"{sign}{minutes // 60:02d}",
                    "TZM": f"{minutes % 60:02d}",
                    "TZHTZM": f"{sign}{minutes // 60:02d}{minutes % 60:02d}",
                    "TZH:TZM": f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
                }[key]
            )
        elif part.startswith('"') and len(part) > 1:
            out.append(part[1:-1])
        else:
            fields = {
                "YYYY": f"{value.year:04d}",
                "YY": f"{value.year % 100:02d}",
                "MM": f"{value.month:02d}",
                "MON": MONTHS[value.month - 1],
                "DD": f"{value.day:02d}",
                "DY": value.strftime("%a"),
                "MMMM": value.strftime("%B"),
                "HH24": f"{value.hour:02d}",
                "HH12": f"{(value.hour + 11) % 12 + 1:02d}",
                "AM": "AM" if value.hour < 12 else "PM",
                "PM": "AM" if value.hour < 12 else "PM",
                "MI": f"{value.minute:02d}",
                "SS": f"{value.second:02d}",
            }
            out.append(fields.get(key, part))
    return "".join(out)


READ_PART = {
    "YYYY": r"(?P<Y>\d{4})",
    "MM": r"(?P<M>\d{1,2})",
    "DD": r"(?P<D>\d{1,2})",
    "HH24": r"(?P<H>\d{1,2})",
    "MI": r"(?P<I>\d{2})",
    "SS": r"(?P<S>\d{2})",
    "TZH": r"(?P<zh>[+-]\d{1,2})",
    "TZM": r"(?P<zm>\d{2})",
    "TZHTZM": r"(?P<zh>[+-]\d{2})(?P<zm>\d{2})",
    "TZH:TZM": r"(?P<zh>[+-]\d{2}):(?P<zm>\d{2})",
}


@functools.lru_cache(maxsize=256)
def reader(form):
    out = []
    for part in FORMAT.findall(form):
        key = part.upper()
        if key.startswith("FF"):
            out.append(r"(?P<F>\d{1,9})")
        elif key in READ_PART:
            out.append(READ_PART[key])
        elif part.startswith('"') and len(part) > 1:
            out.append(re.escape(part[1:-1]))
        else:
            out.append(re.escape(part))
    return re.compile("".join(out), re.ASCII)


def read_time_by(text, form):
    if form.upper() == "AUTO":
        return read_time(text)
    found = reader(form).fullmatch(text)
    try:
        if found:
            part = {"Y": "1970", "M": "1", "D": "1", "H": "0", "I": "0", "S": "0", "F": "0", "zh": None, "zm": "0"}
            part.update({key: value for key, value in found.groupdict().items() if value is not None})
            wall = datetime.datetime(*(int(part[key]) for key in "YMDHIS"), int(part["F"].ljust(6, "0")[:6]))
            if part["zh"] is None:
                return wall, None
            offset = abs(int(part["zh"])) * 60 + int(part["zm"])
            return wall, -offset if part["zh"].startswith("-") else offset
    except ValueError:
        pass
    raise SnowError("100096", "22007", f"Can't parse '{text}' as timestamp with format '{form}'")


def utc(wall, offset, zone_name):
    """(wall clock, offset) to (UTC, offset); without one it is the session's zone."""
    if offset is None:
        offset = int(wall.replace(tzinfo=zone(zone_name)).utcoffset().total_seconds() // 60)
    try:
        return wall - datetime.timedelta(minutes=offset), offset
    except OverflowError:
        raise SnowError("100035", "22007", "Timestamp is out of range") from None


def local(moment, zone_name):
    aware = moment.replace(tzinfo=datetime.timezone.utc).astimezone(zone(zone_name))
    return aware.replace(tzinfo=None)


def offset_at(moment, zone_name):
    aware = moment.replace(tzinfo=datetime.timezone.utc).astimezone(zone(zone_name))
    return int(aware.utcoffset().total_seconds() // 60)


def convert_zone(source, target, wall):
    return local(utc(wall, None, source)[0], target)


# ---- VARIANT ----


def variant_text(text):
    """VARIANT::VARCHAR: a JSON null is NULL, a string loses its quotes."""
    value = load(text)
    if value is None or isinstance(value, str) and not isinstance(value, Num):
        return value
    if isinstance(value, Num):
        return real_text(float(value)) if "e" in value else str(value)
    return show(value, 0)


def variant_fixed(text, precision, scale):
    value = load(text)
    if value is None:
        return None
    if isinstance(value, (list, dict)):
        raise SnowError("100071", "22000", f"Failed to cast variant value {text} to FIXED")
    if isinstance(value, Num):
        value = float(value) if "e" in value else D(value)
    try:
        return fixed(value, precision, scale)
    except SnowError as error:
        if error.code != "100038":
            raise
        raise SnowError("100071", "22000", f"Failed to cast variant value {text} to FIXED") from None


def variant_real(text):
    value = load(text)
    if value is None:
        return None
    if isinstance(value, bool):
        return float(value)
    if (
        isinstance(value, (list, dict))
        or not isinstance(value, Num)
        and not (NUMBER.fullmatch(value) or value.strip().lower() in REAL_WORDS)
    ):
        raise SnowError("100071", "22000", f"Failed to cast variant value {text} to REAL")
    return real(str(value))


def variant_boolean(text):
    value = load(text)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Num):
        return float(value) != 0
    if isinstance(value, str):
        try:
            return boolean(value)
        except SnowError:
            pass
    raise SnowError("100071", "22000", f"Failed to cast variant value {text} to BOOLEAN")


def variant_time(text):
    """(wall clock, offset) of a VARIANT, or None."""
    value = load(text)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return read_time(str(value))
        except SnowError:
            pass
    raise SnowError("100071", "22000", f"Failed to cast variant value {text} to TIMESTAMP_NTZ")


def to_variant(value, kind):
    """Any value as JSON text."""
    if kind in ("variant", "array", "object"):
        return value
    return dump(_to_json(value, kind))


def _to_json(value, kind):
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return Num(f"{value:.16e}") if math.isfinite(value) else real_text(value)
    if isinstance(value, (D, int)):
        return canonical_number(format(D(value), "f"))
    if isinstance(value, datetime.datetime):
        return time_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex().upper()
    if isinstance(value, dict):
        return f"{time_text(value['u'] + datetime.timedelta(minutes=value['o']))} {_offset(value['o'])}"
    return str(value)


def _offset(minutes):
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


def time_text(value):
    """Milliseconds, as the default output format has it; what is finer is kept, since here it is the value."""
    return write_time(value, "YYYY-MM-DD HH24:MI:SS.FF6" if value.microsecond % 1000 else "YYYY-MM-DD HH24:MI:SS.FF3")


def json_list(values, kind):
    return "[" + ",".join(to_variant(value, kind) for value in values if value is not None) + "]"


def json_items(values, kinds):
    """ARRAY_CONSTRUCT: NULL is undefined, which reads as null."""
    return (
        "[" + ",".join("null" if value is None else to_variant(value, kind) for value, kind in zip(values, kinds)) + "]"
    )


def array(text, what="ARRAY"):
    value = load(text)
    if not isinstance(value, list):
        raise SnowError("100107", "22000", f"Cannot convert value of type {type_of(text)} to {what}")
    return value


def to_array(text):
    value = load(text)
    return None if value is None else text if isinstance(value, list) else f"[{text}]"


def to_object(text):
    value = load(text)
    if value is None or isinstance(value, dict):
        return text if value is not None else None
    raise SnowError("100071", "22000", f"Failed to cast variant value {text} to OBJECT")


def _same(value):
    return D(value).normalize(CONTEXT) if isinstance(value, Num) and "n" not in value.lower() else dump(value)


def distinct(text):
    seen, out = set(), []
    for item in array(text):
        key = _same(item)
        if key not in seen:
            seen.add(key)
            out.append(item)
    return dump(out)


def _order(value):
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, Num):
        return (0, D(value))
    if isinstance(value, str):
        return (2, value.encode())
    return (4, "") if value is None else (3, dump(value))


def array_sort(text, ascending=True, nulls_first=False):
    items = array(text)
    values = sorted((item for item in items if item is not None), key=_order, reverse=not ascending)
    nulls = [None] * (len(items) - len(values))
    return dump(nulls + values if nulls_first else values + nulls)


def array_contains(value, text):
    key = _same(load(value))
    return any(_same(item) == key for item in array(text))


def array_intersection(a, b):
    rest, out = [_same(item) for item in array(b)], []
    for item in array(a):
        if _same(item) in rest:
            rest.remove(_same(item))
            out.append(item)
    return dump(out)


def array_except(a, b):
    rest, out = [_same(item) for item in array(b)], []
    for item in array(a):
        if _same(item) in rest:
            rest.remove(_same(item))
        else:
            out.append(item)
    return dump(out)


def array_slice(text, start, end):
    items = array(text)
    return dump(items[int(start) : int(end)])


def array_flatten(text):
    out = []
    for item in array(text):
        if item is None:
            return None
        out.extend(item if isinstance(item, list) else [item])
    return dump(out)


def union_agg(texts):
    """ARRAY_UNION_AGG keeps as many of a value as the array that has the most of it."""
    out, counts = [], {}
    for text in texts:
        if text is None:
            continue
        mine = {}
        for item in array(text):
            key = _same(item)
            mine[key] = mine.get(key, 0) + 1
            if mine[key] > counts.get(key, 0):
                counts[key] = mine[key]
                out.append(item)
    return dump(out)


def object_of(keys, values, kind):
    out = {}
    for key, value in zip(keys, values):
        if key is None or value is None:
            continue
        if key in out:
            raise SnowError("100104", "22000", f"Duplicate field key '{key}'")
        out[key] = load(to_variant(value, kind))
    return dump(out)


def object_items(values, kinds, keep_null):
    out = {}
    for at_key in range(0, len(values), 2):
        key, value = values[at_key], values[at_key + 1]
        if key is not None and (value is not None or keep_null):
            out[key] = None if value is None else load(to_variant(value, kinds[at_key + 1]))
    return dump(out)


def flatten(text, path, outer, recursive, mode):
    """FLATTEN's rows as a JSON array of {k, i, p, v, t}."""
    rows = []
    value = load(text) if text is not None else None

    def walk(node, where):
        items = []
        if isinstance(node, list) and mode in ("BOTH", "ARRAY"):
            items = [(None, Num(number), f"{where}[{number}]", item) for number, item in enumerate(node)]
        elif isinstance(node, dict) and mode in ("BOTH", "OBJECT"):
            items = [(key, None, f"{where}.{key}" if where else key, node[key]) for key in sorted(node)]
        for key, index, here, item in items:
            rows.append({"k": key, "i": index, "p": here, "v": item, "t": node})
            if recursive:
                walk(item, here)

    for step in re.findall(r"[^.\[\]]+", path or ""):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    walk(value, "")
    if not rows and outer:
        return '[{"o":1}]'
    return dump(rows)


def sketch(values):
    """An HLL state: here the exact set, since its bytes are no part of what a test can show."""
    return json.dumps(sorted({str(value) for value in values if value is not None})).encode()


def sketch_union(states):
    out = set()
    for state in states:
        out.update(json.loads(bytes(state)) if state is not None else ())
    return json.dumps(sorted(out)).encode()


# ---- Text ----


@functools.lru_cache(maxsize=512)
def pattern(text, options):
    """No group may begin with (?, there is neither look-around nor a reference back."""
    if re.search(r"(?<!\\)(\\\\)*\(\?", text):
        raise SnowError(
            "100048", "2201B", f"Invalid regular expression: '{text}', no argument for repetition operator: ?"
        )
    flags = re.ASCII
    for option in options:
        flags |= {"i": re.I, "m": re.M, "s": re.S}.get(option, 0)
    classes = {
        "alpha": "a-zA-Z",
        "digit": "0-9",
        "alnum": "a-zA-Z0-9",
        "space": r"\s",
        "upper": "A-Z",
        "lower": "a-z",
        "xdigit": "0-9a-fA-F",
        "punct": r"!-/:-@\[-`{-~",
    }
    text = re.sub(r"\[:(\w+):\]", lambda found: classes.get(found[1], found[0]), text)
    try:
        return re.compile(text, flags)
    except re.error as error:
        raise SnowError("100048", "2201B", f"Invalid regular expression: '{text}', {error}") from None


def regexp_like(text, expression, options="c"):
    return pattern(expression, options).fullmatch(text) is not None


def regexp_substr(text, expression, start=1, occurrence=1, options="c", group=0):
    if "e" in options and group == 0 and pattern(expression, options).groups:
        group = 1
    for number, found in enumerate(pattern(expression, options).finditer(text, int(start) - 1), 1):
        if number == occurrence:
            return found[int(group)]
    return None


def regexp_count(text, expression, start=1, options="c"):
    return sum(1 for _ in pattern(expression, options).finditer(text, int(start) - 1))


def regexp_replace(text, expression, replacement="", start=1, occurrence=0, options="c"):
    start = int(start) - 1
    count = [0]

    def put(found):
        count[0] += 1
        if occurrence and count[0] != occurrence:
            return found[0]
        return re.sub(r"\\(\d)", lambda ref: found[int(ref[1])] or "", replacement)

    return text[:start] + pattern(expression, options).sub(put, text[start:])


def like(text, form, escape=""):
    """LIKE: % and _, over all of the text."""
    out, position = [], 0
    while position < len(form):
        char = form[position]
        if escape and char == escape:
            position += 1
            out.append(re.escape(form[position : position + 1]))
        else:
            out.append(".*" if char == "%" else "." if char == "_" else re.escape(char))
        position += 1
    return re.fullmatch("".join(out), text, re.S) is not None


def split_part(text, separator, number):
    parts = text.split(separator) if separator else [text]
    number = int(number) or 1
    index = number - 1 if number > 0 else len(parts) + number
    return parts[index] if 0 <= index < len(parts) else ""


def substr(text, start, length=None):
    start = int(start)
    start = start - 1 if start > 0 else max(len(text) + start, 0) if start < 0 else 0
    return text[start:] if length is None else text[start : start + max(int(length), 0)]


def translate(text, source, target):
    return text.translate(
        {
            ord(char): target[at_char] if at_char < len(target) else None
            for at_char, char in reversed(list(enumerate(source)))
        }
    )


def sha2(text, bits=256):
    name = {0: "sha256", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512"}[int(bits)]
    return hashlib.new(name, text.encode() if isinstance(text, str) else bytes(text)).hexdigest()


def snow_hash(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def unhex(text):
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise SnowError("100115", "22000", f"The following string is not a legal hex-encoded value: '{text}'") from None


def fail(code, state, message):
    raise SnowError(code, state, message)


def attempt(function):
    """The TRY_ form: NULL where the other one fails."""

    def tried(*arguments):
        try:
            return function(*arguments)
        except (SnowError, ValueError, OverflowError, decimal.DecimalException):
            return None

    return tried


# name: (function, type of the result). Arguments are of any type; a NULL among them makes NULL, but for those in
# WITH_NULLS. A FLOAT goes back as text, because a NaN would come out as NULL.
TABLE = {
    "sf_fixed": (fixed, "VARCHAR"),
    "sf_real": (lambda value: repr(real(value)), "VARCHAR"),
    "sf_boolean": (boolean, "BOOLEAN"),
    "sf_real_text": (real_text, "VARCHAR"),
    "sf_time_text": (time_text, "VARCHAR"),
    "sf_divide": (divide, "VARCHAR"),
    "sf_divide_real": (lambda a, b: repr(divide_real(a, b)), "VARCHAR"),
    "sf_modulo": (modulo, "VARCHAR"),
    "sf_round": (round_fixed, "VARCHAR"),
    "sf_round_real": (lambda v, p, w: repr(round_real(v, p, w)), "VARCHAR"),
    "sf_ntz": (lambda text: read_time(text)[0], "TIMESTAMP"),
    "sf_ntz_by": (lambda text, form: read_time_by(text, form)[0], "TIMESTAMP"),
    "sf_utc": (lambda text, name: utc(*read_time(text), name)[0], "TIMESTAMP"),
    "sf_offset": (lambda text, name: utc(*read_time(text), name)[1], "INTEGER"),
    "sf_utc_by": (lambda text, form, name: utc(*read_time_by(text, form), name)[0], "TIMESTAMP"),
    "sf_offset_by": (lambda text, form, name: utc(*read_time_by(text, form), name)[1], "INTEGER"),
    "sf_wall_utc": (lambda wall, name: utc(wall, None, name)[0], "TIMESTAMP"),
    "sf_local": (local, "TIMESTAMP"),
    "sf_offset_at": (offset_at, "INTEGER"),
    "sf_convert_zone": (convert_zone, "TIMESTAMP"),
    "sf_epoch": (by_epoch, "TIMESTAMP"),
    "sf_to_char": (write_time, "VARCHAR"),
    "sf_vtext": (variant_text, "VARCHAR"),
    "sf_vfixed": (variant_fixed, "VARCHAR"),
    "sf_vreal": (lambda text: None if variant_real(text) is None else repr(variant_real(text)), "VARCHAR"),
    "sf_vboolean": (variant_boolean, "BOOLEAN"),
    "sf_vntz": (lambda text: (variant_time(text) or (None,))[0], "TIMESTAMP"),
    "sf_variant": (to_variant, "VARCHAR"),
    "sf_json_list": (json_list, "VARCHAR"),
    "sf_parse_json": (parse_json, "VARCHAR"),
    "sf_typeof": (type_of, "VARCHAR"),
    "sf_to_array": (to_array, "VARCHAR"),
    "sf_to_object": (to_object, "VARCHAR"),
    "sf_distinct": (distinct, "VARCHAR"),
    "sf_array_sort": (array_sort, "VARCHAR"),
    "sf_array_contains": (array_contains, "BOOLEAN"),
    "sf_intersection": (array_intersection, "VARCHAR"),
    "sf_array_except": (array_except, "VARCHAR"),
    "sf_array_slice": (array_slice, "VARCHAR"),
    "sf_array_flatten": (array_flatten, "VARCHAR"),
    "sf_array_cat": (lambda a, b: dump(array(a) + array(b)), "VARCHAR"),
    "sf_array_compact": (lambda a: dump([item for item in array(a) if item is not None]), "VARCHAR"),
    "sf_array_append": (lambda a, b: dump(array(a) + [load(b)]), "VARCHAR"),
    "sf_array_prepend": (lambda a, b: dump([load(b)] + array(a)), "VARCHAR"),
    "sf_array_position": (
        lambda v, a: next((n for n, i in enumerate(array(a)) if _same(i) == _same(load(v))), None),
        "BIGINT",
    ),
    "sf_array_to_string": (lambda a, s: s.join(variant_text(dump(i)) or "" for i in array(a)), "VARCHAR"),
    "sf_array_min": (
        lambda a: next((dump(i) for i in sorted((j for j in array(a) if j is not None), key=_order)), None),
        "VARCHAR",
    ),
    "sf_array_max": (
        lambda a: next((dump(i) for i in sorted((j for j in array(a) if j is not None), key=_order)[::-1]), None),
        "VARCHAR",
    ),
    "sf_array_size": (lambda a: len(load(a)) if isinstance(load(a), list) else None, "BIGINT"),
    "sf_union_agg": (union_agg, "VARCHAR"),
    "sf_object_of": (object_of, "VARCHAR"),
    "sf_object_keys": (lambda a: dump(sorted(load(a))) if isinstance(load(a), dict) else None, "VARCHAR"),
    "sf_object_insert": (lambda o, k, v: dump({**load(o), k: load(v)}), "VARCHAR"),
    "sf_object_delete": (lambda o, k: dump({a: b for a, b in load(o).items() if a != k}), "VARCHAR"),
    "sf_get": (lambda v, k: _get(v, k), "VARCHAR"),
    "sf_sketch": (sketch, "BLOB"),
    "sf_sketch_union": (sketch_union, "BLOB"),
    "sf_sketch_size": (lambda s: len(json.loads(bytes(s))), "BIGINT"),
    "sf_regexp_like": (regexp_like, "BOOLEAN"),
    "sf_regexp_substr": (regexp_substr, "VARCHAR"),
    "sf_regexp_count": (regexp_count, "BIGINT"),
    "sf_regexp_replace": (regexp_replace, "VARCHAR"),
    "sf_like": (like, "BOOLEAN"),
    "sf_split_part": (split_part, "VARCHAR"),
    "sf_substr": (substr, "VARCHAR"),
    "sf_split": (lambda t, s: dump(t.split(s) if s else [t]), "VARCHAR"),
    "sf_translate": (translate, "VARCHAR"),
    "sf_sha2": (sha2, "VARCHAR"),
    "sf_hash": (snow_hash, "BIGINT"),
    "sf_unhex": (unhex, "BLOB"),
    "sf_fail": (fail, "INTEGER"),
}
TRY = {
    "sf_fixed",
    "sf_real",
    "sf_boolean",
    "sf_ntz",
    "sf_ntz_by",
    "sf_utc",
    "sf_offset",
    "sf_utc_by",
    "sf_offset_by",
    "sf_parse_json",
    "sf_unhex",
    "sf_epoch",
}
WITH_NULLS = {
    "sf_json_items": (lambda kinds, *values: json_items(values, kinds.split(",")), "VARCHAR"),
    "sf_object_items": (lambda keep, kinds, *values: object_items(values, kinds.split(","), keep), "VARCHAR"),
    "sf_flatten": (flatten, "VARCHAR"),
}


def _get(text, key):
    value = load(text)
    if isinstance(value, list) and not isinstance(key, str):
        return dump(value[int(key)]) if 0 <= int(key) < len(value) else None
    return dump(value[key]) if isinstance(value, dict) and key in value else None


def strict(function):
    """NULL in, NULL out, whatever the number of arguments."""

    def called(*arguments):
        return None if None in arguments else function(*arguments)

    return called


def register(connection):
    """Makes them known to DuckDB. What depends on chance or time must not be folded or shared."""
    for name, (function, result) in TABLE.items():
        connection.create_function(name, strict(function), None, result, null_handling="special")
        if name in TRY:
            connection.create_function(
                "sf_try" + name[2:], strict(attempt(function)), None, result, null_handling="special"
            )
    for name, (function, result) in WITH_NULLS.items():
        connection.create_function(
            name, lambda *arguments, called=function: called(*arguments), None, result, null_handling="special"
        )
    connection.create_function("sf_random", lambda: random.getrandbits(64) - 2**63, [], "BIGINT", side_effects=True)
