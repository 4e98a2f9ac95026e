# SPDX-License-Identifier: Apache-2.0
"""Whole runs of sbe against the stand-in: what they ask of the service, and what becomes of the tables.

Called by runs.sh, in a directory of its own. Expected numbers are the issue's and the rules' own; expected tables
are those of a run that nobody disturbed. Must never use anything but the stand-in of with-standin.sh.
"""

import os
import re
import shutil
import signal
import sys
import time

import shop
from shop import AS_OF, BEFORE, Project, check, control, finished, sql, starts, wait_for

COUNTERS = "views:\n" + "".join(
    f"  - {{name: {view}, entity: domain_userid, attributes: "
    f"[{{name: n, type: int32, aggregation: counter, events: [{{name: ev_{view}}}]}}]}}\n"
    for view in "abc"
)
MORE = """views:
  - {name: a, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter}]}
  - {name: b, entity: domain_userid, attributes: [{name: n, type: int64, aggregation: counter, period: 7d}]}
  - {name: c, entity: domain_sessionid, attributes: [{name: n, type: int64, aggregation: counter}]}
  - {name: d, entity: domain_userid, attributes: [{name: p, type: string, aggregation: last, property: page_urlpath}]}
"""
SECRETS = ("SBE_SNOWFLAKE_PASSPHRASE", "SBE_SNOWFLAKE_OAUTH_TOKEN", "SBE_SNOWFLAKE_PAT_TOKEN")
DDL = re.compile(r"\s*(CREATE|DROP|ALTER|TRUNCATE|COMMENT|GRANT|REVOKE|USE)\b", re.I)

said = []  # all that sbe has printed, for the search for secrets


def ran(project, *arguments, as_of=AS_OF, expected=(0,), what=None):
    status, out = project.run(*arguments, as_of=as_of)
    said.append(out)
    check(what or f"{project.name}: the run ends with {status}", status in expected, out)
    return out


def fresh(name, **environment):
    """A project at the end of its first window."""
    project = Project(name, **environment)
    ran(project, "--until-current", as_of=BEFORE)
    return project


def same(what, project, undisturbed):
    found = shop.differences(undisturbed, project.tables())
    check(f"{what}: the tables are those of an undisturbed run", undisturbed and found == "", found)
    check(f"{what}: no scratch tables stay", project.scratch() == [], project.scratch())


# ---- What a run costs, and what it writes ----


def costs():
    project = Project("costs", views=COUNTERS)
    shop.add_events(*((f"first_{v}", f"ev_{v}", "u1", "2025-06-29T20:00:00") for v in "abc"))
    ran(project, "--until-current", as_of=BEFORE)
    # An hour each, which the overlap of ten minutes does not reach back into.
    for hour, (changed, allowed) in enumerate((("", 4), ("a", 4 + 2), ("ab", 4 + 4), ("abc", 3 + 6))):
        shop.add_events(*((f"e{hour}_{v}", f"ev_{v}", "u1", f"2025-06-29T{21 + hour // 2}:{20 + hour % 2 * 30}:00") for v in changed))
        shop.forget()
        ran(project, as_of=f"2025-06-29T{21 + hour // 2}:{29 + hour % 2 * 30}:00")
        log = starts()
        check(f"{len(changed)} of 3 views changed: {len(log)} requests start a statement, not {allowed}", len(log) == allowed, shop.shown(log))
        rows = {row[0]: row[1] for v in "abc" for row in [[v] + sql(f"SELECT N FROM {project.schema('DERIVED')}.{v.upper()}_1_ATTRIBUTES")[0]]}
        wanted = {v: str(1 + sum(v in c for c in ["", "a", "ab", "abc"][: hour + 1])) for v in "abc"}
        check(f"{len(changed)} of 3 views changed: the counts are right", rows == wanted, rows, wanted)
    shop.forget()
    ran(project, as_of="2025-06-29T22:59:00")
    log = starts()
    check(f"an idle run: {len(log)} requests start a statement, not 2", len(log) == 2, shop.shown(log))
    again = log
    shop.forget()
    ran(project, as_of="2025-06-29T23:00:00")
    log = starts()
    check(f"all rows were read before: {len(log)} requests start a statement, not 4", len(log) == 4, shop.shown(log))
    check("all rows were read before: they are read again", "22:49:00" in str(log), shop.shown(log))
    log = again
    check("an idle run writes nothing but the log and the lock", not [
        s for r in log for s in r["statements"]
        if re.match(r"\s*(INSERT|UPDATE|DELETE|MERGE|CREATE|DROP)", s) and "SNOWPLOW_RUN_L" not in s
    ], shop.shown(log))


