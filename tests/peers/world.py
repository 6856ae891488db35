"""A whole installation on loopback: an XMPP server, an IRC server, Kannel where wanted, and wherry between them."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .anope import Anope
from .ca import TestCa
from .ejabberd import Ejabberd
from .inbox import NotSeen
from .inspircd import InspIrcd
from .irc_client import IrcClient
from .ircd_hybrid import IrcdHybrid
from .kannel import Kannel
from .ngircd import NgIrcd
from .process import Workspace
from .prosody import Prosody
from .sms_dialects import DIALECTS
from .sms_provider import SmsProvider
from .wherry import IRC_DOMAIN, SECRETS, SMS_DOMAIN, Component, HttpSmsNetwork, IrcNetwork, Settings, SmsNetwork, Wherry
from .xmpp_client import XmppClient

DOMAIN = "example.test"
NETWORK = "net"
SMS_NUMBER = "+15550001111"
XMPP_SERVERS = {"prosody": Prosody, "ejabberd": Ejabberd}
IRC_SERVERS = {"inspircd": InspIrcd, "ngircd": NgIrcd, "hybrid": IrcdHybrid}


@dataclass(frozen=True)
class Plan:
    """What the installation is made of."""

    xmpp: str = "prosody"
    irc: str = "inspircd"
    tls: bool = True
    sms: bool = False
    provider: str = ""  # instead of Kannel, by its name in sms_dialects; its uncertain_seconds are 3
    media: bool = False  # files from telephones can be fetched from wherry
    upload: bool = False  # Prosody has an upload service, which takes 64 KiB at most
    carrier: bool = False  # with the HTTP SMSC, for failing receipts
    services: bool = False  # Anope beside InspIRCd
    link: bool = False  # InspIRCd takes another server of the network
    irc_password: str = ""  # for connecting to ngIRCd
    irc_extras: tuple[str, ...] = ()  # of InspIRCd

    def __str__(self) -> str:
        parts = [self.xmpp, self.irc, "tls" if self.tls else "plain"] + (["sms"] if self.sms else [])
        parts += [self.provider] if self.provider else []
        parts += (["media"] if self.media else []) + (["upload"] if self.upload else [])
        parts += (["services"] if self.services else []) + (["password"] if self.irc_password else [])
        parts += self.irc_extras
        return "-".join(parts)


class World:
    """Every call of user() and nick() gives a name of its own, so that tests may share a world."""

    def __init__(self, plan: Plan, parent: Path | None = None, *, spares: bool = False) -> None:
        """`spares`: an IRC client is connected ahead of its use."""
        self.plan = plan
        self._spares = spares
        self._spare: IrcClient | None = None
        self.workspace = Workspace(parent)
        self._counter = itertools.count(1)
        try:
            self._start()
        except BaseException:
            print(self.workspace.logs())
            self.close()
            raise

    def _start(self) -> None:
        self.ca = TestCa(self.workspace.directory("ca"))
        options = {"upload": True} if self.plan.upload else {}
        self.xmpp = XMPP_SERVERS[self.plan.xmpp](self.workspace, DOMAIN, {}, SECRETS, **options)
        self.irc = IRC_SERVERS[self.plan.irc](self.workspace, self.ca, **self._irc_options())
        self.services = Anope(self.workspace, self.irc) if self.plan.services else None
        self.wherry = Wherry(self.workspace, Settings([self._irc_component()]))
        self.kannel: Kannel | None = None
        self.provider: SmsProvider | None = None
        if self.plan.sms:
            self._add_sms()
        self.wherry.start()
        self.probe = self.client(self.user(), "probe")
        self.wait_online()

    def _irc_options(self) -> dict:
        options = {"services": self.plan.services or self.plan.link, "password": self.plan.irc_password,
                   "extras": self.plan.irc_extras}
        return {name: value for name, value in options.items() if value}

    def _irc_component(self) -> Component:
        port, ca_file = (self.irc.tls_port, self.ca.ca_file) if self.plan.tls else (self.irc.port, None)
        networks = [IrcNetwork(NETWORK, port, ca_file)]
        return Component("irc", IRC_DOMAIN, self.xmpp.component_port(IRC_DOMAIN), networks)

    def _add_sms(self) -> None:
        settings = self.wherry.settings
        settings.media = self.plan.media
        networks: list[SmsNetwork | HttpSmsNetwork]
        if self.plan.provider:
            self.provider = SmsProvider(self.workspace, DIALECTS[self.plan.provider], settings.public_url)
            networks = [HttpSmsNetwork(self.provider.toml(), more="uncertain_seconds = 3\n")]
        else:
            self.kannel = Kannel(self.workspace, settings.mo_url(), self.plan.carrier)
            networks = [SmsNetwork(self.kannel.send_url)]
        settings.components.append(Component("sms", SMS_DOMAIN, self.xmpp.component_port(SMS_DOMAIN), networks))

    def wait_online(self, timeout: float = 30.0) -> None:
        """Returns when every component of wherry answers through the XMPP server."""
        deadline = time.monotonic() + timeout
        pause = threading.Event()
        for component in self.wherry.settings.components:
            while self.probe.ping(component.domain).type != "result":
                if time.monotonic() > deadline:
                    raise NotSeen(f"{component.domain} is not online")
                pause.wait(0.05)

    def restart_wherry(self) -> None:
        self.wherry.start()
        self.wait_online()

    def reconnect_probe(self) -> None:
        self.probe = self.client(self.probe.bare.partition("@")[0], "probe")

    def user(self) -> str:
        """Makes an account."""
        name = f"user{next(self._counter)}"
        self.xmpp.add_user(name, password_of(name))
        return name

    def client(self, user: str, resource: str = "one") -> XmppClient:
        client = XmppClient(f"{user}@{DOMAIN}/{resource}", password_of(user), self.xmpp.client_port)
        self.workspace.add(client)
        return client

    def nick(self, name: str = "bob") -> str:
        return f"{name}{next(self._counter)}"  # at most nine characters: ngIRCd takes no more

    def irc_client(self, nick: str | None = None) -> IrcClient:
        if nick or not self._spares:
            return IrcClient(self.workspace, self.irc.port, nick or self.nick())
        is_there = self._spare and self._spare.running()  # else its server has been killed
        client = self._spare if is_there else self._start_irc_client()
        self._spare = self._start_irc_client()
        client.connected()
        return client

    def _start_irc_client(self) -> IrcClient:
        """InspIRCd lets clients in once a second only, so a test need not wait for it."""
        return IrcClient(self.workspace, self.irc.port, self.nick(), is_awaited=False)

    def channel(self) -> str:
        return f"#room{next(self._counter)}"

    def close(self) -> None:
        self.workspace.close()


def password_of(user: str) -> str:
    return f"pw-{user}"


def room_of(channel: str, network: str = NETWORK) -> str:
    """The room's address. Only for names that need no escaping."""
    return f"{channel.lower()}%{network}@{IRC_DOMAIN}"


def person_of(nick: str, network: str = NETWORK) -> str:
    return f"{nick.lower()}%{network}@{IRC_DOMAIN}"


def phone_of(number: str) -> str:
    return f"{number}@{SMS_DOMAIN}"
