"""Prosody 0.12 as the XMPP server: plain client connections on loopback, components with secrets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Mapping

from .process import Process, Workspace, free_port, require

CONFIG = """\
run_as_root = {run_as_root}
daemonize = false
data_path = "{data}"
pidfile = "{directory}/prosody.pid"
interfaces = {{ "127.0.0.1" }}
local_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {client_port} }}
component_ports = {{ {component_port} }}
component_interfaces = {{ "127.0.0.1" }}
s2s_ports = {{}}
c2s_direct_tls_ports = {{}}
http_ports = {{ {http_port} }}
http_interfaces = {{ "127.0.0.1" }}
http_external_url = "http://127.0.0.1:{http_port}/"
https_ports = {{}}
modules_enabled = {{ "roster", "saslauth", "disco", "presence", "message", "iq", "ping", "offline" }}
modules_disabled = {{ {disabled} }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}

VirtualHost "{domain}"
{components}"""

COMPONENT = """
Component "{domain}"
  component_secret = "{secret}"
"""

UPLOAD = """
Component "upload.{domain}" "http_file_share"
  http_host = "127.0.0.1"
  http_file_share_size_limit = 65536
"""


class Prosody:
    """`users` are local parts with passwords, `components` domains with secrets; they survive a restart."""

    name = "prosody"

    def __init__(self, workspace: Workspace, domain: str, users: Mapping[str, str], components: Mapping[str, str],
                 *, upload: bool = False) -> None:
        """`upload`: with a service for files (XEP-0363) that takes 64 KiB at most."""
        self.domain = domain
        self.client_port = free_port()
        self.http_port = free_port() if upload else 0
        self._component_port = free_port()
        self._directory = workspace.directory("prosody")
        self._config = self._directory / "prosody.cfg.lua"
        self._config.write_text(self._render(components))
        for user, password in users.items():
            self.add_user(user, password)
        self._process: Process | None = None
        self.start()
        workspace.add(self)

    def component_port(self, _domain: str) -> int:
        return self._component_port

    def add_user(self, user: str, password: str) -> None:
        host = "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in self.domain)
        accounts: Path = self._directory / "data" / host / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        (accounts / f"{user}.dat").write_text(f'return {{ ["password"] = "{password}" }};\n')

    def start(self) -> None:
        self._process = Process("prosody", [require("prosody", "prosody"), "-F", "--config", self._config], self._directory)
        self._process.wait_for_line(r"Activated service 'component' on")
        self._process.wait_for_line(r"Activated service 'c2s' on|Activated service 'legacy_ssl'")
        self._process.wait_for_port(self.client_port)
        self._process.wait_for_port(self._component_port)

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def _render(self, components: Mapping[str, str]) -> str:
        disabled = ["s2s", "tls"] + ([] if self.http_port else ["http"])
        upload = UPLOAD.format(domain=self.domain) if self.http_port else ""
        return CONFIG.format(
            http_port=self.http_port or "", disabled=", ".join(f'"{name}"' for name in disabled),
            run_as_root=str(os.geteuid() == 0).lower(), data=self._directory / "data", directory=self._directory,
            client_port=self.client_port, component_port=self._component_port, domain=self.domain,
            components="".join(COMPONENT.format(domain=name, secret=secret) for name, secret in components.items()) + upload)
