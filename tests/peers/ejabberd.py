"""ejabberd 23.01 (Debian's package, Debian's erl), outside its service: own spool and config, no epmd, no node name."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Mapping

from .process import Process, Workspace, free_port, require

LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")

CONFIG = """\
hosts: ["{domain}"]
loglevel: info
auth_method: internal
auth_password_format: plain
acl: {{loopback: {{ip: 127.0.0.0/8}}}}
api_permissions:
  tests: {{who: {{access: {{allow: [{{acl: loopback}}]}}}}, what: ["*"]}}
access_rules: {{local: {{allow: local}}, c2s: {{allow: all}}}}
modules: {{mod_disco: {{}}, mod_ping: {{}}, mod_roster: {{}}, mod_http_api: {{}}, mod_offline: {{}}}}
listen:
  - {{port: {client_port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, access: c2s, max_stanza_size: 262144}}
  - {{port: {api_port}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{"/api": mod_http_api}}}}
"""

COMPONENT = """\
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_service, global_routes: false, hosts: {{"{domain}": {{password: "{secret}"}}}}}}
"""


class Ejabberd:
    """Same face as Prosody. Every component has a listener of its own, so that none is routed another's stanzas."""

    name = "ejabberd"

    def __init__(self, workspace: Workspace, domain: str, users: Mapping[str, str], components: Mapping[str, str]) -> None:
        self.domain = domain
        self.client_port = free_port()
        self._api_port = free_port()
        self._component_ports = {name: free_port() for name in components}
        self._directory = workspace.directory("ejabberd")
        (self._directory / "ejabberd.yml").write_text(self._render(components))
        self._users = dict(users)
        self._process: Process | None = None
        self.start()
        workspace.add(self)

    def component_port(self, domain: str) -> int:
        return self._component_ports[domain]

    def add_user(self, user: str, password: str) -> None:
        self._users[user] = password
        self._register(user, password)

    def start(self) -> None:
        self._process = Process("ejabberd", self._command(), self._directory, env=self._environment())
        self._process.wait_for_line(r"ejabberd \S+ is started in the node", 60)
        for port in (self.client_port, self._api_port, *self._component_ports.values()):
            self._process.wait_for_port(port)
        for user, password in self._users.items():  # a killed ejabberd forgets the latest ones
            self._register(user, password)

    def stop(self) -> None:
        if self._process:
            self._process.stop(10)

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def _command(self) -> list[str]:
        return [require("erl", "ejabberd"), "-noinput", "+K", "true", "+S", "2:2", "-start_epmd", "false",
                "-mnesia", "dir", f'"{self._directory / "spool"}"', "-s", "ejabberd"]

    def _environment(self) -> dict[str, str]:
        return {
            "ERL_LIBS": str(LIBRARIES),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(self._directory / "erl_crash.dump"),
            "EJABBERD_CONFIG_PATH": str(self._directory / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(self._directory / "server.log"),
            "HOME": str(self._directory),
        }

    def _render(self, components: Mapping[str, str]) -> str:
        head = CONFIG.format(domain=self.domain, client_port=self.client_port, api_port=self._api_port)
        return head + "".join(COMPONENT.format(port=self._component_ports[name], domain=name, secret=secret)
                              for name, secret in components.items())

    def _register(self, user: str, password: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._api_port, timeout=20)
        body = json.dumps({"user": user, "host": self.domain, "password": password})
        connection.request("POST", "/api/register", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status not in (200, 409):  # 409: there already
            raise RuntimeError(f"ejabberd refused the user {user}: {answer.status} {answer.read()!r}")
        connection.close()