def writes_nothing_else():
    project = Project("fenced_in")
    control("settings", {"write_schemas": [project.schema(w) for w in ("DERIVED", "SCRATCH", "SNOWPLOW_MANIFEST")]})
    before = sql(f"SELECT * FROM {shop.EVENTS} ORDER BY EVENT_ID, LOAD_TSTAMP")
    ran(project, "--until-current")
    ran(project, "--full-refresh", "--until-current", "--vars", "{snowplow__allow_refresh: true}")
    after = sql(f"SELECT * FROM {shop.EVENTS} ORDER BY EVENT_ID, LOAD_TSTAMP")
    check("the events table is as it was", before == after)
    # That the setting would have told: the same, where one of ours is forbidden.
    control("settings", {"write_schemas": [project.schema("SCRATCH")]})
    status, out = project.run(as_of="2025-06-30T12:00:00")
    check("a schema that may not be written is noticed", status != 0 and "003001" in out + str(shop.requests()[-5:]), out)
    control("settings", {"write_schemas": None})


def bodies():
    """Each request says where it is and what it is called; batches hold no DDL."""
    project = fresh("bodies")
    ran(project)
    log = [r for r in starts() if "BODIES" in str(r["body"]).upper()]
    for member, value in (("warehouse", "SBE_WH"), ("role", "SBE_ROLE"), ("database", "SBE_TEST"), ("schema", "BODIES")):
        check(f"each request names the {member}", log and all(r["body"].get(member) == value for r in log), {r["body"].get(member) for r in log})
    tags = {r["body"]["parameters"].get("QUERY_TAG") for r in log}
    check("each request has the tag snowplow_sbe", tags == {"snowplow_sbe"}, tags)
    shop.forget()
    ran(project, "--vars", "{snowplow__query_tag: team one}", as_of="2025-06-30T10:00:00")
    tags = {r["body"]["parameters"].get("QUERY_TAG") for r in starts()}
    check("snowplow__query_tag is the tag", tags == {"team one"}, tags)


def no_ddl_in_batches(log):
    batches = [r["statements"] for r in log if r["statements"] and r["statements"][0].strip().upper() == "BEGIN"]
    check("there are batches", len(batches) >= 20, len(batches))
    wrong = [s for batch in batches for s in batch if DDL.match(s)]
    check("no batch has DDL in it", not wrong, *wrong[:3])
    bare = [s for r in log for s in r["statements"] if re.search(r"CAST\('[^']*' AS (TIMESTAMP|DATE)|TO_(DATE|TIMESTAMP\w*)\('[^']*'\)", s)]
    check("no time is read by the formats that an account may have", not bare, *bare[:3])
    check("each batch ends with COMMIT", all(batch[-1].strip().upper() == "COMMIT" for batch in batches))
    check("BEGIN stands in batches only, and first", not [
        s for r in log for s in r["statements"][1:] if s.strip().upper().startswith(("BEGIN", "START TRANSACTION"))
    ])


# ---- The lock ----


def fencing(undisturbed):
    project = fresh("fencing")
    # The batch is lost on its way to the service. The client, which would send it again after a second, is stopped.
    control("faults", [{"kind": "drop", "on": "submit", "match": project.publishing()}])
    shop.forget()
    first = project.start()
    check("fencing: the first runner has computed all, and publishes", wait_for(lambda: any(map(project.publishes, shop.requests()))))
    os.killpg(first.pid, signal.SIGSTOP)
    status, out = project.run()
    check(f"two at once: the second one ends with 3, not {status}", status == 3, out)
    check("two at once: it is told who holds the lock", f"process {first.pid} on" in out, out)
    sql(f"UPDATE {project.lock} SET EXPIRES = DATEADD(second, -1, SYSDATE())")
    ran(project)
    tables = project.tables()
    check("fencing: the second one's tables are those of an undisturbed run", shop.differences(undisturbed, tables) == "")
    os.killpg(first.pid, signal.SIGCONT)
    status, out = finished(first)
    said.append(out)
    check("fencing: the first one, continued, ends with an error", status not in (0, None), status, out)
    check("fencing: and says why", "another run has the lock now" in out, out)
    same("fencing", project, undisturbed)


