"""What happens when something goes away: the IRC server, the XMPP server, wherry itself; and when something is refused."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from peers.ca import TestCa
from peers.process import Workspace
from peers.stanza import is_mute, may_speak, that
from peers.tls_front import TlsFront
from peers.wherry import IRC_DOMAIN, Component, IrcNetwork
from peers.world import NETWORK, World, room_of
from plans import EACH_SERVER_ONCE, EACH_XMPP_SERVER

LONG = 40.0  # enough for the reconnects' back-off


@pytest.fixture(params=EACH_SERVER_ONCE, ids=str)
def world(request):
    made = World(request.param)
    yield made
    made.close()


class Scene:
    def __init__(self, world, cast):
        self.world, self.cast = world, cast
        self.channel = world.channel()
        self.room = room_of(self.channel)
        self.user = world.user()
        self.alice = cast.client(self.user)
        self.nick = world.nick("ali")
        self.alice.joined(self.room, self.nick)

    @property
    def me(self):
        return f"{self.room}/{self.nick}"

    def talk_with_a_newcomer(self):
        """Somebody comes to the channel, and both hear each other."""
        bob = self.cast.irc()
        bob.join(self.channel)
        self.alice.expect(that("presence", f"{self.room}/{bob.nick}", type=""), LONG)
        bob.say(self.channel, "anybody here?")
        self.alice.expect(that("message", f"{self.room}/{bob.nick}", body="anybody here?"))
        sent = self.alice.say(self.room, "me", "groupchat")
        bob.wait_for("CHANNEL", self.channel, "me", nick=self.nick)
        self.alice.expect(that("message", self.me, id=sent))


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def test_rooms_come_back_after_the_irc_server_was_killed(scene):
    """Nobody is put out: the clients are in the room all the time, without a voice while the network is away."""
    later = scene.cast.client(scene.user, "two")
    later.joined(scene.room, scene.nick)
    scene.world.irc.kill()
    for client in (scene.alice, later):
        client.expect(that("presence", scene.me, type="", codes=[110], where=is_mute))
        assert client.ping(scene.me).type == "result"
    sent = scene.alice.say(scene.room, "anybody?", "groupchat")
    scene.alice.expect(that("message", scene.room, id=sent, error=("wait", "recipient-unavailable")))
    scene.world.irc.start()
    for client in (scene.alice, later):
        client.expect(that("presence", scene.me, type="", codes=[110], where=may_speak), LONG)
    scene.talk_with_a_newcomer()
    scene.alice.expect_none(that("presence", scene.me, type="unavailable"), IRC_DOMAIN)


def test_the_irc_server_is_awaited_when_it_is_down(world, cast):
    world.irc.kill()
    alice = cast.client()
    alice.join(room_of(world.channel()), world.nick())
    alice.expect(that("presence", type="error", error=("wait", "remote-server-timeout")), LONG)


def test_the_component_comes_back_after_the_xmpp_server_was_killed(world, cast):
    channel, nick = world.channel(), world.nick("ali")
    user = world.user()
    alice = cast.client(user)
    alice.joined(room_of(channel), nick)
    world.xmpp.kill()
    world.xmpp.start()
    world.reconnect_probe()
    world.wait_online(LONG)
    again = cast.client(user)
    again.joined(room_of(channel), nick, LONG)
    bob = cast.irc()
    bob.join(channel)
    bob.say(channel, "back again")
    again.expect(that("message", f"{room_of(channel)}/{bob.nick}", body="back again"))


def test_irc_stays_while_the_xmpp_server_is_away(world, cast):
    channel, nick, user = world.channel(), world.nick("ali"), world.user()
    alice = cast.client(user)
    alice.joined(room_of(channel), nick)
    bob = cast.irc()
    bob.join(channel)
    world.xmpp.kill()
    world.xmpp.start()
    world.reconnect_probe()
    world.wait_online(LONG)
    again = cast.client(user)
    again.joined(room_of(channel), nick, LONG)
    bob.say(channel, "you were away")
    again.expect(that("message", f"{room_of(channel)}/{bob.nick}", body="you were away"))
    bob.sync()
    assert not [e for e in bob.events.history if e.nick == nick and e.name in ("QUIT", "PART", "JOIN")]


def test_the_component_link_over_tls(world, cast):
    component = world.wherry.settings.components[0]
    with TlsFront(world.ca.issue("component"), component.port) as front:
        world.wherry.terminate()
        world.wherry.settings.components[0] = over_tls(world, front.port, world.ca.ca_file)
        world.restart_wherry()
        assert front.connections >= 1
        alice = cast.client()
        channel, nick = world.channel(), world.nick("ali")
        alice.joined(room_of(channel), nick)
        sent = alice.say(room_of(channel), "through " + 3000 * "t", "groupchat")
        alice.expect(that("message", f"{room_of(channel)}/{nick}", id=sent))
        world.wherry.terminate()


def test_the_component_link_refuses_an_unknown_authority(world):
    with Workspace() as elsewhere, TlsFront(world.ca.issue("component"), 1) as front:
        world.wherry.terminate()
        unknown = TestCa(elsewhere.path, "somebody else").ca_file
        world.wherry.settings.components[0] = over_tls(world, front.port, unknown)
        world.wherry.start()
        world.wherry.process.wait_for_line(r"not connected to .*certificate", LONG)
        assert front.connections == 0


def over_tls(world, port, ca_file):
    plain = world.wherry.settings.components[0]
    return TlsComponent(plain.type, plain.domain, port, plain.networks, ca_file=ca_file)


@dataclass
class TlsComponent(Component):
    ca_file: Path | None = None

    def toml(self) -> str:
        return super().toml().replace("[[component]]\n", f'[[component]]\ntls = true\nca_file = "{self.ca_file}"\n', 1)


def test_sigint_is_an_orderly_end_too(scene):
    scene.world.wherry.process.signal(signal.SIGINT)
    assert scene.world.wherry.process.wait(2.0) == 0
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=is_mute))


def test_sigterm_ends_wherry_within_two_seconds_and_tells_everyone(scene):
    bob = scene.cast.irc()
    bob.join(scene.channel)
    started = time.monotonic()
    assert scene.world.wherry.terminate(2.0) == 0
    assert time.monotonic() - started < 2.0
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=is_mute))
    bob.wait_for("QUIT", nick=scene.nick)


def test_rooms_come_back_after_a_restart_of_wherry(scene):
    """By themselves, with what has changed: bob has left."""
    bob = scene.cast.irc()
    bob.join(scene.channel)
    here = f"{scene.room}/{bob.nick}"
    scene.alice.expect(that("presence", here, type=""))
    scene.world.wherry.terminate()
    bob.quit("good night")
    scene.world.restart_wherry()
    scene.alice.expect(that("presence", here, type="unavailable"), LONG)
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=may_speak), LONG)
    scene.talk_with_a_newcomer()


def test_rooms_work_after_wherry_was_killed(scene):
    scene.world.wherry.kill()
    scene.world.restart_wherry()
    scene.alice.expect(that("presence", scene.me, type="", codes=[110], where=may_speak), LONG)
    scene.talk_with_a_newcomer()


def test_a_certificate_of_an_unknown_authority_is_refused(world, cast):
    with Workspace() as elsewhere:
        network = IrcNetwork(NETWORK, world.irc.tls_port, TestCa(elsewhere.path, "somebody else").ca_file)
        world.wherry.terminate()
        world.wherry.settings.components[0].networks = [network]
        world.restart_wherry()
        alice = cast.client()
        room = room_of(world.channel())
        alice.join(room, world.nick())
        refused = alice.expect(that("presence", type="error", where=lambda p: p.sender.startswith(room)), LONG)
        assert refused.error[1] in ("remote-server-timeout", "remote-server-not-found", "not-authorized")
        assert refused.text("c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text")


@pytest.mark.parametrize("plan", EACH_XMPP_SERVER, ids=str)
def test_a_wrong_component_secret_is_logged_but_not_shown(plan):
    world = World(plan)
    try:
        world.wherry.terminate()
        world.wherry.settings.components[0] = wrong_secret(world)
        world.wherry.start()
        world.wherry.process.wait_for_line(r"not-authorized|secret|refused", LONG)
        assert "entirely-wrong" not in world.wherry.process.tail(1000)
    finally:
        world.close()


def wrong_secret(world):
    networks = world.wherry.settings.components[0].networks
    return Component("irc", IRC_DOMAIN, world.xmpp.component_port(IRC_DOMAIN), networks, "entirely-wrong")
