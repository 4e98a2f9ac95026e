# SPDX-License-Identifier: Apache-2.0
"""The warehouse behind the stand-in: tables, locks, and jobs that run the statements of one request.

fakesnow brings the DuckDB instance and the pinned sqlglot; every request is a cursor of its own. Called by
standin.py; knows nothing of HTTP. Transactions that write are played one after the other, which is stricter
than the service's locks on tables: what waits for a lock there waits here as well.
"""

import datetime
import decimal
import gzip
import itertools
import json
import re
import tempfile
import threading
import time
import traceback
import uuid

import duckdb
import fakesnow.instance

import functions
import lexer
import sqltypes
from functions import SnowError
from sqltypes import TEXT, T
from statements import Relation, Session

IN_MESSAGE = re.compile(r"\[\[(\d{6})\|(\w{5})\|(.*?)\]\]", re.S)
# DuckDB's error: pattern in its text, code, SQLSTATE, message (None: DuckDB's).
ERRORS = (
    (r"same target row more than once", "100090", "42P18", "Duplicate row detected during DML action"),
    (r"NOT NULL constraint failed: .*?([^.]+)$", "100072", "22000", "NULL result in a non-nullable column"),
    (r"must appear in the GROUP BY|cannot contain aggregates|GROUP BY clause cannot", "000979", "42601", None),
    (
        r"More than one row returned by a subquery|more than one row",
        "090150",
        "22000",
        "Single-row subquery returns more than one row.",
    ),
    (r"Could not convert string|Could not cast value|Conversion Error", "100038", "22018", None),
    (r"Overflow|Out of Range|out of range|does not fit", "100046", "22003", "Number out of representable range: {}"),
    (r"INTERRUPT|Interrupted", "000604", "57014", "SQL execution canceled"),
    (r"Binder Error", "001044", "42P13", None),
)
EPOCH = datetime.datetime(1970, 1, 1)
SPOOLED = 4 << 20


def as_snow(error):
    """DuckDB's error as the service's."""
    if isinstance(error, SnowError):
        return error
    text = str(error)
    inside = IN_MESSAGE.search(text)
    if inside:
        return SnowError(*inside.groups())
    first = text.split("\n")[0]
    for pattern, code, state, message in ERRORS:
        if re.search(pattern, text):
            return SnowError(code, state, (message or "SQL compilation error:\n{}").format(first))
    return SnowError("000603", "XX000", f"SQL execution internal error (of the stand-in): {first}")


