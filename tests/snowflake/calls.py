# SPDX-License-Identifier: Apache-2.0
"""Calls of functions, aggregates and windows, printed for DuckDB; a part of rewrite.py's Printer.

Most are rows of builtin.py; here are those whose result depends on the types or the text of their arguments.
"""

import re

from sqlglot import exp

import builtin
import sqltypes
from functions import SnowError
from lexer import MARK, literal, name_of, quote, syntax, unsupported
from sqltypes import (
    ARRAY,
    BINARY,
    BOOLEAN,
    COUNT,
    DATE,
    INTEGER,
    LTZ,
    NTZ,
    OBJECT,
    REAL,
    T,
    TEXT,
    TIME,
    TZ,
    VARIANT,
    common,
    convert,
)

LETTERS = {"t": TEXT, "r": REAL, "b": BOOLEAN, "d": DATE, "s": NTZ, "v": VARIANT, "a": ARRAY}


def arguments_error(name):
    return SnowError(
        "000938",
        "22023",
        f"SQL compilation error: error line 1 at position 0\nnot enough arguments for "
        f"function [{name}], or too many of them",
    )


def unit_name(node, name):
    """A part of a date: a bare word or a text."""
    text = node.name if isinstance(node, (exp.Column, exp.Literal, exp.Var, exp.Identifier)) else ""
    unit = builtin.UNITS.get(text.upper())
    if unit is None:
        raise syntax(f"'{text}' is not a valid date/time component for function {name}.")
    return unit


