# SPDX-License-Identifier: Apache-2.0
"""Snowflake's expressions and queries, printed as DuckDB's SQL with the types that Snowflake gives them.

sqlglot parses; the printing is our own, because what sqlglot and fakesnow print means something else in the
places that README.md lists. What is no function, type, column or operator of Snowflake's is refused with the
service's code. Used by statements.py. Must never print what it does not know: an unknown node is an error.
"""

import re

from sqlglot import exp

import builtin
import sqltypes
from calls import Calls
from functions import SnowError
from lexer import MARK, literal, name_of, quote, syntax, unsupported
from queries import Queries
from sqltypes import (
    ARRAY,
    BINARY,
    BOOLEAN,
    COUNT,
    DATE,
    INTEGER,
    JSON_KINDS,
    NTZ,
    NULL,
    OBJECT,
    REAL,
    T,
    TEXT,
    VARIANT,
    common,
    convert,
)


class Printer(Calls, Queries):
    """Prints one statement. `session` answers questions about tables, variables and the clock."""

    def __init__(self, session):
        self.session = session
        self.ctes = [{}]
        self.binds = session.binds
        self.bound = 0

    # ---- Expressions: every method gives (SQL, type) ----

    def expr(self, node, scope):
        method = getattr(self, "on_" + type(node).__name__.lower(), None)
        if method is None:
            raise unsupported(f"{type(node).__name__}: {node.sql(dialect='snowflake')[:80]}")
        return method(node, scope)

    def as_(self, node, scope, t):
        sql, has = self.expr(node, scope)
        return convert(sql, has, t, zone=self.session.zone)

    def condition(self, node, scope):
        sql, t = self.expr(node, scope)
        if t.kind not in ("boolean", "null", "fixed", "real", "variant", "text"):
            raise SnowError("002023", "22000", f"SQL compilation error:\nInvalid condition of type {sqltypes.shown(t)}")
        return convert(sql, t, BOOLEAN)

    def on_literal(self, node, scope):
        if node.is_string:
            return literal(node.this), TEXT
        text = node.this
        if "e" in text.lower():
            return f"CAST({text} AS DOUBLE)", REAL
        whole, _, fraction = text.partition(".")
        digits = len(whole.lstrip("0") + fraction)
        if digits > 38:
            raise SnowError("100039", "22003", f"Numeric value '{text}' is out of range")
        t = T("fixed", max(digits, 1), len(fraction))
        return (text if len(whole) < 19 else f"CAST({text} AS {sqltypes.stored(t)})"), t

    def on_null(self, node, scope):
        return "NULL", NULL

    def on_boolean(self, node, scope):
        return ("TRUE" if node.this else "FALSE"), BOOLEAN

    def on_placeholder(self, node, scope):
        if node.this:
            number = str(node.this)
        else:
            self.bound += 1
            number = str(self.bound)
        if number not in self.binds:
            raise SnowError("002049", "42601", "SQL compilation error:\nBind variable ? not set.")
        return self.binds[number]

    def numbered(self, number, table, scope):
        """$1 of VALUES and of other sources."""
        for alias, columns in scope.sources:
            if table in (None, alias) and 0 < int(number) <= len(columns):
                name = list(columns)[int(number) - 1]
                return f"{quote(alias)}.{quote(name)}", columns[name]
        raise SnowError(
            "000904", "42000", f"SQL compilation error: error line 1 at position 0\ninvalid identifier '${number}'"
        )

    def on_parameter(self, node, scope):
        if node.name.isdigit():
            return self.numbered(node.name, None, scope)
        name = name_of(node.this.name)
        if name not in self.session.variables:
            raise SnowError("002211", "02000", f"SQL compilation error:\nSession variable '${name}' does not exist")
        return self.session.variables[name]

    def on_column(self, node, scope):
        if isinstance(node.this, exp.Star):
            raise syntax("unexpected '*'")
        table = name_of(node.args.get("table"))
        if isinstance(node.this, exp.Parameter):
            return self.numbered(node.this.name, table, scope)
        name = name_of(node.this)
        found = scope.find(name, table) if scope else None
        if found is None:
            shown = f"{table}.{name}" if table else name
            if table is None and name in ("CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_USER"):
                return self.function(name, [], scope, node)
            raise SnowError(
                "000904",
                "42000",
                f"SQL compilation error: error line 1 at position 0\n" f"invalid identifier '{shown}'",
            )
        return found

    def on_identifier(self, node, scope):
        found = scope.find(name_of(node))
        if found is None:
            raise SnowError(
                "000904",
                "42000",
                f"SQL compilation error: error line 1 at position 0\n" f"invalid identifier '{name_of(node)}'",
            )
        return found

    def on_dot(self, node, scope):
        raise unsupported(node.sql(dialect="snowflake")[:80])

    def on_paren(self, node, scope):
        sql, t = self.expr(node.this, scope)
        return f"({sql})", t

    def on_neg(self, node, scope):
        sql, t = self.number(node.this, scope)
        return f"(-{sql})", t

    def on_not(self, node, scope):
        return f"(NOT {self.condition(node.this, scope)})", BOOLEAN

    def on_and(self, node, scope):
        return self.chain(node, scope, exp.And, "AND")

    def on_or(self, node, scope):
        return self.chain(node, scope, exp.Or, "OR")

    def chain(self, node, scope, kind, word):
        """Long chains lean to the left: no recursion along them."""
        parts = []
        while isinstance(node, kind):
            parts.append(node.expression)
            node = node.this
        parts.append(node)
        return "(" + f" {word} ".join(self.condition(part, scope) for part in reversed(parts)) + ")", BOOLEAN

    def compare(self, operator):
        def on(node, scope):
            if isinstance(node.this, exp.Tuple) and isinstance(node.expression, exp.Tuple) and operator == "=":
                pairs = [
                    exp.EQ(this=a, expression=b) for a, b in zip(node.this.expressions, node.expression.expressions)
                ]
                return "(" + " AND ".join(self.expr(pair, scope)[0] for pair in pairs) + ")", BOOLEAN
            a, b = self.pair(node.this, node.expression, scope)
            return f"({a} {operator} {b})", BOOLEAN

        return on

    def pair(self, left, right, scope):
        (a, at), (b, bt) = self.expr(left, scope), self.expr(right, scope)
        return self.alike(a, at, b, bt)

    def alike(self, a, at, b, bt):
        """Both sides of a comparison, of one type; of a TIMESTAMP_TZ the instant, wherever the clock hangs."""
        if at.kind == bt.kind == "timestamp_tz":
            return f"struct_extract({a}, 'u')", f"struct_extract({b}, 'u')"
        if "null" in (at.kind, bt.kind) or at.kind == bt.kind:
            return a, b
        kinds = {at.kind, bt.kind}
        if kinds & set(JSON_KINDS) and not kinds <= set(JSON_KINDS):
            other = bt if at.kind in JSON_KINDS else at
            return convert(a, at, other, zone=self.session.zone), convert(b, bt, other, zone=self.session.zone)
        t = common([at, bt])
        if t.kind == "fixed":
            scale = max(x.scale for x in (at, bt) if x.kind == "fixed")
            t = T("fixed", 38, scale)
            return (a if at.kind == "fixed" else convert(a, at, t)), (b if bt.kind == "fixed" else convert(b, bt, t))
        a, b = convert(a, at, t, zone=self.session.zone), convert(b, bt, t, zone=self.session.zone)
        return self.alike(a, t, b, t) if t.kind == "timestamp_tz" else (a, b)

    def on_is(self, node, scope):
        sql, _ = self.expr(node.this, scope)
        right = node.expression
        if isinstance(right, exp.Not):
            return f"({sql} IS NOT {self.expr(right.this, scope)[0]})", BOOLEAN
        return f"({sql} IS {self.expr(right, scope)[0]})", BOOLEAN

    def on_in(self, node, scope):
        query = node.args.get("query")
        if query is not None:
            inner = query.this if isinstance(query, exp.Subquery) else query
            sql, columns = self.query(inner, scope)
            if isinstance(node.this, exp.Tuple):
                left = "(" + ", ".join(self.expr(item, scope)[0] for item in node.this.expressions) + ")"
                if len(columns) != len(node.this.expressions):
                    raise syntax("Number of columns of IN differ")
                return f"({left} IN ({sql}))", BOOLEAN
            left, t = self.expr(node.this, scope)
            if columns[0][1].kind != t.kind and "null" not in (t.kind, columns[0][1].kind):
                left = convert(left, t, columns[0][1], zone=self.session.zone)
            return f"({left} IN ({sql}))", BOOLEAN
        if not node.expressions:
            raise syntax("syntax error unexpected ')'.")
        if isinstance(node.this, exp.Tuple):
            left = "(" + ", ".join(self.expr(item, scope)[0] for item in node.this.expressions) + ")"
            rows = [
                "(" + ", ".join(self.expr(item, scope)[0] for item in row.expressions) + ")" for row in node.expressions
            ]
            return f"({left} IN ({', '.join(rows)}))", BOOLEAN
        left, t = self.expr(node.this, scope)
        items = [self.expr(item, scope) for item in node.expressions]
        target = common([t] + [has for _, has in items])
        if target.kind == "variant" and t.kind == "variant":
            target = common([has for _, has in items])
        if target.kind != "fixed" or t.kind != "fixed":
            left = convert(left, t, target, zone=self.session.zone) if t.kind != target.kind else left
        items = [
            sql if has.kind == target.kind else convert(sql, has, target, zone=self.session.zone) for sql, has in items
        ]
        return f"({left} IN ({', '.join(items)}))", BOOLEAN

    def on_between(self, node, scope):
        low, high = node.args["low"], node.args["high"]
        a, b = self.pair(node.this, low, scope)
        c, d = self.pair(node.this, high, scope)
        return f"({a} >= {b} AND {c} <= {d})", BOOLEAN

    def on_like(self, node, scope, escape="''", insensitive=False):
        right = node.expression
        if isinstance(right, (exp.Any, exp.All)):
            word = " OR " if isinstance(right, exp.Any) else " AND "
            items = right.this.expressions if isinstance(right.this, exp.Tuple) else [right.this.this]
            return (
                "("
                + word.join(
                    self.on_like(exp.Like(this=node.this, expression=item), scope, escape, insensitive)[0]
                    for item in items
                )
                + ")",
                BOOLEAN,
            )
        a, b = self.as_(node.this, scope, TEXT), self.as_(right, scope, TEXT)
        if insensitive:
            a, b = f"lower({a})", f"lower({b})"
        return f"sf_like({a}, {b}, {escape})", BOOLEAN

    def on_ilike(self, node, scope):
        return self.on_like(node, scope, insensitive=True)

    def on_escape(self, node, scope):
        escape = self.as_(node.expression, scope, TEXT)
        inner = node.this
        return self.on_like(inner, scope, escape, isinstance(inner, exp.ILike))

    def on_regexplike(self, node, scope):
        return f"sf_regexp_like({self.as_(node.this, scope, TEXT)}, {self.as_(node.expression, scope, TEXT)})", BOOLEAN

    def number(self, node, scope):
        sql, t = self.expr(node, scope)
        if t.kind in ("fixed", "real"):
            return sql, t
        if t.kind == "null":
            return f"CAST({sql} AS DECIMAL(38,0))", INTEGER
        if t.kind in ("text", "variant"):
            return convert(sql, t, REAL if t.kind == "variant" else INTEGER), REAL if t.kind == "variant" else INTEGER
        raise SnowError(
            "001044",
            "42P13",
            "SQL compilation error: error line 1 at position 0\nInvalid argument types for "
            f"function: ({sqltypes.shown(t)})",
        )

    def on_add(self, node, scope, sign="+"):
        if isinstance(node.expression, exp.Interval):
            a, at = self.expr(node.this, scope)
            wall = at if at.kind in ("date", "timestamp_ntz") else NTZ
            sql = f"({convert(a, at, wall)} {sign} {self.interval(node.expression)})"
            return sql, NTZ
        a, at = self.expr(node.this, scope)
        b, bt = self.expr(node.expression, scope)
        if at.kind == "date" and bt.kind == "fixed":
            return f"({a} {sign} CAST({b} AS INTEGER))", DATE
        if at.kind == bt.kind == "date" and sign == "-":
            return f"({a} - {b})", COUNT
        (a, at), (b, bt) = self.number(node.this, scope), self.number(node.expression, scope)
        if "real" in (at.kind, bt.kind):
            return f"({convert(a, at, REAL)} {sign} {convert(b, bt, REAL)})", REAL
        scale = max(at.scale, bt.scale)
        precision = min(38, max(at.precision - at.scale, bt.precision - bt.scale) + scale + 1)
        return f"({self.wide(a, at)} {sign} {b})", T("fixed", precision, scale)

    def wide(self, sql, t):
        """DuckDB computes in the width of what it is given, the service always in 38 digits."""
        return f"CAST({sql} AS DECIMAL(38,{t.scale}))"

    def on_sub(self, node, scope):
        return self.on_add(node, scope, "-")

    def on_mul(self, node, scope):
        (a, at), (b, bt) = self.number(node.this, scope), self.number(node.expression, scope)
        if "real" in (at.kind, bt.kind):
            return f"({convert(a, at, REAL)} * {convert(b, bt, REAL)})", REAL
        full = at.scale + bt.scale
        scale = min(full, max(at.scale, bt.scale, 12))
        t = T("fixed", 38, scale)
        sql = f"({self.wide(a, at)} * {b})"
        return (sql if full == scale else f"CAST({sql} AS DECIMAL(38,{scale}))"), t

    def on_div(self, node, scope):
        (a, at), (b, bt) = self.number(node.this, scope), self.number(node.expression, scope)
        return self.divided(a, at, b, bt)

    def divided(self, a, at, b, bt):
        if "real" in (at.kind, bt.kind):
            return f"CAST(sf_divide_real({convert(a, at, REAL)}, {convert(b, bt, REAL)}) AS DOUBLE)", REAL
        scale = max(at.scale, min(at.scale + 6, 12))
        return f"CAST(sf_divide({a}, {b}, {scale}) AS DECIMAL(38,{scale}))", T("fixed", 38, scale)

    def on_mod(self, node, scope):
        (a, at), (b, bt) = self.number(node.this, scope), self.number(node.expression, scope)
        return self.modulo(a, at, b, bt)

    def modulo(self, a, at, b, bt):
        if "real" in (at.kind, bt.kind):
            return f"({convert(a, at, REAL)} % {convert(b, bt, REAL)})", REAL
        scale = max(at.scale, bt.scale)
        return f"CAST(sf_modulo({a}, {b}) AS DECIMAL(38,{scale}))", T("fixed", 38, scale)

    def on_dpipe(self, node, scope):
        parts = []
        while isinstance(node, exp.DPipe):
            parts.append(node.expression)
            node = node.this
        parts.append(node)
        return "(" + " || ".join(self.as_(part, scope, TEXT) for part in reversed(parts)) + ")", TEXT

    def interval(self, node):
        text, unit = node.this.name, node.args.get("unit")
        if not (isinstance(node.this, exp.Literal) and node.this.is_string):
            raise syntax(f"syntax error line 1 at position 0 unexpected '{text}'.")
        unit = builtin.UNITS.get((unit.name if unit else "SECOND").upper())
        if not unit or not re.fullmatch(r"[+-]?\d+", text):
            raise unsupported(f"INTERVAL '{text}'")
        return f"INTERVAL ({text}) {unit}"

    def on_case(self, node, scope):
        subject = node.this
        branches = node.args["ifs"]
        values = [self.expr(branch.args["true"], scope) for branch in branches]
        default = node.args.get("default")
        last = self.expr(default, scope) if default is not None else None
        t = common([has for _, has in values] + ([last[1]] if last else []))
        out, wrap = ["CASE"], None
        if subject is not None:
            what, what_type = self.expr(subject, scope)
            if len(what) > 40:
                what, wrap = self.let(what)
        for branch, (sql, has) in zip(branches, values):
            if subject is None:
                when = self.condition(branch.this, scope)
            else:
                when = "{} = {}".format(*self.alike(what, what_type, *self.expr(branch.this, scope)))
            out.append(f"WHEN {when} THEN {self.branch(sql, has, t)}")
        if last:
            out.append(f"ELSE {self.branch(*last, t)}")
        text = "(" + " ".join(out) + " END)"
        return (wrap(text) if wrap else text), t

    def branch(self, sql, has, t):
        if has.kind == t.kind == "fixed" and has.scale == t.scale:
            return sql
        return convert(sql, has, t, zone=self.session.zone)

    def on_cast(self, node, scope, attempt=False):
        sql, has = self.expr(node.this, scope)
        return convert(sql, has, sqltypes.of_node(node.to), attempt, self.session.zone), sqltypes.of_node(node.to)

    def on_trycast(self, node, scope):
        return self.on_cast(node, scope, True)

    def on_interval(self, node, scope):
        raise syntax("syntax error unexpected 'INTERVAL'.")

    def on_extract(self, node, scope):
        return self.part(node.name, node.expression, scope)

    def part(self, unit, value, scope):
        template = builtin.PARTS.get(unit.upper()) or builtin.PARTS.get(builtin.UNITS.get(unit.upper(), "").upper())
        if template is None:
            raise syntax(f"'{unit}' is not a valid date/time component for function DATE_PART.")
        sql, has = self.expr(value, scope)
        if has.kind in ("timestamp_tz", "timestamp_ltz") and unit.upper().startswith("EPOCH"):
            sql = f"{sql}.u" if has.kind == "timestamp_tz" else f"make_timestamp(epoch_us({sql}))"
        elif has.kind not in ("timestamp_ntz", "date"):
            sql = convert(sql, has, NTZ, zone=self.session.zone)
        elif has.kind == "date":
            sql = f"CAST({sql} AS TIMESTAMP)"
        return template.format(sql), COUNT

    def on_jsonextract(self, node, scope):
        sql, has = self.expr(node.this, scope)
        self.must_hold(has, node)
        path = node.expression
        if not isinstance(path, exp.JSONPath):
            raise unsupported(node.sql(dialect="snowflake")[:80])
        for step in path.expressions[1:]:
            if isinstance(step, exp.JSONPathKey):
                sql = self.member(sql, step.this)
            elif isinstance(step, exp.JSONPathSubscript):
                sql = self.member(sql, step.this)
            else:
                raise unsupported(node.sql(dialect="snowflake")[:80])
        return sql, VARIANT

    def must_hold(self, has, node):
        if has.kind not in JSON_KINDS and has.kind != "null":
            raise SnowError(
                "001044",
                "42P13",
                "SQL compilation error: error line 1 at position 0\nInvalid argument types "
                f"for function 'GET': ({sqltypes.shown(has)})",
            )

    def member(self, sql, key):
        """An object's member or an array's element: spelled exactly, no path, none from the end."""
        if isinstance(key, int):
            return f"json_extract({sql}, '$[{key}]')" if key >= 0 else "CAST(NULL AS JSON)"
        if re.fullmatch(r"[A-Za-z0-9_ -]+", key):
            return f"json_extract({sql}, {literal('$.' + chr(34) + key + chr(34))})"
        return f"CAST(sf_get({sql}, {literal(key)}) AS JSON)"

    def on_bracket(self, node, scope):
        sql, has = self.expr(node.this, scope)
        self.must_hold(has, node)
        return self.get(sql, node.expressions[0], scope), VARIANT

    def get(self, sql, key, scope):
        if isinstance(key, exp.Literal):
            return self.member(sql, key.this if key.is_string else int(key.this))
        inner, t = self.expr(key, scope)
        return f"CAST(sf_get({sql}, {inner}) AS JSON)"

    def on_array(self, node, scope):
        return self.items(node.expressions, scope)

    def items(self, nodes, scope):
        if not nodes:
            return "CAST('[]' AS JSON)", ARRAY
        values = [self.expr(item, scope) for item in nodes]
        kinds = ",".join(t.kind for _, t in values)
        return f"CAST(sf_json_items({', '.join([literal(kinds)] + [sql for sql, _ in values])}) AS JSON)", ARRAY

    def on_struct(self, node, scope):
        flat = []
        for pair in node.expressions:
            key = pair.this
            flat += [key if isinstance(key, exp.Literal) else exp.Literal.string(key.name), pair.expression]
        return self.object_items(flat, scope, False)

    def object_items(self, nodes, scope, keep):
        if not nodes:
            return "CAST(chr(123) || chr(125) AS JSON)", OBJECT
        values = [self.expr(item, scope) for item in nodes]
        kinds = ",".join(t.kind for _, t in values)
        inner = ", ".join([str(keep), literal(kinds)] + [sql for sql, _ in values])
        return f"CAST(sf_object_items({inner}) AS JSON)", OBJECT

    def on_subquery(self, node, scope):
        sql, columns = self.query(node.this, scope)
        if len(columns) != 1:
            raise syntax("Unsupported subquery: more than one column")
        return f"({sql})", columns[0][1]

    def on_select(self, node, scope):
        sql, columns = self.query(node, scope)
        return f"({sql})", columns[0][1]

    def on_exists(self, node, scope):
        return f"EXISTS ({self.query(node.this, scope)[0]})", BOOLEAN

    def on_currenttimestamp(self, node, scope):
        return self.function("CURRENT_TIMESTAMP", [], scope, node)

    def on_currentdate(self, node, scope):
        return self.function("CURRENT_DATE", [], scope, node)

    def on_nullsafeeq(self, node, scope):
        a, b = self.pair(node.this, node.expression, scope)
        return f"({a} IS NOT DISTINCT FROM {b})", BOOLEAN

    def on_nullsafeneq(self, node, scope):
        a, b = self.pair(node.this, node.expression, scope)
        return f"({a} IS DISTINCT FROM {b})", BOOLEAN

    def on_hexstring(self, node, scope):
        return (
            f"sf_unhex('{int(node.this):X}')" if not isinstance(node.this, str) else f"sf_unhex('{node.this}')"
        ), BINARY

    def on_anonymous(self, node, scope):
        name = node.name.upper()
        name = name[len(MARK) :] if name.startswith(MARK) else name
        return self.function(name, node.expressions, scope, node)

    def on_window(self, node, scope):
        return self.window(node, scope)

    def on_withingroup(self, node, scope):
        return self.aggregate_of(node, scope)

    def on_tuple(self, node, scope):
        raise unsupported("row value")


for _class, _sign in (("eq", "="), ("neq", "<>"), ("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")):
    setattr(Printer, "on_" + _class, (lambda sign: lambda self, node, scope: self.compare(sign)(node, scope))(_sign))
