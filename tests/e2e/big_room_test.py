"""A channel of 3,000 people: joining it, talking in it, and losing them all in a netsplit."""

import time

import pytest
from peers.crowd import Crowd
from peers.stanza import that
from peers.world import Plan, room_of
from plans import against

pytestmark = against([Plan("prosody", "inspircd", True, link=True)])

MANY = 3000
TIME = 20.0  # seconds, on two cores that are shared with the servers


@pytest.fixture
def crowd(world):
    channel = world.channel()
    made = Crowd(world.irc, channel, [f"one{number}" for number in range(MANY)])
    made.channel = channel
    yield made
    made.stop()


def others(client, room, kind):
    return {s.sender.partition("/")[2] for s in client.stanzas.history
            if s.kind == "presence" and s.type == kind and s.sender.startswith(f"{room}/one")}


def test_a_room_of_three_thousand(world, cast, crowd):
    room, nick = room_of(crowd.channel), world.nick("ali")
    alice = cast.client()
    alice.presence()
    started = time.monotonic()
    alice.joined(room, nick, TIME)
    assert len(others(alice, room, "")) == MANY
    bob = cast.irc()
    bob.join(crowd.channel)
    bob.say(crowd.channel, "so many")
    alice.expect(that("message", f"{room}/{bob.nick}", body="so many"))
    sent = alice.say(room, "indeed", "groupchat")
    alice.expect(that("message", f"{room}/{nick}", id=sent, body="indeed"))
    crowd.split()
    alice.expect(that("presence", f"{room}/one{MANY - 1}", type="unavailable", codes=[333]), TIME)
    bob.sync()
    bob.say(crowd.channel, "so few")
    alice.expect(that("message", f"{room}/{bob.nick}", body="so few"), TIME)
    assert len(others(alice, room, "unavailable")) == MANY
    assert time.monotonic() - started < TIME
