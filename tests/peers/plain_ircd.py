"""An IRC server for one client at a time, where a test says every line that others would say."""

from __future__ import annotations

import socketserver
import threading

from .inbox import Inbox
from .process import Workspace

NAME = "plain.server.test"


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        owner, self._nick = self.server.owner, "*"
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            owner.lines.put(line)
            command, _, rest = line.partition(" ")
            if command == "JOIN":
                owner.client = self
            for answer in self._answers(command, rest):
                self.say(answer)
            if command == "QUIT":
                return

    def _answers(self, command: str, rest: str) -> list[str]:
        if command == "CAP":
            return [f":{NAME} CAP * LS :"] if rest.startswith("LS") else []
        if command == "NICK":
            self._nick = rest
        if command == "USER":
            return [f":{NAME} 001 {self._nick} :Welcome", f":{NAME} 422 {self._nick} :No message of the day"]
        if command == "PING":
            return [f":{NAME} PONG {NAME} {rest}"]
        if command == "JOIN":
            return [f":{self._nick}!user@host JOIN {rest}", f":{NAME} 353 {self._nick} = {rest} :{self._nick} peer",
                    f":{NAME} 366 {self._nick} {rest} :End of NAMES"]
        return []

    def say(self, lines: str) -> None:
        self.wfile.write(f"{lines}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    owner: PlainIrcd


class PlainIrcd:
    """`lines` has what the client says."""

    def __init__(self, workspace: Workspace) -> None:
        self.lines: Inbox[str] = Inbox("plain IRC server")
        self.client: _Connection | None = None
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.owner = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        workspace.add(self)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def say(self, channel: str, *texts: str) -> None:
        """In the name of `peer`; waits while the client doesn't read."""
        assert self.client
        self.client.say("\r\n".join(f":peer!p@host PRIVMSG {channel} :{text}" for text in texts))
