"""Sinch's SMS API (XMS), as it is documented."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_wire import JSON, RETRY_AFTER, SECRET, bare_dialled, expect, iso_now, json_answer, json_of, only, target_of


class Sinch(Dialect):
    name = "sinch"
    failure = ("item-not-found", "Failed, code 402")
    plan, token, signature_secret = "plan-1", "token-of-the-tests", "signature-secret-of-the-tests"
    path = f"/sinch/sms/{SECRET}/"

    def toml(self, base_url: str) -> str:
        return (f'service_plan_id = "{self.plan}"\napi_token = "{self.token}"\nwebhook_secret = "{SECRET}"\n'
                f'signature_secret = "{self.signature_secret}"\n')

    def read(self, request: Request) -> Sms:
        expect(request, "POST", f"/xms/v1/{self.plan}/batches", f"Bearer {self.token}", JSON[1])
        given = json_of(request)
        is_text = given.get("type") == "mt_text"
        only(given, {"from": str, "to": list, "type": str, "body": str if is_text else dict, "delivery_report": str,
                     "client_reference": str, "callback_url": str}, {})
        if given["type"] not in ("mt_text", "mt_media") or given["delivery_report"] != "per_recipient":
            raise Wrong(f"fields are {given}")
        if len(given["to"]) != 1 or not given["body"] or not given["callback_url"].startswith(self.public_url):
            raise Wrong(f"fields are {given}")
        text, media = given["body"], ()
        if not is_text:
            only(given["body"], {"url": str}, {"message": str, "subject": str})
            text, media = given["body"].get("message", ""), (given["body"]["url"],)
        return Sms(bare_dialled(given["from"]), bare_dialled(given["to"][0]), text, media, target_of(given["callback_url"]),
                   given["client_reference"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        if outcome in ("refused", "opted out"):
            return json_answer(400, {"code": "syntax_invalid_parameter_format", "text": "Invalid recipient"})
        if outcome == "account":
            return json_answer(401, {"code": "unauthorized", "text": "Unauthorized"})
        if outcome == "busy":
            return json_answer(429, {"code": "too_many_requests", "text": "Slow down"}, RETRY_AFTER)
        if outcome == "broken":
            return Answer(503)
        return json_answer(201, {"id": self._id(sms), "to": [sms.receiver.lstrip("+")], "from": sms.sender.lstrip("+"),
                                 "canceled": False, "body": sms.text, "type": "mt_text", "created_at": iso_now(),
                                 "modified_at": iso_now(), "delivery_report": "per_recipient",
                                 "client_reference": sms.reference, "flash_message": False})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status, code = {"sent": ("Dispatched", 401), "delivered": ("Delivered", 0), "failed": ("Failed", 402),
                        "unclear": ("Unknown", 0)}[state]
        return self._call(sms.callback, {
            "type": "recipient_delivery_report_sms", "batch_id": self._id(sms), "recipient": sms.receiver.lstrip("+"),
            "code": code, "status": status, "at": iso_now(), "operator_status_at": iso_now(),
            "client_reference": sms.reference}, count)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        event = {"type": "mo_media" if media else "mo_text", "id": f"01{count:024d}", "from": sender.lstrip("+"),
                 "to": receiver.lstrip("+"), "body": text, "operator_id": "310260", "sent_at": iso_now(),
                 "received_at": iso_now()}
        if media:
            event["body"] = {"subject": "", "message": text, "media": [
                {"url": url, "content_type": "image/jpeg", "status": "Uploaded", "code": 0} for url in media]}
        return self._call(self.path + "mo", event, count)

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b" ", call.headers)

    @staticmethod
    def _id(sms: Sms) -> str:
        return "01" + hashlib.sha256(sms.reference.encode()).hexdigest()[:24].upper()

    def _call(self, target: str, event: dict, count: int) -> Call:
        body = json.dumps(event, ensure_ascii=False).encode()
        nonce, now = f"nonce-{count}", str(int(time.time()))
        signed = body + f".{nonce}.{now}".encode()
        signature = base64.b64encode(hmac.new(self.signature_secret.encode(), signed, hashlib.sha256).digest()).decode()
        name = "x-sinch-webhook-signature"
        return Call(target, body, (JSON, (name, signature), (f"{name}-algorithm", "HmacSHA256"), (f"{name}-nonce", nonce),
                                   (f"{name}-timestamp", now)))
