# SPDX-License-Identifier: Apache-2.0
"""What the dialect reads and computes that is Snowflake's own: the queries of values.c on the stand-in's engine.

    dialect.py TEST_DIALECT      the program of test_dialect.c, which prints queries and answers

What is asked is text, so nothing depends on how a cell is encoded. The session's zone is not UTC, and the
parameters are the service's own defaults, so that a dependence on either shows. Must never take a query that
was not asked for one that passed: the number of them is checked.
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import engine  # noqa: E402

AT_LEAST = 140


def records(program):
    text = subprocess.run([program, "--values"], check=True, capture_output=True).stdout.decode()
    for record in text.split("\x1e\n")[:-1]:
        label, query, *expected = record.split("\x1f")
        yield label, query, [None if cell == "\\N" else cell for cell in expected]


def ask(database, query):
    """The cells of the one column."""
    job = engine.Job(database, query, dict(database.defaults), {"WEEK_START": "0"}, {}, 1, 0, {"page_size": 1000})
    job.start()
    job.done.wait()
    if job.error is not None:
        raise job.error
    return [row[0] for row in job.result.first]


def same(expected, got):
    """Lists and objects are the same when their values are, however a number is written."""
    if expected == got or expected is None or got is None or expected[:1] not in "[{":
        return expected == got
    try:
        return json.loads(expected) == json.loads(got)
    except ValueError:
        return False


def differences(label, query, expected, got):
    print(f"FAIL: {label}\n  {query[:2000]}")
    for number in range(max(len(expected), len(got))):
        a, b = (cells[number] if number < len(cells) else "(no row)" for cells in (expected, got))
        if not same(a, b):
            print(f"  row {number}: expected {a!r}, got {b!r}")


def main(program):
    database = engine.Database("ORG-ACCT", "SBE")
    passed = failed = 0
    for label, query, expected in records(program):
        try:
            got = ask(database, query)
        except engine.SnowError as error:
            failed += 1
            print(f"FAIL: {label}: {error}\n  {query[:2000]}")
            continue
        if len(got) == len(expected) and all(map(same, expected, got)):
            passed += 1
        else:
            failed += 1
            differences(label, query, expected, got)
    if passed + failed < AT_LEAST:
        print(f"FAIL: only {passed + failed} queries")
        failed += 1
    print(f"snowflake-values: {passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
