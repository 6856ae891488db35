"""A good request to an SMS provider with one thing wrong with it, in every way, to see whether the peer is strict."""

from __future__ import annotations

import copy
import json
from typing import Iterator
from urllib.parse import parse_qsl, urlencode

from .sms_provider import Request


def spoiled(request: Request) -> Iterator[tuple[str, Request]]:
    """What was done to it, and the result."""
    yield "another method", Request("PUT", request.target, request.headers, request.body)
    yield "another path", Request(request.method, "/x" + request.target, request.headers, request.body)
    for name in ("Authorization", "X-Api-Key"):
        if name in request.headers:
            headers = copy.copy(request.headers)
            headers.replace_header(name, request.headers[name] + "x")
            yield f"another {name}", Request(request.method, request.target, headers, request.body)
    if not request.body:
        path, _, query = request.target.partition("?")
        for what, spoilt in _fields(query):
            yield what, Request(request.method, f"{path}?{spoilt}", request.headers, request.body)
    else:
        spoil = _members if request.body.startswith(b"{") else _fields
        for what, spoilt in spoil(request.body.decode()):
            yield what, Request(request.method, request.target, request.headers, spoilt.encode())


def _fields(form: str) -> Iterator[tuple[str, str]]:
    pairs = parse_qsl(form, keep_blank_values=True)
    yield "an unknown field", urlencode([*pairs, ("unknown", "1")])
    for name, _ in pairs:
        yield f"{name} missing", urlencode([pair for pair in pairs if pair[0] != name])
        yield f"{name} empty", urlencode([(key, "" if key == name else value) for key, value in pairs])


def _members(text: str) -> Iterator[tuple[str, str]]:
    given = json.loads(text)
    yield "an unknown field", json.dumps({**given, "unknown": "1"})
    for name in given:
        yield f"{name} missing", json.dumps({key: value for key, value in given.items() if key != name})
        yield f"{name} of another type", json.dumps({**given, name: 1.5})
