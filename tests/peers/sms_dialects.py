"""How SMS providers speak over HTTP: field by field as they document it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from .process import Workspace, require
from .sms_generic import Generic, GenericForm
from .sms_messagebird import MessageBird
from .sms_provider import Answer, Call, Dialect, Request, Sms, Wrong
from .sms_sinch import Sinch
from .sms_smsgate import SmsGate
from .sms_vonage import VonageMessages, VonageSms
from .sms_wire import (FORM, JSON, RETRY_AFTER, SECRET, bare_dialled, basic, dialled, expect, json_answer, json_of, only,
                       target_of)


class Twilio(Dialect):
    name = "twilio"
    opt_out = True
    failure = ("item-not-found", "unknown handset")
    account, token = "AC" + "3" * 32, "auth-token-of-the-tests"
    authorization = basic(account, token)
    path = "/twilio/sms/"

    def toml(self, base_url: str) -> str:
        return f'account_sid = "{self.account}"\nauth_token = "{self.token}"\n'

    def read(self, request: Request) -> Sms:
        target = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        expect(request, "POST", target, basic(self.account, self.token), FORM[1])
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
        media = tuple(value for name, value in pairs if name == "MediaUrl")
        fields = {name: value for name, value in pairs if name != "MediaUrl"}
        if len(fields) + len(media) != len(pairs):
            raise Wrong("a field is repeated")
        only(fields, {"To": str, "From": str, "StatusCallback": str}, {"Body": str})
        if not fields["StatusCallback"].startswith(self.public_url) or not (media or fields.get("Body")):
            raise Wrong(f"fields are {fields}")
        if len(fields.get("Body", "")) > 1600 or len(media) > 10:
            raise Wrong("too long")
        return Sms(dialled(fields["From"]), dialled(fields["To"]), fields.get("Body", ""), media,
                   target_of(fields["StatusCallback"]))

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        def error(status: int, code: int, message: str, *headers: tuple[str, str]) -> Answer:
            return json_answer(status, {"code": code, "message": message, "status": status,
                                        "more_info": f"https://www.twilio.com/docs/errors/{code}"}, *headers)

        if outcome == "refused":
            return error(400, 21211, "Invalid 'To' Phone Number")
        if outcome == "unroutable":
            return error(400, 21612, "Cannot route to this number")
        if outcome == "opted out":
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        if outcome == "account":
            return error(401, 20003, "Authenticate")
        if outcome == "busy":
            return error(429, 20429, "Too Many Requests", RETRY_AFTER)
        if outcome == "broken":
            return Answer(500, b"<html>", (("Content-Type", "text/html"),))
        return json_answer(201, {"sid": f"SM{count:032x}", "status": "queued", "num_segments": "1", "num_media": "0",
                                 "to": sms.receiver, "from": sms.sender, "body": sms.text, "error_code": None,
                                 "error_message": None})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status = {"failed": "undelivered", "unclear": "partially_delivered"}.get(state, state)
        fields = {"MessageSid": f"SM{count:032x}", "MessageStatus": status, "SmsSid": f"SM{count:032x}",
                  "SmsStatus": status, "AccountSid": self.account, "From": sms.sender, "To": sms.receiver,
                  "ApiVersion": "2010-04-01"}
        if state == "failed":
            fields["ErrorCode"] = "30005"
        return self._signed(sms.callback, fields)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        fields = {"ToCountry": "US", "ToState": "", "MessageSid": f"SM{count:032x}", "SmsSid": f"SM{count:032x}",
                  "AccountSid": self.account, "From": sender, "To": receiver, "Body": text,
                  "NumMedia": str(len(media)), "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01"}
        for index, url in enumerate(media):
            fields[f"MediaUrl{index}"] = url
            fields[f"MediaContentType{index}"] = "image/jpeg"
        return self._signed(self.path + "mo", fields)

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b"&Extra=1", call.headers)

    def is_thanked(self, answer: Answer) -> bool:
        return answer.status == 200 and answer.header("Content-Type") == "text/xml" and b"<Response/>" in answer.body

    def _signed(self, target: str, fields: dict[str, str]) -> Call:
        text = self.public_url + target + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.new(self.token.encode(), text.encode(), hashlib.sha1).digest()).decode()
        return Call(target, urlencode(fields).encode(), (FORM, ("X-Twilio-Signature", signature)))


class Plivo(Dialect):
    name = "plivo"
    failure = ("item-not-found", "invalid destination")
    account, token = "MAXXXXXXXXXXXXXXXXXX", "auth-token-of-the-tests"
    authorization = basic(account, token)
    path = f"/plivo/sms/{SECRET}/"

    def toml(self, base_url: str) -> str:
        return f'auth_id = "{self.account}"\nauth_token = "{self.token}"\nwebhook_secret = "{SECRET}"\n'

    def read(self, request: Request) -> Sms:
        expect(request, "POST", f"/v1/Account/{self.account}/Message/", basic(self.account, self.token), JSON[1])
        given = json_of(request)
        only(given, {"src": str, "dst": str, "type": str, "url": str, "method": str}, {"text": str, "media_urls": list})
        media = tuple(given.get("media_urls", []))
        if given["type"] != ("mms" if media else "sms") or given["method"] != "POST":
            raise Wrong(f"fields are {given}")
        if not given["url"].startswith(self.public_url) or not (media or given.get("text")):
            raise Wrong(f"fields are {given}")
        return Sms(bare_dialled(given["src"]), bare_dialled(given["dst"]), given.get("text", ""), media,
                   target_of(given["url"]))

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        api = {"api_id": f"api-{count}"}
        if outcome in ("refused", "opted out"):
            return json_answer(400, {**api, "error": "dst is invalid"})
        if outcome == "account":
            return Answer(401, b"Could not verify your access level for that URL.")
        if outcome == "busy":
            return json_answer(429, {**api, "error": "too many requests"}, RETRY_AFTER)
        if outcome == "broken":
            return Answer(500)
        return json_answer(202, {**api, "message": "message(s) queued", "message_uuid": [f"uuid-{count}"]})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status = {"failed": "undelivered", "unclear": "queued"}.get(state, state)
        fields = {"MessageUUID": f"uuid-{count}", "From": sms.sender.lstrip("+"), "To": sms.receiver.lstrip("+"),
                  "Type": "sms", "Status": status, "Units": "1", "TotalRate": "0.005", "TotalAmount": "0.005",
                  "MCC": "310", "MNC": "260", "ErrorCode": "50" if state == "failed" else "000", "Sequence": str(count),
                  "MessageTime": "2026-11-21 00:04:26.000000", "ParentMessageUUID": f"uuid-{count}", "PartInfo": "1 of 1"}
        return self._signed(sms.callback, fields)

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        fields = {"MessageUUID": f"in-{count}", "From": sender.lstrip("+"), "To": receiver.lstrip("+"),
                  "Body" if media else "Text": text, "Type": "mms" if media else "sms", "Units": "1",
                  "TotalRate": "0", "TotalAmount": "0", "MessageIntent": "", "PowerpackUUID": "",
                  "MediaCount": str(len(media))}
        fields.update({f"Media{index}": url for index, url in enumerate(media)})
        return self._signed(self.path + "mo", fields)

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body, tuple((name, "78" if name.endswith("Nonce") else value)
                                                  for name, value in call.headers))

    def _signed(self, target: str, fields: dict[str, str]) -> Call:
        text = self.public_url + target.partition("?")[0] + "77"
        signature = base64.b64encode(hmac.new(self.token.encode(), text.encode(), hashlib.sha256).digest()).decode()
        headers = (FORM, ("X-Plivo-Signature-V2", signature), ("X-Plivo-Signature-V2-Nonce", "77"))
        return Call(target, urlencode(fields).encode(), headers)


class Telnyx(Dialect):
    name = "telnyx"
    opt_out = True
    failure = ("item-not-found", "Not routable")
    authorization = "Bearer KEY-of-the-tests"
    path = "/telnyx/sms/"

    def __init__(self, public_url: str, workspace: Workspace) -> None:
        super().__init__(public_url, workspace)
        self._directory = workspace.directory("telnyx")
        self._key = self._directory / "key.pem"
        self._openssl("genpkey", "-algorithm", "ed25519", "-out", self._key)
        public = self._openssl("pkey", "-in", self._key, "-pubout", "-outform", "DER")
        self._public = base64.b64encode(public[-32:]).decode()

    def toml(self, base_url: str) -> str:
        return f'api_key = "KEY-of-the-tests"\npublic_key = "{self._public}"\n'

    def read(self, request: Request) -> Sms:
        is_group = request.target == "/v2/messages/group_mms"
        target = request.target if is_group else "/v2/messages"
        expect(request, "POST", target, "Bearer KEY-of-the-tests", JSON[1])
        given = json_of(request)
        only(given, {"to": list if is_group else str, "from": str, **({} if is_group else {"type": str}),
                     "webhook_url": str, "use_profile_webhooks": bool}, {"text": str, "media_urls": list})
        media = tuple(given.get("media_urls", []))
        to = given["to"] if is_group else [given["to"]]
        if is_group and not 2 <= len(to) <= 8 or len(set(to)) != len(to):
            raise Wrong(f"fields are {given}")
        if not is_group and given["type"] != ("MMS" if media else "SMS") or given["use_profile_webhooks"]:
            raise Wrong(f"fields are {given}")
        if not given["webhook_url"].startswith(self.public_url) or not (media or given.get("text")):
            raise Wrong(f"fields are {given}")
        return Sms(dialled(given["from"]), ",".join(map(dialled, to)), given.get("text", ""), media,
                   target_of(given["webhook_url"]))

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        def error(status: int, code: str, title: str, *headers: tuple[str, str]) -> Answer:
            return json_answer(status, {"errors": [{"code": code, "title": title, "detail": f"{title}.",
                                                    "source": {"pointer": "/to"}}]}, *headers)

        if outcome == "refused":
            return error(422, "40310", "Invalid 'to' address")
        if outcome == "opted out":
            return error(400, "40300", "Blocked due to STOP message")
        if outcome == "account":
            return error(401, "10009", "Authentication failed")
        if outcome == "busy":
            return error(429, "10011", "Too many requests", RETRY_AFTER)
        if outcome == "broken":
            return Answer(500)
        to = [{"phone_number": number, "status": "queued", "carrier": "", "line_type": ""}
              for number in sms.receiver.split(",")]
        return json_answer(200, {"data": {"id": f"id-{count}", "record_type": "message", "direction": "outbound",
                                          "to": to, "parts": 1}})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        status = {"failed": "delivery_failed", "unclear": "delivery_unconfirmed"}.get(state, state)
        errors = [{"code": "40001", "title": "Not routable", "detail": "Not routable."}] if state == "failed" else []
        kind = "message.sent" if state == "sent" else "message.finalized"
        return self._event(sms.callback, kind, count, {
            "direction": "outbound", "from": {"phone_number": sms.sender, "carrier": "", "line_type": ""},
            "to": [{"phone_number": number, "status": status if number == (sms.about or number) else "queued"}
                   for number in sms.receiver.split(",")], "text": sms.text, "errors": errors, "parts": 1})

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        ours, *others = receiver.split(",")
        return self._event(self.path + "mo", "message.received", count, {
            "direction": "inbound", "from": {"phone_number": sender, "carrier": "", "line_type": ""},
            "cc": [{"phone_number": number, "status": "unknown"} for number in others],
            "to": [{"phone_number": ours, "status": "webhook_delivered"}], "text": text,
            "type": "MMS" if media or others else "SMS", "errors": [], "encoding": "UCS-2", "parts": 1,
            "media": [{"url": url, "content_type": "image/jpeg", "size": 1} for url in media],
            "received_at": time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00", time.gmtime())})

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body + b" ", call.headers)

    def _event(self, target: str, kind: str, count: int, payload: dict) -> Call:
        event = {"data": {"event_type": kind, "id": f"event-{count}", "occurred_at": "2026-11-21T00:04:26.000+00:00",
                          "payload": {"id": f"id-{count}", "record_type": "message", **payload}, "record_type": "event"},
                 "meta": {"attempt": 1, "delivered_to": self.public_url + target}}
        body = json.dumps(event, ensure_ascii=False).encode()
        now = str(int(time.time()))
        signed = self._directory / "signed"
        signed.write_bytes(now.encode() + b"|" + body)
        signature = self._openssl("pkeyutl", "-sign", "-inkey", self._key, "-rawin", "-in", signed)
        return Call(target, body, (JSON, ("telnyx-timestamp", now),
                                   ("telnyx-signature-ed25519", base64.b64encode(signature).decode())))

    def _openssl(self, *arguments: str | Path) -> bytes:
        return subprocess.run([require("openssl", "openssl"), *map(str, arguments)], capture_output=True, check=True).stdout


class Bandwidth(Dialect):
    name = "bandwidth"
    failure = ("item-not-found", "invalid destination")
    authorization = basic("user", "pass")
    path = f"/bandwidth/sms/{SECRET}/callback"

    def toml(self, base_url: str) -> str:
        return ('account_id = "9900000"\napplication_id = "app-1"\nusername = "user"\npassword = "pass"\n'
                f'webhook_username = "hook"\nwebhook_password = "hook-pass"\nwebhook_secret = "{SECRET}"\n')

    def read(self, request: Request) -> Sms:
        expect(request, "POST", "/api/v2/users/9900000/messages", basic("user", "pass"), JSON[1])
        given = json_of(request)
        only(given, {"applicationId": str, "to": list, "from": str, "tag": str}, {"text": str, "media": list})
        to = given["to"]
        if given["applicationId"] != "app-1" or not 1 <= len(to) <= 10 or len(given["tag"]) > 1024:
            raise Wrong(f"fields are {given}")
        if len(set(to)) != len(to) or len(given.get("text", "")) > 2048 or not (given.get("media") or given.get("text")):
            raise Wrong(f"fields are {given}")
        return Sms(dialled(given["from"]), ",".join(map(dialled, to)), given.get("text", ""),
                   tuple(given.get("media", [])), self.path, given["tag"])

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        if outcome in ("refused", "opted out", "unroutable"):
            return json_answer(400, {"type": "request-validation", "description": "Your request could not be accepted.",
                                     "fieldErrors": [{"fieldName": "to", "description": "is invalid"}]})
        if outcome == "account":
            return json_answer(401, {"type": "unauthorized", "description": "Authentication failed."})
        if outcome == "busy":
            return json_answer(429, {"type": "max-message-queue-size-exceeded", "description": "The queue is full."},
                               RETRY_AFTER)
        if outcome == "broken":
            return json_answer(500, {"type": "server-error", "description": "Try again."})
        return json_answer(202, {"id": f"id{count}", "owner": sms.sender, "applicationId": "app-1", "segmentCount": 1,
                                 "time": "2026-11-21T00:04:26.000Z", "direction": "out",
                                 "to": sms.receiver.split(","), "from": sms.sender, "text": sms.text, "tag": sms.reference})

    def report(self, sms: Sms, state: str, count: int) -> Call:
        kind = "message-failed" if state in ("failed", "unclear") else f"message-{state}"
        event = {"type": kind, "time": "2026-11-21T00:04:26.000Z", "description": "ok", "to": sms.about or sms.receiver,
                 "message": {"id": f"id{count}", "owner": sms.sender, "applicationId": "app-1", "direction": "out",
                             "time": "2026-11-21T00:04:26.000Z", "segmentCount": 1,
                             "to": sms.receiver.split(","), "from": sms.sender, "text": "", "media": [], "tag": sms.reference}}
        if state == "failed":
            event.update(errorCode=4720, description="invalid destination number", carrierName="Test")
        if state == "unclear":
            event.update(errorCode=9902, description="delivery receipt expired")
        return self._call([event])

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        members = receiver.split(",")
        return self._call([{"type": "message-received", "time": now, "description": "Incoming message received",
                            "to": members[0], "message": {
                                "id": f"in{count}", "owner": members[0], "applicationId": "app-1", "time": now,
                                "segmentCount": 1, "direction": "in", "to": members, "from": sender, "text": text,
                                "media": list(media)}}])

    def forge(self, call: Call) -> Call:
        return Call(call.target, call.body, (JSON, ("Authorization", basic("hook", "guessed"))))

    def _call(self, events: list) -> Call:
        headers = (("Content-Type", "application/json; charset=utf-8"), ("User-Agent", "BandwidthAPI/v2"),
                   ("Authorization", basic("hook", "hook-pass")))
        return Call(self.path, json.dumps(events, ensure_ascii=False).encode(), headers)


DIALECTS: dict[str, type[Dialect]] = {dialect.name: dialect for dialect in (
    Twilio, Plivo, Telnyx, Bandwidth, VonageSms, VonageMessages, MessageBird, Sinch, SmsGate, Generic, GenericForm)}
