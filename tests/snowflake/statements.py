# SPDX-License-Identifier: Apache-2.0
"""Statements of a session: what each kind does, and the result that the service gives for it.

A Session is one request: it owns a cursor of DuckDB's, and dies with the request, so nothing is left of it
but what was committed. Called by engine.py. Must never keep anything between two requests, nor write where
the database does not allow it.
"""

import datetime
import re
import time
import uuid

import duckdb
from sqlglot import exp

import sqltypes
from functions import SnowError
from lexer import Scope, literal, name_of, parse, quote, syntax, unsupported
from rewrite import Printer
from sqltypes import T, TEXT, convert


class Relation:
    """A table or view as everybody sees it; `sql` is what it is called in DuckDB, a name that is never used twice."""

    def __init__(self, sql, columns, kind="BASE TABLE", transient=False, view=None):
        self.sql, self.columns, self.kind, self.transient = sql, columns, kind, transient
        self.view = view  # (query, its database and schema)


class Result:
    """What a statement answered: columns with types; rows come from the cursor or are given."""

    def __init__(self, columns, rows=None, stats=None):
        self.columns, self.rows, self.stats = columns, rows, stats


def status(text):
    return Result([("status", TEXT)], [(text,)])


SUCCESS = "Statement executed successfully."
# Kinds that commit an open transaction, and those that hold on to nothing.
DDL = (exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Comment)
DML = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
ALONE = "Unsupported statement type '{}'."
SCHEMA_HEAD = re.compile(r"\s*create\s+(or\s+replace\s+)?(transient\s+)?schema\s+(if\s+not\s+exists\s+)?", re.I)
SCHEMA_TAIL = re.compile(
    r"(\s+(default_ddl_collation\s*=\s*'[^']*'|comment\s*=\s*'(?:[^']|'')*'|"
    r"data_retention_time_in_days\s*=\s*\d+|with\s+managed\s+access))*\s*",
    re.I,
)
NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)'
PARAMETERS = {
    "TIMEZONE",
    "QUERY_TAG",
    "JSON_INDENT",
    "USE_CACHED_RESULT",
    "STATEMENT_TIMEOUT_IN_SECONDS",
    "LOCK_TIMEOUT",
    "MULTI_STATEMENT_COUNT",
    "AUTOCOMMIT",
    "WEEK_START",
    "WEEK_OF_YEAR_POLICY",
    "BINARY_OUTPUT_FORMAT",
    "DATE_OUTPUT_FORMAT",
    "TIME_OUTPUT_FORMAT",
    "TIMESTAMP_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_TZ_OUTPUT_FORMAT",
    "TIMESTAMP_INPUT_FORMAT",
    "DATE_INPUT_FORMAT",
    "TIMESTAMP_TYPE_MAPPING",
    "ROWS_PER_RESULTSET",
    "TRANSACTION_ABORT_ON_ERROR",
    "CLIENT_SESSION_KEEP_ALIVE",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "ERROR_ON_NONDETERMINISTIC_MERGE",
    "ERROR_ON_NONDETERMINISTIC_UPDATE",
    "STRICT_JSON_OUTPUT",
}