class Calls:
    def function(self, name, nodes, scope, node):
        method = getattr(self, "call_" + name.lower().replace("$", "_"), None)
        if method is not None:
            return method(name, nodes, scope)
        if name in builtin.PLAIN:
            return self.plain(name, nodes, scope)
        if name in builtin.SHORT_PARTS and len(nodes) == 1:
            return self.part(name, nodes[0], scope)
        if name in builtin.AGGREGATES or name in builtin.AGGREGATE_SPECIAL:
            return self.aggregate_of(node, scope)
        if name in builtin.WINDOWS:
            raise SnowError(
                "002303",
                "42601",
                f"SQL compilation error: error line 1 at position 0\nWindow function [{name}] "
                "may not appear outside OVER",
            )
        raise SnowError("002140", "42601", f"SQL compilation error:\nUnknown function {name}")

    def plain(self, name, nodes, scope):
        letters, result, template = builtin.PLAIN[name]
        required, _, optional = letters.rstrip("+").partition("|")
        wanted, many = required + optional, letters.endswith("+")
        if len(nodes) < len(required) or len(nodes) > len(wanted) and not many:
            raise arguments_error(name)
        values = []
        for at, item in enumerate(nodes):
            letter = wanted[min(at, len(wanted) - 1)]
            values.append(self.argument(letter, item, scope))
        sqls = [sql for sql, _ in values]
        text = template.replace("{*}", ", ".join(sqls)).replace("{||}", " || ".join(sqls))
        text = text.replace("{isnull}", " OR ".join(f"{sql} IS NULL" for sql in sqls))
        wraps = []
        for at, sql in enumerate(sqls):
            if text.count("{%d}" % at) > 1 and len(sql) > 40:
                sqls[at], wrap = self.let(sql)
                wraps.append(wrap)
        text = re.sub(r"\{(\d)\}", lambda found: sqls[int(found[1])], text)
        for wrap in wraps:
            text = wrap(text)
        return text, result([t for _, t in values]) if callable(result) else result

    def let(self, sql):
        """(a name for what `sql` computes, what puts that around the text which uses it)."""
        self.lets = getattr(self, "lets", 0) + 1
        name = f"_v{self.lets}"
        return name, lambda body: f"list_transform([{sql}], lambda {name}: {body})[1]"

    def argument(self, letter, node, scope):
        if letter == "*":
            return self.expr(node, scope)
        if letter == "n":
            return self.number(node, scope)
        if letter == "i":
            sql, t = self.number(node, scope)
            return (sql if isinstance(node, exp.Literal) and t.scale == 0 else f"CAST({sql} AS BIGINT)"), COUNT
        return self.as_(node, scope, LETTERS[letter]), LETTERS[letter]

    # ---- Conditions ----

    def merged(self, nodes, scope):
        values = [self.expr(item, scope) for item in nodes]
        t = common([has for _, has in values])
        return [self.branch(sql, has, t) for sql, has in values], t

    def call_coalesce(self, name, nodes, scope):
        if len(nodes) < 2:
            raise arguments_error(name)
        values, t = self.merged(nodes, scope)
        return f"coalesce({', '.join(values)})", t

    call_nvl = call_ifnull = call_coalesce

    def call_nvl2(self, name, nodes, scope):
        (a, b), t = self.merged(nodes[1:], scope)
        return f"(CASE WHEN {self.expr(nodes[0], scope)[0]} IS NOT NULL THEN {a} ELSE {b} END)", t

    def call_iff(self, name, nodes, scope):
        if len(nodes) != 3:
            raise arguments_error(name)
        (a, b), t = self.merged(nodes[1:], scope)
        return f"(CASE WHEN {self.condition(nodes[0], scope)} THEN {a} ELSE {b} END)", t

    def call_nullif(self, name, nodes, scope):
        (sql, t), (b, bt) = self.expr(nodes[0], scope), self.expr(nodes[1], scope)
        wrap = None
        if len(sql) > 40:
            sql, wrap = self.let(sql)
        left, right = self.alike(sql, t, b, bt)
        text = f"(CASE WHEN {left} = {right} THEN NULL ELSE {sql} END)"
        return (wrap(text) if wrap else text), t

    def call_decode(self, name, nodes, scope):
        pairs, rest = nodes[1:], []
        if len(pairs) % 2:
            rest = [pairs[-1]]
            pairs = pairs[:-1]
        values, t = self.merged(pairs[1::2] + rest, scope)
        whens = []
        for at, key in enumerate(pairs[0::2]):
            a, b = self.pair(nodes[0], key, scope)
            whens.append(f"WHEN {a} IS NOT DISTINCT FROM {b} THEN {values[at]}")
        return f"(CASE {' '.join(whens)} ELSE {values[-1] if rest else 'NULL'} END)", t

    def extreme(self, word, ignore):
        def call(name, nodes, scope):
            values, t = self.merged(nodes, scope)
            inner = f"{word}({', '.join(values)})"
            if ignore or len(values) == 1:
                return inner, t
            wraps = []
            for at, value in enumerate(values):
                if len(value) > 40:
                    values[at], wrap = self.let(value)
                    wraps.append(wrap)
            nulls = " OR ".join(
                f"{value} IS NULL" for value in values if not re.fullmatch(r"-?[0-9.]+|\(-[0-9.]+\)", value)
            )
            text = f"(CASE WHEN {nulls or 'FALSE'} THEN NULL ELSE {word}({', '.join(values)}) END)"
            for wrap in wraps:
                text = wrap(text)
            return text, t

        return call

    def call_greatest(self, name, nodes, scope):
        return self.extreme("greatest", False)(name, nodes, scope)

    def call_least(self, name, nodes, scope):
        return self.extreme("least", False)(name, nodes, scope)

    def call_greatest_ignore_nulls(self, name, nodes, scope):
        return self.extreme("greatest", True)(name, nodes, scope)

    def call_least_ignore_nulls(self, name, nodes, scope):
        return self.extreme("least", True)(name, nodes, scope)

    # ---- Numbers ----

    def rounded(self, way, nodes, scope):
        sql, t = self.number(nodes[0], scope)
        places = "0"
        if len(nodes) > 1:
            if not re.fullmatch(r"-?\d+", nodes[1].sql()):
                raise unsupported(f"{way} with places that are no literal")
            places = nodes[1].sql()
        if t.kind == "real":
            return f"CAST(sf_round_real({sql}, {places}, '{way}') AS DOUBLE)", REAL
        scale = min(max(int(places), 0), t.scale)
        if t.scale <= int(places):
            return sql, t
        return f"CAST(sf_round({sql}, {places}, '{way}') AS DECIMAL(38,{scale}))", T("fixed", 38, scale)

    def call_round(self, name, nodes, scope):
        return self.rounded("round", nodes, scope)

    def call_floor(self, name, nodes, scope):
        return self.rounded("floor", nodes, scope)

    def call_ceil(self, name, nodes, scope):
        return self.rounded("ceil", nodes, scope)

    call_ceiling = call_ceil

    def call_trunc(self, name, nodes, scope):
        if self.expr(nodes[0], scope)[1].kind in ("date", "timestamp_ntz"):
            return self.call_date_trunc(name, nodes, scope)
        return self.rounded("trunc", nodes, scope)

    call_truncate = call_trunc

    def call_mod(self, name, nodes, scope):
        return self.modulo(*self.number(nodes[0], scope), *self.number(nodes[1], scope))

    def call_div0(self, name, nodes, scope):
        (a, at), (b, bt) = self.number(nodes[0], scope), self.number(nodes[1], scope)
        sql, t = self.divided(a, at, b, bt)
        return f"(CASE WHEN {b} = 0 THEN 0 ELSE {sql} END)", t

    # ---- Time ----

    def call_dateadd(self, name, nodes, scope):
        if len(nodes) != 3:
            raise arguments_error(name)
        unit = unit_name(nodes[0], name)
        amount, at = self.number(nodes[1], scope)
        if at.kind == "real" or at.scale:
            amount = f"round({amount})"
        amount = f"CAST({amount} AS BIGINT)"
        sql, t = self.expr(nodes[2], scope)
        if t.kind not in ("date", "timestamp_ntz", "timestamp_ltz"):
            sql, t = convert(sql, t, NTZ, zone=self.session.zone), NTZ
        makers = {
            "year": "to_months(CAST({0} * 12 AS INTEGER))",
            "quarter": "to_months(CAST({0} * 3 AS INTEGER))",
            "month": "to_months(CAST({0} AS INTEGER))",
            "week": "to_days(CAST({0} * 7 AS INTEGER))",
            "day": "to_days(CAST({0} AS INTEGER))",
            "hour": "to_microseconds({0} * 3600000000)",
            "minute": "to_microseconds({0} * 60000000)",
            "second": "to_microseconds({0} * 1000000)",
            "millisecond": "to_microseconds({0} * 1000)",
            "microsecond": "to_microseconds({0})",
            "nanosecond": "to_microseconds({0} // 1000)",
        }
        text = f"({sql} + {makers[unit].format(amount)})"
        if t.kind == "date":
            days = unit in ("year", "quarter", "month", "week", "day")
            return (f"CAST({text} AS DATE)", DATE) if days else (text, NTZ)
        return text, t

    call_timestampadd = call_timeadd = call_dateadd

    def call_datediff(self, name, nodes, scope):
        if len(nodes) != 3:
            raise arguments_error(name)
        unit = unit_name(nodes[0], name)
        a, b = self.as_(nodes[1], scope, NTZ), self.as_(nodes[2], scope, NTZ)
        if unit == "nanosecond":
            return f"(date_diff('microsecond', {a}, {b}) * 1000)", COUNT
        return f"date_diff('{unit}', {a}, {b})", COUNT

    call_timestampdiff = call_timediff = call_datediff

    def call_date_trunc(self, name, nodes, scope):
        first, second = nodes
        if getattr(second, "name", "").upper() in builtin.UNITS and isinstance(second, exp.Literal):
            first, second = second, first
        unit = unit_name(first, name)
        sql, t = self.expr(second, scope)
        if t.kind not in ("date", "timestamp_ntz"):
            sql, t = convert(sql, t, NTZ, zone=self.session.zone), NTZ
        return f"CAST(date_trunc('{unit}', {sql}) AS {sqltypes.stored(t)})", t

    def call_date_part(self, name, nodes, scope):
        return self.part(nodes[0].name, nodes[1], scope)

    def call_to_char(self, name, nodes, scope):
        sql, t = self.expr(nodes[0], scope)
        if len(nodes) == 1 or t.kind == "text":
            return convert(sql, t, TEXT, zone=self.session.zone), TEXT
        form = self.as_(nodes[1], scope, TEXT)
        if t.kind == "timestamp_tz":
            return f"sf_to_char(({sql}.u + to_minutes({sql}.o)), {form}, {sql}.o)", TEXT
        if t.kind in ("date", "timestamp_ntz", "timestamp_ltz", "variant"):
            return f"sf_to_char({convert(sql, t, NTZ, zone=self.session.zone)}, {form})", TEXT
        if t.kind == "fixed" and form.upper() in ("'TM9'", "'TM'"):
            return f"CAST({sql} AS VARCHAR)", TEXT
        if t.kind == "binary":
            if form.upper() in ("'UTF-8'", "'UTF8'"):
                return f"decode({sql})", TEXT
            return f"hex({sql})", TEXT
        raise unsupported(f"TO_CHAR of {sqltypes.shown(t)} with the format {form}")

    call_to_varchar = call_to_char

    def moment(self, name, nodes, scope, to, attempt):
        sql, t = self.expr(nodes[0], scope)
        zone = self.session.zone
        if t.kind in ("fixed", "real"):
            if t.kind == "real":
                sql, t = convert(sql, t, T("fixed", 38, 9)), T("fixed", 38, 9)
            scale = self.expr(nodes[1], scope)[0] if len(nodes) > 1 else "0"
            sql, t = f"{'sf_try_epoch' if attempt else 'sf_epoch'}({sql}, {scale})", NTZ
        elif len(nodes) > 1 and t.kind == "text":
            form, mark = self.as_(nodes[1], scope, TEXT), "sf_try" if attempt else "sf"
            if to.kind == "timestamp_ntz":
                return f"{mark}_ntz_by({sql}, {form})", NTZ
            if to.kind == "date":
                return f"CAST({mark}_ntz_by({sql}, {form}) AS DATE)", DATE
            utc = f"{mark}_utc_by({sql}, {form}, '{zone}')"
            if to.kind == "timestamp_ltz":
                return f"to_timestamp(epoch({utc}))", LTZ
            return (
                f"(CASE WHEN {utc} IS NOT NULL THEN struct_pack(u := {utc}, o := {mark}_offset_by({sql}, {form}, '{zone}')) END)",
                TZ,
            )
        if attempt and t.kind not in ("text", "timestamp_ntz", "null"):
            raise sqltypes.refuse(name, t, to)
        if attempt and t.kind != "text":
            return convert(sql, t, to, zone=zone), to
        return convert(sql, t, to, attempt, zone), to

    def call_to_number(self, name, nodes, scope):
        attempt = name.startswith("TRY_")
        sql, t = self.expr(nodes[0], scope)
        if attempt and t.kind not in ("text", "null"):
            raise sqltypes.refuse(name, t, INTEGER)
        sizes = [int(item.name) for item in nodes[1:] if isinstance(item, exp.Literal) and not item.is_string]
        to = T("fixed", sizes[0] if sizes else 38, sizes[1] if len(sizes) > 1 else 0)
        return convert(sql, t, to, attempt), to

    call_to_decimal = call_to_numeric = call_try_to_number = call_try_to_decimal = call_try_to_numeric = call_to_number

    def text_to(self, name, nodes, scope, to):
        attempt = name.startswith("TRY_")
        sql, t = self.expr(nodes[0], scope)
        if attempt and t.kind not in ("text", "null"):
            raise sqltypes.refuse(name, t, to)
        return convert(sql, t, to, attempt, self.session.zone), to

    def call_as_decimal(self, name, nodes, scope):
        sql = self.as_(nodes[0], scope, VARIANT)
        sizes = [int(item.name) for item in nodes[1:]]
        to = T("fixed", sizes[0] if sizes else 38, sizes[1] if len(sizes) > 1 else 0)
        return f"(CASE WHEN sf_typeof({sql}) IN ('INTEGER', 'DECIMAL') THEN {convert(sql, VARIANT, to)} END)", to

    call_as_number = call_as_decimal

    # ---- VARIANT ----

    def call_get(self, name, nodes, scope):
        sql, t = self.expr(nodes[0], scope)
        self.must_hold(t, nodes[0])
        return self.get(sql, nodes[1], scope), VARIANT

    def call_get_path(self, name, nodes, scope):
        sql, t = self.expr(nodes[0], scope)
        self.must_hold(t, nodes[0])
        if not (isinstance(nodes[1], exp.Literal) and nodes[1].is_string):
            raise unsupported("GET_PATH with a path that is no literal")
        for key, quoted, index in re.findall(r"([A-Za-z_][\w$]*)|\[\'((?:[^\']|\'\')*)\'\]|\[(-?\d+)\]", nodes[1].this):
            sql = self.member(sql, int(index) if index else key or quoted)
        return sql, VARIANT

    def call_array_construct(self, name, nodes, scope):
        return self.items(nodes, scope)

    def call_array_construct_compact(self, name, nodes, scope):
        return f"CAST(sf_array_compact({self.items(nodes, scope)[0]}) AS JSON)", ARRAY

    def call_object_construct(self, name, nodes, scope):
        return self.object_items(nodes, scope, name.endswith("KEEP_NULL"))

    call_object_construct_keep_null = call_object_construct

    def call_hash(self, name, nodes, scope):
        parts = [f"coalesce(CAST({self.as_(item, scope, VARIANT)} AS VARCHAR), 'null')" for item in nodes]
        return f"CAST(sf_hash({' || chr(1) || '.join(parts)}) AS DECIMAL(38,0))", INTEGER

    def lambda_of(self, node, scope):
        """(variables, a scope in which they are VARIANTs)."""
        if not isinstance(node, exp.Lambda):
            raise syntax("a lambda expression is expected")
        inner = type(scope)(scope)
        names = [name_of(item) for item in node.expressions]
        inner.variables.update({name: VARIANT for name in names})
        return [quote(name) for name in names], inner

    def call_transform(self, name, nodes, scope):
        sql = self.as_(nodes[0], scope, ARRAY)
        (variable,), inner = self.lambda_of(nodes[1], scope)
        body = self.as_(nodes[1].this, inner, VARIANT)
        return f"to_json(list_transform(CAST({sql} AS JSON[]), lambda {variable}: {body}))", ARRAY

    def call_filter(self, name, nodes, scope):
        sql = self.as_(nodes[0], scope, ARRAY)
        (variable,), inner = self.lambda_of(nodes[1], scope)
        body = self.condition(nodes[1].this, inner)
        return f"to_json(list_filter(CAST({sql} AS JSON[]), lambda {variable}: {body}))", ARRAY

    def call_reduce(self, name, nodes, scope):
        sql = self.as_(nodes[0], scope, ARRAY)
        variables, inner = self.lambda_of(nodes[2], scope)
        start = self.as_(nodes[1], scope, VARIANT)
        body = self.as_(nodes[2].this, inner, VARIANT)
        return f"list_reduce(CAST({sql} AS JSON[]), lambda {', '.join(variables)}: {body}, {start})", VARIANT

    # ---- The session ----

    def call_sysdate(self, name, nodes, scope):
        return f"TIMESTAMP '{self.session.now():%Y-%m-%d %H:%M:%S.%f}'", NTZ

    def call_current_timestamp(self, name, nodes, scope):
        return f"TIMESTAMPTZ '{self.session.now():%Y-%m-%d %H:%M:%S.%f}+00:00'", LTZ

    call_getdate = call_localtimestamp = call_systimestamp = call_current_timestamp

    def call_current_date(self, name, nodes, scope):
        return (
            f"CAST(sf_local(TIMESTAMP '{self.session.now():%Y-%m-%d %H:%M:%S.%f}', '{self.session.zone}') AS DATE)",
            DATE,
        )

    def call_system_wait(self, name, nodes, scope):
        return literal(self.session.wait(float(nodes[0].name))), TEXT

    def called_session(self, name, nodes, scope):
        value = self.session.about(name)
        return ("CAST(NULL AS VARCHAR)" if value is None else literal(str(value))), TEXT

    def call_convert_timezone(self, name, nodes, scope):
        if len(nodes) == 3:
            return self.plain(name, nodes, scope)
        target = self.as_(nodes[0], scope, TEXT)
        sql, t = self.expr(nodes[1], scope)
        if t.kind == "timestamp_tz":
            utc = f"{sql}.u"
        else:
            utc = f"make_timestamp(epoch_us({convert(sql, t, LTZ, zone=self.session.zone)}))"
        return f"struct_pack(u := {utc}, o := sf_offset_at({utc}, {target}))", TZ

    # ---- Aggregates and windows ----

    def pieces(self, node):
        """(name, arguments, distinct, order) of an aggregate, whatever is wrapped around it."""
        order = None
        if isinstance(node, exp.WithinGroup):
            order, node = node.expression, node.this
        if not isinstance(node, exp.Anonymous):
            raise unsupported(node.sql(dialect="snowflake")[:80])
        name = node.name.upper()
        name = name[len(MARK) :] if name.startswith(MARK) else name
        nodes, distinct = node.expressions, False
        if nodes and isinstance(nodes[0], exp.Distinct):
            nodes, distinct = nodes[0].expressions + nodes[1:], True
        return name, nodes, distinct, order

    def aggregate_of(self, node, scope, over=""):
        name, nodes, distinct, order = self.pieces(node)
        if name in builtin.AGGREGATES:
            result, template = builtin.AGGREGATES[name]
            values = [self.expr(item, scope) for item in nodes]
            if len(values) != (2 if "{1}" in template else 1):
                raise arguments_error(name)
            if name in ("SUM", "AVG", "MEDIAN", "STDDEV", "VARIANCE"):
                values = [self.number(nodes[0], scope)]
            if name in ("MIN", "MAX") and values[0][1].kind in ("array", "object"):
                raise sqltypes.refuse(name, values[0][1], VARIANT)
            if name == "SUM" and values[0][1].kind == "fixed":
                values = [(self.wide(*values[0]), T("fixed", 38, values[0][1].scale))]
            t = result([has for _, has in values]) if callable(result) else result
            text = template.format(*(sql for sql, _ in values))
            if distinct:
                text = text.replace("(", "(DISTINCT ", 1)
            return text + over, t
        return getattr(self, "aggregate_" + name.lower())(nodes, distinct, order, scope, over)

    def ordering(self, order, scope):
        return " ORDER BY " + ", ".join(self.ordered(item, scope) for item in order.expressions) if order else ""

    def ordered(self, item, scope, sql=None):
        """NULLs are greatest, unless the statement says where they go."""
        if sql is None:
            sql = self.expr(item.this, scope)[0]
        descending = bool(item.args.get("desc"))
        nulls_first = item.args.get("nulls_first")
        nulls_first = descending if nulls_first is None else bool(nulls_first)
        return f"{sql} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"

    def aggregate_count(self, nodes, distinct, order, scope, over):
        if len(nodes) == 1 and isinstance(nodes[0], exp.Star):
            return f"count(*){over}", COUNT
        values = [self.expr(item, scope)[0] for item in nodes]
        if len(values) > 1:
            nulls = " OR ".join(f"{value} IS NULL" for value in values)
            return (
                f"count({'DISTINCT ' if distinct else ''}CASE WHEN {nulls} THEN NULL ELSE ({', '.join(values)}) END){over}",
                COUNT,
            )
        return f"count({'DISTINCT ' if distinct else ''}{values[0]}){over}", COUNT

    def aggregate_array_agg(self, nodes, distinct, order, scope, over):
        sql, t = self.expr(nodes[0], scope)
        by = self.ordering(order, scope)
        if distinct and order and self.expr(order.expressions[0].this, scope)[0] != sql:
            raise syntax("[ARRAY_AGG] DISTINCT and WITHIN GROUP must refer to the same column")
        values = f"list({'DISTINCT ' if distinct else ''}{sql}{by}) FILTER (WHERE {sql} IS NOT NULL){over}"
        return f"CAST(coalesce(sf_json_list({values}, '{t.kind}'), '[]') AS JSON)", ARRAY

    aggregate_arrayagg = aggregate_array_agg

    def aggregate_array_unique_agg(self, nodes, distinct, order, scope, over):
        return self.aggregate_array_agg(nodes, True, None, scope, over)

    def aggregate_array_union_agg(self, nodes, distinct, order, scope, over):
        return f"CAST(coalesce(sf_union_agg(list({self.as_(nodes[0], scope, ARRAY)}){over}), '[]') AS JSON)", ARRAY

    def aggregate_object_agg(self, nodes, distinct, order, scope, over):
        key = self.as_(nodes[0], scope, TEXT)
        sql, t = self.expr(nodes[1], scope)
        return (
            f"CAST(coalesce(sf_object_of(list({key}){over}, list({sql}){over}, '{t.kind}'), chr(123) || chr(125)) AS JSON)",
            OBJECT,
        )

    def aggregate_listagg(self, nodes, distinct, order, scope, over):
        sql = self.as_(nodes[0], scope, TEXT)
        separator = self.as_(nodes[1], scope, TEXT) if len(nodes) > 1 else "''"
        inner = f"string_agg({'DISTINCT ' if distinct else ''}{sql}, {separator}{self.ordering(order, scope)}){over}"
        return f"coalesce({inner}, '')", TEXT

    def aggregate_hll_accumulate(self, nodes, distinct, order, scope, over):
        return f"sf_sketch(list(DISTINCT {self.expr(nodes[0], scope)[0]}){over})", BINARY

    def aggregate_hll_combine(self, nodes, distinct, order, scope, over):
        return f"sf_sketch_union(list({self.expr(nodes[0], scope)[0]}){over})", BINARY

    def window(self, node, scope):
        inner, nulls = node.this, ""
        if isinstance(inner, (exp.IgnoreNulls, exp.RespectNulls)):
            nulls = " IGNORE NULLS" if isinstance(inner, exp.IgnoreNulls) else ""
            inner = inner.this
        name = self.pieces(inner)[0]
        parts = [self.expr(item, scope)[0] for item in node.args.get("partition_by") or []]
        over = "PARTITION BY " + ", ".join(parts) if parts else ""
        order = node.args.get("order")
        if order:
            over += self.ordering(order, scope)
        over += self.frame(node.args.get("spec"), name, order)
        if name not in builtin.WINDOWS:
            return self.aggregate_of(inner, scope, f" OVER ({over})")
        if not order and name != "ROW_NUMBER" or not order:
            raise SnowError(
                "002303",
                "42601",
                f"SQL compilation error: error line 1 at position 0\nWindow function type "
                f"[{name}] requires ORDER BY in window specification",
            )
        nodes = self.pieces(inner)[1]
        values = [self.expr(item, scope) for item in nodes]
        result, template = builtin.WINDOWS[name]
        sqls = [sql for sql, _ in values]
        if name in ("LAG", "LEAD") and len(values) == 3:
            sqls[2] = convert(*values[2], values[0][1], zone=self.session.zone)
        t = result([has for _, has in values]) if callable(result) else result
        return f"{template.replace('{*}', ', '.join(sqls) + nulls)} OVER ({over})", t

    def frame(self, spec, name, order):
        if spec is None:
            full = name in ("FIRST_VALUE", "LAST_VALUE", "NTH_VALUE")
            return " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING" if full else ""
        kind = spec.args["kind"].upper()
        if kind not in ("ROWS", "RANGE"):
            raise unsupported(f"window frame {kind}")

        def edge(which):
            value, side = spec.args.get(which), spec.args.get(which + "_side") or ""
            text = value if isinstance(value, str) else value.name if value is not None else "CURRENT ROW"
            return f"{text} {side}".strip()

        if spec.args.get("end") is None:
            return f" {kind} {edge('start')}"
        return f" {kind} BETWEEN {edge('start')} AND {edge('end')}"


