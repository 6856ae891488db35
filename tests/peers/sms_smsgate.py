"""SMSGate, the Android app, as it is documented."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_wire import JSON, RETRY_AFTER, basic, dialled, expect, json_answer, json_of, only


class SmsGate(Dialect):
    """Sends from the number of its SIM, whatever it is asked; takes no id twice."""

    name = "smsgate"
    address_key, address_path = "send_url", "/message"
    names_sender = False
    is_idempotent = True
    counts_segments = True
    failure = ("item-not-found", "RESULT_ERROR_NO_SERVICE")
    user, password, signing_key = "sms", "password-of-the-tests", "signing-key-of-the-tests"
    path = "/smsgate/sms/event"

    def toml(self, base_url: str) -> str:
        return f'username = "{self.user}"\npassword = "{self.password}"\nsigning_key = "{self.signing_key}"\n'

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/message", basic(self.user, self.password), JSON[1])
        given = json_of(request)
        only(given, {"id": str, "textMessage": dict, "phoneNumbers": list, "withDeliveryReport": bool}, {"simNumber": int})
        only(given["textMessage"], {"text": str}, {})
        if not 0 < len(given["id"]) <= 36 or not given["withDeliveryReport"] or len(given["phoneNumbers"]) != 1:
            raise Wrong(f"fields are {given}")
        if not given["textMessage"]["text"]:
            raise Wrong("no text")
        return Sms("", dialled(given["phoneNumbers"][0]), given["textMessage"]["text"], callback=self.path,
                   reference=given["id"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        def error(status: int, words: str, *headers: tuple[str, str]) -> Answer:
            return json_answer(status, {"code": status, "message": words, "data": None}, *headers)

        if outcome in ("refused", "opted out"):
            return error(400, "Invalid phone number")
        if outcome == "account":
            return error(401, "Unauthorized")
        if outcome == "busy":
            return error(503, "Queue limit exceeded", RETRY_AFTER)
        if outcome == "broken":
            return error(500, "Internal error")
        if outcome == "known":
            return error(409, "Message with such ID already exists")
        recipient = {"phoneNumber": sms.receiver, "state": "Pending", "error": None}
        return json_answer(202, {"id": sms.reference, "deviceId": "device", "state": "Pending", "isHashed": False,
                                 "isEncrypted": False, "recipients": [recipient], "states": {}},
                           ("Location", f"/message/{sms.reference}"))

    def report(self, sms: Sms, state: str, count: int) -> Call:
        event = {"unclear": "sent"}.get(state, state)
        payload = {"messageId": sms.reference, "phoneNumber": sms.receiver, "recipient": sms.receiver, "sender": None,
                   "simNumber": 1, f"{event}At": "2026-11-21T00:04:26.000+00:00"}
        if state == "failed":
            payload["reason"] = "RESULT_ERROR_NO_SERVICE"
        return self._call(f"sms:{event}", payload, count)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        """The id is a hash of the content, and only the time tells two equal texts apart."""
        content = hashlib.sha256(f"{sender} {text}".encode()).hexdigest()[:8]
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{count % 1000:03d}+00:00"
        return self._call("sms:received", {"messageId": content, "message": text, "sender": sender, "recipient": receiver,
                                           "phoneNumber": sender, "simNumber": 1, "receivedAt": now}, count)

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b" ", call.headers)

    def _call(self, event: str, payload: dict, count: int) -> Call:
        body = json.dumps({"deviceId": "device", "event": event, "id": f"event-{count}", "payload": payload,
                           "webhookId": "hook"}, ensure_ascii=False).encode()
        now = str(int(time.time()))
        signature = hmac.new(self.signing_key.encode(), body + now.encode(), hashlib.sha256).hexdigest()
        return Call(self.path, body, (JSON, ("X-Signature", signature), ("X-Timestamp", now)))
