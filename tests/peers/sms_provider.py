"""An SMS provider's HTTP API on loopback, strict about what it is sent. How each one speaks stands in sms_dialects."""

from __future__ import annotations

import http.client
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import urlsplit

from .inbox import Inbox
from .process import Workspace


class Wrong(Exception):
    """A request that the provider's documentation does not have."""


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Sms:
    """What a request asks for. Numbers as wherry's users write them; `callback` is where reports go.

    A group text's receiver are all its receivers, joined by commas, and `about` is the one that a report is about.
    """

    sender: str
    receiver: str
    text: str
    media: tuple[str, ...] = ()
    callback: str = ""
    reference: str = ""  # given back in reports
    outcome: str = "taken"
    about: str = ""


@dataclass(frozen=True)
class Answer:
    """To a request, or to a webhook call."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Call:
    """A webhook call. Signed ones are signed for `target` at the public URL."""

    target: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"


class Dialect:
    """How one provider speaks. A new one implements all of this and is listed in sms_dialects.DIALECTS.

    `public_url` is wherry's listener as the provider knows it. ids are made of `count`, which never repeats.
    """

    name = ""
    provider = ""  # in the configuration, where it is not the name
    address_key, address_path = "base_url", ""  # the key that says where it is, and the path there
    names_sender = True  # a request says from which number
    is_idempotent = False  # a repeat, told by its reference, is answered as "known"
    counts_segments = False  # reports are about segments, so they need the answer that says how many there are
    authorization = ""  # what files that came with a text are asked for with
    opt_out = False  # says so when it refuses a request for it
    failure = ("item-not-found", "")  # what report(..., "failed") leads to: the condition, and a part of the text

    def __init__(self, public_url: str, workspace: Workspace) -> None:
        self.public_url = public_url

    def toml(self, base_url: str) -> str:
        """The provider's keys of [[component.network]]."""
        raise NotImplementedError

    def read(self, request: Request) -> Sms:
        """Raises Wrong unless it is exactly as documented."""
        raise NotImplementedError

    def answer(self, outcome: str, count: int, sms: Sms) -> Answer:
        """To a request: "taken", "refused", "unroutable" (from here), "opted out", "account", "busy", "broken" or "known"."""
        raise NotImplementedError

    def report(self, sms: Sms, state: str, count: int) -> Call:
        """`state`: "sent", "delivered", "failed" or "unclear" (which says nothing about the end)."""
        raise NotImplementedError

    def text(self, sender: str, receiver: str, text: str, count: int, media: tuple[str, ...] = ()) -> Call:
        """`receiver`: a number of ours, and of a group text the other members behind it, joined by commas."""
        raise NotImplementedError

    def forge(self, call: Call) -> Call:
        """The same call by somebody who doesn't know the secrets, but has seen a true one."""
        raise NotImplementedError

    def is_thanked(self, answer: Answer) -> bool:
        return 200 <= answer.status < 300


@dataclass
class MediaFile:
    """A file that came with a text. `statuses` are answered first, one each; `location`: a redirect instead."""

    body: bytes = b""
    type: str = "image/jpeg"
    statuses: deque[int] = field(default_factory=deque)
    location: str = ""
    is_held: bool = False  # until `release` of the provider is set
    asked: int = 0
    sent: int = 0  # bytes


OUTCOMES_WITHOUT_ANSWER = {"lost"}
TAKEN = {"taken", "slow", "lost"}  # whatever was heard of it, the phone gets it
MEDIA = "/files/"


