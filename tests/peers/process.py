"""Child processes that end with us, whatever happens, and whose output is both kept in a file and awaited line by line.

Each child leads a process group of its own and asks the kernel to be killed when we die. The kernel means the thread
that started it, so children are started from the main thread only.
"""

from __future__ import annotations

import ctypes
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Callable, Sequence

from .inbox import Inbox, NotSeen

PR_SET_PDEATHSIG = 1
START_TIMEOUT = 30.0
_libc = ctypes.CDLL(None, use_errno=True)


def free_port() -> int:
    """A free TCP port below the range from which the kernel picks the ports of outgoing connections.

    So it stays free while a server is being restarted.
    """
    for _ in range(1000):
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port between 12000 and 32000")


def wait_for_port(port: int, timeout: float = START_TIMEOUT, alive: Callable[[], bool] = lambda: True) -> None:
    """Returns when somebody listens on the port of 127.0.0.1."""
    pause = threading.Event()
    for _ in range(int(timeout / 0.02)):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=timeout):
                return
        except ConnectionRefusedError:
            if not alive():
                break
            pause.wait(0.02)
    raise NotSeen(f"nobody listens on 127.0.0.1:{port}")


def _die_with_parent(parent: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call
        os._exit(1)


class Process:
    """One running program. `lines` has its output (both streams); stop() is idempotent.

    `on_line` is called in a thread of ours for each line, before waiting threads see it.
    """

    def __init__(self, name: str, argv: Sequence[str | Path], directory: Path, *, env: dict[str, str] | None = None,
                 stdin: bool = False, on_line: Callable[[str], None] | None = None) -> None:
        parent = os.getpid()
        self.name = name
        self.log = directory / f"{name}.log"
        self.lines: Inbox[str] = Inbox(name)
        self._on_line = on_line or (lambda _line: None)
        self._child = subprocess.Popen(
            [str(part) for part in argv], cwd=directory, env={**os.environ, **(env or {})}, start_new_session=True,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=lambda: _die_with_parent(parent))
        self._reader = threading.Thread(target=self._read, args=(self._child.stdout,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def running(self) -> bool:
        return self._child.poll() is None

    def write_line(self, line: str) -> None:
        assert self._child.stdin
        self._child.stdin.write(line.encode() + b"\n")
        self._child.stdin.flush()

    def wait_for_line(self, pattern: str, timeout: float = START_TIMEOUT) -> re.Match[str]:
        """The first line not yet awaited in which the regular expression is found."""
        search = re.compile(pattern).search
        line = self.lines.take(lambda text: search(text) is not None, timeout, f"a line with {pattern!r}")
        match = search(line)
        assert match
        return match

    def wait_for_port(self, port: int, timeout: float = START_TIMEOUT) -> None:
        wait_for_port(port, timeout, self.running)

    def signal(self, number: int) -> None:
        self._child.send_signal(number)

    def wait(self, timeout: float) -> int:
        """The exit status; subprocess.TimeoutExpired when it still runs."""
        return self._child.wait(timeout)

    def kill(self) -> None:
        """kill -9 of the whole group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._end()

    def stop(self, patience: float = 3.0) -> None:
        """SIGTERM, and SIGKILL to the group when that takes too long."""
        if self.running():
            self.signal(signal.SIGTERM)
            try:
                self.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def tail(self, count: int = 40) -> str:
        return "\n".join(self.lines.history[-count:])

    def _read(self, output: IO[bytes]) -> None:
        with self.log.open("ab") as log:
            for raw in output:
                log.write(raw)
                log.flush()
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                self._on_line(line)
                self.lines.put(line)
        self.lines.close()

    def _end(self) -> None:
        self._child.wait()
        self._reader.join(2)
        for stream in (self._child.stdin, self._child.stdout):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass


class Workspace:
    """A private directory and the things running in it, ended in the reverse order of their start.

    Anything with stop() may be added. The directory is readable by the unprivileged users some servers switch to.
    """

    def __init__(self, parent: Path | None = None, keep: bool = False) -> None:
        if parent:
            parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix="wherry-", dir=parent))
        self.path.chmod(0o755)
        self.keep = keep
        self._running: list = []

    def directory(self, name: str) -> Path:
        path = self.path / name
        path.mkdir(exist_ok=True)
        return path

    def add(self, thing):
        self._running.append(thing)
        return thing

    def remove(self, thing) -> None:
        thing.stop()
        self._running.remove(thing)

    def logs(self, count: int = 40) -> str:
        """The end of every log, for a test that failed."""
        parts = []
        for log in sorted(self.path.rglob("*.log")):
            lines = log.read_text("utf-8", "replace").splitlines()[-count:]
            parts.append(f"---- {log}\n" + "\n".join(lines))
        return "\n".join(parts)

    def close(self) -> None:
        failures = []
        while self._running:
            try:
                self._running.pop().stop()
            except Exception as failure:  # noqa: BLE001, the others have to be ended all the same
                failures.append(failure)
        if not self.keep:
            shutil.rmtree(self.path, ignore_errors=True)
        if failures:
            raise failures[0]

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def require(program: str, package: str, *places: str) -> str:
    """The path of a program; in words for the user where it is missing."""
    found = shutil.which(program, path=":".join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *places]))
    if not found:
        raise FileNotFoundError(f"{program} is missing: apt-get install {package}")
    return found


def unprivileged() -> list[str]:
    """What to put before a program that doesn't want to be root.

    Changing the user clears the death signal, so setpriv sets it again.
    """
    if os.geteuid() != 0:
        return []
    return [require("setpriv", "util-linux"), "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=KILL"]
