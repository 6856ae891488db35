"""What a network says: to whom it concerns, and not into the offline store."""

import socket

import pytest
from peers.stanza import MUC_OWNER, that
from peers.wherry import IRC_DOMAIN
from peers.world import NETWORK, World
from plans import EACH_SERVER_ONCE
from scene import Scene

NET = f"{NETWORK}@{IRC_DOMAIN}"
LONG = 60.0  # enough for the reconnects' back-off
PERSISTENT = ("<query xmlns='{}'><x xmlns='jabber:x:data' type='submit'>"
              "<field var='persistent'><value>1</value></field></x></query>").format(MUC_OWNER)


@pytest.fixture(params=EACH_SERVER_ONCE, ids=str)
def world(request):
    made = World(request.param)
    yield made
    made.close()


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast).enter()


def user_of(client):
    return client.bare.partition("@")[0]


def words(client):
    """What the network has said so far."""
    client.ping(IRC_DOMAIN)
    return [stanza.body for stanza in client.stanzas.take_pending(that("message", NET))]


def test_connecting_is_one_line(scene):
    assert words(scene.alice) == [f"connected to {NETWORK} as {scene.nick}"]


def test_answers_go_to_the_client_that_asked(scene, cast):
    phone = cast.client(user_of(scene.alice), "phone")
    phone.presence(inner="<priority>5</priority>")
    words(scene.alice)
    for line in (f"WHOIS {scene.bob.nick}", "MOTD"):
        scene.alice.say(NET, line)
        scene.alice.expect(that("message", NET, where=lambda m: "End of" in m.body))
    assert words(phone) == []


def test_nothing_of_an_outage_waits(scene, cast):
    world, alice = scene.world, scene.alice
    assert alice.ask(scene.room, PERSISTENT, "set").type == "result"
    alice.close()
    world.irc.kill()
    with socket.create_server(("127.0.0.1", world.irc.tls_port if world.plan.tls else world.irc.port)) as nobody:
        nobody.settimeout(LONG)
        for _ in range(2):
            nobody.accept()[0].close()
    world.irc.start()
    bob = cast.irc()
    bob.join(scene.channel)
    bob.wait_for("JOIN", scene.channel, nick=scene.nick, timeout=LONG)
    later = cast.client(user_of(alice), "later")
    later.presence()
    assert words(later) == []


def test_what_has_to_be_known_waits(scene, cast):
    alice, bob = scene.alice, scene.bob
    assert alice.ask(scene.room, PERSISTENT, "set").type == "result"
    other = cast.client()
    alice.close()
    # A message to a session that is ending or beginning is lost by some servers.
    while other.ping(alice.jid).type == "result":
        pass
    bob.kick(scene.channel, scene.nick, "good night")
    bob.sync()
    for _ in range(2):
        other.ping(IRC_DOMAIN)
    again = cast.client(user_of(alice), "again")
    again.presence()
    told = again.expect(that("message", NET))
    assert told.body.startswith(f"You were kicked from {scene.channel} by {bob.nick} (good night).")
    assert words(again) == []
