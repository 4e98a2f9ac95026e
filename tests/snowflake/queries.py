# SPDX-License-Identifier: Apache-2.0
"""SELECT and what stands in FROM, printed for DuckDB; a part of rewrite.py's Printer.

Every query is printed with all its columns named and typed, so that * is spelled out, names are looked up with
their exact case, and a result's `rowType` is known before it runs.
"""

import json

from sqlglot import exp

from functions import SnowError
from lexer import MARK, Scope, literal, name_of, quote, syntax, unsupported
from sqltypes import COUNT, JSON_KINDS, TEXT, VARIANT, common, convert

MANY_ROWS = 50  # of VALUES: from then on they go to DuckDB as one literal
FLATTENED = (("SEQ", COUNT), ("KEY", TEXT), ("PATH", TEXT), ("INDEX", COUNT), ("VALUE", VARIANT), ("THIS", VARIANT))


class Queries:
    def query(self, node, scope=None):
        """(SQL, [(name, type)])."""
        while isinstance(node, (exp.Subquery, exp.Paren)) and not node.args.get("alias") and not node.args.get("order"):
            node = node.this
        ctes = node.args.get("with_") or node.args.get("with")
        heads = []
        self.ctes.append(dict(self.ctes[-1]))
        try:
            for cte in ctes.expressions if ctes else []:
                heads.append(self.cte(cte, ctes.args.get("recursive"), scope))
            if isinstance(node, exp.Select):
                sql, columns = self.select(node, scope)
            elif isinstance(node, exp.SetOperation):
                sql, columns = self.set_operation(node, scope)
            elif isinstance(node, exp.Values):
                sql, columns = self.values(node, scope)
            elif isinstance(node, exp.Subquery):
                sql, columns = self.query(node.this, scope)
                sql = f"SELECT * FROM ({sql}) AS q{self.tail(node, self.names_scope(columns))}"
            else:
                raise unsupported(type(node).__name__)
        finally:
            self.ctes.pop()
        if heads:
            sql = f"WITH {'RECURSIVE ' if ctes.args.get('recursive') else ''}{', '.join(heads)} {sql}"
        return sql, columns

    def cte(self, cte, recursive, scope):
        alias = cte.args["alias"]
        name = name_of(alias.this)
        given = [name_of(item) for item in alias.args.get("columns") or []]
        if recursive and isinstance(cte.this, exp.SetOperation):
            _, columns = self.query(cte.this.this, scope)
            self.ctes[-1][name] = self.renamed(columns, given)
        sql, columns = self.query(cte.this, scope)
        columns = self.renamed(columns, given)
        self.ctes[-1][name] = columns
        return f"{quote(name)}({', '.join(quote(column) for column, _ in columns)}) AS ({sql})"

    def renamed(self, columns, given):
        if given and len(given) != len(columns):
            raise syntax(f"Invalid column list: {len(given)} names for {len(columns)} columns")
        columns = [(new, t) for new, (_, t) in zip(given, columns)] if given else columns
        seen = set()
        for name, _ in columns:
            if name in seen:
                raise SnowError("002025", "42S21", f"SQL compilation error:\nduplicate column name '{name}'")
            seen.add(name)
        return columns

    def names_scope(self, columns):
        scope = Scope()
        scope.aliases = dict(columns)
        return scope

    def set_operation(self, node, scope):
        left, a = self.query(node.this, scope)
        right, b = self.query(node.expression, scope)
        if len(a) != len(b):
            raise SnowError(
                "001789",
                "42601",
                f"SQL compilation error:\ninvalid number of result columns for set operator "
                f"input branches, expected {len(a)}, got {len(b)}",
            )
        columns = [(name, common([t, u])) for (name, t), (_, u) in zip(a, b)]
        word = {"Union": "UNION", "Except": "EXCEPT", "Intersect": "INTERSECT"}[type(node).__name__]
        if not node.args.get("distinct", True):
            word += " ALL"
        sql = f"({self.aligned(left, a, columns)}) {word} ({self.aligned(right, b, columns)})"
        return sql + self.tail(node, self.names_scope(columns)), columns

    def aligned(self, sql, has, wanted):
        if all(t.kind == u.kind and t.scale == u.scale for (_, t), (_, u) in zip(has, wanted)):
            return sql
        names = [f"c{at}" for at in range(len(has))]
        items = ", ".join(
            f"{convert(name, t, u, zone=self.session.zone)} AS {quote(column)}"
            for name, (_, t), (column, u) in zip(names, has, wanted)
        )
        return f"SELECT {items} FROM ({sql}) AS q({', '.join(names)})"

    def values(self, node, scope):
        rows = [
            [self.expr(item, scope) for item in (row.expressions if isinstance(row, exp.Tuple) else [row])]
            for row in node.expressions
        ]
        if any(len(row) != len(rows[0]) for row in rows):
            raise syntax("VALUES lists must all be the same length")
        types = [common([row[at][1] for row in rows]) for at in range(len(rows[0]))]
        if any(t.kind in JSON_KINDS for t in types):
            raise SnowError("002014", "22000", "SQL compilation error:\nInvalid expression in VALUES clause")
        columns = [(f"COLUMN{at + 1}", t) for at, t in enumerate(types)]
        if len(rows) >= MANY_ROWS and self.are_texts(node):
            return self.many(node, columns), columns
        text = ", ".join(
            "("
            + ", ".join(
                (
                    self.branch(sql, has, t)
                    if has.kind != "fixed" or t.kind != "fixed"
                    else f"CAST({sql} AS DECIMAL(38,{t.scale}))"
                )
                for (sql, has), t in zip(row, types)
            )
            + ")"
            for row in rows
        )
        return f"SELECT * FROM (VALUES {text}) AS v({', '.join(quote(name) for name, _ in columns)})", columns

    def are_texts(self, node):
        return all(
            isinstance(row, exp.Tuple)
            and all(
                isinstance(cell, exp.Null) or (isinstance(cell, exp.Literal) and cell.is_string and "\0" not in cell.this)
                for cell in row.expressions
            )
            for row in node.expressions
        )

    def many(self, node, columns):
        """Rows of text and NULL, as one literal: DuckDB takes a second for some thousand of literals."""
        rows = [[None if isinstance(cell, exp.Null) else cell.this for cell in row.expressions] for row in node.expressions]
        items = ", ".join(f"r[{at + 1}] AS {quote(name)}" for at, (name, _) in enumerate(columns))
        text = json.dumps(rows, ensure_ascii=False)
        return f"SELECT {items} FROM (SELECT unnest(from_json({literal(text)}, '[[\"VARCHAR\"]]')) AS r)"

    # ---- SELECT ----

    def select(self, node, parent):
        for refused in (
            "kind",
            "hint",
            "into",
            "connect",
            "match",
            "cluster",
            "distribute",
            "sort",
            "settings",
            "format",
        ):
            if node.args.get(refused):
                raise unsupported(refused)
        scope = Scope(parent)
        from_ = node.args.get("from_") or node.args.get("from")
        sources = ""
        if from_ is not None:
            sources = " FROM " + self.source(from_.this, scope)
        for lateral in node.args.get("laterals") or []:
            sources += " CROSS JOIN " + self.source(lateral, scope)
        for join in node.args.get("joins") or []:
            sources += self.join(join, scope)
        items, columns = [], []
        for item in node.expressions:
            for name, sql, t in self.projection(item, scope):
                items.append(f"{sql} AS {quote(name)}")
                columns.append((name, t))
                if isinstance(item, exp.Alias):
                    scope.aliases[name] = t
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on"):
            raise syntax("syntax error unexpected 'ON'.")
        sql = f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(items)}{sources}"
        where = node.args.get("where")
        if where:
            sql += f" WHERE {self.condition(where.this, scope)}"
        sql += self.group(node.args.get("group"), scope, node)
        for word in ("having", "qualify"):
            if node.args.get(word):
                sql += f" {word.upper()} {self.condition(node.args[word].this, scope)}"
        return sql + self.tail(node, scope), columns

    def projection(self, item, scope):
        star = item if isinstance(item, exp.Star) else item.this if isinstance(item, exp.Column) else None
        if isinstance(star, exp.Star):
            yield from self.star(star, name_of(item.args.get("table")) if isinstance(item, exp.Column) else None, scope)
            return
        if isinstance(item, exp.Alias):
            sql, t = self.expr(item.this, scope)
            yield name_of(item.args["alias"]), sql, t
            return
        sql, t = self.expr(item, scope)
        if isinstance(item, exp.Column):
            name = name_of(item.this) if isinstance(item.this, exp.Identifier) else f"${item.this.name}"
        elif isinstance(item, exp.Parameter):
            name = f"${item.name}"
        elif isinstance(item, exp.JSONExtract):
            name = item.sql(dialect="snowflake").upper()
        else:
            name = item.sql(dialect="snowflake").upper().replace(MARK, "")
        yield name, sql, t

    def star(self, star, table, scope):
        left_out = {
            name_of(item.this if isinstance(item, exp.Column) else item) for item in star.args.get("except_") or []
        }
        renames = {name_of(item.this.this): name_of(item.args["alias"]) for item in star.args.get("rename") or []}
        if star.args.get("replace"):
            raise unsupported("SELECT * REPLACE")
        found, seen = False, set()
        for alias, columns in scope.sources:
            if table is not None and alias != table:
                continue
            found = True
            for name, t in columns.items():
                if name in left_out or name in scope.merged and name in seen:
                    continue
                seen.add(name)
                yield renames.get(name, name), f"{quote(alias)}.{quote(name)}", t
        if not found:
            raise SnowError(
                "000904",
                "42000",
                f"SQL compilation error: error line 1 at position 0\ninvalid identifier " f"'{table or '*'}'",
            )

    def group(self, group, scope, node):
        if group is None:
            return ""
        for refused in ("cube", "rollup", "grouping_sets"):
            if group.args.get(refused):
                raise unsupported(f"GROUP BY {refused}")
        if group.args.get("all"):
            return " GROUP BY ALL"
        parts = []
        for item in group.expressions:
            if isinstance(item, exp.Literal) and not item.is_string:
                parts.append(item.this)
            else:
                parts.append(self.expr(item, scope)[0])
        return " GROUP BY " + ", ".join(parts) if parts else ""

    def tail(self, node, scope):
        sql = ""
        order = node.args.get("order")
        if order:
            keys = []
            for item in order.expressions:
                inner = item.this
                if isinstance(inner, exp.Literal) and not inner.is_string:
                    key = inner.this
                elif isinstance(inner, exp.Column) and not inner.table and name_of(inner.this) in scope.aliases:
                    key = quote(name_of(inner.this))
                else:
                    key = self.expr(inner, scope)[0]
                keys.append(self.ordered(item, scope, key))
            sql += " ORDER BY " + ", ".join(keys)
        for word in ("limit", "offset"):
            part = node.args.get(word)
            if part is not None:
                value = part.expression if part.expression is not None else part.args.get("count")
                sql += f" {word.upper()} {self.expr(value, None)[0]}"
        return sql

    # ---- FROM ----

    def join(self, join, scope):
        side, kind = (join.side or "").upper(), (join.kind or "").upper()
        if join.args.get("method") and join.args["method"].upper() not in ("NATURAL",):
            raise unsupported(join.args["method"])
        if join.args.get("method"):
            raise unsupported("NATURAL JOIN")
        if kind in ("SEMI", "ANTI", "STRAIGHT_JOIN"):
            raise syntax(f"syntax error unexpected '{kind}'.")
        source = self.source(join.this, scope)
        on, using = join.args.get("on"), join.args.get("using")
        if on is not None:
            return f" {side} JOIN {source} ON {self.condition(on, scope)}"
        if using:
            names = [name_of(item.this if isinstance(item, exp.Column) else item) for item in using]
            for name in names:
                if sum(name in columns for _, columns in scope.sources) < 2:
                    raise SnowError(
                        "000904",
                        "42000",
                        f"SQL compilation error: error line 1 at position 0\ninvalid " f"identifier '{name}'",
                    )
            scope.merged.update(names)
            return f" {side} JOIN {source} USING ({', '.join(quote(name) for name in names)})"
        if side and isinstance(join.this, exp.Lateral):
            return f" {side} JOIN {source} ON TRUE"
        if side:
            raise syntax("a join condition is missing")
        return f" CROSS JOIN {source}"

    def source(self, node, scope):
        """Prints one source and adds it to the scope."""
        if isinstance(node, exp.Table):
            text = self.table(node, scope)
        elif isinstance(node, exp.Subquery):
            text = self.derived(node, scope)
        elif isinstance(node, exp.Values):
            sql, columns = self.values(node, scope)
            text = self.aliased(f"({sql})", node, columns, scope, "VALUES")
        elif isinstance(node, (exp.Lateral, exp.TableFromRows)):
            text = self.table_function(node, scope)
        else:
            raise unsupported(f"FROM {type(node).__name__}")
        for join in node.args.get("joins") or []:
            text += self.join(join, scope)
        for lateral in node.args.get("laterals") or []:
            text += " CROSS JOIN " + self.source(lateral, scope)
        return text

    def aliased(self, text, node, columns, scope, preset):
        alias = node.args.get("alias")
        name = name_of(alias.this) if alias is not None and alias.this is not None else preset
        given = [name_of(item) for item in (alias.args.get("columns") if alias is not None else None) or []]
        if given:
            if len(given) != len(columns):
                raise syntax("the number of column aliases differs")
            columns = [(new, t) for new, (_, t) in zip(given, columns)]
        if name and any(other == name for other, _ in scope.sources):
            raise SnowError("002022", "42601", f"SQL compilation error:\nduplicate alias '{name}'")
        scope.add(name, columns)
        list_ = f"({', '.join(quote(column) for column, _ in columns)})"
        return f"{text} AS {quote(name)}{list_}"

    def derived(self, node, scope):
        sql, columns = self.query(node.this, scope.parent)
        self.counter = getattr(self, "counter", 0) + 1
        return self.aliased(f"({sql})", node, self.renamed(columns, []), scope, f"_q{self.counter}")

    def table(self, node, scope):
        for refused in ("sample", "when", "version", "changes", "pivots", "hints", "only"):
            if node.args.get(refused):
                raise unsupported(refused)
        if isinstance(node.this, exp.Anonymous):
            return self.table_function(node, scope)
        if not isinstance(node.this, exp.Identifier):
            raise unsupported(node.sql(dialect="snowflake")[:80])
        name, schema, database = (name_of(node.args.get(part)) for part in ("this", "db", "catalog"))
        if schema is None and name in self.ctes[-1]:
            return self.aliased(quote(name), node, self.ctes[-1][name], scope, name)
        relation = self.session.relation(database, schema, name)
        if relation.view is not None:
            return self.aliased(f"({self.view(*relation.view)})", node, relation.columns, scope, name)
        return self.aliased(relation.sql, node, relation.columns, scope, name)

    def view(self, query, context):
        """What a view stands for today."""
        mine, self.session.context = self.session.context, dict(context)
        try:
            return type(self)(self.session).query(query.copy())[0]
        finally:
            self.session.context = mine

    def table_function(self, node, scope):
        call = node.this
        if isinstance(call, exp.Subquery):
            sql, columns = self.query(call.this, scope)
            return self.aliased(f"LATERAL ({sql})", node, columns, scope, "LATERAL")
        if not isinstance(call, exp.Anonymous):
            raise unsupported(node.sql(dialect="snowflake")[:80])
        name = call.name.upper().replace(MARK, "")
        given, plain = {}, []
        for item in call.expressions:
            if isinstance(item, (exp.Kwarg, exp.PropertyEQ)):
                given[item.this.name.upper()] = item.expression
            else:
                plain.append(item)
        if name == "FLATTEN":
            return self.flatten(node, given, plain, scope)
        if name == "SPLIT_TO_TABLE":
            text = f"sf_split({self.as_(plain[0], scope, TEXT)}, {self.as_(plain[1], scope, TEXT)})"
            sql = (
                f"LATERAL (SELECT 1, CAST(i AS BIGINT), json_extract_string(e, '$') FROM (SELECT unnest(CAST(CAST({text} AS "
                f"JSON) AS JSON[])) AS e, generate_subscripts(CAST(CAST({text} AS JSON) AS JSON[]), 1) AS i))"
            )
            return self.aliased(sql, node, [("SEQ", COUNT), ("INDEX", COUNT), ("VALUE", TEXT)], scope, "SPLIT_TO_TABLE")
        if name == "GENERATOR":
            count = self.expr(given["ROWCOUNT"], scope)[0] if "ROWCOUNT" in given else "0"
            return self.aliased(f"(SELECT range FROM range({count}))", node, [("_SEQ", COUNT)], scope, "GENERATOR")
        if name == "RESULT_SCAN":
            raise unsupported("RESULT_SCAN")
        raise SnowError("002140", "42601", f"SQL compilation error:\nUnknown table function {name}")

    def flatten(self, node, given, plain, scope):
        unknown = set(given) - {"INPUT", "PATH", "OUTER", "RECURSIVE", "MODE"}
        if unknown or len(plain) > 1 or not plain and "INPUT" not in given:
            raise syntax(f"invalid argument for function FLATTEN: {', '.join(sorted(unknown)) or 'INPUT'}")
        sql, t = self.expr(plain[0] if plain else given["INPUT"], scope)
        if t.kind not in ("variant", "array", "object", "null"):
            raise SnowError(
                "001044",
                "42P13",
                "SQL compilation error: error line 1 at position 0\nInvalid argument types for " "function 'FLATTEN'",
            )
        path = self.as_(given["PATH"], scope, TEXT) if "PATH" in given else "''"
        flags = [
            ("TRUE" if name in given and given[name].sql().upper() == "TRUE" else "FALSE")
            for name in ("OUTER", "RECURSIVE")
        ]
        mode = literal(given["MODE"].name.upper()) if "MODE" in given else "'BOTH'"
        text = f"sf_flatten({sql}, {path}, {flags[0]}, {flags[1]}, {mode})"
        inner = (
            f"LATERAL (SELECT 1, json_extract_string(e, '$.k'), json_extract_string(e, '$.p'), "
            f"CAST(json_extract(e, '$.i') AS BIGINT), json_extract(e, '$.v'), json_extract(e, '$.t') "
            f"FROM (SELECT unnest(CAST(CAST({text} AS JSON) AS JSON[])) AS e))"
        )
        return self.aliased(inner, node, list(FLATTENED), scope, "FLATTEN")

    def call_seq4(self, name, nodes, scope):
        found = scope.find("_SEQ")
        if found is None:
            raise unsupported("SEQ4 without GENERATOR")
        return found

    call_seq8 = call_seq4