# ---- Answers that were lost, kills, Ctrl-C ----


def lost_once(undisturbed):
    project = fresh("lostonce")
    control("faults", [{"kind": "drop", "on": "submit", "match": project.publishing(), "after": True}])
    shop.forget()
    ran(project)
    log = [r for r in starts() if project.publishes(r)]
    again = [r for r in log if "retry=true" in r["query"]]
    check("an answer that was lost: the batch is sent again under its id", len(log) == 2 and len(again) == 1 and
          log[0]["query"].split("&")[0] == log[1]["query"].split("&")[0], shop.shown(log))
    same("an answer that was lost", project, undisturbed)


def lost_for_ever(undisturbed):
    """Executed, and no answer ever: the client gives up. Then the run says so, or finds out; run again it is right."""
    project = fresh("lostever")
    control("faults", [{"kind": "drop", "on": "submit", "match": project.publishing(), "after": True, "times": 8}])
    status, out = finished(project.start())
    said.append(out)
    print(f"note: answers lost for ever: the run ends with {status}")
    check("answers lost for ever: an error, or it was found that it happened", status in (0, 1), out)
    control("reset", {"what": ["faults"]})
    ran(project)
    same("answers lost for ever, run again", project, undisturbed)


def killed(when, undisturbed):
    """SIGKILL while the request that publishes is held, before or after it was executed."""
    project = fresh("killed" + when)
    control("faults", [{"kind": "delay", "seconds": 3, "on": "submit", "match": project.publishing(), "after": when == "after"}])
    shop.forget()
    process = project.start()
    check(f"killed {when}: it is about to publish", wait_for(lambda: any(map(project.publishes, shop.requests()))))
    if when == "after":
        model = f"{project.schema('SNOWPLOW_MANIFEST')}.SNOWPLOW_INCREMENTAL_MANIFEST"
        check("killed after: the batch is done", wait_for(lambda: sql(f"SELECT COUNT(*) FROM {model} WHERE LAST_SUCCESS = '{AS_OF}'") == [["1"]]))
    os.killpg(process.pid, signal.SIGKILL)
    finished(process)
    time.sleep(0 if when == "after" else 3.2)  # the service goes on with what has reached it
    wait_for(lambda: control("state")["running"] == 0)
    ran(project)
    same(f"killed {when} it published, run again", project, undisturbed)


def interrupted(undisturbed):
    project = fresh("interrupted")
    shop.forget()
    # the request that scans is held, and has no handle yet
    control("faults", [{"kind": "delay", "seconds": 6, "on": "submit", "match": "_SCAN_0"}])
    process = project.start()
    scans = lambda: any("_SCAN_0" in text for r in starts() for text in r["statements"])
    check("Ctrl-C: it waits", wait_for(scans, 20), shop.shown(shop.requests()))
    time.sleep(0.3)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    status, out = finished(process, 40)
    seconds = time.monotonic() - began
    said.append(out)
    cancels = [r for r in shop.requests() if r["path"].endswith("/cancel")]
    check(f"Ctrl-C: it ends with 143 or 130, not {status}", status in (143, 130, -15), out)
    check("Ctrl-C: the service is told to cancel", len(cancels) >= 1, shop.shown(shop.requests()))
    check(f"Ctrl-C: at once, not after {seconds:.1f} s", seconds < 5)
    ran(project)
    same("Ctrl-C, run again", project, undisturbed)


# ---- Threads, logins, secrets ----


def threads():
    one, four = Project("onebyone"), Project("parallel")
    for project, number in ((one, "1"), (four, "4")):
        project.add_views(MORE)
        ran(project, "--threads", number, "--until-current", as_of=BEFORE)
        shop.forget()
        ran(project, "--threads", number)
    check("five views on four connections: more than one is used", len({r["connection"] for r in starts()}) > 1)
    same("five views on four connections", four, one.tables())


