"""An IRC server that lets everybody in and then says whatever a test says, however much."""

from __future__ import annotations

import socket
import threading

from .inbox import Inbox, NotSeen
from .process import Workspace

NAME = "raw.server.test"


class Connection:
    """`nick` is set with the registration."""

    def __init__(self, owner: RawIrcd, peer: socket.socket) -> None:
        self.nick = "*"
        self._owner = owner
        self._peer = peer
        self._pongs: Inbox[str] = Inbox("answers to PING")
        self._tokens = 0

    def say(self, *lines: str) -> None:
        self._peer.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def tell(self, numeric: str, rest: str) -> None:
        self.say(f":{NAME} {numeric} {self.nick} {rest}")

    def settle(self, timeout: float = 60.0) -> None:
        """Returns when all lines have been read."""
        self._tokens += 1
        token = f"settle{self._tokens}"
        self.say(f"PING :{token}")
        self._pongs.take(lambda said: said == token, timeout, "a PONG")

    def close(self) -> None:
        """Without a word."""
        self._peer.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        with self._peer.makefile("rb") as lines:
            for raw in lines:
                self._on_line(raw.decode().rstrip("\r\n"))

    def _on_line(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        self._owner.lines.put(line)
        if command == "NICK":
            self.nick = rest
        elif command == "USER":
            self.tell("001", ":Welcome")
            self.tell("005", "CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii :are supported by this server")
            self.tell("422", ":No message of the day")
            self._owner.entered(self)
        elif command == "CAP" and rest.startswith("LS"):
            self.say(f":{NAME} CAP * LS :")
        elif command == "PING":
            self.say(f":{NAME} PONG {NAME} {rest}")
        elif command == "PONG":
            self._pongs.put(rest.lstrip(":"))
        elif command == "JOIN":
            self._on_join(rest.split(" ")[0])
        elif command == "MODE" and rest.startswith("#") and " " not in rest:
            self.tell("324", f"{rest} +nt")
        elif command == "LIST":
            self.say(*(f":{NAME} 322 {self.nick} {entry}" for entry in self._owner.rooms))
            self.tell("323", ":End of LIST")

    def _on_join(self, channel: str) -> None:
        self.say(f":{self.nick}!user@host JOIN {channel}")
        names = [self.nick, *self._owner.names.get(channel, [])]
        for at in range(0, len(names), 30):
            self.tell("353", f"= {channel} :{' '.join(names[at:at + 30])}")
        self.tell("366", f"{channel} :End of NAMES")


class RawIrcd:
    """`names` has who is in which channel, `rooms` the entries of LIST; `lines` has what clients say."""

    def __init__(self, workspace: Workspace) -> None:
        self.names: dict[str, list[str]] = {}
        self.rooms: list[str] = []
        self.lines: Inbox[str] = Inbox("raw ircd")
        self._present: dict[str, Connection] = {}
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        workspace.add(self)

    def connection(self, nick: str, timeout: float = 20.0) -> Connection:
        with self._changed:
            if not self._changed.wait_for(lambda: nick in self._present, timeout):
                raise NotSeen(f"{nick} did not connect")
            return self._present[nick]

    def entered(self, connection: Connection) -> None:
        with self._changed:
            self._present[connection.nick] = connection
            self._changed.notify_all()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            Connection(self, peer).serve()
        except OSError:
            pass  # wherry has ended
        finally:
            peer.close()
