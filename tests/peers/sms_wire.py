"""What requests to SMS providers are held to, and what answers and webhooks are made of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qsl, urlsplit

from .sms_provider import Answer, Request, Wrong

SECRET = "0123456789abcdef0123"
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def expect(request: Request, method: str, target: str, authorization: str | None, content_type: str | None) -> None:
    for what, given, wanted in [("method", request.method, method), ("target", request.target, target),
                                ("Authorization", request.headers.get("Authorization"), authorization),
                                ("Content-Type", request.headers.get("Content-Type"), content_type)]:
        if given != wanted:
            raise Wrong(f"{what} is {given!r} instead of {wanted!r}")


def only(given: dict, required: dict[str, type], optional: dict[str, type]) -> None:
    """Exactly these fields, of these types."""
    for name in required:
        if name not in given:
            raise Wrong(f"{name} is missing")
    for name, value in given.items():
        wanted = required.get(name) or optional.get(name)
        if wanted is None:
            raise Wrong(f"there is no field {name}")
        if not isinstance(value, wanted):
            raise Wrong(f"{name} is {value!r}")


def json_of(request: Request) -> dict:
    try:
        made = json.loads(request.body)
    except ValueError as error:
        raise Wrong(f"no JSON: {error}") from error
    if not isinstance(made, dict):
        raise Wrong("no JSON object")
    return made


def form_of(request: Request) -> dict[str, str]:
    """Each field once."""
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    if len(dict(pairs)) != len(pairs):
        raise Wrong("a field is repeated")
    return dict(pairs)


def dialled(number: str) -> str:
    """+E.164 or a short code."""
    digits = number[1:] if number.startswith("+") else number
    if not digits.isdigit() or (number.startswith("+") and not 8 <= len(digits) <= 15):
        raise Wrong(f"no number: {number!r}")
    return number


def bare_dialled(number: str) -> str:
    """The same without a plus on the wire; with one here."""
    if number.startswith("+"):
        raise Wrong(f"a plus: {number!r}")
    return dialled("+" + number) if len(number) > 8 else dialled(number)


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def json_answer(status: int, body: object, *headers: tuple[str, str]) -> Answer:
    return Answer(status, json.dumps(body).encode(), (JSON, *headers))


RETRY_AFTER = ("Retry-After", "2")


def iso_now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def jwt(claims: dict, key: str) -> str:
    """RFC 7519 with HS256."""
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{encoded(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())}"