class Database:
    """All that outlives a request."""

    def __init__(self, account, user):
        self.account, self.user = account, user
        self.condition = threading.Condition()
        self.writer = None
        self.numbers = itertools.count(1)
        self.write_schemas = None
        self.clock = datetime.timedelta(0)
        self.reset()

    def reset(self, database="SBE_TEST", schema="PUBLIC"):
        instance = fakesnow.instance.FakeSnow()
        self.root = instance.duck_conn
        self.root.execute("SET threads = 2; SET memory_limit = '3GB'; SET lambda_syntax = 'DISABLE_SINGLE_ARROW'")
        functions.register(self.root)
        self.root.execute("CREATE TABLE info_tables (c VARCHAR, s VARCHAR, n VARCHAR, kind VARCHAR, transient VARCHAR)")
        self.root.execute(
            "CREATE TABLE info_columns (c VARCHAR, s VARCHAR, n VARCHAR, col VARCHAR, pos BIGINT, "
            "type VARCHAR, p BIGINT, sc BIGINT, len BIGINT)"
        )
        self.root.execute("CREATE TABLE info_schemas (c VARCHAR, s VARCHAR)")
        self.tables, self.schemas = {}, set()
        self.databases, self.warehouses, self.roles = {database}, {"SBE_WH"}, {"SBE_ROLE", "PUBLIC"}
        self.add_schema(None, (database, schema))
        self.defaults = {"database": database, "schema": schema, "warehouse": "SBE_WH", "role": "SBE_ROLE"}

    # ---- Locks ----

    def lock_writers(self, cancelled):
        me = object()
        with self.condition:
            while self.writer is not None:
                self.condition.wait(0.05)
                if cancelled():
                    raise SnowError("000604", "57014", "SQL execution canceled")
            self.writer = me

    def unlock_writers(self):
        with self.condition:
            self.writer = None
            self.condition.notify_all()

    # ---- The catalog: DDL commits, so it never goes back ----

    def cursor(self, session):
        return session.cursor if session is not None else self.root

    def add_schema(self, session, place):
        self.schemas.add(place)
        self.cursor(session).execute("INSERT INTO info_schemas VALUES (?, ?)", list(place))

    def drop_schema(self, session, place):
        for table in [table for table in self.tables if table[:2] == place]:
            relation = self.tables[table]
            self.remove_table(session, table)
            if relation.view is None:
                self.cursor(session).execute(f"DROP TABLE {relation.sql}")
        self.schemas.discard(place)
        self.cursor(session).execute("DELETE FROM info_schemas WHERE c = ? AND s = ?", list(place))

    def remove_table(self, session, place):
        self.tables.pop(place, None)
        for name in ("info_tables", "info_columns"):
            self.cursor(session).execute(f"DELETE FROM {name} WHERE c = ? AND s = ? AND n = ?", list(place))

    def add_table(self, session, place, relation):
        self.remove_table(session, place)
        self.tables[place] = relation
        cursor = self.cursor(session)
        cursor.execute(
            "INSERT INTO info_tables VALUES (?, ?, ?, ?, ?)",
            [*place, relation.kind, "YES" if relation.transient else "NO"],
        )
        rows = []
        for position, (name, t) in enumerate(relation.columns, 1):
            fixed = t.kind == "fixed"
            shown = {"VARCHAR": "TEXT", "NULL": "TEXT"}.get(sqltypes.SHOWN[t.kind], sqltypes.SHOWN[t.kind])
            rows.append(
                "("
                + ", ".join(
                    [lexer.literal(part) for part in (*place, name)]
                    + [
                        str(position),
                        lexer.literal(shown),
                        str(t.precision or 38) if fixed else "NULL",
                        str(t.scale) if fixed else "NULL",
                        "16777216" if t.kind == "text" else "NULL",
                    ]
                )
                + ")"
            )
        cursor.execute(f"INSERT INTO info_columns VALUES {', '.join(rows)}")

    def information(self, database, name):
        """INFORMATION_SCHEMA, as much of it as somebody asks."""
        number = T("fixed", 9, 0)
        of = f"WHERE c = {lexer.literal(database)}"
        views = {
            "TABLES": (
                f"(SELECT c, s, n, kind, transient, 'NO', CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR) "
                f"FROM memory.main.info_tables {of})",
                [
                    ("TABLE_CATALOG", TEXT),
                    ("TABLE_SCHEMA", TEXT),
                    ("TABLE_NAME", TEXT),
                    ("TABLE_TYPE", TEXT),
                    ("IS_TRANSIENT", TEXT),
                    ("IS_ICEBERG", TEXT),
                    ("ROW_COUNT", number),
                    ("BYTES", number),
                    ("COMMENT", TEXT),
                ],
            ),
            "COLUMNS": (
                f"(SELECT c, s, n, col, pos, 'YES', type, len, p, sc, CAST(NULL AS BIGINT) FROM memory.main.info_columns {of})",
                [
                    ("TABLE_CATALOG", TEXT),
                    ("TABLE_SCHEMA", TEXT),
                    ("TABLE_NAME", TEXT),
                    ("COLUMN_NAME", TEXT),
                    ("ORDINAL_POSITION", number),
                    ("IS_NULLABLE", TEXT),
                    ("DATA_TYPE", TEXT),
                    ("CHARACTER_MAXIMUM_LENGTH", number),
                    ("NUMERIC_PRECISION", number),
                    ("NUMERIC_SCALE", number),
                    ("DATETIME_PRECISION", number),
                ],
            ),
            "SCHEMATA": (
                f"(SELECT c, s, 'SBE_ROLE' FROM memory.main.info_schemas {of})",
                [("CATALOG_NAME", TEXT), ("SCHEMA_NAME", TEXT), ("SCHEMA_OWNER", TEXT)],
            ),
        }
        if name not in views or database not in self.databases:
            raise SnowError(
                "002003",
                "42S02",
                f"SQL compilation error:\nObject '{database}.INFORMATION_SCHEMA.{name}' does not "
                "exist or not authorized.",
            )
        return Relation(*views[name], kind="VIEW")


# ---- Cells ----


