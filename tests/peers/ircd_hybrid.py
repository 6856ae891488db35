"""ircd-hybrid 8.2 with a plain and a TLS port on loopback: a server with a little IRCv3, and limits of its own."""

from __future__ import annotations

import shutil

from .ca import TestCa
from .process import Process, Workspace, free_port, require, unprivileged

PLACES = "/usr/sbin:/usr/local/sbin"

CONFIG = """\
serverinfo {{
  name = "irc.server.test"; description = "Test server"; network_name = "TestNet"; sid = "0AA";
  rsa_private_key_file = "{key}"; tls_certificate_file = "{certificate}";
  max_nick_length = 30; max_topic_length = 300; default_max_clients = 500;
}};
admin {{ name = "admin"; description = "admin"; email = "<admin@example.test>"; }};
class {{
  name = "users"; ping_time = 60 seconds; number_per_ip_local = 200; number_per_ip_global = 200; max_number = 200;
  sendq = 1 megabytes; recvq = 8000 bytes;
}};
listen {{ host = "127.0.0.1"; port = {port}; flags = tls; port = {tls_port}; }};
auth {{ user = "*@*"; class = "users"; flags = exceed_limit, can_flood; }};
channel {{ disable_fake_channels = yes; max_channels = 50; default_join_flood_count = 0; }};
general {{
  disable_auth = yes; anti_nick_flood = no; throttle_count = 1000; throttle_time = 1 second; ping_cookie = no;
  default_floodcount = 100; pace_wait = 0 seconds; pace_wait_simple = 0 seconds; anti_spam_exit_message_time = 0 seconds;
}};
modules {{ path = "/usr/lib/ircd-hybrid/modules"; path = "/usr/lib/ircd-hybrid/modules/autoload"; }};
log {{ use_logging = no; }};
"""


def is_left_out() -> bool:
    """tools/install does not put it in the place of an ngIRCd that is installed."""
    return not shutil.which("ircd-hybrid", path=PLACES) and bool(shutil.which("ngircd", path=PLACES))


class IrcdHybrid:
    """Same face as InspIrcd. It refuses to run as root, so it runs as nobody then."""

    name = "hybrid"

    def __init__(self, workspace: Workspace, ca: TestCa) -> None:
        self.port = free_port()
        self.tls_port = free_port()
        self._directory = workspace.directory("ircd-hybrid")
        self._state = self._directory / "state"
        self._state.mkdir()
        self._state.chmod(0o777)  # nobody's pid file and databases
        certificate = ca.issue("ircd-hybrid", rsa=True)
        (self._directory / "ircd.conf").write_text(
            CONFIG.format(port=self.port, tls_port=self.tls_port, certificate=certificate.certificate,
                          key=certificate.key))
        self._process: Process | None = None
        self.start()
        workspace.add(self)

    def start(self) -> None:
        files = [part for name in ("klinefile", "dlinefile", "xlinefile", "resvfile", "logfile", "pidfile")
                 for part in (f"-{name}", self._state / name)]
        command = [*unprivileged(), require("ircd-hybrid", "ircd-hybrid"), "-foreground",
                   "-configfile", self._directory / "ircd.conf", *files]
        self._process = Process("ircd-hybrid", command, self._directory)
        self._process.wait_for_port(self.port)
        self._process.wait_for_port(self.tls_port)

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def kill(self) -> None:
        if self._process:
            self._process.kill()
