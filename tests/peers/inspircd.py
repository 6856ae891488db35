"""InspIRCd 3.15 with a plain and a TLS port on loopback and every IRCv3 module Debian has for it."""

from __future__ import annotations

import os

from .ca import TestCa
from .process import Process, Workspace, free_port, require

MODULES = """
    cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags ircv3_echomessage ircv3_invitenotify
    ircv3_labeledresponse ircv3_msgid ircv3_servertime monitor namesx uhnames setname botmode chanhistory customprefix
    services_account muteban ssl_gnutls sslinfo
""".split()

# What Anope asks for, and `sasl`, which is offered while the services are linked.
SERVICES_MODULES = "spanningtree hidechans sasl".split()
SERVICES_NAME = "services.server.test"
WEBIRC_PASSWORD = "password-of-the-gateway"

# What tests of logins ask for.
EXTRAS = {
    "sts": ("ircv3_sts", '<sts host="localhost" duration="5m" port="{tls_port}" preload="no">'),
    "webirc": ("cgiirc", f'<cgihost type="webirc" mask="127.0.0.1" password="{WEBIRC_PASSWORD}">'),
}
LINK_PASSWORD = "password-of-the-link"

CONFIG = """\
<server name="{server_name}" description="Test server" network="TestNet" id="97K">
<admin name="admin" nick="admin" email="admin@example.test">
<bind address="127.0.0.1" port="{port}" type="clients">
{tls}
{services}
<connect name="main" allow="*" timeout="60" pingfreq="60" hardsendq="1M" softsendq="256K" recvq="64K"
         threshold="1000" commandrate="1000000" fakelag="no" localmax="1000" globalmax="1000" maxchans="100"
         useident="no" resolvehostnames="no">
<class name="none">
<performance softlimit="1024" somaxconn="128" quietbursts="yes">
<options prefixquit="Quit: " casemapping="rfc1459" syntaxhints="no" hostintopic="yes" defaultmodes="not">
<security hidesplits="no" hidebans="no" maxtargets="20">
<limits maxnick="30" maxchan="64" maxtopic="307" maxkick="255" maxaway="200">
<pid file="{directory}/inspircd.pid">
<log method="stdout" type="* -USERINPUT -USEROUTPUT" level="default" flush="1">
<path configdir="{directory}" datadir="{directory}" logdir="{directory}" runtimedir="{directory}">
<dns server="127.0.0.1" timeout="1">
<files motd="{directory}/motd">
<customprefix name="founder" letter="q" prefix="~" rank="50000" ranktoset="50000" depriv="yes">
<customprefix name="admin" letter="a" prefix="&amp;" rank="40000" ranktoset="50000" depriv="yes">
<customprefix name="halfop" letter="h" prefix="%" rank="20000" ranktoset="30000" depriv="yes">
{modules}
"""

TLS = """\
<sslprofile name="clients" provider="gnutls" certfile="{certificate}" keyfile="{key}" hash="sha256" requestclientcert="yes">
<bind address="127.0.0.1" port="{port}" type="clients" sslprofile="clients">
"""

SERVICES = """\
<bind address="127.0.0.1" port="{port}" type="servers">
<link name="{name}" ipaddr="127.0.0.1" port="{port}" allowmask="127.0.0.1" sendpass="{password}" recvpass="{password}">
<uline server="{name}" silent="yes">
<sasl target="{name}" requiressl="no">
"""


class InspIrcd:
    """`port` is plain, `tls_port` verified by the CA given; `link_port` is for Anope, where `services` are wanted."""

    name = "inspircd"

    def __init__(self, workspace: Workspace, ca: TestCa, services: bool = False, extras: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.tls_port = free_port()
        self.link_port = free_port() if services else None
        self._extras = extras
        self._directory = workspace.directory("inspircd")
        (self._directory / "motd").write_text("Welcome to the test server\n")
        self._config = self._directory / "inspircd.conf"
        self._config.write_text(self._render(ca))
        self._process: Process | None = None
        self.start()
        workspace.add(self)

    def start(self) -> None:
        as_root = ["--runasroot"] if os.geteuid() == 0 else []
        command = [require("inspircd", "inspircd"), "--config", self._config, "--nofork", *as_root]
        self._process = Process("inspircd", command, self._directory)
        self._process.wait_for_port(self.port)
        self._process.wait_for_port(self.tls_port)

    def stop(self) -> None:
        if self._process:
            self._process.stop()

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def _render(self, ca: TestCa) -> str:
        certificate = ca.issue("inspircd")
        services, modules = "", MODULES
        if self.link_port:
            services = SERVICES.format(port=self.link_port, name=SERVICES_NAME, password=LINK_PASSWORD)
            modules = MODULES + SERVICES_MODULES
        modules = modules + [EXTRAS[name][0] for name in self._extras]
        more = "\n".join(EXTRAS[name][1].format(tls_port=self.tls_port) for name in self._extras)
        self.certificate = certificate.certificate
        return CONFIG.format(
            server_name="irc.server.test", port=self.port, directory=self._directory,
            tls=TLS.format(certificate=certificate.certificate, key=certificate.key, port=self.tls_port),
            services=services + more, modules="\n".join(f'<module name="{name}">' for name in modules))
