#!/usr/bin/python3
"""A small gateway that does one thing wrong, so that the load generator can show that it notices.

Called like wherry: `broken_gateway.py run --config FILE`; what to do wrong is in $FLAW: nothing, dies, loses, doubles,
reorders, corrupts, refuses, stalls or mistakes (the wrong channel). It serves one user and the direction XMPP to IRC.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
import tomllib
from html import unescape
from pathlib import Path

FLAW = os.environ.get("FLAW", "nothing")
AT = 40  # the message at which it happens
NS = "xmlns='http://jabber.org/protocol/muc#user'"


class Gateway:
    def __init__(self, config: dict) -> None:
        component = config["component"][0]
        self._domain, self._said, self._kept = component["domain"], 0, ""
        self._irc_port = component["network"][0]["port"]
        self._xmpp = socket.create_connection(("127.0.0.1", component["port"]))
        self._buffer = ""
        self._shake_hands(component["secret"])

    def _shake_hands(self, secret: str) -> None:
        self._tell(f"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
                   f"to='{self._domain}'>")
        header = self._until(">", "<stream:stream")
        stream = re.search(r" id='([^']*)'", header)[1]
        self._tell(f"<handshake>{hashlib.sha1((stream + secret).encode()).hexdigest()}</handshake>")
        self._until("/>", "<handshake")

    def _tell(self, text: str) -> None:
        self._xmpp.sendall(text.encode())

    def _until(self, end: str, begin: str) -> str:
        while begin not in self._buffer or end not in self._buffer[self._buffer.index(begin):]:
            got = self._xmpp.recv(65536)
            if not got:
                sys.exit(0)
            self._buffer += got.decode()
        at = self._buffer.index(end, self._buffer.index(begin)) + len(end)
        text, self._buffer = self._buffer[:at], self._buffer[at:]
        return text

    def join(self) -> None:
        stanza = self._until("</presence>", "<presence")
        self._user = re.search(r"from='([^']*)'", stanza)[1]
        self._occupant = re.search(r"to='([^']*)'", stanza)[1]
        self._room, nick = self._occupant.split("/")
        self._channel = self._room.split("%")[0]
        self._irc = socket.create_connection(("127.0.0.1", self._irc_port))
        self._irc.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :x\r\nJOIN {self._channel}\r\n".encode())
        while b" 366 " not in self._irc.recv(65536):
            pass
        self._tell(f"<presence from='{self._occupant}' to='{self._user}'><x {NS}><status code='110'/></x></presence>")

    def serve(self) -> None:
        while True:
            stanza = self._until("</message>", "<message")
            body = re.search(r"<body>(.*)</body>", stanza, re.S)[1]
            self._said += 1
            if self._said == AT and FLAW != "nothing":
                self._spoil(body)
            else:
                self._pass_on(body)
                if self._kept:
                    self._pass_on(self._kept)
                    self._kept = ""

    def _pass_on(self, body: str, channel: str = "") -> None:
        self._irc.sendall(f"PRIVMSG {channel or self._channel} :{unescape(body)}\r\n".encode())
        self._reflect(body)

    def _reflect(self, body: str) -> None:
        self._tell(f"<message from='{self._occupant}' to='{self._user}' type='groupchat'><body>{body}</body></message>")

    def _spoil(self, body: str) -> None:
        if FLAW == "dies":
            os._exit(3)
        elif FLAW == "doubles":
            self._pass_on(body)
            self._pass_on(body)
        elif FLAW == "reorders":
            self._kept = body
        elif FLAW == "corrupts":
            self._pass_on(body + "!")
        elif FLAW == "mistakes":
            self._pass_on(body, "#elsewhere")
        elif FLAW == "refuses":
            self._tell(f"<message from='{self._room}' to='{self._user}' type='error'><error type='wait'/></message>")
        elif FLAW == "stalls":
            self._irc.recv(1)


def main() -> None:
    gateway = Gateway(tomllib.loads(Path(sys.argv[3]).read_text()))
    gateway.join()
    gateway.serve()


if __name__ == "__main__":
    main()