def seconds(moment):
    """<seconds>.<nine digits>, the sign before both."""
    micro = (moment - EPOCH) // datetime.timedelta(microseconds=1)
    return f"{'-' if micro < 0 else ''}{abs(micro) // 1000000}.{abs(micro) % 1000000:06d}000"


def cell_real(value):
    return {"nan": "NaN", "inf": "inf", "-inf": "-inf"}.get(repr(value), repr(value))


def cell_ltz(value):
    return seconds(value.astimezone(datetime.timezone.utc).replace(tzinfo=None))


def cell_time(value):
    whole = (value.hour * 60 + value.minute) * 60 + value.second
    return f"{whole}.{value.microsecond:06d}000"


CELLS = {
    "real": cell_real,
    "boolean": lambda value: "true" if value else "false",
    "date": lambda value: str((value - EPOCH.date()).days),
    "timestamp_ntz": seconds,
    "timestamp_ltz": cell_ltz,
    "timestamp_tz": lambda value: f"{seconds(value['u'])} {value['o'] + 1440}",
    "time": cell_time,
    "binary": lambda value: bytes(value).hex().upper(),
}


def encoder(t, indent):
    if t.kind in sqltypes.JSON_KINDS:
        return lambda value: functions.show(functions.load(value), indent)
    if t.kind == "fixed":
        form = decimal.Decimal(1).scaleb(-t.scale)
        return lambda value: format(decimal.Decimal(value).quantize(form, context=functions.CONTEXT), "f")
    return CELLS.get(t.kind, str)


def row_type(name, t):
    sized = {"text": 16777216, "binary": 8388608}.get(t.kind)
    return {
        "name": name,
        "database": "",
        "schema": "",
        "table": "",
        "nullable": True,
        "type": "text" if t.kind == "null" else t.kind,
        "byteLength": sized,
        "length": sized,
        "collation": None,
        "precision": (t.precision or 38) if t.kind == "fixed" else 0 if t.kind.startswith("time") else None,
        "scale": t.scale if t.kind == "fixed" else 9 if t.kind.startswith("time") else None,
    }


class Stored:
    """A result in partitions; all but the first are packed, and lie on disk when they are large."""

    def __init__(self, columns, rows, page, indent, stats=None, nullable=True):
        self.row_type = [row_type(name, t) for name, t in columns]
        self.stats, self.partitions, self.places = stats, [], []
        encoders = [encoder(t, indent) for _, t in columns]
        null = None if nullable else "null"
        self.first, self.spool = [], None
        part, number = next(rows, []), 0
        while number == 0 or part:
            data = [[null if value is None else encode(value) for encode, value in zip(encoders, row)] for row in part]
            self.keep(data, number)
            part, number = next(rows, []), number + 1

    def keep(self, data, number):
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        entry = {"rowCount": len(data), "uncompressedSize": len(text)}
        if number == 0:
            self.first = data
        else:
            packed = gzip.compress(text, 1)
            entry["compressedSize"] = len(packed)
            if self.spool is None:
                self.spool = tempfile.SpooledTemporaryFile(SPOOLED)
            self.places.append((self.spool.tell(), len(packed)))
            self.spool.write(packed)
        self.partitions.append(entry)

    def rows(self):
        return sum(entry["rowCount"] for entry in self.partitions)

    def partition(self, number):
        """The text of its rows."""
        if number == 0:
            return json.dumps(self.first, ensure_ascii=False, separators=(",", ":")).encode()
        place, size = self.places[number - 1]
        self.spool.seek(place)
        packed = self.spool.read(size)
        self.spool.seek(0, 2)
        return gzip.decompress(packed)


def chunks(cursor, page):
    while True:
        part = cursor.fetchmany(page)
        if not part:
            return
        yield part


def sliced(rows, page):
    for begin in range(0, len(rows), page):
        yield rows[begin : begin + page]


def new_handle():
    text = uuid.uuid4().hex
    return f"01{text[2:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"


