"""Drives the libircclient program (irc_client.cpp): calls become its input lines, its output lines become events."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from .inbox import Inbox
from .process import Process, Workspace

TIMEOUT = 10.0


def program() -> Path:
    """Where the build put it: $WHERRY_IRC_CLIENT, set by ctest and ./demo."""
    return Path(os.environ["WHERRY_IRC_CLIENT"])


@dataclass(frozen=True)
class IrcEvent:
    """`name` is CHANNEL, PRIVMSG, JOIN, NICK, ... or a numeric; `nick` who caused it; `params` as on the wire."""

    name: str
    origin: str
    params: tuple[str, ...]

    @property
    def nick(self) -> str:
        return self.origin.split("!")[0]

    def __str__(self) -> str:
        return f"{self.name} by {self.origin}: {' | '.join(self.params)}"


def parse(line: str) -> IrcEvent:
    name, _, rest = line.partition("\t")
    origin, *params = rest.split("\t")
    return IrcEvent(name, origin, tuple(params))


class IrcClient:
    """One person on IRC. The methods queue; wait_for() tells what came of it.

    Unless `is_awaited`, nothing may be asked of it before connected() has returned.
    """

    def __init__(self, workspace: Workspace, port: int, nick: str, *, is_awaited: bool = True) -> None:
        self.nick = nick
        self.events: Inbox[IrcEvent] = Inbox(f"{nick} on IRC")
        argv = [program(), "127.0.0.1", str(port), nick]
        self._process = Process(f"irc-{nick}", argv, workspace.path, stdin=True,
                                on_line=lambda line: self.events.put(parse(line)))
        workspace.add(self)
        if is_awaited:
            self.connected()

    def connected(self) -> None:
        self.wait_for("CONNECT")

    def wait_for(self, name: str, *params: str, nick: str | None = None, timeout: float = TIMEOUT) -> IrcEvent:
        """The first untaken event of that name; `params` must be its first parameters, `nick` its author."""
        def wanted(event: IrcEvent) -> bool:
            return event.name == name and event.params[: len(params)] == params and nick in (None, event.nick)

        return self.events.take(wanted, timeout, f"{name} {params} by {nick or 'anyone'}")

    def wait_until(self, wanted: Callable[[IrcEvent], bool], what: str, timeout: float = TIMEOUT) -> IrcEvent:
        return self.events.take(wanted, timeout, what)

    def sync(self) -> None:
        """Returns when the server has seen everything sent so far and we everything it had sent by then."""
        self.raw("PING :sync")
        self.wait_until(lambda event: "PONG" in (event.name, *event.params) or event.name == "PONG", "a PONG")

    def join(self, channel: str) -> None:
        self._send("JOIN", channel)
        self.wait_for("JOIN", channel, nick=self.nick)
        self.wait_until(lambda event: event.name == "366", "the end of NAMES")

    def say(self, target: str, text: str) -> None:
        self._send("SAY", target, text)

    def notice(self, target: str, text: str) -> None:
        self._send("NOTICE", target, text)

    def me(self, target: str, text: str) -> None:
        self._send("ME", target, text)

    def change_nick(self, nick: str) -> None:
        self._send("NICK", nick)
        self.wait_for("NICK", nick)
        self.nick = nick

    def topic(self, channel: str, text: str) -> None:
        self._send("TOPIC", channel, text)

    def mode(self, channel: str, modes: str) -> None:
        self._send("MODE", channel, modes)

    def kick(self, channel: str, nick: str, reason: str) -> None:
        self._send("KICK", nick, channel, reason)

    def invite(self, nick: str, channel: str) -> None:
        self._send("INVITE", nick, channel)

    def part(self, channel: str) -> None:
        self._send("PART", channel)

    def quit(self, reason: str) -> None:
        self._send("QUIT", reason)

    def raw(self, line: str) -> None:
        self._send("RAW", line)

    def running(self) -> bool:
        return self._process.running()

    def stop(self) -> None:
        self._process.stop(1)

    def _send(self, *fields: str) -> None:
        self._process.write_line("\t".join(fields))