class SmsProvider:
    """`requests` has what was asked for, `complaints` what was asked wrongly: a test that leaves any has failed.

    `plan[receiver]` are the outcomes of the next requests for that number; without any they are taken. "lost" takes the
    request and closes the connection; "slow" takes it and answers when `release` is set.

    Files are given to who shows the account's credentials. `store` is another host, where they must not be shown.
    """

    def __init__(self, workspace: Workspace, dialect: type[Dialect], public_url: str) -> None:
        self.dialect = dialect(public_url, workspace)
        self.requests: Inbox[Sms] = Inbox(self.dialect.name)
        self.raw: dict[str, Request] = {}  # the last one for each receiver
        self.on_request: Callable[[Sms], None] = lambda _sms: None  # called in a thread of ours, before the answer
        self.complaints: list[str] = []
        self.plan: dict[str, deque[str]] = defaultdict(deque)
        self.release = threading.Event()
        self._count = 0
        self._known: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._files: dict[str, MediaFile] = {}
        self._stored: dict[str, MediaFile] = {}
        self._store = ThreadingHTTPServer(("127.0.0.1", 0), self._store_handler())
        self._store.daemon_threads = True
        threading.Thread(target=self._store.serve_forever, daemon=True).start()
        self.store_port = self._store.server_address[1]
        workspace.add(self)

    def stop(self) -> None:
        self.release.set()
        for server in (self._server, self._store):
            server.shutdown()
            server.server_close()

    def toml(self) -> str:
        dialect = self.dialect
        return (f'provider = "{dialect.provider or dialect.name}"\n'
                f'{dialect.address_key} = "{self.base_url}{dialect.address_path}"\n{dialect.toml(self.base_url)}')

    # ---- requests ----

    def asked(self, receiver: str) -> list[Sms]:
        """All requests for that number, taken or not."""
        return [sms for sms in self.requests.history if sms.receiver == receiver]

    def wait_for(self, receiver: str, outcome: str = "taken", timeout: float = 20.0) -> Sms:
        return self.requests.take(lambda sms: sms.receiver == receiver and sms.outcome == outcome, timeout,
                                  f"a request for {receiver} that is {outcome}")

    def serve(self, request: Request) -> Answer | None:
        """None: no answer."""
        try:
            sms = self.dialect.read(request)
        except Wrong as wrong:
            self.complaints.append(f"{request.method} {request.target}: {wrong}")
            return Answer(400, b"wrong request")
        with self._lock:
            self._count += 1
            count = self._count
            outcome = self._outcome(sms)
            self.raw[sms.receiver] = request
        sms = replace(sms, outcome=outcome)
        self.requests.put(sms)
        self.on_request(sms)
        if outcome in OUTCOMES_WITHOUT_ANSWER:
            return None
        if outcome == "slow":
            self.release.wait(20)
        return self.dialect.answer("taken" if outcome == "slow" else outcome, count, sms)

    def _outcome(self, sms: Sms) -> str:
        if self.dialect.is_idempotent and sms.reference in self._known:
            return "known"
        outcome = self.plan[sms.receiver].popleft() if self.plan[sms.receiver] else "taken"
        if outcome in TAKEN:
            self._known.add(sms.reference)
        return outcome
    # ---- files ----

    def place(self, name: str, file: MediaFile) -> str:
        """Its URL, for texts."""
        self._files[name] = file
        return f"{self.base_url}{MEDIA}{name}"

    def place_in_store(self, name: str, file: MediaFile, host: str = "127.0.0.1") -> str:
        """Where it lies; for a redirect. `host` is a name for this machine."""
        self._stored[name] = file
        return f"http://{host}:{self.store_port}/{name}"

    def give(self, handler: BaseHTTPRequestHandler, file: MediaFile | None) -> None:
        handler.close_connection = True
        status = 404 if file is None else 302 if file.location else 200
        file = file or MediaFile(b"no such file", "text/plain")
        file.asked += 1
        if file.is_held:
            self.release.wait(20)
        if file.statuses:
            status = file.statuses.popleft()
        handler.send_response(status)
        handler.send_header("Content-Type", file.type)
        handler.send_header("Content-Length", str(len(file.body)))
        if file.location:
            handler.send_header("Location", file.location)
        handler.end_headers()
        for at in range(0, len(file.body), 65536):
            handler.wfile.write(file.body[at:at + 65536])
            file.sent = at + 65536

    def _give_media(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("Authorization") != self.dialect.authorization:
            self.complaints.append(f"{handler.path}: Authorization is {handler.headers.get('Authorization')!r}")
            return handler.send_error(401)
        self.give(handler, self._files.get(handler.path.removeprefix(MEDIA)))

    def _store_handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.headers.get("Authorization") is not None:
                    provider.complaints.append(f"{self.path}: credentials for another host")
                if not self.headers.get("Host", "").startswith("127.0.0.1"):
                    provider.complaints.append(f"{self.path}: reached by a name for a private address")
                provider.give(self, provider._stored.get(self.path.removeprefix("/")))

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                answer = provider.serve(Request(self.command, self.path, self.headers, body))
                self.close_connection = True
                if answer is None:
                    return
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def do_GET(self) -> None:
                if self.path.startswith(MEDIA):
                    return provider._give_media(self)
                self.do_POST()

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    # ---- webhooks ----

    def call(self, call: Call) -> Answer:
        """Made through a proxy that knows wherry by another name: the Host header is not the public URL's."""
        address = urlsplit(self.dialect.public_url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=15)
        connection.request(call.method, call.target, call.body, {"Host": "behind.a.proxy.test", **dict(call.headers)})
        response = connection.getresponse()
        answer = Answer(response.status, response.read(), tuple(response.getheaders()))
        connection.close()
        return answer

    def report(self, sms: Sms, state: str) -> Answer:
        return self.call(self.dialect.report(sms, state, self._next()))

    def make_text(self, sender: str, receiver: str, text: str, media: tuple[str, ...] = ()) -> Call:
        return self.dialect.text(sender, receiver, text, self._next(), media)

    def _next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count
