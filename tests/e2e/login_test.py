"""How wherry comes to IRC servers: pinned certificates, STS, ident answers, WEBIRC."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess

import pytest
from adhoc import COMMANDS, command, form, status
from peers.inspircd import WEBIRC_PASSWORD
from peers.process import free_port
from peers.stanza import MUC, STANZAS, that
from peers.wherry import IRC_DOMAIN, IrcNetwork
from peers.world import Plan, World, room_of

ERROR_TEXT = f"c:error/{{{STANZAS}}}text"
WRONG_PIN = "0" * 64


def fingerprint(certificate) -> str:
    command = ["openssl", "x509", "-in", str(certificate), "-noout", "-fingerprint", "-sha256"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().partition("=")[2]


class Asker:
    """An IRC server that wants to know who is there before it says anything."""

    def __init__(self, ident_port: int) -> None:
        self._ident_port = ident_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.port = self._listener.getsockname()[1]

    def accept(self):
        connection, address = self._listener.accept()
        return connection, address[1]

    def ask(self, question: str) -> str:
        with socket.create_connection(("127.0.0.1", self._ident_port), 5) as ident:
            ident.settimeout(5)
            ident.sendall(question.encode())
            answer = b""
            with contextlib.suppress(ConnectionResetError):  # it has not read all
                while chunk := ident.recv(200):
                    answer += chunk
        return answer.decode()


@pytest.fixture(scope="module")
def world():
    made = World(Plan(irc_extras=("sts", "webirc")))
    settings = made.wherry.settings
    settings.ident_port = free_port()
    made.asker = Asker(settings.ident_port)
    tls_port, port, ca_file = made.irc.tls_port, made.irc.port, made.ca.ca_file
    settings.components[0].networks += [
        IrcNetwork("pinned", tls_port, more=f'fingerprint = "{fingerprint(made.irc.certificate)}"\n'),
        IrcNetwork("mispinned", tls_port, more=f'fingerprint = "{WRONG_PIN}"\n'),
        IrcNetwork("upgraded", port, host="localhost", more=f'ca_file = "{ca_file}"\n'),
        IrcNetwork("webirc", tls_port, ca_file, more=f'webirc_password = "{WEBIRC_PASSWORD}"\n'),
        IrcNetwork("asking", made.asker.port)]
    made.wherry.stop()
    made.restart_wherry()
    yield made
    made.close()


@pytest.fixture
def alice(cast):
    client = cast.client()
    client.presence()
    return client


def whois(bob, nick, numeric):
    bob.raw(f"WHOIS {nick}")
    return bob.wait_for(numeric, bob.nick, nick)


def test_the_pin_is_enough(world, alice):
    """No authority is named for this network, and the system's don't know the certificate."""
    alice.joined(room_of(world.channel(), "pinned"), world.nick("ali"))


def test_another_certificate_than_the_pinned_one_is_told(world, alice):
    room, nick = room_of(world.channel(), "mispinned"), world.nick("ali")
    alice.join(room, nick)
    error = alice.expect(that("presence", f"{room}/{nick}", type="error", has=f"{{{MUC}}}x"))
    seen = fingerprint(world.irc.certificate).replace(":", "").lower()
    assert f"its SHA-256 fingerprint is {seen}" in error.text(ERROR_TEXT)


def connections(client, world, channel):
    """Where wherry has connected to for that user's join, one after the other."""
    shown = command(client, f"upgraded@{IRC_DOMAIN}", "configure").find(f"{{{COMMANDS}}}command").get("sessionid")
    assert status(command(client, f"upgraded@{IRC_DOMAIN}", "configure", form(motd="1"), shown)) == "completed"
    nick = world.nick("ali")
    client.joined(room_of(channel, "upgraded"), nick)
    told = "\n".join(m.body or "" for m in client.stanzas.history if m.kind == "message")
    return nick, [int(port) for port in re.findall(r"^connected to \S+:(\d+)\b.*, registering", told, re.MULTILINE)]


def test_sts_leads_to_tls_and_is_remembered(world, alice, cast):
    bob = cast.irc()
    nick, ports = connections(alice, world, world.channel())
    assert ports == [world.irc.port, world.irc.tls_port]
    whois(bob, nick, "671")  # "is using a secure connection"
    world.wherry.terminate(10)
    world.restart_wherry()
    again = cast.client()
    again.presence()
    _, ports = connections(again, world, world.channel())
    assert ports == [world.irc.tls_port]


def test_webirc_tells_users_apart(world, cast):
    bob, hosts, channel = cast.irc(), set(), world.channel()
    for _ in range(2):
        client, nick = cast.client(), world.nick("ali")
        client.joined(room_of(channel, "webirc"), nick)
        hosts.add(whois(bob, nick, "311").params[3])
    assert len(hosts) == 2 and all(host.startswith("fd77:6865:7272:7900:") for host in hosts)


def test_ident_answers_while_the_connection_is_being_made(world, alice):
    alice.join(room_of(world.channel(), "asking"), world.nick("ali"))
    connection, port = world.asker.accept()
    with connection:
        answer = world.asker.ask(f"{port} , {world.asker.port}\r\n")
        assert re.fullmatch(rf"{port} , {world.asker.port} : USERID : OTHER : u[0-9a-f]{{9}}\r\n", answer)
        assert world.asker.ask(f"{port} , 6667\r\n").endswith("ERROR : NO-USER\r\n")
        user = re.search(r"USER (\S+) ", received(connection)).group(1)
        assert answer.strip().endswith(f" {user}")


def received(connection) -> str:
    """What wherry says to a server that has capabilities but none that matters."""
    connection.settimeout(10)
    connection.sendall(b":asker CAP * LS :\r\n")
    text = ""
    while "USER " not in text or not text.endswith("\n"):
        text += connection.recv(1000).decode()
    return text


def test_ident_is_not_to_be_held_up(world):
    assert world.asker.ask("x" * 300) == ""
    assert world.asker.ask("hello\r\n") == ""
    assert world.asker.ask("0,0\r\n").endswith("ERROR : INVALID-PORT\r\n")
