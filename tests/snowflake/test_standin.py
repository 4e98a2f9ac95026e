#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the stand-in as strict as it says? Requests that each break one rule, and what must work besides.

Run by standin.sh under with-standin.sh, with a client of its own that is nothing but HTTP: sbe plays no part.
Expected values are from the manual or by hand. Must never compare the stand-in with what it answered before.
"""

import base64
import gzip
import hashlib
import http.client
import json
import os
import socket
import sys
import threading
import time
import uuid

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

ENV = {name[len("SBE_SNOWFLAKE_") :]: value for name, value in os.environ.items() if name.startswith("SBE_SNOWFLAKE_")}
PORT = int(ENV["PORT"])
counts = {"ok": 0, "FAIL": 0}


def check(name, fine, shown=None):
    counts["ok" if fine else "FAIL"] += 1
    print(f"ok: {name}" if fine else f"FAIL: {name}: {shown!r}"[:1500])


def same(name, got, wanted):
    check(name, got == wanted, {"got": got, "wanted": wanted})


def with_key(path):
    with open(path, "rb") as key:
        return serialization.load_pem_private_key(key.read(), None)


KEY, OTHER = with_key(ENV["PRIVATE_KEY_PATH"]), with_key(ENV["OTHER_KEY_PATH"])


def coded(value):
    return (
        base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode())
        .rstrip(b"=")
        .decode()
    )


def fingerprint(key):
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def jwt(key=KEY, subject="SBETEST-STANDIN.SBE_USER", issuer=None, begins=0, lasts=3540, header=None, **claims):
    now = int(time.time()) + begins
    body = {"iss": issuer or f"{subject}.{fingerprint(KEY)}", "sub": subject, "iat": now, "exp": now + lasts, **claims}
    text = coded(header or {"alg": "RS256", "typ": "JWT"}) + "." + coded(body)
    return text + "." + coded(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))


class Answer:
    def __init__(self, response, raw):
        self.status, self.headers = response.status, dict(response.headers.items())
        self.packed = self.headers.get("Content-Encoding") == "gzip"
        self.body = json.loads(gzip.decompress(raw) if self.packed else raw)
        self.code = self.body.get("code") if isinstance(self.body, dict) else None

    def __repr__(self):
        return f"{self.status} {json.dumps(self.body)[:600]}"


def headers(token=None, kind="KEYPAIR_JWT", **changes):
    out = {
        "Authorization": f"Bearer {token or jwt()}",
        "X-Snowflake-Authorization-Token-Type": kind,
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "standin-test/1.0",
    }
    out.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in out.items() if value is not None}


def ask(method, path, body=None, given=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        for name, value in (given or headers()).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(raw)))
        connection.endheaders(raw)
        response = connection.getresponse()
        return Answer(response, response.read())
    finally:
        connection.close()


def control(what, body=None):
    return ask("POST", f"/_control/{what}", body if body is not None else {}).body


def submit(sql, given=None, query="", request=None, **body):
    whole = {"statement": sql, **body}
    query = f"requestId={request or uuid.uuid4()}" + (f"&{query}" if query else "")
    return ask("POST", f"/api/v2/statements?{query}", whole, given)


def fetch(answer):
    """Polls until it is no 202 any more."""
    while answer.status == 202:
        time.sleep(0.01)
        answer = ask("GET", answer.body["statementStatusUrl"])
    return answer


def run(sql, count=1, **body):
    parameters = {"TIMEZONE": "UTC", **body.pop("parameters", {})}
    if count != 1:
        parameters["MULTI_STATEMENT_COUNT"] = str(count)
    return fetch(submit(sql, parameters=parameters, **body))


def rows(sql, **body):
    answer = run(sql, **body)
    return answer.body.get("data") if answer.status == 200 else f"{answer!r}"


def seen(sql):
    """Past the protocol, as an administrator."""
    return control("sql", {"sql": sql})["results"][-1]["rows"]


def fresh(**settings):
    control("reset")
    control("settings", settings)


def refused(name, answer, status, code=None):
    check(f"refused: {name}", answer.status == status and code in (None, answer.code), answer)


def error(name, answer, code, state):
    check(name, (answer.status, answer.code, answer.body.get("sqlState")) == (422, code, state), answer)


# ---- Requests that each break one rule ----


def breaks_one_rule():
    fresh(polls=0)
    one = "select 1"
    refused("no Authorization", submit(one, headers(Authorization=None)), 401, "390101")
    refused("Authorization without Bearer", submit(one, headers(Authorization="Basic eDp5")), 401, "390103")
    refused(
        "no token type, so OAUTH is assumed",
        submit(one, headers(X_Snowflake_Authorization_Token_Type=None)),
        401,
        "390303",
    )
    refused("unknown token type", submit(one, headers(kind="JWT")), 400)
    for name, token in (
        ("JWT of an unknown key", jwt(OTHER)),
        ("JWT whose issuer is another key", jwt(OTHER, issuer=f"SBETEST-STANDIN.SBE_USER.{fingerprint(OTHER)}")),
        ("JWT that is over", jwt(begins=-3600, lasts=3500)),
        ("JWT for more than an hour", jwt(lasts=3601)),
        ("JWT from the future", jwt(begins=600)),
        ("JWT without exp", jwt(exp=None)),
        ("JWT without fingerprint", jwt(issuer="SBETEST-STANDIN.SBE_USER")),
        ("JWT of a small-letter account", jwt(subject="sbetest-standin.SBE_USER")),
        ("JWT of a small-letter user", jwt(subject="SBETEST-STANDIN.sbe_user")),
        ("JWT without signature's algorithm", jwt(header={"alg": "none"})),
        ("JWT with other claims than signed", ".".join(jwt().split(".")[:2] + jwt(lasts=3000).split(".")[2:])),
        ("no JWT at all", "x.y.z"),
    ):
        refused(name, submit(one, headers(token)), 401, "390144")
    refused("unknown OAuth token", submit(one, headers("nonsense", "OAUTH")), 401, "390303")
    refused("programmatic access token as OAUTH", submit(one, headers(ENV["PAT_TOKEN"], "OAUTH")), 401, "390303")
    refused(
        "OAuth token as programmatic access token",
        submit(one, headers(ENV["OAUTH_TOKEN"], "PROGRAMMATIC_ACCESS_TOKEN")),
        401,
    )
    refused("no User-Agent", submit(one, headers(User_Agent=None)), 400)
    refused("User-Agent that is no product", submit(one, headers(User_Agent="(x)")), 400)
    refused("no Accept", submit(one, headers(Accept=None)), 406, "391902")
    refused("Accept of anything else", submit(one, headers(Accept="text/plain")), 406, "391902")
    refused("Content-Type of anything else", submit(one, headers(Content_Type="text/plain")), 415)
    refused("body that is no JSON", ask("POST", "/api/v2/statements", b"{"), 400)
    refused("body that is no object", ask("POST", "/api/v2/statements", [1]), 400)
    refused("no statement", ask("POST", "/api/v2/statements", {}), 400)
    refused("unknown body member", submit(one, sqlText="select 2"), 400)
    refused("unknown parameter", submit(one, parameters={"NO_SUCH": "1"}), 400)
    refused("timeout as text", submit(one, timeout="60"), 400)
    refused("timeout beyond a week", submit(one, timeout=604801), 400)
    refused("bind value that is no text", submit("select ?", bindings={"1": {"type": "FIXED", "value": 1}}), 400)
    refused("unknown bind type", submit("select ?", bindings={"1": {"type": "NUMBER", "value": "1"}}), 400)
    refused(
        "bind value that is not of its type",
        submit("select ?", bindings={"1": {"type": "FIXED", "value": "x"}}),
        422,
        "100037",
    )
    refused("request id that is no UUID", ask("POST", "/api/v2/statements?requestId=7", {"statement": one}), 400)
    refused("nullable in a GET", ask("GET", f"/api/v2/statements/{uuid.uuid4()}?nullable=true"), 400)
    refused("unknown query parameter", submit(one, query="pageSize=10"), 400)
    refused("GET to submit", ask("GET", "/api/v2/statements"), 405)
    refused("POST to poll", ask("POST", f"/api/v2/statements/{uuid.uuid4()}"), 405)
    refused("unknown endpoint", ask("POST", "/api/v2/statement", {"statement": one}), 404)
    refused("unknown handle", ask("GET", f"/api/v2/statements/{uuid.uuid4()}"), 404)
    refused("database in small letters", run(one, database="sbe_test"), 422, "390201")
    refused("warehouse in small letters", run(one, warehouse="sbe_wh"), 422, "390201")
    refused("role in small letters", run(one, role="sbe_role"), 422, "390189")
    control("sql", {"sql": "create table t (id int)"})
    refused("schema in small letters", run("select id from t", schema="public"), 422, "090106")
    same(
        "spelled as they are, they are taken",
        rows("select count(*) from t", database="SBE_TEST", schema="PUBLIC", warehouse="SBE_WH", role="SBE_ROLE"),
        [["0"]],
    )
    for sql, name in (
        ("use schema PUBLIC", "USE"),
        ("begin", "BEGIN"),
        ("commit", "COMMIT"),
        ("rollback", "ROLLBACK"),
        ("set x = 1", "SET"),
        ("alter session set query_tag = 'x'", "ALTER SESSION"),
        ("create temporary table q (id int)", "CREATE TEMPORARY TABLE"),
        ("put file:///x @y", "PUT"),
    ):
        refused(f"{name} alone", run(sql), 422, "391911")
    answer = run("select 1; select 2; select 3")
    refused("three statements without a count", answer, 422, "000008")
    same(
        "… with the service's words",
        answer.body["message"],
        "Actual statement count 3 did not match the desired statement count 1.",
    )
    refused("a count that is not right", run("select 1; select 2", 3), 422, "000008")
    refused(
        "bind variables with several statements",
        run("select ?; select 2", 2, bindings={"1": {"type": "FIXED", "value": "1"}}),
        422,
    )
    refused("bind variable that is not given", run("select ?"), 422, "002049")


# ---- The twelve points ----


def logins_work():
    fresh(polls=0)
    for name, given in (
        ("key pair", headers()),
        ("OAuth", headers(ENV["OAUTH_TOKEN"], "OAUTH")),
        ("OAuth without its type", headers(ENV["OAUTH_TOKEN"], X_Snowflake_Authorization_Token_Type=None)),
        ("programmatic access token", headers(ENV["PAT_TOKEN"], "PROGRAMMATIC_ACCESS_TOKEN")),
        ("no Content-Type, which means JSON", headers(Content_Type=None)),
        ("several types accepted", headers(Accept="text/html, application/json;q=0.9")),
    ):
        same(f"1 login: {name}", submit("select 1", given).status, 200)
    control("faults", [{"kind": "401", "on": "submit"}])
    same("1 login: one 401 on request", [submit("select 1").status for _ in range(2)], [401, 200])
    control("logins", {"expired": [ENV["OAUTH_TOKEN"]]})
    refused("OAuth token that has expired", submit("select 1", headers(ENV["OAUTH_TOKEN"], "OAUTH")), 401, "390318")


def asynchronous():
    fresh(polls=3)
    answers = [submit("select 7")]
    while answers[-1].status == 202:
        answers.append(ask("GET", answers[0].body["statementStatusUrl"]))
    same(
        "2 asynchronous: three times 202, then the result", [answer.status for answer in answers], [202, 202, 202, 200]
    )
    same("2 asynchronous: code of a 202", answers[0].code, "333334")
    same("2 asynchronous: the result", answers[-1].body["data"], [["7"]])
    same("2 asynchronous: it stays", ask("GET", answers[0].body["statementStatusUrl"]).body["data"], [["7"]])
    same("2 asynchronous: as it is asked for", submit("select 1", query="async=true").status, 202)
    control("settings", {"polls": 1})
    answer = submit("selec 1")
    same("2 asynchronous: an error is told by a poll", (answer.status, fetch(answer).code), (202, "001003"))
    control("settings", {"polls": 0, "sync_seconds": 0.1})
    same("2 asynchronous: what takes long is no longer synchronous", submit("select system$wait(1)").status, 202)


def no_state():
    fresh(polls=0)
    run("create table t (id int)")
    run("begin; insert into t values (1)", 2)
    same("3 no state: a transaction that is open at the end is undone", rows("select count(*) from t"), [["0"]])
    same(
        "3 no state: a temporary table works in its request",
        run("create temporary table q (id int); insert into q values (1); select * from q", 3).status,
        200,
    )
    error("3 no state: … and is gone", run("select * from q"), "002003", "42S02")
    run("create schema other; use schema other; create table u (id int)", 3)
    error("3 no state: USE is forgotten", run("select * from u"), "002003", "42S02")
    run("set x = 5; select $x", 2)
    error("3 no state: a variable is forgotten", run("select $x"), "002211", "02000")
    same(
        "3 no state: without TIMEZONE the session is in Los Angeles",
        fetch(submit("select '2024-01-01 00:00:00'::timestamp_ltz")).body["data"],
        [["1704096000.000000000"]],
    )


def idempotency():
    fresh(polls=0)
    run("create table t (id int)")
    request = str(uuid.uuid4())
    first = submit("insert into t values (1)", request=request)
    again = submit("insert into t values (1)", request=request, query="retry=true")
    same(
        "4 idempotency: the same statement's result",
        (again.status, again.body["statementHandle"]),
        (200, first.body["statementHandle"]),
    )
    same("4 idempotency: executed once", rows("select count(*) from t"), [["1"]])
    refused(
        "another statement under a used request id",
        submit("insert into t values (2)", request=request, query="retry=true"),
        400,
    )
    submit("insert into t values (1)", request=request)
    same("4 idempotency: without retry it is a new request", rows("select count(*) from t"), [["2"]])
    request = str(uuid.uuid4())
    submit("insert into nope values (1)", request=request)
    run("create table nope (id int)")
    submit("insert into nope values (1)", request=request, query="retry=true")
    same("4 idempotency: what failed is executed again", rows("select count(*) from nope"), [["1"]])
    for after, name in ((True, "executed, the answer lost"), (False, "dropped before")):
        run("truncate table t")
        request = str(uuid.uuid4())
        control("faults", [{"kind": "drop", "on": "submit", "after": after}])
        try:
            submit("insert into t values (3)", request=request)
            lost = False
        except (ConnectionError, http.client.HTTPException):
            lost = True
        check(f"4 idempotency: {name}: no answer", lost)
        time.sleep(0.2)
        same(f"4 idempotency: {name}: rows then", rows("select count(*) from t"), [["1" if after else "0"]])
        same(
            f"4 idempotency: {name}: sent again",
            submit("insert into t values (3)", request=request, query="retry=true").status,
            200,
        )
        same(f"4 idempotency: {name}: rows in the end", rows("select count(*) from t"), [["1"]])


def partitions():
    fresh(polls=1, page_size=10)
    answer = run("select seq4() from table(generator(rowcount => 25)) order by 1")
    info = answer.body["resultSetMetaData"]
    same("5 partitions: rows of each", [part["rowCount"] for part in info["partitionInfo"]], [10, 10, 5])
    same("5 partitions: rows in all", info["numRows"], 25)
    check(
        "5 partitions: Link",
        'rel="next"' in answer.headers.get("Link", "") and 'rel="last"' in answer.headers["Link"],
        answer.headers,
    )
    path = f"/api/v2/statements/{answer.body['statementHandle']}?partition="
    parts = [ask("GET", path + str(number)) for number in (1, 2)]
    same("5 partitions: nothing but data", [set(part.body) for part in parts], [{"data"}, {"data"}])
    check("5 partitions: always gzip", all(part.packed for part in parts))
    same(
        "5 partitions: all rows once",
        answer.body["data"] + parts[0].body["data"] + parts[1].body["data"],
        [[str(number)] for number in range(25)],
    )
    same(
        "5 partitions: the first again, with metadata", ask("GET", path + "0").body["resultSetMetaData"]["numRows"], 25
    )
    refused("partition that does not exist", ask("GET", path + "3"), 400)
    control("settings", {"bare_partitions": True})
    same("5 partitions: as a bare array on request", len(ask("GET", path + "2").body), 5)
    answer = run("select 1 where false")
    same(
        "5 partitions: no rows, one partition",
        (answer.body["data"], [part["rowCount"] for part in answer.body["resultSetMetaData"]["partitionInfo"]]),
        ([], [0]),
    )
    answer = ask(
        "POST", "/api/v2/statements", {"statement": "select repeat('x', 5000)"}, headers(Accept_Encoding="gzip")
    )
    same("5 partitions: gzip where it is accepted", fetch(answer).status, 200)


CELLS = (
    (
        "fixed",
        "select 12345678901234567890123456789012345678, -0.50::number(38,9), null::number(5,2)",
        [["12345678901234567890123456789012345678", "-0.500000000", None]],
        [("fixed", 0), ("fixed", 9), ("fixed", 2)],
    ),
    (
        "fixed beyond 2^53",
        "select sum(x) from (values (9007199254740993), (9223372036854775807)) v(x)",
        [["9232379236109516800"]],
        [("fixed", 0)],
    ),
    (
        "real",
        "select 0.1::float + 0.2::float, 'nan'::float, 'inf'::float, -1e300",
        [["0.30000000000000004", "NaN", "inf", "-1e+300"]],
        None,
    ),
    ("boolean", "select true, false, null::boolean", [["true", "false", None]], [("boolean", None)] * 3),
    ("text", "select 'it''s \\\\ \\u00e9', ''", [["it's \\ é", ""]], [("text", None)] * 2),
    ("date", "select '2024-01-02'::date, '1969-12-31'::date", [["19724", "-1"]], [("date", None)] * 2),
    ("time", "select '01:02:03.5'::time", [["3723.500000000"]], [("time", 9)]),
    (
        "timestamp_ntz",
        "select '2024-01-02 21:43:56.000001'::timestamp_ntz, '1969-12-31 23:59:58.5'::timestamp_ntz",
        [["1704231836.000001000", "-1.500000000"]],
        [("timestamp_ntz", 9)] * 2,
    ),
    (
        "timestamp_ltz",
        "select '2024-01-01 00:00:00 +02:00'::timestamp_ltz",
        [["1704060000.000000000"]],
        [("timestamp_ltz", 9)],
    ),
    (
        "timestamp_tz",
        "select '2022-01-01 12:34:56.123 +09:00'::timestamp_tz, '2022-01-01 00:00:00 -08:00'::timestamp_tz",
        [["1641008096.123000000 1980", "1641024000.000000000 960"]],
        [("timestamp_tz", 9)] * 2,
    ),
    ("binary", "select to_binary('00ff10')", [["00FF10"]], [("binary", None)]),
    (
        "variant",
        'select parse_json(\'{"b":[1,null,"x"],"a":1.50}\'), parse_json(\'null\'), null::variant',
        [['{\n  "a": 1.5,\n  "b": [\n    1,\n    null,\n    "x"\n  ]\n}', "null", None]],
        [("variant", None)] * 3,
    ),
    (
        "a FLOAT in a VARIANT",
        "select array_construct(0.1::float, 1), object_construct('k', 1e5)",
        [["[\n  1.000000000000000e-01,\n  1\n]", '{\n  "k": 1.000000000000000e+05\n}']],
        [("array", None), ("object", None)],
    ),
)


def cells():
    fresh(polls=0)
    for name, sql, wanted, types in CELLS:
        answer = run(sql)
        same(f"6 cells: {name}", answer.body.get("data", repr(answer)), wanted)
        if types and answer.status == 200:
            same(
                f"6 cells: {name}: types",
                [(column["type"], column["scale"]) for column in answer.body["resultSetMetaData"]["rowType"]],
                types,
            )
    answer = run('select 1 as lower_case, 2 as "Exact", 3 as MIXED_case')
    same(
        "6 cells: names come in capitals unless quoted",
        [column["name"] for column in answer.body["resultSetMetaData"]["rowType"]],
        ["LOWER_CASE", "Exact", "MIXED_CASE"],
    )
    binds = {
        str(number): {"type": kind, "value": value}
        for number, (kind, value) in enumerate(
            (
                ("FIXED", "123.45"),
                ("REAL", "1.5"),
                ("TEXT", "a'b"),
                ("BOOLEAN", "true"),
                ("BINARY", "ff"),
                ("DATE", "1704153600000"),
                ("TIMESTAMP_NTZ", "1704231836000001000"),
                ("TIMESTAMP_TZ", "1641008096123000000 1980"),
                ("TEXT", None),
            ),
            1,
        )
    }
    same(
        "6 cells: bind variables of every type",
        rows("select ?, ?, ?, ?, ?, ?, ?, ?, ?", bindings=binds),
        [["123.45", "1.5", "a'b", "true", "FF", "19724", "1704231836.000001000", "1641008096.123000000 1980", None]],
    )
    control(
        "settings",
        {
            "canned": [
                {"match": "canned", "page": 1, "data": [["a"], ["b"]], "rowType": [{"name": "X", "type": "text"}]}
            ]
        },
    )
    answer = run("select 'canned'")
    same(
        "6 cells: whatever a test lays down",
        (answer.body["data"], answer.body["resultSetMetaData"]["numRows"]),
        ([["a"]], 2),
    )


def sql_errors():
    fresh(polls=0)
    run("create table t (id number(38,0) not null, v variant)")
    for sql, code, state in (
        ("selec 1", "001003", "42000"),
        ("select * from nope", "002003", "42S02"),
        ("select nope from t", "000904", "42000"),
        ('select "id" from t', "000904", "42000"),
        ('select * from "t"', "002003", "42S02"),
        ("select list_value(1)", "002140", "42601"),
        ("select epoch_us(sysdate())", "002140", "42601"),
        ("select 1::hugeint", "002040", "42601"),
        ("select cast('x' as number)", "100038", "22018"),
        ("select 'x'::float", "100038", "22018"),
        ("select 1 / 0", "100051", "22012"),
        ("select mod(1, 0)", "100051", "22012"),
        ("select 1e0 / 0", "100051", "22012"),
        ("select try_cast(parse_json('1') as number)", "001065", "22023"),
        ("insert into t (id) values (null)", "100072", "22000"),
        ("insert into t values (1)", "002020", "21S01"),
        ("insert into t values (1, parse_json('1'))", "002014", "22000"),
        ("create table t (id int)", "002002", "42710"),
        ("select id, count(*) from t", "000979", "42601"),
        ("select a.id from t a, t b where id = 1", "002028", "42601"),
        ("select count(*) filter (where true) from t", "001003", "42000"),
        ("select regexp_like('a', '(?:a)')", "100048", "2201B"),
        ("select '2024-01-01'::timestamp_ntz - '2024-01-01'::timestamp_ntz", "001044", "42P13"),
        ("select 99999999999999999999999999999999999999 + 1", "100046", "22003"),
        ("select parse_json('{')", "100069", "22P02"),
        ("", "000900", "42601"),
    ):
        error(f"8 error: {sql or 'nothing'}", run(sql), code, state)
    answer = run("select * from nope")
    check(
        "8 error: handle and message",
        answer.body["statementHandle"] and "does not exist or not authorized" in answer.body["message"],
        answer,
    )


def several():
    fresh(polls=1)
    run("create table t (id int, day date)")
    answer = run("insert into t (id) values (1), (2); select id from t order by id; select count(*) from t", 3)
    same(
        "9 several: what the request itself answers",
        answer.body["data"],
        [["Multiple statements executed successfully."]],
    )
    handles = answer.body["statementHandles"]
    same(
        "9 several: each has its own",
        [ask("GET", f"/api/v2/statements/{handle}").body["data"] for handle in handles],
        [[["2"]], [["1"], ["2"]], [["2"]]],
    )
    same("9 several: any number with 0", run("select 1; select 2", 0).status, 200)
    run("begin; insert into t (id) values (3); insert into t (id) values (4); commit", 4)
    same("9 transaction: all of it", rows("select count(*) from t"), [["4"]])
    error("9 transaction: a failing one", run("begin; delete from t; select 1 / 0; commit", 4), "100051", "22012")
    same("9 transaction: … is undone", rows("select count(*) from t"), [["4"]])
    error(
        "9 without transaction: a failing one", run("insert into t (id) values (5); select 1 / 0", 2), "100051", "22012"
    )
    same("9 without transaction: what was before stays", rows("select count(*) from t"), [["5"]])
    error(
        "9 DDL in a transaction",
        run(
            "begin; delete from t where id = 5; create table u (id int); delete from t; "
            "insert into u values ('x'); commit",
            6,
        ),
        "100038",
        "22018",
    )
    same(
        "9 DDL in a transaction: commits what is open, and what follows is on its own",
        rows("select count(*) from t"),
        [["0"]],
    )
    same("9 DDL in a transaction: and is itself there", rows("select count(*) from u"), [["0"]])
    run("insert into t (id) values (1); begin; delete from t; rollback", 4)
    same("9 transaction: rolled back", rows("select count(*) from t"), [["1"]])
    error("9 text in a number column fails", run("insert into t (id) select 'x'"), "100038", "22018")
    answer = run(
        "merge into t using (select 1 as id union all select 7) s on t.id = s.id when matched then update set day = "
        "'2024-01-01' when not matched then insert (id) values (s.id)"
    )
    same(
        "9 counts of a MERGE",
        (answer.body["data"], answer.body["stats"]),
        ([["1", "1"]], {"numRowsInserted": 1, "numRowsUpdated": 1, "numRowsDeleted": 0, "numDuplicateRowsUpdated": 0}),
    )
    same("9 counts of an UPDATE", run("update t set day = null").body["stats"]["numRowsUpdated"], 2)
    same("9 counts of a DELETE", run("delete from t where id = 7").body["stats"]["numRowsDeleted"], 1)


def merge_duplicates():
    fresh(polls=0)
    run("create table t as select 1 as id, 0 as n")
    error(
        "10 MERGE: two rows for one",
        run(
            "merge into t using (select 1 as id, column1 as n from values (1), (2)) s on t.id = s.id "
            "when matched then update set n = s.n"
        ),
        "100090",
        "42P18",
    )
    same("10 MERGE: nothing has changed", rows("select n from t"), [["0"]])
    same(
        "10 MERGE: two new rows are no error",
        run(
            "merge into t using (select 5 as id union all select 5) s on t.id = s.id "
            "when not matched then insert (id) values (s.id)"
        ).body["data"],
        [["2"]],
    )


def log_and_faults():
    fresh(polls=0)
    run("select 1", parameters={"QUERY_TAG": "snow"})
    requests = control("log")["requests"]
    same(
        "11 log: one request, with path, tag and statements",
        [
            (
                entry["method"],
                entry["path"],
                entry["body"]["parameters"]["QUERY_TAG"],
                entry["statements"],
                entry["status"],
            )
            for entry in requests
        ],
        [("POST", "/api/v2/statements", "snow", ["select 1"], 200)],
    )
    token = jwt()
    submit("select 2", headers(token))
    with open(ENV["LOG"], encoding="utf-8") as log:
        text = log.read()
    check("11 log: no token, only its hash", token not in text and token[-40:] not in text and "sha256:" in text)
    control("faults", [{"kind": "429", "retry_after": 2}, {"kind": "503"}, {"kind": "500", "times": 2}])
    answers = [submit("select 1") for _ in range(5)]
    same("12 faults: a queue of them", [answer.status for answer in answers], [429, 503, 500, 500, 200])
    same("12 faults: Retry-After", answers[0].headers.get("Retry-After"), "2")
    control("faults", [{"kind": "503", "on": "submit", "match": "needle", "skip": 1}])
    same(
        "12 faults: for one statement, not at once",
        [submit(sql).status for sql in ("select 1", "select 'needle'", "select 'needle'")],
        [200, 200, 503],
    )
    run("create table t (id int)")
    control("faults", [{"kind": "503", "after": True}])
    same(
        "12 faults: executed, then 503",
        (submit("insert into t values (1)").status, rows("select count(*) from t")),
        (503, [["1"]]),
    )
    for kind, problem in (("truncate", http.client.IncompleteRead), ("garbage", ValueError)):
        control("faults", [{"kind": kind}])
        try:
            submit("select 1")
            fine = False
        except problem:
            fine = True
        check(f"12 faults: {kind}", fine)
    control("faults", [{"kind": "slow", "seconds": 0.5}])
    began = time.time()
    same("12 faults: slow", (submit("select 1").status, time.time() - began >= 0.4), (200, True))
    control("settings", {"page_size": 2})
    answer = run("select * from values (1), (2), (3), (4)")
    control("faults", [{"kind": "wrong_partition", "on": "partition"}])
    same(
        "12 faults: a partition lacks a row",
        len(ask("GET", f"/api/v2/statements/{answer.body['statementHandle']}?partition=1").body["data"]),
        1,
    )


# ---- Besides ----


def cancel_and_time():
    fresh(polls=1)
    answer = submit("select system$wait(30)")
    handle = answer.body["statementHandle"]
    began = time.time()
    cancelled = ask("POST", f"/api/v2/statements/{handle}/cancel")
    same("cancel: at once", (cancelled.status, cancelled.code, time.time() - began < 5), (200, "000604", True))
    error("cancel: what it answers then", ask("GET", f"/api/v2/statements/{handle}"), "000604", "57014")
    refused("cancelling what is not running", ask("POST", f"/api/v2/statements/{handle}/cancel"), 422, "000605")
    answer = submit(
        "select count(*) from table(generator(rowcount => 100000)) a, table(generator(rowcount => 100000)) b, "
        "table(generator(rowcount => 1000)) c"
    )
    time.sleep(0.2)
    same(
        "cancel: in the middle of computing",
        ask("POST", f"/api/v2/statements/{answer.body['statementHandle']}/cancel").status,
        200,
    )
    began = time.time()
    answer = run("select system$wait(30)", timeout=1)
    same("timeout: 408", (answer.status, answer.code, answer.body["sqlState"]), (408, "000630", "57014"))
    check("timeout: in time", time.time() - began < 5)
    answer = run("select 1")
    control("expire")
    refused("a result that is no longer kept", ask("GET", f"/api/v2/statements/{answer.body['statementHandle']}"), 404)


def isolation():
    fresh(polls=0)
    run("create table t (id int)")
    inside = submit(
        "begin; insert into t values (1); select system$wait(1); commit",
        query="async=true",
        parameters={"MULTI_STATEMENT_COUNT": "4"},
    )
    time.sleep(0.3)
    same("isolation: nobody sees what is not committed", rows("select count(*) from t"), [["0"]])
    began = time.time()
    same(
        "isolation: who writes to the same waits",
        (run("insert into t values (2)").status, time.time() - began > 0.3),
        (200, True),
    )
    same("isolation: afterwards all is there", (fetch(inside).status, rows("select count(*) from t")), (200, [["2"]]))
    run("truncate table t")
    answers = []

    def add():
        for number in range(10):
            answers.append(
                run(f"begin; insert into t select count(*) from t; insert into t values ({number}); commit", 4).status
            )

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(
        "isolation: forty transactions on four connections",
        (set(answers), rows("select count(*) from t")),
        ({200}, [["80"]]),
    )


def only_there():
    fresh(polls=0)
    run("create table events (id int)")
    run("create schema mine")
    control("settings", {"write_schemas": ["SBE_TEST.MINE", "SBE_TEST.NEW"]})
    same("writing: where it is allowed", run("create table mine.t as select * from events").status, 200)
    same(
        "writing: a schema that is allowed",
        run("create schema if not exists new default_ddl_collation = ''").status,
        200,
    )
    for sql in (
        "insert into events values (1)",
        "delete from events",
        "update events set id = 1",
        "truncate table events",
        "drop table events",
        "create or replace table events (id int)",
        "alter table events add column x int",
        "merge into events using mine.t on events.id = t.id when matched then delete",
        "create schema elsewhere",
        "drop schema public",
        "create view v as select 1 as x",
        "alter table mine.t swap with events",
    ):
        error(f"writing elsewhere: {sql}", run(sql), "003001", "42501")
    error("writing elsewhere: a temporary table", run("create temp table q (id int); select 1", 2), "003001", "42501")
    same("reading is allowed", rows("select count(*) from events"), [["0"]])


STATEMENTS = (
    (
        "a member keeps its spelling",
        "select v:deviceClass::varchar, v:device_class::varchar, v['x y']::int, v:list[1]::float, v:list[-1] from "
        '(select parse_json(\'{"deviceClass":"m","x y":5,"list":[1,2.5]}\') as v)',
        [["m", None, "5", "2.5", None]],
    ),
    (
        "FLATTEN OUTER keeps a row without array",
        "select t.id, f.value::varchar from (select 1 as id, parse_json('[\"a\"]') as v union all "
        "select 2, null) t, lateral flatten(input => t.v, outer => true) f order by 1",
        [["1", "a"], ["2", None]],
    ),
    (
        "FLATTEN without OUTER does not",
        "select t.id from (select 2 as id, null::array as v) t, lateral flatten(input => t.v) f",
        [],
    ),
    (
        "ARRAY_CAT, ARRAY_DISTINCT, ARRAY_SORT",
        "select to_json(array_sort(array_distinct(array_cat([3,1],[1,2]))))",
        [["[1,2,3]"]],
    ),
    ("ARRAY_CAT with NULL is NULL", "select array_cat([1], null)", [[None]]),
    (
        "ARRAY_UNION_AGG keeps as many as the one with most",
        "select to_json(array_sort(array_union_agg(a))) from (select [1,1,2] as a union all " "select [1,2,3])",
        [["[1,1,2,3]"]],
    ),
    (
        "ARRAY_AGG skips NULL, is empty without rows",
        "select to_json(array_agg(x) within group (order by x desc)), to_json(array_agg(case when "
        "x > 5 then x end)) from (values (1), (3), (null)) v(x)",
        [["[3,1]", "[]"]],
    ),
    (
        "OBJECT_AGG",
        "select to_json(object_agg(k, n)) from (values ('b', 2), ('a', 1), ('c', null)) v(k, n)",
        [['{"a":1,"b":2}']],
    ),
    (
        "MIN_BY and MAX_BY skip NULL keys",
        "select min_by(x, y), max_by(x, y) from (values ('a', 2), ('b', 1), ('c', null)) v(x, y)",
        [["b", "a"]],
    ),
    (
        "NUMBER / NUMBER has six digits more",
        "select 1/3, 7/2, 2::number(38,9)/3",
        [["0.333333", "3.500000", "0.666666666667"]],
    ),
    (
        "half is rounded away from zero",
        "select 2.5::number(38,0), -2.5::number(38,0), round(0.5), round(-1.5::float), '1.5'::int",
        [["3", "-3", "1", "-2.0", "2"]],
    ),
    ("GREATEST with NULL is NULL", "select greatest(1, null, 3), least(1, null)", [[None, None]]),
    ("NULLs are greatest", "select x from (values (1), (null), (2)) v(x) order by x desc", [[None], ["2"], ["1"]]),
    (
        "TRY_ functions",
        "select try_to_number('1e2'), try_to_number('x'), try_to_double('nan'), try_to_boolean('yes'), "
        "try_to_timestamp_ntz('2024-02-30'), try_cast('5.5' as int)",
        [["100", None, "NaN", "true", None, "6"]],
    ),
    (
        "an epoch's scale is guessed unless it is said",
        "select to_timestamp_ntz('1704231836'), to_timestamp_ntz('1704231836000'), "
        "to_timestamp_ntz(1704231836000000, 6)",
        [["1704231836.000000000"] * 3],
    ),
    (
        "TO_CHAR",
        "select to_char('2024-01-02 03:04:05.678901'::timestamp_ntz, 'YYYYMMDDHH24MISSFF6'), to_char('2024-01-02'::date, 'YYYY-MM'), "
        "'2024-01-02 03:04:05.678'::timestamp_ntz::varchar",
        [["20240102030405678901", "2024-01", "2024-01-02 03:04:05.678"]],
    ),
    (
        "DATEDIFF counts boundaries",
        "select datediff(day, '2024-01-01 23:59:59'::timestamp_ntz, '2024-01-02 00:00:00'::timestamp_ntz), "
        "datediff(microsecond, '2024-01-01'::timestamp_ntz, '2024-01-01 00:00:00.000007'::timestamp_ntz)",
        [["1", "7"]],
    ),
    (
        "DATEADD of a date is a date",
        "select dateadd(day, -1, '2024-03-01'::date), dateadd(hour, 1, '2024-03-01'::date)",
        [["19782", "1709254800.000000000"]],
    ),
    (
        "a zone counts",
        "select '2024-01-01 00:00:00 +02:00'::timestamp_tz::timestamp_ntz, convert_timezone('UTC', '2024-01-01 00:00:00 +02:00'"
        "::timestamp_tz)::timestamp_ntz",
        [["1704067200.000000000", "1704060000.000000000"]],
    ),
    (
        "a TIMESTAMP_TZ is compared as an instant",
        "select '2024-01-01 02:00:00 +02:00'::timestamp_tz = '2024-01-01 00:00:00 +00:00'::timestamp_tz, "
        "'2024-01-01 01:00:00 +02:00'::timestamp_tz < '2024-01-01 00:00:00 +00:00'::timestamp_tz, "
        "'2024-01-01 02:00:00 +02:00'::timestamp_tz = '2024-01-01 00:00:00'::timestamp_ntz",
        [["true", "true", "true"]],
    ),
    (
        "… between bounds, too",
        "select at from (select column1::timestamp_tz at from values ('2024-01-01 00:00:00 +02:00'), "
        "('2024-01-01 00:00:00 -02:00')) where at >= '2024-01-01 00:00:00 +00:00'::timestamp_tz and "
        "at < '2024-01-02 00:00:00 +00:00'::timestamp_tz",
        [["1704074400.000000000 1320"]],
    ),
    (
        "regular expressions match the whole text",
        "select regexp_like('abc', 'b'), 'abc' rlike '.*b.*', regexp_substr('a-12', '([a-z])-([0-9]+)', 1, 1, 'e', 2)",
        [["false", "true", "12"]],
    ),
    (
        "LAST_VALUE sees its whole window",
        "select last_value(x) over (order by x) from (values (1), (2)) v(x)",
        [["2"], ["2"]],
    ),
    ("QUALIFY", "select x from (values (1), (2)) v(x) qualify row_number() over (order by x desc) = 1", [["2"]]),
    (
        "CASE does not compute what it does not need",
        "select case when x = 0 then 0 else 1/x end from (values (0), (2)) v(x) order by 1",
        [["0.000000"], ["0.500000"]],
    ),
    (
        "TRANSFORM and FILTER",
        "select to_json(filter(transform(['1', 'x', null], e variant -> try_to_number(e::varchar)), r variant -> "
        "not is_null_value(r)))",
        [["[1]"]],
    ),
    (
        "TYPEOF",
        "select typeof(parse_json('1')), typeof(parse_json('1.5')), typeof(parse_json('1e0')), typeof(parse_json('null')), typeof([])",
        [["INTEGER", "DECIMAL", "DOUBLE", "NULL_VALUE", "ARRAY"]],
    ),
)


def statements():
    fresh(polls=0)
    for name, sql, wanted in STATEMENTS:
        same(f"SQL: {name}", rows(sql), wanted)
    run(
        "create transient table t (id number(10,0), tags array, o object, v variant, at timestamp_ntz(6), f float) cluster by (to_date(at))"
    )
    same(
        "SQL: INFORMATION_SCHEMA knows types",
        rows(
            "select column_name, data_type, numeric_precision from information_schema.columns where "
            "table_name = 'T' order by ordinal_position"
        ),
        [
            ["ID", "NUMBER", "10"],
            ["TAGS", "ARRAY", None],
            ["O", "OBJECT", None],
            ["V", "VARIANT", None],
            ["AT", "TIMESTAMP_NTZ", None],
            ["F", "FLOAT", None],
        ],
    )
    same(
        "SQL: a clustered CTAS keeps types",
        run("create or replace table t2 cluster by (id) as select id, tags from t").status,
        200,
    )
    same(
        "SQL: … which SHOW and DESCRIBE tell",
        [row[:2] for row in rows("describe table t2")],
        [["ID", "NUMBER(10,0)"], ["TAGS", "ARRAY"]],
    )
    run("insert into t (id, at) select 1, sysdate()")
    same("SQL: SYSDATE is UTC now", rows("select abs(datediff(second, at, sysdate())) < 5 from t"), [["true"]])
    control("settings", {"clock_seconds": 100})
    same("SQL: … and can be moved", rows("select datediff(second, at, sysdate()) > 90 from t"), [["true"]])
    run("create view v as select id from t")
    run("create or replace table t as select 5 as id")
    same("SQL: a view follows its table", rows("select id from v"), [["5"]])
    run("create table other as select 6 as id")
    run("alter table other swap with t")
    same("SQL: SWAP", (rows("select id from t"), seen("select id from other")), ([["6"]], [["5"]]))
    same(
        "SQL: a database has schemas of its own",
        (
            run('create database "Own"').status,
            run("create table s (id int)", database="Own", schema="PUBLIC").status,
            run("select id from s", database="Own", schema="PUBLIC").status,
            run("select id from s").code,
        ),
        (200, 200, 200, "002003"),
    )
    error("SQL: … which is made once", run('create database "Own"'), "002002", "42710")
    same("SQL: … and goes with them", (run('drop database "Own"').status, run('drop database if exists "Own"').status), (200, 200))
    same("SQL: … and is not there any more", run("select 1", database="Own").code, "390201")
    control("settings", {"write_schemas": ["SBE_TEST.PUBLIC"]})
    error("SQL: … nor made where nothing may be written", run("create database other"), "003001", "42501")
    control("settings", {"write_schemas": None})
    same(
        "/_control/sql tells types",
        control("sql", {"sql": "select 1 as a, 'x' as b, 1.5::float as c, [1] as d"})["results"],
        [{"columns": ["A", "B", "C", "D"], "types": ["fixed", "text", "real", "array"], "rows": [["1", "x", "1.5", "[1]"]]}],
    )
    began = time.time()
    for number in range(50):
        run(f"select count(*) from t where id > {number}")
    check("SQL: fifty statements in less than 1.5 s", time.time() - began < 1.5, time.time() - began)


def main():
    socket.setdefaulttimeout(60)
    for part in (
        breaks_one_rule,
        logins_work,
        asynchronous,
        no_state,
        idempotency,
        partitions,
        cells,
        sql_errors,
        several,
        merge_duplicates,
        log_and_faults,
        cancel_and_time,
        isolation,
        only_there,
        statements,
    ):
        try:
            part()
        except Exception as problem:  # noqa: B902 the rest still counts
            check(f"{part.__name__} came to its end", False, problem)
    print(f"standin: {counts['ok']} passed, {counts['FAIL']} failed, 0 skipped")
    return 1 if counts["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
