# SPDX-License-Identifier: Apache-2.0
"""Statements out of a request's text, names and literals; what names mean inside a query.

Functions are marked before sqlglot parses, so that it leaves them as they are written: it would give many of
them another meaning, and accept those of other databases. Used by rewrite.py, calls.py, queries.py and
statements.py.
"""

import re

from sqlglot import tokens
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError

import builtin
from functions import SnowError

MARK = "SF__"
TokenType = tokens.TokenType
NAME_BEFORE = {"INTO", "TABLE", "VIEW", "AS", ".", "UPDATE", "SCHEMA"}
ESCAPES = {"0": "\0", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|(.))|''", re.S)


def syntax(message):
    return SnowError("001003", "42000", f"SQL compilation error:\n{message}")


def unsupported(what):
    return SnowError("000002", "0A000", f"Unsupported feature '{what}'.")


def unescape(raw):
    """A literal between quotes, by Snowflake's rules: an unknown escape is the character itself."""

    def one(found):
        if found[0] == "''":
            return "'"
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else chr(int(found[3], 8)) if found[3] else ESCAPES.get(found[4], found[4])

    return ESCAPE.sub(one, raw)


def split(sql):
    """The statements of a request: (text, tokens), functions marked so that sqlglot leaves them alone."""
    try:
        everything = Snowflake().tokenize(sql)
    except TokenError as error:
        raise syntax(f"parse error: {error}") from None
    out, begin = [], []
    for token in everything + [None]:
        if token is None or token.token_type == TokenType.SEMICOLON:
            if begin:
                out.append((sql[begin[0].start : begin[-1].end + 1], begin))
            begin = []
        else:
            begin.append(token)
    for _, mine in out:
        mark(sql, mine)
    return out


def mark(sql, mine):
    for number, token in enumerate(mine):
        if token.token_type == TokenType.STRING and sql[token.start] == "'":
            token.text = unescape(sql[token.start + 1 : token.end])
        following = mine[number + 1] if number + 1 < len(mine) else None
        if following is None or following.text != "(" or following.token_type != TokenType.L_PAREN:
            continue
        if token.token_type in (TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER):
            continue
        before = mine[number - 1].text.upper() if number else ""
        name = token.text.upper()
        if (
            name in builtin.KNOWN
            and before not in NAME_BEFORE
            and not (
                name in ("LIKE", "RLIKE") and before not in ("(", ",", "SELECT", "WHEN", "AND", "OR", "NOT", "WHERE")
            )
        ):
            token.text, token.token_type = MARK + name, TokenType.VAR


def parse(sql, mine):
    try:
        found = Snowflake().parser().parse(mine, sql)
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        raise syntax(
            f"syntax error line {first.get('line', 1)} at position {first.get('col', 0)} unexpected "
            f"'{first.get('highlight', '')}'."
        ) from None
    if len(found) != 1 or found[0] is None:
        raise syntax("syntax error line 1 at position 0 unexpected '<EOF>'.")
    return found[0]


def name_of(identifier):
    if identifier is None:
        return None
    if isinstance(identifier, str):
        return identifier.upper()
    return identifier.this if identifier.args.get("quoted") else identifier.this.upper()


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"


class Scope:
    """What names mean inside one SELECT: sources with their columns, its own aliases, variables of lambdas."""

    def __init__(self, parent=None):
        self.parent, self.sources, self.aliases, self.variables, self.merged = parent, [], {}, {}, set()

    def add(self, alias, columns):
        self.sources.append((alias, dict(columns)))

    def find(self, name, table=None):
        """(SQL, type), or None."""
        if table is None and name in self.variables:
            return quote(name), self.variables[name]
        found = [
            (alias, columns[name])
            for alias, columns in self.sources
            if name in columns and (table is None or alias == table)
        ]
        if len(found) > 1 and name not in self.merged:
            raise SnowError("002028", "42601", f"SQL compilation error:\nambiguous column name '{name}'")
        if found:
            alias, t = found[0]
            return (f"{quote(alias)}.{quote(name)}" if alias else quote(name)), t
        if table is None and name in self.aliases:
            return quote(name), self.aliases[name]
        return self.parent.find(name, table) if self.parent else None
