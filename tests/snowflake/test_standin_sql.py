# SPDX-License-Identifier: Apache-2.0
"""What statements do on the stand-in: errors, several in one request, MERGE, and a table of them with their answers.

Called by test_standin.py. Expected values are from the manual or by hand.
"""

import time

from standin_client import ask, check, control, error, fresh, rows, run, same, seen


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
