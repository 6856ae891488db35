"""Two providers that nobody has heard of, for the provider that the configuration describes."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_wire import FORM, JSON, RETRY_AFTER, bare_dialled, basic, dialled, expect, iso_now, json_answer, json_of, only, target_of


class Generic(Dialect):
    """JSON with an API key, webhooks with an HMAC over time and body."""

    name = "generic"
    address_key, address_path = "url", "/v2/send"
    failure = ("item-not-found", "no such subscriber")
    key, hook_key = "key-of-the-tests", "hook-key-of-the-tests"
    path = "/generic/sms/"

    def toml(self, base_url: str) -> str:
        return f"""\
headers = ["X-Api-Key: {{secret}}"]
secret = "{self.key}"
body = '{{"to": "{{to}}", "from": "{{from}}", "text": "{{text}}", "callback": "{{report_url}}"}}'
answer = {{ error = "/error/message", stop = [402] }}
inbound = {{ from = "/message/from", to = "/message/to", text = "/message/text", id = "/message/id", time = "/message/time" }}
report = {{ state = "/status", error = "/reason", delivered = ["delivered"], failed = ["failed"] }}
webhook = {{ auth = "hmac", webhook_secret = "{self.hook_key}", header = "X-Signature", timestamp_header = "X-Time", \
separator = "." }}
"""

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/v2/send", None, JSON[1])
        if request.headers.get("X-Api-Key") != self.key:
            raise Wrong("not the key")
        given = json_of(request)
        only(given, {"to": str, "from": str, "text": str, "callback": str}, {})
        if not given["text"] or not given["callback"].startswith(self.public_url):
            raise Wrong(f"fields are {given}")
        return Sms(dialled(given["from"]), dialled(given["to"]), given["text"], callback=target_of(given["callback"]))

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        errors = {"refused": (400, "Invalid recipient"), "opted out": (400, "Invalid recipient"),
                  "account": (402, "Out of credit"), "busy": (429, "Slow down"), "broken": (502, "Bad gateway")}
        if outcome not in errors:
            return json_answer(200, {"data": {"id": f"id-{count}"}})
        status, words = errors[outcome]
        return json_answer(status, {"error": {"message": words}}, *([RETRY_AFTER] if outcome == "busy" else []))

    def report(self, sms: Sms, state: str, count: int) -> Call:
        return self._call(sms.callback, {"status": state, "reason": "no such subscriber" if state == "failed" else None})

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        return self._call(self.path + "mo", {"message": {"from": sender, "to": receiver, "text": text, "id": f"in-{count}",
                                                         "time": iso_now()}})

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b" ", call.headers)

    def _call(self, target: str, event: dict) -> Call:
        body, now = json.dumps(event, ensure_ascii=False).encode(), str(int(time.time()))
        signature = hmac.new(self.hook_key.encode(), now.encode() + b"." + body, hashlib.sha256).hexdigest()
        return Call(target, body, (JSON, ("X-Signature", signature), ("X-Time", now)))


class GenericForm(Dialect):
    """Everything in the query or a form, with Basic credentials both ways."""

    name = "generic-form"
    provider = "generic"
    address_key, address_path = "url", "/http-api?to={to}&from={from}&text={text}&ref={id}"
    failure = ("item-not-found", "UNDELIV")
    user, password, hook_user, hook_password = "user", "password-of-the-tests", "hook", "hook-password-of-the-tests"
    path = "/generic/sms/"

    def toml(self, base_url: str) -> str:
        return f"""\
method = "GET"
plus = false
username = "{self.user}"
password = "{self.password}"
inbound = {{ format = "form", from = "from", to = "to", text = "text", id = "id" }}
report = {{ format = "form", id = "ref", state = "state", error = "state", delivered = ["DELIVRD"], failed = ["UNDELIV"] }}
webhook = {{ auth = "basic", username = "{self.hook_user}", webhook_secret = "{self.hook_password}", thanks = "OK" }}
"""

    def read(self, request: Request) -> Sms:
        parts = urlsplit(request.target)
        expect(request, "GET", f"/http-api?{parts.query}", basic(self.user, self.password), None)
        fields = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        only(fields, {"to": str, "from": str, "text": str, "ref": str}, {})
        if request.body or not fields["text"] or not 0 < len(fields["ref"]) <= 40:
            raise Wrong(f"fields are {fields}")
        return Sms(bare_dialled(fields["from"]), bare_dialled(fields["to"]), fields["text"], callback=self.path + "dlr",
                   reference=fields["ref"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        errors = {"refused": (400, b"Invalid recipient"), "opted out": (400, b"Invalid recipient"),
                  "account": (403, b"Forbidden"), "busy": (429, b"Slow down"), "broken": (504, b"")}
        status, words = errors.get(outcome, (200, b"OK"))
        return Answer(status, words, (RETRY_AFTER,) if outcome == "busy" else ())

    def report(self, sms: Sms, state: str, count: int) -> Call:
        states = {"sent": "ACCEPTD", "delivered": "DELIVRD", "failed": "UNDELIV", "unclear": "UNKNOWN"}
        return self._call("GET", f"{sms.callback}?{urlencode({'ref': sms.reference, 'state': states[state]})}", b"")

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        fields = {"from": sender.lstrip("+"), "to": receiver.lstrip("+"), "text": text, "id": f"in-{count}"}
        return self._call("POST", self.path + "mo", urlencode(fields).encode())

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body, (FORM, ("Authorization", basic(self.hook_user, "guessed"))), call.method)

    def is_thanked(self, answer: Answer) -> bool:
        return answer.status == 200 and answer.body == b"OK"

    def _call(self, method: str, target: str, body: bytes) -> Call:
        headers = ((FORM,) if body else ()) + (("Authorization", basic(self.hook_user, self.hook_password)),)
        return Call(target, body, headers, method)