class Job:
    """One request's statements: a handle, a state, results. Runs in a thread of its own."""

    def __init__(self, database, statement, context, parameters, binds, count, timeout, settings, nullable=True):
        self.handle, self.created = new_handle(), int(time.time() * 1000)
        self.db, self.statement, self.context, self.parameters = database, statement, context, parameters
        self.binds, self.count, self.timeout = binds, count, timeout
        self.page, self.nullable = settings["page_size"], nullable
        self.indent = int(parameters.get("JSON_INDENT", 2))
        self.canned = settings.get("canned") or []
        self.done, self.lock = threading.Event(), threading.Lock()
        self.is_cancelled = self.timed_out = False
        self.error = self.result = None
        self.children, self.statements, self.session, self.timer = [], [], None, None
        self.polls = 0

    def cancelled(self):
        return self.is_cancelled

    def start(self):
        # No test waits longer than this.
        if 0 < self.timeout <= 3600:
            self.timer = threading.Timer(self.timeout, self.stop, [True])
            self.timer.daemon = True
            self.timer.start()
        threading.Thread(target=self.work, daemon=True).start()

    def stop(self, by_timeout=False):
        """Cancels; gives whether there was anything to cancel."""
        if self.done.is_set():
            return False
        self.timed_out = self.timed_out or by_timeout
        self.is_cancelled = True
        while not self.done.wait(0.02):
            session = self.session
            if session is not None:
                try:
                    session.cursor.interrupt()
                except duckdb.Error:
                    pass
        return True

    def work(self):
        try:
            self.execute()
        except BaseException as error:  # noqa: B902
            if not isinstance(error, (SnowError, duckdb.Error)):
                traceback.print_exc()
            self.error = as_snow(error)
            if self.timed_out:
                self.error = SnowError(
                    "000630",
                    "57014",
                    "Statement reached its statement or warehouse timeout of "
                    f"{self.timeout} second(s) and was canceled.",
                )
            elif self.is_cancelled:
                self.error = SnowError("000604", "57014", "SQL execution canceled")
        finally:
            try:
                if self.timer is not None:
                    self.timer.cancel()
                if self.session is not None:
                    self.session.close()
            finally:
                self.done.set()

    def execute(self):
        parts = lexer.split(self.statement)
        self.statements = [text for text, _ in parts]
        if not parts:
            raise SnowError("000900", "42601", "SQL compilation error:\nEmpty SQL statement.")
        if self.count != 0 and self.count != len(parts):
            raise SnowError(
                "000008",
                "0A000",
                f"Actual statement count {len(parts)} did not match the desired statement " f"count {self.count}.",
            )
        single = self.count == 1
        if self.binds and not single:
            raise SnowError("000010", "0A000", "Bind variables are not supported with multiple statements.")
        if not single and self.context["warehouse"] is None:
            raise SnowError("000606", "57P03", "No active warehouse selected in the current session.")
        self.session = Session(self.db, self.context, self.parameters, self.binds, single, self.cancelled)
        for text, tokens in parts:
            stored = self.one(text, tokens)
            if single:
                self.result = stored
                return
            child = Child(stored, self.created)
            self.children.append(child)
        self.session.close()
        self.result = Stored(
            [("multiple statement execution", TEXT)], sliced([("Multiple statements executed successfully.",)], 1), 1, 0
        )

    def one(self, text, tokens):
        session = self.session
        for canned in self.canned:
            if canned["match"] in text:
                return Canned(canned)
        try:
            result = session.run(text, tokens)
            self.page = max(1, self.page)
            rows = chunks(session.cursor, self.page) if result.rows is None else sliced(result.rows, self.page)
            return Stored(
                result.columns,
                rows,
                self.page,
                int(session.parameters.get("JSON_INDENT", self.indent)),
                result.stats,
                self.nullable,
            )
        finally:
            session.after_statement()


class Child:
    """A statement of several: finished with its parent, asked for by its own handle."""

    def __init__(self, stored, created):
        self.handle, self.created, self.result, self.error = new_handle(), created, stored, None
        self.done, self.children, self.timed_out, self.polls = threading.Event(), [], False, 0
        self.done.set()

    def stop(self, by_timeout=False):
        return False


class Canned(Stored):
    """A result that a test has laid down, for cells that the engine cannot make."""

    def __init__(self, canned):
        self.row_type, self.stats, self.partitions, self.places = canned["rowType"], None, [], []
        self.first, self.spool = [], None
        page = canned.get("page") or len(canned["data"]) or 1
        for number, part in enumerate(sliced(canned["data"], page)):
            self.keep(part, number)
        if not self.partitions:
            self.keep([], 0)
