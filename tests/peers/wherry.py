"""The gateway under test: its configuration file and its process."""

from __future__ import annotations

import json
import os
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from .kannel import PASSWORD, USER
from .process import Process, Workspace, free_port

WEBHOOK_SECRET = "webhook-secret-of-the-tests"
IRC_DOMAIN = "irc.example.test"
SMS_DOMAIN = "sms.example.test"
SECRETS = {IRC_DOMAIN: "secret-of-irc", SMS_DOMAIN: "secret-of-sms"}


def program() -> Path:
    """Where the build put it: $WHERRY, set by ctest and ./demo."""
    return Path(os.environ["WHERRY"])


@dataclass
class IrcNetwork:
    name: str
    port: int
    ca_file: Path | None = None  # without one: no TLS
    host: str = "127.0.0.1"
    more: str = ""  # further lines

    def toml(self) -> str:
        tls = "tls = true" if self.ca_file or "fingerprint" in self.more else "tls = false"
        trust = f'ca_file = "{self.ca_file}"\n' if self.ca_file else ""
        return (f'[[component.network]]\nname = "{self.name}"\nhost = "{self.host}"\nport = {self.port}\n{tls}\n'
                f'{trust}poll_seconds = 5\n{self.more}')


def unlimited(more: str) -> str:
    """Tests write more than people; those about limits set their own."""
    keys = ("user_limits", "network_limits")
    head = "".join(f"{key} = []\n" for key in keys if key not in more)
    return head + more


@dataclass
class SmsNetwork:
    send_url: str
    name: str = "sms"
    country_code: str = "1"
    more: str = ""  # further lines

    def toml(self) -> str:
        return (f'[[component.network]]\nname = "{self.name}"\nprovider = "kannel"\nsend_url = "{self.send_url}"\n'
                f'username = "{USER}"\npassword = "{PASSWORD}"\nwebhook_secret = "{WEBHOOK_SECRET}"\n'
                f'country_code = "{self.country_code}"\n{unlimited(self.more)}')


@dataclass
class HttpSmsNetwork:
    provider: str  # "provider" and its keys
    name: str = "sms"
    country_code: str = "1"
    more: str = ""  # further lines

    def toml(self) -> str:
        return (f'[[component.network]]\nname = "{self.name}"\n{self.provider}'
                f'country_code = "{self.country_code}"\n{unlimited(self.more)}')


@dataclass
class Component:
    type: str
    domain: str
    port: int
    networks: list[IrcNetwork] | list[SmsNetwork | HttpSmsNetwork]
    secret: str = ""
    admins: list[str] = field(default_factory=list)

    def toml(self) -> str:
        secret = self.secret or SECRETS[self.domain]
        return (f'[[component]]\ntype = "{self.type}"\ndomain = "{self.domain}"\nhost = "127.0.0.1"\nport = {self.port}\n'
                f'secret = "{secret}"\nadmins = {json.dumps(self.admins)}\n\n' + "\n".join(network.toml() for network in self.networks))


@dataclass
class Settings:
    """`http_port` is chosen early: Kannel has to know it before wherry runs."""

    components: list[Component] = field(default_factory=list)
    http_port: int = field(default_factory=free_port)
    ident_port: int = 0  # 0: no [identd]
    media: bool = False  # users can fetch files from the listener; those from telephones have at most one megabyte

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def mo_url(self, network: str = "sms") -> str:
        return f"http://127.0.0.1:{self.http_port}/kannel/{network}/{WEBHOOK_SECRET}/mo?id=%I"

    def toml(self, database: Path) -> str:
        head = f'[database]\npath = "{database}"\n\n[http]\nlisten = "127.0.0.1:{self.http_port}"\n'
        if self.media:
            head += f'public_url = "{self.public_url}"\nmedia_megabytes = 1\n\n'
        if self.ident_port:
            head += f'[identd]\nlisten = "127.0.0.1:{self.ident_port}"\n\n'
        return head + "\n" + "\n".join(component.toml() for component in self.components)


class Wherry:
    """`wherry run`; `settings` are read again at every start, the database stays in `directory`."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self.settings = settings
        self.directory = workspace.directory("wherry")
        self._config = self.directory / "wherry.toml"
        self.process: Process | None = None
        workspace.add(self)

    def start(self) -> None:
        """Returns when wherry says that it is ready, as systemd is told (sd_notify)."""
        self._config.write_text(self.settings.toml(self.directory / "wherry.db"))
        self._config.chmod(0o600)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind("")  # an abstract address of the kernel's choice: no limit on the length of our directory's name
            address = "@" + notify.getsockname()[1:].decode()
            self.process = Process("wherry", [program(), "run", "--config", self._config], self.directory,
                                   env={"NOTIFY_SOCKET": address})
            self._wait_until_ready(notify)

    def terminate(self, patience: float = 2.0) -> int:
        """SIGTERM; the exit status. subprocess.TimeoutExpired when it takes longer than it may."""
        assert self.process
        self.process.signal(signal.SIGTERM)
        return self.process.wait(patience)

    def kill(self) -> None:
        if self.process:
            self.process.kill()

    def stop(self) -> None:
        """Whatever a test did to it, wherry has to end in order."""
        if not self.process or not self.process.running():
            return
        try:
            status = self.terminate(10.0)  # tests of their own hold it to two seconds, on a machine with less to do
            assert status == 0, f"wherry ended with status {status}:\n{self.process.tail()}"
        finally:
            self.process.kill()

    def _wait_until_ready(self, notify: socket.socket) -> None:
        assert self.process
        notify.settimeout(0.1)
        for _ in range(100):
            try:
                if b"READY=1" in notify.recv(4096).split(b"\n"):
                    return
            except TimeoutError:
                if not self.process.running():
                    break
        raise RuntimeError(f"wherry did not become ready:\n{self.process.tail()}")
