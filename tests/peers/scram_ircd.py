"""An IRC server with one channel's worth of commands whose only way in is SCRAM, checked by code that is not ours.

Debian has no services for IRC that speak SCRAM: Anope knows PLAIN and EXTERNAL.
"""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path

from .inbox import Inbox
from .process import Process, Workspace, require

NAME = "scram.server.test"
CHUNK = 400  # bytes of base64 in one AUTHENTICATE (IRCv3 sasl-3.1)
SCRIPT = Path(__file__).with_name("scram_server.pl")


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._nick = "*"
        self._text = ""
        self._steps: list[str] = []
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.server.owner.lines.put(line)
            command, _, rest = line.partition(" ")
            answer = getattr(self, f"_on_{command.lower()}", None)
            if answer:
                answer(rest)
            if command == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _tell(self, numeric: str, rest: str) -> None:
        self._say(f":{NAME} {numeric} {self._nick} {rest}")

    def _on_cap(self, rest: str) -> None:
        if rest.startswith("LS"):
            self._say(f":{NAME} CAP * LS :sasl={self.server.owner.mechanism}")
        elif rest.startswith("REQ"):
            self._say(f":{NAME} CAP * ACK {rest[4:]}")
        elif rest == "END":
            self._tell("001", f":Welcome {self._nick}")
            self._tell("005", "CHANTYPES=# PREFIX=(ov)@+ :are supported by this server")
            self._tell("422", ":No message of the day")

    def _on_nick(self, rest: str) -> None:
        self._nick = rest

    def _on_ping(self, rest: str) -> None:
        self._say(f":{NAME} PONG {NAME} {rest}")

    def _on_join(self, rest: str) -> None:
        self._say(f":{self._nick}!user@host JOIN {rest}")
        self._tell("353", f"= {rest} :{self._nick}")
        self._tell("366", f"{rest} :End of NAMES")

    def _on_authenticate(self, rest: str) -> None:
        if rest == self.server.owner.mechanism:
            self._steps = ["first", "final"]
            self._say("AUTHENTICATE +")
        elif rest == "*":
            self._tell("906", ":SASL authentication aborted")
        elif self._steps:
            self._text += rest if rest != "+" else ""
            if len(rest) < CHUNK:
                self._check()
        else:
            self._tell("900", f"{self._nick}!user@host {self.server.owner.account} :You are now logged in")
            self._tell("903", ":SASL authentication successful")

    def _check(self) -> None:
        answer = self.server.owner.ask(self._steps.pop(0), self._text)
        self._text = ""
        if answer:
            self._say(f"AUTHENTICATE {answer}")
        else:
            self._tell("904", ":SASL authentication failed")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: ScramIrcd


class ScramIrcd:
    """`lines` has what clients said. With `proven` it lets in who has the password, but doesn't know it itself."""

    def __init__(self, workspace: Workspace, digest: str, account: str, password: str, proven: str = "") -> None:
        self.mechanism = f"SCRAM-{digest}"
        self.account = account
        self.lines: Inbox[str] = Inbox(self.mechanism)
        argv = [require("perl", "libauthen-scram-perl"), SCRIPT, digest, account, password, proven or password]
        self._checker = Process("scram", argv, workspace.path, stdin=True)
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.owner = self
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        workspace.add(self)

    def ask(self, step: str, message: str) -> str:
        """The next message in base64; empty when the login is refused."""
        self._checker.write_line(f"{step} {message}")
        return self._checker.wait_for_line(r"^ok (\S+)$|^no$").group(1) or ""

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._checker.stop()
