"""Vonage's two HTTP APIs for SMS, as they are documented."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_wire import (FORM, JSON, RETRY_AFTER, SECRET, bare_dialled, basic, expect, form_of, iso_now, json_answer, json_of, jwt,
                       only, target_of)

_alphabet = json.loads((Path(__file__).resolve().parent.parent / "data" / "gsm0338.json").read_text())
GSM = {chr(code) for code in _alphabet["basic"]} | {chr(code) for code in _alphabet["extension"].values()}


class VonageSms(Dialect):
    """The reports and the answer have an entry for each segment; the tests' texts have one."""

    name = "vonage-sms"
    counts_segments = True
    failure = ("item-not-found", "failed, error 3")
    key, secret, signature_secret = "abcd1234", "api-secret-of-the-tests", "signature-secret-of-the-tests"
    path = f"/vonage/sms/{SECRET}/"

    def toml(self, base_url: str) -> str:
        return (f'api_key = "{self.key}"\napi_secret = "{self.secret}"\nwebhook_secret = "{SECRET}"\n'
                f'signature_secret = "{self.signature_secret}"\nsignature_method = "sha256"\n')

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/sms/json", basic(self.key, self.secret), FORM[1])
        fields = form_of(request)
        only(fields, {"from": str, "to": str, "text": str, "type": str, "client-ref": str, "callback": str}, {})
        if fields["type"] != ("text" if set(fields["text"]) <= GSM else "unicode"):
            raise Wrong(f"type is {fields['type']} for {fields['text']!r}")
        if not 0 < len(fields["text"]) <= 3200 or not 0 < len(fields["client-ref"]) <= 40 or len(fields["callback"]) > 100:
            raise Wrong(f"fields are {fields}")
        if not fields["callback"].startswith(self.public_url):
            raise Wrong(f"callback is {fields['callback']}")
        return Sms(bare_dialled(fields["from"]), bare_dialled(fields["to"]), fields["text"],
                   callback=target_of(fields["callback"]), reference=fields["client-ref"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        """Whatever it is, the HTTP status is 200."""
        errors = {"refused": ("3", "Invalid value for parameter: to"), "opted out": ("3", "Invalid value for parameter: to"),
                  "account": ("4", "Invalid credentials"), "busy": ("1", "Throttled"), "broken": ("5", "Internal error")}
        to = sms.receiver.lstrip("+")
        entry = {"to": to, "message-id": self._id(sms), "status": "0", "remaining-balance": "3.14", "message-price": "0.03",
                 "network": "310260", "client-ref": sms.reference}
        if outcome in errors:
            status, words = errors[outcome]
            entry = {"to": to, "status": status, "error-text": words}
        return json_answer(200, {"message-count": "1", "messages": [entry]})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        """By GET."""
        status = {"sent": "accepted", "unclear": "unknown"}.get(state, state)
        query = urlencode(self._signed({
            "msisdn": sms.receiver.lstrip("+"), "to": sms.sender.lstrip("+"), "messageId": self._id(sms), "status": status,
            "err-code": "3" if state == "failed" else "0", "network-code": "310260", "price": "0.03",
            "scts": "2611210004", "message-timestamp": "2026-11-21 00:04:26", "client-ref": sms.reference,
            "api-key": self.key}, count))
        return Call(f"{sms.callback}?{query}", b"", method="GET")

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        """By POST."""
        fields = self._signed({
            "msisdn": sender.lstrip("+"), "to": receiver.lstrip("+"), "messageId": f"0B{count:014X}", "text": text,
            "type": "text" if set(text) <= GSM else "unicode", "keyword": text.split()[0].upper(), "api-key": self.key,
            "message-timestamp": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())}, count)
        return Call(self.path + "mo", urlencode(fields).encode(), (FORM,))

    def forge(self, call: Call) -> Call:
        if call.method == "GET":
            return Call(f"{call.target}&price=0", call.body, call.headers, call.method)
        return Call(call.target, call.body + b"&price=0", call.headers)

    @staticmethod
    def _id(sms: Sms) -> str:
        return "0A" + hashlib.sha256(sms.reference.encode()).hexdigest()[:14].upper()

    def _signed(self, fields: dict[str, str], count: int) -> dict[str, str]:
        fields = {**fields, "timestamp": str(int(time.time())), "nonce": str(count)}
        text = "".join(f"&{name}={fields[name].replace('&', '_').replace('=', '_')}" for name in sorted(fields))
        return {**fields, "sig": hmac.new(self.signature_secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()}


class VonageMessages(Dialect):
    name = "vonage-messages"
    failure = ("item-not-found", "Absent Subscriber: no such number")
    key, secret, signature_secret = "abcd1234", "api-secret-of-the-tests", "signature-secret-of-the-tests"
    path = "/vonage-messages/sms/"

    def toml(self, base_url: str) -> str:
        return f'api_key = "{self.key}"\napi_secret = "{self.secret}"\nsignature_secret = "{self.signature_secret}"\n'

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/v1/messages", basic(self.key, self.secret), JSON[1])
        given = json_of(request)
        kind = given.get("message_type")
        wanted = {"channel": str, "message_type": str, "to": str, "from": str, "client_ref": str, "webhook_url": str,
                  "webhook_version": str}
        text, media = (self._read_text if kind == "text" else self._read_media)(given, wanted)
        if given["webhook_version"] != "v1" or not given["webhook_url"].startswith(self.public_url):
            raise Wrong(f"fields are {given}")
        if not 0 < len(given["client_ref"]) <= 100:
            raise Wrong(f"client_ref is {given['client_ref']!r}")
        return Sms(bare_dialled(given["from"]), bare_dialled(given["to"]), text, media, target_of(given["webhook_url"]),
                   given["client_ref"])

    @staticmethod
    def _read_text(given: dict, wanted: dict[str, type]) -> tuple[str, tuple[str, ...]]:
        only(given, {**wanted, "text": str, "sms": dict}, {})
        if given["channel"] != "sms" or not 0 < len(given["text"]) <= 1000:
            raise Wrong(f"fields are {given}")
        only(given["sms"], {"encoding_type": str}, {})
        if given["sms"]["encoding_type"] not in ("text", "unicode", "auto"):
            raise Wrong(f"sms is {given['sms']}")
        return given["text"], ()

    @staticmethod
    def _read_media(given: dict, wanted: dict[str, type]) -> tuple[str, tuple[str, ...]]:
        kind = given.get("message_type")
        if kind not in ("image", "vcard", "audio", "video") or given.get("channel") != "mms":
            raise Wrong(f"fields are {given}")
        only(given, {**wanted, kind: dict}, {})
        only(given[kind], {"url": str}, {"caption": str})
        return given[kind].get("caption", ""), (given[kind]["url"],)

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        def error(status: int, code: str, title: str, detail: str, *headers: tuple[str, str]) -> Answer:
            return json_answer(status, {"type": f"https://developer.vonage.com/api-errors/messages#{code}", "title": title,
                                        "detail": detail, "instance": f"instance-{count}"}, *headers)

        if outcome in ("refused", "opted out"):
            return error(422, "1150", "Invalid params", "The value of one or more parameters is invalid.")
        if outcome == "account":
            return error(401, "1070", "Unauthorized", "You did not provide correct credentials.")
        if outcome == "busy":
            return error(429, "1000", "Rate Limit Hit", "Please wait, then retry your request", RETRY_AFTER)
        if outcome == "broken":
            return error(500, "1030", "Internal error", "There was an error processing your request.")
        return json_answer(202, {"message_uuid": self._uuid(sms)})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status = {"sent": "submitted", "unclear": "submitted", "failed": "rejected"}.get(state, state)
        event = {"message_uuid": self._uuid(sms), "to": sms.receiver.lstrip("+"), "from": sms.sender.lstrip("+"),
                 "timestamp": iso_now(), "status": status, "channel": "sms", "client_ref": sms.reference,
                 "usage": {"price": "0.03", "currency": "EUR"}}
        if state == "failed":
            event["error"] = {"type": "https://developer.vonage.com/api-errors/messages#1040", "title": "Absent Subscriber",
                              "detail": "no such number", "instance": f"instance-{count}"}
        return self._call(sms.callback, event, count)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        event = {"channel": "mms" if media else "sms", "message_uuid": str(uuid.UUID(int=count)), "to": receiver.lstrip("+"),
                 "from": sender.lstrip("+"), "timestamp": iso_now(), "message_type": "image" if media else "text"}
        if media:
            event["image"] = {"url": media[0], "name": "picture.jpg", "caption": text}
        else:
            event.update(text=text, sms={"num_messages": "1", "keyword": text.split()[0].upper()})
        return self._call(self.path + "mo", event, count)

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b" ", call.headers)

    @staticmethod
    def _uuid(sms: Sms) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, sms.reference))

    def _call(self, target: str, event: dict, count: int) -> Call:
        body = json.dumps(event, ensure_ascii=False).encode()
        claims = {"iss": "Vonage", "iat": int(time.time()), "jti": f"token-{count}", "api_key": self.key,
                  "payload_hash": hashlib.sha256(body).hexdigest()}
        return Call(target, body, (JSON, ("Authorization", f"Bearer {jwt(claims, self.signature_secret)}")))
