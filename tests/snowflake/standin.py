#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A strict stand-in of Snowflake's SQL API v2, for tests: HTTP, logins, the protocol, faults on demand.

Started by with-standin.sh on a free port of 127.0.0.1. Written from the service's manual, not from the client
that is tested against it: what the manual does not allow is refused. README.md says which rule is how sure.
Under /_control, for tests only: faults, settings, the log of requests. Must never be lenient, must never let
anything outlive a request but what was committed, and never writes a token anywhere.
"""

import argparse
import base64
import collections
import datetime
import gzip
import hashlib
import json
import logging
import os
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import engine
import lexer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from functions import SnowError, fixed
from sqltypes import BINARY, BOOLEAN, DATE, LTZ, NTZ, NULL, REAL, T, TEXT, TIME, TZ
from statements import PARAMETERS

STATEMENTS = re.compile(r"/api/v2/statements/?")
HANDLE = re.compile(r"/api/v2/statements/([^/]+)")
CANCEL = re.compile(r"/api/v2/statements/([^/]+)/cancel")
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
PRODUCT = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+(/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?( .*)?")
MEMBERS = {
    "statement",
    "timeout",
    "database",
    "schema",
    "warehouse",
    "role",
    "bindings",
    "parameters",
    "resultSetMetaData",
}
TOKEN_TYPES = ("KEYPAIR_JWT", "OAUTH", "PROGRAMMATIC_ACCESS_TOKEN")
LONG_STATEMENT = 400_000  # characters: not taken apart for the log, which takes as long as to play it
SETTINGS = {
    "page_size": 10000,  # rows of a partition
    "polls": 1,  # 202s before a 200, for each statement; 0: synchronous as far as sync_seconds goes
    "poll_every": 1,  # only each so-manieth statement is answered with 202s
    "sync_seconds": 45,  # after which a synchronous request is answered with 202
    "write_schemas": None,  # ["DATABASE.SCHEMA", …]: nothing is written elsewhere; None: anywhere
    "clock_seconds": 0,  # how far the warehouse's clock is ahead
    "bare_partitions": False,  # partitions as an array instead of {"data": …}
    "keep_results": 400,  # statements whose results are kept
    "canned": [],  # [{match, rowType, data, page}]: answers for statements that contain `match`
    "max_requests": 0,  # requests under way at once, more are answered with 429; 0: any number
}


class Refused(Exception):
    """An answer that is no result."""

    def __init__(self, status, code, message, headers=(), **members):
        super().__init__(message)
        self.status, self.headers = status, headers
        self.body = {"code": code, "message": message, **members}


def plain_base64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Logins:
    """Who may come in: keys, OAuth tokens, programmatic access tokens."""

    def __init__(self, account, user):
        self.account, self.user = account.split(".")[0].upper(), user.upper()
        self.keys, self.tokens = {}, {"OAUTH": set(), "PROGRAMMATIC_ACCESS_TOKEN": set()}
        self.expired = set()

    def add_key(self, pem):
        key = serialization.load_pem_public_key(pem)
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.keys["SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()] = key

    def check(self, headers):
        authorization = headers.get("Authorization")
        if not authorization:
            raise Refused(401, "390101", "Authorization header not found in the request data.")
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token.strip():
            raise Refused(401, "390103", "Session token not found in the request data.")
        kind = headers.get("X-Snowflake-Authorization-Token-Type", "OAUTH")
        if kind not in TOKEN_TYPES:
            raise Refused(400, "391904", f"Unsupported authorization token type {kind} is specified.")
        if kind == "KEYPAIR_JWT":
            why = self.why_not_jwt(token.strip())
            if why:
                raise Refused(401, "390144", f"JWT token is invalid. [{uuid.uuid4()}]", why=why)
        elif token in self.expired:
            raise Refused(401, "390318", f"OAuth access token expired. [{uuid.uuid4()}]")
        elif token not in self.tokens[kind]:
            raise Refused(
                401,
                *{
                    "OAUTH": ("390303", f"Invalid OAuth access token. [{uuid.uuid4()}]"),
                    "PROGRAMMATIC_ACCESS_TOKEN": ("394400", "Programmatic access token is invalid."),
                }[kind],
            )

    def why_not_jwt(self, token):
        """None, or what is wrong; the service does not say it, `why` is for whoever reads a test's log."""
        try:
            head, claims, signature = token.split(".")
            header, body = json.loads(plain_base64(head)), json.loads(plain_base64(claims))
            signed = plain_base64(signature)
        except (ValueError, TypeError):
            return "not a JWT"
        if header.get("alg") != "RS256":
            return "algorithm"
        subject = f"{self.account}.{self.user}"
        if body.get("sub") != subject:
            return "sub"
        issuer = str(body.get("iss", ""))
        if not issuer.startswith(subject + ".") or issuer[len(subject) + 1 :] not in self.keys:
            return "iss"
        issued, ends, now = body.get("iat"), body.get("exp"), time.time()
        if not all(isinstance(number, int) and not isinstance(number, bool) for number in (issued, ends)):
            return "iat or exp"
        if issued > now + 60 or ends <= now or ends - issued > 3600:
            return "not valid now, or for more than an hour"
        try:
            self.keys[issuer[len(subject) + 1 :]].verify(
                signed, f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except Exception:  # noqa: B902 cryptography's InvalidSignature, or what a broken one causes
            return "signature"
        return None


# ---- Bind variables ----


def bind(kind, value):
    if kind not in (
        "FIXED",
        "REAL",
        "TEXT",
        "BOOLEAN",
        "BINARY",
        "DATE",
        "TIME",
        "TIMESTAMP_NTZ",
        "TIMESTAMP_LTZ",
        "TIMESTAMP_TZ",
    ):
        raise Refused(400, "390142", f"Unsupported bind type {kind}.")
    if value is None:
        return "NULL", NULL
    try:
        if kind == "FIXED":
            scale = len(value.partition(".")[2]) if re.fullmatch(r"[+-]?\d+(\.\d+)?", value) else int("x")
            return f"CAST('{fixed(value, 38, scale)}' AS DECIMAL(38,{scale}))", T("fixed", 38, scale)
        if kind == "REAL":
            return f"CAST('{float(value)!r}' AS DOUBLE)", REAL
        if kind == "TEXT":
            return lexer.literal(value), TEXT
        if kind == "BOOLEAN":
            return {"true": "TRUE", "false": "FALSE"}[value.lower()], BOOLEAN
        if kind == "BINARY":
            return f"sf_unhex('{bytes.fromhex(value).hex()}')", BINARY
        if kind == "DATE":
            return f"DATE '{engine.EPOCH + datetime.timedelta(milliseconds=int(value)):%Y-%m-%d}'", DATE
        number, _, offset = value.partition(" ")
        moment = engine.EPOCH + datetime.timedelta(microseconds=int(number) // 1000)
        if kind == "TIME":
            return f"TIME '{moment:%H:%M:%S.%f}'", TIME
        if kind == "TIMESTAMP_TZ":
            return f"struct_pack(u := TIMESTAMP '{moment}', o := {int(offset) - 1440})", TZ
        if offset:
            raise ValueError(value)
        return (f"TIMESTAMP '{moment}'", NTZ) if kind == "TIMESTAMP_NTZ" else (f"TIMESTAMPTZ '{moment}+00:00'", LTZ)
    except (ValueError, KeyError, OverflowError, SnowError):
        raise SnowError("100037", "22018", f"{kind} value '{value}' is not recognized") from None


class Service:
    """Jobs by handle and by request id, faults, settings, the log."""

    def __init__(self, logins, database, log_path, poll_every=1):
        self.preset = {**SETTINGS, "poll_every": poll_every}
        self.logins, self.db, self.log_path = logins, database, log_path
        self.lock = threading.Lock()
        self.under_way = self.submitted = 0
        self.reset(["jobs", "faults", "settings", "log"])

    def reset(self, what):
        with self.lock:
            if "jobs" in what or "data" in what:
                self.jobs, self.requests, self.expired = collections.OrderedDict(), {}, set()
            if "faults" in what:
                self.faults = []
            if "settings" in what:
                self.settings = dict(self.preset)
                self.apply()
            if "log" in what:
                self.log = []
        if "data" in what:
            self.db.reset()

    def apply(self):
        schemas = self.settings["write_schemas"]
        self.db.write_schemas = None if schemas is None else set(schemas)
        self.db.clock = datetime.timedelta(seconds=self.settings["clock_seconds"])

    def keep(self, job):
        self.jobs[job.handle] = job
        while len(self.jobs) > self.settings["keep_results"]:
            oldest = next(iter(self.jobs.values()))
            if not oldest.done.is_set():
                break
            self.jobs.popitem(last=False)

    def find(self, handle):
        if not UUID.fullmatch(handle):
            raise Refused(400, "391920", f"Invalid statement handle {handle[:60]}.")
        with self.lock:
            job = self.jobs.get(handle)
        if job is None:
            raise Refused(404, "000709", f"Statement {handle} not found", sqlState="02000")
        return job

    def fault(self, on, text):
        """The first fault in the queue that is meant for such a request."""
        with self.lock:
            for fault in self.faults:
                if fault.get("on", "any") not in ("any", on) or fault.get("match", "") not in text:
                    continue
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                    continue
                fault["times"] = fault.get("times", 1) - 1
                if fault["times"] <= 0:
                    self.faults.remove(fault)
                return dict(fault)
        return None

    # ---- Requests ----

    def submit(self, query, body):
        """A new job, or the one that this request id has begun."""
        given = one(query, "requestId")
        if given is not None and not UUID.fullmatch(given):
            raise Refused(400, "390142", f"Invalid request id {given[:60]}: a UUID is expected.")
        request = self.request(body)
        if one(query, "nullable") not in (None, "true", "false") or one(query, "async") not in (None, "true", "false"):
            raise Refused(400, "390142", "Invalid query parameter.")
        print_of = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self.lock:
            known = self.requests.get(given)
            if known is not None and one(query, "retry") == "true":
                if known[1] != print_of:
                    raise Refused(400, "390142", "The request was already used for another statement.")
                # What has failed is executed again; what runs or has succeeded is not.
                if not known[0].done.is_set() or known[0].error is None:
                    return known[0]
            job = engine.Job(self.db, *request, self.settings, one(query, "nullable") != "false")
            job.request_id = given or str(uuid.uuid4())
            self.submitted += 1
            job.polls = self.settings["polls"] if self.submitted % max(1, self.settings["poll_every"]) == 0 else 0
            self.requests[job.request_id] = (job, print_of)
            self.keep(job)
        job.start()
        return job

    def request(self, body):
        """(statement, context, parameters, binds, count, timeout), everything checked."""
        if not isinstance(body, dict):
            raise Refused(400, "390142", "Incoming request does not contain a valid payload.")
        unknown = set(body) - MEMBERS
        if unknown:
            raise Refused(400, "390142", f'Unrecognized field "{sorted(unknown)[0]}" in the request body.')
        statement = body.get("statement")
        if not isinstance(statement, str):
            raise Refused(400, "390142", "The request body has no field statement of type string.")
        timeout = body.get("timeout", 172800)
        if isinstance(timeout, bool) or not isinstance(timeout, int) or not 0 <= timeout <= 604800:
            raise Refused(400, "390142", "timeout: an integer from 0 to 604800 is expected.")
        context = dict(self.db.defaults)
        for name in ("database", "schema", "warehouse", "role"):
            if body.get(name) is not None and not isinstance(body[name], str):
                raise Refused(400, "390142", f"{name}: a string is expected.")
        if body.get("database") and "schema" not in body and body["database"] != context["database"]:
            context["schema"] = "PUBLIC"
        context.update({name: body[name] for name in context if body.get(name)})
        parameters, count = self.parameters(body.get("parameters", {}))
        self.exists(context)
        binds = {}
        if not isinstance(body.get("bindings", {}), dict):
            raise Refused(400, "390142", "bindings: an object is expected.")
        for key, entry in body.get("bindings", {}).items():
            if (
                not key.isdigit()
                or not isinstance(entry, dict)
                or set(entry) - {"type", "value", "fmt"}
                or "type" not in entry
            ):
                raise Refused(400, "390142", f"bindings: {key}: an object of type and value is expected.")
            if entry.get("value") is not None and not isinstance(entry["value"], str):
                raise Refused(400, "390142", f"bindings: {key}: the value must be a string.")
            binds[key] = bind(entry["type"], entry.get("value"))
        return statement, context, parameters, binds, count, timeout

    def parameters(self, given):
        if not isinstance(given, dict):
            raise Refused(400, "390142", "parameters: an object is expected.")
        out = {}
        for name, value in given.items():
            if name.upper() not in PARAMETERS or not isinstance(value, (str, int, bool)):
                raise Refused(400, "390142", f"Invalid parameter {name}.")
            out[name.upper()] = str(value)
        count = out.pop("MULTI_STATEMENT_COUNT", "1")
        if not count.isdigit():
            raise Refused(400, "390142", "MULTI_STATEMENT_COUNT: a number is expected.")
        if out.get("AUTOCOMMIT", "true").lower() != "true":
            raise Refused(400, "390142", "Invalid parameter AUTOCOMMIT.")
        return out, int(count)

    def exists(self, context):
        """Names of a request are not folded: they must be spelled as SHOW has them."""
        db = self.db
        if context["role"] not in db.roles:
            raise SnowError(
                "390189",
                "08001",
                f"Role '{context['role']}' specified in the connect string does not exist or not "
                "authorized. Contact your local system administrator, or attempt to login with "
                "another role, e.g. PUBLIC.",
            )
        for what, found in (
            ("warehouse", context["warehouse"] in db.warehouses),
            ("database", context["database"] in db.databases),
        ):
            if not found:
                raise SnowError("390201", "08001", f"The requested {what} does not exist or not authorized.")
        if (context["database"], context["schema"]) not in db.schemas:
            # A session without a current schema; whatever needs one fails.
            context["schema"] = None


def one(query, name):
    values = query.get(name)
    return values[0] if values else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    service = None

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.handle_any("GET")

    def do_POST(self):
        self.handle_any("POST")

    def do_PUT(self):
        self.handle_any("PUT")

    def do_DELETE(self):
        self.handle_any("DELETE")

    def handle_any(self, method):
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        parts = urllib.parse.urlsplit(self.path)
        if parts.path.startswith("/_control/"):
            self.control(method, parts.path[len("/_control/") :], raw)
            return
        service, began = self.service, time.time()
        query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        on = (
            "cancel"
            if CANCEL.fullmatch(parts.path)
            else (
                "submit"
                if STATEMENTS.fullmatch(parts.path)
                else "partition" if (one(query, "partition") or "0") != "0" else "poll"
            )
        )
        text = raw.decode("utf-8", "replace")
        entry = self.entry(method, parts, text)
        fault = service.fault(on, text if on == "submit" else self.statement_of(parts.path))
        entry["fault"] = fault and fault["kind"]
        with service.lock:
            service.log.append(entry)
            service.under_way += 1
            crowded = service.settings["max_requests"] and service.under_way > service.settings["max_requests"]
        try:
            if crowded:
                raise Refused(429, "390429", "Too many requests.", [("Retry-After", "1")])
            if fault and not fault.get("after") and self.misbehave(fault):
                return
            status, headers, body = self.answer(method, parts.path, query, raw, entry)
            if fault and fault.get("after") and self.misbehave(fault):
                return
        except Refused as refused:
            entry["error"] = f"{refused.body['code']}: {refused.body['message']}"
            status, headers, body = refused.status, refused.headers, json.dumps(refused.body).encode()
        except SnowError as error:
            entry["error"] = f"{error.code}: {error.message}"
            status, headers, body = self.failed(error)
        finally:
            with service.lock:
                service.under_way -= 1
        self.send(status, headers, body, fault, entry, began)

    def entry(self, method, parts, text):
        headers = dict(self.headers.items())
        token = headers.get("Authorization")
        if token:
            headers["Authorization"] = "sha256:" + hashlib.sha256(token.encode()).hexdigest()[:16]
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text
        entry = {
            "at": time.time(),
            "method": method,
            "path": parts.path,
            "query": parts.query,
            "headers": headers,
            "body": body,
            "statements": [],
            "connection": self.client_address[1],
        }
        if isinstance(body, dict) and isinstance(body.get("statement"), str):
            if len(body["statement"]) > LONG_STATEMENT:
                entry["statements"] = [body["statement"][:LONG_STATEMENT]]
                return entry
            try:
                entry["statements"] = [statement for statement, _ in lexer.split(body["statement"])]
            except SnowError:
                entry["statements"] = [body["statement"]]
        return entry

    def statement_of(self, path):
        found = HANDLE.match(path)
        job = self.service.jobs.get(found[1]) if found else None
        return getattr(job, "statement", "")

    # ---- Faults ----

    def misbehave(self, fault):
        """True when there is no ordinary answer any more."""
        kind = fault["kind"]
        if kind == "drop":
            # With a reset, as a broken network does.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return True
        if kind == "delay":
            time.sleep(fault.get("seconds", 1))
        if kind == "401":
            raise Refused(401, fault.get("code", "390144"), f"JWT token is invalid. [{uuid.uuid4()}]")
        if kind.isdigit():
            headers = [("Retry-After", str(fault["retry_after"]))] if "retry_after" in fault else []
            raise Refused(int(kind), fault.get("code", "390" + kind), fault.get("message", "Try again."), headers)
        return False

    # ---- The protocol ----

    def answer(self, method, path, query, raw, entry):
        service = self.service
        submit, cancel, handle = STATEMENTS.fullmatch(path), CANCEL.fullmatch(path), HANDLE.fullmatch(path)
        if not (submit or cancel or handle):
            raise Refused(404, "390404", f"Endpoint {path} not found.")
        if method != ("GET" if handle and not submit else "POST"):
            raise Refused(405, "390405", "Method not allowed.", [("Allow", "GET" if handle and not submit else "POST")])
        self.check_headers(submit is not None)
        service.logins.check(self.headers)
        known = (
            {"requestId", "async", "nullable", "retry"}
            if submit
            else {"requestId"} if cancel else {"requestId", "partition"}
        )
        if set(query) - known:
            raise Refused(400, "390142", f"Unknown query parameter {sorted(set(query) - known)[0]}.")
        if submit:
            try:
                body = json.loads(raw.decode("utf-8"))
            except ValueError:
                raise Refused(400, "390142", "Incoming request does not contain a valid payload.") from None
            job = service.submit(query, body)
            entry["handle"] = job.handle
            return self.outcome(job, one(query, "async") == "true", True, entry)
        job = service.find((cancel or handle)[1])
        entry["handle"] = job.handle
        if cancel:
            if not job.stop():
                raise Refused(
                    422,
                    "000605",
                    "Identified SQL statement is not currently executing.",
                    sqlState="02000",
                    statementHandle=job.handle,
                    statementStatusUrl=self.url(job),
                )
            return (
                200,
                [],
                json.dumps(
                    {
                        "code": "000604",
                        "sqlState": "57014",
                        "message": "SQL execution canceled",
                        "statementHandle": job.handle,
                        "statementStatusUrl": self.url(job),
                    }
                ).encode(),
            )
        partition = one(query, "partition")
        if partition is not None and not partition.isdigit():
            raise Refused(400, "390142", "partition: a number is expected.")
        if partition is not None and int(partition) > 0:
            return self.partition(job, int(partition))
        return self.outcome(job, False, False, entry)

    def check_headers(self, with_body):
        agent = self.headers.get("User-Agent")
        if not agent or not PRODUCT.fullmatch(agent):
            raise Refused(400, "391903", "The User-Agent header is missing or not of the form name/version.")
        accept = self.headers.get("Accept")
        types = [part.split(";")[0].strip() for part in (accept or "").split(",")]
        if accept is None or "application/json" not in types:
            raise Refused(406, "391902", f"Unsupported Accept header {accept or 'null'} is specified.")
        content = self.headers.get("Content-Type")
        # None is taken as JSON; the manual says so.
        if with_body and content is not None and content.split(";")[0].strip().lower() != "application/json":
            raise Refused(415, "391901", f"Unsupported Content-Type header {content} is specified.")

    def url(self, job):
        return f"/api/v2/statements/{job.handle}?requestId={uuid.uuid4()}"

    def outcome(self, job, asynchronous, submitted, entry):
        settings = self.service.settings
        running = not job.done.wait(0 if asynchronous or not submitted or job.polls > 0 else settings["sync_seconds"])
        with self.service.lock:
            wait = running or asynchronous or job.polls > 0
            job.polls = max(0, job.polls - 1)
        if wait:
            return (
                202,
                [],
                json.dumps(
                    {
                        "code": "333334",
                        "sqlState": "00000",
                        "statementHandle": job.handle,
                        "createdOn": job.created,
                        "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
                        "statementStatusUrl": self.url(job),
                    }
                ).encode(),
            )
        if job.error is not None:
            entry["error"] = f"{job.error.code}: {job.error.message}"
            return self.failed(job.error, job)
        if job.children:
            with self.service.lock:
                for child in job.children:
                    if child.handle not in self.service.jobs and not getattr(child, "shown", False):
                        self.service.keep(child)
                        child.shown = True
        return 200, self.links(job), self.result(job)

    def links(self, job):
        last = len(job.result.partitions) - 1
        if last <= 0:
            return []
        entry = f'</api/v2/statements/{job.handle}?requestId={uuid.uuid4()}&partition=%d>;rel="%s"'
        return [("Link", ",".join([entry % (0, "first"), entry % (1, "next"), entry % (last, "last")]))]

    def result(self, job):
        stored = job.result
        head = {
            "resultSetMetaData": {
                "numRows": stored.rows(),
                "format": "jsonv2",
                "partitionInfo": stored.partitions,
                "rowType": stored.row_type,
            },
        }
        tail = {
            "code": "090001",
            "statementStatusUrl": self.url(job),
            "requestId": str(uuid.uuid4()),
            "sqlState": "00000",
            "statementHandle": job.handle,
            "message": "Statement executed successfully.",
            "createdOn": job.created,
        }
        if job.children:
            tail["statementHandles"] = [child.handle for child in job.children]
        if stored.stats is not None:
            tail["stats"] = stored.stats
        return (
            (json.dumps(head)[:-1] + ', "data":').encode()
            + stored.partition(0)
            + (", " + json.dumps(tail)[1:]).encode()
        )

    def partition(self, job, number):
        if not job.done.is_set() or job.error is not None or number >= len(job.result.partitions):
            raise Refused(400, "391921", f"Partition {number} does not exist.")
        with self.service.lock:
            text = job.result.partition(number)
        if not self.service.settings["bare_partitions"]:
            text = b'{"data":' + text + b"}"
        return 200, [("Content-Encoding", "gzip")], gzip.compress(text, 1)

    def failed(self, error, job=None):
        body = {"code": error.code, "message": error.message, "sqlState": error.state}
        handle = job.handle if job is not None else engine.new_handle()
        body.update(
            statementHandle=handle,
            createdOn=job.created if job is not None else int(time.time() * 1000),
            statementStatusUrl=f"/api/v2/statements/{handle}",
        )
        return 408 if job is not None and job.timed_out else 422, [], json.dumps(body, ensure_ascii=False).encode()

    def send(self, status, headers, body, fault, entry, began):
        headers = [("Content-Type", "application/json"), *headers]
        kind = fault["kind"] if fault else ""
        if kind == "wrong_partition" and status == 200:
            packed = ("Content-Encoding", "gzip") in headers
            value = json.loads(gzip.decompress(body) if packed else body)
            data = value if isinstance(value, list) else value["data"]
            del data[-1:]
            body = json.dumps(value).encode()
            body = gzip.compress(body, 1) if packed else body
        accepts = "gzip" in (self.headers.get("Accept-Encoding") or "")
        if accepts and len(body) > 1000 and not any(name == "Content-Encoding" for name, _ in headers):
            headers.append(("Content-Encoding", "gzip"))
            body = gzip.compress(body, 1)
        entry.update(status=status, seconds=round(time.time() - began, 4), sent=len(body))
        self.write_log(entry)
        try:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if kind == "truncate":
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            elif kind == "garbage":
                self.wfile.write(b"<" * len(body))
            elif kind == "slow":
                step = max(1, len(body) // 10)
                for at in range(0, len(body), step):
                    self.wfile.write(body[at : at + step])
                    self.wfile.flush()
                    time.sleep(fault.get("seconds", 1) / 10)
            else:
                self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def write_log(self, entry):
        if self.service.log_path:
            with self.service.lock, open(self.service.log_path, "a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")

    # ---- For tests ----

    def control(self, method, what, raw):
        service = self.service
        try:
            given = json.loads(raw) if raw else {}
            out = getattr(self, "control_" + what)(given)
            status = 200
        except AttributeError:
            out, status = {"error": f"no /_control/{what}"}, 404
        except (ValueError, KeyError, TypeError) as error:
            out, status = {"error": repr(error)}, 400
        except Exception as error:  # noqa: B902 a test must see what its SQL did
            out, status = {"error": str(engine.as_snow(error).message)}, 422
        body = json.dumps(out).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        del service

    def control_state(self, given):
        service = self.service
        return {
            "settings": service.settings,
            "faults": service.faults,
            "jobs": len(service.jobs),
            "tables": [".".join(place) for place in sorted(service.db.tables)],
            "schemas": [".".join(place) for place in sorted(service.db.schemas)],
            "running": sum(not job.done.is_set() for job in list(service.jobs.values())),
        }

    def control_log(self, given):
        with self.service.lock:
            return {"requests": list(self.service.log)}

    def control_settings(self, given):
        unknown = set(given) - set(SETTINGS)
        if unknown:
            raise ValueError(f"unknown settings: {sorted(unknown)}")
        with self.service.lock:
            self.service.settings.update(given)
            self.service.apply()
        return self.service.settings

    def control_faults(self, given):
        for fault in given:
            if not isinstance(fault, dict) or "kind" not in fault:
                raise ValueError("a fault is an object with `kind`")
        with self.service.lock:
            self.service.faults.extend(given)
            return self.service.faults

    def control_reset(self, given):
        self.service.reset(given.get("what", ["jobs", "faults", "settings", "log", "data"]))
        return {}

    def control_expire(self, given):
        """Results are kept for a day; here it is over."""
        with self.service.lock:
            self.service.jobs.clear()
        return {}

    def control_logins(self, given):
        logins = self.service.logins
        for kind in logins.tokens:
            logins.tokens[kind].update(given.get(kind, []))
        logins.expired.update(given.get("expired", []))
        if "public_key" in given:
            logins.add_key(given["public_key"].encode())
        if given.get("forget_keys"):
            logins.keys.clear()
        return {"keys": sorted(logins.keys)}

    def control_names(self, given):
        """More databases, schemas, warehouses and roles than there are."""
        db = self.service.db
        db.warehouses.update(given.get("warehouses", []))
        db.roles.update(given.get("roles", []))
        for name in given.get("databases", []):
            db.databases.add(name)
            db.add_schema(None, (name, "PUBLIC"))
        db.defaults.update(given.get("defaults", {}))
        return {}

    def control_sql(self, given):
        """Runs statements past all protocol, as an administrator: what a test lays down and looks at."""
        db = self.service.db
        allowed, db.write_schemas = db.write_schemas, None
        try:
            job = engine.Job(
                db,
                given["sql"],
                {**db.defaults, **given.get("context", {})},
                {"TIMEZONE": "UTC", "JSON_INDENT": "0"},
                {},
                len(lexer.split(given["sql"])),
                0,
                {**self.service.settings, "page_size": 1 << 30, "canned": []},
            )
            job.work()
        finally:
            db.write_schemas = allowed
        if job.error is not None:
            raise job.error
        results = [child.result for child in job.children] or [job.result]
        return {
            "results": [
                {
                    "columns": [column["name"] for column in result.row_type],
                    "types": [column["type"] for column in result.row_type],
                    "rows": result.first,
                }
                for result in results
            ]
        }


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ValueError)):
            super().handle_error(request, client_address)


def main():
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    sys.setrecursionlimit(20000)
    threading.stack_size(64 << 20)
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--port-file", required=True, help="where the port is written, once the server answers")
    parser.add_argument("--account", default="SBETEST-STANDIN")
    parser.add_argument("--user", default="SBE_USER")
    parser.add_argument("--public-key", action="append", default=[])
    parser.add_argument("--log")
    parser.add_argument("--poll-every", type=int, default=1)
    given = parser.parse_args()
    logins = Logins(given.account, given.user)
    for path in given.public_key:
        with open(path, "rb") as key:
            logins.add_key(key.read())
    for kind, name in (("OAUTH", "STANDIN_OAUTH"), ("PROGRAMMATIC_ACCESS_TOKEN", "STANDIN_PAT")):
        if os.environ.get(name):
            logins.tokens[kind].add(os.environ[name])
    Handler.service = Service(logins, engine.Database(logins.account, logins.user), given.log, given.poll_every)
    server = Server(("127.0.0.1", 0), Handler)
    with open(given.port_file + ".new", "w", encoding="ascii") as out:
        out.write(f"{server.server_address[1]}\n")
    os.rename(given.port_file + ".new", given.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