def logins():
    keys = ("SBE_SNOWFLAKE_PRIVATE_KEY_PATH", "SBE_SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", "SBE_SNOWFLAKE_TOKEN", "SBE_SNOWFLAKE_AUTHENTICATOR")
    e = os.environ
    kinds = (
        ("key", "KEYPAIR_JWT", {keys[0]: e["SBE_SNOWFLAKE_PRIVATE_KEY_PATH"]}),
        ("encrypted", "KEYPAIR_JWT", {keys[0]: e["SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH"], keys[1]: e["SBE_SNOWFLAKE_PASSPHRASE"]}),
        ("oauth", "OAUTH", {keys[2]: e["SBE_SNOWFLAKE_OAUTH_TOKEN"], keys[3]: "oauth"}),
        ("pat", "PROGRAMMATIC_ACCESS_TOKEN", {keys[2]: e["SBE_SNOWFLAKE_PAT_TOKEN"]}),
    )
    for name, kind, given in kinds:
        project = Project("by" + name)
        os.unlink(os.path.join(project.folder, "profiles.yml"))
        for key in keys:
            project.environment.pop(key, None)
        project.environment.update(given)
        path = os.path.join(project.folder, "sbe.yml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('profile: "shop"', "adapter: snowflake"))
        shop.forget()
        ran(project, "--until-current", "--verbose", as_of=BEFORE)
        kinds_seen = {r["headers"].get("X-Snowflake-Authorization-Token-Type") for r in shop.requests()}
        check(f"by {name}: a run with a login as {kind}", kinds_seen == {kind}, kinds_seen)
    wrong = Project("bywrongkey", SBE_SNOWFLAKE_PRIVATE_KEY_PATH=e["SBE_SNOWFLAKE_OTHER_KEY_PATH"])
    ran(wrong, expected=(1, 2, 4), what="a key that the service does not know is refused")
    ran(Project("bynopass", SBE_SNOWFLAKE_PRIVATE_KEY_PATH=e["SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH"]), expected=(1, 2, 4),
        what="an encrypted key without its passphrase is refused")


def secrets():
    """Key material and tokens, in whatever sbe has written or said."""
    needles = [os.environ[name].encode() for name in SECRETS] + [b"PRIVATE KEY", b"Bearer ", b"eyJ"]
    for name in ("SBE_SNOWFLAKE_PRIVATE_KEY_PATH", "SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH"):
        with open(os.environ[name], "rb") as file:
            needles += [line.strip() for line in file if len(line) > 40]
    texts = {"what was printed": "\n".join(said).encode()}
    for folder, _, names in os.walk("."):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                texts[os.path.join(folder, name)] = file.read()
    check("there are logs to search", any(".sbe" in place for place in texts), sorted(texts)[:20])
    for place, text in texts.items():
        found = [number for number, needle in enumerate(needles) if needle in text]
        check(f"no secret in {place}", not found, f"needles {found}")


def main(only):
    began = time.monotonic()
    trouble = shop.make()
    if not check("sbe init shop --demo", trouble is None, trouble or ""):
        return 1
    project = fresh("undisturbed")
    ran(project)
    undisturbed = project.tables()
    check("an undisturbed run has rows in its tables", all(rows for t, rows in undisturbed.items() if "ROLLUP" not in t), {t: len(r) for t, r in undisturbed.items()})
    check("an undisturbed run leaves no scratch tables", project.scratch() == [])
    kept = []
    for test in (
        lambda: bodies(), lambda: writes_nothing_else(), lambda: fencing(undisturbed), lambda: lost_once(undisturbed),
        lambda: killed("before", undisturbed), lambda: killed("after", undisturbed), lambda: interrupted(undisturbed),
        lambda: lost_for_ever(undisturbed), lambda: threads(), lambda: logins(), lambda: costs(), lambda: secrets(),
    ):  # fmt: skip
        names = test.__code__.co_names
        if only and not set(only) & set(names):
            continue
        start = time.monotonic()
        shop.forget()
        test()
        kept += starts()
        control("reset", {"what": ["faults", "settings"]})
        if os.environ.get("SBE_TEST_VERBOSE"):
            print(f"{names[0]}: {time.monotonic() - start:.1f} s", flush=True)
    if not only:
        no_ddl_in_batches(kept)
    print(f"snowflake-runs: {shop.passed} passed, {shop.failed} failed, 0 skipped")
    if os.environ.get("SBE_TEST_VERBOSE"):
        print(f"{time.monotonic() - began:.0f} s")
    return shop.failed != 0


if __name__ == "__main__":
    shutil.rmtree("shop", ignore_errors=True)
    sys.exit(main(sys.argv[1:]))
