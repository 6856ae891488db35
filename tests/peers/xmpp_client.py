"""An XMPP client of one user, on slixmpp: raw stanzas out, everything received collected in order.

slixmpp runs in a thread of its own; the methods may be called from any other thread and block.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import warnings
from typing import Any, Coroutine
from xml.sax.saxutils import escape, quoteattr

warnings.filterwarnings("ignore", category=DeprecationWarning, module="slixmpp")
for _noisy in ("slixmpp", "asyncio"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

from slixmpp import ClientXMPP  # noqa: E402, after the filter for its import warnings

from .inbox import Inbox  # noqa: E402
from .stanza import MUC, Predicate, Stanza, that  # noqa: E402

TIMEOUT = 10.0
STANZA_KINDS = ("message", "presence", "iq")


class _Loop:
    """The one event loop of all clients of this process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True, name="slixmpp").start()

    def call(self, work: Coroutine[Any, Any, Any], timeout: float = TIMEOUT) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()


_loop: _Loop | None = None


def _shared_loop() -> _Loop:
    global _loop
    _loop = _loop or _Loop()
    return _loop


class _Client(ClientXMPP):
    """Answers nothing by itself except stream features: the tests decide what a user's client says."""

    def __init__(self, jid: str, password: str, inbox: Inbox[Stanza]) -> None:
        super().__init__(jid, password, sasl_mech="PLAIN", plugin_config={"feature_mechanisms": {"unencrypted_plain": True}})
        self.auto_reconnect = False
        self.roster.auto_authorize = None
        self.roster.auto_subscribe = False
        self.ready: asyncio.Future[bool] = self.loop.create_future()
        self.gone = asyncio.Event()
        self._inbox = inbox
        self.add_filter("in", self._collect)
        for event in ("failed_auth", "connection_failed", "disconnected"):
            self.add_event_handler(event, self._failed)
        self.add_event_handler("session_start", self._started)

    async def open(self, port: int) -> None:
        self.connect(("127.0.0.1", port), use_ssl=False, force_starttls=False, disable_starttls=True)
        await asyncio.wait_for(self.ready, TIMEOUT)

    async def close(self) -> None:
        if not self.gone.is_set():
            self.disconnect(wait=0.2)
            await asyncio.wait_for(self.gone.wait(), 3)

    async def abandon(self) -> None:
        self.abort()

    async def write(self, text: str) -> None:
        self.send_raw(text)

    def _started(self, _event: object) -> None:
        if not self.ready.done():
            self.ready.set_result(True)

    def _failed(self, event: object) -> None:
        self.gone.set()
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"{self.boundjid}: {event}"))
        self._inbox.close()

    def _collect(self, stanza: Any) -> Any:
        kind = stanza.xml.tag.rpartition("}")[2]
        if kind not in STANZA_KINDS:
            return stanza
        if self.ready.done():
            self._inbox.put(Stanza(stanza.xml))
            # An unanswered request would be answered by slixmpp with an error of its own.
            return None if kind != "iq" or stanza["type"] in ("get", "set") else stanza
        return stanza


class XmppClient:
    """One resource of one user. `send` takes raw XML in the namespace jabber:client."""

    _counter = itertools.count(1)

    def __init__(self, jid: str, password: str, port: int) -> None:
        self.jid = jid
        self.bare = jid.partition("/")[0]
        self.stanzas: Inbox[Stanza] = Inbox(jid)
        self._loop = _shared_loop()
        self._client = self._loop.call(self._make(password))
        self._loop.call(self._client.open(port), 2 * TIMEOUT)

    async def _make(self, password: str) -> _Client:
        return _Client(self.jid, password, self.stanzas)

    @classmethod
    def new_id(cls) -> str:
        return f"t{next(cls._counter)}"

    def send(self, xml: str) -> None:
        self._loop.call(self._client.write(xml))

    def close(self) -> None:
        """Orderly end of the stream."""
        self._loop.call(self._client.close())

    stop = close

    def drop(self) -> None:
        """The connection ends without a word."""
        self._loop.call(self._client.abandon())

    def expect(self, wanted: Predicate, timeout: float = TIMEOUT) -> Stanza:
        return self.stanzas.take(wanted, timeout)

    def expect_none(self, wanted: Predicate, fence: str) -> None:
        """Nothing of the kind came before the answer to a ping of `fence`, the domain it would come from."""
        self.ping(fence)
        found = self.stanzas.take_pending(wanted)
        assert not found, "unexpected: " + "\n".join(map(str, found))

    # ---- stanzas of everyday use ----

    def presence(self, to: str | None = None, *, type: str | None = None, inner: str = "") -> None:
        self.send(f"<presence{attribute('to', to)}{attribute('type', type)}>{inner}</presence>")

    def get_roster(self) -> Stanza:
        """From now on the server tells this resource about subscriptions (RFC 6121 2.1.6)."""
        id = self.new_id()
        self.send(f"<iq type='get' id='{id}'><query xmlns='jabber:iq:roster'/></iq>")
        return self.expect(that("iq", id=id, type="result"))

    def join(self, room: str, nick: str, inner: str = "") -> None:
        self.presence(f"{room}/{nick}", inner=f"<x xmlns='{MUC}'>{inner}</x>")

    def joined(self, room: str, nick: str, timeout: float = 15.0) -> None:
        """Joins and returns when the subject has come, the end of joining (XEP-0045 7.1)."""
        self.join(room, nick)
        self.expect(that("presence", f"{room}/{nick}", codes=[110]), timeout)
        self.expect(that("message", type="groupchat", has="c:subject", where=lambda m: m.sender.startswith(room)), timeout)

    def leave(self, room: str, nick: str, status: str = "") -> None:
        self.presence(f"{room}/{nick}", type="unavailable", inner=f"<status>{escape(status)}</status>" if status else "")

    def say(self, to: str, body: str, type: str = "chat", inner: str = "") -> str:
        """Sends a message and returns its id."""
        id = self.new_id()
        self.send(f"<message to={quoteattr(to)} type='{type}' id='{id}'><body>{escape(body)}</body>{inner}</message>")
        return id

    def ask(self, to: str, payload: str, type: str = "get", timeout: float = TIMEOUT) -> Stanza:
        """Sends an iq and returns its answer, a result or an error."""
        id = self.new_id()
        self.send(f"<iq to={quoteattr(to)} type='{type}' id='{id}'>{payload}</iq>")
        return self.expect(that("iq", to, id=id, where=lambda iq: iq.type in ("result", "error")), timeout)

    def ping(self, to: str) -> Stanza:
        return self.ask(to, "<ping xmlns='urn:xmpp:ping'/>")


def attribute(name: str, value: str | None) -> str:
    return "" if value is None else f" {name}={quoteattr(value)}"
