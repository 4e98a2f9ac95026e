# SPDX-License-Identifier: Apache-2.0
"""What the stand-in's own tests stand on: a client that is nothing but HTTP, and what they count.

sbe plays no part. Used by test_standin.py and test_standin_sql.py.
"""

import base64
import gzip
import hashlib
import http.client
import json
import os
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
