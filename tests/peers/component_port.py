"""An XMPP server's side of a component's connection (XEP-0114), for tests that decide when the server takes what."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import select
import socket
import struct
import threading
import xml.etree.ElementTree as ET
from typing import Callable
from xml.sax.saxutils import escape, quoteattr

from .inbox import Inbox, NotSeen
from .process import Workspace
from .stanza import CLIENT, PING, STANZAS, Predicate, Stanza

ACCEPT = "jabber:component:accept"
STREAMS = "http://etherx.jabber.org/streams"
STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams"


def gone(id: str, sender: str) -> Stanza:
    """What a server answers for a component that is not there."""
    return Stanza(ET.fromstring(f"<iq xmlns='{CLIENT}' type='error' id='{id}' from={quoteattr(sender)}><error type='wait'>"
                                f"<service-unavailable xmlns='{STANZAS}'/></error></iq>"))


class ComponentPort:
    """`stanzas` has what the component says, as if in jabber:client. Whoever is in `present` answers probes.

    While `confirms` is not set, the component's pings to itself, by which it learns that the server has taken what came
    before, stay unanswered; while `reads` is not set, nothing is read at all. A stanza of which `dislikes` is true ends
    the stream with an error. `connections` counts handshakes. `on_message` is called in a thread of ours.
    """

    _ids = itertools.count(1)

    def __init__(self, workspace: Workspace, domain: str, secret: str) -> None:
        self.domain = domain
        self.stanzas: Inbox[Stanza] = Inbox("component port")
        self.present: set[str] = set()
        self.confirms = threading.Event()
        self.confirms.set()
        self.reads = threading.Event()
        self.reads.set()
        self.dislikes: Callable[[Stanza], bool] = lambda stanza: False
        self.connections = 0
        self.on_message: Callable[[Stanza], None] = self.stanzas.put
        self._asked: dict[str, str] = {}
        self._secret = secret
        self._changed = threading.Condition()
        self._connection: socket.socket | None = None
        self._broken: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._port = 0
        self.open()
        workspace.add(self)

    @property
    def port(self) -> int:
        return self._port

    def open(self) -> None:
        """Listens, again at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """As a server that has ended: its connection breaks, and nobody listens."""
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._changed:
            if self._connection:
                with contextlib.suppress(OSError):  # the component has closed it at the same time
                    self._connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """As a server that was killed: what was not read is gone, and it listens again at once."""
        with self._changed:
            broken, self._connection = self._connection, None
        if broken:
            self._broken = broken
            broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.reads.set()

    stop = close

    def is_up(self) -> bool:
        return self._connection is not None

    def wait_up(self, timeout: float = 20.0, after: int = 0) -> None:
        """`after`: only a connection behind so many others counts."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.is_up() and self.connections > after, timeout):
                raise NotSeen("the component did not connect")

    def send(self, xml: str) -> int:
        """Over which connection it went, by its number; 0: nobody is connected."""
        with self._changed:
            if not self._connection:
                return 0
            try:
                self._connection.sendall(xml.encode())
            except OSError:
                return 0
            return self.connections

    def say(self, sender: str, to: str, body: str, id: str, inner: str = "") -> int:
        return self.send(f"<message from={quoteattr(sender)} to={quoteattr(to)} type='chat' id='{id}'>"
                         f"<body>{escape(body)}</body>{inner}</message>")

    def ask(self, sender: str, to: str, payload: str, type: str = "get", timeout: float = 10.0) -> Stanza:
        """The answer; the server's own error when the component goes away first."""
        id = f"ask{next(self._ids)}"
        self._asked[id] = to
        if not self.send(f"<iq from={quoteattr(sender)} to={quoteattr(to)} type='{type}' id='{id}'>{payload}</iq>"):
            self._asked.pop(id, None)
            return gone(id, to)

        def answers(stanza: Stanza) -> bool:
            return stanza.kind == "iq" and stanza.id == id

        answer = self.stanzas.take(answers, timeout, f"an answer to {payload}")
        self._asked.pop(id, None)
        return answer

    def expect(self, wanted: Predicate, timeout: float = 10.0) -> Stanza:
        return self.stanzas.take(wanted, timeout)

    # ---- the connection's thread ----

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._serve(connection)
            except (OSError, ET.ParseError):
                pass  # it was killed in the middle of a word
            finally:
                with self._changed:
                    self._connection = None
                connection.close()
                for id, to in list(self._asked.items()):
                    self.stanzas.put(gone(id, to))

    def _serve(self, connection: socket.socket) -> None:
        parser = ET.XMLPullParser(("start", "end"))
        depth, root = 0, None
        while data := self._read(connection):
            parser.feed(data.replace(ACCEPT.encode(), b"jabber:client") if root is None else data)
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    root = element
                    connection.sendall(f"<stream:stream xmlns='{ACCEPT}' xmlns:stream='{STREAMS}' id='tests' "
                                       f"from='{self.domain}'>".encode())
                elif event == "end" and depth == 1:
                    self._take(connection, element)
                    root.clear()
                elif event == "end" and depth == 0:
                    return

    def _read(self, connection: socket.socket) -> bytes:
        """Empty: that is all. A broken connection ends within a moment, whether anything comes or not."""
        while self._broken is not connection:
            self.reads.wait()
            if self._broken is not connection and select.select([connection], [], [], 0.05)[0]:
                return connection.recv(65536)
        return b""

    def _take(self, connection: socket.socket, element: ET.Element) -> None:
        if element.tag.endswith("}handshake"):
            assert element.text == hashlib.sha1(f"tests{self._secret}".encode()).hexdigest()
            connection.sendall(b"<handshake/>")
            with self._changed:
                self._connection = connection
                self.connections += 1
                self._changed.notify_all()
            return
        stanza = Stanza(element)
        if self.dislikes(stanza):
            connection.sendall(f"<stream:error><policy-violation xmlns='{STREAM_ERRORS}'/></stream:error>"
                               "</stream:stream>".encode())
            connection.shutdown(socket.SHUT_WR)
            self._broken = connection
        elif stanza.kind == "iq" and stanza.type == "get" and stanza.to == self.domain:
            self._confirm(stanza)
        elif stanza.type == "probe":
            for jid in (jid for jid in self.present if jid.partition("/")[0] == stanza.to):
                self.send(f"<presence from='{jid}' to={quoteattr(stanza.sender)}/>")
        elif stanza.kind == "message":
            self.on_message(stanza)
        else:
            self.stanzas.put(stanza)

    def _confirm(self, ping: Stanza) -> None:
        if self.confirms.is_set():
            self.send(f"<iq from='{self.domain}' to='{self.domain}' type='get' id={quoteattr(ping.id)}>"
                      f"<ping xmlns='{PING}'/></iq>")
