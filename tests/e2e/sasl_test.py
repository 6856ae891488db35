"""Logging in on IRC: by SASL to the services of a network, by PASS to a server that asks for a password."""

from __future__ import annotations

import base64
import re

import pytest
from adhoc import command, note
from peers.inbox import NotSeen
from peers.stanza import DATA, MUC, REGISTER, STANZAS, that
from peers.wherry import IRC_DOMAIN
from peers.world import NETWORK, Plan, person_of, room_of
from plans import against

SERVER_PASSWORD = "password-of-the-server"
ERROR_TEXT = f"c:error/{{{STANZAS}}}text"
NETWORK_JID = f"{NETWORK}@{IRC_DOMAIN}"
FIRST_PAUSE = 5.0  # of wherry before it connects again

on_services = against([Plan(services=True)])
on_guarded_server = against([Plan(irc="ngircd", irc_password=SERVER_PASSWORD)])


def register(client, **fields):
    values = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in fields.items())
    form = f"<x xmlns='{DATA}' type='submit'>{values}</x>"
    answer = client.ask(IRC_DOMAIN, f"<query xmlns='{REGISTER}'>{form}</query>", "set")
    assert answer.type == "result"


def refusal(client, room, nick):
    client.join(room, nick)
    return client.expect(that("presence", f"{room}/{nick}", type="error", has=f"{{{MUC}}}x"))


class Member:
    """alice on XMPP with an account at the services, and bob who sees who is logged in when they join."""

    def __init__(self, world, cast):
        self.world = world
        self.nick, self.account, self.password = world.nick("ali"), world.nick("acct"), world.nick("open-sesame")
        world.services.register(self.account, self.password)
        self.bob = cast.irc()
        self.bob.raw("CAP REQ :extended-join")
        self.channel = world.channel()
        self.room = room_of(self.channel)
        self.bob.join(self.channel)
        self.alice = cast.client()
        self.alice.presence()

    def register(self, password):
        register(self.alice, nick=self.nick, username=self.account, password=password)

    def sees_join(self):
        return self.bob.wait_for("JOIN", self.channel, nick=self.nick)

    def sees_attempt(self, timeout=10.0):
        self.world.services.wait_for_line(f"failed to identify for account {self.account} using SASL", timeout)


@pytest.fixture
def member(world, cast):
    return Member(world, cast)


@on_services
def test_the_account_is_there_before_the_join(member):
    member.register(member.password)
    member.alice.joined(member.room, member.nick)
    member.bob.wait_for("JOIN", member.channel, member.account, nick=member.nick)


@on_services
def test_whois_tells_the_account(member):
    member.register(member.password)
    member.alice.joined(member.room, member.nick)
    member.bob.raw(f"WHOIS {member.nick}")
    member.bob.wait_for("330", member.bob.nick, member.nick, member.account)


@on_services
def test_the_name_of_the_account_may_be_left_out(member):
    register(member.alice, nick=member.account, password=member.password)
    member.alice.joined(member.room, member.account)
    member.bob.wait_for("JOIN", member.channel, member.account, nick=member.account)


@on_services
def test_a_wrong_password_is_told(member):
    member.register("wrong-guess")
    error = refusal(member.alice, member.room, member.nick)
    assert error.error == ("auth", "not-authorized")
    assert "login refused" in error.text(ERROR_TEXT)
    member.alice.expect(that("message", NETWORK_JID, where=lambda m: "login refused" in (m.body or "")))


@on_services
def test_a_wrong_password_is_tried_once_for_each_join(member):
    member.register("wrong-guess")
    for _ in range(2):
        refusal(member.alice, member.room, member.nick)
        member.sees_attempt()
    with pytest.raises(NotSeen):
        member.sees_attempt(1.5 * FIRST_PAUSE)


@on_services
def test_joining_works_once_the_password_is_put_right(member):
    member.register("wrong-guess")
    refusal(member.alice, member.room, member.nick)
    member.register(member.password)
    member.alice.joined(member.room, member.nick)
    member.bob.wait_for("JOIN", member.channel, member.account, nick=member.nick)


@on_services
def test_wherry_keeps_the_passwords_to_itself(member):
    member.register("wrong-guess")
    refusal(member.alice, member.room, member.nick)
    member.register(member.password)
    member.alice.joined(member.room, member.nick)
    files = [path.read_bytes() for path in member.world.wherry.directory.rglob("*") if path.is_file()]
    told = b"".join([*files, *(str(stanza).encode() for stanza in member.alice.stanzas.history)])
    assert member.alice.bare.encode() in told
    for password in ("wrong-guess", member.password):
        on_the_wire = f"{member.account}\0{member.account}\0{password}".encode()
        assert password.encode() not in told and base64.b64encode(on_the_wire) not in told


@on_services
def test_a_certificate_that_the_services_know_logs_in(member):
    """SASL EXTERNAL. Anope 2.0 adds only the certificate of the connection that asks for it, which the password opens."""
    alice = member.alice
    member.register(member.password)
    made = command(alice, NETWORK_JID, "certificate")
    fingerprint = re.search(r"SHA-256 ([0-9a-f]{64})", "".join(made.element.itertext())).group(1)
    alice.joined(member.room, member.nick)
    assert member.sees_join().params[1] == member.account
    alice.say(person_of("NickServ"), "CERT ADD")
    alice.expect(that("message", where=lambda m: f"{fingerprint} added to" in (m.body or "").replace("\x02", "")))
    member.bob.raw(f"MONITOR + {member.nick}")
    alice.leave(member.room, member.nick)
    member.bob.wait_for("731", member.bob.nick, member.nick)
    register(alice, nick=member.nick, username=member.account, password="not-asked-for")
    alice.joined(member.room, member.nick)
    assert member.sees_join().params[1] == member.account


@on_services
def test_a_certificate_that_nobody_knows_is_told(member):
    register(member.alice, nick=member.nick, username=member.account)
    assert "Made" in note(command(member.alice, NETWORK_JID, "certificate"))
    error = refusal(member.alice, member.room, member.nick)
    assert error.error == ("auth", "not-authorized")
    assert "does not know the fingerprint of your certificate" in error.text(ERROR_TEXT)
    assert "Forgotten" in note(command(member.alice, NETWORK_JID, "forget-certificate"))
    member.alice.joined(member.room, member.nick)


@on_guarded_server
def test_the_password_opens_a_guarded_server(world, cast):
    alice, room, nick = cast.client(), room_of(world.channel()), world.nick("ali")
    alice.presence()
    register(alice, nick=nick, password=SERVER_PASSWORD)
    alice.joined(room, nick)


@on_guarded_server
@pytest.mark.parametrize("fields", [{}, {"password": "wrong-guess"}], ids=["none", "wrong"])
def test_a_guarded_server_refuses_other_passwords(world, cast, fields):
    alice, room, nick = cast.client(), room_of(world.channel()), world.nick("ali")
    alice.presence()
    register(alice, nick=nick, **fields)
    error = refusal(alice, room, nick)
    assert error.error == ("auth", "not-authorized")
    assert "Bad password" in error.text(ERROR_TEXT)