class Session:
    def __init__(self, database, context, parameters, binds, single, cancelled):
        self.db = database
        self.cursor = database.root.cursor()
        self.context = context  # database, schema, warehouse, role
        self.parameters = dict(parameters)
        self.binds = binds
        self.single, self.cancelled = single, cancelled
        self.variables, self.temporary = {}, {}
        self.in_transaction = self.holds_lock = False
        self.id = uuid.uuid4().hex

    @property
    def zone(self):
        return self.parameters.get("TIMEZONE", "America/Los_Angeles")

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + self.db.clock

    def about(self, name):
        return {
            "CURRENT_DATABASE": self.context["database"],
            "CURRENT_SCHEMA": self.context["schema"],
            "CURRENT_ROLE": self.context["role"],
            "CURRENT_WAREHOUSE": self.context["warehouse"],
            "CURRENT_USER": self.db.user,
            "CURRENT_ACCOUNT": self.db.account,
            "CURRENT_SESSION": self.id,
            "CURRENT_VERSION": "9.30.0",
            "CURRENT_TRANSACTION": self.id if self.in_transaction else None,
            "LAST_QUERY_ID": None,
        }[name]

    def close(self):
        """What is open is rolled back; temporary tables go with the cursor."""
        try:
            if self.in_transaction:
                self.cursor.execute("ROLLBACK")
        except duckdb.Error:
            pass
        self.in_transaction = False
        self.release()
        self.cursor.close()

    def acquire(self):
        if not self.holds_lock:
            self.db.lock_writers(self.cancelled)
            self.holds_lock = True

    def release(self):
        if self.holds_lock:
            self.holds_lock = False
            self.db.unlock_writers()

    def wait(self, seconds):
        """SYSTEM$WAIT, which holds on to what the session has locked."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.cancelled():
                raise SnowError("000604", "57014", "SQL execution canceled")
            time.sleep(0.01)
        return f"waited {seconds:g} seconds"

    # ---- Names ----

    def full(self, table):
        """(database, schema, name) of a Table node."""
        database, schema = name_of(table.args.get("catalog")), name_of(table.args.get("db"))
        name = name_of(table.this) if isinstance(table.this, exp.Identifier) else None
        if name is None:
            raise unsupported(table.sql(dialect="snowflake")[:80])
        return self.place(database, schema) + (name,)

    def place(self, database, schema):
        database = database or self.context["database"]
        if database is None:
            raise SnowError(
                "090105",
                "22000",
                "Cannot perform operation. This session does not have a current database. "
                "Call 'USE DATABASE', or use a qualified name.",
            )
        schema = schema or self.context["schema"]
        if schema is None:
            raise SnowError(
                "090106",
                "22000",
                "Cannot perform operation. This session does not have a current schema. "
                "Call 'USE SCHEMA', or use a qualified name.",
            )
        return database, schema

    def missing(self, what, name):
        return SnowError(
            "002003", "42S02", f"SQL compilation error:\n{what} '{name}' does not exist or not authorized."
        )

    def relation(self, database, schema, name):
        place = self.place(database, schema) + (name,)
        if place[1] == "INFORMATION_SCHEMA":
            return self.db.information(place[0], name)
        found = self.temporary.get(place) or self.db.tables.get(place)
        if found is None:
            if place[0] not in self.db.databases:
                raise SnowError(
                    "002003",
                    "02000",
                    f"SQL compilation error:\nDatabase '{place[0]}' does not exist or not " "authorized.",
                )
            if place[:2] not in self.db.schemas:
                raise SnowError(
                    "002003",
                    "02000",
                    f"SQL compilation error:\nSchema '{'.'.join(place[:2])}' does not exist " "or not authorized.",
                )
            raise self.missing("Object", ".".join(place) if schema else name)
        return found

    def writable(self, place):
        allowed = self.db.write_schemas
        if allowed is not None and f"{place[0]}.{place[1]}" not in allowed:
            raise SnowError(
                "003001",
                "42501",
                "SQL access control error:\nInsufficient privileges to operate on " f"'{'.'.join(place)}'",
            )

    # ---- Running ----

    def duck(self, sql, parameters=None):
        if self.cancelled():
            raise SnowError("000604", "57014", "SQL execution canceled")
        return self.cursor.execute(sql, parameters) if parameters else self.cursor.execute(sql)

    def run(self, text, tokens):
        """Runs one statement; gives a Result whose rows may still have to be fetched."""
        head = SCHEMA_HEAD.match(text)
        if head:
            self.end_for_ddl()
            return self.create_schema(text, head)
        words = [token.text.upper() for token in tokens[:3]]
        if words[0] in (
            "EXECUTE",
            "CALL",
            "DECLARE",
            "LET",
            "IF",
            "FOR",
            "WHILE",
            "PUT",
            "GET",
            "COPY",
            "GRANT",
            "REVOKE",
            "LIST",
            "REMOVE",
            "UNDROP",
        ):
            if words[:2] == ["CALL", "SYSTEM$WAIT"] or words[:2] == ["CALL", "SF__SYSTEM$WAIT"]:
                seconds = next(token.text for token in tokens if token.text.replace(".", "").isdigit())
                return Result([("SYSTEM$WAIT", TEXT)], [(self.wait(float(seconds)),)])
            raise SnowError("391911", "0A000", ALONE.format(words[0]))
        node = parse(text, tokens)
        kind = type(node)
        if (
            kind in (exp.Transaction, exp.Commit, exp.Rollback, exp.Use, exp.Set)
            or (kind is exp.Alter and node.args.get("kind") == "SESSION")
            or self.is_temporary(node)
        ):
            if self.single:
                raise SnowError("391911", "0A000", ALONE.format(" ".join(words[:2])))
        if isinstance(node, DDL) and node.args.get("kind") != "SESSION":
            self.end_for_ddl()
        method = getattr(self, "run_" + kind.__name__.lower(), None)
        if method is None:
            if isinstance(node, exp.Query) or kind is exp.Subquery:
                return self.run_query(node)
            raise SnowError("391911", "0A000", ALONE.format(words[0]))
        return method(node)

    def is_temporary(self, node):
        properties = node.args.get("properties") if isinstance(node, exp.Create) else None
        return bool(properties) and any(isinstance(item, exp.TemporaryProperty) for item in properties.expressions)

    def end_for_ddl(self):
        """DDL commits what is open and is a transaction of its own."""
        if self.in_transaction:
            self.duck("COMMIT")
            self.in_transaction = False
        self.acquire()

    def after_statement(self):
        """Without BEGIN every statement is a transaction."""
        if not self.in_transaction:
            self.release()

    def run_query(self, node):
        sql, columns = Printer(self).query(node)
        self.duck(sql)
        return Result(columns)

    def run_transaction(self, node):
        if not self.in_transaction:
            self.acquire()
            self.duck("BEGIN")
            self.in_transaction = True
        return status(SUCCESS)

    def run_commit(self, node):
        if self.in_transaction:
            self.duck("COMMIT")
            self.in_transaction = False
        return status(SUCCESS)

    def run_rollback(self, node):
        if self.in_transaction:
            self.duck("ROLLBACK")
            self.in_transaction = False
        return status(SUCCESS)

    def run_use(self, node):
        what = (node.args["kind"].name if node.args.get("kind") else "DATABASE").upper()
        table = node.this
        name, above = name_of(table.this), name_of(table.args.get("db"))
        if what in ("SCHEMA", "DATABASE"):
            if what == "DATABASE" and above is None:
                if name not in self.db.databases:
                    raise self.missing("Database", name)
                self.context.update(database=name, schema="PUBLIC")
            else:
                place = (above or self.context["database"], name)
                if place not in self.db.schemas:
                    raise self.missing("Schema", ".".join(place))
                self.context.update(database=place[0], schema=name)
        elif what in ("WAREHOUSE", "ROLE"):
            if name not in getattr(self.db, what.lower() + "s"):
                raise self.missing(what.title(), name)
            self.context[what.lower()] = name
        else:
            raise unsupported(f"USE {what}")
        return status(SUCCESS)

    def run_set(self, node):
        for item in node.expressions:
            pair = item.this
            if isinstance(pair.this, exp.Tuple):
                raise unsupported("SET of several variables")
            sql, t = Printer(self).expr(pair.expression, Scope())
            value = self.duck(f"SELECT CAST({sql} AS VARCHAR)").fetchone()[0]
            if t.kind in ("fixed", "real", "boolean"):
                self.variables[name_of(pair.this.this)] = (str(value), t)
            else:
                self.variables[name_of(pair.this.this)] = ("NULL" if value is None else literal(value), TEXT)
        return status(SUCCESS)

    def run_show(self, node):
        what = str(node.this).upper()
        scope = node.args.get("scope")
        like = node.args.get("like")
        pattern = "^" + re.escape(like.this).replace("%", ".*").replace("_", ".") + "$" if like is not None else ".*"
        fits = lambda name: re.match(pattern, name, re.I)  # noqa: E731
        if scope is not None and node.args.get("scope_kind") == "SCHEMA":
            place = (name_of(scope.args.get("db")) or self.context["database"], name_of(scope.this))
            if place not in self.db.schemas:
                raise self.missing("Schema", ".".join(place))
        else:
            place = (self.context["database"], self.context["schema"])
        if what in ("TABLES", "VIEWS", "OBJECTS"):
            rows = [
                ("2026-01-01", name, relation.kind.replace("BASE ", ""), database, schema)
                for (database, schema, name), relation in sorted(self.db.tables.items())
                if (database, schema) == place and fits(name)
            ]
            return Result(
                [(name, TEXT) for name in ("created_on", "name", "kind", "database_name", "schema_name")], rows
            )
        if what in ("SCHEMAS", "DATABASES", "WAREHOUSES"):
            names = {
                "SCHEMAS": [schema for database, schema in sorted(self.db.schemas) if database == place[0]],
                "DATABASES": sorted(self.db.databases),
                "WAREHOUSES": sorted(self.db.warehouses),
            }[what]
            return Result(
                [("created_on", TEXT), ("name", TEXT)], [("2026-01-01", name) for name in names if fits(name)]
            )
        raise unsupported(f"SHOW {what}")

    def run_describe(self, node):
        if not isinstance(node.this, exp.Table):
            raise unsupported("DESCRIBE")
        database, schema, name = self.full(node.this)
        relation = self.relation(database, schema, name)
        rows = [
            (
                column,
                (
                    "VARCHAR(16777216)"
                    if t.kind == "text"
                    else "TIMESTAMP_NTZ(9)" if t.kind == "timestamp_ntz" else sqltypes.shown(t)
                ),
                "COLUMN",
                "Y",
                None,
                "N",
                "N",
            )
            for column, t in relation.columns
        ]
        return Result(
            [(title, TEXT) for title in ("name", "type", "kind", "null?", "default", "primary key", "unique key")], rows
        )

    # ---- DML ----

    def target(self, table):
        """Place and relation of the table that a statement writes to."""
        place = self.full(table)
        relation = self.relation(*place)
        self.writable(place)
        if relation.kind != "BASE TABLE":
            raise SnowError("002003", "42501", f"SQL compilation error:\nObject '{place[2]}' is not a table")
        self.acquire()
        return place, relation

    def converted(self, sql, has, wanted, printer):
        """A query whose columns are of the types that the table has."""
        names = [f"c{at}" for at in range(len(has))]
        items = ", ".join(convert(name, t, to, zone=self.zone) for name, (_, t), to in zip(names, has, wanted))
        return f"SELECT {items} FROM ({sql}) AS q({', '.join(names)})"

    def counted(self, **counts):
        labels = {
            "inserted": "number of rows inserted",
            "updated": "number of rows updated",
            "deleted": "number of rows deleted",
            "multi": "number of multi-joined rows updated",
        }
        stats = {
            "numRowsInserted": counts.get("inserted", 0),
            "numRowsUpdated": counts.get("updated", 0),
            "numRowsDeleted": counts.get("deleted", 0),
            "numDuplicateRowsUpdated": 0,
        }
        return Result([(labels[key], T("fixed", 19, 0)) for key in counts], [tuple(counts.values())], stats)

    def run_insert(self, node):
        into = node.this
        given = None
        if isinstance(into, exp.Schema):
            given = [name_of(item.this if isinstance(item, exp.ColumnDef) else item) for item in into.expressions]
            into = into.this
        _, relation = self.target(into)
        types = dict(relation.columns)
        names = given if given is not None else [name for name, _ in relation.columns]
        for name in names:
            if name not in types:
                raise SnowError(
                    "000904", "42000", f"SQL compilation error: error line 1 at position 0\ninvalid identifier '{name}'"
                )
        printer = Printer(self)
        if node.args.get("with_") or node.args.get("with"):
            raise syntax("syntax error unexpected 'INSERT'.")
        source = node.expression
        if source is None:
            raise unsupported("INSERT without a query")
        sql, columns = printer.query(source)
        if len(columns) != len(names):
            raise SnowError(
                "002020",
                "21S01",
                "SQL compilation error:\nInsert value list does not match column list expecting "
                f"{len(names)} but got {len(columns)}",
            )
        if node.args.get("overwrite"):
            self.duck(f"DELETE FROM {relation.sql}")
        query = self.converted(sql, columns, [types[name] for name in names], printer)
        self.duck(f"INSERT INTO {relation.sql} ({', '.join(quote(name) for name in names)}) {query}")
        return self.counted(inserted=self.cursor.fetchone()[0])

    def assignments(self, items, relation, alias, printer, scope):
        types, out = dict(relation.columns), []
        for item in items:
            column = item.this
            name, table = name_of(column.this), name_of(column.args.get("table"))
            if name not in types or table not in (None, alias):
                raise SnowError(
                    "000904",
                    "42000",
                    f"SQL compilation error: error line 1 at position 0\ninvalid identifier "
                    f"'{column.sql().upper()}'",
                )
            if isinstance(item.expression, exp.Column) and item.expression.sql().upper() == "DEFAULT":
                raise unsupported("SET … = DEFAULT")
            sql, t = printer.expr(item.expression, scope)
            out.append(f"{quote(name)} = {convert(sql, t, types[name], zone=self.zone)}")
        return ", ".join(out)

    def run_update(self, node):
        table = node.this
        place, relation = self.target(table)
        printer, scope = Printer(self), Scope()
        alias = name_of(table.args["alias"].this) if table.args.get("alias") else place[2]
        scope.add(alias, relation.columns)
        from_ = node.args.get("from_") or node.args.get("from")
        sources = f" FROM {printer.source(from_.this, scope)}" if from_ is not None else ""
        if from_ is not None:
            for join in from_.this.args.get("joins") or []:
                raise unsupported(f"UPDATE with {join.sql()[:40]}")
        sets = self.assignments(node.expressions, relation, alias, printer, scope)
        where = node.args.get("where")
        sql = f"UPDATE {relation.sql} AS {quote(alias)} SET {sets}{sources}"
        self.duck(sql + (f" WHERE {printer.condition(where.this, scope)}" if where else ""))
        return self.counted(updated=self.cursor.fetchone()[0], multi=0)

    def run_delete(self, node):
        table = node.this
        place, relation = self.target(table)
        printer, scope = Printer(self), Scope()
        alias = name_of(table.args["alias"].this) if table.args.get("alias") else place[2]
        scope.add(alias, relation.columns)
        using = node.args.get("using") or []
        sources = " USING " + ", ".join(printer.source(item, scope) for item in using) if using else ""
        where = node.args.get("where")
        sql = f"DELETE FROM {relation.sql} AS {quote(alias)}{sources}"
        self.duck(sql + (f" WHERE {printer.condition(where.this, scope)}" if where else ""))
        return self.counted(deleted=self.cursor.fetchone()[0])

    def run_merge(self, node):
        table = node.this
        place, relation = self.target(table)
        printer, scope, source_scope = Printer(self), Scope(), Scope()
        alias = name_of(table.args["alias"].this) if table.args.get("alias") else place[2]
        scope.add(alias, relation.columns)
        source = printer.source(node.args["using"], scope)
        source_scope.add(*scope.sources[-1])
        on = printer.condition(node.args["on"], scope)
        types, kinds, clauses = dict(relation.columns), [], []
        for when in node.args["whens"].expressions:
            if when.args.get("source"):
                raise syntax("syntax error unexpected 'BY'.")
            matched, then, condition = when.args.get("matched"), when.args["then"], when.args.get("condition")
            mine = scope if matched else source_scope
            text = "WHEN MATCHED" if matched else "WHEN NOT MATCHED"
            text += f" AND {printer.condition(condition, mine)}" if condition is not None else ""
            if isinstance(then, exp.Update):
                kinds.append("updated")
                text += f" THEN UPDATE SET {self.assignments(then.expressions, relation, alias, printer, scope)}"
            elif isinstance(then, exp.Insert):
                kinds.append("inserted")
                names = [name_of(item.this) for item in then.this.expressions] if then.this is not None else list(types)
                values = [printer.expr(item, source_scope) for item in then.expression.expressions]
                if len(names) != len(values) or set(names) - set(types):
                    raise SnowError(
                        "002020", "21S01", "SQL compilation error:\nInsert value list does not match column list"
                    )
                items = ", ".join(convert(sql, t, types[name], zone=self.zone) for name, (sql, t) in zip(names, values))
                text += f" THEN INSERT ({', '.join(quote(name) for name in names)}) VALUES ({items})"
            elif then.name.upper() == "DELETE":
                kinds.append("deleted")
                text += " THEN DELETE"
            else:
                raise syntax("an unknown clause of MERGE")
            clauses.append(text)
        self.duck(
            f"MERGE INTO {relation.sql} AS {quote(alias)} USING {source} ON {on} {' '.join(clauses)} RETURNING merge_action"
        )
        counts = {kind: 0 for kind in ("inserted", "updated", "deleted") if kind in kinds}
        for (action,) in self.cursor.fetchall():
            counts[{"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}[action]] += 1
        return self.counted(**counts)

    def run_truncatetable(self, node):
        for table in node.expressions:
            place = self.full(table)
            if node.args.get("exists") and place not in self.db.tables and place not in self.temporary:
                continue
            _, relation = self.target(table)
            self.duck(f"DELETE FROM {relation.sql}")
        return status(SUCCESS)

    def run_comment(self, node):
        self.relation(*self.full(node.this))
        return status(SUCCESS)

    # ---- DDL ----

    def create_schema(self, text, head):
        rest = text[head.end() :]
        name = re.match(rf"({NAME})(?:\s*\.\s*({NAME}))?", rest)
        if name is None or not SCHEMA_TAIL.fullmatch(rest[name.end() :]):
            raise syntax(f"syntax error line 1 at position {head.end()} unexpected '{rest[:20]}'.")
        parts = [
            part[1:-1].replace('""', '"') if part.startswith('"') else part.upper() for part in name.groups() if part
        ]
        place = (parts[0], parts[1]) if len(parts) == 2 else (self.context["database"], parts[0])
        self.writable(place)
        if place[0] not in self.db.databases:
            raise self.missing("Database", str(place[0]))
        if place in self.db.schemas and head[3]:
            return status(f"{place[1]} already exists, statement succeeded.")
        if place in self.db.schemas and not head[1]:
            raise SnowError("002002", "42710", f"SQL compilation error:\nObject '{place[1]}' already exists.")
        if place in self.db.schemas:
            self.db.drop_schema(self, place)
        self.db.add_schema(self, place)
        return status(f"Schema {place[1]} successfully created.")

    def create_database(self, name):
        self.writable((name, "PUBLIC"))
        if name in self.db.databases:
            raise SnowError("002002", "42710", f"SQL compilation error:\nObject '{name}' already exists.")
        self.db.databases.add(name)
        self.db.add_schema(self, (name, "PUBLIC"))
        return status(f"Database {name} successfully created.")

    def drop_database(self, name, exists):
        self.writable((name, "PUBLIC"))
        if name not in self.db.databases and exists:
            return status("Drop statement executed successfully (the object already dropped).")
        if name not in self.db.databases:
            raise self.missing("Database", name)
        for place in [place for place in self.db.schemas if place[0] == name]:
            self.db.drop_schema(self, place)
        self.db.databases.discard(name)
        return status(f"{name} successfully dropped.")

    def run_create(self, node):
        kind = (node.args.get("kind") or "").upper()
        if kind == "DATABASE" and node.sql("snowflake").upper() == f"CREATE DATABASE {node.this.sql('snowflake')}".upper():
            return self.create_database(name_of(node.this.this))
        if kind not in ("TABLE", "VIEW"):
            raise SnowError("391911", "0A000", ALONE.format(f"CREATE {kind}"))
        schema = node.this
        table = schema.this if isinstance(schema, exp.Schema) else schema
        place = self.full(table)
        self.writable(place)
        if place[:2] not in self.db.schemas:
            raise SnowError(
                "002003",
                "02000",
                f"SQL compilation error:\nSchema '{'.'.join(place[:2])}' does not exist or not authorized.",
            )
        temporary = self.is_temporary(node)
        existing = self.temporary.get(place) if temporary else self.db.tables.get(place)
        if existing is not None and node.args.get("exists"):
            return status(f"{place[2]} already exists, statement succeeded.")
        if existing is not None and not node.args.get("replace"):
            raise SnowError("002002", "42710", f"SQL compilation error:\nObject '{place[2]}' already exists.")
        declared = self.declared(schema.expressions) if isinstance(schema, exp.Schema) else None
        properties = node.args["properties"].expressions if node.args.get("properties") else []
        columns, query, notes = self.contents(node, declared, properties)
        self.check_properties(properties, columns)
        sql = quote(f"{'.'.join(place)}#{next(self.db.numbers)}")
        relation = Relation(
            f"temp.main.{sql}" if temporary else f"memory.main.{sql}",
            columns,
            "VIEW" if kind == "VIEW" else "BASE TABLE",
            any(isinstance(item, exp.TransientProperty) for item in properties),
            (node.expression, dict(self.context)) if kind == "VIEW" else None,
        )
        if kind == "TABLE":
            definitions = ", ".join(f"{quote(name)} {sqltypes.stored(t)}{notes.get(name, '')}" for name, t in columns)
            # In one transaction, since DuckDB cannot do both in one statement.
            self.duck("BEGIN")
            try:
                self.duck(f"CREATE {'TEMP ' if temporary else ''}TABLE {relation.sql} ({definitions})")
                if query is not None:
                    self.duck(f"INSERT INTO {relation.sql} {query}")
                self.duck("COMMIT")
            except BaseException:
                self.cursor.execute("ROLLBACK")
                raise
        if temporary:
            self.temporary[place] = relation
        else:
            self.db.add_table(self, place, relation)
        if existing is not None and existing.kind != "VIEW":
            self.duck(f"DROP TABLE {existing.sql}")
        return status(f"{kind.title()} {place[2]} successfully created.")

    def declared(self, items):
        """[(name, type or None, note)]."""
        out = []
        for item in items:
            if isinstance(item, exp.ColumnDef):
                note = ""
                for constraint in item.args.get("constraints") or []:
                    kind = constraint.args["kind"]
                    if isinstance(kind, exp.NotNullColumnConstraint):
                        note += "" if kind.args.get("allow_null") else " NOT NULL"
                    elif isinstance(kind, exp.DefaultColumnConstraint):
                        note += f" DEFAULT {Printer(self).expr(kind.this, Scope())[0]}"
                    elif not isinstance(
                        kind,
                        (
                            exp.CommentColumnConstraint,
                            exp.PrimaryKeyColumnConstraint,
                            exp.UniqueColumnConstraint,
                            exp.CollateColumnConstraint,
                        ),
                    ):
                        raise unsupported(constraint.sql()[:60])
                kind = item.args.get("kind")
                out.append((name_of(item.this), sqltypes.of_node(kind) if kind is not None else None, note))
            elif isinstance(item, (exp.Identifier, exp.Column)):
                out.append((name_of(item.this if isinstance(item, exp.Column) else item), None, ""))
            elif not isinstance(item, (exp.PrimaryKey, exp.UniqueColumnConstraint, exp.Constraint)):
                raise unsupported(item.sql()[:60])
        seen = set()
        for name, _, _ in out:
            if name in seen:
                raise SnowError("002025", "42S21", f"SQL compilation error:\nduplicate column name '{name}'")
            seen.add(name)
        return out

    def contents(self, node, declared, properties):
        """(columns, query or None, notes by column)."""
        clone = node.args.get("clone")
        like = next((item for item in properties if isinstance(item, exp.LikeProperty)), None)
        if clone is not None or like is not None:
            relation = self.relation(*self.full((clone or like).this))
            return relation.columns, f"SELECT * FROM {relation.sql}" if clone is not None else None, {}
        notes = {name: note for name, _, note in declared or []}
        if node.expression is None:
            if not declared or any(t is None for _, t, _ in declared):
                raise syntax("a column has no type")
            return [(name, t) for name, t, _ in declared], None, notes
        printer = Printer(self)
        sql, has = printer.query(node.expression)
        if declared is not None and len(declared) != len(has):
            raise SnowError("001732", "42601", "SQL compilation error:\nInvalid column definition list")
        names = declared or [(name, None, "") for name, _ in has]
        columns = [
            (name, t or (has_t if has_t.kind != "null" else TEXT)) for (name, t, _), (_, has_t) in zip(names, has)
        ]
        printer.renamed(columns, [])
        columns = [(name, T("fixed", t.precision or 38, t.scale) if t.kind == "fixed" else t) for name, t in columns]
        if (node.args.get("kind") or "").upper() == "VIEW":
            return columns, sql, notes
        return columns, self.converted(sql, has, [t for _, t in columns], printer), notes

    def check_properties(self, properties, columns):
        scope = Scope()
        scope.add("t", columns)
        for item in properties:
            if isinstance(item, (exp.ClusterProperty, exp.Cluster)):
                for key in item.expressions:
                    Printer(self).expr(key, scope)
            elif not isinstance(
                item,
                (
                    exp.TransientProperty,
                    exp.TemporaryProperty,
                    exp.LikeProperty,
                    exp.SchemaCommentProperty,
                    exp.CopyGrantsProperty,
                ),
            ):
                raise unsupported(item.sql()[:60])

    def run_drop(self, node):
        kind = (node.args.get("kind") or "").upper()
        targets = node.args.get("tables") or ([node.this] if node.this is not None else [])
        for table in targets:
            if kind == "SCHEMA":
                place = (
                    name_of(table.args.get("catalog")) or self.context["database"],
                    name_of(table.args.get("db")) or name_of(table.this),
                )
                self.writable(place)
                if place not in self.db.schemas:
                    if node.args.get("exists"):
                        return status("Drop statement executed successfully (the object already dropped).")
                    raise self.missing("Schema", ".".join(place))
                self.db.drop_schema(self, place)
                return status(f"{place[1]} successfully dropped.")
            if kind == "DATABASE":
                return self.drop_database(name_of(table.this), node.args.get("exists"))
            if kind not in ("TABLE", "VIEW"):
                raise SnowError("391911", "0A000", ALONE.format(f"DROP {kind}"))
            place = self.full(table)
            self.writable(place)
            if place in self.temporary:
                self.duck(f"DROP TABLE {self.temporary.pop(place).sql}")
                return status(f"{place[2]} successfully dropped.")
            relation = self.db.tables.get(place)
            if relation is None:
                if node.args.get("exists"):
                    return status("Drop statement executed successfully (the object already dropped).")
                raise self.missing(kind.title(), ".".join(place))
            if (relation.kind == "VIEW") != (kind == "VIEW"):
                raise SnowError("002203", "42601", f"SQL compilation error:\nObject '{place[2]}' is a {relation.kind}")
            self.db.remove_table(self, place)
            if kind == "TABLE":
                self.duck(f"DROP TABLE {relation.sql}")
        return status(f"{place[2]} successfully dropped.")

    def run_alter(self, node):
        kind = (node.args.get("kind") or "").upper()
        if kind == "SESSION":
            for action in node.args["actions"]:
                for item in action.expressions:
                    pair = item.this
                    name = name_of(pair.this.this if isinstance(pair, exp.EQ) else pair)
                    if name not in PARAMETERS:
                        raise SnowError("001006", "22023", f"SQL compilation error:\ninvalid parameter '{name}'")
                    if action.args.get("unset"):
                        self.parameters.pop(name, None)
                    else:
                        self.parameters[name] = pair.expression.name
            return status(SUCCESS)
        if kind != "TABLE":
            raise SnowError("391911", "0A000", ALONE.format(f"ALTER {kind}"))
        place = self.full(node.this)
        relation = self.relation(*place)
        self.writable(place)
        for action in node.args["actions"]:
            self.alter(place, relation, action)
        return status(SUCCESS)

    def alter(self, place, relation, action):
        if isinstance(action, (exp.SwapTable, exp.AlterRename)):
            other = self.full(action.this)
            self.writable(other)
            if isinstance(action, exp.AlterRename):
                if other in self.db.tables:
                    raise SnowError("002002", "42710", f"SQL compilation error:\nObject '{other[2]}' already exists.")
                self.db.remove_table(self, place)
                self.db.add_table(self, other, relation)
                return
            twin = self.relation(*other)
            relation.sql, twin.sql = relation.sql, twin.sql
            self.db.add_table(self, place, twin)
            self.db.add_table(self, other, relation)
        elif isinstance(action, exp.ColumnDef):
            ((name, t, note),) = self.declared([action])
            if any(name == column for column, _ in relation.columns):
                if action.args.get("exists"):
                    return
                raise SnowError("001430", "42601", f"SQL compilation error:\ncolumn '{name}' already exists")
            self.duck(f"ALTER TABLE {relation.sql} ADD COLUMN {quote(name)} {sqltypes.stored(t)}")
            relation.columns = relation.columns + [(name, t)]
            self.db.add_table(self, place, relation)
        elif isinstance(action, exp.Drop) and (action.args.get("kind") or "").upper() == "COLUMN":
            name = name_of(action.this.this if isinstance(action.this, exp.Column) else action.this)
            if not any(name == column for column, _ in relation.columns):
                raise SnowError(
                    "000904", "42000", f"SQL compilation error: error line 1 at position 0\ninvalid identifier '{name}'"
                )
            self.duck(f"ALTER TABLE {relation.sql} DROP COLUMN {quote(name)}")
            relation.columns = [(column, t) for column, t in relation.columns if column != name]
            self.db.add_table(self, place, relation)
        elif not isinstance(action, (exp.ClusterProperty, exp.Cluster)):
            raise unsupported(action.sql()[:60])
