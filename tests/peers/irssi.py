"""irssi on a terminal of tmux: what is typed into it, and what a person would see on the screen."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

from .inbox import NotSeen
from .process import Process, Workspace, require

TIMEOUT = 15.0
CONFIG = """\
settings = {{
  core = {{ real_name = "A Person"; user_name = "person"; nick = "{nick}"; }};
  "irc/core" = {{ cmd_queue_speed = "10msec"; }};
  "fe-common/core" = {{ term_charset = "UTF-8"; autocreate_own_query = "yes"; }};
}};
"""


class Irssi:
    """Connected to the server when the constructor returns."""

    def __init__(self, workspace: Workspace, port: int, nick: str) -> None:
        self.nick = nick
        self._directory = workspace.directory(f"irssi-{nick}")
        (self._directory / "config").write_text(CONFIG.format(nick=nick))
        self._server = Process(f"tmux-{nick}", [*self._tmux(), "-D"], self._directory)
        workspace.add(self)
        self._wait_for_socket()
        command = f"irssi --home={self._directory} -c 127.0.0.1 -p {port} -n {nick}"
        require("irssi", "irssi")
        self._run("new-session", "-d", "-x", "150", "-y", "50", "-s", "irssi", f"env LC_ALL=C.UTF-8 {command}")
        self.see("End of")  # of the message of the day

    def type(self, text: str) -> None:
        """A line and Enter."""
        self._run("send-keys", "-t", "irssi", "-l", "--", text)
        self._run("send-keys", "-t", "irssi", "Enter")

    def screen(self) -> str:
        return self._run("capture-pane", "-t", "irssi", "-p", "-J")

    def see(self, text: str, timeout: float = TIMEOUT) -> None:
        """Returns when the text is on the screen."""
        pause, until = threading.Event(), time.monotonic() + timeout
        while text not in self.screen():
            if time.monotonic() > until:
                raise NotSeen(f"{text!r} is not on irssi's screen:\n{self.screen()}")
            pause.wait(0.05)

    def stop(self) -> None:
        self._server.stop(1)

    @property
    def _socket(self) -> Path:
        return self._directory / "tmux"

    def _tmux(self) -> list[str]:
        return [require("tmux", "tmux"), "-u", "-S", str(self._socket), "-f", "/dev/null"]

    def _wait_for_socket(self) -> None:
        pause, until = threading.Event(), time.monotonic() + TIMEOUT
        while not self._socket.exists():
            if time.monotonic() > until:
                raise NotSeen("tmux does not run:\n" + self._server.tail())
            pause.wait(0.02)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._tmux(), *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr.strip()}")
        return done.stdout
