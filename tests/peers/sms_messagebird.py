"""MessageBird's REST API for messages, as it is documented."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import urlencode

from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_wire import FORM, JSON, RETRY_AFTER, SECRET, bare_dialled, expect, iso_now, json_answer, json_of, jwt, only, target_of


class MessageBird(Dialect):
    """Texts come from a flow whose URL names the recipient; reports come by GET."""

    name = "messagebird"
    failure = ("item-not-found", "unknown subscriber, error 1")
    key, signing_key = "access-key-of-the-tests", "signing-key-of-the-tests"
    path = f"/messagebird/sms/{SECRET}/"

    def toml(self, base_url: str) -> str:
        return f'access_key = "{self.key}"\nwebhook_secret = "{SECRET}"\nsigning_key = "{self.signing_key}"\n'

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/messages", f"AccessKey {self.key}", JSON[1])
        given = json_of(request)
        only(given, {"originator": str, "recipients": list, "body": str, "datacoding": str, "reference": str,
                     "reportUrl": str}, {})
        recipients = given["recipients"]
        if len(recipients) != 1 or not isinstance(recipients[0], str) or given["datacoding"] not in ("auto", "unicode"):
            raise Wrong(f"fields are {given}")
        if not given["body"] or not given["reference"] or not given["reportUrl"].startswith(self.public_url):
            raise Wrong(f"fields are {given}")
        return Sms(bare_dialled(given["originator"]), bare_dialled(recipients[0]), given["body"],
                   callback=target_of(given["reportUrl"]), reference=given["reference"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        def error(status: int, code: int, words: str, parameter: str | None, *headers: tuple[str, str]) -> Answer:
            return json_answer(status, {"errors": [{"code": code, "description": words, "parameter": parameter}]}, *headers)

        if outcome in ("refused", "opted out"):
            return error(422, 10, "Invalid recipient", "recipients")
        if outcome == "account":
            return error(401, 2, "Request not allowed (incorrect access_key)", "access_key")
        if outcome == "busy":
            return error(429, 0, "Too many requests", None, RETRY_AFTER)
        if outcome == "broken":
            return Answer(500)
        item = {"recipient": int(sms.receiver.lstrip("+")), "status": "sent", "statusDatetime": "2026-11-21T00:04:26+00:00",
                "statusReason": "successfully delivered", "statusErrorCode": None, "messagePartCount": 1}
        return json_answer(201, {"id": self._id(sms), "href": f"https://rest.messagebird.com/messages/{self._id(sms)}",
                                 "direction": "mt", "type": "sms", "originator": sms.sender.lstrip("+"), "body": sms.text,
                                 "reference": sms.reference, "datacoding": "auto",
                                 "recipients": {"totalCount": 1, "totalSentCount": 1, "items": [item]}})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status = {"unclear": "buffered", "failed": "delivery_failed"}.get(state, state)
        query = urlencode({"id": self._id(sms), "reference": sms.reference, "recipient": sms.receiver.lstrip("+"),
                           "status": status, "statusDatetime": "2026-11-21T00:04:26+00:00",
                           "statusReason": "unknown subscriber" if state == "failed" else "successfully delivered",
                           "statusErrorCode": "1" if state == "failed" else "", "mccmnc": "310260", "ported": "0"})
        return self._signed("GET", f"{sms.callback}?{query}", b"", (), count)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        fields = {"originator": sender.lstrip("+"), "payload": text, "message_id": f"{count:032x}",
                  "createdDatetime": iso_now()}
        target = f"{self.path}mo?{urlencode({'recipient': receiver.lstrip('+')})}"
        return self._signed("POST", target, urlencode(fields).encode(), (FORM,), count)

    def forge(self, call: Call) -> Call:
        return Call(f"{call.target}&ported=1", call.body, call.headers, call.method)

    @staticmethod
    def _id(sms: Sms) -> str:
        return hashlib.sha256(sms.reference.encode()).hexdigest()[:32]

    def _signed(self, method: str, target: str, body: bytes, headers: tuple[tuple[str, str], ...], count: int) -> Call:
        now = int(time.time())
        claims = {"iss": "MessageBird", "nbf": now, "exp": now + 60, "jti": f"token-{count}",
                  "url_hash": hashlib.sha256((self.public_url + target).encode()).hexdigest()}
        if body:
            claims["payload_hash"] = hashlib.sha256(body).hexdigest()
        return Call(target, body, (*headers, ("MessageBird-Signature-JWT", jwt(claims, self.signing_key))), method)
