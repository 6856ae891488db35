"""Logging in by SCRAM, to a server whose side of it is Authen::SCRAM's."""

from __future__ import annotations

import base64

import pytest
from peers.scram_ircd import ScramIrcd
from peers.stanza import DATA, MUC, REGISTER, STANZAS, that
from peers.wherry import IRC_DOMAIN, IrcNetwork
from peers.world import Plan, World, room_of

ERROR_TEXT = f"c:error/{{{STANZAS}}}text"
ACCOUNT = "romeo"
PASSWORD = "ünï\u00adcode ª, =2C"  # SASLprep leaves out the soft hyphen and makes an a of the ordinal
DIGESTS = ["SHA-256", "SHA-512"]


@pytest.fixture(scope="module")
def world():
    made = World(Plan())
    made.servers = {}
    for digest in DIGESTS:
        made.servers[f"knows-{digest.lower()}"] = ScramIrcd(made.workspace, digest, ACCOUNT, PASSWORD)
        made.servers[f"pretends-{digest.lower()}"] = ScramIrcd(made.workspace, digest, ACCOUNT, PASSWORD, "another")
    networks = made.wherry.settings.components[0].networks
    networks += [IrcNetwork(name, server.port) for name, server in made.servers.items()]
    made.wherry.stop()
    made.restart_wherry()
    yield made
    made.close()


class Attempt:
    """Somebody with an account joins a room on one of the servers."""

    def __init__(self, world, cast, name, password):
        self.server = world.servers[name]
        self.nick, self.room = world.nick("ali"), room_of(world.channel(), name)
        self.client = cast.client()
        fields = {"nick": self.nick, "username": ACCOUNT, "password": password}
        values = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields.items())
        form = f"<x xmlns='{DATA}' type='submit'>{values}</x>"
        assert self.client.ask(IRC_DOMAIN, f"<query xmlns='{REGISTER}'>{form}</query>", "set").type == "result"

    def refusal(self):
        self.client.join(self.room, self.nick)
        return self.client.expect(that("presence", f"{self.room}/{self.nick}", type="error", has=f"{{{MUC}}}x"))

    def said(self):
        """What the server was told in AUTHENTICATE."""
        said = [line.partition(" ")[2] for line in self.server.lines.history if line.startswith("AUTHENTICATE ")]
        return [base64.b64decode(text) for text in said if text not in ("+", "*", self.server.mechanism)]


@pytest.fixture(params=DIGESTS)
def digest(request):
    return request.param


def test_the_password_is_known_to_both(world, cast, digest):
    attempt = Attempt(world, cast, f"knows-{digest.lower()}", PASSWORD)
    attempt.client.joined(attempt.room, attempt.nick)
    assert f"AUTHENTICATE SCRAM-{digest}" in attempt.server.lines.history
    assert len(attempt.said()) == 2 and not any(PASSWORD.encode() in text for text in attempt.said())


def test_a_wrong_password_is_told(world, cast, digest):
    error = Attempt(world, cast, f"knows-{digest.lower()}", "wrong-guess").refusal()
    assert error.error == ("auth", "not-authorized")
    assert "login refused: SASL authentication failed" in error.text(ERROR_TEXT)


def test_a_server_that_does_not_know_the_password_is_left(world, cast, digest):
    attempt = Attempt(world, cast, f"pretends-{digest.lower()}", PASSWORD)
    error = attempt.refusal()
    assert error.error == ("auth", "not-authorized")
    assert "does not know the password" in error.text(ERROR_TEXT)
    said = attempt.server.lines.history
    assert "AUTHENTICATE *" in said and not [line for line in said if line.startswith(("CAP END", "JOIN"))]
