"""Anope 2.0 on loopback: the services of an InspIRCd, for accounts and SASL. Nothing but NickServ is loaded."""

from __future__ import annotations

import os
import shutil

from .inspircd import LINK_PASSWORD, SERVICES_NAME, InspIrcd
from .irc_client import IrcClient
from .process import Process, Workspace, require, unprivileged

MODULES = "/usr/lib/anope"
LOCALES = "/usr/share/anope/locale"

CONFIG = """\
uplink {{ host = "127.0.0.1"; ipv6 = no; ssl = no; port = {port}; password = "{password}" }}
serverinfo {{ name = "{name}"; description = "Test services"; pid = "{directory}/anope.pid"; motd = "{directory}/motd" }}
networkinfo
{{
  networkname = "TestNet"; nicklen = 30; userlen = 10; hostlen = 64; chanlen = 64
  vhost_chars = "abcdefghijklmnopqrstuvwxyz0123456789.-"
}}
options
{{
  casemap = "rfc1459"; badpasslimit = 0; updatetimeout = 5m; expiretimeout = 30m; readtimeout = 5s
  warningtimeout = 4h; timeoutcheck = 3s; retrywait = 1s; seed = 1
}}
service {{ nick = "NickServ"; user = "services"; host = "{name}"; gecos = "Nicknames" }}
module {{ name = "inspircd3" }}
module {{ name = "db_flatfile"; database = "anope.db"; keepbackups = 0; fork = no }}
module {{ name = "enc_sha256" }}
module {{ name = "m_sasl" }}
module {{ name = "nickserv"; client = "NickServ"; forceemail = no; defaults = ""; regdelay = 0s; expire = 0; passlen = 64 }}
module {{ name = "ns_cert"; max = 5 }}
module {{ name = "ns_identify" }}
module {{ name = "ns_register"; registration = "none" }}
command {{ service = "NickServ"; name = "CERT"; command = "nickserv/cert" }}
command {{ service = "NickServ"; name = "IDENTIFY"; command = "nickserv/identify" }}
command {{ service = "NickServ"; name = "REGISTER"; command = "nickserv/register" }}
"""


class Anope:
    """Once constructed it is linked, and the IRC server offers SASL."""

    def __init__(self, workspace: Workspace, irc: InspIrcd) -> None:
        self._workspace = workspace
        self._irc = irc
        self._directory = workspace.directory("anope")
        (self._directory / "motd").touch()
        config = CONFIG.format(port=irc.link_port, password=LINK_PASSWORD, name=SERVICES_NAME, directory=self._directory)
        (self._directory / "services.conf").write_text(config)
        if os.geteuid() == 0:
            shutil.chown(self._directory, "nobody", "nogroup")
        self._process: Process | None = None
        workspace.add(self)
        witness = IrcClient(workspace, irc.port, "witness")
        witness.raw("CAP LS 302")
        self._start()
        witness.wait_until(lambda event: event.name == "CAP" and "NEW" in event.params, "the offer of SASL")
        workspace.remove(witness)

    def _start(self) -> None:
        directories = [f"--{name}dir={self._directory}" for name in ("conf", "db", "log")]
        command = [*unprivileged(), require("anope", "anope"), "--nofork", "--nothird", *directories,
                   f"--modulesdir={MODULES}", f"--localedir={LOCALES}"]
        self._process = Process("anope", command, self._directory)

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def wait_for_line(self, pattern: str, timeout: float) -> None:
        """In its log: each line is taken once."""
        assert self._process
        self._process.wait_for_line(pattern, timeout)

    def register(self, account: str, password: str) -> None:
        """By a client of that nick, which leaves again."""
        owner = IrcClient(self._workspace, self._irc.port, account)
        owner.say("NickServ", f"REGISTER {password} {account}@example.test")
        owner.wait_for("900")
        self._workspace.remove(owner)