def _times(name, to, attempt):
    return lambda self, called, nodes, scope: self.moment(called, nodes, scope, to, attempt)


def _text(to):
    return lambda self, called, nodes, scope: self.text_to(called, nodes, scope, to)


for _name, _to in (
    ("to_date", DATE),
    ("date", DATE),
    ("to_timestamp", NTZ),
    ("to_timestamp_ntz", NTZ),
    ("to_timestamp_ltz", LTZ),
    ("to_timestamp_tz", TZ),
    ("to_time", TIME),
):
    setattr(Calls, "call_" + _name, _times(_name, _to, False))
    if _name.startswith("to_"):
        setattr(Calls, "call_try_" + _name, _times(_name, _to, True))
for _name, _to in (
    ("to_double", REAL),
    ("to_boolean", BOOLEAN),
    ("to_array", ARRAY),
    ("to_object", OBJECT),
    ("to_binary", BINARY),
):
    setattr(Calls, "call_" + _name, _text(_to))
    setattr(Calls, "call_try_" + _name, _text(_to))
for _name in (
    "current_database",
    "current_schema",
    "current_role",
    "current_warehouse",
    "current_user",
    "current_session",
    "current_transaction",
    "current_account",
    "current_version",
    "last_query_id",
):
    setattr(Calls, "call_" + _name, Calls.called_session)
