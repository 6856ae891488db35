"""Kannel 1.4.5: bearerbox, smsbox, fakesmsc as the phone network, and an HTTP SMSC whose answers a test decides.

Numbers that begin with FAILING go to the HTTP SMSC, all others to the fake one, which delivers everything.
"""

from __future__ import annotations

import re
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable

from .inbox import Inbox, NotSeen
from .process import Process, Workspace, free_port, require

USER, PASSWORD = "gw", "gwpass"
FAILING = "+1555666"

CORE = """\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = adminpw
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
sms-resend-freq = 1
sms-resend-retry = 2

group = smsc
smsc = fake
smsc-id = FAKE
port = {fake}
our-host = "127.0.0.1"
connect-allow-ip = "127.0.0.1"
denied-prefix = "{failing}"

{http_smsc}group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
sendsms-chars = "0123456789 +-"
http-request-retry = 10
http-queue-delay = 1
mo-recode = true

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
send-sender = true
post-url = "{mo_url}"
"""

HTTP_SMSC = """\
group = smsc
smsc = http
smsc-id = HTTP
system-type = generic
port = {http_in}
connect-allow-ip = "127.0.0.1"
smsc-username = carrier
smsc-password = carrier
send-url = "http://127.0.0.1:{http_out}/mt?to=%p&from=%P&text=%a"
status-success-regex = "^OK"
status-permfail-regex = "^ERR"
status-tempfail-regex = "^LATER"
generic-foreign-id-regex = "id=([0-9]+)"
allowed-prefix = "{failing}"

"""


@dataclass(frozen=True)
class Sms:
    """What the phone network was given. `text` is decoded; `kind` is fakesmsc's word: text, ucs-2, data, udh."""

    sender: str
    receiver: str
    kind: str
    text: str


def decode(kind: str, raw: str) -> str:
    data = urllib.parse.unquote_to_bytes(raw.replace("+", " ")) if kind != "text" else raw.encode()
    return data.decode("utf-16-be" if kind == "ucs-2" else "utf-8", "replace")


class Carrier:
    """The far end of the HTTP SMSC: a test sets `answer` and sees the requests."""

    def __init__(self, port: int) -> None:
        self.answer: Callable[[dict[str, str]], str] = lambda _query: "OK id=1"
        self.requests: Inbox[dict[str, str]] = Inbox("carrier")
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802, the name http.server wants
                query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                carrier.requests.put(query)
                body = carrier.answer(query).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Kannel:
    """`mo_url` is where inbound messages are posted. `phone` has every message that reached a phone.

    Kannel binds the HTTP SMSC's port to all addresses (and refuses others than ours), so it is there only on request.
    """

    def __init__(self, workspace: Workspace, mo_url: str, with_carrier: bool = False) -> None:
        self.phone: Inbox[Sms] = Inbox("phone")
        self.carrier: Carrier | None = None
        self._directory = workspace.directory("kannel")
        self._ports = {name: free_port() for name in ("admin", "boxes", "fake", "http_in", "http_out", "sendsms")}
        self.send_url = f"http://127.0.0.1:{self._ports['sendsms']}/cgi-bin/sendsms"
        self._config = self._directory / "kannel.conf"
        self._config.write_text(self._render(mo_url, with_carrier))
        if with_carrier:
            self.carrier = workspace.add(Carrier(self._ports["http_out"]))
        self._processes: list[Process] = []
        self.start()
        workspace.add(self)

    def start(self) -> None:
        bearerbox = self._run("bearerbox", [require("bearerbox", "kannel"), "-v", "1", self._config])
        bearerbox.wait_for_line("MAIN: Start-up done")
        smsbox = self._run("smsbox", [require("smsbox", "kannel"), "-v", "1", self._config])
        smsbox.wait_for_line("Connected to bearerbox")
        smsbox.wait_for_port(self._ports["sendsms"])
        fakesmsc = require("fakesmsc", "kannel-extras", "/usr/lib/kannel/test")
        command = [fakesmsc, "-H", "127.0.0.1", "-r", self._ports["fake"], "-v", "0", "-i", "0.01"]
        self._phone_line = self._run("fakesmsc", command, stdin=True, on_line=self._heard)
        bearerbox.wait_for_line("Fakesmsc client connected")

    def stop(self) -> None:
        while self._processes:
            self._processes.pop().stop()

    def send_from_phone(self, phone: str, to: str, text: str) -> None:
        """A text message typed on a phone; returns when it has left.

        fakesmsc overlooks the second of two lines that come at once until a third one comes.
        """
        encoded = urllib.parse.quote(text.encode("utf-16-be"))
        self._phone_line.write_line(f"{phone} {to} ucs2 {encoded}")
        self._phone_line.wait_for_line(r"fakesmsc: sent message \d+")

    def report_from_carrier(self, foreign_id: str, mask: int, words: str, sender: str) -> None:
        """A late receipt for a message that the carrier took; `mask` as in dlr-mask: 1 delivered, 2 failed."""
        query = urllib.parse.urlencode({"username": "carrier", "password": "carrier", "from": sender, "to": FAILING,
                                        "text": words, "dlr-mid": foreign_id, "dlr-mask": mask})
        url = f"http://127.0.0.1:{self._ports['http_in']}/?{query}"
        # bearerbox notes the carrier's id a moment after the carrier has given it, and tells nobody.
        pause = threading.Event()
        for _ in range(500):
            with urllib.request.urlopen(url, timeout=10) as answer:
                if b"Unknown DLR" not in answer.read():
                    return
            pause.wait(0.02)
        raise NotSeen(f"bearerbox does not know {foreign_id}")

    def wait_for_sms(self, receiver: str, timeout: float = 20.0, text: str | None = None) -> Sms:
        def wanted(sms: Sms) -> bool:
            return sms.receiver.lstrip("+") == receiver.lstrip("+") and (text is None or text == sms.text)

        return self.phone.take(wanted, timeout, f"an SMS to {receiver}")

    def _render(self, mo_url: str, with_carrier: bool) -> str:
        values = {**self._ports, "failing": FAILING, "user": USER, "password": PASSWORD, "mo_url": mo_url}
        return CORE.format(**values, http_smsc=HTTP_SMSC.format(**values) if with_carrier else "")

    def _run(self, name: str, argv: list, **options: object) -> Process:
        process = Process(name, argv, self._directory, **options)  # type: ignore[arg-type]
        self._processes.append(process)
        return process

    def _heard(self, line: str) -> None:
        seen = re.search(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", line)
        if seen:
            self.phone.put(Sms(seen[1], seen[2], seen[3], decode(seen[3], seen[4])))
