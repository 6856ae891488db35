"""ngIRCd 26.1 with a plain and a TLS port on loopback: the server without IRCv3."""

from __future__ import annotations

import shutil
from pathlib import Path

from .ca import TestCa
from .process import Process, Workspace, free_port, require, unprivileged

UNPACKED = Path(__file__).resolve().parents[2] / "build" / "peers" / "usr" / "sbin"

CONFIG = """\
[Global]
Name = irc.server.test
Info = Test server
Listen = 127.0.0.1
Password = {password}
Ports = {port}
MotdPhrase = Welcome to the test server

[Limits]
ConnectRetry = 60
MaxConnectionsIP = 0
MaxJoins = 100
MaxPenaltyTime = 0
PingTimeout = 120

[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1

[SSL]
CertFile = {certificate}
KeyFile = {key}
Ports = {tls_port}
"""


class NgIrcd:
    """Same face as InspIrcd. Started by root it runs as nobody, as it would insist to; `password` is asked of clients."""

    name = "ngircd"

    def __init__(self, workspace: Workspace, ca: TestCa, password: str = "") -> None:
        self.port = free_port()
        self.tls_port = free_port()
        self._directory = workspace.directory("ngircd")
        certificate = ca.issue("ngircd")
        self._config = self._directory / "ngircd.conf"
        self._config.write_text(CONFIG.format(port=self.port, tls_port=self.tls_port, password=password,
                                              certificate=certificate.certificate, key=certificate.key))
        self._process: Process | None = None
        self.start()
        workspace.add(self)

    def start(self) -> None:
        self._process = Process("ngircd", [*unprivileged(), self._program(), "-n", "-f", self._config],
                                self._directory)
        self._process.wait_for_port(self.port)
        self._process.wait_for_port(self.tls_port)

    def _program(self) -> Path:
        """A copy where an unprivileged user may start it: tools/install may have unpacked it below our home."""
        copy = self._directory / "ngircd"
        if not copy.exists():
            shutil.copy(require("ngircd", "ngircd", str(UNPACKED)), copy)
        return copy

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def kill(self) -> None:
        if self._process:
            self._process.kill()
