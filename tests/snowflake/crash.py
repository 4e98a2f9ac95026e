# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed around the publishing batch, on the stand-in: crash.sh calls it with the program under test.

The batch is one request. The run is killed with SIGKILL before it is sent; when it has arrived and is not executed, and
then executed all the same, before or while the next run works; when it is executed and not answered; and after
the answer. Run again, all tables are those of a run that nobody disturbed. Must never touch an account.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

BEFORE, AS_OF, LATER = "2025-06-29T09:00:00", "2025-06-30T09:00:00", "2025-07-01T09:00:00"
# Text of a request's body, and how many that have it come before. The third that drops something is the one behind
# the batch: it clears scratch tables away.
BATCH, SCAN, CLEAN_UP = ("BEGIN;", 0), ("_SCAN_0", 0), ("DROP TABLE IF EXISTS", 2)
# Not what a user reads: when something ran, and who runs.
ASIDE = ("SNOWPLOW_RUN_LOG", "SNOWPLOW_RUN_LOCK")
DELAY = 4

passed = failed = 0


def check(holds, what, more=""):
    global passed, failed
    passed += bool(holds)
    failed += not holds
    if not holds:
        print(f"FAIL: {what}{': ' if more else ''}{more[-1500:]}", flush=True)
    return holds


# ---- the stand-in ----


def control(what, body):
    url = os.environ["SBE_SNOWFLAKE_CONTROL_URL"] + "/" + what
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def rows(sql):
    return control("sql", {"sql": sql})["results"][-1]["rows"]


def wait_until(question, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


def fault_is_met():
    return control("faults", []) == []


# ---- runs ----


class Shop:
    """A project in schemas of its own, on the events that all share."""

    def __init__(self, folder, schema):
        self.folder, self.schema = folder, schema

    def environment(self):
        return {**os.environ, "SBE_SNOWFLAKE_SCHEMA": self.schema, "NO_COLOR": "1"}

    def start(self, as_of):
        command = [os.environ["SBE"], "run", "--until-current", "--as-of", as_of]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, as_of, what):
        process = self.start(as_of)
        said = process.communicate(timeout=120)[0]
        return check(process.returncode == 0, f"{what}: exit status {process.returncode}", said)

    def tables(self, suffix):
        found = rows(
            "SELECT table_name FROM SBE_TEST.INFORMATION_SCHEMA.TABLES"
            f" WHERE table_schema = '{self.schema}_{suffix}' ORDER BY table_name"
        )
        return [row[0] for row in found]

    def everything(self):
        """All rows of all tables, each table's sorted, and who holds the lock."""
        lines = []
        for suffix in ("DERIVED", "SNOWPLOW_MANIFEST"):
            for table in self.tables(suffix):
                if table in ASIDE:
                    continue
                lines.append(f"table {table}")
                lines += sorted(json.dumps(row) for row in rows(f"SELECT * FROM SBE_TEST.{self.schema}_{suffix}.{table}"))
        return [line.replace(self.schema, "SHOP") for line in lines]

    def position(self):
        manifest = f"SBE_TEST.{self.schema}_SNOWPLOW_MANIFEST.SNOWPLOW_INCREMENTAL_MANIFEST"
        return rows(f"SELECT last_success FROM {manifest}")


def same(shop, expected, what, late=False):
    got = shop.everything()
    first = next((f"expected {a}, got {b}" for a, b in zip(expected, got) if a != b), f"{len(expected)}, {len(got)} lines")
    check(got == expected, f"{what}: the tables differ", "" if got == expected else first)
    check(late or shop.tables("SCRATCH") == [], f"{what}: scratch tables stay", str(shop.tables("SCRATCH")))
    lock = f"SBE_TEST.{shop.schema}_SNOWPLOW_MANIFEST.SNOWPLOW_RUN_LOCK"
    check(rows(f"SELECT COUNT(*) FROM {lock} WHERE holder IS NOT NULL") == [["0"]], f"{what}: the lock is held")


# ---- the points ----

#    what                                         at        executed  next run begins
POINTS = (
    ("killed before the batch is sent", SCAN, False, "at once"),
    ("killed when the batch has arrived, executed then", BATCH, False, "when it is executed"),
    ("killed when the batch has arrived, executed while the next one runs", BATCH, False, "at once"),
    ("killed when the batch is executed and not answered", BATCH, True, "at once"),
    ("killed when the batch is answered", CLEAN_UP, False, "at once"),
)


def play(shop, expected, what, at, executed, begins):
    position = shop.position()
    control("faults", [{"kind": "delay", "on": "submit", "match": at[0], "skip": at[1], "after": executed, "seconds": DELAY}])
    process = shop.start(AS_OF)
    arrived = wait_until(fault_is_met)
    if executed:
        arrived = arrived and wait_until(lambda: shop.position() != position, DELAY)
    process.send_signal(signal.SIGKILL)
    said = process.communicate()[0]
    check(arrived and process.returncode == -signal.SIGKILL, f"{what}: was not killed there", said)
    check(executed or at == CLEAN_UP or shop.position() == position, f"{what}: it was executed before")
    if begins == "when it is executed":
        check(wait_until(lambda: shop.position() != position, DELAY + 20), f"{what}: it was never executed")
    shop.run(AS_OF, f"{what}, run again")
    # then what the dead one has sent is executed, or refused; scratch tables that it makes go with the next run
    late = begins == "at once" and not executed
    time.sleep(DELAY if late else 0)
    same(shop, expected[0], f"{what}, run again", late)
    shop.run(LATER, f"{what}, the next run")
    same(shop, expected[1], f"{what}, the next run")


def set_up(work):
    first = subprocess.run(
        [os.environ["SBE"], "--adapter", "snowflake", "init", "shop", "--demo", "--as-of", AS_OF],
        cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if not check(first.returncode == 0, "a shop is made", first.stdout):
        return None
    file = os.path.join(work, "shop", "sbe.yml")
    with open(file, encoding="utf-8") as stream:
        text = stream.read()
    # one window up to BEFORE
    text = re.sub(r"(backfill_limit_days:) *\d+", r"\1 90", text)
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(text)
    return os.path.join(work, "shop")


def main():
    work = tempfile.mkdtemp(prefix="sbe-crash-")
    try:
        folder = set_up(work)
        if folder is None:
            return
        shop = Shop(folder, "CRASH0")
        shop.run(BEFORE, "set-up")
        shop.run(AS_OF, "undisturbed")
        expected = [shop.everything()]
        shop.run(LATER, "undisturbed")
        expected.append(shop.everything())
        check(len(expected[0]) > 100 and expected[0] != expected[1], "the undisturbed runs write something")
        for i, point in enumerate(POINTS, 1):
            shop = Shop(folder, f"CRASH{i}")
            shop.run(BEFORE, "set-up")
            play(shop, expected, *point)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the last line is wanted whatever happens
        check(False, "the test itself", repr(error))
    print(f"snowflake-crash: {passed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
