#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the stand-in as strict as it says? Requests that each break one rule, and what must work besides.

Run by standin.sh under with-standin.sh, with a client of its own that is nothing but HTTP: sbe plays no part.
Expected values are from the manual or by hand. Must never compare the stand-in with what it answered before.
"""

import http.client
import socket
import sys
import threading
import time
import uuid

from standin_client import (
    ENV,
    OTHER,
    ask,
    check,
    control,
    counts,
    error,
    fetch,
    fingerprint,
    fresh,
    headers,
    jwt,
    refused,
    rows,
    run,
    same,
    submit,
)
from test_standin_sql import merge_duplicates, several, sql_errors, statements


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
