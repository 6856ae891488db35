"""A second server of the network, linked to InspIRCd, with any number of people on it (spanningtree protocol 1205)."""

from __future__ import annotations

import socket
import threading
import time

from .inspircd import LINK_PASSWORD, SERVICES_NAME, InspIrcd

SERVER_ID = "0CR"
CHUNK = 8000  # bytes; InspIRCd looks for what is beyond its buffer of ten thousand once a second


def _uuid(number: int) -> str:
    """Nine characters: the server's and six of its own, the first a letter."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    out = ""
    for _ in range(6):
        out = letters[number % 26] + out
        number //= 26
    return SERVER_ID + out


class Crowd:
    """Its people are there when the constructor returns. They say nothing; split() takes them all away at once."""

    def __init__(self, server: InspIrcd, channel: str, nicks: list[str]) -> None:
        assert server.link_port
        self._pause = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", server.link_port), timeout=30)
        self._lines = self._socket.makefile("r", encoding="utf-8", errors="replace")
        self._introduce()
        self._burst(channel, nicks)
        self._wait_for("PONG")
        self._answering = threading.Thread(target=self._answer_pings, daemon=True)
        self._answering.start()

    def split(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._socket.close()

    def _introduce(self) -> None:
        self._send("CAPAB START 1205", "CAPAB CAPABILITIES :PROTOCOL=1205 CASEMAPPING=rfc1459", "CAPAB END",
                   f"SERVER {SERVICES_NAME} {LINK_PASSWORD} 0 {SERVER_ID} :A crowd")
        self._wait_for("SERVER")

    def _burst(self, channel: str, nicks: list[str]) -> None:
        now = int(time.time())
        lines = [f":{SERVER_ID} BURST {now}"]
        for number, nick in enumerate(nicks):
            lines.append(f":{SERVER_ID} UID {_uuid(number)} {now} {nick} crowd.test crowd.test crowd 192.0.2.1 {now} + "
                         f":One of many")
        for start in range(0, len(nicks), 20):
            members = " ".join(f",{_uuid(number)}" for number in range(start, min(start + 20, len(nicks))))
            lines.append(f":{SERVER_ID} FJOIN {channel} {now} +nt :{members}")
        self._send(*lines, f":{SERVER_ID} ENDBURST", f":{SERVER_ID} PING 97K")

    def _send(self, *lines: str) -> None:
        data = "".join(line + "\r\n" for line in lines).encode()
        for start in range(0, len(data), CHUNK):
            self._socket.sendall(data[start:start + CHUNK])
            if len(data) > CHUNK:
                self._pause.wait(0.01)

    def _wait_for(self, command: str) -> None:
        for line in self._lines:
            words = line.split()
            if words and words[0].startswith(":"):
                words = words[1:]
            if words and words[0] == "ERROR":
                raise RuntimeError(line.strip())
            if words and words[0] == command:
                return
        raise RuntimeError(f"the link ended before {command}")

    def _answer_pings(self) -> None:
        try:
            for line in self._lines:
                words = line.split()
                if words[1:2] == ["PING"]:
                    self._send(f":{SERVER_ID} PONG {words[0].lstrip(':')}")
        except (OSError, ValueError):
            pass
