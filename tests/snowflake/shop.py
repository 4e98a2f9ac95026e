# SPDX-License-Identifier: Apache-2.0
"""A shop on the stand-in for runs.py: its events, its projects, what its runs have asked of the service.

A project is a copy of one that `sbe init --demo` has made; its name is the schema of its profile, so each has
tables of its own over the same events. Must never talk to anything but the stand-in of with-standin.sh.
"""

import glob
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

SBE = os.environ["SBE"]
CONTROL = os.environ["SBE_SNOWFLAKE_CONTROL_URL"]
DATABASE = os.environ["SBE_SNOWFLAKE_DATABASE"]
EVENTS = f"{DATABASE}.ATOMIC.EVENTS"
BEFORE, AS_OF = "2025-06-29T21:00:00", "2025-06-30T09:00:00"

passed = failed = 0


def check(what, good, *shown):
    """One assertion; what is `shown` helps when it does not hold."""
    global passed, failed
    if good:
        passed += 1
        return True
    failed += 1
    print(f"FAIL: {what}")
    for thing in shown:
        text = thing if isinstance(thing, str) else repr(thing)
        for line in text.splitlines()[:60]:
            print("  " + line[:400])
    return False


def control(what, given=None):
    body = json.dumps({} if given is None else given).encode()
    request = urllib.request.Request(f"{CONTROL}/{what}", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{what}: {error.read().decode()}") from None


def sql(text):
    """The rows of the last statement."""
    return control("sql", {"sql": text, "context": {"database": DATABASE, "schema": "PUBLIC"}})["results"][-1]["rows"]


# ---- What was asked of the service ----


def forget():
    control("reset", {"what": ["log"]})


def requests():
    return control("log")["requests"]


def starts(log=None):
    """Requests that start a statement: what the issue counts."""
    return [r for r in (requests() if log is None else log) if r["method"] == "POST" and not r["path"].endswith("/cancel")]


def shown(log):
    """A request a paragraph, for when a count is wrong."""
    out = []
    for number, request in enumerate(log):
        out.append(f"{number + 1}. {request['method']} {request['path']}?{request['query']}: {request.get('status')}")
        out += ["     " + " ".join(statement.split())[:150] for statement in request["statements"]]
    return "\n".join(out)


# ---- Events ----


def add_events(*events):
    """(event_id, name, user, loaded at)"""
    if not events:
        return
    rows = ", ".join(
        f"('shop', '{i}', 'com.example', '{name}', '1-0-0', '{user}', '/{i}', '{at}', '{at}', '{at}', '{at}')"
        for i, name, user, at in events
    )
    sql(
        f"INSERT INTO {EVENTS} (APP_ID, EVENT_ID, EVENT_VENDOR, EVENT_NAME, EVENT_VERSION, DOMAIN_USERID, PAGE_URLPATH, "
        "COLLECTOR_TSTAMP, DERIVED_TSTAMP, DVCE_CREATED_TSTAMP, LOAD_TSTAMP) SELECT column1, column2, column3, column4, "
        "column5, column6, column7, CAST(column8 AS TIMESTAMP_NTZ), CAST(column9 AS TIMESTAMP_NTZ), "
        f"CAST(column10 AS TIMESTAMP_NTZ), CAST(column11 AS TIMESTAMP_NTZ) FROM VALUES {rows}"
    )


# ---- Projects ----


class Project:
    """A folder and a schema of that name."""

    def __init__(self, name, original="shop", views=None, **environment):
        self.name, self.folder = name, os.path.abspath(name)
        self.environment = {**os.environ, "SBE_SNOWFLAKE_SCHEMA": name, **environment}
        if name != original:
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(original, self.folder)
        if views is not None:
            for path in glob.glob(os.path.join(self.folder, "views", "*")):
                os.unlink(path)
            self.add_views(views)

    def add_views(self, text):
        with open(os.path.join(self.folder, "views", "more.yml"), "w", encoding="utf-8") as out:
            out.write(text)

    def start(self, *arguments, as_of=AS_OF):
        return subprocess.Popen(
            [SBE, "run", "--as-of", as_of, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments, as_of=AS_OF):
        """(exit status, what it said)"""
        return finished(self.start(*arguments, as_of=as_of))

    def command(self, *arguments):
        done = subprocess.run(
            [SBE, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def schema(self, which):
        return f"{DATABASE}.{self.name.upper()}_{which}"

    @property
    def lock(self):
        return self.schema("SNOWPLOW_MANIFEST") + ".SNOWPLOW_RUN_LOCK"

    def tables(self):
        """All that a user reads, in a fixed order; of the log nothing, of the lock nothing."""
        out = {}
        for which in ("DERIVED", "SNOWPLOW_MANIFEST"):
            for place in control("state")["tables"]:
                table = place.rsplit(".", 1)[1]
                if place.startswith(self.schema(which) + ".") and table not in ("SNOWPLOW_RUN_LOG", "SNOWPLOW_RUN_LOCK"):
                    out[table] = sorted(json.dumps(row) for row in sql(f"SELECT * FROM {place}"))
        return out

    def scratch(self):
        return [place for place in control("state")["tables"] if place.startswith(self.schema("SCRATCH") + ".")]

    def publishing(self):
        """Text that only a batch which publishes has in its body, for faults: BEGIN, and behind it the lock's row."""
        return f'BEGIN;\\u000aUPDATE \\"{DATABASE}\\".\\"{self.name.upper()}_'

    def publishes(self, request):
        said = request["statements"]
        return len(said) > 2 and said[0].strip() == "BEGIN" and f'"{self.name.upper()}_' in said[1]


def finished(process, seconds=240):
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        out += "\n(it took too long)"
    return process.returncode, out


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def make_small():
    """A project without the demo, and an events table with one event."""
    done = subprocess.run(
        [SBE, "--adapter", "snowflake", "init", "shop"], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        return done.stdout + done.stderr
    texts = "APP_ID EVENT_ID EVENT_VENDOR EVENT_NAME EVENT_VERSION DOMAIN_USERID PAGE_URLPATH".split()
    times = "COLLECTOR_TSTAMP DERIVED_TSTAMP DVCE_CREATED_TSTAMP LOAD_TSTAMP".split()
    columns = [f"{name} VARCHAR" for name in texts] + [f"{name} TIMESTAMP_NTZ" for name in times]
    sql(f"CREATE SCHEMA IF NOT EXISTS {DATABASE}.ATOMIC; CREATE TABLE {EVENTS} ({', '.join(columns)})")
    add_events(("e1", "page_view", "u1", "2025-06-29T20:00:00"))
    with open("shop/sbe.yml", "w", encoding="utf-8") as file:
        file.write('name: "shop"\nprofile: "shop"\nvars: {snowplow__start_date: "2025-06-29"}\n')
    return None


def make():
    """The demo's shop, with the events of its last days; older ones only make each run longer."""
    done = subprocess.run(
        [SBE, "--adapter", "snowflake", "init", "shop", "--demo", "--as-of", AS_OF],
        env={**os.environ, "SBE_SNOWFLAKE_SCHEMA": "shop"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        return done.stdout + done.stderr
    sql(f"DELETE FROM {EVENTS} WHERE LOAD_TSTAMP < '2025-06-29'")
    path = "shop/sbe.yml"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('snowplow__start_date: "2025-05-26"', 'snowplow__start_date: "2025-06-29"'))
    return None


def differences(a, b):
    """Between two projects' tables; their names, in which nothing of the schema stands, are the same."""
    out = []
    for table in sorted(set(a) | set(b)):
        for row in sorted(set(a.get(table, [])) ^ set(b.get(table, []))):
            out.append(f"{table}: {'only in the first' if row in a.get(table, []) else 'only in the second'}: {row}")
    return "\n".join(out)
