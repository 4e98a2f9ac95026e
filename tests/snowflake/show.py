# SPDX-License-Identifier: Apache-2.0
"""`sbe show` of a result that is larger than the memory it may have.

    show.py [MEGABYTES [LIMIT]]      1000 of them within 64 MB when not said

The attributes table is made by the stand-in (rows of a kilobyte), and read with a limit on the address space
as a whole, libraries and all. Called by runs.sh --show.
"""

import os
import resource
import subprocess
import sys
import time

import shop

VIEW = "views:\n  - {name: big, entity: domain_userid, attributes: [{name: p, type: string, aggregation: last, property: page_urlpath}]}\n"
ROW = 1000  # bytes of its text


def shown(project, limit, *arguments):
    """(exit status, bytes that came, what it complained of, the most memory it had)"""
    process = subprocess.Popen(
        [os.environ["SBE"], "show", "big", *arguments],
        cwd=project.folder,
        env={**project.environment, "MALLOC_ARENA_MAX": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=open("show.err", "wb"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    size = lines = 0
    while block := process.stdout.read(1 << 20):
        size += len(block)
        lines += block.count(b"\n")
    _, status, usage = os.wait4(process.pid, 0)
    with open("show.err", encoding="utf-8") as file:
        return os.waitstatus_to_exitcode(status), size, lines, file.read(), usage.ru_maxrss


def main(megabytes=1000, limit=64):
    megabytes, limit = int(megabytes), int(limit)
    rows = megabytes * 1000000 // ROW
    trouble = shop.make_small()
    if not shop.check("sbe init shop", trouble is None, trouble or ""):
        return 1
    project = shop.Project("big", views=VIEW)
    status, out = project.run("--until-current")
    shop.check("a run", status == 0, out)
    table = project.schema("DERIVED") + ".BIG_1_ATTRIBUTES"
    shop.sql(f"DELETE FROM {table}")
    shop.sql(
        f"INSERT INTO {table} (DOMAIN_USERID, P, UPDATED_AT) SELECT 'u' || CAST(SEQ4() AS VARCHAR), REPEAT('x', {ROW}), "
        f"CAST('2025-06-30 09:00:00' AS TIMESTAMP_NTZ) FROM TABLE(GENERATOR(ROWCOUNT => {rows}))"
    )
    began = time.monotonic()
    status, size, lines, complaint, most = shown(project, limit << 20, "--csv")
    seconds = time.monotonic() - began
    print(f"note: {size / 1e6:.0f} MB in {lines} lines, {seconds:.0f} s, {most / 1024:.0f} MB of memory at most, limit {limit} MB")
    shop.check(f"show --csv ends well in {limit} MB", status == 0, status, complaint)
    shop.check("show --csv shows each row, and a head", lines == rows + 1, lines, rows + 1)
    shop.check("show --csv shows all of each", size > rows * ROW, size)
    print(f"snowflake-show: {shop.passed} passed, {shop.failed} failed, 0 skipped")
    return shop.failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
